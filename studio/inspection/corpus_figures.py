"""Lines of a corpus fed to a hand: figures of each, by which the odd ones are found."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Protocol, TypeVar

import numpy as np

from engine.corpus_lines import KINDS, WHOLE, CorpusLines
from engine.errors import CorpusError, FileError, ScriptoriumError
from engine.hand import Hand
from engine.ink.ink import Ink
from engine.io.atomic import atomic_write
from engine.teacher_forcing import trace_offsets
from studio.importing.line_reader import line as line_of
from studio.importing.line_reader import lines as lines_of
from studio.importing.reading import READERS
from studio.inspection.run_recording import RunRecording, RunSettings
from studio.inspection.runs import fed

Item = TypeVar("Item")

MOST_LINES = 200
"""Lines that are fed where nothing else is said."""
PREPARED = ".safetensors"
"""What the file of a prepared corpus ends with."""
FILES = (*READERS, ".json")
"""What files of ink in a folder end with."""


@dataclass(frozen=True)
class CorpusFigure:
    """A number that each line has.

    Parameters
    ----------
    key : str
        In files and options.
    title, unit : str
        As the head of a column names it.
    meaning : str
        In a sentence.
    value : callable
        The number of a line's recording.
    decimals : int
        That are shown.
    """

    key: str
    title: str
    unit: str
    meaning: str
    value: Callable[[RunRecording], float]
    decimals: int = 3

    def shown(self, value: float) -> str:
        """A value as tables show it."""
        return f"{value:,.{self.decimals}f}"


def _end_of_stroke(recording: RunRecording) -> float:
    """Cross-entropy of the pen's ups and downs, nats a point."""
    ended, eos = recording["offsets"][:, 2] > 0.5, recording["eos"].astype(np.float64)
    return float(-np.log(np.maximum(np.where(ended, eos, 1 - eos), 2.0**-24)).mean())


def _back(recording: RunRecording) -> float:
    """How far the window went back behind a place where it had been, in characters."""
    position = recording["position"]
    return float((np.maximum.accumulate(position) - position).max())


FIGURES: tuple[CorpusFigure, ...] = (
    CorpusFigure("points", "Points", "", "Pen points that the network predicts.",
                 lambda r: float(len(r)), 0),
    CorpusFigure("pace", "Pace", "points/char.", "Far from the usual: often a wrong text.",
                 lambda r: len(r) / (len(r.text) + 1), 1),
    CorpusFigure("loss", "Loss", "nats a point", "Log-loss (Graves 2013, equation 26).",
                 lambda r: -float(r["log_likelihood"].mean())),
    CorpusFigure("line_loss", "Loss", "nats a line", "The log-loss of all points together.",
                 lambda r: -float(r["log_likelihood"].sum()), 1),
    CorpusFigure("worst", "Worst point", "nats", "The log-loss of the least likely point.",
                 lambda r: -float(r["log_likelihood"].min()), 2),
    CorpusFigure("pen", "Pen up", "nats a point", "Of the loss, the ends of strokes.",
                 _end_of_stroke),
    CorpusFigure("entropy", "Entropy of π", "nats", "The mean over the points.",
                 lambda r: float(r["entropy"].mean())),
    CorpusFigure("spread", "Mean σ", "offsets units", "The mean over the points.",
                 lambda r: float(r["spread"].mean())),
    CorpusFigure("reached", "Text read", "share", "How far the window came by the last point.",
                 lambda r: float(r["position"][-1]) / max(len(r.text), 1), 2),
    CorpusFigure("jump", "Longest jump", "characters", "The window's longest step.",
                 lambda r: float(r["speed"].max()), 2),
    CorpusFigure("back", "Way back", "characters", "How far the window went back.", _back, 2),
)  # fmt: skip
"""All figures, in the order in which they are shown."""

BY_KEY = {figure.key: figure for figure in FIGURES}


@dataclass(frozen=True)
class CorpusLine:
    """Where a line of a corpus is found again.

    Parameters
    ----------
    path : Path
        Of the file that holds it.
    line : int
        Its number in that file, from 1.
    name : str
        What it is called.
    """

    path: Path
    line: int
    name: str


@dataclass(frozen=True)
class LineFigures:
    """What was found of a line.

    Parameters
    ----------
    place : CorpusLine
    text : str
        Empty where that is not known.
    values : mapping
        By the figures' keys; empty where the line could not be fed.
    fault : str
        Why it could not be fed, in a sentence.
    """

    place: CorpusLine
    text: str = ""
    values: Mapping[str, float] = field(default_factory=dict)
    fault: str = ""


class LineCorpus(Protocol):
    """Lines that can be fed to a hand."""

    @property
    def path(self) -> Path:
        """The file or folder."""

    @property
    def splits(self) -> Sequence[str]:
        """The names of its parts; none where it has no such."""

    def check(self, hand: Hand) -> None:
        """Refuse a hand that none of it can be fed to."""

    def places(self, most: int, split: str = "") -> Iterator[CorpusLine]:
        """Lines of a part, or of all, spread evenly over them; `most` at most."""

    def recording(self, hand: Hand, place: CorpusLine) -> RunRecording:
        """What the hand's network does while the line is fed to it."""


@dataclass(frozen=True)
class PreparedCorpus:
    """Lines of a prepared corpus, which are fed as they are learnt from.

    Parameters
    ----------
    lines : CorpusLines
    """

    lines: CorpusLines

    @property
    def path(self) -> Path:
        """The corpus's file."""
        return self.lines.path

    @property
    def splits(self) -> Sequence[str]:
        """The splits, such as "train" and "v"."""
        return self.lines.split_names

    def check(self, hand: Hand) -> None:
        """Refuse a hand that was trained on ink of another preparation.

        Raises
        ------
        CorpusError
        """
        if self.lines.preparation != hand.preparation:
            raise CorpusError(
                f"{self.path} was prepared otherwise than for the hand {hand.name!r}; prepare it "
                "again with `scriptorium train prepare --like` the hand."
            )

    def places(self, most: int, split: str = "") -> Iterator[CorpusLine]:
        """Lines of a split, or of all, spread evenly over them; `most` at most.

        Raises
        ------
        CorpusError
            If there is no such split, or nothing in it.
        """
        if split and split not in self.splits:
            known = ", ".join(self.splits)
            raise CorpusError(f"{self.path} has no split {split!r}; it has {known}.")
        names = (split,) if split else self.splits
        # A corpus of single words alone is looked at, too.
        numbers = self.lines.lines_of(*names, kinds=WHOLE)
        if not len(numbers):
            numbers = self.lines.lines_of(*names, kinds=KINDS)
        if not len(numbers):
            raise CorpusError(f"{self.path} has no line in {split!r}; choose another split.")
        for number in _spread(numbers.tolist(), most):
            part = self.splits[int(self.lines.splits[number])]
            yield CorpusLine(self.path, number + 1, f"{part} {number + 1}")

    def recording(self, hand: Hand, place: CorpusLine) -> RunRecording:
        """What the hand's network does while the line is fed to it.

        Raises
        ------
        CorpusError
            If there is no such line, or the corpus was prepared otherwise than for the hand.
        TextError
            If the hand does not know a character of the text.
        """
        lines = self.lines
        if not 1 <= place.line <= len(lines):
            raise CorpusError(
                f"{self.path} has the lines 1 to {len(lines)}; there is no line {place.line}."
            )
        self.check(hand)
        text = lines.text(place.line - 1)
        offsets = lines.offsets(place.line - 1).numpy()
        if len(offsets) < 2:
            raise CorpusError(f"Line {place.line} of {self.path} has a single point.")
        found = trace_offsets(hand, Ink(), offsets, text, hand.alphabet.encode(text))
        loss = -float(found.log_likelihood.mean())
        remark = f"teacher forcing on {place.name} of {self.path.name}, {loss:.3f} nats a point"
        settings = RunSettings(hand.name, hand.sha256, remark=remark)
        return RunRecording.of(found.steps, settings, found.layers, found.log_likelihood)


@dataclass(frozen=True)
class InkFolder:
    """Lines of the files of ink in a folder and those below it: IAM-OnDB's, InkML, recordings.

    Parameters
    ----------
    path : Path
    """

    path: Path

    @property
    def splits(self) -> Sequence[str]:
        """Files have no splits."""
        return ()

    def check(self, hand: Hand) -> None:
        """Every hand prepares ink for itself."""

    @cached_property
    def _files(self) -> list[Path]:
        found = (p for p in self.path.rglob("*") if p.suffix.lower() in FILES and p.is_file())
        return sorted(found)

    def places(self, most: int, split: str = "") -> Iterator[CorpusLine]:
        """Lines of files that are spread evenly over all of them; `most` lines at most.

        Raises
        ------
        CorpusError
            If there is no file of ink, or a split is named.
        """
        if split:
            raise CorpusError(f"{self.path} is a folder, which has no splits; leave out --split.")
        if not self._files:
            raise CorpusError(
                f"{self.path} holds no files of ink; choose a prepared corpus or another folder."
            )
        left = most
        for path in _spread(self._files, most):
            name = str(path.relative_to(self.path))
            try:
                count = len(lines_of(path))
            except ScriptoriumError:
                # It is told where it is fed.
                count = 1
            for number in range(1, min(count, left) + 1):
                yield CorpusLine(path, number, name if count == 1 else f"{name}, {number}")
            left -= count
            if left <= 0:
                return

    def recording(self, hand: Hand, place: CorpusLine) -> RunRecording:
        """What the hand's network does while the line is fed to it.

        Raises
        ------
        FileError, StyleError, TextError, InkError
            As `studio.importing.line_reader.line` and `engine.teacher_forcing.teacher_force`.
        """
        piece = line_of(place.path, place.line)
        return fed(hand, piece.ink, piece.text, place.name)


def open_corpus(path: Path | str) -> LineCorpus:
    """The corpus of a prepared file, or of a folder with files of ink.

    Raises
    ------
    CorpusError
        If it is neither, or damaged.
    """
    place = Path(path)
    if place.is_dir():
        return InkFolder(place)
    if place.suffix.lower() != PREPARED and place.exists():
        raise CorpusError(
            f"{place} is no prepared corpus ({PREPARED}) and no folder; choose one of these, or "
            "its folder."
        )
    return PreparedCorpus(CorpusLines.load(place))


def figures_of(
    hand: Hand, corpus: LineCorpus, most: int = MOST_LINES, split: str = ""
) -> Iterator[LineFigures]:
    """Feed lines of a corpus to a hand, and say of each what there is to say.

    A line that cannot be fed is among them, with its fault.

    Parameters
    ----------
    hand : Hand
    corpus : LineCorpus
    most : int
        Lines at most; they are spread evenly over the corpus.
    split : str
        A part of the corpus; all of it where empty.

    Raises
    ------
    CorpusError
        If there is nothing to feed, or no line could be fed.
    """
    corpus.check(hand)
    fine, fault = False, ""
    for place in corpus.places(most, split):
        try:
            recording = corpus.recording(hand, place)
        except ScriptoriumError as error:
            fault = str(error)
            yield LineFigures(place, fault=fault)
            continue
        fine = True
        values = {figure.key: figure.value(recording) for figure in FIGURES}
        yield LineFigures(place, recording.text, values)
    if not fine:
        raise CorpusError(f"No line of {corpus.path} could be fed: {fault}")


def sorted_lines(found: Sequence[LineFigures], key: str, lowest: bool = False) -> list[LineFigures]:
    """Lines by a figure, the highest first, or the lowest; those with a fault last."""
    fed_lines = [line for line in found if line.values]
    faults = [line for line in found if not line.values]
    return sorted(fed_lines, key=lambda line: line.values[key], reverse=not lowest) + faults


def save_figures(found: Sequence[LineFigures], path: Path) -> None:
    """Write lines and their figures as a table (.csv).

    Raises
    ------
    FileError
        If the ending is another one, or the file cannot be written.
    """
    if path.suffix.lower() != ".csv":
        raise FileError(f"{path.name!r} has an ending that is not known; use .csv.")
    with atomic_write(path) as temporary, temporary.open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(["name", "path", "line", "text", *BY_KEY, "fault"])
        for line in found:
            figures = [f"{line.values[key]:.6g}" if line.values else "" for key in BY_KEY]
            place = line.place
            table.writerow([place.name, place.path, place.line, line.text, *figures, line.fault])


def _spread(items: Sequence[Item], most: int) -> list[Item]:
    """Items from the first to the last, evenly; all of them where there are no more than `most`."""
    if len(items) <= most:
        return list(items)
    return [items[place * len(items) // most] for place in range(most)]
