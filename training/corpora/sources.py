"""Corpora other than IAM-OnDB: folders of InkML with texts, and the studio's recordings."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from engine.errors import CorpusError, FileError, StyleError
from engine.ink import inkml
from engine.ink.ink import Ink
from engine.ink.recorded_line import RecordedLine
from training.corpora.iam import Line, Report, split_by_form


class InkMLFolder:
    """InkML files below a folder, one or more written lines each.

    What a line says stands in the file, as an annotation `truth` of its group of traces, or in a
    text file of the same name beside it, line by line. A folder stands for a writer.

    Parameters
    ----------
    root : Path

    Raises
    ------
    CorpusError
        If there is no such folder, or no InkML below it.
    """

    def __init__(self, root: Path | str) -> None:
        self.root = Path(root)
        self._files = _below(self.root, "*.inkml", "InkML files (*.inkml)")

    def lines(self, report: Report) -> Iterator[Line]:
        """Every line whose text is known; nine files in ten for training, the others held out.

        `report` is filled on the way.
        """
        for file in self._files:
            form = file.relative_to(self.root).with_suffix("").as_posix()
            try:
                pieces = inkml.read(file)
                texts = _beside(file)
            except (FileError, OSError, UnicodeDecodeError) as error:
                report.drop(form, f"file that cannot be read ({_reason(error, file)})")
                continue
            if not pieces:
                report.drop(form, "file without ink")
            elif texts is not None and len(texts) != len(pieces):
                report.drop(form, f"{len(texts)} lines of text against {len(pieces)} of ink")
            else:
                split = split_by_form([form])[form]
                writer = file.parent.relative_to(self.root).as_posix()
                for number, (ink, truth) in enumerate(pieces, 1):
                    text = truth if texts is None else texts[number - 1]
                    yield from _line(form, number, split, writer, text, ink, report)


class Recordings:
    """Recordings of the studio: folders of `line-*.json`, each of one writer.

    Parameters
    ----------
    root : Path
        A recording, or a folder of recordings.

    Raises
    ------
    CorpusError
        If there is no such folder, or no recorded line below it.
    """

    def __init__(self, root: Path | str) -> None:
        self.root = Path(root)
        self._files = _below(self.root, "line-*.json", "recorded lines (line-*.json)")

    def lines(self, report: Report) -> Iterator[Line]:
        """Every line with a transcript; nine in ten for training, the others held out.

        `report` is filled on the way.
        """
        for number, file in enumerate(self._files, 1):
            form = file.relative_to(self.root).with_suffix("").as_posix()
            try:
                line = RecordedLine.load(file)
            except StyleError as error:
                report.drop(form, f"file that cannot be read ({_reason(error, file)})")
                continue
            split = split_by_form([form])[form]
            writer = file.parent.relative_to(self.root).as_posix()
            yield from _line(form, number, split, writer, line.text, line.ink, report)


def _below(root: Path, pattern: str, what: str) -> list[Path]:
    if not root.is_dir():
        raise CorpusError(f"There is no folder {root}; name the one that holds {what}.")
    files = sorted(root.rglob(pattern))
    if not files:
        raise CorpusError(f"{root} holds no {what}; name another folder.")
    return files


def _beside(file: Path) -> list[str] | None:
    """The lines of the text file beside a file; None where there is none."""
    path = file.with_suffix(".txt")
    if not path.exists():
        return None
    # Editors of Windows begin a text with a mark of the byte order.
    return [line.strip() for line in path.read_text("utf-8-sig").splitlines() if line.strip()]


def _line(
    form: str, number: int, split: str, writer: str, text: str, ink: Ink, report: Report
) -> Iterator[Line]:
    report.read += 1
    if text.strip():
        yield Line(form, number, split, writer, " ".join(text.split()), ink)
    else:
        report.drop(f"{form}-{number:02d}", "line without transcript")


def _reason(error: Exception, file: Path) -> str:
    """What is wrong, without the file's own name, so that like reasons are counted together."""
    return str(error).replace(str(file), "it").split(";")[0].rstrip(".")
