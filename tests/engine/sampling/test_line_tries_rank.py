"""Which of several tries the policy keeps: the order of what counts."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest

from engine.ink.ink import Ink
from engine.recognition.recogniser import Recognition
from engine.recognition.word_reading import WordReading
from engine.sampling.line_tries import carry_out
from engine.sampling.policy import DOUBT, UNLIKE, Policy
from engine.sampling.request import SamplingRequest
from engine.sampling.sampled_line import SampledLine

TEXT = "one two three"

#: Tries from the best to the worst: flaws, how certain those signs are that are not quite certain,
#: unlikeness, log-likelihood a character.
ORDER = (
    (0, (), UNLIKE + 0.1, -1.0),
    (0, (), UNLIKE + 0.2, -0.5),
    (0, (-1.1,), 0.0, -0.1),
    (0, (-1.1, -1.1), 0.0, -0.1),
    (0, (-9.0,), 0.0, -0.4),
    (0, (-9.0,), 0.0, -0.9),
    (0, (-9.0,), UNLIKE, -0.1),
    (0, (-9.0, -1.1), 0.0, 0.0),
    (0, (-9.0, -9.0), 0.0, 0.0),
    (1, (), 0.0, 0.0),
    (2, (), 0.0, 0.0),
)


@pytest.mark.parametrize("given", [*permutations(range(len(ORDER)), 3)][::41])
def test_the_best_of_all_tries_is_kept(given: tuple[int, ...]) -> None:
    numbers: dict[int, int] = {}

    def sample(jobs: list[SamplingRequest]) -> list[SampledLine]:
        lines = []
        for job in jobs:
            number = given[len(numbers)]
            numbers[job.seed] = number
            flaws = tuple(f"flaw {k}" for k in range(ORDER[number][0]))
            ink = Ink.from_lists([[(0.0, 0.0), (1.0, 1.0)]])
            lines.append(
                SampledLine(TEXT, ink, np.zeros(2, int), job.seed, job.bias, None, 1, flaws)
            )
        return lines

    def judge(lines: list[SampledLine]) -> list[Recognition]:
        found = []
        for line in lines:
            _, signs, _, likelihood = ORDER[numbers[line.seed]]
            one, *others = TEXT.split()
            words = (WordReading(one, "x", signs), *(WordReading(word, word) for word in others))
            found.append(Recognition("", len(signs), likelihood, words))
        return found

    def unlikeness(job: SamplingRequest, line: SampledLine) -> float:
        return ORDER[numbers[line.seed]][2]

    jobs = [SamplingRequest(TEXT, 5, 0.75, None, 1.0)]
    policy = Policy(tries=3, repairs=False)
    (kept,) = carry_out(policy, jobs, sample, judge, unlikeness)
    assert numbers[kept.seed] == min(given)
    assert kept.attempts == len(numbers) == 3
    assert bool(kept.misread) == (min(ORDER[min(given)][1], default=0.0) < DOUBT)
