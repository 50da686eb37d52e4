"""Sentences to copy: a quick set of three, a full one of twenty-four, and what they cover."""

from __future__ import annotations

import string
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

_PAIRS = (
    "th he in er an re on at en nd ti es or te of ed is it al ar st to nt ng se ha as ou io le "
    "ve co me de hi ri ro ic ne ea ra ce li ch ll be ma si om ur"
)
#: Letters that follow one another most often in English, which a recording should show joined.
PAIRS = tuple(_PAIRS.split())


@dataclass(frozen=True)
class PromptSet:
    """A set of sentences to copy, one a line.

    Parameters
    ----------
    key : str
        What files know it by.
    title : str
        What the user knows it by.
    sentences : tuple of str
        Empty for lines in one's own words.
    """

    key: str
    title: str
    sentences: tuple[str, ...] = ()


QUICK = PromptSet(
    "quick",
    "Quick: three lines",
    (
        "The quick brown fox jumps over a lazy dog.",
        "Sphinx of black quartz, judge my vow!",
        "I packed 5 boxes with a dozen liquor jugs.",
    ),
)

FULL = PromptSet(
    "full",
    "Full: twenty-four lines",
    (
        "Quiet waves rolled over the old harbour.",
        "My dear Zoe, thank you for the letter!",
        "Jack bought 12 boxes of fine white wax.",
        "The train leaves at 7:45 from Kyoto.",
        "Did Xavier find the missing nine tickets?",
        "Please come to dinner on Friday night.",
        "Uncle Henry's goose weighs 36 pounds.",
        "A small dog jumped over the lazy fox.",
        "We need less sugar, more eggs and milk.",
        '"Never again," said Olivia and laughed.',
        "Vast green fields stretch to the sea.",
        "Room 809 is up the stairs (turn left).",
        "Ground floor: books, maps and pictures.",
        "Quite soon the rain stopped; we walked.",
        "Be kind to your neighbours and friends.",
        "In 1924 Rosa sailed home to Lisbon.",
        "The cat sits quietly beside the old door.",
        "Yes, I often think of those happy hours.",
        "Each hand has its own way with letters.",
        "Call me on 0573 668 or write to Emil.",
        "Once a rich lion went to enjoy the jazz.",
        "Next week Paul will visit the zoo again.",
        "Good things are as rare as nice weather.",
        "Kindest regards from Sam, since March.",
    ),
)

FREE = PromptSet("free", "Free: your own words")

SYMBOL = PromptSet("symbol", "Symbol: a signature, or a sign that the hand does not know")
#: What a signature stands for in a text, where nothing else is chosen.
SIGNATURE = "✍"

GUIDES = {guide.key: guide for guide in (QUICK, FULL, FREE, SYMBOL)}


@dataclass(frozen=True)
class Coverage:
    """How often what a hand should show occurs in texts.

    Attributes
    ----------
    lower, upper, digits, pairs : dict
        Counts by character or pair; 0 for what is missing.
    """

    lower: dict[str, int]
    upper: dict[str, int]
    digits: dict[str, int]
    pairs: dict[str, int]

    @property
    def missing(self) -> tuple[str, ...]:
        """Letters and digits that do not occur."""
        groups = (self.lower, self.upper, self.digits)
        return tuple(key for group in groups for key, count in group.items() if not count)

    @property
    def share(self) -> float:
        """Share of all letters, digits and pairs that occur."""
        groups = (self.lower, self.upper, self.digits, self.pairs)
        counts = [count for group in groups for count in group.values()]
        return sum(count > 0 for count in counts) / len(counts)


def coverage(texts: Iterable[str]) -> Coverage:
    """What texts cover."""
    single: Counter[str] = Counter()
    double: Counter[str] = Counter()
    for text in texts:
        single.update(text)
        double.update(a + b for a, b in pairwise(text))
    return Coverage(
        {c: single[c] for c in string.ascii_lowercase},
        {c: single[c] for c in string.ascii_uppercase},
        {c: single[c] for c in string.digits},
        {pair: double[pair] for pair in PAIRS},
    )
