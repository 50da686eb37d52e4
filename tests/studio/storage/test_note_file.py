"""A note's file: what comes back, what is refused, and what is never lost."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.errors import FileError
from engine.hand import Hand
from engine.io.converter import decode, encode
from engine.rendering.pens import Pen
from engine.sampling.policy import ONCE
from studio.document.note import Alignment, LineEdit, Look, Note, WordEdit
from studio.document.page import LineKey
from studio.layout.draft_layout import make_draft
from studio.layout.line_writer import HandWriter, WrittenLine
from studio.storage import note_file
from studio.storage.note_file import NoteFile, compact, load, packed, save


@pytest.mark.parametrize("module", ["note_file", "salvage"])
def test_a_note_is_read_whatever_else_was_imported(module: str, tmp_path: Path) -> None:
    save(NoteFile(Note.from_text("Dear Anna"), {}), tmp_path / "a.scriptorium")
    program = (
        f"import pathlib, studio.storage.{module}; from studio.storage.note_file import load; "
        "print(load(pathlib.Path('a.scriptorium')).note.text)"
    )
    told = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (told.stdout, told.stderr) == ("Dear Anna\n", "")


@pytest.fixture(scope="module")
def content(tiny_hand_path: Path) -> NoteFile:
    """A note with all there is: a paragraph of its own look, edits, and ink."""
    hand = Hand.load(tiny_hand_path)
    writer = HandWriter(
        hand, lambda name: pytest.fail(f"no style {name} is asked for"), policy=ONCE
    )
    note = Note.from_text("Dear Anna,\n\nthe boats are out.\n\fYours\u2028Peter", title="A letter")
    blocks = list(note.blocks)
    look = {"pen": Pen("felt", 0.7), "bias": 0.5, "alignment": Alignment.CENTRED}
    blocks[2] = replace(blocks[2], look=look)
    key = LineKey(0, "Dear Anna,", 0)
    edit = LineEdit(right=2.5, locked=True, words=((1, WordEdit(scale=1.5)),))
    note = replace(note, blocks=tuple(blocks), edits={key: edit}, page_numbers=True)
    known: dict = {}
    draft = make_draft(note, writer, known)
    while draft.missing:
        for request, found in zip(draft.missing, writer.write_lines(draft.missing), strict=True):
            known[request] = compact(
                WrittenLine(found.text, found.ink, found.characters, found.seed, found.flaws)
            )
        draft = make_draft(note, writer, known, draft.settled)
    return NoteFile(note, dict(draft.layout.written), hand.name, hand.sha256, "", draft.layout)


@pytest.fixture
def path(content: NoteFile, tmp_path: Path) -> Path:
    target = tmp_path / "a.scriptorium"
    save(content, target)
    return target


class Nobody:
    """No hand at all: what was written must come back without one."""

    alphabet = frozenset(map(chr, range(32, 127)))

    def __init__(self, content: NoteFile) -> None:
        self.name, self.sha256 = content.hand, content.hand_sha256

    def write_lines(self, requests):
        pytest.fail(f"nobody writes {requests}")

    def examples(self, style, strength):
        return ()


def test_a_note_comes_back_to_the_last_stroke_without_its_hand(content, path):
    back = load(path)
    assert back.note == content.note
    assert back.hand_sha256 == content.hand_sha256
    draft = make_draft(back.note, Nobody(back), back.lines, back.layout)
    assert not draft.missing
    before, after = content.layout.pages, draft.layout.pages
    assert [line.ink for line in after.lines] == [line.ink for line in before.lines]
    assert [line.words for line in after.lines] == [line.words for line in before.lines]
    assert [page.folio for page in after] == [page.folio for page in before]


def test_a_line_of_another_hand_names_it_in_the_file_and_on_the_page(content, tmp_path):
    """And one of the note's own does not: the manifest says whose the others are."""
    own, other = (content.hand, content.hand_sha256), ("print", "2" * 64)
    request, *rest = content.lines
    lines = {one: replace(content.lines[one], hand=own) for one in rest}
    lines[request] = replace(content.lines[request], hand=other)
    path = tmp_path / "mixed.scriptorium"
    save(replace(content, lines=lines), path)
    with zipfile.ZipFile(path) as archive:
        entries = json.loads(archive.read("note.json"))["lines"]
    named = [entry["hand"] for entry in entries if "hand" in entry]
    assert named == [{"name": "print", "sha256": "2" * 64}]
    back = load(path)
    assert back.lines[request].hand == other
    assert {back.lines[one].hand for one in rest} == {None}
    draft = make_draft(back.note, Nobody(back), back.lines, back.layout)
    assert draft.layout.pages.hands == (own, other)


def test_the_same_note_makes_the_same_bytes(content, path):
    assert packed(load(path)) == path.read_bytes() == packed(content)


def test_ink_is_kept_in_a_few_bytes_a_point(content, path):
    points = sum(line.ink.points for line in content.lines.values())
    with zipfile.ZipFile(path) as archive:
        assert archive.getinfo("ink.bin").file_size <= 14 * points


def rewritten(path: Path, change) -> Path:
    """The file with its manifest changed."""
    with zipfile.ZipFile(path) as archive:
        manifest = json.loads(archive.read("note.json"))
        ink = archive.read("ink.bin")
    change(manifest)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("note.json", json.dumps(manifest))
        archive.writestr("ink.bin", ink)
    return path


def test_a_newer_version_is_refused_by_name(path):
    def newer(manifest):
        manifest["version"] = note_file.VERSION + 1
        manifest["program"] = "scriptorium 99.1"

    with pytest.raises(FileError, match=r"newer version .*scriptorium 99\.1.*update"):
        load(rewritten(path, newer))


def test_a_layout_that_cannot_be_read_costs_no_ink(content, path):
    back = load(rewritten(path, lambda manifest: manifest["layout"].update(plan={"lines": [7]})))
    assert back.layout is None
    assert back.note == content.note
    assert {r: line.ink for r, line in back.lines.items()} == {
        r: line.ink for r, line in content.lines.items()
    }


@pytest.mark.parametrize(
    "change",
    [
        lambda m: m.pop("note"),
        lambda m: m["note"].update(look={"bias": float("nan")}),
        lambda m: m["note"].update(look={"bias": 1000}),
        lambda m: m["note"].update(paper={"name": "A4", "width": 1e9, "height": 1}),
        lambda m: m["note"].update(edits=[[[0, "x", 0], {"right": "far"}]]),
        lambda m: m["note"]["blocks"].append(m["note"]["blocks"][0]),
        lambda m: m["lines"][0].update(at=-1),
        lambda m: m["lines"][0].update(at=10**12),
        lambda m: m["lines"][0].update(strokes=[10**9]),
        lambda m: m["lines"][0].update(strokes=[-5, 10]),
        lambda m: m["lines"][0].update(request={"text": 5}),
        lambda m: m.update(version="one"),
        lambda m: m.update(format="something else"),
        lambda m: m.update(note=[[[[[]]]]]),
    ],
)
def test_damaged_manifests_are_refused_in_a_sentence(path, change):
    with pytest.raises(FileError, match=r"damaged|not a note"):
        load(rewritten(path, change))


@pytest.mark.parametrize(
    "data", [b"", b"PK\x03\x04", b"hello there", b"\x00" * 4000, b"%PDF-1.7\n%%EOF"]
)
def test_foreign_files_are_refused_in_a_sentence(tmp_path, data):
    path = tmp_path / "x.scriptorium"
    path.write_bytes(data)
    with pytest.raises(FileError, match=r"damaged|not a note"):
        load(path)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    max_examples=60,
)
@given(where=st.floats(0, 1), cut=st.booleans(), value=st.integers(1, 255))
def test_any_cut_or_changed_byte_is_refused_or_harmless(content, tmp_path, where, cut, value):
    data = bytearray(packed(content))
    place = min(int(where * len(data)), len(data) - 1)
    if cut:
        data = data[:place]
    else:
        data[place] ^= value
    path = tmp_path / "x.scriptorium"
    path.write_bytes(data)
    with contextlib.suppress(FileError):
        assert load(path).note.blocks


def test_a_file_that_unpacks_without_end_is_refused_before_it_fills_the_memory(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(note_file, "LARGEST_MANIFEST", 10_000)
    path = tmp_path / "bomb.scriptorium"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("note.json", b" " * 10_000_000)
    with pytest.raises(FileError, match="unpacks to more"):
        load(path)


def test_a_missing_file_and_a_vanished_folder(content, tmp_path):
    with pytest.raises(FileError, match="There is no note"):
        load(tmp_path / "nothing.scriptorium")
    with pytest.raises(FileError, match="Cannot write"):
        save(content, tmp_path / "gone" / "a.scriptorium")


def test_a_full_disk_leaves_the_file_as_it_was(content, path, monkeypatch):
    before = path.read_bytes()

    def full(self, data):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(FileError, match="No space left"):
        save(content, path)
    monkeypatch.undo()
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]


def test_values_come_back_from_json_as_they_were():
    look = Look(bias=1.25, seed=7, pen=Pen("pencil", 0.5), alignment=Alignment.RIGHT)
    assert decode(Look, json.loads(json.dumps(encode(look)))) == look
    assert encode(Look()) == {}
    with pytest.raises(ValueError, match="not a number"):
        decode(Look, {"bias": "much"})
    with pytest.raises(ValueError, match="weight"):
        decode(Look, {"weight": 1})
    with pytest.raises(ValueError, match="whole number"):
        decode(Look, {"seed": True})


def test_single_precision_is_rounded_once(content):
    line = next(iter(content.lines.values()))
    again = compact(line)
    np.testing.assert_array_equal(again.ink.xy, line.ink.xy)


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=20,
)


@given(_json, st.integers(0, 4))
def test_a_manifest_told_part_by_part_is_told_as_in_one_go(value, parts):
    assert note_file._as_json(value, parts) == json.dumps(value, ensure_ascii=False)
