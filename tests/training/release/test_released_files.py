"""What ships says what it was learnt from, in the card, the licence and the documentation."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from engine.bundled_hands import bundled_hands
from engine.hand_file import read_card
from training.data_sets import known_data_sets
from training.release.licence import data_sets_by_file

ROOT = Path(__file__).resolve().parents[3]
HANDS = ROOT / "resources" / "hands"


@pytest.fixture(scope="module")
def hashes() -> dict[str, str]:
    """The SHA-256 of each hand that ships, by its name."""
    return {
        name: hashlib.sha256((HANDS / f"{name}.safetensors").read_bytes()).hexdigest()
        for name in bundled_hands()
    }


@pytest.mark.parametrize("folder", ["hands", "recognisers"])
def test_the_licence_names_every_file_and_its_data(folder: str) -> None:
    place = ROOT / "resources" / folder
    told = data_sets_by_file((place / "LICENSE").read_text("utf-8"))
    assert sorted(told) == sorted(path.name for path in place.glob("*.safetensors"))
    # A recogniser learns from the corpora that its hand learns from.
    for name, data in told.items():
        assert data == known_data_sets(read_card(HANDS / name).trained_on)


def test_the_page_of_the_hand_is_of_the_hand_that_ships(hashes: dict[str, str]) -> None:
    assert hashes["default"] in (ROOT / "docs" / "hand.md").read_text()


def test_the_usual_widths_are_of_the_hands_that_ship(hashes: dict[str, str]) -> None:
    assert set(json.loads((HANDS / "widths.json").read_text())) == set(hashes.values())
