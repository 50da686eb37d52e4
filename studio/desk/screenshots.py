"""Pictures of the real window for the documentation, each a scene that is set and then taken."""

from __future__ import annotations

from collections.abc import Callable, Sized
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QEventLoop, QPoint, QRect, Qt, QTimer
from PySide6.QtGui import QColor, QPainter, QPixmap
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from engine.errors import SettingError
from engine.io.atomic import atomic_write
from engine.style.style import DEFAULT
from studio.desk.controllers.playback_controller import PlaybackState, Showing
from studio.desk.models.user_settings import Appearance
from studio.document.note import Look, Note
from studio.document.page import LineKey
from studio.document.selection import Reach, Selected

if TYPE_CHECKING:
    from studio.desk.wiring import Studio

LETTER = """Dear Anna,

Thank you so much for the wonderful evening on Saturday. We talked about it all the way home, \
and the children still ask when we will come again.

Peter has found the book that you told us of; it lies on my desk and I have not been able to put \
it down since.

Do come and see the garden before the roses are over.

With all good wishes,
Margaret"""
WORD = "talked"
"""Whose candidates are shown."""
PAGES = 20
FRAME, EVERY, SHRINK = 60, 6, 0.62
"""Of a film: milliseconds a frame is shown, lines to write, and the size of its frames."""


def scenes() -> tuple[str, ...]:
    """The names of the scenes."""
    return tuple(_SCENES)


def photograph(studio: Studio, path: Path, scene: str) -> None:
    """Set a scene in the window, once there is a hand, and save a picture of it.

    Parameters
    ----------
    studio : Studio
        Shown, its hand loading or loaded, with the note that the scene is to show; an empty note
        gets a letter where the scene needs one.
    path : Path
        PNG; WebP for "film".
    scene : str
        One of `scenes()`.

    Raises
    ------
    SettingError
        If there is no such scene, or no hand.
    FileError
        If the picture cannot be written.
    """
    if scene not in _SCENES:
        raise SettingError(f"There is no scene {scene!r}; use one of {', '.join(_SCENES)}.")
    _SCENES[scene](_Stage(studio), path)


class _Stage:
    """The window, and what is waited for between two steps of a scene."""

    def __init__(self, studio: Studio) -> None:
        self.studio, self.window = studio, studio.window
        # One picture is taken of all of it: no tile may be left for the next frame.
        self.window.pages.budget = float("inf")
        self.until(lambda: studio.hands.ready or bool(studio.hands.error))
        if studio.hands.error:
            raise SettingError(studio.hands.error)
        studio.playback.speed = 1.0
        self.settle()

    def until(self, holds: Callable[[], bool]) -> None:
        """Wait until something holds, as of one frame."""
        loop, timer = QEventLoop(), QTimer()
        timer.timeout.connect(lambda: loop.quit() if holds() else None)
        timer.start(5)
        loop.exec()
        timer.stop()

    def settle(self, milliseconds: int = 150) -> None:
        """Wait until the pages show the note as it is, and the samples are written."""
        QTest.qWait(milliseconds)
        self.until(lambda: not self._busy())

    def _busy(self) -> bool:
        return any(
            map(self.studio.worker.pending, ("layout", "sample", "reroll", "write", "preview"))
        )

    def letter(self) -> None:
        """Open a letter where there is no note yet."""
        if not self.studio.document.note.text.strip():
            look = Look(style=DEFAULT, x_height=2.7, colour="#2343a8")
            note = Note.from_text(LETTER, look=look, title="Letter")
            self.studio.document.open(note)
            self.settle()

    def write(self) -> None:
        """Write the note to its end."""
        playback = self.studio.playback
        if self.studio.session.draft is not None and self.studio.session.draft.missing:
            playback.write()
            self.until(lambda: playback.state is PlaybackState.IDLE)
        self.settle()

    def select(self, text: str) -> None:
        """Select a word on the page; the first where the note has no such word."""
        found = [
            Selected(Reach.WORD, line.key, place)
            for page in self.window.pages.pages
            for line in page.lines
            for place, word in enumerate(line.words)
            if line.key is not None and text in (word.text, "")
        ]
        if found:
            self.studio.selection.select(found[0])
        elif text:
            self.select("")

    def taken(self) -> QPixmap:
        """The window as it is, with the dialogs and popups that stand over it."""
        ratio = self.window.devicePixelRatioF()
        picture = self.window.grab()
        over = [
            widget
            for widget in QApplication.topLevelWidgets()
            if widget.isVisible() and widget is not self.window and widget.isWindow()
        ]
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for widget in over:
            at = widget.mapToGlobal(QPoint()) - self.window.mapToGlobal(QPoint())
            if widget.windowModality() != Qt.WindowModality.NonModal:
                painter.fillRect(self.window.rect(), QColor(20, 20, 25, 60))
                middle = self.window.rect().center()
                at = middle - QPoint(widget.width() // 2, widget.height() // 2)
            _shade(painter, QRect(at, widget.size()))
            painter.drawPixmap(at, widget.grab())
        painter.end()
        picture.setDevicePixelRatio(ratio)
        return picture

    def save(self, path: Path) -> None:
        """Save the window's picture."""
        picture = self.taken()
        with atomic_write(path) as temporary:
            picture.save(str(temporary), "PNG")


def _shade(painter: QPainter, area: QRect) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(0, 0, 0, 5))
    for reach in range(18, 0, -2):
        painter.drawRoundedRect(area.adjusted(-reach, 4 - reach, reach, 4 + reach), reach, reach)


def _note(stage: _Stage, path: Path) -> None:
    """The note that was opened, written."""
    stage.write()
    stage.save(path)


def _empty(stage: _Stage, path: Path) -> None:
    """The window as it is without a note."""
    stage.save(path)


def _writing(stage: _Stage, path: Path) -> None:
    """The pen at work in the middle of a letter."""
    stage.letter()
    playback, lines = stage.studio.playback, stage.window.pages
    total = len(stage.studio.session.draft.ghosts) if stage.studio.session.draft else 0
    half = total // 2
    shown: list[tuple[LineKey, int]] = []

    def moved(now: Showing, points: Sized, _: object) -> None:
        shown.append((now.planned.key, len(points)))
        keys = list(dict.fromkeys(key for key, _ in shown))
        if len(keys) > half and sum(n for key, n in shown if key == keys[-1]) > 220:
            playback.pause()

    playback.line_moved.connect(moved)
    # Slowly enough to be stopped in the middle of a line.
    playback.speed = 0.6
    playback.write()
    stage.until(lambda: playback.state is not PlaybackState.WRITING)
    playback.line_moved.disconnect(moved)
    lines.viewport().update()
    stage.window.transport.show_state("writing", half, total, f"Writing line {half + 1} of {total}")
    stage.save(path)
    playback.stop()


def _candidates(stage: _Stage, path: Path) -> None:
    """A word selected, and four candidates for it."""
    stage.letter()
    stage.write()
    stage.select(WORD)
    stage.studio.actions.trigger("selection.candidates")
    stage.settle(1200)
    stage.save(path)
    for widget in QApplication.topLevelWidgets():
        if widget.isVisible() and widget.windowType() == Qt.WindowType.Popup:
            widget.close()


def _dark(stage: _Stage, path: Path) -> None:
    """The dark theme."""
    stage.studio.settings.change(appearance=Appearance.DARK)
    stage.letter()
    stage.write()
    stage.select(WORD)
    stage.settle()
    stage.save(path)


def _export(stage: _Stage, path: Path) -> None:
    """The export dialog."""
    stage.letter()
    stage.write()
    stage.studio.actions.trigger("file.export")
    stage.settle(1200)
    stage.save(path)
    _close_dialogs(stage.window)


def _pages(stage: _Stage, path: Path) -> None:
    """A note of many pages."""
    stage.letter()
    note = stage.studio.document.note
    middle = " ".join(block for block in note.text.split("\n")[1:-2] if block)
    text = "\n".join([note.text.split("\n")[0], *([middle] * (3 * PAGES)), "Margaret"])
    stage.studio.document.edit("Write on", note.with_text(text))
    stage.settle()
    while len(stage.window.pages.pages) > PAGES:
        text = "\n".join([*text.split("\n")[:-2], "Margaret"])
        stage.studio.document.edit("Write on", note.with_text(text))
        stage.settle()
    stage.write()
    view = stage.window.pages
    view.set_zoom(0.37)
    view.go_to_page(PAGES // 2 - 1)
    stage.settle()
    stage.save(path)


def _error(stage: _Stage, path: Path) -> None:
    """Text that cannot be written, told where it stands."""
    stage.letter()
    stage.write()
    note = stage.studio.document.note
    first, line, rest = note.text.partition("\n")
    text = f"{first.rstrip(',')} \u6f22\u5b57,{line}{rest}"
    stage.studio.document.edit("Type", note.with_text(text))
    stage.settle(400)
    stage.save(path)


def _inspector(stage: _Stage, path: Path) -> None:
    """What the network attends to, below the page."""
    stage.studio.settings.change(appearance=Appearance.DARK)
    stage.letter()
    stage.studio.actions.trigger("view.inspector")
    stage.write()
    stage.select(WORD)
    stage.settle(1200)
    stage.save(path)


def _film(stage: _Stage, path: Path) -> None:
    """The pen writing the first lines of a letter, as an animation of real frames."""
    from io import BytesIO

    from PIL import Image

    stage.letter()
    playback, frames = stage.studio.playback, []
    playback.speed = 0.62
    timer = QTimer()

    def frame() -> None:
        buffer = QBuffer()
        buffer.open(QBuffer.OpenModeFlag.WriteOnly)
        size = stage.window.size() * SHRINK
        smooth = Qt.TransformationMode.SmoothTransformation
        stage.window.grab().scaled(size, mode=smooth).save(buffer, "BMP")
        frames.append(Image.open(BytesIO(buffer.data().data())).convert("RGB"))

    done: list[object] = []
    playback.line_finished.connect(done.append)
    timer.timeout.connect(frame)
    timer.start(FRAME)
    playback.write()
    stage.until(lambda: len(done) >= EVERY or playback.state is PlaybackState.IDLE)
    timer.stop()
    playback.stop()
    with atomic_write(path) as temporary:
        frames[0].save(
            temporary,
            "WEBP",
            save_all=True,
            append_images=frames[1:],
            duration=[FRAME] * (len(frames) - 1) + [1500],
            loop=0,
            quality=72,
            method=4,
        )


def _close_dialogs(window: QWidget) -> None:
    for widget in QApplication.topLevelWidgets():
        if widget.isVisible() and widget is not window:
            widget.close()


_SCENES: MappingProxyType[str, Callable[[_Stage, Path], None]] = MappingProxyType(
    {
        "note": _note,
        "empty": _empty,
        "writing": _writing,
        "candidates": _candidates,
        "dark": _dark,
        "export": _export,
        "pages": _pages,
        "error": _error,
        "inspector": _inspector,
        "film": _film,
    }
)
