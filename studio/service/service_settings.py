"""What a service allows: its limits, its token, and who may show its page."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class ServiceLimits:
    """What a client may ask for; what is beyond is refused in a sentence.

    Parameters
    ----------
    characters : int
        Of one text.
    lines, pages : int
        That it may come to on paper.
    own_points, own_lines : int
        Points and lines of the caller's own ink.
    body : int
        Bytes of a request.
    batch_body, batch_lines : int
        Bytes and lines of a batch.
    writing : int
        Requests that are written at the same time.
    waiting : int
        Requests that wait for their turn; more are refused with 503.
    rate : float
        Requests a second that a client may go on making; 0 for no limit.
    burst : int
        Requests that he may make at once.
    live : int
        Live sockets at the same time.
    messages : int
        Messages a second that a live client may go on sending.
    seconds : float
        That a request may take, waiting included.
    stalled : float
        Seconds that a client may take to accept what is sent to it.
    idle : float
        Seconds that a live socket may be silent.
    kept_points : int
        Points of finished notes that are remembered for downloads.
    kept_seconds : float
        How long they are.
    """

    characters: int = 20_000
    lines: int = 400
    pages: int = 40
    own_points: int = 20_000
    own_lines: int = 24
    body: int = 2_000_000
    batch_body: int = 20_000_000
    batch_lines: int = 1_000
    writing: int = 64
    waiting: int = 128
    rate: float = 20.0
    burst: int = 100
    live: int = 32
    messages: int = 50
    seconds: float = 300.0
    stalled: float = 30.0
    idle: float = 600.0
    kept_points: int = 400_000
    kept_seconds: float = 600.0


@dataclass(frozen=True)
class ServiceSettings:
    """How a service behaves.

    Parameters
    ----------
    token : str
        That every request must carry; empty for none.
    origins : tuple of str
        Pages of other servers that may use it (CORS); none.
    framed_by : tuple of str
        Pages that may show its page in a frame; none.
    proxied : bool
        Whether a proxy says in `X-Forwarded-For` who asks; else the connection tells.
    limits : ServiceLimits
    """

    token: str = ""
    origins: tuple[str, ...] = ()
    framed_by: tuple[str, ...] = ()
    proxied: bool = False
    limits: ServiceLimits = field(default_factory=ServiceLimits)
