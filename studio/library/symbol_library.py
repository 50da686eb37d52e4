"""The library of symbols: drawings of the user that are used for single characters of a text."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.errors import FileError, StyleError
from engine.ink.ink import Ink
from engine.ink.json import ink_from_json, ink_to_json
from engine.io.atomic import remove
from engine.io.converter import at, decode, register
from engine.io.json_file import JsonFormat
from studio.library.damaged_files import DamagedFiles
from studio.library.paths import data_folder, ensure_folder

FORMAT = "scriptorium-symbol-1"
#: Coordinates in a symbol's file are whole numbers of this many to the x-height.
GRID = 200
#: Recordings of one symbol that are kept; the oldest give way.
MOST_INKS = 16


@dataclass(frozen=True)
class Symbol:
    """A signature, or a character that no hand knows.

    Parameters
    ----------
    sign : str
        The one character of a text that it stands for.
    inks : tuple of Ink
        Each as it was recorded once, in x-heights, the baseline at y = 0, the left edge at x = 0.

    Raises
    ------
    StyleError
        If the sign is not one visible character, or there is no ink.
    """

    sign: str
    inks: tuple[Ink, ...]

    def __post_init__(self) -> None:
        # U+FE0F behind a sign asks for a coloured picture of it: it is the same sign.
        sign = unicodedata.normalize("NFC", self.sign).replace("\ufe0f", "").strip()
        object.__setattr__(self, "sign", sign)
        if len(sign) != 1 or not sign.isprintable():
            raise StyleError(
                f"A symbol stands for one character of a text, and {self.sign!r} is not one; "
                "choose a character that your texts do not need otherwise, such as ✍."
            )
        if not self.inks or any(not ink for ink in self.inks):
            raise StyleError(f"The symbol {sign!r} has no ink; record it.")


class SymbolLibrary:
    """The symbols of one data folder.

    Parameters
    ----------
    folder : Path, optional
        The data folder; the user's own where not given.
    damaged : DamagedFiles, optional
        Told of files that cannot be read.
    """

    def __init__(self, folder: Path | None = None, damaged: DamagedFiles | None = None) -> None:
        self._folder = (folder or data_folder()) / "symbols"
        self.damaged = damaged or DamagedFiles()

    def entries(self) -> tuple[Symbol, ...]:
        """All symbols, without those that cannot be read."""
        return tuple(self.damaged.entries(self._folder, "*.json", _FILES.read))

    def inks(self) -> Mapping[str, tuple[Ink, ...]]:
        """The recordings of each sign."""
        return {symbol.sign: symbol.inks for symbol in self.entries()}

    def add(self, sign: str, ink: Ink) -> Symbol:
        """Keep one more recording of a sign.

        Raises
        ------
        StyleError
            If the sign is not one character, there is no ink, or what lies in the place of its
            file is neither readable nor damaged.
        FileError
            If it cannot be written.
        """
        symbol = Symbol(sign, (ink,))
        path = self._path(symbol.sign)
        self.damaged.make_way(path, _FILES.read)
        if path.exists():
            known = _FILES.read(path)
            if known.sign != symbol.sign:
                raise StyleError(f"{path} holds the symbol {known.sign!r}; rename that file.")
            symbol = Symbol(symbol.sign, (*known.inks, ink)[-MOST_INKS:])
        ensure_folder(self._folder)
        _FILES.write(path, symbol, private=True)
        return symbol

    def delete(self, sign: str) -> None:
        """Remove all recordings of a sign, for good.

        Raises
        ------
        FileError
            If the file cannot be removed.
        """
        path = self._path(sign)
        try:
            remove(path)
        except OSError as error:
            raise FileError(f"Cannot remove {path}: {error.strerror or error}.") from error

    def _path(self, sign: str) -> Path:
        return self._folder / f"u{ord(sign):04x}.json"


def _encoded(symbol: Symbol) -> dict[str, Any]:
    inks = [ink_to_json(ink, GRID) for ink in symbol.inks]
    return {"sign": symbol.sign, "grid": GRID, "inks": inks}


def _decoded(content: dict[str, Any]) -> Symbol:
    grid = decode(int, content["grid"])
    inks = []
    for number, entries in enumerate(content["inks"]):
        with at(f"inks[{number}]"):
            inks.append(ink_from_json(entries, grid))
    return Symbol(decode(str, content["sign"]), tuple(inks))


register(Symbol, _encoded, _decoded)
_FILES = JsonFormat(FORMAT, Symbol, "symbol", StyleError)
