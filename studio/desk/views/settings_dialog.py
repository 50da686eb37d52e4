"""The settings of the studio: appearance, device, and every action's key."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QHeaderView,
    QKeySequenceEdit,
    QLineEdit,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from studio.desk.actions import ActionModel
from studio.desk.models.hand_model import HandModel
from studio.desk.models.user_settings import Appearance, SettingsModel
from studio.desk.widgets.plain_text import PlainLabel
from studio.desk.widgets.segmented import Segment, Segmented
from studio.desk.widgets.theme import Theme
from studio.desk.widgets.wheel import Tabs
from studio.desk.widgets.window_size import resize_on_screen

APPEARANCES = (
    Segment(Appearance.SYSTEM, "As the system"),
    Segment(Appearance.LIGHT, "Light"),
    Segment(Appearance.DARK, "Dark"),
)
SCALES = tuple(Segment(f"{s:g}", f"{round(100 * s)} %") for s in (0.85, 1.0, 1.15, 1.3, 1.5))
DEVICES = (
    Segment("auto", "The best available"),
    Segment("cpu", "CPU"),
    Segment("cuda", "NVIDIA GPU"),
    Segment("remote", "A service"),
)
PRECISIONS = (
    Segment("auto", "What fits here"),
    Segment("float32", "32 bits"),
    Segment("float16", "16 bits"),
)


class SettingsDialog(QDialog):
    """Changes take hold at once; keys that two actions share are shown in red.

    Parameters
    ----------
    settings, actions, hands, theme, parent
    new_notes : QWidget, optional
        The settings of new notes, which get a tab of their own.
    """

    def __init__(
        self,
        settings: SettingsModel,
        actions: ActionModel,
        hands: HandModel,
        theme: Theme,
        parent: QWidget | None = None,
        new_notes: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Settings")
        self._settings, self._actions, self._theme = settings, actions, theme
        self._hands = hands
        px = theme.px
        tabs = Tabs()
        tabs.setDocumentMode(True)
        tabs.addTab(self._general(), "General")
        if new_notes is not None:
            tabs.addTab(new_notes, "New notes")
        tabs.addTab(self._keys(), "Keys")
        self.tabs = tabs
        close = QPushButton("Done")
        close.setDefault(True)
        close.clicked.connect(self.accept)
        row = QHBoxLayout()
        row.addStretch()
        row.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(2), px(2), px(2), px(2))
        column.addWidget(tabs, 1)
        column.addLayout(row)
        resize_on_screen(self, px(84), px(70))

    def _general(self) -> QWidget:
        value, theme = self._settings.value, self._theme
        self.appearance = Segmented("Appearance", APPEARANCES, theme)
        self.appearance.show_value(value.appearance)
        self.appearance.chosen.connect(lambda a: self._settings.change(appearance=Appearance(a)))
        self.scale = Segmented("Size of the interface", SCALES, theme)
        self.scale.show_value(f"{value.interface_scale:g}")
        self.scale.chosen.connect(lambda s: self._settings.change(interface_scale=float(s)))
        self.device = Segmented("Device", DEVICES, theme)
        self.device.show_value(value.device)
        self.device.chosen.connect(self._device_chosen)
        self.remote = QLineEdit(value.remote)
        self.remote.setPlaceholderText("http://127.0.0.1:8000")
        self.remote.setAccessibleName("Address of the service")
        self.remote.setToolTip(
            "A `scriptorium serve` that samples the points; everything else stays on this computer"
        )
        self.remote_token = QLineEdit(value.remote_token)
        self.remote_token.setEchoMode(QLineEdit.EchoMode.Password)
        self.remote_token.setPlaceholderText("none")
        self.remote_token.setAccessibleName("Token of the service")
        for field in (self.remote, self.remote_token):
            field.editingFinished.connect(self._remote_named)
        self.precision = Segmented("Precision", PRECISIONS, theme)
        self.precision.show_value(value.precision)
        self.precision.chosen.connect(lambda p: self._settings.change(precision=p))
        page = QWidget()
        form = QFormLayout(page)
        form.setContentsMargins(0, theme.px(3), 0, 0)
        form.setVerticalSpacing(theme.px(2))
        form.setHorizontalSpacing(theme.px(3))
        form.addRow("Appearance", self.appearance)
        form.addRow("Size of the interface", self.scale)
        form.addRow("The network runs on", self.device)
        self.runs_on = PlainLabel()
        self.runs_on.setObjectName("muted")
        self.runs_on.setWordWrap(True)
        form.addRow("", self.runs_on)
        form.addRow("Its address", self.remote)
        form.addRow("Its token", self.remote_token)
        self._form = form
        self._show_device()
        self._hands.changed.connect(self._show_device)
        # Else it stands on the window alone, below this dialog.
        self._hands.notice.connect(self.runs_on.setText)
        form.addRow("Its weights on the CPU", self.precision)
        hint = PlainLabel("A larger interface takes full effect at the next start.")
        hint.setObjectName("muted")
        form.addRow("", hint)
        return page

    def _device_chosen(self, device: str) -> None:
        self._settings.change(device=device)
        self._show_device()

    def _remote_named(self) -> None:
        self._settings.change(
            remote=self.remote.text().strip(), remote_token=self.remote_token.text().strip()
        )

    def _show_device(self) -> None:
        for field in (self.remote, self.remote_token):
            self._form.setRowVisible(field, self._settings.value.device == "remote")
        hands = self._hands
        now = f"Now: {hands.device}. {hands.why_cpu}" if hands.ready else "The hand is loaded …"
        self.runs_on.setText(hands.error or now.strip())

    def _keys(self) -> QWidget:
        px = self._theme.px
        self.search = QLineEdit()
        self.search.setPlaceholderText("Find an action …")
        self.search.setAccessibleName("Find an action")
        self.search.textChanged.connect(self._filter)
        self.table = QTableWidget(0, 3)
        self.table.setHorizontalHeaderLabels(["Action", "Menu", "Key"])
        self.table.verticalHeader().hide()
        self.table.setShowGrid(False)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setTabKeyNavigation(False)
        self.table.setAccessibleName("Actions and their keys")
        header = self.table.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(2, QHeaderView.ResizeMode.ResizeToContents)
        self.table.currentCellChanged.connect(self._chosen)
        self.key = QKeySequenceEdit()
        self.key.setMaximumSequenceLength(1)
        self.key.setAccessibleName("New key")
        self.key.keySequenceChanged.connect(self._typed)
        self.standard = QPushButton("Standard")
        self.standard.clicked.connect(lambda: self._bind(None))
        self.none = QPushButton("No key")
        self.none.clicked.connect(lambda: self._bind(""))
        self.conflict = PlainLabel()
        self.conflict.setObjectName("error")
        self.conflict.setWordWrap(True)
        row = QHBoxLayout()
        row.addWidget(PlainLabel("New key"))
        row.addWidget(self.key, 1)
        row.addWidget(self.standard)
        row.addWidget(self.none)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, px(2), 0, 0)
        column.setSpacing(px(1))
        column.addWidget(self.search)
        column.addWidget(self.table, 1)
        column.addLayout(row)
        column.addWidget(self.conflict)
        self._list()
        self.table.setCurrentCell(0, 0)
        return page

    def _list(self) -> None:
        conflicts = self._actions.conflicts()
        shared = {ident for idents in conflicts.values() for ident in idents}
        with QSignalBlocker(self.table):
            self.table.setRowCount(len(list(self._actions)))
            for row, action in enumerate(self._actions):
                key = QKeySequence(self._actions.shortcut(action.id))
                texts = (
                    action.title,
                    action.menu,
                    key.toString(QKeySequence.SequenceFormat.NativeText),
                )
                for column, text in enumerate(texts):
                    item = QTableWidgetItem(text)
                    item.setData(Qt.ItemDataRole.UserRole, action.id)
                    if action.id in shared:
                        item.setForeground(self._theme.colour("danger"))
                    elif column:
                        item.setForeground(self._theme.colour("muted"))
                    self.table.setItem(row, column, item)
        sentences = [
            f"{QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)} is the key of "
            + " and ".join(self._actions[i].title for i in idents)
            + "."
            for key, idents in conflicts.items()
        ]
        self.conflict.setText(" ".join(sentences))

    def _filter(self, text: str) -> None:
        for row in range(self.table.rowCount()):
            words = " ".join(
                item.text() for c in range(3) if (item := self.table.item(row, c)) is not None
            )
            self.table.setRowHidden(row, text.lower() not in words.lower())

    def _current(self) -> str | None:
        item = self.table.item(self.table.currentRow(), 0)
        return None if item is None else str(item.data(Qt.ItemDataRole.UserRole))

    def _chosen(self) -> None:
        ident = self._current()
        if ident is not None:
            with QSignalBlocker(self.key):
                self.key.setKeySequence(QKeySequence(self._actions.shortcut(ident)))

    def _typed(self, key: QKeySequence) -> None:
        if not key.isEmpty():
            self._bind(key.toString(QKeySequence.SequenceFormat.PortableText))

    def _bind(self, key: str | None) -> None:
        """Give the chosen action a key, none (""), or its standard one again (None)."""
        ident = self._current()
        if ident is None:
            return
        own = {k: v for k, v in self._settings.value.shortcuts.items() if k != ident}
        if key is not None and key != self._actions[ident].shortcut:
            own[ident] = key
        self._settings.change(shortcuts=own)
        row = self.table.currentRow()
        self._list()
        self.table.setCurrentCell(row, 0)
        self._chosen()
