"""The verbs that train a hand: from the beginning, further, in many ways, by own lines."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from engine.errors import TrainingError
from engine.io.terminal import say
from training.command.arguments import corpus_of, fields_of, hand_at, make_folder, make_room
from training.command.process import prepare_process, train_to_end

if TYPE_CHECKING:
    from training.distributed import Ranks
    from training.trainer import Trainer


#: A run takes its config's fields as further options, whatever they are called.
FIELDS = {"ignore_unknown_options": True, "allow_extra_args": True}

TRACK = click.option(
    "--track",
    multiple=True,
    type=click.Choice(["tensorboard", "wandb", "wandb-offline"]),
    help="Also log to this tracker, if it is installed; metrics.jsonl is always written.",
)


@click.command(context_settings=FIELDS)
@click.option("--config", default="default", show_default=True, help="Name of the config.")
@click.option("--corpus", required=True, type=Path, help="A prepared corpus.")
@click.option("--out", required=True, type=Path, help="The run's folder.")
@click.option("--hours", help="Hours of training; the schedule is scaled to them.")
@click.option("--steps", help="Number of steps, instead of hours.")
@click.option("--device", help="cpu, cuda or auto.")
@click.option("--init", type=Path, help="Start from the weights of this hand.")
@click.option(
    "--adapt", is_flag=True, help="Allow a hand whose points were prepared in another way."
)
@click.option("--threads", type=click.IntRange(1, 1024), help="Number of threads.")
@click.option("--or-resume", is_flag=True, help="Resume if the folder holds a run already.")
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

    Any field of the config is an option, as `fields` lists them: --optimizer.lr 3e-4. SIGTERM and
    Ctrl-C write a checkpoint before the run ends; `resume` goes on from it.

    Several processes, on one machine or more, are started with torchrun; see docs/training.md.
    """
    from training.config import named, with_fields

    changes = {name: value for name, value in fields.items() if value is not None}
    chosen = with_fields(named(config), changes | fields_of(context.args))
    prepare_process(threads)
    from training import checkpoints, trainer
    from training.corpora.corpus import Corpus

    lines = Corpus.load(corpus)
    hand = hand_at(init) if init is not None else None

    def made(ranks: Ranks) -> Trainer:
        # A process that torchrun started again after a failure finds its own run.
        again = or_resume or int(os.environ.get("TORCHELASTIC_RESTART_COUNT", "0")) > 0
        if again and checkpoints.newest(out) is not None:
            return trainer.resume(lines, out, ranks)
        return trainer.start(chosen, lines, out, hand, ranks, adapt)

    train_to_end(made, out, chosen.device, track)


@click.command()
@click.option("--config", default="default", show_default=True, help="Name of the config.")
def fields(config: str) -> None:
    """List the fields of a config, which `run` takes as options: value, range and meaning."""
    from training.config import described_fields, named

    for path, value, may_be, meaning in described_fields(named(config)):
        about = "; ".join(part for part in (meaning, may_be) if part)
        say(f"--{path:28} {value or '-':12} {about}")


@click.command(context_settings=FIELDS)
@click.argument("folder", type=Path)
@click.option("--corpus", type=Path, help="The prepared corpus, if it has moved.")
@click.option("--hours", help="New length of the run, in hours of training in all.")
@click.option("--steps", help="New length of the run, in steps in all.")
@click.option("--precision", help="float32, bfloat16 or auto.")
@click.option("--device", help="cpu, cuda or auto.")
@click.option("--threads", type=click.IntRange(1, 1024), help="Number of threads.")
@TRACK
@click.pass_context
def resume(
    context: click.Context,
    /,
    folder: Path,
    corpus: Path | None,
    threads: int | None,
    track: tuple[str, ...],
    **fields: str | None,
) -> None:
    """Resume the run in FOLDER from its newest checkpoint.

    Fields of the config that may change in the middle are options, as for `run`: --optimizer.lr
    5e-4 --noise.dropout 0.2 --data.passes 2.
    """
    from training import checkpoints

    if checkpoints.newest(folder) is None:
        raise TrainingError(f"{folder} holds no checkpoint to resume from; start a run there.")
    file = corpus_of(folder, corpus)
    prepare_process(threads)
    from training import trainer
    from training.corpora.corpus import Corpus

    lines = Corpus.load(file)
    changes = {name: value for name, value in fields.items() if value is not None}
    changes |= fields_of(context.args)
    train_to_end(
        lambda ranks: trainer.resume(lines, folder, ranks, changes),
        folder,
        changes.get("device", "auto"),
        track,
    )


@click.command()
@click.option("--lines", required=True, type=Path, help="A recording: a folder of line-*.json.")
@click.option("--out", required=True, type=Path, help="The hand's file to write.")
@click.option("--run", "folder", type=Path, help="Folder of the run; by default beside --out.")
@click.option("--hand", default="default", type=Path, help="The hand to start from.")
@click.option("--name", default="", help="Name of the hand; by default that of the file.")
@click.option("--steps", type=int, default=0, help="Number of steps in all.")
@click.option("--device", default="auto", show_default=True, help="cpu, cuda or auto.")
@click.option("--threads", type=click.IntRange(1, 1024), help="Number of threads.")
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
    make_room(out)
    from engine.ink.recorded_line import recorded_lines

    own = recorded_lines(lines)
    prepare_process(threads)
    from training import hand_teaching as teaching
    from training.hand_export import described

    place = folder or out.with_name(out.name + ".run")
    base = hand_at(hand)
    for reason in teaching.unusable(base, own):
        say(f"A line is left out: {reason}", err=True)
    train_to_end(
        lambda ranks: teaching.begun(base, own, place, steps, device, ranks=ranks), place, device
    )
    made = teaching.taught(base, place, name or out.stem)
    made.save(out)
    say(f"Wrote {out}: {described(made.card)}.")


@click.command(context_settings=FIELDS)
@click.option("--config", default="tiny", show_default=True, help="Name of the config.")
@click.option("--corpus", required=True, type=Path, help="A prepared corpus.")
@click.option("--out", required=True, type=Path, help="A folder for the runs.")
@click.option("--vary", required=True, multiple=True, help="A field: optimizer.lr=1e-3,3e-3.")
@click.option("--init", type=Path, help="Start from the weights of this hand.")
@click.option("--threads", type=click.IntRange(1, 1024), help="Number of threads.")
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

    chosen = with_fields(named(config), fields_of(context.args))
    prepare_process(threads)
    from training import sweep as sweeping
    from training.corpora.corpus import Corpus
    from training.signals import Interrupted

    lines = Corpus.load(corpus)
    hand = hand_at(init) if init is not None else None
    sweeping.combinations(vary)
    make_folder(out)
    try:
        results = sweeping.sweep(chosen, vary, lines, out, hand, lambda text: say(text, err=True))
    except Interrupted as end:
        say(f"{end} Give the same command to go on.", err=True)
        raise SystemExit(128 + end.number) from end
    for result in results:
        fields = " ".join(f"--{name} {value}" for name, value in result.fields.items())
        say(f"{result.name}  {fields}  {result.found}")
