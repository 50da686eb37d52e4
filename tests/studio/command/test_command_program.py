"""The program itself: its verbs, its manual, and how it starts and ends as a process."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pypdf import PdfReader

from engine.ink.ink import Ink
from engine.style.style import Style, bundled
from studio.command.demo import SIGNATURE
from studio.command.main import VERBS, main
from studio.command.studio import can_open
from studio.command.styles import MARGIN, _sheet
from studio.document.templates import DEMO_LETTER
from studio.library.style_library import StyleLibrary
from studio.storage.note_file import SUFFIX

PROGRAM = [sys.executable, "-c", "from studio.command.main import main; raise SystemExit(main())"]


def test_help_waits_for_no_library():
    # Each of these takes longer to import than the whole manual may take.
    heavy = ("numpy", "torch", "scipy", "PIL", "reportlab", "PySide6")
    script = f"""
import sys
from studio.command.main import VERBS, main
for words in ([], *([verb] for verb in VERBS if verb != "train")):
    assert main([*words, "--help"]) == 0
sys.exit(" ".join(set(sys.modules) & set({heavy!r})) or 0)
"""
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.count("Usage: scriptorium") == len(VERBS)


def test_the_manual_names_every_verb(capsys: pytest.CaptureFixture[str]):
    assert main(["--help"]) == 0
    manual = capsys.readouterr().out
    for verb in VERBS:
        assert f"\n  {verb} " in manual
        assert f"scriptorium {verb}" in manual or verb == "studio"
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("Scriptorium 0.")


@pytest.mark.parametrize("suffix", [SUFFIX, ".txt", ".md"])
def test_a_note_or_a_text_needs_no_verb(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys, suffix: str
):
    opened: list[Path | None] = []
    monkeypatch.setattr("studio.command.studio.can_open", lambda: True)
    monkeypatch.setattr(
        "studio.command.studio.open_studio", lambda *notes, **_: opened.extend(notes) or 0
    )
    note = tmp_path / f"letter{suffix}"
    note.touch()
    assert main([str(note)]) == 0
    assert opened == [note]
    assert main([str(tmp_path / f"other{SUFFIX}")]) == 2
    assert "There is no note" in capsys.readouterr().err


def test_without_a_verb_and_a_display_it_is_the_manual(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setattr("studio.command.studio.can_open", lambda: False)
    assert main([]) == 0
    assert capsys.readouterr().out.startswith("Usage: scriptorium")


def test_without_a_verb_and_with_a_display_it_is_the_studio(monkeypatch: pytest.MonkeyPatch):
    opened: list[tuple[Path, ...]] = []

    def studio(*notes: Path, screenshot: Path | None = None, scene: str = "note") -> int:
        assert screenshot is None
        opened.append(notes)
        return 3

    monkeypatch.setattr("studio.command.studio.can_open", lambda: True)
    monkeypatch.setattr("studio.command.studio.open_studio", studio)
    assert main([]) == 3
    assert main(["studio", __file__]) == 3
    assert main(["studio", __file__, __file__]) == 3
    assert opened == [(), (Path(__file__),), (Path(__file__),) * 2]


def test_where_there_is_a_display():
    assert can_open("linux", {"DISPLAY": ":0"})
    assert can_open("linux", {"WAYLAND_DISPLAY": "wayland-0"})
    assert can_open("linux", {"QT_QPA_PLATFORM": "offscreen"})
    assert not can_open("linux", {"DISPLAY": ""})
    assert can_open("darwin", {})
    assert can_open("win32", {})


def test_the_card(tiny_hand_path: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["hand", "--hand", str(tiny_hand_path), "--json"]) == 0
    card = json.loads(capsys.readouterr().out)
    assert card["name"] == "Tiny"
    assert card["alphabet"].startswith(" !")
    assert len(card["sha256"]) == 64
    assert main(["hand", "--hand", str(tiny_hand_path)]) == 0
    told = capsys.readouterr().out
    assert "It may be used freely." in told
    assert "38.5 points a second" in told


def test_the_card_of_the_hand_that_ships(capsys: pytest.CaptureFixture[str]):
    assert main(["hand"]) == 0
    told = capsys.readouterr().out
    assert "IAM-OnDB" in told
    assert "commercial" in told


def test_the_styles(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    ink = Ink.from_lists([[(0, 0), (1, -1), (2, 0)], [(3, 0)]])
    styles = {name: Style(name, "a line", ink, "Drawn here.") for name in ("amber", "hazel")}
    monkeypatch.setattr("engine.style.style._shipped", lambda: {"default": styles})
    monkeypatch.setattr("engine.style.style.DEFAULTS", {"default": "hazel"})
    monkeypatch.setattr("engine.bundled_hands.bundled_hands", lambda: ("default",))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    own = StyleLibrary().add(Style("my own", "mine", ink))
    assert own.path is not None
    (own.path.parent / "other.json").write_text("{}")
    assert main(["styles"]) == 0
    told = capsys.readouterr()
    assert told.out == (
        "amber   wide, upright, joined  a line\n"
        "hazel   wide, upright, joined  a line  (the default)\n"
        "my own  wide, upright, joined  mine  (your own)\n"
    )
    assert "scriptorium styles --out" in told.err
    assert "other.json is damaged" in told.err
    assert main(["styles", "--json"]) == 0
    amber, _, mine = json.loads(capsys.readouterr().out)
    assert mine["file"] == str(own.path)
    assert amber == {
        "name": "amber",
        "text": "a line",
        "look": "wide, upright, joined",
        "kind": "joined",
        "description": "",
        "hand": "default",
        "default": False,
        "source": "Drawn here.",
        "file": None,
        "strokes": 2,
        "width": 3.0,
    }


@pytest.mark.usefixtures("two_hands")
def test_the_hands_that_ship_are_listed_with_what_may_be_done_with_their_ink(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert main(["hand"]) == 0
    own, _, free = capsys.readouterr().out.partition("\nprint: ")
    assert own.startswith("default: ")
    assert "non-commercial" in own
    assert "non-commercial" not in free
    assert "may use and sell what it writes" in free
    assert "Slate" in free
    assert main(["hand", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["name"] == "default"
    assert [hand["name"] for hand in told["hands"]] == ["default", "print"]
    assert "Daniel Kirsch" in told["hands"][1]["rights"]
    assert main(["hand", "--hand", "print", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["name"] == "print"
    assert main(["styles"]) == 0
    assert "(--hand print):\n" in capsys.readouterr().out
    assert main(["styles", "--hand", "print", "--json"]) == 0
    assert {style["name"] for style in json.loads(capsys.readouterr().out)} >= {"Slate", "Agate"}


@pytest.mark.usefixtures("two_hands")
def test_the_second_hand_writes_by_name_in_its_own_default_style(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    out = tmp_path / "note.svg"
    words = ["write", "Hi Bo", "--hand", "print", "--candidates", "1", "--out", str(out)]
    assert main(words) == 0
    written = out.read_text()
    assert "hand: print" in written
    assert "style: Slate" in written
    assert "may use and sell what it writes" in written
    capsys.readouterr()
    assert main([*words, "--style", "Hazel"]) == 2
    assert "'Hazel' belongs to the hand 'default'" in capsys.readouterr().err
    assert main(["write", "Hi", "--style", "Slate", "--out", str(out)]) == 2
    assert "'Slate' belongs to the hand 'print'" in capsys.readouterr().err


def test_a_sheet_of_the_styles_is_cut_to_its_lines(
    tmp_path: Path, tiny_hand_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    styles = list(bundled().values())[:4]
    (page,) = _sheet(styles, str(tiny_hand_path))
    assert [line.style for line in page.lines] == [style.name for style in styles]
    bounds = np.array([line.ink.bounds for line in page.lines])
    assert (bounds[:, :2] > 0).all()
    assert np.allclose(bounds[:, 2:].max(axis=0) + MARGIN, (page.paper.width, page.paper.height))


def test_the_demo(tmp_path: Path, tiny_hand_path: Path, capsys: pytest.CaptureFixture[str]):
    folder = tmp_path / "new" / "demo"
    assert main(["demo", "--out", str(folder), "--hand", str(tiny_hand_path)]) == 0
    *files, timing = capsys.readouterr().out.splitlines()
    names = ["note.pdf", "note.svg", "note.png", "attention.png", "mixture.png"]
    assert [line.split()[0] for line in files] == [str(folder / name) for name in names]
    assert timing.startswith("Made 5 files in ")
    assert sorted(path.name for path in folder.iterdir()) == sorted(names)
    (page,) = PdfReader(folder / "note.pdf").pages
    # Scribbles overlap, and readers then run words together.
    assert "".join(page.extract_text().split()) == "".join(f"{DEMO_LETTER}{SIGNATURE}".split())
    assert DEMO_LETTER.count("\n\n") >= 4
    for name in names[2:]:
        with Image.open(folder / name) as picture:
            picture.load()
            assert len(set(picture.convert("L").tobytes())) > 50


def test_training_takes_over_the_process(monkeypatch: pytest.MonkeyPatch):
    became = []
    monkeypatch.setattr(os, "execv", lambda *taken: became.append(taken))
    monkeypatch.setattr(subprocess, "call", lambda *_, **__: 5)
    with pytest.raises(SystemExit):
        main(["train", "run", "--help", "--hours=6", "-x", "a b"])
    ((program, words),) = became
    assert words == [program, "-m", "training", "run", "--help", "--hours=6", "-x", "a b"]


def test_a_bundle_runs_the_modules_that_the_program_starts():
    """There `sys.executable` is the program itself, which is started as Python would be."""
    command = [sys.executable, "-m", "studio", "-m", "training", "no-such-verb"]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=200)
    assert ran.returncode == 2
    assert ran.stderr == "No such command 'no-such-verb'.\n", "training answers, not the studio"


def test_training_ends_the_program():
    """The training package's own status, through the program."""
    ran = subprocess.run(
        [*PROGRAM, "train", "no-such-verb"], capture_output=True, text=True, timeout=200
    )
    assert ran.returncode == 2, ran.stderr
    assert "no-such-verb" in ran.stderr


def test_the_studio_package_is_the_program():
    ran = subprocess.run([sys.executable, "-m", "studio", "wirte"], capture_output=True, text=True)
    assert ran.returncode == 2
    assert "write" in ran.stderr


def test_nobody_reads_on():
    reading, writing = os.pipe()
    os.close(reading)
    ran = subprocess.run([*PROGRAM, "--help"], stdout=writing, stderr=subprocess.PIPE, text=True)
    os.close(writing)
    assert ran.returncode == 1
    assert ran.stderr == ""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is full")
def test_output_has_no_room():
    with Path("/dev/full").open("w") as full:
        ran = subprocess.run([*PROGRAM, "--help"], stdout=full, stderr=subprocess.PIPE, text=True)
    assert ran.returncode == 1
    assert ran.stderr.startswith("Standard output cannot be written")
    assert ran.stderr.count("\n") == 1


@pytest.mark.skipif(os.name != "posix", reason="needs a signal of POSIX")
def test_ctrl_c(tmp_path: Path):
    process = subprocess.Popen(
        [*PROGRAM, "write", "-", "--out", "note.pdf"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[3])},
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # A shell that runs tests in the background has them ignore Ctrl-C.
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
    )
    assert process.stdin is not None
    # More than a pipe holds: when it is through, the program is there and reads.
    process.stdin.write("word " * 30_000)
    process.stdin.flush()
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=200)
    assert process.returncode == 130
    assert "Traceback" not in said
    assert not list(tmp_path.iterdir())
