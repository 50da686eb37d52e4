"""Judging a hand: figures that agree with other ways to compute them, and reports of them."""

from __future__ import annotations

import json
import math
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from click.testing import CliRunner
from pypdf import PdfReader

from engine.card import Card
from engine.errors import CorpusError, TrainingError
from engine.hand import Hand
from engine.ink.ink import Ink, Stroke
from engine.ink.preparation import Preparation, to_ink
from engine.network.network import Network, NetworkConfig
from engine.recognition.recogniser import Recogniser
from engine.recognition.recogniser_network import RecogniserConfig, build_recogniser_network
from engine.style.style import Style
from engine.text.alphabet import Alphabet
from training import sweep, trainer
from training.__main__ import training
from training.corpora.corpus import GRAVES, Corpus
from training.evaluation import (
    appearance_metrics,
    evaluation,
    evaluation_report,
    heldout,
    legibility,
)
from training.evaluation.sentences import holding, sentences
from training.evaluation.text_kinds import KindRead
from training.reports import pdf_report, report, webpage
from training.reports.chart import thinned


def young_hand(alphabet: Alphabet, preparation: Preparation, pace: float = 8.0) -> Hand:
    torch.manual_seed(0)
    network = Network(NetworkConfig(len(alphabet), 12, 3, 2))
    network.initialise(pace)
    card = Card("young", "0", "2000-01-01", "drawn lines", "none", "free")
    return Hand(network, alphabet, preparation, pace, 1.0, card)


@pytest.fixture(scope="module")
def hand(corpus: Corpus) -> Hand:
    return young_hand(corpus.alphabet, corpus.preparation)


@pytest.fixture(scope="module")
def recogniser(corpus: Corpus) -> Recogniser:
    torch.manual_seed(0)
    return Recogniser(
        build_recogniser_network(RecogniserConfig(len(corpus.alphabet), 8)), corpus.alphabet, 0.5
    )


def test_the_log_loss_is_that_of_validation(
    hand: Hand, corpus: Corpus, tiny, tmp_path: Path
) -> None:
    lines = heldout.held_out_of_corpus(hand, corpus)
    assert len(lines) == 8
    run = trainer.start(tiny(), corpus, tmp_path / "run", hand)
    figures = heldout.loss_figures(hand, lines)
    assert figures["nats_a_point"] == pytest.approx(run.validate(), abs=1e-5)
    assert figures["nats_a_line"] * 8 == pytest.approx(
        figures["nats_a_point"] * figures["points"], rel=1e-9
    )
    assert not any("graves" in name for name in figures)


def test_lines_with_what_a_hand_does_not_write_are_left_out(hand: Hand, corpus: Corpus) -> None:
    every = heldout.held_out_of_corpus(hand, corpus)
    counts = Counter(c for one in every for c in set(one.text) if c.isalpha())
    letter = next(c for c, count in counts.items() if count < len(every))
    lacking = Hand.of(hand.spec._replace(alphabet=hand.alphabet.without({letter})))
    left = heldout.held_out_of_corpus(lacking, corpus)
    assert [line.text for line in left] == [one.text for one in every if letter not in one.text]
    assert len(left) < len(every)
    assert np.isfinite(heldout.log_losses(lacking, left)).all()


def test_all_held_out_lines_of_iam_are_judged(drawn_iam) -> None:
    drawn_iam.form("a01-000", ["rain near"])
    drawn_iam.form("b01-000", ["rain near", "Ear & é!"], "testset_v")
    lines = heldout.held_out_of_iam(young_hand(Alphabet(" aeinr"), GRAVES), drawn_iam.root)
    assert [line.text for line in lines] == ["rain near", "ear     "]
    assert all(line.scale == pytest.approx(GRAVES.unit, rel=1e-6) for line in lines)
    with pytest.raises(CorpusError, match="no lines of the list 't'"):
        heldout.held_out_of_iam(young_hand(Alphabet(" a"), GRAVES), drawn_iam.root, "t")


def test_graves_unit_is_told_by_the_scale_of_each_line(drawn_iam) -> None:
    drawn_iam.form("b01-000", ["rain near", "an inn"], "testset_v")
    alphabet = Alphabet(" aeinr")
    own = young_hand(alphabet, GRAVES)
    figures = heldout.loss_figures(own, heldout.held_out_of_iam(own, drawn_iam.root))
    # In that unit already: the two figures are one.
    assert figures["nats_a_line_in_graves_unit"] == pytest.approx(figures["nats_a_line"], rel=1e-4)
    thinned = young_hand(alphabet, Preparation())
    lines = heldout.held_out_of_iam(thinned, drawn_iam.root)
    figures = heldout.loss_figures(thinned, lines)
    points = np.array([line.ink.points - 1 for line in lines])
    jacobian = 2 * np.log([line.scale / GRAVES.unit for line in lines])
    assert figures["nats_a_line_in_graves_unit_of_every_other_point_smoothed"] == pytest.approx(
        figures["nats_a_line"] + float((points * jacobian).mean()), rel=1e-9
    )


def test_another_unit_is_the_same_density() -> None:
    """The conversion itself: a Gaussian over offsets in one unit, and in one ten times smaller."""
    from engine.network.mixture import log_loss

    raw = torch.zeros(1, 7, dtype=torch.float64)
    target = torch.tensor([[0.5, -0.25, 0.0]], dtype=torch.float64)
    small = raw.clone()
    small[:, 3:5] = math.log(10.0)
    in_large = float(log_loss(raw, target))
    in_small = float(log_loss(small, target * torch.tensor([10.0, 10.0, 1.0])))
    assert in_large == pytest.approx(in_small + 2 * math.log(1 / 10))


def test_characters_are_marked_by_what_was_read() -> None:
    table = legibility.by_character([legibility.Read("an inn", "a inm")])
    assert {c: (one.count, round(one.wrong, 2)) for c, one in table.items()} == {
        "n": (3, 0.67), "a": (1, 0.0), "i": (1, 0.0),
    }  # fmt: skip
    assert next(iter(table)) == "n"
    assert table["n"].taken_for in ("", "m")
    assert legibility.found_as(legibility.Read("bat", "but")) == ["b", "u", "t"]


@pytest.mark.parametrize(
    ("said", "garbled"),
    [
        ("the river was very cold", False),
        ("the rivcv wos vcry cald", False),
        ("the river was cold", True),
        ("the river river was very cold", True),
        ("the river was very cold and and", True),
        ("", True),
    ],
)
def test_a_word_that_is_missing_or_said_twice_garbles_a_line(said: str, garbled: bool) -> None:
    line = legibility.Read("the river was very cold", said)
    assert line.garbled == garbled
    assert legibility.garbled([line, legibility.Read("a", "a")]) == garbled / 2


def test_the_error_rate_counts_all_characters() -> None:
    lines = [legibility.Read("abcd", "abxd"), legibility.Read("ab", "")]
    assert legibility.error_rate(lines) == pytest.approx(3 / 6)


def wave(slant: float) -> Ink:
    x = np.linspace(0, 60, 600)
    y = np.sin(x)
    halves = [np.column_stack([x - slant * y, y])[half] for half in (slice(300), slice(300, 600))]
    return Ink(tuple(Stroke(half) for half in halves))


def test_likeness_is_zero_for_the_same_lines_and_grows_with_slant() -> None:
    real = [wave(slant) for slant in np.linspace(-0.2, 0.2, 9)]
    same = appearance_metrics.likeness(real, real)
    assert set(same) == {"stroke length", "speed", "slant", "spacing"}
    assert max(same.values()) == pytest.approx(0, abs=1e-9)
    far = appearance_metrics.likeness([wave(slant) for slant in np.linspace(0.6, 1.0, 9)], real)
    assert far["slant"] > 3


def test_swapped_transcripts_are_suspected_and_no_others(
    hand: Hand, iam_root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = heldout.held_out_of_iam(hand, iam_root, "")
    right = {line.name: line.text for line in lines}
    # Writers differ more than right texts from wrong ones: the log-loss alone tells nothing.
    strange = {line.name: 3.0 * (number % 5) for number, line in enumerate(lines)}

    def losses(_: Hand, asked: list[heldout.HeldOut]) -> np.ndarray:
        """As of a hand to which a right text tells 0.6 nats a point."""
        points = np.array([line.ink.points - 1 for line in asked])
        wrong = np.array([line.text != right[line.name] for line in asked])
        return points * (np.array([strange[line.name] for line in asked]) + 0.6 * wrong)

    monkeypatch.setattr(heldout, "log_losses", losses)
    assert heldout.suspects(hand, lines) == []
    first, second = 2, next(i for i, line in enumerate(lines) if line.text != lines[2].text)
    lines[first], lines[second] = (
        replace(lines[first], text=lines[second].text),
        replace(lines[second], text=lines[first].text),
    )
    found = heldout.suspects(hand, lines)
    assert {name for name, _ in found} == {lines[first].name, lines[second].name}
    assert all(told == pytest.approx(0, abs=1e-9) for _, told in found)


def test_a_hand_that_follows_no_texts_suspects_none(hand: Hand, iam_root: Path) -> None:
    lines = heldout.held_out_of_iam(hand, iam_root, "")
    assert len(lines) == 56
    with pytest.raises(TrainingError, match="has not learnt"):
        heldout.suspects(hand, lines)
    with pytest.raises(TrainingError, match="lines of different texts"):
        heldout.suspects(hand, lines[:1])


def test_suspects_are_listed_and_left_out(
    hand: Hand, iam_root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand.save(tmp_path / "hand.safetensors")
    listed, out = tmp_path / "suspects.txt", tmp_path / "c.safetensors"
    monkeypatch.setattr(heldout, "suspects", lambda _, lines: [(lines[7].name, -0.01)])
    words = ["suspects", tmp_path / "hand.safetensors", "--iam", iam_root, "--out", listed]
    result = CliRunner().invoke(training, [*map(str, words), "--device", "cpu"])
    assert result.exit_code == 0, result.output
    assert "1 of 56 lines" in result.output
    words = ["prepare", "--iam", iam_root, "--out", out, "--without", listed]
    result = CliRunner().invoke(training, list(map(str, words)))
    assert result.exit_code == 0, result.output
    assert "kept 55" in result.output
    dropped = json.loads((tmp_path / "c.report.json").read_text())["dropped"]
    assert dropped == {"named as one to leave out": ["a01-001-04"]}


def test_sentences_are_many_various_and_repeat_by_seed() -> None:
    made = sentences(2000)
    assert len(set(made)) == 2000
    assert made == sentences(2000)
    assert made[:50] != sentences(50, seed=1)
    assert all(15 <= len(line) <= 60 and line.isascii() for line in made)
    written = set("".join(made))
    assert set("abcdefghijklmnopqrstuvwxyzQXZ0123456789,.!?;'\"") <= written
    assert not any("{" in line for line in made)


def test_lines_written_alike_vary_less_and_find_no_primer() -> None:
    various = [wave(slant) for slant in np.linspace(-0.5, 0.5, 9)]
    texts = ["an ear"] * 9
    real = appearance_metrics.looks(various, texts)
    assert real.shape == (9, len(appearance_metrics.LOOKS))
    assert appearance_metrics.own_primer(real, real) == 1.0
    assert appearance_metrics.own_primer(real[::-1], real) == pytest.approx(1 / 9)
    assert appearance_metrics.variety(real, real)["slant"] == pytest.approx(1)
    same = appearance_metrics.looks([wave(0.1)] * 9, texts)
    assert appearance_metrics.variety(same, real)["slant"] == pytest.approx(0, abs=1e-9)


def test_every_character_is_found_within_lines() -> None:
    found = holding("aQXZ7&(+é", 3)
    assert found.pop("é") == []
    assert all(len(lines) == 3 for lines in found.values())
    assert all(character in line for character, lines in found.items() for line in lines)


SMALL = evaluation.Amount(lines=2, checked=3, styled=2, holding=2, seeds=0)


def test_an_evaluation_becomes_a_report(
    hand: Hand,
    corpus: Corpus,
    recogniser: Recogniser,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    primer = Style("Hazel", "an ear", to_ink(corpus.offsets(0), hand.point_rate))
    monkeypatch.setattr(evaluation, "own_styles", lambda _: {"Hazel": primer})
    lines = heldout.held_out_of_corpus(hand, corpus)
    made = evaluation.evaluate(
        hand, lines, tmp_path, amount=SMALL, recogniser=recogniser, recogniser_name="young"
    )
    assert [writing.bias for writing in made.writing] == list(evaluation.BIASES)
    for writing in made.writing:
        assert writing.lines == 2
        assert writing.error_rate is not None
    assert made.checked.lines == 3
    assert 0 <= made.checked.after <= made.checked.once <= 1
    assert made.real_error_rate is not None
    assert set(made.legibility) == set(corpus.alphabet.characters) - {" "}
    assert [one.style for one in made.styled] == ["Hazel"]
    assert len(made.bars) >= 6
    values = made.to_json()
    sections = evaluation_report.sections(values, tmp_path)
    paths = report.write("evaluation", "The young hand", values, sections, tmp_path)
    page = paths[0].read_text()
    assert page.count("data:image/png") == len(evaluation.BIASES) + 2
    assert "reads real held-out lines" in page
    assert json.loads(paths[1].read_text())["log_loss"] == values["log_loss"]
    text = "".join(p.extract_text() for p in PdfReader(paths[2]).pages)
    for title in ("Written lines", "What a hand should reach", "Following a primer", "drawn lines"):
        assert title in text
    assert paths[2].read_bytes() == pdf_report.as_pdf("The young hand", sections)
    # The same report again, from the values alone.
    result = CliRunner().invoke(training, ["report", str(tmp_path)])
    assert result.exit_code == 0, result.output


def test_without_a_recogniser_the_alignment_alone_is_judged(
    hand: Hand, corpus: Corpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evaluation, "own_styles", lambda _: {})
    lines = heldout.held_out_of_corpus(hand, corpus)
    made = evaluation.evaluate(hand, lines, tmp_path, amount=SMALL)
    assert made.real_error_rate is None
    assert not made.legibility
    assert made.checked.garbled is None
    page = webpage.as_html("Hand", evaluation_report.sections(made.to_json(), tmp_path))
    assert "No recogniser judged it" in page


def judged(once: float, chosen: float, legible: float) -> evaluation.Evaluation:
    """An evaluation with these figures, real lines being read a tenth wrong."""
    checked = evaluation.Checked(1000, once / 10, 0.0, {})
    return evaluation.Evaluation(
        "a hand", "", {}, {}, [], checked, "second", 0.1, 0.0,
        [evaluation.Styled("Hazel", once, chosen), evaluation.Styled("Ivy", 2 * once, 2 * chosen)],
        legibility={"Q": legibility.Legibility(10, 1 - legible), "é": legibility.Legibility(9, 1)},
    )  # fmt: skip


def test_kinds_of_lines_have_bars_and_a_table() -> None:
    made = judged(0.01, 0.01, 0.95)
    made.writing.append(evaluation.Writing(0.5, 2, 0.0, 0.1, {}, {}))
    made.kinds.append(KindRead("Roman numerals", 72, 3, 0.06))
    made.kinds.append(KindRead("prose", 72, 0, 0.004))
    made.real_kinds.append(KindRead("prose", 31, 0, 0.021))
    found = {bar.name.partition(",")[0]: bar for bar in evaluation.bars(made)}
    assert not found["Roman numerals"].met
    assert "3 refused" in found["Roman numerals"].measured
    assert found["prose"].met
    tables = evaluation_report.sections({**made.to_json(), "card": {}}, Path())
    (kinds,) = [table for table in tables if table.title == "Kinds of lines"]
    assert kinds.rows[1] == ("Roman numerals", "72", "6.0 %", "3", "-", "0")
    assert kinds.rows[2] == ("prose", "72", "0.4 %", "0", "2.1 %", "31")


def test_the_bars_are_ratios_to_real_lines() -> None:
    good = evaluation.bars(judged(0.02, 0.01, 0.9))
    assert [bar.met for bar in good] == [True] * len(good) == [True] * 7
    bad = evaluation.bars(judged(0.06, 0.03, 0.8))
    assert [bar.met for bar in bad] == [False] * 5 + [True, False]
    assert "0.60 (6.0% against 10.0%)" in bad[0].measured
    assert "not Q" in bad[-1].measured


def test_a_run_becomes_a_report(tiny, corpus: Corpus, tmp_path: Path) -> None:
    trainer.start(tiny(samples=1), corpus, tmp_path / "run").fit()
    values, sections = report.of_run(tmp_path / "run")
    assert values["steps"] == 8
    assert values["best_validation_nats_a_point"] == min(y for _, y in values["validations"])
    paths = report.write("report", "<Run>", values, sections, tmp_path / "run")
    page = paths[0].read_text()
    assert "&lt;Run&gt;" in page
    assert page.count("<polyline") == 2
    assert "data:image/png" in page
    assert "optimizer.lr" in "".join(p.extract_text() for p in PdfReader(paths[2]).pages)
    with pytest.raises(TrainingError, match="holds no run"):
        report.of_run(tmp_path)


def test_long_curves_are_thinned_to_their_means() -> None:
    points = [(float(x), float(x % 2)) for x in range(4000)]
    thin = thinned(points)
    assert len(thin) == 400
    assert thin[0] == (4.5, 0.5)
    assert thinned(points[:7]) == points[:7]


def test_a_sweep_compares_every_combination(tiny, corpus: Corpus, tmp_path: Path) -> None:
    vary = ["optimizer.lr=1e-2,1e-6", "seed=0,1"]
    results = sweep.sweep(tiny(steps=4), vary, corpus, tmp_path)
    assert [result.fields["optimizer.lr"] for result in results] == ["1e-2"] * 2 + ["1e-6"] * 2
    kept = json.loads((tmp_path / "sweep.json").read_text())
    assert [row["name"] for row in kept] == [result.name for result in results]
    # The same again runs nothing anew.
    files = {path: path.stat().st_mtime_ns for path in tmp_path.glob("*/step-*.safetensors")}
    again = sweep.sweep(tiny(steps=4), vary, corpus, tmp_path)
    assert [r.validation for r in again] == [r.validation for r in results]
    assert files == {p: p.stat().st_mtime_ns for p in tmp_path.glob("*/step-*.safetensors")}


@pytest.mark.parametrize("vary", ["optimizer.lr", "=1", "optimizer.lr=", "seed=" + "1," * 201])
def test_a_sweep_that_varies_nothing_is_refused(vary: str) -> None:
    with pytest.raises(TrainingError, match=r"varies nothing|vary less"):
        sweep.combinations([vary])
