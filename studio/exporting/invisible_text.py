"""An invisible font: text of any script that a PDF carries for searching and copying.

Each character that is asked for gets a code. All codes show the one empty glyph of a TrueType font
of some hundred bytes, which is embedded, and say which character they mean (ToUnicode): that is
all that a search needs, and print shops and archives refuse fonts that are not embedded.
"""

from __future__ import annotations

import io
from functools import cache
from typing import TYPE_CHECKING

from studio.exporting.pdf_objects import PdfFile, array, packed

if TYPE_CHECKING:
    from pydyf import Dictionary

ADVANCE = 0.5
"""Width of every character, in font sizes."""
ASCENT, DESCENT = 0.72, -0.2
"""How far letters reach above and below the baseline, in font sizes."""

NAME = "ScriptoriumInvisible"
MOST_CODES = 65_535
_UNIT = 1000


class InvisibleFont:
    """The characters of one document.

    A character is given the next free code when it is first asked for, so that the same text
    makes the same file.
    """

    def __init__(self) -> None:
        self._codes: dict[str, int] = {}

    def encode(self, text: str) -> bytes:
        """The codes of a text, two bytes each."""
        codes = (
            self._codes.setdefault(letter, min(len(self._codes) + 1, MOST_CODES)) for letter in text
        )
        return b"".join(code.to_bytes(2, "big") for code in codes)

    def embed(self, file: PdfFile) -> Dictionary:
        """The font's object, with all that belongs to it added to the file.

        It is a composite font (PDF 32000-1, 9.7) whose codes are characters' numbers, all of which
        have the glyph 1.
        """
        program = _program()
        descriptor = file.dictionary(
            {
                "Type": "/FontDescriptor",
                "FontName": f"/{NAME}",
                "Flags": 4,
                "FontBBox": array([0, DESCENT * _UNIT, ADVANCE * _UNIT, ASCENT * _UNIT]),
                "ItalicAngle": 0,
                "Ascent": ASCENT * _UNIT,
                "Descent": DESCENT * _UNIT,
                "CapHeight": ASCENT * _UNIT,
                "StemV": 80,
                "FontFile2": file.stream(packed(program, {"Length1": len(program)})).reference,
            }
        )
        glyphs = b"\0\0" + b"\0\1" * len(self._codes)
        descendant = file.dictionary(
            {
                "Type": "/Font",
                "Subtype": "/CIDFontType2",
                "BaseFont": f"/{NAME}",
                "CIDSystemInfo": "<< /Registry (Adobe) /Ordering (Identity) /Supplement 0 >>",
                "FontDescriptor": descriptor.reference,
                "DW": ADVANCE * _UNIT,
                "CIDToGIDMap": file.stream(packed(glyphs)).reference,
            }
        )
        return file.dictionary(
            {
                "Type": "/Font",
                "Subtype": "/Type0",
                "BaseFont": f"/{NAME}",
                "Encoding": "/Identity-H",
                "DescendantFonts": array([descendant.reference]),
                "ToUnicode": file.stream(packed(_to_unicode(self._codes))).reference,
            }
        )


@cache
def _program() -> bytes:
    """The font's file: a glyph for what is missing, and one for all characters, both empty."""
    from fontTools.fontBuilder import FontBuilder
    from fontTools.ttLib.tables._g_l_y_f import Glyph

    builder = FontBuilder(_UNIT, isTTF=True)
    builder.setupGlyphOrder([".notdef", "character"])
    builder.setupCharacterMap({0x20: "character"})
    builder.setupGlyf({".notdef": Glyph(), "character": Glyph()})
    width = int(ADVANCE * _UNIT)
    builder.setupHorizontalMetrics({".notdef": (width, 0), "character": (width, 0)})
    builder.setupHorizontalHeader(ascent=int(ASCENT * _UNIT), descent=int(DESCENT * _UNIT))
    builder.setupOS2()
    builder.setupNameTable({"familyName": NAME, "styleName": "Regular", "psName": NAME})
    builder.setupPost()
    # The same bytes whenever it is made.
    builder.font.recalcTimestamp = False
    builder.font["head"].created = builder.font["head"].modified = 0
    result = io.BytesIO()
    builder.save(result)
    return result.getvalue()


def _to_unicode(codes: dict[str, int]) -> bytes:
    """The CMap from codes to characters (PDF 32000-1, 9.10.3)."""
    pairs = [
        f"<{code:04X}> <{letter.encode('utf-16-be', 'surrogatepass').hex().upper()}>"
        for letter, code in codes.items()
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
        "<0000> <FFFF>",
        "endcodespacerange",
    ]
    for block in blocks:
        lines += [f"{len(block)} beginbfchar", *block, "endbfchar"]
    lines += ["endcmap", "CMapName currentdict /CMap defineresource pop", "end", "end"]
    return "\n".join(lines).encode()
