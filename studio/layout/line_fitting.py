"""Fitting a written line into its planned place."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from engine.ink.ink import Ink, Stroke
from studio.document.note import Alignment
from studio.document.page import Box, PlacedLine, PlacedWord
from studio.document.text_marks import MarkKind
from studio.layout.drawn_marks import (
    Baseline,
    HeldPen,
    drawn_sign,
    gone_over,
    line_along,
    times_of,
)
from studio.layout.line_breaking import SQUEEZED, STRETCHED
from studio.layout.line_ink import LineInk
from studio.layout.line_seeds import jitter
from studio.layout.plan import DecimalStop, LineMark, PlannedLine

Array = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


# Where the decimal sign of a whole number would stand behind it, in x-heights.
_BEFORE_SIGN = 0.25


def fit(line: PlannedLine, ink: LineInk) -> PlacedLine:
    """Lay a line's ink into its place.

    It is scaled in x towards the planned width, within limits that the eye does not notice;
    what is left of the difference goes to the free side, to both sides, or into the gaps, as the
    alignment has it. Ascenders and descenders that reach too far are drawn in smoothly. No point
    lies outside the limits, unless the user has moved it there.

    Parameters
    ----------
    line : PlannedLine
    ink : LineInk

    Returns
    -------
    PlacedLine
    """
    return _placed(line, ink, places(line, ink))


def places(line: PlannedLine, ink: LineInk) -> Array:
    """Where the points of a line's ink come to stand: float64 (n, 2) in millimetres."""
    if not len(ink.xy):
        return ink.xy
    unit = line.look.x_height
    xy, stretch = _widened(line, ink)
    # What cannot be narrowed unseen is written smaller.
    height = min(1.0, stretch / SQUEEZED)
    xy = xy * (stretch, height)
    width = unit * _width(xy)
    left = _left(line, width) if line.decimal is None else _at_stop(line.decimal, ink, xy, unit)
    xy[:, 1] = _drawn_in(xy[:, 1], line.above / unit, line.below / unit)
    xy[:, 0] -= line.look.slant * xy[:, 1]
    c, s = np.cos(line.angle), np.sin(line.angle)
    start = np.array([left, line.baseline - np.tan(line.angle) * width / 2])
    xy = unit * xy @ np.array([[c, s], [-s, c]]) + start
    xy[:, 0] = _between(xy[:, 0], line.low, line.high)
    return _edited(xy, start, line, ink.cuts)


def _widened(line: PlannedLine, ink: LineInk) -> tuple[Array, float]:
    """The points in x-heights with their gaps as planned, and the factor in x that they want."""
    unit = line.look.x_height
    goal, most = line.width / unit, line.most / unit
    natural = ink.natural(line.gaps)
    if line.filled:
        # By the gaps alone: letters of different widths would be seen. What no gap can take back
        # is taken from the letters, as in any line.
        xy = ink.spread(ink.filling(line.gaps, goal))
        stretch = float(np.clip(goal / _width(xy), SQUEEZED, 1.0))
    else:
        free = line.look.alignment in (Alignment.LEFT, Alignment.JUSTIFIED)
        xy = ink.spread(ink.extra(line.gaps))
        stretch = 1.0 if free else float(np.clip(goal / natural, SQUEEZED, STRETCHED))
    return xy, min(stretch, most / max(_width(xy), 1e-9))


def _left(line: PlannedLine, width: float) -> float:
    spare = line.width - width
    if line.look.alignment is Alignment.RIGHT:
        return line.left + spare
    if line.look.alignment is Alignment.CENTRED:
        return line.left + spare / 2
    return line.left


def _at_stop(stop: DecimalStop, ink: LineInk, xy: Array, unit: float) -> float:
    """The left end of an amount whose whole part ends at a stop."""
    whole = xy[ink.characters < stop.place, 0]
    rest = xy[ink.characters > stop.place, 0]
    end = float((whole if len(whole) else xy[:, 0]).max())
    # The window may be at the decimal sign already while the last digit is finished; the sign
    # itself stands between what is surely before it and surely behind it.
    sign = max(end, (end + float(rest.min())) / 2) if len(rest) else end + _BEFORE_SIGN
    return stop.x - unit * sign


def _drawn_in(ys: Array, above: float, below: float) -> Array:
    """Heights with the last tenth before each limit, and all beyond, drawn in below the limit."""

    def drawn(reach: Array, limit: float) -> Array:
        knee, rest = 0.9 * limit, 0.1 * limit
        return np.where(reach > knee, knee + rest * np.tanh((reach - knee) / rest), reach)

    return np.where(ys < 0, -drawn(-ys, above), drawn(ys, below))


def _between(xs: Array, low: float, high: float) -> Array:
    """Moved, and narrowed if need be, to lie between two limits."""
    left, width = xs.min(), float(np.ptp(xs))
    if width > high - low:
        xs = left + (xs - left) * ((high - low) / width)
        width = high - low
    moved: Array = xs + (np.clip(left, low, high - width) - left)
    return np.clip(moved, low, high)


def _edited(xy: Array, start: Array, line: PlannedLine, cuts: Ints) -> Array:
    """The points with what the user has changed of the line and its words."""
    edit = line.edit
    xy = start + edit.scale * (xy - start) + (edit.right, edit.down)
    for k, word in edit.words:
        part = xy[cuts[k] : cuts[k + 1]] if k < len(line.words) else xy[:0]
        if len(part):
            corner = np.array([part[:, 0].min(), start[1] + edit.down])
            part[:] = corner + word.scale * (part - corner) + (word.right, word.down)
    return xy


def _placed(line: PlannedLine, ink: LineInk, xy: Array) -> PlacedLine:
    kept = np.ones(len(xy), dtype=bool)
    for k, word in line.edit.words:
        if word.deleted and k < len(line.words):
            kept[ink.cuts[k] : ink.cuts[k + 1]] = False
    gone = {k for k, word in line.edit.words if word.deleted}
    cuts = np.concatenate([[0], np.cumsum(kept)])[ink.cuts].tolist()
    xy_kept = xy[kept]
    words = tuple(
        PlacedWord(
            word.source,
            _box(xy_kept, cuts[k], cuts[k + 1], line),
            cuts[k],
            cuts[k + 1],
            word.goes_on,
            "" if word.text == word.source else word.text,
        )
        for k, word in enumerate(line.words)
        if k not in gone
    )
    strokes = tuple(_strokes(ink, line.on_page(xy), kept))
    drawn, sign = _drawn(line, ink, xy, kept)
    style, bias = line.look.style, line.look.bias
    if line.requests:
        style, bias = line.requests[0].style, line.requests[0].bias
    return PlacedLine(
        " ".join(word.text for word in words),
        Ink((*strokes, *_beside(line, strokes, drawn))),
        words,
        _upright(line, 0.0, line.baseline + line.edit.down)[1],
        line.look.colour,
        line.look.pen,
        style,
        bias,
        ink.pieces[0].seed if ink.pieces else line.look.seed,
        ink.pieces[0].steps if len(ink.pieces) == 1 else None,
        line.key,
        0.0 if line.place is None else line.place.angle,
        sign,
        tuple(_tints(line, ink, kept)),
        tuple(dict.fromkeys(piece.hand for piece in ink.pieces if piece.hand is not None)),
    )


def _tints(
    line: PlannedLine, ink: LineInk, kept: npt.NDArray[np.bool_]
) -> Iterator[tuple[int, int, str]]:
    """The points of a line's ink that have a colour of their own: from, to, and which."""
    for mark in line.marks:
        if mark.kind is not MarkKind.COLOURED:
            continue
        chosen = _marked(mark, line, ink)[kept]
        edges = np.flatnonzero(np.diff(np.concatenate([[0], chosen, [0]])))
        for start, stop in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
            yield start, stop, mark.colour


def _drawn(
    line: PlannedLine, ink: LineInk, xy: Array, kept: npt.NDArray[np.bool_]
) -> tuple[list[Array], PlacedWord | None]:
    """What is drawn beside the letters, in millimetres of the plan; and the sign as a word."""
    if not line.marks and line.sign is None:
        return [], None
    edit, unit = line.edit, line.unit
    pen = HeldPen(unit, line.look.pen.width, jitter(line.look.seed, line.key))
    slope = float(np.tan(line.angle))
    middle = line.left + line.width / 2 + edit.right
    base = Baseline(middle, line.baseline + edit.down, slope)
    strokes: list[Array] = []
    for mark in line.marks:
        chosen = _marked(mark, line, ink) & kept
        if mark.kind is MarkKind.COLOURED or not chosen.any():
            continue
        if mark.kind is MarkKind.PRESSED:
            strokes += gone_over(list(_runs(ink, xy, chosen)), pen)
            continue
        xs = xy[chosen, 0]
        strokes.append(line_along(mark.kind, float(xs.min()), float(xs.max()), base, pen))
    placed = None
    if line.sign is not None:
        moved = line.sign._replace(x=line.sign.x + edit.right)
        sign = drawn_sign(moved, base, pen)
        strokes = sign + strokes
        if line.sign.sign is not None:
            placed = PlacedWord(line.sign.sign.text, _box_of(np.concatenate(sign), line))
    return strokes, placed


def _marked(mark: LineMark, line: PlannedLine, ink: LineInk) -> npt.NDArray[np.bool_]:
    """Which points of a line's ink are marked: of whole words all, of parts by their characters."""
    chosen = np.zeros(len(ink.xy), dtype=bool)
    start = 0
    for k, word in enumerate(line.words):
        stop = start + len(word.text)
        first, last = int(ink.cuts[k]), int(ink.cuts[k + 1])
        if mark.start <= start and stop <= mark.stop:
            chosen[first:last] = True
        elif mark.start < stop and start < mark.stop:
            places = ink.characters[first:last]
            chosen[first:last] = (mark.start <= places) & (places < mark.stop)
        start = stop + 1
    return chosen


def _runs(ink: LineInk, xy: Array, chosen: npt.NDArray[np.bool_]) -> Iterator[Array]:
    """The chosen points, cut where the pen was lifted or others come between."""
    start = 0
    for stop in ink.ends.tolist():
        edges = np.flatnonzero(np.diff(np.concatenate([[0], chosen[start:stop], [0]])))
        for low, high in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
            yield xy[start + low : start + high]
        start = stop


def _beside(line: PlannedLine, strokes: tuple[Stroke, ...], drawn: list[Array]) -> Iterator[Stroke]:
    """Strokes that are drawn after those of the words, on the page."""
    if not drawn:
        return
    clocks = [stroke.time for stroke in strokes if stroke.time is not None]
    timed = len(clocks) == len(strokes)
    last = max((float(time[-1]) for time in clocks), default=0.0)
    for xy, time in zip(drawn, times_of(drawn, last, line.unit), strict=True):
        yield Stroke(line.on_page(xy), time if timed else None)


def _strokes(ink: LineInk, xy: Array, kept: npt.NDArray[np.bool_]) -> Iterator[Stroke]:
    """The line's strokes with new points, without those that are not kept."""
    whole = bool(kept.all())
    # Checked at once: stroke by stroke it takes several times as long.
    xy = Stroke(xy).xy if len(xy) else xy
    for stroke, stop in zip(ink.strokes, ink.ends.tolist(), strict=True):
        start = stop - len(stroke)
        if whole:
            yield Stroke.of_frozen(xy[start:stop], stroke.time, stroke.pressure)
            continue
        edges = np.flatnonzero(np.diff(np.concatenate([[0], kept[start:stop], [0]])))
        for low, high in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
            yield stroke[low:high].with_xy(xy[start + low : start + high])


def _box(xy: Array, start: int, stop: int, line: PlannedLine) -> Box:
    """Around a word's points; a word without ink stands where it would have been written."""
    part = xy[start:stop]
    if not len(part):
        x = float(xy[min(start, len(xy) - 1), 0]) if len(xy) else line.left
        part = np.array([(x, line.baseline - line.look.x_height), (x, line.baseline)])
    return _box_of(part, line)


def _box_of(part: Array, line: PlannedLine) -> Box:
    (left, top), (right, bottom) = part.min(axis=0).tolist(), part.max(axis=0).tolist()
    return *_upright(line, left, top), *_upright(line, right, bottom)


def _upright(line: PlannedLine, x: float, y: float) -> tuple[float, float]:
    """A place in the frame of the line."""
    return (x, y) if line.place is None else line.place.upright(x, y)


def _width(xy: Array) -> float:
    return float(np.ptp(xy[:, 0]))
