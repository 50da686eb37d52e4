"""InkML (W3C Recommendation, 2011): traces with their formats, differences, groups and views."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple
from xml.etree.ElementTree import Element

import numpy as np

from engine.errors import FileError
from engine.ink.bounded_stroke import bounded_stroke
from engine.ink.ink import Ink, Stroke
from engine.ink.time_stamps import UNITS, in_seconds
from engine.io.limits import FARTHEST, MOST_POINTS, Budget, Numbers, read_limited
from engine.io.safe_xml import parse_xml, wrong_kind

#: What a trace is made of: a prefix (explicit, first or second difference), a number, a number in
#: hexadecimal, a repetition (*), an unknown (?), a boolean, or the end of a point. What is none of
#: them is taken letter by letter.
_TOKEN = re.compile(
    r"([!'\"])|([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|#([0-9A-Fa-f]+)|([*?TF])|(,)|(\S)"
)
#: Values of a file, of all channels.
MOST_VALUES = 16 * MOST_POINTS
#: Annotations that hold a transcript.
_TRUTHS = frozenset({"truth", "transcription", "transcript", "text", "label", "normalizedlabel"})
#: What groups and views are of which each is a written line (IAMonDo-DB and others).
_LINE_KINDS = frozenset({"textline", "line"})
_GROUPS = ("traceGroup", "traceView")


@dataclass(frozen=True)
class _Format:
    """The channels of a trace: where X, Y, T and F stand, and their signs and scales.

    `upright` is whether the file tells which way Y points; `from_stamp` whether T counts from a
    time stamp, instead of from where its trace begins.
    """

    names: tuple[str, ...] = ("X", "Y")
    y_sign: float = 1.0
    upright: bool = False
    time_unit: str = ""
    from_stamp: bool = False
    most_force: float = 0.0


def read(path: Path) -> list[tuple[Ink, str]]:
    """The ink of each outermost group of traces that is annotated with a text, and that text.

    Without such groups all traces are one ink, with the text of the file as a whole or none.

    Raises
    ------
    FileError
        If it is damaged, too large, or no InkML.
    """
    budget = Budget(path)
    found = parse(read_limited(path), budget)
    budget.check()
    return [(group.ink, group.text) for group in found]


class InkmlGroup(NamedTuple):
    """Ink that belongs together, its transcript, and whether the file tells which way is up."""

    ink: Ink
    text: str
    upright: bool


def parse(data: bytes, budget: Budget) -> list[InkmlGroup]:
    """As `read`, of a file's content. Where groups or views are named text lines, each is an ink.

    Raises
    ------
    FileError
        If it is damaged, too large, or no InkML.
    """
    root = parse_xml(data, budget.path)
    # Wacom's pages of paper hold it beside pictures.
    inks = [root] if root.tag == "ink" else list(root.iter("ink"))
    if not inks:
        raise wrong_kind(budget.path, "an InkML file")
    return [group for ink in inks for group in _groups(ink, budget)]


def _groups(root: Element, budget: Budget) -> list[InkmlGroup]:
    reader = _Reader(root, budget)
    groups = [group for group in root.iter() if group.tag in _GROUPS and _truth(group)]
    lines = [group for group in groups if _kind(group) in _LINE_KINDS]
    if lines or (groups and not _truth(root)):
        elements = lines or _outermost(groups)
    else:
        elements = [root]
    found = []
    for element in elements:
        ink, text = reader.ink(element), _truth(element)
        if ink:
            found.append(InkmlGroup(ink, text, reader.upright))
        elif element is not root and reader.has_odd(element):
            named = f"the line {text[:60]!r}" if text else "a line"
            budget.leave_out(f"{named}, none of whose points has a place")
    return found


def _outermost(groups: list[Element]) -> list[Element]:
    inner = {id(child) for group in groups for child in group.iter() if child is not group}
    return [group for group in groups if id(group) not in inner]


def _truth(element: Element) -> str:
    """The transcript that an element is annotated with itself."""
    for child in element:
        kind = child.get("type", "").lower()
        if child.tag == "annotation" and kind in _TRUTHS and child.text and child.text.strip():
            return child.text.strip()
        if child.tag == "annotationXML":
            parts = [part for part in child.iter() if part.tag.lower() in _TRUTHS]
            if not parts and kind in _TRUTHS and child.find(".//math") is None:
                parts = [child]
            if parts and (text := "".join(parts[0].itertext()).strip()):
                return text
    return ""


def _other_tool(brush: Element) -> str:
    """The tool of a brush that leaves no ink of writing; empty for a pen."""
    if "eraser" in brush.get("id", "").lower():
        return "eraser"
    values = {part.get("name"): part.get("value", "") for part in brush.iter("brushProperty")}
    # OneNote's highlighters have a rectangular tip and let what is below be seen.
    seen_through = values.get("transparency", "0") not in ("", "0")
    if values.get("rasterOp") == "maskPen" or (seen_through and values.get("tip") == "rectangle"):
        return "highlighter"
    return ""


def _kind(element: Element) -> str:
    """What a group is said to be: "textline", for example."""
    for child in element.findall("annotation"):
        if child.get("type", "").lower() == "type" and child.text:
            return child.text.strip().lower()
    return ""


class _Reader:
    """The traces of a file, with the formats that it defines."""

    def __init__(self, root: Element, budget: Budget) -> None:
        self._budget = budget
        self._values = MOST_VALUES
        self._formats: dict[str, _Format] = {}
        for element in root.iter():
            if element.tag in ("context", "inkSource", "traceFormat") and element.get("id"):
                found = element if element.tag == "traceFormat" else element.find(".//traceFormat")
                if found is not None:
                    self._formats[element.attrib["id"]] = _format(found)
        first = next(root.iter("traceFormat"), None)
        self._default = _format(first) if first is not None else _Format()
        #: Whether the file tells which way Y points.
        self.upright = self._default.upright
        for element in root.iter("context"):
            reference = element.get("inkSourceRef") or element.get("traceFormatRef") or ""
            known = self._formats.get(reference.removeprefix("#"))
            if known is not None and element.get("id"):
                self._formats[element.attrib["id"]] = known
        other_tools = {brush.get("id"): _other_tool(brush) for brush in root.iter("brush")}
        self._by_id = {e.attrib["id"]: e for e in root.iter() if e.get("id")}
        self._strokes: dict[int, Stroke] = {}
        #: Traces with something in them that is no ink.
        self._odd: set[int] = set()
        #: Of a trace that goes on with an earlier one, that one.
        self._prior: dict[int, int] = {}
        raw: dict[int, tuple[_Format, Numbers]] = {}
        for trace in root.iter("trace"):
            if trace.get("type", "penDown").lower() == "penup":
                continue
            if tool := other_tools.get(trace.get("brushRef", "").removeprefix("#")):
                budget.leave_out(f"a stroke of the {tool}")
                continue
            layout = self._formats.get(trace.get("contextRef", "").removeprefix("#"), self._default)
            rows = self._rows(trace.text or "", len(layout.names))
            if rows:
                raw[id(trace)] = layout, np.array(rows, dtype=np.float64)
            elif (trace.text or "").strip():
                self._odd.add(id(trace))
                budget.leave_out("a stroke without a whole point")
            prior = self._by_id.get(trace.get("priorRef", "").removeprefix("#"))
            if prior is not None and trace.get("continuation", "") in ("middle", "end"):
                self._prior[id(trace)] = id(prior)
        self._used: set[int] = set()
        times = self._times(root, raw)
        for number, (layout, values) in raw.items():
            stroke = self._stroke(layout, values, times.get(number))
            if stroke is not None:
                self._strokes[number] = stroke
            else:
                self._odd.add(number)

    def _times(self, root: Element, raw: dict[int, tuple[_Format, Numbers]]) -> dict[int, Numbers]:
        """The seconds of each trace that has times, from the first of them."""
        offsets = {
            id(trace): trace.get("timeOffset", "0")
            for trace in root.iter("trace")
            if id(trace) in raw and not raw[id(trace)][0].from_stamp
        }
        timed = [(trace, *found) for trace, found in raw.items() if "T" in found[0].names]
        if not timed:
            return {}
        columns = [values[:, layout.names.index("T")] for _, layout, values in timed]
        ends = np.cumsum([len(column) for column in columns])
        new = np.zeros(ends[-1], dtype=bool)
        new[0], new[ends[:-1]] = True, True
        seconds = in_seconds(np.concatenate(columns), timed[0][1].time_unit, new)
        parts = np.split(seconds, ends[:-1])
        return {
            trace: part + _milliseconds(offsets.get(trace, "0"))
            for (trace, *_), part in zip(timed, parts, strict=True)
        }

    def has_odd(self, element: Element) -> bool:
        """Whether an element shows traces that were left out because no point of them is one."""
        return any(id(trace) in self._odd for trace, _, _ in self._traces(element))

    def ink(self, element: Element) -> Ink:
        """The ink of all traces below an element; a view counts where it is the only way there."""
        parts: dict[int, Stroke] = {}
        extra: list[Stroke] = []
        for trace, first, last in self._traces(element):
            stroke = self._strokes.get(id(trace))
            if stroke is None:
                continue
            # Views may show a trace as often as they like: what they make is counted.
            if id(trace) in self._used:
                self._budget.spend(len(stroke))
            self._used.add(id(trace))
            if first or last is not None:
                stroke = _cut(stroke, first, last)
            before = self._first_part(id(trace))
            if before in parts and before != id(trace):
                parts[before] = _joined(parts[before], stroke)
            elif id(trace) in parts:
                extra.append(stroke)
            else:
                parts[id(trace)] = stroke
        return Ink((*parts.values(), *extra))

    def _first_part(self, trace: int) -> int:
        seen = set()
        while trace in self._prior and trace not in seen:
            seen.add(trace)
            trace = self._prior[trace]
        return trace

    def _traces(self, element: Element) -> Iterator[tuple[Element, int, int | None]]:
        """The traces of an element, each with its first point and the one behind its last."""
        traces = list(element.iter("trace"))
        if traces:
            yield from ((trace, 0, None) for trace in traces)
            return
        for view in element.iter("traceView"):
            target = self._by_id.get(view.get("traceDataRef", "").removeprefix("#"))
            if target is None or view.get("traceDataRef") is None:
                continue
            if target.tag == "trace":
                yield target, *_span(view)
            elif target.tag == "traceGroup":
                for trace in target.iter("trace"):
                    self._budget.spend(1)
                    yield trace, 0, None

    def _stroke(self, layout: _Format, values: Numbers, time: Numbers | None) -> Stroke | None:
        columns = {name: values[:, place] for place, name in enumerate(layout.names)}
        force = columns.get("F")
        if force is not None:
            finite = force[np.isfinite(force)]
            most = layout.most_force or (float(finite.max()) if len(finite) else 0.0)
            force = force / max(most, 1e-9)
        xy = np.stack([columns["X"], layout.y_sign * columns["Y"]], axis=1)
        return bounded_stroke(self._budget, xy, time, force)

    def _rows(self, text: str, channels: int) -> list[list[float]]:
        """The points of a trace's text; values keep their prefix until another one comes.

        A value that is none, or too large for a coordinate, is nan.
        """
        # Counted before it is taken apart.
        self._budget.spend(text.count(",") + 1)
        modes = ["!"] * channels
        value, speed = [0.0] * channels, [0.0] * channels
        rows: list[list[float]] = []
        # Points are parted by commas; some programs part them by line ends alone.
        without_marks = "," not in text
        channel, prefix, broken = 0, "", False
        for match in _TOKEN.finditer(text):
            mark, number, hexadecimal, sign, comma, _ = match.groups()
            self._values -= 1
            if self._values < 0:
                raise FileError(
                    f"{self._budget.path} has more than {MOST_VALUES} values in its traces; "
                    "save the lines that you want to import in a file of their own."
                )
            if comma or (without_marks and channel == channels):
                if channel >= min(2, channels) or broken:
                    rows.append([math.nan] * channels if broken else value.copy())
                    if without_marks:
                        self._budget.spend(1)
                channel, prefix, broken = 0, "", False
            if comma:
                continue
            if mark:
                prefix = mark
                continue
            if channel >= channels:
                continue
            modes[channel] = prefix or modes[channel]
            prefix = ""
            if number is not None or hexadecimal is not None:
                given = float(number) if number is not None else _whole(hexadecimal)
                if not math.isfinite(given):
                    broken = True
                elif modes[channel] == "!":
                    value[channel], speed[channel] = given, given - value[channel]
                else:
                    speed[channel] = given + (speed[channel] if modes[channel] == '"' else 0.0)
                    value[channel] += speed[channel]
            elif sign == "*" and modes[channel] != "!":
                value[channel] += speed[channel]
            elif sign is None:
                broken = True
            channel += 1
        if channel >= min(2, channels) or broken:
            rows.append([math.nan] * channels if broken else value)
        return rows


def _whole(hexadecimal: str) -> float:
    return float(int(hexadecimal, 16)) if len(hexadecimal) <= 16 else math.nan


def _milliseconds(text: str) -> float:
    """What an offset in milliseconds is in seconds; 0 where it is none."""
    try:
        seconds = float(text) / 1000
    except ValueError:
        return 0.0
    return seconds if abs(seconds) < FARTHEST else 0.0


def _span(view: Element) -> tuple[int, int | None]:
    """The points that a view shows, counted from 1 in the file: the first, and behind the last."""
    begin, end = view.get("from", ""), view.get("to", "")
    first = int(begin) - 1 if re.fullmatch(r"\d{1,9}", begin) else 0
    return max(first, 0), int(end) if re.fullmatch(r"\d{1,9}", end) else None


def _cut(stroke: Stroke, first: int, last: int | None) -> Stroke:
    start = min(first, len(stroke) - 1)
    return stroke[start : max(last, first + 1) if last is not None else None]


def _joined(first: Stroke, second: Stroke) -> Stroke:
    """Two parts of one stroke."""
    known = [
        None if a is None or b is None else np.concatenate([a, b])
        for a, b in ((first.time, second.time), (first.pressure, second.pressure))
    ]
    return Stroke(np.concatenate([first.xy, second.xy]), *known)


def _format(element: Element) -> _Format:
    """The format that a traceFormat tells; X and Y where it names neither."""
    channels = [c for c in element.iter("channel") if c.get("name")]
    # Channels that come only now and then stand after the regular ones, and may be missing.
    names = tuple(channel.attrib["name"] for channel in channels)
    if not {"X", "Y"} <= set(names):
        return _Format()
    by_name = {channel.attrib["name"]: channel for channel in channels}
    unit = by_name["T"].get("units", "") if "T" in by_name else ""
    most = by_name["F"].get("max", "") if "F" in by_name else ""
    return _Format(
        names=names,
        y_sign=-1.0 if by_name["Y"].get("orientation", "+ve") == "-ve" else 1.0,
        upright="orientation" in by_name["Y"].attrib,
        time_unit=unit if unit in UNITS else "",
        from_stamp="T" in by_name and bool(by_name["T"].get("respectTo")),
        most_force=float(most) if re.fullmatch(r"\d{1,12}(\.\d{1,12})?", most) else 0.0,
    )
