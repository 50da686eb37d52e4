"""Spelling: any text in the characters that a hand can write, with notices of what was changed."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from engine.errors import TextError

FEW_NOTICES = 3
"""Characters that are written otherwise: of so many each is told in a sentence of its own."""

MOST_NAMED = 40
"""Characters that a refusal lists by themselves."""

NEWLINES = "\n\r\u2028\u2029\x85\v"

# What a typesetter makes of plain text, undone: nobody needs to be told.
_PLAIN = {
    **dict.fromkeys("“”„‟«»″〃＂", '"'),
    **dict.fromkeys("‘’‚‛‹›′ʼʻˈ`´＇", "'"),
    **dict.fromkeys("–—―‐‑‒−⁃", "-"),
    **dict.fromkeys("\t\f", " "),
    **dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff\u00ad", ""),
    "…": "...",
    "⁄": "/",
    "∕": "/",
}

_LETTERS = {
    "ß": "ss", "ẞ": "SS", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ø": "o", "Ø": "O",
    "đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "þ": "th", "Þ": "Th", "ł": "l", "Ł": "L",
    "ħ": "h", "Ħ": "H", "ŧ": "t", "Ŧ": "T", "ı": "i", "ȷ": "j", "ŋ": "n", "Ŋ": "N",
    "ɑ": "a", "ɡ": "g", "ƒ": "f", "ĸ": "k", "ſ": "s",
}  # fmt: skip

# Signs with a form that people write who have only pen and letters.
_SIGNS = {
    "[": "(", "]": ")", "{": "(", "}": ")", "⟨": "(", "⟩": ")", "\\": "/", "|": "/", "¦": "/",
    "_": "-", "·": ".", "‧": ".", "∙": ".", "×": "x",
    "÷": "/", "±": "+/-", "©": "(c)", "®": "(R)", "™": "(TM)", "№": "No.", "†": "+", "¿": "",
    "¡": "", "@": "(at)", "≤": "<=", "≥": ">=", "≠": "=/=", "≈": "~",
    "❤": "♥", "♡": "♥", "✔": "✓", "⭐": "★",
}  # fmt: skip

# What lists of other programs begin with, Word's own codes for such signs among them.
_SIGNS.update(
    dict.fromkeys("•‣◦⁌⁍●○■□▪▫◆◇◾◽▬▶►▸▹▻➔➢➣➤❖❑❒\uf0a7\uf0a8\uf0b7\uf0d8\uf076\uf0fc", "-")
)

# Within an address a word in place of a sign would part it; a dash at least keeps it whole.
_ADDRESS_SIGNS = frozenset("=&%#+~*$^<>{}|")

# Signs that are read as a word, which wants spaces about it.
_WORDS = {
    "%": "percent", "‰": "permille", "=": "equals", "°": "degrees", "&": "and", "+": "plus",
    "€": "EUR", "$": "USD", "£": "GBP", "¥": "JPY", "¢": "cents", "§": "section",
    "₹": "INR", "₺": "TRY", "₽": "RUB", "₫": "VND", "₩": "KRW", "₪": "ILS", "₴": "UAH", "₱": "PHP",
}  # fmt: skip


@dataclass(frozen=True)
class Place:
    """Where a character stands in a text: line and column from 1, and the word around it.

    `part` names the part of a document that the lines are counted in, where it has several.
    """

    line: int
    column: int
    word: str
    part: str = ""


@dataclass(frozen=True)
class Substitution:
    """A character that is written otherwise than asked for.

    Parameters
    ----------
    character : str
        As in the text: one character with the marks that combine with it.
    written : str
        What stands for it; empty where it is left out.
    places : tuple of Place
        All of them, in order.
    """

    character: str
    written: str
    places: tuple[Place, ...]

    def __str__(self) -> str:
        what = f"written as {self.written!r}" if self.written else "left out"
        return f"{_shown(self.character)} is {what} ({self.where})."

    @property
    def where(self) -> str:
        """Its first place, and how many more there are."""
        first, more = self.places[0], len(self.places) - 1
        word = f" in {_shown(first.word)}" if first.word != self.character else ""
        also = f", and {more} more place{'s' if more > 1 else ''}" if more else ""
        return f"line {first.line}, column {first.column}{first.part}{word}{also}"


def together(notices: Sequence[Substitution]) -> tuple[str, ...]:
    """Notices as sentences: one each where they are few, otherwise all of them in one."""
    if len(notices) <= FEW_NOTICES:
        return tuple(map(str, notices))
    changed = [
        f"{_shown(n.character)} as {n.written!r} ({n.where})" if n.written
        else f"{_shown(n.character)} not at all ({n.where})"
        for n in notices
    ]  # fmt: skip
    return (f"{len(notices)} characters are written otherwise: {'; '.join(changed)}.",)


class UnwritableError(TextError):
    """Characters that have no form in a hand's alphabet, told all together.

    Parameters
    ----------
    refused : sequence of (str, Place)
        The characters and where they stand, in order.
    advice : str
        What else to do than to remove them.

    Attributes
    ----------
    refused : tuple of (str, Place)
    characters : tuple of str
        Each once, in the order of the text.
    """

    def __init__(
        self,
        refused: Iterable[tuple[str, Place]],
        advice: str = "have unknown characters replaced",
    ) -> None:
        self.refused = tuple(refused)
        self.characters = tuple(dict.fromkeys(character for character, _ in self.refused))
        place = self.refused[0][1]
        where = f"line {place.line}, column {place.column}{place.part}"
        if len(self.characters) == 1:
            count = len(self.refused)
            more = f", and {count - 1} more place{'s' if count > 2 else ''}" if count > 1 else ""
            what, it = f"{_shown(self.characters[0])} (in {where}{more})", "it"
        else:
            what, it = f"{_listed(self.characters)} (the first in {where})", "them"
        super().__init__(f"{what} cannot be written by this hand; remove {it}, or {advice}.")

    def advised(self, advice: str) -> UnwritableError:
        """The same with other advice."""
        return UnwritableError(self.refused, advice)


@dataclass(frozen=True)
class Transliteration:
    """A text as a hand can write it.

    Parameters
    ----------
    text : str
        Of the alphabet's characters and newlines.
    notices : tuple of Substitution
        What was changed that a reader could miss, one notice a character; typographic quotes,
        dashes, ellipses and spaces are made plain without one.
    origins : sequence of int
        For each character of `text` the index in the source that it came from, not decreasing.
    """

    text: str
    notices: tuple[Substitution, ...]
    origins: tuple[int, ...] | range


def transliterate(
    text: str,
    alphabet: Collection[str],
    replace_unknown: str | None = None,
    *,
    first_line: int = 1,
    part: str = "",
) -> Transliteration:
    """Spell a text with the characters of an alphabet.

    Parameters
    ----------
    text : str
    alphabet : collection of str
        The single characters that can be written.
    replace_unknown : str, optional
        Written for each character that has no form in the alphabet; may be empty.
    first_line : int
        Number of the text's first line, for the places that notices and errors name.
    part : str
        Of a document, as those places name it: " of the text box “Hello”".

    Returns
    -------
    Transliteration

    Raises
    ------
    UnwritableError
        If characters cannot be written and `replace_unknown` is not given.
    TextError
        If `replace_unknown` is itself not of the alphabet.
    """
    letters = frozenset(alphabet)
    known = letters | {"\n"}
    if replace_unknown is not None and not letters.issuperset(replace_unknown):
        raise TextError(
            f"Unknown characters cannot be replaced by {replace_unknown!r}, which this hand does "
            "not write either; choose another replacement, such as '-'."
        )
    if known.issuperset(text):
        return Transliteration(text, (), range(len(text)))
    return _Speller(text, letters, replace_unknown, first_line, part).spelling()


class _Speller:
    """One pass over a text; holds what was written so far."""

    def __init__(
        self, text: str, letters: frozenset[str], unknown: str | None, line: int, part: str
    ) -> None:
        self.text, self.letters, self.unknown, self.part = text, letters, unknown, part
        self.line, self.line_start, self.skipped = line, 0, -1
        self.written: list[str] = []
        self.origins: list[int] = []
        self.changed: dict[tuple[str, str], list[Place]] = {}
        self.refused: list[tuple[str, Place]] = []

    def spelling(self) -> Transliteration:
        for start, stop in _clusters(self.text):
            cluster = self.text[start:stop]
            if cluster[0] in NEWLINES:
                self.put("\n", start)
                self.line, self.line_start = self.line + 1, stop
            elif start == self.skipped and _is_space(cluster):
                self.skipped = stop
            elif (composed := unicodedata.normalize("NFC", cluster)) in self.letters:
                self.put(composed, start)
            elif cluster in tuple("«»‹›"):
                self.put_guillemet(cluster, start, stop)
            else:
                self.put_changed(cluster, start, stop)
        if self.refused:
            raise UnwritableError(self.refused)
        notices = tuple(Substitution(*key, tuple(places)) for key, places in self.changed.items())
        return Transliteration("".join(self.written), notices, tuple(self.origins))

    def put(self, written: str, start: int) -> None:
        self.written.extend(written)
        self.origins.extend([start] * len(written))

    def put_changed(self, cluster: str, start: int, stop: int) -> None:
        before = self.written[-1] if self.written else ""
        written = _form_between(cluster, before, self.text[stop : stop + 2])
        if cluster in _ADDRESS_SIGNS and _is_address(self.place(start).word):
            written = "-"
        elif _is_raised(cluster) and (before.isalnum() or before == ")"):
            # As people type a power.
            written = cluster if _is_raised(self.text[start - 1]) else f"^{cluster}"
            written = unicodedata.normalize("NFKC", written).replace("\u2212", "-")
        if written is None or not self.letters.issuperset(written):
            written = plain_form(cluster, self.letters)
            if written and before.isdecimal() and _is_fraction(cluster):
                written = " " + written
        if written is None:
            if self.unknown is None:
                self.refused.append((cluster, self.place(start)))
                return
            written = self.unknown
        if not _is_typography(cluster):
            key = unicodedata.normalize("NFC", cluster), written.strip()
            self.changed.setdefault(key, []).append(self.place(start))
        self.put(written, start)

    def put_guillemet(self, cluster: str, start: int, stop: int) -> None:
        """Leave out the space inside French quotation marks: straight ones have none.

        Which side is inside, the spaces say: nobody who sets these marks the other way round has
        a space there.
        """
        before, after = self.text[start - 1 : start], self.text[stop : stop + 1]
        free = not before or before.isspace() or before in tuple("([{\"'“‘")
        if cluster in "«‹" and free and _is_space(after):
            self.skipped = stop
        elif cluster in "»›" and _is_space(before) and not after.isalnum():
            while self.written and self.written[-1] == " ":
                self.written.pop()
                self.origins.pop()
        self.put_changed(cluster, start, stop)

    def place(self, index: int) -> Place:
        low = high = index
        while low > self.line_start and not self.text[low - 1].isspace():
            low -= 1
        while high < len(self.text) and not self.text[high].isspace():
            high += 1
        return Place(self.line, index - self.line_start + 1, self.text[low:high], self.part)


def plain_form(cluster: str, alphabet: Collection[str]) -> str | None:
    """Return the form of a character in the alphabet, or None if it has none.

    Rules of the tables come first, then Unicode's compatibility decomposition without its
    combining marks (UAX #15, NFKD); what either gives may need a rule again.
    """
    if all(character in alphabet for character in cluster):
        return cluster
    if len(cluster) > 1 or cluster not in _RULES:
        form = _unmarked(cluster)
    else:
        form = _RULES[cluster]
    if form is None or form == cluster:
        return None
    parts = [plain_form(character, alphabet) for character in form]
    return None if None in parts else "".join(part for part in parts if part is not None)


_RULES = {**_SIGNS, **_LETTERS, **_PLAIN}


def _unmarked(cluster: str) -> str | None:
    """The cluster's compatibility decomposition without marks; None for a mark by itself."""
    if unicodedata.category(cluster[0]) in ("Sk", "Mn", "Me", "Cc", "Cs", "Co", "Cn"):
        return None
    decomposed = unicodedata.normalize("NFKD", cluster)
    return "".join(c for c in decomposed if unicodedata.category(c) not in ("Mn", "Me", "Cf"))


def _form_between(cluster: str, before: str, rest: str) -> str | None:
    """What stands for a character because of its neighbours; None if they do not matter."""
    after = rest[:1]
    opens = before in ("", " ", "\n")
    closes = after in ("", " ") or after in NEWLINES
    if cluster == "—":
        # Between words without spaces a short dash would read as a hyphen.
        return "-" if opens or closes else " - "
    if cluster == "*":
        return "-" if before in ("", "\n") and after == " " else None
    if cluster == "#":
        return _as_word("No.", before, after) if after.isdecimal() else None
    if cluster == "~":
        return _as_word("about", before, after) if rest.strip()[:1].isdecimal() else "-"
    if cluster == "@":
        return "at" if opens and closes else None
    if cluster in _WORDS:
        return _as_word(_WORDS[cluster], before, after)
    if cluster in "ÆŒ" and after.islower():
        return _LETTERS[cluster].title()
    return None


def _as_word(word: str, before: str, after: str) -> str:
    """The word with the spaces that it needs between these neighbours."""
    lead = " " if before.isalnum() or before in tuple(").,'\"") else ""
    return lead + word + (" " if after.isalnum() else "")


def _is_typography(cluster: str) -> bool:
    """Whether a character is only a finer form of a plain one, or cannot be seen."""
    return cluster in _PLAIN or cluster.isspace() or unicodedata.category(cluster[0]) == "Cf"


def _is_space(character: str) -> bool:
    return character.isspace() and character not in NEWLINES


def _is_raised(cluster: str) -> bool:
    """Whether a character is a digit of a power: x², 10⁻³."""
    raised = unicodedata.decomposition(cluster[:1]).startswith("<super>")
    return raised and (cluster.isdigit() or cluster in "⁺⁻ⁿ")


def _is_address(word: str) -> bool:
    """Whether a word is the address of a page."""
    return "://" in word or word.lower().startswith("www.")


def _is_fraction(cluster: str) -> bool:
    return unicodedata.decomposition(cluster[0]).startswith("<fraction>")


def _clusters(text: str) -> Iterator[tuple[int, int]]:
    """Ranges of what a reader takes for one character: a base with its marks, an emoji, CR LF."""
    start, end = 0, len(text)
    while start < end:
        stop = start + 1
        if text.startswith("\r\n", start):
            stop += 1
        elif text[start] not in NEWLINES and text[start] != " ":
            flag = _is_flag_letter(text[start])
            while stop < end and (_continues(text[stop]) or text[stop - 1] == "\u200d"):
                if text[stop] in NEWLINES:
                    break
                stop += 1
            if flag and stop == start + 1 and stop < end and _is_flag_letter(text[stop]):
                stop += 1
        yield start, stop
        start = stop


def _continues(character: str) -> bool:
    """Whether a character only modifies the one before it."""
    code = ord(character)
    return (
        character == "\u200d"
        or 0x1F3FB <= code <= 0x1F3FF
        or 0xE0020 <= code <= 0xE007F
        or (code >= 0x300 and unicodedata.category(character) in ("Mn", "Me"))
    )


def _is_flag_letter(character: str) -> bool:
    return 0x1F1E6 <= ord(character) <= 0x1F1FF


def _shown(text: str) -> str:
    """A character or word in quotes, short; as code points where it cannot be seen."""
    if "".join(c for c in text if unicodedata.category(c) != "Cf").isprintable():
        return f"'{text if len(text) <= 24 else text[:23] + '…'}'"
    return " ".join(f"U+{ord(character):04X}" for character in text[:4])


def _listed(characters: Sequence[str]) -> str:
    """Characters in quotes as a list, cut where there are very many."""
    shown = [_shown(character) for character in characters[:MOST_NAMED]]
    if more := len(characters) - len(shown):
        return f"{', '.join(shown)} and {more} other character{'s' if more > 1 else ''}"
    return f"{', '.join(shown[:-1])} and {shown[-1]}"
