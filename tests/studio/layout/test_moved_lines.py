"""Lines keep their ink where their paragraph is split or joined, and as their file has them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.hand import Hand
from engine.sampling.policy import ALIGNED
from studio.document.editing import lock_lines, rewrite_all, rewrite_lines, take_back
from studio.document.note import Look, Note
from studio.layout.draft_layout import make_draft
from studio.layout.layout import lay_out
from studio.layout.line_writer import HandWriter, LineRequest
from studio.layout.moved_lines import kept_seeds
from studio.storage.note_file import NoteFile, load, save
from studio.writing.session import spelled_by_lines

TEXT = (
    "The boats are out of the water and we stay here until the wind has turned and the children "
    "have found their shoes again in the long grass behind the house where nobody looks for them "
    "and where the old dog sleeps all day long without a care in the world at all"
)


@pytest.fixture
def writer(tiny_hand_path) -> HandWriter:
    return HandWriter(Hand.load(tiny_hand_path), {}.__getitem__, policy=ALIGNED)


@pytest.fixture
def note() -> Note:
    return Note.from_text(f"Dear Ada,\n{TEXT}\nYours", look=Look(style=None))


def inks(layout) -> list:
    return [(line.key.text, line.ink) for line in layout.pages.lines]


@pytest.mark.parametrize("bias", [0.75, 0.5])
def test_a_split_between_lines_keeps_their_ink_and_their_place_in_the_line(writer, note, bias):
    note = replace(note, look=replace(note.look, bias=bias))
    before = lay_out(note, writer)
    lines = [line for line in before.plan.lines if line.key.block == 1]
    assert len(lines) > 2
    first = " ".join(word.text for word in lines[0].words)
    assert TEXT.startswith(first)
    split = note.with_text(note.text.replace(first + " ", first + "\n"))
    assert [block.id for block in split.blocks] == [0, 1, 3, 2]
    draft = make_draft(split, writer, {}, before)
    assert not draft.missing
    after = draft.layout
    assert [text for text, _ in inks(after)] == [text for text, _ in inks(before)]
    for (_, one), (_, other) in zip(inks(before), inks(after), strict=True):
        assert one.strokes[0].xy.shape == other.strokes[0].xy.shape
        assert abs(one.xy[:, 0] - other.xy[:, 0]).max() < 1e-9

    # And so it is when they are joined again, in another session.
    joined = split.with_text(note.text)
    again = make_draft(joined, writer, {}, draft.settled)
    assert not again.missing


def test_what_was_changed_by_hand_goes_with_its_line(writer, note):
    before = lay_out(note, writer)
    lines = [line for line in before.plan.lines if line.key.block == 1]
    locked = lock_lines(note, {lines[-1].key: lines[-1].look})
    first = " ".join(word.text for word in lines[0].words)
    split = locked.with_text(note.text.replace(first + " ", first + "\n"))
    (key,) = split.edits
    assert key == lines[-1].key._replace(block=3)
    assert split.edits[key].locked
    assert split.with_text(note.text).edits.keys() == locked.edits.keys()


def test_a_split_that_is_saved_is_opened_with_its_ink(writer, note, tmp_path):
    before = lay_out(note, writer)
    first = before.plan.lines[1].source
    split = note.with_text(note.text.replace(first + " ", first + "\n"))
    layout = make_draft(split, writer, {}, before).settled
    lines = {request: layout.written[request] for request in layout.plan.requests}
    path = tmp_path / "a.scriptorium"
    save(NoteFile(split, lines, writer.name, writer.sha256, layout=layout), path)
    again = load(path)
    assert not make_draft(split, writer, again.lines, again.layout).missing


@pytest.fixture
def old(writer, note, monkeypatch):
    """A note that was written when seeds were derived in another way."""
    with monkeypatch.context() as changed:
        changed.setattr(
            "studio.layout.line_requests.line_seed",
            lambda seed, key, piece, tries: (seed + len(key.text) + 7 * piece + tries) % 2**31,
        )
        return lay_out(note, writer)


def test_lines_of_another_derivation_of_seeds_keep_their_ink(writer, note, old):
    assert make_draft(note, writer, old.written, old).missing, "they would be written anew"
    kept = replace(old, records=kept_seeds(old.plan, old.records))
    draft = make_draft(note, writer, old.written, kept)
    assert not draft.missing
    assert inks(draft.layout) == inks(old)
    typed = note.with_text(note.text + "\nP.S.")
    draft = make_draft(typed, writer, old.written, draft.settled)
    assert [request.text for request in draft.missing] == ["P.S."]


def test_they_are_written_anew_where_that_is_asked_for_and_come_back(writer, note, old):
    kept = replace(old, records=kept_seeds(old.plan, old.records))
    key = old.plan.lines[1].key
    again = rewrite_lines(note, {key: 5})
    draft = make_draft(again, writer, old.written, kept)
    assert [request.seed for request in draft.missing] == [5]
    back = take_back(again, {key: note.edits.get(key, again.edits[key].__class__())})
    assert not make_draft(back, writer, old.written, draft.settled).missing
    fresh = make_draft(rewrite_all(note, 9), writer, old.written, kept)
    assert len(fresh.ghosts) == len(old.plan.lines)


def test_a_seed_that_was_chosen_for_a_line_is_not_the_line_s_own(loop_writer):
    note, writer = Note.from_text("Dear Ada,\nthe boats are out\nYours"), loop_writer()
    plain = lay_out(note, writer)
    again, locked, _ = (line.key for line in plain.plan.lines)
    changed = lock_lines(rewrite_lines(note, {again: 5}), {locked: plain.plan.lines[1].look})
    layout = lay_out(changed, writer, plain)
    kept = kept_seeds(layout.plan, layout.records)
    assert [record.seeds for record in kept.values()] == [None] * 3
    # Where the choice is taken back, the line is that which the note's seed writes.
    back = lay_out(note, writer, replace(layout, records=kept))
    assert back.plan.requests == plain.plan.requests


def test_lines_of_a_file_that_says_nothing_of_their_places_are_found_by_their_text(writer):
    # The same line twice, in two paragraphs, and each with ink of its own.
    note = Note.from_text("The boats are out.\nand we stay\nThe boats are out.")
    lines = {
        LineRequest(text, None, note.look.bias, seed, writer.sha256): line
        for seed, (text, line) in enumerate(
            (line.text, line)
            for line in writer.write_lines(
                [LineRequest(b.text, None, note.look.bias, n) for n, b in enumerate(note.blocks)]
            )
        )
    }
    before = spelled_by_lines(NoteFile(note, lines, writer.name, writer.sha256))
    draft = make_draft(note, writer, lines, before)
    assert not draft.missing
    assert [request.seed for request in draft.layout.plan.requests] == [0, 1, 2]
