"""What every test runs under: no display, no one's home, no deadline."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from string import ascii_letters
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    # torch takes a second to import, and many tests do without.
    from engine.hand import Hand

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# Several processes with several threads each wait for each other, a hundred times over.
os.environ.setdefault("OMP_NUM_THREADS", "1")
# Settings, caches and libraries of styles that a test makes must not land with the user's own.
_home = tempfile.TemporaryDirectory(prefix="scriptorium-tests-")
for _kind in ("CONFIG", "DATA", "CACHE", "STATE"):
    os.environ[f"XDG_{_kind}_HOME"] = str(Path(_home.name, _kind.lower()))

# A slow machine must not fail a test, and CI must fail on the same examples when it runs again.
settings.register_profile("house", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("house")


@pytest.fixture(scope="session")
def tiny_hand_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a hand that scribbles: random weights, some points a character, to the right."""
    import torch

    from engine.alphabet import Alphabet
    from engine.card import Card
    from engine.hand import Hand
    from engine.network import Network, NetworkConfig
    from engine.preparation import Preparation

    alphabet = Alphabet(" !\"'(),-.0123456789:;?" + ascii_letters)
    config = NetworkConfig(len(alphabet), hidden=16, window=2, mixture=3)
    pace = 5.0
    with torch.random.fork_rng():
        torch.manual_seed(1)
        network = Network(config)
        network.initialise(pace)
        with torch.no_grad():
            # Steps of about a fifth of an x-height to the right, up or down by as much.
            network.output.bias[:] = torch.tensor([0.0] * 3 + [0.2, 0.0] * 3 + [-2.0] * 9 + [-1.5])
    card = Card("Tiny", "0", "2026-01-01", "Nothing.", "None.", "It may be used freely.")
    path = tmp_path_factory.mktemp("hands") / "tiny.safetensors"
    Hand(network, alphabet, Preparation(), pace, 1.0, card).save(path)
    return path


@pytest.fixture(scope="session")
def default_hand() -> Hand:
    """The hand that ships."""
    from engine.hand import Hand

    return Hand.load()


@pytest.fixture
def rounds() -> int:
    """How many rounds a campaign runs: few in `make test`, many in `make soak` and `make bench`."""
    return int(os.environ.get("SCRIPTORIUM_ROUNDS", "3"))


@pytest.fixture(scope="session")
def untaught_hand():
    """A small hand with random weights: every number is there, none means anything."""
    import torch

    from engine.alphabet import Alphabet
    from engine.card import Card
    from engine.hand import Hand
    from engine.network import Network, NetworkConfig
    from engine.preparation import Preparation

    alphabet = Alphabet(" abcdefghijklmnopqrstuvwxyz")
    with torch.random.fork_rng():
        torch.manual_seed(5)
        network = Network(NetworkConfig(len(alphabet), hidden=24, window=4, mixture=5))
        network.initialise(points_per_character=8.0)
    card = Card("untaught", "0", "2026-01-01", "nothing", "none", "free")
    return Hand(network, alphabet, Preparation(), 8.0, 1.5, card)
