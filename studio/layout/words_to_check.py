"""The words of a note that a recogniser does not read as they were asked for, with their places."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from studio.document.page import LineKey
from studio.layout.layout import Layout

#: Words that a sentence names; of more it gives the number.
NAMED = 12


@dataclass(frozen=True)
class WordToCheck:
    """A word that a reader may take for another.

    Attributes
    ----------
    page, line : int
        Where it stands, both from 1; the lines of a page in the order of its text.
    place : int
        Its number in the line, from 1.
    word, read : str
        As it was asked for, and what is read.
    certainty : float
        Of its most doubtful sign, in nats: 0 at best, the less the worse.
    key : LineKey
        Of its line.
    """

    page: int
    line: int
    place: int
    word: str
    read: str
    certainty: float
    key: LineKey

    def entry(self) -> dict[str, object]:
        """It as JSON: page, line, place, word, read and certainty."""
        told = asdict(self)
        del told["key"]
        return {**told, "certainty": round(self.certainty, 3)}


def words_to_check(layout: Layout) -> tuple[WordToCheck, ...]:
    """The words of a layout to be looked at, in reading order."""
    doubtful = {request for request, line in layout.written.items() if line.misread}
    if not doubtful:
        return ()
    found: list[WordToCheck] = []
    lines: Counter[int] = Counter()
    for line in layout.plan.lines:
        lines[line.page] += 1
        if doubtful.isdisjoint(line.requests):
            continue
        gone = {place for place, word in line.edit.words if word.deleted or word.fine}
        before = 0
        for request in line.requests:
            written = layout.written.get(request)
            misread = () if written is None or line.edit.deleted else written.misread
            for word in misread:
                place = before + word.place
                if place in gone or place >= len(line.words):
                    continue
                found.append(
                    WordToCheck(
                        line.page + 1,
                        lines[line.page],
                        place + 1,
                        line.words[place].source,
                        word.read,
                        word.certainty,
                        line.key,
                    )
                )
            before += len(request.text.split(" "))
    return tuple(found)


def describe(words: Sequence[WordToCheck], advice: str) -> str:
    """What is to be said of words to check: which they are, where they stand, what to do."""
    named = [
        f"{w.word!r} as {w.read!r} (page {w.page}, line {w.line})"
        if w.read
        else f"{w.word!r} not at all (page {w.page}, line {w.line})"
        for w in words[:NAMED]
    ]
    if len(words) > NAMED:
        named.append(f"{len(words) - NAMED} more")
    listed = ", ".join(named[:-1]) + (" and " if len(named) > 1 else "") + named[-1]
    count = "A word" if len(words) == 1 else f"{len(words)} words"
    return f"{count} may be misread: {listed}; {advice}."
