"""The mean of hands: of their weights, with the last one's card, and only of hands that match."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from click.testing import CliRunner

from engine.errors import HandError
from engine.hand import Hand
from training.__main__ import training
from training.averaging import averaged


def shifted(hand: Hand, by: float, pace: float) -> Hand:
    """The hand with all weights moved."""
    network = type(hand.network)(hand.network.config)
    network.load_state_dict({key: w + by for key, w in hand.network.state_dict().items()})
    card = replace(hand.card, name=f"moved by {by}")
    return Hand(network, hand.alphabet, hand.preparation, pace, hand.x_height, card)


def test_weights_are_the_mean_and_the_hand_can_be_saved(tiny_hand_path: Path, tmp_path: Path):
    hand = Hand.load(tiny_hand_path)
    mean = averaged([hand, shifted(hand, 0.3, hand.pace), shifted(hand, 0.6, hand.pace)], "mean")
    for key, weight in hand.network.state_dict().items():
        torch.testing.assert_close(mean.network.state_dict()[key], weight + 0.3)
    assert mean.card.name == "mean"
    assert mean.card.training.startswith("the mean of 3 hands")
    mean.save(tmp_path / "mean.safetensors", torch.float32)
    again = Hand.load(tmp_path / "mean.safetensors")
    assert again.x_height == pytest.approx(mean.x_height)


def test_hands_that_do_not_match_are_refused(tiny_hand_path: Path):
    hand = Hand.load(tiny_hand_path)
    with pytest.raises(HandError, match="average hands of one training"):
        averaged([hand, shifted(hand, 0.1, hand.pace + 1)], "mean")
    with pytest.raises(HandError, match="two hands or more"):
        averaged([hand], "mean")


def test_average_from_the_command_line(tiny_hand_path: Path, tmp_path: Path):
    path, out = str(tiny_hand_path), tmp_path / "two.safetensors"
    result = CliRunner().invoke(training, ["average", path, path, "--out", str(out)])
    assert result.exit_code == 0, result.output
    first, mean = Hand.load(path).network.state_dict(), Hand.load(out).network.state_dict()
    for key, weight in first.items():
        torch.testing.assert_close(mean[key], weight, rtol=0, atol=1e-3)
