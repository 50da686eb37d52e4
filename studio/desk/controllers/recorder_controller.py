"""The recorder: lines in the user's own hand, the checks of them, and styles made of them."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QObject, Signal

from engine.errors import ScriptoriumError
from engine.ink.ink import Ink
from engine.ink.recorded_line import RecordedLine
from engine.style.style import Style
from studio.desk.actions import Action
from studio.desk.context import StudioContext
from studio.desk.controllers.library_controller import LibraryController
from studio.desk.recorder.line_checking import LineRecogniser
from studio.desk.recorder.recorder_model import RecorderModel
from studio.desk.recorder.recorder_view import RecorderView
from studio.desk.widgets.plain_text import plain_name
from studio.desk.widgets.questions import confirm
from studio.desk.worker import Urgency
from studio.library.user_library import UserLibrary
from studio.recording.line_checks import QualityIssue, left_out, read_as
from studio.recording.prompts import QUICK, SYMBOL
from studio.writing.time_left import TimeLeft

#: The answer to what cannot be taken back.
DELETE = "Delete"
SCOPE = "recorder"


class RecorderController(QObject):
    """Joins the recorder's model with its view, the hand and the library.

    Parameters
    ----------
    context : StudioContext
    library : UserLibrary
    styles : LibraryController
        Makes and keeps styles.
    recogniser : LineRecogniser
    tell : callable
        Says something where the user is looking; a second argument says whether it is an error.
    """

    deleting = Signal(object)
    """The `Recording` that is about to be deleted."""

    def __init__(
        self,
        context: StudioContext,
        library: UserLibrary,
        styles: LibraryController,
        recogniser: LineRecogniser,
        tell: Callable[..., None],
    ) -> None:
        super().__init__()
        self._context, self._library, self._styles = context, library, styles
        self._recogniser, self._tell = recogniser, tell
        self._actions, self._worker = context.actions, context.worker
        self.model = RecorderModel(damaged=library.damaged)
        self.model.kept.connect(self._check)
        self.model.drawn.connect(self._keep_symbol)
        self.model.words_wanted.connect(self._guess_words)
        self.model.line_changed.connect(self.enable)
        self.model.lines_changed.connect(self.enable)
        self.view: RecorderView | None = None
        self._style_wanted = False
        context.hands.changed.connect(self._hand_changed)

    def make_view(self) -> RecorderView:
        """The view; made once."""
        self.view = RecorderView(self.model, self._actions, self._context.theme)
        self.view.recordings_wanted.connect(self._fill_recordings)
        return self.view

    def prepare(self) -> None:
        """Have something to go on with: what a crash or a closed window left is there again."""
        if self.model.recording is None:
            begun = self.model.begun()
            if begun is not None:
                self.model.go_on(begun)
        hand = self._context.hands.hand
        if hand is not None and self.view is not None:
            self.view.preparation = hand.preparation

    def draw(self, sign: str) -> None:
        """Have a symbol drawn for a character of the text."""
        self.model.follow(SYMBOL)
        self.model.set_text(sign)
        self._tell(f"Draw “{sign}” as it should look in your notes, then keep it.")

    def enable(self) -> None:
        """Let what can be done be done: nothing, where the recorder is not seen."""
        model, enable = self.model, self._actions.enable
        seen = self.view is not None and self.view.isVisible()
        strokes = bool(model.sheet.strokes)
        enable("recorder.keep", seen and strokes)
        enable("recorder.undo", seen and model.sheet.can_undo)
        enable("recorder.redo", seen and model.sheet.can_redo)
        enable("recorder.clear", seen and strokes)
        for ident in ("recorder.erase", "recorder.seen", "recorder.new"):
            enable(ident, seen)
        enable("recorder.delete", seen and model.recording is not None)
        enable("recorder.style", seen and bool(model.lines))

    # Recordings ------------------------------------------------------------------------------

    def _fill_recordings(self) -> None:
        """The recordings that there are, a new one, and the end of this one."""
        if self.view is None:
            return
        menu, here = self.view.menu, self.model.recording
        menu.clear()
        menu.addAction("New recording", partial(self._actions.trigger, "recorder.new"))
        menu.addSeparator()
        for recording in self.model.recordings():
            act = menu.addAction(plain_name(recording.name), partial(self.model.go_on, recording))
            act.setCheckable(True)
            act.setChecked(here is not None and recording.folder == here.folder)
        menu.addSeparator()
        delete = menu.addAction(
            "Delete this recording …", partial(self._actions.trigger, "recorder.delete")
        )
        delete.setEnabled(here is not None)
        self._styles.tell_damaged()

    def _begin(self) -> None:
        self.model.begin(QUICK)

    def _delete(self) -> None:
        here = self.model.recording
        if here is None or self.view is None:
            return
        question = (
            f"Delete all lines of “{here.name}” for good, and an unfinished training on them? "
            "Styles and hands that were made of it stay."
        )
        if confirm(self.view.window(), question, DELETE):
            self.deleting.emit(here)
            self.model.release()
            here.delete()
            self.model.begin(QUICK)

    # Lines -----------------------------------------------------------------------------------

    def _check(self, line: RecordedLine) -> None:
        """Look which words do not read as they should, and which letters are missing."""
        hand, recogniser = self._context.hands.hand, self._recogniser
        if hand is None:
            return

        def work() -> tuple[QualityIssue, ...]:
            from engine.line_scoring import score_lines
            from engine.style_builder import usable_with

            if not usable_with(hand, line):
                return ()
            (fit,) = score_lines(hand, [line])
            (read,) = recogniser.read([fit.ink])
            return (*read_as(fit.text, read), *left_out(fit))

        def done(remarks: tuple[QualityIssue, ...]) -> None:
            if remarks and self.view is not None:
                self.view.say(f"“{line.text}”: " + "  ".join(r.sentence for r in remarks))

        self._worker.request("fit", Urgency.KEEPING, work, done, self._failed)

    def _guess_words(self, ink: Ink) -> None:
        """Offer what a line in the user's own words may say, to be corrected."""
        strokes, model = self.model.sheet.strokes, self.model

        def done(read: list[str]) -> None:
            if read[0] and not model.own_text and model.sheet.strokes == strokes:
                model.set_text(read[0])
                self._tell("Is this what you wrote? Correct the words, then keep the line.")

        self._worker.request(
            "words", Urgency.SAMPLE, lambda: self._recogniser.read([ink]), done, self._failed
        )

    def _keep_symbol(self, sign: str, ink: Ink) -> None:
        """Keep a drawing for a sign; notes that have the sign are set with it."""
        if self.view is None:
            return
        canvas = self.view.canvas
        left = ink.bounds[0]
        drawing = ink.moved(-left, -canvas.baseline).scaled(1 / canvas.x_height)
        try:
            symbol = self._library.symbols.add(sign, drawing)
        except ScriptoriumError as error:
            self._failed(error)
            return
        self.model.clear()
        self._library.changed.emit()
        self._context.session.refresh()
        times = "once" if len(symbol.inks) == 1 else f"{len(symbol.inks)} times"
        self._tell(
            f"“{symbol.sign}” has been drawn {times}; one of these drawings is used wherever "
            "a text has it."
        )

    # Styles ----------------------------------------------------------------------------------

    def make_style(self) -> None:
        """Make a style of the best lines, or of those marked, and keep it."""
        chosen = self.view.list.chosen_places() if self.view is not None else ()
        every = self.model.lines
        # Lines that the user marked are taken as they are; else the best are found.
        marked = [every[place] for place in chosen if place in every]
        lines: Sequence[RecordedLine] = marked if len(marked) > 1 else list(every.values())
        if not lines:
            return
        self._style_wanted = self._context.hands.hand is None
        if self._style_wanted:
            self._tell("Your style is made as soon as the hand is loaded …")
            return
        source = f"Recorded on {datetime.date.today():%d %B %Y} with a {self.model.source}."
        self._tell("Making a style of your lines …")
        clock = TimeLeft()

        def part(share: float) -> None:
            left = clock.describe(share)
            more = f", {left}" if left else ""
            self._tell(f"Making a style of your lines: {100 * share:.0f} %{more} …")

        def done(style: Style) -> None:
            # The note that is open stays as it is until it is asked to be written so.
            entry = self._styles.keep(style)
            self._context.notices.say(
                f"The style “{entry.name}” is ready.",
                "style",
                "Use it in this note",
                partial(self._styles.use, "style", entry.name),
                error=False,
            )
            if self.view is not None and self.view.isVisible():
                self.view.say(f"The style “{entry.name}” is ready; it is in the list of styles.")

        self._styles.make(self.model.name, lines, source, done, part, as_they_are=len(marked) > 1)

    def _hand_changed(self) -> None:
        if self._style_wanted and self._context.hands.hand is not None:
            self.make_style()

    def _failed(self, error: BaseException) -> None:
        if not isinstance(error, ScriptoriumError):
            raise error
        self._tell(str(error), error=True)

    def _erase(self, on: bool) -> None:
        if self.view is not None:
            self.view.canvas.erasing = on

    def _show_seen(self, on: bool) -> None:
        if self.view is not None:
            self.view.show_seen(on)

    def actions(self) -> tuple[Action, ...]:
        """What can be done with the line that is recorded, and with the recording."""
        model = self.model
        return (
            Action("recorder.keep", "Keep the line and go on", lambda: model.finish(), "",
                   "Ctrl+Return", "check", "Keep this line and go on", scope=SCOPE),
            Action("recorder.undo", "Undo the last stroke", model.undo, "", "Ctrl+Z", "undo-2",
                   "Undo", scope=SCOPE),
            Action("recorder.redo", "Redo the stroke", model.redo, "", "Ctrl+Shift+Z", "redo-2",
                   "Redo", scope=SCOPE),
            Action("recorder.clear", "Clear the line", model.clear, "", "", "trash-2",
                   "Clear the whole line", scope=SCOPE),
            Action("recorder.erase", "Eraser", self._erase, "", "", "",
                   "Erase whole strokes; the other end of the pen does so, too", checkable=True,
                   scope=SCOPE),
            Action("recorder.seen", "What the network sees", self._show_seen, "", "", "eye",
                   "Show the points after resampling, smoothing and levelling", checkable=True,
                   scope=SCOPE),
            Action("recorder.style", "Make a style of the lines", self.make_style, "", "",
                   "feather",
                   "Write in your style at once, after your best line or the lines that you mark",
                   scope=SCOPE),
            Action("recorder.new", "New recording", self._begin, "", "", "file-plus",
                   "Begin another recording", scope=SCOPE),
            Action("recorder.delete", "Delete this recording …", self._delete, "", "", "trash-2",
                   "Remove all of its lines", scope=SCOPE),
        )  # fmt: skip
