"""Quotation marks and spaces as a language sets them, of a text with plain ones."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace

from studio.document.note import Block, Note
from studio.document.text_marks import marks_after_edit

_NO_BREAK, _NARROW = "\N{NO-BREAK SPACE}", "\N{NARROW NO-BREAK SPACE}"
_LOW, _HIGH, _UPPER = "„“", "“”", "””"
_MIXED = "„”"
_POINTED = "«»"

QUOTES = {
    **dict.fromkeys(("bg", "cs", "de", "et", "is", "lt", "sk", "sl", "sq"), _LOW),
    **dict.fromkeys(("hr", "hu", "pl", "ro", "sr"), _MIXED),
    **dict.fromkeys(("en", "nl", "pt_BR", "tr", "id", "ga", "cy", "af", "eo", "vi"), _HIGH),
    **dict.fromkeys(("fi", "sv"), _UPPER),
    **dict.fromkeys(
        (
            *("ca", "el", "es", "fr", "it", "gl", "nb", "nn", "no", "pt", "pt_PT", "ru", "uk"),
            *("be", "de_CH", "eu", "lv", "fr_CH", "it_CH"),
        ),
        _POINTED,
    ),
}
"""Opening and closing marks of each language (Unicode CLDR, delimiters)."""

_SPACED = ("fr",)
"""Languages with a space within quotation marks and before high marks; not so in Switzerland."""

_MARK = re.compile('"')
_BEFORE_OPENING = re.compile(r"(?:^|[\s(\[{/–—-])$")
_AFTER_CLOSING = re.compile(r"^(?:$|[\s)\]}.,;:!?/…–—-])")
_HIGH_MARKS = re.compile(r"(?<=\S)[ \u00a0\u202f](?=[;!?](?:\s|$|[)»\"]))")
_COLONS = re.compile(r"(?<=\S)[ \u00a0](?=[:»](?:\s|$|[).,]))|(?<=«)[ \u00a0\u202f]")
_NUMBERS = re.compile(r"(?<=\d) (?=\d{3}(?!\d))")
_UNITS = re.compile(r"(?<=\d) (?=(?:%|‰|€|°C|kg|km|cm|mm|EUR|CHF)(?!\w))")
_ABBREVIATIONS = re.compile(r"(?<=\b[a-zA-Z]\.) (?=[a-zA-Z]\.)")
# What a number or a name follows: p. 45, § 5, Nr. 3, Dr. Weber.
_BEFORE_NUMBERS = re.compile(
    r"((?<!\w)(?:pp?|S|[Nn]os?|[Nn]r|[Nn]úm|[Čč]|str|[Aa]rt|Abs|[Vv]ol|Bd|Kap|[Ff]ig|Abb|Tel)\.|[§№#]"
    r"|\b[Nn]\.?[°º]) (?=\d)"
)
_BEFORE_NAMES = re.compile(
    r"((?<!\w)(?:(?:MM?|Mrs?|Ms|Dr|Prof|Hr|Fr|Sra?|Sig|Dott|St)\.|Mmes?|Mlles?)) (?=[^\W\d_a-z])"
)
# Words of one letter, which no line ends with.
_SINGLE = {
    **dict.fromkeys(("cs", "sk"), "kosuvzaiKOSUVZAI"),
    "pl": "aiouwzAIOUWZ",
}


def typeset(text: str, language: str, alphabet: Collection[str]) -> str:
    """A text with the quotation marks and no-break spaces of its language.

    Straight double marks become the language's where they open and close in turn, and the hand
    can write those (at least the opening one, of which the closing one is a straight mark); what
    was typed otherwise stays. No line is broken at a space within a number, before its unit,
    within an abbreviation (z. B.), behind one that a number or a name follows (p. 45, Dr. Weber),
    in French before ; : ! ? and within « », in Czech, Polish and Slovak behind a single letter.

    Parameters
    ----------
    text : str
    language : str
        Such as "de" or "fr_CH"; empty changes nothing.
    alphabet : collection of str
        What the hand can write.
    """
    if not language:
        return text
    root = language.partition("_")[0]
    marks = QUOTES.get(language) or QUOTES.get(root, "")
    spaced = root in _SPACED and language not in QUOTES.keys() - {root}
    if marks and _writable(marks, alphabet):
        text = _quoted(text, marks, _NO_BREAK if spaced else "")
    if spaced:
        text = _HIGH_MARKS.sub(_NARROW, text)
        text = _COLONS.sub(_NO_BREAK, text)
    for places in (_NUMBERS, _UNITS, _ABBREVIATIONS):
        text = places.sub(_NO_BREAK, text)
    for places in (_BEFORE_NUMBERS, _BEFORE_NAMES):
        text = places.sub(rf"\1{_NO_BREAK}", text)
    if root in _SINGLE:
        text = re.sub(rf"(?<!\w)([{_SINGLE[root]}]) (?=\w)", rf"\1{_NO_BREAK}", text)
    return text


def _writable(marks: str, alphabet: Collection[str]) -> bool:
    """Whether a hand writes quotation marks; curly ones above it writes as straight ones."""
    straight = "“”" if '"' in alphabet else ""
    return marks[0] in alphabet and all(c in alphabet or c in straight for c in marks)


def typeset_note(note: Note, alphabet: Collection[str]) -> Note:
    """A note whose texts are set as its language does; marks of words stay where they are."""
    if not note.language:
        return note

    def block_of(block: Block) -> Block:
        text = typeset(block.text, note.language, alphabet)
        if text == block.text:
            return block
        return replace(block, text=text, marks=marks_after_edit(block.marks, block.text, text))

    boxes = tuple(replace(box, block=block_of(box.block)) for box in note.boxes)
    return replace(note, blocks=tuple(map(block_of, note.blocks)), boxes=boxes)


def _quoted(text: str, marks: str, inner: str) -> str:
    """Straight marks replaced, where each is plainly an opening or a closing one, in turn."""
    made: list[str] = []
    last = 0
    opened = False
    for found in _MARK.finditer(text):
        before, after = text[: found.start()], text[found.end() :]
        if not opened:
            good = bool(_BEFORE_OPENING.search(before)) and bool(after[:1].strip())
        else:
            good = bool(before[-1:].strip()) and bool(_AFTER_CLOSING.search(after))
        if not good:
            return text
        made += [text[last : found.start()], inner + marks[1] if opened else marks[0] + inner]
        last, opened = found.end(), not opened
    return text if opened else "".join([*made, text[last:]])
