"""The background of the pages: a letterhead, a form or a picture, chosen from a file."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject

from engine.errors import ScriptoriumError
from studio.desk.actions import Action
from studio.desk.context import StudioContext
from studio.desk.views.page.background_picture import (
    PICTURES,
    BackgroundPicture,
    draw_background,
)
from studio.desk.views.window import Window
from studio.desk.widgets.file_dialogs import ask_open
from studio.desk.worker import Urgency
from studio.document.background import Background, PlacedBackground
from studio.document.note import Note

FILES = "Pages and pictures (*.pdf *.svg *.png *.jpg *.jpeg)"
NEAR = 1
"""Pages before and after the one that is seen whose background is drawn."""
Drawn = tuple[PlacedBackground, BackgroundPicture]


class BackgroundController(QObject):
    """Joins the note's background with the pages: drawn in the worker, a page at a time."""

    def __init__(self, context: StudioContext, window: Window) -> None:
        super().__init__()
        self._document, self._worker = context.document, context.worker
        self._notices, self._actions = context.notices, context.actions
        self._window, self._view = window, window.pages
        #: What cannot be drawn is not tried again and again.
        self._failed: set[PlacedBackground] = set()
        self._drawing: tuple[PlacedBackground, ...] = ()
        context.session.drafted.connect(lambda _: self._want())
        window.pages.view_moved.connect(self._want)
        context.document.changed.connect(lambda *_: self._enable())
        context.document.opened.connect(self._opened)

    def actions(self) -> tuple[Action, ...]:
        """What can be done."""
        menu = "Insert"
        return (
            Action("insert.background", "Background …", self.ask, menu, "", "image",
                   "Lay a page of a PDF, an SVG or a picture under the writing", group=1),
            Action("insert.background_first", "Background on the first page only",
                   self.first_only, menu, "", "", "Otherwise it lies under every page",
                   checkable=True, group=1),
            Action("insert.background_printed", "Print the background", self.printed, menu, "", "",
                   "Leave it out of exports where it is on the paper already", checkable=True,
                   group=1),
            Action("insert.background_remove", "Remove the background", self.remove, menu, "", "",
                   "Let the paper be empty", group=1),
        )  # fmt: skip

    def show(self) -> None:
        """Show what holds now, once all actions are there."""
        self._enable()

    def _opened(self) -> None:
        """What is being read was for the note before."""
        if self._worker.pending("read background"):
            self._worker.cancel("read background")
            self._notices.clear("background")

    def _enable(self) -> None:
        background = self._document.note.background
        for name in ("first", "printed", "remove"):
            self._actions.enable(f"insert.background_{name}", background is not None)
        first, printed = background is not None and background.first_only, True
        if background is not None:
            printed = background.printed
        self._actions.check("insert.background_first", first)
        self._actions.check("insert.background_printed", background is not None and printed)

    # What the user asks for ------------------------------------------------------------------

    def ask(self) -> None:
        """Ask for a file, and lay it under the pages."""
        path = ask_open(self._window, "backgrounds", "Background", FILES)
        if path is not None:
            self.read(path)

    def read(self, path: Path) -> None:
        """Lay a file under the pages, once it is known that it can be drawn; says why not."""
        paper = self._document.note.paper

        def work() -> Drawn:
            box = (0.0, 0.0, paper.width, paper.height)
            placed = PlacedBackground(Background.read(path), 0, box)
            return placed, draw_background(placed)

        def done(drawn: Drawn) -> None:
            self._notices.clear("background")
            PICTURES.keep(*drawn)
            self._edit("Lay a background", drawn[0].background)

        def failed(error: BaseException) -> None:
            if not isinstance(error, ScriptoriumError):
                raise error
            self._notices.say(str(error), "background", "Choose another …", self.ask)

        def stop() -> None:
            self._worker.cancel("read background")
            self._notices.clear("background")

        self._notices.say(f"Reading {path.name} …", "background", "Cancel", stop, error=False)
        self._worker.request("read background", Urgency.SAMPLE, work, done, failed)

    def first_only(self, on: bool) -> None:
        """Let it lie under the first page alone, or under all."""
        background = self._document.note.background
        if background is not None:
            self._edit("Change the background", replace(background, first_only=on))

    def printed(self, on: bool) -> None:
        """Let exports have it, or not."""
        background = self._document.note.background
        if background is not None:
            self._edit("Change the background", replace(background, printed=on))

    def remove(self) -> None:
        """Take it away."""
        self._notices.clear("background")
        self._edit("Remove the background", None)

    def _edit(self, step: str, background: Background | None) -> None:
        note: Note = replace(self._document.note, background=background)
        self._document.close_step()
        self._document.edit(step, note)

    # Drawing ---------------------------------------------------------------------------------

    def _want(self) -> None:
        """Have what is seen drawn, and what is beside it."""
        pages, seen = self._view.pages, self._view.current_page
        near = pages[max(0, seen - NEAR) : seen + NEAR + 1]
        wanted = tuple(
            placed
            for page in near
            for placed in page.backgrounds
            if placed not in PICTURES and placed not in self._failed
        )
        if not wanted or wanted == self._drawing:
            return
        self._drawing = wanted
        self._worker.request(
            "draw background",
            Urgency.SAMPLE,
            partial(_drawn, wanted),
            lambda _: self._end(),
            partial(self._refuse, wanted),
            self._show,
        )

    def _show(self, drawn: Drawn) -> None:
        PICTURES.keep(*drawn)
        self._view.repaint_background(drawn[0].background)

    def _end(self) -> None:
        self._drawing = ()
        self._want()

    def _refuse(self, wanted: tuple[PlacedBackground, ...], error: BaseException) -> None:
        self._drawing = ()
        self._failed.update(wanted)
        if not isinstance(error, ScriptoriumError):
            raise error
        self._notices.say(str(error), "background", "Remove it", self.remove)


def _drawn(wanted: tuple[PlacedBackground, ...]) -> Generator[Drawn, None, None]:
    """Draw one after another; runs in the worker."""
    for placed in wanted:
        yield placed, draw_background(placed)
