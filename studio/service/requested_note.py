"""The note and the style that a request comes to."""

from __future__ import annotations

import hashlib
import json
from collections import OrderedDict
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.errors import MALFORMED, ScriptoriumError, SettingError, TextError
from engine.ink.ink import Ink, Stroke
from engine.ink.recorded_line import RecordedLine
from engine.rendering.pens import pen_named
from engine.style.style import DEFAULT, Style
from engine.style.writer_vector import WriterVector
from studio.document.ink_colours import ink_colour
from studio.document.note import Block, Look, Note
from studio.document.paper import Margins, Ruling, RulingKind, paper_named
from studio.document.text_marks import Role
from studio.importing.markup import markup_named, read_markup
from studio.layout.word_division import known_languages
from studio.service.ink_request import BlockText, InkLine, InkRequest, LookChoice, OwnStyle
from studio.service.service_errors import ServiceError
from studio.service.service_settings import ServiceLimits

if TYPE_CHECKING:
    from engine.hand import Hand

#: Styles of callers that are remembered while they write: some kilobytes each.
OWN_STYLES = 64


class RequestedStyles:
    """Finds the styles that requests name, and makes those that they bring along.

    Parameters
    ----------
    hand : Hand
    named : mapping of str to Style
        Those that the service offers.
    default : str
        The style of a request that names none.
    limits : ServiceLimits
    """

    def __init__(
        self,
        hand: Hand,
        named: dict[str, Style],
        default: str | None = DEFAULT,
        limits: ServiceLimits | None = None,
    ) -> None:
        self._hand, self.named, self.default = hand, named, default
        self._by_name = {name.lower(): style for name, style in named.items()}
        self._limits = limits or ServiceLimits()
        self._own: OrderedDict[str, Style] = OrderedDict()

    def has(self, name: str) -> bool:
        """Whether the hand has a style of that name."""
        return name.lower() in self._by_name

    def of(self, request: InkRequest) -> Style | None:
        """The style of a request; None for none.

        Raises
        ------
        ServiceError
            If the service has no style of that name.
        StyleError, InkError
            If what was brought along is no style.
        """
        wanted = request.style
        if wanted is None:
            return None
        if not isinstance(wanted, str):
            return self._brought(wanted, request.strength)
        name = wanted or self.default
        if name is None:
            return None
        found = self._by_name.get(name.lower())
        if found is None:
            known = ", ".join(self.named)
            raise ServiceError(
                "unknown_style", f"There is no style {name!r}; use one of {known}.", "style"
            )
        return found

    def _brought(self, wanted: OwnStyle | InkLine, strength: float) -> Style:
        """The same object for the same style: a hand remembers primers by their object."""
        try:
            style = self.exact(wanted.model_dump_json(), partial(self._made, wanted))
            # Here, where it is known whose fault it is: what is no writing leads no hand.
            if not np.isfinite(self._hand.to_x_heights(style, strength)).all():
                raise ValueError("no writing")
        except ScriptoriumError:
            raise
        except MALFORMED as error:
            raise ServiceError(
                "invalid",
                "The ink of the style cannot lead the hand; send a line of handwriting.",
                "style",
            ) from error
        return style

    def _made(self, wanted: OwnStyle | InkLine, key: str) -> Style:
        return self._stored(wanted, key) if isinstance(wanted, OwnStyle) else self._raw(wanted, key)

    def exact(self, content: str, make: Callable[[str], Style]) -> Style:
        """The style of that content, made once while it is in use.

        Parameters
        ----------
        content : str
            What tells it from others.
        make : callable
            Makes it, by a key for its name.
        """
        key = hashlib.sha256(content.encode()).hexdigest()
        style = self._own.get(key)
        if style is None:
            style = make(key)
            self._own[key] = style
            while len(self._own) > OWN_STYLES:
                self._own.popitem(last=False)
        return style

    def _stored(self, wanted: OwnStyle, key: str) -> Style:
        strokes = []
        for number, flat in enumerate(wanted.strokes):
            if len(flat) % 2:
                raise ServiceError(
                    "invalid", f"Stroke {number + 1} of the style has an x without a y.", "style"
                )
            xy, time = np.reshape(np.array(flat, dtype=np.float64), (-1, 2)), None
            if wanted.times is not None and number < len(wanted.times):
                time = np.array(wanted.times[number], dtype=np.float64)
            strokes.append(Stroke(xy, time))
        self._check(sum(map(len, strokes)))
        vector = None if wanted.vector is None else vector_of(wanted.vector)
        return Style(f"own-{key[:16]}", wanted.text, Ink(tuple(strokes)), "", vector, wanted.primed)

    def _raw(self, wanted: InkLine, key: str) -> Style:
        # Brings scipy, and measures the line with the network.
        from engine.style_builder import normalise_line

        text, ink = normalise_line(self._hand, self.recorded(wanted))
        return Style(f"own-{key[:16]}", text, ink)

    def recorded(self, line: InkLine) -> RecordedLine:
        """A line of the caller's ink."""
        self._check(sum(map(len, line.strokes)))
        return RecordedLine(line.text, Ink(tuple(map(_stroke, line.strokes))))

    def _check(self, points: int) -> None:
        if points > self._limits.own_points:
            raise ServiceError(
                "too_much_ink",
                f"The ink has {points} points; send {self._limits.own_points} at most.",
                "style",
            )


def vector_of(text: str) -> WriterVector:
    """A writer's vector, as an `OwnStyle` holds it."""
    try:
        return WriterVector.from_json(json.loads(text))
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise ServiceError(
            "invalid", "The style's vector is damaged; make the style again.", "style"
        ) from error


def own_style(style: Style, name: str) -> OwnStyle:
    """A style as its owner keeps it."""
    times = [stroke.time for stroke in style.ink.strokes]
    known = all(time is not None for time in times)
    return OwnStyle(
        name=name,
        text=style.text,
        strokes=[np.round(stroke.xy, 4).ravel().tolist() for stroke in style.ink.strokes],
        times=[np.round(t, 4).tolist() for t in times if t is not None] if known else None,
        vector=None if style.vector is None else json.dumps(style.vector.to_json()),
        primed=style.primed,
    )


def _stroke(points: Sequence[Sequence[float]]) -> Stroke:
    xy = np.array([point[:2] for point in points], dtype=np.float64)
    if np.abs(xy).max() > 1e6:
        raise ServiceError("invalid", "A point of the ink is further off than 1,000,000.", "style")
    time = np.array([point[2] for point in points]) if all(len(p) > 2 for p in points) else None
    press = np.array([point[3] for point in points]) if all(len(p) > 3 for p in points) else None
    if time is not None and (np.diff(time) < 0).any():
        raise ServiceError("invalid", "The times of a stroke run backwards.", "style")
    return Stroke(xy, time, press)


def requested_note(
    request: InkRequest, style: Style | None, limits: ServiceLimits
) -> tuple[Note, tuple[str, ...]]:
    """The note that a request describes, and remarks on what its markup left out.

    Raises
    ------
    ServiceError
        If there is no text, or too much of it.
    ScriptoriumError
        If a setting is out of range or unknown.
    """
    blocks, remarks = _blocks(request, limits)
    kind = RulingKind(request.paper.ruling)
    language = request.language.replace("-", "_")
    if language and language not in (known := known_languages()):
        raise SettingError(
            f"The language {language!r} is not known; use one of {', '.join(sorted(known))}."
        )
    paper = paper_named(request.paper.name)
    sides = request.paper.margins
    margins = Margins(*(sides if isinstance(sides, list) else [sides] * 4))
    note = Note(
        blocks,
        look=_look(request, style),
        paper=paper.landscape if request.paper.landscape else paper,
        margins=margins,
        ruling=Ruling(kind, request.paper.ruling_spacing, margins.top),
        ruling_printed=request.paper.print_ruling,
        page_numbers=request.page_numbers,
        replace_unknown=request.replace_unknown,
        title=request.title,
        author=request.author,
        language=language,
        hyphenate=request.hyphenate,
        columns=request.columns,
    )
    return note, remarks


def _blocks(
    request: InkRequest, limits: ServiceLimits
) -> tuple[tuple[Block, ...], tuple[str, ...]]:
    if (request.text is None) == (request.blocks is None):
        raise ServiceError("invalid", "Give either text or blocks, and not both.", "text")
    texts = [request.text] if request.text is not None else [b.text for b in request.blocks or ()]
    length = sum(len(text) for text in texts if text)
    if length > limits.characters:
        raise ServiceError(
            "text_too_long",
            f"The text has {length} characters; send {limits.characters} at most, or cut it into "
            "several requests.",
            "text",
        )
    if request.text is not None:
        rich = read_markup(request.text, markup_named(request.markup))
        blocks, remarks = tuple(rich.blocks), tuple(rich.remarks)
    else:
        blocks = tuple(_block(b, i) for i, b in enumerate(request.blocks or ()))
        remarks = ()
    if not any(block.text.strip() or block.role is not Role.PARAGRAPH for block in blocks):
        raise TextError("The text is empty; give at least one character.")
    return blocks, remarks


def _block(block: BlockText, number: int) -> Block:
    look: dict[str, Any] = block.look.model_dump(exclude_none=True)
    if "ink" in look:
        look["colour"] = ink_colour(look.pop("ink"))
    return Block(block.text, number, look, block.new_page, Role(block.role), block.level)


def _look(request: InkRequest, style: Style | None) -> Look:
    choice: LookChoice = request.look
    return Look(
        style=None if style is None else style.name,
        strength=request.strength,
        bias=request.bias,
        seed=request.seed,
        x_height=choice.x_height,
        line_spacing=choice.line_spacing,
        alignment=choice.alignment,  # type: ignore[arg-type]
        indent=choice.indent,
        word_spacing=choice.word_spacing,
        slant=choice.slant,
        variation=choice.variation,
        colour=ink_colour(choice.ink),
        pen=pen_named(choice.pen, choice.pen_width),
    )


Find = Callable[[str], Style]


def finder(style: Style | None) -> Find:
    """What finds the one style of a note by its name."""
    return {style.name: style for style in (style,) if style}.__getitem__
