"""What lies under the ink as pictures: made once, in the worker, and painted wherever pages are."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from studio.document.background import BackgroundKind, PlacedBackground
from studio.document.page import Page

SCALE = 8.0
"""Pixels a millimetre: some 200 dots an inch."""
Key = tuple[str, int, tuple[float, float, float, float], bool]
MOST = 8
"""Pictures that are kept: of an A4 page 16 MB each."""


@dataclass(frozen=True, eq=False)
class BackgroundPicture:
    """A picture and where it lies on its page, in millimetres."""

    image: QImage
    area: QRectF


def draw_background(placed: PlacedBackground, scale: float = SCALE) -> BackgroundPicture:
    """Draw a background's page; takes a moment.

    Parameters
    ----------
    placed : PlacedBackground
    scale : float
        Pixels a millimetre.

    Raises
    ------
    FileError, SettingError
        As `placed_picture`.
    """
    # Few notes have a background: what draws one is imported for them.
    from studio.exporting.background_image import placed_picture

    picture, (x, y) = placed_picture(placed, scale)
    data = picture.tobytes()
    shown = QImage(
        data, picture.width, picture.height, 4 * picture.width, QImage.Format.Format_RGBA8888
    )
    area = QRectF(x / scale, y / scale, picture.width / scale, picture.height / scale)
    # The copy has its own memory; Qt paints this form fastest.
    shown = shown.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)
    return BackgroundPicture(shown, area)


class BackgroundPictures:
    """The pictures that were drawn, the latest ones."""

    def __init__(self) -> None:
        self._known: OrderedDict[Key, BackgroundPicture] = OrderedDict()

    def __contains__(self, placed: PlacedBackground) -> bool:
        return _key(placed) in self._known

    def keep(self, placed: PlacedBackground, picture: BackgroundPicture) -> None:
        """Keep a picture, and let the one go that was not painted for longest."""
        self._known[_key(placed)] = picture
        while len(self._known) > MOST:
            self._known.popitem(last=False)

    def get(self, placed: PlacedBackground) -> BackgroundPicture | None:
        """The picture; None where it is not drawn."""
        key = _key(placed)
        if key in self._known:
            self._known.move_to_end(key)
        return self._known.get(key)


def _key(placed: PlacedBackground) -> Key:
    """What has the same picture has the same key: only a PDF has several pages."""
    number = placed.number if placed.background.kind is BackgroundKind.PDF else 0
    return placed.background.sha256, number, placed.box, placed.upside_down


PICTURES = BackgroundPictures()
"""Those of the program: whoever paints pages takes them from here."""


def paint_background(painter: QPainter, page: Page, *, printed_only: bool = False) -> None:
    """Paint what lies under a page, in millimetres, as far as its pictures are there.

    Parameters
    ----------
    painter : QPainter
    page : Page
    printed_only : bool
        Leave out what is on the paper already.
    """
    for placed in page.printed_backgrounds if printed_only else page.backgrounds:
        picture = PICTURES.get(placed)
        if picture is not None:
            painter.save()
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(picture.area, picture.image)
            painter.restore()
