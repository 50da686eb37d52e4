"""Of damaged notes all is saved that is whole, nothing is made up, and what is lost is told."""

from __future__ import annotations

import random
import zipfile
from pathlib import Path

import numpy as np
import pytest

from engine.errors import FileError
from engine.ink.ink import Ink, Stroke
from studio.document.drawing import Drawing
from studio.document.note import Block, Note, TextBox
from studio.document.placement import Placement
from studio.layout.line_writer import LineRequest, WrittenLine
from studio.storage.note_file import INK, MANIFEST, NoteFile, compact, load, packed, save
from studio.storage.salvage import salvage

WORDS = [f"paragraph {k} about the boats and the harbour" for k in range(40)]
CROSS = Ink((Stroke([[0, 0], [20, 20]]), Stroke([[20, 0], [0, 20]])))


def written(text: str, seed: int) -> WrittenLine:
    random_points = np.random.default_rng(seed).normal(0, 1, (200, 2)).cumsum(axis=0) / 20
    ink = Ink((Stroke(random_points[:120]), Stroke(random_points[120:])))
    return compact(WrittenLine(text, ink, np.arange(200) * len(text) // 200, seed))


@pytest.fixture(scope="module")
def content() -> NoteFile:
    note = Note.from_text("\n".join(WORDS), title="Harbour")
    note = note.with_box(TextBox(Block("a remark", 90)))
    note = note.with_drawing(Drawing(91, Placement(0, 60, 90), CROSS))
    lines = {
        LineRequest(text, "Hazel", 0.75, k, "abc"): written(text, k) for k, text in enumerate(WORDS)
    }
    return NoteFile(note, lines, "default", "abc")


def same(one: WrittenLine, other: WrittenLine) -> bool:
    return one.text == other.text and np.array_equal(one.ink.xy, other.ink.xy)


def test_a_whole_note_is_saved_whole(content, tmp_path):
    path = tmp_path / "a.scriptorium"
    save(content, path)
    saved = salvage(path)
    assert saved.lost == ()
    assert saved.content.note == load(path).note
    assert saved.content.lines.keys() == content.lines.keys()


def test_a_file_that_ends_early_keeps_its_text_and_its_first_lines(content, tmp_path):
    path = tmp_path / "a.scriptorium"
    data = packed(content)
    start = data.index(INK.encode())
    path.write_bytes(data[: start + (len(data) - start) // 2])
    with pytest.raises(FileError) as told:
        load(path)
    assert told.value.damaged
    saved = salvage(path)
    assert saved.content.note.text == content.note.text
    assert saved.content.note.boxes == content.note.boxes
    assert 10 < len(saved.content.lines) < 30
    assert all(same(line, content.lines[r]) for r, line in saved.content.lines.items())
    assert any("of 40 was lost" in sentence for sentence in saved.lost)
    assert any("drawing" in sentence for sentence in saved.lost)


def test_a_file_that_ends_in_its_text_keeps_what_comes_before(content, tmp_path):
    path = tmp_path / "a.scriptorium"
    data = packed(content)
    body = data.index(MANIFEST.encode())
    path.write_bytes(data[: body + 500])
    saved = salvage(path)
    texts = [block.text for block in saved.content.note.blocks]
    assert texts
    assert texts == WORDS[: len(texts)]
    assert "damaged" in saved.lost[0]
    assert not saved.content.lines


def test_one_damaged_place_in_the_ink_costs_what_comes_behind_it_alone(content, tmp_path):
    path = tmp_path / "a.scriptorium"
    data = bytearray(packed(content))
    start = data.index(INK.encode())
    place = start + 3 * (len(data) - start) // 4
    data[place : place + 8] = bytes(8)
    path.write_bytes(data)
    saved = salvage(path)
    assert saved.content.note.text == content.note.text
    assert len(saved.content.lines) > 20
    assert all(same(line, content.lines[r]) for r, line in saved.content.lines.items())


@pytest.mark.parametrize("gone", ["list", "first", "second"])
def test_headers_and_the_list_at_the_end_are_not_needed(content, tmp_path, gone):
    path = tmp_path / "a.scriptorium"
    data = bytearray(packed(content))
    if gone == "list":
        del data[data.index(b"PK\x01\x02") :]
    else:
        place = data.index(MANIFEST.encode() if gone == "first" else INK.encode())
        data[place : place + 4] = b"XXXX"
    path.write_bytes(data)
    saved = salvage(path)
    assert saved.content.note.text == content.note.text
    assert len(saved.content.lines) == 40


def test_a_file_that_another_program_packed_is_saved_up_to_the_damage(content, tmp_path):
    whole, path = tmp_path / "whole.scriptorium", tmp_path / "a.scriptorium"
    save(content, whole)
    with zipfile.ZipFile(whole) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name in (MANIFEST, INK):
            new.writestr(zipfile.ZipInfo(name), old.read(name), zipfile.ZIP_DEFLATED)
    assert salvage(path).lost == ()
    data = path.read_bytes()
    start = data.index(INK.encode())
    path.write_bytes(data[: start + (len(data) - start) // 2])
    saved = salvage(path)
    assert saved.content.note.text == content.note.text
    assert 10 < len(saved.content.lines) < 30
    assert all(same(line, content.lines[r]) for r, line in saved.content.lines.items())


@pytest.mark.parametrize("data", [b"", b"PK", b"no note at all" * 100, b"PK\x03\x04" + bytes(500)])
def test_what_is_no_note_is_refused_in_a_sentence(data, tmp_path):
    path = tmp_path / "a.scriptorium"
    path.write_bytes(data)
    with pytest.raises(FileError, match="Nothing of a note is left"):
        salvage(path)


def test_whatever_is_damaged_no_line_of_ink_is_changed(content, tmp_path, rounds):
    path = tmp_path / "a.scriptorium"
    whole = packed(content)
    chance = random.Random(7)
    saved_some = 0
    for _ in range(40 * rounds):
        data = bytearray(whole)
        for _ in range(chance.choice((1, 1, 2, 5))):
            place = chance.randrange(len(data))
            size = chance.choice((1, 1, 8, 200))
            kind = chance.randrange(3)
            if kind == 0:
                data[place] ^= 1 << chance.randrange(8)
            elif kind == 1:
                data[place : place + size] = bytes(size)
            else:
                del data[place : place + size]
        path.write_bytes(data)
        try:
            saved = salvage(Path(path))
        except FileError:
            continue
        saved_some += 1
        for request, line in saved.content.lines.items():
            if request in content.lines:
                assert same(line, content.lines[request]) or bool(saved.lost)
        assert saved.lost or saved.content.note.text == content.note.text
        # What was saved can be saved.
        save(saved.content, tmp_path / "b.scriptorium")
        load(tmp_path / "b.scriptorium")
    assert saved_some > 30 * rounds
