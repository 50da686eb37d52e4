"""A note's paragraphs as they were set, from which the next plan takes all that has not changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from types import MappingProxyType
from typing import NamedTuple

from studio.document.note import Look, Note
from studio.document.page import LineKey
from studio.layout.baseline_grid import LineSpot
from studio.layout.line_requests import LineRecord
from studio.layout.pagination import BlockRows, Pagination
from studio.layout.passage_breaking import Breaker
from studio.layout.plan import Break, Passage, PlannedLine
from studio.layout.rows import ParagraphRows, TableGroup
from studio.layout.tokenise import Paragraph
from studio.layout.width_model import WidthModel

_SETTINGS = tuple(
    setting.name
    for setting in fields(Note)
    if setting.name not in {"blocks", "boxes", "drawings", "edits", "title", "author", "background"}
)


class FittedPage(NamedTuple):
    """A page whose paragraphs are written as large as they have room.

    Parameters
    ----------
    blocks : tuple of int
        The ids of its paragraphs, in order.
    factor : float
        On their size.
    guessed : bool
        Whether nothing of it was ever written: it comes out the same whatever its size was.
    """

    blocks: tuple[int, ...]
    factor: float
    guessed: bool


@dataclass(frozen=True, eq=False)
class TypesetBlock:
    """A paragraph that is broken into rows.

    Parameters
    ----------
    paragraph : Paragraph
    made : ParagraphRows
    rows : BlockRows
        The same rows, as the pages need them.
    breaks : mapping of Passage to tuple of Break
        How its passages were broken.
    keys : tuple of LineKey
        Of the rows with words.
    records : tuple of (LineRecord or None)
        What was known of these lines.
    settled : bool
        Whether it comes out the same again while nothing of this changes.
    inked : bool
        Whether it is settled because all of its lines are written and stand.
    language : tuple of (str or None)
        The language of all of the text, where its hyphens hang on that; else empty.
    page : FittedPage or None
        Where it is written in the size that its page needs.
    """

    paragraph: Paragraph
    made: ParagraphRows
    rows: BlockRows
    breaks: Mapping[Passage, tuple[Break, ...]]
    keys: tuple[LineKey, ...] = ()
    records: tuple[LineRecord | None, ...] = ()
    settled: bool = False
    inked: bool = False
    language: tuple[str | None, ...] = ()
    page: FittedPage | None = None


@dataclass(frozen=True, eq=False)
class PlacedBlock:
    """A paragraph whose rows have their places.

    Parameters
    ----------
    block : TypesetBlock
    spots : list of (LineSpot or None)
        Of its rows.
    lines : tuple of (PlannedLine or None)
        Of its rows; None for one of which nothing is seen.
    """

    block: TypesetBlock
    spots: list[LineSpot | None]
    lines: tuple[PlannedLine | None, ...]


@dataclass(frozen=True, eq=False)
class Typesetting:
    """How the flowing text of a note was set.

    Parameters
    ----------
    note : Note
    hand : str
        Hash of the hand that was to write.
    widths : WidthModel
    blocks : mapping of int to PlacedBlock
        The paragraphs in their order, by their ids.
    pagination : Pagination or None
        Of the rows of all paragraphs.
    anew : int
        How many paragraphs were set anew for it.
    """

    note: Note
    hand: str
    widths: WidthModel
    blocks: Mapping[int, PlacedBlock] = field(default_factory=lambda: MappingProxyType({}))
    pagination: Pagination | None = None
    anew: int = 0

    def paragraphs(self, note: Note) -> Mapping[int, Paragraph]:
        """The paragraphs whose words and looks are the same in another value of the note."""
        same = note.look == self.note.look and note.replace_unknown == self.note.replace_unknown
        return {k: placed.block.paragraph for k, placed in self.blocks.items()} if same else {}


class Reuse:
    """Finds what of an earlier typesetting holds for a note.

    Parameters
    ----------
    before : Typesetting or None
    note, hand, widths
        As `Typesetting` has them, of now.
    records : mapping of LineKey to LineRecord
        What is known of lines now.
    breaker : Breaker
        Of the note.
    """

    def __init__(
        self,
        before: Typesetting | None,
        note: Note,
        hand: str,
        widths: WidthModel,
        records: Mapping[LineKey, LineRecord],
        breaker: Breaker,
    ) -> None:
        self._records, self._breaker = records, breaker
        self._blocks: Mapping[int, PlacedBlock] = {}
        self.pagination: Pagination | None = None
        """Of the same settings."""
        if (
            before is None
            or before.hand != hand
            or before.widths is not widths
            or not all(getattr(note, name) == getattr(before.note, name) for name in _SETTINGS)
        ):
            return
        self._blocks, self.pagination = before.blocks, before.pagination
        old, new = before.note.edits, note.edits
        changed = {key for key in {*old, *new} if old.get(key) != new.get(key)}
        self._edited = {key.block for key in changed}

    def find(
        self, paragraph: Paragraph, items: frozenset[int], group: TableGroup | None
    ) -> TypesetBlock | None:
        """The block of a paragraph, with these numbered items and tables, if it is the same."""
        known = self.find_fitted(paragraph, items)
        return known if known is not None and known.made.group == group else None

    def find_fitted(self, paragraph: Paragraph, items: frozenset[int]) -> TypesetBlock | None:
        """The block of a paragraph of a page that is fitted, if it is the same."""
        placed = self._blocks.get(paragraph.block.id)
        if placed is None or not placed.block.settled or paragraph.block.id in self._edited:
            return None
        known = placed.block
        old = known.paragraph
        if not (
            (old is paragraph or _same(old, paragraph))
            and known.made.items == items
            and known.records == tuple(map(self._records.get, known.keys))
        ):
            return None
        if known.language and known.language[0] != self._breaker.guessed_language:
            return None
        return known

    def placed(self, block: TypesetBlock) -> PlacedBlock | None:
        """Where a block stood."""
        placed = self._blocks.get(block.paragraph.block.id)
        return placed if placed is not None and placed.block is block else None


def _same(one: Paragraph, other: Paragraph) -> bool:
    """Whether two paragraphs are, but for the lines before them."""
    return (
        (one.block is other.block or one.block == other.block)
        and _same_look(one.look, other.look)
        and (one.typed is other.typed or one.typed == other.typed)
    )


def _same_look(one: Look, other: Look) -> bool:
    return one is other or one == other


def rows_of(blocks: Sequence[TypesetBlock]) -> list[BlockRows]:
    """The rows of blocks, as the pages need them."""
    return [block.rows for block in blocks]
