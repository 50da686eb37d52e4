"""Values of the wrong type in notes and exports: a sentence, never a traceback."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.errors import ScriptoriumError
from engine.sampling.policy import ONCE
from studio.document.note import Look, Note
from studio.document.page import Pages
from studio.exporting.formats import export
from studio.layout.layout import lay_out
from studio.layout.line_writer import HandWriter
from studio.storage.note_file import load, save

ODD: list[Any] = [
    None, 5.5, -1, b"x", [], {}, object(), np.ones(2), float("nan"), 10**400, ["a"],
]  # fmt: skip

CALLS: dict[str, Callable[[Any, Path], object]] = {
    "from_text": lambda value, _: Note.from_text(value),
    "with_text": lambda value, _: Note.from_text("a").with_text(value),
    **{
        name: lambda value, _, name=name: Look(**{name: value})
        for name in ("bias", "x_height", "colour", "alignment", "strength")
    },
    **{
        name: lambda value, _, name=name: Note.from_text("a", **{name: value})
        for name in ("look", "paper", "margins", "blocks_of_it", "vertical", "column_gap")
    },
    "export": lambda value, folder: export(value, folder / "a.svg"),
    "load": lambda value, _: load(value),
    "save": lambda value, folder: save(value, folder / "a.scriptorium"),
}


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS.keys())
def test_what_is_of_the_wrong_type_is_a_sentence(call, tmp_path: Path) -> None:
    refused = []
    for value in ODD:
        try:
            call(value, tmp_path)
        except ScriptoriumError as error:
            refused.append(str(error))
    assert len(refused) > 4
    assert all(sentence.endswith(".") and len(sentence) < 500 for sentence in refused)
    assert not list(tmp_path.iterdir())


@pytest.fixture
def pages(untaught_hand) -> Pages:
    return lay_out(
        Note.from_text("ab"), HandWriter(untaught_hand, {}.__getitem__, policy=ONCE)
    ).pages


@pytest.mark.parametrize("where", [None, 5, [], object()])
def test_what_is_no_path_is_a_sentence(where: Any, pages: Pages) -> None:
    with pytest.raises(ScriptoriumError, match="it is no path"):
        export(pages, where)


def test_a_path_may_be_a_text(pages: Pages, tmp_path: Path) -> None:
    assert export(pages, str(tmp_path / "a.svg")) == [tmp_path / "a.svg"]
