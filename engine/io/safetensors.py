"""Tensors and what belongs to them in one file: written whole or not at all, compared when read."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

import safetensors.torch
import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor

from engine.errors import FileError
from engine.io.atomic import atomic_write
from engine.io.json_file import parse_json
from engine.io.limits import check_regular
from engine.io.tensor_header import read_header

#: What the checksum is called in a file's metadata. Files of earlier versions have none.
CHECKSUM = "sha256"


class TensorFile(NamedTuple):
    """What a file of tensors holds.

    Attributes
    ----------
    header : what else is to be known
    tensors : by name; of a file that is mapped into memory they are read when they are used
    """

    header: dict[str, Any]
    tensors: dict[str, Tensor]


def save_tensors(
    path: Path | str, tensors: Mapping[str, Tensor], form: str, header: Mapping[str, Any]
) -> None:
    """Write tensors as safetensors, with a checksum of all that the file says.

    Parameters
    ----------
    form : str
        The name of the file's format, under which the header stands in it. It ends in a hyphen
        and a version.
    header : mapping
        What else is to be known, as JSON takes it.

    Raises
    ------
    FileError
        If the file cannot be written, such as on a full disk; one of that name stays as it was.
    """
    whole = {name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}
    told = json.dumps(header)
    metadata = {form: told, CHECKSUM: checksum(whole, form, told)}
    with atomic_write(path) as temporary:
        try:
            safetensors.torch.save_file(whole, temporary, metadata=metadata)
        except SafetensorError as error:
            raise FileError(
                f"Cannot write {path} ({error}); make room: the file is as it was."
            ) from error


def map_tensors(path: Path | str, form: str) -> TensorFile:
    """What a file holds that is mapped into memory, so that its tensors take none of their own.

    Comparing the checksum reads all of it once: some 0.2 s for 160 MB.

    Raises
    ------
    FileError
        If it is no file, or of another version.
    OSError, ValueError, SafetensorError
        If it cannot be read, is damaged or of another kind.
    """
    check_regular(Path(path))
    with safe_open(str(path), framework="pt") as file:
        tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        return _compared(path, file.metadata() or {}, tensors, form)


def parse_tensors(content: bytes, form: str, path: Path | str) -> TensorFile:
    """What a file's bytes say; raises as `map_tensors`."""
    tensors = safetensors.torch.load(content)
    metadata = read_header(BytesIO(content))[0].get("__metadata__") or {}
    return _compared(path, metadata, tensors, form)


def checksum(tensors: Mapping[str, Tensor], form: str, header: str) -> str:
    """The SHA-256 of a format's name, a header as it stands in the file, and of tensors by name.

    Of each tensor its name, type, shape and bytes count; in which order they lie does not.
    """
    digest = hashlib.sha256(f"{form}\n{header}\n".encode())
    for name, tensor in sorted(tensors.items()):
        digest.update(f"{name} {tensor.dtype} {list(tensor.shape)}\n".encode())
        digest.update(tensor.reshape(-1).view(torch.uint8).numpy().data)
    return digest.hexdigest()


def _compared(
    path: Path | str, metadata: Mapping[str, str], tensors: dict[str, Tensor], form: str
) -> TensorFile:
    kind, _, _ = form.rpartition("-")
    if form not in metadata and any(name.startswith(f"{kind}-") for name in metadata):
        what = kind.removeprefix("scriptorium-")
        raise FileError(f"{path} is a {what} of another version; update this program.")
    told = metadata[form]
    if metadata.get(CHECKSUM, "") not in ("", checksum(tensors, form, told)):
        raise ValueError("the content is not what the checksum was made of")
    return TensorFile(parse_json(told), tensors)
