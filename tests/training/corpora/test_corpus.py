"""The prepared corpus: what is kept, what is dropped, and the file it lies in."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from safetensors import safe_open
from safetensors.torch import load_file

from engine.corpus_lines import FORMAT
from engine.errors import CorpusError, FileError
from engine.ink.ink import Ink, Stroke
from engine.ink.preparation import Preparation, to_offsets
from engine.io.safetensors import save_tensors
from engine.text.alphabet import Alphabet
from training.corpora.corpus import GRAVES, Corpus, described, prepare, summary
from training.corpora.iam import IAMOnDB, Line, Report


def line(text: str, points: int = 0, form: str = "a01-000", number: int = 1) -> Line:
    """A line of a zigzag of `points` points, 22 a character by default."""
    count = points or 22 * len(text)
    x = np.arange(count) * 8.0
    y = 60 * np.sin(x / 30) + 3 * np.cos(x)
    return Line(form, number, "train", form, text, Ink((Stroke(np.column_stack([x, y])),)))


def lines_and(*others: Line) -> list[Line]:
    return [line("rain near", number=k) for k in range(1, 6)] + list(others)


def prepared(lines: list[Line], path: Path) -> tuple[Corpus, dict[str, list[str]]]:
    report = Report()
    return prepare(lines, report, path), dict(report.dropped)


def test_the_file_gives_back_texts_and_offsets(iam_root: Path, corpus: Corpus) -> None:
    lines = list(IAMOnDB(iam_root).lines(Report()))
    assert len(corpus) == len(lines) == 56
    preparation = Preparation()
    for k in (0, 17, 55):
        assert corpus.text(k) == lines[k].text
        expected = to_offsets(preparation.prepare(lines[k].ink))
        np.testing.assert_array_equal(corpus.offsets(k).numpy(), expected)
    assert corpus.lengths.sum() == len(corpus.points)
    assert len(corpus.lines_of("train")) == 48
    assert len(corpus.lines_of("v")) == 8
    assert len(corpus.lines_of("train", "v")) == 56
    assert len(corpus.lines_of("f")) == 0


def test_every_line_left_out_has_a_reason(tmp_path: Path) -> None:
    jumpy = line("rain near", number=14)
    xy = jumpy.ink.xy.copy()
    xy[50:, 0] += 2000
    others = [
        line("rain née", number=11),
        line("rain near", points=600, number=12),
        line("rain near", points=60, number=13),
        replace(jumpy, ink=Ink((Stroke(xy),))),
        line("raiQ near", number=15),
        replace(line("rain", number=16), ink=Ink((Stroke(np.array([[0.0, 0.0]])),))),
        replace(line("rain", number=17), ink=Ink((Stroke(np.array([[0.0, 5.0]] * 80)),))),
    ]
    corpus, dropped = prepared(lines_and(*others), tmp_path / "c.safetensors")
    assert len(corpus) == 5
    names = {name: reason for reason, names in dropped.items() for name in names}
    assert set(names) == {f"a01-000-{k}" for k in range(11, 18)}
    assert "not printable ASCII" in names["a01-000-11"]
    assert "points a character" in names["a01-000-12"]
    assert "points a character" in names["a01-000-13"]
    assert "an offset over 60 times" in names["a01-000-14"]
    assert "fewer than 3 lines" in names["a01-000-15"]
    assert "fewer than two points" in names["a01-000-16"]
    assert "no height" in names["a01-000-17"]
    assert corpus.alphabet.characters == " aeinr"


def test_places_tell_where_a_line_begins_and_ends(corpus: Corpus) -> None:
    for k in (0, 30):
        offsets = corpus.offsets(k).numpy()
        first_x, first_y, last_x, last_y, right = corpus.places[k].tolist()
        way = offsets[:, :2].sum(axis=0)
        np.testing.assert_allclose([last_x - first_x, last_y - first_y], way, atol=1e-3)
        x = first_x + np.cumsum(offsets[:, 0])
        assert x.min() == pytest.approx(0, abs=1e-3)
        assert x.max() == pytest.approx(right, abs=1e-3)


def test_summary_counts_all_there_is(iam_root: Path, tmp_path: Path) -> None:
    report = Report()
    corpus = prepare(IAMOnDB(iam_root).lines(report), report, tmp_path / "c.safetensors")
    report.drop("a01-000-01", "a reason")
    found = summary(corpus, report)
    assert (found["read"], found["kept"], found["forms"]) == (56, 56, 14)
    assert found["splits"] == {"train": 48, "v": 8}
    assert sum(found["alphabet"].values()) == len(corpus.codes)
    assert found["dropped"] == {"a reason": ["a01-000-01"]}
    assert json.loads(json.dumps(found)) == found
    assert "Dropped 1: a reason (a01-000-01)" in described(found)


def test_nothing_left_writes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "c.safetensors"
    with pytest.raises(CorpusError, match="No line is left"):
        prepared([line("née")], path)
    assert not list(tmp_path.iterdir())


def test_an_older_corpus_stays_when_the_new_one_fails(tmp_path: Path) -> None:
    path = tmp_path / "c.safetensors"
    prepared(lines_and(), path)
    before = path.read_bytes()
    with pytest.raises(CorpusError):
        prepared([line("née")], path)
    with pytest.raises(FileError):
        prepared(lines_and(), tmp_path / "nowhere" / "c.safetensors")
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "harm",
    [
        lambda _: b"",
        lambda content: content[:1000],
        lambda content: content[:-1],
        lambda _: b"random bytes" * 100,
        lambda content: content.replace(b"scriptorium-corpus-1", b"scriptorium-corpus-9"),
    ],
)
def test_a_damaged_corpus_is_refused(
    corpus_file: Path, tmp_path: Path, harm: Callable[[bytes], bytes]
) -> None:
    path = tmp_path / "c.safetensors"
    path.write_bytes(harm(corpus_file.read_bytes()))
    with pytest.raises(CorpusError, match=r"train prepare|of another version; update"):
        Corpus.load(path)


def test_files_from_before_pieces_hold_whole_lines(corpus: Corpus, tmp_path: Path) -> None:
    with safe_open(str(corpus.path), framework="pt") as file:
        header = json.loads(file.metadata()[FORMAT])
    tensors = load_file(str(corpus.path))
    del header["writers"], tensors["kinds"]
    path = tmp_path / "before.safetensors"
    save_tensors(path, tensors, FORMAT, header)
    before = Corpus.load(path)
    assert before.writer_names == ()
    assert (before.lines_of("train") == corpus.lines_of("train")).all()
    assert len(before.lines_of("train", kinds=("word",))) == 0


def test_a_missing_corpus_is_named(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="no prepared corpus"):
        Corpus.load(tmp_path / "c.safetensors")


def test_recoded_for_a_larger_alphabet(corpus: Corpus) -> None:
    larger = Alphabet("zrnmiea !")
    recoded = corpus.recoded(larger, corpus.preparation)
    assert [recoded.text(k) for k in range(56)] == [corpus.text(k) for k in range(56)]
    assert recoded.alphabet == larger
    assert corpus.recoded(corpus.alphabet, corpus.preparation) is corpus


def test_a_network_that_lacks_a_character_is_refused(corpus: Corpus) -> None:
    with pytest.raises(CorpusError, match=r"does not know: a r;"):
        corpus.recoded(Alphabet(" nie"), corpus.preparation)


def test_another_preparation_is_refused(corpus: Corpus) -> None:
    with pytest.raises(CorpusError, match="prepared otherwise"):
        corpus.recoded(corpus.alphabet, GRAVES)


def test_graves_preparation_keeps_every_point_where_it_was(drawn_iam) -> None:
    drawn_iam.form("a01-000", ["rain near"])
    (one,) = IAMOnDB(drawn_iam.root).lines(Report())
    offsets = to_offsets(GRAVES.prepare(one.ink))
    np.testing.assert_allclose(
        offsets[1:, :2] * np.sqrt(41.5 * 36.9), np.diff(one.ink.xy, axis=0), atol=1e-3
    )
