"""Marks on letters: where they stand, when they are drawn, and what they leave as it was."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engine.hand import Hand
from engine.ink.ink import Ink, Stroke
from engine.sampling.diacritic_marks import with_marks
from engine.sampling.policy import ONCE
from engine.sampling.sampled_line import SampledLine

ALPHABET = frozenset(map(chr, range(32, 127)))
RATE = 40.0
#: Of a letter: a box that is drawn clockwise from the baseline.
BOX = np.array([[0.0, 0.0], [0.0, -1.0], [0.6, -1.0], [0.6, 0.0]])


def boxes(text: str, dotted: str = "ij") -> SampledLine:
    """A line whose letters are boxes, i and j with a dot above."""
    strokes, characters, clock = [], [], 0.0
    for place, character in enumerate(text):
        if character == " ":
            continue
        shapes = [np.add(BOX, (place, 0.0))]
        if character in dotted or character in "íï":
            shapes.append(np.array([[place + 0.3, -1.4], [place + 0.3, -1.35]]))
        for shape in shapes:
            time = clock + np.arange(len(shape)) / RATE
            strokes.append(Stroke(shape, time))
            characters += [place] * len(shape)
            clock = float(time[-1]) + 3 / RATE
    return SampledLine(text, Ink(tuple(strokes)), np.array(characters), 7, 0.75)


def marks_of(line: SampledLine, plain: SampledLine) -> list[tuple[int, Stroke]]:
    """Strokes that were not there before, each with its place in the order of strokes."""
    before = {stroke.xy.tobytes() for stroke in plain.ink.strokes}
    return [
        (number, stroke)
        for number, stroke in enumerate(line.ink.strokes)
        if stroke.xy.tobytes() not in before
    ]


def test_text_without_marks_is_left_as_it_is() -> None:
    line = boxes("one two")
    assert with_marks(line, ALPHABET, RATE) is line


@pytest.mark.parametrize(
    ("letter", "count", "above"),
    [
        ("é", 1, True), ("è", 1, True), ("ê", 1, True), ("ë", 2, True), ("ě", 1, True),
        ("ē", 1, True), ("å", 1, True), ("ñ", 1, True), ("ő", 2, True), ("ż", 1, True),
        ("ǎ", 1, True), ("ă", 1, True), ("ả", 1, True), ("ấ", 2, True), ("ģ", 1, True),
        ("ç", 1, False), ("ę", 1, False), ("ș", 1, False), ("ạ", 1, False),
    ],
)  # fmt: skip
def test_marks_stand_above_or_below_their_letter(letter: str, count: int, above: bool) -> None:
    plain = boxes(f"no{letter}no")
    line = with_marks(plain, ALPHABET, RATE)
    found = [stroke for _, stroke in marks_of(line, plain)]
    assert len(found) == count
    for stroke in found:
        middle = float(stroke.xy[:, 0].mean())
        # Of two marks of Vietnamese the second stands to the right.
        assert 1.9 < middle < 3.1
        if above:
            assert stroke.xy[:, 1].max() < -1.0
        else:
            assert stroke.xy[:, 1].max() > 0.1
            assert stroke.xy[:, 1].min() > -0.1


@pytest.mark.parametrize("letter", ["ø", "đ", "ł", "ħ", "ŧ", "ơ"])
def test_strokes_through_a_letter_cross_it(letter: str) -> None:
    plain = boxes(f"no{letter}no")
    line = with_marks(plain, ALPHABET, RATE)
    ((_, stroke),) = marks_of(line, plain)
    (left, top), (right, foot) = stroke.xy.min(axis=0), stroke.xy.max(axis=0)
    assert left < 2.7
    assert right > 2.0
    assert -2.0 < top < foot < 0.4


@pytest.mark.parametrize("slant", [0.0, 0.3])
@pytest.mark.parametrize("places", [(0, 1), (1, 1), (0, 0)])
def test_a_question_mark_that_opens_is_turned_and_set_lower(
    slant: float, places: tuple[int, int]
) -> None:
    # A hook that is open to the left, and a dot below, which the window may have with the next
    # letter, or that letter with the sign.
    hook = np.array([[0.0, -1.5], [0.3, -1.8], [0.6, -1.5], [0.3, -0.9], [0.3, -0.5]])
    dot = np.array([[0.3, -0.05], [0.3, 0.0]])
    dot_at, next_at = places
    shapes = [(hook, 0), (dot, dot_at), (np.add(BOX, (1.0, 0.0)), next_at)]
    shapes += [(np.add(BOX, (2.0, 0.0)), 2)]
    lean = np.array([[1.0, 0.0], [-slant, 1.0]])
    strokes = tuple(
        Stroke(xy @ lean, np.arange(len(xy)) / RATE + k) for k, (xy, _) in enumerate(shapes)
    )
    characters = np.concatenate([np.full(len(xy), place) for xy, place in shapes])
    plain = SampledLine("¿no", Ink(strokes), characters, 7, 0.75)
    line = with_marks(plain, ALPHABET, RATE)
    upright = [s.xy @ np.array([[1.0, 0.0], [slant, 1.0]]) for s in line.ink.strokes]
    assert len(upright) == 4
    assert line.ink.points == plain.ink.points
    turned, above, first, second = upright
    # The dot is above now, at the height of a small letter; the hook reaches below the line.
    assert -1.3 < above[:, 1].mean() < -0.9
    assert 0.5 < turned[:, 1].max() < 0.9
    assert turned[:, 1].min() > above[:, 1].max()
    # The hook is open to the right: its end at the left is the lowest at the right.
    assert turned[0, 0] > turned[2, 0]
    np.testing.assert_allclose(np.diff(first[:, 0]), np.diff(BOX[:, 0]), atol=1e-9)
    np.testing.assert_allclose(np.ptp(second, axis=0), np.ptp(BOX, axis=0), atol=1e-9)


def test_a_stroke_that_went_on_ends_before_the_next_letter() -> None:
    hook = np.array([[0.0, -1.5], [0.3, -1.8], [0.6, -1.5], [0.3, -0.9], [0.3, 0.0]])
    joined = np.concatenate([hook, np.add(BOX, (1.0, 0.0))])
    time = np.arange(len(joined)) / RATE
    plain = SampledLine("¿n", Ink((Stroke(joined, time),)), np.repeat([0, 1], [3, 6]), 7, 0.75)
    line = with_marks(plain, ALPHABET, RATE)
    assert [len(s) for s in line.ink.strokes][1] >= 3
    assert line.ink.points == len(joined)
    assert len(line.ink.strokes) == 2
    np.testing.assert_array_equal(np.concatenate([s.time for s in line.ink.strokes]), time)


def test_i_loses_its_dot_to_a_mark_and_keeps_its_neighbour_s() -> None:
    plain = boxes("ixí")
    line = with_marks(plain, ALPHABET, RATE)
    dots = [s for s in line.ink.strokes if len(s) == 2]
    assert len(dots) == 1
    assert dots[0].xy[0, 0] == pytest.approx(0.3)
    assert len(marks_of(line, plain)) == 1
    # A dotless i has no mark at all.
    assert len(with_marks(boxes("xı", "ı"), ALPHABET, RATE).ink.strokes) == 2


def test_a_letter_without_a_dot_leaves_its_neighbour_s_that_is_drawn_late() -> None:
    line = boxes("ié")
    # The dot of the i is drawn when the window is on the next letter already.
    late = line.characters.copy()
    late[4:6] = 1
    made = with_marks(replace(line, characters=late), ALPHABET, RATE)
    kept = [stroke.xy.tolist() for stroke in made.ink.strokes]
    assert all(stroke.xy.tolist() in kept for stroke in line.ink.strokes)
    assert len(kept) == len(line.ink.strokes) + 1


def test_a_dot_that_gave_way_is_in_no_mark_s_way() -> None:
    """The mark stands where it would if the dot had never been drawn."""
    plain = boxes("oíx")
    kept = [stroke for stroke in plain.ink.strokes if len(stroke) > 2]
    undotted = replace(plain, ink=Ink(tuple(kept)), characters=np.repeat(np.arange(3), len(BOX)))
    ((number, mark),) = marks_of(with_marks(plain, ALPHABET, RATE), plain)
    ((_, alone),) = marks_of(with_marks(undotted, ALPHABET, RATE), undotted)
    np.testing.assert_allclose(mark.xy, alone.xy, atol=1e-9)
    assert number == 3


def test_the_pen_goes_back_after_the_word_and_time_passes() -> None:
    plain = boxes("éa bc")
    line = with_marks(plain, ALPHABET, RATE)
    ((number, _),) = marks_of(line, plain)
    assert number == 2
    times = np.concatenate([stroke.time for stroke in line.ink.strokes])
    assert (np.diff(times) >= 0).all()
    assert len(line.characters) == line.ink.points
    assert set(line.characters[8 : 8 + len(line.ink.strokes[2])].tolist()) == {0}


def test_marks_give_way_to_what_stands_there() -> None:
    plain = boxes("oéo")
    bar = Stroke(np.stack([np.linspace(0.5, 2.2, 30), np.full(30, -1.45)], axis=1))
    times = np.arange(30) / RATE + 2.0
    barred = replace(
        plain,
        ink=Ink((*plain.ink.strokes, bar.with_time(times))),
        characters=np.concatenate([plain.characters, np.full(30, 2)]),
    )
    line = with_marks(barred, ALPHABET, RATE)
    ((_, mark),) = marks_of(line, barred)
    apart = np.hypot(*(mark.xy[:, None] - bar.xy[None]).transpose(2, 0, 1))
    assert apart.min() > 0.08


def test_the_same_letter_is_never_marked_alike() -> None:
    plain = boxes("ééé")
    first, second, third = (
        s.xy - s.xy.mean(axis=0) for _, s in marks_of(with_marks(plain, ALPHABET, RATE), plain)
    )
    assert len(first) != len(second) or not np.allclose(first, second)
    assert len(second) != len(third) or not np.allclose(second, third)


def test_a_hand_writes_marks_and_all_else_as_without_them(default_hand: Hand) -> None:
    texts = ["Zoë and José", "Zoe and Jose"]
    marked, plain = default_hand.write_lines(texts, seeds=[5, 5], policy=ONCE, record=True)
    assert marked.text == "Zoë and José"
    found = marks_of(marked, plain)
    assert len(found) == 3
    kept = [s.xy for number, s in enumerate(marked.ink.strokes) if number not in dict(found)]
    for ours, theirs in zip(kept, plain.ink.strokes, strict=True):
        np.testing.assert_array_equal(ours, theirs.xy)
    assert marked.steps is not None
    assert len(marked.steps) == marked.ink.points == len(marked.characters)


def test_what_cannot_be_read_is_named_with_its_marks(default_hand: Hand) -> None:
    assert "é" in default_hand.characters
    line = default_hand.write("José", seed=3)
    assert all(word.word == "José" for word in line.misread)
    assert not line.flaws


def test_a_traced_line_has_a_step_for_each_point_of_its_marks(default_hand: Hand) -> None:
    (line,) = default_hand.write_lines(["Zoë, ici"], seeds=4, policy=ONCE, traced=True)
    assert len(line.trace) == line.ink.points
    ends = np.cumsum([len(stroke) for stroke in line.ink.strokes]) - 1
    np.testing.assert_array_equal(
        np.flatnonzero([step.point[2] > 0.5 for step in line.trace[:-1]]), ends[:-1]
    )
    # The pen of the record goes where the ink's goes.
    drawn = np.cumsum([step.point[:2] for step in line.trace], axis=0)
    across = np.corrcoef(drawn[:, 0], line.ink.xy[:, 0])[0, 1]
    assert across > 0.98
