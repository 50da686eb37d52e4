"""A note: blocks of text, how they look, their sheet, what is placed on it and changed by hand."""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Any, NamedTuple, TypeVar

from engine.errors import SettingError, TextError
from engine.rendering.colours import rgb
from engine.rendering.pens import Pen
from engine.sampling.policy import DEFAULT_BIAS
from studio.document.background import Background
from studio.document.drawing import Drawing
from studio.document.page import LineKey
from studio.document.paper import LARGEST, PAPERS, SMALLEST, Margins, Paper, Ruling
from studio.document.placement import Placement
from studio.document.text_marks import DEEPEST, Mark, Role, Sign, marks_after_edit, merged_marks

LARGEST_SEED = 2**63 - 1
MOST_COLUMNS = 6
LOWEST_FIELD = 5.0
"""Millimetres."""

HEADING_SIZES: Mapping[int, float] = MappingProxyType({0: 1.5, 1: 1.5, 2: 1.25, 3: 1.1})
"""How much larger headings are written, by their level."""


class Alignment(StrEnum):
    """Where the lines of a block stand between the margins."""

    LEFT = "left"
    RIGHT = "right"
    CENTRED = "centred"
    JUSTIFIED = "justified"


class VerticalAlignment(StrEnum):
    """Vertical position of the text on a page between its top and its foot."""

    TOP = "top"
    MIDDLE = "middle"
    BOTTOM = "bottom"


@dataclass(frozen=True)
class Look:
    """How text is written and set.

    Parameters
    ----------
    style : str or None
        Name of the style that primes the hand; None for no primer.
    strength : float
        How closely the style is followed: 0 (it only primes) to 1 (its slant and letter width).
    bias : float
        Graves's probability bias, 0 (wild) to 10 (tidy).
    seed : int
        From which the seed of each line is derived.
    x_height : float
        Height of a small x, in millimetres.
    line_spacing : float
        From baseline to baseline, in x-heights; on ruled paper the next number of whole rules.
    alignment : Alignment
    indent : float
        Of the first line of a block, in millimetres.
    word_spacing : float
        Factor on the gaps between words.
    slant : float
        Added lean to the right, as x per unit of height.
    variation : float
        How much left edge, slope and spacing vary from line to line: 0 (not at all) to 1.
    colour : str
        Of the ink, '#rrggbb'.
    pen : Pen

    Raises
    ------
    SettingError
        If a value is out of range.
    """

    style: str | None = None
    strength: float = 1.0
    bias: float = DEFAULT_BIAS
    seed: int = 0
    x_height: float = 2.4
    line_spacing: float = 3.6
    alignment: Alignment = Alignment.LEFT
    indent: float = 0.0
    word_spacing: float = 1.0
    slant: float = 0.0
    variation: float = 0.4
    colour: str = "#1b2a49"
    pen: Pen = field(default_factory=Pen)

    def __post_init__(self) -> None:
        try:
            self._check()
        except (AttributeError, TypeError, ValueError, OverflowError) as error:
            raise SettingError(f"A value of a look is of the wrong type: {error}.") from error
        object.__setattr__(self, "alignment", Alignment(self.alignment))

    def _check(self) -> None:
        for name, (low, high) in LIMITS.items():
            value = getattr(self, name)
            if not math.isfinite(value) or not low <= value <= high:
                raise SettingError(
                    f"The {name.replace('_', ' ').replace('x height', 'x-height')} cannot be "
                    f"{value:g}; choose from {low:g} to {high:g}."
                )
        if not 0 <= self.seed <= LARGEST_SEED:
            raise SettingError(f"The seed cannot be {self.seed}; choose a whole number from 0.")
        rgb(self.colour)
        if self.alignment not in list(Alignment):
            known = ", ".join(Alignment)
            raise SettingError(f"There is no alignment {self.alignment!r}; use one of {known}.")


LIMITS: Mapping[str, tuple[float, float]] = MappingProxyType(
    {
        "strength": (0.0, 1.0),
        "bias": (0.0, 10.0),
        "x_height": (0.5, 100.0),
        "line_spacing": (1.8, 20.0),
        "indent": (0.0, 1000.0),
        "word_spacing": (0.4, 4.0),
        "slant": (-1.0, 1.0),
        "variation": (0.0, 1.0),
    }
)
"""The range of each number of a `Look`."""


@dataclass(frozen=True)
class Block:
    """A paragraph.

    Parameters
    ----------
    text : str
        As it was typed; a newline in it is a line break within the paragraph. Empty: a blank
        line.
    id : int
        Which stays with the block when others come and go; the seeds of its lines depend on it.
    look : mapping of str to value
        The fields of `Look` in which this block differs from the note.
    new_page : bool
        Whether the block begins a page.
    role : Role
    level : int
        Of a heading, 1 for the highest; of an item or a quotation, how deep it stands in others,
        from 0.
    sign : Sign or None
        What is drawn before an item; None where its text says its number.
    marks : tuple of Mark
        Characters that are underlined, pressed harder or crossed out.

    Raises
    ------
    SettingError
        If `look` names a field that there is not, or a value is out of range.
    """

    text: str
    id: int = 0
    look: Mapping[str, Any] = field(default_factory=dict)
    new_page: bool = False
    role: Role = Role.PARAGRAPH
    level: int = 0
    sign: Sign | None = None
    marks: tuple[Mark, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "role", Role(self.role))
        if self.sign is not None:
            object.__setattr__(self, "sign", Sign(self.sign))
        if not 0 <= self.level <= DEEPEST:
            raise SettingError(f"A block has no level {self.level}; choose from 0 to {DEEPEST}.")
        object.__setattr__(self, "marks", merged_marks(self.marks, len(self.text)))
        if unknown := set(self.look) - {f.name for f in fields(Look)}:
            raise SettingError(f"A block has no {min(unknown)!r}; use the fields of a look.")
        replace(Look(), **self.look)
        object.__setattr__(self, "look", MappingProxyType(dict(self.look)))


@dataclass(frozen=True)
class TextBox:
    """Text beside the flowing text: a greeting across a corner.

    Parameters
    ----------
    block : Block
        What it says and how that looks; it begins no page.
    place : Placement
        Of the frame's top left corner.
    width : float
        To which its lines are broken, in millimetres before it is scaled.
    height : float or None
        Of a field: its text is written as much smaller as it takes to have room in it, with no
        word divided. None: the box is as high as its text.

    Raises
    ------
    SettingError
        If the width or the height is out of range.
    """

    block: Block
    place: Placement = field(default_factory=Placement)
    width: float = 60.0
    height: float | None = None

    def __post_init__(self) -> None:
        if self.height is not None and not LOWEST_FIELD <= self.height <= LARGEST:
            raise SettingError(
                f"A field cannot be {self.height:g} mm high; choose from {LOWEST_FIELD:g} to "
                f"{LARGEST:g}."
            )
        if not SMALLEST <= self.width <= LARGEST:
            raise SettingError(
                f"A text box cannot be {self.width:g} mm wide; choose from {SMALLEST:g} to "
                f"{LARGEST:g}, and scale it."
            )

    @property
    def id(self) -> int:
        """That of its block."""
        return self.block.id


@dataclass(frozen=True)
class WordEdit:
    """What was changed by hand on a word: moved by (right, down) mm, scaled, deleted.

    It is `fine` where the user says that it can be read, whatever a recogniser makes of it.
    """

    right: float = 0.0
    down: float = 0.0
    scale: float = 1.0
    deleted: bool = False
    fine: bool = False


@dataclass(frozen=True)
class LineEdit:
    """What was changed by hand on a line.

    Parameters
    ----------
    seed : int or None
        Writes this line in place of the seed derived for it.
    variant : int
        Which of several inks of the same request is meant. 0 is what the hand writes; others
        were pieced together from it (by a reroll of one word) and are found among the known
        lines.
    locked : bool
        Whether the line keeps its ink whatever becomes of the note's look, and its words stay
        together while they are there.
    look : Look or None
        Which a locked line keeps: what it had when it was locked; None for its block's.
    right, down : float
        Moved by, in millimetres.
    scale : float
        About the left end of its baseline.
    deleted : bool
        Its place stays empty.
    words : tuple of (int, WordEdit)
        By the word's place in the line, from 0.
    """

    seed: int | None = None
    variant: int = 0
    locked: bool = False
    right: float = 0.0
    down: float = 0.0
    scale: float = 1.0
    deleted: bool = False
    words: tuple[tuple[int, WordEdit], ...] = ()
    look: Look | None = None


@dataclass(frozen=True)
class Note:
    """A document: what is to be written and on what.

    Parameters
    ----------
    blocks : tuple of Block
        With distinct ids.
    look : Look
        Of every block that says nothing else.
    paper : Paper
    margins : Margins
    ruling : Ruling
    ruling_printed : bool
    page_numbers : bool
        Whether each page has its number below, in the hand's own ink.
    replace_unknown : str or None
        Written for characters that the hand cannot write; None refuses them.
    edits : mapping of LineKey to LineEdit
        Those of lines that are no longer there wait for their return.
    title, author : str
    boxes : tuple of TextBox
        Text beside the flowing text; their blocks' ids are distinct from all others.
    drawings : tuple of Drawing
        Ink that nobody writes; their ids, too.
    language : str
        Whose hyphens divide words: a code such as "de" or "en_GB"; empty to guess it.
    hyphenate : bool
        Whether words are divided at the ends of lines, and not only where a line would be too
        loose or too narrow otherwise.
    columns : int
        That the flowing text stands in, side by side.
    column_gap : float
        Between two of them, in millimetres.
    keep_together : bool
        Whether lines that belong together stay on one page: two lines of a paragraph at least, a
        heading and its text, a closing and the signature.
    vertical : VerticalAlignment
        Where the flowing text of each page stands.
    fit_pages : bool
        Whether what begins a page stays on it: it is written as much smaller as that takes.
    keep_lines : bool
        Whether fitted text is written smaller, to half of its size, before its lines are broken.
    background : Background or None
        A letterhead, a form or a picture under the ink.
    two_sided : bool
        Whether both sides of the paper are printed: the left and right margins of even pages are
        exchanged.

    Raises
    ------
    SettingError
        If the margins leave no room, or two blocks share an id.
    """

    blocks: tuple[Block, ...]
    look: Look = field(default_factory=Look)
    paper: Paper = PAPERS["A4"]
    margins: Margins = field(default_factory=Margins)
    ruling: Ruling = field(default_factory=Ruling)
    ruling_printed: bool = False
    page_numbers: bool = False
    replace_unknown: str | None = None
    edits: Mapping[LineKey, LineEdit] = field(default_factory=dict)
    title: str = ""
    author: str = ""
    boxes: tuple[TextBox, ...] = ()
    drawings: tuple[Drawing, ...] = ()
    language: str = ""
    hyphenate: bool = False
    columns: int = 1
    column_gap: float = 8.0
    keep_together: bool = True
    fit_pages: bool = False
    vertical: VerticalAlignment = VerticalAlignment.TOP
    keep_lines: bool = False
    background: Background | None = None
    two_sided: bool = False

    def __post_init__(self) -> None:
        try:
            self._check()
        except (AttributeError, TypeError, ValueError, OverflowError) as error:
            raise SettingError(f"A setting of a note is of the wrong type: {error}.") from error

    def _check(self) -> None:
        object.__setattr__(self, "vertical", VerticalAlignment(self.vertical))
        object.__setattr__(self, "blocks", tuple(self.blocks))
        object.__setattr__(self, "edits", MappingProxyType(dict(self.edits)))
        for name, kind in (("look", Look), ("paper", Paper), ("margins", Margins)):
            if not isinstance(getattr(self, name), kind):
                raise SettingError(f"The {name} of a note is none; give a {kind.__name__}.")
        ids = self._ids
        if len(set(ids)) < len(ids):
            raise SettingError("Two blocks of a note share an id; give each its own.")
        across = self.paper.width - self.margins.left - self.margins.right
        down = self.paper.height - self.margins.top - self.margins.bottom
        if across < 5 or down < 5:
            raise SettingError(
                f"The margins leave {max(across, 0):g} x {max(down, 0):g} mm of the paper to write "
                "on; choose smaller margins or larger paper."
            )
        if not 1 <= self.columns <= MOST_COLUMNS:
            raise SettingError(
                f"Text cannot stand in {self.columns} columns; choose from 1 to {MOST_COLUMNS}."
            )
        if not (math.isfinite(self.column_gap) and self.column_gap >= 0) or self.column_width < 5:
            raise SettingError(
                f"{self.columns} columns with {self.column_gap:g} mm between them have no room; "
                "choose fewer columns or larger paper."
            )

    def margins_of(self, page: int) -> Margins:
        """The margins of a page, from 0: on backs of sheets the left and right are exchanged."""
        if not (self.two_sided and page % 2):
            return self.margins
        return replace(self.margins, left=self.margins.right, right=self.margins.left)

    @property
    def duplex(self) -> str:
        """Over which edge a printer turns the paper; empty where one side is printed."""
        if not self.two_sided:
            return ""
        return "long-edge" if self.paper.height >= self.paper.width else "short-edge"

    @property
    def blank(self) -> bool:
        """Whether there is nothing in it."""
        return not (self.text.strip() or self.boxes or self.drawings)

    @property
    def column_width(self) -> float:
        """Of one column, in millimetres."""
        across = self.paper.width - self.margins.left - self.margins.right
        return (across - (self.columns - 1) * self.column_gap) / self.columns

    @classmethod
    def from_text(cls, text: str, **settings: Any) -> Note:
        """Each line of the text becomes a block; a form feed begins a page.

        Parameters
        ----------
        text : str
        **settings
            Other fields of `Note`.

        Raises
        ------
        TextError
            If the text is none.
        SettingError
            If there is no such field, or its value is of the wrong type or out of range.
        """
        if unknown := settings.keys() - {f.name for f in fields(cls)}:
            raise SettingError(f"A note has no {min(unknown)!r}; use the fields of Note.")
        if isinstance(text, str):
            text = text.replace("\f\n", "\f")
        blocks = _blocks(text)
        return cls(tuple(replace(block, id=i) for i, block in enumerate(blocks)), **settings)

    @property
    def text(self) -> str:
        """The text of all blocks, one a line; `from_text` makes the same blocks of it."""
        return "\n".join(
            ("\f" if block.new_page else "") + block.text.replace("\n", "\u2028")
            for block in self.blocks
        )

    def with_text(self, text: str) -> Note:
        """The note after its text was edited.

        Blocks whose text is still there keep their id and look, and with them their ink; of
        changed blocks each takes the place of the one that stood there, with its role and marks;
        new ones look like the block before them, and are paragraphs.
        """
        old, new = self.blocks, _typed_blocks(text)
        free = self.free_id
        blocks: list[Block] = []
        for old_start, old_stop, new_start, new_stop in _runs(old, new):
            for place, typed in enumerate(new[new_start:new_stop], old_start):
                if place >= old_stop:
                    look = blocks[-1].look if blocks else {}
                    blocks.append(Block(typed.text, id=free, look=look, new_page=typed.new_page))
                    free += 1
                    continue
                there = old[place]
                if (there.text, there.new_page) != typed:
                    marks = marks_after_edit(there.marks, there.text, typed.text)
                    there = replace(there, text=typed.text, new_page=typed.new_page, marks=marks)
                blocks.append(there)
        return replace(self, blocks=tuple(blocks), edits=_moved_edits(self.edits, old, blocks))

    def look_of(self, block: Block) -> Look:
        """The note's look with the block's own fields; headings are larger."""
        look = replace(self.look, **block.look) if block.look else self.look
        size = HEADING_SIZES.get(block.level, 1.0) if block.role is Role.HEADING else 1.0
        if size == 1.0 or "x_height" in block.look:
            return look
        return replace(look, x_height=min(size * look.x_height, LIMITS["x_height"][1]))

    # What is placed beside the flowing text ---------------------------------------------------

    @property
    def free_id(self) -> int:
        """One that nothing in the note has, or had while something was changed by hand on it."""
        return max((*self._ids, *(key.block for key in self.edits)), default=-1) + 1

    @property
    def _ids(self) -> list[int]:
        texts = [block.id for block in self.blocks] + [box.id for box in self.boxes]
        return texts + [drawing.id for drawing in self.drawings]

    def box(self, ident: int) -> TextBox | None:
        """The text box of that id."""
        return next((box for box in self.boxes if box.id == ident), None)

    def drawing(self, ident: int) -> Drawing | None:
        """The drawing of that id."""
        return next((drawing for drawing in self.drawings if drawing.id == ident), None)

    def with_box(self, box: TextBox) -> Note:
        """With a text box, in place of the one that had its id."""
        return replace(self, boxes=_with(self.boxes, box))

    def with_drawing(self, drawing: Drawing) -> Note:
        """With a drawing, in place of the one that had its id."""
        return replace(self, drawings=_with(self.drawings, drawing))

    def without(self, ident: int) -> Note:
        """Without the text box or drawing of that id."""
        return replace(
            self,
            boxes=tuple(box for box in self.boxes if box.id != ident),
            drawings=tuple(drawing for drawing in self.drawings if drawing.id != ident),
        )


def _moved_edits(
    edits: Mapping[LineKey, LineEdit], before: Sequence[Block], after: Sequence[Block]
) -> dict[LineKey, LineEdit]:
    """What was changed by hand on lines that have come to another block, under their keys there.

    That is so where a block was split, or joined with the one before.
    """
    old, new = ({block.id: block.text for block in blocks} for blocks in (before, after))
    changed = [block for block in after if old.get(block.id) != block.text]
    moved: dict[LineKey, LineEdit] = {}
    for key, edit in edits.items():
        if key.block in old and key.text not in new.get(key.block, ""):
            homes = (
                b.id for b in changed if key.text in b.text and key.text not in old.get(b.id, "")
            )
            key = key._replace(block=next(homes, key.block))
        moved[key] = edit
    return moved


_Placed = TypeVar("_Placed", TextBox, Drawing)


def _with(parts: tuple[_Placed, ...], part: _Placed) -> tuple[_Placed, ...]:
    changed = [part if old.id == part.id else old for old in parts]
    if part not in changed:
        changed.append(part)
    return tuple(changed)


class _TypedBlock(NamedTuple):
    """What a text says of one of its blocks."""

    text: str
    new_page: bool


def _runs(old: Sequence[Block], new: Sequence[_TypedBlock]) -> list[tuple[int, int, int, int]]:
    """Runs of old blocks and the new ones in their place, together all of both."""
    one, other = [block.text for block in old], [block.text for block in new]
    shorter = min(len(one), len(other))
    # Most edits touch one block; what is alike at either end need not be compared at length.
    head = next((i for i in range(shorter) if one[i] != other[i]), shorter)
    rest = shorter - head
    tail = next((i for i in range(rest) if one[-1 - i] != other[-1 - i]), rest)
    one, other = one[head : len(one) - tail], other[head : len(other) - tail]
    matcher = difflib.SequenceMatcher(None, one, other, autojunk=False)
    middle = [tuple(head + place for place in run) for _, *run in matcher.get_opcodes()]
    ends = len(old) - tail, len(old), len(new) - tail, len(new)
    return [(0, head, 0, head), *((a, b, c, d) for a, b, c, d in middle), ends]


def _blocks(text: str) -> list[Block]:
    """Blocks without ids."""
    return [Block(typed.text, new_page=typed.new_page) for typed in _typed_blocks(text)]


def _typed_blocks(text: str) -> list[_TypedBlock]:
    if not isinstance(text, str):
        raise TextError(f"The text of a note is {text!r:.40}; give a text.")
    lines = re.split("\r\n|[\n\r\v\x85\u2029]", text)
    blocks: list[_TypedBlock] = []
    for line in lines:
        first, *later = line.split("\f")
        if first or not later:
            blocks.append(_TypedBlock(first.replace("\u2028", "\n"), new_page=False))
        blocks.extend(_TypedBlock(part.replace("\u2028", "\n"), new_page=True) for part in later)
    return blocks
