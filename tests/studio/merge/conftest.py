"""A writer without a network, and letters made of a table in a few lines."""

from __future__ import annotations

import string
from collections.abc import Callable, Collection, Sequence
from pathlib import Path

import numpy as np
import pytest

from engine.ink.ink import Ink, Stroke
from studio.document.note import Look, Note
from studio.document.paper import paper_named
from studio.importing.markup import markup_of
from studio.layout.line_writer import LineRequest, WrittenLine
from studio.merge.letters import LetterPlanner
from studio.merge.table import Table, read_table
from studio.merge.template import text_template

ALPHABET = frozenset(" !\"&'()+,-./:;?" + string.ascii_letters + string.digits)


class ZigzagWriter:
    """Writes a stroke for each character; its calls are counted."""

    name, sha256 = "zigzag", "21626c"

    def __init__(self, alphabet: Collection[str] = ALPHABET) -> None:
        self.alphabet = frozenset(alphabet)
        self.batches: list[int] = []

    def examples(self, *_style: object) -> Sequence[tuple[str, float]]:
        return ()

    def write_lines(self, requests: Sequence[LineRequest]) -> Sequence[WrittenLine]:
        self.batches.append(len(requests))
        return [self.write(request) for request in requests]

    def write(self, request: LineRequest) -> WrittenLine:
        rng = np.random.default_rng([request.seed, len(request.text)])
        scale = 1 + 0.05 * rng.standard_normal()
        strokes, characters = [], []
        for place, character in enumerate(request.text):
            if character != " ":
                left = scale * place
                strokes.append(Stroke(np.array([[left, 0.0], [left + 0.4, -1.0], [left + 0.8, 0]])))
                characters += [place] * 3
        ink = Ink(tuple(strokes))
        return WrittenLine(request.text, ink, np.array(characters, dtype=np.int64), request.seed)


@pytest.fixture
def zigzag() -> ZigzagWriter:
    return ZigzagWriter()


@pytest.fixture
def table(tmp_path: Path) -> Callable[..., Table]:
    """Makes a table of text."""

    def made(text: str, name: str = "guests.csv", **settings: str) -> Table:
        path = tmp_path / name
        path.write_text(text, "utf-8")
        return read_table(path, **settings)

    return made


@pytest.fixture
def planner() -> Callable[..., LetterPlanner]:
    """Makes a planner of a template's text and a table."""

    def made(
        text: str, table: Table, file: str = "letter.txt", paper: str = "A6", **settings: str
    ) -> LetterPlanner:
        base = Note((), look=Look(seed=5), paper=paper_named(paper))
        path = Path(file)
        template = text_template(text, path, markup_of(path), base, table.columns)
        return LetterPlanner(template, table, **settings)

    return made
