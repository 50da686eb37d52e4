"""A hand's file: what makes a hand, read and checked, and written."""

from __future__ import annotations

import hashlib
from dataclasses import asdict
from pathlib import Path
from typing import Any, NamedTuple

import torch

from engine.card import Card
from engine.errors import HandError, SettingError
from engine.ink.preparation import Preparation
from engine.io.limits import check_regular
from engine.io.loading import loading
from engine.io.safetensors import map_tensors, parse_tensors, save_tensors
from engine.network.network import Network, NetworkConfig
from engine.text.alphabet import Alphabet

FORMAT = "scriptorium-hand-1"


class HandSpec(NamedTuple):
    """What a hand is, apart from what runs it; `engine.hand.Hand` says what each field is.

    A hand's file holds this.
    """

    network: Network
    alphabet: Alphabet
    preparation: Preparation
    pace: float
    x_height: float
    card: Card


def read(path: Path | str) -> tuple[HandSpec, str]:
    """A hand's specification, and the SHA-256 of its file.

    Raises
    ------
    HandError
        If the file is missing, damaged, or of another kind or shape.
    """
    with loading(path, "hand", HandError, "fetch or export it again"):
        check_regular(Path(path))
        # Read once: what is hashed is what is used, even where the file is exchanged meanwhile.
        content = Path(path).read_bytes()
        header, stored = parse_tensors(content, FORMAT, path)
        tensors = {name: tensor.float() for name, tensor in stored.items()}
        # Without memory of its own: what the file says of its sizes is not believed yet.
        with torch.device("meta"):
            network = Network(NetworkConfig(**header["config"]))
        alphabet = _alphabet(header)
        if len(alphabet.codes) != network.config.characters:
            raise ValueError("the alphabet is not the network's")
        network.load_state_dict(tensors, assign=True)
        if not all(bool(torch.isfinite(tensor).all()) for tensor in tensors.values()):
            raise ValueError("a weight is not finite")
        pace, x_height = float(header["pace"]), float(header["x_height"])
        if not (1 <= pace <= 1000 and 1e-3 <= x_height <= 1e3):
            raise ValueError("the pace or the x-height is out of range")
        preparation, card = Preparation(**header["preparation"]), Card(**header["card"])
    spec = HandSpec(network, alphabet, preparation, pace, x_height, card)
    return spec, hashlib.sha256(content).hexdigest()


def read_card(path: Path | str) -> Card:
    """A hand's card alone, without its weights.

    Raises
    ------
    HandError
        As `read`.
    """
    with loading(path, "hand", HandError, "fetch or export it again"):
        return Card(**map_tensors(path, FORMAT).header["card"])


def write(path: Path | str, spec: HandSpec, dtype: torch.dtype = torch.float16) -> None:
    """Write a hand's file, its weights in half precision unless another type is asked for.

    Raises
    ------
    SettingError
        If the type is none of floating-point numbers.
    FileError
        If the file cannot be written.
    """
    if getattr(dtype, "is_floating_point", None) is not True:
        raise SettingError(f"Weights cannot be written as {dtype!r:.40}; give torch.float16.")
    config = asdict(spec.network.config)
    if not config["vector"]:
        # As it was before there were vectors, so that older programs read such a hand.
        del config["vector"]
    header = {
        "config": config,
        "alphabet": spec.alphabet.codes,
        "preparation": asdict(spec.preparation),
        "pace": spec.pace,
        "x_height": spec.x_height,
        "card": asdict(spec.card),
    }
    if spec.alphabet.taught:
        header["written"] = spec.alphabet.characters
    state = spec.network.state_dict()
    save_tensors(path, {key: value.to(dtype) for key, value in state.items()}, FORMAT, header)


def _alphabet(header: dict[str, Any]) -> Alphabet:
    """The alphabet; a file that does not say which characters are written writes all of them."""
    codes = header["alphabet"]
    written = header.get("written", codes)
    return Alphabet(written, "" if written == codes else codes)
