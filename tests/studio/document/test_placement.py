"""Placements: what lies where on a page after it was moved, turned and scaled."""

from __future__ import annotations

import math

import numpy as np
import pytest

from engine.errors import SettingError
from studio.document.placement import FARTHEST, LARGEST, MOST_PAGES, SMALLEST, Placement

#: Two corners of a thing, in its own millimetres.
CORNERS = np.array([[0.0, 0.0], [10.0, 4.0]])


def test_a_thing_lies_where_it_is_placed() -> None:
    np.testing.assert_allclose(Placement(x=5, y=6).on_page(CORNERS), [[5, 6], [15, 10]])
    np.testing.assert_allclose(Placement(x=5, y=6, scale=2).on_page(CORNERS), [[5, 6], [25, 14]])
    # Clockwise, y being down: what was to the right is below.
    turned = Placement(x=5, y=6, angle=math.pi / 2).on_page(CORNERS)
    np.testing.assert_allclose(turned, [[5, 6], [1, 16]], atol=1e-12)


def test_a_point_of_the_page_is_one_of_the_thing() -> None:
    place = Placement(x=5, y=6, angle=0.7, scale=1.5)
    np.testing.assert_allclose(place.inside(place.on_page(CORNERS)), CORNERS, atol=1e-12)


def test_a_point_lies_upright_after_the_page_is_turned_back() -> None:
    place = Placement(x=5, y=6, angle=0.7, scale=1.5)
    (x, y) = place.on_page(CORNERS)[1]
    back = math.cos(-0.7) * x - math.sin(-0.7) * y, math.sin(-0.7) * x + math.cos(-0.7) * y
    assert place.upright(10.0, 4.0) == pytest.approx(back)


def test_things_are_moved_turned_and_scaled_about_a_point() -> None:
    place = Placement(page=2, x=5, y=6, angle=0.5, scale=2)
    assert place.moved(1.5, -2.5) == Placement(page=2, x=6.5, y=3.5, angle=0.5, scale=2)
    middle = tuple(place.on_page([[3.0, 2.0]])[0])
    for other in (place.turned(0.4, middle), place.scaled(1.5, middle)):
        np.testing.assert_allclose(other.on_page([[3.0, 2.0]])[0], middle)
        assert other.page == 2
    assert place.turned(0.4, middle).angle == pytest.approx(0.9)
    assert place.turned(0.4, middle).scale == 2
    assert place.scaled(1.5, middle).scale == 3
    assert place.scaled(1.5, middle).angle == 0.5
    # Angles are kept within half a turn either way.
    assert place.turned(3.0, middle).angle == pytest.approx(3.5 - 2 * math.pi)
    assert place.scaled(1e-3, middle).scale == SMALLEST
    assert place.scaled(1e3, middle).scale == LARGEST


def test_places_out_of_range_are_refused() -> None:
    for fine in (
        {"x": FARTHEST}, {"x": -FARTHEST}, {"y": FARTHEST}, {"scale": SMALLEST},
        {"scale": LARGEST}, {"page": MOST_PAGES - 1},
    ):  # fmt: skip
        Placement(**fine)
    for wrong in (
        {"x": FARTHEST + 1}, {"y": -FARTHEST - 1}, {"x": math.nan}, {"angle": math.inf},
        {"scale": SMALLEST / 2}, {"scale": LARGEST + 1}, {"page": -1}, {"page": MOST_PAGES},
    ):  # fmt: skip
        with pytest.raises(SettingError, match=f"a scale from {SMALLEST:g} to {LARGEST:g}"):
            Placement(**wrong)
