"""The power cut at every place of what the program keeps: the old state is found, or the new."""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch

from engine.hand import Hand
from engine.ink.ink import Ink, Stroke
from engine.io.atomic import atomic_write
from engine.io.private import private_folder
from engine.style.style import Style
from studio.command.output_files import write_all
from studio.desk.models.user_settings import SettingsModel
from studio.document.note import Note
from studio.exporting.page_files import write_page_files
from studio.library.damaged_files import DamagedFiles, set_aside
from studio.library.hand_library import HandLibrary
from studio.library.style_library import StyleLibrary
from studio.library.symbol_library import SymbolLibrary
from studio.recording.prompts import QUICK
from studio.recording.recording import Draft, Recording, line_of, recordings
from studio.storage.autosave import Autosave, left_behind
from studio.storage.note_file import NoteFile, load, save
from studio.storage.versions import Versions
from studio.teaching.lesson import Lesson
from training import checkpoints
from training.checkpoints import Progress
from training.config import RunConfig
from training.run_folder import RunFolder

_SPEC = importlib.util.spec_from_file_location(
    "power_loss", Path(__file__).with_name("power_loss.py")
)
assert _SPEC is not None
assert _SPEC.loader is not None
power_loss = importlib.util.module_from_spec(_SPEC)
sys.modules["power_loss"] = power_loss
_SPEC.loader.exec_module(power_loss)

INK = Ink((Stroke(np.array([[0.0, 1], [2, 3], [4, 1]]), np.array([0.0, 0.1, 0.2])),))

Steps = list[Callable[[], object]]
Scene = Callable[[Path], tuple[Steps, Callable[[], object]]]


def note(text: str) -> NoteFile:
    return NoteFile(Note.from_text(text), {})


def undamaged(damaged: DamagedFiles) -> None:
    assert damaged.take() == ()


def a_note(root: Path) -> tuple[Steps, Callable[[], object]]:
    path = root / "letter.scriptorium"
    steps: Steps = [partial(save, note(f"Dear Ada, {n}" * n), path) for n in (1, 30, 2)]
    return steps, lambda: load(path).note.text if path.exists() else None


def a_note_with_its_versions(root: Path) -> tuple[Steps, Callable[[], object]]:
    path, versions = root / "letter.scriptorium", Versions(root / "state" / "versions")

    def saved(text: str) -> None:
        save(note(text), path)
        assert versions.keep(path)

    def read() -> object:
        kept = [load(version.path).note.text for version in versions.of(path)]
        newest = load(path).note.text if path.exists() else None
        # A save has two halves, and what is kept of it may be missing.
        return newest, kept[:1] == [newest], len(kept)

    return [partial(save, note("one"), path), lambda: versions.keep(path),
            partial(save, note("two"), path), lambda: versions.keep(path)], read  # fmt: skip


def an_autosave(root: Path) -> tuple[Steps, Callable[[], object]]:
    autosave = Autosave(root / "state" / "recovery")
    steps: Steps = [autosave.keeper(note(f"not saved {n}" * n)) for n in (1, 20, 3, 4)]

    def read() -> object:
        damaged = DamagedFiles()
        # Its lock is held by nobody after a power cut.
        found = left_behind(root / "state" / "recovery", damaged.read)
        return [kept.content.note.text for kept in found]

    return [*steps, autosave.release], read


def an_autosave_that_is_cleared(root: Path) -> tuple[Steps, Callable[[], object]]:
    _, read = an_autosave(root)
    path, autosave = root / "letter.scriptorium", Autosave(root / "state" / "recovery")

    def saved() -> None:
        save(note("saved"), path)

    return [autosave.keeper(note("not saved")), saved, autosave.clear, autosave.release], lambda: (
        path.exists() and load(path).note.text,
        read(),
    )


def a_recording(root: Path) -> tuple[Steps, Callable[[], object]]:
    home = root / "data" / "recordings"
    stroke = INK.strokes[0]
    made: list[Recording] = []
    strokes = tuple(Stroke(stroke.xy + n, stroke.time) for n in range(2))

    def drafted(place: int, count: int) -> Callable[[], object]:
        return lambda: made[0].begin(Draft(place, "abc", strokes[:count]))

    def kept(place: int) -> Callable[[], object]:
        return lambda: made[0].keep(place, line_of(Draft(place, "abc", strokes), "a test"))

    def read() -> object:
        damaged, found = DamagedFiles(), []
        for recording in recordings(home, damaged):
            draft = recording.draft()
            begun = draft and (draft.place, len(draft.strokes))
            found.append((recording.name, sorted(recording.lines()), begun))
        undamaged(damaged)
        return found

    return [
        lambda: made.append(Recording.create("Mine", QUICK, home)),
        drafted(1, 1), drafted(1, 2), kept(1), drafted(2, 1), drafted(2, 2), kept(2),
        lambda: made[0].rename("Yours"), lambda: made[0].drop(1),
    ], read  # fmt: skip


def styles(root: Path) -> tuple[Steps, Callable[[], object]]:
    deleted = []

    def library() -> StyleLibrary:
        return StyleLibrary(root / "data")

    def read() -> object:
        damaged = DamagedFiles()
        names = [entry.name for entry in StyleLibrary(root / "data", damaged).own()]
        undamaged(damaged)
        return names

    return [
        lambda: library().add(Style("Mine", "abc", INK, "by hand")),
        lambda: library().add(Style("Other", "abc", INK, "by hand")),
        lambda: library().rename("Mine", "Yours"),
        lambda: deleted.append(library().delete("Yours")),
        lambda: library().restore(deleted[0]),
    ], read  # fmt: skip


def symbols(root: Path) -> tuple[Steps, Callable[[], object]]:
    def read() -> object:
        damaged = DamagedFiles()
        found = {sign: len(inks) for sign, inks in SymbolLibrary(root, damaged).inks().items()}
        undamaged(damaged)
        return found

    library = SymbolLibrary(root)
    return [lambda: library.add("✓", INK), lambda: library.add("✓", INK),
            lambda: library.delete("✓")], read  # fmt: skip


def settings(root: Path) -> tuple[Steps, Callable[[], object]]:
    path = root / "config" / "settings.json"
    model = SettingsModel(path)

    def read() -> object:
        found = SettingsModel(path)
        assert not found.notice
        return found.value.hand, found.value.zoom

    return [partial(model.change, hand="Mine"), partial(model.change, zoom="page"),
            partial(model.change, hand="Other " * 50)], read  # fmt: skip


def checkpoints_of_a_run(root: Path) -> tuple[Steps, Callable[[], object]]:
    folder = root / "runs" / "first"
    config = RunConfig().to_json()

    def saved(step: int) -> None:
        path = folder / f"step-{step:08d}.safetensors"
        checkpoints.save(path, {"a": torch.full((50,), float(step))}, Progress(step), config)
        checkpoints.prune(folder)

    def read() -> object:
        path = checkpoints.newest(folder)
        if path is None:
            return None
        tensors, progress, _ = checkpoints.load(path)
        return progress.step, float(tensors["a"].sum())

    made: Steps = [RunFolder(folder).make]
    return [*made, *(partial(saved, step) for step in (1, 2, 3, 4, 5))], read


def hands(root: Path) -> tuple[Steps, Callable[[], object]]:
    library = HandLibrary(root / "data")

    def taught() -> None:
        hand.save(library.free("Mine"))

    def read() -> object:
        damaged = DamagedFiles()
        found = [Hand.load(one.path).name for one in HandLibrary(root / "data", damaged).entries()]
        undamaged(damaged)
        return found

    hand = Hand.load(TINY[0])
    return [taught, lambda: library.delete(library.path("mine"))], read


def a_lesson(root: Path) -> tuple[Steps, Callable[[], object]]:
    run = root / "data" / "teaching" / "mine"
    lessons = [Lesson(root, root / "mine.safetensors", run, name) for name in ("Mine", "Yours")]

    def read() -> object:
        return Lesson.load(run).name if (run / "lesson.json").exists() else None

    return [partial(private_folder, run), *(lesson.save for lesson in lessons)], read


def exported_pages(root: Path) -> tuple[Steps, Callable[[], object]]:
    page = SimpleNamespace(number=1)

    def exported(text: str) -> None:
        write_page_files([page], root / "letter.svg", lambda _, path: path.write_text(text))

    def read() -> object:
        path = root / "letter.svg"
        return path.read_text("utf-8") if path.exists() else None

    return [partial(exported, f"<svg>{n}</svg>" * n) for n in (1, 500, 3)], read


def exported_files(root: Path) -> tuple[Steps, Callable[[], object]]:
    """Of the command line, which makes all before it moves them in their places."""
    path = root / "letter.svg"

    def exported(text: str) -> None:
        def export(made: Path) -> list[Path]:
            made.write_text(text)
            return [made]

        write_all([(path, export)])

    return [
        partial(exported, f"<svg>{n}</svg>" * n) for n in (1, 500, 3)
    ], lambda: path.read_text("utf-8") if path.exists() else None


def a_file_set_aside(root: Path) -> tuple[Steps, Callable[[], object]]:
    """Damaged, it is lost neither where it lay nor where it is put."""
    path = root / "styles" / "mine.json"
    path.parent.mkdir()
    path.write_text("damaged")

    def read() -> object:
        # In both places for a while, at the worst.
        assert any(each.read_text() == "damaged" for each in root.rglob("*.json"))
        return None

    return [lambda: set_aside(path)], read


SCENES: tuple[Scene, ...] = (
    a_note, a_note_with_its_versions, an_autosave, an_autosave_that_is_cleared, a_recording,
    styles, symbols, settings, checkpoints_of_a_run, hands, a_lesson, exported_pages,
    exported_files, a_file_set_aside,
)  # fmt: skip

TINY: list[Path] = []


@pytest.fixture(autouse=True)
def _tiny(tiny_hand_path: Path) -> None:
    TINY[:] = [tiny_hand_path]


def campaign(scene: Scene, folder: Path, most: int, seed: int = 0) -> Any:
    root = folder / "disk"
    root.mkdir()
    steps, read = scene(root)
    return power_loss.cut_everywhere(root, steps, read, most, seed)


@pytest.mark.soak
@pytest.mark.skipif(sys.platform == "win32", reason="a folder cannot be flushed there")
@pytest.mark.parametrize("scene", SCENES)
def test_a_power_cut_leaves_the_old_state_or_the_new(
    scene: Scene, tmp_path: Path, rounds: int, capsys: pytest.CaptureFixture[str]
) -> None:
    found = campaign(scene, tmp_path, 4 * rounds, seed=rounds)
    assert found.cuts > 5
    with capsys.disabled():
        sys.stdout.write(f"\n{scene.__name__}: {found.cuts} cuts, {found.disks} disks\n")


def written(path: Path, text: str) -> None:
    path.write_text(text)


def renamed(path: Path, text: str) -> None:
    path.with_name("new").write_text(text)
    path.with_name("new").replace(path)


def renamed_and_forgotten(path: Path, text: str) -> None:
    """The content is flushed, its folder is not."""
    with path.with_name("new").open("w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    path.with_name("new").replace(path)


def removed_first(path: Path, text: str) -> None:
    path.unlink()
    renamed_and_forgotten(path, text)


def in_a_new_folder(path: Path, text: str) -> None:
    home = path.parent / "home"
    home.mkdir(exist_ok=True)
    with atomic_write(home / path.name) as temporary:
        temporary.write_text(text)
    with atomic_write(path) as temporary:
        temporary.write_text((home / path.name).read_text())


@pytest.mark.skipif(sys.platform == "win32", reason="a folder cannot be flushed there")
@pytest.mark.parametrize(
    "write", [written, renamed, renamed_and_forgotten, removed_first, in_a_new_folder]
)
def test_careless_writers_are_caught(write: Callable[[Path, str], None], tmp_path: Path) -> None:
    """What the simulation would pass over if it cut too little."""
    root = tmp_path / "disk"
    root.mkdir()
    path = root / "a.txt"
    path.write_text("the first state")

    def read() -> object:
        kept = root / "home" / "a.txt"
        return path.read_text() if write is not in_a_new_folder or path.read_text() == (
            kept.read_text() if kept.exists() else "the first state") else "torn"  # fmt: skip

    with pytest.raises(AssertionError, match="power cut at"):
        power_loss.cut_everywhere(root, [partial(write, path, "a second state")], read, 12)
