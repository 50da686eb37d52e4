"""What a note of three hundred pages takes: written, saved, opened, shown and exported."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from engine.hand import Hand
from engine.style.style import bundled
from studio.document.note import Look, Note
from studio.exporting.formats import export
from studio.layout.draft_layout import as_it_stood, make_draft
from studio.layout.layout import lay_out
from studio.layout.line_writer import HandWriter, LineRequest, WrittenLine
from studio.storage.note_file import NoteFile, load, save

pytestmark = pytest.mark.bench

CHARACTERS = 412_000
"""Of three hundred pages of A4."""
TEXT = (
    "garden house quiet evening nobody spoke letters boats weather Margaret kept bees June three "
    "friends Dublin every Sunday walked harbour bought bread counted ships the of and to in was"
)


class Copyist(HandWriter):
    """Writes forty lines, and copies one of these for each further one, in its own length."""

    def __init__(self, hand: Hand) -> None:
        super().__init__(hand, bundled().__getitem__)
        self.lines: list[WrittenLine] = []

    def write_lines(self, requests: Sequence[LineRequest]) -> Sequence[WrittenLine]:
        if not self.lines:
            self.lines = list(super().write_lines(requests[:40]))
        return [self._copied(request) for request in requests]

    def _copied(self, request: LineRequest) -> WrittenLine:
        """The ink of the line whose length is nearest, as if it said this text."""
        text = request.text
        line = min(self.lines, key=lambda one: abs(len(one.text) - len(text)))
        share = (len(text) - 1) / max(len(line.text) - 1, 1)
        characters = (line.characters * share).astype(line.characters.dtype)
        return WrittenLine(text, line.ink, characters, request.seed)


def resident(what: str = "VmRSS") -> float:
    """Megabytes that the process holds."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(what):
            return int(line.split()[1]) / 1024
    raise AssertionError(what)


@contextmanager
def told(what: str) -> Iterator[None]:
    """Print what a part took."""
    began = time.process_time()
    yield
    print(f"{what}: {time.process_time() - began:.2f} s, {resident():.0f} MB held", flush=True)


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the system does not tell")
def test_a_note_of_three_hundred_pages(default_hand: Hand, tmp_path: Path) -> None:
    chance = random.Random(1)
    paragraphs: list[str] = []
    while sum(map(len, paragraphs)) < CHARACTERS:
        paragraphs.append(" ".join(chance.choices(TEXT.split(), k=chance.randint(20, 90))))
    note = Note.from_text("\n".join(paragraphs), look=Look())
    writer = Copyist(default_hand)
    writer.write_lines([LineRequest(TEXT[:44], None, 0.75, 0, writer.sha256)] * 40)
    print(f"\n{len(note.text)} characters; {resident():.0f} MB held before")
    with told("laid out, nothing written"):
        make_draft(note, writer, {}, None)
    with told("written and laid out"):
        layout = lay_out(note, writer)
    points = sum(line.ink.points for line in layout.written.values())
    print(f"{len(layout.pages)} pages, {len(layout.plan.lines)} lines, {points / 1e6:.1f} m points")
    assert len(layout.pages) >= 290
    middle = len(note.text) // 2
    typed = note.with_text(note.text[:middle] + "q" + note.text[middle:])
    with told("a key in the middle"):
        make_draft(typed, writer, layout.written, layout)
    path = tmp_path / "long.scriptorium"
    with told("saved"):
        save(NoteFile(note, layout.written, writer.name, writer.sha256, layout=layout), path)
    print(f"the file has {path.stat().st_size / 1e6:.0f} MB")
    with told("opened"):
        content = load(path)
    assert content.layout is not None
    with told("shown as it stood"):
        stood = as_it_stood(content.note, writer, content.lines, content.layout)
    assert stood is not None
    assert len(stood.layout.pages) == len(layout.pages)
    for suffix in (".pdf", ".xopp", ".inkml", ".svg"):
        with told(f"exported as {suffix}"):
            files = export(stood.layout.pages, tmp_path / f"long{suffix}")
        print(f"{len(files)} files of {sum(file.stat().st_size for file in files) / 1e6:.0f} MB")
        for file in files:
            file.unlink()
    print(f"the most that was held: {resident('VmHWM'):.0f} MB")
