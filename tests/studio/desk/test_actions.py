"""One list of actions: what the inspector, the recorder and the library can do is in it, too."""

from __future__ import annotations

import shutil

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton

from engine.ink.ink import Ink, Stroke
from engine.ink.recorded_line import RecordedLine
from studio.desk.inspector.inspector_actions import BUTTONS
from studio.desk.views.command_palette import ID, CommandPalette
from studio.library.paths import data_folder


@pytest.fixture(autouse=True)
def _empty_library():
    shutil.rmtree(data_folder(), ignore_errors=True)
    yield
    shutil.rmtree(data_folder(), ignore_errors=True)


def found(studio, query: str) -> list[str]:
    palette = CommandPalette(studio.actions, studio.theme, studio.window)
    palette.fill(query)
    return [palette.list.item(row).data(ID) for row in range(palette.list.count())]


@pytest.mark.parametrize(
    ("query", "ident"), [("steer", "inspector.steer"), ("keep for comparison", "inspector.keep")]
)
def test_the_palette_finds_what_the_inspector_can_do(studio, qtbot, query, ident):
    assert found(studio, query)[0] == ident
    studio.actions.trigger(ident)
    assert studio.actions.checked("view.inspector")
    pane = studio.inspecting.pane
    assert "There is no line" in pane.notice.label.text() or pane.model.recording is None


def test_each_button_of_the_inspector_is_an_action(studio, monkeypatch):
    studio.actions.trigger("view.inspector")
    pressed = []
    monkeypatch.setattr(studio.actions, "trigger", pressed.append)
    for button in studio.inspecting.pane.bar.buttons.values():
        button.click()
    assert tuple(pressed) == BUTTONS


def test_the_recorders_commands_are_found_while_it_is_seen(studio, qtbot):
    assert "recorder.new" not in found(studio, "new recording")
    studio.handwriting.open_recorder()
    assert "recorder.new" in found(studio, "new recording")
    assert not studio.actions.enabled("recorder.undo")
    studio.handwriting.recorder.model.add(Stroke(np.array([[0.0, 0], [9, 9]])))
    assert studio.actions.enabled("recorder.undo")
    studio.handwriting.open_library()
    assert not studio.actions.enabled("recorder.undo")
    assert studio.actions.enabled("library.use") == bool(
        studio.handwriting.library.view.chosen()[0]
    )
    studio.handwriting.own_window.close()
    assert "recorder.new" not in found(studio, "new recording")


def test_the_same_key_undoes_a_stroke_in_the_recorder_and_a_step_in_the_note(studio, qtbot):
    studio.window.editor.setPlainText("some words")
    studio.handwriting.open_recorder()
    model, view = studio.handwriting.recorder.model, studio.handwriting.recorder.view
    view.window().activateWindow()
    qtbot.waitUntil(view.window().isActiveWindow)
    model.add(Stroke(np.array([[0.0, 0], [9, 9]])))
    view.canvas.setFocus()
    QTest.keyClick(view.canvas, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert model.sheet.strokes == ()
    assert studio.document.note.text == "some words"
    assert not studio.actions.conflicts()


def test_escape_closes_the_window_of_the_handwriting(studio, qtbot):
    for open_it in (
        studio.handwriting.open_recorder,
        studio.handwriting.open_library,
        studio.handwriting.open_teaching,
    ):
        open_it()
        window = studio.handwriting.own_window
        assert window.isVisible()
        assert window.parent() is studio.window, "it stays above it"
        QTest.keyClick(window.view, Qt.Key.Key_Escape)
        assert not window.isVisible()


def test_a_pen_stroke_reads_no_line_from_disk(studio, qtbot, monkeypatch):
    studio.handwriting.open_recorder()
    model = studio.handwriting.recorder.model
    ink = Ink((Stroke(np.array([[0.0, 0], [5, -9], [9, 0]])),))
    for number in range(24):
        model.take_in(RecordedLine(f"line {number}", ink, "mouse"))
    read = []
    own = RecordedLine.load.__func__
    monkeypatch.setattr(
        RecordedLine, "load", classmethod(lambda cls, path: read.append(path) or own(cls, path))
    )
    model.add(Stroke(np.array([[0.0, 0], [9, 9]])))
    model.set_text("my own words")
    assert len(model.lines) == 24
    assert model.finish(in_spite=True)
    assert len(model.lines) == 25
    assert not read


def test_no_button_of_the_recorder_is_left_without_an_action(studio, qtbot):
    studio.handwriting.open_recorder()
    view = studio.handwriting.recorder.view
    of_actions = {*view._buttons.values(), view.teach}
    others = {b for b in view.findChildren(QAbstractButton) if b.isVisible()} - of_actions
    assert others <= {view.recordings, *view.guides.buttons.values()}


def test_a_word_of_what_an_action_does_finds_it_before_letters_of_another(studio):
    assert found(studio, "anew")[0] == "note.rewrite"
    assert found(studio, "versions")[0] == found(studio, "history")[0] == "file.versions"


def test_the_settings_stand_last_in_their_menu(studio):
    menu = studio.window.menus.menu("Edit").actions()
    assert menu[-1].objectName() == "edit.settings"
    assert menu[-2].isSeparator()


def test_tool_tips_name_the_key_that_holds(studio, qtbot):
    bar, window = studio.window.transport, studio.window
    assert bar.write.toolTip() == "Write what is not yet written (Ctrl+Return)"
    assert window.to_check.toolTip() == "Go to the next word that may be misread (F8)"
    studio.handwriting.open_recorder()
    recorder = studio.handwriting.recorder.view
    assert "Undo (Ctrl+Z)" in recorder.undo.toolTip()
    keys = {"writing.write": "Ctrl+J", "selection.check": "", "recorder.undo": "Ctrl+Backspace"}
    studio.settings.change(shortcuts=keys)
    assert bar.write.toolTip() == "Write what is not yet written (Ctrl+J)"
    assert window.to_check.toolTip() == "Go to the next word that may be misread"
    assert "Undo (Ctrl+Backspace)" in recorder.undo.toolTip()
    studio.settings.change(shortcuts={})
    assert bar.write.toolTip() == "Write what is not yet written (Ctrl+Return)"
