"""The verb `thumbnail`: a small picture of a note, as file managers ask for it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from studio.command.output_files import check_folder

if TYPE_CHECKING:
    from studio.document.page import Page
    from studio.storage.note_file import NoteFile

MANUAL = """Draw the first page of NOTE as a small PNG: the ink that its file holds, without a hand.

An installed program is asked for these by file managers; see docs/installing.md.

\b
Example:
  scriptorium thumbnail letter.scriptorium --out letter.png --size 256
"""


@click.command(help=MANUAL, short_help="Draw a small picture of a note.")
@click.argument("note")
@click.option(
    "--out",
    required=True,
    metavar="FILE.png",
    help="Where to put the picture, whatever it is called.",
)
@click.option(
    "--size",
    type=click.IntRange(16, 4096),
    default=256,
    show_default=True,
    help="Pixels of the longer side.",
)
def command(note: str, out: str, size: int) -> None:
    """Write the picture of a note."""
    from studio.storage.note_file import load

    # File managers ask for names without a suffix.
    path = Path(out)
    check_folder(path.parent)
    _write(first_page(load(Path(note))), size, path)


def first_page(content: NoteFile) -> Page:
    """The first page of a note as its file shows it; empty where it cannot be laid out."""
    from engine.errors import ScriptoriumError
    from studio.document.page import Page
    from studio.layout.draft_layout import as_it_stood
    from studio.writing.missing_lines import WritingSnapshot

    note, signature = content.note, (content.hand, content.hand_sha256)
    snapshot = WritingSnapshot(note, content.lines, signature=signature)
    draft = None
    if content.layout is not None:
        draft = as_it_stood(note, snapshot.writer, content.lines, content.layout)
    try:
        return (draft or snapshot.draft()).inked.pages[0]
    except ScriptoriumError:
        # A text that cannot be laid out.
        return Page(note.paper, note.margins, ruling=note.ruling)


def _write(page: Page, size: int, path: Path) -> None:
    from dataclasses import replace

    from PIL import Image

    from engine.io.atomic import atomic_write
    from studio.exporting.png_exporter import draw

    longest = max(page.paper.width, page.paper.height)
    # The paper is recognised by its ruling, printed or not; thin ink is drawn larger and shrunk.
    drawn = draw(replace(page, ruling_printed=True), dpi=2 * size / longest * 25.4)
    drawn.thumbnail((size, size), Image.Resampling.LANCZOS)
    with atomic_write(path) as temporary:
        drawn.save(temporary, "PNG")
