"""Five hundred rows of hostile fields: each is written, or told with its reason."""

from __future__ import annotations

import importlib.util
import random
import subprocess
import sys
import time
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


PROGRAM = """
import sys
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

writer = ZigzagWriter()
table = read_table(Path({table!r}))
base = Note((), look=Look(seed=5))
template = text_template({text!r}, Path("t"), Markup.PLAIN, base, table.columns)
planner = LetterPlanner(template, table, name="{{{{ id }}}} {{{{ name }}}}")
letters = planner.check(writer, most_pages=1).letters
print("begun", flush=True)
merge(planner, letters, Path({folder!r}), LetterWriter(writer, Outputs((".pdf",)), 4).write)
print("ended", flush=True)
"""


@pytest.mark.soak
def test_a_merge_of_hostile_rows_that_is_killed_again_and_again_is_as_an_undisturbed_one(
    rounds: int, tmp_path: Path
):
    hostile_table(tmp_path / "guests.csv", min(30 + 20 * rounds, 500))
    chance = random.Random(20)

    def run(folder: Path, seconds: float | None) -> float | None:
        """Merge; how long that took, None where it was killed so many seconds after it began."""
        program = PROGRAM.format(
            tests=str(Path(__file__).parent),
            table=str(tmp_path / "guests.csv"),
            text=TEXT,
            folder=str(folder),
        )
        with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) as child:
            assert child.stdout is not None
            assert child.stdout.readline() == b"begun\n"
            begun = time.monotonic()
            if seconds is not None:
                time.sleep(seconds)
                child.kill()
            ended = child.stdout.readline() == b"ended\n"
            return time.monotonic() - begun if ended else None

    def made(folder: Path) -> tuple[dict[str, bytes], list[tuple[str, object]]]:
        files = {
            path.name: path.read_bytes() for path in folder.iterdir() if path.suffix != ".jsonl"
        }
        results = read_results(folder / "results.jsonl")
        return files, [(one.id, one.files) for one in results]

    took = run(tmp_path / "undisturbed", None)
    assert took is not None
    for _ in range(rounds):
        run(tmp_path / "killed", chance.uniform(0, took / rounds))
    assert run(tmp_path / "killed", None) is not None
    assert made(tmp_path / "killed") == made(tmp_path / "undisturbed")
