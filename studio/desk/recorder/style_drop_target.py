"""Styles dropped on the page: on a paragraph for that one, beside the text for the whole note."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QDragMoveEvent, QDropEvent

from studio.desk.recorder.library_view import MIME
from studio.desk.views.page.page_view import PageView
from studio.document.selection import word_at
from studio.writing.look_changes import LookChanges


class StyleDropTarget(QObject):
    """Watches the page view for styles that are dragged over it."""

    def __init__(self, view: PageView, looks: LookChanges) -> None:
        super().__init__(view)
        self._view, self._looks = view, looks
        view.viewport().setAcceptDrops(True)
        view.viewport().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take what carries a style; everything else goes its way."""
        # A drag that enters is a kind of drag that moves, and both are a kind of drop.
        if not isinstance(event, QDropEvent) or not event.mimeData().hasFormat(MIME):
            return False
        if not isinstance(event, QDragMoveEvent):
            name = bytes(event.mimeData().data(MIME).data()).decode(errors="replace")
            self._looks.choose("Change the style", {"style": name}, self._block(event))
        event.acceptProposedAction()
        return True

    def _block(self, event: QDropEvent) -> int | None:
        """The paragraph below the pointer."""
        spot = self._view.spot(event.position())
        found = None
        if spot is not None:
            found = word_at(self._view.pages, spot.page, spot.x, spot.y)
        return None if found is None else found[0].block
