"""Settings of a pen plotter: pen lift, feed rates, origin."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from engine.errors import SettingError


class _Choice(StrEnum):
    """A choice by name."""

    @classmethod
    def named(cls, name: str) -> Self:
        """The choice of that name, in upper or lower case.

        Raises
        ------
        SettingError
            If there is none; all are told.
        """
        plain = name.strip().lower()
        if plain not in list(cls):
            what = re.sub(r"(?<!^)(?=[A-Z])", " ", cls.__name__).lower()
            raise SettingError(
                f"There is no {what} {name!r} of plotters; use one of {', '.join(cls)}."
            )
        return cls(plain)


class Firmware(_Choice):
    """Whose G-code: they part in how servos and pauses are told."""

    GRBL = "grbl"
    MARLIN = "marlin"


class PenLift(_Choice):
    """What lifts the pen."""

    Z = "z"
    SERVO = "servo"


class MachineZero(_Choice):
    """Where the machine's zero lies on the sheet."""

    BOTTOM_LEFT = "bottom-left"
    TOP_LEFT = "top-left"
    CENTRE = "centre"


class StrokeOrder(_Choice):
    """In which order a pen draws its strokes.

    NEAR: so that it travels little; strokes may be drawn backwards. WORDS: those of a word in
    the order and direction in which they are written, the words so that the pen travels little.
    WRITING: all as they are written.
    """

    NEAR = "near"
    WORDS = "words"
    WRITING = "writing"


_USUAL = {
    (Firmware.GRBL, PenLift.Z): ("5", "0"),
    (Firmware.MARLIN, PenLift.Z): ("5", "0"),
    (Firmware.GRBL, PenLift.SERVO): ("300", "700"),
    (Firmware.MARLIN, PenLift.SERVO): ("40", "90"),
}
"""Pen up and pen down where nothing is said: Z in millimetres, GRBL's S, Marlin's degrees."""

LONGEST_COMMAND = 60
SLOWEST, FASTEST = 1.0, 100_000.0
"""Limits of a feed in millimetres a minute."""


@dataclass(frozen=True)
class Plotter:
    """How a plotter is driven.

    Parameters
    ----------
    firmware : Firmware
        Of G-code alone.
    lift : PenLift
        Of G-code alone.
    up, down : str, optional
        A number: Z in millimetres, or where the servo turns to (GRBL's S, Marlin's degrees); or a
        command that is sent as it is, such as "M5". Usual ones where not given.
    draw_feed, travel_feed : float
        With the pen down and up, in millimetres a minute.
    delay : float
        How long the pen takes to go up or down by a servo, in seconds.
    acceleration : float
        Of the machine in mm/s², for the time alone.
    origin : MachineZero
    order : StrokeOrder

    Raises
    ------
    SettingError
        If a value is out of range, or a command is none.
    """

    firmware: Firmware = Firmware.GRBL
    lift: PenLift = PenLift.Z
    up: str | None = None
    down: str | None = None
    draw_feed: float = 1500.0
    travel_feed: float = 3000.0
    delay: float = 0.15
    acceleration: float = 500.0
    origin: MachineZero = MachineZero.BOTTOM_LEFT
    order: StrokeOrder = StrokeOrder.NEAR

    def __post_init__(self) -> None:
        for what, feed in (("drawn", self.draw_feed), ("moved", self.travel_feed)):
            if not (math.isfinite(feed) and SLOWEST <= feed <= FASTEST):
                raise SettingError(
                    f"Nothing can be {what} at {feed:g} mm a minute; choose a feed from "
                    f"{SLOWEST:g} to {FASTEST:g}."
                )
        if not (math.isfinite(self.delay) and 0 <= self.delay <= 10):
            raise SettingError(
                f"The pen cannot take {self.delay:g} s to go up or down; choose from 0 to 10 s."
            )
        if not (math.isfinite(self.acceleration) and 1 <= self.acceleration <= 1e6):
            raise SettingError(
                f"An acceleration of {self.acceleration:g} mm/s² cannot be used; choose from 1 to "
                "1000000."
            )
        for command in (self.up, self.down):
            if command is not None and _number(command) is None:
                _check_command(command)
        heights = (self.height(up=True), self.height(up=False))
        if None not in heights and heights[0] == heights[1]:
            raise SettingError(
                f"The pen stands at {heights[0]:g} both up and down; give two different values."
            )

    def height(self, *, up: bool) -> float | None:
        """Where the pen stands: Z in millimetres or the servo's value; None for a command."""
        return _number(self._said(up=up))

    def command(self, *, up: bool) -> str:
        """The G-code that lifts or lowers the pen, without the wait for it."""
        said = self._said(up=up)
        if (value := _number(said)) is None:
            return said.strip()
        if self.lift is PenLift.Z:
            return f"G0 Z{value:g}" if up else f"G1 Z{value:g} F{self.travel_feed:g}"
        return f"M3 S{value:g}" if self.firmware is Firmware.GRBL else f"M280 P0 S{value:g}"

    def wait(self, seconds: float) -> str:
        """The G-code that waits; Marlin takes milliseconds."""
        if self.firmware is Firmware.MARLIN:
            return f"G4 P{1000 * seconds:.0f}"
        return f"G4 P{seconds:g}"

    @property
    def lift_seconds(self) -> float:
        """How long the pen takes to go up or down."""
        heights = (self.height(up=True), self.height(up=False))
        if self.lift is PenLift.SERVO or heights[0] is None or heights[1] is None:
            return self.delay
        way, speed = abs(heights[0] - heights[1]), self.travel_feed / 60
        # From rest to rest: it speeds up and slows down, and keeps its speed between.
        if way * self.acceleration <= speed**2:
            return 2 * math.sqrt(way / self.acceleration)
        return way / speed + speed / self.acceleration

    def _said(self, *, up: bool) -> str:
        given = self.up if up else self.down
        return given if given is not None else _USUAL[self.firmware, self.lift][0 if up else 1]


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    if not math.isfinite(value) or abs(value) > 100_000:
        raise SettingError(f"The pen cannot stand at {text}; give millimetres or a servo's value.")
    return value


def _check_command(command: str) -> None:
    plain = command.strip()
    good = plain.isascii() and plain.isprintable() and plain[:1].isalpha()
    if not good or len(plain) > LONGEST_COMMAND or any(c in plain for c in ";()"):
        raise SettingError(
            f"{command!r} neither lifts nor lowers a pen; give a number, or a command of a "
            f"machine in one line of {LONGEST_COMMAND} characters at most, such as M5."
        )
