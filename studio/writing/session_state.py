"""What is written of a note, while another one is shown: a value that others may write on."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from types import MappingProxyType

from studio.layout.draft_layout import DraftLayout
from studio.layout.layout import Layout
from studio.layout.layout_history import LayoutHistory
from studio.storage.note_file import NoteFile
from studio.storage.unreplaced_ink import unreplaced
from studio.writing.missing_lines import SessionLine, WritingSnapshot


@dataclass(frozen=True, eq=False)
class SessionState:
    """What a session holds of one note.

    Parameters
    ----------
    snapshot : WritingSnapshot
        The note with the ink that is known of it.
    draft : DraftLayout or None
        The pages; None until they are laid out.
    opened : NoteFile or None
        The file that the note came from, as it was then.
    own_signature : tuple of str, or None
        Name and hash of the hand of the ink that was opened, until all is rewritten.
    layout : Layout or None
        What the next layout starts from.
    history : LayoutHistory
        It belongs to who has the state.
    writing : bool
        Whether the network was at it, and is to go on.
    """

    snapshot: WritingSnapshot
    draft: DraftLayout | None = None
    opened: NoteFile | None = None
    own_signature: tuple[str, str] | None = None
    layout: Layout | None = None
    history: LayoutHistory = field(default_factory=LayoutHistory)
    writing: bool = False

    def content(self) -> NoteFile:
        """The note with its ink, as a file holds it."""
        note, draft, opened = self.snapshot.note, self.draft, self.opened
        known = self.snapshot.known
        if draft is None:
            # It was just opened and is not laid out: what its file holds is what there is of it.
            lines = dict(known)
            layout = None if opened is None else opened.layout
        else:
            requests = draft.layout.plan.requests
            lines = {r: known[r] for r in requests if r in known}
            layout = draft.settled
            if opened is not None:
                lines.update(unreplaced(opened, note, draft))
        return NoteFile(note, lines, *self.snapshot.signature, layout=layout)

    def with_line(self, line: SessionLine) -> SessionState:
        """With a line that was written for this note, and not seen."""
        now, layout = self.snapshot, line.draft.settled
        self.history.keep(now.note, layout, not line.draft.missing)
        spare = {r: w for r, w in now.spare.items() if r not in line.lines}
        snapshot = replace(
            now,
            known=MappingProxyType({**now.known, **line.lines}),
            spare=MappingProxyType(spare),
            before=layout,
        )
        return replace(self, snapshot=snapshot, draft=line.draft, layout=layout)
