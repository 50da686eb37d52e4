"""Teacher forcing: given ink is fed to the network, which says how likely it finds each point."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence

from engine.errors import InkError, TextError
from engine.hand import Hand
from engine.ink.ink import Ink
from engine.ink.preparation import to_offsets
from engine.network.mixture import log_loss, log_shares, split
from engine.network.network import NetworkOutput
from engine.sampling.alignment import on_text
from engine.sampling.request import LONGEST
from engine.sampling.trace import Floats, SampleTrace
from engine.style.writer_vector import WriterVector

#: The longest ink that is fed as one line, in prepared points: the pass holds every point's gates.
MOST_POINTS = 20_000
#: Ink with this many times more or fewer points a character than the hand's pace is no ink of
#: its text.
MOST_PACE = 6.0


@dataclass(frozen=True, eq=False)
class TeacherForcingResult:
    """What the network did while ink was fed to it.

    Attributes
    ----------
    ink : Ink
        The ink as the network was given it, in offsets units: n + 1 points.
    steps : SampleTrace
        One for each of n points after the first, which the network sees and does not predict.
        No bias is applied; `component` is the one that takes most of the blame for the point.
    log_likelihood : float32 (n,)
        Of each point (offset and end of stroke), in nats, the offsets being in offsets units.
    layers : float32 (n, 3, H)
        The outputs of the LSTM layers.
    """

    ink: Ink
    steps: SampleTrace
    log_likelihood: Floats
    layers: Floats


def teacher_force(
    hand: Hand,
    ink: Ink,
    text: str,
    writer: WriterVector | None = None,
    *,
    as_written: bool = False,
) -> TeacherForcingResult:
    """Feed ink with its text to a hand's network (Graves 2013, equation 26).

    Parameters
    ----------
    hand : Hand
    ink : Ink
        In any unit; it is prepared as the training data was.
    text : str
        What the ink says, in characters of the hand's alphabet.
    writer : WriterVector, optional
        Of whom the network is to take it for.
    as_written : bool
        Whether a hand wrote the ink: its points are then fed as they are, levelled and scaled
        alone.

    Raises
    ------
    TextError
        If the text is empty, too long, or has a character that the hand does not know.
    InkError
        If the ink is empty, too long, or cannot be ink of that text.
    StyleError
        If the vector is of another hand.
    """
    if not text.strip():
        raise TextError("There is no text; give what the ink says.")
    if len(text) > LONGEST:
        raise TextError(
            f"A text of {len(text)} characters is too long (at most {LONGEST}); take one line."
        )
    codes = hand.alphabet.encode(text)
    if ink.points > 4 * MOST_POINTS:
        raise InkError(_too_long(ink.points))
    preparation = hand.preparation
    if as_written:
        preparation = replace(preparation, thin=1)
        ink = Ink(tuple(stroke.with_time(None) for stroke in ink.strokes))
    prepared = preparation.prepare(ink)
    offsets = to_offsets(prepared)
    _check_pace(len(offsets), text, hand.pace)
    return trace_offsets(hand, prepared, offsets, text, codes, writer)


@torch.inference_mode()
def feed(
    hand: Hand,
    offsets: Sequence[npt.NDArray[np.float32]],
    codes: Sequence[npt.NDArray[np.int64]],
    writer: WriterVector | None = None,
) -> tuple[NetworkOutput, Tensor]:
    """One pass of the network over given lines, all at once; every teacher forcing is this.

    Parameters
    ----------
    hand : Hand
    offsets : B of float32 (n_b, 3)
        In offsets units.
    codes : B of int64 (U_b,)
        What the window is to see.
    writer : WriterVector, optional
        Of whom the network is to take the lines for.

    Returns
    -------
    NetworkOutput
        With a leading axis of T - 1 points, T the longest n_b; row t is of point t + 1.
    targets : Tensor (T - 1, B, 3)
        The points that were expected, zero beyond a line's end, on the hand's device.

    Raises
    ------
    StyleError
        If the vector is of another hand.
    """
    network, device = hand.network.to(hand.device), hand.device
    points = pad_sequence([torch.from_numpy(line) for line in offsets]).to(device)
    padded = pad_sequence([torch.from_numpy(line) for line in codes], batch_first=True)
    mask = pad_sequence([torch.ones(len(line)) for line in codes], batch_first=True)
    batch = points[:-1], padded.to(device), mask.to(device)
    if writer is None:
        return network(*batch), points[1:]
    shares = torch.ones((len(offsets), 1), device=device)
    added = torch.from_numpy(hand.additions(writer)).to(device)
    return network(*batch, shares, added[:, None]), points[1:]


def _too_long(points: int) -> str:
    return (
        f"The ink has {points:,} points, too many for one line (at most {MOST_POINTS:,}); "
        "take a part of it."
    )


def _check_pace(points: int, text: str, pace: float) -> None:
    if points > MOST_POINTS:
        raise InkError(_too_long(points))
    if points < 2:
        raise InkError("The ink has fewer than two points; draw a whole line.")
    own = points / (len(text) + 1)
    if not pace / MOST_PACE <= own <= pace * MOST_PACE:
        raise InkError(
            f"The ink has {points} points and the text {len(text)} "
            f"character{'s' if len(text) > 1 else ''}, {own:.1f} points a character where "
            f"{pace:.0f} are usual; give the text that the ink says."
        )


@torch.inference_mode()
def trace_offsets(
    hand: Hand,
    ink: Ink,
    offsets: npt.NDArray[np.float32],
    text: str,
    codes: npt.NDArray[np.int64],
    writer: WriterVector | None = None,
) -> TeacherForcingResult:
    """Feed prepared ink, given as offsets (n + 1, 3), unchecked; see `teacher_force`.

    `codes` are of the text, and of what else the window was to see after it.
    """
    outputs, expected = feed(hand, [offsets], [codes], writer)
    raw, targets = outputs.raw[:, 0].cpu(), expected[:, 0].cpu()
    mixture = split(raw)
    alpha, beta, kappa = np.split(outputs.windowed.parameters[:, 0].cpu().numpy(), 3, axis=1)
    steps = SampleTrace(
        text=text,
        offsets=offsets[1:],
        phi=on_text(outputs.windowed.phi[:, 0].cpu().numpy(), 0, len(text) + 1),
        alpha=alpha,
        beta=beta,
        kappa=kappa,
        pi=mixture.log_pi.exp().numpy(),
        mu=mixture.mu.numpy(),
        sigma=mixture.log_sigma.exp().numpy(),
        rho=mixture.rho.numpy(),
        eos=torch.sigmoid(mixture.eos).numpy(),
        component=log_shares(mixture, targets[:, :2]).argmax(dim=-1).numpy(),
    )
    return TeacherForcingResult(
        ink=ink,
        steps=steps,
        log_likelihood=-log_loss(raw, targets).numpy(),
        layers=torch.stack([layer[:, 0] for layer in outputs.layers], dim=1).cpu().numpy(),
    )
