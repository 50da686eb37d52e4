"""Made-up texts of many languages laid out by a quick writer: nothing refused, overfull or lost.

The words are made of the letters and marks of each language; no text of anybody is used.
"""

import random
import re
import string
import unicodedata

import pytest

from engine.text.transliteration import UnwritableError, transliterate
from studio.document.note import Alignment, Look, Note
from studio.document.paper import PAPERS, Margins
from studio.document.typography import typeset_note
from studio.layout.layout import lay_out

SYLLABLES = {
    language: pieces.split()
    for language, pieces in {
        "en": "the an ing er tion con ly ble sh wh ough ment st er ed qu",
        "de": "sch ein ung ß ä ö ü keit ver ge heit lich zwi schen pf straß",
        "fr": "é è ê ç œu eau tion l' d' qu' aî ment ois ville ù aï",
        "es": "ñ ción á é í ó ú güe llo rr ando mente qu ¿ je",
        "it": "zione gli che è à ò ù zza mente sci ggio chi l'",
        "pt": "ção ã õ ê á lh nh mente qu eiro é ç à",
        "nl": "ij schap oe ë heid ge aar ui ver lijk 't ck",
        "da": "æ ø å hed lig skab ds ge er hv ej",
        "sv": "å ä ö het lig skap tj sj ande ck är",
        "fi": "ää yö uo kk nen ssa sta lla yys ie äi",
        "pl": "ą ę ł ń ś ź ż ó szcz rz cz ość nie prze",
        "cs": "ř ě š č ž ý á í ů ost ní kých ť ď",
        "hu": "ő ű á é gy sz ség nyi ö ü ly zs tt",
        "ro": "ă â î ș ț ul ea iei lor mente ci",
        "tr": "ğ ı İ ş ç ö ü lar lik mak yor",
        "is": "þ ð æ ö á ó ei ur inn leg ý",
        "lv": "ā č ē ģ ī ķ ļ ņ š ū ž šana",
        "vi": "ươ ễ ạ ộ nh ng ữ đ ấ ề ủ",
    }.items()
}
"""Pieces of words."""

OPENING, CLOSING = (
    ("“", "«\u202f", "„", "(", "‘", "‹", '"'),
    ("”", "\u202f»", "“", ")", "’", "›", '"'),
)
ADDRESSES = (
    "https://www.example.org/a/very/long/path?with=queries&and=more#parts-of-it",
    "somebody.with.a.long.name@mail.department.example.com",
    "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamter",
    "+49 (0)30 1234567-89",
    "IBAN DE89 3704 0044 0532 0130 00",
)
SPACES = (" ", " ", " ", " ", " ", " ", "\xa0", "\u202f", "  ")
ALPHABET = frozenset(" !\"&'()+,-./:;?%=" + string.ascii_letters + string.digits)


def word(chance, pieces):
    made = "".join(chance.choice(pieces) for _ in range(chance.randint(1, 4)))
    kind = chance.random()
    if kind < 0.12:
        made = made[:1].upper() + made[1:]
    if kind > 0.97:
        made = made.upper()
    if chance.random() < 0.03:
        return chance.choice(ADDRESSES)
    if chance.random() < 0.04:
        return f"{chance.randint(0, 99999):,}".replace(",", chance.choice(",.\xa0"))
    if chance.random() < 0.05:
        k = chance.randrange(len(OPENING))
        return OPENING[k] + made + CLOSING[k]
    if chance.random() < 0.04:
        half = len(made) // 2
        return made[:half] + "\xad" + made[half:]
    return made


def text(chance, pieces):
    lines = []
    for _ in range(chance.randint(1, 6)):
        words = []
        for _ in range(chance.randint(0, 30)):
            words.append(word(chance, pieces))
            if chance.random() < 0.2:
                words[-1] += chance.choice(
                    [",", ".", ";", ":", "!", "?", "\u202f!", " –", "—und", "…", "/"]
                )
            words.append(chance.choice(SPACES))
        start = chance.choice(["", "", "", "- ", "• ", "1. ", "    ", "\t", "– "])
        lines.append(start + "".join(words).rstrip(" "))
        if chance.random() < 0.05:
            lines.append("Stück\t2,50\tEUR\nPaar\t12,00\tEUR")
    return chance.choice(["NFC", "NFD"]), "\n".join(lines)


def letters(text):
    """What of a text is to be found again: its letters and digits."""
    return [c for c in text if c.isalnum()]


@pytest.mark.soak
def test_texts_of_many_languages(rounds, loop_writer):
    # 2,000 in `make soak` with ROUNDS=250; eight a round.
    number = 8 * rounds
    chance = random.Random(rounds)
    writer = loop_writer(ALPHABET)
    lines_seen = 0
    for k in range(number):
        language = chance.choice(sorted(SYLLABLES))
        form, written = text(chance, SYLLABLES[language])
        written = unicodedata.normalize(form, written)
        # What has no form is replaced; a mark has one with its letter.
        odd = {c for c in written if not (c.isspace() or unicodedata.combining(c) or _has_form(c))}
        assert odd <= set("#"), odd
        written = "".join("-" if c in odd else c for c in written)
        look = Look(
            x_height=chance.choice([1.5, 2.4, 4.0]),
            alignment=chance.choice(list(Alignment)),
            slant=chance.choice([0.0, 0.3]),
            variation=chance.choice([0.0, 0.4, 1.0]),
            seed=k,
        )
        margin = chance.choice([8, 15])
        note = Note.from_text(
            written,
            look=look,
            paper=chance.choice([PAPERS["A4"], PAPERS["A5"], PAPERS["A6"], PAPERS["DL"]]),
            margins=Margins(margin, margin, margin, margin),
            language=chance.choice(["", language if language in ("de", "fr", "en", "es") else ""]),
            hyphenate=chance.random() < 0.3,
            columns=chance.choice([1, 1, 1, 2]),
        )
        note = typeset_note(note, ALPHABET)
        layout = lay_out(note, writer)
        told = f"text {k}, {language}: {written!r}"
        # No line is overfull.
        for page in layout.pages:
            for line in page.written:
                left, _, right, _ = line.ink.bounds
                assert left >= margin - 0.3, told
                assert right <= note.paper.width - margin + 0.3, told
                lines_seen += 1
        # No letter is lost, and none comes twice or out of order but in tables.
        planned = [w.source for line in layout.plan.lines for w in line.words]
        assert sorted(letters("".join(planned))) == sorted(letters(note.text)), told
        if "\t" not in note.text and not re.search(r"\S {2,}\S", note.text):
            assert letters("".join(planned)) == letters(note.text), told
    assert lines_seen > 20 * rounds


def _has_form(character):
    try:
        transliterate(character, ALPHABET)
    except UnwritableError:
        return False
    return True
