"""Bundled styles: their recipes, how they are made, and those that ship."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from click.testing import CliRunner

from engine.errors import TrainingError
from engine.hand import Hand
from engine.ink.ink import Ink, Stroke
from engine.ink.preparation import to_offsets
from engine.network.network import Network
from engine.network.writer_encoder import packed
from engine.recognition.recogniser import shipped_recogniser
from engine.style.style import DEFAULT, DEFAULTS, Style
from training.__main__ import training
from training.bundled_styles import _with_sources, make_styles, mixtures, save_styles
from training.corpora.corpus import Corpus, written
from training.corpora.iam import Line
from training.style_recipes import PRINT_RECIPES, RECIPES, StyleRecipe, recipes_named

TEXTS = ("some even waves", "and some more of it", "a line of waves", "the last of them")
RECIPE = StyleRecipe("Oak", "print", "Of two writers.", (("ada", 2.0), ("ben", 1.0)))


def waves(seed: int, tall: float, strokes: int = 4) -> Ink:
    random = np.random.default_rng(seed)
    x = np.cumsum(np.full(200, 2.0)) + random.normal(0, 0.2, 200)
    y = -tall * np.abs(np.sin(np.arange(200) / 5)) * (1 + random.random())
    points = np.stack([x, y], axis=1)
    return Ink(tuple(Stroke(part) for part in np.array_split(points, strokes)))


def line_of(who: int, number: int) -> Ink:
    return waves(10 * who + number, 8.0 + 6 * who, 2 + 3 * who)


@pytest.fixture(scope="module")
def hand(tiny_hand_path: Path) -> Hand:
    """The scribbling hand, with an encoder whose weights are random."""
    tiny = Hand.load(tiny_hand_path)
    with torch.random.fork_rng():
        torch.manual_seed(3)
        network = Network(replace(tiny.network.config, vector=6))
        network.load_state_dict(tiny.network.state_dict(), strict=False)
        torch.nn.init.normal_(network.writer.weight, 0, 0.1)
        # Random convolutions make vectors that all but agree.
        inks = [[line_of(who, k) for k in range(4)] for who in range(3)]
        lines = [[to_offsets(tiny.preparation.prepare(ink)) for ink in own] for own in inks]
        network.encoder.calibrate(packed(lines))
    return Hand.of(tiny.spec._replace(network=network))


@pytest.fixture(scope="module")
def corpus(hand: Hand, tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    lines = []
    for number, name in enumerate(("ada", "ben", "cleo")):
        for k in range(8):
            ink = line_of(number, k)
            split = "v" if name == "cleo" else "train"
            line = Line(f"{name}-{k}", 1, split, name, TEXTS[k % 4], ink)
            lines.append((line, hand.preparation.prepare(ink)))
    path = tmp_path_factory.mktemp("corpus") / "waves.safetensors"
    return written(lines, path, hand.alphabet, hand.preparation, hand.pace)


def test_a_recipe_mixes_vectors_of_writers_by_their_shares(hand: Hand, corpus: Corpus):
    alone = [replace(RECIPE, writers=((name, 1.0),)) for name in ("ada", "ben")]
    ada, ben, mixed, further = mixtures(hand, corpus, [*alone, RECIPE, replace(RECIPE, scale=1.5)])
    np.testing.assert_allclose(mixed.values, (2 * ada.values + ben.values) / 3, atol=1e-5)
    assert np.abs(mixed.values - ada.values).max() > 1e-3
    # Further from what is usual on the same side.
    usual = 3 * mixed.values - 2 * further.values
    np.testing.assert_allclose(further.values - usual, 1.5 * (mixed.values - usual), atol=1e-5)
    assert mixed.hand == hand.fingerprint


def test_a_person_stands_for_all_pages_that_are_set_of_their_letters():
    """In a corpus of letters each page is a writer of its own: `uji-11-00042`."""
    pages = _with_sources({"ada-00001": [1, 2], "ada-00007": [3], "ben": [4]})
    assert pages == {"ada-00001": [1, 2], "ada-00007": [3], "ada": [1, 2, 3], "ben": [4]}


def test_a_style_is_written_by_the_hand_and_made_alike_again(
    hand: Hand, corpus: Corpus, tmp_path: Path
):
    recogniser = shipped_recogniser()
    recipes = [RECIPE, replace(RECIPE, name="Ash", kind="joined", size=0.8, seed=5)]
    made = make_styles(hand, recogniser, corpus, recipes)
    again = make_styles(hand, recogniser, corpus, recipes)
    (tmp_path / "old.json").write_text("{}")
    save_styles(made, tmp_path, hand)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["ash.json", "oak.json"]
    for one, other, recipe in zip(made, again, recipes, strict=True):
        style = Style.load(tmp_path / f"{recipe.name.lower()}.json")
        assert (style.kind, style.description) == (recipe.kind, recipe.description)
        assert style.primed
        assert style.vector == one.style.vector
        np.testing.assert_allclose(style.ink.xy, one.style.ink.xy, atol=0.01)
        np.testing.assert_allclose(one.style.ink.xy, other.style.ink.xy, atol=1e-6)
        # None of the corpus's ink: a line that the hand wrote, of a text that is no writer's.
        assert style.text not in TEXTS
        assert one.wrong == other.wrong


def test_what_a_recipe_lacks_is_a_sentence(hand: Hand, corpus: Corpus, tiny_hand_path: Path):
    recogniser = shipped_recogniser()
    # She is one of those by whom hands are judged.
    held_out = replace(RECIPE, writers=(("ada", 1.0), ("cleo", 1.0)))
    with pytest.raises(TrainingError, match="no lines of the writer 'cleo'"):
        make_styles(hand, recogniser, corpus, [held_out])
    with pytest.raises(TrainingError, match="makes no vectors of writers"):
        make_styles(Hand.load(tiny_hand_path), recogniser, corpus, [RECIPE])
    with pytest.raises(TrainingError, match="no recipe for a style 'Oak'"):
        recipes_named(["Oak"])
    done = CliRunner().invoke(training, ["styles", "--corpus", "none", "--out", "x", "--only", "Q"])
    assert isinstance(done.exception, TrainingError)


def test_recipes_mix_several_writers_and_say_what_the_styles_are_for():
    names = [recipe.name for recipe in RECIPES]
    assert len(names) == len(set(names)) == 24
    assert DEFAULT in names
    prints = [recipe.name for recipe in PRINT_RECIPES]
    assert len(prints) == len(set(prints)) >= 6
    assert not {*names} & {*prints}
    assert DEFAULTS["print"] in prints
    assert recipes_named((), "print") == PRINT_RECIPES
    with pytest.raises(TrainingError, match="styles of a hand 'signs'"):
        recipes_named((), "signs")
    for recipe in (*RECIPES, *PRINT_RECIPES):
        shares = [share for _, share in recipe.writers]
        assert len({name for name, _ in recipe.writers}) >= 2
        assert max(shares) <= 0.75 * sum(shares)
        assert recipe.description.endswith(".")
        assert "\n" not in recipe.description
        assert len(recipe.description) <= 90
    kinds = [recipe.kind for recipe in RECIPES]
    assert set(kinds) == {"joined", "print", "elegant", "quick"}
    assert sum(recipe.joined for recipe in RECIPES) >= 8
