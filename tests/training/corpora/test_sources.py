"""Corpora of InkML and of recordings, and mixes of them: what is read, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from engine.errors import CorpusError
from engine.ink.ink import Ink, Stroke
from engine.ink.preparation import Preparation
from engine.ink.recorded_line import RecordedLine
from training import trainer
from training.__main__ import main, training
from training.corpora.corpus import GRAVES, Corpus, prepare
from training.corpora.iam import Line, Report
from training.corpora.mixing import mix
from training.corpora.sources import InkMLFolder, Recordings
from training.hand_export import hand_of
from training.run_folder import RunFolder


def wave(text: str) -> np.ndarray:
    count = 22 * len(text)
    x = np.arange(count) * 0.4
    return np.column_stack([x, 3 * np.sin(x / 1.5) + 0.15 * np.cos(40 * x)])


def inkml(*lines: tuple[str, str]) -> str:
    """A file of a group for each (annotated text, drawn text)."""
    groups = []
    for truth, drawn in lines:
        points = ", ".join(f"{x:.2f} {y:.2f}" for x, y in wave(drawn))
        note = f'<annotation type="truth">{truth}</annotation>' if truth else ""
        groups.append(f"<traceGroup>{note}<trace>{points}</trace></traceGroup>")
    return f'<ink xmlns="http://www.w3.org/2003/InkML">{"".join(groups)}</ink>'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "inkml"
    for writer in ("ada", "charles"):
        (root / writer).mkdir(parents=True)
        for k in range(6):
            lines = [("rain near", "rain near"), ("an ear", "an ear")]
            (root / writer / f"{k}.inkml").write_text(inkml(*lines), "utf-8")
    return root


def test_inkml_is_read_with_its_texts_and_writers(folder: Path) -> None:
    # Texts beside a file count, and more than those within it; a mark of the byte order does not.
    (folder / "ada/0.txt").write_text("an inn\n", "utf-8-sig")
    (folder / "ada/0.inkml").write_text(inkml(("", "an inn")), "utf-8")
    report = Report()
    lines = list(InkMLFolder(folder).lines(report))
    assert report.read == len(lines) == 23
    assert not report.dropped
    assert {line.writer for line in lines} == {"ada", "charles"}
    assert lines[0].text == "an inn"
    assert lines[0].ink.points == 22 * 6
    assert [line.text for line in lines[1:3]] == ["rain near", "an ear"]
    assert {line.split for line in lines} <= {"train", "v"}


def test_inkml_that_cannot_be_learnt_from_is_named(folder: Path) -> None:
    (folder / "ada/0.inkml").write_text("<ink><trace>1 2, 3", "utf-8")
    (folder / "ada/1.inkml").write_text(inkml(("", "an ear")), "utf-8")
    (folder / "ada/2.txt").write_text("one\ntwo\nthree\n", "utf-8")
    (folder / "ada/3.inkml").write_text("<ink/>", "utf-8")
    (folder / "ada/4.inkml").write_text(inkml(("an ear", "an ear")).replace("0.40", "nan"), "utf-8")
    (folder / "ada/5.txt").write_bytes(b"\xff\xfe\xff")
    report = Report()
    lines = list(InkMLFolder(folder).lines(report))
    # One odd value loses its point; a line of which all are odd is not there.
    assert [line.writer for line in lines].count("ada") == 1
    found = {name: reason for reason, names in report.dropped.items() for name in names}
    assert set(found) == {"ada/0", "ada/1-01", "ada/2", "ada/3", "ada/5"}
    assert found["ada/1-01"] == "line without transcript"
    assert found["ada/2"] == "3 lines of text against 2 of ink"
    assert found["ada/3"] == "file without ink"
    assert all("cannot be read" in found[f"ada/{k}"] for k in (0, 5))


def test_recordings_are_read_folder_by_folder(tmp_path: Path) -> None:
    for writer, texts in (("ada", ["an ear", ""]), ("charles", ["rain near"])):
        (tmp_path / writer).mkdir()
        for k, text in enumerate(texts):
            ink = Ink((Stroke(wave(text or "an")),))
            RecordedLine(text, ink).save(tmp_path / writer / f"line-{k}.json")
    (tmp_path / "ada/line-9.json").write_text("{}", "utf-8")
    report = Report()
    lines = list(Recordings(tmp_path).lines(report))
    assert [(line.writer, line.text) for line in lines] == [
        ("ada", "an ear"), ("charles", "rain near"),
    ]  # fmt: skip
    assert sorted(report.dropped) == [
        "file that cannot be read (it is damaged or not a recorded line of this program)",
        "line without transcript",
    ]
    assert len(list(Recordings(tmp_path / "charles").lines(Report()))) == 1


@pytest.mark.parametrize("source", ["--iam", "--inkml", "--recordings"])
def test_an_empty_or_missing_folder_is_a_sentence(
    source: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "empty").mkdir()
    out = tmp_path / "c.safetensors"
    out.write_text("as it was")
    for place in ("empty", "nowhere"):
        words = ["training", "prepare", source, str(tmp_path / place), "--out", str(out)]
        monkeypatch.setattr("sys.argv", words)
        with pytest.raises(SystemExit) as ended:
            main()
        assert ended.value.code == 2
        said = capsys.readouterr().err
        assert len(said.strip().splitlines()) == 1
        assert place in said
    assert out.read_text() == "as it was"


def test_two_corpora_at_once_are_refused_with_the_way_to_do_it(folder: Path) -> None:
    words = ["prepare", "--inkml", str(folder), "--recordings", str(folder), "--out", "x"]
    result = CliRunner().invoke(training, words)
    assert "Give one corpus" in str(result.exception)


def made(path: Path, text: str, count: int, preparation: Preparation | None = None) -> Corpus:
    """A corpus of like lines, every fourth held out."""
    lines = [
        Line(f"f{k}", 1, "train" if k % 4 else "v", f"w{k % 2}", text, Ink((Stroke(wave(text)),)))
        for k in range(count)
    ]
    return prepare(lines, Report(), path, preparation, rare=1)


def test_a_mix_holds_lines_as_often_as_they_weigh(tmp_path: Path) -> None:
    few, many = made(tmp_path / "few", "an ear", 4), made(tmp_path / "many", "rain", 16)
    mixed = mix([(few, 3), (many, 0.5)], tmp_path / "mix.safetensors")
    texts = [mixed.text(i) for i in range(len(mixed))]
    assert len(mixed.lines_of("train")) == 3 * 3 + 12 // 2
    assert len(mixed.lines_of("v")) == 1 + 4
    assert texts.count("an ear") == 9 + 1
    assert texts.count("rain") == 6 + 4
    assert mixed.alphabet.characters == " aeinr"
    assert np.array_equal(mixed.offsets(0).numpy(), few.offsets(0).numpy())
    assert np.array_equal(mixed.offsets(len(mixed) - 1).numpy(), many.offsets(15).numpy())
    assert len(set(mixed.writers.tolist())) == 4
    first = set(mixed.forms[:10].tolist())
    assert not first & set(mixed.forms[10:].tolist())


def test_a_mix_that_cannot_be_is_refused(tmp_path: Path) -> None:
    one = made(tmp_path / "one", "an ear", 8)
    other = made(tmp_path / "other", "an ear", 8, GRAVES)
    target = tmp_path / "mix"
    for parts, said in (
        ([], "nothing to mix"),
        ([(one, 0)], "weight of .* is 0"),
        ([(one, float("nan"))], "weight of .* is nan"),
        ([(one, 1), (other, 1)], "prepared otherwise"),
    ):
        with pytest.raises(CorpusError, match=said):
            mix(parts, target)
    assert not target.exists()


def test_recordings_are_mixed_in_from_the_command_line(
    folder: Path, corpus_file: Path, tmp_path: Path
) -> None:
    own, both = tmp_path / "own.safetensors", tmp_path / "both.safetensors"
    for words in (
        ["prepare", "--inkml", folder, "--out", own],
        ["mix", "--part", corpus_file, 1, "--part", own, 2, "--out", both],
    ):
        result = CliRunner().invoke(training, [str(word) for word in words])
        assert result.exit_code == 0, result.output
    assert "kept 24" in CliRunner().invoke(
        training, ["prepare", "--inkml", str(folder), "--out", str(own)]
    ).output  # fmt: skip
    theirs, ours = Corpus.load(corpus_file), Corpus.load(own)
    mixed = Corpus.load(both)
    taught = len(ours.lines_of("train"))
    assert len(mixed) == len(theirs) + 2 * taught + len(ours.lines_of("v"))
    assert theirs.sources == ("IAM-OnDB",)
    assert mixed.sources == ("IAM-OnDB", "InkML files (inkml)")


@pytest.mark.parametrize(
    ("sources", "said", "license"),
    [
        (("IAM-OnDB",), "IAM-OnDB, the IAM", "non-commercial"),
        (("IAM-OnDB", "recordings (ada)"), "2005); recordings (ada)", "non-commercial"),
        (("recordings (ada)",), "recordings (ada)", "that of these lines"),
    ],
)
def test_a_hand_says_what_it_was_taught(
    sources: tuple[str, ...], said: str, license: str, tiny, corpus: Corpus, tmp_path: Path
) -> None:
    trainer.start(tiny(steps=1), corpus, tmp_path / "run").fit()
    other = replace(corpus, sources=sources)
    card = hand_of(RunFolder(tmp_path / "run").best, other, "a hand").card
    assert said in card.trained_on
    assert ("IAM" in card.trained_on) == ("IAM-OnDB" in sources)
    assert license in card.data_license
