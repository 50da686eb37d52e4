"""Line icons from resources/icons, tinted with the theme's colours."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files

from PySide6.QtCore import QByteArray, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from studio.desk.theme import Tokens

SIZES = (16, 20, 24, 32, 40, 48)


@lru_cache(maxsize=256)
def _source(name: str) -> str:
    return (files("resources") / "icons" / f"{name}.svg").read_text(encoding="utf-8")


def drawn(name: str, colour: str | QColor, size: int, ratio: float = 1.0) -> QPixmap:
    """The icon in one colour, `size` logical pixels square."""
    tinted = _source(name).replace("currentColor", QColor(colour).name())
    tinted = tinted.replace('stroke-width="2"', 'stroke-width="1.75"')
    renderer = QSvgRenderer(QByteArray(tinted.encode()))
    pixmap = QPixmap(QSize(round(size * ratio), round(size * ratio)))
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    renderer.render(painter)
    painter.end()
    pixmap.setDevicePixelRatio(ratio)
    return pixmap


@lru_cache(maxsize=512)
def icon(name: str, tokens: Tokens, role: str = "text") -> QIcon:
    """The icon in the colour of a token, fainter where it is disabled."""
    result = QIcon()
    faint = QColor(tokens.muted)
    mixed = QColor.fromRgbF(
        *(0.5 * a + 0.5 * b for a, b in zip(_rgb(faint), _rgb(QColor(tokens.panel)), strict=True))
    )
    states = (
        (QIcon.Mode.Normal, QIcon.State.Off, QColor(getattr(tokens, role))),
        (QIcon.Mode.Normal, QIcon.State.On, QColor(tokens.accent)),
        (QIcon.Mode.Selected, QIcon.State.Off, QColor(getattr(tokens, role))),
        (QIcon.Mode.Disabled, QIcon.State.Off, mixed),
        (QIcon.Mode.Disabled, QIcon.State.On, mixed),
    )
    for mode, state, colour in states:
        for size in SIZES:
            result.addPixmap(drawn(name, colour, size), mode, state)
    return result


def _rgb(colour: QColor) -> tuple[float, float, float]:
    return colour.redF(), colour.greenF(), colour.blueF()


def application_icon() -> QIcon:
    """The studio's own icon."""
    path = files("resources") / "icons" / "scriptorium.svg"
    renderer = QSvgRenderer(QByteArray(path.read_bytes()))
    result = QIcon()
    for size in (16, 24, 32, 48, 64, 128, 256):
        pixmap = QPixmap(size, size)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        renderer.render(painter)
        painter.end()
        result.addPixmap(pixmap)
    return result
