"""What the service counts, for Prometheus."""

from __future__ import annotations

from collections.abc import Sequence

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from engine.sampling.line_loop import LineLoop
from studio.service.ink_writer import WrittenNote

__all__ = ["CONTENT_TYPE_LATEST", "ServiceMetrics"]

SECONDS = (0.05, 0.1, 0.2, 0.35, 0.5, 0.75, 1, 1.5, 2, 3, 5, 8, 12, 20, 40, 80)


class ServiceMetrics:
    """Counters of one service."""

    def __init__(self) -> None:
        self._registry = registry = CollectorRegistry()
        self.requests = Counter(
            "scriptorium_requests", "Requests answered.", ["path", "status"], registry=registry
        )
        self.first_ink = Histogram(
            "scriptorium_first_ink_seconds",
            "From a request to its first ink.",
            buckets=SECONDS,
            registry=registry,
        )
        self.note_seconds = Histogram(
            "scriptorium_note_seconds",
            "From a request to the last of its ink.",
            buckets=SECONDS,
            registry=registry,
        )
        self.words = Counter("scriptorium_words", "Words written.", registry=registry)
        self.misread = Counter(
            "scriptorium_misread_words", "Words that are not read as asked.", registry=registry
        )
        self.lines = Counter("scriptorium_lines", "Lines written.", registry=registry)
        self.live = Gauge("scriptorium_live_clients", "Live sockets.", registry=registry)
        self._drawn = Gauge(
            "scriptorium_lines_in_loop", "Lines that are being drawn.", registry=registry
        )
        self._waiting = Gauge(
            "scriptorium_lines_waiting", "Lines that wait for a place.", registry=registry
        )
        self.queued = Gauge(
            "scriptorium_requests_waiting", "Requests that wait for their turn.", registry=registry
        )
        self._points = Gauge(
            "scriptorium_points_drawn", "Points of finished lines so far.", registry=registry
        )
        self._speed = Gauge(
            "scriptorium_points_per_second",
            "Points of finished lines a second that lines were drawn.",
            registry=registry,
        )

    def answered(self, path: str, status: int) -> None:
        """A request was answered."""
        self.requests.labels(path, str(status)).inc()

    def written(self, note: WrittenNote) -> None:
        """A note was written."""
        lines = note.layout.written.values()
        self.lines.inc(len(lines))
        self.words.inc(sum(len(line.text.split()) for line in lines))
        self.misread.inc(sum(len(line.misread) for line in lines))
        self.note_seconds.observe(note.seconds)

    def text(self, loops: Sequence[LineLoop]) -> bytes:
        """All of it, as Prometheus reads it: of the loops of all hands together."""
        if loops:
            loads = [loop.load for loop in loops]
            self._drawn.set(sum(drawn for drawn, _ in loads))
            self._waiting.set(sum(waiting for _, waiting in loads))
            points, seconds = sum(p.points for p in loops), sum(s.seconds for s in loops)
            self._points.set(points)
            self._speed.set(points / seconds if seconds else 0.0)
        return generate_latest(self._registry)
