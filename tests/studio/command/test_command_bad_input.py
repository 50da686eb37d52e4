"""Bad input: status 2, one sentence, nothing written."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from engine.hand_file import FORMAT
from engine.ink.ink import Ink
from engine.rendering.pens import PENS
from engine.style.style import Style
from studio.command.main import main
from studio.command.text_input import LARGEST_TEXT

Refused = Callable[..., str]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder, with a file that bad input must not touch."""
    folder = tmp_path / "work"
    folder.mkdir()
    (folder / "note.pdf").write_bytes(b"kept")
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> Refused:
    """Run the program, see that it refuses and that nothing has changed; return the sentence."""

    def run(*arguments: str) -> str:
        before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        status = main(arguments)
        told = capsys.readouterr()
        assert status == 2, told
        assert told.out == ""
        assert re.fullmatch(r"[^\n]+[.?]\n", told.err), told.err
        assert not re.search(r"[.!?] [A-Z]", told.err.replace(str(folder), "")), told.err
        assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before
        assert not list(folder.glob(".*"))
        return told.err

    return run


@pytest.fixture
def two_styles(monkeypatch: pytest.MonkeyPatch) -> None:
    ink = Ink.from_lists([[(0, 0), (1, -1), (2, 0)]])
    styles = {name: Style(name, "abc", ink) for name in ("amber", "hazel")}
    monkeypatch.setattr("engine.style.style._shipped", lambda: {"default": styles})


WRITE = ("write", "Hello", "--out", "note.pdf")


@pytest.mark.parametrize("text", ["", " ", "\n\t \n", "\ufeff"])
def test_text_without_a_character(refused: Refused, tiny_hand_path: Path, text: str):
    said = refused("write", text, "--out", "note.pdf", "--hand", str(tiny_hand_path))
    assert "text" in said


def test_no_text_or_two(refused: Refused):
    assert "no text" in refused("write", "--out", "note.pdf")
    assert "not both" in refused(*WRITE, "--file", "letter.txt")


def test_files_that_are_no_text(refused: Refused, folder: Path):
    (folder / "empty.txt").write_bytes(b"\n")
    (folder / "latin.txt").write_bytes("Café".encode("latin-1"))
    (folder / "wide.txt").write_bytes("Hello".encode("utf-16"))
    (folder / "large.txt").write_bytes(b"a" * (LARGEST_TEXT + 1))

    def said(name: str) -> str:
        return refused("write", "--file", name, "--out", "note.pdf")

    assert "empty" in said("empty.txt")
    assert "UTF-8" in said("latin.txt")
    assert "byte 4" in said("latin.txt")
    assert "UTF-8" in said("wide.txt")
    assert "larger than 1 MB" in said("large.txt")
    assert "cannot be read" in said("missing.txt")
    assert "cannot be read" in said(".")


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="needs a file without an end")
def test_a_file_without_an_end(refused: Refused):
    assert "larger" in refused("write", "--file", "/dev/zero", "--out", "note.pdf")


@pytest.mark.parametrize(
    ("out", "reason"),
    [
        ("nowhere/note.pdf", "nowhere"),
        ("note.pdf/note.pdf", "note.pdf"),
        ("note.doc", ".doc"),
        ("note.pfd", "did you mean .pdf"),
        ("note", "no suffix"),
        (".pdf", "no suffix"),
        ("sub.pdf", "is a folder"),
        ("sub", "is a folder; name a file in it, such as sub"),
    ],
)
def test_outputs_that_cannot_be_written(refused: Refused, folder: Path, out: str, reason: str):
    (folder / "sub.pdf").mkdir()
    (folder / "sub").mkdir()
    assert reason in refused("write", "Hello", "--out", out)
    # Nor is a good one written beside it.
    assert reason in refused("write", "Hello", "--out", "good.pdf", "--out", out)


def test_a_folder_that_is_not_ours(refused: Refused, folder: Path):
    locked = folder / "locked"
    locked.mkdir(mode=0o500)
    if os.access(locked, os.W_OK):  # the superuser writes everywhere but to the kernel's files
        locked = Path("/proc")
    if not locked.is_dir():
        pytest.skip("needs a folder that cannot be written")
    assert "may write" in refused("write", "Hello", "--out", str(locked / "note.pdf"))


def test_no_output_or_the_same_twice(refused: Refused, folder: Path):
    assert "--out" in refused("write", "Hello")
    assert "twice" in refused("write", "Hello", "--out", "a.svg", "--out", f"{folder}/a.svg")


@pytest.mark.usefixtures("two_styles")
def test_unknown_names(refused: Refused, tiny_hand_path: Path):
    assert "try amber" in refused(*WRITE, "--style", "ambr")
    assert "amber, hazel" in refused(*WRITE, "--style", "zzzz")
    assert "There is no style missing.json" in refused(*WRITE, "--style", "missing.json")
    assert "A4, A5, A6, A7, B5, Letter" in refused(*WRITE, "--paper", "A9")
    assert "120x180" in refused(*WRITE, "--paper", "foolscap")
    assert "Sepia" not in refused(*WRITE, "--ink", "#12345")
    assert "sepia" in refused(*WRITE, "--ink", "sephia")
    assert "pencil-grey" not in refused(*WRITE, "--ink", "sephia")
    assert "pencil-grey" in refused(*WRITE, "--ink", "pink")
    assert ", ".join(PENS) in refused(*WRITE, "--pen", "nib")
    assert "justified" in refused(*WRITE, "--align", "justify")
    assert "squared" in refused(*WRITE, "--ruling", "square")
    assert "markdown" in refused(*WRITE, "--markup", "rtf")
    assert "de_AT" in refused(*WRITE, "--language", "xx")
    hand = ("--hand", str(tiny_hand_path))
    assert "cpu" in refused(*WRITE, *hand, "--device", "gpu")
    assert "float32" in refused(*WRITE, *hand, "--precision", "float46")
    assert "float32" in refused("demo", *hand, "--precision", "float46")
    if not torch.cuda.is_available():
        assert "cpu" in refused(*WRITE, *hand, "--device", "cuda")


NUMBERS = {
    "--bias": ("-0.1", "10.5"),
    "--x-height": ("0", "1000"),
    "--line-spacing": ("-1", "100"),
    "--indent": ("-1", "5000"),
    "--word-spacing": ("0", "50"),
    "--slant": ("-1.5", "2"),
    "--variation": ("-0.1", "1.1"),
    "--margin": ("-1", "200", "1,2", "1,2,3,nan", "a"),
    "--ruling-spacing": ("0", "-8"),
    "--pen-width": ("0", "6"),
    "--dpi": ("0", "1e9"),
    "--candidates": ("0", "65", "1.5"),
    "--points-per-char": ("0", "100000"),
    "--paper": ("0x100", "nanx100", "100xinf", "1e9x1e9"),
}


@pytest.mark.parametrize(
    ("option", "value"),
    [
        (option, value)
        for option, values in NUMBERS.items()
        for value in (*values, "nan", "inf", "-inf", "x", "")
    ],
)
def test_numbers_that_are_none_or_out_of_range(
    refused: Refused, tiny_hand_path: Path, option: str, value: str
):
    said = refused(
        *("write", "Hello", "--out", "note.png", "--hand", str(tiny_hand_path), f"{option}={value}")
    )
    assert len(said) < 300


@pytest.mark.parametrize("seed", ["-1", "1.5", "nan", "x", "", "9" * 30, "9" * 5000])
def test_seeds_that_are_none(refused: Refused, seed: str):
    assert "seed" in refused(*WRITE, f"--seed={seed}")


def test_writing_that_does_not_fit(refused: Refused, tiny_hand_path: Path):
    hand = ("--out", "note.pdf", "--hand", str(tiny_hand_path))
    assert "too large" in refused("write", "I", *hand, "--paper", "200x60", "--x-height", "9")


@pytest.mark.parametrize("character", ["漢", "🙂", "\x00", "\udcff", "👩‍👩‍👧"])
def test_characters_that_cannot_be_written(refused: Refused, tiny_hand_path: Path, character: str):
    said = refused(
        *("write", f"One\ntwo {character}", "--out", "note.pdf", "--hand", str(tiny_hand_path))
    )
    assert "line 2, column 5" in said
    assert "--replace-unknown" in said


def test_all_characters_that_cannot_be_written_are_told_at_once(
    refused: Refused, tiny_hand_path: Path
):
    text = "☐ milk\n☑ eggs\n✓ bread\n→ butter\n★ jam\n☐ tea"
    said = refused("write", text, "--out", "note.pdf", "--hand", str(tiny_hand_path))
    assert said.startswith("'☐', '☑', '✓', '→' and '★' (the first in line 1, column 1) cannot be")


def changed_hand(path: Path, tiny: Path, change: Callable[[dict, dict], None]) -> Path:
    """The tiny hand with its header or tensors changed."""
    from safetensors import safe_open

    with safe_open(str(tiny), framework="pt") as file:
        header = json.loads(file.metadata()[FORMAT])
    tensors = load_file(tiny)
    change(header, tensors)
    save_file(tensors, path, metadata={FORMAT: json.dumps(header)})
    return path


def test_files_that_are_no_hand(refused: Refused, tmp_path: Path, tiny_hand_path: Path):
    content = tiny_hand_path.read_bytes()
    noise = np.random.default_rng(1).bytes(5000)
    contents = {
        "truncated": content[: len(content) // 2],
        "short": content[:5],
        "empty": b"",
        "noise": noise,
        "noisy-header": content[:8] + noise,
    }
    for name, damaged in contents.items():
        path = tmp_path / f"{name}.safetensors"
        path.write_bytes(damaged)
        assert "damaged" in refused(*WRITE, "--hand", str(path))
    assert "There is no hand missing" in refused(*WRITE, "--hand", "missing.safetensors")
    assert "cannot be read" in refused(*WRITE, "--hand", ".")


def _other_shape(header: dict, tensors: dict) -> None:
    tensors["output.bias"] = torch.zeros(7)


def _other_sizes(header: dict, tensors: dict) -> None:
    header["config"]["hidden"] = 32


def _not_finite(header: dict, tensors: dict) -> None:
    tensors["output.bias"][0] = float("nan")


def _missing_tensor(header: dict, tensors: dict) -> None:
    del tensors["window.weight"]


def _other_alphabet(header: dict, tensors: dict) -> None:
    header["alphabet"] = " abc"


def _no_alphabet(header: dict, tensors: dict) -> None:
    del header["alphabet"]


def _enormous(header: dict, tensors: dict) -> None:
    header["config"]["hidden"] = 65_536


def _field(part: str, name: str, value: object) -> Callable[[dict, dict], None]:
    def change(header: dict, tensors: dict) -> None:
        (header[part] if part else header)[name] = value

    return change


@pytest.mark.parametrize(
    "change",
    [
        _other_shape,
        _other_sizes,
        _not_finite,
        _missing_tensor,
        _other_alphabet,
        _no_alphabet,
        _enormous,
        _field("", "pace", -1),
        _field("", "pace", float("nan")),
        _field("", "x_height", 0),
        _field("", "x_height", 10**400),
        _field("", "card", []),
        _field("card", "name", None),
        _field("card", "figures", []),
        _field("preparation", "thin", "2"),
        _field("preparation", "unit", float("inf")),
    ],
)
def test_hands_whose_parts_do_not_fit(
    refused: Refused, tmp_path: Path, tiny_hand_path: Path, change: Callable[[dict, dict], None]
):
    path = changed_hand(tmp_path / "changed.safetensors", tiny_hand_path, change)
    assert "damaged" in refused(*WRITE, "--hand", str(path))
    assert "damaged" in refused("hand", "--hand", str(path))


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("wirte", "Hello"), "did you mean 'write'"),
        (("xyzzy",), "write, merge, styles"),
        (("--foo",), "--foo"),
        (("write", "Hello", "--oot", "a.pdf"), "--out"),
        (("write", "Hello", "world", "--out", "a.pdf"), 'quotes; write scriptorium write "Hello w'),
        (("inspect", "Hello", "world", "--out", "a.pdf"), '"Hello world"'),
        (("write", *["word"] * 50, "--out", "a.pdf"), 'word ..."'),
        (("write", "Hello", "--colour", "red", "--out", "a.pdf"), "did you mean --ink?"),
        (("write", "Hello", "-o", "a.pdf"), "did you mean --out?"),
        (("hand", "--colour", "red"), "--colour"),
        (("inspect", "Hello", "--out", "."), "is a folder; name a file in it"),
        (("write", "Hello", "--out"), "--out"),
        (("write", "Hello", "--bias"), "--bias"),
        (("styles", "amber"), "amber"),
        (("demo", "--seed", "x"), "--seed"),
        (("studio", "missing.scriptorium"), "missing.scriptorium"),
    ],
)
def test_usage(refused: Refused, arguments: tuple[str, ...], reason: str):
    assert reason in refused(*arguments)


def test_a_demo_that_cannot_be_written(refused: Refused, tiny_hand_path: Path):
    hand = ("--hand", str(tiny_hand_path))
    assert "note.pdf" in refused("demo", "--out", "note.pdf", *hand)
    assert "note.pdf" in refused("demo", "--out", "note.pdf/demo", *hand)
    assert "damaged" in refused("demo", "--out", "new/demo", "--hand", "note.pdf")
    assert not Path("new").exists()


def test_no_display(refused: Refused, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sys, "platform", "linux")
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    assert "no display" in refused("studio")
