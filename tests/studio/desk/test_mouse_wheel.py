"""The mouse wheel: it scrolls what is under the pointer, and turns only what has the focus."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QPushButton,
    QScrollArea,
    QScrollBar,
    QTabBar,
    QWidget,
)

import studio as package
from studio.desk.widgets.settings_column import SettingsColumn
from studio.document.note import Note

KINDS = (QAbstractSlider, QAbstractSpinBox, QComboBox, QTabBar)
DIALOGS = ("edit.settings", "file.export")


def turn(widget: QWidget, at: QPoint | None = None, notches: int = 1) -> None:
    """Turn the wheel towards the user over a widget, as a mouse would."""
    window = widget.window()
    place = QPointF(widget.mapTo(window, at or widget.rect().center()))
    for _ in range(notches):
        QTest.wheelEvent(window.windowHandle(), place, QPoint(0, -120))


def controls(root: QWidget) -> Iterator[QWidget]:
    """The controls of a window whose value a wheel could change."""
    for widget in root.findChildren(QWidget):
        if isinstance(widget, KINDS) and not isinstance(widget, QScrollBar):
            yield widget


def value(control: QWidget) -> object:
    """What a control is set to."""
    if isinstance(control, QComboBox | QTabBar):
        return control.currentIndex()
    if isinstance(control, QAbstractSpinBox):
        return control.text()
    assert isinstance(control, QAbstractSlider)
    return control.value()


@pytest.fixture
def window(studio, qtbot, write):
    studio.document.open(Note.from_text("one two"))
    write(studio)
    studio.window.resize(1100, 700)
    studio.window.activateWindow()
    qtbot.waitUntil(studio.window.isActiveWindow)
    studio.window.editor.setFocus()
    return studio.window


def test_the_wheel_scrolls_the_settings_wherever_the_pointer_is(window):
    column = window.look_panel.findChild(SettingsColumn)
    bar = column.verticalScrollBar()
    assert bar.maximum() > 100
    for widget in (window.look_panel, *window.look_panel.findChildren(QWidget)):
        bar.setValue(0)
        column.ensureWidgetVisible(widget)
        bar.setValue(min(bar.value(), bar.maximum() // 2))
        middle = widget.rect().center()
        under = window.childAt(widget.mapTo(window, middle))
        if not widget.isVisibleTo(window) or under is not widget:
            continue
        before = bar.value()
        turn(widget)
        assert bar.value() > before, f"{type(widget).__name__} {widget.accessibleName()!r}"


def test_the_wheel_scrolls_the_papers_settings(window):
    window.side.setCurrentWidget(window.page_panel)
    QApplication.processEvents()
    bar = window.page_panel.verticalScrollBar()
    assert bar.maximum() > 20
    width = window.page_panel.width_box.value()
    turn(window.page_panel.width_box)
    assert bar.value() > 0
    assert window.page_panel.width_box.value() == width


def test_the_wheel_changes_nothing_that_has_not_the_focus(window):
    for control in controls(window):
        before = value(control)
        if control.isVisible():
            turn(control)
        assert value(control) == before, f"{type(control).__name__} {control.accessibleName()!r}"
        assert not control.hasFocus()
    assert window.editor.hasFocus()


@pytest.mark.parametrize("ident", DIALOGS)
def test_the_wheel_changes_nothing_in_a_dialog(studio, window, ident, qtbot):
    before = set(QApplication.topLevelWidgets())
    studio.actions.trigger(ident)
    qtbot.waitUntil(lambda: any(w.isVisible() for w in _new(before)))
    (dialog,) = (w for w in _new(before) if w.isVisible())
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)
    focus = dialog.findChild(QPushButton)
    focus.setFocus()
    found = [c for c in controls(dialog) if c.isVisible()]
    assert found
    for control in found:
        shown = value(control)
        turn(control)
        assert value(control) == shown, f"{type(control).__name__} {control.accessibleName()!r}"
        assert QApplication.focusWidget() is focus
    dialog.close()


def _new(before: set[QWidget]) -> list[QWidget]:
    kinds = [w for w in QApplication.topLevelWidgets() if w not in before]
    return [w for w in kinds if w.windowType() in (Qt.WindowType.Dialog, Qt.WindowType.Window)]


def test_what_has_the_focus_is_turned_by_the_wheel(window):
    slider = window.look_panel.slider("bias")
    column = window.look_panel.findChild(SettingsColumn)
    column.ensureWidgetVisible(slider)
    for part in (slider.spin, slider.slider):
        part.setFocus()
        before = slider.value
        turn(part)
        assert slider.value < before


def test_what_is_below_is_named_until_it_is_seen(window):
    column = window.look_panel.findChild(SettingsColumn)
    bar, more = column.verticalScrollBar(), column.more
    bar.setValue(0)
    QApplication.processEvents()
    foot = column.mapTo(window, QPoint(column.width() // 2, column.height() - 8))
    assert window.childAt(foot) is more, "it lies over the settings"
    assert more.titles[-1] == "Seed"
    assert "Alignment and spacing" in more.titles
    assert "Style" not in more.titles
    QTest.mouseClick(more, Qt.MouseButton.LeftButton)
    assert bar.value() > 0
    bar.setValue(bar.maximum())
    assert not more.isVisible()


def test_all_controls_are_those_that_let_the_wheel_pass():
    """Qt's own ones take the wheel, and the focus with it, from whoever scrolls past them."""
    root = Path(package.__file__).parent / "desk"
    bare = [
        f"{path.relative_to(root)}: {name}"
        for path in sorted(root.rglob("*.py"))
        if path.parent.name != "widgets"
        for name in ("QSpinBox(", "QDoubleSpinBox(", "QComboBox(", "QSlider(", "QTabWidget(")
        if name in path.read_text(encoding="utf-8")
    ]
    assert not bare


def test_a_scroll_area_does_not_filter_its_own_events():
    """Its scroll bars are among what Qt has it filter: they would not get the wheel."""
    assert "eventFilter" not in vars(SettingsColumn)
    assert SettingsColumn.eventFilter is QScrollArea.eventFilter
