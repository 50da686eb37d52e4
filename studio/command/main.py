"""The program `scriptorium`: its verbs, and how every one of them ends."""

from __future__ import annotations

import difflib
import importlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from engine.errors import ScriptoriumError
from engine.io.log_file import log_to_file
from engine.io.terminal import say

VERBS = (
    "write", "merge", "styles", "style", "font", "hand", "inspect", "demo", "bench", "teach",
    "train", "serve", "studio", "thumbnail",
)  # fmt: skip
"""Each is a module of this package, which holds its `command` and is imported when it is used."""

NOTE = ".scriptorium"
"""What the name of a note ends with, which needs no verb: so a file manager opens it, too."""

SYNONYMS = {
    "--color": "--ink",
    "--colour": "--ink",
    "--font": "--style",
    "--format": "--out",
    "--output": "--out",
    "-o": "--out",
    "--size": "--x-height",
}
"""Options as other programs call them, by which the program's own are suggested."""

BAD_INPUT = 2
INTERRUPTED = 130
OUTPUT_LOST = 1

MANUAL = """Turn text into handwriting.

A recurrent network writes the text stroke by stroke; the result goes to PDF, SVG, PNG, InkML or
npz files. Without a command the studio opens, if there is a display.

\b
Open notes, or texts, in the studio:
  scriptorium letter.scriptorium card.scriptorium
Draw a small picture of a note, as file managers show it:
  scriptorium thumbnail letter.scriptorium --out letter.png
Write a line, in two formats at once:
  scriptorium write "The quick brown fox." --out fox.pdf --out fox.svg
Write a letter from a file, in a style, on A5, with a fountain pen:
  scriptorium write --file letter.txt --style NAME --paper A5 --pen fountain --out letter.pdf
Write the output of another program, tidier, and with another seed:
  fortune | scriptorium write - --bias 1.5 --seed 7 --out fortune.png
Write a letter for each row of a table of guests:
  scriptorium merge --template invitation.txt --data guests.csv --out letters/
See the styles, the card of the hand, a demonstration, and what the network does:
  scriptorium styles
  scriptorium hand
  scriptorium demo --out demo
  scriptorium inspect "The quick brown fox" --out fox.pdf
Measure how fast this machine writes:
  scriptorium bench
Write over HTTP, for other programs and in the browser:
  scriptorium serve
Make a style of your own handwriting, from a folder of recorded lines, or teach a hand of your own:
  scriptorium style make --lines DIR --out my.style.json
  scriptorium teach --lines DIR --out my.hand
Make a font of a style:
  scriptorium font --style NAME --out name.otf
Train a hand from a corpus (see `scriptorium train --help`):
  scriptorium train prepare --iam DIR --out corpora/iam.safetensors
  scriptorium train run --corpus corpora/iam.safetensors --out runs/first --hours 6
  scriptorium train export runs/first --out first.safetensors
  scriptorium write "My own hand." --hand first.safetensors --out own.pdf

If the input is wrong, one sentence on standard error says why, the exit status is 2 and no file is
written. Ctrl-C leaves no partial file; the exit status is then 130.
"""


class Verbs(click.Group):
    """A group whose verbs are imported when they are asked for: `--help` must not wait for them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The verbs, in the order of the manual."""
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a verb's module and return its command."""
        if cmd_name not in VERBS:
            return None
        command = importlib.import_module(f"studio.command.{cmd_name}").command
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the verb, or name the nearest; a note or a text is opened in the studio."""
        file = Path(args[0])
        if args[0] not in VERBS and (file.suffix == NOTE or (file.suffix and file.is_file())):
            args = ["studio", *args]
        if args[0] not in VERBS and not args[0].startswith("-"):
            near = difflib.get_close_matches(args[0], VERBS, 1, 0.5)
            hint = f"did you mean {near[0]!r}?" if near else f"the commands are {', '.join(VERBS)}."
            raise click.UsageError(f"There is no command {args[0]!r}; {hint}", ctx)
        return super().resolve_command(ctx, args)


@click.group(
    cls=Verbs,
    help=MANUAL,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option("--version", is_flag=True, help="Print the version and exit.")
@click.pass_context
def program(context: click.Context, version: bool) -> None:
    """Open the studio, or print the manual, where no verb is given."""
    if version:
        from importlib import metadata

        say(f"Scriptorium {metadata.version('scriptorium')}")
        context.exit()
    if context.invoked_subcommand is None:
        from studio.command.studio import can_open, open_studio

        if can_open():
            context.exit(open_studio())
        say(context.get_help())


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program.

    Parameters
    ----------
    arguments : sequence of str, optional
        Those of the process where not given.

    Returns
    -------
    int
        The exit status: 0, 2 for bad input (told in one sentence on standard error), 130 after
        Ctrl-C, 1 where standard output takes no more, or what the verb returned.
    """
    try:
        log_to_file()
        status = program.main(arguments, prog_name="scriptorium", standalone_mode=False)
        if sys.stdout is not None:
            sys.stdout.flush()
        return int(status or 0)
    except click.Abort:
        return INTERRUPTED
    except click.UsageError as error:
        _say(_usage(error))
    except (click.ClickException, ScriptoriumError) as error:
        _say(error.format_message() if isinstance(error, click.ClickException) else str(error))
    except OSError as error:
        if error.filename is not None:
            raise
        return _output_lost(error)
    return BAD_INPUT


def _output_lost(error: OSError) -> int:
    """End where standard output takes no more: quietly where its reader went away."""
    # Else the interpreter would try to flush once more, and complain.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    if not isinstance(error, BrokenPipeError):
        _say(f"Standard output cannot be written: {error.strerror}; make room, or close it.")
    return OUTPUT_LOST


def _say(sentence: str) -> None:
    """One line on standard error, whatever file names stand in it."""
    say(" ".join(sentence.split()), err=True)


def _usage(error: click.UsageError) -> str:
    """What click says about a wrong option, as one sentence that ends with where to look."""
    if isinstance(error, click.NoSuchOption) and error.ctx is not None:
        meant = SYNONYMS.get(error.option_name)
        if any(meant in option.opts for option in error.ctx.command.params):
            return f"There is no option {error.option_name}; did you mean {meant}?"
    message = error.format_message().strip().replace(". Did you mean", "; did you mean")
    if ";" in message:
        return message
    path = error.ctx.command_path if error.ctx else "scriptorium"
    return f"{message.rstrip('.')}; see `{path} --help`."
