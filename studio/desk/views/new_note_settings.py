"""The settings of new notes: the look and the paper that they begin with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from studio.desk.models.style_list import StyleList
from studio.desk.models.user_settings import SettingsModel
from studio.desk.views.panels.look_panel import LookPanel
from studio.desk.views.panels.page_panel import PagePanel
from studio.desk.widgets.plain_text import PlainLabel
from studio.desk.widgets.theme import Theme
from studio.document.note import Note
from studio.storage.note_start import NoteStart


class NewNoteSettings(QWidget):
    """Shows what new notes begin with; what is turned holds at once, for notes that come.

    Parameters
    ----------
    settings : SettingsModel
    styles : StyleList
    theme : Theme
    current : callable
        The note that is open.
    parent : QWidget, optional
    """

    def __init__(
        self,
        settings: SettingsModel,
        styles: StyleList,
        theme: Theme,
        current: Callable[[], Note],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._settings, self._current = settings, current
        px = theme.px
        about = PlainLabel(
            "Every new note and every opened text starts with these settings. Existing "
            "notes do not change; templates have their own looks."
        )
        about.setObjectName("muted")
        about.setWordWrap(True)
        self.look = LookPanel(theme, styles)
        self.look.show_only_settings()
        self.page = PagePanel(theme)
        self.take = QPushButton("Take them from the open note")
        self.take.clicked.connect(lambda: self._keep(NoteStart.of(current())))
        self.standard = QPushButton("The program's own")
        self.standard.clicked.connect(lambda: self._keep(NoteStart()))
        halves = QHBoxLayout()
        halves.setSpacing(px(1))
        halves.addWidget(self.look, 1)
        halves.addWidget(self.page, 1)
        foot = QHBoxLayout()
        foot.addWidget(self.take)
        foot.addWidget(self.standard)
        foot.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, px(2), 0, 0)
        column.setSpacing(px(1))
        column.addWidget(about)
        column.addLayout(halves, 1)
        column.addLayout(foot)
        self.look.chosen.connect(self._look_chosen)
        self.page.chosen.connect(self._page_chosen)
        settings.changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        note = self._settings.value.note_start.note()
        self.look.show_look(note.look, "note")
        self.page.show_note(note)

    def _keep(self, start: NoteStart) -> None:
        self._settings.change(new_note=start.to_json())
        self._show()

    def _look_chosen(self, _step: str, values: dict[str, Any]) -> None:
        start = self._settings.value.note_start
        self._keep(replace(start, look=replace(start.look, **values)))

    def _page_chosen(self, _step: str, values: dict[str, Any]) -> None:
        known = {field.name for field in fields(NoteStart)}
        own = {name: value for name, value in values.items() if name in known}
        self._keep(replace(self._settings.value.note_start, **own))
