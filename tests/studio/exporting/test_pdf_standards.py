"""PDFs for print shops, archives and screen readers, checked by readers that we did not write."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace
from datetime import datetime
from itertools import pairwise
from xml.etree import ElementTree

import numpy as np
import pikepdf
import pypdf
import pytest

from engine.errors import SettingError
from studio.document.page import LineKey, PlacedDrawing
from studio.document.paper import RulingKind
from studio.exporting.pdf_exporter import export
from studio.exporting.pdf_inks import name_object
from studio.exporting.pdf_metadata import srgb
from studio.exporting.print_shop import PrintShop, cmyk

POINT = 72 / 25.4
SOFT_HYPHEN = "\N{SOFT HYPHEN}"

poppler = pytest.mark.skipif(not shutil.which("pdftotext"), reason="poppler is not installed")

SHOPS = {
    "process": PrintShop(),
    "black": PrintShop(ink="black", bleed=5),
    "spot": PrintShop(ink="PANTONE 286 C", marks=False),
}


def said(*command):
    return subprocess.run(command, capture_output=True, check=True).stdout.decode()


def with_texts(pages, texts):
    """The lines of the first page with other words, as many as each of them has."""
    page = pages.pages[0]
    lines = [
        replace(
            line,
            text=" ".join(words),
            words=tuple(replace(w, text=t) for w, t in zip(line.words, words, strict=False)),
        )
        for line, words in zip(page.lines, texts, strict=False)
    ]
    return replace(pages, pages=(replace(page, lines=tuple(lines)),))


def in_blocks(pages, *blocks):
    """The same pages, whose lines belong to these blocks."""
    made, numbers = [], iter(blocks)
    for page in pages:
        lines = [replace(line, key=LineKey(next(numbers), line.text, 0)) for line in page.lines]
        made.append(replace(page, lines=tuple(lines)))
    return replace(pages, pages=tuple(made))


@poppler
@pytest.mark.parametrize("shop", [None, *SHOPS])
@pytest.mark.parametrize(
    "words", [["Hello", "there"], ["“naïve”", "–", "Žižek"], ["漢字", "🖋", "ไทย"]]
)
def test_every_font_is_embedded(shop, words, pages_of, tmp_path):
    export(with_texts(pages_of(), [words]), tmp_path / "a.pdf", shop=SHOPS.get(shop))
    rows = said("pdffonts", tmp_path / "a.pdf").splitlines()[2:]
    assert rows
    # Behind the type and the encoding: embedded, subset, and known in Unicode.
    assert all(re.search(r"\byes\s+no\s+yes\b", row) for row in rows), rows
    assert said("pdftotext", tmp_path / "a.pdf", "-").split()[: len(words)] == words


@pytest.mark.parametrize("shop", [None, *SHOPS])
@pytest.mark.parametrize("pen", ["ballpoint", "fountain", "felt", "pencil"])
def test_the_file_is_whole(shop, pen, pages_of, tmp_path):
    pages = pages_of(2, pen=pen, ruling=RulingKind.SQUARED, printed=True)
    export(pages, tmp_path / "a.pdf", shop=SHOPS.get(shop), background=True)
    with pikepdf.open(tmp_path / "a.pdf") as pdf:
        assert pdf.check_pdf_syntax() == []
        assert len(pdf.pages) == 2
    if shutil.which("qpdf"):
        assert "No syntax or stream encoding errors" in said("qpdf", "--check", tmp_path / "a.pdf")


# Archives ------------------------------------------------------------------------------------


def test_it_says_that_it_keeps_pdf_a(pages_of, tmp_path):
    pages = replace(pages_of(), title="Œuvre & <手紙>", author="Ž. Щ.")
    export(pages, tmp_path / "a.pdf")
    with pikepdf.open(tmp_path / "a.pdf") as pdf:
        with pdf.open_metadata() as metadata:
            assert metadata.pdfa_status == "2U"
            # What is said twice is said alike.
            assert metadata["dc:title"] == str(pdf.docinfo["/Title"]) == pages.title
            assert metadata["dc:creator"] == [str(pdf.docinfo["/Author"])] == [pages.author]
            made = datetime.fromisoformat(metadata["xmp:CreateDate"])
            assert f"D:{made:%Y%m%d%H%M%S}Z" == str(pdf.docinfo["/CreationDate"])
            assert metadata["xmp:CreatorTool"] == str(pdf.docinfo["/Creator"])
            assert metadata["pdf:Producer"] == str(pdf.docinfo["/Producer"])
        assert "/Filter" not in pdf.Root.Metadata
        ElementTree.fromstring(pdf.Root.Metadata.read_bytes().decode().strip("\ufeff"))
        (intent,) = pdf.Root.OutputIntents
        assert intent.S == "/GTS_PDFA1"
        profile = intent.DestOutputProfile.read_bytes()
        assert profile == srgb()
        assert profile[16:20] == b"RGB "
        assert "/ID" in pdf.trailer
        assert not pdf.is_encrypted
        assert pdf.pdf_version == "1.7"
        for thing in pdf.objects:
            if isinstance(thing, pikepdf.Stream | pikepdf.Dictionary):
                assert thing.get("/Type") not in ("/Filespec", "/Action")
                assert "/LZWDecode" not in str(thing.get("/Filter"))


def test_the_embedded_font_has_the_widths_that_the_file_tells(pages_of, tmp_path):
    from io import BytesIO

    from fontTools.ttLib import TTFont

    export(pages_of(), tmp_path / "a.pdf")
    with pikepdf.open(tmp_path / "a.pdf") as pdf:
        (font,) = pdf.pages[0].Resources.Font.values()
        (descendant,) = font.DescendantFonts
        program = descendant.FontDescriptor.FontFile2.read_bytes()
        assert len(program) == descendant.FontDescriptor.FontFile2.Length1
        glyphs = np.frombuffer(descendant.CIDToGIDMap.read_bytes(), ">u2")
    truetype = TTFont(BytesIO(program))
    order = truetype.getGlyphOrder()
    widths = {truetype["hmtx"][order[glyph]][0] for glyph in glyphs.tolist()}
    assert widths == {int(descendant.DW)} == {500}
    assert truetype["head"].unitsPerEm == 1000
    assert set(glyphs[1:].tolist()) == {1}


# Screen readers ------------------------------------------------------------------------------


def paragraphs(pdf):
    """The kinds of the structure's elements, and what is marked as theirs on the pages."""
    marked = {}
    for number, page in enumerate(pdf.pages):
        stack = []
        for operands, operator in pikepdf.parse_content_stream(page):
            name = str(operator)
            if name in ("BDC", "BMC"):
                about = operands[1] if name == "BDC" else {}
                key = about.get("/MCID") if hasattr(about, "get") else None
                stack.append((str(operands[0]), None if key is None else int(key)))
            elif name == "EMC":
                stack.pop()
            elif name in ("Tj", "S", "f", "Do"):
                assert stack, "everything is marked: it belongs to an element, or to none"
                for tag, key in stack:
                    if key is not None:
                        marked.setdefault((number, key), (tag, []))[1].append(name)
        assert not stack
    pages = {page.objgen: number for number, page in enumerate(pdf.pages)}
    (document,) = pdf.Root.StructTreeRoot.K
    assert document.S == "/Document"
    found = []
    for element in document.K:
        parts = [(pages[part.Pg.objgen], int(part.MCID)) for part in element.K]
        assert {marked[part][0] for part in parts} == {str(element.S)}
        found.append((str(element.S), str(element.get("/Alt", "")), parts))
    # Back from the pages to the same elements.
    numbers = list(pdf.Root.StructTreeRoot.ParentTree.Nums)
    for key, parents in zip(numbers[::2], numbers[1::2], strict=True):
        for number, parent in enumerate(parents):
            shown = [(pages[p.Pg.objgen], int(p.MCID)) for p in parent.K]
            assert (int(key), number) in shown
    return found


def test_blocks_are_paragraphs_over_pages(pages_of, tmp_path):
    pages = in_blocks(pages_of(2, texts=["one", "two", "three"]), 7, 7, 8, 8, 9, 9)
    export(pages, tmp_path / "a.pdf")
    with pikepdf.open(tmp_path / "a.pdf") as pdf:
        assert bool(pdf.Root.MarkInfo.Marked)
        assert [page.StructParents for page in pdf.pages] == [0, 1]
        assert paragraphs(pdf) == [
            ("/P", "", [(0, 0), (0, 1)]),
            ("/P", "", [(0, 2), (1, 0)]),
            ("/P", "", [(1, 1), (1, 2)]),
        ]


def test_a_drawing_with_a_name_is_a_figure(pages_of, tmp_path):
    pages = in_blocks(pages_of(texts=["one"]), 1)
    (line,) = pages.lines
    drawings = tuple(
        PlacedDrawing(line.ink.moved(0, 40 * k), "#101010", line.pen, name, LineKey(50 + k, "", 0))
        for k, name in enumerate(["a boat – 舟", ""], 1)
    )
    page = replace(pages.pages[0], drawings=drawings)
    export(replace(pages, pages=(page,)), tmp_path / "a.pdf")
    with pikepdf.open(tmp_path / "a.pdf") as pdf:
        assert [(kind, name) for kind, name, _ in paragraphs(pdf)] == [
            ("/P", ""),
            ("/Figure", "a boat – 舟"),
        ]


@pytest.mark.parametrize(("language", "told"), [("pt_BR", "pt-BR"), ("de", "de"), ("", None)])
def test_the_language_is_told(language, told, pages_of, tmp_path):
    export(replace(pages_of(), language=language), tmp_path / "a.pdf")
    with pikepdf.open(tmp_path / "a.pdf") as pdf:
        found = pdf.Root.get("/Lang")
        assert (None if found is None else str(found)) == told


@poppler
def test_a_screen_reader_hears_the_paragraphs(pages_of, tmp_path):
    pages = in_blocks(pages_of(texts=["a fine day", "by the sea", "and out"]), 1, 1, 2)
    export(pages, tmp_path / "a.pdf")
    heard = said("pdfinfo", "-struct-text", tmp_path / "a.pdf")
    blocks = [" ".join(re.findall(r'"([^"]*)"', part)).split() for part in heard.split("\n  P")[1:]]
    assert blocks == [["a", "fine", "day", "by", "the", "sea"], ["and", "out"]]


# Search --------------------------------------------------------------------------------------


@poppler
@pytest.mark.parametrize(
    ("first", "second", "whole"),
    [
        (["the", "hand" + SOFT_HYPHEN], ["writing", "flows"], "handwriting"),
        (["see", "https://example.org/"], ["letters?page=2", "now"],
         "https://example.org/letters?page=2"),
        (["a", "well-"], ["known", "word"], "well-known"),
    ],
)  # fmt: skip
def test_a_word_that_lines_share_is_one(first, second, whole, pages_of, tmp_path):
    pages = with_texts(pages_of(texts=["aa bbbb", "cccc dd"]), [first, second])
    page = pages.pages[0]
    one, two = page.lines
    one = replace(one, words=(one.words[0], replace(one.words[1], goes_on=True)))
    pages = replace(pages, pages=(replace(page, lines=(one, two)),))
    export(pages, tmp_path / "a.pdf")
    copied = said("pdftotext", tmp_path / "a.pdf", "-").split()
    assert copied == [first[0], whole, second[1]]
    # Readers that do not know of it find the parts.
    found = pypdf.PdfReader(tmp_path / "a.pdf").pages[0].extract_text().split()
    assert found == [*first, *second]


@poppler
def test_a_word_in_three_parts_over_two_pages_is_one(pages_of, tmp_path):
    pages = pages_of(2, texts=["aa", "bb"])
    texts = iter(["Donau" + SOFT_HYPHEN, "dampf" + SOFT_HYPHEN, "schiff", "Ende"])
    made = []
    for page in pages:
        lines = []
        for line in page.lines:
            text = next(texts)
            word = replace(line.words[0], text=text, goes_on=text.endswith(SOFT_HYPHEN))
            lines.append(replace(line, text=text, words=(word,)))
        made.append(replace(page, lines=tuple(lines)))
    export(replace(pages, pages=tuple(made)), tmp_path / "a.pdf")
    assert said("pdftotext", tmp_path / "a.pdf", "-").split() == ["Donaudampfschiff", "Ende"]


# Print shops ---------------------------------------------------------------------------------

ALLOWED = {
    "process": {"k", "K", "CS", "SCN"},
    "black": {"k", "K", "CS", "SCN"},
    "spot": {"cs", "CS", "scn", "SCN"},
}
COLOURS = {"g", "G", "rg", "RG", "k", "K", "cs", "CS", "sc", "SC", "scn", "SCN", "gs", "sh"}


@pytest.mark.parametrize("name", SHOPS)
@pytest.mark.parametrize("pen", ["ballpoint", "felt", "pencil"])
def test_a_print_shop_gets_inks_and_nothing_shines_through(name, pen, pages_of, tmp_path):
    pages = pages_of(pen=pen, ruling=RulingKind.LINED, printed=True)
    export(pages, tmp_path / "a.pdf", shop=SHOPS[name], background=True)
    with pikepdf.open(tmp_path / "a.pdf") as pdf:
        used = {str(op) for _, op in pikepdf.parse_content_stream(pdf.pages[0])} & COLOURS
        assert used <= ALLOWED[name] | ({"cs", "scn"} if pen == "pencil" else set())
        for thing in pdf.objects:
            if isinstance(thing, pikepdf.Stream | pikepdf.Dictionary):
                assert not {"/SMask", "/ca", "/CA", "/Group", "/BM"} & set(thing.keys())
                assert "RGB" not in str(thing.get("/ColorSpace", ""))
                assert thing.get("/PatternType") is None or "rg" not in thing.read_bytes().decode()
        if name == "spot":
            spot = pdf.pages[0].Resources.ColorSpace.Spot
            assert [str(part) for part in list(spot)[:3]] == [
                "/Separation", "/PANTONE 286 C", "/DeviceCMYK"
            ]  # fmt: skip
        inks = {
            tuple(float(part) for part in operands)
            for operands, op in pikepdf.parse_content_stream(pdf.pages[0])
            if str(op) in ("k", "K")
        }
        if name == "black":
            assert all(ink[:3] == (0, 0, 0) for ink in inks)


def test_what_a_print_shop_needs_to_know(pages_of, tmp_path, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1732867200")
    pages = pages_of(2)
    for name in ("a", "b"):
        export(pages, tmp_path / f"{name}.pdf", shop=PrintShop())
    assert (tmp_path / "a.pdf").read_bytes() == (tmp_path / "b.pdf").read_bytes()
    with pikepdf.open(tmp_path / "a.pdf") as pdf:
        assert pdf.pdf_version == "1.4"
        information = {key: str(value) for key, value in pdf.docinfo.items()}
        assert information["/GTS_PDFXVersion"] == "PDF/X-1a:2003"
        assert information["/Trapped"] == "/False"
        assert information["/CreationDate"] == information["/ModDate"] == "D:20241129080000Z"
        assert information["/Title"]
        (intent,) = pdf.Root.OutputIntents
        assert intent.S == "/GTS_PDFX"
        assert str(intent.OutputConditionIdentifier) == "FOGRA39"
        assert str(intent.RegistryName) == "http://www.color.org"
        with pdf.open_metadata() as metadata:
            assert not metadata.pdfa_status


@pytest.mark.parametrize("shop", SHOPS.values(), ids=SHOPS)
def test_trim_bleed_and_sheet(shop, pages_of, tmp_path):
    export(pages_of(paper="A5"), tmp_path / "a.pdf", shop=shop)
    with pikepdf.open(tmp_path / "a.pdf") as pdf:
        page = pdf.pages[0]
        boxes = [
            np.array([float(part) for part in page[name]]) / POINT
            for name in ("/TrimBox", "/BleedBox", "/MediaBox")
        ]
    sizes = [box[2:] - box[:2] for box in boxes]
    np.testing.assert_allclose(sizes[0], (148, 210), atol=0.01)
    np.testing.assert_allclose(sizes[1] - sizes[0], 2 * shop.bleed, atol=0.01)
    np.testing.assert_allclose(sizes[2] - sizes[0], 2 * shop.edge, atol=0.01)
    for inner, outer in pairwise(boxes):
        assert (outer[:2] <= inner[:2] + 1e-6).all()
        assert (outer[2:] >= inner[2:] - 1e-6).all()


@pytest.mark.skipif(not shutil.which("pdftoppm"), reason="poppler is not installed")
def test_marks_lie_outside_and_the_ruling_reaches_over_the_edge(pages_of, tmp_path):
    from PIL import Image

    shop = PrintShop(bleed=4)
    pages = pages_of(paper="A6", texts=(), ruling=RulingKind.LINED, printed=True)
    export(pages, tmp_path / "a.pdf", shop=shop)
    said("pdftoppm", "-r", "254", "-png", tmp_path / "a.pdf", tmp_path / "a")
    (file,) = tmp_path.glob("a*.png")
    # Ten dots a millimetre.
    dark = np.asarray(Image.open(file).convert("L"), dtype=int) < 250
    edge, out = round(10 * shop.edge), round(10 * (shop.edge - shop.bleed))
    height, width = dark.shape
    assert (width, height) == (1050 + 2 * edge, 1480 + 2 * edge)
    rows = np.flatnonzero(dark[:, width // 2])
    assert len(rows) > 5
    for row in rows.tolist():
        assert dark[row, out + 3]
        assert dark[row, width - out - 4]
        assert not dark[row, : out - 5].any()
    # The marks: at the trimmed edges, and nowhere within what is printed.
    for side in (dark, dark[::-1], dark.T, dark.T[::-1]):
        begun = np.flatnonzero(side[:40].any(axis=0))
        ends = edge, side.shape[1] - edge
        assert np.abs(begun[:, None] - ends).min(axis=1).max() <= 4
        assert all(np.abs(begun - end).min() <= 3 for end in ends)
    assert not dark[out - 15 : out - 5, out:-out].any()


@pytest.mark.parametrize(
    ("colour", "inks"),
    [
        ("#000000", (0, 0, 0, 1)),
        ("#ffffff", (0, 0, 0, 0)),
        ("#808080", (0, 0, 0, 127 / 255)),
        ("#ff0000", (0, 1, 1, 0)),
        ("#1b2a6b", (80 / 107, 65 / 107, 0, 148 / 255)),
    ],
)
def test_colours_in_inks(colour, inks):
    assert cmyk(colour) == pytest.approx(inks)


@pytest.mark.parametrize("wrong", [{"bleed": -1}, {"bleed": 26}, {"ink": " "}, {"ink": "x" * 99}])
def test_what_no_print_shop_takes_is_refused(wrong):
    with pytest.raises(SettingError):
        PrintShop(**wrong)


def test_names_of_any_characters():
    assert name_object("HKS 4/Grün") == "/HKS#204#2FGr#C3#BCn"
