"""What verbs are given, checked: files, folders, hands, and fields of a config."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import FileError, TrainingError

if TYPE_CHECKING:
    from engine.hand import Hand
    from engine.recognition.recogniser import Recogniser


def names_in(path: Path) -> frozenset[str]:
    """Names of lines in a list: the first word of each row."""
    try:
        rows = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise FileError(f"The list {path} cannot be read ({error}); name another.") from error
    return frozenset(row.split()[0] for row in rows if row.strip() and not row.startswith("#"))


def hand_at(path: Path) -> Hand:
    """The hand of a file, or "default": the one that ships."""
    from engine.hand import Hand

    return Hand.load(None if str(path) == "default" else path)


def judged_at(place: Path, corpus: Path | None, device: str) -> Hand:
    """The hand of a file, or of the best weights of a run's folder."""
    from engine.hand import Hand

    if not (place / "metrics.jsonl").exists():
        return Hand.load(None if str(place) == "default" else place, device)
    from training.corpora.corpus import Corpus
    from training.hand_export import hand_of
    from training.run_folder import RunFolder

    run = RunFolder(place)
    lines = Corpus.load(corpus_of(place, corpus))
    known = run.known()
    if known is not None:
        lines = lines.recoded(known[0], known[1])
    return hand_of(run.best, lines, place.name, run.machine(), device)


def recogniser_at(path: Path | None) -> tuple[Recogniser | None, str]:
    """The recogniser of a file, or the one that ships where there is one, and its name."""
    from engine.errors import HandError
    from engine.recognition.recogniser import Recogniser

    if path is not None:
        return Recogniser.load(path), path.stem
    try:
        return Recogniser.load(), "the one that ships"
    except HandError:
        return None, ""


def corpus_of(folder: Path, given: Path | None) -> Path:
    """The corpus of a run: the one named, else the one that it was started with."""
    if given is not None:
        return given
    try:
        return Path(json.loads((folder / "corpus.json").read_text("utf-8"))["path"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise TrainingError(
            f"{folder} does not say which corpus its run began with; name it with --corpus."
        ) from error


def make_room(out: Path) -> None:
    """Make the folder of a file that is to be written; refuse before the work, not after it."""
    make_folder(out.parent)
    if out.is_dir():
        raise FileError(f"Cannot write {out}: it is a folder; name a file.")
    if not os.access(out.parent, os.W_OK):
        raise FileError(f"Cannot write {out}: its folder is not yours to write; choose another.")


def make_folder(folder: Path) -> None:
    """Make a folder where there is none."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        there = isinstance(error, FileExistsError | NotADirectoryError)
        why = "a file stands in its place" if there else error.strerror
        raise FileError(f"Cannot make the folder {folder}: {why}; name another.") from error


def fields_of(words: list[str]) -> dict[str, str]:
    """Fields of the config out of "--name value" and "--name=value"."""
    changes: dict[str, str] = {}
    rest = list(words)
    while rest:
        word = rest.pop(0)
        if not word.startswith("--"):
            raise TrainingError(f"{word!r} is no option; fields are given as --optimizer.lr 3e-4.")
        name, given, value = word[2:].partition("=")
        if not given:
            if not rest:
                raise TrainingError(f"--{name} has no value; give one.")
            value = rest.pop(0)
        changes[name.replace("-", "_")] = value
    return changes
