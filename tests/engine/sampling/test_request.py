"""Requests to a hand: what may be asked for, and the seeds of further samples."""

from __future__ import annotations

import math

import pytest

from engine.errors import SettingError, TextError
from engine.ink.ink import Ink
from engine.sampling.request import (
    LONGEST,
    checked_bias,
    checked_strength,
    checked_style,
    further_seed,
    points_cap,
    sampling_request,
    sampling_requests,
)
from engine.style.style import Style
from engine.text.alphabet import Alphabet

ALPHABET = Alphabet(" ab")


def test_a_further_sample_has_the_seed_that_it_always_had() -> None:
    # Notes and files say a line's seed: what was tried again with it must come out as it did.
    assert further_seed(0, 0) == 7070836379803831727
    assert further_seed(5, 1) == 4654242949169100536
    assert further_seed(5, 1, 2) == 7806124409342488309
    assert further_seed(2**62, 3) == 7254877225077050197


def test_seeds_of_further_samples_are_distinct_and_those_of_no_neighbour() -> None:
    seeds = {further_seed(seed, *numbers) for seed in range(40) for numbers in [(), (0,), (1,)]}
    assert len(seeds) == 120
    assert all(0 <= seed < 2**63 for seed in seeds)
    assert further_seed(9) == 9


def test_a_line_may_be_as_long_as_it_may_be() -> None:
    assert len(sampling_request(ALPHABET, "a" * LONGEST, 0, 0.5, None).text) == LONGEST
    with pytest.raises(TextError, match=f"A line of {LONGEST + 1} characters is too long"):
        sampling_request(ALPHABET, "a" * (LONGEST + 1), 0, 0.5, None)
    for nothing in ("", "  "):
        with pytest.raises(TextError, match="no text to write"):
            sampling_request(ALPHABET, nothing, 0, 0.5, None)


def test_bias_and_strength_are_within_their_ranges() -> None:
    assert [checked_bias(bias) for bias in (0, 0.5, 10)] == [0.0, 0.5, 10.0]
    assert [checked_strength(strength) for strength in (0, 1)] == [0.0, 1.0]
    for wrong in (-0.01, 10.01, math.nan, math.inf, "much"):
        with pytest.raises(SettingError, match="from 0"):
            checked_bias(wrong)
    for wrong in (-0.01, 1.01, math.nan, None):
        with pytest.raises(SettingError, match="from 0"):
            checked_strength(wrong)


def test_a_style_is_one_and_not_its_name() -> None:
    style = Style("a", "ab", Ink.from_lists([[(0.0, 0.0), (1.0, -1.0)]]))
    assert checked_style(style) is style
    assert checked_style(None) is None
    with pytest.raises(SettingError, match="The style is 'Rowan'; give a Style"):
        checked_style("Rowan")
    # No strength is the whole of it.
    assert sampling_request(ALPHABET, "a", 0, 0.5, style).strength == 1.0


def test_a_line_has_three_times_the_usual_points_at_most() -> None:
    assert points_cap(None, 20.0) == 60.0
    assert [points_cap(points, 20.0) for points in (1, 12.5, 1000)] == [1.0, 12.5, 1000.0]
    for wrong in (0.99, 1000.1, math.nan):
        with pytest.raises(SettingError, match="from 1 to 1000"):
            points_cap(wrong, 20.0)


def test_what_is_one_for_all_is_each_line_s() -> None:
    jobs = sampling_requests(ALPHABET, ["a", "b", "ab"], 5, 0.25, None, [1.0, 0.5, 0.0])
    assert [(job.text, job.seed, job.bias, job.strength) for job in jobs] == [
        ("a", 5, 0.25, 1.0), ("b", 6, 0.25, 0.5), ("ab", 7, 0.25, 0.0),
    ]  # fmt: skip
    jobs = sampling_requests(ALPHABET, ["a", "b"], [9, 3], [0.1, 0.2], [None, None], 1.0)
    assert [(job.seed, job.bias) for job in jobs] == [(9, 0.1), (3, 0.2)]
