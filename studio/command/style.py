"""The verb `style`: makes styles, of a person's lines or between two others."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import click

from engine.io.terminal import say
from studio.command.progress_bar import progress_bar
from studio.command.teach import gather

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.hand import Hand
    from engine.ink.recorded_line import RecordedLine
    from engine.style.style import Style

#: So many lines are needed for what is taught to be worth while by default.
ENOUGH = 5

MANUAL = """Make a style: of your own lines, or between two styles.

\b
Examples:
  scriptorium style make --lines ~/.local/share/scriptorium/recordings/mine --out my.style.json
  scriptorium style make --lines scans --out my.style.json --name "My hand"
  scriptorium write "In my own hand." --style my.style.json --out own.pdf
  scriptorium style mix my.style.json theirs.style.json --share 0.3 --out between.style.json

`scriptorium styles` lists those that there are.
"""

MAKE = """Make a style of a person's lines, in seconds to a minute.

The lines are a recording of the studio's (a folder of line-*.json), or files from other programs
(InkML, Xournal++, SVG with single lines, CSV, IAM-OnDB XML), each with its transcript beside it in
a file of the same name that ends in .txt; `scriptorium teach --guess` begins such files. One line
is enough to begin. With five or more the hand is also taught: it learns some five thousand numbers
of yours, for as long as lines that it does not learn from gain by it. They are kept in the style,
for this hand alone; another one takes what it can from the style's ink. Your ink stays on this
machine.
"""

MIX = """Make a style between two that were made for the same hand.

The ink that shows it is that of the one it is nearer to.
"""


@click.group(help=MANUAL, short_help="Make a style of your own lines.")
def command() -> None:
    """Group what makes styles."""


@command.command("make", help=MAKE, short_help="Make a style of a person's lines.")
@click.option("--lines", "folder", required=True, type=Path, help="The folder of the lines.")
@click.option("--out", required=True, type=Path, help="The style's file to write (.json).")
@click.option("--name", default="", help="Name of the style; by default that of the file.")
@click.option(
    "--hand", default="", metavar="HAND", help="The hand, a name or a file; else the default one."
)
@click.option(
    "--teach/--no-teach",
    default=None,
    help=f"Whether to teach the hand; by default with {ENOUGH} lines or more.",
)
@click.option(
    "--flip/--no-flip",
    default=None,
    help="Turn the ink upside down, or not; by default detected by reading it.",
)
def make(
    folder: Path, out: Path, name: str, hand: str, teach: bool | None, flip: bool | None
) -> None:
    """Gather the lines, and make the style."""
    _check_name(out)
    lines = _lines(folder, flip)
    from engine.hand import Hand

    style, told = make_style(
        Hand.load(hand or None), lines, name or _stem(out), folder.name,
        len(lines) >= ENOUGH if teach is None else teach,
    )  # fmt: skip
    style.save(out, private=True)
    say(f"{click.format_filename(out)}: {told}")


@command.command("mix", help=MIX, short_help="Make a style between two.")
@click.argument("first")
@click.argument("second")
@click.option(
    "--share",
    type=click.FloatRange(0, 1),
    default=0.5,
    show_default=True,
    help="Share of the second style.",
)
@click.option("--out", required=True, type=Path, help="The style's file to write (.json).")
@click.option("--name", default="", help="Name of the style; by default that of the file.")
def mix(first: str, second: str, share: float, out: Path, name: str) -> None:
    """Mix two styles."""
    _check_name(out)
    from engine.style.style import find
    from engine.style_builder import mix_styles

    mixed = mix_styles(find(first), find(second), share, name or _stem(out))
    mixed.save(out, private=True)
    say(click.format_filename(out))


def make_style(
    hand: Hand, lines: Sequence[RecordedLine], name: str, source: str, teach: bool
) -> tuple[Style, str]:
    """The style of a person's lines, and what is to be said of it."""
    from dataclasses import replace

    from engine.style_builder import build_style
    from engine.writer_teaching import teach_writer

    style = build_style(hand, name, lines, f"Of {len(lines)} lines in {source}.")
    if not teach:
        return style, f"of {_counted(lines)}"
    with progress_bar("Teaching") as progress:
        taught = teach_writer(hand, lines, progress)
    if taught.vector.biases is None:
        return style, f"of {_counted(lines)}; teaching them gained nothing"
    # What was taught makes the manner; a primer would lead away from it.
    style = replace(style, vector=taught.vector, primed=False)
    return style, (
        f"of {_counted(lines)}, taught in {taught.steps} steps "
        f"(log-loss {taught.before:.2f} to {taught.after:.2f} nats a point)"
    )


def _lines(folder: Path, flip: bool | None) -> list[RecordedLine]:
    from engine.ink.recorded_line import recorded_lines

    if any(folder.glob("line-*.json")):
        return recorded_lines(folder)
    with tempfile.TemporaryDirectory(prefix="scriptorium-lines-") as gathered:
        gather(folder, Path(gathered), flip)
        return recorded_lines(gathered)


def _counted(lines: Sequence[RecordedLine]) -> str:
    return f"{len(lines)} line{'s' if len(lines) > 1 else ''}"


def _check_name(out: Path) -> None:
    if out.suffix != ".json":
        raise click.UsageError(f"A style's file ends in .json; name it {out.stem}.style.json.")


def _stem(out: Path) -> str:
    """The file's name without its endings."""
    return out.name.removesuffix(".json").removesuffix(".style") or out.name
