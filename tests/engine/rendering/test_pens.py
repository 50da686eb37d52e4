import io
from dataclasses import replace

import numpy as np
import pytest
import resvg_py
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from scipy.spatial import cKDTree

from engine.errors import SettingError
from engine.ink.ink import Ink, Stroke
from engine.rendering.curves import trail
from engine.rendering.pens import PENS, Outline, Pen, PenKind, outline, pen_named, widths


def looped(x_height: float = 2.5, loops: int = 6, points: int = 11) -> Ink:
    """A row of e's: a cycloid, with a hand's number of points to each, and a dot."""
    t = np.linspace(0, loops * 2 * np.pi, loops * points)
    xy = np.stack([0.35 * t - 0.9 * np.sin(t), -0.5 - 0.5 * np.cos(t)], axis=1) * x_height
    return Ink.from_lists([5 + xy, [(3.0, 3.0)], [(20, 3), (21, 8), (20.1, 3.2)]])


def filled(shape: Outline, scale: float, size: tuple[int, int]) -> np.ndarray:
    """Curves filled by the non-zero rule, by a renderer of SVG: from 0 to 1."""
    path = " ".join(
        "M"
        + " ".join(f"{x:.5f},{y:.5f}" for x, y in curve[:1] * scale)
        + "C"
        + " ".join(f"{x:.5f},{y:.5f}" for x, y in curve[1:] * scale)
        for curve in shape.curves
    )
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{size[0]}" height="{size[1]}">'
        f'<path d="{path}"/></svg>'
    )
    image = Image.open(io.BytesIO(resvg_py.svg_to_bytes(svg_string=svg)))
    return np.asarray(image.getchannel("A")) / 255


def winding(curve: np.ndarray, points: np.ndarray) -> np.ndarray:
    corners = curve[None] - points[:, None]
    angles = np.arctan2(corners[..., 1], corners[..., 0])
    turns = np.diff(angles, axis=1, append=angles[:, :1])
    return np.rint(((turns + np.pi) % (2 * np.pi) - np.pi).sum(axis=1) / (2 * np.pi))


@pytest.mark.parametrize("name", PENS)
def test_a_pen_is_found_by_its_name(name):
    assert pen_named(name.upper()) == PENS[name]
    assert pen_named(name, 0.9) == replace(PENS[name], width=0.9)


def test_an_unknown_pen_is_refused_with_all_names():
    with pytest.raises(SettingError, match="fountain"):
        pen_named("fontain")


@pytest.mark.parametrize("width", [0, -1, 6, float("nan"), float("inf")])
def test_a_width_out_of_range_is_refused(width):
    with pytest.raises(SettingError, match="mm"):
        Pen(PenKind.FELT, width)


@pytest.mark.parametrize("opacity", [0, 1.5, float("nan")])
def test_an_opacity_out_of_range_is_refused(opacity):
    with pytest.raises(SettingError, match="opacity"):
        Pen(opacity=opacity)


def test_a_ballpoint_is_equally_wide_everywhere():
    ink = looped()
    assert PENS["ballpoint"].constant
    np.testing.assert_array_equal(widths(ink, PENS["ballpoint"]), np.full(ink.points, 0.35))


@pytest.mark.parametrize("name", ["fountain", "felt", "pencil"])
def test_other_pens_vary_about_their_width(name):
    pen = PENS[name]
    wide = widths(looped(), pen)
    assert not pen.constant
    assert wide.std() > 0.03 * pen.width
    assert 0.6 * pen.width < np.median(wide) < 1.4 * pen.width
    assert (wide > 0.2 * pen.width).all()
    assert (wide < 2.2 * pen.width).all()


def test_a_nib_is_broad_downwards_and_fine_upwards_to_the_right():
    t = np.linspace(0, 10, 30)[:, None]
    down, up = Ink.from_lists([t * (-0.2, 1)]), Ink.from_lists([t * (0.75, -0.65)])
    nib = PENS["fountain"]
    assert np.median(widths(down, nib)) > 1.7 * np.median(widths(up, nib))


def test_the_line_is_wider_where_the_pen_is_slow():
    x = np.cumsum(np.repeat([0.1, 1.0], 20))
    ink = Ink.from_lists([np.stack([x, 0 * x], axis=1)])
    wide = widths(ink, PENS["felt"])
    assert wide[10] > 1.1 * wide[30]


def test_time_stamps_count_before_distances():
    x = np.cumsum(np.repeat([0.1, 1.0], 20))
    even = Ink((Stroke(np.stack([x, 0 * x], axis=1), time=x),))
    wide = widths(even, PENS["felt"])
    np.testing.assert_allclose(wide, wide[0])


def test_pressure_widens_the_line():
    x = np.arange(40.0)
    ink = Ink((Stroke(np.stack([x, 0 * x], axis=1), x, np.repeat([0.2, 0.8], 20)),))
    wide = widths(ink, PENS["fountain"])
    assert wide[30] > 1.3 * wide[10]


def test_strokes_do_not_blend_into_each_other():
    ink = looped()
    alone = [widths(Ink((stroke,)), PENS["felt"]) for stroke in ink.strokes[:1]]
    together = widths(Ink((*ink.strokes[:1], Stroke([(90, 90)]))), PENS["felt"])
    np.testing.assert_allclose(together[:-1], alone[0])


@pytest.mark.parametrize("name", PENS)
@pytest.mark.parametrize("width", [0.2, 0.5, 1.5])
def test_an_outline_is_the_union_of_discs_along_the_line(name, width):
    ink, pen = looped(), replace(PENS[name], width=width)
    path = trail(ink, 1e-3, longest=0.08)
    radius = path.along(widths(ink, pen)) / 2
    scale, size = 20, (28 * 20, 10 * 20)
    got = filled(outline(ink, pen), scale, size)
    rows, columns = np.mgrid[: size[1], : size[0]]
    pixels = (np.stack([columns, rows], axis=-1).reshape(-1, 2) + 0.5) / scale
    distance, near = cKDTree(path.xy).query(pixels, k=60)
    depth = (radius[near] - distance).max(axis=1).reshape(got.shape)
    # Within the width of a pixel of the edge a share of it is covered.
    assert (got[depth > 1.0 / scale] > 0.97).all()
    assert (got[depth < -1.0 / scale] < 0.03).all()


@pytest.mark.parametrize("name", PENS)
def test_all_curves_turn_the_same_way(name):
    ink = looped()
    shape = outline(ink, PENS[name])
    points = trail(ink, 0.008).xy[::7] + 1e-4
    turns = np.concatenate([winding(curve[::3], points) for curve in shape.curves])
    assert (turns <= 0).all()
    assert (turns < 0).any()


coordinates = st.floats(-300, 300, width=32)
scribbles = st.lists(
    st.lists(st.tuples(coordinates, coordinates), min_size=1, max_size=10), min_size=1, max_size=4
)


@given(scribbles, st.sampled_from(list(PENS.values())))
def test_any_scribble_has_an_outline_of_closed_curves(lists, pen):
    ink = Ink.from_lists(lists)
    shape = outline(ink, pen)
    assert np.isfinite(shape.xy).all()
    assert sorted(set(shape.strokes.tolist())) == list(range(len(lists)))
    for curve in shape.curves:
        assert len(curve) % 3 == 1
        np.testing.assert_allclose(curve[0], curve[-1], atol=1e-9)
    # The line reaches half its width beyond the points, and no farther than its widest.
    (left, top), (right, bottom) = shape.xy.min(axis=0), shape.xy.max(axis=0)
    around = trail(ink, 0.001).xy
    reach = widths(ink, pen).max() / 2 * 1.5 + 0.1
    assert (around.min(axis=0) - reach <= (left, top)).all()
    assert ((right, bottom) <= around.max(axis=0) + reach).all()


def test_each_stroke_has_its_curves():
    shape = outline(looped(), PENS["fountain"])
    assert sorted(set(shape.strokes.tolist())) == [0, 1, 2]
    assert len(shape.curves) == len(shape.strokes) == len(shape.starts) - 1


def test_no_ink_has_no_outline():
    assert outline(Ink(), PENS["fountain"]).curves == []
    assert len(widths(Ink(), PENS["fountain"])) == 0
