"""The real process killed at random moments of its work, and what the next start finds."""

from __future__ import annotations

import os
import random
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from studio.desk.models.user_settings import SettingsModel
from studio.document.note import Note
from studio.storage.note_file import load

TYPIST = Path(__file__).with_name("typist.py")
MOST_LOST = 10.0
"""Seconds of work."""


def killed(folder: Path, hand: Path, seed: int, after: float) -> tuple[dict[int, float], float]:
    """When each line was typed before the process was killed, so many seconds after it began."""
    process = subprocess.Popen(
        [sys.executable, str(TYPIST), str(folder), str(hand), str(seed)],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(Path.cwd())},
    )
    assert process.stdout is not None
    assert process.stdout.readline().startswith("began")
    time.sleep(after)
    process.send_signal(signal.SIGKILL)
    died = time.time()
    told = [line.split() for line in process.stdout.read().splitlines()]
    process.wait()
    return {int(n): float(at) for what, n, at in filter(_whole, told) if what == "typed"}, died


def _whole(words: list[str]) -> bool:
    return len(words) == 3


def last_line(note: Note) -> int:
    """The number of the last line that the typist typed into a note."""
    return max((int(n) for n in re.findall(r"^line (\d+)$", note.text, re.M)), default=0)


@pytest.mark.soak
def test_a_kill_costs_seconds_of_work_and_no_file(
    make_studio, qtbot, tiny_hand_path, tmp_path, rounds, capsys
):
    source = random.Random(4)
    costs = []
    for number in range(min(rounds, 50)):
        folder = tmp_path / f"{number}"
        folder.mkdir()
        typed, died = killed(folder, tiny_hand_path, number, source.uniform(0.2, 9.0))
        assert SettingsModel(folder / "settings.json").notice == "", "the settings are whole"
        saved = folder / "note.scriptorium"
        newest = last_line(load(saved).note) if saved.exists() else 0
        # The next start finds the claims of the dead process let go, and offers what was kept.
        studio = make_studio(folder / "settings.json", folder / "state", hand=False)
        if saved.exists():
            assert studio.files.open(saved)
        studio.files.offer_recovery()
        if studio.window.notice.topic == "recovery":
            studio.document.open(studio.document.note)
            studio.window.notice.button.click()
            qtbot.waitUntil(lambda s=studio: not s.worker.pending("layout"))
            newest = max(newest, last_line(studio.document.note))
        due = min((at for n, at in typed.items() if n > newest), default=died)
        costs.append(died - due)
        assert costs[-1] < MOST_LOST, f"round {number}: line {newest} of {len(typed)} was kept"
        assert not list((folder / "state" / "recovery").glob(".*")), "nothing half-written"
    with capsys.disabled():
        sys.stdout.write(
            f"\n{len(costs)} kills: {max(costs):.1f} s of work lost at most, "
            f"{sum(costs) / len(costs):.1f} s on average\n"
        )
