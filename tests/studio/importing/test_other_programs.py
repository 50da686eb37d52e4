"""Ink in the manners of other programs: what they wrote comes back stroke by stroke."""

from __future__ import annotations

import gzip
import io
import json
import struct
import zipfile
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import rmscene

from engine.ink.ink import Ink, Stroke
from engine.style.style import Style
from studio.importing.foreign_ink import ForeignInk
from studio.importing.reading import read, read_ink

Line = tuple[str, Ink]


@cache
def two_lines() -> list[Line]:
    """Two written lines in millimetres, from a file beside this one."""
    entries = json.loads(Path(__file__).with_name("two-lines.json").read_text())
    return [
        (e["text"], Ink.from_lists(np.reshape(xy, (-1, 2)) for xy in e["strokes"])) for e in entries
    ]


@cache
def of_styles(*names: str) -> list[Line]:
    """Lines that a hand wrote in some styles below each other, in millimetres."""
    lines = []
    for number, name in enumerate(names):
        style = Style.load(Path(__file__).with_name("style_lines") / f"{name.lower()}.json")
        ink = style.ink.scaled(1.6).moved(15, 20 + 13 * number)
        lines.append((style.text, Ink.from_lists(np.round(s.xy, 3) for s in ink.strokes)))
    return lines


PAGES: dict[str, Callable[[], list[Line]]] = {
    "two lines": two_lines,
    "two styles": lambda: of_styles("Elm", "Larch"),
    "three styles": lambda: of_styles("Birch", "Willow", "Hazel"),
}


@pytest.fixture(params=PAGES)
def lines(request: pytest.FixtureRequest) -> list[Line]:
    return PAGES[request.param]()


def strokes_of(lines: Iterable[Line]) -> list[Stroke]:
    return [stroke for _, ink in lines for stroke in ink.strokes]


def written(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def check(found: ForeignInk, lines: Sequence[Line], scale: float = 1.0, atol: float = 0.02) -> None:
    """Line by line and stroke by stroke the points that were written."""
    assert len(found.pieces) == len(lines)
    for piece, (_, ink) in zip(found.pieces, lines, strict=True):
        assert len(piece.ink.strokes) == len(ink.strokes)
        for got, wanted in zip(piece.ink.strokes, ink.strokes, strict=True):
            assert np.allclose(got.xy[[0, -1]] * scale, wanted.xy[[0, -1]], atol=atol)
            assert np.allclose(
                [got.xy.min(axis=0) * scale, got.xy.max(axis=0) * scale],
                [wanted.xy.min(axis=0), wanted.xy.max(axis=0)],
                atol=atol,
            )


def points(xy: np.ndarray, mark: str = "L") -> str:
    xy = xy.repeat(2, axis=0) if len(xy) == 1 else xy
    return "M" + f" {mark}".join(f"{x:.3f},{y:.3f}" for x, y in xy)


PEN = 'fill="none" stroke="#000" stroke-width="0.4"'


def svg(body: str, head: str = "", more: str = "") -> str:
    return (
        f'<?xml version="1.0"?>{head}<svg xmlns="http://www.w3.org/2000/svg" {more} '
        'xmlns:xlink="http://www.w3.org/1999/xlink" width="320mm" height="80mm" '
        f'viewBox="0 0 320 80">{body}</svg>'
    )


# SVG -----------------------------------------------------------------------------------------


def test_segments_with_a_width_each_are_one_stroke(lines: list[Line], tmp_path: Path) -> None:
    """Xournal++ with pressure, and Tuhi: a path from each point to the next."""
    body, widths = "", []
    for stroke in strokes_of(lines):
        widths.append([0.3 + 0.02 * (k % 9) for k in range(len(stroke))])
        ends = stroke.xy[1:] if len(stroke) > 1 else stroke.xy
        for a, b, width in zip(stroke.xy, ends, widths[-1], strict=False):
            body += (
                f'<path style="fill:none;stroke-width:{width:.3f};stroke:rgb(20%,20%,80%);'
                f'stroke-opacity:1" d="M {a[0]:.6f} {a[1]:.6f} L {b[0]:.6f} {b[1]:.6f} "/>\n'
            )
    found = read_ink(written(tmp_path, "a.svg", svg(body)))
    check(found, lines)
    (first, *_) = found.pieces[0].ink.strokes
    assert first.pressure is not None
    assert np.allclose(first.pressure, [0.3 / 0.46, *(w / 0.46 for w in widths[0][:-1])], atol=1e-3)


def test_dots_beside_segments_are_discs_as_wide_as_the_pen(
    lines: list[Line], tmp_path: Path
) -> None:
    """The signature pads of web pages: a curve and a width from each point to the next."""
    body = ""
    dotted: list[Line] = []
    for text, ink in lines:
        strokes = []
        for stroke in ink.strokes:
            if np.ptp(stroke.xy, axis=0).max() < 0.9:
                x, y = (stroke.xy.min(axis=0) + stroke.xy.max(axis=0)) / 2
                body += f'<circle r="0.25" cx="{x}" cy="{y}" fill="black"></circle>'
                strokes.append(Stroke(np.array([[x, y]])))
                continue
            for k, (a, b) in enumerate(pairwise(stroke.xy)):
                c, d = (2 * a + b) / 3, (a + 2 * b) / 3
                body += (
                    f'<path d="M {a[0]:.3f},{a[1]:.3f} C {c[0]:.3f},{c[1]:.3f} '
                    f'{d[0]:.3f},{d[1]:.3f} {b[0]:.3f},{b[1]:.3f}" '
                    f'stroke-width="{0.3 + 0.02 * (k % 5):.3f}" '
                    'stroke="black" fill="none" stroke-linecap="round"></path>'
                )
            strokes.append(stroke)
        dotted.append((text, Ink(tuple(strokes))))
    assert sum(len(s) == 1 for _, ink in dotted for s in ink.strokes) > 1
    found = read_ink(written(tmp_path, "a.svg", svg(body)))
    check(found, dotted, atol=0.05)
    assert found.notices == ()


RULES = {
    "group": (
        '<g class="ruleline write-std-ruling" stroke="#0000FF">'
        + "".join(f'<line x1="0" y1="{y}" x2="320" y2="{y}"/>' for y in range(5, 80, 7))
        + '<line x1="12" y1="0" x2="12" y2="80" stroke="red"/></g>'
    ),
    "plain": "".join(
        f'<path fill="none" stroke="#9cf" stroke-width=".1" d="M0 {y}H320"/>'
        for y in range(6, 80, 6)
    )
    + '<path fill="none" stroke="red" d="M12 0V80"/>',
    "squares": "".join(f'<line stroke="#ccc" x1="{x}" x2="{x}" y2="80"/>' for x in range(0, 320, 5))
    + "".join(f'<line stroke="#ccc" x2="320" y1="{y}" y2="{y}"/>' for y in range(0, 80, 5)),
}


@pytest.mark.parametrize("rules", RULES)
def test_rules_of_the_paper_are_no_ink(rules: str, lines: list[Line], tmp_path: Path) -> None:
    body = RULES[rules] + "".join(f'<path {PEN} d="{points(s.xy)}"/>' for s in strokes_of(lines))
    found = read_ink(written(tmp_path, "a.svg", svg(body)))
    check(found, lines)
    assert any("rule" in notice for notice in found.notices)


def outline_of(xy: np.ndarray, width: float) -> np.ndarray:
    """Along the right side of a stroke and back along its left, as pens are drawn as shapes."""
    if len(xy) == 1:
        xy = np.concatenate([xy, xy + 0.05])
    way = np.gradient(xy, axis=0)
    normal = np.stack([-way[:, 1], way[:, 0]], axis=1)
    normal /= np.maximum(np.hypot(*normal.T), 1e-9)[:, None]
    share = np.linspace(1.0, 0.6, len(xy))[:, None]
    side = normal * share * width / 2
    return np.concatenate([xy + side, (xy - side)[::-1]])


@pytest.mark.parametrize("paint", ["", 'stroke="#000" stroke-width="0.01"'])
def test_outlines_of_a_pen_are_brought_to_their_middle(
    paint: str, lines: list[Line], tmp_path: Path
) -> None:
    body = "".join(
        f'<path class="write-flat-pen" fill="#000" {paint} d="{points(outline_of(s.xy, 0.4))} Z"/>'
        for s in strokes_of(lines)
    )
    found = read_ink(written(tmp_path, "a.svg", svg(body)))
    assert any("middle" in notice for notice in found.notices)
    assert len(found.pieces) == len(lines)
    for piece, (_, ink) in zip(found.pieces, lines, strict=True):
        assert len(piece.ink.strokes) == len(ink.strokes)
        for got, wanted in zip(piece.ink.strokes, ink.strokes, strict=True):
            # All points of each lie near the other, and it is written from the same end.
            gaps = np.hypot(*(got.xy[:, None] - wanted.xy[None]).transpose(2, 0, 1))
            step = np.hypot(*np.diff(wanted.xy, axis=0).T).max(initial=0)
            assert gaps.min(axis=1).max() < 0.2 + step / 2
            assert gaps.min(axis=0).max() < 0.5
            if np.hypot(*(wanted.xy[-1] - wanted.xy[0])) > 1.2:
                assert gaps[0, 0] < gaps[0, -1]


@pytest.mark.parametrize(
    "body",
    [
        '<path d="M0 0L9 0L9 9z"/>',
        # A printed o, whose second outline is a hole.
        '<path class="c" d="M5 0A5 5 0 0 1 5 10A5 5 0 0 1 5 0zM5 2A3 3 0 0 0 5 8A3 3 0 0 0 5 2z"/>',
        # A printed T: no pen's way has a branch.
        '<polygon points="0,0 30,0 30,3 17,3 17,40 13,40 13,3 0,3"/>',
        '<rect width="8" height="9" fill="#000"/>',
        # A bar is no stroke, however long.
        '<path d="M0 0H90V4H0Z"/>',
    ],
)  # fmt: skip
def test_filled_shapes_are_refused(body: str, tmp_path: Path) -> None:
    with pytest.raises(Exception, match=r"filled outlines.*ball-point"):
        read(written(tmp_path, "a.svg", svg(body)))


def test_what_is_used_is_drawn_at_its_place(lines: list[Line], tmp_path: Path) -> None:
    body = ""
    for k, stroke in enumerate(strokes_of(lines)):
        shape = f'd="{points(stroke.xy - [10, 5])}"'
        if k % 3 == 0:
            body += f'<defs><path id="p{k}" {PEN} {shape}/></defs>'
            body += f'<use xlink:href="#p{k}" x="10" y="5"/>'
        elif k % 3 == 1:
            body += f'<symbol id="p{k}" viewBox="0 0 150 80"><path {PEN} {shape}/></symbol>'
            body += f'<use href="#p{k}" x="10" y="5" width="150" height="80"/>'
        else:
            body += f'<svg x="10" y="5" width="75" height="40" viewBox="0 0 150 80"><g id="p{k}">'
            body += f'<path {PEN} transform="scale(2)" {shape}/></g></svg>'
    check(read_ink(written(tmp_path, "a.svg", svg(body))), lines)


@pytest.mark.parametrize("shape", ["circle", "ellipse", "path"])
def test_small_discs_are_dots(shape: str, lines: list[Line], tmp_path: Path) -> None:
    body = ""
    dotted: list[Line] = []
    for text, ink in lines:
        strokes = []
        for stroke in ink.strokes:
            x, y = (stroke.xy.min(axis=0) + stroke.xy.max(axis=0)) / 2
            if np.ptp(stroke.xy, axis=0).max() > 0.9:
                body += f'<path {PEN} d="{points(stroke.xy)}"/>'
                strokes.append(stroke)
                continue
            strokes.append(Stroke(np.array([[x, y]])))
            body += {
                "circle": f'<circle cx="{x}" cy="{y}" r=".25"/>',
                "ellipse": f'<g transform="translate({x} {y})"><ellipse rx=".3" ry=".25"/></g>',
                "path": f'<path fill="#222" d="M{x - 0.2} {y}a.2.2 0 0 1 .4 0a.2.2 0 0 1-.4 0z"/>',
            }[shape]
        dotted.append((text, Ink(tuple(strokes))))
    assert sum(len(s) == 1 for _, ink in dotted for s in ink.strokes) > 1
    check(read_ink(written(tmp_path, "a.svg", svg(body))), dotted, atol=0.05)


def test_all_shapes_are_drawn(tmp_path: Path) -> None:
    body = """<g fill="none" stroke="#000"><circle cx="20" cy="30" r="15"/>
    <rect x="40" y="15" width="30" height="30"/><ellipse cx="85" cy="30" rx="10" ry="15"/>
    <path d="M10 55H90"/><polygon points="1,1 2,2 3,1"/><polyline points="1,1 2,2 3,1"/>
    <line x1="1" x2="10%" y2="50%"/></g>"""
    (piece,) = read(written(tmp_path, "a.svg", svg(body)), split=False)
    boxes = [
        [*np.round(s.xy.min(axis=0), 1).tolist(), *np.round(s.xy.max(axis=0), 1).tolist()]
        for s in piece.ink.strokes
    ]
    assert boxes == [
        [5, 15, 35, 45], [40, 15, 70, 45], [75, 15, 95, 45], [10, 55, 90, 55], [1, 1, 3, 2],
        [1, 1, 3, 2], [1, 0, 32, 40],
    ]  # fmt: skip


HEADS = {
    "Illustrator": '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" '
    '"http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd" [\n'
    '<!ENTITY ns_extend "http://ns.adobe.com/Extensibility/1.0/">\n'
    '<!ENTITY ns_ai "http://ns.adobe.com/AdobeIllustrator/10.0/">]>',
    "public": '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" '
    '"http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">',
    "paint": '<!DOCTYPE svg [<!ENTITY ns_extend "x"><!ENTITY ns_ai "y"><!ENTITY s0 "stroke:red">]>',
}


@pytest.mark.parametrize("head", HEADS)
def test_entities_that_hold_a_word_are_read(head: str, lines: list[Line], tmp_path: Path) -> None:
    more = 'xmlns:x="&ns_extend;" xmlns:i="&ns_ai;"' if head != "public" else ""
    style = "&s0;" if head == "paint" else "stroke:#000"
    body = "".join(
        f'<path style="fill:none;{style}" d="{points(s.xy)}"/>' for s in strokes_of(lines)
    )
    check(read_ink(written(tmp_path, "a.svg", svg(body, HEADS[head], more))), lines)


SHEETS = {
    "classes": (".st0{fill:none;stroke:#000;stroke-width:.4} .st1{display:none}", 'class="st0"'),
    "ids and parts": (
        "/* ink */ #ink > path, g.page .pen { fill: none; stroke: blue } path{fill:red}"
        "@media print { .st1 { visibility: hidden } } .st1:hover { display: block }",
        'class="pen"',
    ),
    "important": (
        "path { stroke: none !important; fill: none } .pen { stroke: #00f !important }"
        ".st1 { opacity: 0 }",
        'class="pen" stroke="none"',
    ),
}


@pytest.mark.parametrize("sheet", SHEETS)
def test_style_sheets_say_what_is_drawn(sheet: str, lines: list[Line], tmp_path: Path) -> None:
    css, pen = SHEETS[sheet]
    body = f'<style type="text/css"><![CDATA[{css}]]></style><g id="ink" class="page">'
    for stroke in strokes_of(lines):
        body += f'<path {pen} d="{points(stroke.xy)}"/>'
        # What is not seen.
        body += (
            f'<path {pen} style="stroke-opacity:0;fill:none;stroke:none!important" d="M9 9h99"/>'
        )
    body += f'<g class="st1"><path {pen} style="stroke:#00f!important" d="M0 0L99 79"/></g></g>'
    check(read_ink(written(tmp_path, "a.svg", svg(body))), lines)


NO_INK = {
    "a dotted paper": (
        "".join(
            f'<circle cx="{x}" cy="{y}" r=".2" fill="#ccc"/>'
            for x in range(0, 320, 20)
            for y in range(0, 80, 20)
        ),
        "Left out, 64 times: a dot of the paper.",
    ),
    "a frame": (
        '<rect x="1" y="1" width="318" height="78" fill="none" stroke="#888"/>',
        "Left out: a frame of the page.",
    ),
    "white": (
        '<rect width="320" height="80" fill="#fefefe"/>'
        '<path fill="none" stroke="#fff" stroke-width="4" d="M9 9 99 60"/>'
        '<path fill="white" d="M9 9h20v20z"/>',
        "Left out, 2 times: a white line, or a white shape.",
    ),
    "a broken transform": (
        f'<path {PEN} transform="rotate()" d="M9 9 99 60"/><g transform="scale(">'
        f'<path {PEN} d="M9 9 99 60"/></g>',
        "Left out, 2 times: what has a broken transform.",
    ),
    "a clone within itself": (
        '<g id="a"><use href="#a"/></g><g id="b"><use href="#c"/></g>'
        '<g id="c"><use href="#b"/></g>',
        "Left out, 3 times: a clone within what it clones.",
    ),
    "other languages": (
        f'<switch><path {PEN} systemLanguage="xx" d="M9 9 99 60"/><g/></switch>',
        "",
    ),
    "attributes": (
        '<style>[data-kind="guide"], path[class~="b"], path[d$="60 Z"] {display: none}</style>'
        f'<path {PEN} data-kind="guide" d="M9 9 99 60"/><path {PEN} class="a b" d="M9 9 99 60"/>'
        f'<path {PEN} d="M9 9 99 60 Z"/>',
        "",
    ),
}


@pytest.mark.parametrize("what", NO_INK)
def test_what_is_no_ink_is_left_out(what: str, lines: list[Line], tmp_path: Path) -> None:
    body, told = NO_INK[what]
    body += "".join(f'<path {PEN} d="{points(s.xy)}"/>' for s in strokes_of(lines))
    found = read_ink(written(tmp_path, "a.svg", svg(body)))
    check(found, lines)
    assert found.notices == ((told,) if told else ())


def test_white_ink_on_dark_paper_is_ink(lines: list[Line], tmp_path: Path) -> None:
    body = '<rect width="320" height="80" fill="#123"/>'
    for k, stroke in enumerate(strokes_of(lines)):
        pen = PEN.replace("#000", "#fff") if k % 2 else PEN.replace("#000", "#f80")
        body += f'<path {pen} d="{points(stroke.xy)}"/>'
    check(read_ink(written(tmp_path, "a.svg", svg(body))), lines)


@pytest.mark.parametrize(
    "style",
    [
        "transform: translate(10px, 5px) rotate(90deg)",
        "transform: matrix(0, 1, -1, 0, 10, 5)",
        "transform: translateX(10px) translateY(5px) rotate(90)",
    ],
)
def test_transforms_of_styles_are_followed(style: str, lines: list[Line], tmp_path: Path) -> None:
    body = "".join(
        f'<path {PEN} style="{style}" transform="scale(3)" d="{points(back)}"/>'
        for s in strokes_of(lines)
        for back in [(s.xy - [10, 5]) @ [[0, -1], [1, 0]]]
    )
    check(read_ink(written(tmp_path, "a.svg", svg(body))), lines)


def test_typed_text_and_pictures_are_told(tmp_path: Path) -> None:
    body = f'<text>typed</text><image/><path {PEN} d="M0 0L9 9 18 0"/>'
    found = read_ink(written(tmp_path, "a.svg", svg(body)))
    assert found.notices == ("Left out: typed text.", "Left out: an image.")


# Xournal++ -----------------------------------------------------------------------------------


def xopp(strokes: Iterable[str]) -> bytes:
    body = "".join(
        f'<stroke tool="pen" color="#000000ff" width="1.41">{text}</stroke>' for text in strokes
    )
    return gzip.compress(
        f'<xournal creator="Xournal++ 1.2.3"><page width="595" height="841"><layer>{body}</layer>'
        "</page></xournal>".encode()
    )


def words(stroke: Stroke) -> list[str]:
    return [f"{value:.3f}" for value in stroke.xy.ravel()]


@pytest.mark.parametrize("odd", ["nan", "-inf", "1.2.3"])
def test_one_odd_value_loses_one_point(odd: str, lines: list[Line], tmp_path: Path) -> None:
    texts = [words(stroke) for stroke in strokes_of(lines)]
    texts[8][3] = odd
    found = read_ink(written(tmp_path, "a.xopp", xopp(" ".join(text) for text in texts)))
    assert sum(piece.ink.points for piece in found.pieces) == sum(i.points for _, i in lines) - 1
    assert [len(p.ink.strokes) for p in found.pieces] == [len(ink.strokes) for _, ink in lines]
    assert found.notices == ("Left out: a point whose place is no finite number.",)


def test_half_a_point_is_left_out(lines: list[Line], tmp_path: Path) -> None:
    texts = [" ".join(words(stroke)) for stroke in strokes_of(lines)]
    texts[0] += " 17.5"
    found = read_ink(written(tmp_path, "a.xopp", xopp(texts)))
    check(found, lines)
    assert found.notices == ("Left out: half a point.",)


def test_decimal_commas_in_a_note_of_xournal(lines: list[Line], tmp_path: Path) -> None:
    texts = [" ".join(words(stroke)).replace(".", ",") for stroke in strokes_of(lines)]
    check(read_ink(written(tmp_path, "a.xopp", xopp(texts))), lines)


@pytest.mark.parametrize("rule", ["underline", "across", "by hand"])
def test_a_level_line_is_no_line_of_writing(rule: str, lines: list[Line], tmp_path: Path) -> None:
    left, _, right, bottom = lines[0][1].bounds
    level = {
        "underline": f"{left} {bottom + 0.5} {left + 20} {bottom + 0.5}",
        "across": f"0 {bottom + 3} 150 {bottom + 3.1}",
        "by hand": " ".join(
            f"{x:.2f} {bottom + 0.8 + 0.2 * np.sin(x):.2f}" for x in np.arange(left, right, 2.0)
        ),
    }[rule]
    texts = [" ".join(words(stroke)) for stroke in strokes_of(lines)]
    first = len(lines[0][1].strokes)
    found = read_ink(written(tmp_path, "a.xopp", xopp([*texts[:first], level, *texts[first:]])))
    check(found, lines)
    assert found.notices == ("Left out: a rule or an underline.",)


def test_a_line_that_was_added_above_is_the_first(lines: list[Line], tmp_path: Path) -> None:
    late = [*lines[1:], lines[0]]
    texts = [" ".join(words(stroke)) for stroke in strokes_of(late)]
    check(read_ink(written(tmp_path, "a.xopp", xopp(texts))), lines)


# Tables --------------------------------------------------------------------------------------

SINCE_1970 = 1732867200.0


def rows(ink: Ink, step: float = 0.026) -> list[tuple[int, int, float, float, float]]:
    """Stroke, point, x, y and seconds."""
    found, clock = [], 0.0
    for number, stroke in enumerate(ink.strokes):
        for k, (x, y) in enumerate(stroke.xy):
            found.append((number, k, x, y, clock))
            clock += step
    return found


CLOCKS: dict[str, Callable[[float], str]] = {
    "seconds": lambda t: f"{t:.4f}",
    "milliseconds": lambda t: f"{1e3 * t:.1f}",
    "ms since 1970": lambda t: f"{1e3 * (SINCE_1970 + t):.0f}",
    "us since 1970": lambda t: str(round(1e6 * t) + round(1e6 * SINCE_1970)),
    "ns since 1970": lambda t: str(round(1e9 * t) + round(1e9 * SINCE_1970)),
    "100 ns since 1": lambda t: str(round(1e7 * t) + 638684640000000000),
    "s since 1970": lambda t: f"{SINCE_1970 + t:.4f}",
    "time of day": lambda t: f"08:{int(t) // 60 + 5:02}:{t % 60:07.4f}",
    "date and time": lambda t: f"2024-11-29T08:{int(t) // 60 + 5:02}:{t % 60:09.6f}+00:00",
}


@pytest.mark.parametrize("clock", CLOCKS)
def test_times_of_any_unit_and_origin(clock: str, lines: list[Line], tmp_path: Path) -> None:
    (_, ink), *_ = lines
    table = "x,y,stroke,time\n" + "".join(
        f"{x:.3f},{y:.3f},{n},{CLOCKS[clock](t)}\n" for n, _, x, y, t in rows(ink)
    )
    found = read_ink(written(tmp_path, "a.csv", table))
    check(found, lines[:1])
    times = np.concatenate([s.time for s in found.pieces[0].ink.strokes])
    assert np.allclose(times, 0.026 * np.arange(ink.points), atol=2e-3)


@pytest.mark.parametrize("clock", ["ms since 1970", "us since 1970", "ns since 1970"])
def test_inkml_times_since_1970(clock: str, lines: list[Line], tmp_path: Path) -> None:
    text, ink = lines[0]
    unit = {"m": "ms", "u": "us", "n": "ns"}[clock[0]]
    traces: dict[int, list[str]] = {}
    for number, _, x, y, t in rows(ink):
        traces.setdefault(number, []).append(f"{x:.3f} {y:.3f} {CLOCKS[clock](t)}")
    content = (
        '<ink xmlns="http://www.w3.org/2003/InkML"><traceFormat><channel name="X"/>'
        f'<channel name="Y"/><channel name="T" units="{unit}"/></traceFormat>'
        f'<annotation type="truth">{text}</annotation>'
        + "".join(f"<trace>{', '.join(points)}</trace>" for points in traces.values())
        + "</ink>"
    )
    found = read_ink(written(tmp_path, "a.inkml", content))
    check(found, lines[:1])
    assert found.pieces[0].text == text
    times = np.concatenate([s.time for s in found.pieces[0].ink.strokes])
    assert np.allclose(times, 0.026 * np.arange(ink.points), atol=2e-3)


TABLES: dict[str, tuple[str, Callable[..., str], list[str]]] = {
    "tilt": (
        "x,y,time,pressure,tilt_x,tilt_y,stroke",
        lambda n, k, x, y, t: f"{x},{y},{1e3 * t:.1f},0.5,12,-5,{n}",
        ["tilt_x", "tilt_y"],
    ),
    "ids": (
        "stroke_id,point_id,x,y,timestamp",
        lambda n, k, x, y, t: f"{n},{k},{x},{y},{1e3 * t:.1f}",
        ["point_id"],
    ),
    "units": ("x (mm),y (mm),time (ms),stroke", lambda n, k, x, y, t: f"{x},{y},{1e3 * t},{n}", []),
    "decimal commas": (
        '"X";"Y";"Zeit";"Stroke No"',
        lambda n, k, x, y, t: f"{x};{y};{t:.3f};{n}".replace(".", ","),
        [],
    ),
    "a spreadsheet's mark": ("sep=;\nX;Y;Strich", lambda n, k, x, y, t: f"{x};{y};{n}", []),
    "a title": (
        "Recorded on Monday\nDevice: tablet, pen\n\nx_px|y_px|stroke",
        lambda n, k, x, y, t: f"{x}|{y}|{n}",
        [],
    ),
    "names in a remark": (
        "# by a script\n# x y stroke t",
        lambda n, k, x, y, t: f"{x} {y} {n} {t:.3f}",
        [],
    ),
    "Android": (
        "action,x,y",
        lambda n, k, x, y, t: f"ACTION_{'MOVE' if k else 'DOWN'},{x},{y}",
        [],
    ),
    "quoted decimal commas": (
        '"x","y","stroke"',
        lambda n, k, x, y, t: f'"{x}","{y}","{n}"'.replace(".", ","),
        [],
    ),
    "decimal commas and blanks": (
        "x y pen",
        lambda n, k, x, y, t: f"{x} {y} {int(k > 0)}".replace(".", ","),
        [],
    ),
    "tabs and words": (
        "Timestamp [ms]\tX Position\tY Position\tEvent\tUser",
        lambda n, k, x, y, t: f"{1e3 * t}\t{x}\t{y}\t{'PEN_MOVE' if k else 'PEN_DOWN'}\tAnna B.",
        ["User"],
    ),
    "browser": (
        "type,clientX,clientY,timeStamp,eventType",
        lambda n, k, x, y, t: f"pen,{x},{y},{1e3 * t},{'pointermove' if k else 'pointerdown'}",
        ["type"],
    ),
    "marks at the ends": (
        "x;y;stroke;",
        lambda n, k, x, y, t: f"{x};{y};{n};",
        [],
    ),
    "a word before": (
        "idx,SPLINE_X,SPLINE_Y,SENSOR_TIMESTAMP,SENSOR_PRESSURE,SENSOR_ALTITUDE",
        lambda n, k, x, y, t: f"{n},{x},{y},{1e3 * t:.1f},0.5,0.6",
        ["SENSOR_ALTITUDE"],
    ),
    "tilt before the place": (
        "tilt_x,tilt_y,ink x (mm),ink y (mm),no",
        lambda n, k, x, y, t: f"12,-5,{x},{y},{n}",
        ["tilt_x", "tilt_y"],
    ),
    "numbered rows": (
        "id;x;y;stroke",
        lambda n, k, x, y, t: f"{round(1e3 * t)};{x};{y};{n}",
        ["id"],
    ),
    "end of stroke": ("x y pen_up", lambda n, k, x, y, t: f"{x} {y} {int(k < 0)}", []),
}


@pytest.mark.parametrize("name", TABLES)
def test_tables_of_other_programs(name: str, lines: list[Line], tmp_path: Path) -> None:
    header, row, left_out = TABLES[name]
    ink = lines[0][1]
    if name in ("decimal commas and blanks", "end of stroke"):
        # A pen that is up on the first point of each stroke, or never, tells strokes otherwise.
        ink = Ink(
            tuple(Stroke(s.xy[:1].repeat(2, axis=0)) if len(s) < 2 else s for s in ink.strokes)
        )
    table = [header]
    for number, k, x, y, t in rows(ink):
        if name == "decimal commas and blanks" and k == 0:
            table.append(row(number, 0, x, y, t))
        if name == "end of stroke" and k == 0:
            table.append(row(number, -1, x, y, t))
        table.append(row(number, k + (name == "decimal commas and blanks"), x, y, t))
    found = read_ink(written(tmp_path, "a.csv", "\n".join(table)))
    check(found, [("", ink)])
    assert [n.partition("'")[2].rstrip("'.") for n in found.notices] == left_out


def test_a_table_whose_y_points_up_is_turned(lines: list[Line], tmp_path: Path) -> None:
    upside = [(text, ink.scaled(1, -1)) for text, ink in lines]
    table, number = ["x,y,stroke"], 0
    for _, ink in upside:
        for stroke in ink.strokes:
            table += [f"{x:.3f},{y:.3f},{number}" for x, y in stroke.xy]
            number += 1
    found = read_ink(written(tmp_path, "a.csv", "\n".join(table)))
    assert found.turned
    _, top, _, bottom = Ink.joined(ink for _, ink in upside).bounds
    check(found, [(text, ink.moved(0, top + bottom)) for text, ink in lines])


def test_a_signature_without_names_of_columns(lines: list[Line], tmp_path: Path) -> None:
    """As in SVC2004: how many points, then x, y, time, button, azimuth, altitude, pressure."""
    ink = lines[0][1]
    table = [f"{x} {y} {1e3 * t:.0f} {int(k > 0)} 90 50 400" for _, k, x, y, t in rows(ink)]
    found = read_ink(written(tmp_path, "a.txt", "\n".join([str(len(table)), *table])))
    assert len(found.pieces[0].ink.strokes) == sum(len(s) > 1 for s in ink.strokes)


@pytest.mark.parametrize("between", ["", ",,", "nan,nan,1", "-1,-1,1", "5,5,0", "7,7,-0.0"])
def test_rows_without_a_pen_part_strokes(between: str, lines: list[Line], tmp_path: Path) -> None:
    strokes = lines[0][1].strokes
    table = f"\n{between}\n".join("\n".join(f"{x},{y},300" for x, y in s.xy) for s in strokes)
    found = read_ink(written(tmp_path, "a.csv", f"x,y,pressure\n{table}"))
    check(found, lines[:1])
    assert found.notices == ()


def test_words_of_events_in_a_column_of_any_name(lines: list[Line], tmp_path: Path) -> None:
    table = ["type,kind,pageX,pageY"]
    for stroke in lines[0][1].strokes:
        table += [
            f"{'pointermove' if k else 'pointerdown'},pen,{x},{y}"
            for k, (x, y) in enumerate(stroke.xy)
        ]
        x, y = stroke.xy[-1]
        table += [f"pointerup,pen,{x},{y}"]
    found = read_ink(written(tmp_path, "a.csv", "\n".join(table)))
    check(found, lines[:1])
    assert found.notices == ("Left out: the column 'kind'.",)


def test_a_clock_of_half_a_day(lines: list[Line], tmp_path: Path) -> None:
    ink = lines[0][1]
    table = ["Time,x,y,stroke"]
    for n, _, x, y, t in rows(ink):
        seconds = 11 * 3600 + 59 * 60 + 58 + t
        hour, rest = divmod(seconds, 3600)
        half = "AM" if hour < 12 else "p.m."
        table += [
            f"{(hour - 1) % 12 + 1:.0f}:{rest // 60:02.0f}:{rest % 60:06.3f} {half},{x},{y},{n}"
        ]
    found = read_ink(written(tmp_path, "a.csv", "\n".join(table)))
    check(found, lines[:1])
    times = np.concatenate([s.time for s in found.pieces[0].ink.strokes])
    assert np.allclose(times, 0.026 * np.arange(ink.points), atol=2e-3)


def test_empty_lines_part_strokes(lines: list[Line], tmp_path: Path) -> None:
    strokes = lines[0][1].strokes
    table = "\n\n".join("\n".join(f"{x} {y}" for x, y in s.xy) for s in strokes)
    check(read_ink(written(tmp_path, "a.txt", table)), lines[:1])


def test_a_short_row_is_left_out(lines: list[Line], tmp_path: Path) -> None:
    ink = lines[0][1]
    table = [f"{n},{x},{y}" for n, _, x, y, _ in rows(ink)]
    table.insert(5, "0,12")
    found = read_ink(written(tmp_path, "a.csv", "\n".join(["stroke,x,y", *table])))
    check(found, lines[:1])
    assert found.notices == ("Left out: a row that has not 3 columns.",)


# InkML ---------------------------------------------------------------------------------------


def traces(lines: Sequence[Line], form: Callable[[np.ndarray], str]) -> str:
    return "".join(
        f'<trace xml:id="t{k}">{form(stroke.xy)}</trace>'
        for k, stroke in enumerate(strokes_of(lines))
    )


def explicit(xy: np.ndarray) -> str:
    return ", ".join(f"{x:.3f} {y:.3f}" for x, y in xy)


def views(lines: Sequence[Line], transcript: str) -> str:
    """As in IAMonDo-DB: views of views, in which lines and words have their transcripts."""
    first, body = 0, ""
    for text, ink in lines:
        leaves = "".join(
            f'<traceView traceDataRef="#t{k}"/>' for k in range(first, first + len(ink.strokes))
        )
        first += len(ink.strokes)
        body += (
            '<traceView><annotation type="type">Textline</annotation>'
            f'{transcript.format(text)}<traceView><annotation type="type">Word</annotation>'
            f'<annotation type="transcription">{text.split()[0]}</annotation>{leaves}</traceView>'
            "</traceView>"
        )
    return (
        '<traceView><annotation type="type">Document</annotation><traceView>'
        f'<annotation type="type">Textblock</annotation>{body}</traceView></traceView>'
    )


@pytest.mark.parametrize(
    "transcript",
    [
        '<annotation type="transcription">{}</annotation>',
        '<annotationXML type="truth"><text>{}</text></annotationXML>',
        "<annotationXML><transcription>{}</transcription></annotationXML>",
    ],
)
def test_views_have_transcripts(transcript: str, lines: list[Line], tmp_path: Path) -> None:
    content = (
        '<ink xmlns="http://www.w3.org/2003/InkML"><annotationXML type="docinfo"><docId>1</docId>'
        f"</annotationXML>{traces(lines, explicit)}{views(lines, transcript)}</ink>"
    )
    found = read_ink(written(tmp_path, "a.inkml", content))
    check(found, lines)
    assert [piece.text for piece in found.pieces] == [text for text, _ in lines]


def differences(xy: np.ndarray) -> str:
    """Whole numbers: a point, a difference to it, then differences of differences."""
    whole = np.rint(xy * 1000).astype(int)
    if len(whole) < 3:
        return ",".join(f"{x} {y}" for x, y in whole)
    first, second = np.diff(whole, axis=0), np.diff(whole, n=2, axis=0)
    rest = [f"{x} {y}" for x, y in second[1:]]
    start = f"{whole[0, 0]} {whole[0, 1]},'{first[0, 0]}'{first[0, 1]}"
    return ",".join([start, f'"{second[0, 0]}"{second[0, 1]}', *rest])


NAMES = ["ink1.xml", "note.inkml", "answer.xml"]


@pytest.mark.parametrize("name", NAMES)
def test_the_kind_of_xml_is_told_by_its_content(
    name: str, lines: list[Line], tmp_path: Path
) -> None:
    content = (
        '<inkml:ink xmlns:inkml="http://www.w3.org/2003/InkML"><inkml:definitions>'
        '<inkml:context xml:id="ctx0"><inkml:inkSource xml:id="s"><inkml:traceFormat>'
        '<inkml:channel name="X" type="integer" min="-2.14748E9" units="cm"/>'
        '<inkml:channel name="Y" type="integer" units="cm"/></inkml:traceFormat></inkml:inkSource>'
        "</inkml:context></inkml:definitions>"
        + "".join(
            f'<inkml:trace contextRef="#ctx0" brushRef="#b">{differences(s.xy)}</inkml:trace>'
            for s in strokes_of(lines)
        )
        + "</inkml:ink>"
    )
    check(read_ink(written(tmp_path, name, content)), lines, scale=1e-3)


def test_a_stroke_that_goes_on_in_another_trace(lines: list[Line], tmp_path: Path) -> None:
    body = ""
    for k, stroke in enumerate(strokes_of(lines)):
        if len(stroke) < 9:
            body += f"<trace>{explicit(stroke.xy)}</trace>"
            continue
        parts = np.array_split(stroke.xy, 3)
        for place, (part, kind) in enumerate(zip(parts, ("begin", "middle", "end"), strict=True)):
            prior = f'priorRef="#s{k}-{place - 1}"' if place else ""
            body += f'<trace xml:id="s{k}-{place}" continuation="{kind}" {prior}>'
            body += f"{explicit(part)}</trace>"
    check(read_ink(written(tmp_path, "a.inkml", f"<ink>{body}</ink>")), lines)


def test_points_that_line_ends_part(lines: list[Line], tmp_path: Path) -> None:
    content = f"<ink>{traces(lines, lambda xy: explicit(xy).replace(', ', chr(10)))}</ink>"
    check(read_ink(written(tmp_path, "a.inkml", content)), lines)


BRUSHES = {
    "rasterOp": ("b", {"rasterOp": "maskPen"}, "highlighter"),
    "transparency": ("b", {"transparency": "127", "tip": "rectangle"}, "highlighter"),
    "eraser": ("br_eraser_1_FF", {"color": "#FFFFFF"}, "eraser"),
}


@pytest.mark.parametrize("kind", BRUSHES)
def test_highlighters_and_erasers_are_no_ink(kind: str, lines: list[Line], tmp_path: Path) -> None:
    """Of Office, of OneNote, and of Wacom's paper."""
    name, properties, tool = BRUSHES[kind]
    parts = "".join(f'<brushProperty name="{n}" value="{v}"/>' for n, v in properties.items())
    brush = f'<brush xml:id="{name}">{parts}</brush>'
    marked = f'<trace brushRef="#{name}">0 0, 90 2</trace>'
    content = f"<ink><definitions>{brush}</definitions>{marked}{traces(lines, explicit)}</ink>"
    found = read_ink(written(tmp_path, "a.inkml", content))
    check(found, lines)
    assert found.notices == (f"Left out: a stroke of the {tool}.",)


@pytest.mark.parametrize("name", ["page.paper", "page.xml", "page.inkml"])
def test_inkml_beside_pictures(name: str, lines: list[Line], tmp_path: Path) -> None:
    """As in Wacom's pages of paper, whose times all count from one time stamp."""
    first, clock, body = lines[:1], 0, ""
    starts = []
    for stroke in strokes_of(first):
        starts.append(clock)
        points = ", ".join(
            f"{x:.3f} {y:.3f} 9 {clock + 5 * k}" for k, (x, y) in enumerate(stroke.xy)
        )
        body += f'<inkml:trace contextRef="#c" timeOffset="{clock}">{points}</inkml:trace>'
        clock += 5 * len(stroke) + 200
    content = (
        '<paper xmlns:inkml="http://www.w3.org/2003/InkML"><resource><templateImage>Qk0+</templateImage>'
        "</resource><inkml:ink><inkml:definitions><inkml:canvas><inkml:traceFormat>"
        '<inkml:channel name="X"/><inkml:channel name="Y"/></inkml:traceFormat></inkml:canvas>'
        '<inkml:context xml:id="c"><inkml:timestamp xml:id="ts0" timeString="2021-09-14 08:41:30"/>'
        '<inkml:inkSource xml:id="s"><inkml:traceFormat><inkml:channel name="X"/>'
        '<inkml:channel name="Y"/><inkml:channel name="F" max="9"/>'
        '<inkml:channel name="T" units="ms" respectTo="#ts0"/></inkml:traceFormat>'
        f"</inkml:inkSource></inkml:context></inkml:definitions>{body}</inkml:ink></paper>"
    )
    found = read_ink(written(tmp_path, name, content))
    check(found, first)
    times = [stroke.time[0] for stroke in found.pieces[0].ink.strokes]
    assert np.allclose(times, np.array(starts) / 1000)


@pytest.mark.parametrize(
    ("broken", "name"),
    [("nan nan, x y", "a"), ("1 inf", "the second line"), ("1e400 3, - -", "third " * 20)],
)
def test_a_line_all_of_whose_points_are_odd_is_named(
    broken: str, name: str, lines: list[Line], tmp_path: Path
) -> None:
    sound = [explicit(stroke.xy) for stroke in lines[0][1].strokes]
    group = '<traceGroup><annotation type="truth">{}</annotation>{}</traceGroup>'
    content = "".join(
        group.format(text, "".join(f"<trace>{points}</trace>" for points in every))
        for text, every in [(lines[0][0], sound), (name, [broken, broken])]
    )
    found = read_ink(written(tmp_path, "a.inkml", f"<ink>{content}</ink>"))
    check(found, lines[:1])
    told = f"Left out: the line {name.strip()[:60]!r}, none of whose points has a place."
    assert told in found.notices


# Office --------------------------------------------------------------------------------------


def inkml_of(lines: Sequence[Line]) -> str:
    return (
        '<inkml:ink xmlns:inkml="http://www.w3.org/2003/InkML">'
        + "".join(f"<inkml:trace>{explicit(s.xy)}</inkml:trace>" for s in strokes_of(lines))
        + "</inkml:ink>"
    )


@pytest.mark.parametrize("folder", ["word", "ppt", "xl"])
def test_documents_of_office_with_ink(folder: str, lines: list[Line], tmp_path: Path) -> None:
    path = tmp_path / f"a.{ {'word': 'docx', 'ppt': 'pptx', 'xl': 'xlsx'}[folder] }"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{folder}/document.xml", "<w/>")
        # Its order in the archive is not that of the page.
        for number in reversed(range(len(lines))):
            archive.writestr(f"{folder}/ink/ink{number + 9}.xml", inkml_of([lines[number]]))
    check(read_ink(path), lines)


def test_a_document_without_ink_says_so(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.docx", "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    with pytest.raises(Exception, match="holds no ink, only text and pictures"):
        read(tmp_path / "a.docx")


@pytest.mark.parametrize("name", ["answer.html", "answer.txt", "answer.inkml"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_answers_of_onenote(name: str, end: str, lines: list[Line], tmp_path: Path) -> None:
    parts = [
        ("text/html", "<html><body>typed</body></html>"),
        ("application/inkml+xml", inkml_of(lines)),
    ]
    content = "".join(
        f"--MyAppPartBoundary{end}Content-Type: {kind}{end}{end}{body}{end}" for kind, body in parts
    )
    content += f"--MyAppPartBoundary--{end}"
    check(read_ink(written(tmp_path, name, content)), lines)


# UNIPEN --------------------------------------------------------------------------------------


def unipen(lines: Sequence[Line], level: str) -> str:
    """A file in tenths of a millimetre, y up, with the pen's way through the air."""
    segments, body, number = [], "", 0
    for text, ink in lines:
        first = number
        for stroke in ink.strokes:
            rows = "\n".join(f"{10 * x:.2f} {-10 * y:.2f} 0" for x, y in stroke.xy)
            body += f".PEN_DOWN\n{rows}\n.PEN_UP\n0 0 0\n"
            number += 2
        if level:
            segments.append(f'.SEGMENT {level} {first}-{number - 1} OK "{text}"')
    head = [
        ".VERSION 1.0",
        ".COMMENT .PEN_DOWN and .PEN_UP follow",
        ".COORD X Y Z",
        ".X_POINTS_PER_MM 10",
        ".Y_POINTS_PER_MM 10",
        ".POINTS_PER_SECOND 100",
        ".HIERARCHY PAGE TEXT WORD CHARACTER",
    ]
    return "\n".join([*head, *segments, body])


@pytest.mark.parametrize("name", ["a.dat", "a.txt", "a.upn"])
@pytest.mark.parametrize("level", ["TEXT", "WORD", ""])
def test_unipen(name: str, level: str, lines: list[Line], tmp_path: Path) -> None:
    found = read_ink(written(tmp_path, name, unipen(lines, level)))
    check(found, lines)
    assert [p.text for p in found.pieces] == [text if level else "" for text, _ in lines]
    first = next(s for s in found.pieces[0].ink.strokes if len(s) > 2)
    assert np.allclose(np.diff(first.time), 0.01)


def test_unipen_whose_ink_stands_elsewhere(tmp_path: Path) -> None:
    content = '.VERSION 1.0\n.INCLUDE page.dat\n.SEGMENT TEXT 0-9 OK "words"\n'
    with pytest.raises(Exception, match="files that it includes"):
        read(written(tmp_path, "a.dat", content))


# reMarkable ----------------------------------------------------------------------------------

#: Of a page's lines: pens, an eraser and a highlighter.
PENS, ERASER, HIGHLIGHTER = (2, 15, 17), 6, 18


def rm_former(strokes: Sequence[Stroke], version: int) -> bytes:
    data = f"reMarkable .lines file, version={version}".encode().ljust(43)
    marked = Stroke(np.array([[0.0, 0], [90, 90]]))
    every = [(PENS[k % 3], s) for k, s in enumerate(strokes)]
    every += [(ERASER, marked), (HIGHLIGHTER, marked)]
    data += struct.pack("<ii", 1, len(every))
    for tool, stroke in every:
        more = (2.0, 0.0) if version == 5 else (2.0,)
        data += struct.pack(f"<iii{len(more)}f", tool, 0, 0, *more)
        data += struct.pack("<i", len(stroke))
        for x, y in stroke.xy:
            data += struct.pack("<6f", x, y, 1, 0, 2, 0.5)
    return data


def rm_present(strokes: Sequence[Stroke]) -> bytes:
    from rmscene import scene_items as si

    layer = rmscene.CrdtId(0, 11)
    blocks = [*rmscene.simple_text_document("typed")]
    every = [(si.Pen(PENS[k % 3]), s) for k, s in enumerate(strokes)]
    for number, (tool, stroke) in enumerate(every):
        points = [
            si.Point(x=x, y=y, speed=0, direction=0, width=9, pressure=128) for x, y in stroke.xy
        ]
        line = si.Line(si.PenColor.BLACK, tool, points, 2.0, 0.0)
        item = rmscene.CrdtSequenceItem(
            item_id=rmscene.CrdtId(1, 100 + number),
            left_id=rmscene.CrdtId(1, 99 + number) if number else rmscene.CrdtId(0, 0),
            right_id=rmscene.CrdtId(0, 0),
            deleted_length=0,
            value=line,
        )
        blocks.append(rmscene.SceneLineItemBlock(layer, item))
    stream = io.BytesIO()
    rmscene.write_blocks(stream, blocks)
    return stream.getvalue()


@pytest.mark.parametrize("version", [3, 5, 6])
def test_pages_of_remarkable(version: int, lines: list[Line], tmp_path: Path) -> None:
    strokes = strokes_of(lines)
    data = rm_present(strokes) if version == 6 else rm_former(strokes, version)
    found = read_ink(written(tmp_path, "a.rm", data))
    check(found, lines)
    pressure = found.pieces[0].ink.strokes[0].pressure
    assert pressure is not None
    assert np.allclose(pressure, 0.5, atol=0.01)
    if version != 6:
        assert found.notices == ("Left out: a stroke of the highlighter.",)
    with zipfile.ZipFile(tmp_path / "a.rmdoc", "w") as archive:
        archive.writestr("id.content", "{}")
        archive.writestr("id/1.rm", data)
    check(read_ink(tmp_path / "a.rmdoc"), lines)


@pytest.mark.parametrize("data", [b"", b"4", b"9", b"5", b"6", b"6" + bytes(99)])
def test_other_pages_of_remarkable_are_refused(data: bytes, tmp_path: Path) -> None:
    header = b"reMarkable .lines file, version=" + data
    with pytest.raises(Exception, match=r"no page|cut short|damaged|no ink"):
        read(written(tmp_path, "a.rm", header))


# Write, and transcripts -----------------------------------------------------------------------


def test_notes_of_write_are_drawings_in_a_web_page(lines: list[Line], tmp_path: Path) -> None:
    pages = "".join(
        '<div><svg class="write-page" xmlns="http://www.w3.org/2000/svg" width="320mm" '
        f'height="80mm" viewBox="0 0 320 80">{RULES["group"]}'
        + "".join(f'<path {PEN} d="{points(s.xy)}"/>' for s in ink.strokes)
        + "</svg></div>"
        for _, ink in lines
    )
    html = (
        "<!DOCTYPE html PUBLIC '-//W3C//DTD XHTML 1.0 Strict//EN' 'xhtml1-strict.dtd'>"
        f'<html xmlns="http://www.w3.org/1999/xhtml"><body>{pages}</body></html>'
    )
    check(read_ink(written(tmp_path, "a.html", html)), lines)


def test_a_box_among_outlines_is_left_out(tmp_path: Path) -> None:
    """A box to tick beside some twenty strokes is no reason to refuse them."""
    strokes = strokes_of(two_lines())
    body = "".join(f'<path fill="#000" d="{points(outline_of(s.xy, 0.4))} Z"/>' for s in strokes)
    body += '<rect x="2" y="12" width="3" height="3" fill="#000"/>'
    found = read_ink(written(tmp_path, "a.svg", svg(body)))
    assert sum(len(piece.ink.strokes) for piece in found.pieces) == len(strokes)
    assert "Left out: a filled shape." in found.notices


def test_several_strokes_in_one_path_are_several(lines: list[Line], tmp_path: Path) -> None:
    """Dots and dashes among them, which are too short for a middle line."""
    body = "".join(
        '<path fill="#000" d="'
        + "".join(f"{points(outline_of(s.xy, 0.4))}Z" for s in ink.strokes)
        + '"/>'
        for _, ink in lines
    )
    found = read_ink(written(tmp_path, "a.svg", svg(body)))
    assert [len(p.ink.strokes) for p in found.pieces] == [len(ink.strokes) for _, ink in lines]


def test_strokes_of_several_outlines_are_refused(tmp_path: Path) -> None:
    """As this program draws a nib: pieces, and a disc where two of them meet."""
    body = ""
    for stroke in strokes_of(two_lines()):
        if len(stroke) > 9:
            first, second = stroke.xy[:6], stroke.xy[5:]
            x, y = stroke.xy[5]
            disc = f"M{x - 0.2} {y}a.2.2 0 0 1 .4 0a.2.2 0 0 1-.4 0z"
            ways = "".join(f"{points(outline_of(xy, 0.4))}Z" for xy in (first, second))
            body += f'<path fill="#000" d="{ways}{disc}"/>'
    with pytest.raises(Exception, match=r"filled outlines.*ball-point"):
        read(written(tmp_path, "a.svg", svg(body)))


def test_a_transcript_of_one_line_makes_lines_one(lines: list[Line], tmp_path: Path) -> None:
    text = " ".join(text for text, _ in lines)
    truth = f'<annotation type="truth">{text}</annotation>'
    content = f"<ink>{truth}{traces(lines, explicit)}</ink>"
    (piece,) = read_ink(written(tmp_path, "a.inkml", content)).pieces
    assert piece.text == text
    assert len(piece.ink.strokes) == len(strokes_of(lines))
    # As wide as the lines together, and no higher than one of them, or little more.
    widths = sum(ink.width for _, ink in lines)
    assert widths < piece.ink.width < 1.3 * widths
    heights = [ink.bounds[3] - ink.bounds[1] for _, ink in lines]
    assert piece.ink.bounds[3] - piece.ink.bounds[1] < 1.5 * max(heights)
    order = [stroke.xy[:, 0].min() for stroke in piece.ink.strokes]
    first = len(lines[0][1].strokes)
    assert max(order[:first]) < min(order[first:])


@pytest.mark.parametrize("told", [False, True])
def test_inkml_that_does_not_tell_which_way_is_up(
    told: bool, lines: list[Line], tmp_path: Path
) -> None:
    orientation = 'orientation="+ve"' if told else ""
    upside = [(text, ink.scaled(1, -1)) for text, ink in lines]
    content = (
        f'<ink><traceFormat><channel name="X"/><channel name="Y" {orientation}/></traceFormat>'
        f"{traces(upside, explicit)}</ink>"
    )
    found = read_ink(written(tmp_path, "a.inkml", content))
    assert found.turned is not told
    if not told:
        _, top, _, bottom = Ink.joined(ink for _, ink in upside).bounds
        check(found, [(text, ink.moved(0, top + bottom)) for text, ink in lines])
