"""An unseen font: text of any script that a PDF carries for searching and copying, not to be drawn.

The fonts that every PDF reader has know Western letters only. This one has an empty shape for
each character that was asked for, and says which character each code means (ToUnicode), which is
all that a search needs; so no font file of any script has to be embedded.
"""

from __future__ import annotations

from itertools import groupby
from typing import Any

from reportlab.pdfbase import pdfdoc

ADVANCE = 0.5
"""Width of every character, in font sizes."""

_CODES = 255
"""Codes of one font: 1 to 255."""


class InvisibleFont:
    """The characters outside Western fonts that one document needs, in as many fonts as it takes.

    A character is given the next free code when it is first asked for, so that the same text
    makes the same file.
    """

    def __init__(self) -> None:
        self._places: dict[str, int] = {}

    def encoded(self, text: str) -> list[tuple[str, bytes]]:
        """The text in pieces, each the name of a font and its codes in it."""
        places = [self._places.setdefault(letter, len(self._places)) for letter in text]
        return [
            (f"Unseen{font}", bytes(place % _CODES + 1 for place in piece))
            for font, piece in groupby(places, lambda place: place // _CODES)
        ]

    def embed(self, document: Any) -> None:
        """Add the fonts to a `reportlab` document (which has no types) about to be saved."""
        letters = list(self._places)
        fonts = document.idToObject["BasicFonts"].dict
        for number, first in enumerate(range(0, len(letters), _CODES)):
            fonts[f"Unseen{number}"] = document.Reference(
                _font(document, letters[first : first + _CODES])
            )


def _font(document: Any, letters: list[str]) -> pdfdoc.PDFDictionary:
    """A Type 3 font (PDF 32000-1:2008, 9.6.5) of empty shapes."""
    unit = 1000
    width = int(ADVANCE * unit)
    empty = pdfdoc.PDFStream(content=f"{width} 0 d0".encode(), filters=[])
    names = [f"u{ord(letter):04X}" for letter in letters]
    shape = document.Reference(empty)
    return pdfdoc.PDFDictionary(
        {
            "Type": pdfdoc.PDFName("Font"),
            "Subtype": pdfdoc.PDFName("Type3"),
            "FontBBox": pdfdoc.PDFArray([0, 0, width, unit]),
            "FontMatrix": pdfdoc.PDFArray([1 / unit, 0, 0, 1 / unit, 0, 0]),
            "CharProcs": pdfdoc.PDFDictionary(dict.fromkeys(names, shape)),
            "Encoding": pdfdoc.PDFDictionary(
                {
                    "Type": pdfdoc.PDFName("Encoding"),
                    "Differences": pdfdoc.PDFArray([1, *map(pdfdoc.PDFName, names)]),
                }
            ),
            "FirstChar": 1,
            "LastChar": len(letters),
            "Widths": pdfdoc.PDFArray([width] * len(letters)),
            "Resources": pdfdoc.PDFDictionary({}),
            "ToUnicode": document.Reference(
                pdfdoc.PDFStream(content=_to_unicode(letters), filters=[])
            ),
        }
    )


def _to_unicode(letters: list[str]) -> bytes:
    """The CMap from codes to characters (PDF 32000-1:2008, 9.10.3)."""
    pairs = [
        f"<{code:02X}> <{letter.encode('utf-16-be').hex().upper()}>"
        for code, letter in enumerate(letters, 1)
    ]
    # A block holds a hundred pairs at most.
    blocks = [pairs[k : k + 100] for k in range(0, len(pairs), 100)]
    lines = [
        "/CIDInit /ProcSet findresource begin",
        "12 dict begin",
        "begincmap",
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def",
        "/CMapName /Adobe-Identity-UCS def",
        "/CMapType 2 def",
        "1 begincodespacerange",
        "<00> <FF>",
        "endcodespacerange",
    ]
    for block in blocks:
        lines += [f"{len(block)} beginbfchar", *block, "endbfchar"]
    lines += [
        "endcmap",
        "CMapName currentdict /CMap defineresource pop",
        "end",
        "end",
    ]
    return "\n".join(lines).encode()
