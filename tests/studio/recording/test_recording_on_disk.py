"""A recording survives whatever happens to the program."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from engine.errors import StyleError
from engine.ink.ink import Ink, Stroke
from engine.ink.recorded_line import RecordedLine, recorded_lines
from studio.recording.prompts import FREE, FULL, GUIDES, QUICK, coverage
from studio.recording.recording import Draft, Recording, line_of, recordings


def stroke(start: float) -> Stroke:
    t = np.linspace(0, 1, 20)
    return Stroke(np.stack([start + t, np.sin(9 * t)], axis=1), start + t, np.full(20, 0.5))


def test_a_line_keeps_its_ink_time_and_pressure(tmp_path: Path) -> None:
    recording = Recording.create("My hand", QUICK, tmp_path)
    line = line_of(Draft(1, QUICK.sentences[0], (stroke(0), stroke(2))), "a test")
    recording.keep(1, line)
    (again,) = Recording.open(recording.folder).lines().values()
    assert again.text == QUICK.sentences[0]
    assert again.source == "a test"
    for a, b in zip(again.ink.strokes, line.ink.strokes, strict=True):
        assert np.allclose(a.xy, b.xy, atol=1e-3)
        assert a.time is not None
        assert b.time is not None
        assert np.allclose(a.time, b.time, atol=1e-4)
        assert np.array_equal(a.pressure, b.pressure)
    assert recorded_lines(recording.folder) == [again]


def test_going_on_where_one_stopped(tmp_path: Path) -> None:
    recording = Recording.create("Mine", QUICK, tmp_path)
    line = RecordedLine("x", Ink((stroke(0),)))
    recording.keep(1, line)
    recording.keep(3, line)
    again = Recording.open(recording.folder)
    assert again.guide is QUICK
    assert again.next_place() == 2
    again.keep(2, line)
    assert again.next_place() == len(QUICK.sentences) + 1
    again.drop(1)
    assert again.next_place() == 1
    again.follow(FULL)
    again.rename("Other")
    (only,) = recordings(tmp_path)
    assert (only.name, only.guide) == ("Other", FULL)
    again.delete()
    assert list(tmp_path.iterdir()) == []


def test_a_draft_grows_by_its_strokes(tmp_path: Path) -> None:
    recording = Recording.create("Mine", FREE, tmp_path)
    strokes = tuple(stroke(i) for i in range(4))
    for count in range(1, 5):
        recording.begin(Draft(1, "text", strokes[:count]))
    draft = Recording.open(recording.folder).draft()
    assert draft is not None
    assert (draft.place, draft.text, len(draft.strokes)) == (1, "text", 4)
    recording.begin(Draft(1, "text", (strokes[0], strokes[3])))  # two were erased
    recording.begin(Draft(1, "text", (strokes[0], strokes[3], strokes[1])))
    draft = recording.draft()
    assert draft is not None
    assert np.allclose([s.xy[0, 0] for s in draft.strokes], [0, 3, 1])
    recording.keep(1, line_of(draft, ""))
    assert recording.draft() is None


def test_a_torn_end_of_a_draft_is_left_out(tmp_path: Path) -> None:
    recording = Recording.create("Mine", FREE, tmp_path)
    recording.begin(Draft(1, "text", (stroke(0), stroke(1))))
    path = recording.folder / "draft.jsonl"
    content = path.read_bytes()
    for length in range(0, len(content), 41):
        path.write_bytes(content[:length])
        draft = recording.draft()
        assert draft is None or len(draft.strokes) <= 2
    path.write_bytes(content[:-10])
    draft = recording.draft()
    assert draft is not None
    assert len(draft.strokes) == 1


WRITER = """
import sys
from pathlib import Path
import numpy as np
from engine.ink.ink import Stroke
from studio.recording.prompts import FREE
from studio.recording.recording import Draft, Recording, line_of
recording = Recording.create("Mine", FREE, Path(sys.argv[1]))
place = 1
while True:
    strokes = ()
    for number in range(5):
        t = np.linspace(0, 1, 40)
        strokes += (Stroke(np.stack([number + t, t * place], axis=1), number + t),)
        recording.begin(Draft(place, "text", strokes))
        print(place, number + 1, flush=True)
    recording.keep(place, line_of(Draft(place, "text", strokes), ""))
    print(place, 0, flush=True)
    place += 1
"""


def test_killed_at_any_moment_only_the_stroke_begun_is_lost(tmp_path: Path, rounds: int) -> None:
    random = np.random.default_rng(0)
    for number in range(min(rounds, 20)):
        home = tmp_path / str(number)
        process = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(home)],
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])},
        )
        assert process.stdout is not None
        told = [process.stdout.readline() for _ in range(int(random.integers(1, 30)))]
        process.send_signal(signal.SIGKILL)
        told += process.stdout.readlines()
        process.wait()
        place, strokes = map(int, [line for line in told if line.endswith("\n")][-1].split())
        (recording,) = recordings(home)
        lines = recording.lines()
        draft = recording.draft()
        finished = place if strokes == 0 else place - 1
        assert set(range(1, finished + 1)) <= set(lines)
        assert all(line.ink.points == 200 for line in lines.values())
        if strokes and place not in lines:
            assert draft is not None
            assert draft.place == place
            assert len(draft.strokes) >= strokes


def test_a_folder_that_is_no_recording(tmp_path: Path) -> None:
    with pytest.raises(StyleError, match="no recording"):
        Recording.open(tmp_path)
    (tmp_path / "recording.json").write_text("[]")
    with pytest.raises(StyleError, match="damaged"):
        Recording.open(tmp_path)
    with pytest.raises(StyleError, match="no recorded lines"):
        recorded_lines(tmp_path)


@pytest.mark.parametrize(
    "content", ["", "{}", "[1]", '{"format": "scriptorium-line-1"}', "[" * 99999]
)
def test_a_damaged_line_is_passed_over(tmp_path: Path, content: str) -> None:
    recording = Recording.create("Mine", FREE, tmp_path)
    recording.keep(1, RecordedLine("x", Ink((stroke(0),))))
    (recording.folder / "line-0002.json").write_text(content)
    assert list(recording.lines()) == [1]
    assert recording.next_place() == 2
    with pytest.raises(StyleError):
        RecordedLine.load(recording.folder / "line-0002.json")


def test_the_full_set_shows_all_letters_digits_and_common_pairs() -> None:
    found = coverage(FULL.sentences)
    assert found.missing == ()
    assert [pair for pair, count in found.pairs.items() if count == 0] == []
    assert found.share == 1.0
    assert len(FULL.sentences) == 24
    assert max(map(len, FULL.sentences)) <= 42
    assert all(sentence.isascii() for sentence in FULL.sentences)


def test_the_quick_set_shows_every_small_letter() -> None:
    assert not any(c.islower() for c in coverage(QUICK.sentences).missing)
    assert len(QUICK.sentences) == 3
    assert set(GUIDES) == {"quick", "full", "free", "symbol"}
