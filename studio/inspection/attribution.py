"""What a point hangs on: gradients of its likelihood, and the network with a part switched off."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from engine.errors import SettingError
from engine.hand import Hand
from engine.network.mixture import log_loss
from engine.sampling.reference_sampler import NOTHING, ReferenceSampler, SwitchedOff
from studio.inspection.run_recording import RunRecording

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Attribution:
    """How the log-likelihood of one point goes with what the network was given before it.

    Parameters
    ----------
    point : int
        From 0.
    log_likelihood : float
        Of it, in nats, in offsets units, at bias 0.
    text : float32 (U,)
        For each character of the text, and the closing space: the size (Euclidean norm) of the
        gradient with respect to what stands there, a weight for each character of the alphabet. A
        character that the window has not come to has 0.
    for_characters : float32 (U,)
        The gradient with respect to the character's own weight: positive where more of it would
        have made the point more likely.
    ink : float32 (n, 3)
        The gradient with respect to each point's dx, dy and end of stroke; 0 from this point on.
    """

    point: int
    log_likelihood: float
    text: Floats
    for_characters: Floats
    ink: Floats


def attribute(hand: Hand, recording: RunRecording, point: int) -> Attribution:
    """Differentiate the log-likelihood of a recording's point (Graves 2013, equation 26).

    The network is fed the recording's points up to that one, as in teacher forcing without a
    primer, and the error is taken back through the window and all layers to each of them.

    Parameters
    ----------
    hand : Hand
    recording : RunRecording
    point : int
        From 0 to the recording's length less one.

    Raises
    ------
    SettingError
        If there is no such point.
    TextError
        If the hand does not know a character of the text.
    """
    if not 0 <= point < len(recording):
        raise SettingError(f"There is no point {point}; choose one from 0 to {len(recording) - 1}.")
    given, one_hot = _inputs(hand, recording, point + 1)
    given.requires_grad_()
    one_hot.requires_grad_()
    (likelihood,) = _likelihoods(hand, given, one_hot, NOTHING, only_last=True)
    likelihood.backward()  # type: ignore[no-untyped-call]
    by_ink, by_text = given.grad, one_hot.grad
    assert by_ink is not None
    assert by_text is not None
    ink = np.zeros((len(recording), 3), np.float32)
    # Row 0 is the point before the first one, which stands still.
    ink[:point] = by_ink[1 : point + 1, 0].numpy()
    own = one_hot.detach()[0]
    return Attribution(
        point,
        float(likelihood.detach()),
        by_text[0].norm(dim=1).numpy(),
        (by_text[0] * own).sum(1).numpy(),
        ink,
    )


@torch.inference_mode()
def switched_off(hand: Hand, recording: RunRecording, off: SwitchedOff) -> Floats:
    """The log-likelihood of each point of a recording with parts of the network switched off.

    Parameters
    ----------
    hand : Hand
    recording : RunRecording
    off : SwitchedOff
        `SwitchedOff()` for the network as it is, to be compared with.

    Returns
    -------
    float32 (n,)
        In nats, in offsets units, at bias 0.

    Raises
    ------
    SettingError
        If the network has no such part, or nothing of its mixture would be left.
    TextError
        If the hand does not know a character of the text.
    """
    config = hand.network.config
    for number, most in (
        *((unit, config.hidden) for _, unit in off.units),
        *((layer, 3) for layer, _ in off.units),
        *((gaussian, config.window) for gaussian in off.gaussians),
        *((component, config.mixture) for component in off.components),
    ):
        if not 0 <= number < most:
            raise SettingError(f"The network has no {off}; count from 0.")
    if len(set(off.components)) == config.mixture:
        raise SettingError("One component of the mixture has to stay.")
    given, one_hot = _inputs(hand, recording, len(recording))
    found = torch.stack(_likelihoods(hand, given, one_hot, off))
    return np.asarray(found.numpy(), np.float32)


def _inputs(hand: Hand, recording: RunRecording, points: int) -> tuple[Tensor, Tensor]:
    """What the network is given: points (T + 1, 1, 3) from the one that stands still, and text."""
    offsets = np.asarray(recording["offsets"][:points], np.float32)
    still = np.zeros((1, 3), np.float32)
    given = torch.from_numpy(np.concatenate([still, offsets]))[:, None]
    codes = torch.from_numpy(hand.alphabet.encode(recording.text))
    one_hot = torch.nn.functional.one_hot(codes, hand.network.config.characters)
    return given, one_hot.to(torch.float32)[None]


def _likelihoods(
    hand: Hand, given: Tensor, one_hot: Tensor, off: SwitchedOff, *, only_last: bool = False
) -> list[Tensor]:
    """The log-likelihood of each given point after the first, or of the last alone."""
    sampler = ReferenceSampler(hand.network, torch.device("cpu"))
    state, found = sampler.start(1), []
    for number, (before, after) in enumerate(pairwise(given)):
        raw, _, state = sampler.step(before, one_hot, state, off)
        if not only_last or number == len(given) - 2:
            # The point itself is what is asked about: it is no cause of its own likelihood.
            found.append(-log_loss(raw, after.detach())[0])
    return found
