"""What is being recorded: the recording, the place in it, the line begun and what is said of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from engine.errors import ScriptoriumError
from engine.ink.ink import Ink, Stroke
from engine.ink.recorded_line import RecordedLine
from studio.library.damaged_files import DamagedFiles
from studio.recording.line_checks import QualityIssue, check_ink
from studio.recording.prompts import QUICK, SIGNATURE, SYMBOL, Coverage, PromptSet, coverage
from studio.recording.recording import Draft, Recording, line_of, recordings
from studio.recording.stroke_editor import StrokeEditor
from studio.storage.claim import Claim, OpenElsewhereError

#: What a recording is called until it is given a name.
UNNAMED = "My hand"


class RecorderModel(QObject):
    """The model of the recorder.

    Parameters
    ----------
    home : Path, optional
        Where recordings lie; the user's own folder where not given.
    damaged : DamagedFiles, optional
        Told of files that cannot be read.
    """

    line_changed = Signal()
    """Other strokes, or another text or place."""
    lines_changed = Signal()
    """A line was kept or removed, or the recording is another one."""
    remarked = Signal(object)
    """What may be wrong with the line: a tuple of `QualityIssue`, empty where nothing is."""
    kept = Signal(object)
    """A `RecordedLine` that is on disk now."""
    words_wanted = Signal(object)
    """The `Ink` of a line that is to be kept and of which nobody said what it says."""
    drawn = Signal(str, object)
    """A sign and the `Ink` that was drawn for it, in the canvas's pixels."""
    failed = Signal(str)

    def __init__(self, home: Path | None = None, damaged: DamagedFiles | None = None) -> None:
        super().__init__()
        self._home = home
        self.damaged = damaged or DamagedFiles()
        self.sheet = StrokeEditor()
        self.recording: Recording | None = None
        self.guide: PromptSet = QUICK
        self.name = UNNAMED
        self.place = 1
        self.own_text = ""
        self.source = "mouse"
        self.remarks: tuple[QualityIssue, ...] = ()
        self._warned = False
        self._claimed: Claim | None = None

    # The recording.

    def begin(self, guide: PromptSet, name: str = UNNAMED) -> None:
        """Begin a new recording; its folder is made with the first stroke."""
        self.release()
        self.recording, self.guide, self.name = None, guide, name
        self._go(1)
        self.lines_changed.emit()

    def go_on(self, recording: Recording) -> None:
        """Go on with a recording where it was left, with the line begun if there is one.

        Where another window writes to it, a new one is begun, and this is told.
        """
        self.release()
        try:
            self._claimed = recording.claim()
        except OpenElsewhereError as error:
            self.begin(recording.guide, recording.name)
            self.failed.emit(f"{error.told}; what you write here goes to a new one.")
            return
        self.recording, self.guide, self.name = recording, recording.guide, recording.name
        draft = recording.draft()
        self._go(draft.place if draft is not None else recording.next_place())
        if draft is not None:
            self.own_text = draft.text
            self.sheet.start(draft.strokes)
        self.lines_changed.emit()
        self.line_changed.emit()

    def release(self) -> None:
        """Let other windows go on with the recording."""
        if self._claimed is not None:
            self._claimed.release()
            self._claimed = None

    def begun(self) -> Recording | None:
        """The recording to go on with: before others one whose line was begun and not ended.

        Such a line is left by a crash, or by a window that was closed. A recording that another
        window has is passed over.
        """
        free = [recording for recording in self.recordings() if not recording.held()]
        unfinished = (recording for recording in free if recording.draft() is not None)
        return next(unfinished, next(iter(free), None))

    def recordings(self) -> list[Recording]:
        """The recordings that there are, by name."""
        return recordings(self._home, self.damaged)

    def follow(self, guide: PromptSet) -> None:
        """Take another set of sentences for the lines to come."""
        self.guide = guide
        if self.recording is not None and not self.draws_symbol:
            self._try(lambda recording: recording.follow(guide))
            if not self.sheet.strokes:
                self._go(self.recording.next_place())
        self.lines_changed.emit()
        self.line_changed.emit()

    def rename(self, name: str) -> None:
        """Call the recording otherwise."""
        self.name = " ".join(name.split()) or UNNAMED
        if self.recording is not None:
            self._try(lambda recording: recording.rename(self.name))

    @property
    def lines(self) -> dict[int, RecordedLine]:
        """The lines on disk by their places; from memory."""
        return self.recording.lines() if self.recording is not None else {}

    @property
    def count(self) -> int:
        """How many lines the guide asks for; 0 where it asks for none."""
        return len(self.guide.sentences)

    @property
    def done(self) -> bool:
        """Whether every sentence of the guide has its line."""
        return self.count > 0 and set(range(1, self.count + 1)) <= set(self.lines)

    def coverage(self) -> Coverage:
        """What the lines on disk show."""
        return coverage(line.text for line in self.lines.values())

    def remove(self, place: int) -> None:
        """Remove a line for good."""
        self._try(lambda recording: recording.drop(place))
        self.lines_changed.emit()

    def take_in(self, line: RecordedLine) -> None:
        """Keep a line from elsewhere in the next place."""
        self._ensure()
        if self.recording is not None:
            place = self.recording.next_place(max([0, self.count, *self.lines]))
            self._try(lambda recording: recording.keep(place, line))
            self.lines_changed.emit()

    # The line.

    @property
    def text(self) -> str:
        """What is to be written on the line."""
        if self.draws_symbol:
            return "".join(self.own_text.split()) or SIGNATURE
        sentences = self.guide.sentences
        if 0 < self.place <= len(sentences):
            return sentences[self.place - 1]
        return " ".join(self.own_text.split())

    @property
    def draws_symbol(self) -> bool:
        """Whether a sign is drawn, not a line: it goes to the library, not to the recording."""
        return self.guide is SYMBOL

    @property
    def asks_for_words(self) -> bool:
        """Whether the words are the user's to type."""
        return not 0 < self.place <= self.count

    def set_text(self, text: str) -> None:
        """Type one's own words."""
        self.own_text = text
        self._save_draft()
        self.line_changed.emit()

    def add(self, stroke: Stroke) -> None:
        """A stroke has ended: it is on disk before the next one begins."""
        self.sheet.add(stroke)
        self._changed()

    def erase(self, x: float, y: float, reach: float) -> None:
        """Take the strokes near a point away."""
        if self.sheet.erase(x, y, reach):
            self._changed()

    def undo(self) -> None:
        """Take the last change of the line back."""
        self.sheet.undo()
        self._changed()

    def redo(self) -> None:
        """Do again what was taken back."""
        self.sheet.redo()
        self._changed()

    def clear(self) -> None:
        """Clear the whole line."""
        self.sheet.clear()
        self._changed()

    def _changed(self) -> None:
        self._warned = False
        self._say(())
        self._save_draft()
        self.line_changed.emit()

    def finish(self, in_spite: bool = False) -> bool:
        """Keep the line and go on to the next; held up once where something may be wrong with it.

        Parameters
        ----------
        in_spite : bool
            Keep it whatever may be wrong.
        """
        if self.draws_symbol:
            if self.sheet.strokes:
                self.drawn.emit(self.text, Ink(self.sheet.strokes))
            return False
        line = line_of(Draft(self.place, self.text, self.sheet.strokes), self.source)
        remarks = check_ink(line)
        if not self.text:
            remarks = (
                QualityIssue("text", "Type the words that you write, above the line."),
                *remarks,
            )
            if line.ink.points > 1:
                self.words_wanted.emit(line.ink)
        blocked = not self.text or line.ink.points < 2
        if blocked or (remarks and not (in_spite or self._warned)):
            self._warned = not blocked
            self._say(remarks)
            return False
        self._ensure()
        if not self._try(lambda recording: recording.keep(self.place, line)):
            return False
        self._say(())
        self.own_text = ""
        self.kept.emit(line)
        self.lines_changed.emit()
        assert self.recording is not None
        self._go(self.recording.next_place())
        return True

    @property
    def warned(self) -> bool:
        """Whether the next `finish` keeps the line all the same."""
        return self._warned

    def visit(self, place: int) -> None:
        """Write the line of a place, or write it again."""
        self._go(place)

    def _go(self, place: int) -> None:
        self.place = place
        self._warned = False
        self.sheet.start()
        self._say(())
        self.line_changed.emit()

    def _say(self, remarks: tuple[QualityIssue, ...]) -> None:
        if remarks != self.remarks:
            self.remarks = remarks
            self.remarked.emit(remarks)

    # Disk.

    def _ensure(self) -> None:
        if self.recording is None:
            try:
                self.recording = Recording.create(self.name, self.guide, self._home, self.damaged)
                self._claimed = self.recording.claim()
            except (ScriptoriumError, OSError) as error:
                self.failed.emit(str(error))

    def _save_draft(self) -> None:
        if not self.draws_symbol and (self.sheet.strokes or self.recording is not None):
            self._ensure()
            draft = Draft(self.place, self.text, self.sheet.strokes)
            self._try(lambda recording: recording.begin(draft))

    def _try(self, work: Callable[[Recording], object]) -> bool:
        """Do something with the recording; what goes wrong is told, and the ink stays here."""
        if self.recording is None:
            return False
        try:
            work(self.recording)
        except (ScriptoriumError, OSError) as error:
            self.failed.emit(str(error))
            return False
        return True
