"""How many lines at once compare with one after another, and with the network written plainly."""

from __future__ import annotations

import time

import numpy as np
import pytest
import torch

from engine.hand import Hand
from engine.sampling.policy import ONCE
from engine.sampling.reference_sampler import ReferenceSampler
from engine.sampling.sampled_line import SampledLine
from studio.benchmarks.end_to_end import first_ink, page
from studio.benchmarks.sampling_speed import TEXT, measure

TEXTS = [
    "It has been a quiet autumn here. The boats",
    "were taken out of the water in October, and",
    "since then we have had the bay to ourselves.",
]
LINES, SEED, SURE = 30, 100, 200

pytestmark = pytest.mark.bench


def lines_of(hand: Hand, count: int) -> tuple[list[SampledLine], list[SampledLine], float, float]:
    """Lines at once and one after another, and the seconds that each took."""
    texts = [TEXTS[k % len(TEXTS)] for k in range(count)]
    began = time.perf_counter()
    together = hand.write_lines(texts, seeds=SEED, policy=ONCE, record=True)
    between = time.perf_counter()
    alone = [
        hand.write(text, seed=SEED + k, policy=ONCE, record=True) for k, text in enumerate(texts)
    ]
    return together, alone, between - began, time.perf_counter() - between


def test_lines_at_once_against_one_after_another(default_hand: Hand, rounds: int) -> None:
    together, alone, at_once, in_turn = lines_of(default_hand, min(LINES, 4 + rounds))
    apart = late = 0
    for one, other in zip(together, alone, strict=True):
        assert one.steps is not None
        assert other.steps is not None
        shared = min(len(one.steps), len(other.steps))
        places = [np.cumsum(line.steps.offsets[:shared, :2], axis=0) for line in (one, other)]
        away = np.abs(places[0] - places[1]).max(axis=1) >= 0.001 * default_hand.x_height
        apart += bool(away[:SURE].any())
        late += bool(away.any() or len(one.steps) != len(other.steps))
    print(
        f"\n{len(alone)} lines at once {at_once:.2f} s, one after another {in_turn:.2f} s: "
        f"{in_turn / at_once:.1f} times; {late} of them drift apart by a thousandth of the "
        f"x-height, {apart} within {SURE} points"
    )
    assert apart == 0


def test_speed_beside_the_plain_loop(default_hand: Hand, rounds: int) -> None:
    points = min(200, 20 * rounds)
    for lines in (1, LINES):
        speed = measure(default_hand, lines, points, max(2, rounds // 10))
        print(
            f"\n{lines} at once, {points} points of {TEXT!r}: {speed.rate:.0f} points/s, "
            f"{np.median(speed.against_plain):.2f} times plain "
            f"({speed.against_plain.min():.2f} to {speed.against_plain.max():.2f}), "
            f"{np.median(speed.against_floor):.2f} of the float32 floor"
        )
        # By the processor's time, which other work on the machine disturbs little.
        plain, engine = speed.processor
        assert engine < plain


def test_lines_at_once_against_the_plain_loop_one_after_another(
    default_hand: Hand, rounds: int
) -> None:
    """What the engine's batch saves over a plain loop that writes line by line."""
    points, count = 40, min(LINES, 2 + rounds)
    plain = ReferenceSampler(default_hand.network, default_hand.device)
    codes = default_hand.alphabet.encode(TEXT)
    begin = time.process_time()
    for seed in range(count):
        plain.write([codes], [seed], 0.75, points)
    in_turn = time.process_time() - begin
    at_once = measure(default_hand, count, points, 2).processor[1] * points
    print(f"\n{count} lines at once: {in_turn / at_once:.1f} times plain one after another")
    assert at_once < in_turn


@pytest.mark.cuda
def test_a_gpu_is_as_fast_as_it_should_be() -> None:
    """One line against the plain loop on the same GPU, a page of lines, the first ink."""
    if not torch.cuda.is_available():
        pytest.skip("there is no CUDA GPU here")
    hand = Hand.load(device="cuda")
    speed = measure(hand, 1, 320, 5)
    first, whole = first_ink(hand, 5), page(hand, 5)
    print(
        f"\n{torch.cuda.get_device_name()}: one line {np.median(speed.against_plain):.1f} times "
        f"plain, first ink {1e3 * first:.1f} ms, a page of {LINES} lines {1e3 * whole:.0f} ms"
    )
    assert np.median(speed.against_plain) >= 20
    assert whole < 0.150
    assert first < 0.050
