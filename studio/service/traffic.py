"""What every request passes: its size, its rate, the token, and the headers of its answer."""

from __future__ import annotations

import hmac
import json
import logging
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from studio.service.service_errors import ServiceError, places_of, to_service_error
from studio.service.service_settings import ServiceSettings

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

log = logging.getLogger("scriptorium.service")

#: Clients whose rate is remembered.
MOST_CLIENTS = 10_000


def policy_of(settings: ServiceSettings) -> str:
    """What browsers may do with the page (Content-Security-Policy)."""
    framed = " ".join(settings.framed_by) or "'none'"
    return (
        "default-src 'self'; img-src 'self' blob: data:; style-src 'self'; script-src 'self'; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; object-src 'none'; "
        f"frame-ancestors {framed}"
    )


def token_matches(given: str, token: str) -> bool:
    """Whether a token is the right one; the time that it takes tells nothing of it."""
    return hmac.compare_digest(given.encode("utf-8", "replace"), token.encode())


class RateLimit:
    """A bucket of requests for each client, which fills again as time goes on.

    Parameters
    ----------
    rate : float
        Requests a second; 0 for no limit.
    burst : int
        That the bucket holds.
    clock : callable
    """

    def __init__(
        self, rate: float, burst: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._rate, self._burst, self._clock = rate, burst, clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, client: str) -> float:
        """Seconds until the client may ask again; 0 where it may now, which is counted."""
        if not self._rate:
            return 0.0
        now = self._clock()
        left, then = self._left.pop(client, (float(self._burst), now))
        left = min(self._burst, left + (now - then) * self._rate)
        allowed = left >= 1
        self._left[client] = (left - 1 if allowed else left, now)
        while len(self._left) > MOST_CLIENTS:
            self._left.popitem(last=False)
        return 0.0 if allowed else (1 - left) / self._rate


class Traffic:
    """Lets requests pass to the application, or answers them by itself.

    Parameters
    ----------
    app : ASGI application
    settings : ServiceSettings
    count : callable, optional
        Told the route and the status of each answer.
    """

    def __init__(
        self,
        app: Application,
        settings: ServiceSettings,
        count: Callable[[str, int], object] = lambda *_: None,
    ) -> None:
        self._application, self._settings, self._count = app, settings, count
        limits = settings.limits
        self._rate = RateLimit(limits.rate, limits.burst)
        self._headers = [
            (b"content-security-policy", policy_of(settings).encode()),
            (b"x-content-type-options", b"nosniff"),
            (b"referrer-policy", b"no-referrer"),
            (b"cross-origin-opener-policy", b"same-origin"),
            (b"permissions-policy", b"camera=(), microphone=(), geolocation=()"),
        ]
        if not settings.framed_by:
            self._headers.append((b"x-frame-options", b"DENY"))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request."""
        if scope["type"] != "http":
            try:
                await self._application(scope, receive, send)
            except Exception as error:  # whose words the server would log
                log.error("A socket failed.\n%s", places_of(error))
            return
        answered = False

        async def sent(message: Message) -> None:
            nonlocal answered
            if message["type"] == "http.response.start":
                answered = True
                # A path of a client's own making is no label.
                path = getattr(scope.get("route"), "path", "") or "other"
                self._count(path, message["status"])
                message = {**message, "headers": [*message["headers"], *self._headers]}
            await send(message)

        most, taken = self._largest(scope["path"]), 0

        async def received() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > most:
                raise too_large(most)
            return message

        try:
            self._check(scope, most)
            await self._application(scope, received, sent)
        except ServiceError as error:
            if not answered:
                await answer(error, sent)
        except Exception as error:  # whose words the server would log
            log.error("A request failed.\n%s", places_of(error))
            if not answered:
                await answer(to_service_error(error), sent)

    def _largest(self, path: str) -> int:
        limits = self._settings.limits
        return limits.batch_body if path == "/v1/batches" else limits.body

    def _check(self, scope: Scope, most: int) -> None:
        headers = dict(scope["headers"])
        path: str = scope["path"]
        if not path.startswith("/v1/") and path != "/metrics":
            return
        if scope["method"] != "OPTIONS":
            self.authorise(headers.get(b"authorization", b""))
        if wait := self._rate.wait(self.client(scope, headers)):
            raise ServiceError(
                "rate_limited",
                "There are too many requests from you; wait as long as Retry-After says.",
                retry_after=max(1, round(wait + 0.5)),
            )
        length = headers.get(b"content-length", b"0")
        if length.isdigit() and int(length) > most:
            raise too_large(most)

    def authorise(self, header: bytes) -> None:
        """Refuse a request without the token.

        Raises
        ------
        ServiceError
            If it does not carry it.
        """
        token = self._settings.token
        if not token:
            return
        kind, _, given = header.decode("latin-1").partition(" ")
        if kind.lower() != "bearer" or not token_matches(given.strip(), token):
            raise unauthorized()

    def client(self, scope: Scope, headers: dict[bytes, bytes]) -> str:
        """Who asks: the address, as a trusted proxy or the connection has it."""
        if self._settings.proxied and b"x-forwarded-for" in headers:
            return headers[b"x-forwarded-for"].decode("latin-1").split(",")[-1].strip()
        return str((scope.get("client") or ("",))[0])


def unauthorized() -> ServiceError:
    """The answer to a request without the token."""
    return ServiceError(
        "unauthorized", "The token is missing or wrong; send Authorization: Bearer TOKEN."
    )


def too_large(most: int) -> ServiceError:
    """The answer to a request with too large a body."""
    return ServiceError("too_large", f"The request is too large; send {most:,} bytes at most.")


async def answer(error: ServiceError, send: Send) -> None:
    """Send an error as the answer."""
    body = json.dumps(error.body).encode()
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
        *((name.lower().encode(), value.encode()) for name, value in error.headers.items()),
    ]
    await send({"type": "http.response.start", "status": error.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
