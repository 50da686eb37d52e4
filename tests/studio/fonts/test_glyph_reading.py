"""Glyphs of the hand that ships, read between two of its words."""

from engine.ink.word_segmentation import word_cuts
from engine.recognition.recogniser import shipped_recogniser
from engine.sampling.policy import DOUBT
from engine.style.style import bundled
from studio.fonts.glyph_reading import GlyphReader
from studio.layout.line_writer import HandWriter, LineRequest


def test_a_letter_is_read_as_itself_and_as_no_other(default_hand):
    writer = HandWriter(default_hand, bundled().__getitem__)
    (line,) = writer.write_lines([LineRequest("one d two", "Hazel", 0.75, 1)])
    start, stop = word_cuts(line.text, line.ink, line.characters)[1:3]
    letter = line.ink.part(int(start), int(stop))
    reader = GlyphReader(shipped_recogniser(), [line])
    itself, other, unknown = reader.certainties(["d", "m", "ж"], [letter, letter, letter])
    assert itself >= DOUBT > other
    assert unknown == 0.0


def test_without_a_word_to_stand_beside_nothing_is_told(default_hand):
    writer = HandWriter(default_hand, bundled().__getitem__)
    (line,) = writer.write_lines([LineRequest("two d", "Hazel", 0.75, 1)])
    assert GlyphReader(shipped_recogniser(), [line]).certainties(["m"], [line.ink]) == [0.0]
