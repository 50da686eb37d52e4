"""Inks as they come in bottles: colours by name."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from types import MappingProxyType

from engine.errors import SettingError
from engine.rendering.colours import rgb

INKS: Mapping[str, str] = MappingProxyType(
    {
        "Blue-black": "#1b2a49",
        "Royal blue": "#2343a8",
        "Black": "#1c1b1f",
        "Sepia": "#5a3a22",
        "Bordeaux": "#7a1f33",
        "Moss green": "#2f5138",
        "Turquoise": "#0f7285",
        "Violet": "#54307f",
        "Pencil grey": "#4a4a4d",
    }
)
"""Colours as '#rrggbb' by what is written on the bottle."""

PLAIN: Mapping[str, str] = MappingProxyType(
    {
        "blue": "Royal blue",
        "navy": "Blue-black",
        "brown": "Sepia",
        "red": "Bordeaux",
        "green": "Moss green",
        "teal": "Turquoise",
        "purple": "Violet",
        "grey": "Pencil grey",
        "gray": "Pencil grey",
    }
)
"""The bottle that comes nearest to a colour's everyday name."""


def ink_colour(name: str) -> str:
    """Return the colour of a bottle of ink, or of '#rrggbb' or '#rgb', as '#rrggbb'.

    Letter case, hyphens and spaces of a name do not matter. The everyday name of a colour means
    the bottle that comes nearest.

    Raises
    ------
    SettingError
        If there is no such ink; the sentence names one that is spelled alike, or else all.
    """
    if name.strip().startswith("#"):
        return "#{:02x}{:02x}{:02x}".format(*rgb(name))
    known = {_plain(label): label for label in INKS}
    wanted = _plain(name)
    if wanted in PLAIN:
        return INKS[PLAIN[wanted]]
    if wanted in known:
        return INKS[known[wanted]]
    names = ", ".join(difflib.get_close_matches(wanted, known, 1, 0.7) or known)
    raise SettingError(
        f"There is no ink called {name!r}; use {names}, or a colour such as #1b2a49."
    )


def _plain(name: str) -> str:
    return "-".join(name.lower().replace("-", " ").split())
