"""What the service answers where something is wrong: a code, one sentence, and the places."""

from __future__ import annotations

import traceback
from collections.abc import Mapping
from typing import Any

from engine.errors import (
    InkError,
    ScriptoriumError,
    SettingError,
    StyleError,
    TextError,
    WritingStoppedError,
)
from engine.text.transliteration import UnwritableError

#: The status of each code.
STATUSES: Mapping[str, int] = {
    "unauthorized": 401,
    "not_found": 404,
    "method_not_allowed": 405,
    "unknown_hand": 404,
    "unknown_style": 404,
    "not_acceptable": 406,
    "too_large": 413,
    "unsupported_media": 415,
    "invalid": 422,
    "unwritable": 422,
    "text_too_long": 422,
    "too_many_lines": 422,
    "too_much_ink": 422,
    "rate_limited": 429,
    "internal": 500,
    "busy": 503,
    "failed": 503,
    "stopping": 503,
    "timeout": 504,
}


class ServiceError(ScriptoriumError):
    """What is wrong with a request, as its answer says it.

    Parameters
    ----------
    code : str
        One of `STATUSES`.
    message : str
        One sentence: what, where, what to do.
    param : str, optional
        The field of the request that is at fault.
    places : sequence of dict, optional
        Characters with the place of each, word by word.
    retry_after : int, optional
        Seconds after which the request may be made again.
    """

    def __init__(
        self,
        code: str,
        message: str,
        param: str | None = None,
        places: list[dict[str, Any]] | None = None,
        retry_after: int | None = None,
    ) -> None:
        super().__init__(message)
        self.code, self.message, self.param = code, message, param
        self.places, self.retry_after = places or [], retry_after

    @property
    def status(self) -> int:
        """Of the answer."""
        return STATUSES[self.code]

    @property
    def body(self) -> dict[str, Any]:
        """The answer."""
        return {
            "error": {
                "code": self.code,
                "message": self.message,
                "param": self.param,
                "places": self.places,
            }
        }

    @property
    def headers(self) -> dict[str, str]:
        """Of the answer."""
        headers = {} if self.retry_after is None else {"Retry-After": str(self.retry_after)}
        return headers | ({"WWW-Authenticate": "Bearer"} if self.code == "unauthorized" else {})


def to_service_error(error: Exception) -> ServiceError:
    """The answer to what was raised; a fault of the program itself says nothing of its inside."""
    if isinstance(error, ServiceError):
        return error
    if isinstance(error, UnwritableError):
        advised = error.advised('say by "replace_unknown" what to write for them ("" for nothing)')
        places = [
            {
                "character": character,
                "line": place.line,
                "column": place.column,
                "word": place.word,
            }
            for character, place in error.refused
        ]
        return ServiceError("unwritable", str(advised), "text", places)
    if isinstance(error, TextError):
        return ServiceError("invalid", str(error), "text")
    if isinstance(error, StyleError):
        return ServiceError("unknown_style", str(error), "style")
    if isinstance(error, InkError):
        return ServiceError("invalid", str(error), "style")
    if isinstance(error, (SettingError, ScriptoriumError)):
        return ServiceError("invalid", str(error))
    if isinstance(error, WritingStoppedError):
        return stopping()
    return ServiceError("internal", "The service failed; its log says where. Try again.")


def stopping() -> ServiceError:
    """The answer while the service ends."""
    return ServiceError(
        "stopping", "The service is stopping; try again in a moment.", retry_after=5
    )


def places_of(error: BaseException) -> str:
    """Where an exception came from: files and lines, without its words, which may hold a text."""
    frames = traceback.extract_tb(error.__traceback__)
    lines = [f"  {frame.filename}:{frame.lineno} in {frame.name}" for frame in frames]
    return "\n".join([*lines, f"  {type(error).__name__}"])
