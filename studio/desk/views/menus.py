"""Qt's menus and actions, made from the list of actions and kept in step with it."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu, QWidget

from studio.desk.actions import MENUS, ActionModel
from studio.desk.models.plain_tip import plain_tip
from studio.desk.widgets.icons import icon
from studio.desk.widgets.theme import Theme


class Menus(QObject):
    """One QAction for each action, shared by the menus, the toolbar and context menus."""

    def __init__(self, window: QMainWindow, actions: ActionModel, theme: Theme) -> None:
        super().__init__(window)
        self._window = window
        self._model = actions
        self._theme = theme
        self._actions: dict[str, QAction] = {}
        self._menus: dict[str, QMenu] = {}
        self._groups: dict[str, dict[int, QAction | None]] = {}
        bar = window.menuBar()
        for name in MENUS:
            self._menus[name] = bar.addMenu(f"&{name}")
        for action in actions:
            self._make(action.id)
        self._hide_empty()
        actions.added.connect(self._added)
        actions.changed.connect(self._refresh)
        theme.changed.connect(self._refresh_all)

    def action(self, ident: str) -> QAction:
        """The QAction of that ident."""
        return self._actions[ident]

    def menu(self, name: str) -> QMenu:
        """The menu of that name."""
        return self._menus[name]

    def attach(self, scope: str, widget: QWidget) -> None:
        """Let the keys of a scope's actions work in a widget."""
        for data in self._model:
            if data.scope == scope:
                widget.addAction(self._actions[data.id])

    def _added(self, ident: str) -> None:
        self._make(ident)
        self._hide_empty()

    def _hide_empty(self) -> None:
        for menu in self._menus.values():
            menu.menuAction().setVisible(not menu.isEmpty())

    def _make(self, ident: str) -> None:
        data = self._model[ident]
        action = QAction(self._window)
        action.setObjectName(ident)
        action.setCheckable(data.checkable)
        action.triggered.connect(partial(self._triggered, ident))
        self._actions[ident] = action
        if data.scope:
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        else:
            self._window.addAction(action)
        if data.menu:
            self._place(data.menu, data.group, action)
        self._refresh(ident)

    def _place(self, menu_name: str, group: int, action: QAction) -> None:
        menu, groups = self._menus[menu_name], self._groups.setdefault(menu_name, {})
        if group in groups or not groups or group > max(groups):
            if group not in groups and groups:
                groups[group] = menu.addSeparator()
            groups.setdefault(group, None)
            later = [g for g in groups if g > group]
            before = groups[min(later)] if later else None
            if before is not None:
                menu.insertAction(before, action)
            else:
                menu.addAction(action)
            return
        # A group that comes late but belongs further up: its line stands after it.
        following = min(g for g in groups if g > group)
        first = groups[following]
        anchor = first if first is not None else menu.actions()[0]
        menu.insertAction(anchor, action)
        line = menu.insertSeparator(anchor)
        groups[group] = first
        groups[following] = line

    def _triggered(self, ident: str, _checked: bool = False) -> None:
        self._model.trigger(ident)
        # Qt has flipped its own check mark; the model says what holds.
        self._refresh(ident)

    def _refresh(self, ident: str) -> None:
        action, data = self._actions[ident], self._model[ident]
        title = self._model.title(ident)
        key = self._model.shortcut(ident)
        action.setText(title.replace("&", "&&"))
        # The first one is shown beside the name.
        action.setShortcuts([QKeySequence(one) for one in (key, *data.also) if one])
        action.setToolTip(plain_tip(self._model.tip(ident)))
        action.setStatusTip(data.tip)
        action.setEnabled(self._model.enabled(ident))
        if data.checkable:
            action.setChecked(self._model.checked(ident))
        if data.icon:
            action.setIcon(icon(data.icon, self._theme.tokens))

    def _refresh_all(self) -> None:
        for ident in self._actions:
            self._refresh(ident)
