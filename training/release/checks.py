"""What is checked of a hand before it ships, beside the hand that ships now."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engine.errors import TrainingError
from engine.hand import Hand
from engine.recognition.recogniser import Recogniser
from engine.sampling.policy import DEFAULT_POLICY, ONCE
from engine.style.style import DEFAULT, Style, bundled
from training.evaluation.evaluation import BIAS, Threshold
from training.evaluation.legibility import error_rate, read
from training.evaluation.sentences import sentences
from training.evaluation.text_kinds import KINDS, MOST_WRONG, write_kinds
from training.samples import known

#: How much worse than the hand before a hand may be, as a factor and as a share of characters:
#: two measurements of one hand differ by so much.
FACTOR, MARGIN = 1.2, 0.004
#: The most that may be read wrong in any style.
IN_A_STYLE = 0.08
#: The most that a recogniser may read wrong of what the hand that ships writes.
OF_THE_SHIPPED = 0.02


def checks(
    hand: Hand, before: Hand, reader: Recogniser, new_reader: bool, lines: int
) -> Iterator[Threshold]:
    """What is checked of a hand before it ships, beside the hand that ships now.

    Parameters
    ----------
    hand, before : Hand
        The one that is to ship, and the one that does.
    reader : Recogniser
        Which will choose among lines, and judges here.
    new_reader : bool
        Whether it does not ship yet.
    lines : int
        Sentences that either hand writes.
    """
    lost = sorted(set(before.alphabet.characters) - set(hand.alphabet.characters))
    yield Threshold(
        "characters", "all that the hand before could write",
        f"{len(hand.alphabet)} written" + (f"; not {' '.join(lost)}" if lost else ""), not lost,
    )  # fmt: skip
    if new_reader:
        yield from _reader_checks(reader, hand, before, lines)
        # From here on both choose by the recogniser that judges: neither has the advantage.
        before.recogniser = reader
    styles = list(bundled().values())
    default = next((style for style in styles if style.name == DEFAULT), None)
    yield _foreign_vectors(hand, styles)
    same = hand.fingerprint == before.fingerprint and not new_reader
    flawed, wrong = _prose(hand, reader, default, lines)
    was = wrong if same else _prose(before, reader, default, lines)[1]
    yield Threshold(
        "alignment", "no line that skips, repeats or runs on", f"{flawed} of {lines}", not flawed
    )
    yield _compared("prose", wrong, was, MOST_WRONG["prose"])
    others = [kind for kind in KINDS if kind != "prose"]
    seeds = range(1, 1 + max(1, lines // 48))
    ours = write_kinds(hand, reader, default, bias=BIAS, kinds=others, seeds=seeds)
    theirs = ours if same else write_kinds(
        before, reader, default, bias=BIAS, kinds=others, seeds=seeds
    )  # fmt: skip
    for one, old in zip(ours, theirs, strict=True):
        yield _compared(one.kind, one.wrong, old.wrong, MOST_WRONG[one.kind])
    for style in styles:
        yield _in_style(hand, reader, style, max(4, lines // 12))


def _reader_checks(reader: Recogniser, hand: Hand, before: Hand, lines: int) -> Iterator[Threshold]:
    unread = sorted(set(hand.alphabet.characters) - set(reader.alphabet.characters))
    yield Threshold(
        "recogniser's characters", "all that the hand writes",
        f"{len(reader.alphabet)} read" + (f"; not {' '.join(unread)}" if unread else ""),
        not unread,
    )  # fmt: skip
    _, wrong = _prose(before, reader, bundled().get(DEFAULT), lines)
    yield Threshold(
        "recogniser", f"reads at most {OF_THE_SHIPPED:.1%} of the hand before wrong",
        f"{wrong:.1%}", wrong <= OF_THE_SHIPPED,
    )  # fmt: skip


def _prose(hand: Hand, reader: Recogniser, style: Style | None, count: int) -> tuple[int, float]:
    """How many sentences are flawed, and the share of their characters that is read wrong."""
    texts = [text for text in (known(line, hand.alphabet) for line in sentences(count, 11)) if text]
    if not texts:
        return count, 1.0
    written = hand.write_lines(
        texts, styles=[_primer(hand, style)] * len(texts), biases=BIAS, seeds=3_000_000,
        policy=DEFAULT_POLICY,
    )  # fmt: skip
    said = read(reader, [line.ink for line in written], texts)
    return sum(bool(line.flaws) for line in written), error_rate(said)


def _primer(hand: Hand, style: Style | None) -> Style | None:
    return style if style is not None and fits(hand, style) else None


def fits(hand: Hand, style: Style) -> bool:
    """Whether a hand can be primed with a style."""
    return all(character in hand.alphabet for character in style.text)


def _compared(kind: str, wrong: float, before: float, bar: float) -> Threshold:
    most = max(bar, FACTOR * before + MARGIN)
    return Threshold(
        kind, f"at most {most:.1%} read wrong", f"{wrong:.1%}; before {before:.1%}", wrong <= most
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


def _in_style(hand: Hand, reader: Recogniser, style: Style, count: int) -> Threshold:
    name, wanted = f"style {style.name}", f"at most {IN_A_STYLE:.0%} read wrong, sampled once"
    texts = [text for text in (known(line, hand.alphabet) for line in sentences(count, 12)) if text]
    if not texts or not fits(hand, style):
        return Threshold(name, wanted, "the hand cannot write the style's text", False)
    lines = hand.write_lines(
        texts, styles=[style] * len(texts), biases=BIAS, seeds=4_000_000, policy=ONCE
    )
    wrong = error_rate(read(reader, [line.ink for line in lines], texts))
    return Threshold(name, wanted, f"{wrong:.1%}", wrong <= IN_A_STYLE)


def refuse(found: Sequence[Threshold], accepted: frozenset[str]) -> None:
    """Refuse a hand that fails a check that it need pass.

    Raises
    ------
    TrainingError
        If it does, or a name that was accepted is not one of a check.
    """
    names = {check.name for check in found}
    if unknown := sorted(accepted - names):
        raise TrainingError(
            f"There is no check {unknown[0]!r}; the checks are {', '.join(sorted(names))}."
        )
    failed = [check for check in found if not check.met and check.name not in accepted]
    if failed:
        told = "; ".join(f"{check.name} ({check.measured})" for check in failed)
        raise TrainingError(
            f"The hand is not released, for it fails {len(failed)} of {len(found)} checks: {told}. "
            "Train it further, or give --accept with the name of a check that it may fail."
        )
