"""How fast the engine samples, beside the network written plainly and beside the floor.

The floor is what one point must cost at least: the products of the three layers and the output in
float32, by the faster of numpy and torch, on vectors that are already there.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from studio.benchmarks.memory import forget_peak, peak_megabytes

if TYPE_CHECKING:
    from engine.hand import Hand

Seconds = npt.NDArray[np.float64]

TEXT = "The quick brown fox jumps over the lazy dog."
"""What every line says."""

BIAS = 0.75
WARM_UP = 8
"""Points that are drawn before anything is timed."""


@dataclass(frozen=True, eq=False)
class Speed:
    """The times of one number of lines at once.

    Attributes
    ----------
    lines : int
    points : int
        Drawn of each line in a round.
    plain, floor : float64 (rounds,)
        Seconds a step: one point of every line.
    engine : float64 (rounds, chunks)
        Seconds a step, of each chunk of points that is drawn at once.
    processor : float64 (2,)
        Seconds of processor time a step, the least of the rounds: plain, engine.
    peak_mb : float or None
        The most memory that the process held while the engine wrote, where the system tells.
    parts : dict
        Share of the engine's time by part.
    """

    lines: int
    points: int
    plain: Seconds
    engine: Seconds
    floor: Seconds
    processor: Seconds
    peak_mb: float | None
    parts: dict[str, float] = field(default_factory=dict)

    @property
    def step(self) -> float:
        """Seconds that the engine takes for a step: the median of its rounds' means."""
        return float(np.median(self.engine.mean(axis=1)))

    @property
    def rate(self) -> float:
        """Points a second, all lines together."""
        return self.lines / self.step

    @property
    def against_plain(self) -> Seconds:
        """How many times as fast as plainly, by round."""
        found: Seconds = self.plain / self.engine.mean(axis=1)
        return found

    @property
    def against_floor(self) -> Seconds:
        """How many times as slow as the floor, by round."""
        found: Seconds = self.engine.mean(axis=1) / self.floor
        return found

    def summary(self) -> dict[str, Any]:
        """All of it in plain numbers, times in milliseconds a step."""
        return {
            "lines": self.lines,
            "points": self.points,
            "rounds": len(self.plain),
            "points_a_second": self.rate,
            "ms_plain": (1e3 * self.plain).tolist(),
            "ms_engine": (1e3 * self.engine.mean(axis=1)).tolist(),
            "ms_engine_median": 1e3 * float(np.median(self.engine)),
            "ms_engine_p99": 1e3 * float(np.percentile(self.engine, 99)),
            "ms_floor": (1e3 * self.floor).tolist(),
            "ms_processor_plain": 1e3 * float(self.processor[0]),
            "ms_processor_engine": 1e3 * float(self.processor[1]),
            "times_plain": self.against_plain.tolist(),
            "times_floor": self.against_floor.tolist(),
            "peak_mb": self.peak_mb,
            "parts": self.parts,
        }


def measure(hand: Hand, lines: int, points: int, rounds: int) -> Speed:
    """Time sampling of so many lines at once; the three kinds take turns within each round.

    The seeds, the texts and the number of points, which is rounded up to whole chunks, are the same
    for the engine and the plain loop.
    """
    from engine.sampling.buffers import CHUNK
    from engine.sampling.reference_sampler import ReferenceSampler
    from engine.sampling.sampler import Sampler, noise

    points = -(-points // CHUNK) * CHUNK
    codes = [hand.alphabet.encode(TEXT)] * lines
    seeds = list(range(lines))
    random = np.stack([noise(seed, points + CHUNK) for seed in seeds], axis=1)
    sampler = Sampler(hand.network, hand.device, hand.precision)
    plain = ReferenceSampler(hand.network, hand.device)
    products = list(_floors(hand, lines))

    def sampled() -> Seconds:
        run = sampler.run(sampler.zeros(lines), codes, [BIAS] * lines)
        chunks = np.split(random, len(random) // CHUNK)
        # On a GPU a line begins by capturing its graph, which `first_ink` is to tell of.
        run.draw(chunks[0])
        clock = [time.perf_counter()]
        for chunk, following in zip(chunks[1:], [*chunks[2:], None], strict=True):
            run.draw(chunk, following=following)
            clock.append(time.perf_counter())
        return np.diff(clock) / CHUNK

    sampler.run(sampler.zeros(lines), codes, [BIAS] * lines).draw(random[:WARM_UP])
    plain.write(codes, seeds, BIAS, WARM_UP)
    plainly, fast, least = [], [], []
    processor, peak = np.full(2, np.inf), None
    for _ in range(rounds):
        spent = [time.process_time()]
        plainly.append(_timed(lambda: plain.write(codes, seeds, BIAS, points), 1) / points)
        spent.append(time.process_time())
        forget_peak()
        fast.append(sampled())
        spent.append(time.process_time())
        peak = peak_megabytes()
        least.append(min(_timed(product, points) for product in products))
        processor = np.minimum(processor, np.diff(spent) / points)
    return Speed(
        lines,
        points,
        np.array(plainly),
        np.array(fast),
        np.array(least),
        processor,
        peak,
        _parts(sampler, codes, random[:points]),
    )


def _timed(work: Callable[[], object], times: int) -> float:
    begin = time.perf_counter()
    for _ in range(times):
        work()
    return (time.perf_counter() - begin) / times


def _floors(hand: Hand, lines: int) -> Iterator[Callable[[], object]]:
    """All products of a step in float32, by numpy and by torch."""
    import torch

    from engine.sampling.buffers import InferenceWeights

    prepared = InferenceWeights(hand.network)
    weights = [affine.weight.contiguous() for affine in [*prepared.layers, prepared.output]]
    given = [torch.ones((lines, len(weight))) for weight in weights]
    outs = [torch.empty((lines, weight.shape[1])) for weight in weights]
    if hand.device.type == "cpu":
        arrays = [
            (x.numpy(), w.numpy(), o.numpy()) for x, w, o in zip(given, weights, outs, strict=True)
        ]
        yield lambda: [np.dot(x, w, out=o) for x, w, o in arrays]
    tensors = [
        tuple(t.to(hand.device) for t in of) for of in zip(given, weights, outs, strict=True)
    ]

    @torch.inference_mode()
    def multiplied() -> None:
        for x, w, o in tensors:
            torch.mm(x, w, out=o)
        if hand.device.type == "cuda":
            torch.cuda.synchronize()

    yield multiplied


def _parts(sampler: Any, codes: list[Any], random: npt.NDArray[np.float32]) -> dict[str, float]:
    """Share of the time by part, of a run whose parts are timed one by one; on the CPU alone.

    It is this thread's own time, which other work on the machine disturbs little.
    """
    from engine.network.threads import single_threaded
    from engine.sampling.buffers import CHUNK

    lines = len(codes)
    if sampler.device.type != "cpu":
        return {}
    with single_threaded():
        run = sampler.run(sampler.zeros(lines), codes, [BIAS] * lines)
    (part,) = run.parts
    spent = {"layers": 0.0, "products": 0.0, "window": 0.0, "mixture": 0.0}

    def watched(name: str, work: Callable[..., Any]) -> Callable[..., Any]:
        def timed(*given: Any) -> Any:
            begin = time.thread_time()
            found = work(*given)
            spent[name] += time.thread_time() - begin
            return found

        return timed

    for method, name in (
        ("_cell", "layers"),
        ("_look", "window"),
        ("raw", "mixture"),
        ("_draw", "mixture"),
        ("_describe", "mixture"),
    ):
        setattr(part, method, watched(name, getattr(part, method)))
    weights = part._weights
    own = weights.layers
    weights.layers = [watched("products", multiply) for multiply in own]
    begin = time.thread_time()
    try:
        for chunk in np.split(random, len(random) // CHUNK):
            run.draw(chunk)
    finally:
        weights.layers = own
    whole = time.thread_time() - begin
    spent["layers"] -= spent["products"]
    named = {
        "layers' products": spent["products"],
        "layers' gates": spent["layers"],
        "window": spent["window"],
        "mixture": spent["mixture"],
    }
    return {
        **{name: s / whole for name, s in named.items()},
        "rest": 1 - sum(named.values()) / whole,
    }
