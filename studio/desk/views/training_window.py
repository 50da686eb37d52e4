"""Trainings in the window: begun, watched as they learn, and compared with another one."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QHideEvent, QPixmap, QShowEvent
from PySide6.QtWidgets import (
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from studio.desk.actions import ActionModel
from studio.desk.models.plain_tip import plain_tip
from studio.desk.views.training_form import TrainingForm
from studio.desk.views.training_plot import HOURS, STEPS, TrainingPlot
from studio.desk.widgets.plain_text import PlainLabel
from studio.desk.widgets.segmented import Segment, Segmented
from studio.desk.widgets.theme import Theme
from studio.desk.widgets.window_size import resize_on_screen
from studio.teaching.run_watch import RunWatch

#: Milliseconds between two looks into the folders.
EVERY = 1000
#: Buttons below the form, and below the curves: the actions that they trigger, and their words.
BELOW_FORM = {
    "training.start": "Start",
    "training.stop": "Stop",
    "training.resume": "Resume",
    "training.extend": "Train on",
}
BELOW_CURVES = {
    "training.open": "Open a run …",
    "training.compare": "Compare with …",
    "training.alone": "Compare no more",
    "training.use": "Use this hand",
}
NOTHING = (
    "No training is shown. Start one with the form, or open the folder of a run: its curves, and "
    "a sample of what it writes, appear here as it learns."
)


class TrainingWindow(QDialog):
    """Shows a run from its folder, whoever trains there; its buttons are actions.

    Parameters
    ----------
    actions : ActionModel
        Has those of the buttons.
    theme : Theme
    parent : QWidget
    """

    def __init__(self, actions: ActionModel, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Training")
        self._actions = actions
        self.watch: RunWatch | None = None
        self.other: RunWatch | None = None
        self._state = ""
        self._sample: tuple[Path, QSize] | None = None
        self.form = TrainingForm(theme)
        self.buttons = {
            ident: self._button(ident, words)
            for ident, words in (*BELOW_FORM.items(), *BELOW_CURVES.items())
        }
        self.wrong = PlainLabel()
        self.wrong.setObjectName("error")
        self.wrong.setWordWrap(True)
        self.wrong.setAccessibleName("What is wrong")
        self.title = PlainLabel()
        self.title.setObjectName("section")
        self.plot = TrainingPlot(theme)
        choices = Segment(STEPS, "Over steps"), Segment(HOURS, "Over hours")
        self.axis = Segmented("Curves", choices, theme)
        self.axis.show_value(self.plot.over)
        self.axis.chosen.connect(self.plot.show_over)
        self.sample = PlainLabel()
        self.sample.setObjectName("muted")
        self.sample.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.sample.setFixedHeight(theme.px(14))
        self.bar = QProgressBar()
        self.bar.setRange(0, 1000)
        self.bar.setTextVisible(False)
        self.told = PlainLabel(NOTHING)
        self.told.setObjectName("muted")
        self.told.setWordWrap(True)
        self._build(theme)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.look)
        actions.changed.connect(self._refresh)
        self.say("")
        self._show()

    def _button(self, ident: str, words: str) -> QPushButton:
        button = QPushButton(words)
        button.setAutoDefault(False)
        button.setToolTip(plain_tip(self._actions[ident].tip))
        button.setEnabled(self._actions.enabled(ident))
        button.clicked.connect(partial(self._pressed, ident))
        return button

    def _pressed(self, ident: str, _checked: bool = False) -> None:
        self._actions.trigger(ident)

    def _refresh(self, ident: str) -> None:
        if ident in self.buttons:
            self.buttons[ident].setEnabled(self._actions.enabled(ident))

    def _build(self, theme: Theme) -> None:
        px = theme.px
        heading = PlainLabel("Training")
        heading.setObjectName("heading")
        manual = PlainLabel(
            "A hand learns from a corpus, on this computer, for hours. It can be stopped and "
            "resumed; when the program is closed it stops, and keeps what it has learnt."
        )
        manual.setObjectName("muted")
        manual.setWordWrap(True)
        left = QVBoxLayout()
        left.setSpacing(px(1.5))
        left.addWidget(heading)
        left.addWidget(manual)
        left.addWidget(self.form)
        pairs = QGridLayout()
        for place, ident in enumerate(BELOW_FORM):
            pairs.addWidget(self.buttons[ident], *divmod(place, 2))
        self.buttons["training.start"].setObjectName("primary")
        left.addLayout(pairs)
        left.addWidget(self.wrong)
        left.addStretch()
        side = QWidget()
        side.setLayout(left)
        left.setContentsMargins(0, 0, 0, 0)
        side.setFixedWidth(px(38))
        right = QVBoxLayout()
        right.setSpacing(px(1))
        above = QHBoxLayout()
        above.addWidget(self.title, 1)
        above.addStretch()
        above.addWidget(self.axis)
        right.addLayout(above)
        right.addWidget(self.plot, 1)
        right.addWidget(self.sample)
        right.addWidget(self.bar)
        right.addWidget(self.told)
        row = QHBoxLayout()
        for ident in BELOW_CURVES:
            row.addWidget(self.buttons[ident])
        row.addStretch()
        right.addLayout(row)
        columns = QHBoxLayout(self)
        columns.setContentsMargins(px(2), px(2), px(2), px(2))
        columns.setSpacing(px(3))
        columns.addWidget(side)
        columns.addLayout(right, 1)
        resize_on_screen(self, px(118), px(76))

    # What is shown ---------------------------------------------------------------------------

    def show_run(self, folder: Path | None) -> None:
        """Show the run of a folder; it need not be there yet."""
        self.watch = None if folder is None else RunWatch(folder)
        if self.other is not None and folder == self.other.folder:
            self.other = None
        self._sample = None
        self.look()
        self._show()

    def compare(self, folder: Path | None) -> None:
        """Set another run beside it, or none."""
        self.other = None if folder is None else RunWatch(folder)
        self.look()
        self._show()

    def look(self) -> None:
        """Show what the runs have written since the last look."""
        found = [run.look() for run in (self.watch, self.other) if run is not None]
        if any(found):
            self._show()

    def _show(self) -> None:
        watch, other = self.watch, self.other
        self.plot.show_runs([run for run in (watch, other) if run is not None])
        names = [run.folder.name for run in (watch, other) if run is not None]
        self.title.setText(" and ".join(names))
        self.title.setVisible(bool(names))
        if watch is None:
            self.told.setText(NOTHING)
            self.bar.setValue(0)
        else:
            self.bar.setValue(round(1000 * watch.share))
            words = ["  ·  ".join(part for part in (self._state, described(watch)) if part)]
            if other is not None:
                words.append(f"{other.folder.name}: {described(other)}")
            self.told.setText("\n".join(words))
        self._show_sample()

    def _show_sample(self) -> None:
        path = None if self.watch is None else self.watch.sample
        wanted = None if path is None else (path, self.sample.size())
        if path is None:
            self.sample.setText("A sample appears here after each validation.")
        elif wanted != self._sample:
            picture = QPixmap(str(path))
            if picture.isNull():
                return
            ratio = self.devicePixelRatioF()
            picture = picture.scaled(
                self.sample.size() * ratio,
                Qt.AspectRatioMode.KeepAspectRatio,
                Qt.TransformationMode.SmoothTransformation,
            )
            picture.setDevicePixelRatio(ratio)
            self.sample.setPixmap(picture)
        self._sample = wanted

    def show_state(self, words: str) -> None:
        """Say what goes on with the run that is shown."""
        if words != self._state:
            self._state = words
            self._show()

    def say(self, sentence: str) -> None:
        """Say what is wrong; nothing where the sentence is empty."""
        self.wrong.setText(sentence)
        self.wrong.setVisible(bool(sentence))

    def showEvent(self, event: QShowEvent) -> None:
        """Look into the folders while somebody looks here."""
        super().showEvent(event)
        self.look()
        self._timer.start(EVERY)

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks any more; a training goes on."""
        super().hideEvent(event)
        self._timer.stop()


def described(watch: RunWatch) -> str:
    """Where a run is, in words."""
    if not watch.losses:
        return "Waiting for the first step …"
    words = [f"{100 * watch.share:.0f} %"]
    step, loss = watch.losses[-1]
    words.append(f"step {step:,}, {loss:.3f} nats a point")
    if watch.validations:
        best = min(value for _, value in watch.validations)
        words.append(f"held-out lines {watch.validations[-1][1]:.3f} (best {best:.3f})")
    if watch.points_a_second:
        words.append(f"{watch.points_a_second:,.0f} points a second")
    if watch.left is not None and watch.share < 1:
        hours, minutes = divmod(round(watch.left / 60), 60)
        words.append(f"{hours} h {minutes:02d} min left" if hours else f"{minutes} min left")
    return "  ·  ".join(words)
