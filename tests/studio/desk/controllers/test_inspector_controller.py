"""The inspector in the window: lines live and stored, one moment marked in page and pane."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QTextCursor

from engine.hand import Hand
from studio.document.note import Note
from studio.document.selection import Reach, Selected
from studio.inspection.runs import same_pen

TEXT = "one line here\nand another there"


@pytest.fixture
def opened(studio, qtbot):
    """Folds the inspector out over a note."""

    def run(note: bool = True):
        if note:
            studio.document.open(Note.from_text(TEXT))
        if not studio.window.inspector_slot.isVisible():
            studio.actions.trigger("view.inspector")
        return studio.inspecting

    return run


def line_of(studio, number: int):
    return [line for page in studio.window.pages.pages for line in page.lines][number]


def choose(studio, qtbot, number: int):
    """Select a line, and wait until the pane shows it."""
    studio.selection.select(Selected(Reach.LINE, line_of(studio, number).key))
    qtbot.waitUntil(lambda: not studio.worker.pending("inspect"))
    return studio.inspecting.pane.model.recording


def to_page(studio, number: int, point: int) -> QPointF:
    x, y = line_of(studio, number).ink.xy[point].tolist()
    return studio.window.pages.to_view(0, QRectF(x, y, 0, 0)).topLeft()


def test_a_line_is_shown_as_it_is_written_and_kept(studio, qtbot, write, opened):
    inspecting = opened()
    write(studio)
    recording = inspecting.pane.model.recording
    last = line_of(studio, 1)
    assert same_pen(recording, last.ink)
    assert recording.layers is not None
    # Chosen again, it is what was recorded, not another run.
    choose(studio, qtbot, 0)
    assert choose(studio, qtbot, 1) is recording


def test_a_line_written_before_has_all_views(studio, qtbot, write, opened):
    studio.document.open(Note.from_text(TEXT))
    write(studio)
    inspecting = opened(note=False)
    qtbot.waitUntil(lambda: inspecting.pane.model.recording is not None)
    # Nothing was selected: the first line is shown.
    assert inspecting.pane.model.recording.text == "one line here"
    recording = choose(studio, qtbot, 1)
    assert recording.text == "and another there"
    assert same_pen(recording, line_of(studio, 1).ink)
    assert recording.layers.shape == (len(recording), 3, 16)
    written = studio.session.draft.layout.written
    assert recording.settings.seed in {line.seed for line in written.values()}


def test_ink_of_another_hand_is_fed_as_it_is(studio, qtbot, write, opened, monkeypatch):
    studio.document.open(Note.from_text(TEXT))
    write(studio)
    # The note's lines were written by a hand that is not there any more.
    monkeypatch.setattr(studio.hands.hand, "sha256", "another")
    inspecting = opened(note=False)
    recording = choose(studio, qtbot, 0)
    ink = line_of(studio, 0).ink
    assert "teacher forcing on the page's ink" in recording.settings.remark
    assert len(recording) == ink.points - 1
    assert recording.layers is not None
    # Its points are those of the page, the first one being given.
    inspecting.pane.model.hold(4)
    assert inspecting._view.trace._dot == tuple(ink.xy[5])
    assert np.corrcoef(recording.xy[:, 0], ink.xy[1:, 0])[0, 1] > 0.99


def test_one_moment_in_page_and_pane(studio, qtbot, write, opened):
    inspecting = opened()
    write(studio)
    recording = choose(studio, qtbot, 0)
    ink, model, trace = line_of(studio, 0).ink, inspecting.pane.model, inspecting._view.trace
    viewport = studio.window.pages.viewport()
    at = to_page(studio, 0, 20).toPoint()
    qtbot.mouseMove(viewport, at)
    assert model.cursor is not None
    under = ink.xy[model.cursor]
    assert np.hypot(*(under - ink.xy[20])) < 0.6
    qtbot.mouseMove(viewport, at + QPointF(0, 300).toPoint())
    assert model.cursor is None
    model.hold(7)
    assert trace._dot == tuple(ink.xy[7])
    model.hold(None)
    model.select_character(2)
    on = np.flatnonzero(recording["character"] == 2)
    np.testing.assert_array_equal(trace._marked, ink.xy[on])
    model.colour_by("entropy")
    assert trace._colours.shape == (ink.points, 4)


def over_text(studio, qtbot, paragraph: int, place: int) -> None:
    """Move the mouse over a character of the text."""
    editor = studio.window.editor
    cursor = QTextCursor(editor.document().findBlockByNumber(paragraph))
    cursor.setPosition(cursor.position() + place)
    left = editor.cursorRect(cursor).center()
    cursor.movePosition(QTextCursor.MoveOperation.NextCharacter)
    right = editor.cursorRect(cursor).center()
    qtbot.mouseMove(editor.viewport(), (left + right) / 2)


def marked(studio) -> str:
    """The character of the text that the inspector points at."""
    (mark,) = studio.window.editor._mark or [None]
    return "" if mark is None else mark.cursor.selectedText()


def test_the_mouse_over_the_text_marks_the_character_in_page_and_pane(studio, qtbot, write, opened):
    studio.document.open(Note.from_text("😀 first\n\fone line—né\nand another there"))
    note = replace(studio.document.note, replace_unknown="")
    studio.document.edit("Replace unknown", note)
    inspecting = opened(note=False)
    write(studio)
    recording, model = choose(studio, qtbot, 1), inspecting.pane.model
    assert recording.text == "one line - né"
    on = recording["character"]
    typed = [*"one line", "", "—", "", "n", "é"]
    pointed = 0
    for number in set(on.tolist()) & {0, 3, 5, 9, 12}:
        qtbot.mouseMove(studio.window.editor.viewport(), QPoint(5, 300))
        assert model.cursor is None
        assert marked(studio) == ""
        # A form feed stands before the first letter.
        over_text(studio, qtbot, 1, 1 + len("".join(typed[:number])))
        points = np.flatnonzero(on == number)
        assert model.cursor == points[len(points) // 2]
        assert inspecting._view.trace._dot == tuple(line_of(studio, 1).ink.xy[model.cursor])
        assert marked(studio) == typed[number]
        pointed += 1
    assert pointed > 1
    # The text of a line that is not looked at means nothing here.
    over_text(studio, qtbot, 2, 3)
    assert model.cursor is None
    # The way back, from the ink to the text.
    for point in range(len(recording)):
        model.hover(point)
        assert marked(studio) == typed[int(on[point])]
    studio.actions.trigger("view.inspector")
    assert marked(studio) == ""
    over_text(studio, qtbot, 1, 1)
    assert marked(studio) == ""


def test_the_page_is_left_alone_by_ink_that_is_not_on_it(studio, qtbot, write, opened):
    inspecting = opened()
    write(studio)
    choose(studio, qtbot, 0)
    pane, trace = inspecting.pane, inspecting._view.trace
    style = next(iter(pane.around.styles().values()))
    pane.bench.feed(style.ink, style.text, "a style")
    qtbot.waitUntil(lambda: not studio.worker.pending("inspect"))
    assert pane.model.recording.text == style.text
    trace.clear()
    pane.model.hold(3)
    assert trace._dot is None


def test_a_replayed_line_is_shown_and_followed(studio, qtbot, write, opened):
    inspecting = opened()
    write(studio)
    recording = choose(studio, qtbot, 0)
    # The pane shows the line that was written last; then the first one is seen again.
    studio.selection.select(None)
    inspecting._go_to(line_of(studio, 1).key)
    inspecting.pane.model.show(None)
    seen = []
    inspecting.pane.model.cursor_changed.connect(lambda: seen.append(inspecting.pane.model.cursor))
    studio.playback.speed = 0.6
    studio.actions.trigger("writing.replay")
    assert inspecting.pane.model.recording is recording
    qtbot.waitUntil(lambda: studio.playback.state.value == "idle")
    places = [point for point in seen if point is not None]
    assert len(places) > 1
    assert places == sorted(places)
    assert places[-1] == len(recording) - 1
    assert inspecting.pane.model.cursor is None


def test_a_line_that_no_network_wrote_is_said_to_be_one(studio, qtbot, write, opened, monkeypatch):
    inspecting = opened()
    write(studio)
    pane = inspecting.pane
    choose(studio, qtbot, 0)
    assert not pane.empty.isVisible()
    known = studio.hands.hand.characters
    monkeypatch.setattr(Hand, "characters", property(lambda _: known - {"d"}))
    choose(studio, qtbot, 1)
    assert pane.model.recording is None
    assert "recorded symbol" in pane.empty.text()
    assert pane.empty.isVisible()
    assert not pane.columns.isVisible()
    choose(studio, qtbot, 0)
    assert pane.columns.isVisible()


def test_another_line_can_be_chosen_by_keys_and_folded_away(studio, qtbot, write, opened):
    inspecting = opened()
    write(studio)
    choose(studio, qtbot, 0)
    pane = inspecting.pane
    canvas = pane.panels["window"].canvas
    qtbot.keyClick(canvas, Qt.Key.Key_Home)
    qtbot.keyClick(canvas, Qt.Key.Key_Right)
    assert (pane.model.cursor, pane.model.held) == (1, True)
    assert inspecting._view.trace._dot is not None
    studio.actions.trigger("view.inspector")
    assert inspecting._view.trace._dot is None


def test_ink_that_is_fed_leaves_no_marks_of_the_line_before(studio, qtbot, write, opened):
    inspecting = opened()
    write(studio)
    choose(studio, qtbot, 0)
    model, trace = inspecting.pane.model, inspecting._view.trace
    model.colour_by("entropy")
    model.select_character(2)
    model.hold(7)
    assert trace._dot is not None
    assert trace._marked is not None
    assert trace._colours is not None
    style = studio.styles.find("Hazel")
    inspecting.pane.bench.feed(style.ink, style.text, "a file")
    qtbot.waitUntil(lambda: not studio.worker.pending("inspect"))
    assert inspecting.pane.notice.topic == ""
    assert model.recording.text == style.text
    assert trace._dot is None
    assert trace._marked is None
    assert trace._colours is None
    assert marked(studio) == ""
    # A line of the page is followed again once it is chosen.
    choose(studio, qtbot, 1)
    model.hold(3)
    assert trace._dot is not None
    assert trace._colours is not None
