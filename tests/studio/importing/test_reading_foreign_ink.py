"""Every kind of foreign file gives the strokes that were drawn, line by line."""

from __future__ import annotations

import gzip
import zipfile
from pathlib import Path

import numpy as np
import pytest

from engine.errors import FileError
from engine.ink.ink import Ink, Stroke
from engine.ink.preparation import RECORDING_RATE, Preparation
from engine.ink.timing import POINTS_A_CHARACTER, timed
from engine.io.limits import Budget
from studio.document.note import Block, Note
from studio.importing.foreign_ink import InkPiece
from studio.importing.line_finding import in_lines
from studio.importing.path_data import lines_of
from studio.importing.reading import READERS, read, recorded
from studio.layout.line_writer import LineRequest, WrittenLine
from studio.storage.note_file import NoteFile, save

INKML = """<?xml version="1.0" encoding="UTF-8"?>
<inkml:ink xmlns:inkml="http://www.w3.org/2003/InkML">
 <inkml:definitions>
  <inkml:context xml:id="ctx0"><inkml:inkSource xml:id="src"><inkml:traceFormat>
   <inkml:channel name="X" type="integer" units="himetric"/>
   <inkml:channel name="Y" type="integer" units="himetric"/>
   <inkml:channel name="F" type="integer" max="32767" units="dev"/>
   <inkml:channel name="T" type="integer" units="ms"/>
  </inkml:traceFormat></inkml:inkSource></inkml:context>
 </inkml:definitions>
 <inkml:annotation type="truth">ab</inkml:annotation>
 <inkml:trace contextRef="#ctx0">10 20 0 0, 12 24 16384 13, 15 29 32767 26</inkml:trace>
 <inkml:trace contextRef="#ctx0" type="penUp">0 0 0 30, 1 1 0 40</inkml:trace>
 <inkml:trace contextRef="#ctx0">40 20 100 60, 41 22 200 73</inkml:trace>
</inkml:ink>"""


def file(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_inkml_with_channels_pressure_time_and_transcript(tmp_path: Path) -> None:
    (piece,) = read(file(tmp_path, "a.inkml", INKML))
    first, second = piece.ink.strokes
    assert piece.text == "ab"
    assert first.xy.tolist() == [[10, 20], [12, 24], [15, 29]]
    assert first.time is not None
    assert np.allclose(first.time, [0, 0.013, 0.026])
    assert first.pressure is not None
    assert np.allclose(first.pressure, [0, 0.5, 1], atol=1e-4)
    assert second.xy.tolist() == [[40, 20], [41, 22]]


def test_inkml_differences_as_in_the_recommendation(tmp_path: Path) -> None:
    # The example of the Recommendation's section on trace data.
    trace = "1125 18432,'23'43,\"7\"-8,3-5,7 -3,6 2,6 8,3 6,2 4"
    (piece,) = read(
        file(
            tmp_path,
            "a.inkml",
            f'<ink xmlns="http://www.w3.org/2003/InkML"><trace>{trace}</trace></ink>',
        )
    )
    assert piece.ink.xy[:5].tolist() == [
        [1125, 18432],
        [1148, 18475],
        [1178, 18510],
        [1211, 18540],
        [1251, 18567],
    ]


def test_inkml_groups_with_texts_are_lines_and_views_point_at_traces(tmp_path: Path) -> None:
    text = """<ink><traceFormat><channel name="Y"/><channel name="X"/></traceFormat>
    <trace xml:id="t1">1 2, 3 4</trace><trace xml:id="t2">5 6, 7 8</trace>
    <traceGroup><annotation type="truth">one</annotation>
      <traceView traceDataRef="#t1"/></traceGroup>
    <traceGroup><annotation type="truth">two</annotation>
      <traceView traceDataRef="t2"/></traceGroup>
    </ink>"""
    one, two = read(file(tmp_path, "a.inkml", text))
    assert (one.text, two.text) == ("one", "two")
    assert one.ink.xy.tolist() == [[2, 1], [4, 3]]
    assert two.ink.xy.tolist() == [[6, 5], [8, 7]]


def test_inkml_whose_y_goes_up_is_turned(tmp_path: Path) -> None:
    text = """<ink><traceFormat><channel name="X"/>
    <channel name="Y" orientation="-ve"/></traceFormat>
    <trace>1 2, 3 4</trace></ink>"""
    (piece,) = read(file(tmp_path, "a.inkml", text))
    assert piece.ink.xy.tolist() == [[1, -2], [3, -4]]


XOPP = """<?xml version="1.0" standalone="no"?>
<xournal creator="Xournal++ 1.2.3" fileversion="4">
<title>Xournal++ document - see https://github.com/xournalpp/xournalpp</title>
<page width="595.275591" height="841.889764">
<background type="solid" color="#ffffffff" style="lined"/>
<layer name="Layer 1">
<stroke tool="pen" color="#000000ff" width="1.41 0.5 1 0.25" capStyle="round">
1 2 3 4 5 6 7 8</stroke>
<stroke tool="highlighter" color="#ffff007f" width="8.5">0 0 9 9</stroke>
<text font="Sans" size="12" x="1" y="1" color="#000000ff">typed</text>
<stroke tool="pen" color="#000000ff" width="{width}">11 2 13 4</stroke>
</layer></page></xournal>"""


@pytest.mark.parametrize("packed", ["gzip", "zip", "plain"])
def test_xournal_notes_however_packed(tmp_path: Path, packed: str) -> None:
    content = XOPP.format(width="1.41").encode()
    path = tmp_path / "note.xopp"
    if packed == "zip":
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("content.xml", content)
    else:
        path.write_bytes(gzip.compress(content) if packed == "gzip" else content)
    (piece,) = read(path)
    first, second = piece.ink.strokes
    assert first.xy.tolist() == [[1, 2], [3, 4], [5, 6], [7, 8]]
    assert first.pressure is not None
    assert np.allclose(first.pressure, [0.5, 1, 0.25, 0.25])
    assert second.pressure is None


def test_xournal_with_broken_widths_keeps_its_strokes(tmp_path: Path) -> None:
    content = XOPP.format(width="1.41 nan").encode()
    (piece,) = read(file(tmp_path, "note.xopp", gzip.compress(content)))
    assert len(piece.ink.strokes) == 2


def test_svg_lines_under_transforms(tmp_path: Path) -> None:
    svg = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100">
    <defs><path stroke="red" d="M0 0L99 99"/></defs>
    <g transform="translate(10 20) scale(2)" style="fill:none;stroke:#000">
      <path d="M0 0 h3 v4"/>
      <polyline points="1,1 2,2 3,1"/>
      <line x1="0" y1="0" x2="1" y2="0" transform="rotate(90)"/>
      <path display="none" d="M0 0L9 9"/>
    </g></svg>"""
    (piece,) = read(file(tmp_path, "a.svg", svg), split=False)
    path, polyline, line = piece.ink.strokes
    assert path.xy.tolist() == [[10, 20], [16, 20], [16, 28]]
    assert polyline.xy.tolist() == [[12, 22], [14, 24], [16, 22]]
    assert np.allclose(line.xy, [[10, 20], [10, 22]])
    assert not piece.sampled


def test_svg_of_filled_outlines_is_refused_with_advice(tmp_path: Path) -> None:
    svg = '<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0L9 0L9 9z"/></svg>'
    with pytest.raises(FileError, match=r"filled outlines.*ball-point"):
        read(file(tmp_path, "a.svg", svg))


@pytest.mark.parametrize(
    ("data", "ends"),
    [
        ("M1 1L2 2 3 3", (1, 1, 3, 3)),
        ("m1,1 2,2-1-1", (1, 1, 2, 2)),
        ("M0 0C0 1 1 1 1 0S2-1 2 0", (0, 0, 2, 0)),
        ("M0 0Q1 1 2 0T4 0", (0, 0, 4, 0)),
        ("M0,0a5 5 0 1110 0", (0, 0, 10, 0)),
        ("M1.5.5H3V4", (1.5, 0.5, 3, 4)),
        ("M0 0 1 0 1 1Z", (0, 0, 0, 0)),
    ],
)
def test_path_data_ends_where_it_should(data: str, ends: tuple[float, ...]) -> None:
    (line,) = lines_of(data, Budget(Path("x.svg")))
    assert np.allclose([*line[0], *line[-1]], ends)


def test_an_arc_lies_on_its_circle() -> None:
    (line,) = lines_of("M0 0A5 5 0 0 1 10 0", Budget(Path("x.svg")))
    assert np.allclose(np.hypot(line[:, 0] - 5, line[:, 1]), 5)
    assert line[:, 1].min() == pytest.approx(-5)  # sweep 1 goes clockwise on a page with y down


@pytest.mark.parametrize("data", ["L1 1", "M0 0 L1", "M0 0 X", "M0 0 L nan 1", "M0 0 L1e99 0"])
def test_broken_path_data_is_refused(data: str) -> None:
    with pytest.raises(FileError, match="broken at"):
        lines_of(data, Budget(Path("x.svg")))


@pytest.mark.parametrize(
    "table",
    [
        "x,y,pen,time\n1,2,1,0\n3,4,1,10\n5,6,0,20\n7,8,1,30\n9,9,1,40\n",
        "# from a tablet\n1 2 1 0\n3 4 1 10\n5 6 0 20\n7 8 1 30\n9 9 1 40\n",
        "time;pen_down;y;x\n0;1;2;1\n10;1;4;3\n20;0;6;5\n30;1;8;7\n40;1;9;9\n",
    ],
)
def test_tables_in_any_order_of_columns(tmp_path: Path, table: str) -> None:
    (piece,) = read(file(tmp_path, "a.csv", table))
    first, second = piece.ink.strokes
    assert first.xy.tolist() == [[1, 2], [3, 4]]
    assert second.xy.tolist() == [[7, 8], [9, 9]]
    assert second.time is not None
    assert np.allclose(second.time, [0.03, 0.04])


def test_a_table_with_stroke_numbers(tmp_path: Path) -> None:
    (piece,) = read(file(tmp_path, "a.csv", "stroke,x,y\n1,0,0\n1,1,1\n2,5,5\n2,6,6\n"))
    assert [len(s) for s in piece.ink.strokes] == [2, 2]


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        ("x,y\n1,2\n3\n", "1 rows without 2 columns"),
        ("x,z\n1,2\n", "'z'"),
        ("x,time\n1,2\n", "no columns x and y"),
        ("1,2\n1,abc\n", "no number"),
        ("1,2\n1,nan\n", "not finite"),
        ("x,y,pen,time\n", "no ink"),
    ],
)
def test_broken_tables_are_refused(tmp_path: Path, table: str, sentence: str) -> None:
    with pytest.raises(FileError, match=sentence):
        read(file(tmp_path, "a.csv", table))


def test_a_session_of_iam(tmp_path: Path) -> None:
    xml = """<?xml version="1.0" encoding="ISO-8859-1"?>
    <WhiteboardCaptureSession><StrokeSet>
    <Stroke colour="black" start_time="1090270984.04" end_time="1090270984.07">
      <Point x="10" y="20" time="1090270984.04"/>
      <Point x="12" y="22" time="1090270984.06"/></Stroke>
    <Stroke><Point x="30" y="20" time="1090270985.04"/>
      <Point x="31" y="22" time="1090270985.05"/></Stroke>
    </StrokeSet></WhiteboardCaptureSession>"""
    (piece,) = read(file(tmp_path, "a.xml", xml))
    assert piece.ink.strokes[0].xy.tolist() == [[10, 20], [12, 22]]
    assert piece.ink.strokes[1].time is not None
    assert np.allclose(piece.ink.strokes[1].time, [1.0, 1.01])
    assert piece.text == ""
    # Where the distribution's transcripts lie beside it, it has its text.
    strokes, texts = tmp_path / "lineStrokes" / "m1" / "m1-2", tmp_path / "ascii" / "m1" / "m1-2"
    for folder in (strokes, texts):
        folder.mkdir(parents=True)
    (texts / "m1-2z.txt").write_text("OCR:\n\nno\n\nCSR:\n\nfirst line\nsecond one\n")
    for number, text in (("02", "second one"), ("03", ""), ("00", "")):
        (piece,) = read(file(strokes, f"m1-2z-{number}.xml", xml))
        assert piece.text == text


def wave(left: float, top: float, cycles: int = 6) -> Stroke:
    t = np.linspace(0, 2 * np.pi * cycles, 20 * cycles)
    return Stroke(np.stack([left + t, top - 2 * np.sin(t)], axis=1))


def test_lines_are_parted_and_a_late_dot_goes_to_its_own_line() -> None:
    dot = Stroke(np.array([[12.0, -5.0], [12.1, -5.0]]))
    ink = Ink((wave(0, 0), wave(50, 1), wave(0, 20), wave(50, 20), dot, wave(0, 40)))
    pieces = in_lines(InkPiece(ink))[0]
    assert [len(piece.ink.strokes) for piece in pieces] == [3, 2, 1]
    texts = in_lines(InkPiece(ink, "one\ntwo\nthree"))[0]
    assert [piece.text for piece in texts] == ["one", "two", "three"]
    (whole,) = in_lines(InkPiece(ink, "two\nlines"))[0]
    assert whole.text == "two lines"
    assert whole.ink == ink


def test_a_sloping_line_stays_one() -> None:
    ink = Ink(tuple(wave(40 * i, 4.0 * i) for i in range(5)))
    assert len(in_lines(InkPiece(ink))[0]) == 1


def test_shapes_get_the_time_that_writing_takes() -> None:
    text = "wavy line"
    ink = timed(Ink((wave(0, 0), wave(50, 0))), text, sampled=False)
    usual = POINTS_A_CHARACTER * len(text)
    assert abs(ink.points - usual) < 0.1 * usual
    for stroke in ink.strokes:
        assert stroke.time is not None
        assert np.allclose(np.diff(stroke.time), 1 / RECORDING_RATE, rtol=0.1)
    speed = np.hypot(*np.diff(ink.strokes[0].xy, axis=0).T)
    height = np.abs(ink.strokes[0].xy[1:, 1])
    # The wave is bent at its crests and straight half-way: there the pen is faster.
    assert speed[height < 0.5].mean() > 1.3 * speed[height > 1.9].mean()


def test_samples_keep_their_points_and_are_spaced_evenly() -> None:
    ink = timed(Ink((wave(0, 0),)), "wave", sampled=True)
    (stroke,) = ink.strokes
    assert np.array_equal(stroke.xy, wave(0, 0).xy)
    assert stroke.time is not None
    assert np.ptp(stroke.time) == pytest.approx(4 * POINTS_A_CHARACTER / RECORDING_RATE)


def test_ink_with_times_is_left_alone() -> None:
    ink = Ink((Stroke(np.array([[0.0, 0], [1, 1]]), np.array([0.0, 0.5])),))
    assert timed(ink, "x", sampled=True) is ink


def test_what_is_read_can_be_prepared(tmp_path: Path) -> None:
    svg = (
        '<svg><path stroke="black" fill="none" d="M0 10C5-10 10 30 15 10S25-10 30 10S45 30 50 8"/>'
        "</svg>"
    )
    (piece,) = read(file(tmp_path, "a.svg", svg))
    line = recorded(piece, "mmm", "test")
    prepared = Preparation().prepare(line.ink)
    assert 20 <= prepared.points <= 45
    assert 0.5 < float(prepared.xy[:, 1].std()) < 2


def test_the_lines_of_a_note_of_this_program(tmp_path: Path) -> None:
    stroke = Stroke(np.array([[0.0, 0], [1, -1], [2, 0]]), np.array([0, 0.02, 0.04]))
    ink = Ink((stroke, stroke))
    line = WrittenLine("ab", ink, np.array([0, 0, 0, 1, 1, 1]), 0)
    request = LineRequest("ab", None, 0.5, 3)
    save(NoteFile(Note((Block("ab"),)), {request: line}), tmp_path / "note.scriptorium")
    (piece,) = read(tmp_path / "note.scriptorium")
    assert piece.text == "ab"
    assert np.allclose(piece.ink.xy, ink.xy)


def test_an_unknown_kind_and_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="of a kind that is not read"):
        read(tmp_path / "a.odt")
    for suffix in READERS:
        with pytest.raises(FileError, match="cannot be read"):
            read(tmp_path / f"missing{suffix}")
