"""Templates filled in: fields, conditions, notes, and what a sandbox is for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import pytest

from engine.errors import SettingError, TextError
from engine.ink.ink import Ink, Stroke
from studio.document.drawing import Drawing
from studio.document.note import Block, LineEdit, Look, Note, TextBox
from studio.document.page import LineKey
from studio.document.placement import Placement
from studio.document.text_marks import Mark, MarkKind, Role
from studio.importing.markup import Markup, markup_of
from studio.layout.layout import lay_out
from studio.merge.table import Table, TableRow
from studio.merge.template import FieldError, Template, note_template, text_template
from studio.storage.note_file import NoteFile

BASE = Note((), look=Look(seed=3))


def row(number: int = 1, **values: Any) -> TableRow:
    return TableRow(number, f"line {number + 1}", values)


def of_text(text: str, *columns: str, file: str = "letter.txt") -> Template:
    path = Path(file)
    return text_template(text, path, markup_of(path), BASE, columns)


def of_note(note: Note, *columns: str, **parts: Any) -> Template:
    return note_template(NoteFile(note, parts.pop("lines", {}), **parts), Path("n"), columns)


def texts(note: Note) -> list[str]:
    return [block.text for block in note.blocks]


def test_fields_defaults_and_conditions():
    template = of_text(
        "Dear {{ name|default('friend') }},\n"
        "{% if children %}\nbring {{ children }}!\n{% endif %}\nA.",
        "name",
        "children",
        "other",
    )
    assert texts(template.compose(row(name="Ada", children="Byron"), "a")) == [
        "Dear Ada,",
        "bring Byron!",
        "A.",
    ]
    assert texts(template.compose(row(), "b")) == ["Dear friend,", "A."]
    assert template.used == {"name", "children"}


def test_an_empty_field_is_told_unless_there_is_a_default():
    template = of_text(
        "Dear {{ first_name }}, {{ fields['Last name'] }}", "First name", "Last name"
    )
    with pytest.raises(FieldError, match=r"has no First name; .*first_name\|default"):
        template.compose(row(**{"Last name": "L"}), "a")
    with pytest.raises(FieldError, match="has no Last name"):
        template.compose(row(**{"First name": "A"}), "a")
    filled = template.compose(row(**{"First name": "A", "Last name": "L"}), "a")
    assert texts(filled) == ["Dear A, L"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{{ nmae }}", "did you mean name"),
        ("{{ zip }}", "it has name, town"),
        ("{{ name", "line 1"),
        ("a\n{% if name %}", "line 2"),
        ("{% include 'x' %}{{ name.x.y }}", None),
    ],
)
def test_what_is_wrong_with_a_template_is_told_before_any_row(text: str, words: str | None):
    if words is None:
        with pytest.raises(FieldError, match="cannot be filled into"):
            of_text(text, "name").compose(row(name="Ada"), "a")
        return
    with pytest.raises((TextError, SettingError), match=words):
        of_text(text, "name", "town")


@pytest.mark.parametrize(
    "text",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ name.__class__.__init__.__globals__ }}",
        "{{ fields.update({'name': 1}) }}",
        "{% for i in range(10**9) %}x{% endfor %}",
        "{{ 'a' * 10**9 }}",
        "{{ 10 ** 1000 }}",
        "{{ name|center(10**9) }}",
        "{{ '%999999999d'|format(1) }}",
        "{{ '%999999999d' % 1 }}",
        "{% for i in range(1000) %}{% for k in range(1000) %}word {% endfor %}{% endfor %}",
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
        "{{ name + 1 }}",
    ],
)
def test_a_template_reaches_nothing_and_fills_no_memory(text: str):
    with pytest.raises(FieldError):
        of_text(text + "{{ name }}", "name").compose(row(name="Ada"), "a")


def test_a_field_is_no_template_and_no_markup():
    hostile = "# *A* {{ 7 * 7 }} <b>[x](y)</b> 1. _b_ &amp;\n- item"
    for file in ("a.txt", "a.md", "a.html"):
        text = "<p>{{ x }}</p>" if file == "a.html" else "{{ x }}"
        blocks = of_text(text, "x", file=file).compose(row(x=hostile), "a").blocks
        assert "\n".join(block.text for block in blocks) == hostile
        assert all(block.role is Role.PARAGRAPH and not block.marks for block in blocks)


def test_the_markup_of_the_template_itself_counts():
    blocks = (
        of_text("# {{ x }}\n\nis **{{ x }}**", "x", file="a.md").compose(row(x="A*"), "a").blocks
    )
    assert blocks[0].role is Role.HEADING
    assert blocks[-1].text == "is A*"
    assert blocks[-1].marks == (Mark(3, 5, MarkKind.PRESSED),)


def test_each_row_has_seeds_of_its_own_that_no_other_row_changes():
    template = of_text("{{ x }}", "x")
    one, other = (template.compose(row(x="A"), key).look.seed for key in "ab")
    assert one != other
    assert template.compose(row(9, x="A"), "a").look.seed == one
    text = text_template("{{ x }}", Path("t"), Markup.PLAIN, replace(BASE, look=Look(seed=4)), "x")
    assert text.compose(row(x="A"), "a").look.seed != one


def test_blocks_of_a_note_open_and_close_tags_and_keep_their_looks():
    note = Note(
        (
            Block("Dear {{ name }},", 3, {"bias": 0.5}, role=Role.HEADING, level=1),
            Block("{% for child in children %}", 4),
            Block("hello {{ child }}", 5, {"seed": 7}, role=Role.ITEM),
            Block("{% endfor %}", 6),
            Block("", 8),
            Block("Bye", 7, new_page=True),
        )
    )
    made = of_note(note, "name", "children").compose(row(name="A", children=["B", "C"]), "k")
    assert texts(made) == ["Dear A,", "hello B", "hello C", "", "Bye"]
    assert [block.id for block in made.blocks] == [3, 5, 9, 8, 7]
    assert made.blocks[0].role is Role.HEADING
    assert made.blocks[2].role is Role.ITEM
    assert made.blocks[1].look["seed"] == made.blocks[2].look["seed"] != 7
    assert made.blocks[-1].new_page


def test_marks_stand_on_the_words_that_fill_them():
    text = "To {{ name }}, dear friend"
    marks = (
        Mark(3, 13, MarkKind.UNDERLINED),
        Mark(6, 19, MarkKind.PRESSED),
        Mark(20, 26, MarkKind.STRUCK),
    )
    note = Note((Block(text, marks=marks),))
    block = of_note(note, "name").compose(row(name="Ada L"), "k").blocks[0]
    said = {mark.kind: block.text[mark.start : mark.stop] for mark in block.marks}
    assert block.text == "To Ada L, dear friend"
    assert said == {
        MarkKind.UNDERLINED: "Ada L",
        MarkKind.PRESSED: "Ada L, dear",
        MarkKind.STRUCK: "friend",
    }


def test_boxes_and_drawings_come_along():
    ink = Ink((Stroke(np.array([[0.0, 0.0], [9.0, 5.0]])),))
    drawing = Drawing(2, Placement(0, 100.0, 200.0), ink, name="signature")
    boxes = (
        TextBox(Block("For {{ name }}", 3), Placement(0, 20.0, 20.0)),
        TextBox(Block("{% if town %}in {{ town }}{% endif %}", 4)),
    )
    note = Note((Block("Hello", 1),), boxes=boxes, drawings=(drawing,), title="To {{ name }}")
    template = of_note(note, "name", "town")
    made = template.compose(row(name="Ada"), "k")
    assert [box.block.text for box in made.boxes] == ["For Ada"]
    assert made.drawings == (drawing,)
    assert made.title == "To Ada"
    full = template.compose(row(name="Ada", town="Rome"), "k")
    assert [box.block.text for box in full.boxes] == ["For Ada", "in Rome"]


def test_locked_lines_keep_their_ink_and_others_do_not(zigzag: Any):
    note = Note((Block("Yours, Pat", 1), Block("Hello {{ name }}", 2)), look=Look(seed=5))
    layout = lay_out(note, zigzag)
    keys = [line.key for line in layout.plan.lines]
    edits: Mapping[LineKey, LineEdit] = {
        keys[0]: LineEdit(locked=True, look=note.look),
        keys[1]: LineEdit(seed=9, right=2.0),
    }
    file = NoteFile(replace(note, edits=edits), layout.written, layout=layout)
    template = note_template(file, Path("n"), ("name",))
    made = template.compose(row(name="Ada"), "k")
    assert all(edit.seed is None or edit.locked for edit in made.edits.values())
    again = lay_out(made, zigzag, template.before, known=template.known)
    locked = next(line for line in again.plan.lines if line.key == keys[0])
    old = next(line for line in layout.plan.lines if line.key == keys[0])
    assert locked.requests == old.requests
    assert np.array_equal(
        again.written[locked.requests[0]].ink.xy, layout.written[old.requests[0]].ink.xy
    )
    other = next(line for line in again.plan.lines if line.key != keys[0])
    assert other.requests[0].seed not in {line.requests[0].seed for line in layout.plan.lines}


def test_hashes_tell_templates_apart():
    one = of_text("{{ x }}", "x")
    assert one.digest == of_text("{{ x }}", "x").digest
    assert one.digest != of_text("{{ x }}!", "x").digest
    other = text_template(
        "{{ x }}", Path("t"), Markup.PLAIN, replace(BASE, look=Look(x_height=3.0)), "x"
    )
    assert one.digest != other.digest


def test_the_fields_of_a_template_cannot_be_changed():
    assert isinstance(MappingProxyType({}), Mapping)
    made = of_text("{% set name = 'B' %}{{ name }}{{ fields.name }}", "name")
    assert texts(made.compose(row(name="A"), "a")) == ["BA"]


def test_line_breaks_of_a_field_are_lines(table: Callable[..., Table]):
    found = table('street\n"1 High St\nYork"\n')
    made = of_text("To:\n{{ street }}\nEnd", *found.columns).compose(found.rows[0], "a")
    assert texts(made) == ["To:", "1 High St", "York", "End"]
    note = of_note(Note((Block("{{ street }}"),)), *found.columns).compose(found.rows[0], "a")
    assert texts(note) == ["1 High St\nYork"]
