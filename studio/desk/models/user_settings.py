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
from engine.io.atomic import replacing

RECENT = 12
"""How many recent notes are remembered."""


class Appearance(StrEnum):
    """Which theme the studio wears."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


@dataclass(frozen=True)
class Settings:
    """What the user has chosen for the studio as a whole.

    Parameters
    ----------
    appearance : Appearance
    interface_scale : float
        From 0.75 to 2.
    writing_speed : float
        Of the live writing: 0 is a writer's real time, 1 as fast as the machine samples.
    device : str
        "auto", "cpu" or "cuda".
    precision : str
        "auto", "float32" or "float16": what the CPU holds the network's weights in.
    zoom : str
        "width", "page" or a percentage, as the page was last shown.
    shortcuts : dict of str to str
        The user's own keys, by the action's id; an empty string takes the key away.
    recent : tuple of str
        Paths of notes, the latest first.
    hand : str
        The taught hand that writes; empty for the one that ships.
    greeted : bool
        Whether the first run's note was shown.
    geometry, layout : str
        Of the window, base64 as Qt saves them.
    """

    appearance: Appearance = Appearance.SYSTEM
    interface_scale: float = 1.0
    writing_speed: float = 0.5
    device: str = "auto"
    precision: str = "auto"
    zoom: str = "width"
    shortcuts: dict[str, str] = field(default_factory=dict)
    recent: tuple[str, ...] = ()
    hand: str = ""
    greeted: bool = False
    geometry: str = ""
    layout: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "appearance", Appearance(self.appearance))
        object.__setattr__(self, "recent", tuple(map(str, self.recent))[:RECENT])
        for name, low, high in (("interface_scale", 0.75, 2.0), ("writing_speed", 0.0, 1.0)):
            value = float(getattr(self, name))
            if not math.isfinite(value):
                raise ValueError(f"{name} is not a number")
            object.__setattr__(self, name, min(max(value, low), high))
        if self.device not in ("auto", "cpu", "cuda"):
            raise ValueError(f"unknown device {self.device!r}")
        if self.precision not in ("auto", "float32", "float16"):
            raise ValueError(f"unknown precision {self.precision!r}")
        words = [*self.shortcuts, *self.shortcuts.values()]
        if not all(isinstance(word, str) for word in words):
            raise ValueError("a shortcut is not a string")

    def with_recent(self, path: Path) -> Settings:
        """With that note as the latest."""
        name = str(path.absolute())
        return replace(self, recent=(name, *(p for p in self.recent if p != name)))

    @classmethod
    def from_json(cls, text: str) -> Settings:
        """From a settings file's text; unknown names are passed over.

        Raises
        ------
        ValueError
            If the text is not JSON, or a value has the wrong type.
        """
        data: Any = json.loads(text)
        if not isinstance(data, dict):
            raise ValueError("not a JSON object")
        known = {f.name: f for f in fields(cls)}
        defaults = cls()
        values: dict[str, Any] = {}
        for name, value in data.items():
            if name not in known:
                continue
            standard = getattr(defaults, name)
            fits = {float: (int, float), tuple: (list,)}.get(type(standard), (type(standard),))
            if isinstance(standard, Appearance):
                fits = (str,)
            if not isinstance(value, fits) or (isinstance(value, bool) != (name == "greeted")):
                raise ValueError(f"{name} has the wrong type")
            values[name] = value
        return cls(**values)

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

    def _load(self) -> Settings:
        if self._path is None:
            return Settings()
        try:
            return Settings.from_json(self._path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return Settings()
        except OSError as error:
            self.notice = f"The settings could not be read ({error.strerror}); standards are used."
        except (ValueError, TypeError):
            aside = self._path.with_suffix(".damaged.json")
            try:
                self._path.replace(aside)
                where = f"were set aside as {aside.name}"
            except OSError:
                where = "are not used"
            self.notice = f"The settings were damaged and {where}; standards are used."
        return Settings()

    def change(self, **values: Any) -> None:
        """Set some of the settings by name."""
        self.take(replace(self.value, **values))

    def take(self, value: Settings) -> None:
        """Let other settings hold."""
        if value == self.value:
            return
        self.value = value
        self.changed.emit()
        if self._path is None:
            return
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with replacing(self._path) as temporary:
                temporary.write_text(value.to_json(), encoding="utf-8")
        except (FileError, OSError) as error:
            # Nothing of the note is at stake, so the work goes on; the status bar tells it once.
            self.notice = f"The settings could not be kept: {error}"
