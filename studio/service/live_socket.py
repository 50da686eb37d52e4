"""A live socket: the client steers what is written while it is written."""

from __future__ import annotations

import asyncio
import json
import logging
import threading
import time
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from fastapi import WebSocket, WebSocketDisconnect
from pydantic import ValidationError

from engine.errors import WritingStoppedError
from engine.sampling.line_loop import Turn
from engine.sampling.policy import Policy
from engine.sampling.request import sampling_request
from studio.layout.draft_layout import make_draft
from studio.layout.layout import lay_out
from studio.layout.line_writer import LineRequest, WrittenLine
from studio.layout.plan import check_seen
from studio.service.ink_events import Event, EventQueue, InkEvents
from studio.service.ink_request import InkRequest
from studio.service.ink_writer import WrittenNote, rewritten, style_name
from studio.service.live_messages import (
    MESSAGES,
    CancelMessage,
    ChangeMessage,
    DrawMessage,
    HelloMessage,
    LinesMessage,
    PlainMessage,
    RewriteMessage,
    StartMessage,
)
from studio.service.points_frame import points_frame
from studio.service.sampled_json import drawn_to_json, sampled_to_json, style_from_json
from studio.service.service_errors import ServiceError, stopping, to_service_error
from studio.service.service_state import ServiceState
from studio.service.traffic import RateLimit, token_matches, too_large, unauthorized

if TYPE_CHECKING:
    from engine.sampling.buffers import Floats
    from engine.style.style import Style
    from studio.document.note import Note
    from studio.layout.plan import Plan

log = logging.getLogger("scriptorium.service")

#: How a socket is closed: by what the client did, or because the service ends.
UNAUTHORIZED, MALFORMED, TOO_MANY, GOING = 4401, 4400, 4429, 1012
#: Requests for lines that a client may have open.
MOST_OPEN = 64


class _Work:
    """A note that is being written for a live client.

    Parameters
    ----------
    request : InkRequest
        That it is written by; a rewrite's is that of the note.
    """

    def __init__(self, request: InkRequest) -> None:
        self.request = request
        self.stop, self.held = threading.Event(), threading.Event()
        self.cut_short = False
        self.known: dict[LineRequest, WrittenLine] = {}


class _Collecting:
    """A listener that keeps the lines, too."""

    def __init__(self, events: InkEvents, known: dict[LineRequest, WrittenLine]) -> None:
        self._events, self._known = events, known

    def begins(self, note: Note, style: Style | None, strength: float) -> None:
        self._events.begins(note, style, strength)

    def planned(self, plan: Plan) -> None:
        self._events.planned(plan)
        for request in plan.requests:
            if (line := self._known.get(request)) is not None:
                self._events.line(request, line)

    def points(self, request: LineRequest, first: int, offsets: Floats, phi: Floats) -> None:
        self._events.points(request, first, offsets, phi)

    def again(self, request: LineRequest) -> None:
        self._events.again(request)

    def line(self, request: LineRequest, line: WrittenLine) -> None:
        self._known[request] = line
        self._events.line(request, line)


class LiveSocket:
    """One live client.

    Parameters
    ----------
    state : ServiceState
    socket : WebSocket
    """

    def __init__(self, state: ServiceState, socket: WebSocket) -> None:
        self._state, self._socket = state, socket
        limits = state.settings.limits
        self._rate = RateLimit(limits.messages, 4 * limits.messages)
        loop = asyncio.get_running_loop()
        self._wake = asyncio.Event()
        self._queue = EventQueue(lambda: loop.call_soon_threadsafe(self._wake.set))
        self._authorised = not state.settings.token
        self._binary = True
        self._lines: list[str] = []
        self._task: asyncio.Task[None] | None = None
        self._work: _Work | None = None
        self._written: WrittenNote | None = None
        #: That the written note was asked for by.
        self._request: InkRequest | None = None
        self._asked: dict[int, tuple[threading.Event, asyncio.Task[None]]] = {}

    async def serve(self) -> None:
        """Serve the client until one of both ends."""
        state = self._state
        await self._socket.accept()
        header = self._socket.headers.get("authorization", "")
        kind, _, given = header.partition(" ")
        if kind.lower() == "bearer" and token_matches(given.strip(), state.settings.token):
            self._authorised = True
        origin = self._socket.headers.get("origin")
        if state.live >= state.settings.limits.live or not self._same_origin(origin):
            await self._socket.close(TOO_MANY if self._same_origin(origin) else UNAUTHORIZED)
            return
        state.live += 1
        state.metrics.live.set(state.live)
        sender = asyncio.ensure_future(self._send_all())
        try:
            await self._receive_all(sender)
        finally:
            state.live -= 1
            state.metrics.live.set(state.live)
            sender.cancel()
            await self._end_work()
            for stop, task in self._asked.values():
                stop.set()
                task.cancel()

    def _same_origin(self, origin: str | None) -> bool:
        """Whether a page of another server asks: browsers let any page open a socket."""
        if origin is None or origin in self._state.settings.origins:
            return True
        host = self._socket.headers.get("host", "")
        return origin.partition("://")[2] == host

    # What the client says ----------------------------------------------------------------------

    async def _receive_all(self, sender: asyncio.Task[None]) -> None:
        while True:
            receiving = asyncio.ensure_future(self._socket.receive())
            try:
                done, _ = await asyncio.wait(
                    {receiving, sender},
                    timeout=self._patience(),
                    return_when=asyncio.FIRST_COMPLETED,
                )
            finally:
                if not receiving.done():
                    receiving.cancel()
            if receiving not in done:
                # The client is silent for too long, or takes nothing any more.
                await self._close(GOING)
                return
            message = receiving.result()
            if message["type"] == "websocket.disconnect":
                return
            if self._rate.wait(""):
                await self._close(TOO_MANY)
                return
            text = message.get("text")
            if text is None:
                await self._close(MALFORMED)
                return
            if not await self._said(text):
                return

    def _patience(self) -> float | None:
        busy = self._task is not None and not self._task.done()
        return None if busy or self._asked else self._state.settings.limits.idle

    async def _said(self, text: str) -> bool:
        """Do what a message says; whether the socket stays open."""
        try:
            if len(text) > self._state.settings.limits.body:
                raise too_large(self._state.settings.limits.body)
            content = json.loads(text)
        except (ValueError, RecursionError):
            await self._close(MALFORMED)
            return False
        except ServiceError as error:
            self._tell_error(error)
            return True
        try:
            message = MESSAGES.validate_python(content)
            if isinstance(message, (HelloMessage, StartMessage)) and not self._authorised:
                self._authorised = token_matches(message.token, self._state.settings.token)
            if not self._authorised:
                self._tell_error(unauthorized())
                await self._drained()
                await self._close(UNAUTHORIZED)
                return False
            await self._do(message)
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(str(part) for part in first["loc"])
            self._tell_error(
                ServiceError("invalid", f"{place or 'the message'}: {first['msg']}.", place or None)
            )
        except Exception as error:  # told to the client; the socket stays
            self._fail(error)
        return True

    async def _do(self, message: object) -> None:
        if isinstance(message, PlainMessage):
            await self._plain(message.type)
        elif isinstance(message, StartMessage):
            await self._end_work()
            self._binary = message.points == "binary"
            self._written = None
            self._begin(message.request, {})
        elif isinstance(message, ChangeMessage):
            known = {} if self._work is None else self._work.known
            if self._written is not None:
                known = {**known, **self._written.layout.written}
            await self._end_work()
            self._begin(message.request, known)
        elif isinstance(message, RewriteMessage):
            self._rewrite(message)
        elif isinstance(message, LinesMessage):
            self._ask(message.id, lambda stop: self._sampled(message, stop))
        elif isinstance(message, DrawMessage):
            self._ask(message.id, lambda stop: self._drawn(message, stop))
        elif isinstance(message, CancelMessage) and message.id in self._asked:
            self._asked[message.id][0].set()

    async def _plain(self, kind: str) -> None:
        work = self._work
        if kind == "ping":
            self._queue.put("pong", {})
        elif work is not None and kind == "pause":
            work.held.set()
            self._queue.put("state", {"state": "paused"})
        elif work is not None and kind == "resume":
            work.held.clear()
            self._queue.put("state", {"state": "writing"})
        elif work is not None and kind == "stop":
            work.cut_short = True
            work.stop.set()
            work.held.clear()

    # Writing -----------------------------------------------------------------------------------

    def _begin(self, request: InkRequest, known: Mapping[LineRequest, WrittenLine]) -> None:
        writer = self._state.writer_for(request)
        work = _Work(request)
        work.known = dict(known)
        self._work = work
        hand = writer.hand
        self._queue.put("start", writer.start_json(request))
        self._queue.put("state", {"state": "writing"})
        events = InkEvents(self._queue, hand, request.attention)
        self._task = asyncio.ensure_future(
            self._write(lambda: self._note(work, events), work, events)
        )

    def _note(self, work: _Work, events: InkEvents) -> WrittenNote:
        """Write a note in a thread; where it is cut short, what there is of it."""
        request = work.request
        writer = self._state.writer_for(request)
        since = time.perf_counter()
        collecting = _Collecting(events, work.known)
        begun = writer.begin(request, work.stop.is_set, collecting, held=work.held.is_set)
        note, style, remarks, lines = begun.note, begun.style, begun.remarks, begun.writer
        planned = writer.checked(collecting)
        name = style_name(request, style)
        try:
            layout = lay_out(note, lines, known=dict(work.known), planned=planned)
        except WritingStoppedError:
            if not work.cut_short:
                raise
            draft = make_draft(note, lines, dict(work.known))
            layout = replace(draft.layout, pages=draft.inked)
            remarks = (*remarks, "The writing was stopped before its end.")
            seconds = time.perf_counter() - since
            return WrittenNote(layout, note, style, name, remarks, seconds)
        check_seen(layout.plan)
        written = WrittenNote(
            layout, note, style, name, remarks, time.perf_counter() - since, dict(work.known)
        )
        for edit in request.edits:
            written = rewritten(written, edit, lines, planned)
        self._state.metrics.written(written)
        return written

    async def _write(self, note: Callable[[], WrittenNote], work: _Work, events: InkEvents) -> None:
        try:
            async with self._state.turn():
                # A pause may be as long as the client likes; the socket's own limits hold.
                future = asyncio.ensure_future(self._state.run(note))
                try:
                    while not future.done():
                        await asyncio.wait({future}, timeout=1.0)
                        if self._state.out_of_grace:
                            raise stopping()
                    written = future.result()
                finally:
                    work.stop.set()
                    work.held.clear()
            self._written, self._request = written, work.request
            await self._state.run(lambda: events.finished(written))
        except WritingStoppedError:
            pass
        except Exception as error:  # told to the client; the socket stays
            self._fail(error)
        self._queue.put("state", {"state": "idle"})

    def _rewrite(self, message: RewriteMessage) -> None:
        before, request = self._written, self._request
        busy = self._task is not None and not self._task.done()
        if before is None or request is None or busy:
            raise ServiceError(
                "invalid", "A line can be rewritten when all is written; wait for done.", "line"
            )
        writer = self._state.writer_for(request)
        work = _Work(request)
        self._work = work
        events = InkEvents(self._queue, writer.hand, request.attention)

        def note() -> WrittenNote:
            events.begins(before.note, before.style, before.note.look.strength)
            collecting = _Collecting(events, work.known)
            lines = writer.writer(request, before.style, work.stop.is_set, collecting)
            return rewritten(before, message, lines)

        self._queue.put("state", {"state": "writing"})
        self._task = asyncio.ensure_future(self._write(note, work, events))

    async def _end_work(self) -> None:
        if self._work is not None:
            self._work.stop.set()
            self._work.held.clear()
        if self._task is not None and not self._task.done():
            # It ends within a chunk of points.
            await asyncio.wait({self._task}, timeout=30.0)
            self._task.cancel()
        self._task = None

    # Lines for programs that lay them out themselves -------------------------------------------

    def _ask(
        self, ident: int, work: Callable[[threading.Event], Coroutine[Any, Any, None]]
    ) -> None:
        """Do something beside all else, until it is done or cancelled."""
        if ident in self._asked or len(self._asked) >= MOST_OPEN:
            raise ServiceError(
                "invalid", "There are lines with this id already, or too many at once.", "id"
            )
        stop = threading.Event()
        self._asked[ident] = (stop, asyncio.ensure_future(self._answered(ident, work, stop)))

    async def _answered(
        self,
        ident: int,
        work: Callable[[threading.Event], Coroutine[Any, Any, None]],
        stop: threading.Event,
    ) -> None:
        try:
            async with self._state.turn():
                try:
                    await work(stop)
                finally:
                    stop.set()
            self._queue.put("all", {"id": ident})
        except Exception as error:  # told to the client; the socket stays
            self._queue.put("error", {**to_service_error(error).body, "id": ident})
        finally:
            self._asked.pop(ident, None)

    async def _sampled(self, message: LinesMessage, stop: threading.Event) -> None:
        policy = Policy(**message.policy.model_dump())

        def one(number: int) -> dict[str, Any]:
            asked = message.lines[number]
            request = InkRequest(text="a", style=asked.style)
            writer = self._state.writer_for(request)
            style = writer.styles.of(request)
            hand = writer.hand.drawing_by(writer.loop.drawing(Turn(number, stop.is_set)))
            line = hand.write(
                asked.text,
                style=style,
                strength=asked.strength,
                bias=asked.bias,
                seed=asked.seed,
                points_per_char=message.points_per_char,
                policy=policy,
            )
            return sampled_to_json(line)

        async def sent(number: int) -> None:
            line = await self._state.run(lambda: one(number))
            self._queue.put("sampled", {"id": message.id, "index": number, "line": line})

        await asyncio.gather(*(sent(number) for number in range(len(message.lines))))

    async def _drawn(self, message: DrawMessage, stop: threading.Event) -> None:
        found = self._state.writer_of(message.hand)
        if found is None:
            raise ServiceError(
                "invalid",
                f"The service writes with another hand ({', '.join(self._state.writers)}).",
                "hand",
            )
        writer, hand = found, found.hand
        # The same object for the same style: its primer is fed once.
        styles = [
            writer.styles.exact(json.dumps(style), partial(_sent_style, style))
            for style in message.styles
        ]

        def one(number: int) -> dict[str, Any]:
            asked = message.lines[number]
            if asked.style is not None and asked.style >= len(styles):
                raise ServiceError("invalid", "A line names a style that was not sent.", "lines")
            style = None if asked.style is None else styles[asked.style]
            job = sampling_request(hand.alphabet, asked.text, asked.seed, asked.bias, style)
            draw = writer.loop.drawing(Turn(number, stop.is_set))
            return drawn_to_json(draw([job], message.cap, False, None)[0])

        async def sent(number: int) -> None:
            line = await self._state.run(lambda: one(number))
            self._queue.put("drawn", {"id": message.id, "index": number, "line": line})

        await asyncio.gather(*(sent(number) for number in range(len(message.lines))))

    # What the client is told -------------------------------------------------------------------

    def _fail(self, error: Exception) -> None:
        found = to_service_error(error)
        if found.code == "internal":
            log.error("A live client's message failed: %s", type(error).__name__)
        self._tell_error(found)

    def _tell_error(self, error: ServiceError) -> None:
        self._queue.put("error", error.body)

    async def _send_all(self) -> None:
        stalled = self._state.settings.limits.stalled
        while True:
            await self._wake.wait()
            self._wake.clear()
            for event in self._queue.take():
                async with asyncio.timeout(stalled):
                    await self._send(event)

    async def _send(self, event: Event) -> None:
        name, content = event
        if name == "plan":
            self._lines = [line["id"] for line in content["lines"]]
        if name == "points" and self._binary:
            if content["id"] in self._lines and len(content["points"]):
                await self._socket.send_bytes(
                    points_frame(content, self._lines.index(content["id"]))
                )
            return
        await self._socket.send_text(json.dumps({"type": name, **content}))

    async def _drained(self) -> None:
        """Give what is to be sent a moment."""
        await asyncio.sleep(0.05)

    async def _close(self, code: int) -> None:
        try:
            async with asyncio.timeout(5.0):
                await self._socket.close(code)
        except (TimeoutError, RuntimeError, WebSocketDisconnect):
            pass


def _sent_style(content: dict[str, Any], key: str) -> Style:
    del key
    return style_from_json(content)
