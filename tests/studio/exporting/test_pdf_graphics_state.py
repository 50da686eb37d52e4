"""What a PDF's painting operators find set when they paint: each line its own pen and ink."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations
from pathlib import Path

import pikepdf
import pytest

from engine.rendering.colours import rgb
from engine.rendering.pens import Pen, PenKind
from studio.document.page import Page, Pages
from studio.document.paper import RulingKind
from studio.exporting.pdf_exporter import export

#: Operators that stroke and that fill.
STROKES, FILLS = {"S", "s"}, {"f", "F", "f*"}

PENS = (
    Pen(PenKind.PENCIL, 0.4, 0.5),
    Pen(PenKind.BALLPOINT, 0.35, 1.0),
    Pen(PenKind.FOUNTAIN, 0.45, 0.4),
    Pen(PenKind.BALLPOINT, 0.7, 0.3),
    Pen(PenKind.FELT, 0.5, 1.0),
)
COLOURS = ("#1b2a49", "#aa0000", "#007700", "#5500aa", "#000000")


def painted(path: Path) -> list[tuple[str, float, tuple[int, ...] | None]]:
    """Of every path that a page paints: how, how opaque, and in which colour; None: a pattern."""
    found = []
    with pikepdf.open(path) as pdf:
        page = pdf.pages[0]
        states = page.resources.get("/ExtGState", {})
        now = {"CA": 1.0, "ca": 1.0, "RG": None, "rg": None}
        stack = []
        for operands, operator in pikepdf.parse_content_stream(page):
            name = str(operator)
            if name == "q":
                stack.append(dict(now))
            elif name == "Q":
                now = stack.pop()
            elif name == "gs":
                for key in ("CA", "ca"):
                    value = states[str(operands[0])].get(f"/{key}")
                    now[key] = now[key] if value is None else float(value)
            elif name in ("RG", "rg"):
                now[name] = tuple(round(255 * float(part)) for part in operands)
            elif name == "scn":
                now["rg"] = None
            elif name in STROKES:
                found.append(("stroke", now["CA"], now["RG"]))
            elif name in FILLS:
                found.append(("fill", now["ca"], now["rg"]))
        assert not stack
    return found


@pytest.mark.parametrize("order", [*permutations(range(5))][::17])
def test_no_pen_leaves_its_opacity_or_colour_to_the_next(order, pages_of, tmp_path: Path) -> None:
    page: Page = pages_of().pages[0]
    lines = tuple(replace(page.lines[0], pen=PENS[which], colour=COLOURS[which]) for which in order)
    export(Pages((replace(page, lines=lines, folio=None),)), tmp_path / "a.pdf")
    expected = [
        (
            "stroke" if PENS[which].constant else "fill",
            PENS[which].opacity,
            None if PENS[which].kind is PenKind.PENCIL else rgb(COLOURS[which]),
        )
        for which in order
    ]
    # A path of several parts is painted more than once; what counts is what follows what.
    said = painted(tmp_path / "a.pdf")
    assert [one for at, one in enumerate(said) if at == 0 or said[at - 1] != one] == expected


def test_paper_and_ruling_are_opaque_whatever_the_pens_are(pages_of, tmp_path: Path) -> None:
    pages = pages_of(printed=True, ruling=RulingKind.LINED, pen="pencil")
    (page, *_) = pages.pages
    page = replace(page, paper=replace(page.paper, colour="#fbf7ea"))
    export(Pages((page,)), tmp_path / "a.pdf", background=True)
    paper, ruling = rgb(page.paper.colour), rgb(page.ruling.colour)
    found = {one for one in painted(tmp_path / "a.pdf") if one[2] in (paper, ruling)}
    assert found == {("fill", 1.0, paper), ("stroke", 1.0, ruling)}
