"""Inks by their bottle's name, a colour's everyday name, and as numbers."""

from __future__ import annotations

import pytest

from engine.errors import SettingError
from studio.document.ink_colours import INKS, PLAIN, ink_colour


@pytest.mark.parametrize("name", INKS)
def test_a_bottle_is_found_however_its_name_is_written(name: str) -> None:
    assert ink_colour(name) == INKS[name]
    assert ink_colour(f"  {name.upper().replace('-', '  ')} ") == INKS[name]
    assert ink_colour(name.lower().replace(" ", "-")) == INKS[name]


def test_a_colour_s_everyday_name_means_a_bottle_that_is_of_this_colour() -> None:
    assert all(ink_colour(name) == INKS[bottle] for name, bottle in PLAIN.items())
    for name, channel in (("red", 0), ("green", 1), ("blue", 2)):
        colour = ink_colour(name)
        channels = [int(colour[k : k + 2], 16) for k in (1, 3, 5)]
        assert max(channels) == channels[channel]
    assert ink_colour("Grey") == ink_colour("gray")


def test_numbers_are_a_colour() -> None:
    assert ink_colour("#1B2A49") == "#1b2a49"
    assert ink_colour(" #f0a") == "#ff00aa"


def test_an_unknown_ink_is_refused_with_one_that_is_spelled_alike() -> None:
    bottle = next(name for name in INKS if len(name) > 5)
    with pytest.raises(
        SettingError,
        match=f"use {bottle.lower()[:-1]}",
    ) as refused:
        ink_colour(f"{bottle[:-1]}x")
    assert str(refused.value).count(",") == 1
    with pytest.raises(SettingError) as refused:
        ink_colour("qqqqqq")
    assert all(name.lower().split()[0].split("-")[0] in str(refused.value) for name in INKS)
