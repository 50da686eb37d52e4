"""The type of an action, and the list of all of them for menus, toolbar, palette and shortcuts.

Each controller lists its own in its `actions()`, with title, menu and standard shortcut.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QKeySequence

from studio.desk.models.user_settings import SettingsModel

MENUS = (
    "File",
    "Edit",
    "View",
    "Insert",
    "Note",
    "Selection",
    "Writing",
    "Style",
    "Inspector",
    "Help",
)
"""The menus from left to right."""


@dataclass(frozen=True)
class Action:
    """Something that the user can ask for.

    Parameters
    ----------
    id : str
        "file.open"; settings and tests know it by this.
    title : str
        As it stands in a menu; "..." at the end means that a dialog asks on.
    callback : callable
        Called without arguments; a checkable action's is called with the new state.
    menu : str
        One of `MENUS`, or "" where only the palette and the shortcut reach it.
    shortcut : str
        In Qt's portable notation; the user may choose another.
    icon : str
        Name of a file in resources/icons.
    tip : str
        What it does, for the tooltip and the palette.
    checkable : bool
    group : int
        Actions of one menu with different groups are parted by a line.
    also : tuple of str
        Keys beside the shortcut, which are not chosen by the user.
    scope : str
        The part of the program in which its key works ("recorder"); everywhere where empty.
    """

    id: str
    title: str
    callback: Callable[..., object]
    menu: str = ""
    shortcut: str = ""
    icon: str = ""
    tip: str = ""
    checkable: bool = False
    group: int = 0
    also: tuple[str, ...] = ()
    scope: str = ""


class ActionModel(QObject):
    """All actions with what holds of each: its key, whether it can be used, whether it is on."""

    changed = Signal(str)
    added = Signal(str)

    def __init__(self, settings: SettingsModel) -> None:
        super().__init__()
        self._settings = settings
        self._actions: dict[str, Action] = {}
        self._disabled: set[str] = set()
        self._checked: set[str] = set()
        self._titles: dict[str, str] = {}
        self._keys = dict(settings.value.shortcuts)
        settings.changed.connect(self._take_keys)

    def _take_keys(self) -> None:
        """Tell of the actions whose key the user has changed."""
        before, self._keys = self._keys, dict(self._settings.value.shortcuts)
        for ident in sorted(before.keys() | self._keys.keys()):
            if ident in self and before.get(ident) != self._keys.get(ident):
                self.changed.emit(ident)

    def add(self, *actions: Action) -> None:
        """Take more actions into the list."""
        for action in actions:
            if action.id in self._actions:
                raise ValueError(f"There are two actions {action.id!r}.")
            self._actions[action.id] = action
            self.added.emit(action.id)

    def __iter__(self) -> Iterator[Action]:
        return iter(tuple(self._actions.values()))

    def __getitem__(self, ident: str) -> Action:
        return self._actions[ident]

    def __contains__(self, ident: str) -> bool:
        return ident in self._actions

    def title(self, ident: str) -> str:
        """The title as it stands now ("Undo typing")."""
        return self._titles.get(ident, self._actions[ident].title)

    def retitle(self, ident: str, title: str) -> None:
        """Let the action's title say more."""
        if self.title(ident) != title:
            self._titles[ident] = title
            self.changed.emit(ident)

    def shortcut(self, ident: str) -> str:
        """The key that holds: the user's, or the standard one."""
        return self._settings.value.shortcuts.get(ident, self._actions[ident].shortcut)

    def tip(self, ident: str) -> str:
        """What a tool tip says: what the action does, and the key that holds."""
        said = self._actions[ident].tip or self.title(ident).rstrip("…")
        key = QKeySequence(self.shortcut(ident)).toString(QKeySequence.SequenceFormat.NativeText)
        return f"{said} ({key})" if key else said

    def enabled(self, ident: str) -> bool:
        """Whether the action can be used now."""
        return ident not in self._disabled

    def enable(self, ident: str, on: bool) -> None:
        """Let the action be used, or not."""
        if on != self.enabled(ident):
            (self._disabled.discard if on else self._disabled.add)(ident)
            self.changed.emit(ident)

    def checked(self, ident: str) -> bool:
        """Whether a checkable action is on."""
        return ident in self._checked

    def check(self, ident: str, on: bool) -> None:
        """Show a checkable action as on or off, without calling it."""
        if on != self.checked(ident):
            (self._checked.add if on else self._checked.discard)(ident)
            self.changed.emit(ident)

    def trigger(self, ident: str) -> None:
        """Do it, where it can be done."""
        action = self._actions[ident]
        if not self.enabled(ident):
            return
        if action.checkable:
            self.check(ident, not self.checked(ident))
            action.callback(self.checked(ident))
        else:
            action.callback()

    def conflicts(self, shortcuts: Mapping[str, str] | None = None) -> dict[str, tuple[str, ...]]:
        """Keys that more than one action of a scope has, each with the ids of these actions.

        Parameters
        ----------
        shortcuts : mapping, optional
            The user's own keys by ident; those of the settings where not given.
        """
        own = self._settings.value.shortcuts if shortcuts is None else shortcuts
        by_key: dict[tuple[str, str], list[str]] = defaultdict(list)
        for action in self:
            for shortcut in (own.get(action.id, action.shortcut), *action.also):
                key = QKeySequence(shortcut).toString()
                if key:
                    by_key[action.scope, key].append(action.id)
        return {key: tuple(ids) for (_, key), ids in by_key.items() if len(ids) > 1}
