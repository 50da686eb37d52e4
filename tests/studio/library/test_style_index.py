"""A library of many styles is read by its index; the ink of a style is read when it is wanted."""

from __future__ import annotations

import copy
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.errors import StyleError
from engine.ink.ink import Ink, Stroke
from engine.style.style import Style, bundled
from studio.library.stored_style import StoredStyle
from studio.library.style_library import MANY, StyleLibrary


def style(name: str, height: float = 1.0) -> Style:
    xy = np.array([[0.0, 0], [0.5, -height], [1, 0]])
    return Style(name, "m", Ink((Stroke(xy),)), "Drawn for a test.", description=f"About {name}.")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Of a library of many styles that was read once."""
    (tmp_path / "styles").mkdir()
    for number in range(MANY):
        style(f"Style {number:03}").save(tmp_path / "styles" / f"{number}.json")
    assert len(StyleLibrary(tmp_path).own()) == MANY
    return tmp_path


@pytest.fixture
def loaded(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The files of styles that are read from now on."""
    read: list[Path] = []
    load = Style.load

    def noted(path: Path) -> Style:
        read.append(path)
        return load(path)

    monkeypatch.setattr(Style, "load", noted)
    return read


def test_a_style_is_read_when_its_ink_is_wanted(folder: Path, loaded: list[Path]) -> None:
    entries = StyleLibrary(folder).own()
    assert [entry.name for entry in entries] == [f"Style {n:03}" for n in range(MANY)]
    assert entries[7].style.description == "About Style 007."
    assert not loaded
    assert entries[7].style.ink == style("Style 007").ink
    assert loaded == [folder / "styles" / "7.json"]
    assert entries[7].style == style("Style 007")
    assert style("Style 007") == entries[7].style
    assert entries[7].style != entries[8].style


def test_few_styles_need_no_index(tmp_path: Path) -> None:
    library = StyleLibrary(tmp_path)
    library.add(style("One"))
    library.own()
    assert [path.name for path in tmp_path.iterdir()] == ["styles"]


def test_only_what_has_changed_is_read_again(folder: Path, loaded: list[Path]) -> None:
    changed, gone = folder / "styles" / "3.json", folder / "styles" / "4.json"
    style("Other", 2.0).save(changed)
    gone.unlink()
    style("New").save(folder / "styles" / "new.json")
    names = {entry.name for entry in StyleLibrary(folder).own()}
    assert sorted(path.name for path in loaded) == ["3.json", "new.json"]
    assert {"Other", "New"} <= names
    assert not names & {"Style 003", "Style 004"}
    loaded.clear()
    assert {entry.name for entry in StyleLibrary(folder).own()} == names
    assert not loaded


@pytest.mark.parametrize(
    "content", [b"", b"{", b'{"format": "scriptorium-style-index-1"}', b"\xff"]
)
def test_a_damaged_index_is_made_again(folder: Path, loaded: list[Path], content: bytes) -> None:
    index = folder / "styles-index.json"
    index.write_bytes(content)
    assert len(StyleLibrary(folder).own()) == MANY
    assert len(loaded) == MANY
    loaded.clear()
    StyleLibrary(folder).own()
    assert not loaded


@pytest.mark.skipif(os.name != "posix", reason="of files that others may not read")
def test_the_index_is_the_users_alone(folder: Path) -> None:
    assert (folder / "styles-index.json").stat().st_mode & 0o777 == 0o600


def test_a_style_that_was_changed_beside_the_program_is_not_taken_for_the_one_shown(
    folder: Path,
) -> None:
    entries = StyleLibrary(folder).own()
    style("Another").save(folder / "styles" / "5.json")
    with pytest.raises(StyleError, match=r"Style 005.*changed by another program"):
        _ = entries[5].style.ink
    (folder / "styles" / "6.json").unlink()
    with pytest.raises(StyleError, match=r"6\.json"):
        _ = entries[6].style.ink


def test_changing_such_a_style(folder: Path) -> None:
    library = StyleLibrary(folder)
    library.rename("Style 007", "Renamed")
    library.duplicate("Style 008")
    names = [entry.name for entry in StyleLibrary(folder).own()]
    assert "Renamed" in names
    assert "Style 008 2" in names
    assert "Style 007" not in names
    assert StyleLibrary(folder).find("Renamed").style.ink == style("Style 007").ink


def test_such_a_style_goes_to_other_processes_whole(folder: Path) -> None:
    stored = StyleLibrary(folder).find("Style 009").style
    assert isinstance(stored, StoredStyle)
    # As pickling does.
    sent = copy.deepcopy(stored)
    assert type(sent) is Style
    assert sent == style("Style 009")
    assert type(replace(stored, name="Copy")) is Style


def test_styles_with_vectors_are_what_their_files_hold(folder: Path) -> None:
    shipped = next(iter(bundled().values()))
    replace(shipped, name="Mine").save(folder / "styles" / "mine.json")
    StyleLibrary(folder).own()
    stored = StyleLibrary(folder).find("Mine").style
    assert isinstance(stored, StoredStyle)
    assert stored.vector == Style.load(folder / "styles" / "mine.json").vector
    assert (stored.primed, stored.kind, stored.typed) == (
        shipped.primed,
        shipped.kind,
        shipped.typed,
    )
