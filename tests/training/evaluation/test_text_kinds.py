from pathlib import Path

import pytest

from engine.hand import Hand
from engine.recognition.recogniser import Recogniser
from engine.sampling.policy import ONCE
from training.evaluation import text_kinds
from training.evaluation.legibility import Read
from training.evaluation.text_kinds import (
    KINDS,
    MOST_WRONG,
    compared,
    kind_of,
    kinds_of_people,
    write_kinds,
    wrong,
)


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
    hand, recogniser = Hand.load(tiny_hand_path), Recogniser.load()
    (found,) = write_kinds(
        hand, recogniser, bias=1.0, policy=ONCE, kinds=["addresses of the net"], seeds=[0]
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


PHONES = ["+49 30 1234567", "Call 555-0123 (ext. 9)", "24/12/2024 at 18:30", "12/4 Example Road"]
CAPITALS = ["HAPPY BIRTHDAY!", "LONDON SW1A 1AA", "QUIZ: JAZZ, ZEBRA, QUEEN", "DO NOT BEND"]


@pytest.mark.parametrize("lines", [PHONES, CAPITALS], ids=["numbers", "capitals"])
def test_numbers_and_capitals_are_legible_or_named(lines):
    # With the tries that all of the program uses; one of eight characters is the bound.
    written = Hand.load().write_lines(lines, seeds=list(range(len(lines))))
    said = Recogniser.load().read([line.ink for line in written])
    amiss = 0
    for line, reading in zip(written, said, strict=True):
        named = sum(len(word.word) for word in line.misread)
        amiss += max(wrong(line.text, reading) - named, 0)
    assert amiss <= sum(len(compared(line)) for line in lines) / 8


@pytest.mark.parametrize("kind", list(KINDS))
def test_the_kind_of_a_line_is_found_from_its_text(kind):
    found = [kind_of(text) for text in KINDS[kind]]
    assert found.count(kind) >= 22


@pytest.mark.parametrize("text", ["", "...", "I", "Mo", "and so", "a + b", "ABC def", "!?"])
def test_what_is_of_no_kind_is_put_into_none(text):
    assert kind_of(text) is None


def test_peoples_lines_are_counted_by_kind():
    lines = [
        Read("MERRY CHRISTMAS", "MERRY CHRlSTMAS"),
        Read("KEEP OUT", "keep out"),
        Read("Vol. XIV", "Vol. XlV"),
        Read("ah", "oh"),
    ]
    capitals, roman = kinds_of_people(lines)
    assert (capitals.kind, capitals.lines, capitals.wrong) == ("capitals", 2, 1 / 21)
    assert (roman.kind, roman.lines, roman.wrong) == ("Roman numerals", 1, 1 / 7)
