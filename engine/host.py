"""The network point by point on the CPU, many lines at once.

numpy does all but the products: its calls cost a fraction of torch's, and its tanh is faster.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from engine.mixture import LOG_SIGMA_RANGE, RHO_LIMIT
from engine.prepared import CHUNK, Draws, Floats, Prepared, RecordRow
from engine.products import Precision, product
from engine.recurrence import EXPONENT_LIMIT
from engine.threads import alone, together

#: A thread of its own is worth while for so many lines: fewer are multiplied no faster, for the
#: weights are read once for all of them.
LINES_A_THREAD = 14


class HostWeights:
    """A network's weights as products on the CPU."""

    def __init__(self, prepared: Prepared, precision: Precision) -> None:
        self.config, self.row = prepared.config, prepared.row
        self.layers = [product(affine, precision) for affine in prepared.layers]
        self.output = product(prepared.output, precision)
        # A small one: half the bytes gain nothing.
        self.window = product(prepared.window, "float32")

    def run(
        self, states: Tensor, codes: Sequence[npt.NDArray[np.int64]], biases: Sequence[float]
    ) -> HostRun | SharedRun:
        """Lines to be sampled: by one thread if they are few, else by as many as torch may use."""
        parts = min(torch.get_num_threads(), len(codes) // LINES_A_THREAD)
        if parts > 1:
            return SharedRun(self, states, codes, biases, parts)
        return HostRun(self, states, codes, biases)


class HostRun:
    """B lines that are being sampled.

    Parameters
    ----------
    weights : HostWeights
    states : float32 (B, S)
        Updated in place with every point.
    codes : B of int64 (U_b,)
        The lines' texts with the closing space.
    biases : B floats
        Graves's probability bias of each line.
    length : int, optional
        Of the windows that are recorded: at least the longest text's, which is the default.

    Notes
    -----
    One thread does it all. Memory is taken once; a point makes few arrays but the products'.
    """

    #: Points that are best drawn at once.
    ahead = 1

    def __init__(
        self,
        weights: HostWeights,
        states: Tensor,
        codes: Sequence[npt.NDArray[np.int64]],
        biases: Sequence[float],
        length: int | None = None,
    ) -> None:
        self.states = states
        self._weights, self._codes, self._biases = weights, codes, biases
        config, row = weights.config, weights.row
        lines, length = len(codes), length or longest(codes)
        self._records = RecordRow(config, length)

        self._values = values = states.numpy()
        self._inputs = [values[:, place] for place in row.inputs]
        self._hidden = values[:, row.hidden]
        self._h = [values[:, place] for place in row.h]
        self._c = [values[:, place] for place in row.c]
        self._w, self._x, self._kappa = values[:, row.w], values[:, row.x], values[:, row.kappa]

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
        self.set_biases(biases)

    def set_biases(self, biases: Sequence[float]) -> None:
        """Draw with other biases from now on."""
        self._biases = biases
        self._bias = np.array(biases, dtype=np.float32)[:, None]
        self._sharpness = 1 + self._bias

    def of(self, lines: npt.NDArray[np.int64]) -> HostRun:
        """Some of the lines, by index, as a run of their own."""
        codes = [self._codes[line] for line in lines]
        biases = [self._biases[line] for line in lines]
        return HostRun(self._weights, self.states[torch.from_numpy(lines)], codes, biases)

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
        with alone():
            self.fill(records, noise, kappa, component, after)
        return self._records.views(records)

    def fill(
        self,
        records: Floats,
        noise: Floats,
        kappa: Floats | None = None,
        component: int | None = None,
        after: Floats | None = None,
    ) -> None:
        """Draw as `draw` does into records (n, B, width), with as many threads as torch has."""
        for t, (record, random) in enumerate(zip(records, noise, strict=True)):
            self._advance(record, kappa)
            self._draw(record, random, component)
            if after is not None:
                after[t] = self._values

    def feed(self, offsets: Floats) -> None:
        """Feed given points (n, B, 3), as priming does.

        Afterwards the last point stands in the states and has not been fed yet: `draw` does that.
        """
        record = np.empty((len(self.states), self._records.width), np.float32)
        with alone():
            for point in offsets[:-1]:
                self._x[...] = point
                self._advance(record, None)
        self._x[...] = offsets[-1]

    def raw(self) -> Floats:
        """The mixture's raw parameters (B, 6 M + 1) after the last point; the pen's is halved."""
        return self._weights.output(self._hidden)

    def _advance(self, record: Floats, kappa: Floats | None) -> None:
        """Feed each line's last point."""
        self._cell(0)
        self._look(record, kappa)
        self._cell(1)
        self._cell(2)

    def _cell(self, layer: int) -> None:
        """An LSTM layer: its c and h are updated."""
        gates = self._weights.layers[layer](self._inputs[layer])
        hidden = self._tanh.shape[1]
        np.tanh(gates, out=gates)
        sigmoids = gates[:, : 3 * hidden]
        sigmoids *= 0.5
        sigmoids += 0.5
        i, f, o = (
            sigmoids[:, :hidden],
            sigmoids[:, hidden : 2 * hidden],
            sigmoids[:, 2 * hidden :],
        )
        c = self._c[layer]
        c *= f
        i *= gates[:, 3 * hidden :]
        c += i
        np.tanh(c, out=self._tanh)
        np.multiply(o, self._tanh, out=self._h[layer])

    def _look(self, record: Floats, kappa: Floats | None) -> None:
        """The window moves on and reads the text (Graves 2013, equations 46 to 51)."""
        raw = self._weights.window(self._h[0])
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

    def _draw(self, record: Floats, random: Floats, component: int | None) -> None:
        """The mixture (Graves 2013, equations 18 to 22, 61 and 62), and a point drawn from it."""
        columns = self._records
        raw = self.raw()
        components = (raw.shape[1] - 1) // 6
        pi = np.multiply(raw[:, :components], self._sharpness, out=record[:, columns.pi])
        pi -= np.maximum.reduce(pi, axis=1, keepdims=True)
        np.exp(pi, out=pi)
        pi /= np.add.reduce(pi, axis=1, keepdims=True)
        record[:, columns.mu] = raw[:, components : 3 * components]
        log_sigma = raw[:, 3 * components : 5 * components]
        np.minimum(log_sigma, LOG_SIGMA_RANGE[1], out=log_sigma)
        np.maximum(log_sigma, LOG_SIGMA_RANGE[0], out=log_sigma)
        log_sigma -= self._bias
        np.exp(log_sigma, out=record[:, columns.sigma])
        np.tanh(raw[:, 5 * components :], out=record[:, columns.pen])
        record[:, columns.rho] *= RHO_LIMIT
        eos = record[:, columns.eos]
        eos *= 0.5
        eos += 0.5

        if component is None:
            below = np.add.accumulate(pi, axis=1) < random[:, :1]
            drawn = np.minimum(np.add.reduce(below, axis=1, keepdims=True), components - 1)
        else:
            drawn = np.full((len(raw), 1), component)
        record[:, columns.component] = drawn
        chosen = record[self._rows, columns.chosen + drawn * columns.strides]
        mu_x, mu_y, sigma_x, sigma_y, rho = chosen.T
        _, pen, first, second = random.T
        point = self._x
        point[:, 0] = mu_x + sigma_x * first
        point[:, 1] = mu_y + sigma_y * (rho * first + np.sqrt(1 - rho * rho) * second)
        point[:, 2] = pen < eos[:, 0]
        record[:, columns.point] = point


class SharedRun:
    """B lines that several threads sample, each some of them; what is public is as in `HostRun`.

    Every line is drawn as it is in one thread: it shares nothing but the weights.
    """

    #: Points that are best drawn at once: the threads wait for each other after as many.
    ahead = CHUNK

    def __init__(
        self,
        weights: HostWeights,
        states: Tensor,
        codes: Sequence[npt.NDArray[np.int64]],
        biases: Sequence[float],
        parts: int,
    ) -> None:
        self.states = states
        self._weights, self._codes, self._biases = weights, codes, biases
        length = longest(codes)
        self._records = RecordRow(weights.config, length)
        ends = [len(codes) * part // parts for part in range(parts + 1)]
        self._places = [slice(a, b) for a, b in pairwise(ends)]
        self._parts = [
            HostRun(weights, states[place], codes[place], biases[place], length)
            for place in self._places
        ]

    def set_biases(self, biases: Sequence[float]) -> None:
        """Draw with other biases from now on."""
        self._biases = biases
        for part, place in zip(self._parts, self._places, strict=True):
            part.set_biases(biases[place])

    def of(self, lines: npt.NDArray[np.int64]) -> HostRun | SharedRun:
        """Some of the lines, by index, as a run of their own."""
        codes = [self._codes[line] for line in lines]
        biases = [self._biases[line] for line in lines]
        return self._weights.run(self.states[torch.from_numpy(lines)], codes, biases)

    def draw(
        self,
        noise: Floats,
        kappa: Floats | None = None,
        component: int | None = None,
        after: Floats | None = None,
        following: Floats | None = None,
    ) -> Draws:
        """Draw the next n points of each line; see `HostRun.draw`."""
        del following
        records = np.empty((len(noise), len(self.states), self._records.width), np.float32)
        works: list[Callable[[], None]] = [
            partial(
                part.fill,
                records[:, place],
                noise[:, place],
                None if kappa is None else kappa[place],
                component,
                None if after is None else after[:, place],
            )
            for part, place in zip(self._parts, self._places, strict=True)
        ]
        with alone():
            together(works)
        return self._records.views(records)

    def feed(self, offsets: Floats) -> None:
        """Feed given points (n, B, 3); see `HostRun.feed`."""
        together(
            [
                partial(part.feed, offsets[:, place])
                for part, place in zip(self._parts, self._places, strict=True)
            ]
        )


def longest(codes: Sequence[npt.NDArray[np.int64]]) -> int:
    """Characters of the longest text."""
    return max(len(line) for line in codes)
