"""The styles that ship: what their recipes say, legible, and unlike one another."""

from __future__ import annotations

from itertools import combinations

import numpy as np

from engine.bundled_hands import bundled_hands
from engine.recognition.recogniser import shipped_recogniser
from engine.style.style import bundled, default_style, owner_of
from training.evaluation.legibility import error_rate, read
from training.evaluation.style_spread import MEASURES, deviations, line_manner
from training.release.checks import APART
from training.style_recipes import RECIPES, RECIPES_BY_HAND


def test_the_styles_that_ship_are_those_of_the_recipes():
    shipped = bundled()
    assert sorted(shipped) == sorted(recipe.name for recipe in RECIPES)
    for recipe in RECIPES:
        style = shipped[recipe.name]
        assert (style.kind, style.description) == (recipe.kind, recipe.description)
        assert len(style.text) <= 60
    for hand in bundled_hands():
        for one, other in combinations(bundled(hand).values(), 2):
            assert one.vector is not None
            assert other.vector is not None
            apart = np.linalg.norm(one.vector.values - other.vector.values)
            assert apart > APART, (one.name, other.name)


def test_every_hand_that_ships_has_the_styles_of_its_recipes():
    for hand in bundled_hands():
        recipes = {recipe.name: recipe for recipe in RECIPES_BY_HAND[hand]}
        assert sorted(bundled(hand)) == sorted(recipes)
        assert default_style(hand) in recipes
        for name, style in bundled(hand).items():
            assert (style.kind, style.description) == (
                recipes[name].kind,
                recipes[name].description,
            )
            assert owner_of(style) == hand


def test_the_ink_of_shipped_styles_is_legible_and_various():
    styles = list(bundled().values())
    texts = [style.text for style in styles]
    lines = read(shipped_recogniser(), [style.ink for style in styles], texts)
    assert error_rate(lines) <= 0.03
    for style, line in zip(styles, lines, strict=True):
        # What is not fed to the hand only shows a joined manner.
        assert error_rate([line]) <= (0.08 if style.primed else 0.2), style.name
    manners = [line_manner(style.ink, style.text) for style in styles]
    spread = deviations([manner for manner in manners if manner is not None])
    # Half of what is measured of people's lines and more; `train manners` measures the whole.
    least = {"slant": 6.0, "width": 0.14, "height": 0.08, "gap": 0.15, "strokes": 0.15}
    for name in MEASURES:
        assert getattr(spread, name) >= least[name], name
