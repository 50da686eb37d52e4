"""What is written keeps its spelling and its ink, whatever alphabet there is by now."""

from __future__ import annotations

import string
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.errors import TextError
from studio.document.note import Block, LineEdit, Note, TextBox
from studio.document.paper import PAPERS
from studio.layout.draft_layout import DraftLayout, as_it_stood, make_draft
from studio.layout.kept_spelling import placed_words, with_spelled
from studio.layout.layout import Layout, lay_out
from studio.layout.text_places import find_letters, find_word
from studio.layout.tokenise import tokenised_by_lines

LETTERS = frozenset(string.ascii_letters + string.digits + " .,-'\"()!?:;/")
#: Alphabets of hands that spell "&", "ë", "½", "—" and guillemets each in its own way.
ALPHABETS = (LETTERS, LETTERS | set("&+"), LETTERS | set("&ëé½«»—#*"), frozenset("abc "))

TEXT = "Emma & Zoë\n\nthe «old» house — 3½ miles & more, " + "and on " * 20 + "\nRené's café"


TABLE = "Tea & milk\t12\t12\nZoë\t3 & more\t12"


def opened(before: Layout, note: Note, *, old: bool = False) -> Layout:
    """A layout as it comes out of a file: without what is known of its spelling but its breaks.

    Lines of an old file do not say where they begin.
    """
    plan = replace(before.plan, spelled={})
    if old:
        plan = replace(plan, lines=tuple(replace(line, origin=None) for line in plan.lines))
    return replace(before, plan=with_spelled(plan, note))


@pytest.fixture
def laid_out(loop_writer: Callable[..., Any]) -> Callable[..., DraftLayout]:
    """A note that was laid out by one alphabet, and is opened where there is another."""

    def run(
        note: Note, alphabet: Collection[str], before: Layout, *, sha256: str = "5c21be"
    ) -> DraftLayout:
        writer = loop_writer(alphabet)
        writer.sha256 = sha256
        return make_draft(note, writer, before.written, before)

    return run


@pytest.mark.parametrize("there", ALPHABETS)
@pytest.mark.parametrize("wrote", ALPHABETS[:3])
def test_an_opened_note_keeps_all_of_its_ink_under_any_alphabet(
    loop_writer: Callable[..., Any],
    laid_out: Callable[..., DraftLayout],
    wrote: Collection[str],
    there: Collection[str],
) -> None:
    box = TextBox(Block("Zoë & I", 77))
    note = replace(Note.from_text(TEXT), boxes=(box,), page_numbers=True)
    before = lay_out(note, loop_writer(wrote))
    for start in (before, opened(before, note), opened(before, note, old=True)):
        draft = laid_out(note, there, start)
        assert draft.missing == ()
        assert draft.layout.written == before.written
        assert list(draft.layout.pages) == list(before.pages)
        # And again, after a change that leaves the text alone.
        moved = replace(note, title="Another")
        assert laid_out(moved, there, draft.settled).missing == ()
        # Back under its own, nothing has changed.
        assert laid_out(note, wrote, draft.settled).layout.written == before.written


@pytest.mark.parametrize("there", ALPHABETS)
def test_the_cells_of_a_table_keep_theirs(
    loop_writer: Callable[..., Any], laid_out: Callable[..., DraftLayout], there: Collection[str]
) -> None:
    note = Note.from_text(TABLE)
    before = lay_out(note, loop_writer(LETTERS))
    for start in (before, opened(before, note)):
        draft = laid_out(note, there, start)
        assert draft.missing == ()
        assert list(draft.layout.pages) == list(before.pages)


@pytest.mark.parametrize("there", ALPHABETS[1:3])
def test_only_what_is_typed_anew_is_spelled_anew(
    loop_writer: Callable[..., Any], laid_out: Callable[..., DraftLayout], there: Collection[str]
) -> None:
    note = Note.from_text("one & two, three & four\nfive & six", paper=PAPERS["A4"])
    before = opened(lay_out(note, loop_writer(LETTERS)), note)
    typed = note.with_text(note.text.replace("four", "four & a half").replace("six", "seven"))
    draft = laid_out(typed, there, before)
    assert [line.key.text for line in draft.layout.plan.lines] == [
        "one and two, three and four & a half",
        "five and seven",
    ]
    words = [word for line in draft.layout.plan.lines for word in line.words]
    assert [word.source for word in words] == typed.text.split()


def test_what_was_not_written_follows_the_hand_that_is_there(
    loop_writer: Callable[..., Any], laid_out: Callable[..., DraftLayout]
) -> None:
    note = Note.from_text("one & two\nthree & four")
    cold = make_draft(note, loop_writer(LETTERS | {"&"}), {})
    request = cold.missing[0]
    known = {request: loop_writer(LETTERS | {"&"}).write(request)}
    half = make_draft(note, loop_writer(LETTERS | {"&"}), known, cold.settled)
    warm = make_draft(note, loop_writer(LETTERS), known, half.settled)
    assert [line.key.text for line in warm.layout.plan.lines] == ["one & two", "three and four"]
    assert [r.text for r in warm.missing] == ["three and four"]


def test_another_hand_that_writes_all_anew_spells_it_its_own_way(
    loop_writer: Callable[..., Any], laid_out: Callable[..., DraftLayout]
) -> None:
    note = Note.from_text("one & two\nthree & four")
    before = opened(lay_out(note, loop_writer(LETTERS)), note)
    key = before.plan.lines[1].key
    locked = replace(note, edits={key: LineEdit(locked=True, look=note.look)})
    kept = opened(lay_out(locked, loop_writer(LETTERS), before), locked)
    draft = laid_out(locked, LETTERS | {"&"}, kept, sha256="another")
    assert [line.key.text for line in draft.layout.plan.lines] == ["one & two", "three and four"]
    assert [r.text for r in draft.missing] == ["one & two"]


def test_unwritable_text_that_is_written_is_not_refused(
    loop_writer: Callable[..., Any], laid_out: Callable[..., DraftLayout]
) -> None:
    note = Note.from_text("yours ✍ truly")
    before = opened(lay_out(note, loop_writer(LETTERS | {"✍"})), note)
    assert laid_out(note, LETTERS, before).missing == ()
    typed = note.with_text("yours ✍ truly, ✍")
    with pytest.raises(TextError, match=r"line 1, column 16"):
        laid_out(typed, LETTERS, before)


def test_as_it_stood_shows_a_file_without_any_hand(loop_writer: Callable[..., Any]) -> None:
    note = replace(Note.from_text(TEXT), page_numbers=True)
    before = lay_out(note, loop_writer(LETTERS))
    draft = as_it_stood(note, loop_writer(""), before.written, opened(before, note))
    assert draft is not None
    assert draft.missing == ()
    assert list(draft.layout.pages) == list(before.pages)
    some = dict(list(before.written.items())[1:])
    draft = as_it_stood(note, loop_writer(""), some, opened(before, note))
    assert draft is not None
    assert [r.text for r in draft.missing] == [next(iter(before.written)).text]
    assert draft.settled.written == some
    assert make_draft(note, loop_writer(LETTERS), some, draft.settled).missing == draft.missing


def test_a_plan_of_another_note_is_not_shown(loop_writer: Callable[..., Any]) -> None:
    note = Note.from_text("one")
    before = lay_out(note, loop_writer(LETTERS))
    for plan in (
        replace(before.plan, pages=10**9),
        replace(before.plan, lines=(replace(before.plan.lines[0], page=7),)),
    ):
        changed = replace(before, plan=plan)
        assert as_it_stood(note, loop_writer(LETTERS), before.written, changed) is None


def test_how_a_file_without_a_layout_is_spelled_its_lines_tell(
    loop_writer: Callable[..., Any],
) -> None:
    note = Note.from_text("Emma & Zoë, ½ past 3")
    before = lay_out(note, loop_writer(LETTERS))
    spelled = tokenised_by_lines(note, before.written)
    assert [word.text for word in spelled[0].words[0]] == [
        word.text for word in before.plan.lines[0].words
    ]
    # A letter that no line has, and that has no other form, was not written at all.
    more = note.with_text("Emma & Zoë, ½ past 3, Quebec")
    assert tokenised_by_lines(more, before.written)[0].words[0][-1].text == "Quebec"


def test_words_and_letters_are_found_in_a_text_that_another_alphabet_spelled(
    loop_writer: Callable[..., Any], laid_out: Callable[..., DraftLayout]
) -> None:
    note = Note.from_text("Emma & Zoë")
    there = LETTERS | set("&ë")
    before = opened(lay_out(note, loop_writer(LETTERS)), note)
    plan = laid_out(note, there, before).layout.plan
    key = plan.lines[0].key
    assert key.text == "Emma and Zoe"
    spans = [find_word(note, plan, key, word, there) for word in range(4)]
    assert spans[:3] == [(0, 0, 4), (0, 5, 6), (0, 7, 10)]
    assert spans[3] is None
    letters = find_letters(note, plan, key, there)
    assert len(letters) == len(key.text)
    assert [letter[1:] for letter in letters[5:]] == [
        (5, 6), (5, 6), (5, 6), (6, 7), (7, 8), (8, 9), (9, 10),
    ]  # fmt: skip


# None of them is spelled by the words beside it, as "~" and "*" are: such follow an edit.
pieces = st.lists(
    st.sampled_from(["Zoë", "&", "a&b", "3½", "—", "no—yes", "« bon »", "#5", "plain", "x"]),
    max_size=7,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.lists(pieces, min_size=1, max_size=3), pieces, st.integers(0, 40), st.integers(0, 9))
def test_every_written_word_that_an_edit_leaves_alone_keeps_its_spelling(
    loop_writer: Callable[..., Any],
    lines: Sequence[Sequence[str]],
    new: Sequence[str],
    place: int,
    gone: int,
) -> None:
    note = Note((Block("\n".join(map(" ".join, lines))),), replace_unknown="?")
    before = opened(lay_out(note, loop_writer(LETTERS)), note)
    writer = loop_writer(ALPHABETS[2])
    draft = make_draft(note, writer, before.written, before)
    assert draft.missing == ()
    text = note.blocks[0].text
    place = min(place, len(text))
    changed = text[:place] + " ".join(new) + text[place + gone :]
    after = make_draft(
        replace(note, blocks=(Block(changed),)), writer, before.written, draft.settled
    ).layout.plan
    # Words that stand with white space around them in both texts, before and behind the change.
    stood = placed_words(before.plan.spelled[0])
    now = {(k.start, k.word) for k in placed_words(after.spelled[0])}
    shift = len(changed) - len(text)
    for kept in stood:
        ahead = kept.stop < place and (text[kept.stop].isspace() and _free(text, kept.start))
        if ahead and _plain(text, kept.start, kept.stop):
            assert (kept.start, kept.word) in now
        behind = kept.start > place + gone and text[kept.start - 1].isspace()
        if behind and _plain(text, kept.start, kept.stop):
            # Where the same words stand before the change, these may be those.
            assert {(kept.start + shift, kept.word), (kept.start, kept.word)} & now


def _free(text: str, start: int) -> bool:
    return start == 0 or text[start - 1].isspace()


def _plain(text: str, start: int, stop: int) -> bool:
    """Whether a word has white space on both sides."""
    return _free(text, start) and (stop == len(text) or text[stop].isspace())
