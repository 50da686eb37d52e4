"""Merges: what is missing is written, whole, once; and gone on with after any end."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from engine.errors import FileError
from studio.merge.letter_writer import LetterWriter, Outputs
from studio.merge.merging import Merged, MergeProgress, joined_pages, locked, merge, remove_leftover
from studio.merge.results import read_results

TEXT = "Dear {{ name }},\nyour number is {{ id }}.\n{{ wish|default('All the best.') }}"
ROWS = "id,name,wish\n" + "".join(f"{n},Guest {n},wish {n}\n" for n in range(1, 9))


@pytest.fixture
def run(planner: Callable, zigzag: Any, tmp_path: Path) -> Callable[..., Merged]:
    """Merges a table into a folder."""

    def merged(table: Any, *, text: str = TEXT, suffixes: tuple[str, ...] = (".pdf",),
               folder: str = "letters", shard: tuple[int, int] | None = None,
               tell: Any = None, **settings: str) -> Merged:  # fmt: skip
        planned = planner(text, table, **settings)
        writer = LetterWriter(zigzag, Outputs(suffixes), 3)
        letters = planned.check(zigzag, shard).letters
        place = tmp_path / folder
        return merge(planned, letters, place, writer.write, shard=shard, tell=tell)

    return merged


def files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not path.name.startswith("results")
    }


def test_each_row_has_its_files_and_a_result(run: Callable, table: Callable, tmp_path: Path):
    merged = run(table(ROWS), suffixes=(".pdf", ".svg", ".scriptorium"), name="{{ name }}")
    assert merged.written == 8
    results = read_results(tmp_path / "letters" / "results.jsonl")
    assert [one.id for one in results] == [str(n) for n in range(1, 9)]
    assert results[2].files == ("Guest 3.pdf", "Guest 3.svg", "Guest 3.scriptorium")
    assert all(one.seconds > 0 and one.pages == 1 for one in results)
    assert set(files(tmp_path / "letters")) == {name for one in results for name in one.files}
    said = PdfReader(tmp_path / "letters" / "Guest 3.pdf").pages[0].extract_text()
    assert said.split() == ["Dear", "Guest", "3,", "your", "number", "is", "3.", "wish", "3"]


def test_a_second_run_writes_what_is_missing_or_changed(
    run: Callable, table: Callable, zigzag: Any, tmp_path: Path
):
    folder = tmp_path / "letters"
    run(table(ROWS))
    before = files(folder)
    zigzag.batches.clear()
    assert run(table(ROWS)).written == 0
    assert not zigzag.batches
    (folder / "3.pdf").unlink()
    (folder / "4.pdf").write_bytes(b"damaged")
    rows = ROWS.replace("5,Guest 5,wish 5\n", "").replace("wish 6", "a dog") + "9,New,x\n"
    merged = run(table(rows))
    assert merged.written == 4
    assert merged.leftover == ("5.pdf",)
    after = files(folder)
    assert {name for name in after if after[name] != before.get(name)} == {"6.pdf", "9.pdf"}
    remove_leftover(folder, merged.leftover)
    assert "5.pdf" not in files(folder)
    assert [one.row for one in read_results(folder / "results.jsonl")] == list(range(1, 9))


def test_another_order_or_company_of_rows_changes_no_letter(
    run: Callable, table: Callable, tmp_path: Path
):
    run(table(ROWS))
    head, *rows = ROWS.splitlines()
    random.Random(1).shuffle(rows)
    run(table("\n".join([head, *rows[:5]]) + "\n"), folder="other")
    whole, part = files(tmp_path / "letters"), files(tmp_path / "other")
    assert part == {name: whole[name] for name in part}
    assert len(part) == 5


def test_shards_make_the_same_files_and_are_gathered(
    run: Callable, table: Callable, tmp_path: Path
):
    run(table(ROWS), folder="whole")
    for number in (1, 2, 3):
        run(table(ROWS), folder="shards", shard=(number, 3))
    assert files(tmp_path / "shards") == files(tmp_path / "whole")
    assert run(table(ROWS), folder="shards").written == 0
    gathered = read_results(tmp_path / "shards" / "results.jsonl")
    assert [one.row for one in gathered] == list(range(1, 9))


def test_letters_join_to_one_file_as_they_were_written(
    run: Callable, table: Callable, zigzag: Any, tmp_path: Path
):
    merged = run(table(ROWS), suffixes=(".scriptorium", ".pdf"))
    pages = joined_pages(tmp_path / "letters", merged.results, zigzag, "Guests")
    assert [page.number for page in pages] == list(range(1, 9))
    assert pages.title == "Guests"
    assert "Guest 8," in pages.pages[7].lines[0].text


def test_two_merges_into_one_folder_do_not_meet(run: Callable, table: Callable, tmp_path: Path):
    found = table(ROWS)
    folder = tmp_path / "letters"
    folder.mkdir()
    with locked(folder), pytest.raises(FileError, match="Another merge writes"):
        run(found)
    with locked(folder, (1, 2)):
        with pytest.raises(FileError, match="Another merge writes"):
            run(found)
        assert run(found, shard=(2, 2)).written == 4
    assert run(found).written == 4
    assert not list(folder.glob(".*"))


def test_progress_counts_what_is_there_and_tells_the_time_left(run: Callable, table: Callable):
    told: list[MergeProgress] = []
    run(table(ROWS), tell=told.append)
    assert [one.done for one in told] == list(range(9))
    assert all(one.count == 8 for one in told)
    # Three are in work at a time: what the first one took says little of the rest.
    assert [one.left is None for one in told] == [True] * 3 + [False] * 6
    assert told[-1].left == 0
    assert told[3].left > 0


def test_a_letter_that_fails_stops_no_other(planner: Callable, table: Callable, tmp_path: Path):
    planned = planner(TEXT, table(ROWS))

    def engine(letters: Iterator[Any]) -> Iterator[Any]:
        from studio.merge.letter_writer import WrittenLetter

        for letter in letters:
            failed = "No." if letter.id == "2" else ""
            yield WrittenLetter(
                letter.id, () if failed else ((f"{letter.id}.pdf", b"x"),), failed=failed
            )
            yield WrittenLetter(letter.id, ((f"{letter.id}.pdf", b"twice"),))

    merged = merge(planned, planned.planned()[0], tmp_path / "x", engine)
    assert [(one.key, why) for one, why in merged.failed] == [("2", "No.")]
    assert merged.written == 7
    assert set(files(tmp_path / "x").values()) == {b"x"}


def test_pages_of_a_letter_do_not_take_the_place_of_another(
    run: Callable, table: Callable, tmp_path: Path
):
    long = "much " * 300
    merged = run(table(f"id,name,wish\nAda,A,{long}\nAda-1,B,x\n"), suffixes=(".svg",))
    assert merged.written == 1
    assert [planned.key for planned, _ in merged.failed] in (["Ada"], ["Ada-1"])
    owned = {name for one in merged.results for name in one.files}
    assert set(files(tmp_path / "letters")) == owned


PROGRAM = """
import sys, time
sys.path.insert(0, {tests!r})
from pathlib import Path
from dataclasses import replace
from conftest import ZigzagWriter
from studio.document.note import Look, Note
from studio.importing.markup import Markup
from studio.merge.letter_writer import LetterWriter, Outputs
from studio.merge.letters import LetterPlanner
from studio.merge.merging import merge
from studio.merge.table import read_table
from studio.merge.template import text_template

class Slow(ZigzagWriter):
    def write_lines(self, requests):
        time.sleep(0.01)
        return super().write_lines(requests)

folder = Path({folder!r})
table = read_table(folder / "guests.csv")
base = Note((), look=Look(seed=5))
template = text_template({text!r}, Path("t"), Markup.PLAIN, base, table.columns)
planner = LetterPlanner(template, table)
writer = LetterWriter(Slow(), Outputs((".pdf", ".svg")), 4)
print("begun", flush=True)
merge(planner, planner.planned()[0], folder / "letters", writer.write)
print("ended", flush=True)
"""


@pytest.mark.soak
@pytest.mark.parametrize("blow", [signal.SIGKILL, signal.SIGINT])
def test_a_run_that_is_killed_again_and_again_loses_nothing_and_doubles_nothing(
    table: Callable, tmp_path: Path, rounds: int, blow: signal.Signals
):
    count = 60
    table("id,name,wish\n" + "".join(f"{n},Guest {n},w {n}\n" for n in range(count)))
    folder = tmp_path / "letters"
    program = PROGRAM.format(tests=str(Path(__file__).parent), folder=str(tmp_path), text=TEXT)
    chance = random.Random(blow)
    kills = noted = 0
    ended = False
    while not ended:
        child = subprocess.Popen(
            [sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        assert child.stdout is not None
        assert child.stdout.readline() == b"begun\n"
        if kills < rounds:
            time.sleep(chance.uniform(0, 0.25))
            child.send_signal(blow)
            kills += 1
        ended = child.stdout.readline() == b"ended\n"
        child.stdout.close()
        child.wait()
        # What was noted once stays noted, and its files are whole.
        there = (
            read_results(folder / "results.jsonl") if (folder / "results.jsonl").exists() else []
        )
        assert len({one.id for one in there}) >= noted
        noted = len({one.id for one in there})
        for one in there:
            for name in one.files:
                if name.endswith(".pdf"):
                    assert (folder / name).read_bytes().rstrip().endswith(b"%%EOF")
    results = read_results(folder / "results.jsonl")
    assert [one.id for one in results] == [str(n) for n in range(count)]
    left = {path.name for path in folder.iterdir()}
    assert left == {name for one in results for name in one.files} | {"results.jsonl"}


def test_nothing_of_the_template_is_needed_to_read_results(
    run: Callable, table: Callable, tmp_path: Path
):
    run(table(ROWS))
    lines = (tmp_path / "letters" / "results.jsonl").read_text("utf-8").splitlines()
    entry = json.loads(lines[0])
    assert entry["files"] == ["1.pdf"]
    assert {"id", "row", "files", "misread", "seconds", "check", "pages"} <= set(entry)
