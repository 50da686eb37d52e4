"""The studio put together: models, the controllers between them, and the window's views."""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QInputDialog, QMenu, QPlainTextEdit

from engine.errors import ScriptoriumError
from engine.sampling.request import DEFAULT_POLICY, Policy
from engine.style.style import bundled
from studio.desk.actions import Action, ActionModel
from studio.desk.controllers.export_controller import ExportController
from studio.desk.controllers.file_controller import FileController
from studio.desk.controllers.handwriting_controller import HandwritingController
from studio.desk.controllers.layout_controller import LayoutController
from studio.desk.controllers.look_controller import LookController
from studio.desk.controllers.paste_controller import PasteController
from studio.desk.controllers.pen_controller import PenController
from studio.desk.controllers.placement_controller import PlacementController
from studio.desk.controllers.playback_controller import (
    PlaybackController,
    PlaybackState,
)
from studio.desk.controllers.reroll_controller import RerollController
from studio.desk.controllers.selection_controller import SelectionController
from studio.desk.controllers.spelling_controller import SpellingController
from studio.desk.controllers.style_samples_controller import StyleSamplesController
from studio.desk.models.hand_model import HandModel, Loader, load_hand
from studio.desk.models.style_list import StyleList
from studio.desk.models.user_settings import Appearance, SettingsModel
from studio.desk.views.about import About
from studio.desk.views.command_palette import CommandPalette
from studio.desk.views.new_note_settings import NewNoteSettings
from studio.desk.views.report_dialog import CrashReport, ReportDialog
from studio.desk.views.settings_dialog import SettingsDialog
from studio.desk.views.training_pane import TrainingPane
from studio.desk.views.window import Window
from studio.desk.widgets.file_dialogs import FOLDERS, ask_folder
from studio.desk.widgets.plain_text import plain_tip
from studio.desk.widgets.theme import Theme
from studio.desk.worker import Worker
from studio.document.document_model import DocumentModel
from studio.document.editing import rewrite_all
from studio.document.note import Note
from studio.document.selection import SelectionModel
from studio.document.templates import TEMPLATES, place_cards, welcome
from studio.layout.draft_layout import DraftLayout

if TYPE_CHECKING:
    from studio.desk.controllers.inspector_controller import InspectorController

OF_A_NOTE = ("text", "file", "export", "paste", "drawing", "remarks")
"""What is told of a note, and is past with it."""

HINT = "Type on the left, then press Write."


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
        self.settings = SettingsModel(settings_path)
        FOLDERS.keep_in(self.settings)
        self.theme = Theme(self.settings.value.appearance, self.settings.value.interface_scale)
        self.theme.apply()
        self.worker = Worker()
        self.document = DocumentModel()
        self.selection = SelectionModel()
        self.styles = StyleList()
        # The first sketch guesses the width of lines from their style.
        self.styles.offer("bundled", bundled())
        self.hands = HandModel(self.worker, loader)
        self.composer = LayoutController(
            self.document, self.hands, self.styles, self.worker, policy
        )
        self.scribe = PlaybackController(
            self.document, self.hands, self.styles, self.composer, self.worker, policy
        )
        self.scribe.speed = self.settings.value.writing_speed
        self.actions = ActionModel(self.settings)
        self.actions.add(*self._own_actions())
        self.window = Window(self.actions, self.settings, self.theme, self.styles)
        self.placing = PlacementController(
            self.window, self.document, self.selection, self.composer, self.worker, self.theme
        )
        self.placing.lines_wanted.connect(self._write_soon)
        self.picker = SelectionController(
            self.window,
            self.document,
            self.selection,
            self.composer,
            self.placing,
            self.actions,
            self.theme,
        )
        self.picker.lines_wanted.connect(self._write_soon)
        self.rerolls = RerollController(
            self.window,
            self.document,
            self.selection,
            self.composer,
            self.hands,
            self.styles,
            self.worker,
            self.theme,
            self.actions,
        )
        self.rerolls.lines_wanted.connect(self._write_soon)
        self.files = FileController(
            self.window,
            self.document,
            self.composer,
            self.settings,
            state_folder,
        )
        self.samples = StyleSamplesController(
            self.window, self.document, self.hands, self.styles, self.worker, self.theme, policy
        )
        self.handwriting = HandwritingController(
            self.window,
            self.document,
            self.files,
            self.composer,
            self.hands,
            self.styles,
            self.worker,
            self.theme,
            self.settings,
            self.samples,
        )
        self.spelling = SpellingController(
            self.window,
            self.document,
            self.composer,
            self.actions,
            self.theme,
            self.handwriting.draw_symbol,
        )
        self.actions.add(*self.handwriting.actions(), *self.samples.actions())
        self.actions.add(*self.spelling.actions())
        self.outputs = ExportController(
            self.window,
            self.document,
            self.selection,
            self.composer,
            self.worker,
            self.theme,
        )
        self.pasting = PasteController(self.window, self.document, self.placing)
        self.actions.add(
            *self.files.actions(),
            *self.outputs.actions(),
            *self.pasting.actions(),
            *self.rerolls.actions(),
            *self.picker.actions(),
            *self.placing.actions(),
        )
        self.looks = LookController(
            self.window.look_panel,
            self.window.page_panel,
            self.document,
            self.selection,
            self.hands,
            self.styles,
            self.composer,
            self.worker,
        )
        self.pen = PenController(self.window.pages, self.scribe, self.composer)
        self.window.fill_bars(self.actions)
        for ident in ("view.text", "view.settings_panel"):
            self.actions.check(ident, True)
        self.inspecting: InspectorController | None = None
        self._early = self._wanted = self._blocked = False
        self._words = "0 words"
        self._ran_on = self._runs_on()
        self._recent = QMenu("Open recent", self.window)
        self.window.menus.menu("File").insertMenu(
            self.window.menus.action("file.save"), self._recent
        )
        self._connect()
        self.composer.refresh()

    def _connect(self) -> None:
        window, document = self.window, self.document
        editor, view = window.editor, window.pages
        editor.edited.connect(document.type_text)
        editor.undo_wanted.connect(self._undo)
        editor.redo_wanted.connect(self._redo)
        editor.write_wanted.connect(lambda: self.actions.trigger("writing.write"))
        editor.paragraph_entered.connect(self.looks.enter_paragraph)
        document.changed.connect(self._note_changed)
        document.history_changed.connect(self._history_changed)
        document.opened.connect(self._opened)
        self.composer.sketched.connect(self._sketched)
        self.composer.failed.connect(self._refused)
        self.scribe.failed.connect(self._refused)
        self.scribe.interrupted.connect(self._write)
        self.scribe.state_changed.connect(lambda _: document.close_step())
        self.scribe.progressed.connect(self._progressed)
        self.scribe.speed_measured.connect(self._speed_measured)
        self.hands.changed.connect(self._hand_changed)
        self.hands.notice.connect(
            lambda sentence: window.notice.say(sentence, "device", error=False)
        )
        self.settings.changed.connect(self._settings_changed)
        window.transport.show_speed(self.scribe.speed)
        window.transport.speed_changed.connect(self._speed_chosen)
        view.view_moved.connect(self._tell_place)
        self._history_changed()
        self._progressed(0, 0, "")
        self.files.fill_recent(self._recent)
        self._hand_changed()

    def _own_actions(self) -> tuple[Action, ...]:
        scribe = self.scribe

        def view(name: str, *values: object) -> None:
            getattr(self.window.pages, name)(*values)

        return (
            Action("edit.settings", "Settings …", self._ask_settings, "Edit", "Ctrl+,", "settings",
                   "Appearance, device and keys", group=2),
            *(
                Action(f"note.{name}", f"New: {title}", partial(self._from_template, make), "Note",
                       "", image, f"Begin a note: {title.lower()}", group=1)
                for name, title, image, make in TEMPLATES
            ),
            Action("note.place_cards", "New: Place cards from names …", self._place_cards, "Note",
                   "", "users", "A card for each name of a list", group=1),
            Action("note.rewrite", "Write all of it anew", self._rewrite, "Note", "", "refresh-cw",
                   "Other seeds for every line that is not locked", group=2),
            Action("help.welcome", "Welcome", partial(self._from_template, welcome), "Help", "",
                   "circle-help", "The note of the first start"),
            Action("help.about", "About Scriptorium", self._show_about, "Help", "", "info",
                   group=1),
            Action("edit.undo", "Undo", self._undo, "Edit", "Ctrl+Z", "undo-2"),
            Action("edit.redo", "Redo", self._redo, "Edit", "Ctrl+Shift+Z", "redo-2"),
            Action("view.larger", "Zoom in", partial(view, "zoom_step", 1), "View", "Ctrl++",
                   "plus"),
            Action("view.smaller", "Zoom out", partial(view, "zoom_step", -1), "View", "Ctrl+-",
                   "minus"),
            Action("view.full", "100 %", partial(view, "set_zoom", 1.0), "View", "Ctrl+1",
                   "file", "The paper at its own size"),
            Action("view.fit_width", "Fit the width", partial(view, "fit_to", "width"), "View",
                   "Ctrl+2", "move-horizontal"),
            Action("view.fit_page", "Fit the page", partial(view, "fit_to", "page"), "View",
                   "Ctrl+0", "maximize"),
            Action("view.text", "Text", self._show_text, "View", "F9", "panel-left",
                   "Show or hide the text", checkable=True, group=1),
            Action("view.settings_panel", "Settings of the writing", self._show_settings, "View",
                   "F10", "panel-right", "Show or hide the settings", checkable=True, group=1),
            Action("view.inspector", "Inspector", self._show_inspector, "View", "F12",
                   "panel-bottom", "See what the network attends to", checkable=True, group=1),
            Action("view.training", "Training …", self._watch_training, "View", "", "activity",
                   "Watch a training in its folder", group=1),
            Action("view.appearance", "Light or dark", self._switch_appearance, "View",
                   "Ctrl+Shift+L", "moon", "Switch between the light and the dark theme", group=2),
            Action("view.palette", "Command palette …", self._open_palette, "View",
                   "Ctrl+Shift+P", "search", "Find any command by typing", group=3),
            Action("note.page_break", "New page here", self._break_page, "Note",
                   "Ctrl+Shift+Return", "file-plus", "Begin a new page at the cursor"),
            Action("writing.write", "Write", self._write, "Writing", "Ctrl+Return", "feather",
                   "Write what is not yet written"),
            Action("writing.pause", "Pause or go on", scribe.pause, "Writing", "Ctrl+Space",
                   "pause", "Hold the pen, or let it go on"),
            Action("writing.step", "One point", scribe.step, "Writing", "Ctrl+.", "step-forward",
                   "Go on by a single point"),
            Action("writing.stop", "Stop", scribe.stop, "Writing", "Esc", "square",
                   "Stop the pen at once"),
            Action("writing.replay", "Replay the line", self._replay, "Writing", "Ctrl+R",
                   "rotate-ccw", "See the selected line written again", group=1),
        )  # fmt: skip

    def begin(self, note_path: Path | None) -> None:
        """Show the note that was asked for, the first run's, or what a crash left."""
        window, value = self.window, self.settings.value
        window.restore_layout(value.geometry, value.layout)
        self.handwriting.begin()
        if self.settings.notice:
            window.notice.say(self.settings.notice, "settings")
        if note_path is not None:
            self.files.open(note_path)
        elif not value.greeted:
            self._early = True
            self.document.open(welcome(), asked_for=False)
            self.settings.change(greeted=True)
        else:
            self.document.open(value.note_start.note())
        self.files.offer_recovery()
        window.editor.setFocus()

    def hands_begin(self) -> None:
        """Load the hand behind the window."""
        self.hands.load(self.handwriting.choice.path, *self._runs_on())

    def _runs_on(self) -> tuple[str, str]:
        """The device and the precision that are set."""
        return self.settings.value.device, self.settings.value.precision

    def write_all(self) -> None:
        """Write the note, once there is a hand."""
        if self.hands.ready:
            self.scribe.write()

    def _write(self) -> None:
        """Write what is missing, or as soon as there is a hand."""
        if self.hands.ready:
            self.scribe.write()
        else:
            self._early = True
            self._enable_writing()

    def _write_soon(self) -> None:
        """Write once the pages know what is missing."""
        self._wanted = True

    def report(self, error: BaseException) -> None:
        """Something unexpected went wrong: keep the note, then show the report."""
        try:
            kept = self.files.recovery.keep_now()
        except ScriptoriumError as failure:
            safe = f"Save your note now, for it could not be kept: {failure}"
        else:
            again = "Your note was kept and is offered again at the next start."
            safe = again if kept else "Nothing of your note is lost."
        report = CrashReport(error, self.hands.device or "no hand")
        dialog = ReportDialog(report, safe, self.theme, self.window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    # The note --------------------------------------------------------------------------------

    def _undo(self) -> None:
        """Take the last step back; first of all what is still being written anew."""
        if not self.rerolls.abandon():
            self.document.undo()

    def _redo(self) -> None:
        # What is written anew would take the place of all that may be done again.
        self.rerolls.abandon()
        self.document.redo()

    def _opened(self) -> None:
        for topic in OF_A_NOTE:
            self.window.notice.clear(topic)

    def _note_changed(self, *_: object) -> None:
        self.window.editor.show_text(self.document.note.text)
        self._enable_writing()

    def _history_changed(self) -> None:
        document = self.document
        for ident, verb, name in (
            ("edit.undo", "Undo", document.undo_name),
            ("edit.redo", "Redo", document.redo_name),
        ):
            self.actions.retitle(ident, f"{verb}: {name}" if name else verb)
            self.actions.enable(ident, name is not None)
        name = document.path.stem if document.path else document.note.title or "New note"
        if document.read_only:
            name += " (read only)"
        self.window.title.setText(f"{name}{' •' if document.modified else ''}")
        # Qt puts the mark of a changed note in the place of "[*]"; doubled it stands for itself.
        shown = name.replace("[*]", "[*][*]")
        self.window.setWindowTitle(f"{shown}[*] – Scriptorium")
        self.window.setWindowModified(document.modified)

    # The pages -------------------------------------------------------------------------------

    def _sketched(self, result: DraftLayout) -> None:
        self._blocked = False
        self.window.notice.clear("text")
        self.window.pages.show_pages(result.layout.pages.pages, result.ghosts)
        told = result.layout.remarks
        if told:
            more = f" {len(told) - 1} more." if len(told) > 1 else ""
            self.window.say(f"{told[0]}{more}")
        else:
            self.window.say("")
        self.window.pages.hint = HINT if self._blank() else ""
        self._count_words()
        self._enable_writing()
        if self._wanted:
            self._wanted = False
            self.scribe.write()

    def _refused(self, error: ScriptoriumError) -> None:
        self._blocked = True
        self.spelling.refuse(error)
        self._count_words()
        self._enable_writing()

    def _blank(self) -> bool:
        """Whether there is nothing in the note."""
        note = self.document.note
        return not (note.text.strip() or note.boxes or note.drawings)

    def _count_words(self) -> None:
        note = self.document.note
        texts = [note.text, *(box.block.text for box in note.boxes)]
        words = sum(len(text.split()) for text in texts)
        self._words = f"{words} word{'s' if words != 1 else ''}"
        self._tell_place()

    def _tell_place(self) -> None:
        pages = len(self.window.pages.pages)
        page = min(self.window.pages.current_page + 1, pages)
        self.window.counts.setText(f"{self._words}   ·   page {page} of {pages}")

    # The pen ---------------------------------------------------------------------------------

    def _enable_writing(self) -> None:
        sketch, state = self.composer.sketch, self.scribe.state
        missing = len(sketch.missing) if sketch else 0
        idle = state is PlaybackState.IDLE
        able = self.hands.ready or not (self.hands.error or self._early)
        able = able and not self._blocked
        self.actions.enable("writing.write", idle and able and (missing > 0 or self._unseen()))
        self.actions.enable("writing.pause", not idle)
        self.actions.enable("writing.step", not idle)
        self.actions.enable("writing.stop", not idle)
        inked = sketch is not None and len(sketch.layout.plan.lines) > len(sketch.ghosts)
        self.actions.enable("writing.replay", idle and inked)
        self.window.transport.write.setEnabled(not idle or self.actions.enabled("writing.write"))
        if idle:
            self.window.transport.show_state("idle", 0, 0, self._idle_remark(missing))

    def _idle_remark(self, missing: int) -> str:
        if self.hands.error:
            return "No hand to write with"
        if not self.hands.ready:
            return "Writes as soon as the hand is warm …" if self._early else "Warming up …"
        if self._blocked:
            return "The text cannot be written as it stands"
        if missing:
            return f"{missing} line{'s' if missing > 1 else ''} to write"
        return "" if self._blank() or self._unseen() else "All written"

    def _unseen(self) -> bool:
        """Whether a text waits for its first page, as it does while the hand is loaded."""
        sketch = self.composer.sketch
        empty = sketch is None or not sketch.layout.plan.lines
        return empty and self.composer.pending and not self._blank()

    def _progressed(self, done: int, total: int, remark: str) -> None:
        if self.scribe.state is not PlaybackState.IDLE:
            self.window.transport.show_state(self.scribe.state.value, done, total, remark)
        paused = self.scribe.state is PlaybackState.PAUSED
        self.actions.retitle("writing.pause", "Go on" if paused else "Pause")
        self._enable_writing()

    def _speed_chosen(self, speed: float) -> None:
        self.scribe.speed = speed
        self.window.look_panel.sample.replay(self.scribe.rate)
        self.settings.change(writing_speed=speed)

    def _speed_measured(self, speed: float) -> None:
        self.window.device.setText(f"{self.hands.device}   ·   {speed:,.0f} points a second")

    def _replay(self) -> None:
        value = self.selection.value
        sketch = self.composer.sketch
        if sketch is None:
            return
        for planned, placed in sketch.layout.placed.items():
            wanted = value is None or planned.key == value.key
            if wanted and planned.key not in sketch.ghosts:
                self.scribe.replay(placed, planned)
                return

    def _hand_changed(self) -> None:
        hands = self.hands
        if hands.error:
            self.window.notice.say(hands.error, "hand")
            self.window.device.setText("")
        elif hands.ready:
            self.window.notice.clear("hand")
            self.window.device.setText(hands.device)
            self.window.device.setToolTip(plain_tip(hands.why_cpu))
            if self._early:
                self._early, self._wanted = False, True
        else:
            self.window.device.setText("warming up …")
        self._enable_writing()

    # The window ------------------------------------------------------------------------------

    def _show_text(self, on: bool) -> None:
        self.window.text_column.setVisible(on)

    def _show_settings(self, on: bool) -> None:
        self.window.settings_column.setVisible(on)

    def _show_inspector(self, on: bool) -> None:
        if on and self.inspecting is None:
            # Brings pyqtgraph, which the start need not wait for.
            from studio.desk.controllers.inspector_controller import InspectorController

            self.inspecting = InspectorController(
                self.window.pages,
                self.window.editor,
                self.document,
                self.scribe,
                self.selection,
                self.composer,
                self.hands,
                self.styles,
                self.worker,
                self.theme,
            )
            self.window.fill_inspector(self.inspecting.pane)
        if self.inspecting is not None:
            self.inspecting.show(on)
        self.window.show_inspector(on)

    def _watch_training(self) -> None:
        chosen = ask_folder(self.window, "training", "Folder of a training run")
        if chosen is not None and not (chosen / "config.json").is_file():
            self.window.notice.say(f"{chosen} holds no training; choose its folder.", "training")
        elif chosen is not None:
            TrainingPane(chosen, self.theme, self.window).show()

    def _switch_appearance(self) -> None:
        dark = self.theme.tokens.dark
        self.settings.change(appearance=Appearance.LIGHT if dark else Appearance.DARK)

    def _settings_changed(self) -> None:
        value = self.settings.value
        self.files.fill_recent(self._recent)
        if self._ran_on != self._runs_on():
            self._ran_on = self._runs_on()
            self.hands_begin()
        self.theme.choose(value.appearance, value.interface_scale)

    def _open_palette(self) -> None:
        CommandPalette(self.actions, self.theme, self.window).open_above(self.window)

    def _break_page(self) -> None:
        self.window.editor.insert_page_break()

    # Dialogs ---------------------------------------------------------------------------------

    def _ask_settings(self) -> None:
        new_notes = NewNoteSettings(
            self.settings, self.styles, self.theme, lambda: self.document.note
        )
        dialog = SettingsDialog(
            self.settings, self.actions, self.hands, self.theme, self.window, new_notes
        )
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def _show_about(self) -> None:
        dialog = About(self.hands, self.theme, self.window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def _place_cards(self) -> None:
        dialog = QInputDialog(self.window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle("Place cards")
        dialog.setLabelText("One name a line; each gets a card of 90 x 55 mm.")
        dialog.setOption(QInputDialog.InputDialogOption.UsePlainTextEditForTextInput)
        dialog.setOkButtonText("Make the cards")
        dialog.textValueSelected.connect(self._make_cards)
        dialog.open()
        names = dialog.findChild(QPlainTextEdit)
        if names is not None:
            names.setAccessibleName("Names, one a line")
            names.setTabChangesFocus(True)

    def _make_cards(self, names: str) -> None:
        if names.strip():
            self.files.new(place_cards(names))

    def _from_template(self, make: Callable[[], Note]) -> None:
        self.files.new(make())

    def _rewrite(self) -> None:
        note = rewrite_all(self.document.note, random.getrandbits(31))
        self.document.edit("Write all anew", note)
        self.composer.rewrite()
        self._write_soon()

    def close(self) -> None:
        """End the worker and let the window go."""
        geometry, layout = self.window.keep_layout()
        self.settings.change(geometry=geometry, layout=layout)
        FOLDERS.let_go(self.settings)
        self.scribe.stop()
        self.handwriting.close()
        self.files.recovery.rest()
        self.worker.stop()
        self.window.deleteLater()
