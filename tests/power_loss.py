"""A disk that loses its power: what may lie on it then, by the calls that a program has made.

`Recorder` watches a folder while a program works there: before and after each call that names,
removes or flushes something it looks at what the folder holds, so that it sees what is written by
whatever means. `disks` then says for every place between two of these calls what a disk may hold
if the power goes there, as far as POSIX lets it:

- What was written to a file and not flushed is there, not there, cut off, or nothing but zeros.
- Names that were given or removed, and whose folder was not flushed since, are as before or as
  after, each by itself, whatever came first. A rename within a folder is done or not; one from
  folder to folder may have given the new name or not, and removed the old one or not.
"""

from __future__ import annotations

import itertools
import os
import random
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest import mock

#: What gives and takes names; each is one step for the disk, too.
NAMING = ("rename", "replace", "unlink", "remove", "rmdir", "mkdir", "link", "symlink")

#: A file's bytes, or a folder's names with the numbers of what they name.
Content = bytes | dict[str, int]
#: Of names in a folder: its number, the name, and what it names from then on (None: nothing).
Change = tuple[int, str, int | None]
#: All files below a folder by their paths; None for a folder.
Tree = tuple[tuple[str, bytes | None], ...]


@dataclass(frozen=True)
class Event:
    """A step that the disk may have taken or not: exactly one of these.

    Attributes
    ----------
    written : number of a file and its new bytes
    changes : names that change together
    flushed : number of a file or a folder
    done : whether a piece of the program's work has ended
    """

    written: tuple[int, bytes] | None = None
    changes: tuple[Change, ...] = ()
    flushed: int | None = None
    done: bool = False


class Recorder:
    """Watches a folder.

    Parameters
    ----------
    root : Path
        What lies there by now is on the disk for good.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._numbers: dict[tuple[int, int], int] = {}
        self._fresh = itertools.count(1)
        self._seen: dict[int, Content] = {}
        self.folders: set[int] = set()
        self.events: list[Event] = []
        self._look()
        self.before, self.events = dict(self._seen), []

    @contextmanager
    def recording(self) -> Iterator[None]:
        """Watch what is done in the meantime."""
        with mock.patch.multiple(
            os,
            fsync=self._flushing(os.fsync),
            fdatasync=self._flushing(getattr(os, "fdatasync", os.fsync)),
            **{name: self._naming(getattr(os, name)) for name in NAMING},
        ):
            yield
            self._look()

    def done(self) -> None:
        """A piece of work has ended: what it promises must hold from here on."""
        self._look()
        self.events.append(Event(done=True))

    def _naming(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def named(*args: Any, **kwargs: Any) -> Any:
            self._look()
            try:
                return call(*args, **kwargs)
            finally:
                self._look()

        return named

    def _flushing(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def flushed(handle: int) -> Any:
            self._look()
            result = call(handle)
            told = os.fstat(handle)
            number = self._numbers.get((told.st_dev, told.st_ino))
            if number is not None:
                self.events.append(Event(flushed=number))
            return result

        return flushed

    def _look(self) -> None:
        """Note what has changed since the last look."""
        numbers: dict[tuple[int, int], int] = {}
        found: dict[int, Content] = {}

        def numbered(told: os.stat_result) -> int:
            key = (told.st_dev, told.st_ino)
            if key not in numbers:
                # A number that was free meanwhile is another file's.
                numbers[key] = self._numbers.get(key) or next(self._fresh)
            return numbers[key]

        def visit(path: str) -> int:
            number = numbered(Path(path).stat())
            found[number] = names = {}
            self.folders.add(number)
            for entry in sorted(os.scandir(path), key=lambda entry: entry.name):
                if entry.is_dir(follow_symlinks=False):
                    names[entry.name] = visit(entry.path)
                else:
                    names[entry.name] = own = numbered(entry.stat(follow_symlinks=False))
                    found[own] = Path(entry.path).read_bytes()
            return number

        visit(str(self._root))
        self._note(found)
        self._numbers, self._seen = numbers, found

    def _note(self, found: dict[int, Content]) -> None:
        gone: dict[int, Change] = {}
        given: list[Change] = []
        for number, content in found.items():
            if isinstance(content, dict):
                before = self._seen.get(number, {})
                assert isinstance(before, dict)
                gone |= {i: (number, n, None) for n, i in before.items() if n not in content}
                given += [(number, n, i) for n, i in content.items() if before.get(n) != i]
        for folder, name, number in given:
            assert number is not None
            away = gone.pop(number, None)
            together = away is not None and away[0] == folder
            changes = ((folder, name, number), *((away,) if away and together else ()))
            self.events.append(Event(changes=changes))
            if away is not None and not together:
                self.events.append(Event(changes=(away,)))
        self.events += [Event(changes=(change,)) for change in gone.values()]
        for number, content in found.items():
            if isinstance(content, bytes) and content != self._seen.get(number, b""):
                self.events.append(Event(written=(number, content)))


@dataclass
class _Disk:
    """What is on a disk for good, and what it has been told since.

    Attributes
    ----------
    folders : names by the number of their folder, for good
    files : bytes by number, for good and then all later states
    pending : names that change together and are not on the disk yet
    are_folders : numbers of what is no file
    """

    folders: dict[int, dict[str, int]] = field(default_factory=dict)
    files: dict[int, list[bytes]] = field(default_factory=dict)
    pending: list[tuple[Change, ...]] = field(default_factory=list)
    are_folders: set[int] = field(default_factory=set)

    def take(self, event: Event) -> None:
        if event.written is not None:
            number, content = event.written
            self.files.setdefault(number, [b""]).append(content)
        elif event.changes:
            self.pending.append(event.changes)
        elif event.flushed in self.files:
            assert event.flushed is not None
            del self.files[event.flushed][:-1]
        elif event.flushed is not None:
            # Names that change together are in one folder.
            kept = [changes for changes in self.pending if changes[0][0] != event.flushed]
            for changes in self.pending:
                if changes[0][0] == event.flushed:
                    _apply(self.folders, changes)
            self.pending = kept

    def tree(self, root: int, taken: Sequence[bool], contents: dict[int, bytes]) -> Tree:
        """What is found after the power has gone."""
        folders = {number: dict(names) for number, names in self.folders.items()}
        for changes in itertools.compress(self.pending, taken):
            _apply(folders, changes)
        found: list[tuple[str, bytes | None]] = []

        def visit(number: int, path: str) -> None:
            for name, own in sorted(folders.get(number, {}).items()):
                if own in self.are_folders:
                    found.append((f"{path}{name}", None))
                    visit(own, f"{path}{name}/")
                else:
                    found.append((f"{path}{name}", contents.get(own, b"")))

        visit(root, "")
        return tuple(found)


def _apply(folders: dict[int, dict[str, int]], changes: tuple[Change, ...]) -> None:
    for folder, name, number in changes:
        names = folders.setdefault(folder, {})
        if number is None:
            names.pop(name, None)
        else:
            names[name] = number


def _torn(states: Sequence[bytes]) -> list[bytes]:
    """What a file may hold whose first state is on the disk for good, and no later one."""
    found = list(states)
    for old, new in itertools.pairwise(states):
        kept = len(old) if old and new.startswith(old) else 0
        middle = kept + (len(new) - kept) // 2
        zeros = bytes(len(new) - kept)
        found += [
            new[:kept],
            new[:middle],
            new[: len(new) - 1],
            new[:kept] + zeros,
            new[:middle] + zeros[middle - kept :],
            new[:middle] + old[middle:],
        ]
    return list(dict.fromkeys(found))


def disks(recorder: Recorder, most: int, seed: int = 0) -> Iterator[tuple[int, int, Tree]]:
    """What a disk may hold after a power cut, for each place between two steps.

    Parameters
    ----------
    most : int
        So many disks at each place: all where there are no more, else the plainest and others
        chosen at random.

    Yields
    ------
    tuple of (int, int, Tree)
        The number of the place, the pieces of work that had ended there, and what is found.
    """
    disk = _Disk()
    for number, content in recorder.before.items():
        if isinstance(content, dict):
            disk.folders[number] = dict(content)
        else:
            disk.files[number] = [content]
    # The root is the first that was ever looked at.
    root = next(iter(recorder.before))
    disk.are_folders = recorder.folders
    source, done = random.Random(seed), 0
    for place, event in enumerate([Event(), *recorder.events]):
        disk.take(event)
        done += event.done
        for tree in dict.fromkeys(_after(disk, root, most, source)):
            yield place, done, tree


def _after(disk: _Disk, root: int, most: int, source: random.Random) -> Iterator[Tree]:
    open_files = {n: _torn(states) for n, states in disk.files.items() if len(states) > 1}
    settled = {n: states[0] for n, states in disk.files.items() if len(states) == 1}
    names = len(disk.pending)
    choices = [*([(False, True)] * names), *open_files.values()]
    count = 1
    for choice in choices:
        count *= len(choice)
    if count <= most:
        picked: Iterator[tuple[Any, ...]] = itertools.product(*choices)
    else:
        plain = [[choice[end] for choice in choices] for end in (0, -1)]
        alone = [[*plain[a][:i], plain[b][i], *plain[a][i + 1 :]]
                 for i in range(len(choices)) for a, b in ((0, 1), (1, 0))]  # fmt: skip
        chance = ([source.choice(c) for c in choices] for _ in range(most - len(alone) - 2))
        picked = map(tuple, itertools.chain(plain, alone, chance))
    for values in picked:
        contents = settled | dict(zip(open_files, values[names:], strict=True))
        yield disk.tree(root, values[:names], contents)


def laid_out(tree: Tree, root: Path) -> None:
    """Put what is found after a power cut in the place of a folder."""
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir(parents=True)
    for name, content in tree:
        if content is None:
            (root / name).mkdir(parents=True, exist_ok=True)
        else:
            (root / name).write_bytes(content)


@dataclass(frozen=True)
class Campaign:
    """What was tried.

    Attributes
    ----------
    cuts : places at which the power was cut
    disks : disks that were found and read, all different
    """

    cuts: int
    disks: int


def cut_everywhere(
    root: Path,
    steps: Sequence[Callable[[], object]],
    read: Callable[[], object],
    most: int,
    seed: int = 0,
) -> Campaign:
    """Do some work, and cut the power at every place of it: the old state is there or the new one.

    Parameters
    ----------
    root : Path
        The folder that the work is done in. What lies there is there for good.
    steps : sequence of callable
        Pieces of work; what one of them does is there for good when it has ended.
    read : callable
        The state that the program finds in the folder; it may change it in doing so.
    most : int
        Disks at each place.

    Raises
    ------
    AssertionError
        If something else is found, or nothing that can be read.
    """

    def state() -> object:
        # The files themselves stay what they are; what is read is a copy in their place.
        kept = root.rename(root.with_name(f"{root.name}.kept"))
        shutil.copytree(kept, root)
        try:
            return read()
        finally:
            shutil.rmtree(root)
            kept.rename(root)

    recorder, states = Recorder(root), [state()]
    for step in steps:
        with recorder.recording():
            step()
        recorder.done()
        states.append(state())
    cuts: set[int] = set()
    known: dict[Tree, object] = {}
    for place, done, tree in disks(recorder, most, seed):
        cuts.add(place)
        if tree not in known:
            laid_out(tree, root)
            try:
                known[tree] = read()
            except Exception as error:
                raise AssertionError(f"{_told(recorder, place)}: {error!r}") from error
        allowed = states[done : done + 2]
        assert known[tree] in allowed, (
            f"{_told(recorder, place)}: found {known[tree]!r}, neither of {allowed!r}; "
            f"on the disk: {[(name, content and len(content)) for name, content in tree]}"
        )
    return Campaign(len(cuts), len(known))


def _told(recorder: Recorder, place: int) -> str:
    events = recorder.events[:place]
    return f"power cut at {place} of {len(recorder.events)}, behind {events[-1:]!r:.300}"
