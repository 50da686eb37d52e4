"""From a checkpoint to a hand: averaged weights, alphabet, normalisation and card in one file."""

from __future__ import annotations

import datetime
import math
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np

from engine.card import Card
from engine.hand import Hand
from engine.hand_file import HandSpec
from engine.ink.baseline import x_height
from engine.network.network import Network, NetworkConfig
from engine.sampling.policy import ONCE
from engine.text.alphabet import Alphabet
from training import checkpoints
from training.config import RunConfig
from training.corpora.corpus import RARE, Corpus
from training.data_sets import commercial_use, licence_of, named_in, trained_on
from training.samples import known

#: Lines that show the usual x-height of a hand: pangrams, so that every low letter occurs.
MEASURING = (
    "the quick brown fox jumps over a lazy dog",
    "pack my box with five dozen liquor jugs",
    "we promptly judged antique ivory buckles",
    "sixty zippers were quickly picked from a woven bag",
)

#: The licence of lines that no data set holds.
OWN_LICENCE = "that of these lines"


def _told(sources: Sequence[str]) -> dict[str, str]:
    """What a card says of the data: of every corpus, by the stricter terms."""
    said = trained_on(sources)
    data = named_in(said)
    return {
        "trained_on": said,
        "data_license": licence_of(data) or OWN_LICENCE,
        "commercial_use": commercial_use(data),
    }


def hand_of(
    checkpoint: Path,
    corpus: Corpus,
    name: str,
    training: str = "",
    device: str = "cpu",
    alphabet: Alphabet | None = None,
) -> Hand:
    """The hand of a checkpoint's averaged weights, on a device.

    Parameters
    ----------
    alphabet : Alphabet, optional
        What it writes; all that occurs often enough in the corpus where not given.

    Raises
    ------
    TrainingError
        If the checkpoint cannot be read.
    """
    tensors, progress, text = checkpoints.load(checkpoint)
    config = RunConfig.from_json(text)
    network = network_of(tensors, len(corpus.alphabet), config)
    card = Card(
        name=name,
        version=_version(),
        date=datetime.date.today().isoformat(),
        figures=_figures(progress),
        training=training,
        **_told(corpus.sources),
    )
    spec = HandSpec(network, alphabet or learnt(corpus), corpus.preparation, corpus.pace, 1.0, card)
    return Hand.of(with_usual_x_height(spec, device), device)


def learnt(corpus: Corpus) -> Alphabet:
    """The corpus's alphabet without the characters that hardly occur: these cannot be learnt."""
    characters = len(corpus.alphabet)
    starts, codes = corpus.code_starts.numpy(), corpus.codes.numpy().astype(np.int64)
    texts = np.repeat(np.arange(len(corpus)), np.diff(starts))
    held = np.unique(texts * characters + codes) % characters
    counts = np.bincount(held, minlength=characters)
    seldom = {c for c, n in zip(corpus.alphabet, counts.tolist(), strict=True) if n < RARE}
    return corpus.alphabet.without(seldom - {" "})


def _figures(progress: checkpoints.Progress) -> dict[str, float]:
    figures = {"hours": round(progress.seconds / 3600, 2), "steps": float(progress.step)}
    # The best figure is the best checkpoint's own; another one has none to show.
    if math.isfinite(progress.best) and progress.improved == progress.step:
        figures["validation_nats_per_point"] = round(progress.best, 4)
    return figures


def described(card: Card) -> str:
    """A card's figures in words."""
    return ", ".join(f"{name.replace('_', ' ')} {value:g}" for name, value in card.figures.items())


def network_of(tensors: dict, characters: int, config: RunConfig) -> Network:  # type: ignore[type-arg]
    """The network with the averaged weights of a checkpoint."""
    sizes = config.network
    network = Network(
        NetworkConfig(characters, sizes.hidden, sizes.window, sizes.mixture, sizes.vector)
    )
    network.load_state_dict(
        {n.removeprefix("average."): t for n, t in tensors.items() if n.startswith("average.")}
    )
    return network.eval()


def with_usual_x_height(spec: HandSpec, device: str = "cpu") -> HandSpec:
    """The specification with the x-height that the hand is measured to write."""
    return spec._replace(x_height=_usual_x_height(Hand.of(spec._replace(x_height=1.0), device)))


def _usual_x_height(hand: Hand) -> float:
    """The median x-height of 32 lines, in the unit of the hand's ink; 1 where none can be told."""
    texts = [text for text in (known(line, hand.alphabet) for line in MEASURING * 8) if text]
    lines = hand.write_lines(texts, seeds=1000, policy=ONCE)
    heights = [x_height(line.ink, line.text, line.characters) for line in lines]
    found = [height for height in heights if height is not None and height > 0]
    return float(np.median(found)) if found else 1.0


def _version() -> str:
    try:
        return version("scriptorium")
    except PackageNotFoundError:
        return "unknown"
