"""The shapes of marks on letters: how large each is, which way it bends, and where it stands."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pytest

from engine.ink.ink import Ink, Stroke
from engine.sampling.diacritic_marks import with_marks
from engine.sampling.sampled_line import SampledLine

Points = npt.NDArray[np.float64]
#: A network knows none of the marks.
ALPHABET = frozenset(map(chr, range(32, 127)))
RATE = 40.0
#: Marks of each kind that are looked at: no two are alike.
COUNT = 12


def letter(height: float = 1.0) -> Points:
    """Two stems and a bar: as wide as most letters, drawn as closely as people draw."""
    up, across = np.arange(0, height, 0.05), np.arange(0, 0.6, 0.05)
    return np.concatenate(
        [
            np.stack([np.zeros_like(up), -up], axis=1),
            np.stack([across, np.full_like(across, -height)], axis=1),
            np.stack([np.full_like(up, 0.6), up - height], axis=1),
            [[0.6, 0.0]],
        ]
    )


def line_of(text: str, tall: str = "", slant: float = 0.0) -> SampledLine:
    """A line with such a letter for each character, one x-height apart."""
    strokes, characters, clock = [], [], 0.0
    for place, character in enumerate(text):
        if character == " ":
            continue
        xy = np.add(letter(1.6 if character in tall else 1.0), (place, 0.0))
        xy[:, 0] -= slant * xy[:, 1]
        strokes.append(Stroke(xy, clock + np.arange(len(xy)) / RATE))
        characters += [place] * len(xy)
        clock += (len(xy) + 2) / RATE
    return SampledLine(text, Ink(tuple(strokes)), np.array(characters), 7, 0.75)


def added(text: str, tall: str = "", slant: float = 0.0) -> list[tuple[int, Points]]:
    """The marks of a line, each with the place of its letter."""
    plain = line_of(text, tall, slant)
    line = with_marks(plain, ALPHABET, RATE)
    before = {stroke.xy.tobytes() for stroke in plain.ink.strokes}
    found, at = [], 0
    for stroke in line.ink.strokes:
        if stroke.xy.tobytes() not in before:
            found.append((int(line.characters[at]), stroke.xy))
        at += len(stroke)
    return found


@cache
def marks_of(character: str, tall: str = "") -> list[Points]:
    """The marks of a dozen such letters, each about the left edge of its letter."""
    text = "oo" + "o".join([character] * COUNT)
    return [xy - (place, 0.0) for place, xy in added(text, tall)]


def turns(xy: Points) -> Points:
    """By how much the pen turns at each point between two others, radians, to the left below 0."""
    steps = np.diff(xy, axis=0)
    way = np.arctan2(steps[:, 1], steps[:, 0])
    return (np.diff(way) + np.pi) % (2 * np.pi) - np.pi


# Each: strokes a letter; how wide and how high, from ... to ... (x-heights); the highest and the
# lowest point, down from the baseline; where its middle is, seen from the letter's middle; by how
# much the pen turns in all.
@pytest.mark.parametrize(
    ("character", "strokes", "wide", "high", "top", "foot", "middle", "turned"),
    [
        ("é", 1, (0.15, 0.45), (0.25, 0.6), (-1.9, -1.4), (-1.35, -1.0), 0.25, (0.0, 0.3)),
        ("è", 1, (0.15, 0.45), (0.25, 0.6), (-1.9, -1.4), (-1.35, -1.0), 0.25, (0.0, 0.3)),
        ("ő", 2, (0.05, 0.35), (0.25, 0.55), (-1.9, -1.4), (-1.4, -1.0), 0.4, (0.0, 0.4)),
        ("ê", 1, (0.4, 0.7), (0.22, 0.46), (-1.75, -1.35), (-1.35, -1.0), 0.25, (2.0, 2.6)),
        ("ě", 1, (0.4, 0.7), (0.22, 0.46), (-1.75, -1.35), (-1.35, -1.0), 0.25, (2.0, 2.7)),
        ("ĕ", 1, (0.4, 0.7), (0.2, 0.42), (-1.7, -1.3), (-1.35, -1.0), 0.25, (2.1, 2.8)),
        ("ñ", 1, (0.5, 0.9), (0.1, 0.4), (-1.6, -1.2), (-1.35, -1.0), 0.3, (2.9, 3.7)),
        ("ē", 1, (0.45, 0.75), (0.01, 0.2), (-1.45, -1.1), (-1.35, -1.05), 0.25, (0.1, 0.4)),
        ("ż", 1, (0.0, 0.1), (0.04, 0.16), (-1.5, -1.15), (-1.4, -1.05), 0.25, (0.0, 0.1)),
        ("ë", 2, (0.0, 0.1), (0.04, 0.16), (-1.5, -1.15), (-1.4, -1.05), 0.4, (0.0, 0.1)),
        ("å", 1, (0.25, 0.45), (0.25, 0.45), (-1.75, -1.35), (-1.35, -1.05), 0.25, (6.0, 6.8)),
        ("ả", 1, (0.15, 0.3), (0.3, 0.5), (-1.8, -1.4), (-1.35, -1.05), 0.25, (3.3, 4.2)),
        ("ģ", 1, (0.05, 0.3), (0.25, 0.45), (-1.75, -1.35), (-1.35, -1.05), 0.25, (1.1, 1.7)),
        ("ç", 1, (0.18, 0.38), (0.3, 0.55), (-0.05, 0.05), (0.3, 0.55), 0.25, (4.0, 4.9)),
        ("ę", 1, (0.2, 0.4), (0.25, 0.46), (-0.1, 0.1), (0.25, 0.5), 0.35, (2.7, 3.4)),
        ("ș", 1, (0.05, 0.3), (0.2, 0.4), (0.12, 0.32), (0.4, 0.7), 0.25, (0.7, 1.3)),
        ("ạ", 1, (0.0, 0.1), (0.04, 0.17), (0.2, 0.45), (0.3, 0.56), 0.25, (0.0, 0.1)),
        ("ơ", 1, (0.18, 0.28), (0.28, 0.4), (-1.25, -1.1), (-0.95, -0.8), 0.5, (1.9, 2.5)),
        ("ø", 1, (0.7, 0.9), (1.15, 1.35), (-1.2, -1.05), (0.08, 0.2), 0.1, (0.0, 0.2)),
        ("Đ", 1, (0.55, 0.7), (0.0, 0.1), (-0.8, -0.6), (-0.75, -0.6), 0.4, (0.0, 0.2)),
    ],
)
def test_a_mark_has_its_size_and_place(
    character, strokes, wide, high, top, foot, middle, turned
) -> None:
    found = marks_of(character)
    assert len(found) == strokes * COUNT
    for xy in found:
        (left, above), (right, below) = xy.min(axis=0), xy.max(axis=0)
        assert wide[0] <= right - left <= wide[1]
        assert high[0] <= below - above <= high[1]
        assert top[0] <= above <= top[1]
        assert foot[0] <= below <= foot[1]
        assert abs((left + right) / 2 - 0.3) <= middle
        assert turned[0] <= np.abs(turns(xy)).sum() <= turned[1]


@pytest.mark.parametrize("character", "éèőêěñēĕåảģçęșơøĐ")
def test_a_mark_is_drawn_in_one_smooth_movement(character) -> None:
    for xy in marks_of(character):
        steps = np.hypot(*np.diff(xy, axis=0).T)
        assert steps.max() < 0.1
        assert steps.min() > 0.4 * steps.max()
        # The peaks of a circumflex and a caron are the sharpest.
        assert np.abs(turns(xy)).max() < 1.5


def test_strokes_of_an_accent_lean_its_way() -> None:
    for character, way in (("é", 1), ("ő", 1), ("è", -1), ("ģ", 1)):
        for xy in marks_of(character):
            # The pen comes down, to the left from an acute's head, to the right from a grave's.
            assert (np.diff(xy[:, 1]) > -0.02).all()
            assert way * (xy[0, 0] - xy[-1, 0]) > 0.0


def test_a_circumflex_has_its_peak_in_the_middle_a_caron_and_a_breve_their_foot() -> None:
    for character, way in (("ê", -1), ("ě", 1), ("ĕ", 1)):
        for xy in marks_of(character):
            height = way * xy[:, 1]
            far = (xy[int(height.argmax()), 0] - xy[0, 0]) / (xy[-1, 0] - xy[0, 0])
            assert 0.3 < far < 0.7
            # Its ends are the other way, both of them.
            assert height.max() - max(height[0], height[-1]) > 0.15
    # A caron is pointed, a breve is round.
    for pointed, round_ in zip(marks_of("ě"), marks_of("ĕ"), strict=True):
        assert np.abs(turns(pointed)).max() > 2 * np.abs(turns(round_)).max()


def test_a_tilde_is_a_wave_up_and_down() -> None:
    for xy in marks_of("ñ"):
        # Along the chord from end to end.
        way = xy[-1] - xy[0]
        beside = (way[0] * (xy - xy[0])[:, 1] - way[1] * (xy - xy[0])[:, 0]) / np.hypot(*way)
        assert beside.min() < -0.04
        assert beside.max() > 0.04
        assert beside.argmin() < beside.argmax()


def test_a_ring_is_round_and_nearly_closed() -> None:
    for xy in marks_of("å"):
        middle = (xy.min(axis=0) + xy.max(axis=0)) / 2
        reach = np.hypot(*(xy - middle).T)
        assert reach.max() < 1.12 * reach.min()
        assert np.hypot(*(xy[-1] - xy[0])) < 0.15


def test_two_dots_stand_side_by_side() -> None:
    found = marks_of("ë")
    for left, right in zip(found[::2], found[1::2], strict=True):
        across, down = right.mean(axis=0) - left.mean(axis=0)
        assert 0.25 < across < 0.6
        assert abs(down) < 0.2
    found = marks_of("ő")
    for left, right in zip(found[::2], found[1::2], strict=True):
        assert 0.15 < right[:, 0].mean() - left[:, 0].mean() < 0.45


def test_marks_below_end_their_own_way() -> None:
    for cedilla, ogonek, comma in zip(marks_of("ç"), marks_of("ę"), marks_of("ș"), strict=True):
        # A cedilla ends to the left and an ogonek to the right of where it began.
        assert cedilla[-1, 0] < cedilla[0, 0] - 0.03
        assert ogonek[-1, 0] > ogonek[0, 0] + 0.02
        assert comma[-1, 0] < comma[0, 0] - 0.03
        assert cedilla[:, 1].argmin() < cedilla[:, 1].argmax()
        # Both touch the letter, a comma does not.
        assert abs(cedilla[0, 1]) < 0.05
        assert abs(ogonek[0, 1]) < 0.1
        assert comma[0, 1] > 0.1


@pytest.mark.parametrize(
    ("character", "tall", "height", "left", "right"),
    [
        # Through the stem, at the height of d's and h's bar; T's at its middle, H's above it.
        ("đ", "đ", 0.8, -0.02, 0.64),
        ("ħ", "ħ", 0.8, -0.02, 0.64),
        ("Ħ", "Ħ", 0.75, -0.15, 0.75),
        ("Ŧ", "Ŧ", 0.52, 0.02, 0.64),
        ("Đ", "Đ", 0.52, -0.28, 0.34),
    ],
)
def test_bars_cross_their_letter_at_their_height(character, tall, height, left, right) -> None:
    for xy in marks_of(character, tall):
        assert -xy[:, 1].mean() == pytest.approx(1.6 * height, abs=0.08)
        assert np.ptp(xy[:, 1]) < 0.08
        assert xy[:, 0].min() == pytest.approx(left, abs=0.08)
        assert xy[:, 0].max() == pytest.approx(right, abs=0.08)


def test_strokes_through_a_letter_rise_to_the_right() -> None:
    for character in "łø":
        for xy in marks_of(character, "ł"):
            left, right = xy[xy[:, 0].argmin()], xy[xy[:, 0].argmax()]
            assert right[1] < left[1] - 0.2
    # From end to end of an o; through the middle of an l.
    for xy in marks_of("ø"):
        assert xy[:, 0].min() < 0.0
        assert xy[:, 0].max() > 0.6
    for xy in marks_of("ł", "ł"):
        assert xy.mean(axis=0) == pytest.approx([0.3, -0.8], abs=0.1)
        assert 0.4 < np.ptp(xy[:, 0]) < 0.65


def test_a_caron_beside_a_tall_letter_is_an_apostrophe() -> None:
    for character in "ďľ":
        for xy in marks_of(character, "ďľ"):
            # To the right of the letter, at its head, coming down to the left.
            assert 0.65 < xy[:, 0].min() < xy[:, 0].max() < 1.1
            assert -1.75 < xy[:, 1].min() < -1.5
            assert 0.25 < np.ptp(xy[:, 1]) < 0.45
            assert xy[0, 0] > xy[-1, 0]


def test_each_word_has_its_marks_over_its_own_letters() -> None:
    for text in ("né éo oé", "é", "é né", "oo oé éé oé oo"):
        found = added(text)
        assert [place for place, _ in found] == [k for k, c in enumerate(text) if c == "é"]
        for place, xy in found:
            assert abs(xy[:, 0].mean() - place - 0.3) < 0.3


def test_marks_lean_as_the_line_does() -> None:
    upright = [xy - (place, 0.0) for place, xy in added("oéoéo")]
    leaning = [xy - (place, 0.0) for place, xy in added("oéoéo", slant=0.5)]
    for plain, slanted in zip(upright, leaning, strict=True):
        # Half a millimetre to the right for each millimetre up.
        assert slanted[:, 0].mean() - plain[:, 0].mean() == pytest.approx(
            -0.5 * plain[:, 1].mean(), abs=0.2
        )
        lean = np.ptp(slanted[:, 0]) - np.ptp(plain[:, 0])
        assert lean == pytest.approx(0.5 * np.ptp(plain[:, 1]), abs=0.12)


def test_a_letter_that_has_no_ink_of_its_own_is_marked_between_its_neighbours() -> None:
    whole = line_of("oéo")
    strokes = whole.ink.strokes
    places = np.repeat([0, 2], [len(strokes[0]), len(strokes[2])])
    plain = replace(whole, ink=Ink((strokes[0], strokes[2])), characters=places)
    line = with_marks(plain, ALPHABET, RATE)
    (mark,) = (xy for stroke in line.ink.strokes if len(xy := stroke.xy) < len(strokes[0]))
    assert 0.3 < mark[:, 0].mean() < 2.3
    assert -2.0 < mark[:, 1].min() < mark[:, 1].max() < -1.0


def test_the_pen_takes_its_time_between_a_word_and_its_mark() -> None:
    plain = line_of("né oo")
    line = with_marks(plain, ALPHABET, RATE)
    times = [stroke.time for stroke in line.ink.strokes]
    # What is written before the mark keeps its time.
    for stroke, time in zip(plain.ink.strokes[:2], times, strict=False):
        np.testing.assert_allclose(stroke.time, time)
    # Between strokes the pen takes three points' time, before the mark and after it.
    pauses = [after[0] - before[-1] for before, after in pairwise(times)]
    assert pauses == pytest.approx([3 / RATE] * len(pauses))
    for time in times:
        assert np.diff(time) == pytest.approx(1 / RATE)


def test_a_mark_is_wide_where_its_letter_is() -> None:
    narrow, wide = line_of("oēoē"), line_of("oēoē")
    strokes = []
    for place, stroke in enumerate(wide.ink.strokes):
        # The second is twice as wide.
        factor = 1.5 if place == 3 else 1.0
        strokes.append(stroke.with_xy((stroke.xy - (place, 0)) * (factor, 1.0) + (place, 0)))
    wide = replace(wide, ink=Ink(tuple(strokes)))
    widths = [
        np.ptp(with_marks(line, ALPHABET, RATE).ink.strokes[-1].xy[:, 0]) for line in (narrow, wide)
    ]
    assert 1.2 < widths[1] / widths[0] < 1.7
