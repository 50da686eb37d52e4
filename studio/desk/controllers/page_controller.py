"""The pages in the middle: what the session lays out is shown, and its words are counted."""

from __future__ import annotations

from PySide6.QtCore import QObject

from engine.errors import ScriptoriumError
from studio.desk.context import StudioContext
from studio.desk.views.window import Window
from studio.document.page import Page
from studio.layout.draft_layout import DraftLayout

HINT = "Type on the left, then press Write."


class PageController(QObject):
    """Joins the session's drafts with the page view and the word count."""

    def __init__(self, context: StudioContext, window: Window) -> None:
        super().__init__()
        self._document, self._session = context.document, context.session
        self._notices, self._window = context.notices, window
        self._words = "0 words"
        self._session.drafted.connect(self._drafted)
        self._session.failed.connect(self._refused)
        self._document.changed.connect(self._note_changed)
        window.pages.view_moved.connect(self._tell_place)

    def _note_changed(self, *_: object) -> None:
        if self._session.draft is None:
            # Another note, while the worker is busy: what the page showed is not of this one.
            note = self._document.note
            self._window.pages.show_pages((Page(note.paper, note.margins),), frozenset())
            self._show_hint()

    def _show_hint(self) -> None:
        self._window.pages.hint = HINT if self._document.note.blank else ""

    def _drafted(self, draft: DraftLayout) -> None:
        self._notices.clear("text")
        self._window.pages.show_pages(draft.layout.pages.pages, draft.ghosts)
        told = draft.layout.remarks
        if told:
            more = f" {len(told) - 1} more." if len(told) > 1 else ""
            self._window.say(f"{told[0]}{more}")
        else:
            self._window.say("")
        self._show_hint()
        self._count_words()

    def _refused(self, _: ScriptoriumError) -> None:
        self._show_hint()
        self._count_words()

    def _count_words(self) -> None:
        note = self._document.note
        texts = [note.text, *(box.block.text for box in note.boxes)]
        words = sum(len(text.split()) for text in texts)
        self._words = f"{words} word{'s' if words != 1 else ''}"
        self._tell_place()

    def _tell_place(self) -> None:
        pages = len(self._window.pages.pages)
        page = min(self._window.pages.current_page + 1, pages)
        self._window.counts.setText(f"{self._words}   ·   page {page} of {pages}")
