"""The verb `demo`: a letter, and two figures of how it came about."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from engine.io.terminal import say
from studio.command.output_files import Export, check_new_folder, new_folder, write_all
from studio.command.progress_bar import progress_bar

if TYPE_CHECKING:
    from PIL import Image

    from engine.hand import Hand
    from studio.document.page import Pages

MANUAL = """Write a letter that shows the hand (note.pdf, note.svg, note.png), the attention window
of one line above its ink (attention.png), and the density of the next point along that line
(mixture.png).

\b
Examples:
  scriptorium demo --out demo
  scriptorium demo --out demo --hand first.safetensors --seed 2
"""

SIGNATURE = "Scriptorium"

LINE = "The window slides along the line."

BIAS = 1.0


@click.command(help=MANUAL, short_help="Write a letter and figures that show the hand.")
@click.option(
    "--out",
    metavar="DIR",
    default="demo",
    show_default=True,
    help="Folder for the files; created if missing.",
)
@click.option(
    "--seed", type=int, default=1, show_default=True, help="Another seed gives other ink."
)
@click.option("--device", default="cpu", show_default=True, help="cpu, cuda or auto.")
@click.option(
    "--precision", default="auto", show_default=True, help="auto, float32 or float16 (CPU)."
)
@click.option("--hand", "path", metavar="HAND", help="Write with this hand: a name or a file.")
def command(out: str, seed: int, device: str, precision: str, path: str | None) -> None:
    """Write the demonstration, and print what was made and how long it took."""
    folder = Path(out)
    check_new_folder(folder)
    clock = _Clock()
    with clock.part("loading the hand"):
        from engine.bundled_hands import DEFAULT, named
        from engine.hand import Hand
        from engine.style.style import default_style

        hand = Hand.load(path, device, precision)
    with clock.part("writing"), progress_bar("Writing") as progress:
        pages = _letter(hand, default_style(named(path) or DEFAULT), seed, progress)
        pictures = _figures(hand, seed)
    with clock.part("making the files"), new_folder(folder):
        written = write_all([*_notes(folder, pages), *_saves(folder, pictures)])
    for file in written:
        say(f"{click.format_filename(file)}  {file.stat().st_size / 1000:.0f} kB")
    say(clock.report(len(written)))


def _letter(hand: Hand, style: str | None, seed: int, progress: Callable[[float], None]) -> Pages:
    """The letter on its page."""
    from engine.style.style import find
    from studio.document.note import Block, Look, Note
    from studio.document.paper import Margins
    from studio.document.templates import DEMO_LETTER
    from studio.layout.layout import lay_out
    from studio.layout.line_writer import HandWriter

    note = Note.from_text(
        DEMO_LETTER,
        look=Look(style=style, bias=BIAS, seed=seed, x_height=2.3, line_spacing=3.9),
        margins=Margins(25.0, 28.0, 25.0, 25.0),
        title="A letter from Scriptorium",
    )
    signature = Block(SIGNATURE, len(note.blocks), {"x_height": 3.6, "indent": 12.0})
    note = replace(note, blocks=(*note.blocks, signature))
    return lay_out(note, HandWriter(hand, find, progress=progress)).pages


def _figures(hand: Hand, seed: int) -> dict[str, Image.Image]:
    """The figures, by the names of their files."""
    from engine.rendering import figures

    line = hand.write(LINE, bias=BIAS, seed=seed, record=True)
    return {"attention.png": figures.attention(line), "mixture.png": figures.mixture(line)}


def _notes(folder: Path, pages: Pages) -> Iterator[tuple[Path, Export]]:
    from studio.exporting.formats import ExportOptions, export

    options = ExportOptions(dpi=200.0, outlines=True)
    for name in ("note.pdf", "note.svg", "note.png"):
        yield folder / name, partial(export, pages, options=options)


def _saves(folder: Path, pictures: dict[str, Image.Image]) -> Iterator[tuple[Path, Export]]:
    for name, picture in pictures.items():
        yield folder / name, partial(_saved, picture)


def _saved(picture: Image.Image, path: Path) -> list[Path]:
    picture.save(path)
    return [path]


class _Clock:
    """How long each part of the work took."""

    def __init__(self) -> None:
        self._parts: dict[str, float] = {}

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """Time what is done within."""
        begin = time.perf_counter()
        yield
        self._parts[name] = time.perf_counter() - begin

    def report(self, files: int) -> str:
        """All parts in one sentence."""
        parts = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in self._parts.items())
        return f"Made {files} files in {sum(self._parts.values()):.1f} s: {parts}."
