"""The text on the left: typing, undo and redo, and what the note is called."""

from __future__ import annotations

from PySide6.QtCore import QObject

from studio.desk.actions import Action
from studio.desk.context import StudioContext
from studio.desk.controllers.reroll_controller import RerollController
from studio.desk.views.window import Window

PAST = ("text", "file", "export", "paste", "drawing", "remarks", "markdown", "salvage")
"""What was told of a note, when another takes its place."""


class TextController(QObject):
    """Joins the editor and the window's title with the document."""

    def __init__(self, context: StudioContext, window: Window, rerolls: RerollController) -> None:
        super().__init__()
        self._document, self._actions = context.document, context.actions
        self._notices, self._window, self._rerolls = context.notices, window, rerolls
        self._looks = context.looks
        context.looks.changed.connect(self.show_history)
        document, editor = context.document, window.editor
        editor.edited.connect(document.type_text)
        editor.undo_wanted.connect(self.undo)
        editor.redo_wanted.connect(self.redo)
        editor.write_wanted.connect(self._write)
        document.changed.connect(self._note_changed)
        document.history_changed.connect(self.show_history)
        document.opened.connect(self._opened)

    def undo(self) -> None:
        """Undo the last step; lines that are still being rewritten first."""
        if not (self._looks.discard() or self._rerolls.abandon()):
            self._document.undo()

    def redo(self) -> None:
        """Take the step that was undone again."""
        # What is written again would take the place of all that may be done again.
        self._rerolls.abandon()
        self._document.redo()

    def _write(self) -> None:
        self._actions.trigger("writing.write")

    def _opened(self) -> None:
        self._notices.clear(*PAST)

    def _note_changed(self, *_: object) -> None:
        self._window.editor.show_text(self._document.note.text)

    def show_history(self) -> None:
        """Show what undo and redo would do, what the note is called, and whether it is saved."""
        document, actions, window = self._document, self._actions, self._window
        for ident, verb, name in (
            ("edit.undo", "Undo", document.undo_name),
            ("edit.redo", "Redo", document.redo_name),
        ):
            actions.retitle(ident, f"{verb}: {name}" if name else verb)
            actions.enable(ident, name is not None)
        if self._looks:
            actions.retitle("edit.undo", f"Give up: {self._looks.step}")
            actions.enable("edit.undo", True)
        name = document.state.name
        window.title.setText(f"{name}{' •' if document.modified else ''}")
        # Qt puts the mark of a changed note in the place of "[*]"; doubled it stands for itself.
        shown = name.replace("[*]", "[*][*]")
        window.setWindowTitle(f"{shown}[*] – Scriptorium")
        window.setWindowModified(document.modified)

    def actions(self) -> tuple[Action, ...]:
        """What can be done with the text."""
        return (
            Action("edit.undo", "Undo", self.undo, "Edit", "Ctrl+Z", "undo-2"),
            Action("edit.redo", "Redo", self.redo, "Edit", "Ctrl+Shift+Z", "redo-2"),
            Action("note.page_break", "New page here", self._window.editor.insert_page_break,
                   "Note", "Ctrl+Shift+Return", "file-plus", "Begin a new page at the cursor"),
        )  # fmt: skip
