import io
import re
from dataclasses import replace

import numpy as np
import pytest
import resvg_py
import vpype
from lxml import etree
from PIL import Image

from engine.errors import SettingError
from engine.ink.ink import Ink
from engine.rendering.pens import PENS
from studio.document.page import Page, Pages, PlacedLine
from studio.document.paper import PAPERS, RulingKind
from studio.exporting.png_exporter import draw
from studio.exporting.svg_exporter import export

SVG = {"s": "http://www.w3.org/2000/svg"}
INKSCAPE = "{http://www.inkscape.org/namespaces/inkscape}"
CSS_MM = 96 / 25.4


def paths(path):
    return etree.parse(path).xpath("//s:path", namespaces=SVG)


def rendered(path, dpi):
    data = resvg_py.svg_to_bytes(svg_path=str(path), dpi=dpi, background="#ffffff")
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGB"), float)


@pytest.mark.parametrize("pen", PENS)
@pytest.mark.parametrize("outlines", [False, True])
def test_a_stroke_is_a_path(pen, outlines, pages_of, tmp_path):
    pages = pages_of(pen=pen)
    export(pages, tmp_path / "note.svg", outlines=outlines)
    strokes = sum(len(line.ink.strokes) for line in pages.lines)
    assert len(paths(tmp_path / "note.svg")) == strokes


@pytest.mark.parametrize("outlines", [False, True])
@pytest.mark.parametrize("background", [False, True])
def test_paper_has_a_colour_where_ink_is_seen_and_it_is_asked_for(
    outlines, background, pages_of, tmp_path
):
    """A plotter draws no paper."""
    export(pages_of(), tmp_path / "note.svg", outlines=outlines, background=background)
    found = etree.parse(tmp_path / "note.svg").xpath("//s:rect", namespaces=SVG)
    assert len(found) == (outlines and background)


def test_the_sheet_is_measured_in_millimetres(pages_of, tmp_path):
    export(pages_of(paper="Letter"), tmp_path / "note.svg")
    root = etree.parse(tmp_path / "note.svg").getroot()
    assert (root.get("width"), root.get("height")) == ("215.9mm", "279.4mm")
    assert root.get("viewBox") == "0 0 215.9 279.4"


def test_a_plotter_reads_single_lines_of_the_right_length(pages_of, tmp_path):
    pages = pages_of(pen="fountain", printed=True, ruling=RulingKind.LINED)
    export(pages, tmp_path / "note.svg")
    document = vpype.read_multilayer_svg(str(tmp_path / "note.svg"), 0.01 * CSS_MM)
    np.testing.assert_allclose(document.page_size, (148 * CSS_MM, 210 * CSS_MM), rtol=1e-5)
    assert sorted(document.layers) == [1, 2]
    assert document.layers[2].property("vp_name") == "2 fountain 0.45 mm #1b2a6b"
    inks = [line.ink for line in pages.lines]
    strokes = [stroke for ink in inks for stroke in ink.strokes]
    plotted = list(document.layers[2])
    assert len(plotted) == len(strokes)
    for line, stroke in zip(plotted, strokes, strict=True):
        ends = np.array([[p.real, p.imag] for p in line[[0, -1]]]) / CSS_MM
        np.testing.assert_allclose(ends, stroke.xy[[0, -1]], atol=0.02)
        chords = np.hypot(*np.diff(stroke.xy, axis=0).T).sum()
        assert chords - 0.01 <= np.abs(np.diff(line)).sum() / CSS_MM <= 1.3 * chords + 0.02


def test_outlines_look_as_the_picture(pages_of, tmp_path):
    for pen in PENS:
        pages = pages_of(pen=pen, printed=True, ruling=RulingKind.SQUARED)
        export(pages, tmp_path / "note.svg", outlines=True)
        got, expected = (
            rendered(tmp_path / "note.svg", 200),
            np.asarray(draw(pages.pages[0], dpi=200)),
        )
        height, width = np.minimum(got.shape[:2], expected.shape[:2])
        difference = np.abs(got[:height, :width] - expected[:height, :width])
        assert (expected.min(axis=2) < 120).mean() > 0.004
        assert difference.mean() < 0.5
        assert np.quantile(difference, 0.999) < 60


def test_dots_of_a_ruling_are_discs_as_wide_as_those(pages_of, tmp_path):
    pages = pages_of(printed=True, ruling=RulingKind.DOTTED)
    page = pages.pages[0]
    export(pages, tmp_path / "note.svg", outlines=True)
    discs = etree.parse(tmp_path / "note.svg").xpath("//s:circle", namespaces=SVG)
    found = [[float(disc.get(name)) for name in ("cx", "cy")] for disc in discs]
    np.testing.assert_allclose(found, page.ruling.dots(page.paper), atol=0.01)
    wide = [2 * float(disc.get("r")) for disc in discs]
    assert wide == pytest.approx([page.ruling.dot_width] * len(discs), abs=0.01)


def test_rules_are_bars_as_wide_as_those(pages_of, tmp_path):
    pages = pages_of(printed=True, ruling=RulingKind.SQUARED)
    export(pages, tmp_path / "note.svg", outlines=True)
    page = pages.pages[0]
    lines = page.ruling.lines(page.paper, page.margins)
    (group, *_) = etree.parse(tmp_path / "note.svg").xpath("//s:g[@fill]", namespaces=SVG)
    bars = [re.findall(r"[-\d.]+", path.get("d")) for path in group]
    corners = np.array(bars, dtype=float).reshape(-1, 4, 2)
    ends = lines.reshape(-1, 2, 2)
    across = 0.5 * page.ruling.width * (np.ptp(ends, axis=1) == 0)
    np.testing.assert_allclose(corners.min(axis=1), ends.min(axis=1) - across, atol=0.006)
    np.testing.assert_allclose(corners.max(axis=1), ends.max(axis=1) + across, atol=0.006)


@pytest.mark.parametrize("pen", PENS)
@pytest.mark.parametrize("kind", [RulingKind.LINED, RulingKind.DOTTED])
def test_a_cutter_finds_filled_shapes_alone(pen, kind, pages_of, tmp_path):
    """A cutter follows the edges of shapes; a stroke's middle would cut a slit."""
    pages = pages_of(pen=pen, ruling=kind, printed=True)
    export(pages, tmp_path / "note.svg", outlines=True)
    tree = etree.parse(tmp_path / "note.svg")
    assert {group.get("stroke") for group in tree.xpath("//s:g[@fill]", namespaces=SVG)} == {"none"}
    assert not tree.xpath("//@stroke-width")
    for path in paths(tmp_path / "note.svg"):
        begun, ended = path.get("d").count("M"), path.get("d").count("z")
        assert begun == ended > 0


def test_single_lines_are_as_wide_as_the_pen(pages_of, tmp_path):
    pages = pages_of(pen="ballpoint")
    export(pages, tmp_path / "note.svg")
    got, expected = rendered(tmp_path / "note.svg", 200), np.asarray(draw(pages.pages[0], dpi=200))
    height, width = np.minimum(got.shape[:2], expected.shape[:2])
    assert np.abs(got[:height, :width] - expected[:height, :width]).mean() < 0.5


def test_crossing_strokes_of_a_pencil_are_no_darker(tmp_path):
    cross = Ink.from_lists([[(10, 30), (50, 30)], [(30, 10), (30, 50)]])
    line = PlacedLine(
        "x", cross, pen=replace(PENS["pencil"], width=3.0, opacity=0.5), colour="#000"
    )
    for outlines in (False, True):
        pages = Pages((Page(PAPERS["A6"], lines=(line,)),))
        export(pages, tmp_path / "x.svg", outlines=outlines)
        assert rendered(tmp_path / "x.svg", 100).min() == pytest.approx(127, abs=1)


def test_each_pen_and_colour_is_a_layer(pages_of, tmp_path):
    pages = pages_of()
    first, second, *others = pages.pages[0].lines
    lines = (first, replace(second, colour="#aa0000"), *others)
    page = replace(pages.pages[0], lines=lines)
    export(replace(pages, pages=(page,)), tmp_path / "note.svg")
    layers = etree.parse(tmp_path / "note.svg").xpath("/s:svg/s:g", namespaces=SVG)
    assert [layer.get(f"{INKSCAPE}label") for layer in layers] == [
        "1 fountain 0.45 mm #1b2a6b",
        "2 fountain 0.45 mm #aa0000",
    ]
    assert [len(layer) for layer in layers] == [4, 1]
    assert [group.get("aria-label") for group in layers[0]] == [
        line.text for line in (first, *others)
    ]


def test_metadata_say_how_it_was_written(pages_of, tmp_path):
    pages = replace(pages_of(), title='<"A" & Ω>', author="B\x00ob")
    export(pages, tmp_path / "note.svg")
    tree = etree.parse(tmp_path / "note.svg")
    terms = {"dc": "http://purl.org/dc/elements/1.1/"}
    assert tree.findtext("s:title", namespaces=SVG) == '<"A" & Ω>'
    assert tree.xpath("//dc:creator/text()", namespaces=terms) == ["Bob"]
    (told,) = tree.xpath("//dc:description/text()", namespaces=terms)
    assert "hand: default" in told
    assert "0123abcd" * 8 in told
    assert "bias: 0.75; seed: 0-4" in told


@pytest.mark.parametrize("kind", RulingKind)
def test_the_ruling_is_printed_where_it_is_wanted(kind, pages_of, tmp_path):
    for printed in (True, False):
        export(pages_of(ruling=kind, printed=printed, texts=()), tmp_path / "note.svg")
        assert bool(paths(tmp_path / "note.svg")) == (printed and kind is not RulingKind.PLAIN)


def test_several_pages_are_several_files(pages_of, tmp_path):
    written = export(pages_of(3), tmp_path / "note.svg")
    assert [path.name for path in written] == ["note-1.svg", "note-2.svg", "note-3.svg"]
    assert sorted(path.name for path in tmp_path.iterdir()) == [path.name for path in written]


def test_a_failure_leaves_no_page_behind(pages_of, tmp_path):
    pages = pages_of(2)
    broken = tuple(replace(line, colour='"/>') for line in pages.pages[1].lines)
    with pytest.raises(SettingError, match="colour"):
        export(
            replace(pages, pages=(pages.pages[0], replace(pages.pages[1], lines=broken))),
            tmp_path / "note.svg",
        )
    assert list(tmp_path.iterdir()) == []
