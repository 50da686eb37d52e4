"""A slider for a number that people turn: a word at either end, a spin box, and a reset."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QSlider,
    QStyle,
    QStyleOptionSlider,
    QWidget,
)

from studio.desk.models.plain_tip import plain_tip
from studio.desk.widgets.plain_text import PlainLabel
from studio.desk.widgets.theme import Theme
from studio.desk.widgets.wheel import EvenSpinBox, wheel_when_focused, without_wheel_focus

STEPS = 1000


class Track(QSlider):
    """A horizontal slider painted in the theme's way: filled from the left, or from its middle.

    Parameters
    ----------
    theme : Theme
    centred : bool
        Whether the fill begins in the middle, for numbers that go both ways.
    """

    reset_wanted = Signal()
    """A double click."""

    def __init__(self, theme: Theme, centred: bool = False) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._theme, self._centred = theme, centred
        self.setMinimumHeight(theme.px(2.5))
        without_wheel_focus(self)
        theme.changed.connect(self.update)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Ask for the standard."""
        self.reset_wanted.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Turn it where it has the focus."""
        wheel_when_focused(self, event, super().wheelEvent)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint groove, fill and handle where Qt's style would have them."""
        option = QStyleOptionSlider()
        self.initStyleOption(option)
        handle = self.style().subControlRect(
            QStyle.ComplexControl.CC_Slider, option, QStyle.SubControl.SC_SliderHandle, self
        )
        tokens, px = self._theme.tokens, self._theme.px
        on = self.isEnabled()
        accent = QColor(tokens.accent if on else tokens.line)
        middle, thick, radius = self.height() / 2, px(0.5), px(0.875)
        centre = float(handle.center().x())
        left, right = float(radius), float(self.width() - radius)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.line))
        groove = QRectF(left, middle - thick / 2, right - left, thick)
        painter.drawRoundedRect(groove, thick / 2, thick / 2)
        origin = (left + right) / 2 if self._centred else left
        painter.setBrush(accent)
        fill = QRectF(min(origin, centre), middle - thick / 2, abs(centre - origin), thick)
        painter.drawRoundedRect(fill, thick / 2, thick / 2)
        lit = self.hasFocus() or self.isSliderDown()
        if lit:
            glow = QColor(accent)
            glow.setAlpha(50)
            painter.setBrush(glow)
            painter.drawEllipse(QPointF(centre, middle), radius + 3, radius + 3)
        painter.setBrush(QColor(tokens.surface))
        painter.setPen(QPen(accent, 2))
        painter.drawEllipse(QPointF(centre, middle), radius - 1, radius - 1)
        painter.end()


@dataclass(frozen=True)
class Scale:
    """What a slider turns.

    Parameters
    ----------
    name : str
        The setting's field in a look ("bias").
    title : str
        What people call it.
    low, high, standard : float
    left, right : str
        A plain word for either end.
    term : str
        The paper's term and what it does, for the tooltip.
    decimals : int
    unit : str
    reverse : bool
        Whether the highest value stands at the left.
    """

    name: str
    title: str
    low: float
    high: float
    standard: float
    left: str
    right: str
    term: str
    decimals: int = 2
    unit: str = ""
    reverse: bool = False


class Slider(QWidget):
    """One `Scale` as a slider with a spin box; double click sets the standard."""

    turned = Signal(float)
    """While the handle moves or the spin box changes: the value."""
    settled = Signal(float)
    """When the user has let go: the value."""

    def __init__(self, scale: Scale, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.scale, self._standard = scale, scale.standard
        self._value = self._settled = scale.standard
        self.title = PlainLabel(scale.title)
        self.spin = EvenSpinBox(theme, 10.5)
        self.spin.setRange(scale.low, scale.high)
        self.spin.setDecimals(scale.decimals)
        self.spin.setSingleStep((scale.high - scale.low) / 50)
        self.spin.setSuffix(f" {scale.unit}" if scale.unit else "")
        self.spin.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.spin.setKeyboardTracking(False)
        self.slider = Track(theme, centred=scale.low < 0 < scale.high)
        self.slider.setRange(0, STEPS)
        self.slider.setPageStep(STEPS // 10)
        self.slider.setSingleStep(STEPS // 50)
        ends = QHBoxLayout()
        left, right = PlainLabel(scale.left), PlainLabel(scale.right)
        for word in (left, right):
            word.setObjectName("muted")
        ends.addWidget(left)
        ends.addStretch()
        ends.addWidget(right)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(2)
        grid.addWidget(self.title, 0, 0)
        grid.addWidget(self.spin, 0, 1, Qt.AlignmentFlag.AlignRight)
        grid.addWidget(self.slider, 1, 0, 1, 2)
        grid.addLayout(ends, 2, 0, 1, 2)
        self.show_standard(scale.standard)
        words = f"{scale.title}, {scale.left} to {scale.right}"
        self.slider.setAccessibleName(words)
        self.spin.setAccessibleName(scale.title)
        self.title.setBuddy(self.spin)
        self.slider.valueChanged.connect(self._slid)
        self.slider.sliderReleased.connect(self._let_go)
        self.spin.valueChanged.connect(self._typed)
        for part in (self.slider, self.title, left, right):
            part.installEventFilter(self)
        self.show_value(scale.standard)

    @property
    def value(self) -> float:
        """The value that the handle shows."""
        return self._value

    def show_standard(self, value: float) -> None:
        """Let a double click go back to this value."""
        self._standard = value
        tip = f"{self.scale.term}\nDouble click: back to {value:g}{self.spin.suffix()}."
        for part in (self, self.slider, self.spin, self.title):
            part.setToolTip(plain_tip(tip))

    def show_value(self, value: float) -> None:
        """Set the handle without telling anybody."""
        self._settled = value
        self._show(value)

    def _show(self, value: float) -> None:
        scale = self.scale
        self._value = min(max(value, scale.low), scale.high)
        with QSignalBlocker(self.spin), QSignalBlocker(self.slider):
            self.spin.setValue(self._value)
            share = (self._value - scale.low) / (scale.high - scale.low)
            self.slider.setValue(round(STEPS * (1 - share if scale.reverse else share)))

    def reset(self) -> None:
        """Back to the standard."""
        self._set(self._standard)
        self._let_go()

    def _set(self, value: float) -> None:
        if value != self._value:
            self._show(value)
            self.turned.emit(self._value)

    def _slid(self, step: int) -> None:
        share = step / STEPS
        scale = self.scale
        share = 1 - share if scale.reverse else share
        value = round(scale.low + share * (scale.high - scale.low), scale.decimals)
        self._set(value)
        if not self.slider.isSliderDown():
            self._let_go()

    def _typed(self, value: float) -> None:
        self._set(value)
        self._let_go()

    def _let_go(self) -> None:
        if self._value != self._settled:
            self._settled = self._value
            self.settled.emit(self._value)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A double click resets."""
        if event.type() == QEvent.Type.MouseButtonDblClick:
            self.reset()
            return True
        return super().eventFilter(watched, event)
