"""The inspector's recording and model: what is kept, and where one looks."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from engine.errors import SettingError
from engine.sampling import step_metrics
from engine.sampling.trace import SampleTrace
from studio.desk.inspector.inspector_model import InspectorModel
from studio.inspection.layer_units import by_peak, correlations, quantity
from studio.inspection.run_comparison import aligned, arrivals
from studio.inspection.run_recording import RunRecording, RunSettings

TEXT = "what the pen did"
SETTINGS = RunSettings("untaught", "0123456789", None, 0.5, 3)


@pytest.fixture(scope="module")
def stream(untaught_hand):
    return list(untaught_hand.stream(TEXT, bias=0.5, seed=3))


@pytest.fixture(scope="module")
def steps(stream) -> SampleTrace:
    return SampleTrace.stacked(TEXT, stream)


@pytest.mark.parametrize("piece", [1, 7, 1000])
def test_growing_gives_what_the_whole_gives(stream, steps, piece):
    grown = RunRecording(TEXT, SETTINGS)
    for start in range(0, len(stream), piece):
        grown.append(stream[start : start + piece])
    whole = RunRecording.of(steps, SETTINGS)
    for field in dataclasses.fields(SampleTrace):
        if field.name != "text":
            np.testing.assert_array_equal(grown[field.name], getattr(steps, field.name))
    for name in ("xy", "character", "position", *step_metrics.BY_KEY):
        np.testing.assert_allclose(grown[name], whole[name], rtol=1e-4, atol=1e-5, err_msg=name)
    np.testing.assert_allclose(grown.xy, np.cumsum(steps.offsets[:, :2], axis=0), atol=1e-4)
    layers = np.stack([step.state.layers.numpy() for step in stream])
    np.testing.assert_allclose(grown.layers, layers, atol=1e-3)
    assert whole.layers is None


def test_pen_stands_where_the_last_point_lies(steps):
    recording = RunRecording.of(steps)
    np.testing.assert_array_equal(recording.pen(0), [0, 0])
    np.testing.assert_array_equal(recording.pen(5), recording.xy[4])


def test_memory_of_a_point_of_the_usual_network():
    """As stated in the README: 3.2 kB a point with 400 units, 20 components and 30 characters."""
    text, count = "a" * 29, 2
    random = np.random.default_rng(0)

    def some(*shape: int):
        return random.random((count, *shape), dtype=np.float32)

    steps = SampleTrace(
        text, some(3), some(30), some(10), some(10), some(10), some(20), some(20, 2),
        some(20, 2), some(20), some(), np.zeros(count, dtype=np.int64),
    )  # fmt: skip
    recording = RunRecording.of(steps, layers=some(3, 400))
    assert 3000 < recording.point_bytes < 3400


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda s: {"phi": s.phi[:, :-2]}, "steps of another text"),
        (lambda s: {"pi": s.pi[:-1]}, "not as many"),
        (lambda s: {"mu": s.mu * np.float32(np.nan)}, "not finite"),
    ],
)
def test_what_does_not_fit_is_refused(steps, change, says):
    with pytest.raises(SettingError, match=says):
        RunRecording.of(dataclasses.replace(steps, **change(steps)))


def test_another_number_of_components_needs_a_new_line(steps, stream):
    recording = RunRecording.of(steps, layers=np.zeros((len(steps), 3, 24)))
    fewer = dataclasses.replace(
        steps,
        pi=steps.pi[:, :3],
        mu=steps.mu[:, :3],
        sigma=steps.sigma[:, :3],
        rho=steps.rho[:, :3],
    )
    with pytest.raises(SettingError, match="another shape"):
        recording._extend(fewer, None, None)


def test_caption_tells_the_settings():
    assert SETTINGS.caption("hi") == "“hi”, hand untaught (01234567), style none, bias 0.5, seed 3"
    given = RunSettings("untaught", remark="teacher forcing on line.inkml")
    assert given.caption("hi") == "“hi”, hand untaught, teacher forcing on line.inkml"


# The model -----------------------------------------------------------------------------------


@pytest.fixture
def model(stream) -> InspectorModel:
    model = InspectorModel()
    model.begin_line(TEXT, SETTINGS)
    model.add_steps(stream)
    model.end_line()
    model.hover(None)
    return model


def test_cursor_follows_the_pen_until_it_is_held(stream):
    model = InspectorModel()
    model.begin_line(TEXT)
    model.add_steps(stream[:10])
    assert model.cursor == 9
    model.hold(4)
    model.add_steps(stream[10:20])
    assert (model.cursor, model.held, model.count) == (4, True, 20)
    model.hover(7)
    assert model.cursor == 4
    model.hold(4)
    model.hover(7)
    assert (model.cursor, model.held) == (7, False)


def test_steps_stay_on_the_line(model):
    model.step(-1)
    assert model.cursor == model.count - 1
    model.step(5)
    assert model.cursor == model.count - 1
    model.step(-model.count)
    assert model.cursor == 0


def test_brush_and_character_stay_in_range(model):
    model.brush_range(12.4, -3.0)
    assert model.brush == (0, 12)
    model.brush_range(None)
    assert model.brush is None
    model.select_character(2)
    points = model.points_on(2)
    assert (model.recording["character"][points] == 2).all()
    assert len(points) == (model.recording["character"] == 2).sum()
    model.select_character(len(TEXT))
    assert model.character is None


def test_span_makes_room_while_writing_and_closes_up(stream):
    model = InspectorModel()
    model.begin_line(TEXT, expected=20)
    assert model.span == (-0.5, 19.5)
    model.add_steps(stream[:40])
    assert model.span[1] >= 40
    model.end_line()
    assert model.span == (-0.5, 39.5)
    model.look_at(10, 20)
    model.add_steps(stream[40:])
    assert model.span == (10, 20)
    model.look_at_all()
    assert model.span == (-0.5, model.count - 0.5)


def test_nothing_there_is_no_error():
    model = InspectorModel()
    model.hover(3)
    model.hold(3)
    model.step(1)
    model.brush_range(0, 4)
    model.select_character(1)
    assert (model.cursor, model.brush, model.character) == (None, None, None)
    assert model.caption() == ""


# Comparing, and units ------------------------------------------------------------------------


def test_runs_are_aligned_on_the_characters(untaught_hand, steps):
    one = RunRecording.of(steps)
    two = RunRecording.of(
        SampleTrace.stacked(TEXT, list(untaught_hand.stream(TEXT, bias=0.0, seed=9)))
    )
    run = aligned(one, two)
    reached = np.maximum.accumulate(two["position"])
    for place, point in zip(run.places, run.second, strict=True):
        # The first point at which the window has come so far.
        assert reached[point] >= place or point == len(two) - 1
        assert point == 0 or reached[point - 1] < place
    np.testing.assert_array_equal(aligned(one, one).first, arrivals(one, run.places))
    assert (np.diff(run.first) >= 0).all()


def test_other_texts_are_not_compared(steps):
    with pytest.raises(SettingError, match="same text"):
        aligned(RunRecording.of(steps), RunRecording("another"))
    with pytest.raises(SettingError, match="no points"):
        aligned(RunRecording.of(steps), RunRecording(TEXT))


def test_correlation_is_pearsons(stream):
    recording = RunRecording(TEXT)
    recording.append(stream)
    values = recording.layers[:, 1].astype(np.float64)
    for key in ("pen_up", "x", "y", "dx", "dy", "position"):
        wanted = quantity(recording, key)
        found = correlations(recording.layers[:, 1], wanted)
        if np.ptp(wanted) == 0:
            assert (found == 0).all()
            continue
        for unit in (0, 11):
            expected = np.corrcoef(values[:, unit], wanted)[0, 1]
            assert found[unit] == pytest.approx(expected, abs=1e-4)


def test_a_letter_is_meant_wherever_it_stands(stream):
    recording = RunRecording(TEXT)
    recording.append(stream)
    found = quantity(recording, "character", TEXT.index("t"))
    there = np.isin(recording["character"], [i for i, c in enumerate(TEXT) if c == "t"])
    np.testing.assert_array_equal(found, there)
    with pytest.raises(SettingError, match="click one"):
        quantity(recording, "character")


def test_units_that_never_change_go_with_nothing():
    assert correlations(np.ones((9, 2)), np.arange(9.0)).tolist() == [0, 0]
    assert correlations(np.random.default_rng(0).random((9, 2)), np.ones(9)).tolist() == [0, 0]


def test_units_stand_in_the_order_of_their_peaks():
    values = np.zeros((6, 3))
    values[4, 0], values[1, 1], values[2, 2] = 1.0, -0.5, 0.3
    assert by_peak(values).tolist() == [1, 2, 0]
