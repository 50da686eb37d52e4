"""Matrix products with a network's weights, in the precision that this machine is fastest in."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping
from functools import cache, partial
from typing import Literal, TypeVar, cast, get_args

import numpy as np
import torch

from engine.errors import SettingError
from engine.network.threads import single_threaded
from engine.sampling.buffers import Affine, Floats

#: x (B, I) to a new x W + b (B, O).
Product = Callable[[Floats], Floats]

#: The type that weights are held in; what they are multiplied with and added up in is float32.
Precision = Literal["float32", "float16"]

#: Shape of the products that are timed: about a layer's, once for a stream and once for a page.
TIMED_ROWS, TIMED_INPUTS, TIMED_OUTPUTS = (1, 24), 800, 1600
#: How often each is timed; they take turns, and the median counts.
TIMED_ROUNDS = 15

Key = TypeVar("Key")


def build_matmul(affine: Affine, precision: Precision) -> Product:
    """The product with these weights."""
    return _float16(affine) if precision == "float16" else _float32(affine)


def _float32(affine: Affine) -> Product:
    weight, bias = affine.weight.contiguous(), affine.bias.contiguous().numpy()

    def multiplied(x: Floats) -> Floats:
        # By torch: numpy's library has threads of its own, which cannot be told to keep away.
        out: Floats = torch.mm(torch.from_numpy(x), weight).numpy()
        out += bias
        return out

    return multiplied


def _float16(affine: Affine) -> Product:
    """Half the bytes to read; of a hand that is stored in float16 no bit is lost."""
    packed = torch.ops.quantized.linear_prepack_fp16(affine.weight.t().contiguous())
    multiply = torch.ops.quantized.linear_dynamic_fp16.default
    bias = affine.bias.contiguous().numpy()

    def multiplied(x: Floats) -> Floats:
        out: Floats = multiply(torch.from_numpy(x), packed).numpy()
        out += bias
        return out

    return multiplied


def checked_precision(name: str) -> Precision:
    """The precision of that name; "auto" is the one that a measurement found fastest.

    Raises
    ------
    SettingError
        If the name is unknown, or torch cannot multiply so here.
    """
    if name == "auto":
        return fastest()
    if name not in get_args(Precision):
        raise SettingError(
            f"There is no precision {name!r}; choose auto, {' or '.join(get_args(Precision))}."
        )
    precision = cast(Precision, name)
    if precision not in _seconds():
        raise SettingError(f"torch cannot multiply in {name} on this machine; choose auto.")
    return precision


def fastest() -> Precision:
    """The precision whose products took the least time here: measured once in a process."""
    seconds = _seconds()
    return min(seconds, key=lambda precision: seconds[precision])


@cache
def _seconds() -> dict[Precision, float]:
    """Seconds that products take by precision, for those in which torch can multiply here."""
    generator = torch.Generator().manual_seed(0)
    affine = Affine(
        torch.randn((TIMED_INPUTS, TIMED_OUTPUTS), generator=generator), torch.zeros(TIMED_OUTPUTS)
    )
    inputs = {rows: np.ones((rows, TIMED_INPUTS), np.float32) for rows in TIMED_ROWS}
    works: dict[tuple[Precision, int], Callable[[], object]] = {}
    for precision in cast(tuple[Precision, ...], get_args(Precision)):
        try:
            multiplied = build_matmul(affine, precision)
            multiplied(inputs[1])
        except (AttributeError, RuntimeError):
            # Not every build of torch has the library that multiplies with packed weights.
            continue
        works |= {(precision, rows): partial(multiplied, x) for rows, x in inputs.items()}
    with single_threaded():
        timed = median_seconds(works, TIMED_ROUNDS)
    found: dict[Precision, float] = {}
    for (precision, rows), seconds in timed.items():
        found[precision] = found.get(precision, 0.0) + seconds / rows**0.5
    return found


def median_seconds(
    works: Mapping[Key, Callable[[], object]],
    rounds: int,
    clock: Callable[[], float] = time.perf_counter,
) -> dict[Key, float]:
    """The median of the seconds that each work takes.

    They take turns, round by round: so what else keeps the machine busy for a while meets all of
    them, and a stall of one round counts for nothing.
    """
    seconds: dict[Key, list[float]] = {key: [] for key in works}
    for _ in range(rounds):
        for key, work in works.items():
            begin = clock()
            work()
            seconds[key].append(clock() - begin)
    return {key: statistics.median(taken) for key, taken in seconds.items()}
