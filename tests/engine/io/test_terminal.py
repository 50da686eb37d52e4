"""What comes from a file never steers a terminal."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.hand import Hand
from engine.io.terminal import printable

ROOT = Path(__file__).parents[3]
ESCAPE = "Nice\x1b]0;owned\x07\x1b[2J\x9b31m\r\u202e"


@given(st.text(st.characters()))
def test_nothing_that_steers_a_terminal_is_left(text: str) -> None:
    said = printable(text)
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", said)
    said.encode("utf-8")
    assert json.loads(printable(json.dumps(text, ensure_ascii=False))) == text


@pytest.mark.parametrize("text", ["Grüße, 漢字 🙂👩‍🚀", "two\n\tlines", "“quoted” – é"])
def test_what_can_be_printed_stays(text: str) -> None:
    assert printable(text) == text


@pytest.mark.parametrize("words", [("hand",), ("hand", "--json")])
def test_a_hand_s_card_does_not_steer_the_terminal(
    tiny_hand_path: Path, tmp_path: Path, words: tuple[str, ...]
) -> None:
    hand = Hand.load(tiny_hand_path)
    path = tmp_path / "hostile.safetensors"
    Hand(
        hand.network,
        hand.alphabet,
        hand.preparation,
        hand.pace,
        hand.x_height,
        replace(hand.card, name=ESCAPE),
    ).save(path)
    ended = subprocess.run(
        [sys.executable, "-m", "studio", *words, "--hand", str(path)],
        capture_output=True,
        cwd=ROOT,
        check=True,
    )
    assert not set(ended.stdout) & (set(range(32)) - {10} | {0x7F})
    assert b"\xc2\x9b" not in ended.stdout
    assert b"owned" in ended.stdout


@pytest.mark.parametrize(
    "path",
    sorted([*(ROOT / "studio" / "command").glob("*.py"), *(ROOT / "training").rglob("*.py")]),
    ids=lambda path: path.name,
)
def test_a_command_says_nothing_in_any_other_way(path: Path) -> None:
    # What is counted on one line of the terminal is numbers alone.
    text = re.sub(r'click\.echo\(f?"\\r', "", path.read_text("utf-8"))
    found = re.findall(r"click\.s?echo\(|\bprint\(|std(?:out|err)\.write\(", text)
    assert found == [], "`say` writes out what would steer the terminal"
