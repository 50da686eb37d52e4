"""A note before all of it is written: known lines in ink, placeholders for the others."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from types import MappingProxyType

from engine.errors import MALFORMED
from studio.document.deferred_lines import DeferredMapping
from studio.document.note import Note
from studio.document.page import LineKey, Pages
from studio.layout.layout import Layout, LayoutWork, placed_as_planned, placeholder
from studio.layout.line_writer import LineRequest, Writer, WrittenLine
from studio.layout.plan import PlannedLine

_HEIGHT = -0.5


@dataclass(frozen=True, eq=False)
class DraftLayout:
    """A layout some of whose lines are not written yet.

    Parameters
    ----------
    layout : Layout
        Its pages hold a ghost for each line that is not written: a flat stroke a word.
    missing : tuple of LineRequest
        What is to be written, in reading order.
    ghosts : frozenset of LineKey
        The lines that are not, or not wholly, written.
    """

    layout: Layout
    missing: tuple[LineRequest, ...]
    ghosts: frozenset[LineKey]

    def planned(self, request: LineRequest) -> tuple[PlannedLine, int]:
        """The line that a request is for, and which piece of it.

        Raises
        ------
        KeyError
            If the sketch has no such line.
        """
        for line in self.layout.plan.everything:
            if request in line.requests:
                return line, line.requests.index(request)
        raise KeyError(request)

    @property
    def inked(self) -> Pages:
        """The pages with what is written, without ghosts: what is exported."""
        pages = self.layout.pages
        return replace(
            pages,
            pages=tuple(
                replace(
                    page,
                    lines=page.lines_without(self.ghosts),
                    folio=None
                    if page.folio is None or page.folio.key in self.ghosts
                    else page.folio,
                )
                for page in pages
            ),
        )

    @cached_property
    def settled(self) -> Layout:
        """The layout without its ghosts: what the next sketch starts from."""
        if not self.missing:
            return self.layout
        layout = self.layout
        assert isinstance(layout.placed, DeferredMapping)
        return replace(
            layout,
            placed=DeferredMapping(layout.placed.deferred, self.ghosts),
            ghosts=self.ghosts,
        )


def make_draft(
    note: Note,
    writer: Writer,
    known: Mapping[LineRequest, WrittenLine],
    before: Layout | None = None,
) -> DraftLayout:
    """Lay a note out with the lines that are written, and guess the rest.

    When all is written, the pages are those of `studio.layout.layout.lay_out`.

    Parameters
    ----------
    note : Note
    writer : Writer
        Who is to write the rest; it is asked for its name, its alphabet and its usual widths.
    known : mapping
    before : Layout, optional
        The `settled` layout of the sketch before.

    Raises
    ------
    TextError, SettingError, StyleError
        As `lay_out`.
    """
    work = LayoutWork(note, writer, before, known)
    layout, missing = work.draft(work.settled_plan())
    return DraftLayout(layout, missing, layout.ghosts)


def as_it_stood(
    note: Note,
    writer: Writer,
    known: Mapping[LineRequest, WrittenLine],
    layout: Layout,
) -> DraftLayout | None:
    """A note that comes from a file as its lines stood there, without planning anything again.

    Parameters
    ----------
    note : Note
    writer : Writer
        Nothing is asked of it but its name.
    known : mapping
        The file's lines.
    layout : Layout
        The file's own.

    Returns
    -------
    DraftLayout or None
        None where the layout is not one of this note.
    """
    plan = layout.plan
    parts = len(plan.everything) + len(note.blocks) + len(note.boxes) + len(note.drawings)
    if plan.pages > parts + 1:
        return None
    written = {r: known.get(r) or placeholder(r, layout.widths) for r in plan.requests}
    missing = tuple(request for request in plan.requests if request not in known)
    gone = set(missing)
    unwritten = frozenset(
        line.key for line in plan.everything if not gone.isdisjoint(line.requests)
    )
    try:
        shown = placed_as_planned(note, writer, plan, written, layout)
    except MALFORMED:
        return None
    # The lines are laid into their places later: what a damaged plan has is told now.
    if not all(_is_sound(line, [written[r] for r in line.requests]) for line in plan.everything):
        return None
    inked = MappingProxyType({r: known[r] for r in plan.requests if r in known})
    return DraftLayout(replace(shown, written=inked), missing, unwritten)


def _is_sound(line: PlannedLine, pieces: Sequence[WrittenLine]) -> bool:
    """Whether a line's ink has its words, and its place is one."""
    words = sum(len(piece.text.split(" ")) for piece in pieces)
    place = line.left, line.width, line.most, line.baseline, line.low, line.high, line.above
    others = line.below, line.angle, line.gaps
    # A page number is one word, whatever spaces it has.
    return words >= len(line.words) and all(map(math.isfinite, (*place, *others)))
