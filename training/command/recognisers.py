"""The verbs that train a recogniser, and ask how sure it is."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from engine.errors import TrainingError
from engine.io.terminal import say
from training.command.arguments import hand_at, make_folder, recogniser_at

if TYPE_CHECKING:
    from engine.recognition.recogniser_network import Architecture


@click.command("recogniser")
@click.option("--corpus", required=True, type=Path, help="A prepared corpus.")
@click.option(
    "--out", required=True, type=Path, help="A folder for the recogniser and its metrics."
)
@click.option("--init", type=Path, help="Recogniser to start from; missing characters are added.")
@click.option("--epochs", type=click.IntRange(1, 1000), default=16, show_default=True)
@click.option(
    "--hours",
    type=click.FloatRange(0, 1000),
    default=0.0,
    help="Hours of processor time to train, instead of epochs.",
)
@click.option("--lr", type=click.FloatRange(0, 1, min_open=True), help="The highest learning rate.")
@click.option(
    "--architecture",
    type=click.Choice(["recurrent", "convolutional"]),
    default="recurrent",
    show_default=True,
    help="A second recogniser, for evaluation, should have the other architecture.",
)
@click.option(
    "--pieces",
    type=click.FloatRange(0, 0.5),
    default=0.0,
    help="Share of lines composed of one writer's words.",
)
@click.option(
    "--rows",
    type=click.FloatRange(0, 0.5),
    default=0.0,
    help="Share of lines composed of one writer's digits, capitals and signs.",
)
@click.option(
    "--examples",
    type=click.IntRange(0),
    default=0,
    help="Lines of an epoch; by default as many as the corpus has.",
)
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True)
@click.option(
    "--precision", type=click.Choice(["float32", "bfloat16"]), default="float32", show_default=True
)
def recogniser(
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
    """Train a recogniser, which reads what hands write."""
    import torch

    from engine.recognition.recogniser import Recogniser
    from training.corpora.corpus import Corpus
    from training.recogniser_training import RecogniserRun, sized, train_recogniser

    def told(record: dict[str, float]) -> None:
        say(f"epoch {record['epoch']:.0f}: {record['error_rate']:.1%} of characters wrong")

    lines = Corpus.load(corpus)
    run = RecogniserRun(epochs=epochs, hours=hours, seed=seed, precision=getattr(torch, precision))
    run = replace(run, pieces=pieces, rows=rows, examples=examples)
    if lr is not None:
        run = replace(run, lr=lr)
    sizes = sized(architecture, len(lines.alphabet))
    begun = None if init is None else Recogniser.load(init)
    make_folder(out)
    train_recogniser(lines, out, run, sizes, notify=told, init=begun)
    say(f"Wrote {out / 'recogniser.safetensors'}.")


@click.command()
@click.option("--iam", type=Path, help="Read the lines of IAM-OnDB's testset_v.")
@click.option("--corpus", type=Path, help="Read the lines of a prepared corpus.")
@click.option("--split", default="v", show_default=True, help="Split of the corpus.")
@click.option(
    "--lines",
    type=click.IntRange(1, 100_000),
    default=400,
    show_default=True,
    help="Most lines of people, evenly chosen.",
)
@click.option(
    "--written",
    type=click.IntRange(0, 100),
    default=1,
    show_default=True,
    help="How often the hand writes each line of each kind; these are read, too.",
)
@click.option(
    "--hand", default=Path("default"), type=Path, show_default=True, help="The hand that writes."
)
@click.option(
    "--recogniser",
    type=Path,
    help="The recogniser; by default the one that ships.",
)
@click.option(
    "--second",
    type=Path,
    help="Another recogniser: what the hand writes counts as right where this one reads it so.",
)
def certainty(
    iam: Path | None,
    corpus: Path | None,
    split: str,
    lines: int,
    written: int,
    hand: Path,
    recogniser: Path | None,
    second: Path | None,
) -> None:
    """Measure how certain a recogniser is of words that are there, and of words that are not.

    For the threshold below which the program marks a word and writes it again
    (`engine.sampling.policy.DOUBT`).
    """
    if (iam is None) == (corpus is None):
        raise TrainingError("Give people's lines: either --iam DIR or --corpus FILE.")
    from training.corpora.corpus import Corpus
    from training.evaluation.heldout import held_out_of_corpus, held_out_of_iam
    from training.evaluation.word_certainty import certainties, table, together, written_lines
    from training.samples import own_styles

    asked, name = recogniser_at(recogniser)
    if asked is None:
        raise TrainingError("No recogniser ships with this copy; name one with --recogniser.")
    writes = hand_at(hand)
    if iam is not None:
        held = held_out_of_iam(writes, iam, split)
    else:
        held = held_out_of_corpus(writes, Corpus.load(corpus), split)  # type: ignore[arg-type]
    held = [line for line in held if line.text.strip()][:: max(1, len(held) // lines)][:lines]
    say(f"The recogniser {name}, on people's lines:")
    found = certainties(asked, [line.ink for line in held], [line.text for line in held])
    for sentence in table(found):
        say(sentence)
    if not written:
        return
    judge = asked if second is None else recogniser_at(second)[0]
    kinds = {
        kind: certainties(asked, inks, texts)
        for kind, inks, texts in written_lines(writes, judge, own_styles(writes), written)
        if inks
    }
    for kind, of_kind in {**kinds, "all of these": together(list(kinds.values()))}.items():
        say(f"On what the hand {writes.name} writes, {kind}:")
        for sentence in table(of_kind):
            say(sentence)
