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
    strength: float


def sampling_request(
    alphabet: Alphabet,
    text: str,
    seed: int,
    bias: float,
    style: Style | None,
    strength: float = 1.0,
) -> SamplingRequest:
    """A line to be sampled in characters of the alphabet.

    Parameters
    ----------
    alphabet : Alphabet
    text : str
        In any characters; what the alphabet lacks is refused.
    seed : int
        From 0 to 2**63 - 1.
    bias : float
        Graves's probability bias, from 0 (wild) to 10 (tidy).
    style : Style or None
    strength : float
        How far slant and letter width are the style's, from 0 to 1.

    Raises
    ------
    TextError
        If there is no text, it is too long, or it has other characters.
    SettingError
        If one of the other values is out of its range.
    """
    if not isinstance(text, str):
        raise TextError(f"The text of a line is {text!r:.40}; give a text.")
    if not text.strip():
        raise TextError("There is no text to write; give at least one character.")
    if len(text) > LONGEST:
        raise TextError(
            f"A line of {len(text)} characters is too long (at most {LONGEST}); "
            "break it into lines."
        )
    alphabet.encode(text)
    return SamplingRequest(
        text,
        checked_seed(seed),
        checked_bias(bias),
        checked_style(style),
        checked_strength(strength),
    )


def sampling_requests(
    alphabet: Alphabet,
    texts: Sequence[str],
    seeds: int | Sequence[int],
    biases: float | Sequence[float],
    styles: Style | Sequence[Style | None] | None,
    strengths: float | Sequence[float],
) -> list[SamplingRequest]:
    """Lines to be sampled, from what is one for all or one for each.

    Raises
    ------
    TextError, SettingError
        As `Hand.write_lines`.
    """
    if isinstance(texts, str) or not isinstance(texts, Sequence):
        raise TextError("The lines are no list; give a list of texts, one a line.")
    count = len(texts)
    every = _each("seeds", seeds, count)
    if every is None:
        every = [checked_seed(seeds) + line for line in range(count)]
    each = [
        _each(name, value, count) or [value] * count
        for name, value in (("biases", biases), ("styles", styles), ("strengths", strengths))
    ]
    return [sampling_request(alphabet, *line) for line in zip(texts, every, *each, strict=True)]


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
    """The most points a character: as asked for, or three times the usual pace.

    Parameters
    ----------
    points_per_char : float or None
        From 1 to 1,000.
    pace : float
        Usual points a character.

    Raises
    ------
    SettingError
        If it is no such number.
    """
    if points_per_char is None:
        return 3 * pace
    if not (_is_number(points_per_char) and 1 <= points_per_char <= 1000):
        raise SettingError(
            f"The points per character are {points_per_char!r:.40}; give a number from 1 to 1000."
        )
    return float(points_per_char)


def checked_bias(bias: float) -> float:
    """The bias, if it is within 0 and 10; else a SettingError."""
    if not (_is_number(bias) and 0 <= bias <= MOST_BIAS):
        raise SettingError(f"The bias is {bias!r:.40}; give a number from 0 (wild) to 10 (tidy).")
    return float(bias)


def checked_strength(strength: float) -> float:
    """The strength, if it is within 0 and 1; else a SettingError."""
    if not (_is_number(strength) and 0 <= strength <= 1):
        raise SettingError(
            f"The strength is {strength!r:.40}; give a number from 0 (the style only primes) to 1 "
            "(slant and letter width are the style's)."
        )
    return float(strength)


def checked_seed(seed: Any) -> int:
    """The seed, if it is a whole number from 0 to 2**63 - 1; else a SettingError."""
    if not isinstance(seed, (int, np.integer)) or not 0 <= seed < 2**63:
        raise SettingError(f"The seed is {seed!r:.40}; give a whole number from 0 to 2**63 - 1.")
    return int(seed)


def checked_style(style: Any) -> Style | None:
    """The style, if it is one or None; else a SettingError."""
    if style is not None and not isinstance(style, Style):
        raise SettingError(
            f"The style is {style!r:.40}; give a Style, such as engine.style.style.find finds by "
            "its name, or None."
        )
    return style


def _is_number(value: Any) -> bool:
    """Whether a value is a finite number; a truth value is none."""
    kinds = (int, float, np.integer, np.floating)
    if isinstance(value, bool) or not isinstance(value, kinds):
        return False
    return bool(-math.inf < value < math.inf)


def _each(name: str, value: Any, count: int) -> list[Any] | None:
    """A value for each line; None where there is one for all."""
    if isinstance(value, str) or not isinstance(value, Sequence | np.ndarray):
        return None
    if isinstance(value, np.ndarray) and value.ndim == 0:
        return None
    if len(value) != count:
        raise SettingError(
            f"There are {len(value)} {name} for {count} lines; give one for all of them, or one "
            "for each."
        )
    return list(value)
