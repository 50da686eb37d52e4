"""The user's settings: a typed model, kept as JSON in the user's configuration folder."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass, field, fields, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from engine.errors import FileError
from engine.io.atomic import atomic_write
from engine.io.converter import MalformedJsonError, decode
from engine.io.json_file import parse_json
from engine.io.private import private_folder
from studio.desk.models.hand_setting import shipped_by_setting
from studio.document.hand_styles import for_hand
from studio.document.note import Note
from studio.library.damaged_files import DamagedFiles
from studio.storage.note_start import NoteStart

RECENT = 12
"""How many recent notes are remembered."""


class Appearance(StrEnum):
    """Which theme the studio wears."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


@dataclass(frozen=True)
class UserSettings:
    """What the user has chosen for the studio as a whole.

    Parameters
    ----------
    appearance : Appearance
    interface_scale : float
        From 0.75 to 2.
    writing_speed : float
        Of the live writing: 0 is a writer's real time, 1 as fast as the machine samples.
    device : str
        "auto", "cpu" or "cuda"; "remote" for a service.
    remote, remote_token : str
        The address of that service, and its token; may be empty.
    precision : str
        "auto", "float32" or "float16": what the CPU holds the network's weights in.
    zoom : str
        "width", "page" or a percentage, as the page was last shown.
    shortcuts : dict of str to str
        The user's own keys, by the action's id; an empty string takes the key away.
    recent : tuple of str
        Paths of notes, the latest first.
    hand : str
        The taught hand that writes; "bundled/print" for the hand `print` that ships, empty for the
        one that writes where none is chosen.
    greeted : bool
        Whether the first run's note was shown.
    geometry, layout : str
        Of the window, base64 as Qt saves them.
    new_note : str
        The look and paper that new notes begin with, as `NoteStart` has them in JSON; empty for
        the program's own.
    training : str
        The folder of the training that was last started or opened; empty where there was none.
    folders : dict of str to str
        The folder that each kind of file was last taken from or put in.
    """

    appearance: Appearance = Appearance.SYSTEM
    interface_scale: float = 1.0
    writing_speed: float = 0.5
    device: str = "auto"
    remote: str = ""
    remote_token: str = ""
    precision: str = "auto"
    zoom: str = "width"
    shortcuts: dict[str, str] = field(default_factory=dict)
    recent: tuple[str, ...] = ()
    hand: str = ""
    greeted: bool = False
    geometry: str = ""
    layout: str = ""
    new_note: str = ""
    training: str = ""
    folders: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "appearance", Appearance(self.appearance))
        object.__setattr__(self, "recent", tuple(map(str, self.recent))[:RECENT])
        for name, low, high in (("interface_scale", 0.75, 2.0), ("writing_speed", 0.0, 1.0)):
            value = float(getattr(self, name))
            if not math.isfinite(value):
                raise ValueError(f"{name} is not a number")
            object.__setattr__(self, name, min(max(value, low), high))
        if any("\0" in path for path in self.recent):
            raise ValueError("a recent note has no path")
        if self.device not in ("auto", "cpu", "cuda", "remote"):
            raise ValueError(f"unknown device {self.device!r}")
        if self.precision not in ("auto", "float32", "float16"):
            raise ValueError(f"unknown precision {self.precision!r}")
        words = [*self.shortcuts, *self.shortcuts.values()]
        if not all(isinstance(word, str) for word in words):
            raise ValueError("a shortcut is not a string")
        if not all(isinstance(word, str) for word in [*self.folders, *self.folders.values()]):
            raise ValueError("a folder is not a string")
        NoteStart.from_json(self.new_note)

    @property
    def note_start(self) -> NoteStart:
        """The look and paper that new notes begin with."""
        return NoteStart.from_json(self.new_note)

    def for_chosen_hand(self, note: Note) -> Note:
        """A note without ink, in the styles of the chosen hand."""
        shipped = shipped_by_setting(self.hand)
        return note if shipped is None else for_hand(note, shipped)

    def with_recent(self, path: Path) -> UserSettings:
        """With that note as the latest."""
        name = str(path.absolute())
        return replace(self, recent=(name, *(p for p in self.recent if p != name)))

    @classmethod
    def from_json(cls, text: str) -> tuple[UserSettings, tuple[str, ...]]:
        """From a settings file's text; unknown names are passed over.

        Returns
        -------
        UserSettings
            With the standard in the place of each value that is of another type or out of range.
        tuple of str
            The names of these.

        Raises
        ------
        ValueError, RecursionError
            If the text is no JSON object.
        """
        data = parse_json(text)
        values: dict[str, Any] = {}
        damaged = []
        for name in data.keys() & {known.name for known in fields(cls)}:
            try:
                values[name] = getattr(decode(cls, {name: data[name]}), name)
            except MalformedJsonError:
                damaged.append(name)
        return cls(**values), tuple(sorted(damaged))

    def to_json(self) -> str:
        """As the settings file's text."""
        return json.dumps(asdict(self), indent=2, ensure_ascii=False) + "\n"


class SettingsModel(QObject):
    """The settings that hold now; every change is told and written down.

    Parameters
    ----------
    path : Path or None
        The file; None keeps the settings in memory only.
    """

    changed = Signal()

    def __init__(self, path: Path | None) -> None:
        super().__init__()
        self._path = path
        self.notice = ""
        self.value = self._load()

    def _load(self) -> UserSettings:
        if self._path is None:
            return UserSettings()
        path, value, damage = self._path, UserSettings(), ""
        try:
            value, names = UserSettings.from_json(path.read_text(encoding="utf-8"))
            if names:
                damage = f"Some settings in {path} ({', '.join(names)}) are damaged"
        except (FileNotFoundError, NotADirectoryError):
            return value
        except OSError as error:
            reason = error.strerror or str(error)
            self.notice = (
                f"The settings {path} cannot be read ({reason}); standard values are used, and "
                "changes last until the program ends."
            )
            # What cannot be read must not be written over.
            self._path = None
        except (ValueError, RecursionError):
            damage = f"The settings {path} are damaged"
        if damage:
            self._set_aside(f"{damage}; standard values are used.")
            self._write(value)
        return value

    def _set_aside(self, sentence: str) -> None:
        """Set the damaged file aside; where that cannot be, nothing is written over it."""
        if self._path is not None:
            damaged = DamagedFiles()
            damaged.refuse(self._path, FileError(sentence, damaged=True))
            self.notice = " ".join(damaged.take())
            if self._path.exists():
                self._path = None

    def change(self, **values: Any) -> None:
        """Set some of the settings by name."""
        self.take(replace(self.value, **values))

    def take(self, value: UserSettings) -> None:
        """Let other settings hold."""
        if value == self.value:
            return
        kept = self._merged(value)
        # How each window stands and looks is its own; the recent notes are everybody's.
        self.value = replace(value, recent=kept.recent)
        self.changed.emit()
        self._write(kept)

    def _merged(self, value: UserSettings) -> UserSettings:
        """What the file holds, changed as this window changes its own settings.

        Another window may have written there since this one read it.
        """
        try:
            there, _ = UserSettings.from_json((self._path or Path()).read_text(encoding="utf-8"))
        except OSError:
            return value
        except (ValueError, RecursionError):
            self._set_aside(f"The settings {self._path} are damaged; those of this window hold.")
            return value
        before = self.value
        changed = {
            f.name: getattr(value, f.name)
            for f in fields(UserSettings)
            if getattr(value, f.name) != getattr(before, f.name)
        }
        if "shortcuts" in changed:
            own, old = value.shortcuts, before.shortcuts
            added = {k: own[k] for k in own if own[k] != old.get(k)}
            kept = {k: v for k, v in there.shortcuts.items() if k in own or k not in old}
            changed["shortcuts"] = kept | added
        if "folders" in changed:
            changed["folders"] = there.folders | value.folders
        if "recent" in changed and value.recent:
            changed["recent"] = there.with_recent(Path(value.recent[0])).recent
        return replace(there, **changed)

    def _write(self, value: UserSettings) -> None:
        if self._path is None:
            return
        try:
            private_folder(self._path.parent)
            with atomic_write(self._path, private=True) as temporary:
                # Names of files may hold what no encoding takes; it is escaped as JSON does it.
                temporary.write_bytes(value.to_json().encode(errors="backslashreplace"))
        except (FileError, OSError) as error:
            # Nothing of the note is at stake, so the work goes on; the status bar tells it once.
            self.notice = f"The settings could not be saved: {error}"
