"""Letters in one batch against letters one after another, in one thread and in one run."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
import torch

from engine.hand import Hand
from engine.style.style import DEFAULT, bundled
from studio.document.note import Look, Note
from studio.document.paper import paper_named
from studio.layout.layout import lay_out
from studio.merge.letter_writer import LetterWriter, Outputs, line_writer
from studio.merge.letters import Letter
from studio.merge.template import seeded

pytestmark = pytest.mark.bench

INVITATION = (
    "Dear {name},\n\nwe are getting married on the twelfth of June, in the old barn behind the "
    "church at Ashwell, and we would love you to come and celebrate with us. Dinner is at six.\n\n"
    "With love,\nHannah and Tom"
)
NAMES = ("Ada", "Grace", "Mary", "Alan", "Edsger", "Barbara", "Donald", "Margaret")


def letters(count: int, text: str = INVITATION, paper: str = "A5") -> list[Letter]:
    note = Note((), look=Look(style=DEFAULT, seed=1), paper=paper_named(paper))
    return [
        Letter(
            str(number),
            f"{number}",
            seeded(
                replace(
                    note,
                    blocks=Note.from_text(
                        text.format(name=f"{NAMES[number % len(NAMES)]} {number}")
                    ).blocks,
                ),
                str(number),
            ),
        )
        for number in range(count)
    ]


def measured(hand: Hand, some: list[Letter]) -> tuple[float, float]:
    """Processor seconds a letter: in one batch, and one after another."""
    writer = line_writer(hand, bundled(), {})
    # What a style brings is made once, whoever writes first.
    lay_out(some[0].note, writer)
    begun = time.process_time()
    together = {one.id: one.files for one in LetterWriter(writer, Outputs(), 64).write(some)}
    between = time.process_time()
    alone = {
        one.id: one.files
        for letter in some
        for one in LetterWriter(writer, Outputs(), 1).write([letter])
    }
    ended = time.process_time()
    assert alone == together
    return (between - begun) / len(some), (ended - between) / len(some)


@pytest.mark.parametrize(
    ("what", "text", "paper"),
    [("invitations", INVITATION, "A5"), ("envelopes", "{name}\n4 Mill Lane\nAshwell", "DL")],
)
def test_letters_at_once_against_one_after_another(
    rounds: int, what: str, text: str, paper: str
) -> None:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        count = min(16 * rounds, 256)
        at_once, in_turn = measured(Hand.load(), letters(count, text, paper))
    finally:
        torch.set_num_threads(threads)
    print(
        f"\n{count} {what}: {at_once:.2f} s of a core a letter at once ({3600 / at_once:,.0f} an "
        f"hour), {in_turn:.2f} s one after another ({3600 / in_turn:,.0f}): "
        f"{in_turn / at_once:.2f} times"
    )
    assert at_once < in_turn
