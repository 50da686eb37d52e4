"""Signs and letters under open licences: Detexify's drawings, and the UJI Pen Characters.

Detexify (Kirsch) has drawings of symbols by many people, with neither size nor place nor time: each
is given the usual size and place of its character, and the time that a hand would take. The UJI Pen
Characters (Llorens et al. 2008) are letters and digits of eleven people, written between guides.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from engine.errors import CorpusError, InkError
from engine.ink.ink import Ink, Stroke
from engine.ink.timing import timed
from engine.text.alphabet import CHARACTERS
from training.corpora.heights import extent
from training.corpora.iam import Line, Report

#: Name of the writer, and the page, of all drawings of Detexify.
DETEXIFY = "detexify"
#: What the corpus is named.
OPEN = "Detexify and UJI Pen Characters"
#: The x-height of Detexify's drawings after they were brought to their usual size, in any unit.
UNIT = 1.0
#: Way of the pen, in x-heights, that takes as long as a usual letter: signs are drawn with care.
WAY = 1.7
#: What is wider than tall is given this width, in x-heights: its height is then as it may be.
WIDTHS = {"→": 2.0, "÷": 1.1, "~": 1.3, "✓": 1.3, "«": 0.9, "»": 0.9, "•": 0.45}
#: A drawing of fewer strokes than this share of a character's drawings have, or more, is taken for
#: a mistake, and one whose proportions are so far from the median, as a factor.
SELDOM = 0.08
ODD = 1.8
#: Points a second at which the UJI Pen Characters are taken to be sampled.
UJI_RATE = 100.0
#: Units a millimetre of the UJI Pen Characters.
UJI_UNITS = 100.0
#: Writers of the UJI Pen Characters who are hard to read.
UNREADABLE = ("03", "10")

_SEGMENT = re.compile(r'^\.SEGMENT CHARACTER [-\d,:]+ \? "(.)"', re.MULTILINE)
_STROKE = re.compile(r"^\.PEN_DOWN\n((?: *-?\d+ +-?\d+\n)+)", re.MULTILINE)


class OpenSigns:
    """Detexify's drawings (`detexify.jsonl`) and the UJI Pen Characters (`uji1/`) in one folder.

    Parameters
    ----------
    root : Path

    Raises
    ------
    CorpusError
        If it holds neither.
    """

    def __init__(self, root: Path | str) -> None:
        self.root = Path(root)
        self._drawings = self.root / "detexify.jsonl"
        self._letters = sorted(self.root.glob("uji1/UJIpenchars-w*.txt"))
        if not self._drawings.is_file() and not self._letters:
            raise CorpusError(
                f"{self.root} holds neither detexify.jsonl nor uji1/UJIpenchars-w*.txt; name the "
                "folder that holds one of them."
            )

    def lines(self, report: Report) -> Iterator[Line]:
        """Every sign of the alphabet that looks as it should; `report` is filled on the way."""
        if self._drawings.is_file():
            yield from self.drawings(report)
        for path in self._letters:
            number = path.stem[-2:]
            if number not in UNREADABLE:
                yield from _uji(path.read_text("latin-1"), number, report)

    def drawings(self, report: Report) -> Iterator[Line]:
        """Detexify's drawings that look as they should, an x-height of 1, the baseline at y = 0."""
        drawings: dict[str, list[tuple[int, Ink]]] = defaultdict(list)
        for number, row in enumerate(self._drawings.read_text("utf-8").splitlines()):
            try:
                values = json.loads(row)
                character, strokes = values["character"], values["strokes"]
                if character in CHARACTERS and character != " ":
                    report.read += 1
                    drawings[character].append((number, _drawing(strokes)))
            except (ValueError, KeyError, TypeError, InkError):
                report.drop(f"drawing {number + 1}", "a drawing that cannot be read")
        for character, of in sorted(drawings.items()):
            counts = Counter(len(ink.strokes) for _, ink in of)
            shapes = {number: _shape(ink) for number, ink in of}
            usual = float(np.median(list(shapes.values())))
            for number, ink in of:
                name = f"drawing {number + 1} ({character})"
                if counts[len(ink.strokes)] < SELDOM * len(of):
                    report.drop(name, "a drawing of another number of strokes than is usual")
                elif not 1 / ODD <= shapes[number] / usual <= ODD:
                    report.drop(name, "a drawing of other proportions than are usual")
                else:
                    sized = timed(
                        _sized(ink, character), character, False, _letters(ink, character)
                    )
                    # Nobody knows who drew what: all are taken for one person's page.
                    yield Line(DETEXIFY, number, "train", DETEXIFY, character, sized, "sign")


def _drawing(strokes: Any) -> Ink:
    return Ink(tuple(Stroke(np.array(s, dtype=np.float64)) for s in strokes if len(s)))


def _shape(ink: Ink) -> float:
    """Width to height, both above nothing."""
    left, top, right, bottom = ink.bounds
    size = max(right - left, bottom - top, 1e-9)
    return (right - left + 0.15 * size) / (bottom - top + 0.15 * size)


def _sized(ink: Ink, character: str) -> Ink:
    """A drawing of its character's usual size, the baseline at y = 0."""
    low, high = extent(character)
    left, top, right, bottom = ink.bounds
    width, height = max(right - left, 1e-9), max(bottom - top, 1e-9)
    by = WIDTHS[character] / width if character in WIDTHS else (high - low) / height
    middle = -(low + high) / 2
    moved = ink.moved(-left, -(top + bottom) / 2).scaled(by * UNIT)
    return moved.moved(0.0, middle * UNIT)


def _letters(ink: Ink, character: str) -> float:
    """How many usual letters a drawing is as long as."""
    sized = _sized(ink, character)
    way = sum(float(np.hypot(*np.diff(s.xy, axis=0).T).sum()) for s in sized.strokes)
    return max(0.4, way / WAY / UNIT)


def uji_characters(text: str) -> Iterator[tuple[str, Ink]]:
    """The characters of a writer's file, as they were written: millimetres and seconds.

    A character without points has ink without strokes.
    """
    parts = _SEGMENT.split(text)
    for character, body in zip(parts[1::2], parts[2::2], strict=True):
        strokes = []
        for match in _STROKE.finditer(body):
            xy = np.array(match[1].split(), dtype=np.float64).reshape(-1, 2) / UJI_UNITS
            strokes.append(Stroke(xy, np.arange(len(xy)) / UJI_RATE))
        yield character, Ink(tuple(strokes))


def _uji(text: str, number: str, report: Report) -> Iterator[Line]:
    for place, (character, ink) in enumerate(uji_characters(text)):
        report.read += 1
        if ink.strokes:
            yield Line(f"uji-{number}", place, "train", f"uji-{number}", character, ink, "sign")
        else:
            report.drop(f"uji-{number}:{place}", "a range without points")
