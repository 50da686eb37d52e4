"""Training of the recogniser on a prepared corpus."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import nn

from engine.errors import InkError, TrainingError
from engine.ink.preparation import to_ink
from engine.recognition.recogniser import Recogniser, decode, edit_distance, features, padded, path
from engine.recognition.recogniser_network import (
    Architecture,
    RecogniserConfig,
    RecogniserNetwork,
    build_recogniser_network,
    frame_counts,
)
from engine.text.alphabet import Alphabet
from training.batches import Example
from training.corpora.composition import Composer, Composition, offsets_of, text_of
from training.corpora.corpus import Corpus
from training.data_sets import trained_on

#: The splits that a recogniser learns from.
LEARNT = ("train", "t", "f")
#: Batches are drawn from pools of this many, sorted by length.
POOL = 20


@dataclass(frozen=True)
class RecogniserRun:
    """How a recogniser is trained: AdamW, one cycle, random changes of size, width and slant.

    Parameters
    ----------
    epochs : passes over the corpus, which the schedule is fitted to
    hours : where it is not 0, the processor's time of training instead, so that what else the
        machine does changes nothing; the epoch in work ends with it
    lines : lines of a batch
    lr : highest learning rate
    scale, aspect, slant, turn : ranges of the random changes (log, log, x per y, radians)
    drop : share of points whose features are blanked, so that no point is relied on
    pieces, rows : shares of the examples that are composed of words, and of digits, capitals
        and signs, of one writer (`training.corpora.composition`)
    examples : of an epoch; 0 for as many as there are lines
    measured : the most held-out lines that the error rate is measured on after an epoch
    """

    epochs: int = 16
    hours: float = 0.0
    lines: int = 48
    lr: float = 2e-3
    weight_decay: float = 1e-2
    dropout: float = 0.3
    scale: float = 0.2
    aspect: float = 0.25
    slant: float = 0.35
    turn: float = 0.05
    drop: float = 0.05
    pieces: float = 0.0
    rows: float = 0.0
    examples: int = 0
    measured: int = 600
    seed: int = 0
    precision: torch.dtype = torch.float32


def sized(architecture: Architecture, characters: int) -> RecogniserConfig:
    """A recogniser of this kind of the size that a corpus like IAM-OnDB can train."""
    if architecture == "convolutional":
        return RecogniserConfig(characters, 256, 0, 8, architecture)
    return RecogniserConfig(characters)


#: A line's path as the recogniser sees it: points (n, 2), and whether a stroke ends at each.
Course = tuple[npt.NDArray[np.float32], npt.NDArray[np.bool_]]


@dataclass(frozen=True, eq=False)
class Sample:
    """What is read: its text, and its path (`engine.recognition.recogniser.path`)."""

    text: str
    course: Course


def train_recogniser(
    corpus: Corpus,
    folder: Path,
    run: RecogniserRun,
    config: RecogniserConfig,
    notify: Callable[[dict[str, float]], None] | None = None,
    init: Recogniser | None = None,
) -> Recogniser:
    """Train a recogniser on the splits train, t and f, measured on v; the best is kept in `folder`.

    Parameters
    ----------
    folder : Path
        Is there, and holds no recogniser yet.
    config : RecogniserConfig
        Its sizes, where there is no `init`.
    notify : callable, optional
        Is told epoch, loss (nats a character) and error rate (share of characters) of each epoch.
    init : Recogniser, optional
        To begin with: its sizes are kept, and characters that it does not know are added.

    Raises
    ------
    TrainingError
        If the folder holds a recogniser, or the corpus lacks lines to learn from or to measure by.
    """
    kept = folder / "recogniser.safetensors"
    if kept.exists():
        raise TrainingError(f"{folder} holds a recogniser already; name another folder.")
    for splits in (LEARNT, ("v",)):
        if not len(corpus.lines_of(*splits)):
            raise TrainingError(
                f"{corpus.path} has no lines in {' or '.join(splits)}; prepare one that is split."
            )
    torch.manual_seed(run.seed)
    random = np.random.default_rng(run.seed)
    learnt_from = _learnt_from(corpus, init)
    if init is None:
        network = build_recogniser_network(config, run.dropout)
    else:
        alphabet = _with_missing(init.alphabet, corpus.alphabet)
        corpus = corpus.recoded(alphabet, corpus.preparation)
        network = widened(init, alphabet, run.dropout)
    optimizer = torch.optim.AdamW(network.parameters(), run.lr, weight_decay=run.weight_decay)
    lines, held_out = corpus.lines_of(*LEARNT), corpus.lines_of("v")
    composer = Composer(corpus, LEARNT) if run.pieces + run.rows else None
    measured = _samples(corpus, held_out[:: -(-len(held_out) // run.measured)].tolist(), random)
    best, epoch, share, began = math.inf, 0, 0.0, time.process_time()
    while share < 1:
        network.train()
        losses = []
        order = _batches(_epoch(corpus, lines, composer, run, random), run.lines, random)
        for index, batch in enumerate(order):
            share = _share(run, epoch + index / len(order), time.process_time() - began)
            for group in optimizer.param_groups:
                group["lr"] = run.lr * min(1.0, share / 0.03 + 0.05) * _falling(share)
            rows = [_changed(one.course, run, random) for one in batch]
            loss = _loss(network, corpus.alphabet, rows, [one.text for one in batch], run)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_(network.parameters(), 5.0)
            optimizer.step()
            losses.append(loss.item())
            if share >= 1:
                break
        epoch += 1
        share = _share(run, epoch, time.process_time() - began)
        network.eval()
        rate = error_rate(network, corpus.alphabet, measured)
        record = {"epoch": epoch, "loss": float(np.mean(losses)), "error_rate": rate}
        with (folder / "metrics.jsonl").open("a", encoding="utf-8") as metrics:
            metrics.write(json.dumps(record) + "\n")
        if notify is not None:
            notify(record)
        if rate < best:
            best = rate
            Recogniser(network, corpus.alphabet, round(rate, 4), learnt_from).save(kept)
    return Recogniser.load(kept)


def _learnt_from(corpus: Corpus, init: Recogniser | None) -> str:
    """The data of the corpus and of what it begins with; empty where one is unknown."""
    said = trained_on(corpus.sources)
    if init is None:
        return said
    return "; ".join(dict.fromkeys((init.trained_on, said))) if init.trained_on else ""


def _with_missing(alphabet: Alphabet, wanted: Alphabet) -> Alphabet:
    """The alphabet, and after it the wanted characters that it lacks."""
    return Alphabet(alphabet.characters + "".join(c for c in wanted if c not in alphabet))


def widened(recogniser: Recogniser, alphabet: Alphabet, dropout: float = 0.3) -> RecogniserNetwork:
    """A recogniser's network for a larger alphabet: what it could read, it reads as before.

    A character that is new is as unlikely at first as the rarest one that it knows, and looks like
    none of them.
    """
    old = recogniser.network
    network = build_recogniser_network(replace(old.config, characters=len(alphabet)), dropout)
    state = {name: t for name, t in old.state_dict().items() if not name.startswith("output.")}
    network.load_state_dict(state, strict=False)
    with torch.no_grad():
        network.output.weight.mul_(0.1)
        network.output.bias.fill_(float(old.output.bias.min()))
        # The blank stands behind the characters.
        places = [alphabet.characters.index(c) for c in recogniser.alphabet] + [len(alphabet)]
        network.output.weight[places] = old.output.weight
        network.output.bias[places] = old.output.bias
    return network


def _share(run: RecogniserRun, epochs: float, seconds: float) -> float:
    """How much of the run is done, from 0 to 1."""
    return min(1.0, seconds / (3600 * run.hours) if run.hours else epochs / run.epochs)


def _falling(share: float) -> float:
    """One at first, and from two fifths on down to a hundredth."""
    return 1.0 if share < 0.4 else 0.01 + 0.99 * (1 - share) / 0.6


def _epoch(
    corpus: Corpus,
    lines: npt.NDArray[np.int64],
    composer: Composer | None,
    run: RecogniserRun,
    random: np.random.Generator,
) -> list[Sample]:
    """What is read in an epoch: lines, and new compositions."""
    count = run.examples or len(lines)
    composed = round(count * run.pieces), round(count * run.rows)
    chosen: list[Example] = [(int(i),) for i in random.permutation(lines)[: count - sum(composed)]]
    if composer is not None:
        chosen += composer.compositions(*composed, random)
    return _samples(corpus, chosen, random)


def _samples(
    corpus: Corpus, examples: Sequence[Example | int], random: np.random.Generator
) -> list[Sample]:
    """Lines by number, or compositions, as they are read; what has no height is left out."""
    samples = []
    for example in examples:
        if isinstance(example, Composition):
            text, offsets = text_of(corpus, example), offsets_of(corpus, example, random)
        else:
            line = example if isinstance(example, int) else example[0]
            text, offsets = corpus.text(line), corpus.offsets(line).numpy()
        with suppress(InkError):
            samples.append(Sample(text, path(to_ink(offsets))))
    return samples


def _batches(
    samples: Sequence[Sample], size: int, random: np.random.Generator
) -> list[list[Sample]]:
    order = [samples[i] for i in random.permutation(len(samples))]
    batches = []
    for start in range(0, len(order), POOL * size):
        pool = sorted(order[start : start + POOL * size], key=lambda one: len(one.course[0]))
        batches += [pool[i : i + size] for i in range(0, len(pool), size)]
    return [batches[i] for i in random.permutation(len(batches)).tolist()]


def _changed(
    line: Course, run: RecogniserRun, random: np.random.Generator
) -> npt.NDArray[np.float32]:
    xy, ends = line
    scale = np.exp(random.uniform(-run.scale, run.scale))
    aspect = np.exp(random.uniform(-run.aspect, run.aspect))
    slant = random.uniform(-run.slant, run.slant)
    turn = random.uniform(-run.turn, run.turn)
    matrix = scale * np.array([[aspect, -slant], [turn, 1.0]], dtype=np.float32)
    rows = features((xy @ matrix.T).astype(np.float32), ends)
    rows[:, random.random(rows.shape[1]) < run.drop] = 0.0
    return rows


def _loss(
    network: RecogniserNetwork,
    alphabet: Alphabet,
    rows: list[npt.NDArray[np.float32]],
    texts: list[str],
    run: RecogniserRun,
) -> torch.Tensor:
    points, lengths = padded(rows)
    frames = network(points, lengths, run.precision)
    codes = [alphabet.encode(text)[:-1] for text in texts]
    sizes = torch.tensor([len(line) for line in codes])
    total = nn.functional.ctc_loss(
        frames,
        torch.from_numpy(np.concatenate(codes)),
        frame_counts(lengths),
        sizes,
        blank=len(alphabet),
        reduction="sum",
        zero_infinity=True,
    )
    return total / sizes.sum()


@torch.inference_mode()
def error_rate(network: RecogniserNetwork, alphabet: Alphabet, samples: Sequence[Sample]) -> float:
    """Share of characters read wrong: Levenshtein's distances over all characters."""
    wrong = total = 0
    ordered = sorted(samples, key=lambda one: len(one.course[0]))
    for start in range(0, len(ordered), 64):
        batch = ordered[start : start + 64]
        points, lengths = padded([features(*one.course) for one in batch])
        frames = network(points, lengths)
        counts = frame_counts(lengths).tolist()
        for row, one in enumerate(batch):
            wrong += edit_distance(decode(frames[: counts[row], row], alphabet), one.text)
            total += len(one.text)
    return wrong / max(1, total)
