"""Lines of an SVG that keep their width: brought to the drawing's own coordinates.

Qt writes lines whose width does not depend on the zoom as `vector-effect="non-scaling-stroke"`,
which many programs do not know: they would draw them as broad as the plot. Here their points are
transformed instead, and the transform goes to what else stands beside them.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path

SVG = "http://www.w3.org/2000/svg"
XLINK = "http://www.w3.org/1999/xlink"
_MATRIX = re.compile(r"matrix\(([^)]*)\)")
_NUMBER = re.compile(r"-?\d*\.?\d+(?:[eE][-+]?\d+)?")
Matrix = tuple[float, float, float, float, float, float]


def settle(path: Path) -> None:
    """Rewrite a file of QSvgGenerator's in place."""
    ElementTree.register_namespace("", SVG)
    ElementTree.register_namespace("xlink", XLINK)
    tree = ElementTree.parse(path)
    for group in tree.iter(f"{{{SVG}}}g"):
        found = _MATRIX.search(group.get("transform", ""))
        if found is None:
            continue
        matrix = tuple(float(number) for number in re.split(r"[,\s]+", found[1].strip()))
        del group.attrib["transform"]
        for child in group:
            _settle(child, matrix)  # type: ignore[arg-type]
    tree.write(path, encoding="utf-8", xml_declaration=True)


def _settle(child: ElementTree.Element, matrix: Matrix) -> None:
    if child.get("vector-effect") == "non-scaling-stroke":
        del child.attrib["vector-effect"]
        if child.tag == f"{{{SVG}}}rect":
            _outline(child)
        for name in ("points", "d"):
            if name in child.attrib:
                child.set(name, _moved(child.attrib[name], matrix))
        return
    if matrix != (1, 0, 0, 1, 0, 0):
        child.set("transform", f"matrix({','.join(f'{value:g}' for value in matrix)})")


def _outline(rect: ElementTree.Element) -> None:
    """A rectangle as a polygon, which can be turned."""
    x, y, width, height = (float(rect.attrib.pop(n, "0")) for n in ("x", "y", "width", "height"))
    right, bottom = x + width, y + height
    rect.tag = f"{{{SVG}}}polygon"
    rect.set("points", f"{x},{y} {right},{y} {right},{bottom} {x},{bottom}")


def _moved(places: str, matrix: Matrix) -> str:
    """Points, or a path of absolute M, L and C, transformed: every two numbers are a place."""
    a, b, c, d, e, f = matrix
    waiting: list[float] = []

    def replaced(found: re.Match[str]) -> str:
        waiting.append(float(found[0]))
        if len(waiting) < 2:
            return ""
        x, y = waiting
        waiting.clear()
        return f"{a * x + c * y + e:.3f},{b * x + d * y + f:.3f}"

    return re.sub(r"(,|\s)+", " ", _NUMBER.sub(replaced, places.replace(",", " "))).strip()
