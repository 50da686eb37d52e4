"""Lines that are too long to be sampled at once are cut into pieces."""

from __future__ import annotations

import pytest

from studio.layout.line_requests import _evenly


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("one two three four", ["one two", "three four"]),
        ("aa bb cccccccc", ["aa bb", "cccccccc"]),
        ("aaaaaaaa bb cc", ["aaaaaaaa", "bb cc"]),
        ("a b c d e f", ["a b", "c d", "e f"]),
        ("aaaaaaaaaaaa b c d", ["aaaaaaaaaaaa", "b", "c d"]),
        ("b c d aaaaaaaaaaaa", ["b c", "d", "aaaaaaaaaaaa"]),
        ("one", ["one"]),
    ],
)
def test_pieces_are_about_equally_long_and_none_is_empty(text, pieces) -> None:
    assert _evenly(text, len(pieces)) == pieces
