"""The shapes of the service's answers, for OpenAPI and for the client."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from studio.service.ink_request import OwnStyle


class CharacterPlace(BaseModel):
    """Where a character stands in the text that was sent."""

    character: str | None = None
    line: int
    column: int
    word: str


class ErrorBody(BaseModel):
    """What is wrong: a code for programs, a sentence for people."""

    code: str
    message: str
    param: str | None = None
    places: list[CharacterPlace] = []


class ErrorAnswer(BaseModel):
    """The answer where something is wrong."""

    error: ErrorBody


class HealthAnswer(BaseModel):
    """How the service is."""

    status: str


class NamedInk(BaseModel):
    """An ink."""

    name: str
    label: str
    colour: str


class NamedPen(BaseModel):
    """A pen with its usual width in millimetres."""

    name: str
    label: str
    width: float
    opacity: float


class NamedPaper(BaseModel):
    """A sheet in millimetres."""

    name: str
    width: float
    height: float


class OptionsAnswer(BaseModel):
    """All that can be chosen."""

    defaults: dict[str, Any]
    ranges: dict[str, list[float]]
    inks: list[NamedInk]
    pens: list[NamedPen]
    papers: list[NamedPaper]
    rulings: list[str]
    alignments: list[str]
    markups: list[str]
    limits: dict[str, int]
    points_per_second: float
    token_required: bool
    version: str


class HandAnswer(BaseModel):
    """A hand that writes here."""

    name: str
    title: str
    sha256: str
    alphabet: str
    device: str
    precision: str
    default: bool
    style: str | None
    rights: str
    commercial: bool
    card: dict[str, Any]


class HandsAnswer(BaseModel):
    """All hands."""

    hands: list[HandAnswer]


class StyleAnswer(BaseModel):
    """A style with its own line of ink, in x-heights."""

    name: str
    hand: str
    text: str
    source: str
    about: str
    preview: str
    strokes: list[list[float]]


class StylesAnswer(BaseModel):
    """All styles."""

    default: str | None
    styles: list[StyleAnswer]


class MadeStyleAnswer(BaseModel):
    """A style of the caller's own, which he keeps, and remarks on his lines."""

    style: OwnStyle
    remarks: list[str]


class WrittenPlace(BaseModel):
    """A character that is written otherwise."""

    character: str
    written: str
    places: list[CharacterPlace]


class MisreadAnswer(BaseModel):
    """A word that is not read as it was asked for."""

    line: str
    page: int
    word: int
    text: str
    read: str


class FlawAnswer(BaseModel):
    """A line that may be hard to read."""

    line: str
    page: int
    text: str
    flaws: list[str]


class ReportAnswer(BaseModel):
    """What could not be written or read, word by word."""

    substitutions: list[WrittenPlace] = []
    misread: list[MisreadAnswer] = []
    flaws: list[FlawAnswer] = []
    remarks: list[str] = []
    left_out: int = 0


class WordAnswer(BaseModel):
    """A word of a line, with its place on the page."""

    text: str
    box: list[float]
    start: int
    stop: int
    misread: str | None = None


class AttentionAnswer(BaseModel):
    """The window's weights, a byte each, row by row of points."""

    text: str
    points: int
    characters: int
    exact: bool
    data: str


class LineAnswer(BaseModel):
    """A written line, in millimetres from the sheet's top left corner."""

    id: str
    page: int
    text: str
    seed: int
    baseline: float
    turned: float
    colour: str
    pen: str
    width: float
    strokes: list[list[float]]
    times: list[list[float]] | None = None
    words: list[WordAnswer]
    attention: AttentionAnswer | None = None


class RulingAnswer(BaseModel):
    """The ruling of a sheet."""

    kind: str
    spacing: float
    first: float
    printed: bool


class SheetAnswer(BaseModel):
    """A sheet, with its lines."""

    number: int
    width: float
    height: float
    margins: list[float]
    ruling: RulingAnswer
    lines: list[LineAnswer] = []


class InkAnswer(BaseModel):
    """A written note."""

    pages: list[SheetAnswer]
    report: ReportAnswer
    hand: str
    hand_sha256: str
    style: str | None
    seed: int
    points: int
    seconds: float


EXAMPLE_ANSWER: dict[str, Any] = {
    "pages": [
        {
            "number": 1,
            "width": 148.0,
            "height": 105.0,
            "margins": [12.0, 12.0, 12.0, 12.0],
            "ruling": {"kind": "plain", "spacing": 8.0, "first": 12.0, "printed": False},
            "lines": [
                {
                    "id": "0:0:Dear Ada,",
                    "page": 1,
                    "text": "Dear Ada,",
                    "seed": 1139811862,
                    "baseline": 20.6,
                    "turned": 0.0,
                    "colour": "#1b2a49",
                    "pen": "ballpoint",
                    "width": 0.35,
                    "strokes": [[12.1, 15.2, 12.4, 17.9], [13.0, 18.2, 13.6, 18.8]],
                    "times": [[0.0, 0.02], [0.06, 0.08]],
                    "words": [
                        {
                            "text": "Dear",
                            "box": [12.1, 15.2, 21.9, 20.7],
                            "start": 0,
                            "stop": 57,
                            "misread": None,
                        }
                    ],
                    "attention": None,
                }
            ],
        }
    ],
    "report": {"substitutions": [], "misread": [], "flaws": [], "remarks": []},
    "hand": "Scriptorium",
    "hand_sha256": "3a1c",
    "style": "Hazel",
    "seed": 7,
    "points": 420,
    "seconds": 0.9,
}
