"""What the service answers: pages, lines and reports as JSON, and files of every format."""

from __future__ import annotations

import base64
import json
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from engine.text.transliteration import Place, Substitution
from studio.document.page import Page, PlacedLine
from studio.exporting.formats import ExportOptions, export
from studio.layout.line_writer import LineRequest, WrittenLine
from studio.layout.plan import Plan, PlannedLine
from studio.service.ink_request import InkRequest, OutputChoice
from studio.service.ink_writer import WrittenNote, line_id
from studio.service.service_errors import ServiceError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from studio.document.note import Note

#: The media type of each format, the first of them where a client takes any.
MEDIA = {
    "json": "application/json",
    "svg": "image/svg+xml",
    "pdf": "application/pdf",
    "png": "image/png",
    "inkml": "application/inkml+xml",
    "npz": "application/x-npz",
}
#: Bytes of a report in a header, which must not be longer than servers take.
LONGEST_HEADER = 4000


def format_wanted(accept: str, named: str | None) -> str:
    """The format that a client takes, by the query's `format` or the header `Accept`.

    Raises
    ------
    ServiceError
        If there is none of it.
    """
    if named is not None:
        if named in MEDIA:
            return named
        raise ServiceError(
            "not_acceptable",
            f"There is no format {named[:40]!r}; use one of {', '.join(MEDIA)}.",
            "format",
        )
    ranked: list[tuple[float, int, str]] = []
    for place, part in enumerate(accept.split(",")):
        kind, *settings = (piece.strip().lower() for piece in part.split(";"))
        quality = next((_quality(s[2:]) for s in settings if s.startswith("q=")), 1.0)
        if quality > 0:
            ranked.append((-quality, place, kind))
    for _, _, kind in sorted(ranked):
        for name, media in MEDIA.items():
            if kind in ("", "*/*", media, media.partition("/")[0] + "/*"):
                return name
        if kind == "text/event-stream":
            return "json"
    raise ServiceError(
        "not_acceptable",
        f"None of what you accept can be made; accept one of {', '.join(MEDIA.values())}.",
    )


def _quality(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0


def file_of(written: WrittenNote, kind: str, output: OutputChoice) -> bytes:
    """A written note as a file of that format.

    Raises
    ------
    ServiceError
        If there is no such page.
    """
    pages = written.layout.pages
    if kind in ("svg", "png"):
        if output.page > len(pages):
            raise ServiceError(
                "invalid",
                f"There is no page {output.page}: the note has {len(pages)}.",
                "output.page",
            )
        pages = replace(pages, pages=(pages.pages[output.page - 1],))
    options = ExportOptions(
        dpi=output.dpi,
        transparent=output.transparent,
        outlines=output.outlines,
        background=output.background,
    )
    with tempfile.TemporaryDirectory(prefix="scriptorium-") as folder:
        (path,) = export(pages, Path(folder, f"ink.{kind}"), options)
        return path.read_bytes()


def written_json(written: WrittenNote, request: InkRequest) -> dict[str, Any]:
    """A written note as JSON."""
    pages = written.layout.pages
    lines = {line.key: line for line in written.layout.plan.everything}
    by_page = {
        page.number: [
            line_json(
                line, page.number, lines.get(line.key), written.layout.written, request.attention
            )
            for line in page.written
            if line.key is not None
        ]
        for page in pages
    }
    return {
        "pages": [page_json(page) | {"lines": by_page[page.number]} for page in pages],
        "report": report(written),
        "hand": pages.hand,
        "hand_sha256": pages.hand_sha256,
        "style": written.style_name,
        "seed": request.seed,
        "points": written.points,
        "seconds": round(written.seconds, 3),
    }


def page_json(page: Page) -> dict[str, Any]:
    """A sheet."""
    return _sheet(page.number, page)


def sheets_of(note: Note, count: int) -> list[dict[str, Any]]:
    """The sheets of a note that is not laid out yet."""
    return [_sheet(number + 1, note) for number in range(count)]


def _sheet(number: int, of: Page | Note) -> dict[str, Any]:
    margins = of.margins
    return {
        "number": number,
        "width": round(of.paper.width, 3),
        "height": round(of.paper.height, 3),
        "margins": [margins.left, margins.top, margins.right, margins.bottom],
        "ruling": {
            "kind": str(of.ruling.kind),
            "spacing": of.ruling.spacing,
            "first": of.ruling.first,
            "printed": of.ruling_printed,
        },
    }


def planned_json(line: PlannedLine) -> dict[str, Any]:
    """A line in its place, before it is written."""
    ((left, baseline),) = line.on_page([(line.left, line.baseline)])
    return {
        "id": line_id(line.key),
        "page": line.page + 1,
        "text": line.source,
        "left": round(float(left), 3),
        "baseline": round(float(baseline), 3),
        "width": round(line.width, 3),
        "x_height": round(line.look.x_height, 3),
        "turned": 0.0 if line.place is None else round(line.place.angle, 5),
        "words": [word.source for word in line.words],
    }


def plan_json(plan: Plan, note: Note, revision: int) -> dict[str, Any]:
    """All lines in their places for now."""
    return {
        "revision": revision,
        "pages": sheets_of(note, plan.pages),
        "lines": [planned_json(line) for line in plan.everything if line.requests],
    }


def line_json(
    line: PlacedLine,
    page: int,
    planned: PlannedLine | None,
    written: Mapping[LineRequest, WrittenLine],
    attention: bool = False,
) -> dict[str, Any]:
    """A written line."""
    pieces = pieces_of(planned, written)
    misread = dict(misread_words(pieces))
    times = [stroke.time for stroke in line.ink.strokes]
    known = all(time is not None for time in times)
    assert line.key is not None
    return {
        "id": line_id(line.key),
        "page": page,
        "text": line.text,
        "seed": line.seed,
        "baseline": round(line.baseline, 3),
        "turned": round(line.turned, 5),
        "colour": line.colour,
        "pen": str(line.pen.kind),
        "width": line.pen.width,
        "strokes": [np.round(s.xy, 3).ravel().tolist() for s in line.ink.strokes],
        "times": [np.round(t, 4).tolist() for t in times if t is not None] if known else None,
        "words": [
            {
                "text": word.text,
                "box": [round(float(side), 3) for side in word.box],
                "start": int(word.start),
                "stop": int(word.stop),
                "misread": misread.get(number),
            }
            for number, word in enumerate(line.words)
        ],
        "attention": attention_json(pieces) if attention else None,
    }


def pieces_of(
    line: PlannedLine | None, written: Mapping[LineRequest, WrittenLine]
) -> list[WrittenLine]:
    """What was written for a line."""
    return [] if line is None else [written[r] for r in line.requests if r in written]


def misread_words(pieces: Sequence[WrittenLine]) -> Iterator[tuple[int, str]]:
    """The words of a line that are not read as asked for, by their place, and what is read."""
    before = 0
    for piece in pieces:
        for word in piece.misread:
            yield before + word.place, word.read
        before += len(piece.text.split(" "))


def attention_json(pieces: Sequence[WrittenLine]) -> dict[str, Any] | None:
    """What the window looked at while a line was written."""
    if not pieces:
        return None
    text = " ".join(piece.text for piece in pieces)
    points = sum(piece.ink.points for piece in pieces)
    weights = np.zeros((points, len(text) + 1), np.float32)
    row = column = 0
    exact = True
    for piece in pieces:
        count, width = piece.ink.points, len(piece.text) + 1
        part = weights[row : row + count, column : column + width]
        if piece.steps is not None and len(piece.steps.phi) == count:
            part[:] = piece.steps.phi
        else:
            exact = False
            part[np.arange(count), np.minimum(piece.characters, width - 1)] = 1
        row, column = row + count, column + width
    return {
        "text": text,
        "points": points,
        "characters": len(text) + 1,
        "exact": exact,
        "data": base64.b64encode(as_bytes(weights)).decode("ascii"),
    }


def as_bytes(weights: npt.NDArray[np.float32]) -> bytes:
    """The window's weights, 255 for 1."""
    return np.clip(np.round(255 * weights), 0, 255).astype(np.uint8).tobytes()


def report(written: WrittenNote) -> dict[str, Any]:
    """What could not be written or read, word by word."""
    layout = written.layout
    misread, flaws = [], []
    for line in layout.plan.everything:
        pieces = pieces_of(line, layout.written)
        words = line.words
        for place, read in misread_words(pieces):
            text = words[place].source if place < len(words) else ""
            misread.append(
                {
                    "line": line_id(line.key),
                    "page": line.page + 1,
                    "word": place,
                    "text": text,
                    "read": read,
                }
            )
        if found := [flaw for piece in pieces for flaw in piece.flaws]:
            flaws.append(
                {
                    "line": line_id(line.key),
                    "page": line.page + 1,
                    "text": line.source,
                    "flaws": found,
                }
            )
    return {
        "substitutions": [substitution_json(one) for one in layout.notices],
        "misread": misread,
        "flaws": flaws,
        "remarks": [*written.remarks, *layout.remarks],
    }


def substitution_json(one: Substitution) -> dict[str, Any]:
    """A character that is written otherwise."""
    return {
        "character": one.character,
        "written": one.written,
        "places": [place_json(place) for place in one.places],
    }


def place_json(place: Place) -> dict[str, Any]:
    """Where a character stands."""
    return {"line": place.line, "column": place.column, "word": place.word}


def report_header(whole: dict[str, Any]) -> str:
    """A report for a header: ASCII, and so much of it as fits, with what was left out counted."""
    part = {name: list(value) for name, value in whole.items()}
    left_out = 0
    while True:
        text = json.dumps(part | ({"left_out": left_out} if left_out else {}))
        if len(text) <= LONGEST_HEADER:
            return text
        longest = max(part, key=lambda name: len(json.dumps(part[name])))
        gone = max(1, len(part[longest]) // 2)
        left_out += gone
        del part[longest][-gone:]
