"""Primers: how ink fits its text under a hand, and the style that is made of a person's lines."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import torch

from engine.errors import InkError, StyleError, TextError
from engine.hand import Hand
from engine.ink.baseline import LOW, STANDING, letter_extents
from engine.ink.ink import Ink, Stroke
from engine.ink.preparation import baseline, levelled, to_offsets
from engine.ink.recorded_line import RecordedLine
from engine.network.mixture import log_loss
from engine.style.similarity import word_gaps
from engine.style.style import Style
from engine.text.transliteration import spell

#: Characters of the longest primer: further back the network hardly remembers.
LONGEST_PRIMER = 120
#: Ink whose points a character lie outside of these multiples of the hand's is given its pace: no
#: hand has seen people write as slowly as with a mouse, and its letters shrink after such a primer.
SLOWEST, FASTEST = 1.7, 0.5
#: Lines that are tried as primers for each other, and how many of the best make a style: lines that
#: are written after three are as often taken for the writer's as after one, and a taught hand's are
#: less legible.
TRIED, JOINED = 5, 1
#: The gap between joined lines, in offsets units: what training leaves between two lines.
GAP = 3.0
#: Pen points of a batch of lines that are scored together, padding included.
BATCH_POINTS = 20_000

_Result = TypeVar("_Result")


@dataclass(frozen=True, eq=False)
class Fit:
    """How likely a hand finds a line's ink, given its text.

    Attributes
    ----------
    text : str
        As the hand's alphabet spells it.
    ink : Ink
        What the network sees: prepared, in offsets units.
    losses : float32 (n,)
        Nats for each point of `ink` given those before it; 0 for the first, which is given.
    characters : int64 (n,)
        The character of the text that the window stood on at each point.
    """

    text: str
    ink: Ink
    losses: npt.NDArray[np.float32]
    characters: npt.NDArray[np.int64]

    @property
    def loss(self) -> float:
        """Mean log-loss in nats a point, the offsets being in offsets units."""
        return float(self.losses[1:].mean())

    def x_height(self) -> float:
        """The x-height in offsets units; the hand's usual share of the ink where few letters say.

        It is measured from the letters' feet to the tops of the low letters.
        """
        low = letter_extents(self.ink, self.text, self.characters, LOW)
        return float(np.median(low[:, 2] - low[:, 1])) if len(low) >= 3 else float("nan")

    def baseline(self) -> float:
        """The baseline's y in offsets units, from the letters that stand on it."""
        feet = letter_extents(self.ink, self.text, self.characters, STANDING)
        return float(np.median(feet[:, 2])) if len(feet) >= 3 else baseline(self.ink)


def fits(
    hand: Hand, lines: Sequence[RecordedLine], primer: RecordedLine | None = None
) -> list[Fit]:
    """How lines fit their texts, by teacher forcing through the network (Graves, equation 26).

    Parameters
    ----------
    hand : Hand
    lines : sequence of RecordedLine
        Each with its transcript.
    primer : RecordedLine, optional
        A line that the network is given before each of them, joined by a space.

    Raises
    ------
    InkError, TextError
        If a line has no ink that can be prepared, or no text that the hand can write.
    """
    given = None if primer is None else (_spelt(hand, primer), hand.preparation.prepare(primer.ink))
    prepared = [(_spelt(hand, line), hand.preparation.prepare(line.ink)) for line in lines]
    order = sorted(range(len(lines)), key=lambda i: prepared[i][1].points)
    lead = 0 if given is None else given[1].points
    found: dict[int, Fit] = {}
    batch: list[int] = []
    for i in order:
        longest = prepared[i][1].points + lead
        if batch and longest * (len(batch) + 1) > BATCH_POINTS:
            found.update(
                zip(batch, _scored(hand, [prepared[j] for j in batch], given), strict=True)
            )
            batch = []
        batch.append(i)
    if batch:
        found.update(zip(batch, _scored(hand, [prepared[j] for j in batch], given), strict=True))
    return [found[i] for i in range(len(lines))]


def _spelt(hand: Hand, line: RecordedLine) -> str:
    given = " ".join(line.text.split())
    spelling = spell(given, hand.alphabet)
    if not given:
        raise TextError("The line has no transcript; type what is written there.")
    if spelling.notices and len(spelling.text) != len(given):
        # A sign that is spelt as a word in other lines stands here in ink as itself.
        raise TextError(f"The line {given!r} has signs that this hand does not know.")
    return spelling.text


@torch.inference_mode()
def _scored(hand: Hand, lines: list[tuple[str, Ink]], given: tuple[str, Ink] | None) -> list[Fit]:
    """The fits of lines as one batch."""
    lead_text, lead = "", 0
    rows, codes = [], []
    for text, ink in lines:
        if given is not None:
            lead_text, lead = given[0] + " ", given[1].points
            ink = beside([given[1], ink], GAP)
        rows.append(torch.from_numpy(to_offsets(ink)))
        codes.append(torch.from_numpy(hand.alphabet.encode(lead_text + text)))
    offsets = torch.nn.utils.rnn.pad_sequence(rows).to(hand.device)
    mask = torch.nn.utils.rnn.pad_sequence([torch.ones(len(c)) for c in codes], batch_first=True)
    padded = torch.nn.utils.rnn.pad_sequence(codes, batch_first=True)
    network = hand.network.to(hand.device)
    outputs = network(offsets[:-1], padded.to(hand.device), mask.to(hand.device))
    losses = log_loss(outputs.raw, offsets[1:]).cpu().numpy()
    phi = outputs.windowed.phi.cpu().numpy()
    result = []
    for row, (text, ink) in enumerate(lines):
        points = ink.points
        own = np.zeros(points, dtype=np.float32)
        own[1:] = losses[lead : lead + points - 1, row]
        # Row t of phi is the window under which point t + 1 was expected.
        window = phi[max(lead - 1, 0) : lead + points - 1, row, len(lead_text) :]
        window = window[:, : len(text)] if lead else np.concatenate([window[:1], window])
        places = window[:points, : len(text)].argmax(axis=1).astype(np.int64)
        result.append(Fit(text, ink, own, places))
    return result


def beside(inks: Sequence[Ink], gap: float) -> Ink:
    """Lines set one after another on one baseline, `gap` between them; time runs on."""
    placed: list[Ink] = []
    right, clock = 0.0, 0.0
    for ink in inks:
        moved = ink.moved(right - ink.bounds[0], -baseline(ink))
        strokes = []
        for stroke in moved.strokes:
            time = None
            if stroke.time is not None:
                first = ink.strokes[0].time
                time = stroke.time - (first[0] if first is not None else 0.0) + clock
            strokes.append(Stroke(stroke.xy, time, stroke.pressure))
        placed.append(Ink(tuple(strokes)))
        right = placed[-1].bounds[2] + gap
        last = strokes[-1].time
        clock = float(last[-1]) + 0.5 if last is not None else clock
    return Ink.joined(placed)


def cut(text: str, ink: Ink, characters: npt.NDArray[np.int64], most: int) -> tuple[str, Ink]:
    """The beginning of a line, cut between two words, of at most `most` characters.

    Parameters
    ----------
    characters : int64 (n,)
        The character of the text that each point of the ink belongs to.
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


def ranked(hand: Hand, lines: Sequence[RecordedLine], most: int = TRIED) -> list[int]:
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
    """As `ranked`; yields the share that is done, from 0 to 1."""
    alone = [fit.loss for fit in fits(hand, lines)]
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
        after[i] = float(np.mean([fit.loss for fit in fits(hand, others, primer=lines[i])]))
    return sorted(tried, key=lambda i: after[i]) + order[most:]


def _result(steps: Generator[float, None, _Result]) -> _Result:
    """What a generator returns in the end."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            result: _Result = end.value
            return result


def style_of(
    hand: Hand, name: str, lines: Sequence[RecordedLine], source: str, count: int = JOINED
) -> Style:
    """The style of a person's lines: the `count` that serve best as primers, joined.

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
    return _result(style_in_steps(hand, name, lines, source, count))


def style_in_steps(
    hand: Hand, name: str, lines: Sequence[RecordedLine], source: str, count: int = JOINED
) -> Generator[float, None, Style]:
    """As `style_of`, for where somebody waits: yields the share that is done, from 0 to 1."""
    usable = [paced(hand, line) for line in lines if usable_with(hand, line)]
    if not usable:
        raise StyleError(
            f"No line of {name!r} can be used: record one whose text this hand can write."
        )
    order = yield from _ranking(hand, usable, TRIED)
    return joined(hand, name, [usable[i] for i in order[:count]], source)


def joined(hand: Hand, name: str, lines: Sequence[RecordedLine], source: str) -> Style:
    """The style of these lines, in this order, as many as `LONGEST_PRIMER` characters allow.

    They stand as far apart as the writer's words do.
    """
    parts: list[tuple[str, Ink]] = []
    gaps: list[float] = []
    length = 0
    for line in lines:
        text, ink, characters = _measured(hand, line)
        if parts and length + 1 + len(text) > LONGEST_PRIMER:
            continue
        parts.append((text, ink))
        gaps.extend(word_gaps(ink, text, characters))
        length += len(text) + 1
    usual = GAP / hand.x_height
    gap = float(np.clip(np.median(gaps), 0.5 * usual, 2 * usual)) if gaps else usual
    text = " ".join(text for text, _ in parts)
    return Style(name, text, beside([ink for _, ink in parts], gap), source)


def usable_with(hand: Hand, line: RecordedLine) -> bool:
    """Whether a line can prime the hand: it has ink, and a text that the hand can write."""
    try:
        _spelt(hand, line)
        hand.preparation.prepare(line.ink)
    except (InkError, TextError):
        return False
    return True


def paced(hand: Hand, line: RecordedLine) -> RecordedLine:
    """A line as if it had been written at the hand's pace, where its own is an unusual one."""
    pace = hand.preparation.prepare(line.ink).points / (len(line.text) + 1) / hand.pace
    times = [stroke.time for stroke in line.ink.strokes]
    if FASTEST <= pace <= SLOWEST or any(time is None for time in times):
        return line
    strokes = tuple(
        Stroke(stroke.xy, time / pace, stroke.pressure)
        for stroke, time in zip(line.ink.strokes, times, strict=True)
        if time is not None
    )
    return replace(line, ink=Ink(strokes))


def measured(hand: Hand, line: RecordedLine) -> tuple[str, Ink]:
    """A line's text and its own ink (all of its points) in x-heights, its baseline at y = 0.

    A line of more than `LONGEST_PRIMER` characters is cut between two words.
    """
    text, ink, _ = _measured(hand, line)
    return text, ink


def _measured(hand: Hand, line: RecordedLine) -> tuple[str, Ink, npt.NDArray[np.int64]]:
    """As `measured`, with the character that each point belongs to."""
    line = paced(hand, line)
    (fit,) = fits(hand, [line])
    # The same line before and after preparation tells what an x-height is in the line's own unit.
    level = levelled(line.ink, hand.preparation.deskew or 0.0)
    own, seen = level.xy[:, 1], fit.ink.xy[:, 1]
    ratio = float(seen.std() / max(own.std(), 1e-12))
    height = fit.x_height()
    unit = (height if height > 0 else hand.x_height) / ratio
    floor = float(np.median(own)) + (fit.baseline() - float(np.median(seen))) / ratio
    ink = level.moved(-level.bounds[0], -floor).scaled(1 / unit)
    characters = _spread(fit, ink)
    text, ink = cut(fit.text, ink, characters, LONGEST_PRIMER)
    return text, ink, characters[: ink.points]


def _spread(fit: Fit, ink: Ink) -> npt.NDArray[np.int64]:
    """The character of each point of the unprepared ink, stroke by stroke from the prepared."""
    result, place = [], 0
    for raw, seen in zip(ink.strokes, fit.ink.strokes, strict=True):
        known = fit.characters[place : place + len(seen)]
        nearest = np.round(np.linspace(0, len(known) - 1, len(raw))).astype(int)
        result.append(known[nearest])
        place += len(seen)
    return np.concatenate(result)
