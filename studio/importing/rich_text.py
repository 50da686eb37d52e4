"""Text with headings, lists and marked words, from whatever markup it came: blocks, and remarks."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from studio.document.note import Block
from studio.document.text_marks import DEEPEST, Mark, MarkKind, Role, Sign, merged_marks

SIGNS = (Sign.DOT, Sign.CIRCLE, Sign.DASH)
"""Of items without a number, by how deep they stand; deeper ones have the last."""

MOST_NAMED = 5
"""Things of one kind that a remark names."""

_RAISED = str.maketrans("0123456789+-=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ")
_LOWERED = str.maketrans("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎")


@dataclass(frozen=True)
class RichText:
    """What a text in some markup says.

    Parameters
    ----------
    blocks : tuple of Block
        With ids from 0; none where the text is empty.
    remarks : tuple of str
        Sentences on what cannot be shown and is left out.
    """

    blocks: tuple[Block, ...]
    remarks: tuple[str, ...] = ()


def sign_at(level: int) -> Sign:
    """The sign of an item without a number that stands so deep in others."""
    return SIGNS[min(level, len(SIGNS) - 1)]


def raised(text: str, lowered: bool = False) -> str:
    """A text as a superscript or subscript, where Unicode has all of it; else as it is."""
    small = text.translate(_LOWERED if lowered else _RAISED)
    return text if any(a == b for a, b in zip(text, small, strict=True)) else small


class BlockBuilder:
    """Puts blocks together from a stream of text, marks and ends.

    A blank block stands between two blocks where a gap was asked for, and never two.
    """

    def __init__(self) -> None:
        self._blocks: list[Block] = []
        self._block = Block("")
        self._parts: list[str] = []
        self._marks: list[Mark] = []
        self._length = 0
        self._open = self._gap = False
        self._left_out: dict[str, list[str]] = {}

    @property
    def empty(self) -> bool:
        """Whether the block that was begun has no text yet."""
        return self._length == 0

    @property
    def is_open(self) -> bool:
        """Whether a block was begun, or has text."""
        return self._open

    @property
    def ends_in_space(self) -> bool:
        """Whether more white space would stand beside white space, or at a beginning."""
        return not self._parts or self._parts[-1][-1:].isspace()

    def begin(self, role: Role = Role.PARAGRAPH, level: int = 0, sign: Sign | None = None) -> None:
        """End the block before, and begin one."""
        self.end()
        self._block = Block("", role=role, level=min(level, DEEPEST), sign=sign)
        self._open = True

    def sign(self, sign: Sign) -> None:
        """Give the item that was begun another sign."""
        self._block = replace(self._block, sign=sign)

    def add(self, text: str, marks: Collection[MarkKind] = ()) -> None:
        """Add text to the block; without one a paragraph begins."""
        if not text:
            return
        self._open = True
        start, stop = self._length, self._length + len(text)
        self._parts.append(text)
        self._length = stop
        self._marks += [Mark(start, stop, kind) for kind in marks]

    def gap(self) -> None:
        """End the block, and have a blank one before the next."""
        self.end()
        self._gap = True

    def end(self) -> None:
        """End the block; one that says nothing is none."""
        text = "".join(self._parts)
        block, is_open = self._block, self._open
        self._parts, self._length, self._open, self._block = [], 0, False, Block("")
        marks, self._marks = self._marks, []
        lead = len(text) - len(text.lstrip("\n"))
        text = text[lead:].rstrip()
        signed = is_open and (block.role is Role.RULE or block.sign is not None)
        if not text.strip() and not signed:
            return
        if self._gap and self._blocks and _may_part(self._blocks[-1], block):
            self._blocks.append(Block(""))
        self._gap = False
        moved = (
            Mark(max(m.start - lead, 0), m.stop - lead, m.kind) for m in marks if m.stop > lead
        )
        tight = (mark for m in merged_marks(moved, len(text)) for mark in _without_ends(m, text))
        self._blocks.append(replace(block, text=text, marks=tuple(tight)))

    def leave_out(self, kind: str, what: str) -> None:
        """Note that something of a kind ("picture") cannot be shown."""
        self._left_out.setdefault(kind, []).append(what)

    def finish(self) -> RichText:
        """All blocks, and what was left out."""
        self.end()
        blocks = self._blocks
        while blocks and _is_blank(blocks[-1]):
            blocks.pop()
        numbered = tuple(replace(block, id=k) for k, block in enumerate(blocks))
        left_out = [_counted(*item) for item in self._left_out.items()]
        told = (f"Left out, for a hand cannot write it: {'; '.join(left_out)}.",)
        return RichText(numbered, told if left_out else ())


def _may_part(before: Block, after: Block) -> bool:
    """Whether a blank block may stand between two: not below a heading, nor below another."""
    if before.role is Role.HEADING and after.role is not Role.HEADING:
        return False
    return not _is_blank(before)


def _is_blank(block: Block) -> bool:
    return not block.text and block.role is Role.PARAGRAPH


def _without_ends(mark: Mark, text: str) -> list[Mark]:
    """A mark without white space at either end; none where there is nothing else."""
    inside = text[mark.start : mark.stop]
    start = mark.start + len(inside) - len(inside.lstrip())
    stop = mark.start + len(inside.rstrip())
    return [replace(mark, start=start, stop=stop)] if start < stop else []


def _counted(kind: str, left_out: Sequence[str]) -> str:
    """How many things of a kind were left out, and which."""
    named = [re.sub(r"\s+", " ", what).strip() for what in dict.fromkeys(left_out)]
    named = [what if len(what) <= 60 else what[:59] + "…" for what in named if what]
    more = len(named) - MOST_NAMED
    also = f" and {more} more" if more > 0 else ""
    which = f" ({', '.join(named[:MOST_NAMED])}{also})" if named else ""
    many = _PLURALS.get(kind, f"{kind}s")
    return f"{len(left_out)} {kind if len(left_out) == 1 else many}{which}"


_PLURALS = {"address of a link": "addresses of links", "header of the file": "headers of files"}


def leave_out_address(builder: BlockBuilder, address: str, text: str) -> None:
    """Note that a link is written as its text, where that does not say the same as its address."""
    said = text.strip().rstrip("/").removeprefix("https://").removeprefix("http://").lower()
    bare = re.sub(r"^(https?://|mailto:|tel:)", "", address.strip()).rstrip("/").lower()
    if bare and not bare.startswith("#") and re.sub(r"\s", "", said) != re.sub(r"\s", "", bare):
        builder.leave_out("address of a link", address)


def joined_cells(builder: BlockBuilder, rows: Sequence[Sequence[str]], *, headed: bool) -> None:
    """Add the rows of a table, whose cells tabs part; those of a heading are underlined."""
    for number, row in enumerate(rows):
        if not any(cell.strip() for cell in row):
            continue
        builder.begin()
        for column, cell in enumerate(row):
            text = re.sub(r"\s+", " ", cell).strip()
            builder.add("\t" if column else "")
            builder.add(text, (MarkKind.UNDERLINED,) if headed and number == 0 and text else ())
        builder.end()
