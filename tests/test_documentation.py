"""The manuals: their links lead somewhere, and their worked example works."""

import re
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from engine.ink.ink import Ink, Stroke
from studio.document.page import Page, Pages, PlacedLine
from studio.document.paper import PAPERS
from studio.exporting import formats

ROOT = Path(__file__).parents[1]
MANUALS = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]


@pytest.mark.parametrize("manual", MANUALS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(manual: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", manual.read_text("utf-8")):
        assert (manual.parent / target).exists(), target


def test_every_manual_is_in_the_index() -> None:
    index = (ROOT / "docs" / "README.md").read_text("utf-8")
    for manual in (ROOT / "docs").glob("*.md"):
        assert manual.name == "README.md" or f"({manual.name})" in index


def test_files_that_how_it_works_names_are_there() -> None:
    text = (ROOT / "docs" / "how-it-works.md").read_text("utf-8")
    named = set(re.findall(r"`((?:engine|studio|training|tests)/[\w/]+\.py)`", text))
    assert len(named) > 20
    missing = {name for name in named if not (ROOT / name).exists()}
    assert {Path(name).name for name in missing} == {"ps_exporter.py", "test_ps_exporter.py"}


def test_the_export_format_of_the_example_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = (ROOT / "docs" / "how-it-works.md").read_text("utf-8")
    (source,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    module = ModuleType("studio.exporting.ps_exporter")
    exec(source, module.__dict__)
    monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setitem(formats.FORMATS, ".ps", "PostScript, single lines")
    ink = Ink((Stroke(np.array([[10.0, 20.0], [30.0, 20.0]])),))
    pages = Pages((Page(PAPERS["A4"], lines=(PlacedLine("l", ink),)),))
    told: list[int] = []
    (path,) = formats.export(pages, tmp_path / "note.ps", tell=told.append)
    # A4 is 297 mm high, and PostScript counts from below.
    assert path.read_text().splitlines() == [
        "%!PS-Adobe-3.0",
        "gsave 2.834646 dup scale 0 297 translate",
        "0.35 setlinewidth",
        "10.000 -20.000 moveto 30.000 -20.000 lineto stroke",
        "grestore showpage",
    ]
    assert told == [1]
