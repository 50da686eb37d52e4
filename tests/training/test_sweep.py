"""Sweeps: every combination is run, compared, gone on with, and none is taken for another."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from engine.errors import TrainingError
from training import sweep, trainer
from training.config import RunConfig
from training.corpora.corpus import Corpus

Tiny = Callable[..., RunConfig]


def kept(folder: Path) -> list[dict]:
    """What `sweep.json` says, which any reader of JSON must take."""
    text = (folder / "sweep.json").read_text("utf-8")
    return json.loads(text, parse_constant=pytest.fail)


def test_every_combination_is_run_and_the_best_comes_first(
    tiny: Tiny, corpus: Corpus, tmp_path: Path
) -> None:
    vary = ["optimizer.lr=1e-5,5e-3", "seed=1"]
    results = sweep.sweep(tiny(steps=6), vary, corpus, tmp_path)
    assert [r["validation_nats_a_point"] for r in kept(tmp_path)] == sorted(
        result.validation for result in results
    )
    assert [tuple(r.fields.values()) for r in results] == [("5e-3", "1"), ("1e-5", "1")]
    assert sweep.sweep(tiny(steps=6), vary, corpus, tmp_path) == results


def test_a_folder_of_another_sweep_is_refused(tiny: Tiny, corpus: Corpus, tmp_path: Path) -> None:
    sweep.sweep(tiny(steps=1), ["optimizer.lr=1e-3"], corpus, tmp_path)
    with pytest.raises(TrainingError, match="holds a run of another config"):
        sweep.sweep(tiny(steps=1), ["optimizer.lr=1e-2"], corpus, tmp_path)
    with pytest.raises(TrainingError, match="is the folder of a run"):
        sweep.sweep(tiny(steps=1), ["seed=1"], corpus, tmp_path / "000")


def test_a_sweep_that_is_refused_leaves_the_results_of_the_one_before(
    tiny: Tiny, corpus: Corpus, tmp_path: Path
) -> None:
    sweep.sweep(tiny(steps=1), ["optimizer.lr=1e-3,2e-3"], corpus, tmp_path)
    before = kept(tmp_path)
    with pytest.raises(TrainingError, match="holds a run of another config"):
        sweep.sweep(tiny(steps=1), ["optimizer.lr=1e-3,3e-3"], corpus, tmp_path)
    assert kept(tmp_path) == before


def test_a_run_that_comes_to_nothing_does_not_keep_the_others_from_theirs(
    tiny: Tiny, corpus: Corpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = trainer.start
    nothing = replace(corpus, points=torch.full_like(corpus.points, math.nan))

    def started(config: RunConfig, lines: Corpus, *rest: object) -> trainer.Trainer:
        bad = config.optimizer.lr > 0.5
        return start(config, nothing if bad else lines, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(trainer, "start", started)
    good, bad = sweep.sweep(tiny(steps=6), ["optimizer.lr=0.9,1e-3"], corpus, tmp_path)
    assert (good.fields["optimizer.lr"], good.steps, good.failed) == ("1e-3", 6, "")
    assert "not finite" in bad.failed
    assert bad.found == f"no validation ({bad.failed})"
    # To resume it in another way would make it a run of no sweep.
    assert "resume" not in bad.failed
    assert good.found == f"{good.validation:.4f} nats a point"
    assert [r["validation_nats_a_point"] is None for r in kept(tmp_path)] == [False, True]
