"""Finished pages as cached tiles, so that scrolling and live writing repaint almost nothing."""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap

from studio.desk.ink_picture import InkPicture, picture
from studio.desk.live_line import LiveLine
from studio.note.page import Inked, LineKey, Page, PlacedLine

SIDE = 512
"""Of a tile, in device pixels."""
BUDGET = 160
"""How many tiles are kept: 160 MB at four bytes a pixel."""


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


class Tiles:
    """The tiles of all pages at the present and, while they are replaced, the last scale."""

    def __init__(self) -> None:
        self.pages: tuple[Page, ...] = ()
        self.live: list[LiveLine] = []
        self._tiles: OrderedDict[TileKey, QPixmap] = OrderedDict()
        self._pictures: dict[int, tuple[Inked, InkPicture]] = {}
        self._hidden: set[int] = set()
        self.ghosts: frozenset[LineKey] = frozenset()
        """The lines that are not written yet: shown as grey bars where their words will be."""

    def picture(self, line: Inked) -> InkPicture:
        """The line's picture, made once."""
        known = self._pictures.get(id(line))
        if known is None or known[0] is not line:
            known = (line, picture(line))
            self._pictures[id(line)] = known
        return known[1]

    def show(
        self,
        pages: tuple[Page, ...],
        ghosts: frozenset[LineKey] = frozenset(),
    ) -> None:
        """Take new pages; only tiles with a changed line on them are dropped."""
        self.ghosts = ghosts
        old, self.pages = self.pages, pages
        for number in range(max(len(old), len(pages))):
            before = old[number] if number < len(old) else None
            after = pages[number] if number < len(pages) else None
            if before is after:
                continue
            if before is None or after is None or _ground(before) != _ground(after):
                self.drop(number)
                continue
            stayed = {id(line) for line in before.inked} & {id(line) for line in after.inked}
            for line in (*before.inked, *after.inked):
                if id(line) not in stayed:
                    self.drop(number, self._extent(line))
        present = {id(line) for page in pages for line in page.inked}
        self._pictures = {k: v for k, v in self._pictures.items() if k in present}

    def _extent(self, line: Inked) -> QRectF:
        return self.picture(line).bounds.adjusted(-1.0, -1.0, 1.0, 1.0)

    def hide(self, lines: set[int]) -> None:
        """Leave out these lines (ids of the objects), which are being written anew."""
        changed = self._hidden ^ lines
        self._hidden = lines
        for number, page in enumerate(self.pages):
            for line in page.inked:
                if id(line) in changed:
                    self.drop(number, self._extent(line))

    def drop_ghost(self, live: LiveLine) -> None:
        """The pen comes to a line: the ghost that stood there goes."""
        if live.page < len(self.pages):
            for line in self.pages[live.page].inked:
                if line.key == live.key:
                    self.drop(live.page, self._extent(line))

    def drop(self, page: int, area: QRectF | None = None) -> None:
        """Forget the page's tiles, or those that the area in millimetres touches."""
        for key in [
            k for k in self._tiles if k.page == page and (area is None or k.area.intersects(area))
        ]:
            del self._tiles[key]

    def keys(self, page: int, scale: float, area: QRectF) -> Iterator[TileKey]:
        """The tiles of a page that cover the area."""
        side = SIDE / scale
        sheet = self.pages[page].paper
        area = area.intersected(QRectF(0, 0, sheet.width, sheet.height))
        for row in range(int(area.top() / side), math.ceil(area.bottom() / side)):
            for column in range(int(area.left() / side), math.ceil(area.right() / side)):
                yield TileKey(page, scale, column, row)

    def get(self, key: TileKey) -> QPixmap | None:
        """The tile, where it is ready."""
        tile = self._tiles.get(key)
        if tile is not None:
            self._tiles.move_to_end(key)
        return tile

    def stale(self, page: int, scale: float, area: QRectF) -> list[tuple[TileKey, QPixmap]]:
        """Tiles of other scales over the area: to be shown, stretched, until there are new ones."""
        return [
            (key, tile)
            for key, tile in self._tiles.items()
            if key.page == page and key.scale != scale and key.area.intersects(area)
        ]

    def forget_other_scales(self, scale: float) -> None:
        """Drop what was kept to be stretched."""
        for key in [k for k in self._tiles if k.scale != scale]:
            del self._tiles[key]

    def render(self, key: TileKey) -> QPixmap:
        """Paint a tile and keep it."""
        tile = QPixmap(SIDE, SIDE)
        tile.fill(QColor(self.pages[key.page].paper.colour))
        painter = QPainter(tile)
        self._enter(painter, key)
        self.paint(painter, key.page, key.area, ruled=True)
        painter.end()
        self._tiles[key] = tile
        while len(self._tiles) > BUDGET:
            self._tiles.popitem(last=False)
        return tile

    def paint(self, painter: QPainter, number: int, area: QRectF, ruled: bool) -> None:
        """Draw the page's ruling and ink in millimetres."""
        page = self.pages[number]
        if ruled:
            paint_ruling(painter, page)
        for line in page.inked:
            if isinstance(line, PlacedLine) and line.key in self.ghosts:
                if ruled:
                    self._paint_ghost(painter, line)
            elif id(line) not in self._hidden:
                self.picture(line).paint(painter, area)
        for live in self.live:
            if live.page == number and live.opacity == 1.0:
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
                painter = QPainter(tile)
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
    return page.paper, page.margins, page.ruling


def paint_ruling(painter: QPainter, page: Page) -> None:
    """Draw the paper's lines, squares or dots in millimetres."""
    ruling = page.ruling
    colour = QColor(ruling.colour)
    painter.setPen(QPen(colour, ruling.width))
    for x0, y0, x1, y1 in ruling.lines(page.paper, page.margins):
        painter.drawLine(QPointF(x0, y0), QPointF(x1, y1))
    dots = ruling.dots(page.paper)
    if len(dots):
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        radius = max(ruling.width, 0.3) / 2
        for x, y in dots:
            painter.drawEllipse(QPointF(x, y), radius, radius)
