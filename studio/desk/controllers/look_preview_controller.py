"""What a style or a neatness that is chosen would change: one line on the page shows it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from PySide6.QtCore import QObject

from engine.errors import ScriptoriumError
from studio.desk.context import StudioContext
from studio.desk.controllers.playback_controller import PlaybackController, PlaybackState
from studio.desk.views.page.live_line import LiveLine
from studio.desk.views.window import Window
from studio.desk.worker import Urgency
from studio.document.page import PlacedLine
from studio.layout.line_fitting import fit
from studio.layout.line_ink import LineInk
from studio.layout.plan import PlannedLine

TOPIC, CHANNEL = "look", "look preview"


class LookPreviewController(QObject):
    """Says that a look waits for the next writing, and shows a line as it will be."""

    def __init__(
        self, context: StudioContext, window: Window, playback: PlaybackController
    ) -> None:
        super().__init__()
        self._looks, self._session = context.looks, context.session
        self._selection, self._worker = context.selection, context.worker
        self._notices, self._view, self._playback = context.notices, window.pages, playback
        self._shown: LiveLine | None = None
        #: How many lines were told to be written again.
        self._told = 0
        context.looks.changed.connect(self._changed)
        context.session.drafted.connect(lambda _: self._drafted())

    def _changed(self) -> None:
        """Something else waits, or nothing."""
        self._worker.cancel(CHANNEL)
        self._take_away()
        written = self._concerned()
        self._told = len(written)
        if not written:
            self._notices.clear(TOPIC)
            return
        count = f"{len(written)} lines are" if len(written) != 1 else "One line is"
        self._notices.say(
            f"{count} rewritten when you press Write; one of them is a preview.",
            TOPIC,
            "Keep everything as it is",
            self._looks.discard,
            error=False,
        )
        self._ask(written)

    def _concerned(self) -> list[PlannedLine]:
        """The lines with ink that will be written again."""
        draft = self._session.draft
        if not self._looks or draft is None:
            return []
        lines = [line for line in draft.layout.plan.lines if self._looks.concerns(line)]
        return [line for line in lines if line.requests and line.key not in draft.ghosts]

    def _drafted(self) -> None:
        """The pages have changed: a line may stand elsewhere, or have lost its ink."""
        if self._looks and (self._shown is not None or len(self._concerned()) != self._told):
            self._changed()

    def _ask(self, lines: list[PlannedLine]) -> None:
        """Have one of the lines written as it will be."""
        line, now = self._choose(lines), self._session.snapshot
        if line is None or now.hand is None or self._playback.state is not PlaybackState.IDLE:
            return
        look, requests = self._looks.shown(line.look, line.key.block), self._looks.requests(line)
        planned = replace(line, look=look, requests=requests)
        ready = {**now.spare, **now.known}

        def work() -> PlacedLine:
            missing = [request for request in requests if request not in ready]
            ready.update(zip(missing, now.writer.write_lines(missing), strict=True))
            return fit(planned, LineInk(tuple(ready[request] for request in requests)))

        self._worker.request(
            CHANNEL, Urgency.SAMPLE, work, lambda placed: self._show(line, placed), self._failed
        )

    def _choose(self, lines: list[PlannedLine]) -> PlannedLine | None:
        """The line that is selected, or the first one that is in sight."""
        value = self._selection.value
        chosen = [line for line in lines if value is not None and line.key == value.key]
        here = [line for line in lines if line.page == self._view.current_page]
        return next(iter([*chosen, *here, *lines]), None)

    def _show(self, line: PlannedLine, placed: PlacedLine) -> None:
        """Show ink in the place of the line's own."""
        draft = self._session.draft
        own = None if draft is None else draft.layout.placed.get(line)
        if own is None or not placed.ink or self._playback.state is not PlaybackState.IDLE:
            return
        self._take_away()
        self._shown = LiveLine(line.page, line.look.pen, line.look.colour, line.key)
        self._view.hide_ink({id(own)})
        self._view.begin_line(self._shown)
        ends = [np.arange(len(stroke)) == len(stroke) - 1 for stroke in placed.ink.strokes]
        self._view.extend_line(self._shown, placed.ink.xy, np.concatenate(ends))
        self._view.lift_pen()

    def _take_away(self) -> None:
        """Show the line's own ink again."""
        if self._shown is not None:
            self._view.end_line(self._shown)
            self._view.hide_ink(set())
            self._shown = None

    def _failed(self, error: BaseException) -> None:
        if not isinstance(error, ScriptoriumError):
            raise error
        self._notices.say(str(error), TOPIC)
