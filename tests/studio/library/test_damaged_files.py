"""Damaged files in the user's folders cost nothing but themselves, and are lost to nobody."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.errors import FileError, ScriptoriumError, StyleError
from engine.ink.ink import Ink, Stroke
from engine.ink.recorded_line import RecordedLine
from engine.style.style import Style
from studio.library.damaged_files import ASIDE, DamagedFiles, listed, set_aside
from studio.library.hand_library import SUFFIX, HandLibrary
from studio.library.style_library import StyleLibrary
from studio.library.symbol_library import SymbolLibrary
from studio.recording.prompts import FREE
from studio.recording.recording import Draft, Recording, recordings

#: What stands in the place of a value in a damaged file.
WRONG = (5, -1, None, [], {}, "x", "", True, 10**400, float("nan"), [[1]], {"xy": "x"})


def ink(size: float = 1.0) -> Ink:
    xs = np.linspace(0, size, 6)
    return Ink((Stroke(np.stack([xs, -np.sin(3 * xs)], axis=1), xs, xs / (1 + size)),))


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to each value within a value; of a long list the first two stand for all."""
    inner: Any = ()
    if isinstance(value, dict):
        inner = value.items()
    elif isinstance(value, list):
        inner = enumerate(value[:2])
    for key, item in inner:
        yield (*path, key)
        yield from places(item, (*path, key))


def spoilt(content: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The content with each of its values missing or wrong, one at a time."""
    for *way, last in places(content):
        for wrong in (KeyError, *WRONG):
            changed = copy.deepcopy(content)
            holder: Any = changed
            for key in way:
                holder = holder[key]
            if wrong is KeyError:
                del holder[last]
            else:
                holder[last] = wrong
            yield changed


def a_style(folder: Path) -> tuple[Path, Callable[[DamagedFiles], object]]:
    entry = StyleLibrary(folder).add(Style("Mine", "m", ink(), "Drawn for a test."))
    assert entry.path is not None
    return entry.path, lambda damaged: StyleLibrary(folder, damaged).own()


def a_symbol(folder: Path) -> tuple[Path, Callable[[DamagedFiles], object]]:
    SymbolLibrary(folder).add("漢", ink())
    (path,) = (folder / "symbols").iterdir()
    return path, lambda damaged: SymbolLibrary(folder, damaged).entries()


def a_line(folder: Path) -> tuple[Path, Callable[[DamagedFiles], object]]:
    recording = Recording.create("Mine", FREE, folder)
    recording.keep(1, RecordedLine("m", ink(), "a test", "2026-01-01"))
    path = recording.folder / "line-0001.json"
    return path, lambda damaged: Recording.open(recording.folder, damaged).lines()


def a_recording(folder: Path) -> tuple[Path, Callable[[DamagedFiles], object]]:
    path, _ = a_line(folder)
    return path.with_name("recording.json"), lambda damaged: recordings(folder, damaged)


KINDS = (a_style, a_symbol, a_line, a_recording)


@pytest.mark.parametrize("kind", KINDS)
def test_whatever_is_wrong_in_a_file_it_is_read_or_set_aside_and_named(
    tmp_path: Path, kind: Callable[[Path], tuple[Path, Callable[[DamagedFiles], object]]]
) -> None:
    path, read = kind(tmp_path)
    whole = path.read_bytes()
    texts = [json.dumps(content) for content in spoilt(json.loads(whole))]
    refused = 0
    for text in (*texts, "", "[" * 100_000, "null", "\x00"):
        damaged = DamagedFiles()
        path.write_text(text, encoding="utf-8")
        read(damaged)
        told = damaged.take()
        if path.exists():
            # It can be read as it is, or is of a version that this program does not know.
            assert path.read_text(encoding="utf-8") == text
            assert not told or "another version" in told[0]
        else:
            refused += 1
            (aside,) = (path.parent / ASIDE).iterdir()
            assert aside.read_text(encoding="utf-8") == text
            assert len(told) == 1
            assert str(path) in told[0]
            assert str(aside) in told[0]
            aside.unlink()
    assert refused > 0.3 * len(texts)


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_of_a_newer_version_stays_where_it_is(
    tmp_path: Path, kind: Callable[[Path], tuple[Path, Callable[[DamagedFiles], object]]]
) -> None:
    path, read = kind(tmp_path)
    content = json.loads(path.read_bytes())
    path.write_text(json.dumps({**content, "format": f"{content['format'][:-1]}9"}))
    damaged = DamagedFiles()
    read(damaged)
    read(damaged)
    assert path.exists()
    (told,) = damaged.take()
    assert "another version" in told


def test_the_next_that_is_recorded_takes_the_place_and_overwrites_nothing(tmp_path: Path) -> None:
    symbols = SymbolLibrary(tmp_path)
    symbols.add("漢", ink())
    (path,) = (tmp_path / "symbols").iterdir()
    path.write_text("damaged")
    symbols.add("漢", ink(2.0))
    assert (path.parent / ASIDE / path.name).read_text() == "damaged"
    assert len(symbols.inks()["漢"]) == 1

    recording = Recording.create("Mine", FREE, tmp_path)
    line = RecordedLine("m", ink())
    for name in ("line-0001.json", "draft.jsonl"):
        (recording.folder / name).write_text("damaged")
    recording.begin(Draft(1, "m", ink().strokes))
    recording.keep(recording.next_place(), line)
    assert list(recording.lines()) == [1]
    for name in ("line-0001.json", "draft.jsonl"):
        assert (recording.folder / ASIDE / name).read_text() == "damaged"
    assert len(recording.damaged.take()) == 2


def test_what_cannot_be_read_now_is_not_written_over(tmp_path: Path) -> None:
    recording = Recording.create("Mine", FREE, tmp_path)
    (recording.folder / "line-0001.json").mkdir()
    assert recording.next_place() == 2
    assert recording.next_place(after=4) == 5
    with pytest.raises(StyleError, match="cannot be read"):
        recording.keep(1, RecordedLine("m", ink()))
    (told,) = recording.damaged.take()
    assert "cannot be read" in told


def test_a_symbol_does_not_take_the_file_of_another(tmp_path: Path) -> None:
    symbols = SymbolLibrary(tmp_path)
    symbols.add("漢", ink())
    (path,) = (tmp_path / "symbols").iterdir()
    path.rename(path.with_name("u0041.json"))
    with pytest.raises(StyleError, match="rename"):
        symbols.add("A", ink())
    assert set(symbols.inks()) == {"漢"}


def test_a_draft_with_a_damaged_stroke_is_set_aside_whole(tmp_path: Path) -> None:
    recording = Recording.create("Mine", FREE, tmp_path)
    recording.begin(Draft(1, "m", ink().strokes * 3))
    path = recording.folder / "draft.jsonl"
    rows = path.read_text().splitlines(keepends=True)
    path.write_text("".join([rows[0], '{"xy": 5}\n', *rows[2:]]))
    assert recording.draft() is None
    assert len((recording.folder / ASIDE / "draft.jsonl").read_text().splitlines()) == 4


def test_a_recording_without_a_header_still_has_its_lines(tmp_path: Path) -> None:
    path, _ = a_line(tmp_path)
    path.with_name("recording.json").write_text("damaged")
    damaged = DamagedFiles()
    for _ in range(2):
        (recording,) = recordings(tmp_path, damaged)
        assert (recording.name, list(recording.lines())) == ("mine", [1])
    assert len(damaged.take()) == 1
    recording.rename("Mine again")
    assert [again.name for again in recordings(tmp_path)] == ["Mine again"]


def test_hands_that_are_cut_short_or_no_hands_are_set_aside(
    tmp_path: Path, tiny_hand_path: Path
) -> None:
    whole = tiny_hand_path.read_bytes()
    damaged = DamagedFiles()
    hands = HandLibrary(tmp_path, damaged)
    for number, data in enumerate((whole[:-5], whole[:40], b"", b"nonsense", b"\xff" * 99)):
        hands.free(f"Damaged {number}").write_bytes(data)
    hands.free("Whole").write_bytes(whole)
    assert [hand.name for hand in hands.entries()] == ["whole"]
    assert len(list((hands.folder / ASIDE).glob(f"*{SUFFIX}"))) == 5
    assert len(damaged.take()) == 5


def test_files_that_are_being_written_are_left_alone(tmp_path: Path) -> None:
    styles = StyleLibrary(tmp_path)
    styles.add(Style("Mine", "m", ink()))
    half = styles.folder / ".other.json.k3j2.json"
    half.write_text('{"format": "scr')
    assert [entry.name for entry in styles.own()] == ["Mine"]
    assert half.exists()
    assert styles.damaged.take() == ()


def test_files_of_one_name_are_set_aside_beside_each_other(tmp_path: Path) -> None:
    for number in range(3):
        path = tmp_path / "a.json"
        path.write_text(str(number))
        set_aside(path)
    aside = tmp_path / ASIDE
    assert {p.name: p.read_text() for p in aside.iterdir()} == {
        "a.json": "0",
        "a-2.json": "1",
        "a-3.json": "2",
    }


def test_where_nothing_can_be_set_aside_the_file_stays_and_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text("damaged")
    (tmp_path / ASIDE).write_text("in the way")
    damaged = DamagedFiles()

    def load(path: Path) -> object:
        raise StyleError(f"{path} is damaged.", damaged=True)

    assert damaged.read(path, load) is None
    assert damaged.read(path, load) is None
    with pytest.raises(ScriptoriumError, match="damaged"):
        damaged.make_way(path, load)
    assert path.read_text() == "damaged"
    (told,) = damaged.take()
    assert "could not be set aside" in told
    assert damaged.take() == ()


def test_a_file_that_another_window_set_aside_is_not_told_twice(tmp_path: Path) -> None:
    damaged = DamagedFiles()
    damaged.refuse(tmp_path / "gone.json", FileError("gone.json is damaged.", damaged=True))
    assert damaged.take() == ()


def test_a_notice_names_some_and_counts_the_others() -> None:
    assert listed(["One.", "Two."]) == "One. Two."
    assert listed([f"{n}." for n in range(8)]) == "0. 1. 2. So it is with 5 more."
