"""Styles: a person's manner by a primer, a writer's vector or both, in files of their own."""

from __future__ import annotations

import difflib
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache, cached_property
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from engine import bundled_hands
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
#: That of each hand that ships.
DEFAULTS = {bundled_hands.DEFAULT: DEFAULT, "print": "Slate"}

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


def folder() -> Traversable:
    """Where the styles that ship lie."""
    return resources.files("resources") / "styles"


@cache
def _shipped() -> dict[str, dict[str, Style]]:
    # Read once: nothing changes what ships while the program runs, and a style cannot be changed.
    place = folder()
    if not place.is_dir():
        return {}
    found = {bundled_hands.DEFAULT: _styles_in(place)}
    for entry in sorted(place.iterdir(), key=lambda file: file.name):
        if entry.is_dir() and entry.name in bundled_hands.bundled_hands():
            found[entry.name] = _styles_in(entry)
    return found


def _styles_in(place: Traversable) -> dict[str, Style]:
    found = {}
    for entry in sorted(place.iterdir(), key=lambda file: file.name):
        if entry.name.endswith(".json"):
            with resources.as_file(entry) as path:
                style = Style.load(path)
                found[style.name] = style
    return found


def bundled(hand: str = bundled_hands.DEFAULT) -> dict[str, Style]:
    """The styles that ship for a hand, by name, in the order of their files' names.

    Parameters
    ----------
    hand : str
        The name of a hand that ships. The styles of the one that writes where none is named lie in
        `resources/styles`, those of another in a folder of its name there.
    """
    return dict(_shipped().get(hand, {}))


def all_bundled() -> dict[str, Style]:
    """The styles that ship for all hands, by name; no two of them share one."""
    return {name: style for styles in _shipped().values() for name, style in styles.items()}


def default_style(hand: str = bundled_hands.DEFAULT) -> str | None:
    """The style of a note by a hand that ships; None where it has none."""
    name = DEFAULTS.get(hand, "")
    styles = bundled(hand)
    return name if name in styles else next(iter(styles), None)


def owner_of(style: Style) -> str | None:
    """The name of the hand that a style ships for; None for any other style."""
    for hand, styles in _shipped().items():
        known = styles.get(style.name)
        if known is not None and (known is style or known == style):
            return hand
    return None


def check_owner(style: Style, sha256: str) -> None:
    """Refuse a style that ships for another hand than the one of that SHA-256.

    Its line was written by the hand that it is of, and what may be done with that line is not what
    may be done with the other hand's ink.

    Raises
    ------
    StyleError
        If it is; the sentence says what to choose.
    """
    owner = owner_of(style)
    if owner is None or len(_shipped()) < 2:
        return
    hand = bundled_hands.name_of(sha256)
    if hand is None or hand == owner:
        return
    raise StyleError(
        f"The style {style.name!r} belongs to the hand {owner!r}, and the hand {hand!r} is to "
        f"write; choose the other hand, or one of its own styles: {', '.join(bundled(hand))}."
    )


def find(name: str, among: Iterable[Style] | None = None) -> Style:
    """The style of that name (letter case does not matter), or the one in that file (.json).

    Parameters
    ----------
    name : str
    among : iterable of Style, optional
        Where to look; the bundled styles of all hands where not given.

    Raises
    ------
    StyleError
        If there is none; the sentence names the nearest.
    """
    if name.endswith(".json") or "/" in name:
        return Style.load(name)
    known = all_bundled().values() if among is None else among
    styles = {style.name.lower(): style for style in known}
    if name.lower() in styles:
        return styles[name.lower()]
    near = difflib.get_close_matches(name.lower(), styles, n=3, cutoff=0.4) or list(styles)
    suggestion = (
        f"try {', '.join(styles[match].name for match in near)}" if near else "there is none"
    )
    raise StyleError(f"There is no style {name!r}; {suggestion}.")
