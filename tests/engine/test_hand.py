"""Hands: stream and batch agree, primers carry all of the state, files are checked."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from engine.bundled_hands import bundled_hands
from engine.errors import HandError, SettingError, TextError
from engine.hand import TRIAL, Hand
from engine.ink.preparation import to_offsets
from engine.recognition.recogniser import shipped_recogniser
from engine.sampling.line_sampler import AFTER
from engine.sampling.policy import ONCE, Policy
from engine.sampling.steering import Override
from engine.sampling.trace import SampleTrace
from engine.style.style import Style, bundled
from engine.style.style_trial import STRENGTHS


@pytest.fixture(scope="module")
def hand(tiny_hand_path):
    return Hand.load(tiny_hand_path)


TEXTS = ["Hello there", "a", "Words of several lengths, and a comma."]


def fields_of(steps):
    return ("offsets", "phi", "alpha", "beta", "kappa", "pi", "mu", "sigma", "rho", "eos")


def test_the_same_seed_gives_the_same_ink(hand):
    first, second = (hand.write("Hello there", seed=7) for _ in range(2))
    other = hand.write("Hello there", seed=8)
    assert first.ink == second.ink
    assert first.ink != other.ink


def test_a_line_is_the_same_alone_in_a_batch_and_as_a_stream(hand):
    batch = hand.write_lines(TEXTS, seeds=[3, 4, 5], policy=ONCE, record=True)
    for text, seed, line in zip(TEXTS, (3, 4, 5), batch, strict=True):
        alone = hand.write(text, seed=seed, policy=ONCE, record=True)
        stream = SampleTrace.stacked(text, list(hand.stream(text, seed=seed)))
        assert len(line.steps) == len(alone.steps) == len(stream)
        for name in fields_of(stream):
            reference = getattr(stream, name)
            np.testing.assert_allclose(getattr(alone.steps, name), reference, atol=2e-5)
            np.testing.assert_allclose(getattr(line.steps, name), reference, atol=2e-4)


def test_the_default_hand_agrees_within_a_thousandth_of_the_x_height(default_hand):
    texts = ["Good morning, how are you?", "The boat left at noon."]
    batch = default_hand.write_lines(texts, seeds=[1, 2], policy=ONCE, record=True)
    for text, seed, line in zip(texts, (1, 2), batch, strict=True):
        points = []
        for step in default_hand.stream(text, seed=seed):
            points.append(step.point)
            if len(points) == 200:
                break
        alone = np.cumsum(np.stack(points)[:, :2], axis=0)
        together = np.cumsum(line.steps.offsets[: len(points), :2], axis=0)
        assert np.abs(alone - together).max() < 0.001 * default_hand.x_height


def test_sampling_follows_the_network_that_training_runs(hand):
    steps = SampleTrace.stacked("Hello there", list(hand.stream("Hello there", seed=3, bias=0.0)))
    offsets = torch.from_numpy(np.concatenate([np.zeros((1, 3), np.float32), steps.offsets[:-1]]))
    codes = torch.from_numpy(hand.alphabet.encode("Hello there" + AFTER))[None]
    with torch.no_grad():
        outputs = hand.network(offsets[:, None], codes, torch.ones(codes.shape))
    phi = outputs.windowed.phi[:, 0].numpy()
    over = len("Hello there")
    np.testing.assert_allclose(steps.phi[:, :over], phi[:, :over], atol=1e-5)
    np.testing.assert_allclose(steps.phi[:, over], phi[:, over:].sum(axis=1), atol=1e-5)
    pi = outputs.raw[:, 0, : hand.network.config.mixture].softmax(-1).numpy()
    np.testing.assert_allclose(pi, steps.pi, atol=1e-5)


def test_priming_is_one_pass_over_the_primer_the_space_and_the_text(default_hand):
    """Section 5.5: the characters are primer, space and text; all of the state is carried."""
    hand, shipped, text = default_hand, next(iter(bundled().values())), "and more of it"
    # Without the vector, which is no part of the pass.
    style = Style("own", shipped.text, shipped.ink)
    stream = hand.stream(text, style=style, seed=9, bias=0.0)
    steps = SampleTrace.stacked(text, [next(stream) for _ in range(20)])
    offsets = to_offsets(hand.preparation.prepare(style.ink))
    given = torch.from_numpy(np.concatenate([offsets, steps.offsets[:-1]]))[:, None]
    codes = torch.from_numpy(hand.alphabet.encode(f"{style.text} {text}"))[None]
    with torch.no_grad():
        outputs = hand.network(given, codes, torch.ones(codes.shape))
    pi = outputs.raw[len(offsets) - 1 :, 0, : hand.network.config.mixture].softmax(-1)
    np.testing.assert_allclose(steps.pi, pi, atol=0.02)
    phi = outputs.windowed.phi[len(offsets) - 1 :, 0, len(style.text) + 1 :]
    # Of numbers up to 4, where the sampler's products are in half precision.
    np.testing.assert_allclose(steps.phi, phi, atol=0.05)
    unprimed = next(hand.stream(text, seed=9, bias=0.0))
    assert np.abs(unprimed.pi - steps.pi[0]).max() > 0.05


def test_what_is_kept_of_a_primer_is_the_state_before_its_end(hand):
    primer = hand.write("a first line that is long enough", seed=5, policy=ONCE)
    style = Style("own", primer.text, primer.ink)
    offsets = to_offsets(hand.preparation.prepare(style.ink))
    primed = hand._primers.of(style)
    fed = len(offsets) - len(primed.end)
    assert fed > 0
    codes = torch.from_numpy(hand.alphabet.encode(style.text))[None]
    with torch.no_grad():
        given = torch.from_numpy(offsets[:fed, None])
        outputs = hand.network(given, codes, torch.ones(codes.shape))
    for layer, whole in enumerate(outputs.layers):
        np.testing.assert_allclose(
            primed.state[hand._sampler.row.h[layer]], whole[-1, 0], atol=1e-5
        )
    kappa = primed.state[hand._sampler.row.kappa] + len(style.text) + 1 - len(primed.tail)
    np.testing.assert_allclose(
        kappa, outputs.windowed.parameters[-1, 0, -len(kappa) :], rtol=1e-5, atol=1e-4
    )
    np.testing.assert_array_equal(primed.end, offsets[fed:])


def test_primed_lines_are_the_same_alone_and_beside_others(hand):
    """Others with another primer, a short one, and with none."""
    long = hand.write("a first line that is long enough", seed=5, policy=ONCE)
    short = hand.write("ab", seed=6, policy=ONCE)
    styles = [Style("long", long.text, long.ink), None, Style("short", short.text, short.ink)]
    together = hand.write_lines(["one", "two", "three"], styles=styles, seeds=3, policy=ONCE)
    for i, text in enumerate(("one", "two", "three")):
        alone = hand.write(text, style=styles[i], seed=3 + i, policy=ONCE)
        np.testing.assert_allclose(alone.ink.xy, together[i].ink.xy, atol=1e-3)


def test_a_stream_starts_again_from_any_step(hand):
    whole = list(hand.stream("Hello there", seed=3))
    middle = whole[len(whole) // 2]
    rest = list(hand.stream("Hello there", seed=3, start=middle.state))
    assert [step.index for step in rest] == list(range(middle.index + 1, len(whole)))
    for again, step in zip(rest, whole[middle.index + 1 :], strict=True):
        np.testing.assert_array_equal(again.point, step.point)


def test_overrides_hold_for_their_step_alone(hand):
    held = np.full(hand.network.config.window, 2.5, dtype=np.float32)

    def steer(index, _):
        return Override(kappa=held, component=1, bias=10.0) if index == 4 else None

    plain = list(hand.stream("Hello there", seed=3))
    steered = list(hand.stream("Hello there", seed=3, overrides=steer))
    for step, own in zip(steered[:4], plain[:4], strict=True):
        np.testing.assert_array_equal(step.point, own.point)
    np.testing.assert_array_equal(steered[4].kappa, held)
    assert steered[4].component == 1
    assert steered[4].sigma.max() < plain[3].sigma.max() / 100
    assert steered[5].kappa.min() >= 2.5


def test_bias_narrows_the_mixture_as_the_paper_has_it(hand):
    """Equations 61 and 62; and nothing is ever not finite."""
    first = {}
    for bias in (0.0, 2.0, 10.0):
        steps = SampleTrace.stacked("Hello", list(hand.stream("Hello", seed=1, bias=bias)))
        for name in fields_of(steps):
            assert np.isfinite(getattr(steps, name)).all()
        first[bias] = steps
    np.testing.assert_allclose(first[2.0].sigma[0], first[0.0].sigma[0] * np.exp(-2), rtol=1e-4)
    sharpened = first[0.0].pi[0] ** 3
    np.testing.assert_allclose(first[2.0].pi[0], sharpened / sharpened.sum(), rtol=1e-4)


def test_the_cap_ends_a_line_and_the_result_says_so(hand):
    line = hand.write(
        "Hello there, Hello there", seed=1, points_per_char=1, policy=Policy(tries=2, reads=False)
    )
    assert line.attempts == 2
    assert any("ran on" in flaw for flaw in line.flaws)
    assert line.ink.points <= 26


@pytest.mark.parametrize(
    ("words", "error"),
    [
        ({"text": ""}, TextError),
        ({"text": "  "}, TextError),
        ({"text": "漢"}, TextError),
        ({"text": "a" * 500}, TextError),
        ({"bias": -0.1}, SettingError),
        ({"bias": float("nan")}, SettingError),
        ({"bias": 10.5}, SettingError),
        ({"seed": -1}, SettingError),
        ({"seed": 1.5}, SettingError),
        ({"points_per_char": 0}, SettingError),
        ({"points_per_char": float("inf")}, SettingError),
    ],
)
def test_bad_words_are_refused_in_a_sentence(hand, words, error):
    with pytest.raises(error) as caught:
        hand.write(**({"text": "Hello"} | words))
    assert str(caught.value).endswith(".")
    assert "\n" not in str(caught.value)


def test_a_hand_comes_back_from_its_file_as_it_was(hand, tmp_path):
    path = tmp_path / "again.safetensors"
    hand.save(path, torch.float32)
    again = Hand.load(path)
    assert again.card == hand.card
    assert again.alphabet == hand.alphabet
    assert again.preparation == hand.preparation
    assert again.write("Hello", seed=2).ink == hand.write("Hello", seed=2).ink
    assert len(again.sha256) == 64


@pytest.mark.parametrize("damage", ["missing", "cut", "random", "empty", "shape", "nan"])
def test_a_damaged_hand_is_refused_in_a_sentence(hand, tiny_hand_path, tmp_path, damage):
    path = tmp_path / "hand.safetensors"
    content = tiny_hand_path.read_bytes()
    if damage == "cut":
        path.write_bytes(content[: len(content) // 2])
    elif damage == "random":
        path.write_bytes(np.random.default_rng(0).bytes(4096))
    elif damage == "empty":
        path.write_bytes(b"")
    elif damage == "shape":
        path.write_bytes(content.replace(b'\\"hidden\\": 16', b'\\"hidden\\": 17'))
        assert path.read_bytes() != content
    elif damage == "nan":
        Hand.load(tiny_hand_path).save(path)
        broken = Hand.load(path)
        with torch.no_grad():
            broken.network.output.bias[0] = float("nan")
        broken.save(path)
    with pytest.raises(HandError) as caught:
        Hand.load(path)
    assert str(caught.value).endswith(".")


def test_no_gpu_is_said_in_a_sentence(tiny_hand_path):
    if torch.cuda.is_available():
        pytest.skip("there is a GPU here")
    with pytest.raises(SettingError, match="cpu"):
        Hand.load(tiny_hand_path, device="cuda")
    with pytest.raises(SettingError, match="cuda"):
        Hand.load(tiny_hand_path, device="tpu")


def test_a_style_s_slant_and_width_are_given_by_strength(default_hand):
    hand = default_hand
    style = next(iter(bundled().values()))
    follow = {"style": style, "seed": 3, "policy": ONCE, "record": True}
    raw, half, whole = (hand.write("Hello there", strength=s, **follow) for s in (0.0, 0.5, 1.0))
    assert np.array_equal(raw.steps.offsets, whole.steps.offsets), "the same steps, drawn otherwise"
    matrix = hand.to_x_heights(style, 1.0) @ np.linalg.inv(hand.to_x_heights(style, 0.0))
    assert not np.allclose(matrix, np.eye(2))
    inks = [raw.ink, half.ink, whole.ink]
    assert len(set(inks)) == 3
    # It was turned level and evened since: what lies between points of a word keeps its share.
    areas = [_areas(ink) for ink in inks]
    factor = np.linalg.det(matrix)
    word = np.flatnonzero((raw.characters < 5)[:-2] & (np.abs(areas[0]) > 1e-4))
    for later, power in ((areas[1], 0.5), (areas[2], 1.0)):
        shares = later[word] / areas[0][word]
        assert np.allclose(shares, shares[0], rtol=1e-4)
        assert shares[0] == pytest.approx(factor**power, rel=0.3)
    with pytest.raises(SettingError, match="strength"):
        hand.write("Hello", style=style, strength=1.5)


def test_a_finished_stream_is_the_line_that_write_gives(default_hand):
    hand = default_hand
    style = next(iter(bundled().values()))
    steps = list(hand.stream("Hello there", style=style, seed=4))
    line = hand.finished("Hello there", steps, style=style, seed=4, strength=0.7)
    written = hand.write("Hello there", style=style, seed=4, policy=ONCE, strength=0.7)
    assert len(line.ink.strokes) == len(written.ink.strokes)
    assert np.allclose(line.ink.xy, written.ink.xy, atol=2e-3)


def _areas(ink):
    """Of the triangles of points that follow each other, with their signs."""
    one, other = np.diff(ink.xy[:-1], axis=0), np.diff(ink.xy[1:], axis=0)
    return one[:, 0] * other[:, 1] - one[:, 1] * other[:, 0]


def test_the_usual_widths_of_the_hand_that_ships_are_those_that_it_writes(default_hand):
    known = dict(default_hand.usual_widths())
    assert set(known) == set(TRIAL)
    for text, width in default_hand.measured_widths():
        assert width == pytest.approx(known[text], rel=0.05)


def test_a_style_s_usual_widths_hang_on_how_closely_it_is_followed(default_hand):
    hazel = bundled()["Hazel"]
    wide = replace(hazel, ink=hazel.ink.scaled(1.4, 1.0))
    loose, close = (
        sum(width for _, width in default_hand.usual_widths(wide, strength))
        for strength in (0.0, 1.0)
    )
    assert close > 1.05 * loose
    assert default_hand.knows_widths(wide)
    assert not default_hand.knows_widths(replace(wide))


def test_what_is_known_of_a_style_that_ships_is_what_the_hand_measures(default_hand):
    elm = bundled()["Elm"]
    assert default_hand.knows_widths(elm)
    known, measured = elm.tried_by(default_hand.sha256), default_hand.trial(elm)
    # Processors round otherwise, and lines then come out a little otherwise.
    assert np.allclose(known.matrix, measured.matrix, atol=0.1)
    assert known.x_height == pytest.approx(measured.x_height, rel=0.1)
    for text, widths in default_hand.usual_widths(elm, 0.6):
        expected = float(np.interp(0.6, STRENGTHS, measured.widths[text]))
        assert widths == pytest.approx(expected, rel=0.1)


def test_every_style_that_ships_knows_how_the_hand_writes_in_it(default_hand):
    assert [s.name for s in bundled().values() if s.tried_by(default_hand.sha256) is None] == []


def test_hands_that_ship_are_known_by_their_names(default_hand, tmp_path, monkeypatch):
    assert "default" in bundled_hands()
    assert Hand.load("default").sha256 == default_hand.sha256
    # A file of that name is meant where there is one.
    monkeypatch.chdir(tmp_path)
    (tmp_path / "default").write_text("no hand")
    with pytest.raises(HandError):
        Hand.load("default")
    with pytest.raises(HandError, match="defualt"):
        Hand.load("defualt")


def test_a_checkout_without_its_hand_is_said(tmp_path, monkeypatch):
    (tmp_path / "hands").mkdir()
    monkeypatch.setattr("engine.bundled_hands.folder", lambda: tmp_path / "hands")
    with pytest.raises(HandError, match="default"):
        Hand.load()


def test_the_hand_that_ships_writes_what_can_be_typed_and_its_recogniser_knows_it(default_hand):
    assert set(map(chr, range(32, 127))) <= default_hand.characters
    # Whether by the network or as a letter with a mark.
    assert set("€£éžőßæøåłđı") <= default_hand.characters
    assert set(default_hand.alphabet) <= set(shipped_recogniser().alphabet)
    assert default_hand.knows_writers


def test_an_exclamation_mark_that_opens_is_one_turned(default_hand):
    assert "¡" in default_hand.characters
    assert "¡" not in default_hand.alphabet
    line = default_hand.write("¡Hola!", seed=1)
    sign = line.ink.xy[line.characters == 0]
    # It reaches below the line, as no letter of the word does.
    assert sign[:, 1].max() > line.ink.xy[line.characters == 1][:, 1].max() + 0.2


def test_hands_that_draw_otherwise_share_what_is_known(tiny_hand_path):
    hand, drawn = Hand.load(tiny_hand_path), []
    hand.sha256 = ""  # what a file's hands measured is kept for all that load it
    draw = hand.line_sampler.sample
    hand._draw = lambda *asked: drawn.append(asked) or draw(*asked)
    one, other = (hand.drawing_by(draw) for _ in range(2))
    for written, style in enumerate((None, bundled()["Hazel"]), 1):
        assert not other.knows_widths(style)
        widths = one.usual_widths(style)
        assert other.knows_widths(style)
        assert hand.knows_widths(style)
        assert other.usual_widths(style) == hand.usual_widths(style) == widths
        assert len(drawn) == written
