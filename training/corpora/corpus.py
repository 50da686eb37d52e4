"""The prepared corpus: all lines, ready for a network, in one memory-mapped file."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from engine.corpus_lines import FORMAT, IAM, KINDS, CorpusLines
from engine.errors import CorpusError, InkError
from engine.ink.ink import Ink
from engine.ink.preparation import Preparation, baseline, to_offsets
from engine.io.safetensors import save_tensors
from engine.text.alphabet import Alphabet
from training.corpora.iam import Line, Report

#: As Graves 2013 has it: every point, offsets of deviation 1 over the corpus. The unit is the
#: geometric mean of the deviations in x and y, so that a log-loss in nats is the paper's own.
GRAVES = Preparation(thin=1, deskew=0.0, line_scale=0.0, unit=math.sqrt(41.50 * 36.90))

#: In the transcripts of IAM-OnDB this stands for a word that was crossed out, not for itself.
CROSSED_OUT = "#"
#: A character that fewer lines hold than this cannot be learnt; its lines are left out.
RARE = 3
#: Lines whose points a character are further from the corpus's median than this factor.
PACE = 2.0
#: A line with an offset longer than this many times its median offset is noise.
JUMP = 60.0


@dataclass(frozen=True)
class Corpus(CorpusLines):
    """Prepared lines to learn from."""

    def recoded(self, alphabet: Alphabet, preparation: Preparation) -> Corpus:
        """The same lines for a network that exists: in its alphabet and of its preparation.

        Raises
        ------
        CorpusError
            If the texts have characters that it does not know, or the ink was prepared otherwise.
        """
        if preparation != self.preparation:
            raise CorpusError(
                f"{self.path} was prepared otherwise ({self.preparation}) than for this network "
                f"({preparation}); prepare it again with `--like` the hand."
            )
        alphabet = alphabet.complete()
        if alphabet == self.alphabet:
            return self
        used = {self.alphabet.characters[code] for code in set(self.codes.tolist())}
        unknown = sorted(used - set(alphabet))
        if unknown:
            raise CorpusError(
                f"{self.path} holds characters that this network does not know: "
                f"{' '.join(unknown)}; leave their lines out, or train a network from scratch."
            )
        places = [
            alphabet.characters.index(c) if c in alphabet else 0 for c in self.alphabet.characters
        ]
        codes = torch.tensor(places, dtype=torch.uint8)[self.codes.long()]
        return replace(self, alphabet=alphabet, codes=codes)


def prepare(
    lines: Iterable[Line],
    report: Report,
    path: Path | str,
    preparation: Preparation | None = None,
    progress: Callable[[int], None] | None = None,
    without: Collection[str] = (),
    rare: int = RARE,
    crossed_out: str = CROSSED_OUT,
    source: str = IAM,
) -> Corpus:
    """Prepare lines and write them as one file, whole or not at all.

    Parameters
    ----------
    without : collection of str
        Names of lines ("a01-000-01") to leave out, such as those whose transcript is suspected.
    rare : int
        Lines with a character that fewer lines hold than this are left out.
    crossed_out : str
        What stands for a crossed-out word in the texts; lines that hold it are left out. Empty
        where nothing does.
    source : str
        What the lines were read from.

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
        if name in without:
            report.drop(name, "named as one to leave out")
            continue
        if not line.text.isascii() or not line.text.isprintable():
            report.drop(name, "text that is not printable ASCII")
            continue
        if crossed_out and crossed_out in line.text:
            report.drop(name, f"a word crossed out ({crossed_out})")
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
    seldom = {c for c, n in counts.items() if n < rare}
    paces = [ink.points / (len(line.text) + 1) for line, ink in kept]
    pace = float(np.median(paces)) if paces else 0.0
    chosen: list[tuple[Line, Ink]] = []
    for line, ink in kept:
        name = f"{line.form}-{line.number:02d}"
        own = ink.points / (len(line.text) + 1)
        if seldom & set(line.text):
            report.drop(name, f"a character that fewer than {rare} lines hold")
        elif not pace / PACE <= own <= pace * PACE:
            report.drop(name, f"points a character over {PACE:g} times off the median {pace:.1f}")
        else:
            chosen.append((line, ink))
    if not chosen:
        why = ", ".join(f"{len(names)} {reason}" for reason, names in report.dropped.items())
        raise CorpusError(f"No line is left to train on, of {report.read} that were read ({why}).")

    alphabet = Alphabet("".join(sorted(set(counts) - seldom | {" "})))
    dropped = {reason: len(names) for reason, names in report.dropped.items()}
    return written(chosen, path, alphabet, preparation, pace, dropped, (source,))


def written(
    lines: Sequence[tuple[Line, Ink]],
    path: Path | str,
    alphabet: Alphabet,
    preparation: Preparation,
    pace: float,
    dropped: Mapping[str, int] | None = None,
    sources: Sequence[str] = (IAM,),
) -> Corpus:
    """Write prepared lines as a corpus, whole or not at all.

    Parameters
    ----------
    lines : sequence of (Line, Ink)
        Each with its prepared ink, in offsets units; that of pieces has its baseline at y = 0.
    pace : float
        Usual points a character.
    dropped : mapping, optional
        How many lines were left out, by reason.

    Raises
    ------
    CorpusError
        If there is no line.
    """
    if not lines:
        raise CorpusError(f"No line is left to write into {path}; take other lines.")
    split_names = sorted({line.split for line, _ in lines})
    writers = {w: i for i, w in enumerate(sorted({line.writer for line, _ in lines}))}
    forms = {f: i for i, f in enumerate(sorted({line.form for line, _ in lines}))}
    offsets = [to_offsets(ink) for _, ink in lines]
    codes = [alphabet.encode(line.text)[:-1].astype(np.uint8) for line, _ in lines]
    tensors = {
        "points": np.concatenate(offsets),
        "starts": np.cumsum([0, *map(len, offsets)]),
        "codes": np.concatenate(codes),
        "code_starts": np.cumsum([0, *map(len, codes)]),
        "places": np.stack([_places(line, ink) for line, ink in lines]),
        "splits": np.array([split_names.index(line.split) for line, _ in lines]),
        "writers": np.array([writers[line.writer] for line, _ in lines]),
        "forms": np.array([forms[line.form] for line, _ in lines]),
        "kinds": np.array([KINDS.index(line.kind) for line, _ in lines]),
        "gaps": np.array([line.gap for line, _ in lines], dtype=np.float32),
    }
    header = {
        "alphabet": alphabet.characters,
        "preparation": asdict(preparation),
        "splits": split_names,
        "pace": pace,
        "sources": list(sources),
        "writers": list(writers),
        "dropped": dict(dropped or {}),
    }
    arrays = {name: torch.from_numpy(array) for name, array in tensors.items()}
    save_tensors(path, arrays, FORMAT, header)
    return Corpus.load(path)


def summary(corpus: Corpus, report: Report) -> dict[str, Any]:
    """What a corpus holds and what was left out and why, ready for JSON."""
    lengths, characters = corpus.lengths, np.diff(corpus.code_starts.numpy())
    counts = np.bincount(corpus.codes.numpy(), minlength=len(corpus.alphabet))
    return {
        "read": report.read,
        "kept": len(corpus),
        "splits": {name: len(corpus.lines_of(name)) for name in corpus.split_names},
        "forms": len(corpus.forms.unique(sorted=False)),  # type: ignore[no-untyped-call]
        "writers": len(corpus.writers.unique(sorted=False)),  # type: ignore[no-untyped-call]
        "points": {"least": int(lengths.min()), "median": float(np.median(lengths)),
                   "most": int(lengths.max())},
        "characters": {"least": int(characters.min()), "median": float(np.median(characters)),
                       "most": int(characters.max())},
        "points_a_character": corpus.pace,
        "alphabet": dict(zip(corpus.alphabet.characters, counts.tolist(), strict=True)),
        "preparation": asdict(corpus.preparation),
        "dropped": {reason: list(names) for reason, names in sorted(report.dropped.items())},
    }  # fmt: skip


def described(summary: dict[str, Any]) -> str:
    """A summary in words."""
    splits = ", ".join(f"{count} {name}" for name, count in summary["splits"].items())
    points, characters = summary["points"], summary["characters"]
    counts = {c: count for c, count in summary["alphabet"].items() if c != " "}
    rare = sorted(counts.items(), key=lambda item: item[1])[:8]
    lines = [
        f"Read {summary['read']} lines, kept {summary['kept']} ({splits}) "
        f"of {summary['forms']} forms and {summary['writers']} writers.",
        f"A line has {points['median']:g} points ({points['least']} to {points['most']}) and "
        f"{characters['median']:g} characters ({characters['least']} to {characters['most']}).",
        f"The alphabet has {len(summary['alphabet'])} characters; rarest: "
        + ", ".join(f"{character} {count}" for character, count in rare)
        + ".",
    ]
    for reason, names in sorted(summary["dropped"].items(), key=lambda item: -len(item[1])):
        shown = ", ".join(names[:3]) + (", ..." if len(names) > 3 else "")
        lines.append(f"Dropped {len(names)}: {reason} ({shown}).")
    return "\n".join(lines)


def _places(line: Line, ink: Ink) -> npt.NDArray[np.float32]:
    left, _, right, _ = ink.bounds
    origin = np.array([left, baseline(ink) if line.kind == "line" else 0.0])
    first, last = ink.xy[0] - origin, ink.xy[-1] - origin
    return np.array([*first, *last, right - left], dtype=np.float32)
