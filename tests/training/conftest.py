"""Corpora in IAM-OnDB's layout, drawn by rule, and tiny runs on them."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from training.config import Data, NetworkSizes, Optimizer, RunConfig, named
from training.corpora.corpus import Corpus, prepare
from training.corpora.iam import IAMOnDB, Report

#: Words of the drawn corpus: few letters, so that a tiny network has something to learn.
WORDS = ("an", "ear", "near", "rain", "rare", "inn", "era", "iran")


@pytest.fixture(autouse=True, scope="session")
def _one_thread() -> None:
    """Threads that wait for each other cost more than they bring in networks this small."""
    torch.set_num_threads(1)


def drawn_points(text: str, seed: int) -> list[list[tuple[int, int]]]:
    """One wavy stroke a word, about 22 points a character, each letter with a height of its own."""
    random = np.random.default_rng(seed)
    strokes, x = [], 0.0
    for word in text.split():
        stroke = []
        for character in word:
            height = 60 + 17 * (ord(character) % 7)
            for k in range(22):
                y = 400 - height * abs(np.sin(np.pi * k / 11))
                stroke.append((round(x), round(y + random.normal(0, 2))))
                x += 8 + random.normal(0, 0.5)
        strokes.append(stroke)
        x += 60
    return strokes


def stroke_xml(strokes: Sequence[Sequence[tuple[object, object]]]) -> str:
    """A line's file as IAM-OnDB has it."""
    parts, number = [], 0
    for stroke in strokes:
        points = []
        for x, y in stroke:
            points.append(f'<Point x="{x}" y="{y}" time="{number / 77:.4f}"/>')
            number += 1
        parts.append(f"<Stroke>{''.join(points)}</Stroke>")
    return (
        '<?xml version="1.0" encoding="ISO-8859-1"?>\n<WhiteboardCaptureSession>'
        f"<StrokeSet>{''.join(parts)}</StrokeSet></WhiteboardCaptureSession>"
    )


class DrawnIAM:
    """A folder in IAM-OnDB's original layout, unpacked, that tests fill form by form."""

    def __init__(self, root: Path) -> None:
        self.root = root
        (root / "task1").mkdir(parents=True)
        (root / "ascii").mkdir()
        (root / "lineStrokes").mkdir()
        self.lists: dict[str, list[str]] = {}

    def form(
        self,
        name: str,
        lines: Sequence[str],
        split: str = "trainset",
        *,
        transcript: str | None = None,
        strokes: Mapping[int, str] | None = None,
    ) -> None:
        """Write a form: its transcript, and a file of strokes a line.

        `transcript` replaces the text file; `strokes` maps the number of a line to the content of
        its file.
        """
        text = transcript
        if text is None:
            text = "OCR:\n\n" + "\n".join(line[::-1] for line in lines) + "\n\nCSR:\n\n"
            text += "\n".join(lines) + "\n"
        if text:
            folder = self.root / "ascii" / name[:3] / name[:7]
            folder.mkdir(parents=True, exist_ok=True)
            (folder / f"{name}.txt").write_text(text, "latin-1")
        folder = self.root / "lineStrokes" / name[:3] / name[:7]
        folder.mkdir(parents=True, exist_ok=True)
        seed = int(hashlib.sha256(name.encode()).hexdigest()[:8], 16)
        files = strokes
        if files is None:
            files = {k: stroke_xml(drawn_points(line, seed + k)) for k, line in enumerate(lines, 1)}
        for k, content in files.items():
            (folder / f"{name}-{k:02d}.xml").write_text(content, "latin-1")
        self.lists.setdefault(split, []).append(name)
        for known, forms in self.lists.items():
            (self.root / "task1" / f"{known}.txt").write_text("\n".join(forms) + "\n")


def texts(count: int, seed: int) -> list[str]:
    """Lines of two words: each step of a run costs as many points as its lines have."""
    random = np.random.default_rng(seed)
    return [" ".join(random.choice(WORDS, 2)) for _ in range(count)]


@pytest.fixture(scope="session")
def line_xml() -> Callable[[str], str]:
    """The file of strokes of a drawn line."""
    return lambda text: stroke_xml(drawn_points(text, 1))


@pytest.fixture
def drawn_iam(tmp_path: Path) -> DrawnIAM:
    return DrawnIAM(tmp_path / "iam")


@pytest.fixture(scope="session")
def iam_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve forms of four lines for training, two for validation."""
    iam = DrawnIAM(tmp_path_factory.mktemp("drawn") / "iam")
    for k in range(12):
        iam.form(f"a01-{k:03d}", texts(4, k))
    for k in range(12, 14):
        iam.form(f"b01-{k:03d}", texts(4, k), "testset_v")
    return iam.root


@pytest.fixture(scope="session")
def corpus_file(iam_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("corpus") / "drawn.safetensors"
    report = Report()
    prepare(IAMOnDB(iam_root).lines(report), report, path)
    return path


@pytest.fixture(scope="session")
def corpus(corpus_file: Path) -> Corpus:
    return Corpus.load(corpus_file)


def tiny_config(**changes: object) -> RunConfig:
    """A run of a few steps: 8 lines a batch, 6 batches an epoch."""
    config = replace(
        named("tiny"),
        hours=1.0,
        steps=8,
        precision="float32",
        samples=0,
        checkpoint_minutes=0.0,
        network=NetworkSizes(hidden=12, window=3, mixture=2),
        data=Data(train="train", lines=8, points=6000, rare=0),
        optimizer=Optimizer(lr=5e-3, warmup=2, average=0.9, encoder_steps=3),
    )
    return replace(config, **changes)  # type: ignore[arg-type]


@pytest.fixture(scope="session")
def tiny() -> Callable[..., RunConfig]:
    return tiny_config


@pytest.fixture(scope="session")
def real_iam() -> Path:
    """The folder of the real IAM-OnDB."""
    path = os.environ.get("SCRIPTORIUM_IAM")
    if not path:
        pytest.skip("SCRIPTORIUM_IAM does not name the folder of IAM-OnDB")
    return Path(path)
