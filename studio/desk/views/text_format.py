"""How marked words and headings look in the text on the left."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from PySide6.QtGui import QColor, QFont, QSyntaxHighlighter, QTextCharFormat, QTextDocument

from studio.document.note import Note
from studio.document.text_marks import Mark, MarkKind, Role, Sign


class ParagraphFormat(NamedTuple):
    """What a paragraph of the text is, and which of its characters are marked.

    Places count as those of `Note.text`, a form feed that begins a page included.
    """

    role: Role
    level: int
    sign: Sign | None
    marks: tuple[Mark, ...]


def formats_of(note: Note) -> dict[int, ParagraphFormat]:
    """Of each paragraph that is more than plain text, by its number from 0."""
    found = {}
    for number, block in enumerate(note.blocks):
        if block.marks or block.role is not Role.PARAGRAPH:
            by = int(block.new_page)
            marks = tuple(replace(m, start=m.start + by, stop=m.stop + by) for m in block.marks)
            found[number] = ParagraphFormat(block.role, block.level, block.sign, marks)
    return found


class MarkHighlighter(QSyntaxHighlighter):
    """Shows marks as marks, and headings bold."""

    def __init__(self, document: QTextDocument) -> None:
        super().__init__(document)
        self.formats: dict[int, ParagraphFormat] = {}

    def show(self, formats: dict[int, ParagraphFormat]) -> None:
        """Show these, by the paragraphs' numbers."""
        before, self.formats = self.formats, formats
        for number in sorted(before.keys() | formats.keys()):
            if before.get(number) != formats.get(number):
                block = self.document().findBlockByNumber(number)
                if block.isValid():
                    self.rehighlightBlock(block)

    def highlightBlock(self, text: str) -> None:
        """Format one paragraph."""
        known = self.formats.get(self.currentBlock().blockNumber())
        if known is None:
            return
        heading = known.role is Role.HEADING
        kinds: list[set[tuple[MarkKind, str]]] = [set() for _ in text]
        for mark in known.marks:
            for place in range(mark.start, min(mark.stop, len(text))):
                kinds[place].add((mark.kind, mark.colour))
        # Qt counts what Unicode has beyond 16 bits, emoji say, as two.
        start = begin = at = 0
        for stop in range(1, len(text) + 1):
            at += 1 + (ord(text[stop - 1]) > 0xFFFF)
            if stop == len(text) or kinds[stop] != kinds[start]:
                if kinds[start] or heading:
                    self.setFormat(begin, at - begin, _format(kinds[start], heading))
                start, begin = stop, at


def _format(marks: set[tuple[MarkKind, str]], heading: bool) -> QTextCharFormat:
    shown = QTextCharFormat()
    kinds = {kind for kind, _ in marks}
    for kind, colour in marks:
        if kind is MarkKind.COLOURED:
            shown.setForeground(QColor(colour))
    if heading or MarkKind.PRESSED in kinds:
        shown.setFontWeight(QFont.Weight.Bold)
    shown.setFontUnderline(MarkKind.UNDERLINED in kinds)
    shown.setFontStrikeOut(MarkKind.STRUCK in kinds)
    return shown
