"""The service as an ASGI application: REST with OpenAPI, server-sent events, and live sockets."""

from __future__ import annotations

import asyncio
import json
import logging
import threading
import time
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict
from importlib import metadata, resources
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

from fastapi import FastAPI, Query, Request, WebSocket
from fastapi.exceptions import RequestValidationError
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import JSONResponse, Response, StreamingResponse
from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.staticfiles import StaticFiles
from starlette.types import Scope, Send

from engine.bundled_hands import is_free, name_of, rights, title_of
from engine.errors import MALFORMED, ScriptoriumError, StyleError, WritingStoppedError
from engine.rendering.pens import NARROWEST, PENS, WIDEST
from engine.style.style import Style
from studio.document.ink_colours import INKS
from studio.document.note import LARGEST_SEED, LIMITS, MOST_COLUMNS, Alignment
from studio.document.paper import PAPERS, RulingKind
from studio.importing.markup import Markup
from studio.service.answer_models import (
    EXAMPLE_ANSWER,
    ErrorAnswer,
    HandsAnswer,
    HealthAnswer,
    InkAnswer,
    MadeStyleAnswer,
    OptionsAnswer,
    StylesAnswer,
)
from studio.service.ink_answer import (
    MEDIA,
    file_of,
    format_wanted,
    report,
    report_header,
    written_json,
)
from studio.service.ink_events import EventQueue, InkEvents
from studio.service.ink_request import BatchLine, InkRequest, StyleLines
from studio.service.live_socket import LiveSocket
from studio.service.requested_note import own_style
from studio.service.service_errors import ServiceError, places_of, to_service_error
from studio.service.service_metrics import CONTENT_TYPE_LATEST
from studio.service.service_state import ServiceState
from studio.service.traffic import Traffic

log = logging.getLogger("scriptorium.service")

#: Seconds between two signs of life in a stream.
HEARTBEAT = 10.0
#: Lines of one batch that are written at the same time.
BATCH_LINES = 8

DESCRIPTION = """Text goes in, handwriting comes out. Every answer says word by word what could not
be written or read. Errors have one form: `{"error": {"code", "message", "param", "places"}}`. Live
writing is a WebSocket at `/v1/live`; its messages stand in docs/service.md."""


def _errors(*codes: int) -> dict[int | str, dict[str, Any]]:
    common = (401, 429, 503)
    said = {
        401: "The token is missing or wrong.",
        404: "There is no such thing.",
        406: "None of the accepted formats can be made.",
        413: "The request is too large.",
        415: "The body is of another kind.",
        422: "Something of the request is wrong; the sentence says what.",
        429: "Too many requests; Retry-After says how long to wait.",
        500: "The service has a fault.",
        503: "The service is full, loading or stopping; Retry-After says how long to wait.",
        504: "Writing took too long.",
    }
    return {code: {"model": ErrorAnswer, "description": said[code]} for code in (*codes, *common)}


def create_app(state: ServiceState, *, load: bool = True) -> FastAPI:
    """The application.

    Parameters
    ----------
    state : ServiceState
    load : bool
        Whether its hand is loaded, in a thread, when the application begins.
    """

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        if load:
            loading = asyncio.get_running_loop().run_in_executor(None, state.load)
            loading.add_done_callback(_say_how_loading_ended)
        yield
        await asyncio.get_running_loop().run_in_executor(None, state.close)

    app = FastAPI(
        title="Scriptorium",
        summary="A handwriting studio: text goes in, ink comes out.",
        description=DESCRIPTION,
        version=metadata.version("scriptorium"),
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
    )
    _add_errors(app)
    _add_health(app, state)
    _add_choices(app, state)
    _add_ink(app, state)
    _add_styles(app, state)
    _add_batches(app, state)

    @app.websocket("/v1/live")
    async def live(socket: WebSocket) -> None:
        await LiveSocket(state, socket).serve()

    static = Path(str(resources.files("studio") / "service" / "static"))
    if (static / "index.html").exists():
        app.mount("/", _Page(static))
    app.add_middleware(Traffic, settings=state.settings, count=state.metrics.answered)
    if state.settings.origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=list(state.settings.origins),
            allow_methods=["GET", "POST"],
            allow_headers=["authorization", "content-type"],
            expose_headers=["scriptorium-pages", "scriptorium-report", "retry-after"],
        )
    return app


class _Page(StaticFiles):
    """The page's files: those whose name tells their content may be kept for ever."""

    def __init__(self, folder: Path) -> None:
        super().__init__(directory=folder, html=True)

    async def get_response(self, path: str, scope: Scope) -> Response:
        answer = await super().get_response(path, scope)
        kept = path.replace("\\", "/").startswith("assets/")
        answer.headers["cache-control"] = (
            "public, max-age=31536000, immutable" if kept else "no-cache"
        )
        return answer


def _say_how_loading_ended(done: asyncio.Future[None]) -> None:
    if not done.cancelled() and (error := done.exception()) is not None:
        log.error("The hand cannot be loaded: %s", error)


def _add_errors(app: FastAPI) -> None:
    def answer(error: ServiceError) -> JSONResponse:
        return JSONResponse(error.body, error.status, error.headers)

    @app.exception_handler(RequestValidationError)
    async def _invalid(_: Request, error: RequestValidationError) -> JSONResponse:
        return answer(invalid(error.errors()))

    @app.exception_handler(HTTPException)
    async def _http(_: Request, error: HTTPException) -> JSONResponse:
        if isinstance(error.__cause__, ServiceError):
            # What was raised while the body came, such as that it is too large.
            return answer(error.__cause__)
        if error.status_code == 400:
            return answer(ServiceError("invalid", "The body cannot be read; send a JSON object."))
        codes = {404: "not_found", 405: "method_not_allowed"}
        found = ServiceError(codes.get(error.status_code, "invalid"), f"{error.detail}.")
        headers = dict(error.headers or {})
        return JSONResponse(found.body, error.status_code, headers)

    @app.exception_handler(Exception)
    async def _any(_: Request, error: Exception) -> JSONResponse:
        return answer(to_service_error(error))

    # These are no faults of the program, for which the server would write its own trace.
    app.add_exception_handler(ScriptoriumError, _any)
    app.add_exception_handler(WritingStoppedError, _any)


def invalid(errors: Any) -> ServiceError:
    """What pydantic found wrong, as one sentence."""
    first = errors[0]
    if first["type"] == "json_invalid":
        return ServiceError("invalid", "The body is not JSON; send a JSON object.")
    place = [str(part) for part in first["loc"] if part not in ("body", "query")]
    message = str(first["msg"]).removeprefix("Value error, ").rstrip(".")
    more = f"; {len(errors) - 1} more" if len(errors) > 1 else ""
    where = ".".join(place) or "the body"
    return ServiceError("invalid", f"{where}: {message}{more}.", ".".join(place) or None)


def _add_health(app: FastAPI, state: ServiceState) -> None:
    @app.get("/healthz", tags=["health"], response_model=HealthAnswer)
    async def healthz() -> dict[str, str]:
        """Whether the process is there."""
        return {"status": "ok"}

    @app.get(
        "/readyz",
        tags=["health"],
        response_model=HealthAnswer,
        responses={503: {"model": HealthAnswer, "description": "Not yet, or not any more."}},
    )
    async def readyz() -> Response:
        """Whether it can write."""
        status = 200 if state.state == "ready" else 503
        headers = {} if status == 200 else {"Retry-After": "2"}
        return JSONResponse({"status": state.state}, status, headers)

    @app.get(
        "/metrics",
        tags=["health"],
        response_class=Response,
        responses={200: {"content": {CONTENT_TYPE_LATEST: {}}}, **_errors()},
    )
    async def metrics() -> Response:
        """Queue, first ink, points a second and misread words, for Prometheus."""
        text = state.metrics.text(state.loops)
        return Response(text, headers={"content-type": CONTENT_TYPE_LATEST})


def _add_choices(app: FastAPI, state: ServiceState) -> None:
    @app.get("/v1/options", tags=["choices"], response_model=OptionsAnswer, responses=_errors())
    async def options() -> dict[str, Any]:
        """All choices with their ranges, the defaults, and the limits of this service."""
        writer = state.writer
        defaults = InkRequest().model_dump(
            exclude={"text", "blocks", "edits", "stream", "attention", "output"}
        )
        limits = state.settings.limits
        return {
            "defaults": defaults | {"style": writer.styles.default},
            "ranges": {name: list(both) for name, both in LIMITS.items()}
            | {
                "pen_width": [NARROWEST, WIDEST],
                "columns": [1, MOST_COLUMNS],
                "ruling_spacing": [1, 100],
                "seed": [0, LARGEST_SEED],
            },
            "inks": [
                {"name": label.lower().replace(" ", "-"), "label": label, "colour": colour}
                for label, colour in INKS.items()
            ],
            "pens": [
                {
                    "name": name,
                    "label": name.capitalize(),
                    "width": pen.width,
                    "opacity": pen.opacity,
                }
                for name, pen in PENS.items()
            ],
            "papers": [
                {"name": paper.name, "width": paper.width, "height": paper.height}
                for paper in PAPERS.values()
            ],
            "rulings": [str(kind) for kind in RulingKind],
            "alignments": [str(kind) for kind in Alignment],
            "markups": [str(kind) for kind in Markup],
            "limits": {
                "characters": limits.characters,
                "lines": limits.lines,
                "pages": limits.pages,
                "own_points": limits.own_points,
                "own_lines": limits.own_lines,
                "body": limits.body,
            },
            "points_per_second": writer.hand.point_rate,
            "token_required": bool(state.settings.token),
            "version": metadata.version("scriptorium"),
        }

    @app.get("/v1/hands", tags=["choices"], response_model=HandsAnswer, responses=_errors())
    async def hands() -> dict[str, Any]:
        """The hands that write here."""
        default = state.writer
        return {
            "hands": [
                {
                    "name": name,
                    "title": title_of(name) if name_of(writer.hand.sha256) else name,
                    "sha256": writer.hand.sha256,
                    "alphabet": "".join(sorted(writer.hand.characters)),
                    "device": writer.hand.device.type,
                    "precision": writer.hand.precision,
                    "default": writer is default,
                    "style": writer.styles.default,
                    "rights": rights(writer.hand.sha256) or writer.hand.card.commercial_use,
                    "commercial": bool(name_of(writer.hand.sha256)) and is_free(name),
                    "card": asdict(writer.hand.card),
                }
                for name, writer in state.writers.items()
            ]
        }

    @app.get("/v1/styles", tags=["styles"], response_model=StylesAnswer, responses=_errors())
    async def styles() -> dict[str, Any]:
        """The styles, with their ink in x-heights as a preview."""
        from studio.library.style_description import about_style

        return {
            "default": state.writer.styles.default,
            "styles": [
                {
                    "name": style.name,
                    "hand": hand,
                    "text": style.text,
                    "source": style.source,
                    "about": about_style(style),
                    "preview": f"/v1/styles/{style.name}/preview.svg",
                    "strokes": own_style(style, style.name).strokes,
                }
                for hand, writer in state.writers.items()
                for style in writer.styles.named.values()
            ],
        }

    @app.get(
        "/v1/styles/{name}/preview.svg",
        tags=["styles"],
        response_class=Response,
        responses={200: {"content": {"image/svg+xml": {}}}, **_errors(404, 422)},
    )
    async def preview(name: str) -> Response:
        """A style's own line as a picture, in the colour of what is around it."""
        request = InkRequest(text="a", style=name[:100])
        style = state.writer_for(request).styles.of(request)
        assert style is not None
        return Response(style_svg(style), media_type="image/svg+xml")


def style_svg(style: Style) -> str:
    """The ink of a style as an SVG of single lines, in x-heights."""
    left, top, right, bottom = style.ink.bounds
    paths = "".join(
        '<path d="M' + "L".join(f"{x:.2f} {y:.2f}" for x, y in stroke.xy) + '"/>'
        for stroke in style.ink.strokes
    )
    box = f"{left - 0.3:.2f} {top - 0.3:.2f} {right - left + 0.6:.2f} {bottom - top + 0.6:.2f}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}" role="img" '
        f"aria-label={quoteattr(f'{style.name}: {style.text}')}>"
        '<g fill="none" stroke="currentColor" stroke-width="0.16" stroke-linecap="round" '
        f'stroke-linejoin="round">{paths}</g></svg>'
    )


def _add_ink(app: FastAPI, state: ServiceState) -> None:
    files: dict[str, Any] = {media: {} for name, media in MEDIA.items() if name != "json"}
    ink_answers = {
        200: {
            "model": InkAnswer,
            "description": "The ink, in the format that Accept or `format` asks for; with "
            "`stream`, server-sent events.",
            "content": {
                "application/json": {"example": EXAMPLE_ANSWER},
                "text/event-stream": {},
                **files,
            },
        },
        **_errors(404, 406, 413, 422, 504),
    }

    @app.post("/v1/ink", tags=["ink"], response_class=Response, responses=ink_answers)
    async def ink(
        body: InkRequest,
        http: Request,
        kind: str | None = Query(
            None, alias="format", description="json, svg, pdf, png, inkml or npz; else by Accept."
        ),
    ) -> Response:
        """Write a text: to JSON, SVG, PDF, PNG, InkML or npz, or as a stream of events."""
        wanted = format_wanted(http.headers.get("accept", "*/*"), kind)
        if body.stream:
            state.hand  # noqa: B018 (raises where there is none yet)
            return _Stream(_events(state, body), state.settings.limits.stalled)
        return await ink_answer(state, body, wanted, http)


async def ink_answer(
    state: ServiceState, body: InkRequest, kind: str, http: Request | None
) -> Response:
    """Write a request, and answer with a file or with JSON."""
    begun = time.perf_counter()
    stop = threading.Event()

    def work() -> tuple[bytes, dict[str, str]]:
        written = state.write(body, stop, keep_steps=kind == "npz")
        state.metrics.first_ink.observe(time.perf_counter() - begun)
        headers = {"Scriptorium-Pages": str(len(written.layout.pages))}
        if kind == "json":
            return json.dumps(written_json(written, body)).encode(), headers
        headers["Scriptorium-Report"] = report_header(report(written))
        headers["Content-Disposition"] = f'inline; filename="ink.{kind}"'
        return file_of(written, kind, body.output), headers

    gone = None if http is None else asyncio.ensure_future(_gone(http))
    try:
        async with state.turn(patient=http is None):
            content, headers = await state.run_until(work, stop, gone)
    finally:
        if gone is not None:
            gone.cancel()
    return Response(content, media_type=MEDIA[kind], headers=headers)


async def _gone(http: Request) -> None:
    """Wait until the client has gone."""
    while (await http.receive())["type"] != "http.disconnect":
        pass


class _Stream(StreamingResponse):
    """A stream of events that is given up where nobody takes them."""

    def __init__(
        self, events: AsyncGenerator[str, None], stalled: float, media: str = "text/event-stream"
    ) -> None:
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        super().__init__(events, media_type=media, headers=headers)
        self._events = events
        self._stalled = stalled

    async def stream_response(self, send: Send) -> None:
        async def sent(message: Any) -> None:
            async with asyncio.timeout(self._stalled):
                await send(message)

        try:
            await super().stream_response(sent)
        except TimeoutError:
            log.warning("A client took nothing for %.0f s and was let go.", self._stalled)
        finally:
            # Else what it waits for would be written on until somebody collects it.
            await self._events.aclose()


def event_text(name: str, content: dict[str, Any]) -> str:
    """A server-sent event."""
    return f"event: {name}\ndata: {json.dumps(content)}\n\n"


async def _events(state: ServiceState, body: InkRequest) -> AsyncGenerator[str, None]:
    """The events of a request, errors included: the last one is `done` or `error`."""
    begun = time.perf_counter()
    first_ink = False
    loop, wake, stop = asyncio.get_running_loop(), asyncio.Event(), threading.Event()
    queue = EventQueue(lambda: loop.call_soon_threadsafe(wake.set))
    work: asyncio.Future[None] | None = None
    try:
        async with state.turn():
            writer = state.writer_for(body)
            yield event_text("start", writer.start_json(body))
            events = InkEvents(queue, writer.hand, body.attention)

            def write() -> None:
                events.finished(state.write(body, stop, events=events))

            work = asyncio.ensure_future(state.run_until(write, stop))
            work.add_done_callback(lambda _: wake.set())
            told_last = time.monotonic()
            while True:
                done = work.done()
                for name, content in queue.take():
                    if name in ("points", "line") and not first_ink:
                        first_ink = True
                        state.metrics.first_ink.observe(time.perf_counter() - begun)
                    yield event_text(name, content)
                    told_last = time.monotonic()
                if done:
                    work.result()
                    return
                wake.clear()
                if time.monotonic() - told_last > HEARTBEAT:
                    yield ": still writing\n\n"
                    told_last = time.monotonic()
                try:
                    async with asyncio.timeout(1.0):
                        await wake.wait()
                except TimeoutError:
                    pass
    except Exception as error:  # told in the stream, which has begun with status 200
        found = to_service_error(error)
        if found.code == "internal":
            log.error("A stream failed.\n%s", places_of(error))
        yield event_text("error", found.body)
    finally:
        stop.set()
        if work is not None:
            work.cancel()


def _add_styles(app: FastAPI, state: ServiceState) -> None:
    @app.post(
        "/v1/styles",
        tags=["styles"],
        response_model=MadeStyleAnswer,
        responses=_errors(413, 422, 504),
    )
    async def make_style(body: StyleLines) -> dict[str, Any]:
        """Make a style of lines of your own. Nothing of it is kept here: send it with requests."""

        def work() -> dict[str, Any]:
            from engine.style_builder import build_style
            from studio.recording.line_checks import check_ink

            writer = state.writer
            most = state.settings.limits.own_lines
            if len(body.lines) > most:
                raise ServiceError(
                    "too_much_ink",
                    f"These are {len(body.lines)} lines; send {most} at most.",
                    "lines",
                )
            lines = [writer.styles.recorded(line) for line in body.lines]
            points = sum(line.ink.points for line in lines)
            if points > state.settings.limits.own_points:
                raise ServiceError(
                    "too_much_ink",
                    f"The lines have {points} points; send {state.settings.limits.own_points} "
                    "at most.",
                    "lines",
                )
            try:
                style = build_style(writer.hand, body.name, lines, "Made by the service.")
            except (StyleError, *MALFORMED) as error:
                # What is no writing may fail anywhere in the measuring of it.
                raise ServiceError(
                    "invalid",
                    str(error)
                    if isinstance(error, ScriptoriumError)
                    else "The lines cannot be measured; send lines of handwriting.",
                    "lines",
                ) from error
            remarks = [issue.sentence for line in lines for issue in check_ink(line)]
            made = own_style(style, body.name).model_dump()
            return {"style": made, "remarks": list(dict.fromkeys(remarks))}

        async with state.turn():
            return await state.run_until(work, threading.Event())


def _add_batches(app: FastAPI, state: ServiceState) -> None:
    @app.post(
        "/v1/batches",
        tags=["ink"],
        response_class=Response,
        responses={
            200: {
                "description": "A line a request, in the order in which they are finished.",
                "content": {"application/x-ndjson": {}},
            },
            **_errors(413, 415, 422),
        },
        openapi_extra={
            "requestBody": {
                "required": True,
                "content": {
                    "application/x-ndjson": {
                        "schema": {"type": "string"},
                        "example": '{"custom_id": "a", "method": "POST", "url": "/v1/ink", '
                        '"body": {"text": "One.", "format": "svg"}}\n',
                    }
                },
            }
        },
    )
    async def batches(http: Request) -> Response:
        """Write many requests, a JSON line each, as OpenAI's batch files and vLLM's have them."""
        state.hand  # noqa: B018 (raises where there is none yet)
        kind = http.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind not in ("application/x-ndjson", "application/jsonl", "application/json-lines"):
            raise ServiceError(
                "unsupported_media", "Send JSON lines with Content-Type: application/x-ndjson."
            )
        body = await http.body()
        lines = [line for line in body.split(b"\n") if line.strip()]
        most = state.settings.limits.batch_lines
        if not lines or len(lines) > most:
            raise ServiceError(
                "invalid", f"The batch has {len(lines)} lines; send 1 to {most:,}.", None
            )
        stalled = state.settings.limits.stalled
        return _Stream(_batch(state, lines), stalled, "application/x-ndjson")


async def _batch(state: ServiceState, lines: list[bytes]) -> AsyncGenerator[str, None]:
    """The answers to a batch's lines, each as soon as it is there."""
    free = asyncio.Semaphore(BATCH_LINES)

    async def one(number: int, line: bytes) -> str:
        async with free:
            answer = await _batch_answer(state, number, line)
            # A page as JSON is some megabytes; other clients must not wait for it.
            return await asyncio.to_thread(json.dumps, answer) + "\n"

    tasks = [asyncio.ensure_future(one(number, line)) for number, line in enumerate(lines, 1)]
    try:
        for task in asyncio.as_completed(tasks):
            yield await task
    finally:
        for open_task in tasks:
            open_task.cancel()


async def _batch_answer(state: ServiceState, number: int, line: bytes) -> dict[str, Any]:
    custom_id: str | None = None
    try:
        try:
            content = json.loads(line)
            if isinstance(content, dict) and isinstance(content.get("custom_id"), str):
                custom_id = content["custom_id"][:200]
            asked = BatchLine.model_validate(content)
        except (ValueError, RecursionError) as error:
            raise (
                invalid(error.errors())
                if isinstance(error, ValidationError)
                else ServiceError("invalid", "The line is not JSON.")
            ) from error
        if asked.body.stream:
            raise ServiceError("invalid", "A line of a batch cannot be a stream.", "stream")
        request = InkRequest.model_validate(asked.body.model_dump(exclude={"format"}))
        status, body = 200, await _batch_body(state, request, asked.body.format)
    except Exception as error:  # told in the answer's line; the others go on
        found = to_service_error(error)
        if found.code == "internal":
            log.error("A line of a batch failed.\n%s", places_of(error))
        status, body = found.status, found.body
    return {
        "id": f"batch_req_{number}",
        "custom_id": custom_id,
        "response": {"status_code": status, "request_id": f"req_{number}", "body": body},
        "error": None,
    }


async def _batch_body(state: ServiceState, request: InkRequest, kind: str) -> dict[str, Any]:
    import base64

    answer = await ink_answer(state, request, kind, None)
    if kind == "json":
        content: dict[str, Any] = await asyncio.to_thread(json.loads, bytes(answer.body))
        return content
    encoded = await asyncio.to_thread(base64.b64encode, bytes(answer.body))
    return {
        "content_type": answer.media_type,
        "base64": encoded.decode("ascii"),
        "report": json.loads(answer.headers["scriptorium-report"]),
        "pages": int(answer.headers["scriptorium-pages"]),
    }
