"""The trainer: a run from its config to its last checkpoint, top to bottom."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from engine.errors import TrainingError
from engine.mixture import log_loss
from engine.network import Network, NetworkConfig
from training import batches, checkpoints
from training.batches import Batch
from training.checkpoints import Progress
from training.config import Optimizer, RunConfig
from training.corpus import Corpus

#: A run stops when this many batches in a row had a loss that is not finite.
MOST_SKIPPED = 5


@dataclass
class Trainer:
    """A network being trained, with its average, its optimiser and its progress."""

    config: RunConfig
    corpus: Corpus
    folder: Path
    network: Network
    average: dict[str, Tensor]
    optimizer: torch.optim.Adam
    device: torch.device
    dtype: torch.dtype
    progress: Progress

    def run(self, notify: Callable[[dict[str, Any]], None] = lambda record: None) -> None:
        """Train to the end of the schedule; each record of the metrics goes to `notify` as well."""
        config, data = self.config, self.config.data
        lines = self.corpus.lines_of(*data.train.split(","))
        if len(lines) == 0:
            raise TrainingError(f"The corpus has no lines in {data.train!r}; change data.train.")
        in_a_row = 0
        saved = started = time.monotonic()
        before = self.progress.seconds
        with (self.folder / "metrics.jsonl").open("a", encoding="utf-8") as metrics:

            def record(**values: Any) -> None:
                line = {"step": self.progress.step, "epoch": self.progress.epoch, **values}
                metrics.write(json.dumps(line) + "\n")
                metrics.flush()
                notify(line)

            while self.share < 1:
                number = self.progress.epoch
                order = batches.epoch(
                    self.corpus, lines, data, self.share >= data.pairs_from, (config.seed, number)
                )
                for index in range(self.progress.batch, len(order)):
                    batch = batches.assemble(
                        self.corpus, order[index], data, (config.seed, number, index)
                    )
                    begun = time.monotonic()
                    rate = learning_rate(config.optimizer, self.progress.step, self.share)
                    loss, norm = self.step(batch, rate)
                    if math.isfinite(loss):
                        in_a_row = 0
                    else:
                        in_a_row += 1
                        record(skipped=order[index])
                    if in_a_row == MOST_SKIPPED:
                        raise TrainingError(
                            f"The loss of {MOST_SKIPPED} batches in a row was not finite; "
                            "resume with a lower optimizer.lr."
                        )
                    now = time.monotonic()
                    self.progress = replace(
                        self.progress,
                        step=self.progress.step + 1,
                        batch=index + 1,
                        seconds=before + now - started,
                        skipped=self.progress.skipped + (0 if math.isfinite(loss) else 1),
                    )
                    record(
                        loss=loss,
                        norm=norm,
                        lr=rate,
                        points=batch.points,
                        step_seconds=now - begun,
                        seconds=self.progress.seconds,
                        share=self.share,
                        batch=index + 1,
                        batches=len(order),
                    )
                    if now - saved > 60 * config.checkpoint_minutes:
                        self.save()
                        saved = now
                    if self.share >= 1:
                        break
                else:
                    self.progress = replace(self.progress, epoch=number + 1, batch=0)
                # Validation and the samples count as time of the run, so that a run of so many
                # hours takes so many hours.
                loss = self.validate()
                self.progress = replace(
                    self.progress,
                    best=min(loss, self.progress.best),
                    seconds=before + time.monotonic() - started,
                )
                record(validation=loss, seconds=self.progress.seconds)
                self.save(best=loss <= self.progress.best)
                saved = time.monotonic()

    @property
    def share(self) -> float:
        """How much of the run is done, from 0 to 1."""
        if self.config.steps:
            return min(1.0, self.progress.step / self.config.steps)
        return min(1.0, self.progress.seconds / (3600 * self.config.hours))

    def step(self, batch: Batch, rate: float) -> tuple[float, float]:
        """One step of the optimiser; the loss in nats a point, and the gradient's norm.

        Where the loss or the gradient is not finite the weights stay as they are.
        """
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        self.optimizer.zero_grad(set_to_none=True)
        loss = self.loss(self.network, batch)
        loss.backward()  # type: ignore[no-untyped-call]
        norm = torch.nn.utils.clip_grad_norm_(
            self.network.parameters(), self.config.optimizer.clip
        )
        if not (torch.isfinite(loss) and torch.isfinite(norm)):
            return math.nan, float(norm)
        self.optimizer.step()
        # A young average follows fast, so that it does not carry the first random weights along.
        decay = min(self.config.optimizer.average, (1 + self.progress.step) / (10 + self.progress.step))
        with torch.no_grad():
            current = dict(self.network.named_parameters())
            torch._foreach_lerp_(
                [self.average[name] for name in current], list(current.values()), 1 - decay
            )
        return float(loss), float(norm)

    def loss(self, network: Network, batch: Batch) -> Tensor:
        """Mean log-loss of a batch, in nats a point, the offsets being in offsets units."""
        batch = batch.to(self.device)
        outputs = network(batch.inputs.to(self.dtype), batch.codes, batch.mask)
        losses = log_loss(outputs.raw, batch.targets)
        return (losses * batch.weights).sum() / batch.weights.sum()

    @torch.no_grad()
    def validate(self) -> float:
        """Mean log-loss of the averaged weights on the validation lines, in nats a point."""
        data = self.config.data
        lines = self.corpus.lines_of(*data.validate.split(","))
        if len(lines) == 0:
            return math.nan
        network = Network(self.network.config).to(self.device)
        network.load_state_dict(self.average)
        total, points = 0.0, 0
        for examples in batches.in_order(self.corpus, lines, data):
            batch = batches.assemble(self.corpus, examples, None)
            total += float(self.loss(network, batch)) * batch.points
            points += batch.points
        return total / points

    def save(self, best: bool = False) -> None:
        """Write a checkpoint; the best one also under its own name."""
        state = {f"network.{name}": value for name, value in self.network.state_dict().items()}
        state |= {f"average.{name}": value for name, value in self.average.items()}
        for name, parameter in self.network.named_parameters():
            for key, value in self.optimizer.state.get(parameter, {}).items():
                state[f"adam.{key}.{name}"] = value
        config = self.config.to_json()
        checkpoints.save(
            self.folder / f"step-{self.progress.step:08d}.safetensors", state, self.progress, config
        )
        if best:
            weights = {name: value for name, value in state.items() if name.startswith("average.")}
            checkpoints.save(self.folder / "best.safetensors", weights, self.progress, config)
        checkpoints.prune(self.folder)


def learning_rate(optimizer: Optimizer, step: int, share: float) -> float:
    """The rate at a step: linear warm-up, constant, linear decay to zero at the end."""
    warm = min(1.0, (step + 1) / max(1, optimizer.warmup))
    decay = min(1.0, (1 - share) / optimizer.decay) if optimizer.decay > 0 else 1.0
    return optimizer.lr * min(warm, decay)


def start(config: RunConfig, corpus: Corpus, folder: Path) -> Trainer:
    """A new run in a new folder.

    Raises
    ------
    TrainingError
        If the folder holds a run already or cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise TrainingError(f"Cannot make the run's folder {folder}: {error.strerror}.") from error
    if checkpoints.newest(folder) is not None:
        raise TrainingError(f"{folder} holds a run already; resume it, or name another folder.")
    (folder / "metrics.jsonl").unlink(missing_ok=True)
    (folder / "config.json").write_text(config.to_json(), encoding="utf-8")
    torch.manual_seed(config.seed)
    sizes = config.network
    network = Network(
        NetworkConfig(len(corpus.alphabet), sizes.hidden, sizes.window, sizes.mixture)
    )
    network.initialise(corpus.pace)
    average = {name: value.detach().clone() for name, value in network.state_dict().items()}
    return _trainer(config, corpus, folder, network, average, Progress())


def resume(corpus: Corpus, folder: Path, **changes: Any) -> Trainer:
    """The run of a folder, from its newest checkpoint; `changes` replace fields of its config.

    Raises
    ------
    TrainingError
        If there is no checkpoint, or the corpus has another alphabet than the run.
    """
    path = checkpoints.newest(folder)
    if path is None:
        raise TrainingError(f"{folder} holds no checkpoint to resume from; start a run there.")
    tensors, progress, text = checkpoints.load(path)
    config = replace(RunConfig.from_json(text), **changes)
    characters = tensors["network.layer1.weight_ih"].shape[1] - 3
    if characters != len(corpus.alphabet):
        raise TrainingError(
            f"The run was made for {characters} characters, the corpus has {len(corpus.alphabet)}; "
            "use the corpus that the run began with."
        )
    sizes = config.network
    network = Network(NetworkConfig(characters, sizes.hidden, sizes.window, sizes.mixture))
    network.load_state_dict(_part(tensors, "network."))
    trainer = _trainer(config, corpus, folder, network, _part(tensors, "average."), progress)
    for name, parameter in trainer.network.named_parameters():
        state = {
            key: tensors[f"adam.{key}.{name}"]
            for key in ("step", "exp_avg", "exp_avg_sq")
            if f"adam.{key}.{name}" in tensors
        }
        if state:
            trainer.optimizer.state[parameter] = {
                key: value if key == "step" else value.to(trainer.device)
                for key, value in state.items()
            }
    _forget_after(folder / "metrics.jsonl", progress.step)
    return trainer


def _part(tensors: dict[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {n.removeprefix(prefix): t.clone() for n, t in tensors.items() if n.startswith(prefix)}


def _forget_after(metrics: Path, step: int) -> None:
    """Drop records of steps that the checkpoint does not hold, and a last line cut short."""
    kept = []
    for line in metrics.read_text("utf-8").splitlines() if metrics.exists() else []:
        try:
            if json.loads(line)["step"] <= step:
                kept.append(line)
        except (ValueError, KeyError):
            continue
    metrics.write_text("".join(f"{line}\n" for line in kept), encoding="utf-8")


def _trainer(
    config: RunConfig,
    corpus: Corpus,
    folder: Path,
    network: Network,
    average: dict[str, Tensor],
    progress: Progress,
) -> Trainer:
    device = torch.device(
        config.device
        if config.device != "auto"
        else ("cuda" if torch.cuda.is_available() else "cpu")
    )
    network.to(device)
    average = {name: value.to(device) for name, value in average.items()}
    settings = config.optimizer
    adam = torch.optim.Adam(
        network.parameters(), lr=settings.lr, betas=(settings.beta1, settings.beta2), fused=True
    )
    dtype = precision(config.precision, device, network.config)
    return Trainer(config, corpus, folder, network, average, adam, device, dtype, progress)


def precision(name: str, device: torch.device, sizes: NetworkConfig) -> torch.dtype:
    """The type to compute in; "auto" measures a second of the network's own products.

    A processor's flag for bfloat16 does not tell whether it is faster there.
    """
    known = {"float32": torch.float32, "bfloat16": torch.bfloat16}
    if name in known:
        return known[name]
    if name != "auto":
        raise TrainingError(f"precision is {name!r}; give float32, bfloat16 or auto.")
    rates = {dtype: _products(dtype, device, sizes.hidden) for dtype in known.values()}
    return max(rates, key=lambda dtype: rates[dtype])


def _products(dtype: torch.dtype, device: torch.device, hidden: int) -> float:
    """Recurrent products (64 lines) a second, over about half a second."""
    random = np.random.default_rng(0)
    h = torch.tensor(random.standard_normal((64, hidden)), device=device).to(dtype)
    weight = torch.tensor(random.standard_normal((hidden, 4 * hidden)), device=device).to(dtype)
    count, begun = 0, time.perf_counter()
    while time.perf_counter() - begun < 0.5:
        for _ in range(20):
            gates = h @ weight
        float(gates[0, 0])
        count += 20
    return count / (time.perf_counter() - begun)
