"""Which sheets of an earlier export are left over."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from studio.document.page import Pages
from studio.exporting import svg_exporter
from studio.exporting.page_files import describe_leftovers, leftover_files, page_paths

Exported = Callable[[str, int], list[Path]]


@pytest.fixture
def exported(pages_of: Callable[..., Pages], tmp_path: Path) -> Exported:
    """Writes so many pages to sheets of a name."""
    return lambda name, count: svg_exporter.export(pages_of(count, texts=("a",)), tmp_path / name)


@pytest.mark.parametrize(
    ("before", "now", "left"),
    [
        (3, 3, []),
        (2, 3, []),
        (4, 2, ["n-3.svg", "n-4.svg"]),
        (3, 1, ["n-1.svg", "n-2.svg", "n-3.svg"]),
        (1, 2, ["n.svg"]),
        (10, 2, [f"n-{k:02d}.svg" for k in range(1, 11)]),
        (2, 10, ["n-1.svg", "n-2.svg"]),
    ],
)
def test_what_no_page_is_written_to_any_more_is_left_over(
    exported: Exported, tmp_path: Path, before: int, now: int, left: list[str]
):
    exported("n.svg", before)
    kept = exported("n.svg", now)
    assert [file.name for file in leftover_files(tmp_path / "n.svg", kept)] == left


def test_a_lone_number_is_part_of_a_name(exported: Exported, tmp_path: Path):
    exported("letter-2024.svg", 1)
    exported("letter-3.svg", 1)
    kept = exported("letter.svg", 1)
    assert leftover_files(tmp_path / "letter.svg", kept) == []


def test_files_of_others_and_of_other_formats_are_let_be(exported: Exported, tmp_path: Path):
    for name in ("n-1.svg", "n-2.svg", "n-1.pdf", "n-2.pdf"):
        (tmp_path / name).write_text("<dc:publisher>Scriptorium" if "pdf" in name else "<svg/>")
    assert leftover_files(tmp_path / "n.svg", exported("n.svg", 1)) == []
    assert leftover_files(tmp_path / "n.pdf", [tmp_path / "n.pdf"]) == []


@pytest.mark.parametrize(
    ("numbers", "begin"),
    [
        ([1], "n.svg of an earlier export is still there, and belongs"),
        ([1, 2], "n-1.svg and n-2.svg of an earlier export are still there, and belong"),
        ([1, 2, 3], "n-1.svg, n-2.svg and n-3.svg of"),
        (range(1, 11), "n-01.svg, n-02.svg and 8 more of"),
    ],
)
def test_they_are_told_of_in_a_sentence(numbers: Sequence[int], begin: str):
    assert describe_leftovers(page_paths(Path("n.svg"), numbers)).startswith(begin)
