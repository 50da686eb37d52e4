"""Handwriting from files: read in the worker, given its words, and kept in the recording."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from engine.errors import ScriptoriumError
from studio.desk.actions import Action
from studio.desk.context import StudioContext
from studio.desk.recorder.line_checking import LineRecogniser
from studio.desk.recorder.recorder_model import RecorderModel
from studio.desk.widgets.file_dialogs import ask_open_several
from studio.desk.worker import Urgency
from studio.importing.kinds import KINDS
from studio.recording.prompts import FREE

if TYPE_CHECKING:
    from studio.importing.foreign_ink import ForeignInk, InkPiece


class InkImportController(QObject):
    """Takes in files of ink, one after another.

    Parameters
    ----------
    context : StudioContext
    recording : RecorderModel
        Where the lines go.
    recogniser : LineRecogniser
    parent_of_dialogs : callable
        The window that the user is in.
    tell : callable
        Says something where the user is looking.
    taken : callable
        Called when lines have come to the recording.
    """

    def __init__(
        self,
        context: StudioContext,
        recording: RecorderModel,
        recogniser: LineRecogniser,
        parent_of_dialogs: Callable[[], QWidget],
        tell: Callable[..., None],
        taken: Callable[[], object],
    ) -> None:
        super().__init__()
        self._notices, self._worker, self._theme = context.notices, context.worker, context.theme
        self._recording, self._recogniser = recording, recogniser
        self._parent, self._tell, self._taken = parent_of_dialogs, tell, taken
        #: Files of ink that are still to be read, the one that is read now first.
        self._files: list[Path] = []

    def ask(self) -> None:
        """Ask for files of ink, and for the words in them."""
        kinds = [f"{kind} (*{' *'.join(endings)})" for kind, endings in KINDS.items()]
        every = " ".join(f"*{ending}" for endings in KINDS.values() for ending in endings)
        forms = ";;".join([f"All ink ({every})", *kinds])
        for path in ask_open_several(self._parent(), "ink", "Import ink", forms):
            self.take_in(path)

    def take_in(self, path: Path) -> None:
        """Add the ink of a file to the recording, with the words that the user types.

        It is read in the worker, one file after another, and can be stopped.
        """
        self._files.append(path)
        if len(self._files) == 1:
            self._read_next()

    def _read_next(self) -> None:
        if not self._files:
            return
        path = self._files[0]
        self._notices.say(f"Reading {path.name} …", "ink", "Cancel", self._stop, error=False)

        def done(found: ForeignInk) -> None:
            self._notices.clear("ink")
            self._ask_words(path, found)
            self._go_on()

        def failed(error: BaseException) -> None:
            self._notices.clear("ink")
            self._failed(error)
            self._go_on()

        self._worker.request("ink", Urgency.SAMPLE, lambda: _read(path), done, failed)

    def _go_on(self) -> None:
        """Go on with the next of the files, if there are more."""
        if self._files:
            del self._files[0]
        self._read_next()

    def _stop(self) -> None:
        self._worker.cancel("ink")
        self._files.clear()
        self._notices.clear("ink")

    def _ask_words(self, path: Path, found: ForeignInk) -> None:
        """Let the user say what the lines of a file say."""
        from studio.desk.recorder.import_dialog import ImportDialog

        dialog = ImportDialog(found.pieces, path.name, self._theme, self._parent(), found.notices)
        turned = found.turned

        def guess(pieces: Sequence[InkPiece]) -> None:
            if not all(piece.text for piece in pieces):
                inks = [piece.ink for piece in pieces]
                self._worker.request(
                    "words",
                    Urgency.SAMPLE,
                    lambda: self._recogniser.read(inks),
                    dialog.suggest,
                    self._failed,
                )

        def show(again: ForeignInk) -> None:
            nonlocal turned
            turned = again.turned
            dialog.show_ink(again.pieces, again.notices)
            guess(again.pieces)

        def turn() -> None:
            dialog.turn.setEnabled(False)
            self._worker.cancel("words")
            flip = not turned
            self._worker.request(
                "ink", Urgency.SAMPLE, lambda: _read(path, flip=flip), show, self._failed
            )

        dialog.turn_wanted.connect(turn)
        guess(found.pieces)
        accepted = dialog.exec() == ImportDialog.DialogCode.Accepted
        # What was asked for may come too late for the dialog.
        for channel in ("words", "ink"):
            self._worker.cancel(channel)
        if accepted:
            if self._recording.recording is None:
                self._recording.begin(FREE, path.stem)
            for line in dialog.lines():
                self._recording.take_in(line)
            self._taken()
        dialog.deleteLater()

    def _failed(self, error: BaseException) -> None:
        if not isinstance(error, ScriptoriumError):
            raise error
        self._tell(str(error), error=True)

    def actions(self) -> tuple[Action, ...]:
        """What can be done."""
        return (
            Action("style.import", "Import ink …", self.ask, "Style", "", "upload",
                   "Take handwriting from InkML, Xournal++, SVG or tables", group=1),
        )  # fmt: skip


def _read(path: Path, *, flip: bool | None = None) -> ForeignInk:
    # The readers of other programs' files, and what they need, are imported when one is read.
    from studio.importing.reading import read_ink

    return read_ink(path, flip=flip)
