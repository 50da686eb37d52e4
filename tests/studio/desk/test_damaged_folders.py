"""The studio starts whatever lies in its folders, and names what it could not read."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from engine.hand import Hand
from engine.ink.ink import Ink, Stroke
from engine.ink.recorded_line import RecordedLine
from engine.style.style import Style
from studio.desk.wiring import Studio
from studio.document.note import Note
from studio.library.damaged_files import ASIDE
from studio.library.hand_library import SHIPPED, HandLibrary
from studio.library.paths import data_folder
from studio.library.style_library import StyleLibrary
from studio.library.symbol_library import SymbolLibrary
from studio.recording.prompts import FREE
from studio.recording.recording import Recording
from studio.storage.note_file import NoteFile, save


@pytest.fixture(autouse=True)
def _empty_library() -> Iterator[None]:
    shutil.rmtree(data_folder(), ignore_errors=True)
    yield
    shutil.rmtree(data_folder(), ignore_errors=True)


def ink() -> Ink:
    xs = np.linspace(0, 3, 40)
    return Ink((Stroke(np.stack([xs, -np.sin(9 * xs)], axis=1), xs),))


def notices(studio: Studio) -> list[str]:
    """All that the notice bar says, one after the other."""
    bar, found = studio.window.notice, []
    while bar.topic:
        found.append(bar.label.text())
        bar.closer.click()
    return found


def test_damage_in_every_folder_is_named_and_the_window_stands(
    make_studio: Callable[..., Studio], qtbot: QtBot, tmp_path: Path
) -> None:
    entry = StyleLibrary().add(Style("Mine", "m", ink()))
    assert entry.path is not None
    content = json.loads(entry.path.read_bytes())
    entry.path.write_text(json.dumps({**content, "name": 5}))
    SymbolLibrary().add("漢", ink())
    (symbol,) = (data_folder() / "symbols").iterdir()
    symbol.write_text("{}")
    hand = HandLibrary().free("Mine")
    hand.write_bytes(b"nonsense")
    settings = tmp_path / "settings.json"
    settings.write_text(json.dumps({"greeted": True, "hand": 5}))
    kept = tmp_path / "state" / "recovery" / "kept.scriptorium"
    kept.parent.mkdir(parents=True)
    kept.write_bytes(b"PK and nothing more")

    studio = make_studio(settings, tmp_path / "state")
    studio.begin()
    found = (entry.path, symbol, hand, settings, kept)
    said = notices(studio)
    for path in found:
        assert not path.exists() or path == settings
        aside = path.parent / ASIDE / path.name
        assert aside.exists()
        assert sum(str(aside) in sentence for sentence in said) == 1
    # What is set aside is told once.
    studio.handwriting.open_library()
    studio.handwriting.open_recorder()
    assert notices(studio) == []


def test_damaged_recordings_are_named_when_the_recorder_opens(
    make_studio: Callable[..., Studio],
) -> None:
    recording = Recording.create("Mine", FREE)
    for place in (1, 2):
        recording.keep(place, RecordedLine("m", ink()))
    paths = [recording.folder / name for name in ("recording.json", "line-0002.json")]
    for path in paths:
        path.write_text("damaged")
    studio = make_studio(hand=False)
    studio.begin()
    studio.handwriting.open_recorder()
    session = studio.handwriting.recorder.model
    assert list(session.lines) == [1]
    assert session.place == 2
    said = " ".join(notices(studio))
    for path in paths:
        assert str(path.parent / ASIDE / path.name) in said


def test_a_chosen_hand_that_is_whole_and_wrong_is_set_aside_too(
    make_studio: Callable[..., Studio], qtbot: QtBot, tiny_hand_path: Path, tmp_path: Path
) -> None:
    path = HandLibrary().free("Mine")
    shutil.copyfile(tiny_hand_path, path)
    data = bytearray(path.read_bytes())
    data[-400:] = b"\xff" * 400  # half floats that are no numbers
    path.write_bytes(data)
    settings = tmp_path / "settings.json"
    settings.write_text(json.dumps({"greeted": True, "hand": "mine"}))
    studio = make_studio(settings, hand=False)
    load = studio.hands._loader

    def loader(path: Path | None, device: str, precision: str) -> Hand:
        return load(None, device, precision) if path is None else Hand.load(path)

    studio.hands._loader = loader
    studio.begin()
    studio.hands_begin()
    qtbot.waitUntil(lambda: studio.hands.ready)
    assert studio.handwriting.library.choice.name == SHIPPED
    assert (path.parent / ASIDE / path.name).exists()
    assert studio.handwriting.user.hands.entries() == ()
    assert "damaged" in " ".join(notices(studio))


def test_a_note_that_was_kept_aside_whole_is_still_offered(
    make_studio: Callable[..., Studio], tmp_path: Path
) -> None:
    folder = tmp_path / "state" / "recovery"
    folder.mkdir(parents=True)
    (folder / "damaged.scriptorium").write_bytes(b"nothing")
    save(NoteFile(Note.from_text("What was typed."), {}), folder / "whole.scriptorium")
    studio = make_studio(None, tmp_path / "state", hand=False)
    studio.begin()
    said = " ".join(notices(studio))
    assert "damaged.scriptorium" in said
    assert "was kept" in said
