"""What is seen of the window: zoom, columns, the inspector, light or dark, the palette."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from studio.desk.actions import Action
from studio.desk.context import StudioContext
from studio.desk.controllers.playback_controller import PlaybackController
from studio.desk.inspector.inspector_actions import inspector_actions
from studio.desk.models.user_settings import Appearance
from studio.desk.views.command_palette import CommandPalette
from studio.desk.views.window import Window

if TYPE_CHECKING:
    from studio.desk.controllers.inspector_controller import InspectorController
    from studio.desk.inspector.inspector_pane import InspectorPane


class ViewController(QObject):
    """Shows and hides the window's parts; makes the inspector when it is first wanted."""

    def __init__(
        self, context: StudioContext, window: Window, playback: PlaybackController
    ) -> None:
        super().__init__()
        self._context, self._window, self._playback = context, window, playback
        self.inspecting: InspectorController | None = None
        context.settings.changed.connect(self._settings_changed)

    def _settings_changed(self) -> None:
        value = self._context.settings.value
        self._context.theme.choose(value.appearance, value.interface_scale)

    def show_inspector(self, on: bool) -> None:
        """Fold the inspector out, or away."""
        if on and self.inspecting is None:
            # Brings pyqtgraph, which the start need not wait for.
            from studio.desk.controllers.inspector_controller import InspectorController

            self.inspecting = InspectorController(self._context, self._window, self._playback)
            self._window.fill_inspector(self.inspecting.pane)
        if self.inspecting is not None:
            self.inspecting.show(on)
        self._window.show_inspector(on)

    def _pane(self) -> InspectorPane:
        """The inspector, open."""
        actions = self._context.actions
        if not actions.checked("view.inspector"):
            actions.trigger("view.inspector")
        assert self.inspecting is not None
        return self.inspecting.pane

    def _switch_appearance(self) -> None:
        dark = self._context.theme.tokens.dark
        self._context.settings.change(appearance=Appearance.LIGHT if dark else Appearance.DARK)

    def _open_palette(self) -> None:
        # Its key works in the window of the user's handwriting, too.
        window = QApplication.activeWindow() or self._window
        palette = CommandPalette(self._context.actions, self._context.theme, window)
        palette.open_above(window)

    def actions(self) -> tuple[Action, ...]:
        """What can be seen."""
        window, menu = self._window, "View"
        pages = window.pages
        return (
            Action("view.larger", "Zoom in", partial(pages.zoom_step, 1), menu, "Ctrl++", "plus"),
            Action("view.smaller", "Zoom out", partial(pages.zoom_step, -1), menu, "Ctrl+-",
                   "minus"),
            Action("view.full", "100 %", partial(pages.set_zoom, 1.0), menu, "Ctrl+1", "file",
                   "The paper at its own size"),
            Action("view.fit_width", "Fit the width", partial(pages.fit_to, "width"), menu,
                   "Ctrl+2", "move-horizontal"),
            Action("view.fit_page", "Fit the page", partial(pages.fit_to, "page"), menu, "Ctrl+0",
                   "maximize"),
            Action("view.text", "Text", window.text_column.setVisible, menu, "F9", "panel-left",
                   "Show or hide the text", checkable=True, group=1),
            Action("view.settings_panel", "Settings of the writing",
                   window.settings_column.setVisible, menu, "F10", "panel-right",
                   "Show or hide the settings", checkable=True, group=1),
            Action("view.inspector", "Inspector", self.show_inspector, menu, "F12",
                   "panel-bottom", "See what the network attends to", checkable=True, group=1),
            Action("view.appearance", "Light or dark", self._switch_appearance, menu,
                   "Ctrl+Shift+L", "moon", "Switch between the light and the dark theme",
                   group=2),
            Action("view.palette", "Command palette …", self._open_palette, menu, "Ctrl+Shift+P",
                   "search", "Find any command by typing", group=3),
            *inspector_actions(self._pane),
        )  # fmt: skip
