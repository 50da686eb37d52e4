"""Texts with no-break spaces, French quotation marks and dashes are broken as people break them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from studio.document.note import Note
from studio.document.paper import PAPERS, Margins, Paper
from studio.layout.layout import Layout, lay_out

FRENCH = (
    "Chère Hélène,\n\nIl m’a dit\u00a0: «\u00a0On en a au moins vingt, des maisons comme celle-là, "
    "sur la route, entre ici et le village.\u00a0» Tu t’imagines combien de personnes on pourrait "
    "loger là-dedans\u202f? Cela coûte 10\u202f000\u00a0€, par an\u00a0!\n\nÀ bientôt,\n"
    "M.\u00a0Dupont"
)
MENU = (
    "Menu du 14\u00a0juillet\u00a0: deux entrées à 7\u202f€, trois plats à 18\u202f€, « très "
    "frais », et du vin\u202f; venez à 19\u00a0h\u00a030, chez M.\u00a0et Mme\u00a0Durand, au "
    "12\u2007345 de la rue\u00a0! On dit « oui » et « à demain »."
)
PRICES = " ".join(
    f"Lot {k} : {k}\u202f{k:03d}\u00a0€\u00a0; M.\u00a0Roux dit\u00a0: «\u00a0oui\u00a0»\u00a0!"
    for k in range(1, 12)
)


@pytest.mark.parametrize("width", [90.0, 105.0, 120.0, 148.0, 180.0])
@pytest.mark.parametrize("text", [FRENCH, MENU, PRICES], ids=["letter", "menu", "prices"])
def test_no_line_ends_at_a_no_break_space(text, width, loop_writer, lines_of) -> None:
    note = Note.from_text(text, paper=Paper("custom", width, 297.0))
    ends = list(line_ends(note, lay_out(note, loop_writer())))
    assert ends
    assert set(ends) == {" "}


def line_ends(note: Note, layout: Layout) -> Iterator[str]:
    """What was typed between the last word of each line and the first of the next."""
    for block in note.blocks:
        at, begun = 0, False
        for line in layout.plan.lines:
            if line.key.block != block.id:
                continue
            for place, word in enumerate(line.words):
                start = block.text.index(word.source, at)
                if begun and place == 0:
                    yield block.text[at:start]
                at, begun = start + len(word.source), True


def test_french_quotation_marks_made_straight_lose_the_space_inside(loop_writer, lines_of) -> None:
    lines = lines_of(lay_out(Note.from_text(FRENCH, paper=PAPERS["A3"]), loop_writer()))
    assert '"On en a au moins vingt' in lines[1]
    assert 'village." Tu' in " ".join(lines)
    sources = [w.source for line in lay_out(Note.from_text(FRENCH), loop_writer()).plan.lines
               for w in line.words]  # fmt: skip
    assert "«\u00a0On" in sources
    assert "village.\u00a0»" in sources


DASHED = (
    "She waited—one hour, perhaps two—before the door—the green one—opened again and the letter "
    "fell through. It was late—too late—for an answer. Well-known, twenty-one, mother-in-law."
)
SPACED = (
    "Wir trinken ihn – wie jedes Jahr – bei 12 Grad – nicht kälter – und reden – lange – über den "
    "Garten – die Kinder – das Meer – und 3 - 2 - 1 ist die Zeit vorbei - so schnell - wie immer."
)
POINTED = (
    "Is it so ? Yes ! It is ; and more : red , blue ( or green ) and 50 % of it ... and then / or "
    "never ! ! ! He asked ? she laughed ! they left ; we stayed : all in all , a good day ( so )."
)


@pytest.mark.parametrize("width", [80.0, 95.0, 105.0, 130.0])
@pytest.mark.parametrize("text", [DASHED, SPACED, POINTED], ids=["dashed", "spaced", "pointed"])
def test_no_line_begins_with_a_dash_or_a_closing_mark(text, width, loop_writer, lines_of) -> None:
    note = Note.from_text(
        text, paper=Paper("custom", width, 297.0), margins=Margins(15, 15, 15, 15)
    )
    lines = lines_of(lay_out(note, loop_writer()))
    assert len(lines) > 3
    assert not [line for line in lines if line.startswith(tuple("-.,;:!?)/"))]


def test_a_paragraph_may_begin_with_a_dash(loop_writer, lines_of) -> None:
    note = Note.from_text("– Bonjour, dit-il.\n- milk\n... and so on")
    starts = [line[0] for line in lines_of(lay_out(note, loop_writer()))]
    assert starts == ["-", "-", "."]
