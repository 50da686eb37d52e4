"""The picker: clicks on the page select; what is selected is framed and can be changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, QPoint, QRectF, Qt, Signal
from PySide6.QtGui import QTransform
from PySide6.QtWidgets import QMenu

from studio.desk.actions import Action
from studio.desk.context import StudioContext
from studio.desk.controllers.placement_controller import PlacementController
from studio.desk.views.page.box_editor import BoxEditor
from studio.desk.views.page.drag_preview import (
    DragPreview,
    factor,
    growing,
    grown,
    picked_up,
    shifted,
    way,
)
from studio.desk.views.page.marks import TURN, TURN_AWAY, SelectionMark
from studio.desk.views.page.sheet_view import Spot
from studio.desk.views.page.word_editor import WordEditor
from studio.desk.views.window import Window
from studio.document.editing import (
    Span,
    delete_lines,
    delete_word,
    edit_of,
    in_text,
    is_locked,
    lock_lines,
    move_lines,
    move_word,
    place_in_text,
    replace_text,
    reset_lines,
    scale_lines,
    scale_word,
    unlock_lines,
)
from studio.document.note import Note, TextBox
from studio.document.page import LineKey, Page
from studio.document.selection import (
    Area,
    Reach,
    Selected,
    areas_of,
    around,
    frame_at,
    lines_of,
    word_at,
)
from studio.layout.text_places import find_word

FLOWING = frozenset({Reach.WORD, Reach.LINE, Reach.PARAGRAPH})
PLACED = frozenset({Reach.BOX, Reach.DRAWING})
WRITTEN = FLOWING | {Reach.BOX}
APPLIES = {
    "selection.widen": WRITTEN,
    "selection.edit": WRITTEN,
    "selection.find": FLOWING,
    "selection.lock": WRITTEN,
    "selection.delete": FLOWING | PLACED,
    "selection.reset": WRITTEN,
    "selection.duplicate": PLACED,
    "selection.turn_left": PLACED,
    "selection.turn_right": PLACED,
    "selection.larger": FLOWING | PLACED,
    "selection.smaller": FLOWING | PLACED,
}
"""What can be done with what."""
CHANGING = frozenset(APPLIES) - {
    "selection.widen",
    "selection.find",
    "selection.lock",
    "selection.duplicate",
}
"""What cannot be done with what is locked."""
SCALE_STEP = 1.05
"""By which a key scales."""
ELSEWHERE = (
    "writing.write",
    "insert.box",
    "insert.drawing",
    "insert.drawing_file",
    "view.fit_width",
    "view.fit_page",
)
"""What can be done where there is nothing."""
WIDER = {Reach.WORD: Reach.LINE, Reach.LINE: Reach.PARAGRAPH, Reach.PARAGRAPH: Reach.WORD}
WIDER_IN_BOX = {Reach.BOX: Reach.WORD, Reach.WORD: Reach.LINE, Reach.LINE: Reach.BOX}


class SelectionController(QObject):
    """Joins the selection, the page view and the note."""

    lines_wanted = Signal()
    """A word was changed in place: its line is to be written."""

    def __init__(
        self, context: StudioContext, window: Window, placing: PlacementController
    ) -> None:
        super().__init__()
        document, selection, session = context.document, context.selection, context.session
        self._theme, self._placing = context.theme, placing
        self._window, self._view = window, window.pages
        self._document, self._selection, self._session = document, selection, session
        self._actions = context.actions
        self._dragged_to: tuple[Area, ...] | None = None
        self._carried: DragPreview | None = None
        view = self._view
        view.pressed.connect(self._pressed)
        view.double_clicked.connect(self._double_clicked)
        view.hovered.connect(self._hovered)
        view.drag_moved.connect(self._dragged)
        view.drag_ended.connect(self._dropped)
        view.handle_moved.connect(self._pulled)
        view.handle_ended.connect(self._let_go)
        view.menu_wanted.connect(self._menu)
        view.word_wanted.connect(self.step)
        view.nudged.connect(self._nudged)
        view.left.connect(lambda: selection.select(None))
        view.view_moved.connect(self._show_bar)
        selection.changed.connect(self._selected)
        view.pages_shown.connect(self._pages_shown)
        session.failed.connect(self._put_down)
        document.opened.connect(lambda: selection.select(None))

    @property
    def _pages(self) -> tuple[Page, ...]:
        return self._view.pages

    # Selecting -------------------------------------------------------------------------------

    def _at(self, spot: Spot) -> Selected | None:
        """What a click means: a word, or the text box or drawing there."""
        found = word_at(self._pages, spot.page, spot.x, spot.y)
        if found is not None and self._document.note.box(found[0].block) is None:
            return Selected(Reach.WORD, *found)
        frame = frame_at(self._pages, spot.page, spot.x, spot.y)
        if found is not None and (frame is None or frame.id == found[0].block):
            return Selected(Reach.BOX, *found)
        return None if frame is None else self._placing.selected_by(frame.id)

    def _pressed(self, spot: Spot, modifiers: Qt.KeyboardModifier) -> None:
        meant, now = self._at(spot), self._selection.value
        if meant is None or meant.reach is Reach.DRAWING:
            self._selection.select(meant)
            return
        reach: Reach = meant.reach
        if modifiers & Qt.KeyboardModifier.ShiftModifier:
            reach = Reach.LINE
        elif now is not None and self._again(now, meant):
            reach = self._wider(now)
        self._selection.select(replace(meant, reach=reach))

    def _again(self, now: Selected, meant: Selected) -> bool:
        """Whether what is clicked is selected already."""
        if now.reach is Reach.BOX:
            return now.key.block == meant.key.block
        same_word = now.reach is not Reach.WORD or now.word == meant.word
        return now.key == meant.key and same_word

    def _wider(self, value: Selected) -> Reach:
        boxed = self._document.note.box(value.key.block) is not None
        return (WIDER_IN_BOX if boxed else WIDER).get(value.reach, value.reach)

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
        area = areas_of(self._pages, Selected(Reach.WORD, key, word))[0]
        self._view.follow(area.page, area.box)

    def select_first(self) -> None:
        """Go to the page with the keyboard: its first word, or the one that is selected."""
        self._view.setFocus()
        if self._selection.value is None:
            self.step(0)

    def widen(self) -> None:
        """Word, line and paragraph, or text box, in turn."""
        value = self._selection.value
        if value is not None:
            self._selection.select(replace(value, reach=self._wider(value)))

    def _hovered(self, spot: Spot | None) -> None:
        marks: tuple[SelectionMark, ...] = ()
        hovered = None if spot is None else self._at(spot)
        now = self._selection.value
        if hovered is not None and (now is None or not self._again(now, hovered)):
            areas = areas_of(self._pages, hovered)
            marks = tuple(SelectionMark(a.page, a.box, "hover", a.turned) for a in areas)
        self._view.point_at(marks)

    def _selected(self, value: Selected | None) -> None:
        self.refresh()
        if value is not None:
            blocks = [block.id for block in self._document.note.blocks]
            if value.key.block in blocks and not self._window.editor.hasFocus():
                self._window.editor.go_to(blocks.index(value.key.block))

    def refresh(self) -> None:
        """Frame what is selected where it stands now, or where the mouse has it."""
        value = self._selection.value
        marks = [SelectionMark(a.page, a.box, "locked", a.turned) for a in self._locked()]
        if value is not None:
            areas = self._dragged_to or tuple(areas_of(self._pages, value))
            waiting = value.reach.placed and self._is_there(value)
            if not areas and not waiting:
                self._selection.select(None)
                return
            handles = self._placing.handles(value) if value.reach.placed else ("se",)
            if self._is_locked(value):
                handles = ()
            marks += [SelectionMark(a.page, a.box, "selected", a.turned, handles) for a in areas]
        self._view.mark(tuple(marks))
        self._show_bar()
        locked = value is not None and self._is_locked(value)
        for ident, reaches in APPLIES.items():
            able = value is not None and value.reach in reaches
            self._actions.enable(ident, able and not (locked and ident in CHANGING))
        if value is not None:
            self._actions.check("selection.lock", locked)

    def _is_there(self, value: Selected) -> bool:
        """Whether the note has the text box or drawing, be it not yet on the pages."""
        note, ident = self._document.note, value.key.block
        return note.box(ident) is not None or note.drawing(ident) is not None

    def _locked(self) -> list[Area]:
        locked = {key for key, edit in self._document.note.edits.items() if edit.locked}
        if not locked:
            return []
        return [
            Area(number, around([w.box for w in line.words]), line.turned)
            for number, page in enumerate(self._pages)
            for line in page.lines_with(locked.__contains__)
            if line.words
        ]

    def _editing(self) -> bool:
        """Whether a word or a text box is being edited in its place."""
        port = self._view.viewport()
        return bool(port.findChild(WordEditor) or port.findChild(BoxEditor))

    def _show_bar(self) -> None:
        value, bar = self._selection.value, self._window.context_bar
        areas = areas_of(self._pages, value) if value is not None else []
        if value is None or not areas or self._dragged_to is not None or self._editing():
            bar.hide()
            return
        shown = QRectF()
        for area in areas:
            if area.page == areas[0].page:
                shown = shown.united(self._view.around(*area))
        if value.reach.placed:
            # The handle to turn it by stands above it.
            shown.adjust(0, -TURN_AWAY - 8, 0, 8)
        bar.show_above(value.reach, shown)

    # Changing --------------------------------------------------------------------------------

    def _change(
        self,
        verb: str,
        lines: Callable[[Note, list[LineKey]], Note],
        word: Callable[[Note, LineKey, int], Note],
    ) -> None:
        """Change the selected lines that are not locked, or the selected word, as one step."""
        value, note = self._selection.value, self._document.note
        if value is None:
            return
        if value.reach is Reach.WORD:
            self._document.edit(f"{verb} a word", word(note, value.key, value.word))
        else:
            self._document.edit(f"{verb} a {value.reach}", lines(note, self._keys(value)))

    def _keys(self, value: Selected) -> list[LineKey]:
        """The lines that a selection touches."""
        keys = (found.line.key for found in lines_of(self._pages, value))
        return [key for key in keys if key is not None]

    # Dragging --------------------------------------------------------------------------------

    def _dragged(self, dx: float, dy: float) -> None:
        value = self._selection.value
        if value is not None and not self._held():
            areas = (shifted(area, dx, dy) for area in areas_of(self._pages, value))
            self._carry(tuple(areas), QTransform.fromTranslate(dx, dy))

    def _dropped(self, dx: float, dy: float) -> None:
        self._move(dx, dy)
        self._settle()

    def _nudged(self, dx: float, dy: float) -> None:
        self._move(dx, dy, "nudge")

    def _move(self, dx: float, dy: float, merges: str = "") -> None:
        if self._held():
            return
        value = self._selection.value
        if value is not None and value.reach.placed:
            self._placing.move(value, dx, dy, merges)
            return
        self._change(
            "Move",
            partial(move_lines, right=dx, down=dy),
            partial(move_word, right=dx, down=dy),
        )

    def _pulled(self, handle: str, spot: Spot, modifiers: Qt.KeyboardModifier) -> None:
        value = self._selection.value
        areas = areas_of(self._pages, value) if value is not None else []
        if value is None or not areas:
            return
        if not value.reach.placed:
            by = factor(areas[0], (spot.x, spot.y))
            self._carry(tuple(grown(area, by) for area in areas), growing(areas[0], by))
            return
        before = self._placing.thing(value)
        after = self._placing.pulled(value, handle, spot, snap=_shift(modifiers))
        if before is not None and after is not None:
            width, height = self._placing.size(value)
            if handle == "e" and isinstance(after, TextBox):
                width = after.width
            left, top = after.place.upright(0.0, 0.0)
            right, bottom = after.place.upright(width, height)
            area = Area(areas[0].page, (left, top, right, bottom), after.place.angle)
            self._carry((area,), way(before.place, after.place))

    def _let_go(self, handle: str, spot: Spot, modifiers: Qt.KeyboardModifier) -> None:
        value = self._selection.value
        areas = areas_of(self._pages, value) if value is not None else []
        if value is not None and areas and value.reach.placed:
            verb = {TURN: "Turn", "e": "Change the width of"}.get(handle, "Scale")
            changed = self._placing.pulled(value, handle, spot, snap=_shift(modifiers))
            self._placing.put(verb, changed)
        elif areas:
            self.scale(factor(areas[0], (spot.x, spot.y)))
        self._settle()

    def scale(self, factor: float) -> None:
        """Scale what is selected."""
        value = self._selection.value
        if value is not None and value.reach.placed:
            self._placing.scale(factor)
            return
        self._change(
            "Scale", partial(scale_lines, factor=factor), partial(scale_word, factor=factor)
        )

    def _carry(self, areas: tuple[Area, ...], by: QTransform) -> None:
        """Show what is selected where the mouse has it."""
        value = self._selection.value
        if value is None:
            return
        if self._carried is None:
            self._carried = picked_up(self._pages, value)
        if self._carried is not None:
            self._view.carry(replace(self._carried, by=by))
        self._dragged_to = areas
        self.refresh()

    def _settle(self) -> None:
        """The mouse has let go; the ink stays there until the pages have it there."""
        self._dragged_to = None
        if not self._session.pending:
            self._put_down()

    def _put_down(self, _: object = None) -> None:
        self._carried, self._dragged_to = None, None
        self._view.carry(None)
        self.refresh()

    def _pages_shown(self) -> None:
        self._select_anew()
        if self._dragged_to is None:
            self._put_down()
            return
        # Other lines are being written while the mouse has this one.
        self._carried = None
        self.refresh()

    def _select_anew(self) -> None:
        """A text box whose lines became others is selected by one that it has."""
        value = self._selection.value
        if value is None or value.reach is not Reach.BOX:
            return
        keys = {found.line.key for found in lines_of(self._pages, value)}
        if keys and value.key not in keys:
            self._selection.select(self._placing.selected_by(value.key.block))

    # Locking and taking away -----------------------------------------------------------------

    def lock(self, on: bool) -> None:
        """Keep the selected lines as they are, ink, pen and size, whatever else is changed."""
        verb = "Lock" if on else "Unlock"
        value, draft = self._selection.value, self._session.draft
        if value is None or draft is None:
            return
        keys, note = self._keys(value), self._document.note
        looks = {line.key: line.look for line in draft.layout.plan.lines}
        changed = (
            lock_lines(note, {key: looks.get(key) for key in keys})
            if on
            else unlock_lines(note, keys)
        )
        reach = "line" if value.reach is Reach.WORD else value.reach.value
        self._document.edit(f"{verb} a {reach}", changed)

    def _is_locked(self, value: Selected) -> bool:
        """Whether all lines of it are locked: then it is not to be moved, scaled or deleted."""
        return is_locked(self._document.note, self._keys(value))

    def _held(self) -> bool:
        """Whether what is selected is locked; says so."""
        value = self._selection.value
        held = value is not None and self._is_locked(value)
        if held:
            key = self._actions.shortcut("selection.lock")
            self._window.say(f"This is locked; unlock it first{f' ({key})' if key else ''}.")
        return held

    def delete(self) -> None:
        """Take the selection's ink off the page; flowing text stays in the editor."""
        value = self._selection.value
        if value is not None and value.reach.placed:
            self._placing.delete(value)
        else:
            self._change("Delete", delete_lines, delete_word)
        self._selection.select(None)

    def reset(self) -> None:
        """Give up all that was changed by hand on the selected lines."""
        value = self._selection.value
        if value is not None:
            note = reset_lines(self._document.note, self._keys(value))
            self._document.edit("Reset by hand", note)

    def _span(self, value: Selected) -> Span | None:
        """Where the selected word stands in the text."""
        draft = self._session.draft
        if draft is None:
            return None
        word = place_in_text(edit_of(self._document.note, value.key), value.word)
        alphabet = self._session.writer.alphabet
        return find_word(self._document.note, draft.layout.plan, value.key, word, alphabet)

    def find_text(self) -> None:
        """Go to the selected word in the editor."""
        value = self._selection.value
        span = None if value is None else self._span(value)
        there = None if span is None else in_text(self._document.note, span)
        if there is not None:
            self._window.editor.setFocus()
            self._window.editor.go_to(*there)

    def edit_text(self) -> None:
        """Edit the selected word, or the text of the text box, on the page."""
        if self._held():
            return
        value = self._selection.value
        if value is not None and value.reach is Reach.BOX:
            self._placing.edit_box(self._document.note.box(value.key.block))
            return
        span = None if value is None else self._span(value)
        if value is None or span is None:
            return
        word = replace(value, reach=Reach.WORD)
        if not areas_of(self._pages, word):
            return
        self._selection.select(word)
        blocks = (*self._document.note.blocks, *(b.block for b in self._document.note.boxes))
        text = next(block.text for block in blocks if block.id == span.block)
        said = text[span.start : span.stop]
        editor = WordEditor(said, partial(self._area, word), self._theme, self._view)
        editor.taken.connect(partial(self._retype, span))
        self._window.context_bar.hide()
        editor.show()
        editor.setFocus()

    def _area(self, value: Selected) -> QRectF | None:
        """Where it stands in the view; None where it is gone."""
        areas = areas_of(self._pages, value)
        return self._view.around(*areas[0]) if areas else None

    def _retype(self, span: Span, text: str) -> None:
        self._document.edit("Change a word", replace_text(self._document.note, span, text))
        self.lines_wanted.emit()

    def _double_clicked(self, spot: Spot) -> None:
        meant = self._at(spot)
        if meant is not None:
            self._selection.select(meant)
            self.edit_text()
        elif spot.inside:
            self._placing.new_box(spot)

    def _menu(self, spot: Spot, at: QPoint) -> None:
        meant, value = self._at(spot), self._selection.value
        if meant is not None and (value is None or not self._again(value, meant)):
            self._selection.select(meant)
        menu = QMenu(self._window)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        own = [a.id for a in self._actions if a.id.startswith("selection.")]
        for ident in own if meant is not None else ELSEWHERE:
            if meant is None or meant.reach in APPLIES.get(ident, WRITTEN):
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
            Action("selection.edit", "Edit the text", self.edit_text, menu, "F2",
                   "text-cursor-input", "Change the word, or the text box, on the page", group=1),
            Action("selection.find", "Show in the text", self.find_text, menu, "Ctrl+J", "type",
                   "Go to the word in the text on the left", group=1),
            Action("selection.lock", "Lock", self.lock, menu, "L", "lock",
                   "Keep this ink whatever else changes", checkable=True, group=1),
            Action("selection.larger", "Larger", partial(self.scale, SCALE_STEP), menu, ".",
                   "zoom-in", "Scale it up", group=1),
            Action("selection.smaller", "Smaller", partial(self.scale, 1 / SCALE_STEP), menu, ",",
                   "zoom-out", "Scale it down", group=1),
            Action("selection.delete", "Delete", self.delete, menu, "Del", "trash-2",
                   "Remove it from the page", group=1),
            Action("selection.reset", "Undo changes by hand", self.reset, menu, "", "rotate-ccw",
                   "Restore its place, size and first seed", group=1),
        )  # fmt: skip


def _shift(modifiers: Qt.KeyboardModifier) -> bool:
    return bool(modifiers & Qt.KeyboardModifier.ShiftModifier)
