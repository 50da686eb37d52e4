"""Asking for lines: the requests that a line's look, key and earlier tries come to."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

from studio.document.note import LineEdit, Look, Note
from studio.document.page import LineKey
from studio.layout.line_seeds import line_seed
from studio.layout.line_writer import LineRequest
from studio.layout.width_model import Manner

LONGEST = 64
"""Characters that a hand is asked to write in one go; a longer line is pieced together."""
FAR_TOO_LONG = 70
"""Of a piece beside a long word; such a line is cut into more pieces."""

_UNTOUCHED = LineEdit()


class LineRecord(NamedTuple):
    """A line as it was written: its requests, the factor on its gaps, and its width then.

    The width is the ink's, in x-heights, neither stretched nor squeezed. `tries` counts how often
    it was written before and did not fit; a record whose requests are those of the try before
    asks for the next one.

    `origin` is the key that chance is derived from, where the line stood under another one before
    (its paragraph was split, say). `seeds` are those of its requests where they were derived
    otherwise than they are now; they hold for a seed of the look and a number of tries.
    """

    requests: tuple[LineRequest, ...]
    gaps: float
    width: float
    tries: int = 0
    origin: LineKey | None = None
    seeds: tuple[int, int, tuple[int, ...]] | None = None


def manner_of(look: Look) -> Manner:
    """What the widths of a look's lines hang on."""
    # What is written in no style does not hang on how closely it is followed.
    return look.style, LineRequest.strength if look.style is None else look.strength


class RequestBuilder:
    """What is asked of the writer for the lines of a note.

    Parameters
    ----------
    note : Note
    hand : str
        Hash of the hand that is to write.
    records : mapping of LineKey to LineRecord
        The lines that were written before.
    """

    def __init__(self, note: Note, hand: str, records: Mapping[LineKey, LineRecord]) -> None:
        self._edits, self._hand, self._records = note.edits, hand, records

    def edit(self, key: LineKey) -> LineEdit:
        """What the user changed on a line."""
        return self._edits.get(key, _UNTOUCHED)

    def look(self, key: LineKey, look: Look) -> Look:
        """The look of a line whose block has that look: a locked one keeps its own."""
        edit = self.edit(key)
        return edit.look if edit.locked and edit.look is not None else look

    def requests(self, key: LineKey, look: Look) -> tuple[LineRequest, ...]:
        """What is to be written for a line: what was, if it is locked."""
        record = self._records.get(key)
        if self.edit(key).locked and record is not None and record.requests:
            return record.requests
        return self.at_try(key, look, self.tries(key, look))

    def tries(self, key: LineKey, look: Look) -> int:
        """How often the line was written before as it is to be written now, and did not fit."""
        record = self._records.get(key)
        if record is None or not record.tries or not record.requests:
            return 0 if record is None else record.tries
        same = any(
            _without_variants(record.requests)
            == _without_variants(self.at_try(key, look, record.tries - before))
            for before in (0, 1)
        )
        # Tries by another seed, or in another style, are none of this line's.
        return record.tries if same else 0

    def at_try(self, key: LineKey, look: Look, tries: int) -> tuple[LineRequest, ...]:
        """What is to be written for a line that did not fit so many times before."""
        edit, look, record = self.edit(key), self.look(key, look), self._records.get(key)
        pieces, origin = _pieces(key.text), self.origin(key)
        count = len(pieces)
        seeds = [line_seed(look.seed, origin, piece, tries) for piece in range(count)]
        if record is not None and record.seeds is not None:
            of, after, kept = record.seeds
            seeds = list(kept) if (of, after, len(kept)) == (look.seed, tries, count) else seeds
        if edit.seed is not None:
            seeds[0] = line_seed(edit.seed, origin, 0, tries) if tries else edit.seed
        style, strength = manner_of(look)
        return tuple(
            LineRequest(piece, style, look.bias, seed, self._hand, edit.variant, strength)
            for piece, seed in zip(pieces, seeds, strict=True)
        )

    def origin(self, key: LineKey) -> LineKey:
        """The key that chance is derived from for a line."""
        record = self._records.get(key)
        return key if record is None or record.origin is None else record.origin

    def measured(self, key: LineKey, look: Look) -> float | None:
        """Width in x-heights of that look of the line as it is to be written, if it was."""
        record = self._records.get(key)
        if record is None or record.requests != self.requests(key, look):
            return None
        return record.width * self.look(key, look).x_height / look.x_height


def _without_variants(requests: tuple[LineRequest, ...]) -> list[LineRequest]:
    return [replace(request, variant=0) for request in requests]


def _pieces(text: str) -> list[str]:
    """A line in pieces that a hand writes at a time: few, of about equal length."""
    words = text.count(" ") + 1
    count = min(math.ceil(len(text) / LONGEST), words)
    pieces = _evenly(text, count)
    # Beside a long word, such as an address, a piece can be far longer than its share.
    while max(map(len, pieces)) > FAR_TOO_LONG and count < words:
        count += 1
        pieces = _evenly(text, count)
    return pieces


def _evenly(text: str, count: int) -> list[str]:
    """Cut a line between words into pieces of about equal length."""
    words = text.split(" ")
    # A cut goes where the text so far comes nearest to its share.
    reached = [0]
    for word in words:
        reached.append(reached[-1] + len(word) + 1)
    cuts = [0]
    for piece in range(1, count):
        goal = piece * reached[-1] / count
        places = range(cuts[-1] + 1, len(words) - (count - piece) + 1)
        cuts.append(min(places, key=lambda place: abs(reached[place] - goal)))
    cuts.append(len(words))
    return [" ".join(words[low:high]) for low, high in pairwise(cuts)]
