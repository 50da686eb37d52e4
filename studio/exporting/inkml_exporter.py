"""The InkML exporter: pen points with their time, in W3C's Ink Markup Language.

Source: Ink Markup Language (InkML), W3C Recommendation 20 September 2011.
"""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import numpy as np

from engine.ink.ink import Array, Stroke
from engine.io.atomic import atomic_write
from studio.document.page import Inked, Page, Pages, PlacedLine
from studio.exporting.page_files import OnPageDone
from studio.exporting.page_layers import clean
from studio.exporting.provenance import Provenance, program

_INKML = "http://www.w3.org/2003/InkML"
_ID = "{http://www.w3.org/XML/1998/namespace}id"

_PAUSE = 0.5
"""Seconds between the end of a line and the start of the next: a line knows its own time alone."""

_CHANNELS = {
    "X": {"type": "decimal", "units": "mm"},
    "Y": {"type": "decimal", "units": "mm"},
    "T": {"type": "decimal", "units": "ms", "respectTo": "#start"},
    "F": {"type": "decimal", "units": "%", "min": "0", "max": "100"},
}


def export(pages: Pages, path: Path, *, tell: OnPageDone | None = None) -> list[Path]:
    """Write the pages to one InkML file.

    A page is a trace group that holds a trace group for each line, whose annotation `truth` is
    what was written, letter by letter, with `typed` beside it where other text was asked for
    ("&" for a written "and", or a character that was left out). What is drawn beside the words (a
    list's marks, lines under and through them) is a trace group with the annotation `beside`, and
    each drawing one with the annotation `drawing`, its name. X and Y are
    millimetres from the sheet's top left corner, T milliseconds from the note's first point
    where times are known, F the pressure in per cent where it is.

    Parameters
    ----------
    pages : Pages
    path : Path
    tell : function, optional

    Returns
    -------
    list of Path
        The file written.

    Raises
    ------
    FileError
        If it cannot be written.
    """
    told = Provenance.of(pages)
    ElementTree.register_namespace("", _INKML)
    root = ElementTree.Element(_name("ink"))
    facts = {
        "title": told.title,
        "creator": told.author,
        "rights": told.rights,
        "software": program(),
        **told.fields,
    }
    for kind, value in facts.items():
        if value:
            _annotate(root, kind, value)
    definitions = ElementTree.SubElement(root, _name("definitions"))
    ElementTree.SubElement(definitions, _name("timestamp"), {_ID: "start", "time": "0"})
    contexts = _Contexts(definitions)
    clock = 0.0
    for done, page in enumerate(pages, 1):
        clock = _write_page(root, page, contexts, clock)
        if tell is not None:
            tell(done)
    tree = ElementTree.ElementTree(root)
    ElementTree.indent(tree, " ")
    with atomic_write(path) as temporary:
        tree.write(temporary, encoding="utf-8", xml_declaration=True)
    return [path]


class _Contexts:
    """The contexts of a document, with their trace formats and brushes, defined when first used."""

    def __init__(self, definitions: ElementTree.Element) -> None:
        self._definitions = definitions
        self._known: dict[tuple[object, ...], str] = {}

    def of(self, line: Inked, channels: str) -> str:
        """The reference to the context of strokes with these channels, by the line's pen."""
        width, colour = line.pen.width, line.colour
        form = self._defined(
            "traceFormat",
            (channels,),
            {},
            [("channel", {"name": name, **_CHANNELS[name]}) for name in channels],
        )
        brush = self._defined(
            "brush",
            (width, colour, line.pen.opacity),
            {},
            [
                ("brushProperty", {"name": "width", "value": f"{width:g}", "units": "mm"}),
                ("brushProperty", {"name": "height", "value": f"{width:g}", "units": "mm"}),
                ("brushProperty", {"name": "color", "value": colour}),
                (
                    "brushProperty",
                    {"name": "transparency", "value": f"{255 * (1 - line.pen.opacity):.0f}"},
                ),
            ],
        )
        return self._defined(
            "context", (form, brush), {"traceFormatRef": form, "brushRef": brush}, []
        )

    def _defined(
        self,
        kind: str,
        key: tuple[object, ...],
        attributes: dict[str, str],
        children: list[tuple[str, dict[str, str]]],
    ) -> str:
        """The reference to a definition, which is made if there is none of that key."""
        if (kind, *key) not in self._known:
            identity = f"{kind}{sum(known[0] == kind for known in self._known) + 1}"
            element = ElementTree.SubElement(
                self._definitions, _name(kind), {_ID: identity, **attributes}
            )
            for name, values in children:
                ElementTree.SubElement(element, _name(name), values)
            self._known[(kind, *key)] = f"#{identity}"
        return self._known[(kind, *key)]


def _write_page(root: ElementTree.Element, page: Page, contexts: _Contexts, clock: float) -> float:
    """Write a page whose first point falls on `clock` seconds; return when the next may begin."""
    group = ElementTree.SubElement(root, _name("traceGroup"))
    _annotate(group, "page", str(page.number))
    _annotate(group, "paper", f"{page.paper.name} {page.paper.width:g} x {page.paper.height:g} mm")
    # Whole lines, whatever colours their words have: each has its truth.
    parts: tuple[Inked, ...] = (*page.written, *page.drawings)
    for inked in parts:
        if inked.ink:
            clock = _write_ink(group, inked, contexts, clock)
    return clock


def _write_ink(page: ElementTree.Element, line: Inked, contexts: _Contexts, clock: float) -> float:
    group = ElementTree.SubElement(page, _name("traceGroup"))
    words = line.ink.points
    if isinstance(line, PlacedLine):
        words = line.beside
        _annotate(group, "truth", line.written)
        if line.written != line.text:
            _annotate(group, "typed", line.text)
        _annotate(group, "bias", f"{line.bias:g}")
        _annotate(group, "seed", str(line.seed))
        if line.style is not None:
            _annotate(group, "style", line.style)
    else:
        _annotate(group, "drawing", line.name)
    times = [s.time for s in line.ink.strokes if s.time is not None]
    begun = min((float(t[0]) for t in times), default=0.0)
    ended = max((float(t[-1]) for t in times), default=0.0)
    seen, own = 0, group
    for stroke in line.ink.strokes:
        if seen == words:
            # Read as letters it would teach wrong ones.
            group = ElementTree.SubElement(page, _name("traceGroup"))
            _annotate(group, "beside", own.findtext(_name("annotation")) or "")
        seen += len(stroke)
        columns = _columns(stroke, clock - begun)
        trace = ElementTree.SubElement(
            group, _name("trace"), {"contextRef": contexts.of(line, "".join(columns))}
        )
        trace.text = _points(columns)
    return clock + ended - begun + _PAUSE if times else clock


def _columns(stroke: Stroke, later: float) -> dict[str, Array]:
    """The channels of a stroke and their values in the units declared for them."""
    columns = {"X": stroke.xy[:, 0], "Y": stroke.xy[:, 1]}
    if stroke.time is not None:
        columns["T"] = (stroke.time + later) * 1000
    if stroke.pressure is not None:
        columns["F"] = stroke.pressure * 100
    return columns


def _points(columns: dict[str, Array]) -> str:
    """Points parted by commas, their values by spaces."""
    rows = np.stack(list(columns.values()), axis=1)
    point = " ".join("%.1f" if name in "TF" else "%.3f" for name in columns)
    return ", ".join([point] * len(rows)) % tuple(rows.ravel().tolist())


def _annotate(element: ElementTree.Element, kind: str, value: str) -> None:
    ElementTree.SubElement(element, _name("annotation"), {"type": kind}).text = clean(value)


def _name(tag: str) -> str:
    return f"{{{_INKML}}}{tag}"
