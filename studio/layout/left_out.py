"""Characters that were typed and are left out of the ink, with the words that they stand beside."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import NamedTuple

from studio.document.page import LineKey
from studio.layout.kept_spelling import typed_lines
from studio.layout.plan import Plan, PlannedLine, SpelledBlock
from studio.layout.tokenise import text_as_it_stood


class _Place(NamedTuple):
    """A word: its block, the line in that as it was typed, and its number in the line."""

    block: int
    line: int
    word: int


class _Beside(NamedTuple):
    """What was typed before and behind words, and is in none of them."""

    before: Mapping[_Place, str]
    behind: Mapping[_Place, str]


def typed_words(plan: Plan) -> dict[LineKey, tuple[str, ...]]:
    """The words of lines that something is left out of, with what was typed beside them.

    A character at a word belongs to that; one by itself to the word before it on its line, or to
    the first word where it begins the line. What stands on a line that nothing is written of
    belongs, parted by a line break, to the word before it, or to the note's first word.

    Parameters
    ----------
    plan : Plan

    Returns
    -------
    dict of LineKey to tuple of str
        Of these lines alone: a text a word, without the words that were deleted by hand.
    """
    if all(notice.written for notice in plan.notices):
        return {}
    beside = _all_beside(plan.spelled)
    found = {}
    for line in plan.lines:
        gone = {k for k, word in line.edit.words if word.deleted}
        words = _typed(line, beside)
        if words != [word.source for word in line.words]:
            found[line.key] = tuple(word for k, word in enumerate(words) if k not in gone)
    return found


def _typed(line: PlannedLine, beside: _Beside) -> list[str]:
    """The words of a line with what was typed beside them."""
    if line.origin is None:
        return [word.source for word in line.words]
    number, first, head = line.origin
    texts = []
    for k, word in enumerate(line.words):
        place = _Place(line.key.block, number, first + k)
        before = "" if head and not k else beside.before.get(place, "")
        behind = "" if word.goes_on else beside.behind.get(place, "")
        texts.append(before + word.source + behind)
    return texts


def _all_beside(spelled: Mapping[int, SpelledBlock]) -> _Beside:
    """What was typed beside the words of a note's blocks."""
    before: dict[_Place, str] = {}
    behind: dict[_Place, str] = {}
    last: _Place | None = None
    waiting = ""
    for block, stood in spelled.items():
        for number, (*gaps, rest) in enumerate(_gaps(stood)):
            for word, gap in enumerate(gaps):
                place = _Place(block, number, word)
                free, own = ("", gap.lstrip()) if word == 0 else _parted(gap)
                if free and last is not None:
                    behind[last] = behind.get(last, "") + free
                if own or waiting:
                    before[place] = waiting + own
                last, waiting = place, ""
            if not rest.strip():
                continue
            if last is None:
                waiting += f"{rest.strip()}\n"
            else:
                behind[last] = behind.get(last, "") + (
                    rest.rstrip() if gaps else f"\n{rest.strip()}"
                )
    return _Beside(before, behind)


def _parted(gap: str) -> tuple[str, str]:
    """What stands by itself between two words, and what stands at the second of them."""
    own = "" if not gap or gap[-1].isspace() else gap.split()[-1]
    free = gap.removesuffix(own).split()
    return "".join(f" {part}" for part in free), own


def _gaps(stood: SpelledBlock) -> Iterator[tuple[str, ...]]:
    """Of each typed line what is in none of its words: before each of them, and behind the last.

    Spaces alone are nothing.
    """
    sources = "".join(word.source for words in stood.words for word in words)
    typed = None if sources == "".join(stood.text.split()) else text_as_it_stood(stood)
    if typed is None or tuple(map(len, typed.words)) != tuple(map(len, stood.words)):
        yield from (("",) * (len(words) + 1) for words in stood.words)
        return
    for number, (begin, text) in enumerate(typed_lines(stood.text)):
        words = enumerate(typed.lines[number].words)
        spans = [typed.span(number, k, 0, len(word.text)) for k, word in words]
        stops = [(begin, begin), *spans, (begin + len(text),) * 2]
        gaps = (stood.text[stop:start] for (_, stop), (start, _) in pairwise(stops))
        yield tuple(gap if _is_seen(gap) else "" for gap in gaps)


def _is_seen(text: str) -> bool:
    return any(character.isprintable() and not character.isspace() for character in text)
