"""The verb `teach`: ink of other programs with its transcripts becomes recorded lines."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.errors import FileError
from engine.hand import Hand
from engine.ink.recorded_line import recorded_lines
from engine.recognition.recogniser import edit_distance
from engine.style.style import Style, bundled, find
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


def page(*styles: str, rule: str = "", turned: bool = False) -> str:
    """A table of the lines of shipped styles below each other, and a stroke after the first."""
    rows, number = ["x,y,stroke"], 0
    for line, name in enumerate(styles):
        for stroke in find(name).ink.moved(0, 9.0 * line).strokes:
            number += 1
            rows += [f"{x:.3f},{-y if turned else y:.3f},{number}" for x, y in stroke.xy]
        if rule and line == 0:
            rows += [f"{point},{number}.5" for point in rule.split()]
    return "\n".join(rows)


@pytest.mark.parametrize("rule", ["", "0,2.6 60,2.6", "-9,3 150,3"])
@pytest.mark.parametrize("turned", [False, True])
def test_rules_and_ink_upside_down_are_no_reason_to_stop(
    rule: str, turned: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if turned:
        rule = rule.replace(",2.6", ",-2.6").replace(",3", ",-3")
    (tmp_path / "page.csv").write_text(page("Rowan", "Elm", rule=rule, turned=turned))
    assert main(["teach", "--lines", str(tmp_path), "--guess"]) == 0
    words = (tmp_path / "page.txt").read_text().splitlines()
    for text, name in zip(words, ("Rowan", "Elm"), strict=True):
        assert edit_distance(text, find(name).text) <= 0.2 * len(text), words
    errors = capsys.readouterr().err
    assert ("upside down" in errors) == turned
    assert ("a rule or an underline" in errors) == bool(rule)


def test_ink_is_turned_as_it_is_asked(tmp_path: Path) -> None:
    (tmp_path / "page.csv").write_text(page("Rowan", turned=True))
    (tmp_path / "page.txt").write_text(find("Rowan").text)
    heights = []
    for flip in (None, True, False):
        target = tmp_path / f"lines-{flip}"
        target.mkdir()
        assert gather(tmp_path, target, flip) == 1
        (line,) = recorded_lines(target)
        first, *_, last = line.ink.strokes
        heights.append(first.xy[:, 1].mean() - last.xy[:, 1].mean())
    assert heights == pytest.approx([heights[0], heights[0], -heights[0]])
    assert heights[0] != 0


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_transcripts_of_older_programs(encoding: str, tmp_path: Path) -> None:
    (tmp_path / "page.svg").write_text(svg(10, 40))
    (tmp_path / "page.txt").write_text("café “naïve”\r\nGrüße\r\n", encoding=encoding)
    target = tmp_path / "lines"
    target.mkdir()
    assert gather(tmp_path, target) == 2
    assert [line.text for line in recorded_lines(target)] == ["café “naïve”", "Grüße"]


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
