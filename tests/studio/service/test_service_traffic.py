"""Who may ask, how often, and what the answers' headers say; and how the service ends."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Iterator

import pytest

from engine.errors import ScriptoriumError, SettingError
from studio.service.server import LOGGING, listening, serve
from studio.service.service_errors import ServiceError
from studio.service.service_settings import ServiceLimits, ServiceSettings
from studio.service.service_state import ServiceState
from studio.service.traffic import RateLimit, token_matches

TOKEN = "a-token-for-tests"
LONG = {"text": "many words of a long letter " * 200, "style": None}
#: Takes long enough that others come meanwhile.
SHORTER = {"text": "many words of a long letter " * 25, "style": None}


@pytest.mark.parametrize("path", ["/v1/options", "/v1/hands", "/v1/styles", "/metrics"])
def test_a_token_is_asked_for_where_it_is_set(guarded, path):
    with guarded.http as http:
        for headers in ({}, {"authorization": "Bearer wrong"}, {"authorization": TOKEN}):
            answer = http.get(path, headers=headers)
            assert answer.status_code == 401
            assert answer.json()["error"]["code"] == "unauthorized"
            assert answer.headers["www-authenticate"] == "Bearer"
        assert http.get(path, headers={"authorization": f"Bearer {TOKEN}"}).status_code == 200
        assert http.get("/healthz").status_code == 200


def test_a_token_is_compared_in_constant_time(monkeypatch):
    import hmac

    asked = []
    real = hmac.compare_digest
    monkeypatch.setattr(hmac, "compare_digest", lambda a, b: asked.append((a, b)) or real(a, b))
    assert token_matches("ä", "ä")
    assert not token_matches("\ud800", "x")
    assert len(asked) == 2


def test_answers_carry_headers_of_safety(service):
    with service.http as http:
        for path in ("/healthz", "/v1/options", "/nowhere"):
            headers = http.get(path).headers
            assert "default-src 'self'" in headers["content-security-policy"]
            assert "frame-ancestors 'none'" in headers["content-security-policy"]
            assert headers["x-content-type-options"] == "nosniff"
            assert headers["x-frame-options"] == "DENY"
            assert headers["referrer-policy"] == "no-referrer"
            assert "server" not in headers


def test_pages_of_others_are_let_in_only_by_name(service, run_service):
    asked = {"origin": "https://elsewhere.example", "access-control-request-method": "POST"}
    with service.http as http:
        assert "access-control-allow-origin" not in http.options("/v1/ink", headers=asked).headers
    settings = ServiceSettings(
        origins=("https://elsewhere.example",), framed_by=("https://spaces.example",)
    )
    with run_service(settings) as open_service, open_service.http as http:
        answer = http.options("/v1/ink", headers=asked)
        assert answer.headers["access-control-allow-origin"] == "https://elsewhere.example"
        policy = http.get("/healthz").headers["content-security-policy"]
        assert "frame-ancestors https://spaces.example" in policy


def test_a_bucket_of_requests_fills_again():
    now = [0.0]
    limit = RateLimit(2, 3, lambda: now[0])
    assert [limit.wait("a") for _ in range(3)] == [0, 0, 0]
    assert limit.wait("a") == pytest.approx(0.5)
    assert limit.wait("b") == 0
    now[0] = 0.6
    assert limit.wait("a") == 0
    assert limit.wait("a") > 0
    assert RateLimit(0, 1).wait("a") == 0


def test_who_asks_too_often_is_told_when_to_come_again(run_service):
    settings = ServiceSettings(limits=ServiceLimits(rate=1, burst=3))
    with run_service(settings) as limited, limited.http as http:
        answers = [http.get("/v1/options") for _ in range(6)]
        assert [answer.status_code for answer in answers[:3]] == [200] * 3
        refused = [answer for answer in answers if answer.status_code == 429]
        assert refused
        assert all(int(answer.headers["retry-after"]) >= 1 for answer in refused)
        assert http.get("/healthz").status_code == 200


def test_a_full_service_says_when_to_come_again(run_service):
    settings = ServiceSettings(limits=ServiceLimits(rate=0, writing=1, waiting=1))
    with run_service(settings) as small:
        statuses, headers = [], []

        def ask(seed):
            with small.http as http:
                answer = http.post("/v1/ink", json={**SHORTER, "seed": seed})
                statuses.append(answer.status_code)
                headers.append(answer.headers)

        threads = [threading.Thread(target=ask, args=(seed,)) for seed in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert set(statuses) == {200, 503}
        busy = [h for status, h in zip(statuses, headers, strict=True) if status == 503]
        assert all(int(header["retry-after"]) >= 1 for header in busy)


def test_a_request_that_takes_too_long_is_ended(run_service):
    settings = ServiceSettings(limits=ServiceLimits(rate=0, seconds=0.01))
    with run_service(settings) as hasty, hasty.http as http:
        answer = http.post("/v1/ink", json=LONG)
        assert (answer.status_code, answer.json()["error"]["code"]) == (504, "timeout")


def test_a_client_that_takes_nothing_is_let_go(run_service):
    settings = ServiceSettings(limits=ServiceLimits(rate=0, stalled=0.5))
    with run_service(settings) as impatient:
        body = {**LONG, "text": LONG["text"] * 3, "stream": True, "attention": True}
        with impatient.http.stream("POST", "/v1/ink", json=body) as answer:
            assert answer.status_code == 200
            for _ in range(600):
                if impatient.state._free is not None and not impatient.drawn():
                    break
                time.sleep(0.05)
        assert not impatient.drawn()
        # And another client is served as ever.
        with impatient.http as http:
            assert http.post("/v1/ink", json={"text": "a", "style": None}).status_code == 200


def test_a_service_that_stops_finishes_what_it_writes_and_refuses_the_rest(run_service):
    with run_service(grace=60.0) as ending:
        statuses = []

        def ask():
            with ending.http as http:
                statuses.append(http.post("/v1/ink", json=SHORTER).status_code)

        with ending.http as http:
            http.get("/healthz")
            thread = threading.Thread(target=ask)
            thread.start()
            while not ending.drawn():
                time.sleep(0.01)
            ending.state.begin_stop()
            answer = http.post("/v1/ink", json={"text": "a"})
            assert (answer.status_code, answer.json()["error"]["code"]) == (503, "stopping")
            assert answer.headers["retry-after"]
            assert http.get("/readyz").status_code == 503
        thread.join()
        assert statuses == [200]


def test_after_the_time_of_grace_a_stream_is_told_of_its_end(run_service):
    with run_service(grace=0.0) as ending:
        body = {**LONG, "stream": True}
        events = []
        with ending.http.stream("POST", "/v1/ink", json=body) as answer:
            for line in answer.iter_lines():
                if line.startswith("event: "):
                    events.append(line[7:])
                if line == "event: points":
                    ending.state.begin_stop()
        assert events[-1] == "error"


def test_no_text_of_a_client_reaches_the_log(service, caplog, monkeypatch):
    def broken(*_, **__):
        raise RuntimeError("secret words")

    monkeypatch.setattr(service.state, "write", broken)
    with caplog.at_level(logging.DEBUG), service.http as http:
        answer = http.post("/v1/ink", json={"text": "secret words"})
        assert answer.status_code == 500
        assert "secret" not in answer.text
        with http.stream(
            "POST", "/v1/ink", json={"text": "secret words", "stream": True}
        ) as stream:
            assert "secret" not in stream.read().decode()
    assert "A request failed" in caplog.text
    assert "secret" not in caplog.text


def test_a_port_that_is_taken_is_said_in_a_sentence():
    with listening("127.0.0.1", 0) as taken:
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(SettingError, match=str(port)):
            listening("127.0.0.1", port)


def test_a_body_is_read_as_it_is_told(service):
    headers = {"content-type": "application/json"}
    with service.http as http:
        for content in (b"", b"{", b"[]", b"null", b'"a"', b"\xff\xfe", b"[" * 10_000):
            answer = http.post("/v1/ink", content=content, headers=headers)
            assert answer.status_code == 422, content[:20]
            assert json.loads(answer.content)["error"]["message"]


@pytest.fixture
def logging_as_before() -> Iterator[None]:
    """What a service sets for its own process does not outlive the test."""
    loggers = [logging.getLogger(name) for name in (None, *LOGGING["loggers"])]
    before = [(one, one.level, list(one.handlers), one.propagate) for one in loggers]
    yield
    for one, level, handlers, propagate in before:
        one.setLevel(level)
        one.handlers, one.propagate = handlers, propagate


@pytest.mark.usefixtures("logging_as_before")
def test_a_hand_that_cannot_be_loaded_ends_the_service_with_its_reason(tmp_path, capsys):
    path = tmp_path / "damaged.safetensors"
    path.write_bytes(b"no hand")
    assert serve("127.0.0.1", 0, ServiceSettings(), path, "cpu") == 1
    assert "damaged.safetensors is damaged" in capsys.readouterr().err


def test_a_service_without_a_hand_says_so(tmp_path):
    state = ServiceState(ServiceSettings(), tmp_path / "none.safetensors", "cpu")
    with pytest.raises(ScriptoriumError):
        state.load()
    assert state.state == "failed"
    with pytest.raises(ServiceError, match="cannot be loaded") as found:
        state.hand  # noqa: B018
    assert found.value.status == 503
    state.close()


def test_lines_of_ones_own_are_limited_in_number(run_service):
    line = {"text": "ab", "strokes": [[[0, 0], [1, 1], [2, 0], [3, 1], [4, 0]]]}
    limits = ServiceLimits(rate=0, own_lines=2)
    with run_service(ServiceSettings(limits=limits)) as service, service.http as http:
        answer = http.post("/v1/styles", json={"name": "Mine", "lines": [line] * 3})
        assert answer.status_code == 422
        assert answer.json()["error"]["code"] == "too_much_ink"
        assert "send 2 at most" in answer.json()["error"]["message"]
