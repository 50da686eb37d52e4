"""Build an AppImage: `python .ci/packages/appimage.py --runtime FILE`, or `make appimage`.

The program with all that it runs on in one file, which any desktop with glibc as new as this
one's starts without being installed. What such a file begins with, a program that mounts the
rest, is not made here: get `runtime-x86_64` (or of another processor) from AppImage's
`type2-runtime`, and name it. Needs `mksquashfs` (squashfs-tools) and `patchelf`.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
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

MAGIC = b"AI\x02"
"""At byte 8 of a file of this kind."""
OF_THE_SYSTEM = (
    *("ld-linux", "libc.so", "libm.so", "libmvec", "libdl.so", "libpthread", "librt.so"),
    *("libutil.so", "libresolv", "libanl", "libnss_", "libthread_db", "libstdc++", "libgcc_s"),
    *("libGL", "libEGL", "libOpenGL", "libdrm", "libgbm", "libglapi", "libX11", "libxcb.so"),
    *("libxcb-dri", "libwayland-client", "libfontconfig", "libfreetype", "libharfbuzz"),
    *("libexpat", "libuuid", "libz.so", "libcom_err", "libgpg-error", "libICE", "libSM"),
)
"""Libraries that every desktop has, and that must be its own (drivers, fonts, the C library)."""


def main() -> None:
    """Build the file, and say where it is."""
    parser = argparse.ArgumentParser(description="Build an AppImage of the program.")
    parser.add_argument("--runtime", type=Path, required=True, help="AppImage's type2-runtime")
    parser.add_argument("--out", type=Path, default=ROOT / "build", help="folder for the file")
    asked = parser.parse_args()
    runtime = asked.runtime.read_bytes() if asked.runtime.is_file() else b""
    if runtime[8:11] != MAGIC:
        sys.exit(f"{asked.runtime} is no runtime of AppImage's; get one from its type2-runtime.")
    for tool in ("mksquashfs", "patchelf"):
        if shutil.which(tool) is None:
            sys.exit(f"There is no {tool} here; install it, then try again.")
    with tempfile.TemporaryDirectory(prefix="scriptorium-appimage-") as scratch:
        tree = Path(scratch, "AppDir")
        make_bundle(tree / "usr", Path(scratch), "/usr")
        say("Adding the libraries that not every desktop has")
        add_libraries(tree / "usr")
        add_desktop(tree)
        say("Packing")
        keep(pack(tree, runtime, asked.out))


def add_libraries(prefix: Path) -> None:
    """Copy the shared libraries that programs in a folder are loaded with, and point them there."""
    target = prefix / "lib" / "bundled"
    target.mkdir()
    for path in shared(prefix):
        # Each looks where it was built to, and then among these.
        found = [library for library in libraries(path) if path.name not in OPTIONAL]
        outer = [one for one in found if prefix not in one.parents and not _of_the_system(one)]
        for library in outer:
            if not (target / library.name).exists():
                shutil.copy2(library.resolve(), target / library.name)
        if outer:
            _look_in(path, target)
    for library in target.iterdir():
        run("patchelf", "--set-rpath", "$ORIGIN", library)


def _of_the_system(library: Path) -> bool:
    return library.name.startswith(OF_THE_SYSTEM)


def _look_in(path: Path, folder: Path) -> None:
    """Have a program or library look for its own in a folder, too."""
    run("patchelf", "--add-rpath", f"$ORIGIN/{os.path.relpath(folder, path.parent)}", path)


def add_desktop(tree: Path) -> None:
    """Add what is started, the entry of the menu and the icon, where they are looked for."""
    icons = ROOT / "resources" / "icons"
    place_files(
        (source, tree / name, mode)
        for source, name, mode in (
            (HERE / "AppRun", "AppRun", 0o755),
            (icons / "scriptorium.desktop", "scriptorium.desktop", 0o644),
            (icons / "scriptorium.svg", "scriptorium.svg", 0o644),
            (icons / "scriptorium.svg", ".DirIcon", 0o644),
        )
    )


def pack(tree: Path, runtime: bytes, out: Path) -> Path:
    """Make the file of the tree: the runtime, and behind it the tree as a file system."""
    out.mkdir(parents=True, exist_ok=True)
    path = out / f"Scriptorium-{version()}-{platform.machine()}.AppImage"
    image = tree.parent / "image"
    run("chmod", "-R", "u+rwX,go+rX,go-w", tree)
    options = ("-root-owned", "-noappend", "-no-progress", "-comp", "zstd", "-b", "256K")
    run("mksquashfs", tree, image, "-quiet", *options)
    with path.open("wb") as file:
        file.write(runtime)
        with image.open("rb") as rest:
            shutil.copyfileobj(rest, file)
    path.chmod(0o755)
    return path


if __name__ == "__main__":
    main()
