"""Styles are shown by what they write: in the list, in the library, and in the gallery."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QListWidget
from pytestqt.qtbot import QtBot

from engine import bundled_hands
from engine.errors import ScriptoriumError
from engine.style.style import DEFAULT, bundled
from studio.desk.models.style_list import KIND_ROLE, SAMPLE_ROLE
from studio.desk.wiring import Studio
from studio.document.note import Note
from studio.library.paths import data_folder
from studio.library.style_description import StyleKind


@pytest.fixture(autouse=True)
def _empty_library() -> Iterator[None]:
    shutil.rmtree(data_folder(), ignore_errors=True)
    yield
    shutil.rmtree(data_folder(), ignore_errors=True)


@pytest.fixture
def _few_styles(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three styles that ship: all of them take seconds to be written in."""
    every = bundled()
    few = {name: every[name] for name in (DEFAULT, "Cedar", "Rowan")}
    monkeypatch.setattr("studio.desk.context.all_bundled", lambda: few)


def test_the_list_of_styles_is_sorted_by_kind(studio: Studio):
    studio.styles.offer("own", {"Mine": studio.styles.find("Hazel")})
    kinds = [studio.styles.kind(name) for name in studio.styles.names]
    assert kinds == sorted(kinds, key=list(StyleKind).index)
    assert studio.styles.names[-1] == "Mine"
    assert studio.styles.index(0).data(KIND_ROLE) == ""


@pytest.mark.usefixtures("_few_styles")
def test_the_list_shows_what_each_style_writes_once_it_is_opened(
    studio: Studio, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
):
    styles, box = studio.styles, studio.window.look_panel.style_box
    assert all(styles.sample(name) is None for name in styles.names)
    box.showPopup()
    qtbot.waitUntil(lambda: all(styles.sample(name) for name in styles.names))
    row = box.findText("Hazel")
    before = box.view().grab().toImage()
    assert box.itemData(row, SAMPLE_ROLE) == styles.sample("Hazel")
    styles.forget_samples()
    box.view().viewport().update()
    assert box.view().grab().toImage() != before, "the lines are seen"
    box.hidePopup()
    # What was written is there at the next start.
    monkeypatch.setattr(
        "studio.desk.controllers.style_samples_controller._written",
        lambda *_: pytest.fail("written again"),
    )
    # The last line is seen a little before its job has ended; they are asked for meanwhile.
    studio.samples.want()
    qtbot.waitUntil(lambda: all(styles.sample(name) for name in styles.names))


@pytest.mark.parametrize("hand", bundled_hands.bundled_hands())
def test_what_ships_is_shown_before_there_is_a_hand(
    make_studio: Callable[..., Studio], qtbot: QtBot, hand: str
):
    studio = make_studio(hand=False)
    styles, box = studio.styles, studio.window.look_panel.style_box
    styles.show_hand(bundled_hands.sha256_of(hand))
    box.showPopup()
    assert set(styles.names) == set(bundled(hand))
    assert all(styles.sample(name) for name in styles.names)
    box.hidePopup()


def test_the_library_shows_no_primer(studio: Studio, qtbot: QtBot):
    studio.handwriting.open_library()
    library = studio.handwriting.library.view
    assert library is not None
    names = [library.list.item(k).text().split("\n")[0] for k in range(library.list.count())]
    # The hands that ship stand below the styles.
    assert names == [*studio.styles.names, *bundled_hands.titles()]
    icon = library.list.item(0).icon().pixmap(library.list.iconSize()).toImage()
    paper = icon.pixel(1, 1)
    blank = {icon.pixel(x, y) for x in range(0, 400, 3) for y in range(0, 50, 3)}
    assert blank == {paper}
    qtbot.waitUntil(lambda: studio.styles.sample(names[0]) is not None)
    written = library.list.item(0).icon().pixmap(library.list.iconSize()).toImage()
    assert written != icon


@pytest.mark.usefixtures("_few_styles")
def test_the_gallery_writes_ones_own_words_in_every_style(studio: Studio, qtbot: QtBot):
    studio.document.open(Note.from_text("the boats are out\nAnna"))
    studio.actions.trigger("style.gallery")
    gallery = studio.samples.gallery
    assert gallery is not None
    assert gallery.text.text() == "the boats are out"
    assert "Writing style 1 of" in gallery.status.text()

    def inks(view: QListWidget) -> list[object]:
        return [view.item(k).data(SAMPLE_ROLE) for k in range(view.count())]

    qtbot.waitUntil(lambda: all(inks(gallery.list)))
    qtbot.waitUntil(lambda: not gallery.status.text())
    before = inks(gallery.list)
    gallery.text.setText("Other words")
    gallery.write.click()
    assert not any(inks(gallery.list))
    qtbot.waitUntil(lambda: all(inks(gallery.list)))
    assert inks(gallery.list) != before
    (item,) = gallery.list.findItems("Rowan", Qt.MatchFlag.MatchExactly)
    gallery.list.setCurrentItem(item)
    gallery.use.click()
    assert studio.document.note.look.style == "Rowan"
    assert studio.samples.gallery is None
    assert not studio.worker.pending("gallery")


def test_a_gallery_that_cannot_be_written_says_why(studio: Studio, qtbot: QtBot, monkeypatch):
    def refused(*_: object, **__: object) -> object:
        raise ScriptoriumError("No room for letters.")

    monkeypatch.setattr("studio.desk.controllers.style_samples_controller.write_samples", refused)
    studio.actions.trigger("style.gallery")
    gallery = studio.samples.gallery
    assert gallery is not None
    qtbot.waitUntil(lambda: gallery.status.text() == "No room for letters.")
    gallery.close()
