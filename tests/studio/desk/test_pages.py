"""The pages on the desk: what is torn is mended to the pixel, and a zoom is sharp at rest."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QImage, QPainter, QPixmap

from engine.ink.ink import Ink, Stroke
from engine.rendering.pens import PENS
from studio.desk.views.page.live_line import LiveLine
from studio.desk.views.page.page_view import PageView
from studio.desk.views.page.shadow import OUT, Shadow
from studio.desk.views.page.tiles import SIDE, TileKey, Tiles
from studio.desk.widgets.theme import DARK, LIGHT, Theme
from studio.document.page import LineKey, Page, PlacedLine, PlacedWord
from studio.document.paper import PAPERS, Ruling, RulingKind

LATER = float("inf")
KEY = TileKey(0, 6.0, 0, 0)


def pixels(picture: QPixmap | QImage) -> np.ndarray:
    image = picture.toImage() if isinstance(picture, QPixmap) else picture
    image = image.convertToFormat(QImage.Format.Format_RGB32)
    return np.array(image.constBits()).reshape(image.height(), image.width(), 4)[..., :3].copy()


def line(y: float, number: int = 0, pen: str = "fountain") -> PlacedLine:
    x = np.linspace(8, 78, 240)
    xy = np.stack([x, y + 3 * np.sin(x)], axis=1)
    words = (PlacedWord("wave", (8.0, y - 3, 78.0, y + 3), 0, 240),)
    return PlacedLine("wave", Ink((Stroke(xy),)), words, y, pen=PENS[pen],
                      key=LineKey(number, "wave", 0))  # fmt: skip


def page(*lines: PlacedLine, ruling: RulingKind = RulingKind.LINED) -> Page:
    return Page(PAPERS["A6"], lines=lines, ruling=Ruling(kind=ruling))


@pytest.mark.parametrize("ruling", list(RulingKind))
def test_a_tile_that_is_mended_is_the_tile_painted_anew(qapp, ruling):
    first, second, third = line(20), line(40, 1), line(41, 1, "felt")
    tiles, fresh = Tiles(), Tiles()
    tiles.show((page(first, second, ruling=ruling),))
    before = pixels(tiles.mended(KEY, LATER).picture)
    tiles.show((page(first, third, ruling=ruling),))
    tile = tiles.mended(KEY, LATER)
    fresh.show((page(first, third, ruling=ruling),))
    assert tile.torn.isEmpty()
    after = pixels(tile.picture)
    assert (after != before).any()
    np.testing.assert_array_equal(after, pixels(fresh.mended(KEY, LATER).picture))


def test_only_what_has_changed_is_torn(qapp):
    first, second = line(20), line(60, 1)
    tiles = Tiles()
    tiles.show((page(first, second),))
    tile = tiles.mended(KEY, LATER)
    tiles.changed()
    tiles.show((page(first, second),))
    assert tile.torn.isEmpty()
    assert tiles.changed() == []
    tiles.show((page(first, line(62, 1)),))
    assert tile.torn.height() < SIDE / 3
    assert {number for number, _ in tiles.changed()} == {0}
    assert tile.whole
    assert tile.rows == SIDE, "what was painted is shown until it is mended"


def test_a_tile_is_painted_as_far_as_there_is_time(qapp):
    tiles = Tiles()
    tiles.show((page(line(20), line(40, 1), line(60, 2)),))
    assert tiles.mended(KEY, 0.0).rows == 0
    tile = tiles.mended(KEY, LATER)
    assert tile.whole
    assert tile.rows == SIDE


def test_a_ghost_gives_way_to_the_pen_and_this_to_ink(qapp):
    ghostly, inked = line(30), line(30)
    tiles, fresh = Tiles(), Tiles()
    tiles.show((page(ghostly),), frozenset({ghostly.key}))
    tiles.mended(KEY, LATER)
    live = LiveLine(0, ghostly.pen, ghostly.colour, ghostly.key)
    tiles.live.append(live)
    tiles.drop_ghost(live)
    pieces = live.add(ghostly.ink.xy, np.arange(240) == 239)
    tiles.paint_fresh(live, pieces)
    drawn = pixels(tiles.mended(KEY, LATER).picture)
    tiles.live.remove(live)
    tiles.tear(0, live.bounds)
    tiles.show((page(inked),))
    fresh.show((page(inked),))
    done = pixels(tiles.mended(KEY, LATER).picture)
    np.testing.assert_array_equal(done, pixels(fresh.mended(KEY, LATER).picture))
    assert np.abs(done.astype(int) - drawn).mean() < 1.0, "what the pen drew looks the same"


@pytest.fixture
def view(qtbot) -> PageView:
    view = PageView(Theme())
    qtbot.addWidget(view)
    view.resize(500, 500)
    view.show()
    view.show_pages(tuple(page(line(20), line(40, 1), line(60, 2)) for _ in range(3)))
    view.set_zoom(1.0)
    return view


def settled(view: PageView, qtbot) -> np.ndarray:
    """The view once its zoom rests and all that is seen of it is painted."""
    seen: list[np.ndarray] = []

    def painted() -> bool:
        seen.append(pixels(view.viewport().grab()))
        now = [tile for key, tile in view.tiles._tiles.items() if key.scale == view._exact]
        return bool(now) and all(tile.torn.isEmpty() for tile in now)

    qtbot.waitUntil(lambda: not view._rest.isActive())
    qtbot.waitUntil(painted)
    return seen[-1]


def test_a_zoom_is_sharp_at_rest(view, qtbot):
    settled(view, qtbot)
    for step in range(12):
        view.set_zoom(1.0 + 0.05 * step, QPointF(200, 200))
        qtbot.wait(5)
    after = settled(view, qtbot)
    view.budget = float("inf")
    view.tiles.forget_other_scales(0.0)
    view.viewport().update()
    np.testing.assert_array_equal(after, settled(view, qtbot))


def test_while_a_zoom_goes_on_tiles_are_stretched_not_painted_anew(view, qtbot):
    settled(view, qtbot)
    scales = set()
    for step in range(12):
        view.set_zoom(1.0 + 0.02 * step, QPointF(200, 200))
        view.viewport().repaint()
        scales |= {key.scale for key in view.tiles._tiles}
    # The first step may be the only one.
    assert len(scales) <= 2


def test_fewer_and_more_pages_are_shown(view, qtbot):
    view.go_to_page(2)
    view.show_pages((page(line(20)),))
    assert view.current_page == 0
    view.show_pages(tuple(page(line(20)) for _ in range(40)))
    view.go_to_page(39)
    assert view.current_page == 39
    spot = view.spot(QPointF(250, 250))
    assert spot.page == 39
    at = view.to_view(39, QRectF(spot.x, spot.y, 0, 0)).topLeft()
    assert (at - QPointF(250, 250)).manhattanLength() < 1e-6


def test_a_fitted_page_comes_to_rest_at_every_height_of_the_window(view, qtbot):
    view.show_pages((page(line(20)),))
    for fit in ("width", "page"):
        view.fit_to(fit)
        for height in range(300, 900, 7):
            view.resize(500, height)
            qtbot.wait(1)
            zooms = []
            view.zoomed.connect(zooms.append)
            qtbot.wait(2)
            view.zoomed.disconnect(zooms.append)
            assert len(zooms) < 4, height


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
def test_the_shadow_lies_around_the_sheet_and_not_on_it(qapp, tokens):
    image = QImage(300, 400, QImage.Format.Format_RGB32)
    image.fill(0xFFFFFF)
    painter = QPainter(image)
    sheet = QRectF(60, 60, 180, 280)
    Shadow().paint(painter, sheet, tokens, 1.0)
    painter.end()
    grey = pixels(image).mean(axis=2)
    assert (grey[100:300, 100:200] == 255).all()
    below, beside, beyond = grey[342:350, 150], grey[200, 241:246], grey[200, 240 + OUT + 1 :]
    assert (np.diff(below) >= 0).all(), "it fades away from the sheet"
    assert below[0] < 250
    assert beside[0] < 255
    assert (beyond == 255).all()
    left, right = grey[200, 60 - OUT : 60], grey[200, 240 : 240 + OUT][::-1]
    np.testing.assert_allclose(left, right, atol=8)


def test_a_page_of_another_ground_is_painted_anew(qapp):
    tiles = Tiles()
    tiles.show((page(line(20)),))
    before = pixels(tiles.mended(KEY, LATER).picture)
    plain = page(line(20))
    tiles.show((replace(plain, paper=replace(plain.paper, colour="#ffeecc")),))
    after = pixels(tiles.mended(KEY, LATER).picture)
    assert (before != after).mean() > 0.2
