"""The log-density against scipy's, and its gradient."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from scipy import special, stats

from engine.network.mixture import RHO_LIMIT, log_density, log_loss, split


def raw_outputs(rows: int, components: int, seed: int = 0) -> torch.Tensor:
    random = np.random.default_rng(seed)
    return torch.tensor(random.normal(0, 1.2, (rows, 6 * components + 1)))


def by_scipy(raw: np.ndarray, target: np.ndarray, components: int) -> float:
    """Equation 26 of Graves 2013 for one point, from scipy's densities."""
    pi_hat = raw[:components]
    mu = raw[components : 3 * components].reshape(components, 2)
    sigma = np.exp(raw[3 * components : 5 * components]).reshape(components, 2)
    rho = RHO_LIMIT * np.tanh(raw[5 * components : 6 * components])
    logs = []
    for k in range(components):
        off = rho[k] * sigma[k, 0] * sigma[k, 1]
        covariance = [[sigma[k, 0] ** 2, off], [off, sigma[k, 1] ** 2]]
        normal = stats.multivariate_normal(mu[k], covariance)
        logs.append(np.log(special.softmax(pi_hat)[k]) + normal.logpdf(target[:2]))
    pen = stats.bernoulli(special.expit(raw[-1])).logpmf(int(target[2]))
    return float(-special.logsumexp(logs) - pen)


@pytest.mark.parametrize("components", [1, 3, 20])
def test_log_loss_agrees_with_scipy(components: int) -> None:
    random = np.random.default_rng(1)
    raw = raw_outputs(40, components)
    targets = np.column_stack([random.normal(0, 3, (40, 2)), random.integers(0, 2, 40)])
    expected = [by_scipy(r, t, components) for r, t in zip(raw.numpy(), targets, strict=True)]
    found = log_loss(raw, torch.tensor(targets))
    np.testing.assert_allclose(found.numpy(), expected, rtol=1e-10)


def test_the_density_integrates_to_one() -> None:
    mixture = split(raw_outputs(1, 4)[0])
    axis = torch.linspace(-40, 40, 1601, dtype=torch.float64)
    grid = torch.stack(torch.meshgrid(axis, axis, indexing="ij"), dim=-1)
    total = float(log_density(mixture, grid).exp().sum()) * float(axis[1] - axis[0]) ** 2
    assert total == pytest.approx(1.0, abs=2e-3)


def test_the_gradient_is_that_of_the_loss() -> None:
    raw = raw_outputs(4, 3).requires_grad_()
    targets = torch.tensor([[0.1, 2.0, 1.0], [-1.0, 0.3, 0.0], [5.0, -5.0, 0.0], [0, 0, 1.0]])
    assert torch.autograd.gradcheck(lambda r: log_loss(r, targets.double()), (raw,))


def test_an_outlier_keeps_its_gradient() -> None:
    raw = raw_outputs(1, 20).float().requires_grad_()
    loss = log_loss(raw, torch.tensor([[3000.0, -2000.0, 0.0]]))
    loss.sum().backward()
    assert torch.isfinite(loss).all()
    assert raw.grad is not None
    assert torch.isfinite(raw.grad).all()
    assert float(raw.grad[0, 20:60].abs().max()) > 1


@pytest.mark.parametrize("size", [30.0, 1e4])
def test_extreme_outputs_stay_finite_in_float32(size: float) -> None:
    random = np.random.default_rng(3)
    raw = torch.tensor(random.choice([-size, 0, size], (200, 121)), dtype=torch.float32)
    raw[:, 20:60] = 0.1
    raw.requires_grad_()
    loss = log_loss(raw, torch.full((200, 3), 1.0))
    loss.sum().backward()
    assert torch.isfinite(loss).all()
    assert raw.grad is not None
    assert torch.isfinite(raw.grad).all()


def test_bias_sharpens_as_the_paper_says() -> None:
    raw = raw_outputs(5, 3)
    plain, biased = split(raw), split(raw, 1.5)
    torch.testing.assert_close(biased.log_sigma, plain.log_sigma - 1.5)
    torch.testing.assert_close(biased.log_pi, torch.log_softmax(raw[:, :3] * 2.5, dim=-1))
    torch.testing.assert_close(biased.mu, plain.mu)
