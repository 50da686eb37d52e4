"""The service under load on the loopback, in a process of its own; clients check their ink."""

from __future__ import annotations

import hashlib
import json
import os
import re
import resource
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest

pytestmark = pytest.mark.bench

CLIENTS = (1, 8, 32, 64)
#: Seconds that each number of clients is measured, and before that not yet, in a round.
MEASURED, WARMED = 1.2, 0.1
#: Seconds of the long run in a round: half an hour in a hundred rounds.
LONG = 18.0
NAMES = ("Ada", "Grace", "Mary", "Alan", "Emma", "Carl", "Sophie", "Edgar")
PLACES = ("at the old mill", "under the bridge", "by the harbour", "in the garden",
    "near the church", "on the hill", "behind the barn", "in the library")  # fmt: skip
#: What a client asks for in turn: the place of a request among his own.
TURNS = (0, 1, 2)


@dataclass(frozen=True)
class Asked:
    """One of a client's requests: a single line, or a letter of five."""

    client: int
    turn: int

    @property
    def letter(self) -> bool:
        return self.turn == 0

    @property
    def body(self) -> dict[str, Any]:
        name = NAMES[self.client % len(NAMES)]
        place = PLACES[self.client // len(NAMES) % len(PLACES)]
        text = (
            f"Dear {name},\nthank you for the lamp, which stands beside my chair now and is lit "
            f"every evening when I read again what you wrote {place}.\nWith love, Hannah"
            if self.letter
            else f"Meet me and {name} {place} {('this evening', 'tomorrow')[self.turn - 1]}."
        )
        return {"text": text, "seed": 100 * self.client + self.turn, "stream": True}


@dataclass
class Told:
    """What a client saw: of each request, and of each line when it came and its points."""

    first: list[float] = field(default_factory=list)
    lines: list[float] = field(default_factory=list)
    letters: list[float] = field(default_factory=list)
    points: list[tuple[float, int]] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    ink: dict[Asked, set[str]] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)


def events(answer: httpx.Response) -> Iterator[tuple[str, dict[str, Any] | None]]:
    """The events of a stream; of points only that there are some, which spares the processor."""
    name = ""
    for line in answer.iter_lines():
        if line.startswith("event: "):
            name = line[7:]
        elif line.startswith("data: "):
            yield name, None if name == "points" else json.loads(line[6:])


def ask(http: httpx.Client, asked: Asked, number: int, told: Told) -> None:
    """Ask once, and note what came when."""
    begun = time.perf_counter()
    # A title changes no ink, but the service does not know the note from before.
    body = asked.body | {"title": f"{asked.client} {number}"}
    with http.stream("POST", "/v1/ink", json=body) as answer:
        told.statuses[answer.status_code] += 1
        if answer.status_code != 200:
            answer.read()
            if answer.status_code not in (429, 503) or "retry-after" not in answer.headers:
                told.wrong.append(f"{answer.status_code}: {answer.text[:200]}")
            time.sleep(float(answer.headers.get("retry-after", 1)))
            return
        first, plan, lines = True, set[str](), dict[str, str]()
        for name, content in events(answer):
            now = time.perf_counter()
            if first and name in ("points", "line"):
                first = False
                told.first.append(now - begun)
            if content is None:
                continue
            if name == "error":
                told.wrong.append(str(content))
                return
            if name == "plan":
                plan = {line["id"] for line in content["lines"]}
            elif name == "line":
                if content["id"] not in lines:
                    count = sum(map(len, content["strokes"])) // 2
                    told.points.append((now, count))
                content.pop("provisional")
                lines[content["id"]] = json.dumps(content)
            elif name == "done":
                (told.letters if asked.letter else told.lines).append(now - begun)
                kept = json.dumps([lines[ident] for ident in sorted(lines) if ident in plan])
                found = hashlib.sha256(kept.encode()).hexdigest()
                told.ink.setdefault(asked, set()).add(found)
                return
    told.wrong.append("A stream ended without its last event.")


@contextmanager
def serving(folder: Path) -> Iterator[tuple[str, int]]:
    """A service with the hand that ships, in a process of its own: its address, its number."""
    # The tests' own single thread is not the service's.
    variables = {name: value for name, value in os.environ.items() if name != "OMP_NUM_THREADS"}
    log = folder / "log"
    with log.open("w") as file:
        command = [sys.executable, "-m", "studio", "serve", "--port", "0", "--rate", "0"]
        process = subprocess.Popen(command, stdout=file, stderr=file, env=variables)
    try:
        while not (found := re.search(r"http://\S+", log.read_text())):
            assert process.poll() is None, log.read_text()
            time.sleep(0.1)
        url = found[0].rstrip("/")
        while True:
            try:
                if httpx.get(f"{url}/readyz").status_code == 200:
                    break
            except httpx.TransportError:
                pass
            assert process.poll() is None, log.read_text()
            time.sleep(0.1)
        yield url, process.pid
        assert "Traceback" not in log.read_text(), log.read_text()
    finally:
        process.terminate()
        process.wait()


def load(url: str, clients: int, seconds: float, fresh: bool = False) -> list[Told]:
    """What so many clients are told who ask again and again for so long."""
    every = [Told() for _ in range(clients)]
    until = time.perf_counter() + seconds

    def run(client: int) -> None:
        with httpx.Client(base_url=url, timeout=400) as http:
            number = client
            while time.perf_counter() < until:
                number += 1
                asked = Asked(client + (number * 1000 if fresh else 0), number % len(TURNS))
                ask(http, asked, number, every[client])

    threads = [threading.Thread(target=run, args=(client,)) for client in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return every


def at_percents(seconds: Sequence[float]) -> str:
    """The median, the slowest of a hundred and the slowest."""
    if not seconds:
        return "none"
    p50, p99, worst = np.percentile(seconds, [50, 99, 100])
    return f"{p50:.2f}, {p99:.2f}, {worst:.2f} s of {len(seconds)}"


def processor(pid: int) -> float:
    """Seconds of processor time that a process has taken."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def held(pid: int) -> int:
    """Bytes that a process holds."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * resource.getpagesize()


def test_clients_at_once_against_one(rounds: int, tmp_path: Path) -> None:
    warmed, measured = WARMED * rounds, MEASURED * rounds
    speeds: dict[int, float] = {}
    per_core: dict[int, float] = {}
    ink: dict[Asked, set[str]] = {}
    print()
    with serving(tmp_path) as (url, pid):
        for clients in CLIENTS:
            begun, before, own = time.perf_counter(), processor(pid), time.process_time()
            every = load(url, clients, warmed + measured)
            took = time.perf_counter() - begun
            used, mine = processor(pid) - before, time.process_time() - own
            since = begun + warmed
            points = sum(
                count for t in every for at, count in t.points if since <= at < since + measured
            )
            speeds[clients] = points / measured
            per_core[clients] = sum(count for t in every for _, count in t.points) / used
            assert not (wrong := [each for told in every for each in told.wrong]), wrong
            statuses = sum((told.statuses for told in every), Counter())
            print(
                f"{clients} clients: {speeds[clients]:,.0f} points a second "
                f"({speeds[clients] / (speeds[1] or np.nan):.2f} times one), "
                f"{per_core[clients]:,.0f} a second of a core "
                f"({per_core[clients] / (per_core[1] or np.nan):.2f} times one); "
                f"first ink {at_percents([s for t in every for s in t.first])}; "
                f"a line {at_percents([s for t in every for s in t.lines])}; "
                f"a letter {at_percents([s for t in every for s in t.letters])}; "
                f"answers {dict(statuses)}; cores: service {used / took:.2f}, "
                f"clients {mine / took:.2f}",
                flush=True,
            )
            for told in every:
                for asked, found in told.ink.items():
                    ink.setdefault(asked, set()).update(found)
        # The same once more, one after another with nobody else there.
        alone = Told()
        with httpx.Client(base_url=url, timeout=400) as http:
            for asked in ink:
                ask(http, asked, -1, alone)
        assert not alone.wrong
        mixed_up = [asked for asked in ink if ink[asked] != alone.ink[asked]]
        print(f"{len(ink)} different requests have the ink that they have alone")
        assert not mixed_up


def test_memory_stays_flat_for_long(rounds: int, tmp_path: Path) -> None:
    seconds, sizes = LONG * rounds, list[int]()
    with serving(tmp_path) as (url, pid):
        done = threading.Event()

        def watch() -> None:
            while not done.wait(min(10.0, seconds / 30)):
                sizes.append(held(pid))

        watching = threading.Thread(target=watch)
        watching.start()
        every = load(url, 8, seconds, fresh=True)
        done.set()
        watching.join()
    count = sum(len(told.first) for told in every)
    thirds = [np.array(part) / 1e6 for part in np.array_split(sizes, 3)]
    print(
        f"\n{count} different requests of 8 clients in {seconds / 60:.1f} minutes; megabytes in "
        + ", ".join(
            f"third {n + 1}: {t.mean():.0f} (to {t.max():.0f})" for n, t in enumerate(thirds)
        )
    )
    assert not (wrong := [each for told in every for each in told.wrong]), wrong
    if rounds >= 100:
        # After ten minutes all caches are full.
        assert thirds[2].mean() - thirds[1].mean() < 30
