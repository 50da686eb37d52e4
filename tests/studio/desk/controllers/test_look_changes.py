"""A style or a neatness that is chosen leaves the page as it is until it is written again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from studio.document.note import Note


@pytest.fixture
def written(studio, qtbot, write):
    studio.document.open(Note.from_text("a first line\na second one\nthe third"))
    write(studio)
    qtbot.waitUntil(lambda: not studio.session.pending)
    return studio


def inks(studio):
    return [line.ink for page in studio.window.pages.pages for line in page.lines]


def turn(studio, name, value):
    slider = studio.window.look_panel.slider(name)
    slider.settled.emit(value)


def test_the_page_keeps_its_ink_until_it_is_written_again(written, qtbot):
    before, bias = inks(written), written.document.note.look.bias
    turn(written, "bias", bias + 0.5)
    assert written.document.note.look.bias == bias
    assert inks(written) == before
    assert not written.session.draft.ghosts
    assert written.window.look_panel.look.bias == bias + 0.5
    assert "3 lines are rewritten when you press Write" in written.window.notice.label.text()
    assert written.actions.enabled("writing.write")
    with qtbot.waitSignal(written.playback.finished):
        written.actions.trigger("writing.write")
    qtbot.waitUntil(lambda: not written.session.pending)
    assert written.document.note.look.bias == bias + 0.5
    assert not written.session.draft.ghosts
    assert inks(written) != before
    assert not written.window.notice.isVisible()
    written.actions.trigger("edit.undo")
    qtbot.waitUntil(lambda: not written.session.pending)
    assert inks(written) == before


def test_nothing_is_said_of_lines_that_have_lost_their_ink(written, qtbot):
    turn(written, "bias", 2.0)
    assert "3 lines are rewritten" in written.window.notice.label.text()
    fresh = Note.from_text("other words").blocks
    written.document.edit("Type", replace(written.document.note, blocks=fresh))
    qtbot.waitUntil(lambda: not written.window.notice.isVisible())
    assert written.context.looks


def test_one_line_shows_what_would_change_and_its_ink_is_used(written, qtbot):
    page = written.window.pages
    turn(written, "bias", 2.0)
    qtbot.waitUntil(lambda: bool(page.tiles.live))
    (live,) = page.tiles.live
    (request,) = written.context.looks.requests(written.session.draft.layout.plan.lines[0])
    assert request.bias == 2.0
    assert live.key == written.session.draft.layout.plan.lines[0].key
    written.context.looks.discard()
    assert not page.tiles.live
    assert not page.tiles._hidden


@pytest.mark.parametrize("way", ["notice", "undo", "back"])
def test_what_waits_can_be_given_up(written, way):
    before, note = inks(written), written.document.note
    bias = note.look.bias
    turn(written, "bias", 2.0)
    if way == "notice":
        written.window.notice.button.click()
    elif way == "undo":
        assert written.actions.title("edit.undo").startswith("Give up")
        written.actions.trigger("edit.undo")
    else:
        turn(written, "bias", bias)
    assert written.document.note is note
    assert inks(written) == before
    assert written.window.look_panel.look.bias == bias
    assert not written.actions.enabled("writing.write")
    assert not written.window.notice.isVisible()


def test_what_needs_no_other_ink_is_done_at_once(written, qtbot):
    turn(written, "x_height", 4.0)
    assert written.document.note.look.x_height == 4.0
    assert not written.context.looks


def test_where_there_is_no_ink_a_style_is_taken_at_once(studio, qtbot):
    studio.document.open(Note.from_text("nothing is written yet"))
    qtbot.waitUntil(lambda: not studio.session.pending)
    turn(studio, "bias", 2.0)
    assert studio.document.note.look.bias == 2.0
    assert not studio.context.looks


def test_another_note_knows_nothing_of_it(written):
    turn(written, "bias", 2.0)
    written.document.open(Note.from_text("another"))
    assert not written.context.looks
    assert not written.window.notice.isVisible()
