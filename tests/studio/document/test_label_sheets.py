"""Sheets of labels: what is none, and what stands where."""

from __future__ import annotations

import pytest

from engine.errors import SettingError
from studio.document.label_sheets import LabelSheet
from studio.document.paper import PAPERS


def sheet_of(across: int, down: int, step: tuple[float, float], **changes: float) -> LabelSheet:
    given = {"width": 50.0, "height": 30.0, "left": 5.0, "top": 5.0} | changes
    return LabelSheet("mine", PAPERS["A4"], across, down, **given, step_x=step[0], step_y=step[1])


@pytest.mark.parametrize(
    ("across", "down", "step"),
    [(2, 1, (49.9, 0.0)), (3, 1, (49.9, 0.0)), (1, 2, (0.0, 29.9)), (2, 2, (50.0, 29.9))],
)
def test_labels_over_each_other_are_refused(across, down, step) -> None:
    with pytest.raises(SettingError, match="no room"):
        sheet_of(across, down, step)


@pytest.mark.parametrize(
    ("across", "down", "step"),
    [(1, 1, (0.0, 0.0)), (2, 1, (50.0, 0.0)), (1, 2, (0.0, 30.0)), (4, 9, (50.0, 30.0))],
)
def test_labels_side_by_side_have_room(across, down, step) -> None:
    sheet = sheet_of(across, down, step)
    assert sheet.count == across * down
    x, y = sheet.corner(sheet.count - 1)
    assert (x, y) == (5.0 + (across - 1) * step[0], 5.0 + (down - 1) * step[1])
    # The sheet after it begins anew.
    assert sheet.corner(sheet.count) == (5.0, 5.0)


@pytest.mark.parametrize(("across", "down"), [(0, 3), (3, 0), (-1, -1), (501, 1), (25, 21)])
def test_a_sheet_has_from_1_to_500_labels(across, down) -> None:
    with pytest.raises(SettingError, match="from 1 to 500"):
        sheet_of(across, down, (50.0, 30.0))


@pytest.mark.parametrize("place", ["left", "top"])
def test_labels_beyond_an_edge_are_refused(place) -> None:
    with pytest.raises(SettingError, match="no room"):
        sheet_of(1, 1, (0.0, 0.0), **{place: -1.0})
    with pytest.raises(SettingError, match="no room"):
        sheet_of(1, 1, (0.0, 0.0), **{place: 290.0})
