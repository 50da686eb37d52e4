"""UNIPEN's format: files made here, with all that makes them hard to read."""

from __future__ import annotations

import contextlib
import os
import tarfile
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from engine.corpus_lines import KINDS
from engine.errors import CorpusError
from training.__main__ import training
from training.corpora.corpus import Corpus
from training.corpora.iam import Line, Report
from training.corpora.labels import cleaned
from training.corpora.mixing import mix
from training.corpora.pieces import prepare_pieces
from training.corpora.unipen import HELD_OUT, HELD_SPLIT, Unipen, UnreadableError, ink_of

RATE = 100


def letters(count: int, x: float, foot: float, height: float = 200.0) -> np.ndarray:
    """Points of `count` letters, y up, 25 a letter, from `x` to the right on a baseline."""
    at = np.arange(25 * count)
    swing = 0.5 - 0.5 * np.cos(2 * np.pi * at / 12.5)
    tall = np.where((at // 25) % 3 == 0, 1.9, 1.0)
    return np.stack([x + 8.0 * at, foot + height * swing * tall], axis=1)


def rows(points: np.ndarray, *more: float) -> str:
    return "".join(" ".join(f"{v:g}" for v in [*point, *more]) + "\n" for point in points)


def down(points: np.ndarray) -> str:
    return f".PEN_DOWN\n{rows(points)}"


def words(foot: float, *lengths: int) -> str:
    """A component a word, left to right, with the pen's way through the air between them."""
    made, x = [], 0.0
    for count in lengths:
        points = letters(count, x, foot)
        made.append(down(points))
        x = float(points[-1, 0]) + 250.0
        made.append(f".PEN_UP\n{rows(points[-3:])}")
    return "".join(made)


HEAD = (
    ".VERSION 1.0\r\n.COMMENT Strokes lie between\n.PEN_DOWN and .PEN_UP, as is usual.\n"
    f".HIERARCHY TEXT WORD CHARACTER\n.COORD X Y\n.X_POINTS_PER_INCH 2540\n"
    f".Y_POINTS_PER_INCH 2540\n.POINTS_PER_SECOND {RATE}\n.H_LINE 400\n0 1\n"
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A writer's page of one line and a word below it, as users download it."""
    root = tmp_path / "train_x"
    put(root / "include/abc/abc0.doc", HEAD)
    page = f".WRITER_ID ada\n{words(0.0, 4, 3, 5)}.PEN_DOWN\n.PEN_UP\n{words(-2000.0, 6)}"
    put(root / "include/abc/Page1.dat", page)
    put(root / "include/abc/all.dat", ".INCLUDE abc/abc0.doc\n.INCLUDE ABC/page1.DAT\n")
    put(
        root / "data/8/abc/page1.dat",
        '.VERSION 1.0\n.INCLUDE abc/all.dat\n.SEGMENT TEXT 0-4 OK "bone bat banal"\n',
    )
    put(
        root / "data/7/abc/page1.dat",
        '.INCLUDE abc/all.dat\n.SEGMENT WORD 0 ? "bone"\n.SEGMENT WORD 2 ? "bat"\n'
        '.SEGMENT WORD 4 OK "banal"\n.SEGMENT WORD 6 GOOD "bonbon"\n',
    )
    return root


def put(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "latin-1")


def read(root: Path) -> tuple[dict[str, Line], Report]:
    report = Report()
    return {line.text: line for line in Unipen(root).lines(report)}, report


def test_includes_nest_whatever_the_case_of_their_paths(root: Path) -> None:
    lines, report = read(root)
    assert {text: line.kind for text, line in lines.items()} == {
        "bone bat banal": "text", "bone": "word", "bat": "word", "banal": "word", "bonbon": "word",
    }  # fmt: skip
    assert {line.writer for line in lines.values()} == {"ada"}
    assert len({line.form for line in lines.values()}) == 1
    assert report.read == 5
    assert not report.dropped


def test_ink_is_in_millimetres_with_y_down_and_seconds(root: Path) -> None:
    lines, _ = read(root)
    ink = lines["bone"].ink
    assert len(ink.strokes) == 1
    # 100 units are a millimetre; the letters rise to 380 units above y = 0.
    left, top, right, bottom = ink.bounds
    assert (left, bottom) == (0.0, 0.0)
    assert top == pytest.approx(-3.8, abs=0.05)
    assert right == pytest.approx(0.08 * 99)
    time = ink.strokes[0].time
    assert time is not None
    assert np.allclose(np.diff(time), 1 / RATE)
    # Empty components are not counted: the word behind one is where its label says.
    assert lines["bonbon"].ink.bounds[3] == pytest.approx(20.0)


def test_an_archive_reads_as_the_folder_does(root: Path, tmp_path: Path) -> None:
    archive = tmp_path / "unipen.tar.xz"
    with tarfile.open(archive, "w:xz") as file:
        file.add(root, "./train_x")
    packed, _ = read(archive)
    unpacked, _ = read(root)
    assert packed.keys() == unpacked.keys()
    assert all(packed[text].ink == unpacked[text].ink for text in packed)


def test_ranges_name_components_and_points(root: Path) -> None:
    put(
        root / "data/2/abc/page1.dat",
        '.INCLUDE abc/all.dat\n.SEGMENT CHARACTER 0:0-0:24 OK "b"\n'
        '.SEGMENT CHARACTER 0:25-0:49 OK "o"\n.SEGMENT CHARACTER 0:75-2:24 OK "e"\n'
        '.SEGMENT CHARACTER 0,2 OK "n"\n',
    )
    lines, report = read(root)
    assert not report.dropped
    assert lines["b"].kind == "sign"
    assert lines["b"].ink.points == 25
    assert lines["o"].ink.bounds[0] == pytest.approx(0.08 * 25)
    assert [len(stroke) for stroke in lines["e"].ink.strokes] == [25, 25]
    assert [len(stroke) for stroke in lines["n"].ink.strokes] == [100, 75]


def test_labels_are_freed_of_escapes(root: Path) -> None:
    put(
        root / "data/7/abc/page2.dat",
        '.INCLUDE abc/all.dat\n.SEGMENT WORD 0 ? "a\\"b\\\\"\n.SEGMENT WORD 2 ? "ba\\@t"\n',
    )
    lines, report = read(root)
    assert 'a"b\\' in lines
    assert list(report.dropped) == ["a label with a rejected piece"]


@pytest.mark.parametrize(
    ("label", "text"),
    [
        ("for suing .", "for suing."),
        ("Is that ( a ) house ?", "Is that (a) house?"),
        ("It wasn ' t until", "It wasn't until"),
        ('" When Harry met Sally " is', '"When Harry met Sally" is'),
        ("( 5 1 0 ) 8 7 4 - 3 8", "(510)874-38"),
        ("8 - 1 6 - 8 8", "8-16-88"),
        ("10 + 20 = 30", "10 + 20 = 30"),
        ("a, b - c", "a, b - c"),
        ("$5 % up", "$5% up"),
    ],
)
def test_transcribers_spaces_are_taken_out(label: str, text: str) -> None:
    assert cleaned(label) == text


@pytest.mark.parametrize(
    ("segment", "reason"),
    [
        ('.SEGMENT WORD 4-90 ? "bat"', "a range that runs past the file"),
        ('.SEGMENT WORD 1 ? "bat"', "a range without points"),
        ('.SEGMENT WORD 4-2 ? "bat"', "a range that runs backwards"),
        ('.SEGMENT WORD 1,-3 ? "bat"', "a range that cannot be read"),
        ('.SEGMENT WORD ? ? "bat"', "a range that cannot be read"),
        ('.SEGMENT WORD 2 BAD "bet"', "a piece of bad quality"),
        ('.SEGMENT WORD 2 ? ""', "a piece without a label"),
        (".SEGMENT WORD 2 ?", "a piece without a label"),
        ('.SEGMENT WORD 2 ? "b\xe4t"', "a label that is not printable ASCII"),
        ('.SEGMENT CHARACTER 2 ? "bat"', "a sign of several characters"),
        ('.SEGMENT WORD 8 ? "bat"', "points that cannot be read"),
    ],
)
def test_what_cannot_be_used_is_left_out_and_counted(root: Path, segment: str, reason: str) -> None:
    with (root / "include/abc/Page1.dat").open("a") as page:
        page.write(".PEN_DOWN\n1 2\n3 4 5\n")
    put(root / "data/7/abc/page2.dat", f".INCLUDE abc/all.dat\n{segment}\n")
    lines, report = read(root)
    assert len(lines) == 5
    assert report.dropped == {reason: ["data/7/abc/page2.dat:0"]}


def test_files_whose_parts_are_missing_are_left_out(root: Path) -> None:
    put(root / "data/7/abc/page2.dat", '.INCLUDE abc/gone.dat\n.SEGMENT WORD 0 ? "bat"\n')
    put(root / "include/abc/ring.dat", ".INCLUDE abc/ring.dat\n")
    put(root / "data/7/abc/page3.dat", '.INCLUDE abc/ring.dat\n.SEGMENT WORD 0 ? "bat"\n')
    lines, report = read(root)
    assert len(lines) == 5
    assert report.dropped == {
        "an included file that is missing": ["data/7/abc/page2.dat"],
        "files that include one another without end": ["data/7/abc/page3.dat"],
    }


@pytest.mark.parametrize(("columns", "step"), [("X Y T", 10), ("X Y T P", 10_000), ("T Y X", 1)])
def test_times_are_told_by_stamps_in_any_unit(root: Path, columns: str, step: int) -> None:
    points = letters(3, 0.0, 0.0)
    # The pen stood still for two samples that are not in the file.
    stamps = step * np.array([k if k < 30 else k + 2 for k in range(len(points))])
    values = {"X": points[:, 0], "Y": points[:, 1], "T": stamps, "P": stamps}
    body = rows(np.stack([values[name] for name in columns.split()], axis=1))
    put(
        root / "data/7/abc/page2.dat",
        f'.INCLUDE abc/abc0.doc\n.COORD {columns}\n.PEN_DOWN\n{body}.SEGMENT WORD 0 ? "bet"\n',
    )
    lines, _ = read(root)
    ink = lines["bet"].ink
    time = ink.strokes[0].time
    assert time is not None
    assert np.allclose(ink.xy, points * [0.01, -0.01])
    assert time[-1] == pytest.approx((len(points) + 1) / RATE)


@pytest.mark.parametrize("damage", ["missing", "empty", "cut", "other"])
def test_what_holds_no_unipen_is_refused(root: Path, tmp_path: Path, damage: str) -> None:
    path = tmp_path / "unipen.tar.xz"
    if damage == "empty":
        path.mkdir()
    elif damage == "cut":
        with tarfile.open(path, "w:xz") as file:
            file.add(root, "train_x")
        path.write_bytes(path.read_bytes()[:600])
    elif damage == "other":
        path.write_text("no archive")
    with pytest.raises(CorpusError, match=r"name the folder|fetch it again"):
        Unipen(path)


def test_pieces_come_out_at_the_scale_of_their_page(root: Path, tmp_path: Path) -> None:
    put(
        root / "data/1d/abc/page1.dat",
        f".INCLUDE abc/all.dat\n{down(letters(1, 0, -3960.0, 20.0)[:6])}"
        f'.SEGMENT CHARACTER 8 OK "."\n{down(letters(1, 0, -3850.0, 20.0))}'
        '.SEGMENT CHARACTER 9 OK "-"\n',
    )
    report = Report()
    made = prepare_pieces(Unipen(root).lines(report), report, tmp_path / "out.safetensors")
    assert not report.dropped
    of = {made.text(i): i for i in range(len(made))}
    assert made.text(int(made.lines_of("train")[0])) == "bone bat banal"
    assert {text for text, i in of.items() if KINDS[int(made.kinds[i])] == "sign"} == {".", "-"}

    def box(text: str) -> tuple[float, float]:
        """Bottom and top above the baseline."""
        _, first_y, *_ = made.places[of[text]].tolist()
        y = first_y + np.cumsum(made.offsets(of[text])[:, 1].numpy())
        return float(-y.max()), float(-y.min())

    feet, tops = zip(*(box(text) for text in ("bone", "bat", "banal", "bonbon")), strict=True)
    # All words of one height, on one baseline, the x-height half of the tall letters'.
    assert np.ptp(tops) < 0.3
    assert np.abs(feet).max() < 0.4
    assert 3.5 < tops[0] < 6.0
    # A full stop is small and stands on the baseline; a dash floats at half an x-height or so.
    assert box(".")[1] - box(".")[0] < 0.8
    assert abs(box(".")[0]) < 0.5
    assert 0.8 < box("-")[0] < 2.2


@pytest.mark.parametrize("rate", [60, 100, 205])
def test_pieces_have_as_many_points_at_any_rate(root: Path, tmp_path: Path, rate: int) -> None:
    at = np.arange(0.0, 100.0, RATE / rate)
    points = letters(4, 0.0, 0.0)
    again = np.stack([np.interp(at, np.arange(100), points[:, k]) for k in (0, 1)], axis=1)
    put(
        root / "data/7/abc/page2.dat",
        f".INCLUDE abc/abc0.doc\n.WRITER_ID bob\n.POINTS_PER_SECOND {rate}\n{down(again)}"
        '.SEGMENT WORD 0 ? "bone"\n',
    )
    report = Report()
    made = prepare_pieces(Unipen(root).lines(report), report, tmp_path / "out.safetensors")
    lengths = {made.writer_names[int(made.writers[i])]: int(made.lengths[i]) for i in range(6)
               if made.text(i) == "bone"}  # fmt: skip
    # 25 points a letter at 100 a second are 19 at the rate of recordings, which is brought to 22.
    assert lengths == {"ada": pytest.approx(44, abs=2), "bob": pytest.approx(44, abs=2)}


def test_texts_on_several_lines_and_wrong_labels_are_left_out(root: Path, tmp_path: Path) -> None:
    put(
        root / "data/8/abc/page2.dat",
        '.INCLUDE abc/all.dat\n.SEGMENT TEXT 0-6 ? "bone bat banal bonbon"\n'
        '.SEGMENT TEXT 2-4 ? "a bat that banal people called a bonbon"\n',
    )
    report = Report()
    made = prepare_pieces(Unipen(root).lines(report), report, tmp_path / "out.safetensors")
    assert len(made) == 5
    assert set(report.dropped) == {
        "a text on several lines", "a width over 2.3 times off its page's",
    }  # fmt: skip


def test_the_command_writes_a_corpus_that_mixes(root: Path, tmp_path: Path) -> None:
    page = (root / "include/abc/Page1.dat").read_text("latin-1")
    held = sorted(HELD_OUT)[0]
    put(root / "include/abc/held.dat", page.replace("ada", held))
    for number in "78":
        labels = (root / f"data/{number}/abc/page1.dat").read_text("latin-1")
        heads = ".INCLUDE abc/abc0.doc\n.INCLUDE abc/held.dat"
        labels = labels.replace(".INCLUDE abc/all.dat", heads)
        put(root / f"data/{number}/abc/held.dat", labels)
    out = tmp_path / "unipen.safetensors"
    done = CliRunner().invoke(training, ["prepare", "--unipen", str(root), "--out", str(out)])
    assert done.exit_code == 0, done.output
    made = Corpus.load(out)
    assert made.writer_names == (held, "ada")
    assert len(made.lines_of(HELD_SPLIT, kinds=KINDS)) == 5
    both = mix([(made, 2.0), (made, 1.0)], tmp_path / "both.safetensors")
    assert both.writer_names == (held, "ada") * 2
    # Held-out writers' pieces are there once in each part.
    assert len(both.lines_of(HELD_SPLIT, kinds=KINDS)) == 10
    assert len(both.lines_of("train", kinds=("word",))) == 12
    assert both.pace == pytest.approx(made.pace, rel=0.2)


def test_one_source_is_asked_for(root: Path, tmp_path: Path) -> None:
    parts = ["--unipen", str(root), "--iam", str(tmp_path)]
    done = CliRunner().invoke(training, ["prepare", *parts, "--out", str(tmp_path / "o")])
    assert "Give one corpus" in str(done.exception)


def test_the_real_archive_reads() -> None:
    """A file of each contributor of texts, as downloaded; none of it is written here."""
    folder = os.environ.get("SCRIPTORIUM_UNIPEN")
    if not folder:
        pytest.skip("SCRIPTORIUM_UNIPEN does not name the folder with UNIPEN's archive")
    (archive,) = Path(folder).glob("*.tar.xz")
    unipen = Unipen(archive)
    names = {name.split("/")[2]: name for name in unipen.names if name.startswith("data/8/")}
    assert len(names) > 20
    # Of these some ranges run past their file.
    for contributor, name in names.items():
        components, segments = unipen.parse(name)
        made = 0
        for segment in segments:
            with contextlib.suppress(UnreadableError):
                ink = ink_of(components, segment.range)
                made += 0.5 < ink.bounds[3] - ink.bounds[1] < 2000
        assert made >= (0.4 if contributor == "att" else 0.95) * len(segments) > 0, name
