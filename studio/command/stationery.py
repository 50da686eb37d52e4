"""Options for letterheads, forms, envelopes, labels, cards and both sides of the paper."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from engine.errors import SettingError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from studio.document.label_sheets import LabelSheet
    from studio.document.note import Block, Note
    from studio.document.page import Pages

HEADING = "Letterheads, envelopes, labels, cards"
NAMES = (
    *("background", "background_pages", "background_printed", "fields", "address", "sender"),
    *("window", "sheet", "first_label", "each", "fold", "two_sided", "turn"),
)
"""The parameters of the options, in the order of the help."""

_LABEL_MARGIN = "3"

_F = TypeVar("_F", bound=Callable[..., Any])

_OPTIONS = (
    click.option(
        "--background",
        metavar="PATH",
        help="A letterhead, form or picture to write on: PDF (its pages in order, the last for all "
        "that follow), SVG, PNG or JPEG.",
    ),
    click.option(
        "--background-pages",
        metavar="WHICH",
        default="all",
        show_default=True,
        help="all: under each page; first: under the first page alone.",
    ),
    click.option(
        "--background-printed/--background-on-paper",
        default=True,
        show_default=True,
        help="Whether it is drawn into the files, or is on the paper already.",
    ),
    click.option(
        "--field",
        "fields",
        metavar="X,Y,W,H=TEXT",
        multiple=True,
        help="A text at a place of the first page (mm from the top left corner; other units: cm, "
        "in, pt), made smaller until it fits. May be given several times.",
    ),
    click.option(
        "--address",
        metavar="TEXT|@PATH",
        help="The address, at its standard place: lines separated by \\n, or a file.",
    ),
    click.option("--sender", metavar="TEXT|@PATH", help="The sender's address; above the address."),
    click.option(
        "--window",
        metavar="NAME",
        default="",
        help="Put the address of a letter behind the window of its envelope: din, din-a, swiss, "
        "french or us.",
    ),
    click.option(
        "--sheet",
        metavar="NAME",
        help='A sheet of labels: "Avery L7160", "Avery 5160", "Zweckform 3475", "Place cards A4", '
        '...; or "A4 3x7 63.5x38.1 gap 2.5,0" (across x down, width x height).',
    ),
    click.option(
        "--first-label",
        metavar="N",
        type=int,
        default=1,
        show_default=True,
        help="The first free label of the sheet.",
    ),
    click.option(
        "--each",
        metavar="WHAT",
        default="block",
        show_default=True,
        help="What a label gets: a block (up to an empty line), a line, or a page (up to a form "
        "feed).",
    ),
    click.option(
        "--fold",
        metavar="WHERE",
        default="",
        help="Cards of the paper's size on sheets to be folded: side (opens as a book) or top. "
        "Pages: front, two inside, back; separated by form feeds.",
    ),
    click.option(
        "--two-sided",
        is_flag=True,
        help="Print on both sides: back pages have left and right margins exchanged.",
    ),
    click.option(
        "--turn",
        metavar="EDGE",
        default="",
        help="Over which edge your printer turns folded cards: long-edge or short-edge.",
    ),
)


def stationery_options(command: _F) -> _F:
    """Add the options to a command."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def writes_without_text(settings: dict[str, Any]) -> bool:
    """Whether there is something to write beside the text."""
    return bool(settings["address"] or settings["fields"])


def for_paper(settings: dict[str, Any]) -> dict[str, Any]:
    """The settings with the paper and the margins that labels and envelopes want.

    Raises
    ------
    SettingError
        If there is no such sheet of labels, or options do not go together.
    """
    from studio.document.addresses import ENVELOPES, is_envelope
    from studio.document.paper import paper_named

    if settings["sheet"] and (settings["fold"] or settings["address"]):
        raise SettingError(
            "--sheet goes neither with --fold nor with --address; give the addresses as the text."
        )
    if settings["sheet"]:
        front = _sheet(settings).front
        margins = _LABEL_MARGIN if settings["margins"] == "20" else settings["margins"]
        # Its sides to the micrometre; the name of the sheet is not that of a paper.
        size = f"{front.width:.3f}x{front.height:.3f}"
        return {**settings, "paper": size, "margins": margins, "landscape": False}
    if settings["address"] and not settings["window"]:
        paper = paper_named(settings["paper"])
        known = paper.name in ENVELOPES or paper.name == "custom"
        if known and not is_envelope(paper) and is_envelope(paper.landscape):
            return {**settings, "landscape": True}
    return settings


def furnished(note: Note, settings: dict[str, Any]) -> Note:
    """The note with its background, its fields and its addresses.

    Raises
    ------
    FileError
        If a file cannot be read.
    SettingError
        If something has no place on the sheet.
    """
    from studio.document.addresses import PostalArea, addressed, field
    from studio.document.background import Background
    from studio.document.note import Alignment

    if settings["background"]:
        which = settings["background_pages"]
        if which not in ("all", "first"):
            raise SettingError(f"A background lies under all pages or the first, not {which!r}.")
        under = Background.read(
            Path(settings["background"]),
            first_only=which == "first",
            printed=settings["background_printed"],
        )
        note = replace(note, background=under)
    if settings["sheet"]:
        note = replace(note, blocks=_one_a_label(note.blocks, settings["each"]))
        note = replace(note, fit_pages=True, keep_lines=True)
        if _sheet(settings).tent:
            note = replace(note, look=replace(note.look, alignment=Alignment.CENTRED))
    note = replace(note, two_sided=settings["two_sided"])
    for given in settings["fields"]:
        place, text = _field(given)
        note = field(note, PostalArea(*place), text)
    if settings["address"]:
        sender = _lines(settings["sender"]) if settings["sender"] else ""
        note = addressed(note, _lines(settings["address"]), sender, settings["window"])
    elif settings["sender"] or settings["window"]:
        raise SettingError("--sender and --window go with --address; give the address, too.")
    return note


def imposed(pages: Pages, settings: dict[str, Any]) -> Pages:
    """The pages on sheets of labels, or folded, where that is asked for.

    Raises
    ------
    SettingError
        If there is no such label, fold or edge.
    """
    from studio.layout.card_sheets import Fold, folded, on_label_sheets

    if settings["sheet"]:
        return on_label_sheets(pages, _sheet(settings), settings["first_label"])
    if settings["fold"]:
        if settings["fold"] not in list(Fold):
            raise SettingError(
                f"A card is folded at its side or its top, not {settings['fold']!r}; use side or "
                "top."
            )
        return folded(pages, Fold(settings["fold"]), settings["turn"])
    return pages


def _sheet(settings: dict[str, Any]) -> LabelSheet:
    from studio.document.label_sheets import sheet_named

    return sheet_named(settings["sheet"])


def _one_a_label(blocks: Sequence[Block], each: str) -> tuple[Block, ...]:
    """The blocks, each label's first of which begins a page; empty ones between them are gone."""
    if each not in ("block", "line", "page"):
        raise SettingError(f"A label gets a block, a line or a page of the text, not {each!r}.")
    if each == "page":
        return tuple(blocks)
    made: list[Block] = []
    fresh = True
    for block in blocks:
        if not block.text.strip():
            fresh = True
            continue
        begins = bool(made) and (fresh or each == "line" or block.new_page)
        made.append(replace(block, new_page=begins))
        fresh = False
    return tuple(made)


def _lines(given: str) -> str:
    r"""A text of several lines: a file's, or given with \n between them."""
    from studio.command.text_input import read_text

    if not given.startswith("@"):
        return given.replace("\\n", "\n")
    rich = read_text(None, given[1:], "plain")
    return "\n".join(block.text for block in rich.blocks).strip()


def _field(given: str) -> tuple[tuple[float, float, float, float], str]:
    """Where a field stands, and its text."""
    from studio.document.paper import length_named

    place, equals, text = given.partition("=")
    try:
        x, y, width, height = (length_named(part) for part in place.split(","))
    except (SettingError, ValueError):
        equals = ""
    if not equals:
        raise SettingError(
            f'The field {given!r} is not understood; give it as "X,Y,WIDTH,HEIGHT=TEXT", such as '
            '"25,60,80,8=Ada Lovelace".'
        )
    return (x, y, width, height), text.replace("\\n", "\n")
