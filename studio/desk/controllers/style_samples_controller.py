"""Pictures of styles: lines written in them, for the list of styles, the library, the gallery."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from engine.errors import ScriptoriumError
from engine.sampling.policy import Policy
from studio.desk.actions import Action
from studio.desk.context import StudioContext
from studio.desk.views.style_gallery import LONGEST, StyleGallery
from studio.desk.views.window import Window
from studio.desk.worker import Urgency
from studio.document.note import Look
from studio.library.style_samples import (
    StyleSample,
    StyleSamples,
    shipped_sample,
    write_samples,
)
from studio.writing.time_left import TimeLeft

if TYPE_CHECKING:
    from engine.hand import Hand
    from engine.style.style import Style

PANGRAM = "The quick brown fox jumps over the lazy dog"
"""What the gallery shows where the note is empty."""
LIST, GALLERY = "samples", "gallery"
"""The worker's channels."""


class StyleSamplesController(QObject):
    """Has a line written in each style where somebody looks at a list of them.

    Nothing is written before that: the pen needs the processor.
    """

    sampled = Signal(str)
    """There is a line in the style of this name."""

    def __init__(self, context: StudioContext, window: Window) -> None:
        super().__init__()
        hands, styles = context.hands, context.styles
        self._window, self._document, self._theme = window, context.document, context.theme
        self._hands, self._styles, self._worker = hands, styles, context.worker
        self._notices, self._policy = context.notices, context.session.policy
        self.kept = StyleSamples()
        self._hand = ""
        #: Whether somebody wanted to see them before there was a hand.
        self._wanted = False
        #: Whether somebody wanted to see them while a job of theirs was in work.
        self._again = False
        self.gallery: StyleGallery | None = None
        hands.changed.connect(self._hand_changed)
        styles.sampled.connect(self.sampled)
        window.look_panel.style_box.opened.connect(self.want)
        window.look_panel.gallery.clicked.connect(self.open_gallery)

    def actions(self) -> tuple[Action, ...]:
        """What can be done."""
        return (
            Action("style.gallery", "Gallery of styles …", self.open_gallery, "Style",
                   "Ctrl+Shift+G", "layout-grid", "See your own words in every style"),
        )  # fmt: skip

    def _hand_changed(self) -> None:
        hand = self._hands.hand
        if hand is None:
            return
        if hand.sha256 != self._hand:
            self._hand = hand.sha256
            self._styles.forget_samples()
        if self._wanted:
            self.want()

    def want(self) -> None:
        """Show the lines that ship, and have those written that are missing, beside other work."""
        hand = self._hands.hand
        self._show_shipped(self._styles.hand_sha256 if hand is None else hand.sha256)
        self._wanted = hand is None
        if hand is None:
            return
        if self._worker.pending(LIST):
            self._again = True
            return
        self._again = False
        if missing := [self._styles.find(name) for name in self._missing()]:
            self._worker.request(
                LIST, Urgency.SAMPLE, lambda: _kept(self.kept, hand, missing),
                partial(self._found, hand, missing), self._failed,
                partial(self._sampled, hand.sha256),
            )  # fmt: skip

    def _show_shipped(self, hand: str) -> None:
        """Show the lines that a hand of this hash, which ships, wrote in its styles."""
        for name in self._missing():
            if self._styles.origin(name) == "bundled":
                ink = shipped_sample(hand, self._styles.find(name))
                if ink is not None:
                    self._styles.show_sample(name, ink)

    def _missing(self) -> list[str]:
        return [name for name in self._styles.names if self._styles.sample(name) is None]

    def _found(self, hand: Hand, asked: list[Style], found: set[str]) -> None:
        """What was kept is shown: have the others written."""
        missing = [style for style in asked if style.name not in found]
        if missing:
            self._worker.request(
                LIST, Urgency.KEEPING, lambda: _fresh(self.kept, hand, missing, self._policy),
                lambda _: self._ended(len(missing)), self._failed,
                lambda sample: self._sampled(hand.sha256, sample),
            )  # fmt: skip
        else:
            self._ended(0)

    def _ended(self, asked: int) -> None:
        """Go on with styles that have come meanwhile; not with those that cannot be written."""
        if self._again or len(self._missing()) < asked:
            self.want()

    def _sampled(self, hand: str, sample: StyleSample) -> None:
        if hand != self._hand or sample.name not in self._styles:
            return
        self._styles.show_sample(sample.name, sample.ink)

    def _failed(self, error: BaseException) -> None:
        # Pictures are a help, no more: what is wrong with a hand is told where it is to write.
        if not (isinstance(error, ScriptoriumError) or self._hands.recovers(error)):
            raise error

    # The gallery -----------------------------------------------------------------------------

    def open_gallery(self) -> None:
        """Show the note's words in every style."""
        dialog = StyleGallery(self._styles, self._theme, self._words(), self._window)
        self.gallery = dialog
        dialog.write_wanted.connect(self._write_gallery)
        dialog.use_wanted.connect(self._use)
        dialog.left.connect(self._left)
        dialog.open()
        self._write_gallery(dialog.text.text())

    def _left(self) -> None:
        self._worker.cancel(GALLERY)
        if self.gallery is not None:
            self.gallery.deleteLater()
            self.gallery = None

    def _use(self, name: str) -> None:
        # As if it had been chosen in the panel: of the note, or the paragraph that is selected.
        self._window.look_panel.chosen.emit("Change the style", {"style": name})

    def _words(self) -> str:
        """The beginning of the paragraph that the cursor is in, or else of the note."""
        blocks, here = self._document.note.blocks, self._window.editor.paragraph
        texts = [blocks[here].text] if here < len(blocks) else []
        texts += [block.text for block in blocks]
        text = next((" ".join(t.split()) for t in texts if len(t.split()) > 1), PANGRAM)
        if len(text) <= LONGEST // 2:
            return text
        return text[: LONGEST // 2].rsplit(" ", 1)[0]

    def _write_gallery(self, text: str) -> None:
        gallery, hand = self.gallery, self._hands.hand
        if gallery is None:
            return
        if hand is None:
            gallery.say("The hand is being loaded; press Write in a moment.")
            return
        gallery.begin(self._document.note.look)
        styles = [self._styles.find(name) for name in self._styles.names]
        look, clock, done = self._document.note.look, TimeLeft(), 0

        def part(sample: StyleSample) -> None:
            nonlocal done
            done += 1
            if self.gallery is not None:
                self.gallery.show_sample(sample.name, sample.ink)
                left = clock.describe(done / len(styles))
                self.gallery.show_progress(done, len(styles), left)

        def end(_: object) -> None:
            if self.gallery is not None:
                self.gallery.show_progress(len(styles), len(styles), "")

        def failed(error: BaseException) -> None:
            if self.gallery is not None and isinstance(error, ScriptoriumError):
                self.gallery.say(str(error))
            else:
                self._failed(error)

        self._worker.request(
            GALLERY, Urgency.SAMPLE, lambda: _written(hand, styles, self._policy, text, look),
            end, failed, part,
        )  # fmt: skip


def _kept(
    samples: StyleSamples, hand: Hand, styles: list[Style]
) -> Generator[StyleSample | None, None, set[str]]:
    """The samples that are kept, and their styles' names; runs in the worker, which reads them."""
    found = set()
    for style in styles:
        ink = None
        # What cannot be read is told where it is to be used.
        with suppress(ScriptoriumError):
            ink = samples.find(hand.sha256, style)
        if ink is not None:
            found.add(style.name)
        # Between two of many styles other work is let pass.
        yield None if ink is None else StyleSample(style.name, ink)
    return found


def _fresh(
    samples: StyleSamples, hand: Hand, styles: list[Style], policy: Policy
) -> Generator[StyleSample, None, None]:
    """The samples of styles, written and kept; runs in the worker."""
    named = {style.name: style for style in styles}
    for sample in _written(hand, styles, policy):
        samples.keep(hand.sha256, named[sample.name], sample.ink)
        yield sample


def _written(
    hand: Hand,
    styles: list[Style],
    policy: Policy,
    text: str | None = None,
    look: Look | None = None,
) -> Generator[StyleSample, None, None]:
    """The samples of styles, one after the other; runs in the worker."""
    more = {} if text is None else {"text": text}
    looks = {} if look is None else {"look": look}
    yield from write_samples(hand, styles, policy=policy, **more, **looks)  # type: ignore[arg-type]
