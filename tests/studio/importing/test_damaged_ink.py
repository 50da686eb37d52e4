"""Files of ink with bytes changed, left out, doubled or cut off are read or refused in a sentence.

`make soak` makes it a campaign: SCRIPTORIUM_ROUNDS times as many damaged files of each kind.
"""

from __future__ import annotations

import gzip
import io
import os
import struct
import zipfile
from pathlib import Path

import numpy as np
import pytest

from engine.errors import FileError
from engine.style.style import find
from studio.importing.reading import read_ink

ROUNDS = 25 * int(os.environ.get("SCRIPTORIUM_ROUNDS", "1"))


def strokes() -> list[np.ndarray]:
    return [np.round(stroke.xy, 2) for stroke in find("Larch").ink.strokes[:14]]


def pairs(between: str, xy: np.ndarray) -> str:
    return between.join(f"{x:.2f} {y:.2f}" for x, y in xy)


def inkml() -> str:
    traces = enumerate(pairs(", ", xy) for xy in strokes())
    body = "".join(f'<trace xml:id="t{k}">{text}</trace>' for k, text in traces)
    view = '<traceView traceDataRef="#t0"><annotation type="truth">S</annotation></traceView>'
    channels = '<channel name="X"/><channel name="Y" orientation="+ve" units="cm"/>'
    return f"<ink><traceFormat>{channels}</traceFormat>{body}{view}</ink>"


def svg() -> str:
    body = "".join(
        f'<path id="p{k}" class="a" transform="scale(2)" d="M{pairs("L", s)}"/><use href="#p{k}"/>'
        for k, s in enumerate(strokes())
    )
    style = "<style>g .a{fill:none;stroke:#000}</style>"
    return f'<svg width="9cm" height="2cm" viewBox="0 0 9 2">{style}<g>{body}</g></svg>'


def outlines() -> str:
    body = ""
    for xy in strokes():
        way = np.gradient(xy, axis=0)
        side = 0.06 * np.stack([-way[:, 1], way[:, 0]], axis=1)
        side /= np.maximum(np.hypot(*way.T), 1e-9)[:, None]
        body += f'<path d="M{pairs("L", np.concatenate([xy + side, (xy - side)[::-1]]))}z"/>'
    return f"<svg>{body}</svg>"


def xopp() -> bytes:
    body = "".join(f'<stroke tool="pen" width="1">{pairs(" ", s)}</stroke>' for s in strokes())
    return f"<xournal><page><layer>{body}</layer></page></xournal>".encode()


def table() -> str:
    rows = [f"{x},{y},{k},{n * 13}" for k, s in enumerate(strokes()) for n, (x, y) in enumerate(s)]
    return "\n".join(["x (mm),y,stroke,time [ms]", *rows])


def unipen() -> str:
    body = "\n".join(f".PEN_DOWN\n{pairs(chr(10), s)}\n.PEN_UP" for s in strokes())
    head = ".VERSION 1.0\n.COORD X Y\n.X_POINTS_PER_MM 10\n.POINTS_PER_SECOND 100"
    return f'{head}\n.SEGMENT TEXT 0-3,5 OK "She"\n{body}'


def remarkable() -> bytes:
    data = b"reMarkable .lines file, version=5".ljust(43) + struct.pack("<ii", 1, len(strokes()))
    for s in strokes():
        data += struct.pack("<iiiffi", 2, 0, 0, 2.0, 0.0, len(s))
        data += b"".join(struct.pack("<6f", x, y, 1, 0, 2, 0.5) for x, y in s)
    return data


def remarkable_6() -> bytes:
    """Its blocks of lines alone."""
    data = b"reMarkable .lines file, version=6".ljust(43)
    for s in strokes():
        rows = b"".join(struct.pack("<ffHHBB", x, y, 1, 9, 0, 128) for x, y in s)
        line = b"\x14\x02\0\0\0\x24\0\0\0\0\x38" + struct.pack("<d", 2.0) + b"\x44\0\0\0\0"
        line += b"\x5c" + struct.pack("<I", len(rows)) + rows
        value = b"\x6c" + struct.pack("<I", len(line) + 1) + b"\x03" + line
        block = b"\x1f\0\x0b\x2f\x01\x10\x3f\0\0\x4f\0\0\x54\0\0\0\0" + value
        data += struct.pack("<IBBBB", len(block), 0, 1, 2, 5) + block
    return data


def zipped(name: str, content: str | bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(name, content)
    return stream.getvalue()


WHOLE = {
    "a.inkml": lambda: inkml().encode(),
    "a.svg": lambda: svg().encode(),
    "outlines.svg": lambda: outlines().encode(),
    "plain.xopp": xopp,
    "packed.xopp": lambda: gzip.compress(xopp()),
    "zipped.xopp": lambda: zipped("content.xml", xopp()),
    "a.csv": lambda: table().encode(),
    "a.dat": lambda: unipen().encode(),
    "5.rm": remarkable,
    "6.rm": remarkable_6,
    "a.docx": lambda: zipped("word/ink/ink1.xml", inkml()),
    "a.html": lambda: (
        b"--B\r\nContent-Type: application/inkml+xml\r\n\r\n" + inkml().encode() + b"\r\n--B--"
    ),
}


def damaged(data: bytes, rng: np.random.Generator) -> bytes:
    """The data with one to four changes."""
    made = bytearray(data)
    for _ in range(rng.integers(1, 5)):
        place, size = int(rng.integers(len(made))), int(rng.integers(1, 40))
        match int(rng.integers(6)):
            case 0:
                made[place] = int(rng.integers(256))
            case 1:
                made[place] ^= 1 << int(rng.integers(8))
            case 2:
                del made[place : place + size]
            case 3:
                made[place:place] = made[place : place + size] * int(rng.integers(1, 50))
            case 4:
                made[place : place + 4] = b"\xff\xff\xff\x7f"
            case _:
                words = [b"9" * 30, b"nan", b"-", b"1e999", b"<", b"&a;", b'"', b"%", b"\0"]
                made[place:place] = words[int(rng.integers(len(words)))]
        if rng.random() < 0.1:
            del made[place:]
        if not made:
            made = bytearray(b"x")
    return bytes(made)


@pytest.mark.parametrize("name", WHOLE)
def test_the_whole_file_is_read(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(WHOLE[name]())
    found = read_ink(tmp_path / name, split=False, flip=False)
    least = 1 if name == "a.inkml" or name.endswith((".docx", ".html")) else 5
    assert sum(len(piece.ink.strokes) for piece in found.pieces) >= least


@pytest.mark.soak
@pytest.mark.parametrize("name", WHOLE)
def test_a_damaged_file_is_read_or_refused(
    name: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    rng = np.random.default_rng([sum(name.encode()), ROUNDS])
    data = WHOLE[name]()
    path = tmp_path / name
    for _ in range(ROUNDS):
        path.write_bytes(damaged(data, rng))
        said: list[str] = []
        try:
            found = read_ink(path, flip=False)
        except FileError as error:
            said.append(str(error))
        else:
            said += found.notices
            assert all(np.isfinite(piece.ink.xy).all() for piece in found.pieces)
        assert all(sentence.isprintable() for sentence in said), said
    # What no reader foresaw becomes a sentence, too; but none of these should need that.
    assert not [record for record in caplog.records if record.exc_info], caplog.text
