"""JSON files of the program's own formats: one way to read and to write them all."""

from __future__ import annotations

import json
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from engine.errors import FileError, ScriptoriumError
from engine.io.atomic import atomic_write
from engine.io.converter import decode, encode
from engine.io.limits import check_regular
from engine.io.loading import loading

#: A file is never longer than this; a longer one is not read.
MOST_JSON_BYTES = 8 << 20

T = TypeVar("T")


@dataclass(frozen=True)
class JsonFormat(Generic[T]):
    """A format of JSON files: an object with its `format` and the fields of a type.

    Parameters
    ----------
    name : str
        Of the format, which ends in a hyphen and its version ("scriptorium-style-1").
    kind : type
        Of what a file holds; `engine.io.converter` reads and writes it.
    what : str
        What a file is, in a word ("style").
    error_kind : type of ScriptoriumError
        What is raised where a file cannot be read.
    remedy : str
        What to do about a file that cannot be read: the end of a sentence.
    """

    name: str
    kind: type[T]
    what: str
    error_kind: type[ScriptoriumError]
    remedy: str = "choose another file"

    def loading(self, path: Path) -> AbstractContextManager[None]:
        """`engine.io.loading.loading` with the words of this format."""
        return loading(path, self.what, self.error_kind, self.remedy)

    def read(self, path: Path) -> T:
        """What a file holds.

        Raises
        ------
        ScriptoriumError
            Of the format's kind, if the file is missing, too large, of another version, or
            `damaged`.
        """
        with self.loading(path):
            content = parse_json(read_bytes(path, MOST_JSON_BYTES, self.what))
            found = content.pop("format", None)
            if found != self.name:
                kind, _, _ = self.name.rpartition("-")
                if isinstance(found, str) and found.rpartition("-")[0] == kind:
                    raise FileError(
                        f"{path} is a {self.what} of another version ({found!r}); "
                        "update this program or save it again."
                    )
                raise ValueError(f"the format is {found!r:.40}")
            return decode(self.kind, content)

    def write(self, path: Path | str, value: T, *, private: bool = False) -> None:
        """Write a file, whole or not at all.

        Parameters
        ----------
        path : Path or str
        value : T
        private : bool
            Whether nobody but the owner may read it.

        Raises
        ------
        FileError
            If it cannot be written.
        """
        write_json(path, {"format": self.name, **encode(value, self.kind)}, private=private)


def read_bytes(path: Path, most: int, what: str) -> bytes:
    """The bytes of a file that is no longer than it may be.

    Raises
    ------
    FileError
        If it is longer, or no file at all but a folder, a pipe or a device.
    OSError
        If it cannot be read.
    """
    check_regular(path)
    with path.open("rb") as file:
        data = file.read(most + 1)
    if len(data) > most:
        raise FileError(f"{path} is too large for a {what}; choose another file.", damaged=True)
    return data


def parse_json(data: bytes | str) -> dict[str, Any]:
    """The object that JSON in UTF-8 says.

    Raises
    ------
    ValueError, RecursionError
        If it is damaged, or no object.
    """
    content = json.loads(data if isinstance(data, str) else data.decode("utf-8"))
    if not isinstance(content, dict):
        raise ValueError("not a JSON object")
    return content


def write_json(
    path: Path | str, content: Any, *, private: bool = False, indent: int | None = None
) -> None:
    """Write what `json.dumps` takes, whole or not at all.

    Raises
    ------
    FileError
        If it cannot be written.
    """
    text = json.dumps(content, indent=indent)
    with atomic_write(path, private=private) as temporary:
        temporary.write_text(f"{text}\n", encoding="ascii")
