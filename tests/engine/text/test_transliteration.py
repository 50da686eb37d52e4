"""Spelling: what a hand cannot write is decomposed, mapped, replaced or refused by name."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import TextError
from engine.text.alphabet import CHARACTERS, Alphabet
from engine.text.diacritics import with_marked
from engine.text.transliteration import UnwritableError, together, transliterate

ALPHABET = frozenset(" !\"&'()+,-./:;?" + string.ascii_letters + string.digits)


def spelled(text: str, replace_unknown: str | None = None) -> str:
    return transliterate(text, ALPHABET, replace_unknown).text


def test_plain_text_stays_as_it_is() -> None:
    spelling = transliterate("Dear Sir,\n\nyours (truly) & so on.", ALPHABET)
    assert spelling.text == "Dear Sir,\n\nyours (truly) & so on."
    assert spelling.notices == ()
    assert list(spelling.origins) == list(range(len(spelling.text)))


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("“Yes,” she said", '"Yes," she said'),
        ("don’t", "don't"),
        ("1914–1918", "1914-1918"),
        ("word—word", "word - word"),
        ("word — word", "word - word"),
        ("well…", "well..."),
        ("10\u00a0km", "10 km"),
        ("co\u00adop\u200b", "coop"),
        ("a\r\nb\rc\u2028d", "a\nb\nc\nd"),
    ],
)
def test_typography_becomes_plain_without_a_notice(text: str, plain: str) -> None:
    spelling = transliterate(text, ALPHABET)
    assert (spelling.text, spelling.notices) == (plain, ())


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Café", "Cafe"),
        ("Cafe\u0301", "Cafe"),
        ("Straße", "Strasse"),
        ("Ærø", "Aero"),
        ("CŒUR", "COEUR"),
        ("ﬁne", "fine"),
        ("Łódź", "Lodz"),
        ("2½ cups, ½ spoon", "2 1/2 cups, 1/2 spoon"),
        ("50% of €50", "50 percent of EUR 50"),
        ("a=b", "a equals b"),
        ("[sic]", "(sic)"),
        ("x@y.org @ home", "x(at)y.org at home"),
        ("house #5", "house No. 5"),
        ("¿Qué?", "Que?"),
        ("* one", "- one"),
        ("~ 5, ~ Anna", "about 5, - Anna"),
        ("3‰ of ₹500", "3 permille of INR 500"),
    ],
)
def test_letters_and_signs_have_written_forms_with_a_notice(text: str, plain: str) -> None:
    spelling = transliterate(text, ALPHABET)
    assert spelling.text == plain
    assert spelling.notices


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("x² + 3x", "x^2 + 3x"),
        ("(a + b)² - b²", "(a + b)^2 - b^2"),
        ("10¹² or 10⁻³ m", "10^12 or 10^-3 m"),
    ],
)
def test_a_power_stays_one_where_there_is_a_sign_for_it(text: str, plain: str) -> None:
    assert transliterate(text, ALPHABET | {"^"}).text == plain
    assert transliterate(text, ALPHABET).text == plain.replace("^", "")


def test_comparisons_have_forms_of_the_signs_of_a_keyboard() -> None:
    text = "5 ≤ 6 ≥ 2 ≠ 7 ≈ 6.9"
    assert transliterate(text, ALPHABET | set("<=>~")).text == "5 <= 6 >= 2 =/= 7 ~ 6.9"
    with pytest.raises(UnwritableError) as refused:
        transliterate(text, ALPHABET)
    assert {"≤", "≥"} <= set(refused.value.characters)


@pytest.mark.parametrize(
    ("address", "plain"),
    [
        (
            "https://www.example.org/my_page?id=7&lang=en#top",
            "https://www.example.org/my-page?id-7&lang-en-top",
        ),
        ("www.example.org/a%20b+c", "www.example.org/a-20b+c"),
        ("http://example.org/~ann/?q=*", "http://example.org/-ann/?q--"),
    ],
)
def test_an_address_gets_no_words_and_no_spaces(address: str, plain: str) -> None:
    spelling = transliterate(f"See {address}, and 2=2.", ALPHABET)
    assert spelling.text == f"See {plain}, and 2 equals 2."
    assert {notice.written for notice in spelling.notices} == {"-", "equals"}


@pytest.mark.parametrize(
    "text",
    [
        "anna.berg@example.org, my_page?id=7&lang=en#top",
        "C:\\letters\\to_tom.txt 100%",
        "<5 * 3> = 15 + $2 ~ x",
        "7 × 8 = 56; 56 ÷ 8 = 7",
        "½ ± 3 [a] {b} c|d",
    ],
)
def test_a_hand_that_was_taught_all_signs_writes_them_as_they_are_typed(text: str) -> None:
    spelling = transliterate(text, CHARACTERS)
    assert (spelling.text, spelling.notices) == (text, ())


@pytest.mark.parametrize(("sign", "plain"), [("❤️", "♥"), ("♡", "♥"), ("✔", "✓"), ("⭐", "★")])
def test_signs_of_a_keyboard_are_those_of_a_pen_where_it_knows_them(sign: str, plain: str) -> None:
    spelling = transliterate(f"Love {sign} Ada", CHARACTERS)
    assert spelling.text == f"Love {plain} Ada"
    assert [notice.written for notice in spelling.notices] == [plain]
    with pytest.raises(UnwritableError):
        spelled(sign)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Il dit : « On y va. » Oui.", 'Il dit : "On y va." Oui.'),
        ("«\u00a0Bonjour\u00a0!\u00a0», dit-il", '"Bonjour !", dit-il'),
        ("(«\u202foui\u202f» ou ‹\u202fnon\u202f›)", "(\"oui\" ou 'non')"),
        ("»Ja«, sagte „Anna“ »", '"Ja", sagte "Anna""'),
    ],
)
def test_quotation_marks_made_straight_lose_the_space_inside(text: str, plain: str) -> None:
    assert spelled(text) == plain


@pytest.mark.parametrize(
    "text",
    [
        "Feliz año nuevo, señora Muñoz! Mañana?",
        "Liebe Frau Müller, schöne Tage aus Österreich, Ihr Weingut Jäger",
        "Drogi Łukaszu! Zażółć gęślą jaźń. Dziękuję za życzenia świąteczne.",
        "Příliš žluťoučký kůň úpěl ďábelské ódy",
        "Chúc mừng năm mới, bạn thân mến",
    ],
)
def test_marks_stay_on_their_letters(text: str) -> None:
    spelling = transliterate(text, with_marked(Alphabet(" !,.?" + string.ascii_letters)))
    assert (spelling.text, spelling.notices) == (text, ())


def test_notice_names_the_character_the_form_and_each_place() -> None:
    (notice,) = transliterate("Dear André,\nthe café and\nJosé", ALPHABET).notices
    assert (notice.character, notice.written) == ("é", "e")
    assert [(p.line, p.column, p.word) for p in notice.places] == [
        (1, 10, "André,"),
        (2, 8, "café"),
        (3, 4, "José"),
    ]
    assert str(notice) == (
        "'é' is written as 'e' (line 1, column 10 in 'André,', and 2 more places)."
    )


def test_characters_of_the_alphabet_need_no_rule() -> None:
    assert transliterate("50% é", ALPHABET | {"%", "é"}).text == "50% é"


@pytest.mark.parametrize("character", ["漢", "👩‍🚀", "🇩🇪", "й", "^", "\x07", "\ud800"])
def test_what_cannot_be_written_is_refused_by_name_and_place(character: str) -> None:
    with pytest.raises(TextError) as refusal:
        transliterate(f"first\nand {character} too", ALPHABET, first_line=3)
    sentence = str(refusal.value)
    assert "line 4, column 5" in sentence
    assert character in sentence or "U+" in sentence
    assert "\n" not in sentence


def test_a_refusal_names_all_characters_and_where_the_first_stands() -> None:
    with pytest.raises(UnwritableError) as refusal:
        transliterate("a 漢\n字 字 ж", ALPHABET)
    assert refusal.value.characters == ("漢", "字", "ж")
    said = (
        "'漢', '字' and 'ж' (the first in line 1, column 3) cannot be written by this hand; remove"
    )
    assert str(refusal.value).startswith(said)
    assert str(refusal.value.advised("use a brush")).endswith("remove them, or use a brush.")


def test_a_refusal_of_one_character_counts_its_places() -> None:
    with pytest.raises(UnwritableError, match=r"^'漢' \(in line 1, column 2, and 2 more places\)"):
        transliterate("a漢\n漢漢", ALPHABET)


def test_a_refusal_of_very_many_characters_stays_a_sentence() -> None:
    with pytest.raises(UnwritableError, match=r"'\u4e26', '\u4e27' and 60 other characters \("):
        transliterate("".join(chr(0x4E00 + k) for k in range(100)), ALPHABET)


def test_bullets_of_lists_are_dashes() -> None:
    bullets = "● ○ ■ □ • ‣ ◦ ▪ ◆ ❖ ➢ \uf0b7"
    spelling = transliterate("\n".join(f"{bullet} item" for bullet in bullets.split()), ALPHABET)
    assert set(spelling.text.split("\n")) == {"- item"}
    assert len(spelling.notices) == len(bullets.split())


def test_few_notices_are_a_sentence_each_and_many_one_together() -> None:
    few = together(transliterate("é à ¿", ALPHABET).notices)
    assert [sentence[:3] for sentence in few] == ["'é'", "'à'", "'¿'"]
    (many,) = together(transliterate("é à ¿ é ü", ALPHABET).notices)
    assert many == (
        "4 characters are written otherwise: 'é' as 'e' (line 1, column 1, and 1 more place); "
        "'à' as 'a' (line 1, column 3); '¿' not at all (line 1, column 5); "
        "'ü' as 'u' (line 1, column 9)."
    )


def test_unknown_characters_are_replaced_one_for_one_with_a_notice() -> None:
    spelling = transliterate("漢字 and 👩‍🚀 and 👍🏽!", ALPHABET, "?")
    assert spelling.text == "?? and ? and ?!"
    assert [notice.character for notice in spelling.notices] == ["漢", "字", "👩‍🚀", "👍🏽"]
    assert spelled("a漢b", "") == "ab"


def test_replacement_must_itself_be_written() -> None:
    with pytest.raises(TextError, match="another replacement"):
        transliterate("plain", ALPHABET, "@")


@given(st.text(max_size=60))
def test_anything_is_spelled_within_the_alphabet_and_traced_to_its_source(text: str) -> None:
    spelling = transliterate(text, ALPHABET, "-")
    assert set(spelling.text) <= ALPHABET | {"\n"}
    origins = list(spelling.origins)
    assert len(origins) == len(spelling.text)
    assert origins == sorted(origins)
    assert all(0 <= origin < len(text) for origin in origins)


@given(st.text(max_size=60))
def test_spelling_is_spelled_as_it_stands(text: str) -> None:
    once = spelled(text, "-")
    again = transliterate(once, ALPHABET)
    assert (again.text, again.notices) == (once, ())
