"""The card of a hand as a page: what it is, how it came to be, and the curve of its training."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from engine.errors import TrainingError
from engine.hand import Hand
from engine.io.atomic import atomic_write
from training.reports.chart import Chart, as_svg
from training.reports.run_history import RunHistory
from training.reports.section import Row

#: Characters that mean something in a table of Markdown.
MARKS = "|`*_[]<>&\\~"


def write_card(
    hand: Hand,
    runs: Sequence[RunHistory],
    out: Path,
    checks: Sequence[Row] = (),
    pictures: Mapping[str, str] = MappingProxyType({}),
) -> list[Path]:
    """Write the card as Markdown, and the curve beside it; the files that were written.

    Parameters
    ----------
    runs : sequence of RunHistory
        Each began with what the one before had made; without any there is no curve.
    checks : sequence of rows
        What was checked before the hand was released: what, the bar, what was measured.
    pictures : mapping of str to str
        Pictures of what it writes, by what they show, relative to the page.
    """
    parts = [_facts(hand), *(f"![{shown}]({path})\n" for shown, path in pictures.items())]
    curve = out.with_name(f"{out.stem}-curve.svg")
    if checks:
        parts.append(_checks(checks))
    if runs:
        with atomic_write(curve) as temporary:
            temporary.write_text(as_svg(_chart(runs)) + "\n", "utf-8")
        parts.append(_history(runs, curve.name))
    with atomic_write(out) as temporary:
        temporary.write_text("\n".join(parts), "utf-8")
    return [out, curve] if runs else [out]


def _chart(runs: Sequence[RunHistory]) -> Chart:
    """Log-loss over the hours of all runs, one after the other."""
    curves: dict[str, list[tuple[float, float]]] = {"training": [], "validation": []}
    before = 0.0
    for run in runs:
        for name, figure in (("training", "loss"), ("validation", "validation")):
            points = run.curve(figure, over="seconds")
            curves[name] += [((before + at) / 3600, loss) for at, loss in points]
        before += run.seconds
    title = "log-loss of training and of validation, nats a point"
    shown = {name: points for name, points in curves.items() if points}
    if not shown:
        raise TrainingError("The runs have no losses yet; wait until they have trained.")
    return Chart(title, shown, "hours")


def _facts(hand: Hand) -> str:
    card, sizes, points = hand.card, hand.network.config, hand.preparation
    every = "every point" if points.thin == 1 else f"one point in {points.thin}, smoothed"
    facts = {
        "version and date": _cell(f"{card.version}, {card.date}"),
        "sha256": f"`{hand.sha256}`",
        "learnt from": _cell(card.trained_on),
        "licence of the data": _cell(card.data_license),
        "commercial use": _cell(card.commercial_use),
        "network": f"3 LSTM layers of {sizes.hidden} units, a window of {sizes.window} Gaussians, "
        f"a mixture of {sizes.mixture}; {_weights(hand):.2f} million weights",
        "alphabet": f"{_code(hand.alphabet.characters)} ({len(hand.alphabet)} with the space)",
        "points": f"{every}; {hand.pace:.1f} a character, {hand.point_rate:.1f} a second",
        "trained on": _cell(card.training),
        **{_cell(name.replace("_", " ")): f"{value:g}" for name, value in card.figures.items()},
    }
    rows = "\n".join(f"| {name} | {value} |" for name, value in facts.items() if value)
    return f"""# The hand {_cell(card.name)}

| | |
|---|---|
{rows}
"""


def _checks(checks: Sequence[Row]) -> str:
    rows = "\n".join(f"| {' | '.join(map(_cell, row))} |" for row in checks)
    return f"""## What was checked before it was released

| what | wanted | measured |
|---|---|---|
{rows}
"""


def _history(runs: Sequence[RunHistory], curve: str) -> str:
    head = "| run | on from | hours | steps | lines a batch | rate | dropout | best validation |"
    history = [head, "|---" * 8 + "|"]
    for before, run in zip((None, *runs), runs, strict=False):
        config = run.config
        history.append(
            f"| {_cell(run.name)} | {_cell(before.name) if before else 'nothing'} "
            f"| {run.seconds / 3600:.2f} | {run.steps} | {config.data.lines} "
            f"| {config.optimizer.lr:g} | {config.noise.dropout:g} "
            f"| {'-' if run.best is None else f'{run.best:.4f}'} |"
        )
    return f"""## How it was trained

{chr(10).join(history)}

Log-loss in nats a point, offsets in the hand's own unit; the runs stand one after the other. The
weights that are validated and that write are an average over the last steps. What is learnt from
is changed at random and thinned by dropout, what is validated on is not: so the second may lie
below the first.

![Log-loss over the hours of training]({curve})
"""


def _weights(hand: Hand) -> float:
    return sum(weight.numel() for weight in hand.network.parameters()) / 1e6


def _cell(text: str) -> str:
    """A text as a cell of a table takes it."""
    return html.escape(" ".join(text.split()), quote=False).replace("|", "\\|")


def _code(characters: str) -> str:
    """Characters as they are, in a cell: none of them is Markdown."""
    return "<code>" + "".join(f"&#{ord(c)};" if c in MARKS else c for c in characters) + "</code>"
