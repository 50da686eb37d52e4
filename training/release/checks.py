"""What is checked of a hand before it ships, beside the hand that ships now."""

from __future__ import annotations

import fnmatch
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import combinations

import numpy as np

from engine.errors import TrainingError
from engine.hand import Hand
from engine.recognition.recogniser import Recogniser
from engine.sampling.policy import DEFAULT_POLICY, ONCE
from engine.style.style import Style, bundled
from engine.text.diacritics import marked_letter
from training.evaluation.evaluation import BIAS, Threshold
from training.evaluation.legibility import error_rate, read
from training.evaluation.sentences import sentences
from training.evaluation.text_kinds import KINDS, MOST_WRONG, write_kinds
from training.samples import default_of, known, own_styles

#: How much worse than the hand before a hand may be, as a factor and as a share of characters:
#: two measurements of one hand differ by so much.
FACTOR, MARGIN = 1.2, 0.004
#: How far the vectors of two styles are apart at least.
APART = 0.2
#: The most that may be read wrong in any style.
IN_A_STYLE = 0.08
#: How many times as much of a hand that is new may be read wrong.
TWICE = 2.0
#: The most that a recogniser may read wrong of what the hand that ships writes.
OF_THE_SHIPPED = 0.02


def checks(
    hand: Hand,
    before: Hand,
    recogniser: Recogniser,
    new_recogniser: bool,
    lines: int,
    styles: Sequence[Style] | None = None,
    first: bool = False,
) -> Iterator[Threshold]:
    """What is checked of a hand before it ships, beside the hand that ships now.

    Parameters
    ----------
    hand, before : Hand
        The one that is to ship, and the one of its name that does; where there is none yet, the one
        that writes where none is named.
    recogniser : Recogniser
        Which will choose among lines, and judges here.
    new_recogniser : bool
        Whether it does not ship yet.
    lines : int
        Sentences that either hand writes.
    styles : sequence of Style, optional
        Those that ship for it; of the hand that writes where none is named if not given.
    first : bool
        Whether no hand of its name ships yet. Then its bars are twice those of the hand that writes
        where none is named, and nothing is measured of that one.
    """
    # A sign that is no longer drawn is spelled otherwise, and that is said; a letter is missed.
    lost = sorted(before.characters - hand.characters)
    needed = [c for c in lost if c.isascii() or marked_letter(c)]
    yield Threshold(
        "characters", "all of ASCII and all letters with marks that the hand before wrote",
        f"{len(hand.alphabet)} drawn" + (f"; no more {' '.join(lost)}" if lost else ""), not needed,
    )  # fmt: skip
    unread = sorted(set(hand.alphabet) - set(recogniser.alphabet))
    yield Threshold(
        "recogniser's characters", "all that the hand draws",
        f"{len(recogniser.alphabet)} read" + (f"; not {' '.join(unread)}" if unread else ""),
        not unread,
    )  # fmt: skip
    if new_recogniser:
        _, wrong = _prose(before, recogniser, default_of(list(own_styles(before).values())), lines)
        yield Threshold(
            "recogniser", f"reads at most {OF_THE_SHIPPED:.1%} of the hand before wrong",
            f"{wrong:.1%}", wrong <= OF_THE_SHIPPED,
        )  # fmt: skip
        # From here on both choose by the recogniser that judges: neither has the advantage.
        before.recogniser = recogniser
    styles = list(bundled().values()) if styles is None else styles
    default = default_of(styles)
    yield _foreign_vectors(hand, styles)
    if (own := [style for style in styles if style.vector is not None]) and len(own) > 1:
        yield _vectors_apart(own)
    same = hand.fingerprint == before.fingerprint and not new_recogniser

    def compared(kind: str, wrong: float, measure: Callable[[], float]) -> Threshold:
        if first:
            return _compared(kind, wrong, None, TWICE)
        return _compared(kind, wrong, (lambda: wrong) if same else measure)

    flawed, wrong = _prose(hand, recogniser, default, lines)
    yield Threshold(
        "alignment", "no line that skips, repeats or runs on", f"{flawed} of {lines}", not flawed
    )
    yield compared("prose", wrong, lambda: _prose(before, recogniser, default, lines)[1])
    seeds = range(1, 1 + max(1, lines // 48))

    def misread(of: Hand, kind: str) -> float:
        (found,) = write_kinds(of, recogniser, default, bias=BIAS, kinds=[kind], seeds=seeds)
        return found.wrong

    for kind in KINDS:
        if kind != "prose":
            yield compared(kind, misread(hand, kind), partial(misread, before, kind))
    for style in styles:
        yield _in_style(hand, recogniser, style, max(4, lines // 12))


def _prose(
    hand: Hand, recogniser: Recogniser, style: Style | None, count: int
) -> tuple[int, float]:
    """How many sentences are flawed, and the share of their characters that is read wrong."""
    texts = [text for text in (known(line, hand.alphabet) for line in sentences(count, 11)) if text]
    if not texts:
        return count, 1.0
    written = hand.write_lines(
        texts, styles=[_primer(hand, style)] * len(texts), biases=BIAS, seeds=3_000_000,
        policy=DEFAULT_POLICY,
    )  # fmt: skip
    said = read(recogniser, [line.ink for line in written], texts)
    return sum(bool(line.flaws) for line in written), error_rate(said)


def _primer(hand: Hand, style: Style | None) -> Style | None:
    return style if style is not None and fits(hand, style) else None


def fits(hand: Hand, style: Style) -> bool:
    """Whether a hand can be primed with a style."""
    return all(character in hand.alphabet for character in style.text)


def _compared(
    kind: str, wrong: float, before: Callable[[], float] | None, times: float = 1.0
) -> Threshold:
    """Whether a hand is below the bar, or else no worse than the one before, which takes time."""
    bar = times * MOST_WRONG[kind]
    if wrong <= bar or before is None:
        return Threshold(kind, f"at most {bar:.1%} read wrong", f"{wrong:.1%}", wrong <= bar)
    was = before()
    most = max(bar, FACTOR * was + MARGIN)
    return Threshold(
        kind, f"at most {most:.1%} read wrong", f"{wrong:.1%}; before {was:.1%}", wrong <= most
    )


def _foreign_vectors(hand: Hand, styles: Sequence[Style]) -> Threshold:
    """Whether every style means something to this hand."""
    odd = [
        style.name
        for style in styles
        if not style.primed and style.vector and style.vector.hand != hand.fingerprint
    ]
    return Threshold(
        "styles", "made with this hand, or with a primer",
        f"{len(styles)} styles" + (f"; not {', '.join(odd)}" if odd else ""), not odd,
    )  # fmt: skip


def _vectors_apart(styles: Sequence[Style]) -> Threshold:
    """Whether the vectors tell styles apart: those of an encoder that has saturated do not."""
    apart, one, other = min(
        (float(np.linalg.norm(one.vector.values - other.vector.values)), one.name, other.name)
        for one, other in combinations(styles, 2)
        if one.vector is not None and other.vector is not None
    )
    return Threshold(
        "vectors", f"no two styles' nearer than {APART}",
        f"{apart:.2f} ({one} and {other})", apart >= APART,
    )  # fmt: skip


def _in_style(hand: Hand, recogniser: Recogniser, style: Style, count: int) -> Threshold:
    name, wanted = f"style {style.name}", f"at most {IN_A_STYLE:.0%} read wrong, sampled once"
    texts = [text for text in (known(line, hand.alphabet) for line in sentences(count, 12)) if text]
    if not texts or not fits(hand, style):
        return Threshold(name, wanted, "the hand cannot write the style's text", False)
    lines = hand.write_lines(
        texts, styles=[style] * len(texts), biases=BIAS, seeds=4_000_000, policy=ONCE
    )
    wrong = error_rate(read(recogniser, [line.ink for line in lines], texts))
    return Threshold(name, wanted, f"{wrong:.1%}", wrong <= IN_A_STYLE)


def refuse(found: Sequence[Threshold], accepted: frozenset[str]) -> None:
    """Refuse a hand that fails a check that it need pass.

    Raises
    ------
    TrainingError
        If it does, or a name that was accepted is not one of a check.
    """
    names = {check.name for check in found}
    if unknown := sorted(one for one in accepted if not fnmatch.filter(names, one)):
        raise TrainingError(
            f"There is no check {unknown[0]!r}; the checks are {', '.join(sorted(names))}."
        )
    excused = {name for one in accepted for name in fnmatch.filter(names, one)}
    failed = [check for check in found if not check.met and check.name not in excused]
    if failed:
        told = "; ".join(f"{check.name} ({check.measured})" for check in failed)
        raise TrainingError(
            f"The hand is not released, for it fails {len(failed)} of {len(found)} checks: {told}. "
            "Train it further, or give --accept with the name of a check that it may fail."
        )
