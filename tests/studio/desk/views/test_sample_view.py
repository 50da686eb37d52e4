"""The sample: every slider is seen to act there first, and a double click takes it back."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QStyle, QStyleOptionSlider

from studio.desk.views.panels.look_scales import HAND_SCALES, PEN_WIDTH, SETTING_SCALES
from studio.document.note import Look, Note
from studio.layout.look_sample import INK_FIELDS

SCALES = (*HAND_SCALES, PEN_WIDTH, *SETTING_SCALES)
LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


@pytest.fixture
def sampled(studio, qtbot):
    """A studio whose sample is written."""
    studio.document.open(Note.from_text("one"))
    panel = studio.window.look_panel
    qtbot.waitUntil(lambda: bool(panel.sample.ink))
    qtbot.waitUntil(lambda: not studio.worker.pending("sample"))
    return studio


def grip(track) -> QPoint:
    """The middle of a slider's handle."""
    option = QStyleOptionSlider()
    track.initStyleOption(option)
    part = QStyle.SubControl.SC_SliderHandle
    area = track.style().subControlRect(QStyle.ComplexControl.CC_Slider, option, part, track)
    return area.center()


def test_every_slider_acts_on_the_sample_before_the_note_and_goes_back_by_a_double_click(
    sampled, qtbot
):
    panel, document = sampled.window.look_panel, sampled.document
    for scale in SCALES:
        if scale.name == "strength":
            continue  # It says how closely a style is followed, and there is none.
        slider, note, before = panel.slider(scale.name), document.note, panel.sample.grab()
        start = grip(slider.slider)
        by = 60 if start.x() < slider.slider.width() / 2 else -60
        QTest.mousePress(slider.slider, LEFT, NONE, start)
        for way in (by // 2, by):
            QTest.mouseMove(slider.slider, start + QPoint(way, 0))
        qtbot.waitUntil(lambda: not sampled.worker.pending("sample"))
        qtbot.waitUntil(lambda b=before: panel.sample.grab().toImage() != b.toImage())
        assert document.note is note, f"{scale.name} waits until it is let go"
        QTest.mouseRelease(slider.slider, LEFT, NONE, start + QPoint(by, 0))
        assert document.note != note, scale.name
        QTest.mouseDClick(slider.slider, LEFT, NONE, grip(slider.slider))
        assert slider.value == pytest.approx(
            note.look.pen.width if scale.name == "pen_width" else getattr(note.look, scale.name)
        ), scale.name
        qtbot.waitUntil(lambda: not sampled.worker.pending("sample"))


def test_the_likeness_asks_for_other_ink(sampled, qtbot):
    assert "strength" in INK_FIELDS
    sampled.window.look_panel.slider("strength").reset()
    before = sampled.looks._sampled
    slider = sampled.window.look_panel.slider("strength").slider
    QTest.keyClick(slider, Qt.Key.Key_PageDown)
    qtbot.waitUntil(lambda: sampled.looks._sampled != before)
    qtbot.waitUntil(lambda: not sampled.worker.pending("sample"))


def test_the_speed_is_seen_on_the_sample_and_goes_back_by_a_double_click(sampled, qtbot):
    sample, speed = sampled.window.look_panel.sample, sampled.window.transport.speed
    whole = sample.grab().toImage()
    QTest.keyClick(speed, Qt.Key.Key_Home)
    assert sample.grab().toImage() != whole
    assert sampled.settings.value.writing_speed == 0.0
    QTest.keyClick(speed, Qt.Key.Key_End)
    qtbot.waitUntil(lambda: sample.grab().toImage() == whole)
    QTest.mouseDClick(speed, LEFT, NONE, speed.rect().center())
    assert sampled.settings.value.writing_speed == 0.5


def test_the_style_that_is_shown_is_the_notes_whatever_becomes_of_the_list(studio):
    box, styles = studio.window.look_panel.style_box, studio.styles
    name = styles.names[2]
    note = Note.from_text("one", look=Look(style=name))
    studio.document.open(note)
    assert box.currentText() == name
    styles.offer("own", {})
    assert box.currentText() == name
    studio.document.open(Note.from_text("one", look=Look(style="Lost")))
    assert box.currentIndex() == -1
    assert box.placeholderText() == "Lost (not on this computer)"
    studio.document.open(Note.from_text("one"))
    assert box.currentText() == "The hand's own"


def test_the_pen_grows_with_the_letters_until_its_width_is_chosen(studio):
    panel, document = studio.window.look_panel, studio.document
    size = panel.slider("x_height")
    size.settled.emit(8.0)
    assert document.note.look.x_height == 8.0
    broad = document.note.look.pen.width
    assert broad > 0.6
    assert panel.slider("pen_width").spin.value() == pytest.approx(broad, abs=0.01)
    studio.actions.trigger("edit.undo")
    assert document.note.look.x_height == 2.4
    assert document.note.look.pen.width == pytest.approx(0.35)
    panel.slider("pen_width").settled.emit(0.2)
    size.settled.emit(8.0)
    assert document.note.look.pen.width == 0.2
