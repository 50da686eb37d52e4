"""A note before all of it is written: known lines in ink, placeholders for the others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import MappingProxyType

import numpy as np

from engine.errors import MALFORMED
from engine.ink.ink import Ink, Stroke
from studio.document.note import Note
from studio.document.page import LineKey, Pages, PlacedLine
from studio.layout.layout import Layout, LayoutWork, placed_as_planned
from studio.layout.line_fitting import fit
from studio.layout.line_ink import LineInk
from studio.layout.line_writer import LineRequest, Writer, WrittenLine
from studio.layout.plan import PlannedLine
from studio.layout.width_model import WidthModel

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
                    lines=tuple(line for line in page.lines if line.key not in self.ghosts),
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
        gone, layout = set(self.missing), self.layout
        return _Settled(
            layout.pages,
            layout.plan,
            MappingProxyType({r: w for r, w in layout.written.items() if r not in gone}),
            MappingProxyType(
                {p: line for p, line in layout.placed.items() if p.key not in self.ghosts}
            ),
            layout.records,
            layout.widths,
            layout.earlier,
            layout.passages,
            layout.settled,
            layout.guesses,
            MappingProxyType({p: x for p, x in layout.placed.items() if p.key in self.ghosts}),
        )


@dataclass(frozen=True, eq=False)
class _Settled(Layout):
    """A layout without its ghosts, which are kept aside: most of them stay as they are."""

    drafts: Mapping[PlannedLine, PlacedLine] = field(default_factory=dict)


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
    plan = work.settled_plan()
    missing = tuple(work.missing(plan))
    gone, drafts = set(missing), before.drafts if isinstance(before, _Settled) else {}
    waiting = [line for line in plan.everything if not gone.isdisjoint(line.requests)]
    ghosts = {
        line: drafts.get(line) or fit(line, _with_placeholders(line, work.written, work.widths))
        for line in waiting
    }
    return DraftLayout(work.layout(plan, ghosts), missing, frozenset(line.key for line in waiting))


def _with_placeholders(
    line: PlannedLine, written: Mapping[LineRequest, WrittenLine], widths: WidthModel
) -> LineInk:
    """A line with a flat stroke for each word that is not written."""
    return LineInk(tuple(written.get(r) or placeholder(r, widths) for r in line.requests))


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
    return DraftLayout(shown, missing, unwritten)


def placeholder(request: LineRequest, widths: WidthModel) -> WrittenLine:
    """A flat stroke for each word of a text, as wide as the word is expected to be."""
    strokes: list[Stroke] = []
    characters: list[int] = []
    place, x = 0, 0.0
    manner = (request.style, request.strength)
    space = widths.expected(" ", manner)
    for word in request.text.split(" "):
        width = widths.expected(word, manner) if word else 0.0
        if word:
            xs = np.linspace(x, x + width, len(word) + 1)
            strokes.append(Stroke(np.stack([xs, np.full_like(xs, _HEIGHT)], axis=1)))
            characters.extend(range(place, place + len(word)))
            characters.append(place + len(word) - 1)
        place += len(word) + 1
        x += width + space
    return WrittenLine(
        request.text, Ink(tuple(strokes)), np.array(characters, dtype=np.int64), request.seed
    )
