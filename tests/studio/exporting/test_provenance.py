import hashlib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.bundled_hands import SUFFIX, folder, sha256_of
from engine.ink.ink import Ink
from studio.document.page import Page, Pages, PlacedLine
from studio.document.paper import PAPERS
from studio.exporting.formats import export
from studio.exporting.provenance import Provenance


def with_lines(pages, **changes):
    """The lines of a page changed one by one: `seed=[3, 4]` gives the first two these seeds."""
    lines = list(pages.pages[0].lines)
    for name, values in changes.items():
        lines = [replace(line, **{name: value}) for line, value in zip(lines, values, strict=True)]
    return replace(pages, pages=(replace(pages.pages[0], lines=tuple(lines)),))


@pytest.mark.parametrize(
    ("seeds", "told"),
    [([7, 7, 7], "7"), ([3, 1, 2], "1-3"), ([1, 2, 9], "1-2, 9"), ([5, 1, 3], "1, 3, 5")],
)
def test_seeds_are_told_as_ranges(seeds, told, pages_of):
    assert Provenance.of(with_lines(pages_of(texts=["one"] * 3), seed=seeds)).seeds == told


def test_the_notes_own_seed_stands_for_those_of_its_lines(pages_of):
    assert Provenance.of(replace(pages_of(), seed=42)).seeds == "42"


def test_what_varies_is_told_once_each(pages_of):
    pages = with_lines(
        pages_of(texts=["one"] * 3), style=["amber", None, "amber"], bias=[0.5, 0.5, 1.0]
    )
    told = Provenance.of(pages)
    assert told.styles == "amber, none"
    assert told.biases == "0.5, 1"


@pytest.mark.usefixtures("two_hands")
def test_all_hands_that_wrote_parts_of_a_note_are_told_with_their_rights(pages_of):
    own, free = (sha256_of(name) for name in ("default", "print"))
    pages = replace(pages_of(texts=["one"] * 3), hand="default", hand_sha256=own)
    pages = with_lines(pages, hands=[(("print", free),), (), (("ann", "1" * 64),)])
    told = Provenance.of(pages)
    assert told.hand == "default, print, ann"
    assert told.hand_sha256 == f"{own}, {free}, {'1' * 64}"
    by_hand = told.rights.split("Ink of the hand ")[1:]
    assert [part.partition(":")[0] for part in by_hand] == ["default", "print", "ann"]
    assert "non-commercial" in by_hand[0]
    assert "may use and sell" in by_hand[1]
    assert "not known" in by_hand[2]
    # All of it by another hand than the one that is the note's.
    alone = Provenance.of(with_lines(pages, hands=[(("print", free),)] * 3))
    assert alone.hand == "print"
    assert alone.rights.startswith("Whoever writes with it may use and sell")


def test_what_is_not_known_is_left_out(pages_of):
    pages = replace(pages_of(), hand="", hand_sha256="")
    assert set(Provenance.of(pages).fields) == {"style", "bias", "seed"}


@given(st.text())
def test_there_is_always_a_title(text):
    pages = Pages((Page(PAPERS["A4"], lines=(PlacedLine(text, Ink()),)),))
    title = Provenance.of(pages).title
    assert title.strip()
    assert len(title) <= 61


@pytest.mark.parametrize("suffix", ["pdf", "svg", "png", "inkml"])
def test_files_say_what_may_be_done_with_the_ink_of_a_hand_that_ships(suffix, pages_of, tmp_path):
    content = (folder() / f"default{SUFFIX}").read_bytes()
    pages = replace(pages_of(), hand="default", hand_sha256=hashlib.sha256(content).hexdigest())
    path = tmp_path / f"note.{suffix}"
    export(pages, path)
    sentence = b"ask the makers of the data before you use them commercially"
    assert sentence in path.read_bytes()
    # Of a hand that somebody taught, nothing is claimed.
    export(replace(pages, hand_sha256="0" * 64), path)
    assert sentence not in path.read_bytes()
