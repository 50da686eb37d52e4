"""Trainings that the studio starts: what is learnt from, how, where, and the commands of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from engine.errors import SettingError

Verb = tuple[str, ...]
"""A command of the training package, with its options."""

CONFIGS = {
    "finetune": "On from a hand, at a low rate",
    "people": "On from a hand, with lines and words of many people",
    "default": "From the beginning: some hours until lines can be read",
    "letters": "From the beginning, on lines that are composed of letters",
    "graves": "As in the paper: every point, no random changes",
    "stages": "In stages of larger batches and lower rates",
    "tiny": "A small network, for a first look",
}
"""Configs of the training package that can be chosen, each in words."""
FROM_A_HAND = ("finetune", "people")
"""Configs that go on from a hand."""
SHIPPED = "default"
"""What the training package calls the hand that ships."""
CORPUS = "corpus.safetensors"
"""The file of a run's folder that is prepared of recordings."""


@dataclass(frozen=True)
class TrainingPlan:
    """A training that is to be started.

    Parameters
    ----------
    source : Path
        A prepared corpus; or a folder with the studio's recordings, of which one is prepared.
    folder : Path
        Of the run; it may not hold one yet.
    config : str
        One of `CONFIGS`.
    hours : float
        Of training.
    hand : str
        The file of the hand to begin with, or `SHIPPED`; empty for random weights.

    Raises
    ------
    SettingError
        If the config needs a hand and there is none, or nothing is to be learnt from.
    """

    source: Path
    folder: Path
    config: str
    hours: float
    hand: str = ""

    def __post_init__(self) -> None:
        if self.config in FROM_A_HAND and not self.hand:
            raise SettingError(
                f"The config {self.config!r} goes on from a hand; choose one to begin with."
            )
        if not self.source.exists():
            raise SettingError(f"{self.source} is not there; choose another corpus.")
        if has_run(self.folder):
            raise SettingError(f"{self.folder} holds a training already; choose another folder.")

    def verbs(self) -> tuple[Verb, ...]:
        """The commands, to be run one after another."""
        begin = ("--init", self.hand) if self.hand else ()
        corpus = self.source
        before: tuple[Verb, ...] = ()
        if self.source.is_dir():
            corpus = self.folder / CORPUS
            like = ("--like", self.hand) if self.hand else ()
            before = (("prepare", "--recordings", str(self.source), "--out", str(corpus), *like),)
        run = ("run", "--config", self.config, "--corpus", str(corpus), "--out", str(self.folder))
        return (*before, (*run, "--hours", f"{self.hours:g}", *begin))


def resume_verb(folder: Path, hours: float | None = None) -> Verb:
    """The command that goes on with a run, to so many hours in all where they are given."""
    return ("resume", str(folder), *(() if hours is None else ("--hours", f"{hours:g}")))


def export_verb(folder: Path, out: Path, name: str) -> Verb:
    """The command that makes a hand of a run's best weights."""
    return ("export", str(folder), "--out", str(out), "--name", name)


def is_run(folder: Path) -> bool:
    """Whether a folder is that of a training."""
    return (folder / "config.json").is_file()


def has_something(folder: Path) -> bool:
    """Whether a folder is there and not empty."""
    return folder.exists() and any(folder.iterdir())


def has_run(folder: Path) -> bool:
    """Whether there is anything that a training goes on from."""
    return any(folder.glob("step-*.safetensors"))


def has_best(folder: Path) -> bool:
    """Whether there are weights that a hand can be made of."""
    return (folder / "best.safetensors").is_file()
