"""The verb `inspect`: figures and numbers without a display, or one sentence."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.hand import Hand
from engine.sampling.policy import ONCE
from studio.command.main import main
from studio.document.page import Page, Pages
from studio.document.paper import paper_named


@pytest.fixture
def inspect(tiny_hand_path: Path, tmp_path: Path, monkeypatch, capsys):
    """Runs the verb with the tiny hand in a folder of its own."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> tuple[int, str, str]:
        status = main(["inspect", *arguments, "--hand", str(tiny_hand_path)])
        said = capsys.readouterr()
        return status, said.out, said.err

    return run


def test_figures_and_numbers_of_one_run(inspect, tmp_path, tiny_hand_path):
    outs = ["a.png", "a.pdf", "a.svg", "a.npz", "a.csv"]
    options = [part for name in outs for part in ("--out", name)]
    status, out, err = inspect("a line", "--seed", "4", "--dpi", "100", *options)
    assert (status, out.split(), err) == (0, outs, "")
    assert Image.open("a.png").width == pytest.approx(178 / 25.4 * 100, abs=1)
    steps = Hand.load(tiny_hand_path).stream("a line", seed=4)
    with np.load("a.npz") as file:
        np.testing.assert_array_equal(file["offsets"], [step.point for step in steps])


def test_two_runs_compared(inspect):
    status, _, err = inspect(
        "two", "--views", "compare", "--against", "bias=0", "--out", "c.png", "--dpi", "72"
    )
    assert (status, err) == (0, "")
    assert Image.open("c.png").height > 100


def test_ink_is_fed_and_its_own_text_is_taken(inspect, tiny_hand_path):
    from engine.ink.ink import Ink, Stroke
    from engine.style.style import Style

    t = np.linspace(0, 1, 100)
    ink = Ink((Stroke(np.stack([20 * t, np.sin(60 * t)], axis=1), t * 100 / 77),))
    Style("Wavy", "wavy line", ink).save("wavy.json")
    status, _, err = inspect("--ink", "wavy.json", "--out", "fed.npz")
    assert (status, err) == (0, "")
    with np.load("fed.npz") as file:
        assert "wavy line" in str(file["about"])
        assert "teacher forcing on wavy.json" in str(file["about"])
        one = file["log_likelihood"].mean()
    status, _, _ = inspect("--ink", "wavy.json", "--text", "other words", "--out", "two.npz")
    assert status == 0
    with np.load("two.npz") as file:
        assert file["phi"].shape[1] == len("other words") + 1
        assert file["log_likelihood"].mean() != one


def test_what_write_exports_can_be_fed(inspect, tiny_hand_path, capsys):
    # The ink has times, and the text stands in the file.
    from studio.document.page import PlacedLine
    from studio.exporting.inkml_exporter import export

    written = Hand.load(tiny_hand_path).write("hello there", seed=2, policy=ONCE)
    line = PlacedLine("hello there", written.ink.scaled(2.4).moved(20, 30))
    pages = Pages((Page(paper_named("A4"), lines=(line,)),))
    export(pages, Path("line.inkml"))
    status, _, err = inspect("--ink", "line.inkml", "--text", "hello there", "--out", "fed.npz")
    assert (status, err) == (0, "")


def test_two_hands_are_compared_on_the_same_ink(inspect, untaught_hand):
    untaught_hand.save(Path("other.safetensors"))
    status, _, err = inspect("two hands", "--out", "run.npz")
    assert (status, err) == (0, "")
    against = ["--against", "hand=other.safetensors", "--dpi", "72"]
    sides = ["--views", "compare", *against]
    # Another number of units and of components is no matter.
    status, _, err = inspect("two hands", *sides, "--out", "written.png")
    assert (status, err) == (0, "")
    t = np.linspace(0, 1, 100)
    from engine.ink.ink import Ink, Stroke
    from engine.style.style import Style

    ink = Ink((Stroke(np.stack([20 * t, np.sin(60 * t)], axis=1), t * 100 / 77),))
    Style("Wavy", "wavy line", ink).save("wavy.json")
    status, _, err = inspect("--ink", "wavy.json", *sides, "--out", "fed.png")
    assert (status, err) == (0, "")
    assert Image.open("fed.png").height > 100
    assert np.asarray(Image.open("fed.png")).std() > 5


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["a"], "--out"),
        (["--out", "a.png"], "Give either a text"),
        (["a", "--ink", "b.inkml", "--out", "a.png"], "Give either a text"),
        (["a", "--text", "b", "--out", "a.png"], "--text"),
        (["a", "--out", "a.gif"], "a.gif"),
        (["a", "--out", "nowhere/a.png"], "nowhere"),
        (["a", "--views", "nose", "--out", "a.png"], "no view 'nose'"),
        (["a", "--views", "compare", "--out", "a.png"], "--against"),
        (["a", "--against", "ink=red", "--out", "a.png"], "ink=red"),
        (["a", "--against", "bias=much", "--out", "a.png"], "bias=much"),
        (["a", "--traces", "joy", "--out", "a.png"], "no trace 'joy'"),
        (["a", "--width", "2", "--out", "a.png"], "width"),
        (["a", "--dpi", "9", "--out", "a.png"], "dpi"),
        (["a", "--point", "5000", "--out", "a.png"], "no point 5000"),
        (["a", "--bias", "-1", "--out", "a.png"], "bias"),
        (["", "--out", "a.png"], "text"),
        (["--ink", "none.inkml", "--out", "a.png"], "none.inkml"),
        (["--ink", "none.json", "--out", "a.png"], "none.json"),
        (["--ink", "none.inkml", "--against", "bias=0", "--out", "a.png"], "--against"),
    ],
)
def test_bad_input_is_one_sentence_and_no_file(inspect, tmp_path, arguments, says):
    status, out, err = inspect(*arguments)
    assert (status, out) == (2, "")
    assert says in err
    assert err.count("\n") == 1
    assert "Traceback" not in err
    assert list(tmp_path.iterdir()) == []
