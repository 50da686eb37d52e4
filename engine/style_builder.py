"""The style that is made of a person's lines: those that serve best as primers, joined."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import replace
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from engine.errors import InkError, StyleError, TextError
from engine.hand import Hand
from engine.ink.ink import Ink
from engine.ink.preparation import deskew
from engine.ink.recorded_line import RecordedLine
from engine.line_scoring import GAP, LineScore, concatenate, score_lines, transcript_for
from engine.network.writer_encoder import MOST_LINES
from engine.style.similarity import word_gaps
from engine.style.style import Style
from engine.style.writer_vector import mixed
from engine.text.transliteration import transliterate

#: Characters of the longest primer: further back the network hardly remembers.
LONGEST_PRIMER = 120
#: Ink whose points a character lie outside of these multiples of the hand's is given its pace: no
#: hand has seen people write as slowly as with a mouse, and its letters shrink after such a primer.
SLOWEST, FASTEST = 1.7, 0.5
#: Lines that are tried as primers for each other, and how many of the best make a style: lines that
#: are written after three are as often taken for the writer's as after one, and a taught hand's are
#: less legible.
TRIED, JOINED = 5, 1

_Result = TypeVar("_Result")


def truncate_at_word(
    text: str, ink: Ink, characters: npt.NDArray[np.int64], most: int
) -> tuple[str, Ink]:
    """The beginning of a line, cut between two words, of at most `most` characters.

    Parameters
    ----------
    text : str
    ink : Ink
    characters : int64 (n,)
        The character of the text that each point of the ink belongs to.
    most : int
        The most characters; a word that is longer is cut within.

    Raises
    ------
    InkError
        If no stroke belongs to that beginning.
    """
    if len(text) <= most:
        return text, ink
    end = text.rfind(" ", 0, most + 1)
    if end <= 0:
        end = most
    kept, place = [], 0
    for stroke in ink.strokes:
        # A stroke belongs to where most of its points do; strokes are never cut in two.
        if float(np.median(characters[place : place + len(stroke)])) < end:
            kept.append(stroke)
        place += len(stroke)
    if not kept:
        raise InkError("The line cannot be cut between two words; record a shorter one.")
    return text[:end].rstrip(), Ink(tuple(kept))


def rank_primers(hand: Hand, lines: Sequence[RecordedLine], most: int = TRIED) -> list[int]:
    """Lines in the order in which they serve as primers, the best first.

    A line serves well where the others are likely after it: their mean log-loss, given it.

    Parameters
    ----------
    most : int
        So many lines at most, those that fit their texts best, are tried as primers and tried on.
    """
    return _result(_ranking(hand, lines, most))


def _ranking(
    hand: Hand, lines: Sequence[RecordedLine], most: int
) -> Generator[float, None, list[int]]:
    """As `rank_primers`; yields the share that is done, from 0 to 1."""
    alone = [fit.loss for fit in score_lines(hand, lines)]
    order = sorted(range(len(lines)), key=lambda i: alone[i])
    tried = order[:most]
    if len(tried) < 3:
        return order
    # Each is scored about twice as long as alone, with what primes it.
    whole = len(lines) + 2 * len(tried) * (len(tried) - 1)
    after: dict[int, float] = {}
    for done, i in enumerate(tried):
        yield (len(lines) + 2 * done * (len(tried) - 1)) / whole
        others = [lines[j] for j in tried if j != i]
        after[i] = float(np.mean([fit.loss for fit in score_lines(hand, others, primer=lines[i])]))
    return sorted(tried, key=lambda i: after[i]) + order[most:]


def _result(steps: Generator[float, None, _Result]) -> _Result:
    """What a generator returns in the end."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            result: _Result = end.value
            return result


def build_style(
    hand: Hand, name: str, lines: Sequence[RecordedLine], source: str, count: int = JOINED
) -> Style:
    """The style of a person's lines: the `count` that serve best as primers, joined.

    Where the hand knows writers it holds the vector of all of them, too.

    Parameters
    ----------
    hand : Hand
        What the lines are measured with.
    count : int
        The lines to join, as long as they have no more than `LONGEST_PRIMER` characters together;
        a longer single line is cut between two words.

    Raises
    ------
    StyleError
        If no line can be used.
    """
    return _result(iter_build_style(hand, name, lines, source, count))


def iter_build_style(
    hand: Hand, name: str, lines: Sequence[RecordedLine], source: str, count: int = JOINED
) -> Generator[float, None, Style]:
    """As `build_style`, for where somebody waits: yields the share that is done, from 0 to 1.

    Raises
    ------
    StyleError
        If no line can be used.
    """
    usable = [normalise_pace(hand, line) for line in lines if usable_with(hand, line)]
    if not usable:
        raise StyleError(
            f"No line of {name!r} can be used: record one whose text this hand can write."
        )
    order = yield from _ranking(hand, usable, TRIED)
    style = join_lines(hand, name, [usable[i] for i in order[:count]], source)
    if not hand.knows_writers:
        return style
    return replace(style, vector=hand.writer_vector([line.ink for line in usable[:MOST_LINES]]))


def mix_styles(first: Style, second: Style, share: float, name: str) -> Style:
    """A style between two, by their writers' vectors.

    Parameters
    ----------
    share : float
        Of the second, from 0 to 1.

    Raises
    ------
    StyleError
        If one has no vector, or they are of different hands.
    """
    for style in (first, second):
        if style.vector is None:
            raise StyleError(
                f"The style {style.name!r} is a primer alone, which cannot be mixed; "
                "make it again of its lines."
            )
    assert first.vector is not None
    assert second.vector is not None
    vector = mixed(first.vector, second.vector, share)
    shown = second if share > 0.5 else first
    source = f"{1 - share:.0%} {first.name}, {share:.0%} {second.name}."
    return Style(name, shown.text, shown.ink, source, vector, primed=False)


def join_lines(hand: Hand, name: str, lines: Sequence[RecordedLine], source: str) -> Style:
    """The style of these lines, in this order, as many as `LONGEST_PRIMER` characters allow.

    They stand as far apart as the writer's words do.
    """
    parts: list[tuple[str, Ink]] = []
    typed: list[str] = []
    gaps: list[float] = []
    length = 0
    for line in lines:
        text, ink, characters = _measured(hand, line)
        if parts and length + 1 + len(text) > LONGEST_PRIMER:
            continue
        typed.append(_as_given(hand, line, text))
        parts.append((text, ink))
        gaps.extend(word_gaps(ink, text, characters))
        length += len(text) + 1
    usual = GAP / hand.x_height
    gap = float(np.clip(np.median(gaps), 0.5 * usual, 2 * usual)) if gaps else usual
    text = " ".join(text for text, _ in parts)
    given = " ".join(typed)
    ink = concatenate([ink for _, ink in parts], gap)
    return Style(name, text, ink, source, typed="" if given == text else given)


def _as_given(hand: Hand, line: RecordedLine, text: str) -> str:
    """What was said to be written, as far as the line is used: `text` is its beginning."""
    given = " ".join(line.text.split())
    spelling = transliterate(given, hand.alphabet)
    places = [place for place, letter in enumerate(spelling.text) if letter != " "]
    used = len(text) - text.count(" ")
    if used == len(places):
        return given
    return given[: spelling.origins[places[used - 1] + 1]].rstrip()


def usable_with(hand: Hand, line: RecordedLine) -> bool:
    """Whether a line can prime the hand: it has ink, and a text that the hand can write."""
    try:
        transcript_for(hand, line)
        hand.preparation.prepare(line.ink)
    except (InkError, TextError):
        return False
    return True


def normalise_pace(hand: Hand, line: RecordedLine) -> RecordedLine:
    """A line as if it had been written at the hand's pace, where its own is an unusual one."""
    pace = hand.preparation.prepare(line.ink).points / (len(line.text) + 1) / hand.pace
    times = [stroke.time for stroke in line.ink.strokes]
    if FASTEST <= pace <= SLOWEST or any(time is None for time in times):
        return line
    strokes = tuple(
        stroke.with_time(time / pace)
        for stroke, time in zip(line.ink.strokes, times, strict=True)
        if time is not None
    )
    return replace(line, ink=Ink(strokes))


def normalise_line(hand: Hand, line: RecordedLine) -> tuple[str, Ink]:
    """A line's text and its own ink (all of its points) in x-heights, its baseline at y = 0.

    A line of more than `LONGEST_PRIMER` characters is cut between two words.
    """
    text, ink, _ = _measured(hand, line)
    return text, ink


def _measured(hand: Hand, line: RecordedLine) -> tuple[str, Ink, npt.NDArray[np.int64]]:
    """As `normalise_line`, with the character that each point belongs to."""
    line = normalise_pace(hand, line)
    (fit,) = score_lines(hand, [line])
    # The same line before and after preparation tells what an x-height is in the line's own unit.
    level = deskew(line.ink, hand.preparation.deskew or 0.0)
    own, seen = level.xy[:, 1], fit.ink.xy[:, 1]
    ratio = float(seen.std() / max(own.std(), 1e-12))
    height = fit.x_height()
    unit = (height if height > 0 else hand.x_height) / ratio
    floor = float(np.median(own)) + (fit.baseline() - float(np.median(seen))) / ratio
    ink = level.moved(-level.bounds[0], -floor).scaled(1 / unit)
    characters = _spread(fit, ink)
    text, ink = truncate_at_word(fit.text, ink, characters, LONGEST_PRIMER)
    return text, ink, characters[: ink.points]


def _spread(fit: LineScore, ink: Ink) -> npt.NDArray[np.int64]:
    """The character of each point of the unprepared ink, stroke by stroke from the prepared."""
    result, place = [], 0
    for raw, seen in zip(ink.strokes, fit.ink.strokes, strict=True):
        known = fit.characters[place : place + len(seen)]
        nearest = np.round(np.linspace(0, len(known) - 1, len(raw))).astype(int)
        result.append(known[nearest])
        place += len(seen)
    return np.concatenate(result)
