"""A hand's card: what is to be known of it."""

from __future__ import annotations

from dataclasses import dataclass, field, fields

from engine.errors import HandError


@dataclass(frozen=True)
class Card:
    """What is to be known of a hand.

    Attributes
    ----------
    name, version, date : the hand's name, the program's version and the day it was made
    trained_on : the data, in one sentence
    data_license : the licence of the data
    commercial_use : what that means for commercial use, in one sentence
    figures : measured values by name, with their units in the name
    training : how it was trained, on what machine and for how long
    """

    name: str
    version: str
    date: str
    trained_on: str
    data_license: str
    commercial_use: str
    figures: dict[str, float] = field(default_factory=dict)
    training: str = ""

    def __post_init__(self) -> None:
        values = {f.name: getattr(self, f.name) for f in fields(self)}
        figures = values.pop("figures")
        if not (
            all(isinstance(text, str) for text in values.values())
            and isinstance(figures, dict)
            and all(isinstance(figure, int | float) for figure in figures.values())
        ):
            raise HandError("A card needs texts, and numbers as its figures.")
