"""Characters that a hand replaces or cannot write: marked, listed, and corrected."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject

from engine.errors import ScriptoriumError
from engine.text.transliteration import Substitution, UnwritableError
from studio.desk.actions import Action
from studio.desk.context import StudioContext
from studio.desk.views.window import Window
from studio.desk.views.written_otherwise_dialog import WrittenOtherwiseDialog
from studio.document.editing import replace_unknown
from studio.document.note import Note
from studio.layout.draft_layout import DraftLayout
from studio.layout.tokenise import tokenise
from studio.layout.written_otherwise import WrittenOtherwise, written_otherwise

ADVICE = "choose what to do with {}"


class WrittenOtherwiseController(QObject):
    """Joins the spelling of a note's text with the text, a list, and the library of symbols.

    Parameters
    ----------
    context, window
        Of the studio.
    draw : callable
        Opens the recorder to draw a symbol for a character.
    """

    def __init__(
        self, context: StudioContext, window: Window, draw: Callable[[str], object]
    ) -> None:
        super().__init__()
        self._window, self._document, self._theme = window, context.document, context.theme
        self._actions, self._notices, self._draw = context.actions, context.notices, draw
        self._session = context.session
        #: The note and the notices that the places are of.
        self._told: tuple[Note, Sequence[Substitution]] | None = None
        self.places: tuple[WrittenOtherwise, ...] = ()
        self.dialog: WrittenOtherwiseDialog | None = None
        context.session.drafted.connect(self._drafted)
        context.session.failed.connect(self.refuse)
        window.otherwise.clicked.connect(self.show_list)

    def actions(self) -> tuple[Action, ...]:
        """What can be done."""
        return (
            Action("note.otherwise", "Written otherwise …", self.show_list, "Note", "",
                   "case-sensitive", "List what is written otherwise than it was typed", group=2),
        )  # fmt: skip

    def _drafted(self, draft: DraftLayout) -> None:
        # Each line that is written makes another draft, of the same text.
        told = self._document.note, draft.layout.notices
        if self._told is None or self._told[0] is not told[0] or self._told[1] != told[1]:
            self._show(written_otherwise(*told))
            self._told = told

    def refuse(self, error: ScriptoriumError) -> None:
        """Say why a note cannot be laid out; of characters, offer what can be done with them."""
        if not isinstance(error, UnwritableError):
            self._notices.say(str(error), "text")
            self._show(())
            return
        self._show(self._all(error))
        them = "it" if len(error.refused) == 1 else "them"
        character = error.characters[0]
        self._notices.say(
            str(error.advised(ADVICE.format(them))),
            "text",
            f"Leave {them} out",
            partial(self._replace, ""),
            other=(f"Draw {character} …", partial(self._draw, character)),
            third=(f"Write ? for {them}", partial(self._replace, "?")),
        )

    def _all(self, error: UnwritableError) -> tuple[WrittenOtherwise, ...]:
        """What cannot be written, and all else that is written otherwise."""
        note = self._document.note
        left_out = tokenise(
            replace(note, replace_unknown=""), self._session.writer.alphabet
        ).notices
        known = [notice for notice in left_out if notice.character not in error.characters]
        return written_otherwise(note, known, error.refused)

    def _replace(self, character: str) -> None:
        name = "Replace unknown" if character else "Leave out unknown"
        self._document.edit(name, replace_unknown(self._document.note, character))

    def _show(self, places: tuple[WrittenOtherwise, ...]) -> None:
        """Mark the places in the text, count them at the foot, and list them where asked for."""
        self.places, self._told = places, None
        marks = [(one.stretch, one.written is None) for one in places if one.stretch is not None]
        self._window.editor.show_errors([stretch for stretch, bad in marks if bad])
        self._window.editor.show_otherwise([stretch for stretch, bad in marks if not bad])
        count = len(places)
        self._window.otherwise.setText(f"{count} written otherwise")
        self._window.otherwise.setVisible(count > 0)
        self._actions.enable("note.otherwise", count > 0)
        if self.dialog is not None:
            self.dialog.show_places(places)

    def show_list(self) -> None:
        """List the places, beside the text."""
        if self.dialog is None:
            self.dialog = WrittenOtherwiseDialog(self._theme, self._window)
            self.dialog.place_wanted.connect(self._go_to)
            self.dialog.drawing_wanted.connect(self._draw)
        self.dialog.show_places(self.places)
        self.dialog.show()
        self.dialog.raise_()

    def _go_to(self, place: WrittenOtherwise) -> None:
        if place.stretch is not None:
            self._window.editor.go_to(*place.stretch)
