"""Matrix products with a network's weights, the same to the bit alone and in a batch.

A library picks its kernel by the shape of a product, and kernels add up in different orders. So a
line would hang on how many lines are written beside it. Products with packed float16 weights do
not; those in float32 are made in blocks of one shape.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, cast, get_args

import torch
from torch import Tensor

from engine.errors import SettingError
from engine.network.packed_product import knows_float16, packed_product
from engine.sampling.buffers import Affine, Floats

#: x (B, I) to a new x W + b (B, O).
Product = Callable[[Floats], Floats]

#: The type that weights are held in; what they are multiplied with and added up in is float32.
Precision = Literal["float32", "float16"]

#: Rows of a product in float32. More are quicker in a batch, fewer for a line alone.
BLOCK = 4


def build_matmul(affine: Affine, precision: Precision) -> Product:
    """The product with these weights."""
    return _float16(affine) if precision == "float16" else _float32(affine)


def _float32(affine: Affine) -> Product:
    weight, bias = affine.weight.contiguous(), affine.bias.contiguous().numpy()
    block = BLOCK if _same_in_each_row(weight) else 1

    def multiplied(x: Floats) -> Floats:
        rows = len(x)
        padded = torch.zeros((-(-rows // block) * block, x.shape[1]))
        padded[:rows] = torch.from_numpy(x)
        # By torch: numpy's library has threads of its own, which cannot be told to keep away.
        out: Floats = torch.cat(
            [torch.mm(part, weight) for part in torch.split(padded, block)]
        ).numpy()
        out = out[:rows]
        out += bias
        return out

    return multiplied


def _same_in_each_row(weight: Tensor) -> bool:
    """Whether a row comes out the same to the bit in each place of a block."""
    generator = torch.Generator().manual_seed(0)
    block = torch.randn((BLOCK, weight.shape[0]), generator=generator)
    found = torch.mm(block, weight)
    turned = (torch.mm(block.roll(turn, 0), weight).roll(-turn, 0) for turn in range(1, BLOCK))
    return all(torch.equal(one, found) for one in turned)


def _float16(affine: Affine) -> Product:
    """Half the bytes to read; of a hand that is stored in float16 no bit is lost."""
    product = packed_product(affine.weight)
    bias = affine.bias.contiguous().numpy()

    def multiplied(x: Floats) -> Floats:
        out: Floats = product(torch.from_numpy(x)).numpy()
        out += bias
        return out

    return multiplied


def checked_precision(name: str) -> Precision:
    """The precision of that name; "auto" is float16 where torch can multiply so, else float32.

    It is no measurement that decides: it could come out otherwise in the next process, and the
    two differ in the last bits.

    Raises
    ------
    SettingError
        If the name is unknown, or torch cannot multiply so here.
    """
    name = str(name)
    if name == "auto":
        return "float16" if knows_float16() else "float32"
    if name not in get_args(Precision):
        raise SettingError(
            f"There is no precision {name!r}; choose auto, {' or '.join(get_args(Precision))}."
        )
    if name == "float16" and not knows_float16():
        raise SettingError(f"torch cannot multiply in {name} on this machine; choose auto.")
    return cast(Precision, name)
