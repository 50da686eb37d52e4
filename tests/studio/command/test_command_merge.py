"""What the verb `merge` writes and says."""

from __future__ import annotations

import json
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from pypdf import PdfReader

from studio.command.main import main
from studio.document.note import Block, Look, Note, TextBox
from studio.document.placement import Placement
from studio.merge.merging import spoken
from studio.storage.note_file import NoteFile, load, save

ROWS = 'name,town\n"Ada ""L""",York\nBo,\n"Cy\nDee",Rome\n'
TEXT = "Dear {{ name }},\nhow is {{ town|default('home') }}?\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("guests.csv").write_text(ROWS, "utf-8")
    Path("letter.txt").write_text(TEXT, "utf-8")
    return tmp_path


@pytest.fixture
def merging(tiny_hand_path: Path) -> list[str]:
    words = ["merge", "--template", "letter.txt", "--data", "guests.csv", "--out", "letters"]
    return [*words, "--hand", str(tiny_hand_path), "--candidates", "1", "--paper", "A6"]


def results() -> list[dict]:
    lines = Path("letters", "results.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]


def names() -> list[str]:
    return sorted(path.name for path in Path("letters").iterdir())


def test_letters_of_a_table(merging: list[str], capsys: pytest.CaptureFixture[str]):
    assert main([*merging, "--format", "pdf", "--format", "svg"]) == 0
    told = capsys.readouterr()
    assert told.out.splitlines() == [str(Path("letters", "results.jsonl"))]
    assert "3 letters written" in told.err
    stems = ["Ada -L-", "Bo", "Cy Dee"]
    assert names() == sorted(["results.jsonl", *(s + e for s in stems for e in (".pdf", ".svg"))])
    assert [one["files"][0] for one in results()] == [stem + ".pdf" for stem in stems]
    said = PdfReader("letters/Cy Dee.pdf").pages[0].extract_text().split()
    assert said == ["Dear", "Cy", "Dee,", "how", "is", "Rome?"]
    before = {path: path.read_bytes() for path in Path("letters").iterdir()}
    assert main([*merging, "--format", "pdf", "--format", "svg"]) == 0
    assert "0 letters written, 3 were there" in capsys.readouterr().err
    assert {path: path.read_bytes() for path in Path("letters").iterdir()} == before


LABELS = ["--sheet", "A4 2x3 90x80", "--first-label", "2", "--x-height", "1.5"]


def on_labels(merging: list[str], out: str, template: str = "letter.txt") -> list[str]:
    words = [*merging[:-2], *LABELS]
    words[words.index("--out") + 1], words[words.index("--template") + 1] = out, template
    return words


def test_letters_stand_on_labels_of_one_sheet(merging: list[str]):
    rows = "".join(f"Guest{n},Town{n}\n" for n in range(7))
    Path("guests.csv").write_text(f"name,town\n{rows}", "utf-8")
    assert main(on_labels(merging, "labels.pdf")) == 0
    reader = PdfReader("labels.pdf")
    assert [round(float(page.mediabox.width) * 25.4 / 72) for page in reader.pages] == [210, 210]
    found: dict[str, tuple[int, int]] = {}
    for number, page in enumerate(reader.pages):

        def place(text, _, matrix, *__, number=number):
            if name := re.search(r"Guest\d", text):
                x, y = (25.4 / 72 * value for value in matrix[4:6])
                label = 2 * int((268.5 - y) // 80) + int((x - 15) // 90) + 1
                found[name[0]] = number, label

        page.extract_text(visitor_text=place)
    labels = [(0, 2), (0, 3), (0, 4), (0, 5), (0, 6), (1, 1), (1, 2)]
    assert found == {f"Guest{n}": label for n, label in enumerate(labels)}
    # A row that comes later changes no other label's ink.
    note = Path("labels-letters", "Guest3.scriptorium").read_bytes()
    Path("guests.csv").write_text(f"name,town\n{rows}Last,Home\n", "utf-8")
    assert main(on_labels(merging, "labels.pdf")) == 0
    assert Path("labels-letters", "Guest3.scriptorium").read_bytes() == note
    assert "Last" in PdfReader("labels.pdf").pages[1].extract_text()


@pytest.mark.parametrize(
    ("out", "template", "label", "sentence"),
    [
        ("labels", "letter.txt", "1", "end --out with .pdf"),
        ("labels.pdf", "letter.txt", "7", "there is no label 7"),
        ("labels.pdf", "a.scriptorium", "1", "the labels are 90 x 80 mm"),
    ],
)
def test_labels_that_do_not_fit_are_refused_first(
    out: str,
    template: str,
    label: str,
    sentence: str,
    merging: list[str],
    capsys: pytest.CaptureFixture[str],
):
    save(NoteFile(Note((Block("Dear {{ name }}"),)), {}), Path("a.scriptorium"))
    words = on_labels(merging, out, template)
    words[words.index("--first-label") + 1] = label
    if template != "letter.txt":
        del words[words.index("--x-height") : words.index("--x-height") + 2]
    assert main(words) == 2
    assert sentence in capsys.readouterr().err
    assert not list(Path().glob("labels*"))


def test_a_check_tells_all_and_writes_nothing(
    merging: list[str], capsys: pytest.CaptureFixture[str]
):
    Path("guests.csv").write_text(
        "name,town\n" + "".join(f",York {n}\n" for n in range(30)) + "Zo€,Ü\n", "utf-8"
    )
    assert main([*merging, "--check"]) == 2
    told = capsys.readouterr()
    assert told.err.count("has no name") == 30
    assert "'€' is written as 'EUR' in row 31." in told.err
    assert "1 letter can be written." in told.err
    assert not Path("letters").exists()
    assert main(merging) == 2
    told = capsys.readouterr()
    assert told.err.count("has no name") == 20
    assert "10 more rows" in told.err
    assert "Nothing is written" in told.err
    assert not Path("letters").exists()
    assert main([*merging, "--skip-bad"]) == 0
    assert names() == ["Zo€.pdf", "results.jsonl"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--engine", "x"], "local or ray"),
        (["--format", "doc"], "pdf, svg"),
        (["--out", "letters.svg"], "--out letters/ --format svg"),
        (["--data", "none.csv"], "cannot be read"),
        (["--template", "none.txt"], "cannot be read"),
        (["--shard", "9/3"], "third of sixteen"),
        (["--key", "x"], "no column 'x'"),
        (["--name", "{{ x }}"], "no such column"),
        (["--out", "all.pdf", "--format", "svg"], "One file for all"),
        (["--worksheet", "x"], "no sheets"),
        (["--bias", "99"], "bias"),
        (["--out", "guests.csv/letters"], "written in"),
    ],
)
def test_what_is_wrong_is_told_before_anything_is_written(
    merging: list[str], words: list[str], said: str, capsys: pytest.CaptureFixture[str]
):
    before = sorted(Path().rglob("*"))
    assert main([*merging, *words]) == 2
    assert said in capsys.readouterr().err
    assert sorted(Path().rglob("*")) == before


def test_one_file_for_all(merging: list[str], capsys: pytest.CaptureFixture[str]):
    words = [*merging, "--out", "all.pdf"]
    assert main(words) == 0
    pages = PdfReader("all.pdf").pages
    assert [page.extract_text().split()[1] for page in pages] == ["Ada", "Bo,", "Cy"]
    first = Path("all.pdf").read_bytes()
    capsys.readouterr()
    Path("guests.csv").write_text(ROWS + "Eve,Bonn\n", "utf-8")
    assert main(words) == 0
    assert "1 letter written, 3 were there" in capsys.readouterr().err
    assert len(PdfReader("all.pdf").pages) == 4
    Path("guests.csv").write_text(ROWS, "utf-8")
    assert main(words) == 0
    assert Path("all.pdf").read_bytes() == first


def test_a_note_is_the_template_with_its_looks(
    merging: list[str], capsys: pytest.CaptureFixture[str]
):
    note = Note(
        (
            Block("Dear {{ name }},", 1),
            Block("{% if town %}Greetings to {{ town }}.{% endif %}", 2),
        ),
        look=Look(style=None, colour="#aa0000", x_height=3.0),
        boxes=(TextBox(Block("No {{ row }}", 3), Placement(0, 150.0, 20.0), 40.0),),
    )
    save(NoteFile(note, {}), Path("letter.scriptorium"))
    words = [word if word != "letter.txt" else "letter.scriptorium" for word in merging]
    assert main([*words]) == 2
    assert "leave out --paper" in capsys.readouterr().err
    words = words[:-2]
    assert main([*words, "--format", "scriptorium", "--format", "svg"]) == 0
    made = load(Path("letters", "Bo.scriptorium")).note
    assert [block.text for block in made.blocks] == ["Dear Bo,", ""]
    assert made.boxes[0].block.text == "No 2"
    assert made.look.colour == "#aa0000"
    assert "#aa0000" in Path("letters", "Bo.svg").read_text()


def test_strict_ends_with_a_status_of_its_own(merging: list[str]):
    assert main([*merging, "--strict"]) == 3
    assert len(results()) == 3


def test_the_ink_of_a_letter_is_that_of_the_letter_alone(merging: list[str]):
    assert main(merging) == 0
    whole = {path.name: path.read_bytes() for path in Path("letters").glob("*.pdf")}
    shutil.rmtree("letters")
    Path("guests.csv").write_text('name,town\n"Cy\nDee",Rome\n', "utf-8")
    assert main([*merging, "--in-work", "1"]) == 0
    assert Path("letters", "Cy Dee.pdf").read_bytes() == whole["Cy Dee.pdf"]


def test_shards_by_option_and_by_variables(
    merging: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    assert main([*merging, "--out", "whole"]) == 0
    assert main([*merging, "--shard", "1/2"]) == 0
    monkeypatch.setenv("SLURM_ARRAY_TASK_ID", "2")
    monkeypatch.setenv("SLURM_ARRAY_TASK_MIN", "1")
    monkeypatch.setenv("SLURM_ARRAY_TASK_COUNT", "2")
    assert main(merging) == 0
    assert "Shard 2 of 2, as SLURM_ARRAY_TASK_ID" in capsys.readouterr().err
    assert main([*merging, "--shard", "1/1"]) == 0
    assert "0 letters written, 3 were there" in capsys.readouterr().err
    for path in Path("whole").glob("*.pdf"):
        assert path.read_bytes() == Path("letters", path.name).read_bytes()


def test_files_of_rows_that_are_gone(merging: list[str], capsys: pytest.CaptureFixture[str]):
    assert main(merging) == 0
    Path("guests.csv").write_text("name,town\nBo,\n", "utf-8")
    assert main(merging) == 0
    assert "and of no row any more: Ada -L-.pdf, Cy Dee.pdf" in capsys.readouterr().err
    assert main([*merging, "--remove-old"]) == 0
    assert names() == ["Bo.pdf", "results.jsonl"]


def letters() -> list[Path]:
    return [path for path in Path().glob("letters/*.pdf") if not path.name.startswith(".")]


def test_a_signal_ends_a_merge_that_the_same_command_goes_on_with(merging: list[str]):
    rows = "name,town\n" + "".join(f"Guest {n},Rome\n" for n in range(40))
    Path("guests.csv").write_text(rows, "utf-8")
    words = [sys.executable, "-m", "studio", *merging, "--in-work", "2"]
    child = subprocess.Popen(words, stderr=subprocess.PIPE)
    while child.poll() is None and not letters():
        time.sleep(0.02)
    child.send_signal(signal.SIGTERM)
    _, said = child.communicate()
    if child.returncode == 130:
        assert b"the same command goes on" in said
        assert 1 <= len(letters()) < 40
    assert main(merging) == 0
    assert len(results()) == 40
    assert len(names()) == 41


def test_spans_of_time():
    assert [spoken(s) for s in (0.4, 61, 7300)] == ["0 s", "1 min 1 s", "2 h 1 min"]
