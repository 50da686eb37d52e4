"""The dialog in which a signature or a sketch is drawn, to be placed on a page as ink."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from engine.ink.ink import Ink
from engine.ink.smoothing import smooth
from studio.desk.views.page.sheet_view import DOTS_PER_MM
from studio.desk.widgets.canvas_tools import eraser, tool
from studio.desk.widgets.ink_canvas import InkCanvas
from studio.desk.widgets.plain_text import PlainLabel
from studio.desk.widgets.theme import Theme
from studio.recording.stroke_editor import StrokeEditor

SMOOTHING = 1.0
"""How much of the steps of pixels is taken out of what the mouse draws."""


class DrawingDialog(QDialog):
    """A sheet to draw on with a pen, a finger or the mouse, as large as it will be on the page."""

    drawn = Signal(object)
    """The `Ink` that is to be placed, in millimetres."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Drawing")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.sheet = StrokeEditor()
        self.canvas = InkCanvas(theme, ruled=False)
        self.canvas.setAccessibleName("Sheet to draw on")
        self.canvas.setMinimumSize(theme.px(70), theme.px(35))
        self.undo = tool("undo-2", "Undo (Ctrl+Z)", theme)
        self.redo = tool("redo-2", "Redo (Ctrl+Shift+Z)", theme)
        self.eraser = eraser()
        self.clear = QToolButton()
        self.clear.setText("Clear")
        self.place = QPushButton("Place on the page")
        self.place.setObjectName("primary")
        self.place.setDefault(True)
        cancel = QPushButton("Cancel")
        cancel.clicked.connect(self.reject)
        hint = PlainLabel("Draw with a pen, a finger or the mouse. It has this size on the page.")
        hint.setObjectName("muted")
        frame = QFrame()
        frame.setObjectName("floating")
        inside = QVBoxLayout(frame)
        inside.setContentsMargins(1, 1, 1, 1)
        inside.addWidget(self.canvas)
        row = QHBoxLayout()
        row.setSpacing(theme.px(0.5))
        for button in (self.undo, self.redo, self.eraser, self.clear):
            row.addWidget(button)
        row.addStretch()
        row.addWidget(cancel)
        row.addWidget(self.place)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(2), theme.px(2), theme.px(2), theme.px(2))
        column.setSpacing(theme.px(1.5))
        column.addWidget(hint)
        column.addWidget(frame, 1)
        column.addLayout(row)
        self.canvas.setFocus()
        self._connect()
        self._show()

    def _connect(self) -> None:
        sheet = self.sheet
        self.canvas.stroke_ended.connect(partial(self._do, sheet.add))
        self.canvas.erased.connect(partial(self._do, sheet.erase))
        self.undo.clicked.connect(lambda: self._do(sheet.undo))
        self.redo.clicked.connect(lambda: self._do(sheet.redo))
        self.clear.clicked.connect(lambda: self._do(sheet.clear))
        self.eraser.toggled.connect(self._erase)
        self.place.clicked.connect(self._place)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Undo and redo are the drawing's."""
        if event.matches(QKeySequence.StandardKey.Undo):
            self.undo.click()
        elif event.matches(QKeySequence.StandardKey.Redo):
            self.redo.click()
        else:
            super().keyPressEvent(event)

    def _erase(self, on: bool) -> None:
        self.canvas.erasing = on

    def _do(self, change: Callable[..., object], *values: object) -> None:
        change(*values)
        self.canvas.show_strokes(self.sheet.strokes)
        self._show()

    def _show(self) -> None:
        self.undo.setEnabled(self.sheet.can_undo)
        self.redo.setEnabled(self.sheet.can_redo)
        some = bool(self.sheet.strokes)
        self.clear.setEnabled(some)
        self.place.setEnabled(some)

    @property
    def ink(self) -> Ink:
        """What is drawn, in millimetres."""
        return smooth(Ink(self.sheet.strokes).scaled(1 / DOTS_PER_MM), SMOOTHING)

    def _place(self) -> None:
        ink = self.ink
        self.accept()
        self.drawn.emit(ink)
