"""List the licences of all packages that constraints.txt pins: `python .ci/licences.py`.

They are read from what is installed (`make test` installs all of it), and written into
docs/licences.md. What only PyTorch's builds for GPUs bring along is named by its maker.
"""

from __future__ import annotations

import importlib.metadata
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LIST = ROOT / "docs" / "licences.md"
#: Packages of PyTorch's builds for GPUs, which need not be installed.
GPU = re.compile(r"^(triton|nvidia-.*|cuda-.*)$")
#: Licences of packages whose metadata do not name them, or only at length.
KNOWN = {
    "torch": "BSD-3-Clause",
    "axe-playwright-python": "MIT",
    "euclid3": "LGPL-2.1-or-later",
    "resvg-py": "MIT",
}
HEAD = """# Licences of what Scriptorium is made with

The program itself is under Apache-2.0 (`LICENSE`); the weights and icons that ship are under the
licences beside them (`resources/*/LICENSE*`). It imports, and its tests use, the packages below,
each under its own licence, as its metadata name it. Nothing of them is copied into this project.
Made by `python .ci/licences.py`.

PyTorch's builds for GPUs bring along packages of NVIDIA (`nvidia-*`, `cuda-*`), under NVIDIA's
licences, and Triton, under the MIT licence.

| package | licence |
|---|---|
"""


def normal(name: str) -> str:
    """A package's name as registries compare it."""
    return re.sub("[-_.]+", "-", name.strip()).lower()


def pinned() -> list[str]:
    """The names of all packages that are pinned, but for those of GPU builds."""
    lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    names = sorted(normal(line.partition("==")[0]) for line in lines if "==" in line)
    return [name for name in names if not GPU.match(name)]


def licence(name: str) -> str | None:
    """A package's licence by its metadata; None where it is not installed here."""
    if name in KNOWN:
        return KNOWN[name]
    try:
        about = importlib.metadata.metadata(name)
    except importlib.metadata.PackageNotFoundError:
        return None
    named = about.get("License-Expression") or ""
    classifiers = [
        line.rpartition(" :: ")[2]
        for line in about.get_all("Classifier") or []
        if line.startswith("License :: ") and not line.endswith("OSI Approved")
    ]
    text = (about.get("License") or "").strip()
    if not named and text and len(text) < 60 and "\n" not in text:
        named = text
    return (named or ", ".join(classifiers) or "see the package").replace("|", "/")


def rows() -> dict[str, str | None]:
    """The licence of each pinned package; None of those that are not installed here."""
    return {name: licence(name) for name in pinned()}


def main() -> None:
    """Write docs/licences.md; what is not installed keeps its line."""
    before = listed()
    found = {name: of or before.get(name, "see the package") for name, of in rows().items()}
    table = "".join(f"| {name} | {of} |\n" for name, of in found.items())
    LIST.write_text(HEAD + table, "utf-8")


def listed() -> dict[str, str]:
    """The packages of docs/licences.md with their licences."""
    if not LIST.exists():
        return {}
    lines = LIST.read_text("utf-8").splitlines()
    found = re.findall(r"^\| ([a-z0-9-]+) \| (.+) \|$", "\n".join(lines), re.MULTILINE)
    return {name: of for name, of in found if name != "package"}


if __name__ == "__main__":
    main()
