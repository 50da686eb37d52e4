"""A service that listens on the loopback, with a small hand, and clients of it."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass

import httpx
import pytest

from engine.sampling.policy import ONCE, Policy
from studio.service.client import ServiceClient
from studio.service.server import Server, listening, server_of
from studio.service.service_settings import ServiceLimits, ServiceSettings
from studio.service.service_state import ServiceState

TOKEN = "a-token-for-tests"
#: The rate is tested by itself.
FREE = ServiceLimits(rate=0)


@dataclass
class RunningService:
    """A service in a thread of the test's process."""

    url: str
    state: ServiceState
    server: Server
    thread: threading.Thread

    @property
    def http(self) -> httpx.Client:
        return httpx.Client(base_url=self.url, timeout=120)

    @property
    def live_url(self) -> str:
        return self.url.replace("http", "ws") + "/v1/live"

    def client(self, **settings) -> ServiceClient:
        return ServiceClient(self.url, **settings)

    def drawn(self) -> int:
        return sum(self.state.loop_or_none.load)


@contextmanager
def running(path, settings=None, *, policy: Policy = ONCE, grace=5.0, threads=1):
    state = ServiceState(
        settings or ServiceSettings(limits=FREE), path, "cpu", threads=threads, grace=grace,
        policy=policy,
    )  # fmt: skip
    state.load()
    with listening("127.0.0.1", 0) as listener:
        server = server_of(state, load=False)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        while not server.started:
            time.sleep(0.01)
        port = listener.getsockname()[1]
        try:
            yield RunningService(f"http://127.0.0.1:{port}", state, server, thread)
        finally:
            server.should_exit = True
            thread.join()


@pytest.fixture(scope="session")
def run_service(tiny_hand_path):
    """Runs services of the small hand with settings of their own."""

    def made(settings=None, path=tiny_hand_path, **more):
        return running(path, settings, **more)

    return made


@pytest.fixture(scope="session")
def service(run_service):
    """A service of the small hand: it scribbles, and it is quick."""
    with run_service() as found:
        yield found


@pytest.fixture(scope="session")
def guarded(run_service):
    """The same, with a token."""
    with run_service(ServiceSettings(TOKEN, limits=FREE)) as found:
        yield found


def lines_of(answer):
    """The lines of a JSON answer by their ids."""
    return {line["id"]: line for page in answer["pages"] for line in page["lines"]}
