"""What ships says what it was learnt from, in the card, the licence and the documentation."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.hand import Hand
from training.data_sets import known_data_sets

ROOT = Path(__file__).resolve().parents[3]
HANDS = sorted((ROOT / "resources" / "hands").glob("*.safetensors"))


@pytest.mark.parametrize("path", HANDS, ids=lambda path: path.stem)
def test_the_licence_names_the_data_of_every_hand_that_ships(path: Path) -> None:
    licence = (ROOT / "resources" / "hands" / "LICENSE").read_text()
    for data in known_data_sets(Hand.load(path).card.trained_on):
        assert data.name in licence


def test_the_page_of_the_hand_is_of_the_hand_that_ships() -> None:
    assert Hand.load().sha256 in (ROOT / "docs" / "hand.md").read_text()
