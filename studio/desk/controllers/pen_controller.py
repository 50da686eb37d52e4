"""The pen on the page: what the scribe hands out is painted, ghosts stand where nothing is yet.

From one line to the next the pen stays where it is until there is something to write.
"""

from __future__ import annotations

from PySide6.QtCore import QObject

from studio.desk.controllers.layout_controller import LayoutController
from studio.desk.controllers.playback_controller import PlaybackController, PlaybackState, Showing
from studio.desk.views.page.live_line import LiveLine
from studio.desk.views.page.page_view import PageView


class PenController(QObject):
    """Joins the scribe with the page view."""

    def __init__(
        self, view: PageView, scribe: PlaybackController, composer: LayoutController
    ) -> None:
        super().__init__()
        self._view = view
        self.live: LiveLine | None = None
        self._kept: list[LiveLine] = []
        self._composer, self._scribe = composer, scribe
        scribe.line_begun.connect(self._begun)
        scribe.line_moved.connect(self._moved)
        scribe.line_finished.connect(self._finished)
        scribe.finished.connect(self._stopped)

    def _begun(self, showing: Showing) -> None:
        planned = showing.planned
        self.live = LiveLine(planned.page, planned.look.pen, planned.look.colour, planned.key)
        self._view.begin_line(self.live)
        if showing.request is None and self._composer.sketch is not None:
            placed = self._composer.sketch.layout.placed.get(planned)
            self._view.hide_ink({id(placed)})
        self._view.follow(planned.page, planned.area)

    def _moved(self, showing: Showing, points: object, ends: object) -> None:
        del showing
        if self.live is not None:
            self._view.extend_line(self.live, points, ends)  # type: ignore[arg-type]

    def _finished(self, showing: Showing) -> None:
        live, self.live = self.live, None
        sketch, key = self._composer.sketch, showing.planned.key
        partly = sketch is not None and key in sketch.ghosts
        if live is not None and partly and self._scribe.state is not PlaybackState.IDLE:
            # A piece of a long line: it stays as the pen drew it until the rest is there.
            self._kept.append(live)
        elif live is not None:
            self._view.end_line(live)
        for kept in [k for k in self._kept if k.key == key and not partly]:
            self._view.end_line(kept)
            self._kept.remove(kept)
        self._view.hide_ink(set())

    def _stopped(self) -> None:
        self._view.lift_pen()
        for kept in self._kept:
            self._view.end_line(kept)
        self._kept.clear()
