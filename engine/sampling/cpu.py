"""The network point by point on the CPU, many lines at once.

numpy does all but the products: its calls cost a fraction of torch's, and its tanh is faster.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property, partial
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from engine.network.mixture import LOG_SIGMA_RANGE, RHO_LIMIT
from engine.network.recurrence import EXPONENT_LIMIT
from engine.network.squashing import squash_gates, tanh_into
from engine.network.threads import run_parallel, single_threaded
from engine.sampling.buffers import (
    Affine,
    Draws,
    Floats,
    InferenceWeights,
    OutputLayout,
    RecordLayout,
    WriterBiases,
    arranged,
)
from engine.sampling.matmul import Precision, Product, build_matmul

#: A thread of its own is worth while for so many lines: fewer are multiplied no faster, for the
#: weights are read once for all of them.
LINES_A_THREAD = 14
#: Points that are fed at a time, layer by layer.
FED = 128


class CpuSampler:
    """A network's weights as products on the CPU."""

    def __init__(self, prepared: InferenceWeights, precision: Precision) -> None:
        self.config, self.row = prepared.config, prepared.row
        self._upper, self._precision = prepared.layers[1:], precision
        self.layers = [build_matmul(affine, precision) for affine in prepared.layers]
        self.output = build_matmul(prepared.output, precision)
        # A small one, which half the bytes make no faster; but so it does not depend on the batch.
        self.window = build_matmul(prepared.window, precision)

    @cached_property
    def upper(self) -> list[tuple[Product, Product]]:
        """The second and the third layer, taken apart.

        From what stands below (the layer beneath, the window and the point) to the gates, and
        from the layer's own last output to what is added to them.
        """
        parts = []
        for weight, bias in self._upper:
            below = len(weight) - self.config.hidden
            parts.append(
                (
                    build_matmul(Affine(weight[:below], bias), self._precision),
                    build_matmul(Affine(weight[below:], torch.zeros_like(bias)), self._precision),
                )
            )
        return parts

    def run(
        self,
        states: Tensor,
        codes: Sequence[npt.NDArray[np.int64]],
        biases: Sequence[float],
        added: Floats | None = None,
    ) -> CpuBatch:
        """Lines to be sampled: by one thread if they are few, else by as many as torch may use.

        Parameters
        ----------
        states : float32 (B, S)
            One row a line: of `zeros`, or after its primer.
        codes : B of int64 (U_b,)
            Each line's characters as the window sees them.
        biases : B floats
            Graves's probability bias of each line, 0 or more.
        added : float32 (B, P), optional
            What each line's writer adds; see `CpuBatch`.
        """
        threads = min(torch.get_num_threads(), len(codes) // LINES_A_THREAD)
        return CpuBatch(self, states, codes, biases, max(1, threads), added)


class CpuBatch:
    """B lines that are being sampled.

    Parameters
    ----------
    weights : CpuSampler
    states : float32 (B, S)
        Updated in place with every point.
    codes : B of int64 (U_b,)
        The lines' texts with the closing space.
    biases : B floats
        Graves's probability bias of each line.
    threads : int
        That share out the lines. Every line is drawn as it is in one thread: it shares nothing but
        the weights.
    added : float32 (B, P), optional
        What each line's writer adds, as `engine.network.network.Network.additions` has it; zeros
        for none.

    Attributes
    ----------
    parts : list of CpuShard
        The lines of each thread.
    """

    def __init__(
        self,
        weights: CpuSampler,
        states: Tensor,
        codes: Sequence[npt.NDArray[np.int64]],
        biases: Sequence[float],
        threads: int,
        added: Floats | None = None,
    ) -> None:
        self.states = states
        self._weights, self._codes, self._added = weights, codes, added
        length = max(len(line) for line in codes)
        self._records = RecordLayout(weights.config, length)
        ends = [len(codes) * part // threads for part in range(threads + 1)]
        self._places = [slice(a, b) for a, b in pairwise(ends)]
        additions = None if added is None else arranged(weights.config, added)
        self.parts = [
            CpuShard(
                weights,
                states[place].numpy(),
                codes[place],
                length,
                None if additions is None else additions.of(place),
            )
            for place in self._places
        ]
        self.set_biases(biases)

    def set_biases(self, biases: Sequence[float]) -> None:
        """Draw with other biases from now on."""
        self._biases = biases
        for part, place in zip(self.parts, self._places, strict=True):
            part.set_biases(biases[place])

    def of(self, lines: npt.NDArray[np.int64]) -> CpuBatch:
        """Some of the lines, by index, as a run of their own."""
        codes = [self._codes[line] for line in lines]
        biases = [self._biases[line] for line in lines]
        added = None if self._added is None else self._added[lines]
        return self._weights.run(self.states[torch.from_numpy(lines)], codes, biases, added)

    def draw(
        self,
        noise: Floats,
        kappa: Floats | None = None,
        component: int | None = None,
        after: Floats | None = None,
        following: Floats | None = None,
    ) -> Draws:
        """Draw the next n points of each line.

        Parameters
        ----------
        noise : float32 (n, B, 4)
            Two uniform numbers (component, end of stroke) and two normal ones for each point.
        kappa : float32 (B, K), optional
            Positions that the window takes instead of its own.
        component : int, optional
            The component to draw from, instead of drawing one.
        after : float32 (n, B, S), optional
            Filled with the states after each point.
        following : float32 (m, B, 4), optional
            The noise of the next call, for a device that can begin with it already; what is drawn
            next must then be that.
        """
        del following
        records = np.empty((len(noise), len(self.states), self._records.width), np.float32)
        with single_threaded():
            run_parallel(
                [
                    partial(
                        part.draw,
                        records[:, place],
                        noise[:, place],
                        None if kappa is None else kappa[place],
                        component,
                        None if after is None else after[:, place],
                    )
                    for part, place in zip(self.parts, self._places, strict=True)
                ]
            )
        return self._records.views(records)

    def feed(self, offsets: Floats, counts: npt.NDArray[np.int64] | None = None) -> None:
        """Feed given points (n, B, 3), as priming does.

        Afterwards the last point stands in the states and has not been fed yet: `draw` does that.
        Points that are known need not wait for each other but in their own layer: each layer takes
        some of them before the next does, while its weights are at hand.

        Parameters
        ----------
        counts : int64 (B,), optional
            Points of each line, from 1 to n, which must not rise from line to line.
        """
        if counts is None:
            counts = np.full(len(self.states), len(offsets))
        with single_threaded():
            run_parallel(
                [
                    partial(part.feed, offsets[:, place], counts[place])
                    for part, place in zip(self.parts, self._places, strict=True)
                ]
            )


class CpuShard:
    """The numbers of B lines that one thread draws.

    Memory is taken once; a point makes few arrays but the products'.

    Parameters
    ----------
    weights : CpuSampler
    states : float32 (B, S)
        Updated in place with every point.
    codes : B of int64 (U_b,)
        The lines' texts with the closing space.
    length : int
        Of the windows that are recorded: at least the longest text's.
    added : WriterBiases, optional
        What the lines' writers add.
    """

    def __init__(
        self,
        weights: CpuSampler,
        states: Floats,
        codes: Sequence[npt.NDArray[np.int64]],
        length: int,
        added: WriterBiases | None = None,
    ) -> None:
        self._weights, self._added = weights, added
        self._codes, self._length = codes, length
        config, row = weights.config, weights.row
        lines = len(codes)
        self._records, self._raw = RecordLayout(config, length), OutputLayout(config)

        self._states = states
        self._inputs = [states[:, place] for place in row.inputs]
        self._hidden = states[:, row.hidden]
        self._h = [states[:, place] for place in row.h]
        self._c = [states[:, place] for place in row.c]
        self._w, self._x, self._kappa = states[:, row.w], states[:, row.x], states[:, row.kappa]

        self._tanh = np.empty((lines, config.hidden), np.float32)
        self._bumps = np.empty((lines, config.window, length), np.float32)
        self._places = np.arange(length, dtype=np.float32)
        self._mask = np.zeros((lines, length), np.float32)
        # Where each character's weight goes in the window of the alphabet, line after line.
        self._bins = np.zeros((lines, length), np.int64)
        for line, text in enumerate(codes):
            self._mask[line, : len(text)] = 1
            self._bins[line, : len(text)] = text
        self._bins += config.characters * np.arange(lines)[:, None]
        self._padded = not self._mask.all()
        self._rows = np.arange(lines)[:, None]

    def set_biases(self, biases: Sequence[float]) -> None:
        """Draw with these biases from now on."""
        self._bias = np.array(biases, dtype=np.float32)[:, None]
        self._sharpness = 1 + self._bias

    def draw(
        self,
        records: Floats,
        noise: Floats,
        kappa: Floats | None,
        component: int | None,
        after: Floats | None,
    ) -> None:
        """Draw as `CpuBatch.draw` does, into records (n, B, width)."""
        raws = np.empty((*noise.shape[:2], self._raw.width), np.float32)
        # The end of stroke is drawn by a tanh, whose range is twice as wide as a sigmoid's.
        pen, normal = 2 * noise[:, :, 1] - 1, noise[:, :, 2:].copy()
        for t, record in enumerate(records):
            self._advance(record, kappa)
            raws[t] = self.raw()
            self._draw(record, raws[t], noise[t, :, :1], pen[t], normal[t], component)
            if after is not None:
                after[t] = self._states
        self._describe(records, raws)

    def feed(self, offsets: Floats, counts: npt.NDArray[np.int64]) -> None:
        """Feed as `CpuBatch.feed` does."""
        for begin in range(0, int(counts[0]) - 1, FED):
            fed = np.clip(counts - 1 - begin, 0, FED)
            self._feed(offsets[begin : begin + FED], fed[fed > 0])
        self._x[...] = offsets[counts - 1, np.arange(len(counts))]

    def _feed(self, points: Floats, counts: npt.NDArray[np.int64]) -> None:
        """Feed so many points of the first lines, layer by layer."""
        lines, first = len(counts), self._weights.row.inputs[0]
        below = np.zeros((int(counts[0]), lines, first.stop), np.float32)
        for begin, end, part in self._spans(counts):
            going = len(part._states)
            record = np.empty((going, self._records.width), np.float32)
            for t in range(begin, end):
                part._x[...] = points[t, :going]
                part._cell(0)
                part._look(record, None)
                below[t, :going] = part._inputs[0]
        hidden = self._tanh.shape[1]
        for layer, (inward, own) in enumerate(self._weights.upper, 1):
            given = inward(below.reshape(-1, below.shape[2])).reshape(*below.shape[:2], -1)
            if self._added is not None:
                given += self._added.layers[layer][:lines]
            outputs = np.zeros((*below.shape[:2], hidden), np.float32)
            for begin, end, part in self._spans(counts):
                going = len(part._states)
                for t in range(begin, end):
                    gates = own(part._h[layer])
                    gates += given[t, :going]
                    part._update(layer, gates)
                    outputs[t, :going] = part._h[layer]
            # The third layer reads the second in the place of the first.
            below = np.concatenate([below[:, :, hidden:], outputs], axis=2)

    def _spans(self, counts: npt.NDArray[np.int64]) -> Iterator[tuple[int, int, CpuShard]]:
        """From which point to which the same lines are fed, and these lines."""
        begin = 0
        for going in range(len(counts), 0, -1):
            end = int(counts[going - 1])
            if end > begin:
                yield begin, end, self._first(going)
                begin = end

    def _first(self, lines: int) -> CpuShard:
        """The first lines by themselves, their states being these."""
        if lines == len(self._states):
            return self
        added = None if self._added is None else self._added.of(slice(0, lines))
        return CpuShard(
            self._weights, self._states[:lines], self._codes[:lines], self._length, added
        )

    def raw(self) -> Floats:
        """The mixture's raw parameters (B, 6 M + 1) after the last point; the pen's is halved."""
        raw = self._weights.output(self._hidden)
        if self._added is not None:
            raw += self._added.output
        return raw

    def _advance(self, record: Floats, kappa: Floats | None) -> None:
        """Feed each line's last point."""
        self._cell(0)
        self._look(record, kappa)
        self._cell(1)
        self._cell(2)

    def _cell(self, layer: int) -> None:
        """An LSTM layer: its c and h are updated."""
        gates = self._weights.layers[layer](self._inputs[layer])
        if self._added is not None:
            gates += self._added.layers[layer]
        self._update(layer, gates)

    def _update(self, layer: int, gates: Floats) -> None:
        """The c and h of a layer, from what its gates are given; that is overwritten."""
        hidden = self._tanh.shape[1]
        squash_gates(gates)
        sigmoids = gates[:, : 3 * hidden]
        i, f, o = (
            sigmoids[:, :hidden],
            sigmoids[:, hidden : 2 * hidden],
            sigmoids[:, 2 * hidden :],
        )
        c = self._c[layer]
        c *= f
        i *= gates[:, 3 * hidden :]
        c += i
        tanh_into(c, self._tanh)
        np.multiply(o, self._tanh, out=self._h[layer])

    def _look(self, record: Floats, kappa: Floats | None) -> None:
        """The window moves on and reads the text (Graves 2013, equations 46 to 51)."""
        raw = self._weights.window(self._h[0])
        if self._added is not None:
            raw += self._added.window
        np.minimum(raw, EXPONENT_LIMIT, out=raw)
        np.maximum(raw, -EXPONENT_LIMIT, out=raw)
        values = record[:, self._records.window]
        np.exp(raw, out=values)
        components = self._kappa.shape[1]
        if kappa is None:
            self._kappa += values[:, 2 * components :]
        else:
            self._kappa[...] = kappa
        values[:, 2 * components :] = self._kappa
        # alpha exp(-beta d^2) as one exponential.
        bumps = np.subtract(self._kappa[:, :, None], self._places, out=self._bumps)
        bumps *= bumps
        bumps *= values[:, components : 2 * components, None]
        np.subtract(raw[:, :components, None], bumps, out=bumps)
        np.exp(bumps, out=bumps)
        phi = record[:, self._records.phi]
        np.add.reduce(bumps, axis=1, out=phi)
        if self._padded:
            phi *= self._mask
        weights = np.bincount(self._bins.ravel(), phi.ravel(), self._w.size)
        self._w[...] = weights.reshape(self._w.shape)

    def _draw(
        self,
        record: Floats,
        raw: Floats,
        uniform: Floats,
        pen: Floats,
        normal: Floats,
        component: int | None,
    ) -> None:
        """A point drawn from the mixture: of its parameters only those that it takes.

        What is left in the record as pi is divided by its sum in `_describe`.
        """
        columns, places = self._records, self._raw
        pi = np.multiply(raw[:, places.pi], self._sharpness, out=record[:, columns.pi])
        pi -= np.maximum.reduce(pi, axis=1, keepdims=True)
        np.exp(pi, out=pi)
        if component is None:
            sums = np.add.accumulate(pi, axis=1)
            uniform = uniform * sums[:, -1:]
            drawn = np.add.reduce(sums[:, :-1] < uniform, axis=1, keepdims=True)
        else:
            drawn = np.full((len(raw), 1), component)
        chosen = raw[self._rows, places.chosen + drawn * places.strides]
        sigma, bounded = chosen[:, 2:4], chosen[:, 4:]
        np.minimum(sigma, LOG_SIGMA_RANGE[1], out=sigma)
        np.maximum(sigma, LOG_SIGMA_RANGE[0], out=sigma)
        sigma -= self._bias
        np.exp(sigma, out=sigma)
        np.tanh(bounded, out=bounded)
        rho = RHO_LIMIT * bounded[:, 0]
        across = np.sqrt(1 - rho * rho)
        across *= normal[:, 1]
        rho *= normal[:, 0]
        np.add(across, rho, out=normal[:, 1])
        normal *= sigma
        normal += chosen[:, :2]
        self._x[:, :2] = normal
        np.greater(bounded[:, 1], pen, out=self._x[:, 2])
        record[:, columns.component] = drawn
        record[:, columns.point] = self._x

    def _describe(self, records: Floats, raws: Floats) -> None:
        """The mixtures (Graves 2013, equations 18 to 22, 61 and 62) of n points, all at once."""
        columns, places = self._records, self._raw
        pi = records[:, :, columns.pi]
        pi /= np.add.reduce(pi, axis=2, keepdims=True)
        records[:, :, columns.mu] = raws[:, :, places.mu]
        log_sigma = raws[:, :, places.sigma]
        np.minimum(log_sigma, LOG_SIGMA_RANGE[1], out=log_sigma)
        np.maximum(log_sigma, LOG_SIGMA_RANGE[0], out=log_sigma)
        log_sigma -= self._bias
        np.exp(log_sigma, out=records[:, :, columns.sigma])
        np.tanh(raws[:, :, places.pen], out=records[:, :, columns.pen])
        records[:, :, columns.rho] *= RHO_LIMIT
        eos = records[:, :, columns.eos]
        eos *= 0.5
        eos += 0.5
