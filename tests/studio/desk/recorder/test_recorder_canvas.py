"""The sheet takes every point of pen, finger and mouse, and the palm none."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QInputDevice, QMouseEvent, QPointingDevice, QTabletEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.ink.ink import Stroke
from studio.desk.models.user_settings import Appearance
from studio.desk.widgets.ink_canvas import INK, PALM, InkCanvas
from studio.desk.widgets.theme import Theme

Kind = QEvent.Type


@pytest.fixture
def canvas(qtbot: QtBot) -> InkCanvas:
    canvas = InkCanvas(Theme(Appearance.LIGHT))
    qtbot.addWidget(canvas)
    canvas.resize(900, 260)
    canvas.show()
    return canvas


@pytest.fixture
def strokes(canvas: InkCanvas) -> list[Stroke]:
    ended: list[Stroke] = []
    canvas.stroke_ended.connect(ended.append)
    return ended


PEN = QPointingDevice(
    "tablet",
    1,
    QInputDevice.DeviceType.Stylus,
    QPointingDevice.PointerType.Pen,
    QInputDevice.Capability.Pressure | QInputDevice.Capability.XTilt,
    1,
    3,
)
ERASER = QPointingDevice(
    "tablet",
    2,
    QInputDevice.DeviceType.Stylus,
    QPointingDevice.PointerType.Eraser,
    QInputDevice.Capability.Pressure,
    1,
    3,
)


def tablet(
    canvas: InkCanvas,
    kind: QEvent.Type,
    x: float,
    y: float,
    pressure: float = 0.5,
    stamp: int = 0,
    device: QPointingDevice = PEN,
    tilt: float = 0.0,
) -> QTabletEvent:
    place = QPointF(x, y)
    up = kind == Kind.TabletRelease
    event = QTabletEvent(
        kind, device, place, place, pressure, tilt, tilt, 0.0, 0.0, 0.0,
        Qt.KeyboardModifier.NoModifier,
        Qt.MouseButton.NoButton if kind == Kind.TabletMove else Qt.MouseButton.LeftButton,
        Qt.MouseButton.NoButton if up else Qt.MouseButton.LeftButton,
    )  # fmt: skip
    event.setTimestamp(stamp)
    QApplication.sendEvent(canvas, event)
    return event


def line(canvas: InkCanvas, xs: np.ndarray, start: int = 1000, **values: object) -> None:
    tablet(canvas, Kind.TabletPress, xs[0], 100.0, stamp=start, **values)  # type: ignore[arg-type]
    for number, x in enumerate(xs[1:], 1):
        tablet(canvas, Kind.TabletMove, x, 100.0, stamp=start + number, **values)  # type: ignore[arg-type]
    tablet(canvas, Kind.TabletRelease, xs[-1], 100.0, stamp=start + len(xs), **values)  # type: ignore[arg-type]


def test_a_pen_of_a_thousand_points_a_second_loses_none(
    canvas: InkCanvas, strokes: list[Stroke]
) -> None:
    xs = np.linspace(50.25, 549.75, 1000)
    line(canvas, xs)
    (stroke,) = strokes
    assert len(stroke) == 1000
    assert np.allclose(stroke.xy[:, 0], xs)  # fractions of a pixel survive
    assert stroke.time is not None
    assert np.allclose(np.diff(stroke.time), 0.001)


def test_pressure_survives_and_makes_the_line_wider(
    canvas: InkCanvas, strokes: list[Stroke]
) -> None:
    tablet(canvas, Kind.TabletPress, 100, 60, 0.05, 1)
    for x in range(101, 400):
        tablet(canvas, Kind.TabletMove, x, 60, (x - 100) / 300, x)
    tablet(canvas, Kind.TabletRelease, 400, 60, 1.0, 500)
    (stroke,) = strokes
    assert stroke.pressure is not None
    assert np.allclose(stroke.pressure[1:], np.arange(1, 300) / 300, atol=0.02)
    image = canvas.picture().toImage()
    ratio = image.width() / canvas.width()

    def width(x: float) -> float:
        column = [image.pixelColor(round(x * ratio), y).lightness() for y in range(image.height())]
        return float(sum(1 - value / 255 for value in column[: round(80 * ratio)]))

    assert width(380) > 1.6 * width(120)


def test_the_eraser_of_the_pen_erases(canvas: InkCanvas, strokes: list[Stroke]) -> None:
    places = []
    canvas.erased.connect(lambda x, y, reach: places.append((x, y, reach)))
    line(canvas, np.array([10.0, 20.0, 30.0]), device=ERASER)
    assert [x for x, _, _ in places] == [10, 20, 30]
    assert strokes == []


def test_a_press_without_a_move_is_a_dot(canvas: InkCanvas, strokes: list[Stroke]) -> None:
    tablet(canvas, Kind.TabletPress, 100, 100, stamp=5)
    tablet(canvas, Kind.TabletRelease, 100, 100, stamp=15)
    (stroke,) = strokes
    assert len(stroke) == 1


def test_ink_is_there_as_soon_as_its_event_is_handled(canvas: InkCanvas) -> None:
    tablet(canvas, Kind.TabletPress, 200, 40, 1.0, 1)
    tablet(canvas, Kind.TabletMove, 240, 40, 1.0, 9)
    image = canvas.picture().toImage()
    ratio = image.width() / canvas.width()
    found = image.pixelColor(round(220 * ratio), round(40 * ratio))
    wanted = canvas.palette().color(canvas.foregroundRole()).fromString(INK)
    assert abs(found.lightness() - wanted.lightness()) < 30


def mouse(canvas: InkCanvas, kind: QEvent.Type, x: float, y: float, stamp: int) -> None:
    down = kind != Kind.MouseButtonRelease
    event = QMouseEvent(
        kind,
        QPointF(x, y),
        canvas.mapToGlobal(QPointF(x, y)),
        Qt.MouseButton.NoButton if kind == Kind.MouseMove else Qt.MouseButton.LeftButton,
        Qt.MouseButton.LeftButton if down else Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
    )
    event.setTimestamp(stamp)
    QApplication.sendEvent(canvas, event)


def test_the_mouse_draws_without_pressure(canvas: InkCanvas, strokes: list[Stroke]) -> None:
    mouse(canvas, Kind.MouseButtonPress, 10.5, 20, 1000)
    mouse(canvas, Kind.MouseMove, 15.25, 22, 1010)
    mouse(canvas, Kind.MouseMove, 20, 24, 1020)
    mouse(canvas, Kind.MouseButtonRelease, 20, 24, 1030)
    (stroke,) = strokes
    assert stroke.xy.tolist() == [[10.5, 20], [15.25, 22], [20, 24]]
    assert stroke.pressure is None
    assert stroke.time is not None
    assert np.allclose(stroke.time, [0, 0.01, 0.02])


def test_time_runs_on_from_stroke_to_stroke(canvas: InkCanvas, strokes: list[Stroke]) -> None:
    line(canvas, np.linspace(10, 50, 5), start=1000)
    line(canvas, np.linspace(60, 90, 5), start=3000)
    assert strokes[1].time is not None
    assert strokes[1].time[0] == pytest.approx(2.0)


def test_mouse_and_palm_are_ignored_while_the_pen_is_near(
    canvas: InkCanvas, strokes: list[Stroke], qtbot: QtBot
) -> None:
    tablet(canvas, Kind.TabletPress, 100, 100, stamp=1000)
    mouse(canvas, Kind.MouseButtonPress, 300, 200, 1001)
    mouse(canvas, Kind.MouseMove, 310, 200, 1002)
    tablet(canvas, Kind.TabletMove, 110, 100, stamp=1003)
    mouse(canvas, Kind.MouseButtonRelease, 310, 200, 1004)
    tablet(canvas, Kind.TabletRelease, 110, 100, stamp=1005)
    mouse(canvas, Kind.MouseButtonPress, 300, 200, 1006)
    mouse(canvas, Kind.MouseButtonRelease, 300, 200, 1007)
    assert [stroke.xy.tolist() for stroke in strokes] == [[[100, 100], [110, 100]]]
    qtbot.wait(PALM + 50)
    mouse(canvas, Kind.MouseButtonPress, 300, 200, 9000)
    mouse(canvas, Kind.MouseButtonRelease, 300, 200, 9001)
    assert len(strokes) == 2


@pytest.fixture
def screen() -> QPointingDevice:
    return QTest.createTouchDevice()


def test_a_finger_draws_and_two_do_not(
    canvas: InkCanvas, strokes: list[Stroke], screen: QPointingDevice
) -> None:
    window = canvas.windowHandle()
    QTest.touchEvent(window, screen).press(0, QPoint(20, 30))
    QTest.touchEvent(window, screen).move(0, QPoint(40, 35))
    QTest.touchEvent(window, screen).release(0, QPoint(40, 35))
    (stroke,) = strokes
    assert stroke.xy[:2].tolist() == [[20, 30], [40, 35]]
    QTest.touchEvent(window, screen).press(0, QPoint(20, 30))
    QTest.touchEvent(window, screen).move(0, QPoint(30, 30)).press(1, QPoint(200, 30))
    QTest.touchEvent(window, screen).release(0, QPoint(30, 30)).release(1, QPoint(200, 30))
    assert len(strokes) == 1


def test_the_palm_that_was_there_first_leaves_nothing(
    canvas: InkCanvas, strokes: list[Stroke], screen: QPointingDevice
) -> None:
    window = canvas.windowHandle()
    QTest.touchEvent(window, screen).press(0, QPoint(200, 130))
    line(canvas, np.linspace(10, 50, 5))
    QTest.touchEvent(window, screen).move(0, QPoint(220, 130))
    QTest.touchEvent(window, screen).release(0, QPoint(220, 130))
    assert len(strokes) == 1
    assert strokes[0].pressure is not None


def test_the_text_rules_the_sheet(canvas: InkCanvas) -> None:
    canvas.show_text("short")
    large = canvas.x_height
    canvas.show_text("a sentence that is a good deal longer than the other")
    assert canvas.x_height < large
    assert canvas.x_height < canvas.baseline < canvas.height()
