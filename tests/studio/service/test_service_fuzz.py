"""What nobody means to send, clients that are killed, and memory."""

from __future__ import annotations

import json
import random
import resource
import time
from contextlib import ExitStack

import httpx
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from engine.style.style import bundled
from studio.service.requested_note import own_style
from studio.service.service_settings import ServiceLimits, ServiceSettings

VALUES = [
    None, True, 0, -1, 1e308, 10**30, "", "a", "\x00", "漢" * 50, "\ud800", [], {}, [[[]]],
    {"text": "a"}, ["a"] * 100, "start", "lines", "hello", 0.1, [[1, 2], [3]], [[None, None]],
]  # fmt: skip
NAMES = ["type", "text", "request", "lines", "id", "style", "seed", "policy", "strokes", "edits"]


def odd(chance: random.Random, depth: int = 0) -> object:
    """A value that means nothing, or nearly something."""
    if depth < 3 and chance.random() < 0.5:
        return {chance.choice(NAMES): odd(chance, depth + 1) for _ in range(chance.randrange(1, 5))}
    return chance.choice(VALUES)


def frame(chance: random.Random) -> str | bytes:
    """A frame for the live socket: noise, or a message with something wrong in it."""
    kind = chance.random()
    if kind < 0.15:
        return chance.randbytes(chance.randrange(200))
    if kind < 0.3:
        return "".join(chr(chance.randrange(1, 0xD7FF)) for _ in range(chance.randrange(100)))
    message = {
        "type": chance.choice(
            ["start", "change", "pause", "resume", "stop", "rewrite", "lines", "cancel", "fly", 1]
        ),
        chance.choice(NAMES): odd(chance),
        chance.choice(NAMES): odd(chance),
    }
    text = json.dumps(message)
    return text[: chance.randrange(len(text))] if chance.random() < 0.1 else text


def memory() -> int:
    """Bytes that the process holds."""
    with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123
        return int(file.read().split()[1]) * resource.getpagesize()


def said(socket, body) -> int | None:
    """The code with which a socket was closed for what was sent; None where it stays."""
    try:
        socket.send(body)
        socket.send('{"type": "ping"}')
        while json.loads(socket.recv(60))["type"] != "pong":
            pass
    except ConnectionClosed as closed:
        return 1006 if closed.rcvd is None else closed.rcvd.code
    except UnicodeEncodeError:
        # The client's own library would not send it.
        return None
    return None


@pytest.mark.soak
def test_malformed_frames_and_bodies_end_in_a_sentence(service, rounds):
    chance = random.Random(rounds)
    count = 20 * rounds
    with service.http as http:
        before = memory()
        sockets = ExitStack()
        socket = sockets.enter_context(connect(service.live_url))
        for _ in range(count):
            body = frame(chance)
            content = body if isinstance(body, bytes) else body.encode("utf-8", "surrogatepass")
            path = chance.choice(["/v1/ink", "/v1/styles", "/v1/batches"])
            kind = "application/x-ndjson" if path == "/v1/batches" else "application/json"
            answer = http.post(path, content=content, headers={"content-type": kind}, timeout=60)
            assert answer.status_code < 500, (answer.text, content)
            code = said(socket, body)
            if code is not None:
                # Noise ends its socket; the next client is served.
                assert code in (4400, 4429, 1007), (code, body)
                sockets.close()
                socket = sockets.enter_context(connect(service.live_url))
        sockets.close()
        for _ in range(600):
            if not service.drawn() and service.state.live == 0:
                break
            time.sleep(0.05)
        assert service.drawn() == 0
        assert service.state.live == 0
        assert memory() - before < 100e6 + 20_000 * count
        assert http.post("/v1/ink", json={"text": "a", "style": None}).status_code == 200


@pytest.mark.soak
def test_clients_that_are_killed_in_mid_stream_leave_nothing_behind(service, rounds):
    body = {"text": "many words of a long letter " * 100, "style": None, "stream": True}
    for number in range(max(5, 2 * rounds)):
        if number % 2:
            with connect(service.live_url) as socket:
                socket.send(json.dumps({"type": "start", "request": {**body, "stream": False}}))
                for _ in range(5):
                    socket.recv(60)
                socket.socket.close()
        else:
            with service.http.stream("POST", "/v1/ink", json={**body, "seed": number}) as answer:
                for line in answer.iter_lines():
                    if line == "event: points":
                        break
    for _ in range(1200):
        if not service.drawn() and service.state.live == 0:
            break
        time.sleep(0.05)
    assert service.drawn() == 0
    assert service.state.live == 0
    assert httpx.get(f"{service.url}/readyz").status_code == 200


@pytest.mark.soak
def test_memory_stays_flat(run_service, rounds):
    limits = ServiceLimits(rate=0, kept_points=2000)
    with run_service(ServiceSettings(limits=limits)) as small, small.http as http:
        held, own = [], own_style(bundled()["Rowan"], "x").model_dump()
        for number in range(20 * rounds):
            # Another text, seed and style each time: nothing of them may be kept for ever.
            first, *rest = own["strokes"]
            own = {**own, "strokes": [[number / 1e4, *first[1:]], *rest]}
            body = {"text": f"note {number} of many", "seed": number, "style": own}
            answer = http.post("/v1/ink", json=body)
            assert answer.status_code == 200, answer.text
            held.append(memory())
        # After the first third, by when all caches are full.
        assert held[-1] - held[len(held) // 3] < 30e6
