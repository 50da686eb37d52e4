"""JSON files of the program's own formats: read within bounds, and told apart by their version."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from engine.errors import FileError, ScriptoriumError
from engine.io.limits import check_regular

#: A file is never longer than this; a longer one is not read.
MOST_BYTES = 8 << 20


def read_json(
    path: Path, form: str, what: str, error_kind: type[ScriptoriumError]
) -> dict[str, Any]:
    """The object that a file of a format holds.

    Parameters
    ----------
    path : Path
    form : str
        The format, which ends in a hyphen and its version ("scriptorium-style-1").
    what : str
        What the file is, in a word ("style").
    error_kind : type of ScriptoriumError
        What is raised where it cannot be had.

    Raises
    ------
    ScriptoriumError
        If the file is missing, too large, of another version, or `damaged`.
    """
    try:
        check_regular(path)
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise error_kind(f"The {what} {path} cannot be read: {error.strerror or error}.") from error
    except FileError as error:
        raise error_kind(str(error)) from error
    if len(data) > MOST_BYTES:
        raise error_kind(f"{path} is too large for a {what}; choose another file.", damaged=True)
    try:
        content = json.loads(data.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise damage(path, what, error_kind) from error
    found = content.get("format") if isinstance(content, dict) else None
    if found != form:
        kind, _, _ = form.rpartition("-")
        if isinstance(found, str) and found.rpartition("-")[0] == kind:
            raise error_kind(
                f"{path} is a {what} of another version ({found!r}); "
                "update this program or save it again."
            )
        raise damage(path, what, error_kind)
    return content  # type: ignore[no-any-return]


def damage(path: Path, what: str, error_kind: type[ScriptoriumError]) -> ScriptoriumError:
    """The error that says so of a file whose content is not of its format's shape."""
    return error_kind(f"{path} is damaged or not a {what} of this program.", damaged=True)
