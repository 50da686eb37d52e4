"""Small pictures of notes, as a file manager asks for them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
from PIL import Image

from engine.ink.ink import Ink
from studio.command.main import main
from studio.document.editing import add_drawing
from studio.document.note import Note
from studio.document.paper import PAPERS
from studio.storage.note_file import NoteFile, save


def note(path: Path) -> Path:
    """A note with a drawing across the middle of its page."""
    stroke = np.column_stack([np.linspace(0, 120, 60), np.zeros(60)])
    drawn = add_drawing(Note.from_text(""), Ink.from_lists([stroke]), (0, 105.0, 148.0), "a line")
    save(NoteFile(drawn, {}), path)
    return path


def test_a_process_of_its_own_draws_the_first_page(tmp_path: Path):
    path, out = note(tmp_path / "a.scriptorium"), tmp_path / "picture"
    words = [sys.executable, "-m", "studio", "thumbnail", path, "--out", out, "--size", "128"]
    ran = subprocess.run([str(word) for word in words], capture_output=True, text=True)
    assert (ran.returncode, ran.stderr) == (0, "")
    with Image.open(out) as picture:
        assert (picture.format, max(picture.size)) == ("PNG", 128)
        width, height = picture.size
        assert abs(width - 128 * PAPERS["A4"].width / PAPERS["A4"].height) <= 1
        grey = np.asarray(picture.convert("L"))
    assert grey[height // 2 - 3 : height // 2 + 4, width // 2].min() < 245, "the ink is seen"
    assert grey[height // 4].min() == 255


def test_what_is_no_note_is_refused_in_a_sentence(tmp_path: Path, capsys):
    bad = tmp_path / "bad.scriptorium"
    bad.write_bytes(b"PK")
    assert main(["thumbnail", str(bad), "--out", str(tmp_path / "p.png")]) == 2
    assert "bad.scriptorium" in capsys.readouterr().err
    assert not (tmp_path / "p.png").exists()
