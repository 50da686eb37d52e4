"""Lines composed in each epoch: words and signs of one writer side by side.

People write more than prose: numbers, codes, capitals, addresses. No corpus has enough of them, but
what they are made of it has, written by many people: words, and single letters, digits and signs.
A composition is a list of pieces and where spaces stand between them; the trainer's batches make
offsets of it. Texts are drawn at random from patterns; as far as a writer has the pieces, all are
his own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from engine.corpus_lines import KINDS
from training.corpora.corpus import Corpus
from training.corpora.heights import x_height

T = TypeVar("T")
Random = np.random.Generator

#: Words of a composed piece: from one to this many.
WORDS = 4
#: A writer is met by this power of the number of his pieces, so that no one writes most of them.
SHARE = 0.5
#: Different characters that a writer's signs need to be set in rows.
ENOUGH = 20
#: Pieces of more points than this are not composed of.
LONGEST = 400
#: The gap between words, in x-heights, how it spreads from writer to writer (log), and how far it
#: strays within a line. Median gaps of writers of IAM-OnDB are 1.0 to 2.5.
SPACE = 1.05
SPREAD = 0.15
EVEN = 0.15
#: The gap between two signs, or a word and a sign, in x-heights, and how uneven it is.
CLOSE = (0.12, 0.4)
UNEVEN = (0.5, 1.5)
#: How far pieces stray from the baseline, in x-heights.
BASELINE = 0.04
#: What is composed of single signs, and how often: codes and numbers that people write.
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "June", "July", "Aug", "Sept", "Oct", "Nov", "Dec")
UNITS = ("kg", "km", "cm", "mm", "ml", "g", "m", "l", "h", "min", "W", "V", "Hz", "GB", "MB")
DOMAINS = ("com", "org", "net", "de", "co.uk", "fr", "io", "eu", "edu", "info")
HOSTS = (
    *("mail", "post", "web", "example", "gmail", "home"),
    *("office", "school", "shop", "news", "art", "music", "city"),
)
SIGNS = "€£¥°§½¼¾×÷±–—…•¿¡«»„✓♥★☺→☐☑©"
RARE = "&^|~\\_{}<>[]=#+%*$`\"@/!?;:()'-"
LETTERS = "ßæœøåłđðþıÆŒØÅŁĐÞ"


class Composition(tuple[int, ...]):
    """Pieces of a corpus that stand side by side.

    Attributes
    ----------
    glued : for each piece whether it follows the one before without a space; False for the first
    lead : the place of a piece by the writer whose manner the whole is in
    """

    glued: tuple[bool, ...]
    lead: int

    def __new__(cls, pieces: Iterable[int], glued: Iterable[bool], lead: int = 0) -> Composition:
        """Pieces, and which of them are glued to the one before."""
        made = super().__new__(cls, pieces)
        made.glued, made.lead = tuple(glued), lead
        return made


def offsets_of(corpus: Corpus, example: Composition, random: Random) -> npt.NDArray[np.float32]:
    """The offsets of a composition, float32 (n, 3), with gaps drawn around its writer's.

    Where these are not known they are drawn by his number, around what people like to read.
    """
    height = x_height(corpus.preparation)
    lead = example[example.lead]
    space = float(corpus.gaps[lead])
    if space != space:
        writer = int(corpus.writers[lead])
        space = SPACE * np.exp(SPREAD * np.random.default_rng([writer, 6]).standard_normal())
    close = random.uniform(*CLOSE)
    places, points, starts = (t.numpy() for t in (corpus.places, corpus.points, corpus.starts))
    rows: list[npt.NDArray[np.float32]] = []
    last, right = np.zeros(2), 0.0
    for piece, glued in zip(example, example.glued, strict=True):
        first_x, first_y, last_x, last_y, width = places[piece].tolist()
        put = points[starts[piece] : starts[piece + 1]].copy()
        across, down = 0.0, float(random.normal(0.0, BASELINE * height))
        if rows:
            gap = close * random.uniform(*UNEVEN) if glued else space + random.uniform(-EVEN, EVEN)
            across = right + gap * height
        put[0, :2] = np.array([across + first_x, down + first_y]) - last if rows else 0.0
        last, right = np.array([across + last_x, down + last_y]), across + width
        rows.append(put)
    return np.concatenate(rows)


def text_of(corpus: Corpus, example: Composition) -> str:
    """What a composition says."""
    return "".join(
        ("" if glued or not place else " ") + corpus.text(piece)
        for place, (piece, glued) in enumerate(zip(example, example.glued, strict=True))
    )


class Composer:
    """Makes compositions of a corpus's words and signs.

    Parameters
    ----------
    corpus : Corpus
    splits : names of the splits that are trained on
    """

    def __init__(self, corpus: Corpus, splits: Collection[str]) -> None:
        self._words: dict[int, list[int]] = defaultdict(list)
        self._plain: dict[int, list[int]] = defaultdict(list)
        self._signs: dict[int, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
        self._anyone: dict[str, list[int]] = defaultdict(list)
        self._texts: dict[int, str] = {}
        self._writers = writers = corpus.writers.numpy()
        lengths, kinds = corpus.lengths, corpus.kinds.numpy()
        sign = KINDS.index("sign")
        for piece in corpus.lines_of(*splits, kinds=("word", "sign")).tolist():
            if lengths[piece] > LONGEST:
                continue
            text, writer = corpus.text(piece), int(writers[piece])
            if kinds[piece] == sign:
                self._signs[writer][text].append(piece)
                self._anyone[text].append(piece)
            else:
                self._texts[piece] = text
                self._words[writer].append(piece)
                if text.isalpha() and text.islower() and len(text) > 1:
                    self._plain[writer].append(piece)
        self._word_writers = _Weighted({w: len(of) for w, of in self._words.items()})
        self._plain_writers = _Weighted({w: len(of) for w, of in self._plain.items()})
        self._sign_writers = _Weighted(
            {
                w: sum(len(pieces) for pieces in of.values())
                for w, of in self._signs.items()
                if len(of) >= ENOUGH and writers_own(of)
            }
        )

    def compositions(self, pieces: int, rows: int, random: Random) -> list[Composition]:
        """So many pieces of words, and rows of signs, as far as the corpus has what these need."""
        made: list[Composition] = []
        if self._word_writers:
            made += [self.piece(random) for _ in range(pieces)]
            if self._sign_writers and self._plain_writers:
                made += [self.row(random) for _ in range(rows)]
        return made

    def piece(self, random: Random) -> Composition:
        """One to four words of one writer; now and then with signs of punctuation."""
        writer = self._word_writers.draw(random)
        line = _Line(self, self._partner(writer), writer)
        said: set[str] = set()
        for _ in range(int(random.integers(1, WORDS + 1))):
            word = _one(self._words[writer], random)
            # The same word twice in one shape is what no person writes.
            if self._texts[word] not in said:
                line.word(word)
            said.add(self._texts[word])
        if random.random() < 0.25:
            line.punctuate(random)
        return line.composed(random)

    def row(self, random: Random) -> Composition:
        """A number, a code, an address or another row of a writer's signs, among words or not."""
        pattern = PATTERNS.draw(random)
        if random.random() < AMONG_WORDS:
            writer = self._word_writers.draw(random)
            line = _Line(self, self._partner(writer), writer)
        else:
            line = _Line(self, self._sign_writers.draw(random), None)
        before, after = random.integers(0, 3), random.integers(0, 2)
        if line.writer is not None:
            for _ in range(before):
                line.word(_one(self._words[line.writer], random))
        pattern(line, random)
        line.space()
        if line.writer is not None:
            for _ in range(after):
                line.word(_one(self._words[line.writer], random))
        return line.composed(random)

    def _partner(self, writer: int) -> int:
        """Whose signs stand beside a writer's words: his own, or always the same other's."""
        if writer in self._sign_writers or not self._sign_writers:
            return writer
        return self._sign_writers.draw(np.random.default_rng([writer, 5]))

    def writer(self, piece: int) -> int:
        """Who wrote a piece."""
        return int(self._writers[piece])

    def sign(self, writer: int, character: str, random: Random) -> int | None:
        """A character by a writer, by anyone where he has none, or None where nobody has."""
        own = self._signs[writer].get(character) if writer in self._signs else None
        among = own or self._anyone.get(character)
        return _one(among, random) if among else None

    def plain(self, writer: int | None, random: Random) -> tuple[int, str]:
        """A word in small letters, of a writer who has some."""
        if writer is None or writer not in self._plain:
            writer = self._plain_writers.draw(random)
        piece = _one(self._plain[writer], random)
        return piece, self._texts[piece]


def writers_own(signs: dict[str, list[int]]) -> bool:
    """Whether signs are of one person who wrote digits or capitals, as those of a set of symbols
    are not.
    """
    return sum(c.isascii() and (c.isdigit() or c.isupper()) for c in signs) >= 8


class _Weighted:
    """Numbers drawn by the power `SHARE` of their counts."""

    def __init__(self, counts: dict[int, int]) -> None:
        self._numbers = sorted(counts)
        weights = np.array([counts[n] for n in self._numbers], dtype=np.float64) ** SHARE
        self._sums: npt.NDArray[np.float64] = np.cumsum(weights)

    def __bool__(self) -> bool:
        return bool(self._numbers)

    def __contains__(self, number: int) -> bool:
        place = int(np.searchsorted(self._numbers, number))
        return place < len(self._numbers) and self._numbers[place] == number

    def draw(self, random: Random) -> int:
        at = random.random() * self._sums[-1]
        return self._numbers[int(np.searchsorted(self._sums, at, side="right"))]


class _Line:
    """A line that is being composed."""

    def __init__(self, composer: Composer, signs: int, writer: int | None) -> None:
        self.composer, self._signs, self.writer = composer, signs, writer
        self._pieces: list[int] = []
        self._glued: list[bool] = []
        self._space = True

    def word(self, piece: int) -> None:
        """A word behind a space."""
        self._put(piece)
        self._space = True

    def add_signs(self, text: str, random: Random) -> None:
        """A text of single signs; what nobody has is left out, never a part of a word."""
        for number, word in enumerate(text.split(" ")):
            if number:
                self._space = True
            found = [self.composer.sign(self._signs, c, random) for c in word]
            for piece in found if all(p is not None for p in found) else ():
                assert piece is not None
                self._put(piece)
                self._space = False

    def plain(self, random: Random) -> None:
        """A word in small letters, close to what stands before it; spelt where its writer has
        signs alone.
        """
        writer = self._signs if self.writer is None else self.writer
        piece, text = self.composer.plain(writer, random)
        own = self.composer.writer(piece) == writer
        if self.writer is None and not own:
            self.add_signs(text[:9], random)
            return
        if own:
            self._put(piece)
        self._space = False

    def space(self) -> None:
        """What comes next stands behind a space."""
        self._space = True

    def glue(self) -> None:
        """What comes next stands close to what stands before it."""
        self._space = False

    def punctuate(self, random: Random) -> None:
        """A sign close behind the last word, or two around a word."""
        kind = random.random()
        if kind < 0.7:
            mark = _one(list(".,;:!?…") if kind < 0.65 else ["--", "..."], random)
            self._space = False
            self.add_signs(mark, random)
            self._space = True
            return
        around = _one(["()", "''", '""', "[]", "«»", "{}", "<>", "**"], random)
        first, last = (self.composer.sign(self._signs, mark, random) for mark in around)
        if first is not None and last is not None:
            place = int(random.integers(len(self._pieces)))
            self._pieces.insert(place, first)
            self._glued.insert(place, self._glued[place])
            self._glued[place + 1] = True
            self._pieces.insert(place + 2, last)
            self._glued.insert(place + 2, True)

    def composed(self, random: Random) -> Composition:
        """The composition; a word where nothing could be spelt."""
        if not self._pieces:
            return self.composer.piece(random)
        self._glued[0] = False
        of = [self.composer.writer(piece) for piece in self._pieces]
        lead = next((of.index(w) for w in (self.writer, self._signs) if w in of), 0)
        return Composition(self._pieces, self._glued, lead)

    def _put(self, piece: int) -> None:
        self._pieces.append(piece)
        self._glued.append(not self._space)


def _one(among: Sequence[T], random: Random) -> T:
    return among[int(random.integers(len(among)))]


def _digits(count: int, random: Random) -> str:
    return "".join(map(str, random.integers(0, 10, count)))


def _number(random: Random, most: int = 4) -> str:
    return str(random.integers(1, 10)) + _digits(int(random.integers(0, most)), random)


def _capitals(count: int, random: Random) -> str:
    return "".join(chr(65 + k) for k in random.integers(0, 26, count))


def phone(line: _Line, random: Random) -> None:
    """A telephone number, as countries write them."""
    d = _digits
    line.add_signs(
        _one(
            [
                f"+{_number(random, 2)} {d(2, random)} {d(3, random)}-{d(3, random)}",
                f"+{_number(random, 2)} {d(3, random)} {d(7, random)}",
                f"0{d(2, random)} {d(4, random)} {d(4, random)}",
                f"0{d(4, random)} {d(6, random)}",
                f"({d(3, random)}) {d(3, random)}-{d(4, random)}",
                f"{d(3, random)}-{d(3, random)}-{d(4, random)}",
                f"{d(3, random)}.{d(3, random)}.{d(4, random)}",
                f"0{d(1, random)} {d(2, random)} {d(2, random)} {d(2, random)} {d(2, random)}",
                f"0{d(3, random)}/{d(6, random)}",
            ],
            random,
        ),
        random,
    )


def price(line: _Line, random: Random) -> None:
    """A price or a sum of money."""
    amount = _one(
        [
            _number(random),
            f"{_number(random, 3)}.{_digits(2, random)}",
            f"{_number(random, 3)},{_digits(2, random)}",
            f"{_number(random, 2)},{_digits(3, random)}",
            f"{_number(random, 2)}.-",
        ],
        random,
    )
    sign = _one(list("$$€€££¥"), random)
    line.add_signs(
        _one([f"{sign}{amount}", f"{amount} {sign}", f"{sign} {amount}"], random), random
    )


def date(line: _Line, random: Random) -> None:
    """A date, a year or a time of day."""
    day, month = int(random.integers(1, 32)), int(random.integers(1, 13))
    year = int(random.integers(1900, 2040))
    hour, minute = int(random.integers(0, 24)), int(random.integers(0, 60))
    name = MONTHS[month - 1]
    line.add_signs(
        _one(
            [
                f"{day}/{month}/{year}",
                f"{day:02d}.{month:02d}.{year}",
                f"{day}.{month}.{year % 100:02d}",
                f"{year}-{month:02d}-{day:02d}",
                f"{month}/{day}/{year % 100:02d}",
                f"{day} {name} {year}",
                f"{name} {day}, {year}",
                f"{day} {name}",
                f"'{year % 100:02d}",
                f"{year}",
                f"{year}-{year % 100 + 1:02d}",
                f"{hour}:{minute:02d}",
                f"{hour}.{minute:02d}",
                f"{hour % 12 + 1}:{minute:02d} {_one(['am', 'pm'], random)}",
                f"{hour % 12 + 1} {_one(['am', 'pm', 'a.m.', 'p.m.'], random)}",
                f"{hour}:{minute:02d}-{hour + 1}:{minute:02d}",
            ],
            random,
        ),
        random,
    )


def postcode(line: _Line, random: Random) -> None:
    """A postcode, a licence plate, a flight or another code."""
    c, d = _capitals, _digits
    line.add_signs(
        _one(
            [
                f"{c(2, random)}{d(1, random)} {d(1, random)}{c(2, random)}",
                f"{c(2, random)}{d(1, random)}{c(1, random)} {d(1, random)}{c(2, random)}",
                f"{c(1, random)}{d(2, random)} {d(1, random)}{c(2, random)}",
                "{}{}{} {}{}{}".format(*(f(1, random) for f in (c, d, c, d, c, d))),
                f"{d(4, random)} {c(2, random)}",
                d(5, random),
                f"D-{d(5, random)}",
                f"{c(2, random)} {d(5, random)}",
                f"{c(2, random)}{d(3, random)}",
                f"{c(2, random)} {d(4, random)}",
                f"{c(1, random)}-{c(2, random)} {d(3, random)}",
                f"{c(3, random)}-{d(4, random)}",
                f"#{d(4, random)}",
                f"{c(3, random)} {d(3, random)}",
                f"{c(2, random)}-{d(2, random)}/{d(2, random)}",
                f"{d(2, random)}{c(1, random)}",
                f"No. {_number(random, 2)}",
                f"{c(2, random)}{d(2, random)} {d(4, random)} {d(4, random)}",
                f"{c(4, random)}{d(2, random)}",
            ],
            random,
        ),
        random,
    )


def capitals(line: _Line, random: Random) -> None:
    """Words in capitals."""
    for _ in range(int(random.integers(1, 4))):
        _, text = line.composer.plain(None, random)
        line.add_signs(text[:9].upper(), random)
        line.space()
    if random.random() < 0.2:
        line.glue()
        line.add_signs(_one(list("!?.:,"), random), random)


def names(line: _Line, random: Random) -> None:
    """Initials, and words that begin with a capital."""
    initials = "".join(f"{letter}." for letter in _capitals(int(random.integers(1, 4)), random))
    _, text = line.composer.plain(None, random)
    options = [
        f"{initials} {text[:8].capitalize()}",
        initials,
        _capitals(int(random.integers(2, 5)), random),
        text[:9].capitalize(),
        f"Dr {text[:8].capitalize()}",
        f"Mc{text[:6].capitalize()}",
    ]
    line.add_signs(_one(options, random), random)


def roman(line: _Line, random: Random) -> None:
    """Roman numerals."""
    value = int(random.integers(1, 60)) if random.random() < 0.6 else int(random.integers(60, 2100))
    text = to_roman(value)
    if random.random() < 0.08:
        text = text.lower()
    before = _one(["", "", "", "No. ", "Ch. ", "Vol. ", "§ "], random)
    line.add_signs(
        before + text + _one(["", "", "", ".", ")", f" {to_roman(value + 1)}"], random), random
    )


def to_roman(value: int) -> str:
    """A number from 1 in Roman numerals."""
    text = ""
    for size, letters in (
        (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"),
        (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
    ):  # fmt: skip
        text += letters * (value // size)
        value %= size
    return text


def sums(line: _Line, random: Random) -> None:
    """Sums, shares, measures, scores and formulas."""
    a, b = (int(n) for n in random.integers(1, 1000, 2))
    line.add_signs(
        _one(
            [
                f"{a} + {b} = {a + b}",
                f"{a % 20} x {b % 20} = {(a % 20) * (b % 20)}",
                f"{a % 20} × {b % 20}",
                f"{a} - {b}",
                f"{a} ÷ {b % 10 + 1}",
                f"{a % 101}%",
                f"{a % 101} %",
                f"{a % 10}.{b % 10}%",
                f"{a % 10}:{b % 10}",
                f"{a % 10}/{b % 10 + 1}",
                f"{a % 90} {_one(UNITS, random)}",
                f"{a % 10}.{b % 100} {_one(UNITS, random)}",
                f"{a % 40}°",
                f"{a % 40}°C",
                f"±{a % 10}",
                f"~{a}",
                f"<{a}",
                f">{a}",
                f"{a % 10}*{b % 10}",
                f"x^{a % 10}",
                f"y = {a % 10}x + {b % 10}",
                f"f(x) = {a % 10}",
                f"[{a % 100}]",
                f"{{{a % 10}, {b % 10}}}",
                f"|{a % 10}|",
                f"{a % 4 + 1}½",
                f"½ {_one(UNITS, random)}",
                f"{_one(list('½¼¾'), random)}",
                f"{a % 10} ¾",
                f"{a}–{b}",
                f"#{a % 100}",
                f"({a % 100})",
                f"{a % 30})",
                f"{a % 30}.",
            ],
            random,
        ),
        random,
    )


def digits(line: _Line, random: Random) -> None:
    """Digits alone: counts, house numbers, accounts."""
    line.add_signs(
        _one(
            [
                _number(random, 3),
                _number(random, 6),
                f"{_number(random, 2)}{chr(97 + int(random.integers(5)))}",
                f"{_digits(4, random)} {_digits(4, random)}",
                f"{_digits(3, random)} {_digits(3, random)} {_digits(3, random)}",
                f"{_number(random, 2)}-{_number(random, 2)}",
                f"{_number(random, 3)}/{_number(random, 1)}",
            ],
            random,
        ),
        random,
    )


def address(line: _Line, random: Random) -> None:
    """An e-mail or web address, a name with @, a path or a tag."""
    kind = int(random.integers(9))
    line.space()
    if kind <= 3:
        line.plain(random)
        if random.random() < 0.7:
            line.add_signs(_one([*"._-", _digits(2, random)], random), random)
            line.glue()
            if random.random() < 0.7:
                line.plain(random)
            else:
                line.add_signs(_one(list("abcdefghijklmnopqrstuvwxyz"), random), random)
        line.add_signs("@", random)
        _domain(line, random)
    elif kind <= 5:
        line.add_signs(_one(["www.", "www.", "http://", "https://", ""], random), random)
        line.glue()
        _domain(line, random)
        if random.random() < 0.5:
            line.add_signs("/", random)
            line.plain(random)
    elif kind == 6:
        line.add_signs("@", random)
        line.plain(random)
        if random.random() < 0.5:
            line.add_signs(_one(["_", ".", _digits(2, random)], random), random)
    elif kind == 7:
        line.add_signs(_one(["/", "~/", "C:\\", "./"], random), random)
        for number in range(int(random.integers(1, 4))):
            if number:
                line.add_signs(_one(["/", "/", "\\"], random), random)
            line.glue()
            line.plain(random)
        if random.random() < 0.5:
            line.add_signs(_one([".txt", ".pdf", ".py", ".jpg"], random), random)
    else:
        line.add_signs("#", random)
        line.plain(random)
        if random.random() < 0.3:
            line.add_signs(_digits(4, random), random)


def _domain(line: _Line, random: Random) -> None:
    if random.random() < 0.6:
        line.plain(random)
    else:
        line.add_signs(_one(HOSTS, random), random)
    line.add_signs("." + _one(DOMAINS, random), random)


def rare_signs(line: _Line, random: Random) -> None:
    """A sign that is rare elsewhere, each as often as the others, where people put it."""
    sign = _one(RARE, random)
    a, b = int(random.integers(1, 100)), int(random.integers(1, 10))
    capital, other = _capitals(1, random), _capitals(1, random)
    small = chr(97 + int(random.integers(26)))
    options = {
        "&": ["&", "&", f"{capital} & {other}", f"{capital}&{other}", "& Co."],
        "^": [f"{small}^{b}", f"{b}^{b + 1}", "^"],
        "|": [f"|{small}|", f"{a} | {b}", "|"],
        "~": [f"~{a}", "~", f"~{small}/"],
        "\\": [f"{capital}:\\{small}", f"\\{small}", "\\"],
        "_": [f"{small}_{b}", f"_{small}", f"{small}_{small}"],
        "{": [f"{{{a}}}", f"{{{small}, {b}}}"],
        "}": [f"{{{small}}}", f"{{{a}, {b}}}"],
        "<": [f"{b} < {a}", f"<{small}>", "<"],
        ">": [f"{a} > {b}", f"<{small}>", ">"],
        "[": [f"[{a}]", f"{small}[{b}]"],
        "]": [f"[{small}]", f"[{a}, {b}]"],
        "=": [f"{small} = {a}", "=", f"{b} = {b}"],
        "#": [f"#{a}", f"#{b}", f"# {small}"],
        "+": [f"{a} + {b}", "+", f"{capital}+", f"+{a}"],
        "%": [f"{a}%", f"{a} %", f"{b}.{b}%"],
        "*": ["*", f"{b} * {a}", f"*{small}", f"{small}*"],
        "$": [f"${a}", f"${a}.{b}0", f"{a}$"],
        "`": [f"`{small}`", f"`{a}`"],
        '"': [f'"{capital}"', f'"{small}"', f'{a}"'],
        "@": [f"@{small}{small}", f"@ {a}", "@"],
        "/": [f"{a}/{b}", f"{small}/{small}", "/"],
    }
    line.add_signs(
        _one(options.get(sign, [f"{sign}", f"{a}{sign}", f"{capital}{sign}"]), random), random
    )


def capitalised(line: _Line, random: Random) -> None:
    """A word behind a capital, each as often as the others."""
    line.add_signs(_capitals(1, random), random)
    line.plain(random)


def spelt(line: _Line, random: Random) -> None:
    """A word of single small letters, in which rare ones come as often as others."""
    letters = "".join(chr(97 + k) for k in random.integers(0, 26, int(random.integers(2, 7))))
    if random.random() < 0.5:
        _, letters = line.composer.plain(None, random)
    line.add_signs(letters[:9], random)


def other_signs(line: _Line, random: Random) -> None:
    """Signs beyond ASCII and letters that are no letter with a mark, where people put them."""
    if random.random() < 0.4:
        letter, other = _one(LETTERS, random), _one(LETTERS, random).lower()
        _, text = line.composer.plain(None, random)
        place = int(random.integers(len(text[:5]) + 1))
        letters = text[:place] + letter.lower() + text[place:5]
        if letter.isupper():
            letters = letter + text[:4]
        line.add_signs(_one([letters, f"{letters[:3]}{other}{letters[3:5]}"], random), random)
        line.space()
        return
    sign = _one(SIGNS, random)
    number = _number(random, 2)
    options = {
        "€": [f"€ {number}", f"{number} €", f"€{number}"],
        "£": [f"£{number}", f"£ {number}"],
        "¥": [f"¥{number}", f"¥ {number}"],
        "°": [f"{number}°", f"{number} °C"],
        "§": [f"§ {number}", f"§{number}"],
        "©": [f"© {random.integers(1950, 2040)}", "©"],
        "×": [f"{number} × {_number(random, 1)}"],
        "÷": [f"{number} ÷ {_number(random, 1)}"],
        "±": [f"± {number}", f"±{number}"],
        "¿": ["¿"],
        "¡": ["¡"],
        "–": [f"{number}–{_number(random, 2)}", "–"],
    }
    line.add_signs(_one(options.get(sign, [sign]), random), random)
    if sign in "¿¡«„":
        line.glue()
        line.plain(random)
        closing = {"¿": "?", "¡": "!", "«": "»", "„": '"'}[sign]
        line.add_signs(closing, random)


class _Patterns:
    """Patterns of rows, drawn by their weights."""

    def __init__(self, weights: dict[Callable[[_Line, Random], None], float]) -> None:
        self._patterns = list(weights)
        self._sums: npt.NDArray[np.float64] = np.cumsum(list(weights.values()))

    def draw(self, random: Random) -> Callable[[_Line, Random], None]:
        at = random.random() * float(self._sums[-1])
        return self._patterns[int(np.searchsorted(self._sums, at, side="right"))]


#: How often a row stands among words.
AMONG_WORDS = 0.5
PATTERNS = _Patterns(
    {
        phone: 1.2,
        price: 1.0,
        date: 1.2,
        postcode: 1.5,
        capitals: 2.0,
        names: 0.8,
        roman: 1.0,
        sums: 1.2,
        digits: 0.8,
        address: 3.0,
        rare_signs: 2.2,
        capitalised: 0.8,
        spelt: 0.7,
        other_signs: 4.5,
    }
)
