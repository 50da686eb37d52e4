"""The text on the left: a plain-text editor whose undo is the note's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from PySide6.QtCore import QEvent, QMimeData, QPointF, QRectF, QSignalBlocker, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QTextBlock,
    QTextCursor,
    QTextDocumentFragment,
    QTextLine,
    QTextOption,
)
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit, QWidget

from studio.desk.views.text_format import MarkHighlighter, ParagraphFormat
from studio.desk.widgets.theme import Theme
from studio.document.rich_editing import TextRange
from studio.document.text_change import common_prefix

PAGE_BREAK = "\f"
PLAIN_ROOM, SIGN_ROOM = 4.0, 18.0
"""Pixels left of the text: without and with the signs of list items."""
MOST_MARKS = 1000
"""Places that are marked at most: each costs time at every key."""


class LineLetter(NamedTuple):
    """A character of the text: its paragraph, and its place in that, from 0."""

    paragraph: int
    place: int


class Editor(QPlainTextEdit):
    """Plain text, one paragraph a line; tells every change and which paragraph the cursor is in.

    Qt's own undo is off: the note remembers, so that text and ink are undone together.
    """

    edited = Signal(str, int)
    """The text as it is now, and where the cursor stands in it, in characters."""
    paragraph_entered = Signal(int)
    undo_wanted = Signal()
    redo_wanted = Signal()
    write_wanted = Signal()
    html_pasted = Signal(str, str)
    """Rich text that is to stand where the cursor is, and what it says as plain text."""
    text_pasted = Signal(str, object)
    """Plain text that was put in, and the `TextRange` that it took the place of."""
    pointed = Signal(object)
    """The `LineLetter` that the mouse is over, or None."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._paragraph = 0
        self._pointed: LineLetter | None = None
        self._errors: list[QTextEdit.ExtraSelection] = []
        self._otherwise: list[QTextEdit.ExtraSelection] = []
        self._found: list[QTextEdit.ExtraSelection] = []
        self._mark: list[QTextEdit.ExtraSelection] = []
        self._format = MarkHighlighter(self.document())
        self.viewport().setMouseTracking(True)
        self.setObjectName("text")
        self.setAccessibleName("Text of the note")
        self.setUndoRedoEnabled(False)
        self.setPlaceholderText("Type or paste what is to be written …")
        self.setTabChangesFocus(True)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.textChanged.connect(self._text_changed)
        self.cursorPositionChanged.connect(self._cursor_moved)

    @property
    def text(self) -> str:
        """The text: paragraphs parted by newlines, line breaks within one as U+2028."""
        lines, block = [], self.document().begin()
        while block.isValid():
            lines.append(block.text())
            block = block.next()
        return "\n".join(lines)

    @property
    def paragraph(self) -> int:
        """The paragraph that the cursor stands in, from 0."""
        return self.textCursor().blockNumber()

    def show_text(self, text: str) -> None:
        """Show the note's text where it differs, leaving the cursor near the change."""
        old = self.text
        if text == old:
            return
        prefix = len(common_prefix(old, text))
        suffix = len(common_prefix(old[prefix:][::-1], text[prefix:][::-1]))
        with QSignalBlocker(self):
            cursor = self.textCursor()
            cursor.setPosition(_units(old, prefix))
            cursor.setPosition(_units(old, len(old) - suffix), QTextCursor.MoveMode.KeepAnchor)
            cursor.insertText(text[prefix : len(text) - suffix])
            self.setTextCursor(cursor)
        self._cursor_moved()
        self.viewport().update()

    def go_to(self, paragraph: int, start: int = 0, stop: int | None = None) -> None:
        """Select characters of a paragraph and show them."""
        cursor = self._over(paragraph, start, start if stop is None else stop)
        if cursor is not None:
            self.setTextCursor(cursor)
            self.centerCursor()

    def _over(self, paragraph: int, start: int, stop: int) -> QTextCursor | None:
        """A cursor over characters of a paragraph; None where there is no such paragraph."""
        block = self.document().findBlockByNumber(paragraph)
        if not block.isValid():
            return None
        cursor = QTextCursor(block)
        cursor.setPosition(block.position() + _units(block.text(), start))
        end = block.position() + _units(block.text(), stop)
        cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        return cursor

    def show_errors(self, places: Sequence[tuple[int, int, int]]) -> None:
        """Underline what cannot be written: (paragraph, start, stop) each."""
        self._errors = []
        for mark in self._marks_over(places):
            mark.format.setUnderlineColor(self._theme.colour("danger"))
            mark.format.setUnderlineStyle(mark.format.UnderlineStyle.WaveUnderline)
            mark.format.setBackground(self._theme.colour("danger_soft"))
            self._errors.append(mark)
        self._show_marks()

    def show_otherwise(self, places: Sequence[tuple[int, int, int]]) -> None:
        """Underline with dots what is written otherwise: (paragraph, start, stop) each."""
        self._otherwise = []
        for mark in self._marks_over(places):
            mark.format.setUnderlineColor(self._theme.colour("accent"))
            mark.format.setUnderlineStyle(mark.format.UnderlineStyle.DotLine)
            mark.format.setBackground(self._theme.colour("accent_soft"))
            self._otherwise.append(mark)
        self._show_marks()

    def show_found(self, places: Sequence[tuple[int, int, int]], now: int) -> None:
        """Tint words that were looked for: (paragraph, start, stop) each, and which one is shown.

        At most `MOST_MARKS` are seen.
        """
        self._found = []
        for number, mark in enumerate(self._marks_over(places)):
            mark.format.setBackground(self._theme.colour("accent" if number == now else "line"))
            if number == now:
                mark.format.setForeground(self._theme.colour("on_accent"))
            self._found.append(mark)
        self._show_marks()

    def _marks_over(
        self, places: Sequence[tuple[int, int, int]]
    ) -> Iterator[QTextEdit.ExtraSelection]:
        for place in places[:MOST_MARKS]:
            cursor = self._over(*place)
            if cursor is not None:
                mark = QTextEdit.ExtraSelection()
                mark.cursor = cursor
                yield mark

    def mark(self, paragraph: int, start: int, stop: int) -> None:
        """Tint characters that something points at elsewhere; none where start is stop."""
        cursor = self._over(paragraph, start, stop)
        self._mark = []
        if cursor is not None and cursor.hasSelection():
            tint = QTextEdit.ExtraSelection()
            tint.cursor = cursor
            tint.format.setBackground(self._theme.colour("accent"))
            tint.format.setForeground(self._theme.colour("on_accent"))
            self._mark = [tint]
        self._show_marks()

    def _show_marks(self) -> None:
        self.setExtraSelections([*self._otherwise, *self._errors, *self._found, *self._mark])

    def insert_page_break(self) -> None:
        """Begin a new page at the cursor."""
        cursor = self.textCursor()
        cursor.insertText(PAGE_BREAK if cursor.atBlockStart() else "\n" + PAGE_BREAK)

    def _text_changed(self) -> None:
        cursor = self.textCursor()
        line, lines = cursor.block().text(), self.text.split("\n")
        before = sum(len(line) + 1 for line in lines[: cursor.blockNumber()])
        place = before + _characters(line, cursor.positionInBlock())
        self.edited.emit("\n".join(lines), place)

    def _cursor_moved(self) -> None:
        if self.paragraph != self._paragraph:
            self._paragraph = self.paragraph
            self.paragraph_entered.emit(self._paragraph)

    def chosen(self, *, word: bool = False) -> TextRange:
        """The characters that are selected, as places of the note's text.

        Parameters
        ----------
        word : bool
            Take the word at the cursor where nothing is selected.
        """
        cursor = self.textCursor()
        if word and not cursor.hasSelection():
            cursor.select(QTextCursor.SelectionType.WordUnderCursor)
        places = []
        for position in (cursor.selectionStart(), cursor.selectionEnd()):
            block = self.document().findBlock(position)
            place = _characters(block.text(), position - block.position())
            places += [block.blockNumber(), place]
        return TextRange(*places)

    def show_format(self, formats: dict[int, ParagraphFormat]) -> None:
        """Show which words are marked, and what the paragraphs are."""
        if formats != self._format.formats:
            # The text is as it was.
            with QSignalBlocker(self):
                self._format.show(formats)
            # Signs stand left of the text.
            signs = any(known.sign is not None for known in formats.values())
            if self.document().documentMargin() != (margin := SIGN_ROOM if signs else PLAIN_ROOM):
                with QSignalBlocker(self):
                    self.document().setDocumentMargin(margin)
            self.viewport().update()

    def insert_plain(self, text: str) -> None:
        """Put plain text where the cursor is."""
        at = self.chosen()
        self.textCursor().insertText(text)
        self.text_pasted.emit(text, at)

    def createMimeDataFromSelection(self) -> QMimeData:
        """Copy as plain text alone: Qt's own HTML would not keep the spaces."""
        copied = QMimeData()
        copied.setText(self.textCursor().selection().toPlainText())
        return copied

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Paste rich text as what it says, all else as plain text; files are the window's."""
        if source.hasUrls() and not source.hasText():
            return
        if source.hasHtml():
            self.html_pasted.emit(source.html(), source.text() if source.hasText() else "")
        else:
            self.insert_plain(source.text())

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        """Text can be dropped here; files go to the window."""
        return (source.hasText() or source.hasHtml()) and not source.hasUrls()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tell which character the mouse is over."""
        super().mouseMoveEvent(event)
        self._point_at(self._letter_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        """The mouse is over none any more."""
        super().leaveEvent(event)
        self._point_at(None)

    def _point_at(self, letter: LineLetter | None) -> None:
        if letter != self._pointed:
            self._pointed = letter
            self.pointed.emit(letter)

    def _letter_at(self, at: QPointF) -> LineLetter | None:
        """The character at a place of the viewport; None beside the text."""
        block = self.cursorForPosition(at.toPoint()).block()
        area = self.blockBoundingGeometry(block).translated(self.contentOffset())
        inside, layout = at - area.topLeft(), block.layout()
        for number in range(layout.lineCount()):
            line = layout.lineAt(number)
            if line.naturalTextRect().contains(inside):
                on = QTextLine.CursorPosition.CursorOnCharacter
                units = line.xToCursor(inside.x(), on)
                return LineLetter(block.blockNumber(), _characters(block.text(), units))
        return None

    def event(self, event: QEvent) -> bool:
        """Let the note's undo have the undo keys, which Qt's editor would swallow."""
        if event.type() == QEvent.Type.ShortcutOverride:
            assert isinstance(event, QKeyEvent)
            standard = QKeySequence.StandardKey
            if event.matches(standard.Undo) or event.matches(standard.Redo):
                event.ignore()
                return False
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Undo and redo are the note's; Shift+Return breaks a line within the paragraph."""
        if event.matches(QKeySequence.StandardKey.Undo):
            self.undo_wanted.emit()
        elif event.matches(QKeySequence.StandardKey.Redo):
            self.redo_wanted.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and (
            event.modifiers() & Qt.KeyboardModifier.ControlModifier
        ):
            self.write_wanted.emit()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw a dashed line where a page begins."""
        super().paintEvent(event)
        painter = QPainter(self.viewport())
        block: QTextBlock = self.firstVisibleBlock()
        while block.isValid():
            area = self.blockBoundingGeometry(block).translated(self.contentOffset())
            if area.top() > self.viewport().height():
                break
            known = self._format.formats.get(block.blockNumber())
            if known is not None and known.sign is not None:
                painter.setPen(QColor(self._theme.tokens.muted))
                box = QRectF(area.left() - 2, area.top(), 18, self.fontMetrics().height() + 6)
                painter.drawText(box, Qt.AlignmentFlag.AlignCenter, known.sign.text)
            if block.text().startswith(PAGE_BREAK):
                painter.setPen(QPen(QColor(self._theme.tokens.muted), 1, Qt.PenStyle.DashLine))
                y = round(area.top())
                painter.drawLine(4, y, self.viewport().width() - 4, y)
            block = block.next()
        painter.end()


def plain_text(mime: QMimeData) -> str:
    """The text of what was copied; of a page that comes without plain text, its words."""
    if mime.hasText() or not mime.hasHtml():
        return mime.text()
    return QTextDocumentFragment.fromHtml(mime.html()).toPlainText()


def _units(text: str, place: int) -> int:
    """A place in a text as Qt counts it: what Unicode has beyond 16 bits, emoji say, as two."""
    return len(text[:place].encode("utf-16-le", "surrogatepass")) // 2


def _characters(text: str, units: int) -> int:
    """A place that Qt tells, in characters."""
    before = text.encode("utf-16-le", "surrogatepass")[: 2 * units]
    return len(before.decode("utf-16-le", "replace"))
