"""Evaluating a hand: log-loss on held-out lines; its writing by alignment, recogniser and looks."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw, ImageFont

from engine.hand import Hand
from engine.ink.preparation import to_ink, to_offsets
from engine.io.atomic import atomic_write
from engine.recognition.recogniser import Recogniser
from engine.rendering.pens import Pen
from engine.rendering.raster import render_ink
from engine.sampling.policy import DEFAULT_POLICY, ONCE, Policy
from engine.sampling.sampled_line import SampledLine
from engine.style.style import DEFAULTS, Style
from training.evaluation.appearance_metrics import LOOKS, likeness, looks, own_primer, variety
from training.evaluation.heldout import HeldOut, loss_figures
from training.evaluation.legibility import (
    Legibility,
    Read,
    by_character,
    error_rate,
    garbled,
    picture,
    read,
)
from training.evaluation.sentences import holding, sentences
from training.evaluation.text_kinds import (
    KINDS,
    MOST_WRONG,
    SEEDS,
    KindRead,
    kinds_of_people,
    write_kinds,
)
from training.samples import default_of, known, own_styles

Progress = Callable[[str], None]

#: Biases at which lines are written.
BIASES = (0.0, 0.5, 0.75, 1.0, 2.0)
#: The bias of all that is not written at several.
BIAS = 0.75
#: Lines that are written as one batch: more would only outgrow the processor's cache.
TOGETHER = 128
#: How a line with a flawed alignment is sampled again.
AGAIN = Policy(tries=3, reads=False, repairs=False)
#: Most held-out writers whose lines serve as primers.
PRIMERS = 64
#: Characters that a primer has at least.
LONG_ENOUGH = 8
#: Kinds of flaws, by a word of the sentence that the check of the alignment says.
FLAWS = {"dropped": "left out", "repeated": "dwelt on", "ran on": "ran on"}
#: Characters that a hand often lacks, which are always drawn.
RARE = "QXZ0123456789.,;:!?'\"-()"
#: Characters that are pictured besides these, the worst first.
WORST = 8


@dataclass(frozen=True)
class Amount:
    """How much is written.

    Attributes
    ----------
    lines : at each bias
    checked : lines whose alignment is checked
    styled : lines in each style, sampled once and by the policy
    holding : lines that hold each character
    seeds : with which every line of each kind is written
    """

    lines: int = 300
    checked: int = 2000
    styled: int = 25
    holding: int = 20
    seeds: int = len(SEEDS)


@dataclass(frozen=True)
class Writing:
    """How lines written at one bias came out.

    Attributes
    ----------
    lines : how many were written
    flawed : share of lines whose alignment is flawed, each line sampled once
    error_rate : share of characters that the recogniser reads wrong; None without a recogniser
    looks : mean and deviation of each look over the lines
    variety : deviation of each look, as a share of that over real lines
    """

    bias: float
    lines: int
    flawed: float
    error_rate: float | None
    looks: dict[str, tuple[float, float]]
    variety: dict[str, float]


@dataclass(frozen=True)
class Checked:
    """How many lines are flawed, sampled once, and sampled again up to four times where flawed.

    Attributes
    ----------
    once, after : shares of lines whose alignment is flawed
    kinds : of those sampled once, by kind
    garbled, garbled_after : share of lines where the recogniser misses, or reads too many, five
        characters in a row; None without a recogniser
    """

    lines: int
    once: float
    after: float
    kinds: dict[str, float]
    garbled: float | None = None
    garbled_after: float | None = None


@dataclass(frozen=True)
class Styled:
    """Characters that the recogniser reads wrong in a style, sampled once and as by default."""

    style: str
    once: float
    chosen: float


@dataclass(frozen=True)
class Threshold:
    """What a hand should reach, and what this one reaches."""

    name: str
    wanted: str
    measured: str
    met: bool


@dataclass(frozen=True)
class Evaluation:
    """All that was measured of a hand.

    Attributes
    ----------
    log_loss : figures with their units in their names
    reader : name of the recogniser that judges
    real_error_rate, real_garbled : of the recogniser on held-out lines of people
    likeness : see `appearance_metrics.likeness`; of lines written at bias 0
    primed : share of lines primed with a held-out writer's line that look more like it than like
        any other writer's; the same for another line of that writer, where known; their number
    legibility, real_legibility : by character, the worst first
    kinds : lines of each kind in the default style, at the defaults
    real_kinds : held-out lines of people, by kind
    seconds : of the processor, for each part
    """

    hand: str
    sha256: str
    card: dict[str, Any]
    log_loss: dict[str, float]
    writing: list[Writing]
    checked: Checked
    reader: str = ""
    real_error_rate: float | None = None
    real_garbled: float | None = None
    styled: list[Styled] = field(default_factory=list)
    likeness: dict[str, float] = field(default_factory=dict)
    primed: dict[str, float] = field(default_factory=dict)
    legibility: dict[str, Legibility] = field(default_factory=dict)
    real_legibility: dict[str, Legibility] = field(default_factory=dict)
    kinds: list[KindRead] = field(default_factory=list)
    real_kinds: list[KindRead] = field(default_factory=list)
    bars: list[Threshold] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """As JSON takes it."""
        return asdict(self)


class _Clock:
    """Processor time of each part of the work."""

    def __init__(self, progress: Progress) -> None:
        self.seconds: dict[str, float] = {}
        self._progress = progress
        self._part, self._began = "", time.process_time()

    def begin(self, part: str) -> None:
        """End the part before, and begin another one."""
        now = time.process_time()
        if self._part:
            self.seconds[self._part] = round(now - self._began, 1)
        self._part, self._began = part, now
        if part:
            self._progress(part)


def evaluate(
    hand: Hand,
    held: Sequence[HeldOut],
    folder: Path,
    *,
    amount: Amount | None = None,
    recogniser: Recogniser | None = None,
    recogniser_name: str = "",
    progress: Progress = lambda _: None,
) -> Evaluation:
    """Judge a hand, and draw what it wrote into `folder`.

    Parameters
    ----------
    held : sequence of HeldOut
        Lines that the hand was not trained on. None of them is written or drawn anywhere.
    recogniser : Recogniser, optional
        Judges; one that has no part in choosing among candidates is the better judge.
    """
    amount = amount or Amount()
    clock = _Clock(progress)
    clock.begin(f"log-loss on {len(held)} lines")
    figures = loss_figures(hand, held)
    real: list[Read] = []
    if recogniser is not None:
        clock.begin(f"reading {len(held)} real lines")
        real = read(recogniser, [line.ink for line in held], [line.text for line in held])
    texts = _known(hand, sentences(amount.lines))
    seen = looks([line.ink for line in held], [line.text for line in held])
    writing, alike = [], {}
    for bias in BIASES:
        clock.begin(f"{len(texts)} lines at bias {bias:g}")
        once = _written(hand, texts, biases=bias, seeds=10_000, policy=ONCE)
        writing.append(_writing(once, bias, recogniser, seen))
        draw_sheet(once[:12], [""] * 12, folder / f"bias-{bias:g}.png")
        if bias == 0:
            alike = likeness([line.ink for line in once], [line.ink for line in held])
    styles = _styles(hand)
    clock.begin(f"{amount.checked} lines, checked")
    checked = _checked(hand, amount.checked, styles, recogniser)
    styled = []
    if recogniser is not None and styles:
        clock.begin(f"{len(styles)} styles")
        styled = [_styled(hand, style, amount.styled, recogniser) for style in styles]
        sample = _known(hand, sentences(len(styles), seed=7))
        lines = hand.write_lines(sample, styles=styles[: len(sample)], biases=BIAS, seeds=70)
        draw_sheet(lines, [style.name for style in styles], folder / "styles.png")
    legible: dict[str, Legibility] = {}
    if recogniser is not None:
        clock.begin(f"{amount.holding} lines that hold each character")
        legible = _legible(hand, amount.holding, styles, recogniser, folder)
    kinds: list[KindRead] = []
    if recogniser is not None and amount.seeds:
        clock.begin(f"{sum(map(len, KINDS.values()))} lines of {len(KINDS)} kinds")
        kinds = write_kinds(
            hand,
            recogniser,
            default_of(styles),
            bias=BIAS,
            seeds=range(amount.seeds),
        )
    clock.begin("lines primed with held-out lines")
    primed = _primed(hand, held)
    clock.begin("")
    made = Evaluation(
        hand=hand.name,
        sha256=hand.sha256,
        card=asdict(hand.card),
        log_loss=figures,
        writing=writing,
        checked=checked,
        reader=recogniser_name,
        real_error_rate=error_rate(real) if real else None,
        real_garbled=garbled(real) if real else None,
        styled=styled,
        likeness=alike,
        primed=primed,
        legibility=legible,
        real_legibility=by_character(real),
        kinds=kinds,
        real_kinds=kinds_of_people(real),
        seconds=clock.seconds,
    )
    made.bars.extend(bars(made))
    return made


def bars(made: Evaluation) -> list[Threshold]:
    """What a hand should reach to be the best that can be had, and whether this one does."""
    found = []
    if made.styled and made.real_error_rate:
        tidy = [one for one in made.styled if one.style in DEFAULTS.values()] or made.styled[:1]
        every = made.styled
        for name, rates, most in (
            (f"in {tidy[0].style}, sampled once", [one.once for one in tidy], 0.25),
            (f"in {len(every)} styles, sampled once", [one.once for one in every], 0.5),
            (f"in {tidy[0].style}, as the program writes", [one.chosen for one in tidy], 0.15),
            (f"in {len(every)} styles, as the program writes", [one.chosen for one in every], 0.3),
        ):
            rate = sum(rates) / len(rates)
            share = rate / made.real_error_rate
            found.append(
                Threshold(
                    f"characters read wrong {name}",
                    f"at most {most:g} of what is read wrong in real lines",
                    f"{share:.2f} ({rate:.1%} against {made.real_error_rate:.1%})",
                    share <= most,
                )
            )
    checked = made.checked
    for name, wanted, share, met in (
        ("once", "fewer than 0.5 %", checked.once, checked.once < 0.005),
        ("after the check", "none", checked.after, checked.after == 0),
    ):
        lines = f"{round(share * checked.lines)} of {checked.lines}"
        found.append(
            Threshold(
                f"lines that skip, repeat or run on, {name}", wanted, f"{lines} ({share:.2%})", met
            )
        )
    found += [
        Threshold(
            f"{one.kind}, characters read wrong",
            f"at most {MOST_WRONG[one.kind]:.1%}",
            f"{one.wrong:.1%}" + (f", {one.refused} refused" if one.refused else ""),
            one.wrong <= MOST_WRONG[one.kind],
        )
        for one in made.kinds
    ]
    typed = {c: of for c, of in made.legibility.items() if c.isascii()}
    if typed:
        weak = {c: of for c, of in typed.items() if of.wrong > 0.1}
        found.append(
            Threshold(
                "characters of ASCII, in the default style, sampled once",
                "each read right 9 times in 10",
                f"{len(typed) - len(weak)} of {len(typed)}"
                + (f"; not {' '.join(weak)}" if weak else ""),
                not weak,
            )
        )
    return found


def _known(hand: Hand, texts: Sequence[str]) -> list[str]:
    return [text for text in (known(line, hand.alphabet) for line in texts) if text]


def _styles(hand: Hand) -> list[Style]:
    """The bundled styles of the hand whose text it can read."""
    return [s for s in own_styles(hand).values() if all(c in hand.alphabet for c in s.text)]


def _written(
    hand: Hand, texts: Sequence[str], seeds: int, styles: Sequence[Style] = (), **settings: Any
) -> list[SampledLine]:
    """Lines in the styles in turn, or without, so many at once and no more."""
    lines: list[SampledLine] = []
    for begin in range(0, len(texts), TOGETHER):
        part = texts[begin : begin + TOGETHER]
        primers = [styles[(begin + i) % len(styles)] if styles else None for i in range(len(part))]
        lines += hand.write_lines(part, styles=primers, seeds=seeds + 64 * begin, **settings)
    return lines


def _said(recogniser: Recogniser, lines: Sequence[SampledLine]) -> list[Read]:
    return read(recogniser, [line.ink for line in lines], [line.text for line in lines])


def _writing(
    once: Sequence[SampledLine], bias: float, recogniser: Recogniser | None, real: Any
) -> Writing:
    seen = looks([line.ink for line in once], [line.text for line in once])
    return Writing(
        bias=bias,
        lines=len(once),
        flawed=sum(bool(line.flaws) for line in once) / len(once),
        error_rate=None if recogniser is None else error_rate(_said(recogniser, once)),
        looks={
            name: (float(values.mean()), float(values.std()))
            for name, values in zip(LOOKS, seen.T, strict=True)
        },
        variety=variety(seen, real),
    )


def _checked(
    hand: Hand, count: int, styles: Sequence[Style], recogniser: Recogniser | None
) -> Checked:
    texts = _known(hand, sentences(count, seed=1))
    once = _written(hand, texts, 500_000, styles, biases=BIAS, policy=ONCE)
    flawed = [i for i, line in enumerate(once) if line.flaws]
    after = list(once)
    for i in flawed:
        style = styles[i % len(styles)] if styles else None
        seed = once[i].seed + 1
        after[i] = hand.write(once[i].text, style=style, bias=BIAS, seed=seed, policy=AGAIN)
    said = None if recogniser is None else _said(recogniser, once)
    saved: list[Read] = []
    if said is not None and recogniser is not None:
        saved = list(said)
        for i, line in zip(flawed, _said(recogniser, [after[i] for i in flawed]), strict=True):
            saved[i] = line
    return Checked(
        lines=len(once),
        once=len(flawed) / len(once),
        after=sum(bool(line.flaws) for line in after) / len(once),
        kinds={
            kind: sum(any(word in flaw for flaw in once[i].flaws) for i in flawed) / len(once)
            for kind, word in FLAWS.items()
        },
        garbled=None if said is None else garbled(said),
        garbled_after=None if said is None else garbled(saved),
    )


def _styled(hand: Hand, style: Style, count: int, recogniser: Recogniser) -> Styled:
    texts = _known(hand, sentences(count, seed=3))
    once = _written(hand, texts, 900_000, [style], biases=BIAS, policy=ONCE)
    chosen = _written(hand, texts, 900_000, [style], biases=BIAS, policy=DEFAULT_POLICY)
    return Styled(
        style.name, error_rate(_said(recogniser, once)), error_rate(_said(recogniser, chosen))
    )


def _legible(
    hand: Hand, count: int, styles: Sequence[Style], recogniser: Recogniser, folder: Path
) -> dict[str, Legibility]:
    """Legibility of every character; what is rare or bad is drawn."""
    characters = "".join(c for c in hand.alphabet.characters if c != " ")
    found = holding(characters, count, seed=5)
    texts = _known(hand, [line for lines in found.values() for line in lines])
    if not texts:
        return {}
    usual = default_of(styles)
    style = list(styles[:1]) if usual is None else [usual]
    lines = _written(hand, texts, 1_300_000, style, biases=BIAS, policy=ONCE)
    said = _said(recogniser, lines)
    table = by_character(said)
    worst = [c for c in table if c not in RARE][:WORST]
    shown = {c: table[c] for c in (*worst, *RARE) if c in table}
    picture(shown, lines, said, folder / "characters.png")
    return table


def _primed(hand: Hand, held: Sequence[HeldOut]) -> dict[str, float]:
    """How well lines follow primers of writers that the hand has never seen."""
    by_form: dict[str, list[HeldOut]] = {}
    for number, line in enumerate(held):
        if len(line.text) >= LONG_ENOUGH and line.ink.points > 40:
            by_form.setdefault(line.name[:-3] or str(number), []).append(line)
    forms = list(by_form.values())
    forms = forms[:: max(1, len(forms) // PRIMERS)][:PRIMERS]
    if len(forms) < 2:
        return {}
    primers = [form[0] for form in forms]
    styles = [
        Style("writer", line.text, to_ink(to_offsets(line.ink), hand.point_rate))
        for line in primers
    ]
    texts = _known(hand, sentences(2 * len(forms), seed=4))[: len(forms)]
    # By the primer alone: what slant and width are made to match says nothing of the network.
    lines = hand.write_lines(
        texts, styles=styles, strengths=0.0, biases=BIAS, seeds=1_700_000, policy=ONCE
    )
    theirs = looks([line.ink for line in primers], [line.text for line in primers])
    ours = looks([line.ink for line in lines], texts)
    if len(ours) < len(theirs):
        return {}
    found = {"writers": float(len(forms)), "by the hand": own_primer(ours, theirs)}
    if all(len(form) > 1 for form in forms):
        others = [form[1] for form in forms]
        again = looks([line.ink for line in others], [line.text for line in others])
        found["by the writers themselves"] = own_primer(again, theirs)
    return found


def draw_sheet(lines: Sequence[SampledLine], names: Sequence[str], path: Path) -> None:
    """Draw lines one below the other, each behind its name, into a PNG."""
    pictures = []
    for line, name in zip(lines, names, strict=False):
        if line.ink.points > 1:
            ink = line.ink.scaled(min(2.3, 200 / max(line.ink.width, 1e-9)))
            pictures.append((name, render_ink(ink, Pen(), scale=4.0, margin=1.0)))
    if not pictures:
        return
    left = 90 if any(names) else 0
    heights = [min(image.height, 120) for _, image in pictures]
    width = left + max(image.width for _, image in pictures)
    sheet = Image.new("RGB", (width, sum(heights)), "white")
    pen, font, top = ImageDraw.Draw(sheet), ImageFont.load_default(14), 0
    for (name, image), height in zip(pictures, heights, strict=True):
        above = max(0, (image.height - height) // 2)
        sheet.paste(image.crop((0, above, image.width, above + height)), (left, top))
        pen.text((4, top + height // 2 - 8), name, "#66707b", font)
        top += height
    with atomic_write(path) as temporary:
        sheet.quantize(32).save(temporary, "PNG", optimize=True)
