"""The reader of UNIPEN's format (Guyon et al. 1994), as an archive or unpacked."""

from __future__ import annotations

import lzma
import re
import tarfile
import zlib
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt

from engine.errors import CorpusError
from engine.ink.ink import Ink, Stroke
from engine.ink.preparation import RECORDING_RATE
from training.corpora.iam import Line, Report
from training.corpora.labels import cleaned

#: Folders of `data/` that are read. 3 is isolated characters in context, 4 and 5 are parts of
#: others, 6 is a part of 7.
CATEGORIES = ("1a", "1b", "1c", "1d", "2", "7", "8")
#: Pieces of these levels are read; what another level says stands in these as well.
LEVELS: Mapping[str, Literal["text", "word", "sign"]] = {
    "TEXT": "text",
    "WORD": "word",
    "CHARACTER": "sign",
    "CHAR": "sign",
}
#: Rates of a pen's samples that are believed, in points a second: 9600 is the speed of a serial
#: line. Where another is named, or none, that of IAM-OnDB is assumed.
RATES = (30.0, 500.0)
#: How deep files may include one another.
DEEPEST = 16
#: Tokenised files that are kept at hand: several files with labels share one with strokes.
KEPT = 24

#: Writers who are never trained on, so that likeness to them can be measured: two at most of a
#: contributor, the first by the checksum of their names of those with 15 texts or 100 words.
HELD_OUT = frozenset(
    (
        "6199bbf", "3a3d83d", "ef5053c", "7c7bf93", "c575254", "0491fb5", "39e200c", "5d5f52d",
        "03dd433", "ea023ed", "5e68016", "8ef4ece", "991fa7c", "c9e7bb8", "50dad3a", "48330c5",
        "28f3f10", "514cd05", "cfe662f", "fc8be35", "a729628", "6e73f83", "ca26cd3", "830527d",
    )
)  # fmt: skip
#: The split of their pieces. Not "v": that is IAM-OnDB's, whose log-loss is compared.
HELD_SPLIT = "unipen_v"

_KEYWORD = re.compile(r"^[ \t]*\.([A-Za-z_][A-Za-z_0-9]*)", re.MULTILINE)
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
class _State:
    """What the keywords read so far say."""

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


class Unipen:
    """Data in UNIPEN's format below one folder, or in an archive of one.

    Parameters
    ----------
    root : Path
        What holds `data/CATEGORY/CONTRIBUTOR/*.dat` and `include/`: a folder, or a tar archive.

    Raises
    ------
    CorpusError
        If it does not exist, cannot be read, or does not hold these.
    """

    def __init__(self, root: Path | str) -> None:
        self.root = Path(root)
        self._files = _below(self.root)
        self._tokens: OrderedDict[str, list[Token]] = OrderedDict()
        self._labelled = sorted(
            name
            for name in self._files
            if name.startswith("data/") and name.split("/")[1] in CATEGORIES
        )
        if not self._labelled:
            raise CorpusError(
                f"{self.root} holds no data/CATEGORY/CONTRIBUTOR/*.dat; name the folder or the "
                "archive that holds data/ and include/ as UNIPEN does."
            )

    def lines(self, report: Report) -> Iterator[Line]:
        """Every text, word and sign whose label and strokes can be read.

        Their ink is in millimetres. `report` is filled on the way.
        """
        # Files with the same labels' strokes follow one another.
        ordered = sorted(self._labelled, key=lambda name: [*name.split("/")[2:], name])
        seen: set[tuple[str, str, str]] = set()
        for name in ordered:
            yield from self._lines_of(name, report, seen)

    def _lines_of(
        self, name: str, report: Report, seen: set[tuple[str, str, str]]
    ) -> Iterator[Line]:
        try:
            components, segments = self.parse(name)
        except UnreadableError as error:
            report.drop(name, str(error))
            return
        for number, segment in enumerate(segments):
            kind = LEVELS.get(segment.level.upper())
            if kind is None:
                continue
            key = (f"{segment.page} {kind}", segment.range, segment.label)
            if key in seen:
                continue
            seen.add(key)
            report.read += 1
            try:
                text = _text(segment)
                ink = ink_of(components, segment.range)
            except UnreadableError as error:
                report.drop(f"{name}:{number}", str(error))
                continue
            if kind != "sign":
                kind = "text" if " " in text else "word"
            elif len(text) > 1:
                report.drop(f"{name}:{number}", "a sign of several characters")
                continue
            split = HELD_SPLIT if segment.writer in HELD_OUT else "train"
            yield Line(segment.page, number, split, segment.writer, text, ink, kind)

    def parse(self, name: str) -> tuple[list[Component], list[UnipenSegment]]:
        """The components of a file with all that it includes, and its labels.

        Raises
        ------
        UnreadableError
            If an included file is missing, files include one another for ever, or the numbers of
            a component cannot be read.
        """
        components: list[Component] = []
        segments: list[UnipenSegment] = []
        self._walk(name, _State(), components, segments, 0)
        return components, segments

    def _walk(
        self,
        name: str,
        state: _State,
        components: list[Component],
        segments: list[UnipenSegment],
        depth: int,
    ) -> None:
        if depth > DEEPEST:
            raise UnreadableError("files that include one another without end")
        for keyword, body, numbers in self._tokenised(name):
            if keyword == "INCLUDE":
                path = body.split()[0] if body.split() else ""
                found = self._included(path)
                if found is None:
                    raise UnreadableError("an included file that is missing")
                self._walk(found, state, components, segments, depth + 1)
            elif numbers is not None:
                if numbers.size:
                    components.append(_component(keyword == "PEN_DOWN", numbers, state))
                    state.source = state.source or name
            elif keyword == "SEGMENT":
                segments.append(_segment(body, state, name))
            else:
                _note(keyword, body, state, name)

    def _included(self, path: str) -> str | None:
        key = f"include/{path.replace(chr(92), '/').lstrip('./')}".lower()
        return key if key in self._files else None

    def _tokenised(self, name: str) -> list[Token]:
        if name in self._tokens:
            self._tokens.move_to_end(name)
            return self._tokens[name]
        tokens = tokenised(self._files[name])
        self._tokens[name] = tokens
        if len(self._tokens) > KEPT:
            self._tokens.popitem(last=False)
        return tokens


def tokenised(data: bytes | Path) -> list[Token]:
    """Keywords of a file, each with what follows it up to the next.

    Numbers of a component that cannot be read are NaN. A comment may name the pen's keywords, too:
    what is followed by no number at all is none of them.
    """
    text = (data.read_bytes() if isinstance(data, Path) else data).decode("latin-1")
    parts = _KEYWORD.split(text.replace("\r", "\n"))
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


def _note(keyword: str, body: str, state: _State, name: str) -> None:
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


def _component(down: bool, numbers: Numbers, state: _State) -> Component:
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


def _segment(body: str, state: _State, name: str) -> UnipenSegment:
    found = _SEGMENT.match(body)
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


def _text(segment: UnipenSegment) -> str:
    """What a label says, freed of escapes and of the transcriber's spaces."""
    if segment.quality.upper() == "BAD":
        raise UnreadableError("a piece of bad quality")
    if "\\@" in segment.label:
        raise UnreadableError("a label with a rejected piece")
    text = cleaned(re.sub(r"\\(.)", r"\1", segment.label, flags=re.DOTALL))
    if not text:
        raise UnreadableError("a piece without a label")
    if not text.isascii() or not text.isprintable():
        raise UnreadableError("a label that is not printable ASCII")
    return text


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


def _below(root: Path) -> dict[str, bytes | Path]:
    """Files of `data/` and `include/`, by their path from there, includes in small letters."""
    if root.is_dir():
        files = ((p.relative_to(root).as_posix(), p) for p in root.rglob("*") if p.is_file())
        return {key: path for name, path in files if (key := _key(name)) is not None}
    if not root.exists():
        raise CorpusError(
            f"There is no {root}; name the folder that holds UNIPEN's data/ and include/, or the "
            "archive of it."
        )
    found: dict[str, bytes | Path] = {}
    try:
        with tarfile.open(root, "r:*") as archive:
            for member in archive:
                key = _key(member.name)
                file = archive.extractfile(member) if key and member.isfile() else None
                if key and file is not None:
                    found[key] = file.read()
    except (tarfile.TarError, lzma.LZMAError, zlib.error, EOFError, OSError) as error:
        raise CorpusError(
            f"{root} cannot be read ({error}); fetch it again from where it came."
        ) from error
    return found


def _key(name: str) -> str | None:
    parts = name.split("/")
    for place, part in enumerate(parts):
        if part.lower() in ("data", "include") and len(parts) > place + 1:
            rest = "/".join([part.lower(), *parts[place + 1 :]])
            return rest.lower() if part.lower() == "include" else rest
    return None
