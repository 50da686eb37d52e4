"""The pencil's grain: the same in every file, and where the screen has it."""

from __future__ import annotations

import base64
import io
import re
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image
from pypdf import PdfReader

from engine.rendering.paper_grain import MILLIMETRES, PIXELS, laid, tile
from studio.exporting import pdf_exporter, png_exporter, svg_exporter

SHADES = np.rint(255 * tile()).astype(np.uint8)


@pytest.fixture
def pages(pages_of):
    """A page in pencil, one of its lines in another colour, another with a fountain pen."""
    made = pages_of(texts=["one", "two", "three"], pen="pencil", paper="A6")
    first, second, third = made.pages[0].lines
    fountain = pages_of(texts=["a"], pen="fountain").pages[0].lines[0].pen
    lines = first, replace(second, colour="#7a1f33"), replace(third, pen=fountain)
    return replace(made, pages=(replace(made.pages[0], lines=lines),))


def test_the_tile_joins_on_to_itself_and_is_laid_from_the_corner():
    once, seam = np.abs(np.diff(tile(), axis=1)).mean(), np.abs(tile()[:, 0] - tile()[:, -1]).mean()
    assert seam < 1.5 * once
    scale = PIXELS / MILLIMETRES
    np.testing.assert_array_equal(laid((2 * PIXELS, PIXELS), scale), np.tile(tile(), (1, 2)))


def test_a_picture_keeps_of_a_pencils_line_what_the_grain_leaves(pages):
    scale = PIXELS / MILLIMETRES
    page = replace(pages.pages[0], lines=pages.pages[0].lines[:1])
    rough = np.asarray(png_exporter.draw(page, dpi=25.4 * scale, transparent=True))[..., 3] / 255
    covered = rough > 0.2
    within = covered & np.roll(covered, 1, 0) & np.roll(covered, -1, 0)
    shares = laid(rough.shape[::-1], scale) * page.lines[0].pen.opacity
    assert within.sum() > 200
    np.testing.assert_array_less(rough, shares + 0.01)
    full = np.isclose(rough, shares, atol=0.01)
    assert full[within].mean() > 0.3


def test_a_pdf_fills_pencil_with_a_pattern_of_its_colour_and_nothing_else(
    pages, tmp_path, monkeypatch
):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1000000000")
    (path,) = pdf_exporter.export(pages, tmp_path / "n.pdf")
    page = PdfReader(path).pages[0]
    patterns = page["/Resources"]["/Pattern"]
    content = page.get_contents().get_data().decode("latin-1")
    assert sorted(re.findall(r"/(Grain\w+) scn", content)) == sorted(n[1:] for n in patterns)
    assert len(patterns) == 2
    assert "one two three" in " ".join(page.extract_text().split())
    colours = set()
    for pattern in patterns.values():
        image = pattern.get_object()["/Resources"]["/XObject"]["/Tile"].get_object()
        colours.add(image.get_data())
        shades = np.frombuffer(image["/SMask"].get_object().get_data(), np.uint8)
        np.testing.assert_array_equal(shades.reshape(SHADES.shape), SHADES)
    assert colours == {bytes.fromhex("1b2a6b"), bytes.fromhex("7a1f33")}
    assert pdf_exporter.export(pages, tmp_path / "again.pdf")[0].read_bytes() == path.read_bytes()


def test_outlines_are_filled_with_the_grain_and_single_lines_are_not(pages, tmp_path):
    (path,) = svg_exporter.export(pages, tmp_path / "n.svg", outlines=True)
    text = path.read_text()
    assert set(re.findall(r'fill="url\(#(.+?)\)"', text)) == {"pencil-1b2a6b", "pencil-7a1f33"}
    for found in re.findall(r"base64,([^\"]+)", text):
        image = Image.open(io.BytesIO(base64.b64decode(found)))
        np.testing.assert_array_equal(np.asarray(image)[..., 3], SHADES)
    (path,) = svg_exporter.export(pages, tmp_path / "lines.svg")
    assert "pattern" not in path.read_text()
