"""Words of a line: which frames are theirs, what they say, and how sure that is."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from engine.hand import Hand
from engine.recognition.recogniser import Recogniser
from engine.recognition.word_reading import CLEAR, read_words, viterbi
from engine.sampling.policy import DOUBT, UNSURE
from engine.text.alphabet import Alphabet

ALPHABET = Alphabet(" abc")
BLANK = len(ALPHABET)


def frames_of(spoken: str, certain: float = 0.9, each: int = 2) -> np.ndarray:
    """Frames that say a text, "_" for a blank, each character so many frames long."""
    rest = (1 - certain) / BLANK
    rows = []
    for character in spoken:
        row = np.full(BLANK + 1, rest)
        row[BLANK if character == "_" else ALPHABET.characters.index(character)] = certain
        rows += [row] * each
    return np.log(np.array(rows, dtype=np.float32))


def test_words_that_say_what_they_should_are_certain():
    words = read_words(frames_of("_ab_ _c_c_ _b_"), "ab cc b", ALPHABET)
    assert [word.read for word in words] == ["ab", "cc", "b"]
    assert [word.certainty for word in words] == pytest.approx([0, 0, 0], abs=1e-5)


def test_the_word_that_says_something_else_is_found():
    words = read_words(frames_of("ab_ _cb_ _b"), "ab cc b", ALPHABET)
    assert [word.word for word in words] == ["ab", "cc", "b"]
    assert words[1].read == "cb"
    assert words[1].certainty < -1.5
    assert words[0].certainty == words[2].certainty == 0


@pytest.mark.parametrize("spoken", ["cacbac", "cabc_c_abc", "c_abac", "cab_abc"])
def test_a_sign_that_is_wrong_makes_a_long_word_as_doubtful_as_a_short_one(spoken: str):
    """Of an address of which one sign is wrong nine in ten signs are right."""
    (short,) = read_words(frames_of(f"_{spoken}_"), "cabc_abc".replace("_", ""), ALPHABET)
    before, behind = "_ab_cb_ac_ba", "bc_ab_cb_ab"
    asked = (before + "cabcabc" + behind).replace("_", "")
    (long,) = read_words(frames_of(f"{before}_{spoken}_{behind}"), asked, ALPHABET)
    assert long.certainty == pytest.approx(short.certainty, abs=1e-3)
    assert long.certainty < DOUBT
    assert len(long.signs) == len(asked)
    assert sorted(long.signs)[3] == pytest.approx(0.0, abs=1e-3), "the others are certain"


def test_a_gap_within_a_word_or_none_between_two_does_not_count():
    for spoken in ("a b_ _c b", "_ab_cb", "ab__cb"):
        words = read_words(frames_of(spoken), "ab cb", ALPHABET)
        assert [word.certainty for word in words] == pytest.approx([0, 0], abs=1e-5)


def test_signs_of_one_shape_are_as_good_as_each_other():
    alphabet = Alphabet(" 1Il0Oxo")
    rows = np.full((6, len(alphabet) + 1), 0.01)
    for row, sign in enumerate("lOI"):
        rows[2 * row, alphabet.characters.index(sign)] = 0.9
        rows[2 * row + 1, -1] = 0.9
    frames = np.log(rows / rows.sum(1, keepdims=True)).astype(np.float32)
    (same,) = read_words(frames, "10l", alphabet)
    assert same.certainty == pytest.approx(0, abs=1e-5)
    (other,) = read_words(frames, "1xl", alphabet)
    assert other.signs[1] < DOUBT
    assert other.certainty == other.signs[1]


def test_a_sign_that_is_often_confused_is_certain_only_where_no_other_is_nearly_as_likely():
    alphabet = Alphabet(" @aeo")

    def signs(wanted: str, other: str, share: float) -> tuple[float, ...]:
        rows = np.full((4, len(alphabet) + 1), 1e-3)
        rows[[0, 3], -1] = 1.0
        rows[1, alphabet.characters.index(wanted)] = 1.0
        rows[1, alphabet.characters.index(other)] = share
        rows[2, alphabet.characters.index("a")] = 1.0
        frames = np.log(rows / rows.sum(1, keepdims=True)).astype(np.float32)
        return read_words(frames, f"{wanted}a", alphabet)[0].signs

    assert signs("@", "e", 0.8) == pytest.approx((np.log(1 / 0.8) - CLEAR, 0.0), abs=1e-3)
    assert signs("@", "e", 0.8)[0] < UNSURE
    assert signs("@", "e", 0.01) == pytest.approx((0.0, 0.0), abs=1e-3)
    assert signs("@", "e", 9.0)[0] < DOUBT
    assert signs("o", "e", 0.8) == pytest.approx((0.0, 0.0), abs=1e-3)


def test_what_is_too_much_counts_against_the_word_before_it():
    words = read_words(frames_of("ab_c_ _b"), "ab b", ALPHABET)
    assert words[0].read == "abc"
    assert words[0].certainty < -1
    assert words[1].certainty == 0


def test_characters_that_are_unknown_are_left_out():
    words = read_words(frames_of("ab_ _c"), "aéb € c", ALPHABET)
    assert [word.read for word in words] == ["aéb", "€", "c"]
    assert [word.word for word in words] == ["aéb", "€", "c"]
    assert [word.certainty for word in words] == pytest.approx([0, 0, 0], abs=1e-5)
    assert read_words(frames_of("_"), "é", ALPHABET)[0].read == "é"


def test_a_text_with_more_characters_than_frames_is_not_there():
    words = read_words(frames_of("a", each=1), "ab cc", ALPHABET)
    assert [word.certainty for word in words] == [-np.inf, -np.inf]
    assert read_words(frames_of("a"), "", ALPHABET) == ()


def test_the_path_is_the_likeliest_of_all():
    random = np.random.default_rng(3)
    frames = np.log(random.dirichlet(np.ones(4), size=6)).astype(np.float32)
    codes = [0, 1, 1]
    path = viterbi(frames, codes, blank=3)
    assert path is not None

    def text(labels):
        kept = [a for a, b in zip(labels, [None, *labels[:-1]], strict=True) if a != b]
        return [code for code in kept if code != 3]

    best = max(
        (labels for labels in itertools.product(range(4), repeat=6) if text(labels) == codes),
        key=lambda labels: sum(frames[t, label] for t, label in enumerate(labels)),
    )
    labels = [codes[state // 2] if state % 2 else 3 for state in path]
    assert labels == list(best)


def test_a_wrong_word_of_a_real_line_is_told_from_the_right_ones():
    line = Hand.load().write("The quiet garden was empty", bias=1.0, seed=3)
    recogniser = Recogniser.load()
    (right,) = recogniser.judge([line.ink], [line.text])
    assert min(word.certainty for word in right.words) > -0.6
    (wrong,) = recogniser.judge([line.ink], ["The quiet window was empty"])
    least = min(wrong.words, key=lambda word: word.certainty)
    assert least.word == "window"
    assert least.read == "garden"
    assert least.certainty < -1.5
