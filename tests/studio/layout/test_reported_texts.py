"""Texts as users have them (from reports of this and other programs), each by its right value."""

import pytest

from engine.errors import TextError
from engine.text.transliteration import UnwritableError
from studio.document.note import Look, Note
from studio.document.paper import PAPERS
from studio.layout.layout import lay_out


def lines(text, loop_writer, lines_of, paper="A5", **settings):
    note = Note.from_text(text, paper=PAPERS[paper], look=Look(variation=0.0), **settings)
    return lines_of(lay_out(note, loop_writer()))


@pytest.mark.parametrize(
    ("text", "right"),
    [
        # Lists of Google Docs, of Word, and of a mail program.
        (
            "Weekend plan\n\n● Fix the garden gate\n○ buy two hinges\n■ ask Tom for the drill",
            [
                "Weekend plan",
                "- Fix the garden gate",
                "- buy two hinges",
                "- ask Tom for the drill",
            ],
        ),
        ("\uf0b7 bread\n\uf0a7 milk\n➢ eggs", ["- bread", "- milk", "- eggs"]),
        ("❖ one\n▪ two\n‣ three\n◆ four", ["- one", "- two", "- three", "- four"]),
    ],
)
def test_bullets_are_written_as_dashes(text, right, loop_writer, lines_of):
    assert lines(text, loop_writer, lines_of) == right


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        ("☐ milk\n☑ eggs\n✓ bread\n→ butter\n★ jam", "☐☑✓→★"),
        ("one ♥ two\nthree ☺ four ♥\n\nfive ♫", "♥☺♫"),
        ("漢字 and かな\n\nand Ж", "漢字かなЖ"),
    ],
)
def test_all_that_cannot_be_written_is_told_at_once(text, refused, loop_writer, lines_of):
    with pytest.raises(UnwritableError) as told:
        lines(text, loop_writer, lines_of)
    assert set(told.value.characters) == set(refused)
    assert all(character in str(told.value) for character in refused)
    assert isinstance(told.value, TextError)
    replaced = lines(text, loop_writer, lines_of, replace_unknown="?")
    assert "?" in "".join(replaced)


@pytest.mark.parametrize(
    "address",
    [
        "https://www.example.org/archive/2024/05/a-very-long-title-of-a-page?ref-mail&lang-en",
        "first.middle.last_name@department.of.everything.university.example.com",
        "C:\\Users\\somebody\\Documents\\Letters\\2024\\May\\a-letter-to-nobody.txt",
    ],
)
def test_a_long_address_refuses_no_letter_and_gets_no_hyphen(address, loop_writer, lines_of):
    text = f"Dear Ada,\n\nplease see {address} for all of it.\n\nYours, Charles"
    written = lines(text, loop_writer, lines_of, "A6")
    plain = address.replace("\\", "/").replace("_", "-").replace("@", "(at)")
    joined = "".join(written).replace(" ", "")
    kept = [c for c in plain if c.isalnum()]
    assert "".join(kept) in "".join(c for c in joined if c.isalnum())
    assert written[-1] == "Yours, Charles"


@pytest.mark.parametrize(
    "text",
    [
        "It was late—far too late—and the long road home—dark, wet and cold—lay before us—alone.",
        "He came — she went — they met — nobody saw — and that was all — or nearly so — of it all.",
        "red–green–blue–yellow–white–black–brown–orange–violet–purple–silver–golden–copper–bronze",
    ],
)
@pytest.mark.parametrize("paper", ["A6", "A7"])
def test_no_line_begins_with_a_dash(text, paper, loop_writer, lines_of):
    written = lines(text, loop_writer, lines_of, paper)
    assert len(written) > 1
    assert not [line for line in written if line.startswith("-")]


@pytest.mark.parametrize(
    ("text", "together"),
    [
        (
            "On en a pour 10\xa0000\u202f€ par an\u202f! M.\xa0Dupont, là-dedans\u202f? " * 3,
            ["10 000", "M. Dupont,", "là-dedans ?"],
        ),
        ("Treffen um 9\xa0Uhr bei Dr.\xa0Weber, S.\u202f12 und z.\u202fB. hier. " * 3, ["9 Uhr"]),
        ("Call 030\u2007123\u2007456 or come to 12\xa0Long\xa0Lane soon. " * 3, ["12 Long Lane"]),
    ],
)
def test_no_line_is_broken_at_a_no_break_space(text, together, loop_writer, lines_of):
    written = lines(text.strip(), loop_writer, lines_of, "A7")
    assert len(written) > 3
    plain = "\n".join(written).replace("là", "la")
    for phrase in together:
        phrase = phrase.replace("là", "la").replace("€", "EUR")
        # Each time that its first word comes, the rest stands on the same line.
        head = phrase.split()[0]
        assert plain.count(phrase) >= 2, phrase
        assert not [line for line in plain.split("\n") if line.endswith(f" {head}")]
