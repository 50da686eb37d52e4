"""Teaching: a recording becomes a hand, in a process that can be stopped and gone on with."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QTimer

from engine.errors import StyleError
from engine.ink.recorded_line import recorded_lines
from engine.style.style import Style
from studio.desk.actions import Action
from studio.desk.context import StudioContext
from studio.desk.controllers.library_controller import LibraryController
from studio.desk.recorder.recorder_model import RecorderModel
from studio.desk.recorder.teaching_process import TeachingProcess
from studio.desk.recorder.teaching_view import FEWEST, TeachingView
from studio.library.user_library import UserLibrary
from studio.recording.recording import Recording
from studio.teaching.lesson import Lesson, unfinished

#: Milliseconds between two looks whether a training has ended whose window was killed.
ENDING = 1000


class TeachingController(QObject):
    """Joins the process that teaches with its view, the recording and the library.

    Parameters
    ----------
    context : StudioContext
    library : UserLibrary
    styles : LibraryController
    recording : RecorderModel
    show : callable
        Shows the view.
    record : callable
        Shows the recorder, where there is too little to learn from.
    """

    def __init__(
        self,
        context: StudioContext,
        library: UserLibrary,
        styles: LibraryController,
        recording: RecorderModel,
        show: Callable[[], object],
        record: Callable[[str], object],
    ) -> None:
        super().__init__()
        self._notices, self._theme = context.notices, context.theme
        self._library, self._styles, self._recording = library, styles, recording
        self._show, self._record = show, record
        self._closed = False
        self.lesson = TeachingProcess(self)
        self.lesson.done.connect(self._taught)
        self.view: TeachingView | None = None

    def make_view(self) -> TeachingView:
        """The view; made once."""
        self.view = TeachingView(self.lesson, self._recording.name, 0, self._theme)
        self.view.start_wanted.connect(self._teach)
        return self.view

    def prepare(self) -> None:
        """Show what there is to learn from."""
        if self._recording.recording is None:
            found = self._recording.recordings()
            if found:
                self._recording.go_on(found[0])
        here, lines = self._recording.recording, self._recording.lines
        if self.lesson.running or self.view is None:
            return
        if here is not None and len(lines) >= FEWEST:
            self.lesson.show(next(reversed(self._unfinished(here.folder)), None))
        self.view.prepare(self._recording.name, len(lines))

    def open(self) -> None:
        """Show the lesson, or first the recorder where there are no lines to learn from."""
        self.prepare()
        if len(self._recording.lines) < FEWEST and not self.lesson.running:
            self._record("Record at least three lines first; twenty make a good hand.")
        else:
            self._show()

    def _teach(self, name: str) -> None:
        recording, lesson = self._recording.recording, self.lesson.lesson
        if lesson is None or not self.lesson.stopped:
            if recording is None:
                return
            hands = self._library.hands
            out = hands.free(name)
            lesson = Lesson(recording.folder, out, hands.run_folder(out), name)
        self._notices.clear("lesson")
        self.lesson.start(lesson)

    def _unfinished(self, lines: Path | None = None) -> list[Lesson]:
        """The half-done lessons that no window teaches; of a recording's folder, or all."""
        found = unfinished(self._library.hands.teaching, self._library.damaged)
        self._styles.tell_damaged()
        return [lesson for lesson in found if lines is None or lesson.lines == lines]

    def forget(self, recording: Recording) -> None:
        """A recording is about to be deleted: what a lesson has learnt of it goes, too."""
        if self.lesson.lesson is not None and self.lesson.lesson.lines == recording.folder:
            self.lesson.end()
            self.lesson.show(None)
        for lesson in self._unfinished(recording.folder):
            lesson.forget()

    def offer(self) -> None:
        """Offer the lesson that was half done when its window ended."""
        left = [lesson for lesson in self._unfinished() if lesson.lines.is_dir()]
        if self._closed or self.lesson.running or not left:
            return
        lesson = left[-1]
        if lesson.running:
            # Its window was killed a moment ago: what it has learnt is being written down.
            QTimer.singleShot(ENDING, self, self.offer)
            return
        done = f"{100 * lesson.share:.0f} %"
        self._notices.say(
            f"Teaching the hand “{lesson.name}” was not finished; {done} is done.",
            "lesson",
            "Go on",
            partial(self._go_on, lesson),
            error=False,
            other=("Give it up", partial(self._give_up, lesson)),
        )

    def _go_on(self, lesson: Lesson) -> None:
        self._show()
        self.lesson.show(lesson)
        if self.view is not None:
            self.view.prepare(lesson.name, len(list(lesson.lines.glob("line-*.json"))))
        self.lesson.start(lesson)

    def _give_up(self, lesson: Lesson) -> None:
        """Remove what was learnt; the recording stays."""
        if not (lesson.taught_here or lesson.running):
            lesson.forget()
        self.offer()

    def _taught(self, path: Path) -> None:
        """Offer the hand, and make the style that it writes in: it is of the same lines."""
        with suppress(OSError):
            # The training made it as any other file.
            path.chmod(0o600)
        self._library.changed.emit()
        lesson = self.lesson.lesson
        if self._library.hand_style(path.stem) is None:
            try:
                lines = [] if lesson is None else recorded_lines(lesson.lines)
            except StyleError:  # deleted meanwhile
                lines = []
            source = f"Of the lines that taught the hand “{path.stem}”."

            def done(style: Style) -> None:
                self._styles.keep(style)

            self._styles.make(path.stem, lines, source, done)
        self._notices.say(
            f"The hand “{path.stem}” has been taught.", "lesson", "Write with it",
            partial(self._styles.use, "hand", path.stem), error=False,
        )  # fmt: skip

    def close(self) -> None:
        """End the lesson; what is learnt is offered at the next start."""
        self._closed = True
        self.lesson.end()

    def actions(self) -> tuple[Action, ...]:
        """What can be done."""
        return (
            Action("style.teach", "Teach a hand …", self.open, "Style", "", "book-open",
                   "Let the network learn your letters from your recorded lines", group=1),
        )  # fmt: skip
