"""The running service: the hand that it loads, the gate before it, and how it ends."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
import time
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from engine.errors import ScriptoriumError, SettingError
from engine.sampling.policy import DEFAULT_POLICY, Policy
from studio.service.ink_events import InkEvents
from studio.service.ink_request import InkRequest
from studio.service.ink_writer import InkWriter, WrittenNote
from studio.service.requested_note import RequestedStyles
from studio.service.service_errors import ServiceError, stopping
from studio.service.service_metrics import ServiceMetrics
from studio.service.service_settings import ServiceSettings

if TYPE_CHECKING:
    from engine.hand import Hand
    from engine.sampling.line_loop import LineLoop
    from engine.style.style import Style

T = TypeVar("T")

log = logging.getLogger("scriptorium.service")

#: Seconds after which a client may try again where the service is full.
RETRY_AFTER = 2


class ServiceState:
    """All that the requests of one service share.

    Parameters
    ----------
    settings : ServiceSettings
    path : Path, optional
        Of the hand, or its name where it ships; all that ship are offered then. The one that
        writes where none is named if not given.
    device, precision : str
        As `engine.hand.Hand.load` takes them.
    threads : int, optional
        That lines are drawn with.
    grace : float
        Seconds that what is being written may go on when the service is told to stop.
    policy : Policy
        How lines are sampled where a request says nothing else.
    """

    def __init__(
        self,
        settings: ServiceSettings | None = None,
        path: Path | None = None,
        device: str = "auto",
        precision: str = "auto",
        threads: int | None = None,
        grace: float = 20.0,
        policy: Policy = DEFAULT_POLICY,
    ) -> None:
        self.settings = settings or ServiceSettings()
        self.metrics = ServiceMetrics()
        self.grace = grace
        self._path, self._device, self._precision = path, device, precision
        self._threads, self._policy = threads, policy
        #: By the names of the hands; the default one first.
        self._writers: dict[str, InkWriter] = {}
        self.failure: str | None = None
        self._stop_at: float | None = None
        self._closed = threading.Event()
        limits = self.settings.limits
        self._pool = ThreadPoolExecutor(limits.writing + limits.live, "request")
        self._free: asyncio.Semaphore | None = None
        self._waiting = 0
        self.live = 0

    # Its beginning and end ---------------------------------------------------------------------

    def load(self) -> None:
        """Load the hand, and write a line with it, so that the first client need not wait.

        What it fails by is kept as `failure`, a sentence, for those who ask from then on.

        Raises
        ------
        HandError, SettingError
            If there is no such hand or device.
        """
        try:
            self._load()
        except BaseException as error:
            known = isinstance(error, ScriptoriumError)
            self.failure = str(error) if known else "The hand cannot be loaded; see the log."
            raise

    def _load(self) -> None:
        # torch takes a second to import; the service answers before that.
        import torch

        from engine.bundled_hands import bundled_hands, named
        from engine.hand import Hand
        from engine.recognition.recogniser import shipped_recogniser
        from engine.sampling.line_loop import LineLoop, Turn
        from engine.style.style import default_style

        threads = self._threads or torch.get_num_threads()
        shipped_recogniser()
        ships = named(self._path)
        wanted = [self._path] if ships is None else [ships, *bundled_hands()]
        writers: dict[str, InkWriter] = {}
        for path in dict.fromkeys(wanted):
            try:
                hand = Hand.load(path, self._device, self._precision)
            except SettingError:
                if self._device != "auto":
                    raise
                hand = Hand.load(path, "cpu", self._precision)
            loop = LineLoop(hand.line_sampler, hand.device, threads)
            default = None if ships is None else default_style(str(path))
            found = RequestedStyles(hand, _usable(hand), default, self.settings.limits)
            if not writers:
                style = found.of(InkRequest(text="a"))
                drawn = hand.drawing_by(loop.drawing(Turn()))
                drawn.write("ready", style=style, policy=self._policy)
            writers[hand.name] = InkWriter(hand, loop, found, self.settings.limits, self._policy)
        self._writers = writers
        if self._closed.is_set():
            self._close_loops()

    def _close_loops(self) -> None:
        for writer in self._writers.values():
            writer.loop.close()

    def begin_stop(self) -> None:
        """Refuse what comes from now on; what is being written has the time of grace."""
        if self._stop_at is None:
            self._stop_at = time.monotonic() + self.grace

    def close(self) -> None:
        """Give up what is still being written."""
        self.begin_stop()
        self._closed.set()
        self._close_loops()
        self._pool.shutdown(wait=False, cancel_futures=True)

    @property
    def state(self) -> str:
        """It is loading, ready, failed or stopping."""
        if self._stop_at is not None:
            return "stopping"
        if self.failure is not None:
            return "failed"
        return "ready" if self._writers else "loading"

    @property
    def out_of_grace(self) -> bool:
        """Whether what is being written must end now."""
        return self._closed.is_set() or (
            self._stop_at is not None and time.monotonic() > self._stop_at
        )

    @property
    def writers(self) -> dict[str, InkWriter]:
        """What writes, by the names of the hands; the default one first.

        Raises
        ------
        ServiceError
            If it is not there yet, not any more, or cannot be loaded.
        """
        if self._stop_at is not None:
            raise stopping()
        if self.failure is not None:
            raise ServiceError(
                "failed", "The hand cannot be loaded; who runs the service finds why in its log."
            )
        if not self._writers:
            raise ServiceError(
                "busy", "The hand is being loaded; try again in a moment.", retry_after=RETRY_AFTER
            )
        return self._writers

    @property
    def writer(self) -> InkWriter:
        """What writes where no hand is named; raises as `writers`."""
        return next(iter(self.writers.values()))

    def writer_for(self, request: InkRequest) -> InkWriter:
        """What writes a request: the hand that it names, else that of its style.

        Raises
        ------
        ServiceError
            If there is no such hand; or as `writers`.
        """
        writers = self.writers
        if request.hand:
            if request.hand not in writers:
                raise ServiceError(
                    "unknown_hand",
                    f"There is no hand {request.hand!r}; use one of {', '.join(writers)}.",
                    "hand",
                )
            return writers[request.hand]
        style = request.style
        if isinstance(style, str) and style:
            for writer in writers.values():
                if writer.styles.has(style):
                    return writer
        return self.writer

    def writer_of(self, sha256: str) -> InkWriter | None:
        """What writes with the hand of that SHA-256; None where none does."""
        every = self.writers.values()
        return next((writer for writer in every if writer.hand.sha256 == sha256), None)

    @property
    def hand(self) -> Hand:
        """The hand that writes where none is named; raises as `writers`."""
        return self.writer.hand

    @property
    def loops(self) -> tuple[LineLoop, ...]:
        """The loops of the hands, the default one's first; none while they are being loaded."""
        return tuple(writer.loop for writer in self._writers.values())

    @property
    def loop_or_none(self) -> LineLoop | None:
        """The loop of the default hand; None while it is being loaded."""
        return next(iter(self.loops), None)

    # The gate ----------------------------------------------------------------------------------

    @asynccontextmanager
    async def turn(self, patient: bool = False) -> AsyncIterator[None]:
        """Wait for a place among those that are written.

        Parameters
        ----------
        patient : bool
            Whether to wait however many do; a batch is.

        Raises
        ------
        ServiceError
            If too many wait already.
        """
        limits = self.settings.limits
        if self._free is None:
            self._free = asyncio.Semaphore(limits.writing)
        if self._free.locked() and self._waiting >= limits.waiting and not patient:
            raise ServiceError(
                "busy",
                "The service is full; try again after the time that Retry-After says.",
                retry_after=RETRY_AFTER,
            )
        self._waiting += 1
        self.metrics.queued.set(self._waiting)
        try:
            await self._free.acquire()
        finally:
            self._waiting -= 1
            self.metrics.queued.set(self._waiting)
        try:
            yield
        finally:
            self._free.release()

    async def run(self, work: Callable[[], T]) -> T:
        """Run what takes long in a thread."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, work)

    async def run_until(
        self, work: Callable[[], T], stop: threading.Event, gone: asyncio.Task[None] | None = None
    ) -> T:
        """Run what writes in a thread, until it is done, its time is over or nobody wants it.

        Raises
        ------
        ServiceError
            If its time is over, or the service stops.
        asyncio.CancelledError
            If the client has gone.
        """
        future = asyncio.ensure_future(self.run(work))
        until = time.monotonic() + self.settings.limits.seconds
        try:
            while True:
                waited: set[asyncio.Future[Any]] = {future}
                if gone is not None:
                    waited.add(gone)
                left = min(1.0, max(0.0, until - time.monotonic()) + 0.01)
                await asyncio.wait(waited, timeout=left, return_when=asyncio.FIRST_COMPLETED)
                if future.done():
                    return future.result()
                if gone is not None and gone.done():
                    raise asyncio.CancelledError
                if self.out_of_grace:
                    raise stopping()
                if time.monotonic() > until:
                    raise ServiceError(
                        "timeout",
                        "Writing took longer than is allowed here; send less at once, or stream.",
                    )
        finally:
            if not future.done():
                stop.set()
                future.add_done_callback(_forget)

    def write(
        self,
        request: InkRequest,
        stop: threading.Event,
        keep_steps: bool = False,
        events: InkEvents | None = None,
    ) -> WrittenNote:
        """Write a request in the calling thread, and tell the metrics."""
        written = self.writer_for(request).write(
            request, keep_steps=keep_steps, stopped=stop.is_set, listener=events
        )
        self.metrics.written(written)
        return written


def _forget(future: asyncio.Future[Any]) -> None:
    """Nobody waits for what was given up, so nobody else would look at how it ended."""
    with contextlib.suppress(BaseException):
        future.exception()


def _usable(hand: Hand) -> dict[str, Style]:
    """The styles that ship for a hand, as far as it knows their letters."""
    from engine.bundled_hands import DEFAULT, name_of
    from engine.style.style import bundled

    known, styles = hand.characters, bundled(name_of(hand.sha256) or DEFAULT)
    return {name: style for name, style in styles.items() if set(style.text) <= known}
