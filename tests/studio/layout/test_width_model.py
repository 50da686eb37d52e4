"""Widths and words: what is learnt from written lines, and where a line is cut."""

from __future__ import annotations

import numpy as np
import pytest

from engine.ink.ink import Ink
from engine.ink.word_segmentation import word_cuts
from studio.layout.line_ink import LineInk
from studio.layout.line_writer import WrittenLine
from studio.layout.width_model import TABLE, WidthModel

TEXTS = [
    "the mammoth was warm in summer",
    "little illicit lilies fill it still",
    "We went West, with Wilma and William",
    "pack my box with five dozen jugs",
    "how vexingly quick daft zebras jump",
    "sphinx of black quartz, judge my vow",
]


def test_expectation_starts_from_the_table_and_knows_wide_from_narrow() -> None:
    widths = WidthModel()
    assert widths.expected("mmm", None) > 1.5 * widths.expected("iii", None)
    assert widths.expected("a漢a", None) == pytest.approx(3 * widths.expected("a", None), rel=0.3)


def test_one_line_teaches_the_scale_of_its_style_alone() -> None:
    widths = WidthModel()
    wide = 1.5 * widths.expected(TEXTS[0], "broad")
    learned = widths.learned([(TEXTS[0], "broad", wide)])
    assert learned.lines("broad") == 1
    assert learned.expected(TEXTS[3], "broad") > 1.15 * widths.expected(TEXTS[3], "broad")
    assert learned.expected(TEXTS[3], None) == widths.expected(TEXTS[3], None)
    assert widths.lines("broad") == 0


def test_many_lines_teach_the_widths_of_characters() -> None:
    rng = np.random.default_rng(3)
    truth = 0.8 * TABLE * rng.uniform(0.7, 1.4, len(TABLE))

    def width(text: str) -> float:
        return float(truth[np.frombuffer(text.encode(), np.uint8)].sum())

    words = " ".join(TEXTS).split()
    lines = [" ".join(rng.choice(words, 7)) for _ in range(150)]
    widths = WidthModel().learned((text, None, width(text)) for text in lines[:100])
    errors = [widths.expected(text, None) / width(text) - 1 for text in lines[100:]]
    assert np.std(errors) < 0.01
    assert abs(np.mean(errors)) < 0.01


def test_words_are_cut_at_the_pen_lift_with_the_widest_step() -> None:
    # "it is": the bar of the t is drawn when the window stands on the space, the dot of the
    # second i before its stem, when the window still does.
    strokes = [
        [(0.0, -1.0), (0.1, 0.0)],
        [(0.6, -2.0), (0.7, 0.0)],
        [(0.0, -1.5), (0.05, -1.5)],
        [(0.4, -1.4), (1.0, -1.4)],
        [(2.0, -1.5), (2.02, -1.5)],
        [(2.0, -1.0), (2.1, 0.0), (2.6, -1.0), (2.8, 0.0)],
    ]
    characters = np.array([0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 4, 4])
    cuts = word_cuts("it is", Ink.from_lists(strokes), characters)
    assert cuts.tolist() == [0, 8, 14]


def test_words_joined_without_a_lift_are_cut_where_the_window_moves_on() -> None:
    xs = np.linspace(0, 6, 31)
    ink = Ink.from_lists([np.stack([xs, np.sin(xs)], axis=1)])
    characters = np.repeat([0, 1, 2, 3, 4], [6, 6, 6, 6, 7])
    assert word_cuts("ab cd", ink, characters).tolist() == [0, 18, 31]


def test_word_without_ink_has_an_empty_part() -> None:
    ink = Ink.from_lists([[(0.0, 0.0), (1.0, 0.0)], [(5.0, 0.0), (6.0, 0.0)]])
    cuts = word_cuts("a b c", ink, np.array([0, 0, 4, 4]))
    assert cuts.tolist()[0] == 0
    assert cuts.tolist()[-1] == 4
    assert np.all(np.diff(cuts) >= 0)
    assert np.sum(np.diff(cuts) == 0) == 1


def test_words_are_moved_apart_whole_and_joins_are_stretched() -> None:
    xs = np.linspace(0, 6, 61)
    joined = Ink.from_lists([np.stack([xs, 0 * xs], axis=1), [(8.0, -1.0), (8.0, 0.0)]])
    characters = np.concatenate([np.repeat([0, 1, 2], [31, 5, 25]), [4, 4]])
    line = LineInk((WrittenLine("a b c", joined, characters, 0),))
    assert line.cuts.tolist() == [0, 36, 61, 63]
    moved = line.spread(np.array([2.0, 1.0]))[:, 0] - line.xy[:, 0]
    assert np.all(moved[:28] == 0)
    assert np.all(moved[44:61] == 2)
    assert np.all(moved[61:] == 3)
    assert np.all(np.diff(moved) >= 0)
    assert np.max(np.diff(moved[:61])) < 0.2
    assert line.natural(1.0) == pytest.approx(8.0)
    assert line.width(line.filling(1.0, 10.0)) == pytest.approx(10.0)


def test_first_word_without_ink_moves_nothing_out_of_shape() -> None:
    ink = Ink.from_lists([np.stack([np.arange(20.0), np.zeros(20)], axis=1)])
    line = LineInk((WrittenLine("a b", ink, np.full(20, 2), 0),))
    assert line.cuts.tolist() == [0, 0, 20]
    assert np.allclose(np.diff(line.spread(np.array([3.0]))[:, 0]), 1.0)


def test_models_of_the_same_lines_agree_and_others_do_not() -> None:
    lines = [("The quick brown fox", None, 9.0), ("jumps over it", None, 6.5)]
    one, same = WidthModel().learned(lines), WidthModel().learned(lines)
    other = WidthModel().learned([*lines, ("the lazy dog", None, 9.5)])
    assert one.agrees(same)
    assert not one.agrees(other)
    assert not one.agrees(WidthModel())
    assert WidthModel().agrees(WidthModel())
    # The same lines as far as their sums go, but that one model saw widths scatter.
    steady, wild = (
        WidthModel().learned([("n", None, one), ("n", None, 4.0 - one)]) for one in (2.0, 1.0)
    )
    assert steady.expected("n", None) > wild.expected("n", None)
    assert not steady.agrees(wild)


def test_letters_that_look_alike_are_expected_to_be_about_as_wide() -> None:
    def width(character: str) -> float:
        return WidthModel().expected(character, None)

    for alike in ("bdgpq", "hknu", "aceo", "mw", "vxyz", "ilj", "023456789", "BEFKPR", "CDGOQ",
                  "AHMNUVW", ",.", "()[]/"):  # fmt: skip
        assert max(map(width, alike)) < 1.85 * min(map(width, alike)), alike
    for small in "cfkmopsuvwxyz":
        assert width(small.upper()) > width(small)
    with pytest.raises(ValueError, match="read-only"):
        WidthModel().table(None)[0] = 2.0
