"""How well a hand follows a writer whom it has not seen: by his vector and primer, and taught.

    python tests/benchmarks/style_benchmark.py --iam DIR --out FOLDER
    python tests/benchmarks/style_benchmark.py --unipen ARCHIVE --out FOLDER

The writers are those of IAM-OnDB's testset_v, or the 24 of UNIPEN's data that are left out of
training. Styles are made as the program makes them, of one, three and ten lines, and of up to 24
lines by teaching. Two classifiers of different kinds, neither of which takes part in choosing, say
whose the lines look like; real lines that they have not seen are the ceiling. Writes
FOLDER/styles.md, a table, and for each writer FOLDER/NAME.json, from which it goes on when it is
started again. Nothing of the data is written but figures.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from shape_classifier import ShapeClassifier
from writer_classifier import Classifier, features

from engine.hand import Hand
from engine.ink.ink import Ink
from engine.ink.recorded_line import RecordedLine
from engine.io.atomic import atomic_write
from engine.line_scoring import score_lines
from engine.recognition.recogniser import Recogniser
from engine.sampling.policy import DEFAULT_POLICY, ONCE, Policy
from engine.sampling.sampled_line import SampledLine
from engine.style.similarity import line_statistics, word_gaps
from engine.style.style import Style
from engine.style_builder import build_style, usable_with
from engine.writer_teaching import teach_writer
from training.corpora.iam import IAMOnDB, Line, Report
from training.corpora.unipen import HELD_SPLIT, Unipen

#: Lines to make a style of at most; the lines that the classifiers are tried on; the rest is what
#: they learn from. Of writers with few lines a third is for each.
OWN, HELD_OUT = 24, 8
#: Characters of a line that is used at least.
SHORTEST = 8
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
#: Four samples of each line, of which the recogniser's and the style's best is kept.
BEST_OF_4 = Policy(tries=4, repairs=False, least=4)
#: What each row is, beside "no style": how many lines the style is made of, and the policy.
ROWS: Mapping[str, tuple[str, Policy]] = {
    "no style": ("none", ONCE),
    "one line": ("1", ONCE),
    "three lines": ("3", ONCE),
    "three lines, the vector alone": ("3, vector", ONCE),
    "three lines, best of four": ("3", BEST_OF_4),
    "three lines, as the program writes": ("3", DEFAULT_POLICY),
    "ten lines": ("10", ONCE),
    "taught": ("taught", ONCE),
    "taught, best of four": ("taught", BEST_OF_4),
    "taught, as the program writes": ("taught", DEFAULT_POLICY),
}
MANNER = ("slant", "width", "spacing", "gap", "joined", "points", "strokes")


@dataclass
class Writer:
    """A writer's lines: for styles, to try the classifiers on, and for these to learn from."""

    name: str
    own: list[RecordedLine] = field(default_factory=list)
    held_out: list[RecordedLine] = field(default_factory=list)
    real: list[RecordedLine] = field(default_factory=list)


def writers_of(lines: Iterable[Line], split: str, hand: Hand) -> list[Writer]:
    """The writers of a split; lines with noise, short ones and unknown characters are left out.

    Lines of one page are never on two sides, where a writer has pages enough.
    """
    pages: dict[str, dict[str, list[RecordedLine]]] = defaultdict(lambda: defaultdict(list))
    for line in lines:
        recorded = RecordedLine(line.text, line.ink)
        known = line.split == split and "#" not in line.text and len(line.text) >= SHORTEST
        if not known or not usable_with(hand, recorded):
            continue
        steps = np.hypot(*np.diff(line.ink.xy, axis=0).T)
        pace = hand.preparation.prepare(line.ink).points / (len(line.text) + 1) / hand.pace
        if steps.max() <= 60 * np.median(steps) and 0.5 < pace < 2:
            pages[line.writer][line.form].append(recorded)
    found = []
    for name, by_page in sorted(pages.items(), key=lambda item: item[0].zfill(6)):
        own: list[RecordedLine] = []
        held: list[RecordedLine] = []
        real: list[RecordedLine] = []
        whole = sum(map(len, by_page.values()))
        most = min(OWN, whole // 3), min(HELD_OUT, whole // 3)
        units = list(by_page.values())
        if len(units) < 3:
            units = [[line] for unit in units for line in unit]
        for unit in units:
            parts = zip((own, held), most, strict=True)
            part = next((part for part, count in parts if len(part) < count), real)
            part.extend(unit)
        if len(own) >= 3 and held and len(real) >= 3:
            found.append(Writer(name, own[:OWN], held[:HELD_OUT], real))
    return found


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


def usual_manner(lines: Sequence[Traced]) -> dict[str, float]:
    """The mean manner of lines in x-heights at the hand's own rate of points (`MANNER`)."""
    rows = [
        asdict(line_statistics(line.ink, line.text))
        | {
            "spacing": letter_spacing(line),
            "gap": _median(word_gaps(line.ink, line.text, line.characters)),
            "joined": joined_pairs(line),
        }
        for line in lines
    ]
    return {name: float(np.nanmean([row[name] for row in rows])) for name in MANNER}


def _median(values: npt.NDArray[np.float64]) -> float:
    return float(np.median(values)) if len(values) else np.nan


def letter_spacing(line: Traced) -> float:
    """The median way from one letter's middle to the next one's in its word, in x-heights."""
    x = line.ink.xy[:, 0]
    middles = {
        place: float(x[line.characters == place].mean())
        for place in np.unique(line.characters).tolist()
        if line.text[place].isalpha()
    }
    return _median(
        np.array([middles[place + 1] - at for place, at in middles.items() if place + 1 in middles])
    )


def joined_pairs(line: Traced) -> float:
    """Share of the pairs of neighbouring letters that one stroke joins."""
    places = np.arange(len(line.text) - 1)
    pairs = {p for p in places.tolist() if line.text[p].isalpha() and line.text[p + 1].isalpha()}
    joined, first = set(), 0
    for stroke in line.ink.strokes:
        held = set(line.characters[first : first + len(stroke)].tolist())
        joined |= {place for place in held if place + 1 in held}
        first += len(stroke)
    return len(joined & pairs) / len(pairs) if pairs else np.nan


@dataclass(frozen=True, eq=False)
class Judges:
    """What all lines are judged by.

    Attributes
    ----------
    height : the deviation of y that all prepared lines have
    second : a recogniser that takes no part in choosing, where there is one
    """

    linear: Classifier
    shapes: ShapeClassifier
    first: Recogniser
    second: Recogniser | None
    height: float

    def picked(self, writer: str, inks: Sequence[Ink], texts: Sequence[str]) -> dict[str, float]:
        """How often each classifier takes prepared lines for the writer's."""
        rows = [features(ink, text) for ink, text in zip(inks, texts, strict=True)]
        return {
            "linear": float(np.mean([g == writer for g in self.linear.guesses(rows)])),
            "shapes": float(np.mean([g == writer for g in self.shapes.guesses(inks)])),
        }

    def wrong(self, inks: Sequence[Ink], texts: Sequence[str]) -> dict[str, float]:
        """The share of characters that each recogniser reads wrong."""
        found = {}
        for name, reader in (("first", self.first), ("second", self.second)):
            if reader is not None:
                errors = sum(judgement.wrong for judgement in reader.judge(inks, texts))
                found[name] = errors / sum(map(len, texts))
        return found

    def __call__(
        self, writer: str, lines: Sequence[SampledLine], wanted: Mapping[str, float]
    ) -> dict[str, Any]:
        """All figures of lines that were written for a writer."""
        inks, texts = [line.ink for line in lines], [line.text for line in lines]
        scaled = [ink.scaled(self.height / max(ink.xy[:, 1].std(), 1e-9)) for ink in inks]
        found = usual_manner([Traced(line.text, line.ink, line.characters) for line in lines])
        return {
            "picked": self.picked(writer, scaled, texts),
            "wrong": self.wrong(inks, texts),
            "flawed": float(np.mean([bool(line.flaws) for line in lines])),
            "manner": {name: abs(found[name] - value) for name, value in wanted.items()},
        }


def styles_of(hand: Hand, writer: Writer) -> tuple[dict[str, Style | None], dict[str, float]]:
    """The styles of a writer's lines as the program makes them, and the seconds that each took."""
    made: dict[str, Style | None] = {"none": None}
    seconds = {}
    for count in (1, 3, 10):
        began = time.process_time()
        style = build_style(hand, writer.name, writer.own[:count], "")
        seconds[str(count)] = time.process_time() - began
        made[str(count)] = style
        if count == 3 and style.vector is not None:
            made["3, vector"] = replace(style, primed=False)
    began = time.process_time()
    taught = teach_writer(hand, writer.own)
    style = build_style(hand, writer.name, writer.own, "")
    if taught.vector.biases is not None:
        style = replace(style, vector=taught.vector, primed=False)
    made["taught"] = style
    seconds["taught"] = time.process_time() - began
    return made, seconds


def judged(hand: Hand, writer: Writer, judges: Judges) -> dict[str, Any]:
    """All figures of a writer."""
    styles, seconds = styles_of(hand, writer)
    wanted = usual_manner(traced(hand, writer.real))
    written: dict[str, Any] = {}
    for name, (style, policy) in ROWS.items():
        if style in styles:
            seeds = list(range(0, 100 * len(TEXTS), 100))
            lines = hand.write_lines(
                TEXTS, styles=styles[style], biases=BIAS, seeds=seeds, policy=policy
            )
            written[name] = judges(writer.name, lines, wanted)
    held = [hand.preparation.prepare(line.ink) for line in writer.held_out]
    texts = [line.text for line in writer.held_out]
    own = [hand.preparation.prepare(line.ink) for line in writer.own]
    return {
        "lines": {"own": len(writer.own), "real": len(writer.real)},
        "ceiling": judges.picked(writer.name, held, texts),
        "own wrong": judges.wrong(own, [line.text for line in writer.own]),
        "seconds": seconds,
        "written": written,
    }


def table(results: Sequence[dict[str, Any]], sha: str) -> str:
    """The figures of all writers in Markdown."""
    ceiling = {
        kind: float(np.mean([r["ceiling"][kind] for r in results])) for kind in ("linear", "shapes")
    }
    readers = list(results[0]["own wrong"])
    own = {reader: [r["own wrong"][reader] for r in results] for reader in readers}
    rows = [
        f"Hand {sha[:12]}; {len(results)} writers. Real lines are told apart in "
        f"{ceiling['linear']:.1%} by the linear classifier, in {ceiling['shapes']:.1%} by the "
        "convolutional one. Of the writers' own lines "
        + ", ".join(f"{np.mean(own[r]):.1%} is read wrong by the {r} recogniser" for r in readers)
        + ". Seconds of processor time for a style: "
        + ", ".join(
            f"{name} {np.mean([r['seconds'][name] for r in results]):.1f}"
            for name in results[0]["seconds"]
        )
        + ".",
        "",
        "| written | of the ceiling, linear | of the ceiling, convolutional | "
        + " | ".join(f"read wrong, {r} | worse than himself" for r in readers)
        + f" | flawed | error of {', '.join(MANNER)}, to that without a style |",
        "|" + "---|" * (5 + 2 * len(readers)),
    ]
    for name in ROWS:
        have = [r for r in results if name in r["written"]]
        if not have:
            continue
        of = [r["written"][name] for r in have]
        shares = [
            np.mean([one["picked"][kind] for one in of]) / max(ceiling[kind], 1e-9)
            for kind in ceiling
        ]
        cells = [f"{share:.0%}" for share in shares]
        for reader in readers:
            cells.append(f"{np.mean([one['wrong'][reader] for one in of]):.1%}")
            worse = sum(
                one["wrong"][reader] > r["own wrong"][reader]
                for one, r in zip(of, have, strict=True)
            )
            cells.append(f"{worse} of {len(have)}")
        cells.append(f"{np.mean([one['flawed'] for one in of]):.1%}")
        plain = [r["written"]["no style"] for r in have]
        ratios = (
            np.mean([one["manner"][key] for one in of])
            / max(float(np.mean([one["manner"][key] for one in plain])), 1e-9)
            for key in MANNER
        )
        cells.append(", ".join(f"{ratio:.2f}" for ratio in ratios))
        rows.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(rows) + "\n"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--iam", type=Path)
    source.add_argument("--unipen", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--hand", type=Path)
    parser.add_argument("--recogniser", type=Path, help="a second one, which takes no part")
    parser.add_argument("--writers", type=int, default=24, help="so many of the writers")
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    return parser.parse_args()


def main() -> None:
    """Run the benchmark, or go on with it."""
    arguments = _arguments()
    torch.set_num_threads(arguments.threads)
    arguments.out.mkdir(parents=True, exist_ok=True)
    hand = Hand.load(arguments.hand)
    if arguments.iam is not None:
        writers = writers_of(IAMOnDB(arguments.iam).lines(Report()), "v", hand)
    else:
        writers = writers_of(Unipen(arguments.unipen).lines(Report()), HELD_SPLIT, hand)
    known = [
        (hand.preparation.prepare(line.ink), line.text, writer.name)
        for writer in writers
        for line in writer.real
    ]
    names = [name for *_, name in known]
    judges = Judges(
        Classifier.learnt([features(ink, text) for ink, text, _ in known], names),
        ShapeClassifier.learnt([ink for ink, *_ in known], names),
        Recogniser.load(),
        None if arguments.recogniser is None else Recogniser.load(arguments.recogniser),
        float(np.median([ink.xy[:, 1].std() for ink, *_ in known])),
    )
    print(f"{len(writers)} writers, {len(known)} lines to tell them apart by", flush=True)
    results = []
    for writer in writers[: arguments.writers]:
        file = arguments.out / f"{writer.name}.json"
        if not file.exists():
            figures = judged(hand, writer, judges)
            with atomic_write(file) as temporary:
                temporary.write_text(json.dumps(figures, indent=1))
        results.append(json.loads(file.read_text()))
        (arguments.out / "styles.md").write_text(table(results, hand.sha256))
        picked = {name: of["picked"] for name, of in results[-1]["written"].items()}
        print(writer.name, results[-1]["ceiling"], picked, flush=True)
    print((arguments.out / "styles.md").read_text())


if __name__ == "__main__":
    main()
