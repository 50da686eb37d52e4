"""Markdown: headings, lists, check boxes, emphasis, rules and tables, as blocks of a note."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from studio.document.text_marks import MarkKind, Role, Sign
from studio.importing.html_reader import INLINE_MARKS, add_html
from studio.importing.rich_text import (
    BlockBuilder,
    RichText,
    joined_cells,
    leave_out_address,
    raised,
    sign_at,
)

if TYPE_CHECKING:
    from markdown_it.token import Token

_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(?:[\w-]+[ \t]*:.*\n|[ \t]+.*\n|#.*\n|-.*\n)+---[ \t]*\n")
_TASK = re.compile(r"\[([ xX])\][ \u00a0]+")
_TAG = re.compile(r"<(/?)([a-zA-Z][\w-]*)")

_EMPHASIS = {
    "em": MarkKind.UNDERLINED,
    "strong": MarkKind.PRESSED,
    "s": MarkKind.STRUCK,
}

# What says that a text is Markdown, with how sure that makes one; and from where on it is.
_SIGNS_OF_MARKDOWN = (
    (re.compile(r"^#{1,6} \S", re.M), 2),
    (re.compile(r"^\s*[-*+] \[[ xX]\] \S", re.M), 3),
    (re.compile(r"(?<![\w*])\*\*\S(?:.*?\S)?\*\*(?![\w*])"), 2),
    (re.compile(r"(?<![\w_])__\S(?:.*?\S)?__(?![\w_])"), 2),
    (re.compile(r"(?<![\w*])\*\S(?:[^*\n]*?\S)?\*(?![\w*])"), 1),
    (re.compile(r"^```", re.M), 2),
    (re.compile(r"\[[^\]\n]+\]\([^)\s]+\)"), 2),
    (re.compile(r"~~\S(?:.*?\S)?~~"), 2),
    (re.compile(r"^\|?[ :]*-{3,}[ :]*\|[-| :]*$", re.M), 3),
    (re.compile(r"^\s*[-*+] \S", re.M), 1),
    (re.compile(r"^> \S", re.M), 1),
    (re.compile(r"`[^`\n]+`"), 1),
)
_SURE = 3


def looks_like_markdown(text: str) -> bool:
    """Whether a text that somebody pastes is surely Markdown: several of its marks stand in it."""
    return sum(sure for pattern, sure in _SIGNS_OF_MARKDOWN if pattern.search(text)) >= _SURE


def read_markdown(text: str) -> RichText:
    """The blocks of a text in Markdown (CommonMark, with tables, tasks and crossed-out words).

    *Emphasised* words are underlined, **strong** ones pressed harder; links are written as their
    text.
    """
    from markdown_it import MarkdownIt

    builder = BlockBuilder()
    if header := _FRONT_MATTER.match(text):
        builder.leave_out("header of the file", " ".join(header.group().split("\n")[1:-2]))
        text = text[header.end() :]
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    _Walker(builder).walk(parser.parse(text))
    return builder.finish()


class _Walker:
    """Goes through the tokens of a text, and builds blocks."""

    def __init__(self, builder: BlockBuilder) -> None:
        self._builder = builder
        self._numbers: list[int | None] = []
        """For each list that is open the number of its next item, or None where it has signs."""
        self._mark: str | Sign | None = None
        """What the item that was opened begins with."""
        self._heading = self._quotes = 0
        self._rows: list[list[str]] | None = None

    def walk(self, tokens: Sequence[Token]) -> None:
        """Build the blocks of block tokens."""
        for token in tokens:
            name, _, end = token.type.rpartition("_")
            if end == "open":
                self._opened(name, token)
            elif end == "close":
                self._closed(name, token)
            elif token.type == "inline":
                self._inline(token.children or [])
            elif token.type in ("fence", "code_block"):
                self._apart(token.content.rstrip("\n"))
            elif token.type == "hr":
                self._apart("", Role.RULE)
            elif token.type == "html_block":
                self._builder.end()
                add_html(self._builder, token.content)
                self._builder.gap()

    def _opened(self, name: str, token: Token) -> None:
        if name == "heading":
            self._heading = int(token.tag[1:])
            self._builder.gap()
        elif name in ("bullet_list", "ordered_list"):
            self._begin_empty_item()
            if not self._numbers:
                self._builder.gap()
            first = int(token.attrs.get("start", 1)) if name == "ordered_list" else None
            self._numbers.append(first)
        elif name == "list_item":
            number = self._numbers[-1]
            if number is None:
                self._mark = sign_at(len(self._numbers) - 1)
            else:
                self._mark = f"{number}{token.markup} "
                self._numbers[-1] = number + 1
        elif name == "blockquote":
            self._quotes += 1
            self._builder.gap()
        elif name == "paragraph" and not token.hidden:
            self._builder.gap()
        elif name == "table":
            self._rows = []
        elif name == "tr" and self._rows is not None:
            self._rows.append([])
        elif name in ("th", "td") and self._rows is not None:
            self._rows[-1].append("")

    def _closed(self, name: str, token: Token) -> None:
        if name == "list_item":
            self._begin_empty_item()
        self._builder.end()
        if name == "heading":
            self._heading = 0
        elif name in ("bullet_list", "ordered_list"):
            self._numbers.pop()
            if not self._numbers:
                self._builder.gap()
        elif name == "blockquote":
            self._quotes -= 1
            self._builder.gap()
        elif name == "paragraph" and not token.hidden:
            self._builder.gap()
        elif name == "table" and self._rows is not None:
            self._builder.gap()
            joined_cells(self._builder, self._rows, headed=True)
            self._builder.gap()
            self._rows = None

    def _begin(self) -> None:
        """Begin a block for the text that comes."""
        level = max(len(self._numbers) - 1, 0)
        if self._heading:
            self._builder.begin(Role.HEADING, self._heading)
        elif isinstance(self._mark, Sign):
            self._builder.begin(Role.ITEM, level, self._mark)
        elif self._mark is not None:
            self._builder.begin(Role.ITEM, level)
            self._builder.add(self._mark)
        elif self._numbers:
            self._builder.begin(Role.ITEM, level + 1)
        elif self._quotes:
            self._builder.begin(Role.QUOTE, self._quotes)
        else:
            self._builder.begin()
        self._mark = None

    def _begin_empty_item(self) -> None:
        """An item that says nothing itself has its mark all the same."""
        if self._mark is not None:
            self._begin()
            self._builder.end()

    def _apart(self, text: str, role: Role = Role.PARAGRAPH) -> None:
        """A block of its own: a rule, or lines that are kept as they are."""
        self._begin_empty_item()
        self._builder.gap()
        self._builder.begin(role)
        self._builder.add(text)
        self._builder.end()
        self._builder.gap()

    def _inline(self, children: list[Token]) -> None:
        if self._rows is not None:
            self._rows[-1][-1] = "".join(text for text, _ in self._spans(children))
            return
        task = _TASK.match(children[0].content) if children else None
        if task and isinstance(self._mark, Sign):
            self._mark = Sign.BOX if task.group(1) == " " else Sign.CHECKED
            children[0].content = children[0].content[task.end() :]
        self._begin()
        for text, marks in self._spans(children):
            self._builder.add(text, () if self._heading else marks)

    def _spans(self, children: Sequence[Token]) -> Iterator[tuple[str, tuple[MarkKind, ...]]]:
        """The text of inline tokens, with how it is marked."""
        marks: list[MarkKind] = []
        small = ""
        address, linked = "", ""
        for token in children:
            text, name = "", token.type
            if name in ("text", "code_inline"):
                text = raised(token.content, small == "sub") if small else token.content
            elif name == "softbreak":
                text = " "
            elif name == "hardbreak":
                text = "\n"
            elif name.endswith(("_open", "_close")) and token.tag in _EMPHASIS:
                _turn(marks, _EMPHASIS[token.tag], name.endswith("_open"))
            elif name == "link_open":
                address, linked = str(token.attrs.get("href", "")), ""
            elif name == "link_close":
                leave_out_address(self._builder, address, linked)
                address = ""
            elif name == "image":
                self._builder.leave_out("picture", token.content or str(token.attrs.get("src", "")))
            elif name == "html_inline" and (tag := _TAG.match(token.content)):
                closes, kind = bool(tag.group(1)), tag.group(2).lower()
                if kind == "br":
                    text = "\n"
                elif kind in ("sup", "sub"):
                    small = "" if closes else kind
                elif kind in INLINE_MARKS:
                    _turn(marks, INLINE_MARKS[kind], not closes)
            linked += text
            if text:
                yield text, tuple(marks)


def _turn(marks: list[MarkKind], kind: MarkKind, on: bool) -> None:
    """Have a mark on, or off again."""
    if on:
        marks.append(kind)
    elif kind in marks:
        marks.remove(kind)
