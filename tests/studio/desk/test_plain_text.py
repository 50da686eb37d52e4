"""Text from files is never markup: in labels, tool tips, questions, menus and the title."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QApplication, QLabel, QMessageBox, QWidget

from engine.ink.ink import Ink
from engine.style.style import Style
from studio.desk.models.plain_tip import plain_tip
from studio.desk.models.style_list import StyleList
from studio.desk.widgets.plain_text import PlainLabel, plain_name
from studio.desk.widgets.questions import ask
from studio.document.note import Note

DESK = Path(__file__).parents[3] / "studio" / "desk"
MARKUP = "<h1>Big</h1> & <img src='file:///etc/passwd'><a href='x'>y</a>"


def shown(tip: str) -> str:
    """What a tool tip shows."""
    document = QTextDocument()
    if Qt.mightBeRichText(tip) if hasattr(Qt, "mightBeRichText") else tip.startswith("<"):
        document.setHtml(tip)
    else:
        document.setPlainText(tip)
    return document.toPlainText()


@pytest.mark.parametrize("text", [MARKUP, "plain", "a < b & c > d", "<b>x", "line\n<i>two</i>"])
def test_a_tool_tip_shows_what_it_is_given(text: str, qapp: QApplication) -> None:
    assert shown(plain_tip(text)) == text


def test_what_is_said_is_not_markup(make_studio) -> None:
    studio = make_studio(hand=False)
    studio.window.notice.say(MARKUP, "file")
    studio.window.say(MARKUP)
    for label in (studio.window.notice.label, studio.window.message):
        assert label.text() == MARKUP
        assert label.textFormat() == Qt.TextFormat.PlainText


def test_no_label_of_the_window_takes_text_for_markup(make_studio) -> None:
    studio = make_studio(hand=False)
    studio.handwriting.open_recorder()
    studio.handwriting.open_library()
    tops = [w for w in QApplication.topLevelWidgets() if isinstance(w, QWidget)]
    own = [label for top in tops for label in top.findChildren(PlainLabel)]
    assert len(own) > 30
    assert {label.textFormat() for label in own} == {Qt.TextFormat.PlainText}


def test_a_question_is_not_markup(qtbot) -> None:
    seen = []

    def answer() -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        seen.append((box.text(), box.textFormat(), box.defaultButton().text()))
        box.defaultButton().click()

    QTimer.singleShot(0, answer)
    assert ask(None, MARKUP, ["Save", "Discard"]) == "Save"
    QTimer.singleShot(0, answer)
    assert ask(None, MARKUP, ["Delete"], safe=False) == ""
    assert seen[0] == (MARKUP, Qt.TextFormat.PlainText, "Save")
    assert "Cancel" in seen[1][2]


def test_recent_notes_are_called_as_they_are(make_studio, tmp_path: Path) -> None:
    studio = make_studio(hand=False)
    path = tmp_path / "R&D <b>[*].scriptorium"
    studio.document.edit("Type", Note.from_text("text"))
    assert studio.files.save_to(path)
    menu = studio.files._recent
    assert menu.actions()[0].text() == plain_name(path.name) == "R&&D <b>[*].scriptorium"
    assert shown(menu.actions()[0].toolTip()) == str(path)
    assert studio.window.windowTitle().startswith("R&D <b>[*][*][*]")


def constant(node: ast.expr) -> bool:
    """Whether an expression is written out in the program, or made plain."""
    if isinstance(node, ast.IfExp):
        return constant(node.body) and constant(node.orelse)
    made_plain = isinstance(node, ast.Call) and getattr(node.func, "id", "") == "plain_tip"
    return made_plain or (isinstance(node, ast.Constant) and "<" not in node.value)


@pytest.mark.parametrize(
    "path", sorted(DESK.rglob("*.py")), ids=lambda path: str(path.relative_to(DESK))
)
def test_a_module_shows_text_in_no_other_way(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    made = {n.func.id for n in ast.walk(tree) if isinstance(n, ast.Call) and hasattr(n.func, "id")}
    assert QLabel.__name__ not in made, "PlainLabel shows text as it is"
    if path.name != "questions.py":
        assert "QMessageBox" not in path.read_text("utf-8"), "`ask` shows text as it is"
    tips = [
        node.args[-1]
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "setToolTip"
    ]
    wrong = [ast.unparse(tip) for tip in tips if not constant(tip)]
    assert wrong == [], "`plain_tip` shows text as it is"


def test_lists_show_tips_as_they_are() -> None:
    ink = Ink.from_lists([[(0, 0), (5, -3), (10, 0)]])
    styles = StyleList()
    styles.offer("yours", {"Mine": Style("Mine", "mine", ink, source=MARKUP)})
    tips = [styles.index(row).data(Qt.ItemDataRole.ToolTipRole) for row in range(styles.rowCount())]
    assert MARKUP in [shown(tip) for tip in tips if tip]
