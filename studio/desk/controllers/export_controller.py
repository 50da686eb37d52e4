"""Taking ink away: exporting, printing and copying what is written."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QFile, QObject, Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit

from studio.desk.actions import Action
from studio.desk.context import StudioContext
from studio.desk.views.exporting.export_dialog import ExportDialog
from studio.desk.views.window import Window
from studio.document.document_model import file_stem
from studio.document.page import Pages
from studio.exporting.page_files import describe_leftovers, leftover_files, page_paths
from studio.layout.draft_layout import DraftLayout

TEXTS = (QPlainTextEdit, QLineEdit)
"""What has a clipboard command of its own."""


class ExportController(QObject):
    """Joins the written pages with files, printers and the clipboard."""

    def __init__(self, context: StudioContext, window: Window) -> None:
        super().__init__()
        self._window, self._notices = window, context.notices
        self._document, self._selection = context.document, context.selection
        self._session, self._worker, self._theme = context.session, context.worker, context.theme
        context.session.drafted.connect(self._drafted)

    def _drafted(self, draft: DraftLayout) -> None:
        drawn = any(page.drawings for page in draft.layout.pages)
        if drawn or len(draft.layout.plan.lines) > len(draft.ghosts):
            self._notices.clear("no ink")

    def written(self) -> Pages | None:
        """The pages as far as they are written; says what to do where there is nothing."""
        draft = self._session.up_to_date()
        if draft is None or not any(page.inked for page in draft.inked):
            self._notices.say("There is no ink yet; press Write first.", "no ink")
            return None
        self._notices.clear("export")
        if draft.ghosts:
            many = f"{len(draft.ghosts)} lines are" if len(draft.ghosts) > 1 else "One line is"
            self._notices.say(f"{many} not written yet and left out.", "export", error=False)
        return draft.inked

    def export(self) -> None:
        """Ask how, show what, and write it."""
        pages = self.written()
        if pages is None:
            return
        start = self._document.path or Path.home() / (file_stem(self._document.note) or "note")
        dialog = ExportDialog(pages, start, self._theme, self._worker, self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.exported.connect(self._exported)
        dialog.open()

    def _exported(self, asked: Path, paths: list[Path]) -> None:
        more = f" and {len(paths) - 1} more" if len(paths) > 1 else ""
        self._window.say(f"Exported {paths[0].name}{more} to {paths[0].parent}")
        draft = self._session.draft
        if draft is None:
            return
        # Of chosen pages alone the others' sheets are as good as they were.
        old = leftover_files(
            asked, {*paths, *page_paths(asked, range(1, len(draft.inked.pages) + 1))}
        )
        if old:
            self._notices.say(
                describe_leftovers(old),
                "export",
                "Delete it" if len(old) == 1 else "Delete them",
                partial(self._discard, old),
                error=False,
            )

    def _discard(self, paths: list[Path]) -> None:
        for path in paths:
            # There is no bin on some disks.
            if not QFile(str(path)).moveToTrash():
                try:
                    path.unlink(missing_ok=True)
                except OSError as error:
                    why = error.strerror or error
                    self._notices.say(f"{path.name} cannot be deleted: {why}.", "export")
                    return

    def print(self) -> None:
        """Show what will be printed, and print it."""
        pages = self.written()
        if pages is not None:
            from studio.desk.views.exporting.printing import PrintDialog

            dialog = PrintDialog(pages, self._theme, self._window)
            dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            dialog.open()

    def copy(self, form: str) -> None:
        """Put the selected ink, or the page, onto the clipboard; of a text, what is marked."""
        focus = QApplication.focusWidget()
        if form == "all" and isinstance(focus, TEXTS):
            focus.copy()
            return
        pages = self.written()
        if pages is not None:
            from studio.desk.clipboard import copy

            page = self._window.pages.current_page
            found = copy(pages, self._selection.value, page, form)
            self._window.say("Copied" if found else "There is no ink on this page to be copied.")

    def actions(self) -> tuple[Action, ...]:
        """What can be done."""
        return (
            Action("file.export", "Export …", self.export, "File", "Ctrl+E", "download",
                   "PDF, SVG, PNG or InkML", group=2),
            Action("file.print", "Print …", self.print, "File", "Ctrl+P", "printer",
                   "Print with a preview", group=2),
            Action("edit.copy", "Copy", partial(self.copy, "all"), "Edit", "Ctrl+C", "copy",
                   "Copy the selected ink, or the page: for this program and for others", group=1),
            Action("edit.copy_svg", "Copy as SVG", partial(self.copy, "svg"), "Edit",
                   "Ctrl+Shift+C", "", "Copy the selected ink, or the page, as SVG", group=1),
            Action("edit.copy_png", "Copy as picture", partial(self.copy, "png"), "Edit",
                   "Ctrl+Alt+C", "image", "Copy the selected ink, or the page, as PNG", group=1),
        )  # fmt: skip
