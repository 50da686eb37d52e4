"""The last states of notes: a copy of each save, kept for a while, and fewer the older they are."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from engine.errors import FileError
from engine.io.atomic import atomic_write
from engine.io.private import private_folder
from studio.storage.note_file import SUFFIX, digest

ALL_OF_LAST = 12
"""So many of the latest are kept, however close they are."""
HOURLY, DAILY = datetime.timedelta(days=1), datetime.timedelta(days=60)
"""How long one of each hour is kept, and one of each day."""
MOST_KEPT_BYTES = 64 * 2**20
"""Of all versions of a note together; the oldest go."""

Clock = Callable[[], datetime.datetime]


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


@dataclass(frozen=True)
class Version:
    """A state of a note as it was saved.

    Parameters
    ----------
    path : Path
        Of its file, which is a note's.
    at : datetime
        When it was kept, in UTC.
    size : int
        Bytes.
    """

    path: Path
    at: datetime.datetime
    size: int


class Versions:
    """The states of all notes that were saved on this computer.

    Parameters
    ----------
    folder : Path
    clock : callable
        The time now, in UTC.
    """

    def __init__(self, folder: Path, clock: Clock = _now) -> None:
        self._folder, self._clock = folder, clock

    def _home(self, note: Path) -> Path:
        name = str(note.absolute().resolve()).encode(errors="surrogateescape")
        return self._folder / hashlib.sha256(name).hexdigest()[:24]

    def of(self, note: Path) -> tuple[Version, ...]:
        """The states of a note's file, the latest first."""
        found = []
        for path in self._home(note).glob(f"*{SUFFIX}"):
            with suppress(OSError, ValueError, OverflowError):
                at = datetime.datetime.fromtimestamp(int(path.stem) / 1000, datetime.UTC)
                found.append(Version(path, at, path.stat().st_size))
        return tuple(sorted(found, key=lambda version: version.at, reverse=True))

    def keep(self, note: Path) -> bool:
        """Keep a note's file as it is now, where it is not kept already; drop what is too old.

        Returns
        -------
        bool
            Whether it is kept. A disk that is full or locked is no trouble: the note is saved.
        """
        try:
            now = digest(note)
            known = self.of(note)
            if not now:
                return False
            if known and digest(known[0].path) == now:
                return True
            home = self._home(note)
            private_folder(self._folder)
            private_folder(home)
            stamp = round(self._clock().timestamp() * 1000)
            if known:
                # A clock that was set back must not bring the order of states out of step.
                stamp = max(stamp, round(known[0].at.timestamp() * 1000) + 1)
            with atomic_write(home / f"{stamp}{SUFFIX}", private=True) as temporary:
                temporary.write_bytes(note.read_bytes())
        except (FileError, OSError):
            return False
        for version in superfluous(self.of(note), self._clock()):
            with suppress(OSError):
                version.path.unlink(missing_ok=True)
        return True

    def moved(self, before: Path, after: Path) -> None:
        """A note goes on under another name: its states are those of both."""
        for version in reversed(self.of(before)):
            home = self._home(after)
            with suppress(FileError, OSError):
                private_folder(self._folder)
                private_folder(home)
                target = home / version.path.name
                if not target.exists():
                    with atomic_write(target, private=True) as temporary:
                        temporary.write_bytes(version.path.read_bytes())


def superfluous(versions: Sequence[Version], now: datetime.datetime) -> list[Version]:
    """The versions, of those with the latest first, that are not to be kept."""
    dropped: list[Version] = []
    seen: set[str] = set()
    size = 0
    for number, version in enumerate(versions):
        age = now - version.at
        # Of an hour, or a day, its last state is kept.
        slot = f"{version.at:%Y-%m-%d}" if age > HOURLY else f"{version.at:%Y-%m-%d %H}"
        size += version.size
        lately = number < ALL_OF_LAST
        full = size > MOST_KEPT_BYTES and number > 0
        if full or not (lately or (age <= DAILY and slot not in seen)):
            dropped.append(version)
            size -= version.size
        seen.add(slot)
    return dropped
