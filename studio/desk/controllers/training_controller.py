"""Trainings from the studio: started, stopped, resumed, watched, compared and used."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from engine.errors import ScriptoriumError
from studio.desk.actions import Action
from studio.desk.context import StudioContext
from studio.desk.controllers.library_controller import LibraryController
from studio.desk.models.training_process import TrainingProcess
from studio.desk.views.window import Window
from studio.desk.widgets.file_dialogs import ask_folder
from studio.library.hand_library import SHIPPED
from studio.library.paths import data_folder, ensure_folder
from studio.library.user_library import UserLibrary
from studio.recording.recording import recordings, recordings_folder
from studio.teaching.training_plan import (
    export_verb,
    has_best,
    has_run,
    has_something,
    is_run,
    resume_verb,
)

if TYPE_CHECKING:
    from studio.desk.views.training_window import TrainingWindow

TOPIC = "training"
STATES = {
    "prepare": "Preparing the corpus …",
    "run": "Training",
    "resume": "Training",
    "export": "",
}
"""What goes on while a verb runs."""
STOPPED = "Stopped; Resume goes on from here"


class TrainingController(QObject):
    """Joins the training package, as processes, with the window that shows what they write.

    Parameters
    ----------
    context : StudioContext
    window : Window
    library : UserLibrary
    styles : LibraryController
        Lets a hand be used.
    """

    def __init__(
        self,
        context: StudioContext,
        window: Window,
        library: UserLibrary,
        styles: LibraryController,
    ) -> None:
        super().__init__()
        self._context, self._window = context, window
        self._library, self._styles = library, styles
        self._notices, self._actions = context.notices, context.actions
        self.training = TrainingProcess(self)
        self.training.changed.connect(self._changed)
        self.training.ended.connect(self._ended)
        self.exporting = TrainingProcess(self)
        self.exporting.ended.connect(self._exported)
        self.view: TrainingWindow | None = None
        self._folder: Path | None = None
        """Of the run that is trained, or was last."""
        self._hand: Path | None = None
        """The hand that is being made of a run."""

    # The window ------------------------------------------------------------------------------

    def open(self) -> None:
        """Show the window, with the run that was last started or opened."""
        self._made().show()
        self._made().raise_()
        self._made().activateWindow()
        self._prepare()

    def _made(self) -> TrainingWindow:
        """The window; made when it is first wanted."""
        if self.view is None:
            # Brings pyqtgraph, which the start need not wait for.
            from studio.desk.views.training_window import TrainingWindow

            self.view = TrainingWindow(self._actions, self._context.theme, self._window)
            self.view.form.changed.connect(self.enable)
            last = self._context.settings.value.training
            if last and is_run(Path(last)):
                self.view.show_run(Path(last))
        return self.view

    def _prepare(self) -> None:
        """Offer what there is to learn from and to begin with."""
        from studio.desk.views.training_form import Recorded

        form = self._made().form
        found = recordings(damaged=self._library.damaged)
        self._styles.tell_damaged()
        named = [
            Recorded(f"Recording “{one.name}”", one.folder)
            for one in found
            if any(one.folder.glob("line-*.json"))
        ]
        if len(named) > 1:
            named.append(Recorded("All recordings", recordings_folder()))
        form.show_recordings(named)
        choice = self._styles.choice
        form.show_hands(choice.name, None if choice.name == SHIPPED else choice.path)
        if not self.training.running:
            self._propose()
        self.enable()

    def _propose(self) -> None:
        """Name a folder for the next run."""
        try:
            folder = ensure_folder(data_folder() / "trainings")
        except ScriptoriumError as error:
            self._made().say(str(error))
            return
        number = 1
        while has_something(folder / f"training-{number}"):
            number += 1
        self._made().form.propose(folder / f"training-{number}")

    @property
    def _shown(self) -> Path | None:
        return None if self.view is None or self.view.watch is None else self.view.watch.folder

    # A run -----------------------------------------------------------------------------------

    def start(self) -> None:
        """Start what the form asks for."""
        view = self._made()
        try:
            plan = view.form.plan()
            if not plan.folder.is_dir():
                # One of the user's own stays as open to others as it is.
                ensure_folder(plan.folder)
        except ScriptoriumError as error:
            view.say(str(error))
            return
        self._begin(plan.folder)
        self.training.start(plan.verbs())
        self.enable()

    def resume(self) -> None:
        """Go on with the run that is shown."""
        folder = self._shown
        if folder is not None and has_run(folder):
            self._begin(folder)
            self.training.start([resume_verb(folder)])

    def extend(self) -> None:
        """Go on with the run that is shown, to as many hours in all as the form says."""
        folder, view = self._shown, self.view
        if folder is not None and view is not None and has_run(folder):
            self._begin(folder)
            hours = round(view.form.hours.value(), 2)
            self.training.start([resume_verb(folder, hours)])

    def _begin(self, folder: Path) -> None:
        self._folder = folder
        self._context.settings.change(training=str(folder))
        self._notices.clear(TOPIC)
        view = self._made()
        view.say("")
        if self._shown != folder:
            view.show_run(folder)

    def _changed(self) -> None:
        view, training = self.view, self.training
        if view is not None:
            view.look()
            state = ""
            if training.stopping:
                state = "Stopping: it writes a checkpoint …"
            elif training.running and self._shown == self._folder:
                state = STATES.get(training.verb, "")
            elif self._shown is not None and self._shown == self._folder:
                state = STOPPED if view.watch is not None and view.watch.share < 1 else ""
            view.show_state(state)
        self.enable()

    def _ended(self, why: str) -> None:
        if self.view is not None:
            self.view.say(why)
            self._propose()
        if self.view is None or not self.view.isVisible():
            name = "" if self._folder is None else self._folder.name
            sentence = f"The training “{name}” has ended. {why}".rstrip()
            self._notices.say(sentence, TOPIC, "Show", self.open, error=bool(why))
        self.enable()

    # Other runs ------------------------------------------------------------------------------

    def _ask_run(self, title: str) -> Path | None:
        view = self._made()
        folder = ask_folder(view, TOPIC, title)
        if folder is None:
            return None
        if not is_run(folder):
            view.say(f"{folder} holds no training; choose its folder.")
            return None
        view.say("")
        return folder

    def open_run(self) -> None:
        """Show another run, which may be trained anywhere."""
        self.open()
        folder = self._ask_run("Folder of a training")
        if folder is not None:
            self.show_run(folder)

    def show_run(self, folder: Path) -> None:
        """Show the run of a folder."""
        self._made().show_run(folder)
        if not self.training.running:
            self._context.settings.change(training=str(folder))
        self.enable()

    def compare(self) -> None:
        """Set another run beside the one that is shown."""
        folder = self._ask_run("Folder of the training to compare with")
        if folder is not None and folder == self._shown:
            self._made().say("That is the training itself; choose the folder of another.")
        elif folder is not None:
            self._made().compare(folder)
        self.enable()

    def alone(self) -> None:
        """Show one run alone again."""
        self._made().compare(None)
        self.enable()

    # Its hand --------------------------------------------------------------------------------

    def use(self) -> None:
        """Make a hand of the best weights of the run that is shown, and write with it."""
        folder = self._shown
        if folder is None or not has_best(folder) or self.exporting.running:
            return
        try:
            self._hand = self._library.hands.free(folder.name)
        except ScriptoriumError as error:
            self._made().say(str(error))
            return
        self._made().say("")
        self._window.say("Making a hand of the training …")
        verb = export_verb(folder, self._hand, self._hand.stem)
        self.exporting.start([verb])
        self.enable()

    def _exported(self, why: str) -> None:
        path = self._hand
        self.enable()
        if path is None:
            return
        if why or not path.exists():
            self._made().say(why or "The hand was not made; try again.")
            return
        # The training made it as any other file.
        path.chmod(0o600)
        self._library.changed.emit()
        self._styles.use("hand", path.stem)
        sentence = f"The hand “{path.stem}” is among your hands, and writes from now on."
        self._notices.say(sentence, TOPIC, error=False)
        self._window.say(sentence)
        self._made().show_state(sentence)

    # What can be done ------------------------------------------------------------------------

    def enable(self) -> None:
        """Let what can be done now be done, and nothing else."""
        folder, running, enable = self._shown, self.training.running, self._actions.enable
        watch = None if self.view is None else self.view.watch
        begun = folder is not None and has_run(folder)
        enable("training.start", self.view is not None and not running)
        enable("training.stop", running and not self.training.stopping)
        enable("training.resume", begun and not running and watch is not None and watch.share < 1)
        enable("training.extend", begun and not running)
        enable("training.compare", folder is not None)
        enable("training.alone", self.view is not None and self.view.other is not None)
        best = folder is not None and has_best(folder)
        enable("training.use", best and not self.exporting.running)

    def close(self) -> None:
        """End it with the program; it keeps what it has learnt, and can be resumed."""
        for process in (self.training, self.exporting):
            process.blockSignals(True)
            process.end()
        if self.view is not None:
            self.view.close()

    def actions(self) -> tuple[Action, ...]:
        """What can be done."""
        hidden = partial(Action, menu="")
        return (
            Action("training.show", "Train a hand …", self.open, "Style", "", "activity",
                   "Let a hand learn from a corpus for hours, and see how it does", group=1),
            Action("training.open", "Open a training …", self.open_run, "View", "", "activity",
                   "Watch a training in its folder", group=1),
            hidden("training.start", "Start the training", self.start, icon="play",
                   tip="Begin a run with what the form says"),
            hidden("training.stop", "Stop the training", self.training.stop, icon="square",
                   tip="It writes a checkpoint first, from which it can be resumed"),
            hidden("training.resume", "Resume the training", self.resume, icon="step-forward",
                   tip="Go on from the newest checkpoint of the run that is shown"),
            hidden("training.extend", "Train on, for longer", self.extend, icon="step-forward",
                   tip="Go on with the run that is shown, to as many hours in all as are set"),
            hidden("training.compare", "Compare the training with another …", self.compare,
                   icon="columns-2", tip="Two runs in one plot"),
            hidden("training.alone", "Compare the training no more", self.alone, icon="x",
                   tip="Show one run alone again"),
            hidden("training.use", "Use the hand of the training", self.use, icon="check",
                   tip="Make a hand of the best weights, add it to your hands, and write with it"),
        )  # fmt: skip
