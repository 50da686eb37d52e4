"""The verbs that make corpora, join them, and add to them what is rare in them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from engine.errors import TrainingError
from engine.io.json_file import write_json
from engine.io.terminal import say
from training.command.arguments import hand_at, judged_at, make_room, names_in
from training.command.process import prepare_process

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.ink.preparation import Preparation
    from engine.network.network import Network
    from training.corpora.corpus import Corpus


@click.command()
@click.option("--iam", type=Path, help="The folder of IAM-OnDB.")
@click.option("--inkml", type=Path, help="A folder of InkML files with their texts.")
@click.option("--recordings", type=Path, help="A recording of the studio, or a folder of them.")
@click.option("--unipen", type=Path, help="UNIPEN's folder (data/ and include/), or its archive.")
@click.option(
    "--open", "signs", type=Path, help="A folder with detexify.jsonl or the UJI Pen Characters."
)
@click.option("--out", required=True, type=Path, help="The prepared corpus to write.")
@click.option(
    "--split",
    type=click.Choice(["official", "forms"]),
    default="official",
    show_default=True,
    help="IAM-OnDB's lists, or 90/10 by form (also used if the lists are missing).",
)
@click.option(
    "--preparation",
    type=click.Choice(["default", "graves"]),
    default="default",
    show_default=True,
    help="default: half the points, deskewed, one height; graves: every point as recorded.",
)
@click.option("--like", type=Path, help="Prepare as for this hand, to train it further.")
@click.option("--without", type=Path, help="A list of lines to leave out, as `suspects` writes it.")
def prepare(
    iam: Path | None,
    inkml: Path | None,
    recordings: Path | None,
    unipen: Path | None,
    signs: Path | None,
    out: Path,
    split: str,
    preparation: str,
    like: Path | None,
    without: Path | None,
) -> None:
    """Read a corpus and write it as one file that a run maps into memory.

    What was read, and what was left out and why, is printed and written beside it as JSON. Several
    corpora are prepared one by one, and joined with `mix`.
    """
    from training.corpora import corpus
    from training.corpora.iam import IAMOnDB, Report
    from training.corpora.open_signs import OPEN, OpenSigns
    from training.corpora.pieces import prepare_pieces
    from training.corpora.sources import InkMLFolder, Recordings
    from training.corpora.unipen import Unipen

    if sum(source is not None for source in (iam, inkml, recordings, unipen, signs)) != 1:
        raise TrainingError(
            "Give one corpus: --iam, --inkml, --recordings, --unipen or --open, with its path."
        )
    chosen = _preparation(preparation, like)
    left_out = names_in(without) if without is not None else frozenset()
    make_room(out)
    report = Report()
    shown = sys.stderr.isatty()

    def progress(count: int) -> None:
        if shown and count % 100 == 0:
            click.echo(f"\rread {count} lines", nl=False, err=True)

    if unipen is not None:
        made = prepare_pieces(Unipen(unipen).lines(report), report, out, chosen, progress)
    elif signs is not None:
        drawn = OpenSigns(signs).lines(report)
        made = prepare_pieces(drawn, report, out, chosen, progress, OPEN)
    elif iam is not None:
        lines = IAMOnDB(iam, by_form=split == "forms").lines(report)
        made = corpus.prepare(lines, report, out, chosen, progress, left_out)
    else:
        place = inkml or recordings or Path()
        kind = "InkML files" if inkml is not None else "recordings"
        source = InkMLFolder(place) if inkml is not None else Recordings(place)
        # A mix may hold what is seldom in one of its parts.
        rules: dict[str, Any] = {
            "rare": 1, "crossed_out": "", "source": f"{kind} ({place.name})"
        }  # fmt: skip
        made = corpus.prepare(
            source.lines(report), report, out, chosen, progress, left_out, **rules
        )
    if shown:
        click.echo("\r", nl=False, err=True)
    summary = corpus.summary(made, report)
    write_json(out.with_suffix(".report.json"), summary, indent=2)
    say(corpus.described(summary))
    say(f"Wrote {out} and {out.with_suffix('.report.json')}.")


@click.command()
@click.option(
    "--open",
    "folder",
    required=True,
    type=Path,
    help="A folder with single-line fonts (ems/) and the UJI Pen Characters (uji1/).",
)
@click.option("--lines", "count", type=click.IntRange(24, 10**6), default=12_000, show_default=True)
@click.option("--seed", type=click.IntRange(0, 2**32 - 1), default=0, show_default=True)
@click.option("--like", type=Path, help="Prepare as for this hand, to train it further.")
@click.option("--out", required=True, type=Path, help="The prepared corpus to write.")
def letters(folder: Path, count: int, seed: int, like: Path | None, out: Path) -> None:
    """Compose lines of single letters under open licences, as people who print write them."""
    from training.corpora import corpus
    from training.corpora.iam import Report
    from training.corpora.letter_lines import LETTERS, LetterLines
    from training.corpora.letter_sources import letter_sources
    from training.corpora.pieces import prepare_pieces

    sources, report = letter_sources(folder), Report()
    make_room(out)
    composed = LetterLines(sources, count, seed).lines(report)
    made = prepare_pieces(composed, report, out, _preparation("default", like), source=LETTERS)
    summary = corpus.summary(made, report)
    write_json(out.with_suffix(".report.json"), summary, indent=2)
    say(corpus.described(summary))
    say(f"Wrote {out} and {out.with_suffix('.report.json')}.")


@click.command()
@click.option(
    "--part",
    "parts",
    required=True,
    multiple=True,
    type=(Path, float),
    metavar="CORPUS WEIGHT",
    help="A prepared corpus and its weight: how often its lines occur in an epoch. Once for each.",
)
@click.option("--out", required=True, type=Path, help="The prepared corpus to write.")
def mix(parts: tuple[tuple[Path, float], ...], out: Path) -> None:
    """Join prepared corpora into one, each with a weight: --part iam 1 --part mine 5."""
    from training.corpora.corpus import Corpus
    from training.corpora.mixing import mix as mixed

    make_room(out)
    made = mixed([(Corpus.load(path), weight) for path, weight in parts], out)
    splits = ", ".join(f"{len(made.lines_of(name))} {name}" for name in made.split_names)
    say(f"Wrote {out}: {len(made)} lines ({splits}).")


def _enrich(
    path: Path, hand: Path | None, out: Path, make: Callable[[Corpus, Network], Corpus]
) -> None:
    """Write a corpus with lines made of it, aligned by a hand's network, and say how many."""
    from engine.hand import Hand
    from training.corpora.corpus import Corpus

    make_room(out)
    aligner = Hand.load(hand)
    given = Corpus.load(path).recoded(aligner.alphabet, aligner.preparation)
    made = make(given, aligner.network)
    say(f"Wrote {out}: {len(made)} lines, {len(made) - len(given)} of them new.")


@click.command()
@click.argument("corpus", type=Path)
@click.option(
    "--hand", type=Path, help="Hand that aligns the lines; by default the one that ships."
)
@click.option("--out", required=True, type=Path, help="The prepared corpus to write.")
def capitals(corpus: Path, hand: Path | None, out: Path) -> None:
    """Add lines with X, Z and Q, which are rare in the corpus."""
    from training.augmentation.capitals import with_capitals

    _enrich(corpus, hand, out, lambda given, network: with_capitals(given, network, out))


@click.command()
@click.argument("corpus", type=Path)
@click.option(
    "--hand", type=Path, help="Hand that aligns the lines; by default the one that ships."
)
@click.option("--count", type=click.IntRange(1, 100000), default=1500, show_default=True)
@click.option("--out", required=True, type=Path, help="The prepared corpus to write.")
def numbers(corpus: Path, hand: Path | None, count: int, out: Path) -> None:
    """Add lines with numbers, rare in the corpus, that are set of its digits."""
    from engine.recognition.recogniser import Recogniser
    from training.augmentation.numbers import with_numbers

    _enrich(
        corpus,
        hand,
        out,
        lambda given, network: with_numbers(given, network, Recogniser.load(), out, count),
    )


@click.command()
@click.argument("corpus", type=Path)
@click.option(
    "--hand", type=Path, help="Hand that aligns the lines; by default the one that ships."
)
@click.option("--count", type=click.IntRange(1, 100000), default=300, show_default=True)
@click.option("--out", required=True, type=Path, help="The prepared corpus to write.")
def marks(corpus: Path, hand: Path | None, count: int, out: Path) -> None:
    """Add lines with colons and semicolons, made of its stops and commas, and with brackets."""
    from training.augmentation.marks import with_marks

    _enrich(corpus, hand, out, lambda given, network: with_marks(given, network, out, count))


@click.command()
@click.argument("corpus", type=Path)
@click.option(
    "--hand", type=Path, help="Hand that aligns the lines; by default the one that ships."
)
@click.option("--out", required=True, type=Path, help="The prepared corpus to write.")
def words(corpus: Path, hand: Path | None, out: Path) -> None:
    """Add the single words of its lines, to compose others of, and cut long texts into phrases.

    What the recogniser reads mostly wrong is left out.
    """
    from engine.hand import Hand
    from engine.recognition.recogniser import Recogniser
    from training.augmentation.words import with_words
    from training.corpora.aligning import owners
    from training.corpora.corpus import Corpus

    make_room(out)
    aligner, given = Hand.load(hand), Corpus.load(corpus)
    lines = [i for i in given.lines_of(*given.split_names).tolist() if " " in given.text(i)]
    owned = owners(given, aligner.network, aligner.alphabet, lines)
    made = with_words(given, owned, out, Recogniser.load())
    count = len(made.lines_of(*made.split_names, kinds=("word",)))
    say(f"Wrote {out}: {len(made)} pieces, {count} of them words.")


@click.command()
@click.argument("corpus", type=Path)
@click.option("--out", required=True, type=Path, help="The prepared corpus to write.")
def signs(corpus: Path, out: Path) -> None:
    """Add signs made of its writers' own signs: dashes, fractions, letters with a stroke, boxes."""
    from training.augmentation.derived_signs import with_derived_signs
    from training.corpora.corpus import Corpus

    make_room(out)
    given = Corpus.load(corpus)
    made = with_derived_signs(given, out)
    say(f"Wrote {out}: {len(made)} pieces, {len(made) - len(given)} of them new.")


@click.command()
@click.argument("hand", type=Path)
@click.option("--iam", required=True, type=Path, help="The folder of IAM-OnDB.")
@click.option("--out", required=True, type=Path, help="The list to write.")
@click.option("--split", default="", help="Only this official list (train, v, t or f).")
@click.option("--device", default="auto", show_default=True, help="cpu, cuda or auto.")
@click.option("--threads", type=click.IntRange(1, 1024), help="Number of threads.")
def suspects(
    hand: Path, iam: Path, out: Path, split: str, device: str, threads: int | None
) -> None:
    """List lines whose transcript is probably wrong: HAND finds their ink no likelier with it.

    `prepare --without` leaves them out of a corpus.
    """
    make_room(out)
    prepare_process(threads)
    from engine.io.atomic import atomic_write
    from training.evaluation import heldout

    judged = judged_at(hand, None, device)
    lines = heldout.held_out_of_iam(judged, iam, split)
    found = heldout.suspects(judged, lines)
    with atomic_write(out) as temporary:
        rows = "".join(f"{name}\t{loss:.3f}\n" for name, loss in found)
        temporary.write_text(
            f"# line, nats a point that its text tells {judged.name}\n{rows}", "utf-8"
        )
    say(f"Wrote {out}: {len(found)} of {len(lines)} lines.")


def _preparation(name: str, like: Path | None) -> Preparation:
    from engine.ink.preparation import Preparation
    from training.corpora.corpus import GRAVES

    if like is not None:
        return hand_at(like).preparation
    return GRAVES if name == "graves" else Preparation()
