"""Preparation: the rate of points, and what its steps leave alone."""

from __future__ import annotations

import numpy as np
import pytest

from engine.errors import InkError
from engine.ink import Ink, Stroke
from engine.preparation import RECORDING_RATE, Preparation, slope, to_ink, to_offsets

RAW = Preparation(thin=1, deskew=0.0, line_scale=0.0)


def wave(count: int, times: np.ndarray) -> Ink:
    x = np.linspace(0, 400, count)
    xy = np.column_stack([x, 30 * np.sin(x / 12)])
    half = count // 2
    return Ink((Stroke(xy[:half], times[:half]), Stroke(xy[half:], times[half:])))


def test_stamps_rounded_to_a_hundredth_do_not_change_the_points() -> None:
    times = np.floor(np.arange(200) / RECORDING_RATE * 100) / 100
    ink = wave(200, times)
    assert {round(float(d), 2) for s in ink.strokes for d in np.diff(s.time)} == {0.01, 0.02}
    assert RAW.prepare(ink).points == 200


@pytest.mark.parametrize("rate", [30.0, 133.0, 240.0])
def test_another_rate_is_brought_to_that_of_the_recordings(rate: float) -> None:
    count = int(3 * rate)
    prepared = RAW.prepare(wave(count, np.arange(count) / rate))
    assert prepared.points == pytest.approx(3 * RECORDING_RATE, abs=3)


def test_thinning_keeps_both_ends_of_every_stroke() -> None:
    ink = wave(201, np.arange(201) / RECORDING_RATE)
    prepared = Preparation(thin=2, deskew=0.0, line_scale=0.0).prepare(ink)
    raw = RAW.prepare(ink)
    assert prepared.points == pytest.approx(101, abs=2)
    shift = raw.strokes[0].xy[0] - prepared.strokes[0].xy[0]
    for thin, full in zip(prepared.strokes, raw.strokes, strict=True):
        np.testing.assert_allclose(thin.xy[[0, -1]] + shift, full.xy[[0, -1]], atol=1e-9)


def test_lines_come_out_level_and_of_one_height() -> None:
    ink = wave(300, np.arange(300) / RECORDING_RATE)
    prepared = [
        Preparation().prepare(ink.rotated(angle).scaled(size))
        for angle, size in ((0.0, 1.0), (0.1, 3.0), (-0.2, 0.2))
    ]
    for other in prepared[1:]:
        assert slope(other) == pytest.approx(0, abs=0.01)
        np.testing.assert_allclose(other.xy, prepared[0].xy, atol=0.1)


def test_offsets_lead_back_to_the_ink() -> None:
    ink = RAW.prepare(wave(50, np.arange(50) / RECORDING_RATE))
    back = to_ink(to_offsets(ink))
    assert [len(s) for s in back.strokes] == [len(s) for s in ink.strokes]
    np.testing.assert_allclose(back.xy, ink.xy - ink.xy[0], atol=1e-3)


@pytest.mark.parametrize("xy", [[[1.0, 2.0]], [[0.0, 1.0], [5.0, 1.0], [9.0, 1.0]]])
def test_ink_without_height_is_refused(xy: list[list[float]]) -> None:
    with pytest.raises(InkError):
        Preparation().prepare(Ink((Stroke(np.array(xy)),)))
