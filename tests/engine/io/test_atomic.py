"""Files written whole or not at all: links, rights, and what is no file."""

from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from engine.errors import FileError
from engine.io import atomic
from engine.io.atomic import atomic_write, move, temporary_folder

posix = pytest.mark.skipif(os.name == "nt", reason="needs a POSIX file system")


def write(path: Path, text: str) -> None:
    with atomic_write(path) as temporary:
        temporary.write_text(text, "utf-8")


@posix
def test_a_symbolic_link_is_followed_and_stays(tmp_path: Path) -> None:
    (tmp_path / "far").mkdir()
    real, link = tmp_path / "far" / "real.txt", tmp_path / "link.txt"
    real.write_text("old", "utf-8")
    link.symlink_to(Path("far") / "real.txt")
    write(link, "new")
    assert link.is_symlink()
    assert real.read_text("utf-8") == "new"
    real.unlink()
    write(link, "newer")
    assert link.is_symlink()
    assert real.read_text("utf-8") == "newer"
    assert sorted(p.name for p in tmp_path.rglob("*")) == ["far", "link.txt", "real.txt"]


@posix
def test_links_that_lead_nowhere_are_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    with pytest.raises(FileError, match="Cannot write"):
        write(tmp_path / "a", "new")
    assert (tmp_path / "a").is_symlink()


@posix
def test_a_read_only_file_is_not_replaced(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("old", "utf-8")
    path.chmod(0o444)
    with pytest.raises(FileError, match="is read-only; choose another name"):
        write(path, "new")
    assert path.read_text("utf-8") == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["a.txt"]


@posix
def test_what_is_no_file_is_not_replaced(tmp_path: Path) -> None:
    pipe, folder = tmp_path / "pipe", tmp_path / "folder"
    os.mkfifo(pipe)
    folder.mkdir()
    for path, kind in ((pipe, "no ordinary file"), (folder, "a folder")):
        with pytest.raises(FileError, match=kind):
            write(path, "new")
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    assert folder.is_dir()


@posix
def test_a_file_keeps_its_rights_and_a_new_one_has_the_usual(tmp_path: Path) -> None:
    kept, new, other = (tmp_path / name for name in ("kept", "new", "other"))
    kept.write_text("old", "utf-8")
    kept.chmod(0o640)
    write(kept, "new")
    write(new, "new")
    other.write_text("new", "utf-8")
    assert stat.S_IMODE(kept.stat().st_mode) == 0o640
    assert new.stat().st_mode == other.stat().st_mode


def test_the_process_s_umask_stays_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # It is one for all threads: changed for a moment, their private files are open to all.
    monkeypatch.setattr(os, "umask", None)
    write(tmp_path / "a.txt", "new")


def test_a_name_as_long_as_names_may_be_can_be_written(tmp_path: Path) -> None:
    for name in ("ä" * 125 + ".txt", "a" + "." + "b" * 253):
        write(tmp_path / name, "new")
        assert (tmp_path / name).read_text("utf-8") == "new"


#: Writes half of a file, says so, and waits to be killed.
HALF = """
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from engine.io import atomic
from engine.io.atomic import atomic_write, move
with atomic_write(sys.argv[1]) as temporary:
    temporary.write_text("half")
    print("half", flush=True)
    sys.stdin.read()
"""


@contextmanager
def working(program: str, path: Path) -> Iterator[subprocess.Popen[str]]:
    """A process in the middle of a program that says "half", and then waits."""
    with subprocess.Popen(
        [sys.executable, "-c", program, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(Path.cwd())},
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "half\n"
        yield process


@posix
def test_what_a_killed_process_left_is_removed_by_the_next(tmp_path: Path) -> None:
    path, other = tmp_path / "a note.pdf", tmp_path / ".a note.0123abcd.svg"
    other.write_text("of another kind", "utf-8")
    with working(HALF, path) as process:
        (half,) = set(tmp_path.iterdir()) - {other}
        write(path, "new")
        assert half.exists(), "it is still being written"
        process.kill()
        process.wait()
        assert half.exists()
        write(path, "newer")
    assert set(tmp_path.iterdir()) == {path, other}
    assert path.read_text("utf-8") == "newer"


#: Works in a folder for a while, says so, and waits to be killed.
IN_A_FOLDER = """
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from engine.io.atomic import temporary_folder
with temporary_folder(Path(sys.argv[1])) as folder:
    (folder / "page-1.svg").write_text("half")
    print("half", flush=True)
    sys.stdin.read()
"""


@posix
def test_folders_that_killed_processes_left_are_removed_by_the_next(tmp_path: Path) -> None:
    with working(IN_A_FOLDER, tmp_path) as process:
        (left,) = tmp_path.iterdir()
        with temporary_folder(tmp_path) as own:
            assert set(tmp_path.iterdir()) == {left, own}, "somebody works there"
        process.kill()
        process.wait()
        assert list(tmp_path.iterdir()) == [left]
        with temporary_folder(tmp_path) as own:
            assert list(tmp_path.iterdir()) == [own]
    assert not list(tmp_path.iterdir())


@posix
def test_without_locks_what_is_a_day_old_is_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_locks(_: int) -> bool:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(atomic, "lock_now", no_locks)
    old, fresh = tmp_path / ".a.00000000.txt", tmp_path / ".a.11111111.txt"
    for left in (old, fresh):
        left.write_text("half", "utf-8")
    os.utime(old, (1e9, 1e9))
    write(tmp_path / "a.txt", "new")
    assert sorted(p.name for p in tmp_path.iterdir()) == [fresh.name, "a.txt"]


@posix
def test_the_content_is_flushed_before_the_rename_and_the_folder_after_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, flushed, real = tmp_path / "a.txt", [], os.fsync
    write(path, "old")

    def fsync(handle: int) -> None:
        kind = "folder" if stat.S_ISDIR(os.fstat(handle).st_mode) else "file"
        flushed.append((kind, path.read_text("utf-8")))
        real(handle)

    monkeypatch.setattr(os, "fsync", fsync)
    write(path, "new")
    assert flushed == [("file", "old"), ("folder", "new")]


def test_both_folders_of_a_file_that_is_moved_are_flushed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flushed: list[Path] = []
    monkeypatch.setattr(atomic, "_flush", flushed.append)
    (tmp_path / "aside").mkdir()
    (tmp_path / "a.txt").write_text("a")
    assert move(tmp_path / "a.txt", tmp_path / "aside" / "b.txt") == tmp_path / "aside" / "b.txt"
    assert (tmp_path / "aside" / "b.txt").read_text() == "a"
    assert flushed[0] == tmp_path / "aside", "the new name is there for good before the old goes"
    assert sorted({*flushed}) == [tmp_path, tmp_path / "aside"]
