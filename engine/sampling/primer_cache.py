"""What a network remembers of primers: its state near their ends, fed once and kept."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from torch import Tensor

from engine.ink.ink import Ink
from engine.ink.preparation import Preparation, to_offsets
from engine.sampling.sampler import Sampler
from engine.sampling.writer_cache import WriterCache
from engine.style.similarity import HingeFeatures, hinge_features
from engine.style.style import Style
from engine.style.style_cache import StyleCache
from engine.text.alphabet import Alphabet

#: Characters of a primer's end that the window may still look back on.
TAIL = 16
#: Points of a primer's end that are fed with the text in sight.
END = 40


@dataclass(frozen=True, eq=False)
class PrimedState:
    """The state near a primer's end, and its last points.

    Attributes
    ----------
    state : float32 (S,)
    end : float32 (n, 3)
        The offsets that are still to be fed, the first of which the state holds already; none
        where the style does not prime.
    tail : the end of the primer's text, which the window may look back on
    scale : offsets units to an x-height
    shape : the primer's, which candidates are compared with
    """

    state: Tensor
    end: npt.NDArray[np.float32]
    tail: str
    scale: float
    shape: HingeFeatures


class PrimerCache:
    """Styles that a network was primed with.

    Parameters
    ----------
    sampler : Sampler
    alphabet : Alphabet
    preparation : Preparation
    writers : WriterCache
    """

    def __init__(
        self,
        sampler: Sampler,
        alphabet: Alphabet,
        preparation: Preparation,
        writers: WriterCache,
    ) -> None:
        self._sampler, self._alphabet, self._preparation = sampler, alphabet, preparation
        self._writers = writers
        self._known = StyleCache(self._primed)

    def of(self, style: Style) -> PrimedState:
        """The state near the end of a style's ink, fed with its text (Graves 2013, section 5.5).

        A style whose ink is not fed leaves the state at zero.

        Up to here what is to be written cannot be seen, so the state serves every text. The last
        points are fed when it is known: there the window begins to look at it.
        """
        return self._known.of(style)

    def _primed(self, style: Style) -> PrimedState:
        prepared = self._preparation.prepare(style.ink)
        offsets = to_offsets(prepared)
        middle = max(1, len(offsets) - END)
        state, tail, end = self._sampler.zeros(1)[0], "", offsets[:0]
        if style.primed:
            added = self._writers.together([style])
            codes = [self._alphabet.encode(style.text)]
            run = self._sampler.run(self._sampler.zeros(1), codes, [0.0], added)
            run.feed(offsets[:middle, None])
            state, end = run.states[0], offsets[middle - 1 :]
            tail = (style.text + " ")[-TAIL:]
            state[self._sampler.row.kappa] -= len(style.text) + 1 - len(tail)
        scale = _ratio(prepared, style.ink)
        shape = hinge_features(prepared.scaled(1 / scale), style.text)
        return PrimedState(state, end, tail, scale, shape)


def _ratio(prepared: Ink, ink: Ink) -> float:
    """Offsets units to one x-height of a style's ink."""
    return float(prepared.xy[:, 1].std() / max(ink.xy[:, 1].std(), 1e-9))
