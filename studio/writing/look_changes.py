"""Looks that are chosen: what needs other ink waits until the note is written again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from psygnal import Signal

from studio.document.document_model import DocumentModel
from studio.document.editing import block_of, set_look
from studio.document.note import Look, Note
from studio.layout.line_requests import RequestBuilder
from studio.layout.line_writer import LineRequest
from studio.layout.look_sample import INK_FIELDS
from studio.layout.plan import PlannedLine
from studio.writing.session import WritingSession


class LookChanges:
    """Takes what the user chooses of a look.

    The size, the pen and the like only set the ink otherwise: that is done at once. A style or a
    neatness needs other ink. Where there is ink already it stays as it is, and the change is made
    with the next writing (`apply`), or given up (`discard`).

    Parameters
    ----------
    document : DocumentModel
    session : WritingSession
    """

    changed = Signal()
    """Something else waits to be made, or nothing any more."""

    def __init__(self, document: DocumentModel, session: WritingSession) -> None:
        self._document, self._session = document, session
        #: What waits: for a block's id, or None for the note, the fields with their values.
        self._waiting: dict[int | None, dict[str, Any]] = {}
        self._step = ""
        document.opened.connect(self.discard)

    def __bool__(self) -> bool:
        return bool(self._waiting)

    @property
    def step(self) -> str:
        """What waits, as a step of the history is called."""
        return self._step

    def choose(
        self, step: str, values: Mapping[str, Any], block: int | None = None, merges: str = ""
    ) -> None:
        """Change fields of a look, at once or with the next writing.

        Parameters
        ----------
        step, merges : str
            As `DocumentModel.edit` takes them.
        values : mapping of str to value
            Fields of `Look`.
        block : int, optional
            The paragraph, text box or drawing; the note where not given.
        """
        note = self._document.note
        waits = {name: v for name, v in values.items() if name in INK_FIELDS}
        if not waits or not self._has_ink(block):
            self._document.edit(step, set_look(note, values, block), merges)
            return
        if len(waits) < len(values):
            now = {name: value for name, value in values.items() if name not in waits}
            self._document.edit(step, set_look(note, now, block), merges)
        present = note.look if block is None else self._look(note, block)
        wanted = {**self._waiting.get(block, {}), **waits}
        wanted = {name: v for name, v in wanted.items() if v != getattr(present, name)}
        self._waiting.pop(block, None)
        if wanted:
            self._waiting[block] = wanted
            self._step = step
        self.changed.emit()

    @staticmethod
    def _look(note: Note, ident: int) -> Look:
        block = block_of(note, ident)
        return note.look if block is None else note.look_of(block)

    def _has_ink(self, block: int | None) -> bool:
        """Whether a part of the note has ink that would be lost."""
        draft = self._session.draft
        if draft is None:
            return False
        return any(
            line.requests and line.key not in draft.ghosts
            for line in draft.layout.plan.everything
            if block is None or line.key.block == block
        )

    def shown(self, look: Look, block: int | None = None) -> Look:
        """A look of the note or of a block, with what waits for it."""
        own = {} if block is None else self._waiting.get(block, {})
        note = self._document.note
        known = None if block is None else block_of(note, block)
        whole = {
            name: value
            for name, value in self._waiting.get(None, {}).items()
            if known is None or name not in known.look
        }
        return replace(look, **{**whole, **own})

    def proposed(self) -> Note:
        """The note as it will be."""
        note = self._document.note
        for block, values in self._waiting.items():
            if block is None or block_of(note, block) is not None:
                note = set_look(note, values, block)
        return note

    def concerns(self, line: PlannedLine) -> bool:
        """Whether a line would be written again."""
        return self.shown(line.look, line.key.block) != line.look and not line.edit.locked

    def requests(self, line: PlannedLine) -> tuple[LineRequest, ...]:
        """What will be asked for a line, if its words stay together."""
        builder = RequestBuilder(self.proposed(), self._session.signature[1], {})
        return builder.requests(line.key, self.shown(line.look, line.key.block))

    def apply(self) -> bool:
        """Make the changes that wait, as one step; whether there were any."""
        if not self._waiting:
            return False
        note, step = self.proposed(), self._step
        self._waiting.clear()
        self.changed.emit()
        self._document.edit(step, note)
        return True

    def park(self) -> tuple[dict[int | None, dict[str, Any]], str]:
        """What waits, and how that step is called: another note is about to be shown."""
        return dict(self._waiting), self._step

    def resume(self, held: tuple[dict[int | None, dict[str, Any]], str]) -> None:
        """Let it wait again."""
        waiting, self._step = held
        self._waiting = dict(waiting)
        self.changed.emit()

    def discard(self) -> bool:
        """Give up what waits; whether there was anything."""
        waited = bool(self._waiting)
        self._waiting.clear()
        if waited:
            self.changed.emit()
        return waited
