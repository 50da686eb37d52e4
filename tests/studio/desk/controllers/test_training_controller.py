"""Trainings from the studio: from recordings to a hand, by the actions alone."""

from __future__ import annotations

import shutil

import pytest

from engine.hand import Hand
from engine.ink.recorded_line import RecordedLine
from studio.desk.controllers import training_controller
from studio.library.paths import data_folder
from studio.recording.recording import recordings_folder
from studio.teaching.training_plan import CONFIGS, FROM_A_HAND, has_best, has_run, resume_verb
from training import config

TEXTS = ("abcdef ghi", "bcdefg hij", "cdefgh ijk", "abcdef hij", "bcdefg ijk", "cdefgh abc")


@pytest.fixture(autouse=True)
def _empty_library(monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    shutil.rmtree(data_folder(), ignore_errors=True)
    yield
    shutil.rmtree(data_folder(), ignore_errors=True)


def test_the_configs_are_those_of_the_training_package():
    # One's own few lines are taught, which has a view of its own.
    assert set(CONFIGS) == set(config.CONFIGS) - {"teach"}
    for name in FROM_A_HAND:
        assert "--init" in config.CONFIGS[name].__doc__


def test_a_hand_is_trained_on_recordings_stopped_resumed_and_used(
    studio, qtbot, wavy_line, monkeypatch
):
    folder = recordings_folder() / "mine"
    folder.mkdir(parents=True)
    for number, text in enumerate(TEXTS, 1):
        RecordedLine(text, wavy_line(text, 1)).save(folder / f"line-{number:04d}.json")
    trainings, actions = studio.handwriting.trainings, studio.actions
    assert not actions.enabled("training.start")
    actions.trigger("training.show")
    view, form = trainings.view, trainings.view.form
    assert form.source.currentText() == "Recording “mine”"
    assert not view.buttons["training.resume"].isEnabled()
    form.config.setCurrentIndex(form.config.findData("finetune"))
    assert form.hand.currentData() == "default"
    form.hand.setCurrentIndex(form.hand.findData(""))
    view.buttons["training.start"].click()
    assert "goes on from a hand" in view.wrong.text()
    assert not trainings.training.running

    form.config.setCurrentIndex(form.config.findData("tiny"))
    assert form.hand.currentData() == ""
    failures = []
    trainings.training.ended.connect(failures.append)
    view.buttons["training.start"].click()
    run = data_folder() / "trainings" / "training-1"
    assert trainings.training.verb == "prepare"
    assert view.told.text().startswith("Preparing the corpus")
    assert not view.buttons["training.start"].isEnabled()
    qtbot.waitUntil(lambda: bool(view.watch.losses) or bool(failures))
    assert failures == []
    assert view.watch.folder == run
    assert (run / "corpus.safetensors").exists()
    view.buttons["training.stop"].click()
    assert not view.buttons["training.stop"].isEnabled()
    qtbot.waitUntil(lambda: failures == [""])
    assert has_run(run), "it wrote a checkpoint"
    assert view.told.text().startswith("Stopped")
    assert view.buttons["training.resume"].isEnabled()
    assert studio.settings.value.training == str(run)

    # To its end in a few steps more, which the window offers in hours alone.
    last = max(int(path.stem.split("-")[1]) for path in run.glob("step-*.safetensors"))
    monkeypatch.setattr(
        training_controller,
        "resume_verb",
        lambda folder: (*resume_verb(folder), "--steps", str(last + 2)),
    )
    view.buttons["training.resume"].click()
    assert trainings.training.verb == "resume"
    qtbot.waitUntil(lambda: failures == [""] * 2)
    assert view.watch.share == 1
    assert not view.buttons["training.resume"].isEnabled()
    assert view.buttons["training.extend"].isEnabled()
    assert has_best(run)
    assert view.watch.sample is not None

    view.buttons["training.use"].click()
    qtbot.waitUntil(lambda: bool(studio.settings.value.hand))
    (taught,) = studio.handwriting.user.hands.entries()
    assert taught.name == studio.settings.value.hand == "training-1"
    assert Hand.load(taught.path).card.figures["steps"] == last + 2
    assert taught.path.stat().st_mode & 0o077 == 0
    assert "writes from now on" in studio.notices.urgent.sentence
    view.close()


def test_why_a_training_fails_is_said_and_its_folder_can_be_used(studio, qtbot, tmp_path):
    bad = tmp_path / "bad.safetensors"
    bad.write_bytes(b"nothing")
    studio.actions.trigger("training.show")
    trainings = studio.handwriting.trainings
    view, form = trainings.view, trainings.view.form
    view.buttons["training.start"].click()
    assert "nothing to learn from" in view.wrong.text()
    form.take_corpus(bad)
    own = tmp_path / "mine"
    own.mkdir()
    own.chmod(0o755)
    form.propose(own)
    form.config.setCurrentIndex(form.config.findData("tiny"))
    with qtbot.waitSignal(trainings.training.ended) as ended:
        view.buttons["training.start"].click()
        # Nobody looks: it is said above the page.
        view.close()
    assert "bad.safetensors" in ended.args[0]
    assert view.wrong.text() == ended.args[0]
    assert ended.args[0] in studio.notices.urgent.sentence
    assert own.stat().st_mode & 0o777 == 0o755, "the user's own folder stays as it is"
    assert form.plan().folder.name == "training-1"
    bad.unlink()
    view.buttons["training.start"].click()
    assert "is not there" in view.wrong.text()
