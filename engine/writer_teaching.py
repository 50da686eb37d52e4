"""Teaching a writer: numbers that are added to a hand's biases, learnt from a person's lines.

All weights stay as they are, so what the hand can write it can still write; some five thousand
numbers of a writer's own lie beside his vector (compare AdaSpeech, arXiv 2103.00993). Lines that
are held out say how long to learn, so that nobody comes out less legible than he is.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence

from engine.errors import StyleError
from engine.hand import Hand
from engine.ink.ink import Ink
from engine.ink.preparation import to_offsets
from engine.ink.recorded_line import RecordedLine
from engine.ink.word_segmentation import word_cuts
from engine.line_scoring import LineScore, score_lines
from engine.network.mixture import log_loss
from engine.network.number_types import fastest_type
from engine.network.writer_encoder import MOST_LINES
from engine.style.writer_vector import Floats, WriterVector
from engine.style_builder import normalise_pace, usable_with

#: With so many lines or more, every fourth is held out; fewer are learnt from by the fixed steps.
ENOUGH, HOLD_OUT = 5, 4
FIXED_STEPS = 6
#: The most steps; a run ends after so many without a better loss of the held-out lines.
MOST_STEPS, PATIENCE = 30, 6
#: Rate of Adam, the decay of the average over its steps, and the usual size of what is learnt: the
#: deviation of a Gaussian prior, which holds the more the fewer points there are.
RATE, AVERAGE, DEVIATION = 2e-2, 0.7, 0.2
#: Steps with all lines, after those that were held out have said how long to learn, and their rate.
LAST_STEPS, LAST_RATE = 4, 6e-3
#: Characters from which on a piece of a line is long enough to be learnt from by itself: short
#: pieces beside each other take less time than long lines.
PIECE = 12
#: A held-out line counts as learnt where it gains this many nats a point.
GAIN = 0.002


@dataclass(frozen=True, eq=False)
class TaughtWriter:
    """A writer that was taught, and how that went.

    Attributes
    ----------
    vector : WriterVector
        With biases where learning them served the held-out lines.
    steps : int
        So many steps were learnt.
    before, after : float
        Mean log-loss of the held-out lines (of all, where none are held out) by the vector alone
        and with what was learnt, in nats a point.
    """

    vector: WriterVector
    steps: int
    before: float
    after: float


def teach_writer(
    hand: Hand,
    lines: Sequence[RecordedLine],
    progress: Callable[[float], None] = lambda _: None,
) -> TaughtWriter:
    """Learn a writer from lines of his.

    Parameters
    ----------
    hand : Hand
    lines : sequence of RecordedLine
        With their transcripts; those that cannot be used are left out.
    progress : callable
        Told the share of the work that is done, from 0 to 1.

    Raises
    ------
    StyleError
        If no line can be used.
    """
    usable = [normalise_pace(hand, line) for line in lines if usable_with(hand, line)]
    if not usable:
        raise StyleError("No line can be learnt from: record one whose text this hand can write.")
    start = vector_of(hand, [line.ink for line in usable])
    fits = score_lines(hand, usable, writer=start)
    lesson = _Lesson(hand, start)
    held = set(range(HOLD_OUT - 1, len(fits), HOLD_OUT)) if len(fits) >= ENOUGH else set()
    if not held:
        before = lesson.loss(lesson.batch([_whole(fit) for fit in fits]))
        biases, _ = lesson.learn(fits, FIXED_STEPS, None, progress)
        after = lesson.loss(lesson.batch([_whole(fit) for fit in fits]), biases)
        return TaughtWriter(_with(start, biases), FIXED_STEPS, before, after)
    judged = lesson.batch([_whole(fits[i]) for i in sorted(held)])
    learnt = [fit for i, fit in enumerate(fits) if i not in held]
    before = lesson.loss(judged)
    biases, losses = lesson.learn(learnt, MOST_STEPS, judged, lambda share: progress(0.8 * share))
    steps = int(np.argmin(losses)) + 1
    after = losses[steps - 1]
    if after > before - GAIN:
        progress(1.0)
        return TaughtWriter(start, 0, before, before)
    # The held-out lines are learnt from in the end, too, beside the others.
    biases, _ = lesson.learn(
        fits, LAST_STEPS, None, lambda share: progress(0.8 + 0.2 * share), biases
    )
    return TaughtWriter(_with(start, biases), steps + LAST_STEPS, before, after)


def vector_of(hand: Hand, inks: Sequence[Ink]) -> WriterVector:
    """The vector of a writer's lines; one without numbers from a hand that knows no writers."""
    if hand.knows_writers:
        return hand.writer_vector(inks[:MOST_LINES])
    return WriterVector(np.zeros(0, np.float32), hand.fingerprint)


def _with(vector: WriterVector, biases: Tensor) -> WriterVector:
    return WriterVector(vector.values, vector.hand, biases.detach().cpu().numpy())


@dataclass(frozen=True)
class _Piece:
    """A text, and its prepared ink as offsets (n, 3)."""

    text: str
    offsets: Floats


@dataclass(frozen=True)
class _Batch:
    """Pieces side by side, as `training.batches.Batch` has lines."""

    offsets: Tensor
    weights: Tensor
    codes: Tensor
    mask: Tensor

    @property
    def points(self) -> float:
        return float(self.weights.sum())


class _Lesson:
    """A hand's network, frozen, and what is added to its biases.

    Parameters
    ----------
    hand : Hand
    vector : WriterVector
        What the writer begins with.
    """

    def __init__(self, hand: Hand, vector: WriterVector) -> None:
        self._device = hand.device
        self._alphabet = hand.alphabet
        # A copy: the hand may be writing meanwhile.
        self._network = copy.deepcopy(hand.network).to(hand.device).requires_grad_(False)
        self._start = torch.from_numpy(hand.additions(vector)).to(hand.device)
        self._type = fastest_type(hand.device, hand.network.config.hidden, 0.1)

    def learn(
        self,
        fits: Sequence[LineScore],
        steps: int,
        judged: _Batch | None,
        progress: Callable[[float], None],
        first: Tensor | None = None,
    ) -> tuple[Tensor, list[float]]:
        """Learn from lines: what is then added beside the vector, (P,).

        Parameters
        ----------
        judged : lines that are held out; with them the steps end when these no longer gain
        first : what to go on from, (P,)

        Returns
        -------
        Tensor, and the loss of the judged lines after each step
            The best one's; the last one's where none are judged.
        """
        batch = self.batch([piece for fit in fits for piece in _pieces(fit)])
        biases = torch.zeros_like(self._start) if first is None else first.clone()
        biases.requires_grad_()
        average, best = torch.zeros_like(self._start), torch.zeros_like(self._start)
        rate = RATE if first is None else LAST_RATE
        adam = torch.optim.Adam([biases], lr=rate, betas=(0.9, 0.99))
        losses: list[float] = []
        for step in range(steps):
            adam.zero_grad()
            prior = biases.square().sum() / (2 * DEVIATION**2 * batch.points)
            (self._mean_loss(batch, biases) + prior).backward()  # type: ignore[no-untyped-call]
            adam.step()
            # The average of the steps, made up for its beginning at zero.
            average.lerp_(biases.detach(), 1 - AVERAGE)
            smooth = average / (1 - AVERAGE ** (step + 1))
            losses.append(0.0 if judged is None else self.loss(judged, smooth))
            if judged is None or losses[-1] == min(losses):
                best = smooth
            if judged is not None and step - int(np.argmin(losses)) >= PATIENCE:
                break
            progress((step + 1) / steps)
        return best, losses

    @torch.no_grad()
    def loss(self, batch: _Batch, biases: Tensor | None = None) -> float:
        """Mean log-loss of lines, in nats a point, the offsets being in offsets units."""
        none = torch.zeros_like(self._start)
        loss = float(self._mean_loss(batch, none if biases is None else biases))
        return loss if math.isfinite(loss) else math.inf

    def batch(self, pieces: Sequence[_Piece]) -> _Batch:
        """Pieces side by side, padded."""
        rows = [torch.from_numpy(piece.offsets) for piece in pieces]
        codes = [torch.from_numpy(self._alphabet.encode(piece.text)) for piece in pieces]
        ones = [torch.ones(len(row) - 1) for row in rows]
        given = (
            pad_sequence(rows),
            pad_sequence(ones),
            pad_sequence(codes, batch_first=True),
            pad_sequence([torch.ones(len(code)) for code in codes], batch_first=True),
        )
        return _Batch(*(tensor.to(self._device) for tensor in given))

    def _mean_loss(self, batch: _Batch, biases: Tensor) -> Tensor:
        lines = batch.offsets.shape[1]
        shares = torch.ones((lines, 1), device=self._device)
        outputs = self._network(
            batch.offsets[:-1].to(self._type),
            batch.codes,
            batch.mask,
            shares,
            (self._start + biases)[:, None],
        )
        losses = log_loss(outputs.raw, batch.offsets[1:])
        return (losses * batch.weights).sum() / batch.weights.sum()


def _whole(fit: LineScore) -> _Piece:
    return _Piece(fit.text, to_offsets(fit.ink))


def _pieces(fit: LineScore) -> list[_Piece]:
    """A line cut between its words, each piece some characters long."""
    cuts: npt.NDArray[np.int64] = word_cuts(fit.text, fit.ink, fit.characters)
    words = fit.text.split(" ")
    pieces, first = [], 0
    for last in range(1, len(words) + 1):
        text = " ".join(words[first:last])
        rest = " ".join(words[last:])
        if (len(text) < PIECE or 0 < len(rest) < PIECE) and last < len(words):
            continue
        ink = fit.ink.part(int(cuts[first]), int(cuts[last]))
        if text and ink.points > 2:
            pieces.append(_Piece(text, to_offsets(ink)))
        first = last
    return pieces or [_whole(fit)]
