"""A note's file: a zip with a JSON manifest and the ink of its lines as compact binary."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from itertools import islice, pairwise
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar, get_type_hints

import numpy as np
import numpy.typing as npt

# The converter learns there what form ink has in a file.
import engine.ink.json  # noqa: F401
from engine.errors import FileError
from engine.ink.ink import Ink, Stroke
from engine.io.atomic import atomic_write
from engine.io.converter import at, decode, encode
from engine.io.json_file import parse_json
from engine.io.limits import LARGEST_IMPORT, check_regular
from engine.io.loading import loading
from engine.sampling.misread_word import MisreadWord
from studio.document.background import Background
from studio.document.drawing import Drawing, single
from studio.document.note import Block, Look, Note, TextBox, VerticalAlignment
from studio.document.page import LineKey, Page, Pages
from studio.document.placement import Placement
from studio.document.text_marks import MarkKind
from studio.layout.kept_spelling import with_spelled
from studio.layout.layout import Layout
from studio.layout.line_requests import LineRecord
from studio.layout.line_writer import LineRequest, WrittenLine
from studio.layout.plan import Plan
from studio.layout.width_model import WidthModel
from studio.storage.migration import migrated

SUFFIX = ".scriptorium"
FORMAT = "scriptorium-note"
VERSION = 5
"""Of the manifest; docs/note-format.md describes it, and `migration` what older ones lacked.
A note that has nothing of version 5 is written as one of version 4, which older programs read."""

MANIFEST, INK, BACKGROUND = "note.json", "ink.bin", "background"
LARGEST_MANIFEST, LARGEST_INK = 64 * 2**20, 512 * 2**20
"""Bytes, unpacked; a file that claims or holds more is refused before it fills the memory."""
MOST_VALUES = 6_000_000
"""Of the manifest: three thousand pages have so many."""

TELLING = 300
"""Lines of a file from which it is guessed how wide others will be."""

_CHANNELS = ("time", "pressure")
_INK_FIELDS = ("strokes", *_CHANNELS, "at", "size", "crc")
_RECORDS: Any = Mapping[LineKey, LineRecord]

T = TypeVar("T")
Lines = Mapping[LineRequest, WrittenLine]


@dataclass(frozen=True, eq=False)
class NoteFile:
    """What a note's file holds.

    Parameters
    ----------
    note : Note
    lines : mapping of LineRequest to WrittenLine
        The ink of the note's lines.
    hand, hand_sha256 : str
        Name and hash of the hand that wrote them, but for lines that name another; the file is
        read without it.
    origin : str
        Of a recovery file: the path of the note that it is of; else empty.
    layout : Layout, optional
        Where the lines stand: what the next layout starts from.
    origin_sha256 : str
        Of a recovery file: the hash of that note's file as it was when it was opened or last saved.
    """

    note: Note
    lines: Lines
    hand: str = ""
    hand_sha256: str = ""
    origin: str = ""
    layout: Layout | None = None
    origin_sha256: str = ""


def compact(line: WrittenLine) -> WrittenLine:
    """The line with its points rounded to what the file keeps: single precision."""
    return replace(line, ink=single(line.ink))


def save(content: NoteFile, path: Path, *, private: bool = False) -> str:
    """Write a note's file, whole or not at all; the hash that `digest` gives of it.

    Raises
    ------
    FileError
        If it cannot be written; the file on disk is as it was.
    """
    if not isinstance(content, NoteFile):
        raise FileError(f"Cannot write {path}: there is no note; give a NoteFile.")
    with atomic_write(path, private=private) as temporary:
        data = packed(content)
        temporary.write_bytes(data)
    return hashlib.sha256(data).hexdigest()


def digest(path: Path) -> str:
    """The SHA-256 of a file, by which a change is noticed; empty where there is none.

    Raises
    ------
    FileError
        If it cannot be read.
    """
    try:
        check_regular(path)
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise FileError(f"The note {path} cannot be read: {error.strerror or error}.") from error


def packed(content: NoteFile) -> bytes:
    """The bytes of a note's file; the same note makes the same bytes."""
    ink = io.BytesIO()
    own = content.hand, content.hand_sha256
    lines = [_line_entry(request, line, ink, own) for request, line in content.lines.items()]
    drawings = [_drawing_entry(drawing, ink) for drawing in content.note.drawings]
    manifest = {
        "format": FORMAT,
        "version": _version_of(content.note),
        "program": _program(),
        "hand": {"name": content.hand, "sha256": content.hand_sha256},
        "origin": content.origin,
        "origin_sha256": content.origin_sha256,
        "note": _note_entry(content.note),
        "lines": lines,
        "drawings": drawings,
    }
    if content.layout is not None:
        manifest["layout"] = _layout_entry(content.layout)
    result = io.BytesIO()
    with zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name, data in (
            # Half a surrogate pair, as names of files may hold, is escaped as JSON does it.
            (MANIFEST, _as_json(manifest, parts=3).encode(errors="backslashreplace")),
            (INK, ink.getvalue()),
            *([(BACKGROUND, under.data)] if (under := content.note.background) else []),
        ):
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), data, compresslevel=6)
    return result.getvalue()


def _as_json(value: Any, parts: int) -> str:
    """As `json.dumps` has it, but so many levels deep part by part.

    In one go all threads would wait for it, and with them the window.
    """
    if parts and isinstance(value, dict):
        pairs = (f"{_as_json(k, 0)}: {_as_json(v, parts - 1)}" for k, v in value.items())
        return "{" + ", ".join(pairs) + "}"
    if parts and isinstance(value, list):
        return "[" + ", ".join(_as_json(v, parts - 1) for v in value) + "]"
    return json.dumps(value, ensure_ascii=False)


def load(path: Path, stop: Callable[[], bool] = lambda: False) -> NoteFile:
    """Read a note's file.

    Parameters
    ----------
    path : Path
    stop : callable
        Asked now and then whether nobody wants it any more.

    Raises
    ------
    FileError
        If it is missing, damaged, of another kind, too large, or from a newer version; or if it was
        stopped.
    """
    with loading(path, "note", FileError, "open another file"):
        check_regular(path)
        with zipfile.ZipFile(path) as archive:
            text = _member(archive, MANIFEST, LARGEST_MANIFEST, path)
            # Counted first: a value of a few bytes of text takes a hundred of memory.
            if sum(map(text.count, (b",", b"[", b"{"))) > MOST_VALUES:
                raise FileError(
                    f"{path} holds more than {MOST_VALUES} values, which no note does; it is not "
                    "opened.",
                    damaged=True,
                )
            manifest = parse_json(text)
            del text
            _check_version(manifest, path)
            ink = _member(archive, INK, LARGEST_INK, path)
            if "background" in manifest["note"]:
                manifest["note"]["background"]["data"] = _member(
                    archive, BACKGROUND, LARGEST_IMPORT, path
                )
        return _content(migrated(manifest), ink, stop)


def _member(archive: zipfile.ZipFile, name: str, largest: int, path: Path) -> bytes:
    with archive.open(name) as member:
        data = member.read(largest + 1)
    if len(data) > largest:
        raise FileError(
            f"{path} unpacks to more than {largest // 2**20} MB, which no note does; "
            "it is not opened.",
            damaged=True,
        )
    return data


def _check_version(manifest: Any, path: Path) -> None:
    if manifest["format"] != FORMAT or int(manifest["version"]) < 1:
        raise ValueError("no note's manifest")
    if int(manifest["version"]) > VERSION:
        raise FileError(
            f"{path} was written by a newer version of this program ({manifest['program']}); "
            "update it to open the note."
        )


def _program() -> str:
    try:
        return f"scriptorium {version('scriptorium')}"
    except PackageNotFoundError:
        return "scriptorium"


# The ink ---------------------------------------------------------------------------------------


def _ink_entry(ink: Ink) -> dict[str, Any]:
    """What the manifest says of ink whose points lie in the binary."""
    known = {
        name: bool(ink) and all(getattr(s, name) is not None for s in ink.strokes)
        for name in _CHANNELS
    }
    return {"strokes": [len(stroke) for stroke in ink.strokes], **known}


def _write_channels(ink: Ink, entry: Mapping[str, Any], file: io.BytesIO) -> None:
    """The times and pressures of ink, as far as its entry has them."""
    for name in _CHANNELS:
        if entry[name]:
            values = np.concatenate([getattr(s, name) for s in ink.strokes])
            file.write(values.astype("<f4").tobytes())


def _line_entry(
    request: LineRequest, line: WrittenLine, file: io.BytesIO, own: tuple[str, str]
) -> dict[str, Any]:
    """A line's entry in the manifest; its arrays are appended to the binary.

    `own` is the note's hand; a line that another one wrote names that one.
    """
    others = line.hand if line.hand not in (None, own) else None
    entry = {
        "request": encode(request),
        "text": line.text,
        "seed": line.seed,
        "flaws": list(line.flaws),
        **({"misread": [encode(word) for word in line.misread]} if line.misread else {}),
        **({"hand": {"name": others[0], "sha256": others[1]}} if others else {}),
        **_ink_entry(line.ink),
        "at": file.tell(),
    }
    file.write(line.ink.xy.astype("<f4").tobytes())
    file.write(line.characters.astype("<i2").tobytes())
    _write_channels(line.ink, entry, file)
    return _sealed(entry, file)


def _sealed(entry: dict[str, Any], file: io.BytesIO) -> dict[str, Any]:
    """An entry with the size and the checksum of its arrays, which end the binary.

    Where a file is damaged they tell which ink is whole.
    """
    start = entry["at"]
    data = file.getbuffer()[start:]
    return {**entry, "size": len(data), "crc": zlib.crc32(data)}


def _drawing_entry(drawing: Drawing, file: io.BytesIO) -> dict[str, Any]:
    """A drawing's entry in the manifest; its arrays are appended to the binary."""
    about = {f.name: encode(getattr(drawing, f.name)) for f in fields(drawing) if f.name != "ink"}
    entry = {**about, **_ink_entry(drawing.ink), "at": file.tell()}
    file.write(drawing.ink.xy.astype("<f4").tobytes())
    _write_channels(drawing.ink, entry, file)
    return _sealed(entry, file)


class _Points:
    """The binary, read from where an entry says that its points begin."""

    def __init__(self, ink: bytes, entry: Mapping[str, Any]) -> None:
        self._ink, self._entry, self._at = ink, entry, int(entry["at"])
        self._lengths = [int(length) for length in entry["strokes"]]
        if any(length < 1 for length in self._lengths):
            raise ValueError("a stroke without points")
        self.count = sum(self._lengths)

    def take(self, kind: str, count: int) -> npt.NDArray[Any]:
        """The next numbers."""
        size = np.dtype(kind).itemsize * count
        if self._at < 0 or self._at + size > len(self._ink):
            raise ValueError("the ink ends too early")
        values = np.frombuffer(self._ink, dtype=kind, count=count, offset=self._at)
        self._at += size
        return values

    def places(self) -> npt.NDArray[np.float64]:
        """The points, float64 (count, 2)."""
        return self.take("<f4", 2 * self.count).reshape(-1, 2).astype(np.float64)

    def strokes(self, xy: npt.NDArray[np.float64]) -> Ink:
        """The ink of these points, with what else is known of them."""
        known = {
            name: self.take("<f4", self.count).astype(np.float64) if self._entry[name] else None
            for name in _CHANNELS
        }
        whole, stops = Stroke(xy, **known), np.cumsum(self._lengths).tolist()
        return Ink(tuple(whole[start:stop] for start, stop in pairwise([0, *stops])))


def read_line(entry: Any, ink: bytes) -> tuple[LineRequest, WrittenLine]:
    """The line of an entry in the manifest, with its points from the binary."""
    points = _Points(ink, entry)
    xy = points.places()
    characters = points.take("<i2", points.count).astype(np.int64)
    request = decode(LineRequest, entry["request"])
    flaws = tuple(str(flaw) for flaw in entry["flaws"])
    return request, WrittenLine(
        str(entry["text"]),
        points.strokes(xy),
        characters,
        int(entry["seed"]),
        flaws,
        misread=tuple(decode(MisreadWord, word) for word in entry.get("misread", ())),
        hand=(str(hand["name"]), str(hand["sha256"])) if (hand := entry.get("hand")) else None,
    )


def read_drawing(entry: dict[str, Any], ink: bytes) -> Drawing:
    """The drawing of an entry in the manifest, with its points from the binary."""
    points, hints = _Points(ink, entry), get_type_hints(Drawing)
    about = {n: decode(hints[n], v) for n, v in entry.items() if n not in _INK_FIELDS}
    return Drawing(ink=points.strokes(points.places()), **about)


# The note --------------------------------------------------------------------------------------


def _note_entry(note: Note) -> dict[str, Any]:
    bare = replace(note, blocks=(), boxes=(), drawings=(), background=None)
    entry: dict[str, Any] = encode(bare)
    entry["blocks"] = [_block_entry(block) for block in note.blocks]
    entry["boxes"] = [
        {
            "block": _block_entry(box.block),
            "place": encode(box.place),
            "width": box.width,
            **({} if box.height is None else {"height": box.height}),
        }
        for box in note.boxes
    ]
    if under := note.background:
        entry["background"] = {
            "name": under.name,
            "first_only": under.first_only,
            "printed": under.printed,
        }
    return entry


def _version_of(note: Note) -> int:
    """The oldest version that holds all of a note."""
    fields = any(box.height is not None for box in note.boxes)
    blocks = (*note.blocks, *(box.block for box in note.boxes))
    coloured = any(mark.kind is MarkKind.COLOURED for block in blocks for mark in block.marks)
    placed = coloured or note.vertical is not VerticalAlignment.TOP
    new = note.background or note.two_sided or note.keep_lines or fields or placed
    return VERSION if new else 4


def _block_entry(block: Block) -> dict[str, Any]:
    look = {name: encode(value) for name, value in block.look.items()}
    return {**encode(replace(block, look={})), "look": look}


def read_box(entry: dict[str, Any]) -> TextBox:
    """The text box of an entry in the manifest."""
    block = read_block(entry["block"])
    place, width = decode(Placement, entry["place"]), decode(float, entry["width"])
    height = decode(float, entry["height"]) if "height" in entry else None
    return TextBox(block, place, width, height)


def read_note(entry: dict[str, Any]) -> Note:
    """The note of its entry in the manifest, without its drawings."""
    return _note(entry, ())


def _note(entry: dict[str, Any], drawings: Iterable[Drawing]) -> Note:
    blocks = tuple(_each("blocks", entry, read_block))
    del entry["blocks"]
    boxes = tuple(map(read_box, entry.pop("boxes")))
    under = entry.pop("background", None)
    bare = decode(Note, {"blocks": [], **entry})
    background = None if under is None else _background(under)
    return replace(
        bare, blocks=blocks, boxes=boxes, drawings=tuple(drawings), background=background
    )


def _background(entry: dict[str, Any]) -> Background | None:
    if "data" not in entry:
        # Of a damaged file, whose other members were saved.
        return None
    flags = {name: decode(bool, entry[name]) for name in ("first_only", "printed")}
    return Background(entry["data"], decode(str, entry["name"]), **flags)


def read_block(entry: dict[str, Any]) -> Block:
    """The block of an entry in the manifest."""
    hints = get_type_hints(Look)
    look = {name: decode(hints[name], value) for name, value in entry.pop("look").items()}
    return replace(decode(Block, {"text": "", **entry}), look=look)


def _layout_entry(layout: Layout) -> dict[str, Any]:
    # How the blocks were spelled, the breaks say.
    plan = replace(layout.plan, spelled={})
    return {"plan": encode(plan), "records": encode(layout.records, _RECORDS)}


def _layout(entry: Any, note: Note, lines: Lines) -> Layout | None:
    """What the next layout starts from, so that every line keeps its place.

    A file whose layout this program cannot read any more still has all of its ink.
    """
    try:
        plan = with_spelled(decode(Plan, entry["plan"]), note)
        records = decode(_RECORDS, entry["records"])
    except (KeyError, TypeError, ValueError):
        return None
    written = {r: lines[r] for r in plan.requests if r in lines}
    # They stand for the widths of lines that are not written yet, which a part of them tells.
    some = islice(written.items(), TELLING)
    widths = WidthModel().learned((r.text, (r.style, r.strength), w.ink.width) for r, w in some)
    return Layout(
        Pages((Page(note.paper, note.margins),)),
        plan,
        MappingProxyType(written),
        MappingProxyType({}),
        MappingProxyType({k: v for k, v in records.items() if set(v.requests) <= set(written)}),
        widths,
    )


def _each(name: str, entries: Mapping[str, Any], made: Callable[[Any], T]) -> Iterator[T]:
    """What is made of each entry of a list; an error says which entry was damaged."""
    for number, entry in enumerate(entries[name]):
        with at(f"{name}[{number}]"):
            yield made(entry)


def _content(manifest: Any, ink: bytes, stop: Callable[[], bool]) -> NoteFile:
    note = _note(manifest["note"], _each("drawings", manifest, partial(read_drawing, ink=ink)))
    lines: dict[LineRequest, WrittenLine] = {}
    for request, line in _each("lines", manifest, partial(read_line, ink=ink)):
        if stop():
            raise FileError("The note was not read to its end: it was stopped.", names_file=True)
        lines[request] = line
    return NoteFile(
        note,
        lines,
        str(manifest["hand"]["name"]),
        str(manifest["hand"]["sha256"]),
        str(manifest["origin"]),
        _layout(manifest.get("layout"), note, lines),
        str(manifest.get("origin_sha256", "")),
    )
