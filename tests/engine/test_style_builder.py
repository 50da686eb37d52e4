"""How ink fits its text under a hand, and the style that is made of lines."""

from __future__ import annotations

import string

import numpy as np
import pytest
import torch

from engine.card import Card
from engine.errors import StyleError, TextError
from engine.hand import Hand
from engine.ink.ink import Ink, Stroke
from engine.ink.preparation import Preparation, to_offsets
from engine.ink.recorded_line import RecordedLine
from engine.line_scoring import concatenate, score_lines
from engine.network.mixture import log_loss
from engine.network.network import Network, NetworkConfig
from engine.style_builder import (
    LONGEST_PRIMER,
    build_style,
    normalise_line,
    normalise_pace,
    rank_primers,
    truncate_at_word,
    usable_with,
)
from engine.text.alphabet import Alphabet


@pytest.fixture(scope="module")
def hand() -> Hand:
    return hand_of(" " + string.ascii_lowercase)


def hand_of(letters: str) -> Hand:
    torch.manual_seed(1)
    alphabet = Alphabet(letters)
    network = Network(NetworkConfig(len(alphabet), hidden=16, window=3, mixture=3))
    network.initialise(10.0)
    card = Card("small", "0", "2026-01-01", "nothing", "free", "any")
    return Hand(network.eval(), alphabet, Preparation(), pace=10.0, x_height=1.5, card=card)


def line(text: str, seed: int = 0) -> RecordedLine:
    """A wave for each word, 21 points a letter at 77 points a second."""
    random = np.random.default_rng(seed)
    strokes, x, clock = [], 0.0, 0.0
    for word in text.split():
        count = 21 * len(word)
        t = np.arange(count) / 21
        xy = np.stack([x + 20 * t, 15 * np.sin(2 * np.pi * t + seed)], axis=1)
        strokes.append(Stroke(xy + random.normal(0, 0.3, xy.shape), clock + np.arange(count) / 77))
        x, clock = x + 20 * len(word) + 15, clock + count / 77 + 0.3
    return RecordedLine(text, Ink(tuple(strokes)))


LINES = [line("some words here", 1), line("and a few more", 2), line("go on", 3), line("all", 4)]


def test_the_loss_is_that_of_teacher_forcing(hand: Hand) -> None:
    (fit,) = score_lines(hand, LINES[:1])
    offsets = torch.from_numpy(to_offsets(fit.ink))[:, None]
    codes = torch.from_numpy(hand.alphabet.encode(fit.text))[None]
    with torch.inference_mode():
        raw = hand.network(offsets[:-1], codes, torch.ones(codes.shape)).raw
    expected = log_loss(raw, offsets[1:])[:, 0].numpy()
    assert np.allclose(fit.losses[1:], expected, atol=1e-4)
    assert fit.loss == pytest.approx(float(expected.mean()), abs=1e-4)
    assert len(fit.characters) == fit.ink.points


def test_a_batch_changes_nothing(hand: Hand) -> None:
    together = score_lines(hand, LINES)
    for line_, fit in zip(LINES, together, strict=True):
        (alone,) = score_lines(hand, [line_])
        assert alone.loss == pytest.approx(fit.loss, abs=1e-4)
        assert np.array_equal(alone.characters, fit.characters)


@pytest.mark.parametrize("slower", [4.0, 0.2])
def test_a_line_at_an_unusual_pace_is_given_the_hands(hand: Hand, slower: float) -> None:
    strokes = tuple(
        Stroke(s.xy, slower * s.time) for s in LINES[0].ink.strokes if s.time is not None
    )
    odd = RecordedLine(LINES[0].text, Ink(strokes))
    points = hand.preparation.prepare(normalise_line(hand, odd)[1]).points
    assert points / (len(odd.text) + 1) == pytest.approx(hand.pace, rel=0.15)
    assert normalise_pace(hand, LINES[0]) is LINES[0], "a usual pace stays"


def test_after_a_primer_only_the_lines_own_points_count(hand: Hand) -> None:
    alone, primed = (
        score_lines(hand, LINES[1:2])[0],
        score_lines(hand, LINES[1:2], primer=LINES[0])[0],
    )
    assert primed.text == alone.text
    assert primed.ink == alone.ink
    assert len(primed.losses) == len(alone.losses)
    assert primed.losses[0] == 0
    assert not np.allclose(primed.losses, alone.losses)
    # The same, computed over both lines as one.
    both = concatenate([score_lines(hand, LINES[:1])[0].ink, alone.ink], 3.0)
    text = f"{LINES[0].text} {LINES[1].text}"
    offsets = torch.from_numpy(to_offsets(both))[:, None]
    codes = torch.from_numpy(hand.alphabet.encode(text))[None]
    with torch.inference_mode():
        raw = hand.network(offsets[:-1], codes, torch.ones(codes.shape)).raw
    expected = log_loss(raw, offsets[1:])[-(alone.ink.points - 1) :, 0].numpy()
    assert np.allclose(primed.losses[1:], expected, atol=1e-4)


@pytest.mark.parametrize("change", ["larger", "moved", "turned"])
def test_a_style_does_not_depend_on_how_the_line_lay_on_the_sheet(hand: Hand, change: str) -> None:
    given = LINES[0]
    ink = {
        "larger": given.ink.scaled(7.5),
        "moved": given.ink.moved(1000, -300),
        "turned": given.ink.rotated(0.05),
    }[change]
    text, before = normalise_line(hand, given)
    _, after = normalise_line(hand, RecordedLine(given.text, ink))
    assert text == given.text
    assert before.bounds[0] == pytest.approx(0, abs=1e-6)
    # Turning moves points against the smoothing by a hair.
    assert np.allclose(after.xy, before.xy, atol=0.05)


def test_lines_stand_beside_one_another_on_one_baseline() -> None:
    first, second = LINES[0].ink.moved(5, 40), LINES[1].ink.moved(-9, 400)
    joined = concatenate([first, second], 10.0)
    parts = Ink(joined.strokes[:3]), Ink(joined.strokes[3:])
    assert parts[1].bounds[0] - parts[0].bounds[2] == pytest.approx(10.0)
    assert abs(parts[1].bounds[3] - parts[0].bounds[3]) < 3
    times = np.concatenate([s.time for s in joined.strokes if s.time is not None])
    assert (np.diff(times) >= 0).all()


def test_cutting_between_words() -> None:
    given = LINES[0]
    characters = np.concatenate([np.full(84, 0), np.full(105, 5), np.full(84, 11)])
    text, ink = truncate_at_word(given.text, given.ink, characters, 12)
    assert text == "some words"
    assert ink.strokes == given.ink.strokes[:2]
    assert truncate_at_word(given.text, given.ink, characters, 99) == (given.text, given.ink)


def test_ranking_tries_what_fits_best_and_names_each_line_once(hand: Hand) -> None:
    order = rank_primers(hand, LINES, most=3)
    assert sorted(order) == [0, 1, 2, 3]
    alone = [fit.loss for fit in score_lines(hand, LINES)]
    assert order[-1] == int(np.argmax(alone))
    after = {}
    for i in order[:3]:
        others = [LINES[j] for j in order[:3] if j != i]
        after[i] = np.mean([fit.loss for fit in score_lines(hand, others, primer=LINES[i])])
    assert [after[i] for i in order[:3]] == sorted(after.values())


def test_a_style_joins_the_best_lines_within_the_longest_primer(hand: Hand) -> None:
    style = build_style(hand, "Mine", LINES, "A test.", count=2)
    assert style.name == "Mine"
    best = [LINES[i].text for i in rank_primers(hand, LINES)[:2]]
    assert style.text == " ".join(best)
    long = line(" ".join(["words"] * 30))
    style = build_style(hand, "Mine", [long], "A test.")
    assert len(style.text) <= LONGEST_PRIMER
    assert set(style.text.split()) == {"words"}


def test_what_cannot_be_used_is_said(hand: Hand) -> None:
    ink = LINES[0].ink
    assert not usable_with(hand, RecordedLine("", ink))
    assert not usable_with(hand, RecordedLine("some", Ink()))
    with pytest.raises(TextError, match="no transcript"):
        score_lines(hand, [RecordedLine(" ", ink)])
    with pytest.raises(StyleError, match="No line of 'Mine' can be used"):
        build_style(hand, "Mine", [RecordedLine("", ink)], "")


def test_a_style_keeps_the_words_as_they_were_given(hand: Hand) -> None:
    given = [line("zoë some words", 1), line("and a few môre", 2)]
    style = build_style(hand, "Own", given, "drawn", count=2)
    assert sorted(style.typed.split()) == ["a", "and", "few", "môre", "some", "words", "zoë"]
    assert sorted(style.text.split()) == ["a", "and", "few", "more", "some", "words", "zoe"]
    assert build_style(hand, "Own", LINES, "drawn").typed == ""


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ("some \u200b words", "some words"),
        ("« some words »", '"some words"'),
        ("some — words", "some - words"),
        ("some—words", "some - words"),
        ("words some \u200b", "words some"),
    ],
)
def test_a_style_keeps_what_is_no_word_in_its_ink(given: str, text: str) -> None:
    hand = hand_of(' "-' + string.ascii_lowercase)
    style = build_style(hand, "Own", [line(given, 1)], "drawn")
    assert (style.text, style.typed) == (text, given)


def test_a_long_line_keeps_the_words_that_were_given_for_its_beginning(hand: Hand) -> None:
    given = " \u200b ".join(["wördş"] * 30)
    style = build_style(hand, "Own", [line(given)], "drawn")
    assert set(style.text.split(" ")) == {"words"}
    assert style.typed == " \u200b ".join(["wördş"] * len(style.text.split()))
