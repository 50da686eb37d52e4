"""The guide and the keys under Help."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject

from studio.desk.actions import Action
from studio.desk.context import StudioContext
from studio.desk.views.help_window import KEYS, MANUALS, HelpWindow
from studio.desk.views.window import Window


class HelpController(QObject):
    """Opens the guide's window, once."""

    def __init__(self, context: StudioContext, window: Window) -> None:
        super().__init__()
        self._window, self._actions, self._theme = window, context.actions, context.theme
        self.guide: HelpWindow | None = None

    def actions(self) -> tuple[Action, ...]:
        """What can be done."""
        return (
            Action("help.guide", "Guide", partial(self.open, MANUALS[0][0]), "Help", "F1",
                   "book-open", "How to use the studio"),
            Action("help.keys", "All keys", partial(self.open, KEYS), "Help", "Ctrl+F1",
                   "keyboard", "Every command that has a key"),
        )  # fmt: skip

    def open(self, page: str) -> None:
        """Show a page of the guide."""
        if self.guide is None:
            self.guide = HelpWindow(self._actions, self._theme, self._window)
        self.guide.show_page(page)
