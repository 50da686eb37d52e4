"""The verb `hand`: the card of a hand."""

from __future__ import annotations

import json
import textwrap
from dataclasses import asdict
from typing import Any

import click

from engine.io.terminal import say

MANUAL = """Show the card of the hand that writes: what it was trained on, under which licence that
data is and what that means for commercial use, its figures and its alphabet.

\b
Examples:
  scriptorium hand
  scriptorium hand --hand first.safetensors --json
"""

WIDTH = 96


@click.command(help=MANUAL, short_help="Show the card of the hand.")
@click.option(
    "--hand", "path", metavar="PATH", help="The hand (.safetensors, or .hand of `teach`)."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
def command(path: str | None, as_json: bool) -> None:
    """Print the card."""
    from engine.hand import Hand

    hand = Hand.load(path)
    facts: dict[str, Any] = {
        **asdict(hand.card),
        "alphabet": hand.alphabet.characters,
        "point_rate": hand.point_rate,
        "sha256": hand.sha256,
    }
    if as_json:
        say(json.dumps(facts, indent=2, ensure_ascii=False))
        return
    figures = facts.pop("figures")
    facts |= {name: f"{value:g}" for name, value in figures.items()}
    labels = {name: name.replace("_", " ") for name in facts}
    column = max(map(len, labels.values())) + 2
    for name, value in facts.items():
        told = f"{value:g} points a second" if name == "point_rate" else str(value)
        say(
            textwrap.fill(
                told,
                WIDTH,
                initial_indent=f"{labels[name]:{column}}",
                subsequent_indent=" " * column,
                break_on_hyphens=False,
            )
        )
