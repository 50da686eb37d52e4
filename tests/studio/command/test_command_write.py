"""What the verb `write` writes and says."""

from __future__ import annotations

import io
import json
import re
import shutil
import sys
from pathlib import Path
from xml.etree import ElementTree

import click
import numpy as np
import pytest
from PIL import Image
from pypdf import PdfReader

import studio.exporting.svg_exporter
from engine.errors import FileError
from engine.ink.ink import Ink
from engine.rendering.pens import PENS, PenKind
from engine.style.style import Style
from studio.command.main import main
from studio.command.progress_bar import progress_bar
from studio.command.write import HEADINGS, command, note_of
from studio.document.ink_colours import INKS, PLAIN, ink_colour
from studio.document.note import Alignment, Look, Note
from studio.document.paper import PAPERS, RulingKind
from studio.exporting.formats import DEFAULT_DPI, FORMATS
from studio.library.symbol_library import SymbolLibrary

TEXT = 'Dear Ada,\n\nthe engine weaves (1843): leaves, "flowers".\n'
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "work"
    folder.mkdir()
    monkeypatch.chdir(folder)
    # A PDF says when it was made.
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1800000000")
    return folder


@pytest.fixture(autouse=True)
def legible(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets what the tiny hand scribbles pass, but where it is tested that it is told of."""
    if "strict" not in request.node.name:
        monkeypatch.setattr("studio.layout.words_to_check.words_to_check", lambda layout: ())


@pytest.fixture
def hand(tiny_hand_path: Path) -> tuple[str, ...]:
    """One candidate: no more of what the tiny hand scribbles can be read."""
    return "--hand", str(tiny_hand_path), "--candidates", "1"


def outs(*names: str) -> list[str]:
    return [word for name in names for word in ("--out", name)]


def test_every_format_at_once(hand: tuple[str, ...], capsys: pytest.CaptureFixture[str]):
    names = ["n.pdf", "n.svg", "n.PNG", "n.inkml", "n.npz", "n.gcode", "n.hpgl", "n.xopp"]
    assert {Path(name).suffix.lower() for name in names} == set(FORMATS)
    arguments = ["--title", "Ada", "--paper", "A6", "--landscape", "--dpi", "100", "--seed", "3"]
    assert main(["write", TEXT, *outs(*names), *hand, *arguments]) == 0
    told = capsys.readouterr()
    assert told.out.splitlines() == names
    assert re.search(r"^Plotting takes about [\w ]+: .* drawn in \d+ lines, .*\n", told.err, re.M)
    assert sorted(path.name for path in Path().iterdir()) == sorted(names)

    pdf = PdfReader("n.pdf")
    assert pdf.metadata is not None
    assert pdf.metadata.title == "Ada"
    assert pdf.pages[0].extract_text().split() == TEXT.split()
    assert [round(float(side) * 25.4 / 72) for side in pdf.pages[0].mediabox[2:]] == [148, 105]
    svg = ElementTree.parse("n.svg").getroot()
    assert svg.get("width") == "148mm"
    with Image.open("n.PNG") as png:
        assert png.size == (583, 413)
        assert png.mode == "RGB"
    truth = [
        annotation.text
        for annotation in ElementTree.parse("n.inkml").iter(
            "{http://www.w3.org/2003/InkML}annotation"
        )
        if annotation.get("type") == "truth"
    ]
    assert " ".join(filter(None, truth)).split() == TEXT.split()
    with np.load("n.npz", allow_pickle=False) as npz:
        about = json.loads(str(npz["about"]))
        assert " ".join(line["text"] for line in about["lines"]).split() == TEXT.split()
        points = len(npz["line0000/offsets"])
        assert npz["line0000/phi"].shape == (points, len("Dear Ada,") + 1)
        assert len(npz["line0000/ink"]) == points


def test_a_seed_and_a_bias_make_the_file(hand: tuple[str, ...], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1000000000")

    def written(*arguments: str) -> bytes:
        assert main(["write", "Hello", "--out", "a.pdf", *hand, *arguments]) == 0
        return Path("a.pdf").read_bytes()

    usual = written()
    assert written("--seed", "0", "--bias", "0.75") == usual
    assert written("--seed", "1") != usual
    assert written("--bias", "3") != usual


def test_a_precision_is_taken(hand: tuple[str, ...], monkeypatch: pytest.MonkeyPatch):
    from engine.hand import Hand

    own, used = Hand.load, []

    def load(*words: str) -> Hand:
        loaded = own(*words)
        used.append(loaded.precision)
        return loaded

    monkeypatch.setattr(Hand, "load", load)
    assert main(["write", "pen", *outs("n.svg"), *hand, "--precision", "float32"]) == 0
    assert main(["write", "pen", *outs("n.svg"), *hand]) == 0
    assert used == ["float32", own(hand[1]).precision]


def test_a_file_a_page(hand: tuple[str, ...], capsys: pytest.CaptureFixture[str]):
    text = "One\n\fTwo\n\fThree"
    assert main(["write", text, *outs("n.svg", "n.pdf"), *hand, "--page-numbers"]) == 0
    assert capsys.readouterr().out.splitlines() == ["n-1.svg", "n-2.svg", "n-3.svg", "n.pdf"]
    assert len(PdfReader("n.pdf").pages) == 3


def test_sheets_of_a_longer_letter_are_told_of(
    hand: tuple[str, ...], capsys: pytest.CaptureFixture[str]
):
    assert main(["write", "a\n\fb\n\fc", *outs("n.svg", "n.pdf"), *hand]) == 0
    assert capsys.readouterr().err == ""
    assert main(["write", "a\n\fb", *outs("n.svg", "n.pdf"), *hand]) == 0
    told = capsys.readouterr()
    assert told.out.splitlines() == ["n-1.svg", "n-2.svg", "n.pdf"]
    assert told.err.startswith("n-3.svg of an earlier export is still there")
    assert len(told.err.splitlines()) == 1
    assert Path("n-3.svg").exists()


@pytest.mark.parametrize("source", ["--file=letter.txt", "-", "--file=-"])
def test_text_from_elsewhere(hand: tuple[str, ...], source: str, monkeypatch: pytest.MonkeyPatch):
    content = "\ufeffHello\r\nthere".encode()
    Path("letter.txt").write_bytes(content)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
    assert main(["write", source, "--out", "n.pdf", *hand]) == 0
    assert PdfReader("n.pdf").pages[0].extract_text().split() == ["Hello", "there"]


def test_markdown_is_written_without_its_marks(
    hand: tuple[str, ...], capsys: pytest.CaptureFixture[str]
):
    note = (
        "# Shopping\n\n**Bread** and *butter*\n\n- [ ] milk\n- [x] eggs\n\n1. Wash `two` apples\n"
        "2. See [example.org](https://example.org), not ![a map](map.png)\n"
    )
    Path("note.md").write_text(note)
    assert main(["write", "--file", "note.md", "--out", "n.pdf", *hand]) == 0
    words = PdfReader("n.pdf").pages[0].extract_text().split()
    said = "Shopping Bread and butter ☐ milk ☑ eggs 1. Wash two apples 2. See example.org, not"
    assert " ".join(words) == said
    assert "1 picture (a map)" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("html", "<p>Hello <b>there</b></p>"),
        ("markdown", "Hello *there*"),
        ("plain", "Hello there"),
    ],
)
def test_markup_of_standard_input_is_named(
    hand: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, markup: str, text: str
):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    assert main(["write", "-", "--markup", markup, "--out", "n.pdf", *hand]) == 0
    assert PdfReader("n.pdf").pages[0].extract_text().split() == ["Hello", "there"]


def test_text_that_begins_with_a_hyphen(hand: tuple[str, ...]):
    assert main(["write", "--out", "n.pdf", *hand, "--", "-5 degrees"]) == 0
    assert PdfReader("n.pdf").pages[0].extract_text().split() == ["-5", "degrees"]


def test_what_is_spelled_otherwise_is_told(
    hand: tuple[str, ...], capsys: pytest.CaptureFixture[str]
):
    assert main(["write", "“Café” 漢 ßa", *outs("n.pdf"), *hand, "--replace-unknown", "?"]) == 0
    said = capsys.readouterr().err.splitlines()
    # Marks are drawn.
    assert len(said) == 2
    assert said[0].startswith("'漢' is written as '?'")
    assert said[1].startswith("'ß' is written as 'ss' (line 1, column 10")


def test_flaws_are_told(hand: tuple[str, ...], capsys: pytest.CaptureFixture[str]):
    # A point a character is not enough for anything.
    assert main(["write", "Hello there", *outs("n.pdf"), *hand, "--points-per-char", "1"]) == 0
    said = capsys.readouterr().err
    assert said.startswith("Line 'Hello there' may be hard to read: it ran on")
    assert said.count("\n") == 1


def test_looks_reach_the_page(hand: tuple[str, ...]):
    looks = {
        "plain": [],
        "ink": ["--ink", "Moss Green"],
        "hex": ["--ink", "#A0b"],
        "wide": ["--pen-width", "1.5"],
        "ruled": ["--ruling", "lined", "--print-ruling"],
        "large": ["--x-height", "6"],
        "right": ["--align", "right"],
        "slanted": ["--slant", "0.4"],
        "outlined": ["--pen", "fountain", "--outline"],
    }
    contents = {}
    for name, arguments in looks.items():
        assert main(["write", "Hello", "--out", f"{name}.svg", *hand, *arguments]) == 0
        contents[name] = Path(f"{name}.svg").read_text("utf-8")
    assert len(set(contents.values())) == len(looks)
    assert "#2f5138" in contents["ink"]
    assert "#aa00bb" in contents["hex"]
    assert "stroke-width" in contents["plain"]
    width = {name: _extent(contents[name])[1] for name in ("plain", "large")}
    assert width["large"] > 2 * width["plain"]
    assert _extent(contents["right"])[0] > 150
    assert main(["write", "Hello", "--out", "t.png", *hand, "--transparent", "--dpi", "50"]) == 0
    with Image.open("t.png") as png:
        assert png.getpixel((0, 0)) == (0, 0, 0, 0)


def _extent(svg: str) -> tuple[float, float]:
    """Where paths begin: the leftmost, and how far from it the rightmost."""
    starts = [
        float(path.get("d", "M0").lstrip("M ").replace(",", " ").split()[0])
        for path in ElementTree.fromstring(svg).iter(f"{SVG}path")
    ]
    return min(starts), max(starts) - min(starts)


def test_margins_for_all_sides_or_each(hand: tuple[str, ...]):
    for margin, left in (("40", 40), ("60,10,10,10", 60)):
        assert main(["write", "Hello", *outs("n.svg"), *hand, "--margin", margin]) == 0
        assert left <= _extent(Path("n.svg").read_text("utf-8"))[0] < left + 15


def test_a_style_primes(hand: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    wave = Ink.from_lists([[(x / 4, np.sin(x)) for x in range(30)]])
    own, shipped = Style("own", "mum", wave), Style("Amber", "nun", wave.scaled(1, -1))
    own.save(tmp_path / "own.json")
    monkeypatch.setattr("engine.style.style._shipped", lambda: {"default": {"Amber": shipped}})
    written = {}
    for name in (None, "amber", str(tmp_path / "own.json")):
        style = [] if name is None else ["--style", name]
        assert main(["write", "Hello", *outs("n.svg"), *hand, *style]) == 0
        written[name] = Path("n.svg").read_text("utf-8")
    assert len(set(written.values())) == 3
    assert "style: Amber" in written["amber"]


def test_a_symbol_is_set_where_the_text_has_it(
    hand: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("studio.library.symbol_library.data_folder", lambda: tmp_path)
    assert main(["write", "so \u270d", *outs("n.svg"), *hand]) == 2
    drawing = Ink.from_lists([[(x / 20, -abs(np.sin(x / 9))) for x in range(500)]])
    SymbolLibrary().add("\u270d", drawing)
    assert main(["write", "so \u270d", *outs("n.svg"), *hand]) == 0
    svg = ElementTree.fromstring(Path("n.svg").read_text("utf-8"))
    longest = max(len(path.get("d", "")) for path in svg.iter(f"{SVG}path"))
    assert longest > 500 * len("1.0,1.0"), "every point that was drawn, in one stroke"
    assert main(["write", "\u270d", *outs("alone.pdf"), *hand]) == 0


def test_a_strength_is_taken_and_held_to_its_range(capsys: pytest.CaptureFixture[str]):
    words = ["Hello", "--out", "a.pdf", "--strength", "0.4"]
    note = note_of(
        Note.from_text("Hello").blocks, None, command.make_context("write", words).params
    )
    assert note.look.strength == 0.4
    assert main(["write", "Hello", *outs("n.svg"), "--strength", "1.4"]) == 2
    assert "strength" in capsys.readouterr().err
    assert not Path("n.svg").exists()


def test_nothing_is_replaced_where_one_file_fails(
    hand: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    Path("a.pdf").write_text("old")

    def full(pages: object, path: Path, **options: object) -> list[Path]:
        path.write_text("half")
        raise FileError("The disk is full; make room.")

    monkeypatch.setattr(studio.exporting.svg_exporter, "export", full)
    assert main(["write", "Hello", *outs("a.pdf", "b.svg"), *hand]) == 2
    assert capsys.readouterr().err == "The disk is full; make room.\n"
    assert Path("a.pdf").read_text() == "old"
    assert [path.name for path in Path().iterdir()] == ["a.pdf"]


@pytest.mark.parametrize(
    "where", ["engine.hand.Hand.write_lines", "studio.exporting.svg_exporter.export"]
)
def test_ctrl_c_leaves_nothing(
    hand: tuple[str, ...],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    where: str,
):
    Path("a.pdf").write_text("old")

    def interrupted(*arguments: object, **options: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(where, interrupted)
    assert main(["write", "Hello", *outs("a.pdf", "b.svg"), *hand]) == 130
    assert capsys.readouterr().err.strip() == ""
    assert Path("a.pdf").read_text() == "old"
    assert [path.name for path in Path().iterdir()] == ["a.pdf"]


def test_a_file_keeps_its_permissions(hand: tuple[str, ...]):
    Path("a.pdf").touch(0o600)
    assert main(["write", "Hello", *outs("a.pdf", "b.pdf"), *hand]) == 0
    assert Path("a.pdf").stat().st_mode & 0o777 == 0o600
    assert Path("a.pdf").read_bytes() == Path("b.pdf").read_bytes()


def test_what_help_says_is_the_default_is():
    context = command.make_context("write", ["Hello", "--out", "a.pdf"])
    usual = Note.from_text("Hello", look=Look(pen=PENS["ballpoint"]))
    assert note_of(Note.from_text("Hello").blocks, None, context.params) == usual


def test_help_names_all_choices():
    manual = " ".join(command.get_help(click.Context(command)).split())
    choices = [*PAPERS, *PENS, *RulingKind, *Alignment, *FORMATS]
    choices += [name.lower().replace(" ", "-") for name in INKS]
    assert not [choice for choice in choices if choice not in manual]
    assert set(PENS) == set(PenKind)
    for option in command.params:
        if isinstance(option, click.Option):
            assert option.help


def test_help_sets_each_option_under_one_heading():
    options = [o.name for o in command.params if isinstance(o, click.Option)]
    headed = [name for names in HEADINGS.values() for name in names]
    assert sorted(headed) == sorted(options)
    manual = command.get_help(click.Context(command))
    for option in command.params:
        if isinstance(option, click.Option):
            assert manual.count(f"\n  {option.opts[0]} ") == 1
    places = [manual.index(f"\n{heading}:\n") for heading in HEADINGS]
    assert places == sorted(places)


@pytest.mark.parametrize("name", ["my.hand", "my hand", "own.safetensors"])
def test_a_hand_may_be_called_anything(tiny_hand_path: Path, name: str):
    shutil.copyfile(tiny_hand_path, name)
    assert main(["write", "Hello", "--hand", name, *outs("a.svg")]) == 0
    assert main(["write", "Hello", "--hand", str(tiny_hand_path), *outs("b.svg")]) == 0
    assert Path("a.svg").read_bytes() == Path("b.svg").read_bytes()


def test_inks_by_any_spelling():
    assert ink_colour("blue black") == ink_colour("Blue-Black") == INKS["Blue-black"]
    assert ink_colour("#FFF") == "#ffffff"


def test_inks_by_their_everyday_names():
    assert ink_colour("blue") == INKS["Royal blue"]
    assert ink_colour("Gray") == ink_colour("grey") == INKS["Pencil grey"]
    # A plain name hides no bottle, means one that there is, and help tells of it.
    assert not set(PLAIN) & {name.lower() for name in INKS}
    assert set(PLAIN.values()) <= set(INKS)
    manual = command.get_help(click.Context(command))
    assert not [name for name in set(PLAIN) - {"gray"} if name not in manual]


def test_progress_is_for_terminals(monkeypatch: pytest.MonkeyPatch):
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    for stream, seen in ((Terminal(), True), (io.StringIO(), False)):
        monkeypatch.setattr(sys, "stderr", stream)
        with progress_bar("Writing") as progress:
            for share in (0.25, 1.0, 0.5):
                progress(share)
        assert ("Writing" in stream.getvalue()) == seen
        assert ("100%" in stream.getvalue()) == seen


def test_strict_is_status_3_where_a_word_is_misread_and_the_files_are_there(
    hand: tuple[str, ...], capsys: pytest.CaptureFixture[str]
):
    """What the tiny hand scribbles cannot be read."""
    arguments = ["write", "Dear Ada", *outs("n.svg"), *hand]
    assert main(arguments) == 0
    told = capsys.readouterr()
    assert told.out == "n.svg\n"
    assert "may be misread: " in told.err
    assert "(page 1, line 1)" in told.err
    assert main([*arguments, "--strict"]) == 3
    assert capsys.readouterr().out == "n.svg\n"
    assert Path("n.svg").exists()


def test_strict_is_status_0_where_all_is_read(capsys: pytest.CaptureFixture[str]):
    assert main(["write", "Dear Ada", "--strict", *outs("n.svg")]) == 0
    assert "misread" not in capsys.readouterr().err


def test_standard_values_are_those_of_the_program():
    named = {option.name: option.default for option in command.params}
    assert named["dpi"] == DEFAULT_DPI
    assert named["bias"] == Look().bias
