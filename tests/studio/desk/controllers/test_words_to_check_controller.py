"""Words that may be misread are marked, counted, gone through, and taken as they are."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from engine.sampling.policy import Policy
from studio.document.selection import Reach


@pytest.fixture
def studio(studio):
    """One whose hand is read: what the tiny one scribbles is never what was asked for."""
    studio.session.policy = Policy(tries=1, repairs=False)
    return studio


def settle(studio, qtbot):
    qtbot.waitUntil(lambda: not studio.worker.pending("layout"))


def written(studio, qtbot, write, text="boats are out"):
    studio.document.edit("type", studio.document.note.with_text(text))
    write(studio)
    settle(studio, qtbot)


def test_misread_words_are_underlined_and_counted(studio, qtbot, write):
    bar = studio.window.to_check
    assert not bar.isVisible()
    written(studio, qtbot, write)
    words = studio.reading.words
    assert words
    assert bar.isVisible()
    expected = "1 word to check" if len(words) == 1 else f"{len(words)} words to check"
    assert bar.text() == expected
    marks = studio.window.pages._doubtful
    assert len(marks) == len(words)
    assert {mark.kind for mark in marks} == {"doubtful"}
    boxes = [word.box for word in studio.window.pages.pages[0].lines[0].words]
    assert [mark.box for mark in marks] == [boxes[word.place - 1] for word in words]


def test_f8_goes_from_word_to_word_and_round(studio, qtbot, write):
    written(studio, qtbot, write, "boats are out\nthe wind rose")
    words = studio.reading.words
    assert len(words) > 1
    seen = []
    for _ in range(len(words) + 1):
        QTest.keyClick(studio.window, Qt.Key.Key_F8)
        value = studio.selection.value
        assert studio.window.focusWidget() is studio.window.pages
        assert value.reach is Reach.WORD
        seen.append((value.key, value.word))
    assert seen[:-1] == [(word.key, word.place - 1) for word in words]
    assert seen[-1] == seen[0]
    assert words[0].word in studio.window.message.text()


def test_a_word_that_is_fine_is_marked_no_longer_until_its_line_is_rerolled(studio, qtbot, write):
    written(studio, qtbot, write)
    before = studio.reading.words
    assert not studio.actions.enabled("selection.fine")
    studio.actions.trigger("selection.check")
    assert studio.actions.enabled("selection.fine")
    qtbot.waitUntil(studio.window.context_bar.isVisible)
    ink = next(studio.window.pages.pages[0].lines.__iter__()).ink
    studio.actions.trigger("selection.fine")
    settle(studio, qtbot)
    assert studio.reading.words == before[1:]
    assert next(studio.window.pages.pages[0].lines.__iter__()).ink == ink
    studio.actions.trigger("edit.undo")
    settle(studio, qtbot)
    assert studio.reading.words == before
    studio.actions.trigger("edit.redo")
    settle(studio, qtbot)
    assert studio.reading.words == before[1:]


def test_marks_go_with_the_words(studio, qtbot, write):
    written(studio, qtbot, write)
    studio.document.edit("type", studio.document.note.with_text(""))
    settle(studio, qtbot)
    assert not studio.reading.words
    assert not studio.window.to_check.isVisible()
    assert not studio.window.pages._doubtful
    assert not studio.actions.enabled("selection.check")
