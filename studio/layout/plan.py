"""The plan of a note: its lines with their places, as they are known before any is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from engine.errors import TextError
from engine.text.transliteration import Substitution
from studio.document.note import LineEdit, Look
from studio.document.page import Box, LineKey
from studio.document.placement import Placement
from studio.document.text_marks import MarkKind
from studio.layout.drawn_marks import DrawnSign
from studio.layout.line_writer import LineRequest

Array = npt.NDArray[np.float64]


class Word(NamedTuple):
    """A word, or a part of one that is divided, in a line.

    Parameters
    ----------
    text : str
        As the hand writes it, with the hyphen that divides it.
    source : str
        As it was asked for; a hyphen that was not is a soft one there (U+00AD).
    goes_on : bool
        Whether its rest begins the next line.
    """

    text: str
    source: str
    goes_on: bool = False


class DecimalStop(NamedTuple):
    """Where the whole part of an amount ends: its x in millimetres, and so many characters on."""

    x: float
    place: int


class LineMark(NamedTuple):
    """Characters of a line's text, as it is written, that are marked."""

    start: int
    stop: int
    kind: MarkKind
    colour: str = ""


@dataclass(frozen=True)
class PlannedLine:
    """A line and where it will stand; lengths in millimetres.

    Those of a line in a text box are the box's own millimetres, which `place` brings to the page.

    Parameters
    ----------
    key : LineKey
    words : tuple of Word
    look : Look
    requests : tuple of LineRequest
        What is to be written: the line, or the pieces of a long one.
    page : int
        From 0.
    left, width : float
        Of its ink before it is slanted; the width is expected, or to be filled.
    most : float
        Width at most, where it stands.
    baseline : float
        y of its baseline in its middle.
    low, high : float
        Between which x its ink must stay, slanted or not.
    above, below : float
        How far its ink may reach from its baseline.
    angle : float
        Of the baseline, radians clockwise.
    gaps : float
        Factor on the gaps between words.
    filled : bool
        Whether its gaps are stretched until it has its width.
    edit : LineEdit
    place : Placement or None
        Of its text box; None for flowing text.
    origin : Origin or None
        Where its text begins; not compared, for what was typed before it does not change it.
    decimal : DecimalStop or None
        Where an amount stands that is below others; None for all other lines.
    marks : tuple of LineMark
        What is underlined, pressed harder or crossed out.
    sign : DrawnSign or None
        What is drawn before the line. One without words has nothing but this, and no requests.
    """

    key: LineKey
    words: tuple[Word, ...]
    look: Look
    requests: tuple[LineRequest, ...]
    page: int
    left: float
    width: float
    most: float
    baseline: float
    low: float
    high: float
    above: float
    below: float
    angle: float = 0.0
    gaps: float = 1.0
    filled: bool = False
    edit: LineEdit = field(default_factory=LineEdit)
    place: Placement | None = None
    origin: Origin | None = field(default=None, compare=False)
    decimal: DecimalStop | None = None
    marks: tuple[LineMark, ...] = ()
    sign: DrawnSign | None = None

    def __hash__(self) -> int:
        # Of all fields it would take twenty times as long, and these tell nearly all apart.
        return hash((self.key, self.page, self.baseline))

    @property
    def source(self) -> str:
        """The line's text as it was asked for."""
        return " ".join(word.source for word in self.words)

    @property
    def unit(self) -> float:
        """Millimetres to the x-height, before what `on_page` does."""
        return self.look.x_height * self.edit.scale

    def on_page(self, xy: npt.ArrayLike) -> Array:
        """Points in the millimetres of this plan, (n, 2), as millimetres of the page."""
        points = np.asarray(xy, dtype=np.float64)
        return points if self.place is None else self.place.on_page(points)

    @property
    def area(self) -> Box:
        """Around the room of its ink, on the page."""
        left, right = self.left, self.left + self.width
        top, bottom = self.baseline - self.above, self.baseline + self.below
        corners = self.on_page([(left, top), (right, top), (right, bottom), (left, bottom)])
        (low, high), (far, deep) = corners.min(axis=0), corners.max(axis=0)
        return float(low), float(high), float(far), float(deep)


class SpelledBlock(NamedTuple):
    """A block as it was spelled.

    Parameters
    ----------
    text : str
        As it was typed.
    words : tuple of tuple of Word
        Of each line of the text.
    alphabet : frozenset of str or None
        By which all of it is spelled; None where that is not known, or holds for a part alone.
    """

    text: str
    words: tuple[tuple[Word, ...], ...]
    alphabet: frozenset[str] | None = None


class Break(NamedTuple):
    """Which words a line has.

    Parameters
    ----------
    start, stop : int
        Its first word, and the one after its last.
    guess : float
        Its expected width in x-heights.
    head : int
        Characters of its first word that stand on the line before.
    tail : int
        Where its last word is divided: the characters of that word up to there; else 0.
    hyphen : bool
        Whether a hyphen is added there.
    """

    start: int
    stop: int
    guess: float
    head: int = 0
    tail: int = 0
    hyphen: bool = False

    def texts(self, words: Sequence[Word]) -> list[str]:
        """Its words as they are written."""
        texts = [word.text for word in words[self.start : self.stop]]
        if self.tail:
            texts[-1] = texts[-1][: self.tail] + ("-" if self.hyphen else "")
        if self.head:
            texts[0] = texts[0][self.head :]
        return texts


class Origin(NamedTuple):
    """Where a line's text begins in its block.

    Parameters
    ----------
    line : int
        Of the block's typed lines, from 0.
    word : int
        Of that line's words, from 0.
    head : int
        Characters of that word, as it is written, that stand on the line before.
    """

    line: int
    word: int
    head: int = 0


class Passage(NamedTuple):
    """What the breaks of the words between two line breaks depend on."""

    block: int
    number: int
    words: tuple[Word, ...]
    style: str | None
    word_spacing: float
    rooms: tuple[float, float]
    even: bool


class Columns(NamedTuple):
    """What the widths of a table's columns depend on."""

    cells: tuple[tuple[str, ...], ...]
    style: str | None
    x_height: float
    word_spacing: float
    room: float


@dataclass(frozen=True)
class Plan:
    """All lines of a note in their places.

    Parameters
    ----------
    lines : tuple of PlannedLine
        In reading order, those of text boxes last.
    folios : tuple of PlannedLine
        The page numbers; empty where there are none.
    pages : int
        At least one.
    notices : tuple of Substitution
        What is spelled otherwise than it was asked for.
    breaks : mapping of Passage to tuple of Break
        How each passage was broken.
    columns : mapping of Columns to tuple of float
        How wide the columns of each table are, how wide in each what stands behind a decimal
        stop, and the gap between them, in millimetres.
    remarks : tuple of str
        Sentences on what has no room as it was typed.
    spelled : mapping of int to SpelledBlock
        How the block of each id was spelled.
    """

    lines: tuple[PlannedLine, ...] = ()
    folios: tuple[PlannedLine, ...] = ()
    pages: int = 1
    notices: tuple[Substitution, ...] = ()
    breaks: Mapping[Passage, tuple[Break, ...]] = field(default_factory=dict, repr=False)
    columns: Mapping[Columns, tuple[float, ...]] = field(default_factory=dict, repr=False)
    remarks: tuple[str, ...] = ()
    spelled: Mapping[int, SpelledBlock] = field(default_factory=dict, repr=False)

    @property
    def everything(self) -> tuple[PlannedLine, ...]:
        """The lines, then the page numbers."""
        return self.lines + self.folios

    @cached_property
    def lines_by_block(self) -> dict[int, list[PlannedLine]]:
        """The lines of each block, by its id."""
        found: dict[int, list[PlannedLine]] = {}
        for line in self.lines:
            found.setdefault(line.key.block, []).append(line)
        return found

    @cached_property
    def requests(self) -> tuple[LineRequest, ...]:
        """What is to be written, each once."""
        return tuple(dict.fromkeys([r for line in self.everything for r in line.requests]))


def check_seen(plan: Plan) -> None:
    """Refuse a text of which nothing is seen.

    Raises
    ------
    TextError
        If the plan has no line.
    """
    if not plan.lines:
        raise TextError(
            "Nothing of this text can be seen when it is written; give letters, or other "
            "characters that the hand knows."
        )
