"""Every control by keyboard alone, with a name to be read out, and seen with its focus; touch."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QAccessible, QNativeGestureEvent, QPointingDevice
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QHeaderView,
    QKeySequenceEdit,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QScrollBar,
    QTabBar,
    QTabWidget,
    QWidget,
)

from studio.desk.inspector.inspector_pane import LEFT, RIGHT
from studio.desk.models.user_settings import Appearance
from studio.desk.views.candidates_dialog import CandidatesDialog
from studio.desk.views.page.page_view import PageView
from studio.desk.views.page.sheet_view import LARGEST, SMALLEST
from studio.document.note import Note
from studio.document.selection import Reach, Selected

CONTROLS = (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QKeySequenceEdit,
    QLineEdit,
    QPlainTextEdit,
    QTabBar,
    PageView,
)
WHOLE = (QAbstractSpinBox, QComboBox, QKeySequenceEdit, QLineEdit)
"""Controls whose parts are no controls of their own."""
DIALOGS = (
    "edit.settings",
    "help.about",
    "file.export",
    "file.print",
    "view.palette",
    "insert.drawing",
    "note.place_cards",
    "selection.candidates",
    "note.merge",
    "inspector.force",
    "inspector.corpus",
    "inspector.steer",
    "inspector.compare",
    "inspector.export",
    "style.record",
    "style.gallery",
    "training.show",
)


def controls(root: QWidget) -> Iterator[QWidget]:
    """All that a user can act on in a window, parts of a control aside."""
    for widget in root.findChildren(QWidget):
        inner = isinstance(widget.parent(), WHOLE)
        popup = widget.window() is not root
        scroll = isinstance(widget, QScrollBar | QHeaderView) or widget.objectName().startswith(
            "qt_"
        )
        shown = widget.isVisibleTo(root) and widget.isEnabledTo(root)
        if isinstance(widget, CONTROLS) and shown and not (inner or popup or scroll):
            yield widget


def name(widget: QWidget) -> str:
    """What is read out for a control."""
    return QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name)


def reached(window: QWidget, steps: int) -> set[int]:
    """The ids of what the Tab key comes to, beginning anywhere."""
    found = set()
    for _ in range(steps):
        QTest.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_Tab)
        focus = QApplication.focusWidget()
        while focus is not None:
            found.add(id(focus))
            focus = focus.focusProxy() or None
    return found


def in_a_group_reached(widget: QWidget, found: set[int]) -> bool:
    """Whether arrows come to it: one of exclusive buttons takes the focus for all."""
    group = widget.group() if isinstance(widget, QAbstractButton) else None
    if group is None or not group.exclusive():
        return False
    return any(id(button) in found for button in group.buttons())


def bring_into_view(widget: QWidget) -> None:
    """Scroll as the Tab key does."""
    parent = widget.parentWidget()
    while parent is not None:
        if isinstance(parent, QScrollArea):
            parent.ensureWidgetVisible(widget)
        parent = parent.parentWidget()


@pytest.fixture
def written(studio, qtbot, write):
    studio.document.open(Note.from_text("one two"))
    write(studio)
    studio.window.resize(1440, 900)
    studio.window.activateWindow()
    qtbot.waitUntil(studio.window.isActiveWindow)
    return studio


def select_word(studio) -> None:
    """Select the first word: the bar over it is shown."""
    studio.selection.select(Selected(Reach.WORD, studio.window.pages.pages[0].lines[0].key, 0))
    studio.window.notice.say("Something is to be told.", "test", "Do it", lambda: None)


def opened(studio, ident: str) -> QWidget:
    """The dialog that an action opens; the window itself, with all it can show, for no action."""
    if not ident:
        return studio.window
    before = [widget for widget in QApplication.topLevelWidgets() if widget.isVisible()]
    if ident == "selection.candidates":
        select_word(studio)
    if ident in ("inspector.steer", "inspector.compare"):
        select_word(studio)
        studio.actions.trigger("view.inspector")
        while studio.inspecting.pane.model.recording is None:
            QTest.qWait(20)
    studio.actions.trigger(ident)
    return next(
        widget
        for widget in QApplication.topLevelWidgets()
        if widget.isVisible() and widget.isWindow() and widget not in before
    )


def ready(window: QWidget, qtbot) -> None:
    """Let a window have the keys, and all that can be used in it be there."""
    if isinstance(window, CandidatesDialog):
        qtbot.waitUntil(lambda: window.buttons[3].isEnabled())
        return
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)


def tabs_of(window: QWidget) -> Iterator[None]:
    """Each page of a window's tabs in turn; once where it has none."""
    tabs = window.findChildren(QTabWidget)
    for tab in tabs:
        for number in range(tab.count()):
            tab.setCurrentIndex(number)
            yield
    if not tabs:
        yield


SEEN = (QAbstractButton, QAbstractSlider, QAbstractSpinBox, QComboBox, QLabel, QLineEdit)


def cut_off(window: QWidget) -> list[str]:
    """What is cut off, and what is smaller than its words, each with how.

    What can be scrolled to is not cut off.
    """
    return [
        f"{_called(part)} {how}" for part in _seen_parts(window) for how in _faults(part, window)
    ]


def _seen_parts(window: QWidget) -> Iterator[QWidget]:
    for widget in window.findChildren(QWidget):
        inner = isinstance(widget.parent(), WHOLE) or isinstance(widget, QScrollBar)
        qt = widget.objectName().startswith("qt_")
        shown = widget.window() is window and widget.isVisible() and not widget.size().isEmpty()
        if isinstance(widget, SEEN) and shown and not (inner or qt):
            yield widget


def _called(widget: QWidget) -> str:
    words = widget.accessibleName() or (widget.text() if hasattr(widget, "text") else "")
    return f"{type(widget).__name__} {words!r}"


def _faults(widget: QWidget, window: QWidget) -> Iterator[str]:
    for across in (True, False):
        parent = _cut_by(widget, window, across)
        if parent is not None:
            yield f"is cut off {'across' if across else 'down'} by {type(parent).__name__}"
    if isinstance(widget, QLabel) and widget.wordWrap():
        least = QRect(0, 0, widget.width(), widget.heightForWidth(widget.width())).size()
    elif isinstance(widget, QLabel):
        least = widget.sizeHint()
    else:
        least = widget.minimumSizeHint()
    if isinstance(widget, QLineEdit):
        least.setWidth(0)
    if least.width() > widget.width() or least.height() > widget.height():
        yield f"of {widget.size().toTuple()} needs {least.toTuple()}"


def _cut_by(widget: QWidget, window: QWidget, across: bool) -> QWidget | None:
    """The first parent beyond whose edge it reaches, and that cannot be scrolled."""
    box, node = QRect(QPoint(), widget.size()), widget
    while node is not window:
        parent = node.parentWidget()
        box.translate(node.pos())
        area = parent.parentWidget()
        if isinstance(area, QAbstractScrollArea) and area.viewport() is parent:
            bar = area.horizontalScrollBar() if across else area.verticalScrollBar()
            policy = area.horizontalScrollBarPolicy() if across else area.verticalScrollBarPolicy()
            if bar.maximum() > bar.minimum() and policy != Qt.ScrollBarPolicy.ScrollBarAlwaysOff:
                return None
        room = parent.width() if across else parent.height()
        start, stop = (box.left(), box.right()) if across else (box.top(), box.bottom())
        if start < 0 or stop >= room:
            return parent
        node = parent
    return None


#: What a window of the program can have of 1920 x 1080 at 200 %; 1024 x 700 is larger.
SMALL = (936, 480)


@pytest.mark.parametrize("ident", ["", "views", *DIALOGS])
def test_nothing_is_cut_off_on_a_small_screen(written, qtbot, ident):
    window = written.window
    window.resize(*SMALL)
    if ident == "views":
        select_word(written)
        written.actions.trigger("view.inspector")
        qtbot.waitUntil(lambda: written.inspecting.pane.model.recording is not None)
        written.inspecting.pane.show_views((*LEFT, *RIGHT))
    elif ident:
        window = opened(written, ident)
        window.resize(*(min(size) for size in zip(window.size().toTuple(), SMALL, strict=True)))
    lost = []
    for _ in tabs_of(window):
        QTest.qWait(100)
        lost += cut_off(window)
    size = window.size().toTuple()
    if window is not written.window:
        window.close()
        QTest.qWait(20)
    assert not lost
    assert (size[0] <= SMALL[0], size[1] <= SMALL[1]) == (True, True)


def test_nothing_is_cut_off_in_a_larger_interface(written, qtbot):
    written.settings.change(interface_scale=1.5)
    lost = []
    for _ in tabs_of(written.window):
        QTest.qWait(100)
        lost += cut_off(written.window)
    written.settings.change(interface_scale=1.0)
    assert not lost


@pytest.mark.parametrize("ident", ["", *DIALOGS])
def test_every_control_is_named_reached_by_tab_and_seen_to_have_the_focus(written, qtbot, ident):
    window = opened(written, ident)
    ready(window, qtbot)
    if not ident:
        select_word(written)
    nameless, left_out, unseen = [], [], []
    for _ in tabs_of(window):
        found = list(controls(window))
        assert found
        called = {id(widget): f"{type(widget).__name__} {name(widget)!r}" for widget in found}
        nameless += [called[id(widget)] for widget in found if not name(widget).strip()]
        tabbed = reached(window, 2 * len(found))
        left_out += [
            called[id(widget)]
            for widget in found
            if id(widget) not in tabbed and not in_a_group_reached(widget, tabbed)
        ]
        unseen += [called[id(widget)] for widget in found if not shows_focus(widget, window)]
    if window is not written.window:
        window.close()
        QTest.qWait(20)
    assert not nameless
    assert not left_out
    assert not unseen


def shows_focus(widget: QWidget, window: QWidget) -> bool:
    """Whether a control looks otherwise when the keys are its own."""
    if not widget.focusPolicy() & Qt.FocusPolicy.TabFocus or not widget.isVisible():
        return True
    bring_into_view(widget)
    widget.setFocus(Qt.FocusReason.TabFocusReason)
    area = widget.rect().translated(widget.mapTo(window, QPoint())).adjusted(-3, -3, 3, 3)
    focused = window.grab(area).toImage()
    widget.clearFocus()
    return window.grab(area).toImage() != focused


def test_the_focus_is_seen_in_the_dark(written, qtbot):
    written.settings.change(appearance=Appearance.DARK)
    select_word(written)
    unseen = [w for w in controls(written.window) if not shows_focus(w, written.window)]
    assert not [f"{type(widget).__name__} {name(widget)!r}" for widget in unseen]


def test_a_pinch_on_a_touch_pad_zooms_within_the_limits(written):
    view = written.window.pages
    view.set_zoom(1.0)
    at = QPointF(view.viewport().rect().center())
    device = QPointingDevice.primaryPointingDevice()

    def pinch(value: float) -> None:
        event = QNativeGestureEvent(
            Qt.NativeGestureType.ZoomNativeGesture, device, 2, at, at, at, value, QPointF(), 1
        )
        QApplication.sendEvent(view.viewport(), event)

    pinch(0.25)
    assert view.zoom == pytest.approx(1.25)
    pinch(1000.0)
    assert view.zoom == LARGEST
    for _ in range(60):
        pinch(-0.5)
    assert view.zoom == SMALLEST


def test_two_fingers_on_a_touch_screen_zoom_about_their_middle(written, qtbot):
    view = written.window.pages
    view.set_zoom(1.0)
    port = view.viewport()
    device = QTest.createTouchDevice()
    middle = port.rect().center()
    spot = view.spot(QPointF(middle))

    def fingers(apart: int, how: str) -> None:
        touch = QTest.touchEvent(port, device)
        for number, side in enumerate((-1, 1)):
            getattr(touch, how)(number, middle + QPoint(side * apart, 0), port)
        touch.commit()

    fingers(40, "press")
    for apart in range(44, 84, 4):
        fingers(apart, "move")
    fingers(80, "release")
    assert view.zoom > 1.4
    now = view.spot(QPointF(middle))
    assert (now.x, now.y) == pytest.approx((spot.x, spot.y), abs=3.0)


class Hints:
    """Stands for the system's wish, which no test may change."""

    scheme = Qt.ColorScheme.Light

    def colorScheme(self) -> Qt.ColorScheme:  # noqa: N802
        return self.scheme


def test_the_theme_follows_the_system(studio, monkeypatch):
    told = QApplication.styleHints().colorSchemeChanged
    hints = Hints()
    monkeypatch.setattr("studio.desk.widgets.theme.QGuiApplication.styleHints", lambda: hints)
    assert studio.settings.value.appearance is Appearance.SYSTEM
    for scheme, dark in ((Qt.ColorScheme.Dark, True), (Qt.ColorScheme.Light, False)):
        hints.scheme = scheme
        told.emit(scheme)
        assert studio.theme.tokens.dark is dark
        assert QApplication.palette().window().color() == studio.theme.colour("panel")


def test_a_window_that_is_closed_dresses_the_others_no_more(make_studio):
    closed, open_one = make_studio(hand=False), make_studio(hand=False)
    dressed = []
    closed.theme.changed.connect(lambda: dressed.append("closed"))
    open_one.theme.changed.connect(lambda: dressed.append("open"))
    closed.close()
    QApplication.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Light)
    assert dressed == ["open"]


def test_two_actions_with_one_key_are_shown_in_the_settings(studio):
    studio.settings.change(shortcuts={"file.save": "Ctrl+Z"})
    dialog = opened(studio, "edit.settings")
    assert "Ctrl+Z is the key of" in dialog.conflict.text()
    assert "Undo" in dialog.conflict.text()
    studio.settings.change(shortcuts={})
    dialog.close()


def test_a_larger_interface_has_larger_letters_and_stays_sharp(studio):
    small = studio.window.editor.fontMetrics().height()
    studio.settings.change(interface_scale=1.5)
    assert studio.window.editor.fontMetrics().height() > 1.3 * small
    event = QEvent(QEvent.Type.DevicePixelRatioChange)
    QApplication.sendEvent(studio.window.pages, event)
    studio.settings.change(interface_scale=1.0)
