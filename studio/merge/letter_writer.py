"""The writer of letters: a hand that turns many letters into the bytes of their files."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from engine.errors import ScriptoriumError, SettingError, StyleError
from engine.ink.ink import Ink
from studio.document.page import Pages
from studio.document.typography import typeset_note
from studio.exporting.formats import FORMATS, ExportOptions, export
from studio.exporting.pdf_metadata import made_at
from studio.layout.layout import Layout, lay_out
from studio.layout.line_writer import HandWriter, Writer
from studio.layout.words_to_check import words_to_check
from studio.merge.joint_writer import write_jointly
from studio.merge.letters import Letter, allowed_pages
from studio.storage.note_file import SUFFIX, NoteFile, compact, packed
from studio.writing.symbol_writer import SymbolWriter

if TYPE_CHECKING:
    from engine.hand import Hand
    from engine.sampling.policy import Policy
    from engine.style.style import Style

IN_WORK = 32
"""Letters that are written at a time: their lines fill batches, and more gains little."""

FILES = (*(suffix for suffix in FORMATS if suffix != ".npz"), SUFFIX)
"""What a letter can be written to."""


MOMENT = 946_684_800
"""The first of January 2000: PDFs of letters say that they were made then, where not said."""


@dataclass(frozen=True)
class Outputs:
    """The files of a letter.

    Parameters
    ----------
    suffixes : tuple of str
        Of `FILES`.
    options : ExportOptions
    most_pages : int or None
        That a letter is meant to take.
    moment : int
        At which PDFs say that they were made, in seconds since 1970 (UTC): one for all letters,
        so that it does not matter when and where each is written.

    Raises
    ------
    SettingError
        If there is no such format.
    """

    suffixes: tuple[str, ...] = (".pdf",)
    options: ExportOptions = field(default_factory=ExportOptions)
    most_pages: int | None = None
    moment: int = MOMENT

    def export(self, pages: Pages, path: Path) -> list[Path]:
        """Write pages to a file, or to several beside it; the same pages make the same bytes."""
        with made_at(datetime.fromtimestamp(self.moment, UTC)):
            return export(pages, path, self.options)

    def __post_init__(self) -> None:
        for suffix in self.suffixes:
            if suffix not in FILES:
                known = ", ".join(one.removeprefix(".") for one in FILES)
                raise SettingError(
                    f"Letters cannot be written as {suffix.removeprefix('.')!r}; choose from "
                    f"{known}."
                )


@dataclass(frozen=True)
class WrittenLetter:
    """A letter in files.

    Parameters
    ----------
    id : str
    files : tuple of (str, bytes)
        Name in the folder, with "/", and content.
    pages : int
    misread : tuple of mapping
        Words that are not read as asked for: `line`, `word`, `read`.
    check : tuple of str
        Why somebody should look at it.
    seconds : float
    seed : int
    failed : str
        Why there is no letter; empty where there is.
    """

    id: str
    files: tuple[tuple[str, bytes], ...] = ()
    pages: int = 0
    misread: tuple[dict[str, str], ...] = ()
    check: tuple[str, ...] = ()
    seconds: float = 0.0
    seed: int = 0
    failed: str = ""


class LetterWriter:
    """Writes letters.

    Parameters
    ----------
    writer : Writer
        Of their lines; see `line_writer`.
    outputs : Outputs
    in_work : int
        Letters at a time, from 1.
    """

    def __init__(self, writer: Writer, outputs: Outputs, in_work: int = IN_WORK) -> None:
        self.writer = writer
        self._outputs, self._in_work = outputs, max(1, in_work)
        # The libraries that make files are not all made for several threads.
        self._exporting = threading.Lock()

    def write(self, letters: Iterable[Letter]) -> Iterator[WrittenLetter]:
        """Write letters; each as it is done.

        Parameters
        ----------
        letters : iterable of Letter
            Taken as there is room for them.

        Yields
        ------
        WrittenLetter
        """
        begun: dict[int, Letter] = {}

        def jobs() -> Iterator[partial[WrittenLetter]]:
            for number, letter in enumerate(letters):
                begun[number] = letter
                yield partial(self._written, letter)

        for outcome in write_jointly(jobs(), self.writer, self._in_work):
            letter = begun.pop(outcome.number)
            seconds = round(outcome.seconds, 3)
            if outcome.value is not None:
                done = outcome.value
                yield WrittenLetter(
                    done.id, done.files, done.pages, done.misread, done.check, seconds, done.seed
                )
            elif isinstance(outcome.error, ScriptoriumError):
                yield WrittenLetter(letter.id, seconds=seconds, failed=str(outcome.error))
            else:
                assert outcome.error is not None
                raise outcome.error

    def _written(self, letter: Letter, writer: Writer) -> WrittenLetter:
        note = typeset_note(letter.note, writer.alphabet)
        layout = lay_out(note, writer, letter.before, known=letter.known)
        misread, check = _doubts(layout)
        pages = layout.plan.pages
        most = allowed_pages(letter.note, self._outputs.most_pages)
        if most is not None and pages > most:
            check = (*check, f"It takes {pages} pages instead of {most}.")
        with self._exporting:
            files = tuple(self._files(letter, layout))
        return WrittenLetter(letter.id, files, pages, misread, check, seed=letter.note.look.seed)

    def _files(self, letter: Letter, layout: Layout) -> Iterator[tuple[str, bytes]]:
        *folders, name = letter.stem.split("/")
        with tempfile.TemporaryDirectory(prefix="scriptorium-") as workshop:
            for suffix in self._outputs.suffixes:
                if suffix == SUFFIX:
                    yield letter.stem + SUFFIX, packed(note_file(letter, layout))
                    continue
                target = Path(workshop, name + suffix)
                for path in self._outputs.export(layout.pages, target):
                    yield "/".join([*folders, path.name]), path.read_bytes()


def line_writer(
    hand: Hand,
    styles: Mapping[str, Style],
    symbols: Mapping[str, Sequence[Ink]],
    policy: Policy | None = None,
) -> Writer:
    """Who writes the lines of letters."""
    from engine.sampling.policy import DEFAULT_POLICY

    def find(name: str) -> Style:
        if name not in styles:
            raise StyleError(
                f"There is no style {name!r}, which the template asks for; see `scriptorium "
                "styles`."
            )
        return styles[name]

    writer = HandWriter(hand, find, policy=policy or DEFAULT_POLICY)
    return SymbolWriter(writer, symbols)


def note_file(letter: Letter, layout: Layout) -> NoteFile:
    """A written letter as a note, which the studio opens."""
    lines = {request: compact(line) for request, line in layout.written.items()}
    pages = layout.pages
    kept = Layout(
        pages, layout.plan, MappingProxyType(lines), layout.placed, layout.records, layout.widths
    )
    return NoteFile(letter.note, lines, pages.hand, pages.hand_sha256, layout=kept)


def _doubts(layout: Layout) -> tuple[tuple[dict[str, str], ...], tuple[str, ...]]:
    """The misread words of a letter, and why somebody should look at it."""
    misread = tuple(
        {"line": word.key.text, "word": word.word, "read": word.read}
        for word in words_to_check(layout)
    )
    check = [
        f"{line.text!r} may be hard to read: {'; '.join(line.flaws)}."
        for line in layout.written.values()
        if line.flaws
    ]
    check += [f"{word['word']!r} is read as {word['read']!r}." for word in misread]
    check += layout.remarks
    return misread, tuple(check)
