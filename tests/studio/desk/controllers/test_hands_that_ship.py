"""Two hands that ship, in the studio: chosen in the library, remembered, each in its own styles."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from engine.bundled_hands import path_of, sha256_of, title_of
from engine.style.style import DEFAULT
from studio.desk.wiring import Studio
from studio.document.hand_styles import for_hand
from studio.document.note import Look, Note


@pytest.fixture(autouse=True)
def _two_hands(two_hands: Path) -> Iterator[None]:
    from os import environ

    data = Path(environ["XDG_DATA_HOME"])
    shutil.rmtree(data, ignore_errors=True)
    yield
    shutil.rmtree(data, ignore_errors=True)
    del two_hands


def test_the_library_offers_both_with_their_terms_and_the_choice_is_remembered(
    make_studio: Callable[..., Studio], tmp_path: Path, qtbot: QtBot
):
    settings = tmp_path / "settings.json"
    studio = make_studio(settings)
    studio.settings.change(greeted=True)
    studio.begin()
    qtbot.waitUntil(lambda: studio.hands.ready)
    studio.handwriting.open_library()
    window = studio.handwriting.own_window
    assert window is not None
    (view,) = (w for w in window.findChildren(QWidget) if type(w).__name__ == "LibraryView")
    rows = [view.list.item(row) for row in range(view.list.count())]
    hands = {
        row.data(Qt.ItemDataRole.UserRole)[1]: row
        for row in rows
        if row.data(Qt.ItemDataRole.UserRole)[0] == "hand"
    }
    assert list(hands) == [title_of("default"), title_of("print")]
    assert "no commercial use, writes now" in hands[title_of("default")].text()
    assert "commercial use free" in hands[title_of("print")].text()
    assert "Daniel Kirsch" in hands[title_of("print")].toolTip()
    names = {row.data(Qt.ItemDataRole.UserRole)[1] for row in rows}
    assert DEFAULT in names
    assert "Slate" not in names

    assert studio.document.note.look.style == DEFAULT
    view.list.setCurrentItem(hands[title_of("print")])
    assert not view.delete.isEnabled()
    view.use.click()
    qtbot.waitUntil(lambda: studio.hands.ready)
    assert studio.hands.path == path_of("print")
    assert studio.document.note.look.style == "Slate", "in a style of the hand that is chosen"
    again = make_studio(settings)
    assert again.hands.path == path_of("print"), "remembered"
    begun = again.settings.value.for_chosen_hand(Note.from_text("a", look=Look(style=DEFAULT)))
    assert begun.look == Look(style="Slate")


def test_the_list_of_styles_is_that_of_the_hand_and_finds_all(
    make_studio: Callable[..., Studio],
):
    styles = make_studio(hand=False).styles
    assert DEFAULT in styles.names
    assert "Slate" not in styles.names
    styles.show_hand(sha256_of("print"))
    assert "Slate" in styles.names
    assert DEFAULT not in styles.names
    # A note in a style of the other hand still finds it.
    assert styles.find(DEFAULT).name == DEFAULT


def test_a_note_is_put_into_the_styles_of_the_hand_that_is_to_write_it():
    note = Note.from_text("one\n\ntwo", look=Look(style=DEFAULT))
    first, second = note.blocks[0], note.blocks[-1]
    own = replace(second, look={"style": "Rowan"})
    note = replace(note, blocks=(*note.blocks[:-1], own))
    made = for_hand(note, "print")
    assert made.look.style == "Slate"
    assert made.look_of(made.blocks[-1]).style == "Slate"
    assert made.blocks[0] == first
    assert for_hand(note, "default") == note
    mine = replace(note, look=Look(style="My own"))
    assert for_hand(mine, "print").look.style == "My own"
