"""The steps of one line as files for other programs: arrays (.npz) and a table (.csv)."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.errors import FileError
from engine.io.atomic import atomic_write
from engine.sampling import step_metrics
from engine.sampling.trace import Floats, SampleTrace

FORMATS = (".npz", ".csv")


def export(
    steps: SampleTrace,
    path: Path | str,
    about: Mapping[str, Any],
    log_likelihood: Floats | None = None,
    layers: npt.NDArray[np.floating] | None = None,
) -> None:
    """Write the steps in the format that the name's ending tells.

    `.npz` (read it by `numpy.load`): the arrays of `engine.sampling.trace.SampleTrace` by their
    names, `layers` (n, 3, H) where they are known, each trace of `engine.sampling.step_metrics` by
    its key, and `about`, JSON with the text and the settings.

    `.csv`: a row a point. The columns: point, character (its number in the text, from 0), letter,
    dx, dy, end, the traces, component, then alpha_0, alpha_1, ..., beta_k, kappa_k, pi_m, mu_x_m,
    mu_y_m, sigma_x_m, sigma_y_m, rho_m, and phi_u for each character. dx, dy, mu and sigma are in
    offsets units. The first line is a comment (#) with `about`.

    Parameters
    ----------
    steps : SampleTrace
    path : Path
    about : mapping
        What JSON can hold: the hand, the style, bias, seed.
    log_likelihood : float (n,), optional
        Where it is known more exactly than from the steps.

    Raises
    ------
    FileError
        If the ending is another one, or the file cannot be written.
    """
    target = Path(path)
    suffix = target.suffix.lower()
    if suffix not in FORMATS:
        raise FileError(f"Steps are written as {' or '.join(FORMATS)}; {target.name!r} is neither.")
    numbers = {trace.key: trace.values(steps) for trace in step_metrics.STEP_METRICS}
    if log_likelihood is not None:
        numbers["log_likelihood"] = log_likelihood
    told = json.dumps({"text": steps.text, **about}, ensure_ascii=False)
    if suffix == ".npz":
        _npz(steps, target, told, numbers, layers)
    else:
        _csv(steps, target, told, numbers)


def _npz(
    steps: SampleTrace,
    path: Path,
    about: str,
    numbers: Mapping[str, Floats],
    layers: npt.NDArray[np.floating] | None,
) -> None:
    arrays: dict[str, npt.NDArray[Any]] = {"about": np.array(about)}
    arrays |= {f.name: np.asarray(getattr(steps, f.name)) for f in fields(steps)}
    arrays |= numbers
    if layers is not None:
        arrays["layers"] = layers
    with atomic_write(path) as temporary, temporary.open("wb") as file:
        np.savez_compressed(file, allow_pickle=False, **arrays)


def _csv(steps: SampleTrace, path: Path, about: str, numbers: Mapping[str, Floats]) -> None:
    head = ["point", "character", "letter", "dx", "dy", "end", *numbers, "component"]
    blocks: list[npt.NDArray[Any]] = []
    for name in ("alpha", "beta", "kappa", "pi"):
        values = getattr(steps, name)
        head += [f"{name}_{k}" for k in range(values.shape[1])]
        blocks.append(values)
    for name in ("mu", "sigma"):
        values = getattr(steps, name)
        for axis, letter in enumerate("xy"):
            head += [f"{name}_{letter}_{m}" for m in range(values.shape[1])]
            blocks.append(values[:, :, axis])
    for name in ("rho", "phi"):
        values = getattr(steps, name)
        head += [f"{name}_{k}" for k in range(values.shape[1])]
        blocks.append(values)
    places = step_metrics.character(steps).astype(int)
    with atomic_write(path) as temporary, temporary.open("w", newline="", encoding="utf-8") as file:
        file.write(f"# {about}\n")
        table = csv.writer(file)
        table.writerow(head)
        for t in range(len(steps)):
            dx, dy, end = steps.offsets[t].tolist()
            row: list[Any] = [t, places[t], steps.text[places[t]], _said(dx), _said(dy), int(end)]
            row += [_said(values[t]) for values in numbers.values()]
            row.append(int(steps.component[t]))
            for block in blocks:
                row += [_said(value) for value in block[t]]
            table.writerow(row)


def _said(value: float) -> str:
    """A float32 number in as many digits as tell it from any other."""
    return f"{value:.9g}"
