"""Five hundred rows of hostile fields: each is written, or told with its reason."""

from __future__ import annotations

import importlib.util
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


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    path = Path(__file__).with_name("hostile_table.py")
    spec = importlib.util.spec_from_file_location("hostile_table", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.write_hostile(tmp_path / "guests.csv", 500)
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
