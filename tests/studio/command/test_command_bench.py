"""The verb `bench`: its table and its files say the same; bad input is refused at once."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image

from studio.command.main import main


def test_table_json_and_plot_are_made(
    tmp_path: Path, tiny_hand_path: Path, monkeypatch: pytest.MonkeyPatch, capsys
):
    monkeypatch.setattr("studio.benchmarks.end_to_end.PAGE", 3)
    report, plot = tmp_path / "speed.json", tmp_path / "speed.png"
    words = "--lines 1 --lines 3 --points 20 --rounds 2 --precision float32"
    words += " --letters 1 --letters 2"
    files = ["--json", str(report), "--plot", str(plot), "--hand", str(tiny_hand_path)]
    assert main(["bench", *words.split(), *files]) == 0
    shown = capsys.readouterr().out
    found = json.loads(report.read_text())
    assert found["precision"] == "float32"
    assert found["threads"] >= 1
    assert [speed["lines"] for speed in found["speeds"]] == [1, 3]
    for speed in found["speeds"]:
        assert f"{speed['points_a_second']:.0f}" in shown
        assert speed["points"] == 32
        assert len(speed["ms_plain"]) == len(speed["ms_engine"]) == len(speed["ms_floor"]) == 2
        assert sum(speed["parts"].values()) == pytest.approx(1)
        assert min(speed["parts"].values()) >= 0
        ratios = [a / b for a, b in zip(speed["ms_plain"], speed["ms_engine"], strict=True)]
        assert speed["times_plain"] == pytest.approx(ratios)
        assert speed["ms_engine_p99"] >= speed["ms_engine_median"]
        assert speed["peak_mb"] is None or 10 < speed["peak_mb"] < 100_000
    assert found["page_ms"] > 0
    assert found["first_ink_ms"] > 0
    assert f"First ink {found['first_ink_ms']:.1f} ms" in shown
    letter, longer = found["letters"]
    assert longer["lines"] > letter["lines"] > letter["pages"] >= 1
    assert f"{longer['pages']} pages, {longer['lines']} lines" in shown
    with Image.open(plot) as picture:
        # All three curves are drawn, in their own colours; the letters beside them and below.
        assert picture.width > 1000
        assert picture.height > 600
        assert {(38, 84, 160), (176, 102, 46), (140, 144, 152)} <= {
            colour for _, colour in picture.getcolors(1 << 20)
        }


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ("--precision int3", "float16"),
        ("--lines 0", "--lines"),
        ("--points 3", "--points"),
        ("--rounds x", "--rounds"),
        ("--letters 1000", "--letters"),
        ("--device tpu", "cuda"),
        ("--json nowhere/speed.json", "nowhere"),
    ],
)
def test_bad_input_is_refused_in_a_sentence(
    words: str, named: str, tmp_path: Path, tiny_hand_path: Path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    assert main(["bench", *words.split(), "--hand", str(tiny_hand_path)]) == 2
    told = capsys.readouterr()
    assert named in told.err
    assert told.err.count("\n") == 1
    assert not told.out
    assert not list(tmp_path.iterdir())
