"""Reports: what a run or an evaluation found, as HTML, JSON and PDF with the same content."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from engine.io.atomic import atomic_write
from engine.io.json_file import write_json
from training.reports.chart import Chart
from training.reports.pdf_report import as_pdf
from training.reports.run_history import RunHistory
from training.reports.section import Row, Section, number
from training.reports.webpage import as_html


def of_run(folder: Path) -> tuple[dict[str, Any], list[Section]]:
    """What a run's folder tells: the values for JSON, and the sections.

    Raises
    ------
    TrainingError
        If there is no run.
    """
    run = RunHistory.of(folder)
    losses, validations = run.curve("loss"), run.curve("validation")
    values: dict[str, Any] = {
        "config": asdict(run.config),
        "steps": run.steps,
        "hours": run.seconds / 3600,
        "points_a_second": run.points_a_second,
        "best_validation_nats_a_point": run.best,
        "validations": validations,
        "skipped": run.skipped,
    }
    facts: list[Row] = [
        ("steps", str(run.steps)),
        ("hours", f"{values['hours']:.2f}"),
        ("points a second", f"{run.points_a_second:,.0f}"),
        ("best validation, nats a point", number(run.best)),
        ("batches skipped", str(len(run.skipped))),
        ("machine", run.folder.machine()),
    ]
    curves = {"training": losses, "validation": validations}
    chart = Chart("log-loss, nats a point", {n: c for n, c in curves.items() if c})
    samples = sorted(run.folder.samples.glob("*.png"))
    shown = [*samples[:1], *samples[1:-1:max(1, len(samples) // 4)], *samples[1:][-1:]]  # fmt: skip
    sections = [
        Section("How it went", rows=tuple(facts), charts=(chart,) if losses else ()),
        Section("Samples", pictures=tuple((path.stem, path) for path in shown)),
        Section("Config", rows=tuple(_flat(values["config"]))),
    ]
    return values, [section for section in sections if section != Section(section.title)]


def write(
    name: str, title: str, values: dict[str, Any], sections: Sequence[Section], folder: Path
) -> list[Path]:
    """Write NAME.html, NAME.json and NAME.pdf; the files that were written."""
    paths = [folder / f"{name}.{suffix}" for suffix in ("html", "json", "pdf")]
    with atomic_write(paths[0]) as temporary:
        temporary.write_text(as_html(title, sections), "utf-8")
    write_json(paths[1], values, indent=2)
    with atomic_write(paths[2]) as temporary:
        temporary.write_bytes(as_pdf(title, sections))
    return paths


def _flat(values: dict[str, Any], prefix: str = "") -> Iterator[Row]:
    for name, value in values.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield (f"{prefix}{name}", str(value))
