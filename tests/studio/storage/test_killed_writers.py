"""Saves and exports killed at random moments: what they leave is whole, and swept up next time."""

from __future__ import annotations

import os
import random
import signal
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.hand import Hand
from engine.sampling.policy import ONCE
from studio.command.output_files import write_all
from studio.document.note import Note
from studio.exporting.formats import export
from studio.layout.layout import Layout, lay_out
from studio.layout.line_writer import HandWriter
from studio.storage.autosave import Autosave, left_behind
from studio.storage.note_file import NoteFile, load, save

pytestmark = [
    pytest.mark.soak,
    pytest.mark.skipif(not hasattr(os, "fork"), reason="needs processes that begin at once"),
]

TEXT = "Dear Ada, the engine weaves. " * 60


@pytest.fixture(scope="module")
def layout(tiny_hand_path: Path) -> Layout:
    hand = Hand.load(tiny_hand_path)
    return lay_out(Note.from_text(TEXT), HandWriter(hand, {}.__getitem__, policy=ONCE))


def content(layout: Layout, number: int) -> NoteFile:
    note = Note.from_text(f"{number} {TEXT}")
    return NoteFile(note, dict(layout.written))


def killed(work: Callable[[int], object], after: float) -> None:
    """Do a piece of work again and again in a process that is killed so many seconds later."""
    with warnings.catch_warnings():
        # The child does nothing that other threads could hold.
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:  # pragma: no cover
        try:
            for number in range(10**6):
                work(number)
        finally:
            os._exit(1)
    time.sleep(after)
    os.kill(child, signal.SIGKILL)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL


def campaign(
    work: Callable[[int], object], folder: Path, rounds: int, check: Callable[[], object]
) -> int:
    """How many kills left something half-written, which the next piece of work removed."""
    source, leaving = random.Random(rounds), 0
    work(0)
    whole = {path.name for path in folder.rglob("*") if path.is_file()}
    for _ in range(5 * rounds):
        killed(work, source.uniform(0.0, 0.15))
        check()
        hidden = [path for path in folder.rglob(".*") if path.suffix != ".lock"]
        leaving += bool(hidden)
        work(1)
        assert not [path for path in folder.rglob(".*") if path.suffix != ".lock"]
        check()
    assert {path.name for path in folder.rglob("*") if path.is_file()} == whole
    return leaving


def told(what: str, kills: int, leaving: int, capsys: pytest.CaptureFixture[str]) -> None:
    with capsys.disabled():
        sys.stdout.write(f"\n{kills} kills of {what}: {leaving} left something, all swept\n")


def test_killed_saves(
    layout: Layout, tmp_path: Path, rounds: int, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "letter.scriptorium"

    def check() -> None:
        assert load(path).note.text.endswith(TEXT)

    leaving = campaign(lambda n: save(content(layout, n), path), tmp_path, rounds, check)
    told("saves", 5 * rounds, leaving, capsys)


@pytest.mark.parametrize("suffix", [".pdf", ".svg", ".inkml"])
def test_killed_exports(
    suffix: str, layout: Layout, tmp_path: Path, rounds: int, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / f"letter{suffix}"
    whole: dict[str, int] = {}

    def work(_: int) -> None:
        write_all([(path, lambda made: export(layout.pages, made))])

    def check() -> None:
        sizes = {each.name: each.stat().st_size for each in tmp_path.glob(f"letter*{suffix}")}
        assert sizes == (whole or whole.update(sizes) or whole), "each is there, and whole"

    leaving = campaign(work, tmp_path, rounds, check)
    told(f"exports to {suffix}", 5 * rounds, leaving, capsys)


def test_killed_autosaves(
    layout: Layout, tmp_path: Path, rounds: int, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each start of the program sweeps what the one before has left."""
    source, leaving = random.Random(rounds), 0
    for _ in range(5 * rounds):
        autosave = Autosave(tmp_path)
        autosave.keeper(content(layout, 0))()
        autosave.release()

        def work(number: int, autosave: Autosave = autosave) -> None:
            autosave.keeper(content(layout, number))()

        killed(work, source.uniform(0.0, 0.15))
        leaving += any(tmp_path.glob(".*"))
        (kept,) = left_behind(tmp_path, lambda path, load: load(path))
        assert kept.content.note.text.endswith(TEXT)
        assert not list(tmp_path.glob(".*"))
        taken = kept.take()
        assert taken is not None
        taken.discard()
    told("autosaves", 5 * rounds, leaving, capsys)
    assert not list(tmp_path.iterdir())
