"""The trainer, in the order of a run: build, fit, epoch, step, validate, save.

`start` and `resume` build a `Trainer`. Its `fit` goes through epochs, an epoch through steps; it
validates, keeps the best weights and saves.
"""

from __future__ import annotations

import json
import math
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TextIO

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn.parallel import DistributedDataParallel

from engine.errors import TrainingError
from engine.hand import Hand
from engine.network.mixture import log_loss
from engine.network.network import Network, NetworkConfig, NetworkOutput
from engine.network.number_types import fastest_type
from training import batches, checkpoints, samples
from training.batches import Batch, Example
from training.checkpoints import Progress
from training.config import Data, NetworkSizes, Optimizer, RunConfig, checked, continued
from training.corpora.corpus import Corpus
from training.corpora.iam import SPLITS
from training.distributed import Ranks
from training.encoder_start import teach_encoder
from training.reference_lines import ReferenceLines
from training.run_folder import RunFolder
from training.signals import Interrupt, Interrupted
from training.weight_noise import WeightNoise
from training.widening import widened, wider_alphabet

#: A run stops when this many batches in a row were skipped.
MOST_SKIPPED = 5
#: Weight of the newest batch in the running mean of the loss, by which a spike is told.
EMA = 0.05

Notify = Callable[[dict[str, Any]], None]


class DivergenceError(TrainingError):
    """The loss of a run stays unusable.

    Parameters
    ----------
    what : str
        What happened.
    advice : str
        What to do about a run that stands alone.
    """

    def __init__(self, what: str, advice: str) -> None:
        super().__init__(f"{what}; {advice}.")
        self.what = f"{what}."


def _silent(_: dict[str, Any]) -> None:
    """Tell nobody."""


# Build ------------------------------------------------------------------------------------------


def start(
    config: RunConfig,
    corpus: Corpus,
    folder: Path | str,
    init: Hand | None = None,
    ranks: Ranks | None = None,
    adapt: bool = False,
) -> Trainer:
    """A new run in a new folder.

    Parameters
    ----------
    init : Hand, optional
        Whose weights, sizes and alphabet the run begins with. Where the corpus has characters that
        it does not know, it is taught all of `engine.text.alphabet.CHARACTERS`; where the config
        wants a vector that it does not have, one that adds nothing at first.
    adapt : bool
        Begin with them even where the corpus was prepared otherwise than for `init`, such as with
        all points instead of half of them: the window then starts at the pace of the corpus.
    ranks : Ranks, optional
        The processes that train together.

    Raises
    ------
    TrainingError
        If the folder holds a run already or cannot be made, or a field is out of its range.
    CorpusError
        If the corpus does not fit `init`.
    """
    config, ranks, place = checked(config), ranks or Ranks(), RunFolder(folder)
    if checkpoints.newest(place.path) is not None:
        raise TrainingError(f"{folder} holds a run already; resume it, or name another folder.")
    torch.manual_seed(config.seed)
    if init is not None:
        alphabet = wider_alphabet(init.alphabet, corpus)
        corpus = corpus.recoded(alphabet, corpus.preparation if adapt else init.preparation)
        network = widened(init.network, init.alphabet, alphabet, config.network.vector)
        if adapt:
            network.change_pace(corpus.pace / init.pace)
        of = network.config
        sizes = NetworkSizes(of.hidden, of.window, of.mixture, of.vector)
        config = replace(config, network=sizes)
    else:
        network = Network(_sizes(len(corpus.alphabet), config))
        network.initialise(corpus.pace)
    average = {name: value.detach().clone() for name, value in network.state_dict().items()}
    trainer = _trainer(config, corpus, place, network, average, Progress(), ranks)
    trainer.lines()
    if network.config.vector and (init is None or not init.network.config.vector):
        trainer.teach_encoder()
    if ranks.first:
        place.make()
    return trainer


def resume(
    corpus: Corpus,
    folder: Path | str,
    ranks: Ranks | None = None,
    changes: Mapping[str, str] | None = None,
) -> Trainer:
    """The run of a folder, from its newest checkpoint.

    Parameters
    ----------
    changes : mapping, optional
        Fields of its config that are other from here on, as `with_fields` takes them.

    Raises
    ------
    TrainingError
        If there is no checkpoint, a field cannot change, or the corpus holds other lines than
        those that the run began with.
    CorpusError
        If the corpus has another alphabet or preparation than the run.
    """
    ranks, place = ranks or Ranks(), RunFolder(folder)
    path = checkpoints.newest(place.path)
    if path is None:
        raise TrainingError(f"{folder} holds no checkpoint to resume from; start a run there.")
    tensors, progress, text = checkpoints.load(path)
    config = continued(RunConfig.from_json(text), changes or {})
    known = place.known()
    if known is not None:
        corpus = corpus.recoded(known[0], known[1])
    place.check_lines(corpus)
    characters = tensors["network.layer1.weight_ih"].shape[1] - 3
    if characters != len(corpus.alphabet):
        raise TrainingError(
            f"The run was made for {characters} characters, the corpus has {len(corpus.alphabet)}; "
            "use the corpus that the run began with."
        )
    network = Network(_sizes(characters, config))
    network.load_state_dict(_part(tensors, "network."))
    average = _part(tensors, "average.")
    trainer = _trainer(config, corpus, place, network, average, progress, ranks)
    trained = dict(trainer.network.named_parameters())
    if trainer.noise is not None:
        trainer.noise.load(_part(tensors, "noise."))
        trained |= {f"noise.{name}": value for name, value in trainer.noise.logs.items()}
    for name, parameter in trained.items():
        state = {
            key: tensors[f"adam.{key}.{name}"]
            for key in ("step", "exp_avg", "exp_avg_sq")
            if f"adam.{key}.{name}" in tensors
        }
        if state:
            trainer.optimizer.state[parameter] = {
                key: value.to(trainer.device) for key, value in state.items()
            }
    if ranks.first:
        place.make()
    return trainer


def _trainer(
    config: RunConfig,
    corpus: Corpus,
    folder: RunFolder,
    network: Network,
    average: dict[str, Tensor],
    progress: Progress,
    ranks: Ranks,
) -> Trainer:
    device = _device(config.device)
    network.to(device)
    network.dropout = config.noise.dropout
    network.recompute = config.activations == "recomputed"
    average = {name: value.to(device) for name, value in average.items()}
    noise = WeightNoise(network, config.noise.deviation) if config.noise.deviation else None
    settings = config.optimizer
    trained = [*network.parameters(), *(noise.logs.values() if noise is not None else ())]
    slower = {
        id(parameter)
        for name, parameter in network.named_parameters()
        if name.startswith("encoder.") and settings.encoder != 1.0
    }
    groups = [
        {"params": [p for p in trained if id(p) not in slower], "share": 1.0},
        {"params": [p for p in trained if id(p) in slower], "share": settings.encoder},
    ]
    adam = torch.optim.Adam(
        [group for group in groups if group["params"]],
        lr=settings.lr,
        betas=(settings.beta1, settings.beta2),
        fused=True,
    )
    dtype = precision(config.precision, device, network.config)
    # Processes on different machines must not choose differently.
    bfloat16 = ranks.of_first(float(dtype == torch.bfloat16), device)
    dtype = torch.bfloat16 if bfloat16 else torch.float32
    step = round(ranks.of_first(float(progress.step), device))
    if step != progress.step:
        raise TrainingError(
            f"The first process goes on from step {step}, this one from step {progress.step}: the "
            "run's folder must be one that all processes share. Start them again; a network's "
            "folder may take a minute to show all machines the same."
        )
    return Trainer(
        config, corpus, folder, network, average, adam, device, dtype, progress, ranks, noise
    )


def _sizes(characters: int, config: RunConfig) -> NetworkConfig:
    sizes = config.network
    return NetworkConfig(characters, sizes.hidden, sizes.window, sizes.mixture, sizes.vector)


def _part(tensors: dict[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {n.removeprefix(prefix): t.clone() for n, t in tensors.items() if n.startswith(prefix)}


def _device(name: str) -> torch.device:
    there = torch.cuda.is_available()
    if name == "cuda" and not there:
        raise TrainingError("There is no CUDA GPU that torch can use here; give --device cpu.")
    if name == "cpu" or not there:
        return torch.device("cpu")
    return torch.device("cuda", torch.cuda.current_device())


def precision(name: str, device: torch.device, sizes: NetworkConfig) -> torch.dtype:
    """The type to compute in; "auto" measures the network's own products."""
    known = {"float32": torch.float32, "bfloat16": torch.bfloat16}
    if name in known:
        return known[name]
    if name != "auto":
        raise TrainingError(f"precision is {name!r}; give float32, bfloat16 or auto.")
    return fastest_type(device, sizes.hidden)


@dataclass
class Trainer:
    """A network being trained, with its average, its optimiser and its progress."""

    config: RunConfig
    corpus: Corpus
    folder: RunFolder
    network: Network
    average: dict[str, Tensor]
    optimizer: torch.optim.Adam
    device: torch.device
    dtype: torch.dtype
    progress: Progress
    ranks: Ranks = field(default_factory=Ranks)
    noise: WeightNoise | None = None
    interrupt: Interrupt = field(default_factory=Interrupt)

    def __post_init__(self) -> None:
        #: What computes: the network, or a wrapper that sums gradients over the processes.
        self.computing: torch.nn.Module = self.network
        if self.ranks.count > 1:
            self.computing = DistributedDataParallel(self.network)
        self._metrics: TextIO | None = None
        self._notify: Notify = _silent
        self._began = 0.0
        #: Seconds of training up to the last batch, the same for all processes.
        self._elapsed = 0.0
        self._saved = self._validated = 0.0
        self._references: ReferenceLines | None = None
        if self.network.config.vector:
            self._references = ReferenceLines(self.corpus)

    # Fit ----------------------------------------------------------------------------------------

    def fit(self, notify: Notify | None = None) -> None:
        """Train to the end of the schedule; each record of the metrics goes to `notify` as well.

        Raises
        ------
        TrainingError
            If there is nothing to learn from, a file cannot be written, or the loss stays unusable.
        Interrupted
            After SIGTERM or Ctrl-C, when the checkpoint is written.
        """
        lines = self.lines()
        self._notify = notify or _silent
        self._began = time.monotonic() - self.progress.seconds
        self._saved = self._validated = time.monotonic()
        with self._recorded() if self.ranks.first else nullcontext(), self.interrupt.installed():
            try:
                while self.share < 1:
                    ended = self._epoch(lines)
                    self._validate_and_keep(ended)
                if self.progress.validated_at < self.progress.step:
                    # It was told to end during its last validation.
                    self._validate_and_keep(ended=False)
            except Interrupted:
                self.save()
                raise

    @contextmanager
    def _recorded(self) -> Iterator[None]:
        """Keep the folder for this run alone, and write its metrics there."""
        with self.folder.lock():
            # What another process has made of the folder must not be taken back.
            if checkpoints.last_step(self.folder.path) > self.progress.step:
                raise TrainingError(
                    f"Another process has meanwhile trained in {self.folder.path}; "
                    "resume its run, or name another folder."
                )
            self.folder.forget_after(self.progress)
            if self.share < 1:
                # Of a run that is done, the config is the one that it was done with.
                self.folder.describe(self.config, self.corpus)
            self._metrics = self.folder.metrics.open("a", encoding="utf-8")
            try:
                yield
            finally:
                # What a full disk does not take has been told by then.
                with suppress(OSError):
                    self._metrics.close()
                self._metrics = None

    def lines(self) -> npt.NDArray[np.int64]:
        """The lines that are learnt from.

        Raises
        ------
        TrainingError
            If there are none, or fewer than processes.
        """
        data = self.config.data
        for name, splits in (("train", data.train), ("validate", data.validate)):
            self._check_splits(f"data.{name}", splits)
        lines = self.corpus.lines_of(*data.train.split(","))
        if data.longest:
            lines = lines[self.corpus.lengths[lines] <= data.longest]
        if data.characters:
            lines = lines[np.diff(self.corpus.code_starts.numpy())[lines] <= data.characters]
        if len(lines) == 0:
            known = ", ".join(self.corpus.split_names)
            raise TrainingError(
                f"The corpus has no lines in {data.train!r} (its splits: {known}) that are short "
                "enough; change data.train, data.longest or data.characters."
            )
        if len(lines) < self.ranks.count:
            raise TrainingError(
                f"{self.ranks.count} processes are more than the {len(lines)} lines to learn from; "
                "start fewer."
            )
        return lines

    def _check_splits(self, field: str, splits: str) -> None:
        """Refuse a misspelt split; one of IAM-OnDB's may be missing in another corpus."""
        known = sorted({*SPLITS, *self.corpus.split_names})
        unknown = set(splits.split(",")) - {*known, ""}
        if unknown:
            raise TrainingError(
                f"{field} names {', '.join(sorted(unknown))}, which is no split of the corpus; "
                f"known are {', '.join(known)}."
            )

    def teach_encoder(self) -> None:
        """Begin with vectors that tell the corpus's writers apart."""
        steps, seed = self.config.optimizer.encoder_steps, self.config.seed
        teach_encoder(self.network.encoder, self.corpus, self.lines(), steps, seed)
        for name, value in self.network.state_dict().items():
            self.average[name].copy_(value)

    # Epoch --------------------------------------------------------------------------------------

    def _epoch(self, lines: npt.NDArray[np.int64]) -> bool:
        """The batches of an epoch that are still to come; whether the run goes through them all."""
        number, data = self.progress.epoch, self.data
        pairs = self.progress.pairs
        if pairs is None or self.progress.batch == 0:
            pairs = self.share >= data.pairs_from
        self.progress = replace(self.progress, pairs=pairs)
        order = batches.epoch(self.corpus, lines, data, pairs, (self.config.seed, number))
        for index in range(self.progress.batch, len(order)):
            begun = time.monotonic()
            rate = learning_rate(self.config.optimizer, self.progress.step, self.share, self._rate)
            loss, norm = self.step(order[index], (self.config.seed, number, index), rate)
            self._count(order[index], index, loss)
            self.record(
                loss=loss if math.isfinite(loss) else None,
                norm=norm if math.isfinite(norm) else None,
                lr=rate,
                points=batches.points_of(self.corpus, order[index]),
                step_seconds=time.monotonic() - begun,
                seconds=self.progress.seconds,
                share=self.share,
                batch=index + 1,
                batches=len(order),
            )
            if time.monotonic() - self._saved > 60 * self.config.checkpoint_minutes:
                self.save()
            if self.share >= 1:
                return index + 1 == len(order)
            minutes = self.config.validation_minutes
            if minutes and index + 1 < len(order) and self._minutes_since_validated() > minutes:
                self._validate_and_keep(ended=False)
        self.progress = replace(self.progress, batch=len(order))
        return True

    def _minutes_since_validated(self) -> float:
        """Minutes since the last validation, the same for all processes."""
        return self.ranks.of_first(time.monotonic() - self._validated, self.device) / 60

    @property
    def data(self) -> Data:
        """The data settings that hold now."""
        stages, stage = self.config.stages, self.progress.stage
        if stage < len(stages):
            return replace(self.config.data, lines=stages.lines[stage])
        return self.config.data

    @property
    def _rate(self) -> float:
        stages, stage = self.config.stages, self.progress.stage
        return stages.lr[stage] if stage < len(stages) else self.config.optimizer.lr

    @property
    def share(self) -> float:
        """How much of the run is done, from 0 to 1."""
        stages = len(self.config.stages)
        if stages and self.progress.stage >= stages:
            return 1.0
        if self.config.steps:
            return min(1.0, self.progress.step / self.config.steps)
        return min(1.0, self.progress.seconds / (3600 * self.config.hours))

    def _seconds(self) -> float:
        """Time of training so far, the same for all processes."""
        return self.ranks.of_first(time.monotonic() - self._began, self.device)

    # Step ---------------------------------------------------------------------------------------

    def step(
        self, examples: list[Example], seed: tuple[int, int, int], rate: float
    ) -> tuple[float, float]:
        """One step of the optimiser; the loss in nats a point, and the gradient's norm.

        Where the loss or the gradient is not finite, or the loss far above the usual, the weights
        stay as they are.
        """
        for group in self.optimizer.param_groups:
            group["lr"] = rate * group["share"]
        with self._saved_where_others_go():
            loss = self._gradient(examples, seed)
        parameters = [p for group in self.optimizer.param_groups for p in group["params"]]
        norm = torch.nn.utils.clip_grad_norm_(parameters, self.config.optimizer.clip)
        if not torch.isfinite(norm):
            return math.nan, float(norm)
        if self._unusable(loss):
            return loss, float(norm)
        self.optimizer.step()
        # A young average follows fast, so that it does not carry the first random weights along.
        step = self.progress.step
        decay = min(self.config.optimizer.average, (1 + step) / (10 + step))
        with torch.no_grad():
            current = dict(self.network.named_parameters())
            torch._foreach_lerp_(
                [self.average[name] for name in current], list(current.values()), 1 - decay
            )
        return loss, float(norm)

    def _gradient(self, examples: list[Example], seed: tuple[int, int, int]) -> float:
        """The gradient of a whole batch, whoever computes which part of it; the batch's loss."""
        data, ranks = self.data, self.ranks
        count = ranks.count * data.passes
        own = range(ranks.rank, count, ranks.count)
        total = batches.points_of(self.corpus, examples)
        alone = ranks.count == 1
        # A single process drops the batch in the middle when it is asked to end; several agree
        # on it between two batches, so that none waits for one that has gone.
        self._agree_to_go_on()
        # What dropout leaves out depends on the step alone, so that a resumed run goes on alike.
        torch.manual_seed(hash((*seed, ranks.rank)))
        try:
            with self.interrupt.early(patient=not alone):
                self.optimizer.zero_grad(set_to_none=True)
                if self.noise is not None:
                    self.noise.perturb((self.config.seed, self.progress.step))
                loss = 0.0
                parts = batches.parts(
                    self.corpus, examples, data, seed, own, count, self._references
                )
                for number, part in enumerate(parts):
                    last = number == len(parts) - 1
                    with nullcontext() if alone or last else self.computing.no_sync():  # type: ignore[operator]
                        loss += self._backward(part, total)
        finally:
            # No signal ends this in the middle: a checkpoint would hold noise as weights.
            if self.noise is not None:
                self.noise.restore()
        if self.noise is not None:
            self.noise.add_gradients(self._points_an_epoch())
        # One exchange for both: a process that goes after it has taken its part in the whole step.
        now = time.monotonic() - self._began if ranks.first else 0.0
        loss, self._elapsed = ranks.summed([loss, now], self.device)
        return loss

    def _backward(self, part: Batch, total: int) -> float:
        loss = self.loss(self.computing, part, total)
        # The wrapper takes the mean over the processes; the batch's gradient is their sum.
        (loss * self.ranks.count).backward()  # type: ignore[no-untyped-call]
        return float(loss.detach())

    def loss(self, network: torch.nn.Module, batch: Batch, total: int) -> Tensor:
        """A part's share of its batch's log-loss, in nats a point, offsets in offsets units.

        Parameters
        ----------
        total : int
            Targets of the whole batch.
        """
        batch = batch.to(self.device)
        given = (batch.inputs.to(self.dtype), batch.codes, batch.mask, batch.references)
        outputs: NetworkOutput = network(*given)
        losses = log_loss(outputs.raw, batch.targets)
        return (losses * batch.weights).sum() / total

    def _points_an_epoch(self) -> int:
        return int(self.corpus.lengths[self.lines()].sum())

    def _unusable(self, loss: float) -> bool:
        spike, ema = self.config.optimizer.spike, self.progress.loss_ema
        return not math.isfinite(loss) or bool(spike and loss > ema + spike)

    def _count(self, examples: list[Example], index: int, loss: float) -> None:
        """Take a step into the progress; stop where too many batches in a row were skipped."""
        progress = self.progress
        skipped = self._unusable(loss)
        ema = progress.loss_ema
        if not skipped:
            ema = loss if math.isnan(ema) else ema + EMA * (loss - ema)
        self.progress = replace(
            progress,
            step=progress.step + 1,
            batch=index + 1,
            seconds=self._elapsed,
            skipped=progress.skipped + skipped,
            consecutive_skips=progress.consecutive_skips + 1 if skipped else 0,
            loss_ema=ema,
        )
        if skipped:
            what = f"{loss:.2f} nats a point" if math.isfinite(loss) else "not finite"
            self.record(skipped=[list(example) for example in examples], because=f"loss {what}")
        if self.progress.consecutive_skips >= MOST_SKIPPED:
            rate = "stages.lr" if self.config.stages.lr else "optimizer.lr"
            raise DivergenceError(
                f"{MOST_SKIPPED} batches in a row had a loss that was not finite or far too high, "
                f"as {self.folder.metrics} tells of each",
                f"resume with a lower {rate}",
            )

    @contextmanager
    def _saved_where_others_go(self) -> Iterator[None]:
        """Work that fails where another process has gone, and changes nothing that is saved."""
        try:
            yield
        except RuntimeError:
            if self.ranks.count > 1:
                self.interrupt.check()
                self.save()
            raise

    def _agree_to_go_on(self) -> None:
        """Raise `Interrupted` in all processes if one of them was asked to end."""
        asked = self.interrupt.asked
        if self.ranks.count > 1:
            asked = int(self.ranks.summed([float(asked)], self.device)[0])
        if asked:
            raise Interrupted(self.interrupt.asked or signal.SIGTERM)

    # Validate -----------------------------------------------------------------------------------

    def _validate_and_keep(self, ended: bool) -> None:
        """Validate, keep what is best, save, draw.

        Parameters
        ----------
        ended : bool
            Whether this is the end of an epoch, not only of the run.
        """
        # Validation and the samples count as time of the run, so that a run of so many hours
        # takes so many hours.
        with self._saved_where_others_go():
            loss, referenced = self.validate(), None
            if self._references is not None:
                referenced = self.validate(referenced=True)
            seconds = self._seconds()
        progress, self._validated = self.progress, time.monotonic()
        found = {"validation": loss, "validation_referenced": referenced}
        # A network with vectors is judged by what it does with them.
        loss = loss if referenced is None else referenced
        # Without lines to validate on, the newest weights count as the best.
        improved = loss is None or loss < progress.best
        if ended:
            progress = replace(progress, epoch=progress.epoch + 1, batch=0)
        self.progress = replace(
            progress,
            best=loss if improved and loss is not None else progress.best,
            validated_at=progress.step,
            improved=progress.step if improved else progress.improved,
            seconds=seconds,
        )
        shown = {
            name: value if value is not None and math.isfinite(value) else None
            for name, value in found.items()
            if name == "validation" or self._references is not None
        }
        self.record(**shown, seconds=self.progress.seconds)
        if not improved:
            self._next_stage()
        self.save(best=improved)
        self._draw()

    @torch.no_grad()
    def validate(self, referenced: bool = False) -> float | None:
        """Mean log-loss of the averaged weights on the validation lines, in nats a point.

        None where there are no such lines.

        Parameters
        ----------
        referenced : bool
            Whether the network is given the writers' vectors, made of other lines of theirs.
        """
        data = self.config.data
        lines = self.corpus.lines_of(*data.validate.split(","))
        if len(lines) == 0:
            return None
        network = self.averaged()
        order = batches.in_order(self.corpus, lines, data)
        count, rank = self.ranks.count, self.ranks.rank
        total = 0.0
        for first in range(0, len(order), count):
            self._agree_to_go_on()
            if first + rank >= len(order):
                continue
            with self.interrupt.early(patient=count > 1):
                references = self._references if referenced else None
                batch = batches.assemble(
                    self.corpus, order[first + rank], None, references=references
                )
                total += float(self.loss(network, batch, 1))
        points = int((self.corpus.lengths[lines] - 1).sum())
        return self.ranks.summed([total], self.device)[0] / points

    def averaged(self) -> Network:
        """A network with the averaged weights."""
        network = Network(self.network.config).to(self.device)
        network.load_state_dict(self.average)
        return network.eval()

    def _next_stage(self) -> None:
        """Where the stage's patience is over, go on to the next from the best weights so far."""
        stages, progress = self.config.stages, self.progress
        if progress.stage >= len(stages):
            return
        if progress.step - progress.improved < stages.patience[progress.stage]:
            return
        self.progress = replace(progress, stage=progress.stage + 1, improved=progress.step)
        self.record(stage=self.progress.stage)
        if self.folder.best.exists():
            tensors, _, _ = checkpoints.load(self.folder.best)
            self.network.load_state_dict(_part(tensors, "average."))
            with torch.no_grad():
                for name, value in self.network.state_dict().items():
                    self.average[name].copy_(value)
        self.optimizer.state.clear()

    def _draw(self) -> None:
        """Samples of the averaged weights, and the card."""
        if not self.ranks.first:
            return
        path = self.folder.samples / f"step-{self.progress.step:08d}.png"
        if self.config.samples:
            with self.interrupt.early():
                samples.draw(self.averaged(), self.corpus, self.config.samples, path)
            self.record(sample=str(path.relative_to(self.folder.path)))
        self.folder.write_card(self.config, self.progress, self.corpus)

    # Save ---------------------------------------------------------------------------------------

    def save(self, best: bool = False) -> None:
        """Write a checkpoint; the best one also under its own name."""
        self._saved = time.monotonic()
        if not self.ranks.first:
            return
        state = {f"network.{name}": value for name, value in self.network.state_dict().items()}
        state |= {f"average.{name}": value for name, value in self.average.items()}
        trained = dict(self.network.named_parameters())
        if self.noise is not None:
            state |= {f"noise.{name}": value for name, value in self.noise.state().items()}
            trained |= {f"noise.{name}": value for name, value in self.noise.logs.items()}
        for name, parameter in trained.items():
            for key, value in self.optimizer.state.get(parameter, {}).items():
                state[f"adam.{key}.{name}"] = value
        config, step = self.config.to_json(), self.progress.step
        # The best goes first: a run killed between the two comes here again.
        if best:
            weights = {name: value for name, value in state.items() if name.startswith("average.")}
            checkpoints.save(self.folder.best, weights, self.progress, config)
        path = self.folder.path / f"step-{step:08d}.safetensors"
        checkpoints.save(path, state, self.progress, config)
        checkpoints.prune(self.folder.path)

    def record(self, **values: Any) -> None:
        """Write a record of the metrics."""
        if self._metrics is None:
            return
        line = {"step": self.progress.step, "epoch": self.progress.epoch, **values}
        try:
            self._metrics.write(json.dumps(line) + "\n")
            self._metrics.flush()
        except OSError as error:
            raise TrainingError(
                f"{self.folder.metrics} cannot be written ({error.strerror}); make room and "
                "resume: the checkpoints are unchanged."
            ) from error
        self._notify(line)


def learning_rate(optimizer: Optimizer, step: int, share: float, lr: float | None = None) -> float:
    """The rate at a step: linear warm-up, constant (`lr`), linear decay to zero at the end."""
    warm = min(1.0, (step + 1) / max(1, optimizer.warmup))
    decay = min(1.0, (1 - share) / optimizer.decay) if optimizer.decay > 0 else 1.0
    return (optimizer.lr if lr is None else lr) * min(warm, decay)
