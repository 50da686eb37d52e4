"""Alphabets: their codes, and characters that have a code but are not written yet."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file

from engine.errors import HandError, TextError
from engine.hand import Hand
from engine.hand_file import FORMAT
from engine.sampling.policy import ONCE
from engine.text.alphabet import CHARACTERS, Alphabet
from engine.text.transliteration import transliterate


def test_all_that_is_taught_is_distinct_and_holds_what_can_be_typed() -> None:
    assert Alphabet(CHARACTERS).codes == CHARACTERS
    assert all(chr(code) in CHARACTERS for code in range(32, 127))


def test_what_is_not_written_yet_keeps_its_code_and_is_unknown() -> None:
    alphabet = Alphabet(" ab@c").without("@")
    assert (alphabet.characters, alphabet.codes, len(alphabet)) == (" abc", " ab@c", 4)
    assert "@" not in alphabet
    np.testing.assert_array_equal(alphabet.encode("cb"), [4, 2, 0])
    with pytest.raises(TextError, match="cannot write '@'"):
        alphabet.encode("b@")
    assert alphabet.complete() == Alphabet(" ab@c")
    assert alphabet.without("") == alphabet
    assert Alphabet(" ab").without("x") == Alphabet(" ab")


@pytest.mark.parametrize(("characters", "taught"), [("ab", ""), (" aa", ""), (" ab", " a")])
def test_an_alphabet_that_is_none_is_a_sentence(characters: str, taught: str) -> None:
    with pytest.raises(TextError, match="needs distinct characters"):
        Alphabet(characters, taught)


def test_a_hands_file_tells_what_it_writes(tiny_hand_path: Path, tmp_path: Path) -> None:
    hand = Hand.load(tiny_hand_path)
    everything = hand.alphabet.characters
    hand.alphabet = hand.alphabet.without("q!")
    hand.save(tmp_path / "less.safetensors", torch.float32)
    less = Hand.load(tmp_path / "less.safetensors")
    assert set(less.alphabet) == set(everything) - set("q!")
    assert less.alphabet.codes == everything
    # The codes are the same: so is what is written.
    found, expected = less.write("a bad", policy=ONCE), hand.write("a bad", policy=ONCE)
    np.testing.assert_allclose(found.ink.xy, expected.ink.xy)
    assert "q" not in transliterate("Iraq", less.alphabet, replace_unknown="").text
    with pytest.raises(TextError, match="cannot write 'q'"):
        less.write("aq")


def test_a_hand_without_vectors_is_written_as_before_there_were_any(
    tiny_hand_path: Path, tmp_path: Path
) -> None:
    Hand.load(tiny_hand_path).save(tmp_path / "again.safetensors")
    with safe_open(tmp_path / "again.safetensors", framework="pt") as file:
        header = json.loads(file.metadata()[FORMAT])
    assert "written" not in header
    assert "vector" not in header["config"]


def test_a_file_that_writes_what_it_has_no_code_for_is_damaged(
    tiny_hand_path: Path, tmp_path: Path
) -> None:
    with safe_open(tiny_hand_path, framework="pt") as file:
        header = json.loads(file.metadata()[FORMAT])
    header["written"] = header["alphabet"] + "☺"
    path = tmp_path / "bad.safetensors"
    save_file(load_file(tiny_hand_path), path, metadata={FORMAT: json.dumps(header)})
    with pytest.raises(HandError, match="damaged"):
        Hand.load(path)
