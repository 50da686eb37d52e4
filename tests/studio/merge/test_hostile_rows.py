"""Five hundred rows of hostile fields: each is written, or told with its reason."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from studio.merge.letter_writer import LetterWriter, Outputs
from studio.merge.letters import LetterPlanner
from studio.merge.merging import merge
from studio.merge.results import read_results
from studio.merge.table import read_table

TEXT = "Dear {{ name }},\n\nthank you for the {{ gift }}.\n\nLove, Hannah\n"


def hostile_table(target: Path, count: int) -> None:
    """Write such a table."""
    path = Path(__file__).with_name("hostile_table.py")
    spec = importlib.util.spec_from_file_location("hostile_table", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.write_hostile(target, count)


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    hostile_table(tmp_path / "guests.csv", 500)
    return tmp_path / "guests.csv"


def kinds(rows: Any) -> Counter[str]:
    return Counter(row.values["kind"] for row in rows)


def test_every_hostile_row_is_written_or_told(
    hostile: Path, planner: Callable[..., LetterPlanner], zigzag: Any, tmp_path: Path
):
    table = read_table(hostile)
    assert len(table.rows) == 500
    planned = planner(TEXT, table, name="{{ id }} {{ name }}")
    checked = planned.check(zigzag, most_pages=1)
    told = kinds(one.row for one in checked.problems)
    assert len(checked.letters) + len(checked.problems) == 500
    every = kinds(table.rows)
    for kind in ("empty", "emoji", "other scripts", "long", "long word", "markup"):
        assert told[kind] == every[kind], kind
    for kind in ("plain", "quotes", "commas", "line breaks", "formulas", "paths", "accents"):
        assert told[kind] == 0, kind
    writer = LetterWriter(zigzag, Outputs((".pdf",)), 32)
    merged = merge(planned, checked.letters, tmp_path / "letters", writer.write)
    assert merged.written == len(checked.letters)
    assert not merged.failed
    results = read_results(tmp_path / "letters" / "results.jsonl")
    names = [name for one in results for name in one.files]
    assert len(set(names)) == len(names) == len(list((tmp_path / "letters").glob("*.pdf")))
    assert not [path for path in tmp_path.parent.rglob("*passwd*") if tmp_path not in path.parents]


#: Merges to the end into one folder, and into another one until it is killed, so many times.
PROGRAM = """
import os, random, signal, sys, time
sys.path.insert(0, {tests!r})
from pathlib import Path
from conftest import ZigzagWriter
from studio.document.note import Look, Note
from studio.importing.markup import Markup
from studio.merge.letter_writer import LetterWriter, Outputs
from studio.merge.letters import LetterPlanner
from studio.merge.merging import merge
from studio.merge.table import read_table
from studio.merge.template import text_template

top, rounds = Path({top!r}), {rounds}
writer = ZigzagWriter()
table = read_table(top / "guests.csv")
base = Note((), look=Look(seed=5))
template = text_template({text!r}, Path("t"), Markup.PLAIN, base, table.columns)
planner = LetterPlanner(template, table, name="{{{{ id }}}} {{{{ name }}}}")
letters = planner.check(writer, most_pages=1).letters

def run(name, seconds=None):
    begun = time.monotonic()
    child = os.fork()
    if not child:
        merge(planner, letters, top / name, LetterWriter(writer, Outputs((".pdf",)), 4).write)
        os._exit(0)
    if seconds is not None:
        time.sleep(seconds)
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    return status, time.monotonic() - begun

status, took = run("undisturbed")
assert status == 0
chance = random.Random(20)
for _ in range(rounds):
    # One that has ended by then is one more that has nothing left to do.
    run("killed", chance.uniform(0, took / (2 * rounds)))
assert run("killed")[0] == 0
"""


@pytest.mark.soak
@pytest.mark.skipif(not hasattr(os, "fork"), reason="what is killed is a fork")
def test_a_merge_of_hostile_rows_that_is_killed_again_and_again_is_as_an_undisturbed_one(
    rounds: int, tmp_path: Path
):
    hostile_table(tmp_path / "guests.csv", min(30 + 20 * rounds, 500))
    tests = str(Path(__file__).parent)
    program = PROGRAM.format(tests=tests, top=str(tmp_path), text=TEXT, rounds=rounds)
    subprocess.run([sys.executable, "-c", program], check=True)

    def made(name: str) -> tuple[dict[str, bytes], list[tuple[str, object]]]:
        files = {
            path.name: path.read_bytes()
            for path in (tmp_path / name).iterdir()
            if path.suffix != ".jsonl"
        }
        results = read_results(tmp_path / name / "results.jsonl")
        return files, [(one.id, one.files) for one in results]

    assert made("undisturbed")[0]
    assert made("killed") == made("undisturbed")
