"""A report as A4 pages in a PDF."""

from __future__ import annotations

import html
from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from reportlab.graphics.shapes import Circle, Drawing, PolyLine, Shape, String
from reportlab.lib.colors import Color, HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import StyleSheet1, getSampleStyleSheet
from reportlab.lib.units import mm
from reportlab.platypus import (
    Flowable,
    Image,
    Paragraph,
    SimpleDocTemplate,
    Spacer,
    Table,
    TableStyle,
)

from training.reports.chart import HEIGHT, WIDTH, Chart
from training.reports.section import Row, Section

#: Around each page, and the width between, in points of 1/72 inch.
MARGIN = 18 * mm
INNER = A4[0] - 2 * MARGIN
#: The most that a picture takes of a page's height.
TALLEST = 200 * mm
#: Room in a chart's units for what stands at its left and below it.
LEFT, BELOW = 45, 20


def as_pdf(title: str, sections: Sequence[Section]) -> bytes:
    """The pages; the same bytes for the same report."""
    styles = getSampleStyleSheet()
    # No heading stays behind at the foot of a page.
    for name in ("Heading2", "BodyText"):
        styles[name].keepWithNext = 1
    story: list[Flowable] = [Paragraph(html.escape(title), styles["Title"])]
    for section in sections:
        story += _section(section, styles)
        # A space behind the last section could fill a page of its own.
        if section is not sections[-1]:
            story.append(Spacer(1, 4 * mm))
    content = BytesIO()
    margins: Any = {f"{side}Margin": MARGIN for side in ("left", "right", "top", "bottom")}
    document = SimpleDocTemplate(content, pagesize=A4, title=title, invariant=1, **margins)
    document.build(story)
    return content.getvalue()


def _section(section: Section, styles: StyleSheet1) -> Iterator[Flowable]:
    yield Paragraph(html.escape(section.title), styles["Heading2"])
    if section.text:
        yield Paragraph(html.escape(section.text), styles["BodyText"])
    for chart in section.charts:
        yield _drawn(chart)
        yield Paragraph(html.escape(chart.title), styles["Italic"])
    if section.rows:
        yield _table(section.rows, styles)
    for name, path in section.pictures:
        yield _picture(path)
        yield Paragraph(html.escape(name), styles["Italic"])


def _table(rows: Sequence[Row], styles: StyleSheet1) -> Table:
    columns = max(len(row) for row in rows)
    cells = [[Paragraph(html.escape(cell), styles["BodyText"]) for cell in row] for row in rows]
    table = Table(cells, colWidths=[INNER / columns] * columns)
    table.setStyle(TableStyle([("LINEBELOW", (0, 0), (-1, -1), 0.3, HexColor("#d0d5da"))]))
    return table


def _picture(path: Path) -> Image:
    image = Image(str(path))
    factor = min(1.0, INNER / image.drawWidth, TALLEST / image.drawHeight)
    image.drawWidth, image.drawHeight = image.drawWidth * factor, image.drawHeight * factor
    return image


def _drawn(chart: Chart) -> Drawing:
    """A chart, as wide as the text."""
    (left, right), (low, high) = chart.range
    scale = INNER / (WIDTH + 60)
    drawing = Drawing(INNER, (HEIGHT + 30) * scale)
    for number, (name, colour, points) in enumerate(chart.lines()):
        for shape in _curve(points, HexColor(colour), scale):
            drawing.add(shape)
        top = (HEIGHT + 10 - 14 * number) * scale
        drawing.add(String(INNER - 80, top, name, fontSize=8, fillColor=HexColor(colour)))
    for x, y, words in (
        (0, HEIGHT * scale, f"{high:.2f}"),
        (0, BELOW * scale, f"{low:.2f}"),
        (LEFT * scale, 0, f"{left:g}"),
        (INNER - 60, 0, f"{right:.4g} {chart.unit}"),
    ):
        drawing.add(String(x, y, words, fontSize=8))
    return drawing


def _curve(points: Sequence[tuple[float, float]], colour: Color, scale: float) -> Iterator[Shape]:
    """A curve as a line, or as a dot where it has but one point."""
    places = [((x + LEFT) * scale, (y + BELOW) * scale) for x, y in points if y <= HEIGHT]
    if len(places) > 1:
        flat = [value for place in places for value in place]
        yield PolyLine(flat, strokeColor=colour, strokeWidth=0.7)
    for x, y in places if len(places) == 1 else ():
        yield Circle(x, y, 2, fillColor=colour, strokeColor=colour)
