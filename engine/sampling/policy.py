"""The policy: how often a line is sampled, who judges the tries, and when one is good enough.

`engine.sampling.line_tries` carries it out.
"""

from __future__ import annotations

from dataclasses import dataclass

from engine.errors import SettingError

#: The probability bias (Graves 2013, section 5.4) where none is asked for.
DEFAULT_BIAS = 0.75
#: The most tries of a line that can be asked for.
MOST_TRIES = 64
#: A word with a sign this much less likely than what is read in its place, in nats, may be
#: misread, and is told: measured by `train certainty` (docs/training.md).
DOUBT = -2.5
#: One with a sign that is so much less likely is sampled again, too, but not told if it stays so.
UNSURE = -1.0
#: A line this unlike its style is tried again (`engine.style.similarity.hinge_distance`): of 48
#: lines in twelve styles none is, and 43 % are of those in any other style.
UNLIKE = 0.62
#: A legible line that is only unsure, or unlike its style, is tried so often at most.
LEGIBLE_TRIES = 3
#: So many unsure words are written again by themselves; of more the line is written again.
FEW_WORDS = 2
#: Tries of a word in each round of its repair.
WORD_ROUNDS = (2, 4)


@dataclass(frozen=True)
class Policy:
    """How lines are sampled and chosen.

    Parameters
    ----------
    tries : int
        How often a whole line is sampled at most, from 1.
    reads : bool
        Whether a recogniser reads the tries; without it the window's alignment alone tells.
    repairs : bool
        Whether a misread or unsure word or two are written again by themselves.
    least : int
        How often a whole line is sampled at least, whatever its first sample is like.

    Raises
    ------
    SettingError
        If the tries are out of range.
    """

    tries: int = 7
    reads: bool = True
    repairs: bool = True
    least: int = 1

    def __post_init__(self) -> None:
        if not all(isinstance(count, int) for count in (self.least, self.tries)):
            raise SettingError(
                f"The tries of a line are {self.tries!r:.20}, at least {self.least!r:.20}; give "
                "whole numbers."
            )
        if self.least > MOST_TRIES or self.tries not in range(max(1, self.least), MOST_TRIES + 1):
            raise SettingError(
                f"The tries of a line are {self.tries!r:.20}; give a whole number from "
                f"{min(MOST_TRIES, max(1, self.least))} to {MOST_TRIES}."
            )


#: What every line is written by, unless another policy is asked for.
DEFAULT_POLICY = Policy()
#: One sample, whatever it is like: what the network does, for measurements and figures.
ONCE = Policy(tries=1, reads=False, repairs=False)
#: Sampled again where the alignment is flawed; nothing is read.
ALIGNED = Policy(tries=4, reads=False, repairs=False)
