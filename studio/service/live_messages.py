"""What a live client may say, each message checked."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints, TypeAdapter

from engine.sampling.policy import DEFAULT_BIAS, DEFAULT_POLICY, MOST_TRIES
from studio.document.note import LARGEST_SEED, LIMITS
from studio.service.ink_request import Body, InkRequest, OwnStyle, Rewrite, Short


class HelloMessage(Body):
    """The token, where the service wants one and the header could not hold it."""

    type: Literal["hello"]
    token: Annotated[str, StringConstraints(max_length=500)] = ""


class StartMessage(Body):
    """Write a note, in place of the one before."""

    type: Literal["start"]
    request: InkRequest
    token: Annotated[str, StringConstraints(max_length=500)] = ""
    points: Literal["binary", "json"] = "binary"


class ChangeMessage(Body):
    """What is not written yet is written so; written lines that stay the same keep their ink."""

    type: Literal["change"]
    request: InkRequest


class PlainMessage(Body):
    """A message that says no more than its name."""

    type: Literal["pause", "resume", "stop", "ping"]


class RewriteMessage(Rewrite):
    """Write a line, or a word of it, again."""

    type: Literal["rewrite"]


class TriesChoice(Body):
    """How often a line is sampled, and who judges: see `engine.sampling.policy.Policy`."""

    tries: Annotated[int, Field(ge=1, le=MOST_TRIES)] = DEFAULT_POLICY.tries
    reads: bool = DEFAULT_POLICY.reads
    repairs: bool = DEFAULT_POLICY.repairs
    least: Annotated[int, Field(ge=1, le=16)] = DEFAULT_POLICY.least


class LineAsked(Body):
    """A line to be sampled, in characters of the hand."""

    text: Annotated[str, StringConstraints(min_length=1, max_length=400)]
    style: Short | OwnStyle | None = None
    strength: Annotated[float, Field(ge=LIMITS["strength"][0], le=LIMITS["strength"][1])] = 1.0
    bias: Annotated[float, Field(ge=LIMITS["bias"][0], le=LIMITS["bias"][1])] = DEFAULT_BIAS
    seed: Annotated[int, Field(ge=0, le=LARGEST_SEED)] = 0


class LinesMessage(Body):
    """Sample lines for a program that lays them out by itself."""

    type: Literal["lines"]
    id: Annotated[int, Field(ge=0, le=2**53)]
    lines: Annotated[list[LineAsked], Field(min_length=1, max_length=128)]
    policy: TriesChoice = TriesChoice()
    points_per_char: Annotated[float, Field(ge=1, le=1000)] | None = None


class LineDrawn(Body):
    """A line whose points are to be drawn, once."""

    text: Annotated[str, StringConstraints(min_length=1, max_length=400)]
    seed: Annotated[int, Field(ge=0, le=LARGEST_SEED)]
    bias: Annotated[float, Field(ge=LIMITS["bias"][0], le=LIMITS["bias"][1])]
    style: Annotated[int, Field(ge=0, le=127)] | None = None


class DrawMessage(Body):
    """Draw the points of lines for a program that has the same hand, and does all else itself."""

    type: Literal["draw"]
    id: Annotated[int, Field(ge=0, le=2**53)]
    hand: Short
    cap: Annotated[float, Field(ge=1, le=1000)]
    styles: Annotated[tuple[dict[str, Any], ...], Field(max_length=128)] = ()
    lines: Annotated[list[LineDrawn], Field(min_length=1, max_length=128)]


class CancelMessage(Body):
    """Give up lines that were asked for."""

    type: Literal["cancel"]
    id: int


Said = Annotated[
    HelloMessage
    | StartMessage
    | ChangeMessage
    | PlainMessage
    | RewriteMessage
    | LinesMessage
    | DrawMessage
    | CancelMessage,
    Field(discriminator="type"),
]

#: Reads any message.
MESSAGES: TypeAdapter[
    HelloMessage
    | StartMessage
    | ChangeMessage
    | PlainMessage
    | RewriteMessage
    | LinesMessage
    | DrawMessage
    | CancelMessage
] = TypeAdapter(Said)
