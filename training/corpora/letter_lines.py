"""Lines of print composed of single letters, each line as one person would write it.

A page has a manner: a writer or font, and its own slant, width, spacing, unevenness and inclination
to join. Each letter is varied: one of the writer's drawings or a blend of two, bent by a smooth
random field, a little larger or smaller, a little off the baseline, and set as far from the letter
before it as the shapes of both allow. So no two letters of a kind are alike, and a network that
learns from these lines learns to vary.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from string import ascii_letters, digits

import numpy as np
import numpy.typing as npt

from engine.ink.arc_length import arc_lengths, points_along
from engine.ink.ink import Ink, Stroke
from engine.ink.timing import timed
from training.corpora.composition import PATTERNS
from training.corpora.iam import Line, Report, split_by_form
from training.corpora.letter_sources import LetterDrawing, LetterSource, Points

Random = np.random.Generator

#: What the corpus is named.
LETTERS = "lines of UJI Pen Characters, EMS fonts and Detexify"
#: What it was named before.
LETTERS_BEFORE = "lines of UJI Pen Characters and EMS fonts"
#: Lines of a page.
PAGE = 12
#: How often a page is a person's rather than a font's.
PEOPLE = 0.6
#: Points that two drawings are blended at, a stroke, and how far a blend goes beyond either.
BLENDED = 40
BEYOND = 0.2
#: Bins that a letter's side is measured in, a x-height, and the range of heights.
BINS = 5
LOW, HIGH = -1.1, 2.2
#: How far a letter reaches into the bins above and below its own.
REACH = 1
#: Gap between words, in x-heights.
SPACE = (0.75, 1.15)
#: Share of texts that are sentences, and that are rows of signs; others are words in disorder.
SENTENCES, ROWS = 0.45, 0.38
#: Share of texts into which signs are set that few texts have, and how many, at most.
SIGNED, SIGNS = 0.15, 4
#: What texts have enough of.
COMMON = frozenset(f"{ascii_letters}{digits} .,;:?!'-")
#: Letters of a usual line, at most.
LENGTH = 44
#: How much less time print takes than joined writing, point for point.
PACE = 0.9


@dataclass(frozen=True)
class Manner:
    """How a page is written.

    Attributes
    ----------
    slant : x per y, to the right
    aspect : width to what the source has
    gap : between letters, in x-heights, how far it strays (x-heights)
    space : between words, in x-heights
    bend : how far a letter's points are moved, in x-heights
    size : how far letters' sizes stray (log)
    wander : of the baseline, in x-heights
    join : how likely two letters are joined that can be
    pace : time that it takes, to what is usual
    """

    slant: float
    aspect: float
    gap: float
    gap_strays: float
    space: float
    bend: float
    size: float
    wander: float
    join: float
    pace: float

    @classmethod
    def sample(cls, random: Random) -> Manner:
        """A manner at random."""
        return cls(
            slant=float(random.normal(0.04, 0.09)),
            aspect=float(np.exp(random.normal(0.0, 0.1))),
            gap=float(random.uniform(0.16, 0.34)),
            gap_strays=float(random.uniform(0.02, 0.06)),
            space=float(random.uniform(*SPACE)),
            bend=float(random.uniform(0.02, 0.05)),
            size=float(random.uniform(0.02, 0.06)),
            wander=float(random.uniform(0.02, 0.06)),
            join=float(random.choice([0.0, 0.0, 0.3, 0.7])),
            pace=float(np.exp(random.normal(0.0, 0.08))),
        )


class LetterLines:
    """Lines composed of single letters.

    Parameters
    ----------
    sources : writers and fonts
    count : lines
    seed : of everything that is drawn at random
    """

    def __init__(self, sources: Sequence[LetterSource], count: int, seed: int = 0) -> None:
        self._people = [one for one in sources if one.person]
        self._fonts = [one for one in sources if not one.person]
        self._count, self._seed = count, seed

    def lines(self, report: Report) -> Iterator[Line]:
        """The lines; nine pages in ten for training, the others held out.

        `report` is filled on the way.
        """
        for page in range(-(-self._count // PAGE)):
            random = np.random.default_rng([self._seed, page])
            among = self._people if random.random() < PEOPLE and self._people else self._fonts
            source = among[int(random.integers(len(among)))]
            manner = Manner.sample(random)
            form = f"{source.name}-{page:05d}"
            split = split_by_form([form])[form]
            for number in range(min(PAGE, self._count - page * PAGE)):
                text = made_text(random, source.drawings)
                report.read += 1
                ink = composed(text, source, manner, random)
                yield Line(form, number, split, form, text, ink, "text")


def composed(text: str, source: LetterSource, manner: Manner, random: Random) -> Ink:
    """A line in a manner, timed as a hand writes, in x-heights, the baseline near y = 0.

    Characters that the source has no drawing of are left out.
    """
    strokes: list[Points] = []
    left, edge = 0.0, np.full(_BIN_COUNT, -np.inf)
    phase = random.uniform(0.0, 2 * np.pi, 2)
    open_end = False
    tilt = random.normal(0.0, 0.006)
    for place, character in enumerate(text):
        if character == " ":
            left = float(edge.max(initial=left)) + manner.space * float(random.uniform(0.88, 1.12))
            edge = np.full(_BIN_COUNT, left - manner.gap)
            open_end = False
            continue
        drawings = source.drawings.get(character)
        if drawings is None:
            continue
        letter = _varied(_blended(drawings, source.person, random), manner, random)
        near, far = _sides(letter)
        if np.isfinite(edge).any():
            across = float(np.max(edge - near, initial=-np.inf))
            # What would slip over or under its neighbour, as a comma does, stays behind its middle.
            across = max(across, float(edge.max()) - 0.5 * max(letter.width, 0.2) - near.min())
            across += manner.gap + manner.gap_strays * float(random.normal())
        else:
            across = -float(letter.xy[:, 0].min())
        x = across + 0.5 * letter.width
        drift = np.sin(x / 9.0 + phase[0]) + 0.5 * np.sin(x / 3.7 + phase[1])
        down = manner.wander * (drift + 0.6 * random.normal()) + tilt * x
        put = [np.add(stroke, (across, down)) for stroke in letter.strokes]
        if open_end and character.islower() and random.random() < manner.join:
            join = _join(strokes[-1], put[0])
            if join is not None:
                put[0] = np.concatenate([strokes.pop(), join, put[0]])
        strokes += put
        edge = np.maximum(_spread(far) + across, edge - 0.6 * np.isfinite(edge))
        open_end = character.islower() and place + 1 < len(text)
    ink = Ink(tuple(Stroke(stroke) for stroke in strokes))
    letters = sum(c != " " for c in text)
    return timed(ink, text, False, max(1.0, letters * PACE * manner.pace))


def _blended(drawings: Sequence[LetterDrawing], person: bool, random: Random) -> LetterDrawing:
    """One of the drawings, or what lies between two of them or a little beyond."""
    one = drawings[int(random.integers(len(drawings)))]
    if not person or len(drawings) < 2:
        return one
    other = drawings[int(random.integers(len(drawings)))]
    if other is one or len(one.strokes) != len(other.strokes):
        return one
    share = float(random.uniform(-BEYOND, 1 + BEYOND))
    made = []
    for first, second in zip(one.strokes, other.strokes, strict=True):
        a, b = _even(first), _even(second)
        # Drawn the other way round, or another shape: what lies between is no letter.
        if np.hypot(*(a - b).T).mean() > 0.35:
            return one
        made.append(a + share * (b - a))
    return LetterDrawing(tuple(made))


def _even(stroke: Points) -> Points:
    """A stroke at `BLENDED` points, evenly along its way."""
    along = arc_lengths(stroke)
    return points_along(stroke, along, np.linspace(0.0, along[-1], BLENDED))


def _varied(drawing: LetterDrawing, manner: Manner, random: Random) -> LetterDrawing:
    """A drawing in a manner, bent and sized as no other."""
    size = np.exp(manner.size * random.standard_normal(2)) * (manner.aspect, 1.0)
    slant = manner.slant + 0.03 * random.normal()
    turn = 0.02 * random.normal()
    # A field that bends a letter as a whole: two waves, each about as long as a letter is tall.
    ways = random.normal(0.0, 1.6, (2, 2))
    phases = random.uniform(0.0, 2 * np.pi, 2)
    pushes = manner.bend * random.standard_normal((2, 2))
    strokes: list[Points] = []
    for stroke in drawing.strokes:
        xy = stroke * size
        xy = xy + np.sin(xy @ ways.T + phases) @ pushes
        x = xy[:, 0] - slant * xy[:, 1]
        y = xy[:, 1] + turn * x
        # Each stroke of several is set down a little elsewhere.
        aside = 0.5 * manner.bend * random.standard_normal(2) if strokes else 0.0
        strokes.append(np.stack([x, y], axis=1) + aside)
    return LetterDrawing(tuple(strokes))


_BIN_COUNT = round((HIGH - LOW) * BINS)


def _sides(letter: LetterDrawing) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """The left and right edge of a letter at each height, inf and -inf where it is not."""
    near, far = np.full(_BIN_COUNT, np.inf), np.full(_BIN_COUNT, -np.inf)
    for stroke in letter.strokes:
        xy = _even(stroke) if len(stroke) > 1 else stroke
        bins = np.clip(((-xy[:, 1] - LOW) * BINS).astype(int), 0, _BIN_COUNT - 1)
        np.minimum.at(near, bins, xy[:, 0])
        np.maximum.at(far, bins, xy[:, 0])
    return near, far


def _spread(far: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Edges that reach into the bins beside them."""
    padded = np.pad(far, REACH, constant_values=-np.inf)
    shifted = np.stack([padded[k : k + len(far)] for k in range(2 * REACH + 1)])
    reached: npt.NDArray[np.float64] = shifted.max(axis=0)
    return reached


def _join(before: Points, after: Points) -> Points | None:
    """Points of a curve from the end of a stroke to the beginning of the next; None if it is far.

    People join where the pen ends low on the right and the next letter begins near.
    """
    start, end = before[-1], after[0]
    way = end - start
    if not (0.05 < way[0] < 0.9 and abs(way[1]) < 1.1 and -start[1] < 0.6):
        return None
    if len(before) < 3 or len(after) < 3:
        return None
    length = float(np.hypot(*way))
    out = _unit(before[-1] - before[-min(4, len(before))])
    into = _unit(after[min(3, len(after) - 1)] - after[0])
    if out[0] < -0.3:
        return None
    t = np.linspace(0.0, 1.0, max(4, round(length / 0.06)))[1:-1, None]
    p1, p2 = start + out * length / 3, end - into * length / 3
    curve: Points = (
        (1 - t) ** 3 * start + 3 * (1 - t) ** 2 * t * p1 + 3 * (1 - t) * t**2 * p2 + t**3 * end
    )
    return curve


def _unit(way: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    length = float(np.hypot(*way))
    return way / length if length > 0 else np.array([1.0, 0.0])


#: Words of everyday English, and of what people write to one another.
WORDS = tuple(
    """
    a about after all also always am an and any are around as ask at away back be because been
    before began best better big birthday book both bread bring brother but buy by call came can
    car card cat child city clear close cold come could country cup day dear did different do
    does dog done door down draw dream drink each early earth easy eat eight else end enough even
    ever every example eye face fact family far father feel few field find fire first fish five
    fly follow food for forward found four free friend from full game garden gave get girl give
    glad go good got grand great green group grow had half hand happy hard has have he head hear
    heart heavy help her here high him his hold home hope horse hour house how hundred i idea if
    in into is it its join joy jump just keep kind king knew know lake land large last late laugh
    learn leave left letter life light like line list little live long look lot love lunch made
    make man many may me mean meet milk mind miss money month moon more morning most mother move
    much music must my name near need never new next night nine no north not note nothing now
    number of off often oh old on once one only open or order other our out over own page paper
    part party people piano picture piece place plan plant play please point pretty put queen
    question quick quiet quite rain ran read ready real red rest right river road room round run
    said same saw say school sea second see seem send set seven she ship short should show side
    simple since sing sister sit six sleep slow small snow so soft some song soon sound spell
    stand star start state stay still stop story street strong such summer sun sure table take
    talk tell ten than thank that the their them then there these they thing think this those
    thought three through time tiny to today together told too took top town train travel tree
    true try turn two under until up us use usual very visit voice wait walk want warm was watch
    water way we week well went were west what wheel when where which while white who whole why
    will wind window winter wish with without wonder wood word work world would write year yellow
    yes yet you young your zebra zero zone jazz quiz exact expect extra fix tax box six mix fox
    lazy prize size maze fuzzy query equal
    """.split()  # noqa: SIM905
)
#: What stands around words.
AROUND = (("(", ")"), ('"', '"'), ("'", "'"), ("[", "]"), ("*", "*"))
_ONSETS = "b bl br c ch cr d dr f fl fr g gl gr h j k kn l m n p ph pl pr qu r s sc sh sk sl sm st"
_ONSETS += " str t th tr tw v w wh x y z"
_VOWELS = "a ai au e ea ee ei i ie o oa oi oo ou u ue y"
_CODAS = "b ck d f ff g h k l ll lt m mp n nd ng nk nt p ph q r rd rk rm rn rt s sh sk ss st t th"
_CODAS += " tt v w x z zz"


def made_text(random: Random, known: dict[str, tuple[LetterDrawing, ...]]) -> str:
    """A text of one to some eight words, a row of signs, or both, of known characters."""
    kind = random.random()
    if kind < ROWS:
        row = _Row()
        PATTERNS.draw(random)(row, random)  # type: ignore[arg-type]
        text = row.text.strip()
        if random.random() < 0.4:
            text = f"{_words(random, int(random.integers(1, 3)))} {text}"
    else:
        most = 9 if random.random() < 0.5 else 5
        text = _words(random, int(random.integers(1, most)))
        if kind < ROWS + SENTENCES:
            text = text[0].upper() + text[1:]
            text += str(random.choice(list("....,,?!:;")))
        else:
            text = _disordered(text, random)
        rare = sorted(known.keys() - COMMON)
        if rare and random.random() < SIGNED / (1 - ROWS):
            text = _signed(text, rare, random)
    while len(text) > LENGTH and " " in text:
        text = text.rpartition(" ")[0]
    text = " ".join("".join(c for c in text if c == " " or c in known).split())
    return text or str(random.choice(WORDS))


class _Words:
    """Stands for a corpus's words."""

    def plain(self, _: int | None, random: Random) -> tuple[int, str]:
        return 0, _word(random)


class _Row:
    """What `training.corpora.composition.PATTERNS` spell, as text alone."""

    def __init__(self) -> None:
        self.text = ""
        self.composer = _Words()
        self._space = False

    def add_signs(self, text: str, random: Random) -> None:
        self._put(text)

    def plain(self, random: Random) -> None:
        self._put(_word(random))

    def space(self) -> None:
        self._space = True

    def glue(self) -> None:
        self._space = False

    def _put(self, text: str) -> None:
        self.text += (" " if self._space and self.text else "") + text
        self._space = False


def _word(random: Random) -> str:
    return str(random.choice(WORDS)) if random.random() < 0.6 else _invented(random)


def _invented(random: Random) -> str:
    """A word that nobody knows, so that letters meet that seldom do."""
    made = ""
    for _ in range(int(random.integers(1, 4))):
        made += str(random.choice(_ONSETS.split())) + str(random.choice(_VOWELS.split()))
        if random.random() < 0.5:
            made += str(random.choice(_CODAS.split()))
    return made[:11]


def _words(random: Random, count: int) -> str:
    words = [_word(random) for _ in range(count)]
    for place in range(1, count):
        if random.random() < 0.08:
            words[place - 1] += str(random.choice([",", ",", ",", ";", " -", ":"]))
        if random.random() < 0.06:
            words[place] = words[place].capitalize()
    return " ".join(words)


def _signed(text: str, signs: Sequence[str], random: Random) -> str:
    """A text with some of the signs, each as likely as any: letters in words, others at words."""
    words = text.split(" ")
    for sign in random.choice(signs, int(random.integers(1, SIGNS + 1))).tolist():
        place = int(random.integers(len(words)))
        word, where = words[place], random.random()
        if sign.isalpha():
            cut = int(random.integers(len(word) + 1))
            words[place] = word[:cut] + sign + word[cut:]
        elif where < 0.4:
            words.insert(place, sign)
        else:
            words[place] = sign + word if where < 0.7 else word + sign
    return " ".join(words)


def _disordered(text: str, random: Random) -> str:
    """Words as notes have them: capitals, brackets, quotes, apostrophes, numbers between."""
    words = text.split(" ")
    for place, word in enumerate(words):
        kind = random.random()
        if kind < 0.2:
            words[place] = word.capitalize()
        elif kind < 0.3:
            words[place] = word.upper()
        elif kind < 0.36:
            first, last = AROUND[int(random.integers(len(AROUND)))]
            words[place] = f"{first}{word}{last}"
        elif kind < 0.42:
            words[place] = word + str(random.choice(["'s", "'ll", "n't", "'d", "'re"]))
        elif kind < 0.5:
            words[place] = str(int(random.integers(1, 3000)))
        elif kind < 0.54:
            words[place] = str(random.choice(["&", "+", "-", "=", "–", "/"]))
    return " ".join(words)
