"""Products with weights that are rounded to float16 and packed, the same to the bit in any batch.

What is multiplied with them and added up stays float32. On a processor without AVX-512 such a
product of some tens of rows is twice as fast as PyTorch's own in float32.

The library (fbgemm) has a kernel for each number of rows up to six or fourteen, by which it covers
those that there are; with AVX2 its kernels of one and two rows add up in another order than the
others. So which numbers of rows come out the same is tried, once in a process, and others are
filled up with zeros.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import torch
from torch import Tensor

from engine.network.threads import single_threaded

#: x (B, I) to a new x W, (B, O).
TensorProduct = Callable[[Tensor], Tensor]

#: Rows that the library covers at a time, and that are tried.
MOST_ROWS = 120
#: Inputs and outputs of the products that are tried: enough for two orders to differ.
TRIED = (256, 48)


def packed_product(weight: Tensor) -> TensorProduct:
    """The product with a weight (I, O), in float16; each row as it is in any company."""
    multiply, padded = _packed(weight), _padded_rows()

    def multiplied(x: Tensor) -> Tensor:
        rows = len(x)
        if rows > MOST_ROWS:
            return torch.cat([multiplied(part) for part in torch.split(x, MOST_ROWS)])
        if padded[rows] == rows:
            return multiply(x)
        block = x.new_zeros((padded[rows], x.shape[1]))
        block[:rows] = x
        return multiply(block)[:rows]

    return multiplied


@cache
def knows_float16() -> bool:
    """Whether this build of torch has the library for float16, and the processor what it needs."""
    try:
        return bool((_packed(torch.ones((8, 8)))(torch.ones((1, 8))) == 8).all())
    except (AttributeError, RuntimeError):
        return False


def _packed(weight: Tensor) -> TensorProduct:
    packed = torch.ops.quantized.linear_prepack_fp16(weight.t().contiguous())
    multiply = torch.ops.quantized.linear_dynamic_fp16.default

    def multiplied(x: Tensor) -> Tensor:
        product: Tensor = multiply(x, packed)
        return product

    return multiplied


@cache
def _padded_rows() -> tuple[int, ...]:
    """To how many rows each number of them is filled up, from 0 to `MOST_ROWS`."""
    generator = torch.Generator().manual_seed(0)
    inputs, outputs = TRIED
    with single_threaded():
        return steady_sizes(
            _packed(torch.randn((inputs, outputs), generator=generator)),
            torch.randn((MOST_ROWS, inputs), generator=generator),
        )


def steady_sizes(multiply: TensorProduct, rows: Tensor) -> tuple[int, ...]:
    """For each number of rows, from none to all, the least from there on that comes out the same.

    Parameters
    ----------
    rows : (N, I)
        To try it with. The product of all N rows is what the others are compared with.
    """
    whole = multiply(rows)
    sizes = [len(rows)]
    for count in reversed(range(1, len(rows))):
        steady = torch.equal(multiply(rows[:count]), whole[:count])
        sizes.append(count if steady else sizes[-1])
    return (0, *reversed(sizes))
