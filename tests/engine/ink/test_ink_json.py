"""Ink comes back from its entries in JSON, with what is known of it."""

from __future__ import annotations

import json

import numpy as np
import pytest

from engine.errors import InkError
from engine.ink.ink import Ink, Stroke
from engine.ink.json import ink_from_json, ink_to_json


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
