"""The pictures of a hand in the documentation: its styles, and the sentences of docs/legibility."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from engine.errors import TrainingError
from engine.hand import Hand
from engine.style.style import DEFAULT, Style, bundled
from training.evaluation.evaluation import BIAS, draw_sheet
from training.evaluation.sentences import sentences
from training.release.checks import fits
from training.samples import known

#: What a style's sheet says, besides two sentences: what users write that is not prose.
SAMPLE = ("Dear Ada, on 24 May 1870 we met in Room 36.", "RSVP by 5:30 pm, please; bring Kate!")
#: How the sheet of sentences in docs/legibility is written.
LEGIBILITY = (
    "--seed", "1", "--paper", "190x250", "--margin", "10", "--x-height", "2.4", "--dpi", "150",
)  # fmt: skip


def draw_pictures(hand: Hand, weights: Path, root: Path, stage: Path) -> dict[Path, Path]:
    """A line in each style, a sheet of each style, and the sentences of docs/legibility.

    Parameters
    ----------
    hand : Hand
    weights : Path
        Its file.
    root : Path
        The checkout.
    stage : Path
        Where the pictures are drawn.

    Returns
    -------
    dict of Path to Path
        Where each picture belongs.

    Raises
    ------
    TrainingError
        If the program cannot draw one.
    """
    styles, sheets = stage / "styles.png", stage / "style-sheets.png"
    legibility = stage / "sheet.png"
    _studio(root, "styles", "--hand", str(weights), "--out", str(styles))
    # A hand that is named writes in no style by itself.
    default = bundled().get(DEFAULT)
    styled = ("--style", DEFAULT) if default is not None and fits(hand, default) else ()
    _studio(
        root, "write", "--hand", str(weights), "--file",
        str(root / "docs" / "legibility" / "sentences.txt"), *LEGIBILITY, *styled,
        "--out", str(legibility),
    )  # fmt: skip
    _crop(legibility)
    draw_style_sheets(hand, list(bundled().values()), sheets)
    pictures = root / "docs" / "pictures"
    return {
        styles: pictures / styles.name,
        sheets: pictures / sheets.name,
        legibility: root / "docs" / "legibility" / legibility.name,
    }


def draw_style_sheets(hand: Hand, styles: Sequence[Style], path: Path) -> None:
    """Two sentences and some lines that are no prose in each style, in a picture."""
    known_styles = [style for style in styles if fits(hand, style)]
    texts = [known(text, hand.alphabet) for text in (*sentences(2, 13), *SAMPLE)]
    texts = [text for text in texts if text]
    names = [style.name if i == 0 else "" for style in known_styles for i in range(len(texts))]
    lines = hand.write_lines(
        texts * len(known_styles),
        styles=[style for style in known_styles for _ in texts],
        biases=BIAS,
        seeds=5_000_000,
    )
    draw_sheet(lines, names, path)


def _studio(root: Path, *words: str) -> None:
    """Run the program as users do, without a library of their own."""
    with tempfile.TemporaryDirectory(prefix="release-home-") as home:
        result = subprocess.run(
            [sys.executable, "-m", "studio", *words],
            cwd=root,
            env={**os.environ, "XDG_DATA_HOME": home},
            capture_output=True,
            text=True,
            check=False,
        )
    if result.returncode:
        raise TrainingError(f"The pictures cannot be made: {result.stderr.strip()[-500:]}")


def _crop(path: Path) -> None:
    """Cut the margins of a picture off, but for a few pixels."""
    with Image.open(path) as opened:
        image = opened.convert("RGB")
    dark = np.asarray(image.convert("L")) < 160
    rows, columns = np.flatnonzero(dark.any(axis=1)), np.flatnonzero(dark.any(axis=0))
    if len(rows):
        box = (columns[0] - 20, rows[0] - 20, columns[-1] + 21, rows[-1] + 21)
        image = image.crop(
            (max(0, box[0]), max(0, box[1]), min(image.width, box[2]), min(image.height, box[3]))
        )
    image.quantize(64).save(path, optimize=True)
