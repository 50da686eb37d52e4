"""The network point by point as torch operations of fixed shapes, captured as a graph on a GPU.

No shape depends on what is drawn, no Python depends on it, and nothing is read back but the
records of many points at once: so a CUDA graph replays a chunk of points without the CPU, and what
it drew is copied to the host while it draws the next. The random numbers come from the host, drawn
ahead as everywhere, so no generator takes part in the graph.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from functools import wraps
from typing import ParamSpec, TypeVar

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from engine.errors import SettingError
from engine.network.mixture import LOG_SIGMA_RANGE, RHO_LIMIT
from engine.network.recurrence import EXPONENT_LIMIT
from engine.sampling.buffers import (
    CHUNK,
    Affine,
    Draws,
    Floats,
    InferenceWeights,
    OutputLayout,
    RecordLayout,
    arranged,
)

P = ParamSpec("P")
T = TypeVar("T")

#: torch captures one graph at a time in a process; several threads may sample.
_CAPTURING = threading.Lock()


def _with_room(work: Callable[P, T]) -> Callable[P, T]:
    """Say it in a sentence where the GPU has no memory left for some work."""

    @wraps(work)
    def done(*given: P.args, **named: P.kwargs) -> T:
        try:
            return work(*given, **named)
        except torch.OutOfMemoryError as error:
            raise SettingError(
                "The GPU has no memory left to write with; close what else uses it, or choose "
                "the device cpu."
            ) from error

    return done


class CudaGraphSampler:
    """A network's weights on a device."""

    @_with_room
    def __init__(self, prepared: InferenceWeights, device: torch.device) -> None:
        self.config, self.row, self.device = prepared.config, prepared.row, device
        self.layers = [self._moved(affine) for affine in prepared.layers]
        self.window = self._moved(prepared.window)
        self.output = self._moved(prepared.output)

    def _moved(self, affine: Affine) -> Affine:
        return Affine(*(tensor.to(self.device).contiguous() for tensor in affine))

    def run(
        self,
        states: Tensor,
        codes: Sequence[npt.NDArray[np.int64]],
        biases: Sequence[float],
        added: Floats | None = None,
    ) -> CudaGraphBatch:
        """Lines to be sampled on the device; shapes as in `engine.sampling.cpu.CpuSampler.run`."""
        return CudaGraphBatch(self, states, codes, biases, added)


class _Slot:
    """The host's side of a chunk that is being drawn: its noise, and what comes back."""

    def __init__(self, noise: Tensor, drawn: Tensor, after: Tensor) -> None:
        pinned = noise.is_cuda
        self.noise, self.drawn, self.after = (
            torch.zeros(like.shape, pin_memory=pinned) for like in (noise, drawn, after)
        )
        self.arrived = (
            torch.cuda.Event() if pinned else None  # type: ignore[no-untyped-call]
        )

    def sent(self) -> None:
        """All copies to the host are on their way."""
        if self.arrived is not None:
            self.arrived.record()

    def wait(self) -> None:
        """Wait until they are there."""
        if self.arrived is not None:
            self.arrived.synchronize()


class CudaGraphBatch:
    """B lines that are being sampled; what is public is as in `engine.sampling.cpu.CpuBatch`.

    Lines that are dropped go on unseen: another shape would need another graph.
    """

    def __init__(
        self,
        weights: CudaGraphSampler,
        states: Tensor,
        codes: Sequence[npt.NDArray[np.int64]],
        biases: Sequence[float],
        added: Floats | None = None,
    ) -> None:
        config, device = weights.config, weights.device
        lines, length = len(codes), max(len(line) for line in codes)
        self._weights = weights
        self._records, self._row = RecordLayout(config, length), OutputLayout(config)
        self._lines = np.arange(lines)
        one_hot = torch.zeros((lines, length, config.characters))
        # A place that no window comes near stands for what pads a text.
        places = torch.full((lines, 1, length), torch.inf)
        for row, line in enumerate(codes):
            one_hot[row, range(len(line)), line.tolist()] = 1
            places[row, 0, : len(line)] = torch.arange(len(line))
        self._one_hot, self._places = one_hot.to(device), places.to(device)
        self._chosen = torch.from_numpy(self._row.chosen).to(device)
        self._strides = torch.from_numpy(self._row.strides).to(device)
        self._half, self._one = torch.tensor([0.5, 1.0], device=device)
        # The biases of all lines, or of each line with what its writer adds.
        self._layer_biases = [layer.bias for layer in weights.layers]
        self._window_bias, self._output_bias = weights.window.bias, weights.output.bias
        if added is not None:
            more = arranged(config, added)
            self._layer_biases = [
                bias + torch.from_numpy(of).to(device)
                for bias, of in zip(self._layer_biases, more.layers, strict=True)
            ]
            self._window_bias = self._window_bias + torch.from_numpy(more.window).to(device)
            self._output_bias = self._output_bias + torch.from_numpy(more.output).to(device)
        # What a captured graph reads and writes: these tensors stay where they are.
        self._states = states.clone()
        self._bias = torch.tensor(biases, dtype=torch.float32, device=device)[:, None]
        self._noise = torch.zeros((CHUNK, lines, 4), device=device)
        self._drawn = torch.zeros((CHUNK, lines, self._records.width), device=device)
        self._after = torch.zeros((CHUNK, *states.shape), device=device)
        self._raw_window = torch.zeros((CHUNK, lines, 3 * config.window), device=device)
        self._phi = torch.zeros((CHUNK, lines, length), device=device)
        self._raw = torch.zeros((CHUNK, lines, self._row.width), device=device)
        self._component = torch.zeros((CHUNK, lines, 1), dtype=torch.int64, device=device)
        self._below = torch.zeros((lines, config.mixture - 1), dtype=torch.int64, device=device)
        self._graph: torch.cuda.CUDAGraph | None = None
        self._graphless = device.type != "cuda"
        self._slots = [_Slot(self._noise, self._drawn, self._after) for _ in range(2)]
        self._flying: _Slot | None = None

    @property
    def states(self) -> Tensor:
        """A copy of the seen lines' states (B, S), after all that was begun."""
        return self._states[torch.from_numpy(self._lines).to(self._states.device)]

    def set_biases(self, biases: Sequence[float]) -> None:
        """Draw with other biases from now on."""
        self._bias[torch.from_numpy(self._lines), 0] = torch.tensor(
            biases, dtype=torch.float32, device=self._bias.device
        )

    def of(self, lines: npt.NDArray[np.int64]) -> CudaGraphBatch:
        """The same run, with some of its lines seen, by index."""
        self._lines = self._lines[lines]
        return self

    @_with_room
    @torch.inference_mode()
    def draw(
        self,
        noise: Floats,
        kappa: Floats | None = None,
        component: int | None = None,
        after: Floats | None = None,
        following: Floats | None = None,
    ) -> Draws:
        """Draw the next n points of each line, CHUNK at most; see
        `engine.sampling.cpu.CpuBatch.draw` for the shapes.

        Raises
        ------
        ValueError
            If points are steered that the call before has begun to draw, as `following` told it.
        """
        steered = kappa is not None or component is not None
        slot, self._flying = self._flying, None
        if slot is None:
            held = None if kappa is None else torch.from_numpy(kappa).to(self._states.device)
            slot = self._begin(noise, held, component, after is not None)
        elif steered:
            raise ValueError("What is drawn already cannot be steered.")
        # What comes next is drawn while this is waited for and worked on.
        if following is not None and len(following) == CHUNK:
            self._flying = self._begin(following, None, None, after is not None)
        slot.wait()
        points = len(noise)
        if after is not None:
            after[:] = slot.after[:points].numpy()[:, self._lines]
        records: Floats = slot.drawn[:points].numpy()[:, self._lines]
        return self._records.views(records)

    @_with_room
    @torch.inference_mode()
    def feed(self, offsets: Floats, counts: npt.NDArray[np.int64] | None = None) -> None:
        """Feed given points (n, B, 3); see `engine.sampling.cpu.CpuBatch.feed`.

        Raises
        ------
        ValueError
            If lines have other counts of points.
        """
        if counts is not None and (counts != len(offsets)).any():
            raise ValueError("On a GPU lines are fed together only where they are of one length.")
        row = self._weights.row
        given = torch.from_numpy(offsets).to(self._states.device)
        for point in given[:-1]:
            self._states[:, row.x] = point
            self._advance(0, None)
        self._states[:, row.x] = given[-1]

    def _begin(
        self, noise: Floats, kappa: Tensor | None, component: int | None, with_states: bool
    ) -> _Slot:
        """Have a chunk drawn and its records sent to the host, without waiting for either."""
        # The other slot may still be read; of this one everything has arrived.
        slot = self._slots[0]
        self._slots.reverse()
        points = len(noise)
        slot.noise[:points, self._lines] = torch.from_numpy(noise)
        self._noise.copy_(slot.noise, non_blocking=True)
        steered = kappa is not None or component is not None
        graph = None if steered or points < CHUNK else self._captured()
        if graph is None:
            self._chunk(points, kappa, component)
        else:
            graph.replay()
        slot.drawn.copy_(self._drawn, non_blocking=True)
        if with_states:
            slot.after.copy_(self._after, non_blocking=True)
        slot.sent()
        return slot

    def _captured(self) -> torch.cuda.CUDAGraph | None:
        """A chunk as a graph, where there is room for one; the states are left as they were."""
        if self._graph is not None or self._graphless:
            return self._graph
        before = self._states.clone()
        graph = torch.cuda.CUDAGraph()
        try:
            with _CAPTURING:
                # Lazy initialisations happen outside the capture, as CUDA graphs want it.
                side = torch.cuda.Stream()  # type: ignore[no-untyped-call]
                side.wait_stream(torch.cuda.current_stream())
                with torch.cuda.stream(side):
                    self._chunk(CHUNK, None, None)
                torch.cuda.current_stream().wait_stream(side)
                # Other threads of the program may use the GPU meanwhile.
                with torch.cuda.graph(graph, capture_error_mode="thread_local"):
                    self._chunk(CHUNK, None, None)
            self._graph = graph
        except torch.OutOfMemoryError:
            # Without a graph of its own a chunk needs less memory, and comes all the same.
            self._graphless = True
        self._states.copy_(before)
        return self._graph

    def _chunk(self, points: int, kappa: Tensor | None, component: int | None) -> None:
        """So many points and their records: all shapes fixed, nothing read back."""
        sharpness = 1 + self._bias
        uniform, pen, *_ = self._noise.unbind(2)
        # The end of stroke is drawn by a tanh, whose range is twice as wide as a sigmoid's.
        pen = torch.add(-self._one, pen, alpha=2)
        normal = self._noise[:, :, 2:].clone()
        for t in range(points):
            self._advance(t, kappa)
            self._draw(t, sharpness, uniform[t, :, None], pen[t], normal[t], component)
            self._after[t].copy_(self._states)
        self._record(points, sharpness)

    def _advance(self, t: int, kappa: Tensor | None) -> None:
        self._cell(0)
        self._look(t, kappa)
        self._cell(1)
        self._cell(2)

    def _cell(self, layer: int) -> None:
        row = self._weights.row
        weight, bias = self._weights.layers[layer].weight, self._layer_biases[layer]
        gates = torch.addmm(bias, self._states[:, row.inputs[layer]], weight).tanh_()
        i, f, o, g = gates.chunk(4, dim=1)
        sigmoids = gates[:, : -g.shape[1]]
        torch.add(self._half, sigmoids, alpha=0.5, out=sigmoids)
        c = self._states[:, row.c[layer]]
        c.mul_(f).addcmul_(i, g)
        torch.mul(torch.tanh(c), o, out=self._states[:, row.h[layer]])

    def _look(self, t: int, kappa: Tensor | None) -> None:
        row = self._weights.row
        weight, bias = self._weights.window.weight, self._window_bias
        raw = torch.addmm(bias, self._states[:, row.h[0]], weight, out=self._raw_window[t])
        raw.clamp_(-EXPONENT_LIMIT, EXPONENT_LIMIT)
        alpha_hat = raw[:, : raw.shape[1] // 3, None]
        _, beta, advance = raw.exp().chunk(3, dim=1)
        positions = self._states[:, row.kappa]
        if kappa is None:
            positions.add_(advance)
        else:
            positions.copy_(kappa)
        squares = (positions[:, :, None] - self._places).square_()
        # alpha exp(-beta d^2) as one exponential.
        bumps = torch.addcmul(alpha_hat, beta[:, :, None], squares, value=-1).exp_()
        phi = torch.sum(bumps, dim=1, out=self._phi[t])
        torch.bmm(phi[:, None], self._one_hot, out=self._states[:, None, row.w])

    def _draw(
        self,
        t: int,
        sharpness: Tensor,
        uniform: Tensor,
        pen: Tensor,
        normal: Tensor,
        component: int | None,
    ) -> None:
        """A point from the mixture: of its parameters only those that it takes."""
        weight, bias = self._weights.output.weight, self._output_bias
        raw = torch.addmm(bias, self._states[:, self._weights.row.hidden], weight, out=self._raw[t])
        drawn = self._component[t]
        if component is None:
            sums = torch.softmax(raw[:, self._row.pi] * sharpness, dim=1).cumsum(1)
            torch.lt(sums[:, :-1], uniform, out=self._below)
            torch.sum(self._below, dim=1, keepdim=True, out=drawn)
        else:
            drawn.fill_(component)
        chosen = raw.gather(1, torch.addcmul(self._chosen, drawn, self._strides))
        sigma = chosen[:, 2:4].clamp_(*LOG_SIGMA_RANGE).sub_(self._bias).exp_()
        bounded = chosen[:, 4:].tanh_()
        rho = bounded[:, 0].mul_(RHO_LIMIT)
        across = torch.addcmul(self._one, rho, rho, value=-1).sqrt_().mul_(normal[:, 1])
        torch.addcmul(across, rho, normal[:, 0], out=normal[:, 1])
        point = self._states[:, self._weights.row.x]
        torch.addcmul(chosen[:, :2], sigma, normal, out=point[:, :2])
        torch.gt(bounded[:, 1], pen, out=point[:, 2])

    def _record(self, points: int, sharpness: Tensor) -> None:
        """What happened at the chunk's points, from what they left behind, all at once."""
        row, columns = self._weights.row, self._records
        records, after = self._drawn[:points], self._after[:points]
        raw, places = self._raw[:points], self._row
        sigma = raw[:, :, places.sigma]
        window = self._raw_window[:points, :, : -after[:, :, row.kappa].shape[2]]
        pen = raw[:, :, places.pen].tanh()
        parts = (
            (columns.point, after[:, :, row.x]),
            (columns.component, self._component[:points]),
            (columns.window, torch.cat([window.exp(), after[:, :, row.kappa]], dim=2)),
            (columns.phi, self._phi[:points]),
            (columns.pi, torch.softmax(raw[:, :, places.pi] * sharpness, dim=2)),
            (columns.mu, raw[:, :, places.mu]),
            (columns.sigma, (sigma.clamp(*LOG_SIGMA_RANGE) - self._bias).exp_()),
            (columns.rho, pen[:, :, :-1] * RHO_LIMIT),
            (columns.eos, pen[:, :, -1:] * 0.5 + 0.5),
        )
        for place, part in parts:
            records[:, :, place] = part
