"""The log holds the traceback of a damaged file where the user asks for one."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.errors import FileError, StyleError
from engine.io.log_file import log_to_file
from engine.style.style import Style


@pytest.fixture(autouse=True)
def root_logger() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    for handler in set(root.handlers) - set(handlers):
        root.removeHandler(handler)
        handler.close()
    root.setLevel(level)


def test_a_damaged_file_is_logged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCRIPTORIUM_LOG", str(tmp_path / "log"))
    log_to_file()
    (tmp_path / "a.json").write_text('{"format": "scriptorium-style-1", "name": 5}')
    with pytest.raises(StyleError, match=r"at name\)"):
        Style.load(tmp_path / "a.json")
    log = (tmp_path / "log").read_text()
    assert "a.json" in log
    assert "Traceback" in log


def test_a_log_that_cannot_be_written_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SCRIPTORIUM_LOG", str(tmp_path / "nowhere" / "log"))
    with pytest.raises(FileError, match="set SCRIPTORIUM_LOG to another"):
        log_to_file()


def test_nothing_is_kept_unasked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SCRIPTORIUM_LOG", raising=False)
    before = list(logging.getLogger().handlers)
    log_to_file()
    assert logging.getLogger().handlers == before
