"""What a network remembers of primers: its state near their ends, fed once and kept."""

from __future__ import annotations

from collections.abc import Sequence
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
#: Primers that are fed at a time at most: of more the memory would grow.
MOST_FED = 32

Floats = npt.NDArray[np.float32]


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
        self._known = StyleCache(
            lambda style: self._primed([style])[0], make_all=self._primed_together
        )

    def of(self, style: Style) -> PrimedState:
        """The state near the end of a style's ink, fed with its text (Graves 2013, section 5.5).

        A style whose ink is not fed leaves the state at zero.

        Up to here what is to be written cannot be seen, so the state serves every text. The last
        points are fed when it is known: there the window begins to look at it.
        """
        return self._known.of(style)

    def of_all(self, styles: Sequence[Style]) -> list[PrimedState]:
        """As `of`, of styles that are fed together where they have not been fed before."""
        return self._known.of_all(styles)

    def _primed_together(self, styles: Sequence[Style]) -> list[PrimedState]:
        groups = (styles[first : first + MOST_FED] for first in range(0, len(styles), MOST_FED))
        return [state for group in groups for state in self._primed(group)]

    def _primed(self, styles: Sequence[Style]) -> list[PrimedState]:
        prepared = [self._preparation.prepare(style.ink) for style in styles]
        offsets = [to_offsets(ink) for ink in prepared]
        middles = [max(1, len(line) - END) for line in offsets]
        fed = [number for number, style in enumerate(styles) if style.primed]
        states = self._fed(
            [styles[number] for number in fed],
            [offsets[number][: middles[number]] for number in fed],
        )
        found = dict(zip(fed, states, strict=True))
        return [
            self._state(style, ink, line, middle, found.get(number))
            for number, (style, ink, line, middle) in enumerate(
                zip(styles, prepared, offsets, middles, strict=True)
            )
        ]

    def _fed(self, styles: Sequence[Style], lines: Sequence[Floats]) -> list[Tensor]:
        """The states (S,) that styles' first points leave behind."""
        if self._sampler.device.type != "cpu" and len(styles) > 1:
            return [self._fed([s], [line])[0] for s, line in zip(styles, lines, strict=True)]
        if not styles:
            return []
        order = sorted(range(len(lines)), key=lambda number: -len(lines[number]))
        points = np.zeros((len(lines[order[0]]), len(lines), 3), np.float32)
        for row, number in enumerate(order):
            points[: len(lines[number]), row] = lines[number]
        run = self._sampler.run(
            self._sampler.zeros(len(lines)),
            [self._alphabet.encode(styles[number].text) for number in order],
            [0.0] * len(lines),
            self._writers.together([styles[number] for number in order]),
        )
        run.feed(points, np.array([len(lines[number]) for number in order]))
        # Of its own memory, so that a state does not keep those beside it.
        found = {number: state.clone() for number, state in zip(order, run.states, strict=True)}
        return [found[number] for number in range(len(lines))]

    def _state(
        self, style: Style, prepared: Ink, offsets: Floats, middle: int, fed: Tensor | None
    ) -> PrimedState:
        state, tail, end = self._sampler.zeros(1)[0], "", offsets[:0]
        if fed is not None:
            state, end = fed, offsets[middle - 1 :]
            tail = (style.text + " ")[-TAIL:]
            state[self._sampler.row.kappa] -= len(style.text) + 1 - len(tail)
        scale = _ratio(prepared, style.ink)
        shape = hinge_features(prepared.scaled(1 / scale), style.text)
        return PrimedState(state, end, tail, scale, shape)


def _ratio(prepared: Ink, ink: Ink) -> float:
    """Offsets units to one x-height of a style's ink."""
    return float(prepared.xy[:, 1].std() / max(ink.xy[:, 1].std(), 1e-9))
