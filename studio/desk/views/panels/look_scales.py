"""The numbers of a look that people turn, with their plain words and the paper's terms."""

from __future__ import annotations

from studio.desk.widgets.slider import Scale
from studio.document.note import Look

_LOOK = Look()

NEATNESS = Scale(
    "bias",
    "Neatness",
    0.0,
    3.0,
    _LOOK.bias,
    "wild",
    "tidy",
    "Probability bias (Graves 2013, section 5.4): how closely the pen follows the likeliest path.",
)
STRENGTH = Scale(
    "strength",
    "Likeness",
    0.0,
    1.0,
    _LOOK.strength,
    "loose",
    "close",
    "How closely the style is followed: how much of its slant and letter width is matched.",
)
SIZE = Scale(
    "x_height",
    "Size",
    1.0,
    8.0,
    _LOOK.x_height,
    "small",
    "large",
    "Height of a small x on the paper.",
    decimals=1,
    unit="mm",
)
SLANT = Scale(
    "slant",
    "Slant",
    -0.5,
    0.5,
    _LOOK.slant,
    "leaning back",
    "leaning forward",
    "Slant added to that of the hand, as x per unit of height.",
)
WORD_SPACING = Scale(
    "word_spacing",
    "Word spacing",
    0.5,
    2.5,
    _LOOK.word_spacing,
    "close",
    "wide",
    "Factor on the gaps between words.",
)
LINE_SPACING = Scale(
    "line_spacing",
    "Line spacing",
    2.4,
    7.0,
    _LOOK.line_spacing,
    "dense",
    "airy",
    "From baseline to baseline, in x-heights; on ruled paper the next whole rule.",
    decimals=1,
)
LIVELINESS = Scale(
    "variation",
    "Liveliness",
    0.0,
    1.0,
    _LOOK.variation,
    "even",
    "lively",
    "How much left edge, slope and spacing vary from line to line.",
)
INDENT = Scale(
    "indent",
    "First line",
    0.0,
    30.0,
    _LOOK.indent,
    "flush",
    "indented",
    "Indent of a paragraph's first line.",
    decimals=0,
    unit="mm",
)
PEN_WIDTH = Scale(
    "pen_width",
    "Pen width",
    0.1,
    1.6,
    _LOOK.pen.width,
    "fine",
    "broad",
    "Width of the pen's line at its usual speed.",
    unit="mm",
)
HAND_SCALES = (STRENGTH, NEATNESS, SIZE, SLANT)
SETTING_SCALES = (WORD_SPACING, LINE_SPACING, LIVELINESS, INDENT)
