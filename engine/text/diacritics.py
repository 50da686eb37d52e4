"""Letters with marks: which letter and which marks a character is made of; and ¿ and ¡, turned.

A network learns letters; marks are set on them afterwards (`engine.sampling.diacritic_marks`), so
that every hand writes all languages in Latin script, those of single people's hands too.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache

#: Unicode's combining marks that are drawn, by the names that the drawings have.
COMBINING = {
    "\u0300": "grave",
    "\u0301": "acute",
    "\u0302": "circumflex",
    "\u0303": "tilde",
    "\u0304": "macron",
    "\u0306": "breve",
    "\u0307": "dot",
    "\u0308": "diaeresis",
    "\u0309": "hook",
    "\u030a": "ring",
    "\u030b": "double acute",
    "\u030c": "caron",
    "\u031b": "horn",
    "\u0323": "dot below",
    "\u0326": "comma below",
    "\u0327": "cedilla",
    "\u0328": "ogonek",
}
#: Letters that Unicode does not decompose, or that people write otherwise than it says.
_OTHERS = {
    "ı": ("i", "dotless"),
    "ȷ": ("j", "dotless"),
    "đ": ("d", "bar"),
    "Đ": ("D", "middle bar"),
    "Ð": ("D", "middle bar"),
    "ħ": ("h", "bar"),
    "Ħ": ("H", "upper bar"),
    "ŧ": ("t", "middle bar"),
    "Ŧ": ("T", "middle bar"),
    "ł": ("l", "stroke"),
    "Ł": ("L", "stroke"),
    "ø": ("o", "slash"),
    "Ø": ("O", "slash"),
    # Beside a tall letter the caron is an apostrophe.
    "ď": ("d", "apostrophe"),
    "ť": ("t", "apostrophe"),
    "ľ": ("l", "apostrophe"),
    "Ľ": ("L", "apostrophe"),
    # Latvian's cedillas are commas; that of g stands above.
    "ģ": ("g", "comma above"),
    "Ģ": ("G", "comma below"),
    "ķ": ("k", "comma below"),
    "Ķ": ("K", "comma below"),
    "ļ": ("l", "comma below"),
    "Ļ": ("L", "comma below"),
    "ņ": ("n", "comma below"),
    "Ņ": ("N", "comma below"),
    # A sign that is another one, turned.
    "¿": ("?", "turned"),
    "¡": ("!", "turned"),
    "ŗ": ("r", "comma below"),
    "Ŗ": ("R", "comma below"),
}
#: Signs that are others, turned: networks that meet them seldom draw them upright.
TURNED = "¿¡"
#: Where Latin letters with marks stand in Unicode.
_RANGES = ((0xC0, 0x250), (0x1E00, 0x1F00))


@dataclass(frozen=True)
class MarkedLetter:
    """A letter and its marks, those nearest to it first."""

    base: str
    marks: tuple[str, ...]


@cache
def _letters() -> dict[str, MarkedLetter]:
    found = {}
    for start, stop in _RANGES:
        for code in range(start, stop):
            character = chr(code)
            parts = unicodedata.normalize("NFD", character)
            base, marks = parts[0], parts[1:]
            if marks and base.isascii() and all(mark in COMBINING for mark in marks):
                found[character] = MarkedLetter(base, tuple(COMBINING[mark] for mark in marks))
    return found | {c: MarkedLetter(base, (mark,)) for c, (base, mark) in _OTHERS.items()}


def marked_letter(character: str) -> MarkedLetter | None:
    """What a character is made of; None where it is no letter with marks that are drawn."""
    return _letters().get(character)


def with_marked(alphabet: Collection[str]) -> frozenset[str]:
    """An alphabet's characters, and the letters with marks that can be made of them."""
    made = (c for c, letter in _letters().items() if letter.base in alphabet)
    return frozenset(alphabet) | frozenset(made)


def unmarked(text: str, alphabet: Collection[str]) -> str:
    """A text with letters in place of letters with marks, but for those of the alphabet itself.

    It is as long as the text.
    """
    if text.isascii():
        return text
    letters = _letters()
    return "".join(letters[c].base if c not in alphabet and c in letters else c for c in text)
