"""Styles: a person's manner by a primer, a writer's vector or both, in files of their own."""

from __future__ import annotations

import difflib
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache, cached_property
from importlib import resources
from pathlib import Path
from typing import Any

from engine.errors import StyleError
from engine.ink.ink import Ink
from engine.ink.json import ink_from_json, ink_to_json
from engine.io.converter import at, decode, encode, register
from engine.io.json_file import JsonFormat
from engine.style.style_trial import StyleTrial
from engine.style.writer_vector import WriterVector

FORMAT = "scriptorium-style-1"

#: The style of a note that names none: the most legible of those that ship.
DEFAULT = "Hazel"

#: Coordinates in a style's file are whole numbers of this many to the x-height.
GRID = 200

#: Words that a file may leave out.
_OPTIONAL = ("typed", "kind", "description")


@dataclass(frozen=True)
class Style:
    """A named primer and writer's vector.

    Parameters
    ----------
    name : str
    text : str
        The transcript of the ink.
    ink : Ink
        In x-heights, the baseline at y = 0.
    source : str
        Where it comes from, in one sentence.
    vector : WriterVector, optional
        Of the writer; a hand that knows writers adds it to its biases.
    primed : bool
        Whether the ink is fed to a hand before the text. Without that it only shows the manner,
        and the vector makes it.
    typed : str
        The transcript as it was given, where `text` spells it otherwise for a hand's alphabet:
        "Zoë" for "Zoe". Empty where it is the same.
    kind : str
        The heading that it stands under in a list; empty where its ink tells it.
    description : str
        What it is like and what it suits, in a line; empty where nobody said.
    trial : StyleTrial, optional
        How a hand writes in it. It counts for that hand, and for the style as it was then.

    Raises
    ------
    StyleError
        If there is no name, text or ink.
    """

    name: str
    text: str
    ink: Ink
    source: str = ""
    vector: WriterVector | None = None
    primed: bool = True
    typed: str = ""
    kind: str = ""
    description: str = ""
    trial: StyleTrial | None = None

    def __post_init__(self) -> None:
        for what, value in (("name", self.name.strip()), ("text", self.text.strip())):
            if not value:
                raise StyleError(f"A style needs a {what}.")
        if self.ink.points < 2:
            raise StyleError(f"The style {self.name!r} has no ink; record a line for it.")
        if not (self.primed or self.vector):
            raise StyleError(f"The style {self.name!r} needs a primer or a writer's vector.")

    @cached_property
    def digest(self) -> str:
        """What tells it from styles that lead a hand otherwise; its name does not."""
        leads = {
            "text": self.text,
            "strokes": ink_to_json(self.ink, GRID),
            "vector": None if self.vector is None else encode(self.vector),
            "primed": self.primed,
        }
        return hashlib.sha256(json.dumps(leads, sort_keys=True).encode()).hexdigest()

    def tried_by(self, hand: str) -> StyleTrial | None:
        """How the hand whose file has that SHA-256 writes in it, where that is known."""
        trial = self.trial
        known = trial is not None and (trial.hand, trial.style) == (hand, self.digest)
        return trial if known else None

    def save(self, path: Path | str, *, private: bool = False) -> None:
        """Write the style as JSON: strokes as differences of whole numbers, and times if known.

        A `private` file can be read by nobody but its owner.
        """
        _FILES.write(path, self, private=private)

    @classmethod
    def load(cls, path: Path | str) -> Style:
        """Read a style's file.

        Raises
        ------
        StyleError
            If it is missing, damaged or of another kind.
        """
        return _FILES.read(Path(path))


def _encoded(style: Style) -> dict[str, Any]:
    content: dict[str, Any] = {
        "name": style.name,
        "text": style.text,
        "source": style.source,
        "grid": GRID,
        "strokes": ink_to_json(style.ink, GRID),
    }
    if style.vector is not None:
        content |= {"vector": encode(style.vector), "primed": style.primed}
    content |= {key: value for key in _OPTIONAL if (value := getattr(style, key))}
    if style.trial is not None:
        content["trial"] = encode(style.trial)
    return content


def _decoded(content: dict[str, Any]) -> Style:
    words = {}
    for key in ("name", "text", "source", *_OPTIONAL):
        with at(key):
            words[key] = decode(str, content.get(key, "") if key in _OPTIONAL else content[key])
    with at("strokes"):
        ink = ink_from_json(content["strokes"], decode(int, content["grid"]))
    style = Style(
        words["name"],
        words["text"],
        ink,
        words["source"],
        typed=words["typed"],
        kind=words["kind"],
        description=words["description"],
    )
    if "trial" in content:
        with at("trial"):
            style = replace(style, trial=decode(StyleTrial, content["trial"]))
    if "vector" not in content:
        return style
    with at("vector"):
        vector = decode(WriterVector, content["vector"])
    primed = decode(bool, content["primed"])
    return replace(style, vector=vector, primed=primed)


register(Style, _encoded, _decoded)
_FILES = JsonFormat(FORMAT, Style, "style", StyleError)


@cache
def _shipped() -> tuple[Style, ...]:
    # Read once: nothing changes what ships while the program runs, and a style cannot be changed.
    folder = resources.files("resources") / "styles"
    if not folder.is_dir():
        return ()
    found = []
    for entry in sorted(folder.iterdir(), key=lambda file: file.name):
        if entry.name.endswith(".json"):
            with resources.as_file(entry) as path:
                found.append(Style.load(path))
    return tuple(found)


def bundled() -> dict[str, Style]:
    """The styles that ship with the program, by name, in the order of their files' names."""
    return {style.name: style for style in _shipped()}


def find(name: str, among: Iterable[Style] | None = None) -> Style:
    """The style of that name (letter case does not matter), or the one in that file (.json).

    Parameters
    ----------
    name : str
    among : iterable of Style, optional
        Where to look; the bundled styles where not given.

    Raises
    ------
    StyleError
        If there is none; the sentence names the nearest.
    """
    if name.endswith(".json") or "/" in name:
        return Style.load(name)
    known = bundled().values() if among is None else among
    styles = {style.name.lower(): style for style in known}
    if name.lower() in styles:
        return styles[name.lower()]
    near = difflib.get_close_matches(name.lower(), styles, n=3, cutoff=0.4) or list(styles)
    suggestion = (
        f"try {', '.join(styles[match].name for match in near)}" if near else "there is none"
    )
    raise StyleError(f"There is no style {name!r}; {suggestion}.")
