"""How long whole things take: the first ink of a line, a page of lines, a letter up to its PDF."""

from __future__ import annotations

import statistics
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.sampling.policy import ONCE
from studio.benchmarks.memory import forget_peak, peak_megabytes

if TYPE_CHECKING:
    from engine.hand import Hand

PAGE = 30
"""Lines of a page."""

FILLED = 0.69
"""Share of a page of A4 that the demonstration's letter fills."""

TEXTS = (
    "It has been a quiet autumn here. The boats",
    "were taken out of the water in October, and",
    "since then we have had the bay to ourselves.",
)
"""What the lines of a page say, in turn."""


def first_ink(hand: Hand, rounds: int) -> float:
    """Seconds from asking for a line to its first point: the median of some lines."""
    taken = []
    for seed in range(rounds + 1):
        begin = time.perf_counter()
        next(hand.stream(TEXTS[0], seed=seed))
        taken.append(time.perf_counter() - begin)
    # The first one warms up.
    return statistics.median(taken[1:])


def page(hand: Hand, rounds: int) -> float:
    """Seconds in which a page of lines is sampled, each to its end: the median of some pages."""
    texts = [TEXTS[line % len(TEXTS)] for line in range(PAGE)]
    taken = []
    for number in range(rounds + 1):
        begin = time.perf_counter()
        hand.write_lines(texts, seeds=number * PAGE, policy=ONCE)
        taken.append(time.perf_counter() - begin)
    return statistics.median(taken[1:])


@dataclass(frozen=True)
class LetterTiming:
    """What a letter from its text to the PDF took.

    Attributes
    ----------
    pages, lines, words : int
    writing_s, pdf_s : float
        Seconds of layout and writing, and of the PDF.
    processor_s : float
        Seconds of processor time of both, all threads together.
    peak_mb : float or None
        The most memory that the process held meanwhile, where the system tells.
    """

    pages: int
    lines: int
    words: int
    writing_s: float
    pdf_s: float
    processor_s: float
    peak_mb: float | None

    def summary(self) -> dict[str, Any]:
        """All of it in plain numbers."""
        return asdict(self)


def letter(hand: Hand, pages: int) -> LetterTiming:
    """Write a letter that fills about so many pages of A4, and export it."""
    from engine.style.style import find
    from studio.document.note import Note
    from studio.document.templates import DEMO_LETTER
    from studio.exporting.formats import ExportOptions, export
    from studio.layout.layout import lay_out
    from studio.layout.line_writer import HandWriter

    note = Note.from_text("\n".join([DEMO_LETTER] * max(1, round(pages / FILLED))))
    forget_peak()
    begin, processor = time.perf_counter(), time.process_time()
    layout = lay_out(note, HandWriter(hand, find))
    written = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        export(layout.pages, Path(folder, "letter.pdf"), options=ExportOptions())
    return LetterTiming(
        pages=len(layout.pages),
        lines=len(layout.plan.lines),
        words=len(note.text.split()),
        writing_s=written - begin,
        pdf_s=time.perf_counter() - written,
        processor_s=time.process_time() - processor,
        peak_mb=peak_megabytes(),
    )
