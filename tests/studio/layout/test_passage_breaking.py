"""When a line is too wide for its room, whatever is done for it."""

from __future__ import annotations

import pytest

from studio.layout.passage_breaking import overfull


@pytest.mark.parametrize(("words", "least"), [(1, 0.85), (2, 0.93), (9, 0.93)])
def test_a_line_may_be_squeezed_a_little_and_a_word_alone_a_little_more(words, least) -> None:
    assert not overfull(100.0, words, 100.0)
    assert not overfull(100.0, words, 100.0 * least)
    assert overfull(100.0, words, 100.0 * least - 0.01)
    assert not overfull(0.0, words, 0.0)
