"""How well a hand follows a writer: the 24 writers of IAM-OnDB's testset_v, primed and taught.

    python tests/benchmarks/style_benchmark.py --iam DIR --out FOLDER [--hand FILE] [--teach 4]

Writes FOLDER/styles.md, a table, and for each writer FOLDER/NN.json, from which it goes on when it
is started again, and FOLDER/NN.hand, the taught hand. First all writers are primed, then taught.
Nothing of the data is written but figures and what is learnt from it.
"""

from __future__ import annotations

import argparse
import json
import shutil
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from writer_classifier import Classifier, features

from engine.hand import Hand
from engine.ink.ink import Ink
from engine.ink.recorded_line import RecordedLine
from engine.io.atomic import atomic_write
from engine.line_scoring import score_lines
from engine.recognition.recogniser import Recogniser
from engine.sampling.policy import ONCE, Policy
from engine.sampling.sampled_line import SampledLine
from engine.style.similarity import line_statistics
from engine.style.style import Style
from engine.style_builder import join_lines, rank_primers, usable_with
from training.config import named
from training.corpora.iam import IAMOnDB, Report
from training.hand_teaching import begun, taught

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
    found = score_lines(hand, lines, primer=primer)
    return float(sum(f.losses[1:].sum() for f in found) / sum(len(f.losses) - 1 for f in found))


def usual_manner(lines: Sequence[Traced]) -> dict[str, float]:
    """The mean manner of lines, and the usual way from a letter's middle to the next one's.

    Lines in x-heights at the hand's own rate of points.
    """
    rows = [
        asdict(line_statistics(line.ink, line.text)) | {"spacing": letter_spacing(line)}
        for line in lines
    ]
    return {name: float(np.mean([row[name] for row in rows])) for name in rows[0]}


def letter_spacing(line: Traced) -> float:
    """The median way from one letter's middle to the next one's in its word, in x-heights."""
    x = line.ink.xy[:, 0]
    middles = {
        place: float(x[line.characters == place].mean())
        for place in np.unique(line.characters).tolist()
        if line.text[place].isalpha()
    }
    ways = [middles[place + 1] - at for place, at in middles.items() if place + 1 in middles]
    return float(np.median(ways))


@dataclass(frozen=True, eq=False)
class Traced:
    """Ink in x-heights with the character that each of its points belongs to."""

    text: str
    ink: Ink
    characters: npt.NDArray[np.int64]


def traced(hand: Hand, lines: Sequence[RecordedLine]) -> list[Traced]:
    """A person's lines as the hand sees them."""
    found = []
    for fit in score_lines(hand, lines):
        height = fit.x_height()
        unit = height if height > 0 else hand.x_height
        found.append(Traced(fit.text, fit.ink.scaled(1 / unit), fit.characters))
    return found


@dataclass(frozen=True)
class Judge:
    """What a writer's lines are judged by.

    Attributes
    ----------
    wanted : the writer's own manner
    height : the deviation of y that all prepared lines have
    """

    writer: str
    classifier: Classifier
    recogniser: Recogniser
    wanted: Mapping[str, float]
    height: float

    def __call__(self, lines: Sequence[SampledLine]) -> dict[str, Any]:
        """How often the writer is recognised, how far manner is off, and how legible lines are."""
        inks = [ink.scaled(self.height / max(ink.xy[:, 1].std(), 1e-9)) for ink in _inks(lines)]
        rows = [features(ink, line.text) for ink, line in zip(inks, lines, strict=True)]
        judgements = self.recogniser.judge(_inks(lines), [line.text for line in lines])
        found = usual_manner([Traced(line.text, line.ink, line.characters) for line in lines])
        return {
            "picked": float(np.mean([g == self.writer for g in self.classifier.guesses(rows)])),
            "flawed": float(np.mean([bool(line.flaws) for line in lines])),
            "manner": {name: abs(found[name] - value) for name, value in self.wanted.items()},
            "wrong": sum(j.wrong for j in judgements) / sum(len(line.text) for line in lines),
        }


#: Four samples of each line, of which the recogniser's and the style's best is kept.
BEST_OF_4 = Policy(tries=4, repairs=False, least=4)


def _inks(lines: Sequence[SampledLine]) -> list[Ink]:
    return [line.ink for line in lines]


def written(
    hand: Hand, styles: Mapping[str, Style | None], policy: Policy = ONCE
) -> dict[str, list[SampledLine]]:
    """The texts in each of the styles, all at once."""
    seeds = list(range(0, 100 * len(TEXTS), 100))
    lines = hand.write_lines(
        TEXTS * len(styles),
        styles=[style for style in styles.values() for _ in TEXTS],
        biases=BIAS,
        seeds=seeds * len(styles),
        policy=policy,
    )
    rows = [lines[i : i + len(TEXTS)] for i in range(0, len(lines), len(TEXTS))]
    return dict(zip(styles, rows, strict=True))


@dataclass(frozen=True)
class Primers:
    """A writer's best line and best three lines as styles, and a line of another writer."""

    one: Style
    three: Style
    stranger: Style

    @classmethod
    def of(cls, hand: Hand, writer: Writer, other: Writer) -> Primers:
        """Chosen as the program chooses."""
        best = [writer.own[i] for i in rank_primers(hand, writer.own, most=6)[:3]]
        one, three = (join_lines(hand, writer.name, best[:count], "") for count in (1, 3))
        return cls(one, three, join_lines(hand, other.name, other.own[:1], ""))


@dataclass(frozen=True)
class Pupil:
    """A writer with all that he is measured by."""

    writer: Writer
    primers: Primers
    judge: Judge

    def losses(self, hand: Hand, primers: Mapping[str, Style | None]) -> dict[str, float]:
        """Held-out nats a point, by what the hand is given first."""
        held = self.writer.held_out
        return {
            name: loss(hand, held, None if style is None else RecordedLine(style.text, style.ink))
            for name, style in primers.items()
        }

    def judged(
        self, hand: Hand, styles: Mapping[str, Style | None], policy: Policy = ONCE
    ) -> dict[str, Any]:
        """The judgement of lines in each style."""
        lines = written(hand, styles, policy)
        return {name: self.judge(of) for name, of in lines.items()}

    def primed(self, hand: Hand) -> dict[str, Any]:
        """The figures without teaching."""
        led: dict[str, Style | None] = {"one line": self.primers.one}
        led["three lines"] = self.primers.three
        given = {"unprimed": None} | led
        return {
            "loss": self.losses(hand, given | {"stranger": self.primers.stranger}),
            "written": self.judged(hand, given),
        }

    def chosen(self, hand: Hand) -> dict[str, Any]:
        """The best of four candidates."""
        led = {
            "one line, best of 4": self.primers.one,
            "three lines, best of 4": self.primers.three,
        }
        return {"written": self.judged(hand, led, BEST_OF_4)}

    def taught(self, own: Hand) -> dict[str, Any]:
        """The figures with the hand that was taught."""
        one, three = self.primers.one, self.primers.three
        given = {"taught": None, "taught, one line": one, "taught, three lines": three}
        best = {"taught, one line, best of 4": one, "taught, three lines, best of 4": three}
        return {
            "loss": self.losses(own, given),
            "written": self.judged(own, given) | self.judged(own, best, BEST_OF_4),
        }


def teach(hand: Hand, writer: Writer, steps: int, file: Path) -> float:
    """Teach the hand a writer's lines; how many minutes of processor time that took."""
    begin = time.process_time()
    run = file.with_suffix(".run")
    begun(hand, writer.own, run, steps=steps, device="auto").fit()
    taught(hand, run, writer.name).save(file)
    # A checkpoint is sixty megabytes; the hand is what is kept.
    shutil.rmtree(run)
    return (time.process_time() - begin) / 60


#: Whose loss has to be below whose, and for how many of 24.
BARS = (
    ("one line", "unprimed"),
    ("three lines", "unprimed"),
    ("stranger", "unprimed"),
    ("taught", "one line"),
    ("taught", "unprimed"),
)


def table(results: Sequence[dict[str, Any]], ceiling: float, sha: str) -> str:
    """The figures of all writers in Markdown."""
    rows = [
        f"Hand {sha[:12]}; {len(results)} writers. Real lines are told apart: "
        f"{100 * ceiling:.1f} %.",
        "",
        "| | writers | held-out nats a point | unprimed, the same writers |",
        "|---|---|---|---|",
    ]
    for name in dict.fromkeys(n for r in results for n in r["loss"]):
        pairs = [(r["loss"][name], r["loss"]["unprimed"]) for r in results if name in r["loss"]]
        mean, before = np.mean(pairs, axis=0)
        rows.append(f"| {name} | {len(pairs)} | {mean:.4f} | {before:.4f} |")
    rows.append("")
    for better, worse in BARS:
        pairs = [(r["loss"][better], r["loss"][worse]) for r in results if better in r["loss"]]
        if pairs:
            rows.append(f"- {better} below {worse}: {sum(a < b for a, b in pairs)} of {len(pairs)}")
    keys = ("slant", "width", "spacing", "points", "strokes")
    rows += [
        "",
        "| written | writers | the right one of 24 | of the ceiling | characters wrong | flawed "
        f"| error of {', '.join(keys)}: to the unprimed |",
        "|---|---|---|---|---|---|---|",
    ]
    for name in dict.fromkeys(n for r in results for n in r["written"]):
        have = [r["written"] for r in results if name in r["written"]]
        mean = {
            key: 100 * float(np.mean([of[name][key] for of in have]))
            for key in ("picked", "wrong", "flawed")
        }
        ratios = [
            np.mean([of[name]["manner"][key] for of in have])
            / np.mean([of["unprimed"]["manner"][key] for of in have])
            for key in keys
        ]
        rows.append(
            f"| {name} | {len(have)} | {mean['picked']:.1f} % | {mean['picked'] / ceiling:.0f} % "
            f"| {mean['wrong']:.1f} % | {mean['flawed']:.1f} % "
            f"| {', '.join(f'{ratio:.2f}' for ratio in ratios)} |"
        )
    return "\n".join(rows) + "\n"


class Results:
    """The figures of each writer, kept in a folder."""

    def __init__(self, folder: Path, ceiling: float, sha: str) -> None:
        self._folder, self._ceiling, self._sha = folder, ceiling, sha
        self._found: dict[str, dict[str, Any]] = {}

    def has(self, writer: str, condition: str) -> bool:
        """Whether a writer's lines were judged under a condition."""
        file = self._folder / f"{writer}.json"
        if writer not in self._found and file.exists():
            self._found[writer] = json.loads(file.read_text())
        return condition in self._found.get(writer, {}).get("written", {})

    def add(self, writer: str, figures: Mapping[str, Mapping[str, Any]]) -> None:
        """Write down figures of a writer beside those that are there, and the table of all."""
        result = self._found.setdefault(writer, {"loss": {}, "written": {}})
        for part, of in figures.items():
            result[part] = result.get(part, {}) | of
        with atomic_write(self._folder / f"{writer}.json") as temporary:
            temporary.write_text(json.dumps(result, indent=1))
        text = table(list(self._found.values()), self._ceiling, self._sha)
        (self._folder / "styles.md").write_text(text)
        picked = {name: of["picked"] for name, of in result["written"].items()}
        print(writer, result["loss"], picked, flush=True)


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

    def seen(lines: Sequence[RecordedLine]) -> list[np.ndarray]:
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
    recogniser, height = Recogniser.load(), float(example.xy[:, 1].std())
    results = Results(arguments.out, ceiling, hand.sha256)

    @cache
    def pupil(number: int) -> Pupil:
        writer = writers[number]
        wanted = usual_manner(traced(hand, writer.real))
        primers = Primers.of(hand, writer, writers[(number + 1) % len(writers)])
        return Pupil(writer, primers, Judge(writer.name, classifier, recogniser, wanted, height))

    numbers = range(min(arguments.writers, len(writers)))
    for number in numbers:
        if not results.has(writers[number].name, "unprimed"):
            results.add(writers[number].name, pupil(number).primed(hand))
    for number in numbers:
        if not results.has(writers[number].name, "three lines, best of 4"):
            results.add(writers[number].name, pupil(number).chosen(hand))
    for number in numbers[: arguments.teach]:
        name = writers[number].name
        file = arguments.out / f"{name}.hand"
        if not file.exists():
            minutes = teach(hand, writers[number], arguments.steps, file)
            results.add(name, {"teaching": {"minutes": minutes}})
        if not results.has(name, "taught"):
            results.add(name, pupil(number).taught(Hand.load(file)))
    print((arguments.out / "styles.md").read_text())


if __name__ == "__main__":
    main()
