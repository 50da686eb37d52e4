"""Single letters under open licences, by writer: the UJI Pen Characters and single-line fonts.

Every drawing stands on its baseline at y = 0 (y down), at an x-height of 1, its left edge at x = 0.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from engine.errors import CorpusError
from engine.ink.arc_length import arc_lengths, points_along
from engine.io.safe_xml import parse_xml
from engine.text.alphabet import CHARACTERS
from training.corpora.iam import Report
from training.corpora.open_signs import UNREADABLE, OpenSigns, uji_characters

Points = npt.NDArray[np.float64]

#: Letters that reach from the baseline to the x-height.
_MIDDLE = "acemnorsuvwxz"
#: Fonts whose letters look drawn or cut rather than written.
NOT_WRITTEN = ("EMSHerculean", "EMSLeague", "EMSBirdSwashCaps", "EMSDelightSwashCaps", "EMSBrush")
#: The font that stands in for characters that a writer lacks: its letters are upright and plain.
PLAIN = "EMSReadability"
#: Points of a glyph's corner that is rounded lie this far apart, in x-heights.
_STEP = 0.04
#: How far from a corner its rounding begins, in x-heights.
_ROUND = 0.05

_MOVES = re.compile(r"([ML])?\s*(-?[\d.]+(?:e-?\d+)?)[\s,]+(-?[\d.]+(?:e-?\d+)?)")


@dataclass(frozen=True, eq=False)
class LetterDrawing:
    """One way to write a character.

    Attributes
    ----------
    strokes : float64 (n, 2) each, in x-heights, y down from the baseline
    """

    strokes: tuple[Points, ...]

    @property
    def xy(self) -> Points:
        """All points, float64 (n, 2)."""
        return np.concatenate(self.strokes)

    @property
    def width(self) -> float:
        """In x-heights."""
        return float(np.ptp(self.xy[:, 0]))


@dataclass(frozen=True)
class LetterSource:
    """A person's letters, or a font's.

    Attributes
    ----------
    name : of the writer or the font
    person : whether a person wrote them, so that two drawings differ as a person's do
    drawings : of each character
    """

    name: str
    person: bool
    drawings: dict[str, tuple[LetterDrawing, ...]]


def letter_sources(root: Path | str) -> list[LetterSource]:
    """The writers of `uji1/` who are legible, and the fonts of `ems/` that look written.

    Characters that a person did not write are taken from a plain font, and what no font has from
    Detexify's drawings (`detexify.jsonl`), where these are there.

    Raises
    ------
    CorpusError
        If the folder holds no fonts, which every punctuation mark comes from.
    """
    root = Path(root)
    fonts = [_font(path) for path in sorted(root.glob("ems/*.svg"))]
    if not fonts:
        raise CorpusError(f"{root} holds no single-line fonts (ems/*.svg); name the folder above.")
    signs = _signs(root)
    fonts = [replace(font, drawings=signs | font.drawings) for font in fonts]
    plain = next((font for font in fonts if font.name == PLAIN), fonts[0])
    people = [_person(path, plain) for path in sorted(root.glob("uji1/UJIpenchars-w*.txt"))]
    written = [_derived(font) for font in fonts if font.name not in NOT_WRITTEN]
    people = [_derived(person) for person in people]
    return [person for person in people if person.name[-2:] not in UNREADABLE] + written


def _signs(root: Path) -> dict[str, tuple[LetterDrawing, ...]]:
    """Signs as many people drew them, of their usual size and place."""
    found: dict[str, list[LetterDrawing]] = defaultdict(list)
    if (root / "detexify.jsonl").is_file():
        for line in OpenSigns(root).drawings(Report()):
            strokes = tuple(_rounded(stroke.xy) for stroke in line.ink.strokes)
            found[line.text].append(LetterDrawing(strokes))
    return {character: tuple(of) for character, of in found.items()}


#: A box to tick, and how far apart the parts of what is made of several stand, in x-heights.
_BOX = np.array([[0.0, -1.4], [0.03, 0.0], [1.4, 0.02], [1.37, -1.42], [-0.05, -1.37]])
_DOTS, _QUOTES = 0.42, 0.3


def _derived(source: LetterSource) -> LetterSource:
    """A source with signs that are made of its others: … „ ☐ ☑."""
    has = source.drawings
    made: dict[str, tuple[LetterDrawing, ...]] = {"☐": (LetterDrawing((_rounded(_BOX),)),)}
    if "✓" in has:
        made["☑"] = tuple(
            LetterDrawing((_rounded(_BOX), *(np.add(0.8 * s, (0.25, -0.15)) for s in tick.strokes)))
            for tick in has["✓"]
        )
    for sign, of, count, apart in (("…", ".", 3, _DOTS), ("„", ",", 2, _QUOTES)):
        made[sign] = tuple(
            LetterDrawing(
                tuple(np.add(s, (apart * k, 0.0)) for k in range(count) for s in one.strokes)
            )
            for one in has.get(of, ())
        )
    return replace(source, drawings=has | {sign: of for sign, of in made.items() if of})


def _person(path: Path, plain: LetterSource) -> LetterSource:
    found: dict[str, list[tuple[Points, ...]]] = defaultdict(list)
    for character, ink in uji_characters(path.read_text("latin-1")):
        if ink.strokes:
            found[character].append(tuple(stroke.xy for stroke in ink.strokes))
    feet, heads = [], []
    for character in _MIDDLE:
        for strokes in found.get(character, ()):
            y = np.concatenate(strokes)[:, 1]
            feet.append(float(y.max()))
            heads.append(float(y.min()))
    if not feet:
        raise CorpusError(f"{path} has no small letters; leave it out of the folder.")
    baseline = float(np.median(feet))
    height = baseline - float(np.median(heads))
    drawings = dict(plain.drawings)
    for character, of in found.items():
        drawings[character] = tuple(_placed(strokes, baseline, height) for strokes in of)
    return LetterSource(f"uji-{path.stem[-2:]}", True, drawings)


def _placed(strokes: tuple[Points, ...], baseline: float, height: float) -> LetterDrawing:
    left = min(float(stroke[:, 0].min()) for stroke in strokes)
    return LetterDrawing(tuple((stroke - (left, baseline)) / height for stroke in strokes))


def _font(path: Path) -> LetterSource:
    root = parse_xml(path.read_bytes(), path)
    glyphs = {
        glyph.get("unicode", ""): tuple(_strokes(glyph.get("d", "")))
        for glyph in root.iter()
        if glyph.tag.rpartition("}")[2] == "glyph"
    }
    tops = [
        -float(np.concatenate(glyphs[character])[:, 1].min())
        for character in _MIDDLE
        if glyphs.get(character)
    ]
    if not tops:
        raise CorpusError(f"{path} has no small letters; leave it out of the folder.")
    height = float(np.median(tops))
    drawings: dict[str, tuple[LetterDrawing, ...]] = {}
    for character in CHARACTERS:
        strokes = glyphs.get(character, ())
        if strokes:
            placed = _placed(strokes, 0.0, height)
            drawings[character] = (LetterDrawing(tuple(_rounded(s) for s in placed.strokes)),)
    return LetterSource(path.stem, False, drawings)


def _strokes(path: str) -> Iterator[Points]:
    """The polylines of an SVG path of absolute moves and lines, y turned down."""
    stroke: list[tuple[float, float]] = []
    for command, x, y in _MOVES.findall(path):
        if command == "M" and stroke:
            yield np.array(stroke)
            stroke = []
        stroke.append((float(x), -float(y)))
    if stroke:
        yield np.array(stroke)


def _rounded(stroke: Points) -> Points:
    """A polyline with close points and corners as round as a pen draws them."""
    if len(stroke) < 2:
        return stroke
    along = arc_lengths(stroke)
    if along[-1] <= _STEP:
        return stroke[[0, -1]]
    at = np.linspace(0.0, along[-1], max(3, round(along[-1] / _STEP) + 1))
    dense = points_along(stroke, along, at)
    reach = max(1, round(_ROUND / _STEP))
    kernel = np.hanning(2 * reach + 3)[1:-1]
    kernel /= kernel.sum()
    padded = np.concatenate(
        [
            2 * dense[:1] - dense[reach:0:-1],
            dense,
            2 * dense[-1:] - dense[-2 : -reach - 2 : -1],
        ]
    )
    return np.stack([np.convolve(padded[:, axis], kernel, "valid") for axis in (0, 1)], axis=1)
