"""Lines of many callers in one loop: each as alone, whoever joins and leaves meanwhile."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import replace

import numpy as np
import pytest

from engine.errors import TextError, WritingStoppedError
from engine.hand import Hand
from engine.sampling.buffers import CHUNK
from engine.sampling.line_loop import LineLoop, Turn
from engine.sampling.policy import DEFAULT_POLICY, ONCE
from engine.style.style import bundled

TEXTS = ["The quick brown fox", "a", "Words of several lengths, and more", "jumps over it"]


@pytest.fixture(scope="module")
def hand(tiny_hand_path):
    return Hand.load(tiny_hand_path)


@pytest.fixture
def loop_of(request):
    """Makes loops, and closes them."""

    def made(hand, **settings):
        loop = LineLoop(hand.line_sampler, hand.device, **settings)
        request.addfinalizer(loop.close)
        return loop

    return made


def same(hand, one, other):
    """Whether two lines are one; to the bit where the hand's products do not hang on the batch."""
    if hand.precision == "float16":
        return np.array_equal(one.ink.xy, other.ink.xy)
    return one.ink.points == other.ink.points and np.allclose(one.ink.xy, other.ink.xy, atol=1e-2)


@pytest.mark.parametrize("width", [None, 3])
def test_lines_that_join_one_by_one_are_as_alone(hand, loop_of, width):
    alone = [hand.write(text, seed=n, policy=ONCE) for n, text in enumerate(TEXTS)]
    loop = loop_of(hand, threads=1, width=width)

    def written(number):
        time.sleep(0.002 * number)
        text = TEXTS[number % 4]
        with_loop = hand.drawing_by(loop.drawing(Turn(place=number % 3)))
        return with_loop.write(text, seed=number % 4, policy=ONCE)

    with ThreadPoolExecutor(24) as pool:
        lines = list(pool.map(written, range(24)))
    assert all(same(hand, line, alone[n % 4]) for n, line in enumerate(lines))
    assert loop.points >= sum(line.ink.points for line in lines)
    assert loop.load == (0, 0)


def test_the_hand_that_ships_writes_by_its_policy_as_alone(default_hand, loop_of):
    styles = [bundled()["Hazel"], None, bundled()["Rowan"], bundled()["Hazel"]]
    alone = [
        default_hand.write(text, style=style, seed=3)
        for text, style in zip(TEXTS, styles, strict=True)
    ]
    loop = loop_of(default_hand, threads=2)

    def written(number):
        with_loop = default_hand.drawing_by(loop.drawing(Turn()))
        return with_loop.write(TEXTS[number], style=styles[number], seed=3, policy=DEFAULT_POLICY)

    with ThreadPoolExecutor(4) as pool:
        lines = list(pool.map(written, range(4)))
    for line, before in zip(lines, alone, strict=True):
        assert same(default_hand, line, before)
        assert (line.attempts, line.misread) == (before.attempts, before.misread)


def test_points_are_told_as_they_come_and_are_those_of_the_line(hand, loop_of):
    told = []
    loop = loop_of(hand, threads=1)
    turn = Turn(watch=lambda _, first, offsets, phi: told.append((first, offsets, phi)))
    line = hand.drawing_by(loop.drawing(turn)).write(TEXTS[0], seed=1, policy=ONCE, record=True)
    assert [first for first, _, _ in told] == list(range(0, CHUNK * len(told), CHUNK))
    assert all(len(offsets) <= CHUNK for _, offsets, _ in told)
    offsets = np.concatenate([offsets for _, offsets, _ in told])[: len(line.steps.offsets)]
    np.testing.assert_array_equal(offsets, line.steps.offsets)
    phi = np.concatenate([phi for _, _, phi in told])[: len(line.steps.phi)]
    np.testing.assert_array_equal(phi, line.steps.phi)


def test_first_lines_go_before_the_last_lines_of_a_long_letter(hand, loop_of):
    loop = loop_of(hand, threads=1, width=1)
    order, begun = [], threading.Event()

    def written(name, place, text):
        turn = Turn(place=place, watch=lambda *_: begun.set())
        hand.drawing_by(loop.drawing(turn)).write(text, policy=ONCE)
        order.append(name)

    letter = [
        threading.Thread(target=written, args=(f"letter {place}", place, TEXTS[2] * 3))
        for place in range(6)
    ]
    for thread in letter:
        thread.start()
    begun.wait()
    short = threading.Thread(target=written, args=("short", 0, "a"))
    short.start()
    for thread in (*letter, short):
        thread.join()
    # Only the letter's first line, which had begun, may be finished before it.
    assert order.index("short") <= 1


def test_the_first_points_of_a_text_come_before_further_ones_of_others(hand, loop_of):
    loop = loop_of(hand, threads=1)
    order, begun = [], threading.Event()

    def written(name, text):
        def watch(*_):
            order.append(name)
            begun.set()

        hand.drawing_by(loop.drawing(Turn(watch=watch))).write(text, policy=ONCE)

    long = threading.Thread(target=written, args=("long", TEXTS[2] * 4))
    long.start()
    begun.wait()
    short = threading.Thread(target=written, args=("short", TEXTS[2]))
    short.start()
    for thread in (long, short):
        thread.join()
    first = order.index("short")
    assert order[first : first + 3] == ["short"] * 3
    # It does not hold the other up for longer.
    assert order[first + 3] == "long"
    assert order[-1] == "long"


def test_a_line_that_is_stopped_leaves_and_others_stay(hand, loop_of):
    loop = loop_of(hand, threads=1)
    stop = threading.Event()
    alone = hand.write(TEXTS[2], seed=4, policy=ONCE)
    turn = Turn(stopped=stop.is_set, watch=lambda *_: stop.set())
    with ThreadPoolExecutor(1) as pool:
        other = pool.submit(
            hand.drawing_by(loop.drawing(Turn())).write, TEXTS[2], seed=4, policy=ONCE
        )
        with pytest.raises(WritingStoppedError):
            hand.drawing_by(loop.drawing(turn)).write(TEXTS[2] * 5, policy=ONCE)
        assert same(hand, other.result(), alone)
    assert loop.load == (0, 0)


def test_a_bad_style_and_a_bad_watch_are_told_to_their_own_callers(hand, loop_of):
    loop = loop_of(hand, threads=1)
    foreign = replace(bundled()["Hazel"], text="This hand knows no 漢")
    broken = Turn(watch=lambda *_: 1 / 0)
    alone = hand.write(TEXTS[3], seed=2, policy=ONCE)
    with ThreadPoolExecutor(3) as pool:
        watched = pool.submit(hand.drawing_by(loop.drawing(broken)).write, TEXTS[0], policy=ONCE)
        strange = pool.submit(
            hand.drawing_by(loop.drawing(Turn())).write, "x", style=foreign, policy=ONCE
        )
        good = pool.submit(
            hand.drawing_by(loop.drawing(Turn())).write, TEXTS[3], seed=2, policy=ONCE
        )
        assert same(hand, good.result(), alone)
        with pytest.raises(ZeroDivisionError):
            watched.result()
        with pytest.raises(TextError):
            strange.result()
    assert loop.load == (0, 0)


def test_a_loop_is_closed_when_its_thread_has_ended(hand):
    before = {*threading.enumerate()}
    loop = LineLoop(hand.line_sampler, hand.device, threads=1)
    (own,) = {*threading.enumerate()} - before
    begun, go_on = threading.Event(), threading.Event()

    def watch(*_):
        begun.set()
        go_on.wait()

    with ThreadPoolExecutor(2) as pool:
        line = pool.submit(
            hand.drawing_by(loop.drawing(Turn(watch=watch))).write, TEXTS[2], policy=ONCE
        )
        begun.wait()
        alive = pool.submit(lambda: (loop.close(), own.is_alive())[1])
        # Long enough for a close that waits for nothing.
        wait([alive], timeout=0.3)
        go_on.set()
        assert not alive.result()
        with pytest.raises(WritingStoppedError):
            line.result()


def test_a_closed_loop_gives_up_what_it_has(hand):
    loop = LineLoop(hand.line_sampler, hand.device, threads=1)
    begun = threading.Event()
    turn = Turn(watch=lambda *_: begun.set())
    with ThreadPoolExecutor(1) as pool:
        line = pool.submit(hand.drawing_by(loop.drawing(turn)).write, TEXTS[2] * 10, policy=ONCE)
        begun.wait()
        loop.close()
        with pytest.raises(WritingStoppedError):
            line.result()
    with pytest.raises(WritingStoppedError):
        hand.drawing_by(loop.drawing(Turn())).write("a", policy=ONCE)
