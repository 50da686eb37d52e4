"""The bounds within which a foreign file is read: bytes, points, and numbers that are numbers."""

from __future__ import annotations

import io
import zipfile
import zlib
from pathlib import Path

import numpy as np
import numpy.typing as npt

from engine.errors import FileError

#: Bytes of a file, compressed or not, that is still read.
MOST_BYTES = 24 << 20
#: Pen points of a file: some 300 written lines.
MOST_POINTS = 200_000
#: Files in a zip archive.
MOST_MEMBERS = 1000
#: Coordinates beyond this are no pen's.
FARTHEST = 1e12

Numbers = npt.NDArray[np.float64]


def read_limited(path: Path) -> bytes:
    """The bytes of a file.

    Raises
    ------
    FileError
        If it cannot be read or is longer than `MOST_BYTES`.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise FileError(
            f"{path} cannot be read: {error.strerror or error}; choose another file."
        ) from error
    if len(data) > MOST_BYTES:
        raise _too_long(path)
    return data


def gunzip(data: bytes, path: Path) -> bytes:
    """The content of gzip data, never more than `MOST_BYTES`.

    Raises
    ------
    FileError
        If it is damaged, or would become longer.
    """
    stream = zlib.decompressobj(wbits=31)
    try:
        content = stream.decompress(data, MOST_BYTES + 1)
    except zlib.error as error:
        raise FileError(f"{path} is damaged ({error}); save it again.") from error
    if len(content) > MOST_BYTES:
        raise _too_long(path)
    if not stream.eof:
        raise FileError(f"{path} is cut short; save it again.")
    return content


def read_zip_member(data: bytes, member: str, path: Path) -> bytes:
    """One member of a zip archive, never more than `MOST_BYTES`.

    Raises
    ------
    FileError
        If there is none, it is damaged or encrypted, or would become longer.
    """
    # Counted before the archive's table is read, which costs far more memory than its bytes.
    if data.count(b"PK\x01\x02") > MOST_MEMBERS:
        raise FileError(f"{path} holds more than {MOST_MEMBERS} files; save it again.")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive, archive.open(member) as file:
            content = file.read(MOST_BYTES + 1)
    except KeyError as error:
        raise FileError(f"{path} holds no {member}; choose another file.") from error
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, OSError) as error:
        raise FileError(f"{path} is damaged ({error}); save it again.") from error
    if len(content) > MOST_BYTES:
        raise _too_long(path)
    return content


def _too_long(path: Path) -> FileError:
    return FileError(
        f"{path} holds more than {MOST_BYTES >> 20} MiB; "
        "save the lines that you want to import in a file of their own."
    )


class Budget:
    """The points that a file may still have."""

    def __init__(self, path: Path, most: int = MOST_POINTS) -> None:
        self.path = path
        self._most = most
        self._left = most

    def spend(self, points: int) -> None:
        """Take points from the budget.

        Raises
        ------
        FileError
            If there are not so many left.
        """
        self._left -= points
        if self._left < 0:
            raise FileError(
                f"{self.path} holds more than {self._most} points; "
                "save the lines that you want to import in a file of their own."
            )

    def numbers(self, text: str, columns: int = 2) -> Numbers:
        """The numbers of a text, parted by white space or commas, `columns` of them to a point.

        Raises
        ------
        FileError
            If there are too many, or one is not finite or not a number.
        """
        # Split no further than the budget goes, so that a file of digits cannot fill the memory.
        limit = columns * self._left
        words = text.replace(",", " ").split(maxsplit=limit)
        if len(words) > limit:
            self.spend(self._most + 1)
        try:
            values = np.array(words, dtype=np.float64)
        except ValueError as error:
            raise FileError(f"{self.path} has something else where numbers belong.") from error
        self.spend(-(-len(values) // columns))
        if not (np.abs(values) < FARTHEST).all():
            raise FileError(f"{self.path} has a coordinate that is not finite; repair the drawing.")
        return values
