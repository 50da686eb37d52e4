"""Styles of which the ink is read when it is wanted, and the index that tells the rest of them."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from copy import copy
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.errors import FileError, ScriptoriumError, StyleError
from engine.io.json_file import JsonFormat
from engine.style.style import Style

if TYPE_CHECKING:
    from engine.ink.ink import Ink
    from engine.style.writer_vector import WriterVector

Mark = tuple[int, ...]
"""What tells a file from one in its place: device, number, size, and when it was changed."""


def mark_of(path: Path) -> Mark:
    """The mark of a file; empty where that cannot be said."""
    try:
        told = path.stat()
    except OSError:
        return ()
    return told.st_dev, told.st_ino, told.st_size, told.st_mtime_ns


@dataclass(frozen=True)
class StyleFacts:
    """What an index tells of a style's file: all but ink and vector; see `Style`.

    Parameters
    ----------
    mark : tuple of int
        Of the file as it was read.
    """

    mark: Mark
    name: str
    text: str
    source: str
    primed: bool
    typed: str
    kind: str
    description: str

    @classmethod
    def of(cls, style: Style, mark: Mark) -> StyleFacts:
        """The facts of a style that was read."""
        return cls(
            mark,
            style.name,
            style.text,
            style.source,
            style.primed,
            style.typed,
            style.kind,
            style.description,
        )


class StoredStyle(Style):
    """A style of a file, whose ink and vector are read when they are first wanted.

    `stored_style` makes one; a changed copy (`dataclasses.replace`) is a `Style`.
    """

    def __new__(cls, *args: Any, **values: Any) -> Style:  # type: ignore[misc]
        """A style as any other: what a changed copy is."""
        return Style(*args, **values)

    @property
    def whole(self) -> Style:
        """The style with all that its file holds.

        Raises
        ------
        StyleError
            If the file cannot be read, or is another one than it was.
        """
        known: Style | None = self.__dict__.get("_whole")
        if known is None:
            path: Path = self.__dict__["_path"]
            known = Style.load(path)
            if (known.name, known.text) != (self.name, self.text):
                raise StyleError(
                    f"The style {self.name!r} was changed by another program ({path}); open the "
                    "library again."
                )
            known = self.__dict__.setdefault("_whole", known)
        return known

    @property
    def ink(self) -> Ink:
        """Of the primer."""
        return self.whole.ink

    @property
    def vector(self) -> WriterVector | None:
        """Of the writer."""
        return self.whole.vector

    def save(self, path: Path | str, *, private: bool = False) -> None:
        """As `Style.save`."""
        self.whole.save(path, private=private)

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if isinstance(other, StoredStyle):
            if (self._file, self.name) == (other._file, other.name):
                return True
            return self.whole == other.whole
        return isinstance(other, Style) and self.whole == other

    def __hash__(self) -> int:
        return hash(self.whole)

    def __repr__(self) -> str:
        return f"StoredStyle({self.name!r}, {self.__dict__['_path']})"

    def __reduce__(self) -> tuple[Any, ...]:
        # Another process may not have the file.
        return copy, (self.whole,)

    @property
    def _file(self) -> tuple[Path, Mark]:
        return self.__dict__["_path"], self.__dict__["_mark"]


def stored_style(path: Path, facts: StyleFacts) -> StoredStyle:
    """The style of a file that was read before, of which these facts hold."""
    style = object.__new__(StoredStyle)
    told = {name: value for name, value in vars(facts).items() if name != "mark"}
    style.__dict__.update(told, _path=path, _mark=facts.mark)
    return style


@dataclass(frozen=True)
class _Index:
    """What a file says of the styles of a folder: their facts by the names of their files."""

    styles: Mapping[str, StyleFacts] = field(default_factory=dict)


_FILES = JsonFormat("scriptorium-style-index-1", _Index, "index of styles", FileError)


class StyleIndex:
    """The facts of a folder's styles, kept from one start to the next.

    Whether a file is still the one that was read, its mark says. The index costs nothing where it
    is lost: then the files are read.

    Parameters
    ----------
    path : Path
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known: Mapping[str, StyleFacts] | None = None

    def read(self) -> Mapping[str, StyleFacts]:
        """The facts by the names of files; none where the index cannot be read."""
        if self._known is None:
            self._known = {}
            with suppress(ScriptoriumError):
                self._known = _FILES.read(self._path).styles
        return self._known

    def keep(self, styles: Mapping[str, StyleFacts]) -> None:
        """Keep facts; a disk that is full or locked is no trouble."""
        if styles != self.read():
            self._known = dict(styles)
            with suppress(ScriptoriumError, OSError):
                _FILES.write(self._path, _Index(self._known), private=True)
