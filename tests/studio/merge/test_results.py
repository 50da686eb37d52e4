"""Results: noted as letters are done, whatever ends the run."""

from __future__ import annotations

import hashlib
from pathlib import Path

from studio.merge.results import LetterResult, ResultsFile, read_results


def result(folder: Path, name: str, made_of: str = "m", content: bytes = b"ink") -> LetterResult:
    (folder / f"{name}.pdf").write_bytes(content)
    hashes = (hashlib.sha256(content).hexdigest(),)
    word = {"line": "Dear Ada", "word": "Ada", "read": "Ade"}
    return LetterResult(name, 1, (f"{name}.pdf",), hashes, 1, (word,), ("Look.",), 0.5, 7, made_of)


def test_what_is_noted_is_read_again(tmp_path: Path):
    file = ResultsFile(tmp_path)
    given = [result(tmp_path, name) for name in ("Ada", 'Zoë "x"\n', "\udce4")[:2]]
    for one in given:
        file.add(one)
    file.close()
    assert read_results(tmp_path / "results.jsonl") == given
    assert file.done({"Ada": "m", 'Zoë "x"\n': "other"}) == {"Ada": given[0]}


def test_a_torn_line_is_passed_over_and_swallows_nothing(tmp_path: Path):
    one, other = result(tmp_path, "a"), result(tmp_path, "b")
    line = one.line().encode()
    for cut in range(len(line)):
        path = tmp_path / "results.jsonl"
        path.write_bytes(line[:cut])
        file = ResultsFile(tmp_path)
        file.add(other)
        file.close()
        assert read_results(path) == [other]


def test_lines_of_another_kind_are_passed_over(tmp_path: Path):
    path = tmp_path / "results.jsonl"
    outside = result(tmp_path, "a").line().replace("a.pdf", "../a.pdf")
    path.write_text(f'[]\n{{}}\n"x"\n{"[" * 5000}\n{outside}\n{result(tmp_path, "a").line()}\n')
    assert [one.id for one in read_results(path)] == ["a"]


def test_a_file_that_is_gone_or_changed_is_not_done(tmp_path: Path):
    file = ResultsFile(tmp_path)
    names = ("a", "b", "c")
    for name in names:
        file.add(result(tmp_path, name))
    file.close()
    (tmp_path / "a.pdf").unlink()
    (tmp_path / "b.pdf").write_bytes(b"other")
    assert set(file.done(dict.fromkeys(names, "m"))) == {"c"}


def test_shards_are_known_together(tmp_path: Path):
    for number in (1, 2):
        file = ResultsFile(tmp_path, (number, 2))
        file.add(result(tmp_path, f"n{number}"))
        file.close()
    assert {one.id for one in ResultsFile(tmp_path).known()} == {"n1", "n2"}
    assert sorted(path.name for path in tmp_path.glob("*.jsonl")) == [
        "results-1-of-2.jsonl",
        "results-2-of-2.jsonl",
    ]


def test_files_of_no_row_are_named_unless_they_were_changed(tmp_path: Path):
    file = ResultsFile(tmp_path)
    known = [result(tmp_path, name) for name in "abc"]
    (tmp_path / "b.pdf").write_bytes(b"mine")
    assert file.leftover(known, known[2:]) == ["a.pdf"]
