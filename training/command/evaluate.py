"""The verbs that judge a hand, and report on a run."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import click

from engine.errors import TrainingError
from engine.io.terminal import say
from training.command.arguments import judged_at, make_folder, recogniser_at
from training.command.process import prepare_process


@click.command()
@click.argument("hand", type=Path)
@click.option("--out", required=True, type=Path, help="A folder for the report and its pictures.")
@click.option("--iam", type=Path, help="Evaluate on all lines of IAM-OnDB's testset_v.")
@click.option("--corpus", type=Path, help="Evaluate on the lines of a prepared corpus.")
@click.option("--split", default="v", show_default=True, help="Split of the corpus.")
@click.option(
    "--lines",
    type=click.IntRange(1, 10_000),
    default=300,
    show_default=True,
    help="Lines to write at each bias.",
)
@click.option(
    "--checked",
    type=click.IntRange(1, 100_000),
    default=2000,
    show_default=True,
    help="Lines to write for the count of skips, repeats and run-ons.",
)
@click.option(
    "--styled",
    type=click.IntRange(1, 10_000),
    default=25,
    show_default=True,
    help="Lines to write in each style, once and by the standard policy.",
)
@click.option(
    "--holding",
    type=click.IntRange(1, 10_000),
    default=20,
    show_default=True,
    help="Lines to write for each character.",
)
@click.option(
    "--seeds",
    type=click.IntRange(0, 100),
    default=3,
    show_default=True,
    help="How often to write each line of the fixed kinds (prices, codes, addresses ...).",
)
@click.option(
    "--recogniser",
    type=Path,
    help="Recogniser that reads the lines; by default the one that ships.",
)
@click.option("--device", default="auto", show_default=True, help="cpu, cuda or auto.")
@click.option("--threads", type=click.IntRange(1, 1024), help="Number of threads.")
def evaluate(
    hand: Path,
    out: Path,
    iam: Path | None,
    corpus: Path | None,
    split: str,
    lines: int,
    checked: int,
    styled: int,
    holding: int,
    seeds: int,
    recogniser: Path | None,
    device: str,
    threads: int | None,
) -> None:
    """Evaluate a HAND: log-loss on held-out lines, and what it writes.

    HAND is a hand's file, "default", or a run's folder (its best weights so far). The report holds
    figures and what the hand wrote, and nothing of the held-out lines.
    """
    if (iam is None) == (corpus is None):
        raise TrainingError("Give the held-out lines: either --iam DIR or --corpus FILE.")
    prepare_process(threads)
    from training.corpora.corpus import Corpus
    from training.evaluation import evaluation, evaluation_report
    from training.evaluation.heldout import held_out_of_corpus, held_out_of_iam
    from training.reports import report

    judged = judged_at(hand, corpus, device)
    if iam is not None:
        held = held_out_of_iam(judged, iam, split)
    else:
        held = held_out_of_corpus(judged, Corpus.load(corpus), split)  # type: ignore[arg-type]
    chosen, name = recogniser_at(recogniser)
    make_folder(out)
    values = evaluation.evaluate(
        judged,
        held,
        out,
        amount=evaluation.Amount(lines, checked, styled, holding, seeds),
        recogniser=chosen,
        recogniser_name=name,
        progress=lambda text: say(text, err=True),
    ).to_json()
    title = f"Evaluation of the hand {judged.name}"
    sections = evaluation_report.sections(values, out)
    for path in report.write("evaluation", title, values, sections, out):
        say(f"Wrote {path}.")


@click.command(name="report")
@click.argument("folder", type=Path)
@click.option("--out", type=Path, help="Another folder for the report than that of the run.")
def report_(folder: Path, out: Path | None) -> None:
    """Report on the run in FOLDER, or on an evaluation there, as HTML, JSON and PDF."""
    from training.evaluation import evaluation_report
    from training.reports import report

    place = out or folder
    if not (folder / "metrics.jsonl").exists() and (folder / "evaluation.json").exists():
        values, sections = evaluation_report.of_evaluation(folder)
        name, title = "evaluation", f"Evaluation of the hand {values['hand']}"
    else:
        values, sections = report.of_run(folder)
        name, title = "report", f"Run {values['config']['name']}"
    make_folder(place)
    for path in report.write(name, title, values, sections, place):
        say(f"Wrote {path}.")


@click.command()
@click.option("--corpus", type=Path, help="A prepared corpus, whose pages people wrote.")
@click.option("--split", "splits", multiple=True, default=("t", "f"), show_default=True)
@click.option("--hand", type=Path, help="The hand; by default the one that ships.")
@click.option(
    "--style", "styles", multiple=True, help="Only these styles; by default all bundled ones."
)
def evenness(
    corpus: Path | None, splits: tuple[str, ...], hand: Path | None, styles: tuple[str, ...]
) -> None:
    """Measure how much lines of a page differ, of people and of a hand in its styles."""
    from engine.hand import Hand
    from training.corpora.corpus import Corpus
    from training.evaluation.page_evenness import PageEvenness, of_hand, of_people
    from training.samples import own_styles

    writer = Hand.load(hand)
    known = own_styles(writer)
    unknown = [name for name in styles if name not in known]
    if unknown:
        raise TrainingError(
            f"There is no style {unknown[0]!r}; known are {', '.join(sorted(known))}."
        )
    names = [field.name.replace("_", " ") for field in dataclasses.fields(PageEvenness)]
    say("".join(f"{name:>12}" for name in ["page", *names]))

    def row(name: str, found: PageEvenness | None) -> None:
        if found is not None:
            values = dataclasses.astuple(found)
            say(f"{name:12}" + "".join(f"{value:12.3f}" for value in values))

    if corpus is not None:
        row("people", of_people(Corpus.load(corpus), *splits))
    for name in styles or sorted(known):
        row(name, of_hand(writer, known[name]))


@click.command()
@click.option("--corpus", type=Path, help="A prepared corpus, whose lines people wrote.")
@click.option("--split", "splits", multiple=True, default=("t", "f"), show_default=True)
@click.option("--hand", help="A hand, a file or a name; the one that ships else.")
@click.option("--style", "styles", multiple=True, help="Of these styles; all bundled ones else.")
def variety(
    corpus: Path | None, splits: tuple[str, ...], hand: str | None, styles: tuple[str, ...]
) -> None:
    """Measure how much letters of a kind differ within a line, of people and of a hand.

    Distances are in x-heights, the median of the lines'. People's points are given to letters by
    the hand that ships.
    """
    from engine.hand import Hand
    from engine.style.style import find
    from training.corpora.corpus import Corpus
    from training.evaluation.letter_variety import of_hand, of_people
    from training.samples import own_styles

    if corpus is not None:
        say(f"{'people':12}{of_people(Corpus.load(corpus), Hand.load(), *splits):8.3f}")
    writer = Hand.load(hand)
    known = own_styles(writer)
    for style in [find(name) for name in styles] or known.values():
        say(f"{style.name:12}{of_hand(writer, style):8.3f}")


@click.command()
@click.option("--corpus", type=Path, help="A prepared corpus, whose writers are measured, too.")
@click.option("--split", "splits", multiple=True, default=("train", "t", "f"), show_default=True)
@click.option("--hand", help="A hand, a file or a name; the one that ships else.")
@click.option("--style", "styles", multiple=True, help="Of these styles; all bundled ones else.")
@click.option("--recogniser", type=Path, help="What reads the lines; the one that ships else.")
@click.option("--lines", type=click.IntRange(2, 200), default=8, show_default=True)
def manners(
    corpus: Path | None,
    splits: tuple[str, ...],
    hand: str | None,
    styles: tuple[str, ...],
    recogniser: Path | None,
    lines: int,
) -> None:
    """Measure how much styles differ, and people, and how legible each style is."""
    from engine.hand import Hand
    from engine.recognition.recogniser import Recogniser, shipped_recogniser
    from engine.style.style import find
    from training.corpora.corpus import Corpus
    from training.evaluation import style_spread as spread
    from training.samples import own_styles

    writer = Hand.load(hand)
    chosen = [find(name) for name in styles] or list(own_styles(writer).values())
    say("".join(f"{name:>12}" for name in ["", *spread.MEASURES, "prose wrong", "others"]))

    def row(name: str, found: spread.LineManner, *shares: float) -> None:
        say(
            f"{name:>12}"
            + "".join(f"{value:12.2f}" for value in dataclasses.astuple(found))
            + "".join(f"{share:12.1%}" for share in shares)
        )

    if corpus is not None:
        people = spread.manners_of_people(Corpus.load(corpus), *splits)
        if not people:
            raise TrainingError(f"{corpus} has no writer with enough lines; give another corpus.")
        every = [line for own in people.values() for line in own]
        row("people", spread.medians(every))
        row("their lines", spread.deviations(every))
        row("writers", spread.deviations([spread.medians(own) for own in people.values()]))
    reads = shipped_recogniser() if recogniser is None else Recogniser.load(recogniser)
    found = spread.manners_of_styles(writer, reads, {s.name: s for s in chosen}, lines)
    for name, one in found.items():
        row(name, one.manner, one.prose, one.others)
    row("styles", spread.deviations([one.manner for one in found.values()]))
    row("their lines", spread.deviations([line for one in found.values() for line in one.lines]))
