"""Looks: what the settings on the right show, and what they do to the note or a part of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, QTimer

from engine.errors import ScriptoriumError
from studio.desk.context import StudioContext
from studio.desk.views.window import Window
from studio.desk.worker import Urgency
from studio.document.drawing import Drawing
from studio.document.editing import block_of, look_on_page, reset_look
from studio.document.note import Block, Look
from studio.document.selection import Selected
from studio.layout.line_writer import LineRequest, WrittenLine
from studio.layout.look_sample import INK_FIELDS, lay_out_sample


class LookController(QObject):
    """Joins the two settings panels with the note."""

    def __init__(self, context: StudioContext, window: Window) -> None:
        super().__init__()
        document, selection, hands = context.document, context.selection, context.hands
        panel, pages = window.look_panel, window.page_panel
        self._panel, self._pages, self._document = panel, pages, document
        self._selection, self._hands = selection, hands
        self._worker, self._session = context.worker, context.session
        self._looks = context.looks
        self._scope = "note"
        self._block: int | None = None
        self._before: tuple[str, int | None] = "note", None
        self._placed = False
        self._sampled: dict[str, Any] | None = None
        self._inked: tuple[Look, Mapping[LineRequest, WrittenLine]] | None = None
        self._delay = QTimer(self)
        self._delay.setSingleShot(True)
        self._delay.setInterval(30)
        self._delay.timeout.connect(self._sample)
        panel.destroyed.connect(self._delay.stop)
        panel.previewed.connect(self._previewed)
        panel.chosen.connect(self._chosen)
        panel.scope_chosen.connect(self._scope_chosen)
        panel.reset_wanted.connect(self._reset)
        pages.chosen.connect(self._page_chosen)
        document.changed.connect(lambda *_: self.refresh())
        context.looks.changed.connect(self.refresh)
        window.editor.paragraph_entered.connect(self.enter_paragraph)
        selection.changed.connect(self._selected)
        hands.changed.connect(self._hand_changed)
        context.styles.changed.connect(self.refresh)
        self.refresh()

    # What is shown ---------------------------------------------------------------------------

    def enter_paragraph(self, number: int) -> None:
        """The cursor stands in that paragraph of the text."""
        blocks = self._document.note.blocks
        self._block = blocks[number].id if number < len(blocks) else None
        if self._scope == "paragraph":
            self.refresh()

    def _selected(self, value: Selected | None) -> None:
        placed = value is not None and (value.reach.placed or self._is_boxed(value))
        if placed and not self._placed:
            # What is placed is seen to be selected: its settings are those that are meant.
            self._before = self._scope, self._block
            self._scope = "paragraph"
        elif self._placed and not placed:
            self._scope, self._block = self._before
        if value is not None:
            self._block = value.key.block
        self._placed = placed
        self.refresh()

    def _is_boxed(self, value: Selected) -> bool:
        return self._document.note.box(value.key.block) is not None

    def _own_block(self) -> Block | None:
        return block_of(self._document.note, self._block)

    def _own_drawing(self) -> Drawing | None:
        return None if self._block is None else self._document.note.drawing(self._block)

    def refresh(self) -> None:
        """Show what the note, or the paragraph, has."""
        note, block, drawing = self._document.note, self._own_block(), self._own_drawing()
        boxed = block is not None and note.box(block.id) is not None
        title = "Drawing" if drawing else "Text box" if boxed else "Paragraph"
        self._panel.show_part(title, drawn=drawing is not None)
        if self._scope == "paragraph" and drawing is not None:
            look = replace(note.look, colour=drawing.colour, pen=drawing.pen)
            self._panel.show_look(look, "paragraph")
        elif self._scope == "paragraph" and block is not None:
            look = self._looks.shown(look_on_page(note, block), block.id)
            self._panel.show_look(look, "paragraph", frozenset(block.look))
        else:
            self._panel.show_look(self._looks.shown(note.look), "note")
        self._pages.show_note(note)
        self._delay.start()

    def _scope_chosen(self, scope: str) -> None:
        self._scope = scope
        known = self._own_block() or self._own_drawing()
        if known is None and self._document.note.blocks:
            self._block = self._document.note.blocks[0].id
        self.refresh()

    # What is changed -------------------------------------------------------------------------

    def _chosen(self, step: str, values: dict[str, Any]) -> None:
        block, drawing = self._own_block(), self._own_drawing()
        own = self._block if self._scope == "paragraph" and (block or drawing) else None
        step = f"{step} of a drawing" if own is not None and drawing is not None else step
        part = self._block if self._scope == "paragraph" else "note"
        self._looks.choose(step, values, own, f"look of {part}: {step}")

    def _reset(self) -> None:
        block = self._own_block()
        if block is not None:
            note = reset_look(self._document.note, block.id)
            self._document.edit("Reset own settings", note)

    def _page_chosen(self, step: str, values: dict[str, Any]) -> None:
        self._document.edit(step, replace(self._document.note, **values), merges=f"page {step}")

    # The sample ------------------------------------------------------------------------------

    def _hand_changed(self) -> None:
        if self._hands.error:
            self._panel.sample.show_message("No hand to write with")
        self._sampled = self._inked = None
        self._delay.start()

    def _previewed(self, look: Look) -> None:
        del look
        self._show_sample()
        self._delay.start()

    def _sample(self) -> None:
        """Have the sample written where it needs other ink than it has."""
        look, hand, find = self._panel.look, self._hands.hand, self._session.snapshot.find
        wanted = _ink_of(look)
        if hand is None or wanted == self._sampled:
            self._show_sample()
            return
        self._sampled = wanted
        self._worker.request(
            "sample",
            Urgency.SAMPLE,
            lambda: (look, lay_out_sample(look, hand, find).written),
            self._written,
            self._sample_failed,
        )

    def _written(self, result: tuple[Look, Mapping[LineRequest, WrittenLine]]) -> None:
        self._inked = result
        self._show_sample()

    def _show_sample(self) -> None:
        """Set the ink that there is as the panel's look has it."""
        hand = self._hands.hand
        if self._inked is None or hand is None:
            return
        look, known = self._inked
        shown = replace(self._panel.look, **_ink_of(look))
        pages = lay_out_sample(shown, hand, self._session.snapshot.find, known).pages
        self._panel.sample.show_lines(pages.pages[0].lines)

    def _sample_failed(self, error: BaseException) -> None:
        if self._hands.recovers(error):
            return
        if not isinstance(error, ScriptoriumError):
            raise error
        self._inked = None
        self._panel.sample.show_message(str(error))


def _ink_of(look: Look) -> dict[str, Any]:
    """What of a look the ink depends on."""
    return {name: getattr(look, name) for name in INK_FIELDS}
