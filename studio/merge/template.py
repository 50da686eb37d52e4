"""The template of a merge: a text or a note in Jinja2's syntax, filled in with a row's fields."""

from __future__ import annotations

import datetime
import difflib
import hashlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import jinja2
from jinja2 import meta
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup as SafeText
from markupsafe import escape

from engine.errors import SettingError, TextError
from studio.document.note import LARGEST_SEED, Block, LineEdit, Note, TextBox
from studio.document.page import LineKey
from studio.document.text_marks import Mark, Role
from studio.importing.markup import Markup, read_markup
from studio.layout.layout import Layout
from studio.layout.line_requests import LineRecord
from studio.layout.line_writer import LineRequest, WrittenLine
from studio.layout.plan import Plan
from studio.merge.table import TableRow, clean_text, column_for, identifier
from studio.storage.note_file import NoteFile, packed

LONGEST = 1_000_000
"""Characters of a letter, as of a text that is written."""
MOST_REPEATED = 100_000
"""Characters that a multiplication or a filter of a template may make at most."""

FIELDS, NUMBER = "fields", "row"
"""What a template may name beside columns: all fields by their columns' names; the row's number."""

# Noncharacters of Unicode, which no field holds (see `clean_text`): a block, and ends of marks.
_BLOCK, _STOP, _MARK, _UNMARK = "\ufdd0", "\ufdd1", "\ufdd2", "\ufdd3"
_SIGNALS = re.compile(f"([{_MARK}{_UNMARK}])(\\d+){_STOP}")
_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")


class FieldError(TextError):
    """A row cannot be filled in; the sentence goes on from the row's name: "has no name; ..."."""


class _Empty(jinja2.Undefined):
    """A field that is empty in a row: false, and not to be written unless there is a default."""

    __slots__ = ()

    def __str__(self) -> str:
        self._fail_with_undefined_error()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Empty) or other in ("", None)

    def __hash__(self) -> int:
        return 0


class _Sandbox(ImmutableSandboxedEnvironment):
    """Jinja2's sandbox, in which no short template makes a text that fills the memory."""

    intercepted_binops = frozenset(["*", "**", "%"])

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        if operator == "**" and abs(right) > 64:
            raise SecurityError(f"{left} ** {right} is too large")
        if operator == "*":
            for one, other in ((left, right), (right, left)):
                if isinstance(one, str | list | tuple) and len(one) * other > MOST_REPEATED:
                    raise SecurityError("a repeated text is too long")
        if operator == "%" and isinstance(left, str):
            _check_widths(left)
        return super().call_binop(context, operator, left, right)


def _check_widths(pattern: str) -> None:
    if any(int(width) > MOST_REPEATED for width in re.findall(r"\d{1,18}", pattern)):
        raise SecurityError("a field is too wide")


def _limited(filter_: Callable[..., Any], width_at: int) -> Callable[..., Any]:
    """A filter whose width, its so-many-th argument, is held in bounds."""

    def checked(*arguments: Any, **named: Any) -> Any:
        widths = [*arguments[width_at : width_at + 1], *named.values()]
        if any(isinstance(width, int) and width > MOST_REPEATED for width in widths):
            raise SecurityError("a width is too large")
        return filter_(*arguments, **named)

    return checked


def environment(finalize: Callable[[Any], Any], *, html: bool = False) -> _Sandbox:
    """The sandbox in which templates are filled in.

    Parameters
    ----------
    finalize : callable
        Makes text of what is to be written; not asked about the template's own text.
    html : bool
        Whether values are escaped as HTML wants it.
    """
    made = _Sandbox(
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=html,
        finalize=finalize,
    )
    for name in ("center", "indent"):
        made.filters[name] = _limited(made.filters[name], 1)
    formatted = made.filters["format"]

    def checked(pattern: str, *values: Any, **named: Any) -> Any:
        _check_widths(str(pattern))
        return formatted(pattern, *values, **named)

    made.filters["format"] = checked
    return made


def shown(value: Any) -> str:
    """A field's value as it is written: dates as in 2026-11-29, whole numbers without a stop."""
    if isinstance(value, jinja2.Undefined):
        return str(value)  # raises
    if isinstance(value, datetime.datetime):
        return value.isoformat(" ", "minutes")
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(map(shown, value))
    return clean_inside(str(value))


def clean_inside(text: str) -> str:
    """As `clean_text`, with the spaces at both ends: a filter may have put them there."""
    lead, tail = len(text) - len(text.lstrip(" ")), len(text) - len(text.rstrip(" "))
    if lead == len(text):
        return text
    return " " * lead + clean_text(text) + " " * tail


def _as_markdown(value: Any) -> str:
    """A value whose signs mean nothing in Markdown; its lines stay lines."""
    lines = (line.strip() for line in shown(value).replace("\t", " ").split("\n"))
    return "\\\n".join(_PUNCTUATION.sub(r"\\\1", line) for line in lines if line)


def _as_html(value: Any) -> Any:
    if isinstance(value, SafeText):
        return value
    return SafeText(str(escape(shown(value))).replace("\n", "<br>"))


_WRITTEN = {Markup.PLAIN: shown, Markup.MARKDOWN: _as_markdown, Markup.HTML: _as_html}


class Filled:
    """A text with fields.

    Parameters
    ----------
    source : str
    name : str
        As messages call it.
    columns : sequence of str
        Of the table.
    sandbox : Environment

    Attributes
    ----------
    used : frozenset of str
        The columns that it asks for; all of them where it asks for `fields`.

    Raises
    ------
    TextError
        If its syntax is wrong.
    SettingError
        If it names a column that there is not.
    """

    def __init__(
        self, source: str, name: str, columns: Sequence[str], sandbox: jinja2.Environment
    ) -> None:
        self._name = name
        try:
            tree = sandbox.parse(source)
            self._template = sandbox.from_string(source)
        except jinja2.TemplateSyntaxError as error:
            line = len(source.splitlines()[: error.lineno])
            raise TextError(
                f"{name} is no template that can be filled in (line {line}): {error.message}; "
                "see docs/merge.md."
            ) from error
        except RecursionError as error:
            raise TextError(f"{name} is nested too deeply; simplify it.") from error
        names = meta.find_undeclared_variables(tree)
        self.by_name: dict[str, str] = {}
        for wanted in sorted(names):
            column = column_for(wanted, columns)
            if column is not None:
                self.by_name[wanted] = column
            elif wanted not in {*sandbox.globals, FIELDS, NUMBER}:
                near = difflib.get_close_matches(
                    identifier(wanted), [identifier(column) for column in columns], 1, 0.6
                )
                names_there = ", ".join(map(identifier, columns[:12]))
                advice = f"did you mean {near[0]}?" if near else f"it has {names_there}."
                raise SettingError(
                    f"{name} asks for {{{{ {wanted} }}}}, and the table has no such column; "
                    f"{advice}"
                )
        everything = FIELDS in names and FIELDS not in self.by_name
        self.used = frozenset(columns if everything else self.by_name.values())
        self._columns = tuple(columns)

    def fill(self, row: TableRow) -> str:
        """The text with the fields of a row.

        Raises
        ------
        FieldError
            If a field is missing, or the template cannot be filled in with it.
        """
        fields = {column: row.values.get(column, _empty(column)) for column in self._columns}
        context: dict[str, Any] = {FIELDS: MappingProxyType(fields), NUMBER: row.number}
        context |= {name: fields[column] for name, column in self.by_name.items()}
        parts, length = [], 0
        try:
            for part in self._template.generate(context):
                parts.append(part)
                length += len(part)
                if length > LONGEST:
                    raise FieldError(f"makes a letter of more than {LONGEST:,} characters")
        except FieldError:
            raise
        except jinja2.UndefinedError as error:
            raise FieldError(_sentence(error)) from error
        except Exception as error:
            # A template computes; whatever goes wrong in it with this row is told of the row.
            raise FieldError(f"cannot be filled into {self._name}: {_sentence(error)}") from error
        return "".join(parts)


def _empty(column: str) -> _Empty:
    name = identifier(column) or column
    return _Empty(
        hint=f"has no {column}; give it one, or write {{{{ {name}|default('...') }}}} in the "
        "template",
        name=column,
    )


def _sentence(error: Exception) -> str:
    return (str(error) or type(error).__name__).rstrip(".")


@dataclass(frozen=True, eq=False)
class Template:
    """What every letter is made from.

    Parameters
    ----------
    digest : str
        Hash of all that it holds.
    used : frozenset of str
        The columns that it asks for.
    base : Note
        Its note; of a text, with the settings and no blocks.
    known : mapping of LineRequest to WrittenLine
        The ink of locked lines.
    before : Layout or None
        The records of these.
    make : callable
        The note of a row, before it has its seed.
    """

    digest: str
    used: frozenset[str]
    base: Note
    make: Callable[[TableRow], Note] = field(repr=False)
    known: Mapping[LineRequest, WrittenLine] = field(default_factory=dict, repr=False)
    before: Layout | None = field(default=None, repr=False)

    @property
    def styles(self) -> frozenset[str]:
        """The names of the styles that it is written in."""
        blocks = (*self.base.blocks, *(box.block for box in self.base.boxes))
        looks = (self.base.look, *map(self.base.look_of, blocks))
        locked = (edit.look for edit in self.base.edits.values() if edit.look is not None)
        return frozenset(look.style for look in (*looks, *locked) if look.style is not None)

    def compose(self, row: TableRow, key: str) -> Note:
        """The note of a row's letter.

        Parameters
        ----------
        row : TableRow
        key : str
            Of the row: with the template's seed it makes the letter's.

        Raises
        ------
        FieldError
            If it cannot be filled in with this row.
        """
        return seeded(self.make(row), key)


def letter_seed(seed: int, key: str) -> int:
    """The seed of a letter, from 0 to 2**63 - 1, which no other row's coming or going changes."""
    digest = hashlib.blake2b(f"letter\0{seed}\0{key}".encode(errors="replace"), digest_size=8)
    return int.from_bytes(digest.digest(), "little") & LARGEST_SEED


def seeded(note: Note, key: str) -> Note:
    """A note with seeds of its own for a row's key."""

    def block(of: Block) -> Block:
        if "seed" not in of.look:
            return of
        return replace(of, look={**of.look, "seed": letter_seed(of.look["seed"], key)})

    return replace(
        note,
        look=replace(note.look, seed=letter_seed(note.look.seed, key)),
        blocks=tuple(map(block, note.blocks)),
        boxes=tuple(replace(box, block=block(box.block)) for box in note.boxes),
    )


def text_template(
    text: str, path: Path, markup: Markup, base: Note, columns: Sequence[str]
) -> Template:
    """A text as the template: what is filled in is read in the text's markup.

    Parameters
    ----------
    text : str
    path : Path
        For messages.
    markup : Markup
    base : Note
        Look, paper and all other settings.
    columns : sequence of str
        Of the table.

    Raises
    ------
    TextError, SettingError
        As `Filled`.
    """
    html = markup is Markup.HTML
    filled = Filled(text, str(path), columns, environment(_WRITTEN[markup], html=html))
    title = _heading(base.title, columns)
    boxes = _filled_boxes(base, "A field or an address", columns)

    def make(row: TableRow) -> Note:
        made = [_boxed(box, of, row) for box, of in boxes]
        blocks = read_markup(filled.fill(row), markup).blocks
        if not any(one.text.strip() or one.role is not Role.PARAGRAPH for one in blocks):
            raise FieldError("makes an empty letter")
        moved = _past(blocks, base)
        placed = tuple(box for box in made if box is not None)
        return replace(base, blocks=moved, boxes=placed, title=title.fill(row))

    parts = f"{markup}\0{text}\0".encode(errors="replace") + packed(NoteFile(base, {}))
    used = filled.used.union(title.used, *(of.used for _, of in boxes))
    return Template(hashlib.sha256(parts).hexdigest(), used, base, make)


def note_template(file: NoteFile, path: Path, columns: Sequence[str]) -> Template:
    """A note as the template: blocks, boxes and the title are filled in.

    A tag may open in one block and close in another; a block that holds nothing but such tags
    writes nothing. Drawings, moved and locked lines come along.

    Parameters
    ----------
    file : NoteFile
    path : Path
        For messages.
    columns : sequence of str
        Of the table.

    Raises
    ------
    TextError, SettingError
        As `Filled`.
    """
    note = file.note
    sandbox = environment(shown)
    text = Filled(_joined(note.blocks), str(path), columns, sandbox)
    boxes = _filled_boxes(note, f"A text box of {path}", columns)
    title = _heading(note.title, columns)
    edits = {key: _for_letters(edit) for key, edit in note.edits.items()}

    def make(row: TableRow) -> Note:
        ids = _Ids(note)
        blocks = tuple(_parted(text.fill(row), note.blocks, ids))
        made = [_boxed(box, of, row) for box, of in boxes]
        if not any(one.text.strip() for one in blocks) and not any(made) and not note.drawings:
            raise FieldError("makes an empty letter")
        return replace(
            note,
            blocks=blocks,
            boxes=tuple(box for box in made if box is not None),
            edits=edits,
            title=title.fill(row),
        )

    used = text.used.union(title.used, *(of.used for _, of in boxes))
    known, before = _locked(file)
    # Of the file's ink only that of locked lines counts: the rest is written again in any case.
    kept = packed(NoteFile(note, known, layout=before))
    return Template(hashlib.sha256(kept).hexdigest(), used, note, make, known, before)


def _filled_boxes(note: Note, name: str, columns: Sequence[str]) -> list[tuple[TextBox, Filled]]:
    """The text boxes of a note, each with what fills it in."""
    sandbox = environment(shown)
    return [(box, Filled(_joined((box.block,)), name, columns, sandbox)) for box in note.boxes]


def _past(blocks: Sequence[Block], note: Note) -> tuple[Block, ...]:
    """Blocks of a text with ids that nothing else in a note has."""
    first = note.free_id if note.boxes or note.drawings else 0
    return tuple(replace(block, id=first + place) for place, block in enumerate(blocks))


def _heading(title: str, columns: Sequence[str]) -> Filled:
    return Filled(title, "The title", columns, environment(lambda value: shown(value)))


def _for_letters(edit: LineEdit) -> LineEdit:
    """What was changed on a line, without the seed that would give all letters the same ink."""
    return edit if edit.locked else replace(edit, seed=None, variant=0)


def _locked(file: NoteFile) -> tuple[dict[LineRequest, WrittenLine], Layout | None]:
    """The ink of locked lines, and a layout that says whose it is."""
    if file.layout is None:
        return {}, None
    records: dict[LineKey, LineRecord] = {
        key: record
        for key, record in file.layout.records.items()
        if (edit := file.note.edits.get(key)) is not None and edit.locked and record.requests
    }
    known = {r: file.lines[r] for record in records.values() for r in record.requests}
    if not known:
        return {}, None
    empty: Any = MappingProxyType({})
    layout = Layout(file.layout.pages, Plan(), MappingProxyType(known), empty, records)
    return known, layout


# Blocks as one text ------------------------------------------------------------------------------


def _joined(blocks: Iterable[Block]) -> str:
    """The texts of blocks as one template, in which signals tell where each begins."""
    parts = []
    for number, block in enumerate(blocks):
        bare = _TAG.sub("", block.text)
        controls = "{%" in block.text or "{#" in block.text
        if controls and "{{" not in block.text and not bare.strip():
            parts.append(block.text.strip())
        else:
            parts.append(f"{_BLOCK}{number}{_STOP}{_with_marks(block)}")
    return "".join(parts)


def _with_marks(block: Block) -> str:
    """A block's text with signals where its marks begin and end, outside of tags."""
    tags = [match.span() for match in _TAG.finditer(block.text)]

    def outside(place: int, *, end: bool) -> int:
        for start, stop in tags:
            if start < place < stop:
                return stop if end else start
        return place

    signals = []
    for number, mark in enumerate(block.marks):
        signals.append((outside(mark.start, end=False), 1, f"{_MARK}{number}{_STOP}"))
        signals.append((outside(mark.stop, end=True), 0, f"{_UNMARK}{number}{_STOP}"))
    text, parts, done = block.text, [], 0
    for place, _, signal in sorted(signals):
        parts += [text[done:place], signal]
        done = place
    return "".join([*parts, text[done:]])


class _Ids:
    """Ids for the blocks of a letter: a block's own the first time, then free ones."""

    def __init__(self, note: Note) -> None:
        self._free, self._taken = note.free_id, set[int]()

    def of(self, block: Block) -> int:
        if block.id not in self._taken:
            self._taken.add(block.id)
            return block.id
        self._free += 1
        return self._free - 1


def _parted(text: str, blocks: Sequence[Block], ids: _Ids) -> list[Block]:
    """The blocks of a text that `_joined` was filled in to."""
    found = []
    for part in text.split(_BLOCK)[1:]:
        number, _, content = part.partition(_STOP)
        source = blocks[int(number)]
        plain, marks = _marked(content, source)
        found.append(replace(source, id=ids.of(source), text=plain, marks=tuple(marks)))
    return found


def _marked(content: str, source: Block) -> tuple[str, list[Mark]]:
    """A block's text without signals, and its marks where they are now."""
    pieces, marks, begun, length, done = [], [], dict[int, int](), 0, 0
    for match in _SIGNALS.finditer(content):
        pieces.append(content[done : match.start()])
        length += match.start() - done
        done = match.end()
        number = int(match[2])
        if match[1] == _MARK:
            begun[number] = length
        elif (start := begun.pop(number, length)) < length:
            marks.append(Mark(start, length, source.marks[number].kind))
    return "".join([*pieces, content[done:]]), marks


def _boxed(box: TextBox, filled: Filled, row: TableRow) -> TextBox | None:
    """A text box filled in; None where nothing is left of what it said."""
    parts = filled.fill(row).split(_BLOCK)[1:]
    if not parts:
        return None
    text, marks = _marked(parts[0].partition(_STOP)[2], box.block)
    if box.block.text.strip() and not text.strip():
        return None
    return replace(box, block=replace(box.block, text=text, marks=tuple(marks)))
