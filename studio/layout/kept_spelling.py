"""The words that are written keep their spelling, whatever alphabet there is by now.

A hand that is not loaded yet, or another hand, would spell some words otherwise ("&" as "and"); ink
and text would no longer match, and the ink would be gone.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from engine.text.transliteration import (
    NEWLINES,
    Place,
    Substitution,
    Transliteration,
    UnwritableError,
    transliterate,
)
from studio.document.note import Note
from studio.document.text_change import common_prefix
from studio.layout.line_writer import LineRequest
from studio.layout.plan import Plan, SpelledBlock, Word

LINE_ENDS = re.compile(rf"\r\n|[{NEWLINES}]")
"""What ends a typed line."""


#: Stands for a word of which it is not known how it was spelled.
_NOTHING = Word("", "")


class KeptWord(NamedTuple):
    """A word that keeps its spelling, and where it stands in its block's text."""

    start: int
    stop: int
    word: Word


def typed_lines(text: str) -> list[tuple[int, str]]:
    """The lines of a block's text as they were typed, each with the place where it begins."""
    lines, start = [], 0
    for end in LINE_ENDS.finditer(text):
        lines.append((start, text[start : end.start()]))
        start = end.end()
    return [*lines, (start, text[start:])]


def kept_words(
    text: str, block: int, plan: Plan, written: Collection[LineRequest], hand: str
) -> list[KeptWord]:
    """The words of a block that are written and still stand in its text.

    Parameters
    ----------
    text : str
        The block's text now.
    block : int
        Its id.
    plan : Plan
        In which it was spelled.
    written : collection of LineRequest
        The lines of which there is ink.
    hand : str
        Hash of the hand whose lines count; those of others only if they are locked.
    """
    stood = plan.spelled[block]
    old = stood.text
    head, tail = len(common_prefix(old, text)), len(common_prefix(old[::-1], text[::-1]))
    shift = len(text) - len(old)
    ahead: list[KeptWord] = []
    behind: list[KeptWord] = []
    flags = _written(block, plan, written, hand)
    for (begin, line), words, inked in zip(typed_lines(old), stood.words, flags, strict=False):
        for kept, is_written in zip(_placed(line, begin, words), inked, strict=False):
            is_written = is_written and bool(kept.word.source)
            if is_written and kept.stop <= head:
                ahead.append(kept)
            if is_written and kept.start >= len(old) - tail:
                behind.append(KeptWord(kept.start + shift, kept.stop + shift, kept.word))
    found = list(_whole(text, ahead))
    end = found[-1].stop if found else 0
    # What is before the change and behind it may be the same words; none stands twice.
    return found + [
        kept for kept in _whole(text, behind) if kept.start >= end and kept.start - shift >= end
    ]


def spelled_around(
    text: str, kept: Sequence[KeptWord], alphabet: frozenset[str], replace_unknown: str | None
) -> Transliteration:
    """A text with some words as they were spelled before, and the text between them spelled again.

    Raises
    ------
    TextError
        If that cannot be spelled.
    """
    spelled: list[str] = []
    origins: list[int] = []
    notices: list[Substitution] = []
    refused: list[tuple[str, Place]] = []
    place = 0
    for one in [*kept, None]:
        stop = len(text) if one is None else one.start
        if place == stop and spelled and one is not None:
            # "and" of "a&b" has no spaces in the text.
            spelled.append(" ")
            origins.append(one.start)
        try:
            between = transliterate(text[place:stop], alphabet, replace_unknown)
            spelled.append(between.text)
            origins += (place + origin for origin in between.origins)
            notices += (
                replace(notice, places=tuple(_moved(p, text, place) for p in notice.places))
                for notice in between.notices
            )
        except UnwritableError as error:
            refused += ((character, _moved(p, text, place)) for character, p in error.refused)
        if one is not None:
            word, source = one.word.text, one.word.source
            spelled.append(word)
            same = len(word) == len(source)
            origins += range(one.start, one.stop) if same else [one.start] * len(word)
            place = one.stop
    if refused:
        raise UnwritableError(refused)
    return Transliteration("".join(spelled), tuple(notices), tuple(origins))


def _moved(place: Place, text: str, start: int) -> Place:
    """A place of a part of a text as one of the whole."""
    lines = typed_lines(text[:start])
    columns = start - lines[-1][0] if place.line == 1 else 0
    return replace(place, line=place.line + len(lines) - 1, column=place.column + columns)


def with_spelled(plan: Plan, note: Note) -> Plan:
    """A plan that came from a file, with how its note is spelled, as its lines have it."""
    passages: dict[tuple[int, int], list[tuple[Word, ...]]] = {}
    for passage in plan.breaks:
        passages.setdefault((passage.block, passage.number), []).append(passage.words)
    standing: dict[tuple[int, int], dict[int, Word]] = {}
    for line in plan.lines:
        if line.origin is not None:
            words = standing.setdefault((line.key.block, line.origin.line), {})
            for place, word in enumerate(line.words):
                divided = word.goes_on or (line.origin.head and not place)
                words[line.origin.word + place] = _NOTHING if divided else word
    spelled = {}
    for block in (*note.blocks, *(box.block for box in note.boxes)):
        keys = [(block.id, number) for number in range(len(typed_lines(block.text)))]
        spelled[block.id] = SpelledBlock(
            block.text,
            tuple(_words_of(passages.get(key, []), standing.get(key, {})) for key in keys),
        )
    return replace(plan, spelled=spelled)


def _words_of(
    passages: Sequence[tuple[Word, ...]], standing: Mapping[int, Word]
) -> tuple[Word, ...]:
    """The words of a typed line: of its one passage, or of the lines that begin in it."""
    count = max(standing, default=-1) + 1
    if len(passages) == 1 and len(passages[0]) >= count:
        return passages[0]
    # A table's cells are passages of their own, and alike ones are one.
    return tuple(standing.get(place, _NOTHING) for place in range(count))


def placed_words(stood: SpelledBlock) -> list[KeptWord]:
    """The words of a block, each with its place in the text."""
    lines = zip(typed_lines(stood.text), stood.words, strict=False)
    placed = (kept for (begin, line), words in lines for kept in _placed(line, begin, words))
    return [kept for kept in placed if kept.word.source]


def _placed(line: str, begin: int, words: Sequence[Word]) -> Iterator[KeptWord]:
    """Where the words of a line stand, as far as they can be found."""
    place = 0
    for word in words:
        place = line.find(word.source, place)
        if place < 0:
            return
        yield KeptWord(begin + place, begin + place + len(word.source), word)
        place += len(word.source)


def _written(
    block: int, plan: Plan, written: Collection[LineRequest], hand: str
) -> Iterator[list[bool]]:
    """Whether each word of a block is written, line by line as they were typed."""
    lines = [line for line in plan.lines if line.key.block == block]
    inked = {
        line.key
        for line in lines
        if all(r in written and (r.hand == hand or line.edit.locked) for r in line.requests)
    }
    if not lines:
        # Where it is not known how the text was broken, what the lines say has to do.
        everything = {word for r in written if r.hand == hand for word in r.text.split(" ")}
        for words in plan.spelled[block].words:
            yield [word.text in everything for word in words]
        return
    there: dict[tuple[int, int], bool] = {}
    for line in lines:
        if line.origin is not None:
            number, first, _ = line.origin
            for place in range(first, first + len(line.words)):
                # A word that is divided is written if all of it is.
                there[number, place] = there.get((number, place), True) and line.key in inked
    if not there:
        # An older file tells only how its passages were broken.
        texts = {key.text for key in inked}
        for passage, breaks in plan.breaks.items():
            for part in breaks if passage.block == block else ():
                known = " ".join(part.texts(passage.words)) in texts
                there.update({(passage.number, k): known for k in range(part.start, part.stop)})
    for number, words in enumerate(plan.spelled[block].words):
        yield [there.get((number, place), False) for place in range(len(words))]


def _whole(text: str, words: Sequence[KeptWord]) -> Iterator[KeptWord]:
    """The words without those that something stands close to which does not keep its spelling."""
    group: list[KeptWord] = []
    for word in [*words, None]:
        if word is not None and group and group[-1].stop == word.start:
            group.append(word)
            continue
        if group:
            before, after = text[: group[0].start][-1:], text[group[-1].stop :][:1]
            if (not before or before.isspace()) and (not after or after.isspace()):
                yield from group
        group = [] if word is None else [word]
