"""Samples lines by a policy: tries, repaired words, and the choice of the best.

Every line is sampled once and read at once (ranking samples by a recogniser: arXiv 2306.03103).
Where only a word or two are misread or unsure, these are written again in the manner of their
line; where more is wrong, the whole line is. `engine.sampling.policy` says how often.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

from engine.errors import WritingStoppedError
from engine.recognition.recogniser import Recognition
from engine.sampling.misread_word import MisreadWord
from engine.sampling.policy import (
    DOUBT,
    FEW_WORDS,
    LEGIBLE_TRIES,
    UNLIKE,
    UNSURE,
    WORD_ROUNDS,
    Policy,
)
from engine.sampling.request import SamplingRequest, further_seed
from engine.sampling.sampled_line import SampledLine
from engine.sampling.word_repair import line_primer, splice_word, word_jobs

Sample = Callable[[Sequence[SamplingRequest]], list[SampledLine]]
Judge = Callable[[Sequence[SampledLine]], list[Recognition]]
Unlikeness = Callable[[SamplingRequest, SampledLine], float]


@dataclass(frozen=True, eq=False)
class Try:
    """A sampled line, and what was found of it.

    Attributes
    ----------
    line : SampledLine
        With the words that may be misread.
    unsure : tuple of int
        The words that are not surely read as asked for, those among them, by their place in the
        line.
    signs : tuple of int
        How many signs may be misread, and how many are unsure.
    doubt : float
        Of the recogniser, in nats a character; the less the better.
    unlike : float
        How unlike its style the line is; 0 in no style.
    """

    line: SampledLine
    unsure: tuple[int, ...] = ()
    signs: tuple[int, int] = (0, 0)
    doubt: float = 0.0
    unlike: float = 0.0

    @property
    def rank(self) -> tuple[int, int, int, float, float]:
        """The less the better: flaws, misread signs, then likeness where there is a style."""
        return (len(self.line.flaws), *self.signs, self.unlike, self.doubt)

    @property
    def legible(self) -> bool:
        """Whether it says what it should."""
        return not self.line.flaws and not self.line.misread

    @property
    def good(self) -> bool:
        """Whether no better one need be looked for."""
        return self.legible and not self.unsure and self.unlike <= UNLIKE


@dataclass
class _Case:
    """A line in work: what was tried for it so far."""

    job: SamplingRequest
    tries: list[Try] = field(default_factory=list)
    sampled: int = 0
    repaired: int = 0

    @property
    def best(self) -> Try:
        return min(self.tries, key=lambda one: one.rank)

    def missing(self, policy: Policy) -> int:
        """How often the line may still be sampled; not at all where it is good."""
        if not self.tries:
            return policy.tries
        best = self.best
        most = min(policy.tries, LEGIBLE_TRIES) if best.legible else policy.tries
        return 0 if best.good else max(0, most - self.sampled)


def carry_out(
    policy: Policy,
    jobs: Sequence[SamplingRequest],
    sample: Sample,
    judge: Judge,
    unlikeness: Unlikeness,
    stop: Callable[[], bool] = lambda: False,
) -> list[SampledLine]:
    """Write lines by a policy.

    A line's result depends on its own job alone, not on those beside it, as long as `sample` and
    `judge` keep to that.

    Parameters
    ----------
    policy : Policy
    jobs : sequence of SamplingRequest
    sample : callable
        Samples lines once each.
    judge : callable
        Reads lines; asked only where the policy reads.
    unlikeness : callable
        Of a line to the style of its job, 0 in none.
    stop : callable
        Asked between two rounds: where it says so, what is best by then is kept. It is so, too,
        where sampling is stopped within a round behind the first.

    Returns
    -------
    list of SampledLine
        The best of each line's tries, with the words that are still misread.

    Raises
    ------
    WritingStoppedError
        If sampling is stopped within the first round.
    """
    cases = [_Case(job) for job in jobs]

    def looked_at(lines: Sequence[SampledLine], for_jobs: Sequence[SamplingRequest]) -> list[Try]:
        judgements = judge(lines) if policy.reads else [None] * len(lines)
        return [
            _try(line, judgement, unlikeness(job, line) if policy.reads else 0.0)
            for line, judgement, job in zip(lines, judgements, for_jobs, strict=True)
        ]

    def sample_again(waiting: Sequence[_Case], count: int) -> None:
        asked = [
            (case, replace(case.job, seed=_try_seed(case.job.seed, case.sampled + number)))
            for case in waiting
            for number in range(min(count, case.missing(policy)))
        ]
        lines = sample([job for _, job in asked])
        for (case, _), one in zip(asked, looked_at(lines, [job for _, job in asked]), strict=True):
            case.tries.append(one)
            case.sampled += 1

    def repair(waiting: Sequence[_Case]) -> None:
        for count in WORD_ROUNDS:
            for place in reversed(range(FEW_WORDS)):
                now = [case for case in waiting if len(case.best.unsure) > place]
                if now and not stop():
                    _repair_round(now, place, count, sample, looked_at)

    sample_again(cases, policy.least)
    count = 1
    with suppress(WritingStoppedError):
        while True:
            if policy.repairs and policy.reads:
                repair([case for case in cases if _mendable(case.best)])
            waiting = [case for case in cases if case.missing(policy)]
            if not waiting or stop():
                break
            sample_again(waiting, count)
            count *= 2
    return [_kept(case) for case in cases]


def _try_seed(seed: int, number: int) -> int:
    """The seed of a line's so-many-th sample; the first has the line's own."""
    return further_seed(seed, number) if number else seed


def _try(line: SampledLine, judgement: Recognition | None, unlike: float) -> Try:
    if judgement is None:
        return Try(line)
    asked = line.text.split(" ")
    words = list(enumerate(judgement.words))
    misread = tuple(
        MisreadWord(number, asked[number], word.read, word.certainty)
        for number, word in words
        if word.certainty < DOUBT
    )
    unsure = tuple(number for number, word in words if word.certainty < UNSURE)
    signs = [sign for word in judgement.words for sign in word.signs]
    counts = sum(sign < DOUBT for sign in signs), sum(sign < UNSURE for sign in signs)
    return Try(replace(line, misread=misread), unsure, counts, -judgement.log_likelihood, unlike)


def _mendable(one: Try) -> bool:
    """Whether words of it are worth writing again: few of several, in a line that is all there."""
    words = one.line.text.split(" ")
    several = len(words) > 1 and all(words)
    return not one.line.flaws and several and 1 <= len(one.unsure) <= min(FEW_WORDS, len(words) - 1)


def _repair_round(
    cases: Sequence[_Case],
    place: int,
    count: int,
    sample: Sample,
    looked_at: Callable[[Sequence[SampledLine], Sequence[SamplingRequest]], list[Try]],
) -> None:
    """Write one unsure word of each line so many times again, and keep what reads better."""
    bases = [case.best for case in cases]
    asked: list[tuple[_Case, Try, int]] = []
    jobs: list[SamplingRequest] = []
    for case, base in zip(cases, bases, strict=True):
        word = base.unsure[place]
        primer = line_primer(base.line.text, base.line.ink, case.job.style)
        seeds = [further_seed(base.line.seed, word, case.repaired + n) for n in range(count)]
        jobs += word_jobs(case.job, primer, [(word, seed) for seed in seeds])
        asked += [(case, base, word)] * count
        case.repaired += count
    lines, kept = [], []
    for (case, base, word), new in zip(asked, sample(jobs), strict=True):
        line = base.line
        if new.flaws or new.ink.points < 2:
            continue
        ink, characters = splice_word(
            line.text, line.ink, line.characters, word, new.ink, new.characters
        )
        lines.append(replace(line, ink=ink, characters=characters, steps=None, trace=()))
        kept.append((case, base))
    found = looked_at(lines, [case.job for case, _ in kept])
    for (case, base), one in zip(kept, found, strict=True):
        # Fewer signs misread or unsure, in all of the line: else it stays as it is.
        if one.signs < base.signs:
            case.tries.append(one)


def _kept(case: _Case) -> SampledLine:
    return replace(case.best.line, attempts=case.sampled)
