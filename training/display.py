"""What a run shows on the terminal: a live view where there is one, else a line now and then."""

from __future__ import annotations

import sys
import time
from collections import deque
from pathlib import Path
from typing import Any, Protocol

from rich.console import Console, Group
from rich.live import Live
from rich.panel import Panel
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from training.braille import braille
from training.config import RunConfig

#: Eighths of a block, from none to all.
BLOCKS = " ▁▂▃▄▅▆▇█"
#: Steps between two lines where there is no terminal.
EVERY = 20
#: Rows of the terminal that the view takes besides the newest sample.
OTHERS = 9


class Display(Protocol):
    """What is told every record of a run."""

    def __call__(self, record: dict[str, Any]) -> None:
        """Take a record of the metrics."""

    def close(self) -> None:
        """Leave the terminal as it was."""


def display(config: RunConfig, folder: str) -> Display:
    """The view that suits standard error."""
    console = Console(stderr=True)
    return LiveView(config, folder, console) if console.is_terminal else Lines(config)


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


class Lines:
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
        print(f"{time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)  # noqa: T201


class LiveView:
    """Curves, pace and time left, redrawn a few times a second."""

    def __init__(self, config: RunConfig, folder: str, console: Console) -> None:
        self._config = config
        self._folder = folder
        self._console = console
        self._pace = Pace(config)
        self._losses: deque[float] = deque(maxlen=4000)
        self._validations: list[float] = []
        self._last: dict[str, Any] = {}
        self._sample = ""
        self._skipped = 0
        self._live = Live(console=console, get_renderable=self._view, refresh_per_second=4)
        self._live.start()

    def __call__(self, record: dict[str, Any]) -> None:
        """Take a record into the view."""
        if "step_seconds" in record:
            self._pace.take(record)
            self._last = record
            if record["loss"] is not None:
                self._losses.append(record["loss"])
        elif record.get("validation") is not None:
            self._validations.append(record["validation"])
        elif "sample" in record:
            self._sample = record["sample"]
        elif "skipped" in record:
            self._skipped += 1

    def close(self) -> None:
        """Stop redrawing; the last view stays."""
        self._live.stop()

    def _view(self) -> Panel:
        last = self._last
        if not last:
            return Panel("Measuring the machine and reading the corpus ...", title=self._title())
        table = Table.grid(padding=(0, 2))
        table.add_row("loss", curve(list(self._losses)), number(last["loss"]))
        if self._validations:
            best = min(self._validations)
            shown = f"{number(self._validations[-1])}  best {number(best)}"
            table.add_row("validation", curve(self._validations), shown)
        facts = (
            f"epoch {last['epoch']}  batch {last['batch']}/{last['batches']}  step {last['step']}  "
            f"{self._pace.points:,.0f} points/s  rate {last['lr']:.1e}  memory {memory():.1f} GB"
        )
        if self._skipped:
            facts += f"  skipped {self._skipped}"
        left = Text(f"{100 * last['share']:.1f} %, {clock(self._pace.left(last))} left")
        bar = Table.grid(padding=(0, 2))
        bar.add_row(ProgressBar(total=1.0, completed=last["share"], width=60), left)
        parts: list[Table | Text] = [table, Text(facts, style="dim"), bar]
        if self._sample:
            path = Path(self._folder) / self._sample
            width, height = self._console.size
            drawn = braille(path, width - 4, height - OTHERS)
            parts += [Text(f"newest sample: {path}", style="dim"), Text("\n".join(drawn))]
        return Panel(Group(*parts), title=self._title())

    def _title(self) -> str:
        return f"{self._config.name}: {self._folder}"


def curve(values: list[float], width: int = 60) -> str:
    """Values as a row of blocks, the newest at the right."""
    if not values:
        return ""
    per = max(1, -(-len(values) // width))
    means = [sum(v) / len(v) for v in (values[i : i + per] for i in range(0, len(values), per))]
    least, most = min(means), max(means)
    spread = (most - least) or 1.0
    return "".join(BLOCKS[1 + round((len(BLOCKS) - 2) * (m - least) / spread)] for m in means)


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
