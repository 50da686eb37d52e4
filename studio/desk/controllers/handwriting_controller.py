"""The controller between the user's own handwriting and the studio: record, keep, use, teach."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QInputDialog, QWidget

from engine.errors import ScriptoriumError, StyleError
from engine.ink.ink import Ink
from engine.ink.recorded_line import RecordedLine, recorded_lines
from engine.sampling.request import ALIGNED
from engine.style.style import Style
from studio.desk.actions import Action
from studio.desk.context import StudioContext
from studio.desk.controllers.file_controller import FileController
from studio.desk.controllers.style_samples_controller import StyleSamplesController
from studio.desk.recorder.hand_choice import HandChoice
from studio.desk.recorder.import_dialog import ImportDialog
from studio.desk.recorder.library_view import LibraryView
from studio.desk.recorder.recorder_model import RecorderModel
from studio.desk.recorder.recorder_view import RecorderView
from studio.desk.recorder.style_drop_target import StyleDropTarget
from studio.desk.recorder.teaching_dialog import TeachingDialog
from studio.desk.recorder.teaching_process import TeachingProcess
from studio.desk.views.window import Window
from studio.desk.widgets.file_dialogs import ask_open_several, ask_save
from studio.desk.widgets.plain_text import plain_name
from studio.desk.widgets.questions import confirm
from studio.desk.worker import Urgency
from studio.document.editing import set_style
from studio.importing.foreign_ink import ForeignInk, InkPiece
from studio.importing.reading import KINDS, read_ink
from studio.library.damaged_files import DamagedFiles, listed
from studio.library.hand_library import SHIPPED, SUFFIX, HandLibrary
from studio.library.style_library import Deleted, Entry, StyleLibrary
from studio.library.style_samples import PLAIN, SHORT
from studio.library.symbol_library import SymbolLibrary
from studio.recording.prompts import FREE, QUICK, SYMBOL
from studio.recording.quality import QualityIssue, left_out, read_as
from studio.teaching.lesson import Lesson, unfinished

if TYPE_CHECKING:
    from engine.recognition.recogniser import Recogniser

#: Milliseconds between two looks whether a training has ended whose window was killed.
ENDING = 1000
#: The answer to what cannot be taken back.
DELETE = "Delete"


class HandwritingController(QObject):
    """Joins the library and the recorder with the note, the hand and the window.

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
        hand_model = context.hands
        self._window, self._document, self._files = window, context.document, files
        self._session, self._notices = context.session, context.notices
        self._hand_model, self._style_list = hand_model, context.styles
        self._worker, self._theme = context.worker, context.theme
        self._samples = samples
        samples.sampled.connect(self._show_sample)
        #: Files of ink that are still to be read, the one that is read now first.
        self._ink_files: list[Path] = []
        self.damaged = DamagedFiles()
        self.styles = StyleLibrary(damaged=self.damaged)
        self.hands = HandLibrary(damaged=self.damaged)
        self.symbols = SymbolLibrary(damaged=self.damaged)
        self.session = RecorderModel(damaged=self.damaged)
        self.session.lines_changed.connect(self._tell_damaged)
        self.session.kept.connect(self._check)
        self.session.drawn.connect(self._keep_symbol)
        self.session.words_wanted.connect(self._guess_words)
        self.choice = HandChoice(hand_model, self.hands, context.settings)
        self.choice.refused.connect(self._hand_refused)
        self.choice.told.connect(lambda sentence: self._tell(sentence, error=True))
        hand_model.changed.connect(self._hand_changed)
        self._closed = False
        self.lesson = TeachingProcess(self)
        self.lesson.done.connect(self._taught)
        self.recorder: RecorderView | None = None
        self.library: LibraryView | None = None
        self.lesson_dialog: TeachingDialog | None = None
        self._deleted: Deleted | None = None
        self._style_wanted = False
        self._reader: Recogniser | None = None
        self._previews: dict[tuple[str, str], Any] = {}

    def actions(self) -> tuple[Action, ...]:
        """What the menus offer."""
        return (
            Action("style.record", "Record your handwriting …", self.open_recorder, "Style",
                   "Ctrl+Shift+R", "pen-line", "Write some lines; the hand then follows them"),
            Action("style.library", "Styles and hands …", self.open_library, "Style",
                   "Ctrl+Shift+Y", "library", "Rename, delete, export and import styles"),
            Action("style.import", "Import ink …", self.import_ink, "Style", "", "upload",
                   "Take handwriting from InkML, Xournal++, SVG or tables", group=1),
            Action("style.teach", "Teach a hand …", self.open_lesson, "Style", "", "book-open",
                   "Let the network learn your letters from your recorded lines", group=1),
        )  # fmt: skip

    def begin(self) -> None:
        """Offer the user's own styles, and take files of styles and ink that are dropped."""
        # What a crash kept of styles that were deleted.
        self.styles.empty()
        importers = self._files.importers
        importers[".json"] = self.take_in_style
        for endings in KINDS.values():
            # A dropped text is a note's, not a table's.
            importers.update({e: self.take_in_ink for e in endings if e not in (".txt", ".html")})
        self._drops = StyleDropTarget(self._window.pages, self._document)
        self.offer()
        self._offer_lesson()

    def offer(self) -> None:
        """Put the user's own styles into the studio's list."""
        own = {entry.name: entry.style for entry in self.styles.own()}
        self._style_list.offer("own", own)
        self._session.symbols = self.symbols.inks()
        self.hands.entries()
        self._tell_damaged()
        if self.library is not None:
            self._fill_library()

    def _hand_refused(self, path: Path, error: ScriptoriumError) -> None:
        self.damaged.refuse(path, error)
        self.offer()

    def _tell_damaged(self) -> None:
        """Name what was found damaged since this was last done."""
        sentences = self.damaged.take()
        if not sentences:
            return
        # A topic of its own: what is found later must not take its place.
        self._notices.say(listed(sentences), f"damaged {sentences[0]}")
        for widget in (self.library, self.recorder):
            if widget is not None and widget.isVisible():
                widget.say(listed(sentences))

    def close(self) -> None:
        """End the lesson, delete for good what was deleted, and let the windows go."""
        self._closed = True
        self.lesson.end()
        self.session.release()
        self.styles.empty()
        for widget in (self.recorder, self.library, self.lesson_dialog):
            if widget is not None:
                widget.close()
                widget.deleteLater()

    # The recorder ----------------------------------------------------------------------------

    def open_recorder(self) -> None:
        """Show the recorder; a line that a crash or a closed window left is there again."""
        if self.recorder is None:
            self.recorder = self._beside(RecorderView(self.session, self._theme))
            self.recorder.style_wanted.connect(self.make_style)
            self.recorder.teaching_wanted.connect(self.open_lesson)
            self.recorder.import_wanted.connect(self.import_ink)
            self.recorder.recordings_wanted.connect(self._fill_recordings)
            begun = self.session.begun()
            if self.session.recording is None and begun is not None:
                self.session.go_on(begun)
        hand = self._hand_model.hand
        if hand is not None:
            self.recorder.preparation = hand.preparation
        _raise(self.recorder)
        self._tell_damaged()

    def draw_symbol(self, sign: str) -> None:
        """Open the recorder to draw what stands for a character of the text."""
        self.open_recorder()
        self.session.follow(SYMBOL)
        self.session.set_text(sign)
        self._tell(f"Draw “{sign}” as it is to stand in your notes, then keep it.")

    def _beside(self, widget: Any) -> Any:
        """Give a widget a window of its own, which goes with the studio's."""
        widget.setParent(self._window, Qt.WindowType.Window)
        return widget

    def _fill_recordings(self) -> None:
        """The recordings that there are, a new one, and the end of this one."""
        if self.recorder is None:
            return
        menu, here = self.recorder.menu, self.session.recording
        menu.clear()
        menu.addAction("New recording", lambda: self.session.begin(QUICK))
        menu.addSeparator()
        for recording in self.session.recordings():
            act = menu.addAction(plain_name(recording.name), partial(self.session.go_on, recording))
            act.setCheckable(True)
            act.setChecked(here is not None and recording.folder == here.folder)
        menu.addSeparator()
        delete = menu.addAction("Delete this recording …", self._delete_recording)
        delete.setEnabled(here is not None)
        self._tell_damaged()

    def _delete_recording(self) -> None:
        here = self.session.recording
        if here is None:
            return
        question = (
            f"Delete all lines of “{here.name}” for good, and what a stopped lesson has learnt? "
            "Styles and hands that were made of it stay."
        )
        if confirm(self._parent(), question, DELETE):
            if self.lesson.lesson is not None and self.lesson.lesson.lines == here.folder:
                self.lesson.end()
                self.lesson.show(None)
            for lesson in self._unfinished(here.folder):
                lesson.forget()
            self.session.release()
            here.delete()
            self.session.begin(QUICK)

    def _check(self, line: RecordedLine) -> None:
        """Look which words do not read as they should, and which letters are missing."""
        hand = self._hand_model.hand
        if hand is None:
            return

        def work() -> tuple[QualityIssue, ...]:
            from engine.line_scoring import score_lines
            from engine.style_builder import usable_with

            if not usable_with(hand, line):
                return ()
            (fit,) = score_lines(hand, [line])
            (read,) = self._read([fit.ink])
            return (*read_as(fit.text, read), *left_out(fit))

        def done(remarks: tuple[QualityIssue, ...]) -> None:
            if remarks and self.recorder is not None:
                self.recorder.say(f"“{line.text}”: " + "  ".join(r.sentence for r in remarks))

        self._worker.request("fit", Urgency.KEEPING, work, done, self._failed)

    def _read(self, inks: Sequence[Ink]) -> list[str]:
        """What the reader takes lines for; runs in the worker."""
        if self._reader is None:
            from engine.recognition.recogniser import Recogniser

            self._reader = Recogniser.load()
        readable = [ink if ink.points > 1 and np.ptp(ink.xy[:, 1]) > 0 else None for ink in inks]
        known = iter(self._reader.read([ink for ink in readable if ink is not None]))
        return ["" if ink is None else " ".join(next(known).split()) for ink in readable]

    def _guess_words(self, ink: Ink) -> None:
        """Offer what a line in the user's own words may say, to be corrected."""
        strokes = self.session.sheet.strokes

        def done(read: list[str]) -> None:
            if read[0] and not self.session.own_text and self.session.sheet.strokes == strokes:
                self.session.set_text(read[0])
                self._tell("Is this what you wrote? Correct the words, then keep the line.")

        self._worker.request("words", Urgency.SAMPLE, lambda: self._read([ink]), done, self._failed)

    def _keep_symbol(self, sign: str, ink: Ink) -> None:
        """Keep a drawing for a sign; notes that have the sign are set with it."""
        if self.recorder is None:
            return
        canvas = self.recorder.canvas
        left = ink.bounds[0]
        drawing = ink.moved(-left, -canvas.baseline).scaled(1 / canvas.x_height)
        try:
            symbol = self.symbols.add(sign, drawing)
        except ScriptoriumError as error:
            self._failed(error)
            return
        self.session.clear()
        self.offer()
        self._session.refresh()
        times = "once" if len(symbol.inks) == 1 else f"{len(symbol.inks)} times"
        self._tell(
            f"“{symbol.sign}” has been drawn {times}; one of these stands wherever a text has it."
        )

    def make_style(self) -> None:
        """Make a style of the best lines, or of those marked; keep it, and set the note in it."""
        chosen = self.recorder.list.chosen_places() if self.recorder is not None else ()
        every = self.session.lines
        # Lines that the user marked are taken as they are; else the best are found.
        marked = [every[place] for place in chosen if place in every]
        lines = marked if len(marked) > 1 else list(every.values())
        name = self.session.name
        if not lines:
            return
        self._style_wanted = self._hand_model.hand is None
        if self._style_wanted:
            self._tell("Your style is made as soon as the hand is warm …")
            return
        source = f"Recorded on {datetime.date.today():%d %B %Y} with a {self.session.source}."
        self._tell("Making a style of your lines …")

        def part(share: float) -> None:
            self._tell(f"Making a style of your lines: {100 * share:.0f} % …")

        def done(style: Style) -> None:
            entry = self._kept(style)
            self.use("style", entry.name)
            self._tell(f"The style “{entry.name}” is ready, and the note is set in it.")

        self._request_style(name, lines, source, done, part, as_they_are=len(marked) > 1)

    def _request_style(
        self,
        name: str,
        lines: Sequence[RecordedLine],
        source: str,
        done: Callable[[Style], None],
        part: Callable[[float], None] | None = None,
        as_they_are: bool = False,
    ) -> None:
        """Make a style of the lines in the worker: of all of them, or of the best."""
        hand = self._hand_model.hand
        if hand is None or not lines:
            return

        def work() -> Generator[float, None, Style]:
            from engine.style_builder import iter_build_style, join_lines, usable_with

            if as_they_are and all(usable_with(hand, line) for line in lines):
                return join_lines(hand, name, lines, source)
            return (yield from iter_build_style(hand, name, lines, source))

        self._worker.request("own style", Urgency.SAMPLE, work, done, self._failed, part)

    def _kept(self, style: Style) -> Entry:
        """Keep a style; the same recording makes the same one better, not another beside it."""
        own = {entry.name.lower(): entry for entry in self.styles.own()}
        known = own.get(style.name.lower())
        entry = self.styles.update(known.name, style) if known else self.styles.add(style)
        self.offer()
        return entry

    def _hand_changed(self) -> None:
        if self._style_wanted and self._hand_model.hand is not None:
            self.make_style()
        self._fill_library()

    def import_ink(self) -> None:
        """Ask for files of ink, and for the words in them."""
        kinds = [f"{kind} (*{' *'.join(endings)})" for kind, endings in KINDS.items()]
        every = " ".join(f"*{ending}" for endings in KINDS.values() for ending in endings)
        forms = ";;".join([f"All ink ({every})", *kinds])
        for path in ask_open_several(self._parent(), "ink", "Import ink", forms):
            self.take_in_ink(path)

    def take_in_ink(self, path: Path) -> None:
        """Add the ink of a file to the recording, with the words that the user types.

        It is read in the worker, one file after another, and can be stopped.
        """
        self._ink_files.append(path)
        if len(self._ink_files) == 1:
            self._read_next_ink()

    def _read_next_ink(self) -> None:
        if not self._ink_files:
            return
        path = self._ink_files[0]
        self._notices.say(
            f"Reading {path.name} …", "ink", "Cancel", self._stop_reading_ink, error=False
        )

        def done(found: ForeignInk) -> None:
            self._notices.clear("ink")
            self._ask_words(path, found)
            self._ink_read()

        def failed(error: BaseException) -> None:
            self._notices.clear("ink")
            self._failed(error)
            self._ink_read()

        self._worker.request("ink", Urgency.SAMPLE, lambda: read_ink(path), done, failed)

    def _ink_read(self) -> None:
        """Go on with the next of the files, if there are more."""
        if self._ink_files:
            del self._ink_files[0]
        self._read_next_ink()

    def _stop_reading_ink(self) -> None:
        self._worker.cancel("ink")
        self._ink_files.clear()
        self._notices.clear("ink")

    def _ask_words(self, path: Path, found: ForeignInk) -> None:
        """Let the user say what the lines of a file say."""
        dialog = ImportDialog(found.pieces, path.name, self._theme, self._parent(), found.notices)
        turned = found.turned

        def guess(pieces: Sequence[InkPiece]) -> None:
            if not all(piece.text for piece in pieces):
                inks = [piece.ink for piece in pieces]
                self._worker.request(
                    "words", Urgency.SAMPLE, lambda: self._read(inks), dialog.suggest, self._failed
                )

        def show(again: ForeignInk) -> None:
            nonlocal turned
            turned = again.turned
            dialog.show_ink(again.pieces, again.notices)
            guess(again.pieces)

        def turn() -> None:
            dialog.turn.setEnabled(False)
            self._worker.cancel("words")
            flip = not turned
            self._worker.request(
                "ink", Urgency.SAMPLE, lambda: read_ink(path, flip=flip), show, self._failed
            )

        dialog.turn_wanted.connect(turn)
        guess(found.pieces)
        accepted = dialog.exec() == ImportDialog.DialogCode.Accepted
        # What was asked for may come too late for the dialog.
        for channel in ("words", "ink"):
            self._worker.cancel(channel)
        if accepted:
            if self.session.recording is None:
                self.session.begin(FREE, path.stem)
            for line in dialog.lines():
                self.session.take_in(line)
            self.open_recorder()
        dialog.deleteLater()

    # The library -----------------------------------------------------------------------------

    def open_library(self) -> None:
        """Show the styles and hands."""
        if self.library is None:
            self.library = self._beside(LibraryView(self._theme))
            self.library.use_wanted.connect(self.use)
            self.library.rename_wanted.connect(self._rename)
            self.library.duplicate_wanted.connect(self._duplicate)
            self.library.delete_wanted.connect(self._delete)
            self.library.undo_wanted.connect(self._undo)
            self.library.export_wanted.connect(self._export)
            self.library.import_wanted.connect(self._import)
            self.library.record_wanted.connect(self.open_recorder)
        self._fill_library()
        _raise(self.library)

    def use(self, kind: str, name: str) -> None:
        """Write the note in a style, or with a hand and in its owner's style."""
        if kind == "symbol":
            self._window.editor.insertPlainText(name)
            return
        style: str | None = name
        if kind == "hand":
            self.choice.choose(name)
            if name == SHIPPED:
                return
            # A taught hand follows its owner's lines best, and nobody else's.
            style = self._style_of(name)
        self._document.edit("Style", set_style(self._document.note, style, None))

    def _style_of(self, hand: str) -> str | None:
        """The style of a taught hand's owner: the one whose file has the hand's name."""
        own = (e.name for e in self.styles.own() if e.path is not None and e.path.stem == hand)
        return next(own, None)

    def _fill_library(self) -> None:
        if self.library is None:
            return
        entries = self.styles.entries()
        self.library.show_entries(
            entries, self.hands.entries(), self.symbols.entries(), self.choice.name
        )
        for entry in entries:
            self._show_sample(entry.name)
        self._samples.want()
        missing: list[tuple[str, Path | None]] = []
        taught = self.hands.entries()
        for name, source in ((SHIPPED, None), *((hand.name, hand.path) for hand in taught)):
            ink = self._previews.get(_version(source))
            if ink is not None:
                self.library.show_preview("hand", name, ink)
            elif taught:
                missing.append((name, source))
        if self._hand_model.hand is not None and missing:
            self._worker.request(
                "previews", Urgency.KEEPING, lambda: _written(missing), lambda _: None,
                lambda _: None, self._previewed,
            )  # fmt: skip

    def _show_sample(self, name: str) -> None:
        """Show a style in the library by a line that was written in it."""
        ink = self._style_list.sample(name)
        if self.library is not None and ink is not None:
            self.library.show_preview("style", name, ink)

    def _previewed(self, result: tuple[str, Path | None, Ink]) -> None:
        name, source, ink = result
        self._previews[_version(source)] = ink
        if self.library is not None:
            self.library.show_preview("hand", name, ink)

    def _rename(self, name: str) -> None:
        new, given = QInputDialog.getText(
            self._parent(), "Rename", "New name of the style:", text=name
        )
        if given and self._done(lambda: self.styles.rename(name, new)):
            note = self._document.note
            if note.look.style == name:
                self.offer()
                self.use("style", " ".join(new.split()))

    def _duplicate(self, name: str) -> None:
        self._done(lambda: self.styles.duplicate(name))

    def _delete(self, kind: str, name: str) -> None:
        if kind == "symbol":
            question = f"Delete all drawings of “{name}” for good?"
            if confirm(self._parent(), question, DELETE):
                self._done(lambda: self.symbols.delete(name))
            return
        if kind == "hand":
            question = f"Delete the hand “{name}” for good? It would have to be taught again."
            if confirm(self._parent(), question, DELETE):
                if self.choice.name == name:
                    self.choice.choose(SHIPPED)
                self._done(lambda: self.hands.delete(self.hands.path(name)))
            return

        def work() -> None:
            self._deleted = self.styles.delete(name)

        if self._done(work) and self.library is not None:
            self.library.say(f"“{name}” was deleted.", undo=True)

    def _undo(self) -> None:
        deleted = self._deleted
        if deleted is not None and self._done(lambda: self.styles.restore(deleted)):
            self._deleted = None
            if self.library is not None:
                self.library.say("")

    def _export(self, kind: str, name: str) -> None:
        ending = SUFFIX if kind == "hand" else ".json"
        target, _ = ask_save(self._parent(), "styles", "Export", f"{name}{ending}", f"*{ending}")
        if target is None:
            return
        if kind == "hand":
            self._done(lambda: self.hands.export(self.hands.path(name), target))
        else:
            self._done(lambda: self.styles.export(name, target))

    def _import(self) -> None:
        forms = "Styles (*.json)"
        for path in ask_open_several(self._parent(), "styles", "Import styles", forms):
            self.take_in_style(path)

    def take_in_style(self, path: Path) -> None:
        """Add the style of a file."""
        self._done(lambda: self.styles.take_in(path))

    def _done(self, work: Any) -> bool:
        """Do something with the library and show it; what goes wrong is told."""
        try:
            work()
        except ScriptoriumError as error:
            self._failed(error)
            return False
        self.offer()
        return True

    # Teaching --------------------------------------------------------------------------------

    def open_lesson(self) -> None:
        """Show the lesson, or first the recorder where there are no lines to learn from."""
        if self.session.recording is None:
            found = self.session.recordings()
            if found:
                self.session.go_on(found[0])
        here, lines = self.session.recording, self.session.lines
        if len(lines) < 3 and not self.lesson.running:
            self.open_recorder()
            self._tell("Record at least three lines first; twenty make a good hand.")
            return
        if here is not None and not self.lesson.running:
            self.lesson.show(next(reversed(self._unfinished(here.folder)), None))
        self._show_lesson(self.session.name, len(lines))

    def _show_lesson(self, name: str, lines: int) -> None:
        if self.lesson_dialog is not None and not self.lesson.running:
            self.lesson_dialog.deleteLater()
            self.lesson_dialog = None
        if self.lesson_dialog is None:
            self.lesson_dialog = TeachingDialog(self.lesson, name, lines, self._theme, self._window)
            self.lesson_dialog.start_wanted.connect(self._teach)
        _raise(self.lesson_dialog)

    def _teach(self, name: str) -> None:
        recording, lesson = self.session.recording, self.lesson.lesson
        if lesson is None or not self.lesson.stopped:
            if recording is None:
                return
            out = self.hands.free(name)
            lesson = Lesson(recording.folder, out, self.hands.run_folder(out), name)
        self._notices.clear("lesson")
        self.lesson.start(lesson)

    def _unfinished(self, lines: Path | None = None) -> list[Lesson]:
        """The half-done lessons that no window teaches; of a recording's folder, or all."""
        found = unfinished(self.hands.teaching, self.damaged)
        self._tell_damaged()
        return [lesson for lesson in found if lines is None or lesson.lines == lines]

    def _offer_lesson(self) -> None:
        """Offer the lesson that was half done when its window ended."""
        left = [lesson for lesson in self._unfinished() if lesson.lines.is_dir()]
        if self._closed or self.lesson.running or not left:
            return
        lesson = left[-1]
        if lesson.running:
            # Its window was killed a moment ago: what it has learnt is being written down.
            QTimer.singleShot(ENDING, self, self._offer_lesson)
            return
        done = f"{100 * lesson.share:.0f} %"
        self._notices.say(
            f"Teaching the hand “{lesson.name}” was not finished; {done} is done.",
            "lesson",
            "Go on",
            partial(self._go_on_teaching, lesson),
            error=False,
            other=("Give it up", partial(self._give_up, lesson)),
        )

    def _go_on_teaching(self, lesson: Lesson) -> None:
        self.lesson.show(lesson)
        self._show_lesson(lesson.name, len(list(lesson.lines.glob("line-*.json"))))
        self.lesson.start(lesson)

    def _give_up(self, lesson: Lesson) -> None:
        """Remove what was learnt; the recording stays."""
        if not (lesson.taught_here or lesson.running):
            lesson.forget()
        self._offer_lesson()

    def _taught(self, path: Path) -> None:
        """Offer the hand, and make the style that it writes in: it is of the same lines."""
        with suppress(OSError):
            # The training made it as any other file.
            path.chmod(0o600)
        self.offer()
        lesson = self.lesson.lesson
        if self._style_of(path.stem) is None:
            try:
                lines = [] if lesson is None else recorded_lines(lesson.lines)
            except StyleError:  # deleted meanwhile
                lines = []
            source = f"Of the lines that taught the hand “{path.stem}”."

            def done(style: Style) -> None:
                self._kept(style)

            self._request_style(path.stem, lines, source, done)
        self._notices.say(
            f"The hand “{path.stem}” has been taught.", "lesson", "Write with it",
            lambda: self.use("hand", path.stem), error=False,
        )  # fmt: skip

    # What is said ----------------------------------------------------------------------------

    def _parent(self) -> QWidget:
        for widget in (self.recorder, self.library):
            if widget is not None and widget.isActiveWindow():
                return widget
        return self._window

    def _failed(self, error: BaseException) -> None:
        if not isinstance(error, ScriptoriumError):
            raise error
        self._tell(str(error), error=True)

    def _tell(self, sentence: str, error: bool = False) -> None:
        """Say something where the user is looking."""
        if self.library is not None and self.library.isVisible():
            self.library.say(sentence)
        if self.recorder is not None and self.recorder.isVisible():
            self.recorder.say(sentence)
        elif self.library is None or not self.library.isVisible():
            self._notices.say(sentence, "handwriting", error=error)


def _raise(widget: QWidget) -> None:
    widget.show()
    widget.raise_()
    widget.activateWindow()


def _version(path: Path | None) -> tuple[str, str]:
    """A hand's file, as it is now; the one that ships where there is none."""
    changed = path.stat().st_mtime_ns if path is not None and path.exists() else 0
    return str(path), str(changed)


def _written(hands: Sequence[tuple[str, Path | None]]) -> Iterator[tuple[str, Path | None, Ink]]:
    """Each hand with a line written by it."""
    from engine.hand import Hand

    for name, path in hands:
        try:
            line = Hand.load(path).write(SHORT, bias=PLAIN.bias, policy=ALIGNED)
        except ScriptoriumError:
            continue
        yield name, path, line.ink.scaled(PLAIN.x_height)
