"""Reports: what a run or an evaluation found, as HTML, JSON and PDF with the same content."""

from __future__ import annotations

import base64
import html
import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from engine.errors import TrainingError
from engine.files import replacing
from training.config import RunConfig
from training.folder import RunFolder

#: Colours of a chart's curves, told apart by people who see no red or green as well.
COLOURS = ("#1b6ca8", "#d1603d", "#5b7f3a", "#7d5ba6")
WIDTH, HEIGHT = 640, 220
#: Points of a curve that are drawn: each is the mean of its share.
POINTS = 400

Row = tuple[str, ...]


@dataclass(frozen=True)
class Chart:
    """Curves over the steps of a run, or over what `unit` says."""

    title: str
    curves: dict[str, list[tuple[float, float]]]
    unit: str = "steps"

    def lines(self) -> Iterator[tuple[str, str, list[tuple[float, float]]]]:
        """Name, colour and points of each curve, scaled to `WIDTH` by `HEIGHT`, y upwards."""
        (left, right), (low, high) = self.range
        for colour, (name, points) in zip(COLOURS, self.curves.items(), strict=False):
            yield (
                name,
                colour,
                [
                    (WIDTH * (x - left) / (right - left), HEIGHT * (y - low) / (high - low))
                    for x, y in thinned(points)
                ],
            )

    @property
    def range(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """Least and most in x and in y; outliers at the top, such as a run's start, are cut."""
        points = [point for curve in self.curves.values() for point in thinned(curve)]
        xs, ys = [x for x, _ in points], sorted(y for _, y in points)
        top = ys[min(len(ys) - 1, math.floor(0.98 * len(ys)))]
        return (min(xs), max(max(xs), min(xs) + 1)), (ys[0], max(top, ys[0] + 1e-6))


@dataclass(frozen=True)
class Section:
    """A heading with what belongs below it."""

    title: str
    text: str = ""
    rows: tuple[Row, ...] = ()
    charts: tuple[Chart, ...] = ()
    pictures: tuple[tuple[str, Path], ...] = ()


def thinned(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """At most `POINTS` points, each the mean of its share."""
    per = max(1, -(-len(points) // POINTS))
    shares = [points[i : i + per] for i in range(0, len(points), per)]
    return [(sum(x for x, _ in s) / len(s), sum(y for _, y in s) / len(s)) for s in shares]


def of_run(folder: Path) -> tuple[dict[str, Any], list[Section]]:
    """What a run's folder tells: the values for JSON, and the sections.

    Raises
    ------
    TrainingError
        If there is no run.
    """
    place = RunFolder(folder)
    records = place.records()
    if not place.config.exists() or not records:
        raise TrainingError(f"{folder} holds no run; name the folder of one.")
    config = RunConfig.from_json(place.config.read_text("utf-8"))
    losses = [(r["step"], r["loss"]) for r in records if r.get("loss") is not None]
    validations = [(r["step"], r["validation"]) for r in records if r.get("validation") is not None]
    steps = [r for r in records if "step_seconds" in r]
    seconds = max((r["seconds"] for r in records if "seconds" in r), default=0.0)
    skipped = [r for r in records if "skipped" in r]
    values: dict[str, Any] = {
        "config": json.loads(config.to_json()),
        "steps": len(steps),
        "hours": seconds / 3600,
        "points_a_second": sum(r["points"] for r in steps)
        / max(sum(r["step_seconds"] for r in steps), 1e-9),
        "best_validation_nats_a_point": min((y for _, y in validations), default=None),
        "validations": validations,
        "skipped": skipped,
    }
    facts: list[Row] = [
        ("steps", str(values["steps"])),
        ("hours", f"{values['hours']:.2f}"),
        ("points a second", f"{values['points_a_second']:,.0f}"),
        ("best validation, nats a point", number(values["best_validation_nats_a_point"])),
        ("batches skipped", str(len(skipped))),
        ("machine", place.machine()),
    ]
    curves: dict[str, list[tuple[float, float]]] = {"training": losses, "validation": validations}
    chart = Chart("log-loss, nats a point", {n: c for n, c in curves.items() if c})
    samples = sorted(place.samples.glob("*.png"))
    shown = [*samples[:1], *samples[1:-1:max(1, len(samples) // 4)], *samples[1:][-1:]]  # fmt: skip
    sections = [
        Section(f"Run {config.name}", rows=tuple(facts), charts=(chart,) if losses else ()),
        Section("Samples", pictures=tuple((path.stem, path) for path in shown)),
        Section("Config", rows=tuple(_flat(values["config"]))),
    ]
    return values, [section for section in sections if section != Section(section.title)]


def write(
    name: str, title: str, values: dict[str, Any], sections: Sequence[Section], folder: Path
) -> list[Path]:
    """Write NAME.html, NAME.json and NAME.pdf; the files that were written."""
    paths = [folder / f"{name}.{suffix}" for suffix in ("html", "json", "pdf")]
    with replacing(paths[0]) as temporary:
        temporary.write_text(as_html(title, sections), "utf-8")
    with replacing(paths[1]) as temporary:
        temporary.write_text(json.dumps(values, indent=2) + "\n", "utf-8")
    with replacing(paths[2]) as temporary:
        temporary.write_bytes(as_pdf(title, sections))
    return paths


STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem;
  color: #24292f; background: #fff }
table { border-collapse: collapse; margin: .5rem 0 1.5rem }
td, th { padding: .2rem .8rem .2rem 0; text-align: left; border-bottom: 1px solid #e2e5e9 }
img { max-width: 100%; border: 1px solid #e2e5e9 }
figure { margin: 0 0 1.5rem } figcaption { color: #66707b }
svg { background: #fafbfc; border: 1px solid #e2e5e9; overflow: visible }
"""


def as_html(title: str, sections: Sequence[Section]) -> str:
    """One page that needs no other file."""
    parts = [
        "<!doctype html><html lang='en'><meta charset='utf-8'>",
        f"<title>{html.escape(title)}</title><style>{STYLE}</style><h1>{html.escape(title)}</h1>",
    ]
    for section in sections:
        parts.append(f"<h2>{html.escape(section.title)}</h2>")
        if section.text:
            parts.append(f"<p>{html.escape(section.text)}</p>")
        for chart in section.charts:
            caption = f"<figcaption>{html.escape(chart.title)}</figcaption>"
            parts.append(f"<figure>{as_svg(chart)}{caption}</figure>")
        if section.rows:
            rows = "".join(
                "<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>"
                for row in section.rows
            )
            parts.append(f"<table>{rows}</table>")
        for name, path in section.pictures:
            data = base64.b64encode(path.read_bytes()).decode()
            alt = html.escape(name)
            parts.append(
                f"<figure><img alt='{alt}' src='data:image/png;base64,{data}'>"
                f"<figcaption>{alt}</figcaption></figure>"
            )
    return "\n".join(parts) + "\n</html>\n"


def as_svg(chart: Chart) -> str:
    """A chart as SVG, which stands in a page or in a file of its own."""
    (left, right), (low, high) = chart.range
    parts = [
        "<svg xmlns='http://www.w3.org/2000/svg' role='img'"
        f" aria-label='{html.escape(chart.title)}' width='{WIDTH + 90}'"
        f" viewBox='-50 -10 {WIDTH + 90} {HEIGHT + 40}'"
        " font-family='sans-serif' font-size='11' style='background:#fafbfc'>"
    ]
    for number, (name, colour, points) in enumerate(chart.lines()):
        path = " ".join(f"{x:.1f},{HEIGHT - y:.1f}" for x, y in points if y <= HEIGHT)
        parts.append(f"<polyline fill='none' stroke='{colour}' points='{path}'/>")
        for x, y in points[:1] if len(points) == 1 else ():
            parts.append(f"<circle r='3' fill='{colour}' cx='{x:.1f}' cy='{HEIGHT - y:.1f}'/>")
        place = f"x='{WIDTH - 90}' y='{12 + 14 * number}'"
        parts.append(f"<text {place} fill='{colour}'>{html.escape(name)}</text>")
    parts.append(
        f"<text x='-45' y='10'>{high:.2f}</text><text x='-45' y='{HEIGHT}'>{low:.2f}</text>"
        f"<text x='0' y='{HEIGHT + 18}'>{left:g}</text>"
        f"<text x='{WIDTH - 60}' y='{HEIGHT + 18}'>{right:.4g} {chart.unit}</text>"
    )
    return "".join(parts) + "</svg>"


def as_pdf(title: str, sections: Sequence[Section]) -> bytes:
    """The same on A4 pages."""
    from reportlab.graphics.shapes import Circle, Drawing, PolyLine, String
    from reportlab.lib.colors import HexColor
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.styles import getSampleStyleSheet
    from reportlab.lib.units import mm
    from reportlab.platypus import Image, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

    styles = getSampleStyleSheet()
    # No heading stays behind at the foot of a page.
    for name in ("Heading2", "BodyText"):
        styles[name].keepWithNext = 1
    width = A4[0] - 36 * mm
    story: list[Any] = [Paragraph(html.escape(title), styles["Title"])]
    for section in sections:
        story.append(Paragraph(html.escape(section.title), styles["Heading2"]))
        if section.text:
            story.append(Paragraph(html.escape(section.text), styles["BodyText"]))
        for chart in section.charts:
            (left, right), (low, high) = chart.range
            scale = width / (WIDTH + 60)
            picture = Drawing(width, (HEIGHT + 30) * scale)
            for number, (name, colour, points) in enumerate(chart.lines()):
                flat = [
                    v * scale + shift
                    for x, y in points
                    if y <= HEIGHT
                    for v, shift in ((x, 45 * scale), (y, 20 * scale))
                ]
                if len(flat) > 2:
                    picture.add(PolyLine(flat, strokeColor=HexColor(colour), strokeWidth=0.7))
                elif flat:
                    picture.add(
                        Circle(flat[0], flat[1], 2, fillColor=HexColor(colour), strokeWidth=0)
                    )
                top = (HEIGHT + 10 - 14 * number) * scale
                label = String(width - 80, top, name, fontSize=8, fillColor=HexColor(colour))
                picture.add(label)
            for x, y, words in (
                (0, HEIGHT * scale, f"{high:.2f}"),
                (0, 20 * scale, f"{low:.2f}"),
                (45 * scale, 0, f"{left:g}"),
                (width - 60, 0, f"{right:.4g} {chart.unit}"),
            ):
                picture.add(String(x, y, words, fontSize=8))
            story += [picture, Paragraph(html.escape(chart.title), styles["Italic"])]
        if section.rows:
            columns = max(len(row) for row in section.rows)
            cells = [
                [Paragraph(html.escape(cell), styles["BodyText"]) for cell in row]
                for row in section.rows
            ]
            table = Table(cells, colWidths=[width / columns] * columns)
            table.setStyle(TableStyle([("LINEBELOW", (0, 0), (-1, -1), 0.3, HexColor("#d0d5da"))]))
            story.append(table)
        for name, path in section.pictures:
            image = Image(str(path))
            factor = min(1.0, width / image.drawWidth, 200 * mm / image.drawHeight)
            image.drawWidth, image.drawHeight = image.drawWidth * factor, image.drawHeight * factor
            story += [image, Paragraph(html.escape(name), styles["Italic"])]
        # A space behind the last section could fill a page of its own.
        if section is not sections[-1]:
            story.append(Spacer(1, 4 * mm))
    content = BytesIO()
    margins: Any = {f"{side}Margin": 18 * mm for side in ("left", "right", "top", "bottom")}
    document = SimpleDocTemplate(content, pagesize=A4, title=title, invariant=1, **margins)
    document.build(story)
    return content.getvalue()


def _flat(values: dict[str, Any], prefix: str = "") -> Iterator[Row]:
    for name, value in values.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield (f"{prefix}{name}", str(value))


def number(value: float | None) -> str:
    """A figure as a report shows it."""
    if value is None:
        return "-"
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:.4f}"


def percent(value: float | None) -> str:
    """A share as a report shows it."""
    return "-" if value is None else f"{100 * value:.1f} %"
