"""The application: splash, studio, and the event loop."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

import platformdirs
from PySide6.QtCore import QEventLoop, QLocale, Qt, QTimer
from PySide6.QtWidgets import QApplication

from studio.desk.hand_model import Loader, load_hand
from studio.desk.icons import application_icon
from studio.desk.studio import Studio

NAME = "scriptorium"


def application(arguments: list[str] | None = None) -> QApplication:
    """The Qt application, dressed the same on all platforms."""
    existing = QApplication.instance()
    if isinstance(existing, QApplication):
        return existing
    # A pen's points must not be merged, or strokes lose their shape.
    QApplication.setAttribute(Qt.ApplicationAttribute.AA_CompressHighFrequencyEvents, False)
    QApplication.setAttribute(Qt.ApplicationAttribute.AA_CompressTabletEvents, False)
    app = QApplication(arguments or [NAME])
    app.setApplicationName(NAME)
    app.setApplicationDisplayName("Scriptorium")
    app.setDesktopFileName(NAME)
    app.setStyle("Fusion")
    app.setWindowIcon(application_icon())
    QLocale.setDefault(QLocale(QLocale.Language.English))
    return app


def run(
    note_path: Path | None = None,
    screenshot: Path | None = None,
    loader: Loader = load_hand,
) -> int:
    """Open the studio and stay until its window is closed.

    Parameters
    ----------
    note_path : Path, optional
        The note to open.
    screenshot : Path, optional
        Write the note, save a picture of the window there and end: for documentation.
    loader : callable
        Loads the hand, in the worker.

    Returns
    -------
    int
        The exit status.
    """
    app = application()
    config = Path(platformdirs.user_config_path(NAME))
    state = Path(platformdirs.user_state_path(NAME))
    quiet = screenshot is not None
    studio = Studio(None if quiet else config / "settings.json", None if quiet else state, loader)
    sys.excepthook = _reporter(studio)
    studio.begin(note_path)
    studio.window.show()
    # The window stands before torch is imported behind it.
    QTimer.singleShot(0, studio.hands_begin)
    if screenshot is not None:
        return _photograph(studio, screenshot)
    status = app.exec()
    studio.close()
    return status


def _photograph(studio: Studio, path: Path) -> int:
    loop = QEventLoop()
    # One picture is taken of all of it: no tile may be left for the next frame.
    studio.window.pages.budget = float("inf")
    studio.scribe.speed = 1.0
    studio.scribe.finished.connect(loop.quit)
    studio.hands.changed.connect(lambda: QTimer.singleShot(500, studio.write_all))
    loop.exec()
    QTimer.singleShot(600, loop.quit)
    loop.exec()
    saved = studio.window.grab().save(str(path))
    studio.close()
    return 0 if saved else 1


def _reporter(
    studio: Studio,
) -> Callable[[type[BaseException], BaseException, TracebackType | None], None]:
    def report(
        kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        text = "".join(traceback.format_exception(kind, error, trace))
        sys.stderr.write(text)
        if issubclass(kind, KeyboardInterrupt):
            studio.window.close()
            return
        studio.report(text)

    return report
