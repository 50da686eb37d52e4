"""Tensors in a file: read back as they were, and nothing lost on a full disk."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from safetensors import safe_open

from engine.errors import FileError
from engine.io.safetensors import save_tensors


def test_tensors_and_their_header_are_read_back(tmp_path: Path) -> None:
    path = tmp_path / "a.safetensors"
    save_tensors(path, {"a": torch.arange(6).reshape(2, 3).T}, "kind-1", {"name": "Ada"})
    with safe_open(str(path), framework="pt") as file:
        assert json.loads(file.metadata()["kind-1"]) == {"name": "Ada"}
        assert file.get_tensor("a").tolist() == [[0, 3], [1, 4], [2, 5]]


def test_a_folder_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="choose a folder that exists"):
        save_tensors(tmp_path / "no" / "a.safetensors", {"a": torch.zeros(1)}, "kind-1", {})


@pytest.mark.skipif(sys.platform == "win32", reason="needs limits of a process")
def test_on_a_full_disk_the_file_stays_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "a.safetensors"
    save_tensors(path, {"a": torch.ones(3)}, "kind-1", {})
    before = path.read_bytes()
    # A file may not grow beyond 100 kB: what writing on a full disk meets, without filling one.
    code = f"""
import resource, signal, torch
from engine.errors import FileError
from engine.io.safetensors import save_tensors
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
try:
    save_tensors({str(path)!r}, {{"a": torch.ones(100_000)}}, "kind-1", {{}})
except FileError as error:
    print(error)
"""
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert "Cannot write" in said.stdout, said.stderr
    assert "the file is as it was" in said.stdout
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["a.safetensors"]
