"""The pen on the page: paints what is played back, and placeholders for what is not written yet.

From one line to the next the pen stays where it is until there is something to write.
"""

from __future__ import annotations

from PySide6.QtCore import QObject

from studio.desk.controllers.playback_controller import PlaybackController, PlaybackState, Showing
from studio.desk.views.page.live_line import LiveLine
from studio.desk.views.page.page_view import PageView
from studio.writing.session import WritingSession


class PenController(QObject):
    """Joins the playback with the page view."""

    def __init__(
        self, view: PageView, playback: PlaybackController, session: WritingSession
    ) -> None:
        super().__init__()
        self._view = view
        self.live: LiveLine | None = None
        self._kept: list[LiveLine] = []
        self._session, self._playback = session, playback
        playback.line_begun.connect(self._begun)
        playback.line_moved.connect(self._moved)
        playback.line_finished.connect(self._finished)
        playback.progressed.connect(self._progressed)
        playback.finished.connect(self._stopped)

    def _begun(self, showing: Showing) -> None:
        planned = showing.planned
        self.live = LiveLine(planned.page, planned.look.pen, planned.look.colour, planned.key)
        self._view.begin_line(self.live)
        if showing.request is None and self._session.draft is not None:
            placed = self._session.draft.layout.placed.get(planned)
            self._view.hide_ink({id(placed)})
        self._view.follow(planned.page, planned.area)

    def _moved(self, showing: Showing, points: object, ends: object) -> None:
        del showing
        if self.live is not None:
            self._view.extend_line(self.live, points, ends)  # type: ignore[arg-type]

    def _finished(self, showing: Showing) -> None:
        live, self.live = self.live, None
        draft, key = self._session.draft, showing.planned.key
        partly = draft is not None and key in draft.ghosts
        if live is not None and partly and self._playback.state is not PlaybackState.IDLE:
            # A piece of a long line: it stays as the pen drew it until the rest is there.
            self._kept.append(live)
        elif live is not None:
            self._view.end_line(live)
        for kept in [k for k in self._kept if k.key == key and not partly]:
            self._view.end_line(kept)
            self._kept.remove(kept)
        self._view.hide_ink(set())

    def _progressed(self, *_: object) -> None:
        if not self._playback.watched:
            self._view.lift_pen()

    def _stopped(self) -> None:
        self._view.lift_pen()
        for kept in self._kept:
            self._view.end_line(kept)
        self._kept.clear()
