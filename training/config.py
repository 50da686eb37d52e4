"""Everything that a run is made of, typed: named configs, and any field from the command line."""

from __future__ import annotations

import dataclasses
import difflib
import json
import math
import typing
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.errors import TrainingError


@dataclass(frozen=True)
class NetworkSizes:
    """Units of a layer, Gaussians of the window and of the mixture."""

    hidden: int = 400
    window: int = 10
    mixture: int = 20


@dataclass(frozen=True)
class Data:
    """Which lines are learnt from, and how a batch is made of them.

    Parameters
    ----------
    train, validate : names of splits, joined by commas
    lines : the most lines (or pairs of lines) of a batch
    points : the most pen points of a batch, padding included
    pairs : share of examples that are two lines of one writer joined by a space, as priming joins
        a primer to what follows it
    pairs_from : share of the run after which pairs are made
    scale, aspect, slant : ranges of the random change of size (log), width to height (log) and
        slant (x per y), the same for both lines of a pair
    rare : a character that fewer lines than this hold has its lines repeated, up to `repeats` times
    """

    train: str = "train,t,f"
    validate: str = "v"
    lines: int = 64
    points: int = 30000
    pairs: float = 0.6
    pairs_from: float = 0.5
    scale: float = 0.15
    aspect: float = 0.1
    slant: float = 0.2
    rare: int = 200
    repeats: int = 6


@dataclass(frozen=True)
class Optimizer:
    """Adam, with a warm-up, a constant rate and a final linear decay.

    Parameters
    ----------
    lr : learning rate between warm-up and decay
    beta1, beta2 : of Adam
    warmup : steps of linear warm-up
    decay : share of the run, at its end, over which the rate falls to zero
    clip : the most that the gradient's norm may be
    average : decay a step of the exponential average of the weights, which is what writes
    """

    lr: float = 1.5e-3
    beta1: float = 0.9
    beta2: float = 0.98
    warmup: int = 200
    decay: float = 0.25
    clip: float = 5.0
    average: float = 0.999


@dataclass(frozen=True)
class RunConfig:
    """A whole run.

    Parameters
    ----------
    name : the config's name
    hours : time of training after which the run ends; the schedule is fitted to it
    steps : if above 0, the run ends after this many steps instead, whatever time they take
    seed : of the weights, the order of lines and their random changes
    precision : float32, bfloat16, or auto (whichever is measured faster at the start)
    device : cpu, cuda, or auto
    checkpoint_minutes : time between checkpoints within an epoch
    """

    name: str = "default"
    hours: float = 2.0
    steps: int = 0
    seed: int = 0
    precision: str = "auto"
    device: str = "auto"
    checkpoint_minutes: float = 5.0
    network: NetworkSizes = field(default_factory=NetworkSizes)
    data: Data = field(default_factory=Data)
    optimizer: Optimizer = field(default_factory=Optimizer)

    def to_json(self) -> str:
        """The config as JSON, which `from_json` reads."""
        return json.dumps(dataclasses.asdict(self), indent=2)

    @classmethod
    def from_json(cls, text: str) -> RunConfig:
        """The config of a JSON object that `to_json` wrote."""
        config: RunConfig = _build(cls, json.loads(text))
        return config


def _build(kind: type[Any], values: Mapping[str, Any]) -> Any:
    hints = typing.get_type_hints(kind)
    return kind(
        **{
            name: _build(hints[name], value) if dataclasses.is_dataclass(hints[name]) else value
            for name, value in values.items()
            if name in hints
        }
    )


def default() -> RunConfig:
    """What ships."""
    return RunConfig()


def tiny() -> RunConfig:
    """Seconds, for tests and for a first try."""
    return RunConfig(
        name="tiny",
        hours=0.03,
        network=NetworkSizes(hidden=48, window=4, mixture=4),
        data=Data(lines=16, points=6000, pairs_from=1.0),
        optimizer=Optimizer(lr=5e-3, warmup=20, average=0.98),
    )


CONFIGS = {config.__name__: config for config in (default, tiny)}


def named(name: str) -> RunConfig:
    """The config of that name.

    Raises
    ------
    TrainingError
        If there is none; the sentence names the nearest.
    """
    if name not in CONFIGS:
        raise TrainingError(f"There is no config {name!r}{_nearest(name, list(CONFIGS))}.")
    return CONFIGS[name]()


def with_fields(config: RunConfig, changes: Mapping[str, str]) -> RunConfig:
    """The config with fields changed, each named by its path ("optimizer.lr").

    Raises
    ------
    TrainingError
        If a field does not exist or its value is not of its type.
    """
    for path, text in changes.items():
        config = _with_field(config, path, path.split("."), text)
    return config


def _with_field(config: Any, path: str, names: list[str], text: str) -> Any:
    hints = typing.get_type_hints(type(config))
    name, rest = names[0], names[1:]
    if name not in hints or bool(rest) != dataclasses.is_dataclass(hints[name]):
        known = list(_paths(RunConfig))
        raise TrainingError(f"There is no field {path!r}{_nearest(path, known)}.")
    if rest:
        value = _with_field(getattr(config, name), path, rest, text)
    else:
        value = _parsed(path, text, hints[name])
    return dataclasses.replace(config, **{name: value})


def _parsed(path: str, text: str, kind: type[Any]) -> Any:
    try:
        value = kind(text)
    except ValueError as error:
        raise TrainingError(f"{path} is {text!r}; give a {kind.__name__}.") from error
    if kind is not str and (not math.isfinite(value) or value < 0):
        raise TrainingError(f"{path} is {text}; give a finite number that is not negative.")
    return value


def _paths(kind: type[Any], prefix: str = "") -> typing.Iterator[str]:
    for name, hint in typing.get_type_hints(kind).items():
        if dataclasses.is_dataclass(hint):
            yield from _paths(typing.cast(type, hint), f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}"


def _nearest(name: str, known: list[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.4)
    return f"; did you mean {near[0]!r}?" if near else f"; known are {', '.join(known)}"
