"""The ink of an opened file that no page shows by now, and that nothing has taken the place of."""

from __future__ import annotations

from collections.abc import Mapping

from studio.document.note import Note
from studio.layout.draft_layout import DraftLayout
from studio.layout.line_writer import LineRequest, WrittenLine
from studio.layout.planner import FOLIO
from studio.storage.note_file import NoteFile


def unreplaced(
    opened: NoteFile, note: Note, sketch: DraftLayout
) -> Mapping[LineRequest, WrittenLine]:
    """The lines of an opened file that belong to text which is as it was and is not written.

    That text may wait for a hand, or be broken or asked for otherwise than it was: its lines stay
    in the file until it is written again or changed, so that saving loses nothing.

    Parameters
    ----------
    opened : NoteFile
        The file as it was opened.
    note : Note
        As it is now.
    sketch : DraftLayout
        Of the note.
    """
    if not sketch.missing:
        return {}
    before, now = _texts(opened.note), _texts(note)
    same = {block for block, text in before.items() if now.get(block) == text}
    unwritten = {key.block for key in sketch.ghosts} & same
    plan = () if opened.layout is None else opened.layout.plan.everything
    owners = {request: line.key.block for line in plan for request in line.requests}
    shown = set(sketch.layout.plan.requests)
    return {
        request: line
        for request, line in opened.lines.items()
        # Where it is not known what a line belongs to, it is kept until all is written.
        if request not in shown and (request not in owners or owners[request] in unwritten)
    }


def _texts(note: Note) -> dict[int, str]:
    """The text of each block by its id; page numbers are a block, too."""
    boxed = (box.block for box in note.boxes)
    return {FOLIO: "", **{block.id: block.text for block in (*note.blocks, *boxed)}}
