"""Finished pages as cached tiles, so that scrolling and live writing repaint almost nothing."""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field
from operator import is_

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap

from engine.ink.ink import Array
from studio.desk.views.page.background_picture import paint_background
from studio.desk.views.page.ink_picture import InkPicture, picture
from studio.desk.views.page.live_line import LiveLine
from studio.document.page import Inked, LineKey, Page, PlacedLine

SIDE = 512
"""Of a tile, in device pixels."""
BUDGET = 160
"""How many tiles are kept: 160 MB at four bytes a pixel."""
BAND = 64
"""Rows of pixels that are painted at once: about a line of writing."""
EVERYWHERE = QRectF(-1e4, -1e4, 2e4, 2e4)
"""All of a page, in millimetres."""


@dataclass(frozen=True)
class TileKey:
    """A tile: its page, the scale in device pixels a millimetre, its column and row."""

    page: int
    scale: float
    column: int
    row: int

    @property
    def area(self) -> QRectF:
        """What the tile covers, in millimetres of its page."""
        side = SIDE / self.scale
        return QRectF(self.column * side, self.row * side, side, side)

    def pixels(self, area: QRectF) -> QRect:
        """An area in millimetres of the page, in pixels of the tile, as far as it lies there."""
        left, top = self.column * SIDE, self.row * SIDE
        across, down = (area.left(), area.right()), (area.top(), area.bottom())
        x, right = (round(math.floor(a * self.scale)) - left for a in across)
        y, bottom = (round(math.floor(a * self.scale)) - top for a in down)
        reach = QRect(x - 1, y - 1, right - x + 3, bottom - y + 3)
        return reach.intersected(QRect(0, 0, SIDE, SIDE))

    def millimetres(self, pixels: QRect) -> QRectF:
        """Pixels of the tile, and one around them, in millimetres of the page."""
        return QRectF(
            (self.column * SIDE + pixels.left() - 1) / self.scale,
            (self.row * SIDE + pixels.top() - 1) / self.scale,
            (pixels.width() + 2) / self.scale,
            (pixels.height() + 2) / self.scale,
        )


@dataclass(eq=False)
class Tile:
    """A picture of part of a page, and what of it is still to be painted."""

    picture: QPixmap
    torn: QRect = field(default_factory=lambda: QRect(0, 0, SIDE, SIDE))
    """In device pixels of the picture."""
    whole: bool = False
    """Whether all of it was painted once: then it is shown until what is torn is mended."""

    @property
    def rows(self) -> int:
        """How many rows of pixels from the top can be shown."""
        return SIDE if self.whole else self.torn.top()


@dataclass(eq=False)
class _Drawn:
    """What is on a page, about where, and its picture once it was needed."""

    line: Inked
    extent: QRectF
    picture: InkPicture | None = None


class Tiles:
    """The tiles of all pages, at the scale that is shown and at those that were shown before it.

    What changes on a page tears the tiles there; they are mended band by band, for as long as a
    frame has time.
    """

    def __init__(self) -> None:
        self.pages: tuple[Page, ...] = ()
        self.live: list[LiveLine] = []
        self._tiles: OrderedDict[TileKey, Tile] = OrderedDict()
        self._drawn: dict[int, _Drawn] = {}
        self._hidden: set[int] = set()
        self._changed: list[tuple[int, QRectF]] = []
        self.ghosts: frozenset[LineKey] = frozenset()
        """The lines that are not written yet: shown as grey bars where their words will be."""

    # What is on the pages --------------------------------------------------------------------

    def show(
        self,
        pages: tuple[Page, ...],
        ghosts: frozenset[LineKey] = frozenset(),
    ) -> None:
        """Take new pages; only where a line has changed are tiles torn."""
        self.ghosts = ghosts
        old, self.pages = self.pages, pages
        # Of a page that nobody has looked at, nothing is painted.
        seen = self._seen()
        for number in seen:
            before = old[number] if number < len(old) else None
            after = pages[number] if number < len(pages) else None
            if before is after:
                continue
            if before is None or after is None or _ground(before) != _ground(after):
                self._forget(number)
                continue
            was, now = before.inked, after.inked
            if len(was) == len(now) and all(map(is_, was, now)):
                continue
            stayed = {id(line) for line in was} & {id(line) for line in now}
            for line in (*was, *now):
                if id(line) not in stayed:
                    self.tear(number, self._known(line).extent)
        present = {id(line) for n in seen if n < len(pages) for line in pages[n].inked}
        self._drawn = {k: v for k, v in self._drawn.items() if k in present}

    def hide(self, lines: set[int]) -> None:
        """Leave out these lines (ids of the objects), which are being written again."""
        changed = self._hidden ^ lines
        self._hidden = lines
        if changed:
            for number in self._seen():
                for line in self.pages[number].inked if number < len(self.pages) else ():
                    if id(line) in changed:
                        self.tear(number, self._known(line).extent)

    def _seen(self) -> list[int]:
        """The pages of which tiles are kept."""
        return sorted({key.page for key in self._tiles})

    def drop_ghost(self, live: LiveLine) -> None:
        """The pen comes to a line: the ghost that stood there goes."""
        if live.page < len(self.pages):
            for line in self.pages[live.page].inked:
                if line.key == live.key:
                    self.tear(live.page, self._known(line).extent)

    def tear(self, page: int, area: QRectF) -> None:
        """An area of a page, in millimetres, is to be painted again."""
        self._changed.append((page, area))
        for key, tile in self._tiles.items():
            if key.page == page and key.area.intersects(area):
                tile.torn = tile.torn.united(key.pixels(area))

    def changed(self) -> list[tuple[int, QRectF]]:
        """Pages and areas in millimetres that were torn since this was asked the last time."""
        changed, self._changed = self._changed, []
        return changed

    def _forget(self, page: int) -> None:
        for key in [key for key in self._tiles if key.page == page]:
            del self._tiles[key]
        self._changed.append((page, EVERYWHERE))

    def _known(self, line: Inked) -> _Drawn:
        known = self._drawn.get(id(line))
        if known is None or known.line is not line:
            left, top, right, bottom = line.ink.bounds if line.ink else (0.0, 0.0, 0.0, 0.0)
            room = 1.0 + line.pen.width
            extent = QRectF(left, top, right - left, bottom - top)
            known = _Drawn(line, extent.adjusted(-room, -room, room, room))
            self._drawn[id(line)] = known
        return known

    # Tiles -----------------------------------------------------------------------------------

    def keys(self, page: int, scale: float, area: QRectF) -> Iterator[TileKey]:
        """The tiles of a page that cover the area."""
        side = SIDE / scale
        sheet = self.pages[page].paper
        area = area.intersected(QRectF(0, 0, sheet.width, sheet.height))
        for row in range(int(area.top() / side), math.ceil(area.bottom() / side)):
            for column in range(int(area.left() / side), math.ceil(area.right() / side)):
                yield TileKey(page, scale, column, row)

    def mended(self, key: TileKey, until: float) -> Tile:
        """The tile, painted as far as there is time.

        Parameters
        ----------
        key : TileKey
        until : float
            By `time.perf_counter`; past it nothing more is painted.
        """
        tile = self._tiles.get(key)
        if tile is None:
            tile = self._tiles[key] = Tile(QPixmap(SIDE, SIDE))
            while len(self._tiles) > BUDGET:
                self._tiles.popitem(last=False)
        self._tiles.move_to_end(key)
        while not tile.torn.isEmpty() and time.perf_counter() < until:
            self._mend(key, tile)
        return tile

    def _mend(self, key: TileKey, tile: Tile) -> None:
        """Paint a band of what is torn."""
        band = QRect(tile.torn)
        band.setHeight(min(BAND, band.height()))
        painter = QPainter(tile.picture)
        painter.setClipRect(band)
        painter.fillRect(band, QColor(self.pages[key.page].paper.colour))
        self._enter(painter, key)
        self.paint(painter, key.page, key.millimetres(band), ruled=True)
        painter.end()
        tile.torn.setTop(band.bottom() + 1)
        if tile.torn.isEmpty():
            tile.torn, tile.whole = QRect(), True

    def stretched(self, page: int, scale: float, area: QRectF) -> list[tuple[TileKey, Tile]]:
        """Tiles of other scales over the area, the nearest scale last: to be shown meanwhile."""
        found = [
            (key, tile)
            for key, tile in self._tiles.items()
            if key.page == page and key.scale != scale and tile.whole and key.area.intersects(area)
        ]
        return sorted(found, key=lambda pair: -abs(math.log(pair[0].scale / scale)))

    def forget_other_scales(self, scale: float) -> None:
        """Drop what was kept to be stretched."""
        for key in [k for k in self._tiles if k.scale != scale]:
            del self._tiles[key]

    # Painting --------------------------------------------------------------------------------

    def paint(self, painter: QPainter, number: int, area: QRectF, ruled: bool) -> None:
        """Draw the page's ruling and ink in millimetres."""
        page = self.pages[number]
        if ruled:
            paint_background(painter, page)
            paint_ruling(painter, page, area)
        for line in page.inked:
            known = self._known(line)
            if not known.extent.intersects(area):
                continue
            if isinstance(line, PlacedLine) and line.key in self.ghosts:
                if ruled:
                    self._paint_ghost(painter, line)
            elif id(line) not in self._hidden:
                if known.picture is None:
                    known.picture = picture(line)
                known.picture.paint(painter, area)
        for live in self.live:
            if live.page == number:
                live.paint(painter, area)

    def _paint_ghost(self, painter: QPainter, line: PlacedLine) -> None:
        if any(live.key == line.key for live in self.live):
            return
        bar = QColor(line.colour)
        bar.setAlphaF(0.10)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(bar)
        painter.save()
        painter.rotate(math.degrees(line.turned))
        for word in line.words:
            left, top, right, bottom = word.box
            middle = (top + bottom) / 2
            half = min(0.55, (right - left) / 2)
            painter.drawRoundedRect(QRectF(left, middle - half, right - left, 2 * half), half, half)
        painter.restore()

    def paint_fresh(self, live: LiveLine, numbers: list[int]) -> QRectF:
        """Paint new pieces of a live line onto the tiles that are there; return their bounds."""
        box = QRectF()
        for number in numbers:
            box = box.united(live.piece_bounds(number))
        for key, tile in self._tiles.items():
            if key.page == live.page and key.area.intersects(box):
                painter = QPainter(tile.picture)
                self._enter(painter, key)
                live.paint(painter, key.area, numbers)
                painter.end()
        return box

    @staticmethod
    def _enter(painter: QPainter, key: TileKey) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(-key.column * SIDE, -key.row * SIDE)
        painter.scale(key.scale, key.scale)


def _ground(page: Page) -> tuple[object, ...]:
    return page.paper, page.margins, page.ruling, page.backgrounds


def paint_ruling(painter: QPainter, page: Page, area: QRectF | None = None) -> None:
    """Draw the paper's lines, squares or dots in millimetres: those in an area, or all."""
    ruling = page.ruling
    lines, dots = ruling.lines(page.paper, page.margins), ruling.dots(page.paper)
    radius = max(ruling.width, 0.3) / 2
    if area is not None:
        lines = lines[_touched(lines[:, :2], lines[:, 2:], area, ruling.width)]
        dots = dots[_touched(dots, dots, area, radius)]
    colour = QColor(ruling.colour)
    painter.setPen(QPen(colour, ruling.width))
    for x0, y0, x1, y1 in lines.tolist():
        painter.drawLine(QPointF(x0, y0), QPointF(x1, y1))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    for x, y in dots.tolist():
        painter.drawEllipse(QPointF(x, y), radius, radius)


def _touched(low: Array, high: Array, area: QRectF, reach: float) -> npt.NDArray[np.bool_]:
    """Which boxes, from one corner to the other, come within `reach` of an area."""
    begins = (high >= (area.left() - reach, area.top() - reach)).all(axis=1)
    ends = (low <= (area.right() + reach, area.bottom() + reach)).all(axis=1)
    return np.asarray(begins & ends)
