"""Ink comes back from its entries in JSON, with what is known of it."""

from __future__ import annotations

import json

import numpy as np
import pytest

from engine.errors import InkError
from engine.ink.ink import Ink, Stroke
from engine.ink.json import ink_from_json, ink_to_json, stroke_from_json


def drawn() -> Ink:
    random = np.random.default_rng(3)
    return Ink(
        (
            Stroke(random.normal(size=(9, 2)), np.arange(9) * 0.01, np.linspace(0, 1, 9)),
            Stroke(random.normal(size=(1, 2))),
        )
    )


@pytest.mark.parametrize(("grid", "step"), [(None, 1e-4), (200, 1 / 200)])
def test_ink_comes_back(grid: int | None, step: float) -> None:
    ink = drawn()
    back = ink_from_json(json.loads(json.dumps(ink_to_json(ink, grid))), grid)
    assert np.abs(back.xy - ink.xy).max() <= 0.5001 * step
    first, dot = back.strokes
    assert first.time is not None
    assert first.pressure is not None
    assert np.allclose(first.time, ink.strokes[0].time)
    assert np.allclose(first.pressure, ink.strokes[0].pressure)
    assert dot.time is None
    assert dot.pressure is None


@pytest.mark.parametrize(
    "entries", [[{"xy": [1.0]}], [{"xy": [[1, "a"]]}], [{}], [{"xy": [0, float("nan")]}]]
)
def test_what_is_damaged_is_refused(entries: list[dict[str, object]]) -> None:
    with pytest.raises((InkError, ValueError, KeyError)):
        ink_from_json(entries)


@pytest.mark.parametrize("grid", [None, 200])
@pytest.mark.parametrize("known", ["", "time", "time pressure", "pressure"])
def test_strokes_read_together_are_those_read_one_by_one(grid: int | None, known: str) -> None:
    random = np.random.default_rng(5)
    ink = Ink(
        tuple(
            Stroke(
                random.normal(size=(n, 2)) * 50,
                np.sort(random.uniform(size=n)) if "time" in known else None,
                random.uniform(size=n) if "pressure" in known else None,
            )
            for n in (1, 7, 40, 2)
        )
    )
    entries = json.loads(json.dumps(ink_to_json(ink, grid)))
    together = ink_from_json(entries, grid)
    assert together == Ink(tuple(stroke_from_json(entry, grid) for entry in entries))
    assert not any(stroke.xy.flags.writeable for stroke in together.strokes)


@pytest.mark.parametrize(
    "odd", [True, "1", None, [1, 2], 10**400, float("inf"), {"a": 1}, 1.5], ids=repr
)
@pytest.mark.parametrize("grid", [None, 200])
def test_an_odd_value_among_many_is_judged_as_it_is_alone(odd: object, grid: int | None) -> None:
    entries = [*ink_to_json(drawn(), grid), {"xy": [1, 2, odd, 3]}]

    def read(function: object, what: object) -> object:
        try:
            return function(what, grid)  # type: ignore[operator]
        except (InkError, ValueError, TypeError, OverflowError) as error:
            return type(error)

    alone = read(stroke_from_json, entries[-1])
    together = read(ink_from_json, entries)
    if isinstance(alone, Stroke):
        assert isinstance(together, Ink)
        assert together.strokes[-1] == alone
    else:
        assert isinstance(together, type)
