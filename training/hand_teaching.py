"""Teaching: a hand trained on with one person's own lines, against forgetting what these lack."""

from __future__ import annotations

import string
from collections import Counter
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

import numpy as np

from engine.errors import CorpusError, InkError, TextError, TrainingError
from engine.hand import Hand
from engine.ink.ink import Ink
from engine.ink.preparation import to_ink, to_offsets
from engine.ink.recorded_line import RecordedLine
from engine.io.atomic import make_folder
from engine.line_scoring import score_lines
from engine.style_builder import build_style, normalise_pace, usable_with
from training import checkpoints
from training.config import RunConfig, named
from training.corpora.corpus import Corpus, written
from training.corpora.iam import Line
from training.distributed import Ranks
from training.hand_export import hand_of
from training.run_folder import RunFolder
from training.trainer import Trainer, resume, start

#: Lines from which one in `HOLD_OUT` is kept back to judge by.
ENOUGH = 12
HOLD_OUT = 8
#: Lines that are drawn after each epoch, to be watched as they get better.
SAMPLES = 3
#: A letter that fewer lines than this hold is rehearsed: the hand writes it for itself.
SELDOM = 3
#: The bias of what is rehearsed: near 0, where samples pull the network nowhere; tidier ones would
#: teach it to be surer than people's own lines allow.
REHEARSING = 0.2
#: Sentences that are rehearsed, those first that hold most of what is seldom; together they hold
#: every letter in both cases and every digit.
REHEARSED = (
    "Jack Quigley and Zoe Xavier voted twice.",
    "Queen Victoria and King William of York",
    "A judge fixed a dozen quiet wolves up.",
    "Box 10, 29 Park Lane, 3487 Fulham, NW 56",
    "Very few lazy dogs jump quickly, he said.",
    "Exactly zero jokers quit on 14 May 1980.",
    "Can Betty Hill or Uncle Ivan do it? No!",
    "Dr. Gray, Mr. Olsen, Sister Ruth Evans",
    "The six zebras jumped quickly over 75 wagons.",
    "Zurich, Quebec, Jersey, Xanten, Utrecht",
    "Just (what) is the; question: 'Quixote'?",
    "How vexing that quick daft zebras jump!",
)


def prepared(
    hand: Hand, lines: Sequence[RecordedLine], path: Path, rehearse: bool = True
) -> Corpus:
    """The corpus of a person's lines, with lines of the hand's own for what these lack.

    The hand writes the rehearsed lines after a primer of the person's, so that they are in a like
    hand; they keep letters legible that were never recorded. Splits: "train" for the person's own
    lines, "v" for those held out, "rehearsed" for the hand's.

    Raises
    ------
    CorpusError
        If no line can be used.
    """
    usable = [line for line in lines if usable_with(hand, line)]
    own = _own(hand, usable)
    if not own:
        raise CorpusError(
            "None of the lines can be learnt from: they need ink, and a text that the hand knows."
        )
    held = set(range(HOLD_OUT - 1, len(own), HOLD_OUT)) if len(own) >= ENOUGH else set()
    rows: list[tuple[Line, Ink]] = [
        (Line("own", i, "v" if i in held else "train", "own", text, ink), ink)
        for i, (text, ink) in enumerate(own)
    ]
    if rehearse:
        rows += [
            (Line("rehearsed", i, "rehearsed", "own", text, ink), ink)
            for i, (text, ink) in enumerate(_rehearsed(hand, usable))
        ]
    pace = float(np.median([ink.points / (len(text) + 1) for text, ink in own]))
    return written(rows, path, hand.alphabet.complete(), hand.preparation, pace)


def _own(hand: Hand, lines: Sequence[RecordedLine]) -> list[tuple[str, Ink]]:
    """Text and prepared ink of the lines that can be learnt from."""
    usable = [normalise_pace(hand, line) for line in lines if usable_with(hand, line)]
    return [(fit.text, fit.ink) for fit in score_lines(hand, usable)] if usable else []


def _check_lines(corpus: Corpus, hand: Hand, lines: Sequence[RecordedLine]) -> None:
    """Refuse to go on with a run that was begun with other lines: they would not be learnt."""
    kept = corpus.lines_of("train", "v").tolist()
    own = _own(hand, lines)
    same = [corpus.text(line) for line in kept] == [text for text, _ in own] and all(
        len(corpus.offsets(line)) == ink.points
        and np.allclose(corpus.offsets(line).numpy(), to_offsets(ink), atol=1e-3)
        for line, (_, ink) in zip(kept, own, strict=True)
    )
    if not same:
        raise TrainingError(
            f"{corpus.path.parent} teaches other lines than these; to learn these, name another "
            "folder with --run, or remove that one."
        )


def _rehearsed(hand: Hand, lines: Sequence[RecordedLine]) -> list[tuple[str, Ink]]:
    """Lines that the hand writes for what the recorded ones lack; without flaws only."""
    held = Counter(c for line in lines for c in set(line.text))
    known = [c for c in string.ascii_letters + string.digits if c in hand.alphabet]
    seldom = {c for c in known if held[c] < SELDOM}
    texts = [t for t in REHEARSED if all(c in hand.alphabet for c in t)]
    texts = [t for t in texts if seldom & set(t)]
    if not texts:
        return []
    style = build_style(hand, "own", lines, "")
    result = []
    for line in hand.write_lines(texts, styles=style, biases=REHEARSING, seeds=0, record=True):
        if line.steps is not None and not line.flaws:
            offsets = line.steps.offsets.copy()
            # The first offset leads from the primer's last point to the text.
            offsets[0, :2] = 0
            result.append((line.text, to_ink(offsets)))
    return result


def config_for(corpus: Corpus, steps: int = 0, device: str = "auto") -> RunConfig:
    """The config `teach` for a corpus that `prepared` made."""
    config = named("teach")
    # Every line is repeated, so that an epoch is long enough to be worth judging.
    splits = ",".join(name for name in ("train", "rehearsed") if name in corpus.split_names)
    repeats = max(1, round(120 / max(1, len(corpus))))
    data = replace(
        config.data,
        train=splits,
        validate="v" if "v" in corpus.split_names else "train",
        rare=10**9,
        repeats=repeats,
    )
    return replace(config, data=data, device=device, steps=steps or config.steps, samples=SAMPLES)


def begun(
    hand: Hand,
    lines: Sequence[RecordedLine],
    folder: Path,
    steps: int = 0,
    device: str = "auto",
    rehearse: bool = True,
    ranks: Ranks | None = None,
) -> Trainer:
    """A run that teaches a hand a person's lines, or the one in the folder, to go on with it.

    Parameters
    ----------
    hand : Hand
        What to begin with.
    folder : Path
        The run's folder; the lines' corpus is written there, too.
    steps : int
        Steps in all; 0 for the config's own.

    Raises
    ------
    CorpusError, TrainingError
        If there is nothing to learn from, or the folder cannot be used.
    """
    file = folder / "lines.safetensors"
    if file.exists() and checkpoints.newest(folder) is not None:
        kept = Corpus.load(file)
        _check_lines(kept, hand, lines)
        return resume(kept, folder, ranks, {"steps": str(steps)} if steps else {})
    try:
        make_folder(folder)
    except OSError as error:
        raise CorpusError(f"Cannot make the folder {folder}: {error.strerror}.") from error
    with RunFolder(folder).lock() if ranks is None or ranks.first else nullcontext():
        corpus = prepared(hand, lines, file, rehearse)
    return start(config_for(corpus, steps, device), corpus, folder, hand, ranks)


def taught(base: Hand, folder: Path, name: str) -> Hand:
    """The hand of a finished run, which says on its card what it was made from.

    Raises
    ------
    TrainingError
        If the run has no checkpoint.
    """
    place = RunFolder(folder)
    corpus = Corpus.load(folder / "lines.safetensors")
    best = place.best if place.best.exists() else checkpoints.newest(folder)
    hand = hand_of(best or place.best, corpus, name, place.machine(), alphabet=base.alphabet)
    own = len(corpus.lines_of("train", "v"))
    hand.card = replace(
        hand.card,
        trained_on=f"{base.card.trained_on}; then on {own} lines by its owner",
        data_license=base.card.data_license,
        commercial_use=base.card.commercial_use,
    )
    return hand


def unusable(hand: Hand, lines: Sequence[RecordedLine]) -> list[str]:
    """Why lines were left out, one sentence each."""
    reasons = []
    for line in lines:
        if not usable_with(hand, line):
            try:
                score_lines(hand, [line])
            except (InkError, TextError) as error:
                reasons.append(str(error))
    return reasons
