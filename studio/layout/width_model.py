"""How wide a line will be: a guess from its characters, and from what a hand usually writes.

The guess of a text hangs on the hand and the manner alone, not on what else was written: so a
text is broken into the same lines wherever it is written, all at once or one after another.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

Manner = tuple[str | None, float]
"""A style's name, and how closely it is followed."""

CODES = 128
"""The table covers ASCII; any other character counts as a small letter."""

# Found by least squares over some thousand lines of many writers, each writer's own size allowed
# for; characters that are rare there are set by eye.
_CLASSES = {
    0.3: "',.",
    0.4: "!:",
    0.5: '";',
    0.6: "l",
    0.7: "()-/[]ijqr",
    0.8: "st",
    0.9: "fpv",
    1.0: " +189bcegnxy",
    1.1: "027koz",
    1.2: "3?Iadhu",
    1.3: "GJP",
    1.4: "6DLRw",
    1.5: "#&4FV",
    1.6: "5CKZm",
    1.7: "MNS",
    1.8: "X",
    1.9: "BEQUY",
    2.0: "AH",
    2.1: "OW",
    2.3: "T",
}


def _table() -> Array:
    widths = np.ones(CODES)
    for width, characters in _CLASSES.items():
        widths[[ord(character) for character in characters]] = width
    widths.setflags(write=False)
    return widths


TABLE = _table()
"""float64 (128,): what each character adds to a line's width, in x-heights, in a usual hand."""

# What is thought before anything is measured, and how many lines that outweighs: that widths of
# lines scatter by 5 % about what any table says; and characters by 25 % about this one.
_LINE_SCATTER, _LINES = 0.05, 2.0
_TABLE_SCATTER = 0.25
_SCALE_LINES = 0.5


@dataclass(frozen=True, eq=False)
class _Measured:
    """Sums over the lines measured in one manner, enough for a least-squares fit.

    Each line counts by its width relative to what the table says.
    """

    gram: Array = field(default_factory=lambda: np.zeros((CODES, CODES)))
    moment: Array = field(default_factory=lambda: np.zeros(CODES))
    ratios: float = 0.0
    squares: float = 0.0
    lines: int = 0

    def with_line(self, text: str, width: float) -> _Measured:
        counts = _counts(text)
        guess = float(counts @ TABLE)
        relative, ratio = counts / guess, width / guess
        return _Measured(
            self.gram + np.outer(relative, relative),
            self.moment + ratio * relative,
            self.ratios + ratio,
            self.squares + ratio * ratio,
            self.lines + 1,
        )

    @cached_property
    def table(self) -> Array:
        """The width of each character: the table scaled, then ridge regression towards that."""
        mean = self.ratios / self.lines
        spread = max(0.0, self.squares - self.lines * mean * mean) / (mean * mean)
        noise = (spread + _LINES * _LINE_SCATTER**2) / (self.lines + _LINES)
        scale = (_SCALE_LINES + self.ratios) / (_SCALE_LINES + self.lines)
        prior = scale * TABLE
        stiffness = np.diag(noise * scale**2 / (_TABLE_SCATTER * prior) ** 2)
        residual = self.moment - self.gram @ prior
        found: Array = prior + np.linalg.solve(self.gram + stiffness, residual)
        return np.clip(found, 0.2 * prior, 3.0 * prior)


def _alike(one: _Measured | None, other: _Measured | None) -> bool:
    """Whether the same was measured, so that the tables need not be worked out."""
    if one is None or other is None:
        return one is other
    sums = ((m.lines, m.ratios, m.squares) for m in (one, other))
    return (
        len({*sums}) == 1
        and np.array_equal(one.moment, other.moment)
        and np.array_equal(one.gram, other.gram)
    )


@dataclass(frozen=True, eq=False)
class WidthModel:
    """Expected widths of text, in x-heights, manner by manner.

    A line's width is taken as the sum of its characters' widths. Their table starts as `TABLE`
    and is fitted, for each manner, to the widths that lines in it turned out to have.
    """

    manners: Mapping[Manner, _Measured] = field(default_factory=dict)

    def table(self, manner: Manner) -> Array:
        """float64 (128,): the width of each ASCII character in a manner."""
        measured = self.manners.get(manner)
        return TABLE if measured is None else measured.table

    def lines(self, manner: Manner) -> int:
        """Number of lines learnt from in a manner."""
        measured = self.manners.get(manner)
        return 0 if measured is None else measured.lines

    def expected(self, text: str, manner: Manner) -> float:
        """Width of a line of this text, in x-heights."""
        return float(self.table(manner)[_codes(text)].sum())

    def learned(self, lines: Iterable[tuple[str, Manner, float]]) -> WidthModel:
        """With lines measured: text, manner and width in x-heights."""
        manners = dict(self.manners)
        for text, manner, width in lines:
            if text.strip() and width > 0:
                manners[manner] = manners.get(manner, _Measured()).with_line(text, width)
        return replace(self, manners=MappingProxyType(manners))

    def agrees(self, other: WidthModel) -> bool:
        """Whether two models expect the same of every text in the manners that they know."""
        return self is other or all(
            _alike(self.manners.get(manner), other.manners.get(manner))
            or np.array_equal(self.table(manner), other.table(manner))
            for manner in {*self.manners, *other.manners}
        )


def _codes(text: str) -> npt.NDArray[np.uint8]:
    return np.frombuffer(text.encode("ascii", "replace").replace(b"\x00", b"n"), dtype=np.uint8)


def _counts(text: str) -> Array:
    return np.bincount(_codes(text), minlength=CODES).astype(np.float64)
