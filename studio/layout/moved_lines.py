"""Lines that keep their ink although their key or their seed has changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from studio.document.note import Block, Note
from studio.document.page import LineKey
from studio.layout.line_requests import LineRecord, RequestBuilder
from studio.layout.line_writer import LineRequest, WrittenLine
from studio.layout.plan import Plan, PlannedLine, SpelledBlock
from studio.layout.tokenise import Paragraph

_PLAIN = Note.from_text("")
"""A note of which nothing was changed by hand."""


def moved_records(
    paragraphs: Sequence[Paragraph], plan: Plan, records: Mapping[LineKey, LineRecord]
) -> dict[LineKey, LineRecord]:
    """Records for lines that have come to another paragraph, stroke for stroke as they were.

    That is so where a paragraph was split or joined with the one before: its last lines are then
    the last ones of another paragraph.

    Parameters
    ----------
    paragraphs : sequence of Paragraph
        As they are now.
    plan : Plan
        The one before.
    records : mapping of LineKey to LineRecord
    """
    now = {paragraph.block.id: paragraph for paragraph in paragraphs}
    changed = {
        ident
        for ident, paragraph in now.items()
        if ident not in plan.spelled or plan.spelled[ident].text != paragraph.block.text
    }
    if not changed:
        return {}
    gone = [
        lines
        for ident, lines in plan.lines_by_block.items()
        if ident in changed or ident not in now
    ]
    moved: dict[LineKey, LineRecord] = {}
    for ident in changed:
        words = [word.text for line in now[ident].typed.lines for word in line.words]
        for lines in gone:
            if lines[0].key.block == ident:
                continue
            seen: Counter[str] = Counter()
            for line in _last_lines(lines, words):
                text = line.key.text
                key = LineKey(ident, text, seen[text])
                seen[text] += 1
                record = records.get(line.key)
                if record is not None and record.requests and key not in records:
                    moved[key] = record._replace(origin=record.origin or line.key)
    return moved


def _last_lines(lines: Sequence[PlannedLine], words: Sequence[str]) -> list[PlannedLine]:
    """The last of these lines that end a text, too."""
    found: list[PlannedLine] = []
    end = len(words)
    for line in reversed(lines):
        start = end - len(line.words)
        own = [word.text for word in line.words]
        if start < 0 or list(words[start:end]) != own or any(w.goes_on for w in line.words):
            break
        found.insert(0, line)
        end = start
    return found


def records_by_text(
    note: Note,
    spelled: Mapping[int, SpelledBlock],
    lines: Mapping[LineRequest, WrittenLine],
) -> dict[LineKey, LineRecord]:
    """Records for lines of which nothing is known but their text, where the note has that text.

    Parameters
    ----------
    note : Note
    spelled : mapping of int to SpelledBlock
        How blocks are spelled, as far as that is known.
    lines : mapping of LineRequest to WrittenLine
        In reading order.
    """
    blocks = (*note.blocks, *(box.block for box in note.boxes))
    texts = {block.id: f" {_written(block, spelled.get(block.id))} " for block in blocks}
    looks = {block.id: note.look_of(block) for block in blocks}
    seen: Counter[tuple[int, str]] = Counter()
    records: dict[LineKey, LineRecord] = {}
    for request, line in lines.items():
        for ident, text in texts.items():
            count = seen[ident, request.text]
            if text.count(f" {request.text} ") > count:
                seen[ident, request.text] += 1
                records[LineKey(ident, request.text, count)] = LineRecord(
                    (request,), 1.0, line.ink.width, seeds=(looks[ident].seed, 0, (request.seed,))
                )
                break
    return records


def _written(block: Block, spelled: SpelledBlock | None) -> str:
    """The text of a block as the hand writes it, with single spaces."""
    if spelled is None or spelled.text != block.text:
        return " ".join(block.text.split())
    return " ".join(word.text for line in spelled.words for word in line)


def kept_seeds(plan: Plan, before: Mapping[LineKey, LineRecord]) -> Mapping[LineKey, LineRecord]:
    """The records of a file's lines, so that each keeps the seeds that it was written with.

    How seeds are derived may have changed since the file was made.

    Parameters
    ----------
    plan : Plan
        The file's.
    before : mapping of LineKey to LineRecord
        The file's records.
    """
    records = dict(before)
    for line in plan.everything:
        record = records.get(line.key)
        chosen = line.edit.locked or line.edit.seed is not None
        if record is None or not record.requests or chosen or record.seeds is not None:
            continue
        builder = RequestBuilder(_PLAIN, "", {line.key: record})
        derived = builder.at_try(line.key, line.look, record.tries)
        own = tuple(request.seed for request in record.requests)
        if len(derived) == len(own) and own != tuple(request.seed for request in derived):
            records[line.key] = record._replace(seeds=(line.look.seed, record.tries, own))
    return MappingProxyType(records)
