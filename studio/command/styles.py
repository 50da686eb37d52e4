"""The verb `styles`: what can be given to --style."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

import click

from engine.io.terminal import say
from studio.command.output_files import checked_paths, write_all

if TYPE_CHECKING:
    from engine.style.style import Style
    from studio.document.page import Page, Pages
    from studio.library.style_library import Entry

ROOM = 600.0
"""Millimetres for a line of the sheet, before the paper is cut to the longest."""
MARGIN = 10.0

MANUAL = """List the styles: lines of ink that the hand can be primed with, so that it goes on in
the same way (Graves 2013, section 5.5), each with a few words about its look. Those that ship come
first, by the hand that they belong to, then your own, which the studio keeps and any hand can write
in. --out shows those of one hand: it writes a line in each.

\b
Examples:
  scriptorium styles
  scriptorium styles --json
  scriptorium styles --out styles.png
  scriptorium styles --hand print --out print.png
  scriptorium write "In another style." --style NAME --out note.pdf

--style takes the path of a style's file (.json), too.
"""


@click.command(help=MANUAL, short_help="List the styles.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
@click.option(
    "--out",
    multiple=True,
    metavar="FILE",
    help="Write a line in each style instead, to a .pdf, .svg or .png. May be given several times.",
)
@click.option("--hand", metavar="HAND", help="Only the styles of this hand, and your own.")
def command(as_json: bool, out: tuple[str, ...], hand: str | None) -> None:
    """Print the styles that ship, and the user's own, or write a line in each."""
    from engine.bundled_hands import DEFAULT, bundled_hands, named, title_of
    from engine.style.style import default_style
    from studio.exporting.formats import export
    from studio.library.style_description import describe_style, kind_of

    ships = DEFAULT if hand is None and out else None if hand is None else named(hand)
    entries = [
        entry
        for entry in library_entries()
        if not entry.bundled or (hand is None and not out) or entry.hand == (ships or DEFAULT)
    ]
    defaults = {default_style(one) for one in bundled_hands()}
    if out:
        paths = checked_paths(out)
        pages = _sheet([entry.style for entry in entries], hand)
        for path in write_all([(path, partial(export, pages)) for path in paths]):
            say(click.format_filename(path))
        return
    if as_json:
        facts = [
            {
                "name": entry.name,
                "text": entry.style.text,
                "look": describe_style(entry.style),
                "kind": kind_of(entry.style).lower() if entry.bundled else "own",
                "description": entry.style.description,
                "hand": entry.hand or None,
                "default": entry.bundled and entry.name in defaults,
                "source": entry.style.source,
                "file": None if entry.path is None else str(entry.path),
                "strokes": len(entry.style.ink.strokes),
                "width": round(entry.style.ink.width, 2),
            }
            for entry in entries
        ]
        say(json.dumps(facts, indent=2, ensure_ascii=False))
        return
    looks = [describe_style(entry.style) for entry in entries]
    name_width = max((len(entry.name) for entry in entries), default=0)
    look_width = max(map(len, looks), default=0)
    before = ""
    for entry, look in zip(entries, looks, strict=True):
        remark = "" if entry.bundled else "  (your own)"
        if entry.bundled and entry.name in defaults:
            remark = "  (the default)"
        if entry.bundled and entry.hand != before:
            before = entry.hand
            if len(bundled_hands()) > 1:
                say(f"{title_of(before)} (--hand {before}):")
        about = entry.style.description or entry.style.text
        say(f"{entry.name:{name_width}}  {look:{look_width}}  {about}{remark}")
    say("To see them: scriptorium styles --out styles.png", err=True)


def library_entries() -> tuple[Entry, ...]:
    """All styles; standard error names the files that cannot be read."""
    from studio.library.style_library import StyleLibrary

    library = StyleLibrary()
    entries = library.entries()
    for sentence in library.damaged.take():
        say(sentence, err=True)
    return entries


def _sheet(styles: Sequence[Style], hand: str | None) -> Pages:
    """A page with a line in each style, which begins with the style's name."""
    from dataclasses import replace

    from engine.hand import Hand
    from studio.document.note import Block, Look, Note
    from studio.document.paper import Margins, paper_named
    from studio.layout.layout import lay_out
    from studio.layout.line_writer import HandWriter

    blocks = tuple(
        Block(f"{style.name}: by the quiet lake in June.", number, {"style": style.name})
        for number, style in enumerate(styles)
    )
    height = 2 * MARGIN + 12.0 * len(blocks)
    note = Note(
        blocks,
        look=Look(x_height=1.9, line_spacing=5.0, seed=1),
        paper=paper_named(f"{ROOM:g}x{height:g}"),
        margins=Margins(MARGIN, MARGIN, MARGIN, MARGIN),
        title="Styles",
    )
    named = {style.name: style for style in styles}
    pages = lay_out(note, HandWriter(Hand.load(hand), named.__getitem__)).pages
    return replace(pages, pages=tuple(map(_cut, pages)))


def _cut(page: Page) -> Page:
    """A page no larger than its lines need: how wide a style writes is seen only then."""
    from dataclasses import replace

    right = max(line.ink.bounds[2] for line in page.lines)
    bottom = max(line.ink.bounds[3] for line in page.lines)
    paper = replace(page.paper, width=right + MARGIN, height=bottom + MARGIN)
    return replace(page, paper=paper)
