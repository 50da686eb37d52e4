"""Autosaves: two generations under a lock, private, and found again whatever a crash left."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from studio.document.note import Note
from studio.library.damaged_files import DamagedFiles
from studio.storage.autosave import Autosave, left_behind
from studio.storage.note_file import NoteFile, load, save


def content(text: str) -> NoteFile:
    return NoteFile(Note.from_text(text), {})


def texts(folder: Path, damaged: DamagedFiles | None = None) -> list[str]:
    return [
        kept.content.note.text for kept in left_behind(folder, (damaged or DamagedFiles()).read)
    ]


def kept_files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.scriptorium"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "state" / "recovery"


def crashed(folder: Path, *said: str) -> Autosave:
    """What a window that ended had kept, one after the other."""
    autosave = Autosave(folder)
    for text in said:
        autosave.keeper(content(text))()
    autosave.release()
    return autosave


def test_the_newest_is_found_and_the_one_before_is_kept(folder: Path) -> None:
    crashed(folder, "one", "two", "three")
    assert len(kept_files(folder)) == 2
    assert texts(folder) == ["three"]


def test_a_damaged_one_leaves_the_one_before_it(folder: Path) -> None:
    crashed(folder, "one", "two", "three")
    newest = next(path for path in kept_files(folder) if load(path).note.text == "three")
    newest.write_bytes(newest.read_bytes()[:-200])
    damaged = DamagedFiles()
    assert texts(folder, damaged) == ["two"]
    assert "is damaged" in damaged.take()[0]
    (kept,) = left_behind(folder, damaged.read)
    taken = kept.take()
    assert taken is not None
    taken.discard()
    assert kept_files(folder) == []
    assert texts(folder) == []


def test_a_clock_set_back_does_not_make_the_older_one_the_newest(folder: Path) -> None:
    crashed(folder, "one", "two")
    newer = next(path for path in kept_files(folder) if load(path).note.text == "two")
    os.utime(newer, (1e9, 1e9))
    assert texts(folder) == ["two"]


def test_what_is_done_late_does_not_take_the_place_of_what_is_newer(folder: Path) -> None:
    autosave = Autosave(folder)
    first, second = autosave.keeper(content("first")), autosave.keeper(content("second"))
    second()
    first()
    autosave.release()
    assert texts(folder) == ["second"]


def test_a_window_that_is_open_has_left_nothing(folder: Path) -> None:
    autosave = Autosave(folder)
    autosave.keeper(content("mine"))()
    assert texts(folder) == []
    autosave.clear()
    autosave.release()
    assert list(folder.iterdir()) == []


def test_files_of_older_versions_are_found(folder: Path) -> None:
    folder.mkdir(parents=True)
    save(content("older"), folder / "0123abcd.scriptorium")
    (folder / "0123abcd.lock").write_text("12\nscriptorium\nhost\n")
    (kept,) = left_behind(folder, DamagedFiles().read)
    assert kept.content.note.text == "older"
    taken = kept.take()
    assert taken is not None
    assert kept.take() is None, "one window has it"
    taken.discard()
    assert list(folder.iterdir()) == []


def test_locks_and_halves_of_dead_windows_are_removed(folder: Path) -> None:
    autosave = Autosave(folder)
    autosave.keeper(content("mine"))()
    before = set(folder.iterdir())
    (folder / ".0123.4.89abcdef.scriptorium").write_bytes(b"PK")
    (folder / "4567.lock").write_bytes(b"")
    assert texts(folder) == []
    assert set(folder.iterdir()) == before
    autosave.release()


@pytest.mark.skipif(os.name == "nt", reason="needs POSIX rights")
def test_nobody_else_can_read_what_is_kept(folder: Path) -> None:
    folder.mkdir(parents=True, mode=0o755)
    crashed(folder, "one")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in kept_files(folder)} == {0o600}
