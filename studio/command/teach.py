"""The verb `teach`: a hand of one's own, from a folder of one's own lines."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from engine.errors import InkError
from engine.io.terminal import say
from studio.teaching.launch import tied_command

if TYPE_CHECKING:
    from engine.ink.ink import Ink
    from engine.recognition.recogniser import Recogniser
    from studio.importing.foreign_ink import InkPiece

MANUAL = """Teach a hand your own handwriting, from some twenty lines of it.

The lines are a recording of the studio's (a folder of line-*.json), or files from other programs
(InkML, Xournal++, SVG with single lines, CSV, IAM-OnDB XML), each with its transcript beside it
in a file of the same name that ends in .txt: as many lines of text as of ink. --guess writes such
files for ink that has none; correct them before you teach. Ink that is upside down is turned (use
--flip if this is wrong). A style of the same lines is written beside the hand, in a file that ends
in .style.json: used together, they write most like you. Your ink stays on this machine.

\b
Examples:
  scriptorium teach --lines ~/.local/share/scriptorium/recordings/my-hand --out my.hand
  scriptorium teach --lines scans --guess
  scriptorium teach --lines scans --out my.hand --name "My hand"
  scriptorium write "In my own hand." --hand my.hand --style my.style.json --out own.pdf
"""


@click.command(help=MANUAL, short_help="Teach a hand your own handwriting.")
@click.option("--lines", "folder", required=True, type=Path, help="The folder of your lines.")
@click.option("--out", type=Path, help="The hand's file to write.")
@click.option("--guess", is_flag=True, help="Only write guesses of missing transcripts.")
@click.option(
    "--flip/--no-flip",
    default=None,
    help="Turn the ink upside down, or not; by default detected by reading it.",
)
@click.option("--name", default="", help="Name of the hand; by default that of the file.")
@click.option("--hand", default="default", help="The hand to start from, a name or a file.")
@click.option("--run", type=Path, help="Folder of the run; by default beside --out.")
@click.option("--steps", type=click.IntRange(1), help="Steps of training in all.")
@click.option("--device", default="auto", show_default=True, help="cpu, cuda or auto.")
@click.option("--threads", type=click.IntRange(1, 1024), help="Number of threads.")
def command(
    folder: Path, out: Path | None, guess: bool, flip: bool | None, **options: object
) -> None:
    """Gather the lines, and become the training process."""
    if guess:
        for path in guessed(folder, flip):
            say(f"{click.format_filename(path)}: correct it until it says what stands there")
        return
    if out is None:
        raise click.UsageError("Name the hand's file to write, such as --out my.hand.")
    with tempfile.TemporaryDirectory(prefix="scriptorium-lines-") as gathered:
        if not any(folder.glob("line-*.json")):
            gather(folder, Path(gathered), flip)
            folder = Path(gathered)
        words = ["teach", "--lines", str(folder), "--out", str(out)]
        for name, value in options.items():
            if value not in (None, ""):
                words += [f"--{name}", str(value)]
        sys.stdout.flush()
        # Not exec: the gathered lines must be there until the training has read them.
        process = subprocess.Popen(tied_command(words), stdin=subprocess.PIPE)
        signal.signal(signal.SIGTERM, lambda *_: process.terminate())
        status = _waited(process)
        if status == 0:
            say(click.format_filename(style_beside(out, folder)))
        raise SystemExit(status)


def _waited(process: subprocess.Popen[bytes]) -> int:
    """The exit status; Ctrl-C reaches the training, too, which then writes its checkpoint."""
    while True:
        try:
            status = process.wait()
            return 128 - status if status < 0 and os.name == "posix" else status
        except KeyboardInterrupt:
            continue


def style_beside(hand_file: Path, folder: Path) -> Path:
    """The style of the lines that taught a hand, in a file beside the hand's.

    A taught hand writes the more like its owner the more of the owner's ink it is led by.
    """
    from engine.hand import Hand
    from engine.ink.recorded_line import recorded_lines
    from engine.style_builder import build_style

    path = hand_file.with_suffix(".style.json")
    source = f"Of the lines that taught the hand {hand_file.name}."
    build_style(Hand.load(hand_file), hand_file.stem, recorded_lines(folder), source).save(path)
    return path


def gather(folder: Path, target: Path, flip: bool | None = None) -> int:
    """Read the foreign ink of a folder with its transcripts into recorded lines; how many.

    Raises
    ------
    FileError
        If there is none, a file is bad, or ink and transcript differ in their lines.
    """
    from engine.errors import FileError
    from studio.importing.line_finding import as_one_line
    from studio.importing.reading import recorded

    count = 0
    for path in _files(folder):
        transcript = path.with_suffix(".txt")
        pieces = _pieces(path, flip=flip)
        texts = [piece.text for piece in pieces]
        if transcript.exists():
            texts = [line.strip() for line in _text(transcript).splitlines() if line.strip()]
        if len(texts) == 1 and len(pieces) > 1:
            # One line of text is one line of ink, however it was drawn.
            pieces = (replace(pieces[0], ink=as_one_line([piece.ink for piece in pieces])),)
        if len(texts) != len(pieces) or not all(texts):
            raise FileError(
                f"{path} has {len(pieces)} lines of ink, {transcript.name} "
                f"{len([text for text in texts if text])} of text; "
                "write into it what stands on each line, or let --guess begin it."
            )
        for piece, text in zip(pieces, texts, strict=True):
            count += 1
            recorded(piece, text, path.name).save(target / f"line-{count:04d}.json")
    if not count:
        raise FileError(
            f"{folder} holds no recorded lines and no ink that is read; name another folder, or "
            "record some lines in the studio (Style, Record your handwriting)."
        )
    return count


def _guess(recogniser: Recogniser, ink: Ink) -> str:
    """What a line may say; nothing where it is no writing."""
    try:
        (text,) = recogniser.read([ink])
    except InkError:
        return ""
    return " ".join(text.split())


def _pieces(path: Path, flip: bool | None = None) -> tuple[InkPiece, ...]:
    """The ink of a file; what is to be said of it is said."""
    from studio.importing.reading import read_ink

    found = read_ink(path, flip=flip)
    for notice in found.notices:
        say(f"{click.format_filename(path)}: {notice}", err=True)
    return found.pieces


def _text(path: Path) -> str:
    """A transcript, in UTF-8, UTF-16 with its mark, or as older Windows programs write it.

    Raises
    ------
    FileError
        If it cannot be read.
    """
    from engine.io.limits import read_limited

    data = read_limited(path)
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def guessed(folder: Path, flip: bool | None = None) -> list[Path]:
    """Write beside each file of ink without words what a recogniser takes its lines for.

    Returns
    -------
    list of Path
        The transcripts that were written, one for each file; a line that cannot be read is "?".

    Raises
    ------
    FileError
        If there is nothing to guess, or a file is bad.
    """
    from engine.errors import FileError
    from engine.io.atomic import atomic_write
    from engine.recognition.recogniser import Recogniser

    recogniser, found = Recogniser.load(), []
    for path in _files(folder):
        transcript = path.with_suffix(".txt")
        if transcript.exists():
            continue
        pieces = _pieces(path, flip=flip)
        if all(piece.text for piece in pieces):
            continue
        texts = [piece.text or _guess(recogniser, piece.ink) for piece in pieces]
        with atomic_write(transcript) as temporary:
            temporary.write_text("".join(f"{text or '?'}\n" for text in texts), encoding="utf-8")
        found.append(transcript)
    if not found:
        raise FileError(f"{folder} has no ink without a transcript; teach with --out now.")
    return found


def _files(folder: Path) -> list[Path]:
    """The files of ink in a folder, by name."""
    from engine.errors import FileError
    from studio.importing.reading import READERS

    # These are seldom ink: transcripts, and what else lies in a folder of documents.
    kinds = set(READERS) - {".txt", ".html", ".docx", ".pptx", ".xlsx"}
    try:
        return sorted(path for path in folder.iterdir() if path.suffix.lower() in kinds)
    except OSError as error:
        raise FileError(
            f"{folder} cannot be read: {error.strerror or error}; name the folder of your lines, "
            "such as a recording of the studio's (Style, Record your handwriting)."
        ) from error
