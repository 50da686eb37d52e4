"""The checks say in plain words what is wrong with a line, and are silent about a good one."""

from __future__ import annotations

import numpy as np
import pytest

from engine.ink.ink import Ink, Stroke
from engine.ink.recorded_line import RecordedLine
from engine.line_scoring import LineScore
from engine.style.style import bundled
from studio.recording.line_checks import check_ink, left_out, read_as

TEXT = "some words here"


def line(rate: float = 120.0, width: float = 30.0, tilt: float = 0.0) -> RecordedLine:
    """A line of 13 letters, three points wide each by default, drawn in five seconds."""
    strokes = []
    for word in range(3):
        t = np.arange(0, 1.6, 1 / rate)
        xy = np.stack([width * (word / 3 + t / 6), 3 * np.sin(8 * np.pi * t)], axis=1)
        xy[:, 1] += tilt * xy[:, 0]
        strokes.append(Stroke(xy, 2 * word + t))
    return RecordedLine(TEXT, Ink(tuple(strokes)))


def kinds(recorded: RecordedLine) -> list[str]:
    return [remark.kind for remark in check_ink(recorded)]


def test_a_good_line_is_passed_in_silence() -> None:
    assert kinds(line()) == []


def test_ink_at_the_rate_of_hands_is_passed_in_silence() -> None:
    for style in bundled().values():
        assert check_ink(RecordedLine(style.text, style.ink)) == ()


@pytest.mark.parametrize(
    ("recorded", "kind", "words"),
    [
        (line(rate=20), "points", "20 points a second"),
        (line(width=9), "short", "is a word missing"),
        (line(width=120), "long", "written twice"),
        (line(width=60, tilt=0.12), "slope", "falls by"),
        (line(width=60, tilt=-0.12), "slope", "climbs by"),
        (RecordedLine(TEXT, Ink()), "short", "nothing here yet"),
    ],
)
def test_what_is_wrong_is_said(recorded: RecordedLine, kind: str, words: str) -> None:
    remarks = check_ink(recorded)
    assert [remark.kind for remark in remarks] == [kind]
    assert words in remarks[0].sentence


def test_sparse_ink_without_time_is_noticed() -> None:
    ink = Ink(tuple(Stroke(s.xy[::12]) for s in line().ink.strokes))
    assert kinds(RecordedLine(TEXT, ink)) == ["points"]


@pytest.mark.parametrize(
    ("read", "words"),
    [
        ("some words here", None),
        ("sone vords heve", None),  # a recogniser errs
        ("some xxkqq here", "“words” does not look"),
        ("xxkqz words bbbb", "another sentence"),
        ("", "another sentence"),
    ],
)
def test_words_that_do_not_read_as_they_should_are_named(read: str, words: str | None) -> None:
    remarks = read_as(TEXT, read)
    if words is None:
        assert remarks == ()
    else:
        (remark,) = remarks
        assert remark.kind == "fit"
        assert words in remark.sentence


def fit(skip: str) -> LineScore:
    """A fit with ten points a letter; letters of `skip` have none."""
    places = [place for place, c in enumerate(TEXT) if c not in skip for _ in range(10)]
    xy = np.stack([np.arange(len(places)), np.zeros(len(places))], axis=1)
    losses = np.full(len(places), -1.0, dtype=np.float32)
    return LineScore(TEXT, Ink((Stroke(xy),)), losses, np.array(places, dtype=np.int64))


def test_letters_left_out_are_named() -> None:
    assert left_out(fit("")) == ()
    (remark,) = left_out(fit("mw"))
    assert remark.kind == "letter"
    assert "“m” and “w”" in remark.sentence
