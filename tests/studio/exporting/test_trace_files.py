"""The steps of a line in files, read back by numpy and the standard library."""

from __future__ import annotations

import csv
import json
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest

from engine.errors import FileError
from engine.sampling.step_metrics import STEP_METRICS, character
from engine.sampling.trace import SampleTrace
from studio.exporting.trace_files import export

TEXT, ABOUT = "né", {"hand": "default", "bias": 0.5}
POINTS, GAUSSIANS, COMPONENTS = 5, 2, 3


@pytest.fixture(scope="module")
def steps() -> SampleTrace:
    rng = np.random.default_rng(1)

    def numbers(*shape: int) -> np.ndarray:
        return rng.uniform(0.1, 0.9, (POINTS, *shape)).astype(np.float32)

    weights = numbers(COMPONENTS)
    return SampleTrace(
        TEXT,
        np.column_stack([numbers(2), [0, 0, 1, 0, 1]]).astype(np.float32),
        numbers(len(TEXT) + 1),
        *(numbers(GAUSSIANS) for _ in range(3)),
        weights / weights.sum(axis=1, keepdims=True),
        numbers(COMPONENTS, 2),
        numbers(COMPONENTS, 2),
        numbers(COMPONENTS),
        numbers(),
        np.array([0, 2, 1, 1, 0]),
    )


def test_arrays_hold_all_of_the_steps(steps, tmp_path: Path) -> None:
    layers = np.arange(POINTS * 3 * 4.0).reshape(POINTS, 3, 4)
    exact = np.arange(POINTS, dtype=np.float32)
    export(steps, tmp_path / "steps.NPZ", ABOUT, exact, layers)
    with np.load(tmp_path / "steps.NPZ", allow_pickle=False) as found:
        for name in (f.name for f in fields(steps)):
            np.testing.assert_array_equal(found[name], getattr(steps, name))
        for metric in STEP_METRICS:
            wanted = exact if metric.key == "log_likelihood" else metric.values(steps)
            np.testing.assert_array_equal(found[metric.key], wanted)
        np.testing.assert_array_equal(found["layers"], layers)
        assert json.loads(str(found["about"])) == {"text": TEXT, **ABOUT}
    export(steps, tmp_path / "less.npz", ABOUT)
    with np.load(tmp_path / "less.npz", allow_pickle=False) as found:
        assert "layers" not in found


def test_a_table_has_a_row_for_each_point(steps, tmp_path: Path) -> None:
    export(steps, tmp_path / "steps.csv", ABOUT)
    about, *lines = (tmp_path / "steps.csv").read_text(encoding="utf-8").splitlines()
    assert json.loads(about.removeprefix("# ")) == {"text": TEXT, **ABOUT}
    head, *rows = csv.reader(lines)
    assert len({*head}) == len(head)
    assert {len(row) for row in rows} == {len(head)}
    columns = dict(zip(head, zip(*rows, strict=True), strict=True))
    places = character(steps).astype(int).tolist()
    assert [int(n) for n in columns["point"]] == list(range(POINTS))
    assert [int(n) for n in columns["character"]] == places
    assert columns["letter"] == tuple(TEXT[place] for place in places)
    expected = {
        "dx": steps.offsets[:, 0], "dy": steps.offsets[:, 1], "end": steps.offsets[:, 2],
        "component": steps.component,
    }  # fmt: skip
    expected |= {metric.key: metric.values(steps) for metric in STEP_METRICS}
    for name in ("alpha", "beta", "kappa", "pi", "rho", "phi"):
        for k, values in enumerate(getattr(steps, name).T):
            expected[f"{name}_{k}"] = values
    for name in ("mu", "sigma"):
        for m in range(COMPONENTS):
            expected[f"{name}_x_{m}"] = getattr(steps, name)[:, m, 0]
            expected[f"{name}_y_{m}"] = getattr(steps, name)[:, m, 1]
    assert {*columns} == {*expected} | {"point", "character", "letter"}
    for name, values in expected.items():
        # A float32 number comes back as it was.
        np.testing.assert_array_equal(np.array(columns[name], np.float32), values)


def test_another_ending_is_refused(steps, tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"'steps.txt' is neither"):
        export(steps, tmp_path / "steps.txt", ABOUT)
    assert not list(tmp_path.iterdir())
