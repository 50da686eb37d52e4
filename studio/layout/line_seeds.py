"""Chance, derived for each line from its own text: its seed, and how it strays from the regular."""

from __future__ import annotations

import hashlib
from functools import lru_cache

from studio.document.page import LineKey


def line_seed(seed: int, key: LineKey, piece: int, tries: int) -> int:
    """Derive a seed of its own for a line, which no other line's coming or going changes.

    Parameters
    ----------
    seed : int
        Of the look.
    key : LineKey
    piece : int
        Which piece of a long line.
    tries : int
        How often the line was written before.

    Returns
    -------
    int
        Below 2**31.
    """
    return int.from_bytes(_digest(seed, *key, piece, tries)[:4], "little") >> 1


@lru_cache(maxsize=16384)
def jitter(seed: int, key: LineKey) -> tuple[float, ...]:
    """Eight numbers from -1 to 1 by which a line strays from the regular."""
    digest = _digest("stray", seed, *key)
    places = range(0, 16, 2)
    return tuple([int.from_bytes(digest[i : i + 2], "little") / 32767.5 - 1 for i in places])


def _digest(*parts: object) -> bytes:
    return hashlib.blake2b("\0".join(map(str, parts)).encode(), digest_size=16).digest()
