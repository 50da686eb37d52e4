"""Reference lines: other lines of the writer of a line, of which the network makes his vector."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from training.corpora.corpus import Corpus

#: Single words and signs are taken together until they have this many characters; they count as
#: one line.
CHARACTERS = 20
#: Of so many examples one has up to twice as many lines as usual.
SELDOM = 8
#: Reference lines of each line that is validated on.
VALIDATED = 3


class ReferenceLines:
    """The lines of each writer that others of his may be written after.

    Parameters
    ----------
    corpus : Corpus
        With the writers and pages (forms) of its lines.
    """

    def __init__(self, corpus: Corpus) -> None:
        writers, self._splits = corpus.writers.numpy(), corpus.splits.numpy()
        self._forms = corpus.forms.numpy()
        self._writers = writers
        starts, codes = corpus.code_starts.numpy(), corpus.codes.numpy()
        self._characters = np.diff(starts)
        self._texts = [codes[a:b].tobytes() for a, b in pairwise(starts)]
        order = np.argsort(writers, kind="stable")
        bounds = np.searchsorted(writers[order], np.arange(writers.max(initial=-1) + 2))
        self._of = [order[a:b] for a, b in pairwise(bounds)]

    def sample(
        self, example: Sequence[int], most: int, unreferenced: float, random: np.random.Generator
    ) -> list[int]:
        """Reference lines of an example at random: for a share of examples none, else 1 to `most`.

        Now and then there are up to twice as many. None of them is a part of the example or says
        the same on the same page; where the writer has other pages they are from these.
        """
        without, seldom = random.random() < unreferenced, random.integers(SELDOM) == 0
        count = int(random.integers(1, (2 * most if seldom else most) + 1))
        return [] if without else self.others(example, count, random)

    def fixed(self, line: int) -> list[int]:
        """The reference lines of a line that is validated on, the same each time."""
        return self.others((line,), VALIDATED, np.random.default_rng([line, 0]))

    def others(self, example: Sequence[int], count: int, random: np.random.Generator) -> list[int]:
        """So many lines of an example's writer at random, where there are any from other pages."""
        candidates = self._candidates(example)
        return self._until(candidates[random.permutation(len(candidates))], count)

    def of_page(self, line: int, count: int, random: np.random.Generator) -> list[int]:
        """A line and others of its page at random, so many in all."""
        lines = self._of[self._writers[line]]
        page = lines[(self._forms[lines] == self._forms[line]) & (lines != line)]
        return self._until(np.append(line, page[random.permutation(len(page))]), count)

    def _until(self, candidates: npt.NDArray[np.int64], count: int) -> list[int]:
        """The first of these that are so many lines, or as long as so many."""
        taken: list[int] = []
        characters = count_of = 0
        for line in candidates.tolist():
            taken.append(line)
            characters += int(self._characters[line])
            if characters >= CHARACTERS:
                characters, count_of = 0, count_of + 1
            if count_of == count:
                break
        return taken

    def _candidates(self, example: Sequence[int]) -> npt.NDArray[np.int64]:
        """Lines of the example's writer that it may be written after."""
        first = example[0]
        lines: npt.NDArray[np.int64] = self._of[self._writers[first]]
        lines = lines[self._splits[lines] == self._splits[first]]
        forms, far = self._forms[lines], np.ones(len(lines), dtype=bool)
        for form in {int(self._forms[line]) for line in example}:
            far &= forms != form
        if far.any():
            return lines[far]
        own = {self._texts[line] for line in example}
        near = [line for line in lines.tolist() if self._texts[line] not in own]
        return np.array(near, dtype=np.int64)
