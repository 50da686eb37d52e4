"""Placing: text boxes and drawings made, moved, turned, sized, copied and taken off the page."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QPointF, QRectF, Signal
from PySide6.QtWidgets import QApplication

from engine.errors import ScriptoriumError, SettingError
from engine.ink.ink import Ink
from studio.desk.actions import Action
from studio.desk.context import StudioContext
from studio.desk.views.page.box_editor import BoxEditor
from studio.desk.views.page.marks import TURN
from studio.desk.views.page.sheet_view import Spot
from studio.desk.views.window import Window
from studio.desk.widgets.file_dialogs import ask_open
from studio.desk.worker import Urgency
from studio.document.drawing import Drawing
from studio.document.editing import (
    add_drawing,
    duplicate_thing,
    middle_of,
    new_box,
    scale_thing,
    set_box_text,
    turn_thing,
)
from studio.document.note import LineEdit, Note, TextBox
from studio.document.page import LineKey
from studio.document.paper import LARGEST, SMALLEST
from studio.document.placement import Placement
from studio.document.selection import Reach, Selected, areas_of

SNAP = math.radians(15)
"""What is turned with Shift held comes to whole multiples of this."""
LEVEL = math.radians(1.5)
"""What is turned comes to lie level when it nearly does."""
TURN_STEP = math.radians(1)
SMALLEST_PULL, LARGEST_PULL = 0.1, 10.0
BESIDE = 6.0
"""Millimetres that a copy stands right of and below what it is a copy of."""
BOX_WIDTH = 60.0
DRAWING_SHARE = 0.4
"""Of the paper's width that a drawing from a file takes."""


class PlacementController(QObject):
    """What can be done with a selected text box or drawing."""

    lines_wanted = Signal()
    """A text box says something else: it is to be written."""

    def __init__(self, context: StudioContext, window: Window) -> None:
        super().__init__()
        self._window, self._notices = window, context.notices
        self._document, self._selection = context.document, context.selection
        self._session, self._worker, self._theme = context.session, context.worker, context.theme
        # What is being read is for the note that it was asked for.
        context.document.opened.connect(lambda: self._worker.cancel("drawing"))
        # What is being typed on the page is this note's, too.
        context.tabs.leaving.connect(self._finish_typing)

    def _finish_typing(self) -> None:
        """Take the text of what is edited in place."""
        view, focus = self._window.pages, QApplication.focusWidget()
        if focus is not None and view.viewport().isAncestorOf(focus):
            view.setFocus()

    # What is selected ------------------------------------------------------------------------

    def selected_by(self, ident: int) -> Selected:
        """The selection of the text box or drawing of that id."""
        if self._document.note.drawing(ident) is not None:
            return Selected(Reach.DRAWING, LineKey(ident, "", 0))
        draft = self._session.draft
        lines = draft.layout.plan.lines if draft is not None else ()
        keys = (line.key for line in lines if line.key.block == ident)
        return Selected(Reach.BOX, next(keys, LineKey(ident, "", 0)))

    def thing(self, value: Selected) -> TextBox | Drawing | None:
        """The text box or drawing that is selected."""
        note = self._document.note
        return note.box(value.key.block) or note.drawing(value.key.block)

    def handles(self, value: Selected) -> tuple[str, ...]:
        """By which it can be pulled."""
        side = ("e",) if value.reach is Reach.BOX else ()
        return ("nw", "ne", "se", "sw", *side, TURN)

    def size(self, value: Selected) -> tuple[float, float]:
        """Width and height of its frame, in its own millimetres."""
        thing = self.thing(value)
        areas = areas_of(self._window.pages.pages, value)
        if thing is None or not areas:
            return 1.0, 1.0
        left, top, right, bottom = areas[0].box
        return (right - left) / thing.place.scale, (bottom - top) / thing.place.scale

    # Moving, turning and sizing --------------------------------------------------------------

    def moved(self, value: Selected, dx: float, dy: float) -> Placement | None:
        """Where it stands when it is moved; on the page that its middle comes to."""
        thing = self.thing(value)
        if thing is None:
            return None
        place = thing.place
        middle = middle_of(place, self.size(value))
        x, y = middle[0] + dx, middle[1] + dy
        view = self._window.pages
        spot = view.spot(view.around(place.page, (x, y, x, y)).topLeft())
        page = place.page if spot is None else spot.page
        if spot is None or page == place.page:
            return place.moved(dx, dy)
        return replace(place.moved(dx + spot.x - x, dy + spot.y - y), page=page)

    def pulled(
        self, value: Selected, handle: str, spot: Spot, *, snap: bool
    ) -> TextBox | Drawing | None:
        """What it is when a handle is pulled to a place of its page."""
        thing = self.thing(value)
        if thing is None:
            return None
        place, (width, height) = thing.place, self.size(value)
        if handle == TURN:
            return replace(thing, place=_turned_to(place, width, height, spot, snap))
        if handle == "e" and isinstance(thing, TextBox):
            across = float(place.inside([(spot.x, spot.y)])[0, 0])
            return replace(thing, width=min(max(across, SMALLEST), LARGEST))
        return replace(thing, place=_scaled_to(place, width, height, handle, spot))

    def put(self, verb: str, changed: TextBox | Drawing | None, merges: str = "") -> None:
        """Let it be so, as one step."""
        if changed is None:
            return
        note, before = self._document.note, self._document.note.box(changed.id)
        merges = f"{merges} {changed.id}" if merges else ""
        if isinstance(changed, TextBox):
            self._document.edit(f"{verb} a text box", note.with_box(changed), merges)
            if before is not None and changed.width != before.width:
                self.lines_wanted.emit()
        else:
            self._document.edit(f"{verb} a drawing", note.with_drawing(changed), merges)

    def move(self, value: Selected, dx: float, dy: float, merges: str = "") -> None:
        """Move it by millimetres of the page."""
        thing, place = self.thing(value), self.moved(value, dx, dy)
        if thing is not None and place is not None:
            self.put("Move", replace(thing, place=place), merges)

    def turn(self, by: float) -> None:
        """Turn what is selected about its middle."""
        self._change("Turn", partial(turn_thing, angle=by), "turn")

    def scale(self, factor: float) -> None:
        """Scale what is selected about its middle."""
        self._change("Scale", partial(scale_thing, factor=factor), "scale")

    def _change(self, verb: str, change: Callable[..., Note], merges: str) -> None:
        """Change what is selected, about its middle."""
        value = self._selection.value
        if value is not None and self.thing(value) is not None:
            ident = value.key.block
            note = change(self._document.note, ident, size=self.size(value))
            self._document.edit(f"{verb} a {value.reach}", note, f"{merges} {ident}")

    # Copying and taking away -----------------------------------------------------------------

    def duplicate(self) -> None:
        """Put a copy beside what is selected: the same strokes, with lines that vary otherwise."""
        value = self._selection.value
        thing = None if value is None else self.thing(value)
        if value is None or thing is None:
            return
        same_ink = self._same_ink(thing.id)
        copied, ident = duplicate_thing(self._document.note, thing.id, BESIDE, same_ink)
        self._document.edit(f"Copy a {value.reach}", copied)
        self._selection.select(self.selected_by(ident))
        if isinstance(thing, TextBox):
            self.lines_wanted.emit()

    def _same_ink(self, box: int) -> dict[LineKey, LineEdit]:
        """Edits of a box's lines with which those of a copy have the same ink.

        The ink is known already: equal requests have equal ink.
        """
        draft = self._session.draft
        lines = draft.layout.plan.lines if draft is not None else ()
        return {
            line.key: replace(
                line.edit, seed=line.requests[0].seed, variant=line.requests[0].variant
            )
            for line in lines
            if line.key.block == box and line.requests
        }

    def delete(self, value: Selected) -> None:
        """Remove it from the page."""
        note = self._document.note.without(value.key.block)
        self._document.edit(f"Delete a {value.reach}", note)

    # Text boxes ------------------------------------------------------------------------------

    def new_box(self, spot: Spot | None = None) -> None:
        """Ask for the text of a new box; at a place, or in the middle of what is seen."""
        spot = spot or self.seen()
        if spot is not None:
            self.edit_box(self._box_at(spot))

    def add_box(self, text: str) -> None:
        """Place a box with that text in the middle of what is seen."""
        spot = self.seen()
        if spot is not None:
            self._retype(self._box_at(spot), text)
            self._window.pages.setFocus()

    def _box_at(self, spot: Spot) -> TextBox:
        note = self._document.note
        height = 2.6 * note.look.x_height
        return new_box(note, Placement(spot.page, spot.x, spot.y - height), BOX_WIDTH)

    def edit_box(self, box: TextBox | None) -> None:
        """Edit the text of a box on the page; what is left empty goes."""
        if box is None:
            return
        view = self._window.pages
        editor = BoxEditor(box.block.text, partial(self._frame, box), self._theme, view)
        editor.taken.connect(partial(self._retype, box))
        self._window.context_bar.hide()
        editor.show()
        editor.setFocus()

    def _frame(self, box: TextBox) -> QRectF:
        """Where a box stands in the view; one that is being made, where it will stand."""
        view, look = self._window.pages, self._document.note.look_of(box.block)
        areas = areas_of(view.pages, Selected(Reach.BOX, LineKey(box.id, "", 0)))
        if areas:
            return view.around(*areas[0])
        size = box.width * box.place.scale, 4.2 * look.x_height * box.place.scale
        x, y = box.place.x, box.place.y
        return view.around(box.place.page, (x, y, x + size[0], y + size[1]))

    def _retype(self, box: TextBox, text: str) -> None:
        note = self._document.note
        known = note.box(box.id)
        if known is None and text.strip():
            made = replace(box, block=replace(box.block, text=text))
            self._document.edit("Add a text box", note.with_box(made))
            self._selection.select(Selected(Reach.BOX, LineKey(box.id, "", 0)))
        elif known is not None and text.strip():
            self._document.edit("Change a text box", set_box_text(note, box.id, text))
        elif known is not None:
            self._document.edit("Delete a text box", note.without(box.id))
        self.lines_wanted.emit()

    # Drawings --------------------------------------------------------------------------------

    def draw(self) -> None:
        """Let something be drawn, and place it."""
        # Brings scipy, which the start need not wait for.
        from studio.desk.views.drawing_dialog import DrawingDialog

        dialog = DrawingDialog(self._theme, self._window)
        dialog.drawn.connect(self._drawn)
        dialog.open()

    def _drawn(self, ink: Ink) -> None:
        self.add_drawing(ink, "drawing")

    def ask_drawing(self) -> None:
        """Ask for a file with strokes, and place them."""
        forms = "Strokes (*.svg *.svgz *.inkml *.xopp *.xoj)"
        path = ask_open(self._window, "drawings", "Drawing from a file", forms)
        if path is not None:
            self.read_drawing(path)

    def read_drawing(self, path: Path) -> None:
        """Place the strokes of a file, read in the worker; says why where there are none."""
        from studio.importing.drawing_reader import read_drawing

        notice = self._notices

        def stop() -> None:
            self._worker.cancel("drawing")
            notice.clear("drawing")

        def done(ink: Ink) -> None:
            notice.clear("drawing")
            self.add_drawing(ink, path.stem)

        def failed(error: BaseException) -> None:
            if not isinstance(error, ScriptoriumError):
                raise error
            notice.say(str(error), "drawing")

        width = DRAWING_SHARE * self._document.note.paper.width
        notice.say(f"Reading {path.name} …", "drawing", "Cancel", stop, error=False)
        self._worker.request(
            "drawing", Urgency.SAMPLE, lambda: read_drawing(path, width), done, failed
        )

    def add_drawing(self, ink: Ink, name: str) -> None:
        """Place ink in millimetres in the middle of what is seen, and select it."""
        spot, note = self.seen(), self._document.note
        if spot is None or not ink:
            return
        try:
            changed = add_drawing(note, ink, (spot.page, spot.x, spot.y), name)
        except SettingError as error:
            self._notices.say(str(error), "drawing")
            return
        self._document.edit("Add a drawing", changed)
        self.go_to(changed.drawings[-1].id)

    def go_to(self, ident: int) -> None:
        """Select a text box or drawing, and let the keys be the page's."""
        self._selection.select(self.selected_by(ident))
        self._window.pages.setFocus()

    def seen(self) -> Spot | None:
        """The middle of what is seen of the page, on the paper."""
        view = self._window.pages
        size = view.viewport().size()
        spot = view.spot(QPointF(size.width() / 2, size.height() / 2))
        if spot is None:
            return None
        paper = view.pages[spot.page].paper
        x = min(max(spot.x, 0.1 * paper.width), 0.9 * paper.width)
        y = min(max(spot.y, 0.1 * paper.height), 0.9 * paper.height)
        return Spot(spot.page, x, y)

    def next(self) -> None:
        """Select the next text box or drawing, page by page."""
        ids = [frame.id for page in self._window.pages.pages for frame in page.frames]
        if not ids:
            return
        value = self._selection.value
        here = value.key.block if value is not None and value.reach.placed else None
        at = (ids.index(here) + 1) % len(ids) if here in ids else 0
        chosen = self.selected_by(ids[at])
        self._window.pages.setFocus()
        self._selection.select(chosen)
        for area in areas_of(self._window.pages.pages, chosen)[:1]:
            self._window.pages.follow(area.page, area.box)

    def actions(self) -> tuple[Action, ...]:
        """What can be done."""
        menu = "Selection"
        return (
            Action("insert.box", "Text box", self.new_box, "Insert", "Ctrl+T", "type",
                   "Text beside the flowing text; a double click on empty paper adds one, too"),
            Action("insert.drawing", "Drawing …", self.draw, "Insert", "Ctrl+D", "signature",
                   "Draw a signature or a sketch and place it as ink"),
            Action("insert.drawing_file", "Drawing from a file …", self.ask_drawing, "Insert", "",
                   "waypoints", "Place the strokes of an SVG or InkML file as ink"),
            Action("selection.duplicate", "Copy beside", self.duplicate, menu, "Ctrl+Shift+D",
                   "copy", "Put a copy of the text box or drawing beside it", group=3),
            Action("selection.turn_left", "Turn left", partial(self.turn, -TURN_STEP), menu, "[",
                   "rotate-ccw", "Turn the text box or drawing by a degree", group=3),
            Action("selection.turn_right", "Turn right", partial(self.turn, TURN_STEP), menu, "]",
                   "rotate-cw", "Turn the text box or drawing by a degree", group=3),
            Action("selection.next_placed", "Next text box or drawing", self.next, menu, "N",
                   "layers", "Go from one to the next", group=2),
        )  # fmt: skip


def _turned_to(place: Placement, width: float, height: float, spot: Spot, snap: bool) -> Placement:
    """Turned about its middle until its upper side points to the spot."""
    x, y = middle_of(place, (width, height))
    angle = math.atan2(spot.x - x, y - spot.y)
    if snap:
        angle = SNAP * round(angle / SNAP)
    elif abs(math.remainder(angle, math.pi / 2)) < LEVEL:
        angle -= math.remainder(angle, math.pi / 2)
    return place.turned(angle - place.angle, (x, y))


def _scaled_to(place: Placement, width: float, height: float, handle: str, spot: Spot) -> Placement:
    """Scaled about the opposite corner until a corner comes nearest to the spot."""
    corner = (width if "e" in handle else 0.0, height if "s" in handle else 0.0)
    fixed = (width - corner[0], height - corner[1])
    (ax, ay), (bx, by) = place.on_page([fixed, corner]).tolist()
    along, across = bx - ax, by - ay
    reach = (spot.x - ax) * along + (spot.y - ay) * across
    factor = reach / max(along * along + across * across, 1e-9)
    return place.scaled(min(max(factor, SMALLEST_PULL), LARGEST_PULL), (ax, ay))
