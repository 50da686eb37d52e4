from pathlib import Path

import pytest

from engine.hand import Hand
from engine.recognition.recogniser import Recogniser
from engine.sampling.policy import ONCE
from training.evaluation import text_kinds
from training.evaluation.text_kinds import KINDS, MOST_WRONG, compared, write_kinds, wrong


def test_every_kind_has_24_lines_that_nothing_repeats():
    lines = [line for kind in KINDS.values() for line in kind]
    assert all(len(kind) == 24 for kind in KINDS.values())
    assert len(set(lines)) == len(lines)
    assert set(MOST_WRONG) == set(KINDS)
    assert all(line.isascii() and line.isprintable() for line in lines)


def test_the_lists_hold_every_capital_digit_and_most_marks():
    held = set("".join(line for kind in KINDS.values() for line in kind))
    wanted = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789@$%&#_+=~?!/\\:.,-()"
    assert held >= set(wanted)


def test_spaces_and_case_do_not_count():
    assert compared("SW1A 2AA") == "sw1a2aa"
    assert wrong("EH1 1YZ", "eh11yz") == 0
    assert wrong("LXIV", "LIIV") == 1


def test_what_a_hand_cannot_write_counts_as_wrong(tiny_hand_path: Path):
    hand, reader = Hand.load(tiny_hand_path), Recogniser.load()
    (found,) = write_kinds(
        hand, reader, bias=1.0, policy=ONCE, kinds=["addresses of the net"], seeds=[0]
    )
    lacking = sum(c not in hand.alphabet for line in KINDS[found.kind] for c in compared(line))
    characters = sum(len(compared(line)) for line in KINDS[found.kind])
    assert found.lines == 24
    assert found.wrong >= lacking / characters
    assert lacking > 0
    assert found.refused > 0


def test_plain_words_are_read_nearly_right(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(text_kinds, "KINDS", {"prose": KINDS["prose"][::3]})
    (found,) = write_kinds(
        Hand.load(), Recogniser.load(), bias=1.0, policy=ONCE, kinds=["prose"], seeds=[0]
    )
    assert found.refused == 0
    assert found.wrong < 0.06
