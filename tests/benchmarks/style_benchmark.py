"""How well a hand follows a writer: the 24 writers of IAM-OnDB's testset_v, primed and taught.

    python tests/benchmarks/style_benchmark.py --iam DIR --out FOLDER [--hand FILE] [--teach 4]

Writes FOLDER/styles.md, a table, and FOLDER/NN.json for each writer, from which it goes on when
it is started again. Nothing of the data is written but figures.
"""

from __future__ import annotations

import argparse
import json
import shutil
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from writer_classifier import Classifier, features

from engine.files import replacing
from engine.hand import Hand
from engine.written import Written
from engine.likeness import Manner, manner
from engine.primer import fits, joined, measured, ranked, usable_with
from engine.reader import Reader
from engine.recorded import RecordedLine
from engine.style import Style
from training.config import named
from training.iam import IAMOnDB, Report
from training.teach import begun, taught

#: Lines to prime or to teach from, and lines held out; the rest is the classifier's.
OWN, HELD_OUT = 24, 8
#: Unseen by everybody: what each writer is asked to write.
TEXTS = (
    "The garden behind the house was quiet",
    "She asked him to bring a lamp at once",
    "We shall travel north before the winter",
    "Nothing like it had happened in years",
    "A large crowd waited outside the hall",
    "He could not remember where he left it",
    "Both of them knew the answer already",
    "Under the bridge a small boat passed",
    "In the evening they talked about money",
    "Perhaps the doctor will call on Monday",
)
BIAS = 0.5


@dataclass
class Writer:
    """A writer's lines, parted by form."""

    name: str
    own: list[RecordedLine] = field(default_factory=list)
    real: list[RecordedLine] = field(default_factory=list)
    held_out: list[RecordedLine] = field(default_factory=list)


def writers_of(iam: Path, hand: Hand) -> list[Writer]:
    """The writers of testset_v; lines with noise or unknown characters are left out."""
    forms: dict[str, dict[str, list[RecordedLine]]] = defaultdict(lambda: defaultdict(list))
    for line in IAMOnDB(iam).lines(Report()):
        recorded = RecordedLine(line.text, line.ink)
        if line.split != "v" or "#" in line.text or not usable_with(hand, recorded):
            continue
        steps = np.hypot(*np.diff(line.ink.xy, axis=0).T)
        pace = hand.preparation.prepare(line.ink).points / (len(line.text) + 1) / hand.pace
        if steps.max() <= 60 * np.median(steps) and 0.5 < pace < 2:
            forms[line.writer][line.form].append(recorded)
    found = []
    for name, by_form in sorted(forms.items(), key=lambda item: item[0].zfill(6)):
        writer = Writer(name)
        for lines in by_form.values():
            part = writer.own if len(writer.own) < OWN else writer.held_out
            if len(writer.own) >= OWN and len(writer.held_out) >= HELD_OUT:
                part = writer.real
            part.extend(lines)
        writer.own = writer.own[:OWN]
        writer.held_out = writer.held_out[:HELD_OUT]
        found.append(writer)
    return found


def loss(hand: Hand, lines: Sequence[RecordedLine], primer: RecordedLine | None = None) -> float:
    """Mean nats a point over lines, in offsets units."""
    found = fits(hand, lines, primer=primer)
    return float(sum(f.losses[1:].sum() for f in found) / sum(len(f.losses) - 1 for f in found))


def as_line(style: Style) -> RecordedLine:
    """A style as a primer."""
    return RecordedLine(style.text, style.ink)


def write(
    hand: Hand, style: Style | None, strength: float = 1.0, candidates: int = 1
) -> list[Written]:
    """The texts, in a style or in none."""
    return hand.write_lines(
        TEXTS,
        styles=style,
        strengths=strength,
        biases=BIAS,
        seeds=list(range(0, 100 * len(TEXTS), 100)),
        attempts=2,
        candidates=candidates,
    )


def judged(
    lines: Sequence[Written],
    writer: Writer,
    classifier: Classifier,
    wanted: Manner,
    reader: Reader,
    height: float,
) -> dict[str, Any]:
    """How often the writer is recognised, how far manner is off, and how legible the lines are.

    Parameters
    ----------
    height : float
        The deviation of y that all prepared lines have.
    """
    inks = [line.ink.scaled(height / max(line.ink.xy[:, 1].std(), 1e-9)) for line in lines]
    rows = [features(ink, line.text) for ink, line in zip(inks, lines, strict=True)]
    judgements = reader.judge([line.ink for line in lines], [line.text for line in lines])
    return {
        "picked": float(np.mean([guess == writer.name for guess in classifier.guesses(rows)])),
        "flawed": float(np.mean([bool(line.flaws) for line in lines])),
        "manner": _off([manner(line.ink, line.text) for line in lines], wanted),
        "wrong": sum(j.wrong for j in judgements) / sum(len(line.text) for line in lines),
    }


def _off(found: Sequence[Manner], wanted: Manner) -> dict[str, float]:
    """How far the mean manner of lines is from the one wanted."""
    return {
        name: abs(float(np.mean([asdict(m)[name] for m in found])) - value)
        for name, value in asdict(wanted).items()
    }


@dataclass(frozen=True)
class Judges:
    """What lines are judged by."""

    classifier: Classifier
    reader: Reader
    height: float


def assessed(
    hand: Hand, writer: Writer, other: Writer, judges: Judges, steps: int, folder: Path
) -> dict[str, Any]:
    """All figures of a writer; teaching is left out where `steps` is 0."""
    held = writer.held_out
    best = [writer.own[i] for i in ranked(hand, writer.own, most=6)[:3]]
    one, three = (joined(hand, writer.name, best[:count], "") for count in (1, 3))
    stranger = joined(hand, other.name, other.own[:1], "")
    levels = [measured(hand, line) for line in writer.real]
    wanted = [manner(ink, text) for text, ink in levels]
    usual = Manner(**{n: float(np.mean([asdict(m)[n] for m in wanted])) for n in asdict(wanted[0])})

    def judge(lines: Sequence[Written]) -> dict[str, Any]:
        return judged(lines, writer, judges.classifier, usual, judges.reader, judges.height)

    result: dict[str, Any] = {
        "writer": writer.name,
        "held_out": len(held),
        "loss": {
            "unprimed": loss(hand, held),
            "one line": loss(hand, held, as_line(one)),
            "three lines": loss(hand, held, as_line(three)),
            "stranger": loss(hand, held, as_line(stranger)),
        },
        "written": {
            "unprimed": judge(write(hand, None)),
            "one line, strength 0": judge(write(hand, one, 0.0)),
            "one line": judge(write(hand, one)),
            "one line, best of 4": judge(write(hand, one, candidates=4)),
            "three lines": judge(write(hand, three)),
            "three lines, best of 4": judge(write(hand, three, candidates=4)),
        },
    }
    if steps:
        begin = time.process_time()
        run = folder / f"run-{writer.name}"
        begun(hand, writer.own, run, steps=steps, device="auto").run()
        own = taught(hand, run, writer.name)
        result["teaching minutes"] = (time.process_time() - begin) / 60
        result["loss"]["taught"] = loss(own, held)
        result["loss"]["taught, one line"] = loss(own, held, as_line(one))
        result["written"] |= {
            "taught": judge(write(own, None)),
            "taught, one line": judge(write(own, one)),
            "taught, one line, best of 4": judge(write(own, one, candidates=4)),
        }
        # A checkpoint is sixty megabytes; the figures are what is kept.
        shutil.rmtree(run)
    return result


def table(results: Sequence[dict[str, Any]], ceiling: float) -> str:
    """The figures of all writers in Markdown."""
    rows = [f"{len(results)} writers. Real lines are told apart: {100 * ceiling:.1f} %.", ""]
    names = list(dict.fromkeys(n for r in results for n in r["loss"]))
    rows += ["| | writers | held-out nats a point | better than unprimed |", "|---|---|---|---|"]
    for name in names:
        pairs = [(r["loss"][name], r["loss"]["unprimed"]) for r in results if name in r["loss"]]
        mean = np.mean([a for a, _ in pairs])
        rows.append(
            f"| {name} | {len(pairs)} | {mean:.4f} (unprimed {np.mean([b for _, b in pairs]):.4f}) "
            f"| {sum(a < b for a, b in pairs)} of {len(pairs)} |"
        )
    names = list(dict.fromkeys(n for r in results for n in r["written"]))
    keys = ("slant", "width", "points", "strokes")
    rows += [
        "",
        "| written | the right writer of 24 | of the ceiling | characters wrong | flawed "
        f"| error of {', '.join(keys)} to the unprimed |",
        "|---|---|---|---|---|---|",
    ]
    for name in names:
        have = [r for r in results if name in r["written"]]
        mean = {
            key: 100 * float(np.mean([r["written"][name][key] for r in have]))
            for key in ("picked", "wrong", "flawed")
        }
        ratios = [
            np.mean([r["written"][name]["manner"][key] for r in have])
            / np.mean([r["written"]["unprimed"]["manner"][key] for r in have])
            for key in keys
        ]
        rows.append(
            f"| {name} ({len(have)}) | {mean['picked']:.1f} % | {mean['picked'] / ceiling:.0f} % "
            f"| {mean['wrong']:.1f} % | {mean['flawed']:.1f} % "
            f"| {', '.join(f'{ratio:.2f}' for ratio in ratios)} |"
        )
    return "\n".join(rows) + "\n"


def main() -> None:
    """Run the benchmark, or go on with it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--iam", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--hand", type=Path)
    parser.add_argument("--writers", type=int, default=24, help="so many of the writers")
    parser.add_argument("--teach", type=int, default=24, help="teach for so many of them")
    parser.add_argument("--steps", type=int, default=named("teach").steps, help="of teaching")
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    arguments.out.mkdir(parents=True, exist_ok=True)
    hand = Hand.load(arguments.hand)
    writers = writers_of(arguments.iam, hand)

    def seen(lines: Sequence[RecordedLine]) -> list[np.ndarray]:  # type: ignore[type-arg]
        return [features(hand.preparation.prepare(line.ink), line.text) for line in lines]

    classifier = Classifier.learnt(
        [row for writer in writers for row in seen(writer.real)],
        [writer.name for writer in writers for _ in writer.real],
    )
    tried = [(writer.name, row) for writer in writers for row in seen(writer.held_out)]
    guesses = classifier.guesses([row for _, row in tried])
    ceiling = float(
        np.mean([name == guess for (name, _), guess in zip(tried, guesses, strict=True)])
    )
    print(
        f"{len(writers)} writers, {len(tried)} held-out lines, told apart: {ceiling:.3f}",
        flush=True,
    )
    example = hand.preparation.prepare(writers[0].real[0].ink)
    judges = Judges(classifier, Reader.load(), float(example.xy[:, 1].std()))
    results = []
    for number, writer in enumerate(writers[: arguments.writers]):
        steps = arguments.steps if number < arguments.teach else 0
        file = arguments.out / f"{writer.name}.json"
        result = json.loads(file.read_text()) if file.exists() else None
        if result is None or (steps and "taught" not in result["loss"]):
            other = writers[(number + 1) % len(writers)]
            result = assessed(hand, writer, other, judges, steps, arguments.out)
            with replacing(file) as temporary:
                temporary.write_text(json.dumps(result, indent=1))
        results.append(result)
        print(writer.name, {k: round(v, 3) for k, v in result["loss"].items()},
              {k: v["picked"] for k, v in result["written"].items()}, flush=True)  # fmt: skip
        (arguments.out / "styles.md").write_text(table(results, ceiling))
    print((arguments.out / "styles.md").read_text())


if __name__ == "__main__":
    main()
