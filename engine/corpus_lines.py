"""Prepared corpora: lines of offsets with their texts, in one file that is mapped into memory."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from engine.errors import CorpusError
from engine.ink.preparation import Preparation
from engine.io.loading import loading
from engine.io.safetensors import map_tensors
from engine.text.alphabet import Alphabet

FORMAT = "scriptorium-corpus-1"
#: The corpus that files which name no source were made of.
IAM = "IAM-OnDB"
#: What a line may be: a whole line, or of single pieces some words, a word or one character.
KINDS = ("line", "text", "word", "sign")
#: Kinds that are learnt from as they are.
WHOLE = ("line", "text")


@dataclass(frozen=True)
class CorpusLines:
    """Lines as a network is given them, one after another.

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
    kinds : int64 (L,)
        Indices into `KINDS`: whole lines, and pieces of which lines are composed in each epoch.
    gaps : float32 (L,)
        The gap between words that each line's writer leaves, in x-heights; NaN: not known.
    sources : tuple of str
        What the lines were read from: `IAM`, or a name of another kind of corpus.
    writer_names : tuple of str
        By number; empty where a corpus does not tell.
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
    kinds: Tensor
    gaps: Tensor
    sources: tuple[str, ...] = (IAM,)
    writer_names: tuple[str, ...] = ()

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

    def lines_of(self, *splits: str, kinds: Collection[str] = WHOLE) -> npt.NDArray[np.int64]:
        """Indices of the lines of the named splits, int64 (n,) and rising.

        Parameters
        ----------
        *splits : str
            Names of splits; those that the corpus lacks have no lines.
        kinds : collection of str
            Of `KINDS`: whole lines, or others.
        """
        numbers = [self.split_names.index(s) for s in splits if s in self.split_names]
        of = np.isin(self.kinds.numpy(), [KINDS.index(kind) for kind in kinds])
        return np.flatnonzero(of & np.isin(self.splits.numpy(), numbers))

    @classmethod
    def load(cls, path: Path | str) -> Self:
        """Map a prepared corpus into memory, once it is as it was written.

        Comparing its checksum takes some 0.3 s for 160 MB, which each command does once.

        Raises
        ------
        CorpusError
            If the file is missing, damaged or of another kind.
        """
        if Path(path).is_dir():
            raise CorpusError(f"{path} is a folder; name the file that `prepare` wrote.")
        again = "make it again with `scriptorium train prepare`"
        with loading(path, "prepared corpus", CorpusError, again):
            header, tensors = map_tensors(path, FORMAT)
            # Files of before have whole lines alone.
            tensors.setdefault("kinds", torch.zeros_like(tensors["splits"]))
            tensors.setdefault("gaps", torch.full(tensors["splits"].shape, torch.nan))
            lines = cls(
                path=Path(path),
                alphabet=Alphabet(header["alphabet"]),
                preparation=Preparation(**header["preparation"]),
                split_names=tuple(header["splits"]),
                pace=float(header["pace"]),
                sources=tuple(header.get("sources", (IAM,))),
                writer_names=tuple(header.get("writers", ())),
                **tensors,
            )
            _check_fit(lines)
            return lines


def _check_fit(lines: CorpusLines) -> None:
    """Refuse a file whose parts do not fit together.

    Raises
    ------
    ValueError
        If its indices lead out of what they point into, or a part has another type or shape.
    """
    count = len(lines)
    of_each = {"splits": len(lines.split_names), "kinds": len(KINDS), "forms": None,
               "writers": len(lines.writer_names) or None}  # fmt: skip
    shapes: dict[str, tuple[torch.dtype, tuple[int, ...]]] = {
        "points": (torch.float32, (len(lines.points), 3)),
        "starts": (torch.int64, (count + 1,)),
        "codes": (torch.uint8, (len(lines.codes),)),
        "code_starts": (torch.int64, (count + 1,)),
        "places": (torch.float32, (count, 5)),
        "gaps": (torch.float32, (count,)),
        **dict.fromkeys(of_each, (torch.int64, (count,))),
    }
    for name, (kind, shape) in shapes.items():
        tensor = getattr(lines, name)
        if tensor.dtype != kind or tuple(tensor.shape) != shape:
            raise ValueError(f"{name} are {tensor.dtype} {tuple(tensor.shape)}")
    for name, pointed, least in (("starts", lines.points, 1), ("code_starts", lines.codes, 0)):
        starts = getattr(lines, name).numpy()
        if starts[0] != 0 or starts[-1] != len(pointed) or (np.diff(starts) < least).any():
            raise ValueError(f"{name} do not part what they point into")
    if len(lines.codes) and int(lines.codes.max()) >= len(lines.alphabet):
        raise ValueError("codes are beyond the alphabet")
    for name, most in of_each.items():
        numbers = getattr(lines, name).numpy()
        if count and (numbers.min() < 0 or (most is not None and numbers.max() >= most)):
            raise ValueError(f"{name} are beyond what they number")
    if not (count and 0 < lines.pace < math.inf and bool(torch.isfinite(lines.places).all())):
        raise ValueError("it has no line, or the pace or a place is no number")
