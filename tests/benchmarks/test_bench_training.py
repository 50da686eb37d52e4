"""A step of training against plain loops over the points, as ratios in one run.

`make bench` measures the full size: 64 lines of 430 points and 400 units. Otherwise a small one is
measured once, which shows that all three compute the same.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from engine.network.mixture import log_loss
from engine.network.network import Network, NetworkConfig
from training.malloc_tuning import SETTINGS
from training.trainer import precision

pytestmark = pytest.mark.bench


@dataclass(frozen=True)
class Size:
    """Lines, points, units and rounds of a measurement."""

    lines: int
    points: int
    hidden: int
    rounds: int


@pytest.fixture
def size(rounds: int) -> Size:
    return Size(64, 430, 400, 3) if rounds > 10 else Size(4, 24, 32, 1)


CHARACTERS, WINDOW, MIXTURE, LENGTH = 77, 10, 20, 32


def batch(size: Size) -> tuple[Tensor, Tensor, Tensor]:
    random = np.random.default_rng(0)
    x = torch.tensor(random.normal(0, 1, (size.points, size.lines, 3)), dtype=torch.float32)
    x[:, :, 2] = (x[:, :, 2] > 2).float()
    codes = torch.tensor(random.integers(0, CHARACTERS, (size.lines, LENGTH)))
    return x, codes, torch.ones(size.lines, LENGTH)


def network(size: Size) -> Network:
    torch.manual_seed(0)
    made = Network(NetworkConfig(CHARACTERS, size.hidden, WINDOW, MIXTURE))
    made.initialise(11.0)
    return made


def windowed(made: Network, h: Tensor, kappa: Tensor, one_hot: Tensor) -> tuple[Tensor, Tensor]:
    """The window (B, A) and kappa after layer 1's output."""
    alpha, beta, step = made.window(h).clamp(-8, 8).exp().chunk(3, dim=1)
    kappa = kappa + step
    places = torch.arange(one_hot.shape[1])
    bumps = torch.exp(-beta[:, :, None] * (kappa[:, :, None] - places) ** 2)
    phi = (alpha[:, :, None] * bumps).sum(1, keepdim=True)
    return torch.bmm(phi, one_hot)[:, 0], kappa


def plain_loop(made: Network, x: Tensor, codes: Tensor) -> Tensor:
    """Three cells and the window in one loop over the points, inputs unbound once; raw outputs."""
    one_hot = torch.nn.functional.one_hot(codes, CHARACTERS).float()
    lines, hidden = x.shape[1], made.config.hidden
    states = [(torch.zeros(lines, hidden), torch.zeros(lines, hidden)) for _ in range(3)]
    w, kappa = torch.zeros(lines, CHARACTERS), torch.zeros(lines, WINDOW)
    rows = []
    for point in x.unbind(0):
        states[0] = made.layer1(torch.cat([point, w], 1), states[0])
        w, kappa = windowed(made, states[0][0], kappa, one_hot)
        for k, layer in ((1, made.layer2), (2, made.layer3)):
            below = torch.cat([point, w, states[k - 1][0]], 1)
            states[k] = torch.lstm_cell(below, states[k], *layer.all_weights[0])
        rows.append(made.output(torch.cat([h for h, _ in states], 1)))
    return torch.stack(rows)


def indexing_loop(made: Network, x: Tensor, codes: Tensor) -> Tensor:
    """The same with the offsets' share of the gates made beforehand and indexed at each point."""
    one_hot = torch.nn.functional.one_hot(codes, CHARACTERS).float()
    lines, hidden = x.shape[1], made.config.hidden
    cell = made.layer1
    weights = [
        (cell.weight_ih, cell.weight_hh, cell.bias_ih + cell.bias_hh),
        *(
            (layer.weight_ih_l0, layer.weight_hh_l0, layer.bias_ih_l0 + layer.bias_hh_l0)
            for layer in (made.layer2, made.layer3)
        ),
    ]
    gates = [x @ w_x[:, :3].T + bias for w_x, _, bias in weights]
    hs = [torch.zeros(lines, hidden)] * 3
    cs = [torch.zeros(lines, hidden)] * 3
    w, kappa = torch.zeros(lines, CHARACTERS), torch.zeros(lines, WINDOW)
    rows = []
    for t in range(len(x)):
        for k, (w_x, w_h, _) in enumerate(weights):
            others = w if k == 0 else torch.cat([w, hs[k - 1]], 1)
            pre = gates[k][t] + others @ w_x[:, 3:].T + hs[k] @ w_h.T
            i, f, g, o = pre.chunk(4, 1)
            cs[k] = torch.sigmoid(f) * cs[k] + torch.sigmoid(i) * torch.tanh(g)
            hs[k] = torch.sigmoid(o) * torch.tanh(cs[k])
            if k == 0:
                w, kappa = windowed(made, hs[0], kappa, one_hot)
        rows.append(made.output(torch.cat(hs, 1)))
    return torch.stack(rows)


def stepped(forward: Callable[[], Tensor], made: Network, targets: Tensor) -> float:
    """Forward, backward; the loss."""
    made.zero_grad(set_to_none=True)
    loss = log_loss(forward(), targets).mean()
    loss.backward()  # type: ignore[no-untyped-call]
    return float(loss.detach())


def flops(size: Size) -> float:
    """Of one step: two a weight and point forward, twice that backward."""
    made = network(size)
    matrices = sum(p.numel() for p in made.parameters() if p.dim() == 2)
    return 6.0 * matrices * size.lines * size.points


def product_rate(size: Size, dtype: torch.dtype) -> float:
    """FLOP a second of a large product of the network's shapes."""
    rows, inner, columns = size.lines * size.points, size.hidden, 4 * size.hidden
    return 2.0 * rows * inner * columns / product_seconds(rows, inner, columns, dtype, 5)


def product_seconds(rows: int, inner: int, columns: int, dtype: torch.dtype, count: int) -> float:
    """Seconds of a product (rows, inner) x (inner, columns), the best of `count`."""
    a, b = torch.randn(rows, inner).to(dtype), torch.randn(inner, columns).to(dtype)
    out = torch.empty(rows, columns, dtype=dtype)
    torch.mm(a, b, out=out)
    return min(_seconds(lambda: torch.mm(a, b, out=out)) for _ in range(count))


def seconds_of_products(size: Size, dtype: torch.dtype) -> float:
    """Seconds of the products of a step alone, each at its own shape."""
    lines, points, hidden = size.lines, size.points, size.hidden
    many, gates, other = lines * points, 4 * hidden, 3 + CHARACTERS + hidden
    outputs = 6 * MIXTURE + 1
    small = (
        # Layer 1 reads its output, the window, the point and a one; layers 2 and 3 their output.
        (1, lines, hidden + CHARACTERS + 4, gates),
        (1, lines, gates, hidden + CHARACTERS),
        (2, lines, hidden, gates),
        (2, lines, gates, hidden),
        (1, lines, hidden, 3 * WINDOW),
        (1, lines, 3 * WINDOW, hidden),
    )
    large = (
        (1, gates, many, hidden + CHARACTERS + 4),
        (2, many, other, gates),
        (2, many, gates, other),
        (2, gates, many, other),
        (2, gates, many, hidden),
        (1, many, 3 * hidden, outputs),
        (1, many, outputs, 3 * hidden),
        (1, outputs, many, 3 * hidden),
    )
    return sum(
        times * repeated * product_seconds(rows, inner, columns, dtype, count)
        for shapes, repeated, count in ((small, points, 50), (large, 1, 2))
        for times, rows, inner, columns in shapes
    )


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


Kinds = dict[str, Callable[[], Tensor]]


def kinds(made: Network, inputs: Tensor, codes: Tensor, mask: Tensor, dtype: torch.dtype) -> Kinds:
    """The ways to compute a batch, by name."""
    return {
        "ours": lambda: made(inputs.to(dtype), codes, mask).raw,
        "ours, float32": lambda: made(inputs, codes, mask).raw,
        "plain loop": lambda: plain_loop(made, inputs, codes),
        "indexing loop": lambda: indexing_loop(made, inputs, codes),
    }


def test_all_ways_compute_the_same() -> None:
    size = Size(4, 24, 32, 1)
    made = network(size)
    x, codes, mask = batch(size)
    losses, gradients = {}, {}
    for name, forward in kinds(made, x[:-1], codes, mask, torch.float32).items():
        losses[name] = stepped(forward, made, x[1:])
        gradients[name] = made.layer1.weight_hh.grad.clone()  # type: ignore[union-attr]
    for name in ("plain loop", "indexing loop"):
        assert losses[name] == pytest.approx(losses["ours, float32"], rel=1e-4)
        torch.testing.assert_close(
            gradients[name], gradients["ours, float32"], rtol=1e-2, atol=1e-5
        )


def test_a_step_against_plain_loops(size: Size) -> None:
    # The allocator's settings that training starts itself with, for the plain loops as well.
    print(printed(f"compare({size!r})", SETTINGS))


def compare(size: Size) -> None:
    """Measure the steps of all ways, one way after the other, and print what they take."""
    made = network(size)
    x, codes, mask = batch(size)
    dtype = precision("auto", torch.device("cpu"), made.config)
    ways = kinds(made, x[:-1], codes, mask, dtype)
    # A step of the indexing loop takes as long as all others together: it has one round.
    rounds = dict.fromkeys(ways, size.rounds) | {"indexing loop": 1}
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    rates = []
    for name, forward in ways.items():
        # Training does one kind of step after another, in memory that the one before left.
        stepped(forward, made, x[1:])
        for _ in range(rounds[name]):
            seconds[name].append(_seconds(lambda f=forward: stepped(f, made, x[1:])))
            # What the machine can do is measured beside each: it changes from minute to minute.
            rates.append(product_rate(size, dtype))
    products = [seconds_of_products(size, dtype) for _ in range(size.rounds)]
    medians = {name: statistics.median(values) for name, values in seconds.items()}
    rate, product = statistics.median(rates), statistics.median(products)
    print(f"\n{size.lines} lines of {size.points} points, {size.hidden} units, {dtype}:")
    for name, value in medians.items():
        times = value / medians["ours"]
        print(f"  {name:14} {value:8.3f} s a step, {size.lines / value:8.1f} lines/s, {times:.1f}x")
    ours = medians["ours"]
    share = flops(size) / ours / rate
    print(f"  {100 * share:.0f} % of the {rate / 1e9:.0f} GFLOP/s that a large product reaches")
    print(f"  {100 * product / ours:.0f} % of it is products, which alone take {product:.3f} s")


def printed(call: str, settings: Mapping[str, str]) -> str:
    """What a call of this module prints in a process of its own, with these settings."""
    folder = str(Path(__file__).parent)
    script = f"import sys; sys.path.insert(0, {folder!r}); import test_bench_training as bench"
    names = f"{script}; globals().update(vars(bench)); {call}"
    environment = {k: v for k, v in os.environ.items() if k not in SETTINGS} | dict(settings)
    result = subprocess.run(
        [sys.executable, "-c", names], capture_output=True, text=True, env=environment
    )
    assert result.returncode == 0, result.stderr
    return result.stdout


@pytest.mark.skipif(sys.platform != "linux", reason="asks Linux for a process's memory")
def test_memory_of_a_batch(size: Size) -> None:
    """What a step adds to the process: at once, in four parts, with activations made again."""
    if size.lines < 64:
        pytest.skip("a small batch adds nothing that could be measured; see `make bench`")
    print(f"\na batch of {size.lines} lines of {size.points} points adds, in float32 and bfloat16,")
    for name, passes, recompute in (
        ("at once", 1, False),
        ("with activations made again", 1, True),
        ("in four parts", 4, False),
        ("in four parts, with activations made again", 4, True),
    ):
        added = [
            int(printed(f"print(added({size!r}, torch.{dtype}, {passes}, {recompute}))", {}))
            for dtype in ("float32", "bfloat16")
        ]
        print(f"  {added[0] / 1000:6.0f} MB, {added[1] / 1000:6.0f} MB {name}")


def added(size: Size, dtype: torch.dtype, passes: int, recompute: bool) -> int:
    """Kilobytes by which a step, computed in so many parts, raises the most that was ever used."""
    made, (x, codes, mask) = network(size), batch(size)
    made.recompute = recompute
    stepped(lambda: made(x[:3, :1].to(dtype), codes[:1], mask[:1]).raw, made, x[1:4, :1])
    before = _most_memory()
    for part in range(passes):
        own = slice(part, None, passes)
        forward = partial(made, x[:-1, own].to(dtype), codes[own], mask[own])
        stepped(lambda f=forward: f().raw, made, x[1:, own])
    return _most_memory() - before


def _most_memory() -> int:
    """Kilobytes that this process held at most."""
    status = Path("/proc/self/status").read_text("ascii")
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")))
