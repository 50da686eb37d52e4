"""Twenty-four hours of somebody's writing in one window: what the process holds stays flat."""

from __future__ import annotations

import gc
import os
import random
import sys
from pathlib import Path

import pytest
from PySide6.QtTest import QTest

from engine.hand import Hand
from engine.sampling.policy import DEFAULT_POLICY
from engine.style.style import bundled
from studio.desk.wiring import Studio
from studio.document.note import Look, Note
from studio.document.selection import Reach, Selected
from studio.exporting.formats import export

pytestmark = [
    pytest.mark.soak,
    pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="the system does not tell"),
]

HOURS = 24
WARM = 6
"""Hours until caches that are bounded are full."""
GROWTH = 0.1
"""Of what the process holds after these, how much it may have more at the end."""
TEXT = (
    "the garden behind our house was quiet that evening and nobody spoke of letters boats "
    "or weather Margaret kept bees in June 1924 with three friends from Dublin & Leeds; every "
    "Sunday (before ten) they walked to the harbour, bought bread for $2.50 and counted ships"
)
NOTES_AN_HOUR, PARAGRAPHS, BURST = 3, 3, 4
"""Some 360 words an hour: as many as a person writes who thinks about them."""


def resident() -> float:
    """Megabytes that the process holds now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


class _Person:
    """Somebody at work in a studio, with a different text each time."""

    def __init__(self, studio: Studio, qtbot, folder: Path) -> None:
        self.studio, self.qtbot, self.folder = studio, qtbot, folder
        self.source = random.Random(7)
        self.words = 0

    def hour(self, number: int) -> None:
        """Write some notes, look at them, change them, keep and export them."""
        for place in range(NOTES_AN_HOUR):
            self.note(self.folder / f"{number % 2}-{place}")

    def note(self, path: Path) -> None:
        """Write one note, and put it away."""
        studio = self.studio
        style = self.source.choice(list(bundled()))
        studio.document.open(Note.from_text("", look=Look()))
        studio.window.look_panel.chosen.emit("Change the style", {"style": style})
        for _ in range(PARAGRAPHS):
            self.type_paragraph()
            self.write()
        self.change_ink()
        for ident in ("view.larger", "view.fit_width", "view.appearance", "edit.undo", "edit.redo"):
            studio.actions.trigger(ident)
            self.settle()
        self.write(watched=True)
        assert studio.files.save_to(path.with_suffix(".scriptorium"))
        pages = studio.session.up_to_date()
        assert pages is not None
        export(pages.inked, path.with_suffix(".pdf"))
        self.settle()

    def type_paragraph(self) -> None:
        """Type words into the editor, some at a time, as the layout follows."""
        words = self.source.choices(TEXT.split(), k=40)
        editor = self.studio.window.editor
        editor.moveCursor(editor.textCursor().MoveOperation.End)
        for first in range(0, len(words), BURST):
            QTest.keyClicks(editor, " ".join(words[first : first + BURST]) + " ")
            self.settle()
        QTest.keyClicks(editor, "\r")
        self.words += len(words)

    def write(self, watched: bool = False) -> None:
        """Have written what is missing, as fast as it comes."""
        self.settle()
        if self.studio.actions.enabled("writing.write"):
            self.studio.playback.speed = 1.0
            how = "writing.write" if watched else "writing.unwatched"
            with self.qtbot.waitSignal(self.studio.playback.finished, timeout=600_000):
                self.studio.actions.trigger(how)
        self.settle()

    def change_ink(self) -> None:
        """Write a word and a line anew, move a line, take it back."""
        studio = self.studio
        lines = [line for page in studio.session.draft.layout.pages for line in page.lines]
        line = self.source.choice(lines)
        for value in (Selected(Reach.WORD, line.key, 0), Selected(Reach.LINE, line.key)):
            studio.selection.select(value)
            self.settle()
            if studio.actions.enabled("selection.reroll"):
                studio.actions.trigger("selection.reroll")
            self.settle()
        studio.selection.select(None)
        studio.document.undo()
        self.settle()

    def settle(self) -> None:
        """Wait until nothing is at work."""
        worker = self.studio.worker
        channels = ("layout", "sample", "reroll", "samples")
        self.qtbot.waitUntil(
            lambda: not any(worker.pending(name) for name in channels), timeout=600_000
        )


@pytest.mark.usefixtures("_fusion")
def test_a_day_of_writing_leaves_memory_flat(
    qtbot, default_hand: Hand, tmp_path: Path, rounds: int, capsys
) -> None:
    hours = max(2, min(rounds, HOURS))
    studio = Studio(
        tmp_path / "settings.json", tmp_path / "state", lambda *_: default_hand, DEFAULT_POLICY
    )
    studio.window.show()
    studio.hands_begin()
    qtbot.waitUntil(lambda: studio.hands.ready, timeout=60_000)
    person = _Person(studio, qtbot, tmp_path)
    held = []
    for hour in range(hours):
        person.hour(hour)
        gc.collect()
        held.append(resident())
        with capsys.disabled():
            sys.stdout.write(f"\nhour {hour + 1}: {person.words} words, {held[-1]:.0f} MB")
            sys.stdout.flush()
    studio.close()
    if hours > 2 * WARM:
        assert held[-1] < (1 + GROWTH) * held[WARM - 1]
