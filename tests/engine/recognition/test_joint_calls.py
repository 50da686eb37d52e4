"""What several threads ask for meanwhile is answered by one call, and each has its own."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from engine.recognition.joint_calls import JointCalls


class Slow:
    """Doubles numbers, once it is let go on; says how many it was asked at a time."""

    def __init__(self):
        self.begun, self.go_on = threading.Event(), threading.Event()
        self.sizes = []

    def __call__(self, values):
        self.sizes.append(len(values))
        self.begun.set()
        self.go_on.wait()
        if 13 in values:
            raise ValueError("13")
        return [2 * value for value in values]


def waiting(calls, count):
    """Let so many threads come to wait."""
    while len(calls._waiting) < count:
        threading.Event().wait(0.001)


def test_who_comes_while_one_is_answered_is_answered_together():
    slow = Slow()
    calls = JointCalls(slow, 5)
    with ThreadPoolExecutor(8) as pool:
        first = pool.submit(calls, [1])
        slow.begun.wait()
        others = [pool.submit(calls, [n, n + 1]) for n in range(10, 40, 10)]
        waiting(calls, 3)
        slow.go_on.set()
        assert first.result() == [2]
        assert [other.result() for other in others] == [[20, 22], [40, 42], [60, 62]]
    # Six come together, for the fifth was there before the last of them was looked at.
    assert slow.sizes == [1, 6]
    assert calls([7]) == [14]
    assert slow.sizes == [1, 6, 1]


def test_what_goes_wrong_is_told_to_those_who_asked_and_the_next_is_answered():
    slow = Slow()
    slow.go_on.set()
    calls = JointCalls(slow, 5)
    with pytest.raises(ValueError, match="13"):
        calls([1, 13])
    assert calls([1]) == [2]


def test_who_is_interrupted_leaves_the_others_their_answers():
    begun, go_on = threading.Event(), threading.Event()
    tries = []

    def interrupted(values):
        tries.append(list(values))
        if len(tries) == 1:
            begun.set()
            go_on.wait()
            return values
        if len(tries) == 2:
            raise KeyboardInterrupt
        return values

    calls = JointCalls(interrupted, 5)
    with ThreadPoolExecutor(3) as pool:
        first = pool.submit(calls, [1])
        begun.wait()
        others = [pool.submit(calls, [n]) for n in (2, 3)]
        waiting(calls, 2)
        go_on.set()
        assert first.result() == [1]
        ended = [other.exception() for other in others]
    assert sorted(type(error).__name__ for error in ended) == ["KeyboardInterrupt", "NoneType"]
    assert tries[1] == [2, 3] or sorted(tries[1]) == [2, 3]
    assert len(tries[2]) == 1
