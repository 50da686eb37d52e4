"""Line icons from resources/icons, tinted with the theme's colours."""

from __future__ import annotations

from functools import cache, lru_cache
from importlib.resources import files

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from studio.desk.widgets.theme import Tokens

SIZES = (16, 20, 24, 32, 40, 48)


@lru_cache(maxsize=256)
def _source(name: str) -> str:
    return (files("resources") / "icons" / f"{name}.svg").read_text(encoding="utf-8")


def icon_pixmap(name: str, colour: str | QColor, size: int, ratio: float = 1.0) -> QPixmap:
    """The icon in one colour, `size` logical pixels square."""
    pixmap = _painted(_renderer(name, QColor(colour)), round(size * ratio))
    pixmap.setDevicePixelRatio(ratio)
    return pixmap


def _renderer(name: str, colour: QColor) -> QSvgRenderer:
    tinted = _source(name).replace("currentColor", colour.name())
    tinted = tinted.replace('stroke-width="2"', 'stroke-width="1.75"')
    return QSvgRenderer(QByteArray(tinted.encode()))


def _painted(renderer: QSvgRenderer, size: int) -> QPixmap:
    pixmap = QPixmap(size, size)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    renderer.render(painter)
    painter.end()
    return pixmap


@lru_cache(maxsize=512)
def icon(name: str, tokens: Tokens, role: str = "text") -> QIcon:
    """The icon in the colour of a token, fainter where it is disabled."""
    result = QIcon()
    faint = QColor(tokens.muted)
    mixed = QColor.fromRgbF(
        *(0.5 * a + 0.5 * b for a, b in zip(_rgb(faint), _rgb(QColor(tokens.panel)), strict=True))
    )
    mode, state = QIcon.Mode, QIcon.State
    looks = (
        (
            QColor(getattr(tokens, role)),
            ((mode.Normal, state.Off), (mode.Selected, state.Off)),
        ),
        (QColor(tokens.accent), ((mode.Normal, state.On),)),
        (mixed, ((mode.Disabled, state.Off), (mode.Disabled, state.On))),
    )
    # A window has some sixty icons: each is read once a colour, and painted once a size.
    for colour, states in looks:
        renderer = _renderer(name, colour)
        for size in SIZES:
            pixmap = _painted(renderer, size)
            for its_mode, its_state in states:
                result.addPixmap(pixmap, its_mode, its_state)
    return result


def _rgb(colour: QColor) -> tuple[float, float, float]:
    return colour.redF(), colour.greenF(), colour.blueF()


@cache
def application_icon() -> QIcon:
    """The studio's own icon."""
    path = files("resources") / "icons" / "scriptorium.svg"
    renderer = QSvgRenderer(QByteArray(path.read_bytes()))
    result = QIcon()
    for size in (16, 24, 32, 48, 64, 128, 256):
        result.addPixmap(_painted(renderer, size))
    return result
