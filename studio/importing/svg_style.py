"""How an SVG element is painted: its attributes, the style sheets above them, its own style."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any
from xml.etree.ElementTree import Element

import tinycss2
import tinycss2.color4

from engine.errors import FileError
from engine.io.limits import Budget

LONGEST_SHEET = 1 << 20
"""Characters of all style sheets together."""
MOST_STEPS = 2_000_000
"""Elements times parts of the selectors that have several."""

#: What is read of a style; of these `display`, `opacity` and `transform` are not inherited.
PROPERTIES = (
    "fill", "stroke", "color", "display", "visibility", "opacity", "fill-opacity",
    "stroke-opacity", "stroke-width", "transform",
)  # fmt: skip
_LENGTH = re.compile(r"\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*([a-zA-Z%]*)\s*")
_PIXELS = {
    "": 1.0, "px": 1.0, "pt": 96 / 72, "pc": 16.0, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96.0,
    "q": 96 / 101.6, "em": 16.0, "rem": 16.0, "ex": 8.0,
}  # fmt: skip
_MEDIA = ("", "all", "screen", "print")

Declarations = dict[str, tuple[str, bool]]


def length(text: str, whole: float = 0.0) -> float | None:
    """A length in pixels; None where it is none.

    Parameters
    ----------
    text : str
        Such as "12", "4mm" or "50%".
    whole : float
        What 100 % is, in pixels.
    """
    match = _LENGTH.fullmatch(text[:64])
    if match is None:
        return None
    value, unit = float(match[1]), match[2].lower()
    if unit == "%":
        return value * whole / 100
    return value * _PIXELS[unit] if unit in _PIXELS else None


@dataclass(frozen=True)
class PaintStyle:
    """How an element is painted, as far as its children inherit it.

    Parameters
    ----------
    fill, stroke, color : str
        As the file has them.
    visible : bool
    fill_opacity, stroke_opacity : float
    width : float
        Of the stroke, in user units.
    """

    fill: str = "black"
    stroke: str = "none"
    color: str = "black"
    visible: bool = True
    fill_opacity: float = 1.0
    stroke_opacity: float = 1.0
    width: float = 1.0

    @property
    def stroked(self) -> bool:
        """Whether its lines are seen."""
        paint = self.visible and self.stroke_opacity > 0 and self.width > 0
        return paint and _seen(self.stroke, self.color)

    @property
    def filled(self) -> bool:
        """Whether what they enclose is."""
        return self.visible and self.fill_opacity > 0 and _seen(self.fill, self.color)

    def below(self, properties: dict[str, str]) -> PaintStyle:
        """The look of a child with properties of its own."""
        values: dict[str, object] = {}
        for name in ("fill", "stroke", "color"):
            if name in properties:
                values[name] = properties[name]
        if "visibility" in properties:
            values["visible"] = properties["visibility"] == "visible"
        for name, field in (("fill-opacity", "fill_opacity"), ("stroke-opacity", "stroke_opacity")):
            if name in properties:
                values[field] = _share(properties[name])
        if "stroke-width" in properties:
            width = length(properties["stroke-width"], 100.0)
            if width is not None:
                values["width"] = width
        return replace(self, **values) if values else self  # type: ignore[arg-type]


@lru_cache(maxsize=1024)
def is_white(paint: str) -> bool:
    """Whether a paint is white, or as good as."""
    try:
        value = tinycss2.color4.parse_color(paint.strip().lower()[:64])
        if value is None or isinstance(value, str):
            return False
        shares = value.to("srgb").coordinates
    except (ValueError, ArithmeticError, NotImplementedError):
        return False
    return all(share is not None and share > 0.98 for share in shares)


def hidden(properties: dict[str, str]) -> bool:
    """Whether an element and all below it is not drawn."""
    return properties.get("display") == "none" or _share(properties.get("opacity", "1")) <= 0


def _share(text: str) -> float:
    value = length(text, 1.0)
    return 1.0 if value is None else value


@lru_cache(maxsize=1024)
def _seen(paint: str, color: str) -> bool:
    """Whether a paint leaves a mark; what is not known (a gradient, a variable) does."""
    word = paint.strip().lower()
    if word == "currentcolor":
        word = color.strip().lower()
    if word in ("none", "transparent", ""):
        return False
    try:
        value = tinycss2.color4.parse_color(word[:64])
    except (ValueError, ArithmeticError):
        return True
    return value is None or isinstance(value, str) or value.alpha > 0


class Styles:
    """The properties of each element of a drawing.

    Parameters
    ----------
    root : Element
    budget : Budget

    Raises
    ------
    FileError
        If its style sheets are too long or too involved to be followed.
    """

    def __init__(self, root: Element, budget: Budget) -> None:
        self._sheets: dict[int, list[Declarations]] = {}
        text = "\n".join("".join(e.itertext()) for e in root.iter("style") if _is_css(e))
        if not text.strip():
            return
        if len(text) > LONGEST_SHEET:
            raise FileError(f"{budget.path} has too long a style sheet; save it as plain SVG.")
        rules = list(_rules(tinycss2.parse_stylesheet(text, skip_comments=True)))
        single: dict[tuple[str, str], list[_Rule]] = {}
        several = [rule for rule in rules if len(rule.parts) > 1]
        for rule in rules:
            if len(rule.parts) == 1:
                single.setdefault(rule.parts[0].key, []).append(rule)
        elements = sum(1 for _ in root.iter())
        if elements * sum(len(rule.parts) for rule in several) > MOST_STEPS:
            raise FileError(
                f"{budget.path} has a style sheet that is too involved; save it as plain SVG, with "
                "the styles at each element."
            )
        # For each rule of several parts: the parts that match an ancestor, and the parent, one bit
        # each.
        none = (0,) * len(several)
        stack = [(root, none, none)]
        while stack:
            element, above, parent = stack.pop()
            found = [
                rule
                for key in _keys(element)
                for rule in single.get(key, ())
                if rule.parts[0].matches(element)
            ]
            here = tuple(
                rule.matched(element, *bits)
                for rule, *bits in zip(several, above, parent, strict=True)
            )
            found += [r for r, bits in zip(several, here, strict=True) if bits >> len(r.parts) - 1]
            if found:
                found.sort(key=lambda rule: (rule.specificity, rule.order))
                self._sheets[id(element)] = [rule.declarations for rule in found]
            below = tuple(a | b for a, b in zip(above, here, strict=True))
            stack.extend((child, below, here) for child in element)

    def of(self, element: Element) -> dict[str, str]:
        """The properties of an element, those that it inherits left out."""
        found = {name: element.attrib[name] for name in PROPERTIES if name in element.attrib}
        style, sheets = element.get("style"), self._sheets.get(id(element), [])
        layers = [*sheets, _declarations(style)] if style else sheets
        for important in (False, True):
            for layer in layers:
                found.update({n: v for n, (v, i) in layer.items() if i is important})
        return {
            name: value
            for name, text in found.items()
            if (value := text.strip()) and value not in ("inherit", "unset")
        }


@dataclass(frozen=True)
class _Part:
    """One part of a selector, such as path.cls-1: what an element must have."""

    tag: str = ""
    ids: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    attributes: tuple[tuple[str, str, str], ...] = ()
    child: bool = False

    @property
    def key(self) -> tuple[str, str]:
        """By what its elements are found."""
        if self.ids:
            return "#", self.ids[0]
        return (".", self.classes[0]) if self.classes else ("", self.tag)

    def matches(self, element: Element) -> bool:
        """Whether an element has it all."""
        return (
            self.tag in ("", element.tag)
            and all(name == element.get("id") for name in self.ids)
            and set(self.classes) <= set(element.get("class", "").split())
            and all(_has(element, *attribute) for attribute in self.attributes)
        )


@dataclass(frozen=True)
class _Rule:
    """A selector with its declarations; `child` in a part: it is below the one before it."""

    parts: tuple[_Part, ...]
    declarations: Declarations
    order: int

    @property
    def specificity(self) -> tuple[int, int, int]:
        """By which of two rules the stronger is told."""
        return (
            sum(len(part.ids) for part in self.parts),
            sum(len(part.classes) + len(part.attributes) for part in self.parts),
            sum(bool(part.tag) for part in self.parts),
        )

    def matched(self, element: Element, above: int, parent: int) -> int:
        """The parts that an element matches with all before them, as bits."""
        bits = 0
        for place, part in enumerate(self.parts):
            before = parent if part.child else above
            if (place == 0 or before >> (place - 1) & 1) and part.matches(element):
                bits |= 1 << place
        return bits


def _keys(element: Element) -> Iterator[tuple[str, str]]:
    yield "", ""
    yield "", element.tag
    if name := element.get("id"):
        yield "#", name
    for name in dict.fromkeys(element.get("class", "").split()):
        yield ".", name


def _is_css(element: Element) -> bool:
    kind = element.get("type", "text/css").strip().lower()
    return kind in ("text/css", "") and _shown(element.get("media", ""))


def _shown(media: str) -> bool:
    return any(part.strip().lower() in _MEDIA for part in media.split(","))


def _rules(nodes: Sequence[Any], order: int = 0) -> Iterator[_Rule]:
    """The rules of a style sheet, those of a medium that is shown among them."""
    for node in nodes:
        if node.type == "at-rule" and node.lower_at_keyword == "media" and node.content:
            if _shown(tinycss2.serialize(node.prelude)):
                inner = tinycss2.parse_rule_list(node.content, skip_comments=True)
                for rule in _rules(inner, order):
                    order = rule.order + 1
                    yield rule
        elif node.type == "qualified-rule":
            declarations = _kept(node.content)
            for selector in _split(node.prelude):
                parts = _parts(selector)
                if parts and declarations:
                    yield _Rule(parts, declarations, order)
                    order += 1


def _split(tokens: Sequence[Any]) -> Iterator[list[Any]]:
    selector: list[Any] = []
    for token in tokens:
        if token.type == "literal" and token.value == ",":
            yield selector
            selector = []
        else:
            selector.append(token)
    yield selector


def _parts(tokens: Sequence[Any]) -> tuple[_Part, ...]:
    """The parts of a selector; none where it has what is not followed (:hover)."""
    parts: list[_Part] = []
    now: dict[str, Any] = {}
    child = False

    def end() -> None:
        nonlocal now, child
        if now:
            parts.append(_Part(child=child, **now))
            now, child = {}, False

    rest = iter(tokens)
    for token in rest:
        if token.type == "whitespace":
            end()
        elif token.type == "ident" and "tag" not in now:
            now["tag"] = token.value
        elif token.type == "hash":
            now["ids"] = (*now.get("ids", ()), token.value)
        elif token.type == "literal" and token.value == "*" and "tag" not in now:
            now["tag"] = ""
        elif token.type == "literal" and token.value == ".":
            name = next(rest, None)
            if name is None or name.type != "ident":
                return ()
            now["classes"] = (*now.get("classes", ()), name.value)
        elif token.type == "[] block":
            attribute = _attribute([t for t in token.content if t.type != "whitespace"])
            if attribute is None:
                return ()
            now["attributes"] = (*now.get("attributes", ()), attribute)
        elif token.type == "literal" and token.value == ">":
            end()
            child = True
        else:
            return ()
    end()
    return tuple(parts)


def _attribute(tokens: Sequence[Any]) -> tuple[str, str, str] | None:
    """What a selector asks of an attribute: its name, how it is compared, and with what."""
    kinds = [token.type for token in tokens]
    if kinds == ["ident"]:
        return tokens[0].value, "", ""
    if kinds in (["ident", "literal", "ident"], ["ident", "literal", "string"]):
        how = tokens[1].value
        return (tokens[0].value, how, tokens[2].value) if how in _COMPARED else None
    return None


_COMPARED: dict[str, Callable[[str, str], bool]] = {
    "=": lambda value, wanted: value == wanted,
    "~=": lambda value, wanted: wanted in value.split(),
    "|=": lambda value, wanted: value.partition("-")[0] == wanted or value == wanted,
    "^=": lambda value, wanted: bool(wanted) and value.startswith(wanted),
    "$=": lambda value, wanted: bool(wanted) and value.endswith(wanted),
    "*=": lambda value, wanted: bool(wanted) and wanted in value,
}


def _has(element: Element, name: str, how: str, wanted: str) -> bool:
    value = element.get(name)
    return value is not None and (not how or bool(_COMPARED[how](value, wanted)))


@lru_cache(maxsize=4096)
def _declarations(style: str) -> Declarations:
    """The declarations of a style attribute that are read."""
    return _kept(style)


def _kept(style: str | Sequence[Any]) -> Declarations:
    found: Declarations = {}
    for node in tinycss2.parse_blocks_contents(style, skip_comments=True, skip_whitespace=True):
        if node.type == "declaration" and node.lower_name in PROPERTIES:
            found[node.lower_name] = (tinycss2.serialize(node.value).strip(), node.important)
    return found
