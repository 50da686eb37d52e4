"""The font of the text that a PDF carries unseen: what it says of itself agrees with its file."""

from __future__ import annotations

import io
from pathlib import Path

import pikepdf
import pytest
from fontTools.ttLib import TTFont

from studio.exporting.formats import export
from studio.exporting.invisible_text import InvisibleFont


def test_characters_have_codes_in_the_order_in_which_they_are_asked_for() -> None:
    font = InvisibleFont()
    assert font.encode("abca") == b"\0\1\0\2\0\3\0\1"
    assert font.encode("d\N{GRINNING FACE}b") == b"\0\4\0\5\0\2"
    assert font.encode("") == b""
    # Those that no code is left for share the last one.
    many = font.encode("".join(map(chr, range(0x20000, 0x20000 + 65_540))))
    assert len(many) == 2 * 65_540
    assert many[-2:] == many[-12:-10] == b"\xff\xff"
    assert font.encode("a") == b"\0\1"


def test_what_the_pdf_says_of_the_font_is_what_its_file_says(pages_of, tmp_path: Path) -> None:
    (path,) = export(pages_of(texts=("a quick one",)), tmp_path / "a.pdf")
    with pikepdf.open(path) as pdf:
        (font,) = pdf.pages[0].Resources.Font.values()
        (inner,) = font.DescendantFonts
        told = inner.FontDescriptor
        file = TTFont(io.BytesIO(told.FontFile2.read_bytes()))
        glyphs = inner.CIDToGIDMap.read_bytes()
        assert (int(told.Ascent), int(told.Descent)) == (file["hhea"].ascent, file["hhea"].descent)
        box = [float(side) for side in told.FontBBox]
        advance = file["hmtx"]["character"][0]
        assert int(inner.DW) == advance
        assert box == pytest.approx([0, file["hhea"].descent, advance, file["hhea"].ascent])
    assert file["head"].unitsPerEm == 1000
    # As high and as deep as letters are, so that what is selected is what is seen.
    assert 600 < file["hhea"].ascent < 900
    assert -400 < file["hhea"].descent < -100
    # Every code shows the one glyph, which is empty; the first is that of none.
    assert glyphs == b"\0\0" + b"\0\1" * len({*"a quick one"})
    assert file["glyf"]["character"].numberOfContours == 0
