"""Figures for papers: views of a run on white, at a column's width, with a caption; free of Qt.

They are drawn with matplotlib, which is imported only here.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.errors import SettingError
from engine.io.atomic import atomic_write
from engine.rendering.density import DensityMap, Grid, mixture_on, unbiased
from engine.sampling.step_metrics import BY_KEY
from studio.inspection.layer_units import QUANTITIES, by_peak, correlations, quantity
from studio.inspection.run_comparison import aligned, differences, window_shares
from studio.inspection.run_recording import RunRecording

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.cm import ScalarMappable
    from matplotlib.figure import Figure

FORMATS = (".pdf", ".svg", ".png")
COLUMN_MM = {"one column": 85.0, "one and a half": 120.0, "two columns": 178.0}
"""Usual widths of figures in journals."""
SMALLEST_MM, LARGEST_MM = 40.0, 500.0
LEAST_DPI, MOST_DPI = 72, 1200
MM = 1 / 25.4
"""An inch."""

ACCENT, MUTED, TEXT = "#c2410c", "#5a606c", "#1d2026"
LINES = ("#1f5fa8", "#c2410c", "#2e7d5b", "#7a4fa3", "#8a6d1b", "#3b4252")
"""Colours of curves, told apart by the colour-blind and in grey."""
SIZE = 7.0
"""Points of the letters, for columns of 85 mm and more."""
LEFT, RIGHT, TITLE, BELOW, GAP, BAR = 0.55, 0.78, 0.24, 0.42, 0.06, 0.08
"""Inches: beside axes, above and below them, and for the scale of their colours."""
LONGEST = 600 / 96
"""Inches: a figure's views grow no higher with a width beyond this."""
LINE_DECADES, MIXTURE_DECADES = (-1.5, 2.5), (-2.0, 2.0)
"""The density's decimal logarithm (points to a square offsets unit) at the ends of the colours."""
LINE_MARGIN = 3.0
"""Offsets units around the ink of a line."""
LINE_CELLS, MIXTURE_CELLS = 1200, 320
"""Cells of a density across."""
REACH = 0.4
"""Offsets units around the pen that a mixture is shown for, at least."""
TRAIL = 160
"""Points of ink before the pen that are drawn over a mixture."""
HEAT, SIGNED = "Blues", "RdBu_r"
"""Colour maps: from white to dark, and to both sides of white."""


@dataclass(frozen=True)
class PublicationFigure:
    """What a figure shows, and how large.

    Parameters
    ----------
    views : sequence of str
        Names of views, from top to bottom; see `VIEWS`.
    width : float
        Millimetres.
    dpi : int
        Of a PNG, and of the heat maps in the others.
    caption : bool
        Whether a line below tells the settings.
    options : mapping
        For a view's name its options, where they are not the usual ones: keyword arguments of the
        function that draws it.

    Raises
    ------
    SettingError
        If a view is unknown or a number is out of range.
    """

    views: Sequence[str] = ("line", "window", "traces")
    width: float = 178.0
    dpi: int = 300
    caption: bool = True
    options: Mapping[str, Mapping[str, Any]] | None = None

    def __post_init__(self) -> None:
        for name in self.views:
            if name not in VIEWS:
                raise SettingError(f"There is no view {name!r}; there are {', '.join(VIEWS)}.")
        if not self.views:
            raise SettingError(f"A figure needs a view; there are {', '.join(VIEWS)}.")
        if not SMALLEST_MM <= self.width <= LARGEST_MM:
            raise SettingError(
                f"The figure's width is {self.width} mm; give {SMALLEST_MM:g} to {LARGEST_MM:g}."
            )
        if not LEAST_DPI <= self.dpi <= MOST_DPI:
            raise SettingError(f"The dpi are {self.dpi}; give {LEAST_DPI} to {MOST_DPI}.")


@dataclass(frozen=True)
class Scene:
    """What a figure is of.

    Parameters
    ----------
    recording : RunRecording
    point : int, optional
        The point that is marked, and whose mixture is shown; the last where not given.
    other : RunRecording, optional
        What the recording is compared to.
    character : int, optional
        A chosen character of the text, which units can be correlated with.
    """

    recording: RunRecording
    point: int | None = None
    other: RunRecording | None = None
    character: int | None = None

    @property
    def shown(self) -> int:
        """The point whose mixture is shown."""
        return len(self.recording) - 1 if self.point is None else self.point


def save(scene: Scene, figure: PublicationFigure, path: Path | str) -> None:
    """Write a figure, in the format that its name's ending says.

    Raises
    ------
    SettingError
        If there is nothing to be shown, no such point, or the ending is none of `FORMATS`.
    FileError
        If the file cannot be written.
    """
    target, recording = Path(path), scene.recording
    kind = target.suffix.lower()
    if kind not in FORMATS:
        raise SettingError(f"A figure is {', '.join(FORMATS)}; {target.name!r} is neither.")
    if not len(recording):
        raise SettingError("There is no line to show; write one first.")
    if not 0 <= scene.shown < len(recording):
        raise SettingError(
            f"There is no point {scene.shown}; the line has points 0 to {len(recording) - 1}."
        )
    # matplotlib takes a second to import.
    from matplotlib import rc_context

    said = recording.settings.caption(recording.text)
    about = {
        ".pdf": {"Title": said, "Creator": "Scriptorium", "CreationDate": None},
        ".svg": {"Title": "Scriptorium", "Description": said, "Date": None},
        ".png": {"Description": said, "Software": "Scriptorium"},
    }
    with rc_context(_style(figure.width)):  # type: ignore[arg-type]
        drawn = _drawn(scene, figure, said)
        with atomic_write(target) as temporary:
            drawn.savefig(temporary, format=kind[1:], dpi=figure.dpi, metadata=about[kind])


def _style(width: float) -> dict[str, Any]:
    return {
        "font.size": SIZE if width >= COLUMN_MM["one column"] else SIZE * 0.8,
        "font.family": "sans-serif",
        "axes.edgecolor": MUTED,
        "axes.labelcolor": TEXT,
        "axes.linewidth": 0.6,
        "axes.titlelocation": "left",
        "axes.titlesize": "medium",
        "axes.titleweight": "bold",
        "axes.spines.top": False,
        "axes.spines.right": False,
        "xtick.color": MUTED,
        "ytick.color": MUTED,
        "lines.linewidth": 0.8,
        "image.cmap": HEAT,
        "image.interpolation": "nearest",
        "legend.frameon": False,
        # A text may hold $ and \\.
        "text.parse_math": False,
        # Letters stay letters: to be found, copied and edited.
        "pdf.fonttype": 42,
        "svg.fonttype": "none",
        # The same figure gives the same file.
        "svg.hashsalt": "scriptorium",
    }


class Band:
    """The part of a figure that a view is drawn in, across its whole width.

    Parameters
    ----------
    figure : Figure
    top, height : float
        Inches from the top of the figure; axes' titles and labels included.
    """

    def __init__(self, figure: Figure, top: float, height: float) -> None:
        self.figure, self._top, self._height = figure, top, height
        self.places: list[tuple[Axes, float, float, float, float]] = []
        """Axes with left, top, width and height in inches."""

    def rows(self, count: int = 1) -> list[Axes]:
        """Axes one below another, as wide as those of all other views."""
        wide = self.figure.get_figwidth() - LEFT - RIGHT
        each = (self._height - BELOW) / count
        made = []
        for row in range(count):
            axes = self.figure.add_axes((0, 0, 1, 1))
            self.places.append((axes, LEFT, self._top + row * each + TITLE, wide, each - TITLE))
            if row < count - 1:
                axes.tick_params(labelbottom=False)
            made.append(axes)
        return made

    def scale(self, axes: Axes, image: ScalarMappable, label: str) -> None:
        """Explain the colours of a map to the right of its axes."""
        _, left, top, wide, high = next(place for place in self.places if place[0] is axes)
        bar = self.figure.add_axes((0, 0, 1, 1))
        self.places.append((bar, left + wide + GAP, top, BAR, high))
        self.figure.colorbar(image, cax=bar, label=label)

    def settle(self) -> None:
        """Put all axes where they belong, now that the figure has its size."""
        wide, tall = self.figure.get_size_inches()
        for axes, left, top, width, height in self.places:
            axes.set_position((left / wide, 1 - (top + height) / tall, width / wide, height / tall))


def _drawn(scene: Scene, figure: PublicationFigure, said: str) -> Figure:
    from matplotlib.figure import Figure

    wide = figure.width * MM
    made = Figure(figsize=(wide, 1.0), facecolor="white")
    bands, remarks, top = [], [f"{said}."], 0.0
    for name in figure.views:
        options = dict((figure.options or {}).get(name, {}))
        height = VIEWS[name].height(scene, wide, options) + TITLE + BELOW
        bands.append(Band(made, top, height))
        remark = VIEWS[name].draw(bands[-1], scene, **options)
        if remark:
            remarks.append(f"{name.capitalize()}: {remark}.")
        top += height
    words = "\n".join(textwrap.wrap(" ".join(remarks), max(20, int(wide * 72 / (0.56 * SIZE)))))
    tall = top + (0.08 + (words.count("\n") + 1) * 1.35 * SIZE / 72 if figure.caption else 0.0)
    made.set_figheight(tall)
    for band in bands:
        band.settle()
    if figure.caption:
        made.text(0.05 / wide, 1 - top / tall, words, va="top", color=MUTED, linespacing=1.3)
    return made


# The views -----------------------------------------------------------------------------------


def _letters(axes: Axes, text: str) -> None:
    """The characters of a text, and the space that closes it, as labels of the rows."""
    shown = [letter if letter.strip() else "␣" for letter in text] + ["␣"]
    axes.set_yticks(range(len(shown)), shown)
    axes.tick_params(axis="y", length=0, labelsize="small")
    axes.set_ylim(len(shown) - 0.5, -0.5)


def _mark(axes: Axes, scene: Scene) -> None:
    if scene.point is not None:
        axes.axvline(scene.point, color=ACCENT, linewidth=0.8)


def _ink(axes: Axes, recording: RunRecording) -> None:
    """The strokes of a line."""
    xy, ends = recording.xy, recording["offsets"][:, 2] > 0.5
    lifted = np.insert(xy.astype(float), np.flatnonzero(ends) + 1, np.nan, axis=0)
    axes.plot(lifted[:, 0], lifted[:, 1], color=TEXT, linewidth=0.7, solid_capstyle="round")


def _mixtures(recording: RunRecording, biased: bool) -> tuple[Any, Any]:
    pi, sigma = recording["pi"], recording["sigma"]
    return (pi, sigma) if biased or not recording.bias else unbiased(pi, sigma, recording.bias)


def draw_line(band: Band, scene: Scene, density: bool = True, biased: bool = True) -> str:
    """The ink of the line over the densities that its points were drawn from."""
    recording, (axes,) = scene.recording, band.rows()
    xy = np.vstack([np.zeros((1, 2)), recording.xy])
    low, high = xy.min(axis=0) - LINE_MARGIN, xy.max(axis=0) + LINE_MARGIN
    if density:
        cell = float(max(high - low)) / LINE_CELLS
        grid = Grid.around(np.stack([low, high]), 0.0, cell)
        painting = DensityMap(grid)
        pi, sigma = _mixtures(recording, biased)
        painting.add(xy[:-1].astype(np.float32), pi, recording["mu"], sigma, recording["rho"])
        field = painting.density
        left, top = grid.left, grid.top
        with np.errstate(divide="ignore"):
            axes.imshow(
                np.log10(field),
                extent=(
                    left, left + field.shape[1] * grid.cell, top + field.shape[0] * grid.cell, top,
                ),
                vmin=LINE_DECADES[0], vmax=LINE_DECADES[1], aspect="equal",
            )  # fmt: skip
    _ink(axes, recording)
    if scene.point is not None:
        axes.plot(*recording.xy[scene.point], "o", color=ACCENT, markersize=3)
    axes.set(title="Line", xlabel="x and y in offsets units", aspect="equal")
    axes.set_xlim(low[0], high[0])
    axes.set_ylim(high[1], low[1])
    return "" if biased or not recording.bias else "densities without the bias"


def draw_window(
    band: Band, scene: Scene, tracks: bool = False, bands: bool = True, shares: bool = True
) -> str:
    """The window's weight on each character at each point."""
    recording, (axes,) = scene.recording, band.rows()
    phi = recording["phi"]
    values = window_shares(recording) if shares else phi.T
    image = axes.imshow(
        values, aspect="auto", vmin=0.0, vmax=1.0 if shares else max(1.0, float(phi.max()))
    )
    if tracks:
        points = np.arange(len(recording))
        kappa, beta = recording["kappa"], recording["beta"]
        half = 1 / np.sqrt(2 * np.maximum(beta, 1e-9))
        for k in range(kappa.shape[1]):
            axes.plot(points, kappa[:, k], color=ACCENT, linewidth=0.6)
            if bands:
                axes.fill_between(
                    points, kappa[:, k] - half[:, k], kappa[:, k] + half[:, k],
                    color=ACCENT, alpha=0.1, linewidth=0,
                )  # fmt: skip
    _mark(axes, scene)
    _letters(axes, recording.text)
    axes.set(title="Window", xlabel="pen point", xlim=(-0.5, len(recording) - 0.5))
    band.scale(axes, image, "φ / Σφ" if shares else "φ")
    return "lines at κ, bands of one deviation" if tracks else ""


def draw_traces(
    band: Band, scene: Scene, keys: Sequence[str] = ("log_likelihood", "entropy", "eos")
) -> str:
    """Numbers of each step as curves over the points, one below another."""
    recording = scene.recording
    rows = band.rows(max(1, len(keys)))
    for number, (axes, key) in enumerate(zip(rows, keys, strict=False)):
        metric = BY_KEY[key]
        axes.plot(recording[key], color=LINES[number % len(LINES)])
        axes.set_ylabel(metric.unit)
        axes.set_title(f"Traces: {metric.title}" if number == 0 else metric.title)
        axes.set_xlim(-0.5, len(recording) - 0.5)
        _mark(axes, scene)
    rows[-1].set_xlabel("pen point")
    return ""


def draw_state(
    band: Band, scene: Scene, layer: int = 0, order: str = "number", against: str = ""
) -> str:
    """What each unit of an LSTM layer put out at each point."""
    recording, (axes,) = scene.recording, band.rows()
    layers = recording.layers
    if layers is None:
        raise SettingError(
            "The layers' outputs were not recorded; write the line again to see them."
        )
    values = layers[:, layer].astype(np.float32)
    ranks = np.arange(values.shape[1])
    found = None
    if against:
        found = correlations(values, quantity(recording, against, scene.character))
    if order == "peak":
        ranks = by_peak(values)
    elif order == "correlation" and found is not None:
        ranks = np.argsort(-found, kind="stable")
    image = axes.imshow(values.T[ranks], aspect="auto", cmap=SIGNED, vmin=-1.0, vmax=1.0)
    _mark(axes, scene)
    axes.set(title=f"State: layer {layer + 1}", xlabel="pen point", ylabel="unit")
    band.scale(axes, image, "output")
    if found is None:
        return ""
    best = np.argsort(-np.abs(found))[:3]
    named = ", ".join(f"unit {u} ({found[u]:+.2f})" for u in best)
    return f"most correlated with {QUANTITIES[against]}: {named}"


def draw_mixture(band: Band, scene: Scene, biased: bool = True, ellipses: bool = True) -> str:
    """Where the next point may lie around the pen, the components, and the point that came."""
    from matplotlib.patches import Ellipse

    recording, t, (axes,) = scene.recording, scene.shown, band.rows()
    pi, sigma = (values[t] for values in _mixtures(recording, biased))
    mu, rho, point = recording["mu"][t], recording["rho"][t], recording["offsets"][t, :2]
    heavy = pi >= 0.01
    ends = np.concatenate(
        [np.zeros((1, 2)), point[None], mu[heavy] - 3 * sigma[heavy], mu[heavy] + 3 * sigma[heavy]]
    )
    middle = (ends.min(axis=0) + ends.max(axis=0)) / 2
    reach = max(REACH, float(np.ptp(ends, axis=0).max()) / 2)
    x, y = (np.linspace(c - reach, c + reach, MIXTURE_CELLS) for c in middle)
    density = mixture_on(x, y, pi, mu, sigma, rho)
    with np.errstate(divide="ignore"):
        image = axes.imshow(
            np.log10(density), extent=(x[0], x[-1], y[-1], y[0]),
            vmin=MIXTURE_DECADES[0], vmax=MIXTURE_DECADES[1], aspect="equal",
        )  # fmt: skip
    trail = recording.xy[max(0, t - TRAIL) : t] - recording.pen(t)
    if len(trail):
        axes.plot(trail[:, 0], trail[:, 1], color=TEXT, linewidth=0.7, alpha=0.6)
    drawn = int(recording["component"][t])
    for m in np.flatnonzero(pi >= 1e-3) if ellipses else ():
        covariance = np.diag(sigma[m].astype(float) ** 2)
        covariance[0, 1] = covariance[1, 0] = rho[m] * sigma[m].prod()
        lengths, directions = np.linalg.eigh(covariance)
        axes.add_patch(
            Ellipse(
                tuple(mu[m]),
                2 * np.sqrt(max(lengths[1], 0.0)),
                2 * np.sqrt(max(lengths[0], 0.0)),
                angle=float(np.degrees(np.arctan2(directions[1, 1], directions[0, 1]))),
                fill=False,
                color=ACCENT if m == drawn else TEXT,
                alpha=0.12 + 0.88 * float(pi[m]) ** 0.5,
            )
        )
    axes.plot(0, 0, "+", color=TEXT, markersize=5)
    axes.plot(*point, "o", color=ACCENT, markersize=3)
    axes.set(title="Mixture", xlabel="Δx (offsets units)", ylabel="Δy (offsets units)")
    axes.set_xlim(x[0], x[-1])
    axes.set_ylim(y[-1], y[0])
    band.scale(axes, image, "log₁₀ density")
    bias = "" if biased or not recording.bias else ", without the bias"
    return f"point {t}, end of stroke {recording['eos'][t]:.3f}{bias}"


def draw_compare(band: Band, scene: Scene, key: str = "log_likelihood") -> str:
    """The windows of two runs aligned on the characters, their difference, and a trace of both."""
    first, second = scene.recording, scene.other
    if second is None:
        raise SettingError("There is nothing to compare with; give another run.")
    run = aligned(first, second)
    one, two = window_shares(first, run.first), window_shares(second, run.second)
    rows = band.rows(4)
    reach = (-0.5, len(first.text) - 0.5, len(one) - 0.5, -0.5)
    maps = (("Compare: A", one, HEAT, 0.0), ("B", two, HEAT, 0.0),
            ("A − B", one - two, SIGNED, -1.0))  # fmt: skip
    for axes, (title, values, colours, low) in zip(rows, maps, strict=False):
        image = axes.imshow(values, extent=reach, aspect="auto", cmap=colours, vmin=low, vmax=1.0)
        _letters(axes, first.text)
        axes.set_title(title)
        band.scale(axes, image, "")
    for name, shown_run, points, colour in (
        ("A", first, run.first, LINES[0]), ("B", second, run.second, LINES[1]),
    ):  # fmt: skip
        rows[3].plot(run.places, shown_run[key][points], color=colour, label=name)
    rows[3].legend(loc="upper right", ncols=2)
    rows[3].set_xlim(reach[:2])
    rows[3].set(title=BY_KEY[key].title, ylabel=BY_KEY[key].unit, xlabel="character of the text")
    shown = [letter if letter.strip() else "␣" for letter in first.text]
    rows[3].set_xticks(range(len(shown)), shown)
    said = differences(first.settings, second.settings)
    return f"A {said[0]}; B {said[1]}"


@dataclass(frozen=True)
class _View:
    """How a view is drawn, and how high it is in inches for a figure's width in inches."""

    draw: Callable[..., str]
    height: Callable[[Scene, float, Mapping[str, Any]], float]


def _line_height(scene: Scene, wide: float, _options: Mapping[str, Any]) -> float:
    across, down = (scene.recording.high - scene.recording.low + 2 * LINE_MARGIN).tolist()
    return float(min(max((wide - LEFT - RIGHT) * down / across, 0.5), LONGEST))


def _share(share: float) -> Callable[[Scene, float, Mapping[str, Any]], float]:
    return lambda _scene, wide, _options: share * min(wide, LONGEST)


def _window_height(scene: Scene, wide: float, _options: Mapping[str, Any]) -> float:
    # A row for each letter, where this does not make it too high.
    letters = SIZE * 1.1 / 72 * (len(scene.recording.text) + 1)
    usual = 0.5 * min(wide, LONGEST)
    return letters if usual < letters <= min(wide, LONGEST) else usual


def _traces_height(_scene: Scene, wide: float, options: Mapping[str, Any]) -> float:
    return 0.16 * min(wide, LONGEST) * max(1, len(options.get("keys", (0, 0, 0))))


VIEWS = {
    "line": _View(draw_line, _line_height),
    "window": _View(draw_window, _window_height),
    "traces": _View(draw_traces, _traces_height),
    "state": _View(draw_state, _share(0.45)),
    "compare": _View(draw_compare, _share(0.9)),
    "mixture": _View(draw_mixture, _share(0.92)),
}
"""The views by name."""
