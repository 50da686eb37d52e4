"""Seeds of lines: those that notes were written with, in this version and in each to come."""

from __future__ import annotations

import pytest

from studio.document.page import LineKey
from studio.layout.line_seeds import jitter, line_seed

KEY = LineKey(0, "Dear Ada,", 0)


def test_a_line_has_the_seed_that_it_always_had() -> None:
    # Another seed is other ink: a text would be written otherwise than by the version before.
    assert line_seed(7, KEY, 0, 0) == 474794721
    assert line_seed(7, KEY._replace(occurrence=1), 0, 0) == 1955296757
    assert line_seed(7, KEY._replace(block=3), 2, 1) == 722526658


def test_each_line_piece_and_try_has_its_own_seed() -> None:
    seeds = {
        line_seed(seed, LineKey(block, text, occurrence), piece, tries)
        for seed in range(2)
        for block in range(3)
        for text in ("one", "two")
        for occurrence in range(2)
        for piece in range(2)
        for tries in range(3)
    }
    assert len(seeds) == 144
    assert all(0 <= seed < 2**31 for seed in seeds)


def test_a_line_strays_as_it_always_did() -> None:
    wanted = [-0.812833, -0.128038, 0.319844, 0.59292, 0.679408, 0.175799, 0.214221, 0.7514]
    assert jitter(7, KEY) == pytest.approx(wanted, abs=1e-6)
    every = [number for block in range(200) for number in jitter(1, LineKey(block, "a", 0))]
    assert -1 <= min(every) < -0.98
    assert 0.98 < max(every) <= 1
    assert abs(sum(every)) / len(every) < 0.05
