"""What has changed between two texts, in words that a person can use."""

from __future__ import annotations

import difflib

MOST_WORDS = 4000
"""Words of a text that are compared; of longer ones only the counts are told."""
SHOWN = 6
"""Words that are named on either side."""


def describe_difference(before: str, after: str) -> str:
    """What came and what went, in a sentence: "Since then 12 words came (…) and 3 went (…)."."""
    old, new = before.split(), after.split()
    if old == new:
        return "The text is the same as now."
    if max(len(old), len(new)) > MOST_WORDS:
        return f"It had {len(old)} words; now there are {len(new)}."
    came: list[str] = []
    went: list[str] = []
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag != "equal":
            went += old[a:b]
            came += new[c:d]
    parts = []
    if came:
        parts.append(f"{_counted(came)} came")
    if went:
        parts.append(f"{_counted(went)} went")
    return f"Since then {' and '.join(parts)}."


def _counted(words: list[str]) -> str:
    shown = " ".join(words[:SHOWN])
    more = " …" if len(words) > SHOWN else ""
    return f"{len(words)} word{'s' if len(words) != 1 else ''} (“{shown}{more}”)"
