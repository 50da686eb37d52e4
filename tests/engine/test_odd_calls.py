"""Values of the wrong type or count in a hand's public calls: a sentence, never a traceback."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from engine.errors import ScriptoriumError, WritingStoppedError
from engine.hand import Hand
from engine.sampling.policy import ONCE, Policy
from engine.style.style import bundled

ODD: list[Any] = [
    None, 5, -1, float("nan"), "x", "", b"x", [], ["a", "b", "c"], {"a": 1}, object(), True, 1e300,
    np.array([1.0, 2.0, 3.0]), np.array(3.0), torch.ones(2), 10**30, 10**400, [None],
    [[1], [2, 3]], ONCE,
]  # fmt: skip
LINES = ["ab", "cd"]
STYLE = bundled()["Hazel"]


@pytest.fixture(scope="module")
def hand(tiny_hand_path: Path) -> Hand:
    return Hand.load(tiny_hand_path)


def lines(name: str) -> Callable[[Hand, Any, Path], object]:
    def call(hand: Hand, value: Any, _: Path) -> object:
        given = {"texts": LINES, "policy": ONCE, name: value}
        return hand.write_lines(given.pop("texts"), **given)

    return call


def stream(name: str) -> Callable[[Hand, Any, Path], object]:
    return lambda hand, value, _: next(hand.stream("ab", **{name: value}), None)


CALLS: dict[str, Callable[[Hand, Any, Path], object]] = {
    **{
        f"write_lines {name}": lines(name)
        for name in ("texts", "styles", "strengths", "biases", "seeds", "points_per_char",
                     "policy", "progress", "stop")
    },
    **{f"stream {name}": stream(name) for name in ("style", "bias", "seed", "start")},
    "write": lambda hand, value, _: hand.write(value, policy=ONCE),
    "stream_lines": lambda hand, value, _: next(hand.stream_lines(LINES, styles=value), None),
    "finished": lambda hand, value, _: hand.finished("ab", value),
    "writer_vector": lambda hand, value, _: hand.writer_vector(value),
    "additions": lambda hand, value, _: hand.additions(value),
    "usual_widths": lambda hand, value, _: hand.usual_widths(value),
    "usual_widths strength": lambda hand, value, _: hand.usual_widths(STYLE, value),
    "to_x_heights": lambda hand, value, _: hand.to_x_heights(value),
    "load": lambda _, value, __: Hand.load(value),
    "save dtype": lambda hand, value, path: hand.save(path, value),
    "policy": lambda _, value, __: Policy(tries=value, least=value),
}  # fmt: skip


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS.keys())
def test_what_is_of_the_wrong_type_is_a_sentence(call, hand: Hand, tmp_path: Path) -> None:
    refused = []
    for value in ODD:
        try:
            call(hand, value, tmp_path / "hand.safetensors")
        except ScriptoriumError as error:
            refused.append(str(error))
    assert len(refused) > 4
    assert all(sentence.endswith(".") and len(sentence) < 300 for sentence in refused)


@pytest.mark.parametrize("where", [None, 5, "a\0b", b"\xff", ["a"], object()])
def test_what_is_no_path_is_a_sentence(where: Any, hand: Hand) -> None:
    with pytest.raises(ScriptoriumError, match="Cannot write"):
        hand.save(where)


def test_counts_that_do_not_match_are_told(hand: Hand) -> None:
    with pytest.raises(ScriptoriumError, match="There are 3 seeds for 2 lines; give one for all"):
        hand.write_lines(LINES, seeds=[1, 2, 3])
    with pytest.raises(ScriptoriumError, match="give a Style, such as"):
        hand.write("ab", style="Hazel")  # type: ignore[arg-type]


def test_values_for_each_line_may_be_an_array(hand: Hand) -> None:
    one = hand.write_lines(LINES, seeds=[3, 4], biases=[0.5, 2.0], policy=ONCE)
    other = hand.write_lines(LINES, seeds=np.array([3, 4]), biases=np.array([0.5, 2]), policy=ONCE)  # type: ignore[arg-type]
    assert [line.ink for line in one] == [line.ink for line in other]


@pytest.mark.parametrize("traced", [False, True])
def test_long_work_ends_at_the_chunk_at_which_it_is_stopped(hand: Hand, traced: bool) -> None:
    shares: list[float] = []
    with pytest.raises(WritingStoppedError):
        hand.write_lines(
            ["many words that take many points"] * 40,
            policy=ONCE,
            traced=traced,
            progress=shares.append,
            stop=lambda: len(shares) >= 3,
        )
    assert len(shares) == 3
    assert shares[-1] < 0.5
