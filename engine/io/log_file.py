"""The log for developers, in a file that the user names."""

from __future__ import annotations

import logging
import os

from engine.errors import FileError

#: Names the file.
VARIABLE = "SCRIPTORIUM_LOG"


def log_to_file() -> None:
    """Keep a log in the file that the environment names; without one nothing is kept.

    A traceback there tells where a file that is called damaged was found to be so.

    Raises
    ------
    FileError
        If the file cannot be written.
    """
    path = os.environ.get(VARIABLE)
    if not path:
        return
    try:
        handler = logging.FileHandler(path, encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        raise FileError(
            f"The log {path} cannot be written: {error.strerror or error}; set {VARIABLE} to "
            "another file, or to none."
        ) from error
    handler.setFormatter(logging.Formatter("%(asctime)s %(name)s: %(message)s"))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.INFO)
