"""Which characters beyond ASCII a hand has learnt: what it draws wrong is better spelled otherwise.

A hand whose alphabet leaves a letter with a mark out sets the mark itself on the plain letter; one
that leaves a sign out writes its plain form, ½ as 1/2, and says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from engine.hand import Hand
from engine.recognition.recogniser import Recogniser
from engine.sampling.policy import ONCE
from engine.style.style import Style
from engine.text.diacritics import marked_letter
from training.evaluation.evaluation import BIAS
from training.evaluation.legibility import Read, found_as, read

#: Of a sign's lines, sampled once, so many are read right at least where it has been learnt: the
#: program samples a line up to seven times and keeps what reads best.
LEARNT = 0.25
#: Of a letter's whose mark can be set instead, which is right each time.
LEARNT_WITH_MARK = 0.9
#: Times that each of a character's contexts is written at most: some twenty lines tell shares of a
#: quarter and of nine tenths from what is clearly worse.
TIMES = 7
#: Signs that nobody can tell from plainer ones by their ink alone.
ALIKE: Mapping[str, str] = {
    "°": "oO0", "–": "-—", "—": "-–", "×": "x", "•": ".", "„": '",', "ı": "i", "«": "<", "»": ">",
}  # fmt: skip
#: Where people put signs; those that are not here stand between words.
CONTEXTS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys("€£¥", ("about {}25 a day", "it is {}4.50", "from 30 {} on")),
    **dict.fromkeys("½¼¾", ("some 2{} miles", "in {} an hour", "size 7{}")),
    **dict.fromkeys("«„", ("she said {}so", "the {}old one", "{}Yes, I do")),
    **dict.fromkeys("¿¡", ("{}Que hora es", "{}Hola, amigo", "and {}por que")),
    "°": ("at 20{} or so", "a 45{} turn", "to 7{} below"),
    "§": ("see {} 7 here", "in {} 12", "by {} 30 alone"),
    "…": ("and so{}", "well{} maybe", "one, two{}"),
    "»": ("one or two{}", "so{} she said", "the end{}"),
}


class LearntSign(NamedTuple):
    """How a hand draws a character beyond ASCII.

    Attributes
    ----------
    character : str
    right : float
        Share of its lines in which it is read right, or as what looks alike; of those that were
        written before more could change nothing.
    learnt : bool
        Whether that is enough for the hand to write it.
    """

    character: str
    right: float
    learnt: bool


def drawn_signs(hand: Hand, recogniser: Recogniser, style: Style | None) -> list[LearntSign]:
    """How a hand draws each character beyond ASCII of its alphabet, the worst first."""
    right: dict[str, list[bool]] = {c: [] for c in hand.alphabet if not c.isascii()}
    open_signs = list(right)
    for time in range(TIMES):
        asked = [(sign, text) for sign in open_signs for text in _texts(sign)]
        if not asked:
            break
        texts = [text for _, text in asked]
        written = hand.write_lines(
            texts, styles=style, biases=BIAS, seeds=6_000_000 + 10_000 * time, policy=ONCE
        )
        said = read(recogniser, [line.ink for line in written], texts)
        for (sign, _), line in zip(asked, said, strict=True):
            # A sign is often read without the spaces about it.
            close = Read(_joined(line.text), _joined(line.said))
            found_in_line = found_as(close)[close.text.index(sign)]
            right[sign].append(found_in_line in (sign, *ALIKE.get(sign, "")))
        open_signs = [c for c in open_signs if _verdict(right[c], c, hand) is None]
    found = [
        LearntSign(sign, sum(each) / len(each), bool(_verdict(each, sign, hand)))
        for sign, each in right.items()
    ]
    return sorted(found, key=lambda sign: sign.right)


def _verdict(right: Sequence[bool], sign: str, hand: Hand) -> bool | None:
    """Whether a sign has been learnt, all its lines counted; None while these could still tell."""
    whole = TIMES * len(_texts(sign))
    wanted = _least(sign, hand) * whole
    if sum(right) >= wanted:
        return True
    return False if sum(right) + whole - len(right) < wanted else None


def _joined(text: str) -> str:
    return "".join(text.split())


def _least(sign: str, hand: Hand) -> float:
    """The share from which the hand draws a sign better than what else would stand for it."""
    letter = marked_letter(sign)
    return LEARNT if letter is None or letter.base not in hand.alphabet else LEARNT_WITH_MARK


def _texts(sign: str) -> list[str]:
    """The contexts of a sign."""
    if sign.isalpha() and sign.isupper():
        contexts: tuple[str, ...] = ("{}rne came home", "from {}lvik", "{}sa and I")
    elif sign.isalpha():
        contexts = ("the ma{}e house", "a gro{} tree", "one {}ol more")
    else:
        contexts = CONTEXTS.get(sign, ("{} tea and milk", "so {} we went", "seven {} four"))
    return [context.format(sign) for context in contexts]
