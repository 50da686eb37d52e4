"""Whatever goes wrong with a file is one sentence that says what, where and what to do."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import pytest

from engine.errors import FileError, HandError, InkError, StyleError
from engine.io.converter import decode
from engine.io.loading import loading

PATH = Path("/home/ada/hazel.json")


def sentence(error: BaseException) -> tuple[str, bool]:
    """What the user is told of an error that was raised while a style was read."""
    with pytest.raises(StyleError) as told, loading(PATH, "style", StyleError, "choose another"):
        raise error
    assert told.value.names_file
    return str(told.value), told.value.damaged


ODD = [KeyError("xy"), ZeroDivisionError(), RecursionError(), InkError("no"), StyleError("no")]


@pytest.mark.parametrize("error", ODD)
def test_what_the_content_leads_to_is_damage(error: Exception) -> None:
    assert sentence(error) == (
        f"{PATH} is damaged or not a style of this program; choose another.",
        True,
    )


def test_what_the_system_says_is_no_damage() -> None:
    assert sentence(FileNotFoundError(2, "No such file")) == (
        f"There is no style {PATH}; choose another.",
        False,
    )
    assert sentence(PermissionError(13, "Permission denied")) == (
        f"The style {PATH} cannot be read: Permission denied; choose another.",
        False,
    )
    assert "close other programs" in sentence(MemoryError())[0]


def test_what_is_said_of_the_file_itself_stays() -> None:
    assert sentence(FileError("It is a pipe.")) == ("It is a pipe.", False)
    assert sentence(FileError("It is too large.", damaged=True)) == ("It is too large.", True)


def test_what_is_said_of_another_file_stays_of_its_kind() -> None:
    with (
        pytest.raises(HandError, match="There is no reader /r"),
        loading(PATH, "style", StyleError, "choose another"),
        loading("/r", "reader", HandError, "name another"),
    ):
        raise FileNotFoundError


def test_the_place_is_told_where_it_is_known() -> None:
    with pytest.raises(ValueError, match="line 1") as parse:
        json.loads('{"a": }')
    assert "(at line 1, column 7)" in sentence(parse.value)[0]
    with pytest.raises(ValueError, match="is not a number") as decoding:
        decode(tuple[tuple[str, float], ...], [["a", 1.0], ["b", "c"]])
    assert "(at [1][1])" in sentence(decoding.value)[0]


def test_damage_is_logged_with_its_traceback(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        sentence(ZeroDivisionError("by nothing"))
    assert "ZeroDivisionError: by nothing" in caplog.text
    assert "Traceback" in caplog.text


def test_ctrl_c_passes() -> None:
    with pytest.raises(KeyboardInterrupt), loading(PATH, "style", StyleError, "choose another"):
        raise KeyboardInterrupt
