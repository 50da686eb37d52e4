"""Products are the same alone and in a batch, and no measurement chooses their precision."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from engine.errors import SettingError
from engine.sampling import matmul
from engine.sampling.buffers import Affine
from engine.sampling.matmul import BLOCK, build_matmul, checked_precision, knows_float16


@pytest.fixture
def asked_anew():
    knows_float16.cache_clear()
    yield
    knows_float16.cache_clear()


def precisions():
    return ["float32", *(["float16"] if knows_float16() else [])]


def affine_of(inputs: int, outputs: int) -> Affine:
    generator = torch.Generator().manual_seed(3)
    weight = torch.randn((inputs, outputs), generator=generator).half().float()
    return Affine(weight, torch.arange(float(outputs)))


def test_float16_is_taken_wherever_it_is_there():
    assert checked_precision("auto") == ("float16" if knows_float16() else "float32")


def test_without_the_library_for_float16_there_is_float32(monkeypatch, asked_anew):
    def missing(affine: Affine):
        raise RuntimeError("Didn't find engine for operation quantized::linear_prepack_fp16")

    monkeypatch.setattr(matmul, "_float16", missing)
    assert checked_precision("auto") == "float32"
    with pytest.raises(SettingError, match="choose auto"):
        checked_precision("float16")


@pytest.mark.parametrize("shape", [(30, 20), (860, 1600), (1203, 1600), (400, 30)])
def test_a_row_is_the_same_to_the_bit_alone_and_in_any_company(shape):
    x = torch.randn((23, shape[0]), generator=torch.Generator().manual_seed(5)).numpy()
    for precision in precisions():
        multiplied = build_matmul(affine_of(*shape), precision)
        together = multiplied(x)
        for rows in (1, 2, 3, 5, 8, 13):
            np.testing.assert_array_equal(multiplied(x[:rows]), together[:rows])
            np.testing.assert_array_equal(multiplied(x[7 : 7 + rows]), together[7 : 7 + rows])


def test_rows_that_differ_by_their_place_are_multiplied_one_by_one(monkeypatch):
    plain, shapes = torch.mm, []

    def odd(x, weight):
        """As a library would that adds up the last row of a block in another order."""
        shapes.append(len(x))
        out = plain(x, weight)
        if len(x) > 1:
            out[-1] *= 1 + 1e-6
        return out

    monkeypatch.setattr(torch, "mm", odd)
    multiplied = build_matmul(affine_of(30, 20), "float32")
    shapes.clear()
    multiplied(np.ones((2 * BLOCK, 30), np.float32))
    assert set(shapes) == {1}


def test_products_of_both_kinds_agree():
    affine = affine_of(30, 20)
    x = torch.randn((5, 30), generator=torch.Generator().manual_seed(4)).numpy()
    exact = x.astype(np.float64) @ affine.weight.double().numpy() + np.arange(20)
    for precision in precisions():
        np.testing.assert_allclose(build_matmul(affine, precision)(x), exact, atol=1e-4)
