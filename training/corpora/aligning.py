"""Which character of its text each point of a line belongs to, by a trained network's window."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import numpy.typing as npt
import torch

from engine.network.network import Network
from engine.network.recurrence import windowed_layer
from engine.text.alphabet import Alphabet
from training.corpora.corpus import Corpus

#: Points of a batch, padding included.
POINTS = 40_000
#: What stands for characters that the network does not know: of like shape, else nearly as wide.
ALIKE = dict(zip("@&*%$#+=<>^~_{}[]|\\/`XZQ", "aAxAS#ttcn'--()())(('xzO", strict=True))


@torch.inference_mode()
def owners(
    corpus: Corpus, network: Network, alphabet: Alphabet, lines: Iterable[int]
) -> Iterator[tuple[int, npt.NDArray[np.int64]]]:
    """For each line the character, int64 (n,), on which the window stood at each point.

    Parameters
    ----------
    alphabet : Alphabet
        The network's. A character that it lacks is taken for one of like shape.

    Yields
    ------
    Lines in the order of their length.
    """
    lengths = corpus.lengths
    ordered = sorted(lines, key=lambda line: int(lengths[line]))
    while ordered:
        count = max(1, POINTS // int(lengths[ordered[-1]]))
        chosen, ordered = ordered[-count:], ordered[:-count]
        yield from _owners(corpus, network, alphabet, chosen)


def _owners(
    corpus: Corpus, network: Network, alphabet: Alphabet, lines: list[int]
) -> Iterator[tuple[int, npt.NDArray[np.int64]]]:
    offsets = [corpus.offsets(line)[:-1] for line in lines]
    codes = [torch.from_numpy(_codes(corpus.text(line), alphabet)) for line in lines]
    masks = [torch.ones(len(of)) for of in codes]
    padded, texts, mask = (
        torch.nn.utils.rnn.pad_sequence(of, batch_first=first)
        for of, first in ((offsets, False), (codes, True), (masks, True))
    )
    cell = network.layer1
    weight = cell.weight_ih
    windowed = windowed_layer(
        padded,
        texts,
        mask,
        weight[:, :3],
        torch.cat([cell.weight_hh, weight[:, 3:]], dim=1),
        cell.bias_ih + cell.bias_hh,
        network.window.weight,
        network.window.bias,
    )
    stands = windowed.phi.argmax(dim=2).numpy()
    for row, line in enumerate(lines):
        # The window after a point is what the next is drawn by; the first has none before.
        of = stands[: len(offsets[row]), row]
        yield line, np.minimum(np.concatenate([of[:1], of]), len(codes[row]) - 2)


def _codes(text: str, alphabet: Alphabet) -> npt.NDArray[np.int64]:
    known = "".join(
        c if c in alphabet else ALIKE[c] if ALIKE.get(c, "") in alphabet else "a" for c in text
    )
    return alphabet.encode(known)
