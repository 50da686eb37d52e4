"""Signs whose shape contradicts their label, found by classifiers trained without their writers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import torch
from torch import nn

from engine.ink.ink import Ink

#: Points along a sign that its shape is told by.
POINTS = 24
#: A label that is given less than this probability is not believed, nor any of a writer half of
#: whose labels are given less than the second.
DOUBTFUL = (0.05, 0.4)
#: A character needs so many signs to be judged.
KNOWN = 20
#: With fewer writers than this there is nobody to learn from.
WRITERS = 12
#: Parts that writers are dealt into: the signs of each are judged by what the others taught.
FOLDS = 3
EPOCHS = 12


def shape(ink: Ink, height: float) -> npt.NDArray[np.float32]:
    """A sign's shape, float32 (POINTS * 3 + 3,): points evenly along its strokes, in x-heights from
    its middle and the baseline, whether the pen moved through the air to them, and its size.
    """
    xy = ink.xy / height
    air = np.zeros(len(xy))
    air[np.cumsum([len(stroke) for stroke in ink.strokes])[:-1]] = 1.0
    steps = np.hypot(*np.diff(xy, axis=0).T)
    way = np.concatenate([[0.0], np.cumsum(steps + 1e-3)])
    at = np.linspace(0.0, way[-1], POINTS)
    left, right = float(xy[:, 0].min()), float(xy[:, 0].max())
    x = np.interp(at, way, xy[:, 0]) - (left + right) / 2
    y = np.interp(at, way, xy[:, 1])
    up = np.interp(at, way, np.cumsum(air))
    size = [right - left, np.ptp(xy[:, 1]), len(ink.strokes)]
    return np.concatenate([x, y, up, size]).astype(np.float32)


def doubted(
    inks: Sequence[Ink], labels: Sequence[str], writers: Sequence[str], height: float
) -> npt.NDArray[np.bool_]:
    """Which signs are hard to read or labelled wrong, bool (n,).

    Parameters
    ----------
    inks : the baseline at y = 0
    height : the x-height, in the inks' unit
    """
    if len(set(writers)) < WRITERS:
        return np.zeros(len(inks), dtype=bool)
    chances = believed(np.stack([shape(ink, height) for ink in inks]), labels, writers)
    least, usual = DOUBTFUL
    found = chances < least
    for writer in set(writers):
        own = np.array([of == writer for of in writers])
        found |= own & bool(np.median(chances[own]) < usual)
    # A zero with a slash is read as another letter.
    slashed = [c == "0" and len(ink.strokes) > 1 for c, ink in zip(labels, inks, strict=True)]
    return np.asarray(found | np.array(slashed))


def believed(
    shapes: npt.NDArray[np.float32],
    labels: Sequence[str],
    writers: Sequence[str],
    seed: int = 0,
) -> npt.NDArray[np.float64]:
    """The probability of each sign's label, by shape; 1 for characters that few signs show.

    Parameters
    ----------
    shapes : float32 (n, d), of `shape`
    """
    counts = Counter(labels)
    names = sorted(character for character, count in counts.items() if count >= KNOWN)
    found = np.ones(len(labels))
    if len(names) < 2:
        return found
    numbers = np.array([names.index(c) if counts[c] >= KNOWN else -1 for c in labels])
    order = {writer: k for k, writer in enumerate(sorted(set(writers)))}
    folds = np.array([order[writer] % FOLDS for writer in writers])
    mean, deviation = shapes.mean(axis=0), shapes.std(axis=0) + 1e-3
    inputs = torch.from_numpy(np.clip((shapes - mean) / deviation, -4, 4))
    for fold in range(FOLDS):
        taught = np.flatnonzero((folds != fold) & (numbers >= 0))
        judged = np.flatnonzero((folds == fold) & (numbers >= 0))
        if not len(taught) or not len(judged):
            continue
        labelled = torch.from_numpy(numbers[taught])
        network = _taught(inputs[taught], labelled, len(names), seed + fold)
        with torch.no_grad():
            chances = network(inputs[judged]).softmax(dim=1).numpy()
        found[judged] = chances[np.arange(len(judged)), numbers[judged]]
    return found


def _taught(inputs: torch.Tensor, labels: torch.Tensor, classes: int, seed: int) -> nn.Module:
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        network = nn.Sequential(
            nn.Linear(inputs.shape[1], 192),
            nn.ReLU(),
            nn.Dropout(0.2),
            nn.Linear(192, 192),
            nn.ReLU(),
            nn.Dropout(0.2),
            nn.Linear(192, classes),
        )
        optimizer = torch.optim.Adam(network.parameters(), lr=2e-3)
        # A rare character counts for more than its share, or it would be taken for a usual one.
        weights = 1.0 / torch.bincount(labels, minlength=classes).clamp(min=1).float().sqrt()
        for epoch in range(EPOCHS):
            for group in optimizer.param_groups:
                group["lr"] = 2e-3 * (1 - epoch / EPOCHS)
            order = torch.randperm(len(inputs))
            for batch in torch.split(order, 256):
                loss = nn.functional.cross_entropy(network(inputs[batch]), labels[batch], weights)
                optimizer.zero_grad()
                loss.backward()  # type: ignore[no-untyped-call]
                optimizer.step()
    return network.eval()
