"""A mix of prepared corpora, each with a weight: how often its lines are met in an epoch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch

from engine.corpus_lines import FORMAT, KINDS, WHOLE
from engine.errors import CorpusError
from engine.io.safetensors import save_tensors
from engine.text.alphabet import Alphabet
from training.corpora.corpus import Corpus
from training.corpora.unipen import HELD_SPLIT

#: The largest weight: the mix holds a line as often as it is met.
MOST = 100.0
#: Splits that are only judged by; each of their lines is there once.
HELD_OUT = ("v", HELD_SPLIT)


def mix(parts: Sequence[tuple[Corpus, float]], path: Path | str) -> Corpus:
    """Write corpora as one, whole or not at all.

    Parameters
    ----------
    parts : sequence of (Corpus, weight)
        A weight of 3 repeats each line for training three times; one of 0.5 takes every other.
        Lines of the split "v" are neither repeated nor left out. Writers and forms of different
        corpora stay apart.

    Raises
    ------
    CorpusError
        If there is nothing to mix, a weight is out of range, or the preparations differ.
    """
    if not parts:
        raise CorpusError("There is nothing to mix; name at least one prepared corpus.")
    first = parts[0][0]
    for corpus, weight in parts:
        if not 0 < weight <= MOST:
            raise CorpusError(
                f"The weight of {corpus.path} is {weight:g}; give one above 0, up to {MOST:g}."
            )
        if corpus.preparation != first.preparation:
            raise CorpusError(
                f"{corpus.path} was prepared otherwise than {first.path}; "
                "prepare both with the same --preparation or --like."
            )
    characters = sorted({c for corpus, _ in parts for c in corpus.alphabet.characters})
    alphabet = Alphabet("".join(characters))
    splits = sorted({name for corpus, _ in parts for name in corpus.split_names})
    rows: dict[str, list[npt.NDArray[np.generic]]] = {
        name: []
        for name in ("points", "codes", "lengths", "texts", "places", "splits", "kinds", "gaps")
    }
    numbers: dict[str, list[npt.NDArray[np.int64]]] = {"writers": [], "forms": []}
    counts = {"writers": 0, "forms": 0}
    writers: list[str] = []
    for corpus, weight in parts:
        coded = corpus.recoded(alphabet, corpus.preparation)
        lines = _repeated(coded, weight)
        own = np.array([splits.index(name) for name in coded.split_names])
        rows["points"] += [coded.offsets(i).numpy() for i in lines.tolist()]
        starts = coded.code_starts.tolist()
        rows["codes"] += [coded.codes[starts[i] : starts[i + 1]].numpy() for i in lines.tolist()]
        rows["lengths"].append(coded.lengths[lines])
        rows["texts"].append(np.diff(coded.code_starts.numpy())[lines])
        rows["places"].append(coded.places.numpy()[lines])
        rows["kinds"].append(coded.kinds.numpy()[lines])
        rows["gaps"].append(coded.gaps.numpy()[lines])
        rows["splits"].append(own[coded.splits.numpy()[lines]])
        for name, of in (("writers", coded.writers), ("forms", coded.forms)):
            numbers[name].append(of.numpy()[lines] + counts[name])
            counts[name] += int(of.max()) + 1
        writers += coded.writer_names or map(str, range(int(coded.writers.max()) + 1))
    lengths, texts = np.concatenate(rows["lengths"]), np.concatenate(rows["texts"])
    if not len(lengths):
        raise CorpusError("The mix holds no line; give larger weights.")
    tensors = {
        "points": np.concatenate(rows["points"]),
        "starts": np.cumsum([0, *lengths]),
        "codes": np.concatenate(rows["codes"]),
        "code_starts": np.cumsum([0, *texts]),
        "places": np.concatenate(rows["places"]),
        "splits": np.concatenate(rows["splits"]),
        "kinds": np.concatenate(rows["kinds"]),
        "gaps": np.concatenate(rows["gaps"]),
        **{name: np.concatenate(of) for name, of in numbers.items()},
    }
    whole = np.isin(tensors["kinds"], [KINDS.index(kind) for kind in WHOLE])
    paces = (lengths / (texts + 1))[whole if whole.any() else slice(None)]
    header = {
        "alphabet": alphabet.characters,
        "preparation": asdict(first.preparation),
        "splits": splits,
        "pace": float(np.median(paces)),
        "sources": sorted({source for corpus, _ in parts for source in corpus.sources}),
        "writers": writers,
        "dropped": {},
    }
    arrays = {name: torch.from_numpy(array) for name, array in tensors.items()}
    save_tensors(path, arrays, FORMAT, header)
    return Corpus.load(path)


def _repeated(corpus: Corpus, weight: float) -> npt.NDArray[np.int64]:
    """The lines as often as they are to be met, in their order; what is left of a weight above
    its whole part takes lines evenly from all of them.
    """
    every = np.arange(len(corpus))
    held = np.isin(every, corpus.lines_of(*HELD_OUT, kinds=KINDS))
    taught = np.flatnonzero(~held)
    # Line k is met as often as the running sum of weights passes a whole number at it.
    marks = np.floor(np.arange(len(taught) + 1) * weight + 0.5).astype(np.int64)
    times = np.ones(len(corpus), dtype=np.int64)
    times[taught] = np.diff(marks)
    return np.repeat(every, times)
