"""A recorded line: a person's own ink with its transcript, in a file of its own."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import engine.ink.json  # noqa: F401 - ink in JSON files
from engine.errors import StyleError
from engine.ink.ink import Ink
from engine.io.converter import register_record
from engine.io.json_file import JsonFormat

FORMAT = "scriptorium-line-1"


@dataclass(frozen=True)
class RecordedLine:
    """A line as its writer drew it.

    Parameters
    ----------
    text : str
        The transcript; empty where it is not known yet.
    ink : Ink
        In the unit of the device, y down; time and pressure where the device told them.
    source : str
        What it was drawn with, or the file it came from.
    date : str
        The day (ISO 8601), or empty.
    """

    text: str
    ink: Ink
    source: str = ""
    date: str = ""

    def save(self, path: Path | str, *, private: bool = False) -> None:
        """Write the line as JSON, whole or not at all.

        A `private` file can be read by nobody but its owner.
        """
        _FILES.write(path, self, private=private)

    @classmethod
    def load(cls, path: Path | str) -> RecordedLine:
        """Read a line's file.

        Raises
        ------
        StyleError
            If it is missing, damaged or of another kind.
        """
        return _FILES.read(Path(path))


register_record(RecordedLine, ink="strokes")
_FILES = JsonFormat(FORMAT, RecordedLine, "recorded line", StyleError, "record it again")


def recorded_lines(folder: Path | str) -> list[RecordedLine]:
    """The lines of a recording: every `line-*.json` of a folder, in the order of their names.

    Raises
    ------
    StyleError
        If the folder is missing or holds none.
    """
    paths = sorted(Path(folder).glob("line-*.json"))
    if not paths:
        raise StyleError(f"{folder} holds no recorded lines (line-*.json); name a recording.")
    return [RecordedLine.load(path) for path in paths]
