"""A program for `test_kills`: the studio with somebody at work in it, who tells what was done.

python typist.py FOLDER HAND SEED
"""

from __future__ import annotations

import random
import sys
import time
from pathlib import Path

from PySide6.QtCore import QTimer

from engine.hand import Hand
from engine.sampling.policy import ALIGNED
from studio.desk import app
from studio.desk.wiring import Studio

folder, hand, seed = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
source = random.Random(seed)
application = app.application()
studio = Studio(
    folder / "settings.json",
    folder / "state",
    lambda *_: Hand.load(hand, "cpu"),
    ALIGNED,
)
studio.begin()
studio.window.show()
studio.hands_begin()
studio.playback.speed = 1.0
done = 0


def tell(what: str) -> None:
    """Say what is done, and when."""
    sys.stdout.write(f"{what} {done} {time.time()}\n")
    sys.stdout.flush()


def work() -> None:
    """Type a line, and at times write, save, undo or choose another look."""
    global done
    done += 1
    text = "\n".join(f"line {n}" for n in range(max(1, done - 5), done + 1))
    studio.document.edit("Type", studio.document.note.with_text(text))
    tell("typed")
    draw = source.random()
    if draw < 0.2:
        studio.actions.trigger("writing.write")
    elif draw < 0.3 and studio.files.save_to(folder / "note.scriptorium"):
        tell("saved")
    elif draw < 0.4:
        studio.document.undo()
        studio.document.redo()
    elif draw < 0.5:
        studio.settings.change(writing_speed=source.random())
        studio.playback.speed = 1.0


timer = QTimer()
timer.timeout.connect(work)
timer.start(60)
tell("began")
application.exec()
