"""Painted densities integrate to one, whatever their cells, and bias can be taken back."""

from __future__ import annotations

import numpy as np
import pytest

from engine.errors import SettingError
from engine.rendering.density import DensityMap, Grid, mixture_on, unbiased
from engine.sampling.policy import ONCE
from engine.sampling.trace import SampleTrace


def mixture(sigma: float, count: int = 6, seed: int = 0):
    random = np.random.default_rng(seed)
    pi = random.dirichlet(np.ones(count)).astype(np.float32)
    mu = random.normal(0, 0.5, (count, 2)).astype(np.float32)
    sigmas = (sigma * random.uniform(0.5, 1.5, (count, 2))).astype(np.float32)
    return pi, mu, sigmas, random.uniform(-0.9, 0.9, count).astype(np.float32)


@pytest.mark.parametrize("sigma", [0.3, 0.1, 0.01, 0.0001])
def test_one_step_integrates_to_one(sigma):
    x = np.linspace(-4, 4, 161)
    y = np.linspace(-3.5, 3.5, 121)
    density = mixture_on(x, y, *mixture(sigma))
    assert density.sum() * (x[1] - x[0]) * (y[1] - y[0]) == pytest.approx(1, abs=0.01)


def test_wide_mixture_is_the_density_of_the_equations():
    pi, mu, sigma, rho = mixture(1.0)
    x = y = np.linspace(-3, 3, 601)
    density = mixture_on(x, y, pi, mu, sigma, rho)
    z1 = (x[None, None, :] - mu[:, 0, None, None]) / sigma[:, 0, None, None]
    z2 = (y[None, :, None] - mu[:, 1, None, None]) / sigma[:, 1, None, None]
    r = rho[:, None, None]
    normal = np.exp(-(z1**2 + z2**2 - 2 * r * z1 * z2) / (2 * (1 - r**2)))
    normal /= 2 * np.pi * np.sqrt(1 - r**2) * sigma.prod(axis=1)[:, None, None]
    np.testing.assert_allclose(density, (pi[:, None, None] * normal).sum(axis=0), rtol=5e-3)


@pytest.mark.parametrize("cell", [0.25, 1 / 16, 0.04])
def test_a_whole_line_integrates_to_one_a_point(untaught_hand, cell):
    steps: SampleTrace = untaught_hand.write(
        "a line", bias=0.75, seed=2, policy=ONCE, record=True
    ).steps
    xy = np.cumsum(steps.offsets[:, :2], axis=0)
    pens = np.concatenate([np.zeros((1, 2), np.float32), xy[:-1]])
    painting = DensityMap(Grid.around(pens, 8.0, cell))
    for t in range(len(steps)):
        painting.add(pens[t], steps.pi[t], steps.mu[t], steps.sigma[t], steps.rho[t])
    assert painting.density.sum() * cell**2 / len(steps) == pytest.approx(1, abs=0.01)


def test_one_step_painted_is_the_same_as_on_a_grid():
    parts = mixture(0.2)
    grid = Grid(-3.0, -2.0, 0.05, 120, 80)
    painting = DensityMap(grid)
    painting.add(np.array([0.3, -0.2], np.float32), *parts)
    x = grid.left + grid.cell * (np.arange(grid.width) + 0.5) - 0.3
    y = grid.top + grid.cell * (np.arange(grid.height) + 0.5) + 0.2
    np.testing.assert_allclose(painting.density, mixture_on(x, y, *parts), atol=2e-3)


def test_what_lies_beside_the_grid_is_left_out():
    painting = DensityMap(Grid(0.0, 0.0, 0.1, 20, 20))
    painting.add(np.array([50.0, 50.0], np.float32), *mixture(0.1))
    assert painting.density.sum() == 0
    # Half of what is centred on the grid's edge.
    one = (np.ones(1, np.float32), np.zeros((1, 2), np.float32))
    painting.add(
        np.array([0.0, 1.0], np.float32), *one, np.full((1, 2), 0.1, np.float32), np.zeros(1)
    )
    assert painting.density.sum() * 0.01 == pytest.approx(0.5, abs=0.01)


def test_a_painting_grows_and_becomes_coarser_without_loss():
    parts = mixture(0.3)
    small = DensityMap(Grid(-2.0, -2.0, 0.05, 81, 79))
    small.add(np.zeros(2, np.float32), *parts)
    wide = small.on(small.grid.reaching(np.array([-2.5, -3.0]), np.array([9.0, 4.0])))
    assert wide.grid.left <= -2.5
    assert wide.grid.top + wide.grid.height * wide.grid.cell >= 4.0
    at = DensityMap(wide.grid)
    at.add(np.zeros(2, np.float32), *parts)
    np.testing.assert_allclose(wide.density[20:, 10:60], at.density[20:, 10:60], atol=2e-2)
    coarse = wide.on(wide.grid.coarser())
    total = small.density.sum() * 0.05**2
    for painting in (wide, coarse):
        assert painting.density.sum() * painting.grid.cell**2 == pytest.approx(total, rel=1e-4)
        assert painting.fresh() == slice(0, painting.grid.width)
    # What is added later lies in its place.
    coarse.add(np.array([7.0, 1.0], np.float32), *parts)
    right = coarse.density[:, round((4.5 + 2.5) / 0.1) :]
    assert right.sum() * 0.1**2 == pytest.approx(1, abs=0.03)


def test_too_many_cells_are_refused():
    with pytest.raises(SettingError, match="larger cells"):
        Grid.around(np.array([[0.0, 0.0], [1e6, 1e6]]), 1.0, 0.01)


def test_bias_can_be_taken_back(untaught_hand):
    text = "bias"
    plain = next(untaught_hand.stream(text, bias=0.0, seed=0))
    biased = next(untaught_hand.stream(text, bias=1.5, seed=0))
    pi, sigma = unbiased(biased.pi, biased.sigma, 1.5)
    np.testing.assert_allclose(pi, plain.pi, rtol=1e-4)
    np.testing.assert_allclose(sigma, plain.sigma, rtol=1e-4)
