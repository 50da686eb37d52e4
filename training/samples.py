"""Samples: lines that the network writes while it learns, and the styles that a hand writes in."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from engine import bundled_hands
from engine.card import Card
from engine.hand import Hand
from engine.ink.ink import Ink
from engine.io.atomic import atomic_write
from engine.network.network import Network
from engine.rendering.pens import Pen
from engine.rendering.raster import render_ink
from engine.sampling.policy import ONCE
from engine.style.style import DEFAULTS, Style, bundled
from engine.text.alphabet import Alphabet
from training.corpora.corpus import Corpus

#: What is written, in this order.
TEXTS = (
    "the quick brown fox jumps over a lazy dog",
    "A letter from London, 24 May 1870",
    "We promptly judged antique ivory buckles.",
    '"Is it far?" she asked. It was not far.',
    "Kind regards from Jane and Victor",
    "sixty zippers were quickly picked",
)
#: Millimetres to an offsets unit, so that letters come out some 2.5 mm high.
SIZE = 2.0
#: The largest picture of a line, in millimetres: an untrained network may run anywhere.
LARGEST = (350.0, 100.0)


def draw(network: Network, corpus: Corpus, count: int, path: Path) -> None:
    """Write `count` lines, tidy above and wild below, and draw them to a PNG.

    Parameters
    ----------
    network : Network
        With the averaged weights.
    corpus : Corpus
        Whose alphabet and preparation the network learns.
    """
    card = Card("in training", "", "", "", "", "")
    hand = Hand(
        network, corpus.alphabet, corpus.preparation, corpus.pace, x_height=1.0, card=card,
        device=next(network.parameters()).device.type,
    )  # fmt: skip
    texts = [known(TEXTS[i % len(TEXTS)], corpus.alphabet) or corpus.text(0) for i in range(count)]
    biases = [float(bias) for bias in np.linspace(1.0, 0.0, count)] if count > 1 else [0.5]
    lines = hand.write_lines(texts, biases=biases, seeds=0, policy=ONCE)
    pictures = [
        render_ink(line.ink.scaled(_size(line.ink)), Pen(), scale=4.0)
        for line in lines
        if line.ink.points > 1
    ]
    if not pictures:
        return
    heights = [picture.height for picture in pictures]
    sheet = Image.new("RGB", (max(picture.width for picture in pictures), sum(heights)), "white")
    for picture, top in zip(pictures, np.cumsum([0, *heights]).tolist(), strict=False):
        sheet.paste(picture, (0, top))
    with atomic_write(path) as temporary:
        sheet.save(temporary)


def own_styles(hand: Hand) -> dict[str, Style]:
    """The styles that ship for a hand: by its file, or by the network that made their vectors."""
    name = bundled_hands.name_of(hand.sha256)
    if name is None:
        mades = {
            one: {style.vector.hand for style in bundled(one).values() if style.vector}
            for one in bundled_hands.bundled_hands()
        }
        name = next((one for one, made in mades.items() if hand.fingerprint in made), None)
    return bundled(name or bundled_hands.DEFAULT)


def default_of(styles: Sequence[Style]) -> Style | None:
    """The one among styles in which its hand writes where none is named."""
    return next((style for style in styles if style.name in DEFAULTS.values()), None)


def known(text: str, alphabet: Alphabet) -> str:
    """The text in these characters: what they lack becomes a small letter, or nothing."""
    characters = (c if c in alphabet else c.lower() for c in text)
    return "".join(c for c in characters if c in alphabet).strip()


def _size(ink: Ink) -> float:
    """Millimetres to a unit of the ink."""
    left, top, right, bottom = ink.bounds
    return min(SIZE, LARGEST[0] / max(right - left, 1e-9), LARGEST[1] / max(bottom - top, 1e-9))
