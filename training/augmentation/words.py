"""Words cut from lines, and long texts cut into phrases, where the pen was lifted between words.

A trained network's window tells on which character the pen was at each point, and so to which word
a stroke belongs. Bars of t and dots of i that were written after the word, when the window has
moved on, belong to the word that they stand over.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from engine.corpus_lines import KINDS
from engine.ink.ink import Ink, Stroke
from engine.recognition.recogniser import Recogniser, edit_distance
from training.augmentation.glyphs import ink_of, line_like, with_lines
from training.corpora.corpus import Corpus
from training.corpora.heights import baseline_of, x_height_of
from training.corpora.iam import Line
from training.corpora.mixing import HELD_OUT

#: A stroke whose points belong to two words, each by this share at least, joins them.
JOINED = 0.2
#: Marks that are written later: of this height and width at most, in x-heights.
MARK = (0.9, 2.2)
#: The most that words may overlap in x where they are cut, in x-heights.
OVERLAP = 0.35
#: The narrowest and the widest gap between words that are told apart, in x-heights.
GAPS = (0.15, 4.0)
#: How far a word's points and width a character may be from its line's, as factors.
SLOW = 2.2
WIDE = 2.2
#: How far a word's baseline may be from its line's, in x-heights.
ASIDE = 0.35
#: What is read with more than this share of its characters wrong is left out.
WRONG = 0.6
#: The share of small letters from which on a text is judged, one other letter left out.
SMALL = 0.8
#: Lines that are read at once.
AT_ONCE = 64
#: The median gap between words of people (IAM-OnDB), the one that is wanted, in x-heights, and how
#: much of the differences between writers is kept, as a power, and within which range.
PEOPLES_GAP = 1.37
GAP = 1.05
ALIKE = 0.4
GAP_RANGE = (0.85, 1.3)
#: As well for differences within a line: as a power, and as factors.
EVEN = 0.5
EVENED = (0.75, 1.35)
#: Words of a page from which on its texts need no cutting.
KNOWN = 10
#: Characters of a phrase, about, and from which on a text is cut into phrases.
PHRASE = 36
LONG = 60


@dataclass(frozen=True)
class CutLine:
    """A line cut at its words.

    Attributes
    ----------
    words : (begin, end) of each word in the text
    strokes : the numbers of each word's strokes, in the order in which they were drawn
    clean : whether the line can be cut before word k, for k from 0 to the count of words
    gaps : the gap before each word but the first, in x-heights; NaN where it cannot be cut
    """

    words: tuple[tuple[int, int], ...]
    strokes: tuple[tuple[int, ...], ...]
    clean: tuple[bool, ...]
    gaps: tuple[float, ...]


def cut_words(ink: Ink, text: str, stands: npt.NDArray[np.int64], height: float) -> CutLine:
    """Tell which strokes are each word's.

    Parameters
    ----------
    ink : Ink, level
    stands : int64 (n,), the character of the text that each point belongs to
    height : the x-height, in the ink's unit
    """
    words = tuple(_words(text))
    of = np.full(len(text) + 1, -1)
    for number, (begin, end) in enumerate(words):
        of[begin:end] = number
    lefts = np.array([float(stroke.xy[:, 0].min()) for stroke in ink.strokes])
    rights = np.array([float(stroke.xy[:, 0].max()) for stroke in ink.strokes])
    tall = np.array([float(np.ptp(stroke.xy[:, 1])) for stroke in ink.strokes])
    belongs = np.zeros(len(lefts), dtype=np.int64)
    clean = [True] * (len(words) + 1)
    begin = 0
    for index, stroke in enumerate(ink.strokes):
        points = of[stands[begin : begin + len(stroke)]]
        begin += len(stroke)
        points = points[points >= 0]
        if not len(points):
            belongs[index] = belongs[index - 1] if index else 0
            continue
        counts = np.bincount(points, minlength=len(words))
        belongs[index] = int(counts.argmax())
        held = np.flatnonzero(counts >= JOINED * len(points))
        for number in range(int(held.min()) + 1, int(held.max()) + 1):
            clean[number] = False
    marks = (tall <= MARK[0] * height) & (rights - lefts <= MARK[1] * height)
    spans = _spans(lefts, rights, belongs, ~marks, len(words))
    for index in np.flatnonzero(marks).tolist():
        middle = (lefts[index] + rights[index]) / 2
        away = np.maximum(spans[:, 0] - middle, middle - spans[:, 1])
        nearest = int(away.argmin())
        # Punctuation stands behind a word, not over it: only what is well over another moves.
        if away[belongs[index]] > 0.3 * height and away[nearest] < 0:
            belongs[index] = nearest
    gaps = []
    for number in range(1, len(words)):
        before, after = rights[belongs < number], lefts[belongs >= number]
        gap = float("nan")
        if len(before) and len(after):
            gap = (float(after.min()) - float(before.max())) / height
        clean[number] = clean[number] and gap >= -OVERLAP and gap <= GAPS[1]
        gaps.append(gap if clean[number] and gap >= GAPS[0] else float("nan"))
    strokes = tuple(tuple(np.flatnonzero(belongs == n).tolist()) for n in range(len(words)))
    return CutLine(words, strokes, tuple(clean), tuple(gaps))


def _words(text: str) -> Iterator[tuple[int, int]]:
    begin = 0
    for word in text.split(" "):
        if word:
            yield begin, begin + len(word)
        begin += len(word) + 1


def _spans(
    lefts: npt.NDArray[np.float64],
    rights: npt.NDArray[np.float64],
    belongs: npt.NDArray[np.int64],
    large: npt.NDArray[np.bool_],
    count: int,
) -> npt.NDArray[np.float64]:
    """Left and right edge of each word, by its large strokes where it has any."""
    spans = np.full((count, 2), np.inf)
    for number in range(count):
        own = belongs == number
        own = own & large if (own & large).any() else own
        if own.any():
            spans[number] = lefts[own].min(), rights[own].max()
    return spans


def pieces_of(line: Line, ink: Ink, stands: npt.NDArray[np.int64]) -> Iterator[tuple[Line, Ink]]:
    """Words of a line that can be cut out, and phrases of a long text.

    Parameters
    ----------
    ink : Ink
        The line's, prepared, the left edge at x = 0 and the baseline at y = 0.
    stands : int64 (n,), the character of the text that each point belongs to

    Yields
    ------
    Lines of the kinds "word" and "text" with their ink, the left edge and the baseline at 0.
    """
    height = x_height_of(ink, line.text)
    if height > 0:
        yield from _pieces(line, ink, cut_words(ink, line.text, stands, height), height)


def _pieces(line: Line, ink: Ink, found: CutLine, height: float) -> Iterator[tuple[Line, Ink]]:
    count = len(found.words)
    pace = ink.points / max(1, len(line.text))
    width = ink.width / max(1, len(line.text))
    for number in range(count):
        if found.clean[number] and found.clean[number + 1]:
            made = _piece(line, ink, found, range(number, number + 1), "word", height)
            if made is not None and _usual(made, pace, width):
                yield made
    if line.kind != "text" or len(line.text) <= LONG:
        return
    for run in _runs(found):
        made = _piece(line, ink, found, run, "text", height)
        if made is not None and _usual(made, pace, width):
            yield made


def _runs(found: CutLine) -> Iterator[range]:
    """Runs of words of about `PHRASE` characters between places where the line can be cut."""
    begin = 0
    for number in range(1, len(found.words) + 1):
        long = found.words[number - 1][1] - found.words[begin][0]
        last = number == len(found.words)
        if found.clean[number] and (long >= PHRASE or last):
            if number - begin > 1 and long <= 2 * PHRASE:
                yield range(begin, number)
            begin = number


def _piece(
    line: Line, ink: Ink, found: CutLine, run: range, kind: str, height: float
) -> tuple[Line, Ink] | None:
    numbers = sorted(index for word in run for index in found.strokes[word])
    if not numbers or any(not found.strokes[word] for word in run):
        return None
    text = line.text[found.words[run[0]][0] : found.words[run[-1]][1]]
    own = Ink(tuple(ink.strokes[index] for index in numbers))
    if own.points < 2 and text.isalnum():
        return None
    # A short word's own baseline is less sure than that of its line.
    foot = float(np.clip(baseline_of(own, text, height), -ASIDE * height, ASIDE * height))
    if sum(c.isalnum() for c in text) < 3:
        foot = 0.0
    left, *_ = own.bounds
    return replace(line, text=text, kind=kind, ink=own), own.moved(-left, -foot)


def _usual(piece: tuple[Line, Ink], pace: float, width: float) -> bool:
    line, ink = piece
    count = len(line.text)
    slow, wide = ink.points / count / pace, ink.width / count / width
    if count < 3 or not any(c.isalnum() for c in line.text):
        return slow <= 2 * SLOW and wide <= 2 * WIDE
    return 1 / SLOW <= slow <= SLOW and 1 / WIDE <= wide <= WIDE


def with_words(
    corpus: Corpus,
    owned: Iterable[tuple[int, npt.NDArray[np.int64]]],
    path: Path,
    recogniser: Recogniser | None = None,
) -> Corpus:
    """The corpus with words cut from its lines, and with long texts cut into phrases, as one file.

    Gaps between words of lines that are learnt from are brought nearer to what people like to read,
    and those of a writer to one another: half of people leave more than `PEOPLES_GAP`, and gaps of
    one line differ by half. Lines that are held out stay as they are. Texts on whose page single
    words are known already are not cut into words.

    Parameters
    ----------
    owned : lines, and the character that each of their points belongs to
    recogniser : Recogniser, optional
        What it reads mostly wrong is left out, of what the corpus had as well.
    """
    forms, kinds = corpus.forms.numpy(), corpus.kinds.numpy()
    counted = np.bincount(forms[kinds == KINDS.index("word")], minlength=int(forms.max()) + 1)
    cuts: dict[int, tuple[CutLine, float]] = {}
    for line, stands in owned:
        ink, text = ink_of(corpus, line), corpus.text(line)
        height = x_height_of(ink, text)
        if height > 0:
            cuts[line] = cut_words(ink, text, stands, height), height
    usual = _usual_gaps(corpus, {line: found for line, (found, _) in cuts.items()})
    made: list[tuple[Line, Ink]] = []
    gone: set[int] = set()
    for line, (found, height) in sorted(cuts.items()):
        whole, ink = line_like(corpus, line, corpus.text(line), ink_of(corpus, line))
        gap = usual.get(whole.writer)
        long = whole.kind == "text" and len(whole.text) > LONG
        if gap is not None and whole.split not in HELD_OUT:
            ink = evened(ink, found, height, gap)
            gone.add(line)
            if not long:
                made.append((replace(whole, ink=ink), ink))
        elif long:
            gone.add(line)
        known = counted[forms[line]] >= KNOWN
        made += [
            piece
            for piece in _pieces(whole, ink, found, height)
            if piece[0].kind == "text" or not known
        ]
    wanted = {writer: wanted_gap(gap) for writer, gap in usual.items()}
    cut_corpus = with_lines(corpus, made, path, gone, wanted)
    if recogniser is None:
        return cut_corpus
    return with_lines(cut_corpus, [], path, illegible(cut_corpus, recogniser))


def _usual_gaps(corpus: Corpus, cuts: Mapping[int, CutLine]) -> dict[str, float]:
    """The median gap between words of each writer of whom enough gaps are known, in x-heights."""
    gaps: dict[str, list[float]] = defaultdict(list)
    for line, found in cuts.items():
        whole, _ = line_like(corpus, line, "", Ink())
        gaps[whole.writer] += [gap for gap in found.gaps if gap == gap]
    return {w: float(np.median(of)) for w, of in gaps.items() if len(of) >= KNOWN}


def wanted_gap(usual: float) -> float:
    """The gap that a writer is given who usually leaves so much, in x-heights.

    Who leaves more than others still does.
    """
    return float(np.clip(GAP * (usual / PEOPLES_GAP) ** ALIKE, *GAP_RANGE))


def evened(ink: Ink, found: CutLine, height: float, usual: float) -> Ink:
    """A line whose gaps between words are around what is wanted of its writer, and more even.

    Words that cannot be cut apart stay as they stand to each other.
    """
    shift, shifts = 0.0, [0.0]
    for gap in found.gaps:
        if gap == gap:
            factor = float(np.clip((gap / usual) ** EVEN, *EVENED))
            shift += (wanted_gap(usual) * factor - gap) * height
        shifts.append(shift)
    moved = list(ink.strokes)
    for by, numbers in zip(shifts, found.strokes, strict=True):
        for number in numbers:
            moved[number] = Stroke(np.add(ink.strokes[number].xy, (by, 0.0)))
    return Ink(tuple(moved))


def illegible(corpus: Corpus, recogniser: Recogniser) -> set[int]:
    """Words, texts and lines to learn from that a recogniser reads mostly wrong: hard to read, or
    cut or labelled wrong. What has few small letters is not judged: it was taught few others.
    """
    taught = [split for split in corpus.split_names if split not in HELD_OUT]
    lines = [
        line
        for line in corpus.lines_of(*taught, kinds=("line", "text", "word")).tolist()
        if _judged(corpus.text(line))
    ]
    # Of like length together: one by one, as candidates are read, takes five times as long.
    lines.sort(key=lambda line: int(corpus.lengths[line]))
    found: set[int] = set()
    for begin in range(0, len(lines), AT_ONCE):
        part = lines[begin : begin + AT_ONCE]
        read = recogniser.read_together([ink_of(corpus, line) for line in part])
        found |= {
            line
            for line, said in zip(part, read, strict=True)
            if edit_distance(said, corpus.text(line)) > WRONG * len(corpus.text(line))
        }
    return found


def _judged(text: str) -> bool:
    small = sum("a" <= c <= "z" for c in text)
    return small >= 2 and small >= SMALL * len(text.replace(" ", "")) - 1
