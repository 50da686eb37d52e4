"""Words cut from lines: which strokes are whose, where a line can be cut, and long texts."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from engine.corpus_lines import KINDS
from engine.errors import CorpusError
from engine.ink.ink import Ink
from engine.ink.preparation import Preparation
from engine.text.alphabet import Alphabet
from training.__main__ import training
from training.augmentation.glyphs import ink_of
from training.augmentation.words import (
    cut_words,
    evened,
    illegible,
    pieces_of,
    wanted_gap,
    with_words,
)
from training.corpora.corpus import Corpus, written
from training.corpora.heights import x_height
from training.corpora.iam import Line

HEIGHT = x_height(Preparation())


def letter(x: float, tall: bool = False) -> np.ndarray:
    """A loop on the baseline at y = 0, a letter wide."""
    turn = np.linspace(0.0, 2 * np.pi, 12)
    top = (1.9 if tall else 1.0) * HEIGHT
    return np.stack(
        [x + 0.4 * HEIGHT * (1 - np.cos(turn)), -0.5 * top * (1 + np.sin(turn))], axis=1
    )


def line_of(text: str, joined: str = "", late: bool = True) -> tuple[Ink, np.ndarray]:
    """A line, each word of a stroke, and each point's character.

    Words of `joined` are of a stroke with the word behind them. The bars of t's are drawn where
    the line ends, when the window has moved on.
    """
    strokes: list[np.ndarray] = []
    stands: list[np.ndarray] = []
    bars: list[float] = []
    x, place, open_ = 0.0, 0, False
    for word in text.split(" "):
        points, of = [], []
        for k, character in enumerate(word):
            points.append(letter(x, character in "tldkbh"))
            of.append(np.full(12, place + k))
            if character == "t":
                bars.append(x)
            x += 0.9 * HEIGHT
        if open_:
            strokes[-1] = np.concatenate([strokes[-1], *points])
            stands[-1] = np.concatenate([stands[-1], *of])
        else:
            strokes.append(np.concatenate(points))
            stands.append(np.concatenate(of))
        open_ = word == joined
        place += len(word) + 1
        x += HEIGHT
    for bar in bars:
        across = np.linspace(bar - 0.1 * HEIGHT, bar + 0.8 * HEIGHT, 4)
        strokes.append(np.stack([across, np.full(4, -1.4 * HEIGHT)], axis=1))
        stands.append(np.full(4, len(text) - 1 if late else text.index("t")))
    return Ink.from_lists(strokes), np.concatenate(stands)


def line(text: str, ink: Ink, kind: str = "line", number: int = 0) -> Line:
    return Line("form", number, "train", "ada", text, ink, kind)


def test_words_get_their_strokes_with_bars_drawn_later() -> None:
    text = "the cat sat on a mat"
    ink, stands = line_of(text)
    found = cut_words(ink, text, stands, HEIGHT)
    words = [text[a:b] for a, b in found.words]
    assert words == text.split()
    assert [len(of) for of in found.strokes] == [2, 2, 2, 1, 1, 2]
    assert all(found.clean)
    # A word gap is an x-height, and the loops end a tenth before the next letter would begin.
    assert np.allclose(found.gaps, 1.1, atol=0.25)


def test_a_line_is_not_cut_where_a_stroke_runs_on() -> None:
    text = "the cat sat on"
    ink, stands = line_of(text, joined="cat")
    found = cut_words(ink, text, stands, HEIGHT)
    assert found.clean == (True, True, False, True, True)
    assert np.isnan(found.gaps[1])
    texts = {piece.text for piece, _ in pieces_of(line(text, ink), ink, stands)}
    assert texts == {"the", "on"}


def test_words_are_not_cut_where_they_overlap() -> None:
    text = "the one"
    ink, stands = line_of(text)
    moved = Ink.from_lists(
        [ink.strokes[0].xy, ink.strokes[1].xy - [3 * HEIGHT, 0], ink.strokes[2].xy]
    )
    assert cut_words(moved, text, stands, HEIGHT).clean == (True, False, True)


def test_pieces_stand_at_the_origin_and_keep_the_lines_scale() -> None:
    text = "one cat and a hen"
    ink, stands = line_of(text)
    made = list(pieces_of(line(text, ink), ink, stands))
    assert [piece.text for piece, _ in made] == text.split()
    for piece, of in made:
        left, _, _, bottom = of.bounds
        assert piece.kind == "word"
        assert left == 0.0
        assert abs(bottom) < 0.3 * HEIGHT
    # All of the ink is there, moved and not scaled.
    assert sum(of.points for _, of in made) == ink.points
    assert made[0][1].width == pytest.approx(Ink((ink.strokes[0],)).width)


def test_gaps_are_evened_around_what_is_wanted_of_the_writer() -> None:
    text = "the cat sat on a mat"
    ink, stands = line_of(text)
    strokes = [stroke.xy for stroke in ink.strokes]
    # The last word far away, with its bar, which is the last stroke.
    strokes[5], strokes[-1] = strokes[5] + [2 * HEIGHT, 0], strokes[-1] + [2 * HEIGHT, 0]
    torn = Ink.from_lists(strokes)
    before = cut_words(torn, text, stands, HEIGHT)
    made = evened(torn, before, HEIGHT, usual=2.0)
    after = cut_words(made, text, stands, HEIGHT)
    assert after.strokes == before.strokes
    assert np.ptp(before.gaps) > 1.9
    assert np.ptp(after.gaps) < 0.8
    assert np.median(after.gaps) == pytest.approx(wanted_gap(2.0) * (1.1 / 2.0) ** 0.5, abs=0.2)
    # Nothing within words has moved.
    widths = [np.ptp(stroke.xy[:, 0]) for stroke in torn.strokes]
    assert np.allclose([np.ptp(stroke.xy[:, 0]) for stroke in made.strokes], widths)


def test_who_leaves_wide_gaps_leaves_wider_ones_still() -> None:
    wanted = [wanted_gap(usual) for usual in (0.9, 1.37, 2.2)]
    assert wanted == sorted(wanted)
    assert 0.8 <= wanted[0] < wanted[2] <= 1.4
    assert wanted[1] == pytest.approx(1.05)


def test_long_texts_are_cut_into_phrases() -> None:
    text = "the man and the hen sat on a red mat and the cat had an old hat on him then"
    ink, stands = line_of(text)
    made = list(pieces_of(line(text, ink, "text"), ink, stands))
    phrases = [piece.text for piece, _ in made if piece.kind == "text"]
    assert " ".join(phrases) == text
    assert all(20 <= len(phrase) <= 60 for phrase in phrases)
    # A line of a corpus of lines stays whole.
    assert all(piece.kind == "word" for piece, _ in pieces_of(line(text, ink), ink, stands))


@pytest.fixture
def corpus(tmp_path: Path) -> tuple[Corpus, dict[int, np.ndarray]]:
    texts = [
        "the cat sat on",
        "the man and the hen sat on a red mat and the cat had an old hat on him",
    ]
    made, owned = [], {}
    for number, (text, kind) in enumerate(zip(texts, ("line", "text"), strict=True)):
        ink, owned[number] = line_of(text)
        made.append((line(text, ink, kind, number), ink))
    alphabet = Alphabet("".join(sorted({*"".join(texts)})))
    path = tmp_path / "lines.safetensors"
    return written(made, path, alphabet, Preparation(), 12.0), owned


def test_a_corpus_gets_words_and_phrases(
    corpus: tuple[Corpus, dict[int, np.ndarray]], tmp_path: Path
) -> None:
    given, owned = corpus
    made = with_words(given, owned.items(), tmp_path / "words.safetensors")
    kinds = [KINDS[kind] for kind in made.kinds.tolist()]
    assert kinds.count("line") == 1
    assert kinds.count("text") == 2
    assert kinds.count("word") == 4 + 19
    assert made.writer_names == ("ada",)
    # Enough of the writer's gaps are known: all of his pieces tell of it.
    assert np.allclose(made.gaps, wanted_gap(1.1), atol=0.1)
    assert {made.text(i) for i in made.lines_of("train")} >= {"the cat sat on"}


def test_words_that_are_read_otherwise_are_left_out(
    corpus: tuple[Corpus, dict[int, np.ndarray]], tmp_path: Path
) -> None:
    class Blind:
        """Reads nothing right but "the"."""

        def __init__(self, corpus: Corpus) -> None:
            lines = corpus.lines_of("train", kinds=KINDS).tolist()
            self.texts = {ink_of(corpus, i).xy.tobytes(): corpus.text(i) for i in lines}

        def read_together(self, inks: list[Ink]) -> list[str]:
            texts = [self.texts[ink.xy.tobytes()] for ink in inks]
            return [text if text == "the" else "" for text in texts]

    given, owned = corpus
    words = with_words(given, owned.items(), tmp_path / "words.safetensors")
    out = illegible(words, Blind(words))  # type: ignore[arg-type]
    left = {words.text(i) for i in words.lines_of("train", kinds=KINDS) if i not in out}
    # One letter is too little to judge by.
    assert left == {"the", "a"}


def test_the_command_aligns_with_the_hand_that_ships(tmp_path: Path) -> None:
    made = []
    for number, text in enumerate(("THE CAT, 3 HATS", "the cat sat on")):
        ink, _ = line_of(text)
        made.append((line(text, ink, "line", number), ink))
    path, out = tmp_path / "lines.safetensors", tmp_path / "words.safetensors"
    written(made, path, Alphabet(" ,3ACEHSTacehnost"), Preparation(), 12.0)
    done = CliRunner().invoke(training, ["words", str(path), "--out", str(out)])
    assert done.exit_code == 0, done.output
    # What is written here in loops is not read by anybody; capitals are not judged by it.
    texts = {Corpus.load(out).text(i) for i in Corpus.load(out).lines_of("train")}
    assert texts == {"THE CAT, 3 HATS"}


def test_nothing_is_written_where_nothing_is_left(tmp_path: Path) -> None:
    out = tmp_path / "none.safetensors"
    with pytest.raises(CorpusError, match="No line is left"):
        written([], out, Alphabet(" a"), Preparation(), 12.0)
    assert not out.exists()
