"""What every test runs under: no display, no one's home, no deadline."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# Settings, caches and libraries of styles that a test makes must not land with the user's own.
_home = tempfile.TemporaryDirectory(prefix="scriptorium-tests-")
for _kind in ("CONFIG", "DATA", "CACHE", "STATE"):
    os.environ[f"XDG_{_kind}_HOME"] = str(Path(_home.name, _kind.lower()))

# A slow machine must not fail a test, and CI must fail on the same examples when it runs again.
settings.register_profile("house", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("house")


@pytest.fixture
def rounds() -> int:
    """How many rounds a campaign runs: few in `make test`, many in `make soak` and `make bench`."""
    return int(os.environ.get("SCRIPTORIUM_ROUNDS", "3"))


@pytest.fixture(scope="session")
def untaught_hand():
    """A small hand with random weights: every number is there, none means anything."""
    import torch

    from engine.alphabet import Alphabet
    from engine.hand import Card, Hand
    from engine.network import Network, NetworkConfig
    from engine.preparation import Preparation

    alphabet = Alphabet(" abcdefghijklmnopqrstuvwxyz")
    with torch.random.fork_rng():
        torch.manual_seed(5)
        network = Network(NetworkConfig(len(alphabet), hidden=24, window=4, mixture=5))
        network.initialise(points_per_character=8.0)
    card = Card("untaught", "0", "2026-01-01", "nothing", "none", "free")
    return Hand(network, alphabet, Preparation(), 8.0, 1.5, card)
