"""Judging a hand: log-loss on held-out lines, and what it writes by alignment, reader and looks."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image
from scipy.stats import wasserstein_distance

from engine.alphabet import Alphabet
from engine.errors import CorpusError, InkError
from engine.files import replacing
from engine.hand import Hand, Written
from engine.ink import Ink
from engine.mixture import log_loss
from engine.pens import Pen
from engine.preparation import to_ink, to_offsets
from engine.raster import drawn
from engine.reader import Reader
from training.batches import collate
from training.corpus import GRAVES, Corpus
from training.iam import IAMOnDB, Report
from training.samples import known
from training.sentences import sentences
from training.styles import ink_look

Floats = npt.NDArray[np.float64]
Progress = Callable[[str], None]

#: Biases at which lines are written.
BIASES = (0.0, 0.5, 0.75, 1.0, 2.0)
#: Lines of a batch, for the network and for the reader.
BATCH = 64
#: Median deviations of the log-loss a point above its median, beyond which a line is suspected.
FAR = 6.0
#: Kinds of flaws, by a word of the sentence that the check of the alignment says.
FLAWS = {"dropped": "left out", "repeated": "dwelt on", "ran on": "ran on"}
LOOKS = ("slant", "width of a character", "strokes a character", "height", "turn")


@dataclass(frozen=True, eq=False)
class Held:
    """A held-out line: its text in the hand's alphabet, and its prepared ink.

    Attributes
    ----------
    scale : float
        What its offsets were divided by, in tablet units; NaN where that is not known.
    name : str
        Form and number ("a01-000-01"), where known.
    """

    text: str
    ink: Ink
    scale: float = math.nan
    name: str = ""


@dataclass(frozen=True)
class Writing:
    """How lines written at one bias came out.

    Attributes
    ----------
    lines : how many were written
    flawed : share of lines whose alignment is flawed, each line sampled once; by kind in `flaws`
    flawed_after : the same where a flawed line is sampled again, up to four times
    error_rate : share of characters that the reader reads wrong; None without a reader
    looks : mean and deviation of each look over the lines
    """

    bias: float
    lines: int
    flawed: float
    flaws: dict[str, float]
    flawed_after: float
    error_rate: float | None
    looks: dict[str, tuple[float, float]]


@dataclass(frozen=True)
class Evaluation:
    """All that was measured of a hand.

    Attributes
    ----------
    log_loss : figures with their units in their names
    real_error_rate : of the reader on held-out lines of people
    likeness : Wasserstein distance of each distribution from that of real lines, in deviations of
        the real ones, for lines written at bias 0
    legibility : for each character, how often it was written and the share read wrong
    """

    hand: str
    sha256: str
    card: dict[str, Any]
    log_loss: dict[str, float]
    writing: list[Writing]
    reader: str = ""
    real_error_rate: float | None = None
    likeness: dict[str, float] = field(default_factory=dict)
    legibility: dict[str, tuple[int, float]] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """As JSON takes it."""
        return asdict(self)


def held_out_of_iam(hand: Hand, iam: Path, split: str = "v") -> list[Held]:
    """All lines of an official list, none left out, prepared for a hand.

    A character that the hand does not know becomes a small letter or a space. An empty `split`
    stands for all lists.
    """
    report = Report()
    lines = []
    for line in IAMOnDB(iam).lines(report, only=split):
        prepared = hand.preparation.prepare(line.ink)
        text, name = _spelt(line.text, hand.alphabet), f"{line.form}-{line.number:02d}"
        lines.append(Held(text, prepared, _scale(line.ink, prepared), name))
    if not lines:
        raise CorpusError(f"{iam} has no lines of the list {split!r}; use the official lists.")
    return lines


def held_out_of_corpus(hand: Hand, corpus: Corpus, split: str = "v") -> list[Held]:
    """The lines of a split of a prepared corpus."""
    corpus = corpus.recoded(hand.alphabet, hand.preparation)
    lines = corpus.lines_of(*split.split(",")).tolist()
    if not lines:
        raise CorpusError(
            f"{corpus.path} has no lines of {split!r}; its splits: {', '.join(corpus.split_names)}."
        )
    return [Held(corpus.text(i), to_ink(corpus.offsets(i).numpy())) for i in lines]


def _spelt(text: str, alphabet: Alphabet) -> str:
    characters = (c if c in alphabet else c.lower() for c in text)
    return "".join(c if c in alphabet else " " for c in characters)


def _scale(raw: Ink, prepared: Ink) -> float:
    """Tablet units to one offsets unit: lengths tell, whatever was turned or thinned."""

    def extent(ink: Ink) -> float:
        return math.sqrt(float(ink.xy.var(axis=0).sum()))

    return extent(raw) / max(extent(prepared), 1e-12)


@torch.inference_mode()
def log_losses(hand: Hand, lines: Sequence[Held]) -> npt.NDArray[np.float64]:
    """Log-loss of each line in nats, offsets in offsets units, float64 (n,)."""
    order = np.argsort([line.ink.points for line in lines], kind="stable")
    losses = np.zeros(len(lines))
    network = hand.network.to(hand.device).eval()
    for begin in range(0, len(order), BATCH):
        chosen = order[begin : begin + BATCH]
        batch = collate(
            [to_offsets(lines[i].ink) for i in chosen],
            [hand.alphabet.encode(lines[i].text) for i in chosen],
        ).to(hand.device)
        raw = network(batch.inputs, batch.codes, batch.mask).raw
        losses[chosen] = (log_loss(raw, batch.targets) * batch.weights).double().sum(0).cpu()
    return losses


def loss_figures(hand: Hand, lines: Sequence[Held]) -> dict[str, float]:
    """Mean log-loss in each unit that it can be stated in.

    Graves's unit is that of offsets of deviation 1 over the corpus; a line's loss is brought to it
    by its scale, 2 ln(scale / unit) a point. Where points were dropped, it is still another
    sequence than his, and the names of the figures say so.
    """
    losses = log_losses(hand, lines)
    points = np.array([line.ink.points - 1 for line in lines])
    figures = {
        "lines": float(len(lines)),
        "points": float(points.sum()),
        "nats_a_point": float(losses.sum() / points.sum()),
        "nats_a_line": float(losses.mean()),
    }
    scales = np.array([line.scale for line in lines])
    if np.isfinite(scales).all():
        converted = losses + points * 2 * np.log(scales / GRAVES.unit)
        every = hand.preparation.thin == 1
        kept = "" if every else "_of_every_other_point_smoothed"
        figures[f"nats_a_line_in_graves_unit{kept}"] = float(converted.mean())
    return figures


def suspects(hand: Hand, lines: Sequence[Held]) -> list[tuple[str, float]]:
    """Lines that a trained hand finds far less likely than the others, the worst first.

    A wrong transcript is the usual cause. Far is `FAR` median deviations above the median of the
    log-loss a point.

    Returns
    -------
    list of (name, nats a point)
    """
    points = np.array([line.ink.points - 1 for line in lines])
    losses = log_losses(hand, lines) / points
    middle = float(np.median(losses))
    limit = middle + FAR * float(np.median(np.abs(losses - middle)))
    found = [
        (line.name, float(loss)) for line, loss in zip(lines, losses, strict=True) if loss > limit
    ]
    return sorted(found, key=lambda item: -item[1])


def evaluate(
    hand: Hand,
    held: Sequence[Held],
    folder: Path,
    *,
    lines: int = 300,
    reader: Reader | None = None,
    reader_name: str = "",
    progress: Progress = lambda _: None,
) -> Evaluation:
    """Judge a hand, and draw what it wrote into `folder`.

    Parameters
    ----------
    held : sequence of Held
        Lines that the hand was not trained on.
    lines : int
        Lines to write at each bias.
    """
    progress(f"log-loss on {len(held)} lines")
    figures = loss_figures(hand, held)
    texts = [t for t in (known(s, hand.alphabet) for s in sentences(lines)) if t]
    writing, legible = [], Counter[tuple[str, bool]]()
    likeness: dict[str, float] = {}
    for bias in BIASES:
        progress(f"{len(texts)} lines at bias {bias:g}")
        once = hand.write_lines(texts, biases=bias, seeds=10_000, attempts=1)
        writing.append(_writing(hand, bias, once, reader, legible))
        _sheet(once[:12], folder / f"bias-{bias:g}.png")
        if bias == 0:
            likeness = _likeness([line.ink for line in once], [line.ink for line in held])
    real = None
    if reader is not None:
        progress("reading real lines")
        some = held[:: max(1, len(held) // max(lines, 1))]
        read, wrong = _read(reader, [line.ink for line in some])
        real = _error_rate([some[i].text for i in wrong], read)
    return Evaluation(
        hand=hand.name,
        sha256=hand.sha256,
        card=asdict(hand.card),
        log_loss=figures,
        writing=writing,
        reader=reader_name,
        real_error_rate=real,
        likeness=likeness,
        legibility=_by_character(legible),
    )


def _writing(
    hand: Hand,
    bias: float,
    once: Sequence[Written],
    reader: Reader | None,
    legible: Counter[tuple[str, bool]],
) -> Writing:
    flawed = [line for line in once if line.flaws]
    again = hand.write_lines(
        [line.text for line in flawed],
        biases=bias,
        seeds=[line.seed + 1_000_000 for line in flawed],
        attempts=3,
    ) if flawed else []  # fmt: skip
    rate = None
    if reader is not None:
        read, places = _read(reader, [line.ink for line in once])
        texts = [once[i].text for i in places]
        rate = _error_rate(texts, read)
        for text, found in zip(texts, read, strict=True):
            legible.update(_marks(text, found))
    looks = np.stack([ink_look(line.ink, len(line.text)) for line in once if line.ink.points > 2])
    count = len(once)
    return Writing(
        bias=bias,
        lines=count,
        flawed=len(flawed) / count,
        flaws={
            kind: sum(any(word in flaw for flaw in line.flaws) for line in flawed) / count
            for kind, word in FLAWS.items()
        },
        flawed_after=sum(bool(line.flaws) for line in again) / count,
        error_rate=rate,
        looks={
            name: (float(values.mean()), float(values.std()))
            for name, values in zip(LOOKS, looks.T, strict=True)
        },
    )


def _read(reader: Reader, inks: Sequence[Ink]) -> tuple[list[str], list[int]]:
    """What lines say, and which lines these are: ink without height cannot be read."""
    places = [i for i, ink in enumerate(inks) if ink.points > 1 and np.ptp(ink.xy[:, 1]) > 0]
    read: list[str] = []
    for begin in range(0, len(places), BATCH):
        try:
            read += reader.read([inks[i] for i in places[begin : begin + BATCH]])
        except InkError:
            read += [""] * len(places[begin : begin + BATCH])
    return read, places


def _error_rate(texts: Sequence[str], read: Sequence[str]) -> float:
    from engine.reader import distance

    wrong = sum(distance(found, text) for found, text in zip(read, texts, strict=True))
    return wrong / max(1, sum(len(text) for text in texts))


def _marks(text: str, read: str) -> Counter[tuple[str, bool]]:
    """Each character of a text, and whether it stands in what was read of it."""
    found = np.zeros(len(text), dtype=bool)
    for block in SequenceMatcher(None, text, read, autojunk=False).get_matching_blocks():
        found[block.a : block.a + block.size] = True
    return Counter(zip(text, found.tolist(), strict=True))


def _by_character(marks: Counter[tuple[str, bool]]) -> dict[str, tuple[int, float]]:
    """How often each character was written, and the share read wrong; the worst first."""
    table = {}
    for character in {character for character, _ in marks if character != " "}:
        right, wrong = marks[character, True], marks[character, False]
        table[character] = (right + wrong, wrong / (right + wrong))
    return dict(sorted(table.items(), key=lambda item: (-item[1][1], item[0])))


def distributions(inks: Sequence[Ink]) -> dict[str, Floats]:
    """What lines are compared by: one value a stroke, a step or a line, in the lines' height."""
    strokes, steps, slants, gaps = [], [], [], []
    for ink in inks:
        if ink.points < 3 or np.ptp(ink.xy[:, 1]) == 0:
            continue
        scale = float(ink.xy[:, 1].std())
        for stroke in ink.strokes:
            way = np.hypot(*np.diff(stroke.xy, axis=0).T) / scale
            strokes.append([float(way.sum())])
            steps.append(way)
        slants.append([ink_look(ink, 1)[0]])
        ends = zip(ink.strokes, ink.strokes[1:], strict=False)
        gaps.append([(b.xy[0, 0] - a.xy[-1, 0]) / scale for a, b in ends])
    named = {"stroke length": strokes, "speed": steps, "slant": slants, "spacing": gaps}
    return {n: np.concatenate([np.zeros(0), *map(np.asarray, v)]) for n, v in named.items()}


def _likeness(written: Sequence[Ink], real: Sequence[Ink]) -> dict[str, float]:
    ours, theirs = distributions(written), distributions(real)
    return {
        name: float(wasserstein_distance(values, theirs[name]) / max(theirs[name].std(), 1e-9))
        for name, values in ours.items()
        if len(values) and len(theirs[name])
    }


def _sheet(lines: Sequence[Written], path: Path) -> None:
    """Lines one below the other, as a PNG."""
    pictures = []
    for line in lines:
        if line.ink.points > 1:
            ink = line.ink.scaled(min(2.3, 200 / max(line.ink.width, 1e-9)))
            pictures.append(drawn(ink, Pen(), scale=4.0, margin=1.0))
    if not pictures:
        return
    heights = [min(picture.height, 120) for picture in pictures]
    sheet = Image.new("RGB", (max(p.width for p in pictures), sum(heights)), "white")
    top = 0
    for picture, height in zip(pictures, heights, strict=True):
        above = max(0, (picture.height - height) // 2)
        sheet.paste(picture.crop((0, above, picture.width, above + height)), (0, top))
        top += height
    with replacing(path) as temporary:
        sheet.save(temporary)
