"""SVG drawings, read as they are drawn: lines that are stroked, or the middle of outlines."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from xml.etree.ElementTree import Element

import numpy as np

from engine.errors import FileError
from engine.ink.bounded_stroke import bounded_stroke
from engine.ink.ink import Array, Ink, Stroke
from engine.io.limits import Budget, Numbers, gunzip
from engine.io.safe_xml import DEEPEST, MOST_ELEMENTS, parse_xml, wrong_kind
from studio.importing.foreign_ink import InkPiece
from studio.importing.outlines import has_holes, middle_line, short_line
from studio.importing.path_data import BrokenPathError, lines_of
from studio.importing.svg_style import PaintStyle, Styles, hidden, is_white, length

#: What is defined here is drawn elsewhere, or not at all.
_NOT_DRAWN = frozenset(
    {"defs", "symbol", "clipPath", "mask", "pattern", "marker", "metadata", "style", "script",
     "linearGradient", "radialGradient", "filter", "title", "desc", "foreignObject"}
)  # fmt: skip
#: What is drawn, and is no ink.
_NO_INK = {"text": "typed text", "image": "an image"}
#: Classes and names of groups that rule the paper (Write, and others after it).
_PAPER = re.compile(r"ruleline|pagerect|paper|ruling|background|grid", re.I)
_TRANSFORM = re.compile(r"[\s,]*([a-zA-Z]{1,12})\s{0,100}\(([^()]*)\)")
_CSS_UNIT = re.compile(r"(?<=[\d.])(?:px|deg)\b")
_ROUND = 25
"""Points on a circle."""
_FEWEST_GRID = 20
"""Discs of a dotted paper."""


@dataclass(frozen=True)
class _Drawn:
    """What one shape draws, in the drawing's pixels.

    Parameters
    ----------
    lines : tuple of float64 (n, 2)
    width : float
        Of the stroke.
    paint : str
        Its colour.
    filled : bool
        Whether only what the lines enclose is painted.
    round : bool
        Whether it is a circle or an ellipse.
    both : bool
        Whether closed lines are stroked, and what they enclose is painted alike.
    """

    lines: tuple[Array, ...]
    width: float
    paint: str
    filled: bool
    round: bool
    both: bool = False


def read(data: bytes, budget: Budget) -> list[InkPiece]:
    """The lines of a drawing as one piece, in millimetres where it tells its size, else in pixels.

    Lines are what is stroked. Segments that go on where the one before ends are one stroke, as
    programs write pressure: a width each. A small filled disc is a dot. Filled outlines of strokes
    are brought to their middle line, if all of them can be. The rules of ruled paper are left out.

    Raises
    ------
    FileError
        If it is damaged, too large, no SVG, or draws filled shapes that are no pen's.
    """
    path = budget.path
    if data[:2] == b"\x1f\x8b":
        data = gunzip(data, path)
    root = parse_xml(data, path)
    if root.tag == "html":
        # Write keeps its pages as drawings in a web page.
        pages = [_page(child, budget) for child in _outermost_drawings(root)]
        return [piece for page in pages for piece in page]
    if root.tag != "svg":
        raise wrong_kind(path, "an SVG drawing")
    return _page(root, budget)


def _outermost_drawings(root: Element) -> Iterator[Element]:
    stack = [root]
    while stack:
        element = stack.pop()
        if element.tag == "svg":
            yield element
        else:
            stack.extend(reversed(element))


def _page(root: Element, budget: Budget) -> list[InkPiece]:
    walker = _Walker(root, budget)
    walker.walk(root, np.eye(3), PaintStyle(), (walker.page[0], walker.page[1]), 0)
    drawn = _on_paper(walker.drawn, walker.page, budget, "background" in root.get("style", ""))
    strokes = _strokes(drawn, budget)
    return [InkPiece(Ink(tuple(strokes)).scaled(walker.unit), sampled=False)] if strokes else []


# From shapes to strokes ----------------------------------------------------------------------


def _on_paper(
    drawn: Sequence[_Drawn], page: tuple[float, float], budget: Budget, coloured: bool
) -> list[_Drawn]:
    """Shapes without the paper, its dots and its frame, and without what is white on it.

    Outlines of a pen that are stroked, too, as thin as may be, are filled outlines.
    """
    papers = [shape for shape in drawn if shape.filled and _covers(shape, page)]
    rest = [shape for shape in drawn if not (shape.filled and _covers(shape, page))]
    inside = [shape for shape in rest if not _frames(shape, page)]
    if inside:
        budget.leave_out("a frame of the page", len(rest) - len(inside))
        rest = inside
    if dots := _grid(rest):
        budget.leave_out("a dot of the paper", len(dots))
        rest = [shape for shape in rest if id(shape) not in dots]
    dark = coloured or any(not is_white(paper.paint) for paper in papers)
    seen = [shape for shape in rest if dark or not is_white(shape.paint)]
    if seen:
        budget.leave_out("a white line, or a white shape", len(rest) - len(seen))
        rest = seen
    return [
        replace(shape, filled=True)
        if shape.both and (middles := _middles(shape)) and all(m is not None for m in middles)
        else shape
        for shape in rest
    ]


def _frames(shape: _Drawn, page: tuple[float, float]) -> bool:
    """Whether a rectangle goes round all of the page."""
    return not shape.filled and _covers(shape, page) and _is_rectangle(shape.lines[0])


def _grid(drawn: Sequence[_Drawn]) -> set[int]:
    """Which shapes are dots of a dotted paper: equal discs in rows and columns."""
    alike: dict[tuple[int, int], list[_Drawn]] = {}
    for shape in drawn:
        if shape.filled and shape.round and len(shape.lines) == 1:
            wide, high = np.ptp(shape.lines[0], axis=0).tolist()
            size = max(wide, high, 1e-9)
            digits = 2 - math.floor(math.log10(size))
            key = round(wide * 10**digits), round(high * 10**digits)
            alike.setdefault(key, []).append(shape)
    found: set[int] = set()
    for discs in alike.values():
        if len(discs) < _FEWEST_GRID:
            continue
        size = float(np.ptp(discs[0].lines[0]))
        places = np.array([disc.lines[0].min(axis=0) for disc in discs]) / max(size, 1e-9)
        columns, rows = (len(np.unique(np.round(places[:, axis]))) for axis in (0, 1))
        if min(columns, rows) > 1 and columns * rows <= 1.5 * len(discs):
            found.update(map(id, discs))
    return found


def _strokes(drawn: list[_Drawn], budget: Budget) -> list[Stroke]:
    lined = [line for shape in drawn if not shape.filled for line in shape.lines]
    heights = [float(np.ptp(line[:, 1])) for line in lined]
    least = 0.2 * max(heights, default=0.0)
    tall = [height for height in heights if height > least]
    unit = float(np.median(tall)) if tall else 0.0
    widest = max((shape.width for shape in drawn if not shape.filled), default=0.0)
    filled = [shape for shape in drawn if shape.filled]
    middles = {id(shape): _middles(shape) for shape in filled if _dot(shape, unit, widest) is None}
    known = [middle for found in middles.values() for middle in found or () if middle is not None]
    widths = [float(np.median(width)) for _, width in known]
    pen = float(np.median(widths)) if widths else 0.0
    parts: list[tuple[Array, float, str]] = []
    shapes = 0
    for shape in drawn:
        if not shape.filled:
            parts += [(line, shape.width, shape.paint) for line in shape.lines]
        elif id(shape) in middles:
            found = _pen_lines(shape, middles[id(shape)], pen)
            shapes += len(shape.lines) if found is None else 0
            parts += [(line, float(np.median(width)), "") for line, width in found or ()]
        elif (dot := _dot(shape, unit, widest)) is not None:
            parts.append((dot, widest, ""))
    # A box to tick among strokes is left out; of printed letters far more are no strokes.
    if shapes > len(lined) + len(widths) // 20:
        raise FileError(
            f"{budget.path} draws filled outlines, no single lines; export it with the strokes' "
            "centre lines (in this program: the ball-point pen)."
        )
    budget.leave_out("a filled shape", shapes)
    if widths:
        budget.tell(
            "The drawing holds filled outlines of strokes; the line in the middle of each was "
            "taken. Look whether all of them are right."
        )
    strokes = [bounded_stroke(budget, xy, None, pressure) for xy, pressure in _joined(parts)]
    return [stroke for stroke in strokes if stroke is not None]


def _covers(shape: _Drawn, page: tuple[float, float]) -> bool:
    """Whether a shape is the paper."""
    box = np.ptp(np.concatenate(shape.lines), axis=0)
    return len(shape.lines) == 1 and bool((box > 0.9 * np.array(page)).all()) and all(page)


def _dot(shape: _Drawn, unit: float, pen: float) -> Array | None:
    """The place of a small filled shape that is as wide as it is high.

    A disc is small beside letters, or where it is hardly wider than the pen that draws.
    """
    if len(shape.lines) > 1:
        return None
    (ring,) = shape.lines
    box = np.ptp(ring, axis=0)
    small = float(box.max()) <= (max(0.6 * unit, 1.5 * pen) if shape.round else 0.3 * unit)
    if not small or float(box.min()) < 0.5 * float(box.max()):
        return None
    return np.asarray((ring.min(axis=0) + ring.max(axis=0))[None] / 2)


def _middles(shape: _Drawn) -> list[tuple[Numbers, Numbers] | None] | None:
    """The middle line of each outline that is a stroke's; None if the shape has holes."""
    if has_holes(shape.lines):
        return None
    return [
        None if shape.round or _is_rectangle(outline) else middle_line(outline)
        for outline in shape.lines
    ]


def _is_rectangle(ring: Array) -> bool:
    """Whether an outline is a level rectangle: a bar, or what a picture is cut out by."""
    corners = np.unique(ring, axis=0)
    return len(corners) <= 4 and all(len(np.unique(corners[:, axis])) <= 2 for axis in (0, 1))


def _pen_lines(
    shape: _Drawn, middles: list[tuple[Numbers, Numbers] | None] | None, width: float
) -> list[tuple[Numbers, Numbers]] | None:
    """The lines of a pen of some width that left a filled shape; None if no pen did.

    What is too short for a middle line is a dot or a dash.
    """
    if middles is None:
        return None
    found = []
    for outline, middle in zip(shape.lines, middles, strict=True):
        if middle is None:
            line = short_line(outline, width)
            if line is None:
                return None
            middle = line, np.array([width])
        found.append(middle)
    # Discs within lines are where outlines of one stroke meet: none of them is a stroke by itself.
    long = [line for line, _ in found if len(line) > 2]
    places = np.concatenate(long) if long else np.full((1, 2), np.inf)
    short = [line.mean(axis=0) for line, _ in found if len(line) <= 2]
    within = [float(np.hypot(*(places - place).T).min()) < 0.75 * width for place in short]
    if 5 * sum(within) > len(found):
        return None
    return found


def _joined(parts: list[tuple[Array, float, str]]) -> Iterator[tuple[Array, Array | None]]:
    """Strokes with their pressure, from lines of which some go on where the one before ends."""
    groups: list[list[tuple[Array, float, str]]] = []
    for part in parts:
        line, width, paint = part
        if groups:
            before, wide, colour = groups[-1][-1]
            near = 0.02 * min(width, wide) + 1e-7 * float(np.abs(line[0]).max())
            if colour == paint and not _closed(before) and not _closed(line):
                gap = line[0] - before[-1]
                if float(np.abs(gap).max()) <= near:
                    groups[-1].append(part)
                    continue
        groups.append([part])
    widest = max((width for _, width, _ in parts), default=0.0)
    for group in groups:
        xy = np.concatenate([group[0][0], *(line[1:] for line, _, _ in group[1:])])
        widths = np.concatenate(
            [[group[0][1]], *(np.full(len(line) - 1, width) for line, width, _ in group)]
        )
        varied = len(group) > 1 and float(np.ptp(widths)) > 0
        yield _without_repeats(xy, widths / widest if varied else None)


def _without_repeats(xy: Array, pressure: Array | None) -> tuple[Array, Array | None]:
    """Without points on which the pen stays: the drawing tells no time."""
    moved = np.concatenate([[True], (np.diff(xy, axis=0) != 0).any(axis=1)])
    return xy[moved], None if pressure is None else pressure[moved]


def _closed(line: Array) -> bool:
    return len(line) > 2 and bool((line[0] == line[-1]).all())


# From elements to shapes ---------------------------------------------------------------------


class _Walker:
    """The shapes of a drawing, gathered element by element."""

    def __init__(self, root: Element, budget: Budget) -> None:
        self._budget = budget
        self._styles = Styles(root, budget)
        self._by_id = {e.attrib["id"]: e for e in reversed([*root.iter()]) if e.get("id")}
        self._left = 4 * MOST_ELEMENTS
        #: What is drawn at present because it is used.
        self._using: set[int] = set()
        box = _view_box(root)
        sizes = [length(root.get(name, "100%"), 0.0) for name in ("width", "height")]
        wide, high = (size or (box[2 + i] if box else 0.0) for i, size in enumerate(sizes))
        self.page = wide, high
        #: What a pixel is in the unit of the drawing: a millimetre where it tells its real size.
        real = re.search(r"(mm|cm|in|pt|pc|q)\s*$", root.get("width", ""), re.IGNORECASE)
        self.unit = 25.4 / 96 if real else 1.0
        self.drawn: list[_Drawn] = []

    def walk(
        self, element: Element, matrix: Array, look: PaintStyle, port: tuple[float, ...], depth: int
    ) -> None:
        """Gather an element and what is below it.

        Parameters
        ----------
        element : Element
        matrix : float64 (3, 3)
            From its parent's units to the drawing's pixels.
        look : PaintStyle
            Of its parent.
        port : tuple of float
            Width and height of the viewport, in its parent's units.
        depth : int
        """
        if element.tag in _NO_INK:
            self._budget.leave_out(_NO_INK[element.tag])
        if element.tag in _NOT_DRAWN or element.tag in _NO_INK:
            return
        self._left -= 1
        if depth > DEEPEST or self._left < 0:
            what = "uses itself too deeply" if depth > DEEPEST else "draws too many elements"
            raise FileError(f"{self._budget.path} {what}; save it as plain SVG without clones.")
        properties = self._styles.of(element)
        if hidden(properties):
            return
        look = look.below(properties)
        own = self._transform(properties.get("transform", ""))
        if own is None:
            self._budget.leave_out("what has a broken transform")
            return
        matrix = matrix @ own
        if _PAPER.search(element.get("class", "")):
            rules = sum(1 for child in element.iter() if child.tag in ("line", "path", "polyline"))
            self._budget.leave_out("a rule of the paper", rules)
            if element.tag != "svg":
                return
        if element.tag == "use":
            self._use(element, matrix, look, port, depth)
            return
        if element.tag == "svg":
            matrix, port = self._viewport(element, matrix, port, root=depth == 0)
        self._draw(element, matrix, look, port)
        children = list(element)
        if element.tag == "switch":
            children = [c for c in children if c.tag not in _NOT_DRAWN and not _asks_much(c)][:1]
        for child in children:
            self.walk(child, matrix, look, port, depth + 1)

    def _use(
        self, element: Element, matrix: Array, look: PaintStyle, port: tuple[float, ...], depth: int
    ) -> None:
        """Draw what an element refers to at its place."""
        target = self._by_id.get(element.get("href", "").removeprefix("#"))
        if target is None:
            return
        if id(target) in self._using:
            self._budget.leave_out("a clone within what it clones")
            return
        self._using.add(id(target))
        self._draw_clone(element, target, matrix, look, port, depth)
        self._using.discard(id(target))

    def _draw_clone(
        self,
        element: Element,
        target: Element,
        matrix: Array,
        look: PaintStyle,
        port: tuple[float, ...],
        depth: int,
    ) -> None:
        x, y = (self._length(element, name, port[i]) for i, name in enumerate("xy"))
        matrix = matrix @ _moved(x, y)
        if target.tag not in ("symbol", "svg"):
            self.walk(target, matrix, look, port, depth + 1)
            return
        properties = self._styles.of(target)
        if hidden(properties):
            return
        look = look.below(properties)
        matrix, port = self._viewport(target, matrix, port, size=element)
        for child in target:
            self.walk(child, matrix, look, port, depth + 2)

    def _viewport(
        self,
        element: Element,
        matrix: Array,
        port: tuple[float, ...],
        size: Element | None = None,
        root: bool = False,
    ) -> tuple[Array, tuple[float, ...]]:
        """The matrix and the viewport inside an element that has one (SVG 1.1, section 7.9)."""
        if root:
            width, height = port
        else:
            x, y = (self._length(element, name, port[i]) for i, name in enumerate("xy"))
            matrix = matrix @ _moved(x, y)
            width, height = (
                self._length(
                    size if size is not None and name in size.attrib else element,
                    name, port[i], default="100%",
                )
                for i, name in enumerate(("width", "height"))
            )  # fmt: skip
        box = _view_box(element)
        if box is None:
            return matrix, (width, height)
        left, top, wide, high = box
        if width > 0 and height > 0:
            x_scale, y_scale = width / wide, height / high
            how = (element.get("preserveAspectRatio") or "xMidYMid").removeprefix("defer ").split()
            x = y = 0.0
            if how and how[0] != "none":
                pick = max if "slice" in how else min
                x_scale = y_scale = pick(x_scale, y_scale)
                share = {"Min": 0.0, "Mid": 0.5, "Max": 1.0}
                x = share.get(how[0][1:4], 0.5) * (width - wide * x_scale)
                y = share.get(how[0][5:8], 0.5) * (height - high * y_scale)
            matrix = matrix @ _moved(x, y) @ np.diag([x_scale, y_scale, 1.0])
        return matrix @ _moved(-left, -top), (wide, high)

    def _length(self, element: Element, name: str, whole: float, default: str = "0") -> float:
        value = length(element.get(name, default), whole)
        return value if value is not None and math.isfinite(value) else 0.0

    def _draw(
        self, element: Element, matrix: Array, look: PaintStyle, port: tuple[float, ...]
    ) -> None:
        stroked = look.stroked
        if not stroked and not look.filled:
            return
        # However few points it has, a shape takes its time; so does the search for a middle line.
        self._budget.spend(2)
        lines = self._shape(element, port)
        if not lines:
            return
        both = stroked and look.filled and look.fill == look.stroke and all(map(_closed, lines))
        if both or not stroked:
            self._budget.spend(24 * len(lines))
        scale = math.sqrt(abs(float(np.linalg.det(matrix[:2, :2]))))
        placed = [xy @ matrix[:2, :2].T + matrix[:2, 2] for xy in lines]
        filled = not stroked
        if filled:
            # What has no inside is not painted.
            placed = [line for line in placed if len(line) > 2]
            if not placed:
                return
        self.drawn.append(
            _Drawn(
                tuple(placed), look.width * scale, look.stroke if stroked else look.fill, filled,
                element.tag in ("circle", "ellipse") or (len(placed) == 1 and _is_round(placed[0])),
                both,
            )
        )  # fmt: skip

    def _shape(self, element: Element, port: tuple[float, ...]) -> list[Array]:
        """The lines of a shape, in its own units."""
        tag = element.tag
        if tag == "path":
            try:
                return lines_of(element.get("d", ""), self._budget)
            except BrokenPathError:
                self._budget.leave_out("a path whose data is broken")
                return []
        if tag in ("polyline", "polygon"):
            values = self._budget.samples(element.get("points", ""))
            xy = values[: len(values) // 2 * 2].reshape(-1, 2)
            if len(xy) and tag == "polygon":
                xy = np.concatenate([xy, xy[:1]])
            return [xy] if len(xy) else []
        across, down = port
        mean = math.hypot(across, down) / math.sqrt(2)
        if tag == "line":
            self._budget.spend(2)
            ends = [
                [self._length(element, f"x{i}", across), self._length(element, f"y{i}", down)]
                for i in (1, 2)
            ]
            return [np.array(ends)]
        if tag in ("circle", "ellipse"):
            self._budget.spend(_ROUND)
            centre = self._length(element, "cx", across), self._length(element, "cy", down)
            if tag == "circle":
                radii = (self._length(element, "r", mean),) * 2
            else:
                rx = self._length(element, "rx", across, element.get("ry", "0"))
                radii = rx, self._length(element, "ry", down, element.get("rx", "0"))
            return [_ellipse(centre, radii)] if min(radii) > 0 else []
        if tag == "rect":
            self._budget.spend(5)
            x, width = (self._length(element, name, across) for name in ("x", "width"))
            y, height = (self._length(element, name, down) for name in ("y", "height"))
            corners = [[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]
            return [np.array(corners) * [width, height] + [x, y]] if width > 0 < height else []
        return []

    def _transform(self, text: str) -> Array | None:
        """The matrix of a transform; None where it is broken."""
        matrix = np.eye(3)
        place = 0
        while match := _TRANSFORM.match(text, place):
            values = self._budget.numbers(_CSS_UNIT.sub("", match[2]), columns=6)
            own = _matrix(match[1], values.tolist())
            if own is None:
                return None
            matrix = matrix @ own
            place = match.end()
        return matrix if text[place:].strip(" \t\r\n,") in ("", "none") else None


def _view_box(element: Element) -> tuple[float, ...] | None:
    words = element.get("viewBox", "").replace(",", " ").split()
    try:
        box = tuple(float(word) for word in words)
    except ValueError:
        return None
    known = len(box) == 4 and all(map(math.isfinite, box)) and box[2] > 0 and box[3] > 0
    return box if known else None


def _asks_much(element: Element) -> bool:
    """Whether a choice of a switch is for other programs, or for readers of one language."""
    return bool(element.get("systemLanguage") or element.get("requiredExtensions"))


def _is_round(ring: Array) -> bool:
    """Whether an outline is a circle, or a level ellipse, however it was drawn."""
    box = np.ptp(ring, axis=0)
    if len(ring) < 8 or not (box > 0).all():
        return False
    away = np.hypot(*((ring - ring.min(axis=0)) / (box / 2) - 1).T)
    return float(np.abs(away - 1).max()) < 0.06


def _ellipse(centre: tuple[float, float], radii: tuple[float, float]) -> Array:
    angles = np.linspace(0, 2 * np.pi, _ROUND)
    ring = np.stack([np.cos(angles), np.sin(angles)], axis=1) * radii + centre
    ring[-1] = ring[0]
    return ring


def _moved(x: float, y: float) -> Array:
    return np.array([[1, 0, x], [0, 1, y], [0, 0, 1.0]])


def _matrix(name: str, v: list[float]) -> Array | None:
    """The matrix of one function of a transform; None where it has too few numbers."""
    try:
        if name == "matrix":
            return np.array([[v[0], v[2], v[4]], [v[1], v[3], v[5]], [0, 0, 1]], dtype=np.float64)
        if name == "translate":
            return np.array([[1, 0, v[0]], [0, 1, v[1] if len(v) > 1 else 0], [0, 0, 1.0]])
        if name in ("translateX", "translateY"):
            return _moved(v[0], 0) if name == "translateX" else _moved(0, v[0])
        if name in ("scaleX", "scaleY"):
            return np.diag([v[0], 1.0, 1.0] if name == "scaleX" else [1.0, v[0], 1.0])
        if name == "scale":
            return np.diag([v[0], v[1] if len(v) > 1 else v[0], 1.0])
        if name == "rotate":
            angle = math.radians(v[0])
            c, s = math.cos(angle), math.sin(angle)
            turn = np.array([[c, -s, 0], [s, c, 0], [0, 0, 1.0]])
            if len(v) < 3:
                return turn
            there = np.array([[1, 0, v[1]], [0, 1, v[2]], [0, 0, 1.0]])
            back = np.array([[1, 0, -v[1]], [0, 1, -v[2]], [0, 0, 1.0]])
            return np.asarray(there @ turn @ back)
        shear = math.tan(math.radians(v[0]))
        return np.array(
            [[1, shear if name == "skewX" else 0, 0], [shear if name == "skewY" else 0, 1, 0],
             [0, 0, 1.0]]
        )  # fmt: skip
    except IndexError:
        return None
