"""The application: splash, studio, and the event loop."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale, Qt, QTimer
from PySide6.QtWidgets import QApplication

from studio.desk.models.hand_model import Loader, load_hand
from studio.desk.models.user_settings import Appearance
from studio.desk.views.splash import Splash
from studio.desk.widgets.icons import application_icon

if TYPE_CHECKING:
    # The studio and all that it needs is read behind the splash.
    from studio.desk.wiring import Studio

NAME = "scriptorium"
UNSEEN = 1000
"""Milliseconds after which the hand of a window is loaded that is not painted, being minimised."""


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
    *note_paths: Path,
    screenshot: Path | None = None,
    loader: Loader = load_hand,
    scene: str = "note",
) -> int:
    """Open the studio and stay until its window is closed.

    Parameters
    ----------
    *note_paths : Path
        The notes to open, each in a tab.
    screenshot : Path, optional
        Write the note, save a picture of the window there and end: for documentation.
    loader : callable
        Loads the hand, in the worker.
    scene : str
        What the picture shows: one of `photographs.scenes()`.

    Returns
    -------
    int
        The exit status.

    Raises
    ------
    SettingError, FileError
        If there is no such scene, no hand, or the picture cannot be written.
    """
    app = application()
    if screenshot is not None:
        return _photographed(note_paths, screenshot, loader, scene)
    studio = start(*note_paths, loader=loader)
    status = app.exec()
    studio.close()
    return status


def start(*note_paths: Path, loader: Loader = load_hand) -> Studio:
    """Show the splash, then the window; the hand is loaded behind that.

    Parameters
    ----------
    *note_paths, loader
        As for `run`.
    """
    splash = Splash()
    splash.appear()
    import platformdirs

    from studio.desk.gc_tuning import GcTuning

    config = Path(platformdirs.user_config_path(NAME))
    state = Path(platformdirs.user_state_path(NAME))
    studio = _opened(config / "settings.json", state, loader)
    GcTuning(studio.hands, studio.playback, studio)
    studio.begin(*note_paths)
    studio.window.show()
    splash.close()
    load_once_painted(studio)
    return studio


def load_once_painted(studio: Studio) -> None:
    """Load the hand when the window is first painted, or a little later where none sees it.

    Importing torch takes a second, in which a window would stay empty.
    """
    late = QTimer(studio.window)
    late.setSingleShot(True)
    late.timeout.connect(lambda: studio.hands_begin())
    late.start(UNSEEN)
    studio.window.painted.connect(lambda: late.start(0) if late.isActive() else None)


def _opened(settings: Path | None, state: Path | None, loader: Loader) -> Studio:
    from studio.desk.wiring import Studio

    studio = Studio(settings, state, loader)
    sys.excepthook = _reporter(studio)
    return studio


def _photographed(note_paths: tuple[Path, ...], path: Path, loader: Loader, scene: str) -> int:
    from studio.desk.screenshots import photograph

    # No settings and no unsaved work: a picture depends on nobody's own.
    studio = _opened(None, None, loader)
    try:
        studio.settings.change(greeted=True, appearance=Appearance.LIGHT)
        studio.begin(*note_paths)
        studio.window.resize(1440, 900)
        studio.window.show()
        studio.hands_begin()
        photograph(studio, path, scene)
    finally:
        studio.close()
    return 0


def _reporter(
    studio: Studio,
) -> Callable[[type[BaseException], BaseException, TracebackType | None], None]:
    def report(
        kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        sys.stderr.write("".join(traceback.format_exception(kind, error, trace)))
        if issubclass(kind, KeyboardInterrupt):
            studio.window.close()
            return
        studio.report(error.with_traceback(trace))

    return report
