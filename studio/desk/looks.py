"""Looks: what the settings on the right show, and what they do to the note or a paragraph."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, QTimer

from engine.errors import ScriptoriumError
from studio.desk.composer import Composer
from studio.desk.document import Document
from studio.desk.hand_model import HandModel
from studio.desk.look_panel import LookPanel
from studio.desk.page_panel import PagePanel
from studio.desk.selection import Selected, SelectionModel
from studio.desk.style_list import StyleList
from studio.desk.worker import Urgency, Worker
from studio.note.note import Block, Look, Note

SAMPLE = "Quick brown fox"
INK_FIELDS = ("style", "bias", "seed")
"""The fields of a look that need other ink; all others only set it otherwise."""


class Looks(QObject):
    """Joins the two settings panels with the note."""

    def __init__(
        self,
        panel: LookPanel,
        pages: PagePanel,
        document: Document,
        selection: SelectionModel,
        hands: HandModel,
        styles: StyleList,
        composer: Composer,
        worker: Worker,
    ) -> None:
        super().__init__()
        self._panel, self._pages, self._document = panel, pages, document
        self._selection, self._hands, self._styles = selection, hands, styles
        self._worker, self._composer = worker, composer
        self._scope = "note"
        self._block: int | None = None
        self._sampled: tuple[Any, ...] | None = None
        self._delay = QTimer(self)
        self._delay.setSingleShot(True)
        self._delay.setInterval(30)
        self._delay.timeout.connect(self._sample)
        panel.previewed.connect(self._previewed)
        panel.chosen.connect(self._chosen)
        panel.scope_chosen.connect(self._scope_chosen)
        panel.reset_wanted.connect(self._reset)
        pages.chosen.connect(self._page_chosen)
        document.changed.connect(lambda *_: self.refresh())
        selection.changed.connect(self._selected)
        hands.changed.connect(self._hand_changed)
        self.refresh()

    # What is shown ---------------------------------------------------------------------------

    def enter_paragraph(self, number: int) -> None:
        """The cursor stands in that paragraph of the text."""
        blocks = self._document.note.blocks
        self._block = blocks[number].id if number < len(blocks) else None
        if self._scope == "paragraph":
            self.refresh()

    def _selected(self, value: Selected | None) -> None:
        if value is not None:
            self._block = value.key.block
            if self._scope == "paragraph":
                self.refresh()

    def _own_block(self) -> Block | None:
        for block in self._document.note.blocks:
            if block.id == self._block:
                return block
        return None

    def refresh(self) -> None:
        """Show what the note, or the paragraph, has."""
        note, block = self._document.note, self._own_block()
        if self._scope == "paragraph" and block is not None:
            self._panel.show_look(note.look_of(block), "paragraph", frozenset(block.look))
        else:
            self._panel.show_look(note.look, "note")
        self._pages.show_note(note)
        self._delay.start()

    def _scope_chosen(self, scope: str) -> None:
        self._scope = scope
        if self._own_block() is None and self._document.note.blocks:
            self._block = self._document.note.blocks[0].id
        self.refresh()

    # What is changed -------------------------------------------------------------------------

    def _chosen(self, step: str, values: dict[str, Any]) -> None:
        note, block = self._document.note, self._own_block()
        if self._scope == "paragraph" and block is not None:
            look = {**block.look, **values}
            look = {name: v for name, v in look.items() if v != getattr(note.look, name)}
            self._edit(step, _with_block(note, replace(block, look=look)))
        else:
            self._edit(step, replace(note, look=replace(note.look, **values)))

    def _edit(self, step: str, note: Note) -> None:
        self._document.edit(step, note, merges=f"look {step}")

    def _reset(self) -> None:
        block = self._own_block()
        if block is not None:
            note = _with_block(self._document.note, replace(block, look={}))
            self._document.edit("Give up a paragraph's settings", note)

    def _page_chosen(self, step: str, values: dict[str, Any]) -> None:
        self._document.edit(step, replace(self._document.note, **values), merges=f"page {step}")

    # The sample ------------------------------------------------------------------------------

    def _hand_changed(self) -> None:
        if self._hands.error:
            self._panel.sample.show_message("No hand to write with")
        self._sampled = None
        self._delay.start()

    def _previewed(self, look: Look) -> None:
        del look
        self._delay.start()

    def _sample(self) -> None:
        look, hand = self._panel.look, self._hands.hand
        wanted = tuple(getattr(look, name) for name in INK_FIELDS)
        if hand is None or wanted == self._sampled:
            return

        def work() -> Any:
            style = None if look.style is None else self._styles.find(look.style)
            return hand.write(SAMPLE, style=style, bias=look.bias, seed=look.seed, attempts=1)

        self._sampled = wanted
        self._worker.request(
            "sample",
            Urgency.SAMPLE,
            work,
            lambda written: self._panel.sample.show_ink(written.ink),
            self._sample_failed,
        )

    def _sample_failed(self, error: BaseException) -> None:
        if not isinstance(error, ScriptoriumError):
            raise error
        self._panel.sample.show_message(str(error))


def _with_block(note: Note, changed: Block) -> Note:
    return replace(note, blocks=tuple(changed if b.id == changed.id else b for b in note.blocks))
