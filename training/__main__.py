"""The command line of training: `python -m training`, or `scriptorium train`."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from engine.errors import FileError, ScriptoriumError, TrainingError

if TYPE_CHECKING:
    from engine.hand import Hand
    from engine.preparation import Preparation
    from engine.reader import Reader
    from engine.reader_network import Architecture
    from training.display import Display
    from training.ranks import Ranks
    from training.trainer import Trainer

#: A run takes its config's fields as further options, whatever they are called.
FIELDS = {"ignore_unknown_options": True, "allow_extra_args": True}

TRACK = click.option(
    "--track",
    multiple=True,
    type=click.Choice(["tensorboard", "wandb", "wandb-offline"]),
    help="Tell a tracker as well, where it is installed; metrics.jsonl is always written.",
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def training() -> None:
    """Teach a hand: prepare a corpus, run and resume a training, judge and export what it made."""


@training.command()
@click.option("--iam", type=Path, help="The folder of IAM-OnDB.")
@click.option("--inkml", type=Path, help="A folder of InkML files with their texts.")
@click.option("--recordings", type=Path, help="A recording of the studio, or a folder of them.")
@click.option("--out", required=True, type=Path, help="The prepared corpus to write.")
@click.option(
    "--split",
    type=click.Choice(["official", "forms"]),
    default="official",
    show_default=True,
    help="IAM-OnDB's lists, or 90/10 by form (as where the lists are missing).",
)
@click.option(
    "--preparation",
    type=click.Choice(["default", "graves"]),
    default="default",
    show_default=True,
    help="Half the points, level and of one height; or every point as it was recorded.",
)
@click.option("--like", type=Path, help="Prepare as for this hand, to train it further.")
@click.option("--without", type=Path, help="A list of lines to leave out, as `suspects` writes it.")
def prepare(
    iam: Path | None,
    inkml: Path | None,
    recordings: Path | None,
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
    from training import corpus
    from training.iam import IAMOnDB, Report
    from training.sources import InkMLFolder, Recordings

    if sum(source is not None for source in (iam, inkml, recordings)) != 1:
        raise TrainingError("Give one corpus: --iam DIR, --inkml DIR or --recordings DIR.")
    chosen = _preparation(preparation, like)
    left_out = _names(without) if without is not None else frozenset()
    _check_folder(out)
    report = Report()
    source: IAMOnDB | InkMLFolder | Recordings
    rules: dict[str, Any] = {}
    if iam is not None:
        source = IAMOnDB(iam, by_form=split == "forms")
    else:
        source = InkMLFolder(inkml) if inkml is not None else Recordings(recordings or "")
        # A mix may hold what is seldom in one of its parts.
        place = inkml or recordings or Path()
        kind = "InkML files" if inkml is not None else "recordings"
        rules = {"rare": 1, "crossed_out": "", "source": f"{kind} ({place.name})"}
    shown = sys.stderr.isatty()

    def progress(count: int) -> None:
        if shown and count % 100 == 0:
            click.echo(f"\rprepared {count} lines", nl=False, err=True)

    made = corpus.prepare(source.lines(report), report, out, chosen, progress, left_out, **rules)
    if shown:
        click.echo("\r", nl=False, err=True)
    summary = corpus.summary(made, report)
    _write_json(out.with_suffix(".report.json"), summary)
    click.echo(corpus.described(summary))
    click.echo(f"Wrote {out} and {out.with_suffix('.report.json')}.")


@training.command()
@click.option(
    "--part",
    "parts",
    required=True,
    multiple=True,
    type=(Path, float),
    metavar="CORPUS WEIGHT",
    help="A prepared corpus, and how often its lines are met in an epoch; once for each.",
)
@click.option("--out", required=True, type=Path, help="The prepared corpus to write.")
def mix(parts: tuple[tuple[Path, float], ...], out: Path) -> None:
    """Join prepared corpora into one, each with a weight: --part iam 1 --part mine 5."""
    from training.corpus import Corpus
    from training.mixing import mix as mixed

    _check_folder(out)
    made = mixed([(Corpus.load(path), weight) for path, weight in parts], out)
    splits = ", ".join(f"{len(made.lines_of(name))} {name}" for name in made.split_names)
    click.echo(f"Wrote {out}: {len(made)} lines ({splits}).")


@training.command()
@click.argument("corpus", type=Path)
@click.option("--hand", type=Path, help="A hand that aligns the lines; the one that ships else.")
@click.option("--out", required=True, type=Path, help="The prepared corpus to write.")
def capitals(corpus: Path, hand: Path | None, out: Path) -> None:
    """Add lines with X, Z and Q, which are rare in the corpus."""
    from engine.hand import Hand
    from training.capitals import with_capitals
    from training.corpus import Corpus

    _check_folder(out)
    aligner = Hand.load(hand)
    given = Corpus.load(corpus).recoded(aligner.alphabet, aligner.preparation)
    made = with_capitals(given, aligner.network, out)
    click.echo(f"Wrote {out}: {len(made)} lines, {len(made) - len(given)} of them new.")


@training.command()
@click.argument("corpus", type=Path)
@click.option("--hand", type=Path, help="A hand that aligns the lines; the one that ships else.")
@click.option("--count", type=click.IntRange(1, 100000), default=1500, show_default=True)
@click.option("--out", required=True, type=Path, help="The prepared corpus to write.")
def numbers(corpus: Path, hand: Path | None, count: int, out: Path) -> None:
    """Add lines with numbers, rare in the corpus, that are set of its digits."""
    from engine.hand import Hand
    from engine.reader import Reader
    from training.corpus import Corpus
    from training.numbers import with_numbers

    _check_folder(out)
    aligner = Hand.load(hand)
    given = Corpus.load(corpus).recoded(aligner.alphabet, aligner.preparation)
    made = with_numbers(given, aligner.network, Reader.load(), out, count)
    click.echo(f"Wrote {out}: {len(made)} lines, {len(made) - len(given)} of them new.")


@training.command()
@click.argument("corpus", type=Path)
@click.option("--hand", type=Path, help="A hand that aligns the lines; the one that ships else.")
@click.option("--count", type=click.IntRange(1, 100000), default=300, show_default=True)
@click.option("--out", required=True, type=Path, help="The prepared corpus to write.")
def marks(corpus: Path, hand: Path | None, count: int, out: Path) -> None:
    """Add lines with colons and semicolons, made of its full stops and commas."""
    from engine.hand import Hand
    from training.corpus import Corpus
    from training.marks import with_marks

    _check_folder(out)
    aligner = Hand.load(hand)
    given = Corpus.load(corpus).recoded(aligner.alphabet, aligner.preparation)
    made = with_marks(given, aligner.network, out, count)
    click.echo(f"Wrote {out}: {len(made)} lines, {len(made) - len(given)} of them new.")


@training.command()
@click.option("--corpus", required=True, type=Path, help="A prepared corpus.")
@click.option("--out", required=True, type=Path, help="A folder for the reader and its metrics.")
@click.option("--init", type=Path, help="Begin with this reader, as it is.")
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
    seed: int,
    precision: str,
) -> None:
    """Train a reader, which judges what hands write."""
    import torch

    from engine.reader import Reader
    from training.corpus import Corpus
    from training.reader import ReaderRun, sized, train_reader

    def told(record: dict[str, float]) -> None:
        click.echo(f"epoch {record['epoch']:.0f}: {record['error_rate']:.1%} of characters wrong")

    lines = Corpus.load(corpus)
    run = ReaderRun(epochs=epochs, hours=hours, seed=seed, precision=getattr(torch, precision))
    if lr is not None:
        run = replace(run, lr=lr)
    sizes = sized(architecture, len(lines.alphabet))
    begun = None if init is None else Reader.load(init)
    train_reader(lines, out, run, sizes, notify=told, init=begun)
    click.echo(f"Wrote {out / 'reader.safetensors'}.")


@training.command()
@click.option("--hand", type=Path, help="The hand that writes them; the one that ships else.")
@click.option("--corpus", type=Path, help="A prepared corpus, whose writers are followed.")
@click.option("--out", required=True, type=Path, help="A folder for the styles.")
@click.option("--candidates", type=click.IntRange(24, 10000), default=320, show_default=True)
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True)
def styles(hand: Path | None, corpus: Path | None, out: Path, candidates: int, seed: int) -> None:
    """Let a hand write styles, and keep legible ones that differ."""
    from engine.hand import Hand
    from engine.reader import Reader
    from training.corpus import Corpus
    from training.styles import make_styles

    lines = None if corpus is None else Corpus.load(corpus)
    made = make_styles(Hand.load(hand), Reader.load(), out, lines, candidates=candidates, seed=seed)
    for style, rate in made:
        click.echo(f"{style.name}: {rate:.1%} of characters misread in what it primes")


@training.command(context_settings=FIELDS)
@click.option("--config", default="default", show_default=True, help="Name of the config.")
@click.option("--corpus", required=True, type=Path, help="A prepared corpus.")
@click.option("--out", required=True, type=Path, help="The run's folder.")
@click.option("--hours", help="Time of training; the schedule is fitted to it.")
@click.option("--steps", help="Steps after which the run ends, whatever time they take.")
@click.option("--device", help="cpu, cuda or auto.")
@click.option("--init", type=Path, help="Begin with the weights of this hand.")
@click.option("--adapt", is_flag=True, help="Take its weights for points prepared otherwise, too.")
@click.option("--threads", type=click.IntRange(1, 1024), help="Threads of the processor to use.")
@click.option("--or-resume", is_flag=True, help="Go on where the folder holds a run already.")
@TRACK
@click.pass_context
def run(
    context: click.Context,
    /,
    config: str,
    corpus: Path,
    out: Path,
    init: Path | None,
    adapt: bool,
    threads: int | None,
    or_resume: bool,
    track: tuple[str, ...],
    **fields: str | None,
) -> None:
    """Train, from the beginning or from a hand.

    Any field of the config is an option: --optimizer.lr 3e-4 --data.lines 96. SIGTERM and Ctrl-C
    write a checkpoint before the run ends; `resume` goes on from it.

    Several processes, on one machine or more, are started with torchrun; see docs/training.md.
    """
    from training.config import named, with_fields

    changes = {name: value for name, value in fields.items() if value is not None}
    if fields["hours"] is not None and fields["steps"] is None:
        # A config that counts steps gives way to a time that was asked for.
        changes["steps"] = "0"
    chosen = with_fields(named(config), changes | _fields(context.args))
    _prepare_process(threads)
    from training import checkpoints, trainer
    from training.corpus import Corpus

    lines = Corpus.load(corpus)
    hand = _hand(init) if init is not None else None

    def made(ranks: Ranks) -> Trainer:
        # A process that torchrun started again after a failure finds its own run.
        again = or_resume or int(os.environ.get("TORCHELASTIC_RESTART_COUNT", "0")) > 0
        if again and checkpoints.newest(out) is not None:
            return trainer.resume(lines, out, ranks)
        return trainer.start(chosen, lines, out, hand, ranks, adapt)

    _train(made, out, chosen.device, track)


@training.command()
@click.argument("folder", type=Path)
@click.option("--corpus", type=Path, help="The prepared corpus, if it has moved.")
@click.option("--hours", type=float, help="New length of the run, in hours of training in all.")
@click.option("--steps", type=int, help="New length of the run, in steps in all.")
@click.option("--precision", help="float32, bfloat16 or auto.")
@click.option("--device", help="cpu, cuda or auto.")
@click.option("--threads", type=click.IntRange(1, 1024), help="Threads of the processor to use.")
@TRACK
def resume(
    folder: Path, corpus: Path | None, threads: int | None, track: tuple[str, ...], **changes: Any
) -> None:
    """Go on with the run of a FOLDER, from its newest checkpoint."""
    from training import checkpoints

    if checkpoints.newest(folder) is None:
        raise TrainingError(f"{folder} holds no checkpoint to resume from; start a run there.")
    file = _corpus_of(folder, corpus)
    _prepare_process(threads)
    from training import trainer
    from training.corpus import Corpus

    lines = Corpus.load(file)
    kept = {name: value for name, value in changes.items() if value is not None}
    _train(
        lambda ranks: trainer.resume(lines, folder, ranks, **kept),
        folder,
        kept.get("device", "auto"),
        track,
    )


@training.command()
@click.option("--lines", required=True, type=Path, help="A recording: a folder of line-*.json.")
@click.option("--out", required=True, type=Path, help="The hand's file to write.")
@click.option("--run", "folder", type=Path, help="The run's folder; beside --out by default.")
@click.option("--hand", default="default", type=Path, help="The hand to begin with.")
@click.option("--name", default="", help="The hand's name; the file's by default.")
@click.option("--steps", type=int, default=0, help="Steps in all.")
@click.option("--device", default="auto", show_default=True, help="cpu, cuda or auto.")
@click.option("--threads", type=click.IntRange(1, 1024), help="Threads of the processor to use.")
def teach(
    lines: Path,
    out: Path,
    folder: Path | None,
    hand: Path,
    name: str,
    steps: int,
    device: str,
    threads: int | None,
) -> None:
    """Teach a hand one person's own lines, and write it as a hand of its own.

    What was interrupted goes on where it stopped when the same command is given again.
    """
    _check_folder(out)
    from engine.recorded import recorded_lines

    own = recorded_lines(lines)
    _prepare_process(threads)
    from training import teach as teaching

    place = folder or out.with_name(out.name + ".run")
    base = _hand(hand)
    for reason in teaching.unusable(base, own):
        click.echo(f"A line is left out: {reason}", err=True)
    _train(
        lambda ranks: teaching.begun(base, own, place, steps, device, ranks=ranks), place, device
    )
    made = teaching.taught(base, place, name or out.stem)
    made.save(out)
    click.echo(f"Wrote {out}: {made.card.figures}.")


@training.command()
@click.argument("folder", type=Path)
@click.option("--out", required=True, type=Path, help="The hand's file to write.")
@click.option("--name", default="", help="The hand's name; the file's by default.")
@click.option("--corpus", type=Path, help="The prepared corpus, if it has moved.")
@click.option("--checkpoint", type=Path, help="Another checkpoint than the best.")
def export(
    folder: Path, out: Path, name: str, corpus: Path | None, checkpoint: Path | None
) -> None:
    """Make a hand of the best checkpoint of the run in FOLDER."""
    from training.corpus import Corpus
    from training.export import hand_of
    from training.folder import RunFolder

    _check_folder(out)
    place = RunFolder(folder)
    lines = Corpus.load(_corpus_of(folder, corpus))
    known = place.known()
    if known is not None:
        lines = lines.recoded(known[0], known[1])
    hand = hand_of(checkpoint or place.best, lines, name or out.stem, place.machine())
    hand.save(out)
    click.echo(f"Wrote {out}: {hand.card.figures}.")


@training.command()
@click.argument("hand", type=Path)
@click.option("--out", required=True, type=Path, help="A folder for the report and its pictures.")
@click.option("--iam", type=Path, help="Judge on all lines of IAM-OnDB's testset_v.")
@click.option("--corpus", type=Path, help="Judge on the lines of a prepared corpus.")
@click.option("--split", default="v", show_default=True, help="Which of its lines.")
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
    help="Lines to write to count those that skip, repeat or run on.",
)
@click.option(
    "--styled",
    type=click.IntRange(1, 10_000),
    default=25,
    show_default=True,
    help="Lines to write in each style, once and with four candidates.",
)
@click.option(
    "--holding",
    type=click.IntRange(1, 10_000),
    default=20,
    show_default=True,
    help="Lines to write that hold each character.",
)
@click.option("--reader", type=Path, help="Who judges; the reader that ships, where there is one.")
@click.option("--device", default="auto", show_default=True, help="cpu, cuda or auto.")
@click.option("--threads", type=click.IntRange(1, 1024), help="Threads of the processor to use.")
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
    reader: Path | None,
    device: str,
    threads: int | None,
) -> None:
    """Judge a HAND: log-loss on held-out lines, and what it writes.

    HAND is a hand's file, "default", or a run's folder (its best weights so far). The report holds
    figures and what the hand wrote, and nothing of the held-out lines.
    """
    if (iam is None) == (corpus is None):
        raise TrainingError("Give the held-out lines: either --iam DIR or --corpus FILE.")
    _prepare_process(threads)
    from training import evaluation, findings, report
    from training.corpus import Corpus
    from training.held import held_out_of_corpus, held_out_of_iam

    judged = _judged(hand, corpus, device)
    if iam is not None:
        held = held_out_of_iam(judged, iam, split)
    else:
        held = held_out_of_corpus(judged, Corpus.load(corpus), split)  # type: ignore[arg-type]
    chosen, name = _reader(reader)
    _make_folder(out)
    values = evaluation.evaluate(
        judged,
        held,
        out,
        amount=evaluation.Amount(lines, checked, styled, holding),
        reader=chosen,
        reader_name=name,
        progress=lambda text: click.echo(text, err=True),
    ).to_json()
    title = f"Evaluation of the hand {judged.name}"
    sections = findings.sections(values, out)
    for path in report.write("evaluation", title, values, sections, out):
        click.echo(f"Wrote {path}.")


@training.command()
@click.argument("hand", type=Path)
@click.option("--iam", required=True, type=Path, help="The folder of IAM-OnDB.")
@click.option("--out", required=True, type=Path, help="The list to write.")
@click.option("--split", default="", help="One official list alone (train, v, t or f).")
@click.option("--device", default="auto", show_default=True, help="cpu, cuda or auto.")
@click.option("--threads", type=click.IntRange(1, 1024), help="Threads of the processor to use.")
def suspects(
    hand: Path, iam: Path, out: Path, split: str, device: str, threads: int | None
) -> None:
    """List lines whose transcript is probably wrong: those that a trained HAND finds very unlikely.

    `prepare --without` leaves them out of a corpus.
    """
    _check_folder(out)
    _prepare_process(threads)
    from engine.files import replacing
    from training import held

    judged = _judged(hand, None, device)
    lines = held.held_out_of_iam(judged, iam, split)
    found = held.suspects(judged, lines)
    with replacing(out) as temporary:
        rows = "".join(f"{name}\t{loss:.3f}\n" for name, loss in found)
        temporary.write_text(f"# line, nats a point under {judged.name}\n{rows}", "utf-8")
    click.echo(f"Wrote {out}: {len(found)} of {len(lines)} lines.")


@training.command(name="report")
@click.argument("folder", type=Path)
@click.option("--out", type=Path, help="Another folder than the run's own.")
def report_(folder: Path, out: Path | None) -> None:
    """Report on the run in FOLDER, or on an evaluation there, as HTML, JSON and PDF."""
    from training import findings, report

    place = out or folder
    if not (folder / "metrics.jsonl").exists() and (folder / "evaluation.json").exists():
        values = json.loads((folder / "evaluation.json").read_text("utf-8"))
        name, title = "evaluation", f"Evaluation of the hand {values['hand']}"
        sections = findings.sections(values, folder)
    else:
        values, sections = report.of_run(folder)
        name, title = "report", f"Run {values['config']['name']}"
    _make_folder(place)
    for path in report.write(name, title, values, sections, place):
        click.echo(f"Wrote {path}.")


@training.command()
@click.argument("hand", type=Path)
@click.argument("runs", nargs=-1, required=True, type=Path)
@click.option("--out", required=True, type=Path, help="The page to write, in Markdown.")
def card(hand: Path, runs: tuple[Path, ...], out: Path) -> None:
    """Write the card of a HAND that came out of RUNS, the first one first, with its curve."""
    from training.card import Past, write_card

    _check_folder(out)
    for path in write_card(_hand(hand), [Past.of(folder) for folder in runs], out):
        click.echo(f"Wrote {path}.")


@training.command(context_settings=FIELDS)
@click.option("--config", default="tiny", show_default=True, help="Name of the config.")
@click.option("--corpus", required=True, type=Path, help="A prepared corpus.")
@click.option("--out", required=True, type=Path, help="A folder for the runs.")
@click.option("--vary", required=True, multiple=True, help="A field: optimizer.lr=1e-3,3e-3.")
@click.option("--init", type=Path, help="Begin with the weights of this hand.")
@click.option("--threads", type=click.IntRange(1, 1024), help="Threads of the processor to use.")
@click.pass_context
def sweep(
    context: click.Context,
    /,
    config: str,
    corpus: Path,
    out: Path,
    vary: tuple[str, ...],
    init: Path | None,
    threads: int | None,
) -> None:
    """Run every combination of some fields' values, and compare them.

    Other fields are given as for `run`. The same command goes on with a sweep that was stopped.
    """
    from training.config import named, with_fields

    chosen = with_fields(named(config), _fields(context.args))
    _prepare_process(threads)
    from training import sweep as sweeping
    from training.corpus import Corpus
    from training.signals import Interrupted

    lines = Corpus.load(corpus)
    hand = _hand(init) if init is not None else None
    sweeping.combinations(vary)
    _make_folder(out)
    try:
        results = sweeping.sweep(
            chosen, vary, lines, out, hand, lambda text: click.echo(text, err=True)
        )
    except Interrupted as end:
        click.echo(f"{end} Give the same command to go on.", err=True)
        raise SystemExit(128 + end.number) from end
    for result in results:
        fields = " ".join(f"--{name} {value}" for name, value in result.fields.items())
        click.echo(f"{result.validation:8.4f} nats a point  {fields}  ({result.name})")


def _names(path: Path) -> frozenset[str]:
    """Names of lines in a list: the first word of each row."""
    try:
        rows = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise FileError(f"The list {path} cannot be read ({error}); name another.") from error
    return frozenset(row.split()[0] for row in rows if row.strip() and not row.startswith("#"))


def _judged(place: Path, corpus: Path | None, device: str) -> Hand:
    """The hand of a file, or of the best weights of a run's folder."""
    from engine.hand import Hand

    if not (place / "metrics.jsonl").exists():
        return Hand.load(None if str(place) == "default" else place, device)
    from training.corpus import Corpus
    from training.export import hand_of
    from training.folder import RunFolder

    run = RunFolder(place)
    lines = Corpus.load(_corpus_of(place, corpus))
    known = run.known()
    if known is not None:
        lines = lines.recoded(known[0], known[1])
    return hand_of(run.best, lines, place.name, run.machine())


def _reader(path: Path | None) -> tuple[Reader | None, str]:
    """The reader of a file, or the one that ships where there is one, and its name."""
    from engine.errors import HandError
    from engine.reader import Reader

    if path is not None:
        return Reader.load(path), path.stem
    try:
        return Reader.load(), "the one that ships"
    except HandError:
        return None, ""


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FileError(f"Cannot make {folder}: {error.strerror}; name another folder.") from error


def _preparation(name: str, like: Path | None) -> Preparation:
    from engine.preparation import Preparation
    from training.corpus import GRAVES

    if like is not None:
        return _hand(like).preparation
    return GRAVES if name == "graves" else Preparation()


def _hand(path: Path) -> Hand:
    from engine.hand import Hand

    return Hand.load(None if str(path) == "default" else path)


def _fields(words: list[str]) -> dict[str, str]:
    """Fields of the config out of "--name value" and "--name=value"."""
    changes: dict[str, str] = {}
    rest = list(words)
    while rest:
        word = rest.pop(0)
        if not word.startswith("--"):
            raise TrainingError(f"{word!r} is no option; fields are given as --optimizer.lr 3e-4.")
        name, given, value = word[2:].partition("=")
        if not given:
            if not rest:
                raise TrainingError(f"--{name} has no value; give one.")
            value = rest.pop(0)
        changes[name.replace("-", "_")] = value
    return changes


def _check_folder(out: Path) -> None:
    """Refuse a target that cannot be written, before the work and not after it."""
    if not out.parent.is_dir() or not os.access(out.parent, os.W_OK):
        raise FileError(
            f"Cannot write {out}: its folder does not exist or is not yours to write; "
            "choose another."
        )


def _corpus_of(folder: Path, given: Path | None) -> Path:
    """The corpus of a run: the one named, else the one that it was started with."""
    if given is not None:
        return given
    try:
        return Path(json.loads((folder / "corpus.json").read_text("utf-8"))["path"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise TrainingError(
            f"{folder} does not say which corpus its run began with; name it with --corpus."
        ) from error


def _prepare_process(threads: int | None) -> None:
    from training.allocation import keep_memory

    # Only the program itself may start again, not what calls its verbs in a process of its own.
    if Path(sys.argv[0]).parent.name == "training":
        keep_memory()
    import torch

    if threads is not None:
        torch.set_num_threads(threads)


def _train(
    make: Callable[[Ranks], Trainer], folder: Path, device: str, track: Sequence[str] = ()
) -> None:
    """Run to the end, with a view of it, as one process or as one of many."""
    from contextlib import ExitStack

    from training.display import display
    from training.ranks import Ranks
    from training.signals import Interrupted
    from training.trackers import tracker

    ranks = Ranks.join(device)
    try:
        trainer = make(ranks)
        with ExitStack() as stack:
            shown: list[Display] = []
            if ranks.first:
                step = trainer.progress.step
                for kind in track:
                    shown.append(tracker(kind, folder, trainer.config, step))
                    stack.callback(shown[-1].close)
                shown.append(display(trainer.config, str(folder)))
                stack.callback(shown[-1].close)

            def told(record: dict[str, Any]) -> None:
                for view in shown:
                    view(record)

            try:
                trainer.run(told)
            except Interrupted as end:
                if ranks.first:
                    click.echo(f"{end} Its checkpoint is written; resume {folder}.", err=True)
                raise SystemExit(128 + end.number) from end
    finally:
        ranks.leave()
    if ranks.first:
        click.echo(f"The run is done: {folder}.", err=True)


def _write_json(path: Path, values: dict[str, Any]) -> None:
    from engine.files import replacing

    with replacing(path) as temporary:
        temporary.write_text(json.dumps(values, indent=2) + "\n", "utf-8")


def main() -> None:
    """Run the command line; bad input ends with one sentence and exit status 2."""
    try:
        training(standalone_mode=False)
    except click.exceptions.Abort:
        raise SystemExit(130) from None
    except click.ClickException as error:
        click.echo(error.format_message(), err=True)
        raise SystemExit(2) from None
    except ScriptoriumError as error:
        click.echo(str(error), err=True)
        raise SystemExit(2) from None
    except KeyboardInterrupt:
        raise SystemExit(130) from None


if __name__ == "__main__":
    main()
