"""Files of the program's own formats, damaged at random: loaded, or refused in one sentence."""

from __future__ import annotations

import copy
import io
import json
import os
import zipfile
from collections.abc import Callable
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from safetensors import safe_open
from safetensors.torch import save_file

from engine.errors import FileError, HandError, ScriptoriumError
from engine.hand import Hand
from engine.ink.ink import Ink, Stroke
from engine.ink.recorded_line import RecordedLine
from engine.io.safetensors import CHECKSUM
from engine.recognition.recogniser import Recogniser
from engine.style.style import Style
from studio.document.note import Note
from studio.library.symbol_library import SymbolLibrary
from studio.recording.prompts import QUICK
from studio.recording.recording import Recording
from studio.storage.note_file import NoteFile, digest, load, packed, save
from studio.teaching.lesson import Lesson

SAMPLES = Path(__file__).parent / "samples"
STROKE = Stroke(np.array([[0.0, 1], [2, 3], [4, 1]]), np.array([0.0, 0.1, 0.2]))

#: How many files of a kind: the suite tries some, a campaign many.
EXAMPLES = 60 * int(os.environ.get("SCRIPTORIUM_ROUNDS", "1"))

odd = st.recursive(
    st.none()
    | st.booleans()
    | st.sampled_from([0, -1, 2**31, 2**64, -(10**30), 1e308, float("nan"), float("inf")])
    | st.integers()
    | st.floats()
    | st.text(st.characters(), max_size=8)
    | st.sampled_from(["\ud800", "<b>x</b>", "\x1b[2J", "../../x", ""]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=6,
)


@st.composite
def damages(draw: st.DrawFn) -> Callable[[Any], Any]:
    """Something that changes one or two places of a JSON value."""
    steps = draw(st.lists(st.tuples(st.lists(st.integers(0, 50), max_size=8), odd), min_size=1,
                          max_size=2))  # fmt: skip
    what = draw(st.sampled_from(["replace", "delete", "double"]))

    def change(value: Any) -> Any:
        value = copy.deepcopy(value)
        for path, new in steps:
            value = _changed(value, path, what, new)
        return value

    return change


def _changed(value: Any, path: list[int], what: str, new: Any) -> Any:
    if not path or not isinstance(value, list | dict) or not value:
        return new
    keys: list[Any] = list(value) if isinstance(value, dict) else list(range(len(value)))
    key = keys[path[0] % len(keys)]
    if len(path) > 1 and isinstance(value[key], list | dict) and value[key]:
        value[key] = _changed(value[key], path[1:], what, new)
    elif what == "delete":
        del value[key]
    elif what == "double" and isinstance(value, list):
        value.append(copy.deepcopy(value[key]))
    else:
        value[key] = new
    return value


def told(error: ScriptoriumError) -> None:
    """A sentence: it says something, on one line, and ends."""
    sentence = str(error)
    assert sentence.endswith((".", "…"))
    assert len(sentence) < 2000


with zipfile.ZipFile(SAMPLES / "version-3.scriptorium") as _archive:
    MANIFEST, INK = json.loads(_archive.read("note.json")), _archive.read("ink.bin")


def note_bytes(manifest: Any, ink: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("note.json", json.dumps(manifest))
        archive.writestr("ink.bin", ink)
    return stream.getvalue()


quick = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@quick
@given(change=damages())
def test_a_damaged_note_is_refused_or_can_be_saved_again(change, tmp_path: Path) -> None:
    path = tmp_path / "a.scriptorium"
    path.write_bytes(note_bytes(change(MANIFEST), INK))
    try:
        content = load(path)
    except FileError as error:
        told(error)
        return
    save(content, path)
    assert load(path).note == content.note


@quick
@given(start=st.integers(0, 10**6), patch=st.binary(min_size=1, max_size=12), cut=st.booleans())
def test_a_note_with_other_bytes_is_refused_or_can_be_saved_again(
    start: int, patch: bytes, cut: bool, tmp_path: Path
) -> None:
    path = tmp_path / "a.scriptorium"
    data = bytearray(note_bytes(MANIFEST, INK))
    start %= len(data)
    data[start : start + len(patch)] = patch
    path.write_bytes(bytes(data[: start + len(patch)] if cut else data))
    try:
        save(load(path), path)
    except FileError as error:
        told(error)


def style(folder: Path) -> tuple[Path, Callable[[Path], object]]:
    path = folder / "style.json"
    Style("Mine", "abc", Ink((STROKE,)), "by hand").save(path)
    return path, Style.load


def line(folder: Path) -> tuple[Path, Callable[[Path], object]]:
    path = folder / "line-0001.json"
    RecordedLine("abc", Ink((STROKE,))).save(path)
    return path, RecordedLine.load


def symbol(folder: Path) -> tuple[Path, Callable[[Path], object]]:
    library = SymbolLibrary(folder)
    library.add("✓", Ink((STROKE,)))
    (path,) = folder.rglob("*.json")
    return path, lambda _: SymbolLibrary(folder).inks()


def recording(folder: Path) -> tuple[Path, Callable[[Path], object]]:
    made = Recording.create("Mine", QUICK, folder)
    return made.folder / "recording.json", lambda path: Recording.open(path.parent)


def lesson(folder: Path) -> tuple[Path, Callable[[Path], object]]:
    made = Lesson(folder, folder / "mine.hand", folder, "Mine")
    made.save()
    return folder / "lesson.json", lambda path: Lesson.load(path.parent)


@pytest.mark.parametrize("make", [style, line, symbol, recording, lesson])
def test_damaged_files_of_the_library_are_refused_in_a_sentence(make, tmp_path: Path) -> None:
    path, read = make(tmp_path)
    whole = json.loads(path.read_text("utf-8"))

    @quick
    @given(change=damages())
    def check(change: Callable[[Any], Any]) -> None:
        path.write_text(json.dumps(change(whole)), "utf-8")
        try:
            read(path)
        except ScriptoriumError as error:
            told(error)

    check()


def test_half_a_surrogate_pair_can_be_saved(tmp_path: Path) -> None:
    path = tmp_path / "a.scriptorium"
    content = NoteFile(
        Note.from_text("half \ud83d pair"), {}, origin="/home/a/caf\udce9.scriptorium"
    )
    save(content, path)
    assert load(path).note == content.note
    assert load(path).origin == content.origin
    assert packed(load(path)) == packed(content)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_is_refused_at_once(tmp_path: Path) -> None:
    for read, suffix, kind in (
        (load, ".scriptorium", FileError),
        (digest, ".scriptorium", FileError),
        (Style.load, ".json", ScriptoriumError),
        (Hand.load, ".safetensors", HandError),
    ):
        path = tmp_path / f"pipe-{read.__name__}{suffix}"
        os.mkfifo(path)
        with pytest.raises(kind, match="is a folder or a device"):
            read(path)


READER = Path(str(resources.files("resources") / "recognisers" / "default.safetensors"))


@pytest.mark.parametrize("kind", [Hand, Recogniser])
def test_damaged_headers_are_refused_in_a_sentence(kind, tiny_hand_path, tmp_path: Path) -> None:
    with safe_open(str(tiny_hand_path if kind is Hand else READER), framework="pt") as file:
        about = file.metadata()
        tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    about.pop(CHECKSUM, None)
    ((form, header),) = about.items()
    damaged = tmp_path / "damaged.safetensors"

    @settings(quick, max_examples=EXAMPLES // 3)
    @given(change=damages())
    def check(change: Callable[[Any], Any]) -> None:
        save_file(tensors, damaged, {form: json.dumps(change(json.loads(header)))})
        try:
            kind.load(damaged)
        except HandError as error:
            told(error)

    check()
