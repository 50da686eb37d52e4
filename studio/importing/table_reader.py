"""Tables of pen samples: a row a point, with columns as tablets, apps and UNIPEN name them."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from engine.errors import FileError
from engine.ink.bounded_stroke import bounded_stroke
from engine.ink.ink import Ink
from engine.ink.time_stamps import in_seconds
from engine.io.limits import MOST_POINTS, Budget, Numbers, floats
from studio.importing.foreign_ink import InkPiece

#: Kinds of columns that tell strokes apart.
_TOLD = frozenset({"pen", "up", "end", "stroke"})
#: Other names for the columns, as programs write them, without signs between their letters.
NAMES = {
    "x": ("x", "xpos", "posx", "xposition", "positionx", "xcoord", "xcoordinate", "coordx",
          "coordinatex", "pointx", "penx", "locationx", "clientx", "pagex", "offsetx", "rawx",
          "xpixel", "xpixels", "xpx", "xmm", "xcm", "xkoordinate", "koordinatex"),
    "y": ("y", "ypos", "posy", "yposition", "positiony", "ycoord", "ycoordinate", "coordy",
          "coordinatey", "pointy", "peny", "locationy", "clienty", "pagey", "offsety", "rawy",
          "ypixel", "ypixels", "ypx", "ymm", "ycm", "ykoordinate", "koordinatey"),
    "pen": ("pen", "pendown", "penstatus", "penstate", "button", "buttons", "buttonstatus", "down",
            "isdown", "tip", "tipswitch", "touch", "touching", "contact", "incontact", "onsurface",
            "status", "state", "event", "eventtype", "action", "phase"),
    "up": ("penup", "up", "isup"),
    "end": ("endofstroke", "strokeend", "eos", "endstroke", "laststrokepoint"),
    "stroke": ("stroke", "strokeid", "strokeno", "strokenr", "strokenumber", "strokeindex",
               "strokeidx", "strokenum", "trace", "traceid", "tracenumber", "segment", "segmentid",
               "pathid", "lineid", "strich", "trait", "trazo", "tratto"),
    "pressure": ("p", "pressure", "force", "f", "penpressure", "normalpressure", "tippressure",
                 "tipforce", "pressurelevel", "druck", "pression", "presion", "pressione"),
    "time": ("t", "time", "timestamp", "ts", "times", "timems", "timestampms", "timeus", "timens",
             "tms", "millis", "milliseconds", "ms", "seconds", "sec", "epoch", "epochms", "clock",
             "elapsed", "elapsedtime", "elapsedms", "datetime", "pentime", "eventtime", "zeit",
             "zeitstempel", "temps", "tiempo", "tempo"),
}  # fmt: skip
_KINDS = {name: kind for kind, names in NAMES.items() for name in names}
#: A column that numbers strokes where its values stay, and rows where they do not.
_INDEX = frozenset({"idx", "index", "id", "no", "nr"})
#: Kinds that are known by the last word of a name, such as sensor_pressure.
_LAST_WORD = frozenset({"x", "y", "time", "pressure", "stroke"})
#: What x and y are of that are no place.
_NO_PLACE = frozenset(
    {"tilt", "angle", "azimuth", "altitude", "rotation", "orientation", "direction", "velocity",
     "speed", "v", "acceleration", "acc", "gyro", "force", "gravity"}
)  # fmt: skip
#: Columns without names: as UNIPEN's, and as signature tablets write seven of them
#: (the first Signature Verification Competition, SVC2004).
_USUAL = ("x", "y", "pen", "time")
_SIGNATURE = ("x", "y", "time", "pen", "azimuth", "altitude", "pressure")
#: Words in a column that tells of the pen.
_DOWN = frozenset(
    {"true", "yes", "y", "t", "down", "d", "pendown", "move", "penmove", "pointerdown",
     "pointermove", "mousedown", "mousemove", "touchstart", "touchmove", "touchdown", "begin",
     "began", "start", "moved", "contact", "draw", "drag"}
)  # fmt: skip
#: Those of them that begin a stroke.
_BEGIN = frozenset(
    {"down", "d", "pendown", "pointerdown", "mousedown", "touchstart", "touchdown", "begin",
     "began", "start"}
)  # fmt: skip
#: Words for a pen's last point of a stroke, which it touches still.
_LAST = frozenset({"up", "penup", "pointerup", "mouseup", "touchend", "touchup", "end", "ended"})
#: What a system puts before such words, as Android does: ACTION_DOWN.
_WORD_PREFIX = re.compile(r"^(?:action|event|pen|stylus|touch|mouse|pointer|on)(?=.)")
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|[+-]?(?:nan|inf(?:inity)?)", re.I)
_DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d+")
_CLOCK = re.compile(
    r"(?:(\d{1,3}):)?(\d{1,2}):(\d{1,2}(?:[.,:]\d{1,9})?)(?:\s?([aApP])\.?[mM]\.?)?"
)
_UNIT = re.compile(r"[(\[{<]\s*([^)\]}>]*?)\s*[)\]}>]\s*$|[_ ](ms|us|µs|ns|s|sec)$")


#: What cells stand apart by, besides white space.
_MARKS = "\t;,|"
#: Rows above the names of the columns.
_MOST_ABOVE = 20
#: Characters of a row, and cells of a table, that are still read.
LONGEST_ROW = 4096
MOST_CELLS = 16 * MOST_POINTS


@dataclass(frozen=True)
class _Column:
    """What a column holds, the unit that its header tells, and the header."""

    kind: str
    unit: str = ""
    header: str = ""


def read(data: bytes, budget: Budget) -> list[InkPiece]:
    """The samples of a table as one piece.

    The first line names the columns (x and y, and pen, stroke, time or pressure), in any order,
    with a unit behind a name or without; without names they are x, y, pen, time. Other columns are
    left out. Columns stand apart by tabs, semicolons, commas or white space; numbers may have a
    decimal comma, cells may be quoted. pen is above 0 where the pen is down, or a word; stroke
    changes from stroke to stroke. Without both, two strokes stand apart by an empty row, a row
    without a place (nan, or -1 in both columns), or rows without pressure. Lines that begin with #
    are left out, but for one above the numbers that names their columns; so is what stands above
    the names. Time is in any unit, from any origin, or a time of the day.

    Raises
    ------
    FileError
        If it is no table of x and y.
    """
    path = budget.path
    text = _text(data, budget)
    # Counted before they are taken apart: a row needs far more memory than its bytes.
    lines = text.count("\n") + text.count("\r")
    budget.spend(lines)
    budget.spend(-lines)
    rows = _from_names([row.strip() for row in text.splitlines()])
    if not rows:
        return []
    counted = rows[0].isdecimal() and len(rows) > 1
    if counted:
        # So many points follow.
        del rows[0]
    cells = _cells(rows, budget)
    if not cells:
        return []
    first = cells[0]
    columns = _columns(first)
    if columns is not None:
        del cells[0]
    else:
        count = len(cells[0])
        kinds = _SIGNATURE if count == len(_SIGNATURE) else _USUAL
        if count > len(kinds):
            raise FileError(
                f"{path} has {count} columns without names; name them in its first line: "
                "x, y, pen, time, pressure or stroke."
            )
        columns = [_Column(kind) for kind in kinds[:count]]
    if not {"x", "y"} <= {column.kind for column in columns}:
        named = ", ".join(repr(cell[:20]) for cell in first[:6])
        raise FileError(
            f"{path} has no columns x and y (its first line is {named}); name them in that line."
        )
    return _pieces(columns, cells, budget)


def _text(data: bytes, budget: Budget) -> str:
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        if b"\0" not in data:
            # A letter in a name of a column, or in a comment.
            return data.decode("cp1252", errors="replace")
        raise FileError(
            f"{budget.path} is not a table of text; save it as CSV in UTF-8."
        ) from error


def _from_names(rows: Sequence[str]) -> list[str]:
    """The rows from that with the names of the columns, if there is one, else from the numbers.

    Titles and the mark of a spreadsheet (sep=;) may stand above; the names may be a remark.
    """
    above: list[str] = []
    for place, row in enumerate(rows):
        if _is_numbers(row) or len(above) >= _MOST_ABOVE:
            break
        plain = row.lstrip("#% ")
        if _names_places(plain):
            return [plain, *_without_remarks(rows[place + 1 :])]
        if row and not row.startswith("#"):
            above.append(row)
    rest = _without_remarks(rows)
    while rest and not rest[0]:
        del rest[0]
    return rest


def _without_remarks(rows: Sequence[str]) -> list[str]:
    return [row for row in rows if not row.startswith("#")]


def _is_numbers(row: str) -> bool:
    first = re.split(r"[\t;,| ]", row, maxsplit=1)[0].strip("\"'")
    return bool(_NUMBER.fullmatch(first))


def _names_places(row: str) -> bool:
    """Whether a row names columns x and y."""
    for mark in (*_MARKS, None):
        if len(row) <= LONGEST_ROW and (mark is None or mark in row):
            columns = _columns([cell.strip() for cell in row.split(mark)])
            if columns and {"x", "y"} <= {column.kind for column in columns}:
                return True
    return False


def _cells(rows: Sequence[str], budget: Budget) -> list[list[str]]:
    """The rows taken apart; an empty row has no cells."""
    sample = [row for row in rows[:20] if row]
    mark = next((mark for mark in _MARKS if sample and mark in sample[0]), None)
    if mark == ",":
        numeric = [row for row in sample if row[0] in "+-.0123456789"]
        if numeric and all(re.search(r"\d,\d+[ \t]+[^,\s]", row) for row in numeric):
            # Numbers with decimal commas, parted by blanks.
            mark = None
    # What stands behind the last mark, where every row ends with one, is no column.
    ends = mark is not None and all(row.endswith(mark) for row in sample)
    parted, left = [], MOST_CELLS
    for row in rows:
        if len(row) > LONGEST_ROW or left < 0:
            raise FileError(
                f"{budget.path} has {'too long a row' if left >= 0 else 'too many columns'} for a "
                "table of pen samples; save x, y, pen and time alone."
            )
        if mark is None:
            cells = row.strip(",;").split() if '"' not in row else _quoted(row, " ")
        else:
            cells = [cell.strip() for cell in _quoted(row.rstrip(mark) if ends else row, mark)]
        left -= len(cells)
        parted.append(cells)
    return parted


def _quoted(row: str, mark: str) -> list[str]:
    if not row:
        return []
    if '"' not in row and "'" not in row:
        return row.split(mark)
    quote = '"' if '"' in row else "'"
    try:
        return next(csv.reader([row], delimiter=mark, quotechar=quote, skipinitialspace=True), [])
    except csv.Error:
        return row.split(mark)


def _columns(cells: Sequence[str]) -> list[_Column] | None:
    """The columns that the first line names, or None where it holds numbers."""
    if all(_NUMBER.fullmatch(cell) or _DECIMAL_COMMA.fullmatch(cell) for cell in cells[:2]):
        return None
    columns: list[_Column] = []
    words: list[list[str]] = []
    for cell in cells:
        name = cell.strip("\"' ").lower()
        unit = _UNIT.search(name)
        plain = re.sub(r"[^a-z]", "", name if unit is None else name[: unit.start()])
        kind = _KINDS.get(plain) or _KINDS.get(re.sub(r"[^a-z]", "", name), "")
        if not kind and plain in _INDEX:
            kind = "index"
        if any(kind == column.kind for column in columns):
            kind = ""
        told = (unit[1] or unit[2] or "") if unit else _unit_in(plain)
        columns.append(_Column(kind, told, cell))
        words.append(re.findall(r"[a-z]+", name if unit is None else name[: unit.start()]))
    return _known_by_last_word(columns, words)


def _known_by_last_word(columns: Sequence[_Column], names: Sequence[list[str]]) -> list[_Column]:
    """The columns with those whose names have a word before what they hold: spline_x, pen_time.

    Only what no other column holds is known so; x and y together, by the same word.
    """
    pairs = [
        name[:-1]
        for name in names
        if len(name) > 1
        and name[-1] == "x"
        and [*name[:-1], "y"] in names
        and not _NO_PLACE.intersection(name)
    ]
    known = {column.kind for column in columns}
    made = []
    for column, name in zip(columns, names, strict=True):
        kind = _KINDS.get(name[-1], "") if len(name) > 1 and not column.kind else ""
        pair = kind not in ("x", "y") or name[:-1] in pairs[:1]
        if kind in _LAST_WORD and kind not in known and pair:
            column = replace(column, kind=kind)
            known.add(kind)
        made.append(column)
    return made


def _unit_in(name: str) -> str:
    """The unit in a name such as timems or seconds."""
    if name.endswith(("ms", "millis", "milliseconds")):
        return "ms"
    if name.endswith("us"):
        return "us"
    return "s" if name in ("seconds", "sec") else ""


def _pieces(
    columns: Sequence[_Column], rows: Sequence[Sequence[str]], budget: Budget
) -> list[InkPiece]:
    width = len(columns)
    columns = _with_strokes(columns, rows, budget)
    # An empty row parts strokes where no column does.
    parts = not _TOLD & {column.kind for column in columns}
    breaks: list[int] = []
    sound: list[Sequence[str]] = []
    short: list[Sequence[str]] = []
    for row in rows:
        if not any(row):
            if parts and sound:
                breaks.append(len(sound))
        elif len(row) == width:
            sound.append(row)
        else:
            short.append(row)
    if short and len(short) >= len(sound):
        raise FileError(
            f"{budget.path} has {len(short)} rows without {width} columns, such as "
            f"{' '.join(short[0])[:40]!r}; mend them."
        )
    budget.leave_out(f"a row that has not {width} columns", len(short))
    if not sound:
        return []
    budget.spend(len(sound))
    table = {
        column.kind: [row[place] for row in sound]
        for place, column in enumerate(columns)
        if column.kind
    }
    units = {column.kind: column.unit for column in columns}
    xy = np.stack([_values(table["x"]), _values(table["y"])], axis=1)
    down, new = _pen(table, len(xy))
    new[breaks] = True
    pressure = _values(table["pressure"]) if "pressure" in table else None
    if parts:
        down &= ~_between_strokes(xy, pressure)
        new[1:] |= down[1:] & ~down[:-1]
    time = _time(table["time"], units["time"], new) if "time" in table else None
    if pressure is not None:
        finite = pressure[np.isfinite(pressure)]
        pressure = pressure / max(float(finite.max()) if len(finite) else 0.0, 1e-9)
    strokes = []
    for group in np.split(np.arange(len(xy)), np.flatnonzero(new)):
        kept = group[down[group]]
        if len(kept):
            stroke = bounded_stroke(
                budget,
                xy[kept],
                None if time is None else time[kept],
                None if pressure is None else pressure[kept],
            )
            if stroke is not None:
                strokes.append(stroke)
    return [InkPiece(Ink(tuple(strokes)), upright=False)] if strokes else []


def _between_strokes(xy: Numbers, pressure: Numbers | None) -> npt.NDArray[np.bool_]:
    """Rows of a table that tells no strokes in which the pen is up."""
    up = np.isnan(xy).all(axis=1)
    away = (xy == -1).all(axis=1)
    if not (xy[~away] < 0).any():
        up |= away
    if pressure is not None and (pressure > 0).any():
        up |= pressure <= 0
    return np.asarray(up, dtype=np.bool_)


def _with_strokes(
    columns: Sequence[_Column], rows: Sequence[Sequence[str]], budget: Budget
) -> list[_Column]:
    """The columns with one of numbers as that of strokes, if it is; what is not known is told."""
    known = {column.kind for column in columns}
    made = list(columns)
    for place, column in enumerate(columns):
        if column.kind == "index":
            values = [row[place] for row in rows if len(row) == len(columns)]
            changes = sum(a != b for a, b in pairwise(values))
            strokes = not _TOLD & known and 0 < 2 * changes < len(values)
            made[place] = replace(column, kind="stroke" if strokes else "")
        elif not column.kind and not _TOLD & known:
            words = {_event(row[place]) for row in rows if len(row) == len(columns)}
            # Whatever it is called, type for example: words that tell what the pen does.
            if words & _BEGIN and words & _LAST:
                made[place] = replace(column, kind="pen")
                known.add("pen")
    for column in made:
        if not column.kind:
            budget.leave_out(f"the column {column.header[:40]!r}")
    return made


def _values(cells: Sequence[str]) -> Numbers:
    """Cells as numbers, decimal commas too; what is none is nan."""
    values = floats(cells)
    if np.isnan(values).any():
        values = floats([cell.replace(",", ".", 1) for cell in cells])
    return values


def _pen(table: dict[str, list[str]], count: int) -> tuple[np.ndarray, np.ndarray]:
    """Where the pen is down, and where a stroke begins, bool (n,) each."""
    down, new = np.ones(count, dtype=bool), np.zeros(count, dtype=bool)
    if "pen" in table:
        cells = [cell.strip("\"' ").lower() for cell in table["pen"]]
        values = _values(cells)
        down = values > 0
        if np.isnan(values).any():
            words = [_event(cell) for cell in cells]
            # Words tell of the pen's state at each point, or, where it moves, of what happens to
            # it: then each beginning is a stroke's, and the last point of a stroke touches still.
            events = any("move" in word or "drag" in word for word in words)
            for place, word in enumerate(words):
                if word:
                    down[place] = word in _DOWN or (events and word in _LAST)
                    new[place] = events and word in _BEGIN and place > 0
    elif "up" in table:
        cells = [cell.strip("\"' ").lower() for cell in table["up"]]
        values = _values(cells)
        down = np.where(
            np.isnan(values), [cell in ("false", "no", "f", "n", "") for cell in cells], values <= 0
        )
    new[1:] |= down[1:] & ~down[:-1]
    if "end" in table:
        new[1:] |= _values(table["end"])[:-1] > 0
    if "stroke" in table:
        numbers = table["stroke"]
        new[1:] |= [a != b for a, b in pairwise(numbers)]
    return down, new


def _event(cell: str) -> str:
    """What a cell tells of the pen, as a word that is known, where it is one."""
    word = re.sub(r"[^a-z]", "", cell.lower())
    return word if word in _DOWN | _LAST else _WORD_PREFIX.sub("", word)


def _time(cells: Sequence[str], unit: str, new: np.ndarray) -> Numbers:
    """Seconds from the first point, float64 (n,); nan where a cell tells none."""
    values = _values(cells)
    if np.isnan(values).all():
        values, unit = np.array([_seconds_of_day(cell) for cell in cells]), "s"
    return in_seconds(values, unit, new)


def _seconds_of_day(cell: str) -> float:
    """A date with a time, or a time of the day, in seconds."""
    cell = cell.strip("\"' ")
    clock = _CLOCK.fullmatch(cell)
    if clock:
        hours, minutes, seconds, half = clock.groups()
        tail = re.sub(r"[,:]", ".", seconds)
        day = float(hours or 0)
        if half:
            day = day % 12 + (12 if half in "pP" else 0)
        return 3600 * day + 60 * float(minutes) + float(tail)
    try:
        return datetime.fromisoformat(cell.replace(",", ".")).timestamp()
    except (ValueError, OverflowError, OSError):
        return float("nan")
