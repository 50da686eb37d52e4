"""What is made of styles is made once, in whatever thread, and forgotten in the end."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from engine.hand import Hand
from engine.sampling.policy import ONCE
from engine.style.style import bundled
from engine.style.style_cache import MOST, StyleCache


def test_a_value_is_made_once_for_many_threads():
    made, gate = [], threading.Event()

    def make(style):
        gate.wait()
        made.append(style.name)
        return object()

    cache, style = StyleCache(make), bundled()["Hazel"]
    with ThreadPoolExecutor(8) as pool:
        values = [pool.submit(cache.of, style) for _ in range(8)]
        gate.set()
        assert len({id(value.result()) for value in values}) == 1
    assert made == ["Hazel"]


def test_the_style_counts_and_not_its_name_and_the_oldest_is_forgotten():
    made = []
    cache = StyleCache(lambda style: made.append(style) or len(made), most=3)
    styles = [replace(bundled()["Hazel"]) for _ in range(4)]
    assert [cache.of(style) for style in styles] == [1, 2, 3, 4]
    assert cache.of(styles[3]) == 4
    assert cache.of(styles[0]) == 5


def test_what_fails_is_tried_again():
    tries = []

    def make(style):
        tries.append(style)
        raise ValueError(len(tries))

    cache, style = StyleCache(make), bundled()["Hazel"]
    for number in (1, 2):
        with pytest.raises(ValueError, match=str(number)):
            cache.of(style)


def test_a_value_that_was_made_is_known_and_one_that_was_forgotten_is_not():
    cache = StyleCache(lambda style: style.name, 1)
    first, second = bundled()["Hazel"], replace(bundled()["Hazel"], name="second")
    assert first not in cache
    cache.of(first)
    assert first in cache
    cache.of(second)
    assert first not in cache


def test_a_hand_keeps_no_more_styles_than_that(tiny_hand_path):
    hand = Hand.load(tiny_hand_path)
    caches = (hand._primers._known, hand._trials)
    for cache in caches:
        assert cache._most == MOST
        cache._most = 2
    for number in range(4):
        style = replace(bundled()["Hazel"], name=str(number))
        hand.write("on", style=style, policy=ONCE, points_per_char=2)
    assert [len(cache._known) for cache in caches] == [2, 2]


def test_values_of_several_styles_are_made_together_and_one_by_one_where_one_fails():
    together = []

    def make(style):
        if style.name == "bad":
            raise ValueError("bad")
        return style.name

    def make_all(styles):
        together.append([style.name for style in styles])
        return [make(style) for style in styles]

    cache = StyleCache(make, make_all=make_all)
    one, two, three, bad = (
        replace(bundled()["Hazel"], name=name) for name in ("one", "two", "three", "bad")
    )
    assert cache.of_all([one, two, one]) == ["one", "two", "one"]
    assert cache.of_all([two, three]) == ["two", "three"]
    assert together == [["one", "two"]]
    with pytest.raises(ValueError, match="bad"):
        cache.of_all([replace(one, name="four"), bad])
    assert bad not in cache
    assert cache.of_all([]) == []


def test_who_is_interrupted_leaves_nobody_waiting():
    def make_all(styles):
        raise KeyboardInterrupt

    cache = StyleCache(lambda style: style.name, make_all=make_all)
    styles = [replace(bundled()["Hazel"], name=name) for name in ("one", "two")]
    with pytest.raises(KeyboardInterrupt):
        cache.of_all(styles)
    assert cache.of(styles[0]) == "one"
