"""The studio put together: models, the window's views, and the controllers between them."""

from __future__ import annotations

from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from engine.sampling.policy import DEFAULT_POLICY, Policy
from studio.desk.context import make_context
from studio.desk.controllers.background_controller import BackgroundController
from studio.desk.controllers.export_controller import ExportController
from studio.desk.controllers.file_controller import FileController
from studio.desk.controllers.find_controller import FindController
from studio.desk.controllers.format_controller import FormatController
from studio.desk.controllers.handwriting_controller import HandwritingController
from studio.desk.controllers.help_controller import HelpController
from studio.desk.controllers.look_controller import LookController
from studio.desk.controllers.look_preview_controller import LookPreviewController
from studio.desk.controllers.merge_controller import MergeController
from studio.desk.controllers.page_controller import PageController
from studio.desk.controllers.page_ink_controller import PageInkController
from studio.desk.controllers.pages_panel_controller import PagesPanelController
from studio.desk.controllers.paste_controller import PasteController
from studio.desk.controllers.pen_controller import PenController
from studio.desk.controllers.placement_controller import PlacementController
from studio.desk.controllers.playback_controller import PlaybackController
from studio.desk.controllers.program_controller import ProgramController
from studio.desk.controllers.reroll_controller import RerollController
from studio.desk.controllers.selection_controller import SelectionController
from studio.desk.controllers.style_samples_controller import StyleSamplesController
from studio.desk.controllers.tabs_controller import TabsController
from studio.desk.controllers.template_controller import TemplateController
from studio.desk.controllers.text_controller import TextController
from studio.desk.controllers.versions_controller import VersionsController
from studio.desk.controllers.view_controller import ViewController
from studio.desk.controllers.words_to_check_controller import WordsToCheckController
from studio.desk.controllers.writing_controller import WritingController
from studio.desk.controllers.written_otherwise_controller import WrittenOtherwiseController
from studio.desk.models.hand_model import Loader, load_hand
from studio.desk.views.window import Window
from studio.desk.widgets.file_dialogs import FOLDERS
from studio.document.templates import welcome

if TYPE_CHECKING:
    from studio.desk.controllers.inspector_controller import InspectorController


class Studio(QObject):
    """One window with all that is behind it.

    No part of it knows this object: each is handed the models and views that it works with.

    Parameters
    ----------
    settings_path : Path or None
        Where settings are kept; None keeps none.
    state_folder : Path or None
        Where unsaved work is kept and open notes are claimed; None keeps nothing.
    loader : callable
        Loads the hand, in the worker.
    policy : Policy
        How lines are sampled and chosen.
    """

    def __init__(
        self,
        settings_path: Path | None = None,
        state_folder: Path | None = None,
        loader: Loader = load_hand,
        policy: Policy = DEFAULT_POLICY,
    ) -> None:
        super().__init__()
        self.context = context = make_context(settings_path, loader, policy)
        self.document, self.selection = context.document, context.selection
        self.session, self.actions, self.notices = (
            context.session, context.actions, context.notices,
        )  # fmt: skip
        self.hands, self.styles, self.settings = context.hands, context.styles, context.settings
        self.theme, self.worker = context.theme, context.worker
        self.window = window = Window(context)
        self.pages = PageController(context, window)
        self.playback = PlaybackController(context.document, context.session, context.hands)
        self.placing = PlacementController(context, window)
        self.picker = SelectionController(context, window, self.placing)
        self.rerolls = RerollController(context, window)
        self.reading = WordsToCheckController(context, window)
        self.text = TextController(context, window, self.rerolls)
        self.writing = WritingController(context, window, self.playback)
        for wants in (self.placing, self.picker, self.rerolls):
            wants.lines_wanted.connect(self.writing.write_soon)
        self.files = FileController(context, window, state_folder)
        self.samples = StyleSamplesController(context, window)
        self.tabs = TabsController(context, window, self.files)
        self.handwriting = HandwritingController(context, window, self.files, self.samples)
        self.spelling = WrittenOtherwiseController(context, window, self.handwriting.draw_symbol)
        self.playback.failed.connect(self.spelling.refuse)
        self.sheets = PagesPanelController(context, window)
        self.page_ink = PageInkController(context, window)
        self.background = BackgroundController(context, window)
        self.versions = VersionsController(context, window, self.files)
        self.formatting = FormatController(context, window)
        self.finding = FindController(context, window, self.placing)
        self.help = HelpController(context, window)
        self.outputs = ExportController(context, window)
        self.pasting = PasteController(context, self.placing)
        self.looks = LookController(context, window)
        self.previews = LookPreviewController(context, window, self.playback)
        self.pen = PenController(window.pages, self.playback, context.session)
        self.views = ViewController(context, window, self.playback)
        self.program = ProgramController(context, window, self.files.autosave)
        self.templates = TemplateController(window, self.files)
        self.merging = MergeController(context, window)
        # In this order they stand in the menus and in the palette.
        self.actions.add(
            *chain.from_iterable(
                part.actions()
                for part in (
                    self.text, self.program, self.templates, self.merging, self.views, self.writing,
                    self.handwriting, self.samples, self.spelling, self.files, self.tabs,
                    self.outputs,
                    self.pasting, self.rerolls, self.reading, self.picker, self.placing,
                    self.formatting, self.finding, self.help, self.versions, self.sheets,
                    self.page_ink, self.background,
                )
            )
        )  # fmt: skip
        window.fill_bars()
        self.files.place_recent()
        for ident in ("view.text", "view.settings_panel"):
            self.actions.check(ident, True)
        self.text.show_history()
        self.tabs.show()
        self.background.show()
        self.finding.enable()
        self.writing.show()
        self.picker.refresh()
        self.handwriting.enable()
        self.theme.apply_style_sheet()
        context.session.refresh()

    @property
    def inspecting(self) -> InspectorController | None:
        """The inspector's controller; None until it is first opened."""
        return self.views.inspecting

    def begin(self, *note_paths: Path) -> None:
        """Show the notes that were asked for, the first run's, or what a crash left."""
        window, value = self.window, self.settings.value
        window.restore_layout(value.geometry, value.layout)
        self.handwriting.begin()
        if self.settings.notice:
            self.notices.say(self.settings.notice, "settings")
        if note_paths:
            for path in note_paths:
                self.files.open(path)
            self.context.tabs.show(next(iter(self.context.tabs)))
        elif not value.greeted:
            self.document.open(welcome(), asked_for=False)
            self.writing.write_early()
            self.settings.change(greeted=True)
        else:
            self.document.open(value.for_chosen_hand(value.note_start.note()))
        self.files.offer_recovery()
        window.editor.setFocus()

    def hands_begin(self) -> None:
        """Load the hand behind the window."""
        self.handwriting.library.choice.load()

    def report(self, error: BaseException) -> None:
        """Something unexpected went wrong: keep the note, then show the report."""
        self.program.report(error)

    def close(self) -> None:
        """End the worker and let the window go."""
        geometry, layout = self.window.keep_layout()
        self.settings.change(geometry=geometry, layout=layout)
        FOLDERS.let_go(self.settings)
        self.playback.stop()
        self.context.tabs.rest()
        self.handwriting.close()
        self.merging.close()
        self.files.autosave.rest()
        self.theme.rest()
        self.worker.stop()
        self.context.hands.close()
        self.window.deleteLater()
