"""Commands are tried with a hand that scribbles."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def _one_try(one_try: None) -> None:
    """Write no line again and again in vain."""
