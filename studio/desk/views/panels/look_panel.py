"""The settings of what is selected: hand, size, ink, pen and setting, for note or paragraph."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QAbstractItemModel, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from engine.rendering.pens import PenKind
from engine.style.style import all_bundled
from studio.desk.models.plain_tip import plain_tip
from studio.desk.views.panels.look_scales import HAND_SCALES, PEN_WIDTH, SETTING_SCALES
from studio.desk.views.panels.sample_view import SampleView
from studio.desk.views.panels.style_delegate import StyleDelegate
from studio.desk.widgets.dropdown import Dropdown
from studio.desk.widgets.icons import icon
from studio.desk.widgets.segmented import Segment, Segmented
from studio.desk.widgets.settings_column import SettingsColumn, rule, section
from studio.desk.widgets.slider import Scale, Slider
from studio.desk.widgets.swatches import Swatches
from studio.desk.widgets.theme import Theme
from studio.desk.widgets.wheel import SpinBox
from studio.document.ink_colours import INKS
from studio.document.note import Alignment, Look
from studio.document.pen_widths import pen_for, usual_pen, usual_width

PEN_CHOICES = (
    Segment(PenKind.BALLPOINT, "Ball-point", "pen-line"),
    Segment(PenKind.FOUNTAIN, "Fountain pen", "pen-tool"),
    Segment(PenKind.FELT, "Felt pen", "highlighter"),
    Segment(PenKind.PENCIL, "Pencil", "pencil"),
)
ALIGNMENTS = (
    Segment(Alignment.LEFT, "Left", "align-left"),
    Segment(Alignment.CENTRED, "Centred", "align-center"),
    Segment(Alignment.RIGHT, "Right", "align-right"),
    Segment(Alignment.JUSTIFIED, "Justified", "align-justify"),
)
SCOPES = (Segment("note", "Whole note"), Segment("paragraph", "Paragraph"))


class LookPanel(QWidget):
    """Shows a look and tells what the user turns; changes nothing itself."""

    previewed = Signal(object)
    """A look that is being tried: for the sample only."""
    chosen = Signal(str, dict)
    """The name of the step, and the fields of the look with their new values."""
    scope_chosen = Signal(str)
    reset_wanted = Signal()

    def __init__(
        self, theme: Theme, styles: QAbstractItemModel, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme, self._look, self._drawn = theme, Look(), False
        self._shown = self._look
        self._of_writing: list[QWidget] = []
        self._bare = False
        self._sliders: dict[str, Slider] = {}
        self.scope = Segmented("Settings of", SCOPES, theme)
        self.scope.chosen.connect(self.scope_chosen)
        self.sample = SampleView(theme)
        self.style_box = Dropdown(theme)
        self.style_box.setModel(styles)
        self.style_box.setAccessibleName("Style")
        self.style_box.setToolTip(
            "A primer: ink fed to the network first (Graves 2013, section 5.5)."
        )
        self.style_box.activated.connect(self._style_chosen)
        self.style_box.setItemDelegate(StyleDelegate(theme))
        self.style_box.view().setMinimumWidth(theme.px(50))
        self.style_box.setMaxVisibleItems(12)
        self.gallery = self._tool("layout-grid", "See your own words in every style")
        self.seed = SpinBox()
        self.seed.setRange(0, 2**31 - 1)
        self.seed.setAccessibleName("Seed")
        self.seed.setToolTip(
            "Seed of the random numbers of every line: the same seed gives the same ink."
        )
        self.seed.setKeyboardTracking(False)
        self.seed.valueChanged.connect(lambda v: self._choose("Change the seed", seed=v))
        self.dice = self._tool("dices", "Another seed: other ink for everything")
        self.dice.clicked.connect(lambda: self.seed.setValue((self.seed.value() + 1) % 2**31))
        self.inks = Swatches("Ink", tuple(INKS.items()), theme)
        self.inks.chosen.connect(lambda c: self._choose("Change the ink", colour=c))
        self.pens = Segmented("Pen", PEN_CHOICES, theme)
        self.pens.chosen.connect(self._pen_chosen)
        self.alignment = Segmented("Alignment", ALIGNMENTS, theme)
        self.alignment.chosen.connect(lambda a: self._choose("Align", alignment=Alignment(a)))
        self.reset = QToolButton()
        self.reset.setText("Reset")
        self.reset.setToolTip("Reset this paragraph's own settings")
        self.reset.clicked.connect(self.reset_wanted)
        self.reset.setVisible(False)
        self._build()
        theme.changed.connect(self._tint)

    def _tool(self, name: str, tip: str) -> QToolButton:
        button = QToolButton()
        button.setProperty("icon_name", name)
        button.setIcon(icon(name, self._theme.tokens))
        button.setIconSize(QSize(18, 18))
        button.setToolTip(plain_tip(tip))
        button.setAccessibleName(tip)
        return button

    def _tint(self) -> None:
        self.dice.setIcon(icon("dices", self._theme.tokens))
        self.gallery.setIcon(icon("layout-grid", self._theme.tokens))

    def _build(self) -> None:
        px = self._theme.px
        hand = [section("Style"), self._style_row(), *map(self._slider, HAND_SCALES), rule()]
        ink = [section("Ink and pen"), self.inks, self.pens, self._slider(PEN_WIDTH)]
        setting = [rule(), section("Alignment and spacing"), self.alignment]
        setting += [*map(self._slider, SETTING_SCALES), rule(), self._seed_row()]
        self._of_writing = [*hand, *setting]
        self._column = SettingsColumn(self._theme, px(2), px(1), px(2))
        self._column.fill(*hand, *ink, *setting)
        head = QVBoxLayout()
        head.setContentsMargins(px(2), px(2), px(2), px(1))
        head.setSpacing(px(1.5))
        scope_row = QHBoxLayout()
        scope_row.addWidget(self.scope, 1)
        scope_row.addWidget(self.reset)
        head.addLayout(scope_row)
        head.addWidget(self.sample)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(head)
        whole.addWidget(self._column, 1)

    def _style_row(self) -> QWidget:
        whole = QWidget()
        row = QHBoxLayout(whole)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.style_box, 1)
        row.addWidget(self.gallery)
        return whole

    def _seed_row(self) -> QWidget:
        whole = QWidget()
        row = QHBoxLayout(whole)
        row.setContentsMargins(0, 0, 0, 0)
        label = section("Seed")
        label.setBuddy(self.seed)
        row.addWidget(label)
        row.addStretch()
        row.addWidget(self.seed)
        row.addWidget(self.dice)
        return whole

    def show_only_settings(self) -> None:
        """Without the switch between note and paragraph, the sample and the gallery."""
        for part in (self.scope, self.sample, self.gallery):
            part.setVisible(False)
        self._bare = True

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll the settings from above them, too."""
        self._column.turn(event)

    def _slider(self, scale: Scale) -> Slider:
        slider = Slider(scale, self._theme)
        self._sliders[scale.name] = slider
        slider.turned.connect(partial(self._turned, scale.name))
        slider.settled.connect(partial(self._settled, scale.name))
        return slider

    def slider(self, name: str) -> Slider:
        """The slider of a look's field."""
        return self._sliders[name]

    @property
    def look(self) -> Look:
        """The look that is shown, with what is being turned."""
        return self._look

    def show_part(self, title: str, *, drawn: bool = False) -> None:
        """Call the smaller scope by what it is; what is drawn has no more than ink and pen."""
        self.scope.retitle("paragraph", title)
        self._drawn = drawn

    def show_look(self, look: Look, scope: str, own: Collection[str] = ()) -> None:
        """Show the look of the note, or of a part of it with the fields that are its own."""
        self._look = self._shown = look
        self.scope.show_value(scope)
        self.reset.setVisible(scope == "paragraph" and bool(own))
        drawn = self._drawn and scope == "paragraph"
        self.sample.setVisible(not (drawn or self._bare))
        for part in self._of_writing:
            part.setVisible(not drawn)
        self._sliders["pen_width"].show_standard(usual_width(look.pen.kind, look.x_height))
        for name, slider in self._sliders.items():
            slider.show_value(look.pen.width if name == "pen_width" else getattr(look, name))
            field = "pen" if name == "pen_width" else name
            font = slider.title.font()
            font.setBold(field in own)
            slider.title.setFont(font)
        with QSignalBlocker(self.style_box), QSignalBlocker(self.seed):
            self.seed.setValue(min(look.seed, 2**31 - 1))
            found = self.style_box.findData(look.style, Qt.ItemDataRole.UserRole)
            there = look.style in all_bundled()
            why = "of another hand" if there else "not on this computer"
            self.style_box.setPlaceholderText(f"{look.style} ({why})")
            self.style_box.setCurrentIndex(found)
        self.inks.show_value(look.colour)
        self.pens.show_value(look.pen.kind)
        self.alignment.show_value(look.alignment)

    def _fields(self, name: str, value: float) -> dict[str, object]:
        if name == "pen_width":
            return {"pen": replace(self._look.pen, width=value)}
        if name == "x_height":
            # Large letters of a hair-thin line look like wire.
            pen = pen_for(self._look.pen, self._look.x_height, value)
            return {name: value} if pen == self._look.pen else {name: value, "pen": pen}
        return {name: value}

    def _turned(self, name: str, value: float) -> None:
        self._look = replace(self._look, **self._fields(name, value))  # type: ignore[arg-type]
        if name == "x_height":
            self._sliders["pen_width"].show_value(self._look.pen.width)
        self.previewed.emit(self._look)

    def _settled(self, name: str, value: float) -> None:
        title = self._sliders[name].scale.title.lower()
        fields = self._fields(name, value)
        if name == "x_height" and self._look.pen != self._shown.pen:
            fields["pen"] = self._look.pen
        self._choose(f"Change the {title}", **fields)

    def _choose(self, step: str, **values: object) -> None:
        self._look = replace(self._look, **values)  # type: ignore[arg-type]
        self.previewed.emit(self._look)
        self.chosen.emit(step, values)

    def _pen_chosen(self, kind: str) -> None:
        usual = usual_pen(PenKind(kind), self._look.x_height)
        self._choose("Change the pen", pen=usual)
        self._sliders["pen_width"].show_value(usual.width)

    def _style_chosen(self, row: int) -> None:
        name = self.style_box.itemData(row, Qt.ItemDataRole.UserRole)
        self._choose("Change the style", style=name)
