"""What styles write: a text in each, laid out as on a page, and kept from one start to the next."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from engine.errors import ScriptoriumError
from engine.ink.ink import Ink
from engine.ink.json import ink_from_json, ink_to_json
from engine.io.converter import register
from engine.io.json_file import JsonFormat
from engine.sampling.policy import DEFAULT_POLICY, Policy
from engine.style.style import Style, owner_of
from studio.document.note import Block, Look, Note
from studio.document.paper import LARGEST, Margins, Paper
from studio.layout.layout import lay_out
from studio.layout.line_writer import HandWriter
from studio.library.paths import data_folder, ensure_folder

if TYPE_CHECKING:
    from engine.hand import Hand

FORMAT = "scriptorium-sample-1"

#: What is written in each style to show it.
SHORT = "Every hand has its own way."
#: The look that a style is shown in, whatever the open note has.
PLAIN = Look()
#: Styles that are written at once: more would let the first picture wait.
AT_ONCE = 2
#: Coordinates in a kept sample are whole numbers of this many to the millimetre.
GRID = 100
#: Samples that are kept; the oldest go.
MOST = 400
_MARGIN = 5.0


@dataclass(frozen=True)
class _Kept:
    """What a file holds of a sample: its ink, in millimetres."""

    ink: Ink


register(
    _Kept,
    lambda kept: {"strokes": ink_to_json(kept.ink, GRID)},
    lambda content: _Kept(ink_from_json(content["strokes"], GRID)),
)
_FILES = JsonFormat(FORMAT, _Kept, "sample", ScriptoriumError)


class StyleSample(NamedTuple):
    """A text in a style: the style's name, and its ink in millimetres."""

    name: str
    ink: Ink


def write_samples(
    hand: Hand,
    styles: Sequence[Style],
    text: str = SHORT,
    look: Look = PLAIN,
    width: float = LARGEST - 2 * _MARGIN,
    policy: Policy = DEFAULT_POLICY,
) -> Iterator[StyleSample]:
    """Write a text in each style, as it would stand in a note.

    Parameters
    ----------
    hand : Hand
    styles : sequence of Style
    text : str
    look : Look
        All but the style.
    width : float
        To which lines are broken, in millimetres.
    policy : Policy
        How lines are sampled and chosen.

    Yields
    ------
    StyleSample
        A few at a time; a style in which the text cannot be written is passed over.

    Raises
    ------
    TextError
        If the hand has no form for a character of the text.
    """
    look = replace(look, indent=0.0)
    for start in range(0, len(styles), AT_ONCE):
        named = {style.name: style for style in styles[start : start + AT_ONCE]}
        blocks = tuple(Block(text, k, {"style": name}) for k, name in enumerate(named))
        paper = Paper("sample", width + 2 * _MARGIN, LARGEST)
        margins = Margins(_MARGIN, _MARGIN, _MARGIN, _MARGIN)
        note = Note(blocks, look=look, paper=paper, margins=margins, replace_unknown="")
        pages = lay_out(note, HandWriter(hand, named.__getitem__, policy=policy)).pages
        for number, name in enumerate(named):
            inks = [line.ink for line in pages.lines if line.key and line.key.block == number]
            if ink := Ink.joined(inks):
                left, top, _, _ = ink.bounds
                yield StyleSample(name, ink.moved(-left, -top))


class StyleSamples:
    """The samples of one data folder: a text in each style as each hand writes it.

    Parameters
    ----------
    folder : Path, optional
        The data folder; the user's own where not given.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = (folder or data_folder()) / "samples"
        self._known: dict[str, Ink] = {}

    def find(self, hand: str, style: Style) -> Ink | None:
        """What a hand, by its hash, writes in a style; None where that is not known yet."""
        key = sample_key(hand, style)
        if key not in self._known:
            # What cannot be read is written again.
            with suppress(ScriptoriumError):
                self._known[key] = _FILES.read(self._folder / f"{key}.json").ink
        if key not in self._known and (ink := shipped_sample(hand, style)) is not None:
            self._known[key] = ink
        return self._known.get(key)

    def keep(self, hand: str, style: Style, ink: Ink) -> None:
        """Keep what a hand writes in a style; a disk that is full or locked is no trouble."""
        key = sample_key(hand, style)
        self._known[key] = ink
        with suppress(ScriptoriumError, OSError):
            folder = ensure_folder(self._folder)
            _FILES.write(folder / f"{key}.json", _Kept(ink), private=True)
            kept = sorted(folder.glob("*.json"), key=lambda path: path.stat().st_mtime)
            for path in kept[:-MOST]:
                path.unlink(missing_ok=True)


def _vector(style: Style) -> str:
    return "" if style.vector is None else json.dumps(style.vector.to_json())


def shipped_samples() -> Path:
    """Where the samples of the styles that ship lie; `.ci/style_samples.py` makes them."""
    return Path(str(resources.files("resources") / "samples"))


@cache
def _shipped_keys() -> frozenset[str]:
    return frozenset(path.stem for path in shipped_samples().glob("*.json"))


def shipped_sample(hand: str, style: Style) -> Ink | None:
    """What a hand that ships, by its hash, writes in a style that ships for it; else None."""
    if owner_of(style) is None:
        return None
    key = sample_key(hand, style)
    if key not in _shipped_keys():
        return None
    return _FILES.read(shipped_samples() / f"{key}.json").ink


def write_sample(folder: Path, hand: str, style: Style, ink: Ink) -> Path:
    """Write a sample to a folder; its file's name says of which hand and style it is."""
    path = folder / f"{sample_key(hand, style)}.json"
    _FILES.write(path, _Kept(ink))
    return path


def sample_key(hand: str, style: Style) -> str:
    """What a sample depends on, as a file's name."""
    parts = hashlib.sha256()
    for part in (hand, SHORT, style.text, _vector(style)):
        parts.update(part.encode() + b"\0")
    parts.update(b"primed" if style.primed else b"")
    parts.update(style.ink.xy.tobytes())
    return parts.hexdigest()[:32]
