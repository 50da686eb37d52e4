"""The recorder: a sentence to copy, the sheet, and what has been recorded."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractButton,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QMenu,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from engine.errors import InkError
from engine.ink.ink import Ink
from engine.ink.preparation import Preparation
from studio.desk.actions import ActionModel
from studio.desk.models.plain_tip import plain_tip
from studio.desk.recorder.coverage_map import CoverageMap
from studio.desk.recorder.line_list import LineList
from studio.desk.recorder.recorder_model import RecorderModel
from studio.desk.widgets.canvas_tools import eraser, tool
from studio.desk.widgets.icons import icon
from studio.desk.widgets.ink_canvas import InkCanvas
from studio.desk.widgets.plain_text import PlainLabel
from studio.desk.widgets.segmented import Segment, Segmented
from studio.desk.widgets.theme import Theme
from studio.recording.line_checks import QualityIssue
from studio.recording.prompts import GUIDES, SIGNATURE

PRIVACY = "Your handwriting stays on this computer."


class RecorderView(QWidget):
    """Shows what is recorded; its buttons do what the actions of "recorder" do.

    Parameters
    ----------
    session : RecorderModel
    actions : ActionModel
    theme : Theme
    """

    recordings_wanted = Signal()
    """The menu of recordings is about to be shown: fill it."""

    def __init__(
        self,
        session: RecorderModel,
        actions: ActionModel,
        theme: Theme,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._session, self._actions, self._theme = session, actions, theme
        self.preparation = Preparation()
        self.setObjectName("recorder")
        self.canvas = InkCanvas(theme)
        self.map = CoverageMap(theme)
        self.list = LineList(theme)
        self._build()
        self._connect()
        self._show_all()

    # Building.

    def _build(self) -> None:
        px = self._theme.px
        self.name = QLineEdit(self._session.name)
        self.name.setAccessibleName("Name of this handwriting")
        self.name.setMaxLength(60)
        self.name.setFixedWidth(px(26))
        self.guides = Segmented(
            "Set of sentences",
            [Segment(guide.key, guide.title.split(":")[0]) for guide in GUIDES.values()],
            self._theme,
        )
        for key, button in self.guides.buttons.items():
            button.setToolTip(plain_tip(GUIDES[key].title))
        head = QHBoxLayout()
        head.setSpacing(px(1.5))
        head.addWidget(PlainLabel("Name"))
        head.addWidget(self.name)
        self.recordings = QToolButton()
        self.recordings.setText("Recordings")
        self.recordings.setToolTip("Start another recording, continue one, or delete this one")
        self.recordings.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.menu = QMenu(self.recordings)
        self.menu.aboutToShow.connect(self.recordings_wanted)
        self.recordings.setMenu(self.menu)
        head.addWidget(self.recordings)
        head.addSpacing(px(2))
        head.addWidget(self.guides)
        head.addStretch()
        self.import_button = QPushButton("Import ink …")
        head.addWidget(self.import_button)

        self.counter = PlainLabel()
        self.counter.setObjectName("muted")
        self.sentence = PlainLabel()
        self.sentence.setAccessibleName("Copy this sentence")
        font = self.sentence.font()
        font.setPointSizeF(1.6 * self.font().pointSizeF())
        self.sentence.setFont(font)
        self.sentence.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.words = QLineEdit()
        self.words.setPlaceholderText("Type the words that you are going to write")
        self.words.setAccessibleName("The words of this line")
        self.words.setMaxLength(120)

        sheet = QFrame()
        sheet.setObjectName("floating")
        inside = QVBoxLayout(sheet)
        inside.setContentsMargins(1, 1, 1, 1)
        inside.addWidget(self.canvas)

        self.remark = PlainLabel()
        self.remark.setWordWrap(True)
        self.remark.setAccessibleName("What may be wrong with the line")
        self.remark_bar = QFrame()
        self.remark_bar.setObjectName("hint")
        row = QHBoxLayout(self.remark_bar)
        row.setContentsMargins(px(1.5), px(1), px(1.5), px(1))
        row.addWidget(self.remark)
        # The sheet must not move under the pen when something is said of the line, in up to two
        # lines of words.
        self.remark.setMinimumHeight(2 * self.remark.fontMetrics().lineSpacing())
        self.remark.setAlignment(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
        policy = self.remark_bar.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.remark_bar.setSizePolicy(policy)
        self.remark_bar.hide()

        tools = QHBoxLayout()
        tools.setSpacing(px(0.5))
        self.undo = tool("undo-2", "Undo", self._theme)
        self.redo = tool("redo-2", "Redo", self._theme)
        self.eraser = eraser()
        self.clear = QToolButton()
        self.clear.setText("Clear")
        self.seen = QToolButton()
        self.seen.setText("What the network sees")
        self.seen.setCheckable(True)
        for button in (self.undo, self.redo, self.eraser, self.clear, self.seen):
            tools.addWidget(button)
        tools.addStretch()
        self.next = QPushButton("Next line")
        self.next.setObjectName("primary")
        tools.addWidget(self.next)

        self.lines_title = PlainLabel("Recorded")
        self.lines_title.setObjectName("section")
        covered = PlainLabel("Covered")
        covered.setObjectName("section")
        lower = QHBoxLayout()
        lower.setSpacing(px(3))
        left, right = QVBoxLayout(), QVBoxLayout()
        left.addWidget(self.lines_title)
        left.addWidget(self.list, 1)
        privacy = PlainLabel(f"{PRIVACY} Deleting a recording removes all of it.")
        privacy.setObjectName("muted")
        privacy.setWordWrap(True)
        left.addWidget(privacy)
        right.addWidget(covered)
        right.addWidget(self.map)
        right.addStretch()
        buttons = QHBoxLayout()
        self.make_style = QPushButton("Make a style")
        self.make_style.setToolTip(
            "Write in your style at once, after your best line or the lines that you mark"
        )
        self.teach = QPushButton("Teach a hand …")
        self.teach.setToolTip("Let the network learn your letters; takes some minutes")
        buttons.addStretch()
        buttons.addWidget(self.teach)
        buttons.addWidget(self.make_style)
        right.addLayout(buttons)
        lower.addLayout(left, 1)
        lower.addLayout(right, 1)

        column = QVBoxLayout(self)
        column.setContentsMargins(px(3), px(2.5), px(3), px(2.5))
        column.setSpacing(px(1.5))
        column.addLayout(head)
        rule = QFrame()
        rule.setObjectName("rule")
        column.addWidget(rule)
        column.addWidget(self.counter)
        column.addWidget(self.sentence)
        column.addWidget(self.words)
        column.addWidget(sheet, 3)
        column.addWidget(self.remark_bar)
        column.addLayout(tools)
        column.addLayout(lower, 2)
        self.canvas.setFocus()

    def _connect(self) -> None:
        session = self._session
        self.canvas.stroke_ended.connect(session.add)
        self.canvas.erased.connect(session.erase)
        self.canvas.tool_used.connect(self._used)
        self._buttons: dict[str, QAbstractButton] = {
            "recorder.undo": self.undo,
            "recorder.redo": self.redo,
            "recorder.clear": self.clear,
            "recorder.erase": self.eraser,
            "recorder.seen": self.seen,
            "recorder.keep": self.next,
            "recorder.style": self.make_style,
            "style.import": self.import_button,
        }
        for ident, button in self._buttons.items():
            button.clicked.connect(partial(self._pressed, ident))
            self._refresh(ident)
        self._actions.changed.connect(self._refresh)
        self.teach.clicked.connect(partial(self._pressed, "style.teach"))
        self.name.editingFinished.connect(lambda: session.rename(self.name.text()))
        self.guides.chosen.connect(lambda key: session.follow(GUIDES[key]))
        self.words.textEdited.connect(session.set_text)
        self.list.again_wanted.connect(session.visit)
        self.list.removal_wanted.connect(session.remove)
        session.line_changed.connect(self._show_line)
        session.lines_changed.connect(self._show_lines)
        session.remarked.connect(self._show_remarks)
        session.failed.connect(self.say)
        self._theme.changed.connect(self._tint)

    def _pressed(self, ident: str, _checked: bool = False) -> None:
        self._actions.trigger(ident)
        self._refresh(ident)

    def _refresh(self, ident: str) -> None:
        """Show what holds of an action at its button."""
        button = self._buttons.get(ident)
        if button is None:
            return
        button.setEnabled(self._actions.enabled(ident))
        button.setToolTip(plain_tip(self._actions.tip(ident)))
        if self._actions[ident].checkable:
            button.setChecked(self._actions.checked(ident))

    def _tint(self) -> None:
        for button, name in ((self.undo, "undo-2"), (self.redo, "redo-2")):
            button.setIcon(icon(name, self._theme.tokens))

    # Showing.

    def say(self, sentence: str) -> None:
        """Show a sentence below the sheet."""
        self.remark.setText(sentence)
        self.remark_bar.setVisible(bool(sentence))

    def _show_all(self) -> None:
        self._show_lines()
        self._show_line()

    def _show_line(self) -> None:
        session = self._session
        free, done = session.asks_for_words, session.done and session.place > session.count
        self.words.setPlaceholderText(
            f"The character that it stands for; by default {SIGNATURE}"
            if session.draws_symbol
            else "Type the words that you are going to write"
        )
        number = f"Line {session.place}"
        if session.count and session.place <= session.count:
            number += f" of {session.count}"
        self.counter.setText(
            "Draw your signature, or a sign, several times; say which character of a text it "
            "stands for:"
            if session.draws_symbol
            else "All lines are recorded. Make a style of them, or continue in your own words:"
            if done
            else f"{number}: write this sentence on the blue line, as you always write."
            if not free
            else f"{number}: type the words, then write them on the blue line."
        )
        self.sentence.setText(session.text)
        self.sentence.setVisible(not free)
        self.words.setVisible(free)
        if free and self.words.text() != session.own_text:
            self.words.setText(session.own_text)
        if session.text:
            self.canvas.show_text(session.text)
        self.canvas.show_strokes(session.sheet.strokes)
        self.next.setText(self._next_words())
        self.show_seen(self._actions.checked("recorder.seen"))

    def _show_lines(self) -> None:
        session = self._session
        lines = session.lines
        self.list.show_lines(lines)
        self.map.show_coverage(session.coverage())
        self.guides.show_value(session.guide.key)
        if not self.name.hasFocus():
            self.name.setText(session.name)
        self.lines_title.setText(
            f"Recorded: {len(lines)} {'line' if len(lines) == 1 else 'lines'}"
            if lines
            else "Recorded: nothing yet"
        )
        self.teach.setEnabled(len(lines) >= 3)
        self.make_style.setObjectName("primary" if session.done else "")
        self.make_style.style().unpolish(self.make_style)
        self.make_style.style().polish(self.make_style)

    def _show_remarks(self, remarks: tuple[QualityIssue, ...]) -> None:
        self.say("  ".join(remark.sentence for remark in remarks))
        self.next.setText(self._next_words())

    def _next_words(self) -> str:
        if self._session.draws_symbol:
            return "Keep this drawing"
        return "Keep it all the same" if self._session.warned else "Next line"

    def show_seen(self, on: bool) -> None:
        """Show the line as the network's preparation makes it, over the strokes; or not."""
        strokes = self._session.sheet.strokes
        if not on or not strokes:
            self.canvas.show_seen(None)
            return
        try:
            self.canvas.show_seen(seen_by_network(Ink(strokes), self.preparation))
        except InkError as error:
            self.say(str(error))

    def _used(self, tool: str) -> None:
        self._session.source = {"pen": "pen tablet", "touch": "touch screen"}.get(tool, "mouse")


def seen_by_network(ink: Ink, preparation: Preparation) -> Ink:
    """Ink after the network's preparation, laid over the ink it came from."""
    prepared = preparation.prepare(ink)
    scale = float(ink.xy[:, 1].std() / max(prepared.xy[:, 1].std(), 1e-9))
    laid = prepared.scaled(scale)
    shift = ink.xy.mean(axis=0) - laid.xy.mean(axis=0)
    return laid.moved(float(shift[0]), float(shift[1]))
