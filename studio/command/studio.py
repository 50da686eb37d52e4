"""The verb `studio`: the window."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

import click

from engine.errors import FileError, SettingError

MANUAL = """Open the studio's window, with NOTE where one is given.

\b
Examples:
  scriptorium studio
  scriptorium studio letter.scriptorium
"""


@click.command(help=MANUAL, short_help="Open the studio.")
@click.argument("note", required=False)
@click.pass_context
def command(context: click.Context, note: str | None) -> None:
    """Open the studio."""
    if not can_open():
        raise SettingError(
            "There is no display to open the studio on; use `scriptorium write`, or start it where "
            "there is one."
        )
    if note is not None and not Path(note).is_file():
        raise FileError(f"There is no note {note}; name a file that exists.")
    context.exit(open_studio(None if note is None else Path(note)))


def can_open(platform: str = sys.platform, environment: Mapping[str, str] = os.environ) -> bool:
    """Whether there is a display: on Linux a server for X11 or Wayland, or Qt was told of one."""
    if platform in ("win32", "darwin"):
        return True
    return any(environment.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))


def open_studio(note: Path | None) -> int:
    """Run the studio until its window is closed; returns the exit status."""
    from studio.desk.app import run

    return run(note)
