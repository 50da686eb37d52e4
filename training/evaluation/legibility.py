"""Legibility: what a recogniser makes of lines, as a rate, by character, and in pictures."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from engine.ink.ink import Ink
from engine.io.atomic import atomic_write
from engine.recognition.recogniser import Recogniser, edit_distance
from engine.rendering.pens import Pen
from engine.rendering.raster import render_ink
from engine.sampling.sampled_line import SampledLine

#: So many characters in a row that a recogniser misses, or reads too many, make a line garbled.
GARBLED = 5
#: A row of the picture of characters, in pixels, and the words in it.
ROW, WORDS = 64, 8
#: Millimetres to an x-height, and pixels to a millimetre.
SIZE, SCALE = 2.0, 5.0


@dataclass(frozen=True)
class Read:
    """A line of ink, what it should say, and what the recogniser reads."""

    text: str
    said: str

    @property
    def garbled(self) -> bool:
        """Whether some characters in a row are missing, or too many."""
        blocks = SequenceMatcher(None, self.text, self.said, autojunk=False).get_matching_blocks()
        a = b = 0
        for block in blocks:
            # What is read wrong, letter for letter, is no gap and nothing said twice.
            if abs((block.a - a) - (block.b - b)) >= GARBLED:
                return True
            a, b = block.a + block.size, block.b + block.size
        return False


@dataclass(frozen=True)
class Legibility:
    """Of a character: how often it was met, the share read wrong, and what it is read as then."""

    count: int
    wrong: float
    taken_for: str = ""


def read(recogniser: Recogniser, inks: Sequence[Ink], texts: Sequence[str]) -> list[Read]:
    """What a recogniser makes of lines; ink that has no height says nothing."""
    places = [i for i, ink in enumerate(inks) if ink.points > 1 and np.ptp(ink.xy[:, 1]) > 0]
    said = [""] * len(inks)
    # Lines of like length together: padding costs time.
    places.sort(key=lambda i: inks[i].points)
    for place, words in zip(places, recogniser.read([inks[i] for i in places]), strict=True):
        said[place] = words
    return [Read(text, words) for text, words in zip(texts, said, strict=True)]


def error_rate(lines: Sequence[Read]) -> float:
    """Share of characters read wrong: Levenshtein's distances over all characters."""
    wrong = sum(edit_distance(line.said, line.text) for line in lines)
    return wrong / max(1, sum(len(line.text) for line in lines))


def garbled(lines: Sequence[Read]) -> float:
    """Share of lines that are garbled."""
    return sum(line.garbled for line in lines) / max(1, len(lines))


def by_character(lines: Sequence[Read]) -> dict[str, Legibility]:
    """Each character but the space, the worst first."""
    right, wrong = Counter[str](), Counter[str]()
    taken: dict[str, Counter[str]] = defaultdict(Counter)
    for line in lines:
        for character, found in zip(line.text, found_as(line), strict=True):
            if character == found:
                right[character] += 1
            else:
                wrong[character] += 1
                taken[character][found] += 1
    table = {}
    for character in {*right, *wrong} - {" "}:
        count = right[character] + wrong[character]
        usual = taken[character].most_common(1)
        table[character] = Legibility(count, wrong[character] / count, usual[0][0] if usual else "")
    return dict(sorted(table.items(), key=lambda item: (-item[1].wrong, item[0])))


def found_as(line: Read) -> list[str]:
    """What each character of the text was read as; empty where it was not read at all."""
    found = [""] * len(line.text)
    matcher = SequenceMatcher(None, line.text, line.said, autojunk=False)
    for kind, a, end, b, last in matcher.get_opcodes():
        if kind == "equal" or (kind == "replace" and end - a == last - b):
            found[a:end] = line.said[b:last]
    return found


def picture(
    characters: Mapping[str, Legibility],
    written: Sequence[SampledLine],
    lines: Sequence[Read],
    path: Path,
) -> None:
    """Draw each of these characters in words that hold it, those read wrong above a red line."""
    places: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for number, line in enumerate(lines):
        for place, (character, found) in enumerate(zip(line.text, found_as(line), strict=True)):
            if character in characters:
                # Those read wrong come first.
                places[character].insert(
                    0 if found != character else len(places[character]), (number, place)
                )
    rows = []
    font = ImageFont.load_default(22)
    small = ImageFont.load_default(13)
    for character, legibility in characters.items():
        row = Image.new("RGB", (1100, ROW), "white")
        pen = ImageDraw.Draw(row)
        pen.text((8, 8), character, "black", font)
        pen.text((8, 40), f"{1 - legibility.wrong:.0%} of {legibility.count}", "#66707b", small)
        left = 100
        for number, place in places[character][:WORDS]:
            word = _word(written[number], place)
            if word is None or left + word.width > row.width:
                continue
            row.paste(word, (left, max(0, (ROW - 6 - word.height) // 2)))
            if found_as(lines[number])[place] != character:
                pen.line((left, ROW - 4, left + word.width, ROW - 4), "#c0392b", 2)
            left += word.width + 14
        rows.append(row)
    if not rows:
        return
    sheet = Image.new("RGB", (1100, ROW * len(rows)), "white")
    for number, row in enumerate(rows):
        sheet.paste(row, (0, ROW * number))
    with atomic_write(path) as temporary:
        sheet.quantize(32).save(temporary, "PNG", optimize=True)


def _word(line: SampledLine, place: int) -> Image.Image | None:
    """The word around a character, drawn."""
    start = line.text.rfind(" ", 0, place) + 1
    end = line.text.find(" ", place)
    end = len(line.text) if end < 0 else end
    ink = _part(line, start, end)
    if ink.points < 2:
        return None
    image = render_ink(ink.scaled(SIZE), Pen(), scale=SCALE, margin=0.5)
    factor = min(1.0, (ROW - 8) / image.height, 240 / image.width)
    return image.resize((max(1, int(image.width * factor)), max(1, int(image.height * factor))))


def _part(line: SampledLine, start: int, end: int) -> Ink:
    """The strokes of the characters from `start` to before `end`.

    Where a stroke goes on while the window stands on the space behind, that is the last letter.
    """
    strokes, begin = [], 0
    for stroke in line.ink.strokes:
        on = line.characters[begin : begin + len(stroke)]
        begin += len(stroke)
        if ((on >= start) & (on < end)).any():
            strokes.append(stroke.xy[(on >= start) & (on <= end)])
    return Ink.from_lists(strokes)
