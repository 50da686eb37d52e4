"""A section of a report: text, a table, charts and pictures below a heading."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from training.reports.chart import Chart

Row = tuple[str, ...]


@dataclass(frozen=True)
class Section:
    """A heading with what belongs below it."""

    title: str
    text: str = ""
    rows: tuple[Row, ...] = ()
    charts: tuple[Chart, ...] = ()
    pictures: tuple[tuple[str, Path], ...] = ()


def number(value: float | None) -> str:
    """A figure as a report shows it."""
    if value is None:
        return "-"
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:.4f}"


def percent(value: float | None) -> str:
    """A share as a report shows it."""
    return "-" if value is None else f"{100 * value:.1f} %"
