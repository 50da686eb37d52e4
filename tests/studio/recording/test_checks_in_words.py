"""The checks say in plain words what is wrong with a line, and are silent about a good one."""

from __future__ import annotations

import numpy as np
import pytest

from engine.ink import Ink, Stroke
from engine.primer import Fit
from engine.recorded import RecordedLine
from studio.recording.checks import drawn, fitting

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
    return [remark.kind for remark in drawn(recorded)]


def test_a_good_line_is_passed_in_silence() -> None:
    assert kinds(line()) == []


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
    remarks = drawn(recorded)
    assert [remark.kind for remark in remarks] == [kind]
    assert words in remarks[0].sentence


def test_sparse_ink_without_time_is_noticed() -> None:
    ink = Ink(tuple(Stroke(s.xy[::12]) for s in line().ink.strokes))
    assert kinds(RecordedLine(TEXT, ink)) == ["points"]


def fit(losses: dict[str, float], skip: str = "") -> Fit:
    """A fit whose words cost what is said, ten points a letter; letters of `skip` have none."""
    characters, costs = [], []
    for place, character in enumerate(TEXT):
        if character in skip:
            continue
        word = TEXT[: place + 1].split(" ")[-1] if character != " " else ""
        begun = next(
            (loss for name, loss in losses.items() if word and name.startswith(word)), -1.0
        )
        characters += [place] * 10
        costs += [begun] * 10
    xy = np.stack([np.arange(len(characters)), np.zeros(len(characters))], axis=1)
    return Fit(
        TEXT,
        Ink((Stroke(xy),)),
        np.array(costs, dtype=np.float32),
        np.array(characters, dtype=np.int64),
    )


def test_a_word_that_does_not_fit_its_ink_is_named() -> None:
    (remark,) = fitting(fit({"words": 2.0}))
    assert remark.kind == "fit"
    assert "“words” does not look" in remark.sentence
    assert fitting(fit({"words": -0.5})) == ()


def test_letters_left_out_are_named() -> None:
    (remark,) = fitting(fit({}, skip="m"))[:1] or fitting(fit({}, skip="me"))[:1]
    assert remark.kind == "letter"
    assert "“m”" in remark.sentence
