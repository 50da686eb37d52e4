"""The studio's parts: history, actions, worker, palette, sliders, live ink, theme."""

from __future__ import annotations

import threading
import time

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QMainWindow, QPushButton, QVBoxLayout, QWidget

from engine.errors import StyleError
from engine.rendering.pens import PENS
from engine.style.style import DEFAULT, find
from studio.desk.actions import MENUS, Action, ActionModel
from studio.desk.models.user_settings import Appearance, SettingsModel
from studio.desk.views.command_palette import CommandPalette, score
from studio.desk.views.editor import Editor
from studio.desk.views.menus import Menus
from studio.desk.views.merge_dialog import MergeDialog
from studio.desk.views.page.ink_picture import ink_picture
from studio.desk.views.page.live_line import LiveLine
from studio.desk.views.page.marks import SelectionMark
from studio.desk.views.page.page_view import PageView
from studio.desk.views.versions_dialog import VersionsDialog
from studio.desk.widgets.item_list import ItemList
from studio.desk.widgets.notice_bar import NoticeBar
from studio.desk.widgets.slider import Scale, Slider
from studio.desk.widgets.theme import DARK, LIGHT, Theme
from studio.desk.widgets.window_size import ACROSS, DOWN, resize_on_screen
from studio.desk.worker import Urgency, Worker
from studio.document.document_model import EMPTY
from studio.document.note import Look, Note
from studio.document.page import Page
from studio.document.paper import PAPERS
from studio.document.templates import TEMPLATES, place_cards, welcome


@pytest.fixture
def worker(qapp):
    worker = Worker()
    yield worker
    worker.stop()


def test_a_later_request_makes_earlier_ones_stale(worker, qtbot):
    got, gate = [], threading.Event()

    def slow():
        gate.wait(5)
        return "stale"

    worker.request("a", Urgency.LAYOUT, slow, got.append)
    worker.request("a", Urgency.LAYOUT, lambda: "never run", got.append)
    worker.request("a", Urgency.LAYOUT, lambda: "fresh", got.append)
    gate.set()
    qtbot.waitUntil(lambda: bool(got))
    qtbot.wait(20)
    assert got == ["fresh"]


def test_urgent_work_passes_between_the_steps_of_what_runs(worker, qtbot):
    order, asked = [], threading.Event()

    def long():
        for number in range(50):
            if number == 10:
                asked.wait(60)
            yield number
        return "done"

    worker.request("write", Urgency.WRITING, long, order.append, part=order.append)
    qtbot.waitUntil(lambda: len(order) > 2)
    worker.request("layout", Urgency.LAYOUT, lambda: "urgent", order.append)
    asked.set()
    qtbot.waitUntil(lambda: "done" in order)
    assert order.index("urgent") < order.index("done")
    assert [x for x in order if isinstance(x, int)] == list(range(50))


def test_work_that_is_dropped_delivers_nothing_more(worker, qtbot):
    got = []

    def endless():
        while True:
            time.sleep(0.001)
            yield 1

    worker.request("a", Urgency.WRITING, endless, got.append, part=got.append)
    qtbot.waitUntil(lambda: len(got) > 3)
    worker.cancel("a")
    count = len(got)
    qtbot.wait(30)
    assert len(got) == count


def test_errors_come_back_to_who_asked(worker, qtbot):
    failed = []
    worker.request("a", Urgency.LAYOUT, lambda: 1 / 0, print, failed.append)
    qtbot.waitUntil(lambda: bool(failed))
    assert isinstance(failed[0], ZeroDivisionError)


@pytest.fixture
def undressed(qapp):
    """Lets the application look afterwards as it did before."""
    sheet, font, palette = qapp.styleSheet(), qapp.font(), qapp.palette()
    yield
    qapp.setPalette(palette)
    qapp.setFont(font)
    qapp.setStyleSheet(sheet)


def test_rows_of_a_list_that_is_filled_before_it_is_shown_do_not_overlap(qtbot, undressed):
    Theme(Appearance.LIGHT).apply()
    dialog, rows = QDialog(), ItemList()
    qtbot.addWidget(dialog)
    rows.addItems(["Today 4:53", "Today 4:51", "Yesterday 17:20"])
    QVBoxLayout(dialog).addWidget(rows)
    dialog.resize(300, 300)
    dialog.show()
    rows.setCurrentRow(1)
    places = [rows.visualItemRect(rows.item(row)) for row in range(3)]
    assert places[0].height() > rows.fontMetrics().height()
    assert [place.top() for place in places[1:]] == [p.bottom() + 1 for p in places[:2]]


def test_windows_have_room_on_a_small_screen(qtbot):
    theme = Theme()
    room = QGuiApplication.primaryScreen().availableGeometry()
    for window in (MergeDialog(theme), VersionsDialog((), "anna", theme)):
        qtbot.addWidget(window)
        window.show()
        least = window.minimumSizeHint()
        assert window.width() <= max(room.width() - ACROSS, least.width())
        assert window.height() <= room.height() - DOWN
        assert (least.width() <= 1024, least.height() <= 640) == (True, True)
    merge = MergeDialog(theme)
    qtbot.addWidget(merge)
    before = merge.minimumSizeHint().width()
    merge.caption.setText("W" * 60)
    assert merge.minimumSizeHint().width() == before < 1000, "a long name widens nothing"
    wide = QWidget()
    qtbot.addWidget(wide)
    resize_on_screen(wide, 5000, 300)
    assert (wide.width(), wide.height()) == (room.width() - ACROSS, 300)
    resize_on_screen(wide, 300, 5000)
    assert (wide.width(), wide.height()) == (300, room.height() - DOWN)


@pytest.mark.parametrize("tokens", [LIGHT, DARK])
def test_a_default_button_that_cannot_be_pressed_looks_so(qtbot, undressed, tokens):
    Theme(Appearance(tokens.name)).apply()
    dialog = QDialog()
    qtbot.addWidget(dialog)
    button = QPushButton("", dialog)
    button.resize(120, 40)
    button.setDefault(True)
    dialog.show()

    def middle() -> str:
        return button.grab().toImage().pixelColor(60, 20).name()

    assert middle() == QColor(tokens.accent).name()
    button.setEnabled(False)
    assert middle() == QColor(tokens.line).name()


def test_keys_are_rebound_and_conflicts_told(qapp):
    settings = SettingsModel(None)
    model = ActionModel(settings)
    done = []
    model.add(
        Action("a", "First", lambda: done.append("a"), "File", "Ctrl+A"),
        Action("b", "Second", lambda: done.append("b"), "Edit", "Ctrl+B"),
    )
    assert model.conflicts() == {}
    assert model.conflicts({"b": "Ctrl+A"}) == {"Ctrl+A": ("a", "b")}
    settings.change(shortcuts={"b": "F5", "a": ""})
    assert (model.shortcut("a"), model.shortcut("b")) == ("", "F5")
    model.enable("b", False)
    model.trigger("b")
    model.trigger("a")
    assert done == ["a"]
    with pytest.raises(ValueError, match="two actions"):
        model.add(Action("a", "Again", print))


def test_menus_follow_the_list_with_a_line_between_groups(qtbot):
    settings = SettingsModel(None)
    model, window = ActionModel(settings), QMainWindow()
    qtbot.addWidget(window)
    model.add(Action("late", "Late", print, "File", group=2))
    menus = Menus(window, model, Theme())
    model.add(Action("first", "First", print, "File", group=0))
    model.add(Action("second", "Second", print, "File", "F7", group=0))
    titles = [a.text() or "-" for a in menus.menu("File").actions()]
    assert titles == ["First", "Second", "-", "Late"]
    model.retitle("second", "Second now")
    settings.change(shortcuts={"second": "F8"})
    assert menus.action("second").text() == "Second now"
    assert menus.action("second").shortcut().toString() == "F8"
    assert [menus.menu(name).menuAction().isVisible() for name in MENUS].count(True) == 1


def test_the_palette_prefers_beginnings_of_words():
    titles = ["Export … File", "Fit the page View", "New page here Note", "Paper"]
    assert max(titles, key=lambda t: score("fp", t) or -1) == "Fit the page View"
    assert max(titles, key=lambda t: score("exp", t) or -1) == "Export … File"
    assert score("xyz", "Export") is None


def test_the_palette_puts_words_of_the_title_first(studio):
    for query, wanted in (
        ("rewr", "Rewrite everything"),
        ("new", "New"),
        ("fit page", "Fit the page"),
    ):
        palette = CommandPalette(studio.actions, studio.theme, studio.window)
        palette.line.setText(query)
        assert palette.list.item(0).text().startswith(wanted)
        palette.close()


def test_a_new_note_has_the_usual_look_unless_it_is_to_be_like_this_one(studio):
    look = Look(x_height=4.0, colour="#7a1f2b")
    studio.document.open(Note.from_text("one", look=look, paper=PAPERS["A6"], title="One"))
    studio.actions.trigger("file.new_like")
    note = studio.document.note
    assert (note.look, note.paper, note.text, note.title) == (look, PAPERS["A6"], "", "")
    studio.actions.trigger("file.new")
    assert studio.document.note == EMPTY


def test_a_page_without_plain_text_is_pasted_as_its_words(studio):
    mime = QMimeData()
    mime.setHtml("<h1>Dear <b>Ada</b>,</h1><p>the engine weaves.</p>")
    QGuiApplication.clipboard().setMimeData(mime)
    assert studio.window.editor.canPaste()
    studio.window.editor.paste()
    assert studio.document.note.text == "Dear Ada,\nthe engine weaves."


def test_what_is_told_of_a_note_is_past_with_it(studio):
    for topic in ("text", "file", "export", "keeping"):
        studio.window.notice.say(f"Something is wrong with the {topic}.", topic)
    studio.files.new()
    assert studio.window.notice.topic == "keeping", "which is of no one note"
    studio.window.notice.clear("keeping")
    assert studio.window.notice.isHidden()


def test_a_slider_tells_what_is_turned_and_a_double_click_resets_it(qtbot):
    scale = Scale("bias", "Neatness", 0.0, 3.0, 0.75, "wild", "tidy", "Bias.")
    slider = Slider(scale, Theme())
    qtbot.addWidget(slider)
    slider.show()
    turned, settled = [], []
    slider.turned.connect(turned.append)
    slider.settled.connect(settled.append)
    slider.slider.setFocus()
    QTest.keyClick(slider.slider, Qt.Key.Key_Right)
    assert turned[-1] == settled[-1] > 0.75
    assert slider.spin.value() == pytest.approx(turned[-1])
    QTest.mouseDClick(slider.slider, Qt.MouseButton.LeftButton)
    assert (slider.value, settled[-1]) == (0.75, 0.75)
    assert "Bias." in slider.slider.toolTip()


def rendered(paint) -> np.ndarray:
    image = QImage(400, 120, QImage.Format.Format_Grayscale8)
    image.fill(QColor("white"))
    painter = QPainter(image)
    painter.scale(10, 10)
    paint(painter)
    painter.end()
    return np.array(image.constBits(), dtype=np.uint8).reshape(120, -1)[:, :400].astype(float)


@pytest.mark.parametrize("kind", ["ballpoint", "fountain"])
def test_ink_painted_live_looks_like_the_finished_ink(qapp, kind):
    from engine.ink.ink import Ink, Stroke

    t = np.linspace(0, 4 * np.pi, 60)
    one = np.stack([2 + t, 6 + 3 * np.sin(t)], axis=1)
    two = np.stack([18 + t, 6 + 3 * np.cos(1.5 * t)], axis=1)
    pen, ink = PENS[kind], Ink((Stroke(one), Stroke(two)))
    live = LiveLine(0, pen, "#000000")
    points = np.concatenate([one, two])
    ends = np.zeros(120, dtype=bool)
    ends[[59, 119]] = True
    pieces = []
    for start in range(0, 120, 7):
        pieces += live.add(points[start : start + 7], ends[start : start + 7])
    assert pieces == sorted(set(pieces))
    area = QRectF(0, 0, 40, 12)
    drawn = rendered(lambda p: live.paint(p, area))
    final = rendered(lambda p: ink_picture(ink, pen, "#000000").paint(p, area))
    assert drawn.min() < 60
    assert np.abs(drawn - final).mean() < 3.0


def test_what_is_written_or_marked_on_a_page_that_goes_is_let_go(qtbot):
    view = PageView(Theme())
    qtbot.addWidget(view)
    view.resize(400, 400)
    view.show()
    view.show_pages((Page(PAPERS["A6"]), Page(PAPERS["A6"])))
    live = LiveLine(1, PENS["felt"], "#000000")
    points, ends = np.array([(20.0, 40.0), (60.0, 40.0)]), np.array([False, True])
    view.begin_line(live)
    view.extend_line(live, points, ends)
    view.mark((SelectionMark(1, (20, 30, 60, 50)),))
    view.extend_line(live, points, ends)
    view.show_pages((Page(PAPERS["A6"]),))
    # An error while painting would be found by qtbot, and end the program elsewhere.
    image = view.grab().toImage()
    corner = {image.pixel(x, y) for x in range(12) for y in range(12)}
    assert len(corner) == 1, "nothing of it is seen anywhere"
    assert view.spot_on(1, QPointF(200, 200)).page == 0


def luminance(colour: str) -> float:
    parts = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
def test_text_can_be_read_on_every_ground(tokens):
    """Contrast of at least 4.5 : 1 (WCAG 2.1, AA)."""
    pairs = [
        *((ink, ground) for ink in (tokens.text, tokens.muted) for ground in
          (tokens.panel, tokens.surface)),
        (tokens.on_accent, tokens.accent),
        (tokens.text, tokens.accent_soft),
        (tokens.danger, tokens.danger_soft),
        (tokens.danger, tokens.panel),
    ]  # fmt: skip
    for ink, ground in pairs:
        light, dark = sorted((luminance(ink), luminance(ground)), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 4.5, (ink, ground)


def test_templates_are_notes_that_can_be_laid_out(tiny_hand_path):
    from engine.hand import Hand
    from studio.layout.draft_layout import make_draft
    from studio.layout.line_writer import HandWriter

    writer = HandWriter(Hand.load(tiny_hand_path), find)
    notes = [make() for *_, make in TEMPLATES] + [welcome(), place_cards("Anna\n\nPeter")]
    assert {note.look.style for note in (EMPTY, *notes)} == {DEFAULT}
    pages = [len(make_draft(note, writer, {}).layout.pages) for note in notes]
    assert pages[:-1] == [1] * (len(notes) - 1)
    assert pages[-1] == 2


def test_a_style_that_is_gone_is_missed_when_it_is_to_be_written_in_not_before(tiny_hand_path):
    from engine.hand import Hand
    from studio.layout.draft_layout import make_draft
    from studio.layout.line_writer import HandWriter

    writer = HandWriter(Hand.load(tiny_hand_path), find)
    draft = make_draft(Note.from_text("still seen", look=Look(style="Gone")), writer, {})
    assert [key.text for key in draft.ghosts] == ["still seen"]
    with pytest.raises(StyleError, match="no style 'Gone'"):
        writer.write_lines(draft.missing)


def test_a_sentence_keeps_its_room_where_the_window_is_narrow(qtbot):
    column = QWidget()
    qtbot.addWidget(column)
    box = QVBoxLayout(column)
    box.setContentsMargins(0, 0, 0, 0)
    bar = NoticeBar(Theme())
    box.addWidget(bar)
    box.addStretch()
    words = "A new note and 1 other note were not saved when the program ended; they were kept."
    bar.say(words, "file", "Recover it", print, other=("Recover all", print))
    column.resize(340, 400)
    column.show()
    assert column.width() == 340, "it takes no room from what stands beside it"
    qtbot.waitUntil(lambda: bar.label.width() > 200 and bar.height() < 160)
    assert bar.label.height() >= bar.label.heightForWidth(bar.label.width())
    top = bar.button.mapTo(bar, bar.button.rect().topLeft()).y()
    assert top >= bar.label.geometry().bottom(), "the answers stand below it"
    column.resize(900, 400)

    def beside() -> bool:
        left = bar.button.mapTo(bar, bar.button.rect().topLeft()).x()
        return left > bar.label.geometry().right() and bar.height() < 60

    qtbot.waitUntil(beside)


def test_notices_wait_for_each_other_and_errors_come_first(qtbot):
    bar, done = NoticeBar(Theme()), []
    qtbot.addWidget(bar)

    def seen():
        return bar.label.text() if bar.isVisible() else ""

    bar.say("The note is open elsewhere.", "file")
    bar.say("A note was kept.", "recovery", "Recover it", lambda: done.append(1), error=False)
    assert seen() == "The note is open elsewhere."
    assert not bar.button.isVisible()
    bar.say("The note is damaged.", "file")
    assert seen() == "The note is damaged."
    QTest.mouseClick(bar.closer, Qt.MouseButton.LeftButton)
    assert seen() == "A note was kept."
    bar.say("Something else.", "else", error=False)
    assert seen() == "Something else."
    bar.clear("else")
    QTest.mouseClick(bar.button, Qt.MouseButton.LeftButton)
    assert done == [1]
    assert seen() == ""


def test_a_text_with_emoji_is_shown_as_it_is(qtbot):
    editor = Editor(Theme())
    qtbot.addWidget(editor)
    # Qt counts each of them as two characters.
    for text in ("😀 abc def", "😀 abXc def", "😁 abXc😀 def", "😁\n😀😀 end", "😁\n😀! end"):
        editor.show_text(text)
        assert editor.text == text
    editor.go_to(1, 3, 6)
    assert editor.textCursor().selectedText() == "end"
    editor.show_errors([(1, 0, 1)])
    assert editor.extraSelections()[0].cursor.selectedText() == "😀"
