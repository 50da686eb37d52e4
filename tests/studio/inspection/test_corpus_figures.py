"""Figures of many lines: what teacher forcing finds of each, sorted, and found again."""

from __future__ import annotations

import csv
from dataclasses import replace

import numpy as np
import pytest

from engine.errors import CorpusError, FileError
from engine.hand import Hand
from engine.ink.preparation import Preparation
from engine.ink.recorded_line import RecordedLine
from studio.command.main import main
from studio.inspection.corpus_figures import (
    BY_KEY,
    figures_of,
    open_corpus,
    save_figures,
    sorted_lines,
)
from training.corpora.corpus import Corpus


def test_figures_are_those_of_teacher_forcing(untaught_hand, small_corpus):
    corpus = open_corpus(small_corpus)
    found = list(figures_of(untaught_hand, corpus))
    assert [line.place.line for line in found] == [1, 2, 3, 4, 5, 6]
    assert [line.place.name for line in found][3:5] == ["train 4", "v 5"]
    assert "7" in found[3].fault
    assert not found[3].values
    lines = Corpus.load(small_corpus)
    for line in found:
        if line.fault:
            continue
        assert line.text == lines.text(line.place.line - 1)
        recording = corpus.recording(untaught_hand, line.place)
        points = int(lines.lengths[line.place.line - 1]) - 1
        assert line.values["points"] == points == len(recording)
        loss = -recording["log_likelihood"].mean(dtype=float)
        assert line.values["loss"] == pytest.approx(loss)
        assert line.values["line_loss"] == pytest.approx(points * loss)
        assert line.values["worst"] >= line.values["loss"]
        assert 0 <= line.values["reached"] <= 1.1
        assert line.values["back"] >= 0
        np.testing.assert_array_equal(
            recording["offsets"], lines.offsets(line.place.line - 1).numpy()[1:]
        )


def test_lines_of_a_split_are_spread_over_it(untaught_hand, small_corpus):
    corpus = open_corpus(small_corpus)
    assert corpus.splits == ("train", "v")
    assert [place.line for place in corpus.places(9, "v")] == [5, 6]
    assert [place.line for place in corpus.places(3)] == [1, 3, 5]
    with pytest.raises(CorpusError, match="no split 'test'; it has train, v"):
        list(corpus.places(3, "test"))


def test_lines_are_sorted_and_those_with_a_fault_stand_last(untaught_hand, small_corpus):
    found = list(figures_of(untaught_hand, open_corpus(small_corpus)))
    for lowest in (False, True):
        ordered = sorted_lines(found, "worst", lowest)
        values = [line.values["worst"] for line in ordered[:-1]]
        assert values == sorted(values, reverse=not lowest)
        assert ordered[-1].fault


def test_a_corpus_of_another_preparation_is_refused(untaught_hand, small_corpus):
    own = untaught_hand
    other = Hand(own.network, own.alphabet, Preparation(thin=1), own.pace, own.x_height, own.card)
    with pytest.raises(CorpusError, match="prepared otherwise than for the hand 'untaught'"):
        next(figures_of(other, open_corpus(small_corpus)))
    corpus = open_corpus(small_corpus)
    beyond = replace(next(corpus.places(1)), line=7)
    with pytest.raises(CorpusError, match="no line 7"):
        corpus.recording(untaught_hand, beyond)


def test_a_folder_of_recorded_lines_is_fed_too(untaught_hand, tmp_path, wavy_line):
    for number, text in enumerate(("a line", "more of it")):
        RecordedLine(text, wavy_line(text, 1)).save(tmp_path / f"line-{number}.json")
    (tmp_path / "broken.inkml").write_text("<ink")
    (tmp_path / "notes.md").write_text("no ink")
    found = list(figures_of(untaught_hand, open_corpus(tmp_path)))
    assert [line.place.name for line in found] == ["broken.inkml", "line-0.json", "line-1.json"]
    assert found[0].fault
    assert [line.text for line in found] == ["", "a line", "more of it"]
    assert all(line.values.keys() == BY_KEY.keys() for line in found[1:])
    with pytest.raises(CorpusError, match="has no splits"):
        list(open_corpus(tmp_path).places(1, "v"))


def test_what_is_no_corpus_is_told_in_a_sentence(untaught_hand, tmp_path):
    (tmp_path / "table.csv").write_text("x")
    with pytest.raises(CorpusError, match="no prepared corpus"):
        open_corpus(tmp_path / "table.csv")
    with pytest.raises(CorpusError, match="There is no prepared corpus"):
        open_corpus(tmp_path / "none.safetensors")
    (tmp_path / "empty").mkdir()
    with pytest.raises(CorpusError, match="holds no files of ink"):
        next(figures_of(untaught_hand, open_corpus(tmp_path / "empty")))
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "a.inkml").write_text("<ink")
    lines = figures_of(untaught_hand, open_corpus(tmp_path / "bad"))
    assert next(lines).fault
    with pytest.raises(CorpusError, match=r"No line of .* could be fed"):
        next(lines)


def test_the_command_prints_sorts_and_saves(tmp_path, small_corpus, untaught_hand, capsys):
    hand, out = tmp_path / "hand.safetensors", tmp_path / "lines.csv"
    untaught_hand.save(hand)
    words = ["inspect", "--corpus", str(small_corpus), "--hand", str(hand)]
    assert main([*words, "--sort", "worst", "--show", "2", "--out", str(out)]) == 0
    said = capsys.readouterr()
    head, *shown, path = said.out.splitlines()
    assert head.split()[:4] == ["line", "name", "worst", "loss"]
    assert (len(shown), path) == (2, str(out))
    with out.open(newline="") as file:
        rows = list(csv.DictReader(file))
    worst = [float(row["worst"]) for row in rows[:-1]]
    assert worst == sorted(worst, reverse=True)
    assert "7" in rows[-1]["fault"]
    assert shown[0].split()[0] == rows[0]["line"]
    assert "1 of 6 lines could not be fed" in said.err
    # The line that the last sentence names is found again.
    line = rows[0]["line"]
    assert f"--ink {small_corpus} --line {line}" in said.err
    again = ["inspect", "--ink", str(small_corpus), "--line", line, "--hand", str(hand)]
    assert main([*again, "--out", str(tmp_path / "steps.npz")]) == 0
    with np.load(tmp_path / "steps.npz") as file:
        loss = -file["log_likelihood"].mean()
    assert loss == pytest.approx(float(rows[0]["loss"]), rel=1e-4)
    capsys.readouterr()
    for wrong, said_of in (
        (["a text"], "leave out the text"),
        (["--sort", "beauty"], "no figure 'beauty'"),
        (["--out", "x.pdf"], "use .csv"),
        (["--split", "zz"], "no split 'zz'"),
    ):
        assert main([*words, *wrong]) == 2
        assert said_of in capsys.readouterr().err
    with pytest.raises(FileError):
        save_figures([], tmp_path / "lines.txt")
