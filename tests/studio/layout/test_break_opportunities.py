"""Where a line may end: as Unicode says, and never before a dash or a closing mark."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from uniseg.linebreak import line_break_boundaries

from studio.layout.break_opportunities import DASHES, opportunities


def parted(text: str) -> str:
    places = [0, *sorted(opportunities(text)), len(text)]
    return "|".join(text[a:b] for a, b in pairwise(places))


@pytest.mark.parametrize(
    "text",
    [
        "10\u202f000\u00a0€, |par |an\u00a0!",
        "« On |en |a. » |Tu |dors ?",
        "She |waited—|one |hour – |two |(the |green - |one)",
        "and / |or |mother-|in-|law",
        "„Weingut |Jäger“ |war |»so«, |und |«so»",
        "$18.00 |100\u2007% |10 |km",
        "groß\u00ad|artig |ist |das …",
        "he |said ... |nothing ...",
    ],
)
def test_lines_end_where_people_end_them(text: str) -> None:
    assert parted(text.replace("|", "")) == text


@given(st.text(alphabet='ab1éß .,;:!?()"«»—–- /€%\u00a0\u202f中', max_size=24))
def test_pieces_are_remembered_without_a_change_of_meaning(text: str) -> None:
    found = opportunities(text)
    assert found <= set(line_break_boundaries(text))
    for place in set(line_break_boundaries(text)) - found - {len(text)}:
        assert text[place] in DASHES or text[place - 1].isspace()
        assert not text[place].isalnum()
