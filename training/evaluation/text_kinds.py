"""Kinds of lines that people write by hand, a fixed list of each, and how a hand writes them.

The lists were fixed before any hand learnt from lines of these kinds; no corpus is made of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from engine.hand import Hand
from engine.recognition.recogniser import Recogniser, edit_distance
from engine.sampling.policy import DEFAULT_POLICY, Policy
from engine.style.style import Style
from training.evaluation.legibility import Read, read

#: Seeds of the three samples of every line.
SEEDS = (0, 1, 2)

#: Twenty-four lines of each kind, by the name of the kind.
KINDS: Mapping[str, tuple[str, ...]] = {
    "prose": (
        "The ferry leaves the old harbour at dawn,",
        "so please bring a warm coat and some tea.",
        "My brother planted two apple trees by the wall.",
        "We never found the key to the garden shed.",
        "Thank you for the lovely flowers and the card.",
        "It rained all week, but nobody seemed to mind.",
        "Could you feed the cat while we are away?",
        "Her voice was quiet, almost lost in the wind.",
        "The soup needs a little more salt and pepper.",
        "I have kept every letter that you ever sent me.",
        "Just before sunset the whole valley turned gold.",
        "He fixed the bicycle, then rode it into a hedge.",
        "There is a small museum behind the station.",
        "Quite a few of the boxes were empty by then.",
        "The children built a castle out of driftwood.",
        "I hope that your journey home was an easy one.",
        "Nothing tastes better than bread from the oven.",
        "She examined the map twice and shook her head.",
        "Let us meet on the bridge an hour before noon.",
        "The lazy afternoon went by without a visitor.",
        "You were right about the colour of the curtains.",
        "A jazz band played on the steps of the library.",
        "They said the winter would be long this year.",
        "With love from all of us at the farmhouse.",
    ),
    "dates and prices": (
        "Saturday, 14 March 2026",
        "Due by 30/09/2027",
        "$18.75 per person",
        "3 for $4.99",
        "Total: $1,236.50",
        "28 June 1954",
        "House no. 117b",
        "42 Kestrel Lane",
        "from 9.30 to 17.45",
        "$250 deposit, $85 a week",
        "Tues 6th, 7:15 pm",
        "16% off until May 31",
        "Room 308, 3rd floor",
        "1 kg for $2.60",
        "Born 22.11.1989",
        "2 x $7.40 = $14.80",
        "Flat 6, 95 Mill Road",
        "Invoice of 01/02/2025",
        "about $3,900 in 2019",
        "open 8-12 and 14-18",
        "Paid $67.30 on 5 Aug.",
        "Summer 1968 to Fall 1973",
        "No. 24, price $0.55",
        "10:05, 10:35 and 11:20",
    ),
    "phone numbers": (
        "555 0199",
        "+44 20 7946 0812",
        "(212) 555-0147",
        "0176 3345 9820",
        "+1 415 555 2671",
        "030 / 901 820",
        "Tel. 08 9876 5432",
        "+33 1 70 18 99 64",
        "call 555-0163",
        "0049 89 636 48018",
        "Mobile 07700 900 461",
        "+61 2 5550 7432",
        "(02) 6789 1250",
        "+39 06 7720 3158",
        "ext. 4471",
        "1-800-555-0126",
        "+46 8 505 138 27",
        "Fax 0221 47 98 35",
        "+81 3 5550 1976",
        "06 12 34 58 90",
        "at home: 7731 2064",
        "(31) 20 624 1111",
        "+48 22 583 09 76",
        "0800 328 6495",
    ),
    "capitals": (
        "MERRY CHRISTMAS",
        "FRAGILE, THIS SIDE UP",
        "PLEASE KNOCK",
        "NO PARKING",
        "WELCOME HOME, JULIA",
        "SAVE THE DATE",
        "OPEN ON SUNDAYS",
        "KEEP OFF THE GRASS",
        "VEGETABLES AND FRUIT",
        "QUIET ZONE",
        "MAX AND FELIX",
        "GOOD LUCK, KEVIN!",
        "WET PAINT",
        "FIRST CLASS",
        "JAMS, JELLIES, PICKLES",
        "HAZEL WOODWORKS",
        "CONGRATULATIONS",
        "EXIT BY THE BACK DOOR",
        "BOOKS FOR SALE",
        "URGENT",
        "MUSIC BY GRIEG",
        "KITCHEN UTENSILS",
        "PUSH, THEN PULL",
        "OSLO, NORWAY",
    ),
    "postcodes and codes": (
        "EC2M 7PY",
        "10178 Berlin",
        "K2P 1L4",
        "LS6 3HN",
        "75011 Paris",
        "NG7 2RD",
        "Boston, MA 02116",
        "H3Z 2Y7",
        "8001 Zurich",
        "BT9 5AB",
        "1017 CT Amsterdam",
        "00-950 Warszawa",
        "CF24 0DE",
        "Austin, TX 78701",
        "flight LH 2086",
        "seat 14F, gate B37",
        "XK-4821-QZ",
        "part no. 7G9-W33",
        "AB-1063/V",
        "D-80331 Munchen",
        "PIN 6058",
        "ISBN 978-3-16-148410-0",
        "EH1 1YZ",
        "V6B 4N9",
    ),
    "Roman numerals": (
        "XIV",
        "Chapter XXIII",
        "MMXXVI",
        "Louis XVI",
        "Part VII",
        "MCMLXXXIV",
        "XLIX",
        "Henry VIII",
        "Vol. LXIV",
        "Act III, Scene IV",
        "MDCCXCII",
        "Psalm CXIX",
        "Leo XIII",
        "LXXVI",
        "Book IX",
        "XCIV",
        "MCMXLVII",
        "CCCLXV",
        "Pius XII",
        "Plate XXXVIII",
        "Appendix VI",
        "MDCLXVI",
        "Canto XXII",
        "DCLV",
    ),
    "addresses of the net": (
        "mara.lindt@example.com",
        "www.example.org/garden",
        "@paper_and_ink",
        "https://example.net/?q=tea",
        "j.frost88@example.co",
        "example.com/menu#today",
        "info@example.org",
        "/home/ada/notes.txt",
        "@kiwi_studio",
        "http://example.edu/~hale",
        "rsvp@example.com",
        "C:\\photos\\2024",
        "sam+news@example.net",
        "www.example.info",
        "@tom.builds",
        "ftp://example.org/pub",
        "zeta_9@example.org",
        "example.net/a-b_c",
        "#slowletters",
        "~/letters/draft_2.md",
        "hello@example.studio",
        "example.com/shop?id=36&v=2",
        "@quill.and.co",
        "max-weber@example.de",
    ),
}


#: The most that a hand should have read wrong of each kind, at the program's defaults.
MOST_WRONG: Mapping[str, float] = {
    "prose": 0.005,
    "dates and prices": 0.015,
    "phone numbers": 0.02,
    "capitals": 0.03,
    "postcodes and codes": 0.04,
    "Roman numerals": 0.05,
    "addresses of the net": 0.04,
}


_NET = re.compile(r"@|://|^www\.|^[/~#\\]|:\\|\w\.(com|org|net|edu|info|gov|[a-z]{2})\b(/|$)")
_ROMAN = re.compile(r"M{0,3}(CM|CD|D?C{0,3})(XC|XL|L?X{0,3})(IX|IV|V?I{0,3})")
_PHONE = re.compile(r"([A-Z]?[a-z]+[.:]? ){0,2}[-+()/. 0-9]+")
_CODE = re.compile(r"[A-Z]+[-/]?\d|\d[-/]?[A-Z]|[A-Z]{2,}[-/ ]+\d|\d{5}|^\d{4} [A-Z]|^\d\d-\d{3} ")


def kind_of(text: str) -> str | None:
    """Of which kind a line is that somebody wrote; None where it is of none, or of several.

    It finds nine in ten of the lists' own lines.
    """
    words = [word.strip(".,;:!?()'\"") for word in text.split()]
    letters = [c for c in text if c.isalpha()]
    digits = sum(c.isdigit() for c in text)
    small = sum(c.islower() for c in letters)
    if _NET.search(text):
        return "addresses of the net"
    if digits >= 4 and _PHONE.fullmatch(text) and not re.search(r"\d[./]\d+[./]\d", text):
        return "phone numbers"
    if digits:
        return "postcodes and codes" if _CODE.search(text) else "dates and prices"
    roman = [word for word in words if len(word) > 1 and _ROMAN.fullmatch(word)]
    if roman and all(word in roman or not word.isupper() for word in words):
        return "Roman numerals"
    if len(letters) >= 4 and not small:
        return "capitals"
    if len(letters) >= 10 and len(words) >= 3 and small >= 0.8 * len(letters):
        return "prose"
    return None


@dataclass(frozen=True)
class KindRead:
    """How a hand, or how people, write one kind of lines.

    Attributes
    ----------
    kind : name of the list
    lines : how many were written and read
    refused : lines that the hand's alphabet cannot write as they are asked for
    wrong : share of the asked characters that the recogniser reads wrong, spaces and case not
        counted; a refused line counts as read wrong in the characters that it lacks
    """

    kind: str
    lines: int
    refused: int
    wrong: float


def compared(text: str) -> str:
    """A text as it is compared: without spaces, in small letters."""
    return "".join(text.split()).casefold()


def wrong(asked: str, said: str) -> int:
    """Characters read wrong: Levenshtein's distance, spaces and case not counted."""
    return edit_distance(compared(said), compared(asked))


def write_kinds(
    hand: Hand,
    recogniser: Recogniser,
    style: Style | None = None,
    *,
    bias: float,
    policy: Policy = DEFAULT_POLICY,
    kinds: Sequence[str] = tuple(KINDS),
    seeds: Sequence[int] = SEEDS,
) -> list[KindRead]:
    """Write every line of these kinds with each seed, nothing chosen by hand, and read it.

    Parameters
    ----------
    recogniser : Recogniser
        One that had no part in choosing among candidates.
    """
    found = []
    for kind in kinds:
        asked = [text for text in KINDS[kind] for _ in seeds]
        texts = [writable(hand, text) for text in asked]
        lines = hand.write_lines(
            texts,
            styles=[style] * len(texts),
            biases=bias,
            seeds=[seed for _ in KINDS[kind] for seed in seeds],
            policy=policy,
        )
        said = read(recogniser, [line.ink for line in lines], [line.text for line in lines])
        errors = sum(wrong(text, one.said) for text, one in zip(asked, said, strict=True))
        found.append(
            KindRead(
                kind,
                len(asked),
                sum(text != own for text, own in zip(asked, texts, strict=True)),
                errors / sum(len(compared(text)) for text in asked),
            )
        )
    return found


def kinds_of_people(said: Iterable[Read]) -> list[KindRead]:
    """What a recogniser reads wrong of people's lines, by kind: the ceiling of a hand.

    Parameters
    ----------
    said : iterable of Read
        People's lines as a recogniser reads them.

    Returns
    -------
    list of KindRead
        Of the kinds that come up, in the lists' order.
    """
    by_kind: dict[str, list[Read]] = {kind: [] for kind in KINDS}
    for one in said:
        kind = kind_of(one.text)
        if kind is not None:
            by_kind[kind].append(one)
    return [
        KindRead(
            kind,
            len(some),
            0,
            sum(wrong(one.text, one.said) for one in some)
            / sum(len(compared(one.text)) for one in some),
        )
        for kind, some in by_kind.items()
        if some
    ]


def writable(hand: Hand, text: str) -> str:
    """The text without what the hand cannot write."""
    return "".join(c for c in text if c in hand.alphabet).strip() or "-"
