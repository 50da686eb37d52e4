"""The inspector in little room: its bar wraps, its views are scrolled, nothing is cut off."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt

from studio.desk.inspector.inspector_model import NOTHING, InspectorModel
from studio.desk.inspector.inspector_pane import InspectorPane
from studio.desk.models.user_settings import Appearance
from studio.desk.widgets.theme import Theme
from studio.inspection.runs import Run, sampled


@pytest.fixture
def pane(qtbot, untaught_hand) -> InspectorPane:
    pane = InspectorPane(InspectorModel(), Theme(Appearance.LIGHT))
    qtbot.addWidget(pane)
    pane.model.show(sampled(untaught_hand, Run("in little room", seed=2)))
    # As wide as between both columns of a window of 1440 pixels.
    pane.resize(782, 390)
    pane.show()
    return pane


@pytest.mark.parametrize("width", [782, 420, 1400])
def test_the_bar_wraps_and_cuts_no_button(pane, qtbot, width):
    bar = pane.bar
    pane.resize(width, 390)
    qtbot.waitUntil(lambda: bar.width() == width)
    for button in (*bar.chips.values(), *bar.buttons.values(), bar.colouring):
        assert button.width() >= button.sizeHint().width()
        left = button.mapTo(bar, QPoint()).x()
        assert left >= 0
        assert left + button.width() <= bar.width()
    rows = {chip.y() for chip in bar.chips.values()}
    assert (len(rows) > 1) == (width < 500)
    assert bar.caption.width() >= bar.caption.minimumWidth()


def test_a_view_that_is_opened_is_scrolled_into_sight(pane, qtbot):
    column = pane.left
    assert column.verticalScrollBar().maximum() == 0
    qtbot.mouseClick(pane.bar.chips["state"], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: column.verticalScrollBar().value() > 0)
    frame = pane.frames["state"]
    top = frame.mapTo(column.viewport(), frame.rect().topLeft()).y()
    assert 0 <= top <= column.viewport().height() - frame.height()
    # No view is lower than what it needs to be read.
    for name in pane.shown:
        assert pane.frames[name].height() >= pane.frames[name].minimumHeight()


def test_a_narrow_view_has_its_buttons_in_its_menu(pane, qtbot):
    mixture, window = pane.panels["mixture"], pane.panels["window"]
    qtbot.waitUntil(lambda: 0 < mixture.width() < 352 <= window.width())
    assert window.buttons["maximize"].isVisible()
    assert not mixture.buttons["maximize"].isVisible()
    (alone,) = [a for a in mixture.menu.actions() if "alone" in a.text()]
    alone.trigger()
    assert not window.isVisible()
    assert mixture.isVisible()
    alone.trigger()
    assert window.isVisible()


def test_where_there_is_no_line_a_sentence_stands(pane):
    assert not pane.empty.isVisible()
    pane.model.show(None)
    assert pane.empty.isVisible()
    assert pane.empty.text() == NOTHING
    assert not pane.columns.isVisible()
    pane.model.begin_line("soon", None)
    assert not pane.empty.isVisible()
    assert pane.columns.isVisible()
