"""A sweep: the same run with some fields varied, one after another, and how they compare."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from engine.errors import TrainingError
from engine.hand import Hand
from engine.io.json_file import write_json
from training import checkpoints, trainer
from training.config import RunConfig, with_fields
from training.corpora.corpus import Corpus
from training.run_folder import RunFolder
from training.trainer import DivergenceError, Trainer

#: More runs than this in a sweep are a slip of the keyboard.
MOST = 200


@dataclass(frozen=True)
class Result:
    """One run of a sweep.

    Attributes
    ----------
    fields : what was varied
    validation : lowest validation loss, nats a point; infinite where there is none
    failed : why it stopped before its end; empty where it did not
    """

    name: str
    fields: dict[str, str]
    validation: float
    steps: int
    hours: float
    failed: str = ""

    @property
    def found(self) -> str:
        """Its validation loss, and why it stopped, in words."""
        finite = math.isfinite(self.validation)
        loss = f"{self.validation:.4f} nats a point" if finite else "no validation"
        return f"{loss} ({self.failed})" if self.failed else loss


def combinations(vary: Sequence[str]) -> list[dict[str, str]]:
    """Every combination of "optimizer.lr=1e-3,3e-3" and the like.

    Raises
    ------
    TrainingError
        If a field has no values, or there are too many combinations.
    """
    fields = []
    for text in vary:
        name, _, values = text.partition("=")
        given = [value for value in values.split(",") if value]
        if not name or not given:
            raise TrainingError(f"{text!r} varies nothing; give a field as optimizer.lr=1e-3,3e-3.")
        fields.append([(name, value) for value in given])
    made = [dict(chosen) for chosen in itertools.product(*fields)]
    if len(made) > MOST:
        raise TrainingError(f"That is a sweep of {len(made)} runs; vary less ({MOST} at most).")
    return made


def sweep(
    config: RunConfig,
    vary: Sequence[str],
    corpus: Corpus,
    folder: Path,
    init: Hand | None = None,
    notify: Callable[[str], None] = lambda _: None,
) -> list[Result]:
    """Run every combination in a folder of its own; what was begun before goes on.

    A run whose loss stays unusable does not keep the others from theirs.

    Returns
    -------
    The results, the best first; they are kept in `sweep.json` as well, from run to run.

    Raises
    ------
    TrainingError
        If the folder holds another sweep, or a run cannot go on.
    """
    chosen = combinations(vary)
    configs = [with_fields(config, fields) for fields in chosen]
    if RunFolder(folder).config.exists():
        raise TrainingError(f"{folder} is the folder of a run; name another for a sweep.")
    for number, own in enumerate(configs):
        # Before any of them trains, and with the results of before still there.
        _run_there(own, corpus, folder / f"{number:03d}", init)
    results: list[Result] = []
    for number, (fields, own) in enumerate(zip(chosen, configs, strict=True)):
        name = f"{number:03d}"
        place = folder / name
        notify(f"{name} of {len(chosen)}: {_words(fields)}")
        run = _run_there(own, corpus, place, init) or trainer.start(own, corpus, place, init)
        failed = ""
        try:
            run.fit()
        except DivergenceError as error:
            failed = error.what
        progress = run.progress
        hours = progress.seconds / 3600
        results.append(Result(name, fields, progress.best, progress.step, hours, failed))
        notify(f"{name}: {results[-1].found}")
        results.sort(key=lambda result: result.validation)
        write_json(folder / "sweep.json", [_plain(r) for r in results], indent=2)
    return results


def _run_there(config: RunConfig, corpus: Corpus, place: Path, init: Hand | None) -> Trainer | None:
    """The run of a folder, where there is one; that of another config is refused."""
    if checkpoints.newest(place) is None:
        return None
    run = trainer.resume(corpus, place)
    # A hand brings its own sizes.
    same = config if init is None else replace(config, network=run.config.network)
    if run.config != same:
        raise TrainingError(
            f"{place} holds a run of another config, which would be taken for one of this sweep; "
            "name another folder."
        )
    return run


def _words(fields: dict[str, str]) -> str:
    return ", ".join(f"{name} {value}" for name, value in fields.items())


def _plain(result: Result) -> dict[str, Any]:
    return {
        "name": result.name,
        "fields": result.fields,
        "validation_nats_a_point": result.validation if result.validation < math.inf else None,
        "steps": result.steps,
        "hours": round(result.hours, 4),
        "failed": result.failed or None,
    }
