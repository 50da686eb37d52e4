"""The pen's way between lines, beside the shortest one that there is."""

from __future__ import annotations

from itertools import permutations, product

import numpy as np
import pytest

from studio.exporting.plot_path import _Tour


def shortest(ends: np.ndarray, home: np.ndarray, turnable: bool) -> float:
    """The length of the best tour, of all that there are."""
    count = len(ends)
    orders = np.array(list(permutations(range(count))))
    turns = np.array(list(product((0, 1), repeat=count if turnable else 0)), dtype=int)
    if not turnable:
        turns = np.zeros((1, count), dtype=int)
    order = np.repeat(orders, len(turns), axis=0)
    turned = np.take_along_axis(np.tile(turns, (len(orders), 1)), order, axis=1)
    return float(lengths(ends, home, order, turned).min())


def lengths(
    ends: np.ndarray, home: np.ndarray, order: np.ndarray, turned: np.ndarray
) -> np.ndarray:
    """How far the pen travels in each tour (tours, n): from home, between the lines and back."""
    homes = np.broadcast_to(home, (len(order), 1, 2))
    leaves = np.concatenate([homes, ends[order, 1 - turned]], axis=1)
    reaches = np.concatenate([ends[order, turned], homes], axis=1)
    return np.linalg.norm(reaches - leaves, axis=2).sum(axis=1)


@pytest.mark.parametrize(
    ("turnable", "count", "hits", "mean", "worst"),
    [(True, 6, 19, 1.035, 1.45), (False, 6, 12, 1.06, 1.45)],
)
def test_the_way_is_nearly_the_shortest(
    turnable: bool, count: int, hits: int, mean: float, worst: float
) -> None:
    """In most of 24 cases it is the shortest, and else hardly longer."""
    ratios = []
    for seed in range(24):
        random = np.random.default_rng(seed)
        ends, home = random.uniform(0, 100, (count, 2, 2)), random.uniform(0, 100, 2)
        found = np.array(_Tour(ends, home, turnable=turnable).best(), dtype=int)
        assert sorted(found[:, 0]) == list(range(count))
        assert turnable or not found[:, 1].any()
        (length,) = lengths(ends, home, found[None, :, 0], found[None, :, 1])
        written = np.arange(count)[None]
        assert length <= lengths(ends, home, written, np.zeros_like(written)) + 1e-9
        ratios.append(length / shortest(ends, home, turnable))
    assert sum(ratio < 1 + 1e-9 for ratio in ratios) >= hits
    assert np.mean(ratios) < mean
    assert max(ratios) < worst
