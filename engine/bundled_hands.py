"""The hands that ship: their names, their files and their cards, without their weights."""

from __future__ import annotations

import hashlib
import json
import os
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from engine.card import Card
from engine.io.tensor_header import read_header

SUFFIX = ".safetensors"
DEFAULT = "default"
"""The hand that writes where none is named."""
TITLES = {DEFAULT: "Scriptorium's own hand", "print": "Scriptorium's print hand"}
"""What the hands are called in lists."""


def folder() -> Traversable:
    """Where their files lie, and what is measured of them."""
    return resources.files("resources") / "hands"


@cache
def bundled_hands() -> tuple[str, ...]:
    """The names of the hands that ship."""
    files = sorted(file.name for file in folder().iterdir())
    return tuple(name.removesuffix(SUFFIX) for name in files if name.endswith(SUFFIX))


def path_of(name: str) -> Path:
    """The file of the hand that ships under that name."""
    return Path(str(folder() / f"{name}{SUFFIX}"))


def named(hand: str | os.PathLike[str] | None) -> str | None:
    """The name of the hand that ships which is meant; None for a file that does not ship.

    Parameters
    ----------
    hand : str, path or None
        A name, where no file of that name is there; a file; None for the hand that writes where
        none is named.
    """
    if hand is None:
        return DEFAULT
    if not Path(hand).is_file():
        return str(hand) if str(hand) in bundled_hands() else None
    return next((name for name in bundled_hands() if Path(hand).samefile(path_of(name))), None)


def title_of(name: str) -> str:
    """What the hand that ships under that name is called in a list."""
    return TITLES.get(name, f"The hand {name}")


def titles() -> dict[str, str]:
    """The names of the hands that ship, by what they are called in lists."""
    return {title_of(name): name for name in bundled_hands()}


def name_of(sha256: str) -> str | None:
    """The name of the hand that ships whose file has that SHA-256; None if none has."""
    return _names().get(sha256)


def sha256_of(name: str) -> str:
    """The SHA-256 of the file of the hand that ships under that name; empty if there is none."""
    return next((sha256 for sha256, known in _names().items() if known == name), "")


def card_named(name: str) -> Card:
    """The card of the hand that ships under that name."""
    return _cards()[sha256_of(name)]


def is_free(name: str) -> bool:
    """Whether what the hand of that name writes may be sold, by its card.

    Where the card does not say so (`training.data_sets.COMMERCIAL`), it may not.
    """
    return "may use and sell what it writes" in card_named(name).commercial_use


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
def _names() -> dict[str, str]:
    return {
        hashlib.sha256(path_of(name).read_bytes()).hexdigest(): name for name in bundled_hands()
    }


@cache
def _cards() -> dict[str, Card]:
    cards = {}
    for sha256, name in _names().items():
        with path_of(name).open("rb") as file:
            stored = read_header(file)[0]["__metadata__"]
        header = next(told for form, told in stored.items() if form.startswith("scriptorium-hand-"))
        cards[sha256] = Card(**json.loads(header)["card"])
    return cards
