"""Everything that a run is made of, typed: named configs, and any field from the command line.

Fields are read from the command line here and not by a library: tyro was tried, which takes 126 ms
where this takes one, knows no ranges and no sentence, and cannot serve `sweep` and `resume`, which
change a few fields of a config that is there.
"""

from __future__ import annotations

import dataclasses
import difflib
import json
import math
import types
import typing
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.errors import TrainingError
from engine.io.converter import decode, register_record
from engine.io.json_file import parse_json


@dataclass(frozen=True)
class NetworkSizes:
    """How large the network is that is trained; a network made in code has the same standard.

    Parameters
    ----------
    hidden : units of each layer
    window : Gaussians of the window
    mixture : Gaussians of the mixture
    vector : numbers of a writer's vector; with 0 the network knows no writers
    """

    hidden: int = 400
    window: int = 10
    mixture: int = 20
    vector: int = 0


@dataclass(frozen=True)
class Data:
    """Which lines are learnt from, and how a batch is made of them.

    Parameters
    ----------
    train, validate : names of splits, joined by commas
    lines : the most lines (or pairs of lines) of a batch, over all processes
    points : the most pen points of a batch, padding included, over all processes
    passes : parts that each process computes its share of a batch in, one after another: less
        memory, the same gradient
    longest : lines of more points are left out of training; 0 leaves none out
    characters : lines of more characters are left out of training; 0 leaves none out
    pairs : share of examples that are two lines of one writer joined by a space, as priming joins
        a primer to what follows it
    pairs_from : share of the run after which pairs are made
    pieces : share of examples that are composed in each epoch of words of one writer
    rows : the same of one writer's digits, capitals and signs: numbers, codes, addresses
    scale : range of the random change of size (log), the same for both lines of a pair
    aspect : the same of width to height (log)
    slant : the same of the slant (x per y)
    rare : a character that fewer lines than this hold has its lines repeated
    repeats : how often at most
    references : for a network with vectors, the most reference lines of an example: others of its
        writer; now and then there are up to twice as many
    unreferenced : share of examples without them, so that the network also writes as nobody
    """

    train: str = "train,t,f"
    validate: str = "v"
    lines: int = 64
    points: int = 30000
    passes: int = 1
    longest: int = 0
    characters: int = 0
    pairs: float = 0.6
    pairs_from: float = 0.5
    pieces: float = 0.0
    rows: float = 0.0
    scale: float = 0.15
    aspect: float = 0.1
    slant: float = 0.2
    rare: int = 300
    repeats: int = 8
    references: int = 4
    unreferenced: float = 0.2


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
    encoder_steps : steps in which a new encoder of writers' vectors learns to tell writers apart,
        before the run begins
    encoder : share of the rate at which that encoder learns on during the run. Where it learns
        too fast all of its numbers reach their bounds, and writers are all alike.
    spike : a batch whose loss lies this many nats a point above the usual is skipped; 0 skips none
    """

    lr: float = 1.5e-3
    beta1: float = 0.9
    beta2: float = 0.98
    warmup: int = 200
    decay: float = 0.25
    clip: float = 5.0
    average: float = 0.999
    encoder_steps: int = 600
    encoder: float = 1.0
    spike: float = 5.0


@dataclass(frozen=True)
class Stages:
    """Training in stages: each ends when validation has not fallen for its patience.

    A stage begins with the best weights of the one before. The fields hold a value a stage, or
    none at all; `data.lines` and `optimizer.lr` give way to them.

    Parameters
    ----------
    lines : the most lines of a batch
    lr : learning rate
    patience : steps
    """

    lines: tuple[int, ...] = ()
    lr: tuple[float, ...] = ()
    patience: tuple[int, ...] = ()

    def __len__(self) -> int:
        return len(self.lines)


@dataclass(frozen=True)
class Noise:
    """What keeps the network from learning its lines by heart.

    Parameters
    ----------
    deviation : of every weight at the start, for adaptive weight noise (Graves 2011), where each
        weight is a Gaussian that the training learns; 0 leaves the weights without noise
    dropout : share of each layer's outputs that is left out on the way to the layers above
    """

    deviation: float = 0.0
    dropout: float = 0.0


@dataclass(frozen=True)
class RunConfig:
    """A whole run.

    Parameters
    ----------
    name : the config's name
    hours : time of training after which the run ends; the schedule is fitted to it
    steps : if above 0, the run ends after this many steps instead, whatever time they take
    seed : of the weights, the order of lines and their random changes
    precision : of the products; auto takes whichever is measured faster at the start
    activations : kept for the backward pass, or recomputed there: less memory for half as much
        time again
    device : cpu, cuda, or auto (the GPU where there is one)
    checkpoint_minutes : time between checkpoints within an epoch
    validation_minutes : time between validations within an epoch; 0 validates at its end alone
    samples : lines that are written and drawn after each epoch
    """

    name: str = "default"
    hours: float = 2.0
    steps: int = 0
    seed: int = 0
    precision: str = "auto"
    activations: str = "kept"
    device: str = "auto"
    checkpoint_minutes: float = 5.0
    validation_minutes: float = 0.0
    samples: int = 4
    network: NetworkSizes = field(default_factory=NetworkSizes)
    data: Data = field(default_factory=Data)
    optimizer: Optimizer = field(default_factory=Optimizer)
    stages: Stages = field(default_factory=Stages)
    noise: Noise = field(default_factory=Noise)

    def to_json(self) -> str:
        """The config as JSON, which `from_json` reads."""
        return json.dumps(dataclasses.asdict(self), indent=2)

    @classmethod
    def from_json(cls, text: str) -> RunConfig:
        """The config of a JSON object that `to_json` wrote; what it lacks keeps its default.

        Raises
        ------
        ValueError, RecursionError
            If it is no such object.
        """
        return decode(cls, parse_json(text))


for _kind in (NetworkSizes, Data, Optimizer, Stages, Noise, RunConfig):
    register_record(_kind)


def default() -> RunConfig:
    """The regime of the first hand that shipped."""
    return RunConfig()


def graves() -> RunConfig:
    """The paper's regime: every point, no random changes, a constant rate.

    It wants a corpus that was prepared with `--preparation graves`. Its regularised second run is
    `--config graves --init HAND --noise.deviation 0.075`.
    """
    return RunConfig(
        name="graves",
        hours=48.0,
        data=Data(
            points=90000, pairs=0.0, pairs_from=1.0, scale=0.0, aspect=0.0, slant=0.0, rare=0
        ),
        optimizer=Optimizer(lr=1e-3, decay=0.1, clip=10.0),
    )


def stages() -> RunConfig:
    """The classic three stages of growing batches and falling rates.

    It wants a corpus that was prepared with `--split forms` (90/10 by form).
    """
    return RunConfig(
        name="stages",
        hours=48.0,
        data=Data(
            train="train",
            points=160000,
            longest=1200,
            characters=80,
            pairs=0.0,
            pairs_from=1.0,
            scale=0.0,
            aspect=0.0,
            slant=0.0,
            rare=0,
        ),
        optimizer=Optimizer(beta2=0.999, warmup=0, decay=0.0, clip=5.0),
        stages=Stages(lines=(64, 96, 128), lr=(1e-3, 5e-4, 1e-4), patience=(2000, 1500, 1000)),
    )


def finetune() -> RunConfig:
    """On from a hand (`--init`), at a low rate, with pairs from the start."""
    return RunConfig(
        name="finetune",
        hours=1.0,
        data=Data(pairs_from=0.0),
        optimizer=Optimizer(lr=3e-4, warmup=100, decay=0.5),
    )


def teach() -> RunConfig:
    """On from a hand (`--init`) with one person's own lines: few, so briefly and gently."""
    return RunConfig(
        name="teach",
        steps=40,
        data=Data(train="train", lines=10, points=4500, pairs=0.0, scale=0.08, rare=0),
        optimizer=Optimizer(lr=3e-4, warmup=10, decay=0.8, average=0.97),
        noise=Noise(dropout=0.1),
    )


def people() -> RunConfig:
    """On from a hand (`--init`) with many people's lines and words, with a vector for a writer.

    The rate stays as it is to the end: means of points of the run write better than a last point
    whose rate has fallen to zero.
    """
    return RunConfig(
        name="people",
        hours=2.0,
        validation_minutes=20.0,
        network=NetworkSizes(vector=128),
        data=Data(
            lines=256,
            points=24000,
            longest=1000,
            pairs=0.2,
            pairs_from=0.0,
            pieces=0.3,
            rows=0.3,
            rare=0,
        ),
        optimizer=Optimizer(lr=1e-3, warmup=300, decay=0.0),
        noise=Noise(dropout=0.1),
    )


def letters() -> RunConfig:
    """From random weights on lines composed of letters (`train letters`), in two hours of a core.

    Small batches: of 4,500 points a step learns several times as much a point as of 16,000.
    """
    return RunConfig(
        name="letters",
        hours=2.0,
        checkpoint_minutes=3.0,
        validation_minutes=0.0,
        network=NetworkSizes(vector=128),
        data=Data(lines=256, points=4500, longest=1000, pairs=0.05, pairs_from=0.0, rare=0),
        optimizer=Optimizer(warmup=60, decay=0.3, average=0.995, encoder_steps=200, encoder=0.0),
        noise=Noise(dropout=0.0),
    )


def tiny() -> RunConfig:
    """Two minutes, for tests and for a first try."""
    return RunConfig(
        name="tiny",
        hours=0.03,
        network=NetworkSizes(hidden=48, window=4, mixture=4),
        data=Data(lines=16, points=6000, pairs_from=1.0),
        optimizer=Optimizer(lr=5e-3, warmup=20, average=0.98),
    )


CONFIGS = {
    config.__name__: config
    for config in (default, graves, stages, finetune, teach, people, letters, tiny)
}


def named(name: str) -> RunConfig:
    """The config of that name.

    Raises
    ------
    TrainingError
        If there is none; the sentence names the nearest.
    """
    if name not in CONFIGS:
        raise TrainingError(f"There is no config {name!r}{_nearest(name, list(CONFIGS))}")
    return CONFIGS[name]()


def with_fields(config: RunConfig, changes: Mapping[str, str]) -> RunConfig:
    """The config with fields changed, each named by its path ("optimizer.lr").

    A config that counts steps gives way to `hours` where these alone are asked for.

    Raises
    ------
    TrainingError
        If a field does not exist, or its value is not of its type or out of its range.
    """
    if "hours" in changes and "steps" not in changes:
        changes = {**changes, "steps": "0"}
    for path, text in changes.items():
        config = _with_field(config, path, path.split("."), text)
    return checked(config)


#: What the weights of a run, and the order in which it meets its lines, are bound to.
_BINDING = ("name", "seed", "network", "data", "stages")
#: In how many parts a batch is computed is not, nor how far a step goes.
_FREE = ("data.passes", "stages.lr")


def continued(config: RunConfig, changes: Mapping[str, str]) -> RunConfig:
    """The config of a run that has begun, with fields changed for the rest of it.

    Raises
    ------
    TrainingError
        As `with_fields` does, and if a field cannot change any more.
    """
    changed = with_fields(config, changes)
    for path in changes:
        if path.split(".")[0] in _BINDING and path not in _FREE:
            raise TrainingError(
                f"{path} cannot change once a run has begun; begin another with `run --init` and "
                "the hand that `export` makes of this one."
            )
    return changed


#: The least and the most that a field may be, where "finite and not negative" is not enough.
_RANGES: dict[str, tuple[float, float]] = {
    "seed": (0, 2**32 - 1),
    "checkpoint_minutes": (0, 1e6),
    "samples": (0, 100),
    "network.hidden": (1, 4096),
    "network.window": (1, 256),
    "network.mixture": (1, 256),
    "network.vector": (0, 1024),
    "data.lines": (1, 1e6),
    "data.points": (2, 1e9),
    "data.passes": (1, 1e6),
    "data.pairs": (0, 1),
    "data.pairs_from": (0, 1),
    "data.pieces": (0, 1),
    "data.rows": (0, 1),
    "data.scale": (0, 2),
    "data.aspect": (0, 2),
    "data.slant": (0, 2),
    "data.repeats": (1, 1000),
    "data.references": (1, 12),
    "data.unreferenced": (0, 1),
    "optimizer.lr": (0, 1),
    "optimizer.beta1": (0, 0.99999),
    "optimizer.beta2": (0, 0.99999999),
    "optimizer.decay": (0, 1),
    "optimizer.encoder": (0, 1),
    "optimizer.clip": (1e-6, 1e9),
    "optimizer.average": (0, 0.9999999),
    "stages.lines": (1, 1e6),
    "stages.lr": (0, 1),
    "stages.patience": (1, 1e9),
    "noise.deviation": (0, 1),
    "noise.dropout": (0, 0.9),
}
_CHOICES = {
    "precision": ("auto", "float32", "bfloat16"),
    "activations": ("kept", "recomputed"),
    "device": ("auto", "cpu", "cuda"),
}


def checked(config: RunConfig) -> RunConfig:
    """The config, if every field is within its range.

    Raises
    ------
    TrainingError
        If one is not; the sentence names it.
    """
    for path in _paths(RunConfig):
        value: Any = config
        for name in path.split("."):
            value = getattr(value, name)
        for one in value if isinstance(value, tuple) else (value,):
            _check(path, one)
    if config.data.pieces + config.data.rows > 0.95:
        raise TrainingError(
            "data.pieces and data.rows together are over 0.95; leave a share for whole lines."
        )
    if not config.hours and not config.steps:
        raise TrainingError("hours and steps are both 0; give the run a length.")
    if len({len(config.stages.lines), len(config.stages.lr), len(config.stages.patience)}) != 1:
        raise TrainingError(
            "stages.lines, stages.lr and stages.patience need a value for each stage."
        )
    return config


def described_fields(config: RunConfig) -> list[tuple[str, str, str, str]]:
    """Of each field: its path, its value, what it may be, and what it means."""
    found = []
    for path in _paths(RunConfig):
        owner: Any = config
        *groups, name = path.split(".")
        for group in groups:
            owner = getattr(owner, group)
        value = getattr(owner, name)
        shown = ",".join(map(str, value)) if isinstance(value, tuple) else str(value)
        if path in _CHOICES:
            range_ = ", ".join(_CHOICES[path])
        elif isinstance(value, str):
            range_ = ""
        else:
            least, most = _RANGES.get(path, (0, math.inf))
            range_ = f"{least:g} to {most:,.10g}" if most < math.inf else f"from {least:g}"
        found.append((path, shown, range_, _meaning(type(owner), name)))
    return found


def _meaning(kind: type[Any], name: str) -> str:
    """What the docstring of a class says of a field: "names, joined : text"."""
    text, taken = "", False
    for line in (kind.__doc__ or "").splitlines():
        names, colon, said = line.strip().partition(" : ")
        if colon:
            taken = name in names.split(", ")
            text = said if taken else text
        elif taken and line.startswith(8 * " "):
            text = f"{text} {line.strip()}"
        else:
            taken = False
    return text


def _check(path: str, value: Any) -> None:
    if path in _CHOICES and value not in _CHOICES[path]:
        near = _nearest(value, list(_CHOICES[path]))
        raise TrainingError(f"{path} cannot be {value!r}{near}")
    if isinstance(value, str):
        return
    least, most = _RANGES.get(path, (0, math.inf))
    if not math.isfinite(value) or not least <= value <= most:
        within = f"from {least:g} to {most:,.10g}" if most < math.inf else "that is not negative"
        raise TrainingError(f"{path} is {value:g}; give a finite number {within}.")


def _with_field(config: Any, path: str, names: list[str], text: str) -> Any:
    hints = typing.get_type_hints(type(config))
    name, rest = names[0], names[1:]
    if name not in hints or bool(rest) != dataclasses.is_dataclass(hints[name]):
        raise TrainingError(f"There is no field {path!r}{_nearest_field(path)}")
    if rest:
        value = _with_field(getattr(config, name), path, rest, text)
    else:
        value = _parsed(path, text, hints[name])
    return dataclasses.replace(config, **{name: value})


def _parsed(path: str, text: str, kind: Any) -> Any:
    if isinstance(kind, types.GenericAlias):
        one = typing.get_args(kind)[0]
        return tuple(_parsed(path, part, one) for part in text.split(",") if part.strip())
    try:
        return kind(text)
    except ValueError as error:
        what = {"int": "whole number", "float": "number"}[kind.__name__]
        raise TrainingError(f"{path} is {text!r}; give a {what}.") from error


def _paths(kind: type[Any], prefix: str = "") -> Iterator[str]:
    for name, hint in typing.get_type_hints(kind).items():
        if dataclasses.is_dataclass(hint):
            yield from _paths(typing.cast(type, hint), f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}"


def _nearest(name: str, known: list[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.4)
    return f"; did you mean {near[0]!r}?" if near else f"; known are {', '.join(known)}."


def _nearest_field(path: str) -> str:
    """As `_nearest`; a field may also be meant by its last name alone ("lr")."""
    known = list(_paths(RunConfig))
    ends = [field for field in known if field.rpartition(".")[2] == path.rpartition(".")[2]]
    return f"; did you mean {ends[0]!r}?" if ends else _nearest(path, known)
