"""UNIPEN's format (Guyon et al. 1994): keywords, components of a pen's samples, and labels."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from engine.ink.ink import Ink, Stroke
from engine.ink.preparation import RECORDING_RATE

#: Rates of a pen's samples that are believed, in points a second: 9600 is the speed of a serial
#: line. Where another is named, or none, that of IAM-OnDB is assumed.
RATES = (30.0, 500.0)

KEYWORD = re.compile(r"^[ \t]*\.([A-Za-z_][A-Za-z_0-9]*)", re.MULTILINE)
#: Characters of a label that is still read.
_LONGEST_LABEL = 4096
_SEGMENT = re.compile(
    r"\s*(?P<level>[A-Za-z_]+)\s+(?P<range>[0-9:,\- \t]*[0-9]|\?)?\s*"
    r'(?P<quality>[A-Za-z?]+)?\s*(?:"(?P<label>(?:[^"\\]|\\.)*)")?',
    re.DOTALL,
)
_PART = re.compile(r"(\d+)(?::(\d+))?(?:-(\d+)(?::(\d+))?)?")

Numbers = npt.NDArray[np.float64]
#: Part of a file: a keyword and what follows it; of PEN_DOWN and PEN_UP the numbers that follow.
Token = tuple[str, str, Numbers | None]


@dataclass(frozen=True)
class UnipenPiece:
    """A range of components that a label belongs to: a stretch of them, with points or without.

    Attributes
    ----------
    first, last : component, counted from 0; both belong to it
    begin, end : points of the first and of the last component, both belonging to it, or None
    """

    first: int
    last: int
    begin: int | None = None
    end: int | None = None


@dataclass(frozen=True)
class Component:
    """Points between two changes of the pen: in millimetres, x right and y down, and seconds."""

    down: bool
    xy: Numbers
    time: Numbers


@dataclass
class UnipenState:
    """What the keywords read so far say, of a file and those that it includes."""

    columns: tuple[str, ...] = ("X", "Y")
    per_mm: list[float] = field(default_factory=lambda: [0.0, 0.0])
    rate: float = 0.0
    writer: str = ""
    source: str = ""


@dataclass(frozen=True)
class UnipenSegment:
    """A label of a file, the components that it belongs to, and who wrote them on what page."""

    level: str
    range: str
    quality: str
    label: str
    writer: str
    page: str


class UnreadableError(ValueError):
    """Why a piece is left out."""


def tokenised(data: bytes | Path) -> list[Token]:
    """Keywords of a file, each with what follows it up to the next.

    Numbers of a component that cannot be read are NaN. A comment may name the pen's keywords, too:
    what is followed by no number at all is none of them.
    """
    text = (data.read_bytes() if isinstance(data, Path) else data).decode("latin-1")
    parts = KEYWORD.split(text.replace("\r", "\n"))
    tokens: list[Token] = []
    for keyword, body in zip(parts[1::2], parts[2::2], strict=True):
        name = keyword.upper()
        if name in ("PEN_DOWN", "PEN_UP"):
            numbers = _numbers(body)
            if numbers is not None:
                tokens.append((name, "", numbers))
        elif name == "DT" and tokens and tokens[-1][2] is not None:
            # Time between components; the points that may follow continue the component before.
            continue
        else:
            tokens.append((name, body, None))
    return tokens


def _numbers(body: str) -> Numbers | None:
    words = body.split()
    try:
        return np.array(words, dtype=np.float64)
    except ValueError:
        return np.full(1, np.nan) if any(_is_number(word) for word in words) else None


def _is_number(word: str) -> bool:
    try:
        float(word)
    except ValueError:
        return False
    return True


def note_keyword(keyword: str, body: str, state: UnipenState, name: str) -> None:
    """Keep in mind what a keyword says of what follows: columns, units, rate, writer."""
    words = body.split()
    if not words:
        return
    if keyword == "COORD":
        state.columns = tuple(word.upper() for word in words)
    elif keyword == "WRITER_ID":
        state.writer, state.source = words[0], name
    elif keyword == "POINTS_PER_SECOND":
        state.rate = _number(words[0])
    elif keyword in ("X_POINTS_PER_INCH", "Y_POINTS_PER_INCH"):
        state.per_mm["XY".index(keyword[0])] = _number(words[0]) / 25.4
    elif keyword in ("X_POINTS_PER_MM", "Y_POINTS_PER_MM"):
        state.per_mm["XY".index(keyword[0])] = _number(words[0])


def _number(word: str) -> float:
    return float(word) if _is_number(word) else 0.0


def component_of(down: bool, numbers: Numbers, state: UnipenState) -> Component:
    """The points of a component's numbers; one that is not a number where they cannot be read."""
    columns = state.columns
    if not {"X", "Y"} <= set(columns) or numbers.size % len(columns) or not _finite(numbers):
        return Component(down, np.full((1, 2), np.nan), np.zeros(1))
    rows = numbers.reshape(-1, len(columns))
    across, along = state.per_mm
    across, along = across or along or 1.0, along or across or 1.0
    x, y = rows[:, columns.index("X")], rows[:, columns.index("Y")]
    xy = np.stack([x / across, -y / along], axis=1)
    return Component(down, xy, _times(rows, columns, state.rate))


def _finite(numbers: Numbers) -> bool:
    return bool(np.isfinite(numbers).all())


def _times(rows: Numbers, columns: tuple[str, ...], rate: float) -> Numbers:
    """Seconds of points.

    The unit of stamps differs between contributors (milliseconds, microseconds), the rate does not:
    the stamps' median interval is taken to be its inverse.
    """
    count = len(rows)
    rate = rate if RATES[0] <= rate <= RATES[1] else RECORDING_RATE
    implied = np.arange(count) / rate
    if "T" in columns and count > 2:
        stamps = rows[:, columns.index("T")]
        steps = np.diff(stamps)
        usual = float(np.median(steps))
        if usual > 0 and (steps >= 0).all() and steps.max() <= 10 * usual:
            seconds: Numbers = (stamps - stamps[0]) / usual / rate
            return seconds
    return implied


def segment_of(body: str, state: UnipenState, name: str) -> UnipenSegment:
    """A label of the file `name`; an empty one where it cannot be read."""
    found = _SEGMENT.match(body[:_LONGEST_LABEL])
    if found is None:
        return UnipenSegment("", "", "", "", state.writer, state.source or name)
    page = (state.source or name).removeprefix("include/").removeprefix("data/")
    return UnipenSegment(
        found["level"],
        re.sub(r"\s", "", found["range"] or ""),
        found["quality"] or "?",
        found["label"] or "",
        state.writer or page,
        page.rsplit(".", 1)[0],
    )


def pieces(text: str) -> list[UnipenPiece]:
    """The stretches of a range: `3-7`, `3,5,9-11`, `3:12-4:8`.

    Raises
    ------
    UnreadableError
        If it is none.
    """
    found = []
    for part in text.split(","):
        match = _PART.fullmatch(part)
        if match is None:
            raise UnreadableError("a range that cannot be read")
        first, begin, last, end = (None if n is None else int(n) for n in match.groups())
        assert first is not None
        if last is None:
            last, end = first, begin
        if last < first:
            raise UnreadableError("a range that runs backwards")
        found.append(UnipenPiece(first, last, begin, end))
    return found


def ink_of(components: list[Component], text: str) -> Ink:
    """The strokes of a range, pen-up components left out.

    Raises
    ------
    UnreadableError
        If the range runs past the file, holds no points, or some that cannot be read.
    """
    strokes = []
    for piece in pieces(text):
        if piece.last >= len(components):
            raise UnreadableError("a range that runs past the file")
        for index in range(piece.first, piece.last + 1):
            component = components[index]
            begin = piece.begin or 0 if index == piece.first else 0
            stop = piece.end + 1 if index == piece.last and piece.end is not None else None
            xy, time = component.xy[begin:stop], component.time[begin:stop]
            if not component.down or not len(xy):
                continue
            if not _finite(xy):
                raise UnreadableError("points that cannot be read")
            strokes.append(Stroke(xy, time))
    if not strokes:
        raise UnreadableError("a range without points")
    return Ink(tuple(strokes))
