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
