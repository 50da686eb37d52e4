"""Tensors and what belongs to them in one file, written whole or not at all."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from safetensors import SafetensorError
from safetensors.torch import save_file
from torch import Tensor

from engine.errors import FileError
from engine.io.atomic import atomic_write


def save_tensors(
    path: Path | str, tensors: Mapping[str, Tensor], form: str, header: Mapping[str, Any]
) -> None:
    """Write tensors as safetensors.

    Parameters
    ----------
    form : str
        The name of the file's format, under which the header stands in it.
    header : mapping
        What else is to be known, as JSON takes it.

    Raises
    ------
    FileError
        If the file cannot be written, such as on a full disk; one of that name stays as it was.
    """
    whole = {name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}
    with atomic_write(path) as temporary:
        try:
            save_file(whole, temporary, metadata={form: json.dumps(header)})
        except SafetensorError as error:
            raise FileError(
                f"Cannot write {path} ({error}); make room: the file is as it was."
            ) from error
