from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.document.note import Block, Note, TextBox
from studio.document.placement import Placement
from studio.document.text_marks import Mark, MarkKind
from studio.document.typography import QUOTES, typeset, typeset_note

ALL = '«»„“”" abcdefghijklmnopqrstuvwxyz'
PLAIN = "\"' abcdefghijklmnopqrstuvwxyz"


@pytest.mark.parametrize(
    ("language", "typed", "right"),
    [
        ("de", 'Er sagt "Hallo" und "Guten Tag".', "Er sagt „Hallo“ und „Guten Tag“."),
        ("de", 'Ich ("Anna") komme; "so", sagt sie.', "Ich („Anna“) komme; „so“, sagt sie."),
        ("de_AT", '"Servus!"', "„Servus!“"),
        ("de_CH", '"Grüezi"', "«Grüezi»"),
        ("fr", '"Bonjour", dit-il.', "«\xa0Bonjour\xa0», dit-il."),
        ("fr_CH", '"Bonjour"', "«Bonjour»"),
        ("es", '"Hola"', "«Hola»"),
        ("pl", '"Cześć"', "„Cześć”"),
        ("sv", '"Hej"', "”Hej”"),
        ("en_GB", '"Hello"', "“Hello”"),
        # What is no pair of quotation marks stays.
        ("de", 'Ein Rohr von 5" und eins von 7".', 'Ein Rohr von 5" und eins von 7".'),
        ("de", 'Er sagt "Hallo', 'Er sagt "Hallo'),
        ("de", 'a"b"c', 'a"b"c'),
        ("de", "„Hallo“, sagt »sie«.", "„Hallo“, sagt »sie«."),
        ("xx", '"Hallo"', '"Hallo"'),
        ("", '"10 000"', '"10 000"'),
        # Spaces at which no line is broken.
        ("fr", "Vraiment ? Oui : demain !", "Vraiment\u202f? Oui\xa0: demain\u202f!"),
        ("fr", "« Bonjour » ; voilà.", "«\xa0Bonjour\xa0»\u202f; voilà."),
        ("fr", "10 000 € et 5 % de plus", "10\xa0000\xa0€ et 5\xa0% de plus"),
        ("de", "z. B. 1 250 km, d. h. weit", "z.\xa0B. 1\xa0250\xa0km, d.\xa0h. weit"),
        ("en", "2024 was 10 years ago", "2024 was 10 years ago"),
        ("fr", "M. Dupont, p. 45, n° 12", "M.\xa0Dupont, p.\xa045, n°\xa012"),
        ("de", "Dr. Weber, § 5 Abs. 3, S. 7", "Dr.\xa0Weber, §\xa05 Abs.\xa03, S.\xa07"),
        ("es", "La Sra. Díaz, n.º 5, núm. 8", "La Sra.\xa0Díaz, n.º\xa05, núm.\xa08"),
        ("pl", "Mieszkam z nim i z nią.", "Mieszkam z\xa0nim i\xa0z\xa0nią."),
        ("cs", "V Praze s mlékem", "V\xa0Praze s\xa0mlékem"),
        ("en", "I saw a tree. Map. 5 trees", "I saw a tree. Map. 5 trees"),
        ("fr", "Bonjour! Oui:non", "Bonjour! Oui:non"),
    ],
)
def test_a_language_sets_its_quotes_and_spaces(language, typed, right):
    assert typeset(typed, language, ALL) == right


def test_quotes_that_the_hand_cannot_write_stay_plain():
    assert typeset('Er sagt "Hallo".', "de", PLAIN) == 'Er sagt "Hallo".'
    assert typeset('"Bonjour" ! 10 000', "fr", PLAIN) == '"Bonjour"\u202f! 10\xa0000'


@pytest.mark.parametrize(
    ("language", "right"), [("de", "Er sagt „Hallo“."), ("pl", "Er sagt „Hallo”."), ("sv", None)]
)
def test_of_curly_quotes_the_opening_one_is_needed(language, right):
    typed = 'Er sagt "Hallo".'
    assert typeset(typed, language, PLAIN + "„") == (right or typed)


def test_marks_of_words_stay_with_their_words():
    text = '"Bonjour", dit Anna'
    start = text.index("Anna")
    block = Block(text, 0, marks=(Mark(start, start + 4, MarkKind.PRESSED),))
    note = typeset_note(Note((block,), language="fr"), ALL)
    (mark,) = note.blocks[0].marks
    assert note.blocks[0].text[mark.start : mark.stop] == "Anna"
    assert typeset_note(Note((block,)), ALL).blocks == (block,)


def test_text_boxes_are_set_as_the_text_is():
    block = Block('"Bonjour"', 0)
    box = TextBox(replace(block, id=1), Placement(0, 10.0, 10.0), 50.0)
    made = typeset_note(Note((block,), language="fr", boxes=(box,)), ALL)
    assert made.boxes[0].block.text == made.blocks[0].text != block.text
    assert made.boxes[0] == replace(box, block=replace(box.block, text=made.blocks[0].text))


@given(st.text('ab "«»„“12.:;!?%\n\xa0\u202f-('), st.sampled_from(sorted(QUOTES)))
def test_nothing_but_quotes_and_spaces_changes_and_twice_is_once(text, language):
    made = typeset(text, language, ALL)

    def bare(text):
        return "".join("" if c in ' "«»„“”\xa0\u202f' else c for c in text)

    assert bare(made) == bare(text)
    assert typeset(made, language, ALL) == made
