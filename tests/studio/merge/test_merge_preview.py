"""A preview shows the letters that a merge writes."""

from __future__ import annotations

from dataclasses import replace

from studio.document.note import Note
from studio.document.paper import paper_named
from studio.merge.letter_writer import LetterWriter, Outputs
from studio.merge.letters import LetterPlanner
from studio.merge.preview import MergePreview
from studio.merge.template import note_template
from studio.storage.note_file import NoteFile


def test_a_letter_is_set_as_its_language_does(table, zigzag, tmp_path):
    note = Note.from_text("{{ name }} " + "10 kg " * 25)
    file = NoteFile(replace(note, paper=paper_named("A6"), language="de"), {})
    guests = table("name\nAda\n")
    preview = MergePreview(file, guests)
    layout = preview.write(0, zigzag)
    texts = [line.source for line in layout.plan.lines]
    assert len(texts) > 3
    assert texts == [line.source for line in preview.draft(0, zigzag).layout.plan.lines]

    planner = LetterPlanner(note_template(file, tmp_path / "note", guests.columns), guests)
    (planned,), _ = planner.planned()
    outputs = Outputs((".svg",))
    (letter,) = LetterWriter(zigzag, outputs).write([planner.letter(planned)])
    ((_, content),) = letter.files
    (path,) = outputs.export(layout.pages, tmp_path / "preview.svg")
    assert path.read_bytes() == content
