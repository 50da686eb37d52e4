"""Locks that end with their process: who has one, who is kept out, and what keeps nobody out."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from engine.io.locks import Holder, ProcessLock

HOLD = """
import sys
from pathlib import Path
from engine.io.locks import ProcessLock
assert ProcessLock(Path(sys.argv[1])).acquire()
lock = ProcessLock(Path(sys.argv[2]))
assert lock.acquire()
print("held", flush=True)
sys.stdin.read()
"""


def hold(path: Path) -> subprocess.Popen[str]:
    """A process that holds a lock until it is killed."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path.with_name("other")), str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(Path.cwd())},
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_a_lock_keeps_others_out_until_it_is_let_go(tmp_path: Path) -> None:
    first, second = (ProcessLock(tmp_path / "a.lock") for _ in range(2))
    assert first.acquire()
    assert not second.acquire()
    assert first.holder().process == os.getpid()
    assert f"process {os.getpid()}" in str(second.holder())
    first.release()
    assert second.acquire()
    second.release()
    second.release()
    assert list(tmp_path.iterdir()) == []


def test_a_killed_process_holds_no_lock(tmp_path: Path) -> None:
    path = tmp_path / "a.lock"
    with hold(path) as process:
        lock = ProcessLock(path)
        assert not lock.acquire()
        assert lock.holder().process == process.pid
        process.kill()
        process.wait()
        assert path.exists()
        assert lock.acquire()
        lock.release()


@pytest.mark.parametrize(
    "content", [b"", b"\x00" * 40, b"{", b"[" * 4000, b"12\nscriptorium\nold-host\n\n\n", b"[]"]
)
def test_what_a_lock_s_file_holds_keeps_nobody_out(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.lock"
    path.write_bytes(content)
    lock = ProcessLock(path)
    assert lock.acquire()
    path.write_bytes(content)
    other = ProcessLock(path)
    assert not other.acquire()
    holder = other.holder()
    assert (holder.host, holder.process) == ("", 0)
    assert str(holder).startswith("since ")
    lock.release()


def test_a_holder_under_another_host_name_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("socket.gethostname", lambda: "other-host")
    lock = ProcessLock(tmp_path / "a.lock")
    assert lock.acquire()
    monkeypatch.undo()
    other = ProcessLock(tmp_path / "a.lock")
    assert not other.acquire()
    assert str(other.holder()).startswith("on other-host since ")
    lock.release()


def test_nothing_is_said_of_a_lock_that_nobody_holds(tmp_path: Path) -> None:
    assert ProcessLock(tmp_path / "a.lock").holder() == Holder()
    assert str(Holder()) == ""


def test_a_place_where_nothing_can_be_locked_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("in the way")
    (tmp_path / "b.lock").mkdir()
    for path in (tmp_path / "a" / "a.lock", tmp_path / "b.lock"):
        with pytest.raises(OSError, match="directory"):
            ProcessLock(path).acquire()


def test_a_lock_on_a_disk_that_became_read_only_still_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.lock"
    path.write_bytes(b"")
    real = os.open

    def read_only(name: object, flags: int, *rest: int) -> int:
        if flags & (os.O_RDWR | os.O_CREAT):
            raise OSError(errno.EROFS, os.strerror(errno.EROFS))
        return real(name, flags, *rest)

    monkeypatch.setattr(os, "open", read_only)
    first, second = (ProcessLock(path) for _ in range(2))
    assert first.acquire()
    assert not second.acquire()
    assert second.holder().since is not None
    first.release()
