"""The verb `hand`: the hands that ship, or the card of one."""

from __future__ import annotations

import json
import textwrap
from dataclasses import asdict
from typing import Any

import click

from engine.io.terminal import say

MANUAL = """List the hands that ship and what may be done with their ink, or show the card of one:
what it was trained on, under which licence that data is and what that means for commercial use, its
figures and its alphabet.

\b
Examples:
  scriptorium hand
  scriptorium hand --hand print
  scriptorium hand --hand first.safetensors --json
"""

WIDTH = 96


@click.command(help=MANUAL, short_help="List the hands, or show the card of one.")
@click.option("--hand", "path", metavar="HAND", help="Show this hand's card: a name or a file.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
def command(path: str | None, as_json: bool) -> None:
    """Print the card, or the list."""
    if path is None and not as_json:
        _list()
        return
    from engine.hand import Hand

    hand = Hand.load(path)
    facts: dict[str, Any] = {
        **asdict(hand.card),
        "alphabet": hand.alphabet.characters,
        "point_rate": hand.point_rate,
        "sha256": hand.sha256,
    }
    if as_json:
        if path is None:
            from engine.bundled_hands import bundled_hands, rights, sha256_of, title_of

            facts["hands"] = [
                {
                    "name": name,
                    "title": title_of(name),
                    "sha256": sha256_of(name),
                    "rights": rights(sha256_of(name)),
                }
                for name in bundled_hands()
            ]
        say(json.dumps(facts, indent=2, ensure_ascii=False))
        return
    figures = facts.pop("figures")
    facts |= {name: f"{value:g}" for name, value in figures.items()}
    _say_table(
        {
            name: f"{value:g} points a second" if name == "point_rate" else str(value)
            for name, value in facts.items()
        }
    )


def _list() -> None:
    """The hands that ship, with what may be done with the ink of each."""
    from engine.bundled_hands import DEFAULT, bundled_hands, card_named, title_of
    from engine.style.style import bundled

    for name in bundled_hands():
        card = card_named(name)
        default = ", which writes where none is named" if name == DEFAULT else ""
        say(f"{name}: {title_of(name)}{default}")
        _say_table(
            {
                "  commercial_use": card.commercial_use,
                "  trained_on": card.trained_on,
                "  data_license": card.data_license,
                "  styles": ", ".join(bundled(name)) or "none of its own",
            }
        )
    say("The whole of a card: scriptorium hand --hand NAME", err=True)


def _say_table(facts: dict[str, str]) -> None:
    labels = {name: name.replace("_", " ") for name in facts}
    column = max(map(len, labels.values())) + 2
    for name, value in facts.items():
        say(
            textwrap.fill(
                value,
                WIDTH,
                initial_indent=f"{labels[name]:{column}}",
                subsequent_indent=" " * column,
                break_on_hyphens=False,
            )
        )
