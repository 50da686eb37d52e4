import io

import numpy as np
import pytest
import resvg_py
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops

from engine.ink.ink import Ink
from engine.rendering.colours import SCALE
from engine.rendering.pens import PENS, Pen, PenKind, outline
from engine.rendering.raster import coverage, heat_map, render_ink


def wave() -> Ink:
    x = np.linspace(2, 28, 60)
    return Ink.from_lists(
        [np.stack([x, 5 + 3 * np.sin(x)], axis=1), [(4.0, 1.2)], [(1, 9), (29, 8.7)]]
    )


@pytest.mark.parametrize("scale", [2.0, 6.0, 12.0])
@pytest.mark.parametrize("name", PENS)
def test_ink_covers_what_a_renderer_of_svg_fills(name, scale):
    pen, size = PENS[name], (round(30 * scale), round(10 * scale))
    path = " ".join(
        "M{},{}C".format(*curve[0]) + " ".join(f"{x:.4f},{y:.4f}" for x, y in curve[1:])
        for curve in outline(wave(), pen).curves
    )
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{size[0]}" height="{size[1]}" '
        f'viewBox="0 0 30 10"><path d="{path}"/></svg>'
    )
    image = Image.open(io.BytesIO(resvg_py.svg_to_bytes(svg_string=svg)))
    other = np.asarray(image.getchannel("A")) / 255
    shares = coverage(wave(), pen, scale, size)
    assert np.abs(shares - other).mean() < 0.025 / scale
    assert np.quantile(np.abs(shares - other), 0.99) < 0.1 + 0.3 / scale
    assert shares.sum() == pytest.approx(other.sum(), rel=0.03)


@settings(max_examples=40)
@given(
    st.lists(
        st.lists(st.tuples(st.floats(-40, 80), st.floats(-40, 80)), min_size=1, max_size=6),
        min_size=1,
        max_size=3,
    ),
    st.sampled_from(list(PENS.values())),
)
def test_any_scribble_is_drawn_at_its_points(lists, pen):
    ink, size = Ink.from_lists(lists), (200, 160)
    shares = coverage(ink, pen, 4.0, size)
    assert shares.min() >= 0
    assert shares.max() <= 1
    pixels = np.floor(ink.xy * 4).astype(int)
    inside = ((pixels >= 0) & (pixels < size)).all(axis=1)
    x, y = pixels[inside].T
    assert (shares[y, x] > 0.05).all()


def test_a_straight_line_covers_its_area():
    ink = Ink.from_lists([[(10, 10.3), (40, 10.3)]])
    shares = coverage(ink, Pen(PenKind.BALLPOINT, 0.8), 5.0, (260, 100))
    assert shares.sum() == pytest.approx((30 * 0.8 + np.pi * 0.16) * 25, rel=0.01)


def test_a_line_thinner_than_a_pixel_is_faint_not_gone():
    ink = Ink.from_lists([[(10, 10.25), (40, 10.25)]])
    shares = coverage(ink, Pen(PenKind.BALLPOINT, 0.1), 2.0, (100, 40))
    assert shares.sum() == pytest.approx(30 * 0.1 * 4, rel=0.1)


def test_a_dot_is_round():
    shares = coverage(Ink.from_lists([[(5, 5)]]), Pen(PenKind.BALLPOINT, 4.0), 4.0, (40, 40))
    assert shares.sum() == pytest.approx(np.pi * 64, rel=0.01)
    np.testing.assert_allclose(shares, shares.T, atol=1e-6)
    np.testing.assert_allclose(shares, shares[::-1], atol=1e-6)


def test_ink_beyond_the_edge_is_cut_and_comes_not_back_on_the_other_side():
    ink = Ink.from_lists([[(-5, 5), (15, 5)], [(5, -5), (5, 15)]])
    shares = coverage(ink, Pen(PenKind.BALLPOINT, 1.0), 4.0, (40, 40))
    assert shares[18:22].min() > 0.4
    assert shares[:15, :15].max() == 0
    assert shares[25:, 25:].max() == 0


def test_overlaps_are_no_darker():
    pen = Pen(PenKind.PENCIL, 1.0, opacity=0.5)
    cross = Ink.from_lists([[(2, 5), (8, 5)], [(5, 2), (5, 8)], [(2, 5), (8, 5)]])
    image = np.asarray(render_ink(cross, pen, scale=10, colour="#000000"))
    assert image.min() == 127


def test_a_picture_fits_its_ink():
    image = render_ink(wave(), PENS["fountain"], scale=8, margin=2.0)
    assert image.mode == "RGB"
    left, top, right, bottom = wave().bounds
    assert image.size == (np.ceil((right - left + 4) * 8), np.ceil((bottom - top + 4) * 8))
    inked = ImageChops.invert(image.convert("L")).getbbox()
    assert inked is not None
    assert min(inked[0], inked[1], image.width - inked[2], image.height - inked[3]) >= 12


def test_a_transparent_picture_has_ink_alone():
    image = render_ink(wave(), PENS["ballpoint"], scale=8, colour="#ff0000", background=None)
    pixels = np.asarray(image)
    assert pixels[0, 0, 3] == 0
    assert pixels[..., 3].max() == 255
    np.testing.assert_array_equal(
        np.unique(pixels[pixels[..., 3] > 0][:, :3], axis=0), [[255, 0, 0]]
    )


def test_no_ink_is_an_empty_picture():
    assert render_ink(Ink(), PENS["felt"], scale=4).getcolors() == [(16 * 16, (255, 255, 255))]


def test_a_heat_map_shows_each_value_in_its_colour():
    image = np.asarray(heat_map([[0, 1, 2], [3, np.nan, 4]], cell=(3, 5)))
    assert image.shape == (10, 9, 3)
    np.testing.assert_array_equal(image[0, 0], SCALE[0])
    np.testing.assert_array_equal(image[9, 8], SCALE[255])
    np.testing.assert_array_equal(image[4, 5], SCALE[64])
    np.testing.assert_array_equal(image[5, 3], [160, 160, 160])
    assert (image[:5, 6:9] == image[0, 6]).all()


def test_a_heat_map_can_have_fixed_ends():
    image = np.asarray(heat_map([[-5.0, 0.5, 9.0]], cell=(1, 1), low=0, high=1))
    np.testing.assert_array_equal(image[0], SCALE[[0, 128, 255]])


@pytest.mark.parametrize("values", [np.zeros((3, 4)), np.full((2, 2), np.nan), np.zeros((0, 3))])
def test_a_heat_map_of_nothing_much_is_still_a_picture(values):
    assert heat_map(values, title="nothing", rows="ab").width > 0


def test_labels_stand_around_a_heat_map():
    bare = heat_map(np.eye(5), cell=(20, 16))
    labelled = heat_map(
        np.eye(5), cell=(20, 16), rows="ab cd", title="Window", x_label="point", y_label="character"
    )
    left, top = labelled.width - bare.width - 6, 24
    place = (left, top, left + bare.width, top + bare.height)
    np.testing.assert_array_equal(np.asarray(labelled.crop(place)), np.asarray(bare))
    for box in (
        (0, 0, labelled.width, top),
        (0, top, 20, labelled.height),
        (20, top, left, labelled.height),
        (left, top + bare.height, labelled.width, labelled.height),
    ):
        assert np.asarray(labelled.crop(box)).min() < 120
