"""Lines composed of single letters: what they say, how they vary, where they stand."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from engine.errors import CorpusError
from training.__main__ import training
from training.corpora.corpus import Corpus
from training.corpora.iam import Report
from training.corpora.letter_lines import LetterLines, Manner, composed, made_text
from training.corpora.letter_sources import LetterDrawing, LetterSource, letter_sources

TURN = np.linspace(0.0, 2 * np.pi, 24)
#: Any character, in font units: a triangle from the baseline to the x-height.
GLYPH = "M 0 0 L 250 500 L 400 0"


def font(folder: Path, name: str, glyphs: dict[str, str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    drawn = "".join(
        f'<glyph unicode="&#x{ord(c):x};" horiz-adv-x="450" d="{d}"/>' for c, d in glyphs.items()
    )
    (folder / f"{name}.svg").write_text(
        '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><defs><font>'
        f'<font-face units-per-em="1000"/>{drawn}</font></defs></svg>',
        "utf-8",
    )


def uji(folder: Path) -> None:
    """Two drawings each of two letters, 20 units of x-height above a baseline at y = 500."""
    folder.mkdir(parents=True, exist_ok=True)
    body = ""
    for number, wide in enumerate((150, 190)):
        for place, character in enumerate("ao"):
            x = 300 + wide * np.cos(TURN)
            y = 400 - 100 * np.sin(TURN)
            points = "".join(f" {round(a)} {round(b)}\n" for a, b in zip(x, y, strict=True))
            body += f'.SEGMENT CHARACTER {2 * number + place} ? "{character}"\n'
            body += f".PEN_DOWN\n{points}.PEN_UP\n"
    (folder / "UJIpenchars-w07.txt").write_text(f".LEXICON\n{body}", "latin-1")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "open"
    characters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.,-'!?"
    font(root / "ems", "EMSReadability", dict.fromkeys(characters, GLYPH))
    uji(root / "uji1")
    return root


def ring(wide: float) -> LetterDrawing:
    return LetterDrawing((np.stack([wide * np.cos(TURN), -0.5 + 0.5 * np.sin(TURN)], axis=1),))


def source() -> LetterSource:
    return LetterSource("ada", True, {"o": (ring(0.4), ring(0.5))})


def plain(**changes: float) -> Manner:
    values = dict.fromkeys(Manner.__dataclass_fields__, 0.0) | {
        "aspect": 1.0, "gap": 0.2, "space": 1.0, "pace": 1.0
    }  # fmt: skip
    return Manner(**(values | changes))


def test_sources_stand_on_their_baselines_at_an_x_height_of_one(root: Path) -> None:
    person, drawn = letter_sources(root)
    assert (person.name, person.person) == ("uji-07", True)
    assert len(person.drawings["a"]) == 2
    for drawing in person.drawings["a"]:
        assert drawing.xy[:, 1].max() == pytest.approx(0.0, abs=0.01)
        assert drawing.xy[:, 1].min() == pytest.approx(-1.0, abs=0.01)
        assert drawing.xy[:, 0].min() == 0.0
    # What the person did not write is the plain font's.
    assert person.drawings["Z"] is drawn.drawings["Z"]
    assert np.ptp(drawn.drawings["Z"][0].xy[:, 1]) == pytest.approx(1.0, abs=0.1)


def test_what_no_font_has_is_drawn_by_others_or_made_of_others(root: Path) -> None:
    heart = [[float(np.cos(t)), float(np.sin(t))] for t in TURN]
    row = json.dumps({"character": "♥", "command": "x", "strokes": [heart]})
    (root / "detexify.jsonl").write_text(f"{row}\n", "utf-8")
    for source in letter_sources(root):
        (drawn,) = source.drawings["♥"]
        assert drawn.xy[:, 1].max() == pytest.approx(0.0, abs=0.05)
        (dots,) = source.drawings["…"]
        assert len(dots.strokes) == 3 * len(source.drawings["."][0].strokes)
        assert {"„", "☐"} <= set(source.drawings)
        assert "☑" not in source.drawings


def test_a_folder_without_fonts_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="single-line fonts"):
        letter_sources(tmp_path)


def test_no_two_letters_of_a_kind_are_alike() -> None:
    manner = plain(bend=0.03, size=0.04, wander=0.03)
    ink = composed("oooooo", source(), manner, np.random.default_rng(0))
    shapes = [s.xy[np.linspace(0, len(s) - 1, 20).astype(int)] for s in ink.strokes]
    assert len(shapes) == 6
    shapes = [shape - shape.mean(axis=0) for shape in shapes]
    apart = [float(np.hypot(*(a - b).T).mean()) for k, a in enumerate(shapes) for b in shapes[:k]]
    assert min(apart) > 0.005
    assert np.median(apart) > 0.03
    assert max(apart) < 0.4


def test_letters_and_words_stand_apart_as_the_manner_says() -> None:
    ink = composed("oo oo", source(), plain(), np.random.default_rng(1))
    spans = [(s.xy[:, 0].min(), s.xy[:, 0].max()) for s in ink.strokes]
    gaps = [b[0] - a[1] for a, b in pairwise(spans)]
    assert gaps[0] == pytest.approx(0.2, abs=0.15)
    assert gaps[2] == pytest.approx(0.2, abs=0.15)
    assert gaps[1] == pytest.approx(1.0, abs=0.25)


def test_letters_are_joined_where_a_manner_joins() -> None:
    hook = np.stack([np.linspace(0, 0.5, 24), -np.sin(TURN / 2)], axis=1)
    hooked = LetterSource("ada", True, {"r": (LetterDrawing((hook,)),)})
    joined = composed("rrr", hooked, plain(join=1.0), np.random.default_rng(2))
    apart = composed("rrr", hooked, plain(join=0.0), np.random.default_rng(2))
    assert len(joined.strokes) == 1
    assert len(apart.strokes) == 3


def test_texts_hold_only_what_a_source_can_draw() -> None:
    known = {c: (ring(0.4),) for c in "abcdefghijklmnopqrstuvwxyz0123456789"}
    random = np.random.default_rng(3)
    texts = [made_text(random, known) for _ in range(300)]
    assert {c for text in texts for c in text} <= {*known, " "}
    assert all(text and text == " ".join(text.split()) for text in texts)
    assert len(set(texts)) > 250


def test_rare_signs_come_in_some_texts_and_letters_among_them_in_words() -> None:
    signs = "€½☺✓<~ßæł"
    known = {c: (ring(0.4),) for c in f"abcdefghijklmnopqrstuvwxyz0123456789{signs}"}
    random = np.random.default_rng(4)
    texts = [made_text(random, known) for _ in range(3000)]
    for sign in signs:
        having = [text for text in texts if sign in text]
        assert len(having) > 60, f"{sign} comes in {len(having)} texts"
        if sign.isalpha():
            words = [word for text in having for word in text.split() if sign in word]
            assert sum(len(word) > 1 for word in words) > 0.9 * len(words)
    assert sum(any(sign in text for sign in signs) for text in texts) < 0.3 * len(texts)


def test_the_same_seed_composes_the_same_lines(root: Path) -> None:
    one, again, other = (
        [(line.text, line.ink.xy.tobytes()) for line in made.lines(Report())]
        for made in (LetterLines(letter_sources(root), 30, seed) for seed in (1, 1, 2))
    )
    assert one == again
    assert one != other


def test_the_command_writes_a_corpus(root: Path, tmp_path: Path) -> None:
    out = tmp_path / "letters.safetensors"
    done = CliRunner().invoke(
        training, ["letters", "--open", str(root), "--lines", "60", "--out", str(out)]
    )
    assert done.exit_code == 0, done.output
    corpus = Corpus.load(out)
    assert len(corpus) > 45
    assert json.loads(out.with_suffix(".report.json").read_text())["read"] == 60
