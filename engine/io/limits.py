"""The bounds within which a foreign file is read: bytes, points, and numbers that are numbers."""

from __future__ import annotations

import io
import math
import stat
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from engine.errors import FileError

#: Bytes of the largest file that is imported, and of what it is unpacked to.
LARGEST_IMPORT = 24 << 20
#: Pen points of a file: some 300 written lines.
MOST_POINTS = 200_000
#: Files in a zip archive.
MOST_MEMBERS = 1000
#: Coordinates beyond this are no pen's.
FARTHEST = 1e12

Numbers = npt.NDArray[np.float64]

#: What zipfile raises for archives that are not whole.
_DAMAGED = (
    zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, OSError, ValueError,
    NotImplementedError, OverflowError, struct.error,
)  # fmt: skip


def check_regular(path: Path) -> None:
    """Refuse what is no file: a pipe that nobody writes into would be waited for without end.

    Raises
    ------
    FileError
        If it is a folder, a pipe or a device.
    OSError
        If there is nothing of this name.
    """
    if not stat.S_ISREG(path.stat().st_mode):
        raise FileError(f"{path} cannot be read: it is a folder or a device; choose a file.")


def read_limited(path: Path) -> bytes:
    """The bytes of a file.

    Raises
    ------
    FileError
        If it cannot be read or is longer than `LARGEST_IMPORT`.
    """
    try:
        check_regular(path)
        with path.open("rb") as file:
            data = file.read(LARGEST_IMPORT + 1)
    except OSError as error:
        raise FileError(
            f"{path} cannot be read: {error.strerror or error}; choose another file."
        ) from error
    if len(data) > LARGEST_IMPORT:
        raise _too_long(path)
    return data


def gunzip(data: bytes, path: Path) -> bytes:
    """The content of gzip data, never more than `LARGEST_IMPORT`.

    Raises
    ------
    FileError
        If it is damaged, or would become longer.
    """
    stream = zlib.decompressobj(wbits=31)
    try:
        content = stream.decompress(data, LARGEST_IMPORT + 1)
    except zlib.error as error:
        raise FileError(f"{path} is damaged ({error}); save it again.") from error
    if len(content) > LARGEST_IMPORT:
        raise _too_long(path)
    if not stream.eof:
        raise FileError(f"{path} is cut short; save it again.")
    return content


def zip_sizes(data: bytes, path: Path) -> dict[str, int]:
    """The names of a zip archive's members, and how long each says that it will become.

    Raises
    ------
    FileError
        If it is damaged, or holds more than `MOST_MEMBERS`.
    """
    # Counted before the archive's table is read, which costs far more memory than its bytes.
    if data.count(b"PK\x01\x02") > MOST_MEMBERS:
        raise FileError(f"{path} holds more than {MOST_MEMBERS} files; save it again.")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return {member.filename: member.file_size for member in archive.infolist()}
    except _DAMAGED as error:
        raise FileError(f"{path} is damaged ({error}); save it again.") from error


def read_zip_member(data: bytes, member: str, path: Path) -> bytes:
    """One member of a zip archive, never more than `LARGEST_IMPORT`.

    Raises
    ------
    FileError
        If there is none, it is damaged or encrypted, or would become longer.
    """
    if member not in zip_sizes(data, path):
        raise FileError(f"{path} holds no {member}; choose another file.")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive, archive.open(member) as file:
            content = file.read(LARGEST_IMPORT + 1)
    except _DAMAGED as error:
        raise FileError(f"{path} is damaged ({error}); save it again.") from error
    if len(content) > LARGEST_IMPORT:
        raise _too_long(path)
    return content


def _too_long(path: Path) -> FileError:
    return FileError(
        f"{path} holds more than {LARGEST_IMPORT >> 20} MiB; "
        "save the lines that you want to import in a file of their own."
    )


class Budget:
    """The points that a file may still have, and what of it is left out.

    Parameters
    ----------
    path : Path
        The file, for sentences.
    most : int
        Points.
    """

    def __init__(self, path: Path, most: int = MOST_POINTS) -> None:
        self.path = path
        self._most = most
        self._left = most
        self._kept = 0
        self._lost = 0
        self._left_out: Counter[str] = Counter()
        self._told: dict[str, None] = {}

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

    def leave_out(self, one: str, count: int = 1) -> None:
        """Keep in mind that something is not read: "typed text", or "a point that ..."."""
        if count:
            self._left_out[one] += count

    def tell(self, sentence: str) -> None:
        """Keep a sentence in mind that the user should read."""
        self._told[sentence] = None

    @property
    def notices(self) -> tuple[str, ...]:
        """What was told, and what was left out, a sentence each."""
        left_out = (
            f"Left out: {what}." if count == 1 else f"Left out, {count} times: {what}."
            for what, count in self._left_out.items()
        )
        return (*self._told, *left_out)

    def check(self) -> None:
        """Refuse the file where half of its points or more were none.

        Raises
        ------
        FileError
        """
        if self._lost and self._lost >= self._kept:
            what = "a point that is" if self._lost == 1 else f"{self._lost} points that are"
            raise FileError(f"{self.path} has {what} not finite or no number; repair the drawing.")

    def numbers(self, text: str, columns: int = 2) -> Numbers:
        """The numbers of a text, parted by white space or commas, `columns` of them to a point.

        Raises
        ------
        FileError
            If there are too many, or one is not finite or not a number.
        """
        values = self._parsed(text, columns)
        if np.isnan(values).any():
            raise FileError(f"{self.path} has something else where numbers belong.")
        if not (np.abs(values) < FARTHEST).all():
            raise FileError(f"{self.path} has a coordinate that is not finite; repair the drawing.")
        return values

    def samples(self, text: str, columns: int = 2) -> Numbers:
        """As `numbers`, but what is no number is not a number (nan), and nothing is too large."""
        return self._parsed(text, columns)

    def _parsed(self, text: str, columns: int) -> Numbers:
        # Split no further than the budget goes, so that a file of digits cannot fill the memory.
        limit = columns * self._left
        words = text.replace(",", " ").split(maxsplit=limit)
        if len(words) > limit:
            self.spend(self._most + 1)
        self.spend(-(-len(words) // columns))
        return floats(words)

    def count(self, points: int, lost: int) -> None:
        """Keep in mind how many points were read, and how many of them had no finite place."""
        self._kept += points - lost
        self._lost += lost
        self.leave_out("a point whose place is no finite number", lost)


def floats(words: Sequence[str]) -> Numbers:
    """Words as numbers, float64 (n,); what is no number is nan."""
    try:
        return np.array(words, dtype=np.float64)
    except ValueError:
        return np.array([_float(word) for word in words], dtype=np.float64)


def _float(word: str) -> float:
    try:
        return float(word)
    except ValueError:
        return math.nan
