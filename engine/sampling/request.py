"""Requests to a hand: lines with their seeds, biases and styles, checked."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.errors import SettingError, TextError
from engine.style.style import Style
from engine.text.alphabet import Alphabet

#: The largest bias; beyond it the mixture has long been a single point.
MOST_BIAS = 10.0
#: Characters of the longest text that is written as one line.
LONGEST = 400


@dataclass(frozen=True, eq=False)
class SamplingRequest:
    """One line to be sampled; `Hand.write_lines` says what each is."""

    text: str
    seed: int
    bias: float
    style: Style | None
    strength: float = 1.0


def sampling_request(
    alphabet: Alphabet,
    text: str,
    seed: int,
    bias: float,
    style: Style | None,
    strength: float = 1.0,
) -> SamplingRequest:
    """A line to be sampled in characters of the alphabet.

    Raises
    ------
    TextError, SettingError
        As `Hand.write_lines`.
    """
    if not text.strip():
        raise TextError("There is no text to write; give at least one character.")
    if len(text) > LONGEST:
        raise TextError(
            f"A line of {len(text)} characters is too long (at most {LONGEST}); "
            "break it into lines."
        )
    alphabet.encode(text)
    return SamplingRequest(
        text, checked_seed(seed), checked_bias(bias), style, checked_strength(strength)
    )


def sampling_requests(
    alphabet: Alphabet,
    texts: Sequence[str],
    seeds: int | Sequence[int],
    biases: float | Sequence[float],
    styles: Style | Sequence[Style | None] | None,
    strengths: float | Sequence[float],
) -> list[SamplingRequest]:
    """Lines to be sampled, from what is one for all or one for each."""
    count = len(texts)
    seeds = (
        list(seeds)
        if isinstance(seeds, Sequence)
        else [checked_seed(seeds) + line for line in range(count)]
    )
    asked = (texts, seeds, *(_each(value, count) for value in (biases, styles, strengths)))
    return [sampling_request(alphabet, *line) for line in zip(*asked, strict=True)]


def further_seed(seed: int, *numbers: int) -> int:
    """A seed for a further sample, from 0 to 2**63 - 1, that depends on the first one and numbers.

    Counting up would not do: a line with the next seed would try the same samples. (The mixing of
    SplitMix64; Steele and others 2014, "Fast splittable pseudorandom number generators".)
    """
    mixed = seed
    for number in numbers:
        mixed = (mixed + (number + 1) * 0x9E3779B97F4A7C15) % 2**64
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9 % 2**64
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB % 2**64
        mixed ^= mixed >> 31
    return mixed % 2**63


def points_cap(points_per_char: float | None, pace: float) -> float:
    """The most points a character: as asked for, or three times the usual pace."""
    if points_per_char is None:
        return 3 * pace
    if not (math.isfinite(points_per_char) and 1 <= points_per_char <= 1000):
        raise SettingError(
            f"The points per character are {points_per_char}; give a number from 1 to 1000."
        )
    return float(points_per_char)


def checked_bias(bias: float) -> float:
    """The bias, if it is within 0 and 10; else a SettingError."""
    if not (math.isfinite(bias) and 0 <= bias <= MOST_BIAS):
        raise SettingError(f"The bias is {bias}; give a number from 0 (wild) to 10 (tidy).")
    return float(bias)


def checked_strength(strength: float) -> float:
    """The strength, if it is within 0 and 1; else a SettingError."""
    if not (math.isfinite(strength) and 0 <= strength <= 1):
        raise SettingError(
            f"The strength is {strength}; give a number from 0 (the style only primes) to 1 "
            "(slant and letter width are the style's)."
        )
    return float(strength)


def checked_seed(seed: Any) -> int:
    """The seed, if it is a whole number from 0 to 2**63 - 1; else a SettingError."""
    if not isinstance(seed, (int, np.integer)) or not 0 <= seed < 2**63:
        raise SettingError(f"The seed is {seed!r}; give a whole number from 0 to 2**63 - 1.")
    return int(seed)


def _each(value: Any, count: int) -> list[Any]:
    return list(value) if isinstance(value, Sequence) else [value] * count
