"""Tables of any kind, hostile ones too."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import openpyxl
import pytest

from engine.errors import FileError, ScriptoriumError, SettingError
from studio.merge import table as table_module
from studio.merge.table import Table, column_for, identifier, read_table, table_rows


def values(table: Table) -> list[dict]:
    return [dict(row.values) for row in table.rows]


def test_csv_with_quotes_separators_line_breaks_and_empty_fields(table: Callable[..., Table]):
    text = (
        'First name,Note\r\nAda,"She said ""no"", twice"\r\n\r\n"Pat\nO\'Brien",\r\n=1+1,"@SUM"\r\n'
    )
    found = table(text)
    assert found.columns == ("First name", "Note")
    assert values(found) == [
        {"First name": "Ada", "Note": 'She said "no", twice'},
        {"First name": "Pat\nO'Brien"},
        {"First name": "=1+1", "Note": "@SUM"},
    ]
    assert [row.name for row in found.rows] == [
        "Row 1 (line 2)",
        "Row 2 (line 4)",
        "Row 3 (line 6)",
    ]
    assert not any(row.faults for row in found.rows)


@pytest.mark.parametrize(
    ("content", "name"),
    [
        ("name;town\nZoë;Köln\n".encode("utf-8-sig"), "a.csv"),
        ("name;town\nZoë;Köln\n".encode("utf-16"), "a.csv"),
        ("name;town\nZoë;Köln\n".encode("cp1252"), "a.csv"),
        ("name\ttown\nZoë\tKöln\n".encode(), "a.csv"),
        ("name\ttown\nZoë\tKöln\n".encode(), "a.tsv"),
        ('"name, or so",town\nZoë,Köln\n'.encode(), "a.csv"),
        ('{"name": "Zoë", "town": "Köln"}\n\n'.encode(), "a.jsonl"),
    ],
)
def test_separators_and_encodings_as_programs_write_them(tmp_path: Path, content: bytes, name: str):
    path = tmp_path / name
    path.write_bytes(content)
    found = read_table(path)
    assert list(found.rows[0].values.values()) == ["Zoë", "Köln"]
    assert column_for("town", found.columns) == "town"


def test_rows_that_do_not_fit_their_head_say_so(table: Callable[..., Table]):
    found = table("name,town\nAda\nGrace,Rome,Italy\nPat,Oslo,\n")
    assert [bool(row.faults) for row in found.rows] == [True, True, False]
    assert "1 fields where the head has 2" in found.rows[0].faults[0]
    assert "quotes" in found.rows[1].faults[0]


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b'name\n"Ada\n', "a.csv", "damaged at line"),
        (b"name,name\nAda,Pat\n", "a.csv", "two columns 'name'"),
        (b"name\n", "a.csv", "no rows"),
        (b"", "a.csv", "no rows"),
        (b"name\n\x00\x01\n", "a.csv", "zero bytes"),
        (b"name\n\x81\xff\n", "a.csv", "not UTF-8"),
        (b"{]\n", "a.jsonl", "no JSON"),
        (b"[1]\n", "a.jsonl", "no object"),
        (b"[" * 100_000, "a.jsonl", "no JSON"),
        (b"PK\x03\x04nothing", "a.xlsx", "damaged or no workbook"),
        (b"name\nAda\n", "a.ods", "save it as one of"),
    ],
)
def test_what_is_no_table_is_told_in_a_sentence(
    tmp_path: Path, content: bytes, name: str, words: str
):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(FileError, match=words):
        read_table(path)


@pytest.mark.parametrize(
    ("bound", "most", "words"),
    [
        ("LARGEST_TABLE", 24, "holds more than .* MB; split it"),
        ("MOST_ROWS", 2, "holds more than 2 rows; split it"),
        ("MOST_COLUMNS", 2, "more than 2 columns"),
    ],
)
@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".jsonl", ".xlsx"])
def test_a_table_beyond_its_bounds_is_told_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bound: str, most: int, words: str, suffix: str
):
    path = tmp_path / f"guests{suffix}"
    if suffix == ".xlsx":
        book = openpyxl.Workbook()
        for line in (("name", "town", "n"), *[("Ada", "York", 1)] * 3):
            book.active.append(line)
        book.save(path)
        bound = bound.replace("TABLE", "WORKBOOK")
        words = words.replace("holds more than .* MB; split it", "is larger than")
    elif suffix == ".jsonl":
        path.write_text('{"name": "Ada", "town": "York", "n": 1}\n' * 3)
    else:
        separator = "\t" if suffix == ".tsv" else ","
        path.write_text("\n".join(["name,town,n", *["Ada,York,1"] * 3]).replace(",", separator))
    assert len(read_table(path).rows) == 3
    monkeypatch.setattr(table_module, bound, 3)
    if bound.startswith("MOST"):
        assert len(read_table(path).rows) == 3, "as many as there may be"
    monkeypatch.setattr(table_module, bound, most)
    with pytest.raises(FileError, match=words):
        read_table(path)


def test_a_missing_table_and_a_folder(tmp_path: Path):
    with pytest.raises(FileError, match="No such file"):
        read_table(tmp_path / "none.csv")
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(FileError, match="a folder"):
        read_table(tmp_path / "folder.csv")


def test_json_lines_have_the_columns_of_all_lines(table: Callable[..., Table]):
    found = table('{"name": "Ada", "children": ["B", "C"]}\n{"name": "Pat", "n": 3.0}\n', "a.jsonl")
    assert found.columns == ("name", "children", "n")
    assert values(found) == [{"name": "Ada", "children": ["B", "C"]}, {"name": "Pat", "n": 3}]


def test_signals_and_control_characters_of_fields_are_taken_out(table: Callable[..., Table]):
    found = table("name\nA\ufdd01\ufdd1d\x07a\x0cPat\n")
    assert values(found) == [{"name": "A1da\nPat"}]


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Guests"
    sheet.append(["Name", "Born", "Guests", "Share", None])
    sheet.append(["Ada", datetime.datetime(1815, 12, 10), 3.0, 0.5, None])
    sheet.append([None] * 5)
    sheet.append(["Pat", None, "=1+1", True, None])
    book.create_sheet("Other").append(["x"])
    path = tmp_path / "guests.xlsx"
    book.save(path)
    return path


def test_a_workbook_gives_values_and_tells_formulas_without_results(workbook: Path):
    found = read_table(workbook)
    assert found.columns == ("Name", "Born", "Guests", "Share")
    assert values(found) == [
        {"Name": "Ada", "Born": datetime.date(1815, 12, 10), "Guests": 3, "Share": 0.5},
        {"Name": "Pat", "Share": True},
    ]
    assert found.rows[1].name == "Row 2 (row 4 of the sheet)"
    assert "formula in C4" in found.rows[1].faults[0]


def test_sheets_are_found_by_name(workbook: Path, tmp_path: Path):
    with pytest.raises(FileError, match="no rows"):
        read_table(workbook, "Other")
    with pytest.raises(SettingError, match="Guests, Other"):
        read_table(workbook, "None")
    (tmp_path / "a.csv").write_text("name\nAda\n")
    with pytest.raises(SettingError, match="no sheets"):
        read_table(tmp_path / "a.csv", "Guests")


def test_damaged_workbooks_are_told(workbook: Path, rounds: int):
    content = workbook.read_bytes()
    for cut in range(0, len(content), max(1, len(content) // (10 * rounds))):
        workbook.write_bytes(content[:cut] + bytes(40) + content[cut + 40 :])
        with suppress(ScriptoriumError):
            read_table(workbook)


def test_names_of_columns_in_a_template():
    assert identifier("First Name (given)") == "first_name_given"
    columns = ("First Name", "first name", "Töwn")
    assert column_for("first name", columns) == "first name"
    assert column_for("töwn", columns) == "Töwn"
    assert column_for("none", columns) is None
    with pytest.raises(SettingError, match="may mean"):
        column_for("first_name", columns)


def test_shards_share_out_all_rows(table: Callable[..., Table]):
    found = table("n\n" + "\n".join(map(str, range(1, 12))) + "\n")
    parts = [[row.number for row in table_rows(found, (k, 4))] for k in (1, 2, 3, 4)]
    assert sorted(number for part in parts for number in part) == list(range(1, 12))
    assert max(map(len, parts)) - min(map(len, parts)) <= 1
