"""The verb that brings a hand into the project, once it passes its checks."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

import click

from engine.io.terminal import say
from training.command.process import prepare_process


@click.command()
@click.option("--hand", required=True, type=Path, help="The hand's file, as `export` writes it.")
@click.option("--name", default="default", show_default=True, help="What the hand is called.")
@click.option("--recogniser", type=Path, help="A recogniser's file that is to ship with it.")
@click.option(
    "--judge",
    type=Path,
    help="A recogniser's file that chooses and judges here and does not ship.",
)
@click.option(
    "--corpus", type=Path, help="Make the hand's styles anew, of the writers of this corpus."
)
@click.option(
    "--training", default="", metavar="TEXT", help="How the hand came to be, for its card."
)
@click.option(
    "--run",
    "runs",
    multiple=True,
    type=Path,
    help="A run that it came out of, for the curve on its card; the first one first.",
)
@click.option("--evaluation", type=Path, help="The folder of its evaluation (`evaluate`).")
@click.option(
    "--unwritten",
    metavar="TEXT",
    help="Characters that it has not learnt to draw; measured where not given.",
)
@click.option(
    "--accept",
    multiple=True,
    help="The name of a check that it may fail, or a pattern such as 'style *'.",
)
@click.option("--lines", type=click.IntRange(4), default=96, show_default=True,
              help="Lines that are written for a check.")  # fmt: skip
@click.option("--root", type=Path, help="The checkout; the one that this program runs from.")
@click.option("--threads", type=click.IntRange(1, 1024), help="Threads of the processor to use.")
def release(
    hand: Path,
    name: str,
    recogniser: Path | None,
    judge: Path | None,
    corpus: Path | None,
    training: str,
    runs: tuple[Path, ...],
    evaluation: Path | None,
    unwritten: str | None,
    accept: tuple[str, ...],
    lines: int,
    root: Path | None,
    threads: int | None,
) -> None:
    """Put a hand into resources/ and docs/: weights, card, licence, evaluation and pictures.

    The weights are written in half precision, the card names the data sets and their licences.
    Characters beyond ASCII that the hand has not learnt yet are left out of its alphabet: marks on
    letters are set instead, signs are spelled otherwise. The hand is checked before: what it can
    write, its alignment, how legible it is beside the hand that ships, in prose, in each kind of
    lines and in every style. Where a check fails nothing is written, unless --accept names it.
    """
    prepare_process(threads)
    from training.release.hand_release import Release, release_hand

    place = root or Path(str(resources.files("resources"))).parent
    chosen = Release(
        hand, place, name, recogniser, runs, evaluation, frozenset(accept), lines, unwritten,
        judge, corpus, training,
    )  # fmt: skip
    for path in release_hand(chosen, lambda text: say(text, err=True)):
        say(f"Wrote {path}.")
    if name == "default":
        say(
            "To do by hand: the figures in docs/quality.md, what a person reads on the new sheet "
            "in docs/legibility/README.md, and `make pictures`.",
            err=True,
        )
