"""Symbols are kept a file a sign, with every recording, and damaged ones cost nothing else."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.errors import StyleError
from engine.ink.ink import Ink, Stroke
from studio.library.symbol_library import MOST_INKS, Symbol, SymbolLibrary


def drawing(size: float = 1.0) -> Ink:
    xs = np.linspace(0, size, 12)
    return Ink((Stroke(np.stack([xs, -np.sin(3 * xs)], axis=1), xs, xs / size),))


@pytest.fixture
def symbols(tmp_path: Path) -> SymbolLibrary:
    return SymbolLibrary(tmp_path)


def test_recordings_of_a_sign_gather(symbols: SymbolLibrary, tmp_path: Path) -> None:
    symbols.add("漢", drawing(1.0))
    symbols.add("✍\ufe0f", drawing(3.0))
    symbols.add("漢", drawing(2.0))
    again = SymbolLibrary(tmp_path).inks()
    assert set(again) == {"漢", "✍"}
    assert [round(ink.width, 2) for ink in again["漢"]] == [1.0, 2.0]
    stroke = again["✍"][0].strokes[0]
    assert stroke.time is not None
    assert stroke.pressure is not None
    for size in range(MOST_INKS + 3):
        symbols.add("漢", drawing(1 + size))
    assert len(symbols.inks()["漢"]) == MOST_INKS
    assert symbols.inks()["漢"][-1].width == pytest.approx(MOST_INKS + 3)


def test_deleting_removes_all_of_it(symbols: SymbolLibrary, tmp_path: Path) -> None:
    symbols.add("漢", drawing())
    symbols.delete("漢")
    assert symbols.entries() == ()
    assert not list((tmp_path / "symbols").iterdir())


@pytest.mark.parametrize("sign", ["", "ab", " ", "\n", "\u200b"])
def test_a_sign_is_one_visible_character(symbols: SymbolLibrary, sign: str) -> None:
    with pytest.raises(StyleError, match="one character"):
        symbols.add(sign, drawing())
    with pytest.raises(StyleError, match="no ink"):
        Symbol("x", (Ink(),))


@pytest.mark.parametrize(
    "content", ["", "[]", "{}", '{"format": "scriptorium-symbol-1", "sign": "x"}', "[" * 9999]
)
def test_damaged_files_are_told_and_left_out(
    symbols: SymbolLibrary, tmp_path: Path, content: str
) -> None:
    symbols.add("漢", drawing())
    (tmp_path / "symbols" / "u0001.json").write_text(content)
    assert list(symbols.inks()) == ["漢"]
    (told,) = symbols.damaged.take()
    assert "u0001.json is damaged" in told
