"""A closed studio goes out of memory with all that was opened in it."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication, QDialog

from engine.sampling.policy import ONCE
from studio.desk.wiring import Studio
from studio.document.note import Note

#: What makes windows, dialogs and views of its own.
OPENED = (
    "file.new", "tabs.next", "insert.box", "view.inspector", "inspector.corpus", "view.palette",
    "edit.find", "edit.settings", "style.gallery", "style.record", "style.library", "style.teach",
    "note.merge", "help.guide", "help.about",
)  # fmt: skip


def used(qtbot, loader: Callable[..., object], folder: Path) -> list[weakref.ref]:
    """A studio in which a line was written and everything opened, closed; and what it was of."""
    studio = Studio(None, folder, loader, ONCE)
    studio.window.show()
    studio.hands_begin()
    qtbot.waitUntil(lambda: studio.hands.ready)
    studio.document.open(Note.from_text("ran"))
    qtbot.waitUntil(lambda: studio.actions.enabled("writing.write"))
    studio.playback.speed = 1.0
    with qtbot.waitSignal(studio.playback.finished):
        studio.actions.trigger("writing.write")
    for ident in OPENED:
        studio.actions.trigger(ident)
        QApplication.processEvents()
    for dialog in QApplication.topLevelWidgets():
        if isinstance(dialog, QDialog):
            dialog.close()
    parts = [*vars(studio).values(), *vars(studio.context).values(), studio]
    parts = [part for part in parts if type(part).__module__.startswith("studio.")]
    assert len(parts) > 40
    studio.close()
    return [weakref.ref(part) for part in parts]


def test_a_closed_studio_is_forgotten(
    qtbot, load_tiny: Callable[..., object], tmp_path: Path
) -> None:
    parts = used(qtbot, load_tiny, tmp_path)
    for _ in range(3):
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        QApplication.processEvents()
    gc.collect()
    kept = {type(part()).__name__ for part in parts if part() is not None}
    assert not kept
