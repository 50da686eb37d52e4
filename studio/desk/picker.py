"""The picker: clicks on the page select; what is selected is framed and can be changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, QPoint, QRectF, Qt, Signal
from PySide6.QtWidgets import QMenu

from studio.desk.actions import Action, ActionModel
from studio.desk.composer import Composer
from studio.desk.document import Document
from studio.desk.page_view import Mark, Spot
from studio.desk.rerolls import place_in_text
from studio.desk.selection import (
    Reach,
    Selected,
    SelectionModel,
    around,
    boxes_of,
    lines_of,
    word_at,
)
from studio.desk.theme import Theme
from studio.desk.window import Window
from studio.desk.word_editor import WordEditor
from studio.note.finding import Span, find_word, replaced
from studio.note.note import LineEdit, Note, WordEdit
from studio.note.page import Box, LineKey, Page

OWN = (
    "selection.widen",
    "selection.edit",
    "selection.find",
    "selection.lock",
    "selection.delete",
    "selection.reset",
)
WIDER = {Reach.WORD: Reach.LINE, Reach.LINE: Reach.PARAGRAPH, Reach.PARAGRAPH: Reach.WORD}


class Picker(QObject):
    """Joins the selection, the page view and the note."""

    lines_wanted = Signal()
    """A word was changed in place: its line is to be written."""

    def __init__(
        self,
        window: Window,
        document: Document,
        selection: SelectionModel,
        composer: Composer,
        actions: ActionModel,
        theme: Theme,
    ) -> None:
        super().__init__()
        self._theme = theme
        self._window, self._view = window, window.pages
        self._document, self._selection, self._composer = document, selection, composer
        self._actions = actions
        self._moving = (0.0, 0.0)
        self._scaling = 1.0
        view = self._view
        view.pressed.connect(self._pressed)
        view.double_clicked.connect(self._double_clicked)
        view.hovered.connect(self._hovered)
        view.drag_moved.connect(self._dragged)
        view.drag_ended.connect(self._dropped)
        view.scale_moved.connect(self._pulled)
        view.scale_ended.connect(self._scaled)
        view.menu_wanted.connect(self._menu)
        view.word_wanted.connect(self.step)
        view.nudged.connect(self._dropped)
        view.left.connect(lambda: selection.select(None))
        view.view_moved.connect(self._show_bar)
        selection.changed.connect(self._selected)
        composer.sketched.connect(lambda _: self.refresh())
        document.opened.connect(lambda: selection.select(None))

    @property
    def _pages(self) -> tuple[Page, ...]:
        return self._view.pages

    # Selecting -------------------------------------------------------------------------------

    def _pressed(self, spot: Spot, modifiers: Qt.KeyboardModifier) -> None:
        found = word_at(self._pages, spot.page, spot.x, spot.y)
        if found is None:
            self._selection.select(None)
            return
        key, word = found
        now = self._selection.value
        reach = Reach.WORD
        if modifiers & Qt.KeyboardModifier.ShiftModifier:
            reach = Reach.LINE
        elif (
            now is not None and now.key == key and (now.reach is not Reach.WORD or now.word == word)
        ):
            reach = WIDER[now.reach]
        self._selection.select(Selected(reach, key, word))

    def step(self, by: int) -> None:
        """Select the word after the selected one, or before it; the first where none is."""
        words = [
            (line.key, place)
            for page in self._pages
            for line in page.lines
            for place in range(len(line.words))
            if line.key is not None
        ]
        if not words:
            return
        value = self._selection.value
        here = (value.key, value.word) if value is not None else None
        at = words.index(here) + by if here in words else 0
        key, word = words[min(max(at, 0), len(words) - 1)]
        self._selection.select(Selected(Reach.WORD, key, word))
        page, box = boxes_of(self._pages, Selected(Reach.WORD, key, word))[0]
        self._view.follow(page, box)

    def select_first(self) -> None:
        """Go to the page with the keyboard: its first word, or the one that is selected."""
        self._view.setFocus()
        if self._selection.value is None:
            self.step(0)

    def widen(self) -> None:
        """Word, line and paragraph in turn."""
        value = self._selection.value
        if value is not None:
            self._selection.select(replace(value, reach=WIDER[value.reach]))

    def _hovered(self, spot: Spot | None) -> None:
        marks: tuple[Mark, ...] = ()
        if spot is not None:
            found = word_at(self._pages, spot.page, spot.x, spot.y)
            now = self._selection.value
            if found is not None:
                hovered = Selected(Reach.WORD, *found)
                if now is None or (now.key, now.word) != found:
                    boxes = boxes_of(self._pages, hovered)
                    marks = tuple(Mark(page, box, "hover") for page, box in boxes)
        self._view.point_at(marks)

    def _selected(self, value: Selected | None) -> None:
        self.refresh()
        if value is not None:
            blocks = [block.id for block in self._document.note.blocks]
            if value.key.block in blocks and not self._window.editor.hasFocus():
                self._window.editor.go_to(blocks.index(value.key.block))

    def refresh(self) -> None:
        """Frame what is selected where it stands now."""
        value = self._selection.value
        marks = [Mark(*place, "locked") for place in self._locked()]
        if value is not None:
            boxes = boxes_of(self._pages, value)
            if not boxes:
                self._selection.select(None)
                return
            dx, dy = self._moving
            marks += [
                Mark(page, _grown((b[0] + dx, b[1] + dy, b[2] + dx, b[3] + dy), self._scaling))
                for page, b in boxes
            ]
        self._view.mark(tuple(marks))
        self._show_bar()
        for action in self._actions:
            if action.id in OWN:
                self._actions.enable(action.id, value is not None)
        if value is not None:
            edit = self._edit(value.key)
            self._actions.check("selection.lock", edit.locked)

    def _locked(self) -> list[tuple[int, Box]]:
        return [
            (number, around([w.box for w in line.words]))
            for number, page in enumerate(self._pages)
            for line in page.lines
            if line.key is not None and line.words and self._edit(line.key).locked
        ]

    def _show_bar(self) -> None:
        value, bar = self._selection.value, self._window.context_bar
        boxes = boxes_of(self._pages, value) if value is not None else []
        if value is None or not boxes:
            bar.hide()
            return
        page = boxes[0][0]
        left, top, right, bottom = around([box for p, box in boxes if p == page])
        area = self._view.to_view(page, QRectF(left, top, right - left, bottom - top))
        bar.show_above(value.reach.value.title(), area)

    # Changing --------------------------------------------------------------------------------

    def _edit(self, key: LineKey) -> LineEdit:
        return self._document.note.edits.get(key, LineEdit())

    def change_lines(self, step: str, change: Callable[[LineEdit], LineEdit]) -> None:
        """Change the edits of all lines that the selection touches, as one step."""
        value = self._selection.value
        if value is None:
            return
        edits = dict(self._document.note.edits)
        for found in lines_of(self._pages, value):
            assert found.line.key is not None
            edits[found.line.key] = change(edits.get(found.line.key, LineEdit()))
        self._commit(step, edits)

    def change_word(self, step: str, change: Callable[[WordEdit], WordEdit]) -> None:
        """Change the edit of the selected word."""
        value = self._selection.value
        if value is None:
            return
        edit = self._edit(value.key)
        place = place_in_text(edit, value.word)
        words = dict(edit.words)
        words[place] = change(words.get(place, WordEdit()))
        edits = dict(self._document.note.edits)
        edits[value.key] = replace(edit, words=tuple(sorted(words.items())))
        self._commit(step, edits)

    def _commit(self, step: str, edits: dict[LineKey, LineEdit]) -> None:
        note: Note = replace(self._document.note, edits=edits)
        self._document.edit(step, note)

    def _change(
        self,
        verb: str,
        line: Callable[[LineEdit], LineEdit],
        word: Callable[[WordEdit], WordEdit],
    ) -> None:
        value = self._selection.value
        if value is None:
            return
        if value.reach is Reach.WORD:
            self.change_word(f"{verb} a word", word)
        else:
            self.change_lines(f"{verb} a {value.reach}", line)

    def _dragged(self, dx: float, dy: float) -> None:
        self._moving = (dx, dy)
        self.refresh()

    def _dropped(self, dx: float, dy: float) -> None:
        self._moving = (0.0, 0.0)
        self._change(
            "Move",
            lambda e: replace(e, right=e.right + dx, down=e.down + dy),
            lambda w: replace(w, right=w.right + dx, down=w.down + dy),
        )

    def _pulled(self, factor: float) -> None:
        self._scaling = factor
        self.refresh()

    def _scaled(self, factor: float) -> None:
        self._scaling = 1.0
        self._change(
            "Scale",
            lambda e: replace(e, scale=min(max(e.scale * factor, 0.2), 5.0)),
            lambda w: replace(w, scale=min(max(w.scale * factor, 0.2), 5.0)),
        )

    def lock(self, on: bool) -> None:
        """Keep the ink of the selected lines whatever becomes of the note's look."""
        verb = "Lock" if on else "Unlock"
        value = self._selection.value
        if value is not None:
            reach = "line" if value.reach is Reach.WORD else value.reach.value
            self.change_lines(f"{verb} a {reach}", lambda e: replace(e, locked=on))

    def delete(self) -> None:
        """Take the selection's ink off the page; the text stays in the editor."""
        self._change(
            "Delete", lambda e: replace(e, deleted=True), lambda w: replace(w, deleted=True)
        )
        self._selection.select(None)

    def reset(self) -> None:
        """Give up all that was changed by hand on the selected lines."""
        self.change_lines("Reset by hand", lambda _: LineEdit())

    def _span(self, value: Selected) -> Span | None:
        """Where the selected word stands in the text."""
        sketch = self._composer.sketch
        if sketch is None:
            return None
        word = place_in_text(self._edit(value.key), value.word)
        return find_word(self._document.note, sketch.layout.plan, value.key, word)

    def find_text(self) -> None:
        """Go to the selected word in the editor."""
        value = self._selection.value
        span = None if value is None else self._span(value)
        if span is not None:
            self._window.editor.setFocus()
            self._window.editor.go_to(span.block, span.start, span.stop)

    def edit_text(self) -> None:
        """Edit the selected word on the page."""
        value = self._selection.value
        span = None if value is None else self._span(value)
        if value is None or span is None:
            return
        word = replace(value, reach=Reach.WORD)
        boxes = boxes_of(self._pages, word)
        if not boxes:
            return
        self._selection.select(word)
        page, (left, top, right, bottom) = boxes[0]
        area = self._view.to_view(page, QRectF(left, top, right - left, bottom - top))
        text = self._document.note.blocks[span.block].text[span.start : span.stop]
        editor = WordEditor(text, area, self._theme, self._view.viewport())
        editor.taken.connect(partial(self._retype, span))
        self._window.context_bar.hide()
        editor.show()
        editor.setFocus()

    def _retype(self, span: Span, text: str) -> None:
        self._document.edit("Change a word", replaced(self._document.note, span, text))
        self.lines_wanted.emit()

    def _double_clicked(self, spot: Spot) -> None:
        found = word_at(self._pages, spot.page, spot.x, spot.y)
        if found is not None:
            self._selection.select(Selected(Reach.WORD, *found))
            self.edit_text()

    def _menu(self, spot: Spot, at: QPoint) -> None:
        found = word_at(self._pages, spot.page, spot.x, spot.y)
        value = self._selection.value
        if found is not None and (value is None or value.key != found[0]):
            self._selection.select(Selected(Reach.WORD, *found))
        menu = QMenu(self._window)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        ids = [a.id for a in self._actions if a.id.startswith("selection.")]
        for ident in ids if found else ("writing.write", "view.fit_width", "view.fit_page"):
            menu.addAction(self._window.menus.action(ident))
        menu.popup(at)

    def actions(self) -> tuple[Action, ...]:
        """What can be done with a selection."""
        menu = "Selection"
        return (
            Action("selection.first", "Go to the page", self.select_first, menu, "F6", "pilcrow",
                   "Select words with the arrow keys", group=2),
            Action("selection.widen", "Word, line, paragraph", self.widen, menu, "W", "scaling",
                   "Select more", group=2),
            Action("selection.edit", "Edit the word", self.edit_text, menu, "F2",
                   "text-cursor-input", "Change the word on the page", group=1),
            Action("selection.find", "Show in the text", self.find_text, menu, "Ctrl+J", "type",
                   "Go to the word in the text on the left", group=1),
            Action("selection.lock", "Lock", self.lock, menu, "L", "lock",
                   "Keep this ink whatever else changes", checkable=True, group=1),
            Action("selection.delete", "Delete", self.delete, menu, "Del", "trash-2",
                   "Take it off the page", group=1),
            Action("selection.reset", "Undo changes by hand", self.reset, menu, "", "rotate-ccw",
                   "Back to its place, size and first seed", group=1),
        )  # fmt: skip


def _grown(box: Box, factor: float) -> Box:
    left, top, right, bottom = box
    return left, top, left + (right - left) * factor, top + (bottom - top) * factor
