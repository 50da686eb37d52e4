"""The allocator's settings: made once, where they help, and never against the user's."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import pytest

from training import allocation

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="glibc is Linux's")


@pytest.fixture
def restarts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[dict[str, str]]:
    """The environments that the process would have been started again with."""
    for name in allocation.SETTINGS:
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "meminfo").write_text("MemTotal: 64000000 kB\nMemAvailable:   32000000 kB\n")
    monkeypatch.setattr(allocation, "MEMORY", tmp_path / "meminfo")
    monkeypatch.setattr(allocation, "LIMIT", tmp_path / "memory.max")
    made: list[dict[str, str]] = []

    def execve(path: str, words: list[str], environment: dict[str, Any]) -> None:
        assert path == sys.executable
        assert words == sys.orig_argv
        made.append(environment)

    monkeypatch.setattr(os, "execve", execve)
    return made


@pytest.mark.skipif(Path("/dev/nvidia0").exists(), reason="nothing is set beside a GPU")
def test_a_process_is_started_again_with_the_settings(restarts: list[dict[str, str]]) -> None:
    allocation.keep_memory()
    assert len(restarts) == 1
    assert allocation.SETTINGS.items() <= restarts[0].items()
    assert os.environ.items() <= restarts[0].items()


@pytest.mark.parametrize("name", list(allocation.SETTINGS))
def test_what_the_user_set_stays(
    restarts: list[dict[str, str]], monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, "1")
    allocation.keep_memory()
    assert not restarts


def test_little_memory_is_not_kept(restarts: list[dict[str, str]]) -> None:
    allocation.MEMORY.write_text("MemAvailable: 4000000 kB\n")
    allocation.keep_memory()
    allocation.MEMORY.write_text("MemAvailable: 32000000 kB\n")
    allocation.LIMIT.write_text("4294967296\n")
    allocation.keep_memory()
    assert not restarts
