"""Letters checked before any is written: what is wrong with which row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from engine.errors import SettingError, TextError
from studio.document.note import Block, Note, TextBox
from studio.document.placement import Placement
from studio.merge.letters import LetterPlanner, rows_shown
from studio.merge.naming import FileNames, safe_name
from studio.merge.table import TableRow
from studio.merge.template import note_template
from studio.storage.note_file import NoteFile


def stems(planner: LetterPlanner) -> list[str]:
    letters, problems = planner.planned()
    assert not problems
    return [letter.stem for letter in letters]


def problems(planner: LetterPlanner, writer: Any, **settings: Any) -> dict[int, str]:
    checked = planner.check(writer, **settings)
    assert {one.row.number for one in checked.letters}.isdisjoint(
        one.row.number for one in checked.problems
    )
    return {one.row.number: str(one) for one in checked.problems}


def test_each_wrong_row_is_told_and_nothing_is_asked_of_the_writer(
    table: Callable, planner: Callable, zigzag: Any
):
    found = table(
        "name,gift\nAda,tea\nPat\n,tea\nZoë 漢,tea\nAda,tea\nBo,cake\n" + f'Li,"{"much " * 400}"\n'
    )
    planned = planner("Dear {{ name }},\nthank you for the {{ gift }}.", found)
    told = problems(planned, zigzag, most_pages=1)
    assert set(told) == {2, 3, 4, 5, 7}
    assert told[2].startswith("Row 2 (line 3) has 1 fields")
    assert "has no name" in told[3]
    assert "'漢'" in told[4]
    assert "--replace-unknown" in told[4]
    assert "the same as row 1" in told[5]
    assert "pages, and one is allowed" in told[7]
    assert not zigzag.batches
    assert set(problems(planned, zigzag)) == {2, 3, 4, 5}


def test_cards_and_envelopes_have_one_page(table: Callable, planner: Callable, zigzag: Any):
    found = table("name\nAda\n" + "Bo " * 400 + "\n")
    text = "{{ name }}\n1 High Street\nYork"
    assert set(problems(planner(text, found, paper="DL"), zigzag)) == {2}
    assert not problems(planner(text, found), zigzag)
    assert not problems(planner(text, found, paper="DL"), zigzag, most_pages=3)


def test_remarks_name_rows_together(table: Callable, planner: Callable, zigzag: Any):
    found = table("name,born\n" + "".join(f"Zoë {n},1\n" for n in range(9)))
    checked = planner("Dear {{ name }}", found).check(zigzag)
    assert "'ë' is written as 'e' in 9 rows, the first of them 1, 2, 3." in checked.remarks
    assert planner("Dear {{ name }}", found).unused_columns() == ("born",)


def test_a_text_box_beyond_the_edge_is_told(table: Callable, zigzag: Any, tmp_path: Any):
    found = table("name,wish\nAda,short\nBo," + "long " * 60 + "\n")
    box = TextBox(Block("{{ wish }}", 2), Placement(0, 20.0, 270.0), width=60.0)
    note = Note((Block("Dear {{ name }}", 1),), boxes=(box,))
    template = note_template(NoteFile(note, {}), tmp_path / "n", found.columns)
    told = problems(LetterPlanner(template, found), zigzag)
    assert set(told) == {2}
    assert "beyond the paper's edge" in told[2]


def test_keys_and_hashes_hang_on_what_is_written_alone(table: Callable, planner: Callable):
    text = "Dear {{ name }}"
    before = {
        one.key: one for one in planner(text, table("id,name,x\n7,Ada,1\n8,Bo,2\n")).planned()[0]
    }
    after = {
        one.key: one
        for one in planner(text, table("id,name,x\n9,Cy,1\n8,Bo,9\n7,Al,1\n")).planned()[0]
    }
    assert set(before) == {"7", "8"}
    assert before["8"].made_of == after["8"].made_of
    assert before["7"].made_of != after["7"].made_of
    other = planner(text + "!", table("id,name,x\n8,Bo,2\n")).planned()[0][0]
    assert other.made_of != before["8"].made_of
    with pytest.raises(SettingError, match="no column 'none'"):
        planner(text, table("id,name\n7,Ada\n"), key="none")


def test_the_key_is_a_column_or_all_fields(table: Callable, planner: Callable):
    found = table("id,name\n7,Ada\n7,Bo\n,Cy\n")
    letters, wrong = planner("{{ name }}", found).planned()
    assert [one.key for one in letters] == ["7"]
    assert ["key '7' of row 1" in str(one) or "has no id" in str(one) for one in wrong] == [
        True
    ] * 2
    assert len(planner("{{ name }}", table("name\nAda\nBo\n")).planned()[0]) == 2


def test_files_have_names_of_their_own_on_every_system(table: Callable, planner: Callable):
    found = table(
        'name,n\nAda,1\nADA,2\n../../etc,3\nCON,4\n"a/b:c*?",5\n.hidden,6\n'
        + "ü" * 300
        + ",7\n,8\n"
    )
    names = stems(planner("{{ n }}", found))
    assert names[0] == "Ada"
    assert names[1].startswith("ADA ")
    assert len({name.casefold() for name in names}) == len(names)
    assert names[2:6] == ["-..-etc", "_CON", "a-b-c--", "hidden"]
    assert len(names[6].encode()) <= 120
    assert names[7] == "8"
    assert safe_name("  a\nb\x07 ") == "a b"


def test_a_pattern_names_files_and_folders(table: Callable, planner: Callable):
    found = table("name,table\nAda,1/2\nBo,3\nBo,4\n")
    text = "{{ name }}"
    assert stems(planner(text, found, name="{{ table }}/{{ row }} {{ name }}")) == [
        "1-2/1 Ada",
        "3/2 Bo",
        "4/3 Bo",
    ]
    _, wrong = planner(text, found, name="{{ name }}").planned()
    assert [one.row.number for one in wrong] == [3]
    assert "makes the file Bo as row 2 does" in str(wrong[0])
    with pytest.raises(SettingError, match="no such column"):
        planner(text, found, name="{{ nothing }}")
    with pytest.raises(SettingError, match="out of the folder"):
        planner(text, found, name="../{{ name }}")
    with pytest.raises(TextError, match="--name"):
        planner(text, found, name="{{ name")


def test_shards_share_out_letters_and_know_each_others_names(table: Callable, planner: Callable):
    found = table("id,name\n" + "".join(f"{n},Ada\n" for n in range(7)))
    whole = planner("{{ name }}", found).planned()[0]
    parts = [planner("{{ name }}", found).planned((k, 3))[0] for k in (1, 2, 3)]
    together = [letter for part in parts for letter in part]
    assert sorted(one.row.number for one in together) == list(range(1, 8))
    assert {one.stem for one in together} == {one.stem for one in whole}


def test_what_is_done_needs_no_check(table: Callable, planner: Callable, zigzag: Any):
    found = table("id,name\n1,Ada\n2,漢\n")
    planned = planner("{{ name }}", found)
    assert set(problems(planned, zigzag)) == {2}
    assert not problems(planned, zigzag, done={"2"})


def test_fields_as_they_are_shown():
    row = TableRow(1, "line 2", {"a": 3, "b": True, "c": ["x", 2]})
    assert dict(rows_shown(row, ("a", "b", "c", "d"))) == {
        "a": "3",
        "b": "yes",
        "c": "x, 2",
        "d": "",
    }
    names = FileNames(None, ("a",), None)
    assert names.of(replace(row, values={})) == "row 1"
