"""A recording on disk: a folder of lines, each written as soon as it ends, and the line begun."""

from __future__ import annotations

import datetime
import json
import os
import re
import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from engine.errors import ScriptoriumError, StyleError
from engine.ink.ink import Ink, Stroke
from engine.ink.json import stroke_from_json, stroke_to_json
from engine.ink.recorded_line import RecordedLine
from engine.io.atomic import atomic_write, remove
from engine.io.converter import decode, register_record
from engine.io.json_file import JsonFormat, parse_json, read_bytes
from engine.io.limits import LARGEST_IMPORT
from engine.io.loading import loading
from engine.io.locks import ProcessLock, is_held
from studio.library.damaged_files import DamagedFiles
from studio.library.paths import data_folder, ensure_folder, free_path
from studio.recording.prompts import FREE, GUIDES, PromptSet
from studio.storage.claim import Claim, claim_with

FORMAT = "scriptorium-recording-1"
#: Of a recording's folder: what it is, and the line begun.
HEADER, DRAFT = "recording.json", "draft.jsonl"
LOCK = ".lock"
_LINE = re.compile(r"line-(\d{4,})\.json$")


@dataclass(frozen=True)
class _Header:
    """What is said of a recording: its name, the key of its set of sentences, the day it began."""

    name: str
    guide: str
    date: str = ""


register_record(_Header)
_HEADERS = JsonFormat(FORMAT, _Header, "recording", StyleError)


@dataclass(frozen=True)
class Draft:
    """A line that has been begun.

    Parameters
    ----------
    place : int
        Number of the line, from 1.
    text : str
    strokes : tuple of Stroke
    """

    place: int
    text: str
    strokes: tuple[Stroke, ...] = ()


class Recording:
    """A folder of lines by one writer; `create` and `open` make one.

    Parameters
    ----------
    folder : Path
    name : str
    guide : PromptSet
    damaged : DamagedFiles, optional
        Told of files that cannot be read.
    """

    def __init__(
        self, folder: Path, name: str, guide: PromptSet, damaged: DamagedFiles | None = None
    ) -> None:
        self.folder = folder
        self.name = name
        self.guide = guide
        self.damaged = damaged or DamagedFiles()
        self._draft_on_disk = Draft(0, "")
        #: The lines on disk by their places; None until they are read. Who writes them has claimed
        #: the recording, so that nobody else changes them.
        self._lines: dict[int, RecordedLine] | None = None

    @classmethod
    def create(
        cls,
        name: str,
        guide: PromptSet,
        home: Path | None = None,
        damaged: DamagedFiles | None = None,
    ) -> Recording:
        """Begin a recording below the data folder's `recordings`."""
        home = ensure_folder(home or recordings_folder())
        recording = cls(ensure_folder(free_path(home, name, "")), name, guide, damaged)
        recording._save_header()
        return recording

    @classmethod
    def open(cls, folder: Path, damaged: DamagedFiles | None = None) -> Recording:
        """The recording of a folder.

        Raises
        ------
        StyleError
            If there is none, or its header is damaged.
        """
        path = folder / HEADER
        if not path.exists():
            raise StyleError(f"There is no recording in {folder}; choose another folder.")
        header = _HEADERS.read(path)
        return cls(folder, header.name, GUIDES.get(header.guide, FREE), damaged)

    def _save_header(self) -> None:
        header = _Header(self.name, self.guide.key, datetime.date.today().isoformat())
        _HEADERS.write(self.folder / HEADER, header, private=True)

    def claim(self) -> Claim:
        """Keep other windows from writing to it, as long as the claim is not released.

        Raises
        ------
        OpenElsewhereError
            If another window writes to it.
        """
        return claim_with(ProcessLock(self.folder / LOCK), f"The recording “{self.name}”")

    def held(self) -> bool:
        """Whether another window writes to it."""
        return is_held(self.folder / LOCK)

    def rename(self, name: str) -> None:
        """Give the recording another name."""
        self.name = name
        self._save_header()

    def follow(self, guide: PromptSet) -> None:
        """Go on with another set of sentences; the lines stay."""
        self.guide = guide
        self._save_header()

    def lines(self) -> dict[int, RecordedLine]:
        """The lines by their places, without those that cannot be read; read once."""
        if self._lines is None:
            self._lines = dict(sorted(self._read_lines()))
        return dict(self._lines)

    def _read_lines(self) -> list[tuple[int, RecordedLine]]:
        def placed(path: Path) -> tuple[int, RecordedLine] | None:
            match = _LINE.search(path.name)
            return None if match is None else (int(match[1]), RecordedLine.load(path))

        return self.damaged.entries(self.folder, "line-*.json", placed)

    def next_place(self, after: int = 0) -> int:
        """The first place without a line, behind some of them."""
        known = self.lines()
        place = after + 1
        while place in known or self._is_taken(place):
            place += 1
        return place

    def _is_taken(self, place: int) -> bool:
        """Whether something lies in a place that is not known.

        A damaged line makes way; one that could be neither read nor set aside keeps its place.
        """
        path = self._path(place)
        if path.exists():
            with suppress(ScriptoriumError):
                self.damaged.make_way(path, RecordedLine.load)
        return path.exists()

    def _path(self, place: int) -> Path:
        return self.folder / f"line-{place:04d}.json"

    def keep(self, place: int, line: RecordedLine) -> None:
        """Write a finished line, whole or not at all, in the place of one that was there."""
        path, known = self._path(place), self.lines()
        if place not in known:
            self.damaged.make_way(path, RecordedLine.load)
        line.save(path, private=True)
        self._lines = dict(sorted({**known, place: line}.items()))
        remove(self.folder / DRAFT)
        self._draft_on_disk = Draft(0, "")

    def drop(self, place: int) -> None:
        """Remove a line for good."""
        remove(self._path(place))
        if self._lines is not None:
            self._lines.pop(place, None)

    def begin(self, draft: Draft) -> None:
        """Write what there is of a line; strokes that are only added cost no more than themselves.

        A crash, even of the machine, loses nothing but the stroke that is being drawn.
        """
        path = self.folder / DRAFT
        before = self._draft_on_disk
        added = draft.strokes[len(before.strokes) :]
        goes_on = (
            path.exists()
            and (before.place, before.text) == (draft.place, draft.text)
            and draft.strokes[: len(before.strokes)] == before.strokes
        )
        if goes_on:
            with path.open("a", encoding="utf-8") as file:
                file.writelines(_row(stroke) for stroke in added)
                file.flush()
                os.fsync(file.fileno())
        else:
            if not before.place:
                self.damaged.make_way(path, _draft)
            head = json.dumps({"place": draft.place, "text": draft.text}) + "\n"
            with atomic_write(path, private=True) as temporary:
                temporary.write_text(head + "".join(map(_row, draft.strokes)), encoding="utf-8")
        self._draft_on_disk = draft

    def draft(self) -> Draft | None:
        """The line that was begun and not finished, if there is one; a torn end is left out."""
        path = self.folder / DRAFT
        draft = self.damaged.read(path, _draft) if path.exists() else None
        if draft is None or not draft.strokes:
            return None
        # The machine may have failed when the line was kept, and its draft not yet removed.
        line = self.lines().get(draft.place)
        kept = line is not None and (line.text, line.ink.strokes) == (draft.text, draft.strokes)
        return None if kept else draft

    def delete(self) -> None:
        """Remove the recording with all its lines, for good."""
        shutil.rmtree(self.folder, ignore_errors=True)


def recordings_folder() -> Path:
    """Where the user's recordings lie."""
    return data_folder() / "recordings"


def recordings(home: Path | None = None, damaged: DamagedFiles | None = None) -> list[Recording]:
    """The recordings that there are, by name; folders that hold none are passed over.

    One whose header is lost or damaged is called as its folder is, for its lines are all there.
    """
    damaged = damaged or DamagedFiles()
    found = []
    for folder in sorted((home or recordings_folder()).glob("*/")):
        header = folder / HEADER
        recording = None
        if header.exists():
            recording = damaged.read(header, lambda path: Recording.open(path.parent, damaged))
        kept = (*folder.glob("line-*.json"), *folder.glob(DRAFT))
        if recording is None and kept and not header.exists():
            recording = Recording(folder, folder.name, FREE, damaged)
        if recording is not None:
            found.append(recording)
    return sorted(found, key=lambda recording: recording.name.lower())


def _row(stroke: Stroke) -> str:
    return json.dumps(stroke_to_json(stroke)) + "\n"


def _draft(path: Path) -> Draft:
    """A draft of a file, up to where a crash tore it off."""
    with loading(path, "line begun", StyleError, "write it again"):
        text = read_bytes(path, LARGEST_IMPORT, "line begun").decode("utf-8", errors="replace")
        head, *rows = text.splitlines() or [""]
        header = parse_json(head)
        strokes = []
        for number, row in enumerate(rows, 1):
            try:
                strokes.append(stroke_from_json(parse_json(row)))
            except (ScriptoriumError, LookupError, TypeError, ValueError, RecursionError):
                if number < len(rows):
                    raise
        return Draft(decode(int, header["place"]), decode(str, header["text"]), tuple(strokes))


def line_of(draft: Draft, source: str) -> RecordedLine:
    """The finished line of a draft, dated today."""
    today = datetime.date.today().isoformat()
    return RecordedLine(draft.text, Ink(draft.strokes), source, today)
