"""Joins the inspector with the pen, the selection and the page: one moment marked in all."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QObject, QTimer

from engine.errors import ScriptoriumError
from studio.desk.context import StudioContext
from studio.desk.controllers.playback_controller import PlaybackController, Showing
from studio.desk.inspector.inspector_model import InspectorModel
from studio.desk.inspector.inspector_pane import InspectorPane
from studio.desk.views.editor import LineLetter
from studio.desk.views.page.sheet_view import Spot
from studio.desk.views.window import Window
from studio.desk.worker import Urgency
from studio.document.editing import Span, Stretch, in_text
from studio.document.page import LineKey
from studio.document.selection import Found, Selected
from studio.inspection.run_recording import RunRecording, RunSettings
from studio.inspection.runs import Run, recalled, same_pen
from studio.layout.layout import Layout
from studio.layout.line_writer import LineRequest
from studio.layout.plan import PlannedLine
from studio.layout.text_places import find_letters

if TYPE_CHECKING:
    from engine.hand import Hand
    from engine.sampling.trace import TraceStep

NEAR = 3.0
"""Millimetres from the ink within which the mouse points at it."""
EVERY = 0.025
"""Seconds from one look at the steps to the next while the pen writes."""
PATIENCE_MS = 48
"""Milliseconds after which steps are looked at though the pen does not move on."""
KEPT = 16
"""Lines whose recordings are kept: some 3 MB each."""
DRAWN = (
    "This line holds a recorded symbol, which no network wrote: there are no steps to be seen. "
    "Choose a line without one."
)


class InspectorController(QObject):
    """Feeds the pane while it is open, and carries its cursor to the page and back."""

    def __init__(
        self, context: StudioContext, window: Window, playback: PlaybackController
    ) -> None:
        super().__init__()
        view, editor, selection = window.pages, window.editor, context.selection
        session, hands = context.session, context.hands
        self._view, self._editor, self._document = view, editor, context.document
        self._selection, self._session = selection, session
        self._hands, self._worker = hands, context.worker
        self.pane = InspectorPane(InspectorModel(), context.theme, actions=context.actions)
        self.pane.around.run = self._run
        self.pane.around.styles = lambda: session.styles
        self.pane.around.run_long = self._run_long
        self.pane.around.stop_long = lambda: self._worker.cancel("corpus figures")
        self._key: LineKey | None = None
        self._found: Found | None = None
        self._letters: tuple[Stretch, ...] | None = None
        self._known: OrderedDict[LineRequest, RunRecording] = OrderedDict()
        self._open = False
        self._steps: list[TraceStep] = []
        self._recorded = 0.0
        self._idle = QTimer(self)
        self._idle.setSingleShot(True)
        self._idle.timeout.connect(self._record)
        playback.line_begun.connect(self._begun)
        playback.stepped.connect(self._stepped)
        playback.line_moved.connect(self._moved)
        playback.line_finished.connect(self._ended)
        selection.changed.connect(self._selected)
        session.drafted.connect(lambda _: self._find())
        hands.changed.connect(self._hand_changed)
        view.hovered.connect(self._hovered)
        editor.pointed.connect(self._letter_pointed)
        self.pane.point_moved.connect(self._point_moved)
        self.pane.points_marked.connect(self._points_marked)
        self.pane.ink_coloured.connect(self._coloured)
        self.pane.model.reset.connect(self._reset)
        #: Whether what the pane shows next is a line of the page.
        self._of_the_page = False
        self._hand_changed()

    def show(self, on: bool) -> None:
        """The pane is folded out, or away."""
        self._open = on
        if on:
            self._selected(self._selection.value)
        else:
            self._unmark()

    def _run(
        self,
        work: Callable[[], Any],
        done: Callable[[Any], None],
        failed: Callable[[BaseException], None],
    ) -> None:
        self._worker.request("inspect", Urgency.SAMPLE, work, done, failed)

    def _run_long(
        self,
        work: Callable[[], Iterator[Any]],
        part: Callable[[Any], None],
        done: Callable[[Any], None],
        failed: Callable[[BaseException], None],
    ) -> None:
        # After the writing of the note, and let go at each part for what is more urgent.
        self._worker.request("corpus figures", Urgency.BACKGROUND, work, done, failed, part)

    def _hand_changed(self) -> None:
        if self._hands.hand is not None:
            self.pane.model.hand = self._hands.hand

    def _show(self, recording: RunRecording) -> None:
        """Show what the network did for the line that is looked at."""
        self._of_the_page = True
        try:
            self.pane.model.show(recording)
        finally:
            self._of_the_page = False

    def _reset(self) -> None:
        """Something else is shown: where it is not of the page, nothing there is marked."""
        if not self._of_the_page and not self.pane.model.live and self.pane.model.count:
            # Ink that was fed, or a line that was steered: its points are not those of a line here.
            self._key = self._found = self._letters = None
        self._unmark()
        if self._open and self._before is not None:
            self._coloured(self.pane.ink_colours())

    # The pen ---------------------------------------------------------------------------------

    def _begun(self, showing: Showing) -> None:
        request = showing.request
        if not self._open:
            return
        if request is None:
            self._show_line(showing.planned)
            return
        self._idle.stop()
        self._steps = []
        name, sha256 = self._session.signature
        self._go_to(showing.planned.key)
        settings = RunSettings(name, sha256, request.style, request.bias, request.seed)
        self.pane.begin_line(request.text, settings)

    def _stepped(self, key: object, steps: list[TraceStep]) -> None:
        del key
        if self._open:
            self._steps += steps
            # Once the frame with the pen is painted; every other frame is the page's alone.
            due = time.perf_counter() - self._recorded > EVERY
            self._idle.start(0 if due else PATIENCE_MS)

    def _record(self) -> None:
        """Hand the pane what the pen has shown."""
        self._idle.stop()
        steps, self._steps = self._steps, []
        self._recorded = time.perf_counter()
        if steps:
            self.pane.add_steps(steps)

    def _moved(self, showing: Showing) -> None:
        """The cursor goes with the pen where a line is seen written again."""
        if showing.request is None and showing.planned.key == self._key:
            before = self._before
            if before is not None:
                self.pane.hover(showing.shown - 1 - before)

    def _ended(self, showing: Showing) -> None:
        if not self._open:
            return
        if showing.request is None:
            self.pane.hover(None)
            return
        self._record()
        self.pane.end_line()
        self._find()
        if not self.pane.model.count:
            self.pane.model.show_nothing(DRAWN)
            return
        recording, draft = self.pane.model.recording, self._session.draft
        line = draft.layout.written.get(showing.request) if draft is not None else None
        if recording is None or line is None:
            return
        if same_pen(recording, line.ink):
            recording.settings = replace(recording.settings, seed=line.seed)
            self._keep(showing.request, recording)
        else:
            recording.settings = replace(recording.settings, remark="an attempt that was not kept")
        self.pane.say("")

    # The selection ---------------------------------------------------------------------------

    def _go_to(self, key: LineKey | None) -> None:
        """The pane shows another line of the note, or one that is not on its pages."""
        self._key = key
        self._find()
        self._unmark()

    def _unmark(self) -> None:
        """Nothing of the line is pointed at any more."""
        self._view.trace.clear()
        self._view.viewport().update()
        self._editor.mark(0, 0, 0)

    def _find(self) -> None:
        """Find where the line stands now."""
        self._letters = None
        self._found = next(
            (
                Found(number, line)
                for number, page in enumerate(self._view.pages)
                for line in page.lines_with(lambda key: key == self._key)
            ),
            None,
        )

    def _selected(self, value: Selected | None) -> None:
        draft = self._session.draft
        if not self._open or draft is None or self._hands.hand is None or self.pane.model.live:
            return
        lines = [p for p in draft.layout.plan.lines if p.requests and p.key not in draft.ghosts]
        if value is not None:
            lines = [p for p in lines if p.key == value.key]
        elif self.pane.model.recording is not None:
            # What was looked at stays.
            return
        if lines:
            self._show_line(lines[0])

    def _show_line(self, planned: PlannedLine) -> None:
        """Show a line that is written already."""
        draft, hand = self._session.draft, self._hands.hand
        if draft is None or hand is None:
            return
        self._go_to(planned.key)
        text = "".join(request.text for request in planned.requests)
        if hand.characters.issuperset(text):
            self._recall(hand, planned, draft.layout)
        else:
            self.pane.model.show_nothing(DRAWN)

    def _recall(self, hand: Hand, planned: PlannedLine, layout: Layout) -> None:
        """Show what the network did for a line that is written already."""
        request, whole = planned.requests[0], len(planned.requests) == 1
        line = layout.written[request]
        known = self._known.get(request)
        if whole and known is not None and same_pen(known, line.ink):
            self._known.move_to_end(request)
            self._show(known)
            return
        ink = line.ink if whole or self._found is None else self._found.line.ink
        text = " ".join(part.text for part in planned.requests)
        own = whole and request.variant == 0 and request.hand == hand.sha256

        find = self._session.snapshot.find

        def again() -> RunRecording:
            run = None
            if own:
                style = None if request.style is None else find(request.style)
                run = Run(request.text, style, request.bias, line.seed)
            return recalled(hand, run, ink, text)

        def show(recording: RunRecording) -> None:
            if whole:
                self._keep(request, recording)
            if self._key == planned.key and not self.pane.model.live:
                self._show(recording)

        self.pane.say("Asking the network what it did …")
        self._worker.request("inspect", Urgency.SAMPLE, again, show, self._failed)

    def _keep(self, request: LineRequest, recording: RunRecording | None) -> None:
        if recording is not None:
            self._known[request] = recording
            while len(self._known) > KEPT:
                self._known.popitem(last=False)

    def _failed(self, error: BaseException) -> None:
        if not isinstance(error, ScriptoriumError):
            raise error
        self.pane.complain(str(error))

    # The text --------------------------------------------------------------------------------

    @property
    def _in_text(self) -> tuple[Stretch, ...]:
        """Where the line's characters stand in the text; none where that is not what is shown."""
        recording, draft = self.pane.model.recording, self._session.draft
        if self._before is None or self._key is None or recording is None or draft is None:
            return ()
        if self._letters is None:
            note, alphabet = self._document.note, self._session.writer.alphabet
            spans = find_letters(note, draft.layout.plan, self._key, alphabet)
            home = in_text(note, Span(self._key.block, 0, 0))
            self._letters = () if home is None else tuple(home.of(span) for span in spans)
        return self._letters if recording.text == self._key.text else ()

    def _letter_pointed(self, letter: LineLetter | None) -> None:
        """The mouse is over a character of the text: where it is the line's, it is marked."""
        if self._in_text:
            number = None
            if letter is not None:
                holds = (number for number, s in enumerate(self._in_text) if s.holds(*letter))
                number = next(holds, None)
            self.pane.model.hover_character(number)

    def _mark_letter(self, index: int) -> None:
        """Mark the character that the window stands on at a point."""
        letters, recording = self._in_text, self.pane.model.recording
        if index >= 0 and letters and recording is not None:
            self._editor.mark(*letters[int(recording["character"][index])])
        else:
            self._editor.mark(0, 0, 0)

    # The page --------------------------------------------------------------------------------

    @property
    def _before(self) -> int | None:
        """Points of the page's ink before the first of the recording: 1 where ink was fed.

        None where what is recorded is not what stands on the page.
        """
        recording = self.pane.model.recording
        if not self._open or self._found is None or recording is None:
            return None
        more = self._found.line.ink.points - len(recording)
        return more if more in (0, 1) else None

    def _hovered(self, spot: Spot | None) -> None:
        found, before = self._found, self._before
        if found is None or before is None:
            return
        if spot is None or spot.page != found.page:
            self.pane.hover(None)
            return
        away = np.hypot(*(found.line.ink.xy - (spot.x, spot.y)).T)
        nearest = int(away.argmin())
        self.pane.hover(max(nearest - before, 0) if away[nearest] < NEAR else None)

    def _point_moved(self, index: int) -> None:
        self._mark_letter(index)
        found, before = self._found, self._before
        if found is None or before is None:
            return
        dot = None
        if index >= 0:
            x, y = found.line.ink.xy[index + before].tolist()
            dot = (x, y)
        self._view.trace.point(found.page, dot)
        self._view.viewport().update()

    def _points_marked(self, points: Any) -> None:
        found, before = self._found, self._before
        if found is None or before is None:
            return
        at = np.asarray(points, dtype=np.int64) + before
        self._view.trace.mark(found.page, found.line.ink.xy[at])
        self._view.viewport().update()

    def _coloured(self, colours: Any) -> None:
        found, before = self._found, self._before
        if found is None or before is None:
            return
        if colours is not None:
            colours = np.concatenate([colours[:before], colours])
        self._view.trace.tint(found.page, found.line, colours)
        self._view.viewport().update()
