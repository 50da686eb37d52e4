"""New notes from templates."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QInputDialog, QPlainTextEdit

from studio.desk.actions import Action
from studio.desk.controllers.file_controller import FileController
from studio.desk.views.window import Window
from studio.document.note import Note
from studio.document.templates import TEMPLATES, place_cards, welcome


class TemplateController(QObject):
    """Begins notes that have something in them."""

    def __init__(self, window: Window, files: FileController) -> None:
        super().__init__()
        self._window, self._files = window, files

    def _begin(self, make: Callable[[], Note]) -> None:
        self._files.new(make())

    def _ask_names(self) -> None:
        dialog = QInputDialog(self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle("Place cards")
        dialog.setLabelText("One name a line; each gets a card of 90 x 55 mm.")
        dialog.setOption(QInputDialog.InputDialogOption.UsePlainTextEditForTextInput)
        dialog.setOkButtonText("Make the cards")
        dialog.textValueSelected.connect(self._make_cards)
        dialog.open()
        names = dialog.findChild(QPlainTextEdit)
        if names is not None:
            names.setAccessibleName("Names, one a line")
            names.setTabChangesFocus(True)

    def _make_cards(self, names: str) -> None:
        if names.strip():
            self._files.new(place_cards(names))

    def actions(self) -> tuple[Action, ...]:
        """The notes that can be begun."""
        return (
            *(
                Action(f"note.{name}", f"New: {title}", partial(self._begin, make), "Note",
                       "", image, f"Begin a note: {title.lower()}", group=1)
                for name, title, image, make in TEMPLATES
            ),
            Action("note.place_cards", "New: Place cards from names …", self._ask_names, "Note",
                   "", "users", "A card for each name of a list", group=1),
            Action("help.welcome", "Welcome", partial(self._begin, welcome), "Help", "",
                   "circle-help", "The note of the first start"),
        )  # fmt: skip
