"""Where the flowing text of each page begins."""

from __future__ import annotations

from collections.abc import Collection

from studio.document.note import Note
from studio.document.page_order import PageStart
from studio.layout.plan import Plan
from studio.layout.text_places import find_letters


def page_starts(note: Note, plan: Plan, alphabet: Collection[str]) -> tuple[PageStart, ...]:
    """The place in the note's text at which each page begins; of one without text the next one.

    Parameters
    ----------
    note : Note
    plan : Plan
        Of this note.
    alphabet : collection of str
        The characters that its lines are spelled with.
    """
    places = {block.id: number for number, block in enumerate(note.blocks)}
    found: dict[int, PageStart] = {}
    for line in plan.lines:
        block = places.get(line.key.block)
        if block is None or line.page in found:
            continue
        letters = find_letters(note, plan, line.key, alphabet)
        place = letters[0].start if letters else 0
        # A whole paragraph goes with its page, with what is before its first letter.
        before = note.blocks[block].text[:place]
        found[line.page] = PageStart(block, place if before.strip() else 0)
    starts: list[PageStart] = []
    following = PageStart(len(note.blocks), 0)
    for page in reversed(range(plan.pages)):
        following = found.get(page, following)
        starts.append(following)
    starts.reverse()
    # Blank lines at the very beginning are the first page's.
    starts[0] = PageStart(0, 0)
    return tuple(starts)
