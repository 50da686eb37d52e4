"""Where a line is seen while it is sampled, against where it comes to stand."""

from __future__ import annotations

import numpy as np
import pytest

from engine.style.style import DEFAULT, find
from studio.document.note import Alignment, Look, Note
from studio.layout.draft_layout import make_draft
from studio.layout.line_writer import HandWriter, WrittenLine
from studio.layout.width_model import WidthModel
from studio.writing.provisional import LOOK_AHEAD, Provisional

TEXT = "We talked about it all the way home, and the children still ask for you."


def written(hand, text, alignment=Alignment.LEFT):
    """A line's plan, its request, what was sampled for it, and where it came to stand."""
    writer = HandWriter(hand, find)
    note = Note.from_text(text, look=Look(style=DEFAULT, alignment=alignment))
    draft = make_draft(note, writer, {})
    request = draft.missing[0]
    planned, _ = draft.planned(request)
    style = find(DEFAULT)
    steps = list(hand.stream(request.text, style=style, seed=request.seed))
    found = hand.finished(request.text, steps, style=style, seed=request.seed)
    known = {request: WrittenLine(found.text, found.ink, found.characters)}
    placed = make_draft(note, writer, known, draft.settled).layout.placed
    final = next(line.ink.xy for plan, line in placed.items() if plan.key == planned.key)
    return Provisional(planned, request, hand.to_x_heights(style), WidthModel()), steps, final


def seen(points, steps):
    """The points as the pen is seen at them, eight at a time, as soon as they can be shown."""
    shown, at = [], 0
    for start in range(0, len(steps), 8):
        points.extend(steps[start : start + 8])
        points.finished = start + 8 >= len(steps)
        shown.append(points.places(at, len(points)))
        at = len(points)
    return np.concatenate(shown)


def test_a_line_is_seen_where_it_will_stand(default_hand):
    for text in ("Dear Anna,", TEXT[:36]):
        points, steps, final = written(default_hand, text)
        away = np.hypot(*(seen(points, steps)[: len(final)] - final).T)
        assert away.mean() < 0.5
        assert away[-3:].max() < 0.2, "all is known when the pen comes to the end"


def test_ink_that_is_drawn_goes_on_without_a_jump(default_hand):
    points, steps, final = written(default_hand, TEXT[:36])
    shown = seen(points, steps)[: len(final)]
    ends = points.ends[: len(final) - 1]
    step, due = np.diff(shown, axis=0)[~ends], np.diff(final, axis=0)[~ends]
    assert np.hypot(*(step - due).T).max() < 0.4


def test_the_pen_stays_behind_until_the_line_is_there(default_hand):
    points, steps, final = written(default_hand, "See you on Monday.")
    points.extend(steps[:LOOK_AHEAD])
    assert not points.ready
    points.extend(steps[LOOK_AHEAD:])
    assert len(points) == len(steps) - LOOK_AHEAD
    points.settle(final)
    assert len(points) == len(final)
    np.testing.assert_array_equal(points.places(0, 5), final[:5])


@pytest.mark.parametrize("alignment", [Alignment.RIGHT, Alignment.CENTRED])
def test_a_line_whose_place_hangs_on_its_width_is_waited_for(default_hand, alignment):
    points, steps, _ = written(default_hand, "Dear Anna,", alignment)
    points.extend(steps)
    assert not points.ready
    points.finished = True
    assert points.ready
