"""The process of the service: it listens, and ends in good order."""

from __future__ import annotations

import signal
import socket
from pathlib import Path
from types import FrameType
from typing import Any

import uvicorn

from engine.errors import SettingError
from engine.io.terminal import say
from studio.service.application import create_app
from studio.service.service_settings import ServiceSettings
from studio.service.service_state import ServiceState

#: Seconds after the time of grace in which the last answers are sent.
LAST_WORDS = 5.0
#: Logs say which path was asked for and how it ended, and nothing that a client has sent.
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "loggers": {
        "uvicorn.error": {"level": "WARNING"},
        "scriptorium": {"level": "INFO"},
        "engine": {"level": "WARNING"},
    },
    "root": {"handlers": ["stderr"], "level": "WARNING"},
}


class Server(uvicorn.Server):
    """A server that tells the service at once when it is to stop."""

    def __init__(self, config: uvicorn.Config, state: ServiceState) -> None:
        super().__init__(config)
        self._state = state

    async def on_tick(self, counter: int) -> bool:
        """Whether to end now; it does, too, where the hand cannot be loaded."""
        return await super().on_tick(counter) or self._state.failure is not None

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Refuse what comes from now on, and let go on what is being written.

        A second Ctrl-C ends it at once. The signal is not raised again at the end: the process has
        ended as it was asked to.
        """
        del frame
        self._state.begin_stop()
        if self.should_exit and sig == signal.SIGINT:
            self.force_exit = True
        else:
            self.should_exit = True


def server_of(
    state: ServiceState, *, load: bool = True, logs: dict[str, Any] | None = None
) -> Server:
    """The server of a service; the caller gives it its sockets, and says how it logs."""
    limits = state.settings.limits
    config = uvicorn.Config(
        create_app(state, load=load),
        # A path may hold a style's name, and a query anything: neither belongs into a log.
        access_log=False,
        log_config=logs,
        server_header=False,
        date_header=True,
        ws="websockets-sansio",
        ws_max_size=limits.body,
        ws_ping_interval=20.0,
        ws_ping_timeout=20.0,
        limit_concurrency=limits.writing + limits.waiting + limits.live + 100,
        timeout_keep_alive=30,
        timeout_graceful_shutdown=round(state.grace + LAST_WORDS),
        h11_max_incomplete_event_size=64 * 1024,
    )
    return Server(config, state)


def listening(host: str, port: int) -> socket.socket:
    """A socket that listens.

    Raises
    ------
    SettingError
        If the address is not this computer's, or the port is taken.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    found = socket.socket(family)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        found.bind((host, port))
    except (OSError, OverflowError) as error:
        found.close()
        raise SettingError(
            f"Nothing can listen at {host}:{port}: {getattr(error, 'strerror', error)}; choose "
            "another --port or --host."
        ) from error
    return found


def serve(
    host: str,
    port: int,
    settings: ServiceSettings,
    path: Path | None = None,
    device: str = "auto",
    precision: str = "auto",
    threads: int | None = None,
    grace: float = 20.0,
) -> int:
    """Serve until a signal says to stop, or the hand cannot be loaded; the exit status."""
    state = ServiceState(settings, path, device, precision, threads, grace)
    with listening(host, port) as listener:
        address = listener.getsockname()
        shown = f"[{address[0]}]" if ":" in str(address[0]) else address[0]
        say(f"Scriptorium serves at http://{shown}:{address[1]}/ (Ctrl-C ends it).")
        server_of(state, logs=LOGGING).run(sockets=[listener])
    return 0 if state.failure is None else 1
