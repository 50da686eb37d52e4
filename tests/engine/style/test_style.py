"""Styles: their files, and the names by which they are found."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from engine.errors import StyleError
from engine.ink.ink import Ink, Stroke
from engine.style.style import Style, bundled, find
from engine.style.style_trial import StyleTrial


@pytest.fixture
def style():
    stroke = Stroke(np.array([[0, 0], [0.515, -1.2], [1.005, 0.3]]), np.array([0, 0.1, 0.25]))
    return Style("Own", "a line", Ink((stroke, Stroke(np.array([[2.0, 0.0]])))), "drawn here")


def test_a_style_comes_back_from_its_file(style, tmp_path):
    path = tmp_path / "own.json"
    style.save(path)
    again = Style.load(path)
    assert (again.name, again.text, again.source) == ("Own", "a line", "drawn here")
    np.testing.assert_allclose(again.ink.xy, style.ink.xy, atol=0.0026)
    assert again.ink.strokes[0].time.tolist() == [0, 0.1, 0.25]
    assert again.ink.strokes[1].time is None


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{}",
        json.dumps({"format": "scriptorium-style-9"}),
        json.dumps(
            {
                "format": "scriptorium-style-1", "name": "x", "text": "y", "source": "",
                "grid": 0, "strokes": [{"xy": [1, 2]}],
            }
        ),
        json.dumps(
            {
                "format": "scriptorium-style-1", "name": "x", "text": "y", "source": "",
                "grid": 100, "strokes": [{"xy": [1, 2, 3]}],
            }
        ),
    ],
)  # fmt: skip
def test_a_damaged_style_is_refused_in_a_sentence(tmp_path, content):
    path = tmp_path / "style.json"
    path.write_text(content)
    with pytest.raises(StyleError, match=r"\.$"):
        Style.load(path)


def test_an_unknown_style_is_answered_with_the_nearest():
    name = next(iter(bundled()))
    assert find(name.upper()).name == name
    with pytest.raises(StyleError, match=name):
        find(name + "x")


def test_two_dozen_styles_ship_and_each_says_what_it_is():
    styles = bundled()
    assert len(styles) == 24
    for style in styles.values():
        assert style.ink.points > 100
        assert style.source
        assert style.description


def test_how_a_hand_writes_in_a_style_counts_for_that_hand_and_style_alone(style, tmp_path):
    widths = {"a line": (4.0, 4.1, 4.2, 4.3, 4.4)}
    path = tmp_path / "own.json"
    style.save(path)
    stored = Style.load(path)
    trial = StyleTrial("the hand", stored.digest, (1.0, 0.1, 0.0, 1.0), 0.5, 1.0, 1.1, None, widths)
    replace(stored, trial=trial).save(path)
    again = Style.load(path)
    assert again.tried_by("the hand") == trial
    assert again.tried_by("another") is None
    assert replace(again, name="Copy").tried_by("the hand") == trial
    assert replace(again, ink=again.ink.scaled(1.1)).tried_by("the hand") is None
    assert replace(again, text="a lime").tried_by("the hand") is None


def test_an_impossible_trial_is_refused(style, tmp_path):
    trial = StyleTrial(
        "h", style.digest, (1.0, 0.0, 0.0, 1.0), 0.5, 1.0, 1.1, 0.0, {"a": (1.0,) * 5}
    )
    path = tmp_path / "own.json"
    replace(style, trial=trial).save(path)
    content = json.loads(path.read_text())
    for wrong in ({"matrix": [1, 0, 1, 0]}, {"x_height": 0}, {"widths": {"a": [1]}}, {"gap": "1"}):
        path.write_text(json.dumps(content | {"trial": content["trial"] | wrong}))
        with pytest.raises(StyleError, match=r"\.$"):
            Style.load(path)


def test_a_style_needs_name_text_and_ink(style):
    for words in ({"name": " "}, {"text": ""}, {"ink": Ink()}):
        with pytest.raises(StyleError):
            Style(**({"name": "a", "text": "b", "ink": style.ink} | words))


def test_a_style_keeps_what_was_typed_beside_what_the_hand_reads(tmp_path):
    ink = Ink.from_lists([[(0, 0), (1, 1)]])
    path = tmp_path / "a.json"
    Style("A", "Zoe", ink, typed="Zoë").save(path)
    again = Style.load(path)
    assert (again.text, again.typed) == ("Zoe", "Zoë")
    Style("A", "Zoe", ink).save(path)
    assert "typed" not in path.read_text()
    assert "kind" not in path.read_text()
    assert Style.load(path).typed == ""
