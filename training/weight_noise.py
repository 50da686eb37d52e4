"""Adaptive weight noise: each weight is a Gaussian whose mean and deviation are both learnt.

Graves 2011, "Practical Variational Inference for Neural Networks", sections 3 and 5: the loss is
the log-loss of weights drawn at random plus what it costs to send the weights, the divergence of
their Gaussians from a prior Gaussian that suits them best (equations 13 to 16).
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn


class WeightNoise:
    """The deviations of a network's weights, and what they add to a step.

    Parameters
    ----------
    network : nn.Module
        Its parameters are the means.
    deviation : float
        Of every weight at the start.
    """

    def __init__(self, network: nn.Module, deviation: float) -> None:
        self.means = dict(network.named_parameters())
        #: Logarithms of the deviations, learnt like the means.
        self.logs = {
            name: nn.Parameter(torch.full_like(value, math.log(deviation)))
            for name, value in self.means.items()
        }
        self._kept: dict[str, Tensor] = {}
        self._draws: dict[str, Tensor] = {}

    @torch.no_grad()
    def perturb(self, seed: tuple[int, int]) -> None:
        """Draw the weights; the same for the same seed (of the run, and the step)."""
        random = torch.Generator().manual_seed(seed[0] * 1_000_003 + seed[1])
        for name, mean in self.means.items():
            draw = torch.randn(mean.shape, generator=random).to(mean.device)
            self._kept[name], self._draws[name] = mean.detach().clone(), draw
            mean.addcmul_(draw, self.logs[name].exp())

    @torch.no_grad()
    def restore(self) -> None:
        """Put the means back."""
        for name, kept in self._kept.items():
            self.means[name].copy_(kept)
        self._kept.clear()

    @torch.no_grad()
    def add_gradients(self, points: int) -> None:
        """Make the gradients of means and deviations from that of the drawn weights.

        Parameters
        ----------
        points : int
            Points of an epoch: the loss is a mean over points, so is the cost of the weights.
        """
        centre, variance = self._prior()
        for name, mean in self.means.items():
            log, gradient = self.logs[name], mean.grad
            if gradient is None:
                continue
            deviation = log.exp()
            log.grad = gradient * self._draws[name] * deviation
            log.grad += (deviation * deviation / variance - 1) / points
            gradient += (mean - centre) / (variance * points)

    @torch.no_grad()
    def _prior(self) -> tuple[float, float]:
        """Mean and variance of the prior that costs least, over all weights."""
        count = sum(mean.numel() for mean in self.means.values())
        centre = sum(float(mean.sum()) for mean in self.means.values()) / count
        variance = sum(
            float((mean - centre).square().sum() + (2 * self.logs[name]).exp().sum())
            for name, mean in self.means.items()
        )
        return centre, variance / count

    def state(self) -> dict[str, Tensor]:
        """The logarithms of the deviations, by the name of their weights."""
        return {name: log.detach() for name, log in self.logs.items()}

    @torch.no_grad()
    def load(self, state: dict[str, Tensor]) -> None:
        """Take deviations from a checkpoint; one without them leaves them at their start."""
        for name, value in state.items():
            self.logs[name].copy_(value)
