"""HTML, as word processors, mail and web pages put it on the clipboard, as blocks of a note.

Nothing of it is run, fetched or drawn: of tags and styles counts what can be done with a pen.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from types import MappingProxyType

from engine.errors import FileError
from studio.document.text_marks import MarkKind, Role, Sign
from studio.importing.rich_text import (
    BlockBuilder,
    RichText,
    joined_cells,
    leave_out_address,
    raised,
    sign_at,
)

MOST_ELEMENTS, DEEPEST = 200_000, 150
"""Elements of a text, and how deep they stand in others at most; deeper ones count as less deep."""

LONGEST_CELL = 200
"""Characters of a table's cell; with longer ones it only arranges a page."""

INLINE_MARKS: Mapping[str, MarkKind] = MappingProxyType(
    {
        **dict.fromkeys(("b", "strong"), MarkKind.PRESSED),
        **dict.fromkeys(("i", "em", "u", "ins", "cite", "dfn", "var"), MarkKind.UNDERLINED),
        **dict.fromkeys(("s", "del", "strike"), MarkKind.STRUCK),
    }
)
"""Tags that mark words."""

_BLOCKS = frozenset({
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details",
    "dialog", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2",
    "h3", "h4", "h5", "h6", "header", "hr", "html", "legend", "li", "main", "menu", "nav", "ol",
    "p", "pre",
    "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
})  # fmt: skip
_SPACED = frozenset({
    "blockquote", "dl", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "ol", "p", "pre", "table",
    "ul",
})  # fmt: skip
_HIDDEN = frozenset({
    "head", "noscript", "object", "option", "script", "select", "style", "template", "title",
})  # fmt: skip
_VOID = frozenset({
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track",
    "wbr",
})  # fmt: skip
_SHOWN_AS_NOTHING = {
    "img": "picture", "picture": "picture", "svg": "picture", "canvas": "picture",
    "video": "film", "audio": "sound", "iframe": "embedded page", "math": "formula",
}  # fmt: skip

# An element that is begun ends those that cannot hold it, up to one that can.
_ENDED_BY = {
    "p": _BLOCKS,
    "li": frozenset({"li"}),
    "dt": frozenset({"dt", "dd"}),
    "dd": frozenset({"dt", "dd"}),
    "td": frozenset({"td", "th", "tr", "tbody", "thead", "tfoot"}),
    "th": frozenset({"td", "th", "tr", "tbody", "thead", "tfoot"}),
    "tr": frozenset({"tr", "tbody", "thead", "tfoot"}),
}
_HOLDERS = frozenset({"ul", "ol", "menu", "dl", "table", "body", "div", "td", "th", "blockquote"})

_IGNORED = "ignored"

_WORD_LIST = re.compile(r"mso-list:[^;]*\blevel(\d+)", re.I)
_WORD_SPACING = re.compile(r"p\.MsoNormal[^{]*\{[^}]*margin-bottom:\s*([\d.]+)", re.I)
_NUMBER = re.compile(r"\(?[\da-zA-Z]{1,4}[.)]")


@dataclass
class Element:
    """An element of a page: its tag, its attributes, and what it holds."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Element | str] = field(default_factory=list)

    @property
    def style(self) -> dict[str, str]:
        """Its own style: properties and values."""
        declared = (part.partition(":") for part in self.attributes.get("style", "").split(";"))
        return {name.strip().lower(): value.strip().lower() for name, _, value in declared if name}

    @property
    def classes(self) -> str:
        """Its classes, in small letters."""
        return self.attributes.get("class", "").lower()

    def elements(self) -> Iterator[Element]:
        """The elements that it holds."""
        return (child for child in self.children if isinstance(child, Element))

    def within(self) -> Iterator[Element]:
        """The elements that it holds, and theirs."""
        waiting = list(self.elements())
        while waiting:
            element = waiting.pop()
            yield element
            waiting.extend(element.elements())


class _TreeMaker(HTMLParser):
    """Makes a tree of what is between tags, whatever is missing or crossed among them."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("html")
        self._open = [self.root]
        self._count = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin an element, and end those that it ends."""
        self._count += 1
        if self._count > MOST_ELEMENTS:
            raise FileError(
                "The HTML has too many elements for a note; take its text in several parts."
            )
        for open_tag, by in _ENDED_BY.items():
            if tag in by:
                self._end(open_tag, _HOLDERS)
        element = Element(tag, {name: value or "" for name, value in attrs})
        self._open[-1].children.append(element)
        if tag not in _VOID and len(self._open) < DEEPEST:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element that is empty."""
        self.handle_starttag(tag, attrs)
        if self._open[-1].tag == tag and tag not in _VOID:
            self._open.pop()

    def handle_endtag(self, tag: str) -> None:
        """End an element, and those in it that are still open."""
        self._end(tag, frozenset({"td", "th"}) if tag not in ("table", "tr") else frozenset())

    def _end(self, tag: str, within: Iterable[str]) -> None:
        for depth in range(len(self._open) - 1, 0, -1):
            if self._open[depth].tag == tag:
                del self._open[depth:]
                return
            if self._open[depth].tag in within:
                return

    def handle_data(self, data: str) -> None:
        """Text."""
        self._open[-1].children.append(data)


def read_html(text: str) -> RichText:
    """The blocks of a text in HTML.

    Raises
    ------
    FileError
        If it has too many elements.
    """
    builder = BlockBuilder()
    add_html(builder, text)
    return builder.finish()


def add_html(builder: BlockBuilder, text: str) -> None:
    """Add what some HTML says to the blocks of a text."""
    maker = _TreeMaker()
    maker.feed(text)
    maker.close()
    spacing = _WORD_SPACING.search(text)
    _Writer(builder, spacing is not None and float(spacing.group(1)) > 2.0).write(maker.root)
    builder.end()


@dataclass(frozen=True)
class _State:
    """What holds within an element: marks, whether white space counts, the list it is in."""

    marks: frozenset[MarkKind] = frozenset()
    kept: bool = False
    linked: bool = False
    heading: bool = False
    small: str = ""
    lists: tuple[str, ...] = ()
    quotes: int = 0


class _Writer:
    """Goes through a tree, and builds blocks."""

    def __init__(self, builder: BlockBuilder, word_spaces: bool) -> None:
        self._builder, self._word_spaces = builder, word_spaces
        self._numbers: list[int] = []
        self._fresh = False
        """Whether an item was begun that says nothing yet."""

    def write(self, root: Element) -> None:
        """Build the blocks of a page."""
        self._inside(root, _State())

    def _inside(self, element: Element, state: _State) -> None:
        for child in element.children:
            if isinstance(child, str):
                self._text(child, state)
            else:
                self._element(child, state)

    def _text(self, text: str, state: _State) -> None:
        if state.small == _IGNORED:
            return
        if state.kept:
            text = text.replace("\r\n", "\n")
        else:
            text = re.sub(r"[ \t\r\n\f]+", " ", text)
            if self._builder.ends_in_space:
                text = text.lstrip(" ")
        if state.small:
            text = raised(text, state.small == "sub")
        if (self._builder.empty or self._fresh) and not text.strip(" \u00a0\n"):
            return
        if not self._builder.is_open:
            self._begin(state)
        self._fresh = False
        marks = state.marks & {MarkKind.STRUCK} if state.heading else state.marks
        self._builder.add(text, sorted(marks))

    def _element(self, element: Element, state: _State) -> None:
        tag, style = element.tag, element.style
        if tag in _HIDDEN or style.get("display") == "none" or style.get("mso-hide") == "all":
            return
        if style.get("visibility") == "hidden":
            return
        if tag in _SHOWN_AS_NOTHING:
            self._left_out(element)
        elif tag == "br":
            self._line_break(state)
        elif tag == "input":
            self._check_box(element, state)
        elif tag == "hr":
            self._builder.gap()
            self._builder.begin(Role.RULE)
            self._builder.end()
            self._builder.gap()
        elif tag == "table" and (rows := _table(element)) is not None:
            self._builder.end()
            self._builder.gap()
            headed = any(cell.tag == "th" for cell in element.within())
            joined_cells(self._builder, rows, headed=headed)
            self._builder.gap()
        elif "apple-converted-space" in element.classes:
            self._text(" ", state)
        elif tag == "a":
            self._link(element, state)
        elif tag in _BLOCKS:
            self._block(element, _styled(state, element))
        else:
            self._inside(element, _styled(state, element))

    def _left_out(self, element: Element) -> None:
        known = element.attributes
        # What counts who reads a mail, and the boxes of Google's lists.
        if "1" in (known.get("width"), known.get("height")):
            return
        if known.get("aria-roledescription") == "checkbox":
            return
        name = known.get("alt") or known.get("title") or known.get("src", "").rpartition("/")[2]
        self._builder.leave_out(_SHOWN_AS_NOTHING[element.tag], name if len(name) < 80 else "")

    def _line_break(self, state: _State) -> None:
        if state.lists or state.kept:
            if not self._builder.empty:
                self._builder.add("\n")
        elif self._builder.empty:
            self._builder.gap()
        else:
            self._builder.end()

    def _check_box(self, element: Element, state: _State) -> None:
        if state.lists and element.attributes.get("type", "").lower() == "checkbox":
            self._builder.sign(Sign.CHECKED if "checked" in element.attributes else Sign.BOX)

    def _link(self, element: Element, state: _State) -> None:
        text = _text_of(element)
        leave_out_address(self._builder, element.attributes.get("href", ""), text)
        self._inside(element, _styled(_with(state, linked=True), element))

    def _block(self, element: Element, state: _State) -> None:
        tag = element.tag
        spaced = self._is_spaced(element, state)
        if spaced:
            self._builder.gap()
        if tag in ("ul", "ol", "menu"):
            self._list(element, state)
        elif tag == "li":
            self._item(element, state)
        elif (level := _word_level(element)) is not None:
            self._word_item(element, state, level)
        elif tag == "blockquote":
            self._builder.end()
            self._inside(element, _with(state, quotes=state.quotes + 1))
            self._builder.end()
        elif (heading := _heading(element)) and not state.lists:
            self._builder.begin(Role.HEADING, heading)
            self._inside(element, _with(state, heading=True))
            self._builder.end()
        else:
            # The first paragraph of an item is the item.
            if not (state.lists and self._fresh):
                self._builder.end()
            self._inside(element, state)
            if not (state.lists and self._fresh):
                self._builder.end()
            if tag == "p" and _is_blank(element) and not state.lists:
                self._builder.gap()
        if spaced:
            self._builder.gap()

    def _is_spaced(self, element: Element, state: _State) -> bool:
        """Whether a gap stands before and after an element."""
        if element.tag not in _SPACED or state.lists:
            return False
        style = element.style
        if "mso" in element.classes and element.tag == "p":
            return self._word_spaces and _word_level(element) is None
        above, below = style.get("margin-top"), style.get("margin-bottom")
        every = style.get("margin", "").split()
        if every:
            above, below = above or every[0], below or every[-2 if len(every) > 2 else 0]
        return not (_is_nothing(above) and _is_nothing(below))

    def _begin(self, state: _State) -> None:
        if state.lists:
            self._builder.begin(Role.ITEM, len(state.lists))
        elif state.quotes:
            self._builder.begin(Role.QUOTE, state.quotes)
        else:
            self._builder.begin()

    def _list(self, element: Element, state: _State) -> None:
        start = element.attributes.get("start", "1")
        self._builder.end()
        self._numbers.append(int(start) if re.fullmatch(r"-?\d{1,6}", start) else 1)
        self._inside(element, _with(state, lists=(*state.lists, element.tag)))
        self._builder.end()
        self._numbers.pop()

    def _item(self, element: Element, state: _State) -> None:
        lists = state.lists or ("ul",)
        level = len(lists) - 1
        ordered = lists[-1] == "ol" and element.style.get("list-style-type") != "disc"
        if element.attributes.get("role") == "checkbox":
            checked = element.attributes.get("aria-checked") == "true"
            self._builder.begin(Role.ITEM, level, Sign.CHECKED if checked else Sign.BOX)
        elif ordered and self._numbers:
            number = element.attributes.get("value", "")
            if re.fullmatch(r"-?\d{1,6}", number):
                self._numbers[-1] = int(number)
            self._builder.begin(Role.ITEM, level)
            self._builder.add(f"{self._numbers[-1]}. ")
            self._numbers[-1] += 1
        else:
            self._builder.begin(Role.ITEM, level, sign_at(level))
        self._fresh = True
        self._inside(element, _with(state, lists=lists))
        self._fresh = False
        self._builder.end()

    def _word_item(self, element: Element, state: _State, level: int) -> None:
        """An item as Word writes it: a paragraph whose mark is text that is to be passed over."""
        mark = _text_of(element, ignored=True).strip()
        if _NUMBER.fullmatch(mark):
            self._builder.begin(Role.ITEM, level)
            self._builder.add(f"{mark} ")
        else:
            self._builder.begin(Role.ITEM, level, sign_at(level))
        self._inside(element, _with(state, lists=("ul",)))
        self._builder.end()


def _with(state: _State, **changes: object) -> _State:
    return replace(state, **changes)  # type: ignore[arg-type]


def _styled(state: _State, element: Element) -> _State:
    """The state within an element: what its tag and its style add to marks, or take away."""
    style, marks = element.style, set(state.marks)
    if "mso-list" in style and "ignore" in style["mso-list"]:
        return _with(state, small=_IGNORED)
    kind = INLINE_MARKS.get(element.tag)
    # Google Docs puts all of its text into an element for bold text that is not bold.
    if kind is not None:
        marks.add(kind)
    weight = style.get("font-weight", "")
    if weight in ("bold", "bolder") or (weight.isdigit() and int(weight) >= 600):
        marks.add(MarkKind.PRESSED)
    elif weight in ("normal", "lighter") or weight.isdigit():
        marks.discard(MarkKind.PRESSED)
    slope = style.get("font-style", "")
    decoration = style.get("text-decoration", "") + " " + style.get("text-decoration-line", "")
    if slope in ("italic", "oblique") or ("underline" in decoration and not state.linked):
        marks.add(MarkKind.UNDERLINED)
    if "line-through" in decoration:
        marks.add(MarkKind.STRUCK)
    small = element.tag if element.tag in ("sup", "sub") else state.small
    if (aligned := style.get("vertical-align")) in ("super", "sub"):
        small = "sub" if aligned == "sub" else "sup"
    space = style.get("white-space", "")
    kept = (
        state.kept
        if not space
        else space.startswith(("pre", "break-spaces")) and space != "pre-line"
    )
    return _with(state, marks=frozenset(marks), small=small, kept=kept or element.tag == "pre")


def _is_nothing(length: str | None) -> bool:
    return length is not None and re.fullmatch(r"0+(\.0*)?[a-z%]*", length) is not None


def _heading(element: Element) -> int:
    """The level of a heading, or 0."""
    if re.fullmatch(r"h[1-6]", element.tag):
        return int(element.tag[1])
    if element.tag == "p" and (found := re.search(r"mso(?:heading|title)(\d?)", element.classes)):
        return int(found.group(1) or 1)
    return 0


def _word_level(element: Element) -> int | None:
    """How deep an item of Word's stands, from 0; None for all else."""
    found = _WORD_LIST.search(element.attributes.get("style", ""))
    return int(found.group(1)) - 1 if element.tag == "p" and found else None


def _is_blank(element: Element) -> bool:
    return not _text_of(element).strip() and not any(
        inner.tag in _SHOWN_AS_NOTHING for inner in element.within()
    )


def _text_of(element: Element, ignored: bool = False) -> str:
    """The text in an element; or only that which Word has to be ignored."""
    parts: list[str] = []
    waiting: list[tuple[Element | str, bool]] = [(element, not ignored)]
    while waiting:
        part, taken = waiting.pop()
        if isinstance(part, str):
            parts.append(part if taken else "")
            continue
        if part.tag in _HIDDEN:
            continue
        taken = taken or (ignored and "ignore" in part.style.get("mso-list", ""))
        parts.append(" " if part.tag in _BLOCKS or part.tag == "br" else "")
        waiting += [(child, taken) for child in reversed(part.children)]
    return "".join(parts)


def _table(element: Element) -> list[list[str]] | None:
    """The cells of a table of words and numbers; None for one that only arranges a page."""
    inner = list(element.within())
    rows = [e for e in inner if e.tag == "tr"]
    if any(e.tag in ("table", "ul", "ol", "blockquote", "hr") for e in inner):
        return None
    texts = [
        [_text_of(cell) for cell in row.elements() if cell.tag in ("td", "th")]
        for row in _in_order(element)
    ]
    wide = max((sum(bool(text.strip()) for text in row) for row in texts), default=0)
    longest = max((len(text) for row in texts for text in row), default=0)
    return texts if rows and wide > 1 and longest <= LONGEST_CELL else None


def _in_order(element: Element) -> Iterator[Element]:
    """The rows of a table from top to bottom."""
    for child in element.elements():
        if child.tag == "tr":
            yield child
        elif child.tag in ("thead", "tbody", "tfoot"):
            yield from (row for row in child.elements() if row.tag == "tr")
