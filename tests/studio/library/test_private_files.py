"""What a user writes can be read by nobody else, whatever the umask."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from engine.ink.ink import Ink, Stroke
from engine.ink.recorded_line import RecordedLine
from engine.io.atomic import atomic_write
from engine.io.private import private_folder
from engine.style.style import Style
from studio.library import paths
from studio.library.style_library import StyleLibrary
from studio.library.symbol_library import SymbolLibrary
from studio.recording.prompts import QUICK
from studio.recording.recording import Draft, Recording
from studio.storage.claim import claim
from studio.teaching.lesson import Lesson

pytestmark = pytest.mark.skipif(os.name == "nt", reason="needs POSIX rights")

STROKE = Stroke(np.array([[0.0, 1], [2, 3], [4, 1]]), np.array([0.0, 0.1, 0.2]))


@pytest.fixture(autouse=True)
def _open_to_all() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


def modes(folder: Path) -> dict[str, int]:
    found = {folder.name: stat.S_IMODE(folder.stat().st_mode)}
    return found | {
        str(path.relative_to(folder)): stat.S_IMODE(path.stat().st_mode)
        for path in folder.rglob("*")
    }


def test_all_that_the_library_holds_is_its_owner_s(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = tmp_path / "share" / "scriptorium"
    data.mkdir(parents=True)
    monkeypatch.setattr(paths, "data_folder", lambda: data)
    styles = StyleLibrary(data)
    style = Style("Mine", "abc", Ink((STROKE,)), "by hand")
    styles.add(style)
    styles.rename("Mine", "Ours")
    styles.restore(styles.delete("Ours"))
    SymbolLibrary(data).add("✓", Ink((STROKE,)))
    recording = Recording.create("Mine", QUICK, data / "recordings")
    recording.keep(1, RecordedLine("abc", Ink((STROKE,))))
    recording.begin(Draft(2, "abc", (STROKE,)))
    recording.begin(Draft(2, "abc", (STROKE, STROKE)))
    held = recording.claim()
    run = private_folder(data / "teaching" / "mine")
    Lesson(recording.folder, data / "mine.hand", run, "Mine").save()
    note = claim(tmp_path / "a.scriptorium", data / "open")
    found = modes(data)
    held.release()
    note.release()
    assert len(found) > 12
    wrong = {name: oct(mode) for name, mode in found.items() if mode not in (0o600, 0o700)}
    assert wrong == {}


def test_what_is_passed_on_is_as_open_as_any_file(tmp_path: Path) -> None:
    styles = StyleLibrary(tmp_path / "data")
    styles.add(Style("Mine", "abc", Ink((STROKE,)), "by hand"))
    styles.export("Mine", tmp_path / "for-you.json")
    assert stat.S_IMODE((tmp_path / "for-you.json").stat().st_mode) == 0o666


def test_a_file_that_was_open_to_all_is_closed_when_it_is_written_again(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text("old")
    with atomic_write(path, private=True) as temporary:
        assert stat.S_IMODE(temporary.stat().st_mode) == 0o600
        temporary.write_text("new")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_folders_of_others_stay_as_they_are(tmp_path: Path) -> None:
    above = tmp_path / "above"
    above.mkdir()
    private_folder(above / "made" / "own")
    assert modes(above) == {"above": 0o777, "made": 0o700, "made/own": 0o700}
