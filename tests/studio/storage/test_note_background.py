import json
import zipfile

import pytest

from engine.errors import FileError
from studio.document.addresses import PostalArea, field
from studio.document.background import Background
from studio.document.note import Note
from studio.storage.note_file import NoteFile, load, save

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'


def version_of(path):
    with zipfile.ZipFile(path) as archive:
        return json.loads(archive.read("note.json"))["version"]


def test_background_fields_and_second_sides_come_back(tmp_path):
    note = field(Note.from_text("Dear Ada,"), PostalArea(20, 30, 60, 8), "Ada Lovelace")
    under = Background(SVG, "form.svg", first_only=True, printed=False)
    path = tmp_path / "note.scriptorium"
    for whole in (
        Note(note.blocks, background=under, two_sided=True, boxes=note.boxes),
        Note(note.blocks, background=under),
        note,
    ):
        save(NoteFile(whole, {}), path)
        assert load(path).note == whole
        assert version_of(path) == 5


def test_a_note_without_them_is_read_by_older_programs(tmp_path):
    path = tmp_path / "note.scriptorium"
    save(NoteFile(Note.from_text("Dear Ada,"), {}), path)
    assert version_of(path) == 4


def test_a_background_that_is_missing_or_no_picture_is_damage(tmp_path):
    path = tmp_path / "note.scriptorium"
    save(NoteFile(Note.from_text("a", background=Background(SVG, "form.svg")), {}), path)
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    for change in ({}, {"background": b"hello"}):
        left = {name: data for name, data in members.items() if name != "background"} | change
        with zipfile.ZipFile(path, "w") as archive:
            for name, data in left.items():
                archive.writestr(name, data)
        with pytest.raises(FileError):
            load(path)
