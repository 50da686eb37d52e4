"""What writing in half precision costs: in nats, in what a recogniser reads, and to the eye."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image, ImageDraw

from engine.errors import SettingError
from engine.hand import Hand
from engine.ink.preparation import to_offsets
from engine.network.mixture import log_loss
from engine.recognition.recogniser import Recogniser
from engine.sampling.policy import ONCE
from engine.sampling.sampled_line import SampledLine
from engine.sampling.sampler import Sampler
from engine.teacher_forcing import teacher_force

TEXTS = (
    "It has been a quiet autumn here. The boats",
    "were taken out of the water in October, and",
    "since then we have had the bay to ourselves.",
    "Peter has built a shelf for 48 jars of quince",
    "jelly, and Anna writes that she will come by",
    "train. What a Zebra, said Queen Victoria once.",
)
MOST, POINTS = 300, 100

pytestmark = pytest.mark.bench


@pytest.fixture(scope="module")
def hands(default_hand: Hand) -> tuple[Hand, Hand]:
    """The hand in float32 and in float16."""
    try:
        return Hand.load(precision="float32"), Hand.load(precision="float16")
    except SettingError as error:
        pytest.skip(str(error))


def lines_of(hand: Hand, count: int) -> list[SampledLine]:
    texts = [TEXTS[line % len(TEXTS)] for line in range(count)]
    written: list[SampledLine] = []
    for begin in range(0, count, 60):
        part = texts[begin : begin + 60]
        written += hand.write_lines(part, seeds=begin, policy=ONCE, record=True)
    return written


def loss(sampler: Sampler, codes: np.ndarray, offsets: np.ndarray) -> float:
    """Nats a point of given points, by the sampler's own products."""
    run = sampler.run(sampler.zeros(1), [codes], [0.0])
    raw = []
    for place in range(len(offsets) - 1):
        run.feed(offsets[place : place + 2, None])
        raw.append(run.parts[0].raw())
        # The pen's logit comes halved.
        raw[-1][:, -1] *= 2
    return float(
        log_loss(torch.from_numpy(np.concatenate(raw)), torch.from_numpy(offsets[1:])).mean()
    )


def test_nats_a_point_by_teacher_forcing(hands: tuple[Hand, Hand], rounds: int) -> None:
    lost = []
    for line in lines_of(hands[0], min(MOST, 3 * rounds)):
        offsets = to_offsets(hands[0].preparation.prepare(line.ink))
        codes = hands[0].alphabet.encode(line.text)
        exact, half = (loss(hand._sampler, codes, offsets) for hand in hands)
        lost.append(half - exact)
        reference = -float(teacher_force(hands[0], line.ink, line.text).log_likelihood.mean())
        assert abs(exact - reference) < 1e-3
    print(
        f"\nfloat16 against float32, {len(lost)} lines by teacher forcing: "
        f"{np.mean(lost):+.1e} nats a point on average, {np.abs(lost).max():.1e} at most"
    )
    assert np.abs(lost).max() < 0.002


def test_a_recogniser_reads_both_as_well(
    hands: tuple[Hand, Hand], rounds: int, tmp_path: Path
) -> None:
    count = min(MOST, 3 * rounds)
    written = [lines_of(hand, count) for hand in hands]
    recogniser = Recogniser.load()
    rates = []
    for lines in written:
        judged = recogniser.judge([line.ink for line in lines], [line.text for line in lines])
        rates.append(np.array([j.wrong / len(a.text) for j, a in zip(judged, lines, strict=True)]))
    apart = sum(
        away(one, other) > 1e-3 * hands[0].x_height for one, other in zip(*written, strict=True)
    )
    noise = float(rates[0].std() / np.sqrt(count))
    picture = tmp_path / "precision.png"
    side_by_side(written[0][:4], written[1][:4]).save(picture)
    print(
        f"\n{count} lines, characters read wrong: float32 {rates[0].mean():.2%}, float16 "
        f"{rates[1].mean():.2%} (standard error {noise:.2%}); {apart} lines lie apart by a "
        f"thousandth of the x-height within {POINTS} points; {picture}"
    )
    assert abs(rates[0].mean() - rates[1].mean()) <= 2 * noise + 1e-9


def away(one: SampledLine, other: SampledLine) -> float:
    """How far two lines lie apart at most within their first points, in offsets units."""
    assert one.steps is not None
    assert other.steps is not None
    shared = min(len(one.steps), len(other.steps), POINTS)
    places = [np.cumsum(line.steps.offsets[:shared, :2], axis=0) for line in (one, other)]
    return float(np.abs(places[0] - places[1]).max())


def side_by_side(one: list[SampledLine], other: list[SampledLine]) -> Image.Image:
    """Lines in float32 on the left, in float16 on the right."""
    scale, height = 11.0, 80
    picture = Image.new("RGB", (1560, height * len(one) + 20), "white")
    draw = ImageDraw.Draw(picture)
    for column, lines in enumerate((one, other)):
        for row, line in enumerate(lines):
            for stroke in line.ink.strokes:
                xy = stroke.xy * scale + (20 + 780 * column, height * row + 55)
                # A dot is a stroke of one point, of which no line can be drawn.
                path = [tuple(point) for point in (*xy, xy[-1] + 1)]
                draw.line(path, fill=(30, 40, 80), width=2)
    return picture
