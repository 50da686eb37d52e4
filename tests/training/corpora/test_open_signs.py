"""Signs under open licences, signs made of a writer's own, and signs that look like others."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from engine.errors import CorpusError
from engine.ink.ink import Ink
from engine.ink.preparation import Preparation
from engine.text.alphabet import Alphabet
from training.__main__ import training
from training.augmentation.derived_signs import RECIPES, derived_signs
from training.corpora.corpus import Corpus, written
from training.corpora.heights import extent, x_height
from training.corpora.iam import Line, Report
from training.corpora.open_signs import OpenSigns
from training.corpora.sign_check import doubted

HEIGHT = x_height(Preparation())
RING = [[np.cos(a), np.sin(a)] for a in np.linspace(0, 6.5, 40)]
BAR = [[-1.2, y] for y in np.linspace(-1, 1, 20)]


def drawing(character: str, *strokes: list[list[float]], by: float = 1.0) -> str:
    scaled = [(np.array(s) * by).tolist() for s in strokes]
    return json.dumps({"character": character, "command": "\\x", "strokes": scaled})


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "open"
    (root / "uji1").mkdir(parents=True)
    rows = [drawing("æ", RING, BAR, by=by) for by in (0.2, 1.0, 40.0, 3.0)]
    rows += [drawing("°", RING, by=by) for by in np.linspace(0.2, 9.0, 12)]
    (root / "detexify.jsonl").write_text("\n".join(rows) + "\n", "utf-8")
    points = "".join(f" {int(100 * x)}  {int(100 * y)}\n" for x, y in RING)
    body = "".join(
        f'.SEGMENT CHARACTER {k} ? "{c}"\n.COMMENT Class [{c}]\n\n'
        + f".PEN_DOWN\n{points}.PEN_UP\n" * (1 + k.count("-"))
        for k, c in zip(("0", "1-2", "3"), "aou", strict=True)
    )
    for number in ("01", "03"):
        (root / f"uji1/UJIpenchars-w{number}.txt").write_text(f".LEXICON\n{body}", "latin-1")
    return root


def add(root: Path, row: str) -> None:
    with (root / "detexify.jsonl").open("a", encoding="utf-8") as file:
        file.write(row + "\n")


def test_drawings_get_their_usual_size_and_place(root: Path) -> None:
    report = Report()
    lines = list(OpenSigns(root).lines(report))
    rings = [line.ink for line in lines if line.text == "°"]
    assert len(rings) == 12
    low, high = extent("°")
    for ink in rings:
        _, top, _, bottom = ink.bounds
        assert (-bottom, -top) == pytest.approx((low, high), abs=0.05)
        # Time passes, evenly.
        time = ink.strokes[0].time
        assert time is not None
        assert len(time) > 5
        assert np.ptp(np.diff(time)) < 1e-6
    # The two writers who are hard to read are left out.
    assert {line.writer for line in lines} == {"detexify", "uji-01"}
    # A letter of two strokes names both.
    letters = {line.text: len(line.ink.strokes) for line in lines if line.writer == "uji-01"}
    assert letters == {"a": 1, "o": 2, "u": 1}
    assert not report.dropped


def test_odd_drawings_are_left_out(root: Path) -> None:
    add(root, drawing("°", RING, RING, by=1.0))
    add(root, drawing("°", [[x * 5, y] for x, y in RING]))
    add(root, '{"character": "°", "strokes": "none"}')
    add(root, "not JSON")
    add(root, drawing("∞", RING))
    report = Report()
    lines = list(OpenSigns(root).lines(report))
    assert sum(line.text == "°" for line in lines) in (12, 13)
    assert {reason: len(names) for reason, names in report.dropped.items()} == {
        "a drawing that cannot be read": 2,
        "a drawing of other proportions than are usual": 1,
    } | ({} if len(report.dropped) == 2 else {
        "a drawing of another number of strokes than is usual": 1,
    })  # fmt: skip


def test_a_folder_without_them_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="name the folder"):
        OpenSigns(tmp_path)


def test_the_command_prepares_them(root: Path, tmp_path: Path) -> None:
    out = tmp_path / "open.safetensors"
    done = CliRunner().invoke(training, ["prepare", "--open", str(root), "--out", str(out)])
    assert done.exit_code == 0, done.output
    made = Corpus.load(out)
    assert set(made.alphabet) == {" ", "°", "æ", "a", "o", "u"}
    assert len(made.lines_of("train", kinds=("sign",))) == len(made) == 19


def glyph(character: str) -> Ink:
    """A zigzag of a character's usual height, in two strokes for an i."""
    low, high = extent(character)
    x = np.linspace(0.0, 0.5, 9)
    y = -low - (high - low) * (np.arange(9) % 2)
    dot = [[[0.25, -1.3], [0.26, -1.28]]] if character == "i" else []
    body = y if character != "i" else -1.0 * (np.arange(9) % 2)
    return Ink.from_lists([np.stack([x, body], axis=1), *dot]).scaled(HEIGHT)


def signs(path: Path, *writers: tuple[str, str]) -> Corpus:
    lines = [
        (Line(w, k, "train", w, c, glyph(c), "sign"), glyph(c))
        for w, characters in writers
        for k, c in enumerate(characters)
    ]
    alphabet = Alphabet("".join(sorted({c for line, _ in lines for c in line.text} | {" "})))
    return written(lines, path, alphabet, Preparation(), 10.0)


def test_signs_are_made_of_a_writers_own(tmp_path: Path) -> None:
    corpus = signs(tmp_path / "signs", ("ada", "-.,1234oOdDlLaAi"), ("bob", "ox"))
    made = list(derived_signs(corpus))
    of = {
        writer: {line.text for line, _ in made if line.writer == writer}
        for writer in ("ada", "bob")
    }
    assert of == {"ada": set(RECIPES), "bob": {"ø"}}
    inks = {line.text: ink.scaled(1 / HEIGHT) for line, ink in made}
    assert inks["—"].width > inks["–"].width > 0.8
    assert len(inks["…"].strokes) == 3
    assert len(inks["ı"].strokes) == 1
    assert len(inks["ø"].strokes) == 2
    assert inks["½"].bounds[1] == pytest.approx(-1.75, abs=0.5)
    for character, ink in inks.items():
        left, top, right, bottom = ink.bounds
        assert left == pytest.approx(0.0)
        assert right < 3
        assert top > -2.6, character
        assert bottom < 1.2, character


def test_the_command_adds_them(tmp_path: Path) -> None:
    corpus = signs(tmp_path / "signs", ("ada", "-.o"))
    out = tmp_path / "more.safetensors"
    done = CliRunner().invoke(training, ["signs", str(corpus.path), "--out", str(out)])
    assert done.exit_code == 0, done.output
    assert "ø" in Corpus.load(out).alphabet


def test_signs_that_look_like_another_are_doubted() -> None:
    random = np.random.default_rng(0)

    def shaped(character: str) -> Ink:
        turn = np.linspace(0, 2 * np.pi, 12)
        of = {
            "o": np.stack([np.cos(turn), np.sin(turn) - 1], axis=1) / 2,
            "l": np.stack([0.05 * turn, -turn / 3], axis=1),
            "-": np.stack([turn / 6, 0 * turn - 0.6], axis=1),
        }[character]
        return Ink.from_lists([of + random.normal(0, 0.04, of.shape)])

    labels, writers, inks = [], [], []
    for writer in range(15):
        for character in "ol-" * 8:
            labels.append(character)
            writers.append(str(writer))
            inks.append(shaped(character))
    wrong = 100
    inks[wrong] = shaped({"o": "l", "l": "-", "-": "o"}[labels[wrong]])
    # One writer's labels are all of other signs.
    bad = [k for k, writer in enumerate(writers) if writer == "7"]
    for k in bad:
        labels[k] = {"o": "l", "l": "-", "-": "o"}[labels[k]]
    found = np.flatnonzero(doubted(inks, labels, writers, 1.0)).tolist()
    assert found == sorted({wrong, *bad})
    # With few writers nobody is doubted.
    assert not doubted(inks[:48], labels[:48], writers[:48], 1.0).any()
