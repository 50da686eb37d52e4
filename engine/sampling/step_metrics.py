"""Metrics of the steps of a line: one number a point, such as entropy or pen speed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields

import numpy as np
import torch

from engine.network.mixture import Mixture, log_density
from engine.sampling.trace import Floats, SampleTrace

#: Probabilities are held this far from 0 before their logarithm is taken: float32's own rounding.
LEAST = 2.0**-24


@dataclass(frozen=True)
class StepMetric:
    """A number that each step has.

    Attributes
    ----------
    key : str
        In files and settings.
    title, unit : str
        As an axis names them.
    values : callable
        The numbers, float32 (n,), of steps.
    scale : (float, float)
        The values at the ends of a colour scale, the same for every line.
    """

    key: str
    title: str
    unit: str
    values: Callable[[SampleTrace], Floats]
    scale: tuple[float, float]


def part(steps: SampleTrace, first: int, stop: int) -> SampleTrace:
    """The steps from `first` to before `stop`, as views of the same arrays."""
    arrays = {f.name: getattr(steps, f.name) for f in fields(SampleTrace)}
    return SampleTrace(**{k: v if k == "text" else v[first:stop] for k, v in arrays.items()})


def position(steps: SampleTrace) -> Floats:
    """Where the window stands at each point, in characters of the text: the mean of phi."""
    places = np.arange(steps.phi.shape[1], dtype=np.float32)
    total = np.maximum(steps.phi.sum(axis=1), 1e-9)
    return np.asarray(steps.phi @ places / total, dtype=np.float32)


def character(steps: SampleTrace) -> Floats:
    """The character of the text on which the window stands most, by its number."""
    most = np.minimum(steps.phi.argmax(axis=1), max(len(steps.text) - 1, 0))
    return np.asarray(most, dtype=np.float32)


def entropy(steps: SampleTrace) -> Floats:
    """Entropy of pi in nats: 0 where one component decides, log M where all count alike."""
    pi = steps.pi
    return np.asarray(-(pi * np.log(np.maximum(pi, 1e-30))).sum(axis=1), dtype=np.float32)


def log_likelihood(steps: SampleTrace) -> Floats:
    """Log-likelihood of each point, offset and end of stroke (Graves 2013, equation 26).

    In nats, the offsets being in offsets units, under the mixture as the steps hold it: for a
    sampled line with its bias applied.
    """
    mixture = Mixture(
        log_pi=torch.from_numpy(np.log(np.maximum(steps.pi, 1e-38))),
        mu=torch.from_numpy(steps.mu),
        log_sigma=torch.from_numpy(np.log(steps.sigma)),
        rho=torch.from_numpy(steps.rho),
        eos=torch.zeros(len(steps)),
    )
    offset = log_density(mixture, torch.from_numpy(np.ascontiguousarray(steps.offsets[:, :2])))
    pen = np.where(steps.offsets[:, 2] > 0.5, steps.eos, 1 - steps.eos)
    return np.asarray(offset.numpy() + np.log(np.maximum(pen, LEAST)), dtype=np.float32)


def spread(steps: SampleTrace) -> Floats:
    """Mean sigma in offsets units: over both axes, the components weighted by pi."""
    return np.asarray((steps.pi * steps.sigma.mean(axis=2)).sum(axis=1), dtype=np.float32)


def correlation(steps: SampleTrace) -> Floats:
    """The correlation (rho) of the heaviest component."""
    rows = np.arange(len(steps))
    return np.asarray(steps.rho[rows, steps.pi.argmax(axis=1)], dtype=np.float32)


def speed(steps: SampleTrace) -> Floats:
    """How far the window went with each point, in characters; 0 at the first."""
    place = position(steps)
    return np.asarray(np.diff(place, prepend=place[:1]), dtype=np.float32)


def pen(steps: SampleTrace) -> Floats:
    """The end-of-stroke probability."""
    return np.asarray(steps.eos, dtype=np.float32)


STEP_METRICS: tuple[StepMetric, ...] = (
    StepMetric("entropy", "Entropy of π", "nats", entropy, (0.0, 2.0)),
    StepMetric("eos", "End of stroke", "probability", pen, (0.0, 1.0)),
    StepMetric("log_likelihood", "Log-likelihood", "nats", log_likelihood, (-4.0, 6.0)),
    StepMetric("spread", "Mean σ", "offsets units", spread, (0.0, 0.5)),
    StepMetric("correlation", "ρ of the heaviest", "correlation", correlation, (-1.0, 1.0)),
    StepMetric("speed", "Window speed", "characters/point", speed, (0.0, 0.5)),
)
"""All traces, in the order in which they are shown."""

BY_KEY = {trace.key: trace for trace in STEP_METRICS}
