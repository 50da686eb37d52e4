"""The verb `studio`: the window."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

import click

from engine.errors import FileError, SettingError

MANUAL = """Open the studio's window, with the NOTES that are given, each in a tab.

\b
Examples:
  scriptorium studio
  scriptorium studio letter.scriptorium card.scriptorium
  scriptorium studio letter.txt --screenshot studio.png
  scriptorium studio --screenshot candidates.png --scene candidates
"""

SCENES = (
    "note", "empty", "writing", "candidates", "dark", "export", "pages", "error", "inspector",
    "film",
)  # fmt: skip
"""What a picture of the window can show; `studio.desk.screenshots` sets them."""


@click.command(help=MANUAL, short_help="Open the studio.")
@click.argument("notes", nargs=-1, metavar="[NOTES]...")
@click.option(
    "--screenshot",
    metavar="FILE.png",
    help="Write the note, save a picture of the window to this file, and exit.",
)
@click.option(
    "--scene",
    type=click.Choice(SCENES),
    default="note",
    show_default=True,
    help="What the picture shows; a film is a WebP.",
)
@click.pass_context
def command(
    context: click.Context, notes: tuple[str, ...], screenshot: str | None, scene: str
) -> None:
    """Open the studio."""
    if not can_open():
        raise SettingError(
            "There is no display to open the studio on; use `scriptorium write`, or start it where "
            "there is one."
        )
    for note in notes:
        if not Path(note).is_file():
            raise FileError(f"There is no note {note}; name a file that exists.")
    picture = None if screenshot is None else Path(screenshot)
    context.exit(open_studio(*map(Path, notes), screenshot=picture, scene=scene))


def can_open(platform: str = sys.platform, environment: Mapping[str, str] = os.environ) -> bool:
    """Whether there is a display: on Linux a server for X11 or Wayland, or Qt was told of one."""
    if platform in ("win32", "darwin"):
        return True
    return any(environment.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))


def open_studio(*notes: Path, screenshot: Path | None = None, scene: str = "note") -> int:
    """Run the studio until its window is closed; returns the exit status."""
    from studio.desk.app import run

    return run(*notes, screenshot=screenshot, scene=scene)
