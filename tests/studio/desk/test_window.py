"""The main paths through the window, with real key and mouse events and a tiny hand."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QEnterEvent, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from engine.errors import HandError
from engine.ink.word_segmentation import word_cuts
from engine.rendering.pens import Pen
from engine.sampling.policy import Policy
from studio.desk import wiring
from studio.desk.controllers.playback_controller import PlaybackState
from studio.desk.views.candidates_dialog import CandidatesDialog
from studio.document.note import Note
from studio.document.selection import Reach, Selected

TEXT = "Dear Anna,\n\nthe boats are out.\nYours"


def settle(studio, qtbot):
    qtbot.waitUntil(lambda: not studio.worker.pending("layout"))


def written(studio, qtbot, write, text=TEXT):
    studio.document.open(Note.from_text(text))
    write(studio)
    settle(studio, qtbot)
    return studio.window.pages.pages


def click_word(studio, line=0, word=0, button=Qt.MouseButton.LeftButton):
    """Click into the middle of a word on the first page."""
    view = studio.window.pages
    left, top, right, bottom = view.pages[0].lines[line].words[word].box
    at = view.to_view(0, QRectF((left + right) / 2, (top + bottom) / 2, 0, 0)).topLeft()
    QTest.mouseClick(view.viewport(), button, Qt.KeyboardModifier.NoModifier, at.toPoint())
    return at


@contextmanager
def note_changed(studio, qtbot):
    """Wait until the note is another one."""
    before = studio.document.note
    yield
    qtbot.waitUntil(lambda: studio.document.note is not before)


def inks(studio):
    return [line.ink for page in studio.window.pages.pages for line in page.lines]


def test_the_window_is_dressed_once_all_is_in_its_place(make_studio, monkeypatch):
    """Qt would dress each part anew with each that it is put into."""
    dressed = []

    def build(*given):
        window = build_window(*given)
        dressed.append(bool(QApplication.instance().styleSheet()))
        return window

    build_window = wiring.Window
    monkeypatch.setattr(wiring, "Window", build)
    for _ in range(2):
        studio = make_studio(hand=False)
        assert studio.theme.tokens.accent in QApplication.instance().styleSheet()
    assert dressed == [False, False]


def test_typed_text_is_shown_as_ghosts_and_written_on_return_with_control(studio, qtbot):
    editor = studio.window.editor
    QTest.keyClicks(editor, "Dear Anna")
    settle(studio, qtbot)
    assert len(studio.session.draft.ghosts) == 1
    assert studio.window.transport.status.text() == "1 line to write"
    studio.playback.speed = 1.0
    with qtbot.waitSignal(studio.playback.finished):
        QTest.keyClick(editor, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert not studio.session.draft.ghosts
    assert studio.window.pages.pages[0].lines[0].ink.points > 20
    assert studio.window.transport.status.text() == "All written"


def test_write_pressed_while_the_hand_warms_up_writes_as_soon_as_it_is_there(make_studio, qtbot):
    studio = make_studio(hand=False)
    studio.playback.speed = 1.0
    QTest.keyClicks(studio.window.editor, "early")
    settle(studio, qtbot)
    QTest.mouseClick(studio.window.transport.write, Qt.MouseButton.LeftButton)
    assert "as soon as the hand is loaded" in studio.window.transport.status.text()
    with qtbot.waitSignal(studio.playback.finished):
        studio.hands_begin()
    assert not studio.session.draft.ghosts


def test_write_is_open_to_what_is_typed_before_the_hand_lets_it_be_laid_out(
    make_studio, qtbot, load_tiny, monkeypatch
):
    from threading import Event

    studio, loading = make_studio(hand=False), Event()

    def load(*values):
        loading.wait(60)
        return load_tiny(*values)

    monkeypatch.setattr(studio.hands, "_loader", load)
    studio.playback.speed = 1.0
    settle(studio, qtbot)
    studio.hands_begin()
    QTest.keyClicks(studio.window.editor, "early")
    assert studio.session.pending
    assert studio.window.transport.write.isEnabled()
    with qtbot.waitSignal(studio.playback.finished):
        QTest.keyClick(studio.window.editor, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        assert "as soon as the hand is loaded" in studio.window.transport.status.text()
        loading.set()
    assert not studio.session.draft.ghosts


def test_a_gpu_that_fails_hands_over_to_the_cpu_and_the_note_goes_on(
    make_studio, qtbot, load_tiny, monkeypatch
):
    from types import SimpleNamespace

    studio = make_studio(hand=False)
    loaded = []

    def out_of_memory(*_, **__):
        raise RuntimeError("CUDA out of memory.")

    def load(path, device, precision):
        hand = load_tiny(path, "cpu", precision)
        loaded.append(device)
        if device == "auto":
            # A GPU cannot be had here: the tiny hand is made to look and to fail like one.
            hand.device = SimpleNamespace(type="cuda")
            monkeypatch.setattr(hand, "_traced", out_of_memory)
        return hand

    monkeypatch.setattr(studio.hands, "_loader", load)
    monkeypatch.setattr("studio.desk.models.hand_model.device_name", lambda _: "some device")
    studio.hands_begin()
    qtbot.waitUntil(lambda: studio.hands.ready)
    studio.playback.speed = 1.0
    studio.document.open(Note.from_text("carry on"))
    settle(studio, qtbot)
    with qtbot.waitSignal(studio.playback.finished):
        studio.actions.trigger("writing.write")
    assert "CUDA out of memory" in studio.window.notice.label.text()
    with qtbot.waitSignal(studio.playback.finished):
        qtbot.waitUntil(lambda: studio.hands.ready)
    assert loaded == ["auto", "cpu"]
    assert not studio.session.draft.ghosts


def test_another_precision_loads_the_hand_anew_and_is_kept_for_other_hands(studio, qtbot):
    chosen = studio.hands.hand.precision
    studio.settings.change(precision="float32")
    assert not studio.hands.ready
    qtbot.waitUntil(lambda: studio.hands.ready)
    assert studio.hands.hand.precision == "float32"
    studio.hands.load()
    qtbot.waitUntil(lambda: studio.hands.ready)
    assert studio.hands.hand.precision == "float32"
    studio.settings.change(precision="auto")
    qtbot.waitUntil(lambda: studio.hands.ready)
    assert studio.hands.hand.precision == chosen


def test_words_that_stay_misread_are_known_with_their_line(studio, qtbot):
    """What the tiny hand scribbles says nothing: by a policy that reads, its words are named."""
    studio.session.policy = Policy(tries=2, repairs=False)
    studio.document.open(Note.from_text("say that again"))
    settle(studio, qtbot)
    begun = []
    studio.playback.line_begun.connect(begun.append)
    studio.playback.speed = 1.0
    with qtbot.waitSignal(studio.playback.finished):
        studio.actions.trigger("writing.write")
    (request,) = studio.session.draft.layout.written
    assert {word.word for word in studio.session.known[request].misread} <= {
        "say",
        "that",
        "again",
    }
    assert studio.session.known[request].misread
    # What the pen shows is never taken back.
    assert len(begun) == 1


def test_the_write_button_writes_and_is_a_stop_button_meanwhile(studio, qtbot):
    studio.document.open(Note.from_text("a long line that takes its time to be written"))
    settle(studio, qtbot)
    studio.playback.speed = 0.0
    button = studio.window.transport.write
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: studio.pen.live is not None and studio.pen.live.head is not None)
    assert button.text() == "Stop"
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert studio.playback.state is PlaybackState.IDLE
    assert button.text() == "Write"
    settle(studio, qtbot)
    assert not studio.session.draft.ghosts, "the line that the pen was at is kept"


def test_lines_stand_where_the_pen_was_seen(studio, qtbot):
    """The last points that the pen is seen at are those of the ink on the page."""
    studio.document.open(Note.from_text("see the pen"))
    settle(studio, qtbot)
    studio.playback.speed = 0.2
    seen = []
    studio.playback.line_begun.connect(lambda _: seen.clear())
    studio.playback.line_moved.connect(lambda _, points, ends: seen.append(points))
    with qtbot.waitSignal(studio.playback.finished):
        studio.playback.write()
    settle(studio, qtbot)
    ink = inks(studio)[0].xy
    shown = np.concatenate(seen)
    assert len(shown) == len(ink)
    np.testing.assert_allclose(shown[-5:], ink[-5:], atol=1e-3)


def test_every_step_is_handed_out_once_and_in_order(studio, qtbot):
    studio.document.open(Note.from_text("one two"))
    settle(studio, qtbot)
    studio.playback.speed = 1.0
    numbers = []
    studio.playback.line_begun.connect(lambda _: numbers.clear())
    studio.playback.stepped.connect(lambda _, steps: numbers.extend(s.index for s in steps))
    with qtbot.waitSignal(studio.playback.finished):
        studio.playback.write()
    assert numbers == list(range(len(numbers)))
    assert numbers


def test_pause_holds_the_pen_and_a_step_moves_it_by_one_point(studio, qtbot):
    studio.document.open(Note.from_text("hold it there"))
    settle(studio, qtbot)
    studio.playback.speed = 0.2
    shown = []
    studio.playback.line_moved.connect(lambda now, points, ends: shown.append(len(points)))
    studio.playback.write()
    qtbot.waitUntil(lambda: sum(shown) > 3)
    studio.actions.trigger("writing.pause")
    assert studio.playback.state is PlaybackState.PAUSED
    count = sum(shown)
    qtbot.wait(80)
    assert sum(shown) == count
    studio.actions.trigger("writing.step")
    assert sum(shown) == count + 1
    assert studio.window.transport.status.text().startswith("Paused at line 1")
    studio.playback.speed = 1.0
    with qtbot.waitSignal(studio.playback.finished):
        studio.actions.trigger("writing.pause")
    assert not studio.session.draft.ghosts


def test_changed_text_rewrites_the_lines_that_changed_alone(studio, qtbot, write):
    before = written(studio, qtbot, write)[0].lines
    studio.window.editor.go_to(2, 4, 9)
    QTest.keyClicks(studio.window.editor, "ships")
    settle(studio, qtbot)
    assert {key.text for key in studio.session.draft.ghosts} == {"the ships are out."}
    write(studio)
    after = studio.window.pages.pages[0].lines
    assert after[0] is before[0]
    assert after[2] is before[2]
    assert after[1].text == "the ships are out."


def test_undo_takes_back_text_and_its_ink_and_redo_brings_both(studio, qtbot, write):
    before = [line.ink for line in written(studio, qtbot, write)[0].lines]
    editor = studio.window.editor
    editor.setFocus()
    editor.go_to(2, 4, 9)
    QTest.keyClicks(editor, "ships")
    write(studio)
    after = inks(studio)
    assert studio.actions.title("edit.undo") == "Undo: Type"
    QTest.keyClick(editor, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    settle(studio, qtbot)
    assert editor.text == TEXT
    assert inks(studio) == before
    assert not studio.session.draft.ghosts
    studio.actions.trigger("edit.redo")
    settle(studio, qtbot)
    assert "ships" in editor.text
    assert inks(studio) == after


def test_clicks_select_word_line_and_paragraph_in_turn(studio, qtbot, write):
    written(studio, qtbot, write, "the boats are out now\nYours")
    click_word(studio, 0, 1)
    key = studio.window.pages.pages[0].lines[0].key
    assert studio.selection.value == Selected(Reach.WORD, key, 1)
    assert studio.window.context_bar.isVisible()
    click_word(studio, 0, 1)
    assert studio.selection.value.reach is Reach.LINE
    click_word(studio, 0, 1)
    assert studio.selection.value.reach is Reach.PARAGRAPH
    view = studio.window.pages
    below = view.to_view(0, QRectF(100, 200, 0, 0)).topLeft().toPoint()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=below)
    assert studio.selection.value is None
    assert not studio.window.context_bar.isVisible()


def test_words_are_selected_and_moved_by_keyboard_alone(studio, qtbot, write):
    line = written(studio, qtbot, write, "the boats are out now")[0].lines[0]
    studio.window.editor.setFocus()
    QTest.keyClick(studio.window.editor, Qt.Key.Key_F6)
    view = studio.window.pages
    assert studio.selection.value == Selected(Reach.WORD, line.key, 0)
    QTest.keyClick(view, Qt.Key.Key_Right)
    QTest.keyClick(view, Qt.Key.Key_Right)
    QTest.keyClick(view, Qt.Key.Key_Left)
    assert studio.selection.value.word == 1
    QTest.keyClick(view, Qt.Key.Key_W)
    assert studio.selection.value.reach is Reach.LINE
    QTest.keyClick(view, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    settle(studio, qtbot)
    assert studio.document.undo_name == "Move a line"
    (moved,) = studio.window.pages.pages[0].lines
    assert moved.baseline == pytest.approx(line.baseline + 0.5)
    QTest.keyClick(view, Qt.Key.Key_Escape)
    assert studio.selection.value is None


def test_rerolling_a_word_leaves_the_others_as_they_are(studio, qtbot, write):
    line = written(studio, qtbot, write, "the boats are out now")[0].lines[0]
    old = next(iter(studio.session.draft.layout.written.values()))
    click_word(studio, 0, 1)
    with note_changed(studio, qtbot):
        studio.actions.trigger("selection.reroll")
    settle(studio, qtbot)
    assert not studio.session.draft.ghosts
    new = next(iter(studio.session.draft.layout.written.values()))

    _, start, stop, *_ = word_cuts(old.text, old.ink, old.characters)
    before, after = old.ink.xy, new.ink.xy
    rest = len(before) - stop
    np.testing.assert_array_equal(after[:start], before[:start])
    moved = after[-rest:] - before[stop:]
    np.testing.assert_allclose(moved - moved[0], 0.0, atol=1e-5)
    assert abs(moved[0, 1]) < 1e-6, "what follows stays on its line"
    word = after[start : len(after) - rest]
    assert len(word) != stop - start or not np.allclose(word, before[start:stop])
    studio.actions.trigger("selection.previous")
    settle(studio, qtbot)
    assert inks(studio) == [line.ink]


def test_rerolling_a_line_writes_it_anew_at_once(studio, qtbot, write):
    before = inks_of = [line.ink for line in written(studio, qtbot, write)[0].lines]
    click_word(studio, 1, 0)
    click_word(studio, 1, 0)
    with qtbot.waitSignal(studio.playback.finished):
        studio.actions.trigger("selection.reroll")
    settle(studio, qtbot)
    after = inks(studio)
    assert after[0] == before[0]
    assert after[1] != inks_of[1]
    assert studio.document.undo_name == "Reroll a line"


def test_a_candidate_that_is_picked_takes_the_words_place(studio, qtbot, write):
    before = [line.ink for line in written(studio, qtbot, write)[0].lines]
    click_word(studio, 1, 1)
    studio.actions.trigger("selection.candidates")
    popup = studio.window.findChild(CandidatesDialog)
    qtbot.waitUntil(lambda: popup.buttons[3].isEnabled())
    with note_changed(studio, qtbot):
        QTest.keyClick(popup, Qt.Key.Key_3)
    settle(studio, qtbot)
    after = inks(studio)
    assert after[0] == before[0]
    assert after[1] != before[1]
    assert studio.document.undo_name == "Choose a word"


def cannot(*_, **__):
    raise HandError("The hand cannot do that.")


def test_candidates_that_cannot_be_written_say_why_where_they_are_awaited(
    studio, qtbot, write, monkeypatch
):
    written(studio, qtbot, write)
    click_word(studio, 1, 1)
    monkeypatch.setattr(studio.hands.hand, "write_lines", cannot)
    QTest.keyClick(studio.window.pages, Qt.Key.Key_C)
    popup = studio.window.findChild(CandidatesDialog)
    assert popup.label.text() == "Writing four …"
    qtbot.waitUntil(lambda: popup.label.text() == "The hand cannot do that.")
    assert not any(button.isVisible() for button in popup.buttons)
    QTest.keyClick(popup, Qt.Key.Key_Escape)
    assert not popup.isVisible()
    assert studio.actions.enabled("selection.candidates")


def test_a_reroll_is_seen_to_be_at_work_and_why_it_failed_until_it_is_tried_again(
    studio, qtbot, write, monkeypatch
):
    written(studio, qtbot, write)
    click_word(studio, 1, 1)
    bar, notice, view = studio.window.context_bar, studio.window.notice, studio.window.pages
    own = studio.hands.hand.write_lines
    monkeypatch.setattr(studio.hands.hand, "write_lines", cannot)
    QTest.keyClick(view, Qt.Key.Key_R)
    assert bar.label.text() == "Writing …"
    assert not studio.actions.enabled("selection.reroll")
    qtbot.waitUntil(notice.isVisible)
    assert notice.label.text() == "The hand cannot do that."
    assert bar.label.text() == "Word"
    monkeypatch.setattr(studio.hands.hand, "write_lines", own)
    with note_changed(studio, qtbot):
        QTest.keyClick(view, Qt.Key.Key_R)
        assert not notice.isVisible()
    assert bar.label.text() == "Word"


def test_undo_takes_back_first_what_is_still_being_written_anew(studio, qtbot, write, monkeypatch):
    written(studio, qtbot, write)
    document, bar = studio.document, studio.window.context_bar
    document.edit("Rename", replace(document.note, title="Another"))
    click_word(studio, 1, 1)
    own, go_on = studio.hands.hand.write_lines, threading.Event()

    def held(*args, **settings):
        assert go_on.wait(60)
        return own(*args, **settings)

    monkeypatch.setattr(studio.hands.hand, "write_lines", held)
    QTest.keyClick(studio.window.pages, Qt.Key.Key_R)
    assert bar.label.text() == "Writing …"
    studio.actions.trigger("edit.undo")
    assert bar.label.text() == "Word"
    assert document.undo_name == "Rename"
    go_on.set()
    studio.actions.trigger("edit.undo")
    qtbot.waitUntil(lambda: not studio.worker.pending("layout"), timeout=60_000)
    assert document.redo_name == "Rename"
    assert not document.note.edits


def test_the_candidate_at_the_keys_looks_unlike_the_one_under_the_mouse(studio, qtbot, write):
    written(studio, qtbot, write)
    click_word(studio, 1, 1)
    QTest.keyClick(studio.window.pages, Qt.Key.Key_C)
    popup = studio.window.findChild(CandidatesDialog)
    qtbot.waitUntil(lambda: popup.buttons[3].isEnabled())
    first, second = popup.buttons[:2]
    assert first.hasFocus()
    plain = second.grab().toImage()
    QApplication.sendEvent(
        second, QEnterEvent(QPointF(5, 5), QPointF(5, 5), second.mapToGlobal(QPointF(5, 5)))
    )
    second.setAttribute(Qt.WidgetAttribute.WA_UnderMouse)
    pointed = second.grab().toImage()
    second.setAttribute(Qt.WidgetAttribute.WA_UnderMouse, False)
    QTest.keyClick(popup, Qt.Key.Key_Right)
    assert second.hasFocus()
    focused = second.grab().toImage()
    assert plain != pointed != focused != plain
    QTest.keyClick(popup, Qt.Key.Key_Escape)


def test_a_paragraph_is_chosen_taken_back_and_undone_as_a_whole(studio, qtbot, write):
    text = "the boats are out now and they will stay out there until the evening comes over us all"
    written(studio, qtbot, write, text)
    before = inks(studio)
    assert len(before) > 1
    for _ in range(3):
        click_word(studio, 0, 1)
    assert studio.selection.value.reach is Reach.PARAGRAPH
    QTest.keyClick(studio.window.pages, Qt.Key.Key_C)
    popup = studio.window.findChild(CandidatesDialog)
    qtbot.waitUntil(lambda: popup.buttons[3].isEnabled())
    QTest.keyClick(popup, Qt.Key.Key_2)
    settle(studio, qtbot)
    chosen = inks(studio)
    assert not studio.session.draft.ghosts
    assert studio.document.undo_name == f"Choose {len(before)} lines"
    assert all(new != old for new, old in zip(chosen, before, strict=True))
    QTest.keyClick(studio.window.pages, Qt.Key.Key_R, Qt.KeyboardModifier.ShiftModifier)
    settle(studio, qtbot)
    assert inks(studio) == before
    studio.actions.trigger("edit.undo")
    settle(studio, qtbot)
    assert inks(studio) == chosen
    studio.actions.trigger("edit.undo")
    settle(studio, qtbot)
    assert inks(studio) == before


def test_the_candidates_of_a_line_are_written_at_once(studio, qtbot, write, monkeypatch):
    written(studio, qtbot, write)
    click_word(studio, 1, 1)
    click_word(studio, 1, 1)
    own, asked = studio.hands.hand.write_lines, []

    def write_lines(texts, **settings):
        asked.append(list(texts))
        return own(texts, **settings)

    monkeypatch.setattr(studio.hands.hand, "write_lines", write_lines)
    studio.actions.trigger("selection.candidates")
    popup = studio.window.findChild(CandidatesDialog)
    qtbot.waitUntil(lambda: popup.buttons[3].isEnabled())
    assert len(asked) == 1
    assert len(asked[0]) == 4
    assert set(asked[0]) == {studio.window.pages.pages[0].lines[1].text}


def test_nothing_touches_a_locked_line(studio, qtbot, write):
    before = written(studio, qtbot, write)[0].lines[0]
    click_word(studio, 0, 0)
    QTest.keyClick(studio.window.pages, Qt.Key.Key_L)
    settle(studio, qtbot)
    look = studio.document.note.look
    changed = replace(
        look, seed=7, colour="#7a1f33", pen=Pen("felt", 0.9), x_height=3.2, slant=0.3, bias=2.0
    )
    studio.document.edit("Change all", replace(studio.document.note, look=changed))
    settle(studio, qtbot)
    ghosts = {key.text for key in studio.session.draft.ghosts}
    assert "Dear Anna," not in ghosts
    assert len(ghosts) == 2
    write(studio)
    settle(studio, qtbot)
    line, other = studio.window.pages.pages[0].lines[:2]
    assert (line.colour, line.pen) == (before.colour, before.pen)
    assert (other.colour, other.pen) == (changed.colour, changed.pen)
    np.testing.assert_allclose(line.ink.xy[:, 0], before.ink.xy[:, 0], atol=1e-9)
    assert np.ptp(line.ink.xy[:, 1] - before.ink.xy[:, 1]) < 1e-9
    for ident in ("reroll", "candidates", "edit", "larger", "smaller", "delete", "reset"):
        assert not studio.actions.enabled(f"selection.{ident}"), ident
    note, view = studio.document.note, studio.window.pages
    QTest.keyClick(view, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert studio.document.note is note
    assert "locked" in studio.window.message.text()
    QTest.keyClick(view, Qt.Key.Key_L)
    settle(studio, qtbot)
    assert "Dear Anna," in {key.text for key in studio.session.draft.ghosts}


def test_a_word_is_moved_with_the_mouse(studio, qtbot, write):
    line = written(studio, qtbot, write)[0].lines[1]
    view = studio.window.pages.viewport()
    at = click_word(studio, 1, 2).toPoint()
    button, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QTest.mousePress(view, button, none, at)
    for step in range(1, 6):
        QTest.mouseMove(view, at + QPoint(4 * step, 8 * step))
    QTest.mouseRelease(view, button, none, at + QPoint(20, 40))
    settle(studio, qtbot)
    moved = studio.window.pages.pages[0].lines[1]
    mm = studio.window.pages.zoom * 96 / 25.4
    np.testing.assert_allclose(
        np.array(moved.words[2].box[:2]) - line.words[2].box[:2], (20 / mm, 40 / mm), atol=0.02
    )
    assert moved.words[0].box == pytest.approx(line.words[0].box)
    assert studio.document.undo_name == "Move a word"


def test_a_word_deleted_on_the_page_stays_in_the_text(studio, qtbot, write):
    written(studio, qtbot, write)
    click_word(studio, 1, 1)
    QTest.keyClick(studio.window.pages, Qt.Key.Key_Delete)
    settle(studio, qtbot)
    line = studio.window.pages.pages[0].lines[1]
    assert [word.text for word in line.words] == ["the", "are", "out."]
    assert studio.window.editor.text == TEXT


def test_a_word_is_changed_in_place_and_written_at_once(studio, qtbot, write):
    from studio.desk.views.page.word_editor import WordEditor

    written(studio, qtbot, write)
    view = studio.window.pages
    at = click_word(studio, 1, 1).toPoint()
    QTest.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=at)
    editor = view.findChild(WordEditor)
    assert editor.text() == "boats"
    QTest.keyClicks(editor, "ships")
    with qtbot.waitSignal(studio.playback.finished):
        QTest.keyClick(editor, Qt.Key.Key_Return)
    assert studio.window.editor.text == TEXT.replace("boats", "ships")
    assert studio.window.pages.pages[0].lines[1].text == "the ships are out."
    assert studio.document.undo_name == "Change a word"


def test_replay_shows_a_line_again_and_leaves_it_as_it_was(studio, qtbot, write):
    before = [line.ink for line in written(studio, qtbot, write)[0].lines]
    click_word(studio, 0, 0)
    studio.playback.speed = 1.0
    points = []
    studio.playback.line_moved.connect(lambda _, xy, ends: points.append(xy))
    with qtbot.waitSignal(studio.playback.finished):
        studio.actions.trigger("writing.replay")
    np.testing.assert_array_equal(np.concatenate(points), before[0].xy)
    assert inks(studio) == before


def test_text_that_cannot_be_written_is_refused_in_place(studio, qtbot, write):
    written(studio, qtbot, write, "fine")
    studio.window.editor.go_to(0, 4)
    studio.document.edit("Type", studio.document.note.with_text("fine 漢 so far"))
    settle(studio, qtbot)
    notice = studio.window.notice
    assert notice.isVisible()
    assert "漢" in notice.label.text()
    assert len(studio.window.pages.pages[0].lines) == 1, "the page stays as it was"
    assert not studio.actions.enabled("writing.write")
    (mark,) = studio.window.editor.extraSelections()
    assert mark.cursor.selectedText() == "漢"
    assert studio.window.counts.text().startswith("4 words")
    notice.buttons[2].click()
    settle(studio, qtbot)
    assert not notice.isVisible()
    assert [key.text for key in studio.session.draft.ghosts] == ["fine ? so far"]
    studio.actions.trigger("edit.undo")
    settle(studio, qtbot)
    assert notice.isVisible()
    studio.actions.trigger("edit.undo")
    settle(studio, qtbot)
    assert not notice.isVisible()


def test_the_palette_finds_an_action_by_some_letters_and_does_it(studio, qtbot):
    from studio.desk.views.command_palette import CommandPalette

    studio.actions.trigger("view.palette")
    palette = studio.window.findChild(CommandPalette)
    QTest.keyClicks(palette.line, "fit pag")
    assert palette.list.currentItem().text() == "Fit the page"
    QTest.keyClick(palette.line, Qt.Key.Key_Return)
    assert studio.window.pages.fit == "page"


def test_the_wheel_with_control_zooms_about_the_mouse(studio, qtbot, write):
    from PySide6.QtGui import QWheelEvent

    written(studio, qtbot, write)
    view = studio.window.pages
    view.set_zoom(1.0)
    at = QPointF(200, 150)
    before = view.spot(at)
    event = QWheelEvent(
        at,
        view.mapToGlobal(at),
        QPoint(),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.ControlModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view.viewport(), event)
    after = view.spot(at)
    assert view.zoom > 1.1
    assert (after.x, after.y) == pytest.approx((before.x, before.y), abs=0.6)


def test_undo_has_no_end_and_every_step_has_a_name(studio, qtbot):
    for number in range(300):
        studio.document.edit(f"Step {number}", Note.from_text(f"text {number}"))
    assert studio.document.steps[:2] == ("Step 0", "Step 1")
    for _ in range(300):
        studio.document.undo()
    assert studio.document.note.text == ""
    assert studio.document.undo_name is None


def test_every_action_has_a_title_a_place_and_a_key_of_its_own(studio):
    assert studio.actions.conflicts() == {}
    for action in studio.actions:
        assert action.title
        assert QKeySequence(action.shortcut).toString() == action.shortcut
        assert studio.window.menus.action(action.id).text()


def test_every_control_has_an_accessible_name(studio):
    from PySide6.QtWidgets import (
        QAbstractButton,
        QAbstractSlider,
        QAbstractSpinBox,
        QComboBox,
        QScrollBar,
    )

    nameless = [
        widget
        for kind in (QAbstractButton, QAbstractSlider, QAbstractSpinBox, QComboBox)
        for widget in studio.window.findChildren(kind)
        if not isinstance(widget, QScrollBar)
        and not widget.accessibleName()
        and not (isinstance(widget, QAbstractButton) and widget.text())
        and not widget.objectName().startswith("qt_")
    ]
    assert not nameless
