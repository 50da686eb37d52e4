"""Glyphs cut from lines: the ink of each character, its forms, and the gaps around it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from engine.ink.ink import Ink, Stroke
from engine.ink.slant import downstroke_slant
from engine.rendering.curves import stroke_starts
from engine.sampling.diacritic_marks import with_marks
from engine.sampling.policy import DOUBT
from engine.sampling.sampled_line import SampledLine
from engine.text.diacritics import marked_letter
from studio.fonts.specimens import PAIRS
from studio.layout.line_writer import WrittenLine

FORMS = 4
"""Alternates of a letter, at most."""
LIGATURES = 40
"""Pairs that are joined, at most."""
_CANDIDATES = 10
"""Inks of a character, of which those that can be read are its forms."""

_LONGEST_LEAD = 12
"""Points that the window is ahead of the pen, at most."""
_WITHIN = 6
"""A stroke that lies over the character before counts as so many points farther away."""
_JOINED, _PATIENCE = 4, 14
"""A stroke that begins more points than this from where a character should does not begin it: where
it may be joined, and where it is a capital, a digit or a mark."""
_LEFT_OVER = 4
"""Fewer points than this are no part of a character."""
_DOT = 0.45
"""A stroke no longer than this, in x-heights, that stands high is a dot."""
_HIGH = -1.1
_FLAT, _BAR_FOOT, _BAR_TOP = 0.6, -0.55, -2.2
"""A stroke no higher than this, that stands between these heights and goes back, is a bar."""
_DOTTED, _CROSSED = "ij", "tf"
_BODY = (-1.0, 0.15)
"""Letters stand beside each other between these heights; tails and tops reach farther."""
_ASTRAY = 1.0
"""So far from a letter, in x-heights, neither stands."""
_NARROWEST_GAP, _WIDEST_GAP = -0.6, 1.0
_LEAST_KERN = 0.03
_ASIDE = 2.0
_BESIDE = {"apostrophe", "horn"}

Ints = npt.NDArray[np.int64]
Reads = Callable[[Sequence[str], Sequence[Ink]], Sequence[float]]


@dataclass(frozen=True)
class FontGlyph:
    """A form of a character, or of a joined pair.

    Parameters
    ----------
    text : str
        One character, or two.
    ink : Ink
        In x-heights; y = 0 is the baseline, y down, x = 0 where its body begins (`body_edges`);
        tails, tops and marks may reach over that.
    body : float, optional
        What it takes of the line, in x-heights; as far as its ink reaches where not given.
    """

    text: str
    ink: Ink
    body: float | None = None

    @property
    def width(self) -> float:
        """What it takes of the line, in x-heights."""
        return self.ink.bounds[2] if self.body is None else self.body


@dataclass(frozen=True)
class GlyphSet:
    """All that a font is made of.

    Parameters
    ----------
    forms : mapping of str to tuple of FontGlyph
        Of each character, the most usual one first; and of each joined pair.
    before, after : mapping of str to float
        What each character leaves free at its left and right, in x-heights.
    kerns : mapping of (str, str) to float
        What is added between two characters, in x-heights.
    space : float
        Between words, in x-heights.
    missing : tuple of str
        Characters of which no ink was found.
    marked : mapping of str to str
        The letters whose forms are those of another letter with marks, and which letter.
    """

    forms: Mapping[str, tuple[FontGlyph, ...]]
    before: Mapping[str, float]
    after: Mapping[str, float]
    kerns: Mapping[tuple[str, str], float]
    space: float
    missing: tuple[str, ...] = ()
    marked: Mapping[str, str] = field(default_factory=dict)


@dataclass
class _Findings:
    """What was found in all lines."""

    single: dict[str, list[Ink]] = field(default_factory=lambda: defaultdict(list))
    pairs: dict[str, list[Ink]] = field(default_factory=lambda: defaultdict(list))
    seen: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    gaps: dict[tuple[str, str], list[float]] = field(default_factory=lambda: defaultdict(list))
    spaces: list[float] = field(default_factory=list)


def cut_glyphs(
    lines: Iterable[WrittenLine], alphabet: Iterable[str], reads: Reads | None = None
) -> GlyphSet:
    """Cut the glyphs out of lines; words that were misread are passed over.

    Letters with marks that come up in no line are made of the forms of their letters.

    Parameters
    ----------
    lines : iterable of WrittenLine
    alphabet : iterable of str
        Of the font.
    reads : callable, optional
        Given texts and the ink cut for each, how surely each is read, in nats. What may be misread
        is no form where there is another.
    """
    found = _Findings()
    written = list(lines)
    lead = _lead(written)
    for line in written:
        _search(line, found, lead, strict=True)
    wanted = sorted(character for character in alphabet if not character.isspace())
    scarce = {character for character in wanted if not found.single.get(character)}
    if scarce:
        # Better an ink that a recogniser doubts than none.
        doubted = _Findings()
        for line in written:
            if scarce & set(line.text):
                _search(line, doubted, lead, strict=False)
        for character in scarce & set(doubted.single):
            found.single[character] = doubted.single[character]
    usual = {c: _usual(_complete(c, found.single[c])) for c in wanted if found.single.get(c)}
    usual |= _ligatures(found, usual)
    forms = _chosen(usual, reads)
    before, after, below = _bearings(found.gaps, forms)
    kerns = _kerns(found.gaps, forms, before, after, below)
    slant = float(np.median([downstroke_slant(line.ink) for line in written] or [0.0]))
    made = {c: _marked(c, forms, slant) for c in wanted if c not in forms}
    marked = {c: of[0] for c, of in made.items() if of is not None}
    forms |= {c: of[1] for c, of in made.items() if of is not None}
    before |= {c: before[letter] for c, letter in marked.items()}
    after |= {c: after[letter] for c, letter in marked.items()}
    missing = tuple(c for c in wanted if c not in forms)
    space = float(np.median(found.spaces)) if found.spaces else 0.8
    return GlyphSet(forms, before, after, kerns, space, missing, marked)


def _search(line: WrittenLine, found: _Findings, lead: int, *, strict: bool) -> None:
    """Find the characters of a line."""
    if (strict and line.flaws) or (np.diff(line.characters) < 0).any():
        return
    wrong = {word.place for word in line.misread}
    owners = _owners(line, lead)
    joined = _joins(line.ink, owners)
    inks = _parts(line.ink, owners)
    edges = {place: body_edges(line.text[place], ink) for place, ink in inks.items()}
    start = 0
    before: int | None = None
    for number, word in enumerate(line.text.split(" ")):
        places = range(start, start + len(word))
        start += len(word) + 1
        if (strict and number in wrong) or not all(place in inks for place in places):
            before = None
            continue
        if before is not None:
            found.spaces.append(edges[places[0]][0] - edges[before][1])
        before = places[-1]
        for place in places:
            found.single[line.text[place]].append(_at_left(line.text[place], inks[place]))
        for a, b in pairwise(places):
            pair = line.text[a] + line.text[b]
            gap = edges[b][0] - _right_edge(pair, inks[a])
            if _NARROWEST_GAP <= gap <= _WIDEST_GAP:
                found.gaps[line.text[a], line.text[b]].append(gap)
            found.seen[pair] += 1
            if (a, b) in joined:
                found.pairs[pair].append(_at_left(pair, _ink_of(line.ink, owners, (a, b))))


def _lead(lines: Iterable[WrittenLine]) -> int:
    """How many points before the pen the window goes on to the next character, usually.

    Letters mostly begin with a stroke: so far is it from where the window goes on to the next
    stroke.
    """
    ways: list[int] = []
    for line in lines:
        starts = stroke_starts(line.ink)[:-1]
        moves = np.flatnonzero(np.diff(line.characters)) + 1
        places = np.searchsorted(starts, moves)
        known = places < len(starts)
        ways += (starts[places[known]] - moves[known]).tolist()
    near = [way for way in ways if way <= _LONGEST_LEAD]
    return int(np.median(near)) if near else 0


def _owners(line: WrittenLine, lead: int) -> Ints:
    """Which character each point belongs to: the line is cut between its characters.

    The window goes on to a character before the pen does. So a character begins with a stroke
    that begins about `lead` points after that, and, where none does, within one: it is joined.
    A word begins with the stroke that leaves the widest gap. Dots stand over their letters.
    """
    text, ink = line.text, line.ink
    places = [k for k, character in enumerate(text) if character != " "]
    owners = np.full(ink.points, places[-1] if places else 0, dtype=np.int64)
    starts = stroke_starts(ink)[:-1]
    cut = 0
    for here, after in pairwise(places):
        left = int(np.searchsorted(line.characters, here, "right"))
        reached = max(int(np.searchsorted(line.characters, after, "left")), left)
        some = starts[(starts > cut) & (starts >= left - 1) & (starts <= reached + 2 * lead + 1)]
        wanted = left + lead
        if after > here + 1 and len(some):
            stop = int(max(some, key=lambda start: _gap(ink, int(start))))
        else:
            costs = {
                start: abs(start - wanted) + (_WITHIN if _lies_within(ink, cut, start) else 0)
                for start in some.tolist()
            }
            nearest = min(costs, key=costs.__getitem__, default=None)
            # Capitals, digits and marks are not joined to what follows.
            patience = _JOINED if text[here].islower() and text[after].islower() else _PATIENCE
            if nearest is not None and costs[nearest] <= patience:
                stop = nearest
            else:
                stop = _within_stroke(starts, min(max(wanted, cut + 1), ink.points), cut)
        owners[cut:stop] = here
        cut = stop
    _give_late(line, owners)
    return owners


def _within_stroke(starts: Ints, wanted: int, cut: int) -> int:
    """Where a stroke is cut: not so near to its beginning that a few points would be left over."""
    before = int(starts[np.searchsorted(starts, wanted, "right") - 1])
    return before if cut < before and wanted - before <= _LEFT_OVER else wanted


def _lies_within(ink: Ink, cut: int, start: int) -> bool:
    """Whether the stroke that begins at a point stands over or in the character from a cut on.

    So a bar does, and a dot; the next letter stands to the right.
    """
    ends = np.cumsum([len(stroke) for stroke in ink.strokes])
    stop = int(ends[np.searchsorted(ends, start, "right")])
    xs = ink.xy[:, 0]
    middle = float(xs[start:stop].min() + xs[start:stop].max()) / 2
    return middle < float(xs[cut:start].max())


def _gap(ink: Ink, start: int) -> float:
    """What the stroke that begins at a point leaves free to what was written just before."""
    xs = ink.xy[:, 0]
    return float(xs[start : start + 4].min() - xs[max(start - 25, 0) : start].max())


def _give_late(line: WrittenLine, owners: Ints) -> None:
    """Give dots and bars that were drawn late, at the end of a word maybe, to their letters."""
    slant = downstroke_slant(line.ink)
    # Upright, so that what stands high is compared with what it stands over.
    xs = line.ink.xy[:, 0] + slant * line.ink.xy[:, 1]
    first = 0
    for stroke in line.ink.strokes:
        here = slice(first, first + len(stroke))
        first += len(stroke)
        owner = int(owners[here][0])
        middle = float(xs[here].min() + xs[here].max()) / 2
        before = xs[max(here.start - 12, 0) : here.start]
        dot = _is_dot(stroke)
        bar = _is_flat(stroke) and len(before) and middle < float(before.max())
        if not (dot or bar) or (bar and not line.text[owner].islower()):
            continue
        letters = (_DOTTED if dot else "") + (_CROSSED if bar else "")
        word = line.text.rfind(" ", 0, owner) + 1, line.text.find(" ", owner)
        stop = min(owner + 3, word[1] if word[1] >= 0 else len(line.text))
        away = {
            k: abs(float(xs[own].mean()) - middle)
            for k in range(word[0], stop)
            if line.text[k] in letters and (own := owners == k).any()
        }
        nearest = min(away, key=away.__getitem__, default=None)
        if nearest is not None and away[nearest] <= _ASTRAY:
            owners[here] = nearest


def _is_dot(stroke: Stroke) -> bool:
    """Whether a stroke is short and stands high."""
    left, top, right, bottom = Ink((stroke,)).bounds
    return max(right - left, bottom - top) <= _DOT and bottom < _HIGH


def _is_flat(stroke: Stroke) -> bool:
    """Whether a stroke is as low as a bar, and stands where bars do."""
    _, top, _, bottom = Ink((stroke,)).bounds
    return bottom - top <= _FLAT and bottom < _BAR_FOOT and top > _BAR_TOP


def _parts(ink: Ink, owners: Ints) -> dict[int, Ink]:
    """The ink of each character."""
    parts: dict[int, list[Stroke]] = defaultdict(list)
    first = 0
    for stroke in ink.strokes:
        part = owners[first : first + len(stroke)]
        first += len(stroke)
        cuts = [0, *(np.flatnonzero(np.diff(part)) + 1).tolist(), len(part)]
        for a, b in pairwise(cuts):
            # Up to where the next character begins, so that what was joined still meets.
            parts[int(part[a])].append(Stroke(stroke.xy[a : min(b + 1, len(stroke))]))
    return {place: Ink(tuple(strokes)) for place, strokes in parts.items()}


def _ink_of(ink: Ink, owners: Ints, places: Sequence[int]) -> Ink:
    """The ink of some characters; a stroke that others share is cut."""
    strokes = []
    first = 0
    for stroke in ink.strokes:
        kept = np.isin(owners[first : first + len(stroke)], places)
        first += len(stroke)
        edges = np.flatnonzero(np.diff(np.concatenate([[0], kept.astype(np.int8), [0]])))
        for a, b in edges.reshape(-1, 2).tolist():
            # Up to where the next character begins, so that what was joined still meets.
            strokes.append(Stroke(stroke.xy[a : min(b + 1, len(stroke))]))
    return Ink(tuple(strokes))


def _joins(ink: Ink, owners: Ints) -> set[tuple[int, int]]:
    """The pairs of neighbouring characters that a stroke joins."""
    found = set()
    first = 0
    for stroke in ink.strokes:
        part = owners[first : first + len(stroke)].tolist()
        first += len(stroke)
        found |= {(a, b) for a, b in pairwise(part) if b == a + 1 and a >= 0}
    return found


def body_edges(text: str, ink: Ink) -> tuple[float, float]:
    """Where the body of a character, or of a joined pair, begins and ends.

    That of a small letter is its ink between baseline and x-height: the tail of a y and the top of
    a slanted l reach over their neighbours' room. That of others is all above the baseline; what
    stands wholly above or below, a comma or a quotation mark, is its own body.

    Returns
    -------
    left, right : float
    """
    low, high = _BODY if text.islower() else (-np.inf, _BODY[1])
    left, right = np.inf, -np.inf
    for stroke in ink.strokes:
        xs, ys = stroke.xy.T
        within = (ys >= low) & (ys <= high)
        if within.any():
            left, right = min(left, float(xs[within].min())), max(right, float(xs[within].max()))
    whole = ink.bounds
    return (left, right) if left < right else (whole[0], whole[2])


def _right_edge(pair: str, ink: Ink) -> float:
    """Where the first of two characters ends for the second: small letters go below a T's bar."""
    return body_edges(pair[1] if _goes_below(pair[0], pair[1]) else pair[0], ink)[1]


def _goes_below(first: str, second: str) -> bool:
    return first.isupper() and second.islower()


def _at_left(text: str, ink: Ink) -> Ink:
    return ink.moved(-body_edges(text, ink)[0], 0.0)


def _complete(text: str, inks: Sequence[Ink]) -> Sequence[Ink]:
    """Of the inks of some letters those that have all dots and bars, and no other's, if any has.

    Where the bar of a t went to another letter, the t is an l.
    """
    dots, bars = (sum(text.count(c) for c in some) for some in (_DOTTED, "t"))
    if not dots + bars:
        return inks
    return [ink for ink in inks if _has(ink, dots, bars)] or inks


def _has(ink: Ink, dots: int, bars: int) -> bool:
    """Whether ink has so many dots, and bars across its letters, each a stroke of its own."""
    high = flat = 0
    for stroke in ink.strokes:
        if _is_dot(stroke):
            high += 1
        elif _is_flat(stroke):
            left, top, right, bottom = Ink((stroke,)).bounds
            others = Ink(tuple(other for other in ink.strokes if other is not stroke)).xy
            beside = others[np.abs(others[:, 1] - (top + bottom) / 2) < _FLAT / 2, 0]
            flat += bool(((left <= beside) & (beside <= right)).any())
    return high == dots and flat == bars


def _usual(inks: Sequence[Ink]) -> list[Ink]:
    """The most usual inks: near to the middle of all in size, place, length and strokes."""
    features = np.array([_features(ink) for ink in inks])
    middle = np.median(features, axis=0)
    spread = np.median(np.abs(features - middle), axis=0) + 0.05
    oddness = (np.abs(features - middle) / spread).sum(axis=1)
    order = np.argsort(oddness, kind="stable")
    return [inks[k] for k in order[:_CANDIDATES].tolist()]


def _chosen(
    usual: Mapping[str, Sequence[Ink]], reads: Reads | None
) -> dict[str, tuple[FontGlyph, ...]]:
    """Of each text's inks, the most usual first, those that can be read, if any."""
    texts = [text for text, inks in usual.items() for _ in inks]
    inks = [ink for some in usual.values() for ink in some]
    sure = iter([0.0] * len(texts) if reads is None else reads(texts, inks))
    forms: dict[str, tuple[FontGlyph, ...]] = {}
    for text, some in usual.items():
        read = [ink for ink in some if next(sure) >= DOUBT]
        if len(text) == 1 or read:
            kept = (read or some)[: _count(text)]
            forms[text] = tuple(FontGlyph(text, ink, body_edges(text, ink)[1]) for ink in kept)
    return forms


def _count(text: str) -> int:
    return FORMS if len(text) == 1 else 2


def _marked(
    text: str, forms: Mapping[str, tuple[FontGlyph, ...]], slant: float
) -> tuple[str, tuple[FontGlyph, ...]] | None:
    """The letter that a letter with marks is made of, and its forms with these; None where none is.

    Marks stray from form to form, and stand over the letter's sides where it is narrow.
    """
    letter = marked_letter(text)
    if letter is None or letter.base not in forms:
        return None
    made = []
    for number, form in enumerate(forms[letter.base]):
        # So far from the left edge no mark reaches over it.
        ink = form.ink.moved(_ASIDE, 0.0)
        line = SampledLine(text, ink, np.zeros(ink.points, dtype=np.int64), number, 0.0)
        ink = with_marks(line, forms, 1.0, slant=slant).ink.moved(-_ASIDE, 0.0)
        # What stands beside the letter moves the next one on.
        beside = not _BESIDE.isdisjoint(letter.marks)
        body = max(form.width, ink.bounds[2]) if beside else form.width
        made.append(FontGlyph(text, ink, body))
    return letter.base, tuple(made)


def _features(ink: Ink) -> list[float]:
    left, top, right, bottom = ink.bounds
    length = sum(float(np.hypot(*np.diff(s.xy, axis=0).T).sum()) for s in ink.strokes)
    begin, end = ink.strokes[0].xy[0], ink.strokes[-1].xy[-1]
    return [
        right - left,
        top,
        bottom,
        length,
        2.0 * len(ink.strokes),
        float(begin[1]),
        float(end[1]),
    ]


def _ligatures(found: _Findings, usual: Mapping[str, Sequence[Ink]]) -> dict[str, list[Ink]]:
    """The pairs that are mostly written in one stroke, the commonest first."""
    made: dict[str, list[Ink]] = {}
    for pair in PAIRS:
        inks = found.pairs.get(pair, [])
        if len(inks) >= 2 and 2 * len(inks) >= found.seen[pair] and set(pair) <= set(usual):
            made[pair] = _usual(_complete(pair, inks))
        if len(made) == LIGATURES:
            break
    return made


def _bearings(
    gaps: Mapping[tuple[str, str], Sequence[float]], forms: Mapping[str, tuple[FontGlyph, ...]]
) -> tuple[dict[str, float], dict[str, float], dict[str, float]]:
    """What each character leaves free, so that the sums come near to the gaps that were seen.

    Returns
    -------
    before, after, below : dict of str to float
        At its left; at its right; and, of a capital, at the right of its body for small letters.
    """
    characters = sorted({c for text in forms for c in text})
    index = {c: k for k, c in enumerate(characters)}
    usual = float(np.median([g for some in gaps.values() for g in some])) if gaps else 0.2
    count = len(characters)
    # Least squares, drawn to half of the usual gap where little is known.
    capitals = [c for c in characters if c.isupper()]
    place = {c: 2 * count + k for k, c in enumerate(capitals)}
    free = 2 * count + len(capitals)
    matrix, wanted = [], []
    for (a, b), some in gaps.items():
        if a in index and b in index:
            row = np.zeros(free)
            row[place[a] if _goes_below(a, b) else index[a]] = 1.0
            row[count + index[b]] = 1.0
            weight = len(some) ** 0.5
            matrix.append(weight * row)
            wanted.append(weight * (float(np.median(some)) - usual))
    left_out = np.zeros(free)
    if matrix:
        full = np.vstack([*matrix, np.eye(free)])
        left_out = np.linalg.lstsq(full, np.array([*wanted, *([0.0] * free)]), rcond=None)[0]
    after = {c: usual / 2 + float(left_out[index[c]]) for c in characters}
    before = {c: usual / 2 + float(left_out[count + index[c]]) for c in characters}
    below = {c: usual / 2 + float(left_out[place[c]]) for c in capitals}
    return before, after, below


def _kerns(
    gaps: Mapping[tuple[str, str], Sequence[float]],
    forms: Mapping[str, tuple[FontGlyph, ...]],
    before: Mapping[str, float],
    after: Mapping[str, float],
    below: Mapping[str, float],
) -> dict[tuple[str, str], float]:
    """What pairs are closer or wider by than their bearings say, the surer the more were seen."""
    kerns = {}
    small = [c for c in before if _goes_below("A", c)]
    # What a capital reaches over the small letter behind it, as far as any small letter knows.
    over = {c: _reach(forms[c]) + after[c] - below[c] for c in below if c in forms}
    for a, b in sorted({*gaps, *((capital, c) for capital in over for c in small)}):
        if a not in after or b not in before:
            continue
        some = gaps.get((a, b), ())
        under = a in over and b in small
        rest = 0.0
        if some:
            rest = float(np.median(some)) - (below if under else after)[a] - before[b]
            rest *= len(some) / (len(some) + 2)
        rest -= over[a] if under else 0.0
        if abs(rest) >= _LEAST_KERN:
            kerns[a, b] = rest
    return kerns


def _reach(forms: Sequence[FontGlyph]) -> float:
    """How far a capital's forms reach to the right of what stands between baseline and x-height."""
    return float(np.median([form.width - _right_edge(f"{form.text}a", form.ink) for form in forms]))
