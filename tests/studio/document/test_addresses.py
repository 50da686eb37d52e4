"""Where addresses stand on envelopes and letters: the areas that the post gives."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.errors import SettingError, TextError
from studio.document.addresses import (
    ENVELOPES,
    WINDOWS,
    PostalArea,
    address_area,
    addressed,
    field,
    is_envelope,
    sender_area,
)
from studio.document.note import LIMITS, Look, Note
from studio.document.paper import PAPERS, SMALLEST, Paper

A4 = PAPERS["A4"]


@pytest.mark.parametrize("name", ENVELOPES)
def test_an_address_stands_in_the_lower_right_of_an_envelope(name) -> None:
    paper = PAPERS[name].landscape
    area = address_area(paper)
    # It begins at two fifths of the width and of the height, clear of the stamp, and ends 15 mm
    # from the right and 18 mm from below: the edges and the strip are the machines'.
    assert area.left == pytest.approx(0.42 * paper.width)
    assert area.top == pytest.approx(max(0.42 * paper.height, 40.0))
    assert area.left + area.width == pytest.approx(paper.width - 15)
    assert area.top + area.height == pytest.approx(paper.height - 18)
    sender = sender_area(paper)
    assert (sender.left, sender.top, sender.height) == (10.0, 9.0, 24.0)
    assert sender.left + sender.width == pytest.approx(area.left + 10)


def test_on_small_cards_the_stamp_has_less_room() -> None:
    small = Paper("card", 120.0, 70.0)
    assert address_area(small).top == pytest.approx(35.0)
    assert sender_area(small).height == pytest.approx(23.0)
    narrow = Paper("card", 30.0, 24.0)
    assert address_area(narrow).left == 15.0
    assert sender_area(narrow).width == pytest.approx(5.0)


def test_what_lies_across_is_an_envelope_up_to_c4() -> None:
    assert is_envelope(Paper("c", 125.0, 100.0))
    assert not is_envelope(Paper("c", 124.9, 100.0))
    assert is_envelope(Paper("c", 330.0, 200.0))
    assert not is_envelope(Paper("c", 330.1, 200.0))
    assert not is_envelope(A4)


def test_in_the_window_of_a_letter_the_sender_stands_above_the_address() -> None:
    for window, area in WINDOWS.items():
        assert address_area(A4, window) == area
        above = sender_area(A4, window)
        assert (above.left, above.width) == (area.left, area.width)
        assert above.top + above.height == pytest.approx(area.top - 2)
    with pytest.raises(SettingError, match="no window 'round'; use one of din, din-a"):
        address_area(A4, "round")
    with pytest.raises(SettingError, match="does not lie as an envelope"):
        address_area(A4)


def test_a_field_lies_on_its_sheet() -> None:
    note = Note.from_text("", paper=A4)
    whole = PostalArea(0.0, 0.0, A4.width, A4.height)
    (box,) = field(note, whole, "  one \n two  ").boxes
    assert (box.block.text, box.width, box.height) == ("one\ntwo", A4.width, A4.height)
    assert (box.place.x, box.place.y) == (0.0, 0.0)
    for wrong in (
        replace(whole, left=-1.0, width=50.0), replace(whole, top=-1.0, height=50.0),
        replace(whole, left=1.0), replace(whole, top=1.0),
    ):  # fmt: skip
        with pytest.raises(SettingError, match="does not lie on"):
            field(note, wrong, "one")
    with pytest.raises(SettingError, match="too narrow"):
        field(note, PostalArea(0.0, 0.0, SMALLEST - 0.1, 50.0), "one")
    assert field(note, PostalArea(0.0, 0.0, SMALLEST, 50.0), "one").boxes
    with pytest.raises(TextError, match="A field is empty"):
        field(note, whole, " \n ")
    low, high = LIMITS["x_height"]
    for asked, given in ((low / 2, low), (2 * high, high), (3.0, 3.0)):
        (box,) = field(note, whole, "one", x_height=asked).boxes
        assert box.block.look["x_height"] == given


def test_an_address_is_written_with_its_sender() -> None:
    envelope = Note.from_text("", paper=PAPERS["C6"].landscape, look=Look(x_height=3.0))
    (address,) = addressed(envelope, "Ada\nLondon").boxes
    assert address.block.look == {"indent": 0.0, "alignment": "left"}
    address, sender = addressed(envelope, "Ada\nLondon", "Charles\nParis").boxes
    assert (address.block.text, sender.block.text) == ("Ada\nLondon", "Charles\nParis")
    assert sender.block.look["x_height"] == pytest.approx(0.62 * 3.0)
    # In a window the sender has one line.
    letter = Note.from_text("", paper=A4)
    address, sender = addressed(letter, "Ada\nLondon", "Charles\nParis", "din").boxes
    assert sender.block.text == "Charles, Paris"
    assert sender.place.y == pytest.approx(62.7 - 12)
