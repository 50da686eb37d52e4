"""Held-out lines of a corpus, and the log-loss of a hand on them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch

from engine.alphabet import Alphabet
from engine.errors import CorpusError
from engine.hand import Hand
from engine.ink import Ink
from engine.mixture import log_loss
from engine.preparation import to_ink, to_offsets
from training.batches import collate
from training.corpus import GRAVES, Corpus
from training.iam import IAMOnDB, Report

#: Lines of a batch.
BATCH = 64
#: Median deviations of the log-loss a point above its median, beyond which a line is suspected.
FAR = 6.0


@dataclass(frozen=True, eq=False)
class Held:
    """A held-out line: its text in the hand's alphabet, and its prepared ink.

    Attributes
    ----------
    scale : float
        What its offsets were divided by, in tablet units; NaN where that is not known.
    name : str
        Form and number ("a01-000-01"), where known.
    """

    text: str
    ink: Ink
    scale: float = math.nan
    name: str = ""


def held_out_of_iam(hand: Hand, iam: Path, split: str = "v") -> list[Held]:
    """All lines of an official list, none left out, prepared for a hand.

    A character that the hand does not know becomes a small letter or a space. An empty `split`
    stands for all lists.
    """
    report = Report()
    lines = []
    for line in IAMOnDB(iam).lines(report, only=split):
        prepared = hand.preparation.prepare(line.ink)
        text, name = _spelt(line.text, hand.alphabet), f"{line.form}-{line.number:02d}"
        lines.append(Held(text, prepared, _scale(line.ink, prepared), name))
    if not lines:
        raise CorpusError(f"{iam} has no lines of the list {split!r}; use the official lists.")
    return lines


def held_out_of_corpus(hand: Hand, corpus: Corpus, split: str = "v") -> list[Held]:
    """The lines of a split of a prepared corpus."""
    corpus = corpus.recoded(hand.alphabet, hand.preparation)
    lines = corpus.lines_of(*split.split(",")).tolist()
    if not lines:
        raise CorpusError(
            f"{corpus.path} has no lines of {split!r}; its splits: {', '.join(corpus.split_names)}."
        )
    return [Held(corpus.text(i), to_ink(corpus.offsets(i).numpy())) for i in lines]


def _spelt(text: str, alphabet: Alphabet) -> str:
    characters = (c if c in alphabet else c.lower() for c in text)
    return "".join(c if c in alphabet else " " for c in characters)


def _scale(raw: Ink, prepared: Ink) -> float:
    """Tablet units to one offsets unit: lengths tell, whatever was turned or thinned."""

    def extent(ink: Ink) -> float:
        return math.sqrt(float(ink.xy.var(axis=0).sum()))

    return extent(raw) / max(extent(prepared), 1e-12)


@torch.inference_mode()
def log_losses(hand: Hand, lines: Sequence[Held]) -> npt.NDArray[np.float64]:
    """Log-loss of each line in nats, offsets in offsets units, float64 (n,)."""
    order = np.argsort([line.ink.points for line in lines], kind="stable")
    losses = np.zeros(len(lines))
    network = hand.network.to(hand.device).eval()
    for begin in range(0, len(order), BATCH):
        chosen = order[begin : begin + BATCH]
        batch = collate(
            [to_offsets(lines[i].ink) for i in chosen],
            [hand.alphabet.encode(lines[i].text) for i in chosen],
        ).to(hand.device)
        raw = network(batch.inputs, batch.codes, batch.mask).raw
        losses[chosen] = (log_loss(raw, batch.targets) * batch.weights).double().sum(0).cpu()
    return losses


def loss_figures(hand: Hand, lines: Sequence[Held]) -> dict[str, float]:
    """Mean log-loss in each unit that it can be stated in.

    Graves's unit is that of offsets of deviation 1 over the corpus; a line's loss is brought to it
    by its scale, 2 ln(scale / unit) a point. Where points were dropped, it is still another
    sequence than his, and the names of the figures say so.
    """
    losses = log_losses(hand, lines)
    points = np.array([line.ink.points - 1 for line in lines])
    figures = {
        "lines": float(len(lines)),
        "points": float(points.sum()),
        "nats_a_point": float(losses.sum() / points.sum()),
        "nats_a_line": float(losses.mean()),
    }
    scales = np.array([line.scale for line in lines])
    if np.isfinite(scales).all():
        converted = losses + points * 2 * np.log(scales / GRAVES.unit)
        every = hand.preparation.thin == 1
        kept = "" if every else "_of_every_other_point_smoothed"
        figures[f"nats_a_line_in_graves_unit{kept}"] = float(converted.mean())
    return figures


def suspects(hand: Hand, lines: Sequence[Held]) -> list[tuple[str, float]]:
    """Lines that a trained hand finds far less likely than the others, the worst first.

    A wrong transcript is the usual cause. Far is `FAR` median deviations above the median of the
    log-loss a point.

    Returns
    -------
    list of (name, nats a point)
    """
    points = np.array([line.ink.points - 1 for line in lines])
    losses = log_losses(hand, lines) / points
    middle = float(np.median(losses))
    limit = middle + FAR * float(np.median(np.abs(losses - middle)))
    found = [
        (line.name, float(loss)) for line, loss in zip(lines, losses, strict=True) if loss > limit
    ]
    return sorted(found, key=lambda item: -item[1])
