"""G-code and HPGL, drawn back by readers that are not ours and compared with the SVG."""

import itertools
import re
from dataclasses import replace

import numpy as np
import pytest
import vpype
from ezdxf.addons.hpgl2.api import MergeControl, record_plotter_output
from ezdxf.addons.hpgl2.backend import RecordType
from lxml import etree
from PIL import Image, ImageDraw
from pygcode import Line, Machine

from engine.errors import SettingError
from engine.ink.ink import Ink, Stroke
from engine.rendering.pens import PENS
from studio.document.page import LineKey, Page, Pages, PlacedDrawing, PlacedLine
from studio.document.paper import PAPERS, RulingKind
from studio.exporting.formats import ExportOptions, export
from studio.exporting.page_files import leftover_files
from studio.exporting.plot_path import plot_path
from studio.exporting.plot_preview import draw_preview
from studio.exporting.plotter import Firmware, MachineZero, PenLift, Plotter, StrokeOrder

CSS_MM = 96 / 25.4


def by_gcode(path, home, up=5.0):
    """What a machine draws, by pygcode's: polylines in the page's millimetres."""
    machine, lines, down = Machine(), [], False
    for text in path.read_text().splitlines():
        # Marlin shows the words behind M0.
        machine.process_block(Line(re.sub("^M0 .*", "M0", text)).block)
        at = machine.pos.values
        place = np.array([home[0] + at["X"], home[1] - at["Y"]])
        was, down = down, text.startswith("G1") and at["Z"] < up
        if down and was and (place != lines[-1][-1]).any():
            lines[-1].append(place)
        elif down and not was:
            lines.append([place])
    return [np.array(line) for line in lines]


def by_hpgl(path, height):
    """What a plotter draws, by ezdxf: polylines in the page's millimetres, and their pens."""
    player = record_plotter_output(b"\x1b%1B" + path.read_bytes(), MergeControl.NONE)
    lines, pens = [], []
    for kind, properties, data in player.recordings():
        assert kind is RecordType.POLYLINE
        points = np.array([[v.x, v.y] for v in data.vertices()]) / 40
        line = np.stack([points[:, 0], height - points[:, 1]], axis=1)
        if lines and pens[-1] == properties.pen_index and (lines[-1][-1] == line[0]).all():
            lines[-1] = np.concatenate([lines[-1], line[1:]])
        else:
            lines.append(line)
            pens.append(properties.pen_index)
    return lines, pens


def by_vpype(path):
    """What vpype sees in an SVG: polylines in millimetres."""
    document = vpype.read_multilayer_svg(str(path), 0.01 * CSS_MM)
    return [
        np.stack([line.real, line.imag], axis=1) / CSS_MM
        for layer in document.layers.values()
        for line in layer
    ]


def picture(lines, paper):
    image = Image.new("L", (round(8 * paper.width), round(8 * paper.height)), 255)
    draw = ImageDraw.Draw(image)
    for line in lines:
        draw.line([tuple(p) for p in 8 * line], fill=0, width=3)
    return np.asarray(image) < 128


def same_picture(a, b, edge=1):
    """Whether two pictures part by no more than the edges of their lines, in pixels of 1/8 mm."""
    grown = []
    for wide in (a, b):
        for axis in (0, 1):
            shifted = [np.roll(wide, shift, axis) for shift in range(-edge, edge + 1)]
            wide = np.logical_or.reduce(shifted)
        grown.append(wide)
    assert a.mean() > 0.002
    return not (a & ~grown[1]).any() and not (b & ~grown[0]).any()


def letter(pages_of):
    """A page in two inks, with a dot, a drawing and its ruling."""
    pages = pages_of(pen="fountain", printed=True, ruling=RulingKind.LINED)
    page = pages.pages[0]
    red = replace(page.lines[-1], colour="#a02020")
    star = Ink(
        (
            Stroke(np.array([[100.0, 150.0], [120.0, 160.0], [105.0, 170.0]])),
            Stroke(np.array([[60.0, 150.0]])),
        )
    )
    drawing = PlacedDrawing(star, "#1b2a6b", PENS["fountain"], "a star", LineKey(9, "", 0))
    page = replace(page, lines=(*page.lines[:-1], red), drawings=(drawing,))
    return replace(pages, pages=(page,))


@pytest.fixture(scope="module")
def seen(pages_of, tmp_path_factory):
    """What vpype sees in the letter as SVG."""
    path = tmp_path_factory.mktemp("seen") / "note.svg"
    export(letter(pages_of), path)
    return by_vpype(path)


MARLIN = Plotter(Firmware.MARLIN, up="2.5", down="-1", origin=MachineZero.TOP_LEFT)


@pytest.mark.parametrize(
    "plotter",
    [
        *(Plotter(order=order) for order in StrokeOrder),
        replace(MARLIN, order=StrokeOrder.WORDS),
        Plotter(origin=MachineZero.CENTRE, order=StrokeOrder.WRITING),
    ],
    ids=lambda plotter: f"{plotter.firmware.name}-{plotter.origin.name}-{plotter.order.name}",
)
def test_gcode_drawn_back_looks_as_the_svg(plotter, seen, pages_of, tmp_path):
    pages = letter(pages_of)
    paper = pages.pages[0].paper
    export(pages, tmp_path / "note.gcode", ExportOptions(plotter=plotter))
    home = plot_path(pages.pages[0], plotter).home
    lines = by_gcode(tmp_path / "note.gcode", home, float(plotter.up or 5))
    assert same_picture(picture(lines, paper), picture(seen, paper))
    length = sum(np.hypot(*np.diff(line, axis=0).T).sum() for line in lines)
    # Each stroke is drawn once.
    assert length == pytest.approx(
        sum(np.hypot(*np.diff(line, axis=0).T).sum() for line in seen), rel=0.01
    )


def test_hpgl_drawn_back_looks_as_the_svg_with_a_pen_a_colour(seen, pages_of, tmp_path):
    pages = letter(pages_of)
    paper = pages.pages[0].paper
    export(pages, tmp_path / "note.hpgl")
    lines, pens = by_hpgl(tmp_path / "note.hpgl", paper.height)
    assert same_picture(picture(lines, paper), picture(seen, paper), edge=2)
    assert list(dict.fromkeys(pens)) == [1, 2, 3]
    red = [line for line, pen in zip(lines, pens, strict=True) if pen == 3]
    xy = pages.pages[0].lines[-1].ink.xy
    got = np.concatenate(red)
    np.testing.assert_allclose(got.min(axis=0), xy.min(axis=0), atol=0.1)
    np.testing.assert_allclose(got.max(axis=0), xy.max(axis=0), atol=0.1)


def test_long_strokes_come_in_commands_that_a_plotter_can_keep(pages_of, tmp_path):
    turn = np.linspace(0, 40, 600)
    spiral = np.stack([70 + turn * np.cos(turn), 90 + turn * np.sin(turn)], axis=1)
    page = Page(PAPERS["A5"], lines=(PlacedLine("o", Ink((Stroke(spiral),))),))
    (path,) = export(Pages((page,)), tmp_path / "note.hpgl")
    commands = path.read_text().replace("\n", "").split(";")
    assert max(len(command.split(",")) for command in commands) <= 100
    (line,), _ = by_hpgl(path, 210)
    assert np.abs(line[0] - spiral[0]).max() < 0.03
    assert np.abs(line[-1] - spiral[-1]).max() < 0.03


def test_the_pen_travels_less_where_it_may_choose(pages_of):
    pages = letter(pages_of)
    ways = [plot_path(pages.pages[0], Plotter(order=order)) for order in StrokeOrder]
    near, words, writing = (way.travelled for way in ways)
    assert near < words <= writing
    assert near < 0.75 * writing
    assert ways[0].lifts <= ways[2].lifts


@pytest.mark.parametrize("seed", range(6))
def test_any_strokes_are_each_drawn_once_in_any_order(seed):
    rng = np.random.default_rng(seed)
    count = int(rng.integers(1, 60))
    strokes = tuple(
        Stroke(rng.uniform(10, 100, 2) + rng.normal(0, 5, (int(rng.integers(1, 9)), 2)).cumsum(0))
        for _ in range(count)
    )
    page = Page(PAPERS["A4"], lines=(PlacedLine("l", Ink(strokes)),))
    for order in StrokeOrder:
        (layer,) = plot_path(page, Plotter(order=order)).layers
        ends = sorted(
            tuple(sorted(map(tuple, np.round(line[[0, -1]], 6).tolist()))) for line in layer.lines
        )
        expected = sorted(
            tuple(
                sorted(
                    map(
                        tuple,
                        np.round(
                            s.xy[[0, -1]] if len(s) > 1 else [s.xy[0], s.xy[0] + [0.01, 0]], 6
                        ).tolist(),
                    )
                )
            )
            for s in strokes
        )
        assert ends == expected
        if order is not StrokeOrder.NEAR:
            begun = {tuple(np.round(s.xy[0], 6)) for s in strokes}
            assert all(tuple(np.round(line[0], 6)) in begun for line in layer.lines)


def test_a_word_is_written_as_it_is_written(pages_of):
    page = pages_of().pages[0]
    (layer,) = plot_path(page, Plotter(order=StrokeOrder.WORDS)).layers
    starts = [tuple(np.round(line[0], 6)) for line in layer.lines]
    for line in page.lines:
        for word in line.words:
            strokes = line.ink.part(word.start, word.stop).strokes
            places = [starts.index(tuple(np.round(s.xy[0], 6))) for s in strokes]
            assert places == list(range(places[0], places[0] + len(strokes)))


def test_the_pen_is_up_while_it_moves_and_waits_for_its_servo(pages_of, tmp_path):
    for firmware, up, down, wait in (
        (Firmware.GRBL, "M3 S300", "M3 S700", "G4 P0.15"),
        (Firmware.MARLIN, "M280 P0 S40", "M280 P0 S90", "G4 P150"),
    ):
        plotter = Plotter(firmware, PenLift.SERVO)
        (path,) = export(letter(pages_of), tmp_path / "n.gcode", ExportOptions(plotter=plotter))
        commands = [c for c in path.read_text().splitlines() if not c.startswith(";")]
        assert commands[:4] == ["G21", "G90", up, wait]
        state = up
        for before, command in itertools.pairwise(commands):
            if command in (up, down):
                assert command != state or command == up
                state = command
            elif command.startswith("G0 "):
                assert state == up
            elif command.startswith("G1 "):
                assert state == down
            if before in (up, down):
                assert command == wait
        pauses = [command for command in commands if command.startswith("M0")]
        assert len(pauses) == 2  # three pens
        feeds = {word for c in commands for word in c.split() if word.startswith("F")}
        assert feeds == {"F1500", "F3000"}


def test_a_stroke_that_ends_where_it_begins_is_closed_and_no_move_stays_where_it_is(tmp_path):
    square = Stroke(np.array([[20.0, 20], [40, 20], [40, 40], [40, 40], [20, 40], [20, 20]]))
    dash = Stroke(np.array([[60.0, 20], [70, 20], [80, 25]]))
    page = Page(PAPERS["A5"], lines=(PlacedLine("l", Ink((square, dash)), pen=PENS["ballpoint"]),))
    (path,) = export(Pages((page,)), tmp_path / "n.gcode", ExportOptions(plotter=Plotter()))
    moves = [c for c in path.read_text().splitlines() if re.match("G[01] X", c)]
    drawn, travels = [], 0
    for move in moves:
        command, x, y, *feed = move.split()
        place = float(x[1:]), float(y[1:])
        if command == "G0":
            travels += 1
            assert feed == ["F3000"]
            drawn.append([place])
        else:
            # The feed of a stroke is told once.
            assert feed == (["F1500"] if len(drawn[-1]) == 1 else [])
            assert place != drawn[-1][-1]
            drawn[-1].append(place)
    assert drawn.pop() == [(0.0, 0.0)]
    assert travels == 3
    closed, _ = sorted(drawn, key=lambda line: line[0] != line[-1])
    assert closed[0] == closed[-1]
    assert (20.0, 190.0) in closed
    assert (40.0, 170.0) in closed


def test_the_comments_say_what_is_drawn_on_which_sheet_with_which_pens(pages_of, tmp_path):
    pages, plotter = letter(pages_of), Plotter(origin=MachineZero.CENTRE)
    (path,) = export(pages, tmp_path / "n.gcode", ExportOptions(plotter=plotter))
    text = path.read_text()
    head, _, body = text.partition("G21\n")
    assert "A letter" in head.splitlines()[0]
    assert "148 x 210 mm" in head
    assert "centre" in head
    named = re.findall("(?m)^; pen (.*)$", head)
    assert len(named) == 3
    assert re.findall("(?m)^; layer (.*)$", body) == named


def test_a_command_of_ones_own_moves_the_pen(pages_of, tmp_path):
    plotter = Plotter(up="M5", down="M3 S1000")
    (path,) = export(pages_of(), tmp_path / "note.gcode", ExportOptions(plotter=plotter))
    assert "\nM5\n" in path.read_text()
    assert "\nM3 S1000\nG1 X" in path.read_text()
    assert "Z" not in re.sub("(?m)^;.*$", "", path.read_text())


def test_lines_are_short_and_plain_whatever_the_title_says(pages_of, tmp_path):
    pages = pages_of(title="Grüße (an)\nM3 S1000; " + 90 * "x")
    (path,) = export(pages, tmp_path / "note.gcode")
    lines = path.read_bytes().decode("ascii").splitlines()
    assert max(map(len, lines)) < 80
    assert not [line for line in lines if line.startswith("M3")]


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"draw_feed": 0}, "feed from 1"),
        ({"travel_feed": float("nan")}, "feed from 1"),
        ({"delay": -1}, "0 to 10 s"),
        ({"acceleration": 0}, "from 1 to"),
        ({"up": "5", "down": "5.0"}, "both up and down"),
        ({"up": "M5\nM3"}, "in one line"),
        ({"up": "nan"}, "cannot stand"),
        ({"down": "M3; M4"}, "in one line"),
        ({"down": ""}, "in one line"),
    ],
)
def test_what_no_plotter_can_do_is_refused(changed, told):
    with pytest.raises(SettingError, match=told):
        Plotter(**changed)


def test_time_is_that_of_speed_and_rest():
    ink = Ink((Stroke(np.array([[20.0, 197.0], [120.0, 197.0]])),))
    page = Page(PAPERS["A4"], lines=(PlacedLine("l", ink),))
    plotter = Plotter(draw_feed=600, travel_feed=6000, acceleration=1000, up="10", down="0")
    path = plot_path(page, plotter)
    # Drawn: 100 mm at 10 mm/s, with 0.01 s to speed up and to slow down (0.1 mm of way saved).
    drawn = 100 / 10 + 10 / 1000
    moved = np.hypot(20, 100) / 100 + np.hypot(120, 100) / 100 + 2 * 100 / 1000
    lifted = 2 * 2 * np.sqrt(10 / 1000)
    assert path.seconds(plotter) == pytest.approx(drawn + moved + lifted, rel=1e-6)
    slower = replace(plotter, draw_feed=300)
    assert path.seconds(slower) > 1.5 * path.seconds(plotter)
    # A corner is slower than a straight line of the same length.
    bent = Ink((Stroke(np.array([[20.0, 197.0], [70, 197], [70, 147]])),))
    sharp = plot_path(replace(page, lines=(PlacedLine("l", bent),)), plotter)
    assert sharp.drawn == pytest.approx(100, rel=0.1)


def test_the_preview_shows_the_path_and_its_time(pages_of, tmp_path):
    pages = letter(pages_of)
    plotter = Plotter()
    (path,) = draw_preview(pages, tmp_path / "path.svg", plotter=plotter)
    root = etree.parse(path).getroot()
    words = root.xpath("string(//*[local-name()='text'])")
    told = plot_path(pages.pages[0], plotter)
    assert words == told.describe(plotter)
    lines = root.xpath("//*[local-name()='path']")
    assert len(lines) == told.lifts + 1
    assert lines[-1].get("d").count("M") == told.lifts + 3


def test_the_words_of_a_preview_stand_below_its_sheet(tmp_path):
    ink = Ink((Stroke(np.array([[20.0, 30.0], [50.0, 30.0]])),))
    pages = Pages((Page(PAPERS["A5"], lines=(PlacedLine("l", ink),)),))
    (path,) = draw_preview(pages, tmp_path / "path.svg")
    root = etree.parse(path).getroot()
    assert (root.get("width"), root.get("height")) == ("148mm", "218mm")
    assert root.get("viewBox") == "0 0 148 218"
    under, sheet = root.xpath("//*[local-name()='rect']")
    assert (under.get("width"), under.get("height")) == ("148", "218")
    assert (sheet.get("width"), sheet.get("height")) == ("148", "210")
    (words,) = root.xpath("//*[local-name()='text']")
    assert 210 + float(words.get("font-size")) < float(words.get("y")) < 217
    (zero,) = root.xpath("//*[local-name()='circle']")
    assert (zero.get("cx"), zero.get("cy")) == ("0.00", "210.00")


def test_each_page_has_its_file_and_old_ones_are_named(pages_of, tmp_path):
    for suffix in (".gcode", ".hpgl"):
        path = tmp_path / f"note{suffix}"
        written = export(pages_of(3), path)
        assert [p.name for p in written] == [f"note-{n}{suffix}" for n in (1, 2, 3)]
        kept = export(pages_of(1), path)
        assert leftover_files(path, kept) == written
        foreign = tmp_path / f"other-1{suffix}"
        foreign.write_text("IN;SP1;")
        assert leftover_files(tmp_path / f"other{suffix}", []) == []
