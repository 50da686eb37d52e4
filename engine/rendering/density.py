"""Densities painted: the mixture of a step, or of all steps of a line, on a grid of cells.

A cell's value is the density averaged over a small Gaussian as wide as a cell, so that a component
far narrower than a cell still shows with its whole weight: the cells of a painting, times their
area, add up to the probability that lies on it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.errors import SettingError
from engine.sampling.trace import Floats

#: Deviation, in cells, of the Gaussian that a density is smoothed with. At this width the sum
#: over cells of the narrowest component is off by less than 0.2 %.
SMOOTHING = 0.6
#: Components are painted as far as this many deviations; what lies beyond is under 0.1 %.
REACH = 4.0
#: Components of less weight than this are not painted.
LEAST_WEIGHT = 1e-4
#: Components whose sides differ by fewer cells than this are computed together.
ALIKE = 8
#: Cells that are computed at once, at most.
AT_ONCE = 400_000
#: Cells of the largest painting.
MOST_CELLS = 8_000_000


def unbiased(pi: Floats, sigma: Floats, bias: float) -> tuple[Floats, Floats]:
    """Weights and deviations with the probability bias taken back.

    Graves 2013, equations 61 and 62, turned round.

    Parameters
    ----------
    pi : float32 (..., M)
        Weights of the components, under the bias.
    sigma : float32 (..., M, 2)
        Deviations in offsets units, under the bias.
    bias : float
        The bias b that they were drawn with.

    Returns
    -------
    (float32 (..., M), float32 (..., M, 2))
        The weights, which sum to 1, and the deviations in offsets units.
    """
    log_pi = np.log(np.maximum(pi, 1e-38)) / (1 + bias)
    weights = np.exp(log_pi - log_pi.max(axis=-1, keepdims=True))
    weights /= weights.sum(axis=-1, keepdims=True)
    return weights.astype(np.float32), (sigma * np.float32(np.exp(bias))).astype(np.float32)


def mixture_on(
    x: npt.NDArray[np.float64],
    y: npt.NDArray[np.float64],
    pi: Floats,
    mu: Floats,
    sigma: Floats,
    rho: Floats,
) -> Floats:
    """The density of one step's mixture on a grid, float32 (len(y), len(x)).

    Parameters
    ----------
    x, y : (w,), (h,)
        Centres of the cells, evenly spaced, in offsets units from the pen.
    pi : (M,); mu, sigma : (M, 2); rho : (M,)
    """
    step = np.array([x[1] - x[0], y[1] - y[0]])
    keep = pi > LEAST_WEIGHT
    inverse, norm = _precisions(sigma[keep], rho[keep], step)
    dx = (x[None, :] - mu[keep, :1]).astype(np.float32)
    dy = (y[None, :] - mu[keep, 1:]).astype(np.float32)
    a, b, c = (inverse[:, k].astype(np.float32) for k in range(3))
    # exp(-(a dx^2 + c dy^2) / 2 - b dx dy), component by component, one buffer for all.
    total = np.zeros((len(y), len(x)), dtype=np.float32)
    across = -0.5 * a[:, None] * dx * dx
    down = -0.5 * c[:, None] * dy * dy + np.log(pi[keep] * norm)[:, None].astype(np.float32)
    for m in range(len(a)):
        power = np.multiply.outer(-b[m] * dy[m], dx[m])
        power += across[m]
        power += down[m][:, None]
        np.maximum(power, -80, out=power)
        total += np.exp(power, out=power)
    return total


def _precisions(
    sigma: Floats, rho: Floats, step: npt.NDArray[np.float64]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """(xx, xy, yy) of the inverse covariances (m, 3), smoothed, and the Gaussians' factors (m,)."""
    s = sigma.astype(np.float64)
    blur = (SMOOTHING * step) ** 2
    xx, yy = s[:, 0] ** 2 + blur[0], s[:, 1] ** 2 + blur[1]
    xy = rho * s[:, 0] * s[:, 1]
    determinant = xx * yy - xy * xy
    inverse = np.stack([yy, -xy, xx], axis=1) / determinant[:, None]
    return inverse, 1 / (2 * np.pi * np.sqrt(determinant))


@dataclass(frozen=True)
class Grid:
    """Square cells over a part of the plane.

    Parameters
    ----------
    left, top : float
        Corner of the first cell, in offsets units.
    cell : float
        Side of a cell.
    width, height : int
        Number of cells.
    """

    left: float
    top: float
    cell: float
    width: int
    height: int

    @classmethod
    def around(cls, xy: npt.NDArray[np.floating], margin: float, cell: float) -> Grid:
        """A grid over points (n, 2) with a margin around them.

        Raises
        ------
        SettingError
            If that is too many cells.
        """
        (left, top), (right, bottom) = xy.min(axis=0) - margin, xy.max(axis=0) + margin
        width, height = (max(1, int(np.ceil(d / cell))) for d in (right - left, bottom - top))
        if width * height > MOST_CELLS:
            raise SettingError(
                f"A painting of {width} by {height} cells is too large; choose larger cells."
            )
        return cls(float(left), float(top), cell, width, height)

    def reaching(self, low: npt.NDArray[np.floating], high: npt.NDArray[np.floating]) -> Grid:
        """More of the same cells, so that the grid reaches from `low` to `high`.

        Parameters
        ----------
        low, high : (2,)
            Corners at the top left and at the bottom right, x and y in the grid's unit.
        """
        corner = np.array([self.left, self.top])
        size = np.array([self.width, self.height])
        before = np.maximum(np.ceil((corner - low) / self.cell), 0).astype(int)
        after = np.maximum(np.ceil((high - corner) / self.cell) - size, 0).astype(int)
        left, top = (corner - before * self.cell).tolist()
        width, height = (size + before + after).tolist()
        return Grid(left, top, self.cell, width, height)

    def coarser(self) -> Grid:
        """The same part of the plane in cells of twice the side."""
        return Grid(self.left, self.top, 2 * self.cell, -(-self.width // 2), -(-self.height // 2))


class DensityMap:
    """The densities of a line's steps, each around the point that the pen came from, added up.

    As in figure 10 of Graves 2013, in the ink's own coordinates. In probability to a square
    offsets unit; the whole integrates to the number of steps that were added.
    """

    def __init__(self, grid: Grid) -> None:
        self.grid = grid
        self.density: Floats = np.zeros((grid.height, grid.width), dtype=np.float32)
        self._fresh = (grid.width, 0)

    def fresh(self) -> slice:
        """The columns in which something was added since this was asked last."""
        first, stop = self._fresh
        self._fresh = (self.grid.width, 0)
        return slice(first, max(first, stop))

    def on(self, grid: Grid) -> DensityMap:
        """The same painting on a larger grid of the same cells, or on a coarser one.

        Parameters
        ----------
        grid : Grid
            As `Grid.reaching` or `Grid.coarser` give it.
        """
        old, painting = self.grid, DensityMap(grid)
        painting._fresh = (0, grid.width)
        if grid.cell == old.cell:
            left, top = (
                round((old.left - grid.left) / old.cell),
                round((old.top - grid.top) / old.cell),
            )
            painting.density[top : top + old.height, left : left + old.width] = self.density
            return painting
        even = np.pad(self.density, ((0, old.height % 2), (0, old.width % 2)))
        painting.density = even.reshape(grid.height, 2, grid.width, 2).mean(axis=(1, 3))
        return painting

    def add(self, pens: Floats, pi: Floats, mu: Floats, sigma: Floats, rho: Floats) -> None:
        """Add a step, or several at once.

        Parameters
        ----------
        pens : float32 (..., 2)
            Where the pen was, in offsets units.
        pi : float32 (..., M)
            Weights of the components; those that weigh next to nothing are left out.
        mu, sigma : float32 (..., M, 2)
            Their means from the pen on and their deviations, in offsets units.
        rho : float32 (..., M)
            Their correlations, within -1 and 1.
        """
        grid, parts = self.grid, pi.shape[-1]
        step, part = np.nonzero(pi.reshape(-1, parts) > LEAST_WEIGHT)
        weight, rho = (values.reshape(-1, parts)[step, part] for values in (pi, rho))
        mu, sigma = (values.reshape(-1, parts, 2)[step, part] for values in (mu, sigma))
        inverse, norm = _precisions(sigma, rho, np.array([grid.cell, grid.cell]))
        weight = (weight * norm).astype(np.float32)
        inverse *= grid.cell**2
        centre = (pens.reshape(-1, 2)[step] + mu - (grid.left, grid.top)) / grid.cell - 0.5
        reach = REACH * np.sqrt((sigma / grid.cell) ** 2 + SMOOTHING**2)
        first = np.maximum(np.ceil(centre - reach), 0).astype(int)
        last = np.minimum(np.floor(centre + reach), (grid.width - 1, grid.height - 1)).astype(int)
        # Components of about one size are computed as one array.
        sizes = -(-(last + 1 - first) // ALIKE)
        inside = (last >= first).all(axis=1)
        for size in np.unique(sizes[inside], axis=0):
            alike = np.flatnonzero(inside & (sizes == size).all(axis=1))
            most = max(1, AT_ONCE // int(size.prod() * ALIKE**2))
            for start in range(0, len(alike), most):
                some = alike[start : start + most]
                wide, tall = (size * ALIKE).tolist()
                away = first[some] - centre[some]
                dx = (away[:, :1] + np.arange(wide)).astype(np.float32)
                dy = (away[:, 1:] + np.arange(tall)).astype(np.float32)
                values = _gaussians(dx, dy, inverse[some].astype(np.float32), weight[some])
                self._add_patches(first[some], last[some] + 1, values)

    def _add_patches(
        self, first: npt.NDArray[np.int64], stop: npt.NDArray[np.int64], values: Floats
    ) -> None:
        """Add arrays (k, tall, wide), as far as they go, from a cell (k, 2) to another."""
        columns = self._fresh
        self._fresh = (
            min(columns[0], int(first[:, 0].min())), max(columns[1], int(stop[:, 0].max())),
        )  # fmt: skip
        for (left, top), (right, bottom), patch in zip(
            first.tolist(), stop.tolist(), values, strict=True
        ):
            self.density[top:bottom, left:right] += patch[: bottom - top, : right - left]


def _gaussians(dx: Floats, dy: Floats, inverse: Floats, weight: Floats) -> Floats:
    """Gaussians (k, tall, wide), with cells (k, wide) and (k, tall) counted from their centres."""
    across, both, down = (inverse[:, n, None] for n in range(3))
    power = (-both * dy)[:, :, None] * dx[:, None, :]
    power -= (0.5 * across * dx * dx)[:, None, :]
    power -= (0.5 * down * dy * dy)[:, :, None]
    np.exp(power, out=power)
    power *= weight[:, None, None]
    return power
