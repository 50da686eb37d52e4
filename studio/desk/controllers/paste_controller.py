"""Pasting: ink on the clipboard becomes a drawing on the page, text a text box."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QMimeData, QObject
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from engine.errors import ScriptoriumError
from studio.desk.actions import Action
from studio.desk.context import StudioContext
from studio.desk.controllers.export_controller import TEXTS
from studio.desk.controllers.placement_controller import DRAWING_SHARE, PlacementController
from studio.desk.views.editor import plain_text
from studio.document.drawing import Drawing
from studio.document.editing import add_drawings
from studio.document.rich_editing import is_plain, text_of
from studio.importing.markup import Markup, read_markup

LONGEST = 2000
"""Characters of a text that becomes a text box."""


class PasteController(QObject):
    """Joins the clipboard with the page."""

    def __init__(self, context: StudioContext, placing: PlacementController) -> None:
        super().__init__()
        self._document, self._notices, self._placing = context.document, context.notices, placing

    def paste(self) -> None:
        """Place what is on the clipboard; where a text is being edited, paste into it."""
        focus = QApplication.focusWidget()
        if isinstance(focus, TEXTS):
            focus.paste()
            return
        # Brings the exporters, which a start need not wait for.
        from studio.desk.clipboard import holds_ink, pasted

        mime = QGuiApplication.clipboard().mimeData()
        look = self._document.note.look
        self._notices.clear("paste")
        file = _file(mime)
        try:
            if file is not None:
                self._placing.read_drawing(file)
            elif (mime.hasText() or mime.hasHtml()) and not holds_ink(mime):
                self._place_text(_text(mime).strip())
            else:
                width = DRAWING_SHARE * self._document.note.paper.width
                self._place(pasted(mime, width, look))
        except ScriptoriumError as error:
            self._notices.say(str(error), "paste")

    def _place(self, drawings: tuple[Drawing, ...]) -> None:
        """Put drawings into the middle of what is seen, as they stand to each other."""
        spot, note = self._placing.seen(), self._document.note
        if spot is None or not drawings:
            return
        note = add_drawings(note, drawings, (spot.page, spot.x, spot.y))
        self._document.edit("Paste", note)
        self._placing.go_to(note.drawings[-1].id)

    def _place_text(self, text: str) -> None:
        if len(text) > LONGEST:
            self._notices.say(
                "That is too much text for a box; paste it into the text on the left.", "paste"
            )
        elif text:
            self._placing.add_box(text)

    def actions(self) -> tuple[Action, ...]:
        """What can be done."""
        return (
            Action("edit.paste", "Paste", partial(self.paste), "Edit", "Ctrl+V", "clipboard-paste",
                   "Ink, strokes of other programs or text, onto the page", group=1),
        )  # fmt: skip


def _text(mime: QMimeData) -> str:
    """What was copied as text; of rich text with the signs of its lists."""
    if mime.hasHtml():
        blocks = read_markup(mime.html(), Markup.HTML).blocks
        if not is_plain(blocks) or not mime.hasText():
            return text_of(blocks)
    return plain_text(mime)


def _file(mime: QMimeData) -> Path | None:
    """The file that was copied, where it is one."""
    paths = [url.toLocalFile() for url in mime.urls() if url.isLocalFile()]
    return Path(paths[0]) if paths else None
