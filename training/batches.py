"""Batches: which lines go together, in what order, and how each is changed at random.

Everything depends on the run's seed, the epoch and the batch's number alone, so that a resumed
run sees what an uninterrupted one would have seen.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from engine.network.writer_encoder import References, packed
from training.config import Data
from training.corpora.composition import Composer, Composition, offsets_of, text_of
from training.corpora.corpus import Corpus
from training.reference_lines import ReferenceLines

#: Examples are sorted by length within pools of this many batches, so that batches pad little.
POOL = 16
#: The gap between two joined lines, in offsets units: about the width of a space.
GAP = (2.0, 4.0)


@dataclass(frozen=True)
class Batch:
    """B examples, padded.

    Attributes
    ----------
    inputs : float32 (T, B, 3), the points given
    targets : float32 (T, B, 3), the points that came next
    weights : float32 (T, B), 1 where there is a target, 0 at the padding
    codes : int64 (B, U), with the closing space
    mask : float32 (B, U), 1 at the characters
    references : other lines of the examples' writers, where the network is to be given these
    """

    inputs: Tensor
    targets: Tensor
    weights: Tensor
    codes: Tensor
    mask: Tensor
    references: References | None = None

    @property
    def points(self) -> int:
        """Targets in the batch, padding left out."""
        return int(self.weights.sum())

    def to(self, device: torch.device | str) -> Batch:
        """The batch on another device."""
        return Batch(
            self.inputs.to(device),
            self.targets.to(device),
            self.weights.to(device),
            self.codes.to(device),
            self.mask.to(device),
            None if self.references is None else self.references.to(device),
        )


#: One example: a line, two of one writer, or a composition of pieces.
Example = tuple[int, ...]


def epoch(
    corpus: Corpus, lines: npt.NDArray[np.int64], data: Data, pairs: bool, seed: tuple[int, int]
) -> list[list[Example]]:
    """The batches of an epoch, as lists of examples.

    Parameters
    ----------
    lines : int64 (n,)
        The lines to learn from; each comes once, those with rare characters several times.
    pairs : bool
        Whether `data.pairs` of them are joined to another line of their writer.
    seed : (run's seed, epoch)
    """
    random = np.random.default_rng([*seed, 0])
    writers = corpus.writers.numpy()
    codes = np.split(corpus.codes.numpy(), corpus.code_starts.numpy()[1:-1])
    others: dict[int, list[int]] = defaultdict(list)
    for line in lines:
        others[int(writers[line])].append(int(line))
    examples: list[Example] = []
    for line in np.repeat(lines, _repeats(corpus, lines, data)).tolist():
        mates = others[int(writers[line])]
        if pairs and len(mates) > 1 and random.random() < data.pairs:
            mate = mates[random.integers(len(mates))]
            # A mix holds a line as often as it is met; its copies would teach to say things twice.
            same = np.array_equal(codes[mate], codes[line])
            examples.append((line,) if same else (mate, line))
        else:
            examples.append((line,))
    if pairs:
        # A pair teaches two lines; half as many examples are one pass over the corpus.
        share = 1 / (1 + data.pairs)
        examples = [examples[i] for i in random.permutation(len(examples))]
        examples = examples[: max(1, round(share * len(examples)))]
    composed = data.pieces + data.rows
    if composed:
        whole = len(examples) / (1 - composed)
        composer = Composer(corpus, data.train.split(","))
        of = (round(whole * data.pieces), round(whole * data.rows))
        examples += composer.compositions(*of, np.random.default_rng([*seed, 3]))
    return _bucketed(corpus, examples, data, random)


def in_order(corpus: Corpus, lines: npt.NDArray[np.int64], data: Data) -> list[list[Example]]:
    """Batches of all lines once, by length, unchanged from call to call: for validation."""
    lengths = corpus.lengths
    ordered = sorted(lines.tolist(), key=lambda line: (lengths[line], line))
    return list(_filled([(line,) for line in ordered], lengths, data))


def _repeats(corpus: Corpus, lines: npt.NDArray[np.int64], data: Data) -> npt.NDArray[np.int64]:
    """How often each line comes: by what its rarest character lacks to `data.rare`."""
    counts = np.zeros(len(corpus.alphabet))
    held = []
    starts, codes = corpus.code_starts.numpy(), corpus.codes.numpy()
    for line in lines:
        characters = np.unique(codes[starts[line] : starts[line + 1]])
        counts[characters] += 1
        held.append(characters)
    rarest = np.array([counts[characters].min() for characters in held])
    wanted = data.rare / np.maximum(rarest, 1.0)
    return np.asarray(np.clip(np.round(wanted), 1, max(1, data.repeats)), dtype=np.int64)


def _bucketed(
    corpus: Corpus, examples: list[Example], data: Data, random: np.random.Generator
) -> list[list[Example]]:
    lengths = corpus.lengths
    order = random.permutation(len(examples)).tolist()
    batches: list[list[Example]] = []
    for start in range(0, len(order), POOL * data.lines):
        pool = [examples[i] for i in order[start : start + POOL * data.lines]]
        pool.sort(key=lambda example: sum(int(lengths[line]) for line in example))
        batches.extend(_filled(pool, lengths, data))
    return [batches[i] for i in random.permutation(len(batches)).tolist()]


def _filled(
    examples: list[Example], lengths: npt.NDArray[np.int64], data: Data
) -> Iterator[list[Example]]:
    """Runs of examples, each within `data.lines` and `data.points`."""
    batch: list[Example] = []
    for example in examples:
        longest = max(sum(int(lengths[i]) for i in e) for e in [*batch, example])
        if batch and (len(batch) == data.lines or longest * (len(batch) + 1) > data.points):
            yield batch
            batch = []
        batch.append(example)
    if batch:
        yield batch


def points_of(corpus: Corpus, examples: list[Example]) -> int:
    """Targets of a whole batch, known without making it."""
    lengths = corpus.lengths
    return sum(sum(int(lengths[line]) for line in example) - 1 for example in examples)


def assemble(
    corpus: Corpus,
    examples: list[Example],
    data: Data | None,
    seed: tuple[int, ...] = (),
    references: ReferenceLines | None = None,
) -> Batch:
    """The tensors of a whole batch; see `parts`."""
    return parts(corpus, examples, data, seed, range(1), 1, references)[0]


def parts(
    corpus: Corpus,
    examples: list[Example],
    data: Data | None,
    seed: tuple[int, ...],
    numbers: range,
    count: int,
    references: ReferenceLines | None = None,
) -> list[Batch]:
    """The tensors of some of the `count` parts that a batch is cut in.

    Every process changes all examples at random in the same way and then takes its own, so that
    what is learnt from does not depend on how many processes or parts there are. Examples of a
    batch are sorted by length; dealing them out leaves every part with long and short ones.

    Parameters
    ----------
    data : Data, optional
        Ranges of the random changes; None leaves the lines as they are.
    seed : (run's seed, epoch, batch's number)
    numbers : which parts are wanted
    references : ReferenceLines, optional
        Where lines of the examples' writers are found, for a network with vectors. They are
        changed as their example is. Without random changes each example has the same ones each
        time.
    """
    random = np.random.default_rng([*seed, 1])
    offsets = [_joined(corpus, example, random) for example in examples]
    changes = [np.eye(2, dtype=np.float32)] * len(examples)
    if data is not None:
        changes = [_change(data, random) for _ in offsets]
        offsets = [_changed(*pair) for pair in zip(offsets, changes, strict=True)]
    others: list[list[int]] = []
    if references is not None:
        random = np.random.default_rng([*seed, 2])
        others = [
            references.fixed(example[0])
            if data is None
            else references.sample(_led(example), data.references, data.unreferenced, random)
            for example in examples
        ]
    made = []
    for number in numbers:
        own = range(number, len(examples), count)
        chosen = own or range(1)
        texts = [_text(corpus, examples[i]) for i in chosen]
        batch = collate([offsets[i] for i in chosen], [corpus.alphabet.encode(t) for t in texts])
        if references is not None:
            lines = [
                [_changed(corpus.offsets(line).numpy(), changes[i]) for line in others[i]]
                for i in chosen
            ]
            batch = replace(batch, references=packed(lines))
        if not own:
            # With more parts than examples some have nothing to learn, yet must take part.
            batch.weights.zero_()
        made.append(batch)
    return made


def collate(offsets: list[npt.NDArray[np.float32]], texts: list[npt.NDArray[np.int64]]) -> Batch:
    """Pad offsets (n, 3) and their codes to one batch."""
    longest = max(len(rows) for rows in offsets) - 1
    lines, width = len(offsets), max(len(codes) for codes in texts)
    inputs = torch.zeros(longest, lines, 3)
    targets = torch.zeros(longest, lines, 3)
    weights = torch.zeros(longest, lines)
    codes = torch.zeros(lines, width, dtype=torch.int64)
    mask = torch.zeros(lines, width)
    for b, (rows, text) in enumerate(zip(offsets, texts, strict=True)):
        points = torch.from_numpy(rows)
        inputs[: len(rows) - 1, b] = points[:-1]
        targets[: len(rows) - 1, b] = points[1:]
        weights[: len(rows) - 1, b] = 1.0
        codes[b, : len(text)] = torch.from_numpy(text)
        mask[b, : len(text)] = 1.0
    return Batch(inputs, targets, weights, codes, mask)


def _led(example: Example) -> Example:
    """An example with the line first whose writer it is in the manner of."""
    lead = example.lead if isinstance(example, Composition) else 0
    return (example[lead], *example[:lead], *example[lead + 1 :])


def _text(corpus: Corpus, example: Example) -> str:
    if isinstance(example, Composition):
        return text_of(corpus, example)
    return " ".join(corpus.text(line) for line in example)


def _joined(
    corpus: Corpus, example: Example, random: np.random.Generator
) -> npt.NDArray[np.float32]:
    """The offsets of an example; of two lines with the pen's way over the space between them."""
    if isinstance(example, Composition):
        return offsets_of(corpus, example, random)
    first, *rest = example
    rows = [corpus.offsets(first).numpy()]
    for before, after in zip(example, rest, strict=False):
        _, _, last_x, last_y, right = corpus.places[before].tolist()
        first_x, first_y, *_ = corpus.places[after].tolist()
        joined = corpus.offsets(after).numpy().copy()
        joined[0, 0] = right - last_x + random.uniform(*GAP) + first_x
        joined[0, 1] = first_y - last_y
        rows.append(joined)
    return np.concatenate(rows)


def _change(data: Data, random: np.random.Generator) -> npt.NDArray[np.float32]:
    """What brings rows to another size, width and slant, (2, 2)."""
    scale = np.exp(random.uniform(-data.scale, data.scale))
    aspect = np.exp(random.uniform(-data.aspect, data.aspect))
    slant = random.uniform(-data.slant, data.slant)
    # y is down: leaning to the right moves what is above (negative y) to the right.
    return np.array([[scale * aspect, -slant * scale], [0.0, scale]], dtype=np.float32)


def _changed(
    rows: npt.NDArray[np.float32], change: npt.NDArray[np.float32]
) -> npt.NDArray[np.float32]:
    """Rows at another size, width and slant."""
    changed = rows.copy()
    changed[:, :2] = rows[:, :2] @ change.T
    return changed
