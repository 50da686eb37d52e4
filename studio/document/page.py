"""Pages: ink placed on paper, which every exporter and painter takes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from engine.ink.ink import Ink, Stroke
from engine.rendering.pens import Pen
from studio.document.background import PlacedBackground
from studio.document.deferred_lines import DeferredLine, DeferredLines
from studio.document.paper import Margins, Paper, Ruling

if TYPE_CHECKING:
    # torch takes a second to import, and no exporter needs more of a step than its arrays.
    from engine.sampling.trace import SampleTrace

Box = tuple[float, float, float, float]
"""left, top, right, bottom in millimetres from the top left corner of the sheet."""


class LineKey(NamedTuple):
    """Which line of a note is meant, whatever becomes of the lines around it.

    `block` is the id of its block, `text` the line's text as the hand writes it, `occurrence`
    counts lines of the same text in that block, from 0.
    """

    block: int
    text: str
    occurrence: int


@dataclass(frozen=True)
class PlacedWord:
    """A word of a line and where its ink lies.

    Parameters
    ----------
    text : str
        The word as it was asked for (before spelling), without spaces: what a recogniser finds and
        copies.
    box : Box
        Around the ink of the word, in the frame of its line (see `PlacedLine.turned`).
    start, stop : int
        The word's points are `line.ink.xy[start:stop]`.
    goes_on : bool
        Whether it is only the first part of a word, whose rest begins the next line. Its text ends
        with a soft hyphen (U+00AD) where the hand has written a hyphen that was not asked for.
    written : str
        The word as the hand wrote it (after spelling): what its ink says. Empty where that is
        `text`.
    """

    text: str
    box: Box
    start: int = 0
    stop: int = 0
    goes_on: bool = False
    written: str = ""


@dataclass(frozen=True)
class PlacedLine:
    """A line of handwriting on a page.

    Parameters
    ----------
    text : str
        The line's text as it was asked for.
    ink : Ink
        In millimetres from the top left corner of the sheet; time in seconds where known.
    words : tuple of PlacedWord
        In reading order.
    baseline : float
        y in millimetres, in the frame of the line.
    colour : str
        '#rrggbb'.
    pen : Pen
    style : str or None
        Name of the style that primed the hand.
    bias : float
    seed : int
        Which wrote this line.
    steps : SampleTrace or None
        What the network did, for whom the researchers' exports are; not compared.
    key : LineKey or None
        Which line of the note this is.
    turned : float
        By how much the frame of the line is turned clockwise, in radians, about the top left
        corner of the sheet: that of a text box may be.
    sign : PlacedWord or None
        What is drawn before the words: the mark of a list's item. Its ink, and that of lines under
        and through words, stands after the ink of the words.
    tints : tuple of (int, int, str)
        Points of the ink, from which to which (exclusive), that have a colour of their own.
    hands : tuple of (str, str)
        Name and hash of the hands that wrote it; none where that is the note's. Not compared.
    """

    text: str
    ink: Ink
    words: tuple[PlacedWord, ...] = ()
    baseline: float = 0.0
    colour: str = "#1b2a49"
    pen: Pen = field(default_factory=Pen)
    style: str | None = None
    bias: float = 0.0
    seed: int = 0
    steps: SampleTrace | None = field(default=None, compare=False, repr=False)
    key: LineKey | None = None
    turned: float = 0.0
    sign: PlacedWord | None = None
    tints: tuple[tuple[int, int, str], ...] = ()
    hands: tuple[tuple[str, str], ...] = field(default=(), compare=False)

    @cached_property
    def parts(self) -> tuple[PlacedLine, ...]:
        """The line as ink of one colour each: itself, or as many lines as it has colours.

        The first has the text; their words are those of the whole line alone.
        """
        if not self.tints or not self.ink:
            return (self,)
        colours = [self.colour] * self.ink.points
        for start, stop, colour in self.tints:
            colours[start:stop] = [colour] * (min(stop, len(colours)) - start)
        strokes: dict[str, list[Stroke]] = {}
        at = 0
        for stroke in self.ink.strokes:
            begin = 0
            for end in range(1, len(stroke) + 1):
                if end == len(stroke) or colours[at + end] != colours[at + begin]:
                    strokes.setdefault(colours[at + begin], []).append(stroke[begin:end])
                    begin = end
            at += len(stroke)
        made = (
            replace(
                self,
                ink=Ink(tuple(own)),
                colour=colour,
                text=self.text if number == 0 else "",
                words=(),
                sign=None,
                tints=(),
                steps=None,
            )
            for number, (colour, own) in enumerate(strokes.items())
        )
        return tuple(made)

    @property
    def written(self) -> str:
        """What the ink says: "and Zoe" where "& Zoë" was asked for."""
        if not self.words:
            return self.text
        return " ".join(word.written or word.text for word in self.words)

    def as_typed(self, words: Sequence[str]) -> PlacedLine:
        """The line with other texts of its words, which were typed where the ink says these."""
        if len(words) != len(self.words):
            return self
        made = tuple(
            replace(word, text=text, written="" if text == said else said)
            for word, text in zip(self.words, words, strict=True)
            for said in (word.written or word.text,)
        )
        return replace(self, text=" ".join(words), words=made)

    @property
    def beside(self) -> int:
        """How many points belong to words; the strokes after them are drawn beside the words."""
        return max((word.stop for word in self.words), default=self.ink.points)

    @property
    def readable(self) -> tuple[PlacedWord, ...]:
        """What is to be found and copied, in order: the sign, then the words that have a text."""
        signs = () if self.sign is None else (self.sign,)
        return (*signs, *(word for word in self.words if word.text))


LineToPlace = DeferredLine[LineKey, PlacedLine]
"""A line that is laid into its place when it is looked at."""


@dataclass(frozen=True)
class PlacedDrawing:
    """A drawing of one's own on a page.

    Parameters
    ----------
    ink : Ink
        In millimetres from the top left corner of the sheet.
    colour : str
        '#rrggbb'.
    pen : Pen
    name : str
        What it shows; may be empty.
    key : LineKey
        Of its id, without text.
    """

    ink: Ink
    colour: str
    pen: Pen
    name: str
    key: LineKey


Inked = PlacedLine | PlacedDrawing
"""What has ink, colour, pen and key."""


@dataclass(frozen=True)
class Frame:
    """Around a text box or a drawing.

    Parameters
    ----------
    id : int
        Of the box or drawing.
    box : Box
        In a frame that is turned about the top left corner of the sheet.
    turned : float
        By so many radians clockwise.
    """

    id: int
    box: Box
    turned: float = 0.0


@dataclass(frozen=True)
class Page:
    """A sheet with its lines.

    Parameters
    ----------
    paper : Paper
    margins : Margins
    lines : sequence of PlacedLine
        From top to bottom; then those of text boxes. See `DeferredLines`.
    number : int
        From 1.
    folio : PlacedLine or None
        The page number in the hand's own ink, where it was asked for.
    ruling : Ruling
    ruling_printed : bool
        Whether exporters draw the ruling; on the desk it is always seen.
    drawings : tuple of PlacedDrawing
    frames : tuple of Frame
        Of the text boxes and drawings that stand on this page.
    backgrounds : tuple of PlacedBackground
        What lies under the ink and the ruling.
    typed : mapping of LineKey to tuple of str
        The words of the lines that something is left out of, with what was typed beside them; see
        `as_typed`.
    """

    paper: Paper
    margins: Margins = field(default_factory=Margins)
    lines: Sequence[PlacedLine] = ()
    number: int = 1
    folio: PlacedLine | None = None
    ruling: Ruling = field(default_factory=Ruling)
    ruling_printed: bool = False
    drawings: tuple[PlacedDrawing, ...] = ()
    frames: tuple[Frame, ...] = ()
    backgrounds: tuple[PlacedBackground, ...] = ()
    typed: Mapping[LineKey, tuple[str, ...]] = field(default_factory=dict)

    @property
    def printed_backgrounds(self) -> tuple[PlacedBackground, ...]:
        """Those that exporters draw."""
        return tuple(placed for placed in self.backgrounds if placed.background.printed)

    @property
    def keys(self) -> tuple[LineKey | None, ...]:
        """Those of the lines."""
        if isinstance(self.lines, DeferredLines):
            return tuple([one.key for one in self.lines.deferred])
        return tuple([line.key for line in self.lines])

    def lines_with(self, chosen: Callable[[LineKey], bool]) -> Iterator[PlacedLine]:
        """The lines whose keys are chosen; only they are laid into their places."""
        if isinstance(self.lines, DeferredLines):
            return (one.line for one in self.lines.deferred if chosen(one.key))
        return (line for line in self.lines if line.key is not None and chosen(line.key))

    def lines_without(self, keys: Collection[LineKey]) -> Sequence[PlacedLine]:
        """The lines but for those with some keys; none is laid into its place for that."""
        if isinstance(self.lines, DeferredLines):
            return DeferredLines([one for one in self.lines.deferred if one.key not in keys])
        return tuple(line for line in self.lines if line.key not in keys)

    def as_typed(self) -> Page:
        """The page with all that was typed in its lines' texts: what is left out of the ink, too.

        What the ink says stays beside that.
        """
        if not self.typed:
            return self
        known = (None if line.key is None else self.typed.get(line.key) for line in self.lines)
        lines = tuple(
            line if words is None else line.as_typed(words)
            for line, words in zip(self.lines, known, strict=True)
        )
        return replace(self, lines=lines, typed={})

    @property
    def written(self) -> tuple[PlacedLine, ...]:
        """All that is written on the sheet: the lines, then the folio."""
        lines = tuple(self.lines)
        return lines if self.folio is None else (*lines, self.folio)

    @property
    def inked(self) -> tuple[Inked, ...]:
        """All ink on the sheet in one colour each: what is written, then the drawings."""
        return (*(part for line in self.written for part in line.parts), *self.drawings)


@dataclass(frozen=True)
class Pages:
    """A written note: its pages and what is told about it in a file's metadata.

    Parameters
    ----------
    pages : tuple of Page
        At least one.
    title, author : str
        May be empty.
    hand : str
        Name of the hand that wrote.
    hand_sha256 : str
        Hash of the hand's file. Lines that others wrote name these (`hands`).
    seed : int or None
        The note's own seed, which its lines' seeds were made from.
    language : str
        Of the text, such as "de" or "pt_BR"; may be empty.
    duplex : str
        For both sides of the paper: over which edge it is turned, "long-edge" or "short-edge";
        empty for one side.
    """

    pages: tuple[Page, ...]
    title: str = ""
    author: str = ""
    hand: str = ""
    hand_sha256: str = ""
    seed: int | None = None
    language: str = ""
    duplex: str = ""

    def __iter__(self) -> Iterator[Page]:
        return iter(self.pages)

    def __len__(self) -> int:
        return len(self.pages)

    @property
    def lines(self) -> Iterator[PlacedLine]:
        """The lines of all pages in reading order, without folios."""
        return (line for page in self.pages for line in page.lines)

    @property
    def hands(self) -> tuple[tuple[str, str], ...]:
        """Name and hash of all hands that wrote, each once; the note's own first."""
        own = (self.hand, self.hand_sha256)
        of_lines = [hand for line in self.lines for hand in line.hands or (own,)]
        found = dict.fromkeys(of_lines or (own,))
        return tuple(sorted(found, key=lambda hand: hand != own))

    @property
    def text(self) -> str:
        """The text of all lines, one a line."""
        return "\n".join(line.text for line in self.lines)
