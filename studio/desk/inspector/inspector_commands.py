"""What the inspector's buttons do: feed ink, steer, compare, save, open as a notebook."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from engine.errors import ScriptoriumError, SettingError
from engine.hand import Hand
from engine.ink.ink import Ink
from engine.io.atomic import atomic_write
from engine.sampling.policy import DEFAULT_BIAS
from engine.sampling.steering import Steering
from engine.style.style import Style
from studio.desk.inspector.inspector_model import InspectorModel
from studio.desk.widgets.file_dialogs import ask_save
from studio.inspection.corpus_figures import CorpusLine, LineCorpus
from studio.inspection.notebook_file import notebook
from studio.inspection.numbers_file import save_numbers
from studio.inspection.publication_figure import FORMATS, PublicationFigure, Scene, save
from studio.inspection.run_recording import RunRecording
from studio.inspection.runs import Run, fed, refed, sampled

Work = Callable[[], Any]
Runner = Callable[[Work, Callable[[Any], None], Callable[[BaseException], None]], None]
"""Runs work somewhere, then calls the second with its value or the third with its error."""


LongRunner = Callable[
    [
        Callable[[], Iterator[Any]],
        Callable[[Any], None],
        Callable[[Any], None],
        Callable[[BaseException], None],
    ],
    None,
]
"""Runs work that yields; each value goes to the second, the end to the third, an error to the last.
"""


def at_once(
    work: Work, done: Callable[[Any], None], failed: Callable[[BaseException], None]
) -> None:
    """Run work here and now."""
    try:
        value = work()
    except Exception as error:  # told where the result is awaited
        failed(error)
    else:
        done(value)


def all_at_once(
    work: Callable[[], Iterator[Any]],
    part: Callable[[Any], None],
    done: Callable[[Any], None],
    failed: Callable[[BaseException], None],
) -> None:
    """Run work that yields, here and now."""

    def parts() -> None:
        for value in work():
            part(value)

    at_once(parts, done, failed)


@dataclass(frozen=True)
class Other:
    """What a line is compared to.

    Parameters
    ----------
    hand : Path or None
        A hand's file; None: the hand that is in use.
    ships : bool
        Whether it is the hand that ships with the program instead.
    style : str or None
    bias : float
    seed : int
        How the line is written; of no account where its ink was given.
    """

    hand: Path | None = None
    ships: bool = False
    style: str | None = None
    bias: float = DEFAULT_BIAS
    seed: int = 0


@dataclass
class Surroundings:
    """What the inspector needs from where it stands.

    Parameters
    ----------
    run : callable
        Runs what takes long; at once where nothing else is given.
    styles : callable
        All styles by name.
    run_long : callable
        Runs what takes minutes, one thing at a time.
    stop_long : callable
        Ends that.
    """

    run: Runner = at_once
    styles: Callable[[], Mapping[str, Style]] = dict
    run_long: LongRunner = all_at_once
    stop_long: Callable[[], object] = lambda: None


class InspectorCommands(QObject):
    """Does what is asked for, with the model's hand; tells in a sentence what cannot be done."""

    failed = Signal(str)
    done = Signal(str)
    busy = Signal(str)

    def __init__(self, model: InspectorModel, around: Surroundings) -> None:
        super().__init__()
        self.model, self.around = model, around

    def feed(self, ink: Ink, text: str, source: str) -> None:
        """Teacher forcing."""
        hand = self.model.hand
        if hand is None:
            self.failed.emit("The hand is still being loaded; try again in a moment.")
            return
        self.busy.emit(f"Feeding {source or 'ink'} …")
        self.around.run(lambda: fed(hand, ink, text, source), self._show, self._fail)

    def feed_line(self, corpus: LineCorpus, place: CorpusLine) -> None:
        """Teacher forcing with a line of a corpus."""
        hand = self.model.hand
        if hand is None:
            self.failed.emit("The hand is still being loaded; try again in a moment.")
            return
        self.busy.emit(f"Feeding {place.name} …")
        self.around.run(lambda: corpus.recording(hand, place), self._show, self._fail)

    def steer(self, steering: Steering) -> None:
        """Write the line again from a point on; what it was is kept for comparison."""
        hand, recording = self.model.hand, self.model.recording
        try:
            if hand is None or recording is None or not len(recording):
                raise SettingError("There is no line to steer; write one first.")
            run = replace(self.run_of(recording), steering=steering)
            if steering.first >= len(recording):
                raise SettingError(
                    f"The line has no point {steering.first}; choose an earlier one."
                )
            steering.overrides(hand.network.config.mixture)
        except ScriptoriumError as error:
            self.failed.emit(str(error))
            return
        self.busy.emit("Writing on …")

        def show(found: RunRecording) -> None:
            self.model.compare(recording)
            self._show(found)
            self.model.hold(steering.first)

        self.around.run(lambda: sampled(hand, run), show, self._fail)

    def run_of(self, recording: RunRecording) -> Run:
        """The run that a recording is of, without steering.

        Raises
        ------
        SettingError
            If nothing was sampled, or its style is gone.
        """
        settings = recording.settings
        if settings.bias is None or settings.seed is None:
            raise SettingError(
                "This ink is not of one run: it was given, or put together of pieces. Only a line"
                " that one run wrote can be steered or repeated."
            )
        style = None if settings.style is None else self._style(settings.style)
        return Run(recording.text, style, settings.bias, settings.seed)

    def can_repeat(self) -> bool:
        """Whether one run wrote the line that is seen; says why where none did."""
        recording = self.model.recording
        try:
            if recording is None or not len(recording):
                raise SettingError("There is no line to repeat; write one first.")
            self.run_of(recording)
        except ScriptoriumError as error:
            self.failed.emit(str(error))
            return False
        return True

    def keep(self) -> None:
        """Keep the line that is seen for comparison."""
        recording = self.model.recording
        if recording is None or not len(recording):
            self.failed.emit("There is no line to keep; write one first.")
            return
        self.model.compare(recording)
        self.done.emit("Kept; the next line of the same text is compared to it.")

    def compare(self, other: Other) -> None:
        """Set the line beside another run of it, or beside what another hand makes of its ink."""
        recording, own = self.model.recording, self.model.hand
        if own is None or recording is None or not len(recording):
            self.failed.emit("There is no line to compare; write one first.")
            return
        text, given = recording.text, recording.settings.bias is None
        try:
            style = None if other.style is None or given else self._style(other.style)
        except ScriptoriumError as error:
            self.failed.emit(str(error))
            return

        def work() -> RunRecording:
            hand = own
            if other.ships or other.hand is not None:
                hand = Hand.load(other.hand, str(own.device))
            if given:
                return refed(hand, recording)
            return sampled(hand, Run(text, style, other.bias, other.seed))

        def show(found: RunRecording) -> None:
            if self.model.recording is recording:
                self.model.compare(found)
            self.done.emit("")

        self.busy.emit("Writing the other run …")
        self.around.run(work, show, self._fail)

    def _style(self, name: str) -> Style:
        style = self.around.styles().get(name)
        if style is None:
            raise SettingError(f"There is no style {name!r} any more.")
        return style

    def save_figure(self, figure: PublicationFigure, path: Path) -> None:
        """Write a figure."""
        model = self.model
        if model.recording is None:
            self.failed.emit("There is no line to show; write one first.")
            return
        scene = Scene(model.recording, model.cursor, model.other, model.character)
        self._try(lambda: save(scene, figure, path), path)

    def save_numbers(self, path: Path) -> None:
        """Write the steps."""
        recording = self.model.recording
        if recording is None:
            self.failed.emit("There is no line to save; write one first.")
            return
        self._try(lambda: save_numbers(recording, path), path)

    def save_notebook(self, path: Path) -> None:
        """Write a notebook that repeats the run."""

        def write() -> None:
            recording = self.model.recording
            if recording is None:
                raise SettingError("There is no line to repeat; write one first.")
            run = replace(self.run_of(recording), steering=recording.steering)
            content = notebook(run, recording.settings)
            with atomic_write(path) as temporary:
                temporary.write_bytes(content.encode(errors="backslashreplace"))

        self._try(write, path)

    def save_as(self, parent: QWidget, figure: PublicationFigure) -> None:
        """Ask for a file's name; its ending tells what is saved."""
        kinds = "PDF (*.pdf);;SVG (*.svg);;PNG (*.png);;NumPy arrays (*.npz);;Table (*.csv)"
        path, chosen = ask_save(parent, "figures", "Save", "figure.pdf", kinds)
        if path is None:
            return
        if not path.suffix:
            path = path.with_suffix(chosen.rpartition("*")[2].rstrip(")"))
        if path.suffix.lower() in FORMATS:
            self.save_figure(figure, path)
        else:
            self.save_numbers(path)

    def _try(self, work: Callable[[], None], path: Path) -> None:
        try:
            work()
        except ScriptoriumError as error:
            self.failed.emit(str(error))
        else:
            self.done.emit(f"Saved {path.name} to {path.parent}")

    def _show(self, recording: RunRecording) -> None:
        self.model.show(recording)
        self.done.emit("")

    def _fail(self, error: BaseException) -> None:
        if not isinstance(error, ScriptoriumError):
            raise error
        self.failed.emit(str(error))
