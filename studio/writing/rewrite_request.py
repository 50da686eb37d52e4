"""A request to rewrite a word or lines, and its execution in the worker."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from operator import itemgetter
from typing import TYPE_CHECKING

from engine.ink.ink import Ink
from engine.ink.word_segmentation import word_cuts
from studio.layout.line_ink import LineInk
from studio.layout.line_writer import LineRequest, Writer, WrittenLine
from studio.layout.passage_breaking import overfull
from studio.layout.plan import PlannedLine
from studio.storage.note_file import compact

if TYPE_CHECKING:
    from engine.hand import Hand
    from engine.style.style import Style

ROUNDS = 3
"""How often lines that turn out too wide for their place are tried again."""

Pieces = tuple[WrittenLine, ...]
Candidate = tuple[Pieces, ...]
"""Other ink for each line of a wish: that of its requests, in order."""


@dataclass(frozen=True, eq=False)
class RewriteRequest:
    """What is to be written again.

    Parameters
    ----------
    lines : tuple of PlannedLine
        At least one.
    written : mapping of LineRequest to WrittenLine
        The ink that they have.
    piece : int
        Of the line, where a word is meant.
    word : int or None
        In that piece of the only line; None means all of the lines.
    """

    lines: tuple[PlannedLine, ...]
    written: Mapping[LineRequest, WrittenLine]
    piece: int = 0
    word: int | None = None

    @property
    def name(self) -> str:
        """What is meant, for the name of a step."""
        return {"word": "a word", "line": "a line"}.get(self.shape, f"{len(self.lines)} lines")

    @property
    def shape(self) -> str:
        """How much it is: "word", "line" or "block"."""
        if self.word is not None:
            return "word"
        return "line" if len(self.lines) == 1 else "block"

    @property
    def extent(self) -> tuple[float, float]:
        """About how wide and high in millimetres the lines are."""
        unit = self.lines[0].look.x_height
        deep = max(line.baseline for line in self.lines) - self.lines[0].baseline
        return max(line.width for line in self.lines), deep + unit * 3

    def shown(self, candidate: Candidate) -> Ink:
        """What is seen of a candidate, in millimetres: the word, or the lines one below another."""
        if self.word is not None:
            piece, look = candidate[0][self.piece], self.lines[0].look
            cuts = word_cuts(piece.text, piece.ink, piece.characters)
            ink = piece.ink.part(int(cuts[self.word]), int(cuts[self.word + 1]))
            return ink.slanted(look.slant).scaled(look.x_height)
        first = self.lines[0]
        return Ink.joined(
            _row(pieces)
            .slanted(line.look.slant)
            .scaled(line.look.x_height)
            .moved(line.left - first.left, line.baseline - first.baseline)
            for line, pieces in zip(self.lines, candidate, strict=True)
        )

    def candidates(
        self, count: int, hand: Hand, writer: Writer, find: Callable[[str], Style]
    ) -> list[Candidate]:
        """Write the wish so many times; slow, for the worker.

        Ink that is too wide for its line would have it broken elsewhere: it is tried again, and
        only taken where nothing narrower is found.
        """
        narrow: dict[PlannedLine, list[tuple[float, Pieces]]] = {line: [] for line in self.lines}
        wide: dict[PlannedLine, list[tuple[float, Pieces]]] = {line: [] for line in self.lines}
        for _ in range(ROUNDS):
            wanted = [line for line in self.lines for _ in range(count - len(narrow[line]))]
            if not wanted:
                break
            if self.word is None:
                found = _lines(wanted, writer)
            else:
                found = self._words(self.word, len(wanted), hand, writer, find)
            for line, pieces in zip(wanted, found, strict=True):
                width = _width(line, pieces)
                fits = not overfull(width, len(line.words), line.most)
                (narrow if fits else wide)[line].append((width, pieces))
        pools = (
            [pieces for _, pieces in (narrow[line] + sorted(wide[line], key=itemgetter(0)))[:count]]
            for line in self.lines
        )
        return list(zip(*pools, strict=True))

    def _words(
        self, word: int, count: int, hand: Hand, writer: Writer, find: Callable[[str], Style]
    ) -> list[Pieces]:
        """The line with other ink for one of its words."""
        # Brings scipy's statistics, which would hold up the window for a second.
        from studio.writing.reroll import spliced, word_candidates

        requests = self.lines[0].requests
        pieces = [self.written[request] for request in requests]
        request, old, seeds = requests[self.piece], pieces[self.piece], _seeds(count)
        if set("".join(r.text for r in requests)) <= hand.characters:
            style = None if request.style is None else find(request.style)
            new = word_candidates(hand, old, word, seeds, style=style, bias=request.bias)
        else:
            # The hand cannot be primed with a line that has recorded symbols in it.
            asked = replace(request, text=old.text.split(" ")[word])
            new = [
                spliced(old, word, one.ink, one.characters, one.seed, one.misread)
                for one in writer.write_lines([replace(asked, seed=seed) for seed in seeds])
            ]
        before, after = pieces[: self.piece], pieces[self.piece + 1 :]
        return [(*before, compact(line), *after) for line in new]


def _lines(wanted: Sequence[PlannedLine], writer: Writer) -> list[Pieces]:
    """Each of these lines, written again; all pieces of all of them at once."""
    requests = [
        replace(request, seed=(seed + number) % 2**31)
        for line, seed in zip(wanted, _seeds(len(wanted)), strict=True)
        for number, request in enumerate(line.requests)
    ]
    written = iter([compact(line) for line in writer.write_lines(requests)])
    return [tuple(next(written) for _ in line.requests) for line in wanted]


def _seeds(count: int) -> list[int]:
    return [random.getrandbits(31) for _ in range(count)]


def _width(line: PlannedLine, pieces: Pieces) -> float:
    """The width that a line would have, in millimetres."""
    return line.look.x_height * LineInk(pieces).natural(line.gaps)


def _row(pieces: Pieces) -> Ink:
    """The pieces of a line beside each other."""
    right, row = -0.9, []
    for piece in pieces:
        moved = piece.ink.moved(right + 0.9 - piece.ink.bounds[0], 0.0)
        right = moved.bounds[2]
        row.append(moved)
    return Ink.joined(row)
