"""What is asked of a hand for each line, and how wide the line was that came."""

from __future__ import annotations

from dataclasses import replace

import pytest

from studio.document.note import LineEdit, Look, Note
from studio.layout.layout import lay_out
from studio.layout.line_requests import RequestBuilder, _evenly


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


def test_a_line_that_was_written_is_as_wide_as_its_ink_in_any_size(loop_writer) -> None:
    writer, look = loop_writer(), Look(x_height=2.0, slant=0.0, variation=0.0)
    note = Note.from_text("the harbour lights", look=look)
    layout = lay_out(note, writer)
    (line,) = layout.plan.lines
    left, _, right, _ = layout.placed[line].ink.bounds
    requests = RequestBuilder(note, writer.sha256, layout.records)
    wide = (right - left) / 2.0
    assert requests.measured(line.key, look) == pytest.approx(wide, rel=0.02)
    # A line that is locked has the size that it had, whatever the note's is.
    locked = replace(note, edits={line.key: LineEdit(locked=True, look=look)})
    larger = replace(look, x_height=4.0)
    kept = RequestBuilder(locked, writer.sha256, layout.records)
    assert kept.measured(line.key, larger) == pytest.approx(wide / 2, rel=0.02)
    # By another seed, or by another hand, it is another line.
    assert requests.measured(line.key, replace(look, seed=look.seed + 1)) is None
    assert RequestBuilder(note, "another", layout.records).measured(line.key, look) is None
    assert requests.measured(line.key._replace(text="the harbour"), look) is None
