"""The user's styles, hands and symbols: shown, used, named, made, exported and taken away."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QInputDialog

from engine.bundled_hands import DEFAULT, bundled_hands, name_of, path_of, title_of, titles
from engine.errors import ScriptoriumError
from engine.ink.ink import Ink
from engine.ink.recorded_line import RecordedLine
from engine.sampling.policy import ALIGNED
from engine.style.style import Style, default_style
from studio.desk.actions import Action
from studio.desk.context import StudioContext
from studio.desk.controllers.style_samples_controller import StyleSamplesController
from studio.desk.recorder.hand_choice import HandChoice
from studio.desk.recorder.library_view import LibraryView
from studio.desk.views.window import Window
from studio.desk.widgets.file_dialogs import ask_open_several, ask_save
from studio.desk.widgets.questions import confirm
from studio.desk.worker import Urgency
from studio.document.hand_styles import foreign_styles
from studio.library.damaged_files import listed
from studio.library.hand_library import SHIPPED, SUFFIX
from studio.library.style_library import Deleted, Entry
from studio.library.style_samples import PLAIN, SHORT
from studio.library.user_library import UserLibrary

#: The answer to what cannot be taken back.
DELETE = "Delete"
SCOPE = "library"


class LibraryController(QObject):
    """Joins the user's library with its view, the list of styles, the session and the note.

    Parameters
    ----------
    context : StudioContext
    window : Window
    library : UserLibrary
    samples : StyleSamplesController
        Has a line written in each style.
    tell : callable
        Says something where the user is looking; a second argument says whether it is an error.
    """

    def __init__(
        self,
        context: StudioContext,
        window: Window,
        library: UserLibrary,
        samples: StyleSamplesController,
        tell: Callable[..., None],
    ) -> None:
        super().__init__()
        self._context, self._window, self._samples = context, window, samples
        self.library, self._tell = library, tell
        self._taught = library.hands
        self.choice = HandChoice(context.hands, library.hands, context.settings)
        self.choice.refused.connect(self._hand_refused)
        self.choice.told.connect(self._say_refused)
        self.view: LibraryView | None = None
        self._deleted: Deleted | None = None
        self._previews: dict[tuple[str, str], Ink] = {}
        library.changed.connect(self.offer)
        samples.sampled.connect(self._show_sample)
        context.hands.changed.connect(self.fill)
        context.document.opened.connect(self._say_whose)

    def _say_whose(self) -> None:
        """Say where the hand that wrote a note is not the one that writes now, or is not here."""
        topic, content = "another hand", self._context.session.opened
        self._context.notices.clear(topic)
        if content is None or not content.lines or not content.hand_sha256:
            return
        wrote = name_of(content.hand_sha256)
        if wrote is not None and wrote != self.choice.shipped:
            told = (
                f"{title_of(wrote)} wrote this note. Its ink stays; what you change is written by "
                f"“{self.choice.name}”. Style, Styles and hands chooses the other one."
            )
        elif wrote is None and not self._is_here(content.hand):
            told = (
                f"The hand “{content.hand}”, which wrote this note, is not on this computer. Its "
                f"ink stays; what you change is written by “{self.choice.name}”."
            )
        else:
            return
        self._context.notices.say(told, topic, error=False)

    def _is_here(self, hand: str) -> bool:
        """Whether there is a hand of that name, perhaps in another version."""
        return hand in bundled_hands() or self._taught.path(hand).exists()

    def make_view(self) -> LibraryView:
        """The view; made once."""
        self.view = LibraryView(self._context.actions, self._context.theme)
        self.view.chosen_changed.connect(self.enable)
        return self.view

    # What there is ---------------------------------------------------------------------------

    def offer(self) -> None:
        """Put the user's own styles into the studio's list, and their symbols into notes."""
        own = {entry.name: entry.style for entry in self.library.styles.own()}
        self._context.styles.offer("own", own)
        self._context.session.symbols = self.library.symbols.inks()
        self.library.hands.entries()
        self.tell_damaged()
        self.fill()

    def _hand_refused(self, path: Path, error: ScriptoriumError) -> None:
        self.library.damaged.refuse(path, error)
        self.offer()

    def tell_damaged(self) -> None:
        """Name what was found damaged since this was last done."""
        sentences = self.library.damaged.take()
        if not sentences:
            return
        # A topic of its own: what is found later must not take its place.
        self._context.notices.say(listed(sentences), f"damaged {sentences[0]}")
        self._tell(listed(sentences), error=True, notice=False)

    def fill(self) -> None:
        """Show what there is now, where the view is made."""
        if self.view is None:
            return
        entries, taught = self.library.styles.entries(), self.library.hands.entries()
        hand = self.choice.shipped or DEFAULT
        entries = tuple(e for e in entries if not e.bundled or e.hand == hand)
        self.view.show_entries(entries, taught, self.library.symbols.entries(), self.choice.name)
        for entry in entries:
            self._show_sample(entry.name)
        if not self.view.isVisible():
            return
        self._samples.want()
        missing: list[tuple[str, Path | None]] = []
        shipped: list[tuple[str, Path | None]] = [
            (title, None if name == DEFAULT else path_of(name)) for title, name in titles().items()
        ]
        for name, source in (*shipped, *((hand.name, hand.path) for hand in taught)):
            ink = self._previews.get(_version(source))
            if ink is not None:
                self.view.show_preview("hand", name, ink)
            elif taught or len(shipped) > 1:
                missing.append((name, source))
        if self._context.hands.hand is not None and missing:
            self._context.worker.request(
                "previews", Urgency.KEEPING, lambda: _written(missing), lambda _: None,
                lambda _: None, self._previewed,
            )  # fmt: skip

    def _show_sample(self, name: str) -> None:
        """Show a style in the library by a line that was written in it."""
        ink = self._context.styles.sample(name)
        if self.view is not None and ink is not None:
            self.view.show_preview("style", name, ink)

    def _previewed(self, result: tuple[str, Path | None, Ink]) -> None:
        name, source, ink = result
        self._previews[_version(source)] = ink
        if self.view is not None:
            self.view.show_preview("hand", name, ink)

    def enable(self) -> None:
        """Let what can be done with the chosen one be done: nothing, where it is not seen."""
        view, enable = self.view, self._context.actions.enable
        seen = view is not None and view.isVisible()
        kind, name = view.chosen() if view is not None else ("", "")
        own = kind == "style" and view is not None and view.is_own(name)
        taught = kind == "hand" and name not in titles()
        enable("library.use", seen and bool(kind))
        enable("library.rename", seen and own)
        enable("library.duplicate", seen and kind == "style")
        enable("library.delete", seen and (own or taught or kind == "symbol"))
        enable("library.export", seen and (kind == "style" or taught))
        enable("library.undo", seen and self._deleted is not None)

    # Making ----------------------------------------------------------------------------------

    def make(
        self,
        name: str,
        lines: Sequence[RecordedLine],
        source: str,
        done: Callable[[Style], None],
        part: Callable[[float], None] | None = None,
        as_they_are: bool = False,
    ) -> None:
        """Make a style of the lines in the worker: of all of them, or of the best.

        Parameters
        ----------
        name : str
        lines : sequence of RecordedLine
        source : str
            Where they come from, for the style's file.
        done : callable
            Called with the style.
        part : callable, optional
            Told the share that is done.
        as_they_are : bool
            Take all of them.
        """
        hand = self._context.hands.hand
        if hand is None or not lines:
            return

        def work() -> Generator[float, None, Style]:
            from engine.style_builder import iter_build_style, join_lines, usable_with

            if as_they_are and all(usable_with(hand, line) for line in lines):
                return join_lines(hand, name, lines, source)
            return (yield from iter_build_style(hand, name, lines, source))

        self._context.worker.request("own style", Urgency.SAMPLE, work, done, self._failed, part)

    def keep(self, style: Style) -> Entry:
        """Keep a style; the same recording makes the same one better, not another beside it."""
        styles = self.library.styles
        known = {entry.name.lower(): entry for entry in styles.own()}.get(style.name.lower())
        entry = styles.update(known.name, style) if known else styles.add(style)
        self.library.changed.emit()
        return entry

    # Using and changing ----------------------------------------------------------------------

    def use(self, kind: str, name: str) -> None:
        """Write the note in a style, or with a hand and in its owner's style."""
        if kind == "symbol":
            self._window.editor.insertPlainText(name)
            return
        style: str | None = name
        if kind == "hand":
            self.choice.choose(name)
            shipped = titles().get(name)
            if shipped is not None:
                # Its own styles, where the note is in those of another hand.
                wanted = {"style": default_style(shipped)}
                for block in list(foreign_styles(self._context.document.note, shipped)):
                    self._context.looks.choose("Change the hand", wanted, block)
                return
            # A taught hand follows its owner's lines best, and nobody else's.
            style = self.library.hand_style(name)
        self._context.looks.choose("Change the style", {"style": style})

    def _chosen(self) -> tuple[str, str]:
        return ("", "") if self.view is None else self.view.chosen()

    def _use(self) -> None:
        kind, name = self._chosen()
        if kind:
            self.use(kind, name)

    def _rename(self) -> None:
        _, name = self._chosen()
        new, given = QInputDialog.getText(
            self._parent, "Rename", "New name of the style:", text=name
        )
        used = self._context.document.note.look.style == name
        if given and self._done(lambda: self.library.styles.rename(name, new)) and used:
            self.use("style", " ".join(new.split()))

    def _duplicate(self) -> None:
        _, name = self._chosen()
        self._done(lambda: self.library.styles.duplicate(name))

    def _delete(self) -> None:
        kind, name = self._chosen()
        library = self.library
        if kind == "symbol":
            question = f"Delete all drawings of “{name}” for good?"
            if confirm(self._parent, question, DELETE):
                self._done(lambda: library.symbols.delete(name))
            return
        if kind == "hand":
            question = f"Delete the hand “{name}” for good? It would have to be taught again."
            if confirm(self._parent, question, DELETE):
                if self.choice.name == name:
                    self.choice.choose(SHIPPED)
                self._done(lambda: library.hands.delete(library.hands.path(name)))
            return

        def work() -> None:
            self._deleted = library.styles.delete(name)

        if self._done(work) and self.view is not None:
            self.view.say(f"“{name}” was deleted.", undo=True)
            self.enable()

    def _undo(self) -> None:
        deleted = self._deleted
        if deleted is not None and self._done(lambda: self.library.styles.restore(deleted)):
            self._deleted = None
            if self.view is not None:
                self.view.say("")
            self.enable()

    def _export(self) -> None:
        kind, name = self._chosen()
        ending, library = SUFFIX if kind == "hand" else ".json", self.library
        target, _ = ask_save(self._parent, "styles", "Export", f"{name}{ending}", f"*{ending}")
        if target is None:
            return
        if kind == "hand":
            self._done(lambda: library.hands.export(library.hands.path(name), target))
        else:
            self._done(lambda: library.styles.export(name, target))

    def _import(self) -> None:
        forms = "Styles (*.json)"
        for path in ask_open_several(self._parent, "styles", "Import styles", forms):
            self.take_in(path)

    def take_in(self, path: Path) -> None:
        """Add the style of a file."""
        self._done(lambda: self.library.styles.take_in(path))

    @property
    def _parent(self) -> Any:
        """The window that the user is in."""
        view = self.view
        return self._window if view is None or not view.isVisible() else view.window()

    def _done(self, work: Callable[[], object]) -> bool:
        """Do something with the library and show it; what goes wrong is told."""
        try:
            work()
        except ScriptoriumError as error:
            self._failed(error)
            return False
        self.library.changed.emit()
        return True

    def _failed(self, error: BaseException) -> None:
        if not isinstance(error, ScriptoriumError):
            raise error
        self._tell(str(error), error=True)

    def _say_refused(self, sentence: str) -> None:
        self._tell(sentence, error=True)

    def actions(self) -> tuple[Action, ...]:
        """What can be done with what is chosen in the library."""
        action = partial(Action, scope=SCOPE)
        return (
            action("library.use", "Use the chosen style, hand or symbol", self._use, "", "",
                   "check", "Write the note in it"),
            action("library.rename", "Rename the chosen style …", self._rename),
            action("library.duplicate", "Duplicate the chosen style", self._duplicate),
            action("library.export", "Export what is chosen …", self._export, "", "", "download"),
            action("library.delete", "Delete what is chosen", self._delete, "", "", "trash-2"),
            action("library.undo", "Undo deleting the style", self._undo, "", "Ctrl+Z", "undo-2"),
            Action("style.take_in", "Import styles …", self._import, "Style", "", "upload",
                   "Take styles from files", group=1),
        )  # fmt: skip


def _version(path: Path | None) -> tuple[str, str]:
    """A hand's file, as it is now; the one that ships where there is none."""
    changed = path.stat().st_mtime_ns if path is not None and path.exists() else 0
    return str(path), str(changed)


def _written(hands: Sequence[tuple[str, Path | None]]) -> Iterator[tuple[str, Path | None, Ink]]:
    """Each hand with a line written by it."""
    from engine.hand import Hand

    for name, path in hands:
        try:
            line = Hand.load(path).write(SHORT, bias=PLAIN.bias, policy=ALIGNED)
        except ScriptoriumError:
            continue
        yield name, path, line.ink.scaled(PLAIN.x_height)
