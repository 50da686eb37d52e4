"""Make or renew the virtual environment that `make run` and `make test` work in.

Runs on nothing but Python's own library: `python .ci/environment.py [--dev]`. Everything that is
installed is pinned by constraints.txt and compared with the SHA-256 of its file (.ci/hashes), but
for PyTorch, of which there are many builds: one that the machine brings along is used as it is,
together with the packages that it asks for. `--suits` and `--brings-torch` only
say by their exit status whether this Python is new enough, and whether it has such a PyTorch.
"""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")

# Prints the packages that must not be pinned, one a line: nothing where torch is the
# environment's own, or where there is none yet.
FOREIGN_TORCH = """
import importlib.metadata, re, sys
from pathlib import Path
try:
    torch = importlib.metadata.distribution("torch")
except importlib.metadata.PackageNotFoundError:
    sys.exit()
if Path(sys.prefix).resolve() not in Path(str(torch.locate_file(""))).resolve().parents:
    print("torch")
    for requirement in torch.requires or ():
        print(re.match("[A-Za-z0-9._-]+", requirement).group())
"""


def run(*command: str | Path) -> None:
    """Run a command of the set-up; where it fails, end with its status."""
    status = subprocess.run([str(word) for word in command], stdin=subprocess.DEVNULL).returncode
    if status:
        sys.exit(status)


def usable() -> bool:
    """Whether .venv has a Python that still runs and has pip."""
    try:
        return subprocess.run([PYTHON, "-c", "import pip"], capture_output=True).returncode == 0
    except OSError:
        return False


def provide_ensurepip() -> None:
    """Get the part of Python that Debian keeps in a package of its own."""
    if importlib.util.find_spec("ensurepip"):
        return
    package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
    if os.name == "posix" and os.geteuid() == 0 and Path("/usr/bin/apt-get").exists():
        print(f"Installing {package}", flush=True)
        apt = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]
        run(*apt, "update")
        run(*apt, "install", "-y", "--no-install-recommends", "-o", "Dpkg::Use-Pty=0", package)
    else:
        sys.exit(f"Python cannot make an environment; type: sudo apt-get install {package}")


def suits() -> bool:
    """Whether this Python can run the program."""
    return sys.version_info >= (3, 11)


def brings_torch() -> bool:
    """Whether this Python can run the program and has a PyTorch that works and is new enough."""
    if not suits() or importlib.util.find_spec("torch") is None:
        return False
    try:
        import torch
    except (ImportError, OSError):
        return False
    return tuple(int(part) for part in torch.__version__.split(".")[:2]) >= (2, 9)


def make() -> None:
    """Make .venv; where this Python brings a PyTorch, so that it is seen from inside."""
    provide_ensurepip()
    torch = brings_torch()
    options = ["--system-site-packages"] if torch else []
    run(sys.executable, "-m", "venv", "--clear", *options, VENV)
    if torch and sys.prefix != sys.base_prefix:
        # This Python is an environment itself, and --system-site-packages shows its base alone.
        packages = subprocess.check_output(
            [PYTHON, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"], text=True
        )
        own = [path for path in sys.path if path.endswith(("site-packages", "dist-packages"))]
        Path(packages.strip(), "outer-environment.pth").write_text("\n".join(own), "utf-8")


def free() -> set[str]:
    """The names of packages that are not pinned here."""
    names = subprocess.check_output([PYTHON, "-c", FOREIGN_TORCH], text=True).split()
    return {normal(name) for name in names}


def normal(name: str) -> str:
    """A package's name as registries compare it."""
    return re.sub("[-_.]+", "-", name.strip()).lower()


def constraints() -> Path:
    """Write the pins that hold here beside the environment, and return where."""
    others = free()
    pins = [
        line
        for line in (ROOT / "constraints.txt").read_text("utf-8").splitlines()
        if normal(line.partition("==")[0]) not in others
    ]
    path = VENV / "constraints.txt"
    path.write_text("\n".join(pins) + "\n", "utf-8")
    return path


def hashed(dev: bool) -> Path:
    """Write the packages that hold here with their hashes beside the environment; return where."""
    others = free()
    listed = ROOT / ".ci" / "hashes" / ("dev.txt" if dev else "run.txt")
    blocks = re.split(r"\n(?=\S)", listed.read_text("utf-8").strip())
    kept = [block for block in blocks if normal(block.partition("==")[0]) not in others]
    path = VENV / "hashes.txt"
    path.write_text("\n".join(kept) + "\n", "utf-8")
    return path


def main() -> None:
    """Bring .venv up to pyproject.toml and constraints.txt, or answer a question."""
    if "--suits" in sys.argv[1:]:
        sys.exit(not suits())
    if "--brings-torch" in sys.argv[1:]:
        sys.exit(not brings_torch())
    extra = "[dev]" if "--dev" in sys.argv[1:] else ""
    if not usable():
        print("Making the environment in .venv (minutes, the first time)", flush=True)
        make()
    install = [PYTHON, "-m", "pip", "install", "--disable-pip-version-check"]
    install += [] if sys.stdout.isatty() else ["--quiet"]
    # First what the hashes are known of, and nothing else; then PyTorch and the program.
    run(*install, "--no-deps", "--require-hashes", "--requirement", hashed(bool(extra)))
    install += ["--constraint", constraints()]
    # The build backend is pinned like the rest, which an isolated build would not be.
    run(*install, "hatchling", "editables")
    run(*install, "--no-build-isolation", "--editable", f"{ROOT}{extra}")


if __name__ == "__main__":
    main()
