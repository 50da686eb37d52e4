"""The program with all that it runs on, as plain files: what packages for Linux are made of.

A copy of the interpreter that runs this, the pinned packages with PyTorch's CPU build, and the
program lie in one folder, just as pip installs them: nothing has to be told of modules that are
imported late, as a bundler would have to be. Files that nothing here needs (headers, tests, Qt's
QML) are left out.

It belongs to the checkout as `.ci/environment.py` does: an installed program never runs it.
"""

from __future__ import annotations

import compileall
import os
import py_compile
import re
import shutil
import subprocess
import sys
import sysconfig
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
MOST = 350_000_000
"""Bytes of a package."""
VERSION = f"python{sys.version_info.major}.{sys.version_info.minor}"

NOT_OF_PYTHON = (
    *("test", "idlelib", "tkinter", "turtledemo", "turtle.py", "ensurepip", "lib2to3"),
    *("pydoc_data", "config-*", "site-packages", "dist-packages", "LICENSE.txt"),
    *("lib-dynload/_tkinter*", "lib-dynload/_test*", "lib-dynload/xx*", "lib-dynload/readline*"),
    *("lib-dynload/_curses*", "lib-dynload/_dbm*", "lib-dynload/_gdbm*", "lib-dynload/nis*"),
    *("lib-dynload/ossaudiodev*",),
)
NOT_OF_PACKAGES = (
    *("torch/test", "torch/include", "torch/share", "torch/lib/*.a", "torch/bin/[!t]*"),
    *("torch/bin/test_*", "torch/bin/t[!o]*", "bin", "pip", "pip-*", "setuptools", "setuptools-*"),
    *("pkg_resources", "_distutils_hack", "distutils-precedence.pth", "hatchling*", "editables*"),
    *("pathspec*", "pluggy*", "trove_classifiers*", "scipy/*/tests", "scipy/*/*/tests"),
    *("sympy/*/tests", "sympy/*/*/tests", "matplotlib/tests", "mpl_toolkits/*/tests"),
    *("networkx/*/tests", "networkx/*/*/tests", "pyqtgraph/examples", "scipy/*/*/*/tests"),
    *("matplotlib/mpl-data/sample_data", "PySide6/Qt/qml", "PySide6/Qt/metatypes"),
    *("PySide6/Qt/libexec", "PySide6/Qt/translations", "PySide6/include", "PySide6/typesystems"),
    *("PySide6/glue", "PySide6/scripts", "PySide6/doc", "PySide6/assistant*", "PySide6/designer*"),
    *("PySide6/linguist*", "PySide6/l[!i]*", "PySide6/qml*", "PySide6/rcc", "PySide6/uic"),
    *("PySide6/svgtoqml", "PySide6/balsam*", "PySide6/qs*", "PySide6/*.pyi", "shiboken6/*.pyi"),
)
QT = ("Core", "Gui", "Widgets", "PrintSupport", "Svg", "Test", "Network", "OpenGL", "DBus")
"""Modules of Qt for Python that the program and its plots import, or that these need."""
PLUGINS = (
    *("platforms", "platformthemes", "platforminputcontexts", "imageformats", "iconengines"),
    *("printsupport", "styles", "xcbglintegrations", "tls", "egldeviceintegrations"),
    *("wayland-decoration-client", "wayland-graphics-integration-client"),
    "wayland-shell-integration",
)


OPTIONAL = ("libqgtk3.so",)
"""Plugins that Qt does without where their libraries are missing."""


def make_bundle(prefix: Path, scratch: Path, shown: str) -> None:
    """Put the program and all that it runs on into a folder.

    Parameters
    ----------
    prefix : Path
        The folder; it is made.
    scratch : Path
        A folder for what is needed meanwhile.
    shown : str
        Where tracebacks say that the folder is.
    """
    if shutil.which("ldd") is None:
        sys.exit("There is no ldd here; build the package on Linux.")
    say("Copying Python")
    site = copy_python(prefix)
    say("Installing the packages")
    install(scratch / "environment", site)
    say("Leaving out what is not needed")
    prune(site)
    compile_all(prefix, shown)


def keep(path: Path) -> None:
    """Say where a package is, if it is small enough."""
    size = path.stat().st_size
    if size > MOST:
        sys.exit(f"{path} has {size / 1e6:.0f} MB, more than {MOST / 1e6:.0f}; leave more out.")
    say(f"{path}, {size / 1e6:.0f} MB")


def place_files(files: Iterable[tuple[Path, Path, int]]) -> None:
    """Copy files to their places, with their permissions, making the folders."""
    for source, target, mode in files:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
        target.chmod(mode)


def say(sentence: str) -> None:
    """Tell how far it is."""
    print(sentence, flush=True)


def run(*command: str | Path, **more: str) -> None:
    """Run a command; where it fails, end with its status."""
    status = subprocess.run([str(word) for word in command], env=os.environ | more).returncode
    if status:
        sys.exit(status)


def version() -> str:
    """Of the program."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        return str(tomllib.load(file)["project"]["version"])


# What lies in the folder --------------------------------------------------------------------


def copy_python(prefix: Path) -> Path:
    """Copy this interpreter and its library; returns where its packages go."""
    standard = Path(sysconfig.get_path("stdlib", vars={"installed_base": sys.base_prefix}))
    real = Path(sys.base_prefix, "bin", VERSION).resolve()
    program = prefix / "bin" / VERSION
    program.parent.mkdir(parents=True)
    shutil.copy2(real, program)
    (program.parent / "python3").symlink_to(VERSION)
    for path in libraries(real):
        if path.name.startswith("libpython"):
            (prefix / "lib").mkdir(exist_ok=True)
            shutil.copy2(path, prefix / "lib" / path.name)
            if shutil.which("patchelf") is None:
                sys.exit("This Python has a library of its own; install patchelf, then try again.")
            run("patchelf", "--set-rpath", "$ORIGIN/../lib", program)
    target = prefix / "lib" / VERSION
    left_out = shutil.ignore_patterns("__pycache__", "site-packages", "dist-packages", "test")
    shutil.copytree(standard, target, symlinks=True, ignore=left_out)
    remove(target, NOT_OF_PYTHON)
    asked = "import site; print(site.getsitepackages()[0])"
    site = Path(subprocess.check_output([program, "-I", "-c", asked], text=True).strip())
    site.mkdir(parents=True, exist_ok=True)
    return site


def install(environment: Path, site: Path) -> None:
    """Install the pinned packages and the program into an environment, and copy what is there."""
    base = Path(sys.base_prefix, "bin", VERSION)
    run(base, "-m", "venv", environment)
    pip = [environment / "bin" / "python", "-m", "pip", "install", "--quiet"]
    run(*pip, "--no-deps", "--require-hashes", "-r", ROOT / ".ci" / "hashes" / "run.txt")
    pip += ["--constraint", ROOT / "constraints.txt"]
    run(*pip, "hatchling", "editables")
    run(*pip, "--no-build-isolation", f"{ROOT}[background,font]")
    (found,) = environment.glob("lib/python*/site-packages")
    if (found / "nvidia").exists():
        sys.exit(
            "PyTorch's ordinary build has come, with CUDA; point pip at its CPU builds "
            "(PIP_FIND_LINKS or PIP_EXTRA_INDEX_URL), then try again."
        )
    shutil.copytree(found, site, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))


def remove(folder: Path, patterns: Iterable[str]) -> None:
    """Remove what is called so in a folder."""
    for pattern in patterns:
        for path in folder.glob(pattern):
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink()


def prune(site: Path) -> None:
    """Remove what no part of the program needs."""
    remove(site, NOT_OF_PACKAGES)
    qt = site / "PySide6"
    for module in qt.glob("Qt*.so"):
        if module.name.split(".")[0].removeprefix("Qt") not in QT:
            module.unlink()
    for plugins in (qt / "Qt" / "plugins").iterdir():
        if plugins.name not in PLUGINS:
            shutil.rmtree(plugins)
    needed = {path.name for module in shared(qt) if module.parent.name != "lib"
              for path in libraries(module)}  # fmt: skip
    for library in (qt / "Qt" / "lib").iterdir():
        if library.name not in needed:
            library.unlink()


def compile_all(prefix: Path, shown: str) -> None:
    """Compile what is there: nobody may write there later, and the program starts faster."""
    compileall.compile_dir(
        prefix,
        quiet=2,
        stripdir=str(prefix),
        prependdir=shown,
        invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
        workers=1,
    )


# Shared libraries ----------------------------------------------------------------------------


def shared(folder: Path) -> Iterator[Path]:
    """The programs and shared libraries in a folder."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            with path.open("rb") as file:
                if file.read(4) == b"\x7fELF":
                    yield path


def libraries(path: Path) -> list[Path]:
    """The shared libraries that a program or library is loaded with here."""
    told = subprocess.run(["ldd", path], capture_output=True, text=True).stdout
    return [Path(found) for found in re.findall(r"=> (/\S+)", told)]
