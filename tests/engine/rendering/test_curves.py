import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial import cKDTree

from engine.ink.ink import Ink
from engine.rendering.curves import beziers, trail

coordinates = st.floats(-50, 50, allow_nan=False, width=32)
strokes = st.lists(
    st.lists(st.tuples(coordinates, coordinates), min_size=1, max_size=12), min_size=1, max_size=4
)


def circle(points: int, radius: float = 1.0) -> Ink:
    angles = np.linspace(0, 2 * np.pi, points)
    return Ink.from_lists([radius * np.stack([np.cos(angles), np.sin(angles)], axis=1)])


@given(strokes)
def test_pieces_join_the_points_of_each_stroke_and_no_strokes(lists):
    ink = Ink.from_lists(lists)
    control = beziers(ink)
    np.testing.assert_array_equal(control[:, 0], ink.xy)
    assert np.isfinite(control).all()
    first = 0
    for stroke in ink.strokes:
        last = first + len(stroke) - 1
        np.testing.assert_allclose(control[first:last, 3], stroke.xy[1:], atol=1e-12)
        np.testing.assert_array_equal(control[last], np.tile(stroke.xy[-1], (4, 1)))
        first = last + 1


@given(strokes, st.floats(0.01, 1.0))
def test_the_trail_passes_through_every_point(lists, tolerance):
    ink = Ink.from_lists(lists)
    path = trail(ink, tolerance)
    for point in ink.xy:
        assert np.hypot(*(path.xy - point).T).min() < 1e-5
    assert len(path.starts) == len(ink.strokes) + 1
    assert path.starts[-1] == len(path.xy)


def test_few_points_of_a_circle_give_a_round_curve():
    path = trail(circle(13), 1e-4)
    assert np.abs(np.hypot(*path.xy.T) - 1).max() < 0.012


def test_the_curve_has_no_corners_at_the_points():
    control = beziers(circle(9))
    arriving, leaving = control[:-2, 3] - control[:-2, 2], control[1:-1, 1] - control[1:-1, 0]
    cosine = (arriving * leaving).sum(1) / (np.hypot(*arriving.T) * np.hypot(*leaving.T))
    np.testing.assert_allclose(cosine, 1, atol=1e-9)


@pytest.mark.parametrize("tolerance", [0.1, 0.01, 0.001])
def test_flattening_keeps_its_tolerance(tolerance):
    ink = circle(7, radius=3.0)
    coarse, exact = trail(ink, tolerance), trail(ink, 1e-7, longest=0.0004)
    a, b = coarse.xy[:-1], coarse.xy[1:]
    middle = (a + b) / 2
    distance = cKDTree(exact.xy).query(middle)[0]
    assert distance.max() <= tolerance * 1.01


def test_pieces_are_no_longer_than_asked():
    path = trail(Ink.from_lists([[(0, 0), (10, 0)]]), 1.0, longest=0.25)
    assert np.hypot(*np.diff(path.xy, axis=0).T).max() <= 0.25 * 1.3
    np.testing.assert_allclose(path.xy[:, 1], 0)


def test_values_are_interpolated_along_the_trail():
    ink = circle(9)
    path = trail(ink, 0.001)
    values = path.along(np.arange(9.0))
    np.testing.assert_allclose(values, path.source)
    assert (np.diff(values) > 0).all()
