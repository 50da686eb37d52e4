"""The recurrent recogniser for many lines at a time, each with the frames that it has alone.

torch's LSTM takes other kernels for other numbers of lines, and these add up in other orders: so a
line would hang on its company. Here what stands before the recurrence is computed line by line, and
the recurrence itself in products of a few rows, of which each row comes out the same: with weights
in float16 where torch has these, as readers' files hold them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from engine.network.packed_product import TensorProduct, knows_float16, packed_product
from engine.network.squashing import squash_gates
from engine.network.threads import run_parallel, single_threaded
from engine.recognition.recogniser_network import RecurrentRecogniser, frame_counts

Floats = npt.NDArray[np.float32]

#: Rows of a product, the best first: the most of them that come out alike, wherever they stand.
ROWS = (8, 6, 4)
#: Of one with weights in float16, which takes no more of them at a time.
PACKED_ROWS = 16
#: A single one is not tried: libraries have kernels of their own for it.
LEAST_ROWS = 2
#: Frames of the lines that are read at a time, padding included: of longer ones there are fewer.
MOST_FRAMES = 12_000


class _Layer(NamedTuple):
    """A layer's weights in both directions, its gates in the order input, forget, output, cell.

    Those that lead to a sigmoid are halved, for sigmoid(x) = (1 + tanh(x / 2)) / 2.

    Attributes
    ----------
    inward : two products with float32 (I, 4H)
    own : two products with float32 (H, 4H)
    bias : two of float32 (4H,)
    """

    inward: tuple[TensorProduct, TensorProduct]
    own: tuple[TensorProduct, TensorProduct]
    bias: tuple[Tensor, Tensor]


class FrameRecogniser:
    """A recurrent recogniser's weights, laid out for reading.

    Parameters
    ----------
    network : RecurrentRecogniser
        As it is now: what it learns later is not seen.
    """

    def __init__(self, network: RecurrentRecogniser) -> None:
        self._network = network
        with torch.inference_mode():
            packed = knows_float16()
            make = packed_product if packed else _product
            self._layers = [_prepared(layer, make) for layer in network.lstm]
            # Each row of a packed product is the same in any company (`engine.sampling.matmul`).
            self._least, self._most = (
                (1, PACKED_ROWS)
                if packed
                else _steady_rows(
                    [own for layer in self._layers for own in layer.own], network.config.hidden
                )
            )

    @property
    def worth_while(self) -> bool:
        """Whether lines cost less together than one by one.

        With fewer rows alike the products are too small for that: so it is with AVX2 and MKL.
        """
        return self._most >= max(ROWS)

    def frames(self, lines: Sequence[Tensor]) -> list[Tensor]:
        """Log-probabilities (T', A + 1) of the frames of lines.

        Parameters
        ----------
        lines : sequence of float32 (FEATURES, T)
        """
        order = sorted(range(len(lines)), key=lambda line: -lines[line].shape[1])
        found: dict[int, Tensor] = {}

        threads = torch.get_num_threads()
        groups = self._groups(order, [lines[line].shape[1] for line in order], threads)

        def read(first: int) -> None:
            for group in groups[first::threads]:
                found.update(zip(group, self._read([lines[line] for line in group]), strict=True))

        with single_threaded():
            run_parallel([partial(read, first) for first in range(min(threads, len(groups)))])
        return [found[line] for line in range(len(lines))]

    def _groups(
        self, order: Sequence[int], points: Sequence[int], threads: int
    ) -> list[Sequence[int]]:
        """Lines that are read at a time, those of like length together, the longest first."""
        fair = max(self._least, -(-len(order) // threads))
        groups, first = [], 0
        while first < len(order):
            fitting = max(1, 2 * MOST_FRAMES // points[first])
            count = min(self._most, fair, fitting)
            groups.append(order[first : first + count])
            first += count
        return groups

    @torch.inference_mode()
    def _read(self, lines: Sequence[Tensor]) -> list[Tensor]:
        """The frames of a few lines, the longest first."""
        network = self._network
        inputs = [_before(network, line) for line in lines]
        hidden = network.config.hidden
        # Memory is taken once for all layers.
        gates = torch.empty((2, len(lines), len(inputs[0]), 4 * hidden))
        outputs = np.empty((len(inputs[0]), 2, len(lines), hidden), np.float32)
        for layer in self._layers:
            inputs = self._recurrent(layer, inputs, gates, outputs)
        return [network.output(x).log_softmax(-1) for x in inputs]

    def _recurrent(
        self, layer: _Layer, inputs: Sequence[Tensor], gates: Tensor, outputs: Floats
    ) -> list[Tensor]:
        """A layer's outputs (T', 2H) for inputs (T', I) of lines, the longest first.

        Parameters
        ----------
        gates : float32 (2, B, T', 4H)
        outputs : float32 (T', 2, B, H)
            To write to, both.
        """
        lengths = [len(x) for x in inputs]
        rows, width = max(self._least, len(inputs)), layer.bias[0].shape[0]
        hidden = width // 4
        # Line by line, so that the shape of the product is the line's own.
        for line, x in enumerate(inputs):
            for way, turned in enumerate((x, x.flip(0))):
                torch.add(
                    layer.inward[way](turned), layer.bias[way], out=gates[way, line, : len(x)]
                )
        given = gates.numpy()
        h, c = torch.zeros((2, rows, hidden)), np.zeros((2, rows, hidden), np.float32)
        product, squashed = np.empty((2, rows, width), np.float32), np.empty_like(c)
        t = 0
        while t < lengths[0]:
            # As many rows as there are lines that go on, but no fewer than come out the same; what
            # stands in those beyond is multiplied and not looked at.
            going = sum(length > t for length in lengths)
            end = lengths[going - 1]
            some = max(self._least, going)
            products = [(h[w, :some], layer.own[w], product[w, :some]) for w in (0, 1)]
            values, states = product[:, :going], h.numpy()[:, :going]
            cells, tanh = c[:, :going], squashed[:, :going]
            sigmoids = values[:, :, : 3 * hidden]
            i, f, o = (
                sigmoids[:, :, :hidden],
                sigmoids[:, :, hidden : 2 * hidden],
                sigmoids[:, :, 2 * hidden :],
            )
            candidate = values[:, :, 3 * hidden :]
            for now in range(t, end):
                for before, multiplied, out in products:
                    out[...] = multiplied(before).numpy()
                np.add(values, given[:, :going, now], out=values)
                squash_gates(values)
                np.multiply(cells, f, out=cells)
                np.multiply(i, candidate, out=i)
                np.add(cells, i, out=cells)
                np.tanh(cells, out=tanh)
                np.multiply(o, tanh, out=states)
                outputs[now, :, :going] = states
            t = end
        return [
            torch.from_numpy(
                np.concatenate([outputs[:length, 0, line], outputs[:length, 1, line][::-1]], axis=1)
            )
            for line, length in enumerate(lengths)
        ]


def _before(network: RecurrentRecogniser, line: Tensor) -> Tensor:
    """What the layers are given of a line, float32 (T', channels)."""
    x = torch.relu(network.far(torch.relu(network.near(line[None]))))[0]
    assert x.shape[1] == int(frame_counts(torch.tensor(line.shape[1])))
    return x.t().contiguous()


def _product(weight: Tensor) -> TensorProduct:
    """The product with a weight (I, O), in float32."""
    return lambda x: torch.mm(x, weight)


def _prepared(layer: nn.Module, product: Callable[[Tensor], TensorProduct]) -> _Layer:
    assert isinstance(layer, nn.LSTM)
    inward, own, bias = [], [], []
    for weight_x, weight_h, bias_x, bias_h in layer.all_weights:
        inward.append(product(_ordered(weight_x).t().contiguous()))
        own.append(product(_ordered(weight_h).t().contiguous()))
        bias.append(_ordered(bias_x + bias_h))
    return _Layer((inward[0], inward[1]), (own[0], own[1]), (bias[0], bias[1]))


def _ordered(gates: Tensor) -> Tensor:
    """Rows (4H, ...) of gates in torch's order, input, forget, cell, output, for one tanh."""
    i, f, g, o = gates.detach().float().chunk(4)
    return torch.cat([0.5 * i, 0.5 * f, 0.5 * o, g])


def _steady_rows(products: Sequence[TensorProduct], width: int) -> tuple[int, int]:
    """How many rows of a width a product may have, at least and at most, to come out the same.

    It is tried: a library picks its kernel by the shape, and kernels add up in different orders.
    The numbers multiplied do not tell, so what holds for some holds for all.
    """
    generator = torch.Generator().manual_seed(0)
    block = torch.randn((max(ROWS), width), generator=generator)

    def steady(rows: int, most: int) -> bool:
        """Whether products of so many rows are as those of the most, whichever row stands where."""
        for multiplied in products:
            found = multiplied(block[:most])
            for turn in range(most):
                turned = block[:most].roll(turn, 0)[:rows]
                if not torch.equal(multiplied(turned), found.roll(turn, 0)[:rows]):
                    return False
        return True

    with single_threaded():
        most = next((rows for rows in ROWS if steady(rows, rows)), 1)
        least = most
        while least > LEAST_ROWS and steady(least - 1, most):
            least -= 1
    return least, most
