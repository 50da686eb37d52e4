"""The cluster's engine: hands on many machines, as actors of Ray, that write a merge's letters.

Only bytes and plain values travel. Who merges writes the files, so that the machines need no disk
in common, and a letter that two of them write after all is put in its place once.
"""

from __future__ import annotations

import json
import logging
import os
import platform
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.errors import HandError, ScriptoriumError, SettingError
from engine.ink.ink import Ink
from engine.ink.json import ink_from_json, ink_to_json
from engine.io.converter import decode, encode
from engine.sampling.policy import Policy
from engine.style.style import Style
from studio.library.symbol_library import GRID
from studio.merge.letter_writer import (
    LetterWriter,
    Outputs,
    WrittenLetter,
    line_writer,
)
from studio.merge.letters import Letter
from studio.storage.note_file import NoteFile, load, packed

if TYPE_CHECKING:
    from engine.hand import Hand

ATTEMPTS = 5
"""How often letters are given to another worker, after those that had them were lost."""
PATIENCE = 60.0
"""Seconds without a machine after which that is told."""


@dataclass
class _Chunk:
    """Letters that one worker writes together."""

    letters: list[tuple[str, str, bytes]]
    attempts: int = 0

    @property
    def names(self) -> str:
        return ", ".join(stem for _, stem, _ in self.letters[:3])


class LetterActor:
    """A hand on some machine; Ray makes an actor of it.

    Parameters
    ----------
    order : mapping
        What `RayEngine` says of hand, styles and files.
    """

    def __init__(self, order: Mapping[str, Any]) -> None:
        import torch

        torch.set_num_threads(1)
        self._folder = tempfile.TemporaryDirectory(prefix="scriptorium-")
        folder = Path(self._folder.name)
        styles = {name: decode(Style, entry) for name, entry in json.loads(order["styles"]).items()}
        symbols = {
            sign: tuple(ink_from_json(entry, GRID) for entry in entries)
            for sign, entries in json.loads(order["symbols"]).items()
        }
        policy = decode(Policy, json.loads(order["policy"]))
        self._writer = LetterWriter(
            line_writer(_hand(order, folder), styles, symbols, policy),
            decode(Outputs, json.loads(order["outputs"])),
            order["in_work"],
        )

    def ready(self) -> int:
        """The process in which it lives."""
        return os.getpid()

    def write(self, letters: Sequence[tuple[str, str, bytes]]) -> list[WrittenLetter]:
        """Write letters that `_as_bytes` made."""
        return list(self._writer.write(map(self._letter, letters)))

    def _letter(self, entry: tuple[str, str, bytes]) -> Letter:
        ident, stem, data = entry
        path = Path(self._folder.name, "letter.scriptorium")
        path.write_bytes(data)
        content = load(path)
        before = content.layout if content.lines else None
        return Letter(ident, stem, content.note, content.lines, before)


def _hand(order: Mapping[str, Any], folder: Path) -> Hand:
    from engine.hand import Hand

    path = None
    if order["hand"] is not None:
        path = folder / "hand.safetensors"
        path.write_bytes(order["hand"])
    hand = Hand.load(path, order["device"], order["precision"])
    if hand.sha256 != order["sha256"]:
        raise HandError(
            f"The machine {platform.node()} has another hand than the one that merges; install "
            "the same version of the program on all machines."
        )
    return hand


def _as_bytes(letter: Letter) -> tuple[str, str, bytes]:
    content = NoteFile(letter.note, letter.known, layout=letter.before)
    return letter.id, letter.stem, packed(content)


class RayEngine:
    """Writes letters on a cluster; the engine of `studio.merge.merging.merge`.

    Parameters
    ----------
    hand : str or None
        Path of the hand's file; None for the one that ships.
    precision : str
    styles, symbols, policy
        As for `line_writer`.
    outputs : Outputs
    in_work : int
        Letters that a worker has at a time.
    workers : int or None
        Where not given: one for each GPU of the cluster, or for each core where there is none.
    sha256 : str
        Hash of the hand, which every machine's must have.
    tell : callable
        Told in a sentence when workers are lost.

    Raises
    ------
    SettingError
        If Ray is not installed.
    """

    def __init__(
        self,
        hand: str | None,
        precision: str,
        styles: Mapping[str, Style],
        symbols: Mapping[str, Sequence[Ink]],
        outputs: Outputs,
        policy: Policy,
        in_work: int,
        workers: int | None,
        sha256: str,
        tell: Callable[[str], None],
    ) -> None:
        self._ray, self._workers, self._tell = _ray(), workers, tell
        self._size = in_work
        self._order: dict[str, Any] = {
            "hand": None if hand is None else Path(hand).read_bytes(),
            "sha256": sha256,
            "precision": precision,
            "styles": json.dumps({name: encode(style) for name, style in styles.items()}),
            "symbols": json.dumps(
                {sign: [ink_to_json(ink, GRID) for ink in inks] for sign, inks in symbols.items()}
            ),
            "outputs": json.dumps(encode(outputs)),
            "policy": json.dumps(encode(policy)),
            "in_work": in_work,
        }

    def __call__(self, letters: Iterator[Letter]) -> Iterator[WrittenLetter]:
        """Write letters; what a lost worker had is given to another."""
        ray = self._ray
        ours = not ray.is_initialized()
        if ours:
            ray.init(log_to_driver=False, logging_level=logging.ERROR)
        crew = _Crew(ray, self._order, self._workers, self._tell)
        try:
            yield from self._written(letters, crew)
        finally:
            crew.dismiss()
            if ours:
                ray.shutdown()

    def _written(self, letters: Iterator[Letter], crew: _Crew) -> Iterator[WrittenLetter]:
        again: deque[_Chunk] = deque()
        entries = map(_as_bytes, letters)
        while True:
            crew.fill()
            while crew.idle:
                chunk = again.popleft() if again else _Chunk(list(islice(entries, self._size)))
                if not chunk.letters:
                    break
                crew.give(chunk)
            if not crew.at_work and crew.idle:
                return
            for chunk, written in crew.finished():
                if written is None:
                    chunk.attempts += 1
                    if chunk.attempts >= ATTEMPTS:
                        raise SettingError(
                            f"{ATTEMPTS} workers were lost that wrote {chunk.names}; look whether "
                            "the machines have memory enough, or lower --in-work."
                        )
                    again.append(chunk)
                else:
                    yield from written


class _Crew:
    """The actors of a run: those that start, wait, and work."""

    def __init__(
        self, ray: Any, order: dict[str, Any], count: int | None, tell: Callable[[str], None]
    ) -> None:
        self._ray, self._tell = ray, tell
        there = ray.cluster_resources()
        gpus = int(there.get("GPU", 0))
        self._count = count or gpus or max(1, int(there.get("CPU", 1)))
        order = {**order, "device": "cuda" if gpus else "cpu"}
        self._order = ray.put(order)
        self._kind = ray.remote(num_cpus=1, num_gpus=1 if gpus else 0, max_restarts=0)(LetterActor)
        self._starting: dict[Any, Any] = {}
        self._working: dict[Any, tuple[Any, _Chunk]] = {}
        self.idle: list[Any] = []
        self._failed_starts = 0
        self._heard = time.monotonic()

    @property
    def at_work(self) -> bool:
        """Whether any letters are being written."""
        return bool(self._working)

    def fill(self) -> None:
        """Start actors until there are as many as there should be."""
        while len(self._starting) + len(self._working) + len(self.idle) < self._count:
            actor = self._kind.remote(self._order)
            self._starting[actor.ready.remote()] = actor

    def give(self, chunk: _Chunk) -> None:
        """Have letters written by an actor that waits."""
        actor = self.idle.pop()
        self._working[actor.write.remote(chunk.letters)] = actor, chunk

    def finished(self) -> Iterator[tuple[_Chunk, list[WrittenLetter] | None]]:
        """Wait until something happens; letters that are written, or None for a lost worker's."""
        refs = [*self._working, *self._starting]
        ready, _ = self._ray.wait(refs, num_returns=1, timeout=PATIENCE)
        if not ready and not self._working and time.monotonic() - self._heard > PATIENCE:
            self._heard = time.monotonic()
            self._tell("No machine of the cluster is free; the merge waits for one.")
        for ref in ready:
            self._heard = time.monotonic()
            if ref in self._starting:
                self._started(ref)
            else:
                yield self._done(ref)

    def _started(self, ref: Any) -> None:
        actor = self._starting.pop(ref)
        try:
            self._ray.get(ref)
        except self._ray.exceptions.RayError as error:
            self._raise_own(error)
            self._failed_starts += 1
            if self._failed_starts > 2 * self._count + ATTEMPTS:
                reason = str(error).strip().splitlines()[-1]
                raise SettingError(f"No worker can start on the cluster: {reason}") from error
            return
        self._failed_starts = 0
        self.idle.append(actor)

    def _done(self, ref: Any) -> tuple[_Chunk, list[WrittenLetter] | None]:
        actor, chunk = self._working.pop(ref)
        try:
            written: list[WrittenLetter] = self._ray.get(ref)
        except self._ray.exceptions.RayTaskError as error:
            self._raise_own(error)
            raise
        except self._ray.exceptions.RayError:
            self._tell(
                f"A worker was lost; its {len(chunk.letters)} letters are given to another one."
            )
            return chunk, None
        self.idle.append(actor)
        return chunk, written

    def _raise_own(self, error: Any) -> None:
        """Raise what the user can mend as it was raised on the other machine."""
        cause = getattr(error, "cause", None)
        if isinstance(cause, ScriptoriumError):
            raise type(cause)(str(cause)) from None
        if "HandError" in str(error):
            raise HandError(
                "The machines of the cluster have another hand than this one; install the same "
                "version of the program on all of them."
            ) from None

    def dismiss(self) -> None:
        """End all actors."""
        actors = [*self._starting.values(), *self.idle, *(a for a, _ in self._working.values())]
        for actor in actors:
            try:
                self._ray.kill(actor)
            except Exception:
                # The cluster may be gone; there is nothing left to end then.
                logging.getLogger(__name__).debug("killing an actor", exc_info=True)


def _ray() -> Any:
    # Asked before Ray is imported: nothing is to be told to its makers.
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    try:
        import ray
        import ray.exceptions
    except ImportError as error:
        raise SettingError(
            "Ray is not installed here; type pip install 'scriptorium[cluster]', or leave out "
            "--engine ray."
        ) from error
    return ray
