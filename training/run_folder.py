"""A run's folder: config, corpus, environment, metrics, checkpoints, samples and card."""

from __future__ import annotations

import datetime
import json
import math
import os
import platform
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeVar

import torch

from engine.errors import TrainingError
from engine.ink.preparation import Preparation
from engine.io.atomic import atomic_write, make_folder
from engine.io.converter import decode, register_record
from engine.io.json_file import parse_json, write_json
from engine.io.locks import NO_LOCKS, ProcessLock
from engine.text.alphabet import Alphabet
from training.checkpoints import Progress
from training.config import RunConfig
from training.corpora.corpus import Corpus

#: What a validation, and what follows it, is recorded as.
VALIDATION = {"validation", "stage", "sample"}


T = TypeVar("T")


@dataclass(frozen=True)
class _Size:
    """How large a corpus is: lines of each split, and points of all."""

    lines: dict[str, int]
    points: int

    @classmethod
    def of(cls, corpus: Corpus) -> _Size:
        lines = {name: len(corpus.lines_of(name)) for name in corpus.split_names}
        return cls(lines, int(corpus.starts[-1]))

    def __str__(self) -> str:
        return f"{sum(self.lines.values())} lines of {self.points} points"


@dataclass(frozen=True)
class _Known:
    """What is to be known of a corpus to make a hand of the run."""

    alphabet: str
    preparation: Preparation
    pace: float


@dataclass(frozen=True)
class _Machine:
    gpus: tuple[str, ...]
    processor: str
    cores: int
    torch: str


for _kind in (Preparation, _Size, _Known, _Machine):
    register_record(_kind)


class RunFolder:
    """Where a run keeps its files.

    Parameters
    ----------
    path : Path
    """

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path)
        self.config = self.path / "config.json"
        self.corpus = self.path / "corpus.json"
        self.environment = self.path / "environment.json"
        self.metrics = self.path / "metrics.jsonl"
        self.samples = self.path / "samples"
        self.card = self.path / "card.md"
        self.best = self.path / "best.safetensors"

    def make(self) -> None:
        """Make the folder, writable.

        Raises
        ------
        TrainingError
            If that cannot be.
        """
        try:
            make_folder(self.samples)
        except OSError as error:
            raise TrainingError(
                f"Cannot make the run's folder {self.path}: {error.strerror}; name another."
            ) from error
        if not os.access(self.path, os.W_OK):
            raise TrainingError(f"The run's folder {self.path} cannot be written; name another.")

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Keep other runs out of the folder; the lock ends with the process, however it ends.

        Raises
        ------
        TrainingError
            If another process trains there.
        """
        lock = ProcessLock(self.path / ".lock")
        try:
            if not lock.acquire():
                raise TrainingError(
                    f"Another process is training in {self.path}; wait for it, or end it."
                )
        except OSError as error:
            # Where a cluster's file system knows no locks, nobody can be kept out.
            if error.errno not in NO_LOCKS:
                raise TrainingError(
                    f"The run's folder {self.path} cannot be written ({error.strerror}); "
                    "name another."
                ) from error
        try:
            yield
        finally:
            lock.release()

    def describe(self, config: RunConfig, corpus: Corpus) -> None:
        """Write down config, corpus and environment."""
        about = {
            "path": str(corpus.path.resolve()),
            "alphabet": corpus.alphabet.characters,
            "preparation": asdict(corpus.preparation),
            "pace": corpus.pace,
            **asdict(_Size.of(corpus)),
        }
        write_json(self.config, asdict(config), indent=2)
        write_json(self.corpus, about, indent=2)
        write_json(self.environment, environment(), indent=2)

    def known(self) -> tuple[Alphabet, Preparation, float] | None:
        """Alphabet, preparation and pace of the run's corpus, where they were written down."""
        known = _said(self.corpus, _Known)
        return None if known is None else (Alphabet(known.alphabet), known.preparation, known.pace)

    def check_lines(self, corpus: Corpus) -> None:
        """Refuse a corpus of other lines than those that the run began with.

        What was learnt and judged best so far says nothing of them.

        Raises
        ------
        TrainingError
            If it holds others.
        """
        known, size = _said(self.corpus, _Size), _Size.of(corpus)
        if known is not None and known != size:
            raise TrainingError(
                f"{corpus.path} holds other lines than those that the run began with: "
                f"{size}, not {known}. Name that corpus with --corpus; to "
                "go on with other lines, begin a run with `run --init` and the hand that `export` "
                "makes of this one."
            )

    def machine(self) -> str:
        """What the run ran on, in a few words; empty where that was not written down."""
        machine = _said(self.environment, _Machine)
        if machine is None:
            return ""
        parts = [*machine.gpus, machine.processor, f"{machine.cores} cores"]
        return f"{', '.join(parts)}, PyTorch {machine.torch}"

    def records(self) -> list[dict[str, Any]]:
        """The metrics so far; a line that is being written is left out."""
        if not self.metrics.exists():
            return []
        records = []
        for line in self.metrics.read_text("utf-8", errors="replace").splitlines():
            try:
                value = json.loads(line)
            except ValueError:
                continue
            if isinstance(value, dict):
                records.append(value)
        return records

    def forget_after(self, progress: Progress) -> None:
        """Drop what was recorded after a checkpoint, and a last line cut short."""
        validated = progress.batch == 0 or progress.validated_at == progress.step

        def kept(record: dict[str, Any]) -> bool:
            step = record.get("step")
            if not isinstance(step, int) or step > progress.step:
                return False
            # In the middle of an epoch its validation is still to come.
            return validated or step < progress.step or not VALIDATION & record.keys()

        lines = [json.dumps(record) + "\n" for record in self.records() if kept(record)]
        with atomic_write(self.metrics) as temporary:
            temporary.write_text("".join(lines), "utf-8")

    def write_card(self, config: RunConfig, progress: Progress, corpus: Corpus) -> None:
        """Write the model card of the run as it stands."""
        with atomic_write(self.card) as temporary:
            temporary.write_text(_card(config, progress, corpus), "utf-8")


def _said(path: Path, kind: type[T]) -> T | None:
    """What a file of a run says; None where it is missing or damaged, for the run goes on."""
    try:
        return decode(kind, parse_json(path.read_bytes()))
    except (OSError, ValueError, RecursionError):
        return None


def environment() -> dict[str, Any]:
    """What the run runs on: program, libraries, processor, GPUs."""
    return {
        "date": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "torch": torch.__version__,
        "system": f"{platform.system()} {platform.machine()}",
        "processor": processor(),
        "cores": os.cpu_count(),
        "threads": torch.get_num_threads(),
        "gpus": [torch.cuda.get_device_name(i) for i in range(torch.cuda.device_count())],
    }


def processor() -> str:
    """The processor's name."""
    try:
        for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def _card(config: RunConfig, progress: Progress, corpus: Corpus) -> str:
    """The model card in Markdown."""
    machine = environment()
    sizes = config.network
    splits = ", ".join(f"{n} ({len(corpus.lines_of(n))} lines)" for n in corpus.split_names)
    gpus = f", {', '.join(machine['gpus'])}" if machine["gpus"] else ""
    validation = (
        f"{progress.best:.4f} nats a point (offsets in the corpus's own unit)"
        if math.isfinite(progress.best)
        else "none yet"
    )
    points = "all" if corpus.preparation.thin == 1 else f"one in {corpus.preparation.thin}"
    return f"""# {config.name}: a hand in training

| | |
|---|---|
| network | 3 LSTM layers of {sizes.hidden}, window of {sizes.window}, mixture of {sizes.mixture} |
| corpus | {corpus.path.name}: {splits} |
| learnt from | {config.data.train} |
| validated on | {config.data.validate} |
| alphabet | `{corpus.alphabet.characters.replace("|", chr(92) + "|")}` ({len(corpus.alphabet)}) |
| points | {points} of some 77 a second; {corpus.pace:.1f} a character |
| steps | {progress.step} ({progress.epoch} epochs, {progress.skipped} batches skipped) |
| hours | {progress.seconds / 3600:.2f} |
| validation | {validation} |
| machine | {machine["processor"]}, {machine["cores"]} cores{gpus} |
| program | PyTorch {machine["torch"]}, Python {machine["python"]} |
| date | {machine["date"]} |

The licence of the corpus holds for what is done with these weights; export writes it into the
hand's own card.
"""
