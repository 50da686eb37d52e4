"""The verb `bench`: how fast this machine writes."""

from __future__ import annotations

import json
import platform
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from engine.io.atomic import atomic_write
from engine.io.terminal import say
from studio.command.output_files import check_folder, write_all

if TYPE_CHECKING:
    from engine.hand import Hand
    from studio.benchmarks.end_to_end import LetterTiming
    from studio.benchmarks.sampling_speed import Speed

MANUAL = """Measure how fast this machine writes: one line and many at once, against the same
network written plainly and against the floor (the products of one step in float32 alone); then the
first ink of a line, a page of 30 lines, and a letter from its text to the PDF.

\b
Examples:
  scriptorium bench
  scriptorium bench --lines 1 --lines 30 --rounds 10 --json speed.json --plot speed.png
  scriptorium bench --precision float32 --letters 0
  scriptorium bench --device cuda --lines 1 --lines 30

Everything runs in turns, round by round, with the same seeds, texts and numbers of points; the
spread of the rounds is given beside each ratio. Median and p99 are of chunks of 16 points, which
are drawn at once; MB is the peak memory. Close other programs that keep the machine busy.
"""


@click.command(help=MANUAL, short_help="Measure how fast this machine writes.")
@click.option(
    "--lines",
    metavar="N",
    type=click.IntRange(1, 512),
    multiple=True,
    default=(1, 8, 30, 128),
    show_default=True,
    help="Lines written at once. May be given several times.",
)
@click.option(
    "--points",
    metavar="N",
    type=click.IntRange(16, 2000),
    default=96,
    show_default=True,
    help="Points of each line in a round, rounded up to chunks of 16.",
)
@click.option("--rounds", metavar="N", type=click.IntRange(1, 1000), default=3, show_default=True)
@click.option(
    "--letters",
    metavar="PAGES",
    type=click.IntRange(0, 200),
    multiple=True,
    default=(1,),
    show_default=True,
    help="Pages of a letter from text to PDF; 0 for none. May be given several times.",
)
@click.option(
    "--precision", default="auto", show_default=True, help="auto, float32 or float16 (CPU)."
)
@click.option("--device", default="cpu", show_default=True, help="cpu, cuda or auto.")
@click.option("--hand", "path", metavar="HAND", help="Measure with this hand: a name or a file.")
@click.option("--json", "report", metavar="FILE", help="Write all numbers to this file.")
@click.option("--plot", metavar="FILE", help="Draw speed by number of lines to this PNG.")
def command(
    lines: tuple[int, ...],
    points: int,
    rounds: int,
    letters: tuple[int, ...],
    precision: str,
    device: str,
    path: str | None,
    report: str | None,
    plot: str | None,
) -> None:
    """Measure, and print a table."""
    for name in (report, plot):
        if name is not None:
            check_folder(Path(name).parent)
    from engine.hand import Hand
    from studio.benchmarks.cost_chart import chart
    from studio.benchmarks.end_to_end import PAGE, first_ink, letter, page
    from studio.benchmarks.sampling_speed import WARM_UP, measure

    begin = time.perf_counter()
    hand = Hand.load(path, device, precision)
    loading = time.perf_counter() - begin
    about = {**_machine(hand), "hand": hand.name, "loading_s": loading, "warm_up_points": WARM_UP}
    say(_headline(about))
    say(_HEADER)
    speeds = []
    for count in lines:
        speeds.append(measure(hand, count, points, rounds))
        say(_row(speeds[-1]))
    for speed in speeds:
        shares = ", ".join(f"{part} {share:.0%}" for part, share in speed.parts.items())
        if shares:
            say(f"{_lines(speed.lines)}: {shares}")
    first, whole = first_ink(hand, rounds), page(hand, rounds)
    say(f"First ink {1e3 * first:.1f} ms; a page of {PAGE} lines {1e3 * whole:.0f} ms")
    found: list[LetterTiming] = []
    for pages in letters:
        if pages:
            found.append(letter(hand, pages))
            say(_told(found[-1]))
    everything = {
        **about,
        "speeds": [speed.summary() for speed in speeds],
        "first_ink_ms": 1e3 * first,
        "page_ms": 1e3 * whole,
        "letters": [of.summary() for of in found],
    }
    files = []
    if report is not None:
        files.append((Path(report), lambda to: _saved_text(to, json.dumps(everything, indent=1))))
    if plot is not None:
        files.append((Path(plot), lambda to: _saved_picture(to, chart(speeds, found))))
    for file in write_all(files):
        say(click.format_filename(file))


_HEADER = (
    "lines  points/s  ms/step  median    p99   plain  floor   times plain       of the floor"
    "         MB"
)


def _lines(count: int) -> str:
    return "1 line" if count == 1 else f"{count} lines"


def _row(speed: Speed) -> str:
    plain, floor = speed.against_plain, speed.against_floor
    told = speed.summary()
    return (
        f"{speed.lines:5d}  {speed.rate:8.0f}  {1e3 * speed.step:7.3f}  "
        f"{told['ms_engine_median']:6.3f} {told['ms_engine_p99']:6.3f}  "
        f"{_middle(told['ms_plain']):6.3f} {_middle(told['ms_floor']):6.3f}   "
        f"{_middle(plain):4.2f} ({min(plain):.2f}-{max(plain):.2f})  "
        f"{_middle(floor):4.2f} ({min(floor):.2f}-{max(floor):.2f})  {_megabytes(speed.peak_mb):>5}"
    )


def _megabytes(peak: float | None) -> str:
    return "?" if peak is None else f"{peak:.0f}"


def _middle(values: Any) -> float:
    import statistics

    return float(statistics.median(values))


def _machine(hand: Hand) -> dict[str, Any]:
    import os

    import torch

    names = Path("/proc/cpuinfo")
    model = platform.processor() or platform.machine()
    if names.exists():
        found = [line for line in names.read_text().splitlines() if line.startswith("model name")]
        model = found[0].partition(":")[2].strip() if found else model
    return {
        "machine": model,
        "cores": os.cpu_count(),
        "device": str(hand.device),
        "threads": torch.get_num_threads(),
        "torch": torch.__version__,
        "precision": hand.precision,
    }


def _headline(about: dict[str, Any]) -> str:
    return (
        f"{about['machine']}, {about['cores']} cores, {about['threads']} threads, "
        f"{about['device']}, weights in {about['precision']}, torch {about['torch']}; "
        f"hand {about['hand']} loaded in {about['loading_s']:.2f} s; "
        f"{about['warm_up_points']} points of warm-up"
    )


def _told(letter: LetterTiming) -> str:
    pages = "1 page" if letter.pages == 1 else f"{letter.pages} pages"
    return (
        f"Letter of {pages}, {letter.lines} lines: laid out and written {letter.writing_s:.2f} s, "
        f"PDF {letter.pdf_s:.2f} s; {letter.processor_s:.2f} s of processor time"
        f"; {_megabytes(letter.peak_mb)} MB at most"
    )


def _saved_text(path: Path, text: str) -> list[Path]:
    with atomic_write(path) as temporary:
        temporary.write_text(text + "\n", encoding="utf-8")
    return [path]


def _saved_picture(path: Path, picture: Any) -> list[Path]:
    with atomic_write(path) as temporary:
        picture.save(temporary, format="PNG")
    return [path]
