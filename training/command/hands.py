"""The verbs that bring a hand, its styles and its card out of a run."""

from __future__ import annotations

from pathlib import Path

import click

from engine.io.terminal import say
from training.command.arguments import corpus_of, hand_at, make_room


@click.command()
@click.argument("folder", type=Path)
@click.option("--out", required=True, type=Path, help="The hand's file to write.")
@click.option("--name", default="", help="Name of the hand; by default that of the file.")
@click.option("--corpus", type=Path, help="The prepared corpus, if it has moved.")
@click.option("--checkpoint", type=Path, help="Another checkpoint than the best.")
@click.option(
    "--unwritten",
    default="",
    help="Characters to leave out of the alphabet, because they are not learnt well enough.",
)
def export(
    folder: Path,
    out: Path,
    name: str,
    corpus: Path | None,
    checkpoint: Path | None,
    unwritten: str,
) -> None:
    """Make a hand of the best checkpoint of the run in FOLDER."""
    from training.corpora.corpus import Corpus
    from training.hand_export import described, hand_of, learnt
    from training.run_folder import RunFolder

    make_room(out)
    place = RunFolder(folder)
    lines = Corpus.load(corpus_of(folder, corpus))
    known = place.known()
    if known is not None:
        lines = lines.recoded(known[0], known[1])
    alphabet = learnt(lines).without(set(unwritten) - {" "})
    hand = hand_of(
        checkpoint or place.best, lines, name or out.stem, place.machine(), alphabet=alphabet
    )
    hand.save(out)
    say(f"Wrote {out}: {described(hand.card)}.")


@click.command()
@click.argument("hands", nargs=-1, required=True, type=Path)
@click.option("--out", required=True, type=Path, help="The hand's file to write.")
@click.option("--name", default="", help="Name of the hand; by default that of the file.")
def average(hands: tuple[Path, ...], out: Path, name: str) -> None:
    """Make a hand whose weights are the mean of those of HANDS, all of one training."""
    from training.averaging import averaged

    make_room(out)
    averaged([hand_at(path) for path in hands], name or out.stem).save(out)
    say(f"Wrote {out}: the mean of {len(hands)} hands.")


@click.command()
@click.option("--hand", help="A hand, a file or a name; the one that ships else.")
@click.option(
    "--corpus", required=True, type=Path, help="The prepared corpus with the recipes' writers."
)
@click.option("--out", required=True, type=Path, help="A folder for the styles.")
@click.option("--only", multiple=True, metavar="NAME", help="Make this style alone; repeatable.")
@click.option(
    "--recipes",
    default="default",
    show_default=True,
    metavar="HAND",
    help="Those of this hand's styles.",
)
@click.option(
    "--recogniser", type=Path, help="The recogniser that chooses; by default the one that ships."
)
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True)
def styles(
    hand: str | None,
    corpus: Path,
    out: Path,
    only: tuple[str, ...],
    recipes: str,
    recogniser: Path | None,
    seed: int,
) -> None:
    """Make the styles that ship for a hand, as their recipes say.

    Of writers of the corpus vectors are made and mixed, and the hand writes a line with each. No
    ink of the corpus goes into a style. Without --only, other styles in the folder are removed.
    """
    from engine.hand import Hand
    from engine.recognition.recogniser import Recogniser
    from training.bundled_styles import make_styles, save_styles
    from training.corpora.corpus import Corpus
    from training.style_recipes import recipes_named

    chosen = recipes_named(only, recipes)
    writer = Hand.load(hand)
    reads = Recogniser.load(recogniser)
    made = make_styles(writer, reads, Corpus.load(corpus), chosen, seed)
    save_styles(made, out, writer, alone=not only)
    for one in made:
        say(f"{one.style.name}: {one.wrong:.1%} of characters misread, sampled once")


@click.command()
@click.argument("hand", type=Path)
@click.argument("runs", nargs=-1, required=True, type=Path)
@click.option("--out", required=True, type=Path, help="The page to write, in Markdown.")
def card(hand: Path, runs: tuple[Path, ...], out: Path) -> None:
    """Write the card of a HAND that came out of RUNS, the first one first, with its curve."""
    from training.reports.card import write_card
    from training.reports.run_history import RunHistory

    make_room(out)
    for path in write_card(hand_at(hand), [RunHistory.of(folder) for folder in runs], out):
        say(f"Wrote {path}.")
