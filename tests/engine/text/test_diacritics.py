"""Letters with marks: what they are made of, and what a hand's alphabet then holds."""

from __future__ import annotations

import unicodedata

import numpy as np
import pytest

from engine.errors import TextError
from engine.text.alphabet import Alphabet
from engine.text.diacritics import marked_letter, unmarked, with_marked
from engine.text.transliteration import transliterate

ASCII = Alphabet("".join(map(chr, range(32, 127))))
#: The letters with marks of languages of Europe in Latin script, of Turkish and of Vietnamese.
LETTERS = (
    "áàâäãåāăąǎ ćčçċĉ ďđ éèêëēėęěĕ ğģġĝ ĥħ íìîïīįıĩ ĵ ķ ĺľłļ ńňñņ óòôöõøōőŏ ŕřŗ śšşșŝ ťţțŧ"
    "úùûüūůűųŭ ŵẁẃẅ ýÿŷỳ źžż ơư ạảấầẩẫậắằẳẵặ ẹẻẽếềểễệ ỉị ọỏốồổỗộớờởỡợ ụủứừửữự ỵỷỹ"
)


@pytest.mark.parametrize("letter", [*LETTERS.replace(" ", "").replace("ı", "")])
def test_small_letters_and_capitals_are_made_of_letters_and_marks(letter: str) -> None:
    for character in (letter, letter.upper()):
        made = marked_letter(character)
        assert made is not None
        assert made.base.isascii()
        assert made.base.isupper() == character.isupper()
        assert made.marks
        assert unmarked(f"x{character}y", ASCII) == f"x{made.base}y"


@pytest.mark.parametrize(
    "text",
    ["¿Mañana? ¿Año nuevo?", "Pero ¿por qué, señora Muñoz?", "¿Și în română? («¿Tú?»)"],
)
def test_a_question_mark_that_opens_is_written_and_not_told(text: str) -> None:
    alphabet = Alphabet(ASCII.characters + "«»")
    spelled = transliterate(text, with_marked(alphabet))
    assert spelled.text == text
    assert spelled.notices == ()
    assert unmarked("¿Qué?", alphabet) == "?Que?"
    assert "¿" not in with_marked(Alphabet(" abc"))


def test_an_alphabet_that_has_a_letter_itself_writes_it_itself() -> None:
    own = Alphabet(" aoå")
    assert unmarked("åö", own) == "åo"
    assert {"å", "ä", "ö"} <= with_marked(own)
    assert "é" not in with_marked(own)


def test_letters_with_marks_have_the_codes_of_their_letters() -> None:
    np.testing.assert_array_equal(ASCII.encode("Zoë"), ASCII.encode("Zoe"))
    with pytest.raises(TextError, match="cannot write 'é'"):
        Alphabet(" ab").encode("é")


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_texts_keep_their_marks_however_they_are_composed(form: str) -> None:
    text = unicodedata.normalize(form, "Příliš žluťoučký kůň, ếđł")
    spelled = transliterate(text, with_marked(ASCII))
    assert spelled.text == unicodedata.normalize("NFC", text)
    assert spelled.notices == ()
    assert len(spelled.origins) == len(spelled.text)
