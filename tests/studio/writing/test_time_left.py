"""The time left follows from what is done, without pauses."""

from __future__ import annotations

import pytest

from studio.writing.time_left import TimeLeft, in_words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.4, "a few seconds"),
        (22, "20 seconds"),
        (58, "1 minute"),
        (170, "3 minutes"),
        (3600, "1 h"),
        (4800, "1 h 20 min"),
    ],
)
def test_durations_are_said_as_people_say_them(seconds: float, words: str):
    assert in_words(seconds) == words


def test_what_is_left_is_as_slow_as_what_was_done():
    now = [100.0]
    left = TimeLeft(lambda: now[0])
    assert left.describe(0.0) == ""
    now[0] += 60
    assert left.seconds(0.25) == pytest.approx(180)
    assert left.describe(0.25) == "about 3 minutes left"
    left.hold()
    now[0] += 1000
    assert left.seconds(0.25) == pytest.approx(180)
    left.go_on()
    now[0] += 30
    assert left.seconds(0.5) == pytest.approx(90)
    assert left.describe(1.0) == ""
