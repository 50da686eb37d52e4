import gzip
import shutil
import subprocess
from dataclasses import replace

import numpy as np
import pytest
from lxml import etree
from PIL import Image

from engine.ink.ink import Ink, Stroke
from engine.rendering.pens import PENS
from studio.document.page import Page, Pages, PlacedLine
from studio.document.paper import PAPERS, RulingKind
from studio.exporting.formats import export
from studio.exporting.png_exporter import draw
from studio.importing.reading import read


def test_a_note_comes_back_as_it_was_written(pages_of, tmp_path):
    pages = pages_of(2)
    (path,) = export(pages, tmp_path / "note.xopp")
    pieces = read(path, split=False)
    strokes = [stroke for page in pages for line in page.lines for stroke in line.ink.strokes]
    assert len(pieces) == 2
    got = [stroke for piece in pieces for stroke in piece.ink.strokes]
    assert len(got) == len(strokes)
    for there, here in zip(got, strokes, strict=True):
        if len(here) == 1:  # is drawn as a very short line
            assert np.abs(there.xy * 25.4 / 72 - here.xy).max() < 0.02
            continue
        np.testing.assert_allclose(there.xy * 25.4 / 72, here.xy, atol=0.002)
        assert there.pressure is not None or len(here) < 3


def test_pens_papers_and_rulings_are_kept(pages_of, tmp_path):
    pages = pages_of(pen="pencil", printed=True, ruling=RulingKind.LINED, paper="A6")
    page = pages.pages[0]
    page = replace(page, paper=replace(page.paper, colour="#fff8e0"))
    (path,) = export(replace(pages, pages=(page,)), tmp_path / "note.xopp")
    root = etree.fromstring(gzip.decompress(path.read_bytes()))
    (sheet,) = root.findall("page")
    assert float(sheet.get("width")) == pytest.approx(105 / 25.4 * 72, abs=1e-3)
    assert sheet.find("background").get("color") == "#fff8e0ff"
    ruling, ink = sheet.findall("layer")
    assert len(ruling) == len(page.ruling.lines(page.paper, page.margins))
    pencil = PENS["pencil"]
    for stroke in ink.findall("stroke"):
        assert stroke.get("color") == f"#1b2a6b{round(255 * pencil.opacity):02x}"
        widths = stroke.get("width").split()
        # The pen's own, then one for each piece between two points; a dot has its own alone.
        assert len(widths) in (len(stroke.text.split()) // 2, 1)
        assert float(widths[0]) == pytest.approx(pencil.width / 25.4 * 72, abs=1e-3)


def test_a_dot_and_odd_names_are_written(tmp_path):
    ink = Ink((Stroke(np.array([[20.0, 30.0]])), Stroke(np.array([[20.0, 40.0], [30, 40]]))))
    pages = Pages((Page(PAPERS["A6"], lines=(PlacedLine("a -- b & <c>\x07", ink),)),), "x\x00y")
    (path,) = export(pages, tmp_path / "note.xopp")
    (piece,) = read(path, split=False)
    assert [len(stroke) for stroke in piece.ink.strokes] == [2, 2]
    assert path.read_bytes() == export(pages, tmp_path / "again.xopp")[0].read_bytes()


@pytest.mark.skipif(shutil.which("xournalpp") is None, reason="xournalpp is not installed")
def test_xournalpp_draws_it_as_the_picture(pages_of, tmp_path):
    pages = pages_of(pen="fountain")
    (path,) = export(pages, tmp_path / "note.xopp")
    command = ["xournalpp", "--create-img", str(tmp_path / "note.png"), "--export-png-dpi", "200"]
    subprocess.run([*command, str(path)], check=True, capture_output=True, timeout=120)
    got = np.asarray(Image.open(next(tmp_path.glob("note*.png"))).convert("L"), float)
    expected = np.asarray(draw(pages.pages[0], dpi=200).convert("L"), float)
    height, width = np.minimum(got.shape, expected.shape)
    difference = np.abs(got[:height, :width] - expected[:height, :width])
    assert (expected < 120).mean() > 0.004
    assert difference.mean() < 1.0
