"""What may be wrong with a recorded line, in plain words."""

from __future__ import annotations

import math
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

import numpy as np

from engine.ink.ink import Ink
from engine.ink.preparation import slope
from engine.ink.recorded_line import RecordedLine

if TYPE_CHECKING:
    from engine.line_scoring import LineScore

#: Points a second below which curves turn into corners; hands take some forty of them.
LEAST_RATE = 34.0
#: Where there is no time: the median step between points, as a share of the writing's height.
LONGEST_STEP = 0.12
#: Degrees of slope that are remarked upon.
MOST_SLOPE = 4.0
#: Width of a line for each letter of its text, as a share of the writing's height: of 1,438 lines
#: of IAM-OnDB one in a hundred has less than 0.21, and one more than 1.0.
NARROWEST, WIDEST = 0.19, 1.0
#: Words of so many characters are looked for in what a recogniser reads, and are remarked upon
#: where less than this share of their letters is found: of 64 lines of IAM-OnDB, 3 were remarked
#: upon, and of a wrong word in each, 85 % were found.
SHORTEST_WORD, LEAST_FOUND = 4, 0.4
#: A letter on which fewer prepared points were spent than this was left out.
LEAST_POINTS = 1.0


@dataclass(frozen=True)
class QualityIssue:
    """Something that may be wrong with a line.

    Parameters
    ----------
    kind : str
        "points", "short", "long", "slope", "fit" or "letter".
    sentence : str
        What is wrong and what to do.
    """

    kind: str
    sentence: str


def check_ink(line: RecordedLine) -> tuple[QualityIssue, ...]:
    """What the drawing alone tells; needs no hand."""
    ink = line.ink
    if ink.points < 2:
        return (
            QualityIssue("short", "There is nothing here yet: write the sentence on the line."),
        )
    remarks = [_points(ink), *_extent(ink, line.text), _slope(ink)]
    return tuple(remark for remark in remarks if remark is not None)


def _points(ink: Ink) -> QualityIssue | None:
    """Whether the pen's samples are dense enough."""
    rates, steps = [], []
    for stroke in ink.strokes:
        if len(stroke) < 4:
            continue
        steps.append(np.hypot(*np.diff(stroke.xy, axis=0).T))
        if stroke.time is not None and stroke.time[-1] > stroke.time[0]:
            rates.append((len(stroke) - 1) / (stroke.time[-1] - stroke.time[0]))
    if rates:
        rate = float(np.median(rates))
        if rate < LEAST_RATE:
            return QualityIssue(
                "points",
                f"Only {rate:.0f} points a second arrived, so curves come out as corners: write "
                "more slowly, or look whether the tablet's driver drops points.",
            )
        return None
    height = ink.bounds[3] - ink.bounds[1]
    lengths = [len(s) for s in ink.strokes]
    sparse = np.concatenate(steps) if steps else np.zeros(0)
    if (len(sparse) and float(np.median(sparse)) > LONGEST_STEP * height) or max(lengths) < 4:
        return QualityIssue(
            "points", "The line has too few points for its curves: write more slowly, or larger."
        )
    return None


def _extent(ink: Ink, text: str) -> list[QualityIssue]:
    """Whether the line is about as wide as its text asks for."""
    letters = len(text.replace(" ", ""))
    height = ink.bounds[3] - ink.bounds[1]
    if letters < 4 or height <= 0:
        return []
    share = ink.width / height / letters
    if share < NARROWEST:
        return [QualityIssue("short", "The line is short for its text: is a word missing?")]
    if share > WIDEST:
        return [QualityIssue("long", "The line is long for its text: is a word written twice?")]
    return []


def _slope(ink: Ink) -> QualityIssue | None:
    if ink.width < 4 * (ink.bounds[3] - ink.bounds[1]):
        return None
    degrees = math.degrees(math.atan(slope(ink)))
    if abs(degrees) < MOST_SLOPE:
        return None
    way = "falls" if degrees > 0 else "climbs"
    return QualityIssue(
        "slope",
        f"The line {way} by {abs(degrees):.0f} degrees; it will be turned level, "
        "but a level line shows your hand better.",
    )


def read_as(text: str, read: str) -> tuple[QualityIssue, ...]:
    """Words that a recogniser does not find in the ink.

    Parameters
    ----------
    text : str
        What should stand there.
    read : str
        What the recogniser read; it errs in one character of ten, so single letters say nothing.
    """
    found = np.zeros(len(text), dtype=bool)
    for block in SequenceMatcher(None, text, read, autojunk=False).get_matching_blocks():
        found[block.a : block.a + block.size] = True
    words, odd, place = 0, [], 0
    for word in text.split(" "):
        if len(word) >= SHORTEST_WORD:
            words += 1
            if found[place : place + len(word)].mean() < LEAST_FOUND:
                odd.append(word)
        place += len(word) + 1
    if words > 1 and 2 * len(odd) > words:
        sentence = (
            "The line does not look like its text: is it another sentence, or very hard to read?"
        )
        return (QualityIssue("fit", sentence),)
    if odd:
        verb = "does" if len(odd) == 1 else "do"
        sentence = (
            f"{_listed(odd)} {verb} not look like what is asked for: compare text and ink, and "
            "write the line again where they differ."
        )
        return (QualityIssue("fit", sentence),)
    return ()


def left_out(fit: LineScore) -> tuple[QualityIssue, ...]:
    """Letters on which the hand finds no points."""
    spent = np.bincount(fit.characters, minlength=len(fit.text))
    missing = [c for c, n in zip(fit.text, spent, strict=False) if c.isalnum() and n < LEAST_POINTS]
    if len(missing) < max(2, 0.08 * len(fit.text)):
        return ()
    return (QualityIssue("letter", f"Letters may have been left out: {_listed(missing[:6])}."),)


def _listed(words: list[str]) -> str:
    quoted = [f"“{word}”" for word in words]
    return quoted[0] if len(quoted) == 1 else ", ".join(quoted[:-1]) + " and " + quoted[-1]
