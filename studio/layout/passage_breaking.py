"""Breaking a note's passages into lines, by what is known of their widths."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cache, cached_property
from typing import NamedTuple

from engine.text.language import guess_language
from studio.document.note import Alignment, Look, Note
from studio.document.page import LineKey
from studio.layout.line_breaking import SQUEEZED, Candidate, WordPiece, break_pieces
from studio.layout.line_requests import LONGEST, LineRecord, RequestBuilder, manner_of
from studio.layout.line_writer import LineRequest
from studio.layout.plan import Break, Passage, Word
from studio.layout.tokenise import Paragraph
from studio.layout.width_model import Manner, WidthModel
from studio.layout.word_division import SOFT_HYPHEN, Need, divisions

REDUCED = 0.85
"""How much smaller a single word may be written where its line is too short for it."""

# A line that is expected to fill less of its room than this is too loose: words are divided.
_LOOSE, _LOOSE_JUSTIFIED = 0.6, 0.75

# What a line costs that ends where none should: the square of a gap in tenths of the room.
_TIED = 100.0

FULL = 0.82
"""A line of which less than this part is filled is short."""

# By so much a room may be wider than before for its lines to stand in it as they did.
_GROWN = 1.05

# A line that stands keeps its words until it is expected to be this much too wide.
_TRUSTED = 1.04


def overfull(width: float, words: int, room: float) -> bool:
    """Whether a line would have to be squeezed more than the eye forgives.

    Parameters
    ----------
    width, room : float
        Of its ink, and of the line, in one unit.
    words : int
    """
    return width * (SQUEEZED if words > 1 else REDUCED) > room * (1 + 1e-9)


class Source(NamedTuple):
    """Where the words of a passage stand: in which typed line, and from which of its words on."""

    paragraph: Paragraph
    line: int
    first: int = 0


class _Part(NamedTuple):
    """A word, or characters of one that are not to be divided, as it is written."""

    word: int
    start: int
    stop: int
    piece: WordPiece


class Guess(NamedTuple):
    """What the breaks of a passage hang on of which nothing is written yet."""

    passage: Passage
    manner: Manner
    alignment: Alignment
    tied: tuple[int, ...]
    language: str | None


#: What is known of a line with this text, which was expected to be so wide.
Known = Callable[[str, float], Candidate | None]


class Breaker:
    """Breaks the passages of a note.

    A passage is broken by guesses first. Its lines are then written, and hold where they fit.
    Where one does not, what follows is broken again. So the same text is broken into the same
    lines, whether all are written at once or one after another.

    Parameters
    ----------
    note : Note
    asking : RequestBuilder
    widths : WidthModel
        From which unwritten lines are guessed.
    records : mapping of LineKey to LineRecord
        Lines that are written; they are kept where they still fit.
    before : mapping of Passage to tuple of Break
        How passages were broken in the plan before.
    earlier : mapping of Passage to tuple of Break
        How they were in plans before that.
    inked : collection of LineRequest
        The lines that have ink, be it on the page or from an earlier layout.
    guesses : dict of Guess to tuple of Break
        How passages are broken by these widths alone; what is missing is added.

    Attributes
    ----------
    breaks : dict of Passage to tuple of Break
        How passages were broken now.
    settled : bool
        Whether all passages since this was set to true are broken as they will be broken again,
        while their words, their room and what is known of their own lines stay as they are: they
        stand as they are written, or none of their lines is.
    stands : bool
        Whether all passages since this was set to true stand as they are written.
    language_guessed : bool
        Whether a passage since this was set to false was divided by the language of all the text.
    """

    def __init__(
        self,
        note: Note,
        asking: RequestBuilder,
        widths: WidthModel,
        records: Mapping[LineKey, LineRecord],
        before: Mapping[Passage, tuple[Break, ...]],
        earlier: Mapping[Passage, tuple[Break, ...]],
        inked: Collection[LineRequest],
        guesses: dict[Guess, tuple[Break, ...]],
    ) -> None:
        self._note, self._asking, self._records, self._before = note, asking, records, before
        self._earlier, self._inked, self._guesses = earlier, inked, guesses
        self._tables: Callable[[Manner], list[float]] = cache(
            lambda manner: widths.table(manner).tolist()
        )
        self.settled = self.stands = True
        self.language_guessed = False
        self.breaks: dict[Passage, tuple[Break, ...]] = {}

    def broken(
        self,
        source: Source,
        words: tuple[Word, ...],
        look: Look,
        rooms: tuple[float, float],
        seen: Counter[str],
    ) -> tuple[Break, ...]:
        """Break a passage as before if that still fits, else by new breaks.

        Parameters
        ----------
        source : Source
            Where its words stand.
        words : tuple of Word
        look : Look
        rooms : (float, float)
            Millimetres for the ink of its first line and of all others, above 0.
        seen : Counter of str
            How many lines of each text the block has before it.
        """
        first, others = (room / look.x_height for room in rooms)
        passage = Passage(
            source.paragraph.block.id,
            source.line,
            words,
            look.style,
            look.word_spacing,
            (first, others),
            look.alignment is Alignment.CENTRED,
        )
        breaks = self.breaks[passage] = self._broken(passage, source, look, seen)
        self.settled = self.settled and self._is_settled(passage, breaks, source, look, seen)
        return breaks

    def _is_settled(
        self,
        passage: Passage,
        breaks: tuple[Break, ...],
        source: Source,
        look: Look,
        seen: Counter[str],
    ) -> bool:
        standing = self._inked_lines(passage, breaks, look, Counter(seen))
        if len(standing) == len(breaks):
            return True
        self.stands = False
        counter = Counter(seen)
        keys = (next_key(passage.block, part.texts(passage.words), counter) for part in breaks)
        if any(self._asking.measured(key, look) is not None for key in keys):
            return False
        return breaks == self._by_guess(passage, source, look)

    @cached_property
    def _texts(self) -> dict[int, set[str]]:
        """Of each block the texts of the lines that are known."""
        texts: dict[int, set[str]] = {}
        for key, record in self._records.items():
            if record.requests:
                texts.setdefault(key.block, set()).add(key.text)
        return texts

    def knows(self, block: int) -> bool:
        """Whether something is known of lines of a block."""
        return block in self._texts

    @cached_property
    def _passages(self) -> dict[int, list[Passage]]:
        passages: dict[int, list[Passage]] = {}
        for passage in self._before:
            passages.setdefault(passage.block, []).append(passage)
        return passages

    def _broken(
        self, passage: Passage, source: Source, look: Look, seen: Counter[str]
    ) -> tuple[Break, ...]:
        old = self._before.get(passage) or self._earlier.get(passage)
        if old is None and passage.block in self._texts:
            # Of an edited text as much is kept as can be.
            return self._broken_anew(passage, source, look, Counter(seen))
        standing = None if old is None else self._inked_lines(passage, old, look, Counter(seen))
        if old is not None and standing is not None and len(standing) == len(old):
            return old
        fresh = self._as_written(passage, source, look, Counter(seen))
        if old is None or not standing or standing <= {_span(part) for part in fresh}:
            return fresh
        return self._broken_before(passage, old, look, Counter(seen)) or self._broken_anew(
            passage, source, look, Counter(seen)
        )

    def _inked_lines(
        self, passage: Passage, breaks: Sequence[Break], look: Look, seen: Counter[str]
    ) -> set[tuple[int, ...]]:
        """Those of a passage's lines that have ink and fit."""
        found = set()
        for part in breaks:
            texts = part.texts(passage.words)
            key = next_key(passage.block, texts, seen)
            width = self._asking.measured(key, look)
            if width is None or not self._has_ink(key):
                continue
            if not overfull(width, len(texts), _room(passage, part)):
                found.add(_span(part))
        return found

    def _by_guess(self, passage: Passage, source: Source, look: Look) -> tuple[Break, ...]:
        """Break a passage by what its lines are expected to need."""
        wished = self._note.hyphenate or look.alignment is Alignment.JUSTIFIED
        guess = Guess(
            passage,
            manner_of(look),
            look.alignment,
            tuple(sorted(source.paragraph.typed.lines[source.line].tied)),
            self._language(source.paragraph) if wished else None,
        )
        known = self._guesses.get(guess)
        if known is None:
            known, need = self._broken_after((), passage, source, look)
            if wished or need is Need.NONE:
                # Else its hyphens hang on the language, which is not looked at without need.
                self._guesses[guess] = known
        return known

    def _as_written(
        self, passage: Passage, source: Source, look: Look, seen: Counter[str]
    ) -> tuple[Break, ...]:
        """Break a passage by guesses, and again after each written line that does not fit."""
        breaks = self._by_guess(passage, source, look)
        place, misfits = 0, dict[str, Candidate]()
        while place < len(breaks):
            part = breaks[place]
            texts = part.texts(passage.words)
            width = self._asking.measured(next_key(passage.block, texts, seen), look)
            if width is None:
                break
            if overfull(width, len(texts), _room(passage, part)):
                text = " ".join(texts)
                misfits[text] = Candidate(width, measured=True)
                wider = max(1.0, width / self._expected(texts, look))
                other, _ = self._broken_after(
                    breaks[:place],
                    passage,
                    source,
                    look,
                    lambda text, _: misfits.get(text),
                    wider,
                )
                if _span(other[place]) != _span(part):
                    breaks = other
                    seen[text] -= 1
                    continue
            # What is too wide and cannot be broken elsewhere is written smaller.
            place += 1
        return breaks

    def _expected(self, texts: Sequence[str], look: Look) -> float:
        """Expected width of a line of words, in x-heights."""
        words = sum(self.length(text, look) for text in texts)
        return words + self.space(look) * (len(texts) - 1)

    def _broken_before(
        self, passage: Passage, old: Sequence[Break], look: Look, seen: Counter[str]
    ) -> tuple[Break, ...] | None:
        """Break a passage as the plan before did, if all of its lines fit as far as is known."""
        breaks: list[Break] = []
        for part in old:
            texts = part.texts(passage.words)
            room = _room(passage, part)
            width = self._asking.measured(next_key(passage.block, texts, seen), look)
            if width is None:
                guess = self._expected(texts, look)
                if guess > room * _TRUSTED:
                    return None
                part = part._replace(guess=guess)
            elif overfull(width, len(texts), room):
                return None
            breaks.append(part)
        return tuple(breaks) or None

    def _broken_anew(
        self, passage: Passage, source: Source, look: Look, seen: Counter[str]
    ) -> tuple[Break, ...]:
        """Break a passage from the first line on that cannot stand as it is, near to what was."""
        standing = self._standing(passage, source, look, seen)
        texts: Collection[str] = self._texts.get(passage.block, ())

        def known(text: str, guess: float) -> Candidate | None:
            return self.recorded(passage.block, text, look, guess) if text in texts else None

        return self._broken_after(standing, passage, source, look, known if texts else None)[0]

    def _broken_after(
        self,
        standing: Sequence[Break],
        passage: Passage,
        source: Source,
        look: Look,
        known: Known | None = None,
        wider: float = 1.0,
    ) -> tuple[tuple[Break, ...], Need]:
        """Break a passage between words, and within them as far as there is need.

        Parameters
        ----------
        standing : sequence of Break
            Its first lines, which are kept.
        known : callable, optional
            What is known of lines beyond what is expected.
        wider : float
            The factor on what is expected of the others.

        Returns
        -------
        breaks : tuple of Break
        need : Need
            By which words were divided.
        """
        breaks: tuple[Break, ...] = ()
        for need in Need:
            parts = self._parts(passage, source, need, look, wider)
            if standing:
                parts = self._after(standing[-1], parts, passage.words, look, wider)
            if not parts:
                break
            breaks, lacking = self._broken_at(parts, passage, need, look, known)
            if not lacking:
                break
        return (*standing, *breaks), need

    def _standing(
        self, passage: Passage, source: Source, look: Look, seen: Counter[str]
    ) -> list[Break]:
        """The lines before an edit: those that have ink, as long as they can stand.

        A line that was the last one and is short takes what was added to it.
        """
        tied = source.paragraph.typed.lines[source.line].tied
        old, shared = None, 0
        for other in self._passages.get(passage.block, ()):
            alike = _shared(other.words, passage.words)
            if alike and alike >= shared:
                old, shared = other, alike
        if old is None:
            return []
        lines: list[Break] = []
        widest = 0.0
        for part in self._before[old]:
            texts, place = part.texts(passage.words), 1 if part.start or part.head else 0
            room, key = passage.rooms[place], next_key(passage.block, texts, seen)
            width = self._asking.measured(key, look)
            if part.stop > shared or width is None or not self._has_ink(key):
                break
            if (source.first + part.stop in tied and not part.tail) or overfull(
                width, len(texts), room
            ):
                break
            if part.stop < len(passage.words) or part.tail:
                last = part.stop == len(old.words) and not part.tail
                full = min(room, widest) if last and passage.even and widest else room
                if (last or room > _GROWN * old.rooms[place]) and width < FULL * full:
                    break
            widest = max(widest, width)
            lines.append(part)
        return lines

    def _after(
        self,
        line: Break,
        parts: Sequence[_Part],
        words: Sequence[Word],
        look: Look,
        wider: float,
    ) -> list[_Part]:
        """The parts of words that come after a line."""
        word, head = (line.stop - 1, line.tail) if line.tail else (line.stop, 0)
        rest = [part for part in parts if (part.word, part.stop) > (word, head)]
        if rest and rest[0].start < head and rest[0].word == word:
            first, text = rest[0], words[word].text[head : rest[0].stop]
            piece = first.piece._replace(length=wider * self.length(text, look), size=len(text))
            rest[0] = first._replace(start=head, piece=piece)
        return rest

    def _has_ink(self, key: LineKey) -> bool:
        record = self._records.get(key)
        return record is not None and all(request in self._inked for request in record.requests)

    def _broken_at(
        self,
        parts: Sequence[_Part],
        passage: Passage,
        need: Need,
        look: Look,
        known: Known | None,
    ) -> tuple[tuple[Break, ...], bool]:
        """Break a passage between parts of its words; and whether there is need to divide more."""

        def line(start: int, stop: int) -> Break:
            first, last = parts[start], parts[stop - 1]
            whole = last.stop == len(passage.words[last.word].text)
            guess = sum(part.piece.length for part in parts[start:stop])
            guess += sum(part.piece.space for part in parts[start + 1 : stop])
            guess += 0.0 if whole else last.piece.tail
            tail, hyphen = (0, False) if whole else (last.stop, last.piece.tail > 0)
            return Break(first.word, last.word + 1, guess, first.start, tail, hyphen)

        def candidate(start: int, stop: int) -> Candidate | None:
            made = line(start, stop)
            return known and known(" ".join(made.texts(passage.words)), made.guess)

        begins = not (parts[0].word or parts[0].start)
        ends = break_pieces(
            [part.piece for part in parts],
            passage.rooms if begins else passage.rooms[1:] * 2,
            None if known is None else candidate,
            even=passage.even,
            longest=LONGEST,
        )
        made = [(line(*end), candidate(*end)) for end in ends]
        lacking = any(
            self._lacks(part, found, passage, look, need, last=end[1] == len(parts))
            for end, (part, found) in zip(ends, made, strict=True)
        )
        wished = need is Need.NONE and self._note.hyphenate
        return tuple(part for part, _ in made), lacking or wished

    def _lacks(
        self,
        part: Break,
        known: Candidate | None,
        passage: Passage,
        look: Look,
        need: Need,
        *,
        last: bool,
    ) -> bool:
        """Whether more of a passage's words should be divided because of one of its lines."""
        room = _room(passage, part)
        texts = part.texts(passage.words)
        width = part.guess if known is None else known.width
        if max(map(len, texts)) > LONGEST:
            return True
        if need is Need.NONE:
            justified = look.alignment is Alignment.JUSTIFIED
            loose = _LOOSE_JUSTIFIED if justified else _LOOSE
            if not (last or passage.even) and width < loose * room:
                return True
            return width > room * (1.0 if known is None else 1 / SQUEEZED)
        return overfull(width, len(texts), room)

    def _parts(
        self, passage: Passage, source: Source, need: Need, look: Look, wider: float
    ) -> list[_Part]:
        """The parts of a passage's words, between which lines may end."""
        typed = source.paragraph.typed
        language = self._language(source.paragraph) if need >= Need.LOOSE else None
        tied = typed.lines[source.line].tied
        wished = self._note.hyphenate or look.alignment is Alignment.JUSTIFIED
        space, hyphen = wider * self.space(look), wider * self.length("-", look)
        parts: list[_Part] = []
        for number, word in enumerate(passage.words):
            price = 0.0
            if number and source.first + number in tied:
                price = _TIED if need >= Need.NARROW else math.inf
            start, before = 0, space
            for division in divisions(word.source, need, language, wished):
                place = typed.written_place(source.line, source.first + number, division.place)
                if not start < place < len(word.text):
                    continue
                text = word.text[start:place]
                tail = hyphen if division.hyphen else 0.0
                piece = WordPiece(wider * self.length(text, look), before, price, tail, len(text))
                parts.append(_Part(number, start, place, piece))
                start, before, price = place, 0.0, division.price
            text = word.text[start:]
            piece = WordPiece(wider * self.length(text, look), before, price, 0.0, len(text))
            parts.append(_Part(number, start, len(word.text), piece))
        return parts

    @cached_property
    def guessed_language(self) -> str | None:
        """The language of all of the text, as far as it can be told."""
        return guess_language(self._note.text)

    def _language(self, paragraph: Paragraph) -> str | None:
        """Whose hyphens a paragraph has."""
        if self._note.language:
            return self._note.language
        own = guess_language(paragraph.block.text)
        if own is not None:
            return own
        self.language_guessed = True
        return self.guessed_language

    def length(self, text: str, look: Look) -> float:
        """Expected width of a text, in x-heights."""
        table = self._tables(manner_of(look))
        return sum([table[min(ord(c), 127)] for c in text])

    def space(self, look: Look) -> float:
        """Expected width of a space, in x-heights."""
        return self._tables(manner_of(look))[ord(" ")] * look.word_spacing

    def recorded(self, block: int, text: str, look: Look, guess: float) -> Candidate:
        """What is known about a line of this text, whichever occurrence of it is meant."""
        widths: list[float] = []
        locked, inked, key = False, False, LineKey(block, text, 0)
        while key in self._records:
            width = self._asking.measured(key, look)
            if width is not None:
                widths.append(width)
                inked = inked or self._has_ink(key)
            locked = locked or self._asking.edit(key).locked
            key = key._replace(occurrence=key.occurrence + 1)
        measured = bool(widths)
        return Candidate(max(widths, default=guess), measured, measured, locked, inked)


def _span(part: Break) -> tuple[int, ...]:
    """Which words a line has, whatever it is expected to need."""
    return part.start, part.stop, part.head, part.tail, part.hyphen


def _room(passage: Passage, part: Break) -> float:
    """Of one of its lines, in x-heights."""
    return passage.rooms[1 if part.start or part.head else 0]


def line_words(source: Source, words: Sequence[Word], part: Break) -> tuple[Word, ...]:
    """The words of a line of a passage, or parts of words."""
    typed = source.paragraph.typed
    line: list[Word] = []
    for place, text in enumerate(part.texts(words), part.start):
        head = part.head if place == part.start else 0
        tail = part.tail if place == part.stop - 1 else 0
        if not head and not tail:
            line.append(words[place])
            continue
        stop = tail or len(words[place].text)
        first, last = typed.span(source.line, source.first + place, head, stop)
        asked = typed.text[first:last]
        if tail and part.hyphen and not asked.endswith(SOFT_HYPHEN):
            asked += SOFT_HYPHEN
        line.append(Word(text, asked, bool(tail)))
    return tuple(line)


def _shared(one: Sequence[Word], other: Sequence[Word]) -> int:
    """With how many words two passages begin alike."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((n for n, (a, b) in pairs if a != b), min(len(one), len(other)))


def next_key(block: int, texts: Sequence[str], seen: Counter[str]) -> LineKey:
    """The key of the next line of a block with these words."""
    text = " ".join(texts)
    seen[text] += 1
    return LineKey(block, text, seen[text] - 1)
