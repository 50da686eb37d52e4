"""The inspector's model: the recording that is shown, and the point that is selected."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QObject, Signal

from engine.hand import Hand
from engine.sampling.trace import Floats, SampleTrace, TraceStep
from studio.inspection.run_recording import RunRecording, RunSettings

#: Points a character that are expected where nothing better is known.
PACE = 11.0
#: The fewest points that a view of points shows.
LEAST_SPAN = 8.0


#: What is said where no line is looked at.
NOTHING = "Nothing to see yet: press Write, or click a line that is written."


class InspectorModel(QObject):
    """What all views show; no view knows another.

    Attributes
    ----------
    recording : RunRecording or None
        The line that is looked at.
    other : RunRecording or None
        The line that it is compared to.
    cursor : int or None
        The point that is marked in all views.
    held : bool
        Whether the cursor stays when the mouse goes elsewhere.
    brush : (int, int) or None
        A range of points, both ends in it.
    character : int or None
        A character of the text that is marked, by its number.
    span : (float, float)
        The range of points that the views over points show.
    colouring : str
        The trace that colours the ink; "" for none.
    nothing : str
        Why there is nothing to be seen, where there is nothing.
    """

    reset = Signal()
    """Another recording is shown."""
    grew = Signal()
    """The recording has more points."""
    other_changed = Signal()
    cursor_changed = Signal()
    brush_changed = Signal()
    character_changed = Signal()
    span_changed = Signal()
    colouring_changed = Signal()

    pulled = Signal(int, float)
    """A point, and by how many characters the window is to be moved there."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.recording: RunRecording | None = None
        self.other: RunRecording | None = None
        self.hand: Hand | None = None
        self.cursor: int | None = None
        self.held = False
        self.brush: tuple[int, int] | None = None
        self.character: int | None = None
        self.span: tuple[float, float] = (-0.5, 99.5)
        self.colouring = ""
        self.live = False
        self.nothing = NOTHING
        self._follows = True

    # What is looked at -------------------------------------------------------------------------

    def begin_line(
        self, text: str, settings: RunSettings | None = None, expected: int | None = None
    ) -> None:
        """A line begins; its steps come with `add_steps`.

        Parameters
        ----------
        text : str
        settings : RunSettings, optional
            For captions.
        expected : int, optional
            How many points it may have; the axes begin with room for them.
        """
        pace = self.hand.pace if self.hand else PACE
        self.live = True
        self._show(RunRecording(text, settings), expected or round(pace * (len(text) + 1)))

    def add_steps(self, steps: Sequence[TraceStep]) -> None:
        """More steps of the line that began."""
        if self.recording is None:
            raise RuntimeError("steps came before a line began")
        if not steps:
            return
        self.recording.append(steps)
        count = len(self.recording)
        if self._follows and count > self.span[1]:
            self._set_span(-0.5, 1.25 * count)
        self.grew.emit()
        if not self.held:
            self._set_cursor(count - 1)

    def end_line(self) -> None:
        """The line is complete: the axes close up to it."""
        self.live = False
        if self.recording is not None and self._follows and len(self.recording):
            self._set_span(-0.5, len(self.recording) - 0.5)
        self.grew.emit()

    def show_steps(
        self,
        steps: SampleTrace,
        settings: RunSettings | None = None,
        layers: Floats | None = None,
        log_likelihood: Floats | None = None,
    ) -> None:
        """Show a line that is complete; see `RunRecording.of`."""
        self.show(RunRecording.of(steps, settings, layers, log_likelihood))

    def show(self, recording: RunRecording | None) -> None:
        """Show another recording, or none."""
        self.live = False
        self._show(recording, len(recording) if recording is not None else 100)

    def show_nothing(self, why: str = NOTHING) -> None:
        """Show no line, and say why."""
        self.nothing = why
        self.show(None)

    def compare(self, other: RunRecording | None) -> None:
        """Set a second recording beside the first, or take it away."""
        self.other = other
        self.other_changed.emit()

    def _show(self, recording: RunRecording | None, points: int) -> None:
        self.recording = recording
        self.cursor, self.held, self.brush, self.character = None, False, None, None
        self._follows = True
        self.span = (-0.5, max(points, LEAST_SPAN) - 0.5)
        self.reset.emit()

    @property
    def count(self) -> int:
        """Points of the recording."""
        return len(self.recording) if self.recording is not None else 0

    # Where one looks ---------------------------------------------------------------------------

    def hover(self, index: int | None) -> None:
        """The mouse is over a point, or over none."""
        if not self.held:
            self._set_cursor(index)

    def hover_character(self, number: int | None) -> None:
        """The mouse is over a character of the text, or over none: the middle of its points."""
        points = self.points_on(-1 if number is None else number)
        self.hover(int(points[len(points) // 2]) if len(points) else None)

    def hold(self, index: int | None) -> None:
        """Keep the cursor at a point; at the point where it is held, let it go."""
        if index is None or (self.held and index == self.cursor):
            self.held = False
            self.cursor_changed.emit()
            return
        self.held = True
        self._set_cursor(index, always=True)

    def step(self, by: int) -> None:
        """Move the cursor along the line and hold it."""
        if self.count:
            start = self.cursor if self.cursor is not None else (-1 if by > 0 else self.count)
            self.held = True
            self._set_cursor(start + by, always=True)

    def _set_cursor(self, index: int | None, always: bool = False) -> None:
        if index is not None:
            index = min(max(index, 0), self.count - 1) if self.count else None
        if always or index != self.cursor:
            self.cursor = index
            self.cursor_changed.emit()

    def brush_range(self, first: float | None, last: float = 0.0) -> None:
        """Mark a range of points, or none."""
        brush = None
        if first is not None and self.count:
            low, high = sorted((round(first), round(last)))
            brush = (min(max(low, 0), self.count - 1), min(max(high, 0), self.count - 1))
        if brush != self.brush:
            self.brush = brush
            self.brush_changed.emit()

    def select_character(self, number: int | None) -> None:
        """Mark a character of the text; the one that is marked is let go."""
        if (
            self.recording is None
            or (number is not None and number == self.character)
            or (number is not None and not 0 <= number < len(self.recording.text))
        ):
            number = None
        if number != self.character:
            self.character = number
            self.character_changed.emit()

    def pull(self, point: int, characters: float) -> None:
        """Ask for the window to be moved at a point."""
        if 0 <= point < self.count and abs(characters) >= 0.25:
            self.pulled.emit(point, round(characters, 1))

    def points_on(self, number: int) -> np.ndarray:
        """The points whose window stands on a character."""
        if not self.count or self.recording is None:
            return np.zeros(0, dtype=np.int64)
        return np.flatnonzero(self.recording["character"] == number)

    def look_at(self, first: float, last: float) -> None:
        """Show a range of points in all views over points."""
        self._follows = False
        middle, half = (first + last) / 2, max((last - first) / 2, LEAST_SPAN / 2)
        self._set_span(middle - half, middle + half)

    def look_at_all(self) -> None:
        """Show all points, and go with those that come."""
        self._follows = True
        self._set_span(-0.5, max(self.count, LEAST_SPAN) - 0.5)

    def _set_span(self, first: float, last: float) -> None:
        if (first, last) != self.span:
            self.span = (first, last)
            self.span_changed.emit()

    def colour_by(self, trace: str) -> None:
        """Colour the ink by a trace; "" for none."""
        if trace != self.colouring:
            self.colouring = trace
            self.colouring_changed.emit()

    def caption(self) -> str:
        """What is shown, in one line."""
        return (
            self.recording.settings.caption(self.recording.text)
            if self.recording is not None
            else ""
        )
