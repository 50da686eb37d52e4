"""Font files: OpenType of the pen's outlines, and SVG fonts of single lines for plotters."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

import numpy as np

from engine.errors import SettingError
from engine.ink.ink import Array, Ink, Stroke
from engine.io.atomic import atomic_write
from engine.rendering.curves import beziers
from engine.rendering.pens import Pen, outline
from studio.fonts.font_features import feature_code
from studio.fonts.glyph_cutting import FontGlyph, GlyphSet

UNITS = 2000
"""Of the font's em."""
X_HEIGHT = 800
"""Of a small x, in units."""

_TYPOGRAPHIC = {
    "'": "\N{LEFT SINGLE QUOTATION MARK}\N{RIGHT SINGLE QUOTATION MARK}",
    '"': "\N{LEFT DOUBLE QUOTATION MARK}\N{RIGHT DOUBLE QUOTATION MARK}",
    "-": "\N{EN DASH}\N{EM DASH}\N{MINUS SIGN}\N{NON-BREAKING HYPHEN}",
}
"""What typesetting programs put in place of a plain mark: it has the same glyph."""

Contour = list[tuple[float, float]]
"""A closed curve: a point to begin at, then three control points a piece, in units, y up."""

_REPAIRS = 3
"""How often outlines are merged again after they were brought to whole units, at most."""

_STRAIGHT = 0.012
"""Points of a stroke that lie so near to the line without them are left out, in x-heights."""
_EXTRA = 'install what merges outlines: pip install "scriptorium[font]"'


@dataclass(frozen=True)
class FontNames:
    """What a font says of itself.

    Parameters
    ----------
    family : str
    licence : str
        Who may use it, and for what.
    description : str
        How it was made.
    version : str
        Of the program that made it, in numbers: "0.1.0".
    date : str
        Of the hand: "2026-11-21".
    """

    family: str
    licence: str
    description: str
    version: str = "1.0"
    date: str = "2026-01-01"

    def __post_init__(self) -> None:
        if not self.family.strip() or not self.family.isprintable() or len(self.family) > 31:
            raise SettingError(
                f"A font cannot be called {self.family!r}; give a name of 1 to 31 characters."
            )

    @property
    def postscript(self) -> str:
        """The name as PostScript has it: no spaces, plain letters alone."""
        plain = unicodedata.normalize("NFKD", self.family).encode("ascii", "ignore").decode()
        return re.sub(r"[^A-Za-z0-9-]", "", plain) or "Handwriting"


def save_open_type(
    glyphs: GlyphSet, names: FontNames, pen: Pen, x_height: float, path: Path
) -> None:
    """Write an OpenType font with PostScript outlines.

    Parameters
    ----------
    glyphs : GlyphSet
    names : FontNames
    pen : Pen
    x_height : float
        At which the pen writes, in millimetres: it says how thick the lines are.
    path : Path

    Raises
    ------
    SettingError
        If there is no glyph, or the library that merges outlines is not installed.
    FileError
        If the file cannot be written.
    """
    from fontTools.feaLib.builder import addOpenTypeFeaturesFromString
    from fontTools.fontBuilder import FontBuilder
    from fontTools.misc.timeTools import timestampFromString

    if not glyphs.forms:
        raise SettingError("No character of this hand could be found; a font needs one at least.")
    charstrings: dict[str, Any] = {}
    metrics: dict[str, tuple[int, int]] = {}
    cmap: dict[int, str] = {}
    forms: dict[str, list[str]] = {}
    charstrings[".notdef"], metrics[".notdef"] = _box(), (X_HEIGHT, 80)
    space = max(round(_units(glyphs.space - _half(glyphs))), X_HEIGHT // 3)
    charstrings["space"], metrics["space"] = _charstring([], space), (space, 0)
    cmap |= {0x20: "space", 0xA0: "space"}
    tops, feet = [0.0], [0.0]
    for text, some in glyphs.forms.items():
        called = _glyph_name(text)
        forms[text] = [called if k == 0 else f"{called}.alt{k}" for k in range(len(some))]
        for name, glyph in zip(forms[text], some, strict=True):
            left = round(_units(glyphs.before[text[0]]))
            contours = _outlines(glyph, pen, x_height, left)
            right = round(_units(glyphs.after[text[-1]]))
            advance = max(left + round(_units(glyph.width)) + right, 1)
            charstrings[name] = _charstring(contours, advance)
            begin, low, _, high = _bounds(contours)
            metrics[name] = advance, round(begin)
            tops.append(high)
            feet.append(low)
        if len(text) == 1:
            for character in text + _TYPOGRAPHIC.get(text, ""):
                cmap[ord(character)] = forms[text][0]
    top, foot = int(np.ceil(max(tops))), int(np.floor(min(feet)))
    capital = _height(glyphs, "HIEFTLMN", round(1.9 * X_HEIGHT))
    builder = FontBuilder(UNITS, isTTF=False)
    builder.setupGlyphOrder(list(charstrings))
    builder.setupCharacterMap(cmap)
    about = {
        "FullName": names.family,
        "FamilyName": names.family,
        "Weight": "Regular",
        "Notice": names.licence,
        "version": names.version,
    }
    # No hints: a hand's lines have no two stems alike.
    builder.setupCFF(names.postscript, about, charstrings, {"BlueValues": []})
    builder.setupHorizontalMetrics(metrics)
    builder.setupHorizontalHeader(ascent=top, descent=foot, lineGap=0)
    builder.setupNameTable(_names(names), mac=False)
    average = round(sum(width for width, _ in metrics.values()) / len(metrics))
    builder.setupOS2(
        version=4,
        sTypoAscender=top,
        sTypoDescender=foot,
        sTypoLineGap=0,
        usWinAscent=max(top, 0),
        usWinDescent=max(-foot, 0),
        sxHeight=X_HEIGHT,
        sCapHeight=capital,
        xAvgCharWidth=average,
        usWeightClass=400,
        fsSelection=0x40 | 0x80,  # regular; the typographic metrics hold
        fsType=0,
        achVendID="SCRB",
        ulUnicodeRange1=0b11,
        ulCodePageRange1=1,
        panose=_panose(),
        usDefaultChar=0,
        usBreakChar=0x20,
        usMaxContext=3,
    )
    builder.setupPost(
        underlinePosition=-X_HEIGHT // 3, underlineThickness=X_HEIGHT // 8, keepGlyphNames=False
    )
    kerns = {pair: round(_units(value)) for pair, value in glyphs.kerns.items()}
    addOpenTypeFeaturesFromString(builder.font, feature_code(forms, kerns, glyphs.marked))
    moment = timestampFromString(_moment(names.date))
    builder.updateHead(created=moment, modified=moment, fontRevision=1.0, lowestRecPPEM=9)
    builder.font.recalcTimestamp = False
    file = BytesIO()
    builder.font.save(file)
    with atomic_write(path) as temporary:
        temporary.write_bytes(file.getvalue())


def save_svg_font(glyphs: GlyphSet, names: FontNames, path: Path) -> None:
    """Write an SVG font (SVG 1.1, chapter 20) whose glyphs are single lines, not outlines.

    Programs for plotters (Inkscape's Hershey Text, for one) draw text with it in single strokes.

    Raises
    ------
    FileError
        If the file cannot be written.
    """
    space = max(round(_units(glyphs.space - _half(glyphs))), X_HEIGHT // 3)
    bounds = [glyph.ink.bounds for some in glyphs.forms.values() for glyph in some]
    top = round(_units(-min((b[1] for b in bounds), default=-2.0)))
    foot = -round(_units(max((b[3] for b in bounds), default=1.0)))
    parts = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<svg xmlns="http://www.w3.org/2000/svg" version="1.1">',
        f"<metadata>{_xml(names.description)} {_xml(names.licence)}</metadata>",
        f'<defs><font id={quoteattr(names.postscript)} horiz-adv-x="{X_HEIGHT}">',
        f'<font-face font-family={quoteattr(names.family)} units-per-em="{UNITS}" '
        f'ascent="{top}" descent="{foot}" cap-height="{_height(glyphs, "HIEFT", 2 * X_HEIGHT)}" '
        f'x-height="{X_HEIGHT}"/>',
        f'<missing-glyph horiz-adv-x="{X_HEIGHT}"/>',
        f'<glyph unicode=" " glyph-name="space" horiz-adv-x="{space}"/>',
    ]
    # A reader takes the first that fits: pairs stand before their letters.
    for text, some in sorted(glyphs.forms.items(), key=lambda item: (-len(item[0]), item[0])):
        glyph = some[0]
        left = _units(glyphs.before[text[0]])
        advance = max(round(left + _units(glyph.width + glyphs.after[text[-1]])), 1)
        parts.append(
            f"<glyph unicode={quoteattr(text)} glyph-name={quoteattr(_glyph_name(text))} "
            f'horiz-adv-x="{advance}" d="{_single_lines(glyph.ink, left)}"/>'
        )
    for (a, b), value in sorted(glyphs.kerns.items()):
        if a in glyphs.forms and b in glyphs.forms:
            parts.append(
                f'<hkern u1={quoteattr(a)} u2={quoteattr(b)} k="{-round(_units(value))}"/>'
            )
    parts.append("</font></defs></svg>")
    with atomic_write(path) as temporary:
        temporary.write_text("\n".join(parts) + "\n", encoding="utf-8")


def _half(glyphs: GlyphSet) -> float:
    """What two words leave free at their ends, usually: it is a part of the gap between them."""
    return float(np.median([*glyphs.before.values()]) + np.median([*glyphs.after.values()]))


def _units(x_heights: float) -> float:
    return X_HEIGHT * x_heights


def _glyph_name(text: str) -> str:
    from fontTools.agl import UV2AGL

    return "_".join(UV2AGL.get(ord(c), f"uni{ord(c):04X}") for c in text)


def _height(glyphs: GlyphSet, letters: str, usual: int) -> int:
    tops = [-glyph.ink.bounds[1] for c in letters for glyph in glyphs.forms.get(c, ())]
    return round(_units(float(np.median(tops)))) if tops else usual


def _box() -> Any:
    return _charstring(
        [
            [(80, 0), (720, 0), (720, 1520), (80, 1520)],
            [(160, 80), (160, 1440), (640, 1440), (640, 80)],
        ],
        X_HEIGHT,
        straight=True,
    )


def _charstring(contours: list[Contour], width: int, straight: bool = False) -> Any:
    """A glyph of closed contours: a point to begin at, then three control points a curve."""
    from fontTools.pens.t2CharStringPen import T2CharStringPen

    pen = T2CharStringPen(width, None)
    for contour in contours:
        pen.moveTo(contour[0])
        if straight:
            for point in contour[1:]:
                pen.lineTo(point)
        else:
            for k in range(1, len(contour) - 2, 3):
                pen.curveTo(*contour[k : k + 3])
        pen.closePath()
    return pen.getCharString()


def _outlines(glyph: FontGlyph, pen: Pen, x_height: float, left: int) -> list[Contour]:
    """The pen's line along a glyph as contours that do not cross, in units, y up."""
    try:
        import pathops
    except ImportError as error:
        raise SettingError(f"A font cannot be made here; {_EXTRA}.") from error
    shape = outline(_thinned(glyph.ink).scaled(x_height), pen)
    scale = X_HEIGHT / x_height
    curves = [curve * (scale, -scale) + (left, 0.0) for curve in shape.curves]
    # The library gives up on some curves that nearly touch, or loses some: other digits, and at
    # last straight pieces, help it on.
    best: list[Contour] | None = None
    for factor, straight in ((1.0, False), (4.7, False), (16.3, False), (1.0, True), (4.7, True)):
        merged = _merged(pathops, [factor * curve for curve in curves], 1 / factor, straight)
        if merged is None or not _covers(merged, curves):
            continue
        best = merged if best is None else best
        # Whole units may make neighbouring curves touch again.
        for _ in range(_REPAIRS):
            again = _merged(pathops, [np.array(contour) for contour in merged], 1.0, False)
            if again is None or not _covers(again, curves):
                break
            if sorted(map(len, again)) == sorted(map(len, merged)):
                return again
            merged = again
    # Else as it was drawn: it overlaps itself, which looks the same.
    whole = [_closed([_whole(point) for point in curve.tolist()]) for curve in curves]
    return whole if best is None else best


def _merged(
    pathops: Any, curves: list[Array], scale: float, straight: bool
) -> list[Contour] | None:
    """The union of closed curves; None where the library gives up."""
    path = pathops.Path()
    for curve in curves:
        _draw(path.getPen(), curve, straight)
    try:
        path.simplify(fix_winding=True, keep_starting_points=False, clockwise=False)
    except pathops.PathOpsError:
        return None
    return _contours(path, scale)


def _covers(contours: list[Contour], curves: list[Array]) -> bool:
    """Whether contours reach as far on all sides as the curves that they were made of."""
    if not contours:
        return False
    made = np.array([point for contour in contours for point in contour[::3]])
    ends = np.concatenate([curve[::3] for curve in curves])
    sides = made.min(axis=0) - ends.min(axis=0), ends.max(axis=0) - made.max(axis=0)
    return bool(max(float(np.max(side)) for side in sides) < 0.01 * X_HEIGHT + 2.0)


def _draw(pen: Any, curve: Array, straight: bool) -> None:
    """Draw a closed curve, by its curves or by short straight lines."""
    pen.moveTo(tuple(curve[0]))
    for k in range(1, len(curve) - 2, 3):
        if straight:
            t = np.linspace(0, 1, 9)[1:, None]
            weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3)
            some = sum(w * p for w, p in zip(weights, curve[k - 1 : k + 3], strict=True))
            for point in np.asarray(some).tolist():
                pen.lineTo(tuple(point))
        else:
            pen.curveTo(*map(tuple, curve[k : k + 3].tolist()))
    pen.closePath()


def _contours(path: Any, scale: float) -> list[Contour]:
    """A path's contours in whole units, all of their pieces as cubics."""
    contours: list[Contour] = []
    here = (0.0, 0.0)
    for verb, given in path.segments:
        points = [(scale * x, scale * y) for x, y in given]
        if verb == "moveTo":
            contours.append([_whole(points[0])])
            here = points[0]
        elif verb == "lineTo":
            contours[-1] += [_whole(here), _whole(points[0]), _whole(points[0])]
            here = points[0]
        elif verb == "qCurveTo":
            for control, end in _quadratics(points):
                first = tuple(a + (b - a) * 2 / 3 for a, b in zip(here, control, strict=True))
                second = tuple(a + (b - a) * 2 / 3 for a, b in zip(end, control, strict=True))
                contours[-1] += _pieces(here, first, second, end)
                here = end
        elif verb == "curveTo":
            contours[-1] += _pieces(here, *points)
            here = points[-1]
    return [_closed(contour) for contour in contours if _area(contour) >= 16.0]


def _quadratics(points: Any) -> list[tuple[Any, Any]]:
    """The controls and ends of a TrueType curve, whose ends may be implied."""
    made = []
    controls, end = points[:-1], points[-1]
    for k, control in enumerate(controls):
        stop = end
        if k + 1 < len(controls):
            stop = tuple((a + b) / 2 for a, b in zip(control, controls[k + 1], strict=True))
        made.append((control, stop))
    return made


def _pieces(*curve: Any) -> Contour:
    """A cubic without its first point, in whole units, divided where it turns.

    Programs want a point at the leftmost, rightmost, highest and lowest places of a curve.
    """
    from fontTools.misc.bezierTools import (
        calcCubicParameters,
        solveQuadratic,
        splitCubicAtT,
    )

    a, b, c, _ = calcCubicParameters(*curve)
    turns = {
        round(t, 3)
        for axis in (0, 1)
        for t in solveQuadratic(3 * a[axis], 2 * b[axis], c[axis])
        if 0.05 < t < 0.95
    }
    pieces = splitCubicAtT(*curve, *sorted(turns)) if turns else [curve]
    return [_whole(point) for piece in pieces for point in piece[1:]]


def _whole(point: Any) -> tuple[float, float]:
    return float(round(point[0])), float(round(point[1]))


def _bounds(contours: list[Contour]) -> tuple[float, float, float, float]:
    """Left, low, right, high of contours; zeros where there is none."""
    from fontTools.pens.boundsPen import BoundsPen

    pen = BoundsPen(None)
    for contour in contours:
        _draw(pen, np.array(contour), False)
    left, low, right, high = pen.bounds or (0.0, 0.0, 0.0, 0.0)
    return left, low, right, high


def _closed(contour: Contour) -> Contour:
    """Without pieces of no length; the last ends where the first began."""
    kept = [contour[0]]
    for k in range(1, len(contour) - 2, 3):
        piece = contour[k : k + 3]
        if any(point != kept[-1] for point in piece):
            kept += piece
    if kept[-1] != kept[0]:
        kept += [kept[-1], kept[0], kept[0]]
    return kept


def _area(contour: Contour) -> float:
    """Of the polygon of a contour's ends, without sign."""
    ends = np.array([contour[0], *contour[3::3]])
    x, y = ends.T
    return abs(float((x * np.roll(y, -1) - y * np.roll(x, -1)).sum())) / 2


def _thinned(ink: Ink) -> Ink:
    """Ink with the points alone that its curves need."""
    strokes = []
    for stroke in ink.strokes:
        kept = _needed(stroke.xy)
        strokes.append(Stroke(stroke.xy[kept]))
    return Ink(tuple(strokes))


def _needed(xy: Array) -> list[int]:
    """The points that the line needs (Ramer, Douglas and Peucker)."""
    kept = {0, len(xy) - 1}
    todo = [(0, len(xy) - 1)]
    while todo:
        a, b = todo.pop()
        if b - a < 2:
            continue
        chord = xy[b] - xy[a]
        inner = xy[a + 1 : b] - xy[a]
        length = float(np.hypot(*chord))
        if length < 1e-9:
            away = np.hypot(inner[:, 0], inner[:, 1])
        else:
            away = np.abs(inner[:, 0] * chord[1] - inner[:, 1] * chord[0]) / length
        far = int(away.argmax())
        if away[far] > _STRAIGHT:
            middle = a + 1 + far
            kept.add(middle)
            todo += [(a, middle), (middle, b)]
    return sorted(kept)


def _single_lines(ink: Ink, left: float) -> str:
    """Path data of the middle of each stroke, in units, y up."""
    control = beziers(ink)
    parts, first = [], 0
    for stroke in ink.strokes:
        curves = control[first : first + len(stroke) - 1, 1:].reshape(-1, 2)
        first += len(stroke)
        points = np.concatenate([stroke.xy[:1], curves]) * (X_HEIGHT, -X_HEIGHT) + (left, 0.0)
        numbers = [f"{x:.0f},{y:.0f}" for x, y in points.tolist()]
        # A dot is a line of one unit.
        parts.append(f"M{numbers[0]}" + (f"C{' '.join(numbers[1:])}" if numbers[1:] else "h1"))
    return "".join(parts)


def _names(names: FontNames) -> Mapping[str, str]:
    return {
        "copyright": names.licence,
        "familyName": names.family,
        "styleName": "Regular",
        "uniqueFontIdentifier": f"Scriptorium {names.version}: {names.postscript}",
        "fullName": names.family,
        "version": f"Version {names.version}",
        "psName": f"{names.postscript}-Regular",
        "description": names.description,
        "licenseDescription": names.licence,
    }


def _panose() -> Any:
    from fontTools.ttLib.tables.O_S_2f_2 import Panose

    # Latin hand written; all else is not said.
    return Panose(bFamilyType=3)


def _moment(date: str) -> str:
    from datetime import UTC, datetime

    try:
        day = datetime.fromisoformat(date[:10]).replace(tzinfo=UTC)
    except ValueError:
        day = datetime(2026, 1, 1, tzinfo=UTC)
    return day.strftime("%a %b %d %H:%M:%S %Y")


def _xml(text: str) -> str:
    from xml.sax.saxutils import escape

    return escape("".join(c for c in text if c.isprintable()))
