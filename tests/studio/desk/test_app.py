"""The application from its start to its end."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QLabel, QPlainTextEdit, QPushButton

from engine.errors import SettingError
from studio.command.studio import SCENES
from studio.desk import app, screenshots
from studio.desk.views.report_dialog import ReportDialog
from studio.desk.views.splash import Splash
from studio.desk.wiring import Studio
from studio.document.note import Note
from studio.document.templates import welcome


def test_a_picture_is_taken_of_the_written_note(qapp, load_tiny, tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    note, picture = tmp_path / "hi.txt", tmp_path / "studio.png"
    note.write_text("hi", encoding="utf-8")
    assert app.run(note, screenshot=picture, loader=load_tiny) == 0
    image = QImage(str(picture))
    assert image.width() >= 760
    assert len({image.pixel(x, image.height() // 2) for x in range(image.width())}) > 10


def test_what_the_first_window_does_not_need_is_imported_behind_it():
    """These take more than a second together, half of a start."""
    late = ("torch", "scipy", "reportlab", "PIL", "jinja2", "tinycss2", "pyqtgraph", "fontTools")
    code = f"""
import sys
import studio.desk.app, studio.desk.gc_tuning, studio.desk.wiring
print(*[name for name in {late!r} if name in sys.modules])"""
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == []


@pytest.mark.parametrize("seen", [True, False])
def test_the_hand_is_loaded_once_the_window_is_painted_or_a_little_later(
    qtbot, load_tiny, monkeypatch, seen
):
    studio, begun = Studio(loader=load_tiny), []
    monkeypatch.setattr(studio, "hands_begin", lambda: begun.append(True))
    # Where a window is seen its hand must not wait for the clock.
    monkeypatch.setattr(app, "UNSEEN", 10**7 if seen else 1)
    app.load_once_painted(studio)
    assert not begun
    if seen:
        studio.window.show()
    qtbot.waitUntil(lambda: bool(begun))
    studio.window.hide()
    studio.window.show()
    qtbot.wait(50)
    studio.close()
    assert begun == [True]


def test_every_scene_is_one_that_the_program_offers():
    assert tuple(screenshots.scenes()) == SCENES


@pytest.fixture(scope="module")
def photographed(qapp, load_tiny, tmp_path_factory) -> Callable[[str], QImage]:
    """Takes a scene of a short note."""
    folder = tmp_path_factory.mktemp("scenes")
    note = folder / "hi.txt"
    note.write_text("we talked", encoding="utf-8")

    def take(scene: str) -> QImage:
        hook, path = sys.excepthook, folder / f"{scene}.png"
        try:
            assert app.run(note, screenshot=path, loader=load_tiny, scene=scene) == 0
        finally:
            sys.excepthook = hook
        return QImage(str(path))

    return take


@pytest.fixture(scope="module")
def empty(photographed) -> QImage:
    return photographed("empty")


@pytest.mark.usefixtures("one_try")
@pytest.mark.parametrize("scene", ["writing", "candidates", "error"])
def test_scenes_are_set_and_taken(photographed, empty, scene):
    image = photographed(scene)
    assert not image.isNull()
    assert image.size() == empty.size()
    assert image != empty


def test_a_scene_that_is_none_is_refused(qapp, load_tiny, tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    with pytest.raises(SettingError, match="no scene 'sunset'"):
        app.run(screenshot=tmp_path / "a.png", loader=load_tiny, scene="sunset")
    assert not list(tmp_path.iterdir())


def test_the_splash_shows_the_name_and_goes_when_the_window_is_there(
    qapp, load_tiny, tmp_path, monkeypatch
):
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    for kind in ("CONFIG", "STATE"):
        monkeypatch.setenv(f"XDG_{kind}_HOME", str(tmp_path))
    seen = []
    appear = Splash.appear

    def watched(splash):
        appear(splash)
        seen.append(splash.grab().toImage())

    monkeypatch.setattr(Splash, "appear", watched)
    studio = app.start(loader=load_tiny)
    try:
        (image,) = seen
        colours = {image.pixel(x, y) for x in range(0, 360, 3) for y in range(0, 136, 3)}
        assert len(colours) > 20
        assert studio.window.isVisible()
        assert not [w for w in qapp.topLevelWidgets() if isinstance(w, Splash) and w.isVisible()]
    finally:
        studio.close()


def test_an_unexpected_error_keeps_the_note_and_shows_a_report(make_studio, tmp_path):
    studio = make_studio(state=tmp_path, hand=False)
    studio.document.edit("Type", Note.from_text("precious"))
    hook = app._reporter(studio)
    try:
        raise ZeroDivisionError("by chance")
    except ZeroDivisionError as error:
        hook(type(error), error, error.__traceback__)
    dialog = studio.window.findChild(ReportDialog)
    report = dialog.findChild(QPlainTextEdit).toPlainText()
    assert "by chance" in report
    assert "PySide6" in report
    assert "precious" not in report, "a report tells nothing of the note"
    (kept,) = (tmp_path / "recovery").glob("*.scriptorium")
    assert kept.stat().st_size > 0
    dialog.accept()
    assert studio.window.isVisible()


def test_the_first_start_shows_a_note_that_writes_itself(make_studio, qtbot, tmp_path, monkeypatch):
    note = welcome()
    shorter = replace(note, blocks=note.blocks[:2])
    monkeypatch.setattr("studio.desk.wiring.welcome", lambda: shorter)
    settings = tmp_path / "settings.json"
    studio = make_studio(settings, hand=False)
    studio.begin()
    assert "Welcome" in studio.window.editor.text
    studio.playback.speed = 1.0
    with qtbot.waitSignal(studio.playback.finished):
        studio.hands_begin()
    assert not studio.session.draft.ghosts
    again = make_studio(settings, hand=False)
    again.begin()
    assert again.window.editor.text == ""


def test_a_report_says_where_the_note_could_not_be_kept(make_studio, tmp_path):
    blocked = tmp_path / "state"
    blocked.write_text("in the way")
    studio = make_studio(state=blocked, hand=False)
    studio.document.edit("Type", Note.from_text("precious"))
    studio.report(ValueError("by chance"))
    dialog = studio.window.findChild(ReportDialog)
    assert any("Save your note now" in label.text() for label in dialog.findChildren(QLabel))
    dialog.accept()


def test_a_report_holds_nothing_of_the_note_unless_the_user_says_so(make_studio, tmp_path, qapp):
    def fail() -> None:
        try:
            Note.from_text(1 / 0)
        except ZeroDivisionError as error:
            raise ValueError(f"'My secret' in {tmp_path}") from error

    studio = make_studio(hand=False)
    try:
        fail()
    except ValueError as error:
        studio.report(error)
    dialog = studio.window.findChild(ReportDialog)
    told = dialog.text.toPlainText()
    assert "builtins.ZeroDivisionError" in told
    assert "builtins.ValueError" in told
    assert "in fail" in told
    for secret in ("'My secret' in /", str(tmp_path), str(Path(__file__).parent), str(Path.home())):
        assert secret not in told
    dialog.whole.click()
    assert f"ValueError: 'My secret' in {tmp_path}" in dialog.text.toPlainText()
    dialog.findChildren(QPushButton)[0].click()
    assert qapp.clipboard().text() == dialog.text.toPlainText()
    dialog.accept()
