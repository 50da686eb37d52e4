"""Pages as a whole: small pictures of them, moving, deleting, and fitting text to them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtCore import QObject, QTimer

from engine.errors import ScriptoriumError
from studio.desk.actions import Action
from studio.desk.context import StudioContext
from studio.desk.views.panels.pages_panel import PagesPanel
from studio.desk.views.window import Window
from studio.document.note import Note, VerticalAlignment
from studio.document.page_order import PageStart, delete_page, move_page
from studio.layout.draft_layout import DraftLayout
from studio.layout.page_fitting import fit_to_pages
from studio.layout.page_starts import page_starts
from studio.writing.work_thread import Urgency

DELAY = 250
"""Milliseconds from a change to new pictures: the pen needs the time."""


class PagesPanelController(QObject):
    """Joins the panel of pages with the note."""

    def __init__(self, context: StudioContext, window: Window) -> None:
        super().__init__()
        self._context, self._window = context, window
        self._document, self._session = context.document, context.session
        self.panel = PagesPanel(context.theme)
        window.side.addTab(self.panel, "Pages")
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(DELAY)
        self._later.timeout.connect(self._show)
        window.destroyed.connect(self._later.stop)
        context.session.drafted.connect(self._drafted)
        window.side.currentChanged.connect(lambda _: self._later.start())
        window.pages.view_moved.connect(self._seen)
        self.panel.go_wanted.connect(window.pages.go_to_page)
        self.panel.moved.connect(self.move)
        self.panel.deletion_wanted.connect(self.delete)

    def actions(self) -> tuple[Action, ...]:
        """What can be done."""
        menu = "Note"
        return (
            Action("note.delete_page", "Delete this page", self._delete_seen, menu, "", "trash-2",
                   "With everything on it", group=3),
            Action("note.move_page_up", "Move this page up", lambda: self._move_seen(-1), menu,
                   "Ctrl+Alt+Up", "chevron-up", "", group=3),
            Action("note.move_page_down", "Move this page down", lambda: self._move_seen(1), menu,
                   "Ctrl+Alt+Down", "chevron-down", "", group=3),
            Action("note.fit_page", "Fit the text to its page", self.fit, menu, "", "maximize",
                   "Letters as large as the page allows, or as small as it needs", group=3),
            Action("note.centre_page", "Text in the middle of the page", self.centre, menu, "",
                   "align-center", "Between top and bottom of each page", checkable=True,
                   group=3),
        )  # fmt: skip

    # What is shown ---------------------------------------------------------------------------

    def _drafted(self, _: DraftLayout) -> None:
        self._later.start()
        middle = self._document.note.vertical is VerticalAlignment.MIDDLE
        self._context.actions.check("note.centre_page", middle)

    def _show(self) -> None:
        if self.panel.isVisible():
            draft = self._session.draft
            ghosts = frozenset() if draft is None else draft.ghosts
            self.panel.show_pages(self._window.pages.pages, ghosts)
            self.panel.choose(self._window.pages.current_page)

    def _seen(self) -> None:
        if self.panel.isVisible():
            self.panel.choose(self._window.pages.current_page)

    # What is changed -------------------------------------------------------------------------

    def _starts(self) -> Sequence[PageStart] | None:
        """Where the pages begin; None where they do not follow the text yet."""
        draft = self._session.up_to_date()
        if draft is None:
            return None
        alphabet = self._session.writer.alphabet
        return page_starts(self._document.note, draft.layout.plan, alphabet)

    def _reorder(
        self, name: str, change: Callable[[Note, Sequence[PageStart]], Note], page: int
    ) -> None:
        starts = self._starts()
        if starts is None:
            return
        self._document.close_step()
        self._document.edit(name, change(self._document.note, starts))
        self._window.pages.go_to_page(max(page, 0))

    def move(self, page: int, to: int) -> None:
        """Let a page stand in the place of another."""
        self._reorder("Move a page", lambda note, s: move_page(note, s, page, to), to)

    def delete(self, page: int) -> None:
        """Take a page away."""
        self._reorder("Delete a page", lambda note, s: delete_page(note, s, page), page - 1)

    def _delete_seen(self) -> None:
        self.delete(self._window.pages.current_page)

    def _move_seen(self, by: int) -> None:
        page = self._window.pages.current_page
        if 0 <= page + by < len(self._window.pages.pages):
            self.move(page, page + by)

    def centre(self, on: bool) -> None:
        """Let the text stand in the middle of each page, or at its top."""
        where = VerticalAlignment.MIDDLE if on else VerticalAlignment.TOP
        note = self._document.note
        self._document.edit("Centre on the page", replace(note, vertical=where))

    def fit(self) -> None:
        """Find the size of letters with which the text just stands on its page."""
        note, session, notices = self._document.note, self._session, self._context.notices
        if not note.text.strip():
            self._window.say("There is no text to fit")
            return
        writer, known, worker = session.writer, dict(session.known), self._context.worker

        def stop() -> None:
            worker.cancel("fit page")
            notices.clear("fit")

        def done(fitted: Note) -> None:
            notices.clear("fit")
            if self._document.note is not note:
                self._window.say("The text was changed; fit it again")
                return
            self._window.say(f"Letters of {fitted.look.x_height:g} mm fit")
            self._document.close_step()
            self._document.edit("Fit to the page", fitted)

        def failed(error: BaseException) -> None:
            notices.clear("fit")
            if not isinstance(error, ScriptoriumError):
                raise error
            notices.say(str(error), "fit")

        notices.say("Looking for the size that fits …", "fit", "Cancel", stop, error=False)
        worker.request(
            "fit page", Urgency.SAMPLE, lambda: fit_to_pages(note, writer, known), done, failed
        )
