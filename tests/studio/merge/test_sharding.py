"""Shards by name, and by the variables of Slurm and torchrun."""

from __future__ import annotations

import pytest

from engine.errors import SettingError
from studio.merge.sharding import shard_here, shard_named


def test_shards_by_name():
    assert shard_named("3/16") == (3, 16)
    assert shard_named(" 1 / 1 ") is None
    for wrong in ("0/4", "5/4", "3", "a/b", "-1/4", "1/0", "1/999999"):
        with pytest.raises(SettingError, match="third of sixteen"):
            shard_named(wrong)


@pytest.mark.parametrize(
    ("variables", "shard"),
    [
        ({}, None),
        ({"RANK": "0", "WORLD_SIZE": "4"}, (1, 4)),
        ({"RANK": "3", "WORLD_SIZE": "4"}, (4, 4)),
        ({"RANK": "0", "WORLD_SIZE": "1"}, None),
        ({"SLURM_ARRAY_TASK_ID": "5", "SLURM_ARRAY_TASK_COUNT": "8"}, (6, 8)),
        (
            {
                "SLURM_ARRAY_TASK_ID": "14",
                "SLURM_ARRAY_TASK_COUNT": "4",
                "SLURM_ARRAY_TASK_MIN": "10",
                "SLURM_ARRAY_TASK_STEP": "2",
                "RANK": "0",
                "WORLD_SIZE": "9",
            },
            (3, 4),
        ),
        ({"SLURM_PROCID": "1", "SLURM_NTASKS": "2"}, (2, 2)),
        ({"SLURM_PROCID": "0", "SLURM_NTASKS": "1", "RANK": "1", "WORLD_SIZE": "2"}, (2, 2)),
    ],
)
def test_shards_by_variables(variables: dict[str, str], shard: tuple[int, int] | None):
    assert shard_here(variables)[0] == shard


def test_variables_that_make_no_sense_are_told():
    with pytest.raises(SettingError, match="RANK"):
        shard_here({"RANK": "x", "WORLD_SIZE": "4"})
    with pytest.raises(SettingError, match="give --shard"):
        shard_here({"SLURM_ARRAY_TASK_ID": "9", "SLURM_ARRAY_TASK_COUNT": "4"})
