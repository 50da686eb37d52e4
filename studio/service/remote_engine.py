"""A service as the engine of a program here: it draws the points, and all else stays as it is.

What is drawn there is what would be drawn here, for the same hand: where the service goes away,
this computer draws on, and nothing is lost. It is tried again after a while.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from engine.errors import FileError
from studio.service.client import LiveClient, ServiceCallError, ServiceClient
from studio.service.sampled_json import drawn_from_json, style_to_json

if TYPE_CHECKING:
    from engine.hand import Hand
    from engine.sampling.line_sampler import DrawLines, SampledPoints
    from engine.sampling.request import SamplingRequest

#: Seconds until a service that went away is tried again.
AGAIN = 5.0
#: Seconds that it may be silent while it draws.
SILENT = 30.0
#: Lines of one message.
MOST_LINES = 64

Told = Callable[[str], None]
"""Told in a sentence that the service draws, or that this computer does."""


class RemoteEngine:
    """Draws lines by a service, or here while it cannot be reached.

    Parameters
    ----------
    url, token : str
        Of the service.
    hand : Hand
        Which draws here, and must be the service's.
    told : callable, optional
        Told whenever the one takes over from the other; in the thread that draws.
    again : float
        Seconds until a service that went away is tried again.
    silent : float
        Seconds that it may be silent while it draws.
    """

    def __init__(
        self,
        url: str,
        token: str,
        hand: Hand,
        told: Told | None = None,
        again: float = AGAIN,
        silent: float = SILENT,
    ) -> None:
        self.url, self._token, self._hand, self._told = url, token, hand, told
        self._again, self._silent = again, silent
        self._here: DrawLines = hand.line_sampler.sample
        self._lock = threading.Lock()
        self._open: ExitStack | None = None
        self._live: LiveClient | None = None
        self._number = 0
        self._next_try = 0.0
        self._away = False

    @property
    def hand(self) -> Hand:
        """The hand, its lines drawn by the service."""
        return self._hand.drawing_by(self.draw)

    @property
    def away(self) -> bool:
        """Whether the service could not be reached when it was last tried."""
        return self._away

    def draw(
        self,
        jobs: Sequence[SamplingRequest],
        cap: float,
        record: bool,
        progress: Callable[[float], None] | None,
    ) -> list[SampledPoints]:
        """All points of lines; see `engine.sampling.line_sampler.LineSampler.sample`."""
        # What the network did at each point is known where it is drawn alone.
        if record or not jobs:
            return self._here(jobs, cap, record, progress)
        with self._lock:
            if time.monotonic() >= self._next_try:
                try:
                    drawn: list[SampledPoints] = []
                    for start in range(0, len(jobs), MOST_LINES):
                        drawn += self._there(jobs[start : start + MOST_LINES], cap)
                    self._is_there()
                    return drawn
                except (ServiceCallError, TimeoutError, FileError, OSError) as error:
                    self._close()
                    self._is_away(error)
        return self._here(jobs, cap, record, progress)

    def close(self) -> None:
        """Close the connection."""
        with self._lock:
            self._close()

    def _there(self, jobs: Sequence[SamplingRequest], cap: float) -> list[SampledPoints]:
        live = self._connected()
        self._number += 1
        styles = list({id(job.style): job.style for job in jobs if job.style is not None}.values())
        place = {id(style): number for number, style in enumerate(styles)}
        live.say(
            {
                "type": "draw",
                "id": self._number,
                "hand": self._hand.sha256,
                "cap": cap,
                "styles": [style_to_json(style) for style in styles],
                "lines": [
                    {
                        "text": job.text,
                        "seed": job.seed,
                        "bias": job.bias,
                        "style": None if job.style is None else place[id(job.style)],
                    }
                    for job in jobs
                ],
            }
        )
        found: dict[int, SampledPoints] = {}
        while True:
            event = live.next(self._silent)
            if event.content.get("id") != self._number:
                if event.name == "error":
                    raise _refused(event.content)
                continue
            if event.name == "error":
                raise _refused(event.content)
            if event.name == "drawn":
                index = int(event.content["index"])
                found[index] = drawn_from_json(event.content["line"], jobs[index].text)
            if event.name == "all":
                if len(found) != len(jobs):
                    raise ServiceCallError("The service left lines out; update both.")
                return [found[index] for index in range(len(jobs))]

    def _connected(self) -> LiveClient:
        if self._live is None:
            stack = ExitStack()
            try:
                client = stack.enter_context(ServiceClient(self.url, self._token))
                self._live = stack.enter_context(client.live())
            except BaseException:
                stack.close()
                raise
            self._open = stack
        return self._live

    def _close(self) -> None:
        stack, self._open, self._live = self._open, None, None
        if stack is not None:
            stack.close()

    def _is_there(self) -> None:
        if self._away and self._told is not None:
            self._told(f"The service at {self.url} draws again.")
        self._away = False

    def _is_away(self, error: Exception) -> None:
        self._next_try = time.monotonic() + self._again
        if not self._away and self._told is not None:
            reason = str(error).rstrip(".") or "it does not answer"
            self._told(f"{reason}: this computer draws on, and tries it again.")
        self._away = True


def _refused(content: dict[str, Any]) -> ServiceCallError:
    return ServiceCallError(str(content["error"]["message"]), code=str(content["error"]["code"]))
