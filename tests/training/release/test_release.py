"""A release: what passes its checks is carried over whole; what fails one changes nothing."""

from __future__ import annotations

import itertools
import json
import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from importlib import resources
from pathlib import Path

import pytest
from click.testing import CliRunner

from engine.errors import TrainingError
from engine.hand import Hand
from engine.io.atomic import atomic_write
from engine.recognition.recogniser import Recogniser, shipped_recogniser
from engine.style.style import DEFAULT, bundled
from engine.text.alphabet import Alphabet
from training.__main__ import training
from training.corpora.letter_lines import LETTERS, LETTERS_BEFORE
from training.corpora.open_signs import OPEN
from training.corpora.pieces import UNIPEN as UNIPEN_NAME
from training.data_sets import DATA_SETS, IAM_IN_FULL, known_data_sets, licence_of
from training.evaluation import text_kinds
from training.evaluation.evaluation import Threshold
from training.evaluation.legibility import Read
from training.release import hand_release, pictures, signs
from training.release.checks import _compared, checks, refuse
from training.release.licence import data_sets_by_file, licence_text

IAM, UNIPEN, DETEXIFY, UJI, EMS = DATA_SETS


@pytest.fixture
def checkout(tiny_hand_path: Path, tmp_path: Path) -> Path:
    """A checkout whose hand scribbles, as the one does that is to take its place."""
    hands = tmp_path / "checkout" / "resources" / "hands"
    hands.mkdir(parents=True)
    hands.with_name("recognisers").mkdir()
    (tmp_path / "checkout" / "docs" / "legibility").mkdir(parents=True)
    (tmp_path / "checkout" / "docs" / "legibility" / "sentences.txt").write_text("One.\n")
    (tmp_path / "checkout" / "docs" / "hand-curve.svg").write_text("<svg/>")
    of_iam(tiny_hand_path, hands / "default.safetensors")
    return tmp_path / "checkout"


def of_iam(source: Path, target: Path, trained_on: str = IAM_IN_FULL) -> Path:
    hand = Hand.load(source)
    card = replace(hand.card, trained_on=trained_on)
    Hand(hand.network, hand.alphabet, hand.preparation, hand.pace, 1.0, card).save(target)
    return target


@pytest.fixture
def passing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Checks that find what is told, and pictures that cost nothing: they have their own tests."""

    def found(*_: object) -> Iterator[Threshold]:
        yield Threshold("alignment", "no flaw", "0 of 4", True)
        yield Threshold("prose", "at most 1.0% read wrong", "3.0%", False)

    def drawn(hand: Hand, weights: Path, root: Path, stage: Path) -> dict[Path, Path]:
        (stage / "styles.png").write_bytes(hand.sha256.encode())
        return {stage / "styles.png": root / "docs" / "pictures" / "styles.png"}

    monkeypatch.setattr(hand_release, "checks", found)
    monkeypatch.setattr(hand_release, "draw_pictures", drawn)


def files(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@pytest.mark.usefixtures("passing")
def test_a_hand_that_fails_a_check_changes_nothing(
    checkout: Path, tiny_hand_path: Path, tmp_path: Path
) -> None:
    hand = of_iam(tiny_hand_path, tmp_path / "new.safetensors")
    before = files(checkout)
    with pytest.raises(TrainingError, match=r"fails 1 of 2 checks: prose \(3\.0%\)"):
        hand_release.release_hand(hand_release.Release(hand, checkout))
    with pytest.raises(TrainingError, match="There is no check 'style \\*'"):
        hand_release.release_hand(
            hand_release.Release(hand, checkout, accepted=frozenset({"prose", "style *"}))
        )
    with pytest.raises(TrainingError, match="There is no check 'prise'"):
        hand_release.release_hand(
            hand_release.Release(hand, checkout, accepted=frozenset({"prise"}))
        )
    assert files(checkout) == before


@pytest.mark.usefixtures("passing")
def test_what_is_accepted_is_carried_over_and_told_on_the_card(
    checkout: Path, tiny_hand_path: Path, tmp_path: Path
) -> None:
    trained_on = f"{IAM_IN_FULL}; {OPEN}, {UNIPEN_NAME}, {LETTERS}"
    hand = of_iam(tiny_hand_path, tmp_path / "new.safetensors", trained_on)
    words = ["--hand", str(hand), "--root", str(checkout), "--accept", "pro*"]
    result = CliRunner().invoke(training, ["release", *words])
    assert result.exit_code == 0, result.output
    made = Hand.load(checkout / "resources" / "hands" / "default.safetensors")
    assert made.name == "default"
    assert made.fingerprint == Hand.load(hand).fingerprint
    assert made.card.figures["checks_met"] == 1
    for data in DATA_SETS:
        assert f"{data.name}: {data.licence}" in made.card.data_license
    assert "non-commercial" in made.card.commercial_use
    page = (checkout / "docs" / "hand.md").read_text()
    assert made.sha256 in page
    assert "3.0% (not met, and accepted)" in page
    assert not (checkout / "docs" / "hand-curve.svg").exists()
    licence = (checkout / "resources" / "hands" / "LICENSE").read_text()
    assert data_sets_by_file(licence) == {"default.safetensors": DATA_SETS}
    picture = checkout / "docs" / "pictures" / "styles.png"
    assert picture.read_bytes().decode() == made.sha256


@pytest.mark.usefixtures("passing")
def test_a_release_that_is_ended_while_it_copies_is_made_whole_by_the_next(
    checkout: Path, tiny_hand_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand = of_iam(tiny_hand_path, tmp_path / "new.safetensors")
    release = hand_release.Release(hand, checkout, accepted=frozenset({"prose"}))
    before = Hand.load(checkout / "resources" / "hands" / "default.safetensors").sha256
    compared: list[str] = []

    def found(_hand: Hand, hand_before: Hand, *_: object) -> Iterator[Threshold]:
        compared.append(hand_before.sha256)
        yield Threshold("alignment", "no flaw", "0 of 4", True)
        yield Threshold("prose", "at most 1.0% read wrong", "3.0%", False)

    monkeypatch.setattr(hand_release, "checks", found)
    copied: list[Path] = []
    most = 0  # which `ending` reads

    def ending(target: Path) -> AbstractContextManager[Path]:
        if len(copied) == most:
            raise KeyboardInterrupt
        copied.append(target)
        return atomic_write(target)

    monkeypatch.setattr(hand_release, "atomic_write", ending)
    for most in range(100):  # noqa: B007
        copied.clear()
        try:
            written = hand_release.release_hand(release)
        except KeyboardInterrupt:
            continue
        break
    assert len(written) == most > 3
    assert set(compared) == {before}
    made = Hand.load(checkout / "resources" / "hands" / "default.safetensors")
    assert made.sha256 != before
    assert made.sha256 in (checkout / "docs" / "hand.md").read_text()


@pytest.mark.usefixtures("passing")
def test_another_hand_takes_no_ones_place(
    checkout: Path, tiny_hand_path: Path, tmp_path: Path
) -> None:
    hand = of_iam(tiny_hand_path, tmp_path / "new.safetensors", "Detexify")
    old = (checkout / "resources" / "hands" / "default.safetensors").read_bytes()
    shutil.copyfile(
        str(resources.files("resources") / "recognisers" / "default.safetensors"),
        tmp_path / "recogniser",
    )
    judge = read_by(tmp_path / "judge", "Detexify")
    what = hand_release.Release(
        hand, checkout, "signs", tmp_path / "recogniser", accepted=frozenset({"prose"}),
        judge=judge, training="Begun with nothing.",
    )  # fmt: skip
    made = {path.relative_to(checkout).as_posix() for path in hand_release.release_hand(what)}
    assert made == {
        "resources/hands/signs.safetensors", "resources/hands/LICENSE", "docs/hands/signs.md",
        "resources/recognisers/default.safetensors", "resources/recognisers/LICENSE",
        "resources/hands/widths.json",
    }  # fmt: skip
    assert (checkout / "resources" / "hands" / "default.safetensors").read_bytes() == old
    licence = (checkout / "resources" / "hands" / "LICENSE").read_text()
    assert data_sets_by_file(licence) == {
        "signs.safetensors": (DETEXIFY,), "default.safetensors": (IAM,),
    }  # fmt: skip
    card = Hand.load(checkout / "resources" / "hands" / "signs.safetensors").card
    assert "Begun with nothing. Its signs were judged" in card.training
    assert "Daniel Kirsch (ODbL 1.0)" in card.commercial_use
    # The page of the hand that writes where none is named stays its own.
    assert not (checkout / "docs" / "hand.md").exists()


def read_by(path: Path, trained_on: str) -> Path:
    """A recogniser that says what it learnt from."""
    shipped = shipped_recogniser()
    Recogniser(shipped.network, shipped.alphabet, 0.1, trained_on).save(path)
    assert Recogniser.load(path).trained_on == trained_on
    return path


@pytest.mark.usefixtures("passing")
def test_what_is_free_for_commercial_use_is_judged_by_what_learnt_from_such_data(
    checkout: Path, tiny_hand_path: Path, tmp_path: Path
) -> None:
    hand = of_iam(
        tiny_hand_path,
        tmp_path / "new.safetensors",
        LETTERS_BEFORE.replace("fonts", "fonts and Detexify"),
    )
    free = frozenset({"prose"})
    before = files(checkout)
    with pytest.raises(TrainingError, match="recogniser that ships is not; train one"):
        hand_release.release_hand(hand_release.Release(hand, checkout, "print", accepted=free))
    judge = read_by(tmp_path / "judge", f"{IAM_IN_FULL}; {LETTERS}")
    with pytest.raises(TrainingError, match="learnt from IAM-OnDB, which the hand did not"):
        hand_release.release_hand(
            hand_release.Release(hand, checkout, "print", accepted=free, judge=judge)
        )
    judge = read_by(tmp_path / "silent", "")
    with pytest.raises(TrainingError, match="licence is not known"):
        hand_release.release_hand(
            hand_release.Release(hand, checkout, "print", accepted=free, judge=judge)
        )
    assert files(checkout) == before


@pytest.mark.usefixtures("passing")
def test_a_recogniser_beside_it_keeps_its_licence(
    checkout: Path, tiny_hand_path: Path, tmp_path: Path
) -> None:
    hand = of_iam(tiny_hand_path, tmp_path / "new.safetensors")
    recognisers = checkout / "resources" / "recognisers"
    (recognisers / "second.safetensors").write_bytes(b"another recogniser")
    shutil.copyfile(
        str(resources.files("resources") / "recognisers" / "default.safetensors"),
        tmp_path / "recogniser",
    )
    what = hand_release.Release(
        hand, checkout, recogniser=tmp_path / "recogniser", accepted=frozenset({"prose"})
    )
    before = files(checkout)
    with pytest.raises(TrainingError, match=r"does not say what second\.safetensors was learnt"):
        hand_release.release_hand(what)
    assert files(checkout) == before
    (recognisers / "LICENSE").write_text(
        licence_text({"second.safetensors": (UNIPEN, UJI), "gone.safetensors": (EMS,)})
    )
    hand_release.release_hand(what)
    assert data_sets_by_file((recognisers / "LICENSE").read_text()) == {
        "default.safetensors": (IAM,), "second.safetensors": (UNIPEN, UJI),
    }  # fmt: skip


@pytest.mark.usefixtures("passing")
def test_its_usual_widths_are_known_and_those_of_the_hand_before_are_not(
    checkout: Path, tiny_hand_path: Path, tmp_path: Path
) -> None:
    hands = checkout / "resources" / "hands"
    other = of_iam(tiny_hand_path, hands / "other.safetensors", "Detexify")
    kept, gone = Hand.load(other).sha256, Hand.load(hands / "default.safetensors").sha256
    (hands / "widths.json").write_text(json.dumps({kept: {"a": 1.5}, gone: {"a": 2.5}}))
    hand = of_iam(tiny_hand_path, tmp_path / "new.safetensors")
    hand_release.release_hand(hand_release.Release(hand, checkout, accepted=frozenset({"prose"})))
    made = Hand.load(hands / "default.safetensors")
    known = json.loads((hands / "widths.json").read_text())
    assert known.keys() == {kept, made.sha256}
    assert known[kept] == {"a": 1.5}
    assert known[made.sha256] == pytest.approx(dict(made.measured_widths()), rel=0.01)
    assert known[made.sha256]


@pytest.fixture
def signs_path(tiny_hand_path: Path, tmp_path: Path) -> Path:
    """A hand that scribbles € and ½ and å, too, none of which it has learnt."""
    hand = Hand.load(tiny_hand_path)
    known = Alphabet(hand.alphabet.characters.translate(str.maketrans("();", "€½å")))
    path = tmp_path / "signs.safetensors"
    Hand.of(hand.spec._replace(alphabet=known, card=replace(hand.card, trained_on=OPEN))).save(path)
    return path


def test_what_a_hand_draws_wrong_is_told_from_what_it_has_learnt(
    signs_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reading is made up: of å two in three are right, which is worse than a mark set on a."""
    count = itertools.count()

    def reading(_: object, inks: object, texts: list[str]) -> list[Read]:
        letters = ("å", "å", "a")
        return [
            Read(text, text.replace("½", "12").replace("å", letters[next(count) % 3]))
            for text in texts
        ]

    monkeypatch.setattr(signs, "read", reading)
    found = {sign.character: sign for sign in signs.drawn_signs(Hand.load(signs_path), None, None)}
    assert {c: sign.learnt for c, sign in found.items()} == {"½": False, "å": False, "€": True}
    assert found["å"].right == pytest.approx(2 / 3)
    # Twenty lines tell; what is certain before is written no more.
    assert signs._verdict([True] * 5, "€", Hand.load(signs_path)) is None
    assert signs._verdict([False] * 15, "€", Hand.load(signs_path)) is None
    assert signs._verdict([True] * 6, "€", Hand.load(signs_path))
    assert signs._verdict([False] * 16, "€", Hand.load(signs_path)) is False
    assert (found["½"].right, found["€"].right) == (0, 1)


@pytest.mark.usefixtures("passing")
def test_what_it_has_not_learnt_is_left_out_of_its_alphabet(
    checkout: Path, signs_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def drawn(*_: object) -> list[signs.LearntSign]:
        return [signs.LearntSign("å", 0.5, False), signs.LearntSign("€", 0.8, True)]

    monkeypatch.setattr(hand_release, "drawn_signs", drawn)
    words = ["--hand", str(signs_path), "--root", str(checkout), "--accept", "prose"]
    words += ["--judge", str(read_by(tmp_path / "judge", OPEN))]
    result = CliRunner().invoke(training, ["release", *words])
    assert result.exit_code == 0, result.output
    assert "not learnt, left to marks and other spellings: å" in result.output
    made, source = (
        Hand.load(checkout / "resources/hands/default.safetensors"),
        Hand.load(signs_path),
    )
    assert set(source.alphabet) - set(made.alphabet) == {"å"}
    # It is written all the same: as an a with a ring on it.
    assert {"å", "€", "½"} <= made.characters
    assert made.alphabet.codes == source.alphabet.codes
    result = CliRunner().invoke(training, ["release", *words, "--unwritten", "€ "])
    assert result.exit_code == 0, result.output
    made = Hand.load(checkout / "resources/hands/default.safetensors")
    assert set(source.alphabet) - set(made.alphabet) == {"€"}


def test_the_hand_before_is_not_measured_where_the_bar_is_met() -> None:
    def before() -> float:
        return measured.append(1) or 0.5

    measured: list[int] = []
    assert _compared("prose", 0.001, before).met
    assert not measured
    assert _compared("prose", 0.55, before).met
    assert not _compared("prose", 0.7, before).met
    assert len(measured) == 2
    # A hand that is new has nothing to be measured against.
    bar = text_kinds.MOST_WRONG["prose"]
    assert _compared("prose", 1.9 * bar, None, 2.0).met
    assert not _compared("prose", 2.1 * bar, None, 2.0).met


def test_what_its_recogniser_does_not_know_and_a_letter_that_is_lost_are_told(
    signs_path: Path, tiny_hand_path: Path
) -> None:
    from engine.recognition.recogniser import Recogniser

    hand = Hand.load(signs_path)
    foreign = hand.alphabet.characters.replace("½", "漢")
    hand = Hand.of(hand.spec._replace(alphabet=Alphabet(foreign)))
    found = checks(hand, Hand.load(tiny_hand_path), Recogniser.load(), False, 4)
    lost, unread = next(found), next(found)
    assert (lost.name, lost.met) == ("characters", False)
    assert lost.measured.endswith("no more ( ) ;")
    assert (unread.name, unread.met) == ("recogniser's characters", False)
    assert unread.measured.endswith("not 漢")


def test_styles_whose_vectors_are_alike_are_told(default_hand: Hand) -> None:
    """An encoder that has saturated makes one vector of everybody."""
    styles = list(bundled().values())[:3]
    alike = [replace(style, vector=styles[0].vector) for style in styles]
    for given, met in ((styles, True), (alike, False)):
        found = checks(default_hand, default_hand, Recogniser.load(), False, 4, given)
        told = next(check for check in found if check.name == "vectors")
        assert told.met == met
    assert told.measured.startswith("0.00 (")


@pytest.mark.usefixtures("passing")
def test_what_is_missing_is_refused(checkout: Path, tiny_hand_path: Path, tmp_path: Path) -> None:
    hand = of_iam(tiny_hand_path, tmp_path / "new.safetensors", "my own lines")
    with pytest.raises(TrainingError, match=r"licence is not known \(my own lines\)"):
        hand_release.release_hand(hand_release.Release(hand, checkout))
    with pytest.raises(TrainingError, match="is no checkout of the project"):
        hand_release.release_hand(hand_release.Release(hand, tmp_path))


@pytest.fixture
def few_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    """One short line of each kind: every check is made, and a hand's whole lists are its own."""
    few = {kind: (min(lines, key=len),) for kind, lines in text_kinds.KINDS.items()}
    monkeypatch.setattr(text_kinds, "KINDS", few)


@pytest.mark.usefixtures("few_lines", "one_try")
def test_every_check_can_fail(tiny_hand_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A hand that scribbles fails where the one that ships passes."""
    from engine.recognition.recogniser import Recogniser

    default = bundled()[DEFAULT]
    scribbler, shipped = Hand.load(tiny_hand_path), Hand.load()
    found = {
        check.name: check
        for check in checks(scribbler, shipped, Recogniser.load(), True, 4, [default])
    }
    assert set(found) >= set(text_kinds.KINDS)
    met = {name for name, check in found.items() if check.met}
    assert met <= {"recogniser", "recogniser's characters", "styles"}
    assert found["recogniser"].met
    assert not found["characters"].met
    assert found[f"style {DEFAULT}"].measured.endswith("%")
    with pytest.raises(TrainingError, match="is not released"):
        refuse([*found.values()], frozenset())


@pytest.mark.usefixtures("few_lines")
def test_the_hand_that_ships_passes_beside_itself() -> None:
    """Of a kind it never writes worse than itself: one line of each will do."""
    from engine.recognition.recogniser import Recogniser

    shipped = Hand.load()
    names = []
    for check in checks(shipped, shipped, Recogniser.load(), False, 4):
        if check.name.startswith("style "):  # these come last; of four lines one may go wrong
            break
        assert check.met, check
        names.append(check.name)
    assert {"alignment", "styles", *text_kinds.KINDS} <= set(names)


@pytest.mark.parametrize(
    ("trained_on", "sets"),
    [
        (IAM_IN_FULL, (IAM,)),
        (f"{IAM_IN_FULL}; UNIPEN train_r01_v07", (IAM, UNIPEN)),
        (OPEN, (DETEXIFY, UJI)),
        (f"{OPEN}, {LETTERS}", (DETEXIFY, UJI, EMS)),
    ],
)
def test_data_sets_are_found_on_a_card(trained_on: str, sets: tuple[object, ...]) -> None:
    assert known_data_sets(trained_on) == sets


@pytest.mark.parametrize("trained_on", ["", f"{IAM_IN_FULL}; recordings (ada)", "UNIPEN, mine"])
def test_data_of_unknown_licence_is_refused(trained_on: str) -> None:
    with pytest.raises(TrainingError, match="licence is not known"):
        known_data_sets(trained_on)


def test_the_terms_are_those_of_the_strictest_data() -> None:
    assert "not commercial" in licence_text({"a": (DETEXIFY,), "b": (IAM, UJI)})
    free = licence_text({"a": (DETEXIFY, UJI)})
    assert "not commercial" not in free
    assert "Open Database License 1.0" in free
    assert licence_of((IAM,)) == IAM.licence


def test_the_margins_of_a_picture_are_cut_off(tmp_path: Path) -> None:
    from PIL import Image, ImageDraw

    image = Image.new("RGB", (300, 200), "#fbf8f0")
    ImageDraw.Draw(image).line([(100, 80), (160, 120)], "#1b2a49", 3)
    image.save(tmp_path / "a.png")
    pictures._crop(tmp_path / "a.png")
    with Image.open(tmp_path / "a.png") as cut:
        assert 100 <= cut.width <= 106
        assert 80 <= cut.height <= 86
