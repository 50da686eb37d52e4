"""The writer vector: what an encoder makes of a person's lines, and what was taught beside it.

It belongs to the hand that made it; to another one the same numbers mean nothing.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.errors import StyleError
from engine.io.converter import register

Floats = npt.NDArray[np.float32]

#: Decimals that a vector's numbers keep in a file.
DECIMALS = 4


@dataclass(frozen=True, eq=False)
class WriterVector:
    """A writer, to a network.

    Parameters
    ----------
    values : float32 (D,)
        Between -1 and 1; all zero is nobody in particular. None at all for a hand without an
        encoder of writers.
    hand : str
        Which hand made it (`engine.hand.Hand.fingerprint`).
    biases : float32 (P,), optional
        What was taught from the writer's lines: numbers that are added to the network's biases
        beside what the vector adds.

    Raises
    ------
    StyleError
        If a number is not finite, or one of the vector's lies outside -1 and 1.
    """

    values: Floats
    hand: str
    biases: Floats | None = None

    def __post_init__(self) -> None:
        numbers = np.concatenate([self.values, [] if self.biases is None else self.biases])
        if self.values.ndim != 1 or not np.isfinite(numbers).all() or self._largest > 1:
            raise StyleError("A writer's vector needs finite numbers between -1 and 1.")

    @property
    def _largest(self) -> float:
        return float(np.abs(self.values).max(initial=0.0))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, WriterVector) and self.to_json() == other.to_json()

    def __hash__(self) -> int:
        return hash((self.hand, self.values.tobytes()))

    def to_json(self) -> dict[str, Any]:
        """As it stands in a file: some kilobyte, or ten more with biases (in half precision)."""
        content: dict[str, Any] = {
            "hand": self.hand,
            "values": [round(value, DECIMALS) for value in self.values.tolist()],
        }
        if self.biases is not None:
            halves = self.biases.astype("<f2").tobytes()
            content["biases"] = base64.b64encode(halves).decode("ascii")
        return content

    @classmethod
    def from_json(cls, content: dict[str, Any]) -> WriterVector:
        """What `to_json` made.

        Raises
        ------
        StyleError, KeyError, TypeError, ValueError
            If it is of another shape.
        """
        biases = None
        if "biases" in content:
            halves = base64.b64decode(content["biases"], validate=True)
            biases = np.frombuffer(halves, "<f2").astype(np.float32)
        hand = content["hand"]
        if not isinstance(hand, str):
            raise TypeError("the hand is no text")
        return cls(np.array(content["values"], dtype=np.float32), hand, biases)


register(WriterVector, WriterVector.to_json, WriterVector.from_json)


def mixed(first: WriterVector, second: WriterVector, share: float) -> WriterVector:
    """A writer between two.

    Parameters
    ----------
    share : float
        Of the second, from 0 to 1.

    Raises
    ------
    StyleError
        If the two are of different hands.
    """
    if first.hand != second.hand or len(first.values) != len(second.values):
        raise StyleError("The two styles are of different hands; make one of them again.")
    shares = np.float32(1 - share), np.float32(share)
    values = shares[0] * first.values + shares[1] * second.values
    taught = [of.biases for of in (first, second)]
    if taught[0] is None and taught[1] is None:
        return WriterVector(values, first.hand)
    parts = [part * of for part, of in zip(shares, taught, strict=True) if of is not None]
    biases: Floats = np.sum(parts, axis=0, dtype=np.float32)
    return WriterVector(values, first.hand, biases)
