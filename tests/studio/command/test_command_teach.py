"""The verb `teach`: ink of other programs with its transcripts becomes recorded lines."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.errors import FileError
from engine.hand import Hand
from engine.ink.recorded_line import recorded_lines
from engine.recognition.recogniser import edit_distance
from engine.style.style import Style, bundled
from studio.command.main import main
from studio.command.teach import gather


def svg(*tops: float) -> str:
    """A drawing with a wave for each line of writing."""
    paths = []
    for top in tops:
        for word in range(3):
            t = np.linspace(0, 12, 60)
            points = " ".join(f"{60 * word + 4 * s:.2f},{top + 3 * np.sin(3 * s):.2f}" for s in t)
            paths.append(f'<polyline fill="none" stroke="black" points="{points}"/>')
    return f'<svg xmlns="http://www.w3.org/2000/svg">{"".join(paths)}</svg>'


def test_a_page_and_its_transcript_become_lines(tmp_path: Path) -> None:
    (tmp_path / "page.svg").write_text(svg(10, 40, 70))
    (tmp_path / "page.txt").write_text("first line\n\n second line\nthird\n")
    (tmp_path / "note.inkml").write_text(
        '<ink><annotation type="truth">its own</annotation><trace>0 0, 5 5, 9 0, 12 6</trace></ink>'
    )
    target = tmp_path / "lines"
    target.mkdir()
    assert gather(tmp_path, target) == 4
    lines = recorded_lines(target)
    assert [line.text for line in lines] == ["its own", "first line", "second line", "third"]
    assert all(stroke.time is not None for line in lines for stroke in line.ink.strokes)
    assert lines[1].source == "page.svg"


def test_one_line_of_text_is_one_line_of_ink(tmp_path: Path) -> None:
    (tmp_path / "page.svg").write_text(svg(10, 40))
    (tmp_path / "page.txt").write_text("all of it")
    target = tmp_path / "lines"
    target.mkdir()
    assert gather(tmp_path, target) == 1


def test_ink_and_transcript_that_differ_are_refused(tmp_path: Path) -> None:
    (tmp_path / "page.svg").write_text(svg(10, 40, 70))
    (tmp_path / "page.txt").write_text("one\ntwo\n")
    with pytest.raises(FileError, match=r"3 lines of ink, page.txt 2 of text"):
        gather(tmp_path, tmp_path)


@pytest.mark.parametrize(
    ("folder", "sentence"),
    [("nothing", "name the folder of your lines"), (".", "holds no recorded lines and no ink")],
)
def test_a_folder_without_ink_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], folder: str, sentence: str
) -> None:
    words = ["teach", "--lines", str(tmp_path / folder), "--out", str(tmp_path / "my.hand")]
    assert main(words) == 2
    errors = capsys.readouterr().err
    assert sentence in errors
    assert len(errors.splitlines()) == 1


def test_transcripts_are_guessed_to_be_corrected(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    style = next(iter(bundled().values()))
    traces = "".join(
        "<trace>" + ", ".join(f"{x:.3f} {y:.3f}" for x, y in stroke.xy) + "</trace>"
        for stroke in style.ink.strokes
    )
    (tmp_path / "page.inkml").write_text(f"<ink>{traces}</ink>")
    assert main(["teach", "--lines", str(tmp_path), "--guess"]) == 0
    assert "page.txt" in capsys.readouterr().out
    words = (tmp_path / "page.txt").read_text().strip()
    assert edit_distance(words, style.text) <= 0.2 * len(style.text), words
    (tmp_path / "page.txt").write_text("corrected\n")
    assert main(["teach", "--lines", str(tmp_path), "--guess"]) == 2
    assert "no ink without a transcript" in capsys.readouterr().err
    assert (tmp_path / "page.txt").read_text() == "corrected\n", "never written over"
    assert main(["teach", "--lines", str(tmp_path)]) == 2
    assert "--out my.hand" in capsys.readouterr().err


def test_beside_the_hand_stands_a_style_of_its_lines(
    tmp_path: Path, tiny_hand_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    (tmp_path / "page.svg").write_text(svg(10, 40))
    (tmp_path / "page.txt").write_text("aba cab\nbab aca\n")
    out = tmp_path / "my.hand"
    words = ["teach", "--lines", str(tmp_path), "--out", str(out), "--hand", str(tiny_hand_path)]
    with pytest.raises(SystemExit) as ended:
        main([*words, "--steps", "1", "--device", "cpu"])
    assert ended.value.code == 0
    assert Hand.load(out).name == "my"
    style = Style.load(tmp_path / "my.style.json")
    assert style.text in ("aba cab", "bab aca")
