"""The hands that ship: their names, their files and their cards, without their weights."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from io import BytesIO

from engine.card import Card
from engine.io.tensor_header import read_header

SUFFIX = ".safetensors"
DEFAULT = "default"
"""The hand that writes where none is named."""


def folder() -> Traversable:
    """Where their files lie, and what is measured of them."""
    return resources.files("resources") / "hands"


@cache
def bundled_hands() -> tuple[str, ...]:
    """The names of the hands that ship."""
    files = sorted(file.name for file in folder().iterdir())
    return tuple(name.removesuffix(SUFFIX) for name in files if name.endswith(SUFFIX))


def card_of(sha256: str) -> Card | None:
    """The card of the hand that ships whose file has that SHA-256; None if none has.

    It is read without torch, from the header of the file.
    """
    return _cards().get(sha256)


def rights(sha256: str) -> str:
    """What may be done with the ink of a hand that ships, and what it learnt from.

    Parameters
    ----------
    sha256 : str
        Of the hand's file.

    Returns
    -------
    str
        One or two sentences; empty for another hand, of which this is not known.
    """
    card = card_of(sha256)
    if card is None:
        return ""
    return f"{card.commercial_use} It learnt from {card.trained_on.rstrip('.')}."


@cache
def _cards() -> dict[str, Card]:
    cards = {}
    for name in bundled_hands():
        content = (folder() / f"{name}{SUFFIX}").read_bytes()
        stored = read_header(BytesIO(content))[0]["__metadata__"]
        header = next(told for form, told in stored.items() if form.startswith("scriptorium-hand-"))
        cards[hashlib.sha256(content).hexdigest()] = Card(**json.loads(header)["card"])
    return cards
