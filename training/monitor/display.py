"""What a run shows on the terminal: a live view where there is one, else a line now and then."""

from __future__ import annotations

import sys
import time
from collections import deque
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.panel import Panel
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from engine.io.terminal import printable, say
from training.config import RunConfig
from training.monitor.braille import braille
from training.monitor.terminal_plot import plot
from training.reports.chart import COLOURS, Chart, thinned
from training.run_folder import RunFolder

#: Steps between two lines where there is no terminal.
EVERY = 20
#: Rows of the terminal that the view takes besides the curves and the newest sample.
OTHERS = 9
#: The most rows that the curves take, and the share of the terminal's where it has few.
CURVES, SHARE = 10, 0.3
#: Points of a curve that are kept before they are thinned.
MOST = 2000


class Display(Protocol):
    """What is told every record of a run."""

    def __call__(self, record: dict[str, Any]) -> None:
        """Take a record of the metrics."""

    def close(self) -> None:
        """Leave the terminal as it was."""


def display(config: RunConfig, folder: str) -> Display:
    """The view that suits standard error."""
    console = Console(stderr=True)
    return LiveView(config, folder, console) if console.is_terminal else LineDisplay(config)


class Pace:
    """Time left, and points a second, from the records so far."""

    def __init__(self, config: RunConfig) -> None:
        self.config = config
        self._recent: deque[tuple[float, int]] = deque(maxlen=50)
        self._first: tuple[float, float] | None = None

    def take(self, record: dict[str, Any]) -> None:
        """Note a step's record."""
        self._recent.append((record["step_seconds"], record["points"]))
        if self._first is None:
            self._first = (record["seconds"] - record["step_seconds"], record["share"])

    def left(self, record: dict[str, Any]) -> float | None:
        """Seconds until the run ends; None where that cannot be told yet."""
        share, seconds = record["share"], record["seconds"]
        if not self.config.steps:
            return float(max(0.0, 3600 * self.config.hours - seconds))
        if self._first is None or share <= self._first[1]:
            return None
        return float((1 - share) * (seconds - self._first[0]) / (share - self._first[1]))

    @property
    def points(self) -> float:
        """Points a second over the last steps."""
        seconds = sum(s for s, _ in self._recent)
        return sum(p for _, p in self._recent) / seconds if seconds else 0.0


class LineDisplay:
    """One line every few steps, and one for each validation."""

    def __init__(self, config: RunConfig) -> None:
        self._pace = Pace(config)

    def __call__(self, record: dict[str, Any]) -> None:
        """Print a record where it is due."""
        if "step_seconds" in record:
            self._pace.take(record)
            if record["step"] % EVERY and record["share"] < 1:
                return
            left = self._pace.left(record)
            self._print(
                f"epoch {record['epoch']} batch {record['batch']}/{record['batches']} "
                f"step {record['step']} loss {number(record['loss'])} "
                f"{self._pace.points:,.0f} points/s, {clock(left)} left"
            )
        elif "validation" in record:
            self._print(f"validation {number(record['validation'])} nats a point")
        elif "skipped" in record:
            self._print(f"skipped a batch of {len(record['skipped'])} ({record['because']})")
        elif "stage" in record:
            self._print(f"stage {record['stage']} is over")

    def close(self) -> None:
        """Nothing to put back."""

    @staticmethod
    def _print(text: str) -> None:
        say(f"{time.strftime('%H:%M:%S')} {text}", err=True)


class LiveView:
    """Curves, pace, time left and the newest sample, redrawn a few times a second.

    What the folder tells of a run that is resumed is shown from its beginning.
    """

    def __init__(self, config: RunConfig, folder: str, console: Console) -> None:
        self._config = config
        self._folder = folder
        self._console = console
        self._pace = Pace(config)
        self._losses: list[tuple[float, float]] = []
        self._validations: list[tuple[float, float]] = []
        self._last: dict[str, Any] = {}
        self._sample: Path | None = None
        self._skipped = 0
        for record in RunFolder(folder).records():
            self._take(record)
        self._live = Live(console=console, get_renderable=self._view, refresh_per_second=4)
        self._live.start()

    def __call__(self, record: dict[str, Any]) -> None:
        """Take a record into the view."""
        if "step_seconds" in record:
            self._pace.take(record)
            self._last = record
        self._take(record)

    def close(self) -> None:
        """Stop redrawing; the last view stays."""
        self._live.stop()

    def _take(self, record: dict[str, Any]) -> None:
        if record.get("loss") is not None:
            self._losses.append((record["step"], record["loss"]))
            if len(self._losses) > MOST:
                self._losses = thinned(self._losses)
        elif record.get("validation") is not None:
            self._validations.append((record["step"], record["validation"]))
        elif "sample" in record:
            self._sample = Path(self._folder) / record["sample"]
        elif "skipped" in record:
            self._skipped += 1

    def _view(self) -> Panel:
        last = self._last
        if not last:
            return Panel("Measuring the machine and reading the corpus ...", title=self._title())
        width, height = self._console.size
        rows = min(CURVES, int(SHARE * height))
        curves = {"training": self._losses, "validation": self._validations}
        # A point a column: what the curve does is seen better without the noise of single batches.
        shown = {name: thinned(points, width) for name, points in curves.items() if points}
        chart = Chart("", shown)
        parts: list[RenderableType] = []
        if chart.curves and rows > 1:
            parts += [plot(chart, width - 4, rows), Text()]
        parts += [self._figures(), self._bar(width - 4), self._facts()]
        if self._sample:
            drawn = _picture(self._sample, width - 4, height - OTHERS - rows)
            name = Text(f" newest sample: {self._sample}", style="dim")
            parts += [name, Text("\n".join(drawn))]
        return Panel(Group(*parts), title=self._title(), border_style="dim")

    def _figures(self) -> Text:
        """The newest losses, each in its curve's colour."""
        figures = Text().append(" ● ", style=COLOURS[0])
        figures.append(f"training {number(self._last['loss'])}")
        if self._validations:
            best = min(loss for _, loss in self._validations)
            newest = self._validations[-1][1]
            figures.append("   ● ", style=COLOURS[1])
            figures.append(f"validation {number(newest)}, best {number(best)}")
        return figures.append("   nats a point", style="dim")

    def _bar(self, width: int) -> Table:
        last = self._last
        left = Text(f"{100 * last['share']:.1f} %, {clock(self._pace.left(last))} left")
        bar = ProgressBar(
            total=1.0,
            completed=last["share"],
            width=max(10, width - 34),
            complete_style=COLOURS[0],
            finished_style=COLOURS[2],
        )
        table = Table.grid(padding=(0, 1))
        table.add_row("", bar, left)
        return table

    def _facts(self) -> Text:
        last = self._last
        facts = [
            f" epoch {last['epoch'] + 1}",
            f"batch {last['batch']}/{last['batches']}",
            f"step {last['step']}",
            f"{self._pace.points:,.0f} points/s",
            f"memory {memory():.1f} GB",
            f"rate {last['lr']:.1e}",
        ]
        if self._skipped:
            facts.append(f"skipped {self._skipped}")
        return Text(" · ".join(facts), style="dim", no_wrap=True, overflow="ellipsis")

    def _title(self) -> Text:
        return Text(printable(f"{self._config.name}: {self._folder}"), style="bold")


@lru_cache(maxsize=1)
def _picture(path: Path, columns: int, rows: int) -> tuple[str, ...]:
    """A sample in braille, read once and not at each redrawing."""
    return tuple(braille(path, columns, rows))


def number(value: float | None) -> str:
    """A loss as it is shown."""
    return "not finite" if value is None else f"{value:.3f}"


def clock(seconds: float | None) -> str:
    """Seconds as hours and minutes, or minutes and seconds."""
    if seconds is None:
        return "?"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02d} min" if hours else f"{minutes} min {rest:02d} s"


def memory() -> float:
    """The most memory that the process has held, in gigabytes; 0 where that cannot be told."""
    try:
        import resource
    except ImportError:  # pragma: no cover - Windows
        return 0.0
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return held / 1e9 if sys.platform == "darwin" else held / 1e6
