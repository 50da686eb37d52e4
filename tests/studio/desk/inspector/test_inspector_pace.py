"""When the inspector draws: what is in sight, by itself, and each view once a time."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QObject

from studio.desk.inspector.inspector_model import InspectorModel
from studio.desk.inspector.inspector_pane import LEFT, RIGHT, InspectorPane
from studio.desk.models.user_settings import Appearance
from studio.desk.widgets.theme import Theme
from studio.inspection.run_recording import RunSettings

TEXT = "seen in its turn"
ALL = (*LEFT, *RIGHT)


@pytest.fixture
def pane(qtbot) -> InspectorPane:
    pane = InspectorPane(InspectorModel(), Theme(Appearance.LIGHT))
    qtbot.addWidget(pane)
    pane.resize(900, 400)
    pane.show_views(ALL)
    pane.show()
    yield pane
    pane.hide()


@pytest.fixture(scope="module")
def stream(untaught_hand):
    return list(untaught_hand.stream(TEXT, bias=0.5, seed=3))


class Paints(QObject):
    """Counts how often a widget is painted."""

    def __init__(self, widget) -> None:
        super().__init__()
        self.count = 0
        widget.installEventFilter(self)

    def eventFilter(self, watched, event) -> bool:  # noqa: N802
        self.count += event.type() == QEvent.Type.Paint
        return False


def test_views_out_of_sight_wait_until_they_are_scrolled_there(pane, qtbot, stream):
    pane.begin_line(TEXT, RunSettings("untaught", "", None, 0.5, 3))
    pane.add_steps(stream)
    pane.end_line()
    window, compare = pane.panels["window"].view, pane.panels["compare"].view
    qtbot.waitUntil(lambda: window.map.count == len(stream))
    qtbot.waitUntil(lambda: not pane._timer.isActive())
    assert compare.stale, "it lies below what is seen"
    bar = pane.left.verticalScrollBar()
    bar.setValue(bar.maximum())
    qtbot.waitUntil(lambda: not compare.stale)


def test_views_follow_a_line_by_themselves_while_it_is_written(pane, qtbot, stream):
    pane.begin_line(TEXT, RunSettings("untaught", "", None, 0.5, 3))
    window = pane.panels["window"].view
    for start in range(0, len(stream), 40):
        pane.add_steps(stream[start : start + 40])
        qtbot.waitUntil(lambda: window.map.count == pane.model.count)
    assert pane.model.live


def test_a_view_is_painted_once_each_time_it_is_drawn(pane, qtbot, stream, monkeypatch):
    pane.begin_line(TEXT, RunSettings("untaught", "", None, 0.5, 3))
    pane.add_steps(stream[:40])
    pane.refresh_all()
    qtbot.wait(50)
    monkeypatch.setattr(pane._timer, "start", lambda *_: None)
    panel = pane.panels["mixture"]
    paints = Paints(panel.canvas.viewport())
    drawn = 6
    for index in range(drawn):
        # Other points have other ranges.
        pane.model.hover(3 * index)
        before = paints.count
        panel.refresh()
        qtbot.waitUntil(lambda b=before: paints.count > b)
        # A second time would come now.
        qtbot.wait(10)
    assert drawn <= paints.count <= drawn + 1
