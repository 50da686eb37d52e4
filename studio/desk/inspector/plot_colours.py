"""The colours and sizes that the inspector's plots are drawn in, in the theme."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QBrush, QColor, QFont, QPen

from studio.desk.widgets.theme import Tokens

Table = npt.NDArray[np.uint8]

#: Okabe and Ito's colours (2008), told apart by the colour-blind; the black left out.
DISTINCT = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9")
#: The same, lighter, for dark ground.
DISTINCT_DARK = ("#5eb3ea", "#ff9a4d", "#3fcf9f", "#e9a3c9", "#f3c155", "#9ad7f7")

#: From blue through black to red, after Crameri's "berlin" (2018): even, with a dark middle.
_BERLIN = (
    (158, 176, 255),
    (91, 164, 219),
    (45, 117, 151),
    (26, 66, 86),
    (17, 25, 30),
    (14, 14, 16),
    (40, 13, 1),
    (80, 24, 3),
    (138, 63, 42),
    (196, 117, 106),
    (255, 173, 173),
)


@dataclass(frozen=True)
class PlotColours:
    """What plots are drawn with.

    Parameters
    ----------
    tokens : Tokens
        Of the theme.
    scale : float
        Pixels to a 96th of an inch: how much larger lines and letters are than on a plain screen.
    letters : float
        Height of the letters in 96ths of an inch.
    """

    tokens: Tokens
    scale: float = 1.0
    letters: float = 11.0

    def px(self, size: float) -> float:
        """So many 96ths of an inch in pixels."""
        return size * self.scale

    def colour(self, token: str, opacity: float = 1.0) -> QColor:
        """The colour of a token."""
        colour = QColor(getattr(self.tokens, token))
        colour.setAlphaF(opacity)
        return colour

    def pen(
        self,
        colour: str | QColor,
        width: float = 1.0,
        opacity: float = 1.0,
        style: Qt.PenStyle = Qt.PenStyle.SolidLine,
    ) -> QPen:
        """A pen whose width does not depend on the zoom; `colour` may be a token's name."""
        named = isinstance(colour, str) and not colour.startswith("#")
        value = QColor(getattr(self.tokens, str(colour))) if named else QColor(colour)
        value.setAlphaF(opacity)
        pen = QPen(QBrush(value), self.px(width), style)
        pen.setCosmetic(True)
        return pen

    def line(self, colour: str) -> QPen:
        """The pen of a curve: on a plain screen one pixel, which is drawn by far the fastest."""
        return self.pen(colour, 1.0)

    def distinct(self, number: int) -> str:
        """A colour of its own for each number."""
        colours = DISTINCT_DARK if self.tokens.dark else DISTINCT
        return colours[number % len(colours)]

    def font(self, factor: float = 1.0, bold: bool = False) -> QFont:
        """The letters of axes, or larger and smaller ones."""
        font = QFont()
        font.setPixelSize(max(1, round(self.letters * self.scale * factor)))
        font.setBold(bold)
        return font

    @cached_property
    def heat(self) -> Table:
        """uint8 (256, 4): perceptually even, from the ground's lightness to its opposite."""
        return _table("inferno" if self.tokens.dark else "CET-L17")

    @cached_property
    def signed(self) -> Table:
        """uint8 (256, 4): perceptually even to both sides of a middle that looks like nothing."""
        if self.tokens.dark:
            colours = pg.ColorMap(np.linspace(0, 1, len(_BERLIN)), np.array(_BERLIN, dtype=float))
            return np.asarray(colours.getLookupTable(nPts=256, alpha=True), dtype=np.uint8)
        return _table("CET-CBD1")


def _table(name: str) -> Table:
    return np.asarray(pg.colormap.get(name).getLookupTable(nPts=256, alpha=True), dtype=np.uint8)


def packed(table: Table) -> npt.NDArray[np.uint32]:
    """uint32 (256,): the colours as the pixels of an image (QImage's Format_RGB32)."""
    red, green, blue = (table[:, k].astype(np.uint32) for k in range(3))
    return np.asarray(0xFF000000 | red << 16 | green << 8 | blue, dtype=np.uint32)


def levels(values: npt.NDArray[np.floating], low: float, high: float) -> Table:
    """Values as places in a table of 256 colours; those beyond the ends take the ends' colour."""
    scaled = (values - low) * (255.0 / (high - low))
    return np.nan_to_num(np.clip(scaled, 0, 255)).astype(np.uint8)
