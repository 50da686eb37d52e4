"""A table with fields as bad as can be; `python hostile_table.py out.csv 500` writes it."""

from __future__ import annotations

import csv
import random
import sys
from collections.abc import Callable
from pathlib import Path

WORDS = ["tea", "cake", "lamp", "book", "scarf", "candle", "violin", "atlas", "honey", "teapot"]

Chance = random.Random
KINDS: dict[str, Callable[[Chance], str]] = {
    "plain": lambda c: c.choice(WORDS),
    "quotes": lambda c: f'a "{c.choice(WORDS)}" of "".{c.choice(WORDS)}" \'so\' “called”',
    "commas": lambda c: ",".join(c.choices(WORDS, k=4)) + ", ;\t|",
    "line breaks": lambda c: c.choice(("\n", "\r\n", "\r", "\u2028")).join(c.choices(WORDS, k=3)),
    "emoji": lambda c: c.choice(("🎉", "👩‍👩‍👧", "❤️", "🇬🇧")) + c.choice(WORDS),
    "formulas": lambda c: c.choice(('=HYPERLINK("http://x","y")', "+1-2", "@SUM(A1)", "=1+1")),
    "long": lambda c: " ".join(c.choices(WORDS, k=340))[:2000],
    "long word": lambda c: c.choice("abcdefg") * 2000,
    "empty": lambda c: c.choice(("", "   ", "\t", "\u00a0")),
    "templates": lambda c: c.choice(("{{ name }}", "{% for i in x %}", "{# #}", "{{ 7*7 }}")),
    "markup": lambda c: f"# <b>{c.choice(WORDS)}</b> *x* [y](z) &amp; `k`",
    "paths": lambda c: c.choice(("../../etc/passwd", "C:\\con", "/", "..", "a/b/c", "nul.txt")),
    "controls": lambda c: f"\x07{c.choice(WORDS)}\x1b[31m\x08\ufdd00\ufdd1\ufeff",
    "other scripts": lambda c: c.choice(("漢字", "Привет", "שלום", "नमस्ते", "ﷺ")),
    "accents": lambda c: c.choice(("Zoë", "Łódź", "e\u0301a\u0308", "ﬁne", "½ €5", "№ ™")),
}  # fmt: skip


def hostile_rows(count: int, seed: int = 20) -> list[tuple[str, str, str]]:
    """Rows of kind, name and gift; the kinds take turns, in the name and in the gift."""
    chance = Chance(seed)
    kinds = list(KINDS)
    rows = []
    for number in range(count):
        kind = kinds[number % len(kinds)]
        bad = KINDS[kind](chance)
        plain = f"Guest {number}"
        in_name = number // len(kinds) % 3 == 2
        gift = f"{chance.choice(WORDS)} {number}"
        rows.append((kind, bad if in_name else plain, gift if in_name else bad))
    return rows


def write_hostile(path: Path, count: int) -> list[tuple[str, str, str]]:
    """Write such a table as CSV."""
    rows = hostile_rows(count)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("id", "kind", "name", "gift"))
        writer.writerows((number, *row) for number, row in enumerate(rows, 1))
    return rows


if __name__ == "__main__":
    write_hostile(Path(sys.argv[1]), int(sys.argv[2]))
