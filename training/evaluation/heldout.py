"""Held-out lines of a corpus, and the log-loss of a hand on them."""

from __future__ import annotations

import math
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch

from engine.errors import CorpusError, TrainingError
from engine.hand import Hand
from engine.ink.ink import Ink
from engine.ink.preparation import to_ink, to_offsets
from engine.network.mixture import log_loss
from engine.teacher_forcing import feed
from engine.text.alphabet import Alphabet
from training.corpora.corpus import GRAVES, Corpus
from training.corpora.iam import IAMOnDB, Report

#: Lines of a batch.
BATCH = 64
#: What its own text must tell of a line's ink, as a share of what texts usually tell; with less a
#: line is suspected. Of swapped lines it is near 0, of all others hardly ever below a half.
TOLD = 0.25
#: A hand to which texts tell less than this, in nats a point, has not learnt to follow them.
LEARNT = 0.1


@dataclass(frozen=True, eq=False)
class HeldOut:
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


def held_out_of_iam(hand: Hand, iam: Path, split: str = "v") -> list[HeldOut]:
    """All lines of an official list, none left out, prepared for a hand.

    A character that the hand does not know becomes a small letter or a space. An empty `split`
    stands for all lists.
    """
    report = Report()
    lines = []
    for line in IAMOnDB(iam).lines(report, only=split):
        prepared = hand.preparation.prepare(line.ink)
        text, name = _spelt(line.text, hand.alphabet), f"{line.form}-{line.number:02d}"
        lines.append(HeldOut(text, prepared, _scale(line.ink, prepared), name))
    if not lines:
        raise CorpusError(f"{iam} has no lines of the list {split!r}; use the official lists.")
    return lines


def held_out_of_corpus(hand: Hand, corpus: Corpus, split: str = "v") -> list[HeldOut]:
    """The lines of a split of a prepared corpus whose characters the hand writes.

    Parameters
    ----------
    split : str
        Names of splits, joined by commas.

    Raises
    ------
    CorpusError
        If there are none, or the corpus was prepared otherwise than for this hand.
    """
    corpus = corpus.recoded(hand.alphabet, hand.preparation)
    there = corpus.lines_of(*split.split(",")).tolist()
    lines = [i for i in there if all(c in hand.alphabet for c in corpus.text(i))]
    if not lines:
        raise CorpusError(
            f"{corpus.path} has no lines of {split!r}; its splits: {', '.join(corpus.split_names)}."
        )
    return [HeldOut(corpus.text(i), to_ink(corpus.offsets(i).numpy())) for i in lines]


def _spelt(text: str, alphabet: Alphabet) -> str:
    characters = (c if c in alphabet else c.lower() for c in text)
    return "".join(c if c in alphabet else " " for c in characters)


def _scale(raw: Ink, prepared: Ink) -> float:
    """Tablet units to one offsets unit: lengths tell, whatever was turned or thinned."""

    def extent(ink: Ink) -> float:
        return math.sqrt(float(ink.xy.var(axis=0).sum()))

    return extent(raw) / max(extent(prepared), 1e-12)


@torch.inference_mode()
def log_losses(hand: Hand, lines: Sequence[HeldOut]) -> npt.NDArray[np.float64]:
    """Log-loss of each line in nats, offsets in offsets units, float64 (n,)."""
    order = np.argsort([line.ink.points for line in lines], kind="stable")
    losses = np.zeros(len(lines))
    hand.network.eval()
    for begin in range(0, len(order), BATCH):
        chosen = order[begin : begin + BATCH]
        offsets = [to_offsets(lines[i].ink) for i in chosen]
        outputs, targets = feed(
            hand, offsets, [hand.alphabet.encode(lines[i].text) for i in chosen]
        )
        lengths = torch.tensor([len(line) - 1 for line in offsets], device=targets.device)
        within = torch.arange(len(targets), device=targets.device)[:, None] < lengths
        losses[chosen] = (log_loss(outputs.raw, targets) * within).double().sum(0).cpu()
    return losses


def loss_figures(hand: Hand, lines: Sequence[HeldOut]) -> dict[str, float]:
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


def suspects(hand: Hand, lines: Sequence[HeldOut]) -> list[tuple[str, float]]:
    """Lines whose transcript is probably wrong, the worst first.

    A hand is asked how likely the ink is with its own text, and with that of another line of like
    length. A right text makes it far likelier; a wrong one tells as little as the other line's.
    Unlike the log-loss itself, that does not depend on how usual a writer's hand is.

    Returns
    -------
    list of (name, nats a point that the text tells)

    Raises
    ------
    TrainingError
        If the hand has not learnt to follow texts, or there are too few lines to compare.
    """
    points = np.array([line.ink.points - 1 for line in lines])
    told = (log_losses(hand, _with_other_texts(lines)) - log_losses(hand, lines)) / points
    usual = float(np.median(told))
    if not usual > LEARNT:
        raise TrainingError(
            f"{hand.card.name} has not learnt to tell a right text from a wrong one; "
            "train it for longer, or use the hand that ships."
        )
    found = [(line.name, float(t)) for line, t in zip(lines, told, strict=True)]
    return sorted(((n, t) for n, t in found if t < TOLD * usual), key=lambda item: item[1])


def _with_other_texts(lines: Sequence[HeldOut]) -> list[HeldOut]:
    """The lines, each with a text that differs from its own and is of like length."""
    # By a checksum and not by the alphabet, where neighbours would begin alike.
    texts = sorted({line.text for line in lines}, key=lambda t: (len(t), zlib.crc32(t.encode())))
    if len(texts) < 2:
        raise TrainingError("To find wrong transcripts takes lines of different texts.")
    others = dict(zip(texts, [*texts[1:], texts[-2]], strict=True))
    return [replace(line, text=others[line.text]) for line in lines]
