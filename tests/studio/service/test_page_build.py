"""The built page: made from the sources that lie beside it, small, and dressed as the studio is."""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path

import pytest

from studio.desk.widgets.theme import DARK, LIGHT

ROOT = Path(__file__).resolve().parents[3]
WEB = ROOT / "studio" / "service" / "web"
STATIC = ROOT / "studio" / "service" / "static"

STALE = "the built page is not that of its sources: run `make page` and commit what it changes"


@pytest.fixture
def build() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = json.loads((STATIC / "build.json").read_text("utf-8"))
    return found


def hashed(name: str) -> str | None:
    path = ROOT / name
    return sha256(path.read_bytes()).hexdigest() if path.is_file() else None


def test_built_files_are_those_of_the_sources(build):
    assert build["sources"] == {name: hashed(name) for name in build["sources"]}, STALE


def test_every_source_went_in(build):
    sources = {path.relative_to(ROOT).as_posix() for path in (WEB / "src").iterdir()}
    assert sources <= set(build["sources"]), STALE


def test_nothing_was_changed_after_the_build(build):
    there = {
        path.relative_to(ROOT).as_posix()
        for path in STATIC.rglob("*")
        if path.is_file() and path.name != "build.json"
    }
    assert there == set(build["built"]), STALE
    assert build["built"] == {name: hashed(name) for name in build["built"]}, STALE


def test_less_than_200_kb_of_script():
    scripts = list(STATIC.rglob("*.js"))
    assert scripts
    assert sum(path.stat().st_size for path in scripts) < 200_000


def test_the_page_asks_nobody_else_and_has_nothing_inline():
    page = (STATIC / "index.html").read_text("utf-8")
    assert not re.search(r"(?:src|href)=\"(?!\./)", page)
    assert not re.search(r"<style|style=|<script(?![^>]*src=)|\son\w+=", page)


def test_colours_are_the_studio_s():
    sheet = (WEB / "src" / "tokens.css").read_text("utf-8")
    found = dict(re.findall(r"--([\w-]+): light-dark\((#\w{6}, #\w{6})\);", sheet))
    light, dark = asdict(LIGHT), asdict(DARK)
    assert found == {
        name.replace("_", "-"): f"{light[name]}, {dark[name]}" for name in light if name != "name"
    }


def test_no_host_of_a_registry_is_in_the_lock_file():
    assert "resolved" not in (WEB / "package-lock.json").read_text("utf-8")
