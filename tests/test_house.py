"""The house itself: its pins and the walls between its packages."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
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


@pytest.fixture
def house(tmp_path: Path) -> Path:
    for package in PACKAGES:
        # Code alone: the hands would only be copied to be ignored.
        shutil.copytree(
            ROOT / package,
            tmp_path / package,
            ignore=lambda folder, names: [
                name
                for name in names
                if not name.endswith(".py") and not Path(folder, name).is_dir()
            ],
        )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_the_walls_stand(house: Path):
    checked = lint_imports(house)
    assert checked.returncode == 0, checked.stdout


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("engine/through.py", "import studio.document.page"),
        ("engine/through.py", "import training.corpora.iam"),
        ("training/through.py", "import studio.exporting"),
        ("studio/command/through.py", "from training import iam"),
        ("studio/command/through.py", "from PySide6 import QtCore"),
        ("studio/document/through.py", "import pyqtgraph"),
        ("studio/document/through.py", "import studio.exporting"),
        ("studio/exporting/through.py", "import studio.desk"),
        ("training/through.py", "import pickle"),
    ],
)
def test_a_hole_in_a_wall_is_found(house: Path, module: str, line: str):
    (house / module).write_text(f'"""A hole."""\n{line}\n', "utf-8")
    checked = lint_imports(house)
    assert checked.returncode == 1
    assert module.removesuffix(".py").replace("/", ".") in checked.stdout.partition("Broken")[2]
