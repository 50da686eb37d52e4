"""What a client sends: the text, how it is to look, and whose hand it follows, each checked."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from engine.sampling.policy import DEFAULT_BIAS, MOST_TRIES
from studio.document.note import LARGEST_SEED, LIMITS, MOST_COLUMNS

EXAMPLE: dict[str, Any] = {
    "text": "Dear Ada,\nthe engine weaves.",
    "style": "Hazel",
    "bias": DEFAULT_BIAS,
    "seed": 7,
    "look": {"x_height": 2.4, "ink": "blue-black", "pen": "ballpoint"},
    "paper": {"name": "A6", "landscape": True, "margins": 12},
}
"""The request that the documentation shows."""

Finite = Annotated[float, Field(allow_inf_nan=False)]
Point = Annotated[list[Finite], Field(min_length=2, max_length=4)]
Short = Annotated[str, StringConstraints(max_length=100)]


def _within(name: str) -> Any:
    low, high = LIMITS[name]
    return Field(ge=low, le=high)


class Body(BaseModel):
    """A part of a request: fields that it does not have are refused."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False, frozen=True)


class LookChoice(Body):
    """How the writing looks; `GET /v1/options` lists inks and pens, and all ranges."""

    x_height: Annotated[float, _within("x_height")] = 2.4
    line_spacing: Annotated[float, _within("line_spacing")] = 3.6
    alignment: Literal["left", "right", "centred", "justified"] = "left"
    indent: Annotated[float, _within("indent")] = 0.0
    word_spacing: Annotated[float, _within("word_spacing")] = 1.0
    slant: Annotated[float, _within("slant")] = 0.0
    variation: Annotated[float, _within("variation")] = 0.4
    ink: Short = Field(default="blue-black", description="The name of an ink, or #rrggbb.")
    pen: Short = "ballpoint"
    pen_width: Annotated[float, Field(ge=0.05, le=5)] | None = None


class BlockLook(Body):
    """In what a block differs from the look of the whole."""

    x_height: Annotated[float, _within("x_height")] | None = None
    alignment: Literal["left", "right", "centred", "justified"] | None = None
    indent: Annotated[float, _within("indent")] | None = None
    slant: Annotated[float, _within("slant")] | None = None
    ink: Short | None = None


class BlockText(Body):
    """A paragraph, a heading or an item."""

    text: str
    role: Literal["paragraph", "heading", "item", "quote", "rule"] = "paragraph"
    level: Annotated[int, Field(ge=0, le=6)] = 0
    new_page: bool = False
    look: BlockLook = BlockLook()


class PaperChoice(Body):
    """The sheet: a name of `GET /v1/options`, or a size such as 120x40 (mm) or 4x6in."""

    name: Short = "A4"
    landscape: bool = False
    margins: (
        Annotated[float, Field(ge=0, le=500)]
        | Annotated[list[Annotated[float, Field(ge=0, le=500)]], Field(min_length=4, max_length=4)]
    ) = 20.0
    ruling: Literal["plain", "lined", "squared", "dotted"] = "plain"
    ruling_spacing: Annotated[float, Field(ge=1, le=100)] = 8.0
    print_ruling: bool = False


class InkLine(Body):
    """A line of the caller's own ink: a point is [x, y], and may go on with seconds, pressure."""

    text: Annotated[str, StringConstraints(min_length=1, max_length=400)]
    strokes: Annotated[list[Annotated[list[Point], Field(min_length=1)]], Field(min_length=1)]


class OwnStyle(Body):
    """A style that `POST /v1/styles` has made; the service keeps none, so it comes with each."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=60)]
    text: Annotated[str, StringConstraints(min_length=1, max_length=400)]
    strokes: Annotated[list[Annotated[list[Finite], Field(min_length=2)]], Field(min_length=1)] = (
        Field(description="x, y, x, y, ... of each stroke, in x-heights, the baseline at 0.")
    )
    times: list[list[Finite]] | None = None
    vector: Annotated[str, StringConstraints(max_length=20_000)] | None = None
    hand: Short = ""
    primed: bool = True


class Rewrite(Body):
    """A line, or a word of it, to be written again by another seed."""

    line: Annotated[str, StringConstraints(max_length=500)]
    word: Annotated[int, Field(ge=0, le=1000)] | None = None
    seed: Annotated[int, Field(ge=0, le=LARGEST_SEED)]


class OutputChoice(Body):
    """About the files; none of it changes the ink."""

    page: Annotated[int, Field(ge=1, le=1000)] = 1
    dpi: Annotated[float, Field(ge=20, le=600)] = 150.0
    transparent: bool = False
    outlines: bool = False
    background: bool = False


class InkRequest(Body):
    """What is to be written, and how."""

    model_config = ConfigDict(
        extra="forbid",
        allow_inf_nan=False,
        frozen=True,
        json_schema_extra={"examples": [EXAMPLE, {"text": "One line.", "stream": True}]},
    )

    text: str | None = Field(
        default=None, description="A line is a paragraph; a form feed begins a page."
    )
    blocks: Annotated[list[BlockText], Field(max_length=2000)] | None = Field(
        default=None, description="In place of the text."
    )
    markup: Literal["plain", "markdown", "html"] = "plain"
    style: Short | OwnStyle | InkLine | None = Field(
        default="",
        description="A name of GET /v1/styles, your own (of POST /v1/styles, or one line of ink), "
        "or null for none; the default style where left out.",
    )
    hand: Short = Field(
        default="",
        description="A name of GET /v1/hands; the hand of the style where left out.",
    )
    strength: Annotated[float, _within("strength")] = 1.0
    bias: Annotated[float, _within("bias")] = DEFAULT_BIAS
    seed: Annotated[int, Field(ge=0, le=LARGEST_SEED)] = 0
    look: LookChoice = LookChoice()
    paper: PaperChoice = PaperChoice()
    columns: Annotated[int, Field(ge=1, le=MOST_COLUMNS)] = 1
    page_numbers: bool = False
    hyphenate: bool = False
    language: Short = ""
    replace_unknown: Short | None = None
    title: Annotated[str, StringConstraints(max_length=300)] = ""
    author: Annotated[str, StringConstraints(max_length=300)] = ""
    tries: Annotated[int, Field(ge=1, le=MOST_TRIES)] | None = None
    edits: Annotated[list[Rewrite], Field(max_length=100)] = []
    attention: bool = False
    stream: bool = False
    output: OutputChoice = OutputChoice()


class StyleLines(Body):
    """Lines of one person, of which a style is to be made."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=60)]
    lines: Annotated[list[InkLine], Field(min_length=1, max_length=24)]


class BatchBody(InkRequest):
    """A request in a batch: it has no Accept, so its format stands in it."""

    format: Literal["json", "svg", "pdf", "png", "inkml", "npz"] = "json"


class BatchLine(Body):
    """A line of a batch."""

    custom_id: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    method: Literal["POST"] = "POST"
    url: Literal["/v1/ink"] = "/v1/ink"
    body: BatchBody
