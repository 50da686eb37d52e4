"""A note as it stands before all of it is written: known lines in ink, others as ghosts."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

from engine.errors import MALFORMED
from engine.ink.ink import Ink, Stroke
from studio.document.note import Note
from studio.document.page import LineKey, Pages, PlacedLine
from studio.layout.layout import Layout, lay_out, placed_as_planned, with_examples
from studio.layout.line_requests import LineRecord
from studio.layout.line_writer import LineRequest, Writer, WrittenLine
from studio.layout.plan import PlannedLine
from studio.layout.width_model import WidthModel

_HEIGHT = -0.5
FEW = 4
"""Lines after which the widths of words are known a little."""


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
    guessed_at : int
        How many lines were written when the widths of the ghosts were guessed.
    """

    layout: Layout
    missing: tuple[LineRequest, ...]
    ghosts: frozenset[LineKey]
    guessed_at: int = 0

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
        written = {r: w for r, w in layout.written.items() if r not in gone}
        drafts = {
            line: _Draft(placed, layout.records[line.key])
            for line, placed in layout.placed.items()
            if gone.issuperset(line.requests)
        }
        return _Settled(
            layout.pages,
            layout.plan,
            MappingProxyType(written),
            MappingProxyType(
                {p: line for p, line in layout.placed.items() if p.key not in self.ghosts}
            ),
            MappingProxyType(
                {key: record for key, record in layout.records.items() if key not in self.ghosts}
            ),
            layout.widths,
            layout.earlier,
            layout.passages,
            layout.settled,
            MappingProxyType(drafts),
            MappingProxyType({request: layout.written[request] for request in self.missing}),
            self.guessed_at,
        )


class _Draft(NamedTuple):
    """A line that is not written: its ghost in its place, and the record of that."""

    placed: PlacedLine
    record: LineRecord


@dataclass(frozen=True, eq=False)
class _Settled(Layout):
    """A layout without its ghosts, which are kept aside: most of them stay as they are."""

    drafts: Mapping[PlannedLine, _Draft] = field(default_factory=dict)
    ghosts: Mapping[LineRequest, WrittenLine] = field(default_factory=dict)
    guessed_at: int = 0


def make_draft(
    note: Note,
    writer: Writer,
    known: Mapping[LineRequest, WrittenLine],
    before: Layout | None = None,
) -> DraftLayout:
    """Lay a note out with the lines that are written, and guess the rest.

    Parameters
    ----------
    note : Note
    writer : Writer
        Who is to write the rest; nothing is asked of it here but its name and alphabet.
    known : mapping
    before : Layout, optional
        The `settled` layout of the sketch before.

    Raises
    ------
    TextError, SettingError, StyleError
        As `lay_out`.
    """
    ghosts: Mapping[LineRequest, WrittenLine] = {}
    start, guessed_at = before, len(before.written) if before else 0
    # All are guessed anew each time that twice as much is known of the widths of words.
    if isinstance(before, _Settled) and guessed_at <= 2 * before.guessed_at + FEW:
        start, ghosts, guessed_at = _with_drafts(before, known), before.ghosts, before.guessed_at
    ghostly = _PlaceholderWriter(writer, before.widths if before else WidthModel(), ghosts)
    layout = lay_out(note, ghostly, start, known=known)
    learned = [(r, w) for r, w in layout.written.items() if r in known]
    old = set(before.written) if before else set()
    widths = (before.widths if before else WidthModel()).learned(
        (r.text, r.style, w.ink.width) for r, w in learned if r not in old
    )
    layout = replace(layout, widths=widths)
    missing = tuple(r for r in layout.plan.requests if r not in known and r not in old)
    gone = set(missing)
    unwritten = frozenset(
        line.key for line in layout.plan.everything if not gone.isdisjoint(line.requests)
    )
    return DraftLayout(layout, missing, unwritten, guessed_at)


def as_it_stood(
    note: Note,
    writer: Writer,
    known: Mapping[LineRequest, WrittenLine],
    layout: Layout,
) -> DraftLayout | None:
    """A note that comes from a file as its lines stood there, without planning anything anew.

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
    return DraftLayout(shown, missing, unwritten, len(written) - len(missing))


def _with_drafts(before: _Settled, known: Collection[LineRequest]) -> Layout:
    """A settled layout with the ghosts of all lines of which nothing was written since."""
    drafts = {
        line: draft
        for line, draft in before.drafts.items()
        if not any(request in known for request in line.requests)
    }
    placed = {line: draft.placed for line, draft in drafts.items()}
    records = {line.key: draft.record for line, draft in drafts.items()}
    return replace(
        before,
        placed=MappingProxyType({**before.placed, **placed}),
        records=MappingProxyType({**before.records, **records}),
    )


class _PlaceholderWriter:
    """Writes a flat stroke for each word, as wide as the word is expected to be.

    Parameters
    ----------
    writer : Writer
    widths : WidthModel
    ghosts : mapping of LineRequest to WrittenLine
        What was written so before.
    """

    def __init__(
        self, writer: Writer, widths: WidthModel, ghosts: Mapping[LineRequest, WrittenLine]
    ) -> None:
        self._writer, self._widths, self._ghosts = writer, widths, ghosts

    @property
    def name(self) -> str:
        return self._writer.name

    @property
    def sha256(self) -> str:
        return self._writer.sha256

    @property
    def alphabet(self) -> Collection[str]:
        return self._writer.alphabet

    def examples(self, style: str | None) -> Sequence[tuple[str, float]]:
        return self._writer.examples(style)

    def write_lines(self, requests: Sequence[LineRequest]) -> Sequence[WrittenLine]:
        # As wide as they were expected to be when the text was broken.
        self._widths = with_examples(self._widths, (r.style for r in requests), self._writer)
        return [self._ghosts.get(r) or placeholder(r, self._widths) for r in requests]


def placeholder(request: LineRequest, widths: WidthModel) -> WrittenLine:
    """A flat stroke for each word of a text, as wide as the word is expected to be."""
    strokes: list[Stroke] = []
    characters: list[int] = []
    place, x = 0, 0.0
    space = widths.expected(" ", request.style)
    for word in request.text.split(" "):
        width = widths.expected(word, request.style) if word else 0.0
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
