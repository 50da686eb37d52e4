"""Line scores: how likely a hand finds lines of ink, given their texts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.errors import TextError
from engine.hand import Hand
from engine.ink.baseline import LOW, STANDING, letter_extents
from engine.ink.ink import Ink
from engine.ink.preparation import baseline, to_offsets
from engine.ink.recorded_line import RecordedLine
from engine.network.mixture import log_loss
from engine.style.writer_vector import WriterVector
from engine.teacher_forcing import feed
from engine.text.transliteration import transliterate

#: The gap between joined lines, in offsets units: what training leaves between two lines.
GAP = 3.0
#: Pen points of a batch of lines that are scored together, padding included.
BATCH_POINTS = 20_000


@dataclass(frozen=True, eq=False)
class LineScore:
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
        """The x-height in offsets units; not a number where fewer than three letters show it.

        It is measured from the letters' feet to the tops of the low letters.
        """
        low = letter_extents(self.ink, self.text, self.characters, LOW)
        return float(np.median(low[:, 2] - low[:, 1])) if len(low) >= 3 else float("nan")

    def baseline(self) -> float:
        """The baseline's y in offsets units, from the letters that stand on it."""
        feet = letter_extents(self.ink, self.text, self.characters, STANDING)
        return float(np.median(feet[:, 2])) if len(feet) >= 3 else baseline(self.ink)


def score_lines(
    hand: Hand,
    lines: Sequence[RecordedLine],
    primer: RecordedLine | None = None,
    writer: WriterVector | None = None,
) -> list[LineScore]:
    """Score lines given their texts, by teacher forcing through the network (Graves, equation 26).

    Parameters
    ----------
    hand : Hand
    lines : sequence of RecordedLine
        Each with its transcript.
    primer : RecordedLine, optional
        A line that the network is given before each of them, joined by a space.
    writer : WriterVector, optional
        Of whom the network is to take them for.

    Raises
    ------
    InkError, TextError
        If a line has no ink that can be prepared, or no text that the hand can write.
    """
    given = None if primer is None else _prepared(hand, primer)
    prepared = [_prepared(hand, line) for line in lines]
    order = sorted(range(len(lines)), key=lambda i: prepared[i][1].points)
    lead = 0 if given is None else given[1].points
    found: dict[int, LineScore] = {}
    batch: list[int] = []
    for i in order:
        longest = prepared[i][1].points + lead
        if batch and longest * (len(batch) + 1) > BATCH_POINTS:
            scores = _scored(hand, [prepared[j] for j in batch], given, writer)
            found.update(zip(batch, scores, strict=True))
            batch = []
        batch.append(i)
    if batch:
        scores = _scored(hand, [prepared[j] for j in batch], given, writer)
        found.update(zip(batch, scores, strict=True))
    return [found[i] for i in range(len(lines))]


def transcript_for(hand: Hand, line: RecordedLine) -> str:
    """The transcript of a line in the characters of a hand's alphabet.

    Raises
    ------
    TextError
        If there is none, or it has signs that the hand does not know.
    """
    given = " ".join(line.text.split())
    spelling = transliterate(given, hand.alphabet)
    if not given:
        raise TextError("The line has no transcript; type what is written there.")
    if any(len(notice.written) != len(notice.character) for notice in spelling.notices):
        # A sign that is spelt as a word in other lines stands here in ink as itself.
        raise TextError(f"The line {given!r} has signs that this hand does not know.")
    # What is left out may have stood between two spaces.
    return " ".join(spelling.text.split())


def _prepared(hand: Hand, line: RecordedLine) -> tuple[str, Ink]:
    return transcript_for(hand, line), hand.preparation.prepare(line.ink)


def _scored(
    hand: Hand,
    lines: list[tuple[str, Ink]],
    given: tuple[str, Ink] | None,
    writer: WriterVector | None,
) -> list[LineScore]:
    """The scores of lines as one batch."""
    lead_text, lead = "", 0
    rows, codes = [], []
    for text, ink in lines:
        if given is not None:
            lead_text, lead = given[0] + " ", given[1].points
            ink = concatenate([given[1], ink], GAP)
        rows.append(to_offsets(ink))
        codes.append(hand.alphabet.encode(lead_text + text))
    outputs, targets = feed(hand, rows, codes, writer)
    losses = log_loss(outputs.raw, targets).cpu().numpy()
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
        result.append(LineScore(text, ink, own, places))
    return result


def concatenate(inks: Sequence[Ink], gap: float) -> Ink:
    """Lines set one after another on one baseline (y = 0); time runs on.

    Parameters
    ----------
    inks : sequence of Ink
        Level lines of one unit.
    gap : float
        The way between two lines' edges, in that unit.
    """
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
            strokes.append(stroke.with_time(time))
        placed.append(Ink(tuple(strokes)))
        right = placed[-1].bounds[2] + gap
        last = strokes[-1].time
        clock = float(last[-1]) + 0.5 if last is not None else clock
    return Ink.joined(placed)
