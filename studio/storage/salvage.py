"""What can be saved of a damaged note: its text, every line that is whole, and what was lost."""

from __future__ import annotations

import json
import re
import struct
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from engine.errors import MALFORMED, FileError, ScriptoriumError
from engine.io.converter import decode
from engine.io.limits import check_regular
from studio.document.drawing import Drawing
from studio.document.note import Block, Note, TextBox
from studio.storage.migration import migrated
from studio.storage.note_file import (
    INK,
    LARGEST_INK,
    LARGEST_MANIFEST,
    MANIFEST,
    Lines,
    NoteFile,
    read_block,
    read_box,
    read_drawing,
    read_line,
    read_note,
)

LARGEST_SALVAGED = 256 * 2**20
"""Bytes of a file that is looked through."""
PIECE = 512
"""Bytes that are unpacked at once: so few may be lost before a damaged place."""
_HEADER = struct.Struct("<4s5H3I2H")
_MAGIC, _LIST = b"PK\x03\x04", b"PK\x01\x02"


@dataclass(frozen=True)
class Salvaged:
    """What was saved.

    Parameters
    ----------
    content : NoteFile
    lost : tuple of str
        What was not, a sentence each.
    """

    content: NoteFile
    lost: tuple[str, ...]


class _Member(NamedTuple):
    """A member of the archive as far as it could be unpacked, and whether that is all of it."""

    data: bytes
    whole: bool


def salvage(path: Path) -> Salvaged:
    """Read what is left of a note's file.

    Raises
    ------
    FileError
        If there is nothing of a note in it.
    """
    try:
        check_regular(path)
        with path.open("rb") as file:
            data = file.read(LARGEST_SALVAGED)
    except OSError as error:
        raise FileError(f"The note {path} cannot be read: {error.strerror or error}.") from error
    members = dict(_members(data))
    manifest = members.get(MANIFEST)
    if manifest is None or not manifest.data:
        raise FileError(f"Nothing of a note is left in {path}; open an earlier version of it.")
    return _content(manifest, members.get(INK, _Member(b"", False)), path)


def _members(data: bytes) -> Iterator[tuple[str, _Member]]:
    """The members of an archive, by the headers before each: the list at its end may be lost."""
    # The first header stands at the beginning, whatever is there now.
    starts = sorted({0, *(found.start() for found in re.finditer(re.escape(_MAGIC), data))})
    listed = data.rfind(_LIST)
    ends = [*starts[1:], len(data)]
    packed = True
    for start, end, expected in zip(starts, ends, (MANIFEST, INK), strict=False):
        if start + _HEADER.size > len(data):
            return
        _, _, _, _, _, _, crc, _, _, length, extra = _HEADER.unpack_from(data, start)
        begin = start + _HEADER.size
        name = data[begin : begin + length].decode("ascii", "replace")
        body = begin + length + extra
        if name not in (MANIFEST, INK):
            # The header itself is damaged: they always come in this order.
            name, body = expected, begin + len(expected)
        if name == MANIFEST:
            packed = data[body : body + 1] != b"{"
        if packed:
            most = LARGEST_MANIFEST if name == MANIFEST else LARGEST_INK
            found_data = _inflated(data, body, most)
        else:
            # Up to where the next one begins, or the list of all.
            first = data.find(_LIST, body, end) if listed >= body else -1
            found_data = data[body : end if first < 0 else first]
        yield name, _Member(found_data, zlib.crc32(found_data) == crc)


def _inflated(data: bytes, start: int, most: int) -> bytes:
    """What can be unpacked of a stream, up to where it is damaged."""
    unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
    parts: list[bytes] = []
    size = 0
    for place in range(start, len(data), PIECE):
        try:
            part = unpacker.decompress(data[place : place + PIECE], most - size)
        except zlib.error:
            break
        parts.append(part)
        size += len(part)
        if unpacker.eof or size >= most:
            break
    return b"".join(parts)


def _content(manifest: _Member, ink: _Member, path: Path) -> Salvaged:
    text = manifest.data.decode("utf-8", "replace")
    lost: list[str] = []
    found: dict[str, Any] = {}
    with suppress(ValueError, RecursionError):
        loaded = json.loads(text)
        if isinstance(loaded, dict):
            with suppress(*MALFORMED, ScriptoriumError):
                loaded = migrated(loaded)
            found = loaded
    entry = found.get("note") or _value(text, "note")
    note = None
    if isinstance(entry, dict):
        with suppress(*MALFORMED, ScriptoriumError):
            note = read_note(json.loads(json.dumps(entry)))
    if note is None:
        note, some = _pieces(entry if isinstance(entry, dict) else {}, text)
        lost.append(some)
    if found and not manifest.whole:
        lost.append("Letters and settings may be wrong in places.")
    lines = _lines(found, text, ink, lost)
    drawings = _drawings(found, text, ink, lost)
    with suppress(ScriptoriumError):
        note = replace(note, drawings=drawings)
    if not (note.text.strip() or note.boxes or note.drawings or lines):
        raise FileError(f"Nothing of a note is left in {path}; open an earlier version of it.")
    hand = found.get("hand") or _value(text, "hand")
    known = hand if isinstance(hand, dict) else {}
    content = NoteFile(note, lines, str(known.get("name", "")), str(known.get("sha256", "")))
    return Salvaged(content, tuple(lost))


def _value(text: str, name: str) -> Any:
    """The first value of that name in JSON that may be cut off; None where it is not whole."""
    place = text.find(f'"{name}": ')
    if place < 0:
        return None
    with suppress(ValueError, RecursionError):
        return json.JSONDecoder().raw_decode(text, place + len(name) + 4)[0]
    return None


def _items(text: str, name: str) -> Iterator[Any]:
    """The items of the first list of that name that are whole."""
    place = text.find(f'"{name}": [')
    if place < 0:
        return
    place += len(name) + 5
    decoder = json.JSONDecoder()
    while True:
        while text[place : place + 1] in (",", " "):
            place += 1
        try:
            item, place = decoder.raw_decode(text, place)
        except (ValueError, RecursionError):
            return
        yield item


def _pieces(entry: dict[str, Any], text: str) -> tuple[Note, str]:
    """A note of the blocks and the settings that can be read, and what is to be said of it."""
    blocks: list[Block] = []
    boxes: list[TextBox] = []
    for item in entry.get("blocks") or _items(text, "blocks"):
        with suppress(*MALFORMED, ScriptoriumError):
            blocks.append(read_block(dict(item)))
    for item in entry.get("boxes") or _items(text, "boxes"):
        with suppress(*MALFORMED, ScriptoriumError):
            boxes.append(read_box(dict(item)))
    seen: set[int] = set()
    fresh = max((b.id for b in blocks), default=0) + 1
    for number, block in enumerate(blocks):
        if block.id in seen:
            blocks[number] = replace(block, id=fresh)
            fresh += 1
        seen.add(blocks[number].id)
    boxes = [box for box in boxes if box.id not in seen]
    note = Note(tuple(blocks) or Note.from_text("").blocks)
    for name in (field.name for field in fields(Note)):
        value = entry.get(name, _value(text, name) if not entry else None)
        if value is None or name in ("blocks", "boxes", "drawings", "edits"):
            continue
        with suppress(*MALFORMED, ScriptoriumError):
            bare = decode(Note, {"blocks": [], name: value})
            note = replace(note, **{name: getattr(bare, name)})
    with suppress(ScriptoriumError):
        note = replace(note, boxes=tuple(boxes))
    words = len(note.text.split())
    return note, (
        f"The note's description was damaged: its first {words} words were saved, what came behind "
        "them was not, nor were changes by hand."
    )


def _lines(found: dict[str, Any], text: str, ink: _Member, lost: list[str]) -> Lines:
    """The lines whose ink is whole."""
    entries = found.get("lines")
    listed = list(entries) if isinstance(entries, list) else list(_items(text, "lines"))
    lines = {}
    for entry in listed:
        with suppress(*MALFORMED, ScriptoriumError):
            if _trusted(entry, ink):
                request, line = read_line(entry, ink.data)
                if _sound(line.ink.xy):
                    lines[request] = line
    if len(lines) < len(listed):
        gone = len(listed) - len(lines)
        many, them = (f"{gone} lines", "them") if gone > 1 else ("one line", "it")
        lost.append(f"The ink of {many} of {len(listed)} was lost; Write writes {them} again.")
    elif not isinstance(entries, list):
        lost.append("The ink of lines behind these was lost; Write writes them again.")
    return lines


def _drawings(
    found: dict[str, Any], text: str, ink: _Member, lost: list[str]
) -> tuple[Drawing, ...]:
    entries = found.get("drawings")
    listed = list(entries) if isinstance(entries, list) else list(_items(text, "drawings"))
    drawings = []
    for entry in listed:
        with suppress(*MALFORMED, ScriptoriumError):
            if _trusted(entry, ink):
                drawing = read_drawing(dict(entry), ink.data)
                if _sound(drawing.ink.xy):
                    drawings.append(drawing)
    if len(drawings) < len(listed):
        gone = len(listed) - len(drawings)
        lost.append(f"{gone} drawing{'s were' if gone > 1 else ' was'} lost.")
    return tuple(drawings)


def _trusted(entry: Any, ink: _Member) -> bool:
    """Whether an entry's ink is what was written: by its checksum, or by that of all ink.

    Files of before there were checksums of lines are trusted where they could be unpacked.
    """
    if ink.whole or "crc" not in entry:
        return True
    start, size = int(entry["at"]), int(entry["size"])
    return zlib.crc32(ink.data[start : start + size]) == int(entry["crc"])


def _sound(xy: np.ndarray) -> bool:
    return bool(np.isfinite(xy).all() and np.abs(xy).max(initial=0.0) < 1e5)
