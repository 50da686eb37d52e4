"""Small files that are made to take long or fill the memory are read or refused all the same.

One process reads them all, which may have a minute of the processor and 1 GiB, and no more.
"""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from engine.errors import FileError
from engine.ink.ink import Ink, Stroke
from engine.ink.preparation import Preparation
from engine.io.limits import MOST_POINTS
from studio.importing.line_reader import lines
from studio.importing.reading import READERS, read, read_ink

SECONDS, BYTES = 60, 1 << 30


def negative_seek() -> bytes:
    """A zip archive whose end says that its table begins before the file does."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("content.xml", "<xournal/>")
    data = stream.getvalue()
    return data[:-6] + b"\xff\xff\x00\x00" + data[-2:]


def manifest() -> bytes:
    stream = io.BytesIO()
    text = '{"format":"scriptorium-note","version":3,"x":[' + "[]," * (20 << 20) + "[]]}"
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("note.json", text)
        archive.writestr("ink.bin", b"")
    return stream.getvalue()


def note(version: int) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(
            "note.json", json.dumps({"format": "scriptorium-note", "version": version})
        )
        archive.writestr("ink.bin", b"")
    return stream.getvalue()


def strokes(columns: int, rows: int) -> str:
    return "".join(f"M{5 * (k % columns)} {30 * (k // columns)}h3v5" for k in range(columns * rows))


def uses(depth: int, each: int) -> str:
    body = '<path id="u0" stroke="red" d="M0 0L9 9"/>'
    for level in range(1, depth):
        body += f'<g id="u{level}">' + f'<use href="#u{level - 1}"/>' * each + "</g>"
    return f"<svg>{body}</svg>"


def sheet(rules: int, elements: int) -> str:
    css = "".join(f"g g g g path.a{k}{{stroke:red}}" for k in range(rules))
    return f"<svg><style>{css}</style>{'<g/>' * elements}</svg>"


def rings(count: int) -> str:
    """Squares within squares, drawn to the left and to the right by turns."""
    ways = ("M{a} {a}H{b}V{b}H{a}z", "M{a} {a}V{b}H{b}V{a}z")
    data = "".join(ways[k % 2].format(a=k, b=9 * count - k) for k in range(count))
    return f'<svg><path d="{data}"/></svg>'


POINTS = f"more than {MOST_POINTS} points"
FILES: dict[str, tuple[Callable[[], str | bytes], str]] = {
    "strokes.svg": (lambda: f'<svg><path stroke="r" d="{strokes(100, 200)}"/></svg>', ""),
    "scattered.svg": (
        lambda: '<svg><path stroke="r" d="{}"/></svg>'.format(
            "".join(f"M{k * 7919 % 10007} {k * 104729 % 399 * 30}h3v5" for k in range(20000))
        ),
        "",
    ),
    "spaces.svg": (lambda: f'<svg><path stroke="r" d="M0 0{" " * 999999}x"/></svg>', "no ink"),
    "commas.svg": (lambda: f'<svg><path stroke="r" d="M0 0{" ," * 999999}L"/></svg>', "no ink"),
    "digits.svg": (lambda: f'<svg><path stroke="r" d="M0 {"9" * 999999}"/></svg>', "no ink"),
    "transform.svg": (lambda: f'<svg transform="{"scale(" * 60000}"/>', "no ink"),
    "spaces-transform.svg": (lambda: f'<svg transform="scale{" " * 999999}"/>', "no ink"),
    "line.svg": (lambda: '<svg><line x1="1 2" x2="3" y2="4" stroke="red"/></svg>', ""),
    "huge-line.svg": (lambda: '<svg><line x2="1e999" y2="4" stroke="red"/></svg>', ""),
    "uses.svg": (lambda: uses(9, 30), POINTS),
    "itself.svg": (lambda: '<svg><g id="a"><use href="#a"/></g></svg>', "no ink"),
    "circles.svg": (lambda: "<svg>" + '<circle r="9" stroke="red"/>' * 50000 + "</svg>", POINTS),
    "sheet.svg": (lambda: sheet(2000, 50000), "too involved"),
    "long-sheet.svg": (lambda: f"<svg><style>{'a{}' * 500000}</style></svg>", "too long a style"),
    "nested-sheet.svg": (lambda: f"<svg><style>{'a{' * 200000}</style></svg>", "no ink|damaged"),
    "outlines.svg": (
        lambda: "<svg>" + '<path d="M0 0L9 0L9 1L0 1z"/>' * 20000 + "</svg>",
        POINTS,
    ),
    "rings.svg": (lambda: rings(4000), "filled outlines"),
    "entities.svg": (
        lambda: f'<!DOCTYPE svg [<!ENTITY a "{"x" * 999}">]><svg id="{"&a;" * 999999}"/>',
        "too often",
    ),
    "spaces.inkml": (lambda: f"<ink><trace>1 2, 3{' ' * 999999}x</trace></ink>", "not finite"),
    "hex.inkml": (lambda: f"<ink><trace>1 2, #{'F' * 99999} 3</trace></ink>", "not finite"),
    "values.inkml": (lambda: f"<ink><trace>{'1 ' * 9999999}</trace></ink>", POINTS),
    "channels.inkml": (lambda: f"<ink><trace>1 2,{'1 ' * 9999999},3 4</trace></ink>", "values"),
    "views.inkml": (
        lambda: '<ink><trace xml:id="a">'
        + "1 2," * 200
        + '1 2</trace><traceGroup><annotation type="truth">x</annotation>'
        + '<traceView traceDataRef="#a"/>' * 20000
        + "</traceGroup></ink>",
        POINTS,
    ),
    "groups.inkml": (
        lambda: '<ink><traceGroup xml:id="a">'
        + "<trace>1 2</trace>" * 40000
        + '</traceGroup><traceView><annotation type="truth">x</annotation>'
        + '<traceView traceDataRef="#a"/>' * 40000
        + "</traceView></ink>",
        POINTS,
    ),
    "circle.inkml": (
        lambda: '<ink><trace xml:id="a" continuation="end" priorRef="#b">1 2, 3 4</trace>'
        '<trace xml:id="b" continuation="end" priorRef="#a">1 2, 3 4</trace></ink>',
        "",
    ),
    "jump.csv": (
        lambda: "x,y,pen,time\n"
        + "".join(f"{k},{k % 5},1,{0.02 * k + 1e6 * (k > 60)}\n" for k in range(120)),
        "",
    ),
    "jumps.csv": (
        lambda: "x,y,pen,time\n" + "".join(f"{k},{k % 5},1,{9.9 * k}\n" for k in range(9000)),
        "",
    ),
    "row.csv": (lambda: "x,y\n" + "1," * 9999999, "too long a row"),
    "empty-x.xml": (
        lambda: '<WhiteboardCaptureSession><Stroke><Point x="" y="3" time="4"/></Stroke>'
        "</WhiteboardCaptureSession>",
        "no number",
    ),
    "blanks.dat": (
        lambda: ".VERSION 1.0\n.SEGMENT TEXT 0" + " " * 999999 + "x\n.PEN_DOWN\n1 2\n3 4\n",
        "",
    ),
    "numbers.dat": (lambda: ".PEN_DOWN\n" + "1 " * 9999999, POINTS),
    "labels.dat": (
        lambda: ".PEN_DOWN\n1 2\n" * 100 + '.SEGMENT WORD 0-99 OK "x"\n' * 20000,
        POINTS,
    ),
    "long.dat": (lambda: '.PEN_DOWN\n1 2\n3 4\n.SEGMENT WORD 0-999999999 OK "x"\n', ""),
    "lines.rm": (
        lambda: b"reMarkable .lines file, version=5".ljust(43) + b"\xff\xff\xff\x7f" * 9,
        "cut short",
    ),
    "seek.xopp": (negative_seek, "damaged"),
    "half.xopp": (lambda: "<xournal><page><layer><stroke>1</stroke></layer></page></xournal>", ""),
    "manifest.scriptorium": (manifest, "values, which no note does"),
    "minus.scriptorium": (lambda: note(-5), "damaged"),
}  # fmt: skip

SCRIPT = f"""
import json, resource, sys
resource.setrlimit(resource.RLIMIT_AS, ({BYTES}, {BYTES}))
resource.setrlimit(resource.RLIMIT_CPU, ({SECONDS}, {SECONDS}))
from pathlib import Path
from engine.errors import FileError, InkError
from engine.ink.preparation import Preparation
from studio.importing.reading import read, recorded
for path in sorted(Path(sys.argv[1]).iterdir()):
    said = "read"
    try:
        for piece in read(path, flip=False)[:20]:
            try:
                Preparation().prepare(recorded(piece, "x" * 20).ink)
            except InkError:
                pass
    except FileError as error:
        said = str(error)
    print(json.dumps([path.name, said]), flush=True)
"""


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What is said of each file, by one process; nothing of those that it did not come to."""
    folder = tmp_path_factory.mktemp("small")
    for name, (content, _) in FILES.items():
        made = content()
        (folder / name).write_bytes(made.encode() if isinstance(made, str) else made)
    result = subprocess.run(
        [sys.executable, "-c", SCRIPT, folder],
        stdout=subprocess.PIPE,
        text=True,
        env={"OPENBLAS_NUM_THREADS": "1", "PYTHONPATH": str(Path(__file__).parents[3])},
    )
    return dict(json.loads(line) for line in result.stdout.splitlines())


@pytest.mark.parametrize("name", FILES)
def test_work_and_memory_are_bounded(name: str, answers: dict[str, str]) -> None:
    assert name in answers
    assert len(answers[name].splitlines()) == 1
    assert re.search(FILES[name][1], answers[name])


def test_ten_thousand_brackets_are_no_style(tmp_path: Path) -> None:
    (tmp_path / "deep.json").write_bytes(b"[" * 100_000)
    with pytest.raises(FileError, match="neither a style nor a recorded line"):
        lines(tmp_path / "deep.json")


def test_a_clock_that_jumps_is_set_right_and_told(tmp_path: Path) -> None:
    content, _ = FILES["jump.csv"]
    (tmp_path / "a.csv").write_text(str(content()))
    found = read_ink(tmp_path / "a.csv")
    (stroke,) = found.pieces[0].ink.strokes
    assert stroke.time is not None
    assert np.allclose(np.diff(stroke.time), 0.02)
    assert found.notices == ("The clock jumps within a stroke; the jump was taken out.",)


def test_a_line_of_hours_is_refused_by_the_preparation() -> None:
    stroke = Stroke(np.random.default_rng(0).normal(size=(9, 2)), np.arange(9) * 1e6)
    with pytest.raises(Exception, match="clock jumps"):
        Preparation().prepare(Ink((stroke,)))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes")
@pytest.mark.parametrize("suffix", sorted(READERS))
def test_pipes_devices_and_folders_are_refused(suffix: str, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / f"pipe{suffix}")
    (tmp_path / f"folder{suffix}").mkdir()
    (tmp_path / f"device{suffix}").symlink_to("/dev/zero")
    for kind in ("pipe", "folder", "device"):
        with pytest.raises(FileError, match="a folder or a device"):
            read(tmp_path / f"{kind}{suffix}")
    with pytest.raises(FileError, match="a folder or a device"):
        lines((tmp_path / f"pipe{suffix}").rename(tmp_path / "pipe.json"))


def test_a_mistake_of_ours_is_a_sentence_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(data: bytes, budget: object) -> list[object]:
        raise ZeroDivisionError

    monkeypatch.setitem(READERS, ".csv", broken)
    (tmp_path / "a.csv").write_text("1 2")
    with (
        caplog.at_level("INFO"),
        pytest.raises(FileError, match=r"a\.csv is damaged or of another kind"),
    ):
        read(tmp_path / "a.csv")
    assert "ZeroDivisionError" in caplog.text
