"""Several notes in one window: the tabs, and what of the window belongs to the note shown."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QObject

from studio.desk.actions import Action
from studio.desk.context import StudioContext
from studio.desk.controllers.file_controller import FileController
from studio.desk.views.note_tab_bar import TabLabel
from studio.desk.views.window import Window
from studio.document.selection import Selected
from studio.writing.note_tabs import NotePart, NoteTab


@dataclass(frozen=True)
class SeenNote:
    """What of a note is seen, and where the cursor stands.

    Parameters
    ----------
    selected : Selected or None
    fit : str
        As `SheetView.fit`.
    zoom : float
    scrolled : (int, int)
        Of the pages, across and down, in pixels.
    cursor : (int, int)
        Where the selection of the text begins, and the cursor, as Qt counts.
    text_scrolled : int
        Of the text, in lines.
    """

    selected: Selected | None
    fit: str
    zoom: float
    scrolled: tuple[int, int]
    cursor: tuple[int, int]
    text_scrolled: int


class TabsController(QObject):
    """Joins the notes that are open with the tabs above them."""

    def __init__(self, context: StudioContext, window: Window, files: FileController) -> None:
        super().__init__()
        self._tabs, self._window, self._files = context.tabs, window, files
        self._selection, self._actions = context.selection, context.actions
        self._notices = context.notices
        bar = window.note_tabs
        bar.chosen.connect(self._chosen)
        bar.close_wanted.connect(self._close)
        bar.moved.connect(self._moved)
        context.tabs.changed.connect(self._show)
        context.tabs.add(
            NotePart(context.looks.park, context.looks.resume),
            NotePart(context.notices.park, context.notices.resume),
            NotePart(self._park, self._resume),
        )
        context.document.opened.connect(self._opened)

    def actions(self) -> tuple[Action, ...]:
        """What can be done."""
        return (
            Action("file.close", "Close the note", self.close, "File", "Ctrl+W", "x",
                   "Asks first what is not saved; the other notes stay open", group=1),
            Action("tabs.next", "Next note", partial(self._tabs.step, 1), "View", "Ctrl+Tab",
                   "chevron-right", "Show the note of the next tab", group=2,
                   also=("Ctrl+PgDown",)),
            Action("tabs.previous", "Note before", partial(self._tabs.step, -1), "View",
                   "Ctrl+Shift+Tab", "chevron-left", "Show the note of the tab before", group=2,
                   also=("Ctrl+PgUp",)),
        )  # fmt: skip

    # What the user does with tabs ------------------------------------------------------------

    def close(self) -> None:
        """Close the note that is shown."""
        self._files.close(self._tabs.shown)

    def _tab(self, place: int) -> NoteTab | None:
        tabs = tuple(self._tabs)
        return tabs[place] if 0 <= place < len(tabs) else None

    def _chosen(self, place: int) -> None:
        tab = self._tab(place)
        if tab is not None:
            self._tabs.show(tab)

    def _close(self, place: int) -> None:
        tab = self._tab(place)
        if tab is not None:
            self._files.close(tab)

    def _moved(self, start: int, stop: int) -> None:
        self._tabs.move(start, stop)

    def _show(self) -> None:
        """Show which notes there are."""
        labels = [self._label(tab) for tab in self._tabs]
        self._window.note_tabs.show_tabs(labels, self._tabs.index(self._tabs.shown))
        for ident in ("tabs.next", "tabs.previous"):
            if ident in self._actions:
                self._actions.enable(ident, len(labels) > 1)

    def show(self) -> None:
        """Show what holds now, once all actions are there."""
        self._show()

    def _label(self, tab: NoteTab) -> TabLabel:
        state = self._tabs.state(tab)
        tip = "No file holds it yet" if state.path is None else str(state.path)
        writing = tab.background is not None and tab.background.writing
        return TabLabel(state.name, tip, state.modified, writing)

    # What is seen of a note ------------------------------------------------------------------

    def _opened(self) -> None:
        """Another note is seen from its beginning."""
        self._window.pages.horizontalScrollBar().setValue(0)
        self._window.pages.verticalScrollBar().setValue(0)

    def _park(self) -> SeenNote:
        view, editor = self._window.pages, self._window.editor
        cursor = editor.textCursor()
        return SeenNote(
            self._selection.value,
            view.fit,
            view.zoom,
            (view.horizontalScrollBar().value(), view.verticalScrollBar().value()),
            (cursor.anchor(), cursor.position()),
            editor.verticalScrollBar().value(),
        )

    def _resume(self, seen: SeenNote) -> None:
        view, editor = self._window.pages, self._window.editor
        if seen.fit:
            view.fit_to(seen.fit)
        else:
            view.set_zoom(seen.zoom)
        across, down = seen.scrolled
        view.horizontalScrollBar().setValue(across)
        view.verticalScrollBar().setValue(down)
        cursor = editor.textCursor()
        cursor.setPosition(seen.cursor[0])
        cursor.setPosition(seen.cursor[1], cursor.MoveMode.KeepAnchor)
        editor.setTextCursor(cursor)
        editor.verticalScrollBar().setValue(seen.text_scrolled)
        self._selection.select(seen.selected)
