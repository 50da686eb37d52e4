"""What the mouse carries on a page: ink, its frame, and the way that both have gone."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtGui import QTransform

from engine.ink.ink import Ink
from studio.desk.views.page.ink_picture import InkPicture, ink_picture, picture
from studio.document.page import Page
from studio.document.placement import Placement, turned
from studio.document.selection import Area, Reach, Selected, ink_of, lines_of


@dataclass(frozen=True, eq=False)
class DragPreview:
    """Ink that the mouse carries: shown at its new place while its own is left empty.

    Parameters
    ----------
    page : int
    hidden : frozenset of int
        The `id` of what is not painted meanwhile.
    still : tuple of InkPicture
        What of it stays where it is.
    moving : tuple of InkPicture
    by : QTransform
        From millimetres of the page to millimetres of the page.
    """

    page: int
    hidden: frozenset[int]
    still: tuple[InkPicture, ...]
    moving: tuple[InkPicture, ...]
    by: QTransform


def shifted(area: Area, dx: float, dy: float) -> Area:
    """Moved by millimetres of the page."""
    x, y = turned((dx, dy), -area.turned)
    left, top, right, bottom = area.box
    return area._replace(box=(left + x, top + y, right + x, bottom + y))


def grown(area: Area, by: float) -> Area:
    """Scaled about its top left corner."""
    left, top, right, bottom = area.box
    box = left, top, left + (right - left) * by, top + (bottom - top) * by
    return area._replace(box=box)


def growing(area: Area, by: float) -> QTransform:
    """Scales about the top left corner of an area, on the page."""
    x, y = turned(area.box[:2], area.turned)
    return QTransform.fromTranslate(x, y).scale(by, by).translate(-x, -y)


def factor(area: Area, place: tuple[float, float]) -> float:
    """By how much an area is to grow for its lower right corner to come to a place."""
    x, y = turned(place, -area.turned)
    left, top, right, bottom = area.box
    width, height = right - left, bottom - top
    along = (x - left) * width + (y - top) * height
    return min(max(along / max(width * width + height * height, 1e-9), 0.3), 3.0)


def way(before: Placement, after: Placement) -> QTransform:
    """From where ink stood to where it stands now, both on the page."""
    square = [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0)]
    (x, y), (ax, ay), (bx, by) = after.on_page(before.inside(square))
    return QTransform(ax - x, ay - y, bx - x, by - y, x, y)


def picked_up(pages: tuple[Page, ...], value: Selected) -> DragPreview | None:
    """The ink of a selection, as far as it stands on its first page."""
    found = ink_of(pages, value)
    if not found:
        return None
    page = found[0][0]
    moving = [ink for number, ink in found if number == page]
    hidden = [id(ink) for ink in moving]
    still: tuple[InkPicture, ...] = ()
    if value.reach is Reach.WORD:
        line = lines_of(pages, value)[0].line
        word = line.words[value.word]
        rest = Ink.joined([line.ink.part(0, word.start), line.ink.part(word.stop)])
        hidden, still = [id(line)], (ink_picture(rest, line.pen, line.colour),)
    return DragPreview(
        page, frozenset(hidden), still, tuple(picture(ink) for ink in moving), QTransform()
    )
