"""Text boxes and drawings through the window, with real key and mouse events."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtTest import QTest

from engine.ink.ink import Ink, Stroke
from engine.io.limits import MOST_POINTS
from studio.desk.views.page import marks
from studio.desk.views.page.box_editor import BoxEditor
from studio.document.drawing import Drawing
from studio.document.note import Block, Note, TextBox
from studio.document.page import LineKey
from studio.document.paper import PAPERS
from studio.document.placement import Placement
from studio.document.selection import Reach, Selected, areas_of
from studio.importing.drawing_reader import dense, read_drawing

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
SHIFT, CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier

CROSS = Ink((Stroke([[0, 0], [20, 20]]), Stroke([[20, 0], [0, 20]])))
BOX = TextBox(Block("Hello you", 5), Placement(0, 30.0, 60.0), 50.0)


def settle(studio, qtbot):
    qtbot.waitUntil(lambda: not studio.worker.pending("layout"))


def at(studio, x, y, page=0):
    """Millimetres of a page as a point of the view."""
    return studio.window.pages.to_view(page, QRectF(x, y, 0, 0)).topLeft().toPoint()


def drag(studio, start, stop, modifiers=NONE):
    view = studio.window.pages.viewport()
    QTest.mousePress(view, LEFT, modifiers, start)
    for share in (0.3, 0.6, 1.0):
        way = QPointF(stop - start) * share
        QTest.mouseMove(view, start + way.toPoint())
    QTest.mouseRelease(view, LEFT, modifiers, stop)


def handle(studio, name):
    """Where a handle of the selection stands in the view."""
    view = studio.window.pages
    (mark,) = [mark for mark in view._marks if mark.kind == "selected"]
    upright = marks.handle(name, marks.frame_of(view, mark)).center()
    return view.turning(mark.page, mark.turned).map(upright).toPoint()


@pytest.fixture
def page(studio, qtbot):
    """A studio with a written box on a sheet that is seen as a whole."""
    studio.document.open(Note.from_text("flow", paper=PAPERS["A6"]).with_box(BOX))
    studio.window.pages.fit_to("page")
    settle(studio, qtbot)
    studio.playback.speed = 1.0
    with qtbot.waitSignal(studio.playback.finished):
        studio.actions.trigger("writing.write")
    settle(studio, qtbot)
    return studio


def lines_of_box(studio, ident=BOX.id):
    return [
        line for page in studio.window.pages.pages for line in page.lines if line.key.block == ident
    ]


def click(studio, x, y):
    QTest.mouseClick(studio.window.pages.viewport(), LEFT, NONE, at(studio, x, y))


def click_box(studio):
    (line,) = lines_of_box(studio)
    left, top, right, bottom = line.words[0].box
    click(studio, (left + right) / 2, (top + bottom) / 2)


def test_a_double_click_on_empty_paper_makes_a_box_that_is_written_at_once(studio, qtbot):
    studio.document.open(Note.from_text("", paper=PAPERS["A6"]))
    studio.window.pages.fit_to("page")
    settle(studio, qtbot)
    studio.playback.speed = 1.0
    QTest.mouseDClick(studio.window.pages.viewport(), LEFT, NONE, at(studio, 40, 90))
    editor = studio.window.pages.findChild(BoxEditor)
    QTest.keyClicks(editor, "Happy")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    QTest.keyClicks(editor, "days")
    with qtbot.waitSignal(studio.playback.finished):
        QTest.keyClick(editor, Qt.Key.Key_Return, CONTROL)
    settle(studio, qtbot)
    (box,) = studio.document.note.boxes
    assert box.block.text == "Happy\ndays"
    assert [line.text for line in lines_of_box(studio, box.id)] == ["Happy", "days"]
    assert all(line.ink for line in lines_of_box(studio, box.id))
    assert studio.document.undo_name == "Add a text box"
    assert studio.selection.value.reach is Reach.BOX
    studio.actions.trigger("edit.undo")
    settle(studio, qtbot)
    assert not studio.document.note.boxes
    assert studio.selection.value is None


def test_a_box_left_empty_or_left_by_escape_leaves_nothing(studio, qtbot):
    studio.actions.trigger("insert.box")
    editor = studio.window.pages.findChild(BoxEditor)
    QTest.keyClicks(editor, "never mind")
    QTest.keyClick(editor, Qt.Key.Key_Escape)
    assert not studio.document.note.boxes
    assert studio.document.undo_name is None


def test_a_box_is_moved_by_the_mouse_with_its_ink_and_undone(page, qtbot):
    (before,) = lines_of_box(page)
    click_box(page)
    assert page.selection.value.reach is Reach.BOX
    start = at(page, *before.ink.xy.mean(axis=0))
    drag(page, start, start + QPoint(30, -20))
    settle(page, qtbot)
    (after,) = lines_of_box(page)
    mm = page.window.pages.zoom * 96 / 25.4
    np.testing.assert_allclose(
        after.ink.xy - before.ink.xy, [(30 / mm, -20 / mm)] * len(after.ink.xy), atol=0.02
    )
    assert page.document.undo_name == "Move a text box"
    assert not page.session.draft.ghosts
    page.actions.trigger("edit.undo")
    settle(page, qtbot)
    assert lines_of_box(page)[0].ink == before.ink


def test_while_it_is_dragged_the_ink_goes_with_the_mouse(page, qtbot):
    click_box(page)
    view = page.window.pages
    start = handle(page, "nw") + QPoint(20, 12)
    QTest.mousePress(view.viewport(), LEFT, NONE, start)
    QTest.mouseMove(view.viewport(), start + QPoint(10, 10))
    QTest.mouseMove(view.viewport(), start + QPoint(25, 10))
    mm = view.zoom * 96 / 25.4
    assert view._carried is not None
    assert view._carried.by.dx() == pytest.approx(25 / mm)
    assert view._carried.hidden == {id(line) for line in lines_of_box(page)}
    assert not page.window.context_bar.isVisible()
    QTest.mouseRelease(view.viewport(), LEFT, NONE, start + QPoint(25, 10))
    settle(page, qtbot)
    assert view._carried is None
    assert page.window.context_bar.isVisible()


def test_a_handle_turns_a_box_about_its_middle_in_steps_with_shift(page, qtbot):
    click_box(page)
    (area,) = areas_of(page.window.pages.pages, page.selection.value)
    left, top, right, bottom = area.box
    middle = ((left + right) / 2, (top + bottom) / 2)
    # To the right of its middle and a little above: 75 degrees, as near as 15 degrees go.
    aim = at(page, middle[0] + 30, middle[1] - 30 * math.tan(math.radians(13)))
    drag(page, handle(page, "turn"), aim, SHIFT)
    settle(page, qtbot)
    (box,) = page.document.note.boxes
    assert math.degrees(box.place.angle) == pytest.approx(75)
    width, height = right - left, bottom - top
    np.testing.assert_allclose(box.place.on_page([(width / 2, height / 2)])[0], middle, atol=1e-6)
    assert page.document.undo_name == "Turn a text box"
    (line,) = lines_of_box(page)
    assert line.turned == box.place.angle
    # Turned as it is, it is found where it stands, and its word too.
    click(page, 5, 140)
    assert page.selection.value is None
    place = line.ink.xy[len(line.ink.xy) // 2]
    click(page, *place)
    assert page.selection.value.reach is Reach.BOX
    click(page, *place)
    assert page.selection.value.reach is Reach.WORD


@pytest.mark.parametrize(("name", "fixed"), [("se", "nw"), ("nw", "se"), ("ne", "sw")])
def test_corners_scale_a_box_and_the_opposite_one_stays(page, qtbot, name, fixed):
    click_box(page)
    view = page.window.pages
    (area,) = areas_of(view.pages, page.selection.value)
    frame = view.around(*area)
    stays, start = handle(page, fixed), handle(page, name)
    right, down = (1 if "e" in name else -1), (1 if "s" in name else -1)
    away = QPointF(right * frame.width() / 2, down * frame.height() / 2)
    drag(page, start, start + away.toPoint())
    settle(page, qtbot)
    (box,) = page.document.note.boxes
    assert box.place.scale == pytest.approx(1.5, rel=0.03)
    moved = handle(page, fixed) - stays
    assert max(abs(moved.x()), abs(moved.y())) <= 2
    assert page.document.undo_name == "Scale a text box"
    assert not page.session.draft.ghosts
    assert page.window.look_panel.slider("x_height").value == pytest.approx(
        page.document.note.look.x_height * box.place.scale, abs=0.05
    )


def test_the_right_edge_changes_where_the_lines_are_broken(page, qtbot):
    click_box(page)
    start = handle(page, "e")
    mm = page.window.pages.zoom * 96 / 25.4
    with qtbot.waitSignal(page.playback.finished):
        drag(page, start, start - QPoint(round(29 * mm), 0))
    settle(page, qtbot)
    (box,) = page.document.note.boxes
    assert box.width == pytest.approx(21, abs=1)
    assert page.document.undo_name == "Change the width of a text box"
    assert not page.session.draft.ghosts


def test_the_panel_changes_the_box_alone_and_goes_back_to_the_note(page, qtbot):
    panel = page.window.look_panel
    click_box(page)
    assert panel.scope.buttons["paragraph"].isChecked()
    assert panel.scope.buttons["paragraph"].text() == "Text box"
    panel.inks.chosen.emit("#7a1f33")
    settle(page, qtbot)
    assert {line.colour for line in lines_of_box(page)} == {"#7a1f33"}
    assert page.window.pages.pages[0].lines[0].colour == page.document.note.look.colour
    click(page, 5, 140)
    assert panel.scope.buttons["note"].isChecked()
    assert panel.scope.buttons["paragraph"].text() == "Paragraph"


def test_a_box_is_rerolled_locked_copied_and_deleted(page, qtbot):
    (before,) = lines_of_box(page)
    click_box(page)
    with qtbot.waitSignal(page.playback.finished):
        page.actions.trigger("selection.reroll")
    settle(page, qtbot)
    (after,) = lines_of_box(page)
    assert after.ink != before.ink
    assert page.document.undo_name == "Reroll a text box"
    page.actions.trigger("selection.lock")
    settle(page, qtbot)
    assert not page.actions.enabled("selection.reroll")
    page.actions.trigger("selection.duplicate")
    settle(page, qtbot)
    copy = page.document.note.boxes[-1]
    (twin,) = lines_of_box(page, copy.id)
    assert not page.session.draft.ghosts, "a copy has the same ink, and none is written"
    away = twin.ink.xy - after.ink.xy
    assert np.abs(away - 6.0).max() < 1.0, "beside it, but for how lines stray"
    QTest.keyClick(page.window.pages, Qt.Key.Key_Delete)
    settle(page, qtbot)
    assert [box.id for box in page.document.note.boxes] == [BOX.id]
    assert page.document.undo_name == "Delete a text box"


def test_keys_move_turn_and_scale_what_is_placed(page, qtbot):
    page.window.pages.setFocus()
    QTest.keyClick(page.window, Qt.Key.Key_N)
    assert page.selection.value.reach is Reach.BOX
    view = page.window.pages
    for _ in range(3):
        QTest.keyClick(view, Qt.Key.Key_Right)
    QTest.keyClick(view, Qt.Key.Key_Down, SHIFT)
    QTest.keyClick(view, Qt.Key.Key_BracketRight)
    QTest.keyClick(view, Qt.Key.Key_Period)
    settle(page, qtbot)
    (box,) = page.document.note.boxes
    assert math.degrees(box.place.angle) == pytest.approx(1)
    assert box.place.scale == pytest.approx(1.05)
    names = page.document.steps
    assert names == ("Move a text box", "Turn a text box", "Scale a text box")
    for _ in names:
        page.actions.trigger("edit.undo")
    assert page.document.note.boxes == (BOX,)


def test_keys_scale_a_word_too(page, qtbot):
    click(page, *page.window.pages.pages[0].lines[0].ink.xy.mean(axis=0))
    assert page.selection.value.reach is Reach.WORD
    QTest.keyClick(page.window.pages, Qt.Key.Key_Comma)
    settle(page, qtbot)
    ((_, edit),) = page.document.note.edits.items()
    assert dict(edit.words)[0].scale == pytest.approx(1 / 1.05)
    assert page.document.undo_name == "Scale a word"


def test_what_cannot_be_written_in_a_box_is_said_with_its_name_and_replaced(page, qtbot):
    (box,) = page.document.note.boxes
    strange = replace(box, block=replace(box.block, text="Hello 漢"))
    page.document.edit("Change a text box", page.document.note.with_box(strange))
    settle(page, qtbot)
    notice = page.window.notice
    assert "column 7 of the text box “Hello 漢”" in notice.label.text()
    notice.buttons[2].click()
    settle(page, qtbot)
    assert not notice.isVisible()
    assert page.document.note.replace_unknown == "?"


def test_what_is_dragged_to_another_page_stands_on_it(studio, qtbot):
    note = Note.from_text("one\n\ftwo", paper=PAPERS["A6"])
    studio.document.open(note)
    settle(studio, qtbot)
    studio.window.pages.set_zoom(0.4)
    studio.placing.add_drawing(CROSS, "cross")
    settle(studio, qtbot)
    (before,) = studio.document.note.drawings
    start = at(studio, *before.place.on_page([(5, 5)])[0], before.place.page)
    stop = at(studio, 50, 60, 1)
    drag(studio, start, stop)
    settle(studio, qtbot)
    (after,) = studio.document.note.drawings
    assert after.place.page == 1
    np.testing.assert_allclose(after.place.on_page([(5, 5)])[0], (50, 60), atol=1.0)
    assert [len(page.drawings) for page in studio.window.pages.pages] == [0, 1]


def test_a_drawing_is_drawn_with_the_mouse_and_placed_as_large_as_it_was(studio, qtbot):
    from studio.desk.views.drawing_dialog import DrawingDialog

    studio.actions.trigger("insert.drawing")
    dialog = studio.window.findChild(DrawingDialog)
    assert not dialog.place.isEnabled()
    canvas = dialog.canvas
    for y in (30, 60):
        QTest.mousePress(canvas, LEFT, NONE, QPoint(40, y))
        for x in range(45, 146, 5):
            QTest.mouseMove(canvas, QPoint(x, y))
        QTest.mouseRelease(canvas, LEFT, NONE, QPoint(145, y))
    QTest.keyClick(dialog, Qt.Key.Key_Z, CONTROL)
    assert len(dialog.sheet.strokes) == 1
    dialog.redo.click()
    dialog.place.click()
    settle(studio, qtbot)
    (drawing,) = studio.document.note.drawings
    left, top, right, bottom = drawing.ink.bounds
    mm = 25.4 / 96
    assert (left, top) == (0, 0)
    assert right == pytest.approx(105 * mm, abs=0.3)
    assert bottom == pytest.approx(30 * mm, abs=0.3)
    assert studio.selection.value == Selected(Reach.DRAWING, LineKey(drawing.id, "", 0))
    assert studio.document.undo_name == "Add a drawing"


def test_a_drawing_is_recoloured_and_has_no_settings_of_writing(studio, qtbot):
    studio.placing.add_drawing(CROSS, "cross")
    settle(studio, qtbot)
    panel = studio.window.look_panel
    assert panel.scope.buttons["paragraph"].text() == "Drawing"
    assert not panel.style_box.isVisible()
    assert panel.inks.isVisible()
    panel.inks.chosen.emit("#2f5138")
    panel.slider("pen_width").spin.setValue(1.2)
    settle(studio, qtbot)
    (drawing,) = studio.document.note.drawings
    assert (drawing.colour, drawing.pen.width) == ("#2f5138", 1.2)
    (shown,) = studio.window.pages.pages[0].drawings
    assert shown.colour == "#2f5138"
    for ident in ("selection.reroll", "selection.lock", "selection.edit"):
        assert not studio.actions.enabled(ident)
    studio.actions.trigger("selection.delete")
    settle(studio, qtbot)
    assert not studio.window.pages.pages[0].drawings
    assert panel.style_box.isVisible()


def test_strokes_of_a_file_are_placed_with_their_corners(studio, qtbot, tmp_path):
    path = tmp_path / "house.svg"
    path.write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40">'
        '<path d="M0 40V20L20 0L40 20V40Z" fill="none" stroke="black"/></svg>'
    )
    studio.placing.read_drawing(path)
    assert studio.window.notice.label.text() == "Reading house.svg …"
    qtbot.waitUntil(lambda: bool(studio.document.note.drawings))
    settle(studio, qtbot)
    (drawing,) = studio.document.note.drawings
    assert drawing.name == "house"
    assert drawing.ink.bounds[2] == pytest.approx(0.4 * 210, rel=1e-3)
    gaps = np.hypot(*np.diff(drawing.ink.strokes[0].xy, axis=0).T)
    assert gaps.max() < 0.41
    path.write_text("<svg/>")
    studio.placing.read_drawing(path)
    qtbot.waitUntil(lambda: "holds no ink" in studio.window.notice.label.text())
    assert len(studio.document.note.drawings) == 1
    studio.placing.read_drawing(path)
    studio.window.notice.buttons[0].click()
    assert not studio.worker.pending("drawing")


def test_a_polyline_made_dense_keeps_its_points():
    xy = np.array([[0.0, 0.0], [3.0, 0.0], [3.0, 0.1], [3.0, 4.0]])
    fine = dense(xy)
    assert all((fine == point).all(axis=1).any() for point in xy)
    np.testing.assert_allclose(dense(np.array([[1.0, 2.0]])), [[1.0, 2.0]])


def test_a_scribble_of_long_lines_becomes_no_more_points_than_are_read(tmp_path):
    path = tmp_path / "scribble.svg"
    ends = "".join(f"L{100 * (k % 2)} {k % 97}" for k in range(20_000))
    path.write_text(f'<svg><path fill="none" stroke="black" d="M0 0{ends}"/></svg>')
    assert 150_000 < read_drawing(path, 90.0).points < 2 * MOST_POINTS


def test_ink_of_a_pen_comes_as_it_was_recorded(tmp_path):
    path = tmp_path / "mark.inkml"
    path.write_text(
        '<ink xmlns="http://www.w3.org/2003/InkML"><trace>0 0, 10 0, 20 10</trace></ink>'
    )
    ink = read_drawing(path, 50.0)
    np.testing.assert_allclose(ink.strokes[0].xy, [[0, 0], [25, 0], [50, 25]])


def test_boxes_and_drawings_are_saved_and_copied_to_the_clipboard(page, qtbot, tmp_path):
    from PySide6.QtGui import QGuiApplication

    page.placing.add_drawing(CROSS, "cross")
    settle(page, qtbot)
    page.actions.trigger("edit.copy_svg")
    svg = QGuiApplication.clipboard().text()
    assert 'aria-label="cross"' in svg
    assert "Hello" not in svg
    assert page.files.save_to(tmp_path / "a.scriptorium")
    note, lines = page.document.note, lines_of_box(page)
    page.files.new(Note.from_text(""))
    page.files.open(tmp_path / "a.scriptorium")
    settle(page, qtbot)
    assert page.document.note == note
    assert [line.ink for line in lines_of_box(page)] == [line.ink for line in lines]


def test_what_is_edited_in_place_follows_the_page(page, qtbot):
    view = page.window.pages
    view.set_zoom(3.0)
    view.follow(0, (BOX.place.x, BOX.place.y, BOX.place.x + 20, BOX.place.y + 10))
    page.placing.go_to(BOX.id)
    QTest.keyClick(view, Qt.Key.Key_F2)
    editor = view.findChild(BoxEditor)
    QTest.keyClicks(editor, " too")
    before, bar = editor.pos(), view.verticalScrollBar()
    was = bar.value()
    bar.setValue(was + 60)
    assert bar.value() != was
    assert editor.pos() == before - QPoint(0, bar.value() - was)
    spot = view.spot_on(0, QPointF(editor.pos()))
    view.set_zoom(2.0)
    now = view.spot_on(0, QPointF(editor.pos()))
    assert abs(now.x - spot.x) < 8
    assert abs(now.y - spot.y) < 8
    assert editor.hasFocus()
    assert not page.window.context_bar.isVisible()
    QTest.keyClick(editor, Qt.Key.Key_Escape)


def test_every_change_of_a_box_and_a_drawing_is_undone_and_done_again(page, qtbot):
    drawing = Drawing(9, Placement(0, 20, 90), CROSS)
    page.document.edit("Add a drawing", page.document.note.with_drawing(drawing))
    settle(page, qtbot)
    view, keys, seen = page.window.pages, Qt.Key, []

    def press(key, modifiers=NONE):
        QTest.keyClick(view, key, modifiers)
        settle(page, qtbot)
        seen.append((page.document.note, page.document.undo_name))

    seen.append((page.document.note, page.document.undo_name))
    for ident in (BOX.id, 9):
        page.placing.go_to(ident)
        press(keys.Key_Right, SHIFT)
        press(keys.Key_BracketRight)
        press(keys.Key_Period)
        press(keys.Key_D, CONTROL | SHIFT)
        press(keys.Key_Delete)
    names = [name for _, name in seen]
    assert names[1:6] == [
        f"{verb} a text box" for verb in ("Move", "Turn", "Scale", "Copy", "Delete")
    ]
    assert names[6:] == [
        f"{verb} a drawing" for verb in ("Move", "Turn", "Scale", "Copy", "Delete")
    ]
    for note, name in reversed(seen[1:]):
        assert page.document.note == note
        assert page.document.undo_name == name
        QTest.keyClick(view, keys.Key_Z, CONTROL)
        settle(page, qtbot)
    for note, _ in seen[1:]:
        QTest.keyClick(view, keys.Key_Z, CONTROL | SHIFT)
        settle(page, qtbot)
        assert page.document.note == note
