"""The program itself: its settings, what is said about it, and the report of a crash."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QDialog

from engine.errors import ScriptoriumError
from studio.desk.actions import Action
from studio.desk.context import StudioContext
from studio.desk.controllers.autosave_controller import AutosaveController
from studio.desk.views.about import About
from studio.desk.views.new_note_settings import NewNoteSettings
from studio.desk.views.report_dialog import CrashReport, ReportDialog
from studio.desk.views.settings_dialog import SettingsDialog
from studio.desk.views.window import Window


class ProgramController(QObject):
    """Opens the dialogs that belong to no note."""

    def __init__(
        self, context: StudioContext, window: Window, autosave: AutosaveController
    ) -> None:
        super().__init__()
        self._context, self._window, self._autosave = context, window, autosave

    def _open(self, dialog: QDialog) -> None:
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def _ask_settings(self) -> None:
        context = self._context
        settings, theme = context.settings, context.theme
        new_notes = NewNoteSettings(settings, context.styles, theme, lambda: context.document.note)
        self._open(
            SettingsDialog(settings, context.actions, context.hands, theme, self._window, new_notes)
        )

    def _show_about(self) -> None:
        self._open(About(self._context.hands, self._context.theme, self._window))

    def report(self, error: BaseException) -> None:
        """Something unexpected went wrong: keep the note, then show the report."""
        try:
            kept = self._autosave.keep_now()
        except ScriptoriumError as failure:
            safe = f"Save your note now; it could not be autosaved: {failure}"
        else:
            again = "Your note was kept and is offered again at the next start."
            safe = again if kept else "Nothing of your note is lost."
        report = CrashReport(error, self._context.hands.device or "no hand")
        self._open(ReportDialog(report, safe, self._context.theme, self._window))

    def actions(self) -> tuple[Action, ...]:
        """What can be asked of the program."""
        return (
            Action("edit.settings", "Settings …", self._ask_settings, "Edit", "Ctrl+,", "settings",
                   "Appearance, device and keys", group=9),
            Action("help.about", "About Scriptorium", self._show_about, "Help", "", "info",
                   group=1),
        )  # fmt: skip
