"""The mixture-density output: its parameters, and the log-density of a point under it.

Graves 2013, section 4.1, equations 15 to 26, computed with logarithms throughout: no floor, so
that an outlier still has a gradient.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

#: log sigma is clamped to this range; beyond its ends it has no gradient.
LOG_SIGMA_RANGE = (-9.0, 6.0)
#: |rho| stays below this: 1 - rho^2 is then well above float32's rounding.
RHO_LIMIT = 0.999


class Mixture(NamedTuple):
    """Parameters of M bivariate Gaussians and the end-of-stroke probability, in float32 or 64.

    Attributes
    ----------
    log_pi : (..., M), logarithms of the weights, which sum to one.
    mu : (..., M, 2), in offsets units.
    log_sigma : (..., M, 2), logarithms of deviations in offsets units.
    rho : (..., M), correlations.
    eos : (...,), the logit of the end-of-stroke probability.
    """

    log_pi: Tensor
    mu: Tensor
    log_sigma: Tensor
    rho: Tensor
    eos: Tensor


def split(raw: Tensor, bias: float | Tensor = 0.0) -> Mixture:
    """The mixture of the network's raw outputs.

    Parameters
    ----------
    raw : (..., 6 M + 1)
        pi (M), mu (M, 2), log sigma (M, 2), rho (M) and the end of stroke, one after another.
    bias : float, or a tensor that broadcasts against (..., 1)
        Graves's probability bias b >= 0 (equations 61 and 62): pi = softmax(pi_hat (1 + b)),
        sigma = exp(sigma_hat - b). It belongs to sampling; training leaves it at 0.
    """
    components = (raw.shape[-1] - 1) // 6
    pi_hat, mu, sigma_hat, rho_hat, eos = torch.split(
        raw, [components, 2 * components, 2 * components, components, 1], dim=-1
    )
    pairs = (*raw.shape[:-1], components, 2)
    return Mixture(
        log_pi=F.log_softmax(pi_hat * (1 + bias), dim=-1),
        mu=mu.reshape(pairs),
        log_sigma=(sigma_hat.clamp(*LOG_SIGMA_RANGE) - bias).reshape(pairs),
        rho=RHO_LIMIT * torch.tanh(rho_hat),
        eos=eos[..., 0],
    )


def log_shares(mixture: Mixture, xy: Tensor) -> Tensor:
    """Each component's part in the density of points: log of pi_m N_m, in nats.

    Parameters
    ----------
    mixture : Mixture
        Of shape (..., M).
    xy : (..., 2)
        Offsets, in the unit of the mixture's means.

    Returns
    -------
    Tensor (..., M)
    """
    deviation = (xy.unsqueeze(-2) - mixture.mu) * torch.exp(-mixture.log_sigma)
    dx, dy = deviation.unbind(-1)
    remainder = (1 - mixture.rho) * (1 + mixture.rho)
    squares = (dx * dx + dy * dy - 2 * mixture.rho * dx * dy) / remainder
    log_normal = (
        -0.5 * squares
        - math.log(2 * math.pi)
        - mixture.log_sigma.sum(-1)
        - 0.5 * torch.log(remainder)
    )
    return mixture.log_pi + log_normal


def log_density(mixture: Mixture, xy: Tensor) -> Tensor:
    """Log-density of points, in nats for the offsets' own unit.

    Parameters
    ----------
    mixture : Mixture
        Of shape (..., M).
    xy : (..., 2)
        Offsets, in the unit of the mixture's means.

    Returns
    -------
    Tensor (...,)
    """
    return torch.logsumexp(log_shares(mixture, xy), dim=-1)


def log_loss(raw: Tensor, targets: Tensor) -> Tensor:
    """Negative log-likelihood (...,) of points, in nats a point (equation 26).

    Parameters
    ----------
    raw : (..., 6 M + 1)
        The network's raw outputs.
    targets : (..., 3)
        The points that came next: dx, dy, end-of-stroke (0 or 1).
    """
    mixture = split(raw)
    pen = F.binary_cross_entropy_with_logits(mixture.eos, targets[..., 2], reduction="none")
    return pen - log_density(mixture, targets[..., :2])
