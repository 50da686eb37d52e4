"""A word that is set into a line: its size, slant and height are those of the other words."""

from __future__ import annotations

import numpy as np
import pytest

from engine.ink.baseline import HEIGHTS, relative_heights
from engine.ink.ink import Ink
from engine.ink.slant import downstroke_slant
from engine.sampling.request import SamplingRequest
from engine.sampling.word_repair import line_primer, splice_word, word_jobs
from engine.style.style import Style


def written(text: str, size: float = 1.0, slant: float = 0.0, down: float = 0.0):
    """Upright letters of their usual heights, two x-heights apart, and each point's character."""
    strokes, characters = [], []
    for place, sign in enumerate(text):
        if sign == " ":
            continue
        top, foot = (0.6, 0.4) if sign == "-" else (HEIGHTS.get(sign, 1.0), 0.0)
        ys = np.linspace(-top, -foot, 6)
        strokes.append(np.stack([2.0 * place + 0.01 * np.arange(6), ys], axis=1))
        characters += [place] * 6
    ink = Ink.from_lists(strokes).scaled(size).slanted(slant).moved(0.0, down)
    return ink, np.array(characters)


def set_in(text: str, word: int, new: tuple[Ink, np.ndarray]):
    """The line with a new word, as the ink of that word and that of the others."""
    ink, characters = written(text)
    places = [p for p, sign in enumerate(text) if text[:p].count(" ") == word and sign != " "]
    whole, of = splice_word(text, ink, characters, word, *new)
    mine = np.isin(of, places)
    start, stop = np.flatnonzero(mine)[[0, -1]].tolist()
    return whole.part(start, stop + 1), Ink.joined([whole.part(0, start), whole.part(stop + 1)])


@pytest.mark.parametrize("size", [0.8, 1.25])
@pytest.mark.parametrize(
    ("text", "word"),
    [("KITCHEN UTENSILS", 1), ("0049 89 636 48018", 3), ("so please bring a coat", 1)],
)
def test_a_word_of_any_letters_gets_the_size_of_its_line(text: str, word: int, size: float):
    asked = text.split(" ")[word]
    new, _ = set_in(text, word, written(asked, size))
    low, tall = relative_heights(new, asked, written(asked)[1])
    assert abs(np.median(low + tall)) <= 1.01 * abs(np.log(size)) / (1 + len(low + tall))
    # One that is as large as its line stays so.
    alike, _ = set_in(text, word, written(asked))
    low, tall = relative_heights(alike, asked, written(asked)[1])
    assert np.abs(low + tall).max() < 1e-6


def test_tall_letters_are_compared_with_tall_ones():
    """In a hand of low capitals the new ones are low as well."""
    text = "QUIZ NIGHT at eight"
    ink, characters = written(text)
    strokes = [
        stroke.xy * (1.0, 0.7 if characters[6 * k] < 10 else 1.0)
        for k, stroke in enumerate(ink.strokes)
    ]
    flat, of = splice_word(text, Ink.from_lists(strokes), characters, 1, *written("NIGHT"))
    wanted = 0.7 * HEIGHTS["N"]
    assert -flat.xy[(of >= 5) & (of < 10), 1].min() == pytest.approx(wanted, rel=0.08)


def test_a_long_word_gets_the_slant_of_its_line_and_a_single_letter_hardly():
    text = "Chapter twelve ends X"
    leaning, _ = set_in(text, 1, written("twelve", slant=-0.15))
    goal = downstroke_slant(written(text)[0])
    assert abs(downstroke_slant(leaning) - goal) < 0.5 * 0.15
    # How a letter slants is its shape.
    single, _ = set_in(text, 3, written("X", slant=-0.15))
    assert abs(downstroke_slant(single) - downstroke_slant(written("X", slant=-0.15)[0])) < 0.05


def test_a_dash_stands_as_high_as_the_one_before():
    text = "one - two"
    new, _ = set_in(text, 1, written("-", down=0.4))
    middle = (new.bounds[1] + new.bounds[3]) / 2
    assert middle == pytest.approx(-0.5, abs=1e-9)


def test_a_line_of_one_word_keeps_its_size():
    new, others = set_in("UTENSILS", 0, written("UTENSILS", 0.8))
    assert not others
    assert -new.bounds[1] == pytest.approx(HEIGHTS["U"], rel=0.04)


def test_words_are_sampled_each_by_its_seed_and_primed_by_their_line():
    style = Style("Mine", "mine", written("mine")[0])
    job = SamplingRequest("so please bring a coat", 4, 0.25, style, 0.8)
    primer = line_primer(job.text, written(job.text)[0], style)
    jobs = word_jobs(job, primer, [(1, 17), (4, 0), (1, 18)])
    assert [(one.text, one.seed) for one in jobs] == [("please", 17), ("coat", 0), ("please", 18)]
    # Size and slant are the line's, to which the word is brought when it is set in.
    assert {(one.bias, one.style, one.strength) for one in jobs} == {(0.25, primer, 0.0)}
    assert (job.text, job.seed) == ("so please bring a coat", 4)


def test_a_line_primes_its_words_unless_it_is_too_short():
    style = Style("Mine", "mine", written("mine")[0])
    text = "so please bring a coat"
    ink, _ = written(text)
    assert line_primer(text, ink, style).text == text
    assert line_primer(text, ink, None).ink is ink
    assert line_primer("so", written("so")[0], style) is style
