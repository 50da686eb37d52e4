"""Symbols stand in lines where the text has them, in recorded ink, and the hand writes the rest."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Sequence
from dataclasses import replace

import numpy as np
import pytest

from engine.errors import TextError
from engine.ink.ink import Ink, Stroke
from studio.document.note import Look, Note
from studio.layout.layout import lay_out
from studio.layout.line_ink import LineInk
from studio.layout.line_writer import LineRequest, WrittenLine
from studio.writing.symbol_writer import APART, CLOSE, SymbolWriter


class Plain:
    """Writes a box a letter, a unit wide."""

    name, sha256 = "plain", "0"
    alphabet: Collection[str] = frozenset("abcdefgh ")

    def __init__(self) -> None:
        self.asked: list[str] = []

    def examples(self, style: str | None, strength: float = 1.0) -> Sequence[tuple[str, float]]:
        return ()

    def write_lines(self, requests: Sequence[LineRequest]) -> Sequence[WrittenLine]:
        self.asked += [request.text for request in requests]
        return [self._line(request) for request in requests]

    def _line(self, request: LineRequest) -> WrittenLine:
        strokes, places = [], []
        for place, letter in enumerate(request.text):
            if letter != " ":
                xs = place + np.array([0.0, 0.5, 0.9])
                strokes.append(
                    Stroke(np.stack([xs, [0, -1, 0]], axis=1), place + np.arange(3) * 0.01)
                )
                places += [place] * 3
        return WrittenLine(request.text, Ink(tuple(strokes)), np.array(places), request.seed)


def signed(count: int = 1) -> tuple[Plain, SymbolWriter]:
    plain = Plain()
    inks = [Ink((Stroke([[0, 0], [2.0 + k, -1.0]]),)) for k in range(count)]
    return plain, SymbolWriter(plain, {"漢": inks, "a": inks})


def test_only_what_the_hand_does_not_know_is_a_symbol() -> None:
    plain, writer = signed()
    assert set(writer.alphabet) == set("abcdefgh 漢")
    (line,) = writer.write_lines([LineRequest("abba", None, 0.5, 3)])
    assert plain.asked == ["abba"]
    assert line.ink.strokes == Plain()._line(LineRequest("abba", None, 0.5, 3)).ink.strokes


def test_a_line_is_pieced_together_in_order() -> None:
    plain, writer = signed()
    text = "ab 漢 cd漢"
    (line,) = writer.write_lines([LineRequest(text, None, 0.5, 0)])
    assert plain.asked == ["ab", "cd"]
    assert line.text == text
    assert len(line.characters) == line.ink.points
    assert (np.diff(line.characters) >= 0).all()
    assert {text[k] for k in line.characters} == set("ab漢cd")
    boxes = [(s.xy[:, 0].min(), s.xy[:, 0].max()) for s in line.ink.strokes]
    gaps = [b[0] - a[1] for a, b in itertools.pairwise(boxes)]
    assert gaps == pytest.approx([0.1, APART, APART, 0.1, CLOSE])
    times = [s.time for s in line.ink.strokes if s.time is not None]
    assert (np.diff(np.concatenate(times)) >= 0).all()
    assert len(LineInk((line,)).cuts) == 4, "three words"


def test_recordings_take_turns_by_seed_and_place() -> None:
    _, writer = signed(3)
    widths = [
        writer.write_lines([LineRequest("漢", None, 0.5, seed)])[0].ink.width for seed in range(3)
    ]
    assert sorted(widths) == [2.0, 3.0, 4.0]
    (twice,) = writer.write_lines([LineRequest("漢漢", None, 0.5, 0)])
    first, second = (stroke.xy[-1, 0] - stroke.xy[0, 0] for stroke in twice.ink.strokes)
    assert first != second


def test_flaws_of_every_part_are_told() -> None:
    plain, writer = signed()
    line = plain._line
    plain._line = lambda r: replace(line(r), flaws=(f"odd {r.text}",))  # type: ignore[method-assign]
    (found,) = writer.write_lines([LineRequest("ab 漢 cd", None, 0.5, 0)])
    assert found.flaws == ("odd ab", "odd cd")


def test_a_note_is_laid_out_with_its_symbols_and_refuses_others() -> None:
    _, writer = signed(2)
    note = Note.from_text("abc 漢d\n漢", look=Look(variation=0.0))
    layout = lay_out(note, writer)
    lines = layout.pages.pages[0].lines
    assert [line.text for line in lines] == ["abc 漢d", "漢"]
    assert lines[1].ink.width == pytest.approx(2.4 * 2, rel=0.6)
    with pytest.raises(TextError):
        lay_out(Note.from_text("abc 字"), writer)
