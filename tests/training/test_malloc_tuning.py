"""The allocator's settings: made once, where they help, and never against the user's."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from training import malloc_tuning

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="glibc is Linux's")


@pytest.fixture
def restarts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[dict[str, str]]:
    """The environments that the process would have been started again with."""
    for name in malloc_tuning.SETTINGS:
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "meminfo").write_text("MemTotal: 64000000 kB\nMemAvailable:   32000000 kB\n")
    monkeypatch.setattr(malloc_tuning, "MEMORY", tmp_path / "meminfo")
    monkeypatch.setattr(malloc_tuning, "LIMIT", tmp_path / "memory.max")
    made: list[dict[str, str]] = []

    def execve(path: str, words: list[str], environment: dict[str, Any]) -> None:
        assert path == sys.executable
        assert words == sys.orig_argv
        made.append(environment)

    monkeypatch.setattr(os, "execve", execve)
    return made


@pytest.mark.skipif(Path("/dev/nvidia0").exists(), reason="nothing is set beside a GPU")
def test_a_process_is_started_again_with_the_settings(restarts: list[dict[str, str]]) -> None:
    malloc_tuning.keep_memory()
    assert len(restarts) == 1
    assert malloc_tuning.SETTINGS.items() <= restarts[0].items()
    assert os.environ.items() <= restarts[0].items()


@pytest.mark.parametrize("name", list(malloc_tuning.SETTINGS))
def test_what_the_user_set_stays(
    restarts: list[dict[str, str]], monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, "1")
    malloc_tuning.keep_memory()
    assert not restarts


def test_little_memory_is_not_kept(restarts: list[dict[str, str]]) -> None:
    malloc_tuning.MEMORY.write_text("MemAvailable: 4000000 kB\n")
    malloc_tuning.keep_memory()
    malloc_tuning.MEMORY.write_text("MemAvailable: 32000000 kB\n")
    malloc_tuning.LIMIT.write_text("4294967296\n")
    malloc_tuning.keep_memory()
    assert not restarts


def test_what_is_kept_is_watched(
    restarts: list[dict[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    looked = threading.Event()
    monkeypatch.setattr(malloc_tuning, "INTERVAL", 0.0)
    monkeypatch.setattr(malloc_tuning, "_watch", looked.set)
    for name, value in malloc_tuning.SETTINGS.items():
        monkeypatch.setenv(name, value)
    malloc_tuning.keep_memory()
    assert looked.wait(200)
    assert not restarts


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="the system does not tell")
def test_memory_in_pieces_is_given_back_when_little_is_left(tmp_path: Path) -> None:
    """Blocks in use between freed ones keep the heap from shrinking by itself."""
    code = f"""
import sys
from pathlib import Path
import torch
from training import malloc_tuning as allocation

allocation.MEMORY = Path({str(tmp_path / "meminfo")!r})
allocation.LIMIT = Path({str(tmp_path / "memory.max")!r})
allocation.LIMIT.write_text("max")
allocation.MEMORY.write_text("MemAvailable: 64000000 kB")
before = allocation._held()
blocks = [torch.ones(1 << 20) for _ in range(100)]
kept = blocks[::10]
del blocks
held = allocation._held()
assert held - before > 350e6, held - before
assert not allocation.give_back_excess()
assert allocation._held() > held - 50e6
allocation.MEMORY.write_text("MemAvailable: 1000 kB")
assert allocation.give_back_excess()
assert allocation._held() - before < 150e6, allocation._held() - before
assert all(bool((block == 1).all()) for block in kept)
"""
    environment = {**os.environ, **malloc_tuning.SETTINGS}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr
