"""Envelopes, labels, cards, forms and fonts from the command line, by a hand that scribbles."""

from pathlib import Path

import numpy as np
import pytest
from fontTools.ttLib import TTFont
from pypdf import PdfReader
from reportlab.pdfgen import canvas

import studio.fonts.specimens
from studio.command.main import main

MM = 72 / 25.4


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "work"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def hand(tiny_hand_path: Path) -> tuple[str, ...]:
    return "--hand", str(tiny_hand_path), "--candidates", "1"


def sizes(path: str) -> list[tuple[int, int]]:
    boxes = (page.mediabox for page in PdfReader(path).pages)
    return [(round(float(box.width) / MM), round(float(box.height) / MM)) for box in boxes]


def places(path: str, page: int = 0) -> dict[str, tuple[float, float]]:
    """Where words stand: millimetres from the top left corner."""
    found = {}
    sheet = PdfReader(path).pages[page]

    def visit(text, _, matrix, *rest):
        if text.strip():
            x, y = matrix[4] / MM, (float(sheet.mediabox.height) - matrix[5]) / MM
            found.setdefault(text.strip(), (x, y))

    sheet.extract_text(visitor_text=visit)
    return found


def test_an_envelope_lies_across_with_its_address_where_the_post_reads_it(hand):
    arguments = ["--paper", "DL", "--address", "Ada\\nLondon", "--sender", "Charles\\nDevon"]
    assert main(["write", *arguments, "--out", "e.pdf", *hand]) == 0
    assert sizes("e.pdf") == [(220, 110)]
    found = places("e.pdf")
    assert found["Ada"][0] > 0.4 * 220
    assert 40 < found["Ada"][1] < found["London"][1] < 110 - 16
    assert found["Charles"][0] < 60
    assert found["Charles"][1] < 40


def test_labels_begin_where_the_sheet_is_free(hand):
    Path("a.txt").write_text("Ada\nLondon\n\nBen\nDevon\n\nCarl\nKent\n")
    arguments = ["--file", "a.txt", "--sheet", "L7160", "--first-label", "21"]
    assert main(["write", *arguments, "--out", "l.pdf", *hand]) == 0
    assert sizes("l.pdf") == [(210, 297)] * 2
    last, first = places("l.pdf"), places("l.pdf", 1)
    assert last["Ada"][0] > 139
    assert last["Ada"][1] > 297 - 15.15 - 38.1
    assert first["Ben"][0] < 73 < first["Carl"][0] < 139


def test_each_line_gets_a_card(hand):
    assert (
        main(
            [
                *("write", "Ada\nBen\nCarl", "--sheet", "Place cards A4", "--each", "line"),
                *("--out", "c.pdf", *hand),
            ]
        )
        == 0
    )
    assert sizes("c.pdf") == [(210, 297)]
    words = PdfReader("c.pdf").pages[0].extract_text().split()
    assert sorted(words) == sorted(2 * ["Ada", "Ben", "Carl"])


def test_a_card_has_its_four_pages_on_two_sides(hand):
    text = "Front\fLeft\fRight\fBack"
    assert main(["write", text, "--paper", "A6", "--fold", "side", "--out", "c.pdf", *hand]) == 0
    assert sizes("c.pdf") == [(210, 148)] * 2
    outside, inside = places("c.pdf"), places("c.pdf", 1)
    assert outside["Back"][0] < 105 < outside["Front"][0]
    assert inside["Left"][0] < 105 < inside["Right"][0]
    preferences = PdfReader("c.pdf").trailer["/Root"]["/ViewerPreferences"]
    assert preferences["/Duplex"] == "/DuplexFlipShortEdge"


def test_a_form_is_filled_at_its_places(hand):
    form = canvas.Canvas("form.pdf", pagesize=(148 * MM, 210 * MM))
    form.drawString(20 * MM, 150 * MM, "Name:")
    form.save()
    arguments = ["--background", "form.pdf", "--paper", "A5", "--field", "40mm,5.5cm,60,8=Ada"]
    assert main(["write", *arguments, "--out", "f.pdf", "--out", "f.svg", *hand]) == 0
    text = PdfReader("f.pdf").pages[0].extract_text()
    assert "Name:" in text
    assert "Ada" in text
    x, y = places("f.pdf")["Ada"]
    assert 40 <= x <= 46
    assert 55 <= y <= 63
    assert "data:image/png;base64" in Path("f.svg").read_text()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["a", "--sheet", "L9999"], "There is no sheet of labels"),
        (["a", "--sheet", "L7160", "--first-label", "22"], "no label 22"),
        (["a", "--sheet", "L7160", "--fold", "side"], "--sheet goes neither"),
        (["a", "--sheet", "L7160", "--each", "word"], "a block, a line or a page"),
        (["a", "--fold", "corner"], "use side or top"),
        (["a", "--fold", "side", "--turn", "edge"], "long-edge or short-edge"),
        (["--address", "Ada"], "lie as an envelope"),
        (["a", "--sender", "Ada"], "go with --address"),
        (["--address", "Ada", "--window", "round"], "no window 'round'"),
        (["--address", "@nowhere.txt", "--paper", "DL"], "nowhere.txt"),
        (["a", "--field", "1,2,3=x"], "is not understood"),
        (["a", "--field", "190,20,60,8=x"], "does not lie on"),
        (["a", "--background", "nowhere.pdf"], "nowhere.pdf"),
        (["a", "--background", "text.txt"], "no PDF, SVG, PNG or JPEG"),
        (["a", "--background", "a.svg", "--background-pages", "odd"], "all pages or the first"),
        (["a", "--plotter", "cnc"], "use one of grbl, marlin"),
        (["a", "--plot-order", "random"], "near, words, writing"),
        (["a", "--draw-feed", "0"], "feed from 1"),
        (["a", "--plot-preview", "a.png"], "with .svg"),
    ],
)
def test_what_cannot_be_is_told_before_anything_is_written(arguments, told, hand, capsys):
    Path("text.txt").write_text("hello")
    Path("a.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')
    before = sorted(Path().iterdir())
    assert main(["write", *arguments, "--out", "x.pdf", *hand]) == 2
    assert told in capsys.readouterr().err
    assert sorted(Path().iterdir()) == before


def test_a_plot_comes_with_its_preview_and_its_time(hand, capsys):
    arguments = ["--out", "p.gcode", "--plot-preview", "path.svg", "--pen-lift", "servo"]
    assert main(["write", "plot me", *arguments, "--pen-up", "200", *hand]) == 0
    told = capsys.readouterr()
    assert told.out.splitlines() == ["p.gcode", "path.svg"]
    assert told.err.splitlines()[-1].startswith("Plotting takes about ")
    assert "M3 S200\nG4 P0.15" in Path("p.gcode").read_text()


def test_a_font_is_made_of_a_hand(tiny_hand_path, monkeypatch, capsys):
    lines = ("abc def ghi", "jkl mno pqr", "stu vwx yz")
    monkeypatch.setattr(studio.fonts.specimens, "specimen_lines", lambda alphabet: list(lines))
    arguments = ["--hand", str(tiny_hand_path), "--name", "Tiny", "--licence", "For tests alone."]
    outs = ["--out", "t.otf", "--out", "t.svg"]
    assert main(["font", *outs, *arguments]) == 0
    told = capsys.readouterr()
    assert told.out.splitlines() == ["t.otf", "t.svg"]
    assert "nothing that could be cut for" in told.err
    font = TTFont("t.otf")
    assert font["name"].getDebugName(1) == "Tiny"
    assert font["name"].getDebugName(13).startswith("For tests alone. Drawn by a network")
    assert np.mean([chr(code).islower() for code in font.getBestCmap()]) > 0.3
    assert '<font-face font-family="Tiny"' in Path("t.svg").read_text()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "add --out font.otf"),
        (["--out", "a.ttf"], "neither"),
        (["--out", "a.svg", "--proof", "p.png"], "shows an .otf"),
        (["--out", "a.otf", "--proof", "p.pdf"], "with .png"),
        (["--out", "a.otf", "--bias", "11"], "from 0 to 10"),
        (["--out", "a.otf", "--style", "Nobody"], "Nobody"),
        (["--out", "no/a.otf"], "Nothing can be written in no"),
    ],
)
def test_a_font_that_cannot_be_is_told(arguments, told, capsys):
    assert main(["font", *arguments]) == 2
    assert told in capsys.readouterr().err
    assert list(Path().iterdir()) == []
