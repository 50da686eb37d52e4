"""A client of the service for Python programs: the same requests, checked, and typed answers.

It needs httpx, websockets and pydantic (`pip install 'scriptorium[client]'`), and neither FastAPI
nor torch.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Literal

import httpx
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidURI
from websockets.sync.client import ClientConnection, connect

from engine.errors import ScriptoriumError
from studio.service.answer_models import (
    HandAnswer,
    InkAnswer,
    MadeStyleAnswer,
    OptionsAnswer,
    ReportAnswer,
    StyleAnswer,
)
from studio.service.ink_request import InkLine, InkRequest, OwnStyle
from studio.service.points_frame import read_points_frame

FileKind = Literal["svg", "pdf", "png", "inkml", "npz"]


class ServiceCallError(ScriptoriumError):
    """What a service has refused, or why it could not be reached.

    Attributes
    ----------
    status : int
        Of the answer; 0 where there was none.
    code : str
        As docs/service.md lists them; "unreachable" where there was no answer.
    places : list of dict
        Characters that cannot be written, word by word.
    retry_after : float or None
        Seconds after which it may be tried again.
    """

    def __init__(
        self,
        message: str,
        status: int = 0,
        code: str = "unreachable",
        places: Sequence[dict[str, Any]] = (),
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message)
        self.status, self.code = status, code
        self.places, self.retry_after = list(places), retry_after


@dataclass(frozen=True)
class InkFile:
    """A file of a written note.

    Attributes
    ----------
    content : bytes
    media_type : str
    pages : int
        Of the whole note; an SVG or a PNG holds one.
    report : ReportAnswer
        What could not be written or read.
    """

    content: bytes
    media_type: str
    pages: int
    report: ReportAnswer


@dataclass(frozen=True)
class InkEvent:
    """Something that happened while a note is written; docs/service.md says what each holds."""

    name: str
    content: dict[str, Any]


class ServiceClient:
    """A service to write with.

    Parameters
    ----------
    url : str
        Such as "http://127.0.0.1:8000".
    token : str
        Where the service wants one.
    timeout : float
        Seconds that an answer may take.
    retries : int
        How often a request is made again that the service has no room for, as its Retry-After says.

    Examples
    --------
    >>> with ServiceClient("http://127.0.0.1:8000") as service:  # doctest: +SKIP
    ...     service.file({"text": "Dear Ada,"}, "pdf").content
    """

    def __init__(self, url: str, token: str = "", timeout: float = 300.0, retries: int = 2) -> None:
        self._url, self._token = url.rstrip("/"), token
        self._retries = retries
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        try:
            self._http = httpx.Client(base_url=self._url, headers=headers, timeout=timeout)
        except (httpx.InvalidURL, ValueError) as error:
            raise ServiceCallError(f"{url!r} is no address of a service: {error}.") from error

    def __enter__(self) -> ServiceClient:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    # What there is -----------------------------------------------------------------------------

    def ready(self) -> bool:
        """Whether the service can write now."""
        try:
            return self._http.get("/readyz").status_code == 200
        except httpx.HTTPError:
            return False

    def options(self) -> OptionsAnswer:
        """All that can be chosen, the defaults and the limits."""
        return OptionsAnswer.model_validate(self._asked("GET", "/v1/options").json())

    def hands(self) -> list[HandAnswer]:
        """The hands that write there."""
        found = self._asked("GET", "/v1/hands").json()["hands"]
        return [HandAnswer.model_validate(hand) for hand in found]

    def styles(self) -> list[StyleAnswer]:
        """The styles, with their ink."""
        found = self._asked("GET", "/v1/styles").json()["styles"]
        return [StyleAnswer.model_validate(style) for style in found]

    def make_style(self, name: str, lines: Sequence[InkLine]) -> MadeStyleAnswer:
        """Make a style of lines of one's own; the service keeps nothing of it."""
        body = {"name": name, "lines": [line.model_dump() for line in lines]}
        return MadeStyleAnswer.model_validate(self._asked("POST", "/v1/styles", body).json())

    # Writing -----------------------------------------------------------------------------------

    def write(self, request: InkRequest | dict[str, Any]) -> InkAnswer:
        """Write a note, and return its strokes.

        Raises
        ------
        ServiceCallError
            If something of it is wrong, or the service cannot be reached.
        """
        answer = self._asked("POST", "/v1/ink?format=json", _body(request))
        return InkAnswer.model_validate(answer.json())

    def file(self, request: InkRequest | dict[str, Any], kind: FileKind) -> InkFile:
        """Write a note to a file's content."""
        answer = self._asked("POST", f"/v1/ink?format={kind}", _body(request))
        return InkFile(
            answer.content,
            answer.headers["content-type"],
            int(answer.headers["scriptorium-pages"]),
            ReportAnswer.model_validate_json(answer.headers["scriptorium-report"]),
        )

    def stream(self, request: InkRequest | dict[str, Any]) -> Iterator[InkEvent]:
        """Write a note, and tell of its ink as it is drawn.

        Yields
        ------
        InkEvent
            start, plan, points, retry and line; the last one is done.

        Raises
        ------
        ServiceCallError
            If something of it is wrong; in mid-stream, too.
        """
        body = {**_body(request), "stream": True}
        try:
            with self._http.stream("POST", "/v1/ink", json=body) as answer:
                if answer.status_code != 200:
                    answer.read()
                    raise _refused(answer)
                ended = False
                for event in _events(answer.iter_lines()):
                    if event.name == "error":
                        raise _error(event.content["error"], 200, None)
                    ended = event.name == "done"
                    yield event
                if not ended:
                    raise ServiceCallError("The stream ended before the note was written.")
        except httpx.HTTPError as error:
            raise self._unreachable(error) from error

    def batch(self, lines: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        """Write many requests: each with `custom_id` and `body`; the answers as they are ready."""
        common = {"method": "POST", "url": "/v1/ink"}
        content = "".join(json.dumps({**common, **line}) + "\n" for line in lines)
        headers = {"Content-Type": "application/x-ndjson"}
        try:
            with self._http.stream(
                "POST", "/v1/batches", content=content, headers=headers
            ) as answer:
                if answer.status_code != 200:
                    answer.read()
                    raise _refused(answer)
                for line in answer.iter_lines():
                    if line.strip():
                        yield json.loads(line)
        except httpx.HTTPError as error:
            raise self._unreachable(error) from error

    @contextmanager
    def live(self) -> Iterator[LiveClient]:
        """A live socket.

        Raises
        ------
        ServiceCallError
            If it cannot be opened.
        """
        scheme, _, rest = self._url.partition("://")
        address = f"{'wss' if scheme == 'https' else 'ws'}://{rest}/v1/live"
        try:
            socket = connect(address, max_size=None, compression=None)
        except (OSError, InvalidHandshake, InvalidURI, ConnectionClosed) as error:
            raise ServiceCallError(
                f"The service at {self._url} cannot be reached: {_reason(error)}."
            ) from error
        with socket:
            client = LiveClient(socket)
            if self._token:
                client.say({"type": "hello", "token": self._token})
            yield client

    def _asked(self, method: str, path: str, body: Any = None) -> httpx.Response:
        for left in range(self._retries, -1, -1):
            try:
                answer = self._http.request(method, path, json=body)
            except httpx.HTTPError as error:
                raise self._unreachable(error) from error
            if answer.status_code not in (429, 503) or not left:
                break
            time.sleep(min(30.0, float(answer.headers.get("retry-after", "1"))))
        if answer.status_code != 200:
            raise _refused(answer)
        return answer

    def _unreachable(self, error: Exception) -> ServiceCallError:
        reason = _reason(error)
        return ServiceCallError(
            f"The service at {self._url} cannot be reached ({reason}); look whether it runs, and "
            "at its address."
        )


def _reason(error: Exception) -> str:
    """What an error says, without the number that the system has for it."""
    return re.sub(r"\[Errno -?\d+\] ", "", str(error)) or type(error).__name__


class LiveClient:
    """One live socket; `ServiceClient.live` opens it."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._lines: list[str] = []

    def say(self, message: dict[str, Any]) -> None:
        """Send a message.

        Raises
        ------
        ServiceCallError
            If the socket is closed.
        """
        try:
            self._socket.send(json.dumps(message))
        except ConnectionClosed as error:
            raise _closed(error) from error

    def start(self, request: InkRequest | dict[str, Any]) -> None:
        """Write a note."""
        self.say({"type": "start", "request": _body(request)})

    def change(self, request: InkRequest | dict[str, Any]) -> None:
        """Write what is not written yet as this request says."""
        self.say({"type": "change", "request": _body(request)})

    def pause(self) -> None:
        """Hold the pen."""
        self.say({"type": "pause"})

    def resume(self) -> None:
        """Let the pen go on."""
        self.say({"type": "resume"})

    def stop(self) -> None:
        """End the writing; what is written stays."""
        self.say({"type": "stop"})

    def rewrite(self, line: str, seed: int, word: int | None = None) -> None:
        """Write a line, or a word of it, again."""
        self.say({"type": "rewrite", "line": line, "word": word, "seed": seed})

    def next(self, timeout: float | None = None) -> InkEvent:
        """The next event; an error of the service is one.

        Raises
        ------
        TimeoutError
            If none comes in time.
        ServiceCallError
            If the socket is closed.
        """
        try:
            message = self._socket.recv(timeout)
        except ConnectionClosed as error:
            raise _closed(error) from error
        if isinstance(message, bytes):
            return InkEvent("points", self._points(message))
        content = json.loads(message)
        name = content.pop("type")
        if name == "plan":
            self._lines = [line["id"] for line in content["lines"]]
        return InkEvent(name, content)

    def events(self, timeout: float | None = None) -> Iterator[InkEvent]:
        """The events until the note is done, or an error has ended it."""
        while True:
            event = self.next(timeout)
            yield event
            if event.name in ("done", "error"):
                return

    def _points(self, frame: bytes) -> dict[str, Any]:
        found = read_points_frame(frame)
        if found is None:
            raise ServiceCallError("The service sent a frame that is not known; update both.")
        content = {"id": self._lines[found.line], "from": found.first, "points": found.points}
        if found.characters is not None:
            content |= {"characters": found.characters, "phi": found.phi}
        return content


def _body(request: InkRequest | dict[str, Any]) -> dict[str, Any]:
    if isinstance(request, InkRequest):
        return request.model_dump(exclude_unset=True)
    # What a style or a line of ink is may be given as its object.
    style = request.get("style")
    if isinstance(style, (OwnStyle, InkLine)):
        return {**request, "style": style.model_dump()}
    return dict(request)


def _events(lines: Iterator[str]) -> Iterator[InkEvent]:
    name, data = "", ""
    for line in lines:
        if line.startswith("event: "):
            name = line[7:]
        elif line.startswith("data: "):
            data += line[6:]
        elif not line and name:
            yield InkEvent(name, json.loads(data))
            name, data = "", ""


def _refused(answer: httpx.Response) -> ServiceCallError:
    wait = answer.headers.get("retry-after")
    try:
        content = answer.json()["error"]
    except (ValueError, KeyError, TypeError):
        return ServiceCallError(
            f"The service answered {answer.status_code} without a reason.",
            answer.status_code,
            "unknown",
        )
    return _error(content, answer.status_code, wait)


def _error(content: dict[str, Any], status: int, wait: str | None) -> ServiceCallError:
    return ServiceCallError(
        str(content["message"]),
        status,
        str(content["code"]),
        content.get("places") or [],
        None if wait is None else float(wait),
    )


def _closed(error: ConnectionClosed) -> ServiceCallError:
    code = error.rcvd.code if error.rcvd is not None else 1006
    reasons = {
        4401: "the token is wrong",
        4429: "there are too many clients or messages",
        1012: "the service is stopping",
    }
    return ServiceCallError(
        f"The service has closed the connection: {reasons.get(code, f'code {code}')}.",
        status=code,
        code="closed",
    )
