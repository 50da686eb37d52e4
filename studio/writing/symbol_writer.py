"""Lines with symbols: text written by the hand, with recorded ink between."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from engine.ink.ink import Ink, Stroke
from engine.sampling.misread_word import MisreadWord
from studio.document.drawing import single
from studio.layout.line_writer import LineRequest, Writer, WrittenLine

#: Between a symbol and its neighbours in x-heights: within a word, and between words.
CLOSE, APART = 0.35, 0.9

#: Seconds that the pen takes from one to the other.
LIFT = 0.3

Inks = Mapping[str, Sequence[Ink]]


class _Part(NamedTuple):
    """A run of a line's text: a sign, or what the hand writes; and where it begins."""

    text: str
    start: int
    symbol: bool


class SymbolWriter:
    """A writer that knows some signs more, by ink that was recorded for them.

    Parameters
    ----------
    writer : Writer
        Who writes all other characters.
    inks : mapping of str to sequence of Ink
        The recordings of each sign, in x-heights, the baseline at y = 0. Which of them stands at
        a place depends on the line's seed.
    """

    def __init__(self, writer: Writer, inks: Inks) -> None:
        self._writer = writer
        # Letters that the hand knows are its own.
        self._inks = {sign: tuple(of) for sign, of in inks.items() if sign not in writer.alphabet}

    @property
    def name(self) -> str:
        """Of the hand."""
        return self._writer.name

    @property
    def sha256(self) -> str:
        """Hash of the hand's file."""
        return self._writer.sha256

    @property
    def alphabet(self) -> Collection[str]:
        """The hand's characters and the signs."""
        return frozenset(self._writer.alphabet) | set(self._inks)

    def examples(self, style: str | None, strength: float) -> Sequence[tuple[str, float]]:
        """As the writer's own."""
        return self._writer.examples(style, strength)

    def write_lines(self, requests: Sequence[LineRequest]) -> Sequence[WrittenLine]:
        """Write many lines at once; all that the hand writes goes to it together."""
        parts = [self._parts(request.text) for request in requests]
        asked = [
            request if len(own) == 1 else replace(request, text=part.text)
            for request, own in zip(requests, parts, strict=True)
            for part in own
            if not part.symbol
        ]
        written = iter(self._writer.write_lines(asked) if asked else ())
        return [
            next(written)
            if len(own) == 1 and not own[0].symbol
            else self._composed(request, own, [next(written) for p in own if not p.symbol])
            for request, own in zip(requests, parts, strict=True)
        ]

    def _parts(self, text: str) -> list[_Part]:
        parts: list[_Part] = []
        runs = groupby(enumerate(text), lambda item: item[1] if item[1] in self._inks else "")
        for sign, run in runs:
            places = list(run)
            if sign:
                parts += [_Part(sign, place, True) for place, _ in places]
                continue
            words = "".join(character for _, character in places)
            if words.strip():
                lead = len(words) - len(words.lstrip())
                parts.append(_Part(words.strip(), places[0][0] + lead, False))
        return parts or [_Part(text, 0, False)]

    def _composed(
        self, request: LineRequest, parts: Sequence[_Part], written: Sequence[WrittenLine]
    ) -> WrittenLine:
        """The line of its parts, set side by side on one baseline."""
        lines = iter(written)
        inks: list[Ink] = []
        characters: list[npt.NDArray[np.int64]] = []
        right, end = 0.0, 0
        for number, part in enumerate(parts):
            if part.symbol:
                recordings = self._inks[part.text]
                ink = recordings[(request.seed + number) % len(recordings)]
                places = np.zeros(ink.points, dtype=np.int64)
            else:
                line = next(lines)
                ink, places = line.ink, np.minimum(line.characters, len(part.text) - 1)
            if not ink:
                continue
            gap = 0.0 if not inks else CLOSE if part.start == end else APART
            inks.append(ink.moved(right + gap - ink.bounds[0], 0.0))
            characters.append(places + part.start)
            right, end = inks[-1].bounds[2], part.start + len(part.text)
        return WrittenLine(
            request.text,
            single(_timed(inks)),
            np.concatenate(characters) if characters else np.zeros(0, dtype=np.int64),
            written[0].seed if written else request.seed,
            tuple(flaw for line in written for flaw in line.flaws),
            misread=tuple(_misread(request.text, parts, written)),
            hand=written[0].hand if written else None,
        )


def _misread(
    text: str, parts: Sequence[_Part], written: Sequence[WrittenLine]
) -> Iterator[MisreadWord]:
    """The misread words of the parts that the hand wrote, by their places in the whole text."""
    own = (part for part in parts if not part.symbol)
    for part, line in zip(own, written, strict=True):
        before = text[: part.start].count(" ")
        for word in line.misread:
            yield replace(word, place=before + word.place)


def _timed(inks: Sequence[Ink]) -> Ink:
    """Inks as one that is drawn from left to right: each one's clock goes on where the last was."""
    strokes: list[Stroke] = []
    clock = 0.0
    for ink in inks:
        first = ink.strokes[0].time
        shift = clock - (float(first[0]) if first is not None else 0.0)
        for stroke in ink.strokes:
            time = None if stroke.time is None else stroke.time + shift
            strokes.append(stroke.with_time(time))
            clock = clock if time is None else float(time[-1])
        clock += LIFT
    return Ink(tuple(strokes))
