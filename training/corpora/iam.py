"""The reader of IAM-OnDB in its original layout, as archives or unpacked."""

from __future__ import annotations

import gzip
import re
import tarfile
import xml.etree.ElementTree as ElementTree
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

import numpy as np

from engine.errors import CorpusError, InkError
from engine.ink.ink import Ink, Stroke

#: The official lists, by the name of the split that this program uses.
SPLITS = {"train": "trainset", "v": "testset_v", "t": "testset_t", "f": "testset_f"}

_LINE = re.compile(r"([a-z]\d\d-\d\d\d[a-z]?)-(\d\d)\.xml$")


@dataclass(frozen=True)
class Line:
    """One written line, or a piece of one: its ink (x right, y down, seconds) and its text.

    Attributes
    ----------
    kind : one of `KINDS`
    gap : the gap between words that its writer leaves, in x-heights; NaN where it is not known
    """

    form: str
    number: int
    split: str
    writer: str
    text: str
    ink: Ink
    kind: str = "line"
    gap: float = float("nan")


@dataclass
class Report:
    """What a reading found: counts, and the lines left out by reason."""

    read: int = 0
    dropped: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def drop(self, line: str, reason: str) -> None:
        """Note that a line, or a whole form, is left out."""
        self.dropped[reason].append(line)


def split_by_form(forms: Iterable[str], share: float = 0.1) -> dict[str, str]:
    """A split for each form: "v" for about `share` of them, "train" for the others.

    It depends on the form's name alone, so that it stays when forms are added. Lines of a form
    stay together; lines of a writer need not.
    """
    return {
        form: "v" if zlib.crc32(form.encode()) % 1000 < round(1000 * share) else "train"
        for form in forms
    }


class IAMOnDB:
    """IAM-OnDB below one folder.

    Parameters
    ----------
    root : Path
        The folder that holds `lineStrokes-all.tar.gz` or `lineStrokes/`, `ascii-all.tar.gz` or
        `ascii/`, and `task1/` (or the four lists themselves). A `writers.tsv` (form, writer), where
        there is one, tells who wrote which form; without it each form counts as a writer.
    by_form : bool
        Split 90/10 by form, as is done anyway where the official lists are missing.

    Raises
    ------
    CorpusError
        If a part is missing.
    """

    def __init__(self, root: Path | str, by_form: bool = False) -> None:
        self.root = Path(root)
        if not self.root.is_dir():
            raise CorpusError(f"There is no folder {self.root}; name the one that holds IAM-OnDB.")
        self._strokes = self._source("lineStrokes")
        self._texts = self._source("ascii")
        self.splits = {} if by_form else self._read_splits()
        self.writers = self._read_writers()

    def _source(self, name: str) -> Path:
        for candidate in (self.root / name, self.root / f"{name}-all.tar.gz"):
            if candidate.exists():
                return candidate
        raise CorpusError(
            f"{self.root} holds neither {name}/ nor {name}-all.tar.gz; "
            "name the folder of IAM-OnDB in its original layout."
        )

    def _read_splits(self) -> dict[str, str]:
        """Split by form; empty where the lists are missing (then forms are split 90/10)."""
        splits: dict[str, str] = {}
        for split, name in SPLITS.items():
            for path in (self.root / "task1" / f"{name}.txt", self.root / f"{name}.txt"):
                if path.exists():
                    splits.update(
                        dict.fromkeys(path.read_text("ascii", errors="replace").split(), split)
                    )
                    break
        return splits

    def _read_writers(self) -> dict[str, str]:
        path = self.root / "writers.tsv"
        if not path.exists():
            return {}
        rows = (
            row.split("\t") for row in path.read_text("ascii", errors="replace").splitlines()[1:]
        )
        return {row[0]: row[1] for row in rows if len(row) > 1}

    def lines(self, report: Report, only: str = "") -> Iterator[Line]:
        """Every line whose text is known, by form and number.

        Lines of a form whose text and strokes differ in count are left out whole: which text
        belongs to which strokes cannot be told. `report` is filled on the way.

        Parameters
        ----------
        only : str
            The one official list that is wanted; all of them by default.

        Raises
        ------
        CorpusError
            If the folder holds no lines of IAM-OnDB, or an archive cannot be read.
        """
        texts = {form: _transcript(data) for form, data in self._files(self._texts, ".txt")}
        forms: dict[str, dict[int, Ink]] = defaultdict(dict)
        for name, data in self._files(self._strokes, ".xml"):
            match = _LINE.search(f"{name}.xml")
            if match is None:
                report.drop(name, "file name of no line")
                continue
            if only and self.splits.get(match[1]) != only:
                continue
            try:
                forms[match[1]][int(match[2])] = _ink(data)
            except (ElementTree.ParseError, InkError, ValueError, KeyError):
                report.drop(name, "strokes that cannot be read")
        if not forms and not only:
            raise CorpusError(f"{self._strokes} holds no lines of IAM-OnDB.")
        for form in sorted(set(texts) - set(forms)):
            if not only or self.splits.get(form) == only:
                report.drop(form, "form without strokes")
        splits = self.splits or split_by_form(forms)
        for form, inks in sorted(forms.items()):
            text = texts.get(form)
            if text is None:
                report.drop(form, "form without transcript")
            elif len(text) != max(inks):
                report.drop(form, f"{len(text)} lines of text against {max(inks)} of strokes")
            elif form not in splits:
                report.drop(form, "form in none of the official lists")
            else:
                for number, ink in sorted(inks.items()):
                    report.read += 1
                    yield Line(
                        form,
                        number,
                        splits[form],
                        self.writers.get(form, form),
                        text[number - 1],
                        ink,
                    )

    @staticmethod
    def _files(source: Path, suffix: str) -> Iterator[tuple[str, bytes]]:
        """(stem, content) of every file of `suffix` below a folder or in an archive."""
        if source.is_dir():
            for path in sorted(source.rglob(f"*{suffix}")):
                yield path.stem, path.read_bytes()
            return
        try:
            with (
                gzip.open(source) as unpacked,
                tarfile.open(fileobj=unpacked, mode="r:") as archive,
            ):
                for member in archive:
                    file = archive.extractfile(member) if member.name.endswith(suffix) else None
                    if file is not None:
                        yield PurePosixPath(member.name).stem, file.read()
                # A damaged header looks like the archive's end; the sum at the real end tells.
                while unpacked.read(2**20):
                    pass
        except (tarfile.TarError, zlib.error, EOFError, OSError, KeyError) as error:
            raise CorpusError(
                f"{source} cannot be read ({error}); fetch it again from where it came."
            ) from error


def _transcript(data: bytes) -> list[str]:
    """The lines below `CSR:`; what stands above is the output of a recogniser."""
    _, found, below = data.decode("latin-1").partition("CSR:")
    lines = [line.strip() for line in below.splitlines()] if found else []
    lines = [part.strip() for line in lines for part in line.split("%%%%")]
    return [line for line in lines if line]


def _ink(data: bytes) -> Ink:
    """The ink of one line's XML."""
    strokes = []
    for element in ElementTree.fromstring(data).iter("Stroke"):
        points = [(p.attrib["x"], p.attrib["y"], p.attrib["time"]) for p in element.iter("Point")]
        if points:
            values = np.array(points, dtype=np.float64)
            strokes.append(Stroke(values[:, :2], values[:, 2]))
    if not strokes:
        raise ValueError("no points")
    return Ink(tuple(strokes))
