"""The same note gives the same ink, to the bit, in every way that it can be written."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from starlette.testclient import TestClient

from engine.hand import Hand
from engine.style.style import bundled
from studio.command.main import main
from studio.document.document_model import DocumentModel
from studio.document.drawing import single
from studio.document.editing import choose_variants, rewrite_lines
from studio.document.note import Look, Note
from studio.document.page import PlacedLine
from studio.document.paper import PAPERS
from studio.layout.draft_layout import make_draft
from studio.layout.layout import Layout, lay_out
from studio.layout.line_writer import HandWriter, LineRequest, WrittenLine
from studio.merge.letter_writer import LetterWriter, Outputs, line_writer
from studio.merge.letters import Letter
from studio.service.application import create_app
from studio.service.service_state import ServiceState
from studio.storage.note_file import NoteFile, load, save
from studio.writing.rewrite_request import RewriteRequest
from studio.writing.session import WritingSession
from studio.writing.work_thread import CallQueue, WorkThread

TEXT = "Dear Ada,\nchapter XLVI begins with a QUIZ; it ends at 12.50 in the room of Dr. Brown."
STYLE, SEED = "Hazel", 7

Ink = list[tuple[str, bytes]]
Way = Callable[[Note], Ink]


@pytest.fixture(scope="module")
def note() -> Note:
    return Note.from_text(TEXT, look=Look(style=STYLE, seed=SEED), paper=PAPERS["A6"])


def exact(lines: Iterable[PlacedLine]) -> Ink:
    return [(line.text, line.ink.xy.tobytes()) for line in lines]


class Ways:
    """The ways to write a note with a hand."""

    def __init__(self, hand: Hand, folder: Path) -> None:
        self.hand, self.folder = hand, folder
        self.find = bundled().__getitem__

    def writer(self) -> HandWriter:
        return HandWriter(self.hand, self.find)

    def at_once(self, note: Note) -> Ink:
        """As the command line does."""
        return exact(lay_out(note, self.writer()).pages.lines)

    def from_the_last_line(self, note: Note) -> Ink:
        writer, known = self.writer(), dict[LineRequest, WrittenLine]()
        draft = make_draft(note, writer, known)
        while draft.missing:
            known |= zip(draft.missing[-1:], writer.write_lines(draft.missing[-1:]), strict=True)
            draft = make_draft(note, writer, known, draft.settled)
        return exact(draft.layout.pages.lines)

    def by_the_pen(
        self, note: Note, lines: int = 1000
    ) -> tuple[Layout, dict[LineRequest, WrittenLine]]:
        """As the studio does, so many lines."""
        calls = CallQueue()
        worker = WorkThread(calls.post)
        try:
            session = WritingSession(DocumentModel(), worker)
            session.hand, session.styles = self.hand, bundled()
            session._document.open(note)
            session.write()
            while lines:
                calls.run_until(lambda: bool(session.waiting) or not session.writing)
                line = session.next_line()
                if line is None:
                    break
                session.accept(line)
                lines -= 1
            session.stop()
            session.up_to_date()
            assert session.draft is not None
            return session.draft.settled, dict(session.known)
        finally:
            worker.stop()

    def saved_half_written(self, note: Note) -> Ink:
        """Two lines by the pen, saved and opened, and the rest at once."""
        layout, shown = self.by_the_pen(note, lines=2)
        path = self.folder / "half.scriptorium"
        lines = {r: shown[r] for r in layout.plan.requests if r in shown}
        save(NoteFile(note, lines, self.hand.name, self.hand.sha256, layout=layout), path)
        opened = load(path)
        assert 0 < len(opened.lines) < len(layout.plan.requests)
        whole = lay_out(opened.note, self.writer(), opened.layout, known=opened.lines)
        return exact(whole.pages.lines)

    def with_another_hand_object(self, note: Note) -> Ink:
        """As another program would: nothing is remembered."""
        return Ways(Hand.load(), self.folder).at_once(note)


@pytest.fixture(scope="module")
def ways(default_hand: Hand, tmp_path_factory: pytest.TempPathFactory) -> Ways:
    return Ways(default_hand, tmp_path_factory.mktemp("ways"))


@pytest.fixture(scope="module")
def penned(ways: Ways, note: Note) -> tuple[Layout, dict[LineRequest, WrittenLine]]:
    """The note written in the studio."""
    return ways.by_the_pen(note)


NAMES = (
    "at_once",
    "from_the_last_line",
    "in_the_studio",
    "saved_half_written",
    "with_another_hand_object",
)


@pytest.fixture(scope="module")
def inks(ways: Ways, note: Note, penned) -> dict[str, Ink]:
    found = {"in_the_studio": exact(penned[0].pages.lines)}
    return found | {name: getattr(ways, name)(note) for name in NAMES if name not in found}


@pytest.mark.parametrize(("one", "other"), list(combinations(NAMES, 2)))
def test_two_ways_give_the_same_ink(inks, one: str, other: str) -> None:
    assert len(inks[one]) > 3
    assert inks[one] == inks[other]


def assert_same(file: bytes, expected: Ink) -> None:
    """The lines of an npz file are those, to the bit."""
    with np.load(io.BytesIO(file)) as arrays:
        texts = [line["text"] for line in json.loads(str(arrays["about"]))["lines"]]
        written = [arrays[f"line{number:04d}/ink"][:, :2] for number in range(len(texts))]
    assert texts == [text for text, _ in expected]
    for ink, (_, xy) in zip(written, expected, strict=True):
        asked = np.frombuffer(xy).reshape(-1, 2)
        np.testing.assert_array_equal(ink, asked.astype(ink.dtype))


def test_the_command_line_gives_it_too(inks, tmp_path: Path) -> None:
    settings = ["--style", STYLE, "--seed", str(SEED), "--paper", "A6"]
    assert main(["write", TEXT, *settings, "--out", str(tmp_path / "n.npz")]) == 0
    assert_same((tmp_path / "n.npz").read_bytes(), inks["at_once"])


def test_the_service_gives_it_too(inks) -> None:
    state = ServiceState(device="cpu", threads=1)
    state.load()
    body = {"text": TEXT, "style": STYLE, "seed": SEED, "paper": {"name": "A6"}}
    with TestClient(create_app(state, load=False)) as client:
        answer = client.post("/v1/ink?format=npz", json=body)
    assert answer.status_code == 200, answer.text
    assert_same(answer.content, inks["at_once"])


def test_the_merge_gives_it_too(inks, ways: Ways, note: Note) -> None:
    """Among other letters, whose lines are sampled together with it."""
    other = Note.from_text("A letter to somebody else.", look=note.look, paper=note.paper)
    letters = [Letter("a", "other", other), Letter("b", "this", note)]
    writer = LetterWriter(line_writer(ways.hand, bundled(), {}), Outputs((".scriptorium",)))
    files = {name: file for letter in writer.write(letters) for name, file in letter.files}
    path = ways.folder / "letter.scriptorium"
    path.write_bytes(files["this.scriptorium"])
    opened = load(path)
    draft = make_draft(opened.note, ways.writer(), opened.lines, opened.layout)
    assert not draft.missing
    assert exact(draft.layout.pages.lines) == inks["at_once"]


def test_a_line_is_what_the_hand_writes_for_its_request(ways: Ways, penned) -> None:
    """As inspector and evaluation ask for it."""
    layout, _ = penned
    for request, line in layout.written.items():
        alone = ways.hand.write(
            request.text, style=ways.find(STYLE), bias=request.bias, seed=request.seed
        )
        assert single(alone.ink) == line.ink
        assert alone.misread == line.misread


def test_a_line_that_was_rerolled_is_the_same_afresh(ways: Ways, note: Note, penned, inks) -> None:
    layout, shown = penned[0], dict(penned[1])
    other = rewrite_lines(note, {layout.plan.lines[1].key: 99})
    draft = make_draft(other, ways.writer(), shown, layout)
    assert len(draft.missing) == 1
    while draft.missing:
        shown |= zip(draft.missing, ways.writer().write_lines(draft.missing), strict=True)
        draft = make_draft(other, ways.writer(), shown, draft.settled)
    assert exact(draft.layout.pages.lines) == ways.at_once(other)
    assert exact(draft.layout.pages.lines) != inks["at_once"]


def test_a_word_that_was_rerolled_is_kept_in_the_file(ways: Ways, note: Note, penned, inks) -> None:
    layout, shown = penned[0], dict(penned[1])
    line = layout.plan.lines[1]
    wish = RewriteRequest((line,), layout.written, 0, 1)
    ((pieces,),) = wish.candidates(1, ways.hand, ways.writer(), ways.find)
    shown[replace(line.requests[0], variant=1)] = pieces[0]
    other = choose_variants(note, {line.key: 1})
    draft = make_draft(other, ways.writer(), shown, layout)
    assert not draft.missing
    path = ways.folder / "rerolled.scriptorium"
    lines = {r: shown[r] for r in draft.layout.plan.requests}
    save(NoteFile(other, lines, ways.hand.name, ways.hand.sha256, layout=draft.settled), path)
    opened = load(path)
    again = lay_out(opened.note, ways.writer(), opened.layout, known=opened.lines)
    assert exact(again.pages.lines) == exact(draft.layout.pages.lines)
    assert exact(again.pages.lines) != inks["at_once"]
