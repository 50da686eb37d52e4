"""The events of a note that is being written: points as they are drawn, then lines for good."""

from __future__ import annotations

import base64
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from studio.layout.line_fitting import fit
from studio.layout.line_ink import LineInk
from studio.layout.line_writer import LineRequest, WrittenLine
from studio.layout.plan import Plan, PlannedLine
from studio.service.ink_answer import as_bytes, line_json, plan_json, report
from studio.service.ink_writer import WrittenNote, line_id

if TYPE_CHECKING:
    from engine.hand import Hand
    from engine.sampling.buffers import Floats
    from engine.style.style import Style
    from studio.document.note import Note

Event = tuple[str, dict[str, Any]]
"""The name of an event, and what it says."""

#: Events that wait for a slow client; from here on the points of drafts are left out.
MOST_WAITING = 400
#: Points after which the height of a line's baseline is guessed, and it is shown.
GUESSED_AFTER = 40


@dataclass
class _Draft:
    """The first try of a line while it is drawn."""

    line: PlannedLine
    place: npt.NDArray[np.float64] = field(default_factory=lambda: np.zeros(2))
    held: list[tuple[int, npt.NDArray[np.float64], Floats, Floats]] = field(default_factory=list)
    origin: npt.NDArray[np.float64] | None = None
    retried: bool = False


class EventQueue:
    """Events from many threads to one reader; drafts are left out for a reader that is slow.

    Parameters
    ----------
    wake : callable
        Called when there is an event, in whatever thread.
    """

    def __init__(self, wake: Callable[[], object]) -> None:
        self._wake, self._lock = wake, threading.Lock()
        self._events: deque[Event] = deque()

    def put(self, name: str, content: dict[str, Any]) -> None:
        """Add an event."""
        with self._lock:
            if name == "points" and len(self._events) >= MOST_WAITING:
                return
            self._events.append((name, content))
        self._wake()

    def take(self) -> list[Event]:
        """All events that are there."""
        with self._lock:
            events = list(self._events)
            self._events.clear()
        return events


class InkEvents:
    """Makes events of what a listener is told.

    Parameters
    ----------
    queue : EventQueue
    hand : Hand
    attention : bool
        Whether the window's weights are told, too.
    """

    def __init__(self, queue: EventQueue, hand: Hand, attention: bool) -> None:
        self._queue, self._hand, self._attention = queue, hand, attention
        self._lock = threading.Lock()
        self._revision = 0
        self._note: Note | None = None
        self._style: Style | None = None
        self._plan = Plan()
        self._of: dict[LineRequest, tuple[PlannedLine, int]] = {}
        self._written: dict[LineRequest, WrittenLine] = {}
        self._drafts: dict[LineRequest, _Draft] = {}
        self._matrix: npt.NDArray[np.float64] | None = None
        self._told: dict[str, dict[str, Any]] = {}

    def begins(self, note: Note, style: Style | None, strength: float) -> None:
        """A note is to be written; called before anything else."""
        self._note, self._style = note, style
        # Some trial lines of a new style are written here, and not while the loop waits.
        self._matrix = np.asarray(self._hand.to_x_heights(style, strength))

    # What a listener is told -----------------------------------------------------------------

    def planned(self, plan: Plan) -> None:
        """The lines have their places for now; those that have ink already are told again."""
        with self._lock:
            self._plan = plan
            self._revision += 1
            self._of = {
                request: (line, piece)
                for line in plan.everything
                for piece, request in enumerate(line.requests)
            }
            assert self._note is not None
            self._queue.put("plan", plan_json(plan, self._note, self._revision))
            here = {line_id(line.key) for line in plan.everything}
            self._told = {ident: told for ident, told in self._told.items() if ident in here}
            for line in plan.everything:
                self._tell(line, provisional=True)

    def points(self, request: LineRequest, first: int, offsets: Floats, phi: Floats) -> None:
        """The first try of a line goes on."""
        with self._lock:
            found = self._of.get(request)
            # Where the further pieces of a long line begin is known when it is written.
            if found is None or found[1] or self._matrix is None or request in self._written:
                return
            draft = self._drafts.setdefault(request, _Draft(found[0]))
            offsets = offsets.copy()
            if first == 0:
                offsets[:1, :2] = 0
            xy = draft.place + np.cumsum(offsets[:, :2].astype(np.float64), axis=0)
            if len(xy):
                draft.place = xy[-1]
            draft.held.append((first, xy @ self._matrix.T, offsets[:, 2], phi))
            if draft.origin is None:
                drawn = np.concatenate([part for _, part, _, _ in draft.held])
                if len(drawn) < GUESSED_AFTER:
                    return
                draft.origin = np.array([drawn[:, 0].min(), _baseline(drawn[:, 1])])
            self._show(request, draft)

    def again(self, request: LineRequest) -> None:
        """A line, or a word of it, is tried again."""
        with self._lock:
            found = self._of.get(request)
            draft = self._drafts.get(request)
            if found is None or (draft is not None and draft.retried):
                return
            draft = self._drafts.setdefault(request, _Draft(found[0]))
            draft.retried = True
            self._queue.put("retry", {"id": line_id(found[0].key)})

    def line(self, request: LineRequest, line: WrittenLine) -> None:
        """A line is written; it is told once all of its pieces are."""
        with self._lock:
            self._written[request] = line
            self._drafts.pop(request, None)
            if (found := self._of.get(request)) is not None:
                self._tell(found[0], provisional=True)

    # In the end ------------------------------------------------------------------------------

    def finished(self, written: WrittenNote) -> None:
        """All is written: what has moved since it was told is told again."""
        layout = written.layout
        with self._lock:
            if layout.plan is not self._plan:
                self._revision += 1
                self._plan = layout.plan
                self._queue.put("plan", plan_json(layout.plan, written.note, self._revision))
                here = {line_id(line.key) for line in layout.plan.everything}
                self._told = {ident: told for ident, told in self._told.items() if ident in here}
            planned = {line.key: line for line in layout.plan.everything}
            for page in layout.pages:
                for line in page.written:
                    if line.key is None:
                        continue
                    content = line_json(
                        line, page.number, planned.get(line.key), layout.written, self._attention
                    )
                    self._put_line(content, provisional=False)
            self._queue.put(
                "done",
                {
                    "report": report(written),
                    "pages": len(layout.pages),
                    "points": written.points,
                    "seconds": round(written.seconds, 3),
                },
            )

    def _tell(self, line: PlannedLine, *, provisional: bool) -> None:
        if not line.requests or not all(r in self._written for r in line.requests):
            return
        if line.edit.deleted:
            return
        pieces = tuple(self._written[request] for request in line.requests)
        placed = fit(line, LineInk(pieces))
        written = dict(zip(line.requests, pieces, strict=True))
        content = line_json(placed, line.page + 1, line, written, self._attention)
        self._put_line(content, provisional=provisional)

    def _put_line(self, content: dict[str, Any], *, provisional: bool) -> None:
        # What is in its place already need not be sent again.
        if self._told.get(content["id"]) != content:
            self._told[content["id"]] = content
            self._queue.put("line", content | {"provisional": provisional})

    def _show(self, request: LineRequest, draft: _Draft) -> None:
        assert draft.origin is not None
        line = draft.line
        unit, slant = line.unit, line.look.slant
        c, s = np.cos(line.angle), np.sin(line.angle)
        for first, xy, ends, phi in draft.held:
            local = xy - draft.origin
            local[:, 0] -= slant * local[:, 1]
            at = unit * local @ np.array([[c, s], [-s, c]]) + (line.left, line.baseline)
            on_page = np.round(line.on_page(at), 2)
            rows = np.column_stack([on_page, ends > 0.5])
            content: dict[str, Any] = {
                "id": line_id(line.key),
                "from": first,
                "points": rows.ravel().tolist(),
            }
            if self._attention:
                content["characters"] = phi.shape[1]
                content["phi"] = base64.b64encode(as_bytes(phi)).decode("ascii")
            self._queue.put("points", content)
        draft.held = []


def _baseline(heights: npt.NDArray[np.float64]) -> float:
    """About where a line stands, by its first letters: their feet, and few points are below."""
    return float(np.quantile(heights, 0.93))
