"""The shapes of signs before items, and where each stands beside its line."""

from __future__ import annotations

import numpy as np
import pytest

from studio.document.text_marks import Sign
from studio.layout.drawn_marks import (
    LIFT,
    Baseline,
    DrawnSign,
    HeldPen,
    drawn_sign,
    gone_over,
    times_of,
)

#: Of every line: in the middle, and as far to either side as chance goes.
CHANCES = [[0.0] * 8, [1.0] * 8, [-1.0] * 8, [1.0, -1.0] * 4, [-0.5, 0.7, 0.2, -0.9] * 2]


def drawn(sign: Sign | None, chance, unit: float = 1.0, width: float = 0.0) -> list[np.ndarray]:
    """A sign in x-heights about the left end of its baseline."""
    strokes = drawn_sign(
        DrawnSign(sign, 20.0, width), Baseline(20.0, 50.0, 0.0), HeldPen(unit, 0.3, chance)
    )
    return [(xy - (20.0, 50.0)) / unit for xy in strokes]


@pytest.mark.parametrize("chance", CHANCES)
@pytest.mark.parametrize(
    ("sign", "left", "top", "right", "foot"),
    [
        (Sign.DOT, 0.28, -0.62, 0.58, -0.35),
        (Sign.CIRCLE, 0.21, -0.74, 0.69, -0.26),
        (Sign.DASH, 0.15, -0.5, 0.8, -0.5),
        (Sign.BOX, -0.01, -1.1, 1.2, 0.05),
        (Sign.CHECKED, -0.01, -1.6, 1.45, 0.05),
    ],
)
def test_a_sign_stands_on_its_line(sign, left, top, right, foot, chance) -> None:
    for unit in (1.0, 2.4):
        strokes = drawn(sign, chance, unit)
        assert len(strokes) == (2 if sign is Sign.CHECKED else 1)
        points = np.concatenate(strokes)
        found = [*points.min(axis=0), *points.max(axis=0)]
        assert found == pytest.approx([left, top, right, foot], abs=0.13)
        for xy in strokes[:1]:
            # One movement: no gap, and no point that the pen runs away to.
            assert np.hypot(*np.diff(xy, axis=0).T).max() < 0.25


@pytest.mark.parametrize("chance", CHANCES)
def test_signs_have_their_shapes(chance) -> None:
    (dot,) = drawn(Sign.DOT, chance)
    middle = dot[0]
    reach = np.hypot(*(dot - middle).T)
    # From its middle outwards, until it is filled.
    assert (np.diff(reach) > 0).all()
    assert 0.14 < reach[-1] < 0.2
    (circle,) = drawn(Sign.CIRCLE, chance)
    middle = (circle.min(axis=0) + circle.max(axis=0)) / 2
    reach = np.hypot(*(circle - middle).T)
    assert 0.19 < reach.min() < reach.max() < 0.29
    assert np.hypot(*(circle[-1] - circle[0])) < 0.15
    (dash,) = drawn(Sign.DASH, chance)
    assert np.ptp(dash[:, 0]) == pytest.approx(0.65)
    assert np.ptp(dash[:, 1]) <= 0.0601
    (box,) = drawn(Sign.BOX, chance)
    # Down, to the right, up, and back to where it began, a little beyond.
    corners = box[::6]
    assert len(corners) == 5
    ways = np.diff(corners, axis=0)
    wanted = [(0, 1.15), (1.15, 0), (0, -1.15), (-1.21, 0)]
    assert ways == pytest.approx(np.array(wanted), abs=0.21)
    checked, tick = drawn(Sign.CHECKED, chance)
    np.testing.assert_array_equal(checked, box)
    assert (np.diff(tick[:, 0]) > 0).all()
    lowest = int(tick[:, 1].argmax())
    assert (np.diff(tick[: lowest + 1, 1]) > 0).all()
    assert (np.diff(tick[lowest:, 1]) < 0).all()
    # It begins within the box, and ends above it, to the right.
    assert box[:, 1].min() < tick[0, 1] < box[:, 1].max()
    assert tick[-1, 1] < box[:, 1].min() - 0.2
    assert tick[-1, 0] > box[:, 0].max() + 0.05


def test_a_rule_is_a_line_at_half_height() -> None:
    for chance in CHANCES:
        (rule,) = drawn(None, chance, unit=2.0, width=60.0)
        assert rule[0, 0] == pytest.approx(0.0)
        assert rule[-1, 0] == pytest.approx(30.0)
        assert -0.62 < rule[:, 1].min() <= rule[:, 1].max() < -0.38
        # Two or three points to the x-height.
        assert 60 < len(rule) < 90


def test_a_sign_stands_on_a_sloped_line() -> None:
    line, pen = Baseline(100.0, 50.0, 0.1), HeldPen(1.0, 0.3, CHANCES[0])
    (level,) = drawn_sign(DrawnSign(Sign.DOT, 20.0), line._replace(slope=0.0), pen)
    (sloped,) = drawn_sign(DrawnSign(Sign.DOT, 20.0), line, pen)
    np.testing.assert_allclose(sloped - level, np.broadcast_to((0.0, -8.0), sloped.shape))


def test_what_is_gone_over_lies_within_the_pen_s_width() -> None:
    stroke = np.stack([np.linspace(0, 10, 30), np.zeros(30)], axis=1)
    for chance in CHANCES:
        (again,) = gone_over([stroke], HeldPen(2.0, 0.5, chance))
        away = again - stroke
        # Beside the first by less than the pen's width, so that no gap is seen, and not on it.
        assert away.min() > 0.0
        assert np.hypot(*away.T).max() < 0.5
        assert np.hypot(*away.T).min() > 0.1


def test_the_pen_is_lifted_between_strokes_and_moves_at_one_speed() -> None:
    first = np.array([[0.0, 0.0], [12.0, 0.0], [12.0, 24.0]])
    second = np.array([[0.0, 0.0], [0.0, 6.0]])
    one, two = times_of([first, second], 5.0, unit=1.0)
    # Twelve x-heights a second.
    assert one.tolist() == pytest.approx([5 + LIFT, 6 + LIFT, 8 + LIFT])
    assert two.tolist() == pytest.approx([8 + 2 * LIFT, 8.5 + 2 * LIFT])
    (slower,) = times_of([first], 5.0, unit=0.5)
    assert slower.tolist() == pytest.approx([5 + LIFT, 7 + LIFT, 11 + LIFT])
