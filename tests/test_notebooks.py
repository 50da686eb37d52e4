"""The notebooks run from top to bottom, and are kept without what they print."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))


def test_there_are_four():
    assert [path.stem[0] for path in NOTEBOOKS] == ["1", "2", "3", "4"]


def test_they_run(tiny_hand_path: Path, monkeypatch, run_notebook):
    """In one kernel, whose start takes longest; each finds no names of the one before."""
    monkeypatch.setenv("SCRIPTORIUM_HAND", str(tiny_hand_path))
    notebooks = [nbformat.read(path, as_version=4) for path in NOTEBOOKS]
    whole = nbformat.v4.new_notebook(metadata=notebooks[0].metadata)
    for notebook in notebooks:
        whole.cells += [nbformat.v4.new_code_cell("%reset -f"), *notebook.cells]
    run_notebook(whole)
    for path, notebook in zip(NOTEBOOKS, notebooks, strict=True):
        outputs = [out for cell in notebook.cells for out in cell.get("outputs", [])]
        assert any("image/png" in out.get("data", {}) for out in outputs), path.stem


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_it_is_kept_without_outputs(path: Path):
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    for cell in notebook.cells:
        assert cell.get("outputs", []) == []
        assert cell.get("execution_count") is None
