"""The numbers of the step at the cursor, in full, to be copied."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QFont,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPalette,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from studio.desk.inspector.inspector_model import InspectorModel
from studio.desk.models.plain_tip import plain_tip
from studio.desk.widgets.icons import icon
from studio.desk.widgets.plain_text import PlainLabel
from studio.desk.widgets.theme import Theme

COLUMNS = ("α", "β", "κ", "", "π", "μx", "μy", "σx", "σy", "ρ")
"""The window's Gaussians on the left, the mixture's components on the right."""
GAP = COLUMNS.index("")
DIGITS = (".3f", ".2f", ".2f", "", ".3f", ".3f", ".3f", ".3f", ".3f", ".2f")
"""How the columns are shown; copies and tooltips have all digits."""
FULL = ".9g"
WIDEST = "-00.000"
"""As wide as a column is at least."""
BUTTONS = (
    ("copy", "Copy the numbers, separated by tabs"),
    ("maximize", "Show this view alone, or all again"),
)
RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)

Index = QModelIndex | QPersistentModelIndex


class StepTable(QAbstractTableModel):
    """A step as a table: row k has the window's Gaussian k and the mixture's component k."""

    def __init__(self) -> None:
        super().__init__()
        self.columns: list[np.ndarray] = []
        self.drawn = -1

    def show(self, columns: list[np.ndarray], drawn: int) -> None:
        """Show other numbers; the columns may differ in length."""
        same = [len(a) for a in columns] == [len(a) for a in self.columns]
        if not same:
            self.beginResetModel()
        self.columns, self.drawn = columns, drawn
        if same and columns:
            self.dataChanged.emit(
                self.index(0, 0), self.index(self.rowCount() - 1, self.columnCount() - 1)
            )
        elif not same:
            self.endResetModel()

    def rowCount(self, parent: Index | None = None) -> int:
        """The most that a column holds."""
        return max((len(column) for column in self.columns), default=0)

    def columnCount(self, parent: Index | None = None) -> int:
        """Always all of them."""
        return len(COLUMNS)

    def text(self, row: int, column: int, digits: str = FULL) -> str:
        """A number, empty where there is none."""
        if column >= len(self.columns) or row >= len(self.columns[column]):
            return ""
        return f"{self.columns[column][row]:{digits}}"

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """A number, shortly and in full."""
        if role == Qt.ItemDataRole.DisplayRole:
            return self.text(index.row(), index.column(), DIGITS[index.column()])
        if role == Qt.ItemDataRole.ToolTipRole:
            return self.text(index.row(), index.column())
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Names of the columns; rows by number from 0, as the paper's k and m."""
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        return COLUMNS[section] if orientation == Qt.Orientation.Horizontal else str(section)


class _Cells(QStyledItemDelegate):
    """Draws a number with one look at the table: while the pen writes, all change at once."""

    def __init__(self, table: StepTable, parent: QWidget) -> None:
        super().__init__(parent)
        self._table = table
        self._plain = QGuiApplication.font()
        self._plain.setPointSizeF(self._plain.pointSizeF() * 0.85)
        self._bold = QFont(self._plain)
        self._bold.setBold(True)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw it; the component that was drawn is bold."""
        row, column = index.row(), index.column()
        palette, group = QPalette.ColorRole.Text, option.palette
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(option.rect, group.highlight())
            palette = QPalette.ColorRole.HighlightedText
        drawn = row == self._table.drawn and column > GAP
        painter.setFont(self._bold if drawn else self._plain)
        painter.setPen(group.color(palette))
        text = self._table.text(row, column, DIGITS[column])
        painter.drawText(option.rect.adjusted(0, 0, -3, 0), RIGHT, text)


class NumbersPane(QWidget):
    """The step at the cursor, or the last one."""

    title = "Numbers"

    alone_wanted = Signal(str)

    def __init__(self, model: InspectorModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = model
        self.setMinimumHeight(theme.px(28))
        self.stale = True
        self.seconds = 0.0
        self.said = PlainLabel("")
        self.said.setObjectName("muted")
        self.said.setWordWrap(True)
        self.said.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.table = StepTable()
        self.view = _Table(self)
        self.view.setModel(self.table)
        self.view.setItemDelegate(_Cells(self.table, self.view))
        self.view.setAccessibleName("The step's numbers")
        self.view.setSelectionMode(QAbstractItemView.SelectionMode.ContiguousSelection)
        self.view.setShowGrid(False)
        for header in (self.view.verticalHeader(), self.view.horizontalHeader()):
            header.setStyleSheet("QHeaderView::section { padding: 1px 3px; }")
        self.view.verticalHeader().setDefaultSectionSize(theme.px(2.5))
        self.view.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.view.setTextElideMode(Qt.TextElideMode.ElideNone)
        self.view.horizontalHeader().setMinimumSectionSize(theme.px(1))
        self.view.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        title = PlainLabel(self.title)
        bold = title.font()
        bold.setBold(True)
        title.setFont(bold)
        self.buttons = {name: self._button(tip) for name, tip in BUTTONS}
        self.buttons["copy"].clicked.connect(self.copy)
        self.buttons["maximize"].clicked.connect(lambda: self.alone_wanted.emit("numbers"))
        self._theme = theme
        theme.changed.connect(self._dress)
        self._dress()
        head = QHBoxLayout()
        head.addWidget(title)
        head.addStretch()
        for button in self.buttons.values():
            head.addWidget(button)
        box = QVBoxLayout(self)
        box.setContentsMargins(theme.px(1), 0, theme.px(0.5), theme.px(0.5))
        box.setSpacing(theme.px(0.25))
        box.addLayout(head)
        box.addWidget(self.said)
        box.addWidget(self.view, 1)
        for signal in (model.reset, model.grew, model.cursor_changed):
            signal.connect(self._stale)

    @staticmethod
    def _button(tip: str) -> QToolButton:
        button = QToolButton()
        button.setToolTip(plain_tip(tip))
        button.setAccessibleName(f"Numbers: {tip}")
        button.setAutoRaise(True)
        button.setIconSize(QSize(14, 14))
        button.setStyleSheet("padding: 3px;")
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button

    def _dress(self) -> None:
        for name, button in self.buttons.items():
            button.setIcon(icon(name, self._theme.tokens, "muted"))

    def _stale(self) -> None:
        self.stale = True

    def refresh(self) -> None:
        """Show the step at the cursor."""
        self.stale = False
        recording, index = self.model.recording, self.model.cursor
        if recording is None or not len(recording):
            self.said.setText("")
            self.table.show([], -1)
            return
        index = len(recording) - 1 if index is None else index
        row = {
            name: recording[name][index] for name in ("alpha", "beta", "kappa", "pi", "mu", "sigma")
        }
        self.table.show(
            [
                row["alpha"], row["beta"], row["kappa"], np.zeros(0), row["pi"],
                row["mu"][:, 0], row["mu"][:, 1], row["sigma"][:, 0], row["sigma"][:, 1],
                recording["rho"][index],
            ],
            int(recording["component"][index]),
        )  # fmt: skip
        dx, dy, end = recording["offsets"][index].tolist()
        letter = recording.text[int(recording["character"][index])]
        self.said.setText(
            f"Point {index} on “{letter}”: Δx {dx:.4f}, Δy {dy:.4f}, "
            f"{'pen up after it' if end > 0.5 else 'pen stays down'} "
            f"(e {recording['eos'][index]:.4f}); component {recording['component'][index]}; "
            f"log-likelihood {recording['log_likelihood'][index]:.4f} nats"
        )

    def copy(self) -> None:
        """Put the selected cells, or all of them, on the clipboard, parted by tabs."""
        rows, columns = range(self.table.rowCount()), range(len(COLUMNS))
        chosen = self.view.selectionModel().selectedIndexes()
        head = [[*COLUMNS]]
        if chosen:
            rows = range(min(i.row() for i in chosen), max(i.row() for i in chosen) + 1)
            columns = range(min(i.column() for i in chosen), max(i.column() for i in chosen) + 1)
            head = []
        lines = head + [[self.table.text(r, c) for c in columns] for r in rows]
        QGuiApplication.clipboard().setText("\n".join("\t".join(line) for line in lines))


class _Table(QTableView):
    """A table whose Ctrl+C copies for a spreadsheet."""

    def __init__(self, pane: NumbersPane) -> None:
        super().__init__(pane)
        self._pane = pane

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the width among the columns; where numbers would be cut, they are scrolled."""
        super().resizeEvent(event)
        gap = self.fontMetrics().averageCharWidth()
        others = len(COLUMNS) - 1
        least = self.fontMetrics().horizontalAdvance(WIDEST)
        wide = max(least, (self.viewport().width() - gap) // others)
        for column in range(len(COLUMNS)):
            self.horizontalHeader().resizeSection(column, gap if column == GAP else wide)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy on Ctrl+C."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self._pane.copy()
            return
        super().keyPressEvent(event)
