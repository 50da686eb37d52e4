"""Manifests of older versions of a note's file, brought to the present one step by step."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

Manifest = dict[str, Any]


def migrated(manifest: Manifest) -> Manifest:
    """The manifest as the present version would have it.

    Raises
    ------
    KeyError, TypeError, AttributeError
        If it lacks what its own version has.
    """
    for version in range(int(manifest["version"]), len(_STEPS) + 1):
        _STEPS[version - 1](manifest)
    return manifest


def _from_1(manifest: Manifest) -> None:
    """Version 1 had no boxes and drawings, and left out the width of a pen 0.4 mm wide."""
    manifest["note"]["boxes"] = []
    manifest["drawings"] = []
    for pen in _pens_of_1(manifest):
        pen.setdefault("width", 0.4)


def _pens_of_1(manifest: Manifest) -> Iterator[dict[str, Any]]:
    yield manifest["note"].setdefault("look", {}).setdefault("pen", {})
    for block in manifest["note"]["blocks"]:
        if "pen" in block["look"]:
            yield block["look"]["pen"]
    plan = manifest.get("layout", {}).get("plan", {})
    for line in (*plan.get("lines", ()), *plan.get("folios", ())):
        yield line["look"].setdefault("pen", {})


def _from_2(_: Manifest) -> None:
    """Version 2 knew no look of a locked line: such a line looks as its block does."""


def _from_3(manifest: Manifest) -> None:
    """Version 3 filled each page to its foot, whatever belonged together."""
    manifest["note"]["keep_together"] = False


def _from_4(_: Manifest) -> None:
    """Version 4 knew no background, no fields and no second side: it had none."""


_STEPS: tuple[Callable[[Manifest], None], ...] = (_from_1, _from_2, _from_3, _from_4)
"""What brings version k + 1 to version k + 2."""
