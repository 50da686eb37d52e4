"""A recording's numbers as files: what `studio.exporting.trace_files` writes, with the settings."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

from engine.errors import SettingError
from studio.exporting.trace_files import export
from studio.inspection.run_recording import RunRecording


def save_numbers(recording: RunRecording, path: Path | str) -> None:
    """Write all steps as .npz or .csv.

    Raises
    ------
    SettingError
        If there are none.
    FileError
        If the ending is another one, or the file cannot be written.
    """
    if not len(recording):
        raise SettingError("There is no line to save; write one first.")
    export(
        recording.steps,
        path,
        asdict(recording.settings),
        recording["log_likelihood"],
        recording.layers,
    )
