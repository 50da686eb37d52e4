"""A service as the engine of a program here: the same ink, and nothing lost where it goes away."""

from __future__ import annotations

import time

import numpy as np
import pytest

from engine.hand import Hand
from engine.sampling.policy import ALIGNED, ONCE
from engine.style.style import bundled
from studio.service.remote_engine import RemoteEngine

TEXTS = ["some words", "and others of them", "and a last line"]


@pytest.fixture
def hand(tiny_hand_path):
    return Hand.load(tiny_hand_path)


@pytest.fixture
def engine_of(request, hand):
    def made(url, token="", **settings):
        told = []
        engine = RemoteEngine(url, token, hand, told.append, **settings)
        request.addfinalizer(engine.close)
        return engine, told

    return made


def same(hand, lines, others):
    for line, other in zip(lines, others, strict=True):
        assert (line.text, line.flaws, line.seed) == (other.text, other.flaws, other.seed)
        if hand.precision == "float16":
            np.testing.assert_array_equal(line.ink.xy, other.ink.xy)
        assert line.ink.points == other.ink.points


def test_the_ink_is_that_of_this_computer(service, hand, engine_of):
    engine, told = engine_of(service.url)
    before = service.state.loop_or_none.points
    for styles in (None, bundled()["Rowan"]):
        here = hand.write_lines(TEXTS, seeds=4, styles=styles, policy=ALIGNED)
        there = engine.hand.write_lines(TEXTS, seeds=4, styles=styles, policy=ALIGNED)
        same(hand, there, here)
    assert service.state.loop_or_none.points > before
    assert not told
    assert not engine.away
    # Lines with their trace come without it, as they are not drawn here.
    (line,) = engine.hand.write_lines(TEXTS[:1], traced=True, policy=ONCE)
    assert line.trace == ()
    # A record of the steps is made here.
    assert engine.hand.write(TEXTS[0], record=True, policy=ONCE).steps is not None


def test_where_the_service_goes_away_this_computer_draws_on(run_service, hand, engine_of):
    with run_service() as ending:
        engine, told = engine_of(ending.url, again=0.2)
        same(
            hand,
            engine.hand.write_lines(TEXTS, policy=ONCE),
            hand.write_lines(TEXTS, policy=ONCE),
        )
        assert not told
    lines = engine.hand.write_lines(TEXTS, seeds=9, policy=ONCE)
    same(hand, lines, hand.write_lines(TEXTS, seeds=9, policy=ONCE))
    assert engine.away
    assert len(told) == 1
    assert "this computer draws on" in told[0]
    # It is said once, however often it is tried.
    time.sleep(0.3)
    engine.hand.write_lines(TEXTS[:1], policy=ONCE)
    assert len(told) == 1


def test_a_service_that_comes_back_draws_again(service, hand, engine_of):
    engine, told = engine_of("http://127.0.0.1:9", again=0.1)
    engine.hand.write("a", policy=ONCE)
    assert engine.away
    engine.url = service.url
    time.sleep(0.2)
    engine.hand.write("a", policy=ONCE)
    assert not engine.away
    assert "draws again" in told[-1]


def test_another_hand_or_a_wrong_token_is_told(service, guarded, default_hand, engine_of):
    told = []
    other = RemoteEngine(service.url, "", default_hand, told.append)
    line = other.hand.write("a word", policy=ONCE)
    other.close()
    assert line.ink.points == default_hand.write("a word", policy=ONCE).ink.points
    assert "another hand" in told[0]
    engine, told = engine_of(guarded.url, "wrong")
    engine.hand.write("a word", policy=ONCE)
    assert "token" in told[0]
