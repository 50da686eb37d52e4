"""The verb `styles`: what can be given to --style."""

from __future__ import annotations

import json

import click

MANUAL = """List the styles: lines of ink that the hand can be primed with, so that it goes on in
the same way (Graves 2013, section 5.5).

\b
Examples:
  scriptorium styles
  scriptorium styles --json
  scriptorium write "In another style." --style NAME --out note.pdf

A style of your own is a file (.json); give its path for the name.
"""


@click.command(help=MANUAL, short_help="List the styles.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
def command(as_json: bool) -> None:
    """Print the styles that ship."""
    from engine.style import bundled

    styles = list(bundled().values())
    if as_json:
        entries = [
            {
                "name": style.name,
                "text": style.text,
                "source": style.source,
                "strokes": len(style.ink.strokes),
                "width": round(style.ink.width, 2),
            }
            for style in styles
        ]
        click.echo(json.dumps(entries, indent=2, ensure_ascii=False))
        return
    width = max((len(style.name) for style in styles), default=0)
    for style in styles:
        click.echo(f"{style.name:{width}}  {style.text}")
