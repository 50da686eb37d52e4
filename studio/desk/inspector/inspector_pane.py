"""The inspector as one widget: views side by side, fed by one model, drawn when there is time."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import (
    QDialog,
    QLabel,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from engine.sampling.steering import Steering
from engine.sampling.trace import Floats, SampleTrace, TraceStep
from studio.desk.actions import ActionModel
from studio.desk.inspector.corpus_window import CorpusWindow
from studio.desk.inspector.inspector_actions import inspector_actions
from studio.desk.inspector.inspector_bar import InspectorBar
from studio.desk.inspector.inspector_commands import InspectorCommands, Other, Surroundings
from studio.desk.inspector.inspector_dialogs import (
    CompareDialog,
    FeedDialog,
    FigureDialog,
    SteerDialog,
)
from studio.desk.inspector.inspector_model import InspectorModel
from studio.desk.inspector.numbers_panel import NumbersPane
from studio.desk.inspector.trace_colours import ink_colours
from studio.desk.inspector.view_options import KINDS, usual
from studio.desk.inspector.view_panel import ViewPanel
from studio.desk.models.user_settings import SettingsModel
from studio.desk.widgets.file_dialogs import ask_save
from studio.desk.widgets.notice_bar import NoticeBar
from studio.desk.widgets.plain_text import PlainLabel
from studio.desk.widgets.scroll_column import ScrollColumn
from studio.desk.widgets.theme import Theme
from studio.inspection.corpus_figures import CorpusLine, LineCorpus
from studio.inspection.run_recording import RunSettings

#: Seconds of each frame that views may be brought up to date for; what is left waits its turn.
BUDGET = 0.005
FRAME_MS = 16
REST_MS = 48
"""Milliseconds after which views that are behind are drawn though the pen does not move."""

LEFT = ("line", "window", "traces", "state", "compare")
RIGHT = ("mixture", "numbers")
#: What is open at first.
OPEN = ("window", "traces", "mixture")


class InspectorPane(QWidget):
    """All views of a recording.

    How the studio uses it::

        pane = InspectorPane(InspectorModel(), theme)
        pane.model.hand = hand                   # for the expected length, and for its own runs
        pane.begin_line(text, RunSettings(hand.name, hand.sha256, style, bias, seed))
        pane.add_steps(steps)                    # as they are drawn, once a frame
        pane.end_line()
        pane.show_steps(written.steps, settings)  # or a line that is there already
        pane.point_moved.connect(page.mark_point)    # the cursor, -1 for none
        page.point_hovered.connect(pane.hover)       # and the way back
        pane.ink_coloured.connect(page.colour_ink)   # uint8 (n, 4) or None
        pane.around.run = in_a_worker            # for what the pane's own buttons start
        pane.around.styles = all_styles_by_name

    Parameters
    ----------
    model : InspectorModel
    theme : Theme
    actions : ActionModel, optional
        Has those of `inspector_actions`; a model of the pane's own where not given.
    """

    point_moved = Signal(int)
    """The cursor's point, -1 where there is none."""
    points_marked = Signal(object)
    """The points (int array) that are brushed, or stand on the chosen character."""
    ink_coloured = Signal(object)
    """Colours of the line's points, uint8 (n, 4), or None for the ink's own."""

    def __init__(
        self,
        model: InspectorModel,
        theme: Theme,
        parent: QWidget | None = None,
        actions: ActionModel | None = None,
    ) -> None:
        super().__init__(parent)
        if actions is None:
            actions = ActionModel(SettingsModel(None))
            actions.add(*inspector_actions(lambda: self))
        self.model, self._theme = model, theme
        self.around = Surroundings()
        self.bench = InspectorCommands(model, self.around)
        self.corpus_window: CorpusWindow | None = None
        self.setAccessibleName("Inspector")
        self.panels: dict[str, ViewPanel] = {}
        self.numbers = NumbersPane(model, theme, self)
        self._alone = self._fresh = ""
        self.columns = QSplitter(Qt.Orientation.Horizontal, self)
        self.columns.setChildrenCollapsible(False)
        self.frames: dict[str, QWidget] = {}
        self.left, self.right = (self._column(names) for names in (LEFT, RIGHT))
        for column, stretch in ((self.left, 2), (self.right, 1)):
            self.columns.addWidget(column)
            # Once the rest is in its place, too.
            column.verticalScrollBar().rangeChanged.connect(
                lambda *_: QTimer.singleShot(0, self, self._reveal)
            )
            self.columns.setStretchFactor(self.columns.indexOf(column), stretch)
        self.columns.setSizes([640, 320])
        self.bar = InspectorBar((*LEFT, *RIGHT), actions, theme, self)
        self.notice = NoticeBar(theme, self)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(self.bar)
        box.addWidget(self.notice)
        box.addWidget(self.columns, 1)
        self.empty = self._empty_label()
        box.addWidget(self.empty, 1)
        self._turn = 0
        self._spent: dict[QWidget, float] = {}
        self._timer = QTimer(self)
        self._timer.setInterval(FRAME_MS)
        self._timer.timeout.connect(self.refresh)
        for signal in (
            model.reset, model.grew, model.other_changed, model.cursor_changed,
            model.brush_changed, model.character_changed, model.span_changed,
            model.colouring_changed,
        ):  # fmt: skip
            signal.connect(self._wake)
        model.reset.connect(self._tell_caption)
        for signal in (model.reset, model.grew):
            signal.connect(self._tell_empty)
        model.cursor_changed.connect(self._tell_cursor)
        model.brush_changed.connect(self._tell_marks)
        model.character_changed.connect(self._tell_marks)
        model.colouring_changed.connect(self._tell_colours)
        model.pulled.connect(self._steer)
        self.bench.failed.connect(self.complain)
        for signal in (self.bench.busy, self.bench.done):
            signal.connect(self.say)
        self.bar.views_chosen.connect(self._views_chosen)
        self.bar.colour_chosen.connect(model.colour_by)
        theme.changed.connect(self._dress)
        self.show_views(OPEN)
        self._tell_empty()

    # The way in -----------------------------------------------------------------------------------

    def begin_line(
        self, text: str, settings: RunSettings | None = None, expected: int | None = None
    ) -> None:
        """See `InspectorModel.begin_line`."""
        self.model.begin_line(text, settings, expected)

    def add_steps(self, steps: Sequence[TraceStep]) -> None:
        """See `InspectorModel.add_steps`."""
        self.model.add_steps(steps)

    def end_line(self) -> None:
        """See `InspectorModel.end_line`."""
        self.model.end_line()

    def show_steps(
        self,
        steps: SampleTrace,
        settings: RunSettings | None = None,
        layers: Floats | None = None,
        log_likelihood: Floats | None = None,
    ) -> None:
        """See `InspectorModel.show_steps`."""
        self.model.show_steps(steps, settings, layers, log_likelihood)

    def hover(self, index: int | None) -> None:
        """The mouse is over a point of the line elsewhere; -1 or None: over none."""
        self.model.hover(None if index is None or index < 0 else index)

    # Views ----------------------------------------------------------------------------------------

    def _column(self, names: Sequence[str]) -> ScrollColumn:
        """Views below each other; they are scrolled where there is no room for all of them."""
        splitter = QSplitter(Qt.Orientation.Vertical)
        splitter.setChildrenCollapsible(False)
        for name in names:
            splitter.addWidget(self._frame(name))
        column = ScrollColumn()
        column.setWidget(splitter)
        # What comes into sight may be behind.
        bar = column.verticalScrollBar()
        for signal in (splitter.splitterMoved, bar.valueChanged, bar.rangeChanged):
            signal.connect(self._wake)
        return column

    def _frame(self, name: str) -> QWidget:
        if name == "numbers":
            self.numbers.alone_wanted.connect(self.show_alone)
            self.frames[name] = self.numbers
            return self.numbers
        panel = ViewPanel(KINDS[name], usual(name), self.model, self._theme)
        panel.alone_wanted.connect(self.show_alone)
        panel.saving_wanted.connect(self._save_view)
        panel.canvas.installEventFilter(self)
        self.panels[name] = self.frames[name] = panel
        return panel

    @property
    def shown(self) -> tuple[str, ...]:
        """The views that are open."""
        return self.bar.shown

    def show_views(self, names: Sequence[str]) -> None:
        """Open these views, and close the others."""
        self.bar.show_open(names)
        self._views_chosen()

    def open_view(self, name: str) -> None:
        """Open one more view, and show it."""
        self.show_views((*self.shown, name))

    def show_alone(self, name: str) -> None:
        """Give one view all the room, or let the others come back."""
        self._alone = "" if self._alone == name else name
        self._arrange()

    def _arrange(self) -> None:
        wanted = (self._alone,) if self._alone else self.shown
        for name, frame in self.frames.items():
            frame.setVisible(name in wanted)
        self.left.setVisible(any(name in wanted for name in LEFT))
        self.right.setVisible(any(name in wanted for name in RIGHT))
        for panel in self.panels.values():
            panel.view.stale = True
        self.numbers.stale = True
        self._wake()

    def _views_chosen(self) -> None:
        self._alone = ""
        before = {name for name, frame in self.frames.items() if not frame.isHidden()}
        self._arrange()
        fresh = [name for name in self.shown if name not in before]
        if len(fresh) == 1:
            self._fresh = fresh[0]

    def _reveal(self) -> None:
        """Show a view that was opened, once it is laid out: it may stand below what is seen."""
        if not self._fresh:
            return
        column = self.left if self._fresh in LEFT else self.right
        frame, bar = self.frames[self._fresh], column.verticalScrollBar()
        bar.setValue(max(bar.value(), frame.geometry().bottom() + 1 - column.viewport().height()))
        self._fresh = ""

    def _dress(self) -> None:
        self.bar.dress()
        for panel in self.panels.values():
            panel.dress()
        self._wake()

    # What is said ---------------------------------------------------------------------------------

    def _tell_caption(self) -> None:
        self.say("")

    def _empty_label(self) -> QLabel:
        label = PlainLabel()
        label.setObjectName("muted")
        label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        label.setWordWrap(True)
        label.setMargin(self._theme.px(4))
        return label

    def _tell_empty(self) -> None:
        """Say in the views' place why there is nothing to be seen."""
        nothing = not self.model.count and not self.model.live
        self.empty.setText(self.model.nothing if nothing else "")
        self.empty.setVisible(nothing)
        self.columns.setVisible(not nothing)

    def say(self, sentence: str) -> None:
        """Say something where the caption stands; what is shown, where there is nothing to say."""
        self.notice.clear()
        self.bar.caption.say(sentence or self.model.caption())

    def complain(self, sentence: str) -> None:
        """Say what cannot be done, until something else is said."""
        self.say("")
        self.notice.say(sentence, "inspector")

    # What can be done -------------------------------------------------------------------------

    def ask_ink(self) -> None:
        """Ask for ink with its text, and feed it to the network."""
        dialog = FeedDialog(self.around.styles(), self._theme, self)
        dialog.chosen.connect(self.bench.feed)
        self._open(dialog)

    def open_corpus(self) -> None:
        """Show figures of many lines of a corpus; what was found before is still there."""
        if self.corpus_window is None:
            window = CorpusWindow(self.model, self.around, self._theme, self)
            window.line_wanted.connect(self._show_line_of)
            self.corpus_window = window
        self.corpus_window.show()
        self.corpus_window.raise_()
        self.corpus_window.activateWindow()

    def _show_line_of(self, corpus: LineCorpus, place: CorpusLine) -> None:
        """Show a line of a corpus; what hides the views goes out of the way, as it is."""
        self.bench.feed_line(corpus, place)
        window, views = self.corpus_window, self.columns
        if window is None:
            return
        seen = QRect(views.mapToGlobal(QPoint()), views.size())
        hidden = seen.intersected(window.frameGeometry())
        if 2 * hidden.width() * hidden.height() > seen.width() * seen.height():
            window.hide()

    def _steer(self, point: int, by: float) -> None:
        self.bench.steer(Steering(point, move=by))

    def ask_steering(self) -> None:
        """Ask how the window is to be steered at the cursor, and write on."""
        recording = self.model.recording
        if recording is None or not len(recording):
            self.complain("There is no line to steer; write one first.")
            return
        if not self.bench.can_repeat():
            return
        point = len(recording) // 2 if self.model.cursor is None else self.model.cursor
        dialog = SteerDialog(recording, point, self._theme, self)
        dialog.chosen.connect(self.bench.steer)
        self._open(dialog)

    def ask_other(self) -> None:
        """Ask for another run, and set it beside this one."""
        recording = self.model.recording
        if recording is None or not len(recording):
            self.complain("There is no line to compare; write one first.")
            return
        dialog = CompareDialog(recording, self.around.styles(), self._theme, self)
        dialog.chosen.connect(self._set_beside)
        self._open(dialog)

    def _set_beside(self, other: Other) -> None:
        self.open_view("compare")
        self.bench.compare(other)

    def keep(self) -> None:
        """Keep the line for comparison."""
        self.bench.keep()
        if self.model.other is not None:
            self.open_view("compare")

    def ask_notebook(self) -> None:
        """Ask for a file, and save a notebook that repeats the run."""
        if not self.bench.can_repeat():
            return
        forms = "Jupyter notebook (*.ipynb)"
        path, _ = ask_save(self, "figures", "Save as a notebook", "run.ipynb", forms)
        if path is not None:
            self.bench.save_notebook(path.with_suffix(".ipynb"))

    def ask_export(self) -> None:
        """Ask which figure, and save it or its numbers."""
        shown = [name for name in self.shown if name in self.panels]
        self._ask_figure(shown)

    def _save_view(self, name: str) -> None:
        self._ask_figure([name])

    def _ask_figure(self, names: Sequence[str]) -> None:
        options = {name: dict(panel.choices.values) for name, panel in self.panels.items()}
        dialog = FigureDialog(names, options, self._theme, self)
        dialog.chosen.connect(lambda figure: self.bench.save_as(self, figure))
        self._open(dialog)

    def _open(self, dialog: QDialog) -> None:
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    # Telling the page -----------------------------------------------------------------------------

    def _tell_cursor(self) -> None:
        if self.model.live and not self.model.held:
            # The pen itself is seen on the page.
            return
        self.point_moved.emit(-1 if self.model.cursor is None else self.model.cursor)

    def _tell_marks(self) -> None:
        points: list[int] = []
        if self.model.brush is not None:
            points.extend(range(self.model.brush[0], self.model.brush[1] + 1))
        if self.model.character is not None:
            points.extend(self.model.points_on(self.model.character).tolist())
        self.points_marked.emit(sorted(set(points)))

    def _tell_colours(self) -> None:
        self.bar.show_colouring(self.model.colouring)
        self.ink_coloured.emit(self.ink_colours())

    def ink_colours(self) -> Any:
        """uint8 (n, 4) of the line's points by the chosen trace, for light paper, or None."""
        return ink_colours(self.model.recording, self.model.colouring)

    # Drawing --------------------------------------------------------------------------------------

    def _wake(self) -> None:
        if not self.isVisible():
            return
        if self.model.live:
            # As soon as nothing else is to be done: the frame with the pen is painted first.
            self._timer.start(0)
        elif not self._timer.isActive():
            self._timer.start(FRAME_MS)

    def showEvent(self, event: QShowEvent) -> None:
        """Draw what came while nobody looked."""
        super().showEvent(event)
        self._wake()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks: nothing is drawn."""
        super().hideEvent(event)
        self._timer.stop()

    def refresh(self) -> None:
        """Bring views up to date for as long as a frame allows, in turns; one at least."""
        left, first = BUDGET, True
        drawn: list[ViewPanel | NumbersPane] = [*self.panels.values(), self.numbers]
        order = drawn[self._turn :] + drawn[: self._turn]
        for one in order:
            if not _due(one):
                continue
            # What is changed now is painted later in this frame, as long as it took before.
            if not first and self._spent.get(one, 0.0) + one.seconds > left:
                self._turn = drawn.index(one)
                break
            clock = time.perf_counter()
            one.refresh()
            self._spent[one] = time.perf_counter() - clock
            left -= self._spent[one] + one.seconds
            first = False
        if not any(map(_due, drawn)):
            self._timer.stop()
        else:
            self._timer.start(REST_MS if self.model.live else FRAME_MS)

    def refresh_all(self) -> None:
        """Bring all views that are seen up to date, however long it takes."""
        drawn: list[ViewPanel | NumbersPane] = [*self.panels.values(), self.numbers]
        for one in drawn:
            while one.stale and one.isVisible():
                one.refresh()

    # Keys -----------------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take the keys that plots would scroll with."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._key(event)
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrow keys step along the line; Escape lets go."""
        if not self._key(event):
            super().keyPressEvent(event)

    def _key(self, event: QKeyEvent) -> bool:
        key, far = event.key(), event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        by = {Qt.Key.Key_Right: 1, Qt.Key.Key_Left: -1}.get(Qt.Key(key))
        if by is not None:
            self.model.step(by * (10 if far else 1))
        elif key == Qt.Key.Key_Home:
            self.model.step(-self.model.count)
        elif key == Qt.Key.Key_End:
            self.model.step(self.model.count)
        elif key == Qt.Key.Key_Escape and (self.model.held or self.model.brush):
            self.model.hold(None)
            self.model.brush_range(None)
            self.model.select_character(None)
        else:
            return False
        return True


def _due(one: ViewPanel | NumbersPane) -> bool:
    """Whether a view is behind, and in sight."""
    # What lies uppermost in it is asked: a widget that others cover counts as out of sight.
    area = one.canvas if isinstance(one, ViewPanel) else one.view
    return one.stale and not area.viewport().visibleRegion().isEmpty()
