"""Lines as a hand has sampled them, to the last bit, for programs that lay them out themselves."""

from __future__ import annotations

import base64
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.errors import MALFORMED, FileError, StyleError
from engine.ink.ink import Ink, Stroke
from engine.sampling.line_sampler import SampledPoints
from engine.sampling.misread_word import MisreadWord
from engine.sampling.sampled_line import SampledLine
from engine.style.style import Style
from engine.style.writer_vector import WriterVector


def _packed(values: npt.ArrayLike, kind: str) -> str:
    return base64.b64encode(np.asarray(values).astype(kind).tobytes()).decode("ascii")


def _unpacked(text: str, kind: str) -> npt.NDArray[Any]:
    return np.frombuffer(base64.b64decode(text, validate=True), kind)


def sampled_to_json(line: SampledLine) -> dict[str, Any]:
    """A sampled line: `xy` and `time` are little-endian float64, `characters` int32, as base64."""
    times = [stroke.time for stroke in line.ink.strokes]
    known = [time for time in times if time is not None]
    return {
        "text": line.text,
        "strokes": [len(stroke) for stroke in line.ink.strokes],
        "xy": _packed(line.ink.xy, "<f8"),
        "time": _packed(np.concatenate(known), "<f8") if len(known) == len(times) else None,
        "characters": _packed(line.characters, "<i4"),
        "seed": line.seed,
        "bias": line.bias,
        "style": line.style,
        "attempts": line.attempts,
        "flaws": list(line.flaws),
        "misread": [[word.place, word.word, word.read] for word in line.misread],
    }


def sampled_from_json(content: dict[str, Any]) -> SampledLine:
    """The line that `sampled_to_json` has made.

    Raises
    ------
    FileError
        If it is of another shape.
    """
    try:
        xy = _unpacked(content["xy"], "<f8").reshape(-1, 2)
        time = None if content["time"] is None else _unpacked(content["time"], "<f8")
        cuts = np.cumsum([0, *content["strokes"]])
        strokes = tuple(
            Stroke(xy[a:b], None if time is None else time[a:b]) for a, b in pairwise(cuts.tolist())
        )
        characters = _unpacked(content["characters"], "<i4").astype(np.int64)
        if not len(characters) == len(xy) == cuts[-1]:
            raise ValueError("lengths differ")
        return SampledLine(
            text=str(content["text"]),
            ink=Ink(strokes),
            characters=characters,
            seed=int(content["seed"]),
            bias=float(content["bias"]),
            style=content["style"],
            attempts=int(content["attempts"]),
            flaws=tuple(map(str, content["flaws"])),
            misread=tuple(MisreadWord(int(p), str(w), str(r)) for p, w, r in content["misread"]),
        )
    except MALFORMED as error:
        raise FileError("The service sent a line that cannot be read; update both.") from error


def drawn_to_json(line: SampledPoints) -> dict[str, Any]:
    """The points of a line as the network drew them, with what its window looked at."""
    return {
        "offsets": _packed(line.offsets, "<f4"),
        "phi": _packed(line.phi, "<f4"),
        "finished": line.finished,
    }


def drawn_from_json(content: dict[str, Any], text: str) -> SampledPoints:
    """The points that `drawn_to_json` has made, of a line of that text.

    Raises
    ------
    FileError
        If they are of another shape.
    """
    try:
        offsets = _unpacked(content["offsets"], "<f4").reshape(-1, 3).astype(np.float32)
        phi = _unpacked(content["phi"], "<f4").reshape(-1, len(text) + 1).astype(np.float32)
        if len(offsets) != len(phi) or not len(offsets):
            raise ValueError("lengths differ")
        if not (np.isfinite(offsets).all() and np.isfinite(phi).all()):
            raise ValueError("a number is not finite")
        return SampledPoints(offsets, phi, bool(content["finished"]), None)
    except MALFORMED as error:
        raise FileError("The service sent points that cannot be read; update both.") from error


def style_to_json(style: Style) -> dict[str, Any]:
    """A style, to the last bit: another primer is another ink."""
    times = [stroke.time for stroke in style.ink.strokes]
    known = [time for time in times if time is not None]
    vector = style.vector
    return {
        "name": style.name,
        "text": style.text,
        "strokes": [len(stroke) for stroke in style.ink.strokes],
        "xy": _packed(style.ink.xy, "<f8"),
        "time": _packed(np.concatenate(known), "<f8") if len(known) == len(times) else None,
        "primed": style.primed,
        "values": None if vector is None else _packed(vector.values, "<f4"),
        "biases": None
        if vector is None or vector.biases is None
        else _packed(vector.biases, "<f4"),
        "hand": "" if vector is None else vector.hand,
    }


def style_from_json(content: dict[str, Any]) -> Style:
    """The style that `style_to_json` has made.

    Raises
    ------
    StyleError
        If it is of another shape.
    """
    try:
        xy = _unpacked(content["xy"], "<f8").reshape(-1, 2)
        time = None if content["time"] is None else _unpacked(content["time"], "<f8")
        cuts = np.cumsum([0, *content["strokes"]]).tolist()
        if cuts[-1] != len(xy):
            raise ValueError("lengths differ")
        strokes = tuple(
            Stroke(xy[a:b], None if time is None else time[a:b]) for a, b in pairwise(cuts)
        )
        vector = None
        if content["values"] is not None:
            biases = content["biases"]
            vector = WriterVector(
                _unpacked(content["values"], "<f4").astype(np.float32),
                str(content["hand"]),
                None if biases is None else _unpacked(biases, "<f4").astype(np.float32),
            )
        name, text = str(content["name"]), str(content["text"])
        return Style(name, text, Ink(strokes), "", vector, bool(content["primed"]))
    except MALFORMED as error:
        raise StyleError("The style that was sent cannot be read; send it again.") from error
