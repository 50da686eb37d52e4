"""SVG drawings whose paths are single pen lines, as plotters and vector programs write them."""

from __future__ import annotations

import math
import re
from pathlib import Path
from xml.etree.ElementTree import Element

import numpy as np

from engine.errors import FileError
from engine.ink.ink import Array, Ink, bounded_stroke
from engine.io.limits import Budget, gunzip, read_limited
from engine.io.safe_xml import parse_xml, wrong_kind
from studio.importing.foreign_ink import InkPiece
from studio.importing.path_data import lines_of

#: What is defined here is drawn elsewhere, or not at all.
_NOT_DRAWN = frozenset(
    {"defs", "symbol", "clipPath", "mask", "pattern", "marker", "metadata", "style", "script"}
)
_TRANSFORM = re.compile(r"(matrix|translate|scale|rotate|skewX|skewY)\s*\(([^)]*)\)")


def read(path: Path) -> list[InkPiece]:
    """All stroked paths and lines of a drawing as one piece.

    Raises
    ------
    FileError
        If it is damaged, too large, no SVG, or draws filled outlines instead of lines.
    """
    data = read_limited(path)
    if data[:2] == b"\x1f\x8b":
        data = gunzip(data, path)
    root = parse_xml(data, path)
    if root.tag != "svg":
        raise wrong_kind(path, "an SVG drawing")
    reader = _Reader(Budget(path))
    reader.walk(root, np.eye(3), "black", "none")
    if reader.lines:
        return [
            InkPiece(Ink(tuple(bounded_stroke(path, xy) for xy in reader.lines)), sampled=False)
        ]
    if reader.filled:
        raise FileError(
            f"{path} draws filled outlines, no single lines; export it with the strokes' centre "
            "lines (in this program: the ball-point pen)."
        )
    return []


class _Reader:
    """The lines of a drawing, gathered element by element."""

    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        self.lines: list[Array] = []
        self.filled = 0

    def walk(self, element: Element, matrix: Array, fill: str, stroke: str) -> None:
        """Gather an element and what is below it."""
        if element.tag in _NOT_DRAWN:
            return
        look = _look(element)
        if look.get("display") == "none" or look.get("visibility") == "hidden":
            return
        fill, stroke = look.get("fill", fill), look.get("stroke", stroke)
        matrix = matrix @ self._transform(element.get("transform", ""))
        lines = self._shape(element)
        nothing = ("none", "transparent")
        # A style sheet may stroke it all the same: what names a class is believed.
        if lines and stroke in nothing and fill not in nothing and element.get("class") is None:
            self.filled += 1
            lines = []
        for xy in lines:
            self.lines.append(xy @ matrix[:2, :2].T + matrix[:2, 2])
        for child in element:
            self.walk(child, matrix, fill, stroke)

    def _shape(self, element: Element) -> list[Array]:
        numbers = self._budget.numbers
        if element.tag == "path":
            return lines_of(element.get("d", ""), self._budget)
        if element.tag in ("polyline", "polygon"):
            values = numbers(element.get("points", ""))
            xy = values[: len(values) // 2 * 2].reshape(-1, 2)
            return (
                [np.concatenate([xy, xy[:1]]) if element.tag == "polygon" else xy]
                if len(xy)
                else []
            )
        if element.tag == "line":
            places = " ".join(element.get(name, "0") for name in ("x1", "y1", "x2", "y2"))
            return [numbers(places).reshape(2, 2)]
        return []

    def _transform(self, text: str) -> Array:
        matrix = np.eye(3)
        for name, arguments in _TRANSFORM.findall(text):
            values = self._budget.numbers(arguments, columns=6)
            matrix = matrix @ _matrix(name, values.tolist(), self._budget)
        return matrix


def _matrix(name: str, v: list[float], budget: Budget) -> Array:
    try:
        if name == "matrix":
            return np.array([[v[0], v[2], v[4]], [v[1], v[3], v[5]], [0, 0, 1]], dtype=np.float64)
        if name == "translate":
            return np.array([[1, 0, v[0]], [0, 1, v[1] if len(v) > 1 else 0], [0, 0, 1.0]])
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
    except IndexError as error:
        raise FileError(f"{budget.path} has a broken transform; save it again.") from error


def _look(element: Element) -> dict[str, str]:
    """The properties of an element: its attributes, and its style above them."""
    names = ("fill", "stroke", "display", "visibility")
    look = {name: element.attrib[name].strip() for name in names if name in element.attrib}
    for declaration in element.get("style", "").split(";"):
        name, found, value = declaration.partition(":")
        if found and name.strip() in names:
            look[name.strip()] = value.strip()
    return look
