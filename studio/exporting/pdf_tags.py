"""The structure of a PDF: its paragraphs in reading order, for screen readers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pydyf

from studio.document.page import PlacedLine
from studio.exporting.pdf_objects import PdfFile, array, text_string


@dataclass
class _Element:
    """An element of the structure: a paragraph or a figure, with what shows it on the pages."""

    kind: str
    name: str = ""
    shown: list[tuple[int, int]] = field(default_factory=list)


class StructureTree:
    """The structure of one document (PDF 32000-1, 14.7): paragraphs, figures, and nothing else."""

    def __init__(self) -> None:
        self._elements: list[_Element] = []
        #: For each page the element that each of its marked parts belongs to.
        self._pages: list[list[_Element]] = []
        self._block: object = None

    def begin_page(self) -> None:
        """Go on with the next page."""
        self._pages.append([])

    def paragraph(self, line: PlacedLine) -> str:
        """The operator that begins a line of writing; a block's lines are one paragraph."""
        block = None if line.key is None else line.key.block
        if block is None or block != self._block or not self._elements:
            self._elements.append(_Element("P"))
        self._block = block
        return self._mark(self._elements[-1])

    def figure(self, name: str) -> str:
        """The operator that begins a drawing that has a name."""
        self._block = None
        self._elements.append(_Element("Figure", name))
        return self._mark(self._elements[-1])

    def _mark(self, element: _Element) -> str:
        page = self._pages[-1]
        element.shown.append((len(self._pages) - 1, len(page)))
        page.append(element)
        return f"/{element.kind} << /MCID {len(page) - 1} >> BDC"

    def embed(self, file: PdfFile, pages: list[pydyf.Dictionary]) -> None:
        """Add the structure to the file, whose pages are known."""
        root, document = file.reserve(), file.reserve()
        objects = {id(element): file.reserve() for element in self._elements}
        for element in self._elements:
            parts = [
                pydyf.Dictionary({"Type": "/MCR", "Pg": pages[page].reference, "MCID": number})
                for page, number in element.shown
            ]
            about: dict[str, Any] = {
                "Type": "/StructElem",
                "S": f"/{element.kind}",
                "P": document.reference,
                "Pg": pages[element.shown[0][0]].reference,
                "K": array(part.data for part in parts),
            }
            if element.kind == "Figure":
                about["Alt"] = text_string(element.name)
            objects[id(element)].update(about)
        document.update(
            {
                "Type": "/StructElem",
                "S": "/Document",
                "P": root.reference,
                "K": array(objects[id(element)].reference for element in self._elements),
            }
        )
        parents: list[Any] = []
        for number, (page, elements) in enumerate(zip(pages, self._pages, strict=True)):
            page.update({"StructParents": number, "Tabs": "/S"})
            parents += [number, array(objects[id(e)].reference for e in elements).data]
        root.update(
            {
                "Type": "/StructTreeRoot",
                "K": array([document.reference]),
                "ParentTree": pydyf.Dictionary({"Nums": array(parents)}).data,
                "ParentTreeNextKey": len(pages),
            }
        )
        catalog = file.pdf.catalog
        catalog["StructTreeRoot"] = root.reference
        catalog["MarkInfo"] = "<< /Marked true >>"
