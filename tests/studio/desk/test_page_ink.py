"""Writing on the page with the mouse and with a pen."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QInputDevice, QPointingDevice, QPointingDeviceUniqueId, QTabletEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from studio.document.note import Note
from studio.document.page_ink import strokes_on_page


def settle(studio, qtbot):
    qtbot.waitUntil(lambda: not studio.worker.pending("layout"))


@pytest.fixture
def page(make_studio, qtbot):
    studio = make_studio(hand=False)
    studio.document.open(Note.from_text("one"))
    settle(studio, qtbot)
    studio.actions.trigger("insert.ink")
    return studio


def at(studio, x: float, y: float) -> QPoint:
    return studio.window.pages.to_view(0, QRectF(x, y, 0, 0)).topLeft().toPoint()


def drag(studio, *places: tuple[float, float]) -> None:
    viewport = studio.window.pages.viewport()
    first, *rest = (at(studio, *place) for place in places)
    QTest.mousePress(viewport, Qt.MouseButton.LeftButton, pos=first)
    for place in rest:
        QTest.mouseMove(viewport, place)
    QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=rest[-1])


def test_the_mouse_writes_where_it_goes(page, qtbot):
    drag(page, (40, 50), (60, 55), (80, 50))
    settle(page, qtbot)
    drag(page, (40, 60), (80, 60))
    settle(page, qtbot)
    (drawing,) = page.document.note.drawings
    first, second = strokes_on_page(drawing)
    np.testing.assert_allclose(first.xy[[0, -1]], [(40, 50), (80, 50)], atol=0.4)
    np.testing.assert_allclose(second.xy[[0, -1]], [(40, 60), (80, 60)], atol=0.4)
    assert page.selection.value is None
    assert not page.page_ink._shown, "the page has the ink itself"
    assert page.document.undo_name == "Write by hand"
    assert "Esc ends it" in page.window.message.text(), "still, after two strokes"
    page.actions.trigger("edit.undo")
    assert len(page.document.note.drawings[0].ink.strokes) == 1


def test_escape_lets_the_mouse_select_again(page, qtbot):
    QTest.keyClick(page.window.pages, Qt.Key.Key_Escape)
    assert not page.page_ink.on
    assert not page.actions.checked("insert.ink")
    drag(page, (40, 50), (80, 50))
    assert page.document.note.drawings == ()


def test_escape_takes_the_pen_from_the_page_while_the_network_writes_on(make_studio, qtbot):
    studio = make_studio()
    studio.document.open(Note.from_text("one two three four"))
    settle(studio, qtbot)
    studio.playback.speed = 0.0
    studio.playback.write()
    studio.actions.trigger("insert.ink")
    studio.window.activateWindow()
    qtbot.waitUntil(studio.window.pages.hasFocus)
    assert studio.actions.enabled("writing.stop")
    QTest.keyClick(studio.window.pages, Qt.Key.Key_Escape)
    assert not studio.page_ink.on
    assert studio.actions.enabled("writing.stop"), "it still writes"
    QTest.keyClick(studio.window.pages, Qt.Key.Key_Escape)
    assert not studio.actions.enabled("writing.stop")


def test_nothing_is_written_beside_the_paper(page, qtbot):
    drag(page, (-8, 50), (-4, 60))
    assert page.document.note.drawings == ()


def tablet(studio, kind, x: float, y: float, pressure: float, pointer) -> None:
    place = QPointF(at(studio, x, y))
    device = QPointingDevice(
        "pen", 7, QInputDevice.DeviceType.Stylus, pointer, QInputDevice.Capability.All, 1, 3, "",
        QPointingDeviceUniqueId(),
    )  # fmt: skip
    up = kind == QEvent.Type.TabletRelease
    buttons = Qt.MouseButton.NoButton if up else Qt.MouseButton.LeftButton
    event = QTabletEvent(
        kind, device, place, place, pressure, 0, 0, 0.0, 0.0, 0,
        Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton, buttons,
    )  # fmt: skip
    QApplication.sendEvent(studio.window.pages.viewport(), event)


def test_a_pen_writes_with_its_pressure_and_its_other_end_erases(page, qtbot):
    pen, eraser = QPointingDevice.PointerType.Pen, QPointingDevice.PointerType.Eraser
    tablet(page, QEvent.Type.TabletPress, 40, 50, 0.2, pen)
    tablet(page, QEvent.Type.TabletMove, 60, 50, 0.8, pen)
    # The palm moves the mouse meanwhile.
    drag(page, (100, 100), (120, 100))
    tablet(page, QEvent.Type.TabletRelease, 60, 50, 0.0, pen)
    settle(page, qtbot)
    (drawing,) = page.document.note.drawings
    (stroke,) = drawing.ink.strokes
    np.testing.assert_allclose(stroke.pressure, [0.2, 0.8], atol=0.01)
    tablet(page, QEvent.Type.TabletMove, 50, 50, 0.5, eraser)
    assert page.document.note.drawings == ()
    assert page.document.undo_name == "Erase"
