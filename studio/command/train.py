"""The verb `train`: its words go to the training package, in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys

import click

from studio.teaching.launch import training_command

MANUAL = """Train a hand: prepare a corpus, train a network, evaluate and export it.

\b
Examples:
  scriptorium train --help
  scriptorium train prepare --iam DIR --out corpora/iam.safetensors
  scriptorium train run --corpus corpora/iam.safetensors --out runs/first --hours 6
  scriptorium train export runs/first --out first.safetensors
"""


@click.command(
    help=MANUAL,
    short_help="Train a hand from a corpus (prepare, run, ...).",
    add_help_option=False,
    context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False},
)
@click.argument("words", nargs=-1, type=click.UNPROCESSED)
def command(words: tuple[str, ...]) -> None:
    """Become the training process: its signals and its exit status are then this program's."""
    arguments = training_command(words)
    if os.name == "posix":
        sys.stdout.flush()
        os.execv(arguments[0], arguments)
    # Windows has no exec that keeps the caller waiting.
    raise SystemExit(subprocess.call(arguments))
