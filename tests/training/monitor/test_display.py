"""What a run shows: time left, curves, and lines where there is no terminal."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw
from rich.console import Console

from training.config import RunConfig
from training.monitor.braille import braille
from training.monitor.display import LiveView, Pace, clock, display
from training.monitor.terminal_plot import MARGIN, plot
from training.reports.chart import COLOURS, Chart


def step(number: int, steps: int = 100) -> dict[str, Any]:
    return {
        "step": number, "epoch": 0, "loss": 3.0 - number / 50, "norm": 1.0, "lr": 1e-3,
        "points": 2000, "step_seconds": 0.5, "seconds": 0.5 * number, "share": number / steps,
        "batch": number, "batches": 120,
    }  # fmt: skip


def test_time_left_follows_the_steps_or_the_hours() -> None:
    pace = Pace(RunConfig(steps=100))
    for number in range(41, 61):
        pace.take(step(number))
    assert pace.left(step(60)) == pytest.approx(20.0, rel=0.1)
    assert pace.points == pytest.approx(4000)
    assert Pace(RunConfig(hours=1.0)).left(step(60)) == pytest.approx(3570)


def test_the_live_view_shows_where_the_run_is() -> None:
    text = StringIO()
    console = Console(file=text, force_terminal=True, width=120)
    view = LiveView(RunConfig(name="tiny", steps=100), "runs/x", console)
    for number in range(1, 81):
        view(step(number))
    view({"step": 80, "epoch": 1, "validation": 1.25})
    view({"step": 80, "epoch": 1, "skipped": [[1]], "because": "loss not finite"})
    view({"step": 80, "epoch": 1, "sample": "samples/step-00000080.png"})
    view.close()
    shown = text.getvalue()
    for part in ("tiny: runs/x", "80.0 %", "10 s left", "4,000 points/s", "skipped 1"):
        assert part in shown
    assert "best 1.250" in shown
    assert "runs/x/samples/step-00000080.png" in shown


def picture(path: Path) -> Path:
    """A white sheet with a black line along its upper edge and one from it to the foot."""
    sheet = Image.new("RGB", (400, 80), "white")
    draw = ImageDraw.Draw(sheet)
    draw.rectangle((0, 0, 399, 9), "black")
    draw.rectangle((0, 0, 9, 79), "black")
    sheet.save(path)
    return path


def test_the_live_view_draws_the_newest_sample(tmp_path: Path) -> None:
    (tmp_path / "samples").mkdir()
    picture(tmp_path / "samples" / "one.png")
    text = StringIO()
    console = Console(file=text, force_terminal=True, width=60, height=30)
    view = LiveView(RunConfig(steps=100), str(tmp_path), console)
    view(step(1))
    view({"step": 1, "epoch": 1, "sample": "samples/one.png"})
    view.close()
    for row in braille(tmp_path / "samples" / "one.png", 56, 30):
        assert row in text.getvalue()


def test_a_picture_in_braille(tmp_path: Path) -> None:
    path = picture(tmp_path / "one.png")
    rows = braille(path, 20, 10)
    # 400 x 80 becomes 40 x 8 dots: a line one dot high along 20 characters, one dot wide down two.
    assert rows == ["\u284f" + 19 * "\u2809", "\u2847"]
    assert braille(path, 20, 1) == rows[:1]
    assert braille(path, 0, 10) == []
    assert braille(tmp_path / "none.png", 20, 10) == []


def test_without_a_terminal_there_are_plain_lines(capsys: pytest.CaptureFixture[str]) -> None:
    shown = display(RunConfig(steps=100), "runs/x")
    for number in range(1, 101):
        shown(step(number))
    shown({"step": 100, "epoch": 1, "validation": None})
    shown.close()
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 6
    assert "step 20 loss 2.600 4,000 points/s" in lines[0]
    assert lines[-1].endswith("validation not finite nats a point")


def test_a_chart_in_braille() -> None:
    rising = [(0.0, 0.0), (10.0, 2.0)]
    chart = Chart("", {"up": rising, "down": [(0.0, 2.0), (10.0, 0.0)]})
    rows = plot(chart, 4 + MARGIN, 2).plain.split("\n")
    # A cross of 8 x 8 dots: the curves meet in the middle and end in the corners.
    assert [row[:MARGIN] for row in rows] == ["   2.00 ", "   0.00 "]
    assert [row[MARGIN:] for row in rows] == [
        "\u2811\u2884\u2860\u280a",
        "\u2860\u280a\u2811\u2884",
    ]
    assert plot(chart, MARGIN, 2).plain == ""


def test_curves_have_their_colours_and_single_points_are_seen() -> None:
    chart = Chart("", {"training": [(0.0, 1.0), (8.0, 0.0)], "validation": [(4.0, 0.5)]})
    drawn = plot(chart, 20 + MARGIN, 4)
    styles = {str(span.style) for span in drawn.spans}
    assert {COLOURS[0], COLOURS[1]} <= styles
    alone = plot(Chart("", {"validation": [(4.0, 0.5)]}), 20 + MARGIN, 4).plain
    assert sum(bin(ord(c) - 0x2800).count("1") for c in alone if c > "\u2800") >= 3


def test_the_live_view_of_a_resumed_run_begins_with_what_was_recorded(tmp_path: Path) -> None:
    records = [step(number) for number in range(1, 41)]
    records.append({"step": 40, "epoch": 1, "validation": 1.75})
    lines = "".join(json.dumps(record) + "\n" for record in records)
    (tmp_path / "metrics.jsonl").write_text(lines)
    text = StringIO()
    console = Console(file=text, force_terminal=True, width=100, height=30)
    view = LiveView(RunConfig(steps=100), str(tmp_path), console)
    view(step(41))
    view.close()
    assert "best 1.750" in text.getvalue()
    assert "2.98" in text.getvalue()  # the first loss, at the upper edge


def test_clocks() -> None:
    assert clock(None) == "?"
    assert clock(75) == "1 min 15 s"
    assert clock(7260) == "2 h 01 min"
