"""Provenance: what every file says of how it was written, in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from itertools import pairwise

from engine.bundled_hands import rights
from studio.document.page import Pages


def program() -> str:
    """The program's name and, where it is installed, its version."""
    try:
        return f"Scriptorium {version('scriptorium')}"
    except PackageNotFoundError:
        return "Scriptorium"


@dataclass(frozen=True)
class Provenance:
    """What a file's metadata say.

    Attributes
    ----------
    title, author : str
        The title is never empty: a note without one is named by its first words.
    hand, hand_sha256 : str
        Which hand wrote; all of them, where parts of a note are of others.
    styles, biases, seeds : str
        All that were used, each once, as words: "amber, hazel", "0.75", "1-12, 40".
    rights : str
        What may be done with the ink, by the cards of the hands; empty for a hand that does not
        ship.
    """

    title: str
    author: str
    hand: str
    hand_sha256: str
    styles: str
    biases: str
    seeds: str
    rights: str = ""

    @classmethod
    def of(cls, pages: Pages) -> Provenance:
        """What is to be said of these pages."""
        lines = list(pages.lines)
        return cls(
            title=pages.title.strip() or _first_words(pages.text),
            author=pages.author.strip(),
            hand=", ".join(name for name, _ in pages.hands),
            hand_sha256=", ".join(sha256 for _, sha256 in pages.hands),
            styles=", ".join(_once(line.style or "none" for line in lines)),
            biases=", ".join(_once(f"{line.bias:g}" for line in lines)),
            # A note's own seed makes all of its lines again; theirs alone are many.
            seeds=_ranges({line.seed for line in lines} if pages.seed is None else {pages.seed}),
            rights=_rights(pages.hands),
        )

    @property
    def fields(self) -> dict[str, str]:
        """What is known, by name; what is empty is left out."""
        known = {
            "hand": self.hand,
            "hand-sha256": self.hand_sha256,
            "style": self.styles,
            "bias": self.biases,
            "seed": self.seeds,
        }
        return {name: value for name, value in known.items() if value}

    @property
    def sentence(self) -> str:
        """The fields in one line: "hand: default; style: amber; ..."."""
        return "; ".join(f"{name}: {value}" for name, value in self.fields.items())


def _rights(hands: Sequence[tuple[str, str]]) -> str:
    """What may be done with the ink of hands: of each, where there are several."""
    if len(hands) == 1:
        return rights(hands[0][1])
    unknown = "what may be done with its ink is not known here."
    return " ".join(f"Ink of the hand {name}: {rights(sha) or unknown}" for name, sha in hands)


def _first_words(text: str, longest: int = 60) -> str:
    words = text.split()
    title = ""
    for word in words:
        if len(title) + len(word) > longest:
            return f"{title.strip()}…" if title else f"{word[:longest]}…"
        title += f"{word} "
    return title.strip() or "Untitled"


def _once(values: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(values))


def _ranges(numbers: set[int]) -> str:
    """{1, 2, 3, 7} as "1-3, 7": a letter's seeds follow each other, mostly."""
    ordered = sorted(numbers)
    if not ordered:
        return ""
    breaks = [0, *(k + 1 for k, (a, b) in enumerate(pairwise(ordered)) if b - a > 1), len(ordered)]
    runs = [ordered[a:b] for a, b in pairwise(breaks)]
    return ", ".join(f"{run[0]}-{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)
