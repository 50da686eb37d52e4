"""What new notes begin with is kept as JSON, and refused where it is damaged."""

from __future__ import annotations

import pytest

from engine.errors import MALFORMED, ScriptoriumError
from engine.rendering.pens import Pen, PenKind
from studio.document.note import Look, Note
from studio.document.paper import PAPERS, Margins, Ruling, RulingKind
from studio.storage.note_start import NoteStart


def test_a_new_note_begins_with_all_of_a_notes_look_and_paper():
    note = Note.from_text(
        "Dear Anna",
        look=Look(style="Rowan", x_height=3, pen=Pen(PenKind.FELT, 0.6), colour="#123456"),
        paper=PAPERS["A5"].landscape,
        margins=Margins(11, 12, 13, 14),
        ruling=Ruling(RulingKind.LINED, 7.5),
        ruling_printed=True,
        page_numbers=True,
        hyphenate=True,
        columns=2,
        replace_unknown="?",
        title="Letter",
    )
    made = NoteStart.from_json(NoteStart.of(note).to_json()).note()
    assert made.text == ""
    assert made.title == ""
    for name in ("look", "paper", "margins", "ruling", "ruling_printed", "page_numbers",
                 "hyphenate", "columns", "replace_unknown"):  # fmt: skip
        assert getattr(made, name) == getattr(note, name)


def test_the_programs_own_is_an_empty_text():
    assert NoteStart().to_json() == ""
    assert NoteStart.from_json("") == NoteStart()


@pytest.mark.parametrize(
    "text",
    ["{", "[]", '{"look": {"bias": 99}}', '{"what": 1}', '{"margins": {"left": 150, "right": 99}}'],
)
def test_what_is_damaged_is_refused(text: str):
    with pytest.raises((ScriptoriumError, *MALFORMED)):
        NoteStart.from_json(text)
