"""What the inspector's views show equals what the paper's equations give."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyqtgraph as pg
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import delete

from engine.sampling.line_sampler import AFTER
from engine.sampling.trace import SampleTrace
from studio.desk.inspector.curve import Curve
from studio.desk.inspector.heatmap import HeatmapItem
from studio.desk.inspector.inspector_model import InspectorModel
from studio.desk.inspector.inspector_pane import LEFT, RIGHT, InspectorPane
from studio.desk.inspector.line_view import LineView
from studio.desk.inspector.mixture_view import DECADES
from studio.desk.inspector.plot_colours import PlotColours, levels
from studio.desk.inspector.plot_ink import InkItem, segments
from studio.desk.inspector.state_view import MOST
from studio.desk.inspector.view_options import KINDS, usual
from studio.desk.inspector.window_overlay import half_widths
from studio.desk.inspector.window_view import MOST_PHI
from studio.desk.models.user_settings import Appearance
from studio.desk.widgets.theme import DARK, LIGHT, Theme
from studio.inspection.growable_array import GrowableArray
from studio.inspection.run_recording import RunRecording, RunSettings

TEXT = "seen from all sides"
BIAS = 0.5
ALL = (*LEFT, *RIGHT)


@pytest.fixture(scope="module")
def stream(untaught_hand):
    return list(untaught_hand.stream(TEXT, bias=BIAS, seed=3))


@pytest.fixture(scope="module")
def steps(stream) -> SampleTrace:
    return SampleTrace.stacked(TEXT, stream)


@pytest.fixture(scope="module")
def one_pane(qapp) -> Iterator[InspectorPane]:
    pane = InspectorPane(InspectorModel(), Theme(Appearance.LIGHT))
    pane.resize(1200, 900)
    yield pane
    pane.close()
    # Qt is to take the plots apart now, before Python does so piece by piece.
    delete(pane)


@pytest.fixture
def pane(one_pane, qtbot, stream) -> Iterator[InspectorPane]:
    """A pane with all views open, their options as they are at first, and a line in it."""
    pane = one_pane
    pane._theme.choose(Appearance.LIGHT, 1.0)
    for name, panel in pane.panels.items():
        for option, value in usual(name).values.items():
            panel.choose(option, value)
    pane.model.compare(None)
    pane.model.colour_by("")
    pane.show_views(ALL)
    pane.show()
    pane.begin_line(TEXT, RunSettings("untaught", "", None, BIAS, 3))
    for start in range(0, len(stream), 30):
        pane.add_steps(stream[start : start + 30])
        pane.refresh()
    pane.end_line()
    pane.model.hover(None)
    pane.refresh_all()
    yield pane
    pane.hide()


def view(pane: InspectorPane, name: str):
    return pane.panels[name].view


# Numbers -------------------------------------------------------------------------------------


def test_window_shows_phi(pane, steps):
    # The closing space takes what lies beyond it.
    places = np.arange(len(TEXT + AFTER) + 1)
    phi = steps.alpha[:, :, None] * np.exp(
        -steps.beta[:, :, None] * (steps.kappa[:, :, None] - places) ** 2
    )
    phi = phi.sum(axis=1)
    phi[:, len(TEXT)] = phi[:, len(TEXT) :].sum(axis=1)
    phi = phi[:, : len(TEXT) + 1]
    shown = view(pane, "window").map.values / 255
    expected = phi / phi.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(shown, expected.T, atol=1.5 / 255)

    pane.panels["window"].choose("shares", False)
    pane.refresh_all()
    shown = view(pane, "window").map.values / 255
    np.testing.assert_allclose(shown, np.minimum(phi / MOST_PHI, 1).T, atol=1.5 / 255)


def test_tracks_are_kappa_with_one_deviation_to_both_sides(pane, steps):
    pane.panels["window"].choose("tracks", True)
    pane.refresh_all()
    tracks = view(pane, "window").tracks
    np.testing.assert_array_equal(tracks._kappa, steps.kappa)
    # exp(-beta d^2) falls to exp(-1/2) at one deviation.
    beta = steps.beta.astype(float)
    np.testing.assert_allclose(np.exp(-beta * half_widths(beta) ** 2), np.exp(-0.5))


def equations(steps: SampleTrace, index: int, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """The mixture's density on a grid, as equations 24 and 25 say."""
    total = np.zeros((len(y), len(x)))
    for m in range(steps.pi.shape[1]):
        s1, s2 = steps.sigma[index, m].astype(float)
        rho = float(steps.rho[index, m])
        z1 = (x[None, :] - steps.mu[index, m, 0]) / s1
        z2 = (y[:, None] - steps.mu[index, m, 1]) / s2
        z = z1**2 + z2**2 - 2 * rho * z1 * z2
        normal = np.exp(-z / (2 * (1 - rho**2))) / (2 * np.pi * s1 * s2 * np.sqrt(1 - rho**2))
        total += steps.pi[index, m] * normal
    return total


@pytest.mark.parametrize("index", [0, 30])
def test_mixture_shows_the_density_around_the_pen(pane, steps, index):
    pane.model.hold(index)
    mixture = view(pane, "mixture")
    mixture.main.getViewBox().setRange(xRange=(-4, 4), yRange=(-4, 4), padding=0)
    mixture._follows = False
    pane.refresh_all()
    (left, right), (top, bottom) = mixture.main.getViewBox().viewRange()
    height, width = mixture.density.shape
    cell = np.sqrt(mixture.cell_area)
    x, y = left + cell * (np.arange(width) + 0.5), top + cell * (np.arange(height) + 0.5)
    assert x[-1] < right
    assert y[-1] < bottom
    expected = equations(steps, index, x, y)
    assert mixture.density.sum() * mixture.cell_area == pytest.approx(1, abs=0.01)
    # The painting is smoothed by 0.6 cells; it keeps to the density within a few per cent.
    assert np.abs(mixture.density - expected).max() < 0.05 * expected.max()
    shown = mixture._image.image
    np.testing.assert_array_equal(shown, levels(np.log10(mixture.density), *DECADES))


def test_mixture_without_bias_is_what_the_network_said(pane, untaught_hand):
    plain = next(untaught_hand.stream(TEXT, bias=0.0, seed=3))
    pane.model.hold(0)
    pane.panels["mixture"].choose("biased", False)
    pi, mu, sigma, rho = view(pane, "mixture").parameters(pane.model.recording, 0)
    np.testing.assert_allclose(pi, plain.pi, rtol=1e-4)
    np.testing.assert_allclose(sigma, plain.sigma, rtol=1e-4)
    np.testing.assert_array_equal(mu, plain.mu)
    np.testing.assert_array_equal(rho, plain.rho)
    pane.refresh_all()
    assert "taken back" in view(pane, "mixture").head.note


def test_line_is_painted_with_one_a_point(qtbot, steps):
    model = InspectorModel()
    model.show_steps(steps, RunSettings(bias=BIAS))
    line = LineView(model, PlotColours(LIGHT))
    while not line.finished:
        line.refresh()
    painting = line.painting
    assert line.finished
    # Nearly all of what is beyond the margin is a wide component's tail.
    total = painting.density.sum() * painting.grid.cell**2 / len(steps)
    assert total == pytest.approx(1, abs=0.01)
    line.leave()


def test_traces_draw_the_numbers(pane):
    traces = view(pane, "traces")
    pane.panels["traces"].choose("keys", ("entropy", "speed"))
    pane.refresh_all()
    assert traces.keys == ("entropy", "speed")
    for key, curve in zip(traces.keys, traces._curves, strict=True):
        np.testing.assert_array_equal(curve.values, pane.model.recording[key])


@pytest.mark.parametrize("layer", [0, 1, 2])
def test_state_shows_the_outputs(pane, stream, layer):
    pane.panels["state"].choose("layer", layer)
    pane.refresh_all()
    outputs = np.stack([step.state.layers.numpy()[layer] for step in stream]).T
    shown = view(pane, "state").map.values / 255 * 2 * MOST - MOST
    np.testing.assert_allclose(shown, np.clip(outputs, -MOST, MOST), atol=1 / 255 + 1e-3)


def test_sorted_units_are_the_same_units(pane, stream):
    state = view(pane, "state")
    pane.panels["state"].choose("against", "x")
    pane.panels["state"].choose("order", "correlation")
    pane.refresh_all()
    assert (np.diff(state.correlations[state.ranks]) <= 0).all()
    assert sorted(state.ranks.tolist()) == list(range(24))
    outputs = np.stack([step.state.layers.numpy()[0] for step in stream]).T[state.ranks]
    shown = state.map.values / 255 * 2 * MOST - MOST
    np.testing.assert_allclose(shown, np.clip(outputs, -MOST, MOST), atol=1 / 255 + 1e-3)
    state.choose_unit(int(state.ranks[5]))
    pane.refresh_all()
    np.testing.assert_allclose(state._curve.values, outputs[5], atol=1e-3)
    assert "correlation" in state.head.note
    state.choose_unit(None)
    pane.refresh_all()
    assert state.trace is None


def test_compare_shows_both_and_their_difference(pane, untaught_hand):
    compare = view(pane, "compare")
    assert "nothing to compare" in compare.told
    other = RunRecording(TEXT, RunSettings(bias=0.0, seed=9))
    other.append(list(untaught_hand.stream(TEXT, bias=0.0, seed=9)))
    pane.model.compare(other)
    pane.refresh_all()
    one, two, less = (image.image / 255.0 for image in compare._maps)
    np.testing.assert_allclose(less * 2 - 1, one - two, atol=4 / 255)
    assert "seed 9" in compare.head.note
    # The inks stand below each other, A above; the cursor is on both.
    first, second = compare._ink_xy
    np.testing.assert_allclose(np.ptp(first, axis=0), np.ptp(pane.model.recording.xy, axis=0))
    np.testing.assert_allclose(np.ptp(second, axis=0), np.ptp(other.xy, axis=0))
    assert first[:, 1].max() < second[:, 1].min()
    pane.model.hold(5)
    pane.refresh_all()
    assert [len(dots.xy) for dots in compare._ink_dots] == [1, 1]
    near = QPointF(*second[len(second) // 2].tolist())
    assert compare._ink_point(near) is not None
    pane.model.hold(None)
    assert not compare.told
    pane.model.compare(RunRecording("another text"))
    pane.refresh_all()
    assert "same text" in compare.told


def test_numbers_are_those_of_the_cursor(pane, stream):
    pane.model.hold(12)
    pane.refresh_all()
    step, table = stream[12], pane.numbers.table
    columns = [step.alpha, step.beta, step.kappa, [], step.pi, step.mu[:, 0], step.mu[:, 1]]
    columns += [step.sigma[:, 0], step.sigma[:, 1], step.rho]
    for column, values in enumerate(columns):
        for row in range(table.rowCount()):
            said = table.text(row, column)
            assert said == "" if row >= len(values) else np.float32(said) == values[row]
    assert table.drawn == step.component
    pane.numbers.copy()
    from PySide6.QtGui import QGuiApplication

    lines = QGuiApplication.clipboard().text().splitlines()
    assert len(lines) == 1 + len(step.pi)
    assert lines[1].split("\t")[0] == f"{step.alpha[0]:.9g}"


# One cursor ----------------------------------------------------------------------------------


def test_one_cursor_is_in_all_views(pane, qtbot):
    with qtbot.waitSignal(pane.point_moved) as told:
        view(pane, "window").main.getViewBox().pointed.emit(QPointF(21.3, 4.0))
    assert told.args == [21]
    pane.refresh_all()
    for name in ("window", "traces", "state"):
        for line in view(pane, name)._lines:
            assert line.isVisible()
            assert line.value() == 21
    np.testing.assert_allclose(view(pane, "line")._cursor.xy, pane.model.recording.xy[21:22])
    assert "Point 21" in pane.numbers.said.text()
    assert "point 21" in view(pane, "mixture").head.note


def test_click_holds_and_arrows_step(pane, qtbot):
    view(pane, "window").main.getViewBox().clicked.emit(QPointF(10.2, 3.0))
    view(pane, "window").main.getViewBox().pointed.emit(QPointF(20.0, 3.0))
    assert pane.model.cursor == 10
    canvas = pane.panels["window"].canvas
    qtbot.keyClick(canvas, Qt.Key.Key_Right)
    assert pane.model.cursor == 11
    qtbot.keyClick(pane, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert pane.model.cursor == 1
    qtbot.keyClick(pane, Qt.Key.Key_End)
    assert pane.model.cursor == pane.model.count - 1
    qtbot.keyClick(pane, Qt.Key.Key_Home)
    assert pane.model.cursor == 0
    qtbot.keyClick(pane, Qt.Key.Key_Escape)
    assert not pane.model.held


def place(pane, name: str, x: float, y: float) -> tuple[QWidget, QPoint]:
    """Where a place of a view's main plot is under the mouse, in its canvas."""
    canvas, box = pane.panels[name].canvas, view(pane, name).main.getViewBox()
    return canvas.viewport(), canvas.mapFromScene(box.mapViewToScene(QPointF(x, y)))


def drag(qtbot, one, other, modifier=Qt.KeyboardModifier.NoModifier) -> None:
    """With the left button from one place to another, by way of a third."""
    (viewport, start), (_, stop) = one, other
    left = Qt.MouseButton.LeftButton
    qtbot.mousePress(viewport, left, modifier, start)
    for share in (0.3, 0.6, 1.0):
        at = QPointF(start) + (QPointF(stop) - QPointF(start)) * share
        here, there = at, QPointF(viewport.mapToGlobal(at))
        event = QMouseEvent(
            QEvent.Type.MouseMove, here, there, Qt.MouseButton.NoButton, left, modifier
        )
        QApplication.sendEvent(viewport, event)
        # pyqtgraph takes a hundred moves a second, and leaves out the others.
        qtbot.wait(20)
    qtbot.mouseRelease(viewport, left, modifier, stop)


def test_the_mouse_points_clicks_brushes_chooses_and_pulls(pane, qtbot):
    model = pane.model
    viewport, at = place(pane, "window", 40, 5)
    qtbot.mouseMove(viewport, at)
    qtbot.waitUntil(lambda: model.cursor is not None)
    assert abs(model.cursor - 40) <= 1
    assert not model.held
    qtbot.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=at)
    qtbot.waitUntil(lambda: model.held)
    drag(qtbot, place(pane, "window", 20, 5), place(pane, "window", 60, 5))
    first, last = model.brush
    assert abs(first - 20) <= 1
    assert abs(last - 60) <= 1
    window = view(pane, "window")
    rows = place(pane, "window", 0, 4)[1]
    wrapped = window.axis._wrapped(window.main.getViewBox().height() / (len(TEXT) + 1))
    letter = QPointF(wrapped.left + (4 % wrapped.columns + 0.5) * wrapped.width, 0)
    axis = pane.panels["window"].canvas.mapFromScene(window.axis.mapToScene(letter))
    qtbot.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=QPoint(axis.x(), rows.y()))
    qtbot.waitUntil(lambda: model.character == 4)
    with qtbot.waitSignal(model.pulled) as told:
        ends = place(pane, "window", 30, 5), place(pane, "window", 30, 9)
        drag(qtbot, *ends, Qt.KeyboardModifier.AltModifier)
    point, by = told.args
    assert abs(point - 30) <= 1
    assert by == pytest.approx(4, abs=0.4)


def test_ink_points_at_its_nearest_point(pane):
    line = view(pane, "line")
    x, y = pane.model.recording.xy[17]
    line.main.getViewBox().pointed.emit(QPointF(x + 1e-4, y))
    assert pane.model.cursor == 17


def test_brush_and_character_mark_points(pane, qtbot):
    with qtbot.waitSignal(pane.points_marked) as told:
        view(pane, "traces")._plots[0].getViewBox().brushed.emit(4.2, 8.1)
    assert told.args[0] == [4, 5, 6, 7, 8]
    with qtbot.waitSignal(pane.points_marked) as told:
        view(pane, "window").axis._chosen(3)
    on = pane.model.points_on(3).tolist()
    assert told.args[0] == sorted({4, 5, 6, 7, 8, *on})
    pane.refresh_all()
    assert len(view(pane, "line")._marks.xy) == len(told.args[0])
    band = view(pane, "window")._bands[0]
    assert band.isVisible()
    assert band.getRegion() == (3.5, 8.5)


def test_a_character_of_the_axis_leads_to_its_points(pane, qtbot):
    view(pane, "window").axis._pointed(3)
    assert pane.model.recording["character"][pane.model.cursor] == 3


def test_a_view_of_points_is_zoomed_with_all_others(pane):
    pane.model.look_at(5, 25)
    pane.refresh_all()
    for name in ("window", "traces", "state"):
        for plot in view(pane, name)._spanned:
            np.testing.assert_allclose(plot.getViewBox().viewRange()[0], (5, 25), atol=1e-6)


def test_ink_takes_the_colours_of_a_trace(pane, qtbot):
    with qtbot.waitSignal(pane.ink_coloured) as told:
        pane.model.colour_by("entropy")
    assert told.args[0].shape == (pane.model.count, 4)
    assert pane.bar.colouring.currentData() == "entropy"
    pane.refresh_all()
    with qtbot.waitSignal(pane.ink_coloured) as told:
        pane.bar.colouring.setCurrentIndex(0)
    assert told.args[0] is None


# Drawing -------------------------------------------------------------------------------------


def drawn(item, left: float, right: float, rows: float, size: tuple[int, int]) -> np.ndarray:
    """The red of what an item draws in a view of a range, uint8 (height, width)."""
    canvas = pg.GraphicsLayoutWidget()
    canvas.setBackground("w")
    canvas.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
    canvas.ci.layout.setContentsMargins(0, 0, 0, 0)
    box = canvas.addViewBox(enableMenu=False, invertY=True)
    box.addItem(item, ignoreBounds=True)
    box.setRange(xRange=(left, right), yRange=(-0.5, rows - 0.5), padding=0)
    canvas.resize(*size)
    canvas.show()
    image = canvas.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1, 4)[..., 2]
    canvas.close()
    return pixels.copy()


GREYS = np.repeat(np.arange(256, dtype=np.uint8)[:, None], 4, axis=1)


def heat_of(values: np.ndarray, step: int = 700) -> HeatmapItem:
    heat = HeatmapItem(GREYS)
    heat.clear(len(values))
    for start in range(0, values.shape[1], step):
        heat.append(values[:, start : start + step])
    return heat


def test_heat_map_draws_each_column_in_its_place(qtbot):
    values = np.random.default_rng(0).integers(0, 256, (5, 2078), dtype=np.uint8)
    heat = heat_of(values)
    np.testing.assert_array_equal(heat.values, values)
    # Four pixels to a column, eight to a row.
    seen = drawn(heat, 999.5, 1099.5, 5, (400, 40))
    np.testing.assert_array_equal(seen[4::8, 2::4], values[:, 1000:1100])


def test_long_heat_map_is_drawn_in_means(qtbot):
    values = np.random.default_rng(1).integers(0, 256, (3, 4096), dtype=np.uint8)
    seen = drawn(heat_of(values, 33), -0.5, 4095.5, 3, (256, 12)).astype(float)
    means = values.reshape(3, 256, 16).mean(axis=2)
    np.testing.assert_allclose(seen[2::4], means, atol=2.5)


def test_many_rows_are_drawn_in_means(qtbot):
    values = np.random.default_rng(2).integers(0, 256, (400, 50), dtype=np.uint8)
    seen = drawn(heat_of(values), -0.5, 49.5, 400, (100, 40)).astype(float)
    means = values.reshape(40, 10, 50).mean(axis=1)
    np.testing.assert_allclose(seen[:, ::2], means, atol=1.5)


def test_grown_array_is_what_was_put_in():
    random = np.random.default_rng(3)
    values = random.normal(size=(20_000, 2)).astype(np.float32)
    grown = GrowableArray((2,), np.float32)
    while grown.count < len(values):
        grown.extend(values[grown.count : grown.count + int(random.integers(0, 500))])
    np.testing.assert_array_equal(grown.values, values)


def test_curve_keeps_every_peak_at_every_zoom():
    values = np.random.default_rng(4).normal(size=5003).astype(np.float32)
    curve = Curve(QPen())
    for stop in range(1, len(values) + 1, 13):
        curve.show(values[:stop])
        assert curve.range == (values[:stop].min(), values[:stop].max())
    curve.show(values)
    for across in (2.0, 0.4, 0.11, 0.02):
        x, y = curve.corners(-0.5, len(values) - 0.5, across)
        assert (y.min(), y.max()) == curve.range
        assert (np.diff(x) >= 0).all()
        assert x[-1] == len(values) - 1
        # No more than four corners a pixel, and those of the end.
        assert len(x) <= max(4 * across, 1) * len(values) + 64
        # Each corner's value is one of those around it.
        near = int(1 / across) + 1
        for place, value in zip(x[::37].astype(int), y[::37], strict=True):
            assert value in values[max(0, place - near) : place + near + 1]


def test_ink_that_grows_is_drawn_as_ink_that_is_there(qtbot):
    t = np.linspace(0, 1, 300)
    xy = np.stack([60 * t, 8 + 7 * np.sin(40 * t)], axis=1)
    ends = np.arange(300) % 50 == 49
    shades = np.arange(300).astype(np.uint8)
    for table in (None, GREYS):
        grown, whole = InkItem(PlotColours(LIGHT)), InkItem(PlotColours(LIGHT))
        which = None if table is None else shades
        for stop in range(1, 301, 7):
            cut = None if which is None else which[:stop]
            grown.show(xy[:stop], ends[:stop], cut, table, grown=stop > 1)
        grown.show(xy, ends, which, table, grown=True)
        whole.show(xy, ends, which, table)
        one, two = (drawn(item, 0, 60, 16, (480, 128)) for item in (grown, whole))
        # Where pieces meet, their smooth ends overlap.
        assert np.ptp(one) > 100
        assert np.abs(one.astype(int) - two).mean() < 1


def test_a_stroke_ends_where_the_pen_goes_up():
    ends = np.array([False, False, True, False, True])
    assert segments(ends).tolist() == [1, 2, 4]
    assert segments(ends[:1]).tolist() == []


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("table", ["heat", "signed"])
def test_colours_keep_their_order_for_every_eye(tokens, table):
    colours = getattr(PlotColours(tokens), table).astype(float)
    light = 0.2126 * colours[:, 0] + 0.7152 * colours[:, 1] + 0.0722 * colours[:, 2]
    if table == "heat":
        direction = 1 if tokens.dark else -1
        # Lightness alone tells high from low: nothing depends on the hue.
        assert (direction * np.diff(light[::8]) > 0).all()
    else:
        direction = 1 if tokens.dark else -1
        assert (direction * np.diff(light[128::8]) > 0).all()
        assert (direction * np.diff(light[127::-8]) > 0).all()


def test_text_is_wrapped_beside_low_rows(pane):
    axis = view(pane, "window").axis
    assert axis.columns(30.0) == 1
    assert axis.columns(5.0) > 1
    # Each letter is found where it stands.
    window = view(pane, "window")
    box = window.main.getViewBox()
    row = box.height() / (len(TEXT) + 1)
    wrapped = axis._wrapped(row)
    assert wrapped.columns == wrapped.shown > 1
    for place in range(len(TEXT)):
        y = axis.mapFromItem(box, box.mapFromView(QPointF(0, place))).y()
        x = wrapped.left + (place % wrapped.columns + 0.5) * wrapped.width
        for off in (-1, 1):
            assert axis.at(QPointF(x, y + off * row)) == place
    image = QImage(80, 400, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    axis.paint(painter)
    painter.end()
    dark = sum(QColor(image.pixel(x, y)).lightness() < 128 for x in range(80) for y in range(400))
    assert dark > 50


def test_dark_and_light_are_drawn_with_the_same_numbers(pane):
    before = view(pane, "window").map.values
    pane._theme.choose(Appearance.DARK, 1.0)
    pane.refresh_all()
    np.testing.assert_array_equal(view(pane, "window").map.values, before)
    assert pane.panels["window"].canvas.backgroundBrush().color() == QColor(DARK.panel)


def test_one_view_alone_and_all_again(pane):
    shown = pane.shown
    pane.show_alone("mixture")
    assert [name for name, frame in pane.frames.items() if frame.isVisible()] == ["mixture"]
    pane.show_alone("mixture")
    assert pane.shown == shown
    assert all(pane.frames[name].isVisible() for name in shown)


def test_folded_away_nothing_is_drawn(pane, stream):
    pane.hide()
    pane.begin_line(TEXT)
    pane.add_steps(stream)
    assert not pane._timer.isActive()
    pane.show()
    pane.refresh_all()
    assert view(pane, "window").map.count == len(stream)


# Bad input -----------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["a", "a" * 80])
def test_short_and_long_texts(pane, untaught_hand, text):
    pane.begin_line(text)
    pane.refresh_all()
    pane.add_steps(list(untaught_hand.stream(text, seed=1)))
    pane.end_line()
    for name in KINDS:
        pane.show_alone(name)
        pane.refresh_all()
        assert not pane.panels[name].grab().isNull()


def test_no_points_at_all(pane):
    pane.begin_line("nothing yet")
    pane.refresh_all()
    pane.model.show(None)
    pane.refresh_all()
    assert pane.numbers.table.rowCount() == 0
    assert pane.numbers.said.text() == ""


def test_a_hand_with_other_sizes_follows(pane, tiny_hand_path):
    from engine.hand import Hand

    other = Hand.load(tiny_hand_path)
    pane.begin_line("other sizes")
    pane.add_steps(list(other.stream("other sizes", seed=1)))
    pane.end_line()
    pane.refresh_all()
    assert pane.numbers.table.rowCount() == 3
    assert view(pane, "state").map.values.shape[0] == 16


def test_steps_without_state_say_so(pane, steps):
    pane.show_steps(steps)
    pane.refresh_all()
    assert "not recorded" in view(pane, "state").told


def test_all_kinds_have_their_options():
    model = InspectorModel()
    for name, kind in KINDS.items():
        choices = usual(name)
        made = kind(model, PlotColours(LIGHT), **choices.values)
        choices.apply(made)
        assert {choice.name for choice in choices} == set(choices.values)
        made.leave()
