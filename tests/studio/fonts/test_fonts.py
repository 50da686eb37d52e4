"""Fonts cut from lines whose letters are known, shaped by HarfBuzz and opened by other readers."""

import io
import itertools
import shutil
import string
import subprocess
from collections import Counter

import numpy as np
import pytest
import uharfbuzz as hb
from fontTools.pens.boundsPen import BoundsPen
from fontTools.ttLib import TTFont
from lxml import etree
from PIL import Image, ImageDraw, ImageFont

from engine.errors import SettingError
from engine.ink.ink import Ink, Stroke
from engine.rendering.pens import PENS
from studio.fonts.font_file import (
    UNITS,
    X_HEIGHT,
    FontNames,
    save_open_type,
    save_svg_font,
)
from studio.fonts.glyph_cutting import cut_glyphs
from studio.fonts.proof_sheet import TEXT, save_proof_sheet
from studio.fonts.specimens import PAIRS, specimen_lines
from studio.layout.line_writer import WrittenLine

ALPHABET = " !\"'()+,-./:;?" + string.digits + string.ascii_letters
MARKED = {"é": "e", "ï": "i", "ď": "d", "Ñ": "N", "ọ": "o", "ễ": "e"}
LEAD = 5
JOINED = {"th", "he", "er", "on", "an"}
WIDE = 1.1


def shape(character, chance):
    """A character: a loop as wide as its code says, ten points; an i has a dot, a t a bar."""
    wide = 0.5 + 0.01 * (ord(character) % 40) + 0.03 * chance.standard_normal()
    tall = 2.0 if character in "bdfhklt" or character.isupper() or character.isdigit() else 1.0
    turn = np.linspace(0.2, 2 * np.pi - 0.2, 12)
    x = wide * (0.5 - 0.5 * np.cos(turn))
    y = -tall * (0.5 - 0.5 * np.sin(turn))
    strokes = [np.stack([x, y], axis=1)]
    if character in "ij":
        strokes.append(np.array([[wide / 2, -1.6], [wide / 2 + 0.05, -1.55]]))
    if character == "t":
        strokes.append(np.stack([np.linspace(0, wide, 5), np.full(5, -1.5)], axis=1))
    return strokes, wide


def write(text, seed, shape=shape):
    """A line of such letters; the window goes on before the pen does, as a hand's does."""
    chance = np.random.default_rng(seed)
    strokes, owners, x = [], [], 0.0
    for place, character in enumerate(text):
        if character == " ":
            x += WIDE
            continue
        parts, wide = shape(character, chance)
        for k, part in enumerate(parts):
            moved = part + np.array([x, 0.0])
            joined = k == 0 and place and text[place - 1 : place + 1] in JOINED
            if joined and len(strokes):
                strokes[-1] = np.concatenate([strokes[-1], moved])
            else:
                strokes.append(moved)
            owners += [place] * len(part)
        x += wide + (0.1 if character == "r" else 0.2)
    ahead = owners[LEAD:] + owners[-1:] * LEAD
    ink = Ink(tuple(Stroke(s) for s in strokes))
    return WrittenLine(text, ink, np.array(ahead), seed)


def write_bars_last(text, seed):
    """A word whose letters are joined, and whose bars and dots are drawn behind its last letter."""
    chance = np.random.default_rng(seed)
    body, late, owners, x = [], [], [], 0.0
    for place, character in enumerate(text):
        (first, *rest), wide = shape(character, chance)
        body.append(np.add(first, (x, 0.0)))
        owners += [place] * len(first)
        late += [np.add(part, (x, 0.0)) for part in rest]
        x += wide + 0.2
    strokes = [np.concatenate(body), *late]
    owners += [len(text) - 1] * sum(map(len, late))
    ahead = owners[LEAD:] + owners[-1:] * LEAD
    return WrittenLine(text, Ink(tuple(map(Stroke, strokes))), np.array(ahead), seed)


@pytest.fixture(scope="module")
def glyphs():
    lines = [write(text, k) for k, text in enumerate(specimen_lines(ALPHABET))]
    return cut_glyphs(lines, ALPHABET + "".join(MARKED))


def with_tails(character, chance):
    """Letters as above; the tail of a y reaches far to the left, the bar of a T to the right."""
    strokes, wide = shape(character, chance)
    if character == "y":
        strokes[0] = np.concatenate([strokes[0], [[wide, 0.4], [wide - 0.4, 1.0], [wide - 2, 1.2]]])
    if character == "T":
        strokes.append(np.array([[wide - 0.3, -2.0], [wide + 0.3, -2.0], [wide + 0.8, -2.05]]))
    return strokes, wide


def test_tails_and_bars_reach_over_the_room_of_the_neighbours():
    lines = [write(text, k, with_tails) for k, text in enumerate(specimen_lines(ALPHABET))]
    glyphs = cut_glyphs(lines, ALPHABET)
    for form in glyphs.forms["y"]:
        assert form.ink.bounds[0] < -0.5
        assert form.width == pytest.approx(shape("y", np.random.default_rng(0))[1], abs=0.15)
    # Letters stand 0.2 apart, whatever reaches over them.
    for pair in ("uy", "ty", "ya", "Te", "To", "Tm"):
        reach = glyphs.forms[pair[0]][0].width - shape(pair[0], np.random.default_rng(0))[1]
        gap = glyphs.after[pair[0]] + glyphs.before[pair[1]] + glyphs.kerns.get(tuple(pair), 0.0)
        assert reach + gap == pytest.approx(0.2, abs=0.1), pair
    # Capitals stand behind its bar.
    assert glyphs.after["T"] + glyphs.before["O"] + glyphs.kerns.get(("T", "O"), 0.0) > -0.9


def test_a_form_that_lost_its_bar_or_took_anothers_dot_is_none():
    def careless(character, chance):
        strokes, wide = shape(character, chance)
        if character == "t" and chance.random() < 0.7:
            return strokes[:1], wide
        if character == "i" and chance.random() < 0.7:
            return [*strokes, strokes[1] + np.array([0.15, 0.05])], wide
        return strokes, wide

    lines = [write(text, k, careless) for k, text in enumerate(specimen_lines(ALPHABET))]
    glyphs = cut_glyphs(lines, ALPHABET)
    assert {len(form.ink.strokes) for form in glyphs.forms["t"]} == {2}
    assert {len(form.ink.strokes) for form in glyphs.forms["i"]} == {2}


NAMES = FontNames("Loops", "Anybody may use it.", "Made for a test.", "1.2.3", "2026-11-21")


@pytest.fixture(scope="module")
def font_path(glyphs, tmp_path_factory):
    path = tmp_path_factory.mktemp("fonts") / "loops.otf"
    save_open_type(glyphs, NAMES, PENS["ballpoint"], 2.4, path)
    return path


@pytest.fixture(scope="module")
def shaped(font_path):
    face = hb.Face(hb.Blob.from_file_path(str(font_path)))
    font = hb.Font(face)
    names = TTFont(font_path).getGlyphOrder()

    def shape(text, **features):
        buffer = hb.Buffer()
        buffer.add_str(text)
        buffer.guess_segment_properties()
        hb.shape(font, buffer, features)
        return [
            (names[info.codepoint], position.x_advance)
            for info, position in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True)
        ]

    return shape


def test_specimens_have_every_character_often_and_the_pairs():
    text = " ".join(specimen_lines(ALPHABET))
    counted = Counter(text)
    assert not [c for c in ALPHABET if counted[c] < 8]
    assert all(text.count(pair) >= 2 for pair in PAIRS)
    assert all(set(line) <= set("abc ") for line in specimen_lines("abc "))


def test_glyphs_are_cut_where_letters_begin(glyphs):
    assert not glyphs.missing
    assert all(len(glyphs.forms[c]) == 4 for c in ALPHABET.strip())
    for character in ALPHABET.strip():
        strokes = 1 + (character in "ijt")
        for form in glyphs.forms[character]:
            wide = 0.5 + 0.01 * (ord(character) % 40)
            assert form.width == pytest.approx(wide, abs=0.35), character
            if not any(character in pair for pair in JOINED):
                assert len(form.ink.strokes) == strokes, character
                assert form.width == pytest.approx(wide, abs=0.12), character
    for character in "ij":
        assert all(form.ink.bounds[1] < -1.4 for form in glyphs.forms[character])


def test_bars_and_dots_that_are_drawn_last_belong_to_their_letters():
    glyphs = cut_glyphs([write_bars_last("tomati", k) for k in range(8)], "tomai")
    for form in glyphs.forms["t"] + glyphs.forms["i"]:
        body, late = form.ink.strokes
        assert body.xy[:, 0].min() - 0.1 < late.xy[:, 0].mean() < body.xy[:, 0].max() + 0.1
    assert all(len(form.ink.strokes) == 1 for c in "oma" for form in glyphs.forms[c])


def test_what_may_be_misread_is_no_form_where_there_is_another():
    lines = [write("ab ba ab", k) for k in range(4)]

    def reads(texts, inks):
        middle = np.median(
            [ink.width for text, ink in zip(texts, inks, strict=True) if text == "a"]
        )
        return [
            -9.0 if text == "b" or ink.width < middle else 0.0
            for text, ink in zip(texts, inks, strict=True)
        ]

    plain, chosen = cut_glyphs(lines, "ab"), cut_glyphs(lines, "ab", reads)
    narrow, wide = (min(form.width for form in one.forms["a"]) for one in (plain, chosen))
    assert narrow < wide
    # Of b all may be misread: better so than none.
    assert chosen.forms["b"] == plain.forms["b"]


def test_letters_with_marks_are_made_of_the_forms_of_their_letters(glyphs):
    assert glyphs.marked == MARKED
    added = {"é": 1, "ï": 1, "ď": 1, "Ñ": 1, "ọ": 1, "ễ": 2}
    for character, letter in MARKED.items():
        for form, plain in zip(glyphs.forms[character], glyphs.forms[letter], strict=True):
            assert len(form.ink.strokes) == len(plain.ink.strokes) + added[character], character
            body = form.ink.strokes[0].xy
            assert np.allclose(body, plain.ink.strokes[0].xy)
            mark = form.ink.strokes[-1].xy
            if character == "ọ":
                assert mark[:, 1].min() > body[:, 1].max()
            elif character != "ď":
                assert mark[:, 1].max() < body[:, 1].min()
            # Only what stands beside a letter takes room of its own.
            assert (form.width > plain.width) == (character == "ď")
        assert glyphs.before[character] == glyphs.before[letter]
    # Each form has the mark a little otherwise.
    assert len({form.ink.strokes[-1].xy.tobytes() for form in glyphs.forms["é"]}) == 4


def test_letters_with_marks_take_turns_and_are_kerned_as_their_letters(shaped, glyphs):
    assert len({name for name, _ in shaped("éééé")}) == 4
    (a, b) = max(
        (pair for pair in glyphs.kerns if pair[0] == "e" and "".join(pair) not in JOINED),
        key=lambda pair: abs(glyphs.kerns[pair]),
    )
    kerned = sum(advance for _, advance in shaped("é" + b, calt=False))
    without = sum(advance for _, advance in shaped("é" + b, calt=False, kern=False))
    assert a == "e"
    assert kerned - without == pytest.approx(glyphs.kerns[a, b] * X_HEIGHT, abs=1)


def test_pairs_that_are_joined_are_ligatures(glyphs):
    assert {text for text in glyphs.forms if len(text) == 2} == JOINED


def test_gaps_are_the_hands_own(glyphs):
    # r stands nearer to what follows it; words stand apart.
    free = {c: glyphs.after[c] for c in "abcdgmnopqsuvwxyz"}
    assert np.median([*free.values()]) - glyphs.after["r"] == pytest.approx(0.1, abs=0.04)
    assert glyphs.space == pytest.approx(WIDE + 0.2, abs=0.1)


def test_a_font_has_sound_metrics_and_names(font_path, glyphs):
    font = TTFont(font_path)
    os2, hhea = font["OS/2"], font["hhea"]
    assert font["head"].unitsPerEm == UNITS
    assert (os2.sTypoAscender, os2.sTypoDescender) == (hhea.ascent, hhea.descent)
    assert (os2.usWinAscent, os2.usWinDescent) == (hhea.ascent, -hhea.descent)
    assert os2.fsSelection & 0x80
    assert os2.sxHeight == X_HEIGHT
    assert os2.sCapHeight == pytest.approx(2 * X_HEIGHT, rel=0.03)
    assert os2.fsType == 0
    outlines = font.getGlyphSet()
    for name in font.getGlyphOrder():
        pen = BoundsPen(outlines)
        outlines[name].draw(pen)
        if pen.bounds:
            assert hhea.descent <= pen.bounds[1]
            assert pen.bounds[3] <= hhea.ascent
            assert font["hmtx"][name][1] == pytest.approx(pen.bounds[0], abs=1)
    names = font["name"]
    assert names.getDebugName(1) == "Loops"
    assert names.getDebugName(6) == "Loops-Regular"
    assert names.getDebugName(13) == "Anybody may use it."
    cmap = font.getBestCmap()
    assert {chr(code) for code in cmap} >= set(ALPHABET) | set("\xa0’“”–—")
    private = font["CFF "].cff.topDictIndex[0].Private
    assert not getattr(private, "StdHW", None)
    assert not private.rawDict.get("BlueValues")


def test_the_same_glyphs_make_the_same_font(glyphs, font_path, tmp_path):
    save_open_type(glyphs, NAMES, PENS["ballpoint"], 2.4, tmp_path / "again.otf")
    assert (tmp_path / "again.otf").read_bytes() == font_path.read_bytes()


def test_neighbours_differ_and_forms_take_turns(shaped):
    for text in ("oooooooo", "ssssss", "11111111", "a a a a a a", "MMMM"):
        names = [name for name, _ in shaped(text) if name != "space"]
        assert all(a != b for a, b in itertools.pairwise(names))
        assert len(set(names)) == 4
    # A word that comes again looks otherwise.
    first, second = (
        [name for name, _ in part]
        for part in (shaped("abcov abcov")[:5], shaped("abcov abcov")[6:])
    )
    assert all(a != b for a, b in zip(first, second, strict=True))
    assert len({name for name, _ in shaped("oooo", calt=False)}) == 1


def test_joined_pairs_come_as_one_glyph_and_are_told_apart(shaped):
    names = [name for name, _ in shaped("the then there")]
    assert any(name.startswith(("t_h", "h_e")) for name in names)
    assert len({name for name, _ in shaped("an an an an") if name.startswith("a_n")}) == 2
    apart = [name for name, _ in shaped("an", liga=False)]
    assert len(apart) == 2


def test_kerning_is_the_hands(shaped, glyphs):
    pair, value = max(
        ((p, v) for p, v in glyphs.kerns.items() if "".join(p) not in JOINED),
        key=lambda item: abs(item[1]),
    )
    with_kern = sum(advance for _, advance in shaped("".join(pair), calt=False))
    without = sum(advance for _, advance in shaped("".join(pair), calt=False, kern=False))
    assert with_kern - without == pytest.approx(value * X_HEIGHT, abs=1)


def test_what_is_set_stands_as_the_hand_writes(shaped, glyphs):
    """A word set in the font is as wide as the same word written."""
    for word in ("moss", "quick", "amazed", "wolves"):
        ink = np.mean([write(word, k).ink.width for k in range(20)])
        advance = sum(advance for _, advance in shaped(word)) / X_HEIGHT
        bearings = glyphs.before[word[0]] + glyphs.after[word[-1]]
        assert advance - bearings == pytest.approx(ink, abs=0.12 * len(word) ** 0.5)


def test_glyphs_are_drawn_as_the_pen_draws(font_path, glyphs):
    """Each glyph covers its ink's middle line, and is as thick as the pen."""
    em = 120
    font = ImageFont.truetype(io.BytesIO(font_path.read_bytes()), em)
    scale = em * X_HEIGHT / UNITS
    for character in "aHiQ7?t":
        image = Image.new("L", (300, 300))
        ImageDraw.Draw(image).text((60, 180), character, 255, font, anchor="ls", features=["-calt"])
        pixels = np.asarray(image) > 127
        form = glyphs.forms[character][0]
        left = 60 + scale * glyphs.before[character]
        for stroke in form.ink.strokes:
            places = np.rint(stroke.xy * scale + (left, 180)).astype(int)
            near = [pixels[y - 2 : y + 3, x - 2 : x + 3].any() for x, y in places.tolist()]
            assert all(near), character
        length = sum(np.hypot(*np.diff(s.xy, axis=0).T).sum() for s in form.ink.strokes)
        thick = PENS["ballpoint"].width / 2.4
        assert pixels.sum() / scale**2 == pytest.approx((length + thick) * thick, rel=0.35)


def test_a_single_line_font_has_each_stroke_once(glyphs, tmp_path):
    save_svg_font(glyphs, NAMES, tmp_path / "loops.svg")
    root = etree.parse(tmp_path / "loops.svg").getroot()
    space = {"s": "http://www.w3.org/2000/svg"}
    (face,) = root.xpath("//s:font-face", namespaces=space)
    assert face.get("units-per-em") == str(UNITS)
    found = {g.get("unicode"): g for g in root.xpath("//s:glyph", namespaces=space)}
    assert set(found) == set(glyphs.forms) | {" "}
    for text, forms in glyphs.forms.items():
        assert found[text].get("d").count("M") == len(forms[0].ink.strokes)
    # Pairs stand before their letters: a reader takes the first that fits.
    order = [g.get("unicode") for g in root.xpath("//s:glyph", namespaces=space)]
    assert order.index("th") < order.index("t")


@pytest.mark.skipif(shutil.which("fontforge") is None, reason="fontforge is not installed")
def test_fontforge_finds_nothing_wrong(font_path, tmp_path):
    script = tmp_path / "check.py"
    script.write_text(
        "import fontforge, sys\n"
        "font = fontforge.open(sys.argv[1])\n"
        "for glyph in font.glyphs():\n"
        "    print('glyph', glyph.glyphname, glyph.validate(True))\n"
    )
    command = ["fontforge", "-lang=py", "-script", str(script), str(font_path)]
    ran = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    found = dict(line.split()[1:] for line in ran.stdout.splitlines() if line[:6] == "glyph ")
    assert len(found) > 250
    # Open contours (2), or those that run the wrong way (8): none.
    assert {name: flags for name, flags in found.items() if int(flags) & (2 | 8)} == {}
    # Whole units make a few contours touch themselves (4).
    assert sum(bool(int(flags) & 4) for flags in found.values()) <= 0.01 * len(found)


def test_the_proof_sheet_shows_font_and_hand(font_path, glyphs, tmp_path):
    written = [write(line, k).ink for k, line in enumerate(TEXT)]
    path = tmp_path / "proof.png"
    save_proof_sheet(font_path, glyphs, written, PENS["ballpoint"], 2.4, path)
    dark = np.asarray(Image.open(path).convert("L")) < 128
    assert 0.005 < dark.mean() < 0.2
    assert dark[-300:].any()


@pytest.mark.parametrize("family", ["", " ", "x" * 32, "a\nb"])
def test_a_name_that_no_font_has_is_refused(family):
    with pytest.raises(SettingError, match="cannot be called"):
        FontNames(family, "", "")


def test_a_name_of_any_letters_has_a_plain_one():
    assert FontNames("Größe 2", "", "").postscript == "Groe2"
    assert FontNames("手書き", "", "").postscript == "Handwriting"


def test_words_that_are_misread_are_not_cut():
    from engine.sampling.misread_word import MisreadWord

    good, bad = write("ab cd", 1), write("ab cd", 2)
    bad = WrittenLine(bad.text, bad.ink, bad.characters, 2, misread=(MisreadWord(0, "ab", "x"),))
    glyphs = cut_glyphs([good, bad], "abcd ")
    assert (len(glyphs.forms["a"]), len(glyphs.forms["c"])) == (1, 2)
    only = cut_glyphs([bad], "abcd ")
    assert len(only.forms["a"]) == 1  # better a doubted ink than none
