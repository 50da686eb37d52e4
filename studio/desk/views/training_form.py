"""What a training is to be started with: corpus, hand, config, hours and folder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFormLayout, QHBoxLayout, QPushButton, QWidget

from engine.errors import SettingError
from studio.desk.models.plain_tip import plain_tip
from studio.desk.widgets.dropdown import Dropdown
from studio.desk.widgets.file_dialogs import ask_folder, ask_open
from studio.desk.widgets.plain_text import PlainLabel
from studio.desk.widgets.theme import Theme
from studio.desk.widgets.wheel import DoubleSpinBox
from studio.teaching.training_plan import CONFIGS, FROM_A_HAND, SHIPPED, TrainingPlan

MOST_HOURS = 1000.0


@dataclass(frozen=True)
class Recorded:
    """Recorded lines that can be learnt from.

    Parameters
    ----------
    name : str
    folder : Path
        Of one recording, or of all.
    """

    name: str
    folder: Path


class TrainingForm(QWidget):
    """Asks for a `TrainingPlan`."""

    changed = Signal()
    """Something else is chosen."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._folder = Path()
        self.source = Dropdown(theme)
        self.source.setAccessibleName("What is learnt from")
        self.source.setSizeAdjustPolicy(
            Dropdown.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.source.setPlaceholderText("Choose one, or record lines")
        self.browse = _button("Choose a corpus …", "A file that `scriptorium train prepare` wrote")
        self.hand = Dropdown(theme)
        self.hand.setAccessibleName("Hand to begin with")
        self.config = Dropdown(theme)
        self.config.setAccessibleName("Config")
        for name, words in CONFIGS.items():
            self.config.addItem(name, name)
            place = self.config.count() - 1
            self.config.setItemData(place, plain_tip(words), Qt.ItemDataRole.ToolTipRole)
        self.about = PlainLabel()
        self.about.setObjectName("muted")
        self.about.setWordWrap(True)
        self.hours = DoubleSpinBox()
        self.hours.setRange(0.01, MOST_HOURS)
        self.hours.setDecimals(2)
        self.hours.setValue(1.0)
        self.hours.setSuffix(" h")
        self.hours.setAccessibleName("Hours of training")
        self.folder = PlainLabel()
        self.folder.setWordWrap(True)
        self.elsewhere = _button("Choose …", "A folder for the run: an empty one, or a new one")
        form = QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        form.setSpacing(theme.px(1))
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow("Corpus", self.source)
        form.addRow("", self.browse)
        form.addRow("Begin with", self.hand)
        form.addRow("Config", self.config)
        form.addRow("", self.about)
        form.addRow("Hours", self.hours)
        form.addRow("Folder", _row(self.folder, self.elsewhere))
        self.browse.clicked.connect(self._ask_corpus)
        self.elsewhere.clicked.connect(self._ask_folder)
        self.config.currentIndexChanged.connect(self._config_chosen)
        self.source.currentIndexChanged.connect(self.changed)
        self.hand.currentIndexChanged.connect(self.changed)
        self._config_chosen()

    # What there is ---------------------------------------------------------------------------

    def show_recordings(self, recorded: Sequence[Recorded]) -> None:
        """Offer the user's recordings; a corpus that was chosen stays."""
        chosen = self.source.currentData()
        corpora = [
            (self.source.itemText(k), self.source.itemData(k))
            for k in range(self.source.count())
            if Path(self.source.itemData(k)).is_file()
        ]
        self.source.clear()
        for text, path in corpora:
            self.source.addItem(text, path)
        for one in recorded:
            self.source.addItem(one.name, str(one.folder))
        self.source.setCurrentIndex(max(self.source.findData(chosen), 0))

    def show_hands(self, in_use: str, path: Path | None) -> None:
        """Offer the hand that is in use, the one that ships, and none."""
        chosen = self.hand.currentData()
        self.hand.clear()
        if path is not None:
            self.hand.addItem(f"{in_use} (in use)", str(path))
        self.hand.addItem("The hand that ships", SHIPPED)
        self.hand.addItem("No hand: random weights", "")
        place = -1 if chosen is None else self.hand.findData(chosen)
        self.hand.setCurrentIndex(max(place, 0))

    def propose(self, folder: Path) -> None:
        """Name a folder for the next run."""
        self._folder = folder
        self.folder.setText(folder.name)
        self.folder.setToolTip(plain_tip(str(folder)))
        self.changed.emit()

    def take_corpus(self, path: Path) -> None:
        """Choose a prepared corpus."""
        if self.source.findData(str(path)) < 0:
            self.source.insertItem(0, path.name, str(path))
            self.source.setItemData(0, plain_tip(str(path)), Qt.ItemDataRole.ToolTipRole)
        self.source.setCurrentIndex(self.source.findData(str(path)))

    def plan(self) -> TrainingPlan:
        """What is asked for.

        Raises
        ------
        SettingError
            If something is missing, or does not go together.
        """
        source = self.source.currentData()
        if source is None:
            raise SettingError(
                "There is nothing to learn from; choose a corpus, or record some lines first."
            )
        return TrainingPlan(
            Path(source),
            self._folder,
            self.config.currentData(),
            round(self.hours.value(), 2),
            self.hand.currentData() or "",
        )

    # What is chosen --------------------------------------------------------------------------

    def _ask_corpus(self) -> None:
        forms = "Prepared corpora (*.safetensors)"
        path = ask_open(self, "corpora", "Choose a corpus", forms)
        if path is not None:
            self.take_corpus(path)

    def _ask_folder(self) -> None:
        path = ask_folder(self, "training", "Folder of the run")
        if path is not None:
            self.propose(path)

    def _config_chosen(self) -> None:
        """Say what a config is, and begin with what it needs."""
        name = self.config.currentData()
        self.about.setText(f"{CONFIGS[name]}.")
        if self.hand.count() and (name in FROM_A_HAND) != bool(self.hand.currentData()):
            self.hand.setCurrentIndex(0 if name in FROM_A_HAND else self.hand.findData(""))
        self.changed.emit()


def _button(words: str, tip: str) -> QPushButton:
    button = QPushButton(words)
    button.setAutoDefault(False)
    button.setToolTip(plain_tip(tip))
    return button


def _row(wide: QWidget, button: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.addWidget(wide, 1)
    row.addWidget(button)
    return row
