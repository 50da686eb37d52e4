"""Letterheads and forms below the ink, in PDF, SVG and PNG, seen by readers that are not ours."""

import io
import subprocess
from dataclasses import replace

import numpy as np
import pikepdf
import pytest
import resvg_py
from PIL import Image
from pypdf import PdfReader
from reportlab.pdfgen import canvas

from engine.errors import FileError, SettingError
from studio.document.background import Background, BackgroundKind, PlacedBackground
from studio.exporting.background_image import placed_picture
from studio.exporting.formats import ExportOptions, export
from studio.exporting.print_shop import PrintShop

# A band of red across the top fifth, on paper of A5's proportions; the rest is white or nothing.
SVG = (
    b'<svg xmlns="http://www.w3.org/2000/svg" width="148mm" height="210mm" viewBox="0 0 148 210">'
    b'<rect width="148" height="42" fill="#ff0000"/></svg>'
)


@pytest.fixture(autouse=True)
def now(monkeypatch):
    """PDFs say when they were made."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1800000000")


def raster(kind):
    image = Image.new("RGB", (296, 420), "white")
    image.paste((255, 0, 0), (0, 0, 296, 84))
    file = io.BytesIO()
    image.save(file, kind)
    return file.getvalue()


def pdf(texts=("Letterhead",), size=(148, 210)):
    file = io.BytesIO()
    drawing = canvas.Canvas(file, pagesize=tuple(72 / 25.4 * side for side in size))
    for text in texts:
        drawing.setFillColorRGB(1, 0, 0)
        drawing.rect(0, 0.8 * size[1] * 72 / 25.4, size[0] * 72 / 25.4, 999, fill=1, stroke=0)
        drawing.setFillColorRGB(0, 0, 0)
        drawing.drawString(30, 300, text)
        drawing.showPage()
    drawing.save()
    return file.getvalue()


DATA = {"pdf": pdf(), "svg": SVG, "png": raster("PNG"), "jpeg": raster("JPEG")}


def with_background(pages, background, upside_down=False):
    made = []
    for number, page in enumerate(pages):
        box = (0.0, 0.0, page.paper.width, page.paper.height)
        placed = PlacedBackground(background, number, box, upside_down)
        made.append(replace(page, backgrounds=(placed,)))
    return replace(pages, pages=tuple(made))


def drawn(path, tmp_path):
    """The file as others draw it, at 50 dots an inch, red's share of each row."""
    if path.suffix == ".pdf":
        command = ["pdftoppm", "-r", "50", "-png", "-singlefile", str(path), str(tmp_path / "p")]
        subprocess.run(command, check=True)
        image = Image.open(tmp_path / "p.png")
    elif path.suffix == ".svg":
        data = resvg_py.svg_to_bytes(svg_path=str(path), dpi=50, background="#ffffff")
        image = Image.open(io.BytesIO(bytes(data)))
    else:
        image = Image.open(path)
    pixels = np.asarray(image.convert("RGB"), float)
    return ((pixels[..., 0] > 200) & (pixels[..., 1] < 90)).mean(axis=1)


@pytest.mark.parametrize("upside_down", [False, True])
@pytest.mark.parametrize("kind", DATA)
@pytest.mark.parametrize("suffix", [".pdf", ".svg", ".png"])
def test_the_background_lies_below_the_ink(suffix, kind, upside_down, pages_of, tmp_path):
    background = Background(DATA[kind], f"head.{kind}")
    assert background.kind is BackgroundKind(kind)
    pages = with_background(pages_of(), background, upside_down)
    (path,) = export(pages, tmp_path / f"n{suffix}", ExportOptions(dpi=50))
    red = drawn(path, tmp_path)
    if upside_down:
        red = red[::-1]
    fifth = len(red) // 5
    assert red[: fifth - 3].mean() > 0.75  # the ink covers some of it
    assert red[fifth + 3 :].max() < 0.02


@pytest.mark.parametrize("suffix", [".pdf", ".svg", ".png"])
def test_without_a_background_nothing_is_red(suffix, pages_of, tmp_path):
    (path,) = export(pages_of(), tmp_path / f"plain{suffix}", ExportOptions(dpi=50))
    assert drawn(path, tmp_path).max() < 0.02


@pytest.mark.parametrize("kind", DATA)
def test_a_background_on_the_paper_already_is_not_drawn(kind, pages_of, tmp_path):
    background = Background(DATA[kind], "head", printed=False)
    for suffix in (".pdf", ".svg", ".png"):
        (a,) = export(with_background(pages_of(), background), tmp_path / f"a{suffix}")
        (b,) = export(pages_of(), tmp_path / f"b{suffix}")
        assert a.read_bytes() == b.read_bytes()


def test_pages_of_a_pdf_come_in_order_and_the_last_goes_on(pages_of, tmp_path):
    background = Background(pdf(("First head", "Second head")), "head.pdf")
    (path,) = export(with_background(pages_of(4), background), tmp_path / "n.pdf")
    reader = PdfReader(path)
    heads = [page.extract_text() for page in reader.pages]
    assert ["First head" in text for text in heads] == [True, False, False, False]
    assert ["Second head" in text for text in heads] == [False, True, True, True]
    assert all("quick" in text for text in heads)
    again = export(with_background(pages_of(4), background), tmp_path / "m.pdf")
    assert again[0].read_bytes() == path.read_bytes()
    with pikepdf.Pdf.open(path) as document:
        assert "pdfaid:part" not in bytes(document.Root.Metadata.read_bytes()).decode()
        forms = {form.objgen for page in document.pages for form in page.get_images().values()}
        assert not forms
        assert not document.check_pdf_syntax()


def test_pictures_keep_the_archive_standard(pages_of, tmp_path):
    for kind in ("svg", "png", "jpeg"):
        background = Background(DATA[kind], "head")
        (path,) = export(with_background(pages_of(3), background), tmp_path / "n.pdf")
        with pikepdf.Pdf.open(path) as document:
            assert "pdfaid:part" in bytes(document.Root.Metadata.read_bytes()).decode()
            images = {
                image.objgen for page in document.pages for image in page.get_images().values()
            }
            assert len(images) == 1  # once for all pages


def test_a_smaller_sheet_lies_in_the_middle_in_its_proportions(pages_of, tmp_path):
    # Half as high as wide: it is as wide as the page.
    background = Background(pdf(size=(200, 100)), "wide.pdf")
    (path,) = export(with_background(pages_of(texts=["a"]), background), tmp_path / "n.pdf")
    red = drawn(path, tmp_path)
    rows = np.flatnonzero(red > 0.5) / len(red) * 210
    assert rows[0] == pytest.approx(105 - 37, abs=1)
    assert rows[-1] == pytest.approx(105 - 37 + 14.8, abs=1)


def test_what_is_damaged_or_unfit_is_told(pages_of, tmp_path):
    with pytest.raises(FileError, match="no PDF, SVG, PNG or JPEG"):
        Background(b"hello", "hello.txt")
    for kind, data in DATA.items():
        broken = Background(data[: len(data) // 3], f"broken.{kind}")
        with pytest.raises(FileError, match=f"broken.{kind} cannot be drawn"):
            export(with_background(pages_of(), broken), tmp_path / "n.png")
        assert not (tmp_path / "n.png").exists()
    locked = io.BytesIO()
    with pikepdf.Pdf.open(io.BytesIO(DATA["pdf"])) as document:
        document.save(locked, encryption=pikepdf.Encryption(owner="a", user="b"))
    for suffix in (".pdf", ".png"):
        with pytest.raises(FileError, match="locked"):
            export(
                with_background(pages_of(), Background(locked.getvalue(), "locked.pdf")),
                tmp_path / f"n{suffix}",
            )
    with pytest.raises(SettingError, match="print shop"):
        export(
            with_background(pages_of(), Background(SVG, "a.svg")),
            tmp_path / "n.pdf",
            ExportOptions(shop=PrintShop()),
        )


@pytest.mark.parametrize("font", ["", 'font-family="sans-serif"', 'font-family="No Such Font"'])
def test_text_of_an_svg_is_drawn_where_its_font_is_not_there(font):
    svg = SVG.replace(
        b"</svg>",
        f'<text x="10" y="120" font-size="20" {font}>Mill Lane 4</text></svg>'.encode(),
    )
    background = Background(svg, "letterhead.svg")
    placed = PlacedBackground(background, 0, (0.0, 0.0, 148.0, 210.0))
    picture, _ = placed_picture(placed, 2.0)
    below = np.asarray(picture)[(2 * 90) : (2 * 130), :, 3]
    assert (below > 128).sum() > 500


@pytest.mark.parametrize("scale", [2.0, 3.0])
def test_a_picture_lies_in_the_middle_of_its_box(scale):
    wide = b'<svg xmlns="http://www.w3.org/2000/svg" width="60mm" height="20mm"/>'
    placed = PlacedBackground(Background(wide, "wide.svg"), 0, (15.0, 40.0, 75.0, 100.0))
    picture, (x, y) = placed_picture(placed, scale)
    assert picture.size == pytest.approx((60 * scale, 20 * scale), abs=1)
    assert (x, y) == pytest.approx((15 * scale, 60 * scale), abs=1)
