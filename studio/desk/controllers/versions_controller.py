"""The saved versions of a note: shown, restored, or opened beside it."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject

from engine.errors import ScriptoriumError
from studio.desk.actions import Action
from studio.desk.context import StudioContext
from studio.desk.controllers.file_controller import FileController, is_long
from studio.desk.views.versions_dialog import VersionsDialog, moment
from studio.desk.views.window import Window
from studio.desk.worker import Urgency
from studio.document.page import Page
from studio.document.text_difference import describe_difference
from studio.layout.draft_layout import as_it_stood
from studio.storage.note_file import NoteFile, load
from studio.storage.versions import Version
from studio.writing.work_thread import is_dropped

CHANNEL = "version"
"""The worker's."""


class VersionsController(QObject):
    """Joins the versions on disk with the note."""

    def __init__(self, context: StudioContext, window: Window, files: FileController) -> None:
        super().__init__()
        self._context, self._window, self._files = context, window, files
        self._document, self._session = context.document, context.session
        self._worker = context.worker
        #: The state that was shown last, with what it holds.
        self._known: tuple[Version, NoteFile] | None = None
        self.dialog: VersionsDialog | None = None
        files.versions_wanted.connect(self._show)
        self._document.history_changed.connect(self._enable)

    def actions(self) -> tuple[Action, ...]:
        """What can be done."""
        return (
            Action("file.versions", "Earlier states …", self.show, "File", "", "history",
                   "The note's versions: its history at each save, to restore", group=1),
        )  # fmt: skip

    def _enable(self) -> None:
        self._context.actions.enable("file.versions", self._document.path is not None)

    def show(self) -> None:
        """Show the states of the open note."""
        if self._document.path is not None:
            self._show(self._document.path)

    def _show(self, path: Path) -> None:
        versions = () if self._files.versions is None else self._files.versions.of(path)
        if not versions:
            self._context.notices.say(
                f"There are no earlier states of {path.name} yet; each save makes one.",
                "versions",
                error=False,
            )
            return
        dialog = VersionsDialog(versions, path.stem, self._context.theme, self._window)
        self.dialog = dialog
        # A note that cannot be opened is not the one that is open.
        opened = self._document.path
        own = opened is not None and opened.resolve() == path.resolve()
        dialog.chosen.connect(partial(self._choose, own))
        dialog.back_wanted.connect(self._go_back)
        dialog.open_wanted.connect(partial(self._open, path.stem))
        dialog.finished.connect(self._closed)
        dialog.back.setVisible(own)
        dialog.begin()
        dialog.open()

    def _closed(self) -> None:
        self._worker.cancel(CHANNEL)
        self._known = None
        if self.dialog is not None:
            self.dialog.deleteLater()
            self.dialog = None

    def _read(self, version: Version) -> NoteFile | None:
        if self._known is not None and self._known[0] is version:
            return self._known[1]
        try:
            return load(version.path)
        except ScriptoriumError as error:
            if self.dialog is not None:
                self.dialog.refuse(str(error))
            return None

    def _choose(self, own: bool, version: Version) -> None:
        """Show a state; a long one when it is read."""
        self._worker.cancel(CHANNEL)
        if not is_long(version.path):
            content = self._read(version)
            if content is not None:
                self._show_state(own, version, content)
            return

        def failed(error: BaseException) -> None:
            if not isinstance(error, ScriptoriumError):
                raise error
            if self.dialog is not None:
                self.dialog.refuse(str(error))

        if self.dialog is not None:
            self.dialog.refuse("Reading …")
        self._worker.request(
            CHANNEL,
            Urgency.SAMPLE,
            lambda: load(version.path, is_dropped),
            partial(self._show_state, own, version),
            failed,
        )

    def _show_state(self, own: bool, version: Version, content: NoteFile) -> None:
        """Show a state that is read; of the open note's own, what has changed since, too."""
        self._known = version, content
        if self.dialog is None:
            return
        pages: tuple[Page, ...] = ()
        if content.layout is not None:
            writer = self._session.writer
            stood = as_it_stood(content.note, writer, content.lines, content.layout)
            pages = () if stood is None else stood.layout.pages.pages
        words = describe_difference(content.note.text, self._document.note.text) if own else ""
        self.dialog.show_version(pages, words)

    def _go_back(self, version: Version) -> None:
        """Let the note be what it was: a step that can be undone, with the ink of then."""
        content = self._read(version)
        if content is None:
            return
        self._session.know(dict(content.lines))
        self._document.close_step()
        self._document.edit(f"Go back to {moment(version.at)}", content.note)
        self._document.close_step()

    def _open(self, name: str, version: Version) -> None:
        """Open a state as a new note; without a title it is called as its file."""
        content = self._read(version)
        if content is None:
            return
        title = content.note.title or name
        note = replace(content.note, title=f"{title}, {moment(version.at)}")
        self._files.show_copy(replace(content, note=note))
