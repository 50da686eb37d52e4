"""The training pane follows a run's folder, and the studio opens it for one."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from studio.desk.views.training_pane import MOST, TrainingPane, thinned
from studio.desk.wiring import Studio


def record(folder: Path, **values: object) -> None:
    with (folder / "metrics.jsonl").open("a") as file:
        file.write(json.dumps(values) + "\n")


def test_the_studio_shows_a_run_live(
    make_studio: Callable[..., Studio],
    qtbot: QtBot,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    studio = make_studio(hand=False)
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(tmp_path))
    studio.actions.trigger("view.training")
    assert studio.window.notice.topic == "training"
    (tmp_path / "config.json").write_text("{}")
    studio.actions.trigger("view.training")
    (pane,) = studio.window.findChildren(TrainingPane)
    before = pane.curves.grab().toImage()
    Image.new("RGB", (300, 60), "black").save(tmp_path / "sample.png")
    for step in range(1, 9):
        record(tmp_path, step=step, loss=3.0 - step / 4, share=step / 10, seconds=60.0 * step,
               points=1000, step_seconds=0.5)  # fmt: skip
    record(tmp_path, step=8, validation=1.25)
    record(tmp_path, step=8, sample="sample.png")
    qtbot.waitUntil(lambda: pane.bar.value() == 800)
    for part in ("80 %", "step 8", "1.000 nats", "1.250", "2,000 points a second", "2 min left"):
        assert part in pane.told.text()
    assert not pane.sample.pixmap().isNull()
    assert pane.curves.grab().toImage() != before
    pane.close()


def test_long_curves_are_thinned_to_means() -> None:
    assert thinned([(1, 2.0), (2, 4.0)]) == [(1, 2.0), (2, 4.0)]
    long = thinned([(step, float(step % 2)) for step in range(10 * MOST)])
    assert len(long) == MOST
    assert {value for _, value in long} == {0.5}
