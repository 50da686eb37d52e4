"""Rerolls: a word, line or paragraph written again, candidates to pick from, the one before."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, QRect, Signal

from engine.errors import ScriptoriumError
from studio.desk.actions import Action
from studio.desk.context import StudioContext
from studio.desk.views.candidates_dialog import COUNT, CandidatesDialog
from studio.desk.views.window import Window
from studio.desk.worker import Urgency
from studio.document.editing import (
    choose_variants,
    edit_of,
    place_in_text,
    rewrite_lines,
    take_back,
)
from studio.document.note import LineEdit, Note
from studio.document.page import LineKey
from studio.document.selection import Reach, Selected, areas_of, lines_of
from studio.layout.line_writer import LineRequest, WrittenLine
from studio.writing.note_tabs import NotePart
from studio.writing.rewrite_request import Candidate, RewriteRequest


class RerollController(QObject):
    """Joins the selection with the hand."""

    lines_wanted = Signal()
    """Lines have new seeds: they are to be written."""

    def __init__(self, context: StudioContext, window: Window) -> None:
        super().__init__()
        document, selection, session = context.document, context.selection, context.session
        self._window, self._notices = window, context.notices
        self._document, self._selection, self._session = document, selection, session
        self._hands, self._worker = context.hands, context.worker
        self._theme, self._actions = context.theme, context.actions
        self._former: list[dict[LineKey, LineEdit]] = []
        """What each reroll since the note was opened took the place of."""
        self._awaited: Selected | None = None
        """What is being written again."""
        document.opened.connect(self._opened)
        selection.changed.connect(self._selected)
        session.drafted.connect(lambda _: self._enable())
        context.tabs.add(NotePart(lambda: tuple(self._former), self._resume))

    def _opened(self) -> None:
        self._worker.cancel("reroll")
        self._former.clear()
        self._await(None)

    def _resume(self, former: tuple[dict[LineKey, LineEdit], ...]) -> None:
        self._former = list(former)
        self._enable()

    def _selected(self, _: object) -> None:
        self._notices.clear("reroll")
        self._enable()

    def _enable(self) -> None:
        value = self._selection.value
        self._window.context_bar.show_busy(self._awaited is not None and self._awaited == value)
        written = value is not None and value.reach is not Reach.DRAWING
        locked = value is not None and not self._keys(value)
        free = written and not locked and self._awaited is None
        for ident in ("selection.reroll", "selection.candidates"):
            self._actions.enable(ident, free and self._hands.ready)
        self._actions.enable("selection.previous", free and bool(self._before()))

    def _await(self, value: Selected | None) -> None:
        """Something is being written again, or is no longer."""
        self._awaited = value
        self._enable()

    def _edit(self, key: LineKey) -> LineEdit:
        return edit_of(self._document.note, key)

    def _keys(self, value: Selected) -> list[LineKey]:
        """The lines of a selection that are not locked."""
        keys = [found.line.key for found in lines_of(self._window.pages.pages, value)]
        return [key for key in keys if key is not None and not self._edit(key).locked]

    # What is wished for ----------------------------------------------------------------------

    def _wish(self, value: Selected) -> RewriteRequest | None:
        draft = self._session.draft
        if draft is None:
            return None
        keys = {value.key} if value.reach is Reach.WORD else set(self._keys(value))
        lines = tuple(
            line
            for line in draft.layout.plan.lines
            if line.requests and line.key in keys and line.key not in draft.ghosts
        )
        if not lines:
            return None
        wish = RewriteRequest(lines, draft.layout.written)
        if value.reach is not Reach.WORD:
            return wish
        word = place_in_text(self._edit(value.key), value.word)
        for piece, request in enumerate(lines[0].requests):
            count = len(request.text.split(" "))
            if word < count:
                return replace(wish, piece=piece, word=word)
            word -= count
        return None

    def _ask(self, wish: RewriteRequest, count: int, popup: CandidatesDialog | None = None) -> None:
        """Have the worker write a wish; take what comes of it, or show it to be chosen from."""
        now = self._session.snapshot
        hand, find, writer = now.hand, now.find, now.writer
        assert hand is not None
        self._await(self._selection.value)
        self._notices.clear("reroll")

        def done(found: list[Candidate]) -> None:
            self._await(None)
            if popup is None:
                self._take(wish, found[0], f"Reroll {wish.name}")
                return
            popup.show_inks([wish.shown(one) for one in found], wish.lines[0].look)
            popup.picked.connect(lambda n: self._take(wish, found[n], f"Choose {wish.name}"))

        self._worker.request(
            "reroll",
            Urgency.SAMPLE,
            lambda: wish.candidates(count, hand, writer, find),
            done,
            partial(self._failed, popup),
        )

    def _take(self, wish: RewriteRequest, candidate: Candidate, step: str) -> None:
        """Let lines have other ink, each as a variant of its request."""
        lines: dict[LineRequest, WrittenLine] = {}
        variants: dict[LineKey, int] = {}
        for planned, pieces in zip(wish.lines, candidate, strict=True):
            bases = {replace(r, variant=0) for r in planned.requests}
            known = self._session.known
            used = [r.variant for r in known if replace(r, variant=0) in bases]
            variant = 1 + max(used, default=0)
            for request, piece in zip(planned.requests, pieces, strict=True):
                lines[replace(request, variant=variant)] = piece
            variants[planned.key] = variant
        self._session.know(lines)
        self._change(step, variants, choose_variants(self._document.note, variants))

    def _change(self, step: str, keys: Iterable[LineKey], note: Note) -> None:
        self._former.append({key: self._edit(key) for key in keys})
        self._document.edit(step, note)

    def _before(self) -> dict[LineKey, LineEdit]:
        """What the last reroll of the selection took the place of; empty where there was none."""
        value = self._selection.value
        keys = set() if value is None else {value.key, *self._keys(value)}
        return next((step for step in reversed(self._former) if keys & set(step)), {})

    # Actions ---------------------------------------------------------------------------------

    def reroll(self) -> None:
        """Write what is selected again: a word at once, lines by the pen."""
        value = self._selection.value
        if value is None or not self._hands.ready:
            return
        if value.reach is Reach.WORD:
            wish = self._wish(value)
            if wish is not None:
                self._ask(wish, 1)
            return
        seeds = {key: random.getrandbits(31) for key in self._keys(value)}
        if seeds:
            note = rewrite_lines(self._document.note, seeds)
            self._change(f"Reroll a {value.reach}", seeds, note)
            self.lines_wanted.emit()

    def previous(self) -> None:
        """Restore the previous ink the last reroll."""
        step = self._before()
        if not step:
            return
        self._former.remove(step)
        self._document.edit("Take the one before", take_back(self._document.note, step))

    def candidates(self) -> None:
        """Write four and let the user pick one."""
        value = self._selection.value
        wish = None if value is None else self._wish(value)
        if value is None or wish is None or not self._hands.ready:
            return
        popup = CandidatesDialog(self._theme, wish.shape, wish.extent, self._window)
        popup.closed.connect(self.abandon)
        popup.open_beside(self._place(value))
        self._ask(wish, COUNT, popup)

    def abandon(self) -> bool:
        """What is being written again is not wanted any more; tells whether there was anything."""
        waited = self._awaited is not None
        self._worker.cancel("reroll")
        self._await(None)
        return waited

    def _place(self, value: Selected) -> QRect:
        """Where a selection stands on the screen."""
        view = self._window.pages
        areas = areas_of(view.pages, value)
        shown = view.around(*areas[0]).toAlignedRect() if areas else view.viewport().rect()
        return QRect(view.viewport().mapToGlobal(shown.topLeft()), shown.size())

    def _failed(self, popup: CandidatesDialog | None, error: BaseException) -> None:
        self._await(None)
        if self._hands.recovers(error):
            sentence = "The GPU failed; ask again when the CPU is ready."
        elif isinstance(error, ScriptoriumError):
            sentence = str(error)
        else:
            if popup is not None:
                popup.close()
            raise error
        if popup is None:
            self._notices.say(sentence, "reroll")
        else:
            popup.show_error(sentence)

    def actions(self) -> tuple[Action, ...]:
        """What can be done."""
        menu = "Selection"
        return (
            Action("selection.reroll", "Reroll", self.reroll, menu, "R", "dices",
                   "Write it again", group=0),
            Action("selection.candidates", "Four candidates", self.candidates, menu, "C",
                   "layout-grid", "Show four versions and choose one", group=0),
            Action("selection.previous", "The one before", self.previous, menu, "Shift+R",
                   "history", "Restore the previous ink", group=0),
        )  # fmt: skip
