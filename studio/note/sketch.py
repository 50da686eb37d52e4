"""A note as it stands before all of it is written: known lines in ink, others as ghosts."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from types import MappingProxyType

import numpy as np

from engine.ink import Ink, Stroke
from studio.note.layout import Layout, lay_out
from studio.note.note import Note
from studio.note.page import LineKey, Pages
from studio.note.plan import PlannedLine
from studio.note.widths import Widths
from studio.note.writer import LineRequest, Writer, WrittenLine

_HEIGHT = -0.5


@dataclass(frozen=True, eq=False)
class Sketch:
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
        return replace(
            layout,
            written=MappingProxyType({r: w for r, w in layout.written.items() if r not in gone}),
            placed=MappingProxyType(
                {p: line for p, line in layout.placed.items() if p.key not in self.ghosts}
            ),
            records=MappingProxyType(
                {key: record for key, record in layout.records.items() if key not in self.ghosts}
            ),
        )


def sketch(
    note: Note,
    writer: Writer,
    known: Mapping[LineRequest, WrittenLine],
    before: Layout | None = None,
) -> Sketch:
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
    ghostly = _Ghostwriter(writer, before.widths if before else Widths())
    layout = lay_out(note, ghostly, before, known=known)
    learned = [(r, w) for r, w in layout.written.items() if r in known]
    old = set(before.written) if before else set()
    widths = (before.widths if before else Widths()).learned(
        (r.text, r.style, w.ink.width) for r, w in learned if r not in old
    )
    layout = replace(layout, widths=widths)
    missing = tuple(r for r in layout.plan.requests if r not in known and r not in old)
    gone = set(missing)
    ghosts = frozenset(
        line.key for line in layout.plan.everything if not gone.isdisjoint(line.requests)
    )
    return Sketch(layout, missing, ghosts)


class _Ghostwriter:
    """Writes a flat stroke for each word, as wide as the word is expected to be."""

    def __init__(self, writer: Writer, widths: Widths) -> None:
        self._writer, self._widths = writer, widths

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
        return [ghost(request, self._widths) for request in requests]


def ghost(request: LineRequest, widths: Widths) -> WrittenLine:
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
