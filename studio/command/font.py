"""The verb `font`: a font of the hand's own ink, as outlines and as single lines."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from engine.io.terminal import say
from engine.sampling.policy import DEFAULT_BIAS
from studio.command.output_files import check_folder, write_all
from studio.command.progress_bar import progress_bar
from studio.command.write import style_of

if TYPE_CHECKING:
    from engine.hand import Hand
    from engine.style.style import Style
    from engine.text.alphabet import Alphabet
    from studio.fonts.font_file import FontNames
    from studio.layout.line_writer import HandWriter

SUFFIXES = (".otf", ".svg")

MANUAL = """Make a font of a style: the hand writes some 270 lines, and the font is cut from them.

It has all characters that the hand writes, four alternating forms of each (so that neighbouring
letters differ), joined pairs as ligatures, and kerning from the hand's own gaps. An .otf holds the
pen's outlines, for text programs; an .svg holds single lines, for plotters (Inkscape's Hershey
Text). Some programs need "contextual alternates" to be turned on.

\b
Examples:
  scriptorium font --style Rowan --out rowan.otf
  scriptorium font --style Rowan --out rowan.otf --out rowan.svg --proof rowan.png
  scriptorium font --style my.style.json --name "My Hand" --licence "For my family alone." \\
      --out mine.otf
"""


@click.command(help=MANUAL, short_help="Make a font of a style.")
@click.option(
    "--out",
    metavar="PATH",
    multiple=True,
    help="File to write: .otf or .svg. May be given several times.",
)
@click.option("--style", metavar="NAME", help="As for `write`.")
@click.option("--name", default="", help="Name of the font; by default that of the style.")
@click.option("--licence", default="", help="Licence, stored in the font's name table.")
@click.option("--proof", metavar="PATH", help="Draw a proof sheet of the .otf to a .png.")
@click.option(
    "--pen", metavar="NAME", default="ballpoint", show_default=True, help="As for `write`."
)
@click.option("--pen-width", metavar="MM", type=float, help="As for `write`.")
@click.option(
    "--x-height",
    metavar="MM",
    type=float,
    default=2.4,
    show_default=True,
    help="Size at which the pen has its width: a smaller one gives a bolder font.",
)
@click.option("--bias", type=float, default=DEFAULT_BIAS, show_default=True, help="As for `write`.")
@click.option(
    "--seed", type=int, default=0, show_default=True, help="Another seed gives other forms."
)
@click.option("--hand", metavar="HAND", help="As for `write`.")
def command(out: tuple[str, ...], **settings: Any) -> None:
    """Write the lines, cut the glyphs, write the files, and print their paths."""
    from engine.recognition.recogniser import shipped_recogniser
    from engine.rendering.pens import pen_named
    from studio.fonts.font_file import save_open_type, save_svg_font
    from studio.fonts.glyph_cutting import cut_glyphs
    from studio.fonts.glyph_reading import GlyphReader
    from studio.fonts.proof_sheet import TEXT, save_proof_sheet

    paths = _paths(out, settings["proof"])
    pen = pen_named(settings["pen"], settings["pen_width"])
    _check(settings)
    style = style_of(settings["style"], settings["hand"])
    hand, writer = _writer(settings, style)
    names = _names(settings, hand, style)
    lines = _written(writer, hand.alphabet, style, settings)
    reader = GlyphReader(hand.recogniser or shipped_recogniser(), lines)
    glyphs = cut_glyphs(lines, writer.alphabet, reader.certainties)
    if glyphs.missing:
        say(f"The hand wrote nothing that could be cut for {' '.join(glyphs.missing)}", err=True)
    x_height = settings["x_height"]

    def save(path: Path) -> list[Path]:
        if path.suffix.lower() == ".otf":
            save_open_type(glyphs, names, pen, x_height, path)
        else:
            save_svg_font(glyphs, names, path)
        return [path]

    exports = [(path, save) for path in paths]
    for path in write_all(exports):
        say(click.format_filename(path))
    if settings["proof"]:
        otf = next(path for path in paths if path.suffix.lower() == ".otf")
        requests = _requests(TEXT, style, settings, writer)
        own = [line.ink for line in writer.write_lines(requests)]
        proof = partial(_proof, partial(save_proof_sheet, otf, glyphs, own, pen, x_height))
        for path in write_all([(Path(settings["proof"]), proof)]):
            say(click.format_filename(path))


def _proof(save: Any, path: Path) -> list[Path]:
    save(path)
    return [path]


def _paths(out: tuple[str, ...], proof: str | None) -> list[Path]:
    """Where the files go; what is wrong with that is told before anything is written."""
    from engine.errors import FileError

    paths = [Path(name) for name in out]
    if not paths:
        raise FileError("Nothing says where to write; add --out font.otf (or .svg).")
    for path in paths:
        if path.suffix.lower() not in SUFFIXES:
            raise FileError(f"A font is {' or '.join(SUFFIXES)}; {path.name!r} is neither.")
    if proof is not None:
        if not proof.lower().endswith(".png"):
            raise FileError(f"A proof sheet is drawn as PNG; name {proof!r} with .png.")
        if not any(path.suffix.lower() == ".otf" for path in paths):
            raise FileError("A proof sheet shows an .otf; add --out font.otf.")
        paths_of_all = [*paths, Path(proof)]
    else:
        paths_of_all = paths
    for folder in dict.fromkeys(path.parent for path in paths_of_all):
        check_folder(folder)
    return paths


def _check(settings: dict[str, Any]) -> None:
    """See whether the numbers are in range."""
    from studio.document.note import Look

    Look(bias=settings["bias"], seed=settings["seed"], x_height=settings["x_height"])


def _writer(settings: dict[str, Any], style: Style | None) -> tuple[Hand, HandWriter]:
    from engine.hand import Hand
    from studio.layout.line_writer import HandWriter

    hand = Hand.load(settings["hand"])
    styles = {style.name: style for style in (style,) if style}
    return hand, HandWriter(hand, styles.__getitem__)


def _requests(texts: Any, style: Style | None, settings: dict[str, Any], writer: HandWriter) -> Any:
    from studio.layout.line_writer import LineRequest

    name = None if style is None else style.name
    return [
        LineRequest(text, name, settings["bias"], settings["seed"] + k, writer.sha256)
        for k, text in enumerate(texts)
    ]


def _written(
    writer: HandWriter, alphabet: Alphabet, style: Style | None, settings: dict[str, Any]
) -> Any:
    """The lines that the glyphs are cut from; those with marks are made of their letters."""
    from studio.fonts.specimens import specimen_lines

    requests = _requests(specimen_lines(alphabet), style, settings, writer)
    lines: list[Any] = []
    with progress_bar("Writing") as progress:
        step = 64
        for start in range(0, len(requests), step):
            lines += writer.write_lines(requests[start : start + step])
            progress(min((start + step) / len(requests), 1.0))
    return lines


def _names(settings: dict[str, Any], hand: Hand, style: Style | None) -> FontNames:
    """What the font says of itself; that of someone's own hand says whose it is to use."""
    from studio.exporting.provenance import program
    from studio.fonts.font_file import FontNames

    card = hand.card
    family = settings["name"] or (card.name if style is None else style.name).title()
    own = "by its owner" in card.trained_on or _is_own(style)
    if own:
        terms = (
            "This is a person's own handwriting. Use, change and pass on this font only as far as "
            "that person allows."
        )
    else:
        terms = f"Drawn by a network that was trained on {card.trained_on}"
    licence = " ".join(
        part.strip()
        for part in (settings["licence"], terms, card.data_license, card.commercial_use)
        if part.strip()
    )
    described = f"Made by {program()} of the ink of its hand {card.name!r} ({hand.sha256[:12]})"
    if style is not None:
        described += f" in the style {style.name!r}"
    version = program().rpartition(" ")[2]
    numbers = version if version[:1].isdigit() else "1.0"
    return FontNames(family[:31], licence, f"{described}.", numbers, card.date)


def _is_own(style: Style | None) -> bool:
    """Whether a style is of the user's own, not one that ships."""
    from engine.style.style import owner_of

    return style is not None and owner_of(style) is None
