"""The mean of hands of one training: it writes better than each of them (Wortsman et al. 2022)."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import replace

import torch

from engine.errors import HandError
from engine.hand import Hand
from engine.network.network import Network
from training.hand_export import with_usual_x_height


def averaged(hands: Sequence[Hand], name: str) -> Hand:
    """A hand whose weights are the mean of those of others.

    Only hands that come from one another, or from one that both went on from, lie close enough
    for their mean to write at all.

    Parameters
    ----------
    hands : sequence of Hand
        At least two; the last one's card is kept.
    name : str

    Raises
    ------
    HandError
        If they are too few, or differ in network, alphabet, preparation or pace.
    """
    if len(hands) < 2:
        raise HandError("An average needs two hands or more.")
    last = hands[-1]
    for hand in hands[:-1]:
        if _shape(hand) != _shape(last):
            raise HandError(
                f"{hand.card.name} and {last.card.name} differ in network, alphabet or "
                f"preparation; average hands of one training."
            )
    states = [hand.network.state_dict() for hand in hands]
    network = Network(last.network.config)
    network.load_state_dict(
        {key: torch.stack([state[key] for state in states]).mean(0) for key in states[0]}
    )
    card = replace(
        last.card,
        name=name,
        date=datetime.date.today().isoformat(),
        training=f"the mean of {len(hands)} hands; {last.card.training}".rstrip("; "),
    )
    return Hand.of(with_usual_x_height(last.spec._replace(network=network.eval(), card=card)))


def _shape(hand: Hand) -> tuple[object, ...]:
    return hand.network.config, hand.alphabet.codes, hand.preparation, hand.pace
