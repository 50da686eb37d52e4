"""The library of styles: renamed, doubled, deleted and brought back, passed on."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from engine.errors import StyleError
from engine.ink.ink import Ink, Stroke
from engine.style.style import Style
from studio.library.style_library import StyleLibrary


@pytest.fixture
def styles(tmp_path: Path) -> StyleLibrary:
    return StyleLibrary(tmp_path)


def style(name: str = "Mine") -> Style:
    xy = np.array([[0.0, 0], [0.5, -1], [1, 0]])
    return Style(name, "m", Ink((Stroke(xy, np.array([0, 0.1, 0.2])),)), "Drawn for a test.")


def test_a_style_is_a_file_and_is_found_again(styles: StyleLibrary, tmp_path: Path) -> None:
    entry = styles.add(style("Zoë's Hand"))
    assert entry.path == tmp_path / "styles" / "zoe-s-hand.json"
    again = StyleLibrary(tmp_path).find("ZOË'S HAND")
    assert again.style.ink == entry.style.ink
    assert not again.bundled


def test_names_stay_unique_whatever_their_case(styles: StyleLibrary) -> None:
    names = [styles.add(style(name)).name for name in ("Mine", "mine", "MINE")]
    assert names == ["Mine", "mine 2", "MINE 3"]
    assert len({entry.path for entry in styles.own()}) == 3


def test_renaming(styles: StyleLibrary) -> None:
    styles.add(style("One"))
    styles.add(style("Two"))
    assert styles.rename("One", " Other  one ").name == "Other one"
    assert [entry.name for entry in styles.own()] == ["Other one", "Two"]
    assert styles.rename("Other one", "OTHER ONE").name == "OTHER ONE"
    with pytest.raises(StyleError, match="already"):
        styles.rename("Two", "other one")
    with pytest.raises(StyleError, match="needs a name"):
        styles.rename("Two", "  ")


def test_deleting_and_bringing_back(styles: StyleLibrary) -> None:
    styles.add(style())
    deleted = styles.delete("Mine")
    assert styles.own() == ()
    assert styles.restore(deleted).name == "Mine"
    assert [entry.name for entry in styles.own()] == ["Mine"]


def test_bringing_back_beside_a_newer_one(styles: StyleLibrary) -> None:
    styles.add(style())
    deleted = styles.delete("Mine")
    styles.add(style())
    styles.restore(deleted)
    assert [entry.name for entry in styles.own()] == ["Mine", "Mine 2"]


def test_what_is_emptied_is_gone_for_good(styles: StyleLibrary, tmp_path: Path) -> None:
    styles.add(style())
    deleted = styles.delete("Mine")
    styles.empty()
    assert [p for p in tmp_path.rglob("*") if p.is_file()] == []
    with pytest.raises(StyleError, match="gone for good"):
        styles.restore(deleted)


def test_passing_a_style_on(styles: StyleLibrary, tmp_path: Path) -> None:
    styles.add(style())
    styles.export("Mine", tmp_path / "for-you.json")
    other = StyleLibrary(tmp_path / "other")
    assert other.take_in(tmp_path / "for-you.json").style == styles.find("Mine").style
    assert other.take_in(tmp_path / "for-you.json").name == "Mine 2"


def test_styles_that_ship_are_marked_and_cannot_be_changed(
    styles: StyleLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    shipped = {"default": {"Shipped": style("Shipped")}}
    monkeypatch.setattr("engine.style.style._shipped", lambda: shipped)
    styles.add(style("Own"))
    assert [(entry.name, entry.bundled) for entry in styles.entries()] == [
        ("Shipped", True),
        ("Own", False),
    ]
    for change in (styles.delete, lambda name: styles.rename(name, "x")):
        with pytest.raises(StyleError, match="ships with the program"):
            change("Shipped")
    assert styles.duplicate("Shipped").name == "Shipped 2"


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{}",
        "[" * 100_000,
        json.dumps({"format": "x"}),
        '{"format": "scriptorium-style-1"}',
        "null",
    ],
)
def test_damaged_files_are_told_of_and_left_out(
    styles: StyleLibrary, tmp_path: Path, content: str
) -> None:
    styles.add(style())
    (tmp_path / "styles" / "broken.json").write_text(content)
    with pytest.raises(StyleError):
        styles.take_in(tmp_path / "styles" / "broken.json")
    assert [entry.name for entry in styles.own()] == ["Mine"]
    (told,) = styles.damaged.take()
    assert "broken.json" in told


def test_a_file_too_large_for_a_style_is_not_read(styles: StyleLibrary, tmp_path: Path) -> None:
    path = tmp_path / "large.json"
    path.write_bytes(b" " * ((8 << 20) + 1))
    with pytest.raises(StyleError, match="too large"):
        styles.take_in(path)


def test_a_style_that_is_not_there(styles: StyleLibrary, tmp_path: Path) -> None:
    with pytest.raises(StyleError, match="no style"):
        styles.find("Nobody")
    with pytest.raises(StyleError, match=r"There is no style .*nothing"):
        styles.take_in(tmp_path / "nothing.json")


def test_a_file_is_read_once_and_again_when_it_is_another(
    styles: StyleLibrary, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(5):
        styles.add(style(f"Style {number}"))
    read: list[str] = []
    load = Style.load

    def told(path: Path) -> Style:
        if path.parent == tmp_path / "styles":
            read.append(path.name)
        return load(path)

    monkeypatch.setattr(Style, "load", told)
    styles.own()
    read.clear()
    styles.find("Style 3")
    styles.rename("Style 3", "Other")
    assert not read
    names = [entry.name for entry in styles.own()]
    assert read == ["style-3.json"]
    assert names == ["Other", "Style 0", "Style 1", "Style 2", "Style 4"]
    # Another window changes one, and removes one.
    other = StyleLibrary(tmp_path)
    other.rename("Style 1", "Theirs")
    other.delete("Style 2")
    read.clear()
    assert [entry.name for entry in styles.own()] == ["Other", "Style 0", "Style 4", "Theirs"]
    assert read == ["style-1.json"]
