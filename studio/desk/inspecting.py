"""Joins the inspector with the pen, the selection and the page: one moment marked in all."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QObject

from engine.errors import ScriptoriumError
from studio.desk.composer import Composer
from studio.desk.hand_model import HandModel
from studio.desk.inspector.model import InspectorModel
from studio.desk.inspector.pane import InspectorPane
from studio.desk.inspector.recording import Settings
from studio.desk.page_view import PageView, Spot
from studio.desk.scribe import Scribe, Showing
from studio.desk.selection import Found, Selected, SelectionModel, lines_of
from studio.desk.style_list import StyleList
from studio.desk.theme import Theme
from studio.desk.worker import Urgency, Worker
from studio.note.plan import PlannedLine
from studio.note.writer import LineRequest, WrittenLine

if TYPE_CHECKING:
    from engine.hand import Hand
    from engine.step import Step, Steps

NEAR = 3.0
"""Millimetres from the ink within which the mouse points at it."""


class Inspecting(QObject):
    """Feeds the pane while it is open, and carries its cursor to the page and back."""

    def __init__(
        self,
        view: PageView,
        scribe: Scribe,
        selection: SelectionModel,
        composer: Composer,
        hands: HandModel,
        styles: StyleList,
        worker: Worker,
        theme: Theme,
    ) -> None:
        super().__init__()
        self._view, self._scribe, self._selection = view, scribe, selection
        self._composer, self._hands, self._styles, self._worker = composer, hands, styles, worker
        self.pane = InspectorPane(InspectorModel(), theme)
        self.pane.around.run = self._run
        self.pane.around.styles = lambda: {name: styles.find(name) for name in styles.names}
        self._found: Found | None = None
        self._open = False
        scribe.line_begun.connect(self._begun)
        scribe.stepped.connect(self._stepped)
        scribe.line_finished.connect(self._ended)
        selection.changed.connect(self._selected)
        composer.sketched.connect(lambda _: self._find())
        hands.changed.connect(self._hand_changed)
        view.hovered.connect(self._hovered)
        self.pane.point_moved.connect(self._point_moved)
        self.pane.points_marked.connect(self._points_marked)
        self.pane.ink_coloured.connect(self._coloured)
        self._hand_changed()

    def show(self, on: bool) -> None:
        """The pane is folded out, or away."""
        self._open = on
        if on:
            self._selected(self._selection.value)
        else:
            self._view.trace.clear()
            self._view.viewport().update()

    def _run(
        self,
        work: Callable[[], Any],
        done: Callable[[Any], None],
        failed: Callable[[BaseException], None],
    ) -> None:
        self._worker.request("inspect", Urgency.SAMPLE, work, done, failed)

    def _hand_changed(self) -> None:
        if self._hands.hand is not None:
            self.pane.model.hand = self._hands.hand

    # The pen ---------------------------------------------------------------------------------

    def _settings(self, request: LineRequest, seed: int, remark: str = "") -> Settings:
        name, sha256 = self._composer.signature
        return Settings(name, sha256, request.style, request.bias, seed, remark)

    def _begun(self, showing: Showing) -> None:
        if self._open and showing.request is not None:
            request = showing.request
            self.pane.begin_line(request.text, self._settings(request, request.seed))

    def _stepped(self, key: object, steps: list[Step]) -> None:
        del key
        if self._open:
            self.pane.add_steps(steps)

    def _ended(self, showing: Showing) -> None:
        if self._open and showing.request is not None:
            self.pane.end_line()

    # The selection ---------------------------------------------------------------------------

    def _find(self) -> None:
        value = self._selection.value
        found = lines_of(self._view.pages, value) if value is not None else []
        self._found = next((f for f in found if f.line.key == value.key), None) if value else None

    def _selected(self, value: Selected | None) -> None:
        self._find()
        self._view.trace.clear()
        self._view.viewport().update()
        sketch, hand = self._composer.sketch, self._hands.hand
        if not self._open or value is None or sketch is None or hand is None:
            return
        planned = next((p for p in sketch.layout.plan.lines if p.key == value.key), None)
        if planned is None or value.key in sketch.ghosts:
            return
        request = planned.requests[0]
        record = self._scribe.record(request)
        line = sketch.layout.written[request]
        if record is not None:
            self.pane.show_steps(record, self._settings(request, line.seed))
        else:
            self._recall(hand, planned, line)

    def _recall(self, hand: Hand, planned: PlannedLine, line: WrittenLine) -> None:
        """Find out anew what the network did for a line of which no record is left."""
        request = planned.requests[0]
        own = request.variant == 0 and request.hand == hand.sha256

        def again() -> tuple[Steps, Settings, Any, Any]:
            style = None if request.style is None else self._styles.find(request.style)
            found = hand.write(
                request.text,
                style=style,
                bias=request.bias,
                seed=line.seed,
                attempts=1,
                record=True,
            )
            assert found.steps is not None
            return found.steps, self._settings(request, line.seed), None, None

        def forced() -> tuple[Steps, Settings, Any, Any]:
            from engine.teacher import force

            seen = force(hand, line.ink, request.text)
            settings = Settings(hand.name, hand.sha256, remark="teacher forcing on the page's ink")
            return seen.steps, settings, seen.layers, seen.log_likelihood

        work: Callable[[], Any] = again if own else forced
        self._worker.request(
            "inspect",
            Urgency.SAMPLE,
            work,
            lambda result: self.pane.show_steps(*result),
            self._failed,
        )

    def _failed(self, error: BaseException) -> None:
        if not isinstance(error, ScriptoriumError):
            raise error
        self.pane.caption.say(str(error))

    # The page --------------------------------------------------------------------------------

    def _hovered(self, spot: Spot | None) -> None:
        found = self._found
        if not self._open or found is None:
            return
        if spot is None or spot.page != found.page:
            self.pane.hover(None)
            return
        away = np.hypot(*(found.line.ink.xy - (spot.x, spot.y)).T)
        nearest = int(away.argmin())
        self.pane.hover(nearest if away[nearest] < NEAR else None)

    def _point_moved(self, index: int) -> None:
        found = self._found
        if not self._open or found is None:
            return
        xy = found.line.ink.xy
        dot = (float(xy[index, 0]), float(xy[index, 1])) if 0 <= index < len(xy) else None
        self._view.trace.point(found.page, dot)
        self._view.viewport().update()

    def _points_marked(self, points: Any) -> None:
        if self._open and self._found is not None:
            xy = self._found.line.ink.xy
            inside = [int(i) for i in points if 0 <= i < len(xy)]
            self._view.trace.mark(self._found.page, xy[inside])
            self._view.viewport().update()

    def _coloured(self, colours: Any) -> None:
        found = self._found
        if self._open and found is not None:
            self._view.trace.tint(found.page, found.line, colours)
            self._view.viewport().update()
