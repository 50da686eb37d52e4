"""Each save is kept for a while, fewer the older they are, and within bounds."""

from __future__ import annotations

import datetime
import os
import stat
from pathlib import Path

import pytest

from studio.document.note import Note
from studio.storage import versions as module
from studio.storage.note_file import NoteFile, load, save
from studio.storage.versions import Version, Versions, superfluous

START = datetime.datetime(2026, 5, 3, 12, 0, tzinfo=datetime.UTC)


class Clock:
    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime.datetime:
        return self.now

    def on(self, **by: float) -> None:
        self.now += datetime.timedelta(**by)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def kept(tmp_path: Path, clock: Clock) -> Versions:
    return Versions(tmp_path / "versions", clock)


def write(path: Path, text: str) -> Path:
    save(NoteFile(Note.from_text(text), {}), path)
    return path


def texts(kept: Versions, path: Path) -> list[str]:
    return [load(version.path).note.text for version in kept.of(path)]


def test_the_states_of_a_note_are_kept_the_latest_first(kept, clock, tmp_path):
    path = tmp_path / "a.scriptorium"
    for text in ("one", "two", "three"):
        assert kept.keep(write(path, text))
        clock.on(minutes=1)
    assert kept.keep(path), "the same state is kept once"
    assert texts(kept, path) == ["three", "two", "one"]
    assert kept.of(tmp_path / "b.scriptorium") == ()
    assert not kept.keep(tmp_path / "gone.scriptorium")
    assert texts(kept, tmp_path / "." / "a.scriptorium") == ["three", "two", "one"]


@pytest.mark.skipif(os.name == "nt", reason="needs POSIX rights")
def test_nobody_else_can_read_them(kept, tmp_path):
    path = write(tmp_path / "a.scriptorium", "one")
    path.chmod(0o644)
    kept.keep(path)
    (version,) = kept.of(path)
    assert stat.S_IMODE(version.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(version.path.parent.stat().st_mode) == 0o700


def test_a_clock_that_is_set_back_keeps_the_order(kept, clock, tmp_path):
    path = tmp_path / "a.scriptorium"
    kept.keep(write(path, "one"))
    clock.on(days=-400)
    kept.keep(write(path, "two"))
    assert texts(kept, path) == ["two", "one"]


def test_months_of_saves_stay_within_bounds(kept, clock, tmp_path, monkeypatch):
    path = tmp_path / "a.scriptorium"
    monkeypatch.setattr(module, "ALL_OF_LAST", 4)
    for day in range(70):
        for hour in range(2):
            kept.keep(write(path, f"{day} {hour}"))
            clock.on(hours=1)
            kept.keep(write(path, f"{day} {hour} again"))
        clock.on(hours=22)
    found = kept.of(path)
    assert texts(kept, path)[0] == "69 1 again"
    # One of each of the last sixty days, and a few of today.
    assert 60 <= len(found) <= 70
    days = {version.at.date() for version in found}
    assert len(days) >= 60


def version(minutes: float, size: int = 1000) -> Version:
    return Version(Path("x"), START - datetime.timedelta(minutes=minutes), size)


def test_large_notes_give_up_their_oldest_states():
    states = [version(minute, 30 * 2**20) for minute in range(5)]
    assert superfluous(states, START) == states[2:]
    huge = [version(minute, 100 * 2**20) for minute in range(3)]
    assert superfluous(huge, START) == huge[1:], "the last one always stays"


def test_a_disk_that_is_full_is_no_trouble(kept, tmp_path, monkeypatch):
    path = write(tmp_path / "a.scriptorium", "one")

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(module, "atomic_write", full)
    assert not kept.keep(path)


def test_states_go_on_under_a_new_name(kept, clock, tmp_path):
    path = write(tmp_path / "a.scriptorium", "one")
    kept.keep(path)
    clock.on(minutes=1)
    other = write(tmp_path / "b.scriptorium", "two")
    kept.moved(path, other)
    kept.keep(other)
    assert texts(kept, other) == ["two", "one"]
    assert texts(kept, path) == ["one"]
