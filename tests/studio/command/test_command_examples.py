"""The examples of the manual and of docs/command-line.md."""

from __future__ import annotations

import re
import shlex
from importlib import import_module
from pathlib import Path

import pytest

from engine.hand import Hand
from studio.command.main import MANUAL, NOTE, VERBS, program
from studio.command.output_files import checked_paths
from studio.command.text_input import read_text
from studio.command.write import note_of

DOCUMENT = (Path(__file__).parents[3] / "docs" / "command-line.md").read_text("utf-8")


def shell_examples() -> list[str]:
    """All lines that call the program, continued ones joined."""
    manuals = [MANUAL, *(import_module(f"studio.command.{verb}").MANUAL for verb in VERBS)]
    text = "\n".join([*manuals, *re.findall(r"```sh\n(.*?)```", DOCUMENT, re.DOTALL)])
    lines = text.replace("\\\n", " ").splitlines()
    return [line.strip() for line in lines if re.match(r"\s*(.* \| )?scriptorium \w", line)]


def words_of(line: str) -> list[str]:
    """An example's words, from its verb on; a note alone is opened in the studio."""
    _, *words = shlex.split(line.rpartition("| ")[2])
    return ["studio", *words] if words[0].endswith(NOTE) else words


def test_there_are_examples_of_every_verb():
    assert {words_of(line)[0] for line in shell_examples()} == set(VERBS)


@pytest.mark.parametrize("line", sorted(set(shell_examples())))
def test_examples_of_the_shell_are_understood(
    line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    verb, *words = words_of(line)
    with program.make_context("scriptorium", [verb, *words], resilient_parsing=False) as context:
        command = program.get_command(context, verb)
        assert command is not None
        parsed = command.make_context(verb, words, parent=context).params
    if verb == "write":
        assert parsed["text"] or parsed["file"] or parsed["address"] or parsed["fields"]
        assert checked_paths(parsed["out"])
        note_of(read_text("Hello", None).blocks, None, parsed)


def test_examples_of_python_run(
    tmp_path: Path, tiny_hand_path: Path, monkeypatch: pytest.MonkeyPatch
):
    tiny = Hand.load(tiny_hand_path)
    monkeypatch.setattr(Hand, "load", lambda: tiny)
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    for block in re.findall(r"```python\n(.*?)```", DOCUMENT, re.DOTALL):
        exec(block, names)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "attention.png",
        "letter.pdf",
        "letter.png",
        "mixture.png",
    ]
