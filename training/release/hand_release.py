"""Releasing a hand: weights, card, licence and pictures into the project, once the checks pass."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from engine import hand_file
from engine.card import Card
from engine.errors import TrainingError
from engine.hand import Hand
from engine.hand_file import HandSpec
from engine.io.atomic import atomic_write
from engine.io.json_file import parse_json
from engine.recognition.recogniser import Recogniser
from engine.style.style import Style
from training.bundled_styles import make_styles, remove_other_styles, save_styles
from training.corpora.corpus import Corpus
from training.data_sets import DataSet, commercial_use, known_data_sets, licence_of
from training.evaluation import evaluation_report
from training.evaluation.evaluation import Threshold
from training.hand_export import described
from training.release.checks import checks, refuse
from training.release.licence import data_sets_by_file, licence_text
from training.release.pictures import draw_pictures, draw_style_sheets
from training.release.signs import drawn_signs
from training.reports import report
from training.reports.card import write_card
from training.reports.run_history import RunHistory
from training.samples import default_of
from training.style_recipes import recipes_named

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Release:
    """What is to be released.

    Parameters
    ----------
    hand : Path
        The hand's file.
    root : Path
        The checkout: `resources/` and `docs/` lie there.
    name : str
        What the hand is called; `default` is the one that writes where none is named.
    recogniser : Path, optional
        A recogniser that is to ship with it.
    runs : tuple of Path
        The runs that it came out of, the first one first: for the curve on its card.
    evaluation : Path, optional
        The folder of the hand's evaluation (`train evaluate`), whose bars are checks as well.
    accepted : frozenset of str
        Names of checks that need not be passed, or patterns of names such as `style *`.
    lines : int
        Lines that are written for a check.
    unwritten : str, optional
        Characters that it has not learnt well enough to write them; where not given it is measured
        which of those beyond ASCII these are.
    judge : Path, optional
        A recogniser that chooses and judges here and does not ship: one that learnt from the same
        data. A hand that is free for commercial use needs one, for what the recogniser that ships
        learnt from is for research alone.
    corpus : Path, optional
        The prepared corpus with the writers of the hand's recipes: its styles are made anew.
    training : str
        How the hand came to be, in a sentence or two, for its card.
    """

    hand: Path
    root: Path
    name: str = "default"
    recogniser: Path | None = None
    runs: tuple[Path, ...] = ()
    evaluation: Path | None = None
    accepted: frozenset[str] = frozenset()
    lines: int = 96
    unwritten: str | None = None
    judge: Path | None = None
    corpus: Path | None = None
    training: str = ""


def release_hand(what: Release, progress: Progress = lambda _: None) -> list[Path]:
    """Check a hand, and write its weights in half precision, its card, licence and pictures.

    Nothing is written before all of it is made: a hand that fails a check changes nothing. What is
    ended while files are carried over is made whole by the same release once more.

    Returns
    -------
    list of Path
        The files that were written.

    Raises
    ------
    TrainingError
        If a check fails that was not accepted, or there is no checkout at the root.
    HandError
        If the hand or the recogniser cannot be read.
    """
    _check_root(what.root)
    history = [RunHistory.of(run) for run in what.runs]
    source = Hand.load(what.hand)
    data = known_data_sets(source.card.trained_on)
    recogniser = Recogniser.load(what.judge or what.recogniser)
    _check_judge(what, data, recogniser)
    first = not _weights(what.root, what.name).exists()
    before = Hand.load(_weights(what.root, "default" if first else what.name))
    before.recogniser = recogniser
    with tempfile.TemporaryDirectory(prefix="release-") as folder:
        stage = Path(folder)
        weights = stage / f"{what.name}.safetensors"
        # What is checked is what will be shipped: in half precision.
        source.save(weights)
        styles, made_styles = _styles(what, Hand.load(weights), recogniser, stage, progress)
        hand = _limited(what, Hand.load(weights), recogniser, styles, progress)
        evaluation = _evaluation(what, source, hand)
        found = [] if evaluation is None else evaluation.bars
        new_recogniser = what.recogniser is not None and what.judge is None
        for check in checks(hand, before, recogniser, new_recogniser, what.lines, styles, first):
            progress(f"{'met' if check.met else 'NOT MET'}: {check.name}: {check.measured}")
            found.append(check)
        refuse(found, what.accepted)
        hand_file.write(weights, _with_card(what, hand, data, found))
        released = Hand.load(weights)
        released.recogniser = recogniser
        progress(f"card: {described(released.card)}")
        targets = dict(made_styles)
        targets |= _licences(what, stage, data)
        targets |= _widths(what, released, stage)
        targets |= _trials(what, released, made_styles, stage)
        if what.recogniser is not None:
            targets[what.recogniser] = _recogniser(what.root)
        docs = what.root / "docs"
        page = docs / "hand.md" if what.name == "default" else docs / "hands" / f"{what.name}.md"
        rows = [(one.name, one.wanted, _measured(one)) for one in found]
        shown = {"Each style": "pictures/style-sheets.png"} if what.name == "default" else {}
        if what.name != "default" and styles:
            progress("pictures")
            picture = stage / f"{what.name}-styles.png"
            draw_style_sheets(released, styles, picture)
            targets[picture] = page.parent / picture.name
            shown = {"Each style": picture.name}
        for path in write_card(released, history, stage / page.name, rows, shown):
            targets[path] = page.parent / path.name
        if evaluation is not None:
            targets |= evaluation.write(released, stage / "evaluation", what.root)
        if what.name == "default":
            progress("pictures")
            targets |= draw_pictures(released, weights, what.root, stage)
        # The weights come last: until they are there the hand before is, which a release that was
        # ended in between and is begun again is compared with.
        targets[weights] = _weights(what.root, what.name)
        # All is made: from here on nothing can fail but the disk.
        if made_styles:
            remove_other_styles(_style_folder(what), set(made_styles.values()))
        for made, target in targets.items():
            target.parent.mkdir(parents=True, exist_ok=True)
            with atomic_write(target) as temporary:
                shutil.copyfile(made, temporary)
        _remove_old_curve(page, bool(history))
    return list(targets.values())


def _measured(check: Threshold) -> str:
    return check.measured if check.met else f"{check.measured} (not met, and accepted)"


@dataclass(frozen=True)
class _Evaluation:
    """An evaluation of the hand that is released: its folder, what it says, and its bars."""

    folder: Path
    values: dict[str, Any]
    bars: list[Threshold]

    def write(self, hand: Hand, stage: Path, root: Path) -> dict[Path, Path]:
        """Its report again, with the card of the released file; where each file belongs."""
        stage.mkdir()
        values = {**self.values, "hand": hand.name, "sha256": hand.sha256,
                  "card": asdict(hand.card)}  # fmt: skip
        pictures = sorted(self.folder.glob("*.png"))
        for picture in pictures:
            shutil.copyfile(picture, stage / picture.name)
        sections = evaluation_report.sections(values, stage)
        title = f"Evaluation of the hand {hand.name}"
        made = report.write("evaluation", title, values, sections, stage)
        made += [stage / picture.name for picture in pictures]
        return {path: root / "docs" / "evaluation" / path.name for path in made}


def _evaluation(what: Release, source: Hand, hand: Hand) -> _Evaluation | None:
    if what.evaluation is None:
        return None
    values, _ = evaluation_report.of_evaluation(what.evaluation)
    if values["sha256"] != source.sha256 or source.fingerprint != hand.fingerprint:
        raise TrainingError(
            f"{what.evaluation} is of another hand than {what.hand}, or of one in single "
            "precision; evaluate that file, as `export` writes it."
        )
    return _Evaluation(what.evaluation, values, [Threshold(**bar) for bar in values["bars"]])


# What is written --------------------------------------------------------------------------------


def _with_card(
    what: Release, hand: Hand, data: Sequence[DataSet], found: Sequence[Threshold]
) -> HandSpec:
    """The hand with its name, the licences of its data, its way, and how many checks it met."""
    way = [hand.card.training, what.training]
    if what.judge is not None:
        way.append(
            "Its signs were judged and its styles chosen by a recogniser that learnt from the same "
            "data alone"
        )
    card: Card = replace(
        hand.card,
        name=what.name,
        training=". ".join(part.strip().rstrip(".") for part in way if part.strip()),
        data_license=licence_of(data),
        commercial_use=commercial_use(data),
        figures={
            **hand.card.figures,
            "checks": float(len(found)),
            "checks_met": float(sum(check.met for check in found)),
        },
    )
    return hand.spec._replace(card=card)


def _licences(what: Release, stage: Path, data: Sequence[DataSet]) -> dict[Path, Path]:
    """The licence files of the folders that are written to, with all weights that lie there."""
    hands, recognisers = _weights(what.root, what.name), _recogniser(what.root)
    texts = {hands: _others(hands, _data_of_hand)}
    if what.recogniser is not None:
        # A recogniser learns from the corpora that its hand learns from.
        texts[recognisers] = _others(recognisers, _data_of_recogniser)
    made = {}
    for target, others in texts.items():
        staged = stage / f"LICENSE-{target.parent.name}"
        staged.write_text(licence_text({target.name: data, **others}), "utf-8")
        made[staged] = target.with_name("LICENSE")
    return made


def _others(
    target: Path, data_of: Callable[[Path], Sequence[DataSet]]
) -> dict[str, Sequence[DataSet]]:
    """What the other weights in a file's folder were learnt from."""
    beside = sorted(target.parent.glob("*.safetensors"))
    return {path.name: data_of(path) for path in beside if path != target}


def _data_of_hand(path: Path) -> Sequence[DataSet]:
    return known_data_sets(hand_file.read_card(path).trained_on)


def _data_of_recogniser(path: Path) -> Sequence[DataSet]:
    """A recogniser has no card; the licence beside it says what it learnt from."""
    licence = path.with_name("LICENSE")
    known = data_sets_by_file(licence.read_text("utf-8")) if licence.exists() else {}
    if path.name not in known:
        raise TrainingError(
            f"{licence} does not say what {path.name} was learnt from; add its row, or remove it."
        )
    return known[path.name]


def _widths(what: Release, hand: Hand, stage: Path) -> dict[Path, Path]:
    """The usual widths of the hands that ship: this one's, and no more those of one that left."""
    target = _weights(what.root, "widths").with_suffix(".json")
    known = parse_json(target.read_text("utf-8")) if target.exists() else {}
    there = {
        hashlib.sha256(path.read_bytes()).hexdigest()
        for path in target.parent.glob("*.safetensors")
        if path.stem != what.name
    }
    kept = {sha256: widths for sha256, widths in known.items() if sha256 in there}
    kept[hand.sha256] = {text: round(width, 3) for text, width in hand.measured_widths()}
    (stage / target.name).write_text(json.dumps(kept, indent=1) + "\n", "utf-8")
    return {stage / target.name: target}


def _trials(
    what: Release, hand: Hand, made_styles: dict[Path, Path], stage: Path
) -> dict[Path, Path]:
    """The styles that are this hand's, with how it writes in them, where they do not know it."""
    sources = {path: path for path in (what.root / "resources" / "styles").rglob("*.json")}
    if made_styles:
        sources = {path: path for path in sources if path.parent != _style_folder(what)}
        sources |= {target: staged for staged, target in made_styles.items()}
    made = {}
    for target, source in sorted(sources.items()):
        style = Style.load(source)
        own = style.vector is not None and style.vector.hand == hand.fingerprint
        if own and style.tried_by(hand.sha256) is None:
            staged = source if source != target else stage / "tried" / target.name
            staged.parent.mkdir(exist_ok=True)
            replace(style, trial=hand.trial(style)).save(staged)
            made[staged] = target
    return made


def _check_judge(what: Release, data: Sequence[DataSet], recogniser: Recogniser) -> None:
    """What is free for commercial use was chosen by nothing that is not."""
    if not all(one.commercial for one in data):
        return
    if what.judge is None:
        raise TrainingError(
            "This hand is free for commercial use, and the recogniser that ships is not; train one "
            "on the hand's corpus (`train recogniser`) and name it with --judge."
        )
    learnt = known_data_sets(recogniser.trained_on)
    if other := [one.name for one in learnt if one not in data]:
        raise TrainingError(
            f"{what.judge} learnt from {', '.join(other)}, which the hand did not; train one on "
            "the hand's corpus (`train recogniser`)."
        )


def _styles(
    what: Release, hand: Hand, recogniser: Recogniser, stage: Path, progress: Progress
) -> tuple[list[Style], dict[Path, Path]]:
    """The styles that ship for the hand; and, where they are made anew, where each file belongs."""
    place = _style_folder(what)
    if what.corpus is None:
        return [Style.load(path) for path in sorted(place.glob("*.json"))], {}
    recipes = recipes_named((), what.name)
    hand.recogniser = recogniser
    made = make_styles(hand, recogniser, Corpus.load(what.corpus), recipes)
    # How the hand writes in them is measured on the released file (`_trials`).
    files = sorted(save_styles(made, stage / "styles"))
    for one in made:
        progress(f"style {one.style.name}: {one.wrong:.1%} misread in its trials")
    return [Style.load(path) for path in files], {path: place / path.name for path in files}


def _style_folder(what: Release) -> Path:
    folder = what.root / "resources" / "styles"
    return folder if what.name == "default" else folder / what.name


def _limited(
    what: Release, hand: Hand, recogniser: Recogniser, styles: Sequence[Style], progress: Progress
) -> Hand:
    """The hand with the characters that it has learnt, and the recogniser that ships with it."""
    unwritten = what.unwritten
    if unwritten is None:
        signs = drawn_signs(hand, recogniser, default_of(styles))
        if signs:
            shares = ", ".join(f"{sign.character} {sign.right:.0%}" for sign in signs)
            progress(f"read right, of what is beyond ASCII: {shares}")
        unwritten = "".join(sign.character for sign in signs if not sign.learnt)
    if unwritten:
        progress(f"not learnt, left to marks and other spellings: {' '.join(unwritten)}")
    alphabet = hand.alphabet.without(set(unwritten) - {" "})
    limited = Hand.of(hand.spec._replace(alphabet=alphabet))
    limited.recogniser = recogniser
    return limited


def _weights(root: Path, name: str) -> Path:
    return root / "resources" / "hands" / f"{name}.safetensors"


def _recogniser(root: Path) -> Path:
    return root / "resources" / "recognisers" / "default.safetensors"


def _remove_old_curve(card: Path, drawn: bool) -> None:
    """The curve of the hand before does not belong to a card that has none."""
    if not drawn:
        card.with_name(f"{card.stem}-curve.svg").unlink(missing_ok=True)


def _check_root(root: Path) -> None:
    for part in ("resources/hands/default.safetensors", "docs", "docs/legibility/sentences.txt"):
        if not (root / part).exists():
            raise TrainingError(
                f"{root} is no checkout of the project, for it has no {part}; name one with --root."
            )
