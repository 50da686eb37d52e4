"""The pencil on the screen and in a file: the same line with the same grain."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

from engine.ink.ink import Ink, Stroke
from engine.rendering.pens import PENS
from studio.desk.views.page.ink_picture import picture
from studio.document.page import Page, Pages, PlacedLine
from studio.document.paper import Paper
from studio.exporting import png_exporter, svg_exporter

SIDE, DPI = 40.0, 400


def test_the_screen_a_picture_and_outlines_show_the_same_pencil(qapp, tmp_path):
    ink = Ink((Stroke([[5, 5], [20, 20], [35, 30]]), Stroke([[5, 35], [20, 20], [35, 6]])))
    line = PlacedLine("", ink, colour="#1b2a6b", pen=PENS["pencil"])
    page = Page(Paper("custom", SIDE, SIDE), lines=(line,))
    (path,) = svg_exporter.export(Pages((page,)), tmp_path / "n.svg", outlines=True)
    scale = DPI / 25.4

    def painted(draw) -> np.ndarray:
        size = round(SIDE * scale)
        image = QImage(size, size, QImage.Format.Format_Grayscale8)
        image.fill(255)
        painter = QPainter(image)
        draw(painter)
        painter.end()
        rows = np.frombuffer(image.constBits(), np.uint8).reshape(size, image.bytesPerLine())
        return rows[:, :size].astype(float)

    def on_screen(painter):
        painter.scale(scale, scale)
        picture(line).paint(painter, QRectF(0, 0, SIDE, SIDE))

    screen, outlines = painted(on_screen), painted(QSvgRenderer(str(path)).render)
    file = np.asarray(png_exporter.draw(page, dpi=DPI).convert("L")).astype(float)
    inked = file < 250
    for other in (screen, outlines):
        assert abs((other[inked] - file[inked]).mean()) < 6
    # At one pixel of the grain a pixel of the picture, the grain is seen place by place.
    assert np.corrcoef(screen[inked], file[inked])[0, 1] > 0.75
