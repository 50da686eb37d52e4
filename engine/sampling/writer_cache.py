"""What the writers of styles add to a network's biases: made once for a style, and kept."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cached_property

import numpy as np
import numpy.typing as npt
import torch

from engine.errors import SettingError, StyleError
from engine.ink.ink import Ink
from engine.ink.preparation import Preparation, to_offsets
from engine.network.network import Network
from engine.network.writer_encoder import checked_lines, packed
from engine.style.style import Style
from engine.style.style_cache import StyleCache
from engine.style.writer_vector import WriterVector

Floats = npt.NDArray[np.float32]


class WriterCache:
    """The writers of styles, as a network takes them.

    Parameters
    ----------
    network : Network
    preparation : Preparation
    """

    def __init__(self, network: Network, preparation: Preparation) -> None:
        self._network, self._preparation = network, preparation
        self._known = StyleCache(self._of)

    @cached_property
    def fingerprint(self) -> str:
        """What tells the network from others: a part of the checksum of its weights."""
        digest = hashlib.sha256()
        for weight in self._network.state_dict().values():
            # As a hand's file has them: a hand that was saved and loaded is the same.
            digest.update(weight.detach().cpu().half().numpy().tobytes())
        return digest.hexdigest()[:16]

    @torch.inference_mode()
    def vector(self, inks: Sequence[Ink]) -> WriterVector:
        """The vector of one writer's lines, in any unit; see `engine.hand.Hand.writer_vector`.

        Raises
        ------
        SettingError
            If the hand knows no writers' vectors.
        InkError
            If there are no lines, or too many.
        """
        if not self._network.config.vector:
            raise SettingError(
                "This hand knows no writers' vectors; choose a newer hand, or prime it with a line."
            )
        lines = [to_offsets(self._preparation.prepare(ink)) for ink in inks]
        checked_lines(lines)
        device = next(self._network.parameters()).device
        values = self._network.encoder(packed([lines]).to(device))[0].cpu().numpy()
        return WriterVector(values, self.fingerprint)

    def added(self, vector: WriterVector) -> Floats:
        """What a writer adds to the network's biases, float32 (P,).

        Raises
        ------
        StyleError
            If the vector is of another hand.
        """
        config = self._network.config
        if vector.hand != self.fingerprint or len(vector.values) != config.vector:
            raise StyleError("The writer's vector is of another hand; make the style again.")
        added: Floats = np.zeros(sum(self._network.additions), np.float32)
        if config.vector:
            added += self._network.basis.detach().cpu().numpy() @ vector.values
        if vector.biases is not None:
            if len(vector.biases) != len(added):
                raise StyleError("What the style was taught is of another hand; teach it again.")
            added += vector.biases
        return added

    def of(self, style: Style | None) -> Floats | None:
        """What the writer of a style adds, float32 (P,); None where it has none.

        A vector of another hand means nothing to this one: it makes its own of the style's ink,
        or, where it knows no writers, does without.
        """
        return None if style is None or style.vector is None else self._known.of(style)

    def _of(self, style: Style) -> Floats | None:
        vector = style.vector
        if vector is not None and vector.hand != self.fingerprint:
            vector = self.vector([style.ink]) if self._network.config.vector else None
        return None if vector is None else self.added(vector)

    def together(self, styles: Sequence[Style | None]) -> Floats | None:
        """What the writers of styles add, float32 (B, P); None where none of them has one."""
        rows = [self.of(style) for style in styles]
        if all(row is None for row in rows):
            return None
        nothing = np.zeros(sum(self._network.additions), np.float32)
        return np.stack([nothing if row is None else row for row in rows])
