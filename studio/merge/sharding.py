"""Shards: which rows this process writes where several share a table without knowing each other."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping

from engine.errors import SettingError

MOST = 100_000
"""Shards of a table at most."""

_ARRAY = ("SLURM_ARRAY_TASK_ID", "SLURM_ARRAY_TASK_COUNT")


def shard_named(text: str) -> tuple[int, int] | None:
    """The shard "3/16", from 1 to as many as there are; None for "1/1", which is all.

    Raises
    ------
    SettingError
        If there is none of that name.
    """
    match = re.fullmatch(r"\s*(\d{1,6})\s*/\s*(\d{1,6})\s*", text)
    number, count = (int(match[1]), int(match[2])) if match else (0, 0)
    if not 1 <= number <= count <= MOST:
        raise SettingError(
            f"There is no shard {text!r}; write 3/16 for the third of sixteen, from 1/16 to 16/16."
        )
    return None if count == 1 else (number, count)


def shard_here(
    environment: Mapping[str, str] | None = None,
) -> tuple[tuple[int, int] | None, str]:
    """The shard that Slurm or torchrun says, and the names of the variables that say it.

    Slurm's arrays come first (their ids may begin anywhere and go in steps), then the tasks of
    one Slurm job, then torchrun's RANK and WORLD_SIZE.

    Parameters
    ----------
    environment : mapping, optional
        That of the process where not given.

    Raises
    ------
    SettingError
        If variables are there and make no sense.
    """
    there = os.environ if environment is None else environment
    if all(there.get(name) for name in _ARRAY):
        first = _number(there, "SLURM_ARRAY_TASK_MIN", 0)
        step = max(1, _number(there, "SLURM_ARRAY_TASK_STEP", 1))
        place = (_number(there, _ARRAY[0], 0) - first) // step
        return _checked(place, _number(there, _ARRAY[1], 1), _ARRAY), " and ".join(_ARRAY)
    for names in (("SLURM_PROCID", "SLURM_NTASKS"), ("RANK", "WORLD_SIZE")):
        if all(there.get(name) for name in names):
            place, count = _number(there, names[0], 0), _number(there, names[1], 1)
            if count > 1:
                return _checked(place, count, names), " and ".join(names)
    return None, ""


def _number(there: Mapping[str, str], name: str, otherwise: int) -> int:
    text = there.get(name, "")
    if not text:
        return otherwise
    try:
        return int(text)
    except ValueError:
        raise SettingError(f"The variable {name} is {text!r}, which is no number.") from None


def _checked(place: int, count: int, names: tuple[str, ...]) -> tuple[int, int] | None:
    if not 0 <= place < count <= MOST:
        raise SettingError(
            f"The variables {' and '.join(names)} say shard {place + 1} of {count}, which there is "
            "not; give --shard yourself."
        )
    return None if count == 1 else (place + 1, count)
