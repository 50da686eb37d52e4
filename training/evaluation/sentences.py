"""Sentences that no corpus holds, made by rule: what a hand writes when it is judged."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

#: Lines that are made in search of rare characters.
TRIES = 20_000

NAMES = (
    "Anna", "Boris", "Clara", "David", "Emma", "Frank", "Grace", "Hugo", "Iris", "Jonas", "Kate",
    "Liam", "Maria", "Nora", "Oscar", "Paula", "Quentin", "Rosa", "Simon", "Tessa", "Ursula",
    "Victor", "Wanda", "Xenia", "Yusuf", "Zoe",
)  # fmt: skip
PLACES = (
    "Athens", "Berlin", "Cairo", "Dover", "Exeter", "Florence", "Geneva", "Harwich", "Izmir",
    "Kyoto", "Lisbon", "Madrid", "Naples", "Oslo", "Prague", "Quebec", "Rome", "Turin", "Utrecht",
    "Vienna", "Warsaw", "York", "Zagreb",
)  # fmt: skip
THINGS = (
    "lamp", "kettle", "violin", "garden", "basket", "letter", "jacket", "bridge", "picture",
    "window", "quilt", "zip", "box", "wheel", "pencil", "orchard", "ticket", "journal", "mirror",
)  # fmt: skip
KINDS = (
    "old", "quiet", "blue", "heavy", "empty", "fresh", "golden", "wooden", "broken", "lovely",
    "narrow", "excellent", "dusty", "vivid", "frozen", "plain", "rough", "small", "warm", "huge",
)  # fmt: skip
DEEDS = (
    "found", "painted", "carried", "sold", "fixed", "borrowed", "described", "kept", "wanted",
    "moved", "watched", "judged", "mended", "packed", "opened", "examined", "bought", "lost",
)  # fmt: skip
ADVERBS = (
    "today", "again", "slowly", "in the evening", "before breakfast", "without a word",
    "by mistake", "last week", "just in time", "for the first time", "next to the church",
    "over there",
)  # fmt: skip

#: {name}, {place}, {thing}, {kind}, {deed}, {adverb} and {number} are filled in at random.
PATTERNS = (
    "{name} {deed} the {kind} {thing} {adverb}.",
    "The {kind} {thing} was {deed} {adverb}.",
    "Did {name} say why the {thing} was {kind}?",
    "In {place}, {name} {deed} {number} {kind} things.",
    "{name} and {name} {deed} a {thing} in {place}.",
    "It was {kind}, {kind} and rather {kind}!",
    "Dear {name}, the {thing} is still {kind}.",
    "\"A {kind} {thing},\" said {name} {adverb}.",
    "They {deed} it {adverb}; nobody minded.",
    "Room {number}, {number} {place} Street",
    "my {thing} isn't as {kind} as {name}'s",
    "we {deed} every {thing} from {place} {adverb}",
)  # fmt: skip


#: What holds marks that ordinary sentences lack; for `holding` alone.
MARKED = (
    "{name} ({place}) {deed} the {thing}.",
    "{place}: {number} {thing}s, {number} boxes",
    "a well-{deed} {thing} from {place}",
    "{name} & {name}, {place}",
    "on {number}/{number} the {thing} was {deed}",
    "{number} + {number} = {number}",
    "the {thing} ({kind}, {kind}) - {deed}!",
)


def sentences(count: int, seed: int = 0) -> list[str]:
    """So many different lines of 15 to 60 characters, the same for the same seed."""
    random = np.random.default_rng(seed)
    made: dict[str, None] = {}
    while len(made) < count:
        line = _filled(PATTERNS, random)
        if 15 <= len(line) <= 60:
            made[line] = None
    return list(made)


def holding(characters: str, count: int, seed: int = 0) -> dict[str, list[str]]:
    """Up to so many lines for each character that hold it, within words or numbers.

    A character that no pattern has gets no line.
    """
    random = np.random.default_rng(seed)
    found: dict[str, list[str]] = {character: [] for character in characters}
    for _ in range(TRIES):
        wanted = [character for character, lines in found.items() if len(lines) < count]
        if not wanted:
            break
        line = _filled(PATTERNS + MARKED, random)
        for character in wanted:
            if character in line:
                found[character].append(line)
                break
    return found


def _filled(patterns: Sequence[str], random: np.random.Generator) -> str:
    def pick(words: Sequence[str]) -> str:
        return words[int(random.integers(len(words)))]

    line = pick(patterns)
    for field, words in (
        ("{name}", NAMES),
        ("{place}", PLACES),
        ("{thing}", THINGS),
        ("{kind}", KINDS),
        ("{deed}", DEEDS),
        ("{adverb}", ADVERBS),
    ):
        while field in line:
            line = line.replace(field, pick(words), 1)
    while "{number}" in line:
        line = line.replace("{number}", str(int(random.integers(2, 1900))), 1)
    return line
