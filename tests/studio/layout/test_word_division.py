"""Long words and addresses: divided where people divide them, or written smaller; never refused."""

from __future__ import annotations

import string
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.document.note import Alignment, Block, Look, Note, TextBox
from studio.document.paper import PAPERS, Margins, Paper
from studio.document.placement import Placement
from studio.layout.layout import Layout, lay_out
from studio.layout.passage_breaking import overfull
from studio.layout.text_places import find_letters, find_word
from studio.layout.word_division import SOFT_HYPHEN, Need, divisions, is_address, known_languages

ASCII = frozenset(chr(code) for code in range(32, 127))


def divided(word: str, language: str | None = None, need: Need = Need.LOOSE) -> str:
    parts, last = [], 0
    for place, hyphen, _ in divisions(word, need, language, False):
        parts.append(word[last:place] + ("-" if hyphen else ""))
        last = place
    return "|".join([*parts, word[last:]])


@pytest.mark.parametrize(
    "word",
    [
        "https://photos.|example.|org/|albums/|2024/|the-|lake-|house?|share=|ab12cd34",
        "anna.|berg@|example.|org",
        "www.|example.|org/|my_|page?|id=|7&|lang=|en#top",
        "my_|long_|file_|name.|txt",
        "/home/|anna/|letters/|some-|file.|txt",
        "mother-|in-|law",
        "and/|or",
        "waited—|one",
        "3.14159",
        "1,234,567.89",
        "24/12/2024",
        "+49-30-1234567",
        "(ext.)",
    ],
)
def test_signs_are_divided_behind_their_marks(word: str) -> None:
    assert divided(word.replace("|", "")) == word


@pytest.mark.parametrize(
    ("word", "language"),
    [
        ("extraor-|di-|nar-|ily", "en"),
        ("Donau-|dampf-|schiff-|fahrt", "de"),
        ("anni-|ver-|saire", "fr"),
        ("(unbe-|liev-|ably)!", "en"),
        ("UNESCO", "en"),
        ("strength", "en"),
        ("extraordinarily", None),
    ],
)
def test_words_are_divided_by_their_language(word: str, language: str | None) -> None:
    assert divided(word.replace("-|", ""), language) == word


def test_a_soft_hyphen_is_where_the_typist_wants_it() -> None:
    assert divided(f"unbe{SOFT_HYPHEN}lievably", "en") == f"unbe{SOFT_HYPHEN}-|lievably"


def test_in_need_a_word_is_divided_anywhere() -> None:
    assert divided("abcd", None, Need.ANYWHERE) == "a-|b-|c-|d"
    assert divided("X1y", None, Need.ANYWHERE) == "X|1|y"
    assert divided("a.b/c", None, Need.ANYWHERE).count("-") == 0
    assert is_address("a@b")
    assert not is_address("a.m.")


URL = (
    "https://photos.example.org/albums/2024/summer/the-lake-house/day-three/"
    "sunset-over-the-water?share=ab12cd34ef56gh78"
)
LETTERS = [
    f"Dear Tom,\n\nthe photographs are at {URL} until May.\n\nYours, Ann",
    "Write to anna-katharina.von-der-muehlenberg-schwarz@department-of-letters.example.org soon.",
    "The file is C:\\Users\\Anna\\Documents\\letters\\2024\\to_tom_about_the_lake_house.docx.",
    "Die Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft war das.",
    "Token: " + "".join(string.ascii_letters[k * 7 % 52] for k in range(150)) + " and " + "l" * 300,
    "It costs 1,234,567,890,123,456,789,012,345,678,901,234,567,890.00 in all.",
]  # fmt: skip


def typed(layout: Layout) -> str:
    """The text without its spaces, put together from the words behind the ink."""
    words = [word for line in layout.pages.lines for word in line.words]
    return "".join(w.text.removesuffix(SOFT_HYPHEN) if w.goes_on else w.text for w in words)


def assert_fits(layout: Layout) -> None:
    for line in layout.plan.lines:
        ink = layout.placed[line].ink
        if not ink:
            continue
        left, _, right, _ = ink.bounds
        assert line.low - 1e-6 <= left <= right <= line.high + 1e-6
        width = layout.records[line.key].width * line.look.x_height
        assert not overfull(width, len(line.words), line.most)


@pytest.mark.parametrize("paper", ["A4", "A6", "DL"])
@pytest.mark.parametrize("text", LETTERS, ids=["url", "mail", "file", "german", "token", "sum"])
def test_no_long_word_is_refused_or_loses_a_letter(text, paper, loop_writer) -> None:
    note = Note.from_text(text, paper=PAPERS[paper], margins=Margins(15, 15, 15, 15))
    layout = lay_out(note, loop_writer(ASCII))
    assert typed(layout) == "".join(text.split())
    assert_fits(layout)
    for before, after in pairwise(layout.plan.lines):
        assert before.words[-1].goes_on == (after.origin.head > 0)
        assert max(len(word.text) for word in before.words) <= 65


def test_an_address_is_divided_behind_a_mark_and_gets_no_hyphen(loop_writer, lines_of) -> None:
    layout = lay_out(Note.from_text(LETTERS[0]), loop_writer(ASCII))
    ends = [line for line in layout.plan.lines if line.words[-1].goes_on]
    assert ends
    assert all(line.key.text[-1] in "/?&=-._@" for line in ends)
    assert URL in "".join(lines_of(layout)).replace("photographs areat ", "")


def test_words_are_divided_where_a_line_would_be_too_loose(loop_writer, lines_of) -> None:
    text = "The incomprehensibilities of intergovernmental recommendations are notwithstanding it."
    note = Note.from_text(text, paper=Paper("custom", 95.0, 150.0))
    lines = lines_of(lay_out(note, loop_writer()))
    assert [line for line in lines if line.endswith("-")]
    wide = replace(note, paper=PAPERS["A4"])
    assert not [line for line in lines_of(lay_out(wide, loop_writer())) if line.endswith("-")]
    # In no language there are no hyphens that nobody typed.
    foreign = note.with_text(text.replace("The", "Qx").replace(" of ", " ").replace(" are ", " "))
    lines = lines_of(lay_out(replace(foreign, language="th"), loop_writer()))
    assert not [line for line in lines if line.endswith("-")]


def test_hyphens_are_set_on_request(loop_writer, lines_of) -> None:
    text = "Many remarkable conversations about gardening, furniture and the weather happened. " * 4
    note = Note.from_text(text, paper=PAPERS["A6"], margins=Margins(12, 12, 12, 12))
    assert not [e for e in lines_of(lay_out(note, loop_writer())) if e.endswith("-")]
    note = replace(note, hyphenate=True)
    layout = lay_out(note, loop_writer())
    assert [e for e in lines_of(layout) if e.endswith("-")]
    assert typed(layout) == "".join(text.split())


def test_soft_hyphens_are_used_and_not_seen_otherwise(loop_writer, lines_of) -> None:
    text = "Das war groß\u00adartig und un\u00adver\u00adgess\u00adlich\u00adschön" * 3
    lines = lines_of(lay_out(Note.from_text(text, paper=PAPERS["A6"]), loop_writer()))
    assert [line for line in lines if line.endswith("-")]
    letters = "".join(line.removesuffix("-") for line in lines).replace(" ", "")
    assert letters == "Daswargrossartigundunvergesslichschon" * 3
    assert "-" not in letters


def test_a_box_takes_any_word(loop_writer) -> None:
    box = TextBox(Block("Incomprehensibilities abound", 7, {"x_height": 9.0}), Placement(), 30.0)
    layout = lay_out(Note((Block("x"),), boxes=(box,)), loop_writer())
    assert typed(layout) == "xIncomprehensibilitiesabound"
    assert_fits(layout)


def test_what_is_divided_stays_so_while_others_change(loop_writer, lines_of) -> None:
    note = Note.from_text(LETTERS[0])
    before = lay_out(note, loop_writer(ASCII))
    changed = note.with_text(note.text.replace("Yours, Ann", "Yours, Ann and Bert"))
    after = lay_out(changed, loop_writer(ASCII), before)
    assert lines_of(after)[:-1] == lines_of(before)[:-1]
    for old, new in zip(before.plan.lines[:-1], after.plan.lines, strict=False):
        assert before.placed[old] is after.placed[new]


def test_parts_of_words_are_found_in_the_text(loop_writer) -> None:
    text = f"see {URL} and in\u00adcom\u00adpre\u00adhen\u00adsi\u00adbil\u00adi\u00adties “café”—x"
    note = Note.from_text(text, paper=PAPERS["A6"], margins=Margins(10, 10, 10, 10))
    writer = loop_writer(ASCII)
    layout = lay_out(note, writer)
    found = []
    for line in layout.plan.lines:
        for place, word in enumerate(line.words):
            span = find_word(note, layout.plan, line.key, place, writer.alphabet)
            assert text[span.start : span.stop] in (word.source, word.source[:-1])
            found.append((span.start, span.stop))
        letters = find_letters(note, layout.plan, line.key, writer.alphabet)
        assert len(letters) == len(line.key.text)
        starts = [span.start for span in letters]
        assert starts == sorted(starts)
    assert found == sorted(found)
    assert "".join(text[a:b] for a, b in found) == "".join(text.split())


@pytest.mark.parametrize("language", ["fi", "tr", "vi"])
def test_a_language_without_hyphens_is_known_and_divides_where_it_must(language: str) -> None:
    assert language in known_languages()
    assert divisions("elektroniikka", Need.LOOSE, language, True) == ()
    assert len(divisions("elektroniikka", Need.ANYWHERE, language, True)) == 12


words = st.text("abcdefghijklmnopqrstuvwxyzABC0123456789/-._@?=&:()", min_size=1, max_size=90)


@settings(max_examples=30, deadline=None)
@given(st.lists(words, min_size=1, max_size=8), st.floats(40, 200), st.sampled_from(Alignment))
def test_any_words_fit_on_any_paper(texts, width, alignment) -> None:
    from tests.studio.layout.conftest import LoopWriter

    paper = Paper("custom", float(np.round(width)), 200.0)
    look = Look(alignment=alignment)
    note = Note.from_text(" ".join(texts), look=look, paper=paper, margins=Margins(10, 10, 10, 10))
    layout = lay_out(note, LoopWriter(ASCII))
    assert typed(layout) == "".join(texts)
    assert_fits(layout)
