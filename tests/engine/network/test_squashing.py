"""Gates come out as their formulas say, and the same to the bit in any company."""

from __future__ import annotations

import numpy as np
import pytest

from engine.network import squashing


@pytest.fixture(params=[False, True], autouse=True)
def by_sigmoid(request, monkeypatch):
    if request.param and not squashing._by_sigmoid():
        pytest.skip("this processor computes more numbers at a time than the sigmoid is taken for")
    monkeypatch.setattr(squashing, "_by_sigmoid", lambda: request.param)


@pytest.mark.parametrize("width", [1600, 800, 24])
def test_gates_are_squashed_alike_alone_and_in_company(width):
    x = np.random.default_rng(0).normal(0, 3, (13, width)).astype(np.float32)
    found = x.copy()
    squashing.squash_gates(found)
    exact, third = x.astype(np.float64), 3 * width // 4
    np.testing.assert_allclose(found[:, :third], 1 / (1 + np.exp(-2 * exact[:, :third])), atol=1e-6)
    np.testing.assert_allclose(found[:, third:], np.tanh(exact[:, third:]), atol=1e-6)
    for rows in (slice(0, 1), slice(3, 5), slice(6, 13)):
        some = x[rows].copy()
        squashing.squash_gates(some)
        np.testing.assert_array_equal(some, found[rows])


@pytest.mark.parametrize("width", [400, 200, 6])
def test_tanh_is_the_same_alone_and_in_company(width):
    x = (
        np.random.default_rng(1)
        .normal(0, 2, (9, 3 * width))
        .astype(np.float32)[:, width : 2 * width]
    )
    found = np.empty((9, width), np.float32)
    squashing.tanh_into(x, found)
    np.testing.assert_allclose(found, np.tanh(x.astype(np.float64)), atol=1e-6)
    for row in range(9):
        alone = np.empty((1, width), np.float32)
        squashing.tanh_into(x[row : row + 1], alone)
        np.testing.assert_array_equal(alone[0], found[row])


def test_large_numbers_do_not_overflow():
    gates = np.array([[-1e4, 1e4, 60.0, -60.0] * 4], np.float32)
    squashing.squash_gates(gates)
    assert np.isfinite(gates).all()
