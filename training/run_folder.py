"""A run's folder: config, corpus, environment, metrics, checkpoints, samples and card."""

from __future__ import annotations

import datetime
import json
import math
import os
import platform
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch

from engine.errors import TrainingError
from engine.ink.preparation import Preparation
from engine.io.atomic import atomic_write
from engine.io.locks import NO_LOCKS, ProcessLock
from engine.text.alphabet import Alphabet
from training.checkpoints import Progress
from training.config import RunConfig
from training.corpora.corpus import Corpus

#: What a validation, and what follows it, is recorded as.
JUDGING = {"validation", "stage", "sample"}


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
            self.samples.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise TrainingError(
                f"Cannot make the run's folder {self.path}: {error.strerror}; name another."
            ) from error
        if not os.access(self.path, os.W_OK):
            raise TrainingError(f"The run's folder {self.path} cannot be written; name another.")

    @contextmanager
    def held(self) -> Iterator[None]:
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
        self._write(self.config, json.loads(config.to_json()))
        self._write(
            self.corpus,
            {
                "path": str(corpus.path.resolve()),
                "alphabet": corpus.alphabet.characters,
                "preparation": asdict(corpus.preparation),
                "pace": corpus.pace,
                **_size(corpus),
            },
        )
        self._write(self.environment, environment())

    def known(self) -> tuple[Alphabet, Preparation, float] | None:
        """Alphabet, preparation and pace of the run's corpus, where they were written down."""
        try:
            values = json.loads(self.corpus.read_text("utf-8"))
            preparation = Preparation(**values["preparation"])
            return Alphabet(values["alphabet"]), preparation, float(values["pace"])
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def check_lines(self, corpus: Corpus) -> None:
        """Refuse a corpus of other lines than those that the run began with.

        What was learnt and judged best so far says nothing of them.

        Raises
        ------
        TrainingError
            If it holds others.
        """
        try:
            values = json.loads(self.corpus.read_text("utf-8"))
            known = {name: values[name] for name in _size(corpus)}
        except (OSError, ValueError, KeyError, TypeError):
            return
        if known != _size(corpus):
            raise TrainingError(
                f"{corpus.path} holds other lines than those that the run began with: "
                f"{_words(_size(corpus))}, not {_words(known)}. Name that corpus with --corpus; to "
                "go on with other lines, begin a run with `run --init` and the hand that `export` "
                "makes of this one."
            )

    def machine(self) -> str:
        """What the run ran on, in a few words; empty where that was not written down."""
        try:
            values = json.loads(self.environment.read_text("utf-8"))
            parts = [*values["gpus"], values["processor"], f"{values['cores']} cores"]
            return f"{', '.join(parts)}, PyTorch {values['torch']}"
        except (OSError, ValueError, KeyError, TypeError):
            return ""

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
        judged = progress.batch == 0 or progress.judged == progress.step

        def kept(record: dict[str, Any]) -> bool:
            step = record.get("step")
            if not isinstance(step, int) or step > progress.step:
                return False
            # In the middle of an epoch its validation is still to come.
            return judged or step < progress.step or not JUDGING & record.keys()

        lines = [json.dumps(record) + "\n" for record in self.records() if kept(record)]
        with atomic_write(self.metrics) as temporary:
            temporary.write_text("".join(lines), "utf-8")

    def write_card(self, config: RunConfig, progress: Progress, corpus: Corpus) -> None:
        """Write the model card of the run as it stands."""
        with atomic_write(self.card) as temporary:
            temporary.write_text(_card(config, progress, corpus), "utf-8")

    @staticmethod
    def _write(path: Path, values: dict[str, Any]) -> None:
        with atomic_write(path) as temporary:
            temporary.write_text(json.dumps(values, indent=2) + "\n", "utf-8")


def _size(corpus: Corpus) -> dict[str, Any]:
    """Lines of each split, and points of all."""
    return {
        "lines": {name: len(corpus.lines_of(name)) for name in corpus.split_names},
        "points": int(corpus.starts[-1]),
    }


def _words(size: dict[str, Any]) -> str:
    return f"{sum(size['lines'].values())} lines of {size['points']} points"


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
