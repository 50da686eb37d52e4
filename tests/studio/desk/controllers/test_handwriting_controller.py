"""One's own handwriting in the studio: recorded with the mouse, made a style, written in."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QMimeData, QPointF, QRectF, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QMouseEvent, QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.hand import Hand
from engine.ink.ink import Ink, Stroke
from engine.recognition.recogniser import edit_distance
from engine.style.style import Style, find
from studio.desk.controllers import recorder_controller
from studio.desk.controllers.handwriting_controller import HandwritingController
from studio.desk.recorder.import_dialog import ImportDialog
from studio.desk.recorder.library_view import MIME
from studio.desk.recorder.recorder_model import RecorderModel
from studio.desk.views.candidates_dialog import CandidatesDialog
from studio.desk.views.command_palette import CommandPalette
from studio.desk.wiring import Studio
from studio.document.note import Note
from studio.document.selection import Reach, Selected
from studio.importing.foreign_ink import InkPiece
from studio.importing.reading import read
from studio.library.hand_library import SHIPPED
from studio.library.paths import data_folder, ensure_folder
from studio.recording.prompts import FREE, QUICK, SIGNATURE, SYMBOL
from studio.teaching.lesson import Lesson

Kind = QEvent.Type


@pytest.fixture(autouse=True)
def _empty_library() -> Iterator[None]:
    shutil.rmtree(data_folder(), ignore_errors=True)
    yield
    shutil.rmtree(data_folder(), ignore_errors=True)


@pytest.fixture
def handwriting(studio: Studio) -> HandwritingController:
    # Nobody's first run: the welcome would be written ahead.
    studio.settings.change(greeted=True)
    studio.begin()
    studio.handwriting.open_recorder()
    window = studio.handwriting.own_window
    assert window is not None
    # As large as it is on a screen that has the room.
    window.resize(1056, 820)
    QApplication.processEvents()
    return studio.handwriting


def draw_with_mouse(handwriting: HandwritingController, left: float = 20.0) -> None:
    """A wave of forty periods over the ruled line, in four strokes."""
    view = handwriting.recorder.view
    assert view is not None
    canvas = view.canvas
    clock = 1000
    for word in range(4):
        for number in range(120):
            x = left + word * 230 + 1.7 * number
            y = canvas.baseline - canvas.x_height * (0.5 - 0.6 * np.sin(number / 2))
            kind = (
                Kind.MouseButtonPress
                if number == 0
                else Kind.MouseButtonRelease
                if number == 119
                else Kind.MouseMove
            )
            place = QPointF(x, y)
            event = QMouseEvent(
                kind,
                place,
                canvas.mapToGlobal(place),
                Qt.MouseButton.NoButton if kind == Kind.MouseMove else Qt.MouseButton.LeftButton,
                Qt.MouseButton.NoButton
                if kind == Kind.MouseButtonRelease
                else Qt.MouseButton.LeftButton,
                Qt.KeyboardModifier.NoModifier,
            )
            clock += 10
            event.setTimestamp(clock)
            QApplication.sendEvent(canvas, event)
        clock += 300


def test_three_lines_with_the_mouse_become_a_style_to_write_in(
    handwriting: HandwritingController,
    studio: Studio,
    qtbot: QtBot,
    write: Callable[[Studio], None],
) -> None:
    view = handwriting.recorder.view
    assert view is not None
    assert view.sentence.text() == QUICK.sentences[0]
    assert not view.make_style.isEnabled()
    for _ in QUICK.sentences:
        draw_with_mouse(handwriting)
        assert view.next.isEnabled()
        view.next.click()
    assert handwriting.recorder.model.done
    assert view.list.count() == 3
    qtbot.waitUntil(lambda: not studio.worker.pending("fit"))
    view.make_style.click()
    qtbot.waitUntil(lambda: not studio.worker.pending("own style"))
    assert "is ready" in view.remark.text()
    assert studio.document.note.look.style != "My hand", "the note stays as it is until it is asked"
    assert studio.window.notice.button.text() == "Use it in this note"
    studio.window.notice.button.click()
    assert studio.document.note.look.style == "My hand"
    assert studio.styles.origin("My hand") == "own"
    assert studio.styles.find("My hand").text.startswith(("The", "Sphinx", "I packed"))
    view.make_style.click()
    qtbot.waitUntil(lambda: not studio.worker.pending("own style"))
    assert [entry.name for entry in handwriting.user.styles.own()] == ["My hand"]
    studio.window.editor.setPlainText("own")
    write(studio)


def test_a_tab_is_filled_once_by_a_command_as_by_a_click(
    handwriting: HandwritingController, monkeypatch: pytest.MonkeyPatch
) -> None:
    window, library, recorder = handwriting.own_window, handwriting.library, handwriting.recorder
    assert window is not None
    assert library.view is not None
    filled: list[str] = []
    monkeypatch.setattr(library, "fill", lambda: filled.append("library"))
    monkeypatch.setattr(recorder, "prepare", lambda: filled.append("recorder"))
    handwriting.open_library()
    assert window.view is library.view
    assert library.view.isVisible()
    window.tabs.setCurrentIndex(0)
    handwriting.open_library()
    assert filled == ["library", "recorder", "library"]


def test_the_window_fits_on_a_small_screen(handwriting: HandwritingController) -> None:
    window, view = handwriting.own_window, handwriting.recorder.view
    tabs = window.tabs.tabBar().height()
    assert view.minimumSizeHint().height() + tabs <= 640, "nothing is scrolled to on 1024 x 700"
    # At twice the size of everything on a usual screen.
    window.resize(920, 480)
    QApplication.processEvents()
    assert window.height() == 480
    view.make_style.setEnabled(True)
    for _ in range(40):
        QTest.keyClick(QApplication.focusWidget() or view, Qt.Key.Key_Tab)
        if view.make_style.hasFocus():
            break
    place = view.make_style.mapTo(window, view.make_style.rect().center())
    assert window.rect().contains(place), "the Tab key scrolls to it"


def test_the_keys_of_its_tabs_and_of_the_palette_work_in_the_window(
    handwriting: HandwritingController, qtbot: QtBot
) -> None:
    window, library, recorder = handwriting.own_window, handwriting.library, handwriting.recorder
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(window, Qt.Key.Key_Y, both)
    assert library.view.isVisible()
    QTest.keyClick(window, Qt.Key.Key_R, both)
    assert recorder.view.isVisible()
    QTest.keyClick(window, Qt.Key.Key_P, both)
    palette = window.findChild(CommandPalette)
    assert palette.isVisible()
    palette.close()


def test_a_doubtful_line_is_held_up_once(handwriting: HandwritingController) -> None:
    view, session = handwriting.recorder.view, handwriting.recorder.model
    assert view is not None
    session.add(Stroke(np.array([[10.0, 10], [12, 30], [14, 10], [16, 30]]), np.arange(4) / 100))
    view.next.click()
    assert not view.remark_bar.isHidden()
    assert "short for its text" in view.remark.text()
    assert view.next.text() == "Keep it all the same"
    assert session.lines == {}
    view.next.click()
    assert list(session.lines) == [1]
    assert session.place == 2


def test_own_words_are_asked_for(handwriting: HandwritingController) -> None:
    view, session = handwriting.recorder.view, handwriting.recorder.model
    assert view is not None
    view.guides.buttons[FREE.key].click()
    assert view.words.isVisible()
    draw_with_mouse(handwriting)
    view.next.click()
    assert "Type the words" in view.remark.text()
    view.words.setText("some words of my own that I have written here")
    view.words.textEdited.emit(view.words.text())
    view.next.click()
    assert [line.text for line in session.lines.values()] == [
        "some words of my own that I have written here"
    ]


def test_undo_eraser_and_clear(handwriting: HandwritingController) -> None:
    view, session = handwriting.recorder.view, handwriting.recorder.model
    assert view is not None
    draw_with_mouse(handwriting)
    assert len(session.sheet.strokes) == 4
    view.undo.click()
    assert len(session.sheet.strokes) == 3
    view.redo.click()
    view.eraser.click()
    draw_with_mouse(handwriting)  # wipes over all that is there
    assert session.sheet.strokes == ()
    view.eraser.click()
    view.undo.click()
    assert len(session.sheet.strokes) == 1
    view.clear.click()
    assert session.sheet.strokes == ()
    assert not view.next.isEnabled()


def test_what_the_network_sees_is_shown_over_the_line(handwriting: HandwritingController) -> None:
    view = handwriting.recorder.view
    assert view is not None
    draw_with_mouse(handwriting)
    before = view.canvas.grab().toImage()
    view.seen.click()
    assert view.canvas.grab().toImage() != before
    view.seen.click()
    assert view.canvas.grab().toImage() == before


def test_a_line_begun_is_there_again_after_a_crash(
    make_studio: Callable[..., Studio], tmp_path: Path
) -> None:
    first = RecorderModel(tmp_path)
    first.begin(QUICK, "Mine")
    stroke = Stroke(np.array([[1.0, 2], [3, 4]]), np.array([0, 0.1]))
    first.add(stroke)  # and then the power fails
    first.release()  # as the end of its process does
    again = RecorderModel(tmp_path)
    begun = again.begun()
    assert begun is not None
    again.go_on(begun)
    assert again.name == "Mine"
    assert again.sheet.strokes == (stroke,)
    again.add(stroke)
    assert again.finish(in_spite=True)
    assert again.recording is not None
    assert again.recording.draft() is None


def test_two_windows_do_not_write_to_one_recording(
    make_studio: Callable[..., Studio], tmp_path: Path
) -> None:
    stroke = Stroke(np.array([[1.0, 2], [3, 4]]), np.array([0, 0.1]))
    first, second = RecorderModel(tmp_path), RecorderModel(tmp_path)
    first.begin(QUICK, "Mine")
    first.add(stroke)
    assert second.begun() is None, "what another window writes is not begun here"
    told: list[str] = []
    second.failed.connect(told.append)
    (there,) = second.recordings()
    second.go_on(there)
    assert len(told) == 1
    assert told[0].startswith("The recording “Mine” is open in another window on ")
    assert told[0].endswith("what you write here goes to a new one.")
    second.add(stroke)
    second.add(stroke)
    assert second.finish(in_spite=True)
    assert first.finish(in_spite=True)
    kept = [[len(line.ink.strokes) for line in r.lines().values()] for r in first.recordings()]
    assert sorted(kept) == [[1], [2]]
    first.release()
    second.go_on(there)
    assert list(second.lines) == [1]
    assert len(told) == 1


def test_the_library_renames_deletes_and_brings_back(
    handwriting: HandwritingController, studio: Studio, qtbot: QtBot
) -> None:
    draw_with_mouse(handwriting)
    handwriting.recorder.model.finish(in_spite=True)
    handwriting.recorder.make_style()
    qtbot.waitUntil(lambda: not studio.worker.pending("own style"))
    handwriting.open_library()
    library = handwriting.library.view
    assert library is not None
    qtbot.waitUntil(lambda: not studio.worker.pending("previews"))
    choose(handwriting, "style", "My hand")
    assert library.chosen() == ("style", "My hand")
    library.duplicate.click()
    assert "My hand 2" in studio.styles.names
    choose(handwriting, "style", "My hand 2")
    library.delete.click()
    assert "My hand 2" not in studio.styles.names
    library.undo.click()
    assert "My hand 2" in studio.styles.names
    choose(handwriting, "style", "My hand 2")
    library.use.click()
    assert studio.document.note.look.style == "My hand 2"


def test_styles_that_ship_cannot_be_deleted(
    handwriting: HandwritingController, monkeypatch: pytest.MonkeyPatch
) -> None:
    xy = np.array([[0.0, 0], [0.5, -1], [1, 0]])
    shipped = Style("Shipped", "m", Ink((Stroke(xy),)))
    monkeypatch.setattr("engine.style.style._shipped", lambda: {"default": {"Shipped": shipped}})
    handwriting.open_library()
    library = handwriting.library.view
    assert library is not None
    library.list.setCurrentRow(0)
    assert library.chosen() == ("style", "Shipped")
    assert not library.delete.isEnabled()
    assert not library.rename.isEnabled()
    assert library.duplicate.isEnabled()


def choose(handwriting: HandwritingController, kind: str, name: str) -> None:
    """Mark an entry of the library."""
    library = handwriting.library.view
    assert library is not None
    for row in range(library.list.count()):
        library.list.setCurrentRow(row)
        if library.chosen() == (kind, name):
            return
    raise AssertionError(f"{name} is not in the list")


def test_a_taught_hand_writes_until_the_one_that_ships_is_chosen_again(
    make_studio: Callable[..., Studio], tiny_hand_path: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    settings = tmp_path / "settings.json"
    studio = make_studio(settings)
    studio.begin()
    hands = studio.handwriting.user.hands
    ensure_folder(hands.folder)
    shutil.copyfile(tiny_hand_path, hands.path("Mine"))
    studio.handwriting.open_library()
    library = studio.handwriting.library.view
    assert library is not None
    choose(studio.handwriting, "hand", "Mine")
    library.use.click()
    qtbot.waitUntil(lambda: studio.hands.ready)
    assert studio.handwriting.library.choice.path == hands.path("Mine")
    choose(studio.handwriting, "hand", "Mine")
    assert "writes now" in library.list.currentItem().text()
    assert studio.document.note.look.style is None, "nobody else's style"

    again = make_studio(settings)
    assert again.handwriting.library.choice.name == "Mine", "remembered"
    choose(studio.handwriting, "hand", SHIPPED)
    assert not library.delete.isEnabled()
    assert not library.export.isEnabled()
    library.use.click()
    qtbot.waitUntil(lambda: studio.hands.ready)
    assert studio.handwriting.library.choice.path is None

    hands.path("Mine").unlink()
    assert again.handwriting.library.choice.path is None
    assert "is gone" in again.window.notice.label.text()
    assert again.handwriting.library.choice.name == SHIPPED


def test_a_taught_hand_writes_in_the_style_of_the_lines_that_taught_it(
    handwriting: HandwritingController, studio: Studio, tiny_hand_path: Path, qtbot: QtBot
) -> None:
    draw_with_mouse(handwriting)
    handwriting.recorder.model.finish(in_spite=True)
    recording = handwriting.recorder.model.recording
    assert recording is not None
    path = handwriting.user.hands.free(recording.name)
    shutil.copyfile(tiny_hand_path, path)
    handwriting.teaching.lesson.lesson = Lesson(
        recording.folder, path, handwriting.user.hands.run_folder(path), recording.name
    )
    handwriting.teaching.lesson.done.emit(path)
    qtbot.waitUntil(lambda: not studio.worker.pending("own style"))
    (style,) = handwriting.user.styles.own()
    assert path.stem in style.style.source
    studio.window.notice.button.click()
    assert handwriting.library.choice.name == path.stem
    assert studio.document.note.look.style == style.name


def test_a_damaged_hand_gives_way_to_the_one_that_ships(
    studio: Studio, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    studio.begin()
    hands = studio.handwriting.user.hands
    (ensure_folder(hands.folder) / "Mine.hand").write_bytes(b"nonsense")
    load = studio.hands._loader

    def loader(path: Path | None, device: str, precision: str) -> Hand:
        return load(None, device, precision) if path is None else Hand.load(path)

    monkeypatch.setattr(studio.hands, "_loader", loader)
    studio.handwriting.library.choice.choose("Mine")
    qtbot.waitUntil(lambda: studio.hands.ready)
    assert studio.handwriting.library.choice.name == SHIPPED
    assert "damaged" in studio.window.notice.label.text()


def drop(studio: Studio, name: str, at: QPointF) -> None:
    data = QMimeData()
    data.setData(MIME, name.encode())
    held = (Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton)
    keys = Qt.KeyboardModifier.NoModifier
    viewport = studio.window.pages.viewport()
    enter = QDragEnterEvent(at.toPoint(), *held, keys)
    QApplication.sendEvent(viewport, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(viewport, QDropEvent(at, *held, keys))


def test_a_style_dropped_on_a_paragraph_is_its_own(
    studio: Studio, write: Callable[[Studio], None]
) -> None:
    studio.begin()
    studio.window.editor.setPlainText("one\ntwo")
    write(studio)
    first, second = studio.document.note.blocks
    view = studio.window.pages
    line = next(x for x in view.pages[0].lines if x.key and x.key.block == second.id)
    name = next(iter(studio.styles.names))
    drop(studio, name, view.to_view(0, QRectF(*line.words[0].box[:2], 1, 1)).center())
    looks = studio.context.looks
    assert studio.document.note.blocks == (first, second), "the page keeps its ink until Write"
    styles = {block.id: block.look.get("style") for block in looks.proposed().blocks}
    assert styles == {first.id: None, second.id: name}
    drop(studio, name, QPointF(2, 2))
    assert looks.proposed().look.style == name
    assert looks.apply()
    assert studio.document.note.look.style == name


def test_imported_ink_gets_its_words_from_the_user(
    handwriting: HandwritingController,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    qtbot: QtBot,
) -> None:
    path = tmp_path / "note.csv"
    t = np.arange(0, 12, 0.01)
    xy = np.stack([30 * t, 20 * np.sin(9 * t)], axis=1)
    path.write_text(
        "x,y,pen,time\n" + "".join(f"{x},{y},1,{s}\n" for (x, y), s in zip(xy, t, strict=True))
    )

    def typed(dialog: ImportDialog) -> int:
        assert not dialog.take.isEnabled()
        dialog.fields[0].setText(" wavy  words ")
        return ImportDialog.DialogCode.Accepted

    monkeypatch.setattr(ImportDialog, "exec", typed)
    handwriting.imports.take_in(path)
    qtbot.waitUntil(lambda: len(handwriting.recorder.model.lines) == 1)
    (line,) = handwriting.recorder.model.lines.values()
    assert line.text == "wavy words"
    assert line.source == "note.csv"
    assert line.ink.points == read(path)[0].ink.points


def table(style: str, turned: bool) -> str:
    """The ink of a shipped style as a table, whose y points up where it is turned."""
    rows = [
        f"{x:.3f},{-y if turned else y:.3f},{number}"
        for number, stroke in enumerate(find(style).ink.strokes)
        for x, y in stroke.xy
    ]
    return "\n".join(["x,y,stroke,tilt", *(f"{row},9" for row in rows)])


def test_imported_ink_is_turned_over_and_told(
    handwriting: HandwritingController,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    qtbot: QtBot,
) -> None:
    for name, turned in (("up.csv", False), ("down.csv", True)):
        (tmp_path / name).write_text(table("Rowan", turned))
    seen = []

    def looked(dialog: ImportDialog) -> int:
        heights = [piece.ink.strokes[0].xy[0, 1] for piece in dialog._pieces]
        told = dialog.notices.text()
        dialog.turn.click()
        assert not dialog.turn.isEnabled()
        qtbot.waitUntil(dialog.turn.isEnabled)
        assert "upside down" not in dialog.notices.text()
        again = [piece.ink.strokes[0].xy[0, 1] for piece in dialog._pieces]
        seen.append((told, heights != again))
        qtbot.waitUntil(lambda: bool(dialog.fields[0].text()))
        return ImportDialog.DialogCode.Rejected

    monkeypatch.setattr(ImportDialog, "exec", looked)
    # Two at once: one is read after the other.
    handwriting.imports.take_in(tmp_path / "up.csv")
    handwriting.imports.take_in(tmp_path / "down.csv")
    qtbot.waitUntil(lambda: len(seen) == 2, timeout=60_000)
    (first, turned), (second, turned_too) = seen
    assert turned
    assert turned_too
    assert first == "Left out: the column 'tilt'."
    assert second.startswith("The ink stood upside down and was turned over.")
    assert not handwriting.recorder.model.lines


def test_reading_ink_can_be_stopped(
    handwriting: HandwritingController, studio: Studio, tmp_path: Path, qtbot: QtBot
) -> None:
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_text("x,y\n1,2\n3,4\n")
        handwriting.imports.take_in(tmp_path / name)
    notice = studio.window.notice
    assert notice.label.text() == "Reading a.csv …"
    notice.buttons[0].click()
    assert "Reading" not in notice.label.text() or not notice.isVisible()
    assert not studio.worker.pending("ink")
    # The next one is read as if nothing had been.
    (tmp_path / "bad.inkml").write_text("<html/>")
    handwriting.imports.take_in(tmp_path / "bad.inkml")
    assert handwriting.recorder.view is not None
    remark = handwriting.recorder.view.remark
    qtbot.waitUntil(lambda: "bad.inkml" in remark.text())


def test_bad_files_are_refused_where_the_user_looks(
    handwriting: HandwritingController, tmp_path: Path, qtbot: QtBot
) -> None:
    (tmp_path / "bad.inkml").write_text("<html/>")
    handwriting.imports.take_in(tmp_path / "bad.inkml")
    assert handwriting.recorder.view is not None
    remark = handwriting.recorder.view.remark
    qtbot.waitUntil(lambda: "holds no ink" in remark.text())


def test_a_recording_is_deleted_for_good(
    handwriting: HandwritingController, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw_with_mouse(handwriting)
    handwriting.recorder.model.finish(in_spite=True)
    assert list(data_folder().rglob("line-*.json"))
    recording = handwriting.recorder.model.recording
    assert recording is not None
    mine, others = (
        Lesson(
            lines, Path(f"{name}.hand"), ensure_folder(handwriting.user.hands.teaching / name), name
        )
        for name, lines in (("mine", recording.folder), ("others", Path("others")))
    )
    for lesson in (mine, others):
        lesson.save()
        (lesson.run / "lines.safetensors").write_bytes(b"ink that a stopped lesson learns from")
    view = handwriting.recorder.view
    assert view is not None
    view.menu.aboutToShow.emit()
    monkeypatch.setattr(recorder_controller, "confirm", lambda *_: True)
    view.menu.actions()[-1].trigger()
    assert list((data_folder() / "recordings").iterdir()) == []
    assert not mine.run.exists()
    assert others.run.exists(), "what is learnt of other lines stays"
    assert handwriting.recorder.model.lines == {}
    assert view.list.count() == 0


def test_teaching_needs_lines(handwriting: HandwritingController) -> None:
    handwriting.teaching.open()
    assert not handwriting.teaching.view.isVisible()
    assert handwriting.recorder.view is not None
    assert "at least three lines" in handwriting.recorder.view.remark.text()


def test_a_drawn_symbol_stands_in_the_note_where_the_text_has_it(
    handwriting: HandwritingController,
    studio: Studio,
    qtbot: QtBot,
    write: Callable[[Studio], None],
) -> None:
    view = handwriting.recorder.view
    assert view is not None
    view.guides.buttons[SYMBOL.key].click()
    assert view.words.isVisible()
    assert view.next.text() == "Keep this drawing"
    for left in (20.0, 60.0):
        draw_with_mouse(handwriting, left)
        view.next.click()
        assert not handwriting.recorder.model.sheet.strokes, "the next one may be drawn"
    assert "2 times" in view.remark.text()
    assert SIGNATURE in view.remark.text()
    assert handwriting.recorder.model.recording is None, "a symbol is no line"
    handwriting.open_library()
    library = handwriting.library.view
    assert library is not None
    library.list.setCurrentRow(library.list.count() - 1)
    assert library.chosen() == ("symbol", SIGNATURE)
    studio.window.editor.setPlainText("Yours ")
    studio.window.editor.moveCursor(QTextCursor.MoveOperation.End)
    library.use.click()
    assert studio.window.editor.toPlainText() == f"Yours {SIGNATURE}"
    write(studio)
    sketch = studio.session.draft
    assert sketch is not None
    (page,) = sketch.layout.pages
    (line,) = page.lines
    assert line.text == f"Yours {SIGNATURE}"
    drawn = line.ink.strokes[-4:]
    assert all(len(stroke) > 60 for stroke in drawn), "the ink as it was drawn, not the hand's"


@pytest.mark.parametrize("reach", [Reach.WORD, Reach.LINE])
def test_words_and_lines_beside_a_symbol_are_written_anew(
    studio: Studio, qtbot: QtBot, write: Callable[[Studio], None], reach: Reach
) -> None:
    sign = Ink((Stroke(np.array([[0.0, 0.0], [1.0, -2.0], [2.0, 0.0]])),))
    studio.session.symbols = {SIGNATURE: [sign]}
    studio.document.open(Note.from_text(f"Yours {SIGNATURE}"))
    write(studio)
    (line,) = studio.window.pages.pages[0].lines
    assert line.key is not None
    studio.selection.select(Selected(reach, line.key, 0))
    studio.actions.trigger("selection.candidates")
    (popup,) = studio.window.findChildren(CandidatesDialog)
    qtbot.waitUntil(lambda: popup.buttons[3].isEnabled())
    popup.buttons[3].click()
    qtbot.waitUntil(lambda: not studio.session.pending)
    (anew,) = studio.window.pages.pages[0].lines
    assert studio.document.undo_name == f"Choose a {reach}"
    assert not np.array_equal(anew.ink.xy, line.ink.xy), "written anew"
    assert len(anew.ink.strokes[-1]) == 3, "the symbol is still there"


def test_a_symbol_for_no_character_is_refused_in_a_sentence(
    handwriting: HandwritingController,
) -> None:
    view = handwriting.recorder.view
    assert view is not None
    view.guides.buttons[SYMBOL.key].click()
    handwriting.recorder.model.set_text("two")
    draw_with_mouse(handwriting)
    view.next.click()
    assert "one character" in view.remark.text()
    assert handwriting.recorder.model.sheet.strokes, "the drawing is still there"


def test_the_recogniser_guesses_what_a_line_in_own_words_says(
    handwriting: HandwritingController, default_hand: Hand, qtbot: QtBot
) -> None:
    view = handwriting.recorder.view
    assert view is not None
    view.guides.buttons[FREE.key].click()
    ink = default_hand.write("the garden was quiet", style=find("Hazel"), bias=2.0).ink
    for stroke in ink.scaled(20.0).moved(30.0, view.canvas.baseline).strokes:
        handwriting.recorder.model.add(stroke)
    view.next.click()
    assert not handwriting.recorder.model.lines, "nothing is kept before it is known what it says"
    qtbot.waitUntil(lambda: bool(view.words.text()))
    assert edit_distance(view.words.text(), "the garden was quiet") < 8
    assert "Correct" in view.remark.text()
    handwriting.recorder.model.set_text("the garden was quiet")
    handwriting.recorder.model.finish(in_spite=True)
    assert [line.text for line in handwriting.recorder.model.lines.values()] == [
        "the garden was quiet"
    ]


def test_imported_lines_are_guessed_where_the_user_has_not_typed(
    handwriting: HandwritingController, studio: Studio, qtbot: QtBot
) -> None:
    xs = np.linspace(0, 9, 50)
    wave = InkPiece(Ink((Stroke(np.stack([xs, np.sin(3 * xs)], axis=1)),)))
    dialog = ImportDialog([wave, wave, wave], "waves", studio.theme)
    qtbot.addWidget(dialog)
    qtbot.keyClicks(dialog.fields[1], "mine")
    dialog.suggest(["first", "second", ""])
    assert [field.text() for field in dialog.fields] == ["first", "mine", ""]
    assert [field.font().italic() for field in dialog.fields] == [True, False, False]
    assert "Import 2 lines" in dialog.take.text()
    dialog.fields[0].setFocus()
    qtbot.keyClicks(dialog.fields[0], "!")
    assert not dialog.fields[0].font().italic(), "what was corrected is no guess any more"
    assert [line.text for line in dialog.lines()] == ["first!", "mine"]


def test_a_half_done_lesson_is_offered_at_the_next_start(
    make_studio: Callable[..., Studio], tmp_path: Path
) -> None:
    lines = ensure_folder(tmp_path / "recording")
    for name in ("older", "newer"):
        run = ensure_folder(data_folder() / "teaching" / name)
        lesson = Lesson(lines, tmp_path / f"{name}.hand", run, name.title())
        lesson.save()
        (run / "metrics.jsonl").write_text('{"step": 1, "share": 0.4}\n')
        os.utime(run / "lesson.json", (1e9, 1e9 + (name == "newer")))
    studio = make_studio(hand=False)
    studio.begin()
    notice = studio.window.notice
    assert notice.label.text() == "Teaching the hand “Newer” was not finished; 40 % is done."
    assert [button.text() for button in notice.buttons if not button.isHidden()] == [
        "Go on",
        "Give it up",
    ]
    notice.other.click()
    assert not (data_folder() / "teaching" / "newer").exists()
    assert "“Older”" in notice.label.text()
    started: list[Lesson] = []
    studio.handwriting.teaching.lesson.start = started.append  # type: ignore[method-assign]
    notice.button.click()
    assert [lesson.name for lesson in started] == ["Older"]
    dialog = studio.handwriting.teaching.view
    assert dialog is not None
    assert dialog.name.text() == "Older"
    assert dialog.bar.value() == 400
