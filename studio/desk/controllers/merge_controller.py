"""Merging from the window: each letter as it will look, and all written in the background."""

from __future__ import annotations

from collections.abc import Callable, Generator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, QUrl
from PySide6.QtGui import QDesktopServices

from engine.errors import ScriptoriumError
from studio.desk.actions import Action
from studio.desk.context import StudioContext
from studio.desk.models.merge_process import MergeProcess
from studio.desk.views.window import Window
from studio.desk.widgets.file_dialogs import ask_folder, ask_open, ask_save
from studio.desk.worker import Urgency
from studio.document.page import Page
from studio.layout.draft_layout import DraftLayout
from studio.layout.layout import Layout
from studio.layout.line_writer import Writer

if TYPE_CHECKING:
    from engine.hand import Hand
    from studio.desk.views.merge_dialog import MergeDialog
    from studio.merge.letters import Problem
    from studio.merge.preview import MergePreview
    from studio.merge.table import Table

SETTLED = 400
"""Milliseconds after the last change of the note until its letters are shown again."""
CHANNELS = ("merge table", "merge preview", "merge check", "merge letter", "merge ink")


class MergeController(QObject):
    """Joins the open note and a table with the merge dialog and the process that writes."""

    def __init__(self, context: StudioContext, window: Window) -> None:
        super().__init__()
        self._context, self._window = context, window
        self._session, self._worker = context.session, context.worker
        self._notices = context.notices
        self.dialog: MergeDialog | None = None
        self.process = MergeProcess(self)
        self.process.changed.connect(self._written)
        self.process.ended.connect(self._ended)
        self._table: Table | None = None
        self._preview: MergePreview | None = None
        #: Letters that were written to be looked at, by the place of their rows.
        self._inks: dict[int, tuple[Page, ...]] = {}
        self._all_checked = False
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(SETTLED)
        self._soon.timeout.connect(self._rebuild)
        context.document.changed.connect(self._note_changed)
        context.document.opened.connect(self._note_changed)

    def show(self) -> None:
        """Show the dialog; what it showed before is still there."""
        if self.dialog is None:
            # Few merge: the dialog, and what reads tables and templates, is imported for them.
            from studio.desk.views.merge_dialog import MergeDialog

            self.dialog = dialog = MergeDialog(self._context.theme, self._window)
            dialog.table_asked.connect(self._ask_table)
            dialog.field_asked.connect(self._insert)
            dialog.letter_asked.connect(self._show_letter)
            dialog.ink_asked.connect(self._write_letter)
            dialog.write_asked.connect(self._ask_where)
            dialog.stop_asked.connect(self.process.stop)
            dialog.open_asked.connect(self._open_file)
        self.dialog.show()
        self.dialog.raise_()
        self._rebuild()

    # The table and the note ------------------------------------------------------------------

    def _ask_table(self) -> None:
        from studio.merge.table import SUFFIXES

        forms = f"Tables ({' '.join(f'*{suffix}' for suffix in SUFFIXES)})"
        path = ask_open(self.dialog, "table", "Choose a table", forms)
        if path is not None:
            self.open_table(path)

    def open_table(self, path: Path) -> None:
        """Read a table in the worker, and show its letters."""
        from studio.merge.table import read_table

        self._worker.request(
            "merge table", Urgency.LAYOUT, partial(read_table, path), self._table_read, self._refuse
        )

    def _table_read(self, table: Table) -> None:
        self._table = table
        if self.dialog is not None:
            self.dialog.show_table(table.path)
        self._rebuild()

    def _note_changed(self, *_: object) -> None:
        if self.dialog is not None and self.dialog.isVisible() and self._table is not None:
            self._soon.start()

    def _rebuild(self) -> None:
        """Make the letters of the note as it is now."""
        table = self._table
        if table is None:
            return
        from studio.merge.preview import MergePreview

        content = self._session.content()
        self._worker.request(
            "merge preview",
            Urgency.LAYOUT,
            lambda: MergePreview(content, table),
            self._previewed,
            self._refuse,
        )

    def _previewed(self, preview: MergePreview) -> None:
        self._preview, self._inks, self._all_checked = preview, {}, False
        if self.dialog is None:
            return
        self.dialog.show_words("Checking the rows …")
        self.dialog.show_preview(preview)
        if self.process.folder is not None:
            self.dialog.letters.show_results(preview.places(self.process.results))
        writer = self._session.writer
        self._worker.request(
            "merge check",
            Urgency.KEEPING,
            lambda: _problems(preview, writer),
            self._checked,
            self._refuse,
            self._mark,
        )

    def _mark(self, found: tuple[int, Problem]) -> None:
        if self.dialog is not None:
            self.dialog.letters.mark(*found)
            self.dialog.refresh()

    def _checked(self, _: None) -> None:
        self._all_checked = True
        self._say_counts()

    def _say_counts(self) -> None:
        if self.dialog is None or self._preview is None or self.process.running:
            return
        if not self._all_checked:
            self.dialog.show_words("Checking the rows …")
            return
        count, bad = len(self._preview.entries), self.dialog.letters.problems
        words = f"{count - bad:,} of {count:,} rows can be written."
        if bad:
            words += " The others are marked, and say why."
        self.dialog.show_words(words)
        self.dialog.refresh()

    def _refuse(self, error: BaseException) -> None:
        if not isinstance(error, ScriptoriumError):
            raise error
        if self.dialog is not None:
            self.dialog.show_words("", str(error))

    def _insert(self, tag: str) -> None:
        self._window.editor.textCursor().insertText(tag)

    # One letter ------------------------------------------------------------------------------

    def _show_letter(self, place: int) -> None:
        preview = self._preview
        if preview is None or self.dialog is None:
            return
        if place in self._inks:
            self.dialog.show_pages(self._inks[place])
            return
        writer = self._session.writer
        self._worker.request(
            "merge letter",
            Urgency.LAYOUT,
            lambda: preview.draft(place, writer),
            partial(self._drafted, place),
            self._refuse,
        )

    def _drafted(self, place: int, found: DraftLayout | Problem) -> None:
        from studio.merge.letters import Problem

        if self.dialog is None or self.dialog.place != place:
            return
        if isinstance(found, Problem):
            self.dialog.letters.mark(place, found)
            self.dialog.show_pages(())
            self.dialog.show_words("", str(found))
            return
        self.dialog.show_pages(found.layout.pages.pages)
        words = self.dialog.letters.words(place)
        if words:
            self.dialog.show_words(words)
        elif not self.process.running:
            self._say_counts()

    def _write_letter(self, place: int) -> None:
        """Write one letter, to see it in ink."""
        preview, hand = self._preview, self._context.hands.hand
        if preview is None or self.dialog is None:
            return
        if hand is None:
            self.dialog.show_words("", "There is no hand to write with yet; wait a moment.")
            return
        self.dialog.show_words("Writing the letter …")
        self._worker.request(
            "merge ink",
            Urgency.WRITING,
            self._ink_of(preview, place, hand),
            partial(self._inked, preview, place),
            self._refuse,
        )

    def _ink_of(
        self, preview: MergePreview, place: int, hand: Hand
    ) -> Callable[[], Layout | Problem]:
        from studio.merge.letter_writer import line_writer

        session = self._session
        writer = line_writer(hand, session.styles, session.symbols, session.policy)
        return lambda: preview.write(place, writer)

    def _inked(self, preview: MergePreview, place: int, found: Layout | Problem) -> None:
        if preview is not self._preview or self.dialog is None:
            return
        if isinstance(found, Layout):
            self._inks[place] = found.pages.pages
            self._say_counts()
            if self.dialog.place == place:
                self.dialog.show_pages(found.pages.pages)
        else:
            self._drafted(place, found)

    # All letters -----------------------------------------------------------------------------

    def _ask_where(self) -> None:
        if self.dialog is None or self._table is None:
            return
        if self.dialog.formats:
            out = ask_folder(self.dialog, "letters", "A folder for the letters")
        else:
            name = f"{self._table.path.stem}.pdf"
            out, _ = ask_save(self.dialog, "letters", "Write all", name, "PDF (*.pdf)")
            out = out if out is None or out.suffix else out.with_suffix(".pdf")
        if out is not None:
            self.write(out)

    def write(self, out: Path) -> None:
        """Write all letters, or those that are missing, in the background.

        Parameters
        ----------
        out : Path
            A folder, or a PDF for all of them.
        """
        preview, dialog = self._preview, self.dialog
        if preview is None or dialog is None or self.process.running:
            return
        words = [word for name in dialog.formats for word in ("--format", name)]
        if dialog.label_sheet:
            words += ["--sheet", dialog.label_sheet, "--first-label", str(dialog.first_label)]
        hands = self._context.hands
        if hands.path is not None:
            words += ["--hand", str(hands.path)]
        if hands.hand is not None:
            words += ["--device", hands.hand.device.type]
        count = len(preview.entries) - dialog.letters.problems
        try:
            self.process.start(preview.file, preview.table.path, out, count, words)
        except ScriptoriumError as error:
            dialog.show_words("", str(error))

    def _written(self) -> None:
        process, dialog = self.process, self.dialog
        if dialog is None:
            return
        if self._preview is not None:
            dialog.letters.show_results(self._preview.places(process.results))
        dialog.show_progress(process.done, process.count, running=process.running)
        if process.running:
            from studio.merge.merging import spoken

            left = process.left
            more = "" if left is None else f"; {spoken(left)} left"
            words = f"{process.done:,} of {process.count:,} letters are written{more}."
            dialog.show_words(words)
            self._window.say(f"Merge: {words}")

    def _ended(self, why: str) -> None:
        process = self.process
        check = sum(bool(result.check) for result in process.results)
        looked = f"; {check:,} should be looked at" if check else ""
        words = f"{process.done:,} letters are in {process.folder}{looked}."
        self._window.say(f"Merge: {words}")
        if self.dialog is not None:
            self.dialog.show_words(words, why)
            self.dialog.refresh()
        hidden = self.dialog is None or not self.dialog.isVisible()
        if why or hidden:
            sentence = f"The merge has ended: {why}" if why else words
            self._notices.say(sentence, "merge", "Show", self.show, error=bool(why))

    def _open_file(self, place: int) -> None:
        """Open what was written for a row, with the system's own program."""
        result = None if self.dialog is None else self.dialog.letters.result(place)
        if result is not None and self.process.folder is not None:
            path = self.process.folder / result.files[0]
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))

    def close(self) -> None:
        """End what is written with the program; the letters that are there stay."""
        self._soon.stop()
        for channel in CHANNELS:
            self._worker.cancel(channel)
        self.process.end()
        if self.dialog is not None:
            self.dialog.close()

    def actions(self) -> tuple[Action, ...]:
        """What can be done."""
        return (
            Action("note.merge", "Merge …", self.show, "Note", "", "users",
                   "Write a letter for each row of a table", group=2),
        )  # fmt: skip


def _problems(
    preview: MergePreview, writer: Writer
) -> Generator[tuple[int, Problem] | None, None, None]:
    """The rows of a table that cannot be written, one after another."""
    from studio.merge.letters import Problem

    for place in range(len(preview.entries)):
        found = preview.draft(place, writer)
        yield (place, found) if isinstance(found, Problem) else None
