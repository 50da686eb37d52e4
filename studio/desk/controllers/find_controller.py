"""Find and replace, in the text and in the text boxes of the page."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QVBoxLayout

from studio.desk.actions import Action
from studio.desk.context import StudioContext
from studio.desk.controllers.placement_controller import PlacementController
from studio.desk.views.find_bar import FindBar
from studio.desk.views.window import Window
from studio.document.editing import Span, all_in_text, in_text
from studio.document.rich_editing import replace_spans
from studio.document.search import Query, find_all


class FindController(QObject):
    """Joins the bar with the note: places are marked in the text while it is open."""

    def __init__(
        self, context: StudioContext, window: Window, placing: PlacementController
    ) -> None:
        super().__init__()
        self._window, self._document, self._placing = window, context.document, placing
        self._actions = context.actions
        self.bar = FindBar(context.theme)
        column = window.text_column.layout()
        assert isinstance(column, QVBoxLayout)
        column.insertWidget(0, self.bar)
        self.found: tuple[Span, ...] = ()
        self.place = -1
        self.bar.sought.connect(self._seek)
        self.bar.step_wanted.connect(self.step)
        self.bar.replace_wanted.connect(self.replace)
        self.bar.closed.connect(self._close)
        context.document.changed.connect(lambda *_: self._again())

    def actions(self) -> tuple[Action, ...]:
        """What can be done."""
        return (
            Action("edit.find", "Find …", partial(self.open, False), "Edit", "Ctrl+F", "search",
                   "Look for words in the text and in text boxes", group=3),
            Action("edit.replace", "Find and replace …", partial(self.open, True), "Edit",
                   "Ctrl+H", "replace", "Replace words by others", group=3),
            Action("edit.find_next", "Find the next", partial(self.step, 1), "Edit", "F3", "",
                   "", group=3),
            Action("edit.find_previous", "Find the one before", partial(self.step, -1), "Edit",
                   "Shift+F3", "", "", group=3),
            Action("edit.replace_one", "Replace this one", partial(self.replace, False), "", "",
                   "replace", "The place that is shown, by what stands in the field for it"),
            Action("edit.replace_all", "Replace all", partial(self.replace, True), "", "",
                   "replace", "All places, by what stands in the field for it"),
        )  # fmt: skip

    def open(self, replace: bool) -> None:
        """Show the bar, with what is selected in the text."""
        if not self._window.text_column.isVisible():
            self._window.text_column.show()
        chosen = self._window.editor.textCursor().selectedText()
        # Qt parts paragraphs by U+2029: who selects several looks for none of them.
        self.bar.open("" if "\u2029" in chosen else chosen, replace=replace)

    def _close(self) -> None:
        self._window.editor.show_found([], -1)
        self._window.editor.setFocus()
        self.enable()

    def _seek(self, query: Query) -> None:
        """Look for something, from the cursor on."""
        self.found = find_all(self._document.note, query)
        chosen = self._window.editor.chosen()
        here = (chosen.first, chosen.start)
        later = (
            number
            for number, there in enumerate(all_in_text(self._document.note, self.found))
            if there is None or (there.paragraph, there.start) >= here
        )
        self._go_to(next(later, 0) if self.found else -1)

    def _again(self) -> None:
        """The note is another one: the places are, too."""
        if self.bar.isVisible():
            self.found = find_all(self._document.note, self.bar.query)
            self.place = min(self.place, len(self.found) - 1)
            self._show()

    def step(self, by: int) -> None:
        """Go to the next place, or the one before; after the last comes the first."""
        if not self.bar.isVisible():
            self.found = find_all(self._document.note, self.bar.query)
        if self.found:
            # From no place the first one follows, and the last one stands before it.
            here = self.place if self.place >= 0 else (0 if by < 0 else -1)
            self._go_to((here + by) % len(self.found))

    def _go_to(self, place: int) -> None:
        self.place = place
        self._show()
        if place < 0:
            return
        span = self.found[place]
        there = in_text(self._document.note, span)
        if there is not None:
            self._window.editor.go_to(*there)
        else:
            self._placing.go_to(span.block)

    def enable(self) -> None:
        """Let places be replaced where there are any, and what to put there can be seen."""
        seen = self.bar.isVisible() and self.bar.second.isVisible()
        for ident in ("edit.replace_one", "edit.replace_all"):
            self._actions.enable(ident, seen and bool(self.found))

    def _show(self) -> None:
        self.bar.show_count(len(self.found), self.place)
        self.enable()
        if not self.bar.isVisible():
            return
        places = all_in_text(self._document.note, self.found)
        shown = [place for place in places if place is not None]
        now = places[self.place] if 0 <= self.place < len(places) else None
        self._window.editor.show_found(shown, -1 if now is None else shown.index(now))

    def replace(self, every: bool) -> None:
        """Replace the place that is shown, and go to the next; or all of them, as one step."""
        if not self.found or self.place < 0:
            return
        text = self.bar.replacement.text()
        spans = self.found if every else (self.found[self.place],)
        note = replace_spans(self._document.note, [(span, text) for span in spans])
        here = self.place
        self._document.close_step()
        self._document.edit("Replace all" if every else "Replace", note)
        self._document.close_step()
        if every:
            many = f"{len(spans)} places" if len(spans) != 1 else "One place"
            self._window.say(f"{many} replaced")
        elif self.found:
            # What was put there may hold what is looked for; it is passed over.
            put = range(spans[0].start, spans[0].start + len(text))
            following = (
                number
                for number, span in enumerate(self.found)
                if number >= here and not (span.block == spans[0].block and span.start in put)
            )
            self._go_to(next(following, 0))
