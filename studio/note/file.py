"""A note's file: a zip with a JSON manifest and the ink of its lines as compact binary."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from types import MappingProxyType
from typing import Any, get_type_hints

import numpy as np
import numpy.typing as npt

from engine.errors import FileError, ScriptoriumError
from engine.files import replacing
from engine.ink import Ink, Stroke
from studio.note.asking import Record
from studio.note.codec import decode, encode
from studio.note.layout import Layout
from studio.note.note import Block, Look, Note
from studio.note.page import LineKey, Page, Pages
from studio.note.plan import Plan
from studio.note.widths import Widths
from studio.note.writer import LineRequest, WrittenLine

SUFFIX = ".scriptorium"
FORMAT = "scriptorium-note"
VERSION = 1
"""Of the manifest; docs/note-format.md describes it."""

MANIFEST, INK = "note.json", "ink.bin"
LARGEST_MANIFEST, LARGEST_INK = 64 * 2**20, 512 * 2**20
"""Bytes, unpacked; a file that claims or holds more is refused before it fills the memory."""

_RECORDS: Any = Mapping[LineKey, Record]

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
        Name and hash of the hand that wrote them; the file is read without it.
    origin : str
        Of a recovery file: the path of the note that it is of; else empty.
    layout : Layout, optional
        Where the lines stand: what the next layout starts from.
    """

    note: Note
    lines: Lines
    hand: str = ""
    hand_sha256: str = ""
    origin: str = ""
    layout: Layout | None = None


def compact(line: WrittenLine) -> WrittenLine:
    """The line with its points rounded to what the file keeps: single precision."""
    strokes = (
        Stroke(
            stroke.xy.astype(np.float32),
            None if stroke.time is None else stroke.time.astype(np.float32),
            None if stroke.pressure is None else stroke.pressure.astype(np.float32),
        )
        for stroke in line.ink.strokes
    )
    return replace(line, ink=Ink(tuple(strokes)))


def save(content: NoteFile, path: Path) -> None:
    """Write a note's file, whole or not at all.

    Raises
    ------
    FileError
        If it cannot be written; the file on disk is as it was.
    """
    with replacing(path) as temporary:
        temporary.write_bytes(packed(content))


def packed(content: NoteFile) -> bytes:
    """The bytes of a note's file; the same note makes the same bytes."""
    ink = io.BytesIO()
    lines = [_line_entry(request, line, ink) for request, line in content.lines.items()]
    manifest = {
        "format": FORMAT,
        "version": VERSION,
        "program": _program(),
        "hand": {"name": content.hand, "sha256": content.hand_sha256},
        "origin": content.origin,
        "note": _note_entry(content.note),
        "lines": lines,
    }
    if content.layout is not None:
        manifest["layout"] = _layout_entry(content.layout)
    result = io.BytesIO()
    with zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name, data in (
            (MANIFEST, json.dumps(manifest, ensure_ascii=False).encode()),
            (INK, ink.getvalue()),
        ):
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), data, compresslevel=6)
    return result.getvalue()


def load(path: Path) -> NoteFile:
    """Read a note's file.

    Raises
    ------
    FileError
        If it is missing, damaged, of another kind, too large, or from a newer version.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            manifest = json.loads(_member(archive, MANIFEST, LARGEST_MANIFEST, path))
            _check_version(manifest, path)
            ink = _member(archive, INK, LARGEST_INK, path)
        return _content(manifest, ink)
    except OSError as error:
        raise FileError(f"The note {path} cannot be read: {error.strerror or error}.") from error
    except FileError:
        raise
    except (
        zipfile.BadZipFile,
        zipfile.LargeZipFile,
        ScriptoriumError,
        KeyError,
        TypeError,
        ValueError,
        AttributeError,
        OverflowError,
        RecursionError,
        NotImplementedError,
        EOFError,
        RuntimeError,
    ) as error:
        raise FileError(
            f"{path} is damaged or not a note of this program; open another file."
        ) from error
    except Exception as error:
        if type(error).__module__ == "zlib":
            raise FileError(f"{path} is damaged; open another file.") from error
        raise


def _member(archive: zipfile.ZipFile, name: str, largest: int, path: Path) -> bytes:
    with archive.open(name) as member:
        data = member.read(largest + 1)
    if len(data) > largest:
        raise FileError(
            f"{path} unpacks to more than {largest // 2**20} MB, which no note does; "
            "it is not opened."
        )
    return data


def _check_version(manifest: Any, path: Path) -> None:
    if manifest["format"] != FORMAT:
        raise FileError(f"{path} is not a note of this program; open another file.")
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


def _line_entry(request: LineRequest, line: WrittenLine, ink: io.BytesIO) -> dict[str, Any]:
    """A line's entry in the manifest; its arrays are appended to the ink."""
    known = {
        name: bool(line.ink) and all(getattr(s, name) is not None for s in line.ink.strokes)
        for name in ("time", "pressure")
    }
    entry = {
        "request": encode(request),
        "text": line.text,
        "seed": line.seed,
        "flaws": list(line.flaws),
        "strokes": [len(stroke) for stroke in line.ink.strokes],
        **known,
        "at": ink.tell(),
    }
    ink.write(line.ink.xy.astype("<f4").tobytes())
    ink.write(line.characters.astype("<i2").tobytes())
    for name, present in known.items():
        if present:
            values = np.concatenate([getattr(s, name) for s in line.ink.strokes])
            ink.write(values.astype("<f4").tobytes())
    return entry


def _line(entry: Any, ink: bytes) -> tuple[LineRequest, WrittenLine]:
    lengths = [int(length) for length in entry["strokes"]]
    if any(length < 1 for length in lengths):
        raise ValueError("a stroke without points")
    n, at = sum(lengths), int(entry["at"])

    def take(kind: str, count: int) -> npt.NDArray[Any]:
        nonlocal at
        size = np.dtype(kind).itemsize * count
        if at < 0 or at + size > len(ink):
            raise ValueError("the ink ends too early")
        values = np.frombuffer(ink, dtype=kind, count=count, offset=at)
        at += size
        return values

    xy = take("<f4", 2 * n).reshape(n, 2).astype(np.float64)
    characters = take("<i2", n).astype(np.int64)
    time = take("<f4", n).astype(np.float64) if entry["time"] else None
    pressure = take("<f4", n).astype(np.float64) if entry["pressure"] else None
    strokes, start = [], 0
    for length in lengths:
        part = slice(start, start + length)
        strokes.append(
            Stroke(
                xy[part],
                None if time is None else time[part],
                None if pressure is None else pressure[part],
            )
        )
        start += length
    request = decode(LineRequest, entry["request"])
    flaws = tuple(str(flaw) for flaw in entry["flaws"])
    line = WrittenLine(
        str(entry["text"]), Ink(tuple(strokes)), characters, int(entry["seed"]), flaws
    )
    return request, line


# The note --------------------------------------------------------------------------------------


def _note_entry(note: Note) -> dict[str, Any]:
    entry: dict[str, Any] = encode(replace(note, blocks=()))
    entry["blocks"] = [
        {**encode(replace(block, look={})), "look": {k: encode(v) for k, v in block.look.items()}}
        for block in note.blocks
    ]
    return entry


def _note(entry: dict[str, Any]) -> Note:
    hints = get_type_hints(Look)
    blocks = []
    for block in entry.pop("blocks"):
        look = {name: decode(hints[name], value) for name, value in block.pop("look").items()}
        blocks.append(replace(decode(Block, {"text": "", **block}), look=look))
    return replace(decode(Note, {"blocks": [], **entry}), blocks=tuple(blocks))


def _layout_entry(layout: Layout) -> dict[str, Any]:
    return {"plan": encode(layout.plan), "records": encode(layout.records)}


def _layout(entry: Any, note: Note, lines: Lines) -> Layout | None:
    """What the next layout starts from, so that every line keeps its place.

    A file whose layout this program cannot read any more still has all of its ink.
    """
    try:
        plan = decode(Plan, entry["plan"])
        records = decode(_RECORDS, entry["records"])
    except (KeyError, TypeError, ValueError):
        return None
    written = {r: lines[r] for r in plan.requests if r in lines}
    widths = Widths().learned((r.text, r.style, w.ink.width) for r, w in written.items())
    return Layout(
        Pages((Page(note.paper, note.margins),)),
        plan,
        MappingProxyType(written),
        MappingProxyType({}),
        MappingProxyType({k: v for k, v in records.items() if set(v.requests) <= set(written)}),
        widths,
    )


def _content(manifest: Any, ink: bytes) -> NoteFile:
    note = _note(manifest["note"])
    lines = dict(_line(entry, ink) for entry in manifest["lines"])
    return NoteFile(
        note,
        lines,
        str(manifest["hand"]["name"]),
        str(manifest["hand"]["sha256"]),
        str(manifest["origin"]),
        _layout(manifest.get("layout"), note, lines),
    )
