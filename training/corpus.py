"""The prepared corpus: all lines, ready for a network, in one memory-mapped file."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import load_file, save_file
from torch import Tensor

from engine.alphabet import Alphabet
from engine.errors import CorpusError, InkError
from engine.files import replacing
from engine.ink import Ink
from engine.preparation import Preparation, baseline, to_offsets
from training.iam import Line, Report

FORMAT = "scriptorium-corpus-1"

#: A character that fewer lines hold than this cannot be learnt; its lines are left out.
RARE = 3
#: Lines whose points a character are further from the corpus's median than this factor.
PACE = 2.0
#: A line with an offset longer than this many times its median offset is noise.
JUMP = 60.0


@dataclass(frozen=True)
class Corpus:
    """Prepared lines.

    Attributes
    ----------
    points : float32 (N, 3)
        Offsets of all lines one after another, in offsets units.
    starts : int64 (L + 1,)
        Where each line begins in `points`, and N.
    codes : uint8 (C,)
        Codes of all texts without their closing spaces.
    code_starts : int64 (L + 1,)
    places : float32 (L, 5)
        First point (x, y), last point (x, y) and right edge of each line, with its left edge at
        x = 0 and its baseline at y = 0, in offsets units: what joining two lines needs.
    splits, writers, forms : int64 (L,)
        Indices into `split_names`, and numbers of writers and forms.
    """

    path: Path
    alphabet: Alphabet
    preparation: Preparation
    split_names: tuple[str, ...]
    pace: float
    points: Tensor
    starts: Tensor
    codes: Tensor
    code_starts: Tensor
    places: Tensor
    splits: Tensor
    writers: Tensor
    forms: Tensor

    def __len__(self) -> int:
        return len(self.starts) - 1

    @property
    def lengths(self) -> npt.NDArray[np.int64]:
        """Points of each line, int64 (L,)."""
        return np.diff(self.starts.numpy())

    def offsets(self, line: int) -> Tensor:
        """Offsets of one line, float32 (n, 3)."""
        return self.points[int(self.starts[line]) : int(self.starts[line + 1])]

    def text(self, line: int) -> str:
        """The text of one line."""
        codes = self.codes[int(self.code_starts[line]) : int(self.code_starts[line + 1])]
        return "".join(self.alphabet.characters[code] for code in codes.tolist())

    def lines_of(self, *splits: str) -> npt.NDArray[np.int64]:
        """Indices of the lines of the named splits."""
        numbers = [self.split_names.index(s) for s in splits if s in self.split_names]
        return np.flatnonzero(np.isin(self.splits.numpy(), numbers))

    @classmethod
    def load(cls, path: Path | str) -> Corpus:
        """Map a prepared corpus into memory.

        Raises
        ------
        CorpusError
            If the file is missing, damaged or of another kind.
        """
        try:
            with safe_open(str(path), framework="pt") as file:
                header = json.loads((file.metadata() or {}).get(FORMAT, "null"))
            if header is None:
                raise CorpusError(
                    f"{path} is not a prepared corpus; make one with `scriptorium train prepare`."
                )
            tensors = load_file(str(path))
            return cls(
                path=Path(path),
                alphabet=Alphabet(header["alphabet"]),
                preparation=Preparation(**header["preparation"]),
                split_names=tuple(header["splits"]),
                pace=header["pace"],
                **tensors,
            )
        except FileNotFoundError as error:
            raise CorpusError(
                f"There is no prepared corpus {path}; make one with `scriptorium train prepare`."
            ) from error
        except (SafetensorError, OSError, KeyError, TypeError, ValueError) as error:
            raise CorpusError(
                f"{path} is damaged ({error}); make it again with `scriptorium train prepare`."
            ) from error


def prepare(
    lines: Iterable[Line],
    report: Report,
    path: Path | str,
    preparation: Preparation | None = None,
    progress: Callable[[int], None] | None = None,
) -> Corpus:
    """Prepare lines and write them as one file, whole or not at all.

    Raises
    ------
    CorpusError
        If no line is left.
    """
    preparation = preparation or Preparation()
    kept: list[tuple[Line, Ink]] = []
    for count, line in enumerate(lines, 1):
        if progress is not None:
            progress(count)
        name = f"{line.form}-{line.number:02d}"
        if not line.text.isascii() or not line.text.isprintable():
            report.drop(name, "text that is not printable ASCII")
            continue
        try:
            ink = preparation.prepare(line.ink)
        except InkError as error:
            report.drop(name, str(error))
            continue
        steps = np.hypot(*np.diff(line.ink.xy, axis=0).T)
        if steps.max() > JUMP * max(float(np.median(steps)), 1.0):
            report.drop(name, f"an offset over {JUMP:g} times the line's median")
            continue
        kept.append((line, ink))

    counts = Counter(c for line, _ in kept for c in set(line.text))
    rare = {c for c, n in counts.items() if n < RARE}
    pace = float(np.median([ink.points / (len(line.text) + 1) for line, ink in kept])) if kept else 0.0
    chosen: list[tuple[Line, Ink]] = []
    for line, ink in kept:
        name = f"{line.form}-{line.number:02d}"
        own = ink.points / (len(line.text) + 1)
        if rare & set(line.text):
            report.drop(name, f"a character that fewer than {RARE} lines hold")
        elif not pace / PACE <= own <= pace * PACE:
            report.drop(name, f"points a character over {PACE:g} times off the median {pace:.1f}")
        else:
            chosen.append((line, ink))
    if not chosen:
        raise CorpusError("No line is left to train on; the report says what was dropped and why.")

    alphabet = Alphabet("".join(sorted(set(counts) - rare | {" "})))
    split_names = sorted({line.split for line, _ in chosen})
    writers = {w: i for i, w in enumerate(sorted({line.writer for line, _ in chosen}))}
    forms = {f: i for i, f in enumerate(sorted({line.form for line, _ in chosen}))}
    offsets = [to_offsets(ink) for _, ink in chosen]
    codes = [alphabet.encode(line.text)[:-1].astype(np.uint8) for line, _ in chosen]
    tensors = {
        "points": np.concatenate(offsets),
        "starts": np.cumsum([0, *map(len, offsets)]),
        "codes": np.concatenate(codes),
        "code_starts": np.cumsum([0, *map(len, codes)]),
        "places": np.stack([_places(ink) for _, ink in chosen]),
        "splits": np.array([split_names.index(line.split) for line, _ in chosen]),
        "writers": np.array([writers[line.writer] for line, _ in chosen]),
        "forms": np.array([forms[line.form] for line, _ in chosen]),
    }
    header = {
        "alphabet": alphabet.characters,
        "preparation": asdict(preparation),
        "splits": split_names,
        "pace": pace,
        "dropped": {reason: len(names) for reason, names in report.dropped.items()},
    }
    with replacing(path) as temporary:
        save_file(
            {name: torch.from_numpy(array) for name, array in tensors.items()},
            temporary,
            metadata={FORMAT: json.dumps(header)},
        )
    return Corpus.load(path)


def _places(ink: Ink) -> npt.NDArray[np.float32]:
    left, _, right, _ = ink.bounds
    origin = np.array([left, baseline(ink)])
    first, last = ink.xy[0] - origin, ink.xy[-1] - origin
    return np.array([*first, *last, right - left], dtype=np.float32)
