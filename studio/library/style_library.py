"""The library of styles: the user's own, one a file, beside those that ship."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from pathlib import Path

from engine.bundled_hands import bundled_hands
from engine.errors import FileError, StyleError
from engine.io.atomic import move
from engine.style.style import Style, bundled
from studio.library.damaged_files import DamagedFiles
from studio.library.paths import data_folder, ensure_folder, free_path
from studio.library.stored_style import Mark, StyleFacts, StyleIndex, mark_of, stored_style

#: So many styles of the user's are read faster by an index.
MANY = 50
#: Characters of a style's name.
LONGEST_NAME = 60


@dataclass(frozen=True)
class Entry:
    """A style in the library.

    Parameters
    ----------
    style : Style
    path : Path or None
        Its file; None for a style that ships and cannot be changed.
    hand : str
        The name of the hand that it ships for; empty for the user's own.
    """

    style: Style
    path: Path | None = None
    hand: str = ""

    @property
    def name(self) -> str:
        """The style's name."""
        return self.style.name

    @property
    def bundled(self) -> bool:
        """Whether it ships with the program."""
        return self.path is None


@dataclass(frozen=True)
class Deleted:
    """What was deleted, until the library is emptied: `StyleLibrary.restore` brings it back."""

    name: str
    path: Path
    kept: Path


class StyleLibrary:
    """The styles of one data folder.

    Parameters
    ----------
    folder : Path, optional
        The data folder; the user's own where not given.
    damaged : DamagedFiles, optional
        Told of files that cannot be read.
    """

    def __init__(self, folder: Path | None = None, damaged: DamagedFiles | None = None) -> None:
        self._folder = (folder or data_folder()) / "styles"
        self._index = StyleIndex((folder or data_folder()) / "styles-index.json")
        self.damaged = damaged or DamagedFiles()
        #: What was read, by path, with what told the file from others then.
        self._read: dict[Path, tuple[Mark, Entry]] = {}

    @property
    def folder(self) -> Path:
        """Where the user's own styles lie."""
        return self._folder

    def entries(self) -> tuple[Entry, ...]:
        """All styles: those that ship, then the user's own by name."""
        shipped = (
            Entry(style, hand=hand) for hand in bundled_hands() for style in bundled(hand).values()
        )
        return (*shipped, *self.own())

    def own(self) -> tuple[Entry, ...]:
        """The user's own styles by name, without those that cannot be read."""
        found = self.damaged.entries(self._folder, "*.json", self._entry)
        self._read = {path: self._read[path] for entry in found if (path := entry.path)}
        if len(found) >= MANY:
            facts = {
                path.name: StyleFacts.of(entry.style, mark)
                for path, (mark, entry) in self._read.items()
                if mark
            }
            self._index.keep(facts)
        return tuple(sorted(found, key=lambda entry: entry.name.lower()))

    def _entry(self, path: Path) -> Entry:
        """The style of a file, which is read again only where the file is another."""
        mark = mark_of(path)
        known = self._read.get(path)
        if known is None or known[0] != mark or not mark:
            facts = self._index.read().get(path.name)
            indexed = facts is not None and facts.mark == mark and bool(mark)
            style = stored_style(path, facts) if facts and indexed else Style.load(path)
            self._read[path] = mark, Entry(style, path)
        return self._read[path][1]

    def find(self, name: str) -> Entry:
        """The entry of that name; letter case does not matter.

        Raises
        ------
        StyleError
            If there is none.
        """
        for entry in self.entries():
            if entry.name.lower() == name.lower():
                return entry
        raise StyleError(f"There is no style {name!r} in the library; choose another.")

    def free_name(self, name: str, beside: str = "") -> str:
        """The name, or with a number after it where another style than `beside` has it."""
        name = " ".join(name.split())[:LONGEST_NAME] or "Style"
        taken = {e.name.lower() for e in self.entries() if e.name.lower() != beside.lower()}
        wanted, number = name, 2
        while wanted.lower() in taken:
            wanted, number = f"{name} {number}", number + 1
        return wanted

    def add(self, style: Style) -> Entry:
        """Keep a style, under a free name."""
        style = replace(style, name=self.free_name(style.name))
        path = free_path(ensure_folder(self._folder), style.name, ".json")
        style.save(path, private=True)
        return Entry(style, path)

    def update(self, name: str, style: Style) -> Entry:
        """Put a style in the place of the user's own one of that name, which it takes on."""
        entry = self._changeable(name)
        style = replace(style, name=entry.name)
        style.save(entry.path, private=True)
        return Entry(style, entry.path)

    def rename(self, name: str, new: str) -> Entry:
        """Give one of the user's own styles another name.

        Raises
        ------
        StyleError
            If the new name is empty or taken, or the style ships with the program.
        """
        entry = self._changeable(name)
        new = " ".join(new.split())[:LONGEST_NAME]
        if not new:
            raise StyleError("A style needs a name.")
        if self.free_name(new, beside=name) != new:
            raise StyleError(f"There is a style {new!r} already; choose another name.")
        style = replace(entry.style, name=new)
        style.save(entry.path, private=True)
        return Entry(style, entry.path)

    def duplicate(self, name: str) -> Entry:
        """A copy of a style, the user's own, under a free name."""
        return self.add(self.find(name).style)

    def delete(self, name: str) -> Deleted:
        """Take one of the user's own styles away; `restore` brings it back until `empty`."""
        entry = self._changeable(name)
        kept = free_path(ensure_folder(self._folder / ".deleted"), entry.name, ".json")
        _moved(entry.path, kept)
        return Deleted(entry.name, entry.path, kept)

    def restore(self, deleted: Deleted) -> Entry:
        """Bring a deleted style back.

        Raises
        ------
        StyleError
            If the library has been emptied since.
        """
        if not deleted.kept.exists():
            raise StyleError(f"The style {deleted.name!r} is gone for good.")
        name = self.free_name(deleted.name)
        path = deleted.path
        if path.exists():
            path = free_path(self._folder, name, ".json")
        _moved(deleted.kept, path)
        entry = Entry(replace(Style.load(path), name=name), path)
        entry.style.save(path, private=True)
        return entry

    def empty(self) -> None:
        """Delete for good what was deleted."""
        shutil.rmtree(self._folder / ".deleted", ignore_errors=True)

    def export(self, name: str, path: Path | str) -> None:
        """Write a style's file, to pass on."""
        self.find(name).style.save(path)

    def take_in(self, path: Path | str) -> Entry:
        """Add the style of a file that somebody passed on.

        Raises
        ------
        StyleError
            If it is missing, damaged, too large or no style.
        """
        return self.add(Style.load(path))

    def _changeable(self, name: str) -> _Own:
        entry = self.find(name)
        if entry.path is None:
            raise StyleError(
                f"The style {entry.name!r} ships with the program; duplicate it, and change that."
            )
        return _Own(entry.style, entry.path)


@dataclass(frozen=True)
class _Own:
    style: Style
    path: Path

    @property
    def name(self) -> str:
        return self.style.name


def _moved(path: Path, target: Path) -> None:
    try:
        move(path, target)
    except OSError as error:
        raise FileError(
            f"Cannot move {path} to {target}: {error.strerror or error}; nothing was changed."
        ) from error
