"""A run's folder is read as it grows."""

from __future__ import annotations

import json
from pathlib import Path

from engine.io.atomic import atomic_write
from studio.teaching.run_watch import RunWatch


def written(folder: Path, *records: dict[str, object], mode: str = "a") -> None:
    with (folder / "metrics.jsonl").open(mode) as file:
        file.writelines(json.dumps(record) + "\n" for record in records)


def step(number: int, loss: float | None) -> dict[str, object]:
    return {
        "step": number, "loss": loss, "share": number / 10, "seconds": 2.0 * number,
        "points": 900, "step_seconds": 1.5,
    }  # fmt: skip


def test_only_whole_rows_are_read_and_each_once(tmp_path: Path) -> None:
    watch = RunWatch(tmp_path)
    assert not watch.look()
    written(tmp_path, step(1, 3.0), step(2, None))
    with (tmp_path / "metrics.jsonl").open("a") as file:
        file.write('{"step": 3, "lo')
    assert watch.look()
    assert not watch.look()
    assert watch.losses == [(1, 3.0)]
    assert (watch.share, watch.points_a_second, watch.left) == (0.2, 600.0, 16.0)
    with (tmp_path / "metrics.jsonl").open("a") as file:
        file.write('ss": 2.0}\n')
    written(tmp_path, {"step": 3, "validation": 2.5}, {"step": 3, "sample": "samples/a.png"})
    watch.look()
    assert watch.losses == [(1, 3.0), (3, 2.0)]
    assert watch.validations == [(3, 2.5)]
    assert watch.sample == tmp_path / "samples/a.png"


def test_damaged_rows_cost_nothing_but_themselves(tmp_path: Path) -> None:
    watch = RunWatch(tmp_path)
    rows = ('5', '"x"', '{"share": "x"}', '{"loss": 1.0}', '{"step": [], "loss": 1}', "[" * 99_999,
            '{"points": {}, "step_seconds": "x"}')  # fmt: skip
    (tmp_path / "metrics.jsonl").write_text("".join(f"{row}\n" for row in rows))
    written(tmp_path, step(1, 3.0))
    assert watch.look()
    assert watch.losses == [(1, 3.0)]
    assert watch.points_a_second == 600.0


def test_a_run_that_takes_records_back_is_read_anew(tmp_path: Path) -> None:
    watch = RunWatch(tmp_path)
    written(tmp_path, *(step(number, 1.0) for number in range(1, 6)))
    watch.look()
    written(tmp_path, step(1, 1.5), mode="w")
    watch.look()
    assert watch.losses == [(1, 1.5)]


def test_a_run_that_has_gone_beyond_what_it_took_back_is_read_anew(tmp_path: Path) -> None:
    watch, path = RunWatch(tmp_path), tmp_path / "metrics.jsonl"
    written(tmp_path, *(step(number, 1.0) for number in range(1, 6)))
    watch.look()
    with atomic_write(path) as temporary:
        temporary.write_text(json.dumps(step(1, 1.0)) + "\n")
    written(tmp_path, *(step(number, 10.25) for number in range(2, 9)))
    watch.look()
    assert watch.losses == [(1, 1.0), *((number, 10.25) for number in range(2, 9))]
