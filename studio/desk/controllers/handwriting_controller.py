"""The user's own handwriting put together: recorder, library and teaching in one window."""

from __future__ import annotations

from itertools import chain

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from studio.desk.actions import Action
from studio.desk.context import StudioContext
from studio.desk.controllers.file_controller import FileController
from studio.desk.controllers.ink_import_controller import InkImportController
from studio.desk.controllers.library_controller import LibraryController
from studio.desk.controllers.recorder_controller import RecorderController
from studio.desk.controllers.style_samples_controller import StyleSamplesController
from studio.desk.controllers.teaching_controller import TeachingController
from studio.desk.controllers.training_controller import TrainingController
from studio.desk.recorder.handwriting_window import HandwritingWindow
from studio.desk.recorder.line_checking import LineRecogniser
from studio.desk.recorder.style_drop_target import StyleDropTarget
from studio.desk.views.window import Window
from studio.importing.kinds import KINDS
from studio.library.user_library import UserLibrary

KEYS = ("style.record", "style.library", "view.palette")
"""Actions whose keys work in the handwriting's window as they do in the studio's."""


class HandwritingController(QObject):
    """Makes the parts, the window with their tabs when it is first wanted, and shows these.

    Parameters
    ----------
    context, window, files, samples
        Of the studio.
    """

    def __init__(
        self,
        context: StudioContext,
        window: Window,
        files: FileController,
        samples: StyleSamplesController,
    ) -> None:
        super().__init__()
        self._context, self._window, self._files = context, window, files
        self.user = UserLibrary()
        reader = LineRecogniser()
        self.library = LibraryController(context, window, self.user, samples, self._tell)
        self.recorder = RecorderController(context, self.user, self.library, reader, self._tell)
        self.recorder.model.lines_changed.connect(self.library.tell_damaged)
        self.teaching = TeachingController(
            context,
            self.user,
            self.library,
            self.recorder.model,
            self.open_teaching,
            self._open_recorder_saying,
        )
        self.trainings = TrainingController(context, window, self.user, self.library)
        self.recorder.deleting.connect(self.teaching.forget)
        self.imports = InkImportController(
            context, self.recorder.model, reader, self._parent, self._tell, self.open_recorder
        )
        self.own_window: HandwritingWindow | None = None

    def begin(self) -> None:
        """Offer the user's own styles, and take files of styles and ink that are dropped."""
        # What a crash kept of styles that were deleted.
        self.user.styles.empty()
        importers = self._files.importers
        importers[".json"] = self.library.take_in
        for endings in KINDS.values():
            # A dropped text is a note's, not a table's.
            importers.update(
                {e: self.imports.take_in for e in endings if e not in (".txt", ".html")}
            )
        self._drops = StyleDropTarget(self._window.pages, self._context.looks)
        self.library.offer()
        self.teaching.offer()

    def close(self) -> None:
        """End lesson and training, delete for good what was deleted, and let the window go."""
        self.teaching.close()
        self.trainings.close()
        self.recorder.model.release()
        self.user.styles.empty()
        if self.own_window is not None:
            self.own_window.close()
            self.own_window.deleteLater()

    # The window ------------------------------------------------------------------------------

    def _opened(self) -> HandwritingWindow:
        """The window; made with its views when it is first wanted."""
        if self.own_window is None:
            views = self.recorder.make_view(), self.library.make_view(), self.teaching.make_view()
            self.own_window = HandwritingWindow(*views, self._context.theme, self._window)
            for scope, view in zip(("recorder", "library"), views, strict=False):
                self._window.menus.attach(scope, view)
            for ident in KEYS:
                self.own_window.addAction(self._window.menus.action(ident))
            self.own_window.turned_to.connect(self._turned_to)
            self.own_window.hidden.connect(self.enable)
        return self.own_window

    def _turned_to(self, view: QWidget) -> None:
        """Another view is seen: let it show what there is."""
        if view is self.recorder.view:
            self.recorder.prepare()
        elif view is self.library.view:
            self.library.fill()
        else:
            self.teaching.prepare()
        self.enable()

    def enable(self) -> None:
        """Let the commands of the view that is seen be used, and no others."""
        self.recorder.enable()
        self.library.enable()
        self.trainings.enable()

    def _open(self, view: QWidget | None) -> None:
        if view is not None:
            self._opened().show_view(view)
            self._turned_to(view)
            self.library.tell_damaged()

    def open_recorder(self) -> None:
        """Show the recorder; a line that a crash or a closed window left is there again."""
        self._opened()
        self._open(self.recorder.view)

    def _open_recorder_saying(self, sentence: str) -> None:
        self.open_recorder()
        self._tell(sentence)

    def open_library(self) -> None:
        """Show the styles and hands."""
        self._opened()
        self._open(self.library.view)

    def open_teaching(self) -> None:
        """Show the lesson."""
        self._opened()
        self._open(self.teaching.view)

    def draw_symbol(self, sign: str) -> None:
        """Open the recorder to draw what stands for a character of the text."""
        self.open_recorder()
        self.recorder.draw(sign)

    def _parent(self) -> QWidget:
        own = self.own_window
        return own if own is not None and own.isActiveWindow() else self._window

    # What is said ----------------------------------------------------------------------------

    def _tell(self, sentence: str, error: bool = False, notice: bool = True) -> None:
        """Say something where the user is looking.

        Parameters
        ----------
        sentence : str
        error : bool
            Whether something has gone wrong.
        notice : bool
            Whether it is said above the page where the handwriting's window is not seen.
        """
        library, recorder = self.library.view, self.recorder.view
        if library is not None and library.isVisible():
            library.say(sentence)
        elif recorder is not None and recorder.isVisible():
            recorder.say(sentence)
        elif notice:
            self._context.notices.say(sentence, "handwriting", error=error)

    def actions(self) -> tuple[Action, ...]:
        """What can be done with the user's own handwriting."""
        own = (
            Action("style.record", "Record your handwriting …", self.open_recorder, "Style",
                   "Ctrl+Shift+R", "pen-line", "Write some lines; the hand then follows them"),
            Action("style.library", "Styles and hands …", self.open_library, "Style",
                   "Ctrl+Shift+Y", "library", "Rename, delete, export and import styles"),
        )  # fmt: skip
        parts = (self.imports, self.teaching, self.trainings, self.library, self.recorder)
        return (*own, *chain.from_iterable(part.actions() for part in parts))
