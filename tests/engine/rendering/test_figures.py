"""Figures of a line: what is bright in them is where the network put its weight."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engine.errors import SettingError
from engine.ink.ink import Ink
from engine.rendering import figures
from engine.rendering.colours import SCALE
from engine.sampling.sampled_line import SampledLine
from engine.sampling.trace import SampleTrace

TEXT = "go on"
PER_CHARACTER = 30
POINTS = PER_CHARACTER * (len(TEXT) + 1)
MIXTURE = 4


@pytest.fixture
def zigzag() -> SampledLine:
    """A line in which the window is always sure, and so is the second component."""
    offsets = np.zeros((POINTS, 3), dtype=np.float32)
    offsets[1:, 0] = 0.2
    offsets[1:, 1] = np.where(np.arange(1, POINTS) // 9 % 2, 0.2, -0.2)
    phi = np.zeros((POINTS, len(TEXT) + 1), dtype=np.float32)
    phi[np.arange(POINTS), np.arange(POINTS) // PER_CHARACTER] = 1.0
    pi = np.zeros((POINTS, MIXTURE), dtype=np.float32)
    pi[:, 1] = 1.0
    mu = np.zeros((POINTS, MIXTURE, 2), dtype=np.float32)
    mu[:, 1] = offsets[:, :2]
    window = np.zeros((POINTS, 2), dtype=np.float32)
    steps = SampleTrace(
        text=TEXT,
        offsets=offsets,
        phi=phi,
        alpha=window,
        beta=window,
        kappa=window,
        pi=pi,
        mu=mu,
        sigma=np.full((POINTS, MIXTURE, 2), 0.02, dtype=np.float32),
        rho=np.zeros((POINTS, MIXTURE), dtype=np.float32),
        eos=np.zeros(POINTS, dtype=np.float32),
        component=np.ones(POINTS, dtype=np.int64),
    )
    xy = np.cumsum(offsets[:, :2], axis=0, dtype=np.float64)
    characters = np.minimum(np.arange(POINTS) // PER_CHARACTER, len(TEXT) - 1)
    return SampledLine(TEXT, Ink.from_lists([xy]), characters, seed=0, bias=0.0, steps=steps)


def bright(picture: np.ndarray) -> np.ndarray:
    """Rows and columns of the pixels at the top of the scale, (n, 2)."""
    return np.argwhere(np.abs(picture.astype(int) - SCALE[255]).sum(axis=2) < 40)


def test_attention_goes_down_the_text_as_time_goes_on(zigzag: SampledLine):
    places = bright(np.asarray(figures.attention(zigzag)))
    top, left = places.min(axis=0)
    height, width = places.max(axis=0) + 1 - (top, left)
    across, down = width // POINTS, height // (len(TEXT) + 1)
    assert (height, width) == (down * (len(TEXT) + 1), across * POINTS)
    # All pixels of the characters that the window stands on, and no other.
    rows, columns = (places - (top, left)).T
    assert (rows // down == columns // across // PER_CHARACTER).all()
    assert len(places) == width * down


def test_attention_stands_above_the_ink(zigzag: SampledLine):
    picture = np.asarray(figures.attention(zigzag)).astype(int)
    bottom = bright(picture).max(axis=0)[0]
    ink = np.abs(picture - (0x1B, 0x2A, 0x49)).sum(axis=2) < 30
    rows, columns = np.nonzero(ink)
    assert rows.min() > bottom
    left, right = bright(picture)[:, 1].min(), bright(picture)[:, 1].max()
    assert abs(columns.min() - left) < 8
    assert abs(columns.max() - right) < 8


def test_mixture_is_bright_where_the_pen_went(zigzag: SampledLine):
    picture = np.asarray(figures.mixture(zigzag))
    rows, columns = bright(picture).T
    # The lower map: one component has all the weight, at all points.
    lower = rows > rows.max() - 9
    assert np.ptp(columns[lower]) + 1 == lower.sum() / 9
    # The upper map, as wide as the lower: a peak at every point but the first, on dark ground.
    left, width = columns[lower].min(), np.ptp(columns[lower]) + 1
    top = np.argwhere((picture[:, left] == SCALE[0]).all(axis=1)).min()
    xy = zigzag.ink.xy - zigzag.ink.xy.min(axis=0)
    border = 0.12 * xy[:, 1].max()
    scale = width / (xy[:, 0].max() + 2 * border)
    x, y = np.floor((xy[1:] + border) * scale).astype(int).T
    green = picture[top:, left : left + width, 1]
    assert (green[y, x] > 120).all()
    height = int((xy[:, 1].max() + 2 * border) * scale)
    assert np.median(green[:height]) < 10


def test_figures_need_steps(zigzag: SampledLine):
    for figure in (figures.attention, figures.mixture):
        with pytest.raises(SettingError, match="record=True"):
            figure(replace(zigzag, steps=None))
