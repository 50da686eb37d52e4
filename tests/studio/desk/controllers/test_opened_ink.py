"""What was opened is seen, saved and exported as it was: before the hand is warm, or without it."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.errors import HandError
from engine.hand import Hand
from engine.ink.ink import Ink
from engine.sampling.policy import ONCE
from engine.text.alphabet import Alphabet
from studio.desk.wiring import Studio
from studio.document.note import LineEdit, Note
from studio.layout.draft_layout import make_draft
from studio.layout.line_writer import HandWriter
from studio.storage.note_file import NoteFile, compact, load, save

#: The tiny hand knows neither "&" nor accents, and writes "and" and plain letters.
TEXT = "Emma & Zoë\ninvite you & yours\nto their café"


@pytest.fixture(scope="module")
def content(tiny_hand_path: Path) -> NoteFile:
    """A note that is all written, with a locked line and one that was chosen of four."""
    hand = Hand.load(tiny_hand_path)
    writer = HandWriter(
        hand, lambda name: pytest.fail(f"no style {name} is asked for"), policy=ONCE
    )
    note = Note.from_text(TEXT, title="Invitation")
    known: dict[Any, Any] = {}
    draft = make_draft(note, writer, known)
    locked, chosen = (line.key for line in draft.layout.plan.lines[:2])
    note = replace(
        note,
        edits={locked: LineEdit(locked=True, look=note.look), chosen: LineEdit(variant=2)},
    )
    while (draft := make_draft(note, writer, known, draft.settled)).missing:
        wanted = [replace(request, variant=0) for request in draft.missing]
        lines = map(compact, writer.write_lines(wanted))
        known.update(zip(draft.missing, lines, strict=True))
    lines = dict(draft.layout.written)
    return NoteFile(note, lines, hand.name, hand.sha256, "", draft.layout)


@pytest.fixture
def path(content: NoteFile, tmp_path: Path) -> Path:
    target = tmp_path / "invite.scriptorium"
    save(content, target)
    return target


@pytest.fixture
def other_hand(tiny_hand_path: Path) -> Hand:
    """A hand that knows "&" and accents, too, so that it would spell the note otherwise."""
    hand = Hand.load(tiny_hand_path)
    known = hand.alphabet.characters
    signs = iter("&ëé")
    alphabet = Alphabet("".join(next(signs) if c in '"()' else c for c in known))
    other = Hand(hand.network, alphabet, hand.preparation, hand.pace, hand.x_height, hand.card)
    other.sha256 = "another"
    return other


def inks(studio: Studio) -> list[Ink]:
    return [line.ink for page in studio.window.pages.pages for line in page.lines]


def settle(studio: Studio, qtbot: Any) -> None:
    qtbot.waitUntil(lambda: not studio.worker.pending("layout"))


def same_ink(path: Path, content: NoteFile) -> bool:
    return {r: line.ink for r, line in load(path).lines.items()} == {
        r: line.ink for r, line in content.lines.items()
    }


def unchanged(path: Path, content: NoteFile) -> bool:
    """Whether a file has the note, its ink, and its lines where they were."""
    now = load(path)
    assert now.layout is not None
    assert content.layout is not None
    places = now.layout.plan.lines == content.layout.plan.lines
    signed = (now.hand, now.hand_sha256) == (content.hand, content.hand_sha256)
    return now.note == content.note and same_ink(path, content) and places and signed


def test_before_the_hand_is_warm_all_of_it_is_there_at_once(
    make_studio: Callable[..., Studio], qtbot: Any, path: Path, content: NoteFile
) -> None:
    studio = make_studio(hand=False)
    # Nothing has been laid out yet by the worker.
    assert studio.files.open(path)
    assert content.layout is not None
    written = [line.ink for line in content.layout.pages.lines]
    assert inks(studio) == written
    assert studio.outputs.written() is not None
    assert [line.ink for line in studio.outputs.written().lines] == written
    assert studio.files.save()
    assert unchanged(path, content)
    settle(studio, qtbot)
    assert inks(studio) == written
    assert studio.session.draft is not None
    assert not studio.session.draft.ghosts
    assert studio.files.save()
    assert unchanged(path, content)
    assert not studio.document.modified
    studio.hands_begin()
    qtbot.waitUntil(lambda: studio.hands.ready)
    settle(studio, qtbot)
    assert inks(studio) == written


def test_saving_a_change_before_the_hand_is_warm_keeps_the_rest(
    make_studio: Callable[..., Studio], qtbot: Any, path: Path, content: NoteFile
) -> None:
    studio = make_studio(hand=False)
    assert studio.files.open(path)
    note = studio.document.note
    for settled in (False, True):
        if settled:
            settle(studio, qtbot)
        studio.document.edit("Type", note.with_text(note.text + "\nSoon & gladly"))
        assert studio.files.save()
        assert same_ink(path, content)


def test_another_hand_with_another_alphabet_changes_nothing(
    make_studio: Callable[..., Studio],
    qtbot: Any,
    path: Path,
    content: NoteFile,
    other_hand: Hand,
) -> None:
    studio = make_studio(hand=False)
    studio.hands._loader = lambda *_: other_hand
    studio.hands_begin()
    qtbot.waitUntil(lambda: studio.hands.ready)
    assert studio.files.open(path)
    settle(studio, qtbot)
    assert studio.session.draft is not None
    assert not studio.session.draft.ghosts
    assert studio.files.save()
    assert unchanged(path, content)
    # What is typed now, this hand writes; the rest stays.
    note = studio.document.note
    studio.document.edit("Type", note.with_text(note.text.replace("café", "café & bar")))
    settle(studio, qtbot)
    assert [r.text for r in studio.session.draft.missing] == ["to their café & bar"]
    # Until it is asked to write all of it anew.
    studio.actions.trigger("note.rewrite")
    settle(studio, qtbot)
    texts = [line.key.text for line in studio.session.draft.layout.plan.lines]
    assert texts == ["Emma and Zoë", "invite you & yours", "to their café & bar"]
    studio.playback.stop()


def test_a_hand_that_cannot_be_loaded_and_a_style_that_is_gone_cost_nothing(
    make_studio: Callable[..., Studio], qtbot: Any, path: Path, content: NoteFile
) -> None:
    def change(manifest: Any) -> None:
        text = json.dumps(manifest).replace('"hand": "', '"style": "Gone", "hand": "')
        manifest.clear()
        manifest.update(json.loads(text))
        manifest["note"].setdefault("look", {})["style"] = "Gone"
        for line in manifest["layout"]["plan"]["lines"]:
            line.setdefault("look", {})["style"] = "Gone"

    rewritten(path, change)
    whole = load(path)
    assert {request.style for request in whole.lines} == {"Gone"}
    studio = make_studio(hand=False)

    def broken(*_: object) -> Hand:
        raise HandError("The hand is gone.")

    studio.hands._loader = broken
    studio.hands_begin()
    qtbot.waitUntil(lambda: bool(studio.hands.error))
    assert studio.files.open(path)
    settle(studio, qtbot)
    assert studio.document.note == whole.note
    assert len(inks(studio)) == len(whole.lines)
    assert not studio.document.modified
    assert studio.files.save()
    assert same_ink(path, whole)


def rewritten(path: Path, change: Callable[[Any], object]) -> None:
    with zipfile.ZipFile(path) as archive:
        manifest, ink = json.loads(archive.read("note.json")), archive.read("ink.bin")
    change(manifest)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("note.json", json.dumps(manifest))
        archive.writestr("ink.bin", ink)


@pytest.mark.parametrize("warm", [False, True])
def test_a_file_without_a_layout_keeps_its_ink_too(
    make_studio: Callable[..., Studio],
    qtbot: Any,
    path: Path,
    content: NoteFile,
    other_hand: Hand,
    warm: bool,
) -> None:
    rewritten(path, lambda manifest: manifest.pop("layout"))
    studio = make_studio(hand=False)
    if warm:
        studio.hands._loader = lambda *_: other_hand
        studio.hands_begin()
        qtbot.waitUntil(lambda: studio.hands.ready)
    assert studio.files.open(path)
    # At once, before anything is laid out.
    assert studio.files.save()
    assert same_ink(path, content)
    assert studio.outputs.written() is not None
    assert not studio.session.draft.ghosts
    settle(studio, qtbot)
    assert studio.files.save()
    assert same_ink(path, content)


def test_a_text_that_cannot_be_laid_out_now_is_seen_and_kept_as_it_was(
    make_studio: Callable[..., Studio], qtbot: Any, path: Path, content: NoteFile
) -> None:
    def change(manifest: Any) -> None:
        manifest["note"]["blocks"].append({"text": "✍", "id": 99, "look": {}})

    rewritten(path, change)
    studio = make_studio(hand=False)
    assert studio.files.open(path)
    settle(studio, qtbot)
    assert "cannot be written" in studio.window.notice.label.text()
    assert len(inks(studio)) == len(content.lines)
    assert studio.outputs.written() is not None
    assert studio.files.save()
    assert same_ink(path, content)


def test_lines_that_are_asked_for_otherwise_stay_until_they_are_written(
    make_studio: Callable[..., Studio], qtbot: Any, path: Path, content: NoteFile
) -> None:
    studio = make_studio(hand=False)
    assert studio.files.open(path)
    settle(studio, qtbot)
    note = studio.document.note
    # As where another version of the program derives other seeds.
    studio.document.edit("Look", replace(note, look=replace(note.look, seed=5)))
    settle(studio, qtbot)
    assert studio.session.draft is not None
    assert len(studio.session.draft.missing) == 2
    assert studio.files.save()
    assert same_ink(path, content)
    # A text that is gone takes its ink with it.
    studio.document.edit("Type", studio.document.note.with_text("Emma & Zoë"))
    settle(studio, qtbot)
    assert studio.files.save()
    assert [line.text for line in load(path).lines.values()] == ["Emma and Zoë"]


def test_while_the_hand_is_loaded_anew_a_note_of_this_session_keeps_its_ink(
    make_studio: Callable[..., Studio], qtbot: Any, write: Callable[[Studio], None], tmp_path: Path
) -> None:
    studio = make_studio()
    studio.document.open(Note.from_text("one & two"))
    write(studio)
    settle(studio, qtbot)
    before = inks(studio)
    path = tmp_path / "a.scriptorium"
    studio.hands.load(None, "cpu")
    assert not studio.hands.ready
    assert studio.files.save_to(path)
    assert len(load(path).lines) == 1
    assert inks(studio) == before
    qtbot.waitUntil(lambda: studio.hands.ready)
    settle(studio, qtbot)
    assert inks(studio) == before
    assert not studio.document.modified


def test_another_notes_pages_are_not_saved_as_this_ones(
    make_studio: Callable[..., Studio], qtbot: Any, path: Path, content: NoteFile, tmp_path: Path
) -> None:
    studio = make_studio(hand=False)
    assert studio.files.open(path)
    settle(studio, qtbot)
    studio.files.new(Note.from_text("Another"))
    assert studio.files.save_to(tmp_path / "b.scriptorium")
    assert load(tmp_path / "b.scriptorium").lines == {}
    assert studio.files.open(path)
    assert studio.files.content().lines.keys() == content.lines.keys()


def test_a_long_note_is_seen_at_once(
    make_studio: Callable[..., Studio], qtbot: Any, tmp_path: Path, tiny_hand_path: Path
) -> None:
    hand = Hand.load(tiny_hand_path)
    writer = HandWriter(
        hand, lambda name: pytest.fail(f"no style {name} is asked for"), policy=ONCE
    )
    note = Note.from_text("\n".join(f"line {number} & more" for number in range(60)))
    draft = make_draft(note, writer, {})
    lines = dict(zip(draft.missing, map(compact, writer.write_lines(draft.missing)), strict=True))
    draft = make_draft(note, writer, lines, draft.settled)
    path = tmp_path / "long.scriptorium"
    save(NoteFile(note, lines, hand.name, hand.sha256, "", draft.layout), path)
    studio = make_studio(hand=False)
    assert studio.files.open(path)
    assert len(inks(studio)) == 60
    settle(studio, qtbot)
    for one, other in zip(inks(studio), draft.layout.pages.lines, strict=True):
        np.testing.assert_allclose(one.xy, other.ink.xy, atol=1e-6)
