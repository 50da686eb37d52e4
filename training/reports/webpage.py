"""A report as one HTML page that needs no other file."""

from __future__ import annotations

import base64
import html
from collections.abc import Sequence

from training.reports.chart import as_svg
from training.reports.section import Section

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
