from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from engine.errors import FileError, SettingError
from studio.document.paper import PAPERS, RulingKind
from studio.exporting.png_exporter import draw, export


@pytest.mark.parametrize("dpi", [72, 150, 300])
def test_size_and_resolution_fit_the_sheet(dpi, pages_of, tmp_path):
    export(pages_of(paper="A5"), tmp_path / "note.png", dpi=dpi)
    with Image.open(tmp_path / "note.png") as image:
        assert image.size == (round(148 / 25.4 * dpi), round(210 / 25.4 * dpi))
        assert image.info["dpi"] == pytest.approx((dpi, dpi), abs=0.02)
        assert image.mode == "RGB"


def test_metadata_say_how_it_was_written(pages_of, tmp_path):
    export(replace(pages_of(), title="Œuvre 手紙"), tmp_path / "note.png", dpi=72)
    with Image.open(tmp_path / "note.png") as image:
        assert image.text["Title"] == "Œuvre 手紙"
        assert image.text["Author"] == "A. Writer"
        assert image.text["Software"].startswith("Scriptorium")
        assert "hand: default; hand-sha256: 0123abcd" in image.text["Description"]
        assert "style: amber; bias: 0.75; seed: 0-4" in image.text["Description"]


def test_ink_has_its_colour_and_lies_where_it_was_placed(pages_of):
    (page,) = pages_of()
    scale = 150 / 25.4
    pixels = np.asarray(draw(page, dpi=150))
    dark = pixels.min(axis=2) < 60
    assert np.median(pixels[dark], axis=0) == pytest.approx((0x1B, 0x2A, 0x6B), abs=12)
    rows, columns = np.nonzero(pixels.min(axis=2) < 250)
    boxes = np.array([line.ink.bounds for line in page.lines]) * scale
    reach = 1 * scale
    assert columns.min() == pytest.approx(boxes[:, 0].min(), abs=reach)
    assert columns.max() == pytest.approx(boxes[:, 2].max(), abs=reach)
    assert rows.min() == pytest.approx(boxes[:, 1].min(), abs=reach)
    assert rows.max() == pytest.approx(boxes[:, 3].max(), abs=reach)


def test_without_paper_ink_on_white_is_the_same_picture(pages_of):
    (page,) = pages_of(printed=True, ruling=RulingKind.LINED, pen="pencil")
    bare = draw(page, dpi=120, transparent=True)
    assert bare.mode == "RGBA"
    assert bare.getchannel("A").getextrema()[0] == 0
    paper = Image.new("RGBA", bare.size, "white")
    paper.alpha_composite(bare)
    difference = np.abs(
        np.asarray(paper.convert("RGB"), int) - np.asarray(draw(page, dpi=120), int)
    )
    assert difference.max() <= 2


def test_colours_are_kept_apart(pages_of):
    (page,) = pages_of()
    lines = [
        replace(line, colour=colour)
        for line, colour in zip(page.lines, ["#ff0000", "#00ff00", "#0000ff"], strict=False)
    ]
    pixels = np.asarray(draw(replace(page, lines=tuple(lines)), dpi=100))
    for colour in ((255, 0, 0), (0, 255, 0), (0, 0, 255)):
        assert (pixels == colour).all(axis=2).sum() > 20


@pytest.mark.parametrize("kind", [RulingKind.LINED, RulingKind.SQUARED])
def test_printed_lines_are_where_the_ruling_has_them(kind, pages_of):
    (page,) = pages_of(texts=(), printed=True, ruling=kind)
    grey = np.asarray(draw(page, dpi=254).convert("L")).astype(float)
    lines = page.ruling.lines(page.paper, page.margins)
    rows = np.flatnonzero(grey[:, 3] < 235)
    wanted = lines[lines[:, 1] == lines[:, 3], 1] * 10
    # Every dark row is half a pixel from a line, and every line has one.
    nearest = np.abs(rows[:, None] + 0.5 - wanted[None]).min(axis=1)
    assert nearest.max() <= 1.0
    assert len(rows) >= np.sum((wanted > 1) & (wanted < grey.shape[0] - 1))


def test_printed_dots_are_where_the_ruling_has_them(pages_of):
    (page,) = pages_of(texts=(), printed=True, ruling=RulingKind.DOTTED)
    grey = np.asarray(draw(page, dpi=254).convert("L"))
    dots = page.ruling.dots(page.paper) * 10
    inside = dots[(dots > 5).all(axis=1) & (dots < np.array(grey.shape)[::-1] - 5).all(axis=1)]
    x, y = inside.astype(int).T
    assert (grey[y, x] < 215).all()
    assert (grey < 250).sum() < 40 * len(dots)


def test_a_ruling_that_is_not_printed_is_not_drawn(pages_of):
    (page,) = pages_of(texts=(), printed=False, ruling=RulingKind.SQUARED)
    assert draw(page, dpi=60).getextrema() == ((255, 255),) * 3


def test_the_folio_is_drawn(pages_of):
    (page,) = pages_of(texts=())
    (other,) = pages_of(texts=["one"])
    assert draw(replace(page, folio=other.lines[0]), dpi=60).getextrema() != ((255, 255),) * 3


def test_several_pages_are_several_files(pages_of, tmp_path):
    written = export(pages_of(10, texts=["one"]), tmp_path / "note.png", dpi=20)
    assert [path.name for path in written] == [f"note-{k:02d}.png" for k in range(1, 11)]
    assert all(path.exists() for path in written)


@pytest.mark.parametrize("dpi", [0, -1, 19, 5000, float("nan"), float("inf")])
def test_an_impossible_resolution_is_refused(dpi, pages_of, tmp_path):
    with pytest.raises(SettingError, match="dots an inch"):
        export(pages_of(), tmp_path / "note.png", dpi=dpi)
    assert list(tmp_path.iterdir()) == []


def test_a_picture_too_large_is_refused(pages_of, tmp_path):
    with pytest.raises(SettingError, match="too large"):
        export(pages_of(paper="A4"), tmp_path / "note.png", dpi=2400)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_told(pages_of, tmp_path):
    with pytest.raises(FileError, match="folder"):
        export(pages_of(paper="A6"), tmp_path / "nowhere" / "note.png", dpi=20)


def test_a_wide_sheet_is_wide(pages_of):
    (page,) = pages_of(texts=())
    assert draw(replace(page, paper=PAPERS["A4"].landscape), dpi=25.4).size == (297, 210)
