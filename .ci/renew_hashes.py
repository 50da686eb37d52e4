"""Write down the SHA-256 of every file of every package that constraints.txt pins.

`pip install uv`, then `python .ci/renew_hashes.py` after a change of constraints.txt or of what
pyproject.toml asks for. What `make` installs is compared with them. PyTorch and what only its GPU
builds bring along are left out: which build of it is installed is the user's choice.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HASHES = ROOT / ".ci" / "hashes"
#: Packages of PyTorch's builds for GPUs.
GPU = re.compile(r"^(torch|triton|nvidia-.*|cuda-.*)$")


def blocks(text: str) -> list[str]:
    """The packages of a file of requirements, each with its hashes."""
    kept = [line for line in text.splitlines() if line and not line.lstrip().startswith("#")]
    return [block.rstrip() for block in re.split(r"\n(?=\S)", "\n".join(kept)) if block.strip()]


def name_of(block: str) -> str:
    """The name of a package, as registries compare it."""
    return re.sub("[-_.]+", "-", block.partition("==")[0]).lower()


def main() -> None:
    """Write run.txt and dev.txt anew."""
    pins = [
        line
        for line in (ROOT / "constraints.txt").read_text("utf-8").splitlines()
        if not GPU.match(name_of(line))
    ]
    with tempfile.TemporaryDirectory() as folder:
        backend = Path(folder, "backend.in")
        backend.write_text("hatchling\neditables\n", "utf-8")
        constraints = Path(folder, "constraints.txt")
        constraints.write_text("\n".join(pins) + "\n", "utf-8")
        for name, extras in (("run", []), ("dev", ["--extra", "dev"])):
            made = Path(folder, f"{name}.txt")
            words = ["pip", "compile", ROOT / "pyproject.toml", backend, *extras, "--constraint"]
            words += [constraints, "--universal", "--python-version", "3.11"]
            words += ["--generate-hashes", "--quiet", "--no-annotate", "--output-file", made]
            status = subprocess.run([sys.executable, "-m", "uv", *map(str, words)]).returncode
            if status:
                sys.exit(status)
            found = [
                block for block in blocks(made.read_text("utf-8")) if not GPU.match(name_of(block))
            ]
            (HASHES / f"{name}.txt").write_text("\n".join(found) + "\n", "utf-8")


if __name__ == "__main__":
    main()
