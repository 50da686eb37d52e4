"""The NumPy exporter: what the network did, point by point, as arrays for researchers."""

from __future__ import annotations

import json
import zipfile
from dataclasses import fields
from pathlib import Path

import numpy as np

from engine.errors import SettingError
from engine.ink.ink import Ink
from engine.io.atomic import atomic_write
from studio.document.page import Pages, PlacedLine
from studio.exporting.page_files import OnPageDone
from studio.exporting.provenance import Provenance, program


def export(pages: Pages, path: Path, *, tell: OnPageDone | None = None) -> list[Path]:
    """Write the steps of all lines to one `.npz` file, to be read by `numpy.load`.

    `about` is JSON: title, hand, its hash, ... and the lines' text, what was written for it, page,
    style, bias and seed in their order. Line k's arrays are called `line000k/offsets` and so on, as
    in `engine.sampling.trace.SampleTrace`; `line000k/ink` (n, 3) is its ink on the page: x and y in
    millimetres and the number of the stroke. Lines written without a record of the steps have their
    ink alone.

    Parameters
    ----------
    pages : Pages
    path : Path
    tell : function, optional
        Told after each page how many are done; what it raises ends the export, and no file is
        left.

    Returns
    -------
    list of Path
        The file written.

    Raises
    ------
    SettingError
        If no line has a record of its steps.
    FileError
        If the file cannot be written.
    """
    placed = [(page.number, line) for page in pages for line in page.lines]
    if not any(line.steps for _, line in placed):
        raise SettingError(
            "This note holds no record of the network's steps; write it again, then export .npz."
        )
    told = Provenance.of(pages)
    about = {
        "title": told.title,
        "author": told.author,
        "rights": told.rights,
        "software": program(),
        **told.fields,
        "lines": [
            {
                "text": line.text,
                "written": line.written,
                "page": number,
                "style": line.style,
                "bias": line.bias,
                "seed": line.seed,
            }
            for number, line in placed
        ],
    }
    number = 0
    with (
        atomic_write(path) as temporary,
        zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        _add(archive, "about", np.array(json.dumps(about, ensure_ascii=False)))
        for done, page in enumerate(pages, 1):
            for line in page.lines:
                for name, values in _arrays(line).items():
                    _add(archive, f"line{number:04d}/{name}", values)
                number += 1
            if tell is not None:
                tell(done)
    return [path]


def _add(archive: zipfile.ZipFile, name: str, values: np.ndarray) -> None:
    """Write an array as `numpy.savez` does, which writes all of them in one go."""
    with archive.open(f"{name}.npy", "w", force_zip64=True) as member:
        np.lib.format.write_array(member, values, allow_pickle=False)


def _arrays(line: PlacedLine) -> dict[str, np.ndarray]:
    arrays = {"ink": _numbered(line.ink)}
    if line.steps is not None:
        for field in fields(line.steps):
            arrays[field.name] = np.asarray(getattr(line.steps, field.name))
    return arrays


def _numbered(ink: Ink) -> np.ndarray:
    """float64 (n, 3): x, y and the number of the stroke."""
    number = np.repeat(np.arange(len(ink.strokes)), [len(stroke) for stroke in ink.strokes])
    return np.column_stack([ink.xy, number])
