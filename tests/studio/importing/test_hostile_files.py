"""Hostile files are refused in a sentence, within a bounded memory."""

from __future__ import annotations

import gzip
import io
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import FileError
from engine.io.limits import LARGEST_IMPORT, MOST_POINTS
from studio.importing.reading import READERS, read

LAUGHS = """<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa">
<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>
<svg>&c;</svg>"""
OUTSIDE = '<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg>&x;</svg>'


@cache
def zip_bomb() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("content.xml", b"<xournal>" + b" " * (4 * LARGEST_IMPORT))
    return stream.getvalue()


#: What each file holds, made when it is needed: most tests need none of it.
HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "entities.svg": (lambda: LAUGHS.encode(), "entities"),
    "outside.inkml": (lambda: OUTSIDE.encode(), "entities"),
    "deep.svg": (lambda: b"<g>" * 100_000, "nested too deeply"),
    "many.svg": (lambda: b"<svg>" + b"<g/>" * 300_000 + b"</svg>", "too many elements"),
    "bomb.xopp": (lambda: gzip.compress(bytes(8 * LARGEST_IMPORT), 9), "more than 24 MiB"),
    "bomb.zip.xopp": (zip_bomb, "more than 24 MiB"),
    "long.csv": (lambda: b"1,2\n" * (LARGEST_IMPORT // 4 + 10), "more than 24 MiB"),
    "points.csv": (lambda: b"1 2\n" * (MOST_POINTS + 5), f"more than {MOST_POINTS} points"),
    "points.inkml": (
        lambda: b"<ink><trace>" + b"1 2," * (MOST_POINTS + 5) + b"</trace></ink>",
        f"more than {MOST_POINTS} points",
    ),
    "points.svg": (
        lambda: b'<svg><path stroke="red" d="M0 0' + b"h1" * (MOST_POINTS + 5) + b'"/></svg>',
        f"more than {MOST_POINTS} points",
    ),
    "digits.xopp": (
        lambda: (
            b"<xournal><page><layer><stroke>"
            + b"1 " * (11 << 20)
            + b"</stroke></layer></page></xournal>"
        ),
        f"more than {MOST_POINTS} points",
    ),
    "nan.xopp": (
        lambda: b"<xournal><page><layer><stroke>1 2 nan 3</stroke></layer></page></xournal>",
        "not finite",
    ),
    "huge.csv": (lambda: b"1,2\n1e300,1\n", "not finite"),
    "infinite.inkml": (lambda: b"<ink><trace>1 2, 1e999 3</trace></ink>", "not finite"),
    "nan.inkml": (lambda: b"<ink><trace>1 2, nan 3</trace></ink>", "not finite"),
    "rows.csv": (lambda: b"1 2\n" * (6 << 20), f"more than {MOST_POINTS} points"),
    "transform.svg": (
        lambda: b'<svg><path transform="scale(1e11)" stroke="red" d="M1 1L1e11 2"/></svg>',
        "not finite",
    ),
    "half.xopp": (lambda: gzip.compress(b"<xournal></xournal>" * 99)[:-20], "cut short|damaged"),
    "other.xopp": (lambda: b"PK\x03\x04 and nothing more", "damaged"),
    "members.xopp": (lambda: b"PK\x03\x04" + b"PK\x01\x02" * 5000, "more than 1000 files"),
    "empty.inkml": (lambda: b"", "not well-formed"),
    "other.inkml": (lambda: b"<html/>", "holds no ink"),
    "other.xml": (lambda: b"<note/>", "a session of IAM-OnDB"),
    "other.scriptorium": (lambda: b"PK and nothing more", "damaged"),
    "bomb.scriptorium": (zip_bomb, "too large|damaged"),
    "none.svg": (lambda: b"<svg/>", "holds no ink"),
    "binary.csv": (lambda: bytes(range(256)), "not a table"),
    "encoding.svg": (
        lambda: b'<?xml version="1.0" encoding="utf-7"?><svg/>',
        "encoding|well-formed",
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_in_a_sentence(tmp_path: Path, name: str) -> None:
    content, sentence = HOSTILE[name]
    path = tmp_path / name
    path.write_bytes(content())
    with pytest.raises(FileError, match=sentence) as refusal:
        read(path, flip=False)
    assert len(str(refusal.value).splitlines()) == 1


def test_the_memory_for_a_hostile_file_is_bounded(tmp_path: Path) -> None:
    """All of them in a process that may have no more than 1 GiB."""
    for name, (content, _) in HOSTILE.items():
        (tmp_path / name).write_bytes(content())
    script = """
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
from pathlib import Path
from engine.errors import FileError
from studio.importing.reading import read
refused = 0
for path in Path(sys.argv[1]).iterdir():
    try:
        read(path, flip=False)
    except FileError:
        refused += 1
print(refused)
"""
    result = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)],
        capture_output=True,
        text=True,
        env={"OPENBLAS_NUM_THREADS": "1", "PYTHONPATH": str(Path(__file__).parents[3])},
    )
    assert result.stdout.strip() == str(len(HOSTILE)), result.stderr


@given(
    suffix=st.sampled_from(sorted(READERS)),
    content=st.one_of(
        st.binary(max_size=300),
        st.text(max_size=200).map(str.encode),
        st.lists(
            st.sampled_from(
                ["<ink>", "<trace>", "</trace>", "</ink>", "1 2,", "'", '"', "*", "<svg>", "</svg>",
                 '<path stroke="r" d="', "M0 0", "C1 2", "A1 1 0 0", "z", '"/>', "nan", "1e308",
                 "-", "x,y\n", "1,2\n", "pen", "<xournal>", "<stroke>", "</stroke>", "</xournal>"]
            ),
            max_size=20,
        ).map(lambda parts: "".join(parts).encode()),
    ),
)  # fmt: skip
def test_any_bytes_are_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, suffix: str, content: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / f"any{suffix}"
    path.write_bytes(zlib.compress(content, wbits=31) if suffix == ".svgz" else content)
    try:
        pieces = read(path)
    except FileError:
        pieces = []
    assert all(piece.ink.points > 1 for piece in pieces)
