"""A wheel made from the checkout and installed elsewhere: complete, and it writes."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from studio.desk.views.help_window import MANUALS

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("engine", "training", "studio", "resources")
#: Sources of the service's page: its built files are what an installed program needs.
LEFT_OUT = ROOT / "studio" / "service" / "web"


def pip(*words: str | Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pip", "--disable-pip-version-check", *map(str, words)],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    pip("wheel", "--no-build-isolation", "--no-deps", "--no-index", "--wheel-dir", folder, ROOT)
    (path,) = folder.glob("scriptorium-*.whl")
    return path


@pytest.fixture(scope="module")
def elsewhere(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the wheel into a folder that knows nothing of the checkout."""
    folder = tmp_path_factory.mktemp("elsewhere")
    pip("install", "--no-deps", "--no-index", "--no-compile", "--target", folder / "site", wheel)
    return folder


def run(folder: Path, *words: str | Path) -> subprocess.CompletedProcess[str]:
    # -P: the folder that the program starts in is not searched, and PYTHONPATH comes before the
    # checkout that the environment of the tests may be linked to.
    return subprocess.run(
        [sys.executable, "-P", *map(str, words)],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(folder / "site")},
        capture_output=True,
        text=True,
    )


def test_the_wheel_holds_all_of_the_packages_and_nothing_else(wheel: Path):
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
        (licence,) = (name for name in archive.namelist() if name.endswith("licenses/LICENSE"))
        assert "Apache License" in archive.read(licence).decode()
    expected = {
        path.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and not path.is_relative_to(LEFT_OUT)
    }
    guide = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["hatch"]["build"]
    extra = guide["targets"]["wheel"]["force-include"]
    assert names == expected | set(extra.values())
    # Help finds its pages there.
    assert {f"resources/guide/{name}" for name, _ in MANUALS} <= names


def test_packages_come_from_the_wheel(elsewhere: Path):
    found = run(
        elsewhere,
        "-c",
        "import engine, resources, studio, training\n"
        "for package in (engine, resources, studio, training): print(package.__file__)",
    )
    assert found.returncode == 0, found.stderr
    assert [Path(line).parent.parent for line in found.stdout.split()] == [elsewhere / "site"] * 4


def test_the_installed_program_writes_a_line(elsewhere: Path):
    program = elsewhere / "site" / "bin" / "scriptorium"
    written = run(elsewhere, program, "write", "Hello, world.", "--out", "line.svg")
    assert written.returncode == 0, written.stderr
    assert "<path" in (elsewhere / "line.svg").read_text("utf-8")


def test_the_installed_program_knows_its_styles(elsewhere: Path):
    program = elsewhere / "site" / "bin" / "scriptorium"
    listed = run(elsewhere, program, "styles")
    assert listed.returncode == 0, listed.stderr
    shipped = [
        json.loads(path.read_text("utf-8"))["name"]
        for path in (ROOT / "resources" / "styles").glob("*.json")
    ]
    assert len(shipped) >= 12
    assert not [name for name in shipped if name not in listed.stdout]


def test_wheel_and_sdist_have_the_same_bytes_each_time(tmp_path: Path):
    # Without the weights, of which there is much to compress and nothing that could vary.
    source = tmp_path / "source"
    without = shutil.ignore_patterns("*.safetensors", "__pycache__", "node_modules")
    for name in (*PACKAGES, "docs"):
        shutil.copytree(ROOT / name, source / name, ignore=without)
    for path in (*ROOT.glob("*.md"), *(ROOT / name for name in ("LICENSE", "pyproject.toml"))):
        shutil.copy2(path, source)
    for kind, pattern in (("wheel", "*.whl"), ("sdist", "*.tar.gz")):
        made = []
        for folder in ("one", "other"):
            words = ["-m", "hatchling", "build", "-t", kind, "-d", str(tmp_path / folder)]
            done = subprocess.run([sys.executable, *words], cwd=source, capture_output=True)
            assert done.returncode == 0, done.stderr
            (path,) = (tmp_path / folder).glob(pattern)
            made.append(path.read_bytes())
        assert made[0] == made[1]
