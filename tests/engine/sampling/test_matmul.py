"""The precision is what a measurement on this machine finds fastest, and nothing else."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from engine.errors import SettingError
from engine.sampling import matmul
from engine.sampling.buffers import Affine
from engine.sampling.matmul import build_matmul, checked_precision, fastest, median_seconds


@pytest.fixture
def measured_anew():
    matmul._seconds.cache_clear()
    yield
    matmul._seconds.cache_clear()


class Clock:
    """Stands still but for the work that is done."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def work(self, *seconds: float):
        """Work that takes so long, time after time."""
        left = list(seconds)

        def done() -> None:
            self.now += left.pop(0)

        return done


def test_stalls_of_a_busy_machine_do_not_count():
    clock = Clock()
    quick = clock.work(1, 9, 1, 9, 1)
    slow = clock.work(2, 2, 2, 2, 2)
    assert median_seconds({"quick": quick, "slow": slow}, 5, clock) == {"quick": 1, "slow": 2}


def test_kinds_take_turns():
    order: list[str] = []
    median_seconds({"a": lambda: order.append("a"), "b": lambda: order.append("b")}, 3)
    assert order == ["a", "b"] * 3


@pytest.mark.parametrize(("slowed", "chosen"), [("_float16", "float32"), ("_float32", "float16")])
def test_what_is_slow_on_a_machine_is_not_chosen(slowed, chosen, monkeypatch, measured_anew):
    if "float16" not in matmul._seconds():
        pytest.skip("torch cannot multiply in float16 here")
    matmul._seconds.cache_clear()
    own = getattr(matmul, slowed)

    def made(affine: Affine):
        multiplied = own(affine)

        def many(x):
            for _ in range(20):
                found = multiplied(x)
            return found

        return many

    monkeypatch.setattr(matmul, slowed, made)
    assert fastest() == chosen
    assert checked_precision("auto") == chosen


def test_without_the_library_for_float16_there_is_float32(monkeypatch, measured_anew):
    def missing(affine: Affine):
        raise RuntimeError("Didn't find engine for operation quantized::linear_prepack_fp16")

    monkeypatch.setattr(matmul, "_float16", missing)
    assert fastest() == "float32"
    with pytest.raises(SettingError, match="choose auto"):
        checked_precision("float16")


def test_a_measurement_serves_the_whole_process(monkeypatch, measured_anew):
    fastest()
    monkeypatch.setattr(matmul, "median_seconds", None)
    fastest()


def test_products_of_both_kinds_agree():
    generator = torch.Generator().manual_seed(3)
    weight = torch.randn((30, 20), generator=generator).half().float()
    affine = Affine(weight, torch.arange(20.0))
    x = torch.randn((5, 30), generator=generator).numpy()
    exact = x.astype(np.float64) @ weight.double().numpy() + np.arange(20)
    for precision in matmul._seconds():
        np.testing.assert_allclose(build_matmul(affine, precision)(x), exact, atol=1e-4)
