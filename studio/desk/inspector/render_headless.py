"""Figures without a display: a recording in, files out."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from engine.errors import SettingError
from studio.desk.inspector.inspector_model import InspectorModel
from studio.desk.inspector.paper_figure import FORMATS, PaperFigure, save
from studio.inspection.run_recording import RunRecording


def application() -> object:
    """The Qt application: the one that runs, or one on no screen."""
    from PySide6.QtWidgets import QApplication

    running = QApplication.instance()
    if running is not None:
        return running
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    made = QApplication(sys.argv[:1])
    made.setStyle("Fusion")
    return made


def draw(
    recording: RunRecording,
    figure: PaperFigure,
    paths: Sequence[Path],
    point: int | None = None,
    other: RunRecording | None = None,
) -> None:
    """Write a figure of a recording to files.

    Parameters
    ----------
    recording : RunRecording
    figure : PaperFigure
    paths : sequence of Path
        Their endings tell the formats (see `figure.FORMATS`).
    point : int, optional
        The point that is marked, and whose mixture is shown; the last where not given.
    other : RunRecording, optional
        What it is compared to.

    Raises
    ------
    SettingError
        If there is no such point, or an ending is unknown.
    FileError
        If a file cannot be written.
    """
    if point is not None and not 0 <= point < len(recording):
        raise SettingError(
            f"There is no point {point}; the line has points 0 to {len(recording) - 1}."
        )
    for path in paths:
        if path.suffix.lower() not in FORMATS:
            raise SettingError(f"A figure is {', '.join(FORMATS)}; {path.name!r} is neither.")
    kept = application()
    model = InspectorModel()
    model.show(recording)
    model.compare(other)
    if point is not None:
        model.hold(point)
    for path in paths:
        save(model, figure, path)
    del kept
