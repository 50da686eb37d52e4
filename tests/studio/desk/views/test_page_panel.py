"""The settings of the sheet tell what the user changes."""

from __future__ import annotations

from typing import Any

from pytestqt.qtbot import QtBot

from studio.desk.views.panels.page_panel import PagePanel
from studio.desk.widgets.theme import Theme
from studio.document.note import Note


def test_columns_hyphens_and_what_is_kept_together_are_told(qtbot: QtBot, qapp) -> None:
    panel = PagePanel(Theme(qapp))
    qtbot.addWidget(panel)
    told: list[dict[str, Any]] = []
    panel.chosen.connect(lambda step, values: told.append(values))
    panel.columns.setValue(2)
    panel.hyphens.click()
    panel.together.click()
    assert told == [{"columns": 2}, {"hyphenate": True}, {"keep_together": False}]
    panel.show_note(Note.from_text("a", columns=3, hyphenate=True, keep_together=False))
    shown = panel.columns.value(), panel.hyphens.isChecked(), panel.together.isChecked()
    assert shown == (3, True, False)
    assert len(told) == 3
    panel.columns.setValue(6)
    panel.width_box.setValue(60.0)
    assert "columns" in panel.error.text()
