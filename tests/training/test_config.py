"""Configs: their names, their fields, and what is said of a wrong one."""

from __future__ import annotations

import json
from dataclasses import asdict

import pytest

from engine.errors import TrainingError
from engine.network.network import NetworkConfig
from training.config import (
    CONFIGS,
    NetworkSizes,
    RunConfig,
    checked,
    described_fields,
    named,
    with_fields,
)


@pytest.mark.parametrize("name", CONFIGS)
def test_every_config_is_sound_and_survives_json(name: str) -> None:
    config = named(name)
    assert config.name == name
    assert checked(config) == config
    assert RunConfig.from_json(config.to_json()) == config


def test_a_network_is_trained_in_the_size_that_one_made_in_code_has() -> None:
    made = NetworkConfig(characters=80)
    for name, value in asdict(NetworkSizes()).items():
        assert getattr(made, name) == value, name


def test_an_older_config_takes_defaults_for_new_fields() -> None:
    values = json.loads(RunConfig().to_json())
    del values["stages"], values["data"]["passes"]
    values["data"]["gone"] = 1
    assert RunConfig.from_json(json.dumps(values)) == RunConfig()


def test_fields_are_changed_by_their_path() -> None:
    config = with_fields(
        RunConfig(),
        {
            "optimizer.lr": "3e-4",
            "data.lines": "96",
            "data.train": "train",
            "stages.lines": "8,16",
            "stages.lr": "1e-3,1e-4",
            "stages.patience": "10,5",
        },
    )
    assert config.optimizer.lr == 3e-4
    assert config.data.lines == 96
    assert config.data.train == "train"
    assert config.stages.lines == (8, 16)
    assert config.stages.lr == (1e-3, 1e-4)
    assert config.optimizer.clip == RunConfig().optimizer.clip


@pytest.mark.parametrize(
    ("path", "value", "sentence"),
    [
        ("optimizer.rl", "1", "did you mean 'optimizer.lr'"),
        ("optimiser.lr", "1", "did you mean 'optimizer.lr'"),
        ("data", "1", "There is no field 'data'"),
        ("optimizer.lr.x", "1", "There is no field 'optimizer.lr.x'"),
        ("optimizer.lr", "fast", "give a number"),
        ("optimizer.lr", "nan", "finite"),
        ("optimizer.lr", "-1", "from 0 to 1"),
        ("hours", "inf", "finite"),
        ("steps", "1.5", "whole number"),
        ("data.lines", "0", "from 1"),
        ("data.pairs", "1.5", "from 0 to 1"),
        ("precision", "float46", "precision cannot be"),
        ("device", "cdua", "did you mean 'cuda'"),
        ("stages.lr", "1e-3", "a value for each stage"),
    ],
)
def test_a_wrong_field_is_a_sentence(path: str, value: str, sentence: str) -> None:
    with pytest.raises(TrainingError, match=sentence):
        with_fields(RunConfig(), {path: value})


def test_a_run_needs_a_length() -> None:
    with pytest.raises(TrainingError, match="hours and steps"):
        with_fields(RunConfig(), {"hours": "0"})


def test_an_unknown_config_names_the_nearest() -> None:
    with pytest.raises(TrainingError, match="did you mean 'graves'"):
        named("grave")
    with pytest.raises(TrainingError, match="known are default, graves"):
        named("xyzzy")


def test_every_field_is_described_with_its_range() -> None:
    said = {path: rest for path, *rest in described_fields(named("tiny"))}
    assert all(meaning for _, _, meaning in said.values())
    assert said["optimizer.lr"][:2] == ["0.005", "0 to 1"]
    assert said["precision"][1] == "auto, float32, bfloat16"
    assert said["hours"][1] == "from 0"
    assert said["data.aspect"][2].startswith("the same of width to height")
    assert said["optimizer.beta2"][2] == "of Adam"
    assert with_fields(named("tiny"), {p: v for p, (v, *_) in said.items() if v}) == named("tiny")
