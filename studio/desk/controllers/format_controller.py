"""Marks of words, roles and alignment of paragraphs, and rich text that is pasted."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QColor, QCursor, QGuiApplication, QIcon, QPixmap
from PySide6.QtWidgets import QMenu

from engine.errors import ScriptoriumError
from studio.desk.actions import Action
from studio.desk.context import StudioContext
from studio.desk.views.editor import plain_text
from studio.desk.views.text_format import formats_of
from studio.desk.views.window import Window
from studio.document.editing import Span, edit_of, place_in_text
from studio.document.ink_colours import INKS
from studio.document.note import Alignment, Block, Note
from studio.document.rich_editing import (
    TextRange,
    align,
    insert_blocks,
    is_plain,
    set_role,
    spans_of,
    toggle_mark,
)
from studio.document.selection import Reach
from studio.document.text_marks import MarkKind, Role, Sign
from studio.importing.markdown_reader import looks_like_markdown
from studio.importing.markup import Markup, read_markup
from studio.layout.text_places import find_letters, find_word

MARKS = (
    (MarkKind.UNDERLINED, "Underline", "Ctrl+U", "Underline the words by hand"),
    (MarkKind.PRESSED, "Press harder", "Ctrl+B", "Write the words with more pressure"),
    (MarkKind.STRUCK, "Cross out", "Ctrl+Shift+X", "Draw a line through the words"),
)
ROLES = (
    ("heading", Role.HEADING, 1, None, "Heading", "Ctrl+Alt+1", "Larger letters"),
    ("item", Role.ITEM, 0, Sign.DOT, "List item", "Ctrl+Alt+2", "With a drawn bullet"),
    ("task", Role.ITEM, 0, Sign.BOX, "Check box", "Ctrl+Alt+3", "With a drawn box to tick"),
    ("plain", Role.PARAGRAPH, 0, None, "Plain paragraph", "Ctrl+Alt+0", "No heading, no item"),
)
ALIGNMENTS = (
    (Alignment.LEFT, "Align left", "Ctrl+Alt+L", "align-left"),
    (Alignment.CENTRED, "Centre", "Ctrl+Alt+E", "align-center"),
    (Alignment.RIGHT, "Align right", "Ctrl+Alt+R", "align-right"),
    (Alignment.JUSTIFIED, "Justify", "Ctrl+Alt+J", "align-justify"),
)


class FormatController(QObject):
    """Joins what is chosen, in the text or on the page, with marks and roles of the note."""

    def __init__(self, context: StudioContext, window: Window) -> None:
        super().__init__()
        self._window, self._document, self._notices = window, context.document, context.notices
        self._selection, self._session = context.selection, context.session
        editor = window.editor
        editor.html_pasted.connect(self._paste_html)
        editor.text_pasted.connect(self._text_pasted)
        context.document.changed.connect(self._note_changed)

    def _note_changed(self, _before: Note, note: Note) -> None:
        self._window.editor.show_format(formats_of(note))

    # What is chosen --------------------------------------------------------------------------

    def _on_page(self) -> bool:
        return self._selection.value is not None and not self._window.editor.hasFocus()

    def _spans(self) -> tuple[Span, ...]:
        """The characters that are chosen; without a selection the word at the cursor."""
        note = self._document.note
        if self._on_page():
            return self._spans_on_page()
        return tuple(s for s in spans_of(note, self._window.editor.chosen(word=True)) if s.stop)

    def _spans_on_page(self) -> tuple[Span, ...]:
        value, draft, note = self._selection.value, self._session.draft, self._document.note
        if value is None or draft is None or value.reach is Reach.DRAWING:
            return ()
        plan, alphabet = draft.layout.plan, self._session.writer.alphabet
        if value.reach is Reach.WORD:
            word = place_in_text(edit_of(note, value.key), value.word)
            span = find_word(note, plan, value.key, word, alphabet)
            return () if span is None else (span,)
        if value.reach is Reach.LINE:
            letters = find_letters(note, plan, value.key, alphabet)
            return (Span(value.key.block, letters[0].start, letters[-1].stop),) if letters else ()
        blocks = (*note.blocks, *(box.block for box in note.boxes))
        return tuple(Span(b.id, 0, len(b.text)) for b in blocks if b.id == value.key.block)

    def _paragraphs(self) -> tuple[int, ...]:
        """The ids of the paragraphs, or of the text box, that are chosen."""
        value, note = self._selection.value, self._document.note
        if self._on_page() and value is not None:
            return (value.key.block,)
        chosen = self._window.editor.chosen()
        return tuple(note.blocks[n].id for n in chosen.paragraphs if n < len(note.blocks))

    # What is done with it --------------------------------------------------------------------

    def mark(self, kind: MarkKind, name: str) -> None:
        """Mark what is chosen, or take the mark away."""
        spans = self._spans()
        if not spans:
            self._window.say("Select words in the text or on the page first")
            return
        self._document.close_step()
        self._document.edit(name, toggle_mark(self._document.note, spans, kind))

    def ask_colour(self) -> None:
        """Offer the inks for the words that are chosen, where they stand."""
        spans = self._spans()
        if not spans:
            self._window.say("Select words in the text or on the page first")
            return
        menu = QMenu(self._window)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for name, colour in (*INKS.items(), ("As the rest", "")):
            entry = menu.addAction(name, partial(self.colour, spans, colour))
            if colour:
                drop = QPixmap(16, 16)
                drop.fill(QColor(colour))
                entry.setIcon(QIcon(drop))
        editor = self._window.editor
        at = editor.viewport().mapToGlobal(editor.cursorRect().bottomLeft())
        menu.popup(QCursor.pos() if self._on_page() else at)

    def colour(self, spans: tuple[Span, ...], colour: str) -> None:
        """Write words in another ink; an empty colour is that of the rest."""
        self._document.close_step()
        note = toggle_mark(self._document.note, spans, MarkKind.COLOURED, colour)
        self._document.edit("Colour the words", note)

    def give_role(self, role: Role, level: int, sign: Sign | None, name: str) -> None:
        """Make the paragraphs that are chosen headings, items or plain ones."""
        note = set_role(self._document.note, self._paragraphs(), role, level, sign)
        self._document.close_step()
        self._document.edit(name, note)

    def align(self, alignment: Alignment, name: str) -> None:
        """Align the paragraphs, or the text box, that are chosen."""
        self._document.close_step()
        self._document.edit(name, align(self._document.note, self._paragraphs(), alignment))

    # Pasting ---------------------------------------------------------------------------------

    def _paste_html(self, html: str, plain: str) -> None:
        """Put rich text into the text, with its headings, lists and marks."""
        try:
            rich = read_markup(html, Markup.HTML)
        except ScriptoriumError as error:
            self._notices.say(str(error), "paste")
            return
        if is_plain(rich.blocks) and not rich.remarks and plain:
            # Spaces and line ends are as they were there.
            self._window.editor.insert_plain(plain)
            return
        self._insert(rich.blocks, "Paste")
        self._tell(rich.remarks)

    def _insert(self, blocks: tuple[Block, ...], name: str, at: TextRange | None = None) -> None:
        editor, document = self._window.editor, self._document
        if not blocks:
            return
        note, place = insert_blocks(document.note, at or editor.chosen(), blocks)
        document.close_step()
        document.edit(name, note)
        editor.go_to(*place)

    def _tell(self, remarks: tuple[str, ...]) -> None:
        if remarks:
            self._notices.say(" ".join(remarks), "remarks", error=False)

    def _text_pasted(self, text: str, at: TextRange) -> None:
        """Offer to read what was pasted as Markdown, where it surely is."""
        if not looks_like_markdown(text):
            return
        after = self._document.note
        self._notices.say(
            "What was pasted looks like Markdown.",
            "markdown",
            "Read it as Markdown",
            partial(self._read_again, text, at, after),
            error=False,
        )

    def _read_again(self, text: str, at: TextRange, after: Note) -> None:
        if self._document.note is not after:
            self._window.say("The text was changed since; paste it again as Markdown")
            return
        self._document.undo()
        self._read(text, at)

    def _read(self, text: str, at: TextRange | None = None) -> None:
        rich = read_markup(text, Markup.MARKDOWN)
        self._insert(rich.blocks, "Paste as Markdown", at)
        self._tell(rich.remarks)

    def paste_markdown(self) -> None:
        """Paste what is on the clipboard, read as Markdown."""
        text = plain_text(QGuiApplication.clipboard().mimeData())
        if text.strip():
            self._read(text)
        else:
            self._window.say("There is no text on the clipboard")

    def actions(self) -> tuple[Action, ...]:
        """What can be done."""
        marks = (
            Action(f"format.{kind.value}", name, partial(self.mark, kind, name), "Edit", key, "",
                   tip, group=4)
            for kind, name, key, tip in MARKS
        )  # fmt: skip
        roles = (
            Action(f"format.{ident}", name, partial(self.give_role, role, level, sign, name),
                   "Edit", key, "", tip, group=5)
            for ident, role, level, sign, name, key, tip in ROLES
        )  # fmt: skip
        ways = (
            Action(f"format.{way.value}", name, partial(self.align, way, name), "Edit", key, image,
                   "The paragraphs that are chosen", group=6)
            for way, name, key, image in ALIGNMENTS
        )  # fmt: skip
        paste = Action("edit.paste_markdown", "Paste as Markdown", self.paste_markdown, "Edit",
                       "Ctrl+Shift+V", "", "With its headings, lists and marked words",
                       group=1)  # fmt: skip
        colour = Action("format.colour", "Colour of words …", self.ask_colour, "Edit",
                        "Ctrl+Alt+U", "", "In another ink than the rest", group=4)  # fmt: skip
        return (paste, *marks, colour, *roles, *ways)
