"""InkML (W3C Recommendation, 2011): traces with their formats, differences and groups."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from xml.etree.ElementTree import Element

import numpy as np

from engine.errors import FileError
from engine.ink.ink import Ink, Stroke, bounded_stroke
from engine.io.limits import FARTHEST, Budget, read_limited
from engine.io.safe_xml import parse_xml, wrong_kind

#: One value of a point: an optional prefix (explicit, first or second difference) and a number,
#: a repetition (*), an unknown (?), or a boolean.
_VALUE = re.compile(
    r"\s*([!'\"]?)\s*(?:([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(#[0-9A-Fa-f]+)|([*?TF]))"
)
#: Annotations that hold a transcript.
_TRUTHS = frozenset({"truth", "transcription", "transcript", "text", "label", "normalizedlabel"})


@dataclass(frozen=True)
class _Format:
    """The channels of a trace: where X, Y, T and F stand, and their signs and scales."""

    names: tuple[str, ...] = ("X", "Y")
    y_sign: float = 1.0
    seconds: float = 1e-3
    most_force: float = 0.0


def read(path: Path) -> list[tuple[Ink, str]]:
    """The ink of each outermost group of traces that is annotated with a text, and that text.

    Without such groups all traces are one ink, with the text of the file as a whole or none.

    Raises
    ------
    FileError
        If it is damaged, too large, or no InkML.
    """
    root = parse_xml(read_limited(path), path)
    if root.tag != "ink":
        raise wrong_kind(path, "an InkML file")
    reader = _Reader(root, Budget(path))
    groups = [group for group in root.iter("traceGroup") if _truth(group)]
    if groups and not _truth(root):
        found = [(reader.ink(group), _truth(group)) for group in _outermost(groups)]
    else:
        found = [(reader.ink(root), _truth(root))]
    return [(ink, text) for ink, text in found if ink]


def _outermost(groups: list[Element]) -> list[Element]:
    inner = {id(child) for group in groups for child in group.iter() if child is not group}
    return [group for group in groups if id(group) not in inner]


def _truth(element: Element) -> str:
    """The transcript that an element is annotated with itself."""
    for child in element.findall("annotation"):
        if child.get("type", "").lower() in _TRUTHS and child.text:
            return child.text.strip()
    return ""


class _Reader:
    """The traces of a file, with the formats that it defines."""

    def __init__(self, root: Element, budget: Budget) -> None:
        self._budget = budget
        self._formats: dict[str, _Format] = {}
        for element in root.iter():
            if element.tag in ("context", "inkSource", "traceFormat") and element.get("id"):
                found = element if element.tag == "traceFormat" else element.find(".//traceFormat")
                if found is not None:
                    self._formats[element.attrib["id"]] = _format(found)
        first = next(root.iter("traceFormat"), None)
        self._default = _format(first) if first is not None else _Format()
        for element in root.iter("context"):
            reference = element.get("inkSourceRef") or element.get("traceFormatRef") or ""
            known = self._formats.get(reference.removeprefix("#"))
            if known is not None and element.get("id"):
                self._formats[element.attrib["id"]] = known
        self._parsed: dict[int, Stroke | None] = {}
        self._by_id = {trace.attrib["id"]: trace for trace in root.iter("trace") if trace.get("id")}

    def ink(self, element: Element) -> Ink:
        """The ink of all traces below an element; a view counts where it is the only way there."""
        traces = list(element.iter("trace"))
        if not traces:
            references = [v.get("traceDataRef", "") for v in element.iter("traceView")]
            known = [self._by_id.get(name.removeprefix("#")) for name in references]
            traces = [trace for trace in known if trace is not None]
        strokes = [self._stroke(trace) for trace in traces]
        return Ink(tuple(stroke for stroke in strokes if stroke is not None))

    def _stroke(self, trace: Element) -> Stroke | None:
        if id(trace) not in self._parsed:
            self._parsed[id(trace)] = self._read(trace)
        return self._parsed[id(trace)]

    def _read(self, trace: Element) -> Stroke | None:
        if trace.get("type", "penDown") != "penDown":
            return None
        reference = trace.get("contextRef", "").removeprefix("#")
        layout = self._formats.get(reference, self._default)
        rows = self._rows(trace.text or "", len(layout.names))
        if not rows:
            return None
        values = np.array(rows, dtype=np.float64)
        columns = {name: values[:, place] for place, name in enumerate(layout.names)}
        time = columns.get("T")
        if time is not None:
            time = time * layout.seconds
            if not np.isfinite(time).all() or np.ptp(time) > FARTHEST:
                raise FileError(f"{self._budget.path} has a time that is not finite.")
        force = columns.get("F")
        if force is not None:
            force = force / max(layout.most_force or float(force.max()), 1e-9)
        xy = np.stack([columns["X"], layout.y_sign * columns["Y"]], axis=1)
        return bounded_stroke(self._budget.path, xy, time, force)

    def _rows(self, text: str, channels: int) -> list[list[float]]:
        """The points of a trace's text; values keep their prefix until another one comes."""
        # Counted before it is taken apart.
        self._budget.spend(text.count(",") + 1)
        modes = ["!"] * channels
        value, speed = [0.0] * channels, [0.0] * channels
        rows: list[list[float]] = []
        for point in text.split(","):
            place = channel = 0
            point = point.rstrip()
            while place < len(point) and channel < channels:
                match = _VALUE.match(point, place)
                if match is None:
                    raise FileError(
                        f"{self._budget.path} has {point[place:][:12]!r} in a trace, "
                        "which InkML does not know; save it again."
                    )
                place = match.end()
                prefix, number, hexadecimal, sign = match.groups()
                modes[channel] = prefix or modes[channel]
                if number is not None or hexadecimal is not None:
                    given = float(number) if number is not None else float(int(hexadecimal[1:], 16))
                    if not abs(given) < FARTHEST:
                        raise FileError(
                            f"{self._budget.path} has a coordinate that is not finite; "
                            "repair the drawing."
                        )
                    if modes[channel] == "!":
                        value[channel], speed[channel] = given, given - value[channel]
                    else:
                        speed[channel] = given + (speed[channel] if modes[channel] == '"' else 0.0)
                        value[channel] += speed[channel]
                elif sign == "*" and modes[channel] != "!":
                    value[channel] += speed[channel]
                channel += 1
            if channel >= min(2, channels):
                rows.append(value.copy())
        return rows


def _format(element: Element) -> _Format:
    """The format that a traceFormat tells; X and Y where it names neither."""
    channels = [c for c in element.iter("channel") if c.get("name")]
    # Channels that come only now and then stand after the regular ones, and may be missing.
    names = tuple(channel.attrib["name"] for channel in channels)
    if not {"X", "Y"} <= set(names):
        return _Format()
    by_name = {channel.attrib["name"]: channel for channel in channels}
    units = by_name["T"].get("units", "ms") if "T" in by_name else "ms"
    most = by_name["F"].get("max", "") if "F" in by_name else ""
    return _Format(
        names=names,
        y_sign=-1.0 if by_name["Y"].get("orientation", "+ve") == "-ve" else 1.0,
        seconds={"s": 1.0, "us": 1e-6, "ns": 1e-9}.get(units, 1e-3),
        most_force=float(most) if re.fullmatch(r"\d+(\.\d+)?", most) else 0.0,
    )
