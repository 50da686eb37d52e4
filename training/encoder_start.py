"""Pre-training of the encoder: it learns to distinguish writers before the network uses it.

The network's gradient says little of a writer, a line at a time: of what a line would have its
biases changed, a seventh is common to the lines of its writer. Which lines are by one hand is
known, and cheap to learn from: the encoder costs a fiftieth of the network.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import torch
from torch.nn.functional import cross_entropy, normalize

from engine.network.writer_encoder import WriterEncoder, packed
from training.corpora.corpus import Corpus
from training.reference_lines import ReferenceLines

#: Writers in a step, and the most lines of each of the two groups that a writer has in it.
WRITERS, LINES = 96, 3
#: How sharply vectors are told apart: the temperature of van den Oord et al. 2018 (InfoNCE).
TEMPERATURE = 0.1
RATE = 2e-3
#: Lines whose writers' vectors the encoder is calibrated on at the end.
CALIBRATED = 256


def teach_encoder(
    encoder: WriterEncoder,
    corpus: Corpus,
    lines: npt.NDArray[np.int64],
    steps: int,
    seed: int,
) -> float:
    """Teach an encoder which lines are by one writer, then bring its vectors to a common scale.

    In each step it sees two groups of lines of many writers, where there are any from different
    pages, and learns to find for each group the other one of its writer (InfoNCE).

    Parameters
    ----------
    lines : those that may be learnt from

    Returns
    -------
    float
        Share of the groups of the last tenth of the steps whose other one was found; nan without
        steps.
    """
    random = np.random.default_rng([seed, 3])
    references = ReferenceLines(corpus)
    device = encoder.centre.device
    writers = corpus.writers.numpy()
    of = {int(w): lines[writers[lines] == w] for w in np.unique(writers[lines])}
    several = [w for w, own in of.items() if len(own) > 1]
    _calibrate(encoder, corpus, references, lines, random)
    if len(several) < 2:
        return float("nan")
    adam = torch.optim.Adam(encoder.parameters(), lr=RATE, betas=(0.9, 0.98))
    found: list[float] = []
    for step in range(steps):
        for group in adam.param_groups:
            group["lr"] = RATE * min(1.0, (step + 1) / 20, (steps - step) / (0.3 * steps))
        chosen = random.permutation(several)[:WRITERS].tolist()
        firsts, seconds = [], []
        for writer in chosen:
            target = int(random.choice(of[writer]))
            counts = random.integers(1, LINES + 1, 2).tolist()
            firsts.append(_inks(corpus, references.of_page(target, counts[0], random)))
            seconds.append(_inks(corpus, references.others((target,), counts[1], random)))
        pair = [i for i, second in enumerate(seconds) if second]
        both = packed([firsts[i] for i in pair] + [seconds[i] for i in pair]).to(device)
        vectors = normalize(encoder.raw(both, torch.float32), dim=1)
        first, second = vectors.chunk(2)
        alike = first @ second.t() / TEMPERATURE
        own = torch.arange(len(pair), device=device)
        loss = (cross_entropy(alike, own) + cross_entropy(alike.t(), own)) / 2
        adam.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(encoder.parameters(), 5.0)
        adam.step()
        if step >= 0.9 * steps:
            found.append(float((alike.argmax(1) == own).float().mean()))
    _calibrate(encoder, corpus, references, lines, random)
    return float(np.mean(found)) if found else float("nan")


def _calibrate(
    encoder: WriterEncoder,
    corpus: Corpus,
    references: ReferenceLines,
    lines: npt.NDArray[np.int64],
    random: np.random.Generator,
) -> None:
    chosen = random.permutation(lines)[:CALIBRATED].tolist()
    groups = [references.others((line,), 2, random) for line in chosen]
    inks = [_inks(corpus, group) for group in groups if group]
    if len(inks) > 1:
        encoder.calibrate(packed(inks).to(encoder.centre.device))


def _inks(corpus: Corpus, lines: list[int]) -> list[npt.NDArray[np.float32]]:
    return [corpus.offsets(line).numpy() for line in lines]
