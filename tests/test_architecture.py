"""The architecture: pinned dependencies, one direction of imports, one thing for each name."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections import defaultdict
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("engine", "training", "studio", "resources")


def project() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def test_every_dependency_is_pinned_to_a_version_that_suits():
    lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    pins = {
        canonicalize_name(name): version
        for name, version in re.findall(r"^([\w.-]+)==(\S+)$", "\n".join(lines), re.MULTILINE)
    }
    assert len(pins) == sum(bool(line) and not line.startswith("#") for line in lines)
    assert not [version for version in pins.values() if "+" in version]
    about = project()["project"]
    wanted = about["dependencies"] + about["optional-dependencies"]["dev"]
    wanted += project()["build-system"]["requires"]
    for requirement in map(Requirement, wanted):
        version = pins[canonicalize_name(requirement.name)]
        assert requirement.specifier.contains(version), f"{requirement} is pinned to {version}"


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
    )


def copied(folder: Path) -> Path:
    """The packages' code and the contracts, in a folder where they may be broken."""
    for package in PACKAGES:
        # Code alone: the hands would only be copied to be ignored.
        shutil.copytree(
            ROOT / package,
            folder / package,
            ignore=lambda folder, names: [
                name
                for name in names
                if not name.endswith(".py") and not Path(folder, name).is_dir()
            ],
        )
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def test_imports_point_one_way(tmp_path: Path):
    checked = lint_imports(copied(tmp_path))
    assert checked.returncode == 0, checked.stdout


#: Of each: the module that imports, what it says, and how that is reported.
WRONG = (
    ("engine.first", "import studio.document.page", "engine.first -> studio.document.page"),
    ("engine.second", "import training.corpora.iam", "engine.second -> training.corpora.iam"),
    ("training.first", "import studio.exporting", "training.first -> studio.exporting"),
    ("studio.command.first", "from training import iam", "studio.command.first -> training"),
    ("studio.command.second", "from PySide6 import QtCore", "studio.command.second -> PySide6"),
    ("studio.document.first", "import pyqtgraph", "studio.document.first -> pyqtgraph"),
    (
        "studio.document.second",
        "import studio.exporting",
        "studio.document.second -> studio.exporting",
    ),
    ("studio.exporting.first", "import studio.desk", "studio.exporting.first -> studio.desk"),
    ("training.second", "import pickle", "training.second -> pickle"),
)


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What is reported of a checkout that breaks each rule: one run costs some seconds."""
    checkout = copied(tmp_path_factory.mktemp("broken"))
    for module, line, _ in WRONG:
        path = checkout / f"{module.replace('.', '/')}.py"
        path.write_text(f'"""A wrong import."""\n{line}\n', "utf-8")
    (checkout / "studio" / "extras").mkdir()
    (checkout / "studio" / "extras" / "__init__.py").write_text('"""New."""\n', "utf-8")
    for name, other in (("one", "another"), ("another", "one")):
        text = f'"""A part."""\n\n\ndef late() -> None:\n    import studio.layout.{other}\n'
        (checkout / "studio" / "layout" / f"{name}.py").write_text(text, "utf-8")
    checked = lint_imports(checkout)
    assert checked.returncode == 1
    return checked.stdout.partition("Broken")[2]


@pytest.mark.parametrize(("module", "line", "told"), WRONG)
def test_an_import_against_the_layers_is_found(module: str, line: str, told: str, broken: str):
    assert told in broken


def test_a_package_without_a_layer_is_found(broken: str):
    assert "extras" in broken


def test_a_circle_by_a_late_import_is_found(broken: str):
    assert "No cycles are allowed in studio.layout" in broken


def test_no_two_modules_of_a_package_share_a_name():
    for package in ("engine", "studio", "training"):
        found = defaultdict(list)
        for path in (ROOT / package).rglob("*.py"):
            if path.name not in ("__init__.py", "__main__.py"):
                found[path.stem].append(path.relative_to(ROOT).as_posix())
        assert not {name: paths for name, paths in found.items() if len(paths) > 1}


def test_no_two_public_classes_share_a_name():
    found = defaultdict(list)
    for package in ("engine", "studio", "training"):
        for path in (ROOT / package).rglob("*.py"):
            for node in ast.parse(path.read_text("utf-8")).body:
                if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                    found[node.name].append(path.relative_to(ROOT).as_posix())
    assert not {name: paths for name, paths in found.items() if len(paths) > 1}


def test_the_studio_only_wires():
    lines = (ROOT / "studio" / "desk" / "wiring.py").read_text("utf-8").splitlines()
    assert len(lines) < 200
