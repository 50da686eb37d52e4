"""The verb `inspect` with --corpus: figures of many lines, sorted, and how to look at one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from engine.io.terminal import say
from studio.command.output_files import check_new_folder, write_all
from studio.command.progress_bar import progress_bar

if TYPE_CHECKING:
    # torch would make `--help` wait.
    from studio.inspection.corpus_figures import CorpusFigure, LineFigures

COLUMNS = ("loss", "worst", "pen", "entropy", "reached", "jump", "back")
"""Figures that the terminal shows beside the one that lines are sorted by."""
WIDEST = 40
"""Characters of a text that are shown."""


def inspect_corpus(path: str, out: Sequence[str], settings: Mapping[str, Any]) -> None:
    """Feed lines of a corpus to the hand, print those with the highest figures, save all of them.

    Parameters
    ----------
    path : str
        A prepared corpus, or a folder of ink.
    out : sequence of str
        Tables to write.
    settings : mapping
        Of `inspect`: "hand", "device", "lines", "split", "sort", "lowest" and "show".
    """
    from engine.errors import FileError, SettingError
    from engine.hand import Hand
    from studio.inspection import corpus_figures
    from studio.inspection.corpus_figures import BY_KEY, figures_of, open_corpus

    key, lines = settings["sort"], settings["lines"]
    if key not in BY_KEY:
        raise SettingError(f"There is no figure {key!r}; there are {', '.join(BY_KEY)}.")
    paths = [Path(name) for name in out]
    for target in paths:
        if target.suffix.lower() != ".csv":
            raise FileError(f"{target.name!r} has an ending that is not known here; use .csv.")
        check_new_folder(target.parent)
    corpus = open_corpus(path)
    hand = Hand.load(settings["hand"], settings["device"])
    found = []
    with progress_bar("Reading") as progress:
        for line in figures_of(hand, corpus, lines, settings["split"]):
            found.append(line)
            progress(len(found) / lines)
    ordered = corpus_figures.sorted_lines(found, key, settings["lowest"])
    columns = [BY_KEY[name] for name in dict.fromkeys((key, *COLUMNS))]
    for row in _table(ordered[: settings["show"]], columns):
        say(row)
    faults = [line for line in found if line.fault]
    if faults:
        say(f"{len(faults)} of {len(found)} lines could not be fed: {faults[0].fault}", err=True)
    first = ordered[0].place
    say(
        f"To see the first: scriptorium inspect --ink {click.format_filename(first.path)} "
        f"--line {first.line} --out line.pdf",
        err=True,
    )
    writers = [(target, _writer(ordered)) for target in paths]
    for written in write_all(writers):
        say(click.format_filename(written))


def _writer(found: Sequence[LineFigures]) -> Any:
    def write(path: Path) -> list[Path]:
        from studio.inspection.corpus_figures import save_figures

        save_figures(found, path)
        return [path]

    return write


def _table(found: Sequence[LineFigures], columns: Sequence[CorpusFigure]) -> list[str]:
    """Rows of columns, numbers to the right."""
    heads = ["line", "name", *(figure.key for figure in columns), "text"]
    rows = [heads]
    for one in found:
        figures = [
            figure.shown(one.values[figure.key]) if one.values else "-" for figure in columns
        ]
        text = one.text if len(one.text) <= WIDEST else f"{one.text[: WIDEST - 1]}…"
        rows.append([str(one.place.line), one.place.name, *figures, text])
    wide = [max(len(row[k]) for row in rows) for k in range(len(heads))]
    right = {0, *range(2, len(heads) - 1)}
    return [
        "  ".join(
            cell.rjust(width) if k in right else cell.ljust(width)
            for k, (cell, width) in enumerate(zip(row, wide, strict=True))
        ).rstrip()
        for row in rows
    ]
