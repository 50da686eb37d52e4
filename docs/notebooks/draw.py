"""Runs the notebooks with the hand that ships, and keeps what they draw in `pictures`.

Run it in a checkout: `.venv/bin/python docs/notebooks/draw.py`.
"""

from __future__ import annotations

import base64
from pathlib import Path

import nbformat
from nbclient import NotebookClient

FOLDER = Path(__file__).parent


def draw(path: Path) -> list[Path]:
    """Run one notebook, and write its pictures, numbered from 1."""
    notebook = nbformat.read(path, as_version=4)
    resources = {"metadata": {"path": str(FOLDER.parent.parent)}}
    NotebookClient(notebook, timeout=600, kernel_name="python3", resources=resources).execute()
    outputs = [out for cell in notebook.cells for out in cell.get("outputs", [])]
    pictures = [out.data["image/png"] for out in outputs if "image/png" in out.get("data", {})]
    written = []
    for number, picture in enumerate(pictures, 1):
        target = FOLDER / "pictures" / f"{path.stem}-{number}.png"
        target.write_bytes(base64.b64decode(picture))
        written.append(target)
    return written


if __name__ == "__main__":
    for path in sorted(FOLDER.glob("*.ipynb")):
        for picture in draw(path):
            print(picture.relative_to(FOLDER.parent.parent))
