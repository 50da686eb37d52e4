"""Files: opening, saving, recent notes, what is dropped on the window, and what a crash left."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction, QCloseEvent
from PySide6.QtWidgets import QMenu

from engine.errors import FileError, ScriptoriumError
from engine.io.atomic import writable
from engine.io.limits import check_regular
from studio.desk.actions import Action
from studio.desk.context import StudioContext
from studio.desk.controllers.autosave_controller import AutosaveController
from studio.desk.models.plain_tip import plain_tip
from studio.desk.views.window import Window
from studio.desk.widgets.file_dialogs import FOLDERS, ask_open_several, ask_save
from studio.desk.widgets.plain_text import plain_name
from studio.desk.widgets.questions import ask
from studio.desk.worker import Urgency
from studio.document.document_model import file_stem, first_words
from studio.document.note import Note
from studio.document.templates import like
from studio.importing.markup import SUFFIXES, Markup, decode_text, markup_of, read_markup
from studio.layout.draft_layout import DraftLayout
from studio.layout.line_writer import LineRequest
from studio.library.damaged_files import listed
from studio.storage.autosave import Autosave, Kept
from studio.storage.claim import Claim, OpenElsewhereError, claim
from studio.storage.note_file import SUFFIX, NoteFile, digest, load, save
from studio.storage.note_start import NoteStart
from studio.storage.salvage import Salvaged, salvage
from studio.storage.versions import Versions
from studio.writing.note_tabs import NotePart, NoteTab
from studio.writing.work_thread import is_dropped

LONG = 2**21
"""Bytes of a note from which on it is read in the worker, and can be left unread."""
LARGEST_TEXT = 2**20
"""Bytes of a text file that becomes a note."""
OVERWRITE, COPY, RELOAD = "Overwrite", "Save a copy …", "Reload"
"""What may become of a file that another has changed, or has open."""
SAVE, DISCARD = "Save", "Discard"
RICH = " ".join(f"*{suffix}" for suffix in SUFFIXES)
FILTER = (
    f"Notes and texts (*{SUFFIX} *.txt {RICH});;Notes (*{SUFFIX});;Text (*.txt);;"
    f"Markdown and HTML ({RICH})"
)


@dataclass(frozen=True)
class OpenFile:
    """What is held for a note: its file, and where it is kept aside.

    Parameters
    ----------
    claimed : Claim or None
        That other windows leave the file alone.
    sha256 : str
        Of the file as it was when it was opened or last saved.
    lines : frozenset of LineRequest
        What ink it holds.
    slot : Autosave or None
        Where the note is kept while it is not saved.
    """

    claimed: Claim | None
    sha256: str
    lines: frozenset[LineRequest]
    slot: Autosave | None


class FileController(QObject):
    """Joins the document with the disk."""

    versions_wanted = Signal(object)
    """Show the earlier states of the note of this path."""

    def __init__(self, context: StudioContext, window: Window, folder: Path | None) -> None:
        super().__init__()
        document, session = context.document, context.session
        self._tabs, self._worker = context.tabs, context.worker
        self._window, self._document, self._session = window, document, session
        self._settings, self._folder, self._notices = context.settings, folder, context.notices
        self._claimed: Claim | None = None
        self._digest = ""
        """Of the note's file as it was when it was opened or last saved."""
        self._saved_lines: frozenset[LineRequest] = frozenset()
        self.importers: dict[str, Callable[[Path], object]] = {}
        """What becomes of a dropped file of another suffix: the style library puts itself here."""
        self.versions = None if folder is None else Versions(folder / "versions")
        recovery = None if folder is None else folder / "recovery"
        self.autosave = AutosaveController(recovery, self._unsaved)
        self.autosave.troubled.connect(self._say_trouble)
        document.changed.connect(lambda *_: self.autosave.changed())
        session.drafted.connect(self._drafted)
        window.left.connect(self.autosave.keep)
        window.files_dropped.connect(self._dropped)
        window.close_wanted.connect(self._closing)
        self._recent = QMenu("Open recent", window)
        context.settings.changed.connect(self._fill_recent)
        context.tabs.add(NotePart(self._park, self._resume, self._drop))
        context.tabs.progressed.connect(self._parked_changed)
        context.tabs.written.connect(self._keep_parked)

    def _say_trouble(self, sentence: str) -> None:
        self._notices.say(sentence, "keeping")

    # While another note is shown -------------------------------------------------------------

    def _park(self) -> OpenFile:
        held = OpenFile(self._claimed, self._digest, self._saved_lines, self.autosave.park())
        self._claimed, self._digest, self._saved_lines = None, "", frozenset()
        return held

    def _resume(self, held: OpenFile) -> None:
        self._hold(held.claimed, held.sha256)
        self._saved_lines = held.lines
        self.autosave.resume(held.slot)
        if self._session.draft is not None:
            self._drafted(self._session.draft)

    def _drop(self, held: OpenFile) -> None:
        if held.claimed is not None:
            held.claimed.release()
        self.autosave.drop(held.slot)

    def _parked_changed(self, tab: NoteTab) -> None:
        """Another line of a note was written while another one is shown."""
        held = _held(tab)
        if held is not None:
            self.autosave.parked_changed(held.slot, partial(self._parked_content, tab, held))

    def _keep_parked(self, tab: NoteTab) -> None:
        """Keep aside what was written of a note while another one was shown."""
        held = _held(tab)
        if held is not None:
            self.autosave.keep_parked(held.slot, self._parked_content(tab, held))

    def _parked_content(self, tab: NoteTab, held: OpenFile) -> NoteFile:
        return _of_file(self._tabs.content(tab), self._tabs.state(tab).path, held.sha256)

    # What the note is as a file --------------------------------------------------------------

    def content(self) -> NoteFile:
        """The note with its ink."""
        return self._session.content()

    def _drafted(self, draft: DraftLayout) -> None:
        known = self._session.known
        inked = known.keys() & draft.settled.written.keys()
        self._document.ink_unsaved(not inked <= self._saved_lines)
        self.autosave.changed()

    def _unsaved(self) -> NoteFile | None:
        """What only this window holds, with the file that it is of."""
        if not self._document.modified or self._document.state.empty:
            return None
        return _of_file(self.content(), self._document.path, self._digest)

    # New and open ----------------------------------------------------------------------------

    def new(self, note: Note | None = None) -> None:
        """Begin a note, empty or from a template."""
        self._tabs.make_room()
        self.begin(note or self._settings.value.note_start.note())

    def begin(self, note: Note | None = None) -> None:
        """Begin a note in the place of the one that is shown, which goes."""
        self._hold(None, "")
        self._session.forget()
        self._saved_lines = frozenset()
        settings = self._settings.value
        self._document.open(settings.for_chosen_hand(note or settings.note_start.note()))
        self._window.editor.setFocus()

    def new_like(self) -> None:
        """Begin an empty note that looks as this one does, on the same paper."""
        self.new(like(self._document.note))

    def keep_start(self) -> None:
        """Let new notes begin with this one's look and paper."""
        self._settings.change(new_note=NoteStart.of(self._document.note).to_json())
        self._window.say("New notes begin with this look and paper")

    def ask_open(self) -> None:
        """Ask for files and open them."""
        for path in ask_open_several(self._window, "notes", "Open", FILTER, self._start()):
            self.open(path)

    def open(self, path: Path) -> bool:
        """Open a note, or make one of a text; says why where it cannot be.

        One that is open in a tab is shown there; the one that is shown already is read again. A
        long note comes when it is read; then, too, what is wrong with it is told.
        """
        tab = self._tabs.of(path)
        if tab is not None and tab is not self._tabs.shown:
            self._tabs.show(tab)
            self._settings.take(self._settings.value.with_recent(path))
            return True
        if tab is not None:
            return self.may_leave() and self._try_open(partial(self._open_note, path), path)
        if path.suffix.lower() == SUFFIX and is_long(path):
            return self._read_long(path)
        if path.suffix.lower() == SUFFIX:
            return self._try_open(lambda: self._open_note(path), path)
        return self._try_open(lambda: self._open_text(path))

    def _read_long(self, path: Path) -> bool:
        """Have a long note read in the worker, and open it then."""
        channel, notice = f"open {path}", self._notices

        def stop() -> None:
            self._worker.cancel(channel)
            notice.clear("file")

        def done(ready: tuple[str, NoteFile]) -> None:
            self._try_open(partial(self._open_note, path, ready=ready), path)

        def failed(error: BaseException) -> None:
            notice.clear("file")

            def say_why() -> None:
                raise error

            self._try_open(say_why, path)

        notice.say(f"Reading {path.name} …", "file", "Cancel", stop, error=False)
        self._worker.request(
            channel,
            Urgency.SAMPLE,
            lambda: (digest(path), load(path, is_dropped)),
            done,
            failed,
        )
        return True

    def _try_open(self, work: Callable[[], None], note: Path | None = None) -> bool:
        """Open something; says why where that cannot be, and offers what is left of a note."""
        notice = self._notices
        for topic in ("elsewhere", "read-only"):
            notice.clear(topic)
        try:
            work()
        except OpenElsewhereError:
            return False
        except ScriptoriumError as error:
            if note is not None and error.damaged:
                save, earlier = partial(self.salvage, note), partial(self._ask_earlier, note)
                known = self.versions is not None and bool(self.versions.of(note))
                other = ("Earlier states …", earlier) if known else None
                notice.say(str(error), "file", "Open what is whole", save, other=other)
            else:
                notice.say(str(error), "file")
            return False
        notice.clear("file")
        return True

    def salvage(self, path: Path) -> None:
        """Open what is left of a damaged note as a new one, and say what was lost."""
        found: list[Salvaged] = []
        if self._try_open(lambda: found.append(salvage(path))):
            (saved,) = found
            self._tabs.make_room()
            self._hold(None, "")
            content = replace(saved.content, note=replace(saved.content.note, title=path.stem))
            self._show(content, None, saved=False)
            told = " ".join(saved.lost) or "All of it could be read."
            self._notices.say(
                f"This is what was left of {path.name}; the file is as it was. {told}",
                "salvage",
                error=False,
            )

    def show_copy(self, content: NoteFile) -> None:
        """Open what a file holds as a new note, which no file holds."""
        self._tabs.make_room()
        self._hold(None, "")
        self._show(content, None, saved=False)

    def _ask_earlier(self, path: Path) -> None:
        self.versions_wanted.emit(path)

    def _open_text(self, path: Path) -> None:
        markup = markup_of(path)
        rich = read_markup(read_text(path, markup), markup)
        self._tabs.make_room()
        self._session.forget()
        self._hold(None, "")
        settings = self._settings.value
        begun = settings.note_start.note(rich.blocks, path.stem)
        self._document.open(settings.for_chosen_hand(begun))
        if rich.remarks:
            self._notices.say(" ".join(rich.remarks), "remarks", error=False)

    def _open_note(
        self,
        path: Path,
        anyway: bool = False,
        read_only: bool = False,
        ready: tuple[str, NoteFile] | None = None,
    ) -> None:
        """Open a note.

        Parameters
        ----------
        path : Path
        anyway : bool
            Whether another window has it or not.
        read_only : bool
            Leave its file as it is.
        ready : (str, NoteFile), optional
            The file's hash and what it holds, where that was read already.
        """
        found, content = ready or (digest(path), load(path))
        claimed = self._claimed
        if claimed is None or not self._has(path):
            try:
                claimed = self._claim(path)
            except OpenElsewhereError as error:
                if not anyway:
                    self._offer_in_spite(path, error)
                    raise
                claimed = None
        if not self._has(path):
            self._tabs.make_room()
        self._hold(claimed, found)
        self._show(content, path, saved=True, read_only=read_only or not writable(path))
        self._settings.take(self._settings.value.with_recent(path))
        if claimed is not None and claimed.trouble:
            self._notices.say(claimed.trouble, "claim")
        else:
            self._notices.clear("claim")
        if self._document.read_only and not read_only:
            self._notices.say(
                f"{path.name} is read-only; Save asks for another file.", "read-only", error=False
            )

    def _offer_in_spite(self, path: Path, error: OpenElsewhereError) -> None:
        """Say who has a note open, and offer to open it all the same."""

        def open_it(read_only: bool) -> None:
            self._try_open(lambda: self._open_note(path, True, read_only))

        self._notices.say(
            f"{error.told}.",
            "elsewhere",
            "Open anyway",
            partial(open_it, False),
            other=("Read only", partial(open_it, True)),
        )

    def _claim(self, path: Path) -> Claim:
        return claim(path, None if self._folder is None else self._folder / "open")

    def _has(self, path: Path) -> bool:
        """Whether the open note is that file."""
        own = self._document.path
        return own is not None and own.resolve() == path.resolve()

    def _show(
        self, content: NoteFile, path: Path | None, saved: bool, read_only: bool = False
    ) -> None:
        self._session.adopt(content)
        self._saved_lines = frozenset(content.lines) if saved else frozenset()
        self._document.open(content.note, path, saved=saved, read_only=read_only)

    # Save ------------------------------------------------------------------------------------

    def save(self) -> bool:
        """Save to the note's file; asks for one where it has none, or one to be left alone."""
        path = self._document.path
        if path is None or self._document.read_only:
            return self.save_as()
        return self.save_to(path)

    def save_as(self) -> bool:
        """Ask for a file and save to it."""
        forms = f"Notes (*{SUFFIX})"
        own = self._document.path
        proposed = self._proposed()
        # Beside the file that it came from; a new note where the last one was put.
        if own is not None:
            FOLDERS.took("notes", own)
        chosen, _ = ask_save(self._window, "notes", "Save as", proposed, forms, self._start())
        if chosen is None:
            return False
        path = chosen
        if path.suffix.lower() != SUFFIX:
            path = chosen.with_name(chosen.name + SUFFIX)
            # The dialog has asked of the name that was typed, not of this one.
            question = f"{path.name} already exists. Overwrite it?"
            if path.exists() and ask(self._window, question, [COPY, OVERWRITE]) != OVERWRITE:
                return False
        return self.save_to(path)

    def save_to(self, path: Path) -> bool:
        """Save to that file; asks first where another's work is in it."""
        own = self._has(path)
        try:
            claimed, question, answers = self._claimed, "", [COPY, OVERWRITE]
            if claimed is None or not own:
                try:
                    claimed = self._claim(path)
                except OpenElsewhereError as error:
                    claimed = None
                    if not own:
                        question = f"{error.told}. Overwrite it all the same?"
            if own and digest(path) not in (self._digest, ""):
                question = (
                    f"{path.name} has changed on disk since it was opened here. "
                    "Overwrite what it holds now?"
                )
                answers = [COPY, RELOAD, OVERWRITE]
        except FileError as error:
            self._notices.say(str(error), "file", "Save as …", self.save_as)
            return False
        answer = ask(self._window, question, answers) if question else OVERWRITE
        if answer == OVERWRITE and self._write(path, claimed):
            return True
        if claimed is not None and claimed is not self._claimed:
            claimed.release()
        if answer == COPY:
            return self.save_as()
        if answer == RELOAD:
            self._try_open(lambda: self._open_note(path))
        return False

    def _write(self, path: Path, claimed: Claim | None) -> bool:
        """Write the note's file; says why where that cannot be."""
        content, before = self.content(), self._document.path
        if self.versions is not None:
            # What another wrote there, or an older program, goes on to be found.
            self.versions.keep(path)
            if before is not None and not self._has(path):
                self.versions.moved(before, path)
        try:
            self._hold(claimed, save(content, path))
        except FileError as error:
            self._notices.say(str(error), "file", "Save as …", self.save_as)
            return False
        if self.versions is not None:
            self.versions.keep(path)
        self._saved_lines = frozenset(content.lines)
        self._document.saved_to(path, content.note)
        self._settings.take(self._settings.value.with_recent(path))
        for topic in ("file", "elsewhere", "read-only"):
            self._notices.clear(topic)
        self.autosave.keep()
        self._window.say(f"Saved {path.name}")
        return True

    def _proposed(self) -> str:
        """The note's own file, or one named by its title or its first words."""
        note, path = self._document.note, self._document.path
        if path is not None:
            copy = path.with_name(f"{path.stem} copy{path.suffix}")
            return (copy if self._document.read_only else path).name
        return f"{file_stem(note) or 'Note'}{SUFFIX}"

    def _start(self) -> Path:
        """The folder to ask in where none is remembered."""
        path, recent = self._document.path, self._settings.value.recent
        if path is not None:
            return path.parent
        return Path(recent[0]).parent if recent else Path.home()

    def _hold(self, claimed: Claim | None, sha256: str) -> None:
        """Hold this file, which is as that hash says; others may have the one before."""
        if self._claimed is not None and self._claimed is not claimed:
            self._claimed.release()
        self._claimed, self._digest = claimed, sha256

    # Leaving ---------------------------------------------------------------------------------

    def may_leave(self) -> bool:
        """Ask what is to become of what is not saved; False where the user would rather stay."""
        if not self._document.modified:
            return True
        path = self._document.path
        called = path.stem if path else first_words(self._document.note)
        name = f"“{called}”" if called else "This note"
        question = f"{name} has changes that are not saved. Save them?"
        answer = ask(self._window, question, [SAVE, DISCARD])
        return self.save() if answer == SAVE else answer == DISCARD

    def close(self, tab: NoteTab) -> bool:
        """Close a note; asks first where it is not saved, and tells whether it was closed."""
        if self._tabs.state(tab).modified:
            self._tabs.show(tab)
            if not self.may_leave():
                return False
        if len(self._tabs) > 1:
            self._tabs.close(tab)
        elif self._document.state.pristine:
            self._window.close()
        else:
            self.autosave.clear()
            self.begin()
        return True

    def _closing(self, event: QCloseEvent) -> None:
        for tab in self._tabs:
            if self._tabs.state(tab).modified:
                self._tabs.show(tab)
                if not self.may_leave():
                    event.ignore()
                    return
        self._tabs.end()
        self.autosave.close()
        self._hold(None, "")
        event.accept()

    # Recent, dropped, recovered --------------------------------------------------------------

    def place_recent(self) -> None:
        """Put the menu of recent notes into its place, once the menus are filled."""
        menus = self._window.menus
        menus.menu("File").insertMenu(menus.action("file.save"), self._recent)
        self._fill_recent()

    def _fill_recent(self) -> None:
        menu = self._recent
        menu.clear()
        for name in self._settings.value.recent:
            action = QAction(plain_name(Path(name).name), menu)
            action.setToolTip(plain_tip(name))
            action.triggered.connect(partial(self._open_recent, name))
            menu.addAction(action)
        menu.setEnabled(bool(self._settings.value.recent))

    def _open_recent(self, name: str, _checked: bool = False) -> None:
        self.open(Path(name))

    def _dropped(self, names: list[str]) -> None:
        paths = [Path(name) for name in names]
        importer = self.importers.get(paths[0].suffix.lower())
        if importer is not None:
            importer(paths[0])
            return
        for path in paths:
            if path.suffix.lower() not in self.importers:
                self.open(path)

    def offer_recovery(self) -> None:
        """Offer what a crash left, the latest first."""
        left = self.autosave.left()
        if damaged := self.autosave.damaged.take():
            self._notices.say(listed(damaged), "damaged")
        if not left:
            self._notices.clear("recovery")
            return
        kept = left[-1]
        origin = Path(kept.content.origin) if kept.content.origin else None
        name = origin.name if origin else "A new note"
        more = ""
        if origin is not None and _changed_since(origin, kept):
            more = f" {origin.name} has changed since then: if you recover it, Save asks first."
        others = len(left) - 1
        many = f" and {others} other note{'s' if others > 1 else ''}" if others else ""
        were = "were" if others else "was"
        self._notices.say(
            f"{name}{many} {were} not saved when the program ended; its state at "
            f"{kept.at:%H:%M on %d %B} was kept.{more}",
            "recovery",
            "Recover it",
            partial(self._recover_all, [kept]),
            error=False,
            other=("Recover all", partial(self._recover_all, left)) if len(left) > 1 else None,
        )

    def _recover_all(self, left: list[Kept]) -> None:
        """Recover notes, each in a tab of its own; what cannot be is offered again."""
        for kept in left:
            self._recover(kept)
        self.offer_recovery()

    def _recover(self, kept: Kept) -> None:
        taken = kept.take()
        if taken is None:
            self._notices.say(
                "It was recovered in another window; continue there.", "file", error=False
            )
            return
        origin = Path(kept.content.origin) if kept.content.origin else None
        claimed, elsewhere = None, ""
        if origin is None or not self._has(origin) or self._document.modified:
            self._tabs.make_room()
        if origin is not None:
            try:
                same = self._claimed is not None and self._has(origin)
                claimed = self._claimed if same else self._claim(origin)
            except OpenElsewhereError as error:
                elsewhere = error.told
        self._hold(claimed, kept.content.origin_sha256)
        self._show(kept.content, origin, saved=False, read_only=bool(elsewhere))
        if elsewhere:
            self._notices.say(
                f"{elsewhere}; what was recovered is saved to another file.", "read-only"
            )
        try:
            self.autosave.keep_now()
        except FileError as error:
            # It stays where it was kept, and is offered again.
            taken.leave()
            self._notices.say(f"Save the note now; it cannot be autosaved: {error}", "file")
            return
        taken.discard()

    def actions(self) -> tuple[Action, ...]:
        """What can be done with files."""
        menu = "File"
        return (
            Action("file.new", "New", self.new, menu, "Ctrl+N", "file-plus", "Begin a new note"),
            Action("file.new_like", "New like this one", self.new_like, menu, "", "copy",
                   "Begin a new note with this one's look and paper"),
            Action("note.keep_start", "Use this look and paper for new notes", self.keep_start,
                   "Note", "", "", "New notes begin with them; the settings show them", group=2),
            Action("file.open", "Open …", self.ask_open, menu, "Ctrl+O", "folder-open",
                   "Open a note or a text"),
            Action("file.save", "Save", self.save, menu, "Ctrl+S", "save", "Save the note",
                   group=1),
            Action("file.save_as", "Save as …", self.save_as, menu, "Ctrl+Shift+S", "",
                   "Save the note under another name", group=1),
            Action("file.quit", "Quit", self._window.close, menu, "Ctrl+Q", "log-out", group=9),
        )  # fmt: skip


def _held(tab: NoteTab) -> OpenFile | None:
    """What is held of the file of a note that is not shown."""
    parts = () if tab.parked is None else tab.parked.parts
    return next((part for part in parts if isinstance(part, OpenFile)), None)


def _of_file(content: NoteFile, path: Path | None, sha256: str) -> NoteFile:
    """A note with the file that it is of."""
    if path is None:
        return content
    return replace(content, origin=str(path.absolute()), origin_sha256=sha256)


def _changed_since(origin: Path, kept: Kept) -> bool:
    """Whether a note's file holds something else than what a recovery file went out from."""
    try:
        return digest(origin) not in (kept.content.origin_sha256, "")
    except FileError:
        return False


def read_text(path: Path, markup: Markup = Markup.PLAIN) -> str:
    """The text of a file.

    Raises
    ------
    FileError
        If it is missing, too large, or no text in UTF-8; a page of HTML may say another encoding.
    """
    try:
        check_regular(path)
        with path.open("rb") as file:
            data = file.read(LARGEST_TEXT + 1)
    except OSError as error:
        raise FileError(f"{path} cannot be read: {error.strerror or error}.") from error
    if len(data) > LARGEST_TEXT:
        raise FileError(f"{path.name} is larger than a megabyte; a note is made of less text.")
    try:
        text = decode_text(data, path.name, markup)
    except FileError as error:
        raise FileError(
            f"{path.name} is neither a note nor a text in UTF-8; open another file."
        ) from error
    if "\x00" in text:
        raise FileError(f"{path.name} is neither a note nor a text; open another file.")
    return text


def is_long(path: Path) -> bool:
    """Whether a file takes a while to be read."""
    try:
        return path.stat().st_size >= LONG
    except OSError:
        return False
