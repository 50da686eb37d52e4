"""Where a word may be divided at the end of a line: at hyphens, by its language, at last anywhere.

An address or another long string of signs is divided where people divide it, behind one of its
marks and without a hyphen, which would be read as part of it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from enum import IntEnum
from functools import lru_cache
from typing import NamedTuple

from studio.document.typography import QUOTES
from studio.layout.break_opportunities import LONG_DASHES, opportunities

SOFT_HYPHEN = "\u00ad"
ZERO_WIDTH_SPACE = "\u200b"


class Need(IntEnum):
    """How badly a place to divide is wanted: what is allowed grows from one to the next."""

    NONE = 0
    """Only where a line may end as well as at a space, behind a long dash, and at soft hyphens."""
    LOOSE = 1
    """At hyphens and marks, and by the language: a line would be too loose, or too narrow."""
    NARROW = 2
    """At any mark, and at spaces that are not to be broken at: a part is too long for its line."""
    ANYWHERE = 3
    """Between any two letters."""


class Division(NamedTuple):
    """A place where a word may be divided.

    Parameters
    ----------
    place : int
        Characters of the word before it.
    hyphen : bool
        Whether a hyphen is added there.
    price : float
        What a line that ends there costs: the square of a gap, in tenths of the line.
    """

    place: int
    hyphen: bool
    price: float


_FREE, _HYPHEN, _SOFT, _MARK, _WISHED, _PATTERN, _ANY_MARK, _ANY = 0, 3, 4, 6, 5, 16, 60, 400

# An address has a scheme, or begins or ends as one does, or has marks within that words have not.
_ADDRESS = re.compile(
    r"\w+://|^\W*www\.|\w@\w|^\W*[\w-]+(\.[\w-]+)*\.[a-z]{2,}/|\w[?&=#]\w*=|^\W*[~.]?(/[\w.-]+){2,}"
    r"|\w\\\w+\\|\w_\w"
)
_MARKS, _ALL_MARKS = (re.escape(marks) for marks in ("/?&=-._@\\", "/?&=-._@\\#+~%,;:!|*()[]{}<>"))
_BEHIND_MARK = re.compile(rf"(?<=[{_MARKS}])(?=[^{_MARKS}])")
_BEHIND_ANY_MARK = re.compile(rf"(?<=[{_ALL_MARKS}])(?=[^{_ALL_MARKS}])")
_LETTERS = re.compile(r"[^\W\d_]+")

# Letters that stay together on either side of a hyphen, and marks about a part of an address.
_LEAST, _LEAST_PART = 3, 3
_DICTIONARIES = {"en": "en_US", "pt": "pt_PT", "de": "de_DE"}


@lru_cache(maxsize=16384)
def divisions(word: str, need: Need, language: str | None, wished: bool) -> tuple[Division, ...]:
    """Where a word may be divided.

    Parameters
    ----------
    word : str
        As it was typed, without spaces.
    need : Need
    language : str or None
        Of ISO 639, whose hyphens are known; None for none.
    wished : bool
        Whether hyphens are wanted, rather than put up with.

    Returns
    -------
    tuple of Division
        In order, each place once.
    """
    found: dict[int, Division] = {}
    for division in _divisions(word, need, language, wished):
        old = found.get(division.place)
        if 0 < division.place < len(word) and (old is None or division.price < old.price):
            found[division.place] = division
    return tuple(found[place] for place in sorted(found))


def is_address(word: str) -> bool:
    """Whether a word is an address (of a page, of mail, of a file), or has signs as one has."""
    return _ADDRESS.search(word) is not None


def _divisions(word: str, need: Need, language: str | None, wished: bool) -> Iterator[Division]:
    address = is_address(word)
    if not address:
        for place in opportunities(word):
            if word[place - 1] in LONG_DASHES + ZERO_WIDTH_SPACE:
                yield Division(place, False, _FREE)
            elif need >= Need.LOOSE and word[place - 1] != SOFT_HYPHEN:
                yield Division(place, False, _HYPHEN)
    for match in re.finditer(SOFT_HYPHEN, word):
        yield Division(match.end(), True, _SOFT)
    if need >= Need.LOOSE:
        if address:
            for place in _behind_marks(word):
                yield Division(place, False, _MARK)
        elif language is not None:
            for place in _by_patterns(word, language):
                yield Division(place, True, _WISHED if wished else _PATTERN)
    if need >= Need.NARROW:
        for match in _BEHIND_ANY_MARK.finditer(word):
            yield Division(match.start(), False, _ANY_MARK)
    if need >= Need.ANYWHERE:
        for place in range(1, len(word)):
            if unicodedata.category(word[place]) not in ("Mn", "Me", "Cf"):
                hyphen = not address and word[place - 1].isalpha() and word[place].isalpha()
                yield Division(place, hyphen, _ANY)


def _behind_marks(word: str) -> Iterator[int]:
    for match in _BEHIND_MARK.finditer(word):
        place = match.start()
        whole = min(place, len(word) - place) >= _LEAST_PART
        if whole and not word[:place].endswith("://") and not _in_number(word, place):
            yield place


def _in_number(word: str, place: int) -> bool:
    """Whether the mark before a place stands between digits: 1,234.56 is one number."""
    return word[place - 1] in ".,:" and word[place - 2].isdigit() and word[place].isdigit()


def _by_patterns(word: str, language: str) -> Iterator[int]:
    if SOFT_HYPHEN in word or not any(len(run) >= 2 * _LEAST for run in _LETTERS.findall(word)):
        return
    dictionary = _dictionary(language)
    if dictionary is None:
        return
    for run in _LETTERS.finditer(word):
        if run.group().isupper():
            continue
        for place in dictionary.positions(run.group()):
            # Where a hyphen would change the letters about it, none is set.
            if getattr(place, "data", None) is None:
                yield run.start() + int(place)


class _Dictionary:
    """Pyphen's patterns of one language (Liang's algorithm)."""

    def __init__(self, name: str) -> None:
        import pyphen

        self._pyphen = pyphen.Pyphen(lang=name, left=_LEAST, right=_LEAST)

    def positions(self, word: str) -> list[int]:
        """Where a word may be hyphenated."""
        places: list[int] = self._pyphen.positions(word)
        return places


@lru_cache(maxsize=8)
def _dictionary(language: str) -> _Dictionary | None:
    import pyphen

    name = pyphen.language_fallback(_DICTIONARIES.get(language, language))
    return None if name is None else _Dictionary(name)


def known_languages() -> frozenset[str]:
    """The languages whose hyphens or quotation marks are known, by their codes: "de", "en_GB"."""
    import pyphen

    return frozenset(pyphen.LANGUAGES) | QUOTES.keys()
