"""The verb `write`: text to pages of handwriting, in files of any format."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import click

from engine.io.terminal import say
from engine.sampling.policy import DEFAULT_BIAS, DEFAULT_POLICY, MOST_TRIES, Policy
from studio.command.grouped_help import GroupedHelpCommand
from studio.command.output_files import Export, checked_paths, write_all
from studio.command.progress_bar import progress_bar
from studio.command.stationery import (
    HEADING,
    NAMES,
    for_paper,
    furnished,
    imposed,
    stationery_options,
    writes_without_text,
)
from studio.command.styles import library_entries
from studio.command.text_input import one_text, read_text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    # Numpy, and torch all the more, would make `--help` wait.
    from engine.style.style import Style
    from studio.document.note import Block, Note
    from studio.document.page import Pages
    from studio.document.paper import Margins
    from studio.exporting.formats import ExportOptions
    from studio.exporting.plotter import Plotter
    from studio.exporting.print_shop import PrintShop
    from studio.importing.rich_text import RichText
    from studio.layout.layout import Layout

MANUAL = """Write TEXT (or what --file names, or - for standard input) as handwriting.

Each line of the text is a paragraph; empty lines stay empty, and a form feed begins a page. Tabs
make columns, leading spaces indent. Markdown (.md) and HTML are rendered: headings larger and
underlined, lists with bullets and check boxes, *words* underlined and **words** written with more
pressure. Lines are broken to fit the paper. The hand that ships writes what a keyboard types
(& @ % #), signs such as €, and letters with marks (é ž ộ). Characters that the hand cannot write
are replaced and reported (™ becomes (TM), curly quotes become straight ones); text with a character
that has no such replacement is refused, unless --replace-unknown gives one.

\b
Examples:
  scriptorium write "The quick brown fox." --out fox.pdf --out fox.svg
  scriptorium write --file letter.txt --style NAME --out letter.pdf
  scriptorium write "Happy birthday!" --paper A6 --landscape --align centred --x-height 5 \\
      --ink sepia --pen fountain --out card.png
  scriptorium write --file draft.txt --paper 120x180 --ruling lined --print-ruling --out draft.pdf
  scriptorium write "plot me" --out plot.gcode --plot-preview path.svg --pen-lift servo

A PDF holds all pages, and the text as an invisible layer for search. SVG and PNG make one file per
page (note-1.svg, note-2.svg, ...). An SVG holds one single line per stroke, for plotters; --outline
draws the shape of the pen's line instead. G-code and HPGL (.gcode, .hpgl; one file per page) hold
the path of a plotter's pens. InkML holds the points with their times, npz the state of the network
at each point, xopp the pages for Xournal++. The same text, settings and seed give the same file on
the same device.
"""


TO_CHECK = 3
"""The exit status of `--strict` where something should be looked at."""

HEADINGS = {
    "Text and files": ("file", "markup", "out", "replace_unknown", "title", "author"),
    "Handwriting": ("style", "strength", "bias", "seed", "candidates", "strict", "hand"),
    "Ink and pen": ("ink", "pen", "pen_width"),
    "Letters and lines": (
        *("x_height", "slant", "word_spacing", "line_spacing", "align", "indent", "variation"),
        *("hyphenate", "language"),
    ),
    "Page": (
        *("paper", "landscape", "margins", "ruling", "ruling_spacing", "print_ruling"),
        *("page_numbers", "columns"),
    ),
    HEADING: NAMES,
    "Pictures": ("dpi", "transparent", "outline"),
    "Plotters": (
        *("plotter", "pen_lift", "pen_up", "pen_down", "draw_feed", "travel_feed"),
        *("plot_origin", "plot_order", "plot_preview"),
    ),
    "Print shops": ("print_shop", "bleed", "crop_marks", "print_ink"),
    "Machine": ("device", "precision", "points_per_char"),
}
"""Parameters of the verb by the headings of its help."""


@click.command(
    cls=GroupedHelpCommand, headings=HEADINGS, help=MANUAL, short_help="Write text as handwriting."
)
@click.argument("text", metavar="[TEXT]", nargs=-1, callback=one_text)
@click.option("--file", metavar="PATH", help="Read the text from a UTF-8 file of 1 MB at most.")
@click.option(
    "--markup",
    metavar="NAME",
    help="Markup of the text: plain, markdown or html. By default by the file's suffix (.md, "
    ".html), else plain.",
)
@click.option(
    "--out",
    metavar="PATH",
    multiple=True,
    help="File to write: .pdf, .svg, .png, .inkml, .npz, .gcode, .hpgl or .xopp. May be given "
    "several times.",
)
@click.option(
    "--style",
    metavar="NAME",
    help="A style from `scriptorium styles`, or a style's file (.json). By default the "
    "most legible one that ships for the hand, or none with your own --hand. `none`: no style.",
)
@click.option(
    "--strength",
    type=float,
    default=1.0,
    show_default=True,
    help="How closely the style is followed: 0 (it only primes the network) to 1 (slant and letter "
    "width are matched, and of equally legible tries the most similar one is kept).",
)
@click.option(
    "--bias",
    type=float,
    default=DEFAULT_BIAS,
    show_default=True,
    help="Neatness, from 0 (wild) to 10 (tidy): the probability bias of Graves 2013, section 5.4.",
)
@click.option(
    "--seed", type=int, default=0, show_default=True, help="Another seed gives other ink."
)
@click.option(
    "--paper",
    metavar="NAME|WxH",
    default="A4",
    show_default=True,
    help="A3, A4, A5, A6, A7, B5, Letter, Legal, Tabloid, Executive; Card 3x5, Card 4x6, Card 5x7, "
    "Card 5x8, Business card; the envelopes C5, C6, DL, #10; or width x height: 120x180 (mm), "
    "4x6in, 10x15cm.",
)
@click.option("--landscape", is_flag=True, help="Landscape orientation.")
@click.option(
    "--margin",
    "margins",
    metavar="MM[,MM...]",
    default="20",
    show_default=True,
    help="One for all sides, or four: left,top,right,bottom. Other units: cm, in, pt.",
)
@click.option(
    "--x-height",
    metavar="MM",
    type=float,
    default=2.4,
    show_default=True,
    help="Height of a small x.",
)
@click.option(
    "--line-spacing",
    metavar="FACTOR",
    type=float,
    default=3.6,
    show_default=True,
    help="Distance between baselines, in x-heights.",
)
@click.option(
    "--align",
    metavar="WHERE",
    default="left",
    show_default=True,
    help="Alignment: left, right, centred or justified.",
)
@click.option(
    "--indent",
    metavar="MM",
    type=float,
    default=0.0,
    show_default=True,
    help="Indent of the first line of each paragraph.",
)
@click.option(
    "--word-spacing",
    metavar="FACTOR",
    type=float,
    default=1.0,
    show_default=True,
    help="Factor on the gaps between words.",
)
@click.option(
    "--slant",
    metavar="LEAN",
    type=float,
    default=0.0,
    show_default=True,
    help="Added slant, -1 (to the left) to 1 (to the right).",
)
@click.option(
    "--variation",
    metavar="SHARE",
    type=float,
    default=0.4,
    show_default=True,
    help="How much left edge, slope and spacing vary from line to line: 0 (not) to 1.",
)
@click.option(
    "--hyphenate",
    is_flag=True,
    help="Hyphenate words; without it only where a line would otherwise be too loose.",
)
@click.option(
    "--language",
    metavar="CODE",
    default="",
    help="Language for hyphenation: en, en_GB, de, fr, ...; guessed by default. If given, its "
    "quotation marks and no-break spaces are set, too.",
)
@click.option(
    "--ruling",
    metavar="KIND",
    default="plain",
    show_default=True,
    help="Ruling of the paper: plain, lined, squared or dotted.",
)
@click.option(
    "--ruling-spacing",
    metavar="MM",
    type=float,
    default=8.0,
    show_default=True,
    help="Distance between neighbouring rules or dots.",
)
@click.option("--print-ruling", is_flag=True, help="Draw the ruling into the files, too.")
@click.option(
    "--ink",
    metavar="COLOUR",
    default="blue-black",
    show_default=True,
    help="blue-black (or navy), royal-blue (blue), black, sepia (brown), bordeaux (red), "
    "moss-green (green), turquoise (teal), violet (purple), pencil-grey (grey), or #rrggbb.",
)
@click.option(
    "--pen",
    metavar="NAME",
    default="ballpoint",
    show_default=True,
    help="ballpoint, fountain, felt or pencil.",
)
@click.option(
    "--pen-width",
    metavar="MM",
    type=float,
    help="Width of the pen, 0.05 to 5; by default that of the pen.",
)
@click.option("--title", default="", help="Title in the metadata; by default the first words.")
@click.option("--author", default="", help="Author in the metadata.")
@click.option(
    "--columns",
    metavar="N",
    type=int,
    default=1,
    show_default=True,
    help="Columns of text on each page, 1 to 6.",
)
@click.option("--page-numbers", is_flag=True, help="Write a number below each page.")
@click.option(
    "--replace-unknown",
    metavar="TEXT",
    help="Write this in place of characters that the hand cannot write; may be empty.",
)
@click.option(
    "--candidates",
    metavar="N",
    type=int,
    help=f"Sample a line at most N times (1 to {MOST_TRIES}; by default {DEFAULT_POLICY.tries}), "
    "again only where it is misread or unlike its style; the best try is kept. One or two misread "
    "words are written again without their line, even with 1.",
)
@click.option(
    "--strict",
    is_flag=True,
    help="Exit with status 3 if a word may still be misread or a line is flawed; the files are "
    "written anyway.",
)
@click.option(
    "--points-per-char",
    metavar="N",
    type=float,
    help="Stop a line that takes more points per character than this (1 to 1000).",
)
@click.option(
    "--device",
    default="cpu",
    show_default=True,
    help="cpu, cuda, or auto: the GPU if there is one.",
)
@click.option(
    "--precision",
    default="auto",
    show_default=True,
    help="Precision of the weights on the CPU: float32 (the reference), float16, or auto: float16 "
    "if the processor supports it.",
)
@click.option(
    "--hand",
    metavar="HAND",
    help="Write with this hand: one that ships (`scriptorium hand` lists them), a .hand of "
    "`teach`, or a .safetensors of `train export`.",
)
@stationery_options
@click.option("--dpi", type=float, default=300.0, show_default=True, help="Resolution of a PNG.")
@click.option("--transparent", is_flag=True, help="Leave out the paper of a PNG.")
@click.option(
    "--outline", is_flag=True, help="Draw filled outlines in an SVG, as wide as the pen's line."
)
@click.option(
    "--plotter",
    metavar="NAME",
    default="grbl",
    show_default=True,
    help="Dialect of the G-code: grbl or marlin.",
)
@click.option(
    "--pen-lift",
    metavar="HOW",
    default="z",
    show_default=True,
    help="How the pen is lifted: z (the machine's Z axis) or servo.",
)
@click.option(
    "--pen-up",
    metavar="VALUE",
    help="Position with the pen up: Z in mm (5), a servo's S (300) or degrees (40); or a command, "
    'such as "M5".',
)
@click.option(
    "--pen-down",
    metavar="VALUE",
    help="Position with the pen down: Z (0), S (700), degrees (90), or a command.",
)
@click.option(
    "--draw-feed",
    metavar="MM",
    type=float,
    default=1500.0,
    show_default=True,
    help="Speed in mm per minute with the pen down.",
)
@click.option(
    "--travel-feed",
    metavar="MM",
    type=float,
    default=3000.0,
    show_default=True,
    help="Speed in mm per minute with the pen up.",
)
@click.option(
    "--plot-origin",
    metavar="WHERE",
    default="bottom-left",
    show_default=True,
    help="The machine's origin on the sheet: bottom-left, top-left or centre; y points up.",
)
@click.option(
    "--plot-order",
    metavar="ORDER",
    default="near",
    show_default=True,
    help="Order of the strokes. near: least travel; words: least travel between words, each "
    "written as it is; writing: as written.",
)
@click.option(
    "--plot-preview",
    metavar="PATH",
    help="Draw the path of the pens, with the time it takes, to an .svg.",
)
@click.option(
    "--print-shop",
    is_flag=True,
    help="Write a PDF for a print shop (PDF/X-1a): without RGB, with bleed and crop marks.",
)
@click.option(
    "--bleed",
    metavar="MM",
    type=float,
    default=3.0,
    show_default=True,
    help="How far paper and ruling extend beyond the trimmed edge (0 to 25).",
)
@click.option(
    "--crop-marks/--no-crop-marks",
    default=True,
    show_default=True,
    help="Whether to print crop marks.",
)
@click.option(
    "--print-ink",
    metavar="INK",
    default="cmyk",
    show_default=True,
    help='Inks: cmyk; black alone; or the name of a spot colour, such as "PANTONE 286 C".',
)
def command(text: str | None, file: str | None, out: tuple[str, ...], **settings: Any) -> int:
    """Write, and print the paths of the files; the exit status."""
    from studio.exporting.formats import PLOTTED, export, suffix_of
    from studio.exporting.page_files import describe_leftovers, leftover_files
    from studio.exporting.png_exporter import check_resolution

    paths = checked_paths(out)
    options = export_options(settings)
    preview = _preview_path(settings["plot_preview"], out)
    source = _source(text, file, settings)
    style = style_of(settings["style"], settings["hand"])
    settings = for_paper(settings)
    note = furnished(note_of(source.blocks, style, settings), settings)
    for remark in source.remarks:
        say(remark, err=True)
    suffixes = {suffix_of(path) for path in paths}
    if ".png" in suffixes:
        check_resolution(note.paper, settings["dpi"])
    layout = _laid_out(note, style, settings, keep_steps=".npz" in suffixes)
    pages = imposed(layout.pages, settings)
    exports: list[tuple[Path, Export]] = [
        (path, partial(export, pages, options=options)) for path in paths
    ]
    if preview is not None:
        from studio.exporting.plot_preview import draw_preview

        exports.append((preview, partial(draw_preview, pages, plotter=options.plotter)))
    written = write_all(exports)
    for path in written:
        say(click.format_filename(path))
    if preview is not None or not suffixes.isdisjoint(PLOTTED):
        _tell_plotting(pages, _plotter(settings))
    for path in paths if preview is None else [*paths, preview]:
        if old := leftover_files(path, written):
            say(describe_leftovers(old), err=True)
    return TO_CHECK if settings["strict"] and _to_check(layout) else 0


def _to_check(layout: Layout) -> bool:
    """Whether something of it may not be read as it was asked for."""
    from studio.layout.words_to_check import words_to_check

    return bool(words_to_check(layout)) or any(line.flaws for line in layout.written.values())


_LOOK = (
    "strength",
    "bias",
    "seed",
    "x_height",
    "line_spacing",
    "indent",
    "word_spacing",
    "slant",
    "variation",
)
_NOTE = ("page_numbers", "replace_unknown", "title", "author", "hyphenate", "language", "columns")


def export_options(settings: dict[str, Any]) -> ExportOptions:
    """What the settings say about files."""
    from studio.exporting.formats import ExportOptions

    return ExportOptions(
        settings["dpi"],
        settings["transparent"],
        settings["outline"],
        shop=_print_shop(settings),
        plotter=_plotter(settings),
    )


def _print_shop(settings: dict[str, Any]) -> PrintShop | None:
    """What the print shop wants, where the PDF is for one."""
    from studio.exporting.print_shop import PrintShop

    chosen = PrintShop(settings["bleed"], settings["crop_marks"], settings["print_ink"])
    return chosen if settings["print_shop"] else None


def _source(text: str | None, file: str | None, settings: dict[str, Any]) -> RichText:
    """What is to be written; an envelope and a form may have no text but their own."""
    if text is None and file is None and writes_without_text(settings):
        from studio.document.note import Block
        from studio.importing.rich_text import RichText

        return RichText((Block(""),))
    return read_text(text, file, settings["markup"])


def _plotter(settings: dict[str, Any]) -> Plotter:
    """The plotter that the options describe."""
    from studio.exporting.plotter import Firmware, MachineZero, PenLift, Plotter, StrokeOrder

    return Plotter(
        Firmware.named(settings["plotter"]),
        PenLift.named(settings["pen_lift"]),
        settings["pen_up"],
        settings["pen_down"],
        settings["draw_feed"],
        settings["travel_feed"],
        origin=MachineZero.named(settings["plot_origin"]),
        order=StrokeOrder.named(settings["plot_order"]),
    )


def _preview_path(name: str | None, out: Sequence[str]) -> Path | None:
    """Where the path of the pens is drawn; checked with the other files."""
    from engine.errors import FileError

    if name is None:
        return None
    if not name.lower().endswith(".svg"):
        raise FileError(f"The path of the pens is drawn as SVG; name {name!r} with .svg.")
    return checked_paths([*out, name])[-1]


def _tell_plotting(pages: Pages, plotter: Plotter) -> None:
    """How long each page takes, on standard error."""
    from studio.exporting.plot_path import plot_path

    for page in pages:
        sheet = "Plotting" if len(pages) == 1 else f"Plotting page {page.number}"
        say(f"{sheet} takes {plot_path(page, plotter).describe(plotter)}.", err=True)


def style_of(name: str | None, hand: str | None) -> Style | None:
    """The style that was asked for; a hand that does not ship has a manner of its own."""
    from engine.bundled_hands import named, sha256_of
    from engine.style.style import check_owner, default_style, find

    ships = named(hand)
    if name is None:
        name = None if ships is None else default_style(ships)
    if name is None or name == "none":
        return None
    style = find(name, (entry.style for entry in library_entries()))
    if ships is not None:
        # Said before anything is loaded.
        check_owner(style, sha256_of(ships))
    return style


def note_of(blocks: Sequence[Block], style: Style | None, settings: dict[str, Any]) -> Note:
    """The note that the settings describe; what is wrong with them is found here."""
    from engine.errors import SettingError
    from engine.rendering.pens import pen_named
    from studio.document.ink_colours import ink_colour
    from studio.document.note import Look, Note
    from studio.document.paper import Ruling, RulingKind, paper_named
    from studio.layout.word_division import known_languages

    kind = settings["ruling"]
    if kind not in list(RulingKind):
        raise SettingError(f"There is no ruling {kind!r}; use one of {', '.join(RulingKind)}.")
    language = settings["language"].replace("-", "_")
    if language and language not in (known := known_languages()):
        raise SettingError(
            f"The language {language!r} is not known; use one of {', '.join(sorted(known))}."
        )
    settings = {**settings, "language": language}
    paper = paper_named(settings["paper"])
    margins = _margins(settings["margins"])
    look = Look(
        style=None if style is None else style.name,
        alignment=settings["align"],
        colour=ink_colour(settings["ink"]),
        pen=pen_named(settings["pen"], settings["pen_width"]),
        **{name: settings[name] for name in _LOOK},
    )
    return Note(
        tuple(blocks),
        look=look,
        paper=paper.landscape if settings["landscape"] else paper,
        margins=margins,
        ruling=Ruling(RulingKind(kind), settings["ruling_spacing"], margins.top),
        ruling_printed=settings["print_ruling"],
        **{name: settings[name] for name in _NOTE},
    )


def _margins(text: str) -> Margins:
    """Margins from one number for all sides, or four."""
    from engine.errors import SettingError
    from studio.document.paper import Margins, length_named

    try:
        sides = [length_named(side) for side in text.split(",")]
    except SettingError:
        sides = []
    if len(sides) not in (1, 4):
        raise SettingError(
            f"The margin {text!r} is not understood; give one length, or four: "
            "left,top,right,bottom; millimetres, or with a unit (12mm, 1.2cm, 0.5in, 36pt)."
        )
    return Margins(*(sides * 4)[:4])


def policy_of(tries: int | None) -> Policy:
    """How lines are sampled: as everywhere, or with another number of tries."""
    return DEFAULT_POLICY if tries is None else Policy(tries=tries)


def _laid_out(
    note: Note, style: Style | None, settings: dict[str, Any], *, keep_steps: bool
) -> Layout:
    """The note in ink; what a reader should know of it is told on standard error."""
    from engine.hand import Hand
    from engine.text.transliteration import UnwritableError, together
    from studio.document.typography import typeset_note
    from studio.layout.layout import lay_out
    from studio.layout.line_writer import HandWriter
    from studio.layout.plan import check_seen
    from studio.layout.words_to_check import describe, words_to_check
    from studio.library.symbol_library import SymbolLibrary
    from studio.writing.symbol_writer import SymbolWriter

    symbols = SymbolLibrary()
    inks = symbols.inks()
    for sentence in symbols.damaged.take():
        say(sentence, err=True)
    hand = Hand.load(settings["hand"], settings["device"], settings["precision"])
    with progress_bar("Writing") as progress:
        writer = HandWriter(
            hand,
            {style.name: style for style in (style,) if style}.__getitem__,
            points_per_char=settings["points_per_char"],
            policy=policy_of(settings["candidates"]),
            keep_steps=keep_steps,
            progress=progress,
        )
        writing = SymbolWriter(writer, inks)
        try:
            layout = lay_out(typeset_note(note, writing.alphabet), writing)
        except UnwritableError as error:
            raise error.advised(
                "say with --replace-unknown what to write for them (--replace-unknown '' leaves "
                "them out)"
            ) from None
    check_seen(layout.plan)
    for sentence in together(layout.notices):
        say(sentence, err=True)
    for remark in layout.remarks:
        say(remark, err=True)
    for line in layout.written.values():
        if line.flaws:
            flaws = "; ".join(line.flaws)
            say(f"Line {line.text!r} may be hard to read: {flaws}; try another seed.", err=True)
    if words := words_to_check(layout):
        say(describe(words, "try another --seed, or write them otherwise"), err=True)
    return layout
