"""Products are the same alone and in a batch, and no measurement chooses their precision."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from engine.errors import SettingError
from engine.network import packed_product
from engine.network.packed_product import knows_float16, steady_sizes
from engine.sampling.buffers import Affine
from engine.sampling.matmul import BLOCK, build_matmul, checked_precision


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
    def missing(weight: torch.Tensor):
        raise RuntimeError("Didn't find engine for operation quantized::linear_prepack_fp16")

    monkeypatch.setattr(packed_product, "_packed", missing)
    assert checked_precision("auto") == "float32"
    with pytest.raises(SettingError, match="choose auto"):
        checked_precision("float16")


@pytest.mark.parametrize("shape", [(30, 20), (860, 1600), (1203, 1600), (400, 30)])
def test_a_row_is_the_same_to_the_bit_alone_and_in_any_company(shape):
    x = torch.randn((130, shape[0]), generator=torch.Generator().manual_seed(5)).numpy()
    for precision in precisions():
        multiplied = build_matmul(affine_of(*shape), precision)
        together = multiplied(x)
        # A library has a kernel for each number of rows up to 14, and covers others by several.
        for rows in (*range(1, 33), 119, 121, 122):
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


def test_numbers_of_rows_that_come_out_otherwise_are_filled_up():
    weight = torch.randn((30, 20), generator=torch.Generator().manual_seed(6))

    def odd(x):
        """As a library does whose kernels of one and two rows add up in another order."""
        out = torch.cat([row[None] @ weight for row in x])
        tail = len(x) % 6
        if tail in (1, 2):
            out[-tail:] *= 1 + 1e-6
        return out

    sizes = steady_sizes(odd, torch.randn((24, 30), generator=torch.Generator().manual_seed(7)))
    assert sizes == (0, 3, 3, 3, 4, 5, 6, 9, 9, 9, 10, 11, 12, 15, 15, 15, 16, 17, 18, 21, 21,
                     21, 22, 23, 24)  # fmt: skip


def test_products_of_both_kinds_agree():
    affine = affine_of(30, 20)
    x = torch.randn((5, 30), generator=torch.Generator().manual_seed(4)).numpy()
    exact = x.astype(np.float64) @ affine.weight.double().numpy() + np.arange(20)
    for precision in precisions():
        np.testing.assert_allclose(build_matmul(affine, precision)(x), exact, atol=1e-4)
