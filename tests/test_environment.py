"""The environment that make sets up: which Python it stands on, and what it leaves unpinned."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import re
import subprocess
import sys
import tomllib
import venv
from pathlib import Path
from types import ModuleType

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent

pytestmark = pytest.mark.skipif(os.name == "nt", reason="make and .ci are for POSIX shells")


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    venv.create(tmp_path / "bare", with_pip=False)
    return tmp_path / "bare"


@pytest.fixture
def environment(bare: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    spec = importlib.util.spec_from_file_location("environment", ROOT / ".ci" / "environment.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "VENV", bare)
    monkeypatch.setattr(module, "PYTHON", bare / "bin" / "python")
    return module


def pins(path: Path) -> dict[str, str]:
    lines = path.read_text("utf-8").splitlines()
    return dict(line.split("==") for line in lines if "==" in line)


def choose_python(candidates: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [ROOT / ".ci" / "python"],
        env=os.environ | {"PYTHON": candidates},
        capture_output=True,
        text=True,
    )


def test_a_python_that_brings_torch_is_preferred(bare: Path):
    python = bare / "bin" / "python"
    assert choose_python(f"{python} {sys.executable}").stdout.strip() == sys.executable
    assert choose_python(f"/nowhere/python {python}").stdout.strip() == str(python)


def test_no_python_that_suits_is_one_sentence():
    chosen = choose_python("/nowhere/python false")
    assert chosen.returncode == 1
    assert chosen.stdout == ""
    assert "needs Python 3.11 or later" in chosen.stderr
    assert len(chosen.stderr.splitlines()) == 1


def test_everything_is_pinned_where_no_torch_is(environment: ModuleType):
    assert pins(environment.constraints()) == pins(ROOT / "constraints.txt")


def needed(name: str, extras: set[str]) -> set[str]:
    """The names of what a package asks for here, and of what that asks for, as far as installed."""
    found: set[str] = set()
    waiting = [(name, extras)]
    while waiting:
        name, extras = waiting.pop()
        try:
            asked = importlib.metadata.requires(name) or []
        except importlib.metadata.PackageNotFoundError:
            continue
        for line in asked:
            one = Requirement(line)
            marker = one.marker
            if marker and not any(marker.evaluate({"extra": e}) for e in extras | {""}):
                continue
            normal = canonicalize_name(one.name)
            if normal not in found:
                found.add(normal)
                waiting.append((one.name, set(one.extras)))
    return found


def test_every_pin_but_torch_has_the_hashes_of_its_files(environment: ModuleType):
    everything = {
        environment.normal(name): version
        for name, version in pins(ROOT / "constraints.txt").items()
    }
    for dev in (False, True):
        text = environment.hashed(dev).read_text("utf-8")
        known = dict(re.findall(r"^([\w.-]+)(?:\[\w-]+\])?==([^\s;]+)", text, re.MULTILINE))
        assert len(known) > (30 if not dev else 80)
        assert {name: everything.get(name, version) for name, version in known.items()} == known
        for block in re.split(r"\n(?=\S)", text.strip()):
            assert re.search(r"--hash=sha256:[0-9a-f]{64}", block), block
    # Nothing that the program and its tests need was not compared.
    installed = needed("scriptorium", {"dev"})
    gpu = re.compile("torch|triton|(nvidia|cuda)-.*")
    pinned = {name for name in set(everything) & installed if not gpu.fullmatch(name)}
    assert pinned <= set(known)


def test_a_torch_from_outside_is_left_alone_with_what_it_needs(environment: ModuleType, bare: Path):
    (inside,) = (bare / "lib").glob("python*/site-packages")
    outside = importlib.metadata.distribution("torch").locate_file("")
    (inside / "outer.pth").write_text(str(outside), "utf-8")
    held = pins(environment.constraints())
    everything = pins(ROOT / "constraints.txt")
    assert held.items() <= everything.items()
    assert {"torch", "sympy", "typing_extensions"} <= everything.keys() - held.keys()
    assert {"numpy", "pytest", "PySide6_Essentials"} <= held.keys()


def test_the_container_is_given_all_that_the_wheel_is_made_of():
    with (ROOT / "pyproject.toml").open("rb") as file:
        project = tomllib.load(file)
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    wanted = {*wheel["packages"], *(name.partition("/")[0] for name in wheel["force-include"])}
    wanted |= {"pyproject.toml", project["project"]["readme"]}
    dockerfile = (ROOT / "Dockerfile").read_text("utf-8").splitlines()
    copied = {
        name for line in dockerfile if line.startswith("COPY ") for name in line.split()[1:-1]
    }
    assert wanted <= copied
    let_in = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    assert {f"!{name}" for name in wanted} <= set(let_in)
