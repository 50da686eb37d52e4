from pathlib import Path

import pytest
from PIL import Image

from engine.errors import FileError
from studio.exporting.formats import FORMATS, ExportOptions, export, suffix_of


@pytest.mark.parametrize("suffix", sorted(FORMATS))
def test_a_suffix_says_the_format(suffix):
    assert suffix_of(Path(f"note{suffix.upper()}")) == suffix


@pytest.mark.parametrize(
    ("name", "advice"), [("note", ".pdf"), ("note.jpg", ".png"), ("note.pdff", "did you mean .pdf")]
)
def test_an_unknown_suffix_is_refused_with_the_known(name, advice):
    with pytest.raises(FileError, match=advice):
        suffix_of(Path(name))


@pytest.mark.parametrize(
    ("suffix", "begins"),
    [(".pdf", b"%PDF"), (".svg", b"<?xml"), (".png", b"\x89PNG"), (".inkml", b"<?xml")],
)
def test_pages_go_to_the_exporter_of_the_suffix(suffix, begins, pages_of, tmp_path):
    (path,) = export(pages_of(texts=["one"]), tmp_path / f"note{suffix}")
    assert path.read_bytes().startswith(begins)


def test_options_reach_the_exporter(pages_of, tmp_path):
    options = ExportOptions(dpi=50, transparent=True, outlines=True)
    (png,) = export(pages_of(texts=["one"]), tmp_path / "note.png", options)
    with Image.open(png) as image:
        assert image.mode == "RGBA"
        assert image.width == round(148 / 25.4 * 50)
    (svg,) = export(pages_of(texts=["one"]), tmp_path / "note.svg", options)
    assert 'stroke="none"' in svg.read_text()
