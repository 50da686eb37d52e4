"""The hands that ship: found by name, with their rights, each in styles of its own alone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from engine import bundled_hands
from engine.errors import StyleError
from engine.hand import Hand
from engine.sampling.policy import ONCE
from engine.style.style import (
    DEFAULT,
    all_bundled,
    bundled,
    check_owner,
    default_style,
    find,
    owner_of,
)


def test_a_name_means_the_hand_that_ships_where_no_file_has_it(
    two_hands: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    assert bundled_hands.bundled_hands() == ("default", "print")
    assert bundled_hands.named(None) == "default"
    assert bundled_hands.named("print") == "print"
    assert bundled_hands.named(two_hands / "hands" / "print.safetensors") == "print"
    assert bundled_hands.named("missing") is None
    # A folder is no hand.
    Path("print").mkdir()
    assert Hand.load("print").sha256 == bundled_hands.sha256_of("print")
    Path("print").rmdir()
    Path("print").write_bytes(b"")
    assert bundled_hands.named("print") is None


@pytest.mark.usefixtures("two_hands")
def test_each_hand_says_what_may_be_done_with_its_ink():
    own, free = (bundled_hands.rights(bundled_hands.sha256_of(n)) for n in ("default", "print"))
    assert "non-commercial" in own
    assert "non-commercial" not in free
    assert "may use and sell what it writes" in free
    for named in ("D. Llorens", "CC BY 4.0", "Sheldon B. Michaels", "OFL", "Daniel Kirsch", "ODbL"):
        assert named in free
    assert bundled_hands.title_of("print") != bundled_hands.title_of("default")
    assert bundled_hands.name_of(bundled_hands.sha256_of("print")) == "print"
    assert bundled_hands.name_of("0" * 64) is None


@pytest.mark.usefixtures("two_hands")
def test_styles_belong_to_the_hand_that_they_ship_for():
    own, prints = bundled(), bundled("print")
    assert DEFAULT in own
    assert "Slate" in prints
    assert not own.keys() & prints.keys()
    assert all_bundled() == own | prints
    assert default_style() == DEFAULT
    assert default_style("print") == "Slate"
    assert default_style("missing") is None
    assert owner_of(prints["Slate"]) == "print"
    assert owner_of(find("slate")) == "print"
    # A copy under another name is the user's own.
    assert owner_of(replace(prints["Slate"], name="Mine")) is None


def test_a_hand_writes_in_no_style_that_ships_for_another(
    two_hands: Path, default_hand: Hand, tiny_hand_path: Path
):
    del two_hands
    slate = bundled("print")["Slate"]
    with pytest.raises(StyleError, match=r"'Slate' belongs to the hand 'print'.*Hazel"):
        default_hand.write("a", style=slate)
    with pytest.raises(StyleError, match="'Slate' belongs"):
        default_hand.stream("a", style=slate)
    with pytest.raises(StyleError, match="'Slate' belongs"):
        default_hand.stream_lines(["a"], styles=slate)
    # The user's own copy leads any hand, and a hand of the user's follows any style.
    assert default_hand.write("a", style=replace(slate, name="Mine"), policy=ONCE).ink
    check_owner(slate, Hand.load(tiny_hand_path).sha256)
    check_owner(slate, bundled_hands.sha256_of("print"))
