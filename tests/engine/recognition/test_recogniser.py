"""The recogniser: its path, its decoding, its file, and what it makes of real ink."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import HandError, InkError, SettingError
from engine.ink.ink import Ink
from engine.recognition.recogniser import (
    SPACING,
    Recogniser,
    Recognition,
    decode,
    edit_distance,
    features,
    padded,
    path,
    shipped_recogniser,
)
from engine.recognition.recogniser_network import (
    FEATURES,
    RecogniserConfig,
    build_recogniser_network,
    frame_counts,
)
from engine.text.alphabet import Alphabet

SIZES = (RecogniserConfig(3, 8, 8, 1), RecogniserConfig(3, 8, 0, 5, "convolutional"))
#: Of a padded batch: odd and even ones, and one that is shorter than a convolution's reach.
LENGTHS = (3, 40, 57, 110)

words = st.text("abc", max_size=8)


def loops(count: int) -> Ink:
    angle = np.linspace(0, 2 * np.pi * count, 40 * count)
    return Ink.from_lists([np.stack([angle, np.sin(2 * angle)], axis=1), [(20.0, 0.0)]])


def assert_judged_alike(some: Sequence[Recognition], others: Sequence[Recognition]) -> None:
    assert [line.read for line in some] == [line.read for line in others]
    # To the bit: a line is read by itself, whatever its company.
    assert [line.log_likelihood for line in some] == [line.log_likelihood for line in others]
    assert [line.words for line in some] == [line.words for line in others]


def test_the_path_is_evenly_spaced_and_ends_each_stroke():
    xy, ends = path(loops(3))
    gaps = np.hypot(*np.diff(xy[ends.argmax() :: -1], axis=0).T)
    assert np.abs(gaps - SPACING).max() < 0.35 * SPACING
    assert ends.sum() == 2
    assert ends[-1]


def test_size_and_place_do_not_matter():
    here, _ = path(loops(3))
    there, _ = path(loops(3).scaled(40).moved(7, -100))
    np.testing.assert_allclose(here, there, atol=1e-4)


def test_features_are_finite_and_name_a_lone_point():
    rows = features(*path(loops(2)))
    assert rows.shape[0] == FEATURES
    assert np.isfinite(rows).all()
    assert rows[-1, -1] == 1
    assert rows[-1, :-1].sum() == 0


@given(words, words)
def test_distance_is_a_distance(a, b):
    assert edit_distance(a, b) == edit_distance(b, a)
    assert (edit_distance(a, b) == 0) == (a == b)
    assert abs(len(a) - len(b)) <= edit_distance(a, b) <= max(len(a), len(b))


def test_repeats_and_blanks_are_taken_out():
    frames = torch.full((7, 4), -9.0)
    for row, code in enumerate([0, 0, 3, 0, 1, 3, 2]):
        frames[row, code] = 0.0
    assert decode(frames, Alphabet("ab ")) == "aab "


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16], ids=str)
@pytest.mark.parametrize("sizes", SIZES, ids=lambda sizes: sizes.architecture)
def test_padding_changes_no_frame_of_a_line(sizes, dtype):
    torch.manual_seed(0)
    network = build_recogniser_network(sizes).eval()
    rows = [np.random.default_rng(k).normal(size=(FEATURES, n)) for k, n in enumerate(LENGTHS)]
    points, lengths = padded([row.astype(np.float32) for row in rows])
    together = network(points, lengths, dtype)
    for k, (length, frames) in enumerate(zip(LENGTHS, frame_counts(lengths).tolist(), strict=True)):
        alone = network(points[k : k + 1, :, :length], lengths[k : k + 1], dtype)
        assert len(alone) == frames
        tolerance = 1e-5 if dtype == torch.float32 else 0.05
        torch.testing.assert_close(
            together[:frames, k], alone[:, 0], atol=tolerance, rtol=tolerance
        )


@pytest.mark.parametrize("sizes", SIZES, ids=lambda sizes: sizes.architecture)
def test_a_line_is_judged_the_same_alone_and_with_others(sizes):
    torch.manual_seed(0)
    recogniser = Recogniser(build_recogniser_network(sizes), Alphabet("ab "), 1.0)
    inks = [loops(2), loops(5)]
    alone = [recogniser.judge([ink], ["ab"])[0] for ink in inks]
    together = recogniser.judge(inks, ["ab", "ab"])
    assert_judged_alike(together, alone)
    assert together[0].log_likelihood < 0


def test_threads_share_out_the_lines_and_read_the_same(pretend_threads):
    torch.manual_seed(0)
    recogniser = Recogniser(build_recogniser_network(SIZES[0]), Alphabet("ab "), 1.0)
    inks = [loops(2 + k % 3) for k in range(7)]
    alone = recogniser.judge(inks, ["ab"] * 7)
    pretend_threads(2)
    assert_judged_alike(recogniser.judge(inks, ["ab"] * 7), alone)
    assert recogniser.read([]) == []


@pytest.mark.parametrize("sizes", SIZES, ids=lambda sizes: sizes.architecture)
def test_lines_are_read_together_as_one_by_one(sizes):
    torch.manual_seed(0)
    recogniser = Recogniser(build_recogniser_network(sizes), Alphabet("ab "), 1.0)
    inks = [loops(2 + k % 3) for k in range(7)]
    assert recogniser.read_together(inks) == recogniser.read(inks)
    assert recogniser.read_together([]) == []


@pytest.mark.parametrize("sizes", SIZES, ids=lambda sizes: sizes.architecture)
def test_the_recogniser_comes_back_from_its_file(tmp_path, sizes):
    recogniser = Recogniser(build_recogniser_network(sizes), Alphabet("ab "), 0.5)
    file = tmp_path / "recogniser.safetensors"
    recogniser.save(file)
    again = Recogniser.load(file)
    assert again.error_rate == 0.5
    assert again.judge([loops(3)], ["a"])[0].read == recogniser.judge([loops(3)], ["a"])[0].read
    file.write_bytes(file.read_bytes()[:100])
    with pytest.raises(HandError, match=r"\.$"):
        Recogniser.load(file)
    with pytest.raises(HandError, match=r"\.$"):
        Recogniser.load(tmp_path / "nothing")


@pytest.mark.parametrize("size", ["characters", "channels", "hidden", "layers"])
@pytest.mark.parametrize("told", [10**9, -1, 2.5, "2"])
def test_sizes_that_no_recogniser_has_are_refused_before_one_is_made(size, told):
    with pytest.raises(SettingError, match="whole number"):
        RecogniserConfig(**{"characters": 3, size: told})


@pytest.mark.parametrize("sizes", SIZES, ids=lambda sizes: sizes.architecture)
def test_both_kinds_give_half_as_many_frames_as_points_in_either_precision(sizes):
    torch.manual_seed(0)
    network = build_recogniser_network(sizes).eval()
    points = torch.randn(2, FEATURES, 41)
    lengths = torch.tensor([41, 41])
    exact, rough = network(points, lengths), network(points, lengths, torch.bfloat16)
    assert exact.shape == (21, 2, 4)
    torch.testing.assert_close(exact.exp().sum(2), torch.ones(21, 2))
    torch.testing.assert_close(rough, exact, atol=0.1, rtol=0.1)


def test_the_convolutional_recogniser_sees_only_what_is_near():
    network = build_recogniser_network(SIZES[1]).eval()
    points = torch.randn(1, FEATURES, 200)
    changed = points.clone()
    changed[:, :, 150:] = 0
    lengths = torch.tensor([200])
    here, there = network(points, lengths), network(changed, lengths)
    torch.testing.assert_close(here[:50], there[:50])
    assert not torch.allclose(here[70:], there[70:])


def test_ink_that_cannot_be_read_is_refused():
    for ink in (Ink(), Ink.from_lists([[(0, 0), (5, 0)]])):
        with pytest.raises(InkError, match=r"\.$"):
            path(ink)


def test_the_recogniser_that_ships_reads_what_the_hand_writes(default_hand):
    text = "the morning was quiet"
    lines = default_hand.write_lines([text] * 4, seeds=1, biases=1.0)
    judged = Recogniser.load().judge([line.ink for line in lines], [text] * 4)
    assert np.mean([judgement.wrong for judgement in judged]) < 0.25 * len(text)


def test_how_a_written_line_is_judged_does_not_hang_on_its_company(default_hand):
    texts = ["seven", "a line that is much longer than the one above it"]
    inks = [line.ink for line in default_hand.write_lines(texts, seeds=1, biases=1.0)]
    recogniser = Recogniser.load()
    alone = [recogniser.judge([ink], [text])[0] for ink, text in zip(inks, texts, strict=True)]
    assert_judged_alike(recogniser.judge(inks, texts), alone)


def test_lines_of_many_threads_are_judged_as_alone():
    recogniser = shipped_recogniser()
    inks = [loops(2 + k % 5) for k in range(12)]
    alone = [recogniser.judge([ink], ["the end"])[0] for ink in inks]
    with ThreadPoolExecutor(6) as pool:
        together = list(pool.map(lambda ink: recogniser.judge([ink], ["the end"])[0], inks))
    assert_judged_alike(together, alone)
    assert_judged_alike(recogniser.judge(inks, ["the end"] * 12), alone)


def test_where_nothing_is_gained_lines_are_read_one_by_one(monkeypatch):
    monkeypatch.setattr("engine.recognition.frame_recogniser.knows_float16", lambda: False)
    monkeypatch.setattr("engine.recognition.frame_recogniser._steady_rows", lambda *_: (1, 1))
    torch.manual_seed(0)
    recogniser = Recogniser(build_recogniser_network(SIZES[0]), Alphabet("ab "), 1.0)
    inks = [loops(2 + k) for k in range(3)]
    assert_judged_alike(
        recogniser.judge(inks, ["ab"] * 3), [recogniser.judge([ink], ["ab"])[0] for ink in inks]
    )
