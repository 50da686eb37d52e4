"""The one place where whatever goes wrong with a file becomes a sentence for the user."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.errors import FileError, ScriptoriumError
from engine.io.converter import MalformedJsonError

_log = logging.getLogger(__name__)


@contextmanager
def loading(
    path: Path | str,
    what: str,
    error_kind: type[ScriptoriumError],
    remedy: str,
    otherwise: str = "",
) -> Iterator[None]:
    """While a file is read: raise nothing but errors that say what is wrong with it.

    A `FileError` that is raised inside is about the file itself (a pipe, a file that is too large,
    another version) and keeps its sentence, and so does what was said of another file that was read
    meanwhile. What the system says of a file that cannot be read becomes a sentence. All other
    errors, those of the program's own types too, come from the file's content: the file is damaged.
    They are logged with their traceback.

    Parameters
    ----------
    path : Path or str
        The file.
    what : str
        What the file is, in a word ("style").
    error_kind : type of ScriptoriumError
        What is raised.
    remedy : str
        What the user can do about a file that cannot be read: the end of the sentence.
    otherwise : str
        What a file that seems damaged may be instead; "not a style of this program" where not
        given.

    Raises
    ------
    ScriptoriumError
        Of the kind given; `damaged` where the content is at fault.
    """
    try:
        yield
    except ScriptoriumError as error:
        if error.names_file:
            raise
        if isinstance(error, FileError):
            raise error_kind(str(error), damaged=error.damaged, names_file=True) from error
        raise _damage(error, path, what, error_kind, remedy, otherwise) from error
    except FileNotFoundError as error:
        sentence = f"There is no {what} {path}; {remedy}."
        raise error_kind(sentence, names_file=True) from error
    except OSError as error:
        # The library for tensors says it in words of its own, without a number.
        sentence = f"The {what} {path} cannot be read: {error.strerror or error}; {remedy}."
        raise error_kind(sentence, names_file=True) from error
    except MemoryError as error:
        sentence = f"The {what} {path} needs more memory than there is; close other programs."
        raise error_kind(sentence, names_file=True) from error
    except Exception as error:
        raise _damage(error, path, what, error_kind, remedy, otherwise) from error


def _damage(
    error: Exception,
    path: Path | str,
    what: str,
    error_kind: type[ScriptoriumError],
    remedy: str,
    otherwise: str,
) -> ScriptoriumError:
    _log.info("Reading the %s %s", what, path, exc_info=error)
    otherwise = otherwise or f"not a {what} of this program"
    return error_kind(
        f"{path} is damaged or {otherwise}{_place(error)}; {remedy}.",
        damaged=True,
        names_file=True,
    )


def _place(error: Exception) -> str:
    """Where the content is at fault, in brackets; empty where that is not known."""
    if isinstance(error, json.JSONDecodeError):
        return f" (at line {error.lineno}, column {error.colno})"
    if isinstance(error, MalformedJsonError) and error.place:
        return f" (at {error.place[:60]})"
    return ""
