"""What a note's earlier values were laid out as, so that undo and redo find their lines again."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from typing import NamedTuple

from studio.document.note import Note
from studio.document.page import LineKey
from studio.layout.layout import Layout
from studio.layout.line_requests import LineRecord
from studio.layout.plan import Plan
from studio.layout.typesetting import Typesetting

MOST = 20_000
"""Lines of earlier layouts that are kept, all together: some 2 kB each."""


class _Kept(NamedTuple):
    """A value of the note, and what its next layout begins with, without the ink."""

    note: Note
    plan: Plan
    records: Mapping[LineKey, LineRecord]
    typesetting: Typesetting | None


class LayoutHistory:
    """The plans of the values that a note had, the latest ones.

    The ink of a line is known as long as the same line is asked for. Where a text is broken hangs
    on what is known of widths, though, and that changes with each line that is written: a value
    that comes back is to be broken as it was.
    """

    def __init__(self) -> None:
        self._kept: OrderedDict[int, _Kept] = OrderedDict()
        self._lines = 0
        self._last: Note | None = None

    def keep(self, note: Note, layout: Layout, whole: bool) -> None:
        """Remember how a value of the note is laid out now.

        Parameters
        ----------
        note : Note
        layout : Layout
        whole : bool
            Whether all of it is written. Where ghosts stand, the breaks are a guess, and by what
            has been written since a better one can be made.
        """
        self._last = note
        self._drop(id(note))
        if not whole:
            return
        # While the note itself is kept no other can have its id.
        self._kept[id(note)] = _Kept(note, layout.plan, layout.records, layout.typesetting)
        self._lines += len(layout.plan.lines)
        while self._lines > MOST and len(self._kept) > 1:
            self._drop(next(iter(self._kept)))

    def _drop(self, ident: int) -> None:
        kept = self._kept.pop(ident, None)
        if kept is not None:
            self._lines -= len(kept.plan.lines)

    def start(self, note: Note, before: Layout | None) -> Layout | None:
        """What the next layout of a note starts from: for a value that comes back, as it was.

        Parameters
        ----------
        note : Note
        before : Layout or None
            The layout before, whose ink stays where it has its place.
        """
        kept = self._kept.get(id(note))
        if kept is None or before is None or note is self._last:
            return before
        return Layout(
            before.pages,
            kept.plan,
            before.written,
            before.placed,
            kept.records,
            before.widths,
            {**before.earlier, **before.records},
            before.passages,
            before.settled,
            typesetting=kept.typesetting,
            blocks=before.blocks,
            ghosts=before.ghosts,
        )
