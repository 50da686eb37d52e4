"""A recorded line: a person's own ink with its transcript, in a file of its own."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from engine.errors import MALFORMED, StyleError
from engine.ink.ink import Ink
from engine.ink.json import ink_from_json, ink_to_json
from engine.io.atomic import atomic_write
from engine.io.json_file import read_json

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
        content = {
            "format": FORMAT,
            "text": self.text,
            "source": self.source,
            "date": self.date,
            "strokes": ink_to_json(self.ink),
        }
        with atomic_write(path, private=private) as temporary:
            temporary.write_text(json.dumps(content), encoding="utf-8")

    @classmethod
    def load(cls, path: Path | str) -> RecordedLine:
        """Read a line's file.

        Raises
        ------
        StyleError
            If it is missing, damaged or of another kind.
        """
        file = Path(path)
        content = read_json(file, FORMAT, "recorded line", StyleError)
        try:
            ink = ink_from_json(content["strokes"])
            text, source, date = (str(content[name]) for name in ("text", "source", "date"))
            return cls(text, ink, source, date)
        except MALFORMED as error:
            raise StyleError(
                f"{file} is damaged or no recorded line; record it again.", damaged=True
            ) from error


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
