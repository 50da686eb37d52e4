"""Rerolls: a word, line or paragraph written again, candidates to pick from, the one before."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, QPoint, Signal

from engine.errors import ScriptoriumError
from engine.ink import Ink
from studio.desk.actions import Action, ActionModel
from studio.desk.candidates import COUNT, Candidates
from studio.desk.composer import Composer
from studio.desk.document import Document
from studio.desk.hand_model import HandModel
from studio.desk.selection import Reach, Selected, SelectionModel, areas_of, lines_of
from studio.desk.style_list import StyleList
from studio.desk.theme import Theme
from studio.desk.window import Window
from studio.desk.worker import Urgency, Worker
from studio.note.file import compact
from studio.note.line_ink import part
from studio.note.note import LineEdit
from studio.note.page import LineKey
from studio.note.plan import PlannedLine
from studio.note.words import word_cuts
from studio.note.writer import LineRequest, WrittenLine


@dataclass(frozen=True, eq=False)
class _Wish:
    """What is to be written anew: a planned line, and which word of which piece of it.

    Parameters
    ----------
    planned : PlannedLine
    piece : int
    word : int or None
        In the piece; None means the whole line.
    """

    planned: PlannedLine
    piece: int
    word: int | None


class Rerolls(QObject):
    """Joins the selection with the hand."""

    lines_wanted = Signal()
    """Lines have new seeds: they are to be written."""

    def __init__(
        self,
        window: Window,
        document: Document,
        selection: SelectionModel,
        composer: Composer,
        hands: HandModel,
        styles: StyleList,
        worker: Worker,
        theme: Theme,
        actions: ActionModel,
    ) -> None:
        super().__init__()
        self._window, self._document, self._selection = window, document, selection
        self._composer, self._hands, self._styles = composer, hands, styles
        self._worker, self._theme, self._actions = worker, theme, actions
        self._former: dict[LineKey, list[LineEdit]] = {}
        document.opened.connect(self._former.clear)
        selection.changed.connect(lambda _: self._enable())
        composer.sketched.connect(lambda _: self._enable())

    def _enable(self) -> None:
        value = self._selection.value
        locked = value is not None and self._edit(value.key).locked
        written = value is not None and value.reach is not Reach.DRAWING
        able = written and not locked and self._hands.ready
        for ident in ("selection.reroll", "selection.candidates"):
            self._actions.enable(ident, able)
        self._actions.enable(
            "selection.previous", value is not None and bool(self._former.get(value.key))
        )

    def _edit(self, key: LineKey) -> LineEdit:
        return self._document.note.edits.get(key, LineEdit())

    # What is wished for ----------------------------------------------------------------------

    def _wish(self, value: Selected) -> _Wish | None:
        sketch = self._composer.sketch
        if sketch is None or value.key in sketch.ghosts:
            return None
        for planned in sketch.layout.plan.lines:
            boxed = value.reach is Reach.BOX and planned.key.block == value.key.block
            if boxed or planned.key == value.key:
                if value.reach is not Reach.WORD:
                    return _Wish(planned, 0, None)
                word = place_in_text(self._edit(value.key), value.word)
                for piece, request in enumerate(planned.requests):
                    count = len(request.text.split(" "))
                    if word < count:
                        return _Wish(planned, piece, word)
                    word -= count
        return None

    def _written(self, planned: PlannedLine) -> list[WrittenLine]:
        sketch = self._composer.sketch
        assert sketch is not None
        return [sketch.layout.written[request] for request in planned.requests]

    def _work(self, wish: _Wish, count: int) -> Callable[[], list[list[WrittenLine]]]:
        """What the worker does: the line's pieces, `count` times."""
        hand, find = self._hands.hand, self._styles.find
        assert hand is not None
        requests, pieces = wish.planned.requests, self._written(wish.planned)
        writer = self._composer.writer()
        signs = not set("".join(r.text for r in requests)) <= set(hand.alphabet)
        seeds = [random.getrandbits(31) for _ in range(count)]

        def write() -> list[list[WrittenLine]]:
            # Brings scipy's statistics, which would hold up the window for a second.
            from studio.note.reroll import spliced, word_candidates

            style = None if requests[0].style is None else find(requests[0].style)
            if wish.word is not None:
                old, word = pieces[wish.piece], wish.word
                if signs:
                    # The hand cannot be primed with a line that has recorded symbols in it.
                    asked = replace(requests[wish.piece], text=old.text.split(" ")[word])
                    new = [
                        spliced(old, word, one.ink, one.characters, one.seed)
                        for one in writer.write_lines([replace(asked, seed=s) for s in seeds])
                    ]
                else:
                    new = word_candidates(
                        hand, old, word, seeds, style=style, bias=requests[0].bias
                    )
                return [
                    [compact(line) if p == wish.piece else old for p, old in enumerate(pieces)]
                    for line in new
                ]
            # All pieces of all candidates at once.
            lines = [
                compact(line)
                for line in writer.write_lines(
                    [
                        replace(request, seed=(seed + n) % 2**31)
                        for seed in seeds
                        for n, request in enumerate(requests)
                    ]
                )
            ]
            return [lines[k : k + len(requests)] for k in range(0, len(lines), len(requests))]

        return write

    def _take(self, wish: _Wish, pieces: list[WrittenLine], step: str) -> None:
        """Let a line have other ink, as a variant of its request."""
        key, known = wish.planned.key, self._composer.known
        bases = {replace(r, variant=0) for r in wish.planned.requests}
        used = [r.variant for r in known if replace(r, variant=0) in bases]
        variant = 1 + max(used, default=0)
        lines: dict[LineRequest, WrittenLine] = {
            replace(request, variant=variant): piece
            for request, piece in zip(wish.planned.requests, pieces, strict=True)
        }
        self._composer.know(lines)
        edit = self._edit(key)
        self._former.setdefault(key, []).append(edit)
        self._change(step, {key: replace(edit, variant=variant)})

    def _change(self, step: str, changed: dict[LineKey, LineEdit]) -> None:
        note = self._document.note
        self._document.edit(step, replace(note, edits={**note.edits, **changed}))

    # Actions ---------------------------------------------------------------------------------

    def reroll(self) -> None:
        """Write what is selected again: a word at once, lines by the pen."""
        value = self._selection.value
        if value is None or not self._hands.ready:
            return
        if value.reach is Reach.WORD:
            wish = self._wish(value)
            if wish is not None:
                self._worker.request(
                    "reroll",
                    Urgency.SAMPLE,
                    self._work(wish, 1),
                    lambda results: self._take(wish, results[0], "Reroll a word"),
                    self._failed,
                )
            return
        changed = {}
        for found in lines_of(self._window.pages.pages, value):
            assert found.line.key is not None
            edit = self._edit(found.line.key)
            if not edit.locked:
                self._former.setdefault(found.line.key, []).append(edit)
                changed[found.line.key] = replace(edit, seed=random.getrandbits(31), variant=0)
        if changed:
            self._change(f"Reroll a {value.reach}", changed)
            self.lines_wanted.emit()

    def previous(self) -> None:
        """Take the ink back that the line had before its last reroll."""
        value = self._selection.value
        if value is not None and self._former.get(value.key):
            former = self._former[value.key].pop()
            edit = self._edit(value.key)
            back = replace(edit, seed=former.seed, variant=former.variant)
            self._change("Take the one before", {value.key: back})

    def candidates(self) -> None:
        """Write four and let the user pick one."""
        value = self._selection.value
        wish = None if value is None else self._wish(value)
        if value is None or wish is None or not self._hands.ready:
            return
        popup = Candidates(self._theme, 2 if wish.word is not None else 1, self._window)
        look = wish.planned.look

        def done(results: list[list[WrittenLine]]) -> None:
            popup.show_inks([_shown(wish, pieces) for pieces in results], look)
            name = "a word" if wish.word is not None else "a line"
            popup.picked.connect(lambda number: self._take(wish, results[number], f"Choose {name}"))

        popup.destroyed.connect(lambda: self._worker.cancel("reroll"))
        popup.open_at(self._below(value))
        self._worker.request("reroll", Urgency.SAMPLE, self._work(wish, COUNT), done, self._failed)

    def _below(self, value: Selected) -> QPoint:
        view = self._window.pages
        areas = areas_of(view.pages, value)
        if not areas:
            return view.mapToGlobal(view.rect().center())
        area = view.around(*areas[0])
        at = area.bottomLeft() + area.bottomRight()
        return view.viewport().mapToGlobal(QPoint(round(at.x() / 2), round(area.bottom()) + 12))

    def _failed(self, error: BaseException) -> None:
        if not isinstance(error, ScriptoriumError):
            raise error
        self._window.notice.say(str(error), "reroll")

    def actions(self) -> tuple[Action, ...]:
        """What can be done."""
        menu = "Selection"
        return (
            Action("selection.reroll", "Reroll", self.reroll, menu, "R", "dices",
                   "Write it again", group=0),
            Action("selection.candidates", "Four candidates", self.candidates, menu, "C",
                   "layout-grid", "See four beside each other and pick one", group=0),
            Action("selection.previous", "The one before", self.previous, menu, "Shift+R",
                   "history", "Take the ink back that was there before", group=0),
        )  # fmt: skip


def place_in_text(edit: LineEdit, place: int) -> int:
    """A placed word's place in its line's text: deleted words before it count, too."""
    for gone in sorted(k for k, word in edit.words if word.deleted):
        if gone <= place:
            place += 1
    return place


def _shown(wish: _Wish, pieces: list[WrittenLine]) -> Ink:
    """What a candidate shows: the new word, or the line."""
    if wish.word is None:
        return Ink.joined(_row(pieces))
    line = pieces[wish.piece]
    cuts = word_cuts(line.text, line.ink, line.characters)
    return part(line.ink, int(cuts[wish.word]), int(cuts[wish.word + 1]))


def _row(pieces: list[WrittenLine]) -> list[Ink]:
    right, row = -0.9, []
    for piece in pieces:
        moved = piece.ink.moved(right + 0.9 - piece.ink.bounds[0], 0.0)
        right = moved.bounds[2]
        row.append(moved)
    return row
