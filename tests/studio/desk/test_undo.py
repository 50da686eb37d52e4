"""Undo: a step a word, a deletion, a setting; every earlier state comes back with its ink."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from studio.document.document_model import PAUSE, DocumentModel
from studio.document.note import Alignment, Note
from studio.document.paper import PAPERS, Margins


def settle(studio, qtbot) -> None:
    """Wait until the pages show the note as it is."""
    qtbot.waitUntil(lambda: not studio.worker.pending("layout"))


def inked(studio) -> dict[object, object]:
    """The lines that are written, with their ink on the page."""
    sketch = studio.session.draft
    placed = sketch.layout.placed.items()
    return {line.key: found.ink for line, found in placed if line.key not in sketch.ghosts}


def press(studio, key, modifier=Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(studio.window.editor, key, modifier)


def undo(studio, qtbot) -> None:
    studio.actions.trigger("edit.undo")
    settle(studio, qtbot)


@pytest.fixture
def editor(studio):
    studio.window.editor.setFocus()
    return studio.window.editor


def test_a_word_is_a_step(studio, editor):
    QTest.keyClicks(editor, "Dear Ada,")
    press(studio, Qt.Key.Key_Return)
    QTest.keyClicks(editor, "hello")
    assert studio.document.steps == ("Type", "Type", "Type")
    texts = []
    while studio.document.undo_name:
        studio.document.undo()
        texts.append(editor.text)
    assert texts == ["Dear Ada,\n", "Dear ", ""]


def test_what_was_written_and_deleted_comes_back_with_its_ink(studio, editor, qtbot, write):
    QTest.keyClicks(editor, "one two")
    write(studio)
    before = inked(studio)
    assert before
    assert studio.document.modified
    press(studio, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    press(studio, Qt.Key.Key_Delete)
    settle(studio, qtbot)
    assert editor.text == ""
    assert studio.actions.title("edit.undo") == "Undo: Delete"
    undo(studio, qtbot)
    assert editor.text == "one two"
    assert inked(studio) == before
    assert studio.document.modified


def test_writing_deletion_and_paste_end_a_step(studio, editor, qtbot, write):
    QTest.keyClicks(editor, "one")
    write(studio)
    QTest.keyClicks(editor, "s")
    press(studio, Qt.Key.Key_Backspace)
    press(studio, Qt.Key.Key_Backspace)
    QGuiApplication.clipboard().setText("d two")
    press(studio, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(editor, "s")
    assert studio.document.steps == ("Type", "Type", "Delete", "Paste", "Type")
    texts = []
    while studio.document.undo_name:
        studio.document.undo()
        texts.append(editor.text)
    assert texts == ["ond two", "on", "ones", "one", ""]


def test_each_setting_of_each_part_is_a_step(studio, qtbot):
    studio.document.open(Note.from_text("one\ntwo"))
    panel = studio.window.look_panel
    panel.scope_chosen.emit("paragraph")
    for paragraph, size in ((0, 3.0), (1, 4.0)):
        studio.looks.enter_paragraph(paragraph)
        panel.slider("x_height").spin.setValue(size)
    panel.slider("slant").spin.setValue(0.1)
    assert studio.document.steps == ("Change the size", "Change the size", "Change the slant")


def test_a_pause_ends_a_step():
    now = 0.0
    document = DocumentModel(lambda: now)
    for place, wait in enumerate((0.0, 0.9 * PAUSE, 1.1 * PAUSE, 0.1), 1):
        now += wait
        document.type_text("word"[:place], place)
    document.undo()
    assert document.note.text == "wo"
    for bias in (1.0, 2.0):
        now += 2 * PAUSE
        look = document.note.look
        document.edit("Bias", Note.from_text("wo", look=type(look)(bias=bias)), merges="look")
    document.undo()
    assert document.note.look.bias == 1.0


def test_what_is_saved_is_told_from_what_is_not_at_every_step(
    studio, editor, qtbot, write, tmp_path
):
    QTest.keyClicks(editor, "one two")
    write(studio)
    assert studio.files.save_to(tmp_path / "note.scriptorium")
    marks = []
    for _ in range(2):
        studio.actions.trigger("edit.undo")
        settle(studio, qtbot)
        marks.append((editor.text, studio.document.modified))
    for _ in range(2):
        studio.actions.trigger("edit.redo")
        settle(studio, qtbot)
        marks.append((editor.text, studio.document.modified))
    assert marks == [("one ", True), ("", True), ("one ", True), ("one two", False)]
    assert inked(studio)
    assert not studio.window.isWindowModified()


WORDS = ("the", "boats", "are", "out", "and", "we", "sat", "kitchen", "until", "three", "letters")


class Session:
    """Somebody at work, and what the note was at each step that undo can come back to."""

    def __init__(self, studio, qtbot, tmp_path, seed: int) -> None:
        self.studio, self.qtbot, self.path = studio, qtbot, tmp_path / "note.scriptorium"
        self.chance = random.Random(seed)
        self.saved_note, self.saved_lines = studio.document.note, frozenset()
        self.states: list[tuple[Note, dict[object, object], bool]] = []
        self.look_up()

    def look_up(self) -> None:
        """See what is there, and remember it as the value of this step."""
        settle(self.studio, self.qtbot)
        document, sketch = self.studio.document, self.studio.session.draft
        whole = not sketch.ghosts
        step = len(document.steps)
        self.states[step:] = [(document.note, inked(self.studio), whole)]
        self.judge_mark()

    def judge_mark(self) -> None:
        sketch, known = self.studio.session.draft, self.studio.session.known
        lines = {r for r in sketch.layout.plan.requests if r in known}
        document = self.studio.document
        unsaved = document.note != self.saved_note or not lines <= self.saved_lines
        assert document.modified == unsaved
        assert self.studio.window.isWindowModified() == unsaved

    def came_back(self) -> None:
        """An earlier state is there again: text, settings, ink, and whether it is saved."""
        settle(self.studio, self.qtbot)
        note, ink, whole = self.states[len(self.studio.document.steps)]
        assert self.studio.document.note == note
        assert self.studio.window.editor.text == note.text
        now = inked(self.studio)
        if whole:
            assert now == ink
        else:
            for key, line in ink.items():
                assert key in now, "a written line has lost its ink"
                np.testing.assert_allclose(shape(now[key]), shape(line), atol=1e-6)
        self.judge_mark()

    def act(self) -> None:
        acts = (self.type, self.type, self.type, self.edit, self.write, self.set, self.travel)
        self.chance.choice((*acts, self.save))()

    def type(self) -> None:
        if self.chance.random() < 0.4:
            press(self.studio, self.chance.choice([Qt.Key.Key_Home, Qt.Key.Key_End]))
        for _ in range(self.chance.randint(1, 3)):
            QTest.keyClicks(self.studio.window.editor, self.chance.choice(WORDS) + " ")
            self.look_up()

    def edit(self) -> None:
        editor, kind = self.studio.window.editor, self.chance.randrange(4)
        if kind == 0:
            press(self.studio, Qt.Key.Key_Backspace)
        elif kind == 1:
            press(self.studio, Qt.Key.Key_Return)
        elif kind == 2:
            editor.textCursor().insertText(" ".join(self.chance.choices(WORDS, k=6)))
        else:
            start = self.chance.randint(0, len(editor.text))
            cursor = editor.textCursor()
            cursor.setPosition(start)
            cursor.setPosition(min(start + 25, len(editor.text)), cursor.MoveMode.KeepAnchor)
            editor.setTextCursor(cursor)
            press(self.studio, Qt.Key.Key_Delete)
        self.look_up()

    def set(self) -> None:
        note, document = self.studio.document.note, self.studio.document
        name, value = self.chance.choice(
            [
                ("alignment", self.chance.choice(list(Alignment))),
                ("x_height", self.chance.choice([2.0, 2.4, 3.0])),
                ("bias", self.chance.choice([0.5, 1.0])),
                ("colour", self.chance.choice(["#2343a8", "#1b2a49"])),
            ]
        )
        document.edit(f"Set {name}", replace(note, look=replace(note.look, **{name: value})))
        self.look_up()

    def write(self) -> None:
        if self.studio.actions.enabled("writing.write"):
            with self.qtbot.waitSignal(self.studio.playback.finished):
                self.studio.actions.trigger("writing.write")
        self.look_up()

    def save(self) -> None:
        assert self.studio.files.save_to(self.path)
        sketch, known = self.studio.session.draft, self.studio.session.known
        self.saved_note = self.studio.document.note
        self.saved_lines = {r for r in sketch.layout.plan.requests if r in known}
        self.look_up()

    def travel(self) -> None:
        """Undo some steps, and do some of them again."""
        back = self.chance.randint(1, 4)
        for ident, times in (("edit.undo", back), ("edit.redo", self.chance.randint(0, back))):
            for _ in range(times):
                if self.studio.actions.enabled(ident):
                    self.studio.actions.trigger(ident)
                    self.came_back()


def shape(ink) -> object:
    """Points from the ink's corner on: where it stands does not matter."""
    return ink.xy - ink.xy.min(axis=0)


@pytest.mark.parametrize("seed", range(2))
def test_every_earlier_state_of_a_session_comes_back(studio, editor, qtbot, tmp_path, seed):
    studio.playback.speed = 1.0
    studio.document.open(replace(studio.document.note, paper=PAPERS["A7"], margins=Margins()))
    session = Session(studio, qtbot, tmp_path, seed)
    for _ in range(12):
        session.act()
    while studio.document.undo_name:
        studio.actions.trigger("edit.undo")
        session.came_back()
    while studio.document.redo_name:
        studio.actions.trigger("edit.redo")
        session.came_back()
