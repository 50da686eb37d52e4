"""Build a Debian package of the program: `python .ci/packages/deb.py`, or `make deb`.

The package needs nothing of the machine's own Python: all lies in /opt/scriptorium.
Needs `dpkg-deb`, and `patchelf` where the interpreter has its library in a folder of its own.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from bundle import (
    HERE,
    OPTIONAL,
    ROOT,
    keep,
    libraries,
    make_bundle,
    place_files,
    run,
    say,
    shared,
    version,
)

OPT = Path("opt/scriptorium")


def main() -> None:
    """Build the package, and say where it is."""
    parser = argparse.ArgumentParser(description="Build a Debian package of the program.")
    parser.add_argument("--out", type=Path, default=ROOT / "build", help="folder for the package")
    out: Path = parser.parse_args().out
    if shutil.which("dpkg-deb") is None:
        sys.exit("There is no dpkg-deb here; build the package on Debian or Ubuntu.")
    with tempfile.TemporaryDirectory(prefix="scriptorium-deb-") as scratch:
        tree = Path(scratch, "tree")
        make_bundle(tree / OPT, Path(scratch), f"/{OPT}")
        add_desktop(tree)
        say("Finding what it depends on")
        control(tree)
        say("Packing")
        keep(pack(tree, out))


# What the desktop knows of it ----------------------------------------------------------------


def add_desktop(tree: Path) -> None:
    """Add the commands, the icon, the entry of the menu, the type of notes and their pictures."""
    share = tree / "usr" / "share"
    icons = ROOT / "resources" / "icons"
    place_files(
        (
            (HERE / "scriptorium", tree / "usr/bin/scriptorium", 0o755),
            (HERE / "scriptorium-uninstall", tree / "usr/bin/scriptorium-uninstall", 0o755),
            (icons / "scriptorium.desktop", share / "applications/scriptorium.desktop", 0o644),
            (
                icons / "scriptorium.svg",
                share / "icons/hicolor/scalable/apps/scriptorium.svg",
                0o644,
            ),
            (HERE / "scriptorium-mime.xml", share / "mime/packages/scriptorium.xml", 0o644),
            (
                HERE / "scriptorium.thumbnailer",
                share / "thumbnailers/scriptorium.thumbnailer",
                0o644,
            ),
            (ROOT / "LICENSE", share / "doc/scriptorium/copyright", 0o644),
        )
    )


# What it depends on --------------------------------------------------------------------------


def depends(tree: Path) -> list[str]:
    """The Debian packages that hold the libraries which do not lie in the tree."""
    outer = {
        library.resolve()
        for path in shared(tree)
        if path.name not in OPTIONAL
        for library in libraries(path)
        if tree not in library.parents
    }
    # Where /lib is a link to /usr/lib, dpkg may know a library by either name.
    names = [name for path in sorted(outer) for name in (str(path), str(path).removeprefix("/usr"))]
    told = subprocess.run(["dpkg", "-S", *names], capture_output=True, text=True).stdout
    return sorted({line.split(":")[0] for line in told.splitlines()})


def control(tree: Path) -> None:
    """Write what dpkg is told of the package."""
    size = sum(path.lstat().st_size for path in tree.rglob("*") if path.is_file()) // 1024
    architecture = subprocess.check_output(["dpkg", "--print-architecture"], text=True).strip()
    lines = (
        "Package: scriptorium",
        f"Version: {version()}",
        "Section: graphics",
        "Priority: optional",
        f"Architecture: {architecture}",
        f"Installed-Size: {size}",
        f"Depends: {', '.join(depends(tree))}",
        "Recommends: fonts-dejavu-core, shared-mime-info, desktop-file-utils",
        "Maintainer: The authors of Scriptorium <scriptorium@localhost>",
        "Description: handwriting studio",
        " A recurrent network writes a text pen stroke by pen stroke, on this computer alone; the",
        " pages come out as PDF, SVG, PNG or InkML.",
    )
    folder = tree / "DEBIAN"
    folder.mkdir()
    (folder / "control").write_text("\n".join(lines) + "\n", "utf-8")


def pack(tree: Path, out: Path) -> Path:
    """Make the package of the tree."""
    out.mkdir(parents=True, exist_ok=True)
    run("chmod", "-R", "u+rwX,go+rX,go-w", tree)
    run("dpkg-deb", "--root-owner-group", "-Zzstd", "-z12", "--build", tree, out)
    (path,) = out.glob(f"scriptorium_{version()}_*.deb")
    return path


if __name__ == "__main__":
    main()
