"""Folders of the library in the user's data folder."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import platformdirs

from engine.errors import FileError
from engine.io.private import private_folder


def data_folder() -> Path:
    """The program's folder for what the user makes."""
    return platformdirs.user_data_path("scriptorium", appauthor=False)


def ensure_folder(folder: Path) -> Path:
    """The folder, made where it does not exist; like the data folder, it is closed to others.

    Raises
    ------
    FileError
        If it cannot be made.
    """
    try:
        private_folder(folder)
        if data_folder() in folder.parents:
            private_folder(data_folder())
    except OSError as error:
        raise FileError(
            f"Cannot make the folder {folder}: {error.strerror or error}; "
            "make room there, or give yourself the right to write."
        ) from error
    return folder


def free_path(folder: Path, name: str, suffix: str) -> Path:
    """A path in the folder that says the name in plain letters and that nothing has yet."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    stem = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60] or "style"
    path, number = folder / f"{stem}{suffix}", 2
    while path.exists():
        path, number = folder / f"{stem}-{number}{suffix}", number + 1
    return path
