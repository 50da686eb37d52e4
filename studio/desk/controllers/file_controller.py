"""Files: opening, saving, recent notes, what is dropped on the window, and what a crash left."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QLockFile, QObject
from PySide6.QtGui import QAction, QCloseEvent
from PySide6.QtWidgets import QFileDialog, QMenu, QMessageBox

from engine.errors import FileError, ScriptoriumError
from studio.desk.actions import Action
from studio.desk.controllers.layout_controller import Composer
from studio.desk.controllers.recovery_controller import Kept, Recovery, claim
from studio.desk.models.document_model import EMPTY, Document
from studio.desk.models.user_settings import SettingsModel
from studio.desk.views.window import Window
from studio.document.note import Note
from studio.layout.draft_layout import Sketch
from studio.layout.line_writer import LineRequest
from studio.library.damaged_files import listed
from studio.storage.note_file import SUFFIX, NoteFile, load, save

LARGEST_TEXT = 2**20
"""Bytes of a text file that becomes a note."""
FILTER = f"Notes (*{SUFFIX});;Text (*.txt *.md)"


class Files(QObject):
    """Joins the document with the disk."""

    def __init__(
        self,
        window: Window,
        document: Document,
        composer: Composer,
        settings: SettingsModel,
        folder: Path | None,
    ) -> None:
        super().__init__()
        self._window, self._document, self._composer = window, document, composer
        self._settings, self._folder = settings, folder
        self._claimed: QLockFile | None = None
        self._saved_lines: frozenset[LineRequest] = frozenset()
        self.importers: dict[str, Callable[[Path], object]] = {}
        """What becomes of a dropped file of another suffix: the style library puts itself here."""
        recovery = None if folder is None else folder / "recovery"
        self.recovery = Recovery(recovery, self._unsaved)
        self.recovery.troubled.connect(lambda sentence: window.notice.say(sentence, "keeping"))
        document.changed.connect(lambda *_: self.recovery.changed())
        composer.sketched.connect(self._sketched)
        window.left.connect(self.recovery.keep)
        window.files_dropped.connect(self._dropped)
        window.close_wanted.connect(self._closing)

    # What the note is as a file --------------------------------------------------------------

    def content(self) -> NoteFile:
        """The note with its ink."""
        sketch = self._composer.sketch
        layout = sketch.settled if sketch is not None else None
        requests = sketch.layout.plan.requests if sketch is not None else ()
        lines = {r: self._composer.known[r] for r in requests if r in self._composer.known}
        hand, sha256 = self._composer.signature
        path = self._document.path
        return NoteFile(
            self._document.note, lines, hand, sha256, "" if path is None else str(path), layout
        )

    def _sketched(self, sketch: Sketch) -> None:
        known = self._composer.known
        inked = {request for request in sketch.layout.plan.requests if request in known}
        self._document.ink_unsaved(not inked <= self._saved_lines)
        self.recovery.changed()

    def _unsaved(self) -> NoteFile | None:
        return self.content() if self._document.modified else None

    # New and open ----------------------------------------------------------------------------

    def new(self, note: Note | None = None) -> None:
        """Begin a note, empty or from a template."""
        if self.may_leave():
            self._release()
            self._composer.forget()
            self._document.open(note or Note.from_text("", look=self._document.note.look))
            self._window.editor.setFocus()

    def ask_open(self) -> None:
        """Ask for a file and open it."""
        name, _ = QFileDialog.getOpenFileName(self._window, "Open", self._start(), FILTER)
        if name:
            self.open(Path(name))

    def open(self, path: Path) -> bool:
        """Open a note, or make one of a text; says why where it cannot be."""
        if not self.may_leave():
            return False
        try:
            if path.suffix.lower() == SUFFIX:
                self._open_note(path)
            else:
                text = read_text(path)
                self._composer.forget()
                self._document.open(Note.from_text(text, look=EMPTY.look, title=path.stem))
                self._release()
        except ScriptoriumError as error:
            self._window.notice.say(str(error), "file")
            return False
        self._window.notice.clear("file")
        return True

    def _open_note(self, path: Path) -> None:
        content = load(path)
        own = self._document.path
        if own is None or self._claimed is None or own.resolve() != path.resolve():
            lock = claim(path, None if self._folder is None else self._folder / "open")
            if lock is None:
                raise FileError(f"{path.name} is open in another window; go on there.")
            self._release()
            self._claimed = lock
        self._show(content, path, saved=True)
        self._settings.take(self._settings.value.with_recent(path))

    def _show(self, content: NoteFile, path: Path | None, saved: bool) -> None:
        self._composer.adopt(content)
        self._saved_lines = frozenset(content.lines) if saved else frozenset()
        self._document.open(content.note, path, saved=saved)

    # Save ------------------------------------------------------------------------------------

    def save(self) -> bool:
        """Save to the note's file; asks for one where it has none."""
        path = self._document.path
        return self.save_as() if path is None else self.save_to(path)

    def save_as(self) -> bool:
        """Ask for a file and save to it."""
        name, _ = QFileDialog.getSaveFileName(
            self._window, "Save as", self._proposed(), f"Notes (*{SUFFIX})"
        )
        if not name:
            return False
        path = Path(name)
        return self.save_to(path if path.suffix else path.with_suffix(SUFFIX))

    def save_to(self, path: Path) -> bool:
        """Save to that file."""
        content = self.content()
        try:
            save(content, path)
            if path != self._document.path:
                lock = claim(path, None if self._folder is None else self._folder / "open")
                self._release()
                self._claimed = lock
        except FileError as error:
            self._window.notice.say(str(error), "file", "Save as …", self.save_as)
            return False
        self._saved_lines = frozenset(content.lines)
        self._document.saved_to(path, content.note)
        self._settings.take(self._settings.value.with_recent(path))
        self._window.notice.clear("file")
        self.recovery.keep()
        self._window.say(f"Saved {path.name}")
        return True

    def _proposed(self) -> str:
        """The note's own file, or one named by its title or its first words."""
        note, path = self._document.note, self._document.path
        if path is not None:
            return str(path)
        words = " ".join((note.title or note.text).split()[:5])
        name = "".join(c for c in words if c.isalnum() or c in " -_").strip() or "Note"
        return str(Path(self._start()) / f"{name[:40]}{SUFFIX}")

    def _start(self) -> str:
        path = self._document.path
        if path is not None:
            return str(path)
        recent = self._settings.value.recent
        return str(Path(recent[0]).parent if recent else Path.home())

    def _release(self) -> None:
        if self._claimed is not None:
            self._claimed.unlock()
            self._claimed = None

    # Leaving ---------------------------------------------------------------------------------

    def may_leave(self) -> bool:
        """Ask what is to become of what is not saved; False where the user would rather stay."""
        if not self._document.modified:
            return True
        buttons = QMessageBox.StandardButton
        path, title = self._document.path, self._document.note.title
        name = f"“{path.stem if path else title}”" if path or title else "This note"
        answer = QMessageBox.question(
            self._window,
            "Scriptorium",
            f"{name} has changes that are not saved. Save them?",
            buttons.Save | buttons.Discard | buttons.Cancel,
            buttons.Save,
        )
        if answer == buttons.Save:
            return self.save()
        return answer == buttons.Discard

    def _closing(self, event: QCloseEvent) -> None:
        if self.may_leave():
            self.recovery.close()
            self._release()
            event.accept()
        else:
            event.ignore()

    # Recent, dropped, recovered --------------------------------------------------------------

    def fill_recent(self, menu: QMenu) -> None:
        """Put the recent notes into a menu."""
        menu.clear()
        for name in self._settings.value.recent:
            action = QAction(Path(name).name, menu)
            action.setToolTip(name)
            action.triggered.connect(partial(self._open_recent, name))
            menu.addAction(action)
        menu.setEnabled(bool(self._settings.value.recent))

    def _open_recent(self, name: str, _checked: bool = False) -> None:
        self.open(Path(name))

    def _dropped(self, names: list[str]) -> None:
        path = Path(names[0])
        importer = self.importers.get(path.suffix.lower())
        if importer is not None:
            importer(path)
        else:
            self.open(path)

    def offer_recovery(self) -> None:
        """Offer what a crash left, the latest first."""
        left = self.recovery.left()
        if damaged := self.recovery.damaged.take():
            self._window.notice.say(listed(damaged), "damaged")
        if left:
            kept = left[-1]
            name = Path(kept.content.origin).name if kept.content.origin else "a new note"
            self._window.notice.say(
                f"{name[0].upper()}{name[1:]} was not saved when the program ended; it was kept.",
                "recovery",
                "Recover it",
                partial(self._recover, kept),
                error=False,
            )

    def _recover(self, kept: Kept) -> None:
        if not self.may_leave():
            return
        origin = Path(kept.content.origin) if kept.content.origin else None
        self._show(kept.content, origin, saved=False)
        self.recovery.keep_now()
        kept.discard()

    def actions(self) -> tuple[Action, ...]:
        """What can be done with files."""
        menu = "File"
        return (
            Action("file.new", "New", self.new, menu, "Ctrl+N", "file-plus", "Begin a new note"),
            Action("file.open", "Open …", self.ask_open, menu, "Ctrl+O", "folder-open",
                   "Open a note or a text"),
            Action("file.save", "Save", self.save, menu, "Ctrl+S", "save", "Save the note",
                   group=1),
            Action("file.save_as", "Save as …", self.save_as, menu, "Ctrl+Shift+S", "",
                   "Save the note under another name", group=1),
            Action("file.quit", "Quit", self._window.close, menu, "Ctrl+Q", "log-out", group=9),
        )  # fmt: skip


def read_text(path: Path) -> str:
    """The text of a file.

    Raises
    ------
    FileError
        If it is missing, too large, or no text in UTF-8.
    """
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST_TEXT + 1)
    except OSError as error:
        raise FileError(f"{path} cannot be read: {error.strerror or error}.") from error
    if len(data) > LARGEST_TEXT:
        raise FileError(f"{path.name} is larger than a megabyte; a note is made of less text.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FileError(
            f"{path.name} is neither a note nor a text in UTF-8; open another file."
        ) from error
    if "\x00" in text:
        raise FileError(f"{path.name} is neither a note nor a text; open another file.")
    return text
