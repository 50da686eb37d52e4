"""A steered line is the old one up to where it is steered, and does there what it is told."""

from __future__ import annotations

import numpy as np
import pytest

from engine.errors import SettingError
from engine.sampling.steering import Steering

TEXT = "steer this line"


def streamed(hand, steering=None):
    overrides = None if steering is None else steering.overrides(5)
    return list(hand.stream(TEXT, seed=4, overrides=overrides))


def same(a, b) -> bool:
    return all(
        np.array_equal(getattr(a, n), getattr(b, n)) for n in ("point", "phi", "kappa", "pi")
    )


def test_moved_window_stands_elsewhere_from_there_on(untaught_hand):
    plain = streamed(untaught_hand)
    moved = streamed(untaught_hand, Steering(10, move=3.0))
    assert all(same(a, b) for a, b in zip(plain[:10], moved[:10], strict=True))
    np.testing.assert_allclose(moved[10].kappa, plain[9].kappa + 3, atol=1e-5)
    # It goes on from there by its own steps.
    assert (moved[11].kappa > moved[10].kappa).all()


def test_frozen_window_stands_still_and_then_goes_on(untaught_hand):
    frozen = streamed(untaught_hand, Steering(5, points=6, freeze=True))
    for step in frozen[5:11]:
        np.testing.assert_allclose(step.kappa, frozen[4].kappa, atol=1e-5)
    assert (frozen[11].kappa > frozen[10].kappa).all()


def test_moved_and_held_window_moves_once(untaught_hand):
    held = streamed(untaught_hand, Steering(5, points=4, move=-2.0, freeze=True))
    for step in held[5:9]:
        np.testing.assert_allclose(step.kappa, held[4].kappa - 2, atol=1e-5)


def test_forced_component_is_drawn(untaught_hand):
    forced = streamed(untaught_hand, Steering(3, points=8, component=2))
    assert {step.component for step in forced[3:11]} == {2}
    assert {step.component for step in forced[11:]} != {2}


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"first": 3}, "Nothing is steered"),
        ({"first": -1, "freeze": True}, "begins at a point"),
        ({"first": 0, "points": 0, "freeze": True}, "lasts one"),
        ({"first": 0, "move": float("nan")}, "number of characters"),
    ],
)
def test_bad_steering_is_refused(settings, says):
    with pytest.raises(SettingError, match=says):
        Steering(**settings)


def test_component_that_the_hand_does_not_have():
    with pytest.raises(SettingError, match="0 to 4"):
        Steering(0, component=5).overrides(5)


def test_it_says_what_it_does():
    said = str(Steering(7, points=3, move=1.5, freeze=True, component=2))
    assert said == (
        "window moved by +1.5 characters at point 7, window held for 3 points from 7, "
        "component 2 forced for 3 points from 7"
    )
