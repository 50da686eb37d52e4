"""Trackers are told what the metrics file is told, and say so where they are not installed."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from PIL import Image

from engine.errors import TrainingError
from training.config import named
from training.monitor.trackers import figures, tracker

STEP = {
    "step": 3, "epoch": 0, "loss": 1.5, "norm": None, "lr": 1e-3, "points": 200, "batch": 1,
    "step_seconds": 0.25,
}  # fmt: skip


class Writer:
    """A stand-in for TensorBoard's writer that keeps what it is told."""

    def __init__(self, folder: str, purge_step: int) -> None:
        self.folder, self.purged, self.closed = Path(folder), purge_step, False
        self.told: list[tuple[str, Any, int]] = []
        self.shapes: list[tuple[int, ...]] = []
        writers.append(self)

    def add_text(self, name: str, text: str, step: int) -> None:
        self.told.append((name, text, step))

    def add_scalar(self, name: str, value: float, step: int) -> None:
        self.told.append((name, value, step))

    def add_image(self, name: str, picture: Any, step: int, dataformats: str) -> None:
        assert dataformats == "HWC"
        self.shapes.append(picture.shape)

    def close(self) -> None:
        self.closed = True


writers: list[Writer] = []


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    (tmp_path / "samples").mkdir()
    Image.new("L", (30, 20)).save(tmp_path / "samples/step-3.png")
    return tmp_path


def test_figures_that_are_not_finite_are_left_out() -> None:
    told = figures(STEP)
    assert told == {
        "loss/training": 1.5, "optimizer/learning rate": 1e-3, "speed/points of a batch": 200.0,
        "speed/seconds a step": 0.25,
    }  # fmt: skip
    assert figures({"step": 3, "validation": 0.5}) == {"loss/validation": 0.5}
    assert figures({"step": 3, "skipped": []}) == {}


def test_tensorboard_is_told_figures_and_samples(
    sample: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = ModuleType("torch.utils.tensorboard")
    module.SummaryWriter = Writer  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "torch.utils.tensorboard", module)
    made = tracker("tensorboard", sample, named("tiny"), 7)
    made(STEP)
    made({"step": 3, "sample": "samples/step-3.png"})
    made.close()
    writer = writers.pop()
    assert writer.folder == sample / "tensorboard"
    assert writer.purged == 8
    assert ("loss/training", 1.5, 3) in writer.told
    assert '"name": "tiny"' in writer.told[0][1]
    assert writer.shapes == [(20, 30, 3)]
    assert writer.closed


@pytest.mark.parametrize(("kind", "mode"), [("wandb", "online"), ("wandb-offline", "offline")])
def test_weights_and_biases_is_told_the_same(
    sample: Path, monkeypatch: pytest.MonkeyPatch, kind: str, mode: str
) -> None:
    begun: dict[str, Any] = {}
    logged: list[dict[str, Any]] = []
    ended: list[bool] = []

    def init(**settings: Any) -> SimpleNamespace:
        begun.update(settings)
        return SimpleNamespace(log=logged.append, finish=lambda: ended.append(True))

    module = ModuleType("wandb")
    module.init, module.Image = init, Path  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "wandb", module)
    made = tracker(kind, sample, named("tiny"), 0)
    made(STEP)
    made({"step": 3, "skipped": []})
    made({"step": 3, "sample": "samples/step-3.png"})
    made.close()
    assert begun["mode"] == mode
    assert begun["config"]["name"] == "tiny"
    assert [sorted(values) for values in logged] == [
        sorted([*figures(STEP), "step"]), ["sample", "step"],
    ]  # fmt: skip
    assert logged[1]["sample"].exists()
    assert ended == [True]


@pytest.mark.parametrize("kind", ["tensorboard", "wandb"])
def test_a_tracker_that_is_not_installed_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    for module in ("torch.utils.tensorboard", "wandb"):
        monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(TrainingError, match=rf"pip install 'scriptorium\[{kind}\]'"):
        tracker(kind, tmp_path, named("tiny"), 0)


def test_an_account_that_is_not_there_is_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def init(**_: Any) -> None:
        raise RuntimeError("no key")

    module = ModuleType("wandb")
    module.init = init  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "wandb", module)
    with pytest.raises(TrainingError, match=r"no key.*wandb-offline"):
        tracker("wandb", tmp_path, named("tiny"), 0)
