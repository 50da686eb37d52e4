"""Writing: the Write button and what it says, the pen's controls, and the hand's state."""

from __future__ import annotations

import random

from PySide6.QtCore import QObject

from engine.errors import ScriptoriumError
from studio.desk.actions import Action
from studio.desk.context import StudioContext
from studio.desk.controllers.playback_controller import PlaybackController, PlaybackState
from studio.desk.models.plain_tip import plain_tip
from studio.desk.views.window import Window
from studio.document.editing import rewrite_all
from studio.layout.draft_layout import DraftLayout
from studio.writing.note_tabs import NotePart


class WritingController(QObject):
    """Joins the session and the playback with the window's bar below the text."""

    def __init__(
        self, context: StudioContext, window: Window, playback: PlaybackController
    ) -> None:
        super().__init__()
        self._window, self._playback = window, playback
        self._document, self._selection = context.document, context.selection
        self._session, self._hands = context.session, context.hands
        self._actions, self._notices = context.actions, context.notices
        self._settings, self._looks = context.settings, context.looks
        context.looks.changed.connect(self._enable)
        #: Whether the note is to be written as soon as there is a hand, or as soon as the pages
        #: know what is missing.
        self._early = self._soon = False
        #: Whether the text cannot be written as it stands.
        self._blocked = False
        playback.speed = context.settings.value.writing_speed
        context.document.changed.connect(self._note_changed)
        context.document.opened.connect(self._opened)
        context.session.drafted.connect(self._drafted)
        context.session.failed.connect(self._refused)
        playback.failed.connect(self._refused)
        playback.interrupted.connect(self._go_on)
        playback.state_changed.connect(self._pen_changed)
        playback.progressed.connect(self._progressed)
        playback.speed_measured.connect(self._speed_measured)
        context.hands.changed.connect(self._hand_changed)
        context.hands.notice.connect(self._say_device)
        #: What the pen did when the note was left.
        self._was = PlaybackState.IDLE
        context.tabs.leaving.connect(self._leave)
        context.tabs.add(NotePart(lambda: self._was, self._resume))
        window.transport.show_speed(playback.speed)
        window.transport.speed_changed.connect(self._speed_chosen)

    def show(self) -> None:
        """Show what holds now."""
        self._progressed(0, 0, "")
        self._hand_changed()

    # Writing ---------------------------------------------------------------------------------

    def write(self) -> None:
        """Write what is missing, or as soon as there is a hand."""
        self._playback.watched = True
        self._go_on()

    def write_unwatched(self) -> None:
        """Write what is missing, or the rest of it, without the pen being seen."""
        if self._playback.state is PlaybackState.IDLE:
            self._playback.watched = False
            self._go_on()
        else:
            self._playback.write_unwatched()
        self._enable()

    def _go_on(self) -> None:
        changed = self._looks.apply()
        if self._hands.ready and changed:
            # Once the pages know what is missing by that.
            self.write_soon()
        elif self._hands.ready:
            self._playback.write()
        else:
            self.write_early()

    def _opened(self) -> None:
        """What was asked for the note before is not asked for this one."""
        self._early = self._soon = False
        self._enable()

    def _leave(self) -> None:
        """Take the pen away; the network goes on where it was not held."""
        asked = self._early or self._soon
        was = self._playback.leave()
        self._was = PlaybackState.WRITING if asked else was

    def _resume(self, was: PlaybackState) -> None:
        """Let the pen do again what it did; all that was written meanwhile is on the page."""
        draft = self._session.draft
        if was is PlaybackState.IDLE or (draft is not None and not draft.missing):
            return
        if draft is None or not self._hands.ready:
            self._soon, self._early = self._hands.ready, not self._hands.ready
            self._enable()
            return
        self._playback.write()
        if was is PlaybackState.PAUSED:
            self._playback.pause()

    def write_early(self) -> None:
        """Write as soon as there is a hand."""
        self._early = True
        self._enable()

    def write_soon(self) -> None:
        """Write once the pages know what is missing."""
        self._soon = True

    def rewrite(self) -> None:
        """Rewrite everything, with the hand that is there."""
        note = rewrite_all(self._document.note, random.getrandbits(31))
        self._document.edit("Rewrite everything", note)
        self._session.rewrite()
        self.write_soon()

    def replay(self) -> None:
        """Show the selected line being written again, or the first."""
        value, draft = self._selection.value, self._session.draft
        if draft is None:
            return
        for planned, placed in draft.layout.placed.items():
            wanted = value is None or planned.key == value.key
            if wanted and planned.key not in draft.ghosts:
                self._playback.replay(placed, planned)
                return

    # What holds ------------------------------------------------------------------------------

    def _note_changed(self, *_: object) -> None:
        self._enable()

    def _drafted(self, _: DraftLayout) -> None:
        self._blocked = False
        self._enable()
        if self._soon:
            self._soon = False
            self._playback.write()

    def _refused(self, _: ScriptoriumError) -> None:
        self._blocked = True
        self._enable()

    def _enable(self) -> None:
        draft, idle = self._session.draft, self._playback.state is PlaybackState.IDLE
        missing = len(draft.missing) if draft else 0
        able = self._hands.ready or not (self._hands.error or self._early)
        able = able and not self._blocked
        enable, transport = self._actions.enable, self._window.transport
        enable(
            "writing.write", idle and able and (missing > 0 or bool(self._looks) or self._unseen())
        )
        writes = self._actions.enabled("writing.write")
        enable("writing.unwatched", writes or not (idle or not self._playback.watched))
        for ident in ("writing.pause", "writing.step", "writing.stop"):
            enable(ident, not idle)
        inked = draft is not None and len(draft.layout.plan.lines) > len(draft.ghosts)
        enable("writing.replay", idle and inked)
        transport.write.setEnabled(not idle or self._actions.enabled("writing.write"))
        if idle:
            lines = len(draft.ghosts) if draft else 0
            transport.show_state("idle", 0, 0, self._idle_remark(lines))

    def _idle_remark(self, missing: int) -> str:
        if self._hands.error:
            return "No hand to write with"
        if not self._hands.ready:
            return "Writes as soon as the hand is loaded …" if self._early else "Loading the hand …"
        if self._blocked:
            return "The text cannot be written as it is"
        if self._looks:
            return "Press Write to write it as chosen"
        if missing:
            return f"{missing} line{'s' if missing > 1 else ''} to write"
        return "" if self._document.note.blank or self._unseen() else "All written"

    def _unseen(self) -> bool:
        """Whether a text waits for its first page, as it does while the hand is loaded."""
        draft = self._session.draft
        empty = draft is None or not draft.layout.plan.lines
        return empty and self._session.pending and not self._document.note.blank

    def _pen_changed(self, _: str) -> None:
        self._document.close_step()

    def _say_device(self, sentence: str) -> None:
        self._notices.say(sentence, "device", error=False)

    def _progressed(self, done: int, total: int, remark: str) -> None:
        state = self._playback.state
        if state is not PlaybackState.IDLE:
            self._window.transport.show_state(state.value, done, total, remark)
        paused = state is PlaybackState.PAUSED
        self._actions.retitle("writing.pause", "Go on" if paused else "Pause")
        self._enable()

    def _speed_chosen(self, speed: float) -> None:
        self._playback.speed = speed
        self._window.look_panel.sample.replay(self._playback.rate)
        self._settings.change(writing_speed=speed)

    def _speed_measured(self, speed: float) -> None:
        self._window.device.setText(f"{self._hands.device}   ·   {speed:,.0f} points a second")

    def _hand_changed(self) -> None:
        hands, device = self._hands, self._window.device
        if hands.error:
            self._notices.say(hands.error, "hand")
            device.setText("")
        elif hands.ready:
            self._notices.clear("hand")
            device.setText(hands.device)
            device.setToolTip(plain_tip(hands.why_cpu))
            if self._early:
                self._early, self._soon = False, True
        else:
            device.setText("loading the hand …")
        self._enable()

    def actions(self) -> tuple[Action, ...]:
        """What can be done."""
        playback, menu = self._playback, "Writing"
        return (
            Action("writing.write", "Write", self.write, menu, "Ctrl+Return", "feather",
                   "Write what is not yet written"),
            Action("writing.unwatched", "Write without watching", self.write_unwatched, menu,
                   "Ctrl+Alt+Return", "skip-forward",
                   "Each line appears as soon as it is written; for long notes"),
            Action("writing.pause", "Pause or go on", playback.pause, menu, "Ctrl+Space", "pause",
                   "Pause the pen, or let it continue"),
            Action("writing.step", "One point", playback.step, menu, "Ctrl+.", "step-forward",
                   "Write a single point"),
            Action("writing.stop", "Stop", playback.stop, menu, "Esc", "square",
                   "Stop the pen at once; its line stays"),
            Action("writing.replay", "Replay the line", self.replay, menu, "Ctrl+R", "rotate-ccw",
                   "Show again how the selected line was written", group=1),
            Action("note.rewrite", "Rewrite everything", self.rewrite, "Note", "", "refresh-cw",
                   "Write all of it anew, with other seeds; locked lines stay", group=2),
        )  # fmt: skip
