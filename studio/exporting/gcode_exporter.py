"""The G-code exporter: a page as the path of a plotter's pens, for GRBL or Marlin.

Sources: NIST RS274/NGC; GRBL 1.1's and Marlin 2's lists of commands.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from engine.ink.ink import Array
from studio.document.page import Page, Pages
from studio.exporting.page_files import OnPageDone, write_page_files
from studio.exporting.plot_path import PlotPath, describe_size, plot_path, to_machine
from studio.exporting.plotter import Firmware, PenLift, Plotter
from studio.exporting.provenance import Provenance, program


def export(
    pages: Pages, path: Path, *, plotter: Plotter | None = None, tell: OnPageDone | None = None
) -> list[Path]:
    """Write each page to a G-code file of its own: millimetres, absolute, y up.

    The pens draw one after another, by their layers; before each one but the first the machine
    stops at its zero (M0) until the pen is changed.

    Parameters
    ----------
    pages : Pages
    path : Path
        The file for a single page; note-1.gcode, note-2.gcode, ... for several.
    plotter : Plotter, optional
    tell : function, optional

    Returns
    -------
    list of Path
        The files written.

    Raises
    ------
    FileError
        If a file cannot be written.
    """
    machine = plotter or Plotter()
    told = Provenance.of(pages)

    def write(page: Page, target: Path) -> None:
        lines = _program(plot_path(page, machine), machine, told)
        target.write_text("\n".join(lines) + "\n", encoding="ascii")

    return write_page_files(pages, path, write, tell)


def _program(path: PlotPath, machine: Plotter, told: Provenance) -> Iterator[str]:
    yield _comment(f"{program()}: {told.title}")
    yield _comment(told.sentence)
    yield _comment(path.describe(machine))
    yield _comment(f"sheet {describe_size(path)}, zero at its {machine.origin.value}")
    for layer in path.layers:
        yield _comment(f"pen {layer.name}")
    yield "G21"  # millimetres
    yield "G90"  # absolute
    yield from _lift(machine, up=True)
    for number, layer in enumerate(path.layers):
        yield _comment(f"layer {layer.name}")
        if number:
            # Marlin shows what stands behind M0; GRBL would refuse it.
            shown = f" Pen {layer.name}" if machine.firmware is Firmware.MARLIN else ""
            yield f"M0{shown}"
        for line in layer.lines:
            yield from _line(to_machine(line, path), machine)
        yield f"G0 X0 Y0 F{machine.travel_feed:g}"
    if machine.firmware is Firmware.GRBL:
        yield "M2"


def _line(points: Array, machine: Plotter) -> Iterator[str]:
    places = [f"X{_figure(x)} Y{_figure(y)}" for x, y in points.tolist()]
    yield f"G0 {places[0]} F{machine.travel_feed:g}"
    yield from _lift(machine, up=False)
    feed, at = f" F{machine.draw_feed:g}", places[0]
    for place in places[1:]:
        if place != at:
            yield f"G1 {place}{feed}"
            feed, at = "", place
    yield from _lift(machine, up=True)


def _lift(machine: Plotter, *, up: bool) -> Iterator[str]:
    yield machine.command(up=up)
    if machine.lift is PenLift.SERVO and machine.delay:
        yield machine.wait(machine.delay)


def _figure(number: float) -> str:
    # Never -0.
    return f"{round(number, 3) + 0.0:.3f}"


def _comment(text: str) -> str:
    plain = text.encode("ascii", "replace").decode()
    # GRBL takes lines of 79 characters at most, and parentheses for comments of their own.
    return "; " + plain.translate(str.maketrans("();\n\t", "[],  "))[:76].rstrip()
