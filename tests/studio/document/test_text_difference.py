"""What has changed is told in words."""

from __future__ import annotations

from studio.document.text_difference import describe_difference


def test_what_came_and_what_went():
    assert describe_difference("a b", "a  b") == "The text is the same as now."
    assert (
        describe_difference("a b c", "a x y c")
        == "Since then 2 words (“x y”) came and 1 word (“b”) went."
    )
    assert describe_difference("", "one two three four five six seven") == (
        "Since then 7 words (“one two three four five six …”) came."
    )
    assert describe_difference("a " * 5000, "b") == "It had 5000 words; now there are 1."
