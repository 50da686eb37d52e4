"""The network point by point as torch operations of fixed shapes, captured as a graph on a GPU.

No shape depends on what is drawn, and nothing is read back but the records of many points at once,
so a CUDA graph replays a chunk of points without the CPU.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from engine.mixture import LOG_SIGMA_RANGE, RHO_LIMIT
from engine.prepared import CHUNK, Affine, Draws, Floats, Prepared, RecordRow
from engine.recurrence import EXPONENT_LIMIT


class GraphWeights:
    """A network's weights on a device."""

    def __init__(self, prepared: Prepared, device: torch.device) -> None:
        self.config, self.row, self.device = prepared.config, prepared.row, device
        self.layers = [self._moved(affine) for affine in prepared.layers]
        self.window = self._moved(prepared.window)
        self.output = self._moved(prepared.output)

    def _moved(self, affine: Affine) -> Affine:
        return Affine(*(tensor.to(self.device).contiguous() for tensor in affine))

    def run(
        self, states: Tensor, codes: Sequence[npt.NDArray[np.int64]], biases: Sequence[float]
    ) -> GraphRun:
        """Lines to be sampled; see `GraphRun`."""
        return GraphRun(self, states, codes, biases)


class GraphRun:
    """B lines that are being sampled; what is public is as in `engine.host.HostRun`.

    Lines that are dropped go on unseen: another shape would need another graph.
    """

    #: Points that are best drawn at once.
    ahead = CHUNK

    def __init__(
        self,
        weights: GraphWeights,
        states: Tensor,
        codes: Sequence[npt.NDArray[np.int64]],
        biases: Sequence[float],
    ) -> None:
        config, device = weights.config, weights.device
        lines, length = len(codes), max(len(line) for line in codes)
        self._weights = weights
        self._records = RecordRow(config, length)
        self._lines = np.arange(lines)
        one_hot = torch.zeros((lines, length, config.characters))
        for row, line in enumerate(codes):
            one_hot[row, range(len(line)), line.tolist()] = 1
        self._one_hot = one_hot.to(device)
        self._mask = self._one_hot.sum(2)
        self._places = torch.arange(length, dtype=torch.float32, device=device)
        self._chosen = torch.from_numpy(self._records.chosen).to(device)
        self._strides = torch.from_numpy(self._records.strides).to(device)
        # What a captured graph reads and writes: these tensors stay where they are.
        self._states = states.clone()
        self._bias = torch.tensor(biases, dtype=torch.float32, device=device)[:, None]
        self._noise = torch.zeros((CHUNK, lines, 4), device=device)
        self._drawn = torch.zeros((CHUNK, lines, self._records.width), device=device)
        self._after = torch.zeros((CHUNK, *states.shape), device=device)
        self._graph: torch.cuda.CUDAGraph | None = None

    @property
    def states(self) -> Tensor:
        """The states (B, S) of the lines that were not dropped: a copy."""
        return self._states[torch.from_numpy(self._lines).to(self._states.device)]

    def set_biases(self, biases: Sequence[float]) -> None:
        """Draw with other biases from now on."""
        self._bias[torch.from_numpy(self._lines), 0] = torch.tensor(
            biases, dtype=torch.float32, device=self._bias.device
        )

    def of(self, lines: npt.NDArray[np.int64]) -> GraphRun:
        """The same run, with some of its lines seen, by index."""
        self._lines = self._lines[lines]
        return self

    @torch.inference_mode()
    def draw(
        self,
        noise: Floats,
        kappa: Floats | None = None,
        component: int | None = None,
        after: Floats | None = None,
    ) -> Draws:
        """Draw the next n points of each line, CHUNK at most; see `engine.host.HostRun.draw`."""
        points = len(noise)
        self._noise[:points, self._lines] = torch.from_numpy(noise).to(self._noise.device)
        if points == CHUNK and kappa is None and component is None and self._noise.is_cuda:
            self._replay()
        else:
            held = None
            if kappa is not None:
                held = torch.from_numpy(kappa).to(self._states.device)
            for t in range(points):
                self._point(t, held, component)
        if after is not None:
            after[:] = self._after[:points].cpu().numpy()[:, self._lines]
        records: Floats = self._drawn[:points].cpu().numpy()[:, self._lines]
        return self._records.views(records)

    @torch.inference_mode()
    def feed(self, offsets: Floats) -> None:
        """Feed given points (n, B, 3); see `engine.host.HostRun.feed`."""
        row = self._weights.row
        given = torch.from_numpy(offsets).to(self._states.device)
        for point in given[:-1]:
            self._states[:, row.x] = point
            self._advance(self._drawn[0], None)
        self._states[:, row.x] = given[-1]

    def _replay(self) -> None:
        if self._graph is None:
            before = self._states.clone()
            # Lazy initialisations happen outside the capture, as CUDA graphs want it.
            side = torch.cuda.Stream()  # type: ignore[no-untyped-call]
            side.wait_stream(torch.cuda.current_stream())
            with torch.cuda.stream(side):
                self._point(0, None, None)
            torch.cuda.current_stream().wait_stream(side)
            self._graph = torch.cuda.CUDAGraph()
            with torch.cuda.graph(self._graph):
                for t in range(CHUNK):
                    self._point(t, None, None)
            self._states.copy_(before)
        self._graph.replay()

    def _point(self, t: int, kappa: Tensor | None, component: int | None) -> None:
        """Point t of a chunk: all shapes fixed, nothing read back."""
        self._advance(self._drawn[t], kappa)
        self._draw(self._drawn[t], self._noise[t], component)
        self._after[t].copy_(self._states)

    def _advance(self, record: Tensor, kappa: Tensor | None) -> None:
        self._cell(0)
        self._look(record, kappa)
        self._cell(1)
        self._cell(2)

    def _cell(self, layer: int) -> None:
        row = self._weights.row
        weight, bias = self._weights.layers[layer]
        gates = torch.addmm(bias, self._states[:, row.inputs[layer]], weight).tanh_()
        i, f, o, g = gates.chunk(4, dim=1)
        gates[:, : -g.shape[1]].mul_(0.5).add_(0.5)
        c = self._states[:, row.c[layer]]
        c.mul_(f).addcmul_(i, g)
        torch.mul(torch.tanh(c), o, out=self._states[:, row.h[layer]])

    def _look(self, record: Tensor, kappa: Tensor | None) -> None:
        row, columns = self._weights.row, self._records
        weight, bias = self._weights.window
        raw = torch.addmm(bias, self._states[:, row.h[0]], weight)
        raw.clamp_(-EXPONENT_LIMIT, EXPONENT_LIMIT)
        alpha, beta, advance = raw.exp().chunk(3, dim=1)
        positions = self._states[:, row.kappa]
        if kappa is None:
            positions.add_(advance)
        else:
            positions.copy_(kappa)
        record[:, columns.window] = torch.cat([alpha, beta, positions], dim=1)
        bumps = positions[:, :, None] - self._places
        bumps.square_().mul_(beta[:, :, None]).neg_().exp_()
        phi = torch.bmm(alpha[:, None], bumps)[:, 0].mul_(self._mask)
        record[:, columns.phi] = phi
        self._states[:, row.w] = torch.bmm(phi[:, None], self._one_hot)[:, 0]

    def _draw(self, record: Tensor, random: Tensor, component: int | None) -> None:
        row, columns = self._weights.row, self._records
        weight, bias = self._weights.output
        raw = torch.addmm(bias, self._states[:, row.hidden], weight)
        components = (raw.shape[1] - 1) // 6
        pi_hat, mu, log_sigma, pen = torch.split(
            raw, [components, 2 * components, 2 * components, components + 1], dim=1
        )
        pi = torch.softmax(pi_hat * (1 + self._bias), dim=1)
        pen.tanh_()
        eos = pen[:, -1] * 0.5 + 0.5
        record[:, columns.pi] = pi
        record[:, columns.mu] = mu
        record[:, columns.sigma] = (log_sigma.clamp(*LOG_SIGMA_RANGE) - self._bias).exp_()
        record[:, columns.rho] = pen[:, :-1] * RHO_LIMIT
        record[:, columns.eos] = eos[:, None]
        if component is None:
            drawn = (pi.cumsum(1) < random[:, :1]).sum(1, keepdim=True).clamp_(max=components - 1)
        else:
            drawn = torch.full((len(raw), 1), component, device=raw.device)
        record[:, columns.component] = drawn.to(record.dtype)
        chosen = record.gather(1, self._chosen + drawn * self._strides)
        mu_x, mu_y, sigma_x, sigma_y, rho = chosen.unbind(1)
        _, uniform, first, second = random.unbind(1)
        point = torch.stack(
            [
                mu_x + sigma_x * first,
                mu_y + sigma_y * (rho * first + torch.sqrt(1 - rho * rho) * second),
                (uniform < eos).to(record.dtype),
            ],
            dim=1,
        )
        record[:, columns.point] = point
        self._states[:, row.x] = point
