"""Which words a line has: as many as have room, and those that it had."""

from __future__ import annotations

import pytest

from studio.document.note import Look, Note
from studio.document.paper import Paper
from studio.layout.layout import lay_out
from studio.layout.passage_breaking import overfull

TEXT = (
    "the boats are out of the water and we stay here until the wind has turned and the children "
    "have found their shoes again in the long grass behind the house where nobody looks for them "
    "and where the old dog sleeps all day long without a care in the world at all"
)


@pytest.mark.parametrize(("words", "least"), [(1, 0.85), (2, 0.93), (9, 0.93)])
def test_a_line_may_be_squeezed_a_little_and_a_word_alone_a_little_more(words, least) -> None:
    assert not overfull(100.0, words, 100.0)
    assert not overfull(100.0, words, 100.0 * least)
    assert overfull(100.0, words, 100.0 * least - 0.01)
    assert not overfull(0.0, words, 0.0)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("width", [70, 95])
def test_lines_before_an_edit_keep_their_words_and_their_ink(seed, width, loop_writer) -> None:
    # Lines come out as much as a third wider or narrower than is expected of them.
    writer = loop_writer(scatter=0.12)
    note = Note.from_text(
        TEXT, look=Look(x_height=2.0, seed=seed), paper=Paper("custom", width, 200)
    )
    before = lay_out(note, writer)
    lines = [line.key.text for line in before.plan.lines]
    assert len(lines) > 5
    edited = TEXT.replace("dog sleeps", "cat has slept")
    after = lay_out(note.with_text(edited), writer, before)
    stay = sum(" ".join(lines[: k + 1]) in edited for k in range(len(lines)))
    assert stay > 3
    assert after.plan.requests[: stay - 1] == before.plan.requests[: stay - 1]
    # And so they do when it is taken back.
    again = lay_out(note, writer, after)
    assert again.plan.requests == before.plan.requests


@pytest.mark.parametrize("seed", range(4))
def test_an_edit_at_the_end_writes_no_short_line_again(seed, loop_writer, monkeypatch) -> None:
    # Some lines come out so narrow that another word would have room.
    note = Note.from_text(
        TEXT, look=Look(x_height=2.0, variation=0.0, seed=seed), paper=Paper("custom", 90, 200)
    )
    writer, asked = loop_writer(scatter=0.2), []
    before = lay_out(note, writer)
    write = writer.write
    monkeypatch.setattr(
        writer, "write", lambda request: asked.append(request.text) or write(request)
    )
    after = lay_out(note.with_text(TEXT.replace("world at", "world and at")), writer, before)
    kept = len(before.plan.requests) - 2
    assert kept > 7
    assert after.plan.requests[:kept] == before.plan.requests[:kept]
    # The line that was edited, and again where it did not fit.
    assert len(asked) < 5
