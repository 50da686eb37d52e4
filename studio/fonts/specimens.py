"""What a hand writes for a font: lines in which every character comes up often, in words."""

from __future__ import annotations

from collections.abc import Collection, Iterator

SENTENCES = (
    "the quick brown fox jumps over the lazy dog",
    "pack my box with five dozen liquor jugs",
    "how vexingly quick daft zebras jump",
    "sphinx of black quartz, judge my vow",
    "just keep examining every low bid quoted",
    "we promptly judged antique ivory buckles",
    "sixty zippers were quickly picked from a bag",
    "crazy frederick bought many exquisite opals",
    "the five boxing wizards jump quickly",
    "amazingly few discotheques provide jukeboxes",
    "a mad boxer shot a quick gloved jab to the jaw",
    "six big devils from japan quickly forgot",
    "back in my quaint garden jaunty zinnias vie",
    "when zombies arrive quickly fax the judge",
    "the other letter came later than the others",
    "her mother and her brother were at the sea",
    "running and singing in the evening rain",
    "little apples, yellow bells, small coffee",
    "better to meet soon than to wait all summer",
    "these are those that there were near the end",
    "into another nation with an intention",
    "he told us all about it in an hour or so",
    "going on and on, never ending or beginning",
    "some of them come from home at the same time",
    "each one of us has seen his face on a screen",
    "in december a recent secret was second to none",
    "all I know is that I think as I do, and I am as I was",
    "if I were you I would go, said I, so I went",
)
"""Pangrams, and words with the pairs of letters that are the commonest in English."""

_PAIRS = (
    "th he in er an re nd on en at ou ed ha to "
    "or it is hi es ng ll ss ee oo tt ff st nt "
    "ar al te co de ra ro li ri io le ve me ne "
    "se ea of as be ma om ur ch wh sh ti us ec "
    "il et ag el la"
)
PAIRS = tuple(_PAIRS.split())
"""The commonest pairs of letters in English, and doubled letters, the commonest first."""

_NAMES = {
    "A": "Ada Anna Adam Alps", "B": "Bell Bob Berlin Bath", "C": "Carl Clara Cork China",
    "D": "Dora David Dover Delhi", "E": "Emma Eric Essex Egypt", "F": "Fred Fiona France Fife",
    "G": "Grace Greg Ghana Genoa", "H": "Hugh Helen Hull Haiti", "I": "Ida Ivan Italy India",
    "J": "Jane John Japan Jena", "K": "Kate Karl Kent Kenya", "L": "Lucy Leo Leeds Libya",
    "M": "Mary Max Malta Milan", "N": "Nora Ned Nepal Nice", "O": "Olga Otto Oslo Oxford",
    "P": "Paul Petra Paris Peru", "Q": "Quinn Quito Queens Qatar", "R": "Rosa Rolf Rome Riga",
    "S": "Sam Sue Spain Sofia", "T": "Tom Tina Tokyo Texas", "U": "Ursula Ulm Utah Uganda",
    "V": "Vera Victor Venice Vienna", "W": "Will Wanda Wales Wells",
    "X": "Xenia Xavier Xerxes Xanten",
    "Y": "Yves Yvonne York Yemen", "Z": "Zoe Zara Zurich Zambia",
}  # fmt: skip

_NUMBERS = ("1907 2846 3519 7062", "4813 9250 6374 1588", "60 29 73 14 85 96 20 47", "365 812 490")

# What each mark stands with in common text; any other stands by itself between words.
_MARKS = {
    ",": "well, so, then, now, here", ".": "one. two. three. four.", ";": "one; two; three; four;",
    ":": "time: place: name: day:", "!": "well! now! yes! hurry!", "?": "who? when? why? what?",
    "'": "it's he's don't I'm we'll", '"': '"one" "two" "three"', "(": "(one) (two) (three) (four)",
    "-": "well-known so-called two-way", "/": "and/or his/her to/from on/off",
    "+": "two + three + four + five", "&": "salt & pepper & oil & bread", "@": "ada@home me@work",
    "=": "a = b = c = d", "%": "10% 25% 50% 75%", "*": "one * two * three", "_": "a_b c_d e_f",
}  # fmt: skip
_MARKS[")"] = _MARKS["("]


def specimen_lines(alphabet: Collection[str], rounds: int = 2) -> list[str]:
    """The lines to be written, so that each character comes up at least eight times or so.

    Parameters
    ----------
    alphabet : collection of str
        What the hand can write.
    rounds : int
        How often each line is written.
    """
    known = set(alphabet)
    lines = [line for line in _all_lines(known) if set(line) <= known]
    return [line for _ in range(rounds) for line in dict.fromkeys(lines)]


def _all_lines(known: set[str]) -> Iterator[str]:
    yield from SENTENCES
    # A capital that stands alone is cut out of nothing; and only what the hand knows of each line.
    capitals = (f"{capital} {names} {capital}" for capital, names in _NAMES.items())
    for line in (*capitals, *_NUMBERS):
        yield "".join(c for c in line if c in known).strip()
    for mark in sorted(known - {" "}):
        if mark.isascii() and mark.isalnum():
            continue
        line = _MARKS.get(mark, f"one {mark} two {mark} three {mark} four")
        yield line
        if mark in _MARKS:
            yield " ".join(reversed(line.split()))
