"""The reader of UNIPEN's format (Guyon et al. 1994), as an archive or unpacked."""

from __future__ import annotations

import lzma
import re
import tarfile
import zlib
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Literal

from engine.errors import CorpusError
from engine.ink.unipen import (
    Component,
    Token,
    UnipenSegment,
    UnipenState,
    UnreadableError,
    component_of,
    ink_of,
    note_keyword,
    segment_of,
    tokenised,
)
from training.corpora.iam import Line, Report
from training.corpora.labels import cleaned

#: Folders of `data/` that are read. 3 is isolated characters in context, 4 and 5 are parts of
#: others, 6 is a part of 7.
CATEGORIES = ("1a", "1b", "1c", "1d", "2", "7", "8")
#: Pieces of these levels are read; what another level says stands in these as well.
LEVELS: Mapping[str, Literal["text", "word", "sign"]] = {
    "TEXT": "text",
    "WORD": "word",
    "CHARACTER": "sign",
    "CHAR": "sign",
}
#: How deep files may include one another.
DEEPEST = 16
#: Tokenised files that are kept at hand: several files with labels share one with strokes.
KEPT = 24

#: Writers who are never trained on, so that likeness to them can be measured: two at most of a
#: contributor, the first by the checksum of their names of those with 15 texts or 100 words.
HELD_OUT = frozenset(
    (
        "6199bbf", "3a3d83d", "ef5053c", "7c7bf93", "c575254", "0491fb5", "39e200c", "5d5f52d",
        "03dd433", "ea023ed", "5e68016", "8ef4ece", "991fa7c", "c9e7bb8", "50dad3a", "48330c5",
        "28f3f10", "514cd05", "cfe662f", "fc8be35", "a729628", "6e73f83", "ca26cd3", "830527d",
    )
)  # fmt: skip
#: The split of their pieces. Not "v": that is IAM-OnDB's, whose log-loss is compared.
HELD_SPLIT = "unipen_v"


class Unipen:
    """Data in UNIPEN's format below one folder, or in an archive of one.

    Parameters
    ----------
    root : Path
        What holds `data/CATEGORY/CONTRIBUTOR/*.dat` and `include/`: a folder, or a tar archive.

    Attributes
    ----------
    names : list of str
        The files with labels of the categories that are read, from `data/` on.

    Raises
    ------
    CorpusError
        If it does not exist, cannot be read, or does not hold these.
    """

    def __init__(self, root: Path | str) -> None:
        self.root = Path(root)
        self._files = _below(self.root)
        self._tokens: OrderedDict[str, list[Token]] = OrderedDict()
        self.names = sorted(
            name
            for name in self._files
            if name.startswith("data/") and name.split("/")[1] in CATEGORIES
        )
        if not self.names:
            raise CorpusError(
                f"{self.root} holds no data/CATEGORY/CONTRIBUTOR/*.dat; name the folder or the "
                "archive that holds data/ and include/ as UNIPEN does."
            )

    def lines(self, report: Report) -> Iterator[Line]:
        """Every text, word and sign whose label and strokes can be read.

        Their ink is in millimetres. `report` is filled on the way.
        """
        # Files with the same labels' strokes follow one another.
        ordered = sorted(self.names, key=lambda name: [*name.split("/")[2:], name])
        seen: set[tuple[str, str, str]] = set()
        for name in ordered:
            yield from self._lines_of(name, report, seen)

    def _lines_of(
        self, name: str, report: Report, seen: set[tuple[str, str, str]]
    ) -> Iterator[Line]:
        try:
            components, segments = self.parse(name)
        except UnreadableError as error:
            report.drop(name, str(error))
            return
        for number, segment in enumerate(segments):
            kind = LEVELS.get(segment.level.upper())
            if kind is None:
                continue
            key = (f"{segment.page} {kind}", segment.range, segment.label)
            if key in seen:
                continue
            seen.add(key)
            report.read += 1
            try:
                text = _text(segment)
                ink = ink_of(components, segment.range)
            except UnreadableError as error:
                report.drop(f"{name}:{number}", str(error))
                continue
            if kind != "sign":
                kind = "text" if " " in text else "word"
            elif len(text) > 1:
                report.drop(f"{name}:{number}", "a sign of several characters")
                continue
            split = HELD_SPLIT if segment.writer in HELD_OUT else "train"
            yield Line(segment.page, number, split, segment.writer, text, ink, kind)

    def parse(self, name: str) -> tuple[list[Component], list[UnipenSegment]]:
        """The components of a file with all that it includes, and its labels.

        Raises
        ------
        UnreadableError
            If an included file is missing, files include one another for ever, or the numbers of
            a component cannot be read.
        """
        components: list[Component] = []
        segments: list[UnipenSegment] = []
        self._walk(name, UnipenState(), components, segments, 0)
        return components, segments

    def _walk(
        self,
        name: str,
        state: UnipenState,
        components: list[Component],
        segments: list[UnipenSegment],
        depth: int,
    ) -> None:
        if depth > DEEPEST:
            raise UnreadableError("files that include one another without end")
        for keyword, body, numbers in self._tokenised(name):
            if keyword == "INCLUDE":
                path = body.split()[0] if body.split() else ""
                found = self._included(path)
                if found is None:
                    raise UnreadableError("an included file that is missing")
                self._walk(found, state, components, segments, depth + 1)
            elif numbers is not None:
                if numbers.size:
                    components.append(component_of(keyword == "PEN_DOWN", numbers, state))
                    state.source = state.source or name
            elif keyword == "SEGMENT":
                segments.append(segment_of(body, state, name))
            else:
                note_keyword(keyword, body, state, name)

    def _included(self, path: str) -> str | None:
        key = f"include/{path.replace(chr(92), '/').lstrip('./')}".lower()
        return key if key in self._files else None

    def _tokenised(self, name: str) -> list[Token]:
        if name in self._tokens:
            self._tokens.move_to_end(name)
            return self._tokens[name]
        tokens = tokenised(self._files[name])
        self._tokens[name] = tokens
        if len(self._tokens) > KEPT:
            self._tokens.popitem(last=False)
        return tokens


def _text(segment: UnipenSegment) -> str:
    """What a label says, freed of escapes and of the transcriber's spaces."""
    if segment.quality.upper() == "BAD":
        raise UnreadableError("a piece of bad quality")
    if "\\@" in segment.label:
        raise UnreadableError("a label with a rejected piece")
    text = cleaned(re.sub(r"\\(.)", r"\1", segment.label, flags=re.DOTALL))
    if not text:
        raise UnreadableError("a piece without a label")
    if not text.isascii() or not text.isprintable():
        raise UnreadableError("a label that is not printable ASCII")
    return text


def _below(root: Path) -> dict[str, bytes | Path]:
    """Files of `data/` and `include/`, by their path from there, includes in small letters."""
    if root.is_dir():
        files = ((p.relative_to(root).as_posix(), p) for p in root.rglob("*") if p.is_file())
        return {key: path for name, path in files if (key := _key(name)) is not None}
    if not root.exists():
        raise CorpusError(
            f"There is no {root}; name the folder that holds UNIPEN's data/ and include/, or the "
            "archive of it."
        )
    found: dict[str, bytes | Path] = {}
    try:
        with tarfile.open(root, "r:*") as archive:
            for member in archive:
                key = _key(member.name)
                file = archive.extractfile(member) if key and member.isfile() else None
                if key and file is not None:
                    found[key] = file.read()
    except (tarfile.TarError, lzma.LZMAError, zlib.error, EOFError, OSError) as error:
        raise CorpusError(
            f"{root} cannot be read ({error}); fetch it again from where it came."
        ) from error
    return found


def _key(name: str) -> str | None:
    parts = name.split("/")
    for place, part in enumerate(parts):
        if part.lower() in ("data", "include") and len(parts) > place + 1:
            rest = "/".join([part.lower(), *parts[place + 1 :]])
            return rest.lower() if part.lower() == "include" else rest
    return None
