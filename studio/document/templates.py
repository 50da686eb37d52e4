"""Notes to start from: a letter, a postcard, place cards, a quotation, a page of a notebook."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from engine.rendering.pens import Pen, PenKind
from engine.style.style import DEFAULT
from studio.document.note import Alignment, Look, Note
from studio.document.paper import PAPERS, Margins, Paper, Ruling, RulingKind

WELCOME = """Welcome to Scriptorium.

This line is not a font. A network writes it while you watch, stroke by stroke, and it \
never writes the same line twice.

Change this text, then press Write. Click a word to write it again. \
Turn the sliders on the right and see what they do.

Press F12 to see what the network looks at while it writes."""

DEMO_LETTER = """\
Dear reader,

Nobody wrote this letter. A network of 5 million weights moved the pen, point by point, and \
asked itself at each of them where a hand would go next. It learnt that from lines that 600 people \
once wrote.

It reads as it writes. Ten small bells slide along the text and tell the pen which letter it \
stands on; when they have passed the last full stop, the pen is put down. The two pictures beside \
this page show them, and the places where the pen might have gone.

No one makes the same letter twice, and neither does this hand. Ask for another seed, and all \
lines are written anew; ask for less bias, and they hurry. Give it a line of your own, and it \
will try to follow you.

With ink on its fingers,
"""


def letter() -> Note:
    """A letter on A4."""
    return Note.from_text(
        "Dear Anna,\n\nThank you for your letter.\n\nYours,\n",
        look=Look(style=DEFAULT),
        margins=Margins(28, 30, 24, 24),
        title="Letter",
    )


def postcard() -> Note:
    """A card of 148 x 105 mm, written across."""
    return Note.from_text(
        "Greetings from the sea!\nThe water is cold, the evenings are long.\nSee you soon",
        look=Look(style=DEFAULT, x_height=2.2, colour="#2343a8"),
        paper=PAPERS["A6"].landscape,
        margins=Margins(12, 12, 12, 12),
        title="Postcard",
    )


def place_cards(names: str) -> Note:
    """A card of 90 x 55 mm for each name, one a line; a long name is written smaller."""
    cards = [name.strip() for name in names.splitlines() if name.strip()]
    return Note.from_text(
        "\n\f".join(cards),
        look=Look(
            style=DEFAULT,
            x_height=5.0,
            alignment=Alignment.CENTRED,
            pen=Pen(PenKind.FOUNTAIN, 0.6),
            variation=0.1,
        ),
        paper=Paper("custom", 90, 55),
        margins=Margins(6, 20, 6, 8),
        title="Place cards",
        fit_pages=True,
    )


def quotation() -> Note:
    """A quotation in large letters, in the middle of A4 across."""
    return Note.from_text(
        "\n\nThe pen is the tongue\nof the mind.\n\nCervantes",
        look=Look(
            style=DEFAULT,
            x_height=7.0,
            alignment=Alignment.CENTRED,
            pen=Pen(PenKind.FOUNTAIN, 0.9),
            bias=1.0,
        ),
        paper=PAPERS["A4"].landscape,
        margins=Margins(25, 25, 25, 25),
        title="Quotation",
    )


def notebook() -> Note:
    """A lined page of A5."""
    return Note.from_text(
        "Monday\nWent down to the harbour before breakfast.\nThe boats were all out.",
        look=Look(style=DEFAULT, x_height=2.2),
        paper=PAPERS["A5"],
        margins=Margins(18, 20, 12, 14),
        ruling=Ruling(RulingKind.LINED, spacing=8.0, first=20.0),
        ruling_printed=True,
        title="Notebook",
    )


def like(note: Note) -> Note:
    """A note without a text that looks as another does, on the same paper."""
    return replace(
        note, blocks=Note.from_text("").blocks, edits={}, boxes=(), drawings=(), title=""
    )


def welcome() -> Note:
    """The first run's note: it writes itself and says what to try."""
    return replace(
        Note.from_text(WELCOME, look=Look(style=DEFAULT, x_height=2.8, colour="#2343a8")),
        margins=Margins(26, 30, 26, 26),
    )


TEMPLATES: tuple[tuple[str, str, str, Callable[[], Note]], ...] = (
    ("letter", "Letter", "mail", letter),
    ("postcard", "Postcard", "stamp", postcard),
    ("quotation", "Quotation", "quote", quotation),
    ("notebook", "Notebook page", "notebook-pen", notebook),
)
"""Id, title, icon and what makes the note."""
