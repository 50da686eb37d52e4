"""The verb `styles`: what can be given to --style."""

from __future__ import annotations

import json

import click

MANUAL = """List the styles: lines of ink that the hand can be primed with, so that it goes on in
the same way (Graves 2013, section 5.5). Those that ship come first, then your own, which the
studio keeps.

\b
Examples:
  scriptorium styles
  scriptorium styles --json
  scriptorium write "In another style." --style NAME --out note.pdf

--style takes the path of a style's file (.json), too.
"""


@click.command(help=MANUAL, short_help="List the styles.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
def command(as_json: bool) -> None:
    """Print the styles that ship, and the user's own."""
    from studio.library.styles import Styles

    library = Styles()
    entries = library.entries()
    for damage in library.damaged:
        click.echo(damage, err=True)
    if as_json:
        facts = [
            {
                "name": entry.name,
                "text": entry.style.text,
                "source": entry.style.source,
                "file": None if entry.path is None else str(entry.path),
                "strokes": len(entry.style.ink.strokes),
                "width": round(entry.style.ink.width, 2),
            }
            for entry in entries
        ]
        click.echo(json.dumps(facts, indent=2, ensure_ascii=False))
        return
    width = max((len(entry.name) for entry in entries), default=0)
    for entry in entries:
        own = "" if entry.bundled else "  (your own)"
        click.echo(f"{entry.name:{width}}  {entry.style.text}{own}")
