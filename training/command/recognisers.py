"""The verb that trains a reader."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from engine.io.terminal import say
from training.command.arguments import make_folder

if TYPE_CHECKING:
    from engine.recognition.recogniser_network import Architecture


@click.command()
@click.option("--corpus", required=True, type=Path, help="A prepared corpus.")
@click.option("--out", required=True, type=Path, help="A folder for the reader and its metrics.")
@click.option("--init", type=Path, help="A reader to begin with; it learns what it lacks.")
@click.option("--epochs", type=click.IntRange(1, 1000), default=16, show_default=True)
@click.option(
    "--hours",
    type=click.FloatRange(0, 1000),
    default=0.0,
    help="Time of the processor that it may take, instead of epochs.",
)
@click.option("--lr", type=click.FloatRange(0, 1, min_open=True), help="The highest learning rate.")
@click.option(
    "--architecture",
    type=click.Choice(["recurrent", "convolutional"]),
    default="recurrent",
    show_default=True,
    help="A second reader, to judge what the first one chose, should be of the other kind.",
)
@click.option(
    "--pieces",
    type=click.FloatRange(0, 0.5),
    default=0.0,
    help="Share of lines composed anew of one writer's words.",
)
@click.option(
    "--rows",
    type=click.FloatRange(0, 0.5),
    default=0.0,
    help="Share of lines composed anew of one writer's digits, capitals and signs.",
)
@click.option(
    "--examples",
    type=click.IntRange(0),
    default=0,
    help="Lines of an epoch; as many as the corpus has where not given.",
)
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True)
@click.option(
    "--precision", type=click.Choice(["float32", "bfloat16"]), default="float32", show_default=True
)
def reader(
    corpus: Path,
    out: Path,
    init: Path | None,
    epochs: int,
    hours: float,
    lr: float | None,
    architecture: Architecture,
    pieces: float,
    rows: float,
    examples: int,
    seed: int,
    precision: str,
) -> None:
    """Train a reader, which judges what hands write."""
    import torch

    from engine.recognition.recogniser import Recogniser
    from training.corpora.corpus import Corpus
    from training.recogniser_training import ReaderRun, sized, train_reader

    def told(record: dict[str, float]) -> None:
        say(f"epoch {record['epoch']:.0f}: {record['error_rate']:.1%} of characters wrong")

    lines = Corpus.load(corpus)
    run = ReaderRun(epochs=epochs, hours=hours, seed=seed, precision=getattr(torch, precision))
    run = replace(run, pieces=pieces, rows=rows, examples=examples)
    if lr is not None:
        run = replace(run, lr=lr)
    sizes = sized(architecture, len(lines.alphabet))
    begun = None if init is None else Recogniser.load(init)
    make_folder(out)
    train_reader(lines, out, run, sizes, notify=told, init=begun)
    say(f"Wrote {out / 'reader.safetensors'}.")
