"""Undo and redo, beside a list of all values that keeps no steps."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from studio.document.history import History

CHANGES = st.tuples(st.sampled_from("abc"), st.integers(0, 3), st.sampled_from(["", "x", "y"]))
DOINGS = st.one_of(CHANGES, st.sampled_from(["close", "undo", "redo"]))


@given(st.lists(DOINGS, max_size=30))
def test_undo_and_redo_go_along_the_values_that_there_were(doings) -> None:
    history: History[int] = History(0)
    #: The values at the ends of steps, the names and kinds of the steps between them, where it is.
    values, steps, place, goes_on = [0], [], 0, False
    for doing in doings:
        if doing == "close":
            history.close()
            goes_on = False
        elif doing == "undo":
            assert history.undo() == (steps[place - 1][0] if place else None)
            if place:
                place, goes_on = place - 1, False
        elif doing == "redo":
            assert history.redo() == (steps[place][0] if place < len(steps) else None)
            if place < len(steps):
                place, goes_on = place + 1, False
        else:
            name, value, kind = doing
            assert history.do(name, value, kind) == (value != values[place])
            if value != values[place]:
                # What was undone is gone; a step that goes on takes the place of the last one.
                values, steps = values[: place + 1], steps[:place]
                if goes_on and kind and steps[-1][1] == kind:
                    values.pop()
                    steps.pop()
                goes_on = values[-1] != value
                if goes_on:
                    values.append(value)
                    steps.append((name, kind))
                place = len(steps)
        assert history.value == values[place]
        assert len(history) == place
        assert history.names == tuple(name for name, _ in steps[:place])
        assert history.undo_name == (steps[place - 1][0] if place else None)
        assert history.redo_name == (steps[place][0] if place < len(steps) else None)
    seen = []
    assert history.all(lambda value: seen.append(value) is None)
    assert {*seen} == {*values}
    for value in values:
        assert not history.all(lambda one, value=value: one != value)


def test_typing_is_one_step_until_something_else_is_done() -> None:
    history: History[str] = History("")
    for text in ("a", "ab", "abc"):
        history.do("Type", text, merges="type")
    history.do("Bold", "ABC")
    history.do("Type", "ABCd", merges="type")
    assert history.names == ("Type", "Bold", "Type")
    history.undo()
    history.undo()
    assert history.value == "abc"
    history.do("Type", "x", merges="type")
    assert history.undo() == "Type"
    assert history.value == "abc", "what is typed after an undo is a step of its own"


def test_a_slider_turned_back_does_not_open_the_step_before_again() -> None:
    history: History[int] = History(1)
    for value in (2, 3):
        history.do("Turn", value, merges="slider")
    history.close()
    for value in (4, 3, 5):
        history.do("Turn", value, merges="slider")
    assert history.undo() == "Turn"
    assert history.value == 3
