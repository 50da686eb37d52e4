"""What is exported is imported again: the same lines, with their words where files tell them."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from studio.exporting import inkml_exporter, svg_exporter
from studio.importing.reading import read


def test_inkml_comes_back_line_by_line(pages_of, tmp_path: Path) -> None:
    pages = pages_of()
    inkml_exporter.export(pages, tmp_path / "note.inkml")
    pieces = read(tmp_path / "note.inkml")
    lines = pages.pages[0].lines
    assert [piece.text for piece in pieces] == [line.text for line in lines]
    for piece, line in zip(pieces, lines, strict=True):
        assert len(piece.ink.strokes) == len(line.ink.strokes)
        assert np.allclose(piece.ink.xy, line.ink.xy, atol=0.01)
        for back, stroke in zip(piece.ink.strokes, line.ink.strokes, strict=True):
            assert back.time is not None
            assert np.allclose(np.diff(back.time), np.diff(stroke.time), atol=1e-3)


def test_svg_comes_back_as_the_same_lines(pages_of, tmp_path: Path) -> None:
    pages = pages_of()
    svg_exporter.export(pages, tmp_path / "note.svg")
    pieces = read(tmp_path / "note.svg")
    lines = pages.pages[0].lines
    assert len(pieces) == len(lines)
    for piece, line in zip(pieces, lines, strict=True):
        assert np.allclose(piece.ink.bounds, line.ink.bounds, atol=0.2)
