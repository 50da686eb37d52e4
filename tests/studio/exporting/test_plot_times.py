"""How long a plotter takes: from rest to rest, round corners, and with its lifts."""

from __future__ import annotations

import math

import numpy as np
import pytest

from studio.exporting.plot_path import PlotLayer, PlotPath
from studio.exporting.plotter import Firmware, PenLift, Plotter

#: 10 mm/s down, 100 mm/s up, 1000 mm/s²; its servo takes no time.
QUICK = Plotter(
    draw_feed=600, travel_feed=6000, acceleration=1000, lift=PenLift.SERVO, delay=0.0
)  # fmt: skip


def path_of(*lines: list[tuple[float, float]]) -> PlotPath:
    layer = PlotLayer("1", "#000000", 0.35, tuple(np.array(line, dtype=float) for line in lines))
    return PlotPath((layer,), np.zeros(2), (210.0, 297.0))


def drawn_seconds(*points: tuple[float, float]) -> float:
    """Of a line alone, without the ways from the machine's zero and back."""
    path = path_of(list(points))
    ways = sum(moved_seconds(math.dist(a, b)) for a, b in path.moves)
    return path.seconds(QUICK) - ways


def moved_seconds(way: float, speed: float = 100.0, acceleration: float = 1000.0) -> float:
    """From rest to rest: as fast as the way allows, at most the speed."""
    if way <= speed**2 / acceleration:
        return 2 * math.sqrt(way / acceleration)
    return way / speed + speed / acceleration


def test_a_line_takes_the_time_of_its_length_speed_and_rest() -> None:
    # 0.01 s to speed up, 0.01 s to slow down.
    assert drawn_seconds((0, 0), (30, 40)) == pytest.approx(5.0 + 0.01)
    # Too short for full speed.
    assert drawn_seconds((0, 0), (0.05, 0)) == pytest.approx(2 * math.sqrt(0.05 / 1000))
    assert drawn_seconds((5, 5), (5, 5)) == pytest.approx(0.0)


def test_a_straight_line_takes_as_long_in_pieces() -> None:
    pieces = [(0.0, 0.0), (0.02, 0.0), (3.0, 0.0), (3.0, 0.0), (7.5, 0.0), (20.0, 0.0)]
    assert drawn_seconds(*pieces) == pytest.approx(2.0 + 0.01)


def test_the_pen_stops_where_it_turns_back_and_slows_down_in_corners() -> None:
    back = drawn_seconds((0, 0), (20, 0), (0, 0))
    assert back == pytest.approx(2 * 2.01)
    straight = drawn_seconds((0, 0), (40, 0))
    corner = drawn_seconds((0, 0), (20, 0), (20, 20))
    blunt = drawn_seconds((0, 0), (20, 0), (36, 12))
    # A slight bend is taken at full speed.
    assert blunt == pytest.approx(straight)
    assert straight < corner < back
    # GRBL's junction deviation of 0.01 mm lets a right angle be taken at this speed.
    sine = math.sqrt(0.5)
    speed = math.sqrt(1000 * 0.01 * sine / (1 - sine))
    assert corner == pytest.approx(4.01 + (10 - speed) ** 2 / 10 / 1000)


def test_a_short_way_before_a_stop_is_not_taken_too_fast() -> None:
    # After 0.01 mm from rest the pen has this speed and no more, whatever the corner allows.
    slow = math.sqrt(2 * 1000 * 0.01)
    seconds = drawn_seconds((0, 0), (0.01, 0), (20.01, 0))
    assert seconds == pytest.approx(2.001 + 0.01)
    assert slow < 10
    # Before it turns back, it must slow down over both pieces.
    seconds = drawn_seconds((0, 0), (20, 0), (20.01, 0), (0, 0))
    assert seconds == pytest.approx(2 * (2.001 + 0.01))


def test_ways_with_the_pen_up_and_lifts_are_counted() -> None:
    path = path_of([(30.0, 40.0), (30.0, 50.0)], [(60.0, 50.0), (60.0, 10.0)])
    ways = [50.0, 30.0, math.hypot(60, 10)]
    drawn = [1.01, 4.01]
    wanted = sum(drawn) + sum(map(moved_seconds, ways))
    assert path.seconds(QUICK) == pytest.approx(wanted)
    assert path.travelled == pytest.approx(sum(ways))
    assert (path.drawn, path.lifts) == (pytest.approx(50.0), 2)
    # Two lines: twice down and twice up.
    servo = Plotter(
        draw_feed=600, travel_feed=6000, acceleration=1000, lift=PenLift.SERVO, delay=0.2
    )  # fmt: skip
    assert path.seconds(servo) == pytest.approx(wanted + 4 * 0.2)
    assert Plotter(lift=PenLift.SERVO).lift_seconds == 0.15


def test_a_z_axis_takes_its_way() -> None:
    def lift(up: str, down: str, feed: float = 6000.0) -> float:
        return Plotter(up=up, down=down, travel_feed=feed, acceleration=1000).lift_seconds

    assert lift("5", "0") == pytest.approx(2 * math.sqrt(5 / 1000))
    assert lift("0", "5") == lift("5", "0")
    assert lift("20", "-2", 600) == pytest.approx(22 / 10 + 10 / 1000)
    assert lift("10", "0") == pytest.approx(moved_seconds(10))
    # A command of one's own is sent as it is, and takes the servo's time.
    own = Plotter(up=" M5 ", down="M3 S90")
    assert (own.command(up=True), own.command(up=False)) == ("M5", "M3 S90")
    assert lift("M5", "M3") == 0.15


@pytest.mark.parametrize(
    ("firmware", "lift", "up", "down", "wait"),
    [
        (Firmware.GRBL, PenLift.Z, "G0 Z5", "G1 Z0 F3000", "G4 P0.15"),
        (Firmware.MARLIN, PenLift.Z, "G0 Z5", "G1 Z0 F3000", "G4 P150"),
        (Firmware.GRBL, PenLift.SERVO, "M3 S300", "M3 S700", "G4 P0.15"),
        (Firmware.MARLIN, PenLift.SERVO, "M280 P0 S40", "M280 P0 S90", "G4 P150"),
    ],
)
def test_the_pen_is_moved_in_the_words_of_the_firmware(firmware, lift, up, down, wait) -> None:
    plotter = Plotter(firmware, lift)
    assert plotter.command(up=True) == up
    assert plotter.command(up=False) == down
    assert plotter.wait(plotter.delay) == wait


def test_the_time_is_told_in_hours_minutes_and_seconds() -> None:
    path = path_of([(0.0, 0.0), (100.0, 0.0)])
    assert path.describe(QUICK) == "about 11 s: 0.10 m drawn in 1 line, 0.10 m moved, 1 pen"
    slow = Plotter(draw_feed=1.0, travel_feed=6000, acceleration=1000)
    assert path.describe(slow).startswith("about 1 h 40 min 1 s: ")
