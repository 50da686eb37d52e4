"""Several notes in one window: each keeps what is its own, and none is lost."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QTabBar

from engine.errors import FileError
from studio.desk.controllers import autosave_controller, file_controller
from studio.desk.wiring import Studio
from studio.document.note import Look, Note
from studio.document.page import LineKey
from studio.document.selection import Reach, Selected
from studio.storage.note_file import NoteFile, load, save

TEXTS = ("Dear Anna,\nthe boats are out.", "Shopping: bread", "A third note")


@pytest.fixture
def paths(tmp_path: Path) -> list[Path]:
    """Three notes on disk."""
    found = [tmp_path / f"{name}.scriptorium" for name in "abc"]
    for path, text in zip(found, TEXTS, strict=True):
        save(NoteFile(Note.from_text(text), {}), path)
    return found


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the user answers when asked to save; what was asked comes after it."""
    given: list[str] = []
    monkeypatch.setattr(file_controller, "ask", lambda *_: given.pop(0))
    return given


def labels(studio: Studio) -> list[str]:
    bar = studio.window.note_tabs
    return [bar.tabText(place) for place in range(bar.count())]


def settled(studio: Studio, qtbot) -> None:
    qtbot.waitUntil(lambda: not studio.worker.pending("layout"))


def texts(studio: Studio) -> list[str]:
    tabs = studio.context.tabs
    return [tabs.state(tab).note.text for tab in tabs]


def test_each_note_has_its_own_text_undo_selection_cursor_and_place(make_studio, qtbot, paths):
    studio = make_studio(hand=False)
    editor, view, bar = studio.window.editor, studio.window.pages, studio.window.note_tabs
    studio.begin(*paths)
    assert labels(studio) == ["a", "b", "c"]
    assert (editor.text, bar.currentIndex()) == (TEXTS[0], 0), "the first one is shown"
    assert bar.isVisible()
    settled(studio, qtbot)
    QTest.keyClicks(editor, "X")
    cursor = editor.textCursor()
    cursor.setPosition(3)
    editor.setTextCursor(cursor)
    settled(studio, qtbot)
    view.set_zoom(3.0)
    view.verticalScrollBar().setValue(77)
    chosen = Selected(Reach.LINE, studio.session.draft.layout.plan.lines[0].key)
    studio.selection.select(chosen)
    assert labels(studio) == ["a •", "b", "c"]

    QTest.keyClick(editor, Qt.Key.Key_Tab, Qt.KeyboardModifier.ControlModifier)
    assert (editor.text, bar.currentIndex()) == (TEXTS[1], 1)
    assert studio.window.windowTitle().startswith("b")
    assert studio.selection.value is None
    assert not studio.actions.enabled("edit.undo")
    assert view.verticalScrollBar().value() == 0
    QTest.keyClicks(editor, "Y")
    studio.actions.trigger("edit.undo")
    assert editor.text == TEXTS[1]

    QTest.keyClick(editor, Qt.Key.Key_PageUp, Qt.KeyboardModifier.ControlModifier)
    assert editor.textCursor().position() == 3
    assert studio.selection.value == chosen
    assert (view.zoom, view.verticalScrollBar().value()) == (3.0, 77)
    assert studio.window.windowTitle().startswith("a")
    studio.actions.trigger("edit.undo")
    assert editor.text == TEXTS[0]
    studio.actions.trigger("edit.redo")
    assert "X" in editor.text
    # After the last comes the first.
    studio.actions.trigger("tabs.previous")
    assert editor.text == TEXTS[2]
    assert (labels(studio), bar.currentIndex()) == (["a •", "b", "c"], 2)
    QTest.keyClick(editor, Qt.Key.Key_W, Qt.KeyboardModifier.ControlModifier)
    assert (labels(studio), editor.text) == (["a •", "b"], TEXTS[1])
    studio.actions.trigger("tabs.next")
    assert "X" in editor.text


def test_the_mouse_shows_moves_and_closes_notes(make_studio, qtbot, paths, answers):
    studio = make_studio(hand=False)
    studio.begin(*paths)
    bar, editor = studio.window.note_tabs, studio.window.editor

    def middle(place: int) -> QPoint:
        return bar.tabRect(place).center()

    QTest.mouseClick(bar, Qt.MouseButton.LeftButton, pos=middle(1))
    assert editor.text == TEXTS[1]
    bar.moveTab(1, 0)
    assert (texts(studio), labels(studio)) == ([TEXTS[1], TEXTS[0], TEXTS[2]], ["b", "a", "c"])
    assert editor.text == TEXTS[1], "moving shows no other note"
    QTest.mouseClick(bar, Qt.MouseButton.MiddleButton, pos=middle(2))
    assert labels(studio) == ["b", "a"]
    assert editor.text == TEXTS[1]
    QTest.mouseClick(bar, Qt.MouseButton.LeftButton, pos=middle(1))
    QTest.keyClicks(editor, "Z")
    changed = editor.text
    QTest.mouseClick(bar, Qt.MouseButton.LeftButton, pos=middle(0))
    answers.append("")
    QTest.mouseClick(bar, Qt.MouseButton.MiddleButton, pos=middle(1))
    assert answers == [], "a changed note is asked about"
    assert (labels(studio), editor.text) == (["b", "a •"], changed), "and shown, and stays"
    answers.append(file_controller.SAVE)
    studio.actions.trigger("file.close")
    assert load(paths[0]).note.text == changed
    assert (len(studio.context.tabs), editor.text) == (1, TEXTS[1])
    assert not bar.isVisible(), "one note needs no tabs"
    studio.files.close(studio.context.tabs.shown)
    assert (editor.text, studio.document.path) == ("", None), "a window has a note"
    studio.files.close(studio.context.tabs.shown)
    assert not studio.window.isVisible()


def test_a_file_is_open_in_one_tab_and_an_empty_note_makes_room(make_studio, paths, tmp_path):
    studio = make_studio(state=tmp_path / "state", hand=False)
    studio.begin()
    studio.files.new()
    assert studio.files.open(paths[0])
    assert len(studio.context.tabs) == 1
    assert studio.files.open(paths[1])
    assert studio.files.open(paths[0])
    assert (len(studio.context.tabs), studio.window.editor.text) == (2, TEXTS[0])
    bad = tmp_path / "bad.scriptorium"
    bad.write_bytes(b"PK")
    assert not studio.files.open(bad)
    assert (len(studio.context.tabs), studio.window.editor.text) == (2, TEXTS[0])
    assert "bad.scriptorium" in studio.window.notice.label.text()
    studio.actions.trigger("tabs.next")
    assert not studio.window.notice.isVisible(), "what is said of a note is said there"
    studio.actions.trigger("tabs.next")
    assert "bad.scriptorium" in studio.window.notice.label.text()
    other = make_studio(state=tmp_path / "state", hand=False)
    assert not other.files.open(paths[1]), "a note that is not shown is held, too"
    studio.files.close(studio.context.tabs.of(paths[1]))
    assert other.files.open(paths[1])
    assert studio.settings.value.recent[:2] == (str(paths[0]), str(paths[1]))


def test_what_is_typed_on_the_page_and_chosen_of_a_look_stays_with_its_note(
    make_studio, qtbot, paths
):
    studio = make_studio(hand=False)
    studio.begin(*paths[:2])
    settled(studio, qtbot)
    studio.placing.new_box()
    box = studio.window.focusWidget()
    QTest.keyClicks(box, "beside")
    studio.actions.trigger("tabs.next")
    assert studio.document.note.boxes == ()
    studio.actions.trigger("tabs.next")
    assert [box.block.text for box in studio.document.note.boxes] == ["beside"]


def test_a_note_is_written_on_while_another_is_shown(make_studio, qtbot, paths, answers):
    studio = make_studio()
    text = "\n".join(f"line {n}" for n in range(6))
    studio.document.open(Note.from_text(text, look=Look(style=None)))
    settled(studio, qtbot)
    studio.playback.speed = 0.0
    studio.actions.trigger("writing.write")
    qtbot.waitUntil(lambda: studio.playback._now is not None)
    written = studio.context.tabs.shown
    assert studio.files.open(paths[1])
    assert studio.playback.state == "idle"
    settled(studio, qtbot)
    QTest.keyClicks(studio.window.editor, "typed meanwhile ")
    qtbot.waitUntil(lambda: not written.background.writing)
    studio.context.tabs.show(written)
    assert not studio.session.draft.missing, "all of it is on the page at once"
    assert studio.playback.state == "idle"
    settled(studio, qtbot)
    assert not studio.session.draft.missing
    assert studio.document.modified
    assert len(studio.session.content().lines) == 6
    # A pen that is held stays so, and what was asked of no note is not written.
    studio.document.edit("Type", Note.from_text(f"{text}\nmore\nand more"))
    settled(studio, qtbot)
    studio.actions.trigger("writing.write")
    qtbot.waitUntil(lambda: studio.playback._now is not None)
    studio.playback.pause()
    studio.actions.trigger("tabs.next")
    assert all(tab.background is None for tab in studio.context.tabs)
    studio.actions.trigger("tabs.next")
    assert studio.playback.state == "paused"
    studio.playback.stop()
    studio.actions.trigger("tabs.next")
    assert all(tab.background is None for tab in studio.context.tabs)
    answers += [file_controller.DISCARD] * 2
    assert studio.window.close()
    assert answers == []


def test_what_is_written_of_a_note_that_is_not_shown_is_autosaved_as_it_goes(
    make_studio, qtbot, paths, tmp_path, monkeypatch
):
    monkeypatch.setattr(autosave_controller, "AUTOSAVE_INTERVAL", 10)
    studio = make_studio(state=tmp_path / "state")
    text = "\n".join(f"line {n}" for n in range(6))
    studio.document.open(Note.from_text(text, look=Look(style=None)))
    settled(studio, qtbot)
    # What is kept at the end is no matter here.
    studio.context.tabs.written.disconnect()
    studio.playback.speed = 0.0
    studio.actions.trigger("writing.write")
    qtbot.waitUntil(lambda: studio.playback._now is not None)
    assert studio.files.open(paths[1])
    kept = tmp_path / "state" / "recovery"

    def inked() -> int:
        most = 0
        for path in kept.glob("[!.]*.scriptorium"):
            # An older one goes as soon as a newer one is there.
            with suppress(FileError):
                most = max(most, len(load(path).lines))
        return most

    qtbot.waitUntil(lambda: inked() > 1)


def test_ink_stays_as_it_was_from_tab_to_tab(make_studio, qtbot, write, paths):
    studio = make_studio()
    studio.document.open(Note.from_text("the same ink", look=Look(style=None)))
    write(studio)
    settled(studio, qtbot)

    def inks():
        return [line.ink for page in studio.window.pages.pages for line in page.lines]

    before = inks()
    assert studio.files.open(paths[1])
    settled(studio, qtbot)
    studio.actions.trigger("tabs.next")
    assert inks() == before
    settled(studio, qtbot)
    assert inks() == before
    assert not studio.session.draft.missing


def test_closing_the_window_asks_of_each_note_that_is_not_saved(make_studio, paths, answers):
    studio = make_studio(hand=False)
    studio.begin(*paths)
    editor = studio.window.editor
    for _ in paths:
        QTest.keyClicks(editor, "!")
        studio.actions.trigger("tabs.next")
    changed = texts(studio)
    answers += [file_controller.SAVE, ""]
    assert not studio.window.close()
    assert (texts(studio), editor.text) == (changed, changed[1])
    assert load(paths[0]).note.text == changed[0]
    answers += [file_controller.DISCARD, file_controller.SAVE]
    assert studio.window.close()
    assert [load(path).note.text for path in paths] == [changed[0], TEXTS[1], changed[2]]


def test_a_crash_costs_none_of_three_notes(make_studio, qtbot, paths, tmp_path):
    first = make_studio(state=tmp_path / "state", hand=False)
    first.begin(*paths)
    for _ in paths:
        QTest.keyClicks(first.window.editor, "?")
        first.actions.trigger("tabs.next")
    changed = texts(first)
    first.files.autosave.keep()
    qtbot.waitUntil(lambda: not first.files.autosave.busy)
    # As the end of the process would: what it held is let go, and nothing is cleared up.
    first.files.autosave.rest()
    first.files._hold(None, "")
    for tab in first.context.tabs:
        for held in () if tab.parked is None else tab.parked.parts:
            if isinstance(held, file_controller.OpenFile):
                held.claimed.release()
    second = make_studio(state=tmp_path / "state", hand=False)
    second.begin()
    assert "and 2 other notes were not saved" in second.window.notice.label.text()
    second.window.notice.other.click()
    assert sorted(texts(second)) == sorted(changed)
    assert not second.window.notice.isVisible()
    assert sorted(labels(second)) == ["a •", "b •", "c •"]
    for _ in paths:
        assert second.files.save()
        second.actions.trigger("tabs.next")
    assert [load(path).note.text for path in paths] == changed
    qtbot.waitUntil(lambda: not second.files.autosave.busy)
    assert not list((tmp_path / "state" / "recovery").glob("*.scriptorium"))


def test_a_selection_of_a_line_that_is_gone_harms_nobody(make_studio, paths):
    studio = make_studio(hand=False)
    studio.begin(*paths[:2])
    studio.selection.select(Selected(Reach.LINE, LineKey(99, "gone", 0)))
    studio.actions.trigger("tabs.next")
    studio.actions.trigger("tabs.next")
    assert studio.window.editor.text == TEXTS[0]


def test_a_note_that_no_file_holds_is_called_by_its_first_words(make_studio, qtbot, paths):
    studio = make_studio(hand=False)
    studio.begin(*paths)
    studio.actions.trigger("file.new")
    assert labels(studio)[-1] == "New note"
    bar, side = studio.window.note_tabs, QTabBar.ButtonPosition.RightSide
    crosses = [bar.tabButton(place, side).size() for place in range(bar.count())]
    assert min(size.width() for size in crosses) > 2 * bar.tabButton(0, side).iconSize().width()
    studio.document.edit(
        "Type", studio.document.note.with_text("\nDear Anna, it is done: all of it")
    )
    assert labels(studio)[-1] == "Dear Anna, it is done: •"
    assert studio.files._proposed() == "Dear Anna it is done.scriptorium"
