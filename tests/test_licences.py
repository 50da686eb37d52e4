"""The list of the dependencies' licences is that of what is pinned."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def licences() -> ModuleType:
    spec = importlib.util.spec_from_file_location("licences", ROOT / ".ci" / "licences.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_pinned_package_is_listed_with_its_licence(licences: ModuleType) -> None:
    listed, found = licences.listed(), licences.rows()
    advice = "run python .ci/licences.py"
    assert set(listed) == set(found), advice
    here = {name: of for name, of in found.items() if of is not None}
    assert len(here) > 60
    assert {name: listed[name] for name in here} == here, advice
    assert "see the package" not in listed.values(), "look it up, and add it to KNOWN"


def test_no_licence_forbids_what_the_program_is_for(licences: ModuleType) -> None:
    """What is imported may be used with a program under Apache-2.0."""
    installed = (ROOT / ".ci" / "hashes" / "run.txt").read_text("utf-8")
    imported = {
        licences.normal(name) for name in re.findall(r"^([\w.-]+)==", installed, re.MULTILINE)
    }
    strict = {name for name, of in licences.listed().items() if of.startswith(("GPL", "AGPL"))}
    assert len(imported) > 20
    assert strict & imported == set()
