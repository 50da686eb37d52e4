"""How long a letter of dense pages takes to export, and how large its files are."""

import time

import pytest

from studio.document.paper import RulingKind
from studio.exporting.formats import ExportOptions, export

pytestmark = pytest.mark.bench


@pytest.mark.parametrize("pen", ["ballpoint", "fountain"])
def test_dense_pages(pen, pages_of, tmp_path, rounds):
    texts = pages_of().text.splitlines() * 7
    pages = pages_of(
        rounds, texts=texts, pen=pen, paper="A4", spacing=7, printed=True, ruling=RulingKind.LINED
    )
    points = sum(line.ink.points for line in pages.lines)
    print(f"\n{rounds} pages by {pen}, {points / rounds:.0f} points each:")
    for name, options in (
        ("note.pdf", ExportOptions()),
        ("lines.svg", ExportOptions()),
        ("outlines.svg", ExportOptions(outlines=True)),
        ("note.png", ExportOptions()),
        ("note.inkml", ExportOptions()),
    ):
        start = time.perf_counter()
        written = export(pages, tmp_path / name, options)
        seconds = (time.perf_counter() - start) / rounds
        size = sum(path.stat().st_size for path in written) / rounds / 1e6
        assert size > 0
        print(f"  {name:14}{seconds:7.3f} s a page{size:7.2f} MB a page")
