"""Words that may be misread: marked on the page, counted in the status bar, gone through."""

from __future__ import annotations

from PySide6.QtCore import QObject

from studio.desk.actions import Action
from studio.desk.context import StudioContext
from studio.desk.views.page.marks import SelectionMark
from studio.desk.views.window import Window
from studio.document.editing import accept_word, edit_of
from studio.document.page import LineKey
from studio.document.selection import Reach, Selected, areas_of, word_areas
from studio.layout.draft_layout import DraftLayout
from studio.layout.words_to_check import WordToCheck, words_to_check


class WordsToCheckController(QObject):
    """Shows what a recogniser does not read as it was asked for.

    Such words stay marked until they are written again and read right, or the user says that
    they are fine.
    """

    def __init__(self, context: StudioContext, window: Window) -> None:
        super().__init__()
        self._window, self._document = window, context.document
        self._selection, self._actions = context.selection, context.actions
        self._words: dict[tuple[LineKey, int], WordToCheck] = {}
        """By the word's line and its place among the words that are seen, in reading order."""
        context.session.drafted.connect(self._drafted)
        self._selection.changed.connect(lambda _: self._enable())
        window.to_check.clicked.connect(self.go_on)

    @property
    def words(self) -> tuple[WordToCheck, ...]:
        """The words to be looked at."""
        return tuple(self._words.values())

    def _drafted(self, draft: DraftLayout) -> None:
        note = self._document.note
        self._words = {}
        for word in words_to_check(draft.layout):
            edits = edit_of(note, word.key).words
            gone = sum(edit.deleted for place, edit in edits if place < word.place - 1)
            self._words[word.key, word.place - 1 - gone] = word
        areas = word_areas(draft.layout.pages.pages, self._words)
        marks = tuple(SelectionMark(a.page, a.box, "doubtful", a.turned) for a in areas)
        self._window.pages.doubt(marks)
        count = len(self._words)
        self._window.to_check.setText(
            "1 word to check" if count == 1 else f"{count} words to check"
        )
        self._window.to_check.setVisible(count > 0)
        self._enable()

    def _selected(self) -> WordToCheck | None:
        """The word to be looked at that is selected."""
        value = self._selection.value
        if value is None or value.reach is not Reach.WORD:
            return None
        return self._words.get((value.key, value.word))

    def _enable(self) -> None:
        word = self._selected()
        self._actions.enable("selection.fine", word is not None)
        self._actions.enable("selection.check", bool(self._words))
        if word is not None:
            read = f"is read as {word.read!r}" if word.read else "is not read at all"
            self._window.say(f"{word.word!r} {read}.")

    def go_on(self) -> None:
        """Select the next word to be looked at, and show it."""
        places = list(self._words)
        if not places:
            return
        value = self._selection.value
        here = None if value is None else (value.key, value.word)
        at = places.index(here) + 1 if here in self._words else self._behind(value)
        key, word = places[at % len(places)]
        # The keys of what can be done with the word belong to the page.
        self._window.pages.setFocus()
        self._selection.select(Selected(Reach.WORD, key, word))
        areas = areas_of(self._window.pages.pages, Selected(Reach.WORD, key, word))
        if areas:
            self._window.pages.follow(areas[0].page, areas[0].box)

    def _behind(self, value: Selected | None) -> int:
        """Which of the words comes first behind what is selected."""
        if value is None:
            return 0
        keys = (key for page in self._window.pages.pages for key in page.keys)
        lines = {key: number for number, key in enumerate(keys)}
        if value.key not in lines:
            return 0
        here = lines[value.key], value.word
        for number, (key, word) in enumerate(self._words):
            if key in lines and (lines[key], word) > here:
                return number
        return 0

    def accept(self) -> None:
        """The selected word can be read as it is."""
        value, word = self._selection.value, self._selected()
        if value is None or word is None:
            return
        self._document.edit(
            f"Take {word.word!r} as it is", accept_word(self._document.note, value.key, value.word)
        )

    def actions(self) -> tuple[Action, ...]:
        """What can be done."""
        menu = "Selection"
        return (
            Action("selection.fine", "It is fine", self.accept, menu, "Shift+F8", "check",
                   "The word is legible: remove its mark", group=0),
            Action("selection.check", "Next word to check", self.go_on, menu, "F8", "",
                   "Go to the next word that may be misread", group=0),
        )  # fmt: skip
