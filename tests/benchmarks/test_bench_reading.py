"""What reading a line and priming with a style cost, alone and with others, in one thread."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import partial

import pytest
import torch

from engine.hand import Hand
from engine.network.threads import single_threaded
from engine.recognition.frame_recogniser import FrameRecogniser
from engine.recognition.recogniser import features, path, shipped_recogniser
from engine.sampling.policy import ONCE
from engine.style.style import bundled
from training.evaluation.text_kinds import KINDS

pytestmark = pytest.mark.bench


def least(works: Sequence[Callable[[], object]], rounds: int) -> list[float]:
    """Processor seconds of each work at its quickest; they take turns."""
    found = [float("inf")] * len(works)
    for _ in range(rounds):
        for number, work in enumerate(works):
            begun = time.thread_time()
            work()
            found[number] = min(found[number], time.thread_time() - begun)
    return found


def test_lines_read_together_against_one_by_one(default_hand: Hand, rounds: int) -> None:
    texts = (KINDS["prose"] * 2)[:16]
    inks = [line.ink for line in default_hand.write_lines(texts, seeds=40, policy=ONCE)]
    lines = [torch.from_numpy(features(*path(ink))) for ink in inks]
    recogniser = shipped_recogniser()
    by_frames = FrameRecogniser(recogniser.network)
    counts = (1, 2, 4, 8, 16)
    works = [partial(recogniser._one_by_one, lines)]
    works += [partial(by_frames.frames, lines[:count]) for count in counts]
    with single_threaded():
        alone, *together = least(works, max(3, rounds))
    print(
        f"\n{sum(line.shape[1] for line in lines) / len(lines):.0f} points a line: "
        f"{alone / len(lines) * 1e3:.1f} ms by torch's LSTM; "
        + ", ".join(
            f"{count} at a time {seconds / count * 1e3:.1f} ms"
            for count, seconds in zip(counts, together, strict=True)
        )
        + ("" if by_frames.worth_while else "; it is not done here")
    )
    assert together[-1] / len(lines) < together[0]


def test_styles_primed_together_against_one_by_one(rounds: int) -> None:
    styles = list(bundled().values())
    primers = Hand.load().line_sampler._primers
    works = [partial(primers._primed, styles[:count]) for count in (1, 4, len(styles))]
    with single_threaded():
        one, four, every = least(works, max(3, rounds))
    print(
        f"\nA style's primer of {len(styles[0].text)} characters: {one * 1e3:.0f} ms alone, "
        f"{four / 4 * 1e3:.0f} ms each of four, {every / len(styles) * 1e3:.0f} ms each of "
        f"{len(styles)}"
    )
    assert every / len(styles) < one
