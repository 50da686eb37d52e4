"""The verb `serve`: the engine over HTTP, and a page that writes."""

from __future__ import annotations

from pathlib import Path

import click

from engine.errors import FileError, SettingError
from engine.io.terminal import say

MANUAL = """Serve handwriting over HTTP: a page that writes in the browser, and an interface for
other programs (docs/service.md).

Only this computer reaches it unless --host says otherwise; set a token then. The options may also
be given by variables: SCRIPTORIUM_HOST, SCRIPTORIUM_PORT, SCRIPTORIUM_TOKEN and so on.

\b
Examples:
  scriptorium serve
  curl -s localhost:8000/v1/ink -H 'content-type: application/json' \\
      -H 'accept: application/pdf' -d '{"text": "Dear Ada,"}' -o letter.pdf
  SCRIPTORIUM_TOKEN=... scriptorium serve --host 0.0.0.0 --port 7860
"""


@click.command(
    help=MANUAL,
    short_help="Serve handwriting over HTTP.",
    context_settings={"auto_envvar_prefix": "SCRIPTORIUM", "show_default": True},
)
@click.option("--host", default="127.0.0.1", help="Address to listen on; 0.0.0.0 for all.")
@click.option("--port", type=click.IntRange(0, 65535), default=8000)
@click.option(
    "--token",
    default="",
    show_default=False,
    help="Token that every request must carry; none if empty.",
)
@click.option(
    "--hand", metavar="HAND", help="Write with this hand: its file, or the name of one that ships."
)
@click.option("--device", default="auto", help="cpu, cuda, or auto: the GPU if there is one.")
@click.option("--precision", default="auto", help="Precision of the weights on the CPU.")
@click.option(
    "--threads", type=click.IntRange(1, 256), help="Threads for sampling; by default all."
)
@click.option(
    "--origin",
    "origins",
    multiple=True,
    help="Origin of another server's page that may call the service (CORS).",
)
@click.option(
    "--framed-by", multiple=True, help="Origin of a page that may show this one in a frame."
)
@click.option("--proxied", is_flag=True, help="Trust a proxy's X-Forwarded-For.")
@click.option(
    "--rate",
    type=click.FloatRange(0, 10_000),
    default=20.0,
    help="Requests per second for each client.",
)
@click.option(
    "--grace",
    type=click.FloatRange(0, 3600),
    default=20.0,
    help="Seconds to finish requests after a signal to stop.",
)
def command(
    host: str,
    port: int,
    token: str,
    hand: str | None,
    device: str,
    precision: str,
    threads: int | None,
    origins: tuple[str, ...],
    framed_by: tuple[str, ...],
    proxied: bool,
    rate: float,
    grace: float,
) -> int:
    """Serve until a signal says to stop."""
    try:
        from studio.service.server import serve
        from studio.service.service_settings import ServiceLimits, ServiceSettings
    except ModuleNotFoundError as error:
        raise SettingError(
            f"The service needs {error.name}, which is not installed; install it with "
            "pip install 'scriptorium[serve]'."
        ) from error
    from engine.bundled_hands import bundled_hands, named

    if hand is not None and named(hand) is None and not Path(hand).is_file():
        raise FileError(
            f"There is no hand {hand}; name a .hand or .safetensors file, or one that ships: "
            f"{', '.join(bundled_hands())}."
        )
    if not token and host not in ("127.0.0.1", "localhost", "::1"):
        say(f"Everybody who reaches {host} can write; set --token to change that.", err=True)
    settings = ServiceSettings(token, origins, framed_by, proxied, ServiceLimits(rate=rate))
    return serve(
        host,
        port,
        settings,
        None if hand is None else Path(hand),
        device,
        precision,
        threads,
        grace,
    )
