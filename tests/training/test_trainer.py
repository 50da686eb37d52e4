"""The trainer: the same curve however it is interrupted, and what it does with bad batches."""

from __future__ import annotations

import errno
import json
import math
import os
import signal
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from engine.errors import CorpusError, TrainingError
from engine.text.alphabet import Alphabet
from training import checkpoints, signals, trainer
from training.config import Data, NetworkSizes, Noise, Optimizer, RunConfig, Stages
from training.corpora.corpus import Corpus
from training.corpora.mixing import mix
from training.distributed import Ranks
from training.hand_export import hand_of
from training.run_folder import RunFolder
from training.signals import Interrupted

Tiny = Callable[..., RunConfig]


class OneOfTwo(Ranks):
    """A process whose fellow computes nothing."""

    def summed(self, values: Sequence[float], device: torch.device) -> list[float]:
        return list(values)


def curve(folder: Path) -> list[tuple[int, float]]:
    """(step, loss) of every step, in the order in which they were recorded."""
    return [(r["step"], r["loss"]) for r in RunFolder(folder).records() if "loss" in r]


def validations(folder: Path) -> list[tuple[int, float]]:
    return [(r["step"], r["validation"]) for r in RunFolder(folder).records() if "validation" in r]


def run(config: RunConfig, corpus: Corpus, folder: Path) -> trainer.Trainer:
    made = trainer.start(config, corpus, folder)
    made.fit()
    return made


def interrupted(config: RunConfig, corpus: Corpus, folder: Path, step: int) -> None:
    """A run that is asked to end after a step."""
    made = trainer.start(config, corpus, folder)

    def stop(record: dict[str, Any]) -> None:
        if record["step"] == step and "loss" in record:
            made.interrupt.asked = signal.SIGTERM

    with pytest.raises(Interrupted):
        made.fit(stop)


def lively(tiny: Tiny, **changes: Any) -> RunConfig:
    """Pairs, random changes, reference lines, noise, dropout: all that is drawn at random."""
    data = Data(train="train", lines=8, points=6000, pairs_from=0.5, rare=0)
    sizes = NetworkSizes(hidden=12, window=3, mixture=2, vector=4)
    return tiny(network=sizes, data=data, noise=Noise(0.02, 0.2), steps=13, **changes)


@pytest.fixture(scope="module")
def plain(tiny: Tiny, corpus: Corpus, tmp_path_factory: pytest.TempPathFactory) -> trainer.Trainer:
    """A run of the tiny config to its end, which nobody may go on with."""
    return run(tiny(), corpus, tmp_path_factory.mktemp("plain") / "run")


@pytest.fixture(scope="module")
def lively_run(
    tiny: Tiny, corpus: Corpus, tmp_path_factory: pytest.TempPathFactory
) -> trainer.Trainer:
    """The same of the lively config."""
    return run(lively(tiny), corpus, tmp_path_factory.mktemp("lively") / "run")


def test_an_encoder_learns_on_as_fast_as_the_run_says(
    tiny: Tiny, corpus: Corpus, tmp_path: Path
) -> None:
    moved = {}
    for rate in (0.0, 0.5, 1.0):
        made = trainer.start(
            lively(tiny, optimizer=Optimizer(encoder_steps=2, encoder=rate)),
            corpus,
            tmp_path / f"{rate}",
        )
        before = [p.detach().clone() for p in made.network.encoder.parameters()]
        other = made.network.output.weight.detach().clone()
        made.fit()
        after = list(made.network.encoder.parameters())
        moved[rate] = sum(
            float((a - b).detach().abs().sum()) for a, b in zip(after, before, strict=True)
        )
        assert not torch.equal(made.network.output.weight, other)
    assert moved[0.0] == 0.0
    assert 0 < moved[0.5] < moved[1.0]


def test_a_run_learns_and_leaves_all_its_files(tiny: Tiny, corpus: Corpus, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    run(tiny(steps=30, samples=1, checkpoint_minutes=9.0), corpus, folder)
    losses = [loss for _, loss in curve(folder)]
    assert len(losses) == 30
    assert np.mean(losses[-5:]) < np.mean(losses[:5]) - 0.5
    names = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    assert names >= {
        "config.json", "corpus.json", "environment.json", "metrics.jsonl", "card.md",
        "best.safetensors", "step-00000030.safetensors", "samples/step-00000030.png",
    }  # fmt: skip
    assert len(list(folder.glob("step-*"))) == 3
    assert RunConfig.from_json((folder / "config.json").read_text()).steps == 30
    card = (folder / "card.md").read_text()
    assert "30 (" in card
    assert "nats a point" in card
    assert not list(folder.glob(".*.safetensors"))


@pytest.mark.parametrize("cut", [3, 6, 11])
def test_resumed_equals_uninterrupted(
    tiny: Tiny, corpus: Corpus, tmp_path: Path, lively_run: trainer.Trainer, cut: int
) -> None:
    whole = lively_run.folder.path
    interrupted(lively(tiny), corpus, tmp_path / "cut", cut)
    resumed = trainer.resume(corpus, tmp_path / "cut")
    assert resumed.progress.step == cut
    resumed.fit()
    assert curve(tmp_path / "cut") == curve(whole)
    assert validations(tmp_path / "cut") == validations(whole)
    for name, value in lively_run.average.items():
        assert torch.equal(value, resumed.average[name]), name


def test_records_after_the_checkpoint_are_done_again(
    tiny: Tiny, corpus: Corpus, tmp_path: Path, plain: trainer.Trainer
) -> None:
    folder = tmp_path / "cut"
    interrupted(tiny(), corpus, folder, 5)
    # As a kill leaves it: steps that no checkpoint holds, and a line cut short.
    with (folder / "metrics.jsonl").open("a") as metrics:
        metrics.write('{"step": 6, "epoch": 0, "loss": 9.9}\n{"step": 7, "ep')
    (folder / ".step-00000007.safetensors.x.safetensors").write_bytes(b"half")
    trainer.resume(corpus, folder).fit()
    assert curve(folder) == curve(plain.folder.path)
    assert not list(folder.glob(".step*"))


def test_parts_computed_one_after_another_give_the_same_curve(
    tiny: Tiny, corpus: Corpus, tmp_path: Path, plain: trainer.Trainer
) -> None:
    data = tiny().data
    run(tiny(data=replace(data, passes=3)), corpus, tmp_path / "three")
    one, three = curve(plain.folder.path), curve(tmp_path / "three")
    np.testing.assert_allclose([b for _, b in three], [b for _, b in one], atol=2e-4)


def test_dropout_changes_what_is_learnt_and_not_how_it_is_judged(
    tiny: Tiny, corpus: Corpus, tmp_path: Path, plain: trainer.Trainer
) -> None:
    whole = trainer.start(tiny(), corpus, tmp_path / "whole")
    thinned = trainer.start(tiny(noise=Noise(dropout=0.5)), corpus, tmp_path / "thinned")
    assert thinned.validate() == whole.validate()
    thinned.fit()
    assert curve(tmp_path / "thinned") != curve(plain.folder.path)


def test_recomputed_activations_give_the_same_curve(
    tiny: Tiny, corpus: Corpus, tmp_path: Path, lively_run: trainer.Trainer
) -> None:
    run(lively(tiny, activations="recomputed"), corpus, tmp_path / "again")
    kept, again = curve(lively_run.folder.path), curve(tmp_path / "again")
    np.testing.assert_allclose([b for _, b in again], [b for _, b in kept], atol=1e-5)


def test_validation_is_the_mean_over_all_points(tiny: Tiny, corpus: Corpus, tmp_path: Path) -> None:
    from engine.network.mixture import log_loss

    made = trainer.start(tiny(), corpus, tmp_path / "run")
    total, points = 0.0, 0
    for line in corpus.lines_of("v").tolist():
        offsets = corpus.offsets(line)[:, None]
        codes = torch.from_numpy(corpus.alphabet.encode(corpus.text(line)))[None]
        mask = torch.ones(codes.shape)
        with torch.no_grad():
            raw = made.network(offsets[:-1], codes, mask).raw
        total += float(log_loss(raw, offsets[1:]).sum())
        points += len(offsets) - 1
    assert made.validate() == pytest.approx(total / points, abs=1e-5)


def test_the_average_follows_the_weights(tiny: Tiny, corpus: Corpus, tmp_path: Path) -> None:
    made = trainer.start(tiny(), corpus, tmp_path / "run")
    name = "output.bias"
    before = made.average[name].clone()
    made.step([(0,), (1,)], (0, 0, 0), 1e-2)
    now = dict(made.network.named_parameters())[name].detach()
    assert not torch.equal(now, before)
    # Step 0: the average keeps a tenth.
    torch.testing.assert_close(made.average[name], 0.1 * before + 0.9 * now)


@pytest.fixture
def poisoned(corpus: Corpus) -> Corpus:
    """A corpus whose first training line holds a value that is not finite."""
    points = corpus.points.clone()
    points[5, 0] = math.nan
    return replace(corpus, points=points)


def test_a_batch_that_is_not_finite_is_named_and_skipped(
    tiny: Tiny, poisoned: Corpus, tmp_path: Path
) -> None:
    config = tiny(steps=6, data=Data(train="train", lines=8, points=6000, pairs=0, rare=0))
    made = run(replace(config, data=replace(config.data, validate="")), poisoned, tmp_path)
    skipped = [r for r in RunFolder(tmp_path).records() if "skipped" in r]
    assert len(skipped) == 1
    assert [0] in skipped[0]["skipped"]
    assert "not finite" in skipped[0]["because"]
    assert made.progress.skipped == 1
    assert all(bool(torch.isfinite(p).all()) for p in made.network.parameters())
    # What is written is JSON that every reader takes, NaN included.
    lines = (tmp_path / "metrics.jsonl").read_text().splitlines()
    assert all(json.loads(line, parse_constant=pytest.fail) for line in lines)


def test_a_spike_is_skipped(tiny: Tiny, corpus: Corpus, tmp_path: Path) -> None:
    points = corpus.points.clone()
    points[: int(corpus.starts[1]), :2] *= 1000
    spiky = replace(corpus, points=points)
    config = tiny(steps=12, optimizer=Optimizer(lr=5e-3, warmup=2, spike=3.0))
    config = replace(config, data=replace(config.data, pairs=0.0, validate=""))
    made = run(config, spiky, tmp_path)
    # Batches of the first epoch before it was met tell what is usual.
    skipped = [r for r in RunFolder(tmp_path).records() if "skipped" in r]
    assert len(skipped) == made.progress.skipped >= 1
    assert all([0] in record["skipped"] for record in skipped)


def test_after_five_bad_batches_the_run_stops_with_a_sentence(
    tiny: Tiny, corpus: Corpus, tmp_path: Path
) -> None:
    nothing = replace(corpus, points=torch.full_like(corpus.points, math.nan))
    with pytest.raises(TrainingError, match=r"5 batches in a row .* optimizer\.lr"):
        run(tiny(), nothing, tmp_path)
    assert len(curve(tmp_path)) <= 5


@pytest.mark.skipif(os.name != "posix", reason="needs signals")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_writes_a_checkpoint_at_once(
    tiny: Tiny, corpus: Corpus, tmp_path: Path, number: int
) -> None:
    config = tiny(steps=1_000_000, checkpoint_minutes=60.0)
    made = trainer.start(config, corpus, tmp_path)
    # From outside, at a moment that nothing in the run determines.
    timer = threading.Timer(0.1, os.kill, (os.getpid(), number))

    def begin(record: dict[str, Any]) -> None:
        if record["step"] == 2 and "loss" in record:
            timer.start()

    before = signal.getsignal(number)
    with pytest.raises(Interrupted) as caught:
        made.fit(begin)
    timer.join()
    assert caught.value.number == number
    assert signal.getsignal(number) is before
    newest = checkpoints.newest(tmp_path)
    assert newest is not None
    assert checkpoints.load(newest)[1].step == made.progress.step >= 2


def test_a_step_is_dropped_in_the_middle_when_asked_to_end(
    tiny: Tiny, corpus: Corpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = trainer.start(tiny(), corpus, tmp_path)
    weights = [p.detach().clone() for p in made.network.parameters()]
    backward = made._backward

    finished = []

    def slow(*arguments: Any) -> float:
        loss = backward(*arguments)
        os.kill(os.getpid(), signal.SIGTERM)
        for _ in range(200):
            time.sleep(0.05)
        finished.append(loss)
        return loss

    monkeypatch.setattr(made, "_backward", slow)
    with pytest.raises(Interrupted):
        made.fit()
    assert not finished
    assert made.progress.step == 0
    assert all(torch.equal(a, b) for a, b in zip(weights, made.network.parameters(), strict=True))


def test_a_signal_leaves_no_noise_in_the_weights(
    tiny: Tiny, corpus: Corpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = run(tiny(noise=Noise(0.5), steps=1), corpus, tmp_path / "whole")
    made = trainer.start(tiny(noise=Noise(0.5)), corpus, tmp_path / "cut")
    assert made.noise is not None
    restore = made.noise.restore

    def asked_to_end_first() -> None:
        os.kill(os.getpid(), signal.SIGTERM)
        restore()

    monkeypatch.setattr(made.noise, "restore", asked_to_end_first)
    with pytest.raises(Interrupted):
        made.fit()
    again = trainer.resume(corpus, tmp_path / "cut")
    assert again.progress.step == 1
    for name, value in whole.network.state_dict().items():
        assert torch.equal(again.network.state_dict()[name], value), name


@pytest.mark.skipif(not hasattr(signal, "SIGALRM"), reason="needs a timer of signals")
@pytest.mark.parametrize("ends", [True, False])
def test_work_that_others_wait_for_may_end_unless_it_takes_too_long(
    ends: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signals, "GRACE", 60.0 if ends else 0.2)
    interrupt = signals.Interrupt()
    before = signal.getsignal(signal.SIGALRM)
    finished = False

    def work() -> None:
        nonlocal finished
        with interrupt.early(patient=True):
            os.kill(os.getpid(), signal.SIGTERM)
            for _ in range(1 if ends else 200):
                time.sleep(0.05)
            finished = True

    with interrupt.installed():
        if ends:
            work()
        else:
            with pytest.raises(Interrupted):
                work()
        assert finished is ends
        assert interrupt.asked == signal.SIGTERM
    assert signal.getitimer(signal.ITIMER_REAL)[0] == 0
    assert signal.getsignal(signal.SIGALRM) is before


def test_what_is_learnt_is_kept_where_another_process_has_gone(
    tiny: Tiny, corpus: Corpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = trainer.start(tiny(checkpoint_minutes=60.0), corpus, tmp_path)
    gradient = made._gradient

    def failing(*arguments: Any) -> float:
        if made.progress.step == 3:
            raise RuntimeError("Connection closed by peer")
        return gradient(*arguments)

    monkeypatch.setattr(made, "_gradient", failing)
    monkeypatch.setattr(made, "ranks", OneOfTwo(0, 2))
    with pytest.raises(RuntimeError, match="closed by peer"):
        made.fit()
    assert trainer.resume(corpus, tmp_path).progress.step == 3


def test_stages_end_when_validation_no_longer_falls(
    tiny: Tiny, corpus: Corpus, tmp_path: Path
) -> None:
    stages = Stages(lines=(8, 16, 24), lr=(1e-9, 1e-9, 1e-9), patience=(7, 1, 1))
    # These rates stand still, so that validation does not fall after the first look.
    made = run(tiny(steps=500, stages=stages), corpus, tmp_path)
    ends = [r["stage"] for r in RunFolder(tmp_path).records() if "stage" in r]
    assert ends == [1, 2, 3]
    assert made.progress.step < 40
    best, _, _ = checkpoints.load(tmp_path / "best.safetensors")
    torch.testing.assert_close(
        made.network.output.weight.detach(), best["average.output.weight"], atol=1e-5, rtol=0
    )
    batches = [r["batches"] for r in RunFolder(tmp_path).records() if "batches" in r]
    assert (batches[0], batches[-1]) == (6, 2)


def test_a_hand_is_where_another_run_begins(
    tiny: Tiny, corpus: Corpus, tmp_path: Path, plain: trainer.Trainer
) -> None:
    hand = hand_of(plain.folder.best, corpus, "first")
    hand.alphabet = Alphabet(hand.alphabet.characters)
    made = trainer.start(tiny(steps=2), corpus, tmp_path / "second", hand)
    assert made.config.network.hidden == 12
    loss = made.validate()
    assert loss == pytest.approx(validations(plain.folder.path)[-1][1], abs=1e-6)
    made.fit()
    assert trainer.resume(corpus, tmp_path / "second").progress.step == 2


def test_a_hand_of_other_points_is_a_beginning_where_that_is_asked_for(
    tiny: Tiny, corpus: Corpus, tmp_path: Path, plain: trainer.Trainer
) -> None:
    hand = hand_of(plain.folder.best, corpus, "first")
    preparation = replace(corpus.preparation, thin=1)
    other = replace(corpus, preparation=preparation, pace=2 * corpus.pace)
    with pytest.raises(CorpusError, match="prepared otherwise"):
        trainer.start(tiny(), other, tmp_path / "refused", hand)
    assert not (tmp_path / "refused").exists()
    adapted = trainer.start(tiny(), other, tmp_path / "other", hand, adapt=True)
    assert adapted.corpus.preparation == preparation
    bias = hand.network.window.bias.detach()
    slowed = adapted.network.window.bias.detach()
    kept = 2 * len(bias) // 3
    torch.testing.assert_close(slowed[:kept], bias[:kept])
    torch.testing.assert_close(slowed[kept:].exp(), bias[kept:].exp() / 2)


def test_what_cannot_be_trained_is_a_sentence(tiny: Tiny, corpus: Corpus, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    with pytest.raises(TrainingError, match="no checkpoint to resume"):
        trainer.resume(corpus, folder)
    run(tiny(steps=1), corpus, folder)
    with pytest.raises(TrainingError, match="holds a run already"):
        trainer.start(tiny(), corpus, folder)
    other = replace(corpus, alphabet=Alphabet(" aeinrzqx"))
    with pytest.raises(TrainingError, match="names nowhere, which is no split"):
        trainer.start(tiny(data=Data(train="nowhere")), corpus, tmp_path / "b").fit()
    assert not (tmp_path / "b").exists()
    (folder / "corpus.json").unlink()
    with pytest.raises(TrainingError, match="made for 6 characters, the corpus has 9"):
        trainer.resume(other, folder)


def test_a_run_of_another_alphabet_is_not_resumed(
    tiny: Tiny, corpus: Corpus, tmp_path: Path
) -> None:
    run(tiny(steps=1), corpus, tmp_path)
    with pytest.raises(CorpusError, match="does not know: u"):
        trainer.resume(replace(corpus, alphabet=Alphabet(" aeinu")), tmp_path)


def test_two_processes_do_not_share_a_folder(tiny: Tiny, corpus: Corpus, tmp_path: Path) -> None:
    pytest.importorskip("fcntl")
    made = trainer.start(tiny(), corpus, tmp_path)
    with RunFolder(tmp_path).lock(), pytest.raises(TrainingError, match="Another process"):
        made.fit()


def test_a_process_that_is_refused_leaves_the_run_as_it_is(
    tiny: Tiny, corpus: Corpus, tmp_path: Path
) -> None:
    pytest.importorskip("fcntl")
    refused = []

    def others(record: dict[str, Any]) -> None:
        if "loss" not in record or record["step"] not in (2, 5):
            return
        again = trainer.resume if checkpoints.newest(tmp_path) else None
        with pytest.raises(TrainingError, match="Another process is training"):
            (
                again(corpus, tmp_path) if again else trainer.start(tiny(seed=7), corpus, tmp_path)
            ).fit()
        refused.append(record["step"])

    # The first checkpoint is the one after step 3.
    made = trainer.start(tiny(steps=3, checkpoint_minutes=60.0), corpus, tmp_path)
    made.fit(others)
    trainer.resume(corpus, tmp_path, changes={"steps": "8"}).fit(others)
    assert refused == [2, 5]
    assert [step for step, _ in curve(tmp_path)] == list(range(1, 9))
    assert RunConfig.from_json((tmp_path / "config.json").read_text()).seed == 0


def test_what_another_process_has_done_meanwhile_is_not_taken_back(
    tiny: Tiny, corpus: Corpus, tmp_path: Path
) -> None:
    late = trainer.start(tiny(seed=7), corpus, tmp_path)
    run(tiny(steps=2), corpus, tmp_path)
    with pytest.raises(TrainingError, match="has meanwhile trained in"):
        late.fit()
    assert len(curve(tmp_path)) == 2


def test_a_file_system_without_locks_takes_a_run(
    tiny: Tiny, corpus: Corpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fcntl = pytest.importorskip("fcntl")

    def refusing(*_: object) -> None:
        raise OSError(errno.ENOSYS, "Function not implemented")

    monkeypatch.setattr(fcntl, "flock", refusing)
    run(tiny(steps=1), corpus, tmp_path)
    assert len(curve(tmp_path)) == 1


def test_a_lock_that_cannot_be_made_is_a_sentence(
    tiny: Tiny, corpus: Corpus, tmp_path: Path
) -> None:
    (tmp_path / ".lock").mkdir()
    with pytest.raises(TrainingError, match="cannot be written"):
        run(tiny(steps=1), corpus, tmp_path)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is full")
def test_metrics_that_cannot_be_written_are_a_sentence(
    tiny: Tiny, corpus: Corpus, tmp_path: Path
) -> None:
    made = trainer.start(tiny(), corpus, tmp_path)
    with Path("/dev/full").open("a") as full:

        def fill(_: dict[str, Any]) -> None:
            made._metrics = full

        with pytest.raises(TrainingError, match="make room and resume"):
            made.fit(fill)
        # It is closed by then: closing it again does nothing.
        assert full.closed


def test_a_batch_skipped_just_before_a_checkpoint_stays_named(
    tiny: Tiny, poisoned: Corpus, tmp_path: Path
) -> None:
    config = tiny(steps=6, data=Data(train="train", lines=8, points=6000, pairs=0, rare=0))
    made = trainer.start(
        replace(config, data=replace(config.data, validate="")), poisoned, tmp_path
    )

    def stop(record: dict[str, Any]) -> None:
        if "loss" in record and record["loss"] is None:
            made.interrupt.asked = signal.SIGTERM

    with pytest.raises(Interrupted):
        made.fit(stop)
    again = trainer.resume(poisoned, tmp_path)
    again.fit()
    assert again.progress.skipped == 1
    assert len([r for r in RunFolder(tmp_path).records() if "skipped" in r]) == 1


def test_a_validation_that_is_not_finite_is_never_the_best(
    tiny: Tiny, corpus: Corpus, tmp_path: Path
) -> None:
    points = corpus.points.clone()
    points[int(corpus.starts[corpus.lines_of("v")[0]]) + 3, 0] = math.nan
    made = run(tiny(steps=7), replace(corpus, points=points), tmp_path)
    assert validations(tmp_path) == [(6, None), (7, None)]
    assert made.progress.improved == 0
    assert not made.folder.best.exists()


def test_without_lines_to_validate_on_the_newest_weights_are_the_best(
    tiny: Tiny, corpus: Corpus, tmp_path: Path
) -> None:
    made = run(tiny(steps=7, data=replace(tiny().data, validate="")), corpus, tmp_path)
    assert validations(tmp_path) == [(6, None), (7, None)]
    best, _, _ = checkpoints.load(made.folder.best)
    assert torch.equal(best["average.output.bias"], made.average["output.bias"])
    assert "| validation | none yet |" in made.folder.card.read_text("utf-8")


def test_a_run_that_ended_with_an_epoch_goes_on_with_the_next(
    tiny: Tiny, corpus: Corpus, tmp_path: Path
) -> None:
    run(tiny(steps=6), corpus, tmp_path)
    again = trainer.resume(corpus, tmp_path, changes={"steps": "12"})
    assert (again.progress.epoch, again.progress.batch) == (1, 0)
    again.fit()
    trainer.resume(corpus, tmp_path).fit()
    steps = [step for step, _ in validations(tmp_path)]
    assert steps == sorted(set(steps))
    assert steps[0] == 6
    assert steps[-1] == 12


def test_a_run_goes_on_with_its_own_lines_alone(tiny: Tiny, corpus: Corpus, tmp_path: Path) -> None:
    run(tiny(steps=2), corpus, tmp_path / "run")
    fewer = mix([(corpus, 0.5)], tmp_path / "fewer.safetensors")
    with pytest.raises(TrainingError, match=r"other lines .*: 32 lines .* not 56 lines"):
        trainer.resume(fewer, tmp_path / "run")
    assert len(curve(tmp_path / "run")) == 2


def test_fields_change_in_the_middle_of_a_run_unless_it_is_bound_to_them(
    tiny: Tiny, corpus: Corpus, tmp_path: Path
) -> None:
    run(tiny(steps=2), corpus, tmp_path)
    changes = {"steps": "4", "optimizer.lr": "1e-4", "data.passes": "2"}
    trainer.resume(corpus, tmp_path, changes=changes).fit()
    rates = [r["lr"] for r in RunFolder(tmp_path).records() if "loss" in r]
    assert rates[1] > 1e-3
    assert max(rates[2:]) <= 1e-4
    for name, value in (("data.lines", "4"), ("network.hidden", "13"), ("seed", "1")):
        with pytest.raises(TrainingError, match=f"{name} cannot change"):
            trainer.resume(corpus, tmp_path, changes={name: value})
    with pytest.raises(TrainingError, match=r"did you mean 'optimizer\.lr'"):
        trainer.resume(corpus, tmp_path, changes={"optimizer.rl": "1"})


def test_hours_give_a_run_that_counts_steps_a_new_length(
    tiny: Tiny, corpus: Corpus, tmp_path: Path
) -> None:
    run(tiny(steps=2), corpus, tmp_path)
    assert trainer.resume(corpus, tmp_path).share == 1
    assert trainer.resume(corpus, tmp_path, changes={"hours": "1"}).share < 0.1


def test_the_rate_warms_up_and_falls() -> None:
    settings = Optimizer(lr=1.0, warmup=10, decay=0.25)
    rates = [trainer.learning_rate(settings, step, step / 100) for step in range(101)]
    np.testing.assert_allclose(rates[:10], np.arange(1, 11) / 10)
    assert set(rates[10:76]) == {1.0}
    np.testing.assert_allclose(rates[75:], np.linspace(1, 0, 26), atol=1e-12)


def test_gradients_of_adaptive_noise_are_what_torch_says() -> None:
    from training.weight_noise import WeightNoise

    torch.manual_seed(0)
    network = torch.nn.Linear(5, 4).double()
    noise = WeightNoise(network, 0.3)
    noise.logs = {
        name: (value + 0.2 * torch.randn_like(value)).detach().requires_grad_()
        for name, value in noise.logs.items()
    }
    centre, variance = noise._prior()
    means = torch.cat([v.flatten() for v in noise.means.values()])
    logs = torch.cat([v.flatten() for v in noise.logs.values()])
    prior = torch.distributions.Normal(centre, math.sqrt(variance))
    divergence = torch.distributions.kl_divergence(
        torch.distributions.Normal(means, logs.exp()), prior
    ).sum()
    # Its gradient, the prior being the one that suits best, is that of the divergence.
    expected = torch.autograd.grad(divergence, [*noise.means.values(), *noise.logs.values()])
    for name, mean in noise.means.items():
        mean.grad = torch.zeros_like(mean)
        noise._draws[name] = torch.zeros_like(mean)
    noise.add_gradients(points=1)
    found = [v.grad for v in noise.means.values()] + [v.grad for v in noise.logs.values()]
    for a, b in zip(found, expected, strict=True):
        torch.testing.assert_close(a, b)


def test_noise_comes_and_goes_and_repeats_by_seed() -> None:
    from training.weight_noise import WeightNoise

    network = torch.nn.Linear(50, 40)
    before = network.weight.detach().clone()
    noise = WeightNoise(network, 0.075)
    draws = []
    for seed in ((0, 1), (0, 1), (0, 2)):
        noise.perturb(seed)
        draws.append(network.weight.detach().clone())
        noise.restore()
        assert torch.equal(network.weight, before)
    assert torch.equal(draws[0], draws[1])
    assert not torch.equal(draws[0], draws[2])
    assert float((draws[0] - before).std()) == pytest.approx(0.075, rel=0.1)


def test_a_run_that_ends_during_its_last_validation_is_judged_when_it_is_resumed(
    tiny: Tiny, corpus: Corpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = trainer.start(tiny(steps=4), corpus, tmp_path)

    def told() -> float:
        raise signals.Interrupted(signal.SIGTERM)

    monkeypatch.setattr(run, "validate", told)
    with pytest.raises(signals.Interrupted):
        run.fit()
    again = trainer.resume(corpus, tmp_path)
    assert (again.share, again.progress.validated_at) == (1, -1)
    again.fit()
    assert again.progress.validated_at == again.progress.step == 4
    assert (tmp_path / "best.safetensors").exists()
    # Once is enough.
    records = list(RunFolder(tmp_path).records())
    trainer.resume(corpus, tmp_path).fit()
    assert list(RunFolder(tmp_path).records()) == records


def test_a_run_that_is_done_keeps_the_config_that_it_was_done_with(
    tiny: Tiny, corpus: Corpus, tmp_path: Path
) -> None:
    trainer.start(tiny(steps=2), corpus, tmp_path).fit()
    config = RunFolder(tmp_path).config.read_text("utf-8")
    trainer.resume(corpus, tmp_path, changes={"steps": "1"}).fit()
    assert RunFolder(tmp_path).config.read_text("utf-8") == config
