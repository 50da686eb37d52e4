"""The verb `merge`: many letters from one template and a table."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from engine.io.terminal import say
from studio.command.grouped_help import GroupedHelpCommand
from studio.command.progress_bar import progress_bar
from studio.command.stationery import HEADING, for_paper, furnished
from studio.command.styles import library_entries
from studio.command.write import HEADINGS as WRITING
from studio.command.write import TO_CHECK, export_options, note_of, policy_of, style_of
from studio.command.write import command as write_command

if TYPE_CHECKING:
    from engine.hand import Hand
    from engine.ink.ink import Ink
    from engine.sampling.policy import Policy
    from engine.style.style import Style
    from studio.document.label_sheets import LabelSheet
    from studio.document.note import Note
    from studio.layout.line_writer import Writer
    from studio.merge.letter_writer import Outputs
    from studio.merge.letters import CheckedLetters, LetterPlanner
    from studio.merge.merging import Engine, Merged, MergeProgress
    from studio.merge.results import LetterResult
    from studio.merge.table import Table
    from studio.merge.template import Template

FEW_ROWS = 20
"""Rows that cannot be written of which each is told; --check tells all."""
LOGGED = 60.0
"""Seconds between two lines about the progress, where standard error is no terminal."""

MANUAL = """Write a letter for each row of a table.

The template is a text, or a note of the studio (.scriptorium), in Jinja2's syntax: {{ name }} is
the field of the column "name", {{ name|default('friend') }} has a word for rows where it is empty,
and {% if children %}...{% endif %} stands only in letters of rows that have children. The table is
CSV, TSV, JSON lines or a workbook (.xlsx); "First name" is {{ first_name }}.

All rows are checked before anything is written; errors are reported by row. Each letter has ink
of its own, which depends on its row alone. What is there already is not written again: after an
interruption, or a change of some rows, the same command writes what is missing.

\b
Examples:
  scriptorium merge --template invitation.txt --data guests.csv --out letters/ --check
  scriptorium merge --template invitation.txt --data guests.csv --out letters/ --style Rowan
  scriptorium merge --template card.scriptorium --data guests.xlsx --out cards.pdf
  scriptorium merge --template label.txt --data guests.csv --sheet "Avery L7160" --out labels.pdf
  scriptorium merge --template envelope.txt --data guests.csv --out envelopes/ \\
      --paper DL --landscape --name '{{ last_name }} {{ first_name }}' --format pdf --format svg

If --out is a folder, it gets a file for each row, and results.jsonl with the files, misread words
and seconds of each row. If it ends with .pdf, it is one PDF of all letters; with --sheet
a label each. The manual: docs/merge.md.
"""

OWN = {
    "Letters": (
        *("template", "data", "out", "formats", "name", "key", "worksheet"),
        *("markup", "replace_unknown", "title", "author"),
    ),
    "Check": ("check", "pages", "fit", "skip_bad", "remove_old"),
    "Many machines": ("shard", "engine", "workers", "in_work"),
}
_OF_ONE_TEXT: dict[str, Any] = {"each": "page", "fold": "", "turn": ""}
"""Options of `write` that part one text, or fold it, which a letter for each row does not."""
_LEFT_OUT = ("text", "file", "out", "markup", "points_per_char", "plot_preview", *_OF_ONE_TEXT)
_ON_SHEETS = ("sheet", "first_label")
"""Options that put many letters on a sheet, whatever the letters are made of."""
_HEADINGS = {
    **OWN,
    **{
        heading: tuple(name for name in names if name not in _LEFT_OUT)
        for heading, names in WRITING.items()
        if heading != "Text and files"
    },
}

_OF_NOTES = {
    name
    for heading in ("Handwriting", "Ink and pen", "Letters and lines", "Page", HEADING)
    for name in WRITING[heading]
} - {"seed", "candidates", "hand", *_ON_SHEETS} | {"title", "author"}
"""Options of `write` that cannot be given with a note, which says itself how it is written."""


def _writing_options() -> list[click.Parameter]:
    return [option for option in write_command.params if option.name not in _LEFT_OUT]


@click.command(
    cls=GroupedHelpCommand,
    headings=_HEADINGS,
    help=MANUAL,
    short_help="Write a letter for each row of a table.",
)
@click.option(
    "--template",
    metavar="PATH",
    required=True,
    help="A text file (.txt, .md, .html, ...) or a note (.scriptorium).",
)
@click.option(
    "--data", metavar="PATH", required=True, help="The table: .csv, .tsv, .jsonl or .xlsx."
)
@click.option(
    "--out", metavar="PATH", required=True, help="A folder, or a .pdf for all letters together."
)
@click.option(
    "--format",
    "formats",
    metavar="NAME",
    multiple=True,
    help="Format of the files: pdf (the default), svg, png, inkml, gcode, hpgl, xopp, or "
    "scriptorium, a note to open in the studio. May be given several times.",
)
@click.option(
    "--name",
    metavar="PATTERN",
    help="Names of the files, in the template's syntax: '{{ table }}/{{ name }}'. By default the "
    "field of --key, or of the first column.",
)
@click.option(
    "--key",
    metavar="COLUMN",
    help="Column that identifies rows; their ink depends on it. By default the column id, key, "
    "number, no or nr, else all fields of the row.",
)
@click.option("--worksheet", metavar="NAME", help="Sheet of a workbook; by default the first.")
@click.option(
    "--markup",
    metavar="NAME",
    help="Markup of a text: plain, markdown or html; by default by its suffix.",
)
@click.option(
    "--check", is_flag=True, help="Report what is wrong with which row, and write nothing."
)
@click.option(
    "--pages",
    metavar="N",
    type=click.IntRange(1),
    help="Most pages of a letter. By default 1 on cards and envelopes, else unlimited.",
)
@click.option("--fit", is_flag=True, help="Write each page smaller until it fits.")
@click.option("--skip-bad", is_flag=True, help="Write the other rows even if some rows are wrong.")
@click.option(
    "--remove-old",
    is_flag=True,
    help="Remove files of earlier runs that no longer belong to a row.",
)
@click.option(
    "--shard",
    metavar="K/N",
    help="Write only the K-th of N parts of the table. In Slurm arrays and under torchrun each "
    "process takes its own part by default; 1/1 is the whole table.",
)
@click.option(
    "--engine",
    metavar="NAME",
    default="local",
    show_default=True,
    help="local: this process; ray: a cluster (pip install 'scriptorium[cluster]').",
)
@click.option(
    "--workers",
    metavar="N",
    type=click.IntRange(1),
    help="Workers of Ray, each with a hand; by default one per GPU, or one per core.",
)
@click.option(
    "--in-work",
    metavar="N",
    type=click.IntRange(1, 1024),
    default=32,
    show_default=True,
    help="Letters written at a time; an interruption loses at most these.",
)
def command(**settings: Any) -> int:
    """Check, write what is missing, and tell what became of it."""
    from studio.merge.letters import LetterPlanner
    from studio.merge.table import read_table

    begun = time.monotonic()
    target = _Target.of(settings["out"])
    labels = _labels(settings, target)
    if labels is not None:
        settings["pages"] = settings["pages"] or 1
    table = read_table(Path(settings["data"]), settings["worksheet"])
    shard = _shard(settings["shard"])
    outputs = _outputs(settings, target)
    template, style = _template(table, settings, labels)
    ink = _ink(template, style, settings)
    planner = LetterPlanner(
        template, table, ink.basis(outputs, settings), settings["name"], settings["key"]
    )
    checked = _checked(planner, ink, target, shard, settings)
    if settings["check"]:
        _report(checked, planner, whole=True)
        count = len(checked.letters)
        say(f"{count:,} letter{'s' if count != 1 else ''} can be written.", err=True)
        return BAD_ROWS if checked.problems else 0
    _report(checked, planner, whole=False)
    if checked.problems and not settings["skip_bad"]:
        say("Nothing is written; mend these rows, or write the others with --skip-bad.", err=True)
        return BAD_ROWS
    return _written(planner, checked, ink, target, shard, outputs, labels, settings, begun)


command.params += _writing_options()

BAD_ROWS = 2
"""Status where rows cannot be written."""


@dataclass(frozen=True)
class _Target:
    """Where letters go: a folder, or one PDF made of what lies in a folder beside it."""

    folder: Path
    joined: Path | None = None

    @classmethod
    def of(cls, out: str) -> _Target:
        from engine.errors import FileError
        from studio.command.output_files import check_folder, check_new_folder

        path = Path(out)
        if path.suffix.lower() == ".pdf" and not path.is_dir():
            check_folder(path.parent)
            return cls(path.with_name(f"{path.stem}-letters"), path)
        if path.suffix and not path.is_dir() and not out.endswith(("/", "\\")):
            raise FileError(
                f"{path} is to be a folder for letters, or a .pdf for all of them; other formats "
                f"have files of their own: --out {path.stem}/ --format "
                f"{path.suffix.removeprefix('.')}."
            )
        check_new_folder(path)
        return cls(path)


@dataclass(frozen=True)
class _Ink:
    """Who writes: the hand, styles and symbols."""

    hand: Hand
    styles: Mapping[str, Style]
    symbols: Mapping[str, Sequence[Ink]]
    policy: Policy
    writer: Writer

    def basis(self, outputs: Outputs, settings: Mapping[str, Any]) -> str:
        from studio.merge.merging import basis

        return basis(
            self.hand.sha256,
            self.styles,
            self.symbols,
            outputs,
            settings["candidates"],
            self.hand.device.type,
            self.hand.precision,
        )


def _shard(given: str | None) -> tuple[int, int] | None:
    from studio.merge.sharding import shard_here, shard_named

    if given is not None:
        return shard_named(given)
    shard, variables = shard_here()
    if shard is not None:
        say(f"Shard {shard[0]} of {shard[1]}, as {variables} say.", err=True)
    return shard


def _outputs(settings: Mapping[str, Any], target: _Target) -> Outputs:
    from engine.errors import SettingError
    from studio.merge.letter_writer import MOMENT, Outputs
    from studio.storage.note_file import SUFFIX

    names = [f".{name.lower().removeprefix('.')}" for name in settings["formats"]] or [".pdf"]
    suffixes = tuple(dict.fromkeys(SUFFIX if name == ".note" else name for name in names))
    if target.joined is not None:
        if suffixes != (".pdf",):
            raise SettingError(
                "One file for all letters is a PDF; give --out a folder for other formats."
            )
        suffixes = (SUFFIX,)
    moment = os.environ.get("SOURCE_DATE_EPOCH", "")
    return Outputs(
        suffixes,
        export_options(dict(settings)),
        settings["pages"],
        int(moment) if moment.isdecimal() else MOMENT,
    )


def _labels(settings: Mapping[str, Any], target: _Target) -> LabelSheet | None:
    """The sheet of labels that the letters stand on, if they do."""
    from engine.errors import SettingError
    from studio.document.label_sheets import sheet_named

    if not settings["sheet"]:
        return None
    if target.joined is None:
        raise SettingError("Labels stand on sheets together; end --out with .pdf.")
    sheet = sheet_named(settings["sheet"])
    sheet.check_label(settings["first_label"])
    return sheet


def _template(
    table: Table, settings: dict[str, Any], labels: LabelSheet | None
) -> tuple[Template, Style | None]:
    """The template, and the style of a text."""
    from engine.errors import SettingError
    from studio.importing.markup import markup_named, markup_of
    from studio.merge.template import note_template, text_template
    from studio.storage.note_file import SUFFIX, load

    path = Path(settings["template"])
    if path.suffix.lower() == SUFFIX:
        _refuse_settings_of_notes()
        file = load(path)
        paper = file.note.paper
        if labels is not None and not labels.takes(paper):
            front = labels.front
            raise SettingError(
                f"The note's paper is {paper.width:g} x {paper.height:g} mm, the labels are "
                f"{front.width:g} x {front.height:g} mm; choose another sheet, or set the note's "
                "paper to that size."
            )
        file = replace(file, note=_changed(file.note, settings))
        return note_template(file, path, table.columns), None
    given = settings["markup"]
    markup = markup_of(path) if given is None else markup_named(given)
    style = style_of(settings["style"], settings["hand"])
    settings = for_paper({**settings, **_OF_ONE_TEXT})
    note = furnished(note_of((), style, settings), settings)
    if settings["fit"]:
        note = replace(note, fit_pages=True)
    return text_template(_text(path, markup), path, markup, note, table.columns), style


def _text(path: Path, markup: Any) -> str:
    from engine.errors import FileError
    from studio.command.text_input import LARGEST_TEXT
    from studio.importing.markup import decode_text

    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_TEXT + 1)
    except OSError as error:
        raise FileError(
            f"The template {path} cannot be read: {error.strerror or error}; name a text file or a "
            "note."
        ) from error
    if len(content) > LARGEST_TEXT:
        raise FileError(f"The template {path} is larger than {LARGEST_TEXT // 1_000_000} MB.")
    return decode_text(content, str(path), markup)


def _refuse_settings_of_notes() -> None:
    from engine.errors import SettingError

    context = click.get_current_context()
    for option in _writing_options():
        name = option.name or ""
        given = context.get_parameter_source(name) is ParameterSource.COMMANDLINE
        if given and name in _OF_NOTES:
            raise SettingError(
                f"A note says itself how it is written; leave out {option.opts[0]}, or change the "
                "note in the studio."
            )


def _changed(note: Note, settings: Mapping[str, Any]) -> Note:
    """A note with what the command line says otherwise."""
    context = click.get_current_context()

    def given(name: str) -> bool:
        return context.get_parameter_source(name) is ParameterSource.COMMANDLINE

    if given("seed"):
        note = replace(note, look=replace(note.look, seed=settings["seed"]))
    if given("replace_unknown"):
        note = replace(note, replace_unknown=settings["replace_unknown"])
    return replace(note, fit_pages=True) if settings["fit"] else note


def _ink(template: Template, style: Style | None, settings: Mapping[str, Any]) -> _Ink:
    from engine.hand import Hand
    from engine.style.style import find
    from studio.library.symbol_library import SymbolLibrary
    from studio.merge.letter_writer import line_writer

    styles = {style.name: style} if style is not None else {}
    wanted = template.styles - set(styles)
    if wanted:
        library = [entry.style for entry in library_entries()]
        styles |= {name: find(name, library) for name in sorted(wanted)}
    symbols = SymbolLibrary()
    inks = symbols.inks()
    for sentence in symbols.damaged.take():
        say(sentence, err=True)
    hand = Hand.load(settings["hand"], settings["device"], settings["precision"])
    policy = policy_of(settings["candidates"])
    return _Ink(hand, styles, inks, policy, line_writer(hand, styles, inks, policy))


def _checked(
    planner: LetterPlanner,
    ink: _Ink,
    target: _Target,
    shard: tuple[int, int] | None,
    settings: Mapping[str, Any],
) -> CheckedLetters:
    from studio.merge.results import ResultsFile

    done: set[str] = set()
    if not settings["check"] and target.folder.is_dir():
        planned, _ = planner.planned(shard)
        wanted = {one.key: one.made_of for one in planned}
        done = set(ResultsFile(target.folder, shard).done(wanted))
    with progress_bar("Checking") as tell:
        return planner.check(ink.writer, shard, settings["pages"], tell, done)


def _report(checked: CheckedLetters, planner: LetterPlanner, *, whole: bool) -> None:
    """Tell what is wrong with which row, and what else is to be known."""
    shown = checked.problems if whole else checked.problems[:FEW_ROWS]
    for problem in shown:
        say(str(problem), err=True)
    if len(checked.problems) > len(shown):
        more = len(checked.problems) - len(shown)
        say(f"{more:,} more rows cannot be written; --check tells them all.", err=True)
    for remark in checked.remarks:
        say(remark, err=True)
    if whole and (unused := planner.unused_columns()):
        say(f"Columns that the template does not use: {', '.join(unused)}.", err=True)


def _written(
    planner: LetterPlanner,
    checked: CheckedLetters,
    ink: _Ink,
    target: _Target,
    shard: tuple[int, int] | None,
    outputs: Outputs,
    labels: LabelSheet | None,
    settings: Mapping[str, Any],
    begun: float,
) -> int:
    from studio.layout.card_sheets import on_label_sheets
    from studio.merge.merging import joined_pages, merge, remove_leftover

    engine = _engine(ink, outputs, settings)
    there = 0

    def count(progress: MergeProgress) -> None:
        nonlocal there
        there = progress.done

    try:
        with _terminated(), _progress(len(checked.letters)) as tell:

            def told(progress: MergeProgress) -> None:
                count(progress)
                tell(progress)

            merged = merge(planner, checked.letters, target.folder, engine, shard=shard, tell=told)
    except KeyboardInterrupt:
        say(
            f"Stopped with {there:,} of {len(checked.letters):,} letters there; the same command "
            "goes on with the rest.",
            err=True,
        )
        raise
    for planned, why in merged.failed:
        say(f"{planned.row.name} could not be written: {why}", err=True)
    for result in merged.to_check[:FEW_ROWS]:
        say(_doubt(result), err=True)
    if settings["remove_old"]:
        remove_leftover(target.folder, merged.leftover)
    elif merged.leftover:
        say(_leftover(merged.leftover), err=True)
    _summary(merged, time.monotonic() - begun)
    if target.joined is not None:
        if shard is not None:
            say("The PDF is made when the merge is run without --shard.", err=True)
            return BAD_ROWS if merged.failed else 0
        title = settings["title"] or planner.table.path.stem
        pages = joined_pages(target.folder, merged.results, ink.writer, title)
        if labels is not None:
            pages = on_label_sheets(pages, labels, settings["first_label"])
        outputs.export(pages, target.joined)
        say(click.format_filename(target.joined))
    else:
        say(click.format_filename(target.folder / _results_name(shard)))
    if merged.failed:
        return BAD_ROWS
    return TO_CHECK if settings["strict"] and merged.to_check else 0


def _results_name(shard: tuple[int, int] | None) -> str:
    from studio.merge.results import RESULTS

    return RESULTS if shard is None else "results-{}-of-{}.jsonl".format(*shard)


def _engine(ink: _Ink, outputs: Outputs, settings: Mapping[str, Any]) -> Engine:
    from engine.errors import SettingError
    from studio.merge.letter_writer import LetterWriter

    if settings["engine"] == "ray":
        from studio.merge.ray_engine import RayEngine

        return RayEngine(
            settings["hand"],
            settings["precision"],
            ink.styles,
            ink.symbols,
            outputs,
            ink.policy,
            settings["in_work"],
            settings["workers"],
            ink.hand.sha256,
            lambda sentence: say(sentence, err=True),
        )
    if settings["engine"] != "local":
        raise SettingError(f"There is no engine {settings['engine']!r}; choose local or ray.")
    return LetterWriter(ink.writer, outputs, settings["in_work"]).write


def _doubt(result: LetterResult) -> str:
    return f"Look at {result.files[0]} (row {result.row}): {' '.join(result.check)}"


def _leftover(names: Sequence[str]) -> str:
    shown = ", ".join(names[:3]) + (f" and {len(names) - 3:,} more" if len(names) > 3 else "")
    return f"Of earlier runs, and of no row any more: {shown}; --remove-old removes them."


def _summary(merged: Merged, seconds: float) -> None:
    from studio.merge.merging import spoken

    count, check = len(merged.results), len(merged.to_check)
    there = count - merged.written
    words = [f"{merged.written:,} letter{'s' if merged.written != 1 else ''} written"]
    if there:
        words.append(f"{there:,} {'were' if there > 1 else 'was'} there")
    if check > FEW_ROWS:
        words.append(f"{check:,} to be looked at ('check' in the results)")
    say(f"{', '.join(words)}; {spoken(seconds)}.", err=True)


@contextmanager
def _terminated() -> Iterator[None]:
    """Let the signal to end, which clusters send before they kill, act as Ctrl-C does."""

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    try:
        before = signal.signal(signal.SIGTERM, interrupt)
    except ValueError:  # in a thread that is not the first
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def _progress(count: int) -> Iterator[Callable[[MergeProgress], None]]:
    """A bar with the time left on a terminal; a line a minute elsewhere."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    from studio.merge.merging import spoken

    console = Console(stderr=True)
    if not console.is_terminal:
        yield _logged()
        return
    columns = (
        TextColumn("Writing"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[left]}")
    )  # fmt: skip
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=count, left="")

        def tell(progress: Any) -> None:
            left = "" if progress.left is None else f"{spoken(progress.left)} left"
            bar.update(task, completed=progress.done, left=left)

        yield tell


def _logged() -> Callable[[MergeProgress], None]:
    from studio.merge.merging import spoken

    last = time.monotonic()

    def tell(progress: MergeProgress) -> None:
        nonlocal last
        now = time.monotonic()
        if progress.left and now - last >= LOGGED:
            last = now
            say(
                f"{progress.done:,} of {progress.count:,} letters; {spoken(progress.left)} left",
                err=True,
            )

    return tell
