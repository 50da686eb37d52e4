"""A list whose rows have their room."""

from __future__ import annotations

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QListWidget


class ItemList(QListWidget):
    """A list that may be filled before it is shown.

    Within a dialog Qt lays a list's rows out before it asks the theme for their size, and keeps to
    that: the rows then overlap.
    """

    def event(self, event: QEvent) -> bool:
        """Lay the rows out again, once the theme is known."""
        done = super().event(event)
        if event.type() == QEvent.Type.Polish:
            self.scheduleDelayedItemsLayout()
        return done
