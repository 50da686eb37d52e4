"""The training window follows a run's folder, and sets another one beside it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from studio.desk.views.training_plot import MOST, OUTLIERS, shown_range, thinned
from studio.desk.wiring import Studio


def record(folder: Path, **values: object) -> None:
    with (folder / "metrics.jsonl").open("a") as file:
        file.write(json.dumps(values) + "\n")


def run_at(folder: Path, steps: int, loss: float) -> None:
    """A run's folder, as the training writes it."""
    folder.mkdir()
    (folder / "config.json").write_text("{}")
    for step in range(1, steps + 1):
        record(folder, step=step, loss=loss - step / 4, share=step / 10, seconds=60.0 * step,
               points=1000, step_seconds=0.5)  # fmt: skip
    record(folder, step=steps, validation=loss - 1.75, validation_referenced=None)


@pytest.fixture
def choose(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], None]:
    """Lets the next dialog for a folder give this one."""

    def answer(folder: Path) -> None:
        monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(folder))

    return answer


def test_two_runs_are_shown_live_in_one_plot_with_axes(
    make_studio: Callable[..., Studio], qtbot: QtBot, tmp_path: Path, choose: Callable[[Path], None]
) -> None:
    studio = make_studio(hand=False)
    choose(tmp_path)
    studio.actions.trigger("training.open")
    window = studio.handwriting.trainings.view
    assert window is not None
    assert "holds no training" in window.wrong.text()
    assert not studio.actions.enabled("training.compare")
    first, second = tmp_path / "first", tmp_path / "second"
    run_at(first, 8, 3.0)
    run_at(second, 4, 2.0)
    choose(first)
    studio.actions.trigger("training.open")
    assert window.wrong.text() == ""
    for part in ("80 %", "step 8", "1.000 nats", "1.250", "2,000 points a second", "2 min left"):
        assert part in window.told.text()
    assert window.bar.value() == 800
    # What comes is shown without being asked for.
    Image.new("RGB", (300, 60), "black").save(first / "sample.png")
    record(first, step=9, loss=0.5, share=0.9, seconds=540.0)
    record(first, step=9, sample="sample.png")
    qtbot.waitUntil(lambda: window.bar.value() == 900)
    assert not window.sample.pixmap().isNull()
    batches, held = window.plot.curves
    assert list(batches.xData) == list(range(1, 10))
    assert list(batches.yData)[-1] == 0.5
    assert (list(held.xData), list(held.yData)) == ([8.0], [1.25])
    window.compare(first)
    choose(first)
    studio.actions.trigger("training.compare")
    assert "choose the folder of another" in window.wrong.text()
    choose(second)
    studio.actions.trigger("training.compare")
    assert window.wrong.text() == ""
    plot = window.plot
    assert list(plot.curves[2].xData) == [1, 2, 3, 4]
    assert [label.text for _, label in plot.legend.items] == [
        f"{name}, {what}" for name in ("first", "second") for what in ("batches", "held-out lines")
    ]
    assert "second: 40 %" in window.told.text()
    colours = {curve.opts["pen"].color().name() for curve in plot.curves}
    assert len(colours) == 2
    item = plot.getPlotItem()
    for side, words in (("bottom", "steps"), ("left", "nats a point")):
        axis = item.getAxis(side)
        assert axis.labelText == words
        low, high = axis.range
        ticks = [value for _, values in axis.tickValues(low, high, 300) for value in values]
        assert len(ticks) > 3
    (left, right), (low, high) = plot.viewRange()
    assert left < 1
    assert right > 9
    assert low < 0.5
    assert high > 1.75
    window.axis.buttons["hours"].click()
    assert item.getAxis("bottom").labelText == "hours of training"
    assert list(plot.curves[0].xData) == pytest.approx([step / 60 for step in range(1, 10)])
    assert list(plot.curves[2].xData) == pytest.approx([step / 60 for step in range(1, 5)])
    (left, right), _ = plot.viewRange()
    assert left < 1 / 60
    assert 9 / 60 < right < 0.5
    window.axis.buttons["steps"].click()
    studio.actions.trigger("training.alone")
    assert len(plot.curves) == 2
    assert not studio.actions.enabled("training.alone")
    studio.actions.trigger("view.appearance")
    assert list(plot.curves[0].xData) == list(range(1, 10)), "a theme keeps what is shown"
    # The next start shows it again.
    assert studio.settings.value.training == str(first)
    window.close()


def test_long_curves_are_thinned_to_means() -> None:
    assert thinned([(1, 2.0), (2, 4.0)]) == [(1, 2.0), (2, 4.0)]
    long = thinned([(step, float(step % 2)) for step in range(10 * MOST)])
    assert len(long) == MOST
    assert {value for _, value in long} == {0.5}


def test_a_runs_first_steps_do_not_squeeze_the_rest() -> None:
    points = [(float(step), 1000.0 if step < 2 else 1.0 + step % 3) for step in range(200)]
    (left, right), (low, high) = shown_range(points)
    assert (left, right, low) == (0.0, 199.0, 1.0)
    assert high == 3.0
    assert OUTLIERS > 2 / 200
    assert shown_range([(5.0, 2.0)]) == ((0.0, 5.0), (2.0, 2.001))
